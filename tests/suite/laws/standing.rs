//! A day that stands: whatever happens on it, the report is that of the whole book run again for whom it touches, to the byte.

use super::book::{as_of, books};
use super::cases;
use super::policies::{acting, policies, read};
use super::steps::{event, steps};
use super::tables::ledger;
use crate::scenarios::{self, Inputs};
use ar_core::event::{Event, from_json};
use ar_core::{Changed, Ledger, Models, Policy, StandingDay, run_for};
use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Events that say nothing to the rest of a book, about one of its customers.
fn quiet(ledger: &Ledger, number: usize, [kind, who, which, more]: [u8; 4], on: NaiveDate) -> Option<Value> {
    let at = ledger.each_customer().nth(usize::from(who) % ledger.customers().len().max(1))?;
    let customer = ledger.text(ledger.customer(at)?.id);
    let items = ledger.items_of(at);
    let item = items.get(usize::from(which) % items.len().max(1)).map(|row| ledger.text(row.id));
    let text = ["We pay on Friday.", "Invoice is wrong, we dispute it.", "Who are you?"][usize::from(more) % 3];
    let mut event = match kind % 13 {
        0 => json!({ "event": "promise_made", "promise_id": format!("SP{number}"), "customer_id": customer, "due_on": "2026-11-27" }),
        1 => json!({ "event": "promise_made", "promise_id": format!("SP{number}"), "customer_id": customer, "item_id": item?, "due_on": "2026-12-01" }),
        2 => json!({ "event": "dispute_opened", "dispute_id": format!("SD{number}"), "item_id": item?, "reason": "damage" }),
        3 => json!({ "event": "reply_received", "reply_id": format!("SR{number}"), "customer_id": customer, "text": text }),
        4 => json!({ "event": "call_made", "customer_id": customer, "reached": more % 2 == 0 }),
        5 => json!({ "event": "statement_sent", "customer_id": customer, "channel": "email" }),
        6 => json!({ "event": "signal_received", "customer_id": customer, "kind": "insolvency", "severity": more % 101 }),
        7 => json!({ "event": "hold_placed", "customer_id": customer, "reason": "limit" }),
        8 => json!({ "event": "notice_sent", "customer_id": customer, "item_ids": [item?], "level": 1, "channel": "email", "notice_id": format!("SN{number}") }),
        9 => json!({ "event": "reply_sent", "customer_id": customer }),
        10 => json!({ "event": "owner_notified", "customer_id": customer }),
        11 => json!({ "event": "promise_withdrawn", "promise_id": ledger.text(ledger.promises_of(at).last()?.id) }),
        _ => json!({ "event": "dispute_resolved", "dispute_id": ledger.text(ledger.disputes_of(at).last()?.id), "state": "invalid" }),
    };
    event["on"] = json!(on);
    Some(event)
}

/// A day and the same book beside it, worked through in the plain way.
struct Both<'b> {
    day: StandingDay,
    ledger: Ledger,
    policy: &'b Policy,
    models: &'b Models,
    as_of: NaiveDate,
    /// Answers that were given of a part, and of the whole.
    kept: usize,
    again: usize,
}

impl<'b> Both<'b> {
    fn new(ledger: &Ledger, policy: &'b Policy, models: &'b Models, as_of: NaiveDate) -> Self {
        let day = StandingDay::try_new(ledger.clone(), policy, models, as_of).unwrap();
        assert_eq!(day.digest(), ledger.digest());
        Self { day, ledger: ledger.clone(), policy, models, as_of, kept: 0, again: 0 }
    }

    /// Takes events in on both ways; what differs, or nothing.
    fn step(&mut self, events: &[Value]) -> Result<(), String> {
        let events: Vec<Event> = match from_json(&json!(events).to_string()) {
            Ok(events) => events,
            Err(_) => return Ok(()),
        };
        let (mut next, before) = (self.ledger.clone(), self.day.digest());
        let plain = next.apply(&events);
        let same = |what: &str, one: &str, other: &str| if one == other { Ok(()) } else { Err(format!("{what} of {events:?}:\n{one}\n{other}")) };
        match (self.day.apply(&events), plain) {
            (Err(error), Err(expected)) => same("problems", &format!("{:?}", error.problems()), &format!("{:?}", expected.problems()))?,
            (Err(error), Ok(())) => {
                // What cannot be run is not taken in.
                let expected = ar_core::match_payments(&next, self.policy, self.models, self.as_of).err().map(|error| format!("{error:?}"));
                same("refusal", &format!("{error:?}"), &expected.unwrap_or_default())?;
                return same("digest", &self.day.digest(), &before);
            }
            (Ok(_), Err(expected)) => return Err(format!("{events:?} should be refused: {:?}", expected.problems())),
            (Ok(changed), Ok(())) => {
                self.ledger = next;
                self.compare(&changed).or_else(|what| same(&what, "", "differs"))?;
            }
        }
        same("digest", &self.day.digest(), &self.ledger.digest())
    }

    fn compare(&mut self, changed: &Changed) -> Result<(), String> {
        (self.kept, self.again) = (self.kept + usize::from(!changed.again), self.again + usize::from(changed.again));
        let ids: Vec<&str> = changed.customers.iter().map(String::as_str).collect();
        let expected = (!ids.is_empty()).then(|| run_for(&self.ledger, self.policy, self.models, self.as_of, &ids).unwrap().to_json());
        let found = changed.report.as_ref().map(|report| report.to_json());
        if found == expected { Ok(()) } else { Err(format!("again {}\n{}\n{}\n", changed.again, found.unwrap_or_default(), expected.unwrap_or_default())) }
    }
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn whatever_happens_the_report_is_that_of_the_book((book, policy) in (books(), policies()), told in proptest::collection::vec((any::<bool>(), any::<[u8; 4]>(), any::<[u8; 4]>()), 1..6), steps in steps()) {
        let ledger = ledger(&book);
        let (models, acting, policy) = (Models::fit(&ledger, as_of()), acting(), read(&policy));
        for policy in [&policy, &acting] {
            let mut both = Both::new(&ledger, policy, &models, as_of());
            let mut steps = steps.iter();
            for (number, (other, one, two)) in told.iter().enumerate() {
                let quiet = |number: usize, bytes: &[u8; 4]| quiet(&both.ledger, number, *bytes, as_of());
                let mut events: Vec<Value> = quiet(2 * number, one).into_iter().collect();
                events.extend(quiet(2 * number + 1, two).filter(|_| two[3] > 128));
                if *other && let Some(step) = steps.next() {
                    events = event(&both.ledger, &book, step).into_iter().collect();
                }
                let found = both.step(&events);
                prop_assert!(found.is_ok(), "{}", found.unwrap_err());
            }
            let kept = both.day.ledger().unwrap();
            prop_assert_eq!(kept.digest(), both.ledger.digest());
        }
    }
}

/// Every customer of every scenario, event by event; and most of it is worked out on the customer alone.
#[test]
fn customers_of_every_scenario_one_after_the_other() {
    let (mut kept, mut again, mut cash) = (0, 0, 0);
    for scenario in scenarios::all().values() {
        let Inputs { ledger, policy, models, as_of } = Inputs::of(scenario);
        if ledger.customers().is_empty() || ar_core::match_payments(&ledger, &policy, &models, as_of).is_err() {
            continue;
        }
        let mut both = Both::new(&ledger, &policy, &models, as_of);
        for number in 0..12u8 {
            let before = both.kept;
            let told: Vec<Value> = quiet(&ledger, usize::from(number), [number, number / 2, number, number], as_of).into_iter().collect();
            both.step(&told).unwrap_or_else(|what| panic!("{what}"));
            cash += usize::from(both.kept > before && !ledger.payments().is_empty());
        }
        (kept, again) = (kept + both.kept, again + both.again);
    }
    assert!(kept > 3 * again && cash > 500, "{kept} of a part, {cash} of them in books with payments; {again} of the whole");
}

/// Events that the whole book would refuse leave the day as it was, also where only others are in the way.
#[test]
fn what_is_refused_changes_nothing() {
    let all = scenarios::all();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&all["gate_run_budget"]);
    let mut both = Both::new(&ledger, &policy, &models, as_of);
    let promise = |id: &str, customer: &str| json!({ "event": "promise_made", "on": as_of, "promise_id": id, "customer_id": customer, "due_on": "2026-12-01" });
    both.step(&[promise("P-1", "C1")]).unwrap();
    // The identifier is taken, by another customer.
    for refused in [vec![promise("P-1", "C2")], vec![promise("P-2", "C3"), promise("P-1", "C1")], vec![promise("P-3", "nobody")]] {
        let before = both.day.digest();
        both.step(&refused).unwrap();
        assert_eq!(both.day.digest(), before);
    }
    both.step(&[promise("P-2", "C2"), promise("P-4", "C3")]).unwrap();
    both.step(&[promise("P-5", "C3")]).unwrap();
    assert_eq!((both.kept, both.again), (3, 0));
    assert_eq!(both.day.ledger().unwrap().digest(), both.ledger.digest());
}

/// Money, and what is reported of a decision.
#[test]
fn an_event_that_may_concern_the_book_is_worked_out_on_the_book() {
    let all = scenarios::all();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&all["gate_run_budget"]);
    let mut both = Both::new(&ledger, &policy, &models, as_of);
    both.step(&[json!({ "event": "payment_received", "on": as_of, "payment_id": "P-NEW", "currency": "EUR", "amount": "12.00", "customer_id": "C1" })]).unwrap();
    both.step(&[json!({ "event": "call_made", "on": as_of, "customer_id": "C2", "decision_id": "D-0123456789abcdef01234567" })]).unwrap();
    assert_eq!((both.kept, both.again), (0, 2));
}
