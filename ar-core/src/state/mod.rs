//! States: where an item, a promise, a dispute, a deduction, a plan, a notice, a credit hold, a write-off and a decision stand, and
//! what may happen to each. One machine a file: its states, its inputs, and `next`, one table of what follows. A pair
//! that the table does not have cannot be: `next` answers `None`, and the ledger refuses the event.
//!
//! Nothing else moves a state. Where a state follows from dates and cash (promise, plan), a `judge` beside the table
//! says which input the facts of a day are; the books keep what was said, and are asked anew on each day. So a payment
//! that is taken back needs no way back: the next question sees the cash that is left.
//!
//! The tables are published in `tests/golden/states.md`.

pub mod decision;
pub mod deduction;
pub mod dispute;
pub mod hold;
pub mod item;
pub mod notice;
pub mod plan;
pub mod promise;
pub mod write_off;
