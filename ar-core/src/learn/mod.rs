//! The laboratory's first room: fitting the models to the history of a ledger.

mod cash;
mod pay_time;

use crate::ledger::Books;
use crate::models::{Calendars, Models, PayTimeModel};
use chrono::NaiveDate;

impl Models {
    /// Fits the models to the settled items of the books, with only what was known strictly before `as_of`. A book
    /// without settled items gets the shipped prior.
    pub fn fit(books: &Books, as_of: NaiveDate) -> Self {
        Self::fit_with(books, as_of, &Calendars::new())
    }

    /// As [`Models::fit`], with the holidays of the customers' countries or currencies.
    pub fn fit_with(books: &Books, as_of: NaiveDate, calendars: &Calendars) -> Self {
        Self { pay_time: PayTimeModel::fit(books, as_of, calendars), cash: cash::fit(books, as_of) }
    }
}
