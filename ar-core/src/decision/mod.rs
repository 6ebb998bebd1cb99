//! Decisions: one action on one subject, `act` or `ask`, with reasons and a deterministic identifier.

mod matter;

use crate::action::{ActionKind, GateMode, Mode, Tone};
use crate::ledger::Cell;
use crate::matching::{KeptBack, Line};
use crate::money::Currency;
use crate::reason::Reason;
use crate::record::{CustomerIdx, DeductionReason, DisputeState, Document, ItemIdx, ItemKind, PaymentIdx};
use crate::scoring::Worth;
use crate::text::{Span, TextId, words};
use alloc::{string::String, vec::Vec};
use chrono::NaiveDate;
pub use matter::{Matter, decision_id, is_rejected, is_rejected_before, matter, named_day, since};

/// What is charged, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Names the charge for ever: the identifier of the item it is for and what of it is charged (`INV-1/fee-2`).
    pub key: String,
    /// What the item it makes will be.
    pub kind: ItemKind,
    /// The day of the notice or of the payment that gave rise to it.
    pub on: NaiveDate,
    /// Day on which the charge is due.
    pub due_on: NaiveDate,
}

/// What is granted to a customer, or held back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// A credit hold, and why: a word that the event has as its reason.
    Hold(&'static str),
    /// Days to pay of what is issued from now on.
    Terms(u16),
    /// Instalments: day due and amount.
    Plan(Vec<(NaiveDate, i64)>),
    /// The new due date.
    Extension(NaiveDate),
}

/// A dispute or a deduction that was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastCase {
    /// The dispute, or the item that is the deduction.
    pub id: TextId,
    /// Who claimed.
    pub customer: CustomerIdx,
    /// The item.
    pub item: ItemIdx,
    /// Why.
    pub reason: DeductionReason,
    /// Currency of the amounts.
    pub currency: Currency,
    /// Amount claimed.
    pub amount: i64,
    /// How much of it was found valid.
    pub valid: i64,
    /// Day opened.
    pub opened_on: NaiveDate,
    /// Day decided.
    pub decided_on: NaiveDate,
}

impl PastCase {
    /// Valid, invalid or partial.
    pub const fn outcome(&self) -> DisputeState {
        if self.valid <= 0 {
            DisputeState::Invalid
        } else if self.valid >= self.amount {
            DisputeState::Valid
        } else {
            DisputeState::Partial
        }
    }

    /// The share of the amount that was found valid, in parts per million.
    pub fn valid_ppm(&self) -> i64 {
        i64::try_from(i128::from(self.valid) * 1_000_000 / i128::from(self.amount.max(1))).unwrap_or(0)
    }
}

/// What past cases say of a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Cases of the same reason.
    pub cases: i64,
    /// Of these the customer's own.
    pub of_customer: i64,
    /// The share of the amount that is expected to be found valid, in parts per million.
    pub valid_ppm: i64,
}

/// A dispute as a decision about it carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The dispute.
    pub dispute: TextId,
    /// What is disputed.
    pub item: ItemIdx,
    /// The family of its reason.
    pub reason: DeductionReason,
    /// What of it is open: with all that is disputed before it of the same item, never more than is open of that.
    pub amount: i64,
    /// Days since it was opened.
    pub days_open: i64,
    /// The documents that decide it.
    pub documents: Vec<Document>,
    /// Past cases like it, the nearest first.
    pub similar: Vec<PastCase>,
    /// What past cases say of it.
    pub estimate: Estimate,
}

/// A dispute that is opened about a deduction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Names the dispute for ever: the identifier of the deduction, and `dispute`.
    pub key: String,
    /// The code of the customer, or else the family of the reason.
    pub reason: String,
    /// The day on which the deduction was made.
    pub on: NaiveDate,
}

/// How a dispute is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The dispute.
    pub dispute: TextId,
    /// Valid or invalid.
    pub state: DisputeState,
    /// The day on which the dispute was opened.
    pub opened_on: NaiveDate,
}

/// A promise that a message of the customer makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promised {
    /// The message.
    pub reply: TextId,
    /// The day promised.
    pub due_on: NaiveDate,
    /// Whether it is about the whole account, and not about one item.
    pub account: bool,
}

/// That the engine may do more of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widening {
    /// Of what.
    pub cell: Cell,
    /// The level that is proposed.
    pub level: u8,
}

/// What is particular to the action.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    /// Dunning level of a notice; 0 = none.
    pub level: u8,
    /// The level that each item of the notice rises to, in their order, where it is more than one up; else empty.
    pub item_levels: Vec<u8>,
    /// How a notice speaks.
    pub tone: Option<Tone>,
    /// Channel of the message.
    pub channel: Option<String>,
    /// The payment that is posted or asked about.
    pub payment: Option<PaymentIdx>,
    /// The lines of a posting.
    pub lines: Vec<Line>,
    /// What becomes a deduction, and the decision of the posting that it comes of.
    pub kept_back: Option<(KeptBack, String)>,
    /// What is charged.
    pub charge: Option<Charge>,
    /// What is granted or held back.
    pub arrangement: Option<Arrangement>,
    /// The day of the fact that gives rise to the decision, where it is the same decision from that day on until it is made.
    pub since: Option<NaiveDate>,
    /// Days for which a rejection holds; `since` is then the first day of a period of so many days.
    pub asked_every: Option<i64>,
    /// Promises that a person looks at.
    pub promises: Vec<TextId>,
    /// Disputes that are routed or decided.
    pub disputes: Vec<TextId>,
    /// What is known of them, in the same order.
    pub claims: Vec<Claim>,
    /// The dispute that is opened.
    pub opening: Option<Opening>,
    /// How the dispute is decided.
    pub verdict: Option<Verdict>,
    /// What the engine may do more of.
    pub widening: Option<Widening>,
    /// Who decides, where it is not the role of the action.
    pub role: Option<String>,
    /// Messages that are answered, or that the decision follows from.
    pub replies: Vec<TextId>,
    /// The parts of the first of them that say so.
    pub spans: Vec<Span>,
    /// The promise that is recorded.
    pub promised: Option<Promised>,
    /// Day of the contact, or of the next look.
    pub on: Option<NaiveDate>,
}

/// What a stage wants done, before the gate has said who decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The customer, unless the payer is unknown.
    pub customer: Option<CustomerIdx>,
    /// Currency of the amount.
    pub currency: Currency,
    /// The items concerned, in order.
    pub items: Vec<ItemIdx>,
    /// What to do.
    pub action: ActionKind,
    /// Amount concerned in minor units.
    pub amount: i64,
    /// Points of priority.
    pub priority: i64,
    /// What acting today is worth against waiting, by the policy's assumptions.
    pub worth: Worth,
    /// What else could be done about the same items, and what that would be worth.
    pub options: Vec<(ActionKind, Worth)>,
    /// Confidence that the facts behind the draft are right, in parts per million.
    pub confidence_ppm: i64,
    /// Whether the stage that made the draft is certain of it; what is not certain is never acted on.
    pub certain: bool,
    /// Particulars.
    pub params: Params,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// One rule of the gate that a draft was held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The rule, and the two numbers that it compared.
    pub reason: Reason,
    /// Whether it forbids acting without a person.
    pub forbids: bool,
}

/// What the gate made of a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Gated {
    /// How the gate treats the action.
    pub mode: GateMode,
    /// The autonomy level in force.
    pub level: u8,
    /// The rules that were asked, in their order.
    pub rules: Vec<Rule>,
    /// Whether a person is to look at what the engine does here.
    pub sampled: bool,
    /// The day on which a person was first asked, where somebody was.
    pub asked_on: Option<NaiveDate>,
    /// The day by which the question is to be answered.
    pub answer_by: Option<NaiveDate>,
    /// What becomes of the question that nobody answers.
    pub unanswered: Unanswered,
    /// Who is asked by name; empty where nobody is named.
    pub person: String,
}

words! {
    /// What becomes of a question that nobody answers.
    Unanswered {
        /// There is no question.
        Nothing = "",
        /// It lapses on the day on which the decision expires, and is asked anew if the facts are the same.
        Lapses = "lapses",
        /// It goes to the deputy of the role.
        Deputy = "deputy",
        /// The engine acts.
        Acts = "acts",
    }
}

/// A decision, as it stands in the report.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// `D-` and 24 hexadecimal digits: the same facts on the same day give the same identifier; a question that waits keeps its own.
    pub id: String,
    /// What is to be done.
    pub draft: Draft,
    /// Whether the engine acts or a person decides.
    pub mode: Mode,
    /// Who decides; empty for `act`.
    pub ask_role: String,
    /// Last day on which the decision may be carried out.
    pub expires_on: NaiveDate,
    /// What the gate made of it.
    pub gate: Gated,
}

impl Decision {
    /// The decision's customer.
    pub const fn customer(&self) -> Option<CustomerIdx> {
        self.draft.customer
    }

    /// The decision's action.
    pub const fn action(&self) -> ActionKind {
        self.draft.action
    }

    /// Why.
    pub fn reasons(&self) -> &[Reason] {
        &self.draft.reasons
    }
}
