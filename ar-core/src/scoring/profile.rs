//! What kind of payer a customer is, from its own settled items: class, habit, trend.

use super::settled_delay;
use crate::calendar::{self, Calendar};
use crate::ledger::Books;
use crate::policy::Settings;
use crate::record::{CustomerIdx, Item, ItemIdx, Promise, PromiseState};
use crate::state::promise::covers;
use crate::text::words;
use alloc::vec::Vec;
use chrono::NaiveDate;

words! {
    /// How a customer pays.
    Class {
        /// Too few settled items to say.
        New = "new",
        /// Rarely late.
        Prompt = "prompt",
        /// Sometimes late.
        Occasional = "occasional",
        /// Mostly late, in a way of its own.
        Habitual = "habitual",
        /// Later and later.
        Deteriorating = "deteriorating",
        /// Signs that it cannot pay.
        Distressed = "distressed",
    }
}

/// What a customer's own history says on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Kind of payer.
    pub class: Class,
    /// Settled items known.
    pub settled: i64,
    /// Of them late.
    pub late: i64,
    /// Latest delay that is normal for this customer, tolerance included; `None` = no habit is known.
    pub habit_days: Option<i32>,
    /// How many days later the newest third pays than the rest, if that is a trend.
    pub rise_days: Option<i32>,
    /// Open disputes on the day.
    pub disputes: i64,
    /// Broken promises.
    pub broken: i64,
    /// Days that the oldest message has waited that somebody has to answer or to act on.
    pub reply_days: Option<i32>,
    /// Highest severity of the outside signals in the window.
    pub severity: i64,
    /// How many of the newest late payments made the class, and what it would be without them.
    pub without: Option<(i64, Class)>,
}

/// The newest settled items that a habit and a trend are read from.
const RECENT: usize = 36;
/// One-sided 5 % point of the normal distribution, for the Mann-Kendall trend test.
const TREND_Z: f64 = 1.645;
/// Days after which an item overdue beyond the habit is a sign of distress.
const DISTRESS_DAYS: i32 = 90;
/// Severity from which outside news is a sign of distress.
const DISTRESS_SEVERITY: i64 = 60;

/// Reads the profile of a customer from what was known strictly before `as_of` (claims: up to it). `reply_days`: how long the oldest
/// message waits for somebody, which only who has read them knows.
pub fn profile(books: &Books, customer: CustomerIdx, as_of: NaiveDate, settings: &Settings, left: &dyn Fn(ItemIdx) -> i64, reply_days: Option<i32>) -> Profile {
    let items = books.items_of(customer);
    let history = recent_delays(items, as_of);
    let delays = newest(&history);
    let settled = items.iter().filter_map(|item| settled_delay(item, as_of)).count() as i64;
    let late = items.iter().filter_map(|item| settled_delay(item, as_of)).filter(|delay| *delay > 0).count() as i64;
    let (rise_days, habit_days) = manner(delays, settings);
    let severity = severity(books, customer, as_of, settings);
    let mut profile = Profile {
        class: Class::New,
        settled,
        late,
        habit_days,
        rise_days,
        disputes: books.disputes_of(customer).iter().filter(|row| row.is_live_on(as_of)).count() as i64,
        broken: broken_promises(books, customer, as_of, settings, left),
        reply_days,
        severity,
        without: None,
    };
    let oldest = oldest_late(books, customer, as_of, left);
    profile.class = class(&profile, delays, oldest, settings);
    profile.without = without(&profile, &history, oldest, settings);
    profile
}

/// How many days later the newest pay if that is a trend, and the latest delay that is habit.
fn manner(delays: &[i32], settings: &Settings) -> (Option<i32>, Option<i32>) {
    let limits = &settings.scoring;
    let rise = trend(delays).filter(|rise| i64::from(*rise) >= limits.deteriorating_days);
    let usual = quantile_90(delays).filter(|_| delays.len() as i64 >= limits.habit_min_items);
    let habit = usual.filter(|usual| i64::from(*usual) <= limits.habit_max_days && rise.is_none()).map(|usual| usual.max(0) + calendar::whole_days(limits.habit_tolerance_days));
    (rise, habit)
}

/// Late payments that are taken away at most to see whether they made the class.
const MOST_WITHOUT: i64 = 6;

/// The delays that a habit and a trend are read from.
fn newest(history: &[i32]) -> &[i32] {
    history.get(history.len().saturating_sub(RECENT)..).unwrap_or(&[])
}

/// How many of the newest late payments must not have been for the customer to be of a better class, and of which.
fn without(profile: &Profile, history: &[i32], oldest: i32, settings: &Settings) -> Option<(i64, Class)> {
    if matches!(profile.class, Class::New | Class::Prompt) {
        return None;
    }
    let mut left = history.to_vec();
    for count in 1..=MOST_WITHOUT {
        let newest_late = left.iter().rposition(|delay| *delay > 0)?;
        left.remove(newest_late);
        let (rise_days, habit_days) = manner(newest(&left), settings);
        let other = Profile { settled: profile.settled - count, late: profile.late - count, rise_days, habit_days, ..profile.clone() };
        let found = class(&other, newest(&left), oldest, settings);
        if found != Class::New && found < profile.class {
            return Some((count, found));
        }
    }
    None
}

/// The newest promises of a customer that are judged; older ones say nothing about today.
const MAX_PROMISES: usize = 1_000;

/// Promises that are broken on the day: said so by the books, or judged so by the cash that came, and what was promised is
/// still open.
fn broken_promises(books: &Books, customer: CustomerIdx, as_of: NaiveDate, settings: &Settings, left: &dyn Fn(ItemIdx) -> i64) -> i64 {
    let promises = books.promises_of(customer);
    if promises.is_empty() {
        return 0;
    }
    let calendar = settings.calendar();
    let open: Vec<&Item> = open_items(books, customer, left).map(|(_, item)| item).collect();
    // What has landed this morning counts too, and what came too late.
    let unpaid = |promise: &Promise| match promise.item {
        Some(at) => left(at) > 0 && !books.is_paid_by(promise, as_of),
        None => open.iter().any(|item| covers(promise, item)) && !books.is_paid_by(promise, as_of),
    };
    let recent = |promise: &Promise| i64::from(calendar::days_between(promise.due_on, as_of)) <= settings.collections.signal_window_days;
    let broken = |promise: &&Promise| match promise.state_on(as_of) {
        // Said so by the books: it counts while it is fresh, or while what was promised is still open.
        PromiseState::Broken => recent(promise) || unpaid(promise),
        PromiseState::Open => {
            let ends = promise_ends(promise.due_on, &calendar, settings);
            ends < as_of && matches!(books.promise_on(promise, as_of, ends), PromiseState::Broken | PromiseState::PartlyKept) && unpaid(promise)
        }
        _ => false,
    };
    promises.iter().rev().take(MAX_PROMISES).filter(broken).count() as i64
}

/// The last day on which a promise still holds dunning.
pub(crate) fn promise_ends(due_on: NaiveDate, calendar: &Calendar, settings: &Settings) -> NaiveDate {
    calendar.add_business_days(due_on, u16::try_from(settings.collections.promise_tolerance_days).unwrap_or(0))
}

fn class(profile: &Profile, delays: &[i32], oldest_late: i32, settings: &Settings) -> Class {
    let limits = &settings.scoring;
    let (late, known) = (delays.iter().filter(|delay| **delay > 0).count() as i64, delays.len() as i64);
    let beyond = oldest_late > DISTRESS_DAYS + profile.habit_days.unwrap_or(0);
    if profile.severity >= DISTRESS_SEVERITY || (beyond && profile.settled >= limits.history_min_items) {
        Class::Distressed
    } else if profile.settled < limits.history_min_items {
        Class::New
    } else if profile.rise_days.is_some() {
        Class::Deteriorating
    } else if late * 1_000_000 >= limits.habitual_share * known {
        Class::Habitual
    } else if late * 1_000_000 < limits.prompt_share * known {
        Class::Prompt
    } else {
        Class::Occasional
    }
}

fn oldest_late(books: &Books, customer: CustomerIdx, as_of: NaiveDate, left: &dyn Fn(ItemIdx) -> i64) -> i32 {
    open_items(books, customer, left).map(|(_, item)| Books::days_late(item, as_of)).max().unwrap_or(0)
}

/// Items of which something is left to pay, once what landed this morning is counted.
fn open_items<'b>(books: &'b Books, customer: CustomerIdx, left: &'b dyn Fn(ItemIdx) -> i64) -> impl Iterator<Item = (ItemIdx, &'b Item)> {
    let places = books.item_range(customer).filter_map(|at| u32::try_from(at).ok()).map(ItemIdx);
    places.zip(books.items_of(customer)).filter(move |(at, item)| !item.kind.is_credit() && left(*at) > 0)
}

/// Delays of the newest settled items, in the order of their due dates, and of a few before them.
fn recent_delays(items: &[Item], as_of: NaiveDate) -> Vec<i32> {
    // Items are sorted by due date, so the newest stand at the end.
    let mut delays: Vec<i32> = items.iter().rev().filter_map(|item| settled_delay(item, as_of)).take(RECENT + MOST_WITHOUT as usize).collect();
    delays.reverse();
    delays
}

/// The smallest delay that nine in ten do not exceed.
fn quantile_90(delays: &[i32]) -> Option<i32> {
    let mut sorted = delays.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * 9).div_ceil(10).checked_sub(1)?;
    sorted.get(rank).copied()
}

/// How many days later the newest third pays than the rest, if the Mann-Kendall test calls the delays rising at the
/// one-sided 5 % level (Mann 1945, Kendall 1975, with the correction for ties).
fn trend(delays: &[i32]) -> Option<i32> {
    let count = delays.len();
    if count < 4 {
        return None;
    }
    let mut rising: i64 = 0;
    for (at, early) in delays.iter().enumerate() {
        rising += delays.iter().skip(at + 1).map(|late| i64::from((late - early).signum())).sum::<i64>();
    }
    let pairs = |n: usize| (n * (n - 1) * (2 * n + 5)) as f64;
    let mut sorted = delays.to_vec();
    sorted.sort_unstable();
    let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|tied| pairs(tied.len())).sum();
    let variance = (pairs(count) - ties) / 18.0;
    if variance <= 0.0 || (rising as f64 - 1.0) / libm::sqrt(variance) < TREND_Z {
        return None;
    }
    let newest = count / 3;
    let mean = |part: &[i32]| part.iter().map(|delay| f64::from(*delay)).sum::<f64>() / part.len() as f64;
    let (before, after) = delays.split_at(count - newest);
    #[expect(clippy::cast_possible_truncation, reason = "delays are days of a bounded calendar")]
    Some(libm::round(mean(after) - mean(before)) as i32)
}

/// The highest severity of the outside signals that count on the day.
pub(crate) fn severity(books: &Books, customer: CustomerIdx, as_of: NaiveDate, settings: &Settings) -> i64 {
    let inside = |row: &&crate::record::Signal| row.on <= as_of && i64::from(calendar::days_between(row.on, as_of)) <= settings.collections.signal_window_days;
    books.signals_of(customer).iter().filter(inside).map(|row| i64::from(row.severity)).max().unwrap_or(0)
}
