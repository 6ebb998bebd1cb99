//! Cases of other systems and of laws: each is a scenario that says so in `cases`, or a vector of the same identifier. The list of
//! them is published, with what differs and why. So is the list of guard-rails that people ask for, with the scenarios that show them.

use crate::golden::{compare, path};
use crate::scenarios::files;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

fn vectors(file: &str) -> Vec<Value> {
    let read: Value = serde_json::from_str(&std::fs::read_to_string(path(file)).unwrap()).unwrap();
    read["cases"].as_array().unwrap().clone()
}

/// Of each case: the file that has it, and what differs.
fn listed() -> BTreeMap<String, (String, Option<String>)> {
    let mut found = BTreeMap::new();
    for file in ["tests/suite/charge_vectors.json", "tests/suite/kpi_vectors.json"] {
        for case in vectors(file) {
            found.insert(case["id"].as_str().unwrap().to_owned(), (file.to_owned(), None));
        }
    }
    for (name, scenario) in files() {
        for case in scenario.get("cases").and_then(Value::as_array).into_iter().flatten() {
            let row = (format!("tests/scenarios/{name}.toml"), scenario.get("differs").and_then(Value::as_str).map(String::from));
            let before = found.insert(case.as_str().unwrap().to_owned(), row);
            assert!(before.is_none_or(|before| before.0.ends_with(".json")), "{case} has two scenarios");
        }
    }
    found
}

#[test]
fn cases_are_as_published() {
    let mut text = String::from(
        "# Cases of other systems and of laws\n\nGenerated. Each case is reproduced by a policy alone, in a scenario or as a vector of arithmetic; where the answer differs, the line says how.\n\n| case | file | answer |\n|---|---|---|\n",
    );
    for (case, (file, differs)) in listed() {
        writeln!(text, "| {case} | `{file}` | {} |", differs.map_or("same".into(), |line| format!("differs: {line}"))).unwrap();
    }
    compare("tests/golden/cases.md", &text);
}

/// The data is not part of the project; without it there is nothing to compare with.
#[test]
fn no_case_is_left_out() {
    let shared = std::env::var_os("AR_SHARED").map_or_else(|| path("../shared"), PathBuf::from).join("data/dunning");
    let listed = listed();
    for file in ["cases.json", "kpi_cases.json"] {
        let Ok(text) = std::fs::read_to_string(shared.join(file)) else { continue };
        let cases: Value = serde_json::from_str(&text).unwrap();
        let ids = cases["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap());
        let missing: Vec<&str> = ids.filter(|id| !listed.contains_key(*id)).collect();
        assert!(missing.is_empty(), "{file}: no scenario and no vector for {missing:?}");
    }
}

/// Guard-rails that people ask for of an engine that acts by itself.
const GUARDS: [(i64, &str); 25] = [
    (88, "A request for more time on a large balance goes to a person"),
    (101, "A large credit or a large debt needs more than one approval"),
    (104, "Decisions follow the credit policy"),
    (105, "A credit hold of a strategic account goes to a person"),
    (106, "Terms of credit follow how a customer pays"),
    (107, "Discounts inside a programme"),
    (112, "Level 0: manual"),
    (113, "Level 1: a person approves each action"),
    (114, "Level 2: the engine acts inside thresholds and asks beyond"),
    (115, "Level 3: the mandate widens as the record proves it"),
    (116, "You choose where to start, and see where you are"),
    (117, "A plan over a length needs approval"),
    (118, "A balance above an amount: a person looks before the tone escalates"),
    (119, "Named strategic accounts have their owner in"),
    (120, "Inside the lines it acts, outside it stops and asks"),
    (121, "The thresholds are yours to tighten or loosen"),
    (122, "A conservative start"),
    (123, "A start on the segments of low risk"),
    (124, "Shadow: compared with what the team would have done"),
    (125, "Wider only when it is at least as good as people"),
    (126, "High or unusual moves are approved by a person"),
    (127, "A short list of decisions for people, the engine carries them out"),
    (128, "The team sets the policy and handles exceptions"),
    (129, "Rules mirror credit policy, contracts and thresholds of risk"),
    (130, "What is done by itself stays inside agreed guard-rails"),
];

#[test]
fn guard_rails_are_as_published() {
    let mut shown: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (name, scenario) in files() {
        for number in scenario.get("guard").and_then(Value::as_array).into_iter().flatten() {
            shown.entry(number.as_i64().unwrap()).or_default().push(format!("`{name}`"));
        }
    }
    let mut text = String::from(
        "# Guard-rails\n\nGenerated. What people ask for of an engine that acts by itself, and the scenarios of `tests/scenarios` that show it; where there is a number, below it, at it and above it.\n\n| | guard-rail | scenarios |\n|---|---|---|\n",
    );
    for (number, guard) in GUARDS {
        let files = shown.remove(&number).map_or("not by a scenario".into(), |files| files.join(", "));
        writeln!(text, "| {number} | {guard} | {files} |").unwrap();
    }
    assert!(shown.is_empty(), "scenarios of guard-rails that are not listed: {shown:?}");
    compare("tests/golden/guards.md", &text);
}
