//! Lengths of time: in ten days, two weeks ago, another week, 5 working days, a week on Friday.

use super::super::lexicon::{Lex, Unit};
use super::resolve::{Found, moved};
use super::{DayKind, Read, Scan};
use crate::calendar::days_between;
use crate::conversation::locale::Language;

/// Tokens around a length in which a word makes it more time.
const NEAR: usize = 3;

/// A length as it was read.
struct Length {
    count: i32,
    unit: Unit,
    end: usize,
    more: bool,
}

impl Scan<'_, '_> {
    /// Reads a length of time and what makes it a day; a length that is none is passed.
    pub(super) fn length(&mut self, at: usize) -> Option<usize> {
        let words = self.words;
        let length = self.read_length(at)?;
        let (kind, back) = match self.side(at, &length) {
            Some(side) => side,
            // `30 jours fin de mois` are terms of payment.
            None if words.lex(length.end) == Lex::End => return Some(length.end + 3),
            None => return Some(length.end),
        };
        if back {
            let day = moved(self.received, -length.count, length.unit)?;
            let end = if words.lex(length.end) == Lex::Ago { length.end + 1 } else { length.end };
            return Some(self.push(at, end, Found::day(day).of(DayKind::Past)));
        }
        if let Some((base, end)) = self.counted_from(&length) {
            let day = moved(base.ahead, length.count, length.unit)?;
            let back = moved(base.back, length.count, length.unit)?;
            return Some(self.push(at, end, Found::both(day, back).of(DayKind::Ahead)));
        }
        let day = moved(self.received, length.count, length.unit)?;
        if days_between(self.received, day) > 3_660 {
            return Some(length.end);
        }
        Some(self.push(at, length.end, Found::day(day).of(kind)))
    }

    fn read_length(&self, at: usize) -> Option<Length> {
        let words = self.words;
        if words.is_digits(at) && !self.starts_free(at) {
            return None;
        }
        let (mut count, mut next) =
            if words.lex(at) == Lex::More || matches!(words.lex(at), Lex::Unit(Unit::Days(7 | 14 | 15))) { (1, if words.lex(at) == Lex::More { at + 1 } else { at }) } else { words.count(at)? };
        // `5-7 days`, `two or three weeks`: the longer.
        let joint = words.mark(next, "-/") || matches!(words.lex(next), Lex::Range | Lex::And);
        if joint && let Some((longer, end)) = words.count(next + 1).filter(|second| second.0 > count) {
            (count, next) = (longer, end);
        }
        // `ten (10) days`, `10-day`
        if words.mark(next, "(") && words.is_digits(next + 1) && words.mark(next + 2, ")") {
            next += 3;
        }
        if words.joined_mark(next, "-") {
            next += 1;
        }
        let (mut more, mut business) = (words.lex(at) == Lex::More, false);
        for _ in 0..3 {
            match words.lex(next) {
                Lex::More => more = true,
                Lex::Business => business = true,
                Lex::Of | Lex::Next | Lex::Coming => {}
                _ if words.is(next, "calendar") || words.is(next, "full") || words.is(next, "couple") => {}
                _ => break,
            }
            next += 1;
        }
        let Lex::Unit(mut unit) = words.lex(next) else { return None };
        // `30d`, `48h` are; `5m` is not.
        next += 1;
        if words.joined_mark(next, "'") {
            next += if words.is(next + 1, "s") { 2 } else { 1 };
        }
        for _ in 0..2 {
            match words.lex(next) {
                Lex::Business if words.language() != Language::En => business = true,
                Lex::More => more = true,
                Lex::Of if words.lex(next + 1) == Lex::More => {}
                _ => break,
            }
            next += 1;
        }
        if business && matches!(unit, Unit::Days(1)) {
            unit = Unit::Workday;
        }
        Some(Length { count: i32::try_from(count).ok()?, unit, end: next, more })
    }

    /// Which side of the day of receipt a length is on, and how sure that is; `None` where it is no day.
    fn side(&self, at: usize, length: &Length) -> Option<(DayKind, bool)> {
        let words = self.words;
        let (ahead, back) = (Some((DayKind::Ahead, false)), Some((DayKind::Past, true)));
        let next = words.lex(length.end);
        let mut place = at;
        let mut through = Lex::Plain;
        for _ in 0..4 {
            let Some(before) = place.checked_sub(1) else { break };
            let glue = matches!(words.lex(before), Lex::The | Lex::Of | Lex::Next | Lex::Coming | Lex::More | Lex::Last | Lex::A) || (words.language() == Language::De && words.is(before, "von"));
            let about = ["about", "around", "approx", "approximately", "roughly", "ca", "circa", "etwa", "ungefahr", "environ", "unos", "unas", "maximum", "max", "maximal", "."]
                .contains(&words.word(before))
                || (words.is(before, "un") || words.is(before, "una"));
            if words.token(place).is_some_and(|token| token.first) || !(glue || about) {
                break;
            }
            if matches!(words.lex(before), Lex::Next | Lex::Coming | Lex::More | Lex::Last) {
                through = words.lex(before);
            }
            place = before;
        }
        let before = words.lex_back(place, 1);
        if through == Lex::Last || matches!(before, Lex::Every | Lex::Since) || matches!(next, Lex::Late | Lex::End) || matches!(before, Lex::Late) || words.is(length.end, "date") {
            return None;
        }
        let ago = words.language() == Language::Fr && (words.is(place.wrapping_sub(1), "a") && words.is(place.wrapping_sub(2), "y") || words.is(place.wrapping_sub(1), "ya"));
        if ago || (next == Lex::Ago && words.language() == Language::En) || (before == Lex::Ago && words.language() != Language::En) {
            return if words.word_back(place, 2) == "desde" { None } else { back };
        }
        // `within 30 days of the invoice`: from a day that is not known.
        let from = matches!(next, Lex::From | Lex::After | Lex::Since) || (next == Lex::Of && words.language() == Language::En) || (words.is(length.end, "a") && words.language() == Language::Fr);
        if from && self.counted_from(length).is_none() && !words.is(length.end + 1, "now") {
            return None;
        }
        if matches!(before, Lex::In)
            || length.more
            || matches!(through, Lex::Next | Lex::More | Lex::Coming)
            || self.counted_from(length).is_some()
            || words.is(length.end, "time")
            || words.is(length.end + 1, "now")
        {
            return ahead;
        }
        let grace = (0..NEAR).any(|step| words.lex(length.end + step) == Lex::Grace || words.lex_back(place, step + 1) == Lex::Grace);
        if grace {
            return ahead;
        }
        if before == Lex::After || words.joined_mark(at.wrapping_sub(1), "/") {
            return None;
        }
        Some((DayKind::Length, false))
    }

    /// The day from which a length is counted: `a week on Friday`, `14 days from tomorrow`, `3 days after 12 January`.
    fn counted_from(&self, length: &Length) -> Read {
        let words = self.words;
        let place = match words.lex(length.end) {
            Lex::From | Lex::After => self.past_glue(length.end + 1, 2),
            // à partir de, a partir de
            Lex::Range if words.is(length.end, "a") && words.lex(length.end + 1) == Lex::After => self.past_glue(length.end + 2, 2),
            Lex::On if words.is(length.end, "on") && matches!(length.unit, Unit::Week | Unit::Days(14)) => length.end + 1,
            Lex::Offset(0 | 1) if words.language() == Language::En && matches!(length.unit, Unit::Week | Unit::Days(14)) => length.end,
            _ => return None,
        };
        self.point(place)
    }
}
