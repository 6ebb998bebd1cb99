//! What people say, and when: a question keeps its identifier, a word counts for its matter and its day, and the order in which words
//! about different things are told does not matter.

use super::asks::{Ask, asks, decision, draft, id, mode, said, tell};
use super::book::{ago, as_of, books};
use super::cases;
use super::policies::{policies, read};
use super::tables::ledger;
use ar_core::action::{ActionKind, Mode};
use ar_core::calendar::add_days;
use ar_core::decision::Decision;
use ar_core::escalation::Gate;
use ar_core::{Ledger, Models, Policy};
use proptest::prelude::*;
use serde_json::{Value, json};

fn on_day(books: &Ledger, policy: &Policy, ask: &Ask, days: i32) -> Option<Decision> {
    Gate::new(books, policy, add_days(as_of(), days)).pass(draft(ask), &[]).ok()
}

fn apply(books: &mut Ledger, event: &Value) {
    books.apply_json(&json!([event]).to_string()).unwrap();
}

/// The decisions of a day, without the digests that name the books.
fn decisions(books: &Ledger, policy: &Policy, models: &Models) -> Value {
    let report: Value = serde_json::from_str(&ar_core::run(books, policy, models, as_of()).unwrap().to_json()).unwrap();
    json!([report["parts"]["decisions"], report["parts"]["escalations"], report["parts"]["outcomes"]])
}

proptest! {
    #![proptest_config(cases(400))]

    /// The same facts give the same identifier; who was asked is asked under the same one as long as the decision lives, and not longer.
    #[test]
    fn a_question_keeps_its_identifier(book in books(), policy in policies(), ask in asks(), lives in 1i64..9, verdict in any::<bool>()) {
        let mut policy = policy;
        policy["collections"]["decision_days"] = json!(lives);
        policy["segments"] = json!({});
        let (mut books, policy) = (ledger(&book), read(&policy));
        let Some(first) = decision(&books, &policy, &[], &ask) else { return Ok(()) };
        prop_assert_eq!(&first.id, &id(&books, &policy, &ask));
        let unasked = on_day(&books, &policy, &ask, 1).unwrap();
        prop_assert_ne!(&unasked.id, &first.id);
        let word = if verdict { json!({ "event": "decision_approved", "on": as_of(), "by": "Ms Ash", "decision_id": first.id }) } else { json!({ "event": "decision_asked", "on": as_of(), "decision_id": first.id }) };
        apply(&mut books, &word);
        for days in 0..=lives as i32 + 2 {
            let found = on_day(&books, &policy, &ask, days).unwrap();
            prop_assert_eq!(found.id == first.id, i64::from(days) <= lives, "on day {} of {}", days, lives);
            if found.id == first.id {
                prop_assert_eq!(found.expires_on, first.expires_on);
            }
        }
    }

    /// What is told of a later day changes nothing of this one: no word, no question, no stop and no level.
    // Killed by: a day that is not compared.
    #[test]
    fn what_is_said_later_changes_nothing(book in books(), policy in policies(), told in said(6), later in said(6), ask in asks()) {
        let (mut books, policy) = (ledger(&book), read(&policy));
        let (named, customer) = (id(&books, &policy, &ask), &book.customers[0].id);
        tell(&mut books, &told, &named, &ask, customer);
        let before = decision(&books, &policy, &[], &ask);
        let later: Vec<_> = later.into_iter().filter(|row| row.what < 9).map(|mut row| { row.days = -1 - row.days; row }).collect();
        tell(&mut books, &later, &named, &ask, customer);
        prop_assert_eq!(decision(&books, &policy, &[], &ask), before);
    }

    /// More that the engine did takes of budgets and gives nothing, where no precedents are wanted.
    #[test]
    fn more_that_was_done_lets_nothing_act(book in books(), policy in policies(), ask in asks(), deeds in proptest::collection::vec((0i64..12, 1i64..400, any::<bool>()), 1..5)) {
        let mut policy = policy;
        policy["autonomy"]["min_precedents"] = json!(0);
        policy["segments"] = json!({});
        let (mut books, policy) = (ledger(&book), read(&policy));
        let before = mode(&books, &policy, &[], &ask);
        for (at, (days, amount, plain)) in deeds.iter().enumerate() {
            let event = if *plain { json!({ "event": "owner_notified" }) } else { json!({ "event": "item_issued", "item_id": format!("F-{at}"), "kind": "fee", "currency": "EUR", "amount": amount.to_string(), "due_on": ago(*days) }) };
            let mut event = event;
            event.as_object_mut().unwrap().extend(json!({ "on": ago(*days), "decision_id": format!("D-{at}"), "customer_id": book.customers[0].id }).as_object().unwrap().clone());
            apply(&mut books, &event);
        }
        prop_assert!(!(before == Some(Mode::Ask) && mode(&books, &policy, &[], &ask) == Some(Mode::Act)), "{:?} asks, and acts behind {:?}", ask, deeds);
    }

    /// One person who says the same twice is one person, and who changed something is not asked about it again.
    #[test]
    fn two_people_are_two(book in books(), policy in policies(), ask in asks(), edits in any::<bool>()) {
        let mut policy = policy;
        policy["autonomy"]["second_approval_amount"] = json!(0);
        policy["autonomy"]["actions"] = json!({});
        policy["segments"] = json!({});
        let (mut books, policy) = (ledger(&book), read(&policy));
        let named = id(&books, &policy, &ask);
        prop_assume!(ActionKind::ALL[ask.action] != ActionKind::Wait);
        if edits {
            apply(&mut books, &json!({ "event": "decision_edited", "on": as_of(), "by": "Ms Ash", "decision_id": named, "edit": { "tone": "friendly" } }));
            let own = json!([{ "event": "decision_approved", "on": as_of(), "by": "MS ASH", "decision_id": named }]);
            prop_assert!(books.apply_json(&own.to_string()).is_err());
            prop_assert!(mode(&books, &policy, &[], &ask) != Some(Mode::Act), "a change acts alone");
        } else {
            ["Ms Ash", "Ms Ash", "ms ash "].iter().for_each(|by| apply(&mut books, &json!({ "event": "decision_approved", "on": as_of(), "by": by, "decision_id": named })));
            prop_assert!(mode(&books, &policy, &[], &ask) != Some(Mode::Act), "one person approved it three times");
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    /// Words about different decisions, and stops of different extent, may be told in any order: the same books, the same day.
    #[test]
    fn the_order_of_words_does_not_matter(book in books(), policy in policies(), kinds in proptest::collection::vec(0usize..5, 1..8), shuffle in any::<u64>()) {
        let (books, policy) = (ledger(&book), read(&policy));
        let models = Models::fit(&books, as_of());
        let report = ar_core::run(&books, &policy, &models, as_of()).unwrap();
        let ids = report.decisions().iter().map(|decision| decision.id.clone());
        let mut words: Vec<Value> = ids.zip(kinds.iter().cycle()).map(|(id, kind)| match kind {
            0 => json!({ "event": "decision_approved", "on": as_of(), "by": "Ms Ash", "decision_id": id }),
            1 => json!({ "event": "decision_rejected", "on": as_of(), "by": "Ms Ash", "decision_id": id }),
            2 => json!({ "event": "decision_asked", "on": ago(2), "to": "Ms Ash", "decision_id": id }),
            3 => json!({ "event": "decision_edited", "on": as_of(), "by": "Ms Ash", "decision_id": id, "edit": { "tone": "firm" } }),
            _ => json!({ "event": "decision_reviewed", "on": as_of(), "by": "Ms Ash", "verdict": "right", "decision_id": id }),
        }).collect();
        words.push(json!({ "event": "autonomy_stopped", "on": as_of(), "by": "Ms Ash", "segment": "key" }));
        words.push(json!({ "event": "autonomy_stopped", "on": as_of(), "by": "Ms Ash", "action": "call" }));
        let (mut one, mut other) = (books.clone(), books);
        one.apply_json(&Value::Array(words.clone()).to_string()).unwrap();
        let count = words.len();
        for at in (1..count).rev() {
            words.swap(at, (shuffle.rotate_left(at as u32) % (at as u64 + 1)) as usize);
        }
        other.apply_json(&Value::Array(words).to_string()).unwrap();
        prop_assert_eq!(one.digest(), other.digest());
        prop_assert_eq!(decisions(&one, &policy, &models), decisions(&other, &policy, &models));
    }
}
