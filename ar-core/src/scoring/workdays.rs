//! The days of a calendar as payments see them: open or closed, the how manieth, where in the month.

use crate::calendar;
use alloc::vec::Vec;
use chrono::Datelike;

/// One day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workday {
    /// Whether payments are made.
    pub open: bool,
    /// Monday = 0.
    pub weekday: u8,
    /// Day of the month.
    pub of_month: u8,
    /// Open days behind it in the month, 12 at most.
    pub to_month_end: u8,
    /// Days since the open day before, 9 at most.
    pub gap: u8,
    /// Part of the month: first three open days, next three, the middle, the rest, the last but one or two, the last two.
    pub part: u8,
    /// Days since the nearest end of a month, -15 to 15.
    pub turn: i8,
    /// Which of the five weeks around the end of a month: the third has its last three and its first three days.
    pub week: u8,
    /// Open days before it, counted from the first day of the calendar.
    pub number: i32,
}

/// Parts of the month that [`Workday::part`] tells apart.
pub const PARTS: usize = 6;

/// Weeks around the end of a month that [`Workday::week`] tells apart.
pub const WEEKS: usize = 5;

/// All days from one to another.
#[derive(Clone, Debug)]
pub struct Workdays {
    first: i32,
    days: Vec<Workday>,
    next: Vec<i32>,
}

impl Workdays {
    /// The days from `first` to `last` (days since 1970-01-01), with the weekdays that are open and the holidays, sorted.
    pub fn new(first: i32, last: i32, open_weekdays: [bool; 7], holidays: &[i32]) -> Self {
        let mut date = calendar::date_from_days(first).map(|date| (date.year(), date.month(), date.day())).unwrap_or((1970, 1, 1));
        let mut days: Vec<Workday> = Vec::with_capacity(usize::try_from(last.saturating_sub(first)).unwrap_or(0) + 1);
        for day in first..=last {
            days.push(plain(day, date.2, open_weekdays, holidays));
            date = after(date);
        }
        number(&mut days);
        let mut next = alloc::vec![0; days.len()];
        let mut open = last + 1;
        let mut at = last;
        for (slot, day) in next.iter_mut().zip(&days).rev() {
            open = if day.open { at } else { open };
            *slot = open;
            at -= 1;
        }
        Self { first, days, next }
    }

    /// A calendar without days.
    pub const fn nothing() -> Self {
        Self { first: 0, days: Vec::new(), next: Vec::new() }
    }

    /// A day; the first or the last where the calendar does not reach.
    pub fn at(&self, day: i32) -> Workday {
        self.days.get(self.place(day)).copied().unwrap_or_default()
    }

    /// The days from one on, without end: behind the last day of the calendar, that day.
    pub fn from(&self, day: i32) -> impl Iterator<Item = Workday> + '_ {
        (day..).map(|day| self.at(day))
    }

    /// The day itself if open, else the next open day.
    pub fn next_open(&self, day: i32) -> i32 {
        self.next.get(self.place(day)).copied().unwrap_or(day).max(day)
    }

    fn place(&self, day: i32) -> usize {
        usize::try_from(day.saturating_sub(self.first)).unwrap_or(0).min(self.days.len().saturating_sub(1))
    }
}

fn plain(day: i32, of_month: u32, open_weekdays: [bool; 7], holidays: &[i32]) -> Workday {
    let weekday = calendar::weekday_of(day);
    let open = open_weekdays.get(weekday).copied().unwrap_or(true) && holidays.binary_search(&day).is_err();
    Workday { open, weekday: u8::try_from(weekday).unwrap_or(0), of_month: u8::try_from(of_month).unwrap_or(31), ..Workday::default() }
}

/// The date after a date.
const fn after((year, month, day): (i32, u32, u32)) -> (i32, u32, u32) {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    match (day < length, month < 12) {
        (true, _) => (year, month, day + 1),
        (false, true) => (year, month + 1, 1),
        (false, false) => (year + 1, 1, 1),
    }
}

/// Counts forward (number, gap, days since the month began) and then backward (days to its end).
fn number(days: &mut [Workday]) {
    let (mut open_before, mut gap, mut in_month) = (0, 1, 0u8);
    for day in days.iter_mut() {
        if day.of_month == 1 {
            in_month = 0;
        }
        (day.number, day.gap) = (open_before, gap.min(9));
        // For now the open days of the month before this one.
        day.part = in_month;
        gap = if day.open { 1 } else { gap.saturating_add(1) };
        open_before += i32::from(day.open);
        in_month = in_month.saturating_add(u8::from(day.open));
    }
    let mut to_end = 0u8;
    // Days of the month, known once its end was passed.
    let (mut length, mut behind) = (31u8, 0u8);
    for day in days.iter_mut().rev() {
        day.to_month_end = to_end.min(12);
        length = if behind == 1 { day.of_month } else { length };
        behind = day.of_month;
        let (gone, left) = (i8::try_from(day.of_month).unwrap_or(0), i8::try_from(length.saturating_sub(day.of_month)).unwrap_or(0));
        day.turn = if gone <= left { gone } else { -left };
        day.week = u8::try_from((day.turn + 17).div_euclid(7).clamp(0, 4)).unwrap_or(0);
        day.part = match (to_end, day.part) {
            (0 | 1, _) => 5,
            (2..=4, _) => 4,
            (_, 0..=2) => 0,
            (_, 3..=5) => 1,
            (_, 6..=10) => 2,
            _ => 3,
        };
        to_end = if day.of_month == 1 { 0 } else { to_end.saturating_add(u8::from(day.open)) };
    }
}
