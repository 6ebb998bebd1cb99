//! Matching: cash application. For each payment: who paid, what the text says, which open items explain it exactly,
//! and how many other explanations fit as well. Nothing but an exact, unique, listed explanation is certain.

mod explain;
mod payer;
mod references;

use crate::ledger::Books;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{AllocationKind, CustomerIdx, ItemIdx, PaymentIdx};
use crate::text::words;
use alloc::vec::Vec;
use chrono::NaiveDate;
use payer::PayerIndex;
use references::ReferenceIndex;

words! {
    /// How far a payment is explained.
    MatchStatus {
        /// Certain by the rules of the policy: may be posted, if the gate lets it.
        Auto = "auto",
        /// Explained, but not certainly: a person decides.
        Propose = "propose",
        /// Not explained.
        Unmatched = "unmatched",
    }
}

words! {
    /// What is known of rival explanations.
    Certificate {
        /// No other explanation of any class that was tried fits.
        Unique = "unique",
        /// Others fit as well; they are in the alternatives.
        Tied = "tied",
        /// The search budget was reached: others may fit.
        Bounded = "bounded",
    }
}

/// One line of a proposed posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The item that is reduced.
    pub item: ItemIdx,
    /// By so many minor units.
    pub amount: i64,
    /// What it stands for.
    pub kind: AllocationKind,
}

/// The answer for one payment. Every payment with something unapplied gets exactly one, and so does one that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The payment.
    pub payment: PaymentIdx,
    /// Who paid, as far as found.
    pub customer: Option<CustomerIdx>,
    /// How far it is explained.
    pub status: MatchStatus,
    /// Probability that the explanation is right, in parts per million. See `explain::confidence` for its source.
    pub confidence_ppm: i64,
    /// What is known of rivals.
    pub certificate: Certificate,
    /// The explanation.
    pub lines: Vec<Line>,
    /// Rival explanations, as sets of items.
    pub alternatives: Vec<Vec<ItemIdx>>,
    /// What the explanation leaves of the payment.
    pub unapplied: i64,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Works through the payments in order of the day received, then identifier: first what is certain, then the rest on
/// what the certain ones leave. No two answers use the same money of an item: `open` is lowered as it goes, so that
/// whatever is posted or approved of a day fits together.
pub fn match_payments(books: &Books, settings: &Settings, as_of: NaiveDate, open: &mut [i64]) -> Vec<Answer> {
    let unapplied = books.unapplied_all(as_of);
    if unapplied.iter().all(|amount| *amount == 0) && !books.payments().iter().any(|payment| payment.failed) {
        return Vec::new();
    }
    let references = ReferenceIndex::new(books, open, settings.matching.min_reference_length);
    let payers = PayerIndex::new(books);
    let question = |at: PaymentIdx, amount: i64| books.payment(at).map(|payment| explain::Question { books, settings, as_of, at, payment, amount, references: &references, payers: &payers });
    let mut answers = Vec::new();
    let mut later: Vec<(usize, PaymentIdx, i64)> = Vec::new();
    for (at, (payment, amount)) in (0u32..).map(PaymentIdx).zip(books.payments().iter().zip(unapplied)).filter(|(_, (payment, _))| payment.received_on <= as_of) {
        if payment.failed {
            answers.push(failed(at, payment.customer));
        } else if let Some(question) = question(at, amount).filter(|_| amount > 0) {
            let answer = explain::explain(&question, open);
            if answer.status == MatchStatus::Auto {
                take(&answer, open);
            } else {
                later.push((answers.len(), at, amount));
            }
            answers.push(answer);
        }
    }
    for (place, at, amount) in later {
        if let (Some(question), Some(slot)) = (question(at, amount), answers.get_mut(place)) {
            *slot = explain::explain(&question, open);
            // What other proposals hold is still a rival: with it out of sight nothing here is certain.
            if slot.status == MatchStatus::Auto {
                slot.status = MatchStatus::Propose;
            }
            take(slot, open);
        }
    }
    answers
}

/// What an answer uses of its items is open for no other answer.
fn take(answer: &Answer, open: &mut [i64]) {
    for line in &answer.lines {
        if let Some(open) = open.get_mut(line.item.0 as usize) {
            *open = (*open - line.amount).max(0);
        }
    }
}

fn failed(payment: PaymentIdx, customer: Option<CustomerIdx>) -> Answer {
    Answer {
        payment,
        customer,
        status: MatchStatus::Unmatched,
        confidence_ppm: 0,
        certificate: Certificate::Unique,
        lines: Vec::new(),
        alternatives: Vec::new(),
        unapplied: 0,
        reasons: alloc::vec![Reason::bare(ReasonCode::PaymentFailed)],
    }
}
