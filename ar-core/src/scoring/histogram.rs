//! Decayed histograms of delays, and how a level with few items is shrunken to the level above.

use crate::models::{BINS, bin_of};
use alloc::vec::Vec;

/// Hazards by bin of delay: the chance that an item which is still open on a day is paid on it.
pub type Hazards = [f64; BINS];

/// No hazard is 1: nothing is certain.
const LEAST: f64 = 1e-6;

/// Payments by bin of delay, weighted.
#[derive(Clone, Debug)]
pub struct Histogram {
    paid: [f64; BINS],
    /// The bins that hold something, from the first to behind the last.
    used: (usize, usize),
}

impl Default for Histogram {
    fn default() -> Self {
        Self { paid: [0.0; BINS], used: (BINS, 0) }
    }
}

impl Histogram {
    /// Adds a payment, spread over the days around it.
    pub fn add(&mut self, delay: i32, weight: f64, kernel: &[(i32, f64)]) {
        for (shift, share) in kernel {
            let bin = bin_of(delay.saturating_add(*shift));
            if let Some(slot) = self.paid.get_mut(bin) {
                *slot += weight * share;
            }
            self.used = (self.used.0.min(bin), self.used.1.max(bin + 1));
        }
    }

    /// Whether nothing was added.
    pub const fn is_empty(&self) -> bool {
        self.used.1 == 0
    }

    /// Weight by bin.
    pub const fn paid(&self) -> &[f64; BINS] {
        &self.paid
    }

    /// Weight by bin, with all bins behind it.
    pub fn behind(&self) -> Hazards {
        let (mut found, mut left) = ([0.0; BINS], 0.0);
        for (slot, paid) in found.iter_mut().zip(&self.paid).take(self.used.1).rev() {
            left += paid;
            *slot = left;
        }
        found
    }

    /// The hazards of this level where the level above weighs as much as `strength` items. A weight of one is `unit` (weights grow with
    /// time instead of shrinking). Bins before `first` are nobody's question: they stay as they are above.
    ///
    /// The posterior mean of a beta-Stacy process (Walker and Muliere 1997): each bin has as many items behind it as its
    /// survival says, so that what is rare above is settled by few items here.
    pub fn shrunken(&self, above: &Above<'_>, strength: f64, unit: f64, first: usize) -> Hazards {
        let mut found = *above.hazards;
        let (from, to) = self.used;
        let total: f64 = self.paid.get(from..to).unwrap_or(&[]).iter().sum();
        if total <= 0.0 {
            return found;
        }
        // Everything in weights as they were counted: it is the ratio that matters.
        let (strength, least) = (strength * unit, 1e-9 * unit);
        let settled = |above: f64, paid: f64, left: f64, open: f64| {
            let weight = strength * open;
            ((paid + weight * above) / (left + weight).max(least)).min(1.0 - LEAST)
        };
        let open = |from: usize, to: usize| above.open.get(from..to).unwrap_or(&[]);
        for (slot, open) in found.get_mut(first..from).unwrap_or(&mut []).iter_mut().zip(open(first, from)) {
            *slot = settled(*slot, 0.0, total, *open);
        }
        let from = from.max(first);
        let paid = self.paid.get(from..to).unwrap_or(&[]);
        // What each bin adds to those before it comes first, and alone: the divisions then go side by side.
        let (mut lefts, mut left) = ([0.0; BINS], 0.0);
        for (slot, paid) in lefts.iter_mut().zip(paid).rev() {
            left += paid;
            *slot = left;
        }
        for (((slot, open), paid), left) in found.get_mut(from..to).unwrap_or(&mut []).iter_mut().zip(open(from, to)).zip(paid).zip(&lefts) {
            *slot = settled(*slot, *paid, *left, *open);
        }
        found
    }
}

/// A level that others are shrunken to.
#[derive(Clone, Copy)]
pub struct Above<'h> {
    /// Its hazards.
    pub hazards: &'h Hazards,
    /// The share that is open at the beginning of each bin.
    pub open: &'h Hazards,
}

/// The share that is open at the beginning of each bin.
pub fn still_open(hazards: &Hazards) -> Hazards {
    let mut open = 1.0;
    hazards.map(|hazard| {
        let before = open;
        open *= 1.0 - hazard;
        before
    })
}

/// How a payment is spread over the days around it: a normal density of so many days, cut at three deviations.
pub fn kernel(bandwidth_days: f64) -> Vec<(i32, f64)> {
    if bandwidth_days < 0.1 {
        return alloc::vec![(0, 1.0)];
    }
    #[expect(clippy::cast_possible_truncation, reason = "a bandwidth is at most 30 days")]
    let reach = libm::ceil(3.0 * bandwidth_days.min(30.0)) as i32;
    let density = |shift: i32| libm::exp(-0.5 * (f64::from(shift) / bandwidth_days) * (f64::from(shift) / bandwidth_days));
    let total: f64 = (-reach..=reach).map(density).sum();
    (-reach..=reach).map(|shift| (shift, density(shift) / total)).collect()
}
