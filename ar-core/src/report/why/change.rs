//! One change, and changes that go together: as data, and in words.

use crate::policy::Place;
use crate::reason::ReasonCode;
use crate::text::words;
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

words! {
    /// A fact that is to be another; where an event reports it, its name.
    Fact {
        /// Nothing but time.
        Wait = "wait",
        /// People approve the decision.
        Approved = "decision_approved",
        /// Whoever stopped it lets it go on.
        Resumed = "autonomy_resumed",
        /// A person gives back the level.
        Widened = "autonomy_widened",
        /// Another decision deals with it.
        Decided = "decision",
        /// The disputes are decided.
        Resolved = "dispute_resolved",
        /// The promises are taken back.
        Withdrawn = "promise_withdrawn",
        /// The messages are answered.
        Answered = "reply_sent",
        /// The cash is posted.
        Posted = "items_allocated",
        /// The credit note is issued.
        Credited = "item_issued",
        /// Something else is true of the customer.
        Customer = "customer_changed",
        /// The plan is over.
        PlanEnded = "plan_ended",
    }
}

impl Fact {
    /// As it stands in a sentence behind "with".
    const fn phrase(self) -> &'static str {
        match self {
            Self::Wait => "time",
            Self::Approved => "an approval",
            Self::Resumed => "the stop lifted",
            Self::Widened => "the level widened by a person",
            Self::Decided => "the other decision carried out",
            Self::Resolved => "the dispute decided",
            Self::Withdrawn => "the promise withdrawn",
            Self::Answered => "the message answered",
            Self::Posted => "the cash posted",
            Self::Credited => "the credit note issued",
            Self::Customer => "other data of the customer",
            Self::PlanEnded => "the plan over",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// Another value of a setting.
    Setting { place: Place, from: Value, to: Value },
    /// Another fact: who could bring it about, and what about.
    Fact { fact: Fact, who: String, about: Map<String, Value> },
}

impl Change {
    pub(super) fn fact(fact: Fact, who: &str, about: &[(&str, Value)]) -> Self {
        Self::Fact { fact, who: who.to_owned(), about: about.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect() }
    }

    pub(super) fn wait(until: NaiveDate) -> Self {
        Self::fact(Fact::Wait, "nobody", &[("until", json!(format!("{until}")))])
    }

    fn is_wait(&self) -> bool {
        matches!(self, Self::Fact { fact: Fact::Wait, .. })
    }

    pub(super) fn is_setting(&self) -> bool {
        matches!(self, Self::Setting { .. })
    }

    /// Takes another change of the same thing in, so that it does for both; `false` where it is of something else.
    pub(super) fn merge(&mut self, other: &Self) -> bool {
        match (self, other) {
            (Self::Setting { place, from, to }, Self::Setting { place: other, to: wanted, .. }) if place == other => {
                let far = |value: &Value| value.as_f64().zip(from.as_f64()).map(|(value, from)| if value > from { value - from } else { from - value });
                if far(wanted) > far(to) {
                    *to = wanted.clone();
                }
                true
            }
            (Self::Fact { fact, who, about }, Self::Fact { fact: other, who: asked, about: wanted }) if fact == other && who == asked => {
                for (name, value) in wanted {
                    let slot = about.entry(name.clone()).or_insert_with(|| value.clone());
                    match (slot, value) {
                        (Value::Array(list), Value::Array(more)) => list.extend(more.iter().filter(|one| !list.contains(one)).cloned().collect::<Vec<Value>>()),
                        // Days as text stand in the order of days.
                        (Value::String(day), Value::String(later)) if name == "until" && later > day => day.clone_from(later),
                        _ => {}
                    }
                }
                true
            }
            _ => false,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Setting { place, from, to } => json!({ "setting": place.to_string(), "from": from, "to": to, "who": "policy" }),
            Self::Fact { fact, who, about } => {
                let mut map = about.clone();
                map.insert("fact".into(), json!(fact.name()));
                map.insert("who".into(), json!(who));
                Value::Object(map)
            }
        }
    }

    fn to_text(&self) -> String {
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        match self {
            Self::Setting { place, from: Value::Null, to } => format!("{place} {}", plain(to)),
            Self::Setting { place, from, to } => format!("{place} {} instead of {}", plain(to), plain(from)),
            Self::Fact { fact: Fact::Wait, about, .. } => about.get("until").map_or_else(String::new, plain),
            Self::Fact { fact: Fact::Approved, who, about } => {
                let count = about.get("approvals").and_then(Value::as_i64).unwrap_or(1);
                if count > 1 { format!("{count} approvals ({who})") } else { format!("an approval ({who})") }
            }
            Self::Fact { fact, .. } => fact.phrase().into(),
        }
    }
}

/// Changes that together do it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Way {
    /// What they lift.
    pub(super) lifts: Vec<ReasonCode>,
    /// The items that the reason holds, where it is one of items.
    pub(super) items: Option<u32>,
    /// The decision that would be made without a person, where there is one.
    pub(super) decision_id: Option<String>,
    /// All of them are needed.
    pub(super) changes: Vec<Change>,
}

impl Way {
    pub(super) fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("lifts".into(), self.lifts.iter().map(|code| json!(code.name())).collect());
        map.insert("changes".into(), self.changes.iter().map(Change::to_json).collect());
        map.extend(self.items.map(|items| ("items".into(), json!(items))));
        map.extend(self.decision_id.as_ref().map(|id| ("decision_id".into(), json!(id))));
        Value::Object(map)
    }

    /// The smallest first: fewer changes, then settings, then time, then what people do.
    pub(super) fn rank(&self) -> (usize, u8) {
        let kind = |change: &Change| if change.is_setting() { 0 } else { 2 - u8::from(change.is_wait()) };
        (self.changes.len(), self.changes.iter().map(kind).max().unwrap_or(0))
    }

    pub(super) fn approves(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, Change::Fact { fact: Fact::Approved, .. }))
    }

    /// "with … and …", or "on …".
    pub(super) fn to_text(&self) -> String {
        let waits = self.changes.iter().all(Change::is_wait);
        let told: Vec<String> = self.changes.iter().map(Change::to_text).collect();
        format!("{} {}", if waits { "on" } else { "with" }, told.join(" and "))
    }
}
