//! The days of the scenario suite for the programs of tests/c, which have no reader of TOML: every text stands behind its length.

use crate::scenarios;
use ar_core::calendar::days_since_epoch;
use ar_core::table::{Cell, Column, Data, Table};
use chrono::NaiveDate;
use serde_json::Value;
use std::fmt::Write;

fn text(to: &mut String, text: &str) {
    writeln!(to, "{}:{text}", text.len()).unwrap();
}

/// The kind of a column, from the first cell that has a value: t text, l list, i whole number, d double, b truth.
fn kind(cells: &[Cell]) -> char {
    // Whole numbers beside doubles are doubles.
    let double = cells.iter().find(|cell| matches!(cell, Cell::Float(_)));
    match double.or_else(|| cells.iter().find(|cell| !matches!(cell, Cell::Null))) {
        Some(Cell::List(_)) => 'l',
        Some(Cell::Int(_)) => 'i',
        Some(Cell::Float(_)) => 'd',
        Some(Cell::Bool(_)) => 'b',
        _ => 't',
    }
}

/// `c`, table, column, kind, rows, and then each row: a text, a number, or `-` for null. Of lists first all texts, then where each ends.
fn column(to: &mut String, table: &str, column: &Column<'_>) {
    let Data::Cells(cells) = &column.data else { panic!("{table}.{}: rows have cells", column.name) };
    to.push_str("c\n");
    text(to, table);
    text(to, &column.name);
    let kind = kind(cells);
    writeln!(to, "{kind}\n{}", cells.len()).unwrap();
    if kind == 'l' {
        return lists(to, cells);
    }
    for cell in cells {
        match cell {
            Cell::Null => to.push_str("-\n"),
            Cell::Text(value) if kind == 't' => text(to, value),
            Cell::Bool(value) if kind == 'b' => writeln!(to, "{}", u8::from(*value)).unwrap(),
            Cell::Int(value) if kind == 'i' => writeln!(to, "{value}").unwrap(),
            Cell::Int(value) if kind == 'd' => writeln!(to, "{}", (*value as f64).to_bits().cast_signed()).unwrap(),
            Cell::Float(value) if kind == 'd' => writeln!(to, "{}", value.to_bits().cast_signed()).unwrap(),
            other => panic!("{table}.{}: {other:?} in a column of kind {kind}", column.name),
        }
    }
}

fn lists(to: &mut String, cells: &[Cell]) {
    let texts = |cell: &Cell| if let Cell::List(texts) = cell { texts.clone() } else { Vec::new() };
    let all: Vec<String> = cells.iter().flat_map(texts).collect();
    writeln!(to, "{}", all.len()).unwrap();
    all.iter().for_each(|value| text(to, value));
    let mut end = 0;
    for cell in cells {
        end += i64::try_from(texts(cell).len()).unwrap();
        // The end of a null row counts from -1 downwards.
        writeln!(to, "{}", if matches!(cell, Cell::Null) { -end - 1 } else { end }).unwrap();
    }
}

/// One day: name, day, policy, events, how many customers it is for (0: all) and which, the tables of the books, `m`, the tables of the models, a full stop.
pub fn written(name: &str, scenario: &Value) -> String {
    let mut text = String::new();
    let as_of: NaiveDate = scenario["as_of"].as_str().unwrap().parse().unwrap();
    let columns = |text: &mut String, tables: &[Table<'_>]| tables.iter().for_each(|table| table.columns().iter().for_each(|it| column(text, &table.name, it)));
    self::text(&mut text, name);
    writeln!(text, "{}", days_since_epoch(as_of)).unwrap();
    self::text(&mut text, scenario.get("policy").and_then(Value::as_str).unwrap_or(""));
    self::text(&mut text, &scenario.get("events").map_or("[]".into(), Value::to_string));
    let customers = scenarios::customers(scenario).unwrap_or_default();
    writeln!(text, "{}", customers.len()).unwrap();
    customers.iter().for_each(|id| self::text(&mut text, id));
    columns(&mut text, &scenarios::tables(scenario, "tables"));
    text.push_str("m\n");
    columns(&mut text, &scenarios::tables(scenario, "models"));
    text + ".\n"
}

/// Every day, or one in so many; and what a program has to print of each: its name, the hash of the report, its length.
pub fn every(step: usize) -> (String, String) {
    let (mut days, mut wanted) = (String::new(), String::new());
    for (name, scenario) in scenarios::all().iter().step_by(step) {
        let json = scenarios::day(scenario);
        days.push_str(&written(name, scenario));
        writeln!(wanted, "{name} {:016x} {}", hash(json.as_bytes()), json.len()).unwrap();
    }
    (days, wanted)
}

/// FNV-1a, 64 bits: short enough to be written twice.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
