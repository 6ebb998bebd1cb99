//! Decayed histograms of delays, and how a level with few items is shrunken to the level above.

use crate::models::{BINS, bin_of};
use alloc::vec::Vec;

/// Hazards by bin of delay: the chance that an item which is still open on a day is paid on it.
pub type Hazards = [f64; BINS];

/// No hazard is 0 or 1: nothing is impossible.
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

    /// The hazards of this level where the level above, with the hazards `above`, weighs as much as `strength` items. A
    /// weight of one is `unit` (weights grow with time instead of shrinking).
    ///
    /// The posterior mean of a beta-Stacy process (Walker and Muliere 1997): each bin has as many items behind it as its
    /// survival says, so that what is rare above is settled by few items here.
    pub fn shrunken(&self, above: &Hazards, strength: f64, unit: f64) -> Hazards {
        let mut found = *above;
        let mut left: f64 = self.paid.iter().sum::<f64>() / unit;
        if left <= 0.0 {
            return found;
        }
        // What each bin takes from the one before comes first, and alone: the divisions then go side by side.
        let paid = self.paid.map(|paid| paid / unit);
        let (mut lefts, mut survivals, mut survival) = ([0.0; BINS], [0.0; BINS], strength);
        for (((slot, open), paid), before) in lefts.iter_mut().zip(&mut survivals).zip(&paid).zip(above) {
            (*slot, *open) = (left, survival);
            left = (left - paid).max(0.0);
            survival *= 1.0 - before;
        }
        for (((hazard, paid), left), survival) in found.iter_mut().zip(&paid).zip(&lefts).zip(&survivals) {
            *hazard = ((paid + survival * *hazard) / (left + survival).max(1e-9)).clamp(LEAST, 1.0 - LEAST);
        }
        found
    }
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
