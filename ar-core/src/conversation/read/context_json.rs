//! What is known besides a text, from JSON: the same through every face. Every problem is told at once.

use super::{Context, Known};
use crate::calendar::{FIRST_DAY, LAST_DAY};
use crate::conversation::fields::Fields;
use crate::conversation::locale::Locale;
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::money::Currency;
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use chrono::NaiveDate;
use serde_json::{Map, Value};

const TABLE: &str = "context";
const FIELDS: &[&str] = &["received_on", "subject", "language", "locale", "country", "currency", "items"];
const ITEMS: &str = "items";
const ITEM: &[&str] = &["item_id", "reference", "currency", "open_amount", "open_amount_minor"];

/// Items that one message is held against, at most.
pub const MOST_ITEMS: usize = 100_000;

/// An item with texts of its own.
#[derive(Clone, Debug)]
struct OwnItem {
    reference: String,
    item_id: String,
    currency: Currency,
    open: i64,
}

/// A [`Context`] with texts of its own.
#[derive(Clone, Debug)]
pub struct OwnedContext {
    received_on: NaiveDate,
    subject: Option<String>,
    locale: Option<Locale>,
    country: String,
    currency: Option<Currency>,
    items: Vec<OwnItem>,
}

impl OwnedContext {
    /// Reads a context: `received_on` (ISO date, needed), `subject`, `language` (`de`), `locale` (`de-AT`; wins over `language`), `country`
    /// (ISO 3166-1: how dates and amounts are written there), `currency` (of an amount without one), `items` (`item_id`, needed;
    /// `reference`, `currency`, default that of the context; `open_amount` as decimal text, or `open_amount_minor`).
    ///
    /// # Errors
    /// `invalid_argument` with every problem, table `context` or `items`: `syntax`, `missing_value`, `unreadable`, `unknown_column`,
    /// `unknown_word`, `unknown_currency`, `not_minor_units`, `out_of_range`.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let map = Fields::object(TABLE, text)?;
        let mut fields = Fields::default();
        fields.known(TABLE, None, &map, FIELDS);
        let received_on = fields.date(TABLE, None, &map, "received_on", true);
        if received_on.is_some_and(|day| !(FIRST_DAY..=LAST_DAY).contains(&day)) {
            fields.problem(TABLE, None, "received_on", ProblemCode::OutOfRange, "a day that the calendar does not have");
        }
        let subject = fields.text(TABLE, None, &map, "subject", false);
        let country = country(&mut fields, &map);
        let locale = locale(&mut fields, &map);
        let currency = currency(&mut fields, (TABLE, None), &map);
        let items = items(&mut fields, &map, currency.or_else(|| locale.and_then(|locale| locale.in_region(&country).currency())));
        fields.problems.into_result(ErrorCode::InvalidArgument)?;
        let missing = || Error::one(ErrorCode::InvalidArgument, TABLE, Some("received_on"), ProblemCode::MissingValue, "is needed".into());
        Ok(Self { received_on: received_on.ok_or_else(missing)?, subject, locale, country, currency, items })
    }

    /// Lends the context.
    pub fn with<T>(&self, read: impl FnOnce(&Context<'_>) -> T) -> T {
        let known: Vec<Known<'_>> = self.items.iter().map(|item| Known { reference: &item.reference, item_id: &item.item_id, currency: item.currency, open: item.open }).collect();
        read(&Context {
            received_on: self.received_on,
            subject: self.subject.as_deref(),
            locale: self.locale.map(|locale| locale.in_region(&self.country)),
            country: &self.country,
            currency: self.currency,
            known: &known,
        })
    }
}

fn country(fields: &mut Fields, map: &Map<String, Value>) -> String {
    let code = fields.text(TABLE, None, map, "country", false).unwrap_or_default();
    if !code.is_empty() && (code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_alphabetic())) {
        fields.problem(TABLE, None, "country", ProblemCode::UnknownWord, "wanted: two letters of ISO 3166-1");
    }
    code.to_ascii_uppercase()
}

/// A language or locale that is none of ours is no problem: the text is then read as the language that it seems to be.
fn locale(fields: &mut Fields, map: &Map<String, Value>) -> Option<Locale> {
    let tag = |text: String| {
        let known = Locale::from_tag(&text);
        (known, text)
    };
    let language = fields.text(TABLE, None, map, "language", false).map(tag);
    let locale = fields.text(TABLE, None, map, "locale", false).map(tag);
    for (field, given) in [("language", &language), ("locale", &locale)] {
        if given.as_ref().is_some_and(|(_, text)| !is_tag(text)) {
            fields.problem(TABLE, None, field, ProblemCode::UnknownWord, "wanted: a BCP 47 tag such as 'de' or 'de-AT'");
        }
    }
    let known = |given: Option<(Option<Locale>, String)>| given.and_then(|row| row.0);
    known(locale).or(known(language))
}

fn is_tag(text: &str) -> bool {
    text.split(['-', '_']).next().is_some_and(|part| (2..=3).contains(&part.len())) && text.len() <= 35 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn currency(fields: &mut Fields, (table, row): (&str, Option<usize>), map: &Map<String, Value>) -> Option<Currency> {
    let code = fields.text(table, row, map, "currency", false)?;
    let currency = Currency::try_new(&code).ok();
    if currency.is_none() {
        fields.problem(table, row, "currency", ProblemCode::UnknownCurrency, "not an ISO 4217 currency");
    }
    currency
}

fn items(fields: &mut Fields, map: &Map<String, Value>, usual: Option<Currency>) -> Vec<OwnItem> {
    let rows = fields.rows(ITEMS, map.get(ITEMS), ITEM);
    if rows.len() > MOST_ITEMS {
        fields.problems.push(ITEMS, None, None, ProblemCode::OutOfRange, || "more items than a message can be held against (100,000)".into());
    }
    let mut read = Vec::with_capacity(rows.len().min(MOST_ITEMS));
    for (at, map) in rows.into_iter().take(MOST_ITEMS) {
        let row = Some(at);
        let given = map.get("currency").is_some_and(|value| !value.is_null());
        let own = currency(fields, (ITEMS, row), map).or(usual.filter(|_| !given));
        if own.is_none() && !given {
            fields.problem(ITEMS, row, "currency", ProblemCode::MissingValue, "is needed: neither the item nor the context has one");
        }
        let item_id = identifier(fields, row, map, "item_id");
        let reference = if map.get("reference").is_none_or(Value::is_null) { Some(String::new()) } else { identifier(fields, row, map, "reference") };
        let open = open_amount(fields, row, map, own);
        if let (Some(item_id), Some(reference), Some(currency), Some(open)) = (item_id, reference, own, open) {
            read.push(OwnItem { reference, item_id, currency, open });
        }
    }
    read
}

/// An identifier as it stands: text, or a whole number.
fn identifier(fields: &mut Fields, row: Option<usize>, map: &Map<String, Value>, key: &str) -> Option<String> {
    match map.get(key) {
        Some(Value::String(text)) if !text.is_empty() || key == "reference" => return Some(text.clone()),
        Some(Value::Number(number)) if number.is_i64() || number.is_u64() => return Some(number.to_string()),
        None | Some(Value::Null | Value::String(_)) => fields.problem(ITEMS, row, key, ProblemCode::MissingValue, "is needed"),
        Some(_) => fields.problem(ITEMS, row, key, ProblemCode::Unreadable, "wanted: a text or a whole number"),
    }
    None
}

/// What is open in minor units; nought where it is not said. Where there is no currency nothing can be said of it.
fn open_amount(fields: &mut Fields, row: Option<usize>, map: &Map<String, Value>, currency: Option<Currency>) -> Option<i64> {
    let value = |key: &str| map.get(key).filter(|value| !value.is_null());
    match (value("open_amount"), value("open_amount_minor")) {
        (None, None) => Some(0),
        (Some(_), Some(_)) => {
            fields.problem(ITEMS, row, "open_amount", ProblemCode::DuplicateColumn, "stands beside open_amount_minor");
            None
        }
        (Some(amount), None) => {
            fields.exponent = currency?.exponent();
            fields.minor(ITEMS, row, "open_amount", amount)
        }
        (None, Some(minor)) => {
            let read = minor.as_i64();
            if read.is_none() {
                fields.problem(ITEMS, row, "open_amount_minor", ProblemCode::Unreadable, "wanted: a whole number");
            }
            read
        }
    }
}
