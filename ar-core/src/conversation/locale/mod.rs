//! What a language and a region write: words for days and months, order of a date, marks of a number, names of currencies.
//!
//! The reader, the writer and the verifier share these tables; all words are folded as [`super::token`] folds text (lower case, no accents).

mod currency;
mod format;
pub(super) mod words;

use crate::money::Currency;
use crate::text::words as word_list;
use alloc::{format, string::String};

word_list! {
    /// The languages that are read and written.
    Language {
        /// English.
        En = "en",
        /// German.
        De = "de",
        /// French.
        Fr = "fr",
        /// Spanish.
        Es = "es",
    }
}

/// A language as it is written in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locale {
    /// The language.
    pub language: Language,
    /// ISO 3166-1 code of the region in capitals; two zero bytes where none is known.
    region: [u8; 2],
}

impl Locale {
    /// Reads a BCP 47 tag (`de-AT`, `en_US`, `fr`); `None` for a language that is not known.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let mut parts = tag.split(['-', '_']);
        let language = Language::from_name(&parts.next()?.to_ascii_lowercase())?;
        let region = parts.find(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let mut bytes = [0; 2];
        if let Some(region) = region {
            bytes.copy_from_slice(region.to_ascii_uppercase().as_bytes());
        }
        Some(Self { language, region: bytes })
    }

    /// The language without a region.
    pub const fn of(language: Language) -> Self {
        Self { language, region: [0; 2] }
    }

    /// The same language in another region, where an ISO 3166-1 code is given and the locale has none.
    pub fn in_region(self, code: &str) -> Self {
        match code.as_bytes() {
            [first, second] if self.region == [0; 2] && code.is_ascii() => Self { region: [first.to_ascii_uppercase(), second.to_ascii_uppercase()], ..self },
            _ => self,
        }
    }

    /// The BCP 47 tag: `de-AT`, `fr`.
    pub fn tag(&self) -> String {
        let (language, region) = (self.language.name(), self.region());
        if region.is_empty() { language.into() } else { format!("{language}-{region}") }
    }

    /// The region, or nothing.
    pub fn region(&self) -> &str {
        if self.region == [0; 2] { "" } else { core::str::from_utf8(&self.region).unwrap_or("") }
    }

    /// Whether the month stands first in a numeric date (`04/15/2026`). English without a region is read day first.
    pub fn month_first(&self) -> bool {
        self.language == Language::En && matches!(self.region(), "US" | "PH" | "PR")
    }

    /// The mark before the minor units.
    pub fn decimal(&self) -> char {
        match (self.language, self.region()) {
            (Language::En, "ZA") => ',',
            (Language::En, _) | (_, "CH" | "LI") | (Language::Es, "MX" | "US" | "GT" | "HN" | "SV" | "NI" | "PA" | "DO" | "PE" | "PR") => '.',
            _ => ',',
        }
    }

    /// The mark between thousands, as we write it: U+00A0 and U+202F are both read as a space.
    pub fn group(&self) -> char {
        match (self.language, self.region()) {
            (Language::En, "ZA") | (Language::Fr, _) => '\u{a0}',
            (Language::De, "CH" | "LI") => '\u{2019}',
            (Language::De, "AT") => '\u{a0}',
            (Language::En, _) => ',',
            (Language::De, _) => '.',
            (Language::Es, _) => {
                if self.decimal() == '.' {
                    ','
                } else {
                    '.'
                }
            }
        }
    }

    /// The currency that a bare sign like `$` means where the locale is spoken; `None` where the region is not known.
    pub fn currency(&self) -> Option<Currency> {
        let code = match self.region() {
            "US" | "PR" | "EC" | "SV" | "PA" => "USD",
            "GB" => "GBP",
            "CA" => "CAD",
            "AU" => "AUD",
            "NZ" => "NZD",
            "CH" | "LI" => "CHF",
            "MX" => "MXN",
            "AR" => "ARS",
            "CO" => "COP",
            "CL" => "CLP",
            "IN" => "INR",
            "ZA" => "ZAR",
            "DE" | "AT" | "FR" | "BE" | "ES" | "IE" | "IT" | "NL" | "PT" | "LU" | "FI" => "EUR",
            _ => return None,
        };
        Currency::try_new(code).ok()
    }
}
