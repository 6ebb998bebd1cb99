//! The bet against a rate: what one unit would have become that was staked on the errors being fewer (or more) than a
//! rate says. A likelihood ratio, mixed over a fixed table of rates on the other side. It depends on the counts alone, so
//! neither the order of the trials nor the number of looks matters.

/// All of them, in parts per million.
pub(super) const ALL: i64 = 1_000_000;

/// The odds of an error that are bet on, as shares of the odds in question; each with a weight in proportion to one less
/// the share. From a tenth of an error where one is allowed to differences that take a million trials to see.
const SHARES: [f64; 28] = [0.001, 0.005, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999];

/// Labelled decisions, counted. Beyond some 10^12 the logarithms lose what tells one from the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Decisions that were right.
    pub right: u64,
    /// Decisions that were in error.
    pub wrong: u64,
}

impl Tally {
    /// All of them.
    pub fn trials(&self) -> u64 {
        self.right.saturating_add(self.wrong)
    }

    /// One more.
    pub fn add(&mut self, error: bool) {
        let count = if error { &mut self.wrong } else { &mut self.right };
        *count = count.saturating_add(1);
    }
}

/// Which way is bet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Errors are fewer than the rate says.
    Fewer,
    /// Errors are more than the rate says.
    More,
}

/// One entry of the table, for some counts: the part of its logarithm that no rate changes, and the ratio of odds less one.
#[derive(Clone, Copy)]
struct Bet {
    fixed: f64,
    excess: f64,
}

/// The bets on one side, for some counts, to be asked at any rate.
pub(super) struct Wealth {
    bets: [Bet; 28],
    trials: f64,
}

impl Wealth {
    pub(super) fn new(tally: Tally, side: Side) -> Self {
        let total: f64 = SHARES.iter().map(|share| 1.0 - share).sum();
        let bets = SHARES.map(|share| {
            let (odds, log_odds) = if side == Side::Fewer { (share, libm::log(share)) } else { (1.0 / share, -libm::log(share)) };
            Bet { fixed: libm::log((1.0 - share) / total) + tally.wrong as f64 * log_odds, excess: odds - 1.0 }
        });
        Self { bets, trials: tally.trials() as f64 }
    }

    /// The logarithm of the wealth against this rate. Grows with the rate where fewer errors are bet on, falls where more
    /// are; convex in it either way.
    pub(super) fn log_at(&self, rate_ppm: i64) -> f64 {
        let rate = rate_ppm.clamp(0, ALL) as f64 / ALL as f64;
        let logs = self.bets.map(|bet| bet.fixed - self.trials * libm::log1p(rate * bet.excess));
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        most + libm::log(logs.iter().map(|log| libm::exp(log - most)).sum())
    }
}

/// What the wealth must reach, as a logarithm: one over the chance of being wrong (Ville's inequality).
pub(super) fn enough(alpha_ppm: i64) -> f64 {
    if alpha_ppm <= 0 { f64::INFINITY } else { libm::log(ALL as f64 / alpha_ppm.min(ALL) as f64) }
}

/// Wealth in parts per million, at most a billion times the stake.
pub(super) fn in_ppm(log: f64) -> i64 {
    libm::round(libm::exp(log.min(libm::log(1e9))) * ALL as f64) as i64
}

/// The smallest number in the range for which this holds, of what holds for all larger ones too.
pub(super) fn smallest(mut low: i64, mut high: i64, holds: impl Fn(i64) -> bool) -> Option<i64> {
    if !holds(high) {
        return None;
    }
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle.saturating_add(1);
        }
    }
    Some(high)
}

/// Lower and upper bound of the error rate, in parts per million.
///
/// Each of the two fails, at any time at all, with a chance of at most `alpha_ppm`; what is bounded is the error rate
/// averaged over the trials so far, which need be neither independent nor alike. The rates are those that the wealth does
/// not yet speak against (a confidence sequence: Howard et al., 2021); 0 and 1,000,000 where nothing is known.
pub fn bounds(tally: Tally, alpha_ppm: i64) -> (i64, i64) {
    let enough = enough(alpha_ppm);
    let more = Wealth::new(tally, Side::More);
    let fewer = Wealth::new(tally, Side::Fewer);
    let lower = smallest(0, ALL, |rate| more.log_at(rate) < enough).unwrap_or(ALL).saturating_sub(1).max(0);
    let upper = smallest(0, ALL, |rate| fewer.log_at(rate) >= enough).unwrap_or(ALL);
    (lower, upper)
}
