//! Estimated counts: the saddle-point approximation of the number of choices with a given sum, in time linear in the items.
//!
//! With weights `w` (the odds that an item is chosen) the sum over all choices of `prod(w_i) e^(-b sum)` is
//! `prod(1 + w_i e^(-b a_i))`. Under its terms as probabilities the sum has the mean `M(b) = sum a_i p_i`, with
//! `p_i = w_i e^(-b a_i) / (1 + w_i e^(-b a_i))`, and nearly the normal distribution; at the `b` with `M(b) = T` the weight
//! of the target is `prod(1 + w_i e^(-b a_i)) e^(bT) / sqrt(2 pi V)`, `V = sum a_i^2 p_i (1 - p_i)`, amounts divided by what
//! they have in common. H. E. Daniels, Saddlepoint approximations in statistics, Ann. Math. Statist. 25 (1954); the second
//! term of his (2.6) is `1 + k4 / (8 V^2) - 5 k3^2 / (24 V^3)` with the third and fourth cumulants.

use super::exact::mass_exact;
use super::lattice;
use super::reduce::{Reduced, reduce};
use alloc::vec::Vec;
use core::f64::consts::PI;

/// Newton finds `b` in about five; bisection alone would need as many as a float has digits.
const MOST_STEPS: u32 = 64;
/// The mean may miss the target by this part of the standard deviation: what is missed is made up for by the normal
/// density at the target instead of at the mean, so that what remains is of the third order.
const CLOSE_ENOUGH: f64 = 0.05;
/// Up to so many items `log_mass` is exact.
const MOST_EXACT_ITEMS: usize = 12;
/// Units for that: more than all sets of so many items take.
const EXACT_BUDGET: u64 = 1 << 16;
/// Odds are kept within what a float can multiply.
const LEAST_SHARE: f64 = 1e-12;

/// Natural logarithm of the estimated number of sets of items with exactly the sum `target`. Minus infinity where there
/// is none for a plain reason: beyond all amounts, no multiple of what they have in common, or (where the amounts have a
/// grain, see `lattice`) a remainder that no set has. Within 0.02 decades from 50 items on, in the middle; with few items it
/// says how many sets to expect of such amounts, not how many there are: for that `total` is cheap,
/// and so it is where few prices occur many times, of which the estimate is worst.
pub fn log_count(amounts: &[i64], target: i64) -> f64 {
    let Some(reduced) = reduce(amounts, target) else { return f64::NEG_INFINITY };
    if reduced.free.is_empty() {
        // One set, and it is the empty one if the target is zero.
        return if reduced.forced_in.is_empty() { f64::NEG_INFINITY } else { 0.0 };
    }
    log_weight(&reduced, terms(&reduced, 1.0))
}

/// Natural logarithm of the probability that a random set has exactly the sum `target`, when each item is in it with the
/// probability `share` (0 to 1), independently. Exact for few items, else by the saddle point.
pub fn log_mass(amounts: &[i64], target: i64, share: f64) -> f64 {
    if !(share > 0.0 && share < 1.0) {
        // None or all of the items, for certain; of what is no probability nothing is said.
        let sum = if share >= 1.0 { amounts.iter().map(|amount| i128::from(*amount)).sum() } else { 0 };
        return if sum == i128::from(target) && !share.is_nan() { 0.0 } else { f64::NEG_INFINITY };
    }
    let share = share.clamp(LEAST_SHARE, 1.0 - LEAST_SHARE);
    if amounts.iter().filter(|amount| **amount != 0).count() <= MOST_EXACT_ITEMS
        && let Some(mass) = mass_exact(amounts, target, share, EXACT_BUDGET)
    {
        return libm::log(mass);
    }
    let Some(reduced) = reduce(amounts, target) else { return f64::NEG_INFINITY };
    let free_credits = reduced.free.iter().filter(|item| item.credit).count();
    // What is certain of all choices, at the choice in which no free item is chosen: the free credit notes are in.
    let (within, without) = (reduced.forced_in.len() + free_credits, reduced.forced_out + reduced.free.len() - free_credits);
    let start = within as f64 * libm::log(share) + without as f64 * libm::log1p(-share);
    if reduced.free.is_empty() {
        return start;
    }
    start + log_weight(&reduced, terms(&reduced, share / (1.0 - share)))
}

/// As [`log_mass`], with odds of its own for each item, as natural logarithms; debts only: minus infinity where an amount is
/// not positive.
pub fn log_mass_of(amounts: &[i64], log_odds: &[f64], target: i64) -> f64 {
    if amounts.iter().any(|amount| *amount <= 0) {
        return f64::NEG_INFINITY;
    }
    let Some(reduced) = reduce(amounts, target) else { return f64::NEG_INFINITY };
    let odds_of = |position: u32| log_odds.get(position as usize).copied().unwrap_or(f64::NEG_INFINITY);
    let none: f64 = -log_odds.iter().map(|odds| odds.max(0.0) + libm::log1p(libm::exp(-odds.abs()))).sum::<f64>();
    let start = none + reduced.forced_in.iter().map(|position| odds_of(*position)).sum::<f64>();
    if reduced.free.is_empty() {
        return start;
    }
    let term = |item: &super::reduce::Free| Term { whole: item.amount, amount: item.amount as f64, odds: libm::exp(odds_of(item.position)), items: 1.0 };
    start + log_weight(&reduced, reduced.free.iter().map(term).collect())
}

/// Items of one amount and kind.
#[derive(Clone, Copy)]
pub(super) struct Term {
    pub whole: u64,
    pub amount: f64,
    pub odds: f64,
    pub items: f64,
}

impl Term {
    /// The probability that one of them is chosen.
    pub fn chosen(&self, b: f64) -> f64 {
        1.0 / (1.0 + libm::exp(b * self.amount) / self.odds)
    }
}

fn terms(reduced: &Reduced, odds: f64) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::with_capacity(reduced.free.len());
    let mut last = None;
    for item in &reduced.free {
        let kind = Some((item.amount, item.credit));
        match terms.last_mut() {
            Some(term) if last == kind => term.items += 1.0,
            _ => terms.push(Term { whole: item.amount, amount: item.amount as f64, odds: if item.credit { 1.0 / odds } else { odds }, items: 1.0 }),
        }
        last = kind;
    }
    terms
}

/// The distribution of the sum at one `b`.
#[derive(Clone, Copy)]
pub(super) struct Tilted {
    /// Logarithm of `prod(1 + w e^(-ba))`.
    pub log_all: f64,
    pub mean: f64,
    pub variance: f64,
    third: f64,
    fourth: f64,
}

pub(super) fn tilted(terms: &[Term], b: f64) -> Tilted {
    let mut at = Tilted { log_all: 0.0, mean: 0.0, variance: 0.0, third: 0.0, fourth: 0.0 };
    // One logarithm for many factors.
    let mut product = 1.0;
    for Term { amount, odds, items, .. } in terms {
        let weight = odds * libm::exp(-b * amount);
        let all = 1.0 + weight;
        let chosen = weight / all;
        let spread = chosen / all;
        let moment = items * amount * amount * spread;
        at.mean += items * amount * chosen;
        at.variance += moment;
        at.third += moment * amount * (1.0 - 2.0 * chosen);
        at.fourth += moment * amount * amount * (1.0 - 6.0 * spread);
        if *items > 1.0 {
            at.log_all += items * libm::log(all);
        } else {
            product *= all;
            if product > 1e200 {
                at.log_all += libm::log(product);
                product = 1.0;
            }
        }
    }
    at.log_all += libm::log(product);
    at
}

/// Logarithm of the weight of all choices with the sum asked for.
fn log_weight(reduced: &Reduced, mut terms: Vec<Term>) -> f64 {
    let total = reduced.total as f64;
    let mut goal = reduced.target;
    let mut all = 0.0;
    if mean(&terms) < goal as f64 {
        // Counted by what is not chosen, so that `b` is not negative.
        goal = reduced.total - reduced.target;
        for term in &mut terms {
            all += term.items * libm::log(term.odds);
            term.odds = 1.0 / term.odds;
        }
    }
    let target = goal as f64;
    let (b, at) = saddle(&terms, target, total);
    if let Some(modulus) = lattice::modulus(reduced) {
        return all + lattice::log_weight(&terms, target, (goal % u128::from(modulus)) as u64, modulus, b);
    }
    let missed = (at.mean - target) / libm::sqrt(at.variance);
    let second = at.fourth / (8.0 * at.variance * at.variance) - 5.0 * at.third * at.third / (24.0 * at.variance * at.variance * at.variance);
    all + at.log_all + b * target - missed * missed / 2.0 - libm::log(2.0 * PI * at.variance) / 2.0 + second.clamp(-0.5, 0.5)
}

/// The mean before any tilt.
fn mean(terms: &[Term]) -> f64 {
    terms.iter().map(|term| term.items * term.amount * term.odds / (1.0 + term.odds)).sum()
}

/// The `b` at which the mean is the target, near enough. Halley's steps for the logarithm of the mean, which is far
/// straighter than the mean; where one leaves the bracket, the bracket is halved.
fn saddle(terms: &[Term], target: f64, total: f64) -> (f64, Tilted) {
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut b = start(terms, target, total);
    let mut at = tilted(terms, b);
    for _ in 0..MOST_STEPS {
        let missed = at.mean - target;
        if missed * missed <= CLOSE_ENOUGH * CLOSE_ENOUGH * at.variance {
            break;
        }
        if missed > 0.0 {
            low = b
        } else {
            high = b
        }
        let height = libm::log(at.mean / target);
        let slope = -at.variance / at.mean;
        let bend = at.third / at.mean - slope * slope;
        let next = b - 2.0 * height * slope / (2.0 * slope * slope - height * bend);
        b = if next > low && next < high {
            next
        } else if high.is_finite() {
            (low + high) / 2.0
        } else {
            2.0 * b + 1.0 / total
        };
        at = tilted(terms, b);
    }
    (b, at)
}

/// Where to begin: what `b` would be if all items had the amount that counts most in the variance.
fn start(terms: &[Term], target: f64, total: f64) -> f64 {
    let squares = terms.iter().map(|term| term.items * term.amount * term.amount).sum::<f64>();
    let odds = |part: f64| part / (total - part);
    (libm::log(odds(mean(terms)) / odds(target)) * total / squares).max(0.0)
}
