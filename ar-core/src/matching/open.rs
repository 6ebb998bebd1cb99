//! What is open while payments are answered, and where an answer looked: one that saw nothing of what was changed since is still right.

use super::Answer;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

/// Items whose changes are noted as one: neighbours are of one customer, and mostly read together.
const BLOCK_BITS: u32 = 3;

const fn block_of(at: usize) -> u32 {
    (at >> BLOCK_BITS) as u32
}

/// Open amounts that note where they are read.
pub(super) struct Open<'o> {
    amounts: &'o [i64],
    last: Cell<u32>,
    read: RefCell<Vec<u32>>,
}

impl<'o> Open<'o> {
    pub(super) const fn new(amounts: &'o [i64]) -> Self {
        Self { amounts, last: Cell::new(u32::MAX), read: RefCell::new(Vec::new()) }
    }

    /// What is open of an item.
    pub(super) fn get(&self, at: usize) -> Option<i64> {
        let block = block_of(at);
        if self.last.replace(block) != block {
            self.read.borrow_mut().push(block);
        }
        self.amounts.get(at).copied()
    }

    /// Whether something is open of an item.
    pub(super) fn is_open(&self, at: usize) -> bool {
        self.get(at).is_some_and(|open| open > 0)
    }

    /// Where it was read.
    pub(super) fn into_read(self) -> Vec<u32> {
        let mut read = self.read.into_inner();
        read.sort_unstable();
        read.dedup();
        read
    }
}

/// An answer, where it looked, and how many changes there were before it did.
pub(super) struct Known {
    pub(super) answer: Answer,
    pub(super) read: Vec<u32>,
    pub(super) changes: u32,
}

/// Open amounts that answers lower, one after the other, and what was changed when.
pub(super) struct Remaining<'o> {
    pub(super) amounts: &'o mut [i64],
    /// By block, the number of its last change.
    changed: Vec<u32>,
    changes: u32,
}

impl<'o> Remaining<'o> {
    pub(super) fn new(amounts: &'o mut [i64]) -> Self {
        let changed = alloc::vec![0; block_of(amounts.len()) as usize + 1];
        Self { amounts, changed, changes: 0 }
    }

    /// How many changes there were.
    pub(super) const fn changes(&self) -> u32 {
        self.changes
    }

    /// Whether nothing was changed of what was read, since there were so many changes.
    pub(super) fn is_as_it_was(&self, read: &[u32], changes: u32) -> bool {
        read.iter().all(|block| self.changed.get(*block as usize).is_none_or(|change| *change <= changes))
    }

    /// What an answer uses of its items is open for no other answer.
    pub(super) fn take(&mut self, answer: &Answer) {
        let lines = answer.lines.iter().map(|line| (line.item, line.item_amount.abs()));
        // What was kept back becomes a deduction: no other payment pays it.
        let kept_back = answer.kept_back.iter().map(|kept| (kept.item, kept.amount));
        for (item, amount) in lines.chain(kept_back) {
            let at = item.0 as usize;
            if let Some(open) = self.amounts.get_mut(at) {
                *open = (*open - amount).max(0);
                self.changes += 1;
                self.changed.get_mut(block_of(at) as usize).into_iter().for_each(|change| *change = self.changes);
            }
        }
    }
}
