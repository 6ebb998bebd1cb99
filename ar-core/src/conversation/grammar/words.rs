//! A text as the grammars see it: its tokens, and what each word is in the language of the reader.

use super::lexicon::{Lex, lex};
use super::signs::{Sign, signs};
use crate::conversation::locale::{Language, Locale};
use crate::conversation::token::{Kind, Span, Token, Tokens};
use alloc::vec::Vec;

/// A text in tokens with the meaning of each word, looked up once for all grammars.
#[derive(Debug)]
pub struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a Tokens,
    pub(super) locale: Locale,
    lex: Vec<Lex>,
    signs: Vec<u32>,
}

impl<'a> Words<'a> {
    /// Looks the words of a text up; `tokens` is what [`Tokens::read`] made of the same text.
    pub fn new(text: &'a str, tokens: &'a Tokens, locale: Locale) -> Self {
        let is_word = |token: &&Token| token.kind == Kind::Word;
        let lex = tokens.all().iter().map(|token| Some(token).filter(is_word).map_or(Lex::Plain, |token| lex(locale.language, tokens.text_of(token)))).collect();
        let signs = tokens.all().iter().map(|token| Some(token).filter(is_word).map_or(0, |token| signs(tokens.text_of(token)))).collect();
        Self { text, tokens, locale, lex, signs }
    }

    pub(super) fn len(&self) -> usize {
        self.lex.len()
    }

    pub(super) fn lex(&self, at: usize) -> Lex {
        self.lex.get(at).copied().unwrap_or(Lex::Plain)
    }

    /// All signs of a word, one bit each.
    pub(super) fn signs(&self, at: usize) -> u32 {
        self.signs.get(at).copied().unwrap_or(0)
    }

    /// Whether a word is a sign of something.
    pub(super) fn has(&self, at: usize, sign: Sign) -> bool {
        self.signs(at) & (1 << sign as u32) != 0
    }

    /// The same of the word so many tokens before.
    pub(super) fn has_back(&self, at: usize, count: usize, sign: Sign) -> bool {
        at.checked_sub(count).is_some_and(|at| self.has(at, sign))
    }

    /// What stands so many tokens before.
    pub(super) fn lex_back(&self, at: usize, count: usize) -> Lex {
        at.checked_sub(count).map_or(Lex::Plain, |at| self.lex(at))
    }

    pub(super) fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.is(at, text)
    }

    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.text(at)
    }

    /// The folded text so many tokens before; nothing before the start.
    pub(super) fn word_back(&self, at: usize, count: usize) -> &str {
        at.checked_sub(count).map_or("", |at| self.word(at))
    }

    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    pub(super) fn is_word(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Word)
    }

    pub(super) fn is_digits(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Digits)
    }

    /// Whether nothing stands between the token and the one before.
    pub(super) fn joined(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.joined)
    }

    /// A mark that is joined to the token before.
    pub(super) fn joined_mark(&self, at: usize, marks: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.joined && token.kind == Kind::Mark) && marks.contains(self.word(at))
    }

    /// A mark, joined or not.
    pub(super) fn mark(&self, at: usize, marks: &str) -> bool {
        self.kind(at) == Some(Kind::Mark) && marks.contains(self.word(at))
    }

    /// Whether the word was written with a capital.
    pub(super) fn capital(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.span.of(self.text).starts_with(char::is_uppercase))
    }

    /// The place of a run of digits and its length.
    pub(super) fn digits(&self, at: usize) -> Option<(u32, usize)> {
        self.tokens.number(at).map(|number| (number, self.word(at).len()))
    }

    pub(super) fn language(&self) -> Language {
        self.locale.language
    }

    pub(super) fn span(&self, from: usize, end: usize) -> Span {
        self.tokens.span(from, end.saturating_sub(1))
    }

    /// `einundzwanzig`, `siebenundzwanzigsten`: the number, and whether it is an ordinal.
    pub(super) fn german_number(&self, at: usize) -> Option<(u32, bool)> {
        let word = self.word(at);
        if self.language() != Language::De || word.len() < 12 || word.len() > 24 {
            return None;
        }
        let (ones, rest) = word.rsplit_once("und").filter(|parts| !parts.0.is_empty())?;
        let (end, tens) = [("zwanzig", 20), ("dreissig", 30)].iter().find_map(|(name, tens)| Some((rest.strip_prefix(name)?, *tens)))?;
        let ones = if ones == "ein" { 1 } else { self.language().number(ones).filter(|ones| (1..=9).contains(ones))? };
        match end {
            "" => Some((tens + ones, false)),
            "ste" | "sten" | "ster" => Some((tens + ones, true)),
            _ => None,
        }
    }

    /// Whether the text ends here, or the line, or the sentence.
    pub(super) fn closes(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|token| token.first || token.kind == Kind::Mark)
    }

    /// A number of things: in digits, or in words (`twenty-one`, `dix-sept`); the place after it.
    pub(super) fn count(&self, at: usize) -> Option<(u32, usize)> {
        if let Some((number, length)) = self.digits(at) {
            return (length <= 3 && number > 0).then_some((number, at + 1));
        }
        match self.lex(at) {
            Lex::A => Some((1, at + 1)),
            Lex::Count(tens) if tens >= 20 || (tens == 10 && self.language() == Language::Fr) => {
                let rest = if self.mark(at + 1, "-") || self.lex(at + 1) == Lex::And { at + 2 } else { at + 1 };
                match self.lex(rest) {
                    Lex::Count(ones @ 1..=9) => Some((tens + ones, rest + 1)),
                    _ => Some((tens, at + 1)),
                }
            }
            Lex::Count(count) if count > 0 => Some((count, at + 1)),
            _ => self.german_number(at).filter(|number| !number.1).map(|number| (number.0, at + 1)),
        }
    }
}
