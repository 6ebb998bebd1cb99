//! Measures of autonomy against the second implementation: random histories of questions, verdicts, deeds and reversals.

use crate::laws::reference::agrees;
use ar_core::table::{Cell, Table};
use ar_core::{Ledger, Models, Policy, Report, run};
use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};
use std::fmt::Write;

const BOOKS: usize = 120;
const ITEMS: u64 = 12;

/// One source of chance: the same books every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn as_of() -> NaiveDate {
    "2026-11-20".parse().unwrap()
}

fn ago(days: u64) -> NaiveDate {
    as_of() - Days::new(days)
}

/// Items and payments in pairs of one amount, some customers with a segment.
fn tables() -> Vec<(&'static str, Vec<Map<String, Value>>)> {
    let row = |value: Value| value.as_object().unwrap().clone();
    let amount = |at: u64| format!("{}.00", 100 + at * 10);
    let items = (0..ITEMS)
        .map(|at| row(json!({ "item_id": format!("I{at}"), "customer_id": format!("C{}", at % 4), "currency": "EUR", "amount": amount(at), "issued_on": "2026-05-01", "due_on": "2026-06-01" })));
    let payments = (0..ITEMS).map(|at| {
        row(json!({ "payment_id": format!("P{at}"), "customer_id": format!("C{}", at % 4), "currency": "EUR", "amount": amount(at), "received_on": "2026-07-01", "text": format!("I{at}") }))
    });
    let customers = (0..4).map(|at| row(json!({ "customer_id": format!("C{at}"), "segment": if at == 3 { "small" } else { "" } })));
    vec![("customers", customers.collect()), ("items", items.collect()), ("payments", payments.collect())]
}

fn ledger() -> Ledger {
    let cell = |value: &Value| Cell::Text(value.as_str().unwrap().into());
    let cells = |rows: &[Map<String, Value>]| -> Vec<Vec<(String, Cell)>> { rows.iter().map(|row| row.iter().map(|(name, value)| (name.clone(), cell(value))).collect()).collect() };
    let table = |(name, rows): (&'static str, Vec<Map<String, Value>>)| Table::from_rows(name, cells(&rows));
    Ledger::try_new(&tables().into_iter().map(table).collect::<Vec<_>>()).unwrap()
}

/// What happens to one decision, in the order in which it would: asked, answered, done, undone; each of it or not.
fn story(chance: &mut Chance, id: &str, at: u64) -> Vec<Value> {
    let mut days = chance.below(140);
    let mut on = move |chance: &mut Chance| {
        days = days.saturating_sub(chance.below(6));
        ago(days)
    };
    let mut told = Vec::new();
    if chance.below(2) == 0 {
        told.push(json!({ "event": "decision_asked", "on": on(chance), "decision_id": id }));
    }
    for _ in 0..chance.below(3) {
        let name = ["decision_approved", "decision_rejected", "decision_edited"][chance.below(3) as usize];
        let mut event = json!({ "event": name, "on": on(chance), "decision_id": id, "by": (["Ms A", "Mr B"][chance.below(2) as usize]) });
        if name == "decision_edited" {
            event["edit"] = json!({ "channel": "letter" });
        }
        if chance.below(2) == 0 {
            event["action"] = json!((["send_notice", "post_allocation"][chance.below(2) as usize]));
        }
        told.push(event);
    }
    if chance.below(4) > 0 {
        let what = match chance.below(6) {
            0 => json!({ "event": "call_made", "customer_id": format!("C{}", at % 4) }),
            1 => json!({ "event": "owner_notified", "customer_id": format!("C{}", at % 4) }),
            2 => json!({ "event": "hold_placed", "customer_id": format!("C{}", at % 4) }),
            _ => {
                json!({ "event": "items_allocated", "payment_id": format!("P{at}"), "allocations": [{ "item_id": format!("I{at}"), "amount": (if chance.below(3) == 0 { "50.00".into() } else { format!("{}.00", 100 + at * 10) }) }] })
            }
        };
        let mut event = what;
        event["on"] = json!(on(chance));
        if event["event"] != "items_allocated" || chance.below(5) > 0 {
            event["decision_id"] = json!(id);
        }
        if chance.below(4) == 0 {
            event["by"] = json!("Mr C");
        }
        let undone = event["event"] == "items_allocated" && event.get("decision_id").is_some() && chance.below(4) == 0;
        told.push(event);
        if undone {
            told.push(json!({ "event": "allocation_reversed", "on": on(chance), "posting": id, "by": "Mr C" }));
        }
    }
    if told.is_empty() {
        told.push(json!({ "event": "decision_approved", "on": as_of() + Days::new(1 + chance.below(9)), "decision_id": id, "by": "Ms A" }));
    }
    told
}

fn day(books: &Ledger, policy: &Policy) -> Report {
    run(books, policy, &Models::fit(books, as_of()), as_of()).unwrap()
}

#[test]
fn a_second_implementation_measures_the_same_autonomy() {
    let (mut chance, mut lines) = (Chance(7), String::new());
    for book in 0..BOOKS {
        let policy = if book % 3 == 0 { Policy::default() } else { Policy::from_toml("[autonomy]\ndefault_level = 2\n\n[reporting]\nkpi_days = 60\n").unwrap() };
        let mut books = ledger();
        let mut events: Vec<Value> = (0..ITEMS).flat_map(|at| story(&mut chance, &format!("D-{at}"), at)).collect();
        // Some of what the day will ask was asked before, or answered.
        for decision in day(&books, &policy).decisions().iter().filter(|decision| decision.action() != ar_core::action::ActionKind::Wait) {
            match chance.below(4) {
                0 => events.push(json!({ "event": "decision_asked", "on": ago(chance.below(3)), "decision_id": decision.id })),
                1 => events.push(json!({ "event": "decision_approved", "on": ago(chance.below(2)), "decision_id": decision.id, "by": "Ms A" })),
                _ => {}
            }
        }
        events.sort_by_key(|event| event["on"].as_str().unwrap().to_string());
        events.retain(|event| books.apply_json(&json!([event]).to_string()).is_ok());
        let report: Value = serde_json::from_str(&day(&books, &policy).to_json()).unwrap();
        let tables: Map<String, Value> = tables().into_iter().map(|(name, rows)| (name.into(), json!(rows))).collect();
        let policy: Value = serde_json::from_str(&policy.to_json()).unwrap();
        let parts = json!({ "kpis": report["parts"]["kpis"], "decisions": report["parts"]["decisions"] });
        writeln!(lines, "{}", json!({ "as_of": as_of(), "tables": tables, "policy": policy, "parts": parts, "events": events })).unwrap();
    }
    agrees("reference_autonomy.jsonl", &lines, BOOKS);
}
