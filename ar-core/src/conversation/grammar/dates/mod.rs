//! Days in English, German, French and Spanish: numeric dates, names, weekdays, lengths of time, ends of periods, lists and ranges.
//!
//! The conventions: a bare weekday is the first such day after the day of receipt (the last before it, read back); "next" with a weekday is
//! that day of the next ISO week; the end of a month is its last calendar day and that of a week its Friday; a day without a month, or a
//! month without a year, is the nearest such day; a length of time counts from the day of receipt; next month is its last day.

mod around;
mod lengths;
mod named;
mod numeric;
mod periods;
mod resolve;
mod weekdays;

use super::lexicon::Lex;
use super::{MOST_MENTIONS, Words};
use crate::conversation::read::Bound;
use crate::conversation::token::{Kind, Span};
use alloc::vec::Vec;
use chrono::NaiveDate;
use resolve::Found;

/// How a day was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// A day.
    Day,
    /// A length of time that is plainly ahead: in ten days, another week.
    Ahead,
    /// A length of time that is more time only where more time is asked for: ten days.
    Length,
    /// A period or its end: next week, end of March.
    Period,
    /// A running period without more: this week, this month.
    Running,
    /// Plainly past: yesterday, three days ago.
    Past,
}

/// A day that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayMention {
    /// Where.
    pub span: Span,
    /// How it bounds: `After`, else `By`.
    pub bound: Bound,
    /// The day, read towards the future.
    pub ahead: NaiveDate,
    /// The day, read towards the past.
    pub back: NaiveDate,
    /// The first day of a period, else the day ahead.
    pub first: NaiveDate,
    /// How it was written.
    pub kind: DayKind,
}

/// The days of a text, in its order, seen from the day of receipt; at most [`MOST_MENTIONS`].
pub fn days(words: &Words<'_>, received: NaiveDate) -> Vec<DayMention> {
    let mut scan = Scan { words, received, found: Vec::new(), last_end: 0, last_from: 0 };
    let mut at = 0;
    while at < words.len() && scan.found.len() < MOST_MENTIONS {
        at = scan.at(at).unwrap_or(at + 1).max(at + 1);
    }
    scan.found
}

/// A grammar of one day at a place: what it is and the place after it.
type Read = Option<(Found, usize)>;

struct Scan<'a, 'w> {
    words: &'a Words<'w>,
    received: NaiveDate,
    found: Vec<DayMention>,
    /// The tokens of the last mention.
    last_from: usize,
    last_end: usize,
}

impl Scan<'_, '_> {
    /// Reads what begins at a place; the place after it.
    fn at(&mut self, at: usize) -> Option<usize> {
        let words = self.words;
        match words.lex(at) {
            Lex::Plain if words.kind(at) != Some(Kind::Digits) => match self.week_number(at) {
                Some((found, end)) => Some(self.push(at, end, found)),
                None if words.german_number(at).is_some() => self.counted(at),
                None => None,
            },
            Lex::Plain | Lex::Ordinal(_) | Lex::Count(_) | Lex::A => self.counted(at),
            Lex::End | Lex::Mid | Lex::Start | Lex::EndOf(_) | Lex::MidMonth => self.period(at),
            Lex::Unit(_) | Lex::Next | Lex::This | Lex::Last | Lex::Coming => self.modified(at),
            Lex::Weekday(_) | Lex::Short(_) => self.weekday_at(at),
            Lex::Month(_) => {
                let end = self.month_days(at);
                end.or_else(|| {
                    let (found, end) = self.numeric(at)?;
                    Some(self.push(at, end, found))
                })
            }
            Lex::Offset(_) | Lex::After | Lex::On => {
                let (found, end) = self.offset(at)?;
                Some(self.push(at, end, found))
            }
            Lex::More => self.length(at),
            _ => None,
        }
    }

    /// What begins with a number.
    fn counted(&mut self, at: usize) -> Option<usize> {
        // 2moro, 2day
        if self.words.is(at, "2") && self.words.joined(at + 1) && !self.words.joined(at) {
            let days = match self.words.word(at + 1) {
                "moro" | "morrow" | "mrw" | "mro" | "moz" => Some(1),
                "day" | "nite" | "night" => Some(0),
                _ => None,
            };
            if let Some(days) = days {
                return Some(self.push(at, at + 2, Found::day(crate::calendar::add_days(self.received, days))));
            }
        }
        if let Some((found, end)) = self.numeric(at) {
            return Some(self.push(at, end, found));
        }
        self.days_of_month(at)
            .or_else(|| {
                let (found, end) = self.nth(at)?;
                Some(self.push(at, end, found))
            })
            .or_else(|| self.length(at))
            .or_else(|| self.skip_number(at))
    }

    /// A number that is no day is passed with all that is joined to it: the parts of `10:30`, `1.200,00` or `2026-03-14-7` are none either.
    fn skip_number(&self, at: usize) -> Option<usize> {
        if !self.words.is_digits(at) {
            return None;
        }
        let mut end = at + 1;
        while self.words.joined(end) && (self.words.is_digits(end) || (self.words.is_digits(end + 1) && self.words.joined(end + 1))) {
            end += 1;
        }
        Some(end)
    }

    /// One day, whatever it is written with; lists, periods and lengths of time apart.
    fn point(&self, at: usize) -> Read {
        let words = self.words;
        match words.lex(at) {
            Lex::Weekday(_) | Lex::Short(_) => self.weekday(at, None),
            Lex::Next | Lex::This | Lex::Last | Lex::Coming => self.modified_weekday(at),
            Lex::Offset(_) => self.offset(at),
            Lex::Month(_) => self.month_day(at).map(|(found, end, _)| (found, end)),
            _ => self.numeric(at).or_else(|| self.day_of_month(at)),
        }
    }

    /// Enters a mention; of two ends of a range only the last stays.
    fn push(&mut self, from: usize, end: usize, found: Found) -> usize {
        let end = self.swallow_weekday(end);
        if !self.found.is_empty() && self.is_range(from) {
            self.found.pop();
        }
        let words = self.words;
        let bound = if self.is_after(from) { Bound::After } else { Bound::By };
        self.found.push(DayMention { span: words.span(from, end), bound, ahead: found.ahead, back: found.back, first: found.first, kind: found.kind });
        (self.last_from, self.last_end) = (from, end);
        end
    }
}
