//! Events: what happened, in the past tense. State moves only on events; the host reports what it did and what it saw.

use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One event: when, by which decision and whom, and what.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The day it happened.
    pub on: NaiveDate,
    /// The decision whose action it reports, if any. A second report that it was done changes nothing. A verdict, and an
    /// event that undoes, names the decision it is about instead.
    pub decision_id: Option<String>,
    /// The person behind it, if any.
    pub by: Option<String>,
    /// What happened.
    pub what: What,
}

/// One line of a posting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllocationLine {
    /// The item that is reduced.
    pub item_id: String,
    /// Decimal text in units of the currency of the payment. With a minus: what a credit note, the item of the line, gives
    /// to the other items of the posting.
    pub amount: String,
    /// What the item is reduced by, in its own currency, where that is another.
    #[serde(default)]
    pub item_amount: Option<String>,
    /// A word of `AllocationKind`; `payment` where absent.
    #[serde(default)]
    pub kind: Option<String>,
    /// The payment or credit note that it is taken from; that of the event where absent. So one posting may use both.
    #[serde(default)]
    pub credit_id: Option<String>,
}

/// One part of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstalmentLine {
    /// Day due.
    pub due_on: NaiveDate,
    /// Decimal text. Where no line has one, the parts are equal, and the last takes what is left over.
    #[serde(default)]
    pub amount: Option<String>,
}

/// What happened. In JSON the variant is the field `event`, in snake case, and the fields stand beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", rename_all_fields = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are the columns of the tables of the same names")]
pub enum What {
    /// An item was issued on the day of the event.
    ItemIssued { item_id: String, customer_id: String, kind: Option<String>, currency: String, amount: String, due_on: NaiveDate, reference: Option<String> },
    /// Money came in.
    PaymentReceived {
        payment_id: String,
        currency: String,
        amount: String,
        customer_id: Option<String>,
        payer_name: Option<String>,
        payer_account: Option<String>,
        text: Option<String>,
        reference: Option<String>,
        method: Option<String>,
    },
    /// A payment was returned by the bank; its allocations are undone. `failure` is a word of `FailureKind`.
    PaymentFailed { payment_id: String, failure: Option<String> },
    /// One line of remittance advice came.
    RemittanceReceived {
        remittance_id: String,
        payment_id: Option<String>,
        customer_id: Option<String>,
        reference: String,
        amount: Option<String>,
        discount: Option<String>,
        deduction: Option<String>,
        deduction_reason: Option<String>,
    },
    /// A customer wrote. `reading`: what somebody else made of it (JSON, as `check_reading` takes it); it is held against the text.
    ReplyReceived { reply_id: String, customer_id: String, subject: Option<String>, text: Option<String>, channel: Option<String>, intent: Option<String>, reading: Option<String> },
    /// News from outside.
    SignalReceived { customer_id: String, kind: String, severity: u8 },
    /// Facts of a customer changed; only what is given changes.
    CustomerChanged { customer_id: String, do_not_contact: Option<bool>, strategic: Option<bool>, owner: Option<String>, segment: Option<String>, blocked_until: Option<NaiveDate> },
    /// An item is not to be dunned before a day; with the day of the event, it may be dunned again.
    ItemBlocked { item_id: String, until: NaiveDate },
    /// The day is closed: no run and no event may be dated before it.
    DayClosed {},
    /// Cash (or a credit note) was posted.
    ItemsAllocated { payment_id: String, allocations: Vec<AllocationLine> },
    /// Postings were undone, with the deductions that came of them: where `posting` names a decision (or else
    /// `decision_id` does), exactly its lines, whatever others have posted; else those of a payment, credit note or
    /// deduction. All of them, or those on the items named. Where nothing but items is named, what was written off of
    /// them by `written_off`.
    AllocationReversed { payment_id: Option<String>, item_ids: Option<Vec<String>>, posting: Option<String> },
    /// What a customer kept back of an item became an item of its own. `reason` is a word of `DeductionReason` or a code
    /// of X12 element 426, `code` what the customer wrote, `posting` the decision of the posting that it came of.
    DeductionCreated { deduction_id: String, item_id: String, amount: String, reason: Option<String>, code: Option<String>, payment_id: Option<String>, posting: Option<String> },
    /// The payer was asked what a payment is for.
    RemittanceAsked { customer_id: Option<String>, payment_id: Option<String>, channel: Option<String> },
    /// A dunning notice went out; one of a name that was proposed is that one. `item_levels`: the level that each item rises to, where it
    /// is more than one up. `precondition`: that of the decision, by which the event is refused with `changed_facts` where an open or
    /// disputed amount of its items is another by now.
    NoticeSent { customer_id: String, item_ids: Vec<String>, level: u8, channel: Option<String>, notice_id: Option<String>, item_levels: Option<Vec<u8>>, precondition: Option<String> },
    /// A notice that was proposed will not be sent.
    NoticeVoided { notice_id: String },
    /// A notice came back: it moves no level.
    NoticeBounced { notice_id: String },
    /// A statement of account went out.
    StatementSent { customer_id: String, channel: Option<String> },
    /// A copy of an invoice went out.
    InvoiceCopySent { customer_id: String, item_ids: Vec<String>, channel: Option<String> },
    /// The customer was called. Where nobody was reached (`reached` is false), it was no conversation.
    CallMade { customer_id: String, reached: Option<bool> },
    /// The owner of the account was told.
    OwnerNotified { customer_id: String },
    /// A message of the customer was answered; all open ones where none is named.
    ReplySent { customer_id: String, reply_id: Option<String>, channel: Option<String> },
    /// A dispute was opened.
    DisputeOpened { dispute_id: String, item_id: String, amount: Option<String>, reason: Option<String> },
    /// Somebody works on a dispute.
    DisputeRouted { dispute_ids: Vec<String> },
    /// A dispute was decided (`valid`, `invalid`, `partial`), or it is done (`closed`). `amount` is how much of it was
    /// found valid: of a part, that part.
    DisputeResolved { dispute_id: String, state: String, amount: Option<String> },
    /// A promise to pay was recorded. An open one for the same item (or, as this one, for the whole account) whose day has
    /// not gone by is replaced. `source` says where it came from.
    PromiseMade { promise_id: String, customer_id: String, item_id: Option<String>, amount: Option<String>, due_on: NaiveDate, source: Option<String> },
    /// A promise was taken back.
    PromiseWithdrawn { promise_id: String },
    /// The customer was reminded of a promise.
    PromiseReminded { customer_id: String, channel: Option<String> },
    /// A plan was offered: what is open of the items, in parts.
    PlanOffered { plan_id: String, customer_id: String, item_ids: Vec<String>, instalments: Vec<InstalmentLine>, channel: Option<String> },
    /// A plan that was offered is agreed; or one that was not, with all that an offer says.
    PlanAgreed { plan_id: String, customer_id: Option<String>, item_ids: Option<Vec<String>>, instalments: Option<Vec<InstalmentLine>> },
    /// The due date of items was moved.
    ExtensionGranted { item_ids: Vec<String>, due_on: NaiveDate },
    /// A customer was put on credit hold.
    HoldPlaced { customer_id: String, reason: Option<String> },
    /// The credit hold of a customer was released.
    HoldReleased { customer_id: String },
    /// The terms of a customer were changed: days to pay, credit limit, or both.
    TermsChanged { customer_id: String, payment_days: Option<u16>, credit_limit: Option<String> },
    /// An item was written off: all that is open of it, or an amount.
    WrittenOff { item_id: String, amount: Option<String> },
    /// Items were handed over to an agency or a lawyer.
    HandedOver { customer_id: String, item_ids: Vec<String>, to: Option<String> },
    /// A payment that had failed was tried again. If it comes, it comes as another payment.
    PaymentRetried { payment_id: String },
    /// A person approved a decision. `action` and `segment` are those of the decision, as the report has them: with them the verdict
    /// counts as evidence for the autonomy of its kind.
    DecisionApproved { action: Option<String>, segment: Option<String> },
    /// A person rejected a decision.
    DecisionRejected { action: Option<String>, segment: Option<String> },
    /// A person changed a decision. Another person, or the policy, makes an approval of it.
    DecisionEdited { action: Option<String>, segment: Option<String>, edit: Edit },
    /// The question was handed on to another person or role.
    DecisionDelegated { to: String },
    /// The question was put to a person: from now on it waits, and a veto window runs.
    DecisionAsked { to: Option<String> },
    /// A person looked at what the engine did without asking: `right` or `wrong`.
    DecisionReviewed { verdict: String, action: Option<String>, segment: Option<String> },
    /// A person confirmed a wider autonomy level of an action; of one segment, or of the customers without one.
    AutonomyWidened { action: String, segment: Option<String>, level: u8 },
    /// A person narrowed the autonomy level of an action.
    AutonomyNarrowed { action: String, segment: Option<String>, level: u8 },
    /// From now on nothing is carried out: of an action, of a segment, for a customer, or at all. Holds stay.
    AutonomyStopped { action: Option<String>, segment: Option<String>, customer_id: Option<String> },
    /// A stop of the same extent is over.
    AutonomyResumed { action: Option<String>, segment: Option<String>, customer_id: Option<String> },
    /// A person put a policy in force. A version has one digest for ever.
    PolicyChanged { version: String, digest: String },
}

/// What a person changed of a decision; what is absent stays. The gate makes it part of the decision where that still can be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Edit {
    /// The channel of a message.
    pub channel: Option<String>,
    /// A word of `Tone`.
    pub tone: Option<String>,
    /// The dunning level of a notice.
    pub level: Option<u8>,
    /// The day of a contact.
    pub on: Option<NaiveDate>,
    /// The items that are left of those of the decision.
    pub item_ids: Option<Vec<String>>,
    /// The lines of a posting, in the place of the decision's.
    pub allocations: Option<Vec<AllocationLine>>,
    /// A smaller amount of a charge or a credit.
    pub amount: Option<String>,
    /// The new due date of an extension.
    pub due_on: Option<NaiveDate>,
    /// The instalments of a plan, in the place of the decision's.
    pub instalments: Option<Vec<InstalmentLine>>,
    /// Days to pay of new terms.
    pub payment_days: Option<u16>,
}

impl Event {
    /// The decision that the event reports done. A verdict names a decision without reporting it, and so does an event
    /// that undoes what a decision did; a reversal that says in `posting` what it undoes can report another.
    pub fn reports(&self) -> Option<&str> {
        let undone = match &self.what {
            What::NoticeBounced { .. } | What::PaymentFailed { .. } => return None,
            what if what.is_about_deciding() => return None,
            What::AllocationReversed { posting, .. } => Some(posting.as_deref()?),
            _ => None,
        };
        self.decision_id.as_deref().filter(|id| Some(*id) != undone)
    }
}

impl What {
    /// The names of all events the books understand, as in JSON.
    pub const NAMES: &'static [&'static str] = &[
        "item_issued",
        "payment_received",
        "payment_failed",
        "remittance_received",
        "reply_received",
        "signal_received",
        "customer_changed",
        "item_blocked",
        "day_closed",
        "items_allocated",
        "allocation_reversed",
        "deduction_created",
        "remittance_asked",
        "notice_sent",
        "notice_voided",
        "notice_bounced",
        "statement_sent",
        "invoice_copy_sent",
        "call_made",
        "owner_notified",
        "reply_sent",
        "dispute_opened",
        "dispute_routed",
        "dispute_resolved",
        "promise_made",
        "promise_withdrawn",
        "promise_reminded",
        "plan_offered",
        "plan_agreed",
        "extension_granted",
        "hold_placed",
        "hold_released",
        "terms_changed",
        "written_off",
        "handed_over",
        "payment_retried",
        "decision_approved",
        "decision_rejected",
        "decision_edited",
        "decision_delegated",
        "decision_asked",
        "decision_reviewed",
        "autonomy_widened",
        "autonomy_narrowed",
        "autonomy_stopped",
        "autonomy_resumed",
        "policy_changed",
    ];

    /// Whether the event says how something is decided, rather than that something was done.
    pub const fn is_about_deciding(&self) -> bool {
        use What::{AutonomyNarrowed, AutonomyResumed, AutonomyStopped, DecisionApproved, DecisionAsked, DecisionDelegated, DecisionEdited, DecisionRejected, DecisionReviewed, PolicyChanged};
        matches!(
            self,
            DecisionApproved { .. }
                | DecisionRejected { .. }
                | DecisionEdited { .. }
                | DecisionDelegated { .. }
                | DecisionAsked { .. }
                | DecisionReviewed { .. }
                | AutonomyNarrowed { .. }
                | AutonomyStopped { .. }
                | AutonomyResumed { .. }
                | PolicyChanged { .. }
        )
    }
}

/// The most events that one call applies.
pub const MAX_EVENTS: usize = 1_000_000;

/// Reads a JSON array of events.
///
/// # Errors
/// `invalid_events` with every problem (number of the event, field, code).
pub fn from_json(text: &str) -> Result<Vec<Event>, Error> {
    let mut problems = Problems::default();
    let events = parse(text, &mut problems);
    problems.into_result(ErrorCode::InvalidEvents).map(|()| events)
}

/// Reads a JSON array of events. What is wrong is added to `problems` with the number of the event.
pub fn parse(text: &str, problems: &mut Problems) -> Vec<Event> {
    let values: Vec<Value> = match serde_json::from_str(text) {
        Ok(values) => values,
        Err(bad) => {
            problems.push("events", None, None, ProblemCode::Syntax, || format!("not a JSON array of events: {bad}"));
            return Vec::new();
        }
    };
    if values.len() > MAX_EVENTS {
        problems.push("events", None, None, ProblemCode::BadShape, || format!("{} events, at most {MAX_EVENTS} a call", values.len()));
        return Vec::new();
    }
    values.into_iter().enumerate().filter_map(|(row, value)| parse_one(row, value, problems)).collect()
}

fn parse_one(row: usize, value: Value, problems: &mut Problems) -> Option<Event> {
    let Value::Object(mut fields) = value else {
        problems.push("events", Some(row), None, ProblemCode::BadEvent, || "an event is an object".into());
        return None;
    };
    let name = take_text(&mut fields, "event", row, problems);
    let on = take_text(&mut fields, "on", row, problems);
    let (decision_id, by) = (take_opt(&mut fields, "decision_id", row, problems), take_opt(&mut fields, "by", row, problems));
    let day = on.as_deref().and_then(crate::calendar::date_from_text).filter(|day| (crate::calendar::FIRST_DAY..=crate::calendar::LAST_DAY).contains(day));
    if let (Some(on), None) = (&on, day) {
        problems.push("events", Some(row), Some("on"), ProblemCode::Unreadable, || format!("'{on}' is not a day"));
    }
    let name = name?;
    if !What::NAMES.contains(&name.as_str()) {
        let near = crate::text::nearest(&name, What::NAMES.iter().copied()).unwrap_or("");
        problems.push("events", Some(row), Some("event"), ProblemCode::UnknownEvent, || format!("no such event '{name}'; did you mean '{near}'?"));
        return None;
    }
    let mut tagged = Map::new();
    tagged.insert(name, Value::Object(fields));
    match serde_json::from_value::<What>(Value::Object(tagged)) {
        Ok(what) => Some(Event { on: day?, decision_id, by, what }),
        Err(bad) => {
            problems.push("events", Some(row), None, ProblemCode::BadEvent, || format!("{bad}"));
            None
        }
    }
}

fn take_opt(fields: &mut Map<String, Value>, name: &str, row: usize, problems: &mut Problems) -> Option<String> {
    match fields.remove(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.len() <= 256 && !text.contains(char::is_control) => Some(text),
        Some(_) => {
            problems.push("events", Some(row), Some(name), ProblemCode::BadEvent, || "a short text is wanted".into());
            None
        }
    }
}

fn take_text(fields: &mut Map<String, Value>, name: &str, row: usize, problems: &mut Problems) -> Option<String> {
    let before = problems.total();
    let text = take_opt(fields, name, row, problems);
    if text.is_none() && problems.total() == before {
        problems.push("events", Some(row), Some(name), ProblemCode::BadEvent, || format!("the field '{name}' is required"));
    }
    text
}
