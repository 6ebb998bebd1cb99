//! Outgoing text is checked against the facts: cases, written texts and what changes them, and whatever else may come.

mod mutate;
mod notice;
mod texts;

use crate::golden::path;
use ar_core::conversation::verify::{Facts, verify_notice};
use ar_world::Random;
use notice::Notice;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// The cases of `tests/reference/grounding.jsonl`: facts, a message, and what is wrong with it.
#[test]
fn the_cases_come_out_as_written() {
    let text = std::fs::read_to_string(path("tests/reference/grounding.jsonl")).unwrap();
    let (mut seen, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let facts = Facts::from_value(&case["facts"]).unwrap();
        let message = case["message"].as_str().unwrap();
        let verdict = verify_notice(message, &facts);
        let codes: Vec<&str> = verdict.findings.iter().map(|finding| finding.code.name()).collect();
        let right = if case["expect"] == "accept" { verdict.accepted } else { codes.contains(&case["reason_code"].as_str().unwrap()) };
        if !right {
            wrong.push(format!("{}: wanted {}, got {codes:?}", case["id"], case["reason_code"]));
        }
        assert_eq!(verdict.accepted, verdict.findings.is_empty());
        assert!(verdict.claims.iter().all(|claim| !claim.span.of(message).is_empty()), "{}", case["id"]);
        seen += 1;
    }
    assert!(wrong.is_empty() && seen >= 100, "{seen} cases; {}", wrong.join("\n"));
}

/// Of 10,000 true notices in five locales less than one in a hundred is refused; of 10,000 untrue ones 999 in a thousand are.
#[test]
fn true_notices_pass_and_untrue_ones_do_not() {
    const MANY: usize = 10_000;
    let mut random = Random(20_260_320);
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..MANY {
        let notice = Notice::new(&mut random);
        let verdict = verify_notice(&notice.text(), &notice.facts);
        if let Some(finding) = verdict.findings.first() {
            *refused.entry(format!("{} {} in:\n{}", notice.texts.tag, finding.code.name(), notice.text())).or_default() += 1;
        }
    }
    let mut missed: BTreeMap<String, usize> = BTreeMap::new();
    let (mut made, mut kinds) = (0, mutate::KINDS.iter().cycle());
    while made < MANY {
        let notice = Notice::new(&mut random);
        let kind = kinds.next().unwrap();
        let Some((text, facts)) = mutate::mutate(&mut random, &notice, kind) else { continue };
        made += 1;
        if verify_notice(&text, &facts).accepted {
            *missed.entry(format!("{kind} in:\n{text}")).or_default() += 1;
        }
    }
    let (refused_count, missed_count): (usize, usize) = (refused.values().sum(), missed.values().sum());
    println!("of {MANY} true notices {refused_count} refused; of {made} untrue ones {missed_count} accepted");
    assert!(refused_count * 100 < MANY, "{refused_count} true notices refused, such as {:?}", refused.keys().next());
    assert!(missed_count * 1_000 <= made, "{missed_count} untrue notices accepted, such as {:?}", missed.keys().next());
}

/// What is wrong with facts is told at once.
#[test]
fn facts_that_cannot_be_used_are_refused_with_every_problem() {
    let error =
        Facts::from_json(r#"{"as_of": "20.03.2026", "locale": "xx", "currency": "ZZZ", "colour": 1, "invoices": [{"ref": "A", "open": "1.005", "due": "2026-01-01", "status": "lost"}]}"#).unwrap_err();
    let told: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    for place in ["facts.as_of", "facts.locale", "facts.currency", "facts.colour", "facts.stage", "creditor.name", "debtor.name", "invoices[0].open", "invoices[0].status"] {
        assert!(told.iter().any(|problem| problem.starts_with(place)), "{place} is not in {told:?}");
    }
    assert!(Facts::from_json("{").is_err());
}

fn bits() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "INV-10432",
        "£1,234.56",
        "17 February 2026",
        "31 days",
        "{",
        "https://",
        "@",
        "GB33",
        "total",
        "1.",
        "\u{200b}",
        "\n",
        "-",
        "Ms ",
        "two ",
        "0161 496 0100",
        "%",
        "over ",
        "\n\n",
        ".",
        "(",
        "a.b",
        "€",
    ]);
    prop::collection::vec(prop_oneof![words.prop_map(String::from), ".{0,12}"], 0..120).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is written: an answer, the same twice, with spans of the text.
    #[test]
    fn any_text_gets_an_answer(text in prop_oneof![bits(), ".{0,2000}"], tag in prop::sample::select(vec!["en-GB", "en-US", "de-DE", "fr-FR", "es-ES"])) {
        let line = std::fs::read_to_string(path("tests/reference/grounding.jsonl")).unwrap();
        let case: Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
        let mut facts = Facts::from_value(&case["facts"]).unwrap();
        facts.locale = ar_core::conversation::locale::Locale::from_tag(tag).unwrap();
        let verdict = verify_notice(&text, &facts);
        prop_assert_eq!(&verdict, &verify_notice(&text, &facts));
        for finding in &verdict.findings {
            prop_assert!(text.get(finding.span.start as usize..finding.span.end as usize).is_some(), "{:?}", finding);
        }
    }
}
