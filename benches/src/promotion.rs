//! `cargo run --release -p ar-benches --bin promotion -- [runs]`: how autonomy is earned and lost. Simulated engines with a known error
//! rate are looked at after every decision: who is ever proposed for more, when, and by which rule; bursts of errors; beside people; and
//! how soon a drop is caught. The tables of RESULTS.md.

use ar_benches::{Dice, part};
use ar_core::escalation::evidence::{Rule, Source, Tally, Trial, bounds, needed, proves, standing};
use chrono::NaiveDate;
use std::hint::black_box;
use std::time::Instant;

const RULE: Rule = Rule { limit_ppm: 20_000, alpha_ppm: 50_000, margin_ppm: 0, min_trials: 0, false_alarm_trials: 0, failed_samples: 0 };

/// The decisions from which on each number of errors is proved: the test depends on the counts alone, and a right decision never lowers it.
fn proved(rule: &Rule, decisions: u64) -> Vec<u64> {
    let from = |wrong| needed(Tally { right: 0, wrong }, None, rule).map_or(u64::MAX, |more| wrong.saturating_add_signed(more));
    (0..).map(from).take_while(|from| *from <= decisions).collect()
}

/// The chance of ever being proposed within so many decisions, at a rate: exact, by the counts not yet proposed.
fn exactly(proved: &[u64], rate: f64, decisions: u64) -> f64 {
    let mut waiting = vec![0.0; proved.len()];
    let mut chance = 0.0;
    if let Some(none) = waiting.first_mut() {
        *none = 1.0;
    }
    for count in 1..=decisions {
        let mut before = 0.0;
        for (left, from) in waiting.iter_mut().zip(proved) {
            let now = *left * (1.0 - rate) + before * rate;
            before = *left;
            *left = now;
            if count >= *from {
                chance += now;
                *left = 0.0;
            }
        }
    }
    chance
}

/// The logarithm of the chance of at most so many errors, when each decision has the chance of the limit.
fn at_most(wrong: u64, count: u64, limit: f64) -> f64 {
    let mut term = count as f64 * (-limit).ln_1p();
    let mut sum = 1.0;
    let start = term;
    for at in 0..wrong.min(count) {
        term += (((count - at) as f64) / (at + 1) as f64 * limit / (1.0 - limit)).ln();
        sum += (term - start).exp();
    }
    start + sum.ln()
}

/// Decisions until each rule proposes: ours, so many in a row, the newest hundred, an approval rate, a plain test at every look.
fn first_proposals(dice: &mut Dice, rate: f64, decisions: u64, ours: &[u64], plain: &[u64]) -> [Option<u64>; 6] {
    let mut found = [None; 6];
    let (mut wrong, mut row, mut newest) = (0_usize, 0, Vec::with_capacity(decisions as usize));
    let mut wrong_newest = 0;
    for count in 1..=decisions {
        let error = dice.unit() < rate;
        newest.push(error);
        wrong += usize::from(error);
        row = if error { 0 } else { row + 1 };
        wrong_newest += u64::from(error);
        if count > 100 {
            wrong_newest -= u64::from(newest[count as usize - 101]);
        }
        let proposes = [
            ours.get(wrong).is_some_and(|from| count >= *from),
            row >= 20,
            row >= 50,
            count >= 100 && wrong_newest <= 2,
            count >= 20 && wrong as f64 <= 0.15 * count as f64,
            plain.get(wrong).is_some_and(|from| count >= *from),
        ];
        for (found, now) in found.iter_mut().zip(proposes) {
            if now && found.is_none() {
                *found = Some(count);
            }
        }
        if found.iter().all(Option::is_some) {
            break;
        }
    }
    found
}

fn shown(found: &[Option<u64>]) -> String {
    let mut sorted: Vec<f64> = found.iter().map(|count| count.map_or(f64::INFINITY, |count| count as f64)).collect();
    sorted.sort_by(f64::total_cmp);
    let share = found.iter().filter(|count| count.is_some()).count() as f64 / found.len() as f64;
    let median = part(&sorted, 0.5);
    if median.is_finite() { format!("{:.1} %, {median:.0}", share * 100.0) } else { format!("{:.1} %", share * 100.0) }
}

fn widening(limit_ppm: i64, rates: &[f64], decisions: u64, runs: usize) {
    let rule = Rule { limit_ppm, ..RULE };
    let limit = limit_ppm as f64 / 1e6;
    let ours = proved(&rule, decisions);
    let mut from = 1;
    let mut plain = Vec::new();
    while from <= decisions {
        while from <= decisions && at_most(plain.len() as u64, from, limit) > 0.05_f64.ln() {
            from += 1;
        }
        if from <= decisions {
            plain.push(from);
        }
    }
    println!("\nlimit {} %, {decisions} decisions, {runs} runs; share ever proposed, median decisions until then (no error: {} decisions)", limit * 100.0, ours[0]);
    println!("| true error | ours | exactly | 20 in a row | 50 in a row | 98 % of 100 | 85 % of 20 or more | plain test, every look |");
    for rate in rates {
        let mut dice = Dice(11);
        let all: Vec<_> = (0..runs).map(|_| first_proposals(&mut dice, *rate, decisions, &ours, &plain)).collect();
        let column = |at: usize| shown(&all.iter().map(|found| found[at]).collect::<Vec<_>>());
        let exact = exactly(&ours, *rate, decisions) * 100.0;
        println!("| {:.4} % | {} | {exact:.2} % | {} | {} | {} | {} | {} |", rate * 100.0, column(0), column(1), column(2), column(3), column(4), column(5));
    }
}

/// The chance of an error at a decision, from what was before: decisions, the last one an error, and the errors so far.
type Chance = fn(u64, bool, usize) -> f64;

/// Errors that depend on each other: proposals while the average chance so far is at or above the limit.
fn adversaries(decisions: u64, runs: usize) {
    let ours = proved(&RULE, decisions);
    let kinds: [(&str, Chance); 5] = [
        ("an error is followed by another with 50 %, else 2 %", |_, last, _| if last { 0.5 } else { 0.02 }),
        ("200 decisions at 2 %, 20 at 30 %, in turns", |count, _, _| if count % 220 < 200 { 0.02 } else { 0.3 }),
        ("1,000 at 4 %, then none", |count, _, _| if count < 1_000 { 0.04 } else { 0.0 }),
        ("100 at 0 %, 100 at 4 %, in turns", |count, _, _| if count % 200 < 100 { 0.0 } else { 0.04 }),
        ("2 % while errors are few, 6 % while they are many", |count, _, wrong| if (wrong as f64) < 0.015 * count as f64 { 0.02 } else { 0.06 }),
    ];
    println!("\nlimit 2 %, {decisions} decisions, {runs} runs: share proposed while the average chance so far is at or above the limit");
    for (name, chance) in kinds {
        let mut dice = Dice(5);
        let wrongly = (0..runs).filter(|_| {
            let (mut wrong, mut last, mut sum) = (0, false, 0.0);
            (0..decisions).any(|count| {
                let now = chance(count, last, wrong);
                sum += now;
                last = dice.unit() < now;
                wrong += usize::from(last);
                sum >= 0.02 * (count + 1) as f64 && ours.get(wrong).is_some_and(|from| count + 1 >= *from)
            })
        });
        println!("| {name} | {:.1} % |", wrongly.count() as f64 / runs as f64 * 100.0);
    }
}

/// Decisions until one of two tests holds, asked where it is likeliest: before each error, and at the end. Then the first decision for which it holds.
fn beside(errors: &[u64], decisions: u64, holds: impl Fn(Tally) -> bool) -> Option<u64> {
    let ends = errors.iter().copied().chain([decisions + 1]);
    for (wrong, end) in ends.enumerate() {
        let wrong = wrong as u64;
        let at = |count: u64| Tally { right: count - wrong, wrong };
        let start = if wrong == 0 { 1 } else { errors[wrong as usize - 1] };
        if end > start && holds(at(end - 1)) {
            let (mut low, mut high) = (start, end - 1);
            while low < high {
                let middle = low.midpoint(high);
                if holds(at(middle)) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return Some(low);
        }
    }
    None
}

fn people(decisions: u64, runs: usize) {
    println!("\npeople err in 2 %, {decisions} decisions, {runs} runs; share ever proposed, median: the product, and two bounds at half the chance each");
    println!("| trials of people | true error | product | two bounds |");
    let rule = Rule { limit_ppm: 1_000_000, ..RULE };
    for trials in [500_u64, 2_000, 10_000] {
        for rate in [0.001, 0.005, 0.01, 0.02, 0.03] {
            let mut dice = Dice(23);
            let (mut product, mut two) = (Vec::new(), Vec::new());
            for _ in 0..runs {
                let wrong = (0..trials).filter(|_| dice.unit() < 0.02).count() as u64;
                let theirs = Tally { right: trials - wrong, wrong };
                let errors: Vec<u64> = (1..=decisions).filter(|_| dice.unit() < rate).collect();
                product.push(beside(&errors, decisions, |tally| proves(tally, Some(theirs), &rule)));
                let lower = bounds(theirs, rule.alpha_ppm / 2).0;
                two.push(beside(&errors, decisions, |tally| bounds(tally, rule.alpha_ppm / 2).1 <= lower));
            }
            println!("| {trials} | {:.1} % | {} | {} |", rate * 100.0, shown(&product), shown(&two));
        }
    }
}

/// Decisions until the level narrows, where the chance of an error changes after some.
fn narrowed(dice: &mut Dice, rule: &Rule, before: f64, decisions: u64, after: f64, more: u64, sampled: f64) -> Option<u64> {
    let on = NaiveDate::default();
    let mut trials = (0..decisions + more).map(|at| Trial {
        on,
        error: dice.unit() < if at < decisions { before } else { after },
        source: if sampled > 0.0 && dice.unit() < sampled { Source::Sample } else { Source::Verdict },
    });
    let found = standing(&mut trials, None, rule);
    found.narrow.map(|_| found.tally.trials())
}

fn narrowing(runs: usize) {
    let drift = |false_alarm_trials| Rule { false_alarm_trials, ..RULE };
    let samples = |failed_samples| Rule { failed_samples, ..RULE };
    let rules = [
        ("drift, an alarm in 10,000 trials", drift(10_000), 0.0),
        ("drift, an alarm in 100,000 trials", drift(100_000), 0.0),
        ("first failed sample of 5 %", samples(1), 0.05),
        ("third failed sample of 5 %", samples(3), 0.05),
    ];
    println!("\nlimit 2 %, {runs} runs, a change after 1,000 decisions: decisions until it is caught, median and 95th percentile (of the runs without an earlier alarm)");
    println!("| rule | 0.1 to 10 % | 0.5 to 10 % | 1 to 10 % | 0.5 to 5 % | 0.5 to 3 % |");
    for (name, rule, sampled) in &rules {
        let cells = [(0.001, 0.1), (0.005, 0.1), (0.01, 0.1), (0.005, 0.05), (0.005, 0.03)].map(|(before, after)| {
            let mut dice = Dice(31);
            let found = (0..runs).map(|_| narrowed(&mut dice, rule, before, 1_000, after, 20_000, *sampled).map_or(f64::INFINITY, |count| count as f64 - 1_000.0));
            let mut late: Vec<f64> = found.filter(|count| *count > 0.0).collect();
            late.sort_by(f64::total_cmp);
            format!("{:.0}, {:.0}", part(&late, 0.5), part(&late, 0.95))
        });
        println!("| {name} | {} |", cells.join(" | "));
    }
    println!("share of runs of 10,000 decisions with a false alarm");
    println!("| rule | 0.1 % | 0.5 % | 1 % | 2 % |");
    for (name, rule, sampled) in &rules {
        let cells = [0.001, 0.005, 0.01, 0.02].map(|rate| {
            let mut dice = Dice(37);
            let alarms = (0..runs).filter(|_| narrowed(&mut dice, rule, rate, 10_000, rate, 0, *sampled).is_some());
            format!("{:.1} %", alarms.count() as f64 / runs as f64 * 100.0)
        });
        println!("| {name} | {} |", cells.join(" | "));
    }
}

fn timed<T>(name: &str, times: u32, work: impl Fn() -> T) {
    let start = Instant::now();
    (0..times).for_each(|_| {
        black_box(work());
    });
    println!("| {name} | {:.1} µs |", start.elapsed().as_secs_f64() / f64::from(times) * 1e6);
}

fn costs() {
    let rule = Rule { false_alarm_trials: 10_000, failed_samples: 3, ..RULE };
    let (tally, theirs) = (Tally { right: 450, wrong: 3 }, Tally { right: 4_900, wrong: 100 });
    let on = NaiveDate::default();
    let read = |trials: u64, theirs| standing(&mut (0..trials).map(|at| Trial { on, error: at % 200 == 199, source: Source::Verdict }), theirs, &rule);
    println!();
    timed("standing of no trials", 1_000, || read(0, None));
    timed("standing of 1,000 trials", 1_000, || read(1_000, None));
    timed("standing of 100,000 trials", 10, || read(100_000, None));
    timed("standing of 1,000 trials beside people", 100, || read(1_000, Some(theirs)));
    timed("needed", 100, || needed(tally, None, &rule));
    timed("needed beside people", 10, || needed(tally, Some(theirs), &rule));
}

fn main() {
    let runs = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2_000);
    costs();
    widening(20_000, &[0.001, 0.005, 0.01, 0.02, 0.05, 0.1], 10_000, runs);
    widening(1_000, &[0.00005, 0.00025, 0.0005, 0.001, 0.0025, 0.005], 100_000, runs);
    adversaries(10_000, runs);
    people(10_000, runs / 4);
    narrowing(runs);
}
