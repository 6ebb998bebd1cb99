//! Who paid: by the customer the bank names, the account the money came from, the name on the statement, or the
//! customer number in the text.

use super::references::hash;
use crate::ledger::Books;
use crate::record::{CustomerIdx, Payment};
use alloc::{string::String, vec::Vec};

/// Legal forms and joining words: they tell no two companies apart, and payers leave them out or spell them anew.
const FORMS: [&str; 40] = [
    "AB", "AG", "AND", "ANS", "APS", "AS", "BV", "CO", "CORP", "CV", "DE", "EK", "ET", "EV", "GBR", "GMBH", "INC", "KG", "KGAA", "LIMITED", "LLC", "LLP", "LP", "LTD", "NV", "OHG", "OY", "OYJ", "PLC",
    "PTY", "SA", "SARL", "SAS", "SE", "SL", "SPA", "SRL", "UG", "UND", "Y",
];
/// Banks cut names; a name that begins like this many letters of exactly one customer is that customer's.
const SHORTEST_CUT: usize = 12;
/// Digits that a customer number must have to be believed in a text.
const CUSTOMER_DIGITS: usize = 4;
/// Words that announce a customer number.
const CUSTOMER_WORDS: [&str; 8] = ["KDNR", "KUNDENNR", "KUNDENNUMMER", "KUNDE", "CUSTOMER", "CUST", "CLIENT", "CLIENTE"];

/// A name without case, punctuation and legal forms.
pub(super) fn plain(name: &str) -> String {
    // Dots inside a legal form hold its letters together: `B.V.`, `S.A.R.L.`, `e.K.`
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '.');
    let folded = words.map(|word| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect::<String>());
    folded.filter(|word| !word.is_empty() && !FORMS.contains(&word.as_str())).collect()
}

fn account(text: &str) -> String {
    super::references::folded(text)
}

/// Customers by bank account and by plain name and alias.
pub(super) struct PayerIndex {
    accounts: Vec<(u64, u32)>,
    names: Vec<(String, u32)>,
}

/// Who paid, and how many independent kinds of evidence say so.
pub(super) struct Payer {
    /// The customer, if the evidence points to one only.
    pub(super) customer: Option<CustomerIdx>,
    /// Kinds of evidence that agree.
    pub(super) evidence: i64,
    /// The kinds of evidence point to different customers: then nothing about the payer is certain.
    pub(super) disagrees: bool,
}

impl PayerIndex {
    pub(super) fn new(books: &Books) -> Self {
        let (mut accounts, mut names) = (Vec::new(), Vec::new());
        for (at, customer) in (0u32..).zip(books.customers()) {
            accounts.extend(books.list(&customer.bank_accounts).map(|number| (hash(&account(number)), at)));
            names.extend(books.list(&customer.aliases).chain(books.texts().get_opt(customer.name)).map(|name| (plain(name), at)).filter(|(name, _)| !name.is_empty()));
        }
        accounts.sort_unstable();
        accounts.dedup();
        names.sort_unstable();
        names.dedup();
        Self { accounts, names }
    }

    pub(super) fn find(&self, books: &Books, payment: &Payment) -> Payer {
        let by_account = self.by_account(books, books.text(payment.payer_account));
        let by_name = self.by_name(&plain(books.text(payment.payer_name)));
        let by_number = by_number(books, books.text(payment.text));
        // The host's word is first, then the account, the name, the number; evidence that disagrees counts as none.
        let all = [payment.customer, by_account, by_name, by_number];
        let first = all.into_iter().flatten().next();
        let evidence = all.into_iter().flatten().filter(|found| Some(*found) == first).count();
        let disagrees = all.into_iter().flatten().any(|found| Some(found) != first);
        Payer { customer: first.filter(|_| !disagrees || payment.customer.is_some()), evidence: evidence as i64, disagrees }
    }

    fn by_account(&self, books: &Books, text: &str) -> Option<CustomerIdx> {
        let wanted = account(text);
        if wanted.is_empty() {
            return None;
        }
        let key = hash(&wanted);
        let from = self.accounts.partition_point(|entry| entry.0 < key);
        let is = |at: u32| books.customers().get(at as usize).is_some_and(|row| books.list(&row.bank_accounts).any(|number| account(number) == wanted));
        only(self.accounts.iter().skip(from).take_while(|entry| entry.0 == key).map(|entry| entry.1).filter(|at| is(*at)))
    }

    /// The only customer of that name; else the only one whose name begins so, where the name may have been cut.
    fn by_name(&self, wanted: &str) -> Option<CustomerIdx> {
        if wanted.is_empty() {
            return None;
        }
        let from = self.names.partition_point(|entry| entry.0.as_str() < wanted);
        let exact = || self.names.iter().skip(from).take_while(|entry| entry.0 == wanted).map(|entry| entry.1);
        if exact().next().is_some() {
            return only(exact());
        }
        if wanted.len() < SHORTEST_CUT {
            return None;
        }
        only(self.names.iter().skip(from).take_while(|entry| entry.0.starts_with(wanted)).map(|entry| entry.1))
    }
}

/// The only customer of an iterator; `None` where there are none or several.
fn only(mut found: impl Iterator<Item = u32>) -> Option<CustomerIdx> {
    let first = found.next()?;
    found.all(|other| other == first).then_some(CustomerIdx(first))
}

/// A customer number behind a word that announces it: the identifier itself, or its digits behind one letter.
fn by_number(books: &Books, text: &str) -> Option<CustomerIdx> {
    let words: Vec<String> = text.split_whitespace().take(100).map(super::references::folded).collect();
    let at = words.iter().position(|word| CUSTOMER_WORDS.contains(&word.as_str()))?;
    let number = words.get(at + 1..)?.iter().take(2).find(|word| word.len() >= CUSTOMER_DIGITS && word.bytes().any(|byte| byte.is_ascii_digit()))?;
    let letters = ["", "C", "K", "D"];
    let mut found = letters.iter().filter_map(|letter| books.find_customer(&alloc::format!("{letter}{number}")));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
