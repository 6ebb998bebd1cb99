//! Notices: proposed, then sent or void; one that went out may come back. What was not sent moves no level.

use crate::record::NoticeState;
use crate::text::words;

words! {
    /// What may happen to a notice.
    Input {
        /// It went out.
        Sent = "sent",
        /// It came back.
        Bounced = "bounced",
        /// It will never be sent.
        Voided = "voided",
    }
}

/// What follows; `None` where it cannot be.
#[rustfmt::skip]
pub const fn next(state: NoticeState, input: Input) -> Option<NoticeState> {
    use NoticeState::{Bounced, Proposed, Sent, Void};
    Some(match (state, input) {
        (Proposed, Input::Sent)    => Sent,
        (Proposed, Input::Voided)  => Void,
        (Sent,     Input::Bounced) => Bounced,
        // Mail servers say it more than once.
        (Bounced,  Input::Bounced) => Bounced,
        _ => return None,
    })
}
