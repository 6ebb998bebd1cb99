//! `cargo run --release -p ar-benches --bin one -- [items] [customers] [payments] [days]`: what one changed customer costs in a large book.

use ar_benches::large::book;
use ar_benches::{memory, processor};
use ar_core::Ledger;
use chrono::NaiveDate;
use std::time::Instant;

fn main() -> Result<(), ar_core::Error> {
    let mut sizes = std::env::args().skip(1).map(|text| text.parse().unwrap_or(0));
    let (items, customers, payments) = (sizes.next().unwrap_or(1_000_000), sizes.next().unwrap_or(100_000), sizes.next().unwrap_or(20_000));
    let history_days = sizes.next().unwrap_or(400);
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let tables = book(items, customers, payments, history_days, ar_core::calendar::days_since_epoch(as_of));
    let ledger = Ledger::try_new(&tables)?;
    drop(tables);
    println!("{items} items, {customers} customers, resident {} MB", memory("VmRSS") / 1_000_000);
    for _ in 0..3 {
        let (start, used) = (Instant::now(), processor());
        let digest = ledger.digest();
        println!("digest {digest:.12} {:.3} s, {:.2} s of processors", start.elapsed().as_secs_f64(), processor() - used);
    }
    Ok(())
}
