//! Finds rows by identifier. The identifiers are spread over buckets by a hash; inside a bucket they are sorted, so that a host who
//! makes up identifiers of one hash gets a sorted list and a binary search, and nothing slower.

use super::order::{self, Keyed, above};
use crate::text::{TextId, TextPool};
use crate::threads;
use alloc::vec::Vec;

/// Bucket by bucket the positions of rows, each beside the 32 bits of the hash that follow those of the bucket: with these equal, the
/// texts are compared.
#[derive(Clone, Debug, Default)]
pub(super) struct IdIndex {
    /// Bits of the hash that say which bucket.
    bits: u32,
    /// Where each bucket begins; behind the last its end.
    starts: Vec<u32>,
    entries: Vec<(u32, u32)>,
}

/// Identifiers of a bucket, about.
const BUCKET: usize = 4;

const fn folded(a: u64, b: u64) -> u64 {
    let wide = (a as u128) * (b as u128);
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// A number that differs for most texts that differ.
pub(super) fn hash(text: &[u8]) -> u64 {
    const ODD: [u64; 3] = [0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93, 0xa076_1d64_78bd_642f];
    let word = |chunk: Option<&[u8; 8]>| chunk.map_or(0, |chunk| u64::from_le_bytes(*chunk));
    let half = |chunk: Option<&[u8; 4]>| chunk.map_or(0, |chunk| u64::from(u32::from_le_bytes(*chunk)));
    let length = text.len() as u64;
    let (mut state, mut rest) = (ODD[0] ^ length.wrapping_mul(ODD[2]), text);
    while rest.len() > 16 {
        let (head, tail) = rest.split_at(8);
        state = folded(state ^ word(head.first_chunk()), ODD[1]);
        rest = tail;
    }
    // What is left is read from both ends; the two may overlap.
    let (first, last) = match rest.len() {
        8.. => (word(rest.first_chunk()), word(rest.last_chunk())),
        4.. => (half(rest.first_chunk()), half(rest.last_chunk())),
        _ => (rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
    };
    folded(folded(first ^ ODD[1], last ^ state) ^ state, ODD[2])
}

impl IdIndex {
    /// Builds the index over `ids`; the position is that in the slice.
    pub(super) fn new(texts: &TextPool, ids: &[TextId]) -> Self {
        let mut keys: Vec<Keyed> = ids.iter().zip(0u32..).map(|(id, at)| (hash(texts.get(*id).as_bytes()), at)).collect();
        Self::of(&mut keys, &mut Vec::new(), texts, |at| ids.get(at as usize).copied().unwrap_or(TextId::NONE))
    }

    /// Builds the index over the hashes of identifiers and their positions; both lists are worked with.
    pub(super) fn of(keys: &mut [Keyed], spare: &mut Vec<Keyed>, texts: &TextPool, id_at: impl Fn(u32) -> TextId + Sync) -> Self {
        let bits = (keys.len() / BUCKET).max(1).next_power_of_two().ilog2().min(28);
        // Bits that are not kept would come between equal ones.
        let kept = u64::MAX << (32 - bits);
        keys.iter_mut().for_each(|(hash, _)| *hash &= kept);
        let text = |at: u32| texts.get(id_at(at));
        let starts = order::sort(keys, spare, 64 - bits, 1 << bits, |a, b| text(a).cmp(text(b)).then(a.cmp(&b)));
        Self { bits, starts, entries: threads::gathered(spare, |(hash, at)| (beside(*hash, bits), *at)) }
    }

    /// Positions whose identifier stands already at an earlier position, in the order of the identifiers.
    pub(super) fn repeats(&self, texts: &TextPool, id_at: impl Fn(u32) -> TextId) -> Vec<u32> {
        let text = |at: u32| texts.get(id_at(at));
        // Across the border of two buckets the texts differ.
        let pairs = self.entries.iter().zip(self.entries.iter().skip(1)).filter(|(a, b)| a.0 == b.0 && text(a.1) == text(b.1));
        let mut found: Vec<u32> = pairs.map(|(_, b)| b.1).collect();
        found.sort_unstable_by(|a, b| text(*a).cmp(text(*b)).then(a.cmp(b)));
        found
    }

    /// Sorts the rows that the index was built over by `key`, then by identifier, and follows them to their new places.
    pub(super) fn place<R, K: Ord + Send>(self, texts: &TextPool, rows: Vec<R>, id: impl Fn(&R) -> TextId, key: impl Fn(&R) -> K) -> (Vec<R>, Self) {
        let ids: Vec<TextId> = rows.iter().map(id).collect();
        let order = order::by_text(texts, &ids, |at| rows.get(at).map(&key));
        self.placed(rows, &order)
    }

    /// Brings the rows that the index was built over into an order, and follows them to their new places.
    pub(super) fn placed<R>(mut self, mut rows: Vec<R>, order: &[u32]) -> (Vec<R>, Self) {
        if order.is_sorted() {
            return (rows, self);
        }
        let mut moved = alloc::vec![0u32; rows.len()];
        for (to, from) in (0u32..).zip(order) {
            if let Some(slot) = moved.get_mut(*from as usize) {
                *slot = to;
            }
        }
        for entry in &mut self.entries {
            entry.1 = moved.get(entry.1 as usize).copied().unwrap_or(entry.1);
        }
        // Each swap brings a row to its place.
        for at in 0..rows.len() {
            while let Some(to) = moved.get(at).map(|to| *to as usize).filter(|to| *to != at && *to < rows.len()) {
                rows.swap(at, to);
                moved.swap(at, to);
            }
        }
        (rows, self)
    }

    /// The position of an identifier.
    pub(super) fn find(&self, texts: &TextPool, id: &str, id_at: impl Fn(u32) -> TextId) -> Option<u32> {
        let hash = hash(id.as_bytes());
        let (range, beside) = (self.range(hash), beside(hash, self.bits));
        let bucket = self.entries.get(range.0..range.1).unwrap_or(&[]);
        let from = bucket.partition_point(|entry| entry.0 < beside || (entry.0 == beside && texts.get(id_at(entry.1)) < id));
        bucket.get(from).filter(|entry| entry.0 == beside && texts.get(id_at(entry.1)) == id).map(|entry| entry.1)
    }

    /// Positions bucket by bucket.
    pub(super) fn positions(&self) -> impl Iterator<Item = u32> {
        self.entries.iter().map(|entry| entry.1)
    }

    /// Where the bucket of a hash begins and ends, among `positions`.
    pub(super) fn range(&self, hash: u64) -> (usize, usize) {
        let at = above(hash, 64 - self.bits);
        let start = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        (start(at), start(at + 1))
    }

    /// The bits of the hash of an entry.
    pub(super) fn entry(&self, at: usize) -> u32 {
        self.entries.get(at).map_or(0, |entry| entry.0)
    }

    /// The place among `positions` where an identifier of this hash is likely to stand, in the range of its bucket, whose first entry has
    /// the bits `head`.
    pub(super) fn likely(&self, hash: u64, (from, to): (usize, usize), head: u32) -> usize {
        let beside = beside(hash, self.bits);
        let rest = self.entries.get(from + 1..to).unwrap_or(&[]);
        // Which of the few it is, is not to be guessed. In a bucket that somebody has filled the search finds it.
        if head == beside { from } else { (from + 1..).zip(rest.iter().take(16)).fold(from, |found, (place, entry)| if entry.0 == beside { place } else { found }) }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<(u32, u32)>() + self.starts.capacity() * size_of::<u32>()
    }
}

/// The bits of a hash that follow those of the bucket.
const fn beside(hash: u64, bits: u32) -> u32 {
    ((hash << bits) >> 32) as u32
}
