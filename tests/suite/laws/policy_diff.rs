//! What differs between two policies is all that differs: whoever carries it out on the one has the other.

use super::cases;
use ar_core::Policy;
use ar_core::policy::{Change, Direction};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// Names of segments and of what is free to be named, also such that a path has to quote.
const NAMES: [&str; 7] = ["key", "a.b", "", "ü \"q\"", "sms", "retail[0]", "kept"];

fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| serde_json::from_str(&Policy::schema()).unwrap())
}

/// Numbers that a value is made of, one after the other.
struct Dice<'d>(std::iter::Cycle<std::slice::Iter<'d, u32>>);

impl Dice<'_> {
    fn roll(&mut self, sides: u64) -> u64 {
        u64::from(*self.0.next().unwrap()) % sides.max(1)
    }
}

/// Some value that the schema allows: so that a setting which is added is tried without a line here.
fn value(node: &Value, dice: &mut Dice<'_>) -> Value {
    if let Some(words) = node["enum"].as_array() {
        return words[dice.roll(words.len() as u64) as usize].clone();
    }
    let (low, high) = (node["minimum"].as_f64().unwrap_or(0.0), node["maximum"].as_f64().unwrap_or(100.0));
    match node["type"].as_str().unwrap_or("null") {
        "boolean" => json!(dice.roll(2) == 1),
        "integer" => json!(low as i64 + dice.roll((high.min(low + 40.0) - low) as u64 + 1) as i64),
        "number" => json!((low * 1e6 + dice.roll(((high - low) * 1e6) as u64 + 1) as f64).round() / 1e6),
        "array" => (0..dice.roll(4)).map(|_| value(&node["items"], dice)).collect(),
        "object" => object(node, dice),
        "string" => json!(text(node, dice)),
        _ => Value::Null,
    }
}

fn object(node: &Value, dice: &mut Dice<'_>) -> Value {
    let mut map = Map::new();
    let known: Vec<&String> = node["properties"].as_object().into_iter().flatten().map(|entry| entry.0).collect();
    for name in node["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        map.insert(name.into(), value(&node["properties"][name], dice));
    }
    for _ in 0..dice.roll(4) {
        let free = &node["additionalProperties"];
        let name = if known.is_empty() { ["EUR", "USD", "email", "a b", "x.y"][dice.roll(5) as usize] } else { known[dice.roll(known.len() as u64) as usize] };
        let below = if known.is_empty() { free } else { &node["properties"][name] };
        map.insert(name.into(), value(below, dice));
    }
    Value::Object(map)
}

fn text(node: &Value, dice: &mut Dice<'_>) -> String {
    match node["pattern"].as_str().unwrap_or_default() {
        pattern if pattern.contains(':') => format!("{:02}:30", 8 + dice.roll(10)),
        pattern if pattern.contains("{4}") => format!("2026-{:02}-01", 1 + dice.roll(12)),
        pattern if pattern.contains("[0-9]+") => format!("{}.{}", dice.roll(300), dice.roll(10)),
        _ if node["format"] == "date" => format!("2026-11-{:02}", 1 + dice.roll(30)),
        _ => format!("text {}", dice.roll(5)),
    }
}

/// A few settings of some sections; now and then a section that says nothing.
fn settings(dice: &mut Dice<'_>) -> Value {
    let sections: Vec<(&String, &Value)> = schema()["properties"].as_object().unwrap().iter().filter(|row| row.1.get("properties").is_some()).collect();
    let mut found = Map::new();
    for _ in 0..dice.roll(5) {
        let (name, node) = sections[dice.roll(sections.len() as u64) as usize];
        let known: Vec<(&String, &Value)> = node["properties"].as_object().unwrap().iter().collect();
        let section = found.entry(name.clone()).or_insert_with(|| json!({}));
        for _ in 0..dice.roll(4) {
            let (name, node) = known[dice.roll(known.len() as u64) as usize];
            section[name] = value(node, dice);
        }
    }
    Value::Object(found)
}

fn written(numbers: &[u32]) -> Value {
    let mut dice = Dice(numbers.iter().cycle());
    let mut written = settings(&mut dice);
    written["version"] = json!(["a", "b"][dice.roll(2) as usize]);
    let mut segments = json!({});
    for _ in 0..dice.roll(3) {
        segments[NAMES[dice.roll(7) as usize]] = settings(&mut dice);
    }
    written["segments"] = segments;
    written
}

/// Two policies: of their own, or the second the first with a few settings laid over it, of which a segment of both has its own.
fn pairs() -> impl Strategy<Value = (Policy, Policy)> {
    let numbers = || proptest::collection::vec(any::<u32>(), 40..120);
    (numbers(), numbers(), any::<bool>()).prop_filter_map("a policy that is refused", |(first, second, over)| {
        let (mut before, mut after) = (written(&first), written(&second));
        if over {
            before["segments"]["kept"] = settings(&mut Dice(second.iter().cycle()));
            let lays = std::mem::replace(&mut after, before.clone());
            lay(&mut after, &lays);
        }
        Some((Policy::from_json(&before.to_string()).ok()?, Policy::from_json(&after.to_string()).ok()?))
    })
}

fn lay(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => over.iter().for_each(|(name, value)| lay(under.entry(name.clone()).or_insert(json!({})), value)),
        (under, over) => *under = over.clone(),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Key(String),
    At(usize),
}

/// A path, read as its documentation says that it is written.
fn steps(mut path: &str) -> Vec<Step> {
    let mut found = Vec::new();
    while !path.is_empty() {
        path = path.strip_prefix('.').unwrap_or(path);
        if path.starts_with('"') {
            let mut stream = serde_json::Deserializer::from_str(path).into_iter::<String>();
            found.push(Step::Key(stream.next().unwrap().unwrap()));
            path = &path[stream.byte_offset()..];
        } else if let Some(rest) = path.strip_prefix('[') {
            let (number, rest) = rest.split_once(']').unwrap();
            found.push(Step::At(number.parse().unwrap()));
            path = rest;
        } else {
            let end = path.find(['.', '[']).unwrap_or(path.len());
            found.push(Step::Key(path[..end].into()));
            path = &path[end..];
        }
    }
    found
}

fn below<'v>(value: &'v mut Value, step: &Step) -> Option<&'v mut Value> {
    match step {
        Step::Key(name) => value.get_mut(name),
        Step::At(at) => value.get_mut(*at),
    }
}

/// Takes a value away, and what is empty without it; what every policy has stays.
fn take(value: &mut Value, always: Option<&Value>, path: &[Step]) {
    let [step, ..] = path else { return };
    if let [_, rest @ ..] = path
        && !rest.is_empty()
    {
        let always = always.and_then(|always| if let Step::Key(name) = step { always.get(name) } else { None });
        let Some(inner) = below(value, step) else { return };
        take(inner, always, rest);
        if inner != &json!({}) || always.is_some_and(Value::is_object) {
            return;
        }
    }
    match step {
        Step::Key(name) => drop(value.as_object_mut().and_then(|map| map.remove(name))),
        Step::At(at) => drop(value.as_array_mut().map(|list| list.remove(*at))),
    }
}

fn set(mut value: &mut Value, path: &[Step], wanted: &Value) {
    for step in path {
        if let (Step::At(at), Some(list)) = (step, value.as_array_mut()) {
            assert!(*at <= list.len());
            if *at == list.len() {
                list.push(json!({}));
            }
        }
        value = match step {
            Step::Key(name) => value.as_object_mut().unwrap().entry(name.clone()).or_insert(json!({})),
            Step::At(at) => value.get_mut(*at).unwrap(),
        };
    }
    *value = wanted.clone();
}

/// Carries the changes out on a policy.
fn applied(before: &Policy, changes: &[Change]) -> String {
    let parse = |policy: &Policy| -> Value { serde_json::from_str(&policy.to_json()).unwrap() };
    let (mut value, always) = (parse(before), parse(&Policy::default()));
    // From the end, so that the places of a list hold.
    for change in changes.iter().rev().filter(|change| change.after.is_none()) {
        take(&mut value, Some(&always), &steps(&change.path));
    }
    for change in changes {
        if let Some(wanted) = &change.after {
            set(&mut value, &steps(&change.path), wanted);
        }
    }
    value.to_string()
}

fn flipped(direction: Direction) -> Direction {
    match direction {
        Direction::Looser => Direction::Tighter,
        Direction::Tighter => Direction::Looser,
        Direction::Other => Direction::Other,
    }
}

proptest! {
    #![proptest_config(cases(600))]

    /// Catches a kind of value that is not walked, a name that a path cannot carry, an object that is empty on one side.
    #[test]
    fn the_changes_carried_out_on_one_policy_make_the_other((before, after) in pairs()) {
        let changes = Policy::diff(&before, &after);
        prop_assert_eq!(applied(&before, &changes), after.to_json());
        prop_assert_eq!(changes.is_empty(), before.digest() == after.digest());
        prop_assert!(Policy::diff(&before, &before).is_empty());
        for change in &changes {
            prop_assert!(change.text.ends_with('.') && (change.text.contains(" instead of ") || change.text.contains(" entries ")), "{}", change.text);
            prop_assert!(change.before != change.after || change.segment.is_some(), "{}", change.path);
        }
    }

    #[test]
    fn the_changes_the_other_way_are_their_mirror((before, after) in pairs()) {
        let (there, back) = (Policy::diff(&before, &after), Policy::diff(&after, &before));
        prop_assert_eq!(there.len(), back.len());
        for (change, mirror) in there.iter().zip(&back) {
            prop_assert_eq!((&change.path, &change.before, &change.after), (&mirror.path, &mirror.after, &mirror.before));
            prop_assert_eq!((&change.segment, &change.unit, change.effective, &change.kept_by), (&mirror.segment, &mirror.unit, mirror.effective, &mirror.kept_by));
            prop_assert_eq!(change.direction, flipped(mirror.direction));
        }
    }

    /// Catches a segment that is forgotten: what holds for it is another exactly where some change says so.
    #[test]
    fn what_holds_for_a_segment_is_another_exactly_where_a_change_says_so((before, after) in pairs()) {
        let changes = Policy::diff(&before, &after);
        let named: Vec<&str> = NAMES.into_iter().filter(|name| format!("{}{}", before.to_json(), after.to_json()).contains(&format!("{}:", json!(name)))).collect();
        for name in named {
            let reaches = |change: &Change| match &change.segment {
                Some(segment) => segment == name && change.effective,
                None => change.path != "version" && !change.kept_by.iter().any(|kept| kept == name),
            };
            let of_book_or_own = changes.iter().any(reaches);
            if before.settings(name) != after.settings(name) {
                prop_assert!(of_book_or_own, "{name}: {changes:?}");
            } else if before.to_json().contains(&format!("{}:", json!(name))) {
                prop_assert!(!changes.iter().any(|change| change.segment.as_deref() == Some(name) && change.effective), "{name}: {changes:?}");
            }
        }
    }
}

/// The law means something only where the policies differ in many ways.
#[test]
fn the_pairs_differ_in_many_ways() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(cases(1), proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha));
    let (mut paths, mut silent, mut kept, mut lists) = (std::collections::BTreeSet::new(), 0, 0, 0);
    for _ in 0..600 {
        let (before, after) = pairs().new_tree(&mut runner).unwrap().current();
        for change in Policy::diff(&before, &after) {
            silent += usize::from(!change.effective);
            kept += usize::from(!change.kept_by.is_empty());
            lists += usize::from(change.path.contains('['));
            paths.insert(change.path);
        }
    }
    assert!(paths.len() > 250 && silent > 100 && kept > 100 && lists > 100, "{} paths, {silent}, {kept}, {lists}", paths.len());
}
