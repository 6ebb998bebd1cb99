//! The measures of risk on a small book, against numbers worked out by hand.

use ar_core::reason::{Reason, ReasonCode};
use ar_core::report::RiskRow;
use ar_core::table::{Cell, Table};
use ar_core::{Ledger, Models, Policy, Report, run};
use chrono::{Days, NaiveDate};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn table<const N: usize>(name: &'static str, columns: [&str; N], rows: Vec<[Option<String>; N]>) -> Table<'static> {
    let cell = |text: Option<String>| text.map_or(Cell::Null, Cell::Text);
    Table::from_rows(name, rows.into_iter().map(|row| columns.iter().map(ToString::to_string).zip(row.map(cell)).collect::<Vec<_>>()))
}

/// Identifier, customer, amount, and issued, due, settled so many days ago.
type Row = (&'static str, &'static str, &'static str, i64, i64, Option<i64>);

fn items(rows: &[Row]) -> Table<'static> {
    let ago = |days: i64| Some(if days < 0 { today() + Days::new(days.unsigned_abs()) } else { today() - Days::new(days.unsigned_abs()) }.to_string());
    let rows = rows
        .iter()
        .map(|(id, customer, amount, issued, due, settled)| [Some((*id).into()), Some((*customer).into()), Some("EUR".into()), Some((*amount).into()), ago(*issued), ago(*due), settled.and_then(ago)]);
    table("items", ["item_id", "customer_id", "currency", "amount", "issued_on", "due_on", "settled_on"], rows.collect())
}

/// Four invoices of a year ago: paid on time, 10, 45 and 200 days late; and today's book of two customers.
const BOOK: [Row; 9] = [
    ("H1", "H", "1000.00", 330, 300, Some(300)),
    ("H2", "H", "1000.00", 330, 300, Some(290)),
    ("H3", "H", "1000.00", 330, 300, Some(255)),
    ("H4", "H", "1000.00", 330, 300, Some(100)),
    ("P1", "A", "600.00", 50, 20, Some(15)),
    ("O1", "A", "100.00", 20, -10, None),
    ("O2", "A", "200.00", 35, 5, None),
    ("O3", "B", "300.00", 70, 40, None),
    ("O4", "B", "400.00", 130, 100, None),
];

fn report(tables: &[Table<'_>], policy: &str) -> Report {
    let ledger = Ledger::try_new(tables).unwrap();
    let models = Models::fit(&ledger, today());
    run(&ledger, &Policy::from_json(policy).unwrap(), &models, today()).unwrap()
}

/// Bucket, amount, rate in parts per million, count.
fn of(report: &Report, measure: &str) -> Vec<(&'static str, i64, Option<i64>, i64)> {
    let row = |row: &RiskRow| (row.bucket.unwrap_or("all"), row.amount.unwrap_or(-1), row.rate_ppm, row.count);
    report.risk().iter().filter(|row| row.measure == measure).map(row).collect()
}

#[test]
fn the_provision_follows_the_past_of_each_bucket() {
    let report = report(&[items(&BOOK)], "{}");
    let shares = [("not_due", 10_000, Some(100_000), 1), ("1-30", 20_000, Some(200_000), 1), ("31-60", 30_000, Some(300_000), 1), ("61-90", 0, Some(0), 0), ("over_90", 40_000, Some(400_000), 1)];
    assert_eq!(of(&report, "exposure"), shares);
    // Of 4000 that were not due 1000 defaulted, of which 0.6 is lost: 0.15 of four items, with 0.003 of twenty: 0.66 / 24.
    // Then 0.2 of three with 0.016: 0.92 / 23; 0.3 of two with 0.036: 1.32 / 22; 0.6 of one with 0.066: 1.92 / 21; with 0.106: 2.72 / 21.
    let matrix = [
        ("not_due", 275, Some(27_500), 1),
        ("1-30", 800, Some(40_000), 1),
        ("31-60", 1_800, Some(60_000), 1),
        ("61-90", 0, Some(91_429), 0),
        ("over_90", 5_181, Some(129_524), 1),
        ("all", 8_056, Some(80_560), 4),
    ];
    assert_eq!(of(&report, "provision"), matrix);
    let first = report.risk().iter().find(|row| row.measure == "provision").unwrap();
    assert_eq!(first.reasons[1..], [Reason::new(ReasonCode::LossRate, 150_000, 3_000), Reason::new(ReasonCode::LossHistory, 4, 20)]);
}

#[test]
fn a_book_without_a_past_is_provided_for_at_the_shipped_rates() {
    let report = report(&[items(&BOOK[5..])], "{}");
    let rates: Vec<_> = of(&report, "provision").into_iter().map(|row| row.2.unwrap()).collect();
    // The last is 0.3 + 3.2 + 10.8 + 42.4 of 1000.
    assert_eq!(rates, [3_000, 16_000, 36_000, 66_000, 106_000, 56_700]);
}

/// What is not known yet on the day is no history: an item 180 days past due is decided tomorrow. What was written off is
/// lost, though nothing of it is open; what was paid before counts as paid.
#[test]
fn only_what_is_decided_counts_and_what_is_written_off_is_lost() {
    let own = |due: i64, written: bool| {
        let tables = [
            items(&[("I1", "A", "100.00", due + 30, due, None), ("O", "A", "10.00", 5, -25, None)]),
            table("payments", ["payment_id", "customer_id", "currency", "amount", "received_on"], vec![["P", "A", "EUR", "75.00", "2026-04-01"].map(|text| Some(text.into()))]),
            table(
                "allocations",
                ["credit_id", "item_id", "amount", "kind", "on"],
                vec![["P", "I1", "75.00", "payment", "2026-06-30"].map(|text| Some(text.into())), ["P", "I1", "25.00", "write_off", "2026-07-01"].map(|text| Some(text.into()))]
                    [..1 + usize::from(written)]
                    .to_vec(),
            ),
        ];
        let report = report(&tables, "{}");
        let row = report.risk().iter().find(|row| row.measure == "provision").unwrap();
        (row.reasons[1].observed, row.reasons[2].observed)
    };
    assert_eq!(own(180, false), (Reason::NOTHING, 0));
    assert_eq!(own(181, false), (150_000, 1));
    assert_eq!(own(181, true), (150_000, 1));
}

#[test]
fn what_was_in_a_bucket_rolls_into_the_next() {
    // Of 800 that were not due 30 days ago 600 were paid; all else moved on.
    let wanted = [("not_due", 20_000, Some(250_000), 2), ("1-30", 30_000, Some(1_000_000), 1), ("31-60", 0, None, 0), ("61-90", 40_000, Some(1_000_000), 1), ("over_90", 0, None, 0)];
    assert_eq!(of(&report(&[items(&BOOK)], "{}"), "roll_rate"), wanted);
}

#[test]
fn few_customers_hold_most_of_the_book() {
    // 0.3 and 0.7: the squares are 0.09 and 0.49.
    let wanted = [("largest_1", 70_000, Some(700_000), 1), ("largest_5", 100_000, Some(1_000_000), 2), ("largest_10", 100_000, Some(1_000_000), 2), ("herfindahl", -1, Some(580_000), 2)];
    assert_eq!(of(&report(&[items(&BOOK)], "{}"), "concentration"), wanted);
}

#[test]
fn a_loss_is_amount_times_probability_times_severity() {
    let report = report(&[items(&BOOK)], "{}");
    let books = report.ledger();
    let of_customer = |id: &str| -> i64 {
        let mine = report.scores().iter().filter(|score| books.item(score.item).unwrap().customer == books.find_customer(id).unwrap());
        mine.map(|score| (score.open as f64 * score.p_default * 0.6).round() as i64).sum()
    };
    let (a, b) = (of_customer("A"), of_customer("B"));
    assert!(b > a && a > 0, "{a} {b}");
    let found: Vec<_> =
        report.risk().iter().filter(|row| row.measure == "expected_loss").map(|row| (row.customer.and_then(|at| books.customer(at)).map(|row| books.text(row.id)), row.amount.unwrap())).collect();
    assert_eq!(found, [(None, a + b), (Some("B"), b), (Some("A"), a)]);
}

/// A was billed 900 in two months, which counts as three: 300 a month. It paid 600 after 35 days, on terms of 30: 350 is
/// open at a time. It is new: 262.50, in whole euros. What is expected to be lost takes four times its share.
#[test]
fn a_limit_follows_billing_days_class_and_loss() {
    let limits = |policy: &str| -> Vec<(i64, i64, Vec<Reason>)> {
        let report = report(&[items(&BOOK)], policy);
        report.risk().iter().filter(|row| row.measure == "credit_limit").map(|row| (row.amount.unwrap(), row.rate_ppm.unwrap(), row.reasons.clone())).collect()
    };
    let [a, b] = &limits(r#"{"scoring":{"loss_given_default":0}}"#)[..] else { panic!("A and B have open items") };
    assert_eq!((a.0, a.1), (26_200, 0));
    let wanted = [
        Reason::new(ReasonCode::MonthlyBilling, 30_000, Reason::NOTHING),
        Reason::new(ReasonCode::DaysToPay, 35, 30),
        Reason::new(ReasonCode::ClassFactor, 750_000, Reason::NOTHING),
        Reason::new(ReasonCode::RiskFactor, 1_000_000, 0),
        Reason::new(ReasonCode::LimitUsed, 30_000, 26_200),
    ];
    assert_eq!(a.2, wanted);
    // B: 700 in five months, nothing paid: the terms of 30 days, 140 a month, new.
    assert_eq!(b.0, 10_500);
    let risky = limits("{}");
    for (row, before) in risky.iter().zip([26_250, 10_500]) {
        let left = before as f64 * (1.0 - 4.0 * row.1 as f64 / 1e6).max(0.0);
        assert_eq!(row.0, (left / 100.0).floor() as i64 * 100, "{row:?}");
    }
}

/// Sixty invoices of 100 on terms of 120 days, always in time: 500 a month for four months and a quarter more would be
/// 2500; the most is three months of billing.
#[test]
fn a_limit_is_never_more_than_three_months_of_billing() {
    let mut rows: Vec<Row> = (0..60).map(|at| ("", "A", "100.00", 6 * at + 1, 6 * at - 119, (at > 20).then_some(6 * at - 119))).collect();
    let names: Vec<String> = (0..60).map(|at| format!("I{at:02}")).collect();
    rows.iter_mut().zip(&names).for_each(|(row, name)| row.0 = Box::leak(name.clone().into_boxed_str()));
    let report = report(&[items(&rows)], r#"{"scoring":{"loss_given_default":0}}"#);
    let row = report.risk().iter().find(|row| row.measure == "credit_limit").unwrap();
    assert_eq!(row.amount, Some(150_000), "{row:?}");
    assert!(row.reasons.contains(&Reason::new(ReasonCode::LimitCapped, 250_000, 150_000)), "{row:?}");
}

/// Who pays after 5 days may still take the 30 that are granted; who pays after 140 earns a limit for 60, not more.
#[test]
fn days_to_pay_count_from_the_terms_to_thirty_days_beyond() {
    let limit = |issued: i64, settled: i64| {
        let rows = [("P", "A", "540.00", issued, issued - 30, Some(settled)), ("O", "A", "360.00", 20, -10, None)];
        let report = report(&[items(&rows)], r#"{"scoring":{"loss_given_default":0}}"#);
        let row = report.risk().iter().find(|row| row.measure == "credit_limit").unwrap();
        (row.amount.unwrap(), row.reasons[1].observed)
    };
    // 300 a month for 30 days, and 900 / 7 for 60; of a new customer three quarters.
    assert_eq!(limit(50, 45), (22_500, 5));
    assert_eq!(limit(200, 60), (19_200, 140));
}

#[test]
fn what_is_still_not_due_has_not_rolled() {
    let report = report(&[items(&[("N", "A", "100.00", 40, -10, None)])], "{}");
    assert_eq!(of(&report, "roll_rate")[0], ("not_due", 0, Some(0), 1));
}
