//! The engine beside people: is its error rate below theirs? Two streams, in any order of arrival.
//!
//! Where the engine errs no less than people do, some rate lies between the two; against it the engine bets on fewer
//! errors, and on the errors of people being more. Neither bet gains on average, so their product does not. Nobody knows
//! the rate, so the least product over all rates counts. Measured, it needs fewer trials than two bounds at half the
//! chance each that must not meet, most of all where there are few trials of people (`benches/RESULTS.md`).

use super::wealth::{ALL, Side, Tally, Wealth, smallest};

/// The part of each stake that is kept: at a rate that one stream rules out by itself, the other's bet loses.
const KEPT: f64 = 0.2;

/// The logarithm of what a bet comes to with the part that is kept.
fn with_kept(log: f64) -> f64 {
    let (kept, staked) = (libm::log(KEPT), libm::log1p(-KEPT) + log);
    kept.max(staked) + libm::log1p(libm::exp(-libm::fabs(kept - staked)))
}

/// The logarithm of the least product over all rates, with so much that the engine's rate may be above theirs.
pub(super) fn log_beaten(engine: Tally, people: Tally, margin_ppm: i64) -> f64 {
    let engine = Wealth::new(engine, Side::Fewer);
    let people = Wealth::new(people, Side::More);
    let margin = margin_ppm.clamp(0, ALL);
    let most = ALL.saturating_sub(margin);
    // Between two whole parts per million the product is at least this: each bet is taken at its worse end.
    let product = |rate: i64| with_kept(engine.log_at(rate.saturating_add(margin))) + with_kept(people.log_at(rate.saturating_add(1)));
    // Convex: it falls, and then rises.
    product(smallest(0, most, |rate| rate == most || product(rate.saturating_add(1)) >= product(rate)).unwrap_or(most))
}
