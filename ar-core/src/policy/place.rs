//! Where a setting stands in a policy: of all the places that could say it, the one that is in force; and a policy with another value
//! there.

use super::setting::{Setting, Share};
use super::{Policy, write};
use crate::action::ActionKind;
use crate::error::Error;
use alloc::{format, string::String, vec::Vec};
use core::fmt;
use serde_json::{Value, json};

/// One step on the way to a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A section, a setting or a key.
    Name(String),
    /// A place in a list.
    At(usize),
}

impl From<&str> for Step {
    fn from(name: &str) -> Self {
        Self::Name(name.into())
    }
}

impl From<usize> for Step {
    fn from(at: usize) -> Self {
        Self::At(at)
    }
}

/// The path of a setting, said as the problems of a policy say it: `segments.key.collections.ladder[1].after_days`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(Vec<Step>);

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if number == 0 => write!(out, "{name}")?,
                Step::Name(name) => write!(out, ".{name}")?,
                Step::At(at) => write!(out, "[{at}]")?,
            }
        }
        Ok(())
    }
}

/// A share as a policy writes it.
pub fn share_value(ppm: i64) -> Value {
    Share::write(ppm)
}

fn find<'v>(value: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::At(at) => value.get(at),
    })
}

impl Policy {
    /// The place in force of a setting for a segment: that of the segment where it says the setting, or the list that it stands in.
    pub fn place(&self, segment: &str, path: &[Step]) -> Place {
        let own = [Step::from("segments"), segment.into()];
        let told = path.split(|step| matches!(step, Step::At(_))).next().unwrap_or(path);
        let says = self.overrides.get(segment).is_some_and(|value| find(value, told).is_some());
        Place(if says { own.iter().chain(path).cloned().collect() } else { path.to_vec() })
    }

    /// The place in force of a limit of an action: what is said of the action goes before what is said of all.
    pub fn place_of_limit(&self, segment: &str, action: ActionKind, name: &str) -> Place {
        let of_action = [Step::from("autonomy"), "actions".into(), action.name().into(), name.into()];
        let place = self.place(segment, &of_action);
        let said = place.0.len() > of_action.len() || self.base.supervision.says(action, name);
        if said { place } else { self.place(segment, &["autonomy".into(), name.into()]) }
    }

    /// What a policy says at a place; none where it says nothing there.
    pub fn get(&self, place: &Place) -> Option<Value> {
        find(&write::policy(self), &place.0).cloned()
    }

    /// The policy with other values at some places.
    ///
    /// # Errors
    /// As [`Policy::from_json`]: a value may be out of its range, or not fit to another setting.
    pub fn with(&self, changes: &[(Place, Value)]) -> Result<Self, Error> {
        let mut whole = write::policy(self);
        for (place, value) in changes {
            put(&mut whole, &place.0, value);
        }
        Self::from_value(whole)
    }

    /// The same policy under another name: what was said of decisions under this one does not hold under that.
    pub fn renamed(&self) -> Self {
        Self { version: format!("{}*", self.version), ..self.clone() }
    }
}

fn put(whole: &mut Value, steps: &[Step], value: &Value) {
    let mut slot = whole;
    for step in steps {
        if slot.is_null() && matches!(step, Step::Name(_)) {
            *slot = json!({});
        }
        let next = match (slot, step) {
            (Value::Object(map), Step::Name(name)) => Some(map.entry(name.clone()).or_insert(Value::Null)),
            (Value::Array(rows), Step::At(at)) => rows.get_mut(*at),
            _ => None,
        };
        let Some(next) = next else { return };
        slot = next;
    }
    *slot = value.clone();
}
