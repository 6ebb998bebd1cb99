//! Escalation: the gate. Default deny: a draft is acted on only if every rule permits it; any rule that forbids wins,
//! and says so. More amount, level or risk, or less confidence, never turns `ask` into `act`.

pub mod evidence;

use crate::action::{ActionKind, Mode};
use crate::calendar;
use crate::decision::{Decision, Draft, decision_id, is_rejected};
use crate::ledger::Books;
use crate::money::{Currency, units};
use crate::policy::{Policy, Settings};
use crate::reason::{Reason, ReasonCode};
use crate::record::Contact;
use alloc::{collections::BTreeMap, string::String};
use chrono::NaiveDate;

/// The autonomy level from which the engine acts inside the limits.
const ACTS_FROM: i64 = 2;

/// The gate of one run: policy, day, and what of the budgets is used.
pub struct Gate<'g> {
    books: &'g Books,
    policy: &'g Policy,
    digest: String,
    as_of: NaiveDate,
    used: BTreeMap<Currency, i64>,
}

impl<'g> Gate<'g> {
    /// A gate with nothing used.
    pub fn new(books: &'g Books, policy: &'g Policy, as_of: NaiveDate) -> Self {
        Self { books, policy, digest: policy.digest(), as_of, used: BTreeMap::new() }
    }

    /// The digest of the policy.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Decides who decides. `None` when the decision was reported done, or a person rejected exactly it; then the
    /// reason says which.
    pub fn pass(&mut self, mut draft: Draft, open: &[i64]) -> Result<Decision, Reason> {
        let id = decision_id(self.books, &self.digest, self.as_of, &draft, open);
        if self.books.done_on(&id).is_some() {
            return Err(Reason::bare(ReasonCode::AlreadyDone));
        }
        let verdict = self.books.verdict(&id);
        if is_rejected(self.books, &self.digest, self.as_of, &draft, open) {
            return Err(Reason::bare(ReasonCode::Rejected));
        }
        // A promise that a person looked at and approved is not looked at again.
        if draft.action == ActionKind::Review && !draft.params.promises.is_empty() && verdict.is_some() {
            return Err(Reason::bare(ReasonCode::Approved));
        }
        let settings = self.policy.settings(self.books.segment_of(draft.customer));
        let forbidden = self.forbidden(&draft, settings);
        let strategic = forbidden.is_some_and(|reason| reason.code == ReasonCode::StrategicCustomer);
        let mode = match (forbidden, verdict) {
            // What only a person can carry out stays asked for, approved or not; and the kill switch stops everything.
            (Some(reason), Some(_)) if !draft.action.needs_person() && reason.code != ReasonCode::KillSwitch => {
                draft.reasons.push(Reason::bare(ReasonCode::Approved));
                Mode::Act
            }
            (Some(reason), _) => {
                draft.reasons.push(reason);
                Mode::Ask
            }
            (None, _) => {
                draft.reasons.push(Reason::new(ReasonCode::InsideLimits, draft.amount, units(settings.autonomy.amount_limit, draft.currency)));
                *self.used.entry(draft.currency).or_insert(0) += draft.amount;
                Mode::Act
            }
        };
        // Waiting has no effect; it is never asked for.
        let mode = if draft.action == ActionKind::Wait { Mode::Act } else { mode };
        let ask_role = match mode {
            Mode::Act => String::new(),
            Mode::Ask if strategic || self.is_owners(&draft) => "account_owner".into(),
            Mode::Ask => draft.params.role.clone().unwrap_or_else(|| settings.role(draft.action).into()),
        };
        let expires_on = calendar::add_days(self.as_of, i32::try_from(settings.collections.decision_days).unwrap_or(5));
        Ok(Decision { id, draft, mode, ask_role, expires_on })
    }

    /// The terms of a strategic customer are its owner's to change, whatever the policy leaves to the engine.
    fn is_owners(&self, draft: &Draft) -> bool {
        draft.action == ActionKind::ChangeTerms && draft.customer.and_then(|at| self.books.customer(at)).is_some_and(|row| row.strategic)
    }

    /// The first rule that forbids acting, in the order of weight.
    fn forbidden(&self, draft: &Draft, settings: &Settings) -> Option<Reason> {
        let limits = &settings.autonomy;
        let level = settings.level(draft.action);
        if draft.action == ActionKind::Wait {
            return None;
        }
        if draft.action.needs_person() {
            return Some(Reason::bare(ReasonCode::AlwaysAsk));
        }
        if limits.kill_switch {
            return Some(Reason::bare(ReasonCode::KillSwitch));
        }
        if level < ACTS_FROM {
            return Some(Reason::new(ReasonCode::AutonomyLevel, level, ACTS_FROM));
        }
        let customer = draft.customer.and_then(|at| self.books.customer(at));
        let strategic = limits.ask_strategic && customer.is_some_and(|row| row.strategic) && draft.action != ActionKind::NotifyOwner && draft.action != ActionKind::PostAllocation;
        if strategic || self.is_owners(draft) {
            return Some(Reason::bare(ReasonCode::StrategicCustomer));
        }
        if !draft.certain {
            return Some(Reason::new(ReasonCode::NotCertain, draft.confidence_ppm, Reason::NOTHING));
        }
        if draft.confidence_ppm < limits.min_confidence {
            return Some(Reason::new(ReasonCode::ConfidenceLimit, draft.confidence_ppm, limits.min_confidence));
        }
        let most = units(limits.amount_limit, draft.currency);
        if draft.amount > most {
            return Some(Reason::new(ReasonCode::AmountLimit, draft.amount, most));
        }
        if i64::from(draft.params.level) > limits.dunning_level_limit {
            return Some(Reason::new(ReasonCode::LevelLimit, i64::from(draft.params.level), limits.dunning_level_limit));
        }
        let outside = |contact: &&Contact| contact.on <= self.as_of && self.books.text(contact.channel) != Contact::OWNER;
        let first = draft.customer.is_some_and(|at| !self.books.contacts_of(at).iter().any(|contact| outside(&contact)));
        if limits.ask_first_contact && first && (draft.action.is_message() || draft.action == ActionKind::AskRemittance) {
            return Some(Reason::bare(ReasonCode::FirstContact));
        }
        let budget = units(limits.run_budget, draft.currency);
        let used = self.used.get(&draft.currency).copied().unwrap_or(0).saturating_add(draft.amount);
        (used > budget).then_some(Reason::new(ReasonCode::BudgetLimit, used, budget))
    }
}
