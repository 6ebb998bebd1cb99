//! Periods and their ends: end of March, month end, EOM, mid-June, next week, nächster Monat, week 12.

use super::super::lexicon::{Lex, Unit};
use super::resolve::{Found, MonthRef, in_month, moved, nearest, period_end, period_start, week_away};
use super::{DayKind, Read, Scan};
use crate::calendar::{add_days, month_end};
use crate::conversation::locale::Language;
use chrono::{Datelike, NaiveDate};

/// Which part of a period.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Start,
    Mid,
    End,
}

impl Scan<'_, '_> {
    /// What begins with end, middle, start or one word for them.
    pub(super) fn period(&mut self, at: usize) -> Option<usize> {
        let words = self.words;
        let (part, mut next) = match words.lex(at) {
            Lex::EndOf(unit) => return self.end_of(at, at + 1, unit, None),
            Lex::MidMonth => {
                let found = self.part_of(Part::Mid, Unit::Month, None)?;
                return Some(self.push(at, at + 1, found));
            }
            Lex::Mid => (Part::Mid, at + 1),
            Lex::Start => (Part::Start, at + 1),
            _ => (Part::End, at + 1),
        };
        if words.mark(next, "-") {
            next += 1;
        }
        if ["business", "play", "day"].contains(&words.word(self.past_glue(next, 2))) && part == Part::End {
            let end = self.past_glue(next, 2) + 1;
            if words.is(end.wrapping_sub(1), "day") && words.word_back(at, 2) == "at" {
                return Some(end);
            }
            return self.end_of(at, end, Unit::Days(1), None);
        }
        next = self.past_glue(next, 3);
        if let Some((month, end)) = self.month(next) {
            let year = self.year(end);
            let end = year.map_or(end, |year| year.1);
            let found = in_month(self.received, MonthRef::Named(month, year.map(|year| year.0)), false, |first| part_day(part, first, Unit::Month))?;
            return Some(self.push(at, end, found.of(DayKind::Period)));
        }
        if let Some((found, end)) = self.quarter_name(next) {
            return Some(self.push(at, end, found));
        }
        let mut away = None;
        for _ in 0..2 {
            match words.lex(next) {
                Lex::This => away = Some(0),
                Lex::Next | Lex::Coming => away = Some(1),
                Lex::Last => away = Some(-1),
                Lex::The | Lex::Of => {}
                _ => break,
            }
            next += 1;
        }
        let Lex::Unit(unit @ (Unit::Week | Unit::Month | Unit::Quarter | Unit::Year)) = words.lex(next) else { return None };
        let mut end = next + 1;
        if let Some((units, after)) = self.away(end) {
            (away, end) = (Some(units), after);
        }
        if part == Part::End {
            return self.end_of(at, end, unit, away);
        }
        let found = self.part_of(part, unit, away)?;
        Some(self.push(at, end, found))
    }

    /// The end of the running (or another) period. The end of a day that is named beside it is that day.
    fn end_of(&mut self, at: usize, end: usize, unit: Unit, away: Option<i32>) -> Option<usize> {
        let words = self.words;
        if matches!(unit, Unit::Days(_)) {
            let place = self.past_glue(if words.mark(end, ",") || words.lex(end) == Lex::On { end + 1 } else { end }, 1);
            let named = matches!(words.lex(place), Lex::Offset(_)) || self.point(place).is_some();
            let before = self.last_end > 0 && at >= self.last_end && at - self.last_end <= 2 && (self.last_end..at).all(|at| words.mark(at, ",") || matches!(words.lex(at), Lex::On | Lex::The));
            if named || before {
                return Some(end);
            }
            return Some(self.push(at, end, Found::day(self.received)));
        }
        let found = self.part_of(Part::End, unit, away)?;
        Some(self.push(at, end, found))
    }

    /// A part of the running period, or of one that is so many away.
    fn part_of(&self, part: Part, unit: Unit, away: Option<i32>) -> Option<Found> {
        let received = self.received;
        let day = |away: i32| part_day(part, period_start(received, away, unit), unit);
        let found = match away {
            Some(away) => Found::day(day(away)?),
            None => nearest(received, false, (-1..=1).filter_map(day))?,
        };
        Some(found.of(if away == Some(-1) { DayKind::Past } else { DayKind::Period }))
    }

    /// `Q2`, `Q2 2026`.
    fn quarter_name(&self, at: usize) -> Read {
        let words = self.words;
        let (number, _) = words.digits(at + 1).filter(|number| words.is(at, "q") && words.joined(at + 1) && (1..=4).contains(&number.0))?;
        let year = self.year(at + 2);
        let month = MonthRef::Named(number * 3, year.map(|year| year.0));
        Some((in_month(self.received, month, false, |first| Some(month_end(first)))?.of(DayKind::Period), year.map_or(at + 2, |year| year.1)))
    }

    /// `KW 12`, `CW12`.
    pub(super) fn week_number(&self, at: usize) -> Read {
        let words = self.words;
        if !["kw", "cw"].contains(&words.word(at)) {
            return if words.is(at, "q") && matches!(words.lex_back(at, 1), Lex::On | Lex::Range) { self.quarter_name(at) } else { None };
        }
        let next = if words.joined_mark(at + 1, ".") { at + 2 } else { at + 1 };
        self.week(next)
    }

    fn week(&self, at: usize) -> Read {
        let (number, _) = self.words.digits(at).filter(|number| (1..=53).contains(&number.0))?;
        let friday = |year: i32| NaiveDate::from_isoywd_opt(year, number, chrono::Weekday::Fri);
        let found = nearest(self.received, false, (-1..=1).filter_map(|away| friday(self.received.year() + away)))?;
        Some((Found { first: add_days(found.ahead, -4), ..found }.of(DayKind::Period), at + 1))
    }

    /// What begins with next, this, last, or with a unit.
    pub(super) fn modified(&mut self, at: usize) -> Option<usize> {
        let words = self.words;
        if let Lex::Unit(unit) = words.lex(at) {
            return self.unit_led(at, unit);
        }
        let modifier = words.lex(at);
        if modifier == Lex::Last
            && let Some((found, end)) = self.nth(at)
        {
            return Some(self.push(at, end, found));
        }
        // pasado mañana
        if words.is(at, "pasado") && words.lex(at + 1) == Lex::Offset(1) {
            return Some(self.push(at, at + 2, Found::day(add_days(self.received, 2))));
        }
        if let Some((found, end)) = self.modified_weekday(at) {
            return Some(self.push(at, end, found));
        }
        let next = if matches!(words.lex(at + 1), Lex::Coming | Lex::Next) { at + 2 } else { at + 1 };
        let time = words.lex(next) == Lex::PartOfDay
            || (modifier == Lex::This && (words.is(next, "manana") || words.is(next, "morgen")))
            || (words.is(next, "apres") && words.is(next + 1, "-") && words.is(next + 2, "midi"));
        if modifier == Lex::This && time {
            return Some(self.push(at, next + 1, Found::day(self.received)));
        }
        if let Some(end) = self.next_workday(next).filter(|_| modifier == Lex::Next || modifier == Lex::Coming) {
            let day = moved(self.received, 1, Unit::Workday)?;
            return Some(self.push(at, end, Found::day(day)));
        }
        let Lex::Unit(unit) = words.lex(next) else { return None };
        let away = match modifier {
            Lex::Next | Lex::Coming => 1,
            Lex::This => 0,
            _ => return Some(next + 1),
        };
        self.whole(at, next + 1, unit, away)
    }

    /// `business day`, `Werktag`, `jour ouvré` after next.
    fn next_workday(&self, at: usize) -> Option<usize> {
        let words = self.words;
        match (words.lex(at), words.lex(at + 1)) {
            (Lex::Unit(Unit::Workday), _) => Some(at + 1),
            (Lex::Business, Lex::Unit(Unit::Days(1))) | (Lex::Unit(Unit::Days(1)), Lex::Business) => Some(at + 2),
            _ => None,
        }
    }

    /// A unit first: `semaine prochaine`, `mes que viene`, `month end`, `week after next`, `day after tomorrow`, `week 12`, `quinzaine`.
    fn unit_led(&mut self, at: usize, unit: Unit) -> Option<usize> {
        let words = self.words;
        if let (Unit::Days(1), Lex::After, Lex::Offset(1)) = (unit, words.lex(at + 1), words.lex(at + 2)) {
            return Some(self.push(at, at + 3, Found::day(add_days(self.received, 2))));
        }
        if unit == Unit::Days(1) && words.is(at + 1, "before") && words.lex(at + 2) == Lex::Offset(-1) {
            return Some(self.push(at, at + 3, Found::day(add_days(self.received, -2)).of(DayKind::Past)));
        }
        if matches!(unit, Unit::Days(7 | 15)) || words.is(at, "fortnight") {
            let led = matches!(words.lex_back(at, 1), Lex::In | Lex::More) || (matches!(words.lex_back(at, 1), Lex::The) && words.lex_back(at, 2) == Lex::In);
            return if led { self.length(at) } else { None };
        }
        let apostrophe = if words.joined_mark(at + 1, "'") && words.is(at + 2, "s") { at + 3 } else { at + 1 };
        let dash = if words.mark(apostrophe, "-") { apostrophe + 1 } else { apostrophe };
        if words.is(dash, "end") && words.language() == Language::En && !matches!(unit, Unit::Days(_)) {
            let away = if words.lex_back(at, 1) == Lex::Next { Some(1) } else { None };
            return self.end_of(at, dash + 1, unit, away);
        }
        if unit == Unit::Week && words.is(at + 1, "after") && words.lex(at + 2) == Lex::Next {
            return self.whole(at, at + 3, unit, 2);
        }
        if unit == Unit::Week
            && !matches!(words.lex_back(at, 1), Lex::Count(_))
            && let Some((found, end)) = self.week(at + 1).filter(|_| words.closes(at + 2))
        {
            return Some(self.push(at, end, found));
        }
        let (away, end) = self.away(at + 1)?;
        if away < 0 { Some(end) } else { self.whole(at, end, unit, away) }
    }

    /// A whole period, or the day in it that follows: `next week`, `next week Monday`, `next month on the 5th`, `next month end`.
    fn whole(&mut self, at: usize, end: usize, unit: Unit, away: i32) -> Option<usize> {
        let words = self.words;
        let dash = if words.mark(end, "-") { end + 1 } else { end };
        if words.is(dash, "end") && words.language() == Language::En {
            return self.end_of(at, dash + 1, unit, Some(away));
        }
        let mut place = if words.mark(end, ",-") { end + 1 } else { end };
        while matches!(words.lex(place), Lex::On | Lex::The) && place < end + 3 {
            place += 1;
        }
        if let (Unit::Week, Lex::Weekday(day)) = (unit, words.lex(place)) {
            return Some(self.push(at, place + 1, self.in_week(away, day)));
        }
        if unit == Unit::Month
            && place > end
            && let Some(number) = self.day_number(place)
        {
            let found = self.in_month(MonthRef::Away(away), number.day)?;
            return Some(self.push(at, number.end, found));
        }
        // This month's statement is no day.
        let owner = words.joined_mark(end, "'") && words.is(end + 1, "s") && words.lex(end + 2) != Lex::Run;
        if owner || matches!(unit, Unit::Days(_) | Unit::Workday | Unit::Hour | Unit::Year) {
            return Some(end);
        }
        let first = period_start(self.received, away, unit);
        let last = period_end(first, unit);
        let last = if last < self.received && unit == Unit::Week { add_days(week_away(first, 0), 6) } else { last };
        let kind = if away == 0 { DayKind::Running } else { DayKind::Period };
        Some(self.push(at, end, Found { first, ..Found::day(last) }.of(kind)))
    }
}

fn part_day(part: Part, first: NaiveDate, unit: Unit) -> Option<NaiveDate> {
    Some(match (part, unit) {
        (Part::End, _) => period_end(first, unit),
        (Part::Start, _) => first,
        (Part::Mid, Unit::Week) => add_days(first, 2),
        (Part::Mid, Unit::Month) => first.with_day(15)?,
        (Part::Mid, Unit::Quarter) => first.with_day(1).and_then(|first| super::resolve::month_away(first, 1).with_day(15))?,
        (Part::Mid, _) => NaiveDate::from_ymd_opt(first.year(), 6, 30)?,
    })
}
