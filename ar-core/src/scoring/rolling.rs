//! Recalibration that rolls: what the model expected of the newest past, day by day, against what came.

use super::bills::Bill;
use super::curve;
use super::past::{Ask, Past, each};
use crate::models::LAST_DELAY;
use alloc::{format, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// Where the ranges of delay begin that are corrected apart.
const FROM: [i32; 5] = [-5, 1, 6, 16, 31];
/// The last of them has no end.
const RANGES: usize = FROM.len() + 1;
/// Half-life in days of what was expected and came, and how far back it is looked at.
const HALF_LIFE_DAYS: f64 = 12.0;
const REACH_DAYS: i32 = 75;
/// Payments that doubt is worth, and how far a correction may go.
const DOUBT: f64 = 12.0;
const MOST: f64 = 2.5;
/// Items that are looked at, at most.
const MOST_ITEMS: usize = 4_000;

fn range(delay: i32) -> usize {
    FROM.iter().take_while(|from| delay >= **from).count()
}

/// By range of delay: how many times as many payments came as were expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    day: i32,
    factors: [f64; RANGES],
}

impl Correction {
    /// The hazard of a day with its odds corrected.
    pub fn apply(&self, hazard: f64, delay: i32) -> f64 {
        let factor = self.factors.get(range(delay)).copied().unwrap_or(1.0);
        factor * hazard / (1.0 - hazard + factor * hazard)
    }
}

/// How far the model was off lately, for delays from one day to another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Days past due, the first and the last; `None` = no end.
    pub delays: (Option<i32>, Option<i32>),
    /// Payments that the model expected in the newest weeks, newer days weighing more; and payments that came.
    pub expected: f64,
    /// See `expected`.
    pub came: f64,
    /// The difference in standard errors, customers taken as independent of each other and their items as not.
    pub z: f64,
}

impl Drift {
    /// Standard errors from which the model is said to be off: by chance one book in four hundred is, in any one range.
    const ALARM: f64 = 3.0;

    /// Whether the difference is neither chance nor small.
    pub fn is_off(&self) -> bool {
        self.expected >= 1.0 && self.z.abs() >= Self::ALARM && (self.came - self.expected).abs() >= 0.1 * self.expected
    }

    /// Expected payments, and those that came, in thousandths; `None` where fewer than one was expected.
    #[expect(clippy::cast_possible_truncation, reason = "payments of a book times a thousand")]
    pub fn thousandths(&self) -> Option<(i64, i64)> {
        (self.expected >= 1.0).then(|| (libm::round(self.expected * 1e3) as i64, libm::round(self.came * 1e3) as i64))
    }

    /// What it says, in words.
    pub fn note(&self) -> String {
        let range = match self.delays {
            (None, Some(last)) => format!("up to {last} days past due"),
            (Some(first), None) => format!("from {first} days past due"),
            (first, last) => format!("{} to {} days past due", first.unwrap_or(0), last.unwrap_or(0)),
        };
        let alarm = if self.is_off() { "; the model is off: fit it anew" } else { "" };
        format!("{range}: {:.1} expected, {:.1} came, {:.1} standard errors apart{alarm}", self.expected, self.came, self.z)
    }
}

/// What was expected of the newest weeks and came, the square of the difference summed customer by customer, and the variance that
/// the model expects.
#[derive(Clone, Copy, Default)]
struct Sum {
    expected: f64,
    came: f64,
    squares: f64,
    variance: f64,
}

/// The days that are looked back at.
#[derive(Clone, Copy)]
pub struct Lookback {
    /// What is issued earlier was settled long ago, or is old.
    oldest: i32,
    begin: i32,
    last: i32,
}

impl Lookback {
    /// For the days at which an era begins and those that are asked (rising).
    pub fn new(eras: &[i32], asked: &[i32]) -> Option<Self> {
        let begin = eras.first()?.saturating_sub(REACH_DAYS);
        Some(Self { oldest: begin.saturating_sub(2 * LAST_DELAY), begin, last: *asked.last()? })
    }

    /// Whether an item is one of those that may be looked at.
    pub const fn counts(&self, bill: &Bill) -> bool {
        bill.billed && bill.issued >= self.oldest && bill.issued < self.last && bill.paid >= bill.issued
    }

    /// The last day on which an item counts.
    fn end_of(&self, bill: &Bill) -> i32 {
        bill.paid.min(self.last - 1).min(bill.due.saturating_add(LAST_DELAY))
    }

    /// The items of a customer that are looked at, where its first one that counts has the number `first` among those of the book.
    fn asks(&self, bills: &[Bill], first: usize, every: usize) -> Vec<Ask> {
        let counting = bills.iter().enumerate().filter(|(_, bill)| self.counts(bill));
        // What was over before the first day that counts is not asked.
        let asked = (first..).zip(counting).filter(|(number, (_, bill))| number.is_multiple_of(every) && self.end_of(bill) >= self.begin);
        let mut asks: Vec<Ask> = asked.map(|(_, (place, bill))| (place, bill.issued)).collect();
        asks.sort_unstable_by_key(|(place, issued)| (*issued, *place));
        asks
    }

    /// What was expected of the items of a customer that are looked at, in the order in which they are asked.
    pub fn watch(&self, past: &Past<'_>, bills: &[Bill], first: usize, every: usize) -> Vec<Watched> {
        let asks = self.asks(bills, first, every);
        let mut found = Vec::with_capacity(asks.len());
        if asks.is_empty() {
            return found;
        }
        each(past, bills.to_vec(), &asks, |scene| {
            let bill = &scene.bill;
            let from = bill.issued.max(self.begin);
            let mut hazards = Vec::new();
            // Trees are asked of the days that count only; a hazard is what a distribution would give back, to the last digit.
            let mut open = 1.0;
            for (day, hazard) in (bill.issued..).zip(curve::hazards(scene, self.begin, self.end_of(bill))) {
                let after = open * (1.0 - hazard);
                let hazard = if open > 1e-9 { 1.0 - after / open } else { 0.0 };
                open = after;
                if day >= from {
                    hazards.push(hazard);
                }
            }
            found.push(Watched { due: bill.due, paid: bill.paid, from, hazards });
        });
        found
    }
}

/// One item that is looked at: what was expected of each of its days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    due: i32,
    paid: i32,
    from: i32,
    hazards: Vec<f64>,
}

/// Of so many items each is looked at that has a multiple of this as its number.
pub fn every(counting: usize) -> usize {
    counting.div_ceil(MOST_ITEMS).max(1)
}

/// The corrections for the days that are asked (rising), with what was known before each; and how far off the model was before the
/// last of them.
pub fn corrections(past: &Past<'_>, asked: &[i32]) -> (Vec<Correction>, Vec<Drift>) {
    let eras = past.eras.days();
    let Some(look) = Lookback::new(&eras, asked) else { return Default::default() };
    let every = every(past.customers().flatten().filter(|bill| look.counts(bill)).count());
    let mut number = 0;
    let watched = past.customers().map(|bills| {
        let first = number;
        number += bills.iter().filter(|bill| look.counts(bill)).count();
        look.watch(past, bills, first, every)
    });
    of_watched(&eras, &look, watched)
}

/// As [`corrections`], from what was watched of each customer, in their order.
pub fn of_watched(eras: &[i32], look: &Lookback, customers: impl Iterator<Item = Vec<Watched>>) -> (Vec<Correction>, Vec<Drift>) {
    let mut seen = Seen::new(look);
    customers.filter(|items| !items.is_empty()).for_each(|items| seen.add(&items));
    (eras.iter().map(|day| correction(&seen.counts, look.begin, *day)).collect(), drifts(&seen.sums))
}

fn drifts(sums: &[Sum; RANGES]) -> Vec<Drift> {
    let begins = [None].into_iter().chain(FROM.map(Some));
    let ends = FROM.map(|from| Some(from - 1)).into_iter().chain([None]);
    let row = |(delays, sum): (_, &Sum)| {
        let error = libm::sqrt(f64::max(sum.squares, sum.variance));
        Drift { delays, expected: sum.expected, came: sum.came, z: if error > 0.0 { (sum.came - sum.expected) / error } else { 0.0 } }
    };
    begins.zip(ends).zip(sums).map(row).collect()
}

/// By day from `begin` on and range: expected payments, and payments.
type Counts = Vec<[(f64, f64); RANGES]>;

/// What was watched, added up.
struct Seen {
    begin: i32,
    last: i32,
    weights: Vec<f64>,
    counts: Counts,
    sums: [Sum; RANGES],
}

impl Seen {
    fn new(look: &Lookback) -> Self {
        let length = usize::try_from(look.last.saturating_sub(look.begin)).unwrap_or(0);
        let weights = (0..=REACH_DAYS).map(|ago| libm::exp2(-f64::from(ago) / HALF_LIFE_DAYS)).collect();
        Self { begin: look.begin, last: look.last, weights, counts: alloc::vec![[(0.0, 0.0); RANGES]; length], sums: [Sum::default(); RANGES] }
    }

    /// Adds the items of one customer.
    fn add(&mut self, items: &[Watched]) {
        let mut own = [Sum::default(); RANGES];
        for item in items {
            for (day, hazard) in (item.from..).zip(&item.hazards) {
                let at = range(day.saturating_sub(item.due));
                let came = if day == item.paid { 1.0 } else { 0.0 };
                let slot = usize::try_from(day - self.begin).ok().and_then(|day| self.counts.get_mut(day)).and_then(|ranges| ranges.get_mut(at));
                let Some(slot) = slot else { continue };
                slot.0 += hazard;
                slot.1 += came;
                let weight = usize::try_from(self.last - day).ok().and_then(|ago| self.weights.get(ago)).copied().unwrap_or(0.0);
                if let Some(sum) = own.get_mut(at) {
                    sum.expected += weight * hazard;
                    sum.came += weight * came;
                    sum.variance += weight * weight * hazard * (1.0 - hazard);
                }
            }
        }
        for (sum, own) in self.sums.iter_mut().zip(own) {
            let missed = own.came - own.expected;
            *sum = Sum { expected: sum.expected + own.expected, came: sum.came + own.came, squares: sum.squares + missed * missed, variance: sum.variance + own.variance };
        }
    }
}

fn correction(counts: &Counts, begin: i32, day: i32) -> Correction {
    let mut sums = [(0.0, 0.0); RANGES];
    for (on, ranges) in (begin..day).zip(counts).skip(usize::try_from(day - REACH_DAYS - begin).unwrap_or(0)) {
        let weight = libm::exp2(f64::from(on - day) / HALF_LIFE_DAYS);
        for (sum, (expected, came)) in sums.iter_mut().zip(ranges) {
            sum.0 += weight * expected;
            sum.1 += weight * came;
        }
    }
    Correction { day, factors: sums.map(|(expected, came)| ((came + DOUBT) / (expected + DOUBT)).clamp(1.0 / MOST, MOST)) }
}

/// The newest correction that is not after the day.
pub fn at(corrections: &[Correction], day: i32) -> Option<&Correction> {
    corrections.get(corrections.partition_point(|row| row.day <= day).checked_sub(1)?)
}

/// Corrects the hazards of the days from `from` on.
pub fn correct(correction: Option<&Correction>, hazards: &mut [f64], from: i32) {
    let Some(correction) = correction else { return };
    for (delay, hazard) in (from..).zip(hazards) {
        *hazard = correction.apply(*hazard, delay);
    }
}
