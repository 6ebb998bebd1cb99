//! `cargo run --release -p ar-benches --bin one -- [items] [customers] [payments] [days]`: what one changed customer costs in a large book:
//! the digest, a run for one customer on the whole book, and a day that stands, by kind of event.

use ar_benches::large::book;
use ar_benches::{Dice, busy, memory, part, processor};
use ar_core::event::from_json;
use ar_core::{Error, Ledger, Models, Policy, StandingDay, run_for};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::time::Instant;

/// Events that each kind is timed on: those that stay with their customer, and those that may concern the whole book.
const QUIET: usize = 1_000;
const LOUD: usize = 3;

/// Items from which the models are those of a smaller book of the same kind.
const MOST_FITTED: u64 = 1_000_000;

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let (start, used) = (Instant::now(), processor());
    let out = work();
    println!("{name:<28} {:>8.3} s, {:>7.2} s of processors, resident {} MB", start.elapsed().as_secs_f64(), processor() - used, memory("VmRSS") / 1_000_000);
    out
}

/// An event of a kind about a customer of the book that owes something.
fn event(kind: &str, number: usize, ledger: &Ledger, dice: &mut Dice, on: NaiveDate) -> Value {
    let items = ledger.items();
    let item = loop {
        let item = &items[dice.below(items.len() as u64) as usize];
        if item.settled_on.is_none() {
            break item;
        }
    };
    let (customer, id) = (ledger.customer(item.customer).map_or("", |row| ledger.text(row.id)), ledger.text(item.id));
    let amount = ar_core::money::minor_to_text(item.amount, item.currency.exponent());
    let payment = ledger.payments().get(number * 7).map_or("", |row| ledger.text(row.id));
    let mut event = match kind {
        "promise" => json!({ "event": "promise_made", "promise_id": format!("NP{number}"), "customer_id": customer, "item_id": id, "due_on": "2026-11-30" }),
        "dispute" => json!({ "event": "dispute_opened", "dispute_id": format!("ND{number}"), "item_id": id, "reason": "damage" }),
        "message" => {
            json!({ "event": "reply_received", "reply_id": format!("NR{number}"), "customer_id": customer, "text": format!("Hello, we will pay invoice {} next Friday. Regards", ledger.text(item.reference)) })
        }
        "note of contact" => json!({ "event": "call_made", "customer_id": customer }),
        "payment received" => {
            json!({ "event": "payment_received", "payment_id": format!("NM{number}"), "customer_id": customer, "currency": "EUR", "amount": amount, "text": format!("INVOICE {}", ledger.text(item.reference)) })
        }
        _ => json!({ "event": "items_allocated", "payment_id": payment, "allocations": [{ "item_id": id, "amount": "1.00" }] }),
    };
    event["on"] = json!(on);
    event
}

fn main() -> Result<(), Error> {
    let mut sizes = std::env::args().skip(1).map(|text| text.parse().unwrap_or(0));
    let (items, customers, payments) = (sizes.next().unwrap_or(200_000), sizes.next().unwrap_or(20_000), sizes.next().unwrap_or(4_000));
    let history_days = sizes.next().unwrap_or(400);
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let today = ar_core::calendar::days_since_epoch(as_of);
    let ledger = Ledger::try_new(&book(items, customers, payments, history_days, today))?;
    println!("{items} items, {customers} customers, {payments} payments, resident {} MB", memory("VmRSS") / 1_000_000);
    let models = if items <= MOST_FITTED {
        Models::fit(&ledger, as_of)
    } else {
        let smaller = Ledger::try_new(&book(200_000, 20_000, 4_000, history_days, today))?;
        Models::fit(&smaller, as_of)
    };
    let policy = Policy::default();
    for _ in 0..3 {
        timed("digest", || ledger.digest());
    }
    let mut dice = Dice(11);
    let first = ledger.customer(ar_core::record::CustomerIdx(7)).map_or("", |row| ledger.text(row.id));
    for _ in 0..3 {
        timed("run_for one customer", || run_for(&ledger, &policy, &models, as_of, &[first])).map(drop)?;
    }
    let mut day = timed("the whole day, to stand", || StandingDay::try_new(ledger.clone(), &policy, &models, as_of))?;
    for kind in ["promise", "dispute", "message", "note of contact", "payment received", "items allocated"] {
        let loud = matches!(kind, "payment received" | "items allocated");
        let (mut times, mut whole, mut refused) = (Vec::new(), Vec::new(), 0);
        for number in 0..if loud { LOUD } else { QUIET } {
            let event = json!([event(kind, number, &ledger, &mut dice, as_of)]);
            let events = from_json(&event.to_string())?;
            // Of this thread, so that what else runs on the machine does not count; the whole book has threads of its own.
            let (start, used, all) = (Instant::now(), busy(), processor());
            let Ok(changed) = day.apply(&events) else {
                refused += 1;
                continue;
            };
            let used = (busy() - used) * 1e6;
            if changed.again {
                println!("{kind:<17} {:>8.3} s, {:.2} s of processors", start.elapsed().as_secs_f64(), processor() - all);
                whole.push(used);
            } else {
                times.push(used);
            }
            // What is seen of the report is worth nothing if it is not there.
            assert!(changed.report.is_some_and(|report| !report.scores().is_empty()), "{event}");
        }
        for (name, mut times) in [("of the customer", times), ("whole, this thread", whole)] {
            if times.is_empty() {
                continue;
            }
            times.sort_unstable_by(f64::total_cmp);
            let below = times.iter().filter(|time| **time < 100.0).count();
            println!("{kind:<17} {name:<18} {:>5}: median {:>10.1} us, p99 {:>10.1}, worst {:>10.1}; {below} below 100 us", times.len(), part(&times, 0.5), part(&times, 0.99), times[times.len() - 1]);
        }
        if refused > 0 {
            println!("{kind:<17} refused {refused}");
        }
    }
    timed("the ledger behind them", || day.ledger()).map(drop)
}
