//! Exact amounts: fractions of minor units. Nothing is rounded on the way; `None` where 128 bits do not hold it.

use crate::policy::charges::Rounding;

/// A fraction that is not negative. The denominator is positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    numerator: i128,
    denominator: i128,
}

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// `numerator / denominator`; `None` where the one is negative or the other not positive.
    pub const fn try_new(numerator: i128, denominator: i128) -> Option<Self> {
        if numerator < 0 || denominator <= 0 { None } else { Some(Self { numerator, denominator }) }
    }

    /// The sum. Two fractions of one denominator keep it.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.denominator == other.denominator {
            return Self::try_new(self.numerator.checked_add(other.numerator)?, self.denominator);
        }
        let (left, right) = (self.numerator.checked_mul(other.denominator)?, other.numerator.checked_mul(self.denominator)?);
        Self::try_new(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?)
    }

    /// So many times the fraction.
    pub fn checked_times(self, times: i64) -> Option<Self> {
        Self::try_new(self.numerator.checked_mul(i128::from(times))?, self.denominator)
    }

    /// In minor units, rounded once.
    pub fn round(self, rounding: Rounding) -> Option<i64> {
        let whole = match rounding {
            Rounding::Truncate => self.numerator / self.denominator,
            Rounding::HalfUp => self.numerator.checked_mul(2)?.checked_add(self.denominator)? / self.denominator.checked_mul(2)?,
        };
        i64::try_from(whole).ok()
    }
}
