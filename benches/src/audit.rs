//! `cargo run --release -p ar-benches --bin audit -- [decisions] [runs] [tamperings]`: a log of so many decisions over so many days: seconds
//! to append, verify, search and replay it, its memory, and tamperings that are found; then what gate and log cost a decision, beside
//! the whole run. Threads: RAYON_NUM_THREADS.

use ar_benches::{Dice, days, memory, numbers, processor, texts};
use ar_core::audit::{AuditEntry, AuditLog, Digests, Filter, Head, Scope, chain, search, verify, verify_to};
use ar_core::decision::Decision;
use ar_core::escalation::Gate;
use ar_core::table::{Column, Table};
use ar_core::{Error, Ledger, Models, Policy, collect, replay, run};
use chrono::{Days, NaiveDate};
use std::hint::black_box;
use std::time::Instant;

/// Entries around a tampering that are verified again, behind the head before them.
const WINDOW: usize = 256;
/// Tamperings that are looked for in the whole log.
const WHOLE: usize = 20;
/// Times that a short step is repeated.
const TIMES: usize = 10;

/// Two late items a customer, so that every customer gets a notice, every day.
fn book(customers: usize, today: i32) -> Vec<Table<'static>> {
    let mut dice = Dice(7);
    let items = customers * 2;
    let dues: Vec<i32> = (0..items).map(|_| today - 46 - dice.below(121) as i32).collect();
    let customer = |at: usize| format!("C{at:07}");
    vec![
        Table::new("customers", vec![Column::new("customer_id", texts((0..customers).map(customer)))]),
        Table::new(
            "items",
            vec![
                Column::new("item_id", texts((0..items).map(|at| format!("I{at:09}")))),
                Column::new("customer_id", texts((0..items).map(|at| customer(at / 2)))),
                Column::new("currency", texts((0..items).map(|_| "EUR".into()))),
                Column::new("amount_minor", numbers((0..items).map(|_| dice.below(1_000_000) as i64 + 1_000))),
                Column::new("issued_on", days(dues.iter().map(|due| due - 30))),
                Column::new("due_on", days(dues.iter().copied())),
            ],
        ),
    ]
}

/// Seconds on the clock, and of the processor: other processes make the one longer, more threads only the other.
#[derive(Clone, Copy)]
struct Spent {
    clock: f64,
    processor: f64,
}

fn spent<T>(work: impl FnOnce() -> T) -> (T, Spent) {
    let (start, before) = (Instant::now(), processor());
    let out = work();
    (out, Spent { clock: start.elapsed().as_secs_f64(), processor: processor() - before })
}

/// The mean of some times: the processor is counted in hundredths.
fn mean<T>(mut work: impl FnMut() -> T) -> Spent {
    let ((), all) = spent(|| (0..TIMES).for_each(|_| drop(black_box(work()))));
    Spent { clock: all.clock / TIMES as f64, processor: all.processor / TIMES as f64 }
}

fn say(name: &str, took: Spent, entries: usize) {
    let each = took.processor * 1e9 / entries.max(1) as f64;
    println!("{name:<24} {:>8.3} s {:>8.3} CPU s {each:>8.1} ns an entry   resident {:>6} MB", took.clock, took.processor, memory("VmRSS") / 1_000_000);
}

/// A part of a log as owned rows, so that one thing can be done to it.
fn rows(log: &AuditLog, from: usize, count: usize) -> Vec<(i64, [String; 6])> {
    let row = |entry: AuditEntry<'_>| (entry.seq, [entry.previous, entry.digest, entry.kind, entry.policy_version, entry.model_version, entry.body].map(String::from));
    (from..from + count).filter_map(|place| log.get(place)).map(row).collect()
}

fn tamper(rows: &mut Vec<(i64, [String; 6])>, dice: &mut Dice) -> bool {
    let before = rows.clone();
    let (at, to) = (dice.below(rows.len() as u64) as usize, dice.below(rows.len() as u64) as usize);
    match dice.below(7) {
        0..=2 => {
            let text = &mut rows[at].1[dice.below(6) as usize];
            let place = dice.below(text.len() as u64) as usize;
            if text.is_char_boundary(place) && text.is_char_boundary(place + 1) {
                text.replace_range(place..place + 1, ["0", "7", "\n", "x"][dice.below(4) as usize]);
            }
        }
        3 => drop(rows.remove(at)),
        4 => rows.insert(to, before[at].clone()),
        5 => rows.swap(at, to),
        _ => rows.truncate(at),
    }
    *rows != before
}

fn log_of(start: Head, rows: &[(i64, [String; 6])]) -> AuditLog {
    let mut log = AuditLog::behind(start);
    for (seq, texts) in rows {
        let [previous, digest, kind, policy_version, model_version, body] = texts.each_ref().map(String::as_str);
        log.push(&AuditEntry { seq: *seq, previous, digest, kind, policy_version, model_version, body });
    }
    log
}

fn head_at(log: &AuditLog, len: usize) -> Head {
    len.checked_sub(1).and_then(|last| log.get(last)).map_or_else(Head::default, |entry| Head { len: len as i64, digest: entry.digest.into() })
}

fn tamperings(log: &AuditLog, count: usize) {
    let (mut dice, mut tried, mut found) = (Dice(3), 0, 0);
    let ((), took) = spent(|| {
        while tried < count {
            let whole = tried < WHOLE;
            let (from, len) = if whole { (0, log.len()) } else { (dice.below((log.len() - WINDOW) as u64) as usize, WINDOW) };
            let mut part = rows(log, from, len);
            if tamper(&mut part, &mut dice) {
                tried += 1;
                let tampered = log_of(head_at(log, from), &part);
                found += usize::from(!verify_to(&tampered, &head_at(log, from + len)).is_empty());
            }
        }
    });
    println!("{tried} tamperings, {WHOLE} of them looked for in the whole log, the others in {WINDOW} entries of it: {found} found   {:.1} s", took.clock);
}

/// What gate and log cost a decision, beside the whole run.
fn overhead(name: &str, ledger: &Ledger, policy: &Policy, models: &Models, on: NaiveDate) -> Result<(), Error> {
    let (made, whole) = spent(|| run(ledger, policy, models, on).map(drop));
    made?;
    let report = collect(ledger, policy, models, on)?;
    let decisions = report.decisions();
    let count = decisions.len().max(1) as f64;
    let open = ledger.open_all(on);
    let mut gated = 0.0;
    for _ in 0..TIMES {
        let drafts: Vec<_> = decisions.iter().map(|decision| decision.draft.clone()).collect();
        let mut gate = Gate::new(ledger, policy, on);
        let pass = || drafts.into_iter().filter_map(|draft| gate.pass(draft, &open).ok()).collect::<Vec<Decision>>();
        let (passed, took) = spent(pass);
        black_box(passed.len());
        gated += took.processor / TIMES as f64;
    }
    let chained = mean(|| chain(ledger, policy.version(), &Digests::new(ledger, policy, models), on, Scope::All, &[], decisions)).processor;
    let fixed = mean(|| chain(ledger, policy.version(), &Digests::new(ledger, policy, models), on, Scope::All, &[], &[])).processor;
    let (audit, whole) = (chained - fixed, whole.processor);
    println!(
        "{name}: {} decisions; gate {:.0} ns and log {:.0} ns a decision; digests of the inputs {:.1} ms a run; run {:.3} CPU s; gate and log {:.1} % of it, with the digests {:.1} %",
        decisions.len(),
        gated * 1e9 / count,
        audit * 1e9 / count,
        fixed * 1e3,
        whole,
        (gated + audit) * 100.0 / whole,
        (gated + chained) * 100.0 / whole
    );
    Ok(())
}

fn main() -> Result<(), Error> {
    let mut sizes = std::env::args().skip(1).map(|text| text.parse::<usize>().unwrap_or(0));
    let (wanted, runs, tampered) = (sizes.next().unwrap_or(1_000_000), sizes.next().unwrap_or(10).max(1), sizes.next().unwrap_or(10_000));
    let first = NaiveDate::from_ymd_opt(2026, 11, 9).unwrap_or_default();
    let ladder = "[[collections.ladder]]\nafter_days=5\n[[collections.ladder]]\nafter_days=20\n[[collections.ladder]]\nafter_days=40\n[[collections.ladder]]\nafter_days=60\n";
    let policy = Policy::from_toml(ladder)?;
    let acting = Policy::from_toml(&format!("[autonomy]\ndefault_level=2\namount_limit=100000000\nrun_budget=1000000000000\nask_first_contact=false\n{ladder}"))?;
    let ledger = Ledger::try_new(&book(wanted / runs, ar_core::calendar::days_since_epoch(first)))?;
    let models = Models::fit(&ledger, first);
    let (mut log, mut collecting, mut appending) = (AuditLog::default(), Spent { clock: 0.0, processor: 0.0 }, Spent { clock: 0.0, processor: 0.0 });
    let add = |sum: &mut Spent, took: Spent| *sum = Spent { clock: sum.clock + took.clock, processor: sum.processor + took.processor };
    for number in 0..runs {
        let (report, took) = spent(|| collect(&ledger, &policy, &models, first + Days::new(number as u64)));
        let report = report?;
        add(&mut collecting, took);
        add(&mut appending, spent(|| log.append_report(&report)).1);
    }
    let entries = log.len();
    println!("{entries} entries of {runs} runs (collect), {} bytes an entry", log.heap_bytes() / entries);
    say("collect", collecting, entries);
    say("append", appending, entries);
    say("verify", mean(|| verify(&log)), entries);
    let (again, took) = spent(|| replay(&log, &ledger, &policy, Some(&models)));
    again?;
    say("replay all runs", took, entries);
    for (name, filter) in
        [("search customer", Filter { customer_id: Some("C0000042".into()), ..Filter::default() }), ("search day", Filter { from: Some(first), to: Some(first), ..Filter::default() })]
    {
        println!("{name}: {} found", search(&log, &filter).len());
        say(name, mean(|| search(&log, &filter)), entries);
    }
    tamperings(&log, tampered);
    drop(log);
    overhead("proposing", &ledger, &policy, &models, first)?;
    overhead("acting", &ledger, &acting, &models, first)
}
