//! Laws of the part `risk`: it adds up to the ageing, its rates are shares, and its rows are as many as they must be.

use super::book::{Book, as_of, books};
use super::cases;
use super::policies::{policies, read};
use super::tables::{day, ledger};
use ar_core::reason::ReasonCode;
use ar_core::report::{BUCKETS, RiskRow};
use ar_core::{Policy, Report};
use proptest::prelude::*;

fn rows<'r>(report: &'r Report, code: &'r str, measure: &'r str) -> impl Iterator<Item = &'r RiskRow> {
    report.risk().iter().filter(move |row| row.currency.code() == code && row.measure == measure)
}

fn sums_agree(report: &Report) -> Result<(), TestCaseError> {
    for currency in report.ledger().currencies() {
        let of = |measure| rows(report, currency.code(), measure);
        let aged: Vec<_> = report.aging().iter().filter(|row| row.currency == currency && row.bucket != "credits").map(|row| (Some(row.bucket), Some(row.amount), row.count)).collect();
        let exposed: Vec<_> = of("exposure").map(|row| (row.bucket, row.amount, row.count)).collect();
        prop_assert_eq!(&exposed, &aged);
        let open: i64 = aged.iter().filter_map(|row| row.1).sum();
        // The last row of the provision is the sum of the others, and each speaks of its bucket.
        let provision: Vec<&RiskRow> = of("provision").collect();
        let (sum, buckets) = provision.split_last().unwrap();
        prop_assert_eq!(sum.amount, Some(buckets.iter().filter_map(|row| row.amount).sum()));
        for (row, aged) in buckets.iter().zip(&aged) {
            prop_assert_eq!((row.bucket, row.count, Some(row.reasons[0].limit), Some(row.reasons[0].observed)), (aged.0, aged.2, aged.1, row.amount));
            prop_assert!(row.amount <= aged.1 && row.rate_ppm.is_some(), "{:?}", row);
        }
        // Twenty customers are more than these books have: their losses are the loss of the book.
        let losses: Vec<i64> = of("expected_loss").filter_map(|row| row.amount).collect();
        prop_assert_eq!(losses[0], losses[1..].iter().sum::<i64>());
        prop_assert!(losses[1..].is_sorted_by(|a, b| a >= b) && losses[0] <= open);
        // So do ten customers hold all that is open, and each who has something open has a limit.
        let held = of("concentration").find(|row| row.bucket == Some("largest_10")).unwrap();
        prop_assert_eq!(held.amount, Some(open));
        let limits: Vec<&RiskRow> = of("credit_limit").collect();
        prop_assert_eq!(limits.len() as i64, held.count);
        prop_assert_eq!(limits.iter().map(|row| row.reasons.last().unwrap().observed).sum::<i64>(), open);
        for row in limits {
            let billed = row.reasons.iter().find(|reason| reason.code == ReasonCode::MonthlyBilling).unwrap().observed;
            prop_assert!((0..=3 * billed).contains(&row.amount.unwrap()), "{:?}", row);
        }
        prop_assert_eq!(of("roll_rate").map(|row| row.bucket.unwrap()).collect::<Vec<_>>(), &BUCKETS[..5]);
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(250))]

    // Killed by: a credit among what is owed, a bucket with a gap, what was posted today left in, a rate over the whole.
    #[test]
    fn risk_adds_up(book in books(), policy in policies()) {
        let report = day(&ledger(&book), &read(&policy));
        sums_agree(&report)?;
        for row in report.risk() {
            prop_assert!(row.rate_ppm.is_none_or(|rate| (0..=1_000_000).contains(&rate)), "{:?}", row);
            prop_assert!(row.amount.is_none_or(|amount| amount >= 0) && row.count >= 0 && !row.formula.is_empty(), "{:?}", row);
        }
    }
}

#[test]
fn a_book_without_items_has_no_risk() {
    let report = day(&ledger(&Book::default()), &Policy::default());
    assert!(report.risk().is_empty());
}

#[test]
fn one_customer_is_all_of_the_book() {
    let mut runner = proptest::test_runner::TestRunner::new(cases(30));
    let checked = runner.run(&books(), |mut book| {
        let at = as_of();
        book.items.iter_mut().for_each(|item| (item.customer, item.currency) = (0, 0));
        book.payments.clear();
        book.allocations.clear();
        book.remittances.clear();
        book.promises.clear();
        book.plans.clear();
        book.notices.clear();
        let report = day(&ledger(&book), &Policy::default());
        let owes = book.items.iter().any(|item| !item.is_credit() && item.issued_on <= at && item.settled_on.is_none_or(|day| day > at) && item.stated != Some(0));
        for row in rows(&report, "EUR", "concentration") {
            prop_assert_eq!(row.rate_ppm, owes.then_some(1_000_000), "{:?}", row);
        }
        Ok(())
    });
    checked.unwrap();
}
