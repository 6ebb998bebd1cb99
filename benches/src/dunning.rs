//! `cargo run --release -p ar-benches --bin dunning -- [items] [items a customer] [collect or run]`: a book of late items, the one that the peer is driven
//! with: each 46 to 166 days late, four levels after 5, 20, 40 and 60 days, nothing sent yet. Then the same book with nothing due.

use ar_benches::{Dice, days, numbers, processor, texts};
use ar_core::table::{Column, Table};
use ar_core::{Error, Ledger, Models, Policy, Report, collect, run};
use chrono::NaiveDate;

fn book(items: usize, each: usize, as_of: i32, due: impl Fn(&mut Dice) -> i32) -> Vec<Table<'static>> {
    let mut dice = Dice(7);
    let dues: Vec<i32> = (0..items).map(|_| as_of - due(&mut dice)).collect();
    let customer = |at: usize| format!("C{at:07}");
    vec![
        Table::new("customers", vec![Column::new("customer_id", texts((0..items.div_ceil(each)).map(customer)))]),
        Table::new(
            "items",
            vec![
                Column::new("item_id", texts((0..items).map(|at| format!("I{at:09}")))),
                Column::new("customer_id", texts((0..items).map(|at| customer(at / each)))),
                Column::new("currency", texts((0..items).map(|_| "EUR".into()))),
                Column::new("amount_minor", numbers((0..items).map(|_| dice.below(1_000_000) as i64 + 1_000))),
                Column::new("issued_on", days(dues.iter().map(|due| due - 30))),
                Column::new("due_on", days(dues.iter().copied())),
            ],
        ),
    ]
}

fn main() -> Result<(), Error> {
    let mut sizes = std::env::args().skip(1).map(|text| text.parse().unwrap_or(0));
    let (items, each) = (sizes.next().unwrap_or(100_000), sizes.next().unwrap_or(10));
    let wanted = std::env::args().nth(3);
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let today = ar_core::calendar::days_since_epoch(as_of);
    let policy = Policy::from_toml("[[collections.ladder]]\nafter_days=5\n[[collections.ladder]]\nafter_days=20\n[[collections.ladder]]\nafter_days=40\n[[collections.ladder]]\nafter_days=60\n")?;
    for (name, tables) in [("late", book(items, each, today, |dice| 46 + dice.below(121) as i32)), ("not due", book(items, each, today, |dice| -1 - dice.below(30) as i32))] {
        let ledger = Ledger::try_new(&tables)?;
        let models = Models::fit(&ledger, as_of);
        for (stage, work) in [("collect", collect as fn(&Ledger, &Policy, &Models, NaiveDate) -> Result<Report, Error>), ("run", run)] {
            if wanted.as_ref().is_some_and(|wanted| wanted != stage) {
                continue;
            }
            let before = processor();
            let report = work(&ledger, &policy, &models, as_of)?;
            let spent = processor() - before;
            println!(
                "{name}: {stage} {spent:.3} CPU s, {:.2} µs an item, {:.0} items a CPU s; {} decisions, {} outcomes, {} audit",
                spent * 1e6 / items as f64,
                items as f64 / spent,
                report.decisions().len(),
                report.outcomes().len(),
                report.audit().len()
            );
        }
    }
    Ok(())
}
