//! Symmetric trees: all levels of a tree are asked at once, for a block of days together.

#![expect(clippy::indexing_slicing, reason = "bounds are constants, or checked when a model is read")]

use crate::models::{FEATURES, Tree};

/// Days that are asked together.
pub const BLOCK: usize = 32;

/// Bins of the features of up to [`BLOCK`] days, feature by feature.
pub type Block = [[u8; BLOCK]; FEATURES];

/// Adds what the trees say to each day's logit. Trees that ask nothing about the day itself (only about customer and
/// item) need no special case: their bits are the same for all days.
pub fn add(trees: &[Tree], days: &Block, count: usize, logits: &mut [f32; BLOCK]) {
    let wide = if count <= 8 {
        8
    } else if count <= 16 {
        16
    } else {
        BLOCK
    };
    let mut leaves = [0u8; BLOCK];
    for tree in trees {
        leaves[..wide].fill(0);
        for (level, (feature, bin)) in tree.splits.iter().enumerate() {
            let column = &days[usize::from(*feature)];
            for (leaf, value) in leaves[..wide].iter_mut().zip(&column[..wide]) {
                *leaf |= u8::from(value > bin) << level;
            }
        }
        // A tree has 2^levels leaves, so the mask changes nothing; it lets the compiler drop the check of the bounds.
        let table = &tree.leaves[..];
        for (logit, leaf) in logits[..count].iter_mut().zip(&leaves[..count]) {
            *logit += table[usize::from(*leaf)];
        }
    }
}

/// What the trees say of one day.
pub fn one(trees: &[Tree], day: &[u8; FEATURES]) -> f32 {
    let leaf = |tree: &Tree| tree.splits.iter().enumerate().fold(0usize, |leaf, (level, (feature, bin))| leaf | (usize::from(day[usize::from(*feature)] > *bin) << level));
    trees.iter().map(|tree| tree.leaves[leaf(tree)]).sum()
}

/// A block of days without features.
pub const fn empty() -> Block {
    [[0; BLOCK]; FEATURES]
}

/// The logistic function.
pub fn chance(logit: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-logit))
}

/// The inverse of [`chance`], away from certainty.
pub fn logit(chance: f64) -> f64 {
    let chance = chance.clamp(1e-5, 1.0 - 1e-5);
    libm::log(chance / (1.0 - chance))
}

/// The features of one day as one row.
pub fn row(block: &Block, at: usize) -> [u8; FEATURES] {
    block.map(|column| column[at])
}
