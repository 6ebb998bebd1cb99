//! Fees by level: a fixed amount, one by the amount of the item, and a share of the item; never of fees or interest.

use super::exact::Exact;
use crate::ledger::Books;
use crate::money::{Currency, pow10};
use crate::policy::charges::{Band, Charges, Fee, Rounding};
use chrono::NaiveDate;

/// What a hundredth of the unit in which the section states its amounts is, in minor units of an item's currency. `None`
/// where no rate known on the day `as_of` turns the one into the other.
pub fn hundredth(books: &Books, charges: &Charges, currency: Currency, on: NaiveDate, as_of: NaiveDate) -> Option<Exact> {
    let stated = charges.currency.unwrap_or(currency);
    let (numerator, denominator) = books.rate(stated, currency, on, as_of)?.ratio();
    Exact::try_new(pow10(stated.exponent()).checked_mul(numerator)?, denominator.checked_mul(100)?)
}

/// What the last step that an item of this amount reaches grants, in hundredths.
pub fn by_amount(bands: &[Band], amount: i64, hundredth: Exact) -> Option<i64> {
    let mut granted = 0;
    for band in bands {
        // Steps are whole amounts or rounded to the nearest minor unit: an item has no part of one.
        if hundredth.checked_times(band.from)?.round(Rounding::HalfUp)? <= amount {
            granted = band.amount;
        }
    }
    Some(granted)
}

/// The fee of a level for an item of `amount`, of which the share is taken of `base`; rounded once.
pub fn fee(fee: &Fee, amount: i64, base: i64, hundredth: Exact, rounding: Rounding) -> Option<i64> {
    let fixed = fee.numbers.fixed.checked_add(by_amount(&fee.by_amount, amount, hundredth)?)?;
    let share = Exact::try_new(i128::from(base).checked_mul(i128::from(fee.numbers.share))?, 1_000_000)?;
    hundredth.checked_times(fixed)?.checked_add(share)?.round(rounding)
}

/// A cap in minor units of the item's currency: what is not a whole unit does not count.
pub fn cap(hundredths: i64, hundredth: Exact) -> Option<i64> {
    hundredth.checked_times(hundredths)?.round(Rounding::Truncate)
}
