//! Scoring: when and whether money comes. One distribution an item answers every question about its future.
//!
//! Layers, each weaker where it knows less: histograms of delays (book, segment, customer, due weekday; `histogram`), laid on
//! the open days of a calendar (`workdays`), and trees that correct their logit for a day (`features`, `trees`, `curve`).

mod alike;
mod bills;
mod circumstances;
mod curve;
mod distribution;
mod eras;
mod exact;
mod features;
mod forecast;
mod given;
mod histogram;
mod memory;
mod new_business;
mod odds;
mod past;
mod priority;
mod profile;
mod rolling;
mod trees;
mod whole;
mod workdays;
mod worth;

pub(crate) use bills::{Bill, Year, of_customer};
pub use circumstances::{Circumstance, Circumstances, teach_alike};
pub(crate) use curve::{is_idle, mixed, plain};
pub use distribution::Distribution;
pub(crate) use eras::{Era, Fading};
pub use exact::ExactSum;
pub(crate) use features::{Features, Levels, Moment};
pub use forecast::{Forecast, ForecastDay, ForecastLine, KeptForecast, Wanted};
pub use given::replace;
pub use new_business::{Billed, NewBusiness, first_billed, new_business};
pub use past::{Ask, Past, Question, Rates, answer, forecast, predict};
pub(crate) use past::{Walk, answer_ahead};
pub use priority::{Points, amount_points, item_points};
pub use profile::{Class, Profile, profile};
pub(crate) use profile::{promise_ends, severity};
pub use rolling::Drift;
pub(crate) use trees::{BLOCK, Block, chance, logit, one as one_row};
pub use whole::{Counted, Seen, Unfit, Whole, forecast_part, predict_part};
pub use worth::{Subject, Worth};

use crate::calendar;
use crate::ledger::Books;
use crate::policy::Settings;
use crate::record::{Item, ItemIdx};
use chrono::NaiveDate;

/// The delay of an item that we billed in days, if it was settled strictly before `as_of`.
pub fn settled_delay(item: &Item, as_of: NaiveDate) -> Option<i32> {
    let settled = item.settled_on.filter(|day| *day < as_of && item.kind.is_billed())?;
    Some(Books::days_late(item, settled))
}

/// What is known of one open item's payment.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The item.
    pub item: ItemIdx,
    /// Probability that it is settled after its due date.
    pub p_late: f64,
    /// Probability that it is settled more than 30 days after its due date.
    pub p_late_30: f64,
    /// Probability that it is still open so many days after its due date as the policy calls default.
    pub p_default: f64,
    /// Mean of the payment date.
    pub expected_on: NaiveDate,
    /// Median of the payment date.
    pub median_on: NaiveDate,
    /// The payment date is on or before this day with probability 0.1.
    pub q10_on: NaiveDate,
    /// The payment date is on or before this day with probability 0.9.
    pub q90_on: NaiveDate,
    /// Open amount in minor units.
    pub open: i64,
    /// Days past due.
    pub days_late: i32,
    /// Points of the priority that belong to this item alone.
    pub points: Points,
    /// Probability that it is still open when a contact of today would have shown.
    pub unpaid_soon: f64,
    /// Probability that it is still open at the next look.
    pub unpaid_then: f64,
    /// How the probability of being late came about.
    pub rates: Rates,
}

impl Score {
    /// An open item whose payment date nobody asked for: no probabilities, and numbers that make
    /// every contact worth nothing.
    pub(crate) fn unpredicted(at: ItemIdx, item: &Item, open: i64, as_of: NaiveDate) -> Self {
        Self {
            item: at,
            p_late: 0.0,
            p_late_30: 0.0,
            p_default: 0.0,
            expected_on: item.due_on,
            median_on: item.due_on,
            q10_on: item.due_on,
            q90_on: item.due_on,
            open,
            days_late: Books::days_late(item, as_of),
            points: Points::default(),
            unpaid_soon: 0.0,
            unpaid_then: 1.0,
            rates: Rates::default(),
        }
    }

    /// The probability of being late in parts per million.
    #[expect(clippy::cast_possible_truncation, reason = "a probability times a million")]
    pub fn late_ppm(&self) -> i64 {
        libm::round(self.p_late * 1e6) as i64
    }
}

/// Scores one open item. The points of its priority are added by the caller.
pub fn score(at: ItemIdx, item: &Item, open: i64, as_of: NaiveDate, distribution: &Distribution, rates: Rates, settings: &Settings) -> Score {
    let waited = Books::days_late(item, as_of);
    let day = |delay: i32| calendar::add_days(item.due_on, delay);
    Score {
        item: at,
        p_late: distribution.later_than(0),
        p_late_30: distribution.later_than(30),
        p_default: distribution.later_than(calendar::whole_days(settings.scoring.default_days)),
        expected_on: day(distribution.mean()),
        median_on: day(distribution.quantile(0.5)),
        q10_on: day(distribution.quantile(0.1)),
        q90_on: day(distribution.quantile(0.9)),
        unpaid_soon: distribution.later_than(waited.saturating_add(calendar::whole_days(settings.worklist.contact_shows_days))),
        unpaid_then: distribution.later_than(waited.saturating_add(calendar::whole_days(settings.worklist.look_again_days))),
        open,
        days_late: waited,
        points: Points::default(),
        rates,
    }
}

/// Minor units of an open amount that are expected to be lost: the amount, times the probability of default, times the
/// share that is then lost (parts per million).
pub fn expected_loss(open: i64, p_default: f64, loss_given_default_ppm: i64) -> i64 {
    worth::part(open, p_default * loss_given_default_ppm as f64 / 1e6)
}
