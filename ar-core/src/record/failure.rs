//! Payments that failed at the bank: why, and when. The words are the families of the return reasons of direct debits
//! (ISO 20022 external status reasons such as AM04, AC04, MD01) and of the decline codes of card schemes.

use crate::text::words;
use chrono::NaiveDate;
use core::ops::Range;

words! {
    /// Why a payment failed.
    FailureKind {
        /// Not enough money on the account.
        InsufficientFunds = "insufficient_funds",
        /// More than the limit of the account or the card.
        LimitExceeded = "limit_exceeded",
        /// The bank, the network or the file.
        Technical = "technical",
        /// The card has expired.
        ExpiredCard = "expired_card",
        /// The account is closed, or there is none of that number.
        AccountClosed = "account_closed",
        /// The payer took the mandate back, or there never was one.
        MandateRevoked = "mandate_revoked",
        /// The payer had it returned.
        DisputedByPayer = "disputed_by_payer",
        /// Nobody says.
        Unknown = "unknown",
    }
}

impl FailureKind {
    /// Whether the same attempt may succeed on another day.
    pub const fn is_soft(self) -> bool {
        matches!(self, Self::InsufficientFunds | Self::LimitExceeded | Self::Technical)
    }

    /// Whether no further attempt changes it: the instrument is gone, or the payer does not want it.
    pub const fn is_hard(self) -> bool {
        !self.is_soft() && !matches!(self, Self::Unknown)
    }
}

/// That a payment failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why, the last time.
    pub kind: FailureKind,
    /// The first time.
    pub first_on: NaiveDate,
    /// The last time.
    pub last_on: NaiveDate,
    /// What it was posted on when it failed (range of the ledger's item lists); empty where nobody knows.
    pub items: Range<u32>,
}
