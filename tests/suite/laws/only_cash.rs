//! The cash of a day on its own is the cash of the day: `match_payments` says what `run` says, and nothing else.

use super::book::{as_of, books};
use super::cases;
use super::policies::{acting, policies, read};
use super::tables::ledger;
use crate::scenarios::{self, Inputs, parts};
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::Decision;
use ar_core::{Ledger, Models, Policy, Report, match_payments, run};
use chrono::NaiveDate;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Parts that a day has and its cash alone has not.
const EMPTY: [&str; 8] = ["scores", "outcomes", "forecast", "aging", "kpis", "risk", "root_causes", "autonomy"];

/// The cash of a day, after a comparison with the whole of it.
fn cash_of(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate) -> Report {
    let (day, cash) = (run(ledger, policy, models, as_of).unwrap(), match_payments(ledger, policy, models, as_of).unwrap());
    let (day_text, cash_text) = (day.to_json(), cash.to_json());
    let (day_parts, cash_parts) = (parts(&day_text), parts(&cash_text));
    assert_eq!(day_parts.len(), 15);
    for part in ["payments", "allocations"] {
        assert!(cash_parts[part] == day_parts[part], "{part} differ:\n{}\n{}", cash_parts[part], day_parts[part]);
    }
    // Cash comes first in a day: its decisions, and what is logged of them, are the first.
    assert!(day_parts["decisions"].starts_with(cash_parts["decisions"].trim_end_matches(']')), "{}\n{}", cash_parts["decisions"], day_parts["decisions"]);
    assert!(cash.audit().iter().zip(day.audit().iter()).skip(1).all(|(mine, its)| mine.records_the_same(&its)));
    let others = &day.decisions()[cash.decisions().len()..];
    // A payment that failed and is tried again is no cash.
    let is_cash = |decision: &Decision| decision.draft.params.payment.is_some() && decision.action() != ActionKind::RetryPayment;
    assert!(!others.iter().any(is_cash), "a decision on cash is left out: {others:?}");
    let asked = |report: &Report| -> BTreeSet<String> { report.worklist().filter(|decision| is_cash(decision)).map(|decision| decision.id.clone()).collect() };
    assert_eq!(asked(&cash), asked(&day));
    assert!(EMPTY.iter().all(|part| cash_parts[part] == "[]"), "{cash_text}");
    cash
}

// Killed by: cash that does not pass the gate, a deduction that is not made, items that are not held, other models.
#[test]
fn the_cash_of_every_scenario_is_that_of_its_day() {
    let (mut paid, mut seen) = (0, BTreeSet::new());
    for (name, scenario) in scenarios::all() {
        let Inputs { ledger, policy, models, as_of } = Inputs::of(&scenario);
        for policy in [policy, acting()] {
            let cash = cash_of(&ledger, &policy, &models, as_of);
            seen.extend(cash.decisions().iter().map(|decision| (decision.action().name(), decision.mode.name())));
            paid += usize::from(!cash.payments().is_empty());
        }
        assert!(!name.starts_with("cash_") || !ledger.payments().is_empty(), "{name} has no payments");
    }
    assert!(paid >= 150, "only {paid} days had payments");
    for wanted in [(ActionKind::PostAllocation, Mode::Act), (ActionKind::PostAllocation, Mode::Ask), (ActionKind::CreateDeduction, Mode::Act), (ActionKind::AskRemittance, Mode::Ask)] {
        assert!(seen.contains(&(wanted.0.name(), wanted.1.name())), "no scenario has {wanted:?}: {seen:?}");
    }
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn the_cash_of_any_book_is_that_of_its_day(book in books(), policy in policies()) {
        let (ledger, as_of) = (ledger(&book), as_of());
        let models = Models::fit(&ledger, as_of);
        for policy in [read(&policy), acting()] {
            cash_of(&ledger, &policy, &models, as_of);
        }
    }
}

/// What was not looked at is not said to be nothing: neither in the context of a decision nor of what was not decided.
#[test]
fn cash_alone_says_nothing_of_what_is_owed() {
    let all = scenarios::all();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&all["cash_amount_only_tied"]);
    let (day, cash) = (run(&ledger, &policy, &models, as_of).unwrap(), match_payments(&ledger, &policy, &models, as_of).unwrap());
    let customer = ledger.text(ledger.customers()[0].id);
    let told = |report: &Report| -> (serde_json::Value, serde_json::Value) {
        let id = &report.worklist().next().unwrap().id;
        let read = |text: String| serde_json::from_str(&text).unwrap();
        (read(report.explain(id).unwrap()), read(report.why_not("send_notice", customer).unwrap()))
    };
    let ((of_day, _), (of_cash, why_not)) = (told(&day), told(&cash));
    for fact in ["open", "overdue", "oldest_days_late", "median_on", "class"] {
        assert!(!of_day["context"][fact].is_null(), "{fact} is gone from {of_day}");
        assert!(of_cash["context"].get(fact).is_none(), "{fact} was not looked at: {of_cash}");
    }
    assert_eq!(of_cash["context"]["received_on"], of_day["context"]["received_on"]);
    assert_eq!(why_not["answer"], "not_looked_at", "{why_not}");
    let asked: serde_json::Value = serde_json::from_str(&cash.why_not("post_allocation", customer).unwrap()).unwrap();
    assert_eq!(asked["answer"], "asked", "{asked}");
}
