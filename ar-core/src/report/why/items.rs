//! What would lift the reasons that hold a customer's items.

use super::change::{Change, Fact, Way};
use crate::action::{ActionKind, GateMode, Mode};
use crate::calendar::days_between;
use crate::collections::Outcome;
use crate::decision::Decision;
use crate::ledger::Books;
use crate::policy::{Settings, Step};
use crate::reason::{Reason, ReasonCode};
use crate::record::{CustomerIdx, Item, ItemIdx, PromiseState, Reply};
use crate::report::Report;
use alloc::vec::Vec;
use chrono::NaiveDate;
use serde_json::{Value, json};

/// One item, and what holds it.
pub(super) struct Case<'c> {
    pub(super) report: &'c Report,
    pub(super) customer: CustomerIdx,
    pub(super) settings: &'c Settings,
    pub(super) at: ItemIdx,
    pub(super) item: &'c Item,
    pub(super) reason: Reason,
    /// What was asked for.
    wanted: ActionKind,
}

/// What lifts each reason that holds items of the customer, the smallest first.
pub(super) fn ways(report: &Report, customer: CustomerIdx, wanted: ActionKind) -> Vec<Way> {
    let settings = report.policy.settings(report.ledger.segment_of(Some(customer)));
    let mut found: Vec<(Reason, Way)> = Vec::new();
    for outcome in report.outcomes_of(customer) {
        let Some(item) = report.ledger.item(outcome.item) else { continue };
        let case = Case { report, customer, settings, at: outcome.item, item, reason: outcome.reason, wanted };
        let mut alternatives = case.alternatives();
        alternatives.extend(case.decided(outcome));
        for changes in alternatives.into_iter().filter(|changes| !changes.is_empty()) {
            add(&mut found, outcome.reason, changes);
        }
    }
    let settings_of = |way: &Way| -> Vec<_> {
        let changes = way.changes.iter();
        changes.filter_map(|change| if let Change::Setting { place, to, .. } = change { Some((place.clone(), to.clone())) } else { None }).collect()
    };
    let mut ways: Vec<Way> = found.into_iter().map(|row| row.1).filter(|way| !way.changes.iter().any(Change::is_setting) || report.policy.with(&settings_of(way)).is_ok()).collect();
    ways.sort_by_key(Way::rank);
    ways
}

/// What lifts the same reason from several items is one way, that does for all of them.
fn add(found: &mut Vec<(Reason, Way)>, reason: Reason, changes: Vec<Change>) {
    for (known, way) in found.iter_mut().filter(|row| row.0 == reason) {
        let mut merged = way.changes.clone();
        if merged.len() == changes.len() && merged.iter_mut().zip(&changes).all(|(mine, other)| mine.merge(other)) {
            (*known, way.changes, way.items) = (reason, merged, way.items.map(|items| items + 1));
            return;
        }
    }
    found.push((reason, Way { lifts: alloc::vec![reason.code], items: Some(1), decision_id: None, changes }));
}

fn ids(all: impl Iterator<Item = impl Into<Value>>) -> Value {
    Value::Array(all.map(Into::into).collect())
}

impl Case<'_> {
    pub(super) fn books(&self) -> &Books {
        &self.report.ledger
    }

    pub(super) fn set(&self, path: &[Step], from: impl Into<Value>, to: impl Into<Value>) -> Change {
        let place = self.report.policy.place(self.books().segment_of(Some(self.customer)), path);
        Change::Setting { place, from: from.into(), to: to.into() }
    }

    /// A number of the section `collections`.
    pub(super) fn limit(&self, name: &str, from: i64, to: i64) -> Change {
        self.set(&["collections".into(), name.into()], from, to)
    }

    fn off(&self, name: &str) -> Vec<Vec<Change>> {
        alloc::vec![alloc::vec![self.set(&["collections".into(), name.into()], true, false)]]
    }

    pub(super) fn or_wait(changes: Vec<Change>, until: Option<NaiveDate>) -> Vec<Vec<Change>> {
        alloc::vec![changes, until.map(Change::wait).into_iter().collect()]
    }

    fn fact(&self, fact: Fact, who: &str, name: &str, about: Value) -> Vec<Vec<Change>> {
        alloc::vec![alloc::vec![Change::fact(fact, who, &[(name, about)])]]
    }

    /// The decisions of the customer about the item.
    fn about(&self, action: ActionKind) -> impl Iterator<Item = &Decision> {
        let about = move |row: &&Decision| row.action() == action && (row.draft.items.contains(&self.at) || row.draft.params.lines.iter().any(|line| line.item == self.at));
        self.report.parts.decisions.iter().filter(about)
    }

    /// Each alone lifts the reason from the item.
    fn alternatives(&self) -> Vec<Vec<Change>> {
        let (limits, reason) = (&self.settings.collections, self.reason);
        let more = reason.observed.saturating_add(1);
        match reason.code {
            ReasonCode::NotDue => self.not_due(),
            ReasonCode::DisputeOpen => self.disputed(),
            ReasonCode::PromiseLive => {
                let promises = self.books().promises_of(self.customer).iter().filter(|row| row.item.is_none_or(|at| at == self.at) && row.state_on(self.report.as_of) == PromiseState::Open);
                let mut found = self.fact(Fact::Withdrawn, "customer", "promise_ids", ids(promises.map(|row| self.books().text(row.id))));
                found.push(self.promised_until().map(Change::wait).into_iter().collect());
                found
            }
            ReasonCode::PlanActive => {
                let plans = self.books().plans_of(self.customer).iter().filter(|plan| self.books().item_list(&plan.items).contains(&self.at));
                self.fact(Fact::PlanEnded, "customer", "plan_ids", ids(plans.map(|plan| self.books().text(plan.id))))
            }
            ReasonCode::Blocked => Self::or_wait(Vec::new(), self.blocked_until()),
            ReasonCode::CashLanded => self.landed(),
            ReasonCode::CreditsCover => self.off("hold_on_credits"),
            ReasonCode::CurrencyNotDunned => self.off("listed_currencies_only"),
            ReasonCode::NoticeTooRecent => self.too_recent(),
            ReasonCode::BelowMinimum => alloc::vec![self.below()],
            ReasonCode::LadderExhausted => {
                let ago = self.own(self.report.as_of).filter(|ago| limits.repeat_last_days == 0 && *ago > 0);
                alloc::vec![ago.map(|ago| self.limit("repeat_last_days", 0, ago.min(365))).into_iter().collect()]
            }
            ReasonCode::WithinHabit => Self::or_wait(self.habit(), Some(self.in_days(reason.limit + 1 - reason.observed))),
            ReasonCode::ReplyWaiting => self.fact(Fact::Answered, self.settings.role(ActionKind::Reply), "reply_ids", self.replies()),
            ReasonCode::DoNotContact => self.fact(Fact::Customer, "collector", "do_not_contact", json!(false)),
            ReasonCode::NoChannel => self.fact(Fact::Customer, "collector", "channels", json!(self.settings.contact.channels)),
            ReasonCode::StopSignal => Self::or_wait(alloc::vec![self.limit("stop_severity", reason.limit, more)], self.signals_fade()),
            ReasonCode::ContactCap => self.contact_cap(),
            ReasonCode::CallCap => {
                Self::or_wait(alloc::vec![self.limit("call_cap", reason.limit, reason.observed + self.place_in_line())], self.calls_fade().filter(|_| self.drafted(ActionKind::Call) == 0))
            }
            ReasonCode::MaxContacts => alloc::vec![alloc::vec![self.limit("max_contacts", reason.limit, more)]],
            ReasonCode::QuietPeriod => Self::or_wait(alloc::vec![self.limit("quiet_days", reason.limit, reason.observed)], Some(self.in_days(reason.limit - reason.observed))),
            ReasonCode::DisputeGrace => {
                let ago = self.lost_ago().unwrap_or(reason.observed);
                Self::or_wait(alloc::vec![self.limit("dispute_grace_days", reason.limit, ago)], Some(self.in_days(reason.limit - ago)))
            }
            ReasonCode::CashUnplaced => self.unplaced_cash(),
            ReasonCode::CreditOwed => {
                self.fact(Fact::Credited, self.settings.role(ActionKind::IssueCreditNote), "decision_ids", ids(self.about(ActionKind::IssueCreditNote).map(|row| row.id.as_str())))
            }
            ReasonCode::SwitchedOff if self.settings.supervision.modes.get(&self.wanted) == Some(&GateMode::Off) => {
                alloc::vec![alloc::vec![self.set(&["autonomy".into(), "modes".into(), self.wanted.name().into()], GateMode::Off.name(), GateMode::Approve.name())]]
            }
            ReasonCode::Rejected => alloc::vec![alloc::vec![Change::fact(Fact::Approved, self.settings.role(self.wanted), &[])]],
            _ => Vec::new(),
        }
    }

    /// Another decision has the item: what becomes of that comes first.
    fn decided(&self, outcome: &Outcome) -> Option<Vec<Change>> {
        let decision = outcome.draft.and_then(|at| self.report.parts.decisions.get(at as usize));
        let beside = || {
            let other = |row: &&Decision| row.customer() == Some(self.customer) && row.mode == Mode::Ask && row.action() != self.wanted;
            self.report.parts.decisions.iter().find(other).filter(|_| self.reason.code == ReasonCode::PersonActs)
        };
        let decision = decision.or_else(beside).filter(|decision| decision.action() != self.wanted)?;
        let who = if decision.ask_role.is_empty() { "engine" } else { decision.ask_role.as_str() };
        Some(alloc::vec![Change::fact(Fact::Decided, who, &[("decision_ids", json!([decision.id]))])])
    }

    fn disputed(&self) -> Vec<Vec<Change>> {
        let live = self.books().disputes_of(self.customer).iter().filter(|row| row.item == self.at && row.is_live_on(self.report.as_of));
        let mut found = self.fact(Fact::Resolved, self.settings.role(ActionKind::ResolveDispute), "dispute_ids", ids(live.map(|row| self.books().text(row.id))));
        if self.settings.collections.hold_whole_item && self.reason.observed < self.reason.limit {
            found.extend(self.off("hold_whole_item"));
        }
        found
    }

    fn landed(&self) -> Vec<Vec<Change>> {
        let waits = self.about(ActionKind::PostAllocation).chain(self.about(ActionKind::CreateDeduction)).filter(|row| row.mode == Mode::Ask);
        self.fact(Fact::Posted, self.settings.role(ActionKind::PostAllocation), "decision_ids", ids(waits.map(|row| row.id.as_str())))
    }

    fn replies(&self) -> Value {
        let (day, window) = (self.report.as_of, self.settings.collections.reply_window_days);
        let waits = |row: &&Reply| (0..=window).contains(&i64::from(days_between(row.received_on, day))) && row.answered_on.is_none_or(|on| on > day);
        ids(self.books().replies_of(self.customer).iter().filter(waits).map(|row| self.books().text(row.id)))
    }

    pub(super) fn drafted(&self, action: ActionKind) -> i64 {
        self.report.parts.decisions.iter().filter(|row| row.customer() == Some(self.customer) && row.action() == action).count() as i64
    }

    fn unplaced_cash(&self) -> Vec<Vec<Change>> {
        let (limits, currency) = (&self.settings.collections, self.item.currency);
        let fresh = || self.unplaced(currency).filter(|(_, ago)| *ago < limits.hold_unplaced_cash_days);
        let payments = fresh().filter_map(|(answer, _)| self.books().payment(answer.payment)).map(|row| self.books().text(row.id));
        let mut found = self.fact(Fact::Posted, self.settings.role(ActionKind::PostAllocation), "payment_ids", ids(payments));
        if let Some(ago) = fresh().map(|row| row.1).min() {
            found.push(alloc::vec![self.limit("hold_unplaced_cash_days", limits.hold_unplaced_cash_days, ago.max(0))]);
            found.push(alloc::vec![Change::wait(self.in_days(limits.hold_unplaced_cash_days - ago))]);
        }
        found
    }
}
