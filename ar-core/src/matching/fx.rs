//! A payment in another currency than its items: the sum at a rate near that of the day.

use super::certificate::Weight;
use crate::ledger::Books;
use crate::money::Currency;
use chrono::NaiveDate;

/// Rates are kept as so many parts of one.
const RATE_ONE: i128 = 10_000_000_000;
/// How often a customer pays in another currency than was invoiced, in parts per million.
const SHARE: i64 = 30_000;

/// What one minor unit of the items' currency is worth in minor units of the payment's, times 10^10.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    scaled: i128,
    tolerance_ppm: i64,
}

impl Rate {
    /// The rate known on the day `as_of` that is nearest to the day of payment; rates the other way round are turned.
    pub(super) fn find(books: &Books, from: Currency, to: Currency, on: NaiveDate, as_of: NaiveDate, tolerance_ppm: i64) -> Option<Self> {
        let known = books.fx_rates().iter().filter(|row| row.on <= as_of && row.rate > 0 && ((row.base == from && row.quote == to) || (row.base == to && row.quote == from)));
        let row = known.min_by_key(|row| (crate::calendar::days_between(row.on, on).unsigned_abs(), row.base != from, row.on))?;
        let rate = i128::from(row.rate);
        let straight = if row.base == from { rate } else { RATE_ONE * RATE_ONE / rate };
        let (from_unit, to_unit) = (10i128.pow(u32::from(from.exponent())), 10i128.pow(u32::from(to.exponent())));
        Some(Self { scaled: straight.checked_mul(to_unit)? / from_unit, tolerance_ppm })
    }

    /// The sum in the payment's currency.
    fn value(self, total: i64) -> Option<i64> {
        i64::try_from(i128::from(total).checked_mul(self.scaled)? / RATE_ONE).ok()
    }

    /// How likely a sum is paid with this amount; `None` beyond the tolerance. The nearer half is likelier than the rest.
    pub(super) fn near(self, total: i64, amount: i64) -> Option<Weight> {
        let value = self.value(total)?;
        let apart = (i128::from(value) - i128::from(amount)).abs() * 1_000_000;
        let reach = i128::from(value) * i128::from(self.tolerance_ppm);
        if total <= 0 || apart > reach {
            return None;
        }
        let inner = apart * 2 <= reach;
        let width = i64::try_from(reach / 1_000_000).unwrap_or(i64::MAX).max(1);
        Some(Weight::ppm(SHARE).and(Weight::ppm(if inner { 850_000 } else { 150_000 })).and(Weight::one_in(width)))
    }
}
