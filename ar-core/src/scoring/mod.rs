//! Scoring: when and whether money comes. One distribution a customer answers every question about its open items.

mod distribution;
mod forecast;
mod priority;
mod profile;

pub use distribution::Distribution;
pub use forecast::{Forecast, ForecastDay};
pub use priority::{Points, amount_points, item_points};
pub use profile::{Class, Profile, profile};
pub(crate) use profile::{promise_ends, severity};

use crate::calendar;
use crate::ledger::Books;
use crate::models::{BINS, PayTimeModel, bin_of};
use crate::record::{Item, ItemIdx};
use alloc::vec::Vec;
use chrono::NaiveDate;

/// The settled items of one customer as decayed counts by bin of delay.
pub struct OwnCounts {
    /// Decayed count by bin.
    pub weights: Vec<f64>,
    /// Settled items.
    pub items: u64,
}

/// The delay of an item that we billed in days, if it was settled strictly before `as_of`.
pub fn settled_delay(item: &Item, as_of: NaiveDate) -> Option<i32> {
    let settled = item.settled_on.filter(|day| *day < as_of && item.kind.is_billed())?;
    Some(Books::days_late(item, settled))
}

/// A payment a day earlier or later says nearly the same: how a settled item is spread over the bins around it.
const KERNEL: [(i32, f64); 5] = [(-2, 0.1), (-1, 0.2), (0, 0.4), (1, 0.2), (2, 0.1)];

/// Counts the settled items of one customer, each weighted by its age and spread over the neighbouring days.
pub fn own_counts(items: &[Item], as_of: NaiveDate, half_life_days: f64) -> OwnCounts {
    let mut counts = OwnCounts { weights: alloc::vec![0.0; BINS], items: 0 };
    for item in items {
        let Some(delay) = settled_delay(item, as_of) else { continue };
        let age = item.settled_on.map_or(0, |settled| calendar::days_between(settled, as_of));
        let weight = libm::exp2(-f64::from(age) / half_life_days);
        counts.items += 1;
        for (shift, share) in KERNEL {
            if let Some(slot) = counts.weights.get_mut(bin_of(delay + shift)) {
                *slot += weight * share;
            }
        }
    }
    counts
}

/// The delay distribution of one customer: its own settled items, shrunk to its segment.
pub fn customer_distribution(model: &PayTimeModel, segment: &str, counts: &OwnCounts) -> Distribution {
    let towards = model.shares(segment);
    let total: f64 = counts.weights.iter().sum::<f64>() + model.customer_strength;
    let shares = counts.weights.iter().zip(towards).map(|(count, share)| (count + model.customer_strength * share) / total);
    Distribution::new(shares, model.tail_hazard)
}

/// What is known of one open item's payment.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The item.
    pub item: ItemIdx,
    /// Probability that it is settled after its due date.
    pub p_late: f64,
    /// Probability that it is settled more than 30 days after its due date.
    pub p_late_30: f64,
    /// Probability that it is still open so many days after its due date as the policy calls default.
    pub p_default: f64,
    /// Mean of the payment date.
    pub expected_on: NaiveDate,
    /// Median of the payment date.
    pub median_on: NaiveDate,
    /// The payment date is on or before this day with probability 0.1.
    pub q10_on: NaiveDate,
    /// The payment date is on or before this day with probability 0.9.
    pub q90_on: NaiveDate,
    /// Open amount in minor units.
    pub open: i64,
    /// Days past due.
    pub days_late: i32,
    /// Points of the priority that belong to this item alone.
    pub points: Points,
}

/// Scores one open item against its customer's distribution. The points of its priority are added by the caller.
pub fn score(at: ItemIdx, item: &Item, open: i64, as_of: NaiveDate, distribution: &Distribution, default_days: i32) -> Score {
    let waited = Books::days_late(item, as_of);
    let day = |delay: i32| calendar::add_days(item.due_on, delay);
    Score {
        item: at,
        p_late: distribution.later_than(0, waited),
        p_late_30: distribution.later_than(30, waited),
        p_default: distribution.later_than(default_days, waited),
        expected_on: day(distribution.mean(waited)),
        median_on: day(distribution.quantile(0.5, waited)),
        q10_on: day(distribution.quantile(0.1, waited)),
        q90_on: day(distribution.quantile(0.9, waited)),
        open,
        days_late: waited,
        points: Points::default(),
    }
}

/// Days within which a contact is expected to show.
const CONTACT_HORIZON: i32 = 14;

/// Cash in minor units that a contact today is expected to bring in: the amount, times the probability that it would
/// still be unpaid in two weeks, times the policy's assumed uplift (parts per million).
#[expect(clippy::cast_possible_truncation, reason = "a probability times a bounded amount")]
pub fn expected_gain(amount: i64, days_late: i32, distribution: &Distribution, uplift_ppm: i64) -> i64 {
    let unpaid = distribution.later_than(days_late + CONTACT_HORIZON, days_late);
    libm::round(amount as f64 * unpaid * uplift_ppm as f64 / 1_000_000.0) as i64
}
