//! Recalibration that rolls: what the model expected of the newest past, day by day, against what came.

use super::bills::Bill;
use super::curve;
use super::past::{Ask, Past, each};
use crate::models::LAST_DELAY;
use alloc::vec::Vec;

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

/// The corrections for the days that are asked (rising), with what was known before each.
pub fn corrections(past: &Past<'_>, asked: &[i32]) -> Vec<Correction> {
    let days = past.eras.days();
    let (Some(first), Some(last)) = (days.first().copied(), asked.last().copied()) else { return Vec::new() };
    let begin = first.saturating_sub(REACH_DAYS);
    // What is issued earlier was settled long ago, or is old.
    let oldest = begin.saturating_sub(2 * LAST_DELAY);
    let counts = counted(past, oldest, begin, last);
    days.into_iter().map(|day| correction(&counts, begin, day)).collect()
}

/// By day from `begin` on and range: expected payments, and payments.
type Counts = Vec<[(f64, f64); RANGES]>;

fn counted(past: &Past<'_>, oldest: i32, begin: i32, last: i32) -> Counts {
    let length = usize::try_from(last.saturating_sub(begin)).unwrap_or(0);
    let mut counts: Counts = alloc::vec![[(0.0, 0.0); RANGES]; length];
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
                }
            }
        });
    }
    counts
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
