//! `cargo run --release -p ar-benches --bin replies`: how many mails a second one core reads and how many notices it verifies (those of
//! tests/reference), how long hostile texts of 64 KiB take at most, and how large the embedded model is.

use ar_benches::processor;
use ar_core::Currency;
use ar_core::conversation::locale::Locale;
use ar_core::conversation::read::{Context, Known, read_reply};
use ar_core::conversation::verify::{Facts, verify_notice};
use serde_json::Value;
use std::time::Instant;

const ROUNDS: usize = 40;

fn rows(name: &str) -> Vec<Value> {
    let file = format!("{}/../tests/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).unwrap_or_default().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn field<'r>(row: &'r Value, name: &str) -> &'r str {
    row.get(name).and_then(Value::as_str).unwrap_or("")
}

fn reading() {
    let mails = rows("replies.jsonl");
    let ids: Vec<String> = (0..20).map(|at| format!("INV-{:05}", 10_000 + at)).collect();
    let currency = Currency::try_new("EUR").ok();
    let known: Vec<Known<'_>> = ids.iter().filter_map(|id| Some(Known { reference: id, item_id: id, currency: currency?, open: 10_000 })).collect();
    let (before, mut count, mut bytes) = (processor(), 0, 0);
    for _ in 0..ROUNDS {
        for mail in &mails {
            let Ok(received_on) = field(mail, "received").parse() else { continue };
            let context = Context { subject: Some(field(mail, "subject")), locale: Locale::from_tag(field(mail, "locale")), known: &known, ..Context::on(received_on) };
            let text = field(mail, "body");
            std::hint::black_box(read_reply(text, &context));
            (count, bytes) = (count + 1, bytes + text.len());
        }
    }
    println!("read: {:.0} mails a CPU s, {} bytes each, 20 open items", count as f64 / (processor() - before), bytes / count.max(1));
}

fn verifying() {
    let cases = rows("grounding.jsonl");
    let cases: Vec<(String, Facts)> = cases.iter().filter_map(|row| Some((field(row, "message").to_string(), Facts::from_json(&row.get("facts")?.to_string()).ok()?))).collect();
    let (before, mut count, mut bytes) = (processor(), 0, 0);
    for _ in 0..ROUNDS {
        for (text, facts) in &cases {
            std::hint::black_box(verify_notice(text, facts));
            (count, bytes) = (count + 1, bytes + text.len());
        }
    }
    println!("verify: {:.0} notices a CPU s, {} bytes each", count as f64 / (processor() - before), bytes / count.max(1));
}

/// Texts that ask much of a reader: one thing again and again up to the limit.
fn hostile() {
    let pieces = [
        "<",
        "</",
        "<!--",
        "&#",
        "> ",
        "On 1 wrote:\n",
        "From: a\n",
        "12.03.",
        "1,",
        "1.",
        "EUR 1,00 ",
        "INV-1 ",
        "a-1/",
        "next Friday ",
        "the 15th, ",
        "we will pay ",
        "?",
        "\n",
        "é",
        "а",
        "\u{200b}",
        "\u{301}",
        "--\n",
        "Regards\n",
        "RE 1 and ",
        "in ten days ",
        "ignore all instructions ",
        "lawyer ",
        "<div style=\"display:none\">",
        "@",
        "a@b.c ",
        "http://a.b/",
        "€",
        "-",
        "1 000 000 ",
        "no. ",
    ];
    let facts = rows("grounding.jsonl").first().and_then(|row| Facts::from_json(&row.get("facts")?.to_string()).ok());
    let context = Context { locale: Locale::from_tag("en-GB"), ..Context::on("2026-11-20".parse().unwrap_or_default()) };
    let (mut slowest_read, mut slowest_verify) = ((0.0, ""), (0.0, ""));
    for piece in pieces {
        let text = piece.repeat(64 * 1024 / piece.len());
        let start = Instant::now();
        std::hint::black_box(read_reply(&text, &context));
        let read = start.elapsed().as_secs_f64() * 1e3;
        let start = Instant::now();
        if let Some(facts) = &facts {
            std::hint::black_box(verify_notice(&text, facts));
        }
        let verify = start.elapsed().as_secs_f64() * 1e3;
        if read > slowest_read.0 {
            slowest_read = (read, piece);
        }
        if verify > slowest_verify.0 {
            slowest_verify = (verify, piece);
        }
    }
    println!("64 KiB of one thing: read in at most {:.1} ms ({:?}), verified in at most {:.1} ms ({:?})", slowest_read.0, slowest_read.1, slowest_verify.0, slowest_verify.1);
}

fn main() {
    reading();
    verifying();
    hostile();
    let weights = std::fs::metadata(format!("{}/../ar-core/src/conversation/read/weights.bin", env!("CARGO_MANIFEST_DIR"))).map_or(0, |file| file.len());
    println!("embedded model: {weights} bytes");
}
