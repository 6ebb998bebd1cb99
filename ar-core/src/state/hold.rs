//! Credit holds: a customer is not delivered to until the hold is released.

use crate::text::words;

words! {
    /// Whether a customer is on credit hold.
    HoldState {
        /// Delivered to.
        Free = "free",
        /// Not delivered to.
        Held = "held",
    }
}

words! {
    /// What may happen to it.
    Input {
        /// A hold was placed.
        Placed = "placed",
        /// It was released.
        Released = "released",
    }
}

/// What follows; `None` where it cannot be.
#[rustfmt::skip]
pub const fn next(state: HoldState, input: Input) -> Option<HoldState> {
    use HoldState::{Free, Held};
    Some(match (state, input) {
        (Free, Input::Placed)   => Held,
        (Held, Input::Released) => Free,
        _ => return None,
    })
}
