//! Deductions: an item of its own that can be undone as long as nothing was posted on it.

use crate::record::Item;
use crate::text::words;

words! {
    /// Where a deduction stands.
    DeductionState {
        /// Kept back, and nothing was posted on it.
        Open = "open",
        /// Paid, credited or written off in part.
        Worked = "worked",
        /// Paid, credited or written off.
        Cleared = "cleared",
        /// Undone: it was never there.
        Undone = "undone",
    }
}

words! {
    /// What may happen to a deduction.
    Input {
        /// A part was posted on it.
        ClearedInPart = "cleared_in_part",
        /// The rest was posted on it.
        ClearedInFull = "cleared_in_full",
        /// Some of its postings were taken back.
        TakenBackInPart = "taken_back_in_part",
        /// All of its postings were taken back.
        TakenBack = "taken_back",
        /// It is undone, with its posting or by name.
        Undone = "undone",
    }
}

/// What follows; `None` where it cannot be.
#[rustfmt::skip]
pub const fn next(state: DeductionState, input: Input) -> Option<DeductionState> {
    use DeductionState::{Cleared, Open, Undone, Worked};
    Some(match (state, input) {
        (Open,    Input::ClearedInPart)   => Worked,
        (Open,    Input::ClearedInFull)   => Cleared,
        (Open,    Input::Undone)          => Undone,
        (Worked,  Input::ClearedInPart)   => Worked,
        (Worked,  Input::ClearedInFull)   => Cleared,
        (Worked,  Input::TakenBackInPart) => Worked,
        (Worked,  Input::TakenBack)       => Open,
        (Cleared, Input::TakenBackInPart) => Worked,
        (Cleared, Input::TakenBack)       => Open,
        _ => return None,
    })
}

impl DeductionState {
    /// The state of a deduction that is in the books.
    pub const fn of(item: &Item) -> Self {
        match item.open {
            0 => Self::Cleared,
            open if open == item.amount => Self::Open,
            _ => Self::Worked,
        }
    }
}
