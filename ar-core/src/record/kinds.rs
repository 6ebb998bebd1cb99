//! The closed lists of words of the records: what an item or an allocation is, and where a claim or notice stands.

use crate::text::words;

words! {
    /// What an item is; gives its side.
    ItemKind {
        /// Raises what is owed.
        Invoice = "invoice",
        /// Raises what is owed.
        DebitNote = "debit_note",
        /// A fee charged by us.
        Fee = "fee",
        /// Interest charged by us.
        Interest = "interest",
        /// The part of an invoice that the customer kept back, as an item of its own.
        Deduction = "deduction",
        /// Lowers what is owed.
        CreditNote = "credit_note",
    }
}

impl ItemKind {
    /// Whether the item lowers what is owed.
    pub const fn is_credit(self) -> bool {
        matches!(self, Self::CreditNote)
    }

    /// Whether we billed it: not a credit, nor the part of another item that was kept back. Only these are sales, and
    /// only how these are paid shows how a customer pays.
    pub const fn is_billed(self) -> bool {
        !matches!(self, Self::CreditNote | Self::Deduction)
    }
}

words! {
    /// What an allocation of credit to a debit item stands for.
    AllocationKind {
        /// Cash (or a credit note) applied.
        Payment = "payment",
        /// Early-payment discount granted.
        Discount = "discount",
        /// A bank fee that we bear.
        BankFee = "bank_fee",
        /// Written off.
        WriteOff = "write_off",
        /// A difference of exchange rates.
        FxDifference = "fx_difference",
        /// Kept back by the customer: open from now on as a deduction, which is the credit of the line.
        Deduction = "deduction",
    }
}

words! {
    /// Where a promise to pay stands.
    PromiseState {
        /// Waits for its day.
        Open = "open",
        /// The money came in time.
        Kept = "kept",
        /// Part of the money came in time.
        PartlyKept = "partly_kept",
        /// The day and the tolerance went by.
        Broken = "broken",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Replaced by a later promise.
        Superseded = "superseded",
    }
}

words! {
    /// Where a dispute stands.
    DisputeState {
        /// Raised, nobody has looked.
        Open = "open",
        /// Somebody works on it.
        InReview = "in_review",
        /// The customer is right: a credit follows.
        Valid = "valid",
        /// We are right: dunning resumes.
        Invalid = "invalid",
        /// Both are right in part.
        Partial = "partial",
        /// Done.
        Closed = "closed",
    }
}

impl DisputeState {
    /// Whether the dispute still holds dunning.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::InReview)
    }
}

words! {
    /// Where a payment plan stands.
    PlanState {
        /// Offered, not yet agreed.
        Offered = "offered",
        /// In force.
        Active = "active",
        /// All paid.
        Completed = "completed",
        /// An instalment was missed: true age returns.
        Broken = "broken",
    }
}

words! {
    /// What became of a notice.
    NoticeState {
        /// Made, and not sent yet: no contact, and no level.
        Proposed = "proposed",
        /// Delivered, as far as known.
        Sent = "sent",
        /// Came back.
        Bounced = "bounced",
        /// Made and never sent.
        Void = "void",
    }
}

impl NoticeState {
    /// Whether it went out, wherever it arrived.
    pub const fn went_out(self) -> bool {
        matches!(self, Self::Sent | Self::Bounced)
    }
}
