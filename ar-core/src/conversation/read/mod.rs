//! Reads what a customer wrote.

pub mod concepts;
pub mod features;
pub mod intents;
pub mod model;
mod reading;
pub mod symbols;
pub mod thread;

pub use reading::{AmountFound, AmountRole, Bound, DateFound, DateRole, DisputeCode, HumanReason, Intent, IntentFound, Reading, ReferenceFound, RemittanceLine};
