//! The estimate of `estimate`, with odds of its own for each item.

use super::reduce::common_divisor;
use alloc::vec::Vec;
use core::f64::consts::PI;

/// Steps of the search for the tilt; bisection halves the bracket where Newton leaves it.
const MOST_STEPS: u32 = 60;
/// The mean may miss the target by this part of the standard deviation.
const CLOSE_ENOUGH: f64 = 0.02;

/// Natural logarithm of the probability that a random set has exactly the sum `target`, when each item is in it with odds
/// of its own (given as natural logarithms), independently: the saddle point, first order. Debts only: minus infinity if an
/// amount is not positive.
pub fn log_mass_of(amounts: &[i64], log_odds: &[f64], target: i64) -> f64 {
    let divisor = amounts.iter().fold(0, |divisor, amount| common_divisor(divisor, amount.unsigned_abs()));
    let total: f64 = amounts.iter().map(|amount| *amount as f64).sum();
    let wanted = target as f64;
    let off_grid = divisor == 0 || !target.unsigned_abs().is_multiple_of(divisor);
    if off_grid || target <= 0 || wanted > total || amounts.iter().any(|amount| *amount <= 0) {
        return f64::NEG_INFINITY;
    }
    let terms: Vec<(f64, f64)> = amounts.iter().map(|amount| *amount as f64).zip(log_odds.iter().copied()).collect();
    let none: f64 = -log_product(terms.iter().map(|(_, odds)| *odds));
    // All of them: no tilt reaches the edge.
    if wanted >= total {
        return none + terms.iter().map(|(_, odds)| odds).sum::<f64>();
    }
    let largest = terms.iter().map(|(amount, _)| *amount).fold(0.0, f64::max);
    let (mut low, mut high, mut tilt) = (-200.0 / largest, 200.0 / largest, 0.0);
    let mut at = tilted(&terms, tilt);
    for _ in 0..MOST_STEPS {
        let miss = at.mean - wanted;
        if miss * miss <= CLOSE_ENOUGH * CLOSE_ENOUGH * at.variance {
            break;
        }
        if miss > 0.0 {
            low = tilt
        } else {
            high = tilt
        }
        let newton = tilt + miss / at.variance;
        tilt = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        at = tilted(&terms, tilt);
    }
    let miss = at.mean - wanted;
    let normal = -0.5 * libm::log(2.0 * PI * at.variance) - 0.5 * miss * miss / at.variance;
    let log_all = log_product(terms.iter().map(|(amount, odds)| odds - tilt * amount));
    none + log_all + tilt * wanted + normal + libm::log(divisor as f64)
}

/// Mean and variance under a tilt.
struct Tilted {
    mean: f64,
    variance: f64,
}

fn tilted(terms: &[(f64, f64)], tilt: f64) -> Tilted {
    let mut at = Tilted { mean: 0.0, variance: 1e-9 };
    for (amount, odds) in terms {
        let exponent = odds - tilt * amount;
        let weight = libm::exp(-exponent.abs());
        let chosen = if exponent > 0.0 { 1.0 / (1.0 + weight) } else { weight / (1.0 + weight) };
        at.mean += amount * chosen;
        at.variance += amount * amount * chosen * (1.0 - chosen);
    }
    at
}

/// Sum of the logarithms of `1 + e^x`: one logarithm for many factors.
fn log_product(exponents: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut product) = (0.0, 1.0);
    for exponent in exponents {
        sum += exponent.max(0.0);
        product *= 1.0 + libm::exp(-exponent.abs());
        if product > 1e200 {
            sum += libm::log(product);
            product = 1.0;
        }
    }
    sum + libm::log(product)
}
