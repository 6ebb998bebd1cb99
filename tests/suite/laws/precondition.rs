//! A notice rests on the amounts that it names: where one of them is another by the time it is reported sent, it is void.

use crate::scenarios::Inputs;
use ar_core::{ErrorCode, Ledger, Models, Policy, ProblemCode, run};
use serde_json::{Value, json};

fn book() -> Ledger {
    let tables = json!({
        "customers": [{ "customer_id": "C1" }],
        "items": [
            { "item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": "100.00", "issued_on": "2026-09-11", "due_on": "2026-10-11" },
            { "item_id": "I2", "customer_id": "C1", "currency": "EUR", "amount": "50.00", "issued_on": "2026-09-11", "due_on": "2026-10-11" },
        ],
    });
    Inputs::of(&json!({ "as_of": "2026-11-20", "tables": tables })).ledger
}

/// The notice of the day as its event.
fn notice(ledger: &Ledger) -> Value {
    let as_of = "2026-11-20".parse().unwrap();
    let report = run(ledger, &Policy::default(), &Models::fit(ledger, as_of), as_of).unwrap();
    let told: Value = serde_json::from_str(&report.explain(&report.decisions()[0].id).unwrap()).unwrap();
    json!({ "event": "notice_sent", "on": "2026-11-20", "customer_id": "C1", "item_ids": ["I1", "I2"], "level": 1, "precondition": told["params"]["precondition"] })
}

// Killed by: a digest of something else, one that is not compared, one that forgets what is disputed or who is meant.
#[test]
fn a_notice_is_refused_where_an_amount_changed() {
    let sent = notice(&book());
    assert_eq!(sent["precondition"], json!(book().precondition_of(["I2", "I1"]).unwrap()), "in any order");
    book().apply_json(&json!([sent]).to_string()).unwrap();
    let paid = json!({ "event": "payment_received", "on": "2026-11-20", "payment_id": "P1", "customer_id": "C1", "currency": "EUR", "amount": "1.00" });
    let posted = json!({ "event": "items_allocated", "on": "2026-11-20", "payment_id": "P1", "allocations": [{ "item_id": "I2", "amount": "1.00" }] });
    let disputed = json!({ "event": "dispute_opened", "on": "2026-11-20", "dispute_id": "D1", "item_id": "I1", "amount": "0.01" });
    let undone = json!({ "event": "allocation_reversed", "on": "2026-11-20", "payment_id": "P1" });
    let resolved = json!({ "event": "dispute_resolved", "on": "2026-11-20", "dispute_id": "D1", "state": "invalid" });
    for changes in [vec![&paid, &posted], vec![&disputed]] {
        let batch: Vec<&Value> = changes.into_iter().chain([&sent]).collect();
        let error = book().apply_json(&json!(batch).to_string()).unwrap_err();
        assert_eq!((error.code(), error.problems()[0].code), (ErrorCode::InvalidEvents, ProblemCode::ChangedFacts));
    }
    // What was taken back again changed nothing; and what only stands on account is no less owed.
    for changes in [vec![&paid, &posted, &undone], vec![&disputed, &resolved], vec![&paid]] {
        let batch: Vec<&Value> = changes.into_iter().chain([&sent]).collect();
        book().apply_json(&json!(batch).to_string()).unwrap();
    }
}

#[test]
fn items_that_are_not_known_are_all_named() {
    let error = book().precondition_of(["I1", "I3", "I4"]).unwrap_err();
    let told: Vec<_> = error.problems().iter().map(|problem| (problem.row, problem.code)).collect();
    assert_eq!(told, [(Some(1), ProblemCode::UnknownItem), (Some(2), ProblemCode::UnknownItem)]);
}
