//! Actions: what may be done, in the imperative. Each names the event that reports it done.

use crate::text::words;

words! {
    /// The closed list of actions.
    ActionKind {
        /// Post cash to items.
        PostAllocation = "post_allocation",
        /// Undo a posting.
        ReverseAllocation = "reverse_allocation",
        /// Make an item of what was kept back.
        CreateDeduction = "create_deduction",
        /// Ask the payer what a payment is for.
        AskRemittance = "ask_remittance",
        /// Pay back what was paid too much.
        RefundOverpayment = "refund_overpayment",
        /// Deliver an invoice.
        SendInvoice = "send_invoice",
        /// Remind before the due date.
        SendReminder = "send_reminder",
        /// Send a dunning notice.
        SendNotice = "send_notice",
        /// Send a statement of account.
        SendStatement = "send_statement",
        /// Send a copy of an invoice.
        SendInvoiceCopy = "send_invoice_copy",
        /// Call the customer.
        Call = "call",
        /// Tell the named owner of the account.
        NotifyOwner = "notify_owner",
        /// Open a dispute.
        OpenDispute = "open_dispute",
        /// Bring a dispute to whoever can decide it.
        RouteDispute = "route_dispute",
        /// Decide a dispute.
        ResolveDispute = "resolve_dispute",
        /// Credit an item.
        IssueCreditNote = "issue_credit_note",
        /// Record a promise to pay.
        RecordPromise = "record_promise",
        /// Remind of a promise on its day.
        RemindPromise = "remind_promise",
        /// Offer a payment plan.
        OfferPlan = "offer_plan",
        /// Agree to a payment plan.
        AgreePlan = "agree_plan",
        /// Move a due date.
        GrantExtension = "grant_extension",
        /// Charge interest.
        ChargeInterest = "charge_interest",
        /// Charge a fee.
        ChargeFee = "charge_fee",
        /// Try a failed payment again.
        RetryPayment = "retry_payment",
        /// Place a credit hold.
        PlaceHold = "place_hold",
        /// Release a credit hold.
        ReleaseHold = "release_hold",
        /// Change the payment terms.
        ChangeTerms = "change_terms",
        /// Write an item off.
        WriteOff = "write_off",
        /// Hand over to an agency or a lawyer.
        HandOver = "hand_over",
        /// Answer a message of the customer.
        Reply = "reply",
        /// Do nothing until the day of the next look.
        Wait = "wait",
        /// A person must look; nothing else fits.
        Review = "review",
        /// Let the engine do more of an action without a person.
        WidenAutonomy = "widen_autonomy",
    }
}

impl ActionKind {
    /// The event that reports the action done; `None` for [`ActionKind::Wait`] and [`ActionKind::Review`], which have
    /// no effect of their own.
    pub const fn event(self) -> Option<&'static str> {
        Some(match self {
            Self::PostAllocation => "items_allocated",
            Self::ReverseAllocation => "allocation_reversed",
            Self::CreateDeduction => "deduction_created",
            Self::AskRemittance => "remittance_asked",
            Self::RefundOverpayment => "refunded",
            Self::SendInvoice => "invoice_sent",
            Self::SendReminder | Self::SendNotice => "notice_sent",
            Self::SendStatement => "statement_sent",
            Self::SendInvoiceCopy => "invoice_copy_sent",
            Self::Call => "call_made",
            Self::NotifyOwner => "owner_notified",
            Self::OpenDispute => "dispute_opened",
            Self::RouteDispute => "dispute_routed",
            Self::ResolveDispute => "dispute_resolved",
            Self::IssueCreditNote | Self::ChargeInterest | Self::ChargeFee => "item_issued",
            Self::RecordPromise => "promise_made",
            Self::RemindPromise => "promise_reminded",
            Self::OfferPlan => "plan_offered",
            Self::AgreePlan => "plan_agreed",
            Self::GrantExtension => "extension_granted",
            Self::RetryPayment => "payment_retried",
            Self::PlaceHold => "hold_placed",
            Self::ReleaseHold => "hold_released",
            Self::ChangeTerms => "terms_changed",
            Self::WriteOff => "written_off",
            Self::HandOver => "handed_over",
            Self::Reply => "reply_sent",
            Self::WidenAutonomy => "autonomy_widened",
            Self::Wait | Self::Review => return None,
        })
    }

    /// Messages to the customer about what it owes.
    pub const fn is_message(self) -> bool {
        matches!(self, Self::SendNotice | Self::SendReminder | Self::RemindPromise)
    }

    /// Whatever speaks to the customer about what it owes: messages, calls, and offers of a plan.
    pub const fn is_contact(self) -> bool {
        self.is_message() || matches!(self, Self::Call | Self::OfferPlan)
    }

    /// Actions that only a person can carry out (speak, judge, answer, let the engine do more); they are always asked for.
    pub const fn needs_person(self) -> bool {
        matches!(self, Self::Call | Self::Reply | Self::Review | Self::WidenAutonomy)
    }
}

words! {
    /// Whether the engine acts or a person decides.
    Mode {
        /// Inside the lines: carried out by the host without a person.
        Act = "act",
        /// A person decides.
        Ask = "ask",
    }
}

words! {
    /// How firmly a notice speaks.
    Tone {
        /// A friendly reminder.
        Friendly = "friendly",
        /// A question what is the matter, to a customer who is usually reliable.
        Question = "question",
        /// Neutral and clear.
        Neutral = "neutral",
        /// Firm.
        Firm = "firm",
        /// The last notice before a person takes over.
        Final = "final",
    }
}

words! {
    /// What the days of a dunning level are counted from.
    Anchor {
        /// The due date.
        DueDate = "due_date",
        /// The day the invoice was issued.
        InvoiceDate = "invoice_date",
        /// The due date; the level is reached at the end of the month in which the days are over.
        EndOfMonth = "end_of_month",
        /// The day of the previous notice.
        PreviousNotice = "previous_notice",
    }
}

words! {
    /// How the gate treats an action; each lets the engine do at least what the one before does.
    GateMode {
        /// The engine does not decide about it at all.
        Off = "off",
        /// It says what it would do; people do it themselves.
        Suggest = "suggest",
        /// It asks, and acts on what a person approved.
        Approve = "approve",
        /// It asks, and acts where nobody said no for some days.
        Veto = "veto",
        /// It acts inside the limits, and asks beyond them.
        Limits = "limits",
        /// It acts; only the rules that no limit lifts stop it.
        Act = "act",
    }
}

/// The autonomy level from which the engine acts by itself.
pub const ACTS_FROM: u8 = 2;

/// The level at which the limits are wider.
pub const WIDENED: u8 = 3;

impl GateMode {
    /// The mode that goes with an autonomy level.
    pub const fn of_level(level: u8) -> Self {
        match level {
            0 => Self::Suggest,
            1 => Self::Approve,
            _ => Self::Limits,
        }
    }
}
