//! Payment dates that a model of one's own foresees, in place of ours.

use super::{Distribution, Rates};
use crate::ledger::Books;
use crate::models::PayTimeModel;
use crate::record::Item;
use alloc::vec::Vec;

/// What is said of an item that is open at the beginning of the day `at` (days since 1970-01-01), if anything is.
pub(super) fn given(model: &PayTimeModel, books: &Books, item: &Item, at: i32) -> Option<Distribution> {
    if model.given.is_empty() {
        return None;
    }
    let said = model.given.get(books.text(item.id))?;
    let quantiles: Vec<(i32, f64)> = said.iter().map(|(delay, parts)| (*delay, *parts as f64 / 1e9)).collect();
    let due = crate::calendar::days_since_epoch(item.due_on);
    Some(Distribution::from_quantiles(at.saturating_sub(due), &quantiles, model.tail))
}

/// Puts what is said of an item in the place of what the model found.
pub fn replace(model: &PayTimeModel, books: &Books, item: &Item, at: i32, found: &mut (Distribution, Rates)) {
    if let Some(said) = given(model, books, item, at) {
        found.0 = said;
        found.1.given = true;
    }
}
