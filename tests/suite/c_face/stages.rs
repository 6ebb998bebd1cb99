//! Payment dates and expected cash on plain tables through C: the numbers of Rust, and every refusal named.

use super::load::given;
use super::{Tables, problems};
use ar_arrow::{ArrowTable, FFI_ArrowArrayStream};
use ar_core::calendar::date_from_days;
use ar_core::error::ProblemCode;
use ar_core::models::PayTimeModel;
use ar_core::report::{Asked, At, forecast_on, wanted_cash};
use ar_core::scoring::{Question, predict};
use ar_core::table::{Column, Data, Table};
use ar_core::{Ledger, Models};
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::stages::*;
use ar_core_ffi::status::Status;
use chrono::NaiveDate;
use std::ffi::c_char;
use std::ptr;

const AS_OF: i32 = 20_778;

fn as_of() -> NaiveDate {
    date_from_days(AS_OF).unwrap()
}

/// A simulated book: its items and customers, the two tables that are needed.
fn book() -> Vec<Table<'static>> {
    let all = ar_core::simulate::simulate(4, 40, as_of());
    all.into_iter().filter(|table| ["items", "customers"].contains(&table.name.as_ref())).collect()
}

fn items_of(book: &[Table<'static>]) -> Table<'static> {
    book.iter().find(|table| table.name == "items").unwrap().clone()
}

/// Models through C from plain tables, as the header says to fit them.
fn fitted(tables: &Tables) -> *mut ModelsHandle {
    let ledger = tables.ledger().unwrap_or_else(|(_, error)| panic!("{:?}", problems(error)));
    let mut models = ptr::null_mut();
    unsafe {
        assert_eq!(ar_models_fit(ledger, AS_OF, &mut models, ptr::null_mut()), Status::Ok);
        ar_ledger_free(ledger);
    }
    models
}

/// A table as Arrow shows it: both sides are compared in this form.
fn shown(stream: FFI_ArrowArrayStream) -> String {
    format!("{:?}", ArrowTable::try_from_stream(stream).unwrap().view("shown"))
}

fn of_rust(table: &Table<'_>) -> String {
    shown(ar_arrow::stream_from_table(table).unwrap())
}

#[test]
fn predictions_on_plain_tables_are_those_of_rust() {
    let book = book();
    let (tables, model, people) = (given(&book), Models::fit(&Ledger::try_new(&book).unwrap(), as_of()).pay_time, Ledger::try_new(&book[..1]).unwrap());
    assert_eq!((book[0].name.as_ref(), model.to_json()), ("customers", PayTimeModel::fit(&Ledger::try_new(&book).unwrap(), as_of(), &Default::default()).to_json()));
    let models = fitted(&tables);
    let past = given(&[items_of(&book)]);
    for (column, history) in [(None, Some(&past)), (Some(c"due_on"), Some(&past)), (None, Some(&tables)), (Some(c"issued_on"), None)] {
        let at = column.map_or(At::Day(as_of()), |name| At::Column(name.to_str().unwrap()));
        // The handle of the past may have more than items: that is not read.
        let asked = Asked::on(&model, items_of(&book), &history.map(|_| items_of(&book)).into_iter().collect::<Vec<_>>(), &people, at, &ar_core::Watch::default()).unwrap();
        let (history, column) = (history.map_or(ptr::null(), |tables| tables.0.cast_const()), column.map_or(ptr::null(), |name| name.as_ptr()));
        let (mut scores, mut distribution) = (FFI_ArrowArrayStream::empty(), FFI_ArrowArrayStream::empty());
        unsafe {
            assert_eq!(ar_predict(models, tables.0, history, AS_OF, column, &mut scores, ptr::null_mut()), Status::Ok);
            assert_eq!(ar_distribution(models, tables.0, history, AS_OF, column, &mut distribution, ptr::null_mut()), Status::Ok);
        }
        assert!(shown(scores) == of_rust(&asked.scores()), "{at:?}: the scores differ");
        assert!(shown(distribution) == of_rust(&asked.distribution()), "{at:?}: the distributions differ");
    }
    // The probabilities are those of the stage itself.
    let books = Ledger::try_new(&[items_of(&book)]).unwrap();
    let asked = Asked::on(&model, items_of(&book), &[items_of(&book)], &people, At::Day(as_of()), &ar_core::Watch::default()).unwrap().scores();
    let (Data::Text(ids), Data::Float(late)) = (&asked.columns()[0].data, &asked.columns()[1].data) else { panic!("{:?}", asked.columns()) };
    let asks: Vec<_> = (0..late.len()).map(|row| (books.find_item(std::str::from_utf8(ids.bytes_of(row)).unwrap()).unwrap(), as_of())).collect();
    let found = predict(&model, Question { items: &books, history: &books, customers: &people, watch: &ar_core::Watch::default() }, &asks);
    assert!(found.len() > 100 && found.iter().zip(late.iter()).all(|(found, late)| found.0.later_than(0) == *late));
    unsafe { ar_models_free(models) };
}

#[test]
fn cash_forecast_on_plain_tables_is_that_of_rust() {
    let book = book();
    let (tables, model, people) = (given(&book), Models::fit(&Ledger::try_new(&book).unwrap(), as_of()).pay_time, Ledger::try_new(&book[..1]).unwrap());
    let models = fitted(&tables);
    for (days, weekly, currency, new_business) in [(14, false, None, false), (28, true, Some(c"EUR"), true)] {
        let wanted = wanted_cash(days, weekly, currency.map(|code| code.to_str().unwrap()), new_business).unwrap();
        let rust = forecast_on(&model, &[items_of(&book)], &[items_of(&book)], &people, as_of(), &wanted, &ar_core::Watch::default()).unwrap();
        let (mut out, code) = (FFI_ArrowArrayStream::empty(), currency.map_or(ptr::null(), |code| code.as_ptr()));
        let status = unsafe { ar_forecast_cash(models, tables.0, tables.0, AS_OF, days, u8::from(weekly), code, u8::from(new_business), &mut out, ptr::null_mut()) };
        assert_eq!(status, Status::Ok);
        assert!(rust.rows() >= days as usize / if weekly { 7 } else { 1 });
        assert!(shown(out) == of_rust(&rust), "{days} days: the forecasts differ");
    }
    unsafe { ar_models_free(models) };
}

#[test]
fn what_stages_refuse_is_named() {
    let book = book();
    let (tables, models) = (given(&book), fitted(&given(&book)));
    let mut own = items_of(&book);
    let rows = own.rows();
    own.batches[0].columns.push(Column::nullable("asked_on", (0..rows).map(|row| row != 3).collect(), Data::Date((0..rows).map(|_| AS_OF).collect())));
    let with_column = given(&[own]);
    let broken = given(&[Table::new("items", vec![Column::new("item_id", Data::Int(vec![1].into()))])]);
    let mut error = ptr::null_mut();
    let mut out = FFI_ArrowArrayStream::empty();
    let mut expect = |tables: &Tables, history: &Tables, column: *const c_char, days: i32, wanted: (Status, &str, Option<&str>, ProblemCode)| {
        let status = unsafe { ar_predict(models, tables.0, history.0, days, column, &mut out, &mut error) };
        let seen = problems(std::mem::replace(&mut error, ptr::null_mut()));
        assert_eq!((status, seen[0].0.as_str(), seen[0].2.as_deref(), seen[0].3), wanted, "{seen:?}");
        assert!(out.release().is_none(), "an output was written by a call that failed");
    };
    let argument = |column, code| (Status::InvalidArgument, "arguments", Some(column), code);
    expect(&tables, &tables, ptr::null(), i32::MAX, argument("at_days", ProblemCode::OutOfRange));
    expect(&tables, &tables, c"asked_on".as_ptr(), 0, argument("at", ProblemCode::UnknownColumn));
    expect(&with_column, &tables, c"asked_on".as_ptr(), 0, (Status::InvalidArgument, "items", Some("asked_on"), ProblemCode::MissingValue));
    expect(&broken, &tables, ptr::null(), AS_OF, (Status::InvalidTables, "items", Some("amount"), ProblemCode::MissingColumn));
    expect(&tables, &broken, ptr::null(), AS_OF, (Status::InvalidTables, "history", Some("amount"), ProblemCode::MissingColumn));
    // Nothing is asked of a table without rows and columns.
    unsafe {
        assert_eq!(ar_predict(models, Tables::new().0, tables.0, 0, c"due_on".as_ptr(), &mut out, &mut error), Status::Ok);
        assert_eq!(ArrowTable::try_from_stream(std::mem::replace(&mut out, FFI_ArrowArrayStream::empty())).unwrap().rows(), 0);
    }
    unsafe {
        assert_eq!(ar_predict(ptr::null(), tables.0, ptr::null(), AS_OF, ptr::null(), &mut out, ptr::null_mut()), Status::NullPointer);
        assert_eq!(ar_predict(models, ptr::null(), ptr::null(), AS_OF, ptr::null(), &mut out, ptr::null_mut()), Status::NullPointer);
        assert_eq!(ar_predict(models, tables.0, ptr::null(), AS_OF, ptr::null(), ptr::null_mut(), ptr::null_mut()), Status::NullPointer);
        for (days, currency, parameter) in [(0, ptr::null(), "days"), (731, ptr::null(), "days"), (1, c"EURO".as_ptr(), "currency")] {
            assert_eq!(ar_forecast_cash(models, tables.0, ptr::null(), AS_OF, days, 0, currency, 0, &mut out, &mut error), Status::InvalidArgument);
            assert_eq!(problems(std::mem::replace(&mut error, ptr::null_mut()))[0].2.as_deref(), Some(parameter));
        }
        // No items: nothing is asked, and nothing is wrong.
        assert_eq!(ar_predict(models, Tables::new().0, ptr::null(), AS_OF, ptr::null(), &mut out, ptr::null_mut()), Status::Ok);
        ar_models_free(models);
    }
    assert_eq!(ArrowTable::try_from_stream(out).unwrap().rows(), 0);
}
