//! Disputes: raised, looked at, decided, done.

use crate::record::DisputeState;
use crate::text::words;

words! {
    /// What may happen to a dispute.
    Input {
        /// Somebody works on it.
        Routed = "routed",
        /// The customer is right.
        FoundValid = "found_valid",
        /// We are right.
        FoundInvalid = "found_invalid",
        /// Both are right in part.
        FoundPartial = "found_partial",
        /// It is done: the credit was given, or nothing is left to decide.
        Closed = "closed",
    }
}

/// What follows; `None` where it cannot be.
#[rustfmt::skip]
pub const fn next(state: DisputeState, input: Input) -> Option<DisputeState> {
    use DisputeState::{Closed, InReview, Invalid, Open, Partial, Valid};
    Some(match (state, input) {
        (Open,     Input::Routed)       => InReview,
        (Open,     Input::FoundValid)   => Valid,
        (Open,     Input::FoundInvalid) => Invalid,
        (Open,     Input::FoundPartial) => Partial,
        (Open,     Input::Closed)       => Closed,
        (InReview, Input::Routed)       => InReview,
        (InReview, Input::FoundValid)   => Valid,
        (InReview, Input::FoundInvalid) => Invalid,
        (InReview, Input::FoundPartial) => Partial,
        (InReview, Input::Closed)       => Closed,
        (Valid,    Input::Closed)       => Closed,
        (Invalid,  Input::Closed)       => Closed,
        (Partial,  Input::Closed)       => Closed,
        _ => return None,
    })
}

impl Input {
    /// What a dispute was found to be, by the word of the state that follows; `None` for words of live disputes.
    pub fn found(word: &str) -> Option<Self> {
        match DisputeState::from_name(word)? {
            DisputeState::Valid => Some(Self::FoundValid),
            DisputeState::Invalid => Some(Self::FoundInvalid),
            DisputeState::Partial => Some(Self::FoundPartial),
            DisputeState::Closed => Some(Self::Closed),
            DisputeState::Open | DisputeState::InReview => None,
        }
    }
}
