//! The JSON Schema of a policy, from the same declarations that read it.

use super::autonomy::Supervision;
use super::charges::Charges;
use super::credit::{Credit, Offers, Retries};
use super::disputes::Disputes;
use super::read::MOST_CONTACTS;
use super::replies::Replies;
use super::sections::{Collections, DunningLevel, Matching, Reporting, Scoring, Worklist};
use super::setting::{Amount, Setting};
use crate::action::{ActionKind, Anchor, Tone};
use alloc::{format, string::String};
use serde_json::{Map, Value, json};

fn closed(properties: Map<String, Value>, doc: &str) -> Value {
    json!({ "type": "object", "additionalProperties": false, "description": doc, "properties": properties })
}

pub(super) fn by_action(value: &Value, doc: &str) -> Value {
    closed(ActionKind::WORDS.iter().map(|name| ((*name).into(), value.clone())).collect(), doc)
}

fn sections() -> Map<String, Value> {
    let mut level = DunningLevel::schema();
    level.insert("tone".into(), json!({ "enum": Tone::WORDS, "default": "neutral", "description": "How the level speaks." }));
    level.insert(
        "anchor".into(),
        json!({ "enum": Anchor::WORDS, "default": "due_date", "description": "What its days are counted from; end_of_month: the due date, and then to the end of that month." }),
    );
    let mut collections = Collections::schema();
    let ladder = json!({ "type": "array", "minItems": 1, "maxItems": 9, "items": closed(level, "One level."), "description": "The dunning ladder, mildest first; after_days strictly increasing among levels of one anchor." });
    collections.insert("ladder".into(), ladder);
    let minimum = json!({ "type": "string", "pattern": Amount::PATTERN });
    let minimums = "By ISO 4217 code, in the place of min_notice_amount: sum of a customer's due items below which no notice goes out; text with at most two decimals.";
    collections.insert("minimums".into(), json!({ "type": "object", "additionalProperties": minimum, "default": {}, "description": minimums }));
    let time = |doc: &str| json!({ "type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$", "description": doc });
    let days = json!({ "type": "array", "items": { "type": "string", "format": "date" }, "description": "Days on which nobody is contacted." });
    let contact = json!({
        "weekend": { "type": "array", "maxItems": 6, "items": { "enum": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] }, "default": ["saturday", "sunday"], "description": "Weekdays on which nobody is contacted." },
        "holidays": days, "not_before": time("Time of the day from which customers are contacted, in their zone."), "not_after": time("Time of the day up to which customers are contacted, in their zone."),
        "channels": { "type": "array", "items": { "type": "string" }, "default": ["email", "letter"], "description": "Channels that the host can send on, in order of preference where the customer has none." },
        "caps": { "type": "object", "additionalProperties": { "type": "integer", "minimum": 1, "maximum": MOST_CONTACTS }, "description": "Contacts with one customer by a channel in the window of collections.contact_window_days." },
        "silent_after": { "type": "integer", "minimum": 0, "maximum": MOST_CONTACTS, "default": 3, "description": "Notices in a row by one channel without an answer after which the next is tried; 0 = never." },
    });
    let mut map = Map::new();
    map.insert("matching".into(), closed(Matching::schema(), "Cash application."));
    map.insert("scoring".into(), closed(Scoring::schema(), "Payment-time scores and priorities."));
    map.insert("collections".into(), closed(collections, "When and about what customers are contacted."));
    map.insert("contact".into(), closed(contact.as_object().cloned().unwrap_or_default(), "Contact days and hours, in the customer's zone."));
    map.insert("charges".into(), closed(Charges::schema(), "What is charged for late payment; nothing by default."));
    map.insert("credit".into(), closed(Credit::schema(), "When credit is held and terms are changed; never by default."));
    map.insert("retries".into(), closed(Retries::schema(), "When a payment that failed is tried again."));
    map.insert("offers".into(), closed(Offers::schema(), "Plans and later due dates that are offered; none by default."));
    map.insert("replies".into(), closed(Replies::schema(), "What is done with what customers write."));
    map.insert("disputes".into(), closed(Disputes::schema(), "Disputes and deductions: who decides, on what, by when, and what past cases suggest."));
    map.insert("autonomy".into(), closed(Supervision::schema(), "How far the engine may go without a person."));
    let minutes = json!({ "type": "integer", "minimum": 0, "maximum": 1_000_000 });
    let mut worklist = Worklist::schema();
    worklist.insert("minutes".into(), by_action(&minutes, "Minutes that a person needs, by action; 5 where nothing is said."));
    worklist.insert("capacity".into(), json!({ "type": "object", "additionalProperties": minutes, "description": "Minutes a day by role; a role that is absent has no limit." }));
    worklist.insert(
        "first".into(),
        json!({ "type": "array", "items": { "enum": ActionKind::WORDS }, "default": ["reply", "review"], "description": "Actions that go before all others, whatever they are worth." }),
    );
    map.insert("worklist".into(), closed(worklist, "What the team can do in a day, and what it costs to wait or to act."));
    let mut reporting = Reporting::schema();
    reporting.insert("currency".into(), json!({ "type": ["string", "null"], "description": "ISO 4217 code of the currency that sums over currencies are given in.", "default": null }));
    map.insert("reporting".into(), closed(reporting, "What is reported."));
    map
}

/// The schema of everything that a policy may say.
pub(super) fn properties() -> Value {
    let mut properties = sections();
    properties.insert("version".into(), json!({ "type": "string", "maxLength": 128, "description": "The name that its author gives it; stands in every audit entry." }));
    let segment = closed(sections(), "What differs for this segment.");
    properties.insert("segments".into(), json!({ "type": "object", "additionalProperties": segment, "description": "Overrides by customers.segment." }));
    json!({ "properties": properties })
}

/// The schema as indented JSON.
pub(super) fn schema() -> String {
    let properties = properties();
    let schema =
        json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "ar-core policy", "type": "object", "additionalProperties": false, "properties": properties.get("properties") });
    format!("{}\n", serde_json::to_string_pretty(&schema).unwrap_or_default())
}
