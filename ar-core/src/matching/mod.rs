//! Matching: cash application. For each payment: who may have paid, what the text and the advice say, every explanation
//! that sums up, the exact ones and those with a difference that can be read, and how many others would fit by chance.
//! What is certain enough may be posted; the rest is a proposal with its rivals.
//!
//! ```text
//! payer     who may have paid, with odds           reading   what the text says        advice   what the payer lists
//!                         \                           |                               /
//!                          listed · whole · edits     the explanations, each with a difference (difference, fx)
//!                                     |
//!                          cases · certificate        weights, rivals, chance (count, habits)
//!                                     |
//!                          lines                      what is posted
//! ```
//!
//! `in_turn` asks all this of one payment after the other, on what those before leave `open`.

mod account;
mod advice;
mod buckets;
mod cases;
mod certificate;
pub mod count;
mod difference;
mod edits;
mod explain;
mod fx;
pub(crate) mod habits;
mod in_turn;
mod lines;
mod listed;
mod names;
mod open;
mod payer;
mod reading;
pub(crate) mod replay;
mod whole;

use crate::ledger::Books;
use crate::models::CashModel;
use crate::policy::Settings;
use crate::reason::Reason;
use crate::record::{AllocationKind, CustomerIdx, DeductionReason, ItemIdx, PaymentIdx};
use crate::text::{TextId, words};
use alloc::vec::Vec;
use chrono::NaiveDate;
use explain::{Question, Shared};
use habits::Counts;
pub use in_turn::match_payments;
use open::Open;

words! {
    /// How far a payment is explained.
    MatchStatus {
        /// Certain enough by the policy: may be posted, if the gate lets it.
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
        /// No other fits, and that was checked exactly: where a list names the items, no other reading of it; where
        /// nothing but the amount speaks, no other set of open items of any customer who may have paid.
        Unique = "unique",
        /// Another fits about as well; it is in the alternatives.
        Tied = "tied",
        /// Others fit or may fit: they were counted or estimated, not all looked at. `confidence` says how much less
        /// likely they are together.
        Bounded = "bounded",
    }
}

/// One line of a proposed posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The item: a debt that is reduced, or a credit note that is used up.
    pub item: ItemIdx,
    /// Minor units of the payment's currency; negative for a credit note that is taken off. The lines of kind `payment`
    /// sum to the payment less what stays unapplied.
    pub amount: i64,
    /// What it stands for.
    pub kind: AllocationKind,
    /// The same in the currency of the item: what its open amount is reduced by. Other than `amount` only where the
    /// currencies differ.
    pub item_amount: i64,
}

/// What the customer kept back of an item that is paid otherwise: it stays open until a deduction is made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBack {
    /// The item that is short.
    pub item: ItemIdx,
    /// By so many minor units.
    pub amount: i64,
    /// Why, as far as it is known.
    pub reason: DeductionReason,
    /// What the customer wrote.
    pub code: TextId,
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
    /// Probability that the explanation is right, in parts per million: its weight among all explanations, listed and
    /// counted (`certificate`).
    pub confidence_ppm: i64,
    /// What is known of rivals.
    pub certificate: Certificate,
    /// The explanation.
    pub lines: Vec<Line>,
    /// What was kept back of the items.
    pub kept_back: Vec<KeptBack>,
    /// Rival explanations, as sets of items, the likeliest first; of an unmatched payment, whatever was found.
    pub alternatives: Vec<Vec<ItemIdx>>,
    /// What the explanation leaves of the payment.
    pub unapplied: i64,
    /// Why.
    pub reasons: Vec<Reason>,
}

impl Answer {
    /// What of the payment is explained, in minor units of its currency.
    pub fn cash(&self) -> i64 {
        self.lines.iter().filter(|line| line.kind == AllocationKind::Payment).map(|line| line.amount).sum()
    }
}

impl Answer {
    /// Takes other lines, where a person changed them.
    pub fn post_instead(&mut self, lines: &[Line]) {
        if self.lines != lines {
            let whole = self.unapplied.saturating_add(self.cash());
            self.lines = lines.to_vec();
            self.unapplied = whole - self.cash();
            self.kept_back.clear();
        }
    }
}

/// Answers one payment after another on the same books.
pub struct Matcher<'m> {
    shared: Shared<'m>,
    /// What is kept of the payments answered so far.
    kept: explain::Kept,
}

impl<'m> Matcher<'m> {
    /// Makes the indexes: what is in `open` is open on `as_of`.
    pub fn new(books: &'m Books, settings: &'m Settings, model: &CashModel, as_of: NaiveDate, open: &[i64]) -> Self {
        let names = names::NameIndex::new(books, open);
        let apart = advice::Apart::new(books, &names, as_of);
        let rate = settings.matching.max_wrong_post_rate;
        let limits = [model.listed.limit_ppm(rate), model.by_amount.limit_ppm(rate)];
        let shared = Shared { books, settings, as_of, names, payers: payer::PayerIndex::new(books, as_of), apart, book: Counts::of(model), limits };
        Self { shared, kept: explain::Kept::default() }
    }

    /// Explains what is unapplied of one payment by what is open. `None` for a payment that is not in the books.
    pub fn answer(&mut self, at: PaymentIdx, unapplied: i64, open: &[i64]) -> Option<Answer> {
        explained(&self.shared, at, unapplied, &Open::new(open), &mut self.kept)
    }
}

fn explained(shared: &Shared<'_>, at: PaymentIdx, amount: i64, open: &Open<'_>, kept: &mut explain::Kept) -> Option<Answer> {
    let payment = shared.books.payment(at)?;
    Some(explain::explain(shared, &Question { at, payment, amount, open }, kept))
}
