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

/// Makes a row of every entry, in place of its order; the entry may be changed for what comes after.
#[cfg(feature = "parallel")]
pub(super) fn rows<T: Send, R: Send>(entries: &mut [T], make: impl Fn(usize, &mut T) -> R + Sync) -> Vec<R> {
    use rayon::prelude::*;
    /// Fewer are not worth the threads.
    const LEAST: usize = 1 << 12;
    entries.par_iter_mut().with_min_len(LEAST).enumerate().map(|(at, entry)| make(at, entry)).collect()
}

#[cfg(not(feature = "parallel"))]
pub(super) fn rows<T, R>(entries: &mut [T], make: impl Fn(usize, &mut T) -> R) -> Vec<R> {
    entries.iter_mut().enumerate().map(|(at, entry)| make(at, entry)).collect()
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
