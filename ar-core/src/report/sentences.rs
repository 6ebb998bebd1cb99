//! One sentence for a person: what to do, about how much, and why.

use super::Report;
use crate::action::ActionKind;
use crate::decision::Decision;
use crate::money::grouped;
use crate::reason::ReasonCode;
use alloc::{format, string::String, vec::Vec};

/// What an action is called in a sentence.
const fn phrase(action: ActionKind) -> &'static str {
    match action {
        ActionKind::PostAllocation => "Post the payment of",
        ActionKind::AskRemittance => "Ask what the payment is for:",
        ActionKind::SendNotice => "Send a notice to",
        ActionKind::SendReminder => "Remind, before it is due,",
        ActionKind::Call => "Call",
        ActionKind::NotifyOwner => "Tell the owner of",
        ActionKind::RouteDispute => "Bring the dispute to whoever can decide it:",
        ActionKind::IssueCreditNote => "Issue a credit note to",
        ActionKind::OpenDispute => "Open a dispute with",
        ActionKind::ResolveDispute => "Decide the dispute of",
        ActionKind::RemindPromise => "Remind of today's promise:",
        ActionKind::Reply => "Answer",
        ActionKind::ChargeFee => "Charge a fee to",
        ActionKind::ChargeInterest => "Charge interest to",
        ActionKind::RetryPayment => "Try the failed payment again of",
        ActionKind::PlaceHold => "Hold the credit of",
        ActionKind::ReleaseHold => "Release the credit hold of",
        ActionKind::ChangeTerms => "Change the terms of",
        ActionKind::OfferPlan => "Offer a plan to",
        ActionKind::GrantExtension => "Grant more time to",
        ActionKind::WidenAutonomy => "Let the engine do more by itself:",
        ActionKind::Wait => "Wait for",
        _ => "Look at",
    }
}

/// Reasons that say nothing to the person who decides.
const fn is_silent(code: ReasonCode) -> bool {
    matches!(code, ReasonCode::AlwaysAsk | ReasonCode::PayerKnown | ReasonCode::LevelReached | ReasonCode::InsideLimits | ReasonCode::AutonomyLevel)
}

impl Report {
    /// The customer's name; its identifier where it has none; words where the payer is unknown.
    pub(super) fn name_of(&self, decision: &Decision) -> String {
        match decision.customer().and_then(|at| self.ledger.customer(at)) {
            Some(row) if !row.name.is_none() => self.ledger.text(row.name).into(),
            Some(row) => self.ledger.text(row.id).into(),
            None => {
                let payment = decision.draft.params.payment.and_then(|at| self.ledger.payment(at));
                let name = payment.map_or("", |row| self.ledger.text(row.payer_name));
                if name.is_empty() { "an unknown payer".into() } else { format!("'{name}' (not found among the customers)") }
            }
        }
    }

    /// Whom or what it is about.
    fn whom(&self, decision: &Decision) -> String {
        let Some(widening) = &decision.draft.params.widening else { return self.name_of(decision) };
        let whose = if widening.cell.segment.is_empty() { String::new() } else { format!(" for '{}'", widening.cell.segment) };
        format!("'{}'{whose} at level {}", widening.cell.action.name(), widening.level)
    }

    /// What to do and why, in one sentence.
    pub fn why(&self, decision: &Decision) -> String {
        let exponent = decision.draft.currency.exponent();
        let money = format!("{} {}", decision.draft.currency, grouped(decision.draft.amount, exponent));
        let told: Vec<String> = decision.reasons().iter().filter(|reason| !is_silent(reason.code)).map(|reason| reason.to_text(exponent)).collect();
        let about = match decision.draft.params.payment {
            Some(_) => format!(", {money}"),
            None if decision.draft.amount > 0 => format!(" about {money}"),
            None => String::new(),
        };
        let why = if told.is_empty() { String::new() } else { format!(": {}", told.join("; ")) };
        format!("{} {}{about}{why}.", phrase(decision.action()), self.whom(decision))
    }
}
