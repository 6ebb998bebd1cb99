//! What is remembered of one customer: how it paid so far, and what it owes.

use super::alike::Payments;
use super::bills::{Bill, Year};
use super::eras::Fading;
use super::histogram::Histogram;
use super::workdays::{PARTS, WEEKS};
use alloc::{collections::BTreeMap, vec::Vec};

/// Bands of a customer's own amounts, from its smallest to its largest: coarse and fine.
pub const COARSE: usize = 4;
/// See [`COARSE`].
pub const FINE: usize = 10;
/// A payment speaks so much for the fine bands beside its own.
const NEIGHBOUR: f64 = 0.4;
/// Half-life in days of the memory of the newest payments.
const RECENT_DAYS: f64 = 25.0;
/// Steps a unit of the logarithm in which amounts are counted, and how many there are.
const AMOUNT_STEPS: f64 = 6.0;
const AMOUNTS: usize = 256;
/// Days of payment that are remembered one by one.
const RUNS: usize = 64;
/// Days with overdue items that are looked at one by one.
const MOST_OVERDUE_DAYS: usize = 64;

/// Sums over the settled items, each weighted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums {
    /// Of the weights.
    pub items: f64,
    /// Late items.
    pub late: f64,
    /// Delays, held between 30 days early and 60 days late.
    pub delay: f64,
    /// Their squares.
    pub squares: f64,
}

/// Items that are alike: how many, how many of them late, and their delays; each weighted. Delays are held between 20 days
/// early and 45 late.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alike {
    /// Of the weights.
    pub items: f64,
    /// Late items.
    pub late: f64,
    /// Delays.
    pub delay: f64,
}

impl Alike {
    /// Adds a payment.
    pub fn add(&mut self, weight: f64, delay: i32) {
        self.items += weight;
        self.late += if delay > 0 { weight } else { 0.0 };
        self.delay += weight * f64::from(delay.clamp(-20, 45));
    }

    fn and(self, other: &Self, share: f64) -> Self {
        Self { items: self.items + share * other.items, late: self.late + share * other.late, delay: self.delay + share * other.delay }
    }

    /// Weight, late share and mean delay beyond what all items of the customer do, shrunken to nothing.
    pub fn beyond(&self, all: &Self, unit: f64, strength: f64) -> (f64, f64, f64) {
        let of_all = |sum: f64| sum / all.items.max(1e-9 * unit);
        let less = |own: f64, sum: f64| (own - self.items * of_all(sum)) / (self.items + strength * unit);
        (self.items / unit, less(self.late, all.late), less(self.delay, all.delay))
    }
}

/// What is remembered of one customer.
#[derive(Clone, Debug)]
pub struct Memory {
    /// Delays in days.
    pub all: Histogram,
    /// Delays in business days.
    pub business: Histogram,
    /// Delays of the newest payments.
    pub recent: Histogram,
    /// Delays by due weekday.
    pub weekday: Vec<Histogram>,
    /// Delays by band of amount, coarse.
    pub coarse: Vec<Histogram>,
    /// Delays by band of amount, fine.
    pub fine: Vec<Histogram>,
    /// Payments by weekday.
    pub weekdays: [f64; 7],
    /// Payments by day of the month.
    pub month_days: [f64; 32],
    /// Payments by week of the month around its end and weekday.
    pub weeks: [f64; 7 * WEEKS],
    /// Payments by part of the month.
    pub parts: [f64; PARTS],
    /// Sums over the settled items.
    pub sums: Sums,
    /// Settled items.
    pub settled: u32,
    /// The delays of the last three, newest first.
    pub last: [i32; 3],
    /// The usual number of days between two days of payment.
    pub run_gap: f64,
    /// The newest days of payment.
    runs: Vec<i32>,
    /// The day of the first item.
    pub first_issued: Option<i32>,
    /// All settled items.
    pub alike: Alike,
    /// By amount, in steps of half a percent: who buys at list prices pays the same amounts again.
    same_amount: BTreeMap<i32, Alike>,
    /// By day of the month on which the item was due.
    due_days: Vec<Alike>,
    /// Sum of the logarithms of the amounts, and how many.
    amount_sum: (f64, f64),
    amounts: Vec<u32>,
    /// Open items by due date.
    due: BTreeMap<i32, u32>,
    open: u32,
    recent_fading: Fading,
    /// The newest of them, one by one.
    pub payments: Payments,
}

impl Memory {
    /// Nothing is known yet. `first` and `until`: the days between which anything can happen.
    pub fn new(first: i32, until: i32) -> Self {
        Self {
            all: Histogram::default(),
            business: Histogram::default(),
            recent: Histogram::default(),
            weekday: alloc::vec![Histogram::default(); 7],
            coarse: alloc::vec![Histogram::default(); COARSE],
            fine: alloc::vec![Histogram::default(); FINE],
            weekdays: [0.0; 7],
            month_days: [0.0; 32],
            weeks: [0.0; 7 * WEEKS],
            parts: [0.0; PARTS],
            sums: Sums::default(),
            settled: 0,
            last: [0; 3],
            run_gap: 5.0,
            runs: Vec::new(),
            first_issued: None,
            alike: Alike::default(),
            same_amount: BTreeMap::new(),
            due_days: alloc::vec![Alike::default(); 32],
            amount_sum: (0.0, 0.0),
            amounts: alloc::vec![0; AMOUNTS],
            due: BTreeMap::new(),
            open: 0,
            recent_fading: Fading::new(first, until, RECENT_DAYS),
            payments: Payments::new(first, until),
        }
    }

    /// An item was issued.
    pub fn issue(&mut self, bill: &Bill) {
        *self.due.entry(bill.due).or_insert(0) += 1;
        self.open += 1;
        self.amount_sum.0 += bill.amount;
        self.amount_sum.1 += 1.0;
        if let Some(slot) = self.amounts.get_mut(step(bill.amount)) {
            *slot += 1;
        }
    }

    /// An item was settled. `weight` is what the day of its payment counts.
    pub fn settle(&mut self, bill: &Bill, weight: f64, kernel: &[(i32, f64)], year: &Year) {
        if let Some(count) = self.due.get_mut(&bill.due) {
            *count -= 1;
            self.open = self.open.saturating_sub(1);
            if *count == 0 {
                self.due.remove(&bill.due);
            }
        }
        let delay = bill.delay_on(bill.paid);
        let days = year.days(bill.calendar);
        let business = days.at(bill.paid).number - days.at(days.next_open(bill.due)).number;
        // Who pays on a Monday may have meant Saturday or Sunday: reading rolls closed days forward again.
        let gap = i32::from(days.at(bill.paid).gap.clamp(1, 5));
        let meant = |own: &mut Histogram, weight: f64| (0..gap).for_each(|back| own.add(delay - back, weight / f64::from(gap), kernel));
        meant(&mut self.all, weight);
        self.business.add(business, weight, kernel);
        meant(&mut self.recent, self.recent_fading.weight(bill.paid));
        if let Some(own) = self.weekday.get_mut(bill.due_weekday()) {
            own.add(delay, weight, kernel);
        }
        self.payments.add(bill, year);
        let rank = self.rank(bill.amount);
        if let Some(own) = self.coarse.get_mut(band(rank, COARSE)) {
            meant(own, weight);
        }
        let fine = band(rank, FINE);
        for (at, own) in self.fine.iter_mut().enumerate().skip(fine.saturating_sub(1)).take_while(|(at, _)| *at <= fine + 1) {
            meant(own, if at == fine { weight } else { weight * NEIGHBOUR });
        }
        self.alike.add(weight, delay);
        if self.same_amount.len() < MOST_AMOUNTS {
            self.same_amount.entry(same(bill.amount)).or_default().add(weight, delay);
        } else if let Some(alike) = self.same_amount.get_mut(&same(bill.amount)) {
            alike.add(weight, delay);
        }
        if let Some(alike) = self.due_days.get_mut(usize::from(days.at(bill.due).of_month)) {
            alike.add(weight, delay);
        }
        self.count(bill.paid, delay, weight, year, bill.calendar);
    }

    /// The settled items of nearly the same amount.
    pub fn of_amount(&self, amount: f64) -> Alike {
        let place = same(amount);
        self.same_amount.range(place - 1..=place + 1).fold(Alike::default(), |sum, (at, alike)| sum.and(alike, if *at == place { 1.0 } else { 0.4 }))
    }

    /// The settled items that were due on that day of a month, or near it.
    pub fn of_due_day(&self, day: u8) -> Alike {
        let near = |shift: usize| self.due_days.get((usize::from(day) + shift).saturating_sub(1)).copied().unwrap_or_default();
        Alike::default().and(&near(1), 1.0).and(&near(0), 0.4).and(&near(2), 0.4)
    }

    fn count(&mut self, paid: i32, delay: i32, weight: f64, year: &Year, calendar: u32) {
        let day = year.days(calendar).at(paid);
        let weekday = usize::from(day.weekday);
        let slots =
            [self.weekdays.get_mut(weekday), self.month_days.get_mut(usize::from(day.of_month)), self.parts.get_mut(usize::from(day.part)), self.weeks.get_mut(usize::from(day.week) * 7 + weekday)];
        for slot in slots.into_iter().flatten() {
            *slot += weight;
        }
        let held = f64::from(delay.clamp(-30, 60));
        self.sums.items += weight;
        self.sums.late += if delay > 0 { weight } else { 0.0 };
        self.sums.delay += weight * held;
        self.sums.squares += weight * held * held;
        self.settled = self.settled.saturating_add(1);
        self.last = [delay, self.last[0], self.last[1]];
        match self.runs.last() {
            Some(last) if *last >= paid => return,
            Some(last) => self.run_gap += 0.25 * (f64::from((paid - last).min(60)) - self.run_gap),
            None => {}
        }
        if self.runs.len() == RUNS {
            self.runs.remove(0);
        }
        self.runs.push(paid);
    }

    /// What the newest payments count on a day, for [`Memory::recent`].
    pub fn recent_unit(&self, day: i32) -> f64 {
        self.recent_fading.weight(day)
    }

    /// The last day of payment.
    pub fn last_paid(&self) -> Option<i32> {
        self.runs.last().copied()
    }

    /// Days of payment in the sixty days before `day`, 64 at most.
    pub fn runs_since(&self, day: i32) -> usize {
        self.runs.iter().rev().take_while(|run| **run > day - 60).count()
    }

    /// Share of the customer's amounts that are smaller, 0.5 where nothing is known.
    pub fn rank(&self, amount: f64) -> f64 {
        let place = step(amount);
        let below: u32 = self.amounts.iter().take(place).sum();
        let here = self.amounts.get(place).copied().unwrap_or(0);
        if self.amount_sum.1 < 0.5 { 0.5 } else { (f64::from(below) + 0.5 * f64::from(here)) / self.amount_sum.1 }
    }

    /// The mean logarithm of the amounts.
    pub fn usual_amount(&self) -> f64 {
        self.amount_sum.0 / self.amount_sum.1.max(1.0)
    }

    /// Open items; overdue ones among them; and for how many days the oldest has been overdue.
    pub fn owed(&self, day: i32) -> (u32, u32, i32) {
        let overdue: u32 = self.due.range(..day).take(MOST_OVERDUE_DAYS).map(|row| *row.1).sum();
        let oldest = self.due.keys().next().map_or(0, |due| (day - due).max(0));
        (self.open, overdue, oldest)
    }
}

/// Different amounts that are remembered one by one.
const MOST_AMOUNTS: usize = 20_000;

/// The step of half a percent that an amount stands on.
#[expect(clippy::cast_possible_truncation, reason = "the logarithm of an amount is small")]
fn same(amount: f64) -> i32 {
    libm::round(amount * 200.0) as i32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between the first and the last step")]
fn step(amount: f64) -> usize {
    ((amount + 5.0) * AMOUNT_STEPS).clamp(0.0, AMOUNTS as f64 - 1.0) as usize
}

/// Which of so many bands a share falls into.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share times a small number")]
pub fn band(share: f64, bands: usize) -> usize {
    ((share.clamp(0.0, 1.0) * bands as f64) as usize).min(bands - 1)
}
