//! Matching: cash application. For each payment: who paid, what the text says, which open items explain it exactly,
//! and how many other explanations fit as well. Nothing but an exact, unique, listed explanation is certain.

mod explain;
mod payer;
mod references;

use crate::ledger::Books;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{AllocationKind, CustomerIdx, ItemIdx, PaymentIdx, words};
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

/// Works through the payments in order of the day received, then identifier. What an earlier payment explains with
/// certainty is no longer open for the later ones: `open` is lowered as it goes.
pub fn match_payments(books: &Books, settings: &Settings, as_of: NaiveDate, open: &mut [i64]) -> Vec<Answer> {
    let unapplied = books.unapplied_all(as_of);
    if unapplied.iter().all(|amount| *amount == 0) && !books.payments().iter().any(|payment| payment.failed) {
        return Vec::new();
    }
    let references = ReferenceIndex::new(books, open, settings.matching.min_reference_length);
    let payers = PayerIndex::new(books);
    let mut answers = Vec::new();
    for (at, (payment, amount)) in (0u32..).zip(books.payments().iter().zip(unapplied)) {
        if payment.received_on > as_of {
            break;
        }
        let at = PaymentIdx(at);
        if payment.failed {
            answers.push(failed(at, payment.customer));
        } else if amount > 0 {
            let answer = explain::explain(&explain::Question { books, settings, as_of, at, payment, amount, references: &references, payers: &payers }, open);
            if answer.status == MatchStatus::Auto {
                for line in &answer.lines {
                    if let Some(open) = open.get_mut(line.item.0 as usize) {
                        *open -= line.amount;
                    }
                }
            }
            answers.push(answer);
        }
    }
    answers
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
