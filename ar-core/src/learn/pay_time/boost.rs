//! Gradient boosting of symmetric trees on the logit of the histogram's hazard (Friedman 2001; second order as in Chen and
//! Guestrin 2016). Gradients are whole numbers in fixed point, so that sums are exact and the trees are the same bits
//! whatever the order of the rows.

#![expect(clippy::indexing_slicing, reason = "rows, columns and leaves are counted out before; this is the hot loop of fitting")]

use super::rows::{Rows, start};
use crate::models::{FEATURES, MAX_DEPTH, Tree};
use crate::scoring::{BLOCK, Block, mixed, one_row};
use crate::watch::Watch;
use alloc::vec::Vec;
use core::ops::Range;

/// Trees at most.
pub(super) const MOST_TREES: usize = 200;
/// Trees after which it shows what they had best correct.
pub(super) const FIRST_TREES: usize = 60;
const RATE: f64 = 0.12;
/// What a leaf must hold of the second derivative, and how strongly leaves are drawn to zero.
const LEAST: f64 = 5.0;
const RIDGE: f64 = 10.0;
/// Rows and columns that a tree looks at.
const ROWS: f64 = 0.5;
const COLUMNS: f64 = 0.6;
/// Rows that a tree looks at, at most.
const MOST_SEEN: f64 = 150_000.0;
/// Trees between two looks at the newest rows, and looks without gain before it ends.
const LOOK: usize = 5;
const PATIENCE: usize = 6;
/// Bins of a feature.
const BINS: usize = 64;
/// A split must gain at least this.
const LEAST_GAIN: f64 = 1e-3;
/// Shares of the boosted hazard that are tried.
const SHARES: [f64; 7] = [0.0, 0.25, 0.5, 0.75, 0.9, 0.96, 1.0];

/// A stream of numbers for what a tree looks at; always the same.
struct Stream(u64);

impl Stream {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn takes(&mut self, share: f64) -> bool {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64 <= share
    }
}

/// First and second derivative in one number: the upper half is signed, the lower half never fills.
#[derive(Clone, Copy)]
struct Scale(f64);

impl Scale {
    fn new(rows: &Rows) -> Self {
        let total: f64 = rows.weight.iter().map(|weight| f64::from(*weight)).sum();
        Self((f64::from(1 << 30) / total.max(1.0)).min(65_536.0))
    }

    #[expect(clippy::cast_possible_truncation, reason = "held inside 32 bits by the scale")]
    fn pack(self, first: f64, second: f64) -> i64 {
        // A half is added so that the cut below rounds; the first derivative is moved above zero for it.
        let whole = |value: f64| (value + 1_048_576.5) as i64 - 1_048_576;
        (whole(first * self.0) << 32) + whole(second * self.0)
    }

    fn open(self, sum: i64) -> (f64, f64) {
        let second = sum & 0xFFFF_FFFF;
        (((sum - second) >> 32) as f64 / self.0, second as f64 / self.0)
    }
}

/// Grows trees; with rows to look at, until these gain nothing more.
pub(super) fn fit(rows: &Rows, look: Option<&Rows>, most: usize, watch: &Watch) -> Vec<Tree> {
    let mut trees: Vec<Tree> = Vec::new();
    if rows.len() == 0 {
        return trees;
    }
    let scale = Scale::new(rows);
    let mut stream = Stream(0);
    let mut logits = start(rows);
    let asked = blocks(rows);
    let mut ahead = look.map(|newer| (newer, blocks(newer), start(newer)));
    let mut best = (ahead.as_ref().map_or(0.0, |(newer, _, logits)| loss(newer, logits)), 0);
    while trees.len() < most && watch.advance(1) {
        let tree = grow(rows, &logits, scale, &mut stream);
        add(&tree, &asked, &mut logits);
        if let Some((_, asked, logits)) = &mut ahead {
            add(&tree, asked, logits);
        }
        trees.push(tree);
        if let Some((newer, _, logits)) = &ahead
            && trees.len().is_multiple_of(LOOK)
        {
            let found = loss(newer, logits);
            if found < best.0 {
                best = (found, trees.len());
            } else if trees.len() >= best.1 + LOOK * PATIENCE {
                break;
            }
        }
    }
    if ahead.is_some() {
        trees.truncate(best.1);
    }
    trees
}

/// The rows as trees are asked about them.
fn blocks(rows: &Rows) -> Vec<Block<FEATURES>> {
    let block = |rows: &[[u8; FEATURES]]| {
        let mut block = Block::new();
        rows.iter().enumerate().for_each(|(place, row)| block.put(place, *row));
        block
    };
    rows.features.chunks(BLOCK).map(block).collect()
}

/// Adds what a tree says of the rows to their logits.
fn add(tree: &Tree, asked: &[Block<FEATURES>], logits: &mut [f32]) {
    for (logits, block) in logits.chunks_mut(BLOCK).zip(asked) {
        block.add(tree, logits);
    }
}

/// Whether a few trees on the one hazard that they could correct say more about the newest rows than on the other. Leaves the rows
/// with the better one.
pub(super) fn rather_swapped(older: &mut Rows, newer: &mut Rows, watch: &Watch) -> bool {
    let first = |older: &Rows, newer: &Rows| judge(&fit(older, Some(newer), FIRST_TREES, watch), newer, &older.support()).losses[2];
    let kept = first(older, newer);
    older.swap();
    newer.swap();
    let found = first(older, newer) < kept;
    if !found {
        older.swap();
        newer.swap();
    }
    found
}

/// Mean log loss of a day at risk.
fn loss(rows: &Rows, logits: &[f32]) -> f64 {
    let of = |(paid, logit): (&bool, &f32)| softplus(if *paid { -f64::from(*logit) } else { f64::from(*logit) });
    let total: f64 = rows.paid.iter().zip(logits).zip(&rows.weight).map(|(row, weight)| f64::from(*weight) * of(row)).sum();
    total / rows.weight.iter().map(|weight| f64::from(*weight)).sum::<f64>().max(1.0)
}

fn softplus(value: f64) -> f64 {
    if value > 30.0 { value } else { libm::log1p(libm::exp(value)) }
}

/// By column and bin.
type Sums = Vec<[i64; BINS]>;
/// Columns are counted so many at once.
const LANES: usize = 4;

/// The rows that a tree looks at: of each, the bins of the columns that it looks at, side by side; and its derivatives.
struct Seen {
    columns: Vec<usize>,
    /// Filled up with a column that is there already.
    bins: Vec<[u8; LANES]>,
    /// Of one row.
    width: usize,
    pulls: Vec<i64>,
    /// The rows, those of one leaf together.
    order: Vec<u32>,
    /// Where the rows of each leaf are.
    leaves: Vec<Range<usize>>,
}

impl Seen {
    fn new(rows: &Rows, logits: &[f32], scale: Scale, stream: &mut Stream) -> Self {
        let share = ROWS.min(MOST_SEEN / rows.len() as f64);
        let seen: Vec<usize> = (0..rows.len()).filter(|_| stream.takes(share)).collect();
        let columns: Vec<usize> = (0..FEATURES).filter(|_| stream.takes(COLUMNS)).collect();
        let pull = |row: &usize| {
            let chance = f64::from(crate::scoring::chance(logits[*row]));
            let weight = f64::from(rows.weight[*row]);
            scale.pack(weight * (f64::from(u8::from(rows.paid[*row])) - chance), weight * chance * (1.0 - chance))
        };
        let width = columns.len().div_ceil(LANES);
        let filled: Vec<[usize; LANES]> = (0..width).map(|at| core::array::from_fn(|lane| columns.get(at * LANES + lane).copied().unwrap_or(columns[0]))).collect();
        let mut bins = Vec::with_capacity(seen.len() * width);
        for row in &seen {
            let features = &rows.features[*row];
            bins.extend(filled.iter().map(|columns| columns.map(|column| features[column])));
        }
        Self { bins, width, pulls: seen.iter().map(pull).collect(), order: (0u32..).take(seen.len()).collect(), leaves: alloc::vec![0..seen.len()], columns }
    }

    /// Sums by column and bin of the rows of a leaf.
    fn sums(&self, leaf: usize) -> Sums {
        let mut sums = alloc::vec![[0; BINS]; self.width * LANES];
        for row in &self.order[self.leaves[leaf].clone()] {
            let row = *row as usize;
            let pull = self.pulls[row];
            for (into, bins) in sums.as_chunks_mut::<LANES>().0.iter_mut().zip(&self.bins[row * self.width..(row + 1) * self.width]) {
                for (into, bin) in into.iter_mut().zip(bins) {
                    into[usize::from(bin & 63)] += pull;
                }
            }
        }
        sums
    }

    /// Sums by leaf, column and bin. Of two halves of a leaf only the smaller is counted; the other is what is left.
    fn counted(&self, parents: Vec<Sums>) -> Vec<Sums> {
        let half = parents.len();
        if half == 0 {
            return alloc::vec![self.sums(0)];
        }
        let mut found: Vec<Sums> = alloc::vec![Sums::new(); 2 * half];
        for (at, mut rest) in parents.into_iter().enumerate() {
            let (small, large) = if self.leaves[at].len() <= self.leaves[at + half].len() { (at, at + half) } else { (at + half, at) };
            let counted = self.sums(small);
            for (left, taken) in rest.iter_mut().flatten().zip(counted.iter().flatten()) {
                *left -= taken;
            }
            (found[small], found[large]) = (counted, rest);
        }
        found
    }

    /// Each leaf falls into two: no, and behind all of these, yes.
    fn split(&mut self, place: usize, bin: u8) {
        let mut order = alloc::vec![0u32; self.order.len()];
        let mut above = Vec::with_capacity(self.leaves.len());
        for leaf in &mut self.leaves {
            let (mut low, mut high) = (leaf.start, leaf.end);
            for row in &self.order[leaf.clone()] {
                let yes = self.bins[*row as usize * self.width + place / LANES][place % LANES] > bin;
                // Written to both ends, of which one moves: no branch that cannot be foretold.
                order[low] = *row;
                order[high - 1] = *row;
                low += usize::from(!yes);
                high -= usize::from(yes);
            }
            above.push(low..leaf.end);
            leaf.end = low;
        }
        self.leaves.append(&mut above);
        self.order = order;
    }
}

fn grow(rows: &Rows, logits: &[f32], scale: Scale, stream: &mut Stream) -> Tree {
    let mut seen = Seen::new(rows, logits, scale, stream);
    let mut splits: Vec<(u8, u8)> = Vec::new();
    let mut parents: Vec<Sums> = Vec::new();
    while splits.len() < MAX_DEPTH && !seen.columns.is_empty() {
        let sums = seen.counted(parents);
        let Some((place, bin)) = best(&sums, seen.columns.len(), scale) else { break };
        seen.split(place, bin);
        splits.push((u8::try_from(seen.columns[place]).unwrap_or(0), bin));
        parents = sums;
    }
    let value = |leaf: &Range<usize>| {
        let (first, second) = scale.open(seen.order[leaf.clone()].iter().map(|row| seen.pulls[*row as usize]).sum());
        #[expect(clippy::cast_possible_truncation, reason = "a logit")]
        let value = (RATE * first / (second + RIDGE)) as f32;
        value
    };
    Tree { leaves: seen.leaves.iter().map(value).collect(), splits }
}

/// The question that gains most over all leaves together: the place of its column, and the bin.
fn best(sums: &[Sums], columns: usize, scale: Scale) -> Option<(usize, u8)> {
    let mut found = (LEAST_GAIN, None);
    let worth = |first: f64, second: f64| first * first / (second + RIDGE);
    for column in 0..columns {
        let mut gains = [0.0f64; BINS];
        for leaf in sums {
            let bins = &leaf[column];
            let (all_first, all_second) = scale.open(bins.iter().sum());
            if all_second < 2.0 * LEAST {
                continue;
            }
            let (mut below, before) = (0i64, worth(all_first, all_second));
            let mut gained = 0.0;
            for (bin, gain) in bins.iter().zip(&mut gains).take(BINS - 1) {
                // Where nothing is in a bin, the same is gained behind it as before it.
                if *bin != 0 {
                    below += bin;
                    let (first, second) = scale.open(below);
                    let both = second >= LEAST && all_second - second >= LEAST;
                    gained = if both { worth(first, second) + worth(all_first - first, all_second - second) - before } else { 0.0 };
                }
                *gain += gained;
            }
        }
        for (bin, gain) in (0u8..).zip(gains) {
            if gain > found.0 {
                found = (gain, Some((column, bin)));
            }
        }
    }
    found.1
}

/// What trees are worth on rows that they have not seen.
pub(super) struct Judged {
    /// The share of the boosted hazard that says most; 0 = the histograms alone say more.
    pub share: f64,
    /// Mean log loss of a day at risk: histograms, trees, both mixed.
    pub losses: [f64; 3],
}

/// Tries how far the trees are to be believed.
pub(super) fn judge(trees: &[Tree], newer: &Rows, support: &[f32]) -> Judged {
    let added: Vec<f32> = (0..newer.len()).map(|row| one_row(trees, &newer.features[row]) * support.get(usize::from(newer.bin[row])).copied().unwrap_or(0.0)).collect();
    let total: f64 = newer.weight.iter().map(|weight| f64::from(*weight)).sum::<f64>().max(1.0);
    let loss = |share: f64| {
        let of = |row: usize| {
            let hazard = mixed(f64::from(newer.plain[row]), added[row], share).clamp(1e-9, 1.0 - 1e-9);
            -f64::from(newer.weight[row]) * if newer.paid[row] { libm::log(hazard) } else { libm::log1p(-hazard) }
        };
        (0..newer.len()).map(of).sum::<f64>() / total
    };
    let tried: Vec<(f64, f64)> = SHARES.iter().map(|share| (loss(*share), *share)).collect();
    let best = tried.iter().copied().fold((f64::INFINITY, 0.0), |best, row| if row.0 < best.0 { row } else { best });
    let share = if trees.is_empty() { 0.0 } else { best.1 };
    Judged { share, losses: [tried.first().map_or(0.0, |row| row.0), tried.last().map_or(0.0, |row| row.0), best.0] }
}
