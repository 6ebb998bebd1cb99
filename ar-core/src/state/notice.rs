//! Notices: one that went out may come back. What was never sent moves no level and cannot come back.

use crate::record::NoticeState;
use crate::text::words;

words! {
    /// What may happen to a notice.
    Input {
        /// It came back.
        Bounced = "bounced",
    }
}

/// What follows; `None` where it cannot be.
#[rustfmt::skip]
pub const fn next(state: NoticeState, input: Input) -> Option<NoticeState> {
    use NoticeState::{Bounced, Sent};
    Some(match (state, input) {
        (Sent,    Input::Bounced) => Bounced,
        // Mail servers say it more than once.
        (Bounced, Input::Bounced) => Bounced,
        _ => return None,
    })
}
