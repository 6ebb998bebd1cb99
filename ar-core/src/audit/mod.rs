//! The audit log: what was decided on which inputs, who allowed it, what was done and what was undone; chained by SHA-256.
//!
//! A run writes a log of its own (`Report::audit`): one entry for its inputs, one for each decision. A host keeps one log over all its
//! days (`AuditLog`): it appends the runs, the events and the changes of the policy, and keeps the [`Head`] elsewhere. The log holds
//! identifiers, amounts, words and digests, no names and no texts, so that a person's data can be erased without breaking the chain.
//! The format is in ARCHITECTURE.md ("Formats").

mod body;
mod chain;
mod entry;
mod events;
mod json;
mod log;
mod search;
mod table;
mod verify;

pub use chain::{Digests, chain};
pub(crate) use entry::DECISION;
pub use entry::{AuditEntry, GENESIS, Head, KINDS};
pub use events::event_digest;
pub(crate) use json::{push_day, push_text};
pub use log::AuditLog;
pub use search::{Filter, Hit, search};
pub use table::{from_table, hits_table};
pub use verify::{Break, verify, verify_to};

use crate::text::words;

words! {
    /// How much of a day a run did: which function a replay calls.
    Scope {
        /// The whole day: `run`.
        All = "all",
        /// The day of some customers, who stand in the entry: `run_for`.
        Customers = "customers",
        /// Cash and decisions, no payment dates predicted: `collect`.
        Collections = "collections",
        /// Nothing but the cash: `match_payments`.
        Cash = "cash",
    }
}
