//! Dates and amounts as a locale writes them.

use super::{Language, Locale};
use crate::money::{Money, minor_to_text};
use alloc::{format, string::String};
use chrono::{Datelike, NaiveDate};

impl Locale {
    /// A day in words: `17 February 2026`, `April 15, 2026`, `17. Februar 2026`, `1er mars 2026`, `14 de febrero de 2026`.
    pub fn date(&self, day: NaiveDate) -> String {
        let (number, month, year) = (day.day(), self.language.month_name(day.month()), day.year());
        match self.language {
            Language::En if self.month_first() => format!("{month} {number}, {year}"),
            Language::En => format!("{number} {month} {year}"),
            Language::De => format!("{number}. {month} {year}"),
            Language::Fr if number == 1 => format!("1er {month} {year}"),
            Language::Fr => format!("{number} {month} {year}"),
            Language::Es => format!("{number} de {month} de {year}"),
        }
    }

    /// A day in digits: `17/02/2026`, `02/17/2026`, `17.02.2026`.
    pub fn numeric_date(&self, day: NaiveDate) -> String {
        let (number, month, year) = (day.day(), day.month(), day.year());
        match self.language {
            Language::De => format!("{number:02}.{month:02}.{year}"),
            _ if self.month_first() => format!("{month:02}/{number:02}/{year}"),
            _ => format!("{number:02}/{month:02}/{year}"),
        }
    }

    /// A number of minor units with the marks of the locale: `1,234.56`, `1.234,56`, `1 234,56`.
    pub fn number(&self, minor: i64, exponent: u8) -> String {
        let plain = minor_to_text(minor, exponent);
        let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
        let mut out = String::from(sign);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                out.push(self.group());
            }
            out.push(digit);
        }
        if !part.is_empty() {
            out.push(self.decimal());
            out.push_str(part);
        }
        out
    }

    /// An amount with its currency: `£1,234.56`, `1.234,56 €`, `CHF 1’234.50`, `USD 1,234.56` where `$` would be ambiguous.
    pub fn money(&self, amount: Money) -> String {
        let number = self.number(amount.minor(), amount.currency().exponent());
        let local = self.currency() == Some(amount.currency());
        let sign = match amount.currency().code() {
            "EUR" => "€",
            "GBP" => "£",
            "USD" if self.region() == "US" => "$",
            "CAD" | "AUD" | "NZD" | "MXN" if local => "$",
            code if self.language == Language::En || code == "CHF" => return format!("{code}\u{a0}{number}"),
            code => return format!("{number}\u{a0}{code}"),
        };
        let first = self.language == Language::En || (sign == "$" && self.language == Language::Es);
        if first { format!("{sign}{number}") } else { format!("{number}\u{a0}{sign}") }
    }
}
