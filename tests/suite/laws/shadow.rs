//! Shadow mode: each decision and each deed is there once, the order of the events does not matter, and who does what the engine would
//! have done agrees with it.

use super::again::{done, params};
use super::book::{as_of, books};
use super::cases;
use super::policies::{policies, read};
use super::tables::{day, ledger, next};
use ar_core::action::ActionKind;
use ar_core::ledger::action_of;
use ar_core::report::shadow::{MAX_SHADOW_DAYS, ShadowClass};
use ar_core::{Event, Report};
use chrono::Days;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What people would report who did all that the engine would have done, on the days for which it was decided; by decision.
fn obedient(report: &Report) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for (decision, params) in report.decisions().iter().zip(params(report)) {
        let Some(mut event) = done(decision, &params, report.ledger()) else { continue };
        event["on"] = json!(decision.draft.params.on.unwrap_or(as_of()));
        event.as_object_mut().unwrap().remove("decision_id");
        found.insert(decision.id.clone(), event);
    }
    found
}

/// People who do some of it, some otherwise or on another day, some twice, and some things of their own.
fn wilful(report: &Report, seed: u64) -> Vec<Value> {
    let mut state = seed;
    let mut events = Vec::new();
    for (id, mut event) in obedient(report) {
        match next(&mut state) % 8 {
            0 => continue,
            1 => events.push(event.clone()),
            2 => event["on"] = json!(as_of() + Days::new(next(&mut state) % 80)),
            3 if event.get("level").is_some_and(Value::is_number) => event["level"] = json!(9),
            4 if event.get("customer_id").is_some_and(Value::is_string) => event = json!({ "event": "call_made", "on": as_of(), "customer_id": event["customer_id"] }),
            5 => event["decision_id"] = json!(id),
            6 if event["event"] == "items_allocated" => event["allocations"][0]["amount"] = json!("0.01"),
            _ => {}
        }
        events.push(event);
    }
    events.push(json!({ "event": "statement_sent", "on": as_of(), "customer_id": "nobody whom the books know" }));
    events.push(json!({ "event": "items_allocated", "on": as_of(), "payment_id": "unknown", "allocations": [{ "item_id": "unknown", "amount": "1.00" }] }));
    events.push(json!({ "event": "day_closed", "on": as_of() }));
    events
}

fn parsed(events: &[Value]) -> Vec<Event> {
    let mut problems = ar_core::error::Problems::default();
    let events = ar_core::event::parse(&Value::Array(events.to_vec()).to_string(), &mut problems);
    assert_eq!(problems.total(), 0);
    events
}

proptest! {
    #![proptest_config(cases(150))]

    // Killed by: a deed that two rows have or none, an event of another day that counts, a result that follows the order of the events.
    #[test]
    fn each_decision_and_each_deed_is_there_once(book in books(), policy in policies(), seed in 1u64.., days in 0i64..=60) {
        let report = day(&ledger(&book), &read(&policy));
        let events = wilful(&report, seed);
        let shadow = report.shadow(&parsed(&events), days).unwrap();
        let decided: Vec<&str> = report.decisions().iter().map(|decision| decision.id.as_str()).collect();
        let found: Vec<&str> = shadow.rows.iter().filter_map(|row| row.decision_id.as_deref()).collect();
        prop_assert_eq!(found, decided);
        let last = as_of() + Days::new(days as u64);
        let deeds = parsed(&events).iter().filter(|event| event.on >= as_of() && event.on <= last && action_of(&event.what).is_some()).count();
        prop_assert_eq!(shadow.rows.iter().map(|row| row.deeds).sum::<i64>(), deeds as i64);
        for row in &shadow.rows {
            let (decided, people) = (row.decision_id.is_some(), row.deeds > 0);
            let fits = match row.class {
                ShadowClass::Same => decided && (people || row.action == ActionKind::Wait) && row.differs.is_empty(),
                ShadowClass::Differs => decided && people && !row.differs.is_empty() && row.people == Some(row.action),
                ShadowClass::Other => decided && people && row.differs.is_empty(),
                ShadowClass::EngineOnly => decided && !people && row.minutes == 0,
                ShadowClass::PeopleOnly => !decided && people && row.worth.is_none(),
            };
            prop_assert!(fits, "{row:?}");
        }
        let sums: (i64, i64) = shadow.sums.iter().fold((0, 0), |sum, row| (sum.0 + row.count, sum.1 + row.minutes));
        prop_assert_eq!(sums, (shadow.rows.len() as i64, shadow.rows.iter().map(|row| row.minutes).sum()));
        let mut turned = events;
        let mut state = seed;
        for at in (1..turned.len()).rev() {
            turned.swap(at, (next(&mut state) % (at as u64 + 1)) as usize);
        }
        prop_assert_eq!(report.shadow(&parsed(&turned), days).unwrap().to_json(), shadow.to_json());
    }

    // Killed by: a pair across customers or records, a particular that is read otherwise of one side.
    #[test]
    fn who_does_the_same_agrees(book in books(), policy in policies()) {
        let report = day(&ledger(&book), &read(&policy));
        let events = obedient(&report);
        let shadow = report.shadow(&parsed(&events.values().cloned().collect::<Vec<_>>()), MAX_SHADOW_DAYS).unwrap();
        for row in &shadow.rows {
            let id = row.decision_id.as_deref().unwrap_or("");
            prop_assert!(row.class == ShadowClass::Same || !events.contains_key(id) && row.class == ShadowClass::EngineOnly, "{row:?}\n{:?}", events.get(id));
            prop_assert!(row.lines.is_none_or(|lines| lines.engine == lines.right && lines.right == lines.people));
        }
        let reportable: BTreeSet<ActionKind> = report.decisions().iter().filter(|decision| events.contains_key(&decision.id)).map(|decision| decision.action()).collect();
        let shares: Vec<_> = shadow.sums.iter().filter(|row| reportable.contains(&row.action)).map(|row| (row.agreed, row.of)).collect();
        prop_assert!(shares.iter().all(|(agreed, of)| agreed == of), "{shares:?}");
    }
}
