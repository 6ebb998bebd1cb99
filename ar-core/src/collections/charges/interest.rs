//! Simple interest on late payment: principal times rate times days over the days of a year, exact until the end.
//!
//! Interest runs from the day after the due date to the day of payment, half-open (Directive 2011/7/EU, art. 2 (6) and 3;
//! Late Payment of Commercial Debts (Interest) Act 1998, s. 4; BGB §§ 187, 288). A payment lowers the principal from its
//! day on. Interest bears no interest (BGB § 289). The rates are the caller's.

use super::exact::Exact;
use crate::calendar;
use crate::policy::charges::{Charges, DayCount, RateMode};
use chrono::{Datelike, NaiveDate};

/// What is owed from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The first day.
    pub from: NaiveDate,
    /// Minor units.
    pub principal: i64,
}

/// How an item bears interest.
#[derive(Clone, Copy)]
pub struct Terms<'c> {
    /// Rates, mode and day count.
    pub charges: &'c Charges,
    /// The first day that bears interest; it fixes the rate where the rate is fixed.
    pub starts: NaiveDate,
}

/// Interest on a principal that changes, over `[from, to)`; nothing before interest starts. The sum over two periods that
/// meet is that of the whole. `steps` are in the order of their days.
pub fn accrue(steps: &[Step], from: NaiveDate, to: NaiveDate, terms: Terms<'_>) -> Option<Exact> {
    let (year, _) = basis(terms.charges.numbers.day_count, from);
    let denominator = year.checked_mul(1_000_000)?;
    let mut sum = Exact::try_new(0, denominator)?;
    let mut day = from.max(terms.starts);
    while day < to {
        let principal = steps.iter().rev().find(|step| step.from <= day).map_or(0, |step| step.principal.max(0));
        let changes = steps.iter().map(|step| step.from).find(|from| *from > day);
        let next = [changes, terms.next_rate(day), terms.next_year(day)].into_iter().flatten().fold(to, NaiveDate::min);
        let (_, weight) = basis(terms.charges.numbers.day_count, day);
        let days = weight.checked_mul(days(terms.charges.numbers.day_count, day, next))?;
        let part = i128::from(principal).checked_mul(i128::from(terms.rate(day)))?.checked_mul(days)?;
        sum = sum.checked_add(Exact::try_new(part, denominator)?)?;
        day = next;
    }
    Some(sum)
}

/// Days from one day to another as the convention counts them.
fn days(count: DayCount, from: NaiveDate, to: NaiveDate) -> i128 {
    // Each day has a place on a line of months of 30 days; places subtract, so periods that meet add up.
    let place = |day: NaiveDate| 360 * i128::from(day.year()) + 30 * i128::from(day.month0()) + i128::from(day.day().min(30));
    match count {
        DayCount::Thirty360 => place(to) - place(from),
        DayCount::Act365 | DayCount::ActAct => i128::from(calendar::days_between(from, to)),
    }
}

/// The common denominator of the convention, and what a day counts of it. For act/act it is 365 × 366.
fn basis(count: DayCount, day: NaiveDate) -> (i128, i128) {
    match count {
        DayCount::Act365 => (365, 1),
        DayCount::Thirty360 => (360, 1),
        DayCount::ActAct if day.leap_year() => (365 * 366, 365),
        DayCount::ActAct => (365 * 366, 366),
    }
}

impl Terms<'_> {
    /// The rate of a day in parts per million a year: reference and margin, never below nothing.
    pub fn rate(&self, day: NaiveDate) -> i64 {
        let (numbers, rates) = (&self.charges.numbers, &self.charges.reference_rates);
        let day = if numbers.rate_mode == RateMode::FixedAtStart { self.starts } else { day };
        // The rate of 31 December, which is the one that counts in the United Kingdom, is in force on 1 January too.
        let day = if numbers.by_half_year { half_year(day) } else { day };
        match rates.iter().rev().find(|rate| rate.from <= day) {
            Some(reference) => reference.rate.saturating_add(numbers.margin).max(0),
            None if rates.is_empty() => numbers.margin,
            None => 0,
        }
    }

    /// The next day on which another rate may hold.
    fn next_rate(&self, day: NaiveDate) -> Option<NaiveDate> {
        let numbers = &self.charges.numbers;
        if numbers.rate_mode == RateMode::FixedAtStart || self.charges.reference_rates.is_empty() {
            return None;
        }
        if numbers.by_half_year {
            return if day.month() < 7 { NaiveDate::from_ymd_opt(day.year(), 7, 1) } else { next_january(day) };
        }
        self.charges.reference_rates.iter().map(|rate| rate.from).find(|from| *from > day)
    }

    fn next_year(&self, day: NaiveDate) -> Option<NaiveDate> {
        next_january(day).filter(|_| self.charges.numbers.day_count == DayCount::ActAct)
    }
}

fn next_january(day: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year() + 1, 1, 1)
}

/// The first day of the half-year of a day.
fn half_year(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), if day.month() < 7 { 1 } else { 7 }, 1).unwrap_or(day)
}
