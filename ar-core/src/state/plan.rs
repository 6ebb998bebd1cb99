//! Plans: an agreement to pay in parts. Offered, agreed, and then judged by the cash that came: all paid, or a part of it
//! missed. A plan that broke holds nothing, so that its items have their true age again.

use crate::record::{Allocation, Instalment, Plan, PlanState};
use crate::text::words;
use alloc::vec::Vec;
use chrono::NaiveDate;

words! {
    /// What may happen to a plan.
    Input {
        /// The customer agreed.
        Agreed = "agreed",
        /// Every instalment was paid.
        Paid = "paid",
        /// An instalment was not paid in time.
        Missed = "missed",
        /// A payment of it was taken back.
        TakenBack = "taken_back",
    }
}

/// What follows; `None` where it cannot be.
#[rustfmt::skip]
pub const fn next(state: PlanState, input: Input) -> Option<PlanState> {
    use PlanState::{Active, Broken, Completed, Offered};
    Some(match (state, input) {
        (Offered,   Input::Agreed)    => Active,
        (Active,    Input::Paid)      => Completed,
        (Active,    Input::Missed)    => Broken,
        (Active,    Input::TakenBack) => Active,
        (Completed, Input::TakenBack) => Active,
        (Broken,    Input::TakenBack) => Broken,
        _ => return None,
    })
}

/// Equal parts of an amount, to the minor unit; the last takes what is left over. `None` where there would be a part of
/// nothing.
pub fn split(total: i64, parts: usize) -> Option<Vec<i64>> {
    let count = i64::try_from(parts).ok().filter(|count| *count > 0 && *count <= total)?;
    let part = total / count;
    let mut all = alloc::vec![part; parts];
    *all.last_mut()? += total % count;
    Some(all)
}

/// Where a plan stands at the end of `as_of`. What the books say of an instalment comes before; where they say nothing of
/// any, the cash on the items since the plan was agreed pays the instalments in their order. An instalment is missed when
/// it is not paid by the day that `last_day` gives for its due date; one whose day of payment the host states is never
/// missed from that day on. A plan without instalments stays as it is.
pub fn judge<'b>(plan: &Plan, instalments: &[Instalment], rows: impl IntoIterator<Item = &'b Allocation>, as_of: NaiveDate, last_day: &dyn Fn(NaiveDate) -> NaiveDate) -> PlanState {
    if plan.state != PlanState::Active || instalments.is_empty() {
        return plan.state;
    }
    let stated = instalments.iter().any(|row| row.paid_on.is_some());
    let mut cash: Vec<(NaiveDate, i64)> = match stated {
        true => Vec::new(),
        false => rows.into_iter().filter(|row| row.is_money() && row.on >= plan.agreed_on && row.on <= as_of).map(|row| (row.on, row.amount)).collect(),
    };
    cash.sort_unstable();
    let by = |day: NaiveDate| cash.iter().take_while(|row| row.0 <= day).fold(0i64, |sum, row| sum.saturating_add(row.1));
    let (mut due, mut paid) = (0i64, true);
    for row in instalments {
        due = due.saturating_add(row.amount);
        let ends = last_day(row.due_on);
        let is_paid = if stated { row.paid_on.is_some_and(|day| day <= as_of) } else { by(as_of.min(ends)) >= due };
        if !is_paid && ends < as_of {
            return next(plan.state, Input::Missed).unwrap_or(plan.state);
        }
        paid &= is_paid;
    }
    if paid { next(plan.state, Input::Paid).unwrap_or(plan.state) } else { plan.state }
}
