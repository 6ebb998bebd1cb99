//! How fast the past fades and how much of a level outweighs the one above: what made past payments most likely, each
//! predicted on the day its item was issued. One number at a time, along short lists.

use super::rows::{issue_days, issued, mark};
use crate::ledger::Books;
use crate::models::{LAST_DELAY, PayTimeModel, Weights};
use crate::record::CustomerIdx;
use crate::scoring::{Bill, Levels, Past, plain};

/// Items that are asked, at most.
const ASKED: u64 = 1_500;
/// The first part of the past only fills the memory.
const WARM_UP: usize = 4;
const BANDWIDTHS: [f64; 4] = [0.0, 1.0, 2.0, 4.0];
const CUSTOMERS: [f64; 5] = [0.5, 1.0, 2.0, 6.0, 12.0];
const WEEKDAYS: [f64; 4] = [4.0, 8.0, 30.0, 1e6];
const HALF_LIVES: [f64; 3] = [120.0, 300.0, 1_000.0];

/// Finds the weights of the model.
pub(super) fn fit(model: &mut PayTimeModel, books: &Books, today: i32) {
    let mut best = loss(model, books, today);
    let mut search = |model: &mut PayTimeModel, values: &[f64], set: fn(&mut Weights) -> &mut f64| {
        for value in values {
            let before = *set(&mut model.weights);
            if (before - value).abs() < 1e-9 {
                continue;
            }
            *set(&mut model.weights) = *value;
            let found = loss(model, books, today);
            if found < best {
                best = found;
            } else {
                *set(&mut model.weights) = before;
            }
        }
    };
    search(model, &BANDWIDTHS, |weights| &mut weights.bandwidth_days);
    search(model, &CUSTOMERS, |weights| &mut weights.customer);
    search(model, &WEEKDAYS, |weights| &mut weights.weekday);
    search(model, &HALF_LIVES, |weights| &mut weights.half_life_days);
}

/// Minus the log likelihood of what became of the items that are asked.
fn loss(model: &PayTimeModel, books: &Books, today: i32) -> f64 {
    let days = issue_days(books, today);
    let Some(from) = days.get(days.len() / WARM_UP).copied() else { return 0.0 };
    let every = (days.len() as u64).div_ceil(ASKED).max(1);
    let past = Past::new(books, model, &days);
    let mut loss = 0.0;
    for (at, _) in (0u32..).zip(books.customers()) {
        let mut walk = past.walk(past.bills(books, CustomerIdx(at)));
        for (day, place) in issued(&walk, today).into_iter().filter(|row| row.0 >= from) {
            let Some(bill) = walk.bills.get(place).copied().filter(|bill| mark(at, bill, 1).is_multiple_of(every)) else { continue };
            walk.until(day);
            let Some(era) = past.eras.at(day) else { continue };
            let levels = Levels::new(&walk.memory, era, &bill, day, model, past.fading, &past.year);
            loss -= likelihood(&plain(model, past.year.days(bill.calendar), &levels.own, &bill, day), &bill, day, today);
        }
    }
    loss
}

/// Log likelihood of the day on which an item was paid, or of its being open until today.
fn likelihood(hazards: &[f64], bill: &Bill, from: i32, today: i32) -> f64 {
    let last = bill.paid.min(today - 1).min(bill.due.saturating_add(LAST_DELAY));
    let mut found = 0.0;
    for (day, hazard) in (from..=last).zip(hazards) {
        let hazard = hazard.clamp(1e-6, 1.0 - 1e-6);
        found += if day == bill.paid { libm::log(hazard) } else { libm::log1p(-hazard) };
    }
    found
}
