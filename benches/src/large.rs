//! A large book as tables: items of many customers, most of them settled, and payments of some that are open.

use crate::{Dice, texts};
use ar_core::table::{Column, Data, Table};
use std::borrow::Cow;

/// Items over so many days of history, their customers, and payments that name one item each; seen on the day `as_of`.
pub fn book(items: u64, customers: u64, payments: u64, history_days: u64, as_of: i32) -> Vec<Table<'static>> {
    let mut dice = Dice(7);
    let (mut amounts, mut issued, mut due, mut settled, mut valid) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut owner = Vec::new();
    for _ in 0..items {
        let day = as_of - dice.below(history_days) as i32;
        let late = dice.below(60) as i32 - 15;
        owner.push(dice.below(customers));
        amounts.push(dice.below(1_000_000) as i64 + 100);
        issued.push(day);
        due.push(day + 30);
        settled.push((day + 30 + late).max(day));
        valid.push(day + 30 + late < as_of);
    }
    let open: Vec<u64> = (0..items).filter(|at| !valid[*at as usize]).collect();
    let customer = |at: u64| format!("C{at:07}");
    let (mut paid, mut said, mut from) = (Vec::new(), Vec::new(), Vec::new());
    for at in open.iter().step_by((open.len() / payments.max(1) as usize).max(1)).take(payments as usize) {
        paid.push(amounts[*at as usize]);
        said.push(format!("INVOICE RE{at:09}"));
        from.push(customer(owner[*at as usize]));
    }
    let count = paid.len();
    let items_table = Table::new(
        "items",
        vec![
            Column::new("item_id", texts((0..items).map(|at| format!("I{at:09}")))),
            Column::new("customer_id", texts(owner.iter().map(|at| customer(*at)))),
            Column::new("currency", texts((0..items).map(|_| "EUR".into()))),
            Column::new("amount_minor", Data::Int(Cow::Owned(amounts))),
            Column::new("issued_on", Data::Date(Cow::Owned(issued))),
            Column::new("due_on", Data::Date(Cow::Owned(due))),
            Column::nullable("settled_on", valid, Data::Date(Cow::Owned(settled))),
            Column::new("reference", texts((0..items).map(|at| format!("RE{at:09}")))),
        ],
    );
    let customers_table =
        Table::new("customers", vec![Column::new("customer_id", texts((0..customers).map(customer))), Column::new("segment", texts((0..customers).map(|at| format!("S{}", at % 5))))]);
    let payments_table = Table::new(
        "payments",
        vec![
            Column::new("payment_id", texts((0..count).map(|at| format!("P{at:09}")))),
            Column::new("customer_id", texts(from.into_iter())),
            Column::new("currency", texts((0..count).map(|_| "EUR".into()))),
            Column::new("amount_minor", Data::Int(Cow::Owned(paid))),
            Column::new("received_on", Data::Date(Cow::Owned(vec![as_of; count]))),
            Column::new("text", texts(said.into_iter())),
        ],
    );
    vec![items_table, customers_table, payments_table]
}
