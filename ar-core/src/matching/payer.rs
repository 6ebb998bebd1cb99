//! Who paid: by the customer the bank names, the account the money came from, or the name on the statement.

use super::references::{folded, hash};
use crate::ledger::Books;
use crate::record::{CustomerIdx, Payment};
use alloc::vec::Vec;

/// Customers by bank account and by folded name and alias.
pub(super) struct PayerIndex {
    accounts: Vec<(u64, u32)>,
    names: Vec<(u64, u32)>,
}

/// Who paid, and how many independent kinds of evidence say so.
pub(super) struct Payer {
    /// The customer, if the evidence points to one only.
    pub(super) customer: Option<CustomerIdx>,
    /// Kinds of evidence that agree.
    pub(super) evidence: i64,
}

impl PayerIndex {
    pub(super) fn new(books: &Books) -> Self {
        let (mut accounts, mut names) = (Vec::new(), Vec::new());
        for (at, customer) in (0u32..).zip(books.customers()) {
            accounts.extend(books.list(&customer.bank_accounts).map(|account| (hash(&folded(account)), at)));
            names.extend(books.list(&customer.aliases).chain(books.texts().get_opt(customer.name)).map(|name| (hash(&folded(name)), at)));
        }
        accounts.sort_unstable();
        accounts.dedup();
        names.sort_unstable();
        names.dedup();
        Self { accounts, names }
    }

    pub(super) fn find(&self, books: &Books, payment: &Payment) -> Payer {
        let account = one(&self.accounts, books.text(payment.payer_account), |at, wanted| {
            books.customers().get(at as usize).is_some_and(|row| books.list(&row.bank_accounts).any(|account| folded(account) == wanted))
        });
        let name = one(&self.names, books.text(payment.payer_name), |at, wanted| {
            books.customers().get(at as usize).is_some_and(|row| books.list(&row.aliases).chain(books.texts().get_opt(row.name)).any(|name| folded(name) == wanted))
        });
        // The host's word is first, then the account, then the name; evidence that disagrees counts as none.
        let first = payment.customer.or(account).or(name);
        let evidence = [payment.customer, account, name].into_iter().flatten().filter(|found| Some(*found) == first).count();
        let disagrees = [payment.customer, account, name].into_iter().flatten().any(|found| Some(found) != first);
        Payer { customer: first.filter(|_| !disagrees || payment.customer.is_some()), evidence: evidence as i64 }
    }
}

/// The only customer behind a text; `None` where there are none or several.
fn one(entries: &[(u64, u32)], text: &str, is: impl Fn(u32, &str) -> bool) -> Option<CustomerIdx> {
    let wanted = folded(text);
    if wanted.is_empty() {
        return None;
    }
    let key = hash(&wanted);
    let from = entries.partition_point(|entry| entry.0 < key);
    let mut hits = entries.iter().skip(from).take_while(|entry| entry.0 == key).filter(|entry| is(entry.1, &wanted));
    match (hits.next(), hits.next()) {
        (Some(only), None) => Some(CustomerIdx(only.1)),
        _ => None,
    }
}
