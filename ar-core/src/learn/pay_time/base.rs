//! The counts of the whole book: on which days it is paid, hazards by segment and due weekday, and the tail.

use super::BOOK_HALF_LIFE_DAYS;
use crate::calendar::{days_since_epoch, weekday_of};
use crate::ledger::Books;
use crate::models::{BINS, FIRST_DELAY, LAST_DELAY, PayTimeModel, TAIL_FROM, bin_of};
use crate::record::CustomerIdx;
use crate::scoring::{Bill, Fading, Year, of_customer};
use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// Settled items that make a segment of its own, and how many segments there are at most.
const SEGMENT_ITEMS: u64 = 200;
const MOST_SEGMENTS: usize = 12;
/// A weekday is one on which the book is paid from this share of the busiest five on.
const OPEN_WEEKDAY: f64 = 0.1;
/// Payments that must be known before weekdays are judged.
const ENOUGH_DAYS: u64 = 30;
/// Holidays are kept where payments on them are below this share of an ordinary day.
const CLOSED_HOLIDAY: f64 = 0.3;
/// Weight of the prior against the book, and of the book against a weekday or a segment, in items.
const STRENGTHS: [f64; 3] = [20.0, 30.0, 12.0];
/// Days of evidence behind the prior of the tail, and how its chance falls from part to part.
const TAIL_PRIOR: (f64, f64) = (200.0, 0.7);
/// Chance a day that an item two months late is paid, where the book says nothing.
const FIRST_TAIL: f64 = 0.015;

/// The shipped prior: delay quantiles 1/5/10/25/50/75/90/95/99 % of a distributor's book, joined linearly.
const PRIOR_QUANTILES: [(i32, f64); 10] = [(-45, 0.0), (-30, 0.001), (-10, 0.01), (-5, 0.075), (-3, 0.25), (0, 0.50), (2, 0.75), (5, 0.90), (11, 0.95), (LAST_DELAY, 0.988)];

/// Fits what is counted once for the whole book.
pub(super) fn fit(model: &mut PayTimeModel, books: &Books, today: i32) {
    let plain = Year::new(&[books], &model.calendars, [true; 7], model.fitted_on);
    let known = |bill: &Bill| bill.billed && bill.issued < today;
    let bills = bills(books, &model.segments, &plain, &known);
    let paid: Vec<&Bill> = bills.iter().filter(|bill| bill.paid < today).collect();
    model.settled_items = paid.len() as u64;
    weekdays(model, &paid);
    holidays(model, books, today);
    let year = Year::new(&[books], &model.calendars, model.open_weekdays, model.fitted_on);
    model.closed_share = closed_share(&paid, &year);
    hazards(model, bills.iter().collect(), today);
    model.tail = tail(&bills, today);
}

fn bills(books: &Books, segments: &[String], year: &Year, known: &dyn Fn(&Bill) -> bool) -> Vec<Bill> {
    books.each_customer().flat_map(|at| of_customer(books, at, books, segments, year)).filter(|bill| known(bill)).collect()
}

/// The largest segments, by name.
pub(super) fn segments(books: &Books, today: i32) -> Vec<String> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (at, customer) in books.each_customer().zip(books.customers()) {
        let settled = books.items_of(at).iter().filter(|item| item.kind.is_billed() && item.settled_on.is_some_and(|day| days_since_epoch(day) < today)).count();
        *counts.entry(books.text(customer.segment)).or_insert(0) += settled as u64;
    }
    let mut largest: Vec<(u64, &str)> = counts.into_iter().filter(|(name, count)| !name.is_empty() && *count >= SEGMENT_ITEMS).map(|(name, count)| (count, name)).collect();
    largest.sort_by(|a, b| (core::cmp::Reverse(a.0), a.1).cmp(&(core::cmp::Reverse(b.0), b.1)));
    largest.truncate(MOST_SEGMENTS);
    let mut names: Vec<String> = largest.into_iter().map(|(_, name)| name.into()).collect();
    names.sort_unstable();
    names
}

fn weekdays(model: &mut PayTimeModel, paid: &[&Bill]) {
    let mut counts = [0u64; 7];
    for bill in paid {
        if let Some(slot) = counts.get_mut(weekday_of(bill.paid)) {
            *slot += 1;
        }
    }
    if paid.len() as u64 >= ENOUGH_DAYS {
        let mut busiest = counts;
        busiest.sort_unstable();
        let usual = busiest.iter().rev().take(5).sum::<u64>() as f64 / 5.0;
        model.open_weekdays = counts.map(|count| count as f64 >= OPEN_WEEKDAY * usual);
    }
}

/// Drops calendars on whose holidays the book is paid as on other days.
fn holidays(model: &mut PayTimeModel, books: &Books, today: i32) {
    let mut kept = model.calendars.clone();
    for (name, days) in &model.calendars {
        let alone = BTreeMap::from([(name.clone(), days.clone())]);
        let year = Year::new(&[books], &alone, model.open_weekdays, model.fitted_on);
        let paid = bills(books, &model.segments, &year, &|bill: &Bill| bill.billed && bill.paid < today && bill.calendar == 1);
        let (Some(first), Some(last)) = (paid.iter().map(|bill| bill.paid).min(), paid.iter().map(|bill| bill.paid).max()) else { continue };
        let working = |day: i32| model.open_weekdays.get(weekday_of(day)).copied().unwrap_or(true);
        let is_holiday = |day: i32| working(day) && !year.days(1).at(day).open;
        let (holidays, others) = (first..=last).filter(|day| working(*day)).fold((0u64, 0u64), |(off, on), day| if is_holiday(day) { (off + 1, on) } else { (off, on + 1) });
        let on_holidays = paid.iter().filter(|bill| is_holiday(bill.paid)).count() as f64;
        let expected = paid.len() as f64 / others.max(1) as f64 * holidays as f64;
        if expected >= 3.0 && on_holidays > CLOSED_HOLIDAY * expected {
            kept.remove(name);
        }
    }
    model.calendars = kept;
}

/// Payments on closed days, by chance of the next open day.
fn closed_share(paid: &[&Bill], year: &Year) -> f64 {
    let (mut closed, mut behind) = (0.0, 0.0);
    for bill in paid {
        let day = year.days(bill.calendar).at(bill.paid);
        if !day.open {
            closed += 1.0;
        } else if day.gap > 1 {
            behind += f64::from(day.gap - 1);
        }
    }
    (closed / (behind + 10.0_f64).max(1.0)).min(0.5)
}

/// Payments and items at risk by bin of delay (Kaplan and Meier 1958): items that are not paid yet count for the days that
/// they were open.
#[derive(Clone)]
struct Counts {
    paid: [f64; BINS],
    /// Change of the number at risk from the bin before.
    step: [f64; BINS],
}

impl Counts {
    const fn new() -> Self {
        Self { paid: [0.0; BINS], step: [0.0; BINS] }
    }

    fn add(&mut self, bill: &Bill, today: i32, weight: f64) {
        let known = bill.paid < today;
        let end = if known { bill.paid } else { today - 1 };
        let (from, until) = (bill.delay_on(bill.issued), bill.delay_on(end));
        if (from > LAST_DELAY || until < from.min(FIRST_DELAY)) && !known {
            return;
        }
        let slot = |bins: &mut [f64; BINS], bin: usize, weight: f64| {
            if let Some(slot) = bins.get_mut(bin) {
                *slot += weight;
            }
        };
        slot(&mut self.step, bin_of(from.min(until)), weight);
        if until <= LAST_DELAY {
            slot(&mut self.step, bin_of(until) + 1, -weight);
            if known {
                slot(&mut self.paid, bin_of(until), weight);
            }
        }
    }

    fn hazards(&self, above: &[f64; BINS], strength: f64) -> [f64; BINS] {
        let mut found = *above;
        let (mut at_risk, mut survival) = (0.0, strength);
        for ((hazard, paid), step) in found.iter_mut().zip(&self.paid).zip(&self.step) {
            at_risk += step;
            let before = *hazard;
            *hazard = ((paid + survival * before) / (f64::max(at_risk, *paid) + survival).max(1e-9)).clamp(1e-6, 1.0 - 1e-6);
            survival *= 1.0 - before;
        }
        found
    }
}

fn prior() -> [f64; BINS] {
    let mut hazards = [1e-6; BINS];
    let mut open = 1.0;
    for pair in PRIOR_QUANTILES.windows(2) {
        let [(from, low), (to, high)] = pair else { continue };
        for delay in from + 1..=*to {
            let share = (high - low) / f64::from(to - from);
            if let Some(slot) = hazards.get_mut(bin_of(delay)) {
                *slot = (share / open).clamp(1e-6, 0.9);
            }
            open -= share;
        }
    }
    hazards
}

#[expect(clippy::cast_possible_truncation, reason = "probabilities are kept in single precision")]
fn single(hazards: &[f64; BINS]) -> Vec<f32> {
    hazards.iter().map(|hazard| *hazard as f32).collect()
}

/// So many parts an item may belong to; its own part is left out of the counts that it is judged by.
pub(super) const FOLDS: u64 = 4;

/// A number that depends on a customer's identifier and not on who else is in the book (FNV-1a).
pub(super) fn name_mark(books: &Books, customer: CustomerIdx) -> u64 {
    let name = books.customer(customer).map_or("", |row| books.text(row.id));
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |mark, byte| (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// The part that an item belongs to: that of its customer and due date, so that what is paid together stands together.
pub(super) fn fold(customer: u64, bill: &Bill) -> usize {
    let mark = (customer << 32 ^ bill.due as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from((mark >> 40) % FOLDS).unwrap_or(0)
}

/// The model with the counts of all parts but one, part by part. A histogram that holds the very payment it is asked about
/// looks better than it is, and the more so the smaller the book.
pub(super) fn folds(model: &PayTimeModel, books: &Books, today: i32) -> Vec<PayTimeModel> {
    let year = Year::new(&[books], &model.calendars, model.open_weekdays, model.fitted_on);
    let parts = |at: CustomerIdx| {
        let name = name_mark(books, at);
        of_customer(books, at, books, &model.segments, &year).map(move |bill| (fold(name, &bill), bill))
    };
    let all: Vec<(usize, Bill)> = books.each_customer().flat_map(parts).collect();
    let without = |part: usize| {
        let mut found = model.clone();
        hazards(&mut found, all.iter().filter(|row| row.0 != part && row.1.billed && row.1.issued < today).map(|row| &row.1).collect(), today);
        found
    };
    (0..usize::try_from(FOLDS).unwrap_or(1)).map(without).collect()
}

fn hazards(model: &mut PayTimeModel, bills: Vec<&Bill>, today: i32) {
    let first = bills.iter().map(|bill| bill.issued).min().unwrap_or(today);
    let fading = Fading::new(first, today, BOOK_HALF_LIFE_DAYS);
    let now = fading.weight(today);
    let mut book = Counts::new();
    let mut weekdays = alloc::vec![Counts::new(); 7];
    let mut groups = alloc::vec![Counts::new(); (model.segments.len() + 1) * 7];
    // Sums of floats depend on their order: that of what the items are, not of the rows.
    let mut sorted = bills;
    sorted.sort_unstable_by_key(|a| (a.paid, a.due, a.segment, a.issued));
    for bill in sorted {
        let weight = fading.weight(bill.paid.min(today - 1)) / now;
        book.add(bill, today, weight);
        for counts in [weekdays.get_mut(bill.due_weekday()), groups.get_mut(bill.segment as usize * 7 + bill.due_weekday())].into_iter().flatten() {
            counts.add(bill, today, weight);
        }
    }
    let book = book.hazards(&prior(), STRENGTHS[0]);
    let weekdays: Vec<[f64; BINS]> = weekdays.iter().map(|counts| counts.hazards(&book, STRENGTHS[1])).collect();
    model.base = groups.iter().zip(weekdays.iter().cycle()).map(|(counts, weekday)| single(&counts.hazards(weekday, STRENGTHS[2]))).collect();
    model.book = single(&book);
}

/// Chance a day of each part of the tail, shrunken to a falling prior.
fn tail(bills: &[Bill], today: i32) -> [f64; 4] {
    let mut found = [0.0; 4];
    let mut usual = FIRST_TAIL;
    let ends = TAIL_FROM.into_iter().skip(1).chain([i32::MAX]);
    for ((begins, ends), slot) in TAIL_FROM.into_iter().zip(ends).zip(found.iter_mut()) {
        let (mut paid, mut days) = (0.0, 0.0);
        for bill in bills {
            let known = bill.paid < today;
            let last = bill.delay_on(if known { bill.paid } else { today - 1 });
            days += f64::from((last.min(ends - 1).saturating_sub(begins).saturating_add(1)).max(0));
            paid += if known && (begins..ends).contains(&last) { 1.0 } else { 0.0 };
        }
        *slot = f64::clamp((paid + usual * TAIL_PRIOR.0) / (days + TAIL_PRIOR.0), 1e-5, 0.2);
        usual = *slot * TAIL_PRIOR.1;
    }
    found
}
