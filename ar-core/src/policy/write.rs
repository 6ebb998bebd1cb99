//! A policy as canonical JSON.

use super::Policy;
use super::sections::{Contact, Settings};
use super::setting::{Amount, Setting};
use crate::calendar::ContactHours;
use alloc::{format, string::String};
use chrono::Weekday;
use serde_json::{Map, Value, json};

/// The policy with every setting written out; keys are sorted by `serde_json`.
pub(super) fn policy(policy: &Policy) -> Value {
    let mut map = settings(&policy.base);
    map.insert("version".into(), json!(policy.version));
    map.insert("segments".into(), json!(policy.overrides));
    Value::Object(map)
}

/// The settings of the book or of a segment.
pub(super) fn settings(settings: &Settings) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("matching".into(), Value::Object(settings.matching.write()));
    map.insert("scoring".into(), Value::Object(settings.scoring.write()));
    let mut collections = settings.collections.write();
    collections.insert("ladder".into(), settings.ladder.iter().map(level).collect());
    let minimums = settings.minimums.iter().map(|(currency, amount)| (currency.code().into(), Amount::write(*amount)));
    collections.insert("minimums".into(), minimums.collect::<Map<_, _>>().into());
    map.insert("collections".into(), Value::Object(collections));
    map.insert("charges".into(), Value::Object(settings.charges.write()));
    map.insert("credit".into(), Value::Object(settings.credit.write()));
    map.insert("retries".into(), Value::Object(settings.retries.write()));
    map.insert("offers".into(), Value::Object(settings.offers.write()));
    map.insert("replies".into(), Value::Object(settings.replies.write()));
    map.insert("disputes".into(), Value::Object(settings.disputes.write()));
    map.insert("contact".into(), contact(&settings.contact));
    map.insert("autonomy".into(), Value::Object(settings.supervision.write(&settings.autonomy)));
    let mut worklist = settings.worklist.write();
    worklist.insert("minutes".into(), settings.minutes.iter().map(|(action, minutes)| (action.name().into(), json!(minutes))).collect::<Map<_, _>>().into());
    worklist.insert("capacity".into(), json!(settings.capacity));
    worklist.insert("first".into(), settings.first.iter().map(|action| json!(action.name())).collect());
    map.insert("worklist".into(), Value::Object(worklist));
    let mut reporting = settings.reporting.write();
    reporting.insert("currency".into(), json!(settings.reporting_currency.as_ref().map(crate::money::Currency::code)));
    map.insert("reporting".into(), Value::Object(reporting));
    map
}

fn level(level: &super::sections::Level) -> Value {
    let mut map = level.numbers.write();
    map.insert("tone".into(), json!(level.tone.name()));
    map.insert("anchor".into(), json!(level.anchor.name()));
    Value::Object(map)
}

fn contact(contact: &Contact) -> Value {
    json!({
        "weekend": contact.weekend.iter().map(|day| weekday_name(*day)).collect::<alloc::vec::Vec<_>>(),
        "holidays": contact.holidays.iter().map(|day| format!("{day}")).collect::<alloc::vec::Vec<_>>(),
        "not_before": ContactHours::minute_text(contact.not_before_minute),
        "not_after": ContactHours::minute_text(contact.not_after_minute),
        "channels": contact.channels,
        "caps": contact.caps,
        "silent_after": contact.silent_after,
    })
}

/// The English name of a weekday in lower case.
pub(super) const fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}

/// All weekdays, Monday first.
pub(super) const WEEKDAYS: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
