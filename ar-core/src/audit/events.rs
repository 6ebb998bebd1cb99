//! Events in the log: who allowed what, what was done, what was taken back. An entry names an event by its digest and holds references
//! only, so that the texts of an event can be erased where they are kept and the chain still holds.

use super::AuditLog;
use super::entry::{AUTHORISATION, BOOKS, EVENT, EXECUTION, POLICY, REVERSAL};
use super::json::{Object, push_text};
use crate::event::Event;
use crate::ledger::Books;
use crate::policy::Policy;
use crate::text::hex;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};
use chrono::NaiveDate;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The prefixes of events in which a person says what may be done.
const SAID_BY_PEOPLE: [&str; 2] = ["decision_", "autonomy_"];
/// Events that take back what was done.
const UNDOING: &[&str] = &["allocation_reversed", "notice_voided", "notice_bounced", "payment_failed"];
/// The event that a version of the policy came into force.
const POLICY_CHANGED: &str = "policy_changed";
/// Fields that an entry has beside the references: words of ours, numbers of levels, versions and digests. Nothing that a customer wrote.
const FACTS: &[&str] = &["action", "digest", "failure", "level", "reached", "segment", "state", "verdict", "version"];
/// The person who is asked, or whose the decision is from now on, of the events that people say. Elsewhere `to` may be anything.
const TO: &str = "to";

impl AuditLog {
    /// Chains what happened: an entry for each event that the books took, in their order. With the books behind all of them also one with the digest of
    /// these; the customers of an event that names only items or payments are looked up in them.
    pub fn append_events(&mut self, events: &[Event], after: Option<&Books>) {
        for event in events {
            let fields = fields_of(event);
            let name = fields.get("event").and_then(Value::as_str).unwrap_or("");
            let digest = digest_of(&fields);
            self.chain(kind_of(event, name), ("", ""), |out| write_event(out, event, name, &fields, &digest, after));
        }
        if let Some(books) = after {
            let on = events.iter().map(|event| event.on).max();
            self.chain(BOOKS, ("", ""), |out| {
                let mut body = Object::open(out);
                body.number("events", events.len() as i64);
                body.text("ledger", &books.digest());
                body.text_or_null("on", on.map(|on| format!("{on}")).as_deref());
                body.close();
            });
        }
    }

    /// Chains that a version of the policy came into force on a day, and who brought it: for a host that does not report it as an event.
    pub fn append_policy(&mut self, policy: &Policy, by: &str, on: NaiveDate) {
        let digest = policy.digest();
        self.chain(POLICY, (policy.version(), ""), |out| {
            let mut body = Object::open(out);
            body.text("by", by).text("digest", &digest).day("on", on).text("version", policy.version());
            body.close();
        });
    }
}

/// SHA-256 of the canonical JSON of an event: its fields with `event`, `on`, `by` and `decision_id` beside them, keys sorted, no spaces,
/// without the fields that have no value. 64 hexadecimal digits.
pub fn event_digest(event: &Event) -> String {
    digest_of(&fields_of(event))
}

fn digest_of(fields: &Map<String, Value>) -> String {
    let text = serde_json::to_string(fields).unwrap_or_default();
    hex(&Sha256::digest(text.as_bytes()))
}

/// The fields of an event as a flat JSON object; those without a value are left out, so that a field that events get later changes no
/// digest of before.
fn fields_of(event: &Event) -> Map<String, Value> {
    let mut fields = Map::new();
    if let Ok(Value::Object(tagged)) = serde_json::to_value(&event.what) {
        for (name, value) in tagged {
            if let Value::Object(inner) = value {
                fields.extend(inner);
            }
            fields.insert("event".into(), Value::String(name));
        }
    }
    fields.insert("on".into(), Value::String(format!("{}", event.on)));
    for (key, value) in [("by", &event.by), ("decision_id", &event.decision_id)] {
        if let Some(value) = value {
            fields.insert(key.into(), Value::String(value.clone()));
        }
    }
    let mut whole = Value::Object(fields);
    drop_nulls(&mut whole);
    if let Value::Object(fields) = whole { fields } else { Map::new() }
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(values) => values.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

fn kind_of(event: &Event, name: &str) -> &'static str {
    if name == POLICY_CHANGED {
        POLICY
    } else if SAID_BY_PEOPLE.iter().any(|prefix| name.starts_with(prefix)) {
        AUTHORISATION
    } else if UNDOING.contains(&name) {
        REVERSAL
    } else if event.reports().is_some() {
        EXECUTION
    } else {
        EVENT
    }
}

fn write_event(out: &mut String, event: &Event, name: &str, fields: &Map<String, Value>, digest: &str, books: Option<&Books>) {
    let by_people = SAID_BY_PEOPLE.iter().any(|prefix| name.starts_with(prefix));
    let mut body = Object::open(out);
    body.text_or_null("by", event.by.as_deref());
    body.text_or_null("decision_id", event.decision_id.as_deref());
    body.text("digest", digest);
    body.text("event", name);
    let mut facts = Object::open(body.at("facts"));
    for (key, value) in fields.iter().filter(|(key, _)| FACTS.contains(&key.as_str()) || (by_people && *key == TO)) {
        facts.at(key).push_str(&value.to_string());
    }
    facts.close();
    body.day("on", event.on);
    let mut references = Object::open(body.at("references"));
    for (key, values) in references_of(fields, books) {
        references.list(&key, &values, |out, id| push_text(out, id));
    }
    references.close();
    body.close();
}

/// The identifiers that an event names, by field (`item_id` and `item_ids` are one), with the customers whose its items and payments
/// are; sorted.
fn references_of(fields: &Map<String, Value>, books: Option<&Books>) -> Vec<(String, BTreeSet<String>)> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    gather(fields, &mut found);
    if let Some(books) = books.filter(|_| !found.contains_key("customer_ids")) {
        let ids = |key: &str| found.get(key).into_iter().flatten();
        let items = ids("item_ids").filter_map(|id| books.find_item(id)).filter_map(|at| books.item(at)).map(|row| row.customer);
        let payments = ids("payment_ids").filter_map(|id| books.find_payment(id)).filter_map(|at| books.payment(at)).filter_map(|row| row.customer);
        let customers: BTreeSet<String> = items.chain(payments).filter_map(|at| books.customer(at)).map(|row| books.text(row.id).into()).collect();
        if !customers.is_empty() {
            found.insert("customer_ids".into(), customers);
        }
    }
    found.into_iter().collect()
}

fn gather(fields: &Map<String, Value>, found: &mut BTreeMap<String, BTreeSet<String>>) {
    for (key, value) in fields {
        let name = match key.as_str() {
            // Stands in the body beside the references.
            "decision_id" => String::new(),
            "posting" => "postings".into(),
            key if key.ends_with("_ids") => key.into(),
            key if key.ends_with("_id") => format!("{key}s"),
            _ => String::new(),
        };
        match value {
            Value::String(id) if !name.is_empty() => drop(found.entry(name).or_default().insert(id.clone())),
            Value::Array(values) => {
                for value in values {
                    match value {
                        Value::String(id) if !name.is_empty() => drop(found.entry(name.clone()).or_default().insert(id.clone())),
                        Value::Object(inner) => gather(inner, found),
                        _ => {}
                    }
                }
            }
            Value::Object(inner) => gather(inner, found),
            _ => {}
        }
    }
}
