//! Matching against a plain reader and against brute force: what is posted without a person is what the payer named, and
//! what is called unique is.

use super::book::{Book, as_of, books};
use super::cases;
use super::tables::{day, ledger};
use ar_core::matching::{Certificate, MatchStatus};
use ar_core::reason::ReasonCode;
use ar_core::record::AllocationKind;
use ar_core::{Ledger, Policy};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_uppercase()
}

/// Whether a text names a reference: as up to four whole words in a row, punctuation aside.
fn names(text: &str, reference: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let wanted = letters(reference);
    wanted.len() >= 4 && (1..=4).any(|count| words.windows(count).any(|run| letters(&run.concat()) == wanted))
}

/// Positions in the book of the open debit items that a payment names, in any of its texts.
fn named(book: &Book, open: &[i64], books: &Ledger, payment: usize) -> Vec<usize> {
    let advice = book.remittances.iter().filter(|(at, _)| *at == payment).map(|(_, reference)| reference.as_str());
    let advice: Vec<&str> = advice.collect();
    let texts: Vec<&str> = book.payments[payment].text.as_deref().into_iter().chain(advice.iter().copied()).collect();
    // A field that is nothing but a reference may be short.
    let is_field = |reference: &str| !letters(reference).is_empty() && advice.iter().any(|field| letters(field) == letters(reference));
    let of = |item: &super::book::Item| item.reference.clone().unwrap_or_else(|| item.id.clone());
    let is_open = |item: &super::book::Item| open[books.find_item(&item.id).unwrap().0 as usize] > 0 && !item.is_credit();
    (0..book.items.len())
        .filter(|at| {
            is_open(&book.items[*at]) && texts.iter().any(|text| names(text, &of(&book.items[*at])) || names(text, &book.items[*at].id))
                || is_open(&book.items[*at]) && (is_field(&of(&book.items[*at])) || is_field(&book.items[*at].id))
        })
        .collect()
}

proptest! {
    #![proptest_config(cases(800))]

    // Killed by: a reference met inside a longer number, items of another customer, an item that nothing names.
    #[test]
    fn certain_cash_is_what_the_payer_named(book in books()) {
        let books = ledger(&book);
        let report = day(&books, &Policy::default());
        let mut open = books.open_all(as_of());
        for answer in report.payments().iter().filter(|answer| answer.status == MatchStatus::Auto) {
            let payment = books.payment(answer.payment).unwrap();
            let at = book.payments.iter().position(|row| row.id == books.text(payment.id)).unwrap();
            prop_assert_ne!(answer.certificate, Certificate::Tied);
            let code = |code: ReasonCode| answer.reasons.iter().any(|reason| reason.code == code);
            let lines: BTreeSet<usize> = answer.lines.iter().map(|line| book.items.iter().position(|item| item.id == books.text(books.item(line.item).unwrap().id)).unwrap()).collect();
            let all: Vec<usize> = named(&book, &open, &books, at).into_iter().filter(|item| book.items[*item].currency == book.payments[at].currency).collect();
            // Of items of several customers with one number, the payer's own are meant.
            let own: BTreeSet<usize> = all.iter().copied().filter(|item| Some(book.items[*item].customer) == answer.customer.map(|at| at.0 as usize)).collect();
            if code(ReasonCode::RemittanceListed) && code(ReasonCode::AmountExact) {
                // An advice that adds up is believed, whatever else the text says.
                prop_assert_eq!(answer.unapplied, 0);
            } else if code(ReasonCode::ReferenceListed) {
                let debts: BTreeSet<usize> = lines.iter().copied().filter(|item| !book.items[*item].is_credit()).collect();
                // Two items of one name are told apart by the amount; a list may go on, or name an item by its number.
                let named_again = |item: &usize| own.iter().any(|other| other != item && letters(book.items[*other].reference.as_deref().unwrap_or("")) == letters(book.items[*item].reference.as_deref().unwrap_or("-")));
                prop_assert!(own.iter().all(|item| debts.contains(item) || named_again(item)), "{own:?} were named, {debts:?} are posted: {answer:?}");
            } else {
                prop_assert!(own.is_empty() || code(ReasonCode::AmountOnly));
            }
            // One payment for several customers, who share an account or a group, must leave nothing open.
            let of_one = lines.iter().all(|item| answer.customer.is_some_and(|at| at.0 as usize == book.items[*item].customer));
            prop_assert!(of_one || code(ReasonCode::AmountExact));
            answer.lines.iter().for_each(|line| open[line.item.0 as usize] -= line.item_amount.abs());
        }
    }
}

/// A payment without a word against one account: the amounts of its debts, of its credit notes, and of the payment.
fn silent_account() -> impl Strategy<Value = (Vec<i64>, Vec<i64>, i64)> {
    let amounts = || prop_oneof![3 => 1i64..40, 2 => (1i64..12).prop_map(|units| units * 100), 1 => 1i64..100_000];
    (vec(amounts(), 1..9), vec(amounts(), 0..2), any::<u16>(), amounts(), 0u8..4).prop_map(|(debts, credits, chosen, other, kind)| {
        let sum: i64 = debts.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, amount)| amount).sum();
        let off: i64 = if kind == 1 { credits.iter().sum() } else { 0 };
        let paid = if kind == 0 { other } else { sum - off };
        (debts, credits, if paid > 0 { paid } else { other })
    })
}

fn silent_book(debts: &[i64], credits: &[i64], paid: i64) -> Book {
    let mut book = super::extremes::one_customer();
    for (at, amount) in debts.iter().chain(credits).enumerate() {
        let mut item = super::extremes::item(at, *amount, at as i64 % 5 - 2);
        item.kind = if at < debts.len() { "invoice" } else { "credit_note" };
        item.reference = None;
        book.items.push(item);
    }
    let mut payment = super::extremes::payment(0, paid, String::new());
    payment.text = None;
    book.payments = vec![payment];
    book
}

/// Non-empty sets of debts and credit notes with just this sum.
fn sets_of(debts: &[i64], credits: &[i64], paid: i64) -> usize {
    let all: Vec<i64> = debts.iter().copied().chain(credits.iter().map(|amount| -amount)).collect();
    (1u32..1 << all.len()).filter(|set| all.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, amount)| amount).sum::<i64>() == paid).count()
}

proptest! {
    #![proptest_config(cases(3_000))]

    // Killed by: a set that is not looked at, a budget that is not told, credit notes that are forgotten. A million cases:
    // LAWS=350 cargo test --release -p ar-tests unique_is_unique.
    #[test]
    fn unique_is_unique((debts, credits, paid) in silent_account()) {
        let books = ledger(&silent_book(&debts, &credits, paid));
        let mut open = books.open_all(as_of());
        let settings = Policy::default();
        let answers = ar_core::matching::match_payments(&books, settings.base(), &ar_core::models::CashModel::default(), as_of(), &mut open, &ar_core::Watch::default());
        prop_assert_eq!(answers.len(), 1);
        let answer = &answers[0];
        let sets = sets_of(&debts, &credits, paid);
        let cash: i64 = answer.lines.iter().filter(|line| line.kind == AllocationKind::Payment).map(|line| line.amount).sum();
        prop_assert_eq!(cash + answer.unapplied, paid);
        let full = |line: &ar_core::matching::Line| line.item_amount.abs() == books.open_all(as_of())[line.item.0 as usize];
        let exact = !answer.lines.is_empty() && answer.unapplied == 0 && answer.lines.iter().all(full);
        if answer.certificate == Certificate::Unique && !answer.lines.is_empty() {
            prop_assert_eq!(sets, usize::from(exact), "{:?}", answer);
        }
        // What is exact and alone is found.
        if sets == 1 {
            prop_assert!(exact || !answer.alternatives.is_empty() || answer.certificate != Certificate::Unique, "{:?}", answer);
        }
        prop_assert!(answer.status != MatchStatus::Auto || answer.certificate != Certificate::Tied);
        // Two items of the paid amount are rivals, and both are told.
        if debts.iter().filter(|amount| **amount == paid).count() > 1 {
            prop_assert_ne!(answer.status, MatchStatus::Auto);
            prop_assert!(!answer.alternatives.is_empty());
        }
    }
}

/// Once found by `certain_cash_is_what_the_payer_named`: a payment without a reference was proposed for one of two items
/// of the same number, and the payment that named the number took the other for the only one.
#[test]
fn a_proposal_makes_no_rival_certain() {
    let mut book = super::extremes::one_customer();
    for (at, late) in [(0, -30), (1, -60)] {
        let mut item = super::extremes::item(at, 10_000, late);
        item.issued_on = super::book::ago(5);
        item.reference = Some("SHARED-77".into());
        book.items.push(item);
    }
    let mut silent = super::extremes::payment(0, 10_000, String::new());
    (silent.text, silent.received_on) = (None, super::book::ago(2));
    book.payments = vec![silent, super::extremes::payment(1, 10_000, "RE SHARED-77".into())];
    let report = day(&ledger(&book), &Policy::default());
    assert!(report.payments().iter().all(|answer| answer.status != MatchStatus::Auto), "{:?}", report.payments());
}

/// Killed by: a reason that is taken for another, a code of the customer that is lost, a deduction of the wrong amount.
#[test]
fn what_was_kept_back_says_why() {
    let all = crate::scenarios::all();
    for (name, item, amount, reason, code) in [
        ("cash_discount_too_late", "I1", "20.00", "discount_not_earned", None),
        ("cash_advice_deduction", "I2", "20.00", "quantity_shortage", Some("06")),
        ("cash_kept_back", "I2", "18.57", "unknown", None),
    ] {
        let report: serde_json::Value = serde_json::from_str(&crate::scenarios::day(&all[name])).unwrap();
        let decisions = report["parts"]["decisions"].as_array().unwrap().iter().filter(|row| row["action"] == "create_deduction");
        let made: Vec<serde_json::Value> = decisions.map(|row| serde_json::from_str(row["params"].as_str().unwrap()).unwrap()).collect();
        assert_eq!(made.len(), 1, "{name}: {made:?}");
        assert_eq!((made[0]["item_id"].as_str(), made[0]["amount"].as_str(), made[0]["reason"].as_str(), made[0]["code"].as_str()), (Some(item), Some(amount), Some(reason), code), "{name}");
    }
}
