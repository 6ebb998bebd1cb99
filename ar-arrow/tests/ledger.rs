//! A ledger is the same whatever form of text, number and batch its tables come in.
#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use ar_arrow::ArrowTable;
use ar_core::Ledger;
use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Int64Array, LargeStringArray, RecordBatch, RunArray, StringArray, StringViewArray, TimestampMillisecondArray,
    types::{Int16Type, Int32Type},
};
use std::sync::Arc;

const ROWS: usize = 400;

/// Texts in one of the forms that frames have them in.
fn texts(form: usize, all: &[String]) -> ArrayRef {
    let all = all.iter().map(String::as_str);
    match form {
        0 => Arc::new(StringArray::from_iter_values(all)),
        1 => Arc::new(LargeStringArray::from_iter_values(all)),
        2 => Arc::new(StringViewArray::from_iter_values(all)),
        3 => Arc::new(all.collect::<DictionaryArray<Int32Type>>()),
        4 => Arc::new(all.collect::<DictionaryArray<Int16Type>>()),
        // Runs cannot be cut into batches by every producer: they come whole.
        _ => Arc::new(all.collect::<RunArray<Int32Type>>()),
    }
}

fn tables(form: usize, cut: usize) -> Vec<ArrowTable> {
    let of = |text: fn(usize) -> String| (0..ROWS).map(text).collect::<Vec<_>>();
    let owners = of(|at| format!("a customer of ours, number {}", at * 7 % 40 / 3));
    let amounts: ArrayRef = if form.is_multiple_of(2) {
        Arc::new(Int64Array::from_iter_values((1..).take(ROWS)))
    } else {
        Arc::new(Decimal128Array::from_iter_values((1..).take(ROWS)).with_precision_and_scale(20, 0).unwrap())
    };
    let days = (0..).take(ROWS).map(|at| 20_000 + at * 31 % 90);
    let due: ArrayRef =
        if form.is_multiple_of(2) { Arc::new(Date32Array::from_iter_values(days)) } else { Arc::new(TimestampMillisecondArray::from_iter_values(days.map(|day| i64::from(day) * 86_400_000))) };
    let items: Vec<(&str, ArrayRef)> = vec![
        ("item_id", texts(form, &of(|at| format!("I{}", at * 37 % ROWS)))),
        ("customer_id", texts(form, &owners)),
        ("currency", texts(form, &of(|at| if at / 100 == 1 { "JPY".into() } else { "EUR".into() }))),
        ("amount_minor", amounts),
        ("issued_on", Arc::new(Date32Array::from_iter_values((0..ROWS).map(|_| 19_990)))),
        ("due_on", due),
        ("reference", texts(form, &of(|at| format!("Rechnung für {at}")))),
        ("product", texts(form, &of(|at| format!("{}", at / 50)))),
    ];
    let whole = RecordBatch::try_from_iter(items).unwrap();
    // Each batch is a window on one that is longer on both sides.
    let batches = (0..ROWS).step_by(cut).map(|from| whole.slice(from, cut.min(ROWS - from))).collect();
    let mut names = owners;
    names.sort();
    names.dedup();
    let customers = RecordBatch::try_from_iter([("customer_id", texts(form, &names))]).unwrap();
    vec![ArrowTable::from_batches(&whole.schema(), batches), ArrowTable::from_batches(&customers.schema(), vec![customers])]
}

fn digest(form: usize, cut: usize, customers: bool) -> String {
    let tables = tables(form, cut);
    let views: Vec<_> = tables.iter().zip(["items", "customers"]).take(1 + usize::from(customers)).map(|(table, name)| table.view(name)).collect();
    let ledger = Ledger::try_new(&views).unwrap();
    assert_eq!(ledger.items().len(), ROWS);
    ledger.digest()
}

#[test]
fn every_form_and_any_batches_give_one_ledger() {
    let plain = digest(0, ROWS, true);
    for form in 0..6 {
        for cut in if form == 5 { vec![ROWS] } else { vec![ROWS, 128, 33, 1] } {
            assert_eq!(digest(form, cut, true), plain, "form {form}, batches of {cut}");
            assert_eq!(digest(form, cut, false), plain, "form {form}, batches of {cut}, customers from the items");
        }
    }
}

/// A fault is told at the number of its row through all batches, in any form.
#[test]
fn a_fault_is_told_at_its_row() {
    for form in 0..5 {
        let tables = tables(form, 33);
        let mut views: Vec<_> = tables.iter().zip(["items", "customers"]).map(|(table, name)| table.view(name)).collect();
        // A table of customers without one.
        views.get_mut(1).unwrap().batches.clear();
        let error = Ledger::try_new(&views).unwrap_err();
        let rows: Vec<Option<u64>> = error.problems().iter().map(|problem| problem.row).collect();
        assert_eq!(rows, (0..ROWS as u64).map(Some).collect::<Vec<_>>(), "form {form}");
    }
}
