//! Numbers that are no dates: amounts, shares, counts, times, in digits and in words, as the locale writes them.

use super::facts::Facts;
use super::lexicon::{APPROX, BIG, DAYS, HONORIFIC, HOURS, INVOICE, LAW, LESS, MONTHS, MORE, PERCENT, REMIND, WEEKS, YEARS};
use super::numerals::word_number;
use super::text::{Hedge, Text, What};
use super::verdict::FindingCode;
use crate::conversation::locale::{Language, Locale};
use crate::conversation::token::Kind;
use crate::money::{Currency, pow10};

const TIMES: u64 = DAYS | WEEKS | MONTHS | YEARS | HOURS;

/// A number in digits: its value at its own number of decimals, and its last token.
struct Literal {
    value: Option<i64>,
    decimals: u8,
    to: usize,
}

/// Finds all numbers; what is none that can be checked is told at once.
pub(super) fn cover(text: &mut Text, facts: &Facts) {
    let mut line = 0;
    let mut at = 0;
    while at < text.tokens.len() {
        if text.is_covered(at) {
            at += 1;
            continue;
        }
        at = match text.kind(at) {
            Some(Kind::Digits) => digits(text, facts, at, &mut line),
            Some(Kind::Word) => word(text, facts.language(), at),
            _ => at + 1,
        };
    }
    stray_currency(text, facts.locale);
}

/// Reads the digits from a place on with the marks of the locale. The value is `None` where the marks are not those of the locale.
fn literal(text: &Text, at: usize, locale: Locale) -> Literal {
    let is_group = |mark: &str| mark == "," && locale.group() == ',' || mark == "." && locale.decimal() == ',' && locale.language != Language::Fr || mark == "'" && locale.group() == '\u{2019}';
    let decimal = if locale.decimal() == ',' { "," } else { "." };
    let mut out = Literal { value: join(0, text.tokens.text(at)), decimals: 0, to: at };
    let mut groups = 0;
    let mut pointed = false;
    loop {
        let mark = out.to + 1;
        let joined = text.kind(mark) == Some(Kind::Mark) && text.joined(mark) && text.joined(mark + 1) && text.kind(mark + 1) == Some(Kind::Digits) && !text.is_covered(mark + 1);
        if joined {
            let (sign, next) = (text.tokens.text(mark), text.tokens.text(mark + 1));
            if !matches!(sign, "." | "," | "'") {
                return out;
            }
            let well = !pointed && if sign == decimal { true } else { is_group(sign) && next.len() == 3 && (groups > 0 || text.tokens.text(at).len() <= 3) };
            out.value = out.value.filter(|_| well).and_then(|value_so_far| join(value_so_far, next));
            if sign == decimal {
                pointed = true;
                out.decimals = u8::try_from(next.len()).unwrap_or(u8::MAX);
            }
            groups += 1;
            out.to = mark + 1;
            continue;
        }
        let spaced = locale.language != Language::En || locale.group() == '\u{a0}';
        let next = text.tokens.text(mark);
        if spaced && !pointed && text.kind(mark) == Some(Kind::Digits) && !text.joined(mark) && !text.first(mark) && !text.is_covered(mark) && next.len() == 3 && text.tokens.text(at).len() <= 3 {
            out.value = out.value.and_then(|value_so_far| join(value_so_far, next));
            groups += 1;
            out.to = mark;
            continue;
        }
        return out;
    }
}

fn join(before: i64, digits: &str) -> Option<i64> {
    digits.bytes().try_fold(before, |sum, byte| sum.checked_mul(10)?.checked_add(i64::from(byte.checked_sub(b'0')?)))
}

impl Literal {
    /// In minor units; `None` for more decimals than the currency has, or for one decimal of two.
    fn minor(&self, exponent: u8) -> Option<i64> {
        if self.decimals != 0 && self.decimals != exponent {
            return None;
        }
        let scale = i64::try_from(pow10(exponent.saturating_sub(self.decimals))).ok()?;
        self.value?.checked_mul(scale)
    }
}

/// The currency that a token names: a sign, a word, or a code in capitals.
fn currency(text: &Text, at: usize, locale: Locale) -> Option<Currency> {
    if text.is_covered(at) {
        return None;
    }
    let folded = text.tokens.text(at);
    let found = locale.currency_of(folded)?;
    let is_code = folded.len() == 3 && found.code().eq_ignore_ascii_case(folded);
    if is_code && !text.written(at).chars().all(|c| c.is_ascii_uppercase()) { None } else { Some(found) }
}

fn hedge(text: &Text, from: usize) -> Hedge {
    let Some(mut before) = from.checked_sub(1) else { return Hedge::None };
    if matches!(text.tokens.text(before), "than" | "als" | "de" | "d" | "to" | "a" | "que" | "." | "'" | "the") {
        let inner = before.checked_sub(usize::from(text.tokens.is(before, "'")) + 1);
        before = inner.unwrap_or(before);
    }
    let cue = if text.is_covered(before) { 0 } else { text.cue(before) };
    let plus_at = text.tokens.is(before, "+") || text.tokens.is(before, "~") || text.tokens.is(before, ">") || text.tokens.is(before, "≈");
    if cue & APPROX != 0 || plus_at {
        Hedge::About
    } else if cue & MORE != 0 && !(text.tokens.is(before, "over") && text.cue(before.saturating_sub(1)) & INVOICE != 0) {
        Hedge::More
    } else if cue & LESS != 0 {
        Hedge::Less
    } else {
        Hedge::None
    }
}

fn digits(text: &mut Text, facts: &Facts, at: usize, line: &mut u32) -> usize {
    let locale = facts.locale;
    let found = literal(text, at, locale);
    let (mut from, mut to) = (at, found.to);
    if is_line_number(text, at, to, *line) {
        *line += 1;
        text.mention(at, to + 1, What::Line);
        return to + 2;
    }
    // Currency before or behind.
    let before = at.checked_sub(1).and_then(|before| currency(text, before, locale));
    let after = currency(text, to + 1, locale);
    let mut money = before.or(after);
    if before.is_some() {
        from = at - 1;
        // `US$` and `USD$`: the letters belong to the sign.
        if text.joined(from) && from > 0 && text.is_word(from - 1) && matches!(text.tokens.text(from - 1), "us" | "usd") {
            from -= 1;
            money = Currency::try_new("USD").ok();
        }
    } else if after.is_some() {
        to += 1;
    }
    let minus = from.checked_sub(1).is_some_and(|sign| text.tokens.is(sign, "-") && text.joined(from) && !(text.joined(sign) && sign > 0));
    let grown = text.joined(to + 1) && text.is_word(to + 1) && after.is_none();
    if let Some(currency) = money {
        let padded = text.tokens.text(at).len() > 1 && text.tokens.text(at).starts_with('0');
        let minor = found.minor(currency.exponent()).filter(|_| !minus && !grown && !padded);
        let hedged = hedge(text, from);
        // Of a German amount `über` says what it is for, not that there is more.
        let hedged = if locale.language == Language::De && text.tokens.is(from.saturating_sub(1), "uber") { Hedge::None } else { hedged };
        return amount(text, facts, (from, to), minor, (currency, hedged));
    }
    if text.tokens.is(to + 1, "%") || text.cue(to + 1) & PERCENT != 0 || (matches!(text.tokens.text(to + 1), "per" | "pour" | "por") && matches!(text.tokens.text(to + 2), "cent" | "ciento")) {
        let end = if matches!(text.tokens.text(to + 1), "per" | "pour" | "por") { to + 2 } else { to + 1 };
        let scale = 4_u8.checked_sub(found.decimals).and_then(|left| i64::try_from(pow10(left)).ok());
        let ppm = found.value.zip(scale).and_then(|(value, scale)| value.checked_mul(scale)).unwrap_or(-1);
        text.mention(at, end, What::Percent(ppm));
        return end + 1;
    }
    let exponent = facts.currency.exponent();
    let decimals = found.to > at && found.decimals > 0;
    if decimals && !grown {
        let minor = found.minor(exponent).filter(|_| !minus);
        let hedged = hedge(text, at);
        return amount(text, facts, (at, to), minor, (facts.currency, hedged));
    }
    let ordinal = text.joined(to + 1) && matches!(text.tokens.text(to + 1), "." | "st" | "nd" | "rd" | "th" | "e" | "eme" | "er" | "o" | "a" | "ª" | "º");
    let end = if ordinal && (text.cue(to + 2) & REMIND != 0) { to + 1 } else { to };
    let count = found.value.and_then(|value| u32::try_from(value).ok()).filter(|_| !minus);
    if (ordinal || !grown)
        && let Some(count) = count
        && let Some(next) = counted(text, at, end, count, ordinal)
    {
        return next;
    }
    leftover(text, at, to, count.filter(|_| !grown && !minus))
}

/// An amount, or what is wrong with it.
fn amount(text: &mut Text, facts: &Facts, (from, to): (usize, usize), minor: Option<i64>, (currency, hedge): (Currency, Hedge)) -> usize {
    match minor {
        Some(minor) if currency == facts.currency => text.mention(from, to, What::Money { minor, hedge }),
        Some(_) => {
            text.find_at(FindingCode::BadCurrency, from, to, "not the currency of the facts");
            text.mention(from, to, What::Wrong);
        }
        None => {
            let code = if currency == facts.currency { FindingCode::BadAmount } else { FindingCode::BadCurrency };
            text.find_at(code, from, to, "not an amount as this language writes amounts of the currency");
            text.mention(from, to, What::Wrong);
        }
    }
    to + 1
}

/// Makes a mention of a number with what is counted behind it; the place to go on from.
fn counted(text: &mut Text, at: usize, to: usize, count: u32, ordinal: bool) -> Option<usize> {
    let next = to + 1;
    let cue = |here: usize| if text.is_covered(here) { 0 } else { text.cue(here) };
    if ordinal {
        let noun = (next..next + 2).find(|here| cue(*here) & REMIND != 0)?;
        text.mention(at, noun, What::Stage(count));
        return Some(noun + 1);
    }
    if cue(next) & TIMES != 0 && text.is_word(next) && !text.begins_paragraph(next) {
        let (unit, hedge) = (cue(next) & TIMES, hedge(text, at));
        text.mention(at, next, What::Time { count, unit, hedge });
        return Some(next + 1);
    }
    let end = (next..next + 4).find(|here| !text.is_word(*here) || text.is_covered(*here) || text.first(*here)).unwrap_or(next + 4);
    let noun = (next..end).find(|here| cue(*here) & INVOICE != 0)?;
    if hedge(text, at) != Hedge::None {
        text.find_at(FindingCode::Comparative, at, noun, "a count that is not exact");
    }
    text.mention(at, noun, What::Count(count));
    Some(noun + 1)
}

/// A number with nothing beside it: of an invoice that is not in the facts, a cell, or nothing that can be checked.
fn leftover(text: &mut Text, at: usize, to: usize, count: Option<u32>) -> usize {
    let named =
        (at.saturating_sub(4)..at).rev().take_while(|before| !matches!(text.tokens.text(*before), "," | ";" | "!" | "?") && !text.is_covered(*before)).any(|before| text.cue(before) & INVOICE != 0);
    let letters = text.joined(at) && at > 0 && (text.is_word(at - 1) || matches!(text.tokens.text(at - 1), "-" | "/" | "_"));
    let mut end = to;
    while text.joined(end + 1)
        && !text.is_covered(end + 1)
        && (matches!(text.kind(end + 1), Some(Kind::Word | Kind::Digits)) || (matches!(text.tokens.text(end + 1), "-" | "/" | "_") && text.joined(end + 2)))
    {
        end += 1;
    }
    let mut start = at;
    while letters && text.joined(start) && start > 0 && !text.is_covered(start - 1) && (text.is_word(start - 1) || matches!(text.tokens.text(start - 1), "-" | "/" | "_" | "#")) {
        start -= 1;
    }
    let of_law = (at.saturating_sub(4)..at).any(|before| text.cue(before) & LAW != 0 || text.tokens.is(before, "§"));
    match count {
        _ if of_law => {
            text.find_at(FindingCode::LegalClaim, start, end, "law that the policy does not speak of");
            text.mention(start, end, What::Wrong);
        }
        Some(count) if !named && !letters && end == to => text.mention(at, to, What::Bare(count)),
        _ if named || (letters && text.is_word(start)) => {
            text.find_at(FindingCode::BadReference, start, end, "a number that is not in the facts");
            text.mention(start, end, What::Wrong);
        }
        _ => {
            text.find_at(FindingCode::Unparsed, start, end, "a number that cannot be checked");
            text.mention(start, end, What::Wrong);
        }
    }
    end + 1
}

/// `1.` or `2)` at the start of a line, counted on from the one before.
fn is_line_number(text: &Text, at: usize, to: usize, line: u32) -> bool {
    text.first(at) && at == to && text.tokens.number(at) == Some(line + 1) && matches!(text.tokens.text(at + 1), "." | ")") && text.joined(at + 1) && !text.joined(at + 2) && !text.first(at + 2)
}

/// A number in words.
fn word(text: &mut Text, language: Language, at: usize) -> usize {
    let Some((value, to)) = word_number(text, language, at) else {
        if text.cue(at) & BIG != 0 && text.cue(at.saturating_sub(1)) & HONORIFIC == 0 {
            text.find_at(FindingCode::Unparsed, at, at, "a number in words that is not read");
            text.mention(at, at, What::Wrong);
        }
        return at + 1;
    };
    let Some(value) = value else {
        let end = (to + 1..text.tokens.len()).take(8).take_while(|here| text.is_word(*here) && (text.cue(*here) & BIG != 0 || word_number(text, language, *here).is_some())).last().unwrap_or(to);
        text.find_at(FindingCode::BadAmount, at, end, "an amount in words is not read");
        text.mention(at, end, What::Wrong);
        return end + 1;
    };
    // One is an article or a pronoun unless it counts.
    if let Some(next) = counted_word(text, language, at, to, value) {
        return next;
    }
    if value == 1 {
        return at + 1;
    }
    text.find_at(FindingCode::Unparsed, at, to, "a number in words that counts nothing that can be checked");
    text.mention(at, to, What::Wrong);
    to + 1
}

fn counted_word(text: &mut Text, language: Language, at: usize, to: usize, value: u32) -> Option<usize> {
    let ordinal = super::numerals::is_ordinal(language, text.tokens.text(at));
    if ordinal {
        let noun = (to + 1..to + 3).find(|here| text.cue(*here) & REMIND != 0);
        if let Some(noun) = noun {
            text.mention(at, noun, What::Stage(value));
            return Some(noun + 1);
        }
        return (value == 1).then_some(at + 1);
    }
    if value == 1 {
        // `a month overdue` and `one invoice`; the article alone says nothing.
        let time = text.cue(to + 1) & TIMES != 0 && text.is_word(to + 1);
        let one = language == Language::En && text.tokens.is(at, "one") && (to + 1..to + 3).any(|here| text.cue(here) & INVOICE != 0) && !text.tokens.is(to + 1, "of");
        return if time || one { counted(text, at, to, 1, false) } else { Some(at + 1) };
    }
    counted(text, at, to, value, false)
}

/// Signs and codes of currencies that are part of no amount: fine as the head of a column, if it is the currency of the facts.
fn stray_currency(text: &mut Text, locale: Locale) {
    for at in 0..text.tokens.len() {
        let mark = text.kind(at) == Some(Kind::Mark) && matches!(text.tokens.text(at), "€" | "£" | "$" | "¥" | "₹" | "%");
        if text.is_covered(at) || !(mark || text.is_word(at) && currency(text, at, locale).is_some()) {
            continue;
        }
        let head = currency(text, at, locale).is_some_and(|found| Some(found) == locale.currency());
        let brackets = at > 0 && text.tokens.is(at - 1, "(") && text.tokens.is(at + 1, ")");
        if !(head && brackets) {
            text.find_at(FindingCode::Unparsed, at, at, "a sign that belongs to no amount");
            text.mention(at, at, What::Wrong);
        }
    }
}
