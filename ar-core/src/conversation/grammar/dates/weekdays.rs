//! Weekdays, alone and with what says which one; today and its neighbours.

use super::super::lexicon::{Lex, Unit};
use super::resolve::{Found, MonthRef, in_month, moved, nearest, week_away, weekday};
use super::{DayKind, Read, Scan};
use crate::calendar::{add_days, month_end};
use crate::conversation::locale::Language;
use chrono::{Datelike, NaiveDate};

impl Scan<'_, '_> {
    /// A weekday that no word before it says more of; a row such as `Mon-Fri` is opening hours.
    pub(super) fn weekday_at(&mut self, at: usize) -> Option<usize> {
        let words = self.words;
        if words.lex_back(at, 1) == Lex::Greeting {
            return Some(at + 1);
        }
        let other = if words.joined_mark(at + 1, ".") { at + 2 } else { at + 1 };
        if (words.mark(other, "-") || words.lex(other) == Lex::Range) && matches!(words.lex(other + 1), Lex::Weekday(_) | Lex::Short(_)) && !matches!(words.lex_back(at, 1), Lex::Between) {
            return Some(other + 2);
        }
        let (found, end) = self.weekday(at, None)?;
        Some(self.push(at, end, found))
    }

    fn weekday_name(&self, at: usize) -> Option<(u32, usize)> {
        let words = self.words;
        let point = |at: usize| if words.joined_mark(at, ".") { at + 1 } else { at };
        match words.lex(at) {
            Lex::Weekday(day) => {
                let end = if words.word(at).len() <= 5 && (words.is_digits(at + 2) || words.language() == Language::De) { point(at + 1) } else { at + 1 };
                Some((day, if words.joined_mark(end, "'") && words.is(end + 1, "s") { end + 2 } else { end }))
            }
            Lex::Short(day) => {
                let end = point(at + 1);
                let dated = words.is_digits(end)
                    || (words.mark(end, ",") && (words.is_digits(end + 1) || (words.lex(end + 1) == Lex::The && words.is_digits(end + 2))))
                    || (words.lex(end) == Lex::The && words.is_digits(end + 1));
                let led = matches!(words.lex_back(at, 1), Lex::On | Lex::After | Lex::Range | Lex::Next | Lex::This | Lex::Coming | Lex::Last | Lex::Ago | Lex::The | Lex::Since | Lex::Every);
                let closed = words.closes(at + 1) || words.lex(at + 1) == Lex::And;
                let shown = words.language() == Language::En || words.capital(at) || end > at + 1;
                (dated || (led && shown && closed)).then_some((day, end))
            }
            _ => None,
        }
    }

    /// A weekday with what follows it; `modifier` is the word before it that says which.
    pub(super) fn weekday(&self, at: usize, modifier: Option<Lex>) -> Read {
        let words = self.words;
        let (day, end) = self.weekday_name(at)?;
        let plain = weekday(self.received, day);
        if let Some(found) = self.dated(end, day) {
            return Some(found);
        }
        if let Some((weeks, end)) = self.weeks_after(end) {
            return Some((plain.later(weeks * 7), end));
        }
        if let Some((weeks, end)) = self.of_week(end) {
            return Some((self.in_week(weeks, day), end));
        }
        if let Some((away, after)) = self.away(end) {
            let coming = words.is(end, "que");
            return Some((
                if away > 0 && !coming {
                    self.in_week(1, day)
                } else if away < 0 {
                    Found::day(plain.back).of(DayKind::Past)
                } else {
                    Found::day(plain.ahead)
                },
                after,
            ));
        }
        let found = match modifier {
            Some(Lex::Next) => self.in_week(1, day),
            Some(Lex::Last) => Found::day(plain.back).of(DayKind::Past),
            Some(Lex::Coming) => Found::day(plain.ahead),
            Some(Lex::This) => {
                let this = self.in_week(0, day);
                Found::both(if this.ahead < self.received { plain.ahead } else { this.ahead }, this.back)
            }
            _ => plain,
        };
        if words.is(end, "after") && words.lex(end + 1) == Lex::Next {
            return Some((Found::day(add_days(plain.ahead, 7)), end + 2));
        }
        Some((found, end))
    }

    pub(super) fn in_week(&self, weeks: i32, day: u32) -> Found {
        Found::day(add_days(week_away(self.received, weeks), day as i32))
    }

    /// A date after a weekday: the weekday only confirms it, or says which month a day alone is in.
    fn dated(&self, end: usize, day: u32) -> Option<(Found, usize)> {
        let words = self.words;
        let mut next = end;
        for _ in 0..3 {
            if words.mark(next, ",(") || matches!(words.lex(next), Lex::The | Lex::Of) || (words.lex(next) == Lex::On && !words.mark(next, "-")) {
                next += 1;
            }
        }
        let close = |found: (Found, usize)| (found.0, if words.mark(found.1, ")") && next > end { found.1 + 1 } else { found.1 });
        if !words.is_digits(next) && !matches!(words.lex(next), Lex::Month(_) | Lex::Ordinal(_) | Lex::Count(_)) {
            return None;
        }
        if let Some(found) = self.numeric(next).or_else(|| self.day_of_month(next)).or_else(|| self.month_day(next).map(|(found, end, _)| (found, end))) {
            return Some(close(found));
        }
        let number = self.day_number(next)?;
        let closed = words.closes(number.end) || matches!(words.lex(number.end), Lex::And | Lex::Of | Lex::Range | Lex::This | Lex::On);
        let money = words.locale.currency_of(words.word(number.end)).is_some();
        if number.spelled && !number.ordinal || money || !number.ordinal && (!closed || words.mark(number.end, "-/%#:") || words.mark(end, ",")) {
            return None;
        }
        let is_day = |date: &NaiveDate| date.weekday().num_days_from_monday() == day;
        let months = (-12..=12).filter_map(|away| super::resolve::month_away(self.received, away).with_day(number.day)).filter(is_day);
        let found = nearest(self.received, false, months).or_else(|| in_month(self.received, MonthRef::Any, false, |first| first.with_day(number.day)))?;
        Some(close((found, number.end)))
    }

    /// `Friday week`, `lundi en huit`, `Friday fortnight`: so many weeks more.
    fn weeks_after(&self, at: usize) -> Option<(i32, usize)> {
        let words = self.words;
        match words.language() {
            Language::En if words.is(at, "week") && !words.is_digits(at + 1) => Some((1, at + 1)),
            Language::En if words.is(at, "fortnight") => Some((2, at + 1)),
            Language::Fr if words.is(at, "en") && words.is(at + 1, "huit") => Some((1, at + 2)),
            Language::Fr if words.is(at, "en") && words.is(at + 1, "quinze") => Some((2, at + 2)),
            _ => None,
        }
    }

    /// `of next week`, `nächster Woche`, `de la semaine prochaine`: how many weeks away.
    fn of_week(&self, at: usize) -> Option<(i32, usize)> {
        let words = self.words;
        let mut next = self.past_glue(if words.is(at, "in") { at + 1 } else { at }, 2);
        let away = match words.lex(next) {
            Lex::Next | Lex::Coming => 1,
            Lex::This => 0,
            Lex::Last => -1,
            _ if words.lex(next) == Lex::Unit(Unit::Week) && words.language() != Language::En => {
                return self.away(next + 1);
            }
            _ => return None,
        };
        next += 1;
        (words.lex(next) == Lex::Unit(Unit::Week)).then_some((away, next + 1))
    }

    /// `next Friday`, `this coming Friday`, `kommenden Freitag`, `el próximo viernes`.
    pub(super) fn modified_weekday(&self, at: usize) -> Read {
        let words = self.words;
        let second = matches!(words.lex(at + 1), Lex::Coming | Lex::Next);
        let (modifier, day) = if second { (if words.lex(at) == Lex::This { Lex::Coming } else { words.lex(at + 1) }, at + 2) } else { (words.lex(at), at + 1) };
        // "this Friday coming" is read at the weekday.
        self.weekday(day, Some(modifier)).map(|(found, end)| if words.lex(end) == Lex::Coming && words.language() == Language::En { (found, end + 1) } else { (found, end) })
    }

    /// Today and its neighbours, with the time of day that follows.
    pub(super) fn offset(&self, at: usize) -> Read {
        let words = self.words;
        let (offset, end) = self.offset_name(at)?;
        let mut end = end;
        if words.joined_mark(end, "'") && (words.is(end + 1, "hui") || words.is(end + 1, "s")) {
            end += 2;
        }
        if words.language() == Language::En && words.is(end, "week") && offset >= 0 {
            return Some((Found::day(add_days(self.received, offset + 7)), end + 1));
        }
        let time = |at: usize| words.lex(at) == Lex::PartOfDay || words.is(at, "morgen") || words.is(at, "manana");
        if time(end) {
            end += 1;
        } else if (words.is(end, "por") || words.is(end, "in")) && words.lex(end + 1) == Lex::The && time(end + 2) {
            end += 3;
        }
        let kind = if offset < 0 { DayKind::Past } else { DayKind::Day };
        Some((Found::day(add_days(self.received, offset)).of(kind), end))
    }

    fn offset_name(&self, at: usize) -> Option<(i32, usize)> {
        let words = self.words;
        let dash = |at: usize| if words.mark(at, "-") { at + 1 } else { at };
        match words.lex(at) {
            Lex::Offset(offset) => (!self.is_morning(at)).then_some((offset, at + 1)),
            // après-demain, avant-hier, antes de ayer
            Lex::After if words.is(at, "apres") && words.lex(dash(at + 1)) == Lex::Offset(1) => Some((2, dash(at + 1) + 1)),
            Lex::On if words.is(at, "avant") && words.is(dash(at + 1), "hier") => Some((-2, dash(at + 1) + 1)),
            Lex::On if words.is(at, "antes") && words.is(at + 1, "de") && words.is(at + 2, "ayer") => Some((-2, at + 3)),
            // 2moro, 2day
            _ => None,
        }
    }

    /// `guten Morgen`, `por la mañana`, `esta mañana`: the morning, not tomorrow.
    fn is_morning(&self, at: usize) -> bool {
        let words = self.words;
        let before = words.lex_back(at, 1);
        if words.is(at, "morgen") {
            let greets = words.token(at).is_some_and(|token| token.first) && (words.mark(at + 1, ",!") || words.is(at + 1, "herr") || words.is(at + 1, "frau") || words.is(at + 1, "zusammen"));
            return before == Lex::Greeting || words.word_back(at, 1) == "am" || matches!(before, Lex::This) || greets;
        }
        words.is(at, "manana") && (words.word_back(at, 1) == "la" || before == Lex::This || words.lex_back(at, 1) == Lex::Every)
    }

    /// `first Monday in April`, `letzter Freitag des Monats`, `dernier jour du mois`, `first week of March`.
    pub(super) fn nth(&self, at: usize) -> Read {
        let words = self.words;
        let (count, mut next) = match words.lex(at) {
            Lex::Last => (None, at + 1),
            _ => {
                let number = self.day_number(at).filter(|number| number.ordinal && number.day <= 5)?;
                (Some(number.day), number.end)
            }
        };
        let mut business = words.lex(next) == Lex::Business;
        next += usize::from(business);
        let what = words.lex(next);
        if !matches!(what, Lex::Weekday(_) | Lex::Unit(Unit::Days(_) | Unit::Workday | Unit::Week)) && !["half", "halfte"].contains(&words.word(next)) {
            return None;
        }
        next += 1;
        if words.lex(next) == Lex::Business {
            (business, next) = (true, next + 1);
        }
        let place = self.past_glue(if matches!(words.lex(next), Lex::In) { next + 1 } else { next }, 2);
        let (month, end) = match self.month(place) {
            Some((month, end)) => {
                let year = self.year(end);
                (MonthRef::Named(month, year.map(|year| year.0)), year.map_or(end, |year| year.1))
            }
            None => self.month_unit(place)?,
        };
        let found = in_month(self.received, month, false, |first| nth_of(first, count, what, business))?;
        Some((found, end))
    }
}

/// The so-manieth weekday, day, working day or week of a month; `None` counts from its end.
fn nth_of(first: NaiveDate, count: Option<u32>, what: Lex, business: bool) -> Option<NaiveDate> {
    let last = month_end(first);
    let days = count.unwrap_or(0) as i32;
    Some(match (what, count) {
        (Lex::Weekday(day), Some(count)) => {
            let skip = (day + 7 - first.weekday().num_days_from_monday()) % 7;
            first.with_day(1 + skip + (count - 1) * 7)?
        }
        (Lex::Weekday(day), None) => add_days(last, -(((last.weekday().num_days_from_monday() + 7 - day) % 7) as i32)),
        (Lex::Unit(Unit::Workday), _) | (Lex::Unit(Unit::Days(1)), _) if business || what == Lex::Unit(Unit::Workday) => match count {
            Some(_) => moved(add_days(first, -1), days, Unit::Workday)?,
            None => moved(add_days(last, 1), -1, Unit::Workday)?,
        },
        (Lex::Unit(Unit::Days(1)), Some(count)) => first.with_day(count)?,
        (Lex::Unit(Unit::Week), Some(count)) if count < 5 => first.with_day(count * 7)?,
        (Lex::Unit(Unit::Days(_)) | Lex::Plain, Some(1)) => first.with_day(15)?,
        _ => last,
    })
}
