//! Policies compared, remarked on and rehearsed through C: the tables of Rust.

use super::{Tables, problems, small_book};
use ar_arrow::{ArrowTable, FFI_ArrowArrayStream, stream_from_table};
use ar_core::calendar::date_from_days;
use ar_core::error::ProblemCode;
use ar_core::event::from_json;
use ar_core::rehearsal::{Scope, rehearse};
use ar_core::report::{changes_table, remarks_table};
use ar_core::table::Table;
use ar_core::{Ledger, Models, Policy};
use ar_core_ffi::ledger::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::rehearsal::ar_rehearse;
use ar_core_ffi::status::Status;
use std::ptr;

/// 2026-11-20.
const DAY: i32 = 20_777;
const BEFORE: &str = "version = 'a'\n[autonomy]\ndefault_level = 2\namount_limit = 500";
const AFTER: &str = "version = 'b'\n[autonomy]\ndefault_level = 2\namount_limit = 5000\nlevels = { call = 2 }\n[segments.none.collections]\ngrace_days = 3";
const EVENTS: &str = r#"[{"event":"payment_received","on":"2026-11-21","payment_id":"P1","currency":"EUR","amount":"1250.00"},{"event":"items_allocated","on":"2026-11-21","payment_id":"P1","allocations":[{"item_id":"I1","amount":"1250.00"}]}]"#;

fn policy(text: &str) -> *mut PolicyHandle {
    let mut policy = ptr::null_mut();
    assert_eq!(unsafe { ar_policy_from_toml(text.as_ptr().cast(), text.len(), &mut policy, ptr::null_mut()) }, Status::Ok);
    policy
}

/// A stream holds what a table of Rust does.
fn agree(stream: FFI_ArrowArrayStream, table: &Table<'_>) {
    let (seen, wanted) = (ArrowTable::try_from_stream(stream).unwrap(), ArrowTable::try_from_stream(stream_from_table(table).unwrap()).unwrap());
    assert_eq!(seen.rows(), table.rows());
    assert_eq!(seen.view("x"), wanted.view("x"));
}

fn rust() -> Ledger {
    let text = |values: &[&str]| values.iter().map(|value| ar_core::table::Cell::Text((*value).into())).collect::<Vec<_>>();
    let rows = |names: &'static [&'static str], rows: &[&[&str]]| -> Vec<Vec<(String, ar_core::table::Cell)>> {
        rows.iter().map(|row| names.iter().map(|name| (*name).to_string()).zip(text(row)).collect()).collect()
    };
    let items = rows(
        &["item_id", "customer_id", "currency", "amount", "issued_on", "due_on"],
        &[&["I1", "C1", "EUR", "1250.00", "2026-08-01", "2026-08-31"], &["I2", "C1", "EUR", "80.10", "2026-10-01", "2026-10-31"], &["I3", "C2", "JPY", "5000", "2026-09-01", "2026-09-30"]],
    );
    Ledger::try_new(&[Table::from_rows("customers", rows(&["customer_id"], &[&["C1"], &["C2"]])), Table::from_rows("items", items)]).unwrap()
}

#[test]
fn policy_work_through_c_is_that_through_rust() {
    let (tables, ledger, models) = (small_book(), rust(), Models::fit(&rust(), date_from_days(DAY).unwrap()));
    let handle = tables.ledger().unwrap_or_else(|(_, error)| panic!("{:?}", problems(error)));
    let (before, after) = (policy(BEFORE), policy(AFTER));
    let [old, new] = [BEFORE, AFTER].map(|text| Policy::from_toml(text).unwrap());
    let days = [DAY, DAY + 1, DAY + 5];
    let dates = days.map(|day| date_from_days(day).unwrap());
    unsafe {
        let mut stream = FFI_ArrowArrayStream::empty();
        assert_eq!(ar_policy_diff(before, after, &mut stream, ptr::null_mut()), Status::Ok);
        agree(stream, &changes_table(&Policy::diff(&old, &new)));
        for (ledger_given, remarks) in [(ptr::null_mut(), new.remarks()), (handle, new.remarks_on(&ledger))] {
            let mut stream = FFI_ArrowArrayStream::empty();
            assert_eq!(ar_policy_remarks(after, ledger_given, &mut stream, ptr::null_mut()), Status::Ok);
            assert_eq!(remarks.len(), if ledger_given.is_null() { 1 } else { 2 });
            agree(stream, &remarks_table(&remarks));
        }
        for (events, word, scope) in [("", ptr::null(), Scope::All), (EVENTS, c"collections".as_ptr(), Scope::Collections)] {
            let (mut changes, mut summary) = (FFI_ArrowArrayStream::empty(), FFI_ArrowArrayStream::empty());
            let status = ar_rehearse(handle, before, after, ptr::null(), days.as_ptr(), days.len(), events.as_ptr().cast(), events.len(), word, &mut changes, &mut summary, ptr::null_mut());
            assert_eq!(status, Status::Ok);
            let told = if events.is_empty() { Vec::new() } else { from_json(events).unwrap() };
            let found = rehearse(&ledger, &old, &new, &models, &dates, &told, scope).unwrap();
            assert_eq!(found.rows.len(), if events.is_empty() { 6 } else { 4 });
            agree(changes, &found.changes());
            agree(summary, &found.summary());
        }
        ar_policy_free(before);
        ar_policy_free(after);
        ar_ledger_free(handle);
    }
}

#[test]
fn what_policy_work_refuses_through_c_is_named() {
    let tables: Tables = small_book();
    let handle = tables.ledger().unwrap_or_else(|(_, error)| panic!("{:?}", problems(error)));
    let one = policy(BEFORE);
    let days = [DAY, DAY];
    let attempt = |days: &[i32], events: &str, scope: &std::ffi::CStr| unsafe {
        let (mut changes, mut summary, mut error) = (FFI_ArrowArrayStream::empty(), FFI_ArrowArrayStream::empty(), ptr::null_mut());
        let status = ar_rehearse(handle, one, one, ptr::null(), days.as_ptr(), days.len(), events.as_ptr().cast(), events.len(), scope.as_ptr(), &mut changes, &mut summary, &mut error);
        assert!(changes.release().is_none() && summary.release().is_none(), "an output was written by a call that failed");
        let seen = problems(error);
        (status, seen[0].2.clone(), seen[0].3)
    };
    let argument = |column: &str, code| (Status::InvalidArgument, Some(column.to_string()), code);
    assert_eq!(attempt(&days, "", c"all"), argument("days", ProblemCode::DatesOutOfOrder));
    assert_eq!(attempt(&[], "", c"all"), argument("days", ProblemCode::OutOfRange));
    assert_eq!(attempt(&[0; 401], "", c"all"), argument("days", ProblemCode::OutOfRange));
    assert_eq!(attempt(&days[..1], "", c"cash"), argument("scope", ProblemCode::UnknownWord));
    assert_eq!(attempt(&days[..1], "{", c"all"), (Status::InvalidEvents, None, ProblemCode::Syntax));
    unsafe {
        let mut error = ptr::null_mut();
        assert_eq!(ar_policy_diff(one, ptr::null(), ptr::null_mut(), &mut error), Status::NullPointer);
        assert_eq!(problems(error)[0].2.as_deref(), Some("after"));
        error = ptr::null_mut();
        assert_eq!(ar_policy_remarks(one, ptr::null(), ptr::null_mut(), &mut error), Status::NullPointer);
        assert_eq!(problems(error)[0].2.as_deref(), Some("out"));
        ar_policy_free(one);
        ar_ledger_free(handle);
    }
}
