//! Finds many identifiers at once, while tables come in. A look-up in the index goes to five places far apart; here the identifiers stand
//! beside the positions, so that it goes to two, and the looks of many rows overlap.

use super::index::{IdIndex, hash};
use crate::text::{TextId, TextPool};
use alloc::vec::Vec;

/// A short identifier itself, of a long one nothing; then its length and the position.
type Named = [u64; 3];

/// The bits of the length, and the longest identifier that stands in `Named` itself.
const LENGTH: u64 = u64::MAX << 32;
const SHORT: u64 = 16 << 32;

fn named(text: &[u8]) -> Named {
    let word = |bytes: &[u8]| match bytes.first_chunk::<8>() {
        Some(word) => u64::from_le_bytes(*word),
        None => bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    let length = (text.len() as u64) << 32;
    match text.split_at_checked(8) {
        _ if length > SHORT => [0, 0, length],
        Some((head, tail)) => [word(head), word(tail), length],
        None => [word(text), 0, length],
    }
}

/// The identifiers of an index, in its order.
pub(super) struct Lookup<'l> {
    index: &'l IdIndex,
    texts: &'l TextPool,
    ids: Vec<TextId>,
    names: Vec<Named>,
}

impl<'l> Lookup<'l> {
    /// Over an index; `ids` are the identifiers by position.
    pub(super) fn new(index: &'l IdIndex, texts: &'l TextPool, ids: Vec<TextId>) -> Self {
        let name = |at: u32| {
            let text = ids.get(at as usize).map_or("", |id| texts.get(*id)).as_bytes();
            let [first, second, length] = named(text);
            [first, second, length | u64::from(at)]
        };
        let names = index.positions().map(name).collect();
        Self { index, texts, ids, names }
    }

    /// Gives `put` the position of each of so many identifiers, with its number; `None` where one is not there.
    pub(super) fn each<'w>(&self, count: usize, wanted: impl Fn(usize) -> &'w [u8], mut put: impl FnMut(usize, u32)) -> Option<()> {
        const AT_ONCE: usize = 64;
        let mut keys = [(0, [0; 3]); AT_ONCE];
        let mut ranges = [(0, 0); AT_ONCE];
        let mut heads = [0; AT_ONCE];
        let mut places = [0; AT_ONCE];
        let mut names = [[0; 3]; AT_ONCE];
        for first in (0..count).step_by(AT_ONCE) {
            let rows = first..(first + AT_ONCE).min(count);
            for (row, key) in rows.clone().zip(&mut keys) {
                *key = (hash(wanted(row)), named(wanted(row)));
            }
            for ((hash, _), range) in keys.iter().zip(&mut ranges) {
                *range = self.index.range(*hash);
            }
            // Only loaded, so that nothing waits for one of them before all are under way.
            for (range, head) in ranges.iter().zip(&mut heads) {
                *head = self.index.entry(range.0);
            }
            for ((((hash, _), range), head), place) in keys.iter().zip(&ranges).zip(&heads).zip(&mut places) {
                *place = self.index.likely(*hash, *range, *head);
            }
            for (place, name) in places.iter().zip(&mut names) {
                *name = self.names.get(*place).copied().unwrap_or_default();
            }
            for ((row, (_, key)), name) in rows.zip(&keys).zip(&names) {
                let short = key[0] == name[0] && key[1] == name[1] && key[2] == name[2] & LENGTH && key[2] <= SHORT;
                put(row, if short { name[2] as u32 } else { self.one(wanted(row))? });
            }
        }
        Some(())
    }

    /// A long identifier, or one of several with the same bits of their hash.
    fn one(&self, text: &[u8]) -> Option<u32> {
        self.index.find(self.texts, core::str::from_utf8(text).ok()?, |at| self.ids.get(at as usize).copied().unwrap_or(TextId::NONE))
    }
}
