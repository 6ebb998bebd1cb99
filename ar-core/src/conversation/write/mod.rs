//! Writes what customers will read: subject and body of a notice, from a decision and the books, and from texts that are data.
//!
//! ```text
//! decision, books, policy, sender ──> facts      all that may be said, in one place; names made clean
//!                                       │
//! templates by kind, tone, segment ──> pieces    rendered on the facts alone, in the order of the channel's layout
//!                                       │
//!                                     notice     plain text, and HTML that says the same
//! ```
//!
//! A generator of the host (a language model) is given [`Facts::to_json`] and gives a draft: [`write_with`] uses it only if the verifier finds
//! nothing, else the template. Nothing is called from here.
//!
//! Nothing is decided here: what the decision does not say is not written. A consequence is never announced; fees and interest are
//! spoken of where they are items of the decision.

mod check;
mod clean;
pub mod context;
mod draft;
mod facts;
mod grid;
mod html;
mod kind;
mod notice;
mod notice_json;
mod proof;
pub mod sms;
mod style;
mod style_json;
mod templates;

use crate::decision::Decision;
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::ledger::Books;
use crate::policy::Policy;
use alloc::format;
use chrono::NaiveDate;
pub use draft::Written;
pub use facts::{Facts, ItemFact};
pub use kind::NoticeKind;
pub use notice::{MOST_TEXT, Notice};
pub use style::{Channel, Sender, Style};
pub use style_json::OwnedStyle;
pub use templates::Templates;

/// Writes the notice of a decision as it goes out on `as_of`. The amounts are those of the books at the end of that day: cash that
/// is posted first is no longer asked for.
///
/// # Errors
/// `invalid_argument`: an action that nothing is written for (see [`NoticeKind::of`]); a sender that does not pass [`Sender::check`]; a
/// text that does not render, or is longer than [`MOST_TEXT`] bytes or [`sms::MOST_SEGMENTS`] segments of a short message.
pub fn write_notice(decision: &Decision, books: &Books, policy: &Policy, style: &Style<'_>, as_of: NaiveDate) -> Result<Notice, Error> {
    let refuse = |code, message| Error::one(ErrorCode::InvalidArgument, "arguments", Some("decision"), code, message);
    let Some(kind) = NoticeKind::of(decision.action()) else {
        return Err(refuse(ProblemCode::UnknownWord, format!("nothing is written for '{}'", decision.action().name())));
    };
    if decision.customer().is_none() {
        return Err(refuse(ProblemCode::UnknownCustomer, "the decision names no customer".into()));
    }
    style.sender.check()?;
    let facts = facts::Source { decision, books, policy, as_of }.facts(kind, style);
    let Some(set) = style.templates.set(facts.locale.language) else {
        return Err(refuse(ProblemCode::UnknownWord, format!("there are no texts in '{}'", facts.locale.language.name())));
    };
    notice::compose(facts, set).map_err(notice::Trouble::into_error)
}

/// Writes the notice of a decision with a draft of another writer as its text, if [`crate::conversation::verify::verify_notice`] accepts the
/// draft against the facts of the notice (of a short message, also if it does not name each item with all its parts); else as
/// [`write_notice`] does. The answer says which, with what was found. The line of the subject is always ours.
///
/// # Errors
/// As [`write_notice`].
pub fn write_with(decision: &Decision, books: &Books, policy: &Policy, style: &Style<'_>, as_of: NaiveDate, draft: &str) -> Result<Written, Error> {
    write_notice(decision, books, policy, style, as_of).map(|notice| draft::with_draft(notice, draft))
}
