//! What would let the engine act on a decision that it asks about: other settings, time, or people.

use super::change::{Change, Fact, Way};
use super::trial::Trial;
use crate::action::{GateMode, Mode};
use crate::calendar::{add_days, whole_days};
use crate::decision::{Decision, Unanswered};
use crate::reason::{Reason, ReasonCode};
use crate::report::Report;
use alloc::vec::Vec;
use serde_json::json;

/// What would let the engine act on the decision in a place, the smallest first; nothing where it acts, or where only a person can.
pub(super) fn ways(report: &Report, at: usize) -> Vec<Way> {
    let Some(decision) = report.parts.decisions.get(at).filter(|decision| decision.mode == Mode::Ask && !decision.action().needs_person()) else { return Vec::new() };
    let changed = |code| decision.reasons().iter().any(|reason| reason.code == code);
    // With another policy, what a person changed is the engine's proposal again.
    let kept = !changed(ReasonCode::Edited) && !changed(ReasonCode::EditVoid);
    let mut ways: Vec<Way> = if kept { Trial::new(report, at).and_then(Trial::solve).map(|(lifts, changes)| way(decision, lifts, changes)).into_iter().collect() } else { Vec::new() };
    ways.extend(waits(report, decision));
    ways.extend(approves(report, decision));
    ways.sort_by_key(Way::rank);
    ways
}

fn way(decision: &Decision, lifts: Vec<ReasonCode>, changes: Vec<Change>) -> Way {
    Way { lifts, items: None, decision_id: Some(decision.id.clone()), changes }
}

/// What forbids the decision.
fn forbidding(decision: &Decision) -> impl Iterator<Item = &Reason> {
    decision.gate.rules.iter().filter(|rule| rule.forbids).map(|rule| &rule.reason)
}

/// Nothing but time: a no that is waited for, or the days after a person dealt with the customer.
fn waits(report: &Report, decision: &Decision) -> Option<Way> {
    let veto = decision.gate.unanswered == Unanswered::Acts;
    let days = |code| decision.reasons().iter().rfind(|reason| reason.code == code).copied();
    let (reason, until) = if veto {
        let reason = days(ReasonCode::VetoWindow)?;
        (reason, add_days(decision.gate.asked_on?, whole_days(reason.limit)))
    } else {
        let mut rules = forbidding(decision);
        let only = *rules.next().filter(|reason| reason.code == ReasonCode::HumanTouch && decision.gate.mode != GateMode::Veto)?;
        rules.next().is_none().then_some((only, add_days(report.as_of, whole_days(only.limit - only.observed))))?
    };
    Some(way(decision, alloc::vec![reason.code], alloc::vec![Change::wait(until)]))
}

/// The simplest: people say yes. Not to what is stopped, nor where the policy has people do it themselves.
fn approves(report: &Report, decision: &Decision) -> Option<Way> {
    let stopped = forbidding(decision).any(|reason| matches!(reason.code, ReasonCode::KillSwitch | ReasonCode::Stopped | ReasonCode::AlwaysAsk));
    if stopped || decision.gate.mode <= GateMode::Suggest {
        return None;
    }
    let (draft, settings) = (&decision.draft, report.policy.settings(report.ledger.segment_of(decision.customer())));
    let wanted = settings.limits(draft.action).approvals(draft.amount, draft.currency);
    let given = forbidding(decision).find(|reason| reason.code == ReasonCode::SecondApproval).map_or(0, |reason| reason.observed);
    let change = Change::fact(Fact::Approved, &decision.ask_role, &[("decision_id", json!(decision.id)), ("approvals", json!((wanted - given).max(1)))]);
    Some(way(decision, super::codes(forbidding(decision)), alloc::vec![change]))
}
