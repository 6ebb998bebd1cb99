//! The second implementation: random books and their reports go to plain Python, which works out ageing, measures and
//! the ladder from the same tables on its own and compares.

use super::book::{as_of, books};
use super::policies::{policies, read};
use super::tables::{Plain, Value as Field, day, ledger, plain_tables, written};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

const BOOKS: usize = 250;

fn rows(table: &Plain) -> Value {
    let field = |value: &Field| match value {
        Field::Nothing => Value::Null,
        Field::Flag(flag) => json!(flag),
        Field::Whole(whole) => json!(whole),
        Field::List(list) => json!(list),
        other => json!(written(other)),
    };
    table.rows.iter().map(|row| Value::Object(table.columns.iter().zip(row).map(|(name, value)| (name.to_string(), field(value))).collect())).collect()
}

/// One line a book: its tables, the policy and the report, all as the faces show them.
fn lines() -> String {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut lines = String::new();
    for _ in 0..BOOKS {
        let (book, mut policy) = (books(), policies()).new_tree(&mut runner).unwrap().current();
        // Nothing is posted: what is open is what the tables say.
        policy["autonomy"] = json!({});
        policy["segments"] = json!({});
        // Offers are not the ladder's.
        policy["offers"] = json!({});
        let policy = read(&policy);
        let report = day(&ledger(&book), &policy);
        let tables: Map<String, Value> = plain_tables(&book).iter().map(|table| (table.name.to_string(), rows(table))).collect();
        let report: Value = serde_json::from_str(&report.to_json()).unwrap();
        let policy: Value = serde_json::from_str(&policy.to_json()).unwrap();
        writeln!(lines, "{}", json!({ "as_of": as_of(), "tables": tables, "policy": policy, "parts": report["parts"] })).unwrap();
    }
    lines
}

#[test]
fn a_second_implementation_agrees() {
    agrees("reference_books.jsonl", &lines(), BOOKS);
}

/// The script of the second implementation finds no difference in so many books.
pub fn agrees(name: &str, lines: &str, books: usize) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference/compare.py");
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("skipped: python3 is missing");
        return;
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, lines).unwrap();
    let output = Command::new("python3").arg(&script).arg(&file).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains(&format!("{books} books agree")), "{told}");
}
