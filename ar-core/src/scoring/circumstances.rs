//! What was said and done about an item, as it bears on when it is paid: promises, plans, disputes, notices, news.
//!
//! Each kind multiplies the odds of a payment on the days that it covers. How many times is learned from the book: payments that came
//! on such days against what the model expected of them, with a shipped guess that weighs as much as [`DOUBT`] expected payments
//! (the mean of a Gamma posterior). A book that never recorded such a thing keeps the guess.

use super::bills::Bill;
use super::past::{Ask, Past, Rates, each};
use super::{Distribution, curve};
use crate::calendar::days_since_epoch;
use crate::ledger::Books;
use crate::record::{CustomerIdx, Item, ItemIdx, NoticeState, PlanState, Promise, PromiseState};
use alloc::vec::Vec;

/// Kinds, each with the shipped guess of how it multiplies the odds of a payment on a day.
const GUESSES: [f64; KINDS] = [0.6, 6.0, 0.7, 0.5, 0.35, 1.3, 0.4];
const KINDS: usize = 7;
const PROMISED: usize = 0;
const PROMISE_DUE: usize = 1;
const PROMISE_OVER: usize = 2;
const PLANNED: usize = 3;
const DISPUTED: usize = 4;
const NOTICED: usize = 5;
const NEWS: usize = 6;

/// Expected payments that the guess weighs, and how far the book may move it.
const DOUBT: f64 = 8.0;
const MOST: f64 = 20.0;
/// A promise is due from the day before its day to so many days after it, and over for so many days more.
const PROMISE_TOLERANCE: i32 = 3;
const PROMISE_MEMORY: i32 = 30;
/// Days for which an open dispute, a notice and outside news are taken to last.
const DISPUTE_DAYS: i32 = 45;
const NOTICE_DAYS: i32 = 7;
const NEWS_DAYS: i32 = 90;
/// Severity from which news counts, and the newest pieces that do.
const SEVERE: u8 = 60;
const MOST_NEWS: usize = 8;
/// The newest promises of a customer that are looked at.
const MOST_PROMISES: usize = 200;
/// Days of the past, and entries in it, that the book's own factors are learned from at most.
const REACH_DAYS: i32 = 365;
const MOST_ENTRIES: usize = 4_000;
/// Days ahead that circumstances are looked at, at least.
const AHEAD_DAYS: i32 = 60;

/// One circumstance of an item: its kind, and the first and the last day on which it bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstance {
    item: ItemIdx,
    kind: usize,
    first: i32,
    last: i32,
}

/// How the book's circumstances bear on its payments.
#[derive(Clone, Debug, PartialEq)]
pub struct Circumstances {
    factors: [f64; KINDS],
    /// Of the customers that have any, in their order.
    entries: Vec<(CustomerIdx, Vec<Circumstance>)>,
}

impl Default for Circumstances {
    /// The shipped guesses.
    fn default() -> Self {
        Self { factors: GUESSES, entries: Vec::new() }
    }
}

impl Circumstances {
    /// Learned from what was known at the beginning of the day `today`.
    pub fn learn(past: &Past<'_>, books: &Books, today: i32) -> Self {
        let entries: Vec<(CustomerIdx, Vec<Circumstance>)> = books.each_customer().map(|at| (at, of_customer(books, at, today))).filter(|row| !row.1.is_empty()).collect();
        let every = every(entries.iter().map(|row| row.1.len()).sum());
        let mut sums = [(0.0, 0.0); KINDS];
        for (at, entries) in entries.iter().step_by(every) {
            count(past, books, *at, entries, today, &mut sums);
        }
        let factor = |(guess, (expected, came)): (f64, (f64, f64))| ((came + DOUBT * guess) / (expected + DOUBT)).clamp(1.0 / MOST, MOST);
        let mut factors = GUESSES;
        for (slot, sum) in factors.iter_mut().zip(sums) {
            *slot = factor((*slot, sum));
        }
        Self { factors, entries }
    }

    /// The same factors, with the circumstances of some customers of a part of the books.
    pub fn of_part(&self, part: &Books, customers: &[CustomerIdx], today: i32) -> Self {
        Self { factors: self.factors, entries: customers.iter().map(|at| (*at, of_customer(part, *at, today))).collect() }
    }

    /// How many there are in all.
    pub fn count(&self) -> usize {
        self.entries.iter().map(|row| row.1.len()).sum()
    }

    /// The factors alone.
    #[must_use]
    pub fn without_entries(self) -> Self {
        Self { entries: Vec::new(), ..self }
    }

    /// The circumstances of the items of a customer on the day of the lesson, in the order of the items.
    pub fn of(&self, customer: CustomerIdx) -> &[Circumstance] {
        let place = self.entries.binary_search_by_key(&customer, |row| row.0).ok();
        place.and_then(|place| self.entries.get(place)).map_or(&[], |row| &row.1)
    }

    /// Takes the circumstances of an item, of those of its customer, into account.
    pub fn apply(&self, entries: &[Circumstance], books: &Books, item: ItemIdx, found: &mut (Distribution, Rates)) {
        let from = entries.partition_point(|entry| entry.item < item);
        let mine = entries.get(from..).unwrap_or(&[]);
        let mine: Vec<&Circumstance> = mine.iter().take_while(|entry| entry.item == item).collect();
        let Some(due) = books.item(item).filter(|_| !mine.is_empty() && !found.1.given).map(|item| days_since_epoch(item.due_on)) else { return };
        let factor = |delay: i32| -> f64 {
            let day = due.saturating_add(delay);
            mine.iter().filter(|entry| entry.first <= day && day <= entry.last).map(|entry| self.factors.get(entry.kind).copied().unwrap_or(1.0)).product()
        };
        found.1.without_circumstances = Some(found.0.later_than(0));
        found.0 = found.0.reshaped(AHEAD_DAYS, factor);
    }
}

/// The book's factors are learned from one in so many customers that have any, where so many entries are known.
fn every(entries: usize) -> usize {
    entries.div_ceil(MOST_ENTRIES).max(1)
}

/// Whether a book learns the same of a customer before and after something happened to it on the day `today`: the days in the past on
/// which its circumstances bear are the same, and so are the customers that are looked at. `known`: how many entries the book has; after
/// it so many more.
pub fn teach_alike(past: &Past<'_>, (before, was): (&Books, CustomerIdx), (after, is): (&Books, CustomerIdx), today: i32, known: usize) -> Option<usize> {
    let (old, new) = (of_customer(before, was, today), of_customer(after, is, today));
    let lesson = |books: &Books, at: CustomerIdx, entries: &[Circumstance]| {
        let asks = asks(&past.bills_of(books, at), books.item_range(at).start, entries, today);
        asks.into_iter().map(|(ask, entry)| (ask, entry.kind, entry.last.min(today - 1))).collect::<Vec<_>>()
    };
    let count = (known + new.len()).checked_sub(old.len())?;
    let same_sample = every(known) == every(count) && (every(count) == 1 || old.is_empty() == new.is_empty());
    (same_sample && lesson(before, was, &old) == lesson(after, is, &new)).then_some(count)
}

/// The days in the past on which entries began to bear, in order, each with its entry.
fn asks(bills: &[Bill], start: usize, entries: &[Circumstance], today: i32) -> Vec<(Ask, Circumstance)> {
    let mut asks: Vec<(Ask, Circumstance)> = Vec::new();
    for entry in entries {
        let Some((place, bill)) = (entry.item.0 as usize).checked_sub(start).and_then(|place| Some((place, bills.get(place)?))) else { continue };
        let first = entry.first.max(bill.issued).max(today - REACH_DAYS);
        if bill.billed && first <= entry.last.min(bill.paid).min(today - 1) {
            asks.push(((place, first), *entry));
        }
    }
    asks.sort_unstable_by_key(|((place, day), entry)| (*day, *place, entry.kind));
    asks
}

/// Adds what was expected on the days of the entries, and what came.
fn count(past: &Past<'_>, books: &Books, at: CustomerIdx, entries: &[Circumstance], today: i32, sums: &mut [(f64, f64); KINDS]) {
    let start = books.item_range(at).start;
    let bills = past.bills(at);
    let asks = asks(bills, start, entries, today);
    let mut entries = asks.iter().map(|row| row.1);
    let places: Vec<Ask> = asks.iter().map(|row| row.0).collect();
    each(past, bills.to_vec(), &places, |scene| {
        let Some(entry) = entries.next() else { return };
        let last = entry.last.min(scene.bill.paid).min(today - 1);
        let Some(sum) = sums.get_mut(entry.kind) else { return };
        for (day, hazard) in (scene.at..=last).zip(curve::hazards(scene, scene.at, last)) {
            sum.0 += hazard;
            sum.1 += if day == scene.bill.paid { 1.0 } else { 0.0 };
        }
    });
}

/// What bears on the items of a customer, from what was known by the beginning of the day (of the day itself: claims and messages),
/// by item.
pub(super) fn of_customer(books: &Books, at: CustomerIdx, today: i32) -> Vec<Circumstance> {
    let mut known = Known { books, at, today, found: Vec::new() };
    known.claims();
    known.messages();
    let mut found = known.found;
    // Two notices of one week, or two pieces of news, are one circumstance on the days that they share.
    found.sort_unstable_by_key(|entry| (entry.item, entry.kind, entry.first, entry.last));
    found.dedup_by(|next, kept| {
        let same = next.item == kept.item && next.kind == kept.kind && next.first <= kept.last + 1;
        if same {
            kept.last = kept.last.max(next.last);
        }
        same
    });
    found
}

/// What is known of one customer on a day.
struct Known<'b> {
    books: &'b Books,
    at: CustomerIdx,
    today: i32,
    found: Vec<Circumstance>,
}

impl<'b> Known<'b> {
    fn add(&mut self, item: ItemIdx, kind: usize, first: i32, last: i32) {
        if first <= last {
            self.found.push(Circumstance { item, kind, first, last });
        }
    }

    fn items(&self) -> impl Iterator<Item = (ItemIdx, &'b Item)> + use<'b> {
        self.books.item_range(self.at).filter_map(|at| u32::try_from(at).ok()).map(ItemIdx).zip(self.books.items_of(self.at))
    }

    /// Promises, plans and disputes.
    fn claims(&mut self) {
        let (books, today) = (self.books, self.today);
        let stands = |row: &&Promise| !matches!(row.state, PromiseState::Withdrawn | PromiseState::Superseded) && days_since_epoch(row.made_on) <= today;
        for row in books.promises_of(self.at).iter().rev().take(MOST_PROMISES).filter(stands) {
            let (made, due) = (days_since_epoch(row.made_on), days_since_epoch(row.due_on));
            // A promise of the whole account is about what was owed when it was made.
            let owed = |item: &Item| item.issued_on <= row.made_on && item.due_on <= row.due_on && item.kind.is_billed();
            for (item, _) in self.items().filter(|(place, item)| row.item.map_or_else(|| owed(item), |one| one == *place)) {
                self.add(item, PROMISED, made + 1, due - 2);
                self.add(item, PROMISE_DUE, (due - 1).max(made + 1), due + PROMISE_TOLERANCE);
                self.add(item, PROMISE_OVER, due + PROMISE_TOLERANCE + 1, due + PROMISE_TOLERANCE + PROMISE_MEMORY);
            }
        }
        for (plan, instalments) in books.plans_with_instalments(self.at) {
            let agreed = days_since_epoch(plan.agreed_on);
            let last = instalments.iter().map(|row| days_since_epoch(row.due_on)).max().unwrap_or(agreed);
            if plan.state == PlanState::Active && agreed <= today {
                books.item_list(&plan.items).iter().for_each(|item| self.add(*item, PLANNED, agreed + 1, last));
            }
        }
        for row in books.disputes_of(self.at) {
            let opened = days_since_epoch(row.opened_on);
            let resolved = row.resolved_on.map(days_since_epoch).filter(|on| *on <= today);
            let last = resolved.unwrap_or_else(|| opened.saturating_add(DISPUTE_DAYS).max(today.saturating_add(DISPUTE_DAYS / 2)));
            if opened <= today {
                self.add(row.item, DISPUTED, opened + 1, last);
            }
        }
    }

    /// Notices, news, and what the items' own columns say.
    fn messages(&mut self) {
        let (books, today) = (self.books, self.today);
        let mut sent: Vec<(ItemIdx, i32)> = Vec::new();
        for row in books.notices_of(self.at).iter().filter(|row| row.state == NoticeState::Sent) {
            sent.extend(books.item_list(&row.items).iter().map(|item| (*item, days_since_epoch(row.sent_on))));
        }
        sent.extend(self.items().filter_map(|(item, row)| Some((item, days_since_epoch(row.last_notice_on?)))));
        for (item, on) in sent.into_iter().filter(|row| row.1 <= today) {
            self.add(item, NOTICED, on + 1, on + NOTICE_DAYS);
        }
        let mut disputed: Vec<ItemIdx> = books.disputes_of(self.at).iter().map(|row| row.item).collect();
        disputed.sort_unstable();
        for (item, _) in self.items().filter(|(item, row)| row.disputed && disputed.binary_search(item).is_err()) {
            // The host says so without a day: it is so from now on.
            self.add(item, DISPUTED, today, today.saturating_add(DISPUTE_DAYS / 2));
        }
        let mut news: Vec<i32> = books.signals_of(self.at).iter().filter(|row| row.severity >= SEVERE).map(|row| days_since_epoch(row.on)).filter(|on| *on <= today).collect();
        news.dedup();
        for (item, _) in self.items().filter(|row| row.1.kind.is_billed()) {
            news.iter().rev().take(MOST_NEWS).for_each(|on| self.add(item, NEWS, on + 1, on + NEWS_DAYS));
        }
    }
}
