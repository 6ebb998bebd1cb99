//! Work in fixed pieces, on many threads where there are any: what comes out is the same on any number of them.

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
