//! The exact grammars of the reply reader against tables of what people write: days, amounts, references, and what each stands for.

use crate::golden::path;
use ar_core::conversation::grammar::roles::{self, Clause};
use ar_core::conversation::grammar::{self, KnownReferences, MOST_MENTIONS, Words, dates};
use ar_core::conversation::locale::Locale;
use ar_core::conversation::read::Intent;
use ar_core::conversation::token::{Span, Tokens};
use ar_core::money::minor_to_text;
use chrono::NaiveDate;
use proptest::prelude::*;

/// The rows of a table below `tests/reference`: cells between tabs, a `#` before what is none; missing cells are empty.
fn rows<const CELLS: usize>(file: &str) -> Vec<[String; CELLS]> {
    let text = std::fs::read_to_string(path("tests/reference").join(file)).unwrap();
    let row = |line: &str| {
        let mut cells = line.split('\t').map(String::from);
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    };
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(row).collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn list(days: impl Iterator<Item = NaiveDate>) -> String {
    days.map(|day| day.to_string()).collect::<Vec<_>>().join(" ")
}

fn no_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn all_of(text: &str) -> Span {
    Span { start: 0, end: u32::try_from(text.len()).unwrap() }
}

#[test]
fn days_are_read_as_people_write_them() {
    let rows = rows::<5>("day_expressions.tsv");
    assert!(rows.len() >= 200);
    let mut wrong = Vec::new();
    for [locale, received, text, ahead, back] in rows {
        let tokens = Tokens::read(&text);
        let words = Words::new(&text, &tokens, Locale::from_tag(&locale).unwrap());
        let found = dates::days(&words, day(&received));
        let read = (list(found.iter().map(|day| day.ahead)), list(found.iter().map(|day| day.back)));
        let back = if back.is_empty() { ahead.clone() } else { back };
        if read != (ahead.clone(), back.clone()) {
            wrong.push(format!("{locale} {received} {text}: {read:?}, not {:?}", (ahead, back)));
        }
    }
    no_wrong(&wrong);
}

/// Rows of the specifications of a public recogniser project: one of the days it gives is read, forward or back.
#[test]
fn days_of_a_public_specification_are_read() {
    let rows = rows::<4>("recogniser_days.tsv");
    assert!(rows.len() >= 300);
    let mut wrong = Vec::new();
    for [locale, received, text, days] in rows {
        let tokens = Tokens::read(&text);
        let words = Words::new(&text, &tokens, Locale::from_tag(&locale).unwrap());
        let found = dates::days(&words, day(&received));
        if !days.split(' ').any(|want| found.iter().any(|read| read.ahead == day(want) || read.back == day(want))) {
            wrong.push(format!("{locale} {received} {text}: not {days}"));
        }
    }
    no_wrong(&wrong);
}

#[test]
fn amounts_are_read_in_any_notation() {
    let mut wrong = Vec::new();
    for [locale, text, amounts] in rows::<3>("amount_expressions.tsv") {
        let tokens = Tokens::read(&text);
        let words = Words::new(&text, &tokens, Locale::from_tag(&locale).unwrap());
        let days = dates::days(&words, day("2026-03-03"));
        let found = grammar::amounts(&words, None, &days);
        let read: Vec<String> = found.iter().map(|amount| format!("{} {}", minor_to_text(amount.minor, amount.currency.exponent()), amount.currency.code())).collect();
        if read.join(";") != amounts {
            wrong.push(format!("{locale} {text}: {}, not {amounts}", read.join(";")));
        }
    }
    no_wrong(&wrong);
}

#[test]
fn amounts_of_a_public_specification_are_read() {
    let rows = rows::<3>("recogniser_amounts.tsv");
    assert!(rows.len() >= 150);
    let mut wrong = Vec::new();
    for [locale, text, amount] in rows {
        let tokens = Tokens::read(&text);
        let words = Words::new(&text, &tokens, Locale::from_tag(&locale).unwrap());
        let found = grammar::amounts(&words, None, &[]);
        if !found.iter().any(|found| format!("{} {}", minor_to_text(found.minor, found.currency.exponent()), found.currency.code()) == amount) {
            wrong.push(format!("{locale} {text}: not {amount}"));
        }
    }
    no_wrong(&wrong);
}

fn read_references(locale: &str, subject: &str, text: &str, known: &[&str]) -> Vec<(String, Option<u32>)> {
    let locale = Locale::from_tag(locale).unwrap();
    let (subject_tokens, tokens) = (Tokens::read(subject), Tokens::read(text));
    let words = Words::new(text, &tokens, locale);
    let days = dates::days(&words, day("2026-03-03"));
    let amounts = grammar::amounts(&words, None, &days);
    let known = KnownReferences::new(known.iter().copied(), Some(&Words::new(subject, &subject_tokens, locale)));
    grammar::references(&words, &known, &days, &amounts).into_iter().map(|found| (found.written, found.item)).collect()
}

#[test]
fn references_are_found_by_shape_and_cue() {
    let mut wrong = Vec::new();
    for [locale, subject, text, references] in rows::<4>("reference_expressions.tsv") {
        let read: Vec<String> = read_references(&locale, &subject, &text, &[]).into_iter().map(|found| found.0).collect();
        if read.join(" ") != references {
            wrong.push(format!("{locale} {text}: {}, not {references}", read.join(" ")));
        }
    }
    no_wrong(&wrong);
}

#[test]
fn references_are_matched_with_what_is_open() {
    let known = ["INV-2026-0042", "INV-2026-0043", "RE00771", "QT-118", "90004711", "80004711"];
    let item = |text: &str| read_references("en-GB", "", text, &known).into_iter().map(|found| found.1).collect::<Vec<_>>();
    assert_eq!(item("2026-0042 goes out"), [Some(0)]);
    assert_eq!(item("inv 2026/43 and INV20260042"), [None, Some(0)]);
    assert_eq!(item("we dispute 771"), [Some(2)]);
    assert_eq!(item("qt 118 is paid"), [Some(3)]);
    assert_eq!(item("invoice 90004711"), [Some(4)]);
    // Two end so: none is meant.
    assert_eq!(item("invoice 4711"), [None]);
    // The number of a cheque is none of ours, whatever it looks like.
    assert_eq!(item("cheque 771"), []);
}

#[test]
fn clauses_end_where_sentences_do() {
    let text = "Inv. 5003 and no. 5 were paid on 3 March, but z.B. 5010 wasn't. Die Zahlung folgt am 12. März; mehr nicht - oder doch?\nBest\nAnna";
    let tokens = Tokens::read(text);
    let read: Vec<&str> = grammar::clauses(text, &tokens, all_of(text)).into_iter().map(|span| span.of(text)).collect();
    let want = ["Inv. 5003 and no. 5 were paid on 3 March,", "but z.B. 5010 wasn't.", "Die Zahlung folgt am 12. März;", "mehr nicht -", "oder doch?", "Best", "Anna"];
    assert_eq!(read, want);
}

#[test]
fn days_and_references_have_the_role_of_their_clause() {
    let mut wrong = Vec::new();
    for [locale, received, intents, text, days, disputed] in rows::<6>("reply_roles.tsv") {
        let intents: Vec<Intent> = intents.split(' ').map(|name| Intent::from_name(name).unwrap()).collect();
        let tokens = Tokens::read(&text);
        let words = Words::new(&text, &tokens, Locale::from_tag(&locale).unwrap());
        let found = dates::days(&words, day(&received));
        let amounts = grammar::amounts(&words, None, &found);
        let references = grammar::references(&words, &KnownReferences::default(), &found, &amounts);
        let clauses: Vec<Clause<'_>> = grammar::clauses(&text, &tokens, all_of(&text)).into_iter().map(|span| Clause { span, intents: &intents }).collect();
        let read: Vec<String> = roles::dates(&words, &clauses, &found, day(&received)).iter().filter(|day| day.role.name() != "other").map(|day| format!("{}:{}", day.role.name(), day.on)).collect();
        let contested: Vec<String> = roles::references(&words, &clauses, &references).into_iter().filter(|found| found.disputed).map(|found| found.written).collect();
        if (read.join(" "), contested.join(" ")) != (days.clone(), disputed.clone()) {
            wrong.push(format!("{received} {text}: {} / {}, not {days} / {disputed}", read.join(" "), contested.join(" ")));
        }
    }
    no_wrong(&wrong);
}

proptest! {
    /// Whatever is written: no panic, spans inside the text and in order, and a bounded number of mentions.
    #[test]
    fn any_text_is_read(text in "(\\PC|[0-9./,: -]{1,6}|(am|on|by|le|el|next|end of|in|within|invoice|EUR|£|friday|märz|may|days|week|the|of|de|and)( |[0-9]{1,4})){0,60}", locale in prop::sample::select(vec!["en-GB", "en-US", "de-DE", "de-CH", "fr-FR", "es-MX", "en-IN"])) {
        let tokens = Tokens::read(&text);
        let words = Words::new(&text, &tokens, Locale::from_tag(locale).unwrap());
        let days = dates::days(&words, day("2026-02-28"));
        let amounts = grammar::amounts(&words, None, &days);
        let references = grammar::references(&words, &KnownReferences::default(), &days, &amounts);
        let clauses: Vec<Clause<'_>> = grammar::clauses(&text, &tokens, all_of(&text)).into_iter().map(|span| Clause { span, intents: Intent::ALL }).collect();
        prop_assert!(days.len() <= MOST_MENTIONS && amounts.len() <= MOST_MENTIONS && references.len() <= MOST_MENTIONS);
        prop_assert!(days.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
        prop_assert!(days.iter().map(|day| day.span).chain(amounts.iter().map(|amount| amount.span)).chain(references.iter().map(|found| found.span)).all(|span| text.get(span.start as usize..span.end as usize).is_some_and(|part| !part.is_empty())));
        prop_assert!(clauses.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        prop_assert_eq!(roles::dates(&words, &clauses, &days, day("2026-02-28")).len(), days.len());
        roles::amounts(&words, &clauses, &amounts);
        roles::references(&words, &clauses, &references);
    }
}
