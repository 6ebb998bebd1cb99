//! Decisions that a person is asked about: a word holds until another follows. What is said of something that was done moves nothing.

use crate::text::words;

words! {
    /// Where a decision stands.
    DecisionState {
        /// Nobody has said anything.
        Open = "open",
        /// Somebody changed it, and nobody has approved the change.
        Edited = "edited",
        /// It may be carried out.
        Approved = "approved",
        /// It must not be carried out.
        Rejected = "rejected",
        /// It was carried out.
        Done = "done",
    }
}

words! {
    /// What may happen to it.
    Input {
        /// The question was put to a person, or handed on to another.
        Asked = "asked",
        /// A person approved it.
        Approved = "approved",
        /// A person rejected it.
        Rejected = "rejected",
        /// A person changed it.
        Edited = "edited",
        /// It was reported done.
        Done = "done",
        /// A person looked at what was done.
        Reviewed = "reviewed",
    }
}

/// What follows; `None` where it cannot be.
#[rustfmt::skip]
pub const fn next(state: DecisionState, input: Input) -> Option<DecisionState> {
    use DecisionState::{Approved, Done, Edited, Open, Rejected};
    Some(match (state, input) {
        (Open | Edited | Approved | Rejected, Input::Approved) => Approved,
        (Open | Edited | Approved | Rejected, Input::Rejected) => Rejected,
        (Open | Edited | Approved | Rejected, Input::Edited)   => Edited,
        (Open,     Input::Asked)    => Open,
        (Edited,   Input::Asked)    => Edited,
        (Approved, Input::Asked)    => Approved,
        (Rejected, Input::Asked)    => Rejected,
        // A person may do what nobody was asked about, or was told not to: the books take what happened.
        (_, Input::Done) => Done,
        // What the host has not reported yet may have been looked at.
        (state, Input::Reviewed) => state,
        // A word that comes late is kept: it counts for what the engine may do, and undoes nothing.
        (Done, Input::Approved | Input::Rejected) => Done,
        (Done, Input::Edited | Input::Asked) => return None,
    })
}
