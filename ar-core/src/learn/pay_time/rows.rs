//! Days at risk: each past item, each open day from its issue until it was paid, with what was known when it was issued.

use super::base::{fold, name_mark};
use crate::ledger::Books;
use crate::models::{BINS, FEATURES, LAST_DELAY, PayTimeModel, bin_of};
use crate::scoring::{Bill, Era, Features, Levels, Moment, Past, Walk, is_idle, logit, plain};
use alloc::vec::Vec;

/// Items that are learned from at most: where there are more, a part that is chosen by what they are.
const MOST_ITEMS: u64 = 40_000;
/// Of the days less likely than this, every fourth stands for four.
const UNLIKELY: f64 = 0.02;
const KEPT_OF: u64 = 4;
/// Of the days on which nothing is to be expected, every so manieth.
const IDLE: u64 = 12;
/// Share of the payments, by day, that are the newest part of the past.
const OLDER: f64 = 0.85;
/// Days at risk that speak for a bin of delay as much as doubt does.
const DOUBT: f64 = 10.0;

/// Days at risk.
#[derive(Default)]
pub(super) struct Rows {
    /// Bins of the features.
    pub features: Vec<[u8; FEATURES]>,
    /// The hazard that the trees correct: that of the customer's histogram.
    pub plain: Vec<f32>,
    /// The other one that they could: of the customer's items like the one that is asked.
    alike: Vec<f32>,
    /// Whether it was paid on the day.
    pub paid: Vec<bool>,
    /// How many days the row stands for.
    pub weight: Vec<f32>,
    /// Bin of the delay.
    pub bin: Vec<u8>,
    day: Vec<i32>,
}

impl Rows {
    /// Rows.
    pub(super) fn len(&self) -> usize {
        self.paid.len()
    }

    /// The day from which on the newest payments were made.
    pub(super) fn newest(&self) -> Option<i32> {
        let mut days: Vec<i32> = self.day.iter().zip(&self.paid).filter(|(_, paid)| **paid).map(|(day, _)| *day).collect();
        days.sort_unstable();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
        days.get((days.len() as f64 * OLDER) as usize).copied().filter(|border| days.first().is_some_and(|first| first < border))
    }

    /// The rows before a day, and the others.
    pub(super) fn split(&self, border: i32) -> (Self, Self) {
        let (mut older, mut newer) = (Self::default(), Self::default());
        for row in 0..self.len() {
            let into = if self.day.get(row).is_some_and(|day| *day < border) { &mut older } else { &mut newer };
            into.copy(self, row);
        }
        (older, newer)
    }

    fn copy(&mut self, from: &Self, row: usize) {
        self.features.extend(from.features.get(row));
        self.plain.extend(from.plain.get(row));
        self.alike.extend(from.alike.get(row));
        self.paid.extend(from.paid.get(row));
        self.weight.extend(from.weight.get(row));
        self.bin.extend(from.bin.get(row));
        self.day.extend(from.day.get(row));
    }

    /// Has the trees correct the other hazard.
    pub(super) const fn swap(&mut self) {
        core::mem::swap(&mut self.plain, &mut self.alike);
    }

    /// How far trees that were grown on these rows are believed, by bin of delay.
    pub(super) fn support(&self) -> Vec<f32> {
        let mut at_risk = [0.0f64; BINS];
        for (bin, weight) in self.bin.iter().zip(&self.weight) {
            if let Some(slot) = at_risk.get_mut(usize::from(*bin)) {
                *slot += f64::from(*weight);
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "a share")]
        at_risk.iter().map(|days| (days / (days + DOUBT)) as f32).collect()
    }
}

/// A number that depends on what an item is and on nothing else.
fn mark(customer: u64, bill: &Bill, salt: i32) -> u64 {
    let parts = [customer, bill.due as u64, bill.issued as u64, bill.amount.to_bits(), salt as u64];
    parts.into_iter().fold(0x9E37_79B9_7F4A_7C15, |mark: u64, part| {
        let mixed = (mark ^ part).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed ^ (mixed >> 29)
    })
}

/// The items of a customer that were issued before a day, by day of issue, each with its place.
fn issued(walk: &Walk<'_>, today: i32) -> Vec<(i32, usize)> {
    let known = |(_, bill): &(usize, &Bill)| bill.billed && bill.issued < today && bill.paid >= bill.issued;
    let mut order: Vec<(i32, usize)> = walk.bills.iter().enumerate().filter(known).map(|(place, bill)| (bill.issued, place)).collect();
    order.sort_unstable();
    order
}

/// The days on which something was issued, rising.
pub(super) fn issue_days(books: &Books, today: i32) -> Vec<i32> {
    let mut days: Vec<i32> = books.items().iter().map(|item| crate::calendar::days_since_epoch(item.issued_on)).filter(|day| *day < today).collect();
    days.sort_unstable();
    days
}

/// A past item on the day of its issue, and what was known then.
pub(super) struct Issued<'w> {
    /// Its customer's mark.
    customer: u64,
    place: usize,
    walk: &'w Walk<'w>,
    /// The item.
    pub bill: Bill,
    /// The past without the part that the item belongs to.
    pub past: &'w Past<'w>,
    era: &'w Era,
    moment: &'w Moment,
    levels: &'w Levels,
}

impl Issued<'_> {
    /// What the histogram says of each day from the issue on.
    pub(super) fn plain(&self) -> impl Iterator<Item = f64> {
        plain(&self.past.model, self.past.year.days(self.bill.calendar), &self.levels.own, &self.bill, self.bill.issued)
    }
}

/// Visits every `every`th item that was issued from `from` until `today`, customer by customer, in the order of issue. `salt`
/// makes it another choice of items.
pub(super) fn visit(folds: &[PayTimeModel], books: &Books, days: &[i32], (from, today): (i32, i32), (every, salt): (u64, i32), mut see: impl FnMut(&Issued<'_>)) {
    let Some((model, others)) = folds.split_first() else { return };
    let any = Past::new(books, model, days);
    let others: Vec<Past<'_>> = others.iter().map(|model| any.seen_by(model, days)).collect();
    let pasts: Vec<&Past<'_>> = [&any].into_iter().chain(&others).collect();
    for at in books.each_customer() {
        let customer = name_mark(books, at);
        // What is remembered of a customer is the same in all parts; only the counts of the book differ.
        let mut walk = any.walk(any.bills(at).to_vec());
        let mut levels: Option<(Moment, Levels)> = None;
        for (day, place) in issued(&walk, today).into_iter().filter(|row| row.0 >= from) {
            let Some(bill) = walk.bills.get(place).copied().filter(|bill| mark(customer, bill, salt).is_multiple_of(every)) else { continue };
            walk.until(day);
            let Some(past) = pasts.get(fold(customer, &bill)) else { continue };
            let Some(era) = past.eras.at(day) else { continue };
            let (moment, levels) = match levels.take().filter(|(_, level)| level.is_of(&bill, day)) {
                Some(same) => &*levels.insert(same),
                None => {
                    let moment = Moment::new(day, past.fading);
                    let level = Levels::new(&walk.memory, era, &bill, &moment, &past.model, &past.year);
                    &*levels.insert((moment, level))
                }
            };
            see(&Issued { customer, place, walk: &walk, bill, past, era, moment, levels });
        }
    }
}

/// All days at risk that were known before `today`.
pub(super) fn of(folds: &[PayTimeModel], books: &Books, today: i32) -> Rows {
    let days = issue_days(books, today);
    let every = (days.len() as u64).div_ceil(MOST_ITEMS).max(1);
    let mut rows = Rows::default();
    visit(folds, books, &days, (i32::MIN, today), (every, 0), |issued| item(&mut rows, issued, today));
    rows
}

/// The days of one item.
fn item(rows: &mut Rows, issued: &Issued<'_>, today: i32) {
    let Issued { bill, past, .. } = issued;
    let same_due = issued.walk.same_due(issued.place, bill.issued);
    let features = Features::new(issued.levels, issued.moment, &issued.walk.memory, issued.era, bill, same_due, &past.year);
    let days = past.year.days(bill.calendar);
    let last = bill.paid.min(today - 1).min(bill.due.saturating_add(LAST_DELAY));
    let base = features.base(1.0);
    let alike = plain(&past.model, days, &base, bill, bill.issued);
    for ((day, own), alike) in (bill.issued..=last).zip(issued.plain()).zip(alike) {
        let hazard = f64::max(own, alike);
        let paid = day == bill.paid;
        let stands_for = match hazard {
            _ if paid => 1,
            _ if is_idle(hazard, bill.delay_on(day)) => IDLE,
            _ if hazard < UNLIKELY => KEPT_OF,
            _ => 1,
        };
        if !days.at(day).open || !mark(issued.customer, bill, day).is_multiple_of(stands_for) {
            continue;
        }
        rows.features.push(features.row(day));
        #[expect(clippy::cast_possible_truncation, reason = "probabilities")]
        rows.plain.push(own as f32);
        #[expect(clippy::cast_possible_truncation, reason = "probabilities")]
        rows.alike.push(alike as f32);
        rows.paid.push(paid);
        rows.weight.push(stands_for as f32);
        rows.bin.push(u8::try_from(bin_of(bill.delay_on(day))).unwrap_or(u8::MAX));
        rows.day.push(day);
    }
}

/// The logit of a row's histogram.
pub(super) fn start(rows: &Rows) -> Vec<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "a logit")]
    rows.plain.iter().map(|hazard| logit(f64::from(*hazard)) as f32).collect()
}
