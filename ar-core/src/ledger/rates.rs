//! Exchange rates of the books: what one currency is worth in another on a day.

use super::Books;
use crate::calendar;
use crate::money::{Currency, pow10};
use chrono::NaiveDate;

/// Rates are kept as so many parts of one.
const RATE_ONE: i128 = 10_000_000_000;

/// What one minor unit of a currency is worth in minor units of another, times 10^10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(i128);

impl Rate {
    /// The rate as a fraction, for those who round only once, at the end of a longer calculation.
    pub const fn ratio(self) -> (i128, i128) {
        (self.0, RATE_ONE)
    }

    /// A sum of the one currency in minor units of the other, rounded towards zero; `None` beyond 64 bits.
    pub fn value(self, sum: i64) -> Option<i64> {
        i64::try_from(i128::from(sum).checked_mul(self.0)? / RATE_ONE).ok()
    }
}

impl Books {
    /// The rate known on the day `as_of` that is nearest to the day `on`; rates the other way round are turned. `None` where no
    /// row names the two currencies.
    pub fn rate(&self, from: Currency, to: Currency, on: NaiveDate, as_of: NaiveDate) -> Option<Rate> {
        if from == to {
            return Some(Rate(RATE_ONE));
        }
        let known = self.fx_rates().iter().filter(|row| row.on <= as_of && row.rate > 0 && ((row.base == from && row.quote == to) || (row.base == to && row.quote == from)));
        let row = known.min_by_key(|row| (calendar::days_between(row.on, on).unsigned_abs(), row.base != from, row.on))?;
        let rate = i128::from(row.rate);
        let straight = if row.base == from { rate } else { RATE_ONE * RATE_ONE / rate };
        Some(Rate(straight.checked_mul(pow10(to.exponent()))? / pow10(from.exponent())))
    }
}
