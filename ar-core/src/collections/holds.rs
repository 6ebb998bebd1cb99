//! Holds: what stops dunning, of one item or of the customer. One mechanism, each hold with its reason.

use super::{Due, Found, View};
use crate::money::{Currency, pow10};
use crate::reason::{Reason, ReasonCode};
use crate::record::{Item, ItemIdx, PlanState, PromiseState};
use crate::scoring::promise_ends;
use alloc::vec::Vec;

/// Whole units of a currency in minor units; a limit too large to hold is no limit.
pub(crate) fn units(amount: i64, currency: Currency) -> i64 {
    i64::try_from(i128::from(amount) * pow10(currency.exponent())).unwrap_or(i64::MAX)
}

/// The customer's overdue items in one currency that nothing holds. The others leave with the reason.
pub(super) fn pursuable<'v>(view: &View<'v>, currency: Currency, found: &mut Found) -> Vec<Due<'v>> {
    let mut due = Vec::new();
    for score in view.scores {
        let Some(item) = view.books.item(score.item).filter(|item| item.currency == currency) else { continue };
        if item.kind.is_credit() {
            found.skip(score.item, Reason::new(ReasonCode::IsCredit, score.open, Reason::NOTHING));
            continue;
        }
        if score.days_late <= 0 {
            found.skip(score.item, Reason::new(ReasonCode::NotDue, i64::from(score.days_late), 0));
            continue;
        }
        match item_hold(view, score.item, item, score.open) {
            Err(reason) => found.skip(score.item, reason),
            Ok(amount) => due.push(Due { score, amount, level: item.level, last_notice_on: item.last_notice_on, contacts: item.contacts }),
        }
    }
    due
}

/// What may be pursued of an item, or why nothing may.
fn item_hold(view: &View<'_>, at: ItemIdx, item: &Item, open: i64) -> Result<i64, Reason> {
    let day = |day: chrono::NaiveDate| i64::from(crate::calendar::days_since_epoch(day));
    if let Some(until) = item.blocked_until.filter(|until| view.as_of < *until) {
        return Err(Reason::new(ReasonCode::Blocked, Reason::NOTHING, day(until)));
    }
    // Money for the item lies on the desk of whoever posts cash: until it is posted, also a rest is not chased.
    let landed = view.pending.get(at.0 as usize).copied().unwrap_or(0);
    if landed > 0 {
        return Err(Reason::new(ReasonCode::CashLanded, landed, open));
    }
    if view.books.plans_of(view.at).iter().any(|plan| plan.state == PlanState::Active && plan.agreed_on <= view.as_of && view.books.item_list(&plan.items).contains(&at)) {
        return Err(Reason::bare(ReasonCode::PlanActive));
    }
    for promise in view.books.promises_of(view.at) {
        let covers = match promise.item {
            Some(item) => item == at,
            None => item.issued_on <= promise.made_on,
        };
        let ends = promise_ends(promise.due_on, view.settings);
        if promise.state == PromiseState::Open && covers && promise.made_on <= view.as_of && view.as_of <= ends {
            return Err(Reason::new(ReasonCode::PromiseLive, day(promise.due_on), day(ends)));
        }
    }
    let disputed = disputed(view, at, item, open);
    if disputed >= open || (disputed > 0 && view.settings.collections.hold_whole_item) {
        return Err(Reason::new(ReasonCode::DisputeOpen, disputed, open));
    }
    Ok(open - disputed)
}

/// How much of an item is under live disputes; never more than is open.
fn disputed(view: &View<'_>, at: ItemIdx, item: &Item, open: i64) -> i64 {
    if item.disputed {
        return open;
    }
    let live = view.books.disputes_of(view.at).iter().filter(|row| row.item == at && row.state.is_live() && row.opened_on <= view.as_of);
    live.fold(0_i64, |sum, row| sum.saturating_add(row.amount)).min(open)
}

/// Why nothing may be sent to the customer at all, if so. `sum` is what may be pursued.
pub(super) fn customer_hold(view: &View<'_>, currency: Currency, sum: i64) -> Option<Reason> {
    let limits = &view.settings.collections;
    if view.profile.severity >= limits.stop_severity {
        return Some(Reason::new(ReasonCode::StopSignal, view.profile.severity, limits.stop_severity));
    }
    if view.customer.do_not_contact {
        return Some(Reason::bare(ReasonCode::DoNotContact));
    }
    if let Some(until) = view.customer.blocked_until.filter(|until| view.as_of < *until) {
        return Some(Reason::new(ReasonCode::Blocked, Reason::NOTHING, i64::from(crate::calendar::days_since_epoch(until))));
    }
    let credits: i64 = view.credits.iter().filter(|credit| credit.0 == currency).map(|credit| credit.1).sum();
    if credits > 0 && credits >= sum {
        return Some(Reason::new(ReasonCode::CreditsCover, credits, sum));
    }
    let least = units(limits.min_notice_amount, currency);
    (sum < least).then_some(Reason::new(ReasonCode::BelowMinimum, sum, least))
}
