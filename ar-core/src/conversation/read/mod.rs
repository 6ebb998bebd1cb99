//! Reads what a customer wrote.

mod reading;

pub use reading::{AmountFound, AmountRole, Bound, DateFound, DateRole, DisputeCode, HumanReason, Intent, IntentFound, Reading, ReferenceFound, RemittanceLine};
