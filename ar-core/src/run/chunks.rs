//! The customers in fixed chunks, on many threads where there are any.

use alloc::vec::Vec;
use core::ops::Range;

/// Customers that are worked on together. Fixed, so that sums come out the same on any number of threads.
const CHUNK: usize = 512;

#[cfg(feature = "parallel")]
pub(super) fn chunks<R: Send>(count: usize, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    use rayon::prelude::*;
    (0..count.div_ceil(CHUNK)).into_par_iter().map(|at| work(at * CHUNK..((at + 1) * CHUNK).min(count))).collect()
}

#[cfg(not(feature = "parallel"))]
pub(super) fn chunks<R>(count: usize, work: impl Fn(Range<usize>) -> R) -> Vec<R> {
    (0..count.div_ceil(CHUNK)).map(|at| work(at * CHUNK..((at + 1) * CHUNK).min(count))).collect()
}
