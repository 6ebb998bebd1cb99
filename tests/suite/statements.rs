//! Statements of account as data: `statement` of a scenario names customer and days, and every row that it has, through Rust and C.

use crate::c_face::load::given_ledger;
use crate::scenarios::{Inputs, days, files, holds, tables};
use ar_core::calendar::days_since_epoch;
use ar_core::report::statement::statement_of;
use ar_core_ffi::ledger::{ar_ledger_free, ar_ledger_statement};
use ar_core_ffi::status::Status;
use chrono::NaiveDate;
use serde_json::Value;
use std::ffi::CString;
use std::ptr;

#[test]
fn statements_are_as_expected() {
    let mut seen = 0;
    for (name, scenario) in files().into_iter().flat_map(|(name, scenario)| days(name, scenario)) {
        let Some(wanted) = scenario.get("statement") else { continue };
        seen += 1;
        let books = Inputs::of(&scenario).ledger;
        let day = |key: &str| wanted.get(key).map(|day| day.as_str().unwrap().parse::<NaiveDate>().unwrap());
        let (customer, since, as_of) = (wanted["customer_id"].as_str().unwrap(), day("since"), day("as_of").unwrap());
        let table = statement_of(&books, customer, since, as_of).unwrap();
        let rows: Value = serde_json::from_str(&table.to_json(&books)).unwrap();
        assert!(holds(&rows, &wanted["rows"]), "{name}: {rows:#}");
        let table = table.table(&books);
        let events = scenario.get("events").map_or("[]".into(), Value::to_string);
        let ledger = given_ledger(&tables(&scenario, "tables"), &events).unwrap();
        let (id, mut stream) = (CString::new(customer).unwrap(), ar_arrow::FFI_ArrowArrayStream::empty());
        let from = since.map_or(i32::MIN, days_since_epoch);
        assert_eq!(unsafe { ar_ledger_statement(ledger, id.as_ptr(), from, days_since_epoch(as_of), &mut stream, ptr::null_mut()) }, Status::Ok);
        let read = ar_arrow::ArrowTable::try_from_stream(stream).unwrap();
        let through_c = read.view("statement");
        assert_eq!(through_c.rows(), table.rows());
        for (found, wanted) in through_c.columns().iter().zip(table.columns()) {
            assert_eq!((&found.name, &found.valid, &found.data), (&wanted.name, &wanted.valid, &wanted.data), "{name}");
        }
        let mut refused = ar_arrow::FFI_ArrowArrayStream::empty();
        let mut none = |id: &std::ffi::CStr, since: i32| unsafe { ar_ledger_statement(ledger, id.as_ptr(), since, days_since_epoch(as_of), &mut refused, ptr::null_mut()) };
        assert_eq!((none(c"nobody", i32::MIN), none(&id, days_since_epoch(as_of) + 1)), (Status::InvalidArgument, Status::InvalidArgument));
        unsafe { ar_ledger_free(ledger) };
    }
    assert!(seen >= 2);
}
