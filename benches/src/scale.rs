//! `cargo run --release -p ar-benches --bin scale -- [items] [customers] [payments] [days]`: builds a book with so many days of history
//! (about 45 of them are open), runs a day, prints the seconds of each step, the peak memory of the process and the bytes an item.

use ar_benches::large::book;
use ar_benches::memory;
use ar_core::{Ledger, Models, Part, Policy, run};
use chrono::NaiveDate;
use std::time::Instant;

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
