//! A draft of another writer, used only where nothing in it is untrue.

use super::facts::Facts;
use super::html;
use super::notice::{Block, Notice};
use super::sms::{self, MOST_SEGMENTS};
use super::style::Channel;
use crate::conversation::verify::{FindingCode, Verdict, verify_notice};
use alloc::string::String;

/// A notice, and what was found in the draft that was offered for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The notice: with the draft as its text, or with that of the template.
    pub notice: Notice,
    /// Whether the draft is used.
    pub draft_used: bool,
    /// What the verifier says of the draft; `None` where its facts cannot be proved ([`Facts::proof`]), and the template is used.
    pub verdict: Option<Verdict>,
}

/// Whether a text may go out as it was judged: nothing was found. Of a short message it is no fault that not each item is named with
/// all its parts, as there is no room for them.
pub(super) fn may_go_out(verdict: &Verdict, channel: Channel) -> bool {
    let room = |code: FindingCode| matches!(code, FindingCode::MissingReference | FindingCode::MissingAmount | FindingCode::MissingDueDate);
    verdict.accepted || (channel == Channel::Sms && verdict.findings.iter().all(|found| room(found.code)))
}

impl Facts {
    /// What the verifier says of a text about these facts; `None` where they cannot be proved ([`Facts::proof`]).
    pub fn verify(&self, text: &str) -> Option<Verdict> {
        self.proof().map(|facts| verify_notice(text, &facts))
    }
}

/// Puts a draft in the place of a text, if it may go out and its channel carries it.
pub(super) fn with_draft(mut notice: Notice, draft: &str) -> Written {
    let verdict = notice.facts.verify(draft);
    let short = notice.channel == Channel::Sms;
    let fits = !draft.trim().is_empty() && (!short || sms::size(draft).segments <= MOST_SEGMENTS);
    let draft_used = fits && verdict.as_ref().is_some_and(|verdict| may_go_out(verdict, notice.channel));
    if draft_used {
        notice.text = String::from(draft);
        notice.sms = short.then(|| sms::size(draft));
        let blocks = [Block::Text(draft.into())];
        notice.html = notice.html.map(|_| html::document(&blocks, &notice.subject, notice.language.name(), &notice.facts.sender.pay_url));
    }
    Written { notice, draft_used, verdict }
}
