//! Nothing untrue goes out: every statement of a text is a fact of the notice, or follows exactly from the facts; else it is refused.
//!
//! The rules, without tolerance: (1) plain characters of the language's script; (2) every number, month, weekday, currency, link, address and
//! account is part of one claim; (3) each claim, read as the locale writes, is a fact or follows; (4) amounts, dates and days belong to the
//! invoice they stand with, and a total is the sum; (5) what is disputed, promised or paid is not asked for; (6) names and details of payment
//! are those of the facts; (7) consequences only where allowed, no urgency, event, offer or admission that the facts do not have; (8) what a
//! notice has to say is there; (9) the language is that of the facts, and nothing was left to be filled in.
//!
//! A text is refused when in doubt: what cannot be read is a finding. The work is linear in the text times the invoices of a sentence.

mod acts;
mod binding;
mod date;
mod entity;
mod facts;
mod facts_json;
mod hygiene;
mod language;
mod lexicon;
mod mandatory;
mod names;
mod number;
mod numerals;
mod text;
mod verdict;
mod verdict_json;

pub use facts::{Act, Creditor, Debtor, EventFact, Facts, InvoiceFact, InvoiceStatus, MOST_INVOICES, NoticePolicy, Offer};
pub use verdict::{Claim, ClaimKind, Finding, FindingCode, Verdict};

use alloc::vec::Vec;
use text::Text;

/// Checks a text (plain, not HTML) that is to go out against the facts of its notice. Whoever wrote it: accepted is only what is true.
///
/// # Examples
/// ```
/// use ar_core::conversation::verify::{Facts, FindingCode, verify_notice};
/// let facts = Facts::from_json(r#"{"as_of": "2026-03-20", "locale": "en-GB", "currency": "GBP", "stage": 1,
///     "creditor": {"name": "Northgate Ltd", "email": "ar@northgate.example", "pay_url": "https://pay.northgate.example"},
///     "debtor": {"name": "Harlow"}, "policy": {"allowed_acts": ["request_payment"]},
///     "invoices": [{"ref": "INV-7", "gross": "120.00", "open": "120.00", "due": "2026-03-10", "status": "open"}]}"#)?;
/// let text = "Dear customer,\n\nInvoice INV-7 for £120.00 was due on 10 March 2026 and is 10 days overdue. Please pay at \
///     https://pay.northgate.example or write to ar@northgate.example.\n\nNorthgate Ltd";
/// assert!(verify_notice(text, &facts).accepted);
/// let verdict = verify_notice(&text.replace("120.00", "210.00"), &facts);
/// assert_eq!(verdict.findings[0].code, FindingCode::BadAmount);
/// # Ok::<(), ar_core::Error>(())
/// ```
pub fn verify_notice(text: &str, facts: &Facts) -> Verdict {
    let mut text = Text::read(text, facts.language());
    let mut claims: Vec<Claim> = Vec::new();
    hygiene::check(&mut text, facts);
    entity::cover(&mut text, facts, &mut claims);
    date::cover(&mut text, facts.locale);
    entity::foreign_phones(&mut text, &mut claims);
    number::cover(&mut text, facts);
    let seen = binding::check(&mut text, facts, &mut claims);
    names::check(&mut text, facts);
    acts::check(&mut text, facts);
    hygiene::marks(&mut text);
    language::check(&mut text, facts.language());
    mandatory::check(&mut text, facts, &claims, &seen);
    let mut findings = text.findings;
    findings.sort_by_key(|finding| (finding.span.start, finding.code, finding.span.end));
    findings.dedup_by(|a, b| a.code == b.code && a.span == b.span);
    claims.sort_by_key(|claim| (claim.span, claim.kind));
    Verdict { accepted: findings.is_empty(), findings, claims }
}
