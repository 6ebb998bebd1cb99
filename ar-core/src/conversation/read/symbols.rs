//! A text as a row of symbols for the trained model: words as they are, numbers, mail addresses, references and days by their shape, and
//! beside each the concepts it stands for.

use super::concepts::Concepts;
use crate::conversation::grammar::DayMention;
use crate::conversation::locale::Language;
use crate::conversation::token::{Kind, Tokens};
use alloc::{string::String, vec::Vec};
use chrono::NaiveDate;

/// Symbols that are read of a text; what follows is not.
const MOST_SYMBOLS: usize = 2_000;

/// One symbol.
#[derive(Clone, Copy, Debug)]
pub struct Symbol {
    /// Hash of its text.
    pub hash: u32,
    /// Concepts of it (and of it with the word before); nought where there is none.
    pub concepts: [u8; 3],
    /// Which clause of the text it stands in.
    pub clause: u16,
    /// Its first and its last token.
    pub tokens: (u32, u32),
    /// Letters of the word, from the start of [`Symbols::letters`]; empty for what is no word.
    pub letters: (u32, u32),
}

/// A text in symbols.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    /// In the order of the text.
    pub list: Vec<Symbol>,
    /// The letters of all words.
    pub letters: String,
    /// For each clause, whether it ends with a question mark.
    pub asks: Vec<bool>,
    /// For each clause, bits of the days in it: 1 past, 2 to come, 4 either.
    pub days: Vec<u8>,
    /// Clauses that end with an exclamation mark.
    pub calls: usize,
}

/// FNV-1a with a last mixing, so that the low bits may be used.
#[derive(Clone, Copy)]
pub(super) struct Hash(u32);

impl Hash {
    pub(super) const fn new(salt: u32) -> Self {
        Self(0x811c_9dc5 ^ salt.wrapping_mul(0x9e37_79b9))
    }

    pub(super) const fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u32).wrapping_mul(0x0100_0193))
    }

    pub(super) fn text(self, text: &str) -> Self {
        text.bytes().fold(self, Self::byte)
    }

    pub(super) fn number(self, number: u32) -> Self {
        number.to_le_bytes().into_iter().fold(self, Self::byte)
    }

    pub(super) const fn end(self) -> u32 {
        let mut hash = self.0;
        hash ^= hash >> 16;
        hash = hash.wrapping_mul(0x85eb_ca6b);
        hash ^= hash >> 13;
        hash = hash.wrapping_mul(0xc2b2_ae35);
        hash ^ (hash >> 16)
    }
}

/// The hash of a word as a symbol.
pub(super) fn word_hash(word: &str) -> u32 {
    Hash::new(1).text(word).end()
}

/// Ends of English words after an apostrophe, which belong to the word.
const ENDS: &[&str] = &["t", "s", "ll", "ve", "re", "d", "m"];

struct Reader<'t> {
    tokens: &'t Tokens,
    concepts: &'t Concepts<'t>,
    out: Symbols,
    clause: u16,
    before: u32,
}

impl Symbols {
    /// Reads the parts of a text.
    pub fn read(tokens: &Tokens, parts: &[(usize, usize)], concepts: &Concepts<'_>) -> Self {
        let mut reader = Reader { tokens, concepts, out: Self::default(), clause: 0, before: 0 };
        reader.out.list.reserve(tokens.len().min(MOST_SYMBOLS));
        for (from, to) in parts {
            let mut at = *from;
            while at < *to && reader.out.list.len() < MOST_SYMBOLS {
                at = reader.one(at, *to);
            }
            reader.end_clause(false);
        }
        reader.out
    }
}

impl Symbols {
    /// Notes the days of the text: where they lie, seen from the day of receipt, says much about what is said to be done on them.
    pub fn note_days(&mut self, tokens: &Tokens, days: &[DayMention], received: NaiveDate) {
        self.days = alloc::vec![0; self.asks.len()];
        for day in days {
            let inside = |symbol: &&Symbol| tokens.span(symbol.tokens.0 as usize, symbol.tokens.1 as usize).end > day.span.start;
            let Some(slot) = self.list.iter().find(inside).and_then(|symbol| self.days.get_mut(symbol.clause as usize)) else { continue };
            *slot |= match (day.back < received, day.ahead > received) {
                (true, false) => 1,
                (false, true) => 2,
                _ if day.ahead == day.back => 0,
                _ => 4,
            };
        }
    }
}

impl Reader<'_> {
    fn one(&mut self, at: usize, to: usize) -> usize {
        let Some(token) = self.tokens.get(at) else { return to };
        if token.first && at > 0 {
            self.end_clause(false);
        }
        match token.kind {
            Kind::Word => self.word(at, to),
            Kind::Digits => self.number(at, to),
            Kind::Mark => self.mark(at, to),
        }
    }

    /// The place after a run of tokens without a space, as far as marks that may stand in an address or a number go.
    fn run(&self, at: usize, to: usize) -> usize {
        let mut end = at + 1;
        while end < to && self.tokens.get(end).is_some_and(|token| token.joined) {
            let is_mark = self.tokens.get(end).is_some_and(|token| token.kind == Kind::Mark);
            let goes_on = end + 1 < to && self.tokens.get(end + 1).is_some_and(|token| token.joined && token.kind != Kind::Mark);
            if is_mark && !(goes_on && matches!(self.tokens.text(end), "." | "," | "-" | "/" | "_" | "@" | ":" | "+" | "#" | "'" | "&" | "=" | "?" | "%")) {
                break;
            }
            end += 1;
        }
        end
    }

    fn has(&self, from: usize, to: usize, mark: &str) -> bool {
        (from..to).any(|at| self.tokens.is(at, mark))
    }

    fn digits(&self, from: usize, to: usize) -> bool {
        (from..to).any(|at| self.tokens.get(at).is_some_and(|token| token.kind == Kind::Digits))
    }

    fn word(&mut self, at: usize, to: usize) -> usize {
        let run = self.run(at, to);
        if self.has(at, run, "@") {
            self.shape("@mail", at, run);
            return run;
        }
        if self.tokens.text(at).starts_with("http") || self.tokens.is(at, "www") {
            self.shape("@link", at, run);
            return run;
        }
        if self.digits(at, run) && !self.has(at, run, "'") {
            self.shape("#ref", at, run);
            return run;
        }
        let mut end = at + 1;
        let mut word = String::from(self.tokens.text(at));
        let joined = |at: usize| self.tokens.get(at).is_some_and(|token| token.joined) && at < to;
        if joined(end) && self.tokens.is(end, "'") && joined(end + 1) && ENDS.contains(&self.tokens.text(end + 1)) {
            word.push('\'');
            word.push_str(self.tokens.text(end + 1));
            end += 2;
        }
        let shape = Language::ALL
            .iter()
            .find_map(|language| if language.month(&word).is_some_and(|_| word.len() > 3) { Some("#month") } else { language.weekday(&word).filter(|_| word.len() > 3).map(|_| "#day") });
        match shape {
            Some(shape) => self.shape(shape, at, end),
            None => self.push_word(&word, at, end),
        }
        end
    }

    fn number(&mut self, at: usize, to: usize) -> usize {
        let run = self.run(at, to);
        let letters = (at..run).any(|at| self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word));
        let long = self.tokens.text(at).len() > 4;
        let shape = if letters && !self.is_ordinal(at, run) {
            "#ref"
        } else if self.has(at, run, "%") {
            "#percent"
        } else if long && run == at + 1 {
            "#long"
        } else {
            "#"
        };
        self.shape(shape, at, run);
        run
    }

    fn is_ordinal(&self, at: usize, run: usize) -> bool {
        run == at + 2 && matches!(self.tokens.text(at + 1), "st" | "nd" | "rd" | "th" | "er" | "ter" | "k" | "h")
    }

    fn mark(&mut self, at: usize, _to: usize) -> usize {
        match self.tokens.text(at) {
            "?" => self.end_clause(true),
            "!" => {
                self.out.calls += 1;
                self.end_clause(false);
            }
            "." if !self.tokens.get(at + 1).is_some_and(|next| next.joined) && !self.tokens.get(at.wrapping_sub(1)).is_some_and(|last| last.kind == Kind::Digits) => self.end_clause(false),
            ";" => self.end_clause(false),
            "$" | "€" | "£" => self.shape("$", at, at + 1),
            "%" => self.shape("#percent", at, at + 1),
            _ => {}
        }
        at + 1
    }

    fn end_clause(&mut self, asks: bool) {
        let used = self.out.list.last().is_some_and(|last| last.clause == self.clause);
        if used {
            self.out.asks.push(asks);
            self.clause = self.clause.saturating_add(1);
            self.before = 0;
        } else if asks && let Some(last) = self.out.asks.last_mut() {
            *last = true;
        }
    }

    fn shape(&mut self, shape: &str, at: usize, end: usize) {
        let hash = word_hash(shape);
        // The same shape again ("$ #", "# #") is one.
        if self.out.list.last().is_some_and(|last| last.hash == hash && last.clause == self.clause) {
            if let Some(last) = self.out.list.last_mut() {
                last.tokens.1 = end as u32 - 1;
            }
            return;
        }
        self.push(hash, [0; 3], (0, 0), at, end);
    }

    fn push_word(&mut self, word: &str, at: usize, end: usize) {
        let hash = word_hash(word);
        let mut concepts = self.concepts.of(word);
        if self.before != 0 {
            let pair = self.concepts.pair(self.before, hash);
            if pair != 0
                && let Some(slot) = concepts.iter_mut().find(|slot| **slot == 0 || **slot == pair)
            {
                *slot = pair;
            }
        }
        let from = self.out.letters.len() as u32;
        self.out.letters.push_str(word);
        self.push(hash, concepts, (from, self.out.letters.len() as u32), at, end);
    }

    fn push(&mut self, hash: u32, concepts: [u8; 3], letters: (u32, u32), at: usize, end: usize) {
        self.out.list.push(Symbol { hash, concepts, clause: self.clause, tokens: (at as u32, end as u32 - 1), letters });
        self.before = hash;
    }
}
