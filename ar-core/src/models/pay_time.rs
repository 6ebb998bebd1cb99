//! The payment-time model as data: what was counted, what was boosted on top, and how the two are mixed. What the numbers
//! mean is said in `scoring`, how they are found in `learn`.

use crate::calendar;
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Earliest delay that has a bin of its own (days relative to the due date); earlier ones are counted there.
pub const FIRST_DELAY: i32 = -90;
/// Latest delay that has a bin of its own; what is later is in the tail.
pub const LAST_DELAY: i32 = 60;
/// Bins of a delay: one a day.
pub const BINS: usize = (LAST_DELAY - FIRST_DELAY + 1) as usize;
/// Where the parts of the tail begin (days past due); each has one chance a business day.
pub const TAIL_FROM: [i32; 4] = [61, 91, 181, 366];
/// Features of a day that the trees may ask for.
pub const FEATURES: usize = 53;
/// Splits of a tree at most.
pub const MAX_DEPTH: usize = 6;

/// Share of late items in the shipped prior, in parts per million.
pub const PRIOR_LATE_PPM: i64 = 500_000;

/// The bin of a delay in days.
pub fn bin_of(delay: i32) -> usize {
    usize::try_from(delay.clamp(FIRST_DELAY, LAST_DELAY) - FIRST_DELAY).unwrap_or(0)
}

/// Holidays by country (ISO 3166) or, where a customer has no country, by currency (ISO 4217).
pub type Calendars = BTreeMap<String, Vec<NaiveDate>>;

/// How fast the past fades and how much of it outweighs the level above, found by the likelihood of past payments, each
/// predicted before it happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Days after which a settled item counts half.
    pub half_life_days: f64,
    /// Weight of the book against a segment, in settled items.
    pub segment: f64,
    /// Weight of the segment against a customer.
    pub customer: f64,
    /// Weight of the customer against its items of one due weekday.
    pub weekday: f64,
    /// Standard deviation in days by which a settled item speaks for the days around it.
    pub bandwidth_days: f64,
}

/// A symmetric tree: every level asks one question, and the answers are the bits of the leaf.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// By level: a feature, and the largest bin that answers no.
    pub splits: Vec<(u8, u8)>,
    /// By leaf: what is added to the logit of the hazard.
    pub leaves: Vec<f32>,
}

/// The payment-time model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayTimeModel {
    /// Version of the format.
    pub version: u32,
    /// Facts strictly before this day were used.
    pub fitted_on: NaiveDate,
    /// Settled items that were used.
    pub settled_items: u64,
    /// See [`Weights`].
    pub weights: Weights,
    /// Weekdays (Monday first) on which the book is paid.
    pub open_weekdays: [bool; 7],
    /// Chance of a payment on a closed day, as a share of that of the next open day.
    pub closed_share: f64,
    /// Holidays.
    pub calendars: Calendars,
    /// Segments that are large enough to be counted apart, sorted; the others are one.
    pub segments: Vec<String>,
    /// Hazard by bin: for the items of no segment of its own and then for each segment, by due weekday. Shrunken to the book.
    pub base: Vec<Vec<f32>>,
    /// Hazard by bin of the whole book.
    pub book: Vec<f32>,
    /// Chance a business day that an old item is paid, by part of [`TAIL_FROM`].
    pub tail: [f64; 4],
    /// What the trees correct: the customer's histogram or, by this share, that of its items like the one that is asked.
    pub alike_share: f64,
    /// The correction that was boosted on the histograms.
    pub trees: Vec<Tree>,
    /// How far the trees are believed by delay: the part of their logit that counts (bins as in [`bin_of`]).
    pub support: Vec<f32>,
    /// Share of the boosted hazard in the mix with that of the histograms.
    pub boosted_share: f64,
    /// Mean log loss of a payment's day on the newest part of the past: histograms alone, with the trees, mixed.
    pub losses: [f64; 3],
    /// See [`Bands`].
    pub bands: Bands,
    /// What a model of your own says, by item: delays in days past due, each with the probability in parts per billion that it is not
    /// exceeded. It stands in the place of this model's answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub given: BTreeMap<String, Vec<(i32, i64)>>,
}

/// Delays that a model of your own may name, in days either way.
pub const MOST_GIVEN_DAYS: i32 = 3_650;

/// How far cash was from its expectation, in units of the spread that independent customers would have: lower and upper
/// quantile for the central 80 % and 95 %, by length of the window. Learned on the book's own past.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    /// Windows of one day: 2.5 %, 10 %, 90 %, 97.5 %.
    pub daily: [f64; 4],
    /// Windows of a week.
    pub weekly: [f64; 4],
    /// How much wider than these the cash of a currency is spread, where the book has more than one: by day, and by week.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub currencies: BTreeMap<String, [f64; 2]>,
    /// Windows that were looked at.
    pub windows: u64,
}

impl Default for Bands {
    /// The quantiles of a normal distribution, twice as wide: payments of one book hang together.
    fn default() -> Self {
        let normal = [-3.92, -2.56, 2.56, 3.92];
        Self { daily: normal, weekly: normal, currencies: BTreeMap::new(), windows: 0 }
    }
}

/// Whether delays and probabilities rise, within their ranges.
fn is_given(said: &[(i32, i64)]) -> bool {
    let inside = said.iter().all(|(delay, parts)| delay.abs() <= MOST_GIVEN_DAYS && (0..=1_000_000_000).contains(parts));
    inside && !said.is_empty() && said.iter().zip(said.iter().skip(1)).all(|(one, next)| one.0 < next.0 && one.1 <= next.1)
}

impl PayTimeModel {
    /// Version of the format that this library reads and writes.
    pub const VERSION: u32 = 3;

    /// What a reader must not believe, if anything.
    pub(super) fn problem(&self) -> Option<String> {
        if self.version != Self::VERSION {
            return Some(format!("payment-time model version {}, this library reads {}", self.version, Self::VERSION));
        }
        let hazards = |row: &Vec<f32>| row.len() == BINS && row.iter().all(|chance| (0.0..=1.0).contains(chance));
        if !self.base.iter().all(hazards) || !hazards(&self.book) || self.base.len() != (self.segments.len() + 1) * 7 || !self.segments.is_sorted() {
            return Some(format!("the hazards are not {BINS} probabilities for each segment and weekday"));
        }
        let tree = |tree: &Tree| {
            tree.splits.len() <= MAX_DEPTH
                && tree.leaves.len() == 1 << tree.splits.len()
                && tree.leaves.iter().all(|leaf| leaf.is_finite() && leaf.abs() <= 50.0)
                && tree.splits.iter().all(|split| usize::from(split.0) < FEATURES)
        };
        let share = |value: f64| (0.0..=1.0).contains(&value);
        let weight = |value: f64| value.is_finite() && value > 0.0 && value < 1e12;
        let bands = |band: &[f64; 4]| band.iter().all(|edge| edge.is_finite()) && band.is_sorted();
        let weights = &self.weights;
        let sane = self.trees.iter().all(tree)
            && self.support.len() == BINS
            && self.support.iter().all(|part| (0.0..=1.0).contains(part))
            && share(self.boosted_share)
            && share(self.alike_share)
            && share(self.closed_share)
            && self.tail.iter().all(|chance| *chance > 0.0 && *chance < 1.0)
            && [weights.half_life_days, weights.segment, weights.customer, weights.weekday].into_iter().all(weight)
            && (1.0..=100_000.0).contains(&weights.half_life_days)
            && (0.0..=30.0).contains(&weights.bandwidth_days)
            && self.open_weekdays.contains(&true)
            && bands(&self.bands.daily)
            && bands(&self.bands.weekly)
            && self.bands.currencies.values().flatten().copied().all(weight)
            && self.given.values().all(|said| is_given(said))
            && self.calendars.values().flatten().chain([&self.fitted_on]).all(|day| (calendar::FIRST_DAY..=calendar::LAST_DAY).contains(day));
        (!sane).then(|| "a number is outside its range".into())
    }
}
