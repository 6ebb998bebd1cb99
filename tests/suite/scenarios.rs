//! Scenarios as data: each file of `tests/scenarios` runs through Rust and through C, must give the same bytes, and
//! must hold what it expects. The digests are committed, so that Python (and any machine) is held to the same bytes.

use crate::c_face::Seen;
use crate::c_face::load::{Makes, Work, plain, report_made_by};
use crate::golden::{compare, path};
use ar_core::ledger::Ledger;
use ar_core::table::{Cell, Table};
use ar_core::{Error, Models, Policy, Report, run, run_for};
use ar_core_ffi::report::{ar_run, ar_run_for};
use ar_core_ffi::status::Status;
use chrono::NaiveDate;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::OnceLock;

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(value) => Cell::Bool(*value),
        Value::Number(number) => number.as_i64().map_or_else(|| Cell::Float(number.as_f64().unwrap()), Cell::Int),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(values) => Cell::List(values.iter().map(|value| value.as_str().unwrap().into()).collect()),
        Value::Object(_) => Cell::Other("object".into()),
    }
}

/// The tables of a scenario under a key: `tables` for the ledger, `models` for the models.
pub(crate) fn tables<'s>(scenario: &'s Value, key: &str) -> Vec<Table<'s>> {
    let rows =
        |rows: &Value| -> Vec<Vec<(String, Cell)>> { rows.as_array().unwrap().iter().map(|row| row.as_object().unwrap().iter().map(|(name, value)| (name.clone(), cell(value))).collect()).collect() };
    scenario.get(key).and_then(Value::as_object).into_iter().flatten().map(|(name, value)| Table::from_rows(name, rows(value))).collect()
}

/// Whether a value of the report has everything that is expected of it: objects may have more fields.
pub(crate) fn holds(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(value), Value::Object(wanted)) => wanted.iter().all(|(name, wanted)| value.get(name).is_some_and(|value| holds(value, wanted))),
        (Value::Array(value), Value::Array(wanted)) => value.len() == wanted.len() && value.iter().zip(wanted).all(|(value, wanted)| holds(value, wanted)),
        // Parameters stand in the table as JSON.
        (Value::String(text), Value::Object(_)) => serde_json::from_str(text).is_ok_and(|value| holds(&value, wanted)),
        _ => value == wanted,
    }
}

fn check(name: &str, scenario: &Value, report: &Value) {
    let part = |part: &str| report["parts"][part].as_array().unwrap_or_else(|| panic!("{name}: no part '{part}'"));
    let nothing = json!({});
    assert!(["expect", "absent", "count"].iter().any(|key| scenario.get(*key).is_some()), "{name} expects nothing");
    for (part_name, rows) in scenario.get("expect").unwrap_or(&nothing).as_object().unwrap() {
        for wanted in rows.as_array().unwrap() {
            assert!(part(part_name).iter().any(|row| holds(row, wanted)), "{name}: {part_name} has no row {wanted}; it has {:#?}", part(part_name));
        }
    }
    for (part_name, rows) in scenario.get("absent").unwrap_or(&nothing).as_object().unwrap() {
        for unwanted in rows.as_array().unwrap() {
            let found = part(part_name).iter().find(|row| holds(row, unwanted));
            assert!(found.is_none(), "{name}: {part_name} must have no row {unwanted}; it has {found:#?}");
        }
    }
    for (part_name, count) in scenario.get("count").unwrap_or(&nothing).as_object().unwrap() {
        assert_eq!(part(part_name).len() as u64, count.as_u64().unwrap(), "{name}: rows of {part_name}: {:#?}", part(part_name));
    }
}

/// What a scenario gives to a run.
pub(crate) struct Inputs {
    pub(crate) ledger: Ledger,
    pub(crate) policy: Policy,
    pub(crate) models: Models,
    pub(crate) as_of: NaiveDate,
}

impl Inputs {
    pub(crate) fn of(scenario: &Value) -> Self {
        let mut ledger = Ledger::try_new(&tables(scenario, "tables")).unwrap();
        if let Some(events) = scenario.get("events") {
            ledger.apply_json(&events.to_string()).unwrap();
        }
        // What was saved and restored is the same book: every scenario says so.
        let ledger = Ledger::from_bytes(&ledger.to_bytes()).unwrap();
        let policy = scenario.get("policy").map_or_else(Policy::default, |text| Policy::from_toml(text.as_str().unwrap()).unwrap());
        let as_of: NaiveDate = scenario["as_of"].as_str().unwrap().parse().unwrap();
        let models = Models::fit_on(&ledger, as_of, &tables(scenario, "models")).unwrap();
        Self { ledger, policy, models, as_of }
    }
}

/// One scenario through Rust: the bytes of its report.
pub(crate) fn day(scenario: &Value) -> String {
    report(scenario).unwrap().to_json()
}

/// One scenario through Rust: a day, or that of the `customers` that it names.
fn report(scenario: &Value) -> Result<Report, Error> {
    let Inputs { ledger, policy, models, as_of } = Inputs::of(scenario);
    match customers(scenario) {
        Some(customers) => run_for(&ledger, &policy, &models, as_of, &customers),
        None => run(&ledger, &policy, &models, as_of),
    }
}

pub(crate) fn customers(scenario: &Value) -> Option<Vec<&str>> {
    scenario.get("customers").map(|ids| ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect())
}

/// One scenario through an export of C: the bytes of its report.
pub(crate) fn through_c(work: Work, scenario: &Value) -> String {
    try_through_c(&plain(work), scenario).unwrap()
}

/// As [`report`], through C.
fn report_of_c(scenario: &Value) -> Result<String, (Status, Vec<Seen>)> {
    let Some(ids) = customers(scenario) else { return try_through_c(&plain(ar_run), scenario) };
    let ids: Vec<CString> = ids.into_iter().map(|id| CString::new(id).unwrap()).collect();
    let ids: Vec<_> = ids.iter().map(|id| id.as_ptr()).collect();
    try_through_c(&|ledger, policy, models, day, out, error| unsafe { ar_run_for(ledger, policy, models, day, ids.as_ptr(), ids.len(), out, error) }, scenario)
}

fn try_through_c(work: Makes<'_>, scenario: &Value) -> Result<String, (Status, Vec<Seen>)> {
    let events = scenario.get("events").map_or("[]".into(), Value::to_string);
    let as_of: NaiveDate = scenario["as_of"].as_str().unwrap().parse().unwrap();
    let policy = scenario.get("policy").and_then(Value::as_str).unwrap_or("");
    report_made_by(work, [&tables(scenario, "tables"), &tables(scenario, "models")], &events, policy, ar_core::calendar::days_since_epoch(as_of))
}

/// The bytes of each part of a report.
pub(crate) fn parts(report: &str) -> BTreeMap<&str, &str> {
    // A line that begins with a quotation mark begins a part: rows begin with a brace, and texts have no line feeds.
    let parts = report.split("\n\"").skip(1).map(|part| part.split_once("\":").unwrap());
    parts.map(|(name, rows)| (name, rows.trim_end_matches(['}', ',', '\n']))).collect()
}

/// The files of the scenarios, by name.
pub(crate) fn files() -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(path("tests/scenarios")).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        found.insert(name.clone(), toml::from_str(&text).unwrap_or_else(|bad| panic!("{name}: {bad}")));
    }
    assert!(found.len() >= 40, "only {} scenarios", found.len());
    found
}

/// The days of a scenario by name. One of several `steps` is one of several days on the same tables: each step adds its events to
/// those before, and has a day and expectations of its own; now and then a policy of its own. An event of a step may say in `of` what
/// the decision looks like that it is about: of the step before, or of the `step` that it names.
pub(crate) fn days(name: String, scenario: Value) -> Vec<(String, Value)> {
    let Some(steps) = scenario.get("steps").and_then(Value::as_array).cloned() else { return vec![(name, scenario)] };
    let mut events: Vec<Value> = scenario.get("events").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut found: Vec<(String, Value)> = Vec::new();
    for (number, step) in (1..).zip(steps) {
        let added = step.get("events").and_then(Value::as_array).into_iter().flatten();
        let added: Vec<Value> = added.map(|event| with_decision(event.clone(), &found)).collect();
        events.extend(added);
        let mut day = scenario.clone();
        day.as_object_mut().unwrap().remove("steps");
        day.as_object_mut().unwrap().extend(step.as_object().unwrap().clone());
        day["events"] = Value::Array(events.clone());
        found.push((format!("{name}@{number}"), day));
    }
    found
}

/// An event with the identifier of the decision that it describes.
fn with_decision(mut event: Value, before: &[(String, Value)]) -> Value {
    let Some(mut of) = event.as_object_mut().unwrap().remove("of") else { return event };
    let step = of.as_object_mut().unwrap().remove("step").map_or(before.len(), |step| step.as_u64().unwrap() as usize);
    let (name, scenario) = &before[step - 1];
    let report: Value = serde_json::from_str(&day(scenario)).unwrap();
    let decisions = report["parts"]["decisions"].as_array().unwrap();
    let found = decisions.iter().find(|row| holds(row, &of)).unwrap_or_else(|| panic!("{name}: no decision {of}; it has {decisions:#?}"));
    event["decision_id"] = found["decision_id"].clone();
    event
}

/// Every day of every scenario, worked out once: to name the decisions of a step, the one before is run.
fn every_day() -> &'static BTreeMap<String, Value> {
    static DAYS: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    DAYS.get_or_init(|| files().into_iter().flat_map(|(name, scenario)| days(name, scenario)).collect())
}

/// Every day of every scenario that may be run.
pub(crate) fn all() -> BTreeMap<String, Value> {
    every_day().iter().filter(|(_, day)| day.get("refused").is_none()).map(|(name, day)| (name.clone(), day.clone())).collect()
}

#[test]
fn days_that_are_refused() {
    let refused: Vec<(&String, &Value)> = every_day().iter().filter(|(_, day)| day.get("refused").is_some()).collect();
    assert!(!refused.is_empty());
    for (name, scenario) in refused {
        let error = report(scenario).err().unwrap_or_else(|| panic!("{name} is not refused"));
        assert_eq!(Some(error.problems()[0].code.name()), scenario["refused"].as_str(), "{name}");
        let (_, seen) = report_of_c(scenario).unwrap_err();
        assert_eq!(Some(seen[0].3.name()), scenario["refused"].as_str(), "{name} through C");
    }
}

#[test]
fn scenarios_hold_and_give_the_same_bytes_through_c() {
    let (mut digests, mut wrong) = (BTreeMap::new(), Vec::new());
    for (name, scenario) in all() {
        let told = std::panic::catch_unwind(|| {
            let json = day(&scenario);
            check(&name, &scenario, &serde_json::from_str(&json).unwrap());
            assert!(report_of_c(&scenario).unwrap() == json, "{name}: C gives other bytes than Rust");
            json
        });
        // One scenario that does not hold does not hide the others.
        let Ok(json) = told else {
            wrong.push(name);
            continue;
        };
        digests.insert(name, Sha256::digest(json.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    compare("tests/golden/scenarios.json", &format!("{}\n", serde_json::to_string_pretty(&digests).unwrap()));
}

/// A book of several chunks of customers: the Rust tests run it on one thread, those of Python on several.
#[test]
fn a_large_book_has_the_bytes_that_are_published() {
    let as_of: NaiveDate = "2026-11-20".parse().unwrap();
    let ledger = Ledger::try_new(&ar_core::simulate::simulate(9, 1_300, as_of)).unwrap();
    let json = run(&ledger, &Policy::default(), &Models::fit(&ledger, as_of), as_of).unwrap().to_json();
    let digest: String = Sha256::digest(json.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    compare("tests/golden/large_book.sha256", &format!("{digest}\n"));
}
