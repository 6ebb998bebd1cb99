//! KPIs as pure functions over exact fractions: `None` where the denominator is zero. Each names its formula.

use alloc::vec::Vec;

/// An exact fraction with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Numerator.
    pub numerator: i128,
    /// Denominator, over 0.
    pub denominator: i128,
}

impl Ratio {
    /// `numerator / denominator`; `None` for a zero denominator.
    pub const fn try_new(numerator: i128, denominator: i128) -> Option<Self> {
        match denominator {
            0 => None,
            1.. => Some(Self { numerator, denominator }),
            _ => Some(Self { numerator: -numerator, denominator: -denominator }),
        }
    }

    /// Times 10^`digits`, rounded half to even; `None` on overflow.
    pub fn rounded(self, digits: u8) -> Option<i128> {
        let scaled = self.numerator.checked_mul(crate::money::pow10(digits))?;
        let (floor, rest) = (scaled.div_euclid(self.denominator), scaled.rem_euclid(self.denominator));
        let up = match rest.checked_mul(2)?.cmp(&self.denominator) {
            core::cmp::Ordering::Less => false,
            core::cmp::Ordering::Greater => true,
            core::cmp::Ordering::Equal => floor % 2 != 0,
        };
        Some(floor + i128::from(up))
    }

    /// `self - other`; `None` on overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Self::try_new(left.checked_sub(right)?, self.denominator.checked_mul(other.denominator)?)
    }
}

/// Days sales outstanding: receivables / credit sales of the period * days of the period.
pub fn dso_simple(receivables: i64, credit_sales: i64, days: i64) -> Option<Ratio> {
    Ratio::try_new(i128::from(receivables) * i128::from(days), i128::from(credit_sales))
}

/// Best possible DSO: receivables that are not yet due / credit sales of the period * days of the period.
pub fn best_possible_dso(receivables_not_due: i64, credit_sales: i64, days: i64) -> Option<Ratio> {
    dso_simple(receivables_not_due, credit_sales, days)
}

/// Average days delinquent: DSO - best possible DSO.
pub fn average_days_delinquent(dso: Ratio, best_possible: Ratio) -> Option<Ratio> {
    dso.checked_sub(best_possible)
}

/// DSO by countback: whole months of credit sales are taken from the receivables, newest first, each adding its days;
/// the month that is not used up adds its days pro rata. `months` are (credit sales, days), newest first. `None` when
/// the receivables are more than all known sales: then the answer is "more than the days known".
pub fn dso_countback(receivables: i64, months: &[(i64, i64)]) -> Option<Ratio> {
    let mut left = receivables;
    let mut days = 0_i128;
    for (sales, length) in months {
        if left <= 0 {
            break;
        }
        if *sales >= left {
            let part = Ratio::try_new(i128::from(left) * i128::from(*length), i128::from(*sales))?;
            return Ratio::try_new(part.numerator + days * part.denominator, part.denominator);
        }
        left -= (*sales).max(0);
        days += i128::from(*length);
    }
    if left <= 0 { Ratio::try_new(days, 1) } else { None }
}

/// Collection effectiveness index in percent: (begin + sales / months - end total) / (begin + sales / months - end
/// current) * 100. `months` is the length of the period.
pub fn collection_effectiveness(begin: i64, credit_sales: i64, months: i64, end_total: i64, end_current: i64) -> Option<Ratio> {
    // Both sides times the number of months, so that nothing is divided before the end.
    let collectible = i128::from(begin) * i128::from(months) + i128::from(credit_sales);
    let top = collectible - i128::from(end_total) * i128::from(months);
    let bottom = collectible - i128::from(end_current) * i128::from(months);
    // Nothing was collectible (or less than nothing): there is no effectiveness to speak of.
    if bottom <= 0 { None } else { Ratio::try_new(top.checked_mul(100)?, bottom) }
}

/// A part of a whole in percent.
pub fn percent(part: i128, whole: i128) -> Option<Ratio> {
    Ratio::try_new(part.checked_mul(100)?, whole)
}

/// How often receivables turn over in a period: credit sales / the mean of the receivables at its begin and end.
pub fn turnover(credit_sales: i64, begin: i64, end: i64) -> Option<Ratio> {
    Ratio::try_new(i128::from(credit_sales) * 2, i128::from(begin) + i128::from(end))
}

/// True DSO: the sum over open invoices of age in days * open amount / credit sales of the month of issue. `months` are (sum of
/// age * open amount, credit sales) by month of issue; a month without open invoices says nothing. Each month counts to nine
/// decimals, so that any number of them can be added.
pub fn true_dso(months: impl Iterator<Item = (i128, i64)>) -> Option<Ratio> {
    const DIGITS: u8 = 9;
    let mut sum = 0_i128;
    for (aged, sales) in months.filter(|(aged, _)| *aged != 0) {
        sum = sum.checked_add(Ratio::try_new(aged, i128::from(sales))?.rounded(DIGITS)?)?;
    }
    Ratio::try_new(sum, crate::money::pow10(DIGITS))
}

/// The mean of whole numbers.
pub fn mean(values: &[i64]) -> Option<Ratio> {
    Ratio::try_new(values.iter().map(|value| i128::from(*value)).sum(), values.len() as i128)
}

/// The median of whole numbers: of an even count, the mean of the two in the middle.
pub fn median(values: &[i64]) -> Option<Ratio> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let middle = sorted.get(sorted.len().saturating_sub(1) / 2..=sorted.len() / 2)?;
    mean(middle)
}

/// Credit sales of calendar months, newest first and as many as asked for, with the days of each. `sales` begin with the month of `as_of`;
/// the running month counts with the days that are gone.
pub fn whole_months(sales: impl Iterator<Item = i64>, as_of: chrono::NaiveDate, months: usize) -> Vec<(i64, i64)> {
    use chrono::Datelike;
    let newest = i64::from(as_of.year()) * 12 + i64::from(as_of.month0());
    let length = |ago: i64| {
        let month = newest - ago;
        let first = |month: i64| chrono::NaiveDate::from_ymd_opt(i32::try_from(month.div_euclid(12)).ok()?, u32::try_from(month.rem_euclid(12) + 1).ok()?, 1);
        if ago == 0 { i64::from(as_of.day()) } else { first(month).zip(first(month + 1)).map_or(30, |(from, to)| i64::from(crate::calendar::days_between(from, to))) }
    };
    sales.chain(core::iter::repeat(0)).take(months).zip(0i64..).map(|(sum, ago)| (sum, length(ago))).collect()
}
