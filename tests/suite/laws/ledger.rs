//! The ledger: one book, however it is written down; wrong rows are told and nothing is loaded; what is open adds up.

use super::book::{Book, CURRENCIES, ago, as_of, books};
use super::cases;
use super::tables::{Style, Value, day, ledger, load, plain_tables};
use ar_core::error::ErrorCode;
use ar_core::{Models, Policy};
use chrono::NaiveDate;
use proptest::prelude::*;

/// What the books say of one item on a day, from the rows alone: `None` where the host's own word counts.
fn open_by_rows(book: &Book, at: usize, day: NaiveDate) -> i64 {
    let item = &book.items[at];
    if item.issued_on > day || item.settled_on.is_some_and(|settled| settled <= day) {
        return 0;
    }
    let used = |line: &&super::book::Allocation| line.on <= day && (line.item == at || line.from == super::book::From::Note(at));
    item.stated.unwrap_or(item.amount - book.allocations.iter().filter(used).map(|line| line.amount).sum::<i64>())
}

proptest! {
    #![proptest_config(cases(70))]

    // Killed by: an unsorted table, a column read by place, a batch that starts counting anew.
    #[test]
    fn one_book_however_written(book in books(), shuffle in 1u64.., types in 0u8..=4, batch in 0usize..4) {
        let tables = plain_tables(&book);
        let plain = load(&tables, Style::default()).unwrap();
        let mut backwards = tables.clone();
        backwards.reverse();
        let other = load(&backwards, Style { shuffle, types, batch });
        prop_assert!(other.is_ok(), "{:?}", other.err().map(|error| error.problems().to_vec()));
        let other = other.unwrap();
        prop_assert_eq!(plain.digest(), other.digest());
        prop_assert_eq!(Models::fit(&plain, as_of()).to_json(), Models::fit(&other, as_of()).to_json());
        prop_assert_eq!(day(&plain, &Policy::default()).to_json(), day(&other, &Policy::default()).to_json());
    }

    /// Rows that are wrong are told with table and row, and no ledger comes out.
    #[test]
    fn a_bad_row_loads_nothing(book in books(), what in 0u8..6, row in any::<prop::sample::Index>(), style in (0u64.., 0u8..=2, 0usize..4)) {
        prop_assume!(!book.items.is_empty());
        let mut tables = plain_tables(&book);
        let items = tables.iter_mut().find(|table| table.name == "items").unwrap();
        let at = row.index(items.rows.len());
        let place = |name: &str| items.columns.iter().position(|column| *column == name).unwrap();
        let (amount, currency, issued, customer) = (place("amount"), place("currency"), place("issued_on"), place("customer_id"));
        match what {
            0 => items.rows.push(items.rows[at].clone()),
            1 => items.rows[at][amount] = Value::Money(0, 2),
            2 => items.rows[at][currency] = Value::Text("EUX".into()),
            3 => items.rows[at][issued] = Value::Day(ago(-4000)),
            4 => items.rows[at][customer] = Value::Text("nobody".into()),
            _ => items.rows[at][amount] = Value::Nothing,
        }
        let (shuffle, types, batch) = style;
        let error = load(&tables, Style { shuffle, types, batch }).err();
        prop_assert!(error.is_some(), "kind {what} is loaded");
        let error = error.unwrap();
        prop_assert_eq!(error.code(), ErrorCode::InvalidTables);
        prop_assert!(error.problems().iter().any(|problem| problem.table == "items" && problem.row.is_some()), "{:?}", error.problems());
    }

    /// What is open is the amount less what was allocated by the day, on any day, and never negative.
    #[test]
    fn open_and_allocated_make_the_amount(book in books(), days in -4i64..90) {
        let books = ledger(&book);
        let open = books.open_all(ago(days));
        for (at, item) in book.items.iter().enumerate().filter(|(_, item)| !item.is_credit()) {
            let found = open[books.find_item(&item.id).unwrap().0 as usize];
            prop_assert_eq!(found, open_by_rows(&book, at, ago(days)), "{} on {}", &item.id, ago(days));
        }
        let unapplied = books.unapplied_all(ago(days));
        for (at, payment) in book.payments.iter().enumerate() {
            let used: i64 = book.allocations.iter().filter(|line| line.from == super::book::From::Payment(at) && line.kind == "payment" && line.on <= ago(days)).map(|line| line.amount).sum();
            let expected = if payment.failed || payment.received_on > ago(days) { 0 } else { payment.amount - used };
            prop_assert_eq!(unapplied[books.find_payment(&payment.id).unwrap().0 as usize], expected);
        }
    }

    /// The same of credit notes: what was taken of them by the day, not what will be taken later.
    #[test]
    fn credit_notes_are_as_of_the_day(book in books(), days in -4i64..90) {
        let books = ledger(&book);
        let open = books.open_all(ago(days));
        for (at, item) in book.items.iter().enumerate().filter(|(_, item)| item.is_credit()) {
            prop_assert_eq!(open[books.find_item(&item.id).unwrap().0 as usize], open_by_rows(&book, at, ago(days)), "{} on {}", &item.id, ago(days));
        }
    }

    // Killed by: a bucket with a gap or an overlap, a credit among the debits, currencies mixed.
    #[test]
    fn buckets_hold_all_that_is_open(book in books()) {
        let books = ledger(&book);
        let report = day(&books, &Policy::default());
        for (at, (code, _)) in CURRENCIES.iter().enumerate() {
            let of = |credits: bool| report.aging().iter().filter(|row| row.currency.code() == *code && (row.bucket == "credits") == credits).map(|row| (row.amount, row.count)).fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
            let open = books.open_all(as_of());
            let of_item = |item: &super::book::Item| open[books.find_item(&item.id).unwrap().0 as usize];
            let rows: Vec<i64> = book.items.iter().filter(|item| item.currency == at && !item.is_credit()).map(of_item).filter(|open| *open > 0).collect();
            prop_assert_eq!(of(false), (rows.iter().sum::<i64>(), rows.len() as i64));
            let notes: i64 = book.items.iter().filter(|item| item.currency == at && item.is_credit()).map(of_item).sum();
            let unapplied = books.unapplied_all(as_of());
            let cash: i64 = book.payments.iter().filter(|payment| payment.currency == at).map(|payment| unapplied[books.find_payment(&payment.id).unwrap().0 as usize]).sum();
            prop_assert_eq!(of(true).0, -(notes + cash));
        }
    }
}

proptest! {
    #![proptest_config(cases(900))]

    /// A change of any one value of the tables is another book: nothing that is loaded is missing from the digest.
    #[test]
    fn the_digest_sees_every_value(book in books(), table in any::<prop::sample::Index>(), row in any::<prop::sample::Index>(), column in any::<prop::sample::Index>()) {
        let mut tables = plain_tables(&book);
        let before = load(&tables, Style::default()).unwrap().digest();
        tables.retain(|table| !table.rows.is_empty());
        let at = table.index(tables.len());
        let (rows, columns) = (tables[at].rows.len(), tables[at].columns.len());
        let value = &mut tables[at].rows[row.index(rows)][column.index(columns)];
        let old = value.clone();
        *value = match &old {
            Value::Money(minor, decimals) => Value::Money(minor + 1, *decimals),
            Value::Day(day) => Value::Day(*day + chrono::Days::new(1)),
            Value::Flag(flag) => Value::Flag(!flag),
            Value::Whole(whole) => Value::Whole(whole + 1),
            Value::Text(text) => Value::Text(format!("{text}x")),
            Value::List(list) => Value::List(list.iter().cloned().chain(["more".into()]).collect()),
            Value::Nothing => return Ok(()),
        };
        // A change may be refused (an unknown identifier, dates out of order); what is loaded must differ.
        if let Ok(changed) = load(&tables, Style::default()) {
            prop_assert_ne!(changed.digest(), before, "{:?} in {:?}", old, tables[at]);
        }
    }
}
