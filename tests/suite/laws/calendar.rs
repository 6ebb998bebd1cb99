//! Calendars: nothing moves backward, nothing happens on a closed day or outside the hours, also when clocks change.

use super::cases;
use ar_core::calendar::{Calendar, ContactHours, FIRST_DAY, LAST_DAY, add_days, date_from_days, date_from_text, days_between, days_since_epoch};
use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use proptest::collection::vec;
use proptest::prelude::*;

const WEEK: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

fn day() -> impl Strategy<Value = NaiveDate> {
    (days_since_epoch(FIRST_DAY)..=days_since_epoch(LAST_DAY)).prop_map(|days| date_from_days(days).unwrap())
}

/// A week with at least one open day, and holidays around a day; runs of two weeks are common.
fn calendar_around(day: NaiveDate) -> impl Strategy<Value = Calendar> {
    (vec(any::<bool>(), 7), 0usize..7, vec(-5i32..40, 0..30)).prop_map(move |(closed, open, holidays)| {
        let weekend: Vec<Weekday> = (0..7).filter(|at| closed[*at] && *at != open).map(|at| WEEK[at]).collect();
        Calendar::new(&weekend, holidays.into_iter().map(|offset| add_days(day, offset)).collect())
    })
}

/// What is closed, said apart from the calendar: weekdays and days.
fn closed_days() -> impl Strategy<Value = (NaiveDate, Vec<usize>, Vec<NaiveDate>)> {
    (day(), vec(0usize..7, 0..4), vec(-5i32..40, 0..30)).prop_map(|(day, week, offsets)| (day, week, offsets.into_iter().map(|offset| add_days(day, offset)).collect()))
}

fn day_and_calendar() -> impl Strategy<Value = (NaiveDate, Calendar)> {
    day().prop_flat_map(|day| (Just(day), calendar_around(day)))
}

/// Zones with every kind of change of the clock: an hour, half an hour, at midnight, none, far from UTC.
const ZONES: [Tz; 9] =
    [Tz::Europe__Berlin, Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::America__Santiago, Tz::Africa__Cairo, Tz::Asia__Beirut, Tz::Asia__Kolkata, Tz::Pacific__Chatham, Tz::America__Sao_Paulo];

/// Days of the years 2015 to 2027 on which the clocks of a zone change, found by stepping through the hours.
fn changes(zone: Tz) -> Vec<NaiveDate> {
    let offset = |at: DateTime<Utc>| zone.from_utc_datetime(&at.naive_utc()).naive_local() - at.naive_utc();
    let start = Utc.with_ymd_and_hms(2015, 1, 1, 0, 0, 0).unwrap();
    let days: Vec<DateTime<Utc>> = (0..13 * 365).map(|days| start + chrono::Duration::days(days)).collect();
    let changed = days.windows(2).filter(|pair| offset(pair[0]) != offset(pair[1]));
    changed.flat_map(|pair| [0, 1].map(|shift| add_days(pair[0].with_timezone(&zone).date_naive(), shift))).collect()
}

/// The first and the last minute of the world at which the clock of the zone shows `day` and a minute inside the
/// hours, by stepping through three days of minutes.
fn minutes_inside(hours: ContactHours, day: NaiveDate, zone: Tz) -> Vec<DateTime<Utc>> {
    let start = add_days(day, -1).and_hms_opt(0, 0, 0).unwrap().and_utc();
    let inside = |at: &DateTime<Utc>| {
        let local = at.with_timezone(&zone);
        let minute = local.hour() * 60 + local.minute();
        local.date_naive() == day && (u32::from(hours.not_before_minute)..=u32::from(hours.not_after_minute)).contains(&minute)
    };
    (0..3 * 1440).map(|minutes| start + chrono::Duration::minutes(minutes)).filter(inside).collect()
}

fn window_is_inside(hours: ContactHours, day: NaiveDate, zone: Tz) -> Result<(), String> {
    let allowed = minutes_inside(hours, day, zone);
    let found = hours.window_utc(day, zone);
    let told = || {
        format!(
            "{zone} {day} {}-{}: {found:?}, allowed {:?} to {:?}",
            ContactHours::minute_text(hours.not_before_minute),
            ContactHours::minute_text(hours.not_after_minute),
            allowed.first(),
            allowed.last()
        )
    };
    // Hours that the clock skips, or shows in two pieces, may be given up; hours in one piece may not.
    let pieces = allowed.windows(2).filter(|pair| pair[1] - pair[0] > chrono::Duration::minutes(1)).count();
    let Some((opens, closes)) = found else { return if allowed.is_empty() || pieces > 0 { Ok(()) } else { Err(told()) } };
    if opens > closes {
        return Err(told());
    }
    // Every whole minute of the window is one that the clock calls allowed.
    let mut at = opens;
    while at <= closes {
        if allowed.binary_search(&at).is_err() {
            return Err(told());
        }
        at += chrono::Duration::minutes(1);
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(600))]

    // Killed by: `from` and `to` swapped, 719162.
    #[test]
    fn days_and_dates_go_round(day in day(), shift in -20_000i32..20_000) {
        let days = days_since_epoch(day);
        prop_assert_eq!(date_from_days(days), Some(day));
        prop_assert_eq!(day.signed_duration_since(NaiveDate::from_ymd_opt(1970, 1, 1).unwrap()).num_days(), i64::from(days));
        prop_assert_eq!(days_between(day, add_days(day, shift)), shift);
        for text in [format!("{day}"), format!("{day}T00:00:00"), format!(" {day} 00:00:00.000Z "), format!("{day}T00:00+00:00")] {
            prop_assert_eq!(date_from_text(&text), Some(day), "{}", text);
        }
        for text in [format!("{day}T00:00:01"), format!("{day} 12:00"), format!("{day}x"), format!("{}", day.format("%d.%m.%Y"))] {
            prop_assert_eq!(date_from_text(&text), None, "{}", text);
        }
    }

    // Killed by: holidays that are looked up in an unsorted list, a week that begins on Sunday.
    #[test]
    fn a_day_is_open_unless_it_is_named((day, week, holidays) in closed_days(), offset in -6i32..41) {
        let calendar = Calendar::new(&week.iter().map(|at| WEEK[*at]).collect::<Vec<_>>(), holidays.clone());
        let asked = add_days(day, offset);
        // 1970-01-01 was a Thursday.
        let weekday = (days_since_epoch(asked) + 3).rem_euclid(7) as usize;
        prop_assert_eq!(calendar.is_open(asked), !week.contains(&weekday) && !holidays.contains(&asked));
    }

    // Killed by: a step backward, a holiday that is looked up in an unsorted list.
    #[test]
    fn the_next_open_day_is_open_and_the_first((day, calendar) in day_and_calendar()) {
        let next = calendar.next_open(day);
        prop_assert!(next >= day && calendar.is_open(next));
        prop_assert_eq!((0..).map(|days| add_days(day, days)).find(|day| calendar.is_open(*day)), Some(next));
        prop_assert_eq!(calendar.next_open(next), next);
        prop_assert!(calendar.next_open(add_days(day, 1)) >= next);
    }

    // Killed by: counting the day itself, `next_open` left out of a step.
    #[test]
    fn business_days_only_go_forward((day, calendar) in day_and_calendar(), count in 0u16..40, more in 0u16..10) {
        let to = calendar.add_business_days(day, count);
        prop_assert!(calendar.is_open(to));
        prop_assert_eq!(calendar.add_business_days(to, more), calendar.add_business_days(day, count + more));
        prop_assert!(calendar.add_business_days(add_days(day, 1), count) >= to);
        // Between the first open day and the last lie so many open days.
        let first = calendar.next_open(day);
        let open = (0..days_between(first, to)).filter(|days| calendar.is_open(add_days(first, *days))).count();
        prop_assert_eq!(open, usize::from(count));
    }

    #[test]
    fn a_week_of_closed_days_is_taken_as_it_is(day in day()) {
        let never = Calendar::new(&WEEK, Vec::new());
        prop_assert_eq!(never.next_open(day), day);
        prop_assert!(never.add_business_days(day, 3) >= day && day.year() > 0);
    }
}

proptest! {
    #![proptest_config(cases(40))]

    // Killed by: hours read as UTC.
    #[test]
    fn contact_hours_hold_on_plain_days(zone in 0usize..9, days in 16_500i32..20_800, from in 0u16..1380, length in 1u16..600) {
        let hours = ContactHours { not_before_minute: from, not_after_minute: (from + length).min(1439) };
        prop_assert_eq!(window_is_inside(hours, date_from_days(days).unwrap(), ZONES[zone]), Ok(()));
    }

    /// The hours of people, on every kind of day on which a clock changes.
    #[test]
    fn office_hours_hold_when_clocks_change(zone in 0usize..9, at in any::<prop::sample::Index>(), from in 360u16..720, length in 60u16..600) {
        let days = changes(ZONES[zone]);
        prop_assume!(!days.is_empty());
        let hours = ContactHours { not_before_minute: from, not_after_minute: from + length };
        prop_assert_eq!(window_is_inside(hours, days[at.index(days.len())], ZONES[zone]), Ok(()));
    }

}

proptest! {
    #![proptest_config(cases(300))]

    /// Any hours of the night, on every kind of day on which a clock changes.
    // Killed by: the earlier instant of a repeated opening, the later of a repeated closing.
    #[test]
    fn night_hours_hold_when_clocks_change(zone in 0usize..9, at in any::<prop::sample::Index>(), from in 0u16..240, length in 1u16..120) {
        let days = changes(ZONES[zone]);
        prop_assume!(!days.is_empty());
        let hours = ContactHours { not_before_minute: from, not_after_minute: from + length };
        prop_assert_eq!(window_is_inside(hours, days[at.index(days.len())], ZONES[zone]), Ok(()));
    }
}
