//! The C face of ar-core. What a C programmer has to know is in the header `ar_core.h`, which is generated from here.
//!
//! Every export is a plain `extern "C"` function whose body runs inside [`guard::guard`], the one door: it catches panics
//! and turns every refusal into a status and an error object. [`borrow`] checks each pointer that comes in; [`arena`]
//! holds the texts that rows point to; the other modules are one noun each.
#![expect(clippy::missing_safety_doc, reason = "the contract at the top of the header is the safety section of every export")]

// In the order in which the header tells them; blank lines keep the formatter from sorting.
pub mod version;

pub mod status;

pub mod error;

pub mod tables;

pub mod inputs;

pub mod ledger;

pub mod policy;

pub mod models;

pub mod report;

pub mod explain;

pub mod standing;

pub mod rows;

pub mod stages;

pub mod audit;

pub mod audit_log;
pub mod rehearsal;

pub mod conversation;

pub mod words;

pub mod names;

pub mod text;

// What the others stand on; nothing of it is in the header.
pub mod arena;
pub mod borrow;
pub mod columns;
pub mod fragile;
pub mod guard;
pub mod stream;
