//! What a template sees: the facts as a locale writes them. Every name is always there; what is not known is empty.

use super::facts::{Facts, ItemFact};
use super::style::Channel;
use super::templates::Set;
use crate::conversation::locale::{Language, Locale};
use crate::money::Money;
use alloc::{string::String, sync::Arc, vec::Vec};
use chrono::NaiveDate;
use minijinja::Value;
use minijinja::value::{Enumerator, Object};

/// The names that a text may use. `items` is a list of [`ITEM_NAMES`], `first` the first of them, `parts` a list of [`PART_NAMES`].
///
/// `creditor`, `email`, `phone`, `iban`, `pay_url`: the sender. `customer`, `contact`: who is written to. `today`: the day of the notice.
/// `count`, `items`, `first`, `references`: what it is about; the references in a row only where there are at most five. `noun` and
/// `nouns`: what the items are called. `total`: the open amounts, currency by currency; `asked`: what is asked for, where it is less.
/// `deadline`: the day by which payment is asked for. `days`: the most days that an item is past due. `charges`: whether an item is a
/// fee or interest. `reminded_on`: the day of the last notice, where there was one about each item. `promise_on`, `promise_amount`; `disputed`; `parts`, `parts_count`; `new_due`; `payment_on`, `payment_amount`;
/// `message_on`: what the kind of the notice is about. `reach`: the shared piece of that name, which says how to ask; `stated` and `stated_too`: the pieces of
/// those names, statements that the verifier takes word for word; `subject`. `tone`, `channel`: the words.
pub const NAMES: [&str; 36] = [
    "asked",
    "channel",
    "charges",
    "contact",
    "count",
    "creditor",
    "customer",
    "days",
    "deadline",
    "disputed",
    "email",
    "first",
    "iban",
    "items",
    "message_on",
    "new_due",
    "noun",
    "nouns",
    "parts",
    "parts_count",
    "pay_url",
    "payment_amount",
    "payment_on",
    "phone",
    "promise_amount",
    "promise_on",
    "reach",
    "references",
    "reminded_on",
    "segment",
    "stated",
    "stated_too",
    "subject",
    "today",
    "tone",
    "total",
];

/// The names of an item: the amounts with their currency, the days in words.
pub const ITEM_NAMES: [&str; 7] = ["amount", "days", "due", "issued", "noun", "open", "reference"];

/// The names of an instalment.
pub const PART_NAMES: [&str; 2] = ["amount", "on"];

/// References in a row, at most.
const MOST_REFERENCES: usize = 5;

/// One of several: French counts nought as one.
pub(super) const fn plural<'t>(language: Language, count: i64, one: &'t str, many: &'t str) -> &'t str {
    if count == 1 || (count == 0 && matches!(language, Language::Fr)) { one } else { many }
}

/// A few names with their values.
#[derive(Debug)]
struct Names(Vec<(&'static str, Value)>);

impl Object for Names {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        self.0.iter().find(|row| row.0 == key).map(|row| row.1.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.iter().map(|row| Value::from(row.0)).collect())
    }
}

/// Pieces that other pieces may name.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    /// How to ask.
    pub(super) reach: String,
    /// What the verifier is to find word for word.
    pub(super) stated: String,
    /// The same, of a second statement.
    pub(super) stated_too: String,
    /// The line above the notice.
    pub(super) subject: String,
}

/// Writes what the facts are into texts of a channel.
pub(super) struct Words<'f> {
    pub(super) facts: &'f Facts,
    pub(super) set: &'f Set,
}

impl Words<'_> {
    fn locale(&self) -> Locale {
        self.facts.locale
    }

    /// A short message has no letters beyond its alphabet for marks that have a plain one.
    fn plain(&self, text: String) -> String {
        match self.facts.channel {
            Channel::Sms => text
                .chars()
                .map(|c| {
                    if c == '\u{a0}' {
                        ' '
                    } else if c == '\u{2019}' {
                        '\''
                    } else {
                        c
                    }
                })
                .collect(),
            _ => text,
        }
    }

    pub(super) fn money(&self, money: Money) -> String {
        self.plain(self.locale().money(money))
    }

    fn date(&self, day: NaiveDate) -> String {
        match self.facts.channel {
            Channel::Sms => self.locale().numeric_date(day),
            _ => self.locale().date(day),
        }
    }

    fn noun(&self, is_invoice: bool, count: i64) -> &str {
        let (one, many) = if is_invoice { ("noun_invoice", "nouns_invoice") } else { ("noun_other", "nouns_other") };
        self.set.label(plural(self.locale().language, count, one, many))
    }

    fn item(&self, item: &ItemFact) -> Value {
        Value::from_object(Names(alloc::vec![
            ("reference", Value::from(item.reference.as_str())),
            ("noun", Value::from(self.noun(item.kind == "invoice", 1))),
            ("issued", Value::from(self.date(item.issued_on))),
            ("due", Value::from(item.due_on.map_or(String::new(), |day| self.date(day)))),
            ("days", Value::from(item.days_late)),
            ("amount", Value::from(self.money(item.amount))),
            ("open", Value::from(self.money(item.open))),
        ]))
    }

    fn references(&self) -> String {
        let mut out = String::new();
        for item in self.facts.items.iter().filter(|_| self.facts.items.len() <= MOST_REFERENCES) {
            out.push_str(if out.is_empty() { "" } else { ", " });
            out.push_str(&item.reference);
        }
        out
    }

    fn total(&self) -> String {
        let mut out = String::new();
        for sum in &self.facts.totals {
            out.push_str(if out.is_empty() { "" } else { "; " });
            out.push_str(&self.money(*sum));
        }
        out
    }

    /// The names with their values; the pieces that others may name, as they were rendered.
    pub(super) fn context(&self, own: &Own) -> Value {
        let facts = self.facts;
        let day = |day: Option<NaiveDate>| Value::from(day.map_or(String::new(), |day| self.date(day)));
        let money = |money: Option<Money>| Value::from(money.map_or(String::new(), |money| self.money(money)));
        let invoices = facts.items.iter().all(|item| item.kind == "invoice");
        let none = || Value::from_object(Names(ITEM_NAMES.iter().map(|name| (*name, Value::from(""))).collect()));
        let part = |(on, amount): &(NaiveDate, Money)| Value::from_object(Names(alloc::vec![("on", Value::from(self.date(*on))), ("amount", Value::from(self.money(*amount)))]));
        let items: Vec<Value> = facts.items.iter().map(|item| self.item(item)).collect();
        Value::from_object(Names(alloc::vec![
            ("asked", money(facts.asked)),
            ("channel", Value::from(facts.channel.name())),
            ("charges", Value::from(facts.has_charges())),
            ("contact", Value::from(facts.contact.as_str())),
            ("count", Value::from(items.len())),
            ("creditor", Value::from(facts.sender.name.as_str())),
            ("customer", Value::from(facts.customer.as_str())),
            ("days", Value::from(facts.oldest_days())),
            ("deadline", day(facts.deadline)),
            ("disputed", money(facts.disputed)),
            ("email", Value::from(facts.sender.email.as_str())),
            ("first", items.first().cloned().unwrap_or_else(none)),
            ("iban", Value::from(facts.sender.printed_iban())),
            ("message_on", day(facts.message_on)),
            ("new_due", day(facts.new_due_on)),
            ("noun", Value::from(self.noun(invoices, 1))),
            ("nouns", Value::from(self.noun(invoices, 2))),
            ("parts", facts.parts.iter().map(part).collect::<Value>()),
            ("parts_count", Value::from(facts.parts.len())),
            ("pay_url", Value::from(facts.sender.pay_url.as_str())),
            ("payment_amount", money(facts.payment.map(|row| row.1))),
            ("payment_on", day(facts.payment.map(|row| row.0))),
            ("phone", Value::from(facts.sender.phone.as_str())),
            ("promise_amount", money(facts.promise.map(|row| row.1))),
            ("promise_on", day(facts.promise.map(|row| row.0))),
            ("reach", Value::from(own.reach.as_str())),
            ("references", Value::from(self.references())),
            ("reminded_on", day(facts.reminded_on)),
            ("segment", Value::from(facts.segment.as_str())),
            ("stated", Value::from(own.stated.as_str())),
            ("stated_too", Value::from(own.stated_too.as_str())),
            ("subject", Value::from(own.subject.as_str())),
            ("today", day(Some(facts.as_of))),
            ("tone", Value::from(facts.tone.name())),
            ("total", Value::from(self.total())),
            ("items", items.into_iter().collect::<Value>()),
        ]))
    }
}
