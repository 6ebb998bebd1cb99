//! From what is known of an item to the distribution of its payment date.

use super::Distribution;
use super::bills::Bill;
use super::features::{Features, Levels};
use super::histogram::Hazards;
use super::past::Past;
use super::trees::BLOCK;
use super::workdays::Workdays;
use crate::models::{FIRST_DELAY, LAST_DELAY, PayTimeModel, bin_of};
use alloc::vec::Vec;

/// Trees are not asked about days before the due date that the histogram holds so unlikely.
const TOO_UNLIKELY: f64 = 0.001;
/// Nor about what comes when so little is left.
const NOTHING_LEFT: f64 = 0.002;

/// An item on a day, and what was known then.
pub struct Scene<'a> {
    /// The past.
    pub past: &'a Past<'a>,
    /// Hazards level by level.
    pub levels: &'a Levels,
    /// What the trees may ask.
    pub features: Features<'a>,
    /// The item.
    pub bill: Bill,
    /// The day.
    pub at: i32,
}

/// Hazards of the days from that of the scene to `last`, or to the last delay that has a bin; before `first` the trees are not
/// asked.
pub fn hazards(scene: &Scene<'_>, first: i32, last: i32) -> Vec<f64> {
    let Scene { past, features, bill, at, .. } = scene;
    let days = past.year.days(bill.calendar);
    let length = usize::try_from(last.min(bill.due.saturating_add(LAST_DELAY)).saturating_sub(*at).saturating_add(1)).unwrap_or(0);
    let mut found = Vec::with_capacity(length);
    found.extend(plain(&past.model, days, &features.base(past.model.alike_share), bill, *at).take(length));
    if past.forest.is_empty() {
        return found;
    }
    let settled = past.forest.settled(features.fixed());
    let (mut left, mut open) = (1.0, 0);
    let mut waiting: Vec<(usize, i32)> = Vec::with_capacity(BLOCK);
    let count = found.len();
    for (place, day) in (0..count).zip(*at..) {
        let hazard = found.get(place).copied().unwrap_or(0.0);
        left *= 1.0 - hazard;
        if days.at(day).open && !is_idle(hazard, bill.delay_on(day)) {
            open += 1;
            waiting.extend((day >= first).then_some((place, day)));
        }
        if open == BLOCK || place + 1 == count {
            boost(scene, &settled, &waiting, &mut found);
            waiting.clear();
            open = 0;
            if left < NOTHING_LEFT {
                break;
            }
        }
    }
    found
}

/// Whether nothing is to be expected of a day, and nothing to be learned from it.
pub const fn is_idle(hazard: f64, delay: i32) -> bool {
    delay < 0 && hazard <= TOO_UNLIKELY
}

/// What the histogram says of each day: open days as counted, closed days a share of the next open one.
pub fn plain(model: &PayTimeModel, days: &Workdays, own: &Hazards, bill: &Bill, at: i32) -> impl Iterator<Item = f64> {
    let hazard = move |day: i32| own.get(bin_of(bill.delay_on(day))).copied().unwrap_or(0.0);
    let of_day = move |day: i32| if days.at(day).open { hazard(day) } else { model.closed_share * hazard(days.next_open(day).min(bill.due + LAST_DELAY)) };
    let first = at.max(bill.due.saturating_add(FIRST_DELAY));
    // Before the first bin there is nothing to count: the chance of the first bin is spread over nothing.
    (at..first).map(|_| 0.0).chain((first..=bill.due.saturating_add(LAST_DELAY)).map(of_day))
}

fn boost(scene: &Scene<'_>, settled: &[u8], waiting: &[(usize, i32)], found: &mut [f64]) {
    let days: Vec<i32> = waiting.iter().map(|(_, day)| *day).collect();
    let block = scene.features.of_days(&days);
    let mut logits = [0.0f32; BLOCK];
    scene.past.forest.add(settled, &block, waiting.len(), &mut logits);
    let model = &*scene.past.model;
    for ((place, day), added) in waiting.iter().zip(logits) {
        let Some(slot) = found.get_mut(*place) else { continue };
        let support = model.support.get(bin_of(scene.bill.delay_on(*day))).copied().unwrap_or(0.0);
        *slot = mixed(*slot, added * support, model.boosted_share);
    }
}

/// The hazard of the histogram, with the logit that the trees add, mixed with itself.
pub fn mixed(plain: f64, added: f32, boosted_share: f64) -> f64 {
    // Odds times what the trees say: the logistic function of the logit with what they add, without its logarithm.
    let chance = plain.clamp(1e-5, 1.0 - 1e-5);
    let odds = chance * f64::from(libm::expf(added));
    let boosted = odds / (1.0 - chance + odds);
    boosted_share * boosted + (1.0 - boosted_share) * plain
}

/// The distribution from the hazards of the days from `at` on.
pub fn distribution(model: &PayTimeModel, hazards: impl Iterator<Item = f64>, bill: &Bill, at: i32) -> Distribution {
    Distribution::new(bill.delay_on(at), hazards, model.tail)
}

/// Probability that an item is late, by the hazards of one level.
pub fn late_share(hazards: &Hazards, bill: &Bill, at: i32) -> f64 {
    let from = bin_of(bill.delay_on(at));
    let until = bin_of(0);
    hazards.iter().take(until + 1).skip(from).fold(1.0, |open, hazard| open * (1.0 - hazard))
}
