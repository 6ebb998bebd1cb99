//! The thresholds of the gate. Each rule compares two numbers, or asks about a fact, and forbids or does not; all are asked, and any
//! that forbids wins. A rule never permits more for more amount, level or risk, or for less confidence.

use super::{Gate, budgets};
use crate::action::{ActionKind, GateMode};
use crate::calendar::days_between;
use crate::decision::{Arrangement, Draft, Rule};
use crate::money::units;
use crate::policy::Settings;
use crate::policy::autonomy::Autonomy;
use crate::reason::{Reason, ReasonCode};
use crate::record::{AllocationKind, Contact, Customer};
use alloc::vec::Vec;
use chrono::NaiveDate;

/// What the rules look at.
pub(super) struct Case<'c> {
    pub(super) gate: &'c Gate<'c>,
    pub(super) draft: &'c Draft,
    pub(super) settings: &'c Settings,
    pub(super) limits: &'c Autonomy,
    pub(super) mode: GateMode,
    /// What the amounts of the limits are multiplied with.
    pub(super) times: i64,
    pub(super) customer: Option<&'c Customer>,
}

/// Rules as they are asked.
#[derive(Default)]
pub(super) struct Asked(pub(super) Vec<Rule>);

impl Asked {
    /// A fact that forbids where it is so.
    fn fact(&mut self, code: ReasonCode, forbids: bool) {
        self.0.push(Rule { reason: Reason::bare(code), forbids });
    }

    /// A number that may be at most another.
    pub(super) fn most(&mut self, code: ReasonCode, observed: i64, limit: i64) {
        self.0.push(Rule { reason: Reason::new(code, observed, limit), forbids: observed > limit });
    }

    /// A number that must be at least another.
    fn least(&mut self, code: ReasonCode, observed: i64, limit: i64) {
        self.0.push(Rule { reason: Reason::new(code, observed, limit), forbids: observed < limit });
    }
}

impl Case<'_> {
    /// Asks every rule that applies, in the order of weight.
    pub(super) fn ask(&self) -> Vec<Rule> {
        let mut asked = Asked(Vec::with_capacity(12));
        self.trust(&mut asked);
        self.people(&mut asked);
        if self.mode != GateMode::Act {
            self.size(&mut asked);
            self.granted(&mut asked);
        }
        budgets::ask(self, &mut asked);
        asked.0
    }

    /// Minor units of a limit on amounts, at the level in force.
    pub(super) fn amount(&self, limit: i64) -> i64 {
        units(limit.saturating_mul(self.times), self.draft.currency)
    }

    /// Whether the draft is right.
    fn trust(&self, asked: &mut Asked) {
        let (draft, limits) = (self.draft, self.limits);
        let free = matches!(draft.action, ActionKind::NotifyOwner | ActionKind::PostAllocation);
        let strategic = self.customer.is_some_and(|row| row.strategic);
        if strategic {
            asked.fact(ReasonCode::StrategicCustomer, (limits.ask_strategic && !free) || self.gate.is_owners(draft));
        }
        if draft.certain {
            asked.least(ReasonCode::ConfidenceLimit, draft.confidence_ppm, limits.min_confidence);
        } else {
            asked.0.push(Rule { reason: Reason::new(ReasonCode::NotCertain, draft.confidence_ppm, Reason::NOTHING), forbids: true });
        }
        match draft.action {
            ActionKind::PlaceHold | ActionKind::ReleaseHold => asked.fact(ReasonCode::CreditHoldAsks, limits.ask_credit_hold),
            ActionKind::HandOver => asked.fact(ReasonCode::HandOverAsks, limits.ask_hand_over),
            _ => {}
        }
        if limits.min_precedents > 0 {
            asked.least(ReasonCode::Precedents, self.gate.history.precedents(draft), limits.min_precedents);
        }
    }

    /// Whether a person should be in, whatever the draft is.
    fn people(&self, asked: &mut Asked) {
        let (draft, limits, supervision) = (self.draft, self.limits, &self.settings.supervision);
        let books = self.gate.books;
        let speaks = draft.action.is_contact() || draft.action == ActionKind::AskRemittance;
        if !supervision.languages.is_empty() && speaks {
            let language = self.customer.map_or("", |row| books.text(row.language));
            asked.fact(ReasonCode::LanguageAsks, !supervision.languages.iter().any(|of| of == language));
        }
        if !supervision.countries.is_empty() {
            let country = self.customer.map_or("", |row| books.text(row.country));
            asked.fact(ReasonCode::CountryAsks, !supervision.countries.iter().any(|of| of == country));
        }
        let touched = || draft.customer.and_then(|at| self.gate.touched_on(at));
        let ago = |on: NaiveDate| i64::from(days_between(on, self.gate.as_of));
        if limits.human_touch_days > 0
            && let Some(days) = touched().map(ago)
        {
            asked.0.push(Rule { reason: Reason::new(ReasonCode::HumanTouch, days, limits.human_touch_days), forbids: days < limits.human_touch_days });
        }
        let contacts = || draft.customer.map_or(&[][..], |at| books.contacts_of(at)).iter().filter(|contact| contact.on <= self.gate.as_of && books.text(contact.channel) != Contact::OWNER);
        if limits.unattended_days > 0 {
            let days = touched().or_else(|| contacts().map(|contact| contact.on).min()).map_or(0, ago);
            asked.most(ReasonCode::Unattended, days, limits.unattended_days);
        }
        if limits.ask_first_contact && (draft.action.is_message() || draft.action == ActionKind::AskRemittance) {
            asked.fact(ReasonCode::FirstContact, contacts().next().is_none());
        }
    }

    /// How much it is about.
    fn size(&self, asked: &mut Asked) {
        let (draft, limits) = (self.draft, self.limits);
        asked.most(ReasonCode::AmountLimit, draft.amount, self.amount(limits.amount_limit));
        if draft.params.level > 0 {
            asked.most(ReasonCode::LevelLimit, i64::from(draft.params.level), limits.dunning_level_limit);
        }
        if let Some(tone) = draft.params.tone {
            asked.most(ReasonCode::ToneLimit, tone as i64, limits.tone_limit as i64);
        }
        if draft.action == ActionKind::WriteOff {
            asked.most(ReasonCode::WriteOffLimit, draft.amount, self.amount(limits.write_off_limit));
        }
        let of_kind = |kind| draft.params.lines.iter().filter(|line| line.kind == kind).fold(0, |sum: i64, line| sum.saturating_add(line.amount.saturating_abs()));
        for (kind, code, limit) in [(AllocationKind::Discount, ReasonCode::DiscountLimit, limits.discount_limit), (AllocationKind::WriteOff, ReasonCode::WriteOffLimit, limits.write_off_limit)] {
            if draft.params.lines.iter().any(|line| line.kind == kind) {
                asked.most(code, of_kind(kind), self.amount(limit));
            }
        }
    }

    /// What the customer is granted.
    fn granted(&self, asked: &mut Asked) {
        let limits = self.limits;
        match &self.draft.params.arrangement {
            Some(Arrangement::Plan(parts)) => {
                let last = parts.iter().map(|part| part.0).max().map_or(0, |on| i64::from(days_between(self.gate.as_of, on)));
                asked.most(ReasonCode::PlanParts, parts.len() as i64, limits.plan_parts_limit);
                asked.most(ReasonCode::PlanDays, last, limits.plan_days_limit);
                asked.most(ReasonCode::PlanAmount, self.draft.amount, self.amount(limits.plan_amount_limit));
            }
            Some(Arrangement::Extension(due_on)) => {
                let due = self.draft.items.iter().filter_map(|at| self.gate.books.item(*at)).map(|item| item.due_on).min();
                asked.most(ReasonCode::ExtensionDays, due.map_or(0, |due| i64::from(days_between(due, *due_on))), limits.extension_days_limit);
            }
            Some(Arrangement::Hold(_) | Arrangement::Terms(_)) | None => {}
        }
    }
}
