//! A reading that somebody else made (a language model, a form of a portal), held against the text: what the text does not say is left out,
//! and then a person sees the message. What our own reader says a person must see, a person sees all the same.

use super::reading::{AmountFound, AmountRole, DateFound, DateRole, DisputeCode, HumanReason, Intent, IntentFound, Reading, ReferenceFound, each_once};
use super::{Context, read_reply};
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::money::{Currency, minor_from_text};
use crate::text::nearest;
use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Rows of one list of a supplied reading.
const MOST_ROWS: usize = 256;
/// Bytes of a supplied reading.
const MOST_TEXT: usize = 256 * 1024;

/// What is supplied: a reading as [`Reading::to_json`] writes it, all of it optional. Where something stands, how sure it is, and what else
/// we find out ourselves is taken and not used.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Supplied {
    intents: Vec<SuppliedIntent>,
    references: Vec<String>,
    disputed_references: Vec<String>,
    dates: Vec<SuppliedDate>,
    amounts: Vec<SuppliedAmount>,
    dispute_reasons: Vec<String>,
    human: bool,
    human_reasons: Vec<String>,
    #[serde(rename = "remittance")]
    _remittance: Option<IgnoredAny>,
    #[serde(rename = "language")]
    _language: Option<IgnoredAny>,
    #[serde(rename = "reply_span")]
    _reply_span: Option<IgnoredAny>,
    #[serde(rename = "thread_item_ids")]
    _thread_item_ids: Option<IgnoredAny>,
    #[serde(rename = "oddities")]
    _oddities: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct SuppliedIntent {
    name: String,
}

#[derive(Deserialize)]
struct SuppliedDate {
    role: String,
    on: NaiveDate,
}

#[derive(Deserialize)]
struct SuppliedAmount {
    role: String,
    value: String,
    currency: String,
}

/// Probability of what was supplied and is borne out, in millionths.
const BORNE_OUT: u32 = 900_000;

fn word<T>(problems: &mut Problems, (row, column): (usize, &'static str), name: &str, words: &[&'static str], find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let found = find(name);
    if found.is_none() {
        let near = nearest(name, words.iter().copied()).unwrap_or("");
        problems.push("reading", Some(row), Some(column), ProblemCode::UnknownWord, || format!("'{name}' is not known; did you mean '{near}'?"));
    }
    found
}

fn words<'s, T>(problems: &mut Problems, column: &'static str, names: impl Iterator<Item = &'s str>, words: &[&'static str], find: impl Fn(&str) -> Option<T>) -> Vec<T> {
    names.take(MOST_ROWS).enumerate().filter_map(|(row, name)| word(problems, (row, column), name, words, &find)).collect()
}

/// Holds a supplied reading (JSON) against the text it is of.
///
/// # Errors
/// `invalid_argument` for text that is no such JSON object, with every word in it that is not known.
pub fn check_reading(text: &str, context: &Context<'_>, supplied: &str) -> Result<Reading, Error> {
    let wrong = |code, message| Error::one(ErrorCode::InvalidArgument, "reading", None, code, message);
    if supplied.len() > MOST_TEXT {
        return Err(wrong(ProblemCode::TextTooLong, format!("more than {MOST_TEXT} bytes")));
    }
    let unreadable = |error: serde_json::Error| wrong(ProblemCode::Unreadable, format!("{error}"));
    // As a map, and not as it stands: serde reads an array as a struct too.
    let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(supplied).map_err(unreadable)?;
    let said = Supplied::deserialize(serde_json::Value::Object(fields)).map_err(unreadable)?;
    let mut problems = Problems::default();
    let mut reading = read_reply(text, context);
    let mut supported = true;
    let intents = words(&mut problems, "intents", said.intents.iter().map(|intent| intent.name.as_str()), Intent::WORDS, Intent::from_name);
    let codes = words(&mut problems, "dispute_reasons", said.dispute_reasons.iter().map(String::as_str), DisputeCode::WORDS, DisputeCode::from_name);
    let human = words(&mut problems, "human_reasons", said.human_reasons.iter().map(String::as_str), HumanReason::WORDS, HumanReason::from_name);
    let dates = dates(&said, &reading, &mut problems, &mut supported);
    let amounts = amounts(&said, &reading, &mut problems, &mut supported);
    problems.into_result(ErrorCode::InvalidArgument)?;
    for written in said.references.iter().chain(&said.disputed_references) {
        supported &= reading.references.iter().any(|found| found.written.eq_ignore_ascii_case(written));
    }
    for found in &mut reading.references {
        found.disputed |= said.disputed_references.iter().any(|written| written.eq_ignore_ascii_case(&found.written));
    }
    let own = core::mem::take(&mut reading.intents);
    for intent in intents {
        if reading.intents.iter().any(|found| found.intent == intent) {
            continue;
        }
        let known = own.iter().find(|found| found.intent == intent).cloned().unwrap_or(IntentFound { intent, probability_ppm: 0, items: Vec::new(), spans: Vec::new() });
        let items = if known.items.is_empty() { items_of(&reading.references, intent) } else { known.items };
        reading.intents.push(IntentFound { probability_ppm: known.probability_ppm.max(BORNE_OUT), items, ..known });
    }
    (reading.dates, reading.amounts) = (dates, amounts);
    if !codes.is_empty() {
        reading.dispute_codes = codes;
    }
    // That it was not clear to us does not count where somebody else understood it; all else does.
    let clear = !reading.intents.is_empty() && supported && !said.human;
    reading.human.retain(|reason| !(clear && *reason == HumanReason::Ambiguous));
    reading.human.extend(human);
    reading.human.extend(reading.intents.iter().filter_map(|found| found.intent.human()));
    if !supported {
        reading.human.push(HumanReason::Unsupported);
    }
    if said.human && reading.human.is_empty() {
        reading.human.push(HumanReason::Ambiguous);
    }
    reading.human.sort_unstable();
    reading.human.dedup();
    Ok(reading)
}

/// The items of a matter, where our own reader did not find it: of a dispute those disputed, of the rest the others.
fn items_of(references: &[ReferenceFound], intent: Intent) -> Vec<u32> {
    let any = references.iter().any(|found| found.disputed);
    each_once(references.iter().filter(|found| !any || found.disputed == (intent == Intent::Dispute)).filter_map(|found| found.item))
}

/// The supplied days that the text names, with the role that is supplied.
fn dates(said: &Supplied, reading: &Reading, problems: &mut Problems, supported: &mut bool) -> Vec<DateFound> {
    let mut kept = Vec::new();
    for (row, date) in said.dates.iter().take(MOST_ROWS).enumerate() {
        let Some(role) = word(problems, (row, "dates"), &date.role, DateRole::WORDS, DateRole::from_name) else { continue };
        match reading.dates.iter().find(|found| found.on == date.on) {
            Some(found) => kept.push(DateFound { role, ..found.clone() }),
            None => *supported = false,
        }
    }
    kept
}

/// The supplied amounts that the text names, with the role that is supplied.
fn amounts(said: &Supplied, reading: &Reading, problems: &mut Problems, supported: &mut bool) -> Vec<AmountFound> {
    let mut kept = Vec::new();
    for (row, amount) in said.amounts.iter().take(MOST_ROWS).enumerate() {
        let Some(role) = word(problems, (row, "amounts"), &amount.role, AmountRole::WORDS, AmountRole::from_name) else { continue };
        let minor = Currency::try_new(&amount.currency).ok().and_then(|currency| Some((minor_from_text(&amount.value, currency.exponent()).ok()?, currency)));
        match minor.and_then(|(minor, currency)| reading.amounts.iter().find(|found| found.minor == minor && found.currency == currency)) {
            Some(found) => kept.push(AmountFound { role, ..found.clone() }),
            None => *supported = false,
        }
    }
    kept
}
