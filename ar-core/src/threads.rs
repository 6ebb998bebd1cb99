//! Work on many threads where there are any (feature `parallel`): what comes out stands in the order of the work, and is the same on any number of
//! them. No other file of the engine knows of threads.

use alloc::vec::Vec;
use core::ops::Range;

/// Works on the places up to `count` in pieces of `size`; what the pieces give, in their order. Pieces must not depend on each other.
#[cfg(feature = "parallel")]
pub(crate) fn pieces<R: Send>(count: usize, size: usize, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    use rayon::prelude::*;
    (0..count.div_ceil(size)).into_par_iter().map(|at| work(at * size..((at + 1) * size).min(count))).collect()
}

/// See the other one: without threads.
#[cfg(not(feature = "parallel"))]
pub(crate) fn pieces<R>(count: usize, size: usize, work: impl Fn(Range<usize>) -> R) -> Vec<R> {
    (0..count.div_ceil(size)).map(|at| work(at * size..((at + 1) * size).min(count))).collect()
}

/// Whether there is more than one thread: work that may be for nothing is then worth it.
#[cfg(feature = "parallel")]
pub(crate) fn are_many() -> bool {
    rayon::current_num_threads() > 1
}

/// See the other one: without threads.
#[cfg(not(feature = "parallel"))]
pub(crate) const fn are_many() -> bool {
    false
}

/// Sorts what has no equals that could be told apart.
#[cfg(feature = "parallel")]
pub(crate) fn sort<T: Ord + Send>(values: &mut [T]) {
    use rayon::prelude::*;
    values.par_sort_unstable();
}

/// See the other one: without threads.
#[cfg(not(feature = "parallel"))]
pub(crate) fn sort<T: Ord>(values: &mut [T]) {
    values.sort_unstable();
}

/// Two pieces of work that do not depend on each other.
#[cfg(feature = "parallel")]
pub(crate) fn both<A: Send, B: Send>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(one, other)
}

/// See the other one: without threads.
#[cfg(not(feature = "parallel"))]
pub(crate) fn both<A, B>(one: impl FnOnce() -> A, other: impl FnOnce() -> B) -> (A, B) {
    (one(), other())
}

/// Does the work of every part.
#[cfg(feature = "parallel")]
pub(crate) fn each<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    use rayon::prelude::*;
    match parts.len() {
        0 | 1 => parts.into_iter().map(work).collect(),
        _ => parts.into_par_iter().map(work).collect(),
    }
}

#[cfg(not(feature = "parallel"))]
pub(crate) fn each<T, R>(parts: Vec<T>, work: impl Fn(T) -> R) -> Vec<R> {
    parts.into_iter().map(work).collect()
}

/// Rows that are made together.
pub(crate) const TOGETHER: usize = 64;

/// Makes rows of entries, a group of them at once; the entries may be changed for what comes after. The last group may be shorter: the rows
/// behind its end are not used.
#[cfg(feature = "parallel")]
pub(crate) fn groups<T: Send, R: Send>(entries: &mut [T], make: impl Fn(usize, &mut [T]) -> [R; TOGETHER] + Sync) -> Vec<R> {
    use rayon::prelude::*;
    let (whole, rest) = entries.split_at_mut(entries.len() / TOGETHER * TOGETHER);
    let groups: Vec<[R; TOGETHER]> = whole.par_chunks_mut(TOGETHER).with_min_len(64).enumerate().map(|(at, group)| make(at * TOGETHER, group)).collect();
    behind(groups, whole.len(), rest, make)
}

#[cfg(not(feature = "parallel"))]
pub(crate) fn groups<T, R>(entries: &mut [T], make: impl Fn(usize, &mut [T]) -> [R; TOGETHER]) -> Vec<R> {
    let (whole, rest) = entries.split_at_mut(entries.len() / TOGETHER * TOGETHER);
    let groups: Vec<[R; TOGETHER]> = whole.chunks_mut(TOGETHER).enumerate().map(|(at, group)| make(at * TOGETHER, group)).collect();
    behind(groups, whole.len(), rest, make)
}

fn behind<T, R>(groups: Vec<[R; TOGETHER]>, whole: usize, rest: &mut [T], make: impl Fn(usize, &mut [T]) -> [R; TOGETHER]) -> Vec<R> {
    let mut rows = groups.into_flattened();
    rows.reserve_exact(rest.len());
    let count = rest.len();
    if count > 0 {
        rows.extend(make(whole, rest).into_iter().take(count));
    }
    rows
}

/// Copies something small of every entry.
#[cfg(feature = "parallel")]
pub(crate) fn gathered<T: Sync, R: Send>(entries: &[T], copy: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    use rayon::prelude::*;
    entries.par_iter().with_min_len(1 << 12).map(copy).collect()
}

#[cfg(not(feature = "parallel"))]
pub(crate) fn gathered<T, R>(entries: &[T], copy: impl Fn(&T) -> R) -> Vec<R> {
    entries.iter().map(copy).collect()
}
