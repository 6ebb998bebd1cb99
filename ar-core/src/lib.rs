//! The decision engine for accounts receivable. What follows is the README; its example runs as a test.
#![doc = include_str!("../../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(any(feature = "parallel", feature = "templates"))]
extern crate std;

pub mod action;
pub mod audit;
pub mod calendar;
pub mod collections;
pub mod conversation;
pub mod decision;
pub mod error;
pub mod escalation;
pub mod event;
pub mod learn;
pub mod ledger;
pub mod matching;
pub mod models;
pub mod money;
pub mod policy;
pub mod reason;
pub mod record;
pub mod rehearsal;
mod replay;
pub mod report;
mod run;
mod saved;
pub mod scoring;
#[cfg(feature = "laboratory")]
pub mod simulate;
pub mod state;
pub mod table;
pub mod text;
mod threads;
pub mod watch;

pub use error::{Error, ErrorCode, Problem, ProblemCode};
pub use event::Event;
pub use ledger::{Books, Ledger};
pub use models::Models;
pub use money::{Currency, Money};
pub use policy::Policy;
pub use rehearsal::{rehearse, rehearse_watched};
pub use replay::replay;
pub use report::{Figures, Part, Report, kpi};
pub use run::StandingDay;
pub use run::{Changed, Extent, MAX_CUSTOMERS, collect, figures, match_payments, run, run_for, run_watched};
pub use watch::Watch;
