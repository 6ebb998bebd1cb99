//! The digest of a ledger: SHA-256 over its leaves, the same for any order of the input and on any number of threads.
//!
//! | leaf | of |
//! |---|---|
//! | `account` | a customer, with its items and all that is about the two |
//! | `others` | a payment, a line of advice, a rate; what is known of one decision; how far the engine may go |
//!
//! The leaves are a set, and `tree` is its digest. A leaf names rows of others by identifier, never by their place in the book, so what
//! happens to one customer changes one leaf.

mod account;
mod leaf;
mod others;
mod tree;

use super::Books;
use crate::calendar::days_since_epoch;
use crate::record::CustomerIdx;
use crate::text::hex;
use crate::threads;
use account::Accounts;
use alloc::{string::String, vec::Vec};
use chrono::NaiveDate;
use core::ops::Range;
use leaf::Hash;
use sha2::{Digest, Sha256};
use tree::Tree;

/// Rows whose leaves are made together.
const CHUNK: usize = 1 << 12;

/// The leaves of so many rows, chunk by chunk.
fn in_chunks(count: usize, of: impl Fn(Range<usize>) -> Vec<Hash> + Sync) -> Vec<Hash> {
    threads::pieces(count, CHUNK, of).concat()
}

impl Books {
    /// Hex SHA-256 over everything the ledger holds. Equal books have equal digests, whatever the order of their rows and whichever
    /// face loaded them.
    pub fn digest(&self) -> String {
        let leaves = self.leaves();
        sealed(self.closed_on, leaves.len(), tree::root(&leaves, 0))
    }

    /// Every leaf, in order.
    fn leaves(&self) -> Vec<Hash> {
        let mut leaves = in_chunks(self.customers.len(), |range| {
            let mut accounts = Accounts::new(self, CustomerIdx(range.start as u32));
            let leaf = |at: usize| {
                if at.is_multiple_of(AHEAD) {
                    self.read_ahead(at);
                }
                accounts.next(CustomerIdx(at as u32))
            };
            range.filter_map(leaf).collect()
        });
        leaves.extend(self.payment_leaves());
        leaves.extend(self.remittance_leaves());
        leaves.extend(self.rate_leaves());
        leaves.extend(self.decision_leaves());
        leaves.extend(self.autonomy_leaves());
        tree::sort(&mut leaves);
        leaves
    }
}

/// The digest of books of which customers change.
#[derive(Clone, Debug)]
pub(crate) struct KeptDigest(Tree);

impl KeptDigest {
    /// Of these books.
    pub(crate) fn new(books: &Books) -> Self {
        Self(Tree::new(&books.leaves(), 0))
    }

    /// The digest, of books closed on that day.
    pub(crate) fn of(&self, closed_on: Option<NaiveDate>) -> String {
        sealed(closed_on, self.0.count(), *self.0.hash())
    }

    /// These customers, which stand at the same places in both books, were as in `before` and are now as in `after`. `false`: one of them
    /// was not, and nothing was changed.
    pub(crate) fn change(&mut self, before: &Books, after: &Books, customers: &[CustomerIdx]) -> bool {
        let leaves = |books| -> Option<Vec<Hash>> { customers.iter().map(|at| Accounts::new(books, *at).next(*at)).collect() };
        let Some((old, new)) = leaves(before).zip(leaves(after)) else { return false };
        let known = old.iter().take_while(|leaf| self.0.remove(leaf, 0)).count();
        let all = known == old.len();
        let put = if all { &new } else { &old };
        put.iter().take(known).for_each(|leaf| self.0.insert(*leaf, 0));
        all
    }
}

/// Customers whose items' texts are read ahead.
const AHEAD: usize = 32;

impl Books {
    /// The texts of the items of this customer and of those behind it.
    fn read_ahead(&self, customer: usize) {
        let place = |at: usize| self.item_range(CustomerIdx(at.min(self.customers.len().saturating_sub(1)) as u32));
        let items = self.items.get(place(customer).start..place(customer + AHEAD - 1).end).unwrap_or(&[]);
        self.texts.read_ahead(items.iter().flat_map(|row| [row.id, row.reference]));
    }
}

/// The digest of books with so many leaves under a root.
fn sealed(closed_on: Option<NaiveDate>, leaves: usize, root: Hash) -> String {
    let mut hash = Sha256::new_with_prefix(b"ar-ledger-3");
    hash.update([u8::from(closed_on.is_some())]);
    hash.update(closed_on.map_or(0, days_since_epoch).to_le_bytes());
    hash.update((leaves as u64).to_le_bytes());
    hash.update(root);
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::KeptDigest;
    use crate::ledger::Ledger;
    use crate::record::CustomerIdx;
    use crate::table::{Cell, Table};

    fn ledger(amounts: [&str; 3]) -> Ledger {
        let row = |(customer, amount): (&str, &str)| {
            let texts = [("item_id", customer), ("customer_id", customer), ("currency", "EUR"), ("amount", amount), ("issued_on", "2026-08-22"), ("due_on", "2026-09-21")];
            texts.map(|(name, text)| (name.into(), Cell::Text(text.into()))).to_vec()
        };
        Ledger::try_new(&[Table::from_rows("items", ["A", "B", "C"].into_iter().zip(amounts).map(row))]).unwrap_or_default()
    }

    #[test]
    fn customers_change_all_or_none() {
        let [was, is, other] = [["1", "2", "3"], ["4", "5", "3"], ["4", "9", "3"]].map(ledger);
        let both = [CustomerIdx(0), CustomerIdx(1)];
        let mut kept = KeptDigest::new(&was);
        // The first is as it is said to have been, the second is not.
        assert!(!kept.change(&ledger(["1", "7", "3"]), &is, &both));
        assert_eq!(kept.of(None), was.digest());
        assert!(kept.change(&was, &is, &both));
        assert_eq!(kept.of(None), is.digest());
        assert!(!kept.change(&other, &was, &both) && kept.change(&is, &other, &both));
        assert_eq!(kept.of(None), other.digest());
    }
}
