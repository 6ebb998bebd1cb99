//! Which currency a word or a sign means.

use super::Locale;
use crate::money::Currency;

/// Words and signs beside the ISO codes, in all languages, folded.
const WORDS: &[(&str, &[&str])] = &[
    ("EUR", &["€", "euro", "euros"]),
    ("GBP", &["£", "pound", "pounds", "quid", "pfund", "livres", "libras"]),
    ("CHF", &["franken", "sfr"]),
    ("JPY", &["¥", "yen", "yenes"]),
    ("INR", &["₹", "rupees", "rs"]),
    ("PLN", &["zloty"]),
    ("CNY", &["yuan", "rmb"]),
    ("BRL", &["reais"]),
    ("ILS", &["₪"]),
    ("KRW", &["₩"]),
    ("TRY", &["₺"]),
];

/// Words for whatever is `$` where the writer lives.
const DOLLARS: &[&str] = &["$", "dollar", "dollars", "bucks", "dolar", "dolares", "pesos", "peso"];

/// ISO codes that are words of a language too and only count in capitals or beside a number.
const CODES: &[&str] = &[
    "EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "MXN", "ARS", "COP", "CLP", "BRL", "INR", "ZAR", "SGD", "HKD", "AED", "TRY", "CNY", "ILS", "KRW",
    "THB", "MYR", "IDR", "PHP", "RON", "BGN", "ISK", "KWD", "BHD", "OMR", "JOD", "TND", "SAR", "QAR", "TWD", "UYU", "NGN", "KES", "EGP", "MAD", "RUB", "UAH", "PEN", "CRC", "DOP", "GTQ", "PAB",
];

impl Locale {
    /// The currency that a folded word or sign means; a dollar is that of the region, else of the United States.
    pub fn currency_of(&self, word: &str) -> Option<Currency> {
        if DOLLARS.contains(&word) {
            let local = self.currency().filter(|currency| matches!(currency.code(), "CAD" | "AUD" | "NZD" | "MXN" | "ARS" | "COP" | "CLP" | "SGD" | "HKD"));
            return local.or_else(|| Currency::try_new("USD").ok());
        }
        let code = WORDS.iter().find(|(_, names)| names.contains(&word)).map(|row| row.0);
        let code = code.or_else(|| CODES.iter().copied().find(|code| code.eq_ignore_ascii_case(word)))?;
        Currency::try_new(code).ok()
    }
}
