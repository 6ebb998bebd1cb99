//! The distribution of one item's payment date, from a day on.

use crate::models::{MOST_GIVEN_DAYS, TAIL_FROM};
use alloc::vec::Vec;

/// When an item that is open at the beginning of a day will be paid, in days relative to its due date.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// The first delay that is possible.
    from: i32,
    /// At `k`: probability that the delay is more than `from + k`. Never rises.
    open_after: Vec<f64>,
    /// Chance a day behind the last of these, by part of the tail.
    tail: [f64; 4],
}

/// Payment dates are placed at most this many days after the due date (and at most a year from now for an item that
/// is older): what lies behind says "later or never".
const LONGEST_DELAY: i32 = 730;

impl Distribution {
    /// From the chances to be paid on each day from `from` on, given that the item is open on it.
    pub(super) fn new(from: i32, hazards: impl Iterator<Item = f64>, tail: [f64; 4]) -> Self {
        let mut open = 1.0;
        let open_after = hazards
            .map(|hazard| {
                open *= 1.0 - hazard;
                open
            })
            .collect();
        Self { from, open_after, tail }
    }

    /// What a model of your own says: delays and the probability not to exceed them, both rising, straight lines between them. What it
    /// gives to the lowest lies on the days before that, as thinly as up to the next. Given that the item is open on the day `from`:
    /// what lies before it is left out, and where nothing else is left the tail decides.
    pub fn from_quantiles(from: i32, quantiles: &[(i32, f64)], tail: [f64; 4]) -> Self {
        let reached = |delay: i32| share_at(quantiles, delay);
        let gone = reached(from - 1);
        let last = quantiles.last().map_or(from, |row| row.0).clamp(from, from.saturating_add(MOST_GIVEN_DAYS));
        if gone > 1.0 - 1e-9 {
            return Self { from, open_after: alloc::vec![1.0], tail };
        }
        let open_after = (from..=last).map(|delay| ((1.0 - reached(delay)) / (1.0 - gone)).clamp(0.0, 1.0)).collect();
        Self { from, open_after, tail }
    }

    /// With the odds of a payment on each day multiplied by `factor` of its delay; looks at least so many days ahead, what is later
    /// follows the tail as before.
    pub(super) fn reshaped(&self, ahead: i32, factor: impl Fn(i32) -> f64) -> Self {
        let last = self.last().max(self.from.saturating_add(ahead));
        let mut before = 1.0;
        let hazards = (self.from..=last).map(|delay| {
            let after = self.later_than(delay);
            let hazard = if before > 1e-12 { (1.0 - after / before).clamp(0.0, 1.0) } else { 0.0 };
            before = after;
            let times = factor(delay);
            times * hazard / (1.0 - hazard + times * hazard)
        });
        Self::new(self.from, hazards, self.tail)
    }

    /// The first delay that is possible.
    pub const fn from(&self) -> i32 {
        self.from
    }

    /// The last delay that has a probability of its own; what is later follows the tail.
    fn last(&self) -> i32 {
        self.from + i32::try_from(self.open_after.len()).unwrap_or(0) - 1
    }

    /// Probability that the delay is over `delay`.
    pub fn later_than(&self, delay: i32) -> f64 {
        if delay < self.from {
            return 1.0;
        }
        match usize::try_from(delay - self.from).ok().and_then(|at| self.open_after.get(at)) {
            Some(open) => *open,
            None => self.open_after.last().copied().unwrap_or(1.0) * self.tail_open(delay),
        }
    }

    /// Probability to be open after `delay`, given open after the last day with a probability of its own.
    fn tail_open(&self, delay: i32) -> f64 {
        self.tail_parts(delay).map(|(days, hazard)| powered(1.0 - hazard, days)).product()
    }

    /// The chance of a day of the tail.
    fn tail_on(&self, delay: i32) -> f64 {
        let [_, second, third, fourth] = TAIL_FROM;
        let part = usize::from(delay >= second) + usize::from(delay >= third) + usize::from(delay >= fourth);
        self.tail.get(part).copied().unwrap_or(0.0)
    }

    /// The days of each part of the tail up to `delay`, with their chance a day; parts without days are left out.
    fn tail_parts(&self, delay: i32) -> impl Iterator<Item = (i32, f64)> + '_ {
        let start = self.last() + 1;
        let ends = TAIL_FROM.into_iter().skip(1).chain([i32::MAX]);
        let begins = [i32::MIN].into_iter().chain(TAIL_FROM.into_iter().skip(1));
        let days = move |begins: i32, ends: i32| delay.min(ends - 1).saturating_sub(start.max(begins)).saturating_add(1);
        begins.zip(ends).zip(self.tail).map(move |((begins, ends), hazard)| (days(begins, ends), hazard)).filter(|part| part.0 > 0)
    }

    /// Probability that the item is paid exactly `delay` days after its due date.
    pub fn exactly(&self, delay: i32) -> f64 {
        (self.later_than(delay - 1) - self.later_than(delay)).max(0.0)
    }

    /// Probabilities that the item is paid in each of the windows of `width` days that follow one another: from the first day that is
    /// possible on; or, given that the item is open at the end of that day, from the day after it. There are as many as `chances`.
    pub fn windows(&self, width: i32, with_first: bool, chances: &mut [f64]) {
        let start = if with_first { self.from - 1 } else { self.from };
        let open = self.later_than(start);
        if open <= f64::MIN_POSITIVE {
            // Paid by the end of the first day, as good as certainly: then the day after, if it is open against all odds.
            chances.fill(0.0);
            chances.iter_mut().take(1).for_each(|chance| *chance = 1.0);
            return;
        }
        // What is open at the end of each window first, then what each takes.
        let known = if width == 1 { self.open_after.get(usize::from(!with_first)..).unwrap_or(&[]) } else { &[] };
        chances.iter_mut().zip(known).for_each(|(chance, open)| *chance = *open);
        let mut latest = None;
        for (chance, number) in chances.iter_mut().zip(1i32..).skip(known.len()) {
            let delay = start.saturating_add(number.saturating_mul(width));
            // Behind the days that have a probability of their own a day follows from the day before.
            *chance = match latest.filter(|_| width == 1 && delay > self.last()) {
                Some(before) => before * (1.0 - self.tail_on(delay)),
                None => self.later_than(delay),
            };
            latest = Some(*chance);
        }
        let mut before = open;
        for chance in chances {
            let after = core::mem::replace(chance, before);
            *chance = ((*chance - after) / open).clamp(0.0, 1.0);
            before = after;
        }
    }

    /// The smallest delay that is not exceeded with probability `share`.
    pub fn quantile(&self, share: f64) -> i32 {
        let reached = |open: f64| 1.0 - open >= share - 1e-12;
        if self.open_after.last().is_some_and(|open| reached(*open)) {
            return (self.from + i32::try_from(self.open_after.partition_point(|open| !reached(*open))).unwrap_or(0)).min(self.longest());
        }
        let (mut low, mut high) = (self.last().max(self.from), self.longest());
        // The part of the tail in which it lies first: mostly the first, and few days.
        for last in TAIL_FROM.into_iter().skip(1).map(|next| next - 1) {
            if (low..high).contains(&last) {
                if reached(self.later_than(last)) {
                    high = last;
                    break;
                }
                low = last + 1;
            }
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if reached(self.later_than(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// The mean delay in whole days; what is later than the longest delay counts as that.
    pub fn mean(&self) -> i32 {
        let inside: f64 = self.open_after.iter().sum();
        let mut open = self.open_after.last().copied().unwrap_or(1.0);
        let mut behind = 0.0;
        for (days, hazard) in self.tail_parts(self.longest() - 1) {
            let left = powered(1.0 - hazard, days);
            behind += open * (1.0 - hazard) * (1.0 - left) / hazard;
            open *= left;
        }
        rounded(f64::from(self.from) + inside + behind).clamp(self.from, self.longest())
    }

    fn longest(&self) -> i32 {
        LONGEST_DELAY.max(self.from.saturating_add(365))
    }

    /// The probabilities of the delays from the first on; the last entry holds all that is later.
    pub fn probabilities(&self) -> impl Iterator<Item = (i32, f64)> + '_ {
        let mut before = 1.0;
        let inside = self.open_after.iter().map(move |open| {
            let here = before - open;
            before = *open;
            here
        });
        let rest = self.open_after.last().copied().unwrap_or(1.0);
        (self.from..).zip(inside.chain([rest]))
    }
}

/// A number multiplied by itself so many times: squares only, so that it is the same bits everywhere, and quicker than a power.
fn powered(base: f64, times: i32) -> f64 {
    let (mut square, mut left, mut found) = (base, times.unsigned_abs(), 1.0);
    while left > 0 {
        if left & 1 == 1 {
            found *= square;
        }
        square *= square;
        left >>= 1;
    }
    found
}

/// The probability that a delay is not exceeded, on straight lines between the quantiles.
fn share_at(quantiles: &[(i32, f64)], delay: i32) -> f64 {
    let next = quantiles.partition_point(|row| row.0 < delay);
    let line = |(low, low_share): (i32, f64), (high, high_share): (i32, f64)| low_share + (high_share - low_share) * f64::from(delay - low) / f64::from((high - low).max(1));
    match (next.checked_sub(1).and_then(|before| quantiles.get(before)), quantiles.get(next)) {
        (Some(low), Some(high)) => line(*low, *high),
        (Some(low), None) => low.1,
        (None, Some(first)) => {
            let steep = quantiles.get(1).map_or(1.0, |second| ((second.1 - first.1) / f64::from(second.0 - first.0)).max(1e-6));
            (first.1 - f64::from(first.0 - delay) * steep.max(first.1 / FIRST_DAYS)).max(0.0)
        }
        (None, None) => 0.0,
    }
}

/// What is given to the lowest quantile reaches back so many days at most.
const FIRST_DAYS: f64 = 60.0;

#[expect(clippy::cast_possible_truncation, reason = "clamped to a range of days")]
fn rounded(value: f64) -> i32 {
    libm::round(value.clamp(-1e6, 1e6)) as i32
}
