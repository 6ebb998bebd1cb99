//! Rows in: the structs have every column of the schema, and books that come by rows are those that come by columns.

use super::{Tables, problems};
use crate::scenarios;
use ar_core::Ledger;
use ar_core::error::ProblemCode;
use ar_core::ledger::schema::{Kind, MODEL_TABLES, TABLES};
use ar_core::money::{Currency, decimal_from_text, minor_from_decimal, minor_from_float};
use ar_core::table::{Cell, Data, Table};
use ar_core_ffi::error::ErrorHandle;
use ar_core_ffi::inputs::fields::{Field, Form, Given, Layout};
use ar_core_ffi::inputs::*;
use ar_core_ffi::ledger::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::*;
use ar_core_ffi::text::ar_string_free;
use serde_json::Value;
use std::ffi::{CString, c_char};
use std::ptr;

/// Member, form, when it is given: what each column of the schema must have.
#[test]
fn every_column_of_the_schema_is_a_member() {
    let specs: Vec<_> = TABLES.iter().chain(MODEL_TABLES).collect();
    assert_eq!(INPUTS.iter().map(|input| input.table).collect::<Vec<_>>(), specs.iter().map(|spec| spec.name).collect::<Vec<_>>());
    for (spec, input) in specs.into_iter().zip(INPUTS) {
        assert_eq!(input.fields.len(), spec.columns.len(), "{}: members and columns", spec.name);
        for (column, field) in spec.columns.iter().zip(input.fields) {
            let place = format!("{}.{}", spec.name, column.name);
            let (name, form) = match column.kind {
                Kind::Amount => (format!("{}_minor", column.name), Form::Int64),
                kind => (column.name.to_owned(), form_of(kind)),
            };
            assert_eq!((field.column, field.form), (name.as_str(), form), "{place}");
            // A number that every row must have may be 0; any other value that is required is missed if it is zero.
            let number = matches!(form, Form::Int64 | Form::Int32 | Form::Double);
            assert_eq!(field.given == Given::Always, number && column.required, "{place}: {:?}", field.given);
        }
        let mut used = vec![(0, size_of::<usize>())];
        for field in input.fields {
            used.push((field.at, field.at + field.form.size()));
            used.extend((field.form == Form::List).then_some((field.len_at, field.len_at + size_of::<usize>())));
            used.extend(if let Given::Said(at) = field.given { Some((at, at + 1)) } else { None });
        }
        used.sort_unstable();
        assert!(used.windows(2).all(|pair| pair[0].1 == pair[1].0), "{}: a member that fills no column, or padding between members", spec.name);
        assert!(input.size - used.last().unwrap().1 < align_of::<usize>(), "{}: a member that fills no column", spec.name);
        assert!(input.first_size <= input.size && input.size.is_multiple_of(align_of::<usize>()));
    }
}

/// A member that is a word of a list names the words in the header.
#[test]
fn header_names_the_words_of_a_member() {
    let header = std::fs::read_to_string(crate::golden::path("include/ar_core.h")).unwrap();
    for spec in TABLES {
        let start = header.find(&format!("// A row of the table \"{}\"", spec.name)).unwrap();
        let members = header[start..].split_once("\n}").unwrap().0;
        for column in spec.columns {
            let before = members.split_once(&format!("{};", column.name)).map(|(before, _)| before);
            if let (Kind::Word(words), Some(before)) = (column.kind, before) {
                let comment = before.rsplit(';').next().unwrap();
                assert!(words.iter().all(|word| comment.contains(&format!("\"{word}\""))), "{}.{}: {comment} names not all of {words:?}", spec.name, column.name);
            }
        }
    }
}

fn form_of(kind: Kind) -> Form {
    match kind {
        Kind::List => Form::List,
        Kind::Currency => Form::Currency,
        Kind::Date => Form::Days,
        Kind::Bool => Form::Flag,
        Kind::Int(..) => Form::Int32,
        Kind::Percent | Kind::Probability => Form::Double,
        // Rates are text: a double does not hold ten decimals of a large one.
        _ => Form::Text,
    }
}

/// Rows of one table in the memory of a host, written member by member.
struct Rows {
    layout: &'static Layout,
    /// What `struct_size` says; beyond the struct stands what no library of today may read.
    stride: usize,
    memory: Vec<u64>,
    texts: Vec<CString>,
    lists: Vec<Vec<*const c_char>>,
}

impl Rows {
    fn new(table: &str, rows: usize, beyond: usize) -> Self {
        let layout = INPUTS.iter().find(|input| input.table == table).unwrap();
        let stride = layout.size + beyond;
        let mut made = Self { layout, stride, memory: vec![0; rows * stride / 8], texts: Vec::new(), lists: Vec::new() };
        for row in 0..rows {
            made.put(row, 0, &stride.to_ne_bytes());
            made.put(row, layout.size, &vec![0xff; beyond]);
        }
        made
    }

    fn put(&mut self, row: usize, at: usize, bytes: &[u8]) {
        let start = row * self.stride + at;
        assert!(start + bytes.len() <= self.memory.len() * 8);
        unsafe { self.memory.as_mut_ptr().cast::<u8>().add(start).copy_from(bytes.as_ptr(), bytes.len()) };
    }

    fn text(&mut self, text: &str) -> *const c_char {
        self.texts.push(CString::new(text).unwrap());
        self.texts[self.texts.len() - 1].as_ptr()
    }

    /// Writes a value; `None` where a row cannot say it.
    fn set(&mut self, row: usize, field: &Field, cell: &Cell, exponent: u8, minor: bool) -> Option<()> {
        let number = || match cell {
            _ if minor => minor_of(cell, 0),
            _ => minor_of(cell, exponent),
        };
        match (field.form, cell) {
            (_, Cell::Null) => return Some(()),
            (Form::Text, Cell::Text(text)) => {
                let text = self.text(text);
                self.put(row, field.at, &(text as usize).to_ne_bytes());
            }
            (Form::Text, Cell::Int(_) | Cell::Float(_)) => {
                let text = match cell {
                    Cell::Int(number) => self.text(&number.to_string()),
                    Cell::Float(number) => self.text(&number.to_string()),
                    _ => return None,
                };
                self.put(row, field.at, &(text as usize).to_ne_bytes());
            }
            (Form::List, Cell::List(list)) => {
                let list: Vec<_> = list.iter().map(|text| self.text(text)).collect();
                self.put(row, field.at, &(list.as_ptr() as usize).to_ne_bytes());
                self.put(row, field.len_at, &list.len().to_ne_bytes());
                self.lists.push(list);
            }
            (Form::Currency, Cell::Text(text)) if text.len() < 4 => self.put(row, field.at, text.as_bytes()),
            (Form::Days, Cell::Text(text)) => self.put(row, field.at, &ar_core::calendar::days_since_epoch(text.parse().ok()?).to_ne_bytes()),
            (Form::Flag, Cell::Bool(value)) => self.put(row, field.at, &[u8::from(*value)]),
            (Form::Int32, Cell::Int(value)) => self.put(row, field.at, &i32::try_from(*value).ok()?.to_ne_bytes()),
            (Form::Int64, _) => self.put(row, field.at, &number()?.to_ne_bytes()),
            (Form::Double, Cell::Int(value)) => self.put(row, field.at, &(*value as f64).to_ne_bytes()),
            (Form::Double, Cell::Float(value)) => self.put(row, field.at, &value.to_ne_bytes()),
            (Form::Double, Cell::Text(text)) => self.put(row, field.at, &text.parse::<f64>().ok()?.to_ne_bytes()),
            _ => return None,
        }
        if let Given::Said(at) = field.given {
            self.put(row, at, &[1]);
        }
        Some(())
    }

    fn add(&self, tables: &Tables, from: usize, rows: usize, error: *mut *mut ErrorHandle) -> Status {
        let (to, at) = (tables.0, self.memory.as_ptr().wrapping_add(from * self.stride / 8));
        unsafe {
            match self.layout.table {
                "customers" => ar_tables_add_customers(to, at.cast(), rows, error),
                "items" => ar_tables_add_items(to, at.cast(), rows, error),
                "payments" => ar_tables_add_payments(to, at.cast(), rows, error),
                "remittances" => ar_tables_add_remittances(to, at.cast(), rows, error),
                "allocations" => ar_tables_add_allocations(to, at.cast(), rows, error),
                "promises" => ar_tables_add_promises(to, at.cast(), rows, error),
                "disputes" => ar_tables_add_disputes(to, at.cast(), rows, error),
                "plans" => ar_tables_add_plans(to, at.cast(), rows, error),
                "instalments" => ar_tables_add_instalments(to, at.cast(), rows, error),
                "notices" => ar_tables_add_notices(to, at.cast(), rows, error),
                "replies" => ar_tables_add_replies(to, at.cast(), rows, error),
                "signals" => ar_tables_add_signals(to, at.cast(), rows, error),
                "fx_rates" => ar_tables_add_fx_rates(to, at.cast(), rows, error),
                "pay_times" => ar_tables_add_pay_times(to, at.cast(), rows, error),
                "holidays" => ar_tables_add_holidays(to, at.cast(), rows, error),
                other => panic!("no function for {other}"),
            }
        }
    }
}

fn minor_of(cell: &Cell, exponent: u8) -> Option<i64> {
    match cell {
        Cell::Int(value) => value.checked_mul(10_i64.pow(exponent.into())),
        Cell::Float(value) => minor_from_float(*value, exponent).ok(),
        Cell::Text(text) => decimal_from_text(text).ok().and_then(|(mantissa, scale)| minor_from_decimal(mantissa, scale, exponent).ok()),
        _ => None,
    }
}

/// A table of cells as rows; `None` where rows cannot say what stands there (columns of the host's own, amounts of an unknown currency).
fn rows_of(table: &Table<'_>, all: Option<u8>, beyond: usize) -> Option<Rows> {
    let mut rows = Rows::new(&table.name, table.rows(), beyond);
    let cells = |name: &str| table.columns().iter().find(|column| column.name == name).and_then(|column| if let Data::Cells(cells) = &column.data { Some(cells) } else { None });
    let currencies = cells("currency");
    for column in table.columns() {
        let minor = column.name.ends_with("_minor");
        let name = if minor { column.name.to_string() } else { format!("{}_minor", column.name) };
        let field = rows.layout.fields.iter().find(|field| field.column == column.name || field.column == name)?;
        for (row, cell) in cells(&column.name)?.iter().enumerate() {
            let own = currencies.and_then(|cells| cells.get(row)).and_then(|cell| if let Cell::Text(code) = cell { Currency::try_new(code).ok() } else { None });
            let exponent = own.map(Currency::exponent).or(all);
            rows.set(row, field, cell, exponent.unwrap_or(2), minor).filter(|()| exponent.is_some() || field.form != Form::Int64 || minor)?;
        }
    }
    Some(rows)
}

/// The exponent of every currency that a scenario names, where it is one.
fn exponent_of_all(text: &str) -> Option<u8> {
    let found: Vec<u8> = text.split(|c: char| !c.is_ascii_uppercase()).filter_map(|word| Currency::try_new(word).ok()).map(Currency::exponent).collect();
    found.iter().all(|exponent| Some(exponent) == found.first()).then(|| found.first().copied().unwrap_or(2))
}

fn digest(ledger: *const LedgerHandle) -> String {
    let mut text = ptr::null_mut();
    unsafe {
        assert_eq!(ar_ledger_digest(ledger, &mut text, ptr::null_mut(), ptr::null_mut()), Status::Ok);
        let digest = super::string(text);
        ar_string_free(text);
        digest
    }
}

/// A ledger from tables that all come by rows, in one call or in two; `None` where rows cannot say a table.
fn ledger_by_rows(tables: &[Table<'_>], scenario: &Value, beyond: usize) -> Option<String> {
    let given = Tables::new();
    for table in tables {
        let rows = rows_of(table, exponent_of_all(&scenario.to_string()), beyond)?;
        let first = table.rows() / 2;
        assert_eq!(rows.add(&given, 0, first, ptr::null_mut()), Status::Ok);
        assert_eq!(rows.add(&given, first, table.rows() - first, ptr::null_mut()), Status::Ok);
    }
    let ledger = given.ledger().unwrap_or_else(|(_, error)| panic!("{:?}", problems(error)));
    let found = digest(ledger);
    unsafe { ar_ledger_free(ledger) };
    Some(found)
}

/// Every scenario, its tables written into structs: the books are the same to the byte.
#[test]
fn books_by_rows_are_books_by_columns() {
    let (mut same, mut seen, mut all) = (0, std::collections::BTreeSet::new(), 0);
    for (at, (name, scenario)) in scenarios::files().into_iter().enumerate() {
        let tables = scenarios::tables(&scenario, "tables");
        // A program of today, and one of tomorrow whose structs are longer.
        let Some(found) = ledger_by_rows(&tables, &scenario, [0, 8, 40][at % 3]) else {
            all += 1;
            continue;
        };
        assert_eq!(found, Ledger::try_new(&tables).unwrap().digest(), "{name}");
        seen.extend(tables.into_iter().map(|table| table.name.into_owned()));
        (same, all) = (same + 1, all + 1);
    }
    assert!(same * 10 > all * 9, "only {same} of {all} scenarios came by rows");
    assert_eq!(seen.len(), TABLES.len(), "tables that no scenario gave by rows: {seen:?}");
}

fn items(rows: usize) -> Rows {
    let mut made = Rows::new("items", rows, 0);
    for row in 0..rows {
        let text = |text: &str| Cell::Text(text.into());
        let values = [
            ("item_id", text(&format!("I{row}"))),
            ("customer_id", text("C1")),
            ("currency", text("EUR")),
            ("amount_minor", Cell::Int(100)),
            ("issued_on", text("2026-08-01")),
            ("due_on", text("2026-08-31")),
        ];
        for (name, cell) in values {
            let field = made.layout.fields.iter().find(|field| field.column == name).unwrap();
            made.set(row, field, &cell, 0, true).unwrap();
        }
    }
    made
}

#[test]
fn sizes_that_cannot_be_are_refused_with_their_row() {
    let size = size_of::<ItemInput>();
    for (row, said) in [(0, 0), (0, size - 8), (0, size + 4), (0, 4_104), (0, usize::MAX), (2, 0), (199, size + 8)] {
        let (mut rows, tables, mut error) = (items(200), Tables::new(), ptr::null_mut());
        rows.put(row, 0, &said.to_ne_bytes());
        assert_eq!(rows.add(&tables, 0, 200, &mut error), Status::InvalidArgument, "{row} {said}");
        let seen = problems(error);
        assert_eq!((seen[0].1, seen[0].2.as_deref(), seen[0].3), (row as i64, Some("rows"), ProblemCode::OutOfRange), "{seen:?}");
        // Nothing of it was added.
        assert_eq!(items(3).add(&tables, 0, 3, ptr::null_mut()), Status::Ok);
        assert!(tables.ledger().map(|ledger| unsafe { ar_ledger_free(ledger) }).is_ok());
    }
}

#[test]
fn pointers_lengths_and_mixed_ways_are_refused() {
    let (rows, tables, mut error) = (items(4), Tables::new(), ptr::null_mut());
    unsafe {
        assert_eq!(ar_tables_add_items(ptr::null_mut(), ptr::null(), 0, ptr::null_mut()), Status::NullPointer);
        assert_eq!(ar_tables_add_items(tables.0, ptr::null(), 1, &mut error), Status::NullPointer);
        assert_eq!(problems(error)[0].2.as_deref(), Some("rows"));
        assert_eq!(ar_tables_add_items(tables.0, rows.memory.as_ptr().cast::<u8>().wrapping_add(1).cast(), 1, ptr::null_mut()), Status::NullPointer);
        assert_eq!(ar_tables_add_items(tables.0, rows.memory.as_ptr().cast(), usize::MAX, ptr::null_mut()), Status::InvalidArgument);
        assert_eq!(rows.add(&tables, 0, 4, ptr::null_mut()), Status::Ok);
        let values = [0_i32; 4];
        assert_eq!(ar_tables_add_date_column(tables.0, c"items".as_ptr(), c"settled_on".as_ptr(), values.as_ptr(), ptr::null(), 4, &mut error), Status::InvalidArgument);
        assert_eq!(problems(error)[0].3, ProblemCode::DuplicateId);
        let by_columns = super::small_book();
        assert_eq!(rows.add(&by_columns, 0, 4, ptr::null_mut()), Status::InvalidArgument);
    }
}

#[test]
fn problems_of_rows_have_their_numbers_through_all_calls() {
    let (mut rows, tables) = (items(300), Tables::new());
    let amount = rows.layout.fields.iter().find(|field| field.column == "amount_minor").unwrap().at;
    let currency = rows.layout.fields.iter().find(|field| field.column == "currency").unwrap().at;
    rows.put(7, amount, &0_i64.to_ne_bytes());
    rows.put(201, currency, b"EURO");
    rows.put(299, currency, &[0; 4]);
    assert_eq!(rows.add(&tables, 0, 200, ptr::null_mut()), Status::Ok);
    assert_eq!(rows.add(&tables, 200, 100, ptr::null_mut()), Status::Ok);
    let (status, error) = tables.ledger().unwrap_err();
    assert_eq!(status, Status::InvalidTables);
    let seen: Vec<_> = problems(error).into_iter().map(|seen| (seen.1, seen.2.unwrap(), seen.3)).collect();
    let wanted = [(7, "amount", ProblemCode::NotPositive), (201, "currency", ProblemCode::UnknownCurrency), (299, "currency", ProblemCode::MissingValue)];
    assert_eq!(seen, wanted.map(|(row, column, code)| (row, column.to_owned(), code)));
}

#[test]
fn no_rows_are_an_empty_table() {
    let tables = Tables::new();
    unsafe {
        assert_eq!(ar_tables_add_customers(tables.0, ptr::null(), 0, ptr::null_mut()), Status::Ok);
        assert_eq!(ar_tables_add_items(tables.0, ptr::null(), 0, ptr::null_mut()), Status::Ok);
    }
    assert!(tables.ledger().map(|ledger| unsafe { ar_ledger_free(ledger) }).is_ok());
}
