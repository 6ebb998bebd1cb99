//! Facts from JSON, as hosts and generators of text hand them over. Every problem is told at once.

use super::facts::{Act, Creditor, Debtor, EventFact, Facts, InvoiceFact, InvoiceStatus, NoticePolicy, Offer};
use crate::conversation::fields::Fields;
use crate::conversation::locale::Locale;
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::money::{Currency, minor_from_text};
use alloc::{string::String, string::ToString, vec::Vec};
use serde_json::{Map, Value};

const FACTS: &[&str] = &["as_of", "locale", "currency", "stage", "creditor", "debtor", "invoices", "derived", "policy", "events"];
const INVOICE: &[&str] = &["ref", "gross", "open", "issued", "due", "status"];
const POLICY: &[&str] = &["allowed_acts", "deadline", "fees", "interest_rate", "offers"];
const OFFER: &[&str] = &["type", "percent", "amount", "until", "instalments"];
const EVENT: &[&str] = &["type", "date"];

impl Facts {
    /// Reads facts: `as_of`, `locale`, `currency`, `stage`, `creditor` (`name`, `email`, `phone`, `iban`, `pay_url`; any other text is a
    /// detail that may be written as it stands), `debtor` (`name`, `contact`), `invoices` (`ref`, `gross`, `open`, `issued`, `due`,
    /// `status`), `events` (`type`, `date`), `policy` (`allowed_acts`, `deadline`, `fees`, `interest_rate` in per cent, `offers`).
    /// Amounts are decimal text. What is `derived` is taken note of and worked out again: ours counts.
    ///
    /// # Errors
    /// `invalid_argument` with every problem: `syntax`, `missing_value`, `unreadable`, `unknown_column`, `unknown_word`, `unknown_currency`,
    /// `not_minor_units`, `duplicate_id`, `out_of_range`.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let wrong = |message: String| Error::one(ErrorCode::InvalidArgument, "facts", None, ProblemCode::Syntax, message);
        let value: Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        Self::from_value(&value)
    }

    /// The same from a value that was read already.
    ///
    /// # Errors
    /// As [`Facts::from_json`].
    pub fn from_value(value: &Value) -> Result<Self, Error> {
        let mut read = Fields::default();
        let empty = Map::new();
        let map = value.as_object().unwrap_or(&empty);
        read.known("facts", None, map, FACTS);
        let as_of = read.date("facts", None, map, "as_of", true);
        let tag = read.text("facts", None, map, "locale", true);
        let locale = tag.as_deref().and_then(Locale::from_tag);
        if tag.is_some() && locale.is_none() {
            read.problem("facts", None, "locale", ProblemCode::UnknownWord, "wanted: a tag of en, de, fr or es");
        }
        let code = read.text("facts", None, map, "currency", true);
        let currency = code.as_deref().and_then(|code| Currency::try_new(code).ok());
        if code.is_some() && currency.is_none() {
            read.problem("facts", None, "currency", ProblemCode::UnknownCurrency, "not an ISO 4217 currency");
        }
        read.exponent = currency.map_or(2, Currency::exponent);
        let stage = map.get("stage").and_then(Value::as_u64).and_then(|stage| u8::try_from(stage).ok());
        if stage.is_none() {
            read.problem("facts", None, "stage", ProblemCode::OutOfRange, "wanted: a number from 0 to 255");
        }
        let creditor = read.creditor(map.get("creditor").and_then(Value::as_object).unwrap_or(&empty));
        let debtor = read.debtor(map.get("debtor").and_then(Value::as_object).unwrap_or(&empty));
        let invoices = read.invoices(map.get("invoices"));
        let events = read.events(map.get("events"));
        let policy = read.policy(map.get("policy").and_then(Value::as_object).unwrap_or(&empty));
        read.problems.into_result(ErrorCode::InvalidArgument)?;
        let frame = as_of.zip(locale).zip(currency).zip(stage);
        let missing = || Error::one(ErrorCode::InvalidArgument, "facts", None, ProblemCode::MissingValue, "the frame of the facts is not complete".into());
        let (((as_of, locale), currency), stage) = frame.ok_or_else(missing)?;
        Ok(Self { as_of, locale, currency, stage, creditor, debtor, invoices, events, policy })
    }
}

impl Fields {
    fn creditor(&mut self, map: &Map<String, Value>) -> Creditor {
        let mut creditor = Creditor { name: self.text("creditor", None, map, "name", true).unwrap_or_default(), ..Creditor::default() };
        creditor.email = self.text("creditor", None, map, "email", false);
        creditor.phone = self.text("creditor", None, map, "phone", false);
        creditor.iban = self.text("creditor", None, map, "iban", false);
        creditor.pay_url = self.text("creditor", None, map, "pay_url", false);
        for (key, _) in map.iter().filter(|(key, _)| !["name", "email", "phone", "iban", "pay_url"].contains(&key.as_str())) {
            creditor.details.extend(self.text("creditor", None, map, key, false));
        }
        creditor
    }

    fn debtor(&mut self, map: &Map<String, Value>) -> Debtor {
        self.known("debtor", None, map, &["name", "contact"]);
        Debtor { name: self.text("debtor", None, map, "name", true).unwrap_or_default(), contact: self.text("debtor", None, map, "contact", false) }
    }

    fn invoices(&mut self, value: Option<&Value>) -> Vec<InvoiceFact> {
        let mut invoices: Vec<InvoiceFact> = Vec::new();
        let mut seen = alloc::collections::BTreeSet::new();
        for (at, map) in self.rows("invoices", value, INVOICE) {
            let row = Some(at);
            let reference = self.text("invoices", row, map, "ref", true);
            if let Some(reference) = &reference
                && !seen.insert(reference.clone())
            {
                self.problem("invoices", row, "ref", ProblemCode::DuplicateId, "stands twice");
            }
            let gross = self.minor("invoices", row, "gross", map.get("gross").unwrap_or(&Value::Null));
            let open = self.minor("invoices", row, "open", map.get("open").unwrap_or(&Value::Null));
            let due = self.date("invoices", row, map, "due", true);
            let issued = self.date("invoices", row, map, "issued", false);
            let word = self.text("invoices", row, map, "status", true);
            let status = word.as_deref().and_then(InvoiceStatus::from_name);
            if word.is_some() && status.is_none() {
                self.problem("invoices", row, "status", ProblemCode::UnknownWord, "wanted: open, disputed, promised, paid or in_plan");
            }
            if gross.is_none() && open.is_none() {
                self.problem("invoices", row, "open", ProblemCode::MissingValue, "is needed");
            }
            if let (Some(reference), Some(due), Some(status), Some(open)) = (reference, due, status, open.or(gross)) {
                invoices.push(InvoiceFact { reference, gross: gross.unwrap_or(open), open, issued, due, status });
            }
        }
        if invoices.len() > super::facts::MOST_INVOICES {
            self.problem("invoices", None, "ref", ProblemCode::OutOfRange, "more invoices than one notice can name");
        }
        invoices
    }

    fn events(&mut self, value: Option<&Value>) -> Vec<EventFact> {
        let mut events = Vec::new();
        for (at, map) in self.rows("events", value, EVENT) {
            let kind = self.text("events", Some(at), map, "type", true);
            let on = self.date("events", Some(at), map, "date", true);
            if let (Some(kind), Some(on)) = (kind, on) {
                events.push(EventFact { kind, on });
            }
        }
        events
    }

    fn policy(&mut self, map: &Map<String, Value>) -> NoticePolicy {
        self.known("policy", None, map, POLICY);
        let none = Value::Null;
        let mut policy = NoticePolicy { deadline: self.date("policy", None, map, "deadline", false), ..NoticePolicy::default() };
        let acts = map.get("allowed_acts").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        policy.allowed_acts = acts.iter().filter_map(Value::as_str).filter_map(Act::of_word).collect();
        match map.get("fees").unwrap_or(&none) {
            Value::Array(rows) => policy.fees = rows.iter().filter_map(|row| self.minor("policy", None, "fees", row)).collect(),
            one => policy.fees.extend(self.minor("policy", None, "fees", one)),
        }
        policy.interest_ppm = self.ppm("policy", None, "interest_rate", map.get("interest_rate").unwrap_or(&none));
        let offers = map.get("offers").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        policy.offers = offers.iter().enumerate().filter_map(|(at, offer)| self.offer(at, offer)).collect();
        policy
    }

    fn offer(&mut self, at: usize, offer: &Value) -> Option<Offer> {
        if let Value::String(kind) = offer {
            return Some(Offer { kind: kind.clone(), ..Offer::default() });
        }
        let Some(map) = offer.as_object() else {
            self.problems.push("offers", Some(at), None, ProblemCode::Unreadable, || "wanted: a text or an object".into());
            return None;
        };
        self.known("offers", Some(at), map, OFFER);
        let none = Value::Null;
        Some(Offer {
            kind: self.text("offers", Some(at), map, "type", true)?,
            rate_ppm: self.ppm("offers", Some(at), "percent", map.get("percent").unwrap_or(&none)),
            amount: map.get("amount").and_then(Value::as_str).and_then(|text| minor_from_text(text, self.exponent).ok()),
            until: self.date("offers", Some(at), map, "until", false),
            parts: map.get("instalments").and_then(Value::as_u64).and_then(|parts| u32::try_from(parts).ok()),
        })
    }
}
