//! Numbers as money is written: `1,234.56`, `1.234,56`, `1 234,56`, `1'234.50`, `12,5`, `4,800.-`, `3k`, `1.2m`.

use super::Words;
use super::lexicon::Lex;
use crate::money::pow10;

/// A decimal number; `mantissa / 10^scale`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub mantissa: i128,
    pub scale: u8,
    /// The place after it.
    pub end: usize,
    /// Marks between thousands, or decimals, were written.
    pub marked: bool,
    /// Two decimals.
    pub cents: bool,
    /// `k`, `million` and the like were written.
    pub times: bool,
    /// Digits of the whole part.
    pub digits: usize,
}

/// Digits of the longest number.
const MOST_DIGITS: usize = 15;

/// Groups of the longest number.
const MOST_GROUPS: usize = 6;

const TIMES: &[(&str, u8)] = &[
    ("k", 3),
    ("thousand", 3),
    ("grand", 3),
    ("tausend", 3),
    ("tsd", 3),
    ("mille", 3),
    ("mil", 3),
    ("m", 6),
    ("mn", 6),
    ("mio", 6),
    ("million", 6),
    ("millions", 6),
    ("millionen", 6),
    ("millones", 6),
    ("millon", 6),
    ("billion", 9),
    ("milliard", 9),
    ("milliards", 9),
    ("milliarde", 9),
    ("milliarden", 9),
    ("bn", 9),
    ("mrd", 9),
    ("hundred", 2),
    ("hundert", 2),
];

impl Words<'_> {
    /// The number whose first digits are at a place. `decimals` are those of the currency that is known to stand beside it: three digits
    /// after one mark are thousands, unless the currency has three decimals and the mark is that of the locale.
    pub(super) fn amount_number(&self, at: usize, decimals: u8) -> Option<Number> {
        let (mut mantissa, mut length) = self.digit_run(at)?;
        let whole_first = length;
        let mut groups: [(u8, usize); MOST_GROUPS] = [(0, 0); MOST_GROUPS];
        let (mut count, mut end) = (0, at + 1);
        while count < MOST_GROUPS {
            let joined = self.joined(end) && self.joined(end + 1) && self.is_digits(end + 1);
            let (mark, place) = if joined && self.mark(end, ",.'") {
                (self.word(end).bytes().next().unwrap_or(0), end + 1)
            } else if self.is_spaced_group(end, if count == 0 { whole_first } else { 3 }) && groups.iter().take(count).all(|group| group.0 == b' ') {
                (b' ', end)
            } else {
                break;
            };
            let (value, digits) = self.digit_run(place)?;
            length += digits;
            if length > MOST_DIGITS {
                return None;
            }
            mantissa = mantissa * pow10(u8::try_from(digits).ok()?) + value;
            if let Some(group) = groups.get_mut(count) {
                *group = (mark, digits);
            }
            (count, end) = (count + 1, place + 1);
        }
        let scale = self.scale(whole_first, groups.get(..count)?, decimals)?;
        // `4,800.-` and `4800,--`
        let closed = self.joined_mark(end, ".,") && self.joined_mark(end + 1, "-") && !(self.joined(end + 2) && self.is_digits(end + 2));
        if closed {
            end += if self.joined_mark(end + 2, "-") { 3 } else { 2 };
        }
        let cents = scale == 2;
        let (times, end) = self.times(end);
        let mantissa = mantissa.checked_mul(pow10(times))?;
        Some(Number { mantissa, scale, end, marked: count > 0 || closed, cents, times: times > 0, digits: length - usize::from(scale) })
    }

    fn digit_run(&self, at: usize) -> Option<(i128, usize)> {
        if !self.is_digits(at) {
            return None;
        }
        let text = self.word(at);
        if text.len() > MOST_DIGITS { None } else { Some((text.parse().ok()?, text.len())) }
    }

    /// Three digits after a space go on with a number of thousands.
    fn is_spaced_group(&self, at: usize, before: usize) -> bool {
        before <= 3 && self.is_digits(at) && self.word(at).len() == 3 && self.token(at).is_some_and(|token| !token.joined && !token.first)
    }

    /// How many digits are decimals; `None` where the marks make no number.
    fn scale(&self, whole: usize, groups: &[(u8, usize)], decimals: u8) -> Option<u8> {
        let Some((last, before)) = groups.split_last() else { return Some(0) };
        let thousands = |groups: &[(u8, usize)]| {
            let even = groups.iter().all(|group| group.1 == 3 && groups.first().is_some_and(|first| first.0 == group.0));
            // India counts in pairs above the thousand.
            let pairs =
                self.locale.region() == "IN" && groups.iter().rev().skip(1).all(|group| group.1 == 2) && groups.last().is_some_and(|group| group.1 == 3) && groups.iter().all(|group| group.0 == b',');
            (even || pairs) && (1..=3).contains(&whole)
        };
        let differs = before.first().is_some_and(|first| first.0 != last.0);
        if differs {
            return (last.0 != b' ' && last.0 != b'\'' && thousands(before)).then_some(u8::try_from(last.1).ok()?);
        }
        if !before.is_empty() || last.0 == b' ' || last.0 == b'\'' {
            return thousands(groups).then_some(0);
        }
        let local = last.0 == u8::try_from(self.locale.decimal()).unwrap_or(0);
        match last.1 {
            3 if decimals == 3 && local => Some(3),
            3 => thousands(groups).then_some(0),
            1 | 2 => Some(last.1 as u8),
            _ => None,
        }
    }

    /// `k`, `thousand`, `Mio.` after a number: how many noughts, and the place after.
    fn times(&self, at: usize) -> (u8, usize) {
        let word = self.word(at);
        let Some(noughts) = TIMES.iter().find(|row| row.0 == word).map(|row| row.1) else { return (0, at) };
        let short = word.len() <= 2;
        if (short && !self.joined(at)) || (short && self.joined(at + 1) && (self.is_digits(at + 1) || self.is_word(at + 1))) || (word == "mil" && self.lex(at + 1) == Lex::Of) {
            return (0, at);
        }
        (noughts, if self.joined_mark(at + 1, ".") && word.len() == 3 { at + 2 } else { at + 1 })
    }

    /// A number in words before a currency: `five hundred`, `two thousand`, `sieben`.
    pub(super) fn spelled_number(&self, at: usize) -> Option<Number> {
        let (count, mut end) = match self.lex(at) {
            Lex::Count(_) | Lex::A => self.count(at)?,
            _ => return None,
        };
        let mut mantissa = i128::from(count);
        let mut times = false;
        for _ in 0..2 {
            let noughts = ["hundred", "hundert", "cent", "cents", "cientos", "thousand", "tausend", "mille", "mil", "million", "millionen", "millions", "millones", "billion"];
            let Some(found) = noughts.iter().find(|word| self.is(end, word)) else { break };
            let power = if found.starts_with("hund") || found.starts_with("cent") || *found == "cientos" {
                2
            } else if found.len() <= 4 || *found == "mille" || *found == "thousand" || *found == "tausend" {
                3
            } else if *found == "billion" {
                9
            } else {
                6
            };
            mantissa *= pow10(power);
            (end, times) = (end + 1, true);
        }
        (times || self.lex(at) != Lex::A).then_some(Number { mantissa, scale: 0, end, marked: false, cents: false, times, digits: 0 })
    }
}
