//! `cargo run --release -p ar-benches --bin notices -- [notices]`: how many notices a second one core writes, by language and channel, of a book
//! whose customers have three late invoices each; and how long it takes to read and compile the templates.

use ar_benches::{Dice, days, numbers, processor, sender, texts};
use ar_core::conversation::locale::{Language, Locale};
use ar_core::conversation::write::{Channel, Style, Templates, write_notice};
use ar_core::table::{Column, Table};
use ar_core::{Error, Ledger, Models, Policy, collect};
use chrono::NaiveDate;

const EACH: usize = 3;

fn book(customers: usize, today: i32) -> Vec<Table<'static>> {
    let mut dice = Dice(7);
    let customer = |at: usize| format!("C{at:07}");
    let items = customers * EACH;
    vec![
        Table::new("customers", vec![Column::new("customer_id", texts((0..customers).map(customer))), Column::new("name", texts((0..customers).map(|at| format!("Example {at} Ltd"))))]),
        Table::new(
            "items",
            vec![
                Column::new("item_id", texts((0..items).map(|at| format!("I{at:09}")))),
                Column::new("customer_id", texts((0..items).map(|at| customer(at / EACH)))),
                Column::new("currency", texts((0..items).map(|_| "EUR".into()))),
                Column::new("amount_minor", numbers((0..items).map(|_| dice.below(1_000_000) as i64 + 1_000))),
                Column::new("issued_on", days((0..items).map(|_| today - 60))),
                Column::new("due_on", days((0..items).map(|at| today - 12 - (at % EACH) as i32))),
            ],
        ),
    ]
}

fn main() -> Result<(), Error> {
    let customers = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let before = processor();
    let templates = Templates::shipped()?;
    println!("templates read, compiled and tried on samples: {:.3} CPU s", processor() - before);
    let ledger = Ledger::try_new(&book(customers, ar_core::calendar::days_since_epoch(as_of)))?;
    let (policy, models) = (Policy::default(), Models::fit(&ledger, as_of));
    let report = collect(&ledger, &policy, &models, as_of)?;
    let sender = sender();
    for language in Language::ALL {
        for channel in Channel::ALL {
            let style = Style { locale: Some(Locale::of(*language)), channel: Some(*channel), ..Style::new(&sender, &templates) };
            let (before, mut bytes, mut count) = (processor(), 0, 0);
            for decision in report.decisions() {
                let notice = write_notice(decision, &ledger, &policy, &style, as_of)?;
                (bytes, count) = (bytes + notice.text.len() + notice.html.map_or(0, |html| html.len()), count + 1);
            }
            let spent = processor() - before;
            println!("{} {}: {count} notices, {:.0} a CPU s, {} bytes each", language.name(), channel.name(), count as f64 / spent, bytes / count.max(1));
        }
    }
    Ok(())
}
