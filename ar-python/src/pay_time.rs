//! `PayTimeModel` and `forecast_cash`: when items will be paid, on their own.

use crate::{
    books::{Reduced, ledger_of, reduced},
    cells::day_argument,
    errors::{argument, from_core, from_problems, guarded},
    inputs::{Input, read_all},
    outputs::Table,
};
use ar_core::{
    Error, Ledger, Problem,
    calendar::{FIRST_DAY, add_days, days_since_epoch},
    error::ProblemCode,
    ledger::{days_of, texts_of},
    models::{Calendars, PayTimeModel as Model},
    money::Currency,
    record::ItemIdx,
    scoring::{Distribution, Question, Rates, Wanted, forecast, predict},
    table::{Column, Data, Table as Neutral, Texts},
};
use chrono::NaiveDate;
use pyo3::{
    prelude::*,
    types::{PyDict, PyString},
};
use std::{borrow::Cow, collections::BTreeSet};

/// When items are paid: a distribution over days for each item, from what was known when it is asked.
#[pyclass(frozen, module = "ar_core", name = "PayTimeModel")]
pub(crate) struct PayTimeModel {
    model: Model,
    /// The customers that it was fitted with: their segments and countries.
    customers: Ledger,
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
    #[pyo3(signature = (items, as_of, customers=None, calendars=None))]
    fn fit(py: Python<'_>, items: Bound<'_, PyAny>, as_of: &Bound<'_, PyAny>, customers: Option<Bound<'_, PyAny>>, calendars: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        guarded(py, || {
            let as_of = day_argument("as_of", as_of)?;
            let (books, people) = books_of(py, items, customers)?;
            let calendars = calendars_of(py, calendars, &books, &people)?;
            let model = py.detach(|| Model::fit(&books, as_of, &calendars));
            Ok(Self { model, customers: people })
        })
    }

    /// The scores of items: p_late, p_late_30, p_default (open 180 days after the due date), expected_on, median_on, quantiles of the
    /// payment date (q025_on, q10_on, q25_on, q75_on, q90_on, q975_on) and reasons (each step from the shipped prior to p_late, in
    /// parts per million). One row an item, in the order of the rows.
    ///
    /// items: the items to ask about, each taken as not yet paid. history: settled and other items; it may hold the same items. at: a
    /// day, or the name of a column of days of `items`: only facts known strictly before it are used. Raises InvalidInput.
    fn predict(&self, py: Python<'_>, items: Bound<'_, PyAny>, history: Bound<'_, PyAny>, at: &Bound<'_, PyAny>) -> PyResult<Table> {
        guarded(py, || {
            let asked = self.ask(py, items, history, at)?;
            Ok(Table::own(py.detach(|| scores(&asked))))
        })
    }

    /// The whole distribution, as a long table: item_id, offset_days (whole days after the due date, negative before it) and
    /// probability, which sums to 1 an item; the largest offset of an item holds all that is later. Arguments as in `predict`.
    fn distribution(&self, py: Python<'_>, items: Bound<'_, PyAny>, history: Bound<'_, PyAny>, at: &Bound<'_, PyAny>) -> PyResult<Table> {
        guarded(py, || {
            let asked = self.ask(py, items, history, at)?;
            Ok(Table::own(py.detach(|| long_table(&asked))))
        })
    }

    /// The model with everything counted anew from what was known strictly before the day `as_of`: hazards, weekdays, holidays and the
    /// tail are those of a fit on that day; the trees stay as they were grown. items, customers: as in `fit`.
    #[pyo3(signature = (items, as_of, customers=None))]
    fn update(&self, py: Python<'_>, items: Bound<'_, PyAny>, as_of: &Bound<'_, PyAny>, customers: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        guarded(py, || {
            let as_of = day_argument("as_of", as_of)?;
            let given = customers.is_some();
            let (books, people) = books_of(py, items, customers)?;
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
}

/// What was asked, with the answers.
struct Asked {
    ids: Vec<String>,
    items: Ledger,
    asks: Vec<(ItemIdx, NaiveDate)>,
    answers: Vec<(Distribution, Rates)>,
}

impl PayTimeModel {
    fn ask(&self, py: Python<'_>, items: Bound<'_, PyAny>, history: Bound<'_, PyAny>, at: &Bound<'_, PyAny>) -> PyResult<Asked> {
        let name = at.cast::<PyString>().ok().map(|text| text.to_string_lossy().into_owned());
        let past = history_of(py, history)?;
        let mut inputs = read_all(py, [("items".to_owned(), items)])?;
        let mut tables: Vec<Neutral<'_>> = inputs.iter_mut().map(Input::view).collect();
        let table = tables.first_mut();
        let column = name.as_deref().and_then(|name| table.as_ref().and_then(|table| days_of(table, name)));
        let day = if column.is_some() { None } else { Some(day_argument("at", at)?) };
        let ids = table.as_ref().and_then(|table| texts_of(table, "item_id")).unwrap_or_default();
        if let (Some(table), Some(name)) = (table, name.as_deref()) {
            // A column of your own may have any name.
            for batch in &mut table.batches {
                batch.columns.retain(|column| column.name != name || ["issued_on", "due_on", "settled_on", "last_notice_on", "discount_until"].contains(&name));
            }
        }
        let books = Ledger::try_new(&tables).map_err(|error| from_core(py, &error))?;
        let mut asks = Vec::with_capacity(ids.len());
        let ids: Vec<String> = ids.into_iter().map(Option::unwrap_or_default).collect();
        for (row, id) in ids.iter().enumerate() {
            let on = match (&column, day) {
                (_, Some(day)) => Some(day),
                (Some(column), None) => column.get(row).copied().flatten(),
                (None, None) => None,
            };
            let on = on.ok_or_else(|| argument(py, "at", ProblemCode::MissingValue, format!("row {row} of '{}' has no day", name.as_deref().unwrap_or(""))))?;
            if let Some(item) = books.find_item(id) {
                asks.push((item, on));
            }
        }
        let answers = py.detach(|| predict(&self.model, Question { items: &books, history: &past, customers: &self.customers }, &asks));
        Ok(Asked { ids, items: books, asks, answers })
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
#[pyfunction]
#[pyo3(signature = (model, items, history, as_of, days, weekly=false, *, currency=None, fx_rates=None, new_business=false))]
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
) -> PyResult<Table> {
    guarded(py, || {
        let as_of = day_argument("as_of", as_of)?;
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(argument(py, "days", ProblemCode::OutOfRange, format!("{days} days, 1 to {MOST_DAYS} are forecast")));
        }
        let reporting = currency.map(|code| Currency::try_new(code).map_err(|_| argument(py, "currency", ProblemCode::UnknownCurrency, format!("'{code}' is not an ISO 4217 currency"))));
        let past = history_of(py, history)?;
        let rates = fx_rates.map(|table| ("fx_rates".to_owned(), table));
        let books = ledger_of(py, read_all(py, [("items".to_owned(), items)].into_iter().chain(rates))?)?;
        let (windows, width) = if weekly { (days.div_ceil(7), 7) } else { (days, 1) };
        let wanted = Wanted { windows: windows as usize, width, reporting: reporting.transpose()?, new_business };
        let question = Question { items: &books, history: &past, customers: &model.customers };
        let rows = py.detach(|| forecast(&model.model, question, as_of, &wanted));
        Ok(Table::own(ar_core::report::forecast_table(&rows)))
    })
}

/// Days that are forecast at most.
const MOST_DAYS: u32 = 730;

/// The items with the customers, and the customers alone.
fn books_of(py: Python<'_>, items: Bound<'_, PyAny>, customers: Option<Bound<'_, PyAny>>) -> PyResult<(Ledger, Ledger)> {
    let known = customers.map(|table| ("customers".to_owned(), table));
    let people = ledger_of(py, read_all(py, known.clone())?)?;
    Ok((ledger_of(py, read_all(py, [("items".to_owned(), items)].into_iter().chain(known))?)?, people))
}

/// The past as a ledger; problems name it `history`.
fn history_of(py: Python<'_>, history: Bound<'_, PyAny>) -> PyResult<Ledger> {
    let mut inputs = read_all(py, [("items".to_owned(), history)])?;
    let built = py.detach(move || Ledger::try_new(&inputs.iter_mut().map(Input::view).collect::<Vec<_>>()));
    built.map_err(|error| renamed(py, &error))
}

fn renamed(py: Python<'_>, error: &Error) -> PyErr {
    let problems: Vec<Problem> = error.problems().iter().map(|problem| Problem { table: "history".into(), ..problem.clone() }).collect();
    from_problems(py, error.code(), &problems, error.total())
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

/// Days past due after which an item counts as in default.
const DEFAULT_DAYS: i32 = 180;

fn scores(asked: &Asked) -> Neutral<'static> {
    let rows = || asked.asks.iter().zip(&asked.answers);
    let due = |item: &ItemIdx| asked.items.item(*item).map_or(FIRST_DAY, |item| item.due_on);
    let share = |name: &'static str, of: &dyn Fn(&Distribution) -> f64| Column::new(name, Data::Float(Cow::Owned(rows().map(|row| of(&row.1.0)).collect())));
    let day = |name: &'static str, of: &dyn Fn(&Distribution) -> i32| Column::new(name, Data::Date(Cow::Owned(rows().map(|row| days_since_epoch(add_days(due(&row.0.0), of(&row.1.0)))).collect())));
    let (mut ends, mut all) = (Vec::new(), Vec::new());
    for (_, (distribution, rates)) in rows() {
        all.extend(rates.reasons(distribution.later_than(0)));
        ends.push(all.len());
    }
    Neutral::new(
        "scores",
        vec![
            texts("item_id", asked.ids.clone()),
            share("p_late", &|found| found.later_than(0)),
            share("p_late_30", &|found| found.later_than(30)),
            share("p_default", &|found| found.later_than(DEFAULT_DAYS)),
            day("expected_on", &Distribution::mean),
            day("median_on", &|found| found.quantile(0.5)),
            day("q025_on", &|found| found.quantile(0.025)),
            day("q10_on", &|found| found.quantile(0.1)),
            day("q25_on", &|found| found.quantile(0.25)),
            day("q75_on", &|found| found.quantile(0.75)),
            day("q90_on", &|found| found.quantile(0.9)),
            day("q975_on", &|found| found.quantile(0.975)),
            Column::new("reasons", Data::Reasons(ends, all)),
        ],
    )
}

/// Offsets behind this one are one entry; but an item that is older has entries of its own for so many days.
const LAST_OFFSET: i32 = 180;
const LEAST_ROWS: i32 = 60;

fn long_table(asked: &Asked) -> Neutral<'static> {
    let (mut ids, mut offsets, mut shares) = (Texts::default(), Vec::new(), Vec::new());
    for (id, (distribution, _)) in asked.ids.iter().zip(&asked.answers) {
        let last = LAST_OFFSET.max(distribution.from() + LEAST_ROWS);
        let mut before = 1.0;
        for offset in distribution.from()..last {
            let open = distribution.later_than(offset);
            ids.push(id);
            offsets.push(i64::from(offset));
            shares.push(before - open);
            before = open;
        }
        ids.push(id);
        offsets.push(i64::from(last));
        shares.push(before);
    }
    Neutral::new("distribution", vec![Column::new("item_id", Data::Text(ids)), Column::new("offset_days", Data::Int(Cow::Owned(offsets))), Column::new("probability", Data::Float(Cow::Owned(shares)))])
}

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
