//! One sentence for a person: what to do, about how much, and why.

use super::Report;
use crate::action::ActionKind;
use crate::decision::Decision;
use crate::money::{Money, minor_to_text};
use crate::reason::{Reason, ReasonCode};
use alloc::{format, string::String, vec::Vec};

/// What an action is called in a sentence.
const fn phrase(action: ActionKind) -> &'static str {
    match action {
        ActionKind::PostAllocation => "Post the payment of",
        ActionKind::AskRemittance => "Ask what the payment is for:",
        ActionKind::SendNotice => "Send a notice to",
        ActionKind::Call => "Call",
        ActionKind::NotifyOwner => "Tell the owner of",
        ActionKind::RouteDispute => "Bring the dispute to whoever can decide it:",
        ActionKind::RemindPromise => "Remind of today's promise:",
        ActionKind::Reply => "Answer",
        ActionKind::Wait => "Wait for",
        _ => "Look at",
    }
}

/// Groups the digits of an amount: `1,234,567.80`.
fn grouped(money: Money) -> String {
    let text = minor_to_text(money.minor(), money.currency().exponent());
    let (whole, part) = text.split_once('.').map_or((text.as_str(), String::new()), |(whole, part)| (whole, format!(".{part}")));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{} {sign}{out}{part}", money.currency())
}

/// Reasons that say nothing to the person who decides.
const fn is_silent(code: ReasonCode) -> bool {
    matches!(code, ReasonCode::AlwaysAsk | ReasonCode::LevelReached | ReasonCode::InsideLimits)
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

    /// What to do and why, in one sentence.
    pub fn why(&self, decision: &Decision) -> String {
        let money = Money::new(decision.draft.amount, decision.draft.currency);
        let exponent = decision.draft.currency.exponent();
        let told: Vec<String> = decision.reasons().iter().filter(|reason| !is_silent(reason.code)).map(|reason| reason_text(*reason, exponent)).collect();
        let about = if decision.draft.amount > 0 { format!(" about {}", grouped(money)) } else { String::new() };
        let about = if decision.draft.params.payment.is_some() { format!(", {}", grouped(money)) } else { about };
        let why = if told.is_empty() { String::new() } else { format!(": {}", told.join("; ")) };
        format!("{} {}{about}{why}.", phrase(decision.action()), self.name_of(decision))
    }
}

fn reason_text(reason: Reason, exponent: u8) -> String {
    reason.to_text(exponent)
}
