//! Cases of other systems and of laws: each is a scenario that says so in `cases`, or a vector of the same identifier. The list of
//! them is published, with what differs and why.

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
