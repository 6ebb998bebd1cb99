//! What was understood of a message: the output of [`super::read_reply`].

use crate::conversation::locale::Language;
use crate::conversation::token::{Oddities, Span};
use crate::money::Currency;
use crate::text::words;
use alloc::{string::String, vec::Vec};
use chrono::NaiveDate;

words! {
    /// What a customer wants or says.
    Intent {
        /// It will be paid.
        PromiseToPay = "promise_to_pay",
        /// Something is wrong with the invoice or what was delivered.
        Dispute = "dispute",
        /// A document is asked for.
        CopyRequest = "copy_request",
        /// It is to be paid in parts.
        PaymentPlanRequest = "payment_plan_request",
        /// More time is asked for.
        ExtensionRequest = "extension_request",
        /// It was paid; or a remittance advice.
        PaymentMade = "payment_made",
        /// The wrong person, department or company; a message that could not be delivered.
        WrongContact = "wrong_contact",
        /// Nobody reads this for now.
        OutOfOffice = "out_of_office",
        /// Lawyers, courts, regulators.
        LegalThreat = "legal_threat",
        /// The customer is insolvent, or will be.
        InsolvencyNotice = "insolvency_notice",
        /// It will not be paid.
        Refusal = "refusal",
        /// Something is asked that is needed to pay.
        InfoRequest = "info_request",
        /// Thanks, noted: nothing to do.
        NoAction = "no_action",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// Why something is disputed.
    DisputeCode {
        /// Price, rate or discount is not as agreed.
        Price = "PRICE",
        /// Too few, too many, wrong count or hours.
        Quantity = "QUANTITY",
        /// It arrived broken.
        Damaged = "DAMAGED",
        /// It never came.
        NotReceived = "NOT_RECEIVED",
        /// It does not work, or not as specified.
        Quality = "QUALITY",
        /// Billed twice.
        Duplicate = "DUPLICATE",
        /// The purchase order is missing or wrong.
        MissingPo = "MISSING_PO",
        /// The tax is wrong.
        Tax = "TAX",
        /// A credit or a payment was not deducted.
        CreditNotApplied = "CREDIT_NOT_APPLIED",
        /// It was sent back.
        Returned = "RETURNED",
        /// Billed to another company.
        WrongEntity = "WRONG_ENTITY",
        /// Terms or due date are not as agreed.
        Terms = "TERMS",
        /// Carriage.
        Freight = "FREIGHT",
        /// It was never ordered, or cancelled.
        NotOrdered = "NOT_ORDERED",
        /// The work is not finished.
        IncompleteService = "INCOMPLETE_SERVICE",
        /// Another reason.
        Other = "OTHER",
    }
}

words! {
    /// Why a person must see a message.
    HumanReason {
        /// Lawyers, courts, regulators.
        Legal = "legal",
        /// Insolvency.
        Insolvency = "insolvency",
        /// It will not be paid.
        Refusal = "refusal",
        /// Abuse.
        Hostile = "hostile",
        /// It is not clear what is meant.
        Ambiguous = "ambiguous",
        /// The text gives orders to a machine.
        Injection = "injection",
        /// Changed bank details, or suspicion of fraud.
        Fraud = "fraud",
        /// The customer cannot afford to live.
        Hardship = "hardship",
        /// Illness, or who needs protection.
        Vulnerable = "vulnerable",
        /// Rights about personal data.
        Privacy = "privacy",
        /// Somebody died.
        Deceased = "deceased",
        /// Hidden or look-alike characters, or text that HTML hides.
        Hidden = "hidden",
        /// Longer than what is read.
        Oversized = "oversized",
        /// A reading that the host supplied says what the text does not.
        Unsupported = "unsupported",
    }
}

words! {
    /// What a day stands for.
    DateRole {
        /// It will be paid.
        Promise = "promise",
        /// More time until then is asked for.
        Extension = "extension",
        /// A part is to be paid.
        Instalment = "instalment",
        /// It was paid.
        Paid = "paid",
        /// Somebody is back.
        Return = "return",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How a day bounds what is said of it.
    Bound {
        /// On or before.
        By = "by",
        /// On that day.
        On = "on",
        /// Later.
        After = "after",
    }
}

words! {
    /// What an amount stands for.
    AmountRole {
        /// It will be paid.
        Promise = "promise",
        /// It is not accepted.
        Disputed = "disputed",
        /// It was paid.
        Paid = "paid",
        /// One part of a plan.
        Instalment = "instalment",
        /// More time is asked for it.
        Extension = "extension",
        /// The sum of a list.
        Total = "total",
        /// A credit.
        Credit = "credit",
        /// Anything else.
        Other = "other",
    }
}

impl Intent {
    /// Why a person must see a message that says this, where one must.
    pub const fn human(self) -> Option<HumanReason> {
        match self {
            Self::LegalThreat => Some(HumanReason::Legal),
            Self::InsolvencyNotice => Some(HumanReason::Insolvency),
            Self::Refusal => Some(HumanReason::Refusal),
            _ => None,
        }
    }
}

/// An intent that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentFound {
    /// Which.
    pub intent: Intent,
    /// Its probability in millionths.
    pub probability_ppm: u32,
    /// The items it is about, by their place in what was given as known.
    pub items: Vec<u32>,
    /// The parts of the text that say so.
    pub spans: Vec<Span>,
}

/// A reference that the customer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceFound {
    /// As it was written, in capitals.
    pub written: String,
    /// The known item, by its place in what was given.
    pub item: Option<u32>,
    /// Whether it is disputed.
    pub disputed: bool,
    /// Where.
    pub span: Span,
}

/// A day that the customer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFound {
    /// What it stands for.
    pub role: DateRole,
    /// The day.
    pub on: NaiveDate,
    /// How it bounds.
    pub bound: Bound,
    /// Where.
    pub span: Span,
}

/// An amount that the customer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmountFound {
    /// What it stands for.
    pub role: AmountRole,
    /// In minor units of the currency.
    pub minor: i64,
    /// The currency, written or that of the context.
    pub currency: Currency,
    /// Where.
    pub span: Span,
}

/// One line of a remittance table in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemittanceLine {
    /// The reference, by its place in [`Reading::references`].
    pub reference: u32,
    /// The amount, by its place in [`Reading::amounts`].
    pub amount: u32,
}

/// What was understood of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The language; `None` where it is none of those that are read.
    pub language: Option<Language>,
    /// What is reply, and neither quoted thread nor signature.
    pub reply: Span,
    /// Intents, the surest first; only those above the reader's threshold.
    pub intents: Vec<IntentFound>,
    /// References, in the order of the text.
    pub references: Vec<ReferenceFound>,
    /// Days, in the order of the text.
    pub dates: Vec<DateFound>,
    /// Amounts, in the order of the text.
    pub amounts: Vec<AmountFound>,
    /// Reasons of a dispute, the surest first.
    pub dispute_codes: Vec<DisputeCode>,
    /// Lines of a remittance.
    pub remittance: Vec<RemittanceLine>,
    /// The known items that the quoted message below names, by their place in what was given.
    pub thread: Vec<u32>,
    /// Why a person must see it; nothing where nobody must.
    pub human: Vec<HumanReason>,
    /// What was odd about the text.
    pub odd: Oddities,
}

/// Places of items, in order, each once.
pub(super) fn each_once(places: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut places: Vec<u32> = places.collect();
    places.sort_unstable();
    places.dedup();
    places
}
