//! Write-offs: what we gave up of an item, in part or the rest of it, until it is undone.

use crate::record::Item;
use crate::text::words;

words! {
    /// What was given up of an item.
    WriteOffState {
        /// Nothing.
        Nothing = "nothing",
        /// A part; the rest is owed.
        Part = "part",
        /// All that was left: nothing is owed.
        Rest = "rest",
    }
}

words! {
    /// What may happen to it.
    Input {
        /// A part was written off.
        WrittenOffInPart = "written_off_in_part",
        /// The rest was written off.
        WrittenOff = "written_off",
        /// It was undone: the item is owed again, at its true age.
        Undone = "undone",
    }
}

/// What follows; `None` where it cannot be.
#[rustfmt::skip]
pub const fn next(state: WriteOffState, input: Input) -> Option<WriteOffState> {
    use WriteOffState::{Nothing, Part, Rest};
    Some(match (state, input) {
        (Nothing, Input::WrittenOffInPart) => Part,
        (Nothing, Input::WrittenOff)       => Rest,
        (Part,    Input::WrittenOffInPart) => Part,
        (Part,    Input::WrittenOff)       => Rest,
        (Part,    Input::Undone)           => Nothing,
        (Rest,    Input::Undone)           => Nothing,
        _ => return None,
    })
}

impl WriteOffState {
    /// The state of an item, from what is open of it and whether some of it was written off.
    pub const fn of(item: &Item, given_up: bool) -> Self {
        match (item.open, given_up) {
            (_, false) => Self::Nothing,
            (0, true) => Self::Rest,
            (_, true) => Self::Part,
        }
    }
}
