//! The distribution of a payment's delay, conditional on the days already waited.

use crate::models::{BINS, FIRST_DELAY, LAST_DELAY, bin_of};
use alloc::vec::Vec;

/// Shares by day of delay, with a geometric tail behind the last day. Built once a customer, read in a few steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// At bin `k`: probability that the delay is in bin `k` or later. One more entry at the end: 0.
    at_least: Vec<f64>,
    /// At bin `k`: sum over the bins from `k` to the last day of probability times delay.
    moment: Vec<f64>,
    tail_hazard: f64,
}

/// Payment dates are placed at most this many days after the due date (and at most a year from now for an item that
/// is older): what lies behind says "later or never".
const LONGEST_DELAY: i32 = 730;

fn longest(waited: i32) -> i32 {
    LONGEST_DELAY.max(waited.saturating_add(365))
}

impl Distribution {
    /// From the shares by bin, earliest first.
    pub(super) fn new(shares: impl Iterator<Item = f64>, tail_hazard: f64) -> Self {
        let shares: Vec<f64> = shares.take(BINS).collect();
        let mut at_least = alloc::vec![0.0; shares.len() + 1];
        let mut moment = alloc::vec![0.0; shares.len() + 1];
        let (mut sum, mut first_moment) = (0.0, 0.0);
        for (bin, share) in shares.iter().enumerate().rev() {
            sum += share;
            let delay = FIRST_DELAY + i32::try_from(bin).unwrap_or(0);
            if delay <= LAST_DELAY {
                first_moment += share * f64::from(delay);
            }
            if let (Some(slot), Some(moment)) = (at_least.get_mut(bin), moment.get_mut(bin)) {
                *slot = sum;
                *moment = first_moment;
            }
        }
        Self { at_least, moment, tail_hazard }
    }

    /// Probability that the delay is `delay` or more.
    fn reaches(&self, delay: i32) -> f64 {
        let value = self.at_least.get(bin_of(delay)).copied().unwrap_or(0.0);
        let beyond = delay - (LAST_DELAY + 1);
        if delay <= FIRST_DELAY {
            1.0
        } else if beyond > 0 {
            value * libm::pow(1.0 - self.tail_hazard, f64::from(beyond))
        } else {
            value
        }
    }

    /// Probability that the delay is over `delay`, given that the item is unpaid after `waited` days.
    pub fn later_than(&self, delay: i32, waited: i32) -> f64 {
        if waited > delay {
            return 1.0;
        }
        let base = self.reaches(waited);
        // An age that the model holds impossible has happened: nothing is known but the tail.
        if base <= f64::MIN_POSITIVE { libm::pow(1.0 - self.tail_hazard, f64::from(delay - waited)) } else { (self.reaches(delay + 1) / base).clamp(0.0, 1.0) }
    }

    /// Probability that the item is paid exactly `delay` days after its due date, given `waited`.
    pub fn exactly(&self, delay: i32, waited: i32) -> f64 {
        (self.later_than(delay - 1, waited) - self.later_than(delay, waited)).max(0.0)
    }

    /// Probabilities that the item is paid on the days after today, one a slot, given that it is unpaid at the end of
    /// a day on which it is `late` days past due.
    pub fn daily(&self, late: i32, days: &mut [f64]) {
        let base = self.reaches(late.saturating_add(1));
        let mut before = base;
        for (ahead, slot) in (2i32..).zip(days) {
            if base <= f64::MIN_POSITIVE {
                *slot = self.tail_hazard * libm::pow(1.0 - self.tail_hazard, f64::from(ahead - 2));
                continue;
            }
            let next = self.reaches(late.saturating_add(ahead));
            *slot = ((before - next) / base).max(0.0);
            before = next;
        }
    }

    /// The smallest delay that is not exceeded with probability `share`, given `waited`.
    pub fn quantile(&self, share: f64, waited: i32) -> i32 {
        let (mut low, mut high) = (waited.max(FIRST_DELAY), longest(waited));
        while low < high {
            let middle = low + (high - low) / 2;
            if 1.0 - self.later_than(middle, waited) >= share {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// The mean delay in whole days, given `waited`.
    pub fn mean(&self, waited: i32) -> i32 {
        let tail_mean = 1.0 / self.tail_hazard;
        let base = self.reaches(waited);
        if waited > LAST_DELAY || base <= f64::MIN_POSITIVE {
            return rounded(f64::from(waited) + tail_mean).min(longest(waited));
        }
        let from = bin_of(waited);
        let inside = self.moment.get(from).copied().unwrap_or(0.0);
        let tail = self.at_least.get(bin_of(LAST_DELAY + 1)).copied().unwrap_or(0.0);
        rounded((inside + tail * (f64::from(LAST_DELAY + 1) + tail_mean)) / base).clamp(waited.max(FIRST_DELAY), longest(waited))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to a range of days")]
fn rounded(value: f64) -> i32 {
    libm::round(value.clamp(-1e6, 1e6)) as i32
}
