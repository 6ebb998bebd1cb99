//! Invariants of what is granted and held back: credit holds, terms, plans, attempts, verdicts on disputes.

use super::{Seen, ensure};
use crate::rules::{days, unit};
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::{Arrangement, Decision};
use std::collections::BTreeSet;

impl Seen<'_> {
    /// Whether a plan is offered to a customer in a currency.
    pub(crate) fn offered(&self, customer: usize, yen: bool) -> bool {
        self.report.decisions().iter().filter(|row| row.action() == ActionKind::OfferPlan).any(|row| self.of(row).0 == customer && self.of(row).1 == yen)
    }

    /// The sum of what is late beyond some days of a customer in a currency.
    fn late_beyond(&self, customer: usize, yen: bool, beyond: i64) -> i64 {
        let mine = |at: &usize| self.facts.items[*at].customer == customer && self.facts.items[*at].yen == yen && !self.facts.items[*at].is_credit();
        (0..self.facts.items.len()).filter(mine).filter(|at| self.late(*at) > beyond).map(|at| self.left[at].max(0)).sum()
    }
}

/// A hold is placed where there is none, and released where there is one that is ours to release, never both; each for a reason that
/// is true by the host's own log. Terms change once in their interval. A plan is to the minor unit what is left of its items, a
/// payment is tried again at most as often and as soon as the policy says, a verdict is about a dispute that nobody decided.
pub(super) fn invariant_38_holds_stay(seen: &Seen<'_>) -> Result<(), String> {
    let mut once = BTreeSet::new();
    for row in seen.report.decisions() {
        let (customer, _, what) = seen.of(row);
        match row.action() {
            ActionKind::PlaceHold | ActionKind::ReleaseHold => {
                ensure!(once.insert((customer, "hold")), "{what}: a second one");
                hold(seen, row)?;
            }
            ActionKind::ChangeTerms => {
                let Some(rule) = &seen.rules.credit else { return Err(format!("{what}: terms are not changed")) };
                let last = seen.facts.customers[customer].terms_on.map(|on| seen.world.ago(on));
                ensure!(once.insert((customer, "terms")) && last.is_none_or(|ago| ago >= rule.terms_every), "{what}: changed {last:?} days ago");
                ensure!(row.mode == Mode::Ask || !seen.facts.customers[customer].strategic || row.reasons().iter().any(|reason| reason.code.name() == "approved"), "{what}: its owner is not asked");
            }
            ActionKind::OfferPlan => plan(seen, row)?,
            ActionKind::RetryPayment => attempt(seen, row)?,
            ActionKind::ResolveDispute | ActionKind::RouteDispute => claims(seen, row)?,
            _ => {}
        }
    }
    Ok(())
}

fn hold(seen: &Seen<'_>, row: &Decision) -> Result<(), String> {
    let (customer, yen, what) = seen.of(row);
    let Some(rule) = &seen.rules.credit else { return Err(format!("{what}: credit is not held")) };
    let facts = &seen.facts.customers[customer];
    let late = |beyond: i64| [false, true].iter().any(|yen| seen.late_beyond(customer, *yen, beyond) >= (rule.least * unit(*yen)).max(1));
    let distressed = rule.distressed && facts.stop_signal.is_some();
    match &row.draft.params.arrangement {
        Some(Arrangement::Hold(word)) => {
            ensure!(facts.hold.is_none(), "{what}: it is held for '{:?}'", facts.hold);
            let holds = match *word {
                "hold_late" => late(rule.hold_late),
                "hold_distressed" => distressed || rule.distressed,
                _ => facts.limit.is_some_and(|limit| limit.1 == yen && row.draft.amount > limit.0),
            };
            ensure!(holds, "{what}: not {word}");
        }
        _ => {
            ensure!(facts.hold.is_some(), "{what}: nothing is held");
            ensure!(!late(rule.release_late), "{what}: it is still late");
            ensure!(facts.limit.is_none_or(|limit| limit.1 == yen && row.draft.amount * 10 <= limit.0 * 9), "{what}: {} is owed, the limit is {:?}", row.draft.amount, facts.limit);
        }
    }
    Ok(())
}

fn plan(seen: &Seen<'_>, row: &Decision) -> Result<(), String> {
    let (customer, yen, what) = seen.of(row);
    let (Some(rule), Some(Arrangement::Plan(parts))) = (&seen.rules.offers, &row.draft.params.arrangement) else { return Err(format!("{what}: no plan")) };
    let left: i64 = seen.items(row).map(|at| seen.left[at]).sum();
    let sum: i64 = parts.iter().map(|part| part.1).sum();
    ensure!(sum == left && row.draft.amount == left, "{what}: {parts:?} of {left}");
    ensure!(parts.windows(2).all(|pair| pair[0].0 < pair[1].0) && parts.iter().all(|part| part.0 > seen.world.today && seen.rules.is_open(part.0)), "{what}: {parts:?}");
    ensure!((2..=6).contains(&parts.len()) && parts.iter().all(|part| part.1 >= rule.least * unit(yen)), "{what}: {parts:?}");
    for at in seen.items(row) {
        ensure!(seen.held(at).is_none() && seen.undisputed(at) == seen.left[at], "{what}: {} is held for {:?}", seen.facts.items[at].id, seen.held(at));
    }
    ensure!(!seen.facts.silent(customer, seen.world.today), "{what}: the customer is not spoken to");
    let offered = seen.facts.plans.iter().filter(|plan| seen.facts.items[plan.items[0]].customer == customer && plan.agreed_on.is_some_and(|on| on <= seen.world.today));
    let running = offered.filter(|plan| plan.items.iter().any(|at| seen.facts.planned(*at, seen.world.today, seen.rules, true))).count();
    ensure!(running == 0, "{what}: a plan runs");
    Ok(())
}

fn attempt(seen: &Seen<'_>, row: &Decision) -> Result<(), String> {
    let (customer, yen, what) = seen.of(row);
    let id = row.draft.params.payment.and_then(|at| seen.report.ledger().payment(at)).map_or("", |payment| seen.report.ledger().text(payment.id));
    let Some(payment) = seen.facts.payments.iter().find(|payment| payment.id == id) else { return Err(format!("{what}: which payment?")) };
    let wait = [3, 7].get(payment.tried.len()).copied();
    let last = payment.failed_on.into_iter().chain(payment.tried.iter().copied()).max().map(|on| days(on, seen.world.today));
    ensure!(payment.failed && payment.debit && payment.soft, "{what}: {id} cannot be tried again");
    ensure!(wait.zip(last).is_some_and(|(wait, ago)| ago >= wait), "{what}: {id} was tried {} times, the last {last:?} days ago", payment.tried.len());
    ensure!(row.draft.amount == payment.amount && payment.customer == Some(customer), "{what}: {id} was another");
    let owed: i64 =
        (0..seen.facts.items.len()).filter(|at| seen.facts.items[*at].customer == customer && seen.facts.items[*at].yen == yen && seen.held(*at).is_none()).map(|at| seen.undisputed(at)).sum();
    ensure!(owed >= payment.amount, "{what}: {owed} is owed");
    ensure!(!seen.facts.silent(customer, seen.world.today), "{what}: the customer is left alone");
    Ok(())
}

/// What is routed or decided is live, and once; what somebody works on comes back only behind the days that it may take.
fn claims(seen: &Seen<'_>, row: &Decision) -> Result<(), String> {
    let (_, _, what) = seen.of(row);
    let mut sums = vec![0; seen.facts.items.len()];
    for claim in &row.draft.params.claims {
        let name = seen.report.ledger().text(claim.dispute);
        let Some(dispute) = name.trim_start_matches("DIS-").parse::<usize>().ok().and_then(|at| seen.facts.disputes.get(at)) else { return Err(format!("{what}: no {name}")) };
        ensure!(dispute.decided.is_none(), "{what}: {name} is decided");
        let worked = dispute.routed.map(|on| seen.world.ago(on));
        ensure!(worked.is_none_or(|ago| seen.rules.decide_days > 0 && ago > seen.rules.decide_days), "{what}: somebody has worked on {name} for {worked:?} days");
        sums[dispute.item] += claim.amount;
        ensure!(sums[dispute.item] <= seen.left[dispute.item] && claim.amount <= dispute.amount, "{what}: {} of {name}", sums[dispute.item]);
    }
    if row.action() == ActionKind::ResolveDispute {
        let small = row.draft.params.verdict.is_some_and(|verdict| verdict.state.name() == "valid") && row.draft.amount <= 50 * unit(row.draft.currency.code() == "JPY");
        ensure!(row.mode == Mode::Ask || small || row.reasons().iter().any(|reason| reason.code.name() == "approved"), "{what}: nobody is asked");
        ensure!(row.draft.params.claims.len() == 1, "{what}: {} disputes", row.draft.params.claims.len());
    }
    Ok(())
}
