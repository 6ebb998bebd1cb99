//! Statements of account: opening balance and movements are the closing balance, which is what the books hold open on the day;
//! any two days chain.

use super::book::{ago, books};
use super::cases;
use super::steps::{event, steps};
use super::tables::ledger;
use ar_core::record::{Allocation, Credit, CustomerIdx, Item, ItemIdx};
use ar_core::report::statement::{Statement, statement};
use ar_core::{Currency, Ledger};
use chrono::NaiveDate;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What a customer owes by currency at the end of a day: open debits less open credit notes and unapplied payments.
fn owed(books: &Ledger, customer: CustomerIdx, day: NaiveDate) -> BTreeMap<Currency, i64> {
    let mut sums = BTreeMap::new();
    for (item, open) in books.items().iter().zip(books.open_all(day)).filter(|(item, _)| item.customer == customer) {
        *sums.entry(item.currency).or_insert(0) += if item.kind.is_credit() { -open } else { open };
    }
    for (payment, left) in books.payments().iter().zip(books.unapplied_all(day)).filter(|(payment, _)| payment.customer == Some(customer)) {
        *sums.entry(payment.currency).or_insert(0) -= left;
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn balances(made: &Statement, of: impl Fn(&ar_core::report::statement::Account) -> i64) -> BTreeMap<Currency, i64> {
    made.accounts.iter().map(|account| (account.currency, of(account))).filter(|row| row.1 != 0).collect()
}

/// Whether an item is settled by its lines alone, on the day of the last of them.
fn settled_by_lines(books: &Ledger, at: ItemIdx, item: &Item) -> bool {
    let lines = books.allocations_of(at);
    lines.iter().map(|line| line.amount).sum::<i64>() == item.amount && lines.iter().map(|line| line.on).max() == item.settled_on
}

/// Whether both ends of a line were there on its day.
fn in_order(books: &Ledger, line: &Allocation) -> bool {
    let issued = |at| books.item(at).is_some_and(|item| item.issued_on <= line.on);
    issued(line.item)
        && match line.credit {
            Credit::Payment(at) => books.payment(at).is_some_and(|payment| payment.received_on <= line.on),
            Credit::Item(at) => issued(at),
            Credit::Own => true,
        }
}

proptest! {
    #![proptest_config(cases(250))]

    // Killed by: a movement that is left out or stands twice, a side that is turned, a day that is counted on both sides of a cut, what
    // was applied counted beside the money, a line of another customer.
    #[test]
    fn opening_and_movements_are_what_is_open(book in books(), steps in steps(), days in proptest::collection::vec(-40i64..120, 3)) {
        let mut books = ledger(&book);
        for step in &steps {
            if let Some(event) = event(&books, &book, step) {
                let _ = books.apply_json(&format!("[{event}]"));
            }
        }
        let mut days: Vec<NaiveDate> = days.into_iter().map(ago).collect();
        days.sort_unstable();
        let next = |day: NaiveDate| day.succ_opt().unwrap();
        for customer in books.each_customer() {
            let first = statement(&books, customer, None, days[0]);
            let parts = [first, statement(&books, customer, Some(next(days[0])), days[1].max(next(days[0]))), statement(&books, customer, None, days[2])];
            for made in &parts {
                for account in &made.accounts {
                    prop_assert_eq!(account.opening + account.movements.iter().map(|row| row.amount).sum::<i64>(), account.closing, "{:?}", account);
                    prop_assert_eq!(account.open.iter().map(|row| row.amount).sum::<i64>(), account.closing);
                    prop_assert!(account.movements.is_sorted_by_key(|row| row.on));
                    prop_assert!(account.movements.iter().all(|row| row.on <= made.as_of && made.since.is_none_or(|since| row.on >= since)));
                    // Where the host states nothing, and nothing is posted before it is there, nothing is left to be stated.
                    let paid = |item: &Item| books.find_item(books.text(item.id)).is_some_and(|at| settled_by_lines(&books, at, item));
                    let plain = books.items_of(customer).iter().all(|item| !item.open_stated && (item.settled_on.is_none() || paid(item))) && books.allocations().iter().all(|line| in_order(&books, line));
                    prop_assert!(!plain || account.movements.iter().all(|row| row.kind != "stated"), "{:?}", account);
                }
                prop_assert_eq!(balances(made, |account| account.closing), owed(&books, customer, made.as_of));
            }
            // Any two statements chain.
            prop_assert_eq!(balances(&parts[1], |account| account.opening), balances(&parts[0], |account| account.closing));
            // The movements of both are those of one.
            let whole = statement(&books, customer, None, parts[1].as_of);
            for account in &whole.accounts {
                let of = |part: &Statement| part.accounts.iter().find(|own| own.currency == account.currency).map_or(Vec::new(), |own| own.movements.clone());
                prop_assert_eq!(&account.movements, &[of(&parts[0]), of(&parts[1])].concat());
            }
        }
    }
}
