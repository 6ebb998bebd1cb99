//! Sorting of many rows by a whole number: they are spread over buckets twice, first over parts that a cache can hold, then inside
//! each part, so that memory is gone through from one end to the other. What is equal is compared at last. Linear in the rows where the
//! numbers spread; never worse than a plain sort.

use crate::text::{TextId, TextPool};
use crate::threads;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// What a row is sorted by, and the row.
pub(super) type Keyed = (u64, u32);

/// Rows that are spread together, and rows that a part should have: half a megabyte.
const PIECE: usize = 1 << 16;
const PART: usize = 1 << 15;
const MOST_PARTS: usize = 1 << 10;

/// The place that so many bits above give: 0 where none are left.
pub(super) fn above(key: u64, shift: u32) -> usize {
    key.checked_shr(shift).map_or(0, |bucket| bucket as usize)
}

/// Sorts by key, equal ones by `tie`, which must tell any two rows apart. The bucket of a key is what is left of it without its lowest
/// `shift` bits, and below `buckets`. The rows come to stand in `entries`, whatever was in it, and `keys` is in no order any more. Gives
/// where each bucket begins, and behind the last where it ends.
pub(super) fn sort(keys: &mut [Keyed], entries: &mut Vec<Keyed>, shift: u32, buckets: usize, tie: impl Fn(u32, u32) -> Ordering + Sync) -> Vec<u32> {
    let buckets = buckets.max(1);
    let most = (keys.len() / PART).clamp(1, MOST_PARTS);
    let mut coarse = 0;
    while (buckets - 1) >> coarse >= most {
        coarse += 1;
    }
    let parts = ((buckets - 1) >> coarse) + 1;
    let offsets = threads::each(keys.chunks_mut(PIECE).collect(), |piece| spread(piece, shift + coarse, parts));
    if entries.len() != keys.len() {
        *entries = alloc::vec![(0, 0); keys.len()];
    }
    let mut starts: Vec<u32> = alloc::vec![0; buckets + 1];
    let (mut rows, mut firsts, mut base) = (&mut entries[..], &mut starts[..], 0);
    let mut work = Vec::with_capacity(parts);
    for part in 0..parts {
        let size = offsets.iter().map(|offsets| range(offsets, part).len()).sum::<usize>();
        let (mine, rest) = core::mem::take(&mut rows).split_at_mut(size);
        let (first, after) = core::mem::take(&mut firsts).split_at_mut((1 << coarse).min(buckets - (part << coarse)));
        (rows, firsts) = (rest, after);
        work.push((part, base, mine, first));
        base += size;
    }
    threads::each(work, |(part, base, mine, first)| {
        let pieces = || keys.chunks(PIECE).zip(&offsets).filter_map(|(piece, offsets)| piece.get(range(offsets, part))).flatten();
        place(pieces, (shift, part << coarse, base), mine, first);
        let ends = first.iter().skip(1).map(|start| *start as usize - base).chain([mine.len()]);
        let mut from = 0;
        for end in ends {
            if end - from > 1
                && let Some(bucket) = mine.get_mut(from..end)
            {
                bucket.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| tie(a.1, b.1)));
            }
            from = end;
        }
    });
    if let Some(last) = starts.last_mut() {
        *last = entries.len() as u32;
    }
    starts
}

fn range(offsets: &[u32], part: usize) -> core::ops::Range<usize> {
    let at = |part: usize| offsets.get(part).map_or(0, |offset| *offset as usize);
    at(part)..at(part + 1).max(at(part))
}

/// Sorts the rows of a piece by part; gives where each begins.
pub(super) fn spread(piece: &mut [Keyed], shift: u32, parts: usize) -> Vec<u32> {
    let mut offsets: Vec<u32> = alloc::vec![0; parts + 1];
    if parts == 1 {
        if let Some(last) = offsets.last_mut() {
            *last = piece.len() as u32;
        }
        return offsets;
    }
    for (key, _) in &*piece {
        if let Some(count) = offsets.get_mut(above(*key, shift) + 1) {
            *count += 1;
        }
    }
    add_up(&mut offsets);
    let (from, mut next) = (piece.to_vec(), offsets.clone());
    for row in from {
        if let Some(slot) = next.get_mut(above(row.0, shift))
            && let Some(to) = piece.get_mut(*slot as usize)
        {
            *to = row;
            *slot += 1;
        }
    }
    offsets
}

/// Puts the rows of a part into their buckets, of which the first has this number; `base` is the place of the first row in all.
fn place<'k, I: Iterator<Item = &'k Keyed>>(rows: impl Fn() -> I, (shift, bucket, base): (u32, usize, usize), mine: &mut [Keyed], first: &mut [u32]) {
    for (key, _) in rows() {
        if let Some(count) = first.get_mut(above(*key, shift).wrapping_sub(bucket)) {
            *count += 1;
        }
    }
    let mut sum = base as u32;
    for start in &mut *first {
        (*start, sum) = (sum, sum + *start);
    }
    let mut next = first.to_vec();
    for row in rows() {
        if let Some(slot) = next.get_mut(above(row.0, shift).wrapping_sub(bucket))
            && let Some(to) = mine.get_mut(*slot as usize - base)
        {
            *to = *row;
            *slot += 1;
        }
    }
}

/// Counts become the sums of those before.
fn add_up(counts: &mut [u32]) {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
}

/// The first eight bytes of a text behind what all begin with: most comparisons need no more.
fn head(text: &str, skip: usize) -> u64 {
    let rest = text.as_bytes().get(skip..).unwrap_or(b"");
    if let Some(head) = rest.first_chunk::<8>() {
        return u64::from_be_bytes(*head);
    }
    let mut head = [0u8; 8];
    for (slot, byte) in head.iter_mut().zip(rest) {
        *slot = *byte;
    }
    u64::from_be_bytes(head)
}

fn common_prefix(texts: &TextPool, ids: &[TextId]) -> usize {
    let Some(first) = ids.first().map(|id| texts.get(*id).as_bytes()) else { return 0 };
    ids.iter().fold(first.len(), |length, id| {
        let other = texts.get(*id).as_bytes();
        first.iter().zip(other).take(length).take_while(|(a, b)| a == b).count()
    })
}

/// The rows in the order of their keys, those with equal keys in that of their texts, those with equal texts in their own.
pub(super) fn by_text<K: Ord + Send>(texts: &TextPool, ids: &[TextId], key: impl Fn(usize) -> K) -> Vec<u32> {
    let skip = common_prefix(texts, ids);
    let mut keyed: Vec<(K, u64, u32)> = ids.iter().zip(0u32..).map(|(id, at)| (key(at as usize), head(texts.get(*id), skip), at)).collect();
    let text = |at: u32| ids.get(at as usize).map_or("", |id| texts.get(*id));
    keyed.sort_unstable_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)).then_with(|| text(a.2).cmp(text(b.2))).then(a.2.cmp(&b.2)));
    keyed.into_iter().map(|(_, _, at)| at).collect()
}
