//! The kinds of notices, and which action each goes with.

use crate::action::ActionKind;
use crate::text::words;

words! {
    /// What a notice is for.
    NoticeKind {
        /// Something comes due.
        Reminder = "reminder",
        /// Something is past due.
        Dunning = "dunning",
        /// What is open on the account.
        Statement = "statement",
        /// An invoice goes with it.
        Invoice = "invoice",
        /// The copy of an invoice goes with it.
        InvoiceCopy = "invoice_copy",
        /// What the customer promised, said back.
        PromiseConfirmation = "promise_confirmation",
        /// A promise is due.
        PromiseReminder = "promise_reminder",
        /// A dispute was heard.
        Dispute = "dispute",
        /// Payment in parts is offered.
        PlanOffer = "plan_offer",
        /// More time is granted.
        Extension = "extension",
        /// What a payment is for is asked.
        RemittanceRequest = "remittance_request",
        /// Thanks for a payment.
        ThankYou = "thank_you",
        /// A message came and is worked on.
        Reply = "reply",
        /// What a person says who calls.
        Call = "call",
    }
}

impl NoticeKind {
    /// What is written for an action; `None` where nothing is written to the customer.
    pub const fn of(action: ActionKind) -> Option<Self> {
        Some(match action {
            ActionKind::SendReminder => Self::Reminder,
            ActionKind::SendNotice => Self::Dunning,
            ActionKind::SendStatement => Self::Statement,
            ActionKind::SendInvoice => Self::Invoice,
            ActionKind::SendInvoiceCopy => Self::InvoiceCopy,
            ActionKind::RecordPromise => Self::PromiseConfirmation,
            ActionKind::RemindPromise => Self::PromiseReminder,
            ActionKind::OpenDispute | ActionKind::RouteDispute => Self::Dispute,
            ActionKind::OfferPlan => Self::PlanOffer,
            ActionKind::GrantExtension => Self::Extension,
            ActionKind::AskRemittance => Self::RemittanceRequest,
            ActionKind::PostAllocation => Self::ThankYou,
            ActionKind::Reply => Self::Reply,
            ActionKind::Call => Self::Call,
            _ => return None,
        })
    }

    /// Whether its text says how to pay.
    pub const fn is_paid_by(self) -> bool {
        matches!(self, Self::Reminder | Self::Dunning | Self::Invoice | Self::InvoiceCopy | Self::PromiseConfirmation | Self::PromiseReminder | Self::Call)
    }

    /// Whether its text speaks of items one by one; else what it says of them it states word for word.
    pub const fn names_items(self) -> bool {
        !matches!(self, Self::Extension | Self::RemittanceRequest | Self::ThankYou | Self::Reply)
    }

    /// Whether it asks for money.
    pub const fn asks(self) -> bool {
        matches!(self, Self::Reminder | Self::Dunning | Self::PromiseReminder | Self::Call)
    }
}
