//! What is said of decisions and of autonomy and must be refused: every case of tests/bad_input/deciding.json, through Rust and
//! through C; nothing changes.

use super::load::{given_ledger, report_through_c};
use super::{Seen, problems};
use ar_core::error::Error;
use ar_core::ledger::Ledger;
use ar_core::table::{Cell, Table};
use ar_core::{Policy, calendar};
use ar_core_ffi::ledger::{ar_ledger_apply_json, ar_ledger_free};
use ar_core_ffi::report::ar_run;
use ar_core_ffi::status::Status;
use serde_json::Value;
use std::ptr;

type Row = (i64, Option<String>, String, String);

fn cases(kind: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(crate::golden::path("tests/bad_input/deciding.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()[kind].as_array().unwrap().clone()
}

fn book() -> Vec<Table<'static>> {
    let row = [("item_id", "I1"), ("customer_id", "C1"), ("currency", "EUR"), ("amount", "100.00"), ("issued_on", "2026-09-01"), ("due_on", "2026-10-01")];
    vec![Table::from_rows("items", vec![row.map(|(name, value)| (name.to_owned(), Cell::Text(value.to_owned()))).to_vec()])]
}

fn of_rust(error: &Error) -> Vec<Row> {
    error.problems().iter().map(|row| (row.row.map_or(-1, |at| at as i64), row.column.clone().map(Into::into), row.code.name().into(), row.message.clone())).collect()
}

fn of_c(seen: &[Seen]) -> Vec<Row> {
    seen.iter().map(|row| (row.1, row.2.clone(), row.3.name().into(), row.4.clone())).collect()
}

/// Compares what was reported with what is wanted: without the message, but for the words that it must have.
fn compare(case: &Value, wanted: &[(i64, Option<String>, String)], found: &[Row]) {
    let seen: Vec<_> = found.iter().map(|row| (row.0, row.1.clone(), row.2.clone())).collect();
    assert_eq!(seen, wanted, "{}: {found:?}", case["name"]);
    for words in case.get("says").and_then(Value::as_array).into_iter().flatten() {
        assert!(found.iter().any(|row| row.3.contains(words.as_str().unwrap())), "{}: nothing says {words}: {found:?}", case["name"]);
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(String::from)
}

#[test]
fn what_is_said_of_decisions_and_makes_no_sense_is_refused() {
    for case in cases("events") {
        let wanted: Vec<_> = case["problems"].as_array().unwrap().iter().map(|row| (row[0].as_i64().unwrap(), text(&row[1]), text(&row[2]).unwrap())).collect();
        let (before, events) = (case.get("before").map_or("[]".into(), Value::to_string), case["events"].to_string());
        let mut ledger = Ledger::try_new(&book()).unwrap();
        ledger.apply_json(&before).unwrap();
        let digest = ledger.digest();
        compare(&case, &wanted, &of_rust(&ledger.apply_json(&events).unwrap_err()));
        assert_eq!(ledger.digest(), digest, "{}: something was applied", case["name"]);
        let handle = given_ledger(&book(), &before).unwrap_or_else(|(_, seen)| panic!("{}: {seen:?}", case["name"]));
        let mut error = ptr::null_mut();
        let status = unsafe { ar_ledger_apply_json(handle, events.as_ptr().cast(), events.len(), &mut error) };
        assert_eq!(status, Status::InvalidEvents, "{}", case["name"]);
        compare(&case, &wanted, &of_c(&problems(error)));
        unsafe { ar_ledger_free(handle) };
    }
}

#[test]
fn a_policy_of_autonomy_that_makes_no_sense_is_refused() {
    for case in cases("policies") {
        let wanted: Vec<_> = case["problems"].as_array().unwrap().iter().map(|row| (-1, text(&row[0]), text(&row[1]).unwrap())).collect();
        let toml = case["policy"].as_str().unwrap();
        compare(&case, &wanted, &of_rust(&Policy::from_toml(toml).unwrap_err()));
        let day = calendar::days_since_epoch("2026-11-20".parse().unwrap());
        let (status, seen) = report_through_c(ar_run, [&book(), &[]], "", toml, day).unwrap_err();
        assert_eq!(status, Status::InvalidPolicy, "{}", case["name"]);
        compare(&case, &wanted, &of_c(&seen));
    }
}
