//! The gate: more risk never means less supervision.

use super::asks::{Ask, PEOPLE, asks, decision, id, mode, said, tell, worse};
use super::book::{as_of, books};
use super::cases;
use super::policies::{killed, policies, read};
use super::tables::{day, ledger};
use ar_core::action::{ActionKind, GateMode, Mode};
use ar_core::decision::Decision;
use ar_core::reason::ReasonCode;
use ar_core::{Ledger, Policy};
use proptest::prelude::*;
use serde_json::{Value, json};

fn approve(books: &mut Ledger, policy: &Policy, ask: &Ask, by: &str) {
    let event = json!([{ "event": "decision_approved", "on": as_of(), "by": by, "decision_id": id(books, policy, ask) }]);
    books.apply_json(&event.to_string()).unwrap();
}

/// Whether anything that forbids goes with an act that no person approved, or nothing with an ask: either is wrong.
fn contradicts(decision: &Decision) -> bool {
    let forbids = decision.gate.rules.iter().any(|rule| rule.forbids);
    decision.mode == Mode::Act && forbids
}

proptest! {
    #![proptest_config(cases(800))]

    // Killed by: `>` for `<` in any limit, a limit that is not checked for one action, an early return of `act`.
    #[test]
    fn more_risk_never_turns_ask_into_act(book in books(), policy in policies(), told in said(6), before in proptest::collection::vec(asks(), 0..3), ask in asks(), more in prop_oneof![Just(0i64), 0i64..10_000_000], by in any::<[u16; 8]>()) {
        let (mut books, policy) = (ledger(&book), read(&policy));
        let named = id(&books, &policy, &ask);
        tell(&mut books, &told, &named, &ask, &book.customers[0].id);
        let worse = worse(&ask, by, more);
        let (now, then) = (mode(&books, &policy, &before, &ask), mode(&books, &policy, &before, &worse));
        // What was rejected, done or is off is no question.
        prop_assert!(!(now == Some(Mode::Ask) && then == Some(Mode::Act)), "{:?} asks, {:?} acts", ask, worse);
        // More that went before uses more of the budget.
        let alone = mode(&books, &policy, &[], &ask);
        prop_assert!(!(alone == Some(Mode::Ask) && now == Some(Mode::Act)), "{:?} asks alone, and acts behind others", ask);
    }

    /// Any rule that forbids wins; what acts was forbidden by none, or approved.
    #[test]
    fn what_is_forbidden_is_asked(book in books(), policy in policies(), told in said(6), before in proptest::collection::vec(asks(), 0..3), ask in asks()) {
        let (mut books, policy) = (ledger(&book), read(&policy));
        let named = id(&books, &policy, &ask);
        tell(&mut books, &told, &named, &ask, &book.customers[0].id);
        let Some(found) = decision(&books, &policy, &before, &ask) else { return Ok(()) };
        prop_assert!(!contradicts(&found), "{:?} acts against {:?}", ask, found.gate.rules);
        let has = |code| found.reasons().iter().any(|reason| reason.code == code);
        let waits = found.action() == ActionKind::Wait;
        if found.mode == Mode::Act && !waits {
            let free = found.gate.mode > GateMode::Approve && (found.gate.mode != GateMode::Veto || has(ReasonCode::VetoPassed));
            prop_assert!(has(ReasonCode::Approved) || free, "{:?} acts in the mode {:?}", ask, found.gate.mode);
            prop_assert!(!has(ReasonCode::Edited) || has(ReasonCode::Approved), "{:?} acts with a change that nobody approved", ask);
            prop_assert!(!has(ReasonCode::EditVoid), "{:?} acts though a person wanted it otherwise", ask);
            let customer = found.customer();
            prop_assert!(!books.is_stopped(found.action(), books.segment_of(customer), customer, as_of()), "{:?} acts though it is stopped", ask);
        }
        prop_assert_eq!(found.mode == Mode::Ask, !found.ask_role.is_empty());
        prop_assert!(found.mode == Mode::Act || !found.gate.sampled);
    }

    /// An approval is of one matter: with other facts it is none, and of two people from an amount on.
    #[test]
    fn an_approval_is_of_exactly_one_decision(book in books(), policy in policies(), ask in asks(), other in asks(), people in 0usize..4) {
        let (mut books, policy) = (ledger(&book), read(&policy));
        prop_assume!(id(&books, &policy, &ask) != id(&books, &policy, &other));
        let (before, alone) = (mode(&books, &policy, &[], &other), mode(&books, &policy, &[], &ask));
        PEOPLE.iter().take(people).for_each(|by| approve(&mut books, &policy, &ask, by));
        prop_assert_eq!(mode(&books, &policy, &[], &other), before);
        prop_assume!(alone.is_some() && people > 0);
        // What is only recorded, people carry out themselves.
        let found = decision(&books, &policy, &[], &ask).unwrap();
        let limits = policy.settings(books.segment_of(found.customer())).limits(found.action());
        let wanted = if ask.amount >= limits.second_approval_amount.saturating_mul(100) { 2 } else { 1 };
        let person = found.action().needs_person() || (found.gate.mode == GateMode::Suggest && found.action() != ActionKind::Wait);
        let acts = found.action() == ActionKind::Wait || (!person && people >= wanted);
        prop_assert_eq!(found.mode, if acts { Mode::Act } else { Mode::Ask });
    }

    // Killed by: `done_on` not asked; the effects alone hide it on most days.
    #[test]
    fn what_was_reported_done_does_not_pass(book in books(), policy in policies(), ask in asks()) {
        let (mut books, policy) = (ledger(&book), read(&policy));
        let id = id(&books, &policy, &ask);
        let event = json!([{ "event": "call_made", "on": as_of(), "customer_id": book.customers[0].id, "decision_id": id }]);
        books.apply_json(&event.to_string()).unwrap();
        prop_assert_eq!(mode(&books, &policy, &[], &ask), None);
    }

    // Killed by: a kill switch that is read behind the level.
    #[test]
    fn the_kill_switch_stops_all_but_waiting(book in books(), policy in policies(), ask in asks()) {
        let books = ledger(&book);
        for policy in [read(&killed(&policy)), Policy::default()] {
            let found = decision(&books, &policy, &[], &ask);
            let expected = if ActionKind::ALL[ask.action] == ActionKind::Wait { Mode::Act } else { Mode::Ask };
            // What the policy has off is not even a question.
            prop_assert!(found.as_ref().is_none_or(|found| found.mode == expected), "{:?}", found);
        }
    }
}

fn acts(books: &Ledger, policy: &Policy) -> Vec<&'static str> {
    let report = day(books, policy);
    report.decisions().iter().filter(|decision| decision.mode == Mode::Act).map(|decision| decision.action().name()).filter(|name| *name != "wait").collect()
}

proptest! {
    #![proptest_config(cases(150))]

    /// The same through a whole day.
    #[test]
    fn a_day_without_autonomy_acts_on_nothing(book in books(), policy in policies()) {
        let books = ledger(&book);
        prop_assert_eq!(acts(&books, &Policy::default()), [""; 0]);
        prop_assert_eq!(acts(&books, &read(&killed(&policy))), [""; 0]);
    }

    /// A limit that is drawn tighter takes decisions from the engine and gives it none. One limit at a time, without a
    /// budget: what one decision leaves of a budget another may use.
    #[test]
    fn tighter_limits_act_on_less(book in books(), policy in policies(), which in 0u8..4) {
        let mut loose = policy;
        loose["autonomy"]["run_budget"] = json!(1_000_000_000_000i64);
        loose["autonomy"]["budgets"] = json!([]);
        loose["segments"] = json!({});
        let mut tight = loose.clone();
        let lower = |value: &Value| json!(value.as_i64().unwrap() / 2);
        match which {
            0 => tight["autonomy"]["amount_limit"] = lower(&loose["autonomy"]["amount_limit"]),
            1 => tight["autonomy"]["dunning_level_limit"] = lower(&loose["autonomy"]["dunning_level_limit"]),
            2 => tight["autonomy"]["min_confidence"] = json!(1),
            _ => tight["autonomy"]["ask_first_contact"] = json!(true),
        }
        // Identifiers hold the policy: subjects are compared by what they are. Cash that is not posted changes what
        // follows from it, so the book is taken without cash.
        let mut book = book;
        book.allocations.retain(|line| matches!(line.from, super::book::From::Note(_)));
        book.payments.clear();
        book.remittances.clear();
        let books = ledger(&book);
        let subjects = |policy: &Value| {
            let report = day(&books, &read(policy));
            report.decisions().iter().filter(|decision| decision.mode == Mode::Act).map(|decision| (decision.action(), decision.customer(), decision.draft.items.clone())).collect::<Vec<_>>()
        };
        let more = subjects(&loose);
        for subject in subjects(&tight) {
            prop_assert!(more.contains(&subject), "{:?} acts only under the tighter limit", subject);
        }
    }
}
