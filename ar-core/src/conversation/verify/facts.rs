//! What a notice may say: the facts, typed, and what follows from them. Amounts are minor units of the one currency of the notice.

use crate::conversation::locale::{Language, Locale};
use crate::money::Currency;
use crate::text::words;
use alloc::{string::String, vec::Vec};
use chrono::NaiveDate;

/// The most invoices that one notice is checked against.
pub const MOST_INVOICES: usize = 2_000;

words! {
    /// What stands with an invoice.
    InvoiceStatus {
        /// It is to be paid: only of these may payment be asked.
        Open = "open",
        /// The customer disputes it.
        Disputed = "disputed",
        /// The customer promised to pay it by a day that has not passed.
        Promised = "promised",
        /// It is paid.
        Paid = "paid",
        /// It is paid in parts as agreed.
        InPlan = "in_plan",
    }
}

words! {
    /// What a notice may announce or do beside asking for the money.
    Act {
        /// Payment is asked for.
        RequestPayment = "request_payment",
        /// Interest for late payment.
        LateInterestNotice = "late_interest_notice",
        /// A fixed sum or a fee for late payment.
        FixedRecoveryFee = "fixed_recovery_fee",
        /// Deliveries or services stop, the account is closed, terms are withdrawn.
        HoldDeliveries = "hold_deliveries",
        /// A collection agency is asked to collect.
        CollectionAgency = "collection_agency",
        /// A credit register or bureau is told.
        CreditRegister = "credit_register",
        /// Lawyers, courts, enforcement.
        LegalAction = "legal_action",
        /// The notice is called the last one.
        FinalNotice = "final_notice",
    }
}

impl Act {
    /// The act that a policy's word means; words that hosts use for the same thing are understood. A word that is not understood allows nothing.
    pub fn of_word(word: &str) -> Option<Self> {
        const OTHERS: &[(&str, Act)] = &[
            ("final", Act::FinalNotice),
            ("interest", Act::LateInterestNotice),
            ("agency", Act::CollectionAgency),
            ("collection", Act::CollectionAgency),
            ("register", Act::CreditRegister),
            ("bureau", Act::CreditRegister),
            ("legal", Act::LegalAction),
            ("court", Act::LegalAction),
            ("lawyer", Act::LegalAction),
            ("hold", Act::HoldDeliveries),
            ("suspen", Act::HoldDeliveries),
            ("deliver", Act::HoldDeliveries),
            ("fee", Act::FixedRecoveryFee),
            ("charge", Act::FixedRecoveryFee),
        ];
        Self::from_name(word).or_else(|| OTHERS.iter().find(|row| word.contains(row.0)).map(|row| row.1))
    }
}

/// Who is owed, and how to pay and reach them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Creditor {
    /// The name under which the notice goes out.
    pub name: String,
    /// The address for answers.
    pub email: Option<String>,
    /// The number for calls.
    pub phone: Option<String>,
    /// The account to pay to.
    pub iban: Option<String>,
    /// The page to pay on.
    pub pay_url: Option<String>,
    /// Other details that may be written as they stand: a routing number, a BIC, a tax number, a postal address.
    pub details: Vec<String>,
}

/// Who is written to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Debtor {
    /// The customer.
    pub name: String,
    /// The person, as addressed: `Ms Reid`, `Herr Lindner`.
    pub contact: Option<String>,
}

/// One invoice that may be spoken of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceFact {
    /// Its number, as the customer knows it.
    pub reference: String,
    /// What it was made out for.
    pub gross: i64,
    /// What is still owed of it.
    pub open: i64,
    /// The day of the invoice.
    pub issued: Option<NaiveDate>,
    /// The day on which it was to be paid.
    pub due: NaiveDate,
    /// What stands with it.
    pub status: InvoiceStatus,
}

/// Something that happened and may be mentioned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventFact {
    /// What: `reminder_sent`, `call`, `promise`, `payment` …
    pub kind: String,
    /// When.
    pub on: NaiveDate,
}

/// What is offered to the customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// What: `discount`, `payment_plan`, `extension` …
    pub kind: String,
    /// A share in millionths, such as a discount.
    pub rate_ppm: Option<i64>,
    /// An amount: of a discount, of one part.
    pub amount: Option<i64>,
    /// Until when it stands.
    pub until: Option<NaiveDate>,
    /// How many parts.
    pub parts: Option<u32>,
}

/// What the policy allows the notice to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticePolicy {
    /// What may be announced.
    pub allowed_acts: Vec<Act>,
    /// The day by which payment is asked for.
    pub deadline: Option<NaiveDate>,
    /// Fees that may be named.
    pub fees: Vec<i64>,
    /// The rate of interest that may be named, in millionths a year.
    pub interest_ppm: Option<i64>,
    /// What is offered.
    pub offers: Vec<Offer>,
}

/// All that one notice may say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The day on which it is said.
    pub as_of: NaiveDate,
    /// The language and region of the notice.
    pub locale: Locale,
    /// The currency of every amount.
    pub currency: Currency,
    /// The stage of dunning, from 0 (before the due date).
    pub stage: u8,
    /// Who is owed.
    pub creditor: Creditor,
    /// Who is written to.
    pub debtor: Debtor,
    /// What is owed, and what may be mentioned; only the first [`MOST_INVOICES`] are known.
    pub invoices: Vec<InvoiceFact>,
    /// What happened.
    pub events: Vec<EventFact>,
    /// What may be said about what comes.
    pub policy: NoticePolicy,
}

impl Facts {
    /// Facts with nothing but the frame: names, invoices, events and policy are to be filled in.
    pub fn new(as_of: NaiveDate, locale: Locale, currency: Currency, stage: u8) -> Self {
        Self { as_of, locale, currency, stage, creditor: Creditor::default(), debtor: Debtor::default(), invoices: Vec::new(), events: Vec::new(), policy: NoticePolicy::default() }
    }

    /// The language of the notice.
    pub const fn language(&self) -> Language {
        self.locale.language
    }

    /// The invoices that count.
    pub fn known(&self) -> &[InvoiceFact] {
        self.invoices.get(..MOST_INVOICES).unwrap_or(&self.invoices)
    }

    /// Days by which an invoice is late; nought or less where it is not.
    pub fn days_late(&self, invoice: &InvoiceFact) -> i64 {
        (self.as_of - invoice.due).num_days()
    }

    /// Whether an act may be announced.
    pub fn allows(&self, act: Act) -> bool {
        self.policy.allowed_acts.contains(&act)
    }

    /// The sum of what is open of the invoices that may be asked for and fit; `None` beyond the range of an amount.
    pub fn total(&self, mut fits: impl FnMut(usize, &InvoiceFact) -> bool) -> Option<i64> {
        let open = self.known().iter().enumerate().filter(|(at, invoice)| invoice.status == InvoiceStatus::Open && fits(*at, invoice));
        open.map(|row| row.1.open).try_fold(0_i64, i64::checked_add)
    }

    /// What is open of all invoices that may be asked for.
    pub fn total_open(&self) -> Option<i64> {
        self.total(|_, _| true)
    }

    /// How many invoices may be asked for.
    pub fn count(&self) -> usize {
        self.known().iter().filter(|invoice| invoice.status == InvoiceStatus::Open).count()
    }
}
