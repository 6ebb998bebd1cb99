//! A change of a setting in words, from what its declaration says of it.

use super::diff::Step;
use super::setting;
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::fmt::Write;
use serde_json::Value;

/// What the schema says of a setting.
pub(super) struct Said<'s> {
    /// What the setting is.
    pub(super) doc: &'s str,
    /// What it counts.
    pub(super) unit: Option<&'s str>,
    /// Which entries of maps and lists it is about.
    entries: Vec<String>,
    /// Whether it stands in an entry of a list: what that does not say has its default.
    in_list: bool,
}

impl<'s> Said<'s> {
    /// The nearest description on the way to a path of settings; what is behind it, and places in lists, are entries.
    pub(super) fn of(schema: &'s Value, path: &[Step]) -> Self {
        let mut said = Self { doc: "Settings", unit: None, entries: Vec::new(), in_list: false };
        let mut node = Some(schema);
        for step in path {
            node = match step {
                Step::Key(name) => {
                    let below = node.and_then(|node| node.get("properties").and_then(|known| known.get(name)).or_else(|| node.get("additionalProperties")));
                    match below.and_then(|below| below.get("description")).and_then(Value::as_str) {
                        Some(description) => (said.doc, said.unit) = setting::told(description),
                        None => said.entries.push(name.clone()),
                    }
                    below
                }
                Step::At(at) => {
                    said.entries.push(format!("entry {}", at + 1));
                    said.in_list = true;
                    node.and_then(|node| node.get("items"))
                }
            };
        }
        said
    }
}

/// The path of names as text, with one that is text already behind it.
pub(super) fn joined(names: &[&str], rest: &str) -> String {
    let path: Vec<Step> = names.iter().map(|name| Step::Key((*name).into())).collect();
    let dot = if rest.is_empty() { "" } else { "." };
    format!("{}{dot}{rest}", path_text(&path))
}

/// A path as text.
pub(super) fn path_text(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(name) => {
                let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
                let dot = if text.is_empty() { "" } else { "." };
                text += &if plain { format!("{dot}{name}") } else { format!("{dot}{}", Value::String(name.clone())) };
            }
            Step::At(at) => text += &format!("[{at}]"),
        }
    }
    text
}

/// The sentence of a change: `written` as it stands in both policies, `holds` as it works out where the change is.
pub(super) fn sentence(said: &Said<'_>, segment: Option<&str>, written: [Option<&Value>; 2], holds: [Option<&Value>; 2], kept_by: &[String]) -> String {
    let mut text = segment.map_or_else(String::new, |name| format!("In the segment {name}: "));
    text += said.doc;
    if !said.entries.is_empty() {
        let _ = write!(text, " ({})", said.entries.join(", "));
    }
    let [before, after] = written;
    let side = |written: Option<&Value>, holds: Option<&Value>| match (segment, written) {
        (None, value) => value.map_or_else(|| "nothing".to_owned(), shown),
        (Some(_), Some(value)) => format!("{} of its own", shown(value)),
        (Some(_), None) => match holds {
            // Of a whole section or map it would be all that the book has.
            Some(Value::Object(_)) => "what holds for the whole book".to_owned(),
            Some(value) => format!("{} {}", shown(value), if said.in_list { "by default" } else { "as for the whole book" }),
            None => "nothing".to_owned(),
        },
    };
    let long = |list: &&Vec<Value>| list.len() > SHORT;
    match (before.and_then(Value::as_array), after.and_then(Value::as_array)) {
        (Some(old), Some(new)) if long(&old) || long(&new) => text += &moved(old, new),
        _ => {
            let _ = write!(text, ": {} instead of {}", side(after, holds[1]), side(before, holds[0]));
        }
    }
    if let Some(unit) = said.unit.filter(|unit| !["flag", "word", "day"].contains(unit)) {
        let _ = write!(text, " ({unit})");
    }
    match kept_by {
        [] => {}
        [one] => text += &format!("; not in the segment {one}, which has its own"),
        more => text += &format!("; not in the segments {}, which have their own", more.join(", ")),
    }
    text + "."
}

/// Entries up to which a list is written out.
const SHORT: usize = 6;

/// A value as a person would say it.
fn shown(value: &Value) -> String {
    match value {
        Value::Bool(on) => if *on { "on" } else { "off" }.into(),
        Value::Null => "none".into(),
        Value::String(text) if !text.is_empty() => text.clone(),
        Value::Array(list) if list.is_empty() => "none".into(),
        Value::Object(map) if map.is_empty() => "none".into(),
        Value::Array(list) if !list.iter().any(|entry| entry.is_object() || entry.is_array()) => list.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => format!("{other}"),
    }
}

/// What came into a long list, and what went.
fn moved(old: &[Value], new: &[Value]) -> String {
    let named = |list: &[Value], other: &[Value], word: &str| {
        let rest: Vec<String> = list.iter().filter(|entry| !other.contains(entry)).map(shown).collect();
        let more = rest.len().checked_sub(SHORT).filter(|more| *more > 0).map_or_else(String::new, |more| format!(" and {more} more"));
        (!rest.is_empty()).then(|| format!("{word} {}{more}", rest.get(..SHORT).unwrap_or(&rest).join(", ")))
    };
    let both: Vec<String> = named(new, old, "with").into_iter().chain(named(old, new, "without")).collect();
    let what = if both.is_empty() { "in another order".into() } else { both.join(", ") };
    format!(": {} entries instead of {}, {what}", new.len(), old.len())
}
