//! Earned autonomy: the guarantees as proofs over all stopping rules and all ways to place errors, for short horizons; and
//! as simulations for long ones.

use crate::laws::cases;
use ar_core::escalation::evidence::{Drift, Rule, Source, Standing, Tally, Trial, Why, bounds, needed, standing};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

const RULE: Rule = Rule { limit_ppm: 20_000, alpha_ppm: 50_000, margin_ppm: 0, min_trials: 0, false_alarm_trials: 0, failed_samples: 0 };

fn tally(right: u64, wrong: u64) -> Tally {
    Tally { right, wrong }
}

fn day(at: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(at)
}

/// So many trials, of which those that the closure names are errors; every third is a sample.
fn trials(count: u64, is_error: impl Fn(u64) -> bool) -> impl Iterator<Item = Trial> {
    (0..count).map(move |at| Trial { on: day(at / 50), error: is_error(at), source: if at.is_multiple_of(3) { Source::Sample } else { Source::Verdict } })
}

/// The standing of counts, without regard to order: errors last, nothing narrows.
fn of(tally: Tally, people: Option<Tally>, rule: &Rule) -> Standing {
    let rule = Rule { false_alarm_trials: 0, failed_samples: 0, ..*rule };
    standing(&mut trials(tally.trials(), |at| at >= tally.right), people, &rule)
}

fn wealth(tally: Tally, limit_ppm: i64) -> f64 {
    of(tally, None, &Rule { limit_ppm, ..RULE }).evidence_ppm as f64 / 1e6
}

/// What the best stopping rule makes of one unit on average, when after each trial an adversary who sees all chooses the
/// chance of the next error, at or above the limit. By backward induction, so over every rule and every adversary.
#[test]
fn no_stopping_rule_gains_against_the_limit() {
    const HORIZON: u64 = 24;
    for limit_ppm in [100, 20_000, 200_000, 500_000] {
        let limit = limit_ppm as f64 / 1e6;
        let chances = [limit, limit + 0.01, (1.0 + limit) / 2.0, 1.0];
        let mut later: Vec<f64> = Vec::new();
        for count in (0..=HORIZON).rev() {
            later = (0..=count)
                .map(|wrong| {
                    let now = wealth(tally(count - wrong, wrong), limit_ppm);
                    let at = |wrong: u64| later.get(wrong as usize).copied().unwrap_or(0.0);
                    chances.iter().map(|chance| chance * at(wrong + 1) + (1.0 - chance) * at(wrong)).fold(now, f64::max)
                })
                .collect();
        }
        assert!(later[0] <= 1.0 + 1e-5, "at {limit_ppm}: {}", later[0]);
        assert!(later[0] >= 1.0 - 1e-5, "at {limit_ppm} nothing was staked: {}", later[0]);
    }
}

/// The chance that an adversary who moves the chance of an error as it likes, bursts and all, ever gets a bound on the
/// wrong side of the average so far. Exact: states are counts of trials, errors and steps of chance.
#[test]
fn bounds_hold_for_the_average_against_any_adversary() {
    const HORIZON: usize = 14;
    for (step, steps, alpha_ppm) in [(0.25, vec![0_usize, 1, 4], 300_000), (0.02, vec![0, 1, 2, 10, 25], 200_000), (0.5, vec![0, 1, 2], 50_000)] {
        let most = steps.last().unwrap();
        for upper in [true, false] {
            let mut later: Vec<Vec<f64>> = Vec::new();
            for count in (0..=HORIZON).rev() {
                later = (0..=count)
                    .map(|wrong| {
                        let (lower_ppm, upper_ppm) = bounds(tally((count - wrong) as u64, wrong as u64), alpha_ppm);
                        let missed = |sum: usize| {
                            let average = if count == 0 { 0.5 } else { sum as f64 * step / count as f64 };
                            if upper { upper_ppm < 1_000_000 && average >= upper_ppm as f64 / 1e6 } else { lower_ppm > 0 && average <= lower_ppm as f64 / 1e6 }
                        };
                        let at = |wrong: usize, sum: usize| later.get(wrong).map_or(0.0, |row| row[sum]);
                        let best = |sum: usize| {
                            let after = |units: &usize| {
                                let chance = *units as f64 * step;
                                chance * at(wrong + 1, sum + units) + (1.0 - chance) * at(wrong, sum + units)
                            };
                            if missed(sum) { 1.0 } else { steps.iter().map(after).fold(0.0, f64::max) }
                        };
                        (0..=count * most).map(best).collect()
                    })
                    .collect();
            }
            let chance = later[0][0];
            assert!(chance <= alpha_ppm as f64 / 1e6 + 1e-9, "{step} {alpha_ppm} upper {upper}: {chance}");
        }
    }
}

/// As above for two streams: the adversary also says whose trial is next. The engine errs as often as people, or more.
#[test]
fn no_stopping_rule_gains_against_people() {
    const HORIZON: u64 = 7;
    for (engine, people, margin_ppm) in [(0.3, 0.3, 0), (0.6, 0.3, 0), (0.02, 0.02, 0), (0.5, 0.25, 250_000)] {
        let rule = Rule { limit_ppm: 1_000_000, margin_ppm, ..RULE };
        let mut known = std::collections::BTreeMap::new();
        for trials in (0..=HORIZON).rev() {
            for of_engine in 0..=trials {
                for wrong in 0..=of_engine {
                    for theirs in 0..=trials - of_engine {
                        let counts = (tally(of_engine - wrong, wrong), tally(trials - of_engine - theirs, theirs));
                        let now = of(counts.0, Some(counts.1), &rule).against_people_ppm.unwrap() as f64 / 1e6;
                        let at = |counts: (u64, u64, u64, u64)| known.get(&counts).copied().unwrap_or(0.0);
                        let theirs_left = trials - of_engine - theirs;
                        let ours = engine * at((of_engine - wrong, wrong + 1, theirs_left, theirs)) + (1.0 - engine) * at((of_engine - wrong + 1, wrong, theirs_left, theirs));
                        let people = people * at((of_engine - wrong, wrong, theirs_left, theirs + 1)) + (1.0 - people) * at((of_engine - wrong, wrong, theirs_left + 1, theirs));
                        known.insert((of_engine - wrong, wrong, theirs_left, theirs), now.max(ours).max(people));
                    }
                }
            }
        }
        let best = known[&(0, 0, 0, 0)];
        assert!(best <= 1.0 + 1e-5, "{engine} {people} {margin_ppm}: {best}");
    }
}

/// Whatever the stopping rule, the detector is on average at most the number of trials, over all ways to place errors.
#[test]
fn the_detector_is_at_most_the_number_of_trials() {
    fn best(drift: &Drift, count: u32, now: f64, chances: &[f64]) -> f64 {
        let gain = now - f64::from(count);
        if count == 12 {
            return gain;
        }
        let after = |error: bool| {
            let mut next = drift.clone();
            let now = next.add(error);
            best(&next, count + 1, now, chances)
        };
        let (wrong, right) = (after(true), after(false));
        chances.iter().map(|chance| chance * wrong + (1.0 - chance) * right).fold(gain, f64::max)
    }
    for limit_ppm in [100, 20_000, 200_000, 500_000, 900_000] {
        let limit = limit_ppm as f64 / 1e6;
        let gain = best(&Drift::new(limit_ppm), 0, 0.0, &[0.0, limit / 2.0, limit]);
        assert!(gain.abs() < 1e-9, "at {limit_ppm}: {gain}");
    }
}

/// False alarms within `n` trials have a chance of at most `n / A`: exact, over every sequence of 14.
#[test]
fn false_alarms_are_as_rare_as_stated() {
    let rule = Rule { limit_ppm: 200_000, false_alarm_trials: 25, ..RULE };
    let mut by_length = [0.0; 15];
    for places in 0_u32..1 << 14 {
        let found = standing(&mut trials(14, |at| places >> at & 1 == 1), None, &rule);
        let chance = 0.2_f64.powi(places.count_ones() as i32) * 0.8_f64.powi(14 - places.count_ones() as i32);
        if found.narrow.is_some() {
            by_length[found.tally.trials() as usize] += chance;
        }
    }
    let mut sum = 0.0;
    for (length, chance) in by_length.iter().enumerate() {
        sum += chance;
        assert!(sum <= length as f64 / 25.0, "{length}: {sum}");
    }
    assert!(sum > 0.01, "never an alarm: {sum}");
}

proptest! {
    #![proptest_config(cases(64))]

    /// One more right decision never lowers what is known, one more error never raises it; and a looser limit is beaten by
    /// whatever beats a stricter one. Turned round, the bounds and the bet must agree.
    #[test]
    fn more_right_is_never_worse(right in 0_u64..3_000, wrong in 0_u64..60, limit_ppm in 0_i64..=1_000_000, alpha_ppm in 1_000_i64..500_000, theirs in (0_u64..3_000, 0_u64..90)) {
        let people = Some(tally(theirs.0, theirs.1));
        let rule = Rule { limit_ppm, alpha_ppm, ..RULE };
        let now = of(tally(right, wrong), people, &rule);
        let better = of(tally(right + 1, wrong), people, &rule);
        let worse = of(tally(right, wrong + 1), people, &rule);
        for (low, high) in [(worse, now), (now, better)] {
            prop_assert!(low.evidence_ppm <= high.evidence_ppm + 1, "{low:?} {high:?}");
            prop_assert!(low.against_people_ppm <= high.against_people_ppm.map(|ppm| ppm + 1));
            prop_assert!(low.upper_ppm >= high.upper_ppm && low.lower_ppm >= high.lower_ppm);
            prop_assert!(low.widen <= high.widen);
        }
        prop_assert!(now.lower_ppm < now.upper_ppm, "{now:?}");
        let looser = of(tally(right, wrong), people, &Rule { limit_ppm: limit_ppm + 1_000, ..rule });
        prop_assert!(now.evidence_ppm <= looser.evidence_ppm + 1);
        let alone = of(tally(right, wrong), None, &rule);
        prop_assert!(!alone.widen || alone.upper_ppm <= limit_ppm.max(1));
        prop_assert!(alone.widen || limit_ppm == 1_000_000 || alone.upper_ppm > limit_ppm);
        prop_assert!(!now.widen || alone.widen);
    }

    /// Widening and bounds do not depend on the order of the trials.
    #[test]
    fn order_does_not_matter(errors in prop::collection::vec(any::<bool>(), 0..200), turn in 0_usize..200) {
        let read = |errors: &[bool]| {
            let found = standing(&mut errors.iter().map(|error| Trial { on: day(0), error: *error, source: Source::Sample }), None, &RULE);
            Standing { drift: 0, ..found }
        };
        let mut turned = errors.clone();
        turned.rotate_left(turn % errors.len().max(1));
        prop_assert_eq!(read(&errors), read(&turned));
        turned.sort_unstable();
        prop_assert_eq!(read(&errors), read(&turned));
    }

    /// Just so many more right decisions prove it, and one fewer does not.
    #[test]
    fn needed_is_exact(right in 0_u64..2_000, wrong in 0_u64..20, limit_ppm in 100_i64..500_000, min_trials in 0_i64..4_000, with_people: bool) {
        let people = with_people.then(|| tally(20_000, 1_500));
        let rule = Rule { limit_ppm, min_trials, ..RULE };
        let more = needed(tally(right, wrong), people, &rule).unwrap() as u64;
        // Reading as many trials one by one would take too long.
        prop_assume!(more < 1_000_000);
        prop_assert!(of(tally(right + more, wrong), people, &rule).widen);
        prop_assert!(more == 0 || !of(tally(right + more - 1, wrong), people, &rule).widen);
    }
}

/// Known numbers: how many right decisions in a row each limit takes, and what is known after some counts.
#[test]
fn known_numbers() {
    let first = |limit_ppm, alpha_ppm| needed(Tally::default(), None, &Rule { limit_ppm, alpha_ppm, ..RULE });
    let table = [(100, 50_000), (1_000, 50_000), (20_000, 50_000), (20_000, 1_000), (20_000, 500_000), (500_000, 50_000)].map(|(limit, alpha)| first(limit, alpha).unwrap());
    assert_eq!(table, [36_670, 3_666, 182, 393, 46, 6]);
    assert_eq!(
        [tally(0, 0), tally(10, 0), tally(0, 10), tally(500, 2), tally(9_950, 50), tally(999_000_000, 1_000_000)].map(|counts| bounds(counts, 50_000)),
        [(0, 1_000_000), (0, 311_411), (688_589, 1_000_000), (158, 17_323), (3_078, 7_598), (995, 1_005)]
    );
}

/// The ends of every range: nothing panics, nothing is proved by nothing.
#[test]
fn extremes() {
    for limit_ppm in [i64::MIN, -1, 0, 1, 999_999, 1_000_000, i64::MAX] {
        for alpha_ppm in [i64::MIN, 0, 1, 999_999, 1_000_000, i64::MAX] {
            for people in [None, Some(Tally::default()), Some(tally(0, u64::MAX)), Some(tally(u64::MAX, 0)), Some(tally(u64::MAX, u64::MAX))] {
                for margin_ppm in [i64::MIN, 0, 1_000_000, i64::MAX] {
                    let rule = Rule { limit_ppm, alpha_ppm, margin_ppm, min_trials: 1, false_alarm_trials: 100, failed_samples: 3 };
                    let none = standing(&mut trials(0, |_| false), people, &rule);
                    assert!(!none.widen && none.narrow.is_none() && none.drift == 0 && none.evidence_ppm == 1_000_000);
                    for (right, wrong) in [(0, 0), (1, 0), (0, 1), (u64::MAX, 0), (0, u64::MAX), (u64::MAX, u64::MAX), (1_000_000_000, 3)] {
                        let (lower, upper) = bounds(tally(right, wrong), alpha_ppm);
                        assert!((0..=1_000_000).contains(&lower) && (lower < upper || alpha_ppm >= 1_000_000) && upper <= 1_000_000, "{right} {wrong} {alpha_ppm}: {lower} {upper}");
                    }
                    needed(tally(5, 1), people, &rule);
                }
            }
        }
    }
    assert_eq!(needed(tally(1_000, 0), None, &Rule { limit_ppm: 0, ..RULE }), None);
    assert_eq!(needed(tally(1_000, 0), None, &Rule { alpha_ppm: 0, ..RULE }), None);
    assert_eq!(needed(tally(1_000, 0), Some(tally(1_000_000, 0)), &RULE), None, "people made no error: nothing is below that");
    assert_eq!(needed(tally(0, 0), None, &Rule { limit_ppm: 1_000_000, ..RULE }), Some(1), "a limit of all asks for one right decision");
}

/// Reading stops where the level narrows, and what is left belongs to the next level.
#[test]
fn narrowing_stops_the_reading() {
    let rule = Rule { false_alarm_trials: 10_000, failed_samples: 2, ..RULE };
    // Samples are 0, 3, 6, …: the errors at 300 and 303 are samples, the one at 301 is not.
    let mut read = trials(1_000, |at| [300, 301, 303].contains(&at));
    let found = standing(&mut read, None, &rule);
    let narrow = found.narrow.unwrap();
    assert_eq!((narrow.why, narrow.on, narrow.observed, narrow.limit), (Why::FailedSamples, day(6), 2, 2));
    assert_eq!((found.tally, found.samples, found.failed, found.widen), (tally(301, 3), 102, 2, false));
    let left = standing(&mut read, None, &rule);
    assert_eq!((left.tally, left.narrow), (tally(696, 0), None));
    assert!(left.widen, "696 right in a row");

    // A drop to one in ten, unsampled: found by the detector, at an error, within the trials that are usual.
    let unsampled = |at: u64| Trial { on: day(at), error: at >= 1_000 && at.is_multiple_of(10), source: Source::Verdict };
    let found = standing(&mut (0..2_000).map(unsampled), None, &rule);
    let narrow = found.narrow.unwrap();
    assert_eq!((narrow.why, narrow.limit), (Why::Drift, 10_000));
    assert!(narrow.observed >= 10_000 && found.tally.trials() % 10 == 1 && (1_040..=1_140).contains(&found.tally.trials()), "{found:?}");

    // Zeros turn both off.
    let off = standing(&mut trials(1_000, |_| true), None, &RULE);
    assert_eq!((off.narrow, off.widen, off.tally.wrong), (None, false, 1_000));
}

/// A small part of what `benches` measures: engines at the limit and above it, looked at after every decision.
#[test]
fn few_bad_engines_are_ever_proposed() {
    let rule = RULE;
    // The decisions at which each number of errors would be proved.
    let proved: Vec<u64> = (0..80).map(|wrong| wrong + needed(tally(0, wrong), None, &rule).unwrap() as u64).collect();
    let mut seed = 7_u64;
    let mut unit = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    for (rate, most, least) in [(0.05, 0.02, 0.0), (0.02, 0.065, 0.02), (0.005, 1.0, 0.99)] {
        let ever = (0..1_000).filter(|_| {
            let mut wrong = 0;
            (1..=2_500_u64).any(|count| {
                wrong += usize::from(unit() < rate);
                proved.get(wrong).is_some_and(|from| count >= *from)
            })
        });
        let share = ever.count() as f64 / 1_000.0;
        assert!((least..=most).contains(&share), "{rate}: {share}");
    }
}
