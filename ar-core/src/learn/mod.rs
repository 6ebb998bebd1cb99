//! The laboratory's first room: fitting the models to the history of a ledger.

mod cash;
mod pay_time;

use crate::error::Error;
use crate::ledger::{Books, ModelFacts};
use crate::models::{Calendars, Models, PayTimeModel};
use crate::table::Table;
use crate::watch::Watch;
use chrono::NaiveDate;

impl Models {
    /// Fits the models to the settled items of the books, with only what was known strictly before `as_of`. A book
    /// without settled items gets the shipped prior.
    pub fn fit(books: &Books, as_of: NaiveDate) -> Self {
        Self::fit_with(books, as_of, &Calendars::new())
    }

    /// As [`Models::fit`], with the holidays of the customers' countries or currencies.
    pub fn fit_with(books: &Books, as_of: NaiveDate, calendars: &Calendars) -> Self {
        let watch = Watch::default();
        Self { pay_time: PayTimeModel::fit(books, as_of, calendars), cash: cash::fit(books, as_of, &watch) }
    }

    /// As [`Models::fit_with`], seen from outside.
    ///
    /// # Errors
    /// `interrupted` where `watch` was stopped.
    pub fn fit_watched(books: &Books, as_of: NaiveDate, calendars: &Calendars, watch: &Watch) -> Result<Self, Error> {
        let found = Self { pay_time: PayTimeModel::fit_watched(books, as_of, calendars, watch)?, cash: cash::fit(books, as_of, watch) };
        watch.check().map(|()| found)
    }

    /// The models for the cash alone: that of the payment dates is the shipped prior, so that nothing is gone through that matching does not
    /// ask. Their digest is not that of [`Models::fit`].
    ///
    /// # Errors
    /// `interrupted` where `watch` was stopped.
    pub fn fit_cash(books: &Books, as_of: NaiveDate, watch: &Watch) -> Result<Self, Error> {
        let found = Self { pay_time: PayTimeModel::shipped(books, as_of, &Calendars::new()), cash: cash::fit(books, as_of, watch) };
        watch.check().map(|()| found)
    }

    /// As [`Models::fit`], with the tables of [`schema::MODEL_TABLES`](crate::ledger::schema::MODEL_TABLES): `holidays`, and `pay_times`
    /// as in [`Models::with_pay_times`].
    ///
    /// # Errors
    /// `invalid_tables` with every problem (table, row, column, code).
    pub fn fit_on(books: &Books, as_of: NaiveDate, tables: &[Table<'_>]) -> Result<Self, Error> {
        let facts = ModelFacts::try_new(tables)?;
        let mut models = Self::fit_with(books, as_of, &facts.holidays);
        models.pay_time.given = facts.pay_times;
        Ok(models)
    }

    /// With what a model of your own says of items in the place of ours: the table `pay_times`, rows of `item_id`, `delay_days` (after
    /// the due date, may be negative) and `probability` not to exceed it. Scores, decisions and forecasts follow it; bands stay as wide
    /// as the book's own past was with our model.
    ///
    /// # Errors
    /// `invalid_tables` with every problem (table, row, column, code).
    pub fn with_pay_times(mut self, table: &Table<'_>) -> Result<Self, Error> {
        self.pay_time.given = ModelFacts::try_new(core::slice::from_ref(table))?.pay_times;
        Ok(self)
    }
}
