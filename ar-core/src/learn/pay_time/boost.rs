//! Gradient boosting of symmetric trees on the logit of the histogram's hazard (Friedman 2001; second order as in Chen and
//! Guestrin 2016). Gradients are whole numbers in fixed point, so that sums are exact and the trees are the same bits
//! whatever the order of the rows.

#![expect(clippy::indexing_slicing, reason = "rows, columns and leaves are counted out before; this is the hot loop of fitting")]

use super::rows::{Rows, start};
use crate::models::{FEATURES, MAX_DEPTH, Tree};
use crate::scoring::{mixed, one_row};
use alloc::vec::Vec;

/// Trees at most.
pub(super) const MOST_TREES: usize = 200;
/// Trees after which it shows what they had best correct.
const FIRST_TREES: usize = 60;
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
pub(super) fn fit(rows: &Rows, look: Option<&Rows>, most: usize) -> Vec<Tree> {
    let mut trees: Vec<Tree> = Vec::new();
    if rows.len() == 0 {
        return trees;
    }
    let scale = Scale::new(rows);
    let mut stream = Stream(0);
    let mut logits = start(rows);
    let mut ahead = look.map(|newer| (newer, start(newer)));
    let mut best = (ahead.as_ref().map_or(0.0, |(newer, logits)| loss(newer, logits)), 0);
    while trees.len() < most {
        let tree = grow(rows, &logits, scale, &mut stream);
        for (row, logit) in logits.iter_mut().enumerate() {
            *logit += one_row(core::slice::from_ref(&tree), &rows.features[row]);
        }
        if let Some((newer, logits)) = &mut ahead {
            for (row, logit) in logits.iter_mut().enumerate() {
                *logit += one_row(core::slice::from_ref(&tree), &newer.features[row]);
            }
        }
        trees.push(tree);
        if let Some((newer, logits)) = &ahead
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

/// Whether a few trees on the one hazard that they could correct say more about the newest rows than on the other. Leaves the rows
/// with the better one.
pub(super) fn rather_swapped(older: &mut Rows, newer: &mut Rows) -> bool {
    let first = |older: &Rows, newer: &Rows| judge(&fit(older, Some(newer), FIRST_TREES), newer, &older.support()).losses[2];
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

fn grow(rows: &Rows, logits: &[f32], scale: Scale, stream: &mut Stream) -> Tree {
    let share = ROWS.min(MOST_SEEN / rows.len() as f64);
    let seen: Vec<usize> = (0..rows.len()).filter(|_| stream.takes(share)).collect();
    let columns: Vec<usize> = (0..FEATURES).filter(|_| stream.takes(COLUMNS)).collect();
    let pulls: Vec<i64> = seen
        .iter()
        .map(|row| {
            let chance = f64::from(crate::scoring::chance(logits[*row]));
            let weight = f64::from(rows.weight[*row]);
            scale.pack(weight * (f64::from(u8::from(rows.paid[*row])) - chance), weight * chance * (1.0 - chance))
        })
        .collect();
    let mut leaf = alloc::vec![0u8; seen.len()];
    let mut splits: Vec<(u8, u8)> = Vec::new();
    let mut parents: Vec<Sums> = Vec::new();
    while splits.len() < MAX_DEPTH && !columns.is_empty() {
        let sums = counted(rows, &seen, &pulls, &leaf, &columns, splits.len(), parents);
        let Some((column, bin)) = best(&sums, &columns, scale) else { break };
        for (slot, row) in leaf.iter_mut().zip(&seen) {
            *slot |= u8::from(rows.features[*row][column] > bin) << splits.len();
        }
        splits.push((u8::try_from(column).unwrap_or(0), bin));
        parents = sums;
    }
    let mut totals = alloc::vec![0i64; 1 << splits.len()];
    for (slot, pull) in leaf.iter().zip(&pulls) {
        totals[usize::from(*slot)] += pull;
    }
    let value = |sum: i64| {
        let (first, second) = scale.open(sum);
        #[expect(clippy::cast_possible_truncation, reason = "a logit")]
        let value = (RATE * first / (second + RIDGE)) as f32;
        value
    };
    Tree { leaves: totals.into_iter().map(value).collect(), splits }
}

/// Sums by leaf, column and bin. Of two halves of a leaf only the smaller is counted; the other is what is left.
fn counted(rows: &Rows, seen: &[usize], pulls: &[i64], leaf: &[u8], columns: &[usize], level: usize, mut parents: Vec<Sums>) -> Vec<Sums> {
    let leaves = 1usize << level;
    let mut sizes = alloc::vec![0u32; leaves];
    for slot in leaf {
        sizes[usize::from(*slot)] += 1;
    }
    let half = leaves / 2;
    let counts: Vec<bool> = (0..leaves).map(|at| level == 0 || if at < half { sizes[at] <= sizes[at + half] } else { sizes[at] < sizes[at - half] }).collect();
    let mut sums: Vec<Sums> = counts.iter().map(|counts| if *counts { alloc::vec![[0; BINS]; FEATURES] } else { Vec::new() }).collect();
    for ((row, pull), slot) in seen.iter().zip(pulls).zip(leaf) {
        let slot = usize::from(*slot);
        if counts[slot] {
            let (into, features) = (&mut sums[slot][..FEATURES], &rows.features[*row]);
            for column in columns {
                into[*column][usize::from(features[*column] & 63)] += pull;
            }
        }
    }
    for at in 0..half {
        let (small, large) = if counts[at] { (at, at + half) } else { (at + half, at) };
        let mut rest = core::mem::take(&mut parents[at]);
        for (left, taken) in rest.iter_mut().flatten().zip(sums[small].iter().flatten()) {
            *left -= taken;
        }
        sums[large] = rest;
    }
    sums
}

/// The question that gains most over all leaves together.
fn best(sums: &[Sums], columns: &[usize], scale: Scale) -> Option<(usize, u8)> {
    let mut found = (LEAST_GAIN, None);
    let worth = |first: f64, second: f64| first * first / (second + RIDGE);
    for column in columns {
        let mut gains = [0.0f64; BINS];
        for leaf in sums {
            let bins = &leaf[*column];
            let (all_first, all_second) = scale.open(bins.iter().sum());
            if all_second < 2.0 * LEAST {
                continue;
            }
            let (mut below, before) = (0i64, worth(all_first, all_second));
            for (bin, gain) in gains.iter_mut().enumerate().take(BINS - 1) {
                below += bins[bin];
                let (first, second) = scale.open(below);
                if second >= LEAST && all_second - second >= LEAST {
                    *gain += worth(first, second) + worth(all_first - first, all_second - second) - before;
                }
            }
        }
        for (bin, gain) in (0u8..).zip(gains) {
            if gain > found.0 {
                found = (gain, Some((*column, bin)));
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
