//! Rows out: what they say is what the tables of the report say, for every scenario.

use super::load::with_report_of_c;
use super::string;
use crate::scenarios::{self, tables};
use ar_core_ffi::report::*;
use ar_core_ffi::rows::*;
use ar_core_ffi::status::Status;
use serde_json::{Value, json};
use std::ffi::c_char;
use std::ptr;

type Read<T> = unsafe extern "C" fn(*const ReportHandle, *mut *const T, *mut usize) -> Status;

/// The rows of a part as the JSON of the report has them, by those members that are in both.
fn rows<T>(report: *const ReportHandle, read: Read<T>, row: impl Fn(&T) -> Value) -> Vec<Value> {
    let (mut rows, mut len) = (ptr::null(), 0);
    assert_eq!(unsafe { read(report, &mut rows, &mut len) }, Status::Ok);
    let rows = if len == 0 { &[][..] } else { unsafe { std::slice::from_raw_parts(rows, len) } };
    rows.iter().map(row).collect()
}

fn text(text: *const c_char) -> Value {
    if text.is_null() { Value::Null } else { json!(string(text)) }
}

fn day(days: i32) -> Value {
    if days == 0 { Value::Null } else { json!(ar_core::calendar::date_from_days(days).unwrap().to_string()) }
}

/// An amount with the decimals of the report, which are those of its finest currency.
fn amount(minor: i64, currency: [c_char; 4], scale: usize) -> Value {
    let code = string(currency.as_ptr());
    let exponent = usize::from(ar_core::Currency::try_new(&code).unwrap().exponent());
    let text = ar_core::money::minor_to_text(minor, exponent as u8);
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    json!(if scale == 0 { whole.to_owned() } else { format!("{whole}.{part:0<scale$}") })
}

fn scale(rows: &[Value], column: &str) -> usize {
    rows.first().map_or(0, |row| row[column].as_str().unwrap().split_once('.').map_or(0, |(_, part)| part.len()))
}

fn same(name: &str, part: &[Value], rows: &[Value]) {
    assert_eq!(part.len(), rows.len(), "{name}");
    for (wanted, row) in part.iter().zip(rows) {
        for (member, value) in row.as_object().unwrap() {
            assert_eq!(&wanted[member], value, "{name}: {member} of {wanted}");
        }
    }
}

fn check(name: &str, report: *const ReportHandle) -> [usize; 3] {
    let mut json_text = ptr::null();
    assert_eq!(unsafe { ar_report_json(report, &mut json_text, ptr::null_mut()) }, Status::Ok);
    let whole: Value = serde_json::from_str(&string(json_text)).unwrap();
    let part = |part: &str| whole["parts"][part].as_array().unwrap().clone();
    let (scored, cash, asked) = (part("scores"), part("forecast"), part("escalations"));
    let scores = rows(report, ar_report_scores, |row: &ScoreRow| {
        assert!(row.reasons_len > 0);
        json!({
            "item_id": text(row.item_id), "customer_id": text(row.customer_id), "currency": string(row.currency.as_ptr()), "days_late": row.days_late,
            "open_amount": amount(row.open_amount_minor, row.currency, scale(&scored, "open_amount")), "p_late": row.p_late, "p_late_30": row.p_late_30,
            "p_default": row.p_default, "expected_on": day(row.expected_on), "median_on": day(row.median_on), "q10_on": day(row.q10_on),
            "q90_on": day(row.q90_on), "priority": row.priority, "class": text(row.class_name),
            "counterfactual": if row.counterfactual.is_null() { json!("") } else { text(row.counterfactual) },
        })
    });
    same(name, &scored, &scores);
    let forecast = rows(report, ar_report_forecast, |row: &ForecastRow| {
        let units = |minor| amount(minor, row.currency, scale(&cash, "expected"));
        json!({
            "on": day(row.on), "currency": string(row.currency.as_ptr()), "line": text(row.line), "expected": units(row.expected_minor), "lo80": units(row.lo80_minor),
            "hi80": units(row.hi80_minor), "lo95": units(row.lo95_minor), "hi95": units(row.hi95_minor),
        })
    });
    same(name, &cash, &forecast);
    let escalations = rows(report, ar_report_escalations, |row: &EscalationRow| {
        json!({
            "rank": row.rank, "decision_id": text(row.decision_id), "question": text(row.question), "customer_id": text(row.customer_id), "segment": text(row.segment),
            "currency": string(row.currency.as_ptr()), "action": row.action.name(), "amount": amount(row.amount_minor, row.currency, scale(&asked, "amount")),
            "confidence_ppm": row.confidence_ppm, "role": text(row.role), "person": text(row.person), "why": text(row.why), "asked_on": day(row.asked_on),
            "answer_by": day(row.answer_by), "expires_on": day(row.expires_on), "unanswered": text(row.unanswered), "alternatives": text(row.alternatives),
            "params": text(row.params), "context": text(row.context),
        })
    });
    same(name, &asked, &escalations);
    [scores.len(), forecast.len(), escalations.len()]
}

#[test]
fn rows_of_every_scenario_say_what_its_json_says() {
    let mut seen = [0; 3];
    for (name, scenario) in scenarios::files().into_iter().step_by(5).flat_map(|(name, scenario)| scenarios::days(name, scenario)) {
        let as_of: chrono::NaiveDate = scenario["as_of"].as_str().unwrap().parse().unwrap();
        let events = scenario.get("events").map_or("[]".into(), Value::to_string);
        let policy = scenario.get("policy").and_then(Value::as_str).unwrap_or("");
        let given = [&tables(&scenario, "tables")[..], &tables(&scenario, "models")];
        let Ok(counts) = with_report_of_c(ar_run, given, &events, policy, ar_core::calendar::days_since_epoch(as_of), |report| check(&name, report)) else { continue };
        seen = std::array::from_fn(|at| seen[at] + counts[at]);
    }
    assert!(seen.iter().all(|rows| *rows > 50), "rows of scores, forecasts and escalations: {seen:?}");
}
