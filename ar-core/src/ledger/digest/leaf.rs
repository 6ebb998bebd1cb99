//! The bytes that a leaf of the digest is made of: every text with its length before it, every number in as few bytes as it needs.

use crate::calendar::days_since_epoch;
use crate::ledger::Books;
use crate::money::Currency;
use crate::record::{CustomerIdx, ItemIdx, PaymentIdx};
use crate::saved::{folded, push_number};
use crate::text::TextId;
use alloc::vec::Vec;
use chrono::NaiveDate;
use core::ops::Range;
use sha2::{Digest, Sha256};

/// A SHA-256.
pub(in crate::ledger) type Hash = [u8; 32];

/// Collects fields as canonical bytes. Numbers are zigzag, then seven bits a byte, the lowest first, the top bit where more follow: a
/// book is a third of what it is in whole words. Nothing in a leaf is the number of a row in the book: rows of others move it.
pub(super) struct Leaf<'l> {
    pub(super) books: &'l Books,
    bytes: Vec<u8>,
}

/// What a leaf is of. The number stands first in it.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Customer = 1,
    Payment = 2,
    Remittance = 3,
    FxRate = 4,
    Verdict = 5,
    Done = 6,
    Asked = 7,
    Review = 8,
    LevelChanges = 9,
    Stop = 10,
    Version = 11,
}

impl<'l> Leaf<'l> {
    pub(super) fn new(books: &'l Books) -> Self {
        Self { books, bytes: Vec::with_capacity(1 << 12) }
    }

    /// Begins a leaf; what was written before is gone, the memory stays.
    pub(super) fn begin(&mut self, kind: Kind) -> &mut Self {
        self.bytes.clear();
        self.bytes.push(kind as u8);
        self
    }

    /// Of what was written since the beginning.
    pub(super) fn hash(&self) -> Hash {
        Sha256::digest(&self.bytes).into()
    }

    #[inline]
    pub(super) fn count(&mut self, value: usize) -> &mut Self {
        push_number(&mut self.bytes, value as u64);
        self
    }

    #[inline]
    pub(super) fn int(&mut self, value: i64) -> &mut Self {
        push_number(&mut self.bytes, folded(value));
        self
    }

    pub(super) fn opt(&mut self, value: Option<i64>) -> &mut Self {
        self.int(i64::from(value.is_some())).int(value.unwrap_or(0))
    }

    pub(super) fn flag(&mut self, value: bool) -> &mut Self {
        self.bytes.push(u8::from(value));
        self
    }

    #[inline]
    pub(super) fn str(&mut self, text: &str) -> &mut Self {
        self.count(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    #[inline]
    pub(super) fn text(&mut self, id: TextId) -> &mut Self {
        let books = self.books;
        self.str(if id.is_none() { "" } else { books.texts.get(id) })
    }

    pub(super) fn date(&mut self, day: NaiveDate) -> &mut Self {
        self.int(i64::from(days_since_epoch(day)))
    }

    pub(super) fn day(&mut self, day: Option<NaiveDate>) -> &mut Self {
        self.opt(day.map(|day| i64::from(days_since_epoch(day))))
    }

    #[inline]
    pub(super) fn currency(&mut self, currency: Currency) -> &mut Self {
        self.bytes.extend_from_slice(&currency.bytes());
        self
    }

    pub(super) fn currency_or_none(&mut self, currency: Option<Currency>) -> &mut Self {
        self.str(currency.as_ref().map_or("", Currency::code))
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.count(bytes.len());
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub(super) fn list(&mut self, range: &Range<u32>) -> &mut Self {
        let books = self.books;
        self.count(range.len());
        for text in books.list(range) {
            self.str(text);
        }
        self
    }

    /// A customer by identifier.
    pub(super) fn customer(&mut self, at: Option<CustomerIdx>) -> &mut Self {
        let row = at.and_then(|at| self.books.customer(at));
        self.flag(row.is_some()).text(row.map_or(TextId::NONE, |row| row.id))
    }

    /// A payment by identifier.
    pub(super) fn payment(&mut self, at: Option<PaymentIdx>) -> &mut Self {
        let row = at.and_then(|at| self.books.payment(at));
        self.flag(row.is_some()).text(row.map_or(TextId::NONE, |row| row.id))
    }

    /// An item by its place among `own`, those of the customer of the leaf, counted from 1; one of others by identifier behind a 0.
    #[inline]
    pub(super) fn item(&mut self, own: &Range<usize>, at: ItemIdx) -> &mut Self {
        match (at.0 as usize).checked_sub(own.start).filter(|_| own.contains(&(at.0 as usize))) {
            Some(place) => self.count(place + 1),
            None => {
                let id = self.books.item(at).map_or(TextId::NONE, |row| row.id);
                self.count(0).text(id)
            }
        }
    }

    pub(super) fn item_or_none(&mut self, own: &Range<usize>, at: Option<ItemIdx>) -> &mut Self {
        self.flag(at.is_some());
        match at {
            Some(at) => self.item(own, at),
            None => self,
        }
    }

    /// The items of a list. The order in which a notice or plan names them says nothing.
    pub(super) fn items(&mut self, own: &Range<usize>, range: &Range<u32>) -> &mut Self {
        let mut items: Vec<ItemIdx> = self.books.item_list(range).to_vec();
        items.sort_unstable();
        self.count(items.len());
        for at in items {
            self.item(own, at);
        }
        self
    }
}
