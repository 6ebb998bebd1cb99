//! A policy from JSON: everything that is wrong is reported at once, with the path of the setting.

use super::Policy;
use super::sections::{Contact, DunningLevel, Level, Settings};
use super::setting::{self, Amount, Setting, Whole};
use super::write::{WEEKDAYS, weekday_name};
use crate::action::{ActionKind, Anchor, Tone};
use crate::error::{ProblemCode, Problems};
use crate::money::Currency;
use crate::text::nearest;
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde_json::{Map, Value};

const SECTIONS: &[&str] = &["matching", "scoring", "collections", "contact", "charges", "credit", "retries", "offers", "replies", "disputes", "autonomy", "worklist", "reporting"];

/// Levels that a ladder may have.
const MAX_LEVELS: usize = 9;
/// Segments that may differ from the book.
const MAX_SEGMENTS: usize = 1_000;

pub(super) fn policy(value: Value, problems: &mut Problems) -> Policy {
    let mut policy = Policy::default();
    let Some(mut map) = object(value, "", problems) else { return policy };
    match map.remove("version") {
        None => policy.version = "unnamed".into(),
        Some(Value::String(version)) if !version.is_empty() && version.len() <= 128 && !version.contains(char::is_control) => policy.version = version,
        Some(_) => wrong(problems, "version", ProblemCode::SettingType, "a short text is wanted".into()),
    }
    let segments = map.remove("segments");
    settings(&mut policy.base, map, "", problems);
    if let Some(segments) = segments.and_then(|segments| object(segments, "segments", problems)) {
        if segments.len() > MAX_SEGMENTS {
            return wrong_policy(policy, problems, format!("{} segments, at most {MAX_SEGMENTS}", segments.len()));
        }
        for (name, value) in segments {
            let mut base = policy.base.clone();
            if let Some(map) = object(value.clone(), &format!("segments.{name}"), problems) {
                settings(&mut base, map, &format!("segments.{name}."), problems);
            }
            policy.segments.insert(name.clone(), base);
            policy.overrides.insert(name, value);
        }
    }
    policy
}

fn wrong_policy(policy: Policy, problems: &mut Problems, message: String) -> Policy {
    wrong(problems, "segments", ProblemCode::SettingRange, message);
    policy
}

pub(super) fn wrong(problems: &mut Problems, path: &str, code: ProblemCode, message: String) {
    problems.push("policy", None, Some(path), code, || message);
}

pub(super) fn object(value: Value, path: &str, problems: &mut Problems) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        other => {
            wrong(problems, path, ProblemCode::SettingType, format!("an object is wanted, {other} is given"));
            None
        }
    }
}

fn settings(base: &mut Settings, mut map: Map<String, Value>, path: &str, problems: &mut Problems) {
    let mut take = |name: &str, problems: &mut Problems| map.remove(name).and_then(|value| object(value, &format!("{path}{name}"), problems));
    if let Some(mut section) = take("matching", problems) {
        base.matching.read(&mut section, &format!("{path}matching"), problems);
        leftovers(section, &format!("{path}matching"), &base.matching.write(), problems);
    }
    if let Some(mut section) = take("scoring", problems) {
        base.scoring.read(&mut section, &format!("{path}scoring"), problems);
        leftovers(section, &format!("{path}scoring"), &base.scoring.write(), problems);
    }
    if let Some(mut section) = take("collections", problems) {
        let place = format!("{path}collections");
        base.collections.read(&mut section, &place, problems);
        if let Some(levels) = section.remove("ladder") {
            ladder(&mut base.ladder, levels, &format!("{place}.ladder"), problems);
        }
        if let Some(values) = section.remove("minimums") {
            minimums(&mut base.minimums, values, &format!("{place}.minimums"), problems);
        }
        let mut known = base.collections.write();
        known.extend(["ladder", "minimums"].map(|name| (name.into(), Value::Null)));
        leftovers(section, &place, &known, problems);
    }
    if let Some(section) = take("contact", problems) {
        contact(&mut base.contact, section, &format!("{path}contact"), problems);
    }
    if let Some(section) = take("charges", problems) {
        base.charges.read(section, &format!("{path}charges"), problems);
    }
    if let Some(section) = take("credit", problems) {
        base.credit.read(section, &format!("{path}credit"), problems);
    }
    if let Some(section) = take("retries", problems) {
        base.retries.read(section, &format!("{path}retries"), problems);
    }
    if let Some(mut section) = take("offers", problems) {
        base.offers.read(&mut section, &format!("{path}offers"), problems);
        leftovers(section, &format!("{path}offers"), &base.offers.write(), problems);
    }
    if let Some(mut section) = take("replies", problems) {
        base.replies.read(&mut section, &format!("{path}replies"), problems);
        leftovers(section, &format!("{path}replies"), &base.replies.write(), problems);
    }
    if let Some(section) = take("disputes", problems) {
        base.disputes.read(section, &format!("{path}disputes"), problems);
    }
    base.charges.check(base.ladder.len(), &format!("{path}charges"), problems);
    let place = format!("{path}autonomy");
    match take("autonomy", problems) {
        Some(section) => base.supervision.read(&mut base.autonomy, section, &place, problems),
        None => base.supervision.settle(&base.autonomy, &place, problems),
    }
    if let Some(section) = take("worklist", problems) {
        worklist(base, section, &format!("{path}worklist"), problems);
    }
    if let Some(section) = take("reporting", problems) {
        reporting(base, section, &format!("{path}reporting"), problems);
    }
    for name in map.keys() {
        let near = nearest(name, SECTIONS.iter().copied()).unwrap_or("");
        wrong(problems, &format!("{path}{name}"), ProblemCode::UnknownSetting, format!("no such section; did you mean '{near}'?"));
    }
    if base.scoring.prompt_share > base.scoring.habitual_share {
        wrong(problems, &format!("{path}scoring.prompt_share"), ProblemCode::SettingConflict, "prompt_share is over habitual_share".into());
    }
}

/// Minutes in the working day of a thousand people.
const MOST_MINUTES: i64 = 1_000_000;

fn worklist(base: &mut Settings, mut section: Map<String, Value>, path: &str, problems: &mut Problems) {
    base.worklist.read(&mut section, path, problems);
    let whole = |value: &Value| value.as_i64().filter(|minutes| (0..=MOST_MINUTES).contains(minutes)).ok_or("a number of minutes from 0 to 1000000 is wanted");
    by_action(&mut base.minutes, section.remove("minutes"), &format!("{path}.minutes"), problems, whole);
    if let Some(roles) = section.remove("capacity").and_then(|value| object(value, &format!("{path}.capacity"), problems)) {
        for (role, value) in roles {
            match whole(&value) {
                Ok(minutes) => drop(base.capacity.insert(role, minutes)),
                Err(wanted) => wrong(problems, &format!("{path}.capacity.{role}"), ProblemCode::SettingType, format!("{wanted}, {value} is given")),
            }
        }
    }
    if let Some(names) = texts(section.remove("first"), &format!("{path}.first"), problems) {
        base.first = names.iter().filter_map(|name| ActionKind::from_name(name)).collect();
        if base.first.len() != names.len() {
            wrong(problems, &format!("{path}.first"), ProblemCode::SettingType, "a list of actions is wanted".into());
        }
    }
    let mut known = base.worklist.write();
    known.extend(["minutes", "capacity", "first"].map(|name| (name.into(), Value::Null)));
    leftovers(section, path, &known, problems);
}

fn reporting(base: &mut Settings, mut section: Map<String, Value>, path: &str, problems: &mut Problems) {
    base.reporting.read(&mut section, path, problems);
    currency(&mut base.reporting_currency, section.remove("currency"), &format!("{path}.currency"), problems);
    let mut known = base.reporting.write();
    known.insert("currency".into(), Value::Null);
    leftovers(section, path, &known, problems);
}

/// A currency, or `null` for none.
pub(super) fn currency(slot: &mut Option<Currency>, value: Option<Value>, path: &str, problems: &mut Problems) {
    match value {
        None => {}
        Some(Value::Null) => *slot = None,
        Some(value) => match value.as_str().map(Currency::try_new) {
            Some(Ok(currency)) => *slot = Some(currency),
            _ => wrong(problems, path, ProblemCode::SettingType, format!("an ISO 4217 code is wanted, {value} is given")),
        },
    }
}

pub(super) fn leftovers(section: Map<String, Value>, path: &str, known: &Map<String, Value>, problems: &mut Problems) {
    for name in section.keys() {
        let near = nearest(name, known.keys().map(String::as_str)).unwrap_or("");
        wrong(problems, &format!("{path}.{name}"), ProblemCode::UnknownSetting, format!("no such setting; did you mean '{near}'?"));
    }
}

pub(super) fn by_action<V>(slot: &mut BTreeMap<ActionKind, V>, value: Option<Value>, path: &str, problems: &mut Problems, read: impl Fn(&Value) -> Result<V, &'static str>) {
    let Some(map) = value.and_then(|value| object(value, path, problems)) else { return };
    for (name, value) in map {
        let place = format!("{path}.{name}");
        match (ActionKind::from_name(&name), read(&value)) {
            (None, _) => {
                let near = nearest(&name, ActionKind::WORDS.iter().copied()).unwrap_or("");
                wrong(problems, &place, ProblemCode::UnknownSetting, format!("no such action; did you mean '{near}'?"));
            }
            (_, Err(wanted)) => wrong(problems, &place, ProblemCode::SettingType, format!("{wanted}, {value} is given")),
            (Some(action), Ok(read)) => {
                slot.insert(action, read);
            }
        }
    }
}

fn ladder(slot: &mut Vec<Level>, value: Value, path: &str, problems: &mut Problems) {
    let Value::Array(values) = value else { return wrong(problems, path, ProblemCode::SettingType, "a list of levels is wanted".into()) };
    if values.is_empty() || values.len() > MAX_LEVELS {
        return wrong(problems, path, ProblemCode::SettingRange, format!("{} levels, 1 to {MAX_LEVELS} are wanted", values.len()));
    }
    let mut levels: Vec<Level> = Vec::new();
    for (at, value) in values.into_iter().enumerate() {
        let place = format!("{path}[{at}]");
        let Some(mut map) = object(value, &place, problems) else { continue };
        let mut numbers = DunningLevel::default();
        numbers.read(&mut map, &place, problems);
        let tone = word(map.remove("tone"), &format!("{place}.tone"), Tone::Neutral, Tone::from_name, Tone::WORDS, problems);
        let anchor = word(map.remove("anchor"), &format!("{place}.anchor"), Anchor::DueDate, Anchor::from_name, Anchor::WORDS, problems);
        leftovers(map, &place, &numbers.write(), problems);
        // Only days from one anchor can be compared: the others go by the order of the list.
        if anchor != Anchor::PreviousNotice && levels.iter().any(|before| before.anchor == anchor && before.numbers.after_days >= numbers.after_days) {
            wrong(problems, &format!("{place}.after_days"), ProblemCode::SettingConflict, "levels must come later and later".into());
        }
        if anchor == Anchor::PreviousNotice && levels.is_empty() {
            wrong(problems, &format!("{place}.anchor"), ProblemCode::SettingConflict, "the first level has no previous notice".into());
        }
        levels.push(Level { numbers, tone, anchor });
    }
    *slot = levels;
}

/// Amounts by currency; those of a segment take the place of the base's.
fn minimums(slot: &mut BTreeMap<Currency, i64>, value: Value, path: &str, problems: &mut Problems) {
    let Some(map) = object(value, path, problems) else { return };
    slot.clear();
    for (name, value) in map {
        let place = format!("{path}.{name}");
        match (Currency::try_new(&name), Amount::read(&value)) {
            (Err(_), _) => wrong(problems, &place, ProblemCode::UnknownSetting, format!("an ISO 4217 code is wanted, '{name}' is given")),
            (_, Err(wanted)) => wrong(problems, &place, ProblemCode::SettingType, format!("{wanted}, {value} is given")),
            (Ok(currency), Ok(amount)) => drop(slot.insert(currency, amount)),
        }
    }
}

/// One word of a closed list.
fn word<W>(value: Option<Value>, path: &str, default: W, read: impl Fn(&str) -> Option<W>, words: &[&str], problems: &mut Problems) -> W {
    let Some(value) = value else { return default };
    value.as_str().and_then(read).unwrap_or_else(|| {
        wrong(problems, path, ProblemCode::SettingType, format!("one of {} is wanted", words.join(", ")));
        default
    })
}

fn contact(slot: &mut Contact, mut section: Map<String, Value>, path: &str, problems: &mut Problems) {
    if let Some(days) = texts(section.remove("weekend"), &format!("{path}.weekend"), problems) {
        let found: Vec<_> = days.iter().filter_map(|name| WEEKDAYS.into_iter().find(|day| weekday_name(*day) == name)).collect();
        if found.len() != days.len() || found.len() > 6 {
            wrong(problems, &format!("{path}.weekend"), ProblemCode::SettingType, "names of at most six weekdays such as 'saturday' are wanted".into());
        }
        slot.weekend = found;
    }
    if let Some(days) = texts(section.remove("holidays"), &format!("{path}.holidays"), problems) {
        let found: Vec<NaiveDate> = days.iter().filter_map(|day| crate::calendar::date_from_text(day)).collect();
        if found.len() != days.len() {
            wrong(problems, &format!("{path}.holidays"), ProblemCode::SettingType, "days such as '2026-12-25' are wanted".into());
        }
        slot.holidays = found;
    }
    if let Some(channels) = texts(section.remove("channels"), &format!("{path}.channels"), problems) {
        slot.channels = channels;
    }
    contact_limits(slot, &mut section, path, problems);
    for (name, minute) in [("not_before", &mut slot.not_before_minute), ("not_after", &mut slot.not_after_minute)] {
        let Some(value) = section.remove(name) else { continue };
        match value.as_str().and_then(minute_of) {
            Some(read) => *minute = read,
            None => wrong(problems, &format!("{path}.{name}"), ProblemCode::SettingType, "a time such as '08:00' is wanted".into()),
        }
    }
    if slot.not_before_minute >= slot.not_after_minute {
        wrong(problems, &format!("{path}.not_after"), ProblemCode::SettingConflict, "not_after must be later than not_before".into());
    }
    let known: Map<String, Value> = ["weekend", "holidays", "channels", "caps", "silent_after", "not_before", "not_after"].into_iter().map(|name| (name.into(), Value::Null)).collect();
    leftovers(section, path, &known, problems);
}

/// Most contacts by one channel in a window, and most notices in a row without an answer.
pub(super) const MOST_CONTACTS: i64 = 50;

fn contact_limits(slot: &mut Contact, section: &mut Map<String, Value>, path: &str, problems: &mut Problems) {
    let place = format!("{path}.caps");
    if let Some(mut caps) = section.remove("caps").and_then(|value| object(value, &place, problems)) {
        slot.caps = caps.keys().map(|channel| (channel.clone(), 1)).collect();
        for (channel, cap) in &mut slot.caps {
            if channel.len() > 64 {
                wrong(problems, &place, ProblemCode::SettingType, "a short text is wanted for a channel".into());
            }
            setting::read_into::<Whole>(&mut caps, channel, 1, MOST_CONTACTS, cap, &place, problems);
        }
    }
    setting::read_into::<Whole>(section, "silent_after", 0, MOST_CONTACTS, &mut slot.silent_after, path, problems);
}

pub(super) fn texts(value: Option<Value>, path: &str, problems: &mut Problems) -> Option<Vec<String>> {
    let value = value?;
    let read: Option<Vec<String>> =
        value.as_array().filter(|list| list.len() <= 10_000).and_then(|list| list.iter().map(|text| text.as_str().filter(|text| text.len() <= 64).map(String::from)).collect());
    if read.is_none() {
        wrong(problems, path, ProblemCode::SettingType, "a list of short texts is wanted".into());
    }
    read
}

fn minute_of(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then(|| hour * 60 + minute)
}
