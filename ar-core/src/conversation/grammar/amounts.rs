//! Money in any notation: the sign, code or word before or after, thousands and decimals as this locale or another writes them.
//!
//! A number without a currency is money only where the words around make it so (`pay 500`, `total 305.50`), or where it has cents.

use super::lexicon::{Lex, Unit};
use super::numbers::Number;
use super::signs::Sign;
use super::{DayMention, MOST_MENTIONS, Words};
use crate::conversation::token::{Kind, Span};
use crate::money::{Currency, minor_from_decimal};
use alloc::vec::Vec;

/// An amount that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmountMention {
    /// Where, with its currency.
    pub span: Span,
    /// In minor units of the currency.
    pub minor: i64,
    /// The currency that was written, else that of the context.
    pub currency: Currency,
    /// Whether a currency was written.
    pub written: bool,
}

/// Codes that people write in small letters.
const COMMON: &[&str] = &["eur", "usd", "gbp", "chf", "cad", "aud", "nzd", "nok", "dkk", "sek", "pln", "czk", "jpy", "inr", "zar", "mxn", "yen", "sfr", "rmb"];

/// The amounts of a text, in its order; `default` is the currency of the context, else that of the locale. What is a day is no amount.
pub fn amounts(words: &Words<'_>, default: Option<Currency>, days: &[DayMention]) -> Vec<AmountMention> {
    let default = default.or_else(|| words.locale.currency());
    let mut found: Vec<AmountMention> = Vec::new();
    let mut at = 0;
    while at < words.len() && found.len() < MOST_MENTIONS {
        let read = match words.lex(at) {
            _ if words.is_digits(at) => words.money(at, default),
            Lex::Count(_) | Lex::A => words.money_in_words(at),
            _ => None,
        };
        match read {
            Some((amount, end)) if amount.written || !days.iter().any(|day| day.span.start < amount.span.end && amount.span.start < day.span.end) => {
                found.push(amount);
                at = end;
            }
            _ => at = words.after_number(at),
        }
    }
    found
}

impl Words<'_> {
    /// The place after a number and all that is joined to it with marks.
    fn after_number(&self, at: usize) -> usize {
        let mut end = at + 1;
        if self.is_digits(at) {
            while self.joined(end) && (self.is_digits(end) || (self.mark(end, ".,'/-:") && self.joined(end + 1) && self.is_digits(end + 1))) {
                end += 1;
            }
        }
        end
    }

    fn money(&self, at: usize, default: Option<Currency>) -> Option<(AmountMention, usize)> {
        let before = self.currency_before(at);
        let number = self.amount_number(at, before.map(|found| found.0).or(default).map_or(2, Currency::exponent))?;
        let after = self.currency_after(number.end);
        // A sign before and a code after: the code says which dollar it is.
        let currency = match (before, after) {
            (Some((sign, from)), Some((code, end))) if sign == code || self.mark(from, "$") => Some((code, from, end)),
            (Some((currency, from)), _) => Some((currency, from, number.end)),
            (None, Some((currency, end))) => Some((currency, at, end)),
            (None, None) => None,
        };
        let free = before.is_some() || self.starts_number(at);
        if !free || self.goes_on(currency.map_or(number.end, |found| found.2)) {
            return None;
        }
        let (currency, from, end, written) = match currency {
            Some((currency, from, end)) => (currency, from, end, true),
            None => (default.filter(|_| self.is_money(at, &number))?, at, number.end, false),
        };
        let (number, end) = if written { self.with_cents(number, end) } else { (number, end) };
        Some((self.amount(&number, currency, from, end, written)?, end))
    }

    fn amount(&self, number: &Number, currency: Currency, from: usize, end: usize, written: bool) -> Option<AmountMention> {
        let minor = minor_from_decimal(number.mantissa, number.scale, currency.exponent()).ok().filter(|minor| *minor > 0)?;
        Some(AmountMention { span: self.span(from, end), minor, currency, written })
    }

    fn money_in_words(&self, at: usize) -> Option<(AmountMention, usize)> {
        let number = self.spelled_number(at)?;
        let (currency, end) = self.currency_after(number.end)?;
        let (number, end) = self.with_cents(number, end);
        Some((self.amount(&number, currency, at, end, true)?, end))
    }

    /// `15 dollars and 15 cents`: the cents that follow a whole amount.
    fn with_cents(&self, number: Number, end: usize) -> (Number, usize) {
        let next = if self.lex(end) == Lex::And || self.is(end, "con") { end + 1 } else { end };
        let Some((cents, after)) = self.count(next).filter(|cents| cents.0 < 100 && number.scale == 0) else { return (number, end) };
        if !["cent", "cents", "pence", "centimes", "centimos", "centavos", "rappen"].contains(&self.word(after)) {
            return (number, end);
        }
        (Number { mantissa: number.mantissa * 100 + i128::from(cents), scale: 2, ..number }, after + 1)
    }

    /// Whether nothing is joined before a number that makes it part of something longer.
    fn starts_number(&self, at: usize) -> bool {
        if !self.joined(at) {
            // `+49 30 123`, `DE89 3704`: digits before it on the line are one number with it; `INV-1007 120.00` are two.
            let cents = self.joined_mark(at + 1, ".,") && self.joined(at + 2) && self.is_digits(at + 2) && self.word(at + 2).len() == 2;
            return cents || !at.checked_sub(1).is_some_and(|before| self.is_digits(before) && self.word(at).len() > 2 && !self.token(at).is_some_and(|token| token.first) && self.joined(before));
        }
        at.checked_sub(1).is_some_and(|before| self.mark(before, "([\"'*=:~<>|") && !(self.mark(before, ":'") && before.checked_sub(1).is_some_and(|at| self.is_digits(at) && self.joined(before))))
    }

    fn goes_on(&self, end: usize) -> bool {
        self.joined(end) && (self.is_word(end) || self.is_digits(end) || self.mark(end, "%@_") || (self.mark(end, "-:/") && self.joined(end + 1) && self.is_digits(end + 1))) || self.mark(end, "%")
    }

    /// The currency that stands before a number, and its first token.
    fn currency_before(&self, at: usize) -> Option<(Currency, usize)> {
        let mut place = at.checked_sub(1)?;
        if self.token(at).is_some_and(|token| token.first) {
            return None;
        }
        // `Fr. 120`, `EUR: 500`, `EUR -50`
        if self.mark(place, ".:-") && !(self.mark(place, "-") && self.joined(at) && self.joined(place) && self.is_digits(place.wrapping_sub(1))) {
            place = place.checked_sub(1)?;
        }
        let currency = self.currency_at(place)?;
        if self.is_word(place) {
            // A code that a number already has before it: `500 EUR 12 ...`.
            let owned = place.checked_sub(1).is_some_and(|before| self.is_digits(before) && !self.token(place).is_some_and(|token| token.first));
            let unjoined = !self.joined(place) || self.mark(place.wrapping_sub(1), "($");
            let code = self.word(place).len() == 3 || self.word(place) == "fr" || self.word(place) == "rs" || self.word(place) == "sfr";
            return (!owned && unjoined && (code || self.mark(place + 1, ":") || self.word(place).starts_with("euro"))).then_some((currency, place));
        }
        // US$, C$, A$
        let letters = place.checked_sub(1).filter(|before| self.joined(place) && self.is_word(*before));
        match letters.map(|before| (self.word(before), before)) {
            Some(("us" | "usd", before)) => Some((Currency::try_new("USD").ok()?, before)),
            Some(("c" | "ca" | "cad" | "can", before)) => Some((Currency::try_new("CAD").ok()?, before)),
            Some(("a" | "au" | "aud", before)) => Some((Currency::try_new("AUD").ok()?, before)),
            Some(("nz" | "nzd", before)) => Some((Currency::try_new("NZD").ok()?, before)),
            Some(("mx" | "mxn" | "mex", before)) => Some((Currency::try_new("MXN").ok()?, before)),
            _ => Some((currency, place)),
        }
    }

    /// The currency that stands after a number, and the place after it.
    fn currency_after(&self, end: usize) -> Option<(Currency, usize)> {
        let place = if self.lex(end) == Lex::Of && !self.joined(end) && ["de", "d"].contains(&self.word(end)) { end + 1 } else { end };
        if self.token(place).is_none_or(|token| token.first) {
            return None;
        }
        // A sign before the next number is that number's: `500 $210`.
        if !self.joined(place) && self.mark(place, "$£€¥₹") && self.joined(place + 1) && self.is_digits(place + 1) {
            return None;
        }
        if let Some(code) = self.country_currency(place) {
            return Some((Currency::try_new(code).ok()?, place + 2));
        }
        let currency = self.currency_at(place)?;
        let end = if matches!(self.word(place + 1), "sterling" | "suisses" | "suizos") { place + 2 } else { place + 1 };
        Some((currency, end))
    }

    /// `US dollars`, `Swiss francs`, `kanadische Dollar`: whose currency it is.
    fn country_currency(&self, at: usize) -> Option<&'static str> {
        let dollars = ["dollar", "dollars", "$"].contains(&self.word(at + 1));
        let francs = ["franc", "francs", "franken"].contains(&self.word(at + 1));
        match self.word(at) {
            "us" | "american" | "amerikanische" | "amerikanischen" if dollars => Some("USD"),
            "canadian" | "kanadische" | "kanadischen" if dollars => Some("CAD"),
            "australian" | "australische" | "australischen" if dollars => Some("AUD"),
            "swiss" | "schweizer" if francs => Some("CHF"),
            "francs" | "francos" if ["suisses", "suizos"].contains(&self.word(at + 1)) => Some("CHF"),
            _ => None,
        }
    }

    /// The currency that a word or sign is; letters that are a word too only as a code in capitals, or beside digits.
    fn currency_at(&self, at: usize) -> Option<Currency> {
        match self.kind(at)? {
            Kind::Digits => None,
            Kind::Word if self.word(at).len() > 8 => None,
            // Most codes are a word or a name too: those only in capitals.
            Kind::Word if self.word(at).len() == 3 && !COMMON.contains(&self.word(at)) && !self.capital(at) => None,
            _ => self.locale.currency_of(self.word(at)).or_else(|| match (self.word(at), self.locale.region()) {
                ("fr" | "francs" | "franc" | "stutz", "CH" | "LI") => Currency::try_new("CHF").ok(),
                _ => None,
            }),
        }
    }

    /// Whether a number without a currency is money by the words around it.
    fn is_money(&self, at: usize, number: &Number) -> bool {
        let next = number.end;
        let thing = self.has(next, Sign::Thing) || matches!(self.lex(next), Lex::Unit(_) | Lex::Month(_) | Lex::Business) || self.mark(next, "°");
        if thing || self.mark(at.wrapping_sub(1), "#") {
            return false;
        }
        let mut place = at;
        for _ in 0..3 {
            let Some(before) = place.checked_sub(1) else { break };
            if self.token(place).is_some_and(|token| token.first) || !(self.has(before, Sign::MoneyLink) || self.mark(before, ":=(")) {
                break;
            }
            place = before;
        }
        let cue = place.checked_sub(1).is_some_and(|before| self.has(before, Sign::Money) && !(self.token(place).is_some_and(|token| token.first)));
        let links = place < at;
        if number.cents {
            return !["at", "um", "vers", "ver", "version", "v"].contains(&self.word_back(at, 1));
        }
        if number.times {
            return cue || self.closes(next) || !self.is_word(next) || self.lex(next) != Lex::Plain;
        }
        let closed = self.closes(next) || self.lex(next) != Lex::Plain || self.is(next, "now");
        let each = self.is_rate(next);
        // A bare number may be an invoice's: only a round one, or one that is paid each month, is money.
        let round = number.mantissa % if number.digits <= 3 { 10 } else { 100 } == 0;
        let year = number.digits == 4 && !number.marked && (1_990..=2_100).contains(&number.mantissa);
        (each || (self.is(next, "on") && self.is(next + 1, "account")) || (cue && closed && (round || number.marked || links) && !self.mark(next, "/-"))) && number.mantissa >= 10 && !year
    }

    /// `a month`, `pro Monat`, `al mes`, `each`.
    fn is_rate(&self, at: usize) -> bool {
        if ["monthly", "weekly", "monatlich", "wochentlich", "mensuels", "mensuales", "each", "apiece"].contains(&self.word(at)) {
            return true;
        }
        let link = matches!(self.lex(at), Lex::A | Lex::Every | Lex::Range) || ["im", "die"].contains(&self.word(at));
        link && matches!(self.lex(at + 1), Lex::Unit(Unit::Month | Unit::Week))
    }
}
