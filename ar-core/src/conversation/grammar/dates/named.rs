//! Days of a month: with its name in any order, in lists, and alone.

use super::super::lexicon::{Lex, Unit};
use super::super::signs::Sign;
use super::numeric::YEARS;
use super::resolve::{Found, MonthRef, in_month};
use super::{Read, Scan};
use crate::conversation::locale::Language;
use chrono::Datelike;

/// A number that may be the day of a month.
#[derive(Clone, Copy, Debug)]
pub(super) struct DayNumber {
    pub day: u32,
    pub at: usize,
    pub end: usize,
    /// Written as an ordinal: `15th`, `15.`, `1er`, `fifteenth`.
    pub ordinal: bool,
    /// Written in words.
    pub spelled: bool,
}

/// Days in one list.
const MOST_DAYS: usize = 8;

/// What may follow `may` as a verb.
const AFTER_MAY: &[&str] = &["be", "not", "have", "need", "take", "also", "still", "well", "require", "want", "get", "go", "we", "i", "you"];

impl Scan<'_, '_> {
    /// A number from 1 to 31 that stands free.
    pub(super) fn day_number(&self, at: usize) -> Option<DayNumber> {
        self.number_at(at, false)
    }

    /// `ranged`: the number may be joined to the dash of a range.
    fn number_at(&self, at: usize, ranged: bool) -> Option<DayNumber> {
        let words = self.words;
        if let Some((day, length)) = words.digits(at) {
            let priced = at.checked_sub(1).is_some_and(|before| words.mark(before, "$€£"));
            if length > 2 || !(1..=31).contains(&day) || !(ranged || self.starts_free(at)) || priced {
                return None;
            }
            let next = at + 1;
            // 1.º
            let next = if words.joined_mark(next, ".") && words.joined(next + 1) && words.is(next + 1, "o") { next + 1 } else { next };
            let suffix = words.joined(next) && ["st", "nd", "rd", "th", "er", "ere", "eme", "o", "e"].contains(&words.word(next));
            let point = words.language() == Language::De && words.joined_mark(next, ".") && !(words.joined(next + 1) && words.is_digits(next + 1));
            let end = if suffix || point { next + 1 } else { next };
            let month_joined = words.joined(end) && matches!(words.lex(end), Lex::Month(_));
            let goes_on = words.joined(end) && !month_joined && (words.is_word(end) || words.mark(end, "%:€$£#") || (words.mark(end, ".,/") && words.joined(end + 1) && words.is_digits(end + 1)));
            let dashed = words.joined_mark(end, "-") && words.joined(end + 1) && words.is_word(end + 1) && !matches!(words.lex(end + 1), Lex::Month(_));
            return (!goes_on && !dashed).then_some(DayNumber { day, at, end, ordinal: suffix || point, spelled: false });
        }
        let dash = |at: usize| if words.mark(at, "-") { at + 1 } else { at };
        match words.lex(at) {
            Lex::Ordinal(day) => Some(DayNumber { day, at, end: at + 1, ordinal: true, spelled: true }),
            Lex::Count(tens @ (20 | 30)) if matches!(words.lex(dash(at + 1)), Lex::Ordinal(_)) => match words.lex(dash(at + 1)) {
                Lex::Ordinal(ones @ 1..=9) => Some(DayNumber { day: tens + ones, at, end: dash(at + 1) + 1, ordinal: true, spelled: true }),
                _ => None,
            },
            Lex::Plain => words.german_number(at).filter(|number| number.1).map(|(day, _)| DayNumber { day, at, end: at + 1, ordinal: true, spelled: true }),
            Lex::Count(_) => words.count(at).filter(|count| (1..=31).contains(&count.0)).map(|(day, end)| DayNumber { day, at, end, ordinal: false, spelled: true }),
            _ => None,
        }
    }

    /// The month named at a place. `sept` is seven in French: the month only after a day.
    pub(super) fn month(&self, at: usize) -> Option<(u32, usize)> {
        let words = self.words;
        let month = match words.lex(at) {
            Lex::Month(month) => month,
            Lex::Count(7) if words.is(at, "sept") && at > 0 && !matches!(words.lex(at + 1), Lex::Unit(_)) => 9,
            Lex::Short(1) if words.is(at, "mar") => 3,
            _ => return None,
        };
        let short = words.word(at).len() <= 5;
        Some((month, if short && words.joined_mark(at + 1, ".") { at + 2 } else { at + 1 }))
    }

    /// The year after a month.
    pub(super) fn year(&self, at: usize) -> Option<(i32, usize)> {
        let words = self.words;
        let mut next = if words.mark(at, ",") || matches!(words.lex(at), Lex::Of | Lex::In) { at + 1 } else { at };
        if words.mark(next, "'") && words.joined(next + 1) {
            next += 1;
            let (year, _) = words.digits(next).filter(|year| year.1 == 2)?;
            return Some((2_000 + i32::try_from(year).ok()?, next + 1));
        }
        let (year, length) = words.digits(next)?;
        let goes_on = words.joined(next + 1) && (words.is_digits(next + 1) || words.is_word(next + 1) || (words.mark(next + 1, ".,-/") && words.joined(next + 2) && words.is_digits(next + 2)));
        let free = !words.token(next).is_some_and(|token| token.first);
        (length == 4 && YEARS.contains(&year) && !goes_on && free).then(|| Some((i32::try_from(year).ok()?, next + 1)))?
    }

    /// `15 April 2026`, `the 15th of next month`.
    pub(super) fn day_of_month(&self, at: usize) -> Read {
        let number = self.day_number(at)?;
        let (month, end) = self.month_after(&number)?;
        Some((self.in_month(month, number.day)?, end))
    }

    /// `el 9 de 8 de 2026`, `17 del 11`, `am 27. 11.`: the month is a number.
    fn month_number(&self, number: &DayNumber, at: usize) -> Option<(MonthRef, usize)> {
        let words = self.words;
        let (month, length) = words.digits(at).filter(|month| (1..=12).contains(&month.0) && !words.token(at).is_some_and(|token| token.first))?;
        match words.language() {
            Language::Es if at > number.end && length <= 2 && !words.joined(at + 1) => {
                let year = if matches!(words.lex(at + 1), Lex::Of) { self.year(at + 1) } else { None };
                (year.is_some() || words.closes(at + 1)).then_some((MonthRef::Named(month, year.map(|year| year.0)), year.map_or(at + 1, |year| year.1)))
            }
            Language::De if number.ordinal && !number.spelled && at == number.end && words.joined_mark(at + 1, ".") => {
                let year = self.year(at + 2);
                Some((MonthRef::Named(month, year.map(|year| year.0)), year.map_or(at + 2, |year| year.1)))
            }
            _ => None,
        }
    }

    pub(super) fn in_month(&self, month: MonthRef, day: u32) -> Option<Found> {
        in_month(self.received, month, month == MonthRef::Any, |first| first.with_day(day))
    }

    /// The month that follows a day's number, and the place after it.
    fn month_after(&self, number: &DayNumber) -> Option<(MonthRef, usize)> {
        let words = self.words;
        let mut at = number.end;
        if words.joined_mark(at, ".") || (words.is(at, "-") && self.month(at + 1).is_some()) {
            at += 1;
        }
        // "of the month of", "day of September"
        if matches!(words.lex(at), Lex::Unit(Unit::Days(1))) && words.lex(at + 1) == Lex::Of {
            at += 1;
        }
        at = self.past_glue(at, 2);
        let Some((month, end)) = self.month(at) else {
            if let Some(found) = self.month_number(number, at) {
                return Some(found);
            }
            // `en dos meses` counts months.
            if number.spelled && !number.ordinal || matches!(words.lex(number.end), Lex::Unit(_)) {
                return None;
            }
            let (month, end) = self.month_unit(at).or_else(|| if words.lex(number.end) == Lex::This { self.month_unit(number.end) } else { None })?;
            return number.ordinal.then_some((month, end)).or_else(|| (words.language() != Language::En).then_some((month, end)));
        };
        let verb = words.is(at, "may") && words.language() == Language::En && !number.ordinal && AFTER_MAY.contains(&words.word(end));
        if verb || (number.spelled && !number.ordinal && words.lex_back(number.at, 1) == Lex::In) {
            return None;
        }
        let year = self.year(end);
        Some((MonthRef::Named(month, year.map(|year| year.0)), year.map_or(end, |year| year.1)))
    }

    /// `next month`, `the month`, `each month`, `du mois prochain`, `nächsten Monats`.
    pub(super) fn month_unit(&self, mut at: usize) -> Option<(MonthRef, usize)> {
        let words = self.words;
        let mut month = MonthRef::Any;
        for _ in 0..3 {
            match words.lex(at) {
                Lex::The | Lex::Of | Lex::Every => {}
                Lex::This => month = MonthRef::Away(0),
                Lex::Next | Lex::Coming => month = MonthRef::Away(1),
                Lex::Last => month = MonthRef::Away(-1),
                _ => break,
            }
            at += 1;
        }
        if words.lex(at) != Lex::Unit(Unit::Month) {
            return None;
        }
        at += 1;
        match self.away(at) {
            Some((away, end)) => Some((MonthRef::Away(away), end)),
            None => Some((month, at)),
        }
    }

    /// `prochain`, `que viene`, `courant`, `pasado` after a unit: how many units away.
    pub(super) fn away(&self, at: usize) -> Option<(i32, usize)> {
        let words = self.words;
        if words.language() == Language::En || words.language() == Language::De {
            return None;
        }
        let place = if words.is(at, "que") { at + 1 } else { at };
        match words.lex(place) {
            Lex::Next | Lex::Coming => Some((1, place + 1)),
            Lex::Last if !words.is(place, "pasado") || !matches!(words.lex(place + 1), Lex::Offset(_)) => Some((-1, place + 1)),
            Lex::This if words.word(place).starts_with("cour") || words.is(place, "corriente") => Some((0, place + 1)),
            _ => None,
        }
    }

    /// `April 15, 2026`; also the month, for what follows in a list.
    pub(super) fn month_day(&self, at: usize) -> Option<(Found, usize, MonthRef)> {
        let words = self.words;
        let (month, mut next) = self.month(at)?;
        if matches!(words.lex(next), Lex::The) || (words.mark(next, ",") && words.language() == Language::En && self.day_number(next + 1).is_some_and(|number| number.ordinal && !number.spelled)) {
            next += 1;
        } else if words.language() != Language::En && words.lex_back(at, 1) != Lex::The && !words.joined(next) && words.language() != Language::Es {
            return None;
        }
        let verb = words.is(at, "may") && words.language() == Language::En && !words.capital(at);
        let joined = words.joined(next) && words.joined_mark(next - 1, ".");
        let number = if words.joined(next) && !joined { self.day_glued(next) } else { self.day_number(next) }?;
        // `March 5 cartons`, `may 5 of them`: a verb, or a month with something counted.
        if !number.ordinal && (number.spelled || verb || self.is_counting(&number)) {
            return None;
        }
        let year = self.year(number.end).or_else(|| {
            let (year, _) = words.digits(number.end).filter(|year| year.1 == 4 && YEARS.contains(&year.0))?;
            Some((i32::try_from(year).ok()?, number.end + 1))
        });
        let month = MonthRef::Named(month, year.map(|year| year.0));
        Some((self.in_month(month, number.day)?, year.map_or(number.end, |year| year.1), month))
    }

    /// A day that is joined to its month: `mar3`.
    fn day_glued(&self, at: usize) -> Option<DayNumber> {
        let words = self.words;
        let (day, _) = words.digits(at).filter(|day| day.1 <= 2 && (1..=31).contains(&day.0))?;
        let free = !(words.joined(at + 1) && (words.is_digits(at + 1) || words.is_word(at + 1) || words.mark(at + 1, "-/")));
        free.then_some(DayNumber { day, at, end: at + 1, ordinal: false, spelled: false })
    }

    /// Whether the number counts what follows it.
    fn is_counting(&self, number: &DayNumber) -> bool {
        let words = self.words;
        matches!(words.lex(number.end), Lex::Unit(_) | Lex::Business) || words.locale.currency_of(words.word(number.end)).is_some() || words.has(number.end, Sign::Counted)
    }

    /// A month and its days: `March 3`, `March 3, 17 and 31`, `March 3-5`.
    pub(super) fn month_days(&mut self, at: usize) -> Option<usize> {
        let (found, mut end, month) = self.month_day(at)?;
        let from = at;
        self.push(from, end, found);
        for _ in 0..MOST_DAYS {
            let Some((next, range)) = self.separator(end) else { break };
            let Some(number) = self.number_at(next, range) else { break };
            let plain = !number.ordinal && !range && !self.words.closes(number.end) && self.words.lex(number.end) != Lex::And;
            if number.spelled || plain || self.month_after(&number).is_some() || self.is_counting(&number) {
                break;
            }
            let Some(found) = self.in_month(month, number.day) else { break };
            if range {
                self.found.pop();
            }
            let words = self.words;
            end = number.end;
            (self.last_from, self.last_end) = (from, from);
            self.push(next, end, found);
            self.last_end = end;
            if words.joined_mark(end, ",") && self.year(end).is_some() {
                break;
            }
        }
        Some(end)
    }

    /// What stands between two days of a list; whether it makes a range.
    fn separator(&self, at: usize) -> Option<(usize, bool)> {
        let words = self.words;
        let lex = words.lex(at);
        let choice = lex == Lex::And && ["or", "oder", "ou", "o"].contains(&words.word(at));
        let range = lex == Lex::Range || choice || words.mark(at, "-");
        let comma = words.mark(at, ",") && !words.joined(at + 1);
        if !(range || comma || lex == Lex::And || words.mark(at, "&/+")) {
            return None;
        }
        let mut next = if comma && words.lex(at + 1) == Lex::And { at + 2 } else { at + 1 };
        while matches!(words.lex(next), Lex::The | Lex::On | Lex::Of) && next < at + 4 {
            next += 1;
        }
        Some((next, range))
    }

    /// One day or a list of days that share a month: `15 April`, `3rd, 10th and 17th of March`, `3-5 June`, `the 1st, 8th and 15th`.
    pub(super) fn days_of_month(&mut self, at: usize) -> Option<usize> {
        let mut list = [None; MOST_DAYS];
        let (mut count, mut next) = (0, at);
        let (mut month, mut ranged) = (None, false);
        for slot in &mut list {
            let Some(number) = self.number_at(next, ranged) else { break };
            *slot = Some((number, false));
            count += 1;
            month = self.month_after(&number);
            if month.is_some() {
                break;
            }
            let Some((after, range)) = self.separator(number.end) else { break };
            *slot = Some((number, range));
            (next, ranged) = (after, range);
        }
        let numbers = list.iter().flatten().take(count);
        if let Some((month, end)) = month {
            let between = self.preposition(at).0 == Lex::Between;
            let last = count - 1;
            for (place, (number, range)) in numbers.enumerate() {
                // A plain number in words, or one before a comma in words, is no day of the list.
                if place < last && (*range || between) {
                    continue;
                }
                let found = self.in_month(month, number.day)?;
                self.push(number.at, if place == last { end } else { number.end }, found);
            }
            return Some(end);
        }
        let mut end = None;
        for (number, range) in numbers {
            if !(self.stands_alone(number) || (end.is_some() && number.ordinal && !self.is_counting(number))) {
                break;
            }
            let found = self.in_month(MonthRef::Any, number.day)?;
            end = Some(number.end);
            if *range {
                continue;
            }
            self.push(number.at, number.end, found);
        }
        end
    }

    /// Whether a number without a month is a day: `on the 20th`, `am 15.`, `le 15`, `el día 15`.
    fn stands_alone(&self, number: &DayNumber) -> bool {
        let words = self.words;
        if self.is_counting(number) || words.mark(number.end, "%") || words.is_digits(number.end) && !words.token(number.end).is_some_and(|token| token.first) {
            return false;
        }
        let (one, two) = (words.lex_back(number.at, 1), words.lex_back(number.at, 2));
        let word = words.word_back(number.at, 1);
        let led = |lex: Lex| matches!(lex, Lex::On | Lex::After | Lex::Range | Lex::Since | Lex::From | Lex::Between | Lex::Ago | Lex::Next | Lex::Coming | Lex::Every);
        let day = matches!(one, Lex::Weekday(_) | Lex::Short(_));
        match words.language() {
            Language::En if number.spelled => number.ordinal && (day || (one == Lex::The && led(two))) && (words.closes(number.end) || words.lex(number.end) == Lex::And),
            Language::En if number.ordinal && number.day > 12 => !words.mark(number.at.wrapping_sub(1), "#"),
            Language::En if number.ordinal => day || led(one) || (one == Lex::The && !matches!(words.lex(number.end), Lex::Run)) || (one == Lex::Mid),
            Language::En => {
                (one == Lex::The && led(two) || ["by", "until", "till"].contains(&word)) && (words.closes(number.end) || words.lex(number.end) == Lex::And) && !words.mark(number.end, "-/#")
            }
            Language::De if number.spelled => number.ordinal && (led(one) || (one == Lex::The && led(two))) && (words.closes(number.end) || !words.capital(number.end)),
            Language::De => day || led(one) || (matches!(one, Lex::The) && (number.ordinal || led(two))) && !words.is(number.end, "mal"),
            Language::Fr => {
                let article = ["le", "au"].contains(&word) || (word == "du" && (led(two) || words.lex_back(number.at, 3) == Lex::After)) || day;
                article && !number.spelled && !self.noun_follows(number.end)
                    || (number.ordinal && number.day == 1 && !number.spelled && ["le", "au", "du"].contains(&word) && !self.noun_follows(number.end))
            }
            Language::Es => {
                let article = ["el", "al", "dia"].contains(&word) || (word == "del" && led(two)) || day || (matches!(one, Lex::Next) && words.word_back(number.at, 2) == "el");
                article && !number.spelled && !self.noun_follows(number.end) && !words.is(number.end, "por")
            }
        }
    }

    /// Whether a word follows that the number counts: in French and Spanish a day is followed by a mark, a preposition or a verb.
    fn noun_follows(&self, at: usize) -> bool {
        let words = self.words;
        words.is_word(at) && words.lex(at) == Lex::Plain && words.word(at).len() > 3 && words.word(at).ends_with('s') && !["mais", "plus", "dans", "pues", "vous", "nous"].contains(&words.word(at))
    }
}
