//! `cargo run --release -p ar-benches --bin count -- [errors] [times] [million]`: how well sets of items with a sum are
//! counted. `errors`: the estimate against exact counts, `times`: seconds of each function, `million`: the exact functions
//! against plain enumeration on a million random small books. Without a word: the first two.

use ar_benches::{Dice, Model, cents, part, vat};
use ar_core::matching::count::{by_size, list, log_count, log_mass, mass_exact, total, ways};
use std::hint::black_box;
use std::time::Instant;

/// Where the amounts of a book come from, in cents.
const MODELS: [(&str, Model); 5] = [
    ("lognormal cents", cents),
    ("net round, VAT 7 or 19 %", vat),
    ("nine of ten round to 100", |dice| {
        let amount = dice.lognormal(8_000.0, 1.0);
        if dice.below(10) == 0 { amount } else { (amount / 100 + 1) * 100 }
    }),
    ("prices ending in 99", |dice| (dice.lognormal(80.0, 1.0) / 10 + 1) * 1_000 - 1),
    ("four subscriptions", |dice| [990, 1_990, 4_990, 2_500][dice.below(4) as usize]),
];

fn book(dice: &mut Dice, model: Model, items: usize) -> Vec<i64> {
    (0..items).map(|_| model(dice)).collect()
}

/// The sum of a random selection: each item with a probability that is drawn first.
fn selection(dice: &mut Dice, amounts: &[i64]) -> i64 {
    let share = 0.05 + 0.45 * dice.unit();
    amounts.iter().filter(|_| dice.unit() < share).sum()
}

/// Sets with each sum up to `most`: a table of its own, for many targets at once.
fn all_counts(amounts: &[i64], most: i64) -> Vec<f64> {
    let mut counts = vec![0.0; most as usize + 1];
    counts[0] = 1.0;
    for amount in amounts {
        for sum in (*amount as usize..counts.len()).rev() {
            counts[sum] += counts[sum - *amount as usize];
        }
    }
    counts
}

fn errors() {
    println!("error of log_count in log10 against exact counts, for sums of random selections; the bracket: only counts of 1000 and more");
    println!("{:<26} {:>4} {:>6} {:>8} {:>8} {:>8} {:>8}   [{:>6} {:>8} {:>8} {:>8} {:>8}]", "amounts", "n", "sums", "5 %", "median", "95 %", "max abs", "sums", "5 %", "median", "95 %", "max abs");
    for (name, model) in MODELS {
        for items in [10, 20, 50, 100, 200, 400] {
            let mut dice = Dice(items as u64);
            let (books, sums) = if items >= 200 { (4, 50) } else { (20, 20) };
            let (mut all, mut many) = (Vec::new(), Vec::new());
            for _ in 0..books {
                let amounts = book(&mut dice, model, items);
                let targets: Vec<i64> = (0..sums).map(|_| selection(&mut dice, &amounts)).filter(|target| *target > 0).collect();
                let counts = all_counts(&amounts, targets.iter().copied().max().unwrap_or(0));
                for target in targets {
                    let exact = counts[target as usize];
                    let error = (log_count(&amounts, target) - exact.ln()) / std::f64::consts::LN_10;
                    all.push(error);
                    if exact >= 1_000.0 {
                        many.push(error);
                    }
                }
            }
            let row = |errors: &mut Vec<f64>| {
                errors.sort_by(f64::total_cmp);
                let most = errors.iter().map(|error| error.abs()).fold(0.0, f64::max);
                format!("{:>6} {:>8.4} {:>8.4} {:>8.4} {:>8.4}", errors.len(), part(errors, 0.05), part(errors, 0.5), part(errors, 0.95), most)
            };
            println!("{name:<26} {items:>4} {}   [{}]", row(&mut all), row(&mut many));
        }
    }
}

fn micros(sorted: &mut [f64]) -> String {
    sorted.sort_by(f64::total_cmp);
    format!("{:>10.1} {:>10.1} {:>10.1}", part(sorted, 0.5), part(sorted, 0.99), part(sorted, 1.0))
}

fn times() {
    println!("microseconds: p50, p99, max; budgets 20 million, what they did not suffice for in brackets");
    for (name, model) in MODELS {
        for items in [10, 20, 30, 50, 100, 200, 400, 1_000, 5_000] {
            times_of(name, model, items);
        }
    }
}

fn times_of(name: &str, model: Model, items: usize) {
    let mut dice = Dice(3);
    let mut times: [Vec<f64>; 6] = Default::default();
    let (mut no_ways, mut no_total, mut no_list) = (0, 0, 0);
    for _ in 0..if items > 100 { 50 } else { 200 } {
        let amounts = book(&mut dice, model, items);
        let target = selection(&mut dice, &amounts);
        let work: [&mut dyn FnMut(); 6] = [
            &mut || no_ways += usize::from(black_box(ways(&amounts, target, 20_000_000)).is_none()),
            &mut || _ = black_box(ways(&amounts, 1_000_000, 20_000_000)),
            &mut || no_total += usize::from(black_box(total(&amounts, target, 20_000_000)).is_none()),
            &mut || no_list += usize::from(!black_box(list(&amounts, target, 20, 20_000_000)).1),
            &mut || _ = black_box(log_count(&amounts, target)),
            &mut || _ = black_box(log_mass(&amounts, target, 0.1)),
        ];
        for (work, times) in work.into_iter().zip(&mut times) {
            let start = Instant::now();
            work();
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
    }
    let notes = [format!("({no_ways})"), String::new(), format!("({no_total})"), format!("({no_list} cut)"), String::new(), String::new()];
    let functions = ["ways, a selection", "ways, 1,000,000", "total", "list of 20", "log_count", "log_mass"];
    for ((function, times), note) in functions.iter().zip(&mut times).zip(notes) {
        println!("{name:<26} n {items:>5}  {function:<18} {} {note}", micros(times));
    }
}

/// Every set, one by one: each sum is that of the set without its last item, and the last item.
fn every_set(amounts: &[i64], target: i64) -> Vec<Vec<u32>> {
    let mut sums = vec![0i64; 1 << amounts.len()];
    let zeros: usize = amounts.iter().enumerate().filter(|(_, amount)| **amount == 0).map(|(at, _)| 1 << at).sum();
    for set in 1..sums.len() {
        sums[set] = sums[set & (set - 1)] + amounts[set.trailing_zeros() as usize];
    }
    let sets = (1..sums.len()).filter(|set| sums[*set] == target && set & zeros == 0);
    let mut found: Vec<Vec<u32>> = sets.map(|set| (0..amounts.len() as u32).filter(|at| set >> at & 1 == 1).collect()).collect();
    found.sort_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
    found
}

fn million() {
    let mut dice = Dice(11);
    let (mut wrong, mut unanswered, mut sets, mut several) = (0, 0, 0usize, 0);
    for _ in 0..1_000_000 {
        let items = 1 + dice.below(14) as usize;
        let (range, step, credits) = ([8, 30, 300, 20_000][dice.below(4) as usize], [1, 1, 5, 119][dice.below(4) as usize], dice.below(2) == 0);
        let amounts: Vec<i64> = (0..items).map(|_| (dice.below(range) as i64 + i64::from(dice.below(20) > 0)) * step * if credits && dice.below(3) == 0 { -1 } else { 1 }).collect();
        let target = if dice.below(4) == 0 { dice.below(range * 4) as i64 - range as i64 } else { amounts.iter().filter(|_| dice.below(2) == 0).sum() };
        let exact = every_set(&amounts, target);
        // A small budget leaves it to the search, a large one may make the table.
        let budget = [2_000, 100_000, 10_000_000][dice.below(3) as usize];
        let counted = (ways(&amounts, target, budget), total(&amounts, target, budget), by_size(&amounts, target, budget), list(&amounts, target, 100, budget));
        let mut sizes = vec![0.0; items + 1];
        exact.iter().for_each(|set| sizes[set.len()] += 1.0);
        sizes[0] = f64::from(u8::from(target == 0));
        unanswered += usize::from(counted.0.is_none()) + usize::from(counted.1.is_none()) + usize::from(counted.2.is_none()) + usize::from(!counted.3.1 && exact.len() <= 100);
        let right = counted.0.is_none_or(|ways| usize::from(ways) == exact.len().min(2))
            && counted.1.is_none_or(|total| total == exact.len() as f64)
            && counted.2.as_ref().is_none_or(|by_size| *by_size == sizes)
            && (!counted.3.1 || counted.3.0.len() == exact.len())
            && counted.3.0.iter().all(|set| exact.binary_search_by(|other| (other.len(), other).cmp(&(set.len(), set))).is_ok())
            && counted.3.0.is_sorted_by(|left, right| (left.len(), left) < (right.len(), right));
        if !right {
            wrong += 1;
            println!("{amounts:?} target {target} budget {budget}: {counted:?}, and it is {exact:?}");
        }
        let share = 0.05 + 0.9 * dice.unit();
        let (mass, estimated) = (mass_exact(&amounts, target, share, 1_000_000).unwrap_or(f64::NAN), log_mass(&amounts, target, share));
        if items <= 12 && mass.ln() != estimated && (mass.ln() - estimated).abs() > 1e-9 {
            wrong += 1;
            println!("{amounts:?} target {target} share {share}: {mass}, log_mass {estimated}");
        }
        sets += exact.len();
        several += usize::from(exact.len() > 1);
    }
    println!("1000000 books: {wrong} mismatches, {unanswered} answers left out for the budget; {sets} sets in all, {several} books with several");
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = |word: &str| words.iter().any(|given| given == word);
    if words.is_empty() || asked("errors") {
        errors();
    }
    if words.is_empty() || asked("times") {
        times();
    }
    if asked("million") {
        million();
    }
}
