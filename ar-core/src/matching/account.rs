//! One customer's open items in one currency, in the order in which they fall due: what a payment can pay.

use super::names::NameIndex;
use super::open::Open;
use crate::ledger::Books;
use crate::money::Currency;
use crate::record::{CustomerIdx, ItemIdx};
use alloc::vec::Vec;
use chrono::NaiveDate;

/// An open item.
#[derive(Clone, Debug)]
pub(super) struct Position {
    pub(super) at: ItemIdx,
    /// Open amount, positive also for a credit note.
    pub(super) open: i64,
    pub(super) due_on: NaiveDate,
    pub(super) issued_on: NaiveDate,
    /// What the discount takes off the open amount, rounded half up; 0 where none is granted.
    pub(super) discount: i64,
    /// Last day on which the discount may be taken.
    pub(super) discount_until: Option<NaiveDate>,
    /// Number at the end of the reference.
    pub(super) number: Option<u64>,
}

impl Position {
    pub(super) fn of(books: &Books, names: &NameIndex, at: ItemIdx, open: i64) -> Option<Self> {
        let item = books.item(at)?;
        let discount = share_of(open, i64::from(item.discount_ppm));
        Some(Self { at, open, due_on: item.due_on, issued_on: item.issued_on, discount, discount_until: item.discount_until, number: names.number(at.0 as usize) })
    }

    /// Whether the discount may still be taken on a day.
    pub(super) fn grants_on(&self, day: NaiveDate) -> bool {
        self.discount_until.is_some_and(|until| day <= until)
    }
}

/// The open items of a customer in one currency.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    pub(super) debits: Vec<Position>,
    pub(super) credits: Vec<Position>,
    /// Every item: whether it is a credit note, and its place, in order of the item.
    places: Vec<(ItemIdx, bool, usize)>,
    /// The account has more items than the budget allows to look at; those due last are left out.
    pub(super) bounded: bool,
}

impl Account {
    pub(super) fn new(books: &Books, names: &NameIndex, open: &Open<'_>, customer: CustomerIdx, currency: Currency, budget: usize) -> Self {
        let mut account = Self::default();
        for at in books.item_range(customer) {
            let Some((item, open)) = books.items().get(at).zip(open.get(at)).filter(|(item, open)| *open > 0 && item.currency == currency) else { continue };
            if account.debits.len() + account.credits.len() >= budget {
                account.bounded = true;
                break;
            }
            let Ok(at) = u32::try_from(at).map(ItemIdx) else { break };
            let Some(position) = Position::of(books, names, at, open) else { continue };
            if item.kind.is_credit() { account.credits.push(position) } else { account.debits.push(position) }
        }
        // Items of one due date in the order in which they were written: identifiers need not sort by age.
        account.debits.sort_by_key(|position| (position.due_on, position.issued_on, position.number, position.at));
        let debits = account.debits.iter().enumerate().map(|(place, position)| (position.at, false, place));
        let mut places: Vec<(ItemIdx, bool, usize)> = debits.chain(account.credits.iter().enumerate().map(|(place, position)| (position.at, true, place))).collect();
        places.sort_unstable();
        account.places = places;
        account
    }

    fn find(&self, at: ItemIdx) -> Option<(bool, usize)> {
        let found = self.places.partition_point(|row| row.0 < at);
        self.places.get(found).filter(|row| row.0 == at).map(|row| (row.1, row.2))
    }

    /// Place of an item among the debts.
    pub(super) fn place_of(&self, at: ItemIdx) -> Option<usize> {
        self.find(at).filter(|(credit, _)| !credit).map(|(_, place)| place)
    }

    /// A debt or a credit note, with its open amount signed as it enters the sum.
    pub(super) fn signed(&self, at: ItemIdx) -> Option<(i64, &Position)> {
        match self.find(at)? {
            (false, place) => self.debits.get(place).map(|position| (position.open, position)),
            (true, place) => self.credits.get(place).map(|position| (-position.open, position)),
        }
    }
}

/// A share in parts per million of an amount, rounded half up.
pub(super) fn share_of(amount: i64, ppm: i64) -> i64 {
    let exact = i128::from(amount) * i128::from(ppm);
    i64::try_from((exact + 500_000).div_euclid(1_000_000)).unwrap_or(0)
}
