//! `cargo run --release -p ar-benches --bin scale -- [items] [customers] [payments] [days]`: builds a book with so many days of history
//! (about 45 of them are open), runs a day, prints the seconds of each step, the peak memory of the process and the bytes an item.

use ar_benches::{Dice, memory, texts};
use ar_core::table::{Column, Data, Table};
use ar_core::{Ledger, Models, Part, Policy, run};
use chrono::NaiveDate;
use std::borrow::Cow;
use std::time::Instant;

fn book(items: u64, customers: u64, payments: u64, history_days: u64, as_of: i32) -> Vec<Table<'static>> {
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

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let out = work();
    println!("{name:<22} {:>8.3} s   resident {:>6} MB", start.elapsed().as_secs_f64(), memory("VmRSS") / 1_000_000);
    out
}

fn main() -> Result<(), ar_core::Error> {
    let mut sizes = std::env::args().skip(1).map(|text| text.parse().unwrap_or(0));
    let (items, customers, payments) = (sizes.next().unwrap_or(1_000_000), sizes.next().unwrap_or(100_000), sizes.next().unwrap_or(20_000));
    let history_days = sizes.next().unwrap_or(400);
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let tables = timed("make the book", || book(items, customers, payments, history_days, ar_core::calendar::days_since_epoch(as_of)));
    let before = memory("VmRSS");
    let ledger = timed("load", || Ledger::try_new(&tables))?;
    drop(tables);
    let models = timed("fit", || Models::fit(&ledger, as_of));
    let report = timed("run", || run(&ledger, &Policy::default(), &models, as_of))?;
    let (scores, decisions) = (report.scores().len(), report.decisions().len());
    println!("{items} items, {scores} open, {decisions} decisions, ledger {} bytes an item", ledger.heap_bytes() as u64 / items);
    println!("peak {} MB, of it {} MB the tables given; {} bytes an item beside them", memory("VmHWM") / 1_000_000, before / 1_000_000, memory("VmHWM").saturating_sub(before) / items);
    for part in Part::ALL {
        timed(part.name(), || report.part(*part).rows());
    }
    Ok(())
}
