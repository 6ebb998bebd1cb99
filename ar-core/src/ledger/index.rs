//! Finds rows by identifier: a sorted index, so that no input can make it slow.

use crate::text::{TextId, TextPool};
use alloc::vec::Vec;

/// Identifiers in order, with the position of their row. What all identifiers begin with is skipped, and the next
/// eight bytes are kept beside the position, so that most comparisons never touch the text.
#[derive(Clone, Debug, Default)]
pub(super) struct IdIndex {
    skip: usize,
    entries: Vec<(u64, u32)>,
}

fn key(text: &str, skip: usize) -> u64 {
    let mut key = [0u8; 8];
    for (slot, byte) in key.iter_mut().zip(text.as_bytes().iter().skip(skip)) {
        *slot = *byte;
    }
    u64::from_be_bytes(key)
}

fn common_prefix(texts: &TextPool, ids: &[TextId]) -> usize {
    let Some(first) = ids.first().map(|id| texts.get(*id).as_bytes()) else { return 0 };
    ids.iter().fold(first.len(), |length, id| {
        let other = texts.get(*id).as_bytes();
        first.iter().zip(other).take(length).take_while(|(a, b)| a == b).count()
    })
}

impl IdIndex {
    /// Builds the index over `ids`; the position is that in the slice.
    pub(super) fn new(texts: &TextPool, ids: &[TextId]) -> Self {
        let skip = common_prefix(texts, ids);
        let mut entries: Vec<(u64, u32)> = ids.iter().zip(0u32..).map(|(id, at)| (key(texts.get(*id), skip), at)).collect();
        let text = |at: u32| ids.get(at as usize).map_or("", |id| texts.get(*id));
        entries.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| text(a.1).cmp(text(b.1))).then(a.1.cmp(&b.1)));
        Self { skip, entries }
    }

    /// Positions in the order of their identifiers.
    pub(super) fn positions(&self) -> impl Iterator<Item = u32> + '_ {
        self.entries.iter().map(|entry| entry.1)
    }

    /// Positions whose identifier stands already at an earlier position.
    pub(super) fn repeats<'i>(&'i self, texts: &'i TextPool, id_at: impl Fn(u32) -> TextId + 'i) -> impl Iterator<Item = u32> + 'i {
        self.entries.iter().zip(self.entries.iter().skip(1)).filter(move |(a, b)| a.0 == b.0 && texts.get(id_at(a.1)) == texts.get(id_at(b.1))).map(|(_, b)| b.1)
    }

    /// Sorts the rows that the index was built over by `key`, then by identifier, and follows them to their new places.
    pub(super) fn place<R, K: Ord>(mut self, rows: Vec<R>, key: impl Fn(&R) -> K) -> (Vec<R>, Self) {
        let mut rank = alloc::vec![0u32; rows.len()];
        for (at, from) in (0u32..).zip(self.positions()) {
            if let Some(slot) = rank.get_mut(from as usize) {
                *slot = at;
            }
        }
        let mut keyed: Vec<(u32, u32, R)> = rank.into_iter().zip(0u32..).zip(rows).map(|((rank, from), row)| (rank, from, row)).collect();
        keyed.sort_unstable_by(|a, b| key(&a.2).cmp(&key(&b.2)).then(a.0.cmp(&b.0)));
        let mut moved = alloc::vec![0u32; keyed.len()];
        for (to, (_, from, _)) in (0u32..).zip(&keyed) {
            if let Some(slot) = moved.get_mut(*from as usize) {
                *slot = to;
            }
        }
        for entry in &mut self.entries {
            entry.1 = moved.get(entry.1 as usize).copied().unwrap_or(entry.1);
        }
        (keyed.into_iter().map(|(_, _, row)| row).collect(), self)
    }

    /// The position of an identifier.
    pub(super) fn find(&self, texts: &TextPool, id: &str, id_at: impl Fn(u32) -> TextId) -> Option<u32> {
        let key = key(id, self.skip);
        let from = self.entries.partition_point(|entry| (entry.0, texts.get(id_at(entry.1))) < (key, id));
        self.entries.get(from).filter(|entry| entry.0 == key && texts.get(id_at(entry.1)) == id).map(|entry| entry.1)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<(u64, u32)>()
    }
}
