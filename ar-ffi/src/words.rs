//! Closed lists of words as numbers. The engine knows them by name; their numbers are fixed here, because they are part of the ABI.
//!
//! Written out, not made by a macro: the generator of the header reads the source. A test compares them with the engine's lists.

/// What the two numbers of a reason count.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Whole days.
    Days = 1,
    /// Minor units of the currency of the row.
    Minor = 2,
    /// Parts per million of a share or probability.
    Ppm = 3,
    /// A number of things.
    Count = 4,
    /// A dunning or autonomy level.
    Level = 5,
    /// Days since 1970-01-01.
    Date = 6,
    /// Points of the priority score.
    Points = 7,
}

/// A part of a report: each is a table.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Proposed applications of cash.
    Allocations = 1,
    /// Each payment, always.
    Payments = 2,
    /// Each open item: when and whether its money comes.
    Scores = 3,
    /// Each action on a subject.
    Decisions = 4,
    /// What a person has to do, best first.
    Worklist = 5,
    /// Every open item once: decided or skipped, and why.
    Outcomes = 6,
    /// Expected cash by day.
    Forecast = 7,
    /// What is open, by days past due.
    Aging = 8,
    /// Measures, each with its formula.
    Kpis = 9,
    /// The chained log of inputs and decisions.
    Audit = 10,
    /// Risk of the book: expected loss, provision, roll rates, concentration, credit limits.
    Risk = 11,
    /// What each role has to do, how much of it fits into the day, and how far from the best the choice may be.
    Capacity = 12,
    /// Disputes and deductions by reason, product and customer.
    RootCauses = 13,
    /// What people are asked, and what they are to look at.
    Escalations = 14,
    /// How far the engine may go, by action and segment, and what the evidence says.
    Autonomy = 15,
}

/// What a decision does. Imperatives; the host reports each one done by an event.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An action that this header does not list; the Arrow and JSON forms name it.
    Unlisted = 0,
    /// Apply cash or a credit to items.
    PostAllocation = 1,
    /// Take an application back.
    ReverseAllocation = 2,
    /// Book the part that the customer kept back as an item of its own.
    CreateDeduction = 3,
    /// Ask the payer what a payment is for.
    AskRemittance = 4,
    /// Pay back what was paid too much.
    RefundOverpayment = 5,
    /// Send an invoice.
    SendInvoice = 6,
    /// Send a reminder before the due day.
    SendReminder = 7,
    /// Send a dunning notice.
    SendNotice = 8,
    /// Send a statement of account.
    SendStatement = 9,
    /// Send a copy of an invoice.
    SendInvoiceCopy = 10,
    /// Call the customer.
    Call = 11,
    /// Tell the customer's owner.
    NotifyOwner = 12,
    /// Open a dispute.
    OpenDispute = 13,
    /// Hand a dispute to whoever can settle it.
    RouteDispute = 14,
    /// Settle a dispute.
    ResolveDispute = 15,
    /// Issue a credit note.
    IssueCreditNote = 16,
    /// Record a promise to pay.
    RecordPromise = 17,
    /// Remind of a promise.
    RemindPromise = 18,
    /// Offer a payment plan.
    OfferPlan = 19,
    /// Agree a payment plan.
    AgreePlan = 20,
    /// Grant more time.
    GrantExtension = 21,
    /// Charge interest.
    ChargeInterest = 22,
    /// Charge a fee.
    ChargeFee = 23,
    /// Try a failed payment again.
    RetryPayment = 24,
    /// Place a credit hold.
    PlaceHold = 25,
    /// Release a credit hold.
    ReleaseHold = 26,
    /// Change the terms.
    ChangeTerms = 27,
    /// Write off.
    WriteOff = 28,
    /// Hand over to an agency or to law.
    HandOver = 29,
    /// Answer a message.
    Reply = 30,
    /// Do nothing until the day of the next look.
    Wait = 31,
    /// A person must look; nothing else fits.
    Review = 32,
    /// Let the engine do more of an action without a person.
    WidenAutonomy = 33,
}

/// Whether the engine acts or a person decides.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Inside the lines: the host does it.
    Act = 1,
    /// A person decides; the row says which role.
    Ask = 2,
}

/// What was found for a payment.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStatus {
    /// Certain by the rules of the policy: may be posted, if the policy lets the engine act.
    Auto = 1,
    /// Explained, but not certainly: a person decides.
    Propose = 2,
    /// Not explained.
    Unmatched = 3,
}

macro_rules! named {
    ($name:ident, $($variant:ident = $word:literal),+ $(,)?) => {
        impl $name {
            /// Every word, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name that every face uses.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Finds the word.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.name() == name)
            }
        }
    };
}

named!(Unit, Days = "days", Minor = "minor", Ppm = "ppm", Count = "count", Level = "level", Date = "date", Points = "points");
named!(
    Part,
    Allocations = "allocations",
    Payments = "payments",
    Scores = "scores",
    Decisions = "decisions",
    Worklist = "worklist",
    Outcomes = "outcomes",
    Forecast = "forecast",
    Aging = "aging",
    Kpis = "kpis",
    Audit = "audit",
    Risk = "risk",
    Capacity = "capacity",
    RootCauses = "root_causes",
    Escalations = "escalations",
    Autonomy = "autonomy",
);
named!(
    Action,
    Unlisted = "unlisted",
    PostAllocation = "post_allocation",
    ReverseAllocation = "reverse_allocation",
    CreateDeduction = "create_deduction",
    AskRemittance = "ask_remittance",
    RefundOverpayment = "refund_overpayment",
    SendInvoice = "send_invoice",
    SendReminder = "send_reminder",
    SendNotice = "send_notice",
    SendStatement = "send_statement",
    SendInvoiceCopy = "send_invoice_copy",
    Call = "call",
    NotifyOwner = "notify_owner",
    OpenDispute = "open_dispute",
    RouteDispute = "route_dispute",
    ResolveDispute = "resolve_dispute",
    IssueCreditNote = "issue_credit_note",
    RecordPromise = "record_promise",
    RemindPromise = "remind_promise",
    OfferPlan = "offer_plan",
    AgreePlan = "agree_plan",
    GrantExtension = "grant_extension",
    ChargeInterest = "charge_interest",
    ChargeFee = "charge_fee",
    RetryPayment = "retry_payment",
    PlaceHold = "place_hold",
    ReleaseHold = "release_hold",
    ChangeTerms = "change_terms",
    WriteOff = "write_off",
    HandOver = "hand_over",
    Reply = "reply",
    Wait = "wait",
    Review = "review",
    WidenAutonomy = "widen_autonomy",
);
named!(Mode, Act = "act", Ask = "ask");
named!(PaymentStatus, Auto = "auto", Propose = "propose", Unmatched = "unmatched");

impl From<ar_core::reason::Unit> for Unit {
    fn from(unit: ar_core::reason::Unit) -> Self {
        use ar_core::reason::Unit as Engine;
        match unit {
            Engine::Days => Self::Days,
            Engine::Minor => Self::Minor,
            Engine::Ppm => Self::Ppm,
            Engine::Count => Self::Count,
            Engine::Level => Self::Level,
            Engine::Date => Self::Date,
            Engine::Points => Self::Points,
        }
    }
}
