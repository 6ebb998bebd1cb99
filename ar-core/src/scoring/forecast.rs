//! Cash forecast: what the open items bring in, day by day, with bands. First version: the bands take a customer's
//! items as moving together and customers as independent; they are not yet calibrated on the book's own past.

use super::Distribution;
use crate::calendar;
use crate::money::Currency;
use alloc::{collections::BTreeMap, vec::Vec};
use chrono::NaiveDate;

/// Normal quantiles of the central 80 % and 95 %.
const Z80: f64 = 1.281_551_565_544_8;
/// See [`Z80`].
const Z95: f64 = 1.959_963_984_540_05;

/// One day of one currency, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForecastDay {
    /// The day.
    pub on: NaiveDate,
    /// The currency.
    pub currency: Currency,
    /// Expected cash.
    pub expected: i64,
    /// Lower and upper end of the central 80 %.
    pub band80: (i64, i64),
    /// Lower and upper end of the central 95 %.
    pub band95: (i64, i64),
}

/// Mean and variance of the cash of each day, by currency. Customers are added in order and parts are merged in
/// order, so that the sums are the same bits on any number of threads.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    horizon: usize,
    sums: BTreeMap<Currency, Vec<(f64, f64)>>,
}

impl Forecast {
    /// An empty forecast of so many days.
    pub const fn new(horizon: usize) -> Self {
        Self { horizon, sums: BTreeMap::new() }
    }

    /// Adds one customer's open items of one currency: amount in minor units and days past due, by due date.
    pub fn add(&mut self, currency: Currency, items: &[(i64, i32)], distribution: &Distribution) {
        let mut chances = alloc::vec![0.0; self.horizon];
        let mut spread = alloc::vec![0.0; self.horizon];
        let days = self.sums.entry(currency).or_insert_with(|| alloc::vec![(0.0, 0.0); self.horizon]);
        for same_day in items.chunk_by(|a, b| a.1 == b.1) {
            let Some((_, late)) = same_day.first() else { continue };
            let amount: f64 = same_day.iter().map(|item| item.0 as f64).sum();
            distribution.daily(*late, &mut chances);
            for ((day, spread), chance) in days.iter_mut().zip(spread.iter_mut()).zip(&chances) {
                day.0 += amount * chance;
                *spread += amount * libm::sqrt(chance * (1.0 - chance));
            }
        }
        for (day, spread) in days.iter_mut().zip(&spread) {
            day.1 += spread * spread;
        }
    }

    /// Adds another part of the book.
    pub fn merge(&mut self, other: &Self) {
        for (currency, days) in &other.sums {
            let mine = self.sums.entry(*currency).or_insert_with(|| alloc::vec![(0.0, 0.0); self.horizon]);
            for (day, more) in mine.iter_mut().zip(days) {
                day.0 += more.0;
                day.1 += more.1;
            }
        }
    }

    /// The days after `as_of`, currency by currency.
    pub fn rows(&self, as_of: NaiveDate) -> Vec<ForecastDay> {
        let mut rows = Vec::new();
        for (currency, days) in &self.sums {
            for (ahead, (mean, variance)) in (1i32..).zip(days) {
                let spread = libm::sqrt(*variance);
                let band = |z: f64| (minor(mean - z * spread).max(0), minor(mean + z * spread));
                rows.push(ForecastDay { on: calendar::add_days(as_of, ahead), currency: *currency, expected: minor(*mean), band80: band(Z80), band95: band(Z95) });
            }
        }
        rows
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float-to-integer cast saturates")]
fn minor(value: f64) -> i64 {
    libm::round(value) as i64
}
