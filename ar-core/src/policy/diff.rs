//! What differs between two policies: one change a setting, as data and in words.
//!
//! The canonical JSON of both is walked side by side, so that a setting needs nothing here to be told of; what it means and what it
//! counts is read from the schema.

use super::Policy;
use super::direction::{Direction, direction};
use super::words::{Said, path_text, sentence};
use super::{schema, write};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use serde_json::{Map, Value};

/// One setting that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it stands: `autonomy.amount_limit`, `collections.ladder[1].after_days`, `segments.retail.contact.caps.email`. A name with
    /// other signs than letters, digits, `_` and `-` is in double quotes, as in TOML.
    pub path: String,
    /// The segment that the path is in; `None` for the whole book.
    pub segment: Option<String>,
    /// The value before, as the canonical JSON has it; `None` where it had none: of a segment, where that of the whole book held.
    pub before: Option<Value>,
    /// The value after; `None` as for `before`.
    pub after: Option<Value>,
    /// What it counts: `days`, `units of the currency`.
    pub unit: Option<String>,
    /// Whether the engine may do more or less without a person.
    pub direction: Direction,
    /// Whether another value holds at this path: not where a segment says for itself what held for it before.
    pub effective: bool,
    /// Of a change for the whole book: the segments that it does not reach, as they have a value of their own.
    pub kept_by: Vec<String>,
    /// One English sentence.
    pub text: String,
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The entry of an object.
    Key(String),
    /// The entry of a list, counted from 0.
    At(usize),
}

/// A value that is not the same in both.
struct Found<'v> {
    path: Vec<Step>,
    before: Option<&'v Value>,
    after: Option<&'v Value>,
}

impl Policy {
    /// What differs between two policies, in the order of the canonical JSON; nothing exactly where they have the same digest.
    ///
    /// The changes are those of the canonical JSON: with each path of `before` set to `after`, or taken away where that is `None`, it is
    /// that of `after`. A change for the whole book is told once, with the segments that it does not reach; a segment is told of where it
    /// says something else itself. Objects go entry by entry; lists of objects too, as far as both have entries; other lists as a whole.
    pub fn diff(before: &Self, after: &Self) -> Vec<Change> {
        let (old, new, always) = (write::policy(before), write::policy(after), write::policy(&Self::default()));
        let mut found = Vec::new();
        compare(&mut Vec::new(), [Some(&old), Some(&new)], Some(&always), &mut found);
        if found.is_empty() {
            return Vec::new();
        }
        let names: BTreeSet<&String> = before.overrides.keys().chain(after.overrides.keys()).collect();
        let settings = |policy: &Self, name: &str| Value::Object(write::settings(policy.settings(name)));
        let segments = names.into_iter().map(|name| (name.as_str(), [settings(before, name), settings(after, name)])).collect();
        let told = Told { book: [old.clone(), new.clone()], segments, schema: schema::properties() };
        found.iter().map(|found| told.change(found)).collect()
    }
}

/// What changes are told with.
struct Told<'p> {
    /// Both policies.
    book: [Value; 2],
    /// What holds for each segment, under both.
    segments: BTreeMap<&'p str, [Value; 2]>,
    schema: Value,
}

impl Told<'_> {
    fn change(&self, found: &Found<'_>) -> Change {
        let (segment, path) = inside(&found.path);
        let holds = segment.and_then(|name| self.segments.get(name)).unwrap_or(&self.book);
        let [was, is] = holds.each_ref().map(|settings| look_up(settings, path));
        // Of what no segment has, such as the version, none has its own.
        let settable = |holds: &[Value; 2]| path.first().is_some_and(|section| look_up(&holds[0], core::slice::from_ref(section)).is_some());
        let keeps = |holds: &[Value; 2]| settable(holds) && same(look_up(&holds[0], path), look_up(&holds[1], path));
        let kept_by: Vec<String> = self.segments.iter().filter(|(_, holds)| segment.is_none() && keeps(holds)).map(|(name, _)| String::from(*name)).collect();
        let said = Said::of(&self.schema, path);
        Change {
            path: path_text(&found.path),
            segment: segment.map(String::from),
            before: found.before.cloned(),
            after: found.after.cloned(),
            unit: said.unit.map(String::from),
            direction: direction(path, holds),
            effective: !same(was, is),
            text: sentence(&said, segment, [found.before, found.after], [was, is], &kept_by),
            kept_by,
        }
    }
}

/// The segment that a path is in, and the path from there on.
fn inside(path: &[Step]) -> (Option<&str>, &[Step]) {
    match path {
        [Step::Key(segments), Step::Key(name), rest @ ..] if segments == "segments" => (Some(name), rest),
        _ => (None, path),
    }
}

/// The value at a path.
pub(super) fn look_up<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(name) => value.get(name),
        Step::At(at) => value.get(*at),
    })
}

/// The same in the bytes that the digest is made of: `1` and `1.0` are two.
fn same(before: Option<&Value>, after: Option<&Value>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => format!("{before}") == format!("{after}"),
        (before, after) => before.is_none() && after.is_none(),
    }
}

/// Collects what differs below a path. `always`: what every policy has at the path; an object that is there anyway is no news when it is
/// empty, any other one is.
fn compare<'v>(path: &mut Vec<Step>, both: [Option<&'v Value>; 2], always: Option<&Value>, found: &mut Vec<Found<'v>>) {
    let [before, after] = both;
    let leaf = |path: &[Step]| Found { path: path.to_vec(), before, after };
    match both {
        [Some(Value::Array(old)), Some(Value::Array(new))] if old.iter().chain(new).all(Value::is_object) => {
            for at in 0..old.len().max(new.len()) {
                path.push(Step::At(at));
                match [old.get(at), new.get(at)] {
                    // An entry that only one of the lists has is told of as a whole.
                    [Some(_), Some(_)] => compare(path, [old.get(at), new.get(at)], None, found),
                    [before, after] => found.push(Found { path: path.clone(), before, after }),
                }
                path.pop();
            }
        }
        [Some(Value::Object(_)) | None, Some(Value::Object(_))] | [Some(Value::Object(_)), None] => {
            let [old, new] = both.map(|side| side.and_then(Value::as_object));
            let empty = |side: Option<&Map<String, Value>>| side.is_some_and(Map::is_empty);
            if !always.is_some_and(Value::is_object) && empty(old) != empty(new) {
                // The entries, if any, are told of below.
                let named = |side: Option<&'v Value>| side.filter(|value| empty(value.as_object()));
                found.push(Found { path: path.clone(), before: named(before), after: named(after) });
            }
            let names: BTreeSet<&String> = [old, new].into_iter().flatten().flat_map(Map::keys).collect();
            for name in names {
                path.push(Step::Key(name.clone()));
                let entry = |side: Option<&'v Map<String, Value>>| side.and_then(|map| map.get(name));
                compare(path, [entry(old), entry(new)], always.and_then(|always| always.get(name)), found);
                path.pop();
            }
        }
        _ if same(before, after) => {}
        _ => found.push(leaf(path)),
    }
}
