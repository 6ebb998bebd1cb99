//! The C face of ar-core. What a C programmer has to know is in the header `ar_core.h`, which is generated from here.
//!
//! Every export is a plain `extern "C"` function whose body runs inside [`guard::guard`], the one door: it catches panics
//! and turns every refusal into a status and an error object. [`borrow`] checks each pointer that comes in; [`arena`]
//! holds the texts that rows point to; the other modules are one noun each.
#![expect(clippy::missing_safety_doc, reason = "the contract at the top of the header is the safety section of every export")]

pub mod arena;
pub mod audit;
pub mod borrow;
pub mod columns;
pub mod error;
pub mod guard;
pub mod ledger;
pub mod models;
pub mod names;
pub mod policy;
pub mod report;
pub mod rows;
pub mod status;
pub mod tables;
pub mod text;
pub mod version;
pub mod words;
