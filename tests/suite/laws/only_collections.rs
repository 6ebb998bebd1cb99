//! Collections on their own are those of the day: `collect` decides what `run` decides, and predicts nothing.

use super::book::{as_of, books};
use super::cases;
use super::policies::{acting, policies, read};
use super::tables::ledger;
use crate::c_face::load::Work;
use crate::scenarios::{self, Inputs, parts, through_c};
use ar_core::{Ledger, Models, Policy, Report, collect, run};
use ar_core_ffi::report::ar_collect;
use chrono::NaiveDate;
use proptest::prelude::*;

/// Parts that a day has and its collections alone have not.
const EMPTY: [&str; 6] = ["scores", "forecast", "aging", "kpis", "risk", "root_causes"];

/// What is decided on a day, after a comparison with the whole of it.
fn collections_of(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate) -> Report {
    let (day, alone) = (run(ledger, policy, models, as_of).unwrap(), collect(ledger, policy, models, as_of).unwrap());
    let (day_text, alone_text) = (day.to_json(), alone.to_json());
    let (day_parts, alone_parts) = (parts(&day_text), parts(&alone_text));
    let logged = |report: &Report| -> Vec<String> { report.audit().iter().skip(1).map(|entry| entry.body.to_owned()).collect() };
    assert_eq!(logged(&alone), logged(&day));
    for part in ["payments", "allocations", "outcomes"] {
        assert!(alone_parts[part] == day_parts[part], "{part} differ:\n{}\n{}", alone_parts[part], day_parts[part]);
    }
    assert!(EMPTY.iter().all(|part| alone_parts[part] == "[]"), "{alone_text}");
    assert_eq!(alone.decisions().len(), day.decisions().len());
    for (mine, its) in alone.decisions().iter().zip(day.decisions()) {
        assert_eq!((&mine.id, mine.mode, &mine.ask_role, mine.expires_on, mine.reasons()), (&its.id, its.mode, &its.ask_role, its.expires_on, its.reasons()));
        assert_eq!(&mine.draft.params, &its.draft.params);
    }
    assert_eq!(alone.worklist().count(), day.worklist().count());
    alone
}

#[test]
fn the_collections_of_every_scenario_are_those_of_its_day() {
    let mut decided = 0;
    for (name, scenario) in scenarios::all() {
        let Inputs { ledger, policy, models, as_of } = Inputs::of(&scenario);
        for policy in [&policy, &acting()] {
            decided += collections_of(&ledger, policy, &models, as_of).decisions().len();
        }
        let rust = collect(&ledger, &policy, &models, as_of).unwrap().to_json();
        assert!(through_c(ar_collect as Work, &scenario) == rust, "{name}: C gives other bytes than Rust");
    }
    assert!(decided >= 150, "only {decided} decisions");
}

/// A reminder before the due date goes by the probability to be late: then dates are predicted, and decisions have a worth.
#[test]
fn a_policy_that_reminds_has_payment_dates_predicted() {
    let all = scenarios::all();
    let worth = |name: &str| {
        let Inputs { ledger, policy, models, as_of } = Inputs::of(&all[name]);
        collections_of(&ledger, &policy, &models, as_of).decisions().iter().map(|decision| decision.draft.worth.gain).max().unwrap()
    };
    assert!(worth("remind_before_due") > 0);
    assert_eq!(worth("gate_level_1"), 0);
}

/// What was not looked at is not said: nobody asked when the money comes.
#[test]
fn collections_alone_say_nothing_of_payment_dates() {
    let all = scenarios::all();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&all["gate_level_1"]);
    let alone = collect(&ledger, &policy, &models, as_of).unwrap();
    let told: serde_json::Value = serde_json::from_str(&alone.explain(&alone.decisions()[0].id).unwrap()).unwrap();
    assert!(told["context"].get("median_on").is_none(), "{told}");
    assert!(!told["text"].as_str().unwrap().is_empty());
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn the_collections_of_any_book_are_those_of_its_day(book in books(), policy in policies()) {
        let (ledger, as_of) = (ledger(&book), as_of());
        let models = Models::fit(&ledger, as_of);
        for policy in [read(&policy), acting()] {
            collections_of(&ledger, &policy, &models, as_of);
        }
    }
}
