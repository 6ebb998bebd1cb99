//! What a notice has to say: who is owed, for which invoices and how much, since when, how to pay, by when, and where to ask.

use super::binding::Seen;
use super::facts::{Act, Facts, InvoiceStatus};
use super::text::Text;
use super::verdict::{Claim, FindingCode};
use crate::conversation::token::Span;
use alloc::{format, string::String};

pub(super) fn check(text: &mut Text, facts: &Facts, claims: &[Claim], seen: &Seen) {
    let end = text.raw.len() as u32;
    let mut missing = |code: FindingCode, message: String| text.find(code, Span { start: end, end }, message);
    let told = |path: &str| claims.iter().any(|claim| claim.fact.as_deref() == Some(path));
    if !told("creditor.name") {
        missing(FindingCode::MissingCreditor, "the creditor is not named".into());
    }
    // What is asked for: what is late, or before that all that is open.
    let asked = |late: bool| facts.known().iter().enumerate().filter(move |row| row.1.status == InvoiceStatus::Open && (!late || facts.days_late(row.1) > 0));
    let any_late = asked(true).next().is_some();
    for (at, invoice) in asked(any_late) {
        let said = seen.invoices.get(at).copied().unwrap_or_default();
        if !said.named {
            missing(FindingCode::MissingReference, format!("{} is not named", invoice.reference));
            continue;
        }
        if !said.open {
            missing(FindingCode::MissingAmount, format!("what is open of {} is not named", invoice.reference));
        }
        if !said.due {
            missing(FindingCode::MissingDueDate, format!("the due date of {} is not named", invoice.reference));
        }
    }
    let asks = facts.policy.allowed_acts.is_empty() || facts.allows(Act::RequestPayment);
    let creditor = &facts.creditor;
    let ways = creditor.iban.is_some() || creditor.pay_url.is_some() || !creditor.details.is_empty();
    let details = claims.iter().any(|claim| claim.fact.as_deref().is_some_and(|fact| fact.starts_with("creditor.details")));
    if asks && ways && !told("creditor.iban") && !told("creditor.pay_url") && !details {
        missing(FindingCode::MissingPayDetails, "it is not said how to pay".into());
    }
    if facts.policy.deadline.is_some() && !seen.deadline {
        missing(FindingCode::MissingDeadline, "the day by which payment is asked for is not named".into());
    }
    if (creditor.email.is_some() || creditor.phone.is_some()) && !told("creditor.email") && !told("creditor.phone") {
        missing(FindingCode::MissingContact, "it is not said where to dispute or ask".into());
    }
}
