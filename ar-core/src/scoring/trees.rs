//! Symmetric trees: all levels of a tree are asked at once, for a block of days together.

#![expect(clippy::indexing_slicing, reason = "bounds are constants, or checked when a model is read")]

use super::features::{STATIC, VARYING};
use crate::models::{FEATURES, MAX_DEPTH, Tree};
use alloc::vec::Vec;

/// Days that are asked together.
pub const BLOCK: usize = 32;
/// Days that one word holds.
const LANES: usize = 8;
const WORDS: usize = BLOCK / LANES;

/// The same byte for each day of a word.
const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; LANES])
}

/// Above every bin: a bin less than what it is compared with takes this bit away, and nothing from its neighbour.
const GUARD: u8 = 0x80;

/// Bins of so many features of up to [`BLOCK`] days, feature by feature: one byte for each day, so that eight days are compared
/// at once by one subtraction.
pub struct Block<const COLUMNS: usize>([[u64; WORDS]; COLUMNS]);

impl<const COLUMNS: usize> Block<COLUMNS> {
    /// Without days.
    pub const fn new() -> Self {
        Self([[all(GUARD); WORDS]; COLUMNS])
    }

    /// Puts in one feature of all days, in their order.
    pub fn fill(&mut self, column: usize, bins: &[u8; BLOCK]) {
        for (word, bins) in self.0[column].iter_mut().zip(bins.as_chunks::<LANES>().0) {
            *word = u64::from_le_bytes(*bins) | all(GUARD);
        }
    }

    /// One feature of a day.
    pub const fn bin(&self, column: usize, place: usize) -> u8 {
        self.0[column][place / LANES % WORDS].to_le_bytes()[place % LANES] & !GUARD
    }

    /// Puts the bins of a day into an empty place.
    pub fn put(&mut self, place: usize, bins: [u8; COLUMNS]) {
        let (word, shift) = (place / LANES % WORDS, 8 * (place % LANES));
        for (column, bin) in self.0.iter_mut().zip(bins) {
            column[word] |= u64::from(bin) << shift;
        }
    }
}

impl Block<FEATURES> {
    /// Adds what one tree says to each day's logit.
    pub fn add(&self, tree: &Tree, logits: &mut [f32]) {
        let mut leaves = [0u64; WORDS];
        for (level, (feature, bin)) in (0u8..).zip(&tree.splits).filter(|(_, split)| split.1 < GUARD) {
            let split = Split { feature: *feature, first: bin + 1, level };
            split.ask(&self.0, &mut leaves);
        }
        for (logits, leaves) in logits.chunks_mut(LANES).zip(leaves) {
            for (logit, leaf) in logits.iter_mut().zip(leaves.to_le_bytes()) {
                *logit += tree.leaves[usize::from(leaf)];
            }
        }
    }
}

/// One question: it is answered yes from a bin of a feature on, and yes is a bit of the leaf.
#[derive(Clone, Copy, Debug)]
struct Split {
    feature: u8,
    first: u8,
    level: u8,
}

impl Split {
    /// Adds the answers of many days to the bits of their leaves.
    fn ask<const COUNT: usize>(&self, days: &[[u64; WORDS]], leaves: &mut [u64; COUNT]) {
        let (least, down, bit) = (all(self.first), 7 - u32::from(self.level), all(1) << self.level);
        for (bits, bins) in leaves.iter_mut().zip(&days[usize::from(self.feature)]) {
            *bits |= (bins.wrapping_sub(least) >> down) & bit;
        }
    }
}

const LEAVES: usize = 1 << MAX_DEPTH;
const LAST_LEAF: u8 = (LEAVES - 1) as u8;
/// Trees whose leaves are found before they are added.
const STEP: usize = 32;

/// Trees, laid out to be asked about many days of one item: what is asked of customer and item has one answer for all days.
#[derive(Clone, Debug, Default)]
pub struct Forest {
    /// What is asked of customer and item, tree by tree.
    fixed: Vec<Split>,
    /// What is asked of the day.
    varying: Vec<Split>,
    /// Where the questions of each tree end in these two.
    ends: Vec<(usize, usize)>,
    leaves: Vec<[f32; LEAVES]>,
}

impl Forest {
    /// Of the trees of a model.
    pub fn new(trees: &[Tree]) -> Self {
        let mut forest = Self::default();
        for tree in trees {
            for (level, (feature, bin)) in tree.splits.iter().take(MAX_DEPTH).enumerate() {
                let first = bin.saturating_add(1);
                if first > GUARD {
                    continue; // No bin is so large.
                }
                let split = Split { feature: *feature, first, level: u8::try_from(level).unwrap_or(0) };
                match usize::from(*feature).checked_sub(STATIC) {
                    None => forest.fixed.push(split),
                    Some(place) => forest.varying.push(Split { feature: u8::try_from(place).unwrap_or(u8::MAX), ..split }),
                }
            }
            forest.ends.push((forest.fixed.len(), forest.varying.len()));
            let mut leaves = [0.0; LEAVES];
            leaves.iter_mut().zip(&tree.leaves).for_each(|(slot, leaf)| *slot = *leaf);
            forest.leaves.push(leaves);
        }
        forest
    }

    /// Whether there are no trees.
    pub const fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// By tree, the bits of the leaf that customer and item settle.
    pub fn settled(&self, item: &[u8; STATIC]) -> Vec<u8> {
        let mut from = 0;
        let of_tree = |(end, _): &(usize, usize)| {
            let bits = self.fixed[from..*end].iter().map(|split| u8::from(item[usize::from(split.feature)] >= split.first) << split.level).sum();
            from = *end;
            bits
        };
        self.ends.iter().map(of_tree).collect()
    }

    /// Adds what the trees say, in their order, to each day's logit.
    pub fn add(&self, settled: &[u8], days: &Block<VARYING>, count: usize, logits: &mut [f32; BLOCK]) {
        match count.div_ceil(LANES) {
            0 => {}
            1 => self.add_words::<1>(settled, days, logits),
            2 => self.add_words::<2>(settled, days, logits),
            3 => self.add_words::<3>(settled, days, logits),
            _ => self.add_words::<WORDS>(settled, days, logits),
        }
    }

    fn add_words<const COUNT: usize>(&self, settled: &[u8], days: &Block<VARYING>, logits: &mut [f32; BLOCK]) {
        let mut found = [[0u64; COUNT]; STEP];
        let mut from = 0;
        for ((settled, ends), leaves) in settled.chunks(STEP).zip(self.ends.chunks(STEP)).zip(self.leaves.chunks(STEP)) {
            for ((slot, settled), (_, end)) in found.iter_mut().zip(settled).zip(ends) {
                let mut leaf = [all(*settled); COUNT];
                for split in &self.varying[from..*end] {
                    split.ask(&days.0, &mut leaf);
                }
                from = *end;
                *slot = leaf;
            }
            for (word, sums) in logits.as_chunks_mut::<LANES>().0.iter_mut().enumerate().take(COUNT) {
                let mut added = *sums;
                for (leaf, table) in found.iter().zip(leaves) {
                    // The mask changes nothing; it lets the compiler drop the checks of the bounds, once for eight days.
                    let leaf = leaf[word] & all(LAST_LEAF);
                    for (day, sum) in added.iter_mut().enumerate() {
                        *sum += table[((leaf >> (8 * day)) & 0xFF) as usize];
                    }
                }
                *sums = added;
            }
        }
    }
}

/// What the trees say of one day.
pub fn one(trees: &[Tree], day: &[u8; FEATURES]) -> f32 {
    let leaf = |tree: &Tree| tree.splits.iter().enumerate().fold(0usize, |leaf, (level, (feature, bin))| leaf | (usize::from(day[usize::from(*feature)] > *bin) << level));
    trees.iter().map(|tree| tree.leaves[leaf(tree)]).sum()
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
