//! The ends of every range: the largest amounts, the first and last days, empty books, books of the laboratory.

use super::book::{Book, Item, Payment, ago, as_of};
use super::cases;
use super::policies::acting;
use super::tables::{Style, day, ledger, load, plain_tables};
use ar_core::action::Mode;
use ar_core::calendar::{FIRST_DAY, LAST_DAY};
use ar_core::money::MAX_MINOR;
use ar_core::simulate::simulate;
use ar_core::{Ledger, Models, Policy, run};
use proptest::prelude::*;

/// An invoice (or, now and then, a credit note) of the first customer.
pub fn item(at: usize, amount: i64, late: i64) -> Item {
    Item {
        id: format!("I{at:03}"),
        customer: 0,
        kind: if at % 17 == 16 { "credit_note" } else { "invoice" },
        currency: 0,
        amount,
        issued_on: ago(late + 30),
        due_on: ago(late),
        stated: None,
        settled_on: None,
        reference: Some(format!("INV-{at:05}")),
        level: 0,
        last_notice_on: None,
        disputed: false,
        blocked_until: None,
        reason: None,
    }
}

/// A book of one plain customer.
pub fn one_customer() -> Book {
    let customer = super::book::Customer {
        id: "C".into(),
        name: "One".into(),
        segment: None,
        strategic: false,
        do_not_contact: false,
        blocked_until: None,
        time_zone: None,
        channels: Vec::new(),
        account: "A".into(),
    };
    Book { customers: vec![customer], ..Book::default() }
}

pub fn payment(at: usize, amount: i64, text: String) -> Payment {
    Payment { id: format!("P{at}"), customer: Some(0), currency: 0, amount, received_on: ago(1), text: Some(text), payer_name: None, failed: false }
}

proptest! {
    #![proptest_config(cases(12))]

    /// Sums of the largest amounts that one item may have neither wrap nor stop the run; a book whose amounts do not fit
    /// one sum is refused at the door.
    #[test]
    fn the_largest_amounts_are_summed(items in 1usize..140, less in 0i64..3, cash in 0usize..3) {
        let mut book = one_customer();
        book.items = (0..items).map(|at| item(at, MAX_MINOR - less, at as i64 - 20)).collect();
        book.payments = (0..cash).map(|at| payment(at, MAX_MINOR - less, format!("INV-{at:05}"))).collect();
        let total = i128::from(MAX_MINOR - less) * (items + cash) as i128;
        if total > i128::from(i64::MAX / 2) {
            let refused = load(&plain_tables(&book), Style::default()).unwrap_err();
            prop_assert_eq!(refused.problems()[0].code, ar_core::ProblemCode::OutOfRange);
            return Ok(());
        }
        let ledger = ledger(&book);
        for policy in [Policy::default(), acting()] {
            let report = day(&ledger, &policy);
            prop_assert_eq!(report.outcomes().len(), report.scores().len());
            prop_assert!(report.to_json().len() > 100);
        }
    }

    /// Books of the laboratory load, run, and keep the plainest promises of a day.
    #[test]
    fn made_up_books_run(seed in any::<u64>(), customers in 1u32..40) {
        let ledger = Ledger::try_new(&simulate(seed, customers, as_of())).map_err(|error| TestCaseError::fail(format!("{:?}", error.problems())))?;
        let report = day(&ledger, &acting());
        prop_assert_eq!(Ledger::try_new(&simulate(seed, customers, as_of())).unwrap().digest(), ledger.digest());
        let open = super::day::left_open(&report);
        prop_assert!(open.iter().all(|open| *open >= 0));
        prop_assert_eq!(report.outcomes().len(), open.iter().filter(|open| **open > 0).count());
        prop_assert_eq!(report.worklist().count(), report.decisions().iter().filter(|decision| decision.mode == Mode::Ask).count());
    }

    /// A run on any day of the calendar that the books allow works, and no other day does.
    #[test]
    fn every_day_of_the_calendar_runs(book in super::book::books(), days in prop_oneof![Just(0i64), Just(80_000), 0i64..80_000]) {
        let ledger = ledger(&book);
        let day = FIRST_DAY + chrono::Days::new(days.unsigned_abs()).min(chrono::Days::new((LAST_DAY - FIRST_DAY).num_days().unsigned_abs()));
        let models = Models::fit(&ledger, day);
        prop_assert!(run(&ledger, &acting(), &models, day).is_ok());
        for outside in [FIRST_DAY.pred_opt().unwrap(), LAST_DAY.succ_opt().unwrap()] {
            prop_assert!(run(&ledger, &acting(), &models, outside).is_err());
        }
    }
}

#[test]
fn an_empty_book_has_an_empty_day() {
    let tables = plain_tables(&Book::default());
    let report = day(&load(&tables, Style::default()).unwrap(), &Policy::default());
    assert_eq!((report.decisions().len(), report.outcomes().len(), report.audit().len()), (0, 0, 1));
    assert_eq!(Ledger::try_new(&[]).unwrap().digest(), load(&tables, Style::default()).unwrap().digest());
}
