//! Payment dates and cash asked for on tables of their own, without a run: the items that are asked about, and the past.

use super::asked_part::AskedPart;
use super::columns::{date, float, int, reasons, text};
use super::forecast_table;
use crate::calendar::{FIRST_DAY, add_days};
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::ledger::{Books, Ledger};
use crate::models::PayTimeModel;
use crate::money::Currency;
use crate::record::ItemIdx;
use crate::scoring::{Distribution, Question, Rates, Wanted, forecast, predict};
use crate::table::Table;
use crate::watch::Watch;
use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;

/// Days past due after which an item counts as in default.
const DEFAULT_DAYS: i32 = 180;

/// Offsets behind this one are one entry; but an item that is older has entries of its own for so many days.
const LAST_OFFSET: i32 = 180;
const LEAST_ROWS: i32 = 60;

/// Days that are forecast at most.
const MOST_DAYS: u32 = 730;

/// When each item is asked about: only facts known strictly before that day are used.
#[derive(Clone, Copy, Debug)]
pub enum At<'a> {
    /// All on one day.
    Day(NaiveDate),
    /// Each on the day that it has in this column of its table.
    Column(&'a str),
}

/// Items that were asked about, with the answers, in the order of their rows.
pub struct Asked {
    pub(super) items: Ledger,
    pub(super) asks: Vec<(ItemIdx, NaiveDate)>,
    pub(super) answers: Vec<(Distribution, Rates)>,
}

impl Asked {
    fn ids(&self) -> impl Iterator<Item = &str> {
        self.asks.iter().map(|(at, _)| self.items.item(*at).map_or("", |item| self.items.text(item.id)))
    }

    /// Asks when the items of a table are paid, each taken as not yet paid. `history`: the table `items` of the past, which may hold the
    /// same items; none is no past. `customers`: whose segments and countries are known.
    ///
    /// # Errors
    /// `invalid_tables` with every problem of the items, or of the past (table `history`); `invalid_argument` where the column of days is
    /// not there, or a row has no day in it; `interrupted` where `watch` was stopped.
    pub fn on(model: &PayTimeModel, items: Table<'_>, history: &[Table<'_>], customers: &Books, at: At<'_>, watch: &Watch) -> Result<Self, Error> {
        let AskedPart { items, past, asks } = AskedPart::try_new(items, history, at, watch)?;
        let answers = predict(model, Question { items: &items, history: &past, customers, watch }, &asks);
        watch.check()?;
        Ok(Self { items, asks, answers })
    }

    /// One row an item: probabilities, mean, median and quantiles of the payment date, and the steps from the shipped prior to `p_late`.
    pub fn scores(&self) -> Table<'static> {
        let rows = || self.asks.iter().zip(&self.answers);
        let due = |item: &ItemIdx| self.items.item(*item).map_or(FIRST_DAY, |item| item.due_on);
        let share = |name: &'static str, of: fn(&Distribution) -> f64| float(name, rows().map(|row| of(&row.1.0)));
        let day = |name: &'static str, of: fn(&Distribution) -> i32| date(name, rows().map(|row| add_days(due(&row.0.0), of(&row.1.0))));
        Table::new(
            "scores",
            alloc::vec![
                text("item_id", self.ids()),
                share("p_late", |found| found.later_than(0)),
                share("p_late_30", |found| found.later_than(30)),
                share("p_default", |found| found.later_than(DEFAULT_DAYS)),
                day("expected_on", Distribution::mean),
                day("median_on", |found| found.quantile(0.5)),
                day("q025_on", |found| found.quantile(0.025)),
                day("q10_on", |found| found.quantile(0.1)),
                day("q25_on", |found| found.quantile(0.25)),
                day("q75_on", |found| found.quantile(0.75)),
                day("q90_on", |found| found.quantile(0.9)),
                day("q975_on", |found| found.quantile(0.975)),
                reasons("reasons", rows().map(|(_, (distribution, rates))| rates.reasons(distribution.later_than(0)))),
            ],
        )
    }

    /// The whole distributions, one row an item and day: `offset_days` after the due date (negative before it) and `probability`, which
    /// sums to 1 an item; the largest offset of an item holds all that is later.
    pub fn distribution(&self) -> Table<'static> {
        let mut rows: Vec<(&str, i32, f64)> = Vec::new();
        for (id, (distribution, _)) in self.ids().zip(&self.answers) {
            let last = LAST_OFFSET.max(distribution.from() + LEAST_ROWS);
            let mut before = 1.0;
            for offset in distribution.from()..last {
                let open = distribution.later_than(offset);
                rows.push((id, offset, before - open));
                before = open;
            }
            rows.push((id, last, before));
        }
        Table::new(
            "distribution",
            alloc::vec![text("item_id", rows.iter().map(|row| row.0)), int("offset_days", rows.iter().map(|row| i64::from(row.1))), float("probability", rows.iter().map(|row| row.2))],
        )
    }
}

/// What a forecast is to hold: so many days, or the weeks that hold them; a line of all open items in `currency`, if one is named; a line
/// of what is not issued yet.
///
/// # Errors
/// `invalid_argument`: not 1 to 730 days, or no ISO 4217 currency.
pub fn wanted_cash(days: u32, weekly: bool, currency: Option<&str>, new_business: bool) -> Result<Wanted, Error> {
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(refused("days", ProblemCode::OutOfRange, format!("{days} days, 1 to {MOST_DAYS} are forecast")));
    }
    let read = |code: &str| Currency::try_new(code).map_err(|_| refused("currency", ProblemCode::UnknownCurrency, format!("'{code}' is not an ISO 4217 currency")));
    let (windows, width) = if weekly { (days.div_ceil(7), 7) } else { (days, 1) };
    Ok(Wanted { windows: windows as usize, width, reporting: currency.map(read).transpose()?, new_business })
}

/// Expected cash of the open ones of some items, as the part `forecast` of a report has it. `tables`: `items`, and `fx_rates` for a line
/// in one currency; `history` and `customers` as in [`Asked::on`].
///
/// # Errors
/// `invalid_tables` with every problem of the tables, or of the past (table `history`); `interrupted` where `watch` was stopped.
pub fn forecast_on(model: &PayTimeModel, tables: &[Table<'_>], history: &[Table<'_>], customers: &Books, as_of: NaiveDate, wanted: &Wanted, watch: &Watch) -> Result<Table<'static>, Error> {
    let past = past_of(history, watch)?;
    let items = Ledger::try_new_watched(tables, watch)?;
    let found = forecast(model, Question { items: &items, history: &past, customers, watch }, as_of, wanted);
    watch.check()?;
    Ok(forecast_table(&found))
}

/// The past as books; its problems name it `history`.
pub(super) fn past_of(history: &[Table<'_>], watch: &Watch) -> Result<Ledger, Error> {
    Ledger::try_new_watched(history, watch).map_err(|error| error.of_table("history"))
}

pub(super) fn refused(argument: &str, code: ProblemCode, message: String) -> Error {
    Error::one(ErrorCode::InvalidArgument, "arguments", Some(argument), code, message)
}
