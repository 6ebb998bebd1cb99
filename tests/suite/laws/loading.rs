//! Tables come in by whole columns where nothing is wrong with them, and row by row where something is. Records always come row by row:
//! they are the plain reading that columns, in any batches, must agree with, in what is loaded and in what is refused.

use super::cases;
use ar_core::calendar::{date_from_days, days_since_epoch};
use ar_core::table::{Batch, Cell, Column, Data, Table, Texts};
use ar_core::{Error, Ledger};
use proptest::prelude::*;
use std::borrow::Cow;

/// A value, before it has a form.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Is {
    None,
    Text(String),
    Whole(i64),
    Day(i32),
    Decimal(i128, u8),
    Float(f64),
    /// Ticks, and how many make a day.
    Instant(i64, i64),
    Flag(bool),
    List(Vec<String>),
}

#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) name: &'static str,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Is>>,
}

/// Column by column, in batches of so many rows.
fn columns(table: &Rows, batch: usize) -> Table<'static> {
    let batches = table.rows.chunks(batch.max(1)).map(|rows| Batch { columns: table.columns.iter().enumerate().map(|(at, name)| column(name, rows, at)).collect() });
    Table { name: Cow::Borrowed(table.name), batches: batches.collect() }
}

fn column(name: &'static str, rows: &[Vec<Is>], at: usize) -> Column<'static> {
    let values = || rows.iter().map(|row| &row[at]);
    let valid: Vec<bool> = values().map(|value| *value != Is::None).collect();
    // What stands in the place of no value is anybody's guess.
    let data = match values().find(|value| **value != Is::None) {
        Some(Is::Day(_)) => Data::Date(values().map(|value| if let Is::Day(day) = value { *day } else { -77 }).collect()),
        Some(Is::Whole(_)) => Data::Int(values().map(|value| if let Is::Whole(whole) = value { *whole } else { i64::MIN }).collect()),
        Some(Is::Decimal(_, scale)) => Data::Decimal(values().map(|value| if let Is::Decimal(mantissa, _) = value { *mantissa } else { i128::MIN }).collect(), *scale),
        Some(Is::Float(_)) => Data::Float(values().map(|value| if let Is::Float(value) = value { *value } else { f64::INFINITY }).collect()),
        Some(Is::Instant(_, a_day)) => Data::Timestamp(values().map(|value| if let Is::Instant(ticks, _) = value { *ticks } else { 1 }).collect(), *a_day),
        Some(Is::Flag(_)) => Data::Bool(values().map(|value| *value == Is::Flag(true)).collect()),
        Some(Is::List(_)) => {
            let (mut texts, mut ends) = (Texts::default(), Vec::new());
            for value in values() {
                let guess = vec!["?".to_owned()];
                let list = if let Is::List(list) = value { list } else { &guess };
                list.iter().for_each(|text| texts.push(text));
                ends.push(texts.ends.len());
            }
            Data::TextList(ends, texts)
        }
        // A text is no list, even where it is none.
        None if matches!(name, "aliases" | "bank_accounts") => Data::Null(rows.len()),
        _ => {
            let mut texts = Texts::default();
            values().for_each(|value| texts.push(if let Is::Text(text) = value { text } else { "\u{0}?" }));
            Data::Text(texts)
        }
    };
    if valid.iter().all(|valid| *valid) { Column::new(name, data) } else { Column::nullable(name, valid, data) }
}

fn records(table: &Rows) -> Table<'static> {
    let cell = |value: &Is| match value {
        Is::None => Cell::Null,
        Is::Text(text) => Cell::Text(text.clone()),
        Is::Whole(whole) => Cell::Int(*whole),
        Is::Day(day) => date_from_days(*day).map_or(Cell::Null, Cell::Date),
        Is::Decimal(mantissa, scale) => Cell::Decimal(*mantissa, *scale),
        Is::Float(value) => Cell::Float(*value),
        // Records have no instants: one at midnight is the day, another is no day.
        Is::Instant(ticks, a_day) if ticks % a_day == 0 => date_from_days((ticks / a_day) as i32).map_or(Cell::Null, Cell::Date),
        Is::Instant(..) => Cell::Bool(true),
        Is::Flag(is) => Cell::Bool(*is),
        Is::List(list) => Cell::List(list.clone()),
    };
    let cells = |at: usize| Data::Cells(table.rows.iter().map(|row| cell(&row[at])).collect());
    Table::new(table.name, table.columns.iter().enumerate().map(|(at, name)| Column::new(name, cells(at))).collect())
}

fn seen(loaded: Result<Ledger, Error>) -> Result<(String, Vec<u8>), String> {
    loaded.map(|ledger| (ledger.digest(), ledger.to_bytes())).map_err(|error| format!("{} {:#?}", error.total(), error.problems()))
}

/// Loads both: the same comes in; or the same rows of the same columns are refused, in whatever words.
pub(super) fn same_as_records(tables: &[Rows], batch: usize) -> Result<bool, TestCaseError> {
    let load = |tables: Vec<Table<'static>>| Ledger::try_new(&tables);
    let places = |error: Error| error.problems().iter().map(|row| (row.table.clone(), row.row, row.column.clone())).collect::<Vec<_>>();
    let seen = |loaded: Result<Ledger, Error>| loaded.map(|ledger| (ledger.digest(), ledger.to_bytes())).map_err(places);
    let (plain, found) = (seen(load(tables.iter().map(records).collect())), seen(load(tables.iter().map(|table| columns(table, batch)).collect())));
    let came = found.is_ok();
    prop_assert_eq!(found, plain);
    Ok(came)
}

/// Loads both, and holds what came against a plain sort of the rows.
fn same(tables: &[Rows], batch: usize) -> Result<bool, TestCaseError> {
    let plain = seen(Ledger::try_new(&tables.iter().map(records).collect::<Vec<_>>()));
    let ledger = Ledger::try_new(&tables.iter().map(|table| columns(table, batch)).collect::<Vec<_>>());
    if let Ok(ledger) = &ledger {
        let at = |name: &str| tables[1].columns.iter().position(|column| *column == name).unwrap();
        let text = |value: &Is| if let Is::Text(text) = value { text.clone() } else { String::new() };
        let day = |value: &Is| if let Is::Day(day) = value { *day } else { 0 };
        let mut rows: Vec<(String, i32, String, String)> =
            tables[1].rows.iter().map(|row| (text(&row[at("customer_id")]), day(&row[at("due_on")]), text(&row[at("item_id")]), text(&row[at("reference")]))).collect();
        rows.sort();
        rows.iter_mut().filter(|row| row.3.is_empty()).for_each(|row| row.3 = row.2.clone());
        let customer = |at| ledger.text(ledger.customer(at).unwrap().id).to_owned();
        let found = ledger.items().iter().map(|item| (customer(item.customer), days_since_epoch(item.due_on), ledger.text(item.id).to_owned(), ledger.text(item.reference).to_owned()));
        prop_assert_eq!(found.collect::<Vec<_>>(), rows);
        for (at, item) in ledger.items().iter().enumerate() {
            prop_assert_eq!(ledger.find_item(ledger.text(item.id)).map(|at| at.0 as usize), Some(at));
            prop_assert!(ledger.items_of(item.customer).contains(item));
        }
        prop_assert!(ledger.find_item("no such item").is_none());
    }
    let came = ledger.is_ok();
    prop_assert_eq!(seen(ledger), plain);
    Ok(came)
}

/// A value of a column: mostly a good one, now and then none or a bad one. `faults` in a thousand.
fn value(column: &'static str, row: usize, dice: u64, faults: u64) -> Is {
    let (pick, bad) = ((dice >> 20) as usize, dice % 1000 < faults);
    let some = |list: &[&str]| Is::Text(list[pick % list.len()].into());
    let customers = ["C1", "C2", "a customer with a long identifier", "a customer with a long identity", "Čüß", "C10"];
    match column {
        "item_id" if bad => [Is::Text("I3".into()), Is::None, Is::Text(" ".into()), Is::Text("I\u{7}".into())][pick % 4].clone(),
        "item_id" => Is::Text(if row % 5 == 4 { format!("an item with a long identifier {row}") } else { format!("I{row}") }),
        "payment_id" if bad => [Is::Text("P1".into()), Is::None][pick % 2].clone(),
        "payment_id" => Is::Text(format!("P{row}")),
        "customer_id" if bad => [Is::Text("nobody".into()), Is::None, Is::Text("C1 ".into())][pick % 3].clone(),
        "customer_id" => some(&customers),
        "currency" if bad => some(&["ZZZ", "eur", "EURO", ""]),
        "currency" => some(&["EUR", "EUR", "JPY", "BHD"]),
        "amount_minor" => Is::Whole(if bad { [-1, 0, i64::MAX, i64::MIN][pick % 4] } else { 100 + (pick % 7) as i64 }),
        "open_amount" => [Is::None, Is::None, Is::Whole(0), Is::Whole(if bad { 9_000 } else { 0 })][pick % 4].clone(),
        "issued_on" => Is::Day(if bad { [-1, 84_006, 90_000][pick % 3] } else { 20_000 + (pick % 5) as i32 }),
        "due_on" | "received_on" => Is::Day(if bad { [-1, 19_989, 84_006][pick % 3] } else { 20_010 + (pick % 4) as i32 }),
        "settled_on" if bad => Is::Day(19_000),
        "settled_on" => [Is::None, Is::Day(20_020)][pick % 2].clone(),
        "kind" if bad => some(&["bill", "Invoice"]),
        "kind" => [Is::None, Is::Text("invoice".into()), Is::Text("deduction".into()), Is::Text("credit_note".into()), Is::Text("fee".into())][pick % 5].clone(),
        "deduction_reason" => {
            if bad {
                Is::Text("06".into())
            } else {
                Is::None
            }
        }
        "dunning_level" => {
            if bad {
                Is::Whole(100)
            } else {
                [Is::None, Is::Whole((pick % 4) as i64)][pick % 2].clone()
            }
        }
        "reference" => [Is::None, Is::Text(format!("I{row}")), Is::Text("RE 7".into()), Is::Text(if bad { "R\u{85}".into() } else { "Rü".into() })][pick % 4].clone(),
        "notice_group" | "product" | "segment" | "method" => [Is::None, Is::Text("north".into()), Is::Text("south".into())][pick % 3].clone(),
        "text" => [Is::None, Is::Text("paid\nI1".into())][pick % 2].clone(),
        "last_notice_on" | "discount_until" => [Is::None, Is::Day(20_015)][pick % 2].clone(),
        _ => Is::None,
    }
}

const ITEMS: [&str; 17] = [
    "item_id",
    "customer_id",
    "currency",
    "amount_minor",
    "issued_on",
    "due_on",
    "settled_on",
    "reference",
    "kind",
    "open_amount",
    "deduction_reason",
    "dunning_level",
    "notice_group",
    "product",
    "last_notice_on",
    "discount_until",
    "purchase_order",
];

const PAYMENTS: [&str; 7] = ["payment_id", "customer_id", "currency", "amount_minor", "received_on", "text", "method"];

fn customers(order: u64) -> Rows {
    let mut ids = ["C1", "C10", "C2", "a customer with a long identifier", "a customer with a long identity", "Čüß"];
    ids.rotate_left(order as usize % 6);
    let row = |id: &&str| vec![Is::Text((*id).into()), value("segment", 0, order << 20, 0), if *id == "C2" { Is::Text("C1".into()) } else { Is::None }];
    Rows { name: "customers", columns: vec!["customer_id", "segment", "parent_id"], rows: ids.iter().map(row).collect() }
}

fn some(name: &'static str, columns: &[&'static str], dice: &[Vec<u64>], faults: u64) -> Rows {
    let row = |(row, dice): (usize, &Vec<u64>)| columns.iter().zip(dice).map(|(column, dice)| value(column, row, *dice, faults)).collect();
    let rows = dice.iter().enumerate().map(row).collect();
    Rows { name, columns: columns.to_vec(), rows }
}

proptest! {
    #![proptest_config(cases(192))]

    /// Catches a column that is read otherwise than its values, an order that depends on batches, an identifier that is found twice or
    /// not at all, a fault that goes unseen in a column, and one that is seen where there is none.
    #[test]
    fn columns_are_read_as_their_rows(
        items in prop::collection::vec(prop::collection::vec(any::<u64>(), ITEMS.len()), 1..40),
        payments in prop::collection::vec(prop::collection::vec(any::<u64>(), PAYMENTS.len()), 0..10),
        faults in prop_oneof![Just(0u64), Just(2), Just(40)],
        order in any::<u64>(),
        batch in prop_oneof![Just(1usize), Just(7), Just(1000)],
    ) {
        let tables = [customers(order), some("items", &ITEMS, &items, faults), some("payments", &PAYMENTS, &payments, faults)];
        let came = same(&tables, batch)?;
        prop_assert!(faults > 0 || came, "a book without faults is loaded");
    }
}

fn next(dice: &mut u64) -> u64 {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *dice >> 7
}

/// So many rows that blocks, groups and parts of the sorts have borders among them, in no order.
fn large(rows: usize, spoil: Option<(usize, &str, Is)>) -> [Rows; 2] {
    let mut dice = 5;
    let names: Vec<String> = (0..3_000u64).map(|at| format!("C{:05}", at * 7_919 % 3_000)).collect();
    let owners = Rows { name: "customers", columns: vec!["customer_id"], rows: names.iter().map(|name| vec![Is::Text(name.clone())]).collect() };
    let columns = ["item_id", "customer_id", "currency", "amount_minor", "issued_on", "due_on", "settled_on", "reference"];
    let row = |at: usize| {
        let due = 20_100 + (next(&mut dice) % 50) as i32;
        let settled = if next(&mut dice).is_multiple_of(3) { Is::None } else { Is::Day(due) };
        // Every tenth is of one customer, and many of these are due on one day.
        let owner = if at.is_multiple_of(10) { 17 } else { next(&mut dice) % 3_000 };
        let id = Is::Text(format!("I{:06}", at * 7_919 % rows));
        vec![id, Is::Text(names[owner as usize].clone()), Is::Text(["EUR", "USD"][at % 2].into()), Is::Whole(5), Is::Day(20_000), Is::Day(due), settled, Is::Text(format!("R{at}"))]
    };
    let mut items = Rows { name: "items", columns: columns.to_vec(), rows: (0..rows).map(row).collect() };
    if let Some((row, column, value)) = spoil {
        let at = columns.iter().position(|name| *name == column).unwrap();
        items.rows[row][at] = value;
    }
    [owners, items]
}

#[test]
fn a_large_book_is_read_as_its_rows() {
    for batch in [usize::MAX, 60_000] {
        assert!(same(&large(150_001, None), batch).unwrap());
    }
}

/// One row of many: the same is said of it, and of those after it that are wrong because of it.
#[test]
fn a_fault_in_a_large_book_is_found_at_its_row() {
    let faults = [("item_id", Is::Text("I000000".into())), ("customer_id", Is::Text("C99999".into())), ("due_on", Is::Day(3)), ("settled_on", Is::Day(3)), ("currency", Is::Text("".into()))];
    for (column, value) in faults {
        assert!(!same(&large(70_001, Some((66_666, column, value))), usize::MAX).unwrap());
    }
}
