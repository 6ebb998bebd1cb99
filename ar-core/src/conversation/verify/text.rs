//! The text under check: its tokens, what each word may mean, what was said about it, and how it divides into units.

use super::lexicon::{self, INVOICE};
use super::verdict::{Finding, FindingCode};
use crate::conversation::locale::Language;
use crate::conversation::token::{Kind, Span, Tokens};
use alloc::{string::String, vec, vec::Vec};

/// What stands at a place of the text, from a token to another, both included.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) what: What,
}

/// What a mention is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// An invoice, by its place in the facts.
    Reference(usize),
    /// An amount of the currency of the facts in minor units.
    Money { minor: i64, hedge: Hedge },
    /// A day; the year as written, or `None`.
    Date { year: Option<i32>, month: u32, day: u32, weekday: Option<u32> },
    /// So many days, weeks, months or years.
    Time { count: u32, unit: u64, hedge: Hedge },
    /// So many invoices.
    Count(u32),
    /// A share in millionths.
    Percent(i64),
    /// The how-manieth reminder.
    Stage(u32),
    /// A number with nothing beside it: a cell of a table.
    Bare(u32),
    /// The number of a line.
    Line,
    /// What is right as it stands: a name, a link.
    Settled,
    /// What is wrong as it stands; the finding is made.
    Wrong,
}

/// What stands before a number and makes it less than exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hedge {
    None,
    About,
    More,
    Less,
}

pub(super) struct Text<'t> {
    pub(super) raw: &'t str,
    pub(super) tokens: Tokens,
    /// What each token may mean.
    pub(super) cues: Vec<u64>,
    /// The mention that each token is part of, counted from 1.
    cover: Vec<u32>,
    pub(super) mentions: Vec<Mention>,
    pub(super) findings: Vec<Finding>,
}

impl<'t> Text<'t> {
    pub(super) fn read(raw: &'t str, language: Language) -> Self {
        let tokens = Tokens::read(raw);
        let words = tokens.all().iter();
        let cues = words.map(|token| if token.kind == Kind::Word { lexicon::cues(language, tokens.text_of(token)) } else { 0 }).collect();
        let cover = vec![0; tokens.len()];
        Self { raw, tokens, cues, cover, mentions: Vec::new(), findings: Vec::new() }
    }

    pub(super) fn find(&mut self, code: FindingCode, span: Span, message: impl Into<String>) {
        self.findings.push(Finding { code, span, message: message.into() });
    }

    /// A finding about the tokens from one to another.
    pub(super) fn find_at(&mut self, code: FindingCode, from: usize, to: usize, message: impl Into<String>) {
        let span = self.tokens.span(from, to);
        self.find(code, span, message);
    }

    pub(super) fn mention(&mut self, from: usize, to: usize, what: What) {
        self.mentions.push(Mention { from, to, what });
        let number = self.mentions.len() as u32;
        for slot in self.cover.get_mut(from..=to).unwrap_or(&mut []) {
            *slot = number;
        }
    }

    pub(super) fn is_covered(&self, at: usize) -> bool {
        self.cover.get(at).is_some_and(|number| *number > 0)
    }

    /// The number of the mention that a token is part of.
    pub(super) fn number_at(&self, at: usize) -> Option<usize> {
        (*self.cover.get(at)? as usize).checked_sub(1)
    }

    /// The mention that a token is part of.
    pub(super) fn at(&self, at: usize) -> Option<&Mention> {
        self.number_at(at).and_then(|number| self.mentions.get(number))
    }

    pub(super) fn cue(&self, at: usize) -> u64 {
        self.cues.get(at).copied().unwrap_or(0)
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    pub(super) fn is_word(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Word)
    }

    /// Whether nothing stands between a token and the one before.
    pub(super) fn joined(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.joined)
    }

    /// Whether a token begins a line.
    pub(super) fn first(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.first)
    }

    /// The token as it was written.
    pub(super) fn written(&self, at: usize) -> &'t str {
        let raw = self.raw;
        self.tokens.get(at).map_or("", |token| token.span.of(raw))
    }

    pub(super) fn is_capital(&self, at: usize) -> bool {
        self.written(at).chars().next().is_some_and(char::is_uppercase)
    }

    /// What stands between a token and the one before.
    fn gap(&self, at: usize) -> &'t str {
        let raw = self.raw;
        let before = at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |token| token.span.end);
        self.tokens.get(at).map_or("", |token| raw.get(before as usize..token.span.start as usize).unwrap_or(""))
    }

    /// Whether an empty line stands before a token.
    pub(super) fn begins_paragraph(&self, at: usize) -> bool {
        at == 0 || self.gap(at).bytes().filter(|byte| *byte == b'\n').count() > 1
    }

    /// The first tokens of the units: sentences, lines of lists and rows of tables, in which a value belongs to the invoice that is named.
    pub(super) fn units(&self) -> Vec<usize> {
        let starts = (0..self.tokens.len()).filter(|at| self.begins_paragraph(*at) || self.ends_sentence(*at) || self.begins_row(*at));
        starts.collect()
    }

    /// Whether a sentence ends before a token.
    fn ends_sentence(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        if self.joined(at) || self.is_covered(before) || !matches!(self.tokens.text(before), "." | "!" | "?") {
            return false;
        }
        let short = before.checked_sub(1).is_some_and(|word| self.is_word(word) && self.joined(before) && self.tokens.text(word).len() <= 3 && !self.is_covered(word) && self.is_abbreviation(word));
        !short && (self.is_capital(at) || self.first(at) || self.kind(at) != Some(Kind::Word) || !self.tokens.is(before, "."))
    }

    fn is_abbreviation(&self, at: usize) -> bool {
        const SHORT: &[&str] = &[
            "nr", "no", "mr", "mrs", "ms", "dr", "sr", "sra", "st", "ca", "bzw", "tel", "ref", "art", "abs", "b", "h", "d", "p", "ej", "m", "mme", "z", "u", "a", "e", "g", "i", "inv", "num", "ggf",
            "max", "fa", "acc", "vto", "env",
        ];
        SHORT.contains(&self.tokens.text(at))
    }

    /// Whether anything is stated in the line of a token.
    fn line_says(&self, at: usize) -> bool {
        let start = (0..=at).rev().take(40).find(|here| self.first(*here)).unwrap_or(at);
        (start..=at).any(|here| self.is_covered(here))
    }

    /// Whether a line that is a row of its own begins at a token: a bullet, an invoice, or a value after a line that ended with one.
    fn begins_row(&self, at: usize) -> bool {
        if !self.first(at) || at == 0 {
            return false;
        }
        let before = at - 1;
        let is_line = self.at(at).is_some_and(|mention| mention.what == What::Line);
        if is_line || matches!(self.tokens.text(before), ":" | ";") || matches!(self.tokens.text(at), "-" | "*" | "•" | "·" | "|") {
            return true;
        }
        let is_reference = |at: usize| self.at(at).is_some_and(|mention| matches!(mention.what, What::Reference(_)));
        let closes = self.is_covered(before) || matches!(self.tokens.text(before), ")" | "|") || (self.tokens.is(before, ".") && !self.is_covered(before));
        if is_reference(at) || (self.cue(at) & INVOICE != 0 && self.is_capital(at) && (at + 1..at + 4).any(is_reference)) {
            let open = matches!(self.tokens.text(before), "," | "and" | "for" | "of" | "invoice" | "und" | "rechnung" | "et" | "pour" | "facture" | "y" | "de" | "la" | "factura");
            return closes || !open || !self.line_says(before);
        }
        closes && self.is_covered(at)
    }
}
