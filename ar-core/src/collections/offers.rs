//! What is offered to a customer who does not pay at once, inside the limits of the policy: a plan, or more time.

use super::channel;
use super::contact::{contact_day, too_soon};
use super::holds::Holds;
use super::{Due, Found, View};
use crate::action::ActionKind;
use crate::calendar::{LAST_DAY, add_days, days_between, whole_days};
use crate::conversation::read::{Heard, Intent};
use crate::decision::{Arrangement, Params};
use crate::money::{Currency, units};
use crate::reason::{Reason, ReasonCode};
use crate::record::{ItemIdx, ItemKind, PlanState};
use crate::scoring::{Class, Score, Worth, promise_ends};
use crate::state::plan::split;
use alloc::{collections::BTreeSet, vec::Vec};
use chrono::NaiveDate;

/// Offers a plan for what is due in a currency, where the limits allow one; what it does not cover waits for its answer.
/// Without an offer, all that is due goes on to the ladder.
pub(super) fn plan<'v>(view: &View<'v>, currency: Currency, due: Vec<Due<'v>>, found: &mut Found) -> Vec<Due<'v>> {
    let limits = &view.settings.offers;
    let late = due.iter().map(|row| i64::from(row.score.days_late)).max().unwrap_or(0);
    let distressed = view.profile.class == Class::Distressed && !limits.plan_distressed;
    if !limits.plans || late < limits.plan_late_days || distressed || had_plan(view) || too_soon(view, found).is_some() {
        return due;
    }
    // A plan covers items as a whole: one that is disputed in part is not promised for.
    let (whole, rest): (Vec<Due<'v>>, Vec<Due<'v>>) = due.iter().copied().partition(|row| row.amount == row.score.open);
    let total = whole.iter().fold(0, |sum: i64, row| sum.saturating_add(row.amount));
    let (Ok(chosen), Some(parts)) = (channel::choose(view, found), instalments(view, currency, total)) else { return due };
    let reasons = alloc::vec![Reason::new(ReasonCode::PastDue, late, limits.plan_late_days), Reason::new(ReasonCode::PlanOffered, parts.len() as i64, limits.max_instalments)];
    let reason = Reason::new(ReasonCode::PlanOffered, parts.len() as i64, limits.max_instalments);
    let again = limits.plan_again_days;
    let params =
        Params { channel: Some(chosen.name), on: Some(contact_day(view)), arrangement: Some(Arrangement::Plan(parts)), since: Some(view.period(again)), asked_every: Some(again), ..Params::default() };
    let draft = view.draft(ActionKind::OfferPlan, currency, &whole, params, reasons);
    // Where a person does not want to offer one, the customer is written to as ever.
    if view.is_rejected(&draft) {
        return due;
    }
    found.act(draft, &whole, |_| reason);
    found.skip_all(&rest, |_| Reason::bare(ReasonCode::PersonActs));
    Vec::new()
}

/// Whether a plan was offered or broken so lately that none is offered. One that runs holds its items anyway.
fn had_plan(view: &View<'_>) -> bool {
    let limits = &view.settings.offers;
    let calendar = view.settings.calendar();
    let last_day = |due_on| promise_ends(due_on, &calendar, view.settings);
    view.books.plans_with_instalments(view.at).filter(|(plan, _)| plan.agreed_on <= view.as_of).any(|(plan, parts)| {
        let ago = i64::from(days_between(plan.agreed_on, view.as_of));
        match view.books.plan_on(plan, parts, view.as_of, &last_day) {
            PlanState::Offered => ago < limits.plan_again_days,
            // A plan broke at the latest on the day after its last instalment.
            PlanState::Broken => parts.last().map_or(ago, |part| i64::from(days_between(part.due_on.min(view.as_of), view.as_of))) < limits.broken_plan_days,
            PlanState::Active => true,
            PlanState::Completed => false,
        }
    })
}

/// Equal parts on open days, as many as the limits allow, the last with what is left over; `None` where there are not two.
fn instalments(view: &View<'_>, currency: Currency, total: i64) -> Option<Vec<(NaiveDate, i64)>> {
    let limits = &view.settings.offers;
    if total < units(limits.plan_min_amount, currency) || total > units(limits.plan_max_amount, currency) {
        return None;
    }
    let least = units(limits.min_instalment, currency).max(1);
    let count = usize::try_from((total / least).min(limits.max_instalments)).ok().filter(|count| *count >= 2)?;
    let calendar = view.settings.calendar();
    let first = add_days(view.as_of, whole_days(limits.first_days));
    let mut parts: Vec<(NaiveDate, i64)> = Vec::with_capacity(count);
    for (at, amount) in (0i64..).zip(split(total, count)?) {
        let wanted = add_days(first, whole_days(at.saturating_mul(limits.instalment_days)));
        // Closed days may move two parts to one: each is due after the one before.
        let earliest = parts.last().map_or(wanted, |(before, _)| wanted.max(add_days(*before, 1)));
        parts.push((calendar.next_open(earliest), amount));
    }
    (parts.is_sorted_by(|a, b| a.0 < b.0) && parts.last().is_some_and(|part| part.0 <= LAST_DAY)).then_some(parts)
}

/// Offers more time for single items of a reliable customer. An item that something is sent about today is not extended.
pub(super) fn extensions(view: &View<'_>, holds: &Holds, found: &mut Found) {
    let limits = &view.settings.offers;
    let reliable = matches!(view.profile.class, Class::Prompt | Class::Occasional) && view.profile.broken == 0;
    if !limits.extensions || !reliable || view.silence().is_some() || !(limits.extensions_unasked || asked(view)) || extended(view) {
        return;
    }
    let answers: BTreeSet<u32> = (0u32..).zip(&found.drafts).filter(|(_, draft)| draft.action == ActionKind::Reply).map(|(at, _)| at).collect();
    let taken: BTreeSet<ItemIdx> = found.outcomes.iter().filter(|row| row.draft.is_some_and(|at| !answers.contains(&at))).map(|row| row.item).collect();
    for score in view.scores.iter().filter(|score| !taken.contains(&score.item)) {
        extension(view, holds, score, found);
    }
}

fn extension(view: &View<'_>, holds: &Holds, score: &Score, found: &mut Found) {
    let limits = &view.settings.offers;
    let Some(item) = view.books.item(score.item).filter(|item| matches!(item.kind, ItemKind::Invoice | ItemKind::DebitNote)) else { return };
    let late = i64::from(score.days_late);
    let (level, _, _) = holds.notices_of(view, score.item, item);
    if !(-limits.extension_before_days..=limits.extension_late_days).contains(&late) || level > 0 || holds.pursue(view, score.item, item, score.open) != Ok(score.open) {
        return;
    }
    let due_on = view.settings.calendar().next_open(add_days(item.due_on, whole_days(limits.extension_days)));
    if due_on <= view.as_of || due_on > LAST_DAY {
        return;
    }
    let params = Params { arrangement: Some(Arrangement::Extension(due_on)), since: Some(item.due_on), ..Params::default() };
    let reasons = alloc::vec![Reason::new(ReasonCode::ExtensionOffered, i64::from(days_between(item.due_on, due_on)), late.max(0))];
    found.add(view.draft_about(ActionKind::GrantExtension, (item.currency, score.open, Worth::default()), alloc::vec![score.item], params, reasons));
}

/// Whether the customer wrote for more time, lately.
fn asked(view: &View<'_>) -> bool {
    let window = view.settings.collections.reply_window_days;
    let asks = |heard: &Heard| heard.reading.human.is_empty() && heard.reading.intents.iter().any(|found| found.intent == Intent::ExtensionRequest);
    view.heard.iter().any(|heard| asks(heard) && (0..=window).contains(&i64::from(days_between(heard.received_on, view.as_of))))
}

/// Whether the customer was granted more time, lately.
fn extended(view: &View<'_>) -> bool {
    view.books.extensions_of(view.at).iter().any(|row| row.on <= view.as_of && i64::from(days_between(row.on, view.as_of)) < view.settings.offers.extension_again_days)
}
