//! What stands around a day: prepositions, the two ends of a range, a weekday that only confirms.

use super::super::lexicon::Lex;
use super::Scan;
use crate::conversation::locale::Language;

/// Tokens between a preposition and its day.
const REACH: usize = 4;

impl Scan<'_, '_> {
    /// The preposition of a day: the first word before it that is no article.
    pub(super) fn preposition(&self, from: usize) -> (Lex, usize) {
        let words = self.words;
        for back in 1..=REACH {
            let Some(at) = from.checked_sub(back) else { break };
            match words.lex(at) {
                Lex::The | Lex::Of | Lex::This | Lex::Run | Lex::Coming | Lex::Next => {}
                Lex::Unit(_) if words.language() == Language::Es => {}
                found => return (found, at),
            }
            if words.token(at).is_some_and(|token| token.first) {
                break;
            }
        }
        (Lex::Plain, from)
    }

    /// Whether the day is one after which something is.
    pub(super) fn is_after(&self, from: usize) -> bool {
        let words = self.words;
        let (lex, at) = self.preposition(from);
        match lex {
            Lex::After => true,
            Lex::On | Lex::Ago => {
                let not = ["not", "never", "nicht", "pas", "no"].contains(&words.word_back(at, 1));
                not && ["before", "vor", "avant", "antes"].contains(&words.word(at))
            }
            Lex::Plain => ["earlier", "sooner"].contains(&words.word_back(from, 2)) && words.is(from.saturating_sub(1), "than"),
            _ => false,
        }
    }

    /// Whether only the words of a range (or of a choice) stand between the last mention and this one.
    pub(super) fn is_range(&self, from: usize) -> bool {
        let words = self.words;
        let mut between = self.last_end..from;
        let Some(first) = between.next() else { return false };
        if between.len() > 2 || !between.all(|at| matches!(words.lex(at), Lex::The | Lex::On | Lex::Of | Lex::Range)) {
            return false;
        }
        match words.lex(first) {
            Lex::Range => true,
            Lex::And => self.preposition(self.last_from).0 == Lex::Between || ["or", "oder", "ou", "o"].contains(&words.word(first)),
            Lex::On => ["until", "till", "til"].contains(&words.word(first)) && self.preposition(self.last_from).0 == Lex::From,
            _ => words.mark(first, "-"),
        }
    }

    /// A weekday in brackets after a date is part of it.
    pub(super) fn swallow_weekday(&self, end: usize) -> usize {
        let words = self.words;
        let is_day = |at: usize| matches!(words.lex(at), Lex::Weekday(_) | Lex::Short(_));
        if words.mark(end, "(") && is_day(end + 1) && words.mark(end + 2, ")") {
            return end + 3;
        }
        end
    }

    /// Past articles and what is between the parts of a date.
    pub(super) fn past_glue(&self, mut at: usize, most: usize) -> usize {
        for _ in 0..most {
            if !matches!(self.words.lex(at), Lex::The | Lex::Of) {
                break;
            }
            at += 1;
        }
        at
    }
}
