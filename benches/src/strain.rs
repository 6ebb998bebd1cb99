//! `cargo run --release -p ar-benches --bin strain -- [texts] [seed]`: mails and notices of tests/reference, cut, spliced, repeated and mixed with
//! odd characters, through the reader and the verifier, and as names of a customer and of its invoices through the writer. Nothing may panic;
//! what took longest for its length is printed.

use ar_benches::{Dice, days, numbers, sender, texts};
use ar_core::conversation::locale::{Language, Locale};
use ar_core::conversation::read::{Context, read_reply};
use ar_core::conversation::verify::{Facts, verify_notice};
use ar_core::conversation::write::{Channel, Style, Templates, write_with};
use ar_core::table::{Column, Table};
use ar_core::{Error, Ledger, Models, Policy, collect};
use chrono::NaiveDate;
use serde_json::Value;
use std::time::Instant;

const ODD: &[&str] = &[
    "\u{0}",
    "\u{200b}",
    "\u{202e}",
    "\u{e0041}",
    "а",
    "é",
    "ß",
    "İ",
    "ﬁ",
    "０",
    "½",
    "€",
    "£1,",
    "1.",
    "1'",
    ",,",
    "<div style='display:none'>",
    "</",
    "<!--",
    "&#x41;",
    "&#1114112;",
    "{date}",
    "{{ name }}",
    "> ",
    "\r\n",
    "\n\n",
    "On 1 wrote:",
    "From: ",
    "31.02.2026",
    "99/99/9999",
    "29 February",
    "in 999999999 days",
    "next next Friday",
    "-0.00",
    "1e9",
    "INV-",
    "#",
    "http://a@b.c",
    "mailto:",
    "GB33BUKB20201555555555",
    "??",
    "!!!",
    "\u{301}\u{301}",
    "𝟙𝟚",
    "漢字",
    "🎉",
];

fn rows(name: &str) -> Vec<Value> {
    let file = format!("{}/../tests/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).unwrap_or_default().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// A part of a text between two characters.
fn part<'t>(dice: &mut Dice, text: &'t str) -> &'t str {
    let marks: Vec<usize> = text.char_indices().map(|row| row.0).chain([text.len()]).collect();
    let (a, b) = (marks[dice.below(marks.len() as u64) as usize], marks[dice.below(marks.len() as u64) as usize]);
    &text[a.min(b)..a.max(b)]
}

fn strained(dice: &mut Dice, bases: &[String]) -> String {
    let mut text = bases[dice.below(bases.len() as u64) as usize].clone();
    for _ in 0..1 + dice.below(12) {
        let other = &bases[dice.below(bases.len() as u64) as usize];
        let piece = match dice.below(5) {
            0 => part(dice, other).to_string(),
            1 => part(dice, &text).to_string(),
            2 => ODD[dice.below(ODD.len() as u64) as usize].repeat(1 + dice.below(3) as usize),
            3 => part(dice, other).repeat(1 + dice.below(40) as usize),
            _ => String::new(),
        };
        let head = part(dice, &text).len();
        let cut = text.char_indices().map(|row| row.0).find(|at| *at >= head).unwrap_or(text.len());
        let drop = text.char_indices().map(|row| row.0).find(|at| *at >= cut + dice.below(20) as usize).unwrap_or(text.len());
        text = format!("{}{piece}{}", &text[..cut], &text[drop..]);
        if text.len() > 80_000 {
            text.truncate(text.char_indices().map(|row| row.0).take_while(|at| *at < 80_000).last().unwrap_or(0));
        }
    }
    text
}

/// A customer of a hostile name with an invoice of a hostile number: whatever the ledger takes is written about.
fn written(dice: &mut Dice, bases: &[String], templates: &Templates, draft: &str) -> Result<usize, Error> {
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let today = ar_core::calendar::days_since_epoch(as_of);
    let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(60).collect::<String>();
    let base = &bases[dice.below(bases.len() as u64) as usize];
    let (name, reference) = (short(part(dice, base)), short(ODD[dice.below(ODD.len() as u64) as usize]));
    let one = |text: &str| texts([text.to_string()].into_iter());
    let tables = [
        Table::new("customers", vec![Column::new("customer_id", one("C")), Column::new("name", one(&name))]),
        Table::new(
            "items",
            vec![
                Column::new("item_id", one("I")),
                Column::new("customer_id", one("C")),
                Column::new("currency", one("EUR")),
                Column::new("reference", one(&format!("{reference}7"))),
                Column::new("amount_minor", numbers([12_345].into_iter())),
                Column::new("issued_on", days([today - 60].into_iter())),
                Column::new("due_on", days([today - 12].into_iter())),
            ],
        ),
    ];
    let Ok(ledger) = Ledger::try_new(&tables) else { return Ok(0) };
    let (policy, models) = (Policy::default(), Models::fit(&ledger, as_of));
    let report = collect(&ledger, &policy, &models, as_of)?;
    let sender = sender();
    let mut count = 0;
    for decision in report.decisions() {
        let language = Language::ALL[dice.below(4) as usize];
        let style = Style { locale: Some(Locale::of(language)), channel: Some(Channel::ALL[dice.below(4) as usize]), ..Style::new(&sender, templates) };
        count += usize::from(write_with(decision, &ledger, &policy, &style, as_of, draft).is_ok());
    }
    Ok(count)
}

fn main() -> Result<(), Error> {
    let argument = |at: usize, or: u64| std::env::args().nth(at).and_then(|text| text.parse().ok()).unwrap_or(or);
    let (count, mut dice) = (argument(1, 100_000), Dice(argument(2, 1)));
    let replies = rows("replies.jsonl");
    let grounding = rows("grounding.jsonl");
    let text = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap_or("").to_string();
    let bases: Vec<String> = replies.iter().map(|row| text(row, "body")).chain(grounding.iter().map(|row| text(row, "message"))).collect();
    let facts: Vec<Facts> = grounding.iter().filter_map(|row| Facts::from_json(&row.get("facts")?.to_string()).ok()).collect();
    let templates = Templates::shipped()?;
    let received = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let (mut bytes, mut notices, mut slowest) = (0, 0, [(0.0f64, 0usize); 2]);
    for round in 0..count {
        let text = strained(&mut dice, &bases);
        let context = Context { locale: Locale::from_tag(["en-US", "de-CH", "fr-CA", "es-MX"][dice.below(4) as usize]), subject: Some(part(&mut dice, &text)), ..Context::on(received) };
        let start = Instant::now();
        std::hint::black_box(read_reply(&text, &context).to_json(&text, &context));
        let read = start.elapsed().as_secs_f64();
        let start = Instant::now();
        std::hint::black_box(verify_notice(&text, &facts[dice.below(facts.len() as u64) as usize]));
        let verified = start.elapsed().as_secs_f64();
        for (slot, spent) in slowest.iter_mut().zip([read, verified]) {
            if spent > slot.0 {
                *slot = (spent, text.len());
            }
        }
        bytes += text.len();
        if round % 20 == 0 {
            notices += written(&mut dice, &bases, &templates, &text)?;
        }
    }
    println!("{count} texts of {} bytes on average read and verified, {notices} notices written: no panic", bytes as u64 / count.max(1));
    for (name, (spent, length)) in ["read", "verified"].iter().zip(slowest) {
        println!("slowest {name}: {:.1} ms for {length} bytes", spent * 1e3);
    }
    Ok(())
}
