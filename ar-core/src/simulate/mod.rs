//! Seeded books: made-up customers with habits of their own, their invoices, payments, claims and messages. The first
//! stone of the laboratory: everything follows from the seed, and nothing is taken from anybody's real books.

mod names;
mod payers;
mod rows;

use crate::calendar;
use crate::table::Table;
use alloc::vec::Vec;
use chrono::NaiveDate;
use payers::Payer;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rows::Tables;

/// The most customers of one simulated book.
pub const MAX_CUSTOMERS: u32 = 1_000_000;

/// Makes the tables of a book with `customers` customers (at most [`MAX_CUSTOMERS`]) as it stands on `as_of`: about a year of history, open
/// items, the payments of the last days that nobody has applied yet, disputes, promises, messages and signals.
/// The same arguments give the same tables, to the byte.
pub fn simulate(seed: u64, customers: u32, as_of: NaiveDate) -> Vec<Table<'static>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut tables = Tables::default();
    for number in 0..customers.min(MAX_CUSTOMERS) {
        let payer = Payer::draw(&mut random, number);
        tables.customer(&payer);
        one_customer(&mut random, &payer, as_of, &mut tables);
    }
    tables.finish()
}

/// Days of history.
const HISTORY_DAYS: i32 = 365;
/// Payments of so many days back are not applied yet.
const UNAPPLIED_DAYS: i32 = 3;

/// One invoice on its way through the books.
struct Sale {
    id: u32,
    amount: i64,
    issued_on: NaiveDate,
    due_on: NaiveDate,
    pays_on: NaiveDate,
    /// Notices that went out before it was paid.
    level: i64,
}

fn one_customer(random: &mut ChaCha8Rng, payer: &Payer, as_of: NaiveDate, tables: &mut Tables) {
    let start = calendar::add_days(as_of, -HISTORY_DAYS);
    let mut sales: Vec<Sale> = Vec::new();
    let mut day = random.random_range(0..payer.interval_days);
    while day < HISTORY_DAYS {
        let issued_on = calendar::add_days(start, day);
        let due_on = calendar::add_days(issued_on, payer.term_days);
        let pays_on = payer.pays_on(random, issued_on, due_on, f64::from(day) / f64::from(HISTORY_DAYS));
        let id = tables.next_invoice();
        sales.push(Sale { id, amount: payer.amount(random), issued_on, due_on, pays_on, level: 0 });
        day += random.random_range(1..=payer.interval_days * 2);
    }
    // A payment run pays what falls on the same day together.
    sales.sort_by_key(|sale| (sale.pays_on, sale.id));
    for run in sales.chunk_by_mut(|a, b| a.pays_on == b.pays_on) {
        let Some(pays_on) = run.first().map(|sale| sale.pays_on) else { continue };
        if pays_on <= calendar::add_days(as_of, -UNAPPLIED_DAYS) {
            run.iter().for_each(|sale| tables.invoice(payer, sale, Some(sale.pays_on)));
            tables.applied(payer, run, pays_on);
        } else {
            remind(random, run, as_of);
            run.iter().for_each(|sale| tables.invoice(payer, sale, None));
            if pays_on <= as_of {
                payment(random, payer, run, pays_on, tables);
            }
        }
    }
    let open: Vec<&Sale> = sales.iter().filter(|sale| sale.pays_on > as_of && sale.due_on < as_of).collect();
    claims(random, payer, &open, as_of, tables);
}

/// Some overdue items have had a notice already.
fn remind(random: &mut ChaCha8Rng, run: &mut [Sale], as_of: NaiveDate) {
    for sale in run {
        let late = calendar::days_between(sale.due_on, as_of);
        if late > 15 && random.random_bool(0.6) {
            sale.level = if late > 35 { 2 } else { 1 };
        }
    }
}

/// How the money of one run arrives: most payers say what they pay, some badly, some not at all.
fn payment(random: &mut ChaCha8Rng, payer: &Payer, run: &[Sale], on: NaiveDate, tables: &mut Tables) {
    let total: i64 = run.iter().map(|sale| sale.amount).sum();
    let list = || run.iter().map(|sale| rows::reference(sale.id)).collect::<Vec<_>>().join(" ");
    match random.random_range(0..100) {
        0..60 => tables.payment(payer, on, total, &alloc::format!("INVOICES {}", list()), true),
        60..72 => tables.payment(payer, on, total, "PAYMENT THANK YOU", true),
        72..80 => {
            let number = tables.payment(payer, on, total, "SEE ADVICE", true);
            run.iter().for_each(|sale| tables.remittance(&number, payer, on, sale));
            number
        }
        80..88 => {
            let short = total - total / 50;
            tables.payment(payer, on, short.max(1), &alloc::format!("{} LESS 2 PCT", list()), true)
        }
        88..95 => tables.payment(payer, on, (total / 2).max(1), "ON ACCOUNT", true),
        _ => tables.payment(payer, on, total, &list(), false),
    };
}

/// Disputes, promises, messages and signals about what is overdue.
fn claims(random: &mut ChaCha8Rng, payer: &Payer, overdue: &[&Sale], as_of: NaiveDate, tables: &mut Tables) {
    let Some(oldest) = overdue.iter().min_by_key(|sale| sale.due_on) else { return };
    let back = |random: &mut ChaCha8Rng, most: i32| calendar::add_days(as_of, -random.random_range(0..=most)).max(oldest.issued_on);
    match random.random_range(0..100) {
        0..8 => tables.dispute(oldest, back(random, 20), random.random_bool(0.5)),
        8..16 => {
            let made_on = back(random, 10);
            tables.promise(payer, oldest, made_on, calendar::add_days(made_on, random.random_range(3..=14)));
        }
        16..22 => {
            let received_on = back(random, 6);
            tables.reply(payer, received_on, random.random_bool(0.4).then_some(as_of));
        }
        22..24 => tables.signal(payer, back(random, 60), random.random_range(30..95)),
        _ => {}
    }
}
