//! A day of a book: reads a folder of CSV files, runs the day, prints what is done, what a person has to do, and why.
//!
//!     cargo run --release -p ar-tests --example day -- examples/book 2026-11-20 examples/book/policy.toml

use ar_core::ledger::schema::TABLES;
use ar_core::table::{Cell, Table};
use ar_core::{Ledger, Models, Policy, Report, audit, run};
use chrono::NaiveDate;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match day() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn day() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (book, as_of, policy) = match arguments.as_slice() {
        [book, day] => (book, day, Policy::default()),
        [book, day, policy] => (book, day, Policy::from_toml(&fs::read_to_string(policy)?)?),
        _ => return Err("usage: day <book folder> <YYYY-MM-DD> [policy.toml]".into()),
    };
    let as_of: NaiveDate = as_of.parse().map_err(|_| format!("'{as_of}' is not a day like 2026-11-20"))?;

    let mut tables = Vec::new();
    for table in TABLES {
        let file = Path::new(book).join(format!("{}.csv", table.name));
        if file.exists() {
            tables.push(read_table(table.name, &fs::read_to_string(file)?));
        }
    }
    let problems = |error: ar_core::Error| error.problems().iter().map(|problem| format!("{problem}\n")).collect::<String>();
    let ledger = Ledger::try_new(&tables).map_err(problems)?;
    let models = Models::fit(&ledger, as_of);
    let report = run(&ledger, &policy, &models, as_of)?;
    print(&report);

    // The audit log of the run is a chain; anybody who keeps it can check it.
    assert!(audit::verify(report.audit()).is_empty());
    Ok(())
}

fn print(report: &Report) {
    let waiting = report.worklist().count();
    println!("{} decisions, {waiting} for a person.\n\nDone without a person:", report.decisions().len());
    for decision in report.decisions().iter().filter(|decision| decision.mode.name() == "act") {
        println!("  {}", report.why(decision));
    }
    println!("\nFor a person, best first:");
    for decision in report.worklist() {
        println!("  [{}] {}", decision.ask_role, report.why(decision));
    }
    if let Some(text) = report.worklist().next().and_then(|first| report.explain(&first.id)) {
        println!("\nThe first of them, with all that was known:\n{text}");
    }
}

/// A table of texts: the engine itself reads numbers and days. An empty field is null; lists are split at semicolons.
fn read_table<'t>(name: &'t str, text: &str) -> Table<'t> {
    let lists = ["aliases", "channels", "bank_accounts", "item_ids"];
    let mut rows = read_csv(text).into_iter();
    let header = rows.next().unwrap_or_default();
    let cell = |column: &String, field: String| match field {
        field if field.is_empty() => Cell::Null,
        field if lists.contains(&column.as_str()) => Cell::List(field.split(';').map(String::from).collect()),
        field => Cell::Text(field),
    };
    Table::from_rows(name, rows.map(|row| header.iter().zip(row).map(|(column, field)| (column.clone(), cell(column, field))).collect::<Vec<_>>()))
}

/// Rows of fields, by RFC 4180: fields in quotes may hold commas, line breaks and doubled quotes.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            other => field.push(other),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows
}
