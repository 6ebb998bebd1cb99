//! Dates in digits, and those with a month's name between dashes.

use super::super::lexicon::Lex;
use super::resolve::{MonthRef, in_month};
use super::{Read, Scan};
use crate::conversation::locale::Language;
use crate::conversation::token::Kind;

/// Years that a date may name.
pub(super) const YEARS: core::ops::RangeInclusive<u32> = 1900..=2199;

/// Words after which `1/2` counts pieces.
const PIECES: &[&str] = &["page", "part", "parts", "box", "boxes", "pallet", "seite", "teil", "lot", "carton", "parcel", "partie", "parte", "colis", "pagina", "item", "version", "v"];

impl Scan<'_, '_> {
    /// `2026-03-15`, `15.03.2026`, `3/15/26`, `15/03`, `12.1.`, `12-Mar-2026`.
    pub(super) fn numeric(&self, at: usize) -> Read {
        let words = self.words;
        if !self.starts_free(at) || PIECES.contains(&words.word_back(at, 1)) {
            return None;
        }
        if let Lex::Month(month) = words.lex(at) {
            // Mar-12-2026, Sep/3
            let separator = at + 1;
            let (day, length) = words.digits(separator + 1).filter(|_| words.joined_mark(separator, "-/") && words.joined(separator + 1))?;
            let year = self.joined_year(separator + 2, words.word(separator));
            return if length <= 2 { self.finish(day, month, year.map(|year| year.0), year.map_or(separator + 2, |year| year.1)) } else { None };
        }
        let (first, length) = words.digits(at)?;
        let separator = at + 1;
        if length == 8 && !words.joined(at + 1) {
            return self.compact(at, first);
        }
        if !words.joined_mark(separator, "/.-") {
            return None;
        }
        let mark = words.word(separator);
        let middle = separator + 1;
        if let Lex::Month(month) = words.lex(middle) {
            if !words.joined(middle) {
                return None;
            }
            let after = if words.joined_mark(middle + 1, ".") && mark != "." { middle + 2 } else { middle + 1 };
            if length == 4 {
                let (day, _) = words.digits(after + 1).filter(|_| words.joined_mark(after, mark) && words.joined(after + 1))?;
                return self.finish(day, month, i32::try_from(first).ok(), after + 2);
            }
            let year = self.joined_year(after, mark);
            return if length <= 2 { self.finish(first, month, year.map(|year| year.0), year.map_or(middle + 1, |year| year.1)) } else { None };
        }
        let (second, second_length) = words.digits(middle).filter(|_| words.joined(middle))?;
        if second_length > 2 {
            return None;
        }
        if length == 4 {
            let (day, _) = words.digits(middle + 2).filter(|day| day.1 <= 2 && words.joined_mark(middle + 1, mark) && words.joined(middle + 2))?;
            return self.finish(day, second, i32::try_from(first).ok().filter(|_| YEARS.contains(&first)), middle + 3).filter(|_| YEARS.contains(&first));
        }
        if length > 2 {
            return None;
        }
        if let Some((year, end)) = self.joined_year(middle + 1, mark) {
            return self.ordered(first, second, Some(year), end);
        }
        self.without_year(at, (first, second), second_length, middle + 1)
    }

    fn compact(&self, at: usize, value: u32) -> Read {
        let year = value / 10_000;
        let near = year.abs_diff(chrono::Datelike::year(&self.received).unsigned_abs()) <= 1;
        // Eight digits alone are a date only after a word that asks for one.
        let asked = matches!(self.preposition(at).0, Lex::On | Lex::After | Lex::Range | Lex::Since);
        if near && asked { self.finish(value % 100, value / 100 % 100, i32::try_from(year).ok(), at + 1) } else { None }
    }

    /// Two numbers: a date with `/`; with a point or a dash only where the words around say so.
    fn without_year(&self, at: usize, (first, second): (u32, u32), second_length: usize, after: usize) -> Read {
        let words = self.words;
        let mark = words.word(at + 1);
        let (lex, _) = self.preposition(at);
        let led = matches!(lex, Lex::On | Lex::After | Lex::Range | Lex::Since | Lex::From | Lex::Between | Lex::Ago | Lex::Weekday(_) | Lex::Short(_))
            || matches!(words.lex_back(at, 1), Lex::The | Lex::Weekday(_) | Lex::Short(_));
        let listed = self.last_end > 0 && self.last_end < at && at - self.last_end <= 2 && (words.lex(at - 1) == Lex::And || words.mark(at - 1, ",-(")) || words.lex_back(at, 1) == Lex::Range;
        let german = words.language() == Language::De;
        let mut end = after;
        let good = match mark {
            "/" => {
                let fraction = first < second && (2..=4).contains(&second) && second_length == 1 && !led;
                let of = matches!(words.lex(after), Lex::Of) || words.is(after, "the");
                !(fraction && (of || first == 1))
            }
            "." => {
                let closed = words.joined_mark(after, ".") && !(words.joined(after + 1) && words.is_digits(after + 1));
                if closed && german {
                    end = after + 1;
                }
                let unit = ["uhr", "h"].contains(&words.word(after)) || words.locale.currency_of(words.word(after)).is_some() || matches!(words.lex(after), Lex::Unit(_));
                !unit && if german { closed || led || listed } else { (led || listed) && second_length == 2 }
            }
            _ => (led || listed) && second_length == 2 && !german && !matches!(words.lex(after), Lex::Unit(_) | Lex::Month(_) | Lex::Business),
        };
        if good { self.ordered(first, second, None, end) } else { None }
    }

    /// Day and month in the order of the locale; in the other where only that is a date.
    fn ordered(&self, first: u32, second: u32, year: Option<i32>, end: usize) -> Read {
        let (day, month) = if self.words.locale.month_first() { (second, first) } else { (first, second) };
        self.finish(day, month, year, end).or_else(|| self.finish(month, day, year, end))
    }

    pub(super) fn finish(&self, day: u32, month: u32, year: Option<i32>, end: usize) -> Read {
        let words = self.words;
        // A longer number or name goes on: a reference, an account, an amount.
        let goes_on = words.joined(end)
            && ((words.is_word(end) && !words.is(end, "t"))
                || words.is_digits(end)
                || (words.mark(end, "-/._:,") && words.joined(end + 1) && (words.is_digits(end + 1) || words.mark(end, "_")))
                || words.mark(end, "%€$£"));
        if goes_on || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        Some((in_month(self.received, MonthRef::Named(month, year), false, |first| chrono::Datelike::with_day(&first, day))?, end))
    }

    /// `/2026` or `/26`, joined.
    fn joined_year(&self, at: usize, mark: &str) -> Option<(i32, usize)> {
        let words = self.words;
        let (year, length) = words.digits(at + 1).filter(|_| words.joined_mark(at, mark) && words.joined(at + 1))?;
        match length {
            4 if YEARS.contains(&year) => Some((i32::try_from(year).ok()?, at + 2)),
            // A year of two digits is the nearest that ends so: 31/12/99 was.
            2 => {
                let year = 2_000 + i32::try_from(year).ok()?;
                Some((if year > chrono::Datelike::year(&self.received) + 30 { year - 100 } else { year }, at + 2))
            }
            _ => None,
        }
    }

    /// Whether nothing is joined before that makes a number part of something longer.
    pub(super) fn starts_free(&self, at: usize) -> bool {
        let words = self.words;
        if !words.joined(at) {
            return true;
        }
        let Some(before) = at.checked_sub(1) else { return true };
        match words.kind(before) {
            Some(Kind::Mark) => {
                words.mark(before, "([\"'*;~<>|=")
                    || (words.mark(before, ":,-") && !(words.joined(before) && before.checked_sub(1).is_some_and(|at| words.is_digits(at) || (words.mark(before, "-") && words.is_word(at)))))
            }
            // `mar3`, `Dec31`: a month that runs into its day is read at the month.
            _ => false,
        }
    }
}
