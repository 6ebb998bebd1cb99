//! `PayTimeModel` and `forecast_cash`: when items will be paid, on their own.

use crate::{
    books::{Reduced, ledger_of, reduced},
    cells::day_argument,
    errors::{argument, from_core, guarded},
    inputs::{Input, read_all},
    outputs::{Table, shown},
    patience::{SHORT, patiently},
};
use ar_core::{
    Ledger,
    calendar::{FIRST_DAY, add_days, days_since_epoch},
    error::ProblemCode,
    ledger::days_of,
    models::{Calendars, PayTimeModel as Model},
    report::{Asked, At, forecast_on, wanted_cash},
    table::{Column, Data, Table as Neutral, Texts},
};
use chrono::NaiveDate;
use pyo3::{
    prelude::*,
    types::{PyDict, PyString},
};
use std::collections::BTreeSet;

/// When items are paid: a distribution over days for each item, from what was known when it is asked.
///
///     >>> items = ar.simulate(seed=1, customers=20)["items"]
///     >>> model = ar.PayTimeModel.fit(items, as_of="2026-11-01", calendars={})
///     >>> row = model.predict(items, items, at="2026-11-01").to_dicts()[0]
///     >>> 0 <= row["p_late"] <= 1 and row["q10_on"] <= row["median_on"] <= row["q90_on"]
///     True
#[pyclass(frozen, module = "ar_core", name = "PayTimeModel")]
pub(crate) struct PayTimeModel {
    pub(crate) model: Model,
    /// The customers that it was fitted with: their segments and countries.
    pub(crate) customers: Ledger,
}

#[pymethods]
impl PayTimeModel {
    /// Fits the model with what was known strictly before the day `as_of`.
    ///
    /// items: past and open items (columns as in `Ledger`; `settled_on` is null while an item is open). customers: their `segment` and
    /// `country` are used. calendars: holidays as a dict of ISO 3166 country (or, for customers without one, ISO 4217 currency) to a
    /// list of days; by default those of the package `holidays`, where it is installed; `{}` for none. Deterministic, one core.
    /// Raises InvalidInput with every problem.
    #[staticmethod]
    #[pyo3(signature = (items, as_of, customers=None, calendars=None, *, progress=None))]
    fn fit(
        py: Python<'_>,
        items: Bound<'_, PyAny>,
        as_of: &Bound<'_, PyAny>,
        customers: Option<Bound<'_, PyAny>>,
        calendars: Option<&Bound<'_, PyDict>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guarded(py, || {
            let as_of = day_argument("as_of", as_of)?;
            let (books, people) = books_of(py, items, customers, progress)?;
            let calendars = calendars_of(py, calendars, &books, &people)?;
            let short = books.items().len() < SHORT;
            let fitted = patiently(py, progress, short, |watch| Model::fit_watched(&books, as_of, &calendars, watch))?;
            let model = fitted.map_err(|error| from_core(py, &error))?;
            Ok(Self { model, customers: people })
        })
    }

    /// The scores of items: p_late, p_late_30, p_default (open 180 days after the due date), expected_on, median_on, quantiles of the
    /// payment date (q025_on, q10_on, q25_on, q75_on, q90_on, q975_on) and reasons (each step from the shipped prior to p_late, in
    /// parts per million). One row an item, in the order of the rows.
    ///
    /// items: the items to ask about, each taken as not yet paid. history: settled and other items; it may hold the same items. at: a
    /// day, or the name of a column of days of `items`: only facts known strictly before it are used. Raises InvalidInput.
    #[pyo3(signature = (items, history, at, *, progress=None))]
    fn predict(&self, py: Python<'_>, items: Bound<'_, PyAny>, history: Bound<'_, PyAny>, at: &Bound<'_, PyAny>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<Table> {
        guarded(py, || {
            let asked = self.ask(py, items, history, at, progress)?;
            Ok(Table::own(py.detach(|| asked.scores())))
        })
    }

    /// The whole distribution, as a long table: item_id, offset_days (whole days after the due date, negative before it) and
    /// probability, which sums to 1 an item; the largest offset of an item holds all that is later. Arguments as in `predict`.
    #[pyo3(signature = (items, history, at, *, progress=None))]
    fn distribution(&self, py: Python<'_>, items: Bound<'_, PyAny>, history: Bound<'_, PyAny>, at: &Bound<'_, PyAny>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<Table> {
        guarded(py, || {
            let asked = self.ask(py, items, history, at, progress)?;
            Ok(Table::own(py.detach(|| asked.distribution())))
        })
    }

    /// The model with everything counted anew from what was known strictly before the day `as_of`: hazards, weekdays, holidays and the
    /// tail are those of a fit on that day; the trees stay as they were grown. items, customers: as in `fit`.
    #[pyo3(signature = (items, as_of, customers=None))]
    fn update(&self, py: Python<'_>, items: Bound<'_, PyAny>, as_of: &Bound<'_, PyAny>, customers: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        guarded(py, || {
            let as_of = day_argument("as_of", as_of)?;
            let given = customers.is_some();
            let (books, people) = books_of(py, items, customers, None)?;
            let people = if given { people } else { self.customers.clone() };
            let model = py.detach(|| self.model.update(&books, as_of));
            Ok(Self { model, customers: people })
        })
    }

    /// The model with what a model of your own says of items in the place of ours: `pay_times`, a table of item_id, delay_days (after the
    /// due date, may be negative) and probability not to exceed it. What it does not name keeps our answer. Raises InvalidInput.
    fn with_pay_times(&self, py: Python<'_>, pay_times: Bound<'_, PyAny>) -> PyResult<Self> {
        guarded(py, || {
            let mut model = self.model.clone();
            model.given = crate::books::pay_times_of(py, Some(pay_times))?;
            Ok(Self { model, customers: self.customers.clone() })
        })
    }

    /// The model as JSON, with the segments and countries of the customers that it was fitted with.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let people = &self.customers;
        let rows: Vec<[&str; 3]> = people.customers().iter().map(|row| [row.id, row.segment, row.country].map(|id| people.text(id))).collect();
        let rows: String = py.import("json")?.call_method1("dumps", (rows,))?.extract()?;
        Ok(format!("{{\"customers\":{rows},\"model\":{}}}", self.model.to_json()))
    }

    /// Reads what `to_json` wrote. Raises InvalidInput.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        guarded(py, || {
            let broken = |message: String| argument(py, "text", ProblemCode::Syntax, message);
            let json = py.import("json")?;
            let whole = json.call_method1("loads", (text,)).map_err(|error| broken(error.value(py).to_string()))?;
            let part = |name: &str| whole.get_item(name).map_err(|_| broken(format!("'{name}' is missing: not a payment-time model")));
            let model: String = json.call_method1("dumps", (part("model")?,))?.extract()?;
            let model = Model::from_json(&model).map_err(|error| from_core(py, &error))?;
            let rows: Vec<[String; 3]> = part("customers")?.extract().map_err(|_| broken("'customers' is no list of id, segment and country".into()))?;
            let column = |at: usize| rows.iter().map(|row| row.get(at).cloned().unwrap_or_default()).collect::<Vec<_>>();
            let table = Neutral::new("customers", vec![texts("customer_id", column(0)), texts_or_null("segment", column(1)), texts_or_null("country", column(2))]);
            let customers = Ledger::try_new(&[table]).map_err(|error| from_core(py, &error))?;
            Ok(Self { model, customers })
        })
    }

    /// Facts strictly before this day were used.
    #[getter]
    fn fitted_on<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        crate::outputs::date(py, days_since_epoch(self.model.fitted_on))
    }

    /// What is inside: a dict with settled_items, trees, boosted_share (how far the trees are believed), the mean log losses of a day on
    /// the newest part of the past (`loss_histograms`, `loss_boosted`, `loss_mixed`), and the weights.
    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (model, found) = (&self.model, PyDict::new(py));
        found.set_item("settled_items", model.settled_items)?;
        found.set_item("trees", model.trees.len())?;
        found.set_item("boosted_share", model.boosted_share)?;
        for (name, loss) in ["loss_histograms", "loss_boosted", "loss_mixed"].into_iter().zip(model.losses) {
            found.set_item(name, loss)?;
        }
        found.set_item("half_life_days", model.weights.half_life_days)?;
        found.set_item("customer_strength", model.weights.customer)?;
        found.set_item("bandwidth_days", model.weights.bandwidth_days)?;
        found.set_item("windows_of_cash", model.bands.windows)?;
        Ok(found)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduced(slf.as_any(), "from_json", slf.get().to_json(slf.py())?)
    }

    fn __repr__(&self) -> String {
        format!("<ar_core.PayTimeModel of {}: {} settled items, {} trees>", self.model.fitted_on, self.model.settled_items, self.model.trees.len())
    }

    /// What a notebook shows of it.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "pay_time_html")
    }
}

impl PayTimeModel {
    fn ask(&self, py: Python<'_>, items: Bound<'_, PyAny>, history: Bound<'_, PyAny>, at: &Bound<'_, PyAny>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<Asked> {
        let name = at.cast::<PyString>().ok().map(|text| text.to_string_lossy().into_owned());
        let mut past = read_all(py, [("items".to_owned(), history)])?;
        let mut inputs = read_all(py, [("items".to_owned(), items)])?;
        let items = inputs.first_mut().map(Input::view).unwrap_or_default();
        let at = at_of(&items, name.as_deref(), at)?;
        let past: Vec<Neutral<'_>> = past.iter_mut().map(Input::view).collect();
        let short = past.iter().map(Neutral::rows).sum::<usize>() + items.rows() < SHORT;
        let found = patiently(py, progress, short, |watch| Asked::on(&self.model, items, &past, &self.customers, at, watch))?;
        found.map_err(|error| from_core(py, &error))
    }
}

/// When each item is asked about: `name` is `at` where that is a text. A text that is no column is a day.
pub(crate) fn at_of<'a>(items: &Neutral<'_>, name: Option<&'a str>, at: &Bound<'_, PyAny>) -> PyResult<At<'a>> {
    // A part of a book may have no items, and then it has no columns.
    let is_column = |name: &&str| days_of(items, name).is_some() || (items.columns().is_empty() && day_argument("at", at).is_err());
    match name.filter(is_column) {
        Some(name) => Ok(At::Column(name)),
        None => day_argument("at", at).map(At::Day),
    }
}

/// Expected cash of the open items, with central bands of 80 % and 95 % that were learned from the book's own past.
///
/// model: a PayTimeModel. items: the open items (those issued on `as_of` or later, or settled before it, are left out). history: settled
/// and other items; it may hold the same items. as_of: the first day of the forecast; only facts known strictly before it are used.
/// days: how many days. weekly: weeks of seven days instead of days. currency: also a line of all open items in this currency, at the
/// newest rates of `fx_rates` (left out where one is missing). new_business: also a line of what invoices issued from `as_of` on may bring
/// in, from what those of earlier weeks did. Columns: on, currency, expected, lo80, hi80, lo95, hi95, line (`open_items`,
/// `open_items_converted`, `new_business`).
///
///     >>> items = ar.simulate(seed=1, customers=20)["items"]
///     >>> model = ar.PayTimeModel.fit(items, as_of="2026-11-20", calendars={})
///     >>> weeks = ar.forecast_cash(model, items, items, as_of="2026-11-20", days=28, weekly=True).to_dicts()
///     >>> all(row["lo95"] <= row["lo80"] <= row["hi80"] <= row["hi95"] for row in weeks)
///     True
#[pyfunction]
#[pyo3(signature = (model, items, history, as_of, days, weekly=false, *, currency=None, fx_rates=None, new_business=false, progress=None))]
#[expect(clippy::too_many_arguments, reason = "the face of Python: options by keyword")]
pub(crate) fn forecast_cash(
    py: Python<'_>,
    model: &PayTimeModel,
    items: Bound<'_, PyAny>,
    history: Bound<'_, PyAny>,
    as_of: &Bound<'_, PyAny>,
    days: u32,
    weekly: bool,
    currency: Option<&str>,
    fx_rates: Option<Bound<'_, PyAny>>,
    new_business: bool,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Table> {
    guarded(py, || {
        let as_of = day_argument("as_of", as_of)?;
        let wanted = wanted_cash(days, weekly, currency, new_business).map_err(|error| from_core(py, &error))?;
        let mut past = read_all(py, [("items".to_owned(), history)])?;
        let rates = fx_rates.map(|table| ("fx_rates".to_owned(), table));
        let mut inputs = read_all(py, [("items".to_owned(), items)].into_iter().chain(rates))?;
        let (tables, past) = (inputs.iter_mut().map(Input::view).collect::<Vec<_>>(), past.iter_mut().map(Input::view).collect::<Vec<_>>());
        let short = tables.iter().chain(&past).map(Neutral::rows).sum::<usize>() < SHORT;
        let found = patiently(py, progress, short, |watch| forecast_on(&model.model, &tables, &past, &model.customers, as_of, &wanted, watch))?;
        found.map(Table::own).map_err(|error| from_core(py, &error))
    })
}

/// The items with the customers, and the customers alone.
fn books_of(py: Python<'_>, items: Bound<'_, PyAny>, customers: Option<Bound<'_, PyAny>>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<(Ledger, Ledger)> {
    let known = customers.map(|table| ("customers".to_owned(), table));
    let people = ledger_of(py, read_all(py, known.clone())?, None)?;
    Ok((ledger_of(py, read_all(py, [("items".to_owned(), items)].into_iter().chain(known))?, progress)?, people))
}

/// The calendars: those given, else those of the package `holidays` for the countries and currencies of the book.
fn calendars_of(py: Python<'_>, given: Option<&Bound<'_, PyDict>>, books: &Ledger, people: &Ledger) -> PyResult<Calendars> {
    let found = match given {
        Some(given) => given.clone(),
        None => {
            let countries: BTreeSet<&str> = people.customers().iter().map(|row| people.text(row.country)).filter(|country| !country.is_empty()).collect();
            let currencies: BTreeSet<String> = books.currencies().iter().map(|currency| currency.code().to_owned()).collect();
            let day = |pick: fn(NaiveDate, NaiveDate) -> NaiveDate| books.items().iter().map(|item| pick(item.issued_on, item.due_on)).reduce(pick).unwrap_or(FIRST_DAY);
            let years = (day(std::cmp::min), add_days(day(std::cmp::max), YEARS_AHEAD * 366));
            let names = (countries.into_iter().map(str::to_owned).collect::<Vec<_>>(), currencies.into_iter().collect::<Vec<_>>());
            let of = py.import("ar_core.calendars")?.getattr("bank_holidays")?;
            let (first, last) = (crate::outputs::date(py, days_since_epoch(years.0))?, crate::outputs::date(py, days_since_epoch(years.1))?);
            of.call1((names.0, names.1, first, last))?.cast_into::<PyDict>()?
        }
    };
    read_calendars(&found)
}

/// Holidays as a dict of calendars to lists of days.
pub(crate) fn read_calendars(found: &Bound<'_, PyDict>) -> PyResult<Calendars> {
    let mut calendars = Calendars::new();
    for (name, days) in found {
        let name: String = name.extract()?;
        let days = days.try_iter()?.map(|day| day_argument("calendars", &day?)).collect::<PyResult<Vec<_>>>()?;
        calendars.insert(name, days);
    }
    Ok(calendars)
}

/// Holidays are taken this many years behind the last due date.
const YEARS_AHEAD: i32 = 2;

fn texts(name: &'static str, values: Vec<String>) -> Column<'static> {
    let mut found = Texts::default();
    values.iter().for_each(|value| found.push(value));
    Column::new(name, Data::Text(found))
}

fn texts_or_null(name: &'static str, values: Vec<String>) -> Column<'static> {
    let valid = values.iter().map(|value| !value.is_empty()).collect();
    let Column { data, .. } = texts(name, values);
    Column::nullable(name, valid, data)
}
