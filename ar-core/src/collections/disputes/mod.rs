//! Disputes: each that waits is brought to whoever can decide it, with what decides it; where past cases are clear enough, a
//! verdict is suggested in the place of that. What was found valid is credited.
//!
//! A verdict stays the same decision from the day the dispute was opened on, as long as it says the same about the same
//! amount: who rejected it is not asked again, and the dispute goes to its owner.

mod cases;
mod claims;
mod credits;
mod opening;
mod owner;

use super::{Found, Outcome, View};
use crate::action::ActionKind;
use crate::calendar::days_between;
use crate::decision::{Claim, Draft, Params, Verdict};
use crate::money::{Currency, units};
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{Dispute, DisputeState, ItemIdx};
use crate::scoring::{Score, Subject, Worth};
use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
pub use cases::Cases;
use cases::Question;
pub use claims::{Claimed, Ending, claims};
pub(super) use credits::{Owed, owed};
pub(super) use opening::to_open;

/// A dispute that waits for somebody.
struct Waiting<'v> {
    row: &'v Dispute,
    claim: Claim,
    currency: Currency,
    role: String,
}

/// Suggests how the disputes that wait are decided, and brings the others to whoever can decide them: one draft a currency
/// and role. Proposes the credits that are `owed`, and opens the disputes that are to be `opened`.
pub(super) fn decide(view: &View<'_>, owed: Vec<Owed>, opened: Vec<(ItemIdx, Draft)>, found: &mut Found) {
    let mut routes: BTreeMap<(Currency, String), Vec<Waiting<'_>>> = BTreeMap::new();
    for waiting in waiting(view) {
        match resolve(view, &waiting).filter(|draft| !view.is_rejected(draft)) {
            Some(draft) => found.add(draft),
            None => routes.entry((waiting.currency, waiting.role.clone())).or_default().push(waiting),
        }
    }
    for ((currency, role), waiting) in routes {
        found.add(route(view, currency, role, waiting));
    }
    credits::decide(view, owed, found);
    for (item, draft) in opened {
        let reason = Reason::new(ReasonCode::ShortPaid, draft.amount, Reason::NOTHING);
        found.outcomes.push(Outcome { item, draft: Some(found.drafts.len() as u32), reason });
        found.add(draft);
    }
}

/// What waits: disputes on open items that nobody works on, and those that somebody has worked on for too long.
fn waiting<'v>(view: &View<'v>) -> Vec<Waiting<'v>> {
    let limits = &view.settings.disputes.numbers;
    let mut left: BTreeMap<ItemIdx, i64> = BTreeMap::new();
    let mut found = Vec::new();
    for row in view.books.disputes_of(view.at).iter().filter(|row| row.is_live_on(view.as_of)) {
        let Some(open) = view.score_of(row.item).map(|score| score.open) else { continue };
        // Several may dispute the same money: it is counted for the first.
        let left = left.entry(row.item).or_insert(open);
        let amount = row.amount.min(*left);
        *left -= amount;
        let days = |since| i64::from(days_between(since, view.as_of));
        let waits = match row.worked_on_since(view.as_of) {
            None => days(row.opened_on) >= view.settings.collections.route_dispute_days,
            Some(since) => limits.decide_days > 0 && days(since) > limits.decide_days,
        };
        if waits {
            found.extend(read(view, row, amount));
        }
    }
    found
}

fn read<'v>(view: &View<'v>, row: &'v Dispute, amount: i64) -> Option<Waiting<'v>> {
    let item = view.books.item(row.item)?;
    let chosen = &view.settings.disputes;
    let reason = claims::reason_of(view.books, row);
    let asked = Question { reason, customer: view.at, currency: item.currency, amount: row.amount, product: item.product };
    let claim = Claim {
        dispute: row.id,
        item: row.item,
        reason,
        amount,
        days_open: i64::from(days_between(row.opened_on, view.as_of)),
        documents: chosen.documents.get(&reason).cloned().unwrap_or_default(),
        similar: view.cases.similar(&asked, usize::try_from(chosen.numbers.similar_cases).unwrap_or(0)),
        estimate: view.cases.estimate(reason, view.at, chosen.numbers.prior_cases),
    };
    let whole = amount / units(1, item.currency).max(1);
    let role = owner::owner(&chosen.owners, claims::code_of(view.books, row), reason, whole).unwrap_or_else(|| view.settings.role(ActionKind::RouteDispute));
    Some(Waiting { row, claim, currency: item.currency, role: role.to_string() })
}

/// What it brings in to work on these amounts today.
fn gain<'s>(view: &View<'_>, currency: Currency, amounts: impl Iterator<Item = (i64, &'s Score)>) -> i64 {
    // What the customer was billed says what a contact costs in goodwill; nobody writes to it here.
    Subject { settings: view.settings, currency, billed: 0 }.gain(amounts, view.settings.scoring.contact_uplift)
}

/// What it costs to have a person work on a dispute, in minor units.
fn handling(settings: &Settings, currency: Currency) -> i64 {
    let cost = i128::from(units(settings.worklist.hour_cost, currency)) * i128::from(settings.minutes(ActionKind::RouteDispute)) / 60;
    i64::try_from(cost).unwrap_or(i64::MAX)
}

/// The reason that working on disputes costs more than they are about, if so.
fn not_worth_it(view: &View<'_>, currency: Currency, amount: i64) -> Option<Reason> {
    let cost = handling(view.settings, currency);
    (cost > amount).then_some(Reason::new(ReasonCode::HandlingCost, cost, amount))
}

/// The reason that a dispute should have been decided by now, if so.
fn overdue(view: &View<'_>, days_open: i64) -> Option<Reason> {
    let limit = view.settings.disputes.numbers.decide_days;
    (limit > 0 && days_open > limit).then_some(Reason::new(ReasonCode::DisputeOverdue, days_open, limit))
}

fn route(view: &View<'_>, currency: Currency, role: String, waiting: Vec<Waiting<'_>>) -> Draft {
    let mut items: Vec<ItemIdx> = waiting.iter().map(|one| one.row.item).collect();
    items.sort_unstable();
    items.dedup();
    let amount = waiting.iter().fold(0, |sum: i64, one| sum.saturating_add(one.claim.amount));
    let gain = gain(view, currency, waiting.iter().filter_map(|one| Some((one.claim.amount, view.score_of(one.row.item)?))));
    let oldest = waiting.iter().map(|one| one.claim.days_open).max().unwrap_or(0);
    let mut reasons = alloc::vec![Reason::new(ReasonCode::DisputeWaiting, oldest, view.settings.collections.route_dispute_days)];
    reasons.extend(overdue(view, oldest).into_iter().chain(not_worth_it(view, currency, amount)));
    let role = (role != view.settings.role(ActionKind::RouteDispute)).then_some(role);
    let disputes = waiting.iter().map(|one| one.row.id).collect();
    let params = Params { disputes, claims: waiting.into_iter().map(|one| one.claim).collect(), role, ..Params::default() };
    view.draft_about(ActionKind::RouteDispute, (currency, amount, Worth { gain, cost: 0 }), items, params, reasons)
}

/// How past cases say that the dispute is decided, where they are clear enough: a proposal. A small credit that the policy
/// lets go without a person is more than that.
fn resolve(view: &View<'_>, waiting: &Waiting<'_>) -> Option<Draft> {
    let limits = &view.settings.disputes.numbers;
    let Waiting { row, claim, currency, role } = waiting;
    let Claim { amount, estimate, .. } = *claim;
    if amount <= 0 || estimate.cases < limits.min_cases {
        return None;
    }
    let (state, limit) = match estimate.valid_ppm {
        ppm if ppm >= limits.credit_from => (DisputeState::Valid, limits.credit_from),
        ppm if ppm <= limits.reject_to => (DisputeState::Invalid, limits.reject_to),
        _ => return None,
    };
    let valid = state == DisputeState::Valid;
    let small = units(limits.auto_credit_amount, *currency);
    // The verdict is about all that is disputed, also where a part of it is paid already.
    let alone = valid && limits.auto_credit_amount > 0 && row.amount <= small && estimate.valid_ppm >= limits.auto_credit_from;
    let suggested = if valid { ReasonCode::CreditSuggested } else { ReasonCode::RejectionSuggested };
    let mut reasons = alloc::vec![
        Reason::new(suggested, amount, row.amount),
        Reason::new(ReasonCode::CasesLikeThis, estimate.cases, limits.min_cases),
        Reason::new(ReasonCode::CasesOfCustomer, estimate.of_customer, estimate.cases),
        Reason::new(ReasonCode::CasesValid, estimate.valid_ppm, limit),
    ];
    reasons.extend(alone.then_some(Reason::new(ReasonCode::SmallCredit, row.amount, small)));
    reasons.extend(overdue(view, claim.days_open).into_iter().chain(not_worth_it(view, *currency, amount)));
    let own = view.settings.role(ActionKind::ResolveDispute);
    let verdict = Some(Verdict { dispute: row.id, state, opened_on: row.opened_on });
    let params = Params { disputes: alloc::vec![row.id], claims: alloc::vec![claim.clone()], verdict, role: (role != own).then(|| role.clone()), ..Params::default() };
    let draft = view.draft_about(ActionKind::ResolveDispute, (*currency, amount, worth(view, waiting)), alloc::vec![row.item], params, reasons);
    // Past cases do not make certain; a small credit goes by the rule that the policy has for it.
    let confidence_ppm = if alone { 1_000_000 } else { estimate.valid_ppm.max(1_000_000 - estimate.valid_ppm) };
    Some(Draft { certain: alone, confidence_ppm, ..draft })
}

/// What a verdict of today brings: what is not valid is pursued again, and nobody has to work on the dispute.
fn worth(view: &View<'_>, waiting: &Waiting<'_>) -> Worth {
    let Claim { amount, estimate, .. } = waiting.claim;
    let owed = i128::from(amount) * i128::from(1_000_000 - estimate.valid_ppm) / 1_000_000;
    let owed = i64::try_from(owed).unwrap_or(amount);
    let gain = gain(view, waiting.currency, view.score_of(waiting.row.item).map(|score| (owed, score)).into_iter());
    Worth { gain: gain.saturating_add(handling(view.settings, waiting.currency)), cost: 0 }
}
