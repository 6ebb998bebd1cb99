//! ar-core: the decision engine for accounts receivable.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "parallel")]
extern crate std;

pub mod calendar;
pub mod error;
pub mod event;
pub mod ledger;
pub mod money;
pub mod reason;
pub mod record;
pub mod table;
pub mod text;

pub use error::{Error, ErrorCode, Problem, ProblemCode};
pub use event::Event;
pub use ledger::Ledger;
pub use money::{Currency, Money};
