//! Business calendars as data: weekends, holidays, contact hours in the customer's zone.

use alloc::{string::String, vec::Vec};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use core::str::FromStr;

/// The first and the last day that any input may name. Everything outside is taken for a typing error.
pub const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
/// See [`FIRST_DAY`].
pub const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2199, 12, 31).unwrap();

/// No search for an open day looks further than this; a calendar that is closed longer is taken as open.
const MAX_CLOSED_RUN: u16 = 366;

/// Days since 1970-01-01, the form in which days cross the C border.
pub fn days_since_epoch(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - 719_163
}

/// The day that is `days` after 1970-01-01; `None` outside the calendar of `chrono`.
pub fn date_from_days(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(days.checked_add(719_163)?)
}

/// The weekday of a day since 1970-01-01 (a Thursday); Monday = 0.
pub fn weekday_of(day: i32) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

/// Whole days from `from` to `to`, negative when `to` is earlier.
pub fn days_between(from: NaiveDate, to: NaiveDate) -> i32 {
    to.num_days_from_ce() - from.num_days_from_ce()
}

/// `date` moved by `days`, held inside the calendar of `chrono`.
pub fn add_days(date: NaiveDate, days: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(date.num_days_from_ce().saturating_add(days)).unwrap_or(date)
}

/// A number of days of a setting, held in the range of days.
pub fn whole_days(days: i64) -> i32 {
    i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX })
}

/// The first day of the period of so many days that a day is in; the periods are counted from 1970-01-01.
pub fn period_start(day: NaiveDate, days: i64) -> NaiveDate {
    add_days(day, -whole_days(i64::from(days_since_epoch(day)).rem_euclid(days.max(1))))
}

/// The last day of a day's month.
pub fn month_end(date: NaiveDate) -> NaiveDate {
    let (year, month) = if date.month() == 12 { (date.year() + 1, 1) } else { (date.year(), date.month() + 1) };
    NaiveDate::from_ymd_opt(year, month, 1).and_then(|next| next.pred_opt()).unwrap_or(date)
}

/// Reads `2026-11-21`, also with a time part that is midnight (`T00:00:00`, ` 00:00:00.000Z`, `T00:00+00:00`).
pub fn date_from_text(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let day = text.get(..10)?;
    let time = text.get(10..).unwrap_or("");
    (time.is_empty() || is_midnight(time)).then(|| NaiveDate::from_str(day).ok()).flatten()
}

fn is_midnight(time: &str) -> bool {
    let Some(clock) = time.strip_prefix(['T', ' ']) else { return false };
    let clock = clock.strip_suffix("+00:00").or_else(|| clock.strip_suffix('Z')).unwrap_or(clock);
    match clock.strip_prefix("00:00") {
        Some("") => true,
        Some(seconds) => seconds.strip_prefix(":00").is_some_and(|part| part.is_empty() || part.strip_prefix('.').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte == b'0'))),
        None => false,
    }
}

/// Finds a zone of the IANA list.
pub fn zone(name: &str) -> Option<Tz> {
    Tz::from_str(name).ok()
}

/// A business calendar: which days are closed. Holidays are data of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    weekend: [bool; 7],
    holidays: Vec<NaiveDate>,
}

impl Default for Calendar {
    /// Saturday and Sunday closed, no holidays.
    fn default() -> Self {
        Self::new(&[Weekday::Sat, Weekday::Sun], Vec::new())
    }
}

impl Calendar {
    /// A calendar of closed weekdays and holidays (any order, repeats allowed).
    pub fn new(weekend: &[Weekday], mut holidays: Vec<NaiveDate>) -> Self {
        let mut closed = [false; 7];
        for (day, slot) in closed.iter_mut().enumerate() {
            *slot = weekend.iter().any(|weekday| weekday.num_days_from_monday() as usize == day);
        }
        holidays.sort_unstable();
        holidays.dedup();
        Self { weekend: closed, holidays }
    }

    /// Whether `day` is a business day.
    pub fn is_open(&self, day: NaiveDate) -> bool {
        let weekend = self.weekend.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or(false);
        !weekend && self.holidays.binary_search(&day).is_err()
    }

    /// `day` itself if open, else the next open day; never backward.
    pub fn next_open(&self, day: NaiveDate) -> NaiveDate {
        let mut next = day;
        for _ in 0..MAX_CLOSED_RUN {
            if self.is_open(next) {
                return next;
            }
            next = next.checked_add_days(Days::new(1)).unwrap_or(next);
        }
        day
    }

    /// The day `count` business days after `day` (0: the next open day from `day` on).
    pub fn add_business_days(&self, day: NaiveDate, count: u16) -> NaiveDate {
        let mut at = self.next_open(day);
        for _ in 0..count {
            at = self.next_open(add_days(at, 1));
        }
        at
    }

    /// The holidays, in order.
    pub fn holidays(&self) -> &[NaiveDate] {
        &self.holidays
    }
}

/// The hours of a day in which a customer may be contacted, in the customer's own zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactHours {
    /// First minute of the day that is allowed (0 to 1439).
    pub not_before_minute: u16,
    /// Last minute of the day that is allowed.
    pub not_after_minute: u16,
}

impl ContactHours {
    /// The window of `day` in `zone` as instants in UTC. A local time that the zone skips moves inward, one that it
    /// repeats starts at the later and ends at the earlier instant, so that the window never reaches outside the hours.
    /// `None` where the zone skips all of it.
    pub fn window_utc(&self, day: NaiveDate, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let minutes = self.not_before_minute..=self.not_after_minute;
        let opens = minutes.clone().find_map(|minute| instants(day, minute, zone))?.1;
        let closes = minutes.rev().find_map(|minute| instants(day, minute, zone))?.0;
        (opens <= closes).then_some((opens, closes))
    }

    /// `08:00` for minute 480.
    pub fn minute_text(minute: u16) -> String {
        alloc::format!("{:02}:{:02}", minute / 60, minute % 60)
    }
}

/// The first and the last instant at which a clock of the zone shows the minute; `None` where it skips it.
fn instants(day: NaiveDate, minute: u16, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute % 1440) * 60, 0)?;
    match zone.from_local_datetime(&day.and_time(time)) {
        chrono::MappedLocalTime::Single(at) => Some((at.to_utc(), at.to_utc())),
        chrono::MappedLocalTime::Ambiguous(first, last) => Some((first.to_utc(), last.to_utc())),
        chrono::MappedLocalTime::None => None,
    }
}
