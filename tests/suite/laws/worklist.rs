//! The worklist: the choice is the best that fits, the time of a role is kept to, and nothing is lost.

use super::book::books;
use super::cases;
use super::policies::read;
use super::tables::{day, ledger};
use ar_core::Report;
use ar_core::action::Mode;
use ar_core::report::choice::{Candidate, choose};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// The best value by trying every set.
fn tried(rows: &[Candidate], capacity: i64) -> i64 {
    let sum = |set: u32, of: fn(&Candidate) -> i64| rows.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|row| of(row.1)).sum::<i64>();
    (0..1u32 << rows.len()).filter(|set| sum(*set, |row| row.minutes) <= capacity).map(|set| sum(set, |row| row.value)).max().unwrap_or(0)
}

fn candidates(most: usize) -> impl Strategy<Value = Vec<Candidate>> {
    let one = prop_oneof![(-5i64..60, 0i64..12), (0i64..1_000_000, 1i64..40), (5i64..8, 5i64..8)].prop_map(|(value, minutes)| Candidate { value, minutes });
    proptest::collection::vec(one, 0..most)
}

fn worth(rows: &[Candidate], chosen: &[bool]) -> (i64, i64) {
    rows.iter().zip(chosen).filter(|row| *row.1).fold((0, 0), |sums, (row, _)| (sums.0 + row.value, sums.1 + row.minutes))
}

proptest! {
    #![proptest_config(cases(3_000))]

    // Killed by: a bound that fixes too much, a room off by one, a set that is not the one counted, a value of nothing chosen.
    #[test]
    fn the_choice_is_the_best_that_fits(rows in candidates(13), capacity in 0i64..80) {
        let choice = choose(&rows, capacity, 1_000_000);
        let (value, minutes) = worth(&rows, &choice.chosen);
        prop_assert!(choice.exact && minutes <= capacity, "{choice:?}");
        prop_assert_eq!((value, choice.value, choice.bound), (tried(&rows, capacity), value, value));
        prop_assert!(rows.iter().zip(&choice.chosen).all(|(row, chosen)| !chosen || row.value > 0));
    }

    // Killed by: a bound under the best, a choice without a budget that is said to be exact and is not.
    #[test]
    fn without_a_budget_the_bound_still_holds(rows in candidates(13), capacity in 0i64..80) {
        let choice = choose(&rows, capacity, 0);
        let ((value, minutes), best) = (worth(&rows, &choice.chosen), tried(&rows, capacity));
        prop_assert!(minutes <= capacity && choice.value == value && value <= best && best <= choice.bound, "{best} {choice:?}");
        prop_assert!(!choice.exact || value == best);
    }

    // Killed by: a role that takes another's minutes, a decision that is lost, minutes that are not those of today.
    #[test]
    fn nobody_is_given_more_than_a_day(book in books(), minutes in 0i64..60) {
        let policy = json!({ "worklist": { "capacity": { "collector": minutes, "cash_application": minutes / 2 } } });
        let report = day(&ledger(&book), &read(&policy));
        adds_up(&report)?;
        let all = day(&ledger(&book), &read(&json!({})));
        let value = |report: &Report| report.capacity().iter().map(|row| (row.role.clone(), row.value)).collect::<BTreeMap<_, _>>();
        let (some, whole) = (value(&report), value(&all));
        for (role, value) in some {
            prop_assert!(value <= whole[&role], "more time is worth less: {role}");
        }
    }
}

fn adds_up(report: &Report) -> Result<(), TestCaseError> {
    let asked = report.decisions().iter().filter(|row| row.mode == Mode::Ask).count();
    prop_assert_eq!(report.worklist().count(), asked);
    for row in report.capacity() {
        let lines: Vec<_> = report.worklist_lines().filter(|line| line.1.ask_role == row.role).collect();
        let today: Vec<_> = lines.iter().filter(|line| line.0.today).collect();
        prop_assert_eq!((row.today, row.waiting), (today.len() as i64, (lines.len() - today.len()) as i64));
        prop_assert_eq!(row.minutes, today.iter().map(|line| line.0.minutes).sum::<i64>());
        prop_assert!(row.capacity.is_none_or(|most| row.minutes <= most), "{:?}", row);
        prop_assert!(row.exact && row.bound == row.value && row.value >= 0, "{:?}", row);
        // What is done today stands before what waits.
        prop_assert!(lines.is_sorted_by_key(|line| !line.0.today));
    }
    Ok(())
}

/// A million minutes and a hundred thousand decisions: within the budget, or said not to be.
#[test]
fn a_large_worklist_is_chosen_within_its_budget() {
    let mut seed = 7u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let rows: Vec<Candidate> = (0..100_000).map(|_| Candidate { value: next(1_000_000) as i64 - 1_000, minutes: next(20) as i64 }).collect();
    let choice = choose(&rows, 2_400, 50_000_000);
    let (value, minutes) = worth(&rows, &choice.chosen);
    assert!(choice.exact && minutes <= 2_400 && value == choice.bound);
    let greedy = choose(&rows, 2_400, 0);
    assert!(greedy.value <= value && value <= greedy.bound && greedy.bound - greedy.value < greedy.bound / 500, "{} {value} {}", greedy.value, greedy.bound);
}
