//! What only a person can do: answer, call, speak to the owner, look at a customer in trouble.

use super::contact::{contact_day, owner_told, too_many_calls, too_soon};
use super::holds::Holds;
use super::replies::said_reasons;
use super::{Due, Found, View, channel, retries};
use crate::action::ActionKind;
use crate::calendar;
use crate::conversation::read::Heard;
use crate::decision::{Draft, Params};
use crate::money::{Currency, units};
use crate::reason::{Reason, ReasonCode};
use crate::record::PromiseState;
use crate::scoring::Class;
use alloc::vec::Vec;

/// Nothing is due in this currency, but a message waits: it is answered all the same, once.
pub(super) fn answer_only(view: &View<'_>, currency: Currency, waits: Option<i32>, found: &mut Found) {
    let answered = found.drafts.iter().any(|draft| draft.action == ActionKind::Reply);
    if let Some(days) = waits.filter(|_| !answered) {
        found.add(reply_draft(view, currency, &[], days));
    }
}

fn reply_draft(view: &View<'_>, currency: Currency, due: &[Due<'_>], days: i32) -> Draft {
    let mut reasons = alloc::vec![Reason::new(ReasonCode::ReplyWaiting, i64::from(days), view.settings.collections.answer_reply_days)];
    let unanswered: Vec<&Heard> = view.heard.iter().filter(|heard| heard.waits(view.as_of)).collect();
    reasons.extend(unanswered.last().into_iter().flat_map(|heard| said_reasons(&heard.reading, view.settings)));
    reasons.extend(history(view, due));
    let mut draft = view.draft(ActionKind::Reply, currency, due, Params { replies: unanswered.iter().map(|heard| heard.reply).collect(), on: Some(contact_day(view)), ..Params::default() }, reasons);
    if due.is_empty() {
        draft.priority = view.settings.scoring.points_reply_waiting;
    }
    draft
}

/// What a person wants to know first about this customer.
pub(super) fn history(view: &View<'_>, due: &[Due<'_>]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let profile = view.profile;
    let late = due.iter().map(|row| row.score.days_late).max().unwrap_or(0);
    if let Some(rise) = profile.rise_days {
        reasons.push(Reason::new(ReasonCode::Deteriorating, i64::from(rise), view.settings.scoring.deteriorating_days));
    }
    if late > 0 && profile.settled >= view.settings.scoring.history_min_items && profile.late == 0 {
        reasons.push(Reason::new(ReasonCode::FirstTimeLate, profile.late, profile.settled));
    }
    if let Some(habit) = profile.habit_days.filter(|habit| late > *habit) {
        reasons.push(Reason::new(ReasonCode::OutsideHabit, i64::from(late), i64::from(habit)));
    }
    if profile.broken > view.settings.collections.broken_promises_tolerated {
        reasons.push(Reason::new(ReasonCode::PromiseBroken, profile.broken, view.settings.collections.broken_promises_tolerated));
    }
    let currency = due.first().and_then(|row| view.books.item(row.score.item)).map(|item| item.currency);
    reasons.extend(currency.and_then(|currency| retries::given_up(view, currency)));
    reasons
}

/// A person must look: nothing goes out.
pub(super) fn review(view: &View<'_>, currency: Currency, due: &[Due<'_>], reason: Reason, found: &mut Found) {
    let mut reasons = alloc::vec![reason];
    reasons.extend(oldest(due));
    found.act(view.draft(ActionKind::Review, currency, due, Params::default(), reasons), due, |_| reason);
}

fn oldest(due: &[Due<'_>]) -> Option<Reason> {
    let late = due.iter().map(|row| row.score.days_late).max()?;
    Some(Reason::new(ReasonCode::PastDue, i64::from(late), 0))
}

/// Decides what is for a person. `true` when the customer is dealt with.
pub(super) fn decide(view: &View<'_>, currency: Currency, due: &[Due<'_>], waits: Option<i32>, found: &mut Found) -> bool {
    if let Some(days) = waits {
        let reason = Reason::new(ReasonCode::ReplyWaiting, i64::from(days), view.settings.collections.answer_reply_days);
        if found.drafts.iter().any(|draft| draft.action == ActionKind::Reply) {
            found.skip_all(due, |_| Reason::bare(ReasonCode::PersonActs));
        } else {
            found.act(reply_draft(view, currency, due, days), due, |_| reason);
        }
        return true;
    }
    if let Some(reason) = call_reason(view, due) {
        return call(view, currency, due, reason, found);
    }
    owner_first(view, currency, due, found)
}

/// A promise of today, and its items still open: a short reminder, without dunning.
pub(super) fn promise_due_today(view: &View<'_>, holds: &Holds, currency: Currency, waits: Option<i32>, found: &mut Found) {
    let due = |row: &&crate::record::Promise| row.state_on(view.as_of) == PromiseState::Open && row.due_on == view.as_of && row.made_on <= view.as_of;
    let mut today = view.books.promises_of(view.at).iter().filter(due).peekable();
    if waits.is_some() || today.peek().is_none() || too_soon(view, found).is_some() {
        return;
    }
    let Ok(chosen) = channel::choose(view, found) else { return };
    for promise in today {
        let Some((at, item)) = promise.item.and_then(|at| Some((at, view.books.item(at).filter(|item| item.currency == currency && !item.kind.is_credit())?))) else { continue };
        let Some(score) = view.score_of(at) else { continue };
        // What is disputed, blocked, in a plan or out of our hands is not spoken of, promised or not.
        let Ok(open) = holds.promised_rest(view, at, item, score.open) else { continue };
        let already = found.drafts.iter().any(|draft| draft.action == ActionKind::RemindPromise);
        if open > 0 && !already {
            let reasons = alloc::vec![Reason::new(ReasonCode::PromiseDue, i64::from(calendar::days_since_epoch(promise.due_on)), Reason::NOTHING)];
            let params = Params { channel: Some(chosen.name.clone()), on: Some(contact_day(view)), ..Params::default() };
            let mut draft = view.draft(ActionKind::RemindPromise, currency, &[], params, reasons);
            let amount = promise.amount.unwrap_or(open).min(open);
            (draft.worth, draft.options) = view.worth(ActionKind::RemindPromise, currency, core::iter::once((amount, score)));
            (draft.items, draft.amount) = (alloc::vec![at], amount);
            found.add(draft);
        }
    }
}

/// Why a person calls instead of a notice going out, if so.
fn call_reason(view: &View<'_>, due: &[Due<'_>]) -> Option<Reason> {
    let limits = &view.settings.collections;
    let late = due.iter().map(|row| i64::from(row.score.days_late)).max().unwrap_or(0);
    if view.profile.broken > limits.broken_promises_tolerated {
        return Some(Reason::new(ReasonCode::PromiseBroken, view.profile.broken, limits.broken_promises_tolerated));
    }
    let worse = view.profile.rise_days.filter(|_| late >= limits.call_after_days);
    if let Some(rise) = worse {
        return Some(Reason::new(ReasonCode::Deteriorating, i64::from(rise), view.settings.scoring.deteriorating_days));
    }
    (view.profile.class == Class::Distressed && late >= limits.call_after_days).then_some(Reason::new(ReasonCode::PastDue, late, limits.call_after_days))
}

pub(super) fn call(view: &View<'_>, currency: Currency, due: &[Due<'_>], reason: Reason, found: &mut Found) -> bool {
    if let Some(soon) = too_soon(view, found).or_else(|| too_many_calls(view, found)) {
        found.skip_all(due, |_| soon);
        return true;
    }
    let mut reasons = alloc::vec![reason];
    reasons.extend(oldest(due).into_iter().chain(history(view, due)).filter(|other| other.code != reason.code));
    if view.profile.disputes > 0 {
        let rest: i64 = due.iter().map(|row| row.amount).sum();
        let whole: i64 = view.scores.iter().filter(|score| score.days_late > 0).map(|score| score.open).sum();
        reasons.push(Reason::new(ReasonCode::UndisputedRest, rest, whole));
    }
    let params = Params { on: Some(contact_day(view)), ..Params::default() };
    found.act(view.draft(ActionKind::Call, currency, due, params, reasons), due, |row| view.past_due(row));
    true
}

/// A strategic account beyond its habit: its owner is told before any notice goes out.
fn owner_first(view: &View<'_>, currency: Currency, due: &[Due<'_>], found: &mut Found) -> bool {
    let sum: i64 = due.iter().map(|row| row.amount).sum();
    let least = units(view.settings.collections.owner_notice_amount, currency);
    let late = due.iter().map(|row| row.score.days_late).max().unwrap_or(0);
    let within = view.profile.habit_days.is_some_and(|habit| late <= habit);
    let first = view.settings.ladder.first().map_or(0, |level| level.numbers.after_days);
    if !view.customer.strategic || sum < least || within || i64::from(late) < first {
        return false;
    }
    if let Some(ago) = owner_told(view) {
        // Told and still unpaid: after the interval the ladder goes on, under the gate's own rule for strategic customers.
        let interval = view.settings.collections.min_interval_days;
        if ago < interval {
            found.skip_all(due, |_| Reason::new(ReasonCode::NoticeTooRecent, ago, interval));
        }
        return ago < interval;
    }
    let mut reasons = alloc::vec![Reason::bare(ReasonCode::Strategic)];
    reasons.extend(oldest(due));
    reasons.extend(history(view, due));
    found.act(view.draft(ActionKind::NotifyOwner, currency, due, Params::default(), reasons), due, |row| view.past_due(row));
    true
}
