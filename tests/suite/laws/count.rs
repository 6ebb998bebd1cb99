//! Counting sets of items by their sum: the exact functions against every set one by one, the estimates against the exact.

use super::cases;
use ar_core::matching::count::{by_size, list, log_count, log_mass, mass_exact, total, ways};
use proptest::prelude::*;

/// Enough for every book here.
const PLENTY: u64 = 200_000_000;

/// A few amounts, close together so that sums meet; some are credit notes, some zero, some have a common divisor.
fn small_book() -> impl Strategy<Value = (Vec<i64>, i64)> {
    let amount = prop_oneof![8 => 1..=12i64, 4 => 1..=300i64, 3 => -12..=-1i64, 1 => Just(0i64)];
    (prop::collection::vec((amount, any::<bool>()), 0..=12), prop_oneof![Just(1i64), Just(5), Just(119), Just(1_000_000_007)], -40..=400i64, 0..4u8).prop_map(|(amounts, scale, elsewhere, kind)| {
        let chosen: i64 = amounts.iter().filter(|(_, chosen)| *chosen).map(|(amount, _)| amount).sum();
        let target = match kind {
            0 => elsewhere * scale,
            1 => chosen * scale + 1,
            _ => chosen * scale,
        };
        (amounts.into_iter().map(|(amount, _)| amount * scale).collect(), target)
    })
}

/// Every non-empty set without an item of amount zero, fewest items first.
fn every_set(amounts: &[i64], target: i64) -> Vec<Vec<u32>> {
    let sets = (1u32..1 << amounts.len()).map(|set| (0..amounts.len() as u32).filter(|at| set >> at & 1 == 1).collect::<Vec<u32>>());
    let mut found: Vec<Vec<u32>> = sets.filter(|set| set.iter().all(|at| amounts[*at as usize] != 0) && set.iter().map(|at| amounts[*at as usize]).sum::<i64>() == target).collect();
    found.sort_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
    found
}

/// Many amounts of one of the usual kinds, and the sum of a part of them.
fn large_book() -> impl Strategy<Value = (Vec<i64>, i64)> {
    let kinds = prop_oneof![
        prop::collection::vec(1_000..60_000i64, 25..=45),
        prop::collection::vec((2..60i64).prop_map(|net| net * 1_190), 25..=60),
        prop::collection::vec((1..40i64).prop_map(|price| price * 1_000 - 1), 25..=50),
        prop::collection::vec(prop_oneof![9 => (10..400i64).prop_map(|round| round * 100), 1 => 1_000..40_000i64], 25..=45),
    ];
    (kinds, 3..8usize, any::<prop::sample::Index>()).prop_map(|(amounts, one_of, from)| {
        let from = from.index(amounts.len());
        let target = amounts.iter().cycle().skip(from).step_by(one_of).take(amounts.len() / one_of).sum();
        (amounts, target)
    })
}

proptest! {
    #![proptest_config(cases(1_500))]

    // Killed by: a saturated count that wraps, the empty set counted, a credit note taken for a debt, a window of sums cut
    // one too short, equal items taken for one.
    #[test]
    fn exact_counts_are_those_of_every_set((amounts, target) in small_book(), share in 0.01..0.99f64) {
        let sets = every_set(&amounts, target);
        let mut sizes = vec![0.0; amounts.len() + 1];
        sizes[0] = f64::from(u8::from(target == 0));
        sets.iter().for_each(|set| sizes[set.len()] += 1.0);
        prop_assert_eq!(ways(&amounts, target, PLENTY), Some(sets.len().min(2) as u8));
        prop_assert_eq!(total(&amounts, target, PLENTY), Some(sets.len() as f64));
        prop_assert_eq!(by_size(&amounts, target, PLENTY), Some(sizes.clone()));
        let (listed, complete) = list(&amounts, target, sets.len(), PLENTY);
        prop_assert!(complete);
        prop_assert_eq!(&listed, &sets);
        let items = amounts.iter().filter(|amount| **amount != 0).count() as i32;
        let mass: f64 = (0..).zip(&sizes).map(|(size, count)| count * share.powi(size) * (1.0 - share).powi((items - size).max(0))).sum();
        prop_assert!((mass_exact(&amounts, target, share, PLENTY).unwrap() - mass).abs() <= 1e-12);
        let log = log_mass(&amounts, target, share);
        prop_assert!(if mass > 0.0 { (log - mass.ln()).abs() < 1e-9 } else { log == f64::NEG_INFINITY }, "{} is not the logarithm of {}", log, mass);
    }

    // Killed by: an answer given after the budget is used up, `complete` said of a list that was cut.
    #[test]
    fn a_budget_leaves_out_but_does_not_lie((amounts, target) in small_book(), budget in 0..600u64, limit in 0..4usize) {
        let sets = every_set(&amounts, target);
        prop_assert!(ways(&amounts, target, budget).is_none_or(|ways| usize::from(ways) == sets.len().min(2)));
        prop_assert!(total(&amounts, target, budget).is_none_or(|total| total == sets.len() as f64));
        prop_assert!(by_size(&amounts, target, budget).is_none_or(|sizes| sizes.iter().skip(1).sum::<f64>() == sets.len() as f64));
        let (listed, complete) = list(&amounts, target, limit, budget);
        prop_assert!(listed.len() <= limit && listed.iter().all(|set| sets.contains(set)));
        prop_assert!(listed.is_sorted_by(|left, right| (left.len(), left) < (right.len(), right)));
        prop_assert!(!complete || listed == sets);
    }

    #[test]
    fn any_amounts_get_an_answer(amounts in prop::collection::vec(any::<i64>(), 0..40), target in any::<i64>(), share in any::<f64>()) {
        for target in [target, 0, amounts.iter().fold(0, |sum: i64, amount| sum.saturating_add(*amount))] {
            let (counted, listed) = (ways(&amounts, target, 20_000), list(&amounts, target, 2, 20_000));
            prop_assert!(counted.is_none_or(|ways| ways <= 2));
            prop_assert!(listed.0.iter().all(|set| set.iter().map(|at| i128::from(amounts[*at as usize])).sum::<i128>() == i128::from(target)));
            prop_assert!(total(&amounts, target, 20_000).is_none_or(|total| total >= 0.0));
            prop_assert!(!log_count(&amounts, target).is_nan() && !log_mass(&amounts, target, share).is_nan());
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    // Killed by: a lost common divisor, a wrong variance, a grain of the amounts that is not seen. The tables against the
    // estimate, which shares no code with them beyond the reduction.
    #[test]
    fn estimates_are_near_the_exact_counts((amounts, target) in large_book()) {
        let exact = total(&amounts, target, PLENTY).unwrap();
        prop_assert!(exact >= 1.0, "the sum of a selection has a set");
        prop_assert_eq!(ways(&amounts, target, PLENTY), Some(if exact > 1.0 { 2 } else { 1 }));
        if exact >= 1_000.0 {
            let error = (log_count(&amounts, target) - exact.ln()) / std::f64::consts::LN_10;
            prop_assert!(error.abs() < 0.5, "{} against {} sets: {} decades", log_count(&amounts, target).exp(), exact, error);
        }
    }

    // The same question asked of all items as credit notes, and of what is left open instead of what is paid.
    #[test]
    fn estimates_do_not_depend_on_the_side_asked((amounts, target) in large_book(), share in 0.05..0.95f64, credits in 0..10usize) {
        let all: i64 = amounts.iter().sum();
        let near = |left: f64, right: f64| (left - right).abs() < 1e-6 * left.abs().max(1.0);
        prop_assert!(near(log_count(&amounts, target), log_count(&amounts, all - target)));
        prop_assert!(near(log_mass(&amounts, target, share), log_mass(&amounts, all - target, 1.0 - share)));
        // A debt in the set is a credit note out of it: at even odds nothing else changes.
        let turned: Vec<i64> = amounts.iter().enumerate().map(|(at, amount)| if at < credits { -amount } else { *amount }).collect();
        let out: i64 = amounts.iter().take(credits).sum();
        prop_assert!(near(log_count(&amounts, target), log_count(&turned, target - out)));
        prop_assert!(near(log_mass(&amounts, target, 0.5), log_count(&amounts, target) - amounts.len() as f64 * std::f64::consts::LN_2));
    }
}

/// The error in the middle, over a fixed set of books: not a bound but what the estimate is worth.
#[test]
fn half_of_the_estimates_are_within_a_twentieth_of_a_decade() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, TestRunner};
    let mut runner = TestRunner::new(Config { rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..Config::default() });
    let books = (0..80).map(|_| large_book().new_tree(&mut runner).unwrap().current());
    let exact = books.map(|(amounts, target)| (total(&amounts, target, PLENTY).unwrap(), log_count(&amounts, target))).filter(|(exact, _)| *exact >= 1_000.0);
    let mut errors: Vec<f64> = exact.map(|(exact, log)| (log - exact.ln()).abs() / std::f64::consts::LN_10).collect();
    errors.sort_by(f64::total_cmp);
    assert!(errors.len() > 30 && errors[errors.len() / 2] < 0.05, "{errors:?}");
}

#[test]
fn a_few_counts_by_hand() {
    assert_eq!(ways(&[100, 200, 300], 300, PLENTY), Some(2));
    assert_eq!(ways(&[100, 200, 400], 700, PLENTY), Some(1));
    assert_eq!(ways(&[100, 200, 400], 750, PLENTY), Some(0));
    assert_eq!(ways(&[100, -100], 0, PLENTY), Some(1), "the empty set is not counted");
    assert_eq!(ways(&[], 0, PLENTY), Some(0));
    assert_eq!(list(&[300, 100, 200, -100], 300, 9, PLENTY), (vec![vec![0], vec![1, 2], vec![0, 1, 3]], true));
    assert_eq!(total(&[1; 50], 25, PLENTY), Some(126_410_606_437_752.0));
    assert_eq!(log_count(&[100, 200, 400], 701), f64::NEG_INFINITY);
    assert_eq!(log_count(&[100, 200, 400], 750), f64::NEG_INFINITY);
    assert_eq!(log_count(&[100, 200, 400], 700), 0.0);
    assert!((log_count(&[1; 50], 25) - 126_410_606_437_752f64.ln()).abs() < 1e-3);
    assert_eq!((log_mass(&[5, 7], 0, 0.0), log_mass(&[5, 7], 12, 1.0), log_mass(&[5, 7], 5, 0.0)), (0.0, 0.0, f64::NEG_INFINITY));
}
