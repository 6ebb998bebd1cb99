//! `cargo run --release -p ar-benches --bin load -- [items] [customers] [payments] [repeats]`: a book comes in through Arrow. The seconds of
//! each step (the least of the repeats, by the clock and of all threads together), the bytes of the tables a second, and in the same run
//! a bare loop that does what cannot be avoided: it reads every byte, goes to one place of a table of the customers' size for every
//! item, and writes as many bytes as the ledger has.

use ar_arrow::ArrowTable;
use ar_benches::{Dice, large::book};
use ar_core::table::{Data, Table};
use ar_core::{Ledger, calendar::days_since_epoch};
use chrono::NaiveDate;
use std::{hint::black_box, time::Instant};

/// Seconds that the threads of this process worked so far.
fn worked() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().unwrap_or("").split_whitespace().skip(11).take(2);
    ticks.filter_map(|text| text.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The least seconds by the clock, and of all threads.
struct Took(f64, f64);

/// Does the work so many times; what came of it is dropped before the next time, outside the time.
fn timed<T>(name: &str, bytes: usize, repeats: u64, mut work: impl FnMut() -> T) -> (Took, Option<T>) {
    let (mut took, mut last) = (Took(f64::INFINITY, f64::INFINITY), None);
    for _ in 0..repeats.max(1) {
        drop(last.take());
        let (clock, before) = (Instant::now(), worked());
        let out = work();
        took = Took(took.0.min(clock.elapsed().as_secs_f64()), took.1.min(worked() - before));
        last = Some(out);
    }
    println!("{name:<34} {:>8.3} s {:>8.2} s of all threads {:>7.2} GB/s", took.0, took.1, bytes as f64 / took.0 / 1e9);
    (took, last)
}

/// Bytes of the values as Arrow has them.
fn bytes_of(table: &Table<'_>) -> usize {
    let of = |data: &Data<'_>| match data {
        Data::Text(texts) => texts.bytes.len() + 4 * (data.rows() + 1),
        Data::Int(values) => values.len() * 8,
        Data::Date(values) => values.len() * 4,
        other => panic!("{other:?} is not in this book"),
    };
    table.batches.iter().flat_map(|batch| &batch.columns).map(|column| of(&column.data) + if column.valid.is_some() { column.data.rows() / 8 } else { 0 }).sum()
}

/// Reads every byte of the tables.
fn read(tables: &[Table<'_>]) -> u64 {
    let column = |data: &Data<'_>| match data {
        Data::Text(texts) => {
            texts.bytes.chunks(8).map(|chunk| chunk.first_chunk::<8>().map_or(0, |word| u64::from_le_bytes(*word))).fold(0, u64::wrapping_add) + texts.ends.iter().fold(0, |sum, end| sum ^ *end as u64)
        }
        Data::Int(values) => values.iter().fold(0, |sum, value| sum ^ *value as u64),
        Data::Date(values) => values.iter().fold(0, |sum, value| sum ^ u64::from(*value as u32)),
        _ => 0,
    };
    tables.iter().flat_map(|table| &table.batches).flat_map(|batch| &batch.columns).map(|one| column(&one.data)).fold(0, u64::wrapping_add)
}

/// Goes to one place of many for every item, in no order.
fn look_up(items: u64, customers: u64) -> u64 {
    let (table, mut dice) = (vec![1u64; customers as usize * 3], Dice(3));
    (0..items).fold(0, |sum, _| sum + table[dice.below(customers) as usize * 3])
}

fn main() {
    let mut sizes = std::env::args().skip(1).map(|text| text.parse().unwrap_or(0));
    let (items, customers, payments, repeats) = (sizes.next().unwrap_or(1_000_000), sizes.next().unwrap_or(100_000), sizes.next().unwrap_or(20_000), sizes.next().unwrap_or(3));
    let as_of = days_since_epoch(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default());
    let tables = book(items, customers, payments, 150, as_of);
    let sizes: Vec<usize> = tables.iter().map(bytes_of).collect();
    let all = sizes.iter().sum();
    println!("{items} items, {customers} customers, {payments} payments: {:.3} GB", all as f64 / 1e9);
    let streams = || tables.iter().map(|table| ar_arrow::stream_from_table(table).unwrap_or_else(|bad| panic!("{bad}")));
    let arrow: Vec<ArrowTable> = streams().map(|stream| ArrowTable::try_from_stream(stream).unwrap_or_else(|bad| panic!("{bad}"))).collect();
    let views = || arrow.iter().zip(&tables).map(|(table, plain)| table.view(&plain.name)).collect::<Vec<_>>();
    timed("shown to the engine", all, repeats, &views);
    let view = views();
    // The customers alone, then with each of the other tables.
    let load = |name: &str, which: &[usize], bytes: usize| {
        let some: Vec<Table<'_>> = which.iter().filter_map(|at| view.get(*at)).map(Table::view).collect();
        timed(name, bytes, repeats, || Ledger::try_new(&some).unwrap_or_else(|bad| panic!("{bad}")))
    };
    let size = |at: usize| sizes.get(at).copied().unwrap_or(0);
    load("customers", &[1], size(1));
    load("customers and items", &[1, 0], size(1) + size(0));
    load("customers and payments", &[1, 2], size(1) + size(2));
    let (whole, ledger) = timed("arrow to ledger", all, repeats, || Ledger::try_new(&views()).unwrap_or_else(|bad| panic!("{bad}")));
    let Some(ledger) = ledger else { return };
    let held = ledger.heap_bytes();
    println!("{} bytes an item", held as u64 / items.max(1));
    let (bare, _) = timed("bare loop", all, repeats, || (black_box(read(&view)), black_box(look_up(items, customers)), black_box(vec![1u8; held])));
    println!("ledger to bare loop: {:.1} by the clock, {:.1} of all threads", whole.0 / bare.0, whole.1 / bare.1.max(0.01));
    let saved = ledger.to_bytes();
    timed("restored from bytes", saved.len(), repeats, || Ledger::from_bytes(&saved).unwrap_or_else(|bad| panic!("{bad}")));
    let mut ledger = Some(ledger);
    timed("let go", held, 1, || drop(ledger.take()));
}
