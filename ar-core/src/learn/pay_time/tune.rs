//! How fast the past fades and how much of a level outweighs the one above: what made past payments most likely, each
//! predicted on the day its item was issued. One number at a time, along short lists.

use super::rows::{issue_days, visit};
use crate::ledger::Books;
use crate::models::{LAST_DELAY, PayTimeModel, Weights};
use crate::scoring::Bill;

/// Items of a book above which the shipped weights stay: going through such a book a dozen times costs more than it brings, for
/// the trees correct what the weights leave.
const MOST_ITEMS: usize = 150_000;
/// Items that are asked, at most.
const ASKED: u64 = 1_500;
/// The first part of the past only fills the memory.
const WARM_UP: usize = 4;
const BANDWIDTHS: [f64; 4] = [0.0, 1.0, 2.0, 4.0];
const CUSTOMERS: [f64; 5] = [0.5, 1.0, 2.0, 6.0, 12.0];
const WEEKDAYS: [f64; 4] = [4.0, 8.0, 30.0, 1e6];
const HALF_LIVES: [f64; 3] = [120.0, 300.0, 1_000.0];

/// Finds the weights of the model.
pub(super) fn fit(folds: &mut [PayTimeModel], books: &Books, today: i32) -> Weights {
    let mut weights = folds.first().map_or(super::SHIPPED, |model| model.weights);
    if books.items().len() > MOST_ITEMS {
        return weights;
    }
    let mut best = loss(folds, weights, books, today);
    let mut search = |values: &[f64], set: fn(&mut Weights) -> &mut f64| {
        for value in values {
            let mut tried = weights;
            *set(&mut tried) = *value;
            if tried == weights {
                continue;
            }
            let found = loss(folds, tried, books, today);
            if found < best {
                (best, weights) = (found, tried);
            }
        }
    };
    search(&BANDWIDTHS, |weights| &mut weights.bandwidth_days);
    search(&CUSTOMERS, |weights| &mut weights.customer);
    search(&WEEKDAYS, |weights| &mut weights.weekday);
    search(&HALF_LIVES, |weights| &mut weights.half_life_days);
    folds.iter_mut().for_each(|model| model.weights = weights);
    weights
}

/// Minus the log likelihood of what became of the items that are asked.
fn loss(folds: &mut [PayTimeModel], weights: Weights, books: &Books, today: i32) -> f64 {
    folds.iter_mut().for_each(|model| model.weights = weights);
    let days = issue_days(books, today);
    let Some(from) = days.get(days.len() / WARM_UP).copied() else { return 0.0 };
    let every = (days.len() as u64).div_ceil(ASKED).max(1);
    let mut loss = 0.0;
    visit(folds, books, &days, (from, today), (every, 1), |issued| loss -= likelihood(issued.plain(), &issued.bill, today));
    loss
}

/// Log likelihood of the day on which an item was paid, or of its being open until today.
fn likelihood(hazards: impl Iterator<Item = f64>, bill: &Bill, today: i32) -> f64 {
    let last = bill.paid.min(today - 1).min(bill.due.saturating_add(LAST_DELAY));
    let mut found = 0.0;
    for (day, hazard) in (bill.issued..=last).zip(hazards) {
        let hazard = hazard.clamp(1e-6, 1.0 - 1e-6);
        found += if day == bill.paid { libm::log(hazard) } else { libm::log1p(-hazard) };
    }
    found
}
