//! The sum that a law grants for the costs of a late payment: by the amount of the item, once an item for ever, never from
//! consumers. As data, not shipped: EUR 40 (Directive 2011/7/EU, art. 6) is one step from 0; the United Kingdom grants GBP 40
//! under 1,000, 70 under 10,000 and 100 from there on (Late Payment of Commercial Debts (Interest) Act 1998, s. 5A).

use super::exact::Exact;
use super::fees::by_amount;
use crate::policy::charges::{Band, Rounding};

/// The sum for an item of `amount`, in minor units of its currency.
pub fn compensation(bands: &[Band], amount: i64, hundredth: Exact, rounding: Rounding) -> Option<i64> {
    hundredth.checked_times(by_amount(bands, amount, hundredth)?)?.round(rounding)
}
