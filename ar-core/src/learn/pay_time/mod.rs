//! Fitting the payment-time model: count, weigh, boost, mix, and measure how wide cash is spread.
//!
//! Everything is learned from what was known strictly before a day, each past item asked on the day it was issued, so that
//! training sees what scoring will see.

mod bands;
mod base;
mod boost;
mod rows;
mod tune;

use crate::calendar::days_since_epoch;
use crate::error::Error;
use crate::ledger::Books;
use crate::models::{BINS, Bands, Calendars, PayTimeModel, Weights};
use crate::watch::{Stage, Watch};
use alloc::{collections::BTreeMap, vec::Vec};
use chrono::NaiveDate;

/// Settled items below which nothing is boosted and no weight is tuned: the shipped ones are as good as any.
const ENOUGH_TO_TUNE: u64 = 60;
/// Where the first weights stand: of a distributor's book, before a book speaks for itself.
const SHIPPED: Weights = Weights { half_life_days: 120.0, segment: 12.0, customer: 6.0, weekday: 8.0, bandwidth_days: 1.0 };
/// Weight of an item in the counts of the whole book halves in so many days.
const BOOK_HALF_LIFE_DAYS: f64 = 180.0;

impl PayTimeModel {
    /// Fits the model to the items of the books, with only what was known strictly before `as_of`. Holidays come by country
    /// or currency; where a book is paid on them all the same, they are ordinary days. A book without settled items gets the
    /// shipped prior.
    pub fn fit(books: &Books, as_of: NaiveDate, calendars: &Calendars) -> Self {
        let (watch, mut model) = (Watch::default(), Self::shipped(books, as_of, calendars));
        // Nobody else has this watch: it is never stopped.
        let _ = model.learn(books, &watch);
        model
    }

    /// As [`PayTimeModel::fit`], seen from outside.
    ///
    /// # Errors
    /// `interrupted` where `watch` was stopped.
    pub fn fit_watched(books: &Books, as_of: NaiveDate, calendars: &Calendars, watch: &Watch) -> Result<Self, Error> {
        let mut model = Self::shipped(books, as_of, calendars);
        model.learn(books, watch)?;
        Ok(model)
    }

    /// What is known before anything is learned.
    pub(super) fn shipped(books: &Books, as_of: NaiveDate, calendars: &Calendars) -> Self {
        let today = days_since_epoch(as_of);
        Self {
            version: Self::VERSION,
            fitted_on: as_of,
            settled_items: 0,
            weights: SHIPPED,
            open_weekdays: [true, true, true, true, true, false, false],
            closed_share: 0.0,
            calendars: calendars.clone(),
            segments: base::segments(books, today),
            base: Vec::new(),
            book: Vec::new(),
            tail: [0.01; 4],
            alike_share: 0.0,
            trees: Vec::new(),
            support: alloc::vec![0.0; BINS],
            boosted_share: 0.0,
            losses: [0.0; 3],
            bands: Bands::default(),
            given: BTreeMap::new(),
        }
    }

    fn learn(&mut self, books: &Books, watch: &Watch) -> Result<(), Error> {
        let today = days_since_epoch(self.fitted_on);
        watch.begin(Stage::Fit, 2 * (boost::FIRST_TREES + boost::MOST_TREES));
        base::fit(self, books, today);
        watch.check()?;
        if self.settled_items >= ENOUGH_TO_TUNE {
            let mut folds = base::folds(self, books, today);
            watch.check()?;
            self.weights = tune::fit(&mut folds, books, today);
            watch.check()?;
            boost(self, &folds, books, today, watch)?;
        }
        watch.check()
    }
}

impl PayTimeModel {
    /// The model with everything counted anew from what was known strictly before `as_of`: days, hazards and the tail are those
    /// of a fit on that day with the same weights; the trees, and how far they are believed, stay.
    #[must_use]
    pub fn update(&self, books: &Books, as_of: NaiveDate) -> Self {
        let mut model = self.clone();
        model.fitted_on = as_of;
        base::fit(&mut model, books, days_since_epoch(as_of));
        model
    }
}

/// Boosts, keeps the trees only if they said more about the newest part of the past than the histograms alone, and learns
/// the bands from the same part, with a model that has not seen it.
fn boost(model: &mut PayTimeModel, folds: &[PayTimeModel], books: &Books, today: i32, watch: &Watch) -> Result<(), Error> {
    let mut rows = rows::of(folds, books, today);
    let Some(border) = rows.newest() else { return Ok(()) };
    watch.check()?;
    let (mut older, mut newer) = rows.split(border);
    let alike = boost::rather_swapped(&mut older, &mut newer, watch);
    watch.check()?;
    if alike {
        rows.swap();
    }
    let support = older.support();
    let trial = boost::fit(&older, Some(&newer), boost::MOST_TREES, watch);
    watch.check()?;
    let judged = boost::judge(&trial, &newer, &support);
    model.losses = judged.losses;
    if judged.share > 0.0 {
        (model.trees, model.boosted_share, model.support) = (trial, judged.share, support);
        model.alike_share = f64::from(u8::from(alike));
    }
    model.bands = bands::fit(model, books, border.min(today - bands::LEAST_SPAN), today, watch);
    watch.check()?;
    if judged.share > 0.0 {
        let count = model.trees.len();
        model.support = rows.support();
        model.trees = boost::fit(&rows, None, count, watch);
    }
    watch.check()
}
