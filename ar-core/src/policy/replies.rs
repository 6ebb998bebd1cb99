//! The section `replies`: what is done with what customers write.

use super::setting::{self, Flag, Setting, Share, Whole, section};
use crate::error::Problems;
use alloc::string::String;
use serde_json::{Map, Value};

section! {
    /// What is done with what customers write.
    Replies {
        /// Whether messages are read; where not, each waits for a person.
        read: Flag = true, 0, 1, "flag";
        /// Probability of what was understood below which the message goes to a person, with the reading as a suggestion.
        min_confidence: Share = 600_000, 0, 1_000_000, "probability";
        /// Whether a promise that was read is recorded without a person; where not, it is a proposal.
        promises_count: Flag = false, 0, 1, "flag";
        /// Days after a customer wrote that it has paid in which the items are not dunned.
        paid_days: Whole = 7, 0, 90, "days";
        /// Days after a copy was sent that a customer asked for in which its items are not dunned.
        copy_days: Whole = 5, 0, 90, "days";
        /// Days after an absence notice for which nothing is sent until the day of return; 0 = sent all the same.
        away_days: Whole = 10, 0, 90, "days";
        /// Days after a good message (a promise, a payment made, thanks) in which a notice is one tone milder; 0 = never.
        milder_days: Whole = 14, 0, 90, "days";
    }
}
