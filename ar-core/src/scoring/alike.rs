//! How a customer paid items like this one. A customer often is several (plants, products, contracts), each paid by rules of its
//! own: the amount tells which, and the day of the month and of the week on which an item is due.

use super::bills::{Bill, Year};
use super::eras::Fading;
use super::histogram::Histogram;
use super::memory::Alike;
use crate::models::{FIRST_DELAY, bin_of};
use alloc::vec::Vec;

/// Half-life in days of a payment, and the age from which on all payments are equally old.
const HALF_LIFE_DAYS: f64 = 180.0;
const OLDEST_DAYS: i32 = 15_000;
/// The newest payments that are compared, at most: what an answer costs.
const MOST: usize = 500;
/// Where two amounts have nothing in common: the difference of their logarithms, as (1 - difference / limit)^8, which is nearly
/// exp(-difference / 0.6), and the same for amounts that are all but equal.
const BROAD: f32 = 4.8;
const FINE: f32 = 0.04;
/// What an equal amount counts beside a like one.
const SAME_AMOUNT: f32 = 8.0;
/// What a like amount counts more where the days of the month are near, by days apart.
const DUE_DAY: [f32; 5] = [4.0, 1.472, 0.541, 0.199, 0.073];
/// What a payment for another due weekday counts.
const OTHER_WEEKDAY: f32 = 0.6;
/// What the levels above weigh against them.
pub const STRENGTH: f64 = 16.0;

/// A payment.
#[derive(Clone, Copy, Debug)]
struct Payment {
    on: i32,
    due: i32,
    amount: f32,
    weight: f32,
    due_day: u8,
    due_weekday: u8,
    bin: u8,
    gap: u8,
}

impl Payment {
    fn is_before(&self, other: &Self) -> bool {
        (self.on, self.due).cmp(&(other.on, other.due)).then(self.amount.total_cmp(&other.amount)).is_lt()
    }
}

/// The newest payments of a customer, one by one.
#[derive(Clone, Debug)]
pub struct Payments {
    newest_last: Vec<Payment>,
    fading: Fading,
}

#[expect(clippy::cast_possible_truncation, reason = "the logarithm of an amount, or a weight that is held below 2^84")]
const fn single(value: f64) -> f32 {
    value as f32
}

fn eighth_power(value: f32) -> f32 {
    let square = value * value;
    let fourth = square * square;
    fourth * fourth
}

impl Payments {
    /// Nothing is known yet. `first` and `until`: the days between which anything can happen.
    pub fn new(first: i32, until: i32) -> Self {
        Self { newest_last: Vec::new(), fading: Fading::new(first.max(until.saturating_sub(OLDEST_DAYS)), until, HALF_LIFE_DAYS) }
    }

    /// An item was settled.
    pub fn add(&mut self, bill: &Bill, year: &Year) {
        let days = year.days(bill.calendar);
        let payment = Payment {
            on: bill.paid,
            due: bill.due,
            amount: single(bill.amount),
            weight: single(self.fading.weight(bill.paid)),
            due_day: days.at(bill.due).of_month,
            due_weekday: u8::try_from(bill.due_weekday()).unwrap_or(0),
            bin: u8::try_from(bin_of(bill.delay_on(bill.paid))).unwrap_or(0),
            gap: days.at(bill.paid).gap.clamp(1, 5) - 1,
        };
        // Sums of floats depend on their order: that of what the items are, not of the rows.
        let place = self.newest_last.iter().rposition(|other| !payment.is_before(other)).map_or(0, |place| place + 1);
        self.newest_last.insert(place, payment);
        if self.newest_last.len() == 2 * MOST {
            self.newest_last.drain(..MOST);
        }
    }

    /// The payments of items like this one by delay, not yet laid on open days, weighed as on the day `at`; and what was counted.
    pub fn like(&self, bill: &Bill, due_day: u8, at: i32) -> (Histogram, Alike) {
        let (amount, due_weekday) = (single(bill.amount), u8::try_from(bill.due_weekday()).unwrap_or(0));
        let of_one = 1.0 / self.fading.weight(at);
        let (mut found, mut sums) = (Histogram::default(), Alike::default());
        for other in self.newest_last.iter().rev().take(MOST) {
            let apart = (other.amount - amount).abs();
            let days = usize::from(due_day.abs_diff(other.due_day));
            let near = DUE_DAY.get(days.min(30usize.saturating_sub(days))).copied().unwrap_or(0.0);
            let like = (1.0 + near) * eighth_power((1.0 - apart / BROAD).max(0.0)) + SAME_AMOUNT * eighth_power((1.0 - apart / FINE).max(0.0));
            let weekday = if other.due_weekday == due_weekday { 1.0 } else { OTHER_WEEKDAY };
            let weight = f64::from(other.weight * weekday * like) * of_one;
            if weight > 0.0 {
                let (delay, gap) = (FIRST_DELAY + i32::from(other.bin), i32::from(other.gap));
                sums.add(weight, delay);
                (0..=gap).for_each(|days| found.add(delay - days, weight / f64::from(gap + 1), &[(0, 1.0)]));
            }
        }
        (found, sums)
    }
}
