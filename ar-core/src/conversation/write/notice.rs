//! A notice put together: its pieces in their order, as plain text and as HTML that says the same.

use super::context::{Own, Words};
use super::facts::Facts;
use super::grid::{self, Grid};
use super::kind::NoticeKind;
use super::sms::{self, MOST_SEGMENTS, Size};
use super::style::Channel;
use super::templates::Set;
use super::{check, html};
use crate::action::Tone;
use crate::conversation::locale::Language;
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use alloc::{format, string::String, vec::Vec};

/// Bytes of a text, at most; the HTML may have a few times as many.
pub const MOST_TEXT: usize = 1 << 20;

/// What a customer, or the person who calls, is to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is for.
    pub kind: NoticeKind,
    /// The line above it; empty for a short message.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as a document of HTML, for e-mail and letter: no scripts, no images, and no link but the sender's.
    pub html: Option<String>,
    /// What it is laid out for.
    pub channel: Channel,
    /// The language.
    pub language: Language,
    /// How firmly it speaks.
    pub tone: Tone,
    /// The size of a short message.
    pub sms: Option<Size>,
    /// All that it may say.
    pub facts: Facts,
}

/// Why a text could not be put together.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The template did not render.
    Template(minijinja::Error),
    /// The text is longer than its channel carries.
    TooLong(usize),
}

impl From<minijinja::Error> for Trouble {
    fn from(bad: minijinja::Error) -> Self {
        Self::Template(bad)
    }
}

impl Trouble {
    pub(super) fn tell(&self, place: &str, problems: &mut Problems) {
        match self {
            Self::Template(bad) => check::said(place, bad, problems),
            Self::TooLong(size) => problems.push("templates", None, Some(place), ProblemCode::TextTooLong, || format!("the text has {size} bytes: more than its channel carries")),
        }
    }

    pub(super) fn into_error(self) -> Error {
        let mut problems = Problems::default();
        self.tell("notice", &mut problems);
        match problems.into_result(ErrorCode::InvalidArgument) {
            Err(error) => error,
            Ok(()) => Error::one(ErrorCode::InvalidArgument, "templates", None, ProblemCode::Syntax, "the text does not render".into()),
        }
    }
}

/// A part of a notice.
pub(super) enum Block {
    /// A paragraph, or several.
    Text(String),
    /// A table.
    Table(Grid),
}

/// Puts a notice together.
pub(super) fn compose(mut facts: Facts, set: &Set) -> Result<Notice, Trouble> {
    let words = Words { facts: &facts, set };
    let piece = |name: &str, context: &minijinja::Value| set.render(name, facts.kind, facts.tone, &facts.segment, context);
    let bare = words.context(&Own::default());
    let own = |name: &str| Ok::<String, minijinja::Error>(piece(name, &bare)?.unwrap_or_default());
    let own = Own { reach: own("reach")?, stated: own("stated")?, stated_too: own("stated_too")?, subject: own("subject")? };
    let context = words.context(&own);
    let mut blocks: Vec<Block> = Vec::new();
    for name in set.layout(facts.channel) {
        match (name.as_str(), piece(name, &context)?) {
            ("items", None) => blocks.extend(grid::items(&words).map(Block::Table)),
            ("parts", None) => blocks.extend(grid::parts(&words).map(Block::Table)),
            (_, text) => blocks.extend(text.filter(|text| !text.is_empty()).map(Block::Text)),
        }
    }
    let stated = stated(&words, &own);
    let short = facts.channel == Channel::Sms;
    let text = if short { short_text(&blocks)? } else { long_text(&blocks) };
    if text.len() > MOST_TEXT {
        return Err(Trouble::TooLong(text.len()));
    }
    facts.stated = stated;
    let (language, subject) = (facts.locale.language, own.subject);
    let html = matches!(facts.channel, Channel::Email | Channel::Letter).then(|| html::document(&blocks, &subject, language.name(), &facts.sender.pay_url));
    Ok(Notice { kind: facts.kind, subject: if short { String::new() } else { subject }, sms: short.then(|| sms::size(&text)), text, html, channel: facts.channel, language, tone: facts.tone, facts })
}

/// What is to stand in the text word for word: the statements, the rows of instalments, and where there are any, the line of the subject
/// if it has a number.
fn stated(words: &Words<'_>, own: &Own) -> Vec<String> {
    let parts = grid::parts(words).map_or_else(Vec::new, |grid| grid.rows.iter().map(|row| row.join(" ")).collect());
    let mut all: Vec<String> = [&own.stated, &own.stated_too].into_iter().filter(|text| !text.is_empty()).cloned().chain(parts).collect();
    if words.facts.channel == Channel::Letter && !all.is_empty() && own.subject.contains(|c: char| c.is_ascii_digit()) {
        all.push(own.subject.clone());
    }
    all
}

fn long_text(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        out.push_str(if out.is_empty() { "" } else { "\n\n" });
        match block {
            Block::Text(text) => out.push_str(text),
            Block::Table(grid) => grid.write(&mut out),
        }
    }
    out
}

/// The first piece, and of the others in their order those for which there is room.
fn short_text(blocks: &[Block]) -> Result<String, Trouble> {
    let mut out = String::new();
    for block in blocks {
        let Block::Text(text) = block else { continue };
        let longer = if out.is_empty() { text.clone() } else { format!("{out}\n{text}") };
        if sms::size(&longer).segments <= MOST_SEGMENTS {
            out = longer;
        } else if out.is_empty() {
            return Err(Trouble::TooLong(longer.len()));
        }
    }
    Ok(out)
}
