//! Outgoing text is checked against the facts: cases, written texts and what changes them, and whatever else may come.

use crate::golden::path;
use ar_core::conversation::verify::{Facts, verify_notice};
use serde_json::Value;

/// The cases of `tests/reference/grounding.jsonl`: facts, a message, and what is wrong with it.
#[test]
fn the_cases_come_out_as_written() {
    let text = std::fs::read_to_string(path("tests/reference/grounding.jsonl")).unwrap();
    let (mut seen, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let facts = Facts::from_value(&case["facts"]).unwrap();
        let message = case["message"].as_str().unwrap();
        let verdict = verify_notice(message, &facts);
        let codes: Vec<&str> = verdict.findings.iter().map(|finding| finding.code.name()).collect();
        let right = if case["expect"] == "accept" { verdict.accepted } else { codes.contains(&case["reason_code"].as_str().unwrap()) };
        if !right {
            wrong.push(format!("{}: wanted {}, got {codes:?}", case["id"], case["reason_code"]));
        }
        assert_eq!(verdict.accepted, verdict.findings.is_empty());
        assert!(verdict.claims.iter().all(|claim| !claim.span.of(message).is_empty()), "{}", case["id"]);
        seen += 1;
    }
    assert!(wrong.is_empty() && seen >= 100, "{seen} cases; {}", wrong.join("\n"));
}
