//! The exact grammars of the reply reader: days, amounts, references, clauses, and what each of them stands for.
//!
//! Every grammar goes once from left to right over the tokens and looks a bounded number of tokens around; none guesses. What a day or an
//! amount stands for ([`roles`]) is decided from the clause it is in and from what the clause says.

mod amounts;
mod clauses;
pub mod dates;
mod index;
mod lexicon;
mod numbers;
mod references;
pub mod roles;
mod signs;
mod words;

pub use amounts::{AmountMention, amounts};
pub use clauses::clauses;
pub use dates::{DayKind, DayMention};
pub use references::{KnownReferences, ReferenceMention, references};
pub use words::Words;

/// Mentions of one sort that are taken from a text; the rest of the text is not searched for more.
pub const MOST_MENTIONS: usize = 64;
