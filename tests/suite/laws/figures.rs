//! Figures without a run: the ageing and the measures of `figures` are those of the day, those of plain sums, and the same however the
//! rows come in.

use super::book::{ago, as_of, books};
use super::cases;
use super::tables::{Style, ledger, load, plain_tables};
use crate::c_face::load::given_ledger;
use crate::scenarios::{self, Inputs, parts, tables};
use ar_core::action::{ActionKind, Mode};
use ar_core::calendar::days_since_epoch;
use ar_core::kpi::{self, Ratio};
use ar_core::record::{AllocationKind, Credit, ItemIdx};
use ar_core::{Currency, ErrorCode, Figures, Ledger, Models, Policy, Report, figures, run};
use ar_core_ffi::ledger::ar_ledger_free;
use ar_core_ffi::policy::{ar_policy_free, ar_policy_from_toml};
use ar_core_ffi::report::ar_figures;
use ar_core_ffi::status::Status;
use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ptr;

/// Whether the run posted cash: then its books are no longer those that it was given.
fn posted(report: &Report) -> bool {
    report.decisions().iter().any(|decision| decision.mode == Mode::Act && decision.action() == ActionKind::PostAllocation)
}

/// The figures, held against those of the run on the same day.
fn held_against(ledger: &Ledger, policy: &Policy, report: &Report) -> Figures {
    let found = figures(ledger, policy, report.as_of()).unwrap();
    let (whole, alone) = (report.to_json(), found.to_json());
    let (whole, alone) = (parts(&whole), parts(&alone));
    assert_eq!(alone["aging"], whole["aging"]);
    // The measures of the decisions of the day, of autonomy and of the models stand behind the others.
    let (before, behind) = whole["kpis"].split_at(alone["kpis"].trim_end_matches(']').len());
    assert_eq!(before, alone["kpis"].trim_end_matches(']'));
    assert!(behind.starts_with(",\n{\"name\":\"approval_load\""), "{behind}");
    found
}

// Killed by: payments of the day that are left out, a period of another length, promises judged by another policy.
#[test]
fn the_figures_of_every_scenario_are_those_of_its_day() {
    let (mut seen, mut kept) = (0, 0);
    for (name, scenario) in scenarios::all() {
        let Inputs { ledger, policy, models, as_of } = Inputs::of(&scenario);
        let report = run(&ledger, &policy, &models, as_of).unwrap();
        if posted(&report) {
            kept += 1;
            continue;
        }
        seen += 1;
        let found = held_against(&ledger, &policy, &report);
        let events = scenario.get("events").map_or("[]".into(), Value::to_string);
        let books = given_ledger(&tables(&scenario, "tables"), &events).unwrap();
        let (text, mut rules) = (scenario.get("policy").and_then(Value::as_str).unwrap_or(""), ptr::null_mut());
        assert_eq!(unsafe { ar_policy_from_toml(text.as_ptr().cast(), text.len(), &mut rules, ptr::null_mut()) }, Status::Ok);
        let (mut aging, mut kpis) = (ar_arrow::FFI_ArrowArrayStream::empty(), ar_arrow::FFI_ArrowArrayStream::empty());
        let mut ask = |day: i32| unsafe { ar_figures(books, rules, day, &mut aging, &mut kpis, ptr::null_mut()) };
        assert_eq!((ask(-1), ask(days_since_epoch(as_of))), (Status::InvalidArgument, Status::Ok), "{name}");
        for (stream, wanted) in [(aging, found.aging_table()), (kpis, found.kpis_table())] {
            let shown = |stream| format!("{:?}", ar_arrow::ArrowTable::try_from_stream(stream).unwrap().view("shown"));
            assert!(shown(stream) == shown(ar_arrow::stream_from_table(&wanted).unwrap()), "{name}: C gives other figures than Rust");
        }
        unsafe {
            ar_ledger_free(books);
            ar_policy_free(rules);
        }
    }
    assert!(seen >= 200 && kept > 0, "{seen} days compared, {kept} left out");
}

/// What is said of one currency, added up in the plainest way.
#[derive(Default)]
struct Plain {
    aged: [(i128, i64); 6],
    sales: i128,
    begin: i128,
    late: (i128, i128),
    written_off: i128,
    months: BTreeMap<(i32, u32), (i128, i64)>,
}

/// The sums of a book, item by item, from all lines of allocation each time.
fn added_up(books: &Ledger, day: NaiveDate, begin: NaiveDate) -> BTreeMap<Currency, Plain> {
    let mut lines: BTreeMap<ItemIdx, Vec<&ar_core::record::Allocation>> = BTreeMap::new();
    for line in books.allocations() {
        line.lowers().for_each(|at| lines.entry(at).or_default().push(line));
    }
    let mut found: BTreeMap<Currency, Plain> = BTreeMap::new();
    for (at, item) in (0..).map(ItemIdx).zip(books.items()) {
        let mine = lines.get(&at).map_or(&[][..], Vec::as_slice);
        let (open, before) = (item.open_on(mine.iter().copied(), day), item.open_on(mine.iter().copied(), begin));
        let sums = found.entry(item.currency).or_default();
        let late = (day - item.due_on).num_days();
        if open > 0 {
            let bucket = if item.kind.is_credit() { 5 } else { [1, 31, 61, 91].iter().filter(|first| late >= **first).count() };
            sums.aged[bucket] = (sums.aged[bucket].0 + i128::from(if bucket == 5 { -open } else { open }), sums.aged[bucket].1 + 1);
        }
        if item.kind.is_credit() {
            continue;
        }
        sums.begin += i128::from(before);
        sums.late = (sums.late.0 + i128::from(late.max(0)) * i128::from(open), sums.late.1 + i128::from(if late > 0 { open } else { 0 }));
        let written = mine.iter().filter(|line| line.kind == AllocationKind::WriteOff && line.on > begin && line.on <= day);
        sums.written_off += written.map(|line| i128::from(line.amount)).sum::<i128>();
        if item.kind.is_billed() && item.issued_on <= day {
            sums.sales += i128::from(if item.issued_on > begin { item.amount } else { 0 });
            let month = sums.months.entry((item.issued_on.year(), item.issued_on.month())).or_default();
            *month = (month.0 + i128::from((day - item.issued_on).num_days()) * i128::from(open), month.1 + item.amount);
        }
    }
    for (at, payment) in (0..).map(ar_core::record::PaymentIdx).zip(books.payments()) {
        let used: i64 = books.allocations().iter().filter(|line| line.credit == Credit::Payment(at) && line.on <= day).map(|line| line.cash).sum();
        let left = if payment.failed || payment.received_on > day { 0 } else { (payment.amount - used).max(0) };
        let credits = &mut found.entry(payment.currency).or_default().aged[5];
        *credits = (credits.0 - i128::from(left), credits.1 + i64::from(left > 0));
    }
    found
}

fn measure(found: &Figures, name: &str, currency: Currency) -> Option<Ratio> {
    found.kpis().iter().find(|row| row.name == name && row.currency == Some(currency)).unwrap().value
}

/// The figures, held against plain sums.
fn held_against_sums(books: &Ledger, day: NaiveDate) {
    let found = figures(books, &Policy::default(), day).unwrap();
    let sums = added_up(books, day, day - chrono::Days::new(90));
    assert_eq!(found.aging().chunks(6).map(|rows| rows[0].currency).collect::<Vec<_>>(), sums.keys().copied().collect::<Vec<_>>());
    for (rows, (currency, plain)) in found.aging().chunks(6).zip(&sums) {
        assert_eq!(rows.iter().map(|row| (i128::from(row.amount), row.count)).collect::<Vec<_>>(), plain.aged);
        let whole = |sum: i128| i64::try_from(sum).unwrap();
        let (total, current, sales, begin) = (whole(plain.aged[..5].iter().map(|bucket| bucket.0).sum()), whole(plain.aged[0].0), whole(plain.sales), whole(plain.begin));
        let is = |name: &str, wanted: Option<Ratio>| assert_eq!(measure(&found, name, *currency), wanted, "{name}");
        is("dso", kpi::dso_simple(total, sales, 90));
        is("cei", kpi::collection_effectiveness(begin, sales, 3, total, current));
        is("turnover", kpi::turnover(sales, begin, total));
        is("over_90_share", kpi::percent(plain.aged[4].0, total.into()));
        is("days_late_by_amount", Ratio::try_new(plain.late.0, plain.late.1));
        is("bad_debt_share", kpi::percent(plain.written_off, plain.sales));
        is("true_dso", kpi::true_dso(plain.months.values().copied()));
        let back = |ago: u32| day.with_day(1).unwrap() - chrono::Months::new(ago);
        let length = |ago: u32| if ago == 0 { i64::from(day.day()) } else { (back(ago - 1) - back(ago)).num_days() };
        let months: Vec<(i64, i64)> = (0..24).map(|ago| (plain.months.get(&(back(ago).year(), back(ago).month())).map_or(0, |month| month.1), length(ago))).collect();
        is("dso_countback", kpi::dso_countback(total, &months));
    }
}

proptest! {
    #![proptest_config(cases(250))]

    // Killed by: a piece that is added twice, a credit note that stays whole, a month of another year.
    #[test]
    fn the_figures_of_any_book_are_plain_sums(book in books(), back in 0i64..120) {
        held_against_sums(&ledger(&book), ago(back));
    }

    #[test]
    fn the_figures_of_any_book_are_those_of_its_day(book in books(), back in 0i64..120) {
        let (books, policy, day) = (ledger(&book), Policy::default(), ago(back));
        let report = run(&books, &policy, &Models::fit(&books, day), day).unwrap();
        prop_assert!(!posted(&report));
        held_against(&books, &policy, &report);
    }

    #[test]
    fn the_figures_of_a_book_do_not_depend_on_its_rows(book in books(), shuffle in 1u64.., types in 0u8..=3, batch in 0usize..4) {
        let other = load(&plain_tables(&book), Style { shuffle, types, batch }).unwrap();
        let of = |books: &Ledger| figures(books, &Policy::default(), as_of()).unwrap();
        prop_assert!(of(&ledger(&book)) == of(&other));
        prop_assert_eq!(of(&ledger(&book)).to_json(), of(&other).to_json());
    }
}

/// More items than are added up together, with postings and credit notes in each piece.
#[test]
fn the_figures_of_a_book_of_many_pieces_are_plain_sums() {
    let books = Ledger::try_new(&ar_core::simulate::simulate(7, 900, as_of())).unwrap();
    assert!(books.items().len() > 3 * 4_096 && !books.allocations().is_empty(), "{} items", books.items().len());
    for back in [0, 45, 400] {
        held_against_sums(&books, ago(back));
    }
}

#[test]
fn days_that_a_run_refuses_are_refused() {
    let mut books = Ledger::default();
    let empty = figures(&books, &Policy::default(), as_of()).unwrap();
    assert!(empty.aging().is_empty() && empty.kpis().iter().all(|row| row.value.is_none()));
    books.apply_json(r#"[{"event": "day_closed", "on": "2026-11-19"}]"#).unwrap();
    let codes = [ago(3), NaiveDate::MIN, NaiveDate::MAX].map(|day| figures(&books, &Policy::default(), day).unwrap_err().code());
    assert_eq!(codes, [ErrorCode::InvalidArgument; 3]);
}
