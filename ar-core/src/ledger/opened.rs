//! What is open of items and unapplied of payments at the end of a day.

use super::Books;
use crate::money::Currency;
use crate::record::{Allocation, Credit, Item, ItemIdx};
use crate::threads;
use alloc::{collections::BTreeSet, vec::Vec};
use chrono::NaiveDate;

/// Items that are looked at together: few enough for the cache of a core.
pub(crate) const TOGETHER: usize = 4_096;
/// Lines that are looked at together.
const LINES_TOGETHER: usize = 1 << 16;

/// The lines that lower another item than the one that they stand with: credit notes that were used, by their place.
pub(crate) struct UsedNotes<'b>(Vec<(ItemIdx, &'b Allocation)>);

impl Books {
    /// The currencies of items and payments, in order.
    pub fn currencies(&self) -> Vec<Currency> {
        let items = threads::pieces(self.items.len(), LINES_TOGETHER, |range| kinds(self.items.get(range).unwrap_or(&[]).iter().map(|item| item.currency)));
        let mut seen: BTreeSet<Currency> = self.whole_currencies.iter().copied().collect();
        seen.extend(items.into_iter().flatten());
        seen.extend(kinds(self.payments.iter().map(|payment| payment.currency)));
        seen.into_iter().collect()
    }

    /// Of a part of other books, the currencies of the whole; else none.
    pub(crate) fn currencies_of_the_whole(&self) -> &[Currency] {
        &self.whole_currencies
    }

    /// What is open of every item at the end of `as_of`, from what was known by then: 0 before it was issued and after
    /// it was settled, else the amount less what was allocated by then; where the host stated what is open, that, less
    /// what events allocated by then.
    pub fn open_all(&self, as_of: NaiveDate) -> Vec<i64> {
        let used = self.used_notes();
        let mut open = alloc::vec![0; self.items.len()];
        threads::each(open.chunks_mut(TOGETHER).enumerate().collect(), |(at, slots)| {
            self.moved_in(at * TOGETHER, as_of, &used, slots);
            let items = self.items.get(at * TOGETHER..).unwrap_or(&[]);
            slots.iter_mut().zip(items).for_each(|(slot, item)| *slot = open_of(item, as_of, *slot));
        });
        open
    }

    /// See [`UsedNotes`].
    pub(crate) fn used_notes(&self) -> UsedNotes<'_> {
        let found = threads::pieces(self.allocations.len(), LINES_TOGETHER, |range| {
            let lines = self.allocations.get(range).unwrap_or(&[]);
            lines.iter().filter_map(|line| line.lowers().nth(1).map(|note| (note, line))).collect::<Vec<_>>()
        });
        let mut found: Vec<_> = found.into_iter().flatten().collect();
        found.sort_by_key(|row| row.0);
        UsedNotes(found)
    }

    /// What the lines of allocation move of what is open at the end of a day ([`open_of`]), of the items from a place on: of as many as
    /// there are slots, which are 0.
    pub(crate) fn moved_in(&self, from: usize, as_of: NaiveDate, used: &UsedNotes<'_>, slots: &mut [i64]) {
        let to = from + slots.len();
        let is_before = |item: ItemIdx, place: usize| (item.0 as usize) < place;
        let first = self.allocations.partition_point(|line| is_before(line.item, from));
        let own = self.allocations.get(first..).unwrap_or(&[]).iter().take_while(|line| is_before(line.item, to));
        let first = used.0.partition_point(|row| is_before(row.0, from));
        let notes = used.0.get(first..).unwrap_or(&[]).iter().take_while(|row| is_before(row.0, to));
        for (at, line) in own.map(|line| (line.item, line)).chain(notes.copied()) {
            if let Some((slot, item)) = slots.get_mut(at.0 as usize - from).zip(self.item(at)) {
                *slot = slot.saturating_add(if moves(item, line, as_of) { line.amount } else { 0 });
            }
        }
    }

    /// What is unapplied of every payment at the end of `as_of`: 0 before it was received, and if it failed.
    pub fn unapplied_all(&self, as_of: NaiveDate) -> Vec<i64> {
        let mut unapplied: Vec<i64> = self.payments.iter().map(|payment| payment.come_by(as_of)).collect();
        for row in self.allocations.iter().filter(|row| row.on <= as_of) {
            if let Credit::Payment(at) = row.credit
                && let Some(slot) = unapplied.get_mut(at.0 as usize)
            {
                *slot = (*slot - row.cash).max(0);
            }
        }
        unapplied
    }
}

/// Whether a line moves what is open of an item at the end of a day: what came by then lowers it. Where the host stated what is open, all
/// events are in that, and what came after the day was still open on it.
fn moves(item: &Item, line: &Allocation, as_of: NaiveDate) -> bool {
    if item.open_stated { !line.tabled && line.on > as_of && item.issued_on <= as_of } else { line.on <= as_of }
}

/// What is open of an item at the end of a day, with what the lines move. As [`Item::open_on`] says it.
pub(crate) fn open_of(item: &Item, as_of: NaiveDate, moved: i64) -> i64 {
    let alone = item.open_alone(as_of);
    if item.open_stated { alone.saturating_add(moved) } else { (alone - moved).max(0) }
}

/// The currencies that rows have, each once. They are few.
fn kinds(rows: impl Iterator<Item = Currency>) -> Vec<Currency> {
    let mut seen: Vec<Currency> = Vec::new();
    for currency in rows {
        if !seen.contains(&currency) {
            seen.push(currency);
        }
    }
    seen
}
