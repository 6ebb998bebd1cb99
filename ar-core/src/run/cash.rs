//! The cash of a day: each payment gets its answer, and the gate says what is posted.

use super::Day;
use crate::action::{ActionKind, Mode};
use crate::calendar;
use crate::collections::{self, Loose};
use crate::decision::{Decision, Draft, Params};
use crate::error::Error;
use crate::escalation::Gate;
use crate::ledger::Books;
use crate::matching::{self, Answer, Certificate, MatchStatus};
use crate::money::Currency;
use crate::reason::{Reason, ReasonCode};
use crate::record::{Contact, CustomerIdx};
use crate::report;
use crate::scoring::{self, Worth};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

impl Day<'_> {
    /// Matches the payments and passes each answer through the gate. What may be posted is no longer open; what is
    /// only proposed holds its items. Returns the answers, the decision of each, and what is usual among what is left open.
    pub(super) fn apply_cash(&mut self, gate: &mut Gate<'_>) -> Result<report::Parts, Error> {
        let mut decisions = Vec::new();
        let mut remaining = self.open.clone();
        let mut answers = matching::match_payments(self.books, self.policy.base(), &self.models.cash, self.as_of, &mut remaining, self.watch);
        self.watch.check()?;
        let mut posted = Vec::with_capacity(answers.len());
        let mut asked: BTreeSet<CustomerIdx> = BTreeSet::new();
        for answer in &mut answers {
            // One question a customer and day is enough; the others are asked on another.
            let draft = self.cash_draft(answer).filter(|draft| draft.action != ActionKind::AskRemittance || draft.customer.is_none_or(|at| asked.insert(at)));
            let decision = draft.and_then(|draft| gate.pass(draft, &self.open).ok());
            let acted = decision.as_ref().is_some_and(|decision| decision.mode == Mode::Act && decision.draft.action == ActionKind::PostAllocation);
            if let Some(decision) = decision.as_ref().filter(|_| acted) {
                answer.post_instead(&decision.draft.params.lines);
            }
            self.place(answer, acted);
            posted.push(decision.map(|decision| {
                decisions.push(decision);
                decisions.len() as u32 - 1
            }));
            if acted {
                self.deduct(answer, gate, &mut decisions);
            }
        }
        self.loose.sort_by_key(|row| (row.0, row.1.currency, row.1.received_on, row.1.amount));
        self.usual = usual_amounts(self.books, &self.open);
        Ok(report::Parts { answers, posted, decisions, usual: self.usual.clone(), ..report::Parts::default() })
    }

    /// What was kept back of the items of a posting is worked on as a deduction from the day it is seen.
    fn deduct(&mut self, answer: &Answer, gate: &mut Gate<'_>, decisions: &mut Vec<Decision>) {
        let Some(posting) = decisions.last().map(|decision| decision.id.clone()) else { return };
        for kept in &answer.kept_back {
            let Some(item) = self.books.item(kept.item) else { continue };
            let draft = Draft {
                customer: Some(item.customer),
                currency: item.currency,
                items: alloc::vec![kept.item],
                action: ActionKind::CreateDeduction,
                amount: kept.amount,
                priority: self.policy.base().scoring.points_amount / 2,
                worth: Worth::of_cash(kept.amount, self.policy.base()),
                options: Vec::new(),
                confidence_ppm: answer.confidence_ppm,
                certain: true,
                params: Params { payment: Some(answer.payment), kept_back: Some((kept.clone(), posting.clone())), ..Params::default() },
                reasons: alloc::vec![Reason::new(ReasonCode::ShortPaid, kept.amount, Reason::NOTHING)],
            };
            let Ok(decision) = gate.pass(draft, &self.open) else { continue };
            // What is a deduction, or waits to be one, is no longer dunned as what it was.
            let acted = decision.mode == Mode::Act;
            let place = if acted { self.open.get_mut(kept.item.0 as usize) } else { self.pending.get_mut(kept.item.0 as usize) };
            if let Some(place) = place {
                *place = if acted { *place - kept.amount } else { place.saturating_add(kept.amount) };
            }
            decisions.push(decision);
        }
    }

    /// Where the money of an answer stands for the rest of the day.
    fn place(&mut self, answer: &Answer, acted: bool) {
        let Some(payment) = self.books.payment(answer.payment).filter(|payment| !payment.failed) else { return };
        // What a person approved is placed, however many explanations there were.
        let placed = acted || (answer.certificate != Certificate::Tied && answer.status != MatchStatus::Unmatched);
        for line in &answer.lines {
            let at = line.item.0 as usize;
            if let Some(open) = self.open.get_mut(at).filter(|_| acted) {
                *open -= line.item_amount.abs();
            } else if let Some(pending) = self.pending.get_mut(at).filter(|_| placed) {
                *pending = pending.saturating_add(line.item_amount.abs());
            }
        }
        let explained = answer.cash();
        let loose = if placed { answer.unapplied } else { answer.unapplied + explained };
        if let Some(customer) = answer.customer.filter(|_| loose > 0) {
            self.loose.push((customer, Loose { currency: payment.currency, amount: loose, received_on: payment.received_on, whole: !placed }));
        }
    }

    /// Whether nothing may be sent to the customer: then a person looks instead of a question going out.
    fn is_silent(&self, at: CustomerIdx) -> bool {
        let Some(customer) = self.books.customer(at) else { return true };
        let settings = self.policy.settings(self.books.text(customer.segment));
        collections::silence(customer, scoring::severity(self.books, at, self.as_of, settings), settings, self.as_of).is_some()
    }

    fn cash_draft(&self, answer: &Answer) -> Option<Draft> {
        let payment = self.books.payment(answer.payment).filter(|payment| !payment.failed)?;
        let explained = answer.cash();
        let asked = || {
            let settings = self.policy.base();
            let recent =
                |contact: &&Contact| self.books.text(contact.channel) == Contact::REMITTANCE && i64::from(calendar::days_between(contact.on, self.as_of)) < settings.collections.min_interval_days;
            answer.customer.is_some_and(|at| self.books.contacts_of(at).iter().any(|contact| recent(&contact)))
        };
        let action = match answer.status {
            MatchStatus::Auto | MatchStatus::Propose => ActionKind::PostAllocation,
            // What a posting left over stays on account until there is something to apply it to.
            MatchStatus::Unmatched if answer.unapplied < payment.amount => return None,
            MatchStatus::Unmatched if answer.customer.is_none() => ActionKind::Review,
            MatchStatus::Unmatched if asked() => return None,
            MatchStatus::Unmatched if answer.customer.is_some_and(|at| self.is_silent(at)) => ActionKind::Review,
            MatchStatus::Unmatched => ActionKind::AskRemittance,
        };
        let amount = if explained > 0 { explained } else { answer.unapplied };
        Some(Draft {
            customer: answer.customer,
            currency: payment.currency,
            items: answer.lines.iter().map(|line| line.item).collect(),
            action,
            amount,
            priority: self.policy.base().scoring.points_amount / 2,
            worth: Worth::of_cash(amount, self.policy.base()),
            options: Vec::new(),
            confidence_ppm: if answer.lines.is_empty() { 1_000_000 } else { answer.confidence_ppm },
            certain: answer.status != MatchStatus::Propose,
            params: Params { payment: Some(answer.payment), lines: answer.lines.clone(), ..Params::default() },
            reasons: answer.reasons.clone(),
        })
    }

    /// What the day leaves unapplied of each payment.
    pub(super) fn left_of_payments(&self, found: &report::Parts) -> Vec<i64> {
        let mut left = self.books.unapplied_all(self.as_of);
        for (answer, decision) in found.answers.iter().zip(&found.posted) {
            let acted = decision.and_then(|at| found.decisions.get(at as usize)).is_some_and(|decision| decision.mode == Mode::Act && decision.draft.action == ActionKind::PostAllocation);
            if let Some(left) = left.get_mut(answer.payment.0 as usize).filter(|_| acted) {
                *left -= answer.cash();
            }
        }
        left
    }
}

fn usual_amounts(books: &Books, open: &[i64]) -> BTreeMap<Currency, i64> {
    let mut amounts: BTreeMap<Currency, Vec<i64>> = BTreeMap::new();
    for (item, open) in books.items().iter().zip(open).filter(|(item, open)| **open > 0 && !item.kind.is_credit()) {
        amounts.entry(item.currency).or_default().push(*open);
    }
    amounts
        .into_iter()
        .map(|(currency, mut amounts)| {
            let middle = amounts.len() / 2;
            let (_, median, _) = amounts.select_nth_unstable(middle);
            (currency, *median)
        })
        .collect()
}
