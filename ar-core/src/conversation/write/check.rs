//! Whether texts of a host are in order: which tags and names they use, and that each renders with the facts of samples.

use super::context::{ITEM_NAMES, NAMES};
use super::facts::{Facts, ItemFact};
use super::kind::NoticeKind;
use super::notice::compose;
use super::style::{Channel, Sender};
use super::templates::{LABELS, Templates};
use crate::action::Tone;
use crate::calendar::date_from_days;
use crate::conversation::locale::{Language, Locale};
use crate::error::{ProblemCode, Problems};
use crate::money::{Currency, Money};
use alloc::{format, string::String, vec::Vec};
use minijinja::Template;

/// The words that a tag may begin with.
const TAGS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];

/// What stands between braces, with the line that it begins on (from 0), and whether it is a tag.
fn braces(text: &str) -> Vec<(usize, bool, &str)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some((before, rest)) = text.get(at..).and_then(|rest| rest.split_once('{')) {
        at += before.len() + 1;
        let (is_tag, close) = match rest.chars().next() {
            Some('%') => (true, "%}"),
            Some('{') => (false, "}}"),
            Some('#') => (false, "#}"),
            _ => continue,
        };
        let inner = rest.split_once(close).map_or(rest, |parts| parts.0);
        let line = text.get(..at).map_or(0, |head| head.matches('\n').count());
        found.push((line, is_tag, inner.get(1..).unwrap_or("")));
        at += inner.len();
    }
    found
}

/// Refuses tags that there are none of, and what would let a text grow without end.
pub(super) fn tags(name: &str, text: &str, problems: &mut Problems) {
    for (line, is_tag, inner) in braces(text) {
        let word = inner.trim_start_matches(['-', '+']).split_whitespace().next().unwrap_or("");
        if is_tag && !TAGS.contains(&word.trim_end_matches('-')) {
            problems.push("templates", Some(line), Some(name), ProblemCode::UnknownWord, || format!("line {}: '{word}' is no tag; they are {}", line + 1, TAGS.join(", ")));
        }
        if inner.contains(['~', '*', '|']) {
            problems.push("templates", Some(line), Some(name), ProblemCode::Syntax, || format!("line {}: a text has no filters, and joins and repeats nothing", line + 1));
        }
    }
}

/// Refuses names that a text cannot know.
pub(super) fn names(name: &str, template: &Template<'_, '_>, problems: &mut Problems) {
    let mut unknown: Vec<String> = template.undeclared_variables(true).into_iter().filter(|path| !is_known(path)).collect();
    unknown.sort();
    for path in unknown {
        let line = braces(template.source()).into_iter().find(|row| row.2.contains(path.as_str())).map_or(0, |row| row.0);
        problems.push("templates", Some(line), Some(name), ProblemCode::UnknownWord, || format!("line {}: there is no '{path}'; names are {}", line + 1, NAMES.join(", ")));
    }
}

fn is_known(path: &str) -> bool {
    match path.split_once('.') {
        Some(("first", field)) => ITEM_NAMES.contains(&field),
        Some(_) => false,
        None => path == "plural" || NAMES.contains(&path),
    }
}

/// What the library says of a text.
pub(super) fn said(name: &str, bad: &minijinja::Error, problems: &mut Problems) {
    let (place, line) = (bad.name().unwrap_or(name), bad.line().map_or(0, |line| line.saturating_sub(1)));
    problems.push("templates", Some(line), Some(place), ProblemCode::Syntax, || format!("line {}: {bad}", line + 1));
}

/// Renders every text with the facts of samples: each kind, tone, channel and segment, with one item and with several, with and without
/// what a sender need not have.
pub(super) fn samples(templates: &Templates, problems: &mut Problems) {
    for (language, set) in templates.sets() {
        for label in LABELS.iter().filter(|label| set.label(label).is_empty()) {
            problems.push("templates", None, Some(&format!("{}/labels/{label}", language.name())), ProblemCode::MissingValue, || "a label is wanted".into());
        }
        let segments = core::iter::once("").chain(set.segments().iter().map(String::as_str));
        for segment in segments {
            for facts in all(language, segment) {
                if let Err(bad) = compose(facts.clone(), set) {
                    let place = format!("{}/{}/{}/{}", language.name(), facts.kind.name(), facts.channel.name(), facts.tone.name());
                    bad.tell(&place, problems);
                }
            }
        }
    }
}

/// The facts of the samples.
fn all(language: Language, segment: &str) -> impl Iterator<Item = Facts> {
    let kinds = NoticeKind::ALL.iter().flat_map(|kind| Tone::ALL.iter().map(move |tone| (*kind, *tone)));
    let shapes = kinds.flat_map(|(kind, tone)| Channel::ALL.iter().map(move |channel| (kind, tone, *channel)));
    shapes.flat_map(move |(kind, tone, channel)| [(1, true), (3, false)].map(|(count, full)| sample(language, segment, (kind, tone, channel), count, full)))
}

fn sample(language: Language, segment: &str, (kind, tone, channel): (NoticeKind, Tone, Channel), count: i32, full: bool) -> Facts {
    let day = |offset: i32| date_from_days(20_000 + offset).unwrap_or_default();
    let euro = |minor: i64| Money::new(minor, Currency::EUR);
    let given = |text: &str| if full { String::from(text) } else { String::new() };
    let item = |at: i32| ItemFact {
        reference: format!("RE-10{at}"),
        kind: if full { "invoice" } else { "fee" },
        amount: euro(123_456),
        open: euro(100_000),
        disputed: 0,
        issued_on: day(-40 - at),
        due_on: Some(day(-10 - at)),
        days_late: 10 + at,
    };
    Facts {
        kind,
        as_of: day(0),
        locale: Locale::of(language),
        tone,
        channel,
        level: 1,
        sender: Sender { name: "Muster".into(), email: "ar@example.com".into(), phone: given("0161 496 0100"), iban: given("DE02120300000000202051"), pay_url: given("https://example.com/pay") },
        customer: given("Beispiel"),
        contact: given("Kim Muster"),
        segment: segment.into(),
        currency: Currency::EUR,
        items: (0..count).map(item).collect(),
        totals: alloc::vec![euro(100_000 * i64::from(count))],
        asked: if full { None } else { Some(euro(90_000)) },
        deadline: Some(day(7)),
        reminded_on: if full { None } else { Some(day(-5)) },
        promise: Some((day(3), euro(100_000))),
        disputed: Some(euro(50_000)),
        parts: alloc::vec![(day(7), euro(50_000)), (day(37), euro(50_000))],
        new_due_on: Some(day(14)),
        payment: Some((day(-1), euro(100_000))),
        message_on: Some(day(-1)),
        stated: Vec::new(),
        allowed_acts: alloc::vec!["request_payment"],
    }
}
