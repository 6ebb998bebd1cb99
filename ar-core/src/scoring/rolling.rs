//! Recalibration that rolls: what the model expected of the newest past, day by day, against what came.

use super::bills::Bill;
use super::curve;
use super::past::{Ask, Past, each};
use crate::models::LAST_DELAY;
use alloc::{format, string::String, vec::Vec};

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
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Copy, Debug, PartialEq)]
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

/// The corrections for the days that are asked (rising), with what was known before each; and how far off the model was before the
/// last of them.
pub fn corrections(past: &Past<'_>, asked: &[i32]) -> (Vec<Correction>, Vec<Drift>) {
    let days = past.eras.days();
    let (Some(first), Some(last)) = (days.first().copied(), asked.last().copied()) else { return Default::default() };
    let begin = first.saturating_sub(REACH_DAYS);
    // What is issued earlier was settled long ago, or is old.
    let oldest = begin.saturating_sub(2 * LAST_DELAY);
    let (counts, sums) = counted(past, oldest, begin, last);
    (days.into_iter().map(|day| correction(&counts, begin, day)).collect(), drifts(&sums))
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

fn counted(past: &Past<'_>, oldest: i32, begin: i32, last: i32) -> (Counts, [Sum; RANGES]) {
    let length = usize::try_from(last.saturating_sub(begin)).unwrap_or(0);
    let mut counts: Counts = alloc::vec![[(0.0, 0.0); RANGES]; length];
    let mut sums = [Sum::default(); RANGES];
    let weights: Vec<f64> = (0..=REACH_DAYS).map(|ago| libm::exp2(-f64::from(ago) / HALF_LIFE_DAYS)).collect();
    let counts_for = |bill: &Bill| bill.billed && bill.issued >= oldest && bill.issued < last && bill.paid >= bill.issued;
    let all = past.customers().flatten().filter(|bill| counts_for(bill)).count();
    let every = all.div_ceil(MOST_ITEMS).max(1);
    let mut number = 0usize;
    // The last day on which an item counts.
    let end_of = |bill: &Bill| bill.paid.min(last - 1).min(bill.due.saturating_add(LAST_DELAY));
    for bills in past.customers() {
        let mut asks: Vec<Ask> = Vec::new();
        for (place, bill) in bills.iter().enumerate().filter(|(_, bill)| counts_for(bill)) {
            // What was over before the first day that counts is not asked.
            if number.is_multiple_of(every) && end_of(bill) >= begin {
                asks.push((place, bill.issued));
            }
            number += 1;
        }
        asks.sort_unstable_by_key(|(place, issued)| (*issued, *place));
        if asks.is_empty() {
            continue;
        }
        let mut own = [Sum::default(); RANGES];
        each(past, bills.to_vec(), &asks, |scene| {
            let bill = &scene.bill;
            // Trees are asked of the days that count only; a hazard is what a distribution would give back, to the last digit.
            let mut open = 1.0;
            for (day, hazard) in (bill.issued..).zip(curve::hazards(scene, begin, end_of(bill))) {
                let after = open * (1.0 - hazard);
                let hazard = if open > 1e-9 { 1.0 - after / open } else { 0.0 };
                open = after;
                if let Some(slot) = usize::try_from(day - begin).ok().and_then(|day| counts.get_mut(day)).and_then(|ranges| ranges.get_mut(range(bill.delay_on(day)))) {
                    slot.0 += hazard;
                    slot.1 += if day == bill.paid { 1.0 } else { 0.0 };
                    let weight = usize::try_from(last - day).ok().and_then(|ago| weights.get(ago)).copied().unwrap_or(0.0);
                    if let Some(sum) = own.get_mut(range(bill.delay_on(day))) {
                        sum.expected += weight * hazard;
                        sum.came += if day == bill.paid { weight } else { 0.0 };
                        sum.variance += weight * weight * hazard * (1.0 - hazard);
                    }
                }
            }
        });
        for (sum, own) in sums.iter_mut().zip(own) {
            let missed = own.came - own.expected;
            *sum = Sum { expected: sum.expected + own.expected, came: sum.came + own.came, squares: sum.squares + missed * missed, variance: sum.variance + own.variance };
        }
    }
    (counts, sums)
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
