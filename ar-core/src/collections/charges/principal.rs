//! What was owed of an item on each day: the principal that interest runs on.

use super::interest::Step;
use crate::calendar::FIRST_DAY;
use crate::ledger::Books;
use crate::record::{Allocation, AllocationKind, Credit, Item, ItemIdx};
use alloc::vec::Vec;
use chrono::NaiveDate;

/// The principal of an item over time, and when it came to nothing.
pub struct Principal {
    /// Days on which it was lowered, with what was left of it; the first step is the whole.
    pub steps: Vec<Step>,
    /// What is left on the day of the run.
    pub open: i64,
    /// The day on which nothing was left.
    pub settled_on: Option<NaiveDate>,
}

/// The principal of an item from what was known on the day `as_of`. Money counts from the day it was received, however late
/// it was posted. What was credited, granted, written off or kept back counts as never owed. Where the host states that less is open than the postings explain, the rest counts as paid on the day
/// the item was settled, and as never owed where it is still open: nobody pays interest for what our rows leave out.
pub fn principal(books: &Books, at: ItemIdx, item: &Item, as_of: NaiveDate) -> Principal {
    let day = |row: &Allocation| match row.credit {
        Credit::Payment(at) if row.kind == AllocationKind::Payment => books.payment(at).map_or(row.on, |payment| payment.received_on.min(row.on)),
        _ => FIRST_DAY,
    };
    let mut paid: Vec<(NaiveDate, i64)> = books.allocations_of(at).iter().filter(|row| row.on <= as_of).map(|row| (day(row), row.amount)).collect();
    let explained = paid.iter().fold(0, |sum: i64, row| sum.saturating_add(row.1));
    let settled = item.settled_on.filter(|day| *day <= as_of);
    // Postings of the tables are in a stated open amount; those of events came off it, those behind the day come back.
    let later = || books.allocations_of(at).iter().filter(|row| row.on > as_of && !row.tabled).fold(0, |sum: i64, row| sum.saturating_add(row.amount));
    let open = match settled {
        Some(_) => 0,
        None if item.open_stated => item.open.saturating_add(later()),
        None => item.amount.saturating_sub(explained),
    }
    .clamp(0, item.amount);
    let rest = item.amount.saturating_sub(open).saturating_sub(explained).max(0);
    if rest > 0 {
        paid.push((settled.unwrap_or(FIRST_DAY), rest));
    }
    paid.sort_unstable();
    let mut left = item.amount;
    let mut steps = alloc::vec![Step { from: FIRST_DAY, principal: left }];
    for (on, amount) in paid {
        left = left.saturating_sub(amount).max(0);
        steps.push(Step { from: on, principal: left });
    }
    let settled_on = steps.iter().find(|step| step.principal == 0).map(|step| step.from).filter(|_| open == 0);
    Principal { steps, open, settled_on }
}
