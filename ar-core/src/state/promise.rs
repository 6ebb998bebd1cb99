//! Promises to pay: made, taken back or replaced by events, and judged by the cash that came.

use super::item::owed_on;
use crate::record::{Allocation, Item, Promise, PromiseState};
use crate::text::words;
use chrono::NaiveDate;

words! {
    /// What may happen to a promise.
    Input {
        /// What was promised came in time.
        Paid = "paid",
        /// A part came in time, and the time is over.
        PaidInPart = "paid_in_part",
        /// Nothing came, and the time is over.
        Missed = "missed",
        /// A payment that it was kept by was taken back.
        TakenBack = "taken_back",
        /// The customer, or whoever recorded it, takes it back.
        Withdrawn = "withdrawn",
        /// The customer promised anew for the same item.
        Replaced = "replaced",
    }
}

/// What follows; `None` where it cannot be.
#[rustfmt::skip]
pub const fn next(state: PromiseState, input: Input) -> Option<PromiseState> {
    use PromiseState::{Broken, Kept, Open, PartlyKept, Superseded, Withdrawn};
    Some(match (state, input) {
        (Open,       Input::Paid)       => Kept,
        (Open,       Input::PaidInPart) => PartlyKept,
        (Open,       Input::Missed)     => Broken,
        (Open,       Input::TakenBack)  => Open,
        (Open,       Input::Withdrawn)  => Withdrawn,
        (Open,       Input::Replaced)   => Superseded,
        (Kept,       Input::TakenBack)  => Open,
        (PartlyKept, Input::TakenBack)  => Open,
        (Broken,     Input::TakenBack)  => Broken,
        _ => return None,
    })
}

/// Whether an item is covered by a promise: the item named; else, of the whole account, what was issued when it was made,
/// and is due on its day.
pub fn covers(promise: &Promise, item: &Item) -> bool {
    promise.item.is_some() || (!item.kind.is_credit() && item.issued_on <= promise.made_on && item.due_on <= promise.due_on)
}

/// What came of what was promised up to a day: the input that it is once the time is over. `account` are the items of
/// the promise, each with all of its postings: one, or those of the account.
///
/// Money and credit notes keep a promise, also a discount that we granted beside a payment. What was kept back does not,
/// nor what we wrote off.
pub fn came<'b>(promise: &Promise, account: impl IntoIterator<Item = (&'b Item, &'b [Allocation])>, until: NaiveDate) -> Input {
    let (mut came, mut left): (i64, i64) = (0, 0);
    for (item, rows) in account {
        // Of a promise of an amount it does not matter on which item of the account it was posted.
        if covers(promise, item) || promise.amount.is_some_and(|_| Some(item.currency) == promise.currency) {
            let inside = rows.iter().filter(|row| row.is_money() && row.on >= promise.made_on && row.on <= until);
            came = inside.fold(came, |sum, row| sum.saturating_add(row.amount));
        }
        if covers(promise, item) {
            left = left.saturating_add(owed_on(item, rows, until, promise.made_on));
        }
    }
    match promise.amount {
        _ if left == 0 => Input::Paid,
        Some(amount) if came >= amount => Input::Paid,
        _ if came > 0 => Input::PaidInPart,
        _ => Input::Missed,
    }
}

/// Where a promise stands at the end of `as_of`, from the cash posted between the day it was made and `ends`, the last day
/// that it may be kept on (its day and a tolerance). What the books say of it comes before.
pub fn judge<'b>(promise: &Promise, account: impl IntoIterator<Item = (&'b Item, &'b [Allocation])>, as_of: NaiveDate, ends: NaiveDate) -> PromiseState {
    let state = promise.state_on(as_of);
    if state != PromiseState::Open {
        return state;
    }
    let input = came(promise, account, as_of.min(ends));
    if input != Input::Paid && as_of <= ends {
        return state;
    }
    next(state, input).unwrap_or(state)
}

/// How often something was promised of an item without being kept, from where its promises stand, in the order they were
/// made: each new one is a level more, but after one that was kept.
pub fn level(states: impl IntoIterator<Item = PromiseState>) -> u16 {
    let mut before = None;
    states.into_iter().fold(0, |level: u16, state| {
        let raises = before.replace(state) != Some(PromiseState::Kept);
        level.saturating_add(u16::from(raises))
    })
}
