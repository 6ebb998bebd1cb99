//! Cash forecast: what the open items bring in, window by window, with bands.
//!
//! The items of a customer are taken as paid together, customers as independent; how much wider the truth is, the model has
//! learned from the book's own past ([`crate::models::Bands`]).

use super::Distribution;
use super::exact::ExactSum;
use crate::calendar;
use crate::ledger::Books;
use crate::models::Bands;
use crate::money::Currency;
use crate::text::words;
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use chrono::NaiveDate;

words! {
    /// What a row of the forecast is about.
    ForecastLine {
        /// The open items of one currency.
        OpenItems = "open_items",
        /// The open items of all currencies, in the reporting currency.
        Converted = "open_items_converted",
        /// Invoices that are not issued yet.
        NewBusiness = "new_business",
    }
}

/// One window of one currency, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForecastDay {
    /// The first day of the window.
    pub on: NaiveDate,
    /// The currency.
    pub currency: Currency,
    /// What the row is about.
    pub line: ForecastLine,
    /// Expected cash.
    pub expected: i64,
    /// Lower and upper end of the central 80 %.
    pub band80: (i64, i64),
    /// Lower and upper end of the central 95 %.
    pub band95: (i64, i64),
}

/// What a forecast is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Windows, and how many days each has.
    pub windows: usize,
    /// Days of a window.
    pub width: i32,
    /// The currency of the line [`ForecastLine::Converted`], if it is wanted.
    pub reporting: Option<Currency>,
    /// Whether there is to be a line [`ForecastLine::NewBusiness`].
    pub new_business: bool,
}

impl Wanted {
    /// Days that the windows reach ahead.
    pub fn reach(&self) -> i32 {
        i32::try_from(self.windows).unwrap_or(i32::MAX).saturating_mul(self.width)
    }
}

/// Mean and spread of the cash of each window, by currency. What each customer brings in is added exactly, so that the sums are the
/// same bits on any number of threads, and from any parts of a book.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forecast {
    windows: usize,
    width: i32,
    /// Whether the day itself is still to come.
    with_today: bool,
    /// By window: mean, and the square of the spread.
    sums: BTreeMap<Currency, Vec<(ExactSum, ExactSum)>>,
}

/// A forecast as it is kept: windows, their width, whether the day itself is to come, and the sums by currency.
pub type KeptForecast = (usize, i32, bool, Vec<(String, Vec<(ExactSum, ExactSum)>)>);

/// Mean, and the square of the spread, of each window of each currency.
type Sums = BTreeMap<Currency, Vec<(f64, f64)>>;

impl Forecast {
    /// An empty forecast of so many windows of `width` days, from tomorrow on: what came in today is known.
    pub const fn new(windows: usize, width: i32) -> Self {
        Self { windows, width, with_today: false, sums: BTreeMap::new() }
    }

    /// As [`Forecast::new`], from the day itself on: nothing is known of it yet.
    pub const fn from_today(windows: usize, width: i32) -> Self {
        Self { windows, width, with_today: true, sums: BTreeMap::new() }
    }

    /// Adds one customer's open items of one currency: amounts in minor units and payment dates. All of them in one call.
    pub fn add<'d>(&mut self, currency: Currency, items: impl Iterator<Item = (i64, &'d Distribution)>) {
        let mut own = alloc::vec![(0.0, 0.0); self.windows];
        let mut chances = alloc::vec![0.0; self.windows];
        for (amount, distribution) in items {
            let amount = amount as f64;
            distribution.windows(self.width, self.with_today, &mut chances);
            for ((mean, spread), chance) in own.iter_mut().zip(&chances) {
                *mean += amount * chance;
                *spread += amount * libm::sqrt(chance * (1.0 - chance));
            }
        }
        let windows = self.sums.entry(currency).or_insert_with(|| alloc::vec![Default::default(); self.windows]);
        for ((means, squares), (mean, spread)) in windows.iter_mut().zip(own) {
            means.add(mean);
            squares.add(spread * spread);
        }
    }

    /// Adds another part of the book.
    pub fn merge(&mut self, other: &Self) {
        for (currency, days) in &other.sums {
            let mine = self.sums.entry(*currency).or_insert_with(|| alloc::vec![Default::default(); self.windows]);
            for (window, more) in mine.iter_mut().zip(days) {
                window.0.merge(&more.0);
                window.1.merge(&more.1);
            }
        }
    }

    /// How many windows there are.
    pub const fn count(&self) -> usize {
        self.windows
    }

    fn sums(&self) -> Sums {
        self.sums.iter().map(|(currency, days)| (*currency, days.iter().map(|day| (day.0.value(), day.1.value())).collect())).collect()
    }

    /// The windows after `as_of`, currency by currency. `edges`: where the bands end, in spreads (2.5, 10, 90 and 97.5 %).
    fn rows(&self, sums: &Sums, as_of: NaiveDate, edges: &[f64; 4], line: ForecastLine) -> Vec<ForecastDay> {
        let mut rows = Vec::new();
        for (currency, windows) in sums {
            for (ahead, (mean, square)) in (0i32..).zip(windows) {
                let spread = libm::sqrt(*square);
                let edge = |at: usize| minor((mean + edges.get(at).copied().unwrap_or(0.0) * spread).max(0.0));
                let on = calendar::add_days(self.start(as_of), ahead * self.width);
                rows.push(ForecastDay { on, currency: *currency, line, expected: minor(*mean), band80: (edge(1), edge(2)), band95: (edge(0), edge(3)) });
            }
        }
        rows
    }

    /// The lines that are wanted: open items by currency, then in the reporting currency where `books` know every rate. (What is not
    /// issued yet is [`NewBusiness`](super::NewBusiness).)
    pub fn lines(&self, books: &Books, as_of: NaiveDate, bands: &Bands, wanted: &Wanted) -> Vec<ForecastDay> {
        let edges = if self.width == 1 { &bands.daily } else { &bands.weekly };
        let found = widened(self.sums(), bands, self.width);
        let mut rows = self.rows(&found, as_of, edges, ForecastLine::OpenItems);
        if let Some(sums) = wanted.reporting.and_then(|to| converted(&found, self.windows, books, to, as_of)) {
            rows.extend(self.rows(&sums, as_of, edges, ForecastLine::Converted));
        }
        rows
    }

    /// What [`Forecast::restored`] makes it of.
    pub fn kept(&self) -> KeptForecast {
        (self.windows, self.width, self.with_today, self.sums.iter().map(|(currency, days)| (currency.code().into(), days.clone())).collect())
    }

    /// The forecast that was kept; `None` where it is none.
    pub fn restored((windows, width, with_today, sums): KeptForecast) -> Option<Self> {
        let mut found = BTreeMap::new();
        for (code, days) in sums {
            found.insert(Currency::try_new(&code).ok().filter(|_| days.len() == windows)?, days);
        }
        Some(Self { windows, width, with_today, sums: found })
    }

    /// The first day of the first window.
    pub fn start(&self, as_of: NaiveDate) -> NaiveDate {
        calendar::add_days(as_of, i32::from(!self.with_today))
    }
}

/// All currencies together in one, at the rates that the books know on the day; currencies are taken as independent. `None` where
/// a rate is missing.
fn converted(sums: &Sums, windows: usize, books: &Books, to: Currency, as_of: NaiveDate) -> Option<Sums> {
    let mut sum = alloc::vec![(0.0, 0.0); windows];
    for (currency, days) in sums {
        // Rates are whole numbers: what a billion is worth is exact enough for a spread.
        let rate = books.rate(*currency, to, as_of, as_of)?.value(1_000_000_000)? as f64 / 1e9;
        for (window, day) in sum.iter_mut().zip(days) {
            window.0 += day.0 * rate;
            window.1 += day.1 * rate * rate;
        }
    }
    Some([(to, sum)].into())
}

/// Each currency spread as wide as it was found to be beside the others.
fn widened(mut sums: Sums, bands: &Bands, width: i32) -> Sums {
    let part = usize::from(width != 1);
    for (currency, days) in &mut sums {
        let wider = bands.currencies.get(currency.code()).and_then(|parts| parts.get(part)).copied().unwrap_or(1.0);
        days.iter_mut().for_each(|window| window.1 *= wider * wider);
    }
    sums
}

#[expect(clippy::cast_possible_truncation, reason = "a float-to-integer cast saturates")]
pub(super) fn minor(value: f64) -> i64 {
    libm::round(value) as i64
}
