//! Amounts with a grain: most are round, or end in 99, or are multiples of one price with its tax. Then the last digits of
//! a sum say much about what is in it, and sums are far from evenly spread. The remedy: a modulus under which the amounts
//! have few remainders; the sets are followed by the remainder of their sum, exactly, and the saddle point is taken among
//! the sets with the remainder of the target only. For each remainder three numbers are carried from item to item: the
//! probability, and the first and second moment of the sum about its mean, under the same weights as in `estimate`.

use super::estimate::{Term, Tilted, tilted};
use super::reduce::{Reduced, common_divisor};
use alloc::vec;
use alloc::vec::Vec;
use core::f64::consts::PI;

/// Tried beside what neighbouring amounts have in common: the ends of decimal prices.
const DECIMAL: [u64; 7] = [10, 20, 50, 100, 200, 500, 1_000];
const LEAST_MODULUS: u64 = 8;
const MOST_MODULUS: u64 = 1_000;
/// Remainders followed, times items that have one: bounds the time of a step to less than a millisecond.
const MOST_CELLS: f64 = 400_000.0;
/// Items looked at to find the modulus.
const SAMPLE: usize = 128;
/// Pairs of neighbours whose common divisor is tried.
const PAIRS: usize = 24;
const MOST_STEPS: u32 = 24;
const CLOSE_ENOUGH: f64 = 0.05;
/// A step moves the mean by so many standard deviations at most: further on the distribution is another.
const LONGEST_STEP: f64 = 4.0;
/// The variance of the sums of one remainder is taken for no less than this part of that of all.
const NARROWEST: f64 = 1_024.0;
/// Where the mean cannot be brought to the target, the weight is e^-40 of that at the mean, and not a number without meaning.
const MOST_PENALTY: f64 = 40.0;

/// The modulus under which the amounts have the fewest remainders, if that is few. The chance that two items have the same
/// remainder tells: one over the modulus if there is no grain.
pub(super) fn modulus(reduced: &Reduced) -> Option<u64> {
    let stride = reduced.free.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<u64> = reduced.free.iter().step_by(stride).map(|item| item.amount).collect();
    let pairs = sample.iter().zip(sample.iter().skip(1)).step_by(sample.len().div_ceil(PAIRS).max(1));
    let mut tried: Vec<u64> = pairs.map(|(left, right)| common_divisor(*left, *right)).chain(DECIMAL).filter(|modulus| (LEAST_MODULUS..=MOST_MODULUS).contains(modulus)).collect();
    tried.sort_unstable();
    tried.dedup();
    let mut seen = vec![0u32; MOST_MODULUS as usize];
    let mut best = (0.0, None);
    let items = reduced.free.len() as f64 / sample.len() as f64;
    for modulus in tried {
        let (same, none, commonest) = remainders(&sample, modulus, &mut seen);
        let (commonest, others) = (commonest * items, (sample.len() as f64 - none - commonest) * items);
        let cost = commonest * commonest.min(modulus as f64) + others * modulus as f64;
        let score = same * libm::log(modulus as f64);
        let grainy = same > 0.1 + 2.0 / modulus as f64 + 1.0 / sample.len() as f64;
        if grainy && score > best.0 && cost <= MOST_CELLS {
            best = (score, Some(modulus));
        }
    }
    best.1
}

/// Of a sample: the chance that two of the amounts, with replacement, have the same remainder; how many have none; and how
/// many the commonest other. `seen` is zero before and after, so that the time does not depend on the modulus.
fn remainders(sample: &[u64], modulus: u64, seen: &mut [u32]) -> (f64, f64, f64) {
    for amount in sample {
        if let Some(count) = seen.get_mut((amount % modulus) as usize) {
            *count += 1;
        }
    }
    let (mut squares, mut commonest) = (0u64, 0);
    let none = seen.first().copied().unwrap_or(0);
    if let Some(count) = seen.first_mut() {
        squares = u64::from(none) * u64::from(none);
        *count = 0;
    }
    for amount in sample {
        if let Some(count) = seen.get_mut((amount % modulus) as usize) {
            squares += u64::from(*count) * u64::from(*count);
            commonest = commonest.max(*count);
            *count = 0;
        }
    }
    let items = sample.len() as f64;
    (squares as f64 / (items * items), f64::from(none), f64::from(commonest))
}

/// The sums with one remainder: probability, and moments about the mean of all.
#[derive(Clone, Copy, Default)]
struct Cell {
    mass: f64,
    first: f64,
    second: f64,
}

/// An item, or several alike, and its remainder.
struct Shifted {
    term: Term,
    shift: usize,
}

/// The terms with their remainders, times a factor that makes the commonest remainder one, if there is such a factor;
/// those of remainder one first. With them alone only the first remainders are reached, and need be followed. The
/// factor takes the remainders to each other, one to one, and is given back to take that of the target along.
fn shifted(terms: &[Term], modulus: u64) -> (Vec<Shifted>, u64) {
    let mut items = vec![0.0; modulus as usize];
    for term in terms {
        if let Some(count) = items.get_mut((term.whole % modulus) as usize) {
            *count += term.items;
        }
    }
    let commonest = (1..modulus).zip(items.iter().skip(1)).fold((1, 0.0), |best, (remainder, count)| if *count > best.1 { (remainder, *count) } else { best }).0;
    let factor = (1..modulus).find(|factor| factor * commonest % modulus == 1).unwrap_or(1);
    let mut shifted: Vec<Shifted> = terms.iter().map(|term| Shifted { term: *term, shift: (term.whole % modulus * factor % modulus) as usize }).collect();
    shifted.sort_by_key(|shifted| shifted.shift != 1);
    (shifted, factor)
}

/// The remainders of all sums; and the variance of the items without a remainder, which all share.
fn cells(shifted: &[Shifted], b: f64, modulus: usize) -> (Vec<Cell>, f64) {
    let mut now = vec![Cell::default(); modulus];
    let mut next = now.clone();
    if let Some(empty) = now.first_mut() {
        empty.mass = 1.0;
    }
    let (mut shared, mut reached) = (0.0, 1);
    for Shifted { term, shift } in shifted {
        let chosen = term.chosen(b);
        let left = 1.0 - chosen;
        if *shift == 0 {
            shared += term.items * term.amount * term.amount * chosen * left;
            continue;
        }
        let (down, up) = (-term.amount * chosen, term.amount * left);
        for _ in 0..term.items as u64 {
            reached = modulus.min(reached + shift);
            let (head, tail) = now.split_at(modulus - shift);
            for ((cell, out), within) in next.iter_mut().zip(&now).zip(tail.iter().chain(head)).take(reached) {
                cell.mass = left * out.mass + chosen * within.mass;
                cell.first = left * (out.first + down * out.mass) + chosen * (within.first + up * within.mass);
                cell.second = left * (out.second + down * (2.0 * out.first + down * out.mass)) + chosen * (within.second + up * (2.0 * within.first + up * within.mass));
            }
            core::mem::swap(&mut now, &mut next);
        }
    }
    (now, shared)
}

/// Logarithm of the weight of all choices with the sum `target`, of which `remainder` is left under the modulus. Begins at
/// the `b` of the plain saddle point.
pub(super) fn log_weight(terms: &[Term], target: f64, remainder: u64, modulus: u64, mut b: f64) -> f64 {
    let (shifted, factor) = shifted(terms, modulus);
    let remainder = (remainder * factor % modulus) as usize;
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let (mut weight, mut missed_before) = (f64::NEG_INFINITY, f64::INFINITY);
    for _ in 0..MOST_STEPS {
        let (cells, shared) = cells(&shifted, b, modulus as usize);
        let cell = cells.get(remainder).copied().unwrap_or_default();
        let Tilted { log_all, mean, variance: plain, .. } = tilted(terms, b);
        if cell.mass <= 0.0 || !log_all.is_finite() {
            break;
        }
        let shift = cell.first / cell.mass;
        // The sums of one remainder lie the modulus apart: no more than all of their weight is at the target.
        let grain = modulus as f64;
        let variance = (cell.second / cell.mass - shift * shift + shared).max(grain * grain / (2.0 * PI));
        let missed = mean + shift - target;
        weight = log_all + libm::log(cell.mass) + b * target - (missed * missed / (2.0 * variance)).min(MOST_PENALTY) + libm::log(grain) - libm::log(2.0 * PI * variance) / 2.0;
        if missed * missed <= CLOSE_ENOUGH * CLOSE_ENOUGH * variance {
            break;
        }
        if missed > 0.0 {
            low = b;
        } else {
            high = b;
        }
        // A remainder with hardly more than one sum has no slope to follow: then by that of all sums.
        let deviation = libm::sqrt(variance.max(plain / NARROWEST));
        let next = b + (missed / deviation).clamp(-LONGEST_STEP, LONGEST_STEP) / deviation;
        // Where the variance changes fast, a step overshoots as far as the one before: then half the bracket.
        let halve = low.is_finite() && high.is_finite() && (libm::fabs(missed) > missed_before / 2.0 || next <= low || next >= high);
        b = if halve { (low + high) / 2.0 } else { next };
        missed_before = libm::fabs(missed);
    }
    weight
}
