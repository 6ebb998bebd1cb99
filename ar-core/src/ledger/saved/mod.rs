//! Books as bytes: everything that a ledger knows, in the container of `saved`.
//!
//! The payload is the tables of `Books` one behind the other, in the order of `tables!` below: of each the number of its rows, then the
//! rows, of each its fields in the order of `rows.rs`. A map has a key before each row. Nothing stands between them.
//!
//! | what | how |
//! |---|---|
//! | number | seven bits a byte, the lowest first, the top bit where more follow; never longer than it must be |
//! | day | the number of days since 1970-01-01 |
//! | place of a row, truth value, word of a closed list | its number, counted from 0 |
//! | one of these that may be absent | 0 for none, else the number and one |
//! | amount | zigzag: twice the number, or of a negative one twice its size less one |
//! | another value that may be absent | 0, or 1 before it |
//! | text | its length in bytes, then UTF-8; none is a text of length 0 |
//! | text that many rows share | its number in the order in which they first stand, from 1; behind a number that is new, the text; 0 is none |
//! | reference of an item | 0 where it is the identifier, else the length and one, and the text |
//! | currency | as a text that many rows share, in a list of its own; behind a number that is new, three letters |
//! | list | its length, then its values |
//!
//! Indexes, and what follows from other rows, are not in it. Equal books have equal bytes, in whatever order their rows came; only the
//! order in which a notice or plan names its items, and which lines came with the tables, are kept beyond what the digest knows.
//! Bytes have one form: what is read and written again is the same.
//!
//! How the format grows: a field comes at the end of its row with `since` and what its absence means, a table in `tables!` under the
//! version that brings it, a word at the end of its list; each raises `saved::Kind::version`. Older bytes are read as they are.

mod check;
mod codec;
mod rows;

use super::index::IdIndex;
use super::{Books, Ledger};
use crate::error::{Error, ProblemCode};
use crate::saved::{self, Kind};
use crate::text::TextId;
use alloc::{format, sync::Arc, vec::Vec};
use codec::{Reader, Saved, Writer};

impl Ledger {
    /// The ledger as bytes, to be kept or sent: with version and checksum, the same for the same books on any machine. Of the part of a
    /// book, what was done for customers that are not in it is kept without saying for whom, and what is stopped of them is left out.
    pub fn to_bytes(&self) -> Vec<u8> {
        saved::seal(Kind::Ledger, |head| {
            let books = self.apart();
            let mut out = Writer::new(&books, head);
            save(&books, &mut out);
            out.into_bytes()
        })
    }

    /// The ledger that [`Ledger::to_bytes`] was asked of: it has the same digest, gives the same reports and goes on with events.
    ///
    /// # Errors
    /// `invalid_bytes` for bytes that are cut, damaged, of something else or of a later version, and for such as hold what cannot be.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (version, payload) = saved::open(bytes, Kind::Ledger)?;
        Books::restored(version, payload).map(|books| Self(Arc::new(books)))
    }
}

/// The tables in their order, by the version that brought them.
macro_rules! tables {
    ($($version:literal { $($table:ident $(in $part:ident)?;)+ })+) => {
        fn save<'b>(books: &'b Books, out: &mut Writer<'b>) {
            $($(books$(.$part)?.$table.save(out);)+)+
        }

        fn load(books: &mut Books, input: &mut Reader<'_>) -> Option<()> {
            $(if input.version >= $version {
                $(input.table = stringify!($table);
                books$(.$part)?.$table = Saved::load(input)?;)+
            })+
            Some(())
        }
    };
}

tables! {
    1 {
        customers; items; payments; remittances; allocations; deductions;
        promises; disputes; plans; instalments; extensions; holds; terms; handovers;
        notices; replies; signals; fx_rates; contacts;
        retried; failures; undone;
        verdicts in decided; replaced in decided; asked in decided; reviews in decided;
        done in decided; changes in decided; stops in decided; versions in decided;
        closed_on;
    }
}

impl Books {
    fn restored(version: u16, payload: &[u8]) -> Result<Self, Error> {
        let wrong = |table: &str, message| saved::refused(ProblemCode::WrongContent, Some(table), message);
        let (mut books, mut input) = (Self::default(), Reader::new(version, payload));
        if load(&mut books, &mut input).is_none() {
            let at = payload.len().saturating_sub(input.left());
            return Err(wrong(input.table, format!("cannot be read before byte {at} of the payload")));
        }
        if input.left() > 0 {
            return Err(wrong(input.table, format!("{} bytes more behind the last table", input.left())));
        }
        (books.texts, books.lists, books.item_lists) = (input.texts, input.lists, input.item_lists);
        books.index();
        match books.fault() {
            Some((table, message)) => Err(wrong(table, message.into())),
            None => Ok(books),
        }
    }

    /// Builds what is not saved: the places of identifiers, and what is applied of each payment.
    fn index(&mut self) {
        let index = |ids: Vec<TextId>| IdIndex::new(&self.texts, &ids);
        self.customer_index = index(self.customers.iter().map(|row| row.id).collect());
        self.item_index = index(self.items.iter().map(|row| row.id).collect());
        self.payment_index = index(self.payments.iter().map(|row| row.id).collect());
        self.count_items();
        for row in &self.allocations {
            if let crate::record::Credit::Payment(at) = row.credit
                && let Some(payment) = self.payments.get_mut(at.0 as usize)
            {
                payment.applied = payment.applied.saturating_add(row.cash);
            }
        }
    }
}
