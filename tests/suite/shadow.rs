//! Shadow mode as data: `shadow` of a scenario has the events of people, and every row and sum that comes of them, through Rust and C.

use crate::c_face::load::with_report_of_c;
use crate::scenarios::{Inputs, days, files, holds, tables};
use ar_arrow::FFI_ArrowArrayStream;
use ar_core::calendar::days_since_epoch;
use ar_core::error::ProblemCode;
use ar_core::report::shadow::MAX_SHADOW_DAYS;
use ar_core::table::{Column, Table};
use ar_core::{Event, run};
use ar_core_ffi::report::{ar_report_shadow, ar_run};
use ar_core_ffi::status::Status;
use serde_json::{Value, json};
use std::ptr;

#[test]
fn what_people_did_is_beside_what_was_decided() {
    let mut seen = 0;
    for (name, scenario) in files().into_iter().flat_map(|(name, scenario)| days(name, scenario)) {
        let Some(wanted) = scenario.get("shadow") else { continue };
        seen += 1;
        let Inputs { ledger, policy, models, as_of } = Inputs::of(&scenario);
        let report = run(&ledger, &policy, &models, as_of).unwrap();
        let (events, behind) = (wanted["events"].to_string(), wanted["days"].as_i64().unwrap());
        let shadow = report.shadow_json(&events, behind).unwrap();
        let found: Value = serde_json::from_str(&shadow.to_json()).unwrap();
        assert!(holds(&found["rows"], &wanted["rows"]), "{name}: {:#}", found["rows"]);
        assert!(holds(&found["summary"], &wanted["summary"]), "{name}: {:#}", found["summary"]);
        let told = scenario.get("events").map_or("[]".into(), Value::to_string);
        let policy = scenario.get("policy").and_then(Value::as_str).unwrap_or("");
        let given = [&tables(&scenario, "tables")[..], &tables(&scenario, "models")[..]];
        let through_c = with_report_of_c(ar_run, given, &told, policy, days_since_epoch(as_of), |report| {
            let (mut rows, mut sums) = (FFI_ArrowArrayStream::empty(), FFI_ArrowArrayStream::empty());
            let mut call = |events: &str, behind: i64| unsafe { ar_report_shadow(report, events.as_ptr().cast(), events.len(), behind, &mut rows, &mut sums, ptr::null_mut()) };
            assert_eq!((call(&events, 61), call("{", 1)), (Status::InvalidArgument, Status::InvalidEvents));
            assert_eq!(call(&events, behind), Status::Ok);
            (rows, sums)
        });
        let (rows, sums) = through_c.unwrap();
        same(rows, &shadow.rows_table(), &name);
        same(sums, &shadow.summary_table(), &name);
    }
    assert!(seen >= 1);
}

/// A stream of C has the columns of the table.
fn same(stream: FFI_ArrowArrayStream, wanted: &Table<'_>, name: &str) {
    let read = ar_arrow::ArrowTable::try_from_stream(stream).unwrap();
    let found = read.view(&wanted.name);
    assert_eq!(found.columns().len(), wanted.columns().len());
    // Arrow does not say of a column without nulls that it could have some; and it holds reasons as structs.
    let nulls = |column: &Column<'_>| column.valid.as_ref().map(|valid| valid.to_vec()).filter(|valid| valid.contains(&false));
    for (found, wanted) in found.columns().iter().zip(wanted.columns()).filter(|pair| pair.1.name != "reasons") {
        assert_eq!((&found.name, nulls(found), &found.data), (&wanted.name, nulls(wanted), &wanted.data), "{name}");
    }
}

#[test]
fn the_days_and_the_events_have_bounds() {
    let scenario = files().remove("shadow_day").unwrap();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&scenario);
    let report = run(&ledger, &policy, &models, as_of).unwrap();
    let none: &[Event] = &[];
    assert!(report.shadow(none, 0).is_ok() && report.shadow(none, MAX_SHADOW_DAYS).is_ok());
    for days in [-1, MAX_SHADOW_DAYS + 1, i64::MAX] {
        assert_eq!(report.shadow(none, days).unwrap_err().problems()[0].code, ProblemCode::OutOfRange);
    }
    let unread = report.shadow_json(&json!([{ "event": "called", "on": "2026-11-20" }]).to_string(), 1).unwrap_err();
    assert_eq!(unread.problems()[0].code, ProblemCode::UnknownEvent);
    let all_alone = report.shadow(none, 1).unwrap();
    assert_eq!(all_alone.rows.len(), report.decisions().len());
}
