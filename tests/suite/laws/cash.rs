//! Matching against a plain reader: what is posted without a person is exactly what the payer named.

use super::book::{Book, as_of, books};
use super::cases;
use super::tables::{day, ledger};
use ar_core::matching::{Certificate, MatchStatus};
use ar_core::{Ledger, Policy};
use proptest::prelude::*;

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

    // Killed by: a reference met inside a longer number, a sum that is off by one, items of another customer.
    #[test]
    fn certain_cash_is_what_the_payer_named(book in books()) {
        let books = ledger(&book);
        let report = day(&books, &Policy::default());
        let (mut open, unapplied) = (books.open_all(as_of()), books.unapplied_all(as_of()));
        for answer in report.payments() {
            let payment = books.payment(answer.payment).unwrap();
            let at = book.payments.iter().position(|row| row.id == books.text(payment.id)).unwrap();
            if answer.status != MatchStatus::Auto {
                continue;
            }
            prop_assert_eq!(answer.certificate, Certificate::Unique);
            let mut lines: Vec<usize> = answer.lines.iter().map(|line| book.items.iter().position(|item| item.id == books.text(books.item(line.item).unwrap().id)).unwrap()).collect();
            lines.sort_unstable();
            let all = named(&book, &open, &books, at);
            // Of items of several customers with one number, the payer's own are meant.
            let own: Vec<usize> = all.iter().copied().filter(|item| Some(book.items[*item].customer) == answer.customer.map(|at| at.0 as usize)).collect();
            prop_assert_eq!(&lines, if own.is_empty() { &all } else { &own });
            prop_assert!(lines.iter().all(|item| book.items[*item].currency == book.payments[at].currency));
            prop_assert!(lines.windows(2).all(|pair| book.items[pair[0]].customer == book.items[pair[1]].customer));
            prop_assert!(lines.iter().all(|item| answer.customer.is_some_and(|at| at.0 as usize == book.items[*item].customer)));
            // Paid to the last unit, and each item in full: no other part of what was named fits as well.
            let sum: i64 = answer.lines.iter().map(|line| line.amount).sum();
            prop_assert_eq!((sum, answer.unapplied), (unapplied[answer.payment.0 as usize], 0));
            prop_assert!(answer.lines.iter().all(|line| line.amount == open[line.item.0 as usize]));
            let amounts: Vec<i64> = answer.lines.iter().map(|line| line.amount).collect();
            let fitting = (1u32..1 << amounts.len()).filter(|set| amounts.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, amount)| amount).sum::<i64>() == sum).count();
            prop_assert_eq!(fitting, 1);
            answer.lines.iter().for_each(|line| open[line.item.0 as usize] -= line.amount);
        }
    }

    /// Without a reference nothing is certain; one item of exactly the amount, or all of them, is proposed, and rivals
    /// are told: against every subset of one item and the whole.
    #[test]
    fn amounts_alone_are_proposed_with_their_rivals(book in books()) {
        let mut book = book;
        book.remittances.clear();
        book.payments.iter_mut().for_each(|payment| payment.text = None);
        let books = ledger(&book);
        let report = day(&books, &Policy::default());
        let (mut open, unapplied) = (books.open_all(as_of()), books.unapplied_all(as_of()));
        for answer in report.payments().iter().filter(|answer| !books.payment(answer.payment).unwrap().failed) {
            prop_assert_ne!(answer.status, MatchStatus::Auto);
            let (payment, amount) = (books.payment(answer.payment).unwrap(), unapplied[answer.payment.0 as usize]);
            let candidates: Vec<i64> = answer.customer.map_or(Vec::new(), |customer| books.item_range(customer).filter(|at| books.items()[*at].currency == payment.currency && !books.items()[*at].kind.is_credit()).map(|at| open[at]).filter(|open| *open > 0).collect());
            let single = candidates.iter().filter(|open| **open == amount).count();
            let fitting = single + usize::from(candidates.len() > 1 && candidates.iter().sum::<i64>() == amount);
            prop_assert_eq!(answer.status == MatchStatus::Propose, fitting > 0);
            prop_assert_eq!(answer.certificate == Certificate::Tied, fitting > 1);
            prop_assert_eq!(answer.alternatives.len(), fitting.saturating_sub(1).min(3));
            // What is proposed is proposed once: the next payment finds it gone.
            answer.lines.iter().for_each(|line| open[line.item.0 as usize] -= line.amount);
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
