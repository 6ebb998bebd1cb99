//! `cargo run --release -p ar-benches --bin limit -- [items] [folder]`: beside each stage a bare loop over the bytes that it must move and through the
//! operations that it must do, on the same book, on one thread, in the same run; and the ratio. With a folder, the table goes to
//! `limit.md` and `limit.json` there.
//!
//! A bare loop keeps no names, checks no rules and explains nothing: no engine gets there, and the ratio says how far off it is. What each
//! must do is told at its function.

mod bare;

use ar_arrow::ArrowTable;
use ar_benches::clock::{Spent, least, stages};
use ar_benches::large::{AS_OF, Case, Shape};
use ar_core::audit::AuditLog;
use ar_core::table::Table;
use ar_core::watch::Stage;
use ar_core::{Extent, Ledger, Models, Part, Policy, Watch, run_watched};
use bare::Book;
use serde_json::json;

/// Items that the models are fitted on, at most.
const FITTED: usize = 20_000;

/// A stage, what it took, and its bare loop.
struct Row {
    stage: &'static str,
    took: f64,
    /// Bytes that are read and written.
    bytes: usize,
    bare: f64,
    must: &'static str,
}

fn row(stage: &'static str, took: f64, bytes: usize, (bare, _): (Spent, u64), must: &'static str) -> Row {
    Row { stage, took, bytes, bare: bare.processor, must }
}

fn arrow(table: Table<'static>) -> (String, ArrowTable, usize) {
    let name = table.name.to_string();
    let (schema, batches) = ar_arrow::into_batches(table).unwrap_or_else(|bad| panic!("{bad}"));
    let bytes = batches.iter().map(|batch| batch.get_array_memory_size()).sum();
    (name, ArrowTable::from_batches(&schema, batches), bytes)
}

/// The stages of one run, in seconds of the processor.
fn day(ledger: &Ledger, policy: &Policy, models: &Models, rows: &mut Vec<Row>, book: &Book) -> Result<ar_core::Report, ar_core::Error> {
    let as_of = ar_core::calendar::date_from_days(AS_OF).unwrap_or_default();
    let watch = Watch::default();
    let (seen, report) = stages(&watch, || run_watched(ledger, policy, models, as_of, Extent::All, &watch));
    let report = report?;
    let of = |wanted: Stage, counted: bool| seen.iter().filter(|(place, _)| *place == Some((wanted, counted))).map(|(_, took)| took.processor).sum::<f64>();
    let decisions = report.decisions().len();
    let (cash, past, score, decide) = (least(|| book.cash()), least(|| book.past()), least(|| book.score(&models.pay_time.trees)), least(|| book.decide(decisions)));
    let (saved, log) = (ledger.to_bytes(), vec![7u8; report_bytes(&report)]);
    let (measures, chain) = (least(|| book.measures()), least(|| bare::chain(&saved, &log)));
    let both = (Spent { wall: score.0.wall + decide.0.wall, processor: score.0.processor + decide.0.processor }, score.1);
    let bare_run: f64 = [&cash, &past, &both, &measures, &chain].iter().map(|loops| loops.0.processor).sum();
    let open = book.open.len();
    let bytes = [book.cash_bytes(), book.past_bytes(), open * (24 + bare::SCORE) + decisions * bare::DECISION, book.amount.len() * 16, saved.len() + 2 * log.len()];
    rows.push(row(
        "cash",
        of(Stage::Cash, false) + of(Stage::Cash, true),
        bytes[0],
        cash,
        "fold and hash each open reference into a table; hash each word of each payment, look it up, add the amounts",
    ));
    rows.push(row("past", of(Stage::Past, false) + of(Stage::Past, true), bytes[1], past, "delay of each settled item, counted in the histogram of the book, of the segment and of the customer"));
    rows.push(row(
        "customers",
        of(Stage::Customers, false),
        bytes[2],
        both,
        "53 bytes asked of all trees for 32 days of each open item, 32 exponentials, the product of what is left; the score, outcome and decision written",
    ));
    rows.push(row("gate and measures", of(Stage::Customers, true), bytes[3], measures, "every item read once, its open amount added to the sum of its age"));
    rows.push(row("report and chain", of(Stage::Report, false) + of(Stage::Report, true), bytes[4], chain, "SHA-256 over the bytes of the ledger as it is saved, and twice over those of the log"));
    rows.push(Row { stage: "run", took: seen.iter().map(|row| row.1.processor).sum(), bytes: bytes.iter().sum(), bare: bare_run, must: "all of these" });
    Ok(report)
}

fn report_bytes(report: &ar_core::Report) -> usize {
    let mut log = AuditLog::default();
    log.append_report(report);
    log.heap_bytes()
}

fn around(shape: &Shape) -> Result<(Ledger, Vec<Row>, Book), ar_core::Error> {
    let tables = shape.tables();
    let book = Book::new(&tables);
    let given: Vec<(String, ArrowTable, usize)> = tables.into_iter().map(arrow).collect();
    let incoming: usize = given.iter().map(|row| row.2).sum();
    let (load, ledger) = least(|| {
        let views: Vec<Table<'_>> = given.iter().map(|(name, table, _)| table.view(name)).collect();
        Ledger::try_new(&views)
    });
    let ledger = ledger?;
    drop(given);
    let held = ledger.heap_bytes();
    let mut rows = vec![row(
        "load from Arrow",
        load.processor,
        incoming + held,
        least(|| book.load(held)),
        "each text checked to be UTF-8 and copied; each identifier hashed and put into a table, the customer of each item found in it; a row written",
    )];
    let (digest, _) = least(|| ledger.digest());
    let ((save, bytes), source) = (least(|| ledger.to_bytes()), vec![3u8; held]);
    rows.push(row("digest", digest.processor, held, least(|| bare::sha(&bytes)), "SHA-256 over the bytes of the ledger as it is saved"));
    rows.push(row("save", save.processor, held + bytes.len(), least(|| bare::moved(&source, bytes.len())), "the ledger read, the bytes written"));
    let (restore, again) = least(|| Ledger::from_bytes(&bytes));
    again?;
    rows.push(row("restore", restore.processor, held + bytes.len(), least(|| bare::restored(&bytes, held)), "SHA-256 over the bytes, which are checked, and the ledger written"));
    Ok((ledger, rows, book))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What is timed is one thread, the main one.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let items = words.first().and_then(|word| word.parse().ok()).unwrap_or(1_000_000);
    let as_of = ar_core::calendar::date_from_days(AS_OF).unwrap_or_default();
    let small = Ledger::try_new(&Shape::new(FITTED.min(items), Case::Usual).tables())?;
    let models = Models::fit(&small, as_of);
    let (ledger, mut rows, book) = around(&Shape::new(items, Case::Usual))?;
    let report = day(&ledger, &Policy::default(), &models, &mut rows, &book)?;
    let (mut took, mut out) = (0.0, 0);
    for part in Part::ALL {
        let (part_took, table) = least(|| report.part(*part));
        (took, out) = (took + part_took.processor, out + bare::bytes_of(&table));
    }
    let source = vec![3u8; out];
    rows.push(row("report as tables", took, 2 * out, least(|| bare::moved(&source, out)), "as many bytes read and written as the tables have"));
    let table = table(&rows);
    println!("{items} items, {} open, {} trees\n\n{table}", book.open.len(), models.pay_time.trees.len());
    if let Some(folder) = words.get(1) {
        std::fs::create_dir_all(folder)?;
        let title = format!(
            "# Distance to the limit\n\n{items} items, {} open, {} trees; one thread; seconds of the processor, the least of some turns (a run: one).\n\n",
            book.open.len(),
            models.pay_time.trees.len()
        );
        std::fs::write(format!("{folder}/limit.md"), title + &table)?;
        let lines: Vec<_> = rows.iter().map(|row| json!({"stage": row.stage, "seconds": row.took, "bytes": row.bytes, "bare_seconds": row.bare, "ratio": row.took / row.bare})).collect();
        std::fs::write(format!("{folder}/limit.json"), json!({"items": items, "open": book.open.len(), "stages": lines}).to_string())?;
    }
    Ok(())
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from("| stage | seconds | MB read and written | bare loop, seconds | ratio | what it must do |\n|---|---:|---:|---:|---:|---|\n");
    for row in rows {
        text += &format!("| {} | {:.4} | {:.1} | {:.4} | {:.1} | {} |\n", row.stage, row.took, row.bytes as f64 / 1e6, row.bare, row.took / row.bare.max(1e-9), row.must);
    }
    text
}
