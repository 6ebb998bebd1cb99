//! What words of any of the languages are a sign of: one bit each, in one table that the compiler fills.

mod number;
mod payment;
mod quarrel;

use super::index::{Index, at, set};

/// What a word is a sign of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Will, wird, sera: what follows is ahead.
    Will,
    /// Was, have, wurde, avons: what follows is past.
    Was,
    /// Paid, überwiesen, réglé: past, unless a word before says otherwise.
    Done,
    /// Pay, zahlen, payer.
    Pays,
    /// Back, away.
    Back,
    /// Extension, allow, wait.
    Grace,
    /// Instalment, rest, monthly.
    Part,
    /// Received, arrived, ordered: past, and no payment.
    Else,
    /// Something is fine.
    Fine,
    /// Something is wrong.
    Wrong,
    /// Except.
    Except,
    /// A paper of which a day may be: letter, invoice, order.
    Paper,
    /// A reference follows: invoice.
    Reference,
    /// What stands between such a word and the reference: no., number.
    ReferenceLink,
    /// A number of somebody else follows: order, case, cheque, account.
    Foreign,
    /// What follows a number that is spoken of as a thing.
    Verb,
    /// What stands before a number that is spoken of as a thing.
    Lead,
    /// A number that follows is money.
    Money,
    /// What may stand between such a word and its number.
    MoneyLink,
    /// What a number counts that is no money.
    Thing,
    /// What is counted by `the 2nd …` and is no day.
    Counted,
}

type Row = (Sign, &'static [&'static str]);

const MOST: usize = 1_100;

struct Table {
    index: Index<MOST, 4096>,
    signs: [u32; MOST],
}

impl Table {
    const fn with(mut self, mut rows: &[Row]) -> Self {
        while let Some(((sign, words), rest)) = rows.split_first() {
            let mut words = *words;
            while let Some((word, rest)) = words.split_first() {
                let place = self.index.enter(word);
                let signs = at(&self.signs, place, 0) | 1 << *sign as u32;
                set(&mut self.signs, place, signs);
                words = rest;
            }
            rows = rest;
        }
        self
    }
}

static TABLE: Table = Table { index: Index::new(), signs: [0; MOST] }.with(payment::ROWS).with(quarrel::ROWS).with(number::ROWS);

/// Letters of the longest word that is looked up.
const LONGEST: usize = 20;

/// The signs that a folded word is, one bit each.
pub(super) fn signs(word: &str) -> u32 {
    if word.len() > LONGEST {
        return 0;
    }
    TABLE.index.find(word).and_then(|place| TABLE.signs.get(place)).copied().unwrap_or(0)
}
