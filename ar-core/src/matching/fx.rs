//! A payment in another currency than its items: the sum at a rate near that of the day.

use super::certificate::Weight;
use crate::ledger::{self, Books};
use crate::money::Currency;
use chrono::NaiveDate;

/// How often a customer pays in another currency than was invoiced, in parts per million.
const SHARE: i64 = 30_000;

/// What the items' currency is worth in the payment's, and how far a payer may be off.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    rate: ledger::Rate,
    tolerance_ppm: i64,
}

impl Rate {
    /// The rate known on the day `as_of` that is nearest to the day of payment.
    pub(super) fn find(books: &Books, from: Currency, to: Currency, on: NaiveDate, as_of: NaiveDate, tolerance_ppm: i64) -> Option<Self> {
        Some(Self { rate: books.rate(from, to, on, as_of)?, tolerance_ppm })
    }

    /// How likely a sum is paid with this amount; `None` beyond the tolerance. The nearer half is likelier than the rest.
    pub(super) fn near(self, total: i64, amount: i64) -> Option<Weight> {
        let value = self.rate.value(total)?;
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
