//! `cargo run --release -p ar-benches --bin scale -- [items] [usual|one_customer|one_each|equal_amounts|references] [--json] [--models FILE]`: a
//! book of so many items, one day of it, and everything around that. Of each stage: seconds on the wall, seconds of processor, and the
//! memory that is held after it. Threads: RAYON_NUM_THREADS. With the word `fit` only the fit is timed, on all items.
//! The models are those of a usual book of 100,000 items whatever the size: an item is asked of as many trees in a small book as in a
//! large one. They are read from the file if it is there, else fitted and written to it.

use ar_arrow::ArrowTable;
use ar_benches::clock::{Place, Spent, least, spent, stages};
use ar_benches::large::{AS_OF, Case, Shape};
use ar_benches::memory;
use ar_core::audit::{AuditLog, verify};
use ar_core::table::Table;
use ar_core::watch::Stage;
use ar_core::{Extent, Ledger, Models, Part, Policy, Report, Watch, collect, run_for, run_watched};
use chrono::NaiveDate;

/// Items that the models are fitted on.
const FITTED: usize = 100_000;

/// A stage with what it took and the bytes that the process held after it.
struct Line {
    name: String,
    took: Spent,
    held: u64,
}

#[derive(Default)]
struct Lines(Vec<Line>);

impl Lines {
    fn add(&mut self, name: &str, took: Spent) {
        self.0.push(Line { name: name.into(), took, held: memory("VmRSS") });
    }

    /// Adds to a stage of the name, or a new one.
    fn sum(&mut self, name: &str, took: Spent) {
        match self.0.iter_mut().find(|line| line.name == name) {
            Some(line) => line.took = Spent { wall: line.took.wall + took.wall, processor: line.took.processor + took.processor },
            None => self.add(name, took),
        }
    }
}

/// The figures of one book.
#[derive(Default)]
struct Figures {
    lines: Lines,
    counts: Vec<(&'static str, u64)>,
}

/// From now on the highest memory of the process is counted anew.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// A table as it comes from an Arrow producer, its name, and the bytes that it holds.
fn arrow(table: Table<'static>) -> (String, ArrowTable, usize) {
    let name = table.name.to_string();
    let (schema, batches) = ar_arrow::into_batches(table).unwrap_or_else(|bad| panic!("{bad}"));
    let bytes = batches.iter().map(|batch| batch.get_array_memory_size()).sum();
    (name, ArrowTable::from_batches(&schema, batches), bytes)
}

fn models(file: Option<&str>, as_of: NaiveDate) -> Result<Models, ar_core::Error> {
    if let Some(bytes) = file.and_then(|file| std::fs::read(file).ok()) {
        return Models::from_bytes(&bytes);
    }
    let ledger = Ledger::try_new(&Shape::new(FITTED, Case::Usual).tables())?;
    let models = Models::fit(&ledger, as_of);
    if let Some(file) = file {
        std::fs::write(file, models.to_bytes()).unwrap_or_else(|bad| panic!("{file}: {bad}"));
    }
    Ok(models)
}

fn fitting(shape: &Shape, as_of: NaiveDate) -> Result<Figures, ar_core::Error> {
    let (mut figures, ledger) = (Figures::default(), Ledger::try_new(&shape.tables())?);
    let before = memory("VmRSS");
    forget_peak();
    let (took, models) = spent(|| Models::fit(&ledger, as_of));
    figures.lines.add("fit", took);
    figures.counts.extend([("fit_peak_bytes", memory("VmHWM").saturating_sub(before)), ("trees", models.pay_time.trees.len() as u64)]);
    Ok(figures)
}

/// What stands behind a place of a run.
fn named(place: Place) -> &'static str {
    match place {
        None => "run_open",
        Some((Stage::Cash, false)) => "cash_match",
        Some((Stage::Cash, true)) => "cash_gate",
        Some((Stage::Past, _)) => "past",
        Some((Stage::Customers, false)) => "customers",
        Some((Stage::Customers, true)) => "gate_and_measures",
        Some((Stage::Report, _)) => "report_chain",
        Some((other, _)) => other.name(),
    }
}

/// A run and its stages: the least of some turns, each stage for itself. The whole is the sum of its stages, as the looking is not in it.
fn day(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate, figures: &mut Figures) -> Result<Report, ar_core::Error> {
    let sum = |seen: &[(Place, Spent)]| seen.iter().fold(Spent::default(), |sum, row| Spent { wall: sum.wall + row.1.wall, processor: sum.processor + row.1.processor });
    let once = || {
        let watch = Watch::default();
        stages(&watch, || run_watched(ledger, policy, models, as_of, Extent::All, &watch))
    };
    let (mut seen, mut report) = once();
    let (mut all, mut turns) = (sum(&seen), 1);
    while turns < 7 && all.wall * f64::from(turns) < 1.0 {
        let (again, latest) = once();
        (all, report, turns) = (all.least(sum(&again)), latest, turns + 1);
        for (place, took) in again {
            match seen.iter_mut().find(|row| row.0 == place) {
                Some((_, best)) => *best = best.least(took),
                None => seen.push((place, took)),
            }
        }
    }
    for (place, took) in seen {
        figures.lines.add(named(place), took);
    }
    figures.lines.add("run", all);
    report
}

fn after(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate, report: Report, figures: &mut Figures) -> Result<(), ar_core::Error> {
    for part in Part::ALL {
        let (took, rows) = least(|| report.part(*part).rows());
        figures.lines.sum("report_tables", took);
        figures.lines.add(&format!("table_{}", part.name()), took);
        std::hint::black_box(rows);
    }
    let mut log = AuditLog::default();
    figures.lines.add("log_append", spent(|| log.append_report(&report)).0);
    let (took, verdict) = spent(|| verify(&log));
    std::hint::black_box(&verdict);
    figures.lines.add("log_verify", took);
    figures.counts.extend([("open", report.scores().len() as u64), ("decisions", report.decisions().len() as u64), ("payments", report.payments().len() as u64)]);
    figures.counts.push(("posted", report.payments().iter().filter(|answer| answer.unapplied == 0).count() as u64));
    figures.counts.push(("log_bytes", log.heap_bytes() as u64));
    drop((report, log));
    let (took, done) = least(|| collect(ledger, policy, models, as_of).map(|report| report.decisions().len()));
    done?;
    figures.lines.add("collect", took);
    let one = ledger.customers().get(ledger.customers().len() / 2).map_or("", |row| ledger.text(row.id));
    let (took, done) = least(|| run_for(ledger, policy, models, as_of, &[one]).map(|report| report.decisions().len()));
    done?;
    figures.lines.add("run_for_one", took);
    Ok(())
}

fn measure(shape: &Shape, models: &Models, as_of: NaiveDate) -> Result<Figures, ar_core::Error> {
    let (mut figures, policy) = (Figures::default(), Policy::default());
    let tables = shape.tables();
    let (took, ledger) = least(|| Ledger::try_new(&tables));
    figures.lines.add("load_tables", took);
    drop(ledger?);
    let given: Vec<(String, ArrowTable, usize)> = tables.into_iter().map(arrow).collect();
    figures.counts.push(("arrow_bytes", given.iter().map(|row| row.2 as u64).sum()));
    let before = memory("VmRSS");
    forget_peak();
    let (took, ledger) = least(|| {
        let views: Vec<Table<'_>> = given.iter().map(|(name, table, _)| table.view(name)).collect();
        Ledger::try_new(&views)
    });
    figures.lines.add("load_arrow", took);
    let ledger = ledger?;
    figures.counts.extend([("load_peak_bytes", memory("VmHWM").saturating_sub(before)), ("ledger_bytes", ledger.heap_bytes() as u64)]);
    drop(given);
    figures.lines.add("digest", least(|| ledger.digest()).0);
    let (took, bytes) = least(|| ledger.to_bytes());
    figures.lines.add("save", took);
    figures.counts.push(("saved_bytes", bytes.len() as u64));
    let (took, restored) = least(|| Ledger::from_bytes(&bytes));
    figures.lines.add("restore", took);
    drop((restored?, bytes));
    let before = memory("VmRSS");
    forget_peak();
    let report = day(&ledger, &policy, models, as_of, &mut figures)?;
    figures.counts.extend([("before_run_bytes", before), ("run_peak_bytes", memory("VmHWM"))]);
    after(&ledger, &policy, models, as_of, report, &mut figures)?;
    Ok(figures)
}

fn print(shape: &Shape, figures: &Figures) {
    println!("{} items, {}", shape.items, shape.case.name());
    for line in &figures.lines.0 {
        let (wall, processor) = (line.took.wall, line.took.processor);
        println!("{:<24} {wall:>10.5} s {processor:>10.5} CPU s {:>9.1} ns an item   held {:>6} MB", line.name, processor * 1e9 / shape.items as f64, line.held / 1_000_000);
    }
    for (name, count) in &figures.counts {
        println!("{name:<24} {count:>14} {:>9.2} an item", *count as f64 / shape.items as f64);
    }
}

fn main() -> Result<(), ar_core::Error> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let items = words.iter().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let case = words.iter().find_map(|word| Case::named(word)).unwrap_or(Case::Usual);
    let shape = Shape::new(items, case);
    let as_of = ar_core::calendar::date_from_days(AS_OF).unwrap_or_default();
    let file = words.iter().position(|word| word == "--models").and_then(|at| words.get(at + 1));
    let figures = if words.iter().any(|word| word == "fit") { fitting(&shape, as_of)? } else { measure(&shape, &models(file.map(String::as_str), as_of)?, as_of)? };
    if words.iter().any(|word| word == "--json") {
        let lines: serde_json::Map<String, serde_json::Value> =
            figures.lines.0.iter().map(|line| (line.name.clone(), serde_json::json!({"wall_seconds": line.took.wall, "processor_seconds": line.took.processor, "held_bytes": line.held}))).collect();
        let counts: serde_json::Map<String, serde_json::Value> = figures.counts.iter().map(|(name, count)| ((*name).to_owned(), (*count).into())).collect();
        println!("{}", serde_json::json!({"items": items, "case": case.name(), "stages": lines, "counts": counts}));
    } else {
        print(&shape, &figures);
    }
    Ok(())
}
