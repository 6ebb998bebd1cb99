//! Earned autonomy: what the labelled decisions of one cell (an action in a segment) prove.
//!
//! **The guarantee.** However often one looks, and however errors depend on each other: the chance that widening is ever
//! proposed while the error rate, averaged over the trials so far, is at or above the limit is at most `alpha`.
//!
//! *Widening* bets against the limit. One unit is staked on the errors being fewer; the bet is a likelihood ratio, mixed
//! over rates below the limit, and gains nothing on average while the limit is reached. The chance that it ever grows to
//! `1 / alpha` is then at most `alpha` (Ville, Étude critique de la notion de collectif, 1939; the bet as a test:
//! Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, 2023). Where the chance of an error
//! moves from trial to trial, the logarithm is concave in it, so the bet against the average is never above the product of
//! the bets against each: that is why the average is what is guaranteed. All rates that the bet does not yet speak against
//! make bounds that hold at all times at once (Howard, Ramdas, McAuliffe and Sekhon, Time-uniform, nonparametric,
//! nonasymptotic confidence sequences, 2021).
//!
//! *Against people* two such bets are multiplied (as the tests of two streams of Turner, Ly and Grünwald, Generic
//! E-variables for exact sequential k-sample tests that allow for optional stopping, 2024): the chance that widening is
//! ever proposed while the engine's average error rate is at or above that of people plus `margin` is at most `alpha`.
//! Where people are given, both must be proved: the limit and people.
//!
//! *Narrowing* asks whether it has become worse than the limit, of what people looked at, and of all that was done and may have been
//! undone: while it has not, false alarms of each of the two are `false_alarm_trials` or more of its trials apart on average (Shin, Ramdas and Rinaldo, E-detectors: a nonparametric framework for sequential change
//! detection, 2023). Besides, so many failed samples narrow at once.
//!
//! **Restarts.** Evidence belongs to a level: give [`standing`] the trials since the level of the cell last changed, by a
//! person or by itself. What was earned at one level is spent by its widening; after narrowing all begins anew. The
//! guarantee holds for each such stretch of each cell: of `n` stretches that must not be widened, at most `alpha n` ever are
//! proposed, on average. So a stretch must not begin anew for nothing: where no level is below, pass a rule whose
//! `false_alarm_trials` and `failed_samples` are 0.
//!
//! **What it cannot say.** It speaks of the trials that it is given. A decision that nobody looked at and that was undone counts against the
//! engine, and one that was not undone counts for nothing: the rate looks worse than it is. An error that nobody saw is none. A label that changes counts as it stands on the day of the look.
//!
//! All of it is deterministic, with the `libm` crate: the same bits on every machine. A look costs some tens of
//! microseconds, beside people some hundreds, and each trial eight multiplications; [`needed`] beside people, milliseconds.

mod drift;
mod people;
mod wealth;

pub use drift::Drift;
pub use wealth::{Tally, bounds};

use chrono::NaiveDate;
use wealth::{Side, Wealth, enough, in_ppm, smallest};

/// The farthest that [`needed`] looks.
const FARTHEST: i64 = 1_000_000_000;

/// One labelled decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The day of its label.
    pub on: NaiveDate,
    /// It was in error: edited, rejected, reversed, or found wrong in a review.
    pub error: bool,
    /// How it came to be known.
    pub source: Source,
}

/// How it came to be known whether a decision was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A person was asked, and decided.
    Verdict,
    /// It was drawn by chance, and a person looked at it.
    Sample,
    /// Nobody looked at it: it was carried out, and is an error where it was undone. What was not undone proves nothing; what was counts
    /// against.
    Deed,
    /// The deed of a decision that somebody also looked at: it counts among the deeds alone.
    KnownDeed,
}

impl Source {
    pub(super) const fn is_deed(self) -> bool {
        matches!(self, Self::Deed | Self::KnownDeed)
    }
}

/// What must be proved, and what narrows. Shares in parts per million of 0 to 1,000,000; what is outside counts as the
/// nearest end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The error rate that must be beaten. At 0 nothing ever proves it; at 1,000,000 it asks for nothing.
    pub limit_ppm: i64,
    /// The chance of a wrong proposal, over all time. At 0 nothing is ever proposed.
    pub alpha_ppm: i64,
    /// How far above the error rate of people that of the engine may be; 0: it must be below.
    pub margin_ppm: i64,
    /// Fewer trials than this prove nothing.
    pub min_trials: i64,
    /// Trials between false alarms, on average, at least; 0: drift does not narrow. Below `1 / limit` a single error may be
    /// an alarm.
    pub false_alarm_trials: i64,
    /// Failed samples that narrow at once; 0: they do not.
    pub failed_samples: i64,
}

/// Why a level narrows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Errors have become more than the limit allows.
    Drift,
    /// So many samples were found wrong.
    FailedSamples,
}

/// A level narrows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Narrowing {
    /// Why.
    pub why: Why,
    /// The day of the trial that did it.
    pub on: NaiveDate,
    /// What was seen: what the detector stands at, or failed samples.
    pub observed: i64,
    /// What it was held against: `false_alarm_trials`, or `failed_samples`.
    pub limit: i64,
}

/// What the trials of a cell prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The trials that were read.
    pub tally: Tally,
    /// Of them, samples.
    pub samples: i64,
    /// Of the samples, those found wrong.
    pub failed: i64,
    /// The error rate is above this, in parts per million, with a confidence of one less `alpha`.
    pub lower_ppm: i64,
    /// The error rate is below this, in parts per million, with a confidence of one less `alpha`.
    pub upper_ppm: i64,
    /// What one unit staked against the limit has become, in parts per million; at most a billion units.
    pub evidence_ppm: i64,
    /// The same against people, where they are given.
    pub against_people_ppm: Option<i64>,
    /// What either must reach, in parts per million: one over `alpha`. Nothing reaches `i64::MAX`.
    pub enough_ppm: i64,
    /// What the higher of the two detectors of drift stands at, in whole numbers; held against `false_alarm_trials`.
    pub drift: i64,
    /// Widening is proved; a person confirms it.
    pub widen: bool,
    /// The level narrows.
    pub narrow: Option<Narrowing>,
}

/// Reads the trials of a cell since its level last changed, in the order of day and decision, and says what they prove.
///
/// Reading stops at the trial that narrows; what is left in the iterator belongs to the level below. `people` are the trials
/// of people's own work in the cell, where widening is measured against it.
pub fn standing(trials: &mut impl Iterator<Item = Trial>, people: Option<Tally>, rule: &Rule) -> Standing {
    let mut tally = Tally::default();
    // What was looked at, and all that was done: errors among the one are not as rare as errors that come to light among the other.
    let (mut looked, mut deeds) = (Drift::new(rule.limit_ppm), Drift::new(rule.limit_ppm));
    let (mut samples, mut failed, mut levels, mut narrow) = (0_i64, 0_i64, [0_i64; 2], None);
    for trial in trials {
        let is_sample = trial.source == Source::Sample;
        if !trial.source.is_deed() || (trial.error && trial.source == Source::Deed) {
            tally.add(trial.error);
        }
        samples = samples.saturating_add(i64::from(is_sample));
        failed = failed.saturating_add(i64::from(is_sample && trial.error));
        let [of_looked, of_deeds] = &mut levels;
        let (slot, drift) = if trial.source.is_deed() { (of_deeds, &mut deeds) } else { (of_looked, &mut looked) };
        *slot = drift.add(trial.error) as i64;
        let level = *slot;
        narrow = narrows(&trial, failed, level, rule);
        if narrow.is_some() {
            break;
        }
    }
    let (lower_ppm, upper_ppm) = bounds(tally, rule.alpha_ppm);
    let against_people = people.map(|people| people::log_beaten(tally, people, rule.margin_ppm));
    let enough_ppm = if rule.alpha_ppm <= 0 { i64::MAX } else { in_ppm(enough(rule.alpha_ppm)) };
    Standing {
        tally,
        samples,
        failed,
        lower_ppm,
        upper_ppm,
        evidence_ppm: in_ppm(Wealth::new(tally, Side::Fewer).log_at(rule.limit_ppm)),
        against_people_ppm: against_people.map(in_ppm),
        enough_ppm,
        drift: levels.into_iter().max().unwrap_or(0),
        widen: narrow.is_none() && proves(tally, people, rule),
        narrow,
    }
}

/// What this trial narrows. Only an error does: good work is never the last straw.
fn narrows(trial: &Trial, failed: i64, drift: i64, rule: &Rule) -> Option<Narrowing> {
    let because = |why, observed, limit| Some(Narrowing { why, on: trial.on, observed, limit });
    if !trial.error {
        return None;
    }
    if rule.failed_samples > 0 && failed >= rule.failed_samples {
        return because(Why::FailedSamples, failed, rule.failed_samples);
    }
    if rule.false_alarm_trials > 0 && drift >= rule.false_alarm_trials {
        return because(Why::Drift, drift, rule.false_alarm_trials);
    }
    None
}

/// Whether these counts alone prove that the limit, and people where they are given, are beaten. What narrows is not in
/// counts: [`standing`] sees both.
pub fn proves(tally: Tally, people: Option<Tally>, rule: &Rule) -> bool {
    let enough = enough(rule.alpha_ppm);
    i64::try_from(tally.trials()).map_or(true, |trials| trials >= rule.min_trials)
        && Wealth::new(tally, Side::Fewer).log_at(rule.limit_ppm) >= enough
        && people.is_none_or(|people| people::log_beaten(tally, people, rule.margin_ppm) >= enough)
}

/// How many more right decisions in a row would prove it; 0 where it is proved. `None` where a billion would not.
pub fn needed(tally: Tally, people: Option<Tally>, rule: &Rule) -> Option<i64> {
    let after = |more: i64| Tally { right: tally.right.saturating_add(more.unsigned_abs()), ..tally };
    smallest(0, FARTHEST, |more| proves(after(more), people, rule))
}
