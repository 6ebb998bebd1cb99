//! How many sets of open items sum to an amount: exactly where that is cheap, else by an estimate.
//!
//! Amounts are minor units: positive for debts, negative for credit notes; an amount of zero is in no set. Sets are sets of
//! positions: two items of the same amount make two sets. A `budget` bounds work and memory together: one unit is about one
//! operation on a 64-bit word, and beside a copy of the amounts no more words are held than units are given.

mod estimate;
mod exact;
mod lattice;
mod list;
mod reduce;
mod sums;
mod walk;

pub use estimate::{log_count, log_mass, log_mass_of};
pub use exact::{by_size, mass_exact, total, ways};
pub use list::list;
