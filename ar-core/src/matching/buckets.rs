//! Where the entries of a hash stand in a sorted list: by its first bits, so that looking one up touches a place or two.

use alloc::vec::Vec;
use core::ops::Range;

/// A list that is sorted by hashes, and where those with the same first bits begin in it.
pub(super) struct Buckets<T> {
    entries: Vec<T>,
    starts: Vec<u32>,
    shift: u32,
    hash: fn(&T) -> u64,
}

/// Bits of the largest directory.
const MOST_BITS: u32 = 24;

impl<T> Buckets<T> {
    /// Of entries that are sorted by what `hash` gives.
    pub(super) fn new(entries: Vec<T>, hash: fn(&T) -> u64) -> Self {
        let bits = (usize::BITS - entries.len().leading_zeros()).saturating_sub(1).clamp(1, MOST_BITS);
        let shift = u64::BITS - bits;
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (place, entry) in (0u32..).zip(&entries) {
            let bucket = (hash(entry) >> shift) as usize;
            while starts.len() <= bucket {
                starts.push(place);
            }
        }
        starts.resize((1 << bits) + 1, u32::try_from(entries.len()).unwrap_or(u32::MAX));
        Self { entries, starts, shift, hash }
    }

    /// The entries of a hash.
    pub(super) fn of(&self, hash: u64) -> &[T] {
        let bucket = (hash >> self.shift) as usize;
        let start = |at: usize| self.starts.get(at).map_or(0, |place| *place as usize);
        let near = self.entries.get(start(bucket)..start(bucket + 1)).unwrap_or(&[]);
        let from = near.partition_point(|entry| (self.hash)(entry) < hash);
        let found: Range<usize> = from..from + near.iter().skip(from).take_while(|entry| (self.hash)(entry) == hash).count();
        near.get(found).unwrap_or(&[])
    }
}
