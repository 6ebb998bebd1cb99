//! A book in parts answers as the book in one piece does, to the bit, however it is cut; and parts that are not those of one book are
//! refused.

use super::cases;
use ar_core::models::{Calendars, PayTimeModel};
use ar_core::report::{Asked, AskedPart, At, forecast_of, forecast_on, rolled_of, wanted_cash, whole_of};
use ar_core::scoring::ExactSum;
use ar_core::table::{Cell, Data, Table};
use ar_core::{Error, ErrorCode, Ledger, ProblemCode, Watch};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Row {
    customer: u32,
    issued: u64,
    term: u64,
    /// Days from issue to payment; `None` = never.
    paid: Option<u64>,
    amount: i64,
    dollars: bool,
}

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 6).unwrap().checked_add_days(Days::new(offset)).unwrap()
}

/// The items of some customers as they are known on a day; those that are open then, or all of them.
fn items(rows: &[Row], of: impl Fn(&Row) -> bool, on: u64, open_only: bool) -> Table<'static> {
    let paid = |row: &Row| row.paid.map(|days| row.issued + days).filter(|paid| *paid < on);
    let wanted = rows.iter().enumerate().filter(|(_, row)| of(row) && (!open_only || paid(row).is_none()));
    let cells = wanted.map(|(at, row)| {
        let text = |name: &str, value: String| (name.to_owned(), Cell::Text(value));
        vec![
            text("item_id", format!("I{at:05}")),
            text("customer_id", format!("C{}", row.customer)),
            text("currency", if row.dollars { "USD" } else { "EUR" }.into()),
            ("amount_minor".to_owned(), Cell::Int(row.amount)),
            ("issued_on".to_owned(), Cell::Date(day(row.issued))),
            ("due_on".to_owned(), Cell::Date(day(row.issued + row.term))),
            ("settled_on".to_owned(), paid(row).map_or(Cell::Null, |paid| Cell::Date(day(paid)))),
            ("x_at".to_owned(), Cell::Date(day(on + at as u64 % 3))),
        ]
    });
    Table::from_rows("items", cells)
}

fn rates() -> Table<'static> {
    let row = [("base", "USD"), ("quote", "EUR"), ("on", "2025-01-06"), ("rate", "0.917")];
    Table::from_rows("fx_rates", [row.map(|(name, value)| (name.to_owned(), Cell::Text(value.into()))).to_vec()])
}

/// The parts of a book, each read by itself and gone through bytes.
fn parts(rows: &[Row], on: u64, count: u32, at: At<'_>) -> Vec<AskedPart> {
    let part = |number: u32| {
        let of = |row: &Row| row.customer.wrapping_mul(2_654_435_761) % count == number;
        let part = AskedPart::try_new(items(rows, of, on, true), &[items(rows, of, on, false)], at, &Watch::default()).unwrap();
        AskedPart::from_bytes(&part.to_bytes()).unwrap()
    };
    (0..count).map(part).collect()
}

fn slices(parts: &[Vec<u8>]) -> Vec<&[u8]> {
    parts.iter().map(Vec::as_slice).collect()
}

/// What the whole book has done, from its parts in the order given.
fn whole(model: &PayTimeModel, who: &Ledger, parts: &[&AskedPart], days: &[NaiveDate]) -> Result<Vec<u8>, Error> {
    let counted: Vec<Vec<u8>> = parts.iter().map(|part| part.count(model, who, days)).collect();
    let whole = whole_of(model, &slices(&counted))?;
    let seen: Vec<Vec<u8>> = parts.iter().map(|part| part.see(model, who, &whole).unwrap()).collect();
    rolled_of(&whole, &slices(&seen))
}

/// A value of the tables that are compared here; floats to the last bit.
fn value(data: &Data<'_>, row: usize) -> String {
    match data {
        Data::Text(texts) => String::from_utf8(texts.bytes_of(row).to_vec()).unwrap(),
        Data::Int(values) => values[row].to_string(),
        Data::Float(values) => values[row].to_bits().to_string(),
        Data::Date(values) => values[row].to_string(),
        Data::Reasons(ends, reasons) => format!("{:?}", &reasons[row.checked_sub(1).map_or(0, |before| ends[before])..ends[row]]),
        other => panic!("{other:?}"),
    }
}

/// The rows of a table, each with all it says, sorted.
fn said(tables: &[Table<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    for table in tables {
        let columns: Vec<_> = table.batches.iter().flat_map(|batch| &batch.columns).collect();
        for row in 0..table.rows() {
            found.push(columns.iter().map(|column| value(&column.data, row) + ";").collect::<String>());
        }
    }
    found.sort();
    found
}

/// Scores, distributions and forecasts of the book in one piece, and of it in so many parts.
fn check(rows: &[Row], on: u64, counts: &[u32]) {
    let everybody = |_: &Row| true;
    let (open, all) = (|| items(rows, everybody, on, true), || items(rows, everybody, on, false));
    let known = Ledger::try_new(&[all()]).unwrap();
    let model = PayTimeModel::fit(&known, day(on), &Calendars::new());
    for at in [At::Day(day(on)), At::Column("x_at")] {
        let asked = Asked::on(&model, open(), &[all()], &known, at, &Watch::default()).unwrap();
        for count in counts {
            let mut parts: Vec<AskedPart> = parts(rows, on, *count, at);
            parts.reverse();
            let mut days: Vec<NaiveDate> = parts.iter().flat_map(AskedPart::days).collect();
            days.sort_unstable();
            days.dedup();
            let whole = whole(&model, &known, &parts.iter().collect::<Vec<_>>(), &days).unwrap();
            let each: Vec<Asked> = parts.iter().map(|part| part.ask(&model, &known, &whole).unwrap()).collect();
            assert_eq!(said(&each.iter().map(Asked::scores).collect::<Vec<_>>()), said(&[asked.scores()]), "{count} parts");
            assert_eq!(said(&each.iter().map(Asked::distribution).collect::<Vec<_>>()), said(&[asked.distribution()]), "{count} parts");
        }
    }
    for (days, weekly) in [(30, false), (84, true)] {
        let wanted = wanted_cash(days, weekly, Some("EUR"), true).unwrap();
        let found = forecast_on(&model, &[open(), rates()], &[all()], &known, day(on), &wanted, &Watch::default()).unwrap();
        for count in counts {
            let parts = parts(rows, on, *count, At::Day(day(on)));
            let whole = whole(&model, &known, &parts.iter().collect::<Vec<_>>(), &[day(on)]).unwrap();
            let own: Vec<Vec<u8>> = parts.iter().rev().map(|part| part.forecast(&model, &known, &whole, day(on), &wanted).unwrap()).collect();
            assert_eq!(forecast_of(&model, &slices(&own), &[rates()], day(on), &wanted).unwrap(), found, "{count} parts");
        }
    }
}

/// Customers of very different sizes; some are new, some never pay.
fn book(count: u64, customers: u64) -> Vec<Row> {
    let row = |at: u64| {
        let customer = (at * at + 7 * at) % customers;
        let customer = if at.is_multiple_of(3) { 1 } else { customer };
        let paid = if at.is_multiple_of(17) { None } else { Some(15 + (at * 31 + customer * 11) % 45) };
        Row {
            customer: u32::try_from(customer).unwrap(),
            issued: at * 300 / count,
            term: 14 + customer % 3 * 8,
            paid,
            amount: 1_000 + i64::try_from(at * 7_919 % 900_000).unwrap(),
            dollars: customer.is_multiple_of(5),
        }
    };
    (0..count).map(row).collect()
}

/// More items than are looked at one by one, so that which of them are depends on all parts; and one customer with a third of them.
// Killed by: counts by part, sums in the order of the parts, items that are numbered in their part.
#[test]
fn a_book_in_parts_is_the_book() {
    check(&book(9_000, 211), 290, &[1, 2, 7, 64]);
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0u32..9, 0u64..240, 0u64..60, prop::option::weighted(0.9, 0u64..120), 1i64..9_000_000_000_000, any::<bool>()).prop_map(|(customer, issued, term, paid, amount, dollars)| Row {
        customer,
        issued,
        term,
        paid,
        amount,
        dollars,
    });
    prop::collection::vec(row, 0..120)
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn any_book_in_parts_is_the_book(rows in rows(), on in 30u64..280, count in 1u32..6) {
        check(&rows, on, &[count]);
    }

    // Killed by: any sum that rounds before the end.
    #[test]
    fn exact_sums_have_no_order(mut numbers in prop::collection::vec(prop_oneof![-1e18..1e18f64, -1e-9..1e-9f64, -1e3..1e3f64], 0..60), cut in 0usize..60) {
        let sum = |numbers: &[f64]| numbers.iter().fold(ExactSum::default(), |mut sum, number| { sum.add(*number); sum });
        let whole = sum(&numbers).value();
        let (one, other) = numbers.split_at(cut.min(numbers.len()));
        let mut parts = sum(other);
        parts.merge(&sum(one));
        prop_assert_eq!(parts.value().to_bits(), whole.to_bits());
        numbers.sort_by(f64::total_cmp);
        prop_assert_eq!(sum(&numbers).value().to_bits(), whole.to_bits());
        // Whole numbers are added by another way.
        let cents: Vec<i64> = numbers.iter().map(|number| (number.clamp(-1e15, 1e15)) as i64).collect();
        let floats: Vec<f64> = cents.iter().map(|number| *number as f64).collect();
        prop_assert_eq!(sum(&floats).value(), cents.iter().map(|number| i128::from(*number)).sum::<i128>() as f64);
    }
}

#[test]
fn what_are_no_parts_of_one_book_is_refused() {
    let rows = book(400, 11);
    let known = Ledger::try_new(&[items(&rows, |_| true, 290, false)]).unwrap();
    let model = PayTimeModel::fit(&known, day(290), &Calendars::new());
    let parts = parts(&rows, 290, 3, At::Day(day(290)));
    let days = [day(290)];
    let problem = |error: Error| (error.code(), error.problems()[0].code);
    let contradiction = (ErrorCode::InvalidArgument, ProblemCode::Contradiction);
    let content = (ErrorCode::InvalidBytes, ProblemCode::WrongContent);
    // A part twice, other days, a part that was not seen.
    assert_eq!(problem(whole(&model, &known, &[&parts[0], &parts[1], &parts[0]], &days).unwrap_err()), contradiction);
    let counted = [parts[0].count(&model, &known, &days), parts[1].count(&model, &known, &[day(291)])];
    assert_eq!(problem(whole_of(&model, &slices(&counted)).unwrap_err()), contradiction);
    let counted: Vec<Vec<u8>> = parts.iter().map(|part| part.count(&model, &known, &days)).collect();
    let first = whole_of(&model, &slices(&counted)).unwrap();
    let seen: Vec<Vec<u8>> = parts.iter().map(|part| part.see(&model, &known, &first).unwrap()).collect();
    assert_eq!(problem(rolled_of(&first, &slices(&seen[1..])).unwrap_err()), contradiction);
    let twice = [seen.clone(), seen.clone()].concat();
    assert_eq!(problem(rolled_of(&first, &slices(&twice)).unwrap_err()), contradiction);
    // The whole before its second round, and of another day.
    assert_eq!(problem(parts[0].ask(&model, &known, &first).map(|_| ()).unwrap_err()), content);
    let other = whole(&model, &known, &parts.iter().collect::<Vec<_>>(), &[day(291)]).unwrap();
    assert_eq!(problem(parts[0].ask(&model, &known, &other).map(|_| ()).unwrap_err()), content);
    // Forecasts of other windows.
    let rolled = rolled_of(&first, &slices(&seen)).unwrap();
    let own = parts[0].forecast(&model, &known, &rolled, day(290), &wanted_cash(30, false, None, false).unwrap()).unwrap();
    assert_eq!(problem(forecast_of(&model, &[&own], &[], day(290), &wanted_cash(28, true, None, false).unwrap()).unwrap_err()), content);
    // Bytes of something else, and damaged ones.
    assert_eq!(problem(AskedPart::from_bytes(&first).map(|_| ()).unwrap_err()), (ErrorCode::InvalidBytes, ProblemCode::WrongKind));
    let mut bytes = parts[0].to_bytes();
    bytes[100] ^= 1;
    assert_eq!(problem(AskedPart::from_bytes(&bytes).map(|_| ()).unwrap_err()), (ErrorCode::InvalidBytes, ProblemCode::WrongChecksum));
}

/// Items and past are both read before anything is refused; an item without a day to be asked on is named.
#[test]
fn all_problems_of_a_part_are_told_at_once() {
    let cell = |name: &str, value: &str| (name.to_owned(), if value.is_empty() { Cell::Null } else { Cell::Text(value.into()) });
    let row = |id: &str, amount: &str, at: &str| {
        vec![cell("item_id", id), cell("customer_id", "C"), cell("currency", "EUR"), cell("amount", amount), cell("issued_on", "2025-01-01"), cell("due_on", "2025-02-01"), cell("x_at", at)]
    };
    let table = |rows: Vec<Vec<(String, Cell)>>| Table::from_rows("items", rows);
    let refused = |items, history| {
        let error = AskedPart::try_new(table(items), &[table(history)], At::Column("x_at"), &Watch::default()).map(|_| ()).unwrap_err();
        error.problems().iter().map(|problem| (problem.table.clone(), problem.row, problem.code)).collect::<Vec<_>>()
    };
    let found = refused(vec![row("A", "1", "2025-03-01"), row("B", "-1", "2025-03-01")], vec![row("A", "x", "2025-03-01")]);
    assert_eq!(found, [("history".to_owned(), Some(0), ProblemCode::Unreadable), ("items".to_owned(), Some(1), ProblemCode::NotPositive)]);
    let found = refused(vec![row("A", "1", "2025-03-01"), row("B", "1", "")], vec![]);
    assert_eq!(found, [("items".to_owned(), Some(1), ProblemCode::MissingValue)]);
}
