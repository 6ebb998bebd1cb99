//! Work on parts of a table: on many threads with the feature `parallel`, one part after the other without. The answers come in the
//! order of the parts, so that nothing shows how many threads there were.

use alloc::vec::Vec;

/// Does the work of every part.
#[cfg(feature = "parallel")]
pub(super) fn each<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    use rayon::prelude::*;
    match parts.len() {
        0 | 1 => parts.into_iter().map(&work).collect(),
        _ => parts.into_par_iter().map(|part| work(part)).collect(),
    }
}

#[cfg(not(feature = "parallel"))]
pub(super) fn each<T, R>(parts: Vec<T>, work: impl Fn(T) -> R) -> Vec<R> {
    parts.into_iter().map(work).collect()
}

/// Rows that are made together.
pub(super) const TOGETHER: usize = 64;

/// Makes rows of entries, a group of them at once; the entries may be changed for what comes after. The last group may be shorter: the rows
/// behind its end are not used.
#[cfg(feature = "parallel")]
pub(super) fn groups<T: Send, R: Send>(entries: &mut [T], make: impl Fn(usize, &mut [T]) -> [R; TOGETHER] + Sync) -> Vec<R> {
    use rayon::prelude::*;
    let (whole, rest) = entries.split_at_mut(entries.len() / TOGETHER * TOGETHER);
    let groups: Vec<[R; TOGETHER]> = whole.par_chunks_mut(TOGETHER).with_min_len(64).enumerate().map(|(at, group)| make(at * TOGETHER, group)).collect();
    behind(groups, whole.len(), rest, make)
}

#[cfg(not(feature = "parallel"))]
pub(super) fn groups<T, R>(entries: &mut [T], make: impl Fn(usize, &mut [T]) -> [R; TOGETHER]) -> Vec<R> {
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
pub(super) fn gathered<T: Sync, R: Send>(entries: &[T], copy: impl Fn(&T) -> R + Sync) -> Vec<R> {
    use rayon::prelude::*;
    entries.par_iter().with_min_len(1 << 12).map(|entry| copy(entry)).collect()
}

#[cfg(not(feature = "parallel"))]
pub(super) fn gathered<T, R>(entries: &[T], copy: impl Fn(&T) -> R) -> Vec<R> {
    entries.iter().map(copy).collect()
}
