//! Bad input through C: every case of tests/bad_input, as plain columns and as Arrow streams; nothing is loaded, all is reported.

use super::load::{add_column, add_stream};
use super::{Tables, problems};
use ar_core::table::{Column, Data, Table, Texts};
use ar_core_ffi::error::ErrorHandle;
use ar_core_ffi::ledger::*;
use ar_core_ffi::status::Status;
use serde_json::Value;
use std::borrow::Cow;
use std::path::Path;
use std::{fs, ptr};

/// What the cases write for values that JSON lacks.
enum Cell {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Seconds(i64),
    Bytes(Vec<u8>),
    List(Vec<String>),
}

fn cell(value: Option<&Value>) -> Cell {
    let Some(value) = value else { return Cell::Null };
    match value {
        Value::Null => Cell::Null,
        Value::Bool(value) => Cell::Bool(*value),
        Value::Number(number) => number.as_i64().map_or_else(|| Cell::Float(number.as_f64().unwrap()), Cell::Int),
        Value::String(text) => Cell::Bytes(text.clone().into_bytes()),
        Value::Array(texts) => Cell::List(texts.iter().map(|text| text.as_str().unwrap().to_owned()).collect()),
        Value::Object(map) => {
            let (kind, value) = map.iter().next().unwrap();
            let (text, times) = (value[0].as_str().unwrap_or_default(), usize::try_from(value[1].as_u64().unwrap_or(0)).unwrap());
            match kind.as_str() {
                "float" => Cell::Float(value.as_str().unwrap().parse().unwrap()),
                "repeat" => Cell::Bytes(text.repeat(times).into_bytes()),
                "repeat_list" => Cell::List(vec![text.to_owned(); times]),
                "bytes" => Cell::Bytes(value.as_str().unwrap().as_bytes().chunks(2).map(hex).collect()),
                "timestamp" => Cell::Seconds(value.as_str().unwrap().parse::<chrono::NaiveDateTime>().unwrap().and_utc().timestamp()),
                other => panic!("the cases know a {other} that this test does not"),
            }
        }
    }
}

fn hex(digits: &[u8]) -> u8 {
    u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap()
}

/// One typed column, as a host would have it: the widest type of its cells; text beside doubles is read as a double.
fn column(name: &str, cells: &[Cell]) -> Column<'static> {
    let valid: Vec<bool> = cells.iter().map(|cell| !matches!(cell, Cell::Null)).collect();
    let any = |test: fn(&Cell) -> bool| cells.iter().any(test);
    let data = if any(|cell| matches!(cell, Cell::Float(_))) {
        Data::Float(cells.iter().map(double).collect())
    } else if any(|cell| matches!(cell, Cell::Int(_))) {
        Data::Int(cells.iter().map(|cell| if let Cell::Int(value) = cell { *value } else { 0 }).collect())
    } else if any(|cell| matches!(cell, Cell::Bool(_))) {
        Data::Bool(cells.iter().map(|cell| matches!(cell, Cell::Bool(true))).collect())
    } else if any(|cell| matches!(cell, Cell::Seconds(_))) {
        Data::Timestamp(cells.iter().map(|cell| if let Cell::Seconds(value) = cell { *value } else { 0 }).collect(), 86_400)
    } else if any(|cell| matches!(cell, Cell::List(_))) {
        let (mut ends, mut texts) = (Vec::new(), Texts::default());
        for cell in cells {
            if let Cell::List(values) = cell {
                values.iter().for_each(|text| texts.push(text));
            }
            ends.push(texts.ends.len());
        }
        Data::TextList(ends, texts)
    } else {
        let mut texts = Texts::default();
        for cell in cells {
            if let Cell::Bytes(bytes) = cell {
                texts.bytes.to_mut().extend_from_slice(bytes);
            }
            texts.ends.push(texts.bytes.len());
        }
        Data::Text(texts)
    };
    Column { name: Cow::Owned(name.to_owned()), valid: valid.contains(&false).then_some(Cow::Owned(valid)), data }
}

fn double(cell: &Cell) -> f64 {
    match cell {
        Cell::Float(value) => *value,
        Cell::Int(value) => *value as f64,
        Cell::Bytes(text) => str::from_utf8(text).unwrap().parse().unwrap(),
        _ => 0.0,
    }
}

fn table(name: &str, rows: &[Value]) -> Table<'static> {
    let mut names: Vec<&String> = Vec::new();
    for row in rows {
        names.extend(row.as_object().unwrap().keys().filter(|name| !names.contains(name)).collect::<Vec<_>>());
    }
    let columns = names.into_iter().map(|name| column(name, &rows.iter().map(|row| cell(row.get(name))).collect::<Vec<_>>()));
    Table { name: Cow::Owned(name.to_owned()), batches: vec![ar_core::table::Batch { columns: columns.collect() }] }
}

/// Loads the tables and compares what is reported.
fn refused(case: &Value, tables: &Tables, route: &str) {
    let place = format!("{} ({route})", case["name"]);
    let marker = ptr::dangling_mut::<LedgerHandle>();
    let (mut ledger, mut error): (_, *mut ErrorHandle) = (marker, ptr::null_mut());
    let status = unsafe { ar_ledger_new(tables.0, &mut ledger, &mut error) };
    assert_eq!(status, Status::InvalidTables, "{place}");
    assert_eq!(ledger, marker, "{place}: something was loaded");
    let seen = problems(error);
    let mut found: Vec<String> = seen.iter().map(|(table, row, column, code, _)| format!("{table} {row} {column:?} {}", code.name())).collect();
    let wanted = case.get("columns").unwrap_or(&case["problems"]).as_array().unwrap();
    let mut wanted: Vec<String> =
        wanted.iter().map(|problem| format!("{} {} {:?} {}", problem[0].as_str().unwrap(), problem[1].as_i64().unwrap_or(-1), problem[2].as_str(), problem[3].as_str().unwrap())).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted, "{place}: {seen:?}");
    for words in case.get("says").and_then(Value::as_array).into_iter().flatten() {
        assert!(seen.iter().any(|problem| problem.4.contains(words.as_str().unwrap())), "{place}: nothing says {words}: {seen:?}");
    }
}

#[test]
fn every_case_is_refused_with_every_problem() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("bad_input/cases.json");
    let cases: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut ran = [0, 0];
    for case in cases["cases"].as_array().unwrap() {
        if case.get("only").is_some_and(|only| only == "rows") {
            continue;
        }
        let tables: Vec<Table<'_>> = case["tables"].as_object().unwrap().iter().map(|(name, rows)| table(name, rows.as_array().unwrap())).collect();
        let (plain, streams) = (Tables::new(), Tables::new());
        if tables.iter().all(|table| table.columns().iter().all(|column| add_column(plain.0, &table.name, column))) {
            refused(case, &plain, "columns");
            ran[0] += 1;
        }
        if tables.iter().all(|table| add_stream(streams.0, table)) {
            refused(case, &streams, "stream");
            ran[1] += 1;
        }
    }
    assert!(ran[0] >= 100 && ran[1] >= 100, "{ran:?} cases ran");
}
