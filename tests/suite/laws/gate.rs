//! The gate: more risk never means less supervision.

use super::book::{as_of, books};
use super::cases;
use super::policies::{killed, policies, read};
use super::tables::{day, ledger};
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::{Draft, Params, decision_id};
use ar_core::escalation::Gate;
use ar_core::money::Currency;
use ar_core::record::{CustomerIdx, ItemIdx};
use ar_core::scoring::Worth;
use ar_core::{Ledger, Policy};
use proptest::prelude::*;
use serde_json::{Value, json};

#[derive(Clone, Debug)]
struct Ask {
    action: usize,
    amount: i64,
    level: u8,
    confidence: i64,
    customer: bool,
}

fn asks() -> impl Strategy<Value = Ask> {
    let amount = prop_oneof![0i64..1_000, 0i64..100_000_000, Just(500_000i64), Just(500_001)];
    (0..ActionKind::ALL.len(), amount, 0u8..6, 0i64..=1_000_000, any::<bool>()).prop_map(|(action, amount, level, confidence, customer)| Ask { action, amount, level, confidence, customer })
}

fn draft(ask: &Ask) -> Draft {
    Draft {
        customer: ask.customer.then_some(CustomerIdx(0)),
        currency: Currency::EUR,
        items: Vec::<ItemIdx>::new(),
        action: ActionKind::ALL[ask.action],
        amount: ask.amount,
        priority: 0,
        worth: Worth::default(),
        options: Vec::new(),
        certain: ask.confidence % 8 != 7,
        confidence_ppm: ask.confidence,
        params: Params { level: ask.level, ..Params::default() },
        reasons: Vec::new(),
    }
}

/// What the gate says of an ask when others went before it.
fn mode(books: &Ledger, policy: &Policy, before: &[Ask], ask: &Ask) -> Option<Mode> {
    let mut gate = Gate::new(books, policy, as_of());
    before.iter().for_each(|ask| drop(gate.pass(draft(ask), &[])));
    gate.pass(draft(ask), &[]).ok().map(|decision| decision.mode)
}

fn approve(books: &mut Ledger, policy: &Policy, ask: &Ask) {
    let id = decision_id(books, &policy.digest(), as_of(), &draft(ask), &[]);
    let event = json!([{ "event": "decision_approved", "on": as_of(), "by": "Ms Gate", "decision_id": id }]);
    books.apply_json(&event.to_string()).unwrap();
}

proptest! {
    #![proptest_config(cases(800))]

    // Killed by: `>` for `<` in any limit, a limit that is not checked for one action, an early return of `act`.
    #[test]
    fn more_risk_never_turns_ask_into_act(book in books(), policy in policies(), before in proptest::collection::vec(asks(), 0..3), ask in asks(), more in 0i64..10_000_000, up in 0u8..4, less in 0i64..1_000_000) {
        let (books, policy) = (ledger(&book), read(&policy));
        let worse = Ask { amount: ask.amount + more, level: ask.level + up, confidence: (ask.confidence - less).max(0) & !7 | ask.confidence & 7, ..ask.clone() };
        let (now, then) = (mode(&books, &policy, &before, &ask), mode(&books, &policy, &before, &worse));
        prop_assert!(!(now == Some(Mode::Ask) && then == Some(Mode::Act)), "{:?} asks, {:?} acts", ask, worse);
        // More that went before uses more of the budget.
        let alone = mode(&books, &policy, &[], &ask);
        prop_assert!(!(alone == Some(Mode::Ask) && now == Some(Mode::Act)), "{:?} asks alone, and acts behind others", ask);
    }

    /// An approval is of one decision: with other facts it is none.
    #[test]
    fn an_approval_is_of_exactly_one_decision(book in books(), policy in policies(), ask in asks(), more in 1i64..1_000) {
        let (mut books, policy) = (ledger(&book), read(&policy));
        let worse = Ask { amount: ask.amount + more, ..ask.clone() };
        let before = mode(&books, &policy, &[], &worse);
        approve(&mut books, &policy, &ask);
        // What is only recorded, people carry out themselves.
        let action = ActionKind::ALL[ask.action];
        let person = action.needs_person() || (policy.settings(books.segment_of(ask.customer.then_some(CustomerIdx(0)))).level(action) == 0 && action != ActionKind::Wait);
        prop_assert_eq!(mode(&books, &policy, &[], &ask), Some(if person { Mode::Ask } else { Mode::Act }));
        prop_assert_eq!(mode(&books, &policy, &[], &worse), before);
    }

    // Killed by: `done_on` not asked; the effects alone hide it on most days.
    #[test]
    fn what_was_reported_done_does_not_pass(book in books(), policy in policies(), ask in asks()) {
        let (mut books, policy) = (ledger(&book), read(&policy));
        let id = decision_id(&books, &policy.digest(), as_of(), &draft(&ask), &[]);
        let event = json!([{ "event": "call_made", "on": as_of(), "customer_id": book.customers[0].id, "decision_id": id }]);
        books.apply_json(&event.to_string()).unwrap();
        prop_assert_eq!(mode(&books, &policy, &[], &ask), None);
    }

    // Killed by: a kill switch that is read behind the level.
    #[test]
    fn the_kill_switch_stops_all_but_waiting(book in books(), policy in policies(), ask in asks()) {
        let books = ledger(&book);
        for policy in [read(&killed(&policy)), Policy::default()] {
            let expected = if ActionKind::ALL[ask.action] == ActionKind::Wait { Mode::Act } else { Mode::Ask };
            prop_assert_eq!(mode(&books, &policy, &[], &ask), Some(expected));
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
