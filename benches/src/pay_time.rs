//! The payment-time model on a book in CSV: seconds to fit, distributions a second, and the distributions themselves as a
//! file that `pay_time/scorer.py` reads beside those of the peers.
//!
//! ```text
//! pay_time BOOK.csv T0 T1 [--holidays DAYS.csv] [--cut N | --newest N] [--out P.f32] [--year]
//! ```
//!
//! Fitted on what was known before T0; every item issued from T0 to T1 is asked on the day of its issue. With `--year`, cash is
//! forecast from the open book on each weekday from T0 to T1 too, and the processor time of 260 such days is told.

use ar_benches::processor;
use ar_core::Ledger;
use ar_core::calendar::{add_days, date_from_text, days_since_epoch, weekday_of};
use ar_core::models::{Calendars, PayTimeModel};
use ar_core::record::ItemIdx;
use ar_core::scoring::{Distribution, Question, Rates, Wanted, forecast, predict};
use ar_core::table::{Cell, Table};
use chrono::NaiveDate;
use std::io::Write as _;
use std::time::Instant;

const COLUMNS: [&str; 8] = ["item_id", "customer_id", "x_segment", "currency", "amount", "issued_on", "due_on", "settled_on"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let value = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1));
    let [_, path, t0, t1, ..] = args.as_slice() else { return Err("pay_time BOOK.csv T0 T1 …".into()) };
    let (t0, t1) = (day(t0)?, day(t1)?);
    let number = |name: &str| value(name).map(|text| text.parse::<usize>()).transpose();
    let rows = cut(read(path)?, t0, t1, number("--cut")?, number("--newest")?);
    let ledger = ledger(&rows)?;
    let calendars = match value("--holidays") {
        Some(path) => Calendars::from([("USD".to_owned(), std::fs::read_to_string(path)?.lines().filter_map(date_from_text).collect())]),
        None => Calendars::new(),
    };
    let started = Instant::now();
    let model = PayTimeModel::fit(&ledger, t0, &calendars);
    let fit = started.elapsed().as_secs_f64();
    let asks: Vec<(ItemIdx, NaiveDate)> = (0u32..).zip(ledger.items()).filter(|(_, item)| item.issued_on >= t0 && item.issued_on < t1).map(|(at, item)| (ItemIdx(at), item.issued_on)).collect();
    let started = Instant::now();
    let found = predict(&model, Question { items: &ledger, history: &ledger, customers: &ledger, watch: &ar_core::Watch::default() }, &asks);
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "fit {fit:.2} s, {} settled items, {} trees (share {}, on alike {}), losses {:.5?}, weights {:?}, closed {:.4}, open {:?}, tail {:.4?}",
        model.settled_items,
        model.trees.len(),
        model.boosted_share,
        model.alike_share,
        model.losses,
        model.weights,
        model.closed_share,
        model.open_weekdays.map(u8::from),
        model.tail
    );
    println!("bands {:?}", model.bands);
    println!("{} distributions in {seconds:.3} s, {:.0} a second", found.len(), found.len() as f64 / seconds);
    if args.iter().any(|arg| arg == "--year") {
        year(&model, &rows, t0, t1)?;
    }
    if let Some(path) = value("--out") {
        write(path, &ledger, &asks, &found)?;
    }
    Ok(())
}

/// Cash of four weeks, asked on each weekday with what was known at its beginning. Making the books is not counted.
fn year(model: &PayTimeModel, rows: &[Vec<String>], t0: NaiveDate, t1: NaiveDate) -> Result<(), Box<dyn std::error::Error>> {
    let days: Vec<NaiveDate> = (0..).map(|ahead| add_days(t0, ahead)).take_while(|on| *on < t1).filter(|on| weekday_of(days_since_epoch(*on)) < 5).collect();
    let (mut seconds, mut expected) = (0.0, 0i128);
    for on in &days {
        let before = |text: &str| date_from_text(text).is_some_and(|day| day < *on);
        let known = |row: &Vec<String>| row.iter().enumerate().map(|(at, cell)| if at == 7 && !before(cell) { String::new() } else { cell.clone() }).collect::<Vec<_>>();
        let history: Vec<Vec<String>> = rows.iter().filter(|row| before(&row[5])).map(known).collect();
        let open: Vec<Vec<String>> = history.iter().filter(|row| row[7].is_empty()).cloned().collect();
        let (history, open) = (ledger(&history)?, ledger(&open)?);
        let started = processor();
        let found = forecast(
            model,
            Question { items: &open, history: &history, customers: &history, watch: &ar_core::Watch::default() },
            *on,
            &Wanted { windows: 4, width: 7, reporting: None, new_business: false },
        );
        seconds += processor() - started;
        expected += found.iter().map(|row| i128::from(row.expected)).sum::<i128>();
    }
    println!("{} days of forecasts in {seconds:.2} s, 260 in {:.2} s; {expected} expected", days.len(), seconds / days.len().max(1) as f64 * 260.0);
    Ok(())
}

fn day(text: &str) -> Result<NaiveDate, String> {
    date_from_text(text).ok_or_else(|| format!("'{text}' is not a day"))
}

fn read(path: &str) -> Result<Vec<Vec<String>>, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or("").split(',').collect();
    let places: Option<Vec<usize>> = COLUMNS.iter().map(|name| header.iter().position(|column| column == name)).collect();
    let places = places.ok_or("a column is missing")?;
    Ok(lines.map(|line| line.split(',').collect::<Vec<_>>()).map(|cells| places.iter().map(|at| cells.get(*at).copied().unwrap_or("").to_owned()).collect()).collect())
}

/// Keeps a part of the training items: so many of all, chosen by their number, or the newest.
fn cut(rows: Vec<Vec<String>>, t0: NaiveDate, t1: NaiveDate, some: Option<usize>, newest: Option<usize>) -> Vec<Vec<String>> {
    let issued = |row: &Vec<String>| date_from_text(&row[5]).unwrap_or(t1);
    let (mut old, test): (Vec<_>, Vec<_>) = rows.into_iter().enumerate().filter(|(_, row)| issued(row) < t1).partition(|(_, row)| issued(row) < t0);
    if let Some(count) = some {
        old.sort_by_key(|(at, _)| (*at as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20);
        old.truncate(count);
    }
    if let Some(count) = newest {
        old.sort_by_key(|(at, row)| (std::cmp::Reverse(issued(row)), *at));
        old.truncate(count);
    }
    old.into_iter().chain(test).map(|(_, row)| row).collect()
}

fn ledger(rows: &[Vec<String>]) -> Result<Ledger, ar_core::Error> {
    let cell = |text: &str| if text.is_empty() { Cell::Null } else { Cell::Text(text.into()) };
    let items = Table::from_rows("items", rows.iter().map(|row| COLUMNS.iter().zip(row).map(|(name, value)| ((*name).to_owned(), cell(value))).collect::<Vec<_>>()));
    let segments: std::collections::BTreeMap<&str, &str> = rows.iter().map(|row| (row[1].as_str(), row[2].as_str())).collect();
    let customers = Table::from_rows("customers", segments.iter().map(|(id, segment)| [("customer_id".to_owned(), cell(id)), ("segment".to_owned(), cell(segment))]));
    Ledger::try_new(&[customers, items])
}

/// Rows of 1 + 182 little-endian f32: the number in the item's name, the offsets -60 to 120, and all that is later.
fn write(path: &str, ledger: &Ledger, asks: &[(ItemIdx, NaiveDate)], found: &[(Distribution, Rates)]) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    for ((item, _), (distribution, _)) in asks.iter().zip(found) {
        let id = ledger.item(*item).map_or("", |row| ledger.text(row.id));
        let number: f32 = id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse()?;
        out.write_all(&number.to_le_bytes())?;
        let mut before = 1.0;
        for offset in -60..=120 {
            let open = distribution.later_than(offset);
            out.write_all(&((before - open) as f32).to_le_bytes())?;
            before = open;
        }
        out.write_all(&(before as f32).to_le_bytes())?;
    }
    Ok(())
}
