//! Weights of explanations and what follows from them: which is best, how sure that is, and what rivals it has.
//!
//! The weight of an explanation is the probability that a customer pays in this way (class of explanation, choice of
//! the items within the class, difference between their sum and the payment, what the text says) and that the payment
//! then has exactly this amount. Dividing by the sum over all explanations gives the probability that it is right.

use core::cmp::Ordering;

/// Natural logarithm of a weight. Kept as a logarithm: the chance that 40 of 400 items sum to an amount is far below the
/// smallest float.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weight(f64);

const LN_MILLION: f64 = 13.815_510_557_964_274;

impl Weight {
    /// Certain.
    pub(super) const ONE: Self = Self(0.0);
    /// Impossible.
    pub(super) const NEVER: Self = Self(f64::NEG_INFINITY);

    /// A share in parts per million.
    pub(super) fn ppm(share: i64) -> Self {
        if share <= 0 { Self::NEVER } else { Self(libm::log(share as f64) - LN_MILLION) }
    }

    /// One chance in so many; fewer than one counts as one.
    pub(super) fn one_in(count: i64) -> Self {
        Self(-libm::log(count.max(1) as f64))
    }

    /// A part of a whole.
    pub(super) fn ratio(part: i64, whole: i64) -> Self {
        if part <= 0 { Self::NEVER } else { Self(libm::log(part as f64) - libm::log(whole.max(part) as f64)) }
    }

    /// A natural logarithm from the counting.
    pub(super) fn from_log(log: f64) -> Self {
        if log.is_nan() { Self::NEVER } else { Self(log.min(0.0)) }
    }

    /// What is left of `exp(log)` times certainty when certainty is taken away; may be more than one.
    pub(super) fn excess(log: f64) -> Self {
        // Beyond this the certainty that is taken away is lost in rounding.
        match log {
            log if log > 30.0 => Self(log),
            log if log > 0.0 => Self(libm::log(libm::expm1(log))),
            _ => Self::NEVER,
        }
    }

    /// The chance that a random choice, with this share for each item in parts per million, sums to the amount.
    pub(super) fn by_chance(amounts: &[i64], target: i64, share_ppm: i64) -> Self {
        Self::from_log(super::count::log_mass(amounts, target, share_ppm as f64 / 1e6))
    }

    /// So many times over.
    pub(super) fn times(self, count: i64) -> Self {
        if count == 0 { Self::ONE } else { Self(self.0 * count as f64) }
    }

    /// This or that, whichever is less.
    pub(super) fn most(self, bound: Self) -> Self {
        Self(self.0.min(bound.0))
    }

    /// Both happen.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// Either way leads here.
    pub(super) fn or(self, other: Self) -> Self {
        let (high, low) = if self.0 >= other.0 { (self.0, other.0) } else { (other.0, self.0) };
        if low == f64::NEG_INFINITY || high == f64::INFINITY { Self(high) } else { Self(high + libm::log1p(libm::exp(low - high))) }
    }

    /// Whether it cannot be.
    pub(super) fn is_never(self) -> bool {
        self.0 == f64::NEG_INFINITY
    }

    /// Order by weight.
    pub(super) fn order(self, other: Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }

    /// This weight as a share of `whole`, in parts per million, rounded down: what is not certain never shows as 1.
    pub(super) fn share_of(self, whole: Self) -> i64 {
        if !self.0.is_finite() || !whole.0.is_finite() {
            return 0;
        }
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and a million")]
        let share = libm::floor(libm::exp(self.0 - whole.0).min(1.0) * 1e6) as i64;
        share.clamp(0, 999_999)
    }

    /// How many times as likely as `rival`, at most a thousand million.
    pub(super) fn odds_to(self, rival: Self) -> i64 {
        if !self.0.is_finite() || rival.0.is_nan() || rival.0 == f64::INFINITY {
            return 0;
        }
        #[expect(clippy::cast_possible_truncation, reason = "bounded to a thousand million")]
        let odds = libm::exp((self.0 - rival.0).min(21.0)).min(1e9) as i64;
        odds
    }
}
