//! From what was written to the day it means, seen from the day of receipt: once forward and once back.

use super::super::lexicon::Unit;
use super::DayKind;
use crate::calendar::{Calendar, add_days, month_end};
use chrono::{Datelike, NaiveDate};

/// What a day expression stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub first: NaiveDate,
    pub ahead: NaiveDate,
    pub back: NaiveDate,
    pub kind: DayKind,
}

impl Found {
    pub(super) const fn day(day: NaiveDate) -> Self {
        Self { first: day, ahead: day, back: day, kind: DayKind::Day }
    }

    pub(super) const fn both(ahead: NaiveDate, back: NaiveDate) -> Self {
        Self { first: ahead, ahead, back, kind: DayKind::Day }
    }

    pub(super) const fn of(self, kind: DayKind) -> Self {
        Self { kind, ..self }
    }

    /// Moved by so many days.
    pub(super) fn later(self, days: i32) -> Self {
        Self { first: add_days(self.first, days), ahead: add_days(self.ahead, days), back: add_days(self.back, days), kind: self.kind }
    }
}

/// Which month is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MonthRef {
    Named(u32, Option<i32>),
    /// So many months from the running one.
    Away(i32),
    /// The month, each month: whichever is next.
    Any,
}

/// The first day of the month that is so many months away.
pub(super) fn month_away(from: NaiveDate, months: i32) -> NaiveDate {
    let count = from.year().saturating_mul(12).saturating_add(from.month0() as i32).saturating_add(months);
    NaiveDate::from_ymd_opt(count.div_euclid(12), count.rem_euclid(12) as u32 + 1, 1).unwrap_or(from)
}

/// The Monday of the week that is so many weeks away.
pub(super) fn week_away(from: NaiveDate, weeks: i32) -> NaiveDate {
    add_days(from, weeks.saturating_mul(7).saturating_sub(from.weekday().num_days_from_monday() as i32))
}

/// The first day of the quarter that is so many quarters away.
pub(super) fn quarter_away(from: NaiveDate, quarters: i32) -> NaiveDate {
    month_away(from, quarters.saturating_mul(3).saturating_sub((from.month0() % 3) as i32))
}

/// Of the days that `make` gives for months around, the first from the day of receipt on and the last until then. A day that no month near
/// has (30 February) is no day.
pub(super) fn in_month(received: NaiveDate, month: MonthRef, strict: bool, make: impl Fn(NaiveDate) -> Option<NaiveDate>) -> Option<Found> {
    match month {
        MonthRef::Named(month, Some(year)) => make(NaiveDate::from_ymd_opt(year, month, 1)?).map(Found::day),
        MonthRef::Away(months) => make(month_away(received, months)).map(Found::day),
        MonthRef::Named(month, None) => nearest(received, strict, (-8..=8).filter_map(|away| make(NaiveDate::from_ymd_opt(received.year() + away, month, 1)?))),
        MonthRef::Any => nearest(received, strict, (-12..=12).filter_map(|away| make(month_away(received, away)))),
    }
}

/// The nearest days on both sides of a row in order; the day of receipt itself counts where `strict` is not set.
pub(super) fn nearest(received: NaiveDate, strict: bool, days: impl Iterator<Item = NaiveDate>) -> Option<Found> {
    let (mut ahead, mut back) = (None, None);
    for day in days {
        if day < received || (!strict && day == received) {
            back = Some(day);
        }
        if day > received || (!strict && day == received) {
            ahead = ahead.or(Some(day));
        }
    }
    let any = ahead.or(back)?;
    Some(Found::both(ahead.unwrap_or(any), back.unwrap_or(any)))
}

/// The next and the last such weekday, never the day of receipt.
pub(super) fn weekday(received: NaiveDate, weekday: u32) -> Found {
    let ahead = (weekday + 6 - received.weekday().num_days_from_monday()) % 7 + 1;
    let back = (received.weekday().num_days_from_monday() + 6 - weekday) % 7 + 1;
    Found::both(add_days(received, ahead as i32), add_days(received, -(back as i32)))
}

/// The day so many units after (before, where negative) another.
pub(super) fn moved(from: NaiveDate, count: i32, unit: Unit) -> Option<NaiveDate> {
    let months = |months: i32| {
        let month = month_away(from, count.saturating_mul(months));
        month.with_day(from.day()).unwrap_or_else(|| month_end(month))
    };
    Some(match unit {
        Unit::Days(days) => add_days(from, count.saturating_mul(days)),
        Unit::Week => add_days(from, count.saturating_mul(7)),
        Unit::Hour if count % 24 == 0 => add_days(from, count / 24),
        Unit::Hour => return None,
        Unit::Workday => workdays(from, count),
        Unit::Month => months(1),
        Unit::Quarter => months(3),
        Unit::Year => months(12),
    })
}

fn workdays(from: NaiveDate, count: i32) -> NaiveDate {
    let calendar = Calendar::default();
    let step = count.signum();
    (0..count.unsigned_abs().min(366)).fold(from, |day, _| {
        let mut next = add_days(day, step);
        while !calendar.is_open(next) {
            next = add_days(next, step);
        }
        next
    })
}

/// The last day of the period that begins on a day; a week ends on its Friday.
pub(super) fn period_end(first: NaiveDate, unit: Unit) -> NaiveDate {
    match unit {
        Unit::Week => add_days(first, 4),
        Unit::Month => month_end(first),
        Unit::Quarter => month_end(month_away(first, 2)),
        Unit::Year => NaiveDate::from_ymd_opt(first.year(), 12, 31).unwrap_or(first),
        Unit::Days(_) | Unit::Workday | Unit::Hour => first,
    }
}

/// The first day of the period that is so many units away.
pub(super) fn period_start(from: NaiveDate, away: i32, unit: Unit) -> NaiveDate {
    match unit {
        Unit::Week => week_away(from, away),
        Unit::Month => month_away(from, away),
        Unit::Quarter => quarter_away(from, away),
        Unit::Year => NaiveDate::from_ymd_opt(from.year().saturating_add(away), 1, 1).unwrap_or(from),
        Unit::Days(_) | Unit::Workday | Unit::Hour => add_days(from, away),
    }
}
