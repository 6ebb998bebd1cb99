//! Dates as the locale writes them, in words and in digits, with the weekday before them.

use super::text::{Text, What};
use super::verdict::FindingCode;
use crate::conversation::locale::{Language, Locale};
use crate::conversation::token::Kind;
use chrono::NaiveDate;

/// A day as it was written, and its last token.
struct Written {
    year: Option<i32>,
    month: u32,
    day: u32,
    to: usize,
}

/// Finds all dates. What has the shape of a date and is none is told at once.
pub(super) fn cover(text: &mut Text, locale: Locale) {
    let mut at = 0;
    while at < text.tokens.len() {
        let found = if text.is_covered(at) { None } else { date(text, at, locale) };
        let Some(found) = found else {
            at += 1;
            continue;
        };
        let (from, weekday) = weekday_before(text, at, locale.language);
        let possible = NaiveDate::from_ymd_opt(found.year.unwrap_or(2024), found.month, found.day).is_some();
        if possible {
            text.mention(from, found.to, What::Date { year: found.year, month: found.month, day: found.day, weekday });
        } else {
            text.find_at(FindingCode::BadDate, from, found.to, "no such day, as this language writes days");
            text.mention(from, found.to, What::Wrong);
        }
        at = found.to + 1;
    }
    stray(text, locale.language);
}

fn date(text: &Text, at: usize, locale: Locale) -> Option<Written> {
    if text.kind(at) == Some(Kind::Digits) {
        let sticks = text.joined(at) && at > 0 && matches!(text.kind(at - 1), Some(Kind::Word | Kind::Digits));
        return if sticks { None } else { numeric(text, at, locale).or_else(|| day_first(text, at, locale)) };
    }
    if !text.is_word(at) {
        return None;
    }
    let month = month(text, at, locale.language)?;
    if locale.language != Language::En {
        return None;
    }
    // February 17, 2026
    let mut here = at + 1;
    if text.tokens.is(here, ".") && text.joined(here) {
        here += 1;
    }
    let day = small(text, here, 2)?;
    let mut to = ordinal_end(text, here, locale.language);
    let mut year = None;
    let comma = usize::from(text.tokens.is(to + 1, ","));
    if let Some(found) = four(text, to + 1 + comma).filter(|_| !text.is_covered(to + 1 + comma)) {
        year = Some(found);
        to = to + 1 + comma;
    }
    Some(Written { year, month, day, to })
}

fn small(text: &Text, at: usize, digits: usize) -> Option<u32> {
    if text.is_covered(at) || text.tokens.text(at).len() > digits {
        return None;
    }
    text.tokens.number(at)
}

fn four(text: &Text, at: usize) -> Option<i32> {
    let year = text.tokens.number(at).filter(|_| text.tokens.text(at).len() == 4 && !text.is_covered(at))?;
    let grows = text.joined(at + 1) && text.kind(at + 2) == Some(Kind::Digits) && text.joined(at + 2) && matches!(text.tokens.text(at + 1), "." | "," | "-" | "/");
    i32::try_from(year).ok().filter(|_| !grows)
}

/// The month that a word names, where it is not another word: a short one must stand beside a number.
fn month(text: &Text, at: usize, language: Language) -> Option<u32> {
    language.month(text.tokens.text(at)).filter(|_| !text.is_covered(at))
}

/// The last token of a day number with `st`, `th`, `er`, `.` behind it.
fn ordinal_end(text: &Text, at: usize, language: Language) -> usize {
    let next = text.tokens.text(at + 1);
    let suffix = match language {
        Language::En => matches!(next, "st" | "nd" | "rd" | "th"),
        Language::De => next == ".",
        Language::Fr => next == "er",
        Language::Es => matches!(next, "o" | "º"),
    };
    if suffix && text.joined(at + 1) { at + 1 } else { at }
}

/// 17 February 2026, 17. Februar 2026, 1er mars 2026, 14 de febrero de 2026, also without the year.
fn day_first(text: &Text, at: usize, locale: Locale) -> Option<Written> {
    let day = small(text, at, 2)?;
    let mut here = ordinal_end(text, at, locale.language) + 1;
    let of = match locale.language {
        Language::En => "of",
        Language::Es => "de",
        Language::De | Language::Fr => "",
    };
    if !of.is_empty() && text.tokens.is(here, of) {
        here += 1;
    }
    let month = month(text, here, locale.language)?;
    let mut to = here;
    if text.tokens.is(to + 1, ".") && text.joined(to + 1) && text.tokens.text(to).len() <= 5 && text.tokens.number(to + 2).is_some() {
        to += 1;
    }
    let mut next = to + 1;
    if locale.language == Language::Es && matches!(text.tokens.text(next), "de" | "del") {
        next += 1;
    }
    if locale.language == Language::En && text.tokens.is(next, ",") {
        next += 1;
    }
    let year = four(text, next);
    if year.is_some() {
        to = next;
    } else {
        to = here;
    }
    Some(Written { year, month, day, to })
}

/// 17/02/2026, 17.02.26, 02/17/2026 where the month is first, 2026-02-17; `17.02.` without the year in German.
fn numeric(text: &Text, at: usize, locale: Locale) -> Option<Written> {
    let mark = text.tokens.text(at + 1);
    let tight = |at: usize| text.joined(at) && !text.is_covered(at);
    if !matches!(mark, "/" | "." | "-") || !tight(at + 1) || !tight(at + 2) || text.kind(at + 2) != Some(Kind::Digits) {
        return None;
    }
    let (first, second) = (text.tokens.number(at)?, text.tokens.number(at + 2)?);
    let lengths = (text.tokens.text(at).len(), text.tokens.text(at + 2).len());
    let third = text.tokens.is(at + 3, mark) && tight(at + 3) && tight(at + 4) && text.kind(at + 4) == Some(Kind::Digits);
    if third {
        let last = text.tokens.number(at + 4)?;
        let length = text.tokens.text(at + 4).len();
        let grows = tight(at + 5) && tight(at + 6) && text.kind(at + 6) == Some(Kind::Digits) || tight(at + 5) && text.is_word(at + 5);
        if grows {
            return None;
        }
        if lengths.0 == 4 && mark == "-" && length <= 2 {
            return Some(Written { year: i32::try_from(first).ok(), month: second, day: last, to: at + 4 });
        }
        if lengths.0 > 2 || lengths.1 > 2 || !matches!(length, 2 | 4) {
            return None;
        }
        let year = if length == 2 { 2000 + last } else { last };
        let (day, month) = if locale.month_first() { (second, first) } else { (first, second) };
        return Some(Written { year: i32::try_from(year).ok(), month, day, to: at + 4 });
    }
    // `17.02.` is a day; `17.02` might be a number.
    let ends = text.tokens.is(at + 3, ".") && tight(at + 3) && !(tight(at + 4) && text.kind(at + 4) == Some(Kind::Digits));
    let short = lengths.0 <= 2 && lengths.1 == 2 && locale.language == Language::De && mark == "." && ends;
    short.then_some(Written { year: None, month: second, day: first, to: at + 3 })
}

/// The weekday before a date and the token where it begins: `Friday 27 March`, `Freitag, den 27.`, `le vendredi 27`, `el viernes, 27 de`.
fn weekday_before(text: &Text, at: usize, language: Language) -> (usize, Option<u32>) {
    let mut here = at;
    for _ in 0..3 {
        let Some(before) = here.checked_sub(1).filter(|before| !text.is_covered(*before)) else { break };
        let word = text.tokens.text(before);
        if let Some(weekday) = language.weekday(word).filter(|_| text.is_word(before)) {
            // Two letters without a point are a word: `so`, `do`, `fr`.
            let short = word.len() <= 3 && language != Language::En && !matches!(text.tokens.text(before + 1), "." | ",");
            return if short { (at, None) } else { (before, Some(weekday)) };
        }
        if !matches!(word, "," | "." | "the" | "den" | "dem" | "le" | "el" | "der") {
            break;
        }
        here = before;
    }
    (at, None)
}

/// Months and weekdays that are part of no date.
fn stray(text: &mut Text, language: Language) {
    for at in 0..text.tokens.len() {
        if text.is_covered(at) || !text.is_word(at) {
            continue;
        }
        let word = text.tokens.text(at);
        let near_number = text.kind(at + 1) == Some(Kind::Digits)
            || at.checked_sub(1).is_some_and(|before| {
                text.kind(before) == Some(Kind::Digits) || text.tokens.is(before, ".") && before.checked_sub(1).is_some_and(|day| text.kind(day) == Some(Kind::Digits) && text.joined(before))
            });
        // `may`, `march` and `mars` are words too, and so is every short form.
        let plain = word.len() <= 4 || matches!(word, "march" | "martes" | "marz");
        let month = language.month(word).is_some() && (!plain || near_number || (text.is_capital(at) && at > 0 && !text.first(at) && !text.tokens.is(at - 1, ".")));
        let weekday = language.weekday(word).is_some() && word.len() > 4 && !(language == Language::De && word == "sonnabend");
        if month || weekday {
            text.find_at(FindingCode::BadDate, at, at, "a month or weekday that is part of no date");
            text.mention(at, at, What::Wrong);
        }
    }
}
