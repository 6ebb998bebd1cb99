//! `run`, its `Report`, and the functions that stand on their own.

use crate::{
    books::{Ledger, Models, Policy, events_text},
    cells::day_argument,
    errors::{argument, from_core, guarded},
    outputs::{Table, date, shown},
};
use ar_core::{
    Currency, Extent, Part, Watch,
    calendar::days_since_epoch,
    error::ProblemCode,
    models::Calendars,
    reason::{Reason, ReasonCode},
};
use chrono::NaiveDate;
use pyo3::prelude::*;
use std::sync::Arc;

/// All that one run found. Every part is a Table.
///
///     >>> report = ar.run(ar.Ledger(**ar.simulate(seed=1, customers=20)), as_of="2026-11-20")
///     >>> first = report.worklist.to_dicts()[0]
///     >>> report.explain(first["decision_id"])["decision_id"] == first["decision_id"]
///     True
///     >>> ar.Report.parts()[:3]
///     ['allocations', 'payments', 'scores']
#[pyclass(frozen, module = "ar_core", name = "Report")]
pub(crate) struct Report(pub(crate) Arc<ar_core::Report>);

impl Report {
    fn json<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.call_method1("loads", (text,))
    }
}

#[pymethods]
impl Report {
    /// Proposed applications of cash.
    #[getter]
    fn allocations(&self) -> Table {
        Table::part(&self.0, Part::Allocations)
    }

    /// Every payment, with what was found for it.
    #[getter]
    fn payments(&self) -> Table {
        Table::part(&self.0, Part::Payments)
    }

    /// Every open item: when its payment is expected, and why.
    #[getter]
    fn scores(&self) -> Table {
        Table::part(&self.0, Part::Scores)
    }

    /// Actions on subjects: act, or ask a person.
    #[getter]
    fn decisions(&self) -> Table {
        Table::part(&self.0, Part::Decisions)
    }

    /// What a person has to do, best first.
    #[getter]
    fn worklist(&self) -> Table {
        Table::part(&self.0, Part::Worklist)
    }

    /// Every open item exactly once: decided on, or skipped and why.
    #[getter]
    fn outcomes(&self) -> Table {
        Table::part(&self.0, Part::Outcomes)
    }

    /// Cash expected by day and currency, with intervals.
    #[getter]
    fn forecast(&self) -> Table {
        Table::part(&self.0, Part::Forecast)
    }

    /// What is open, by days past due.
    #[getter]
    fn aging(&self) -> Table {
        Table::part(&self.0, Part::Aging)
    }

    /// Measures with the formula that gave them.
    #[getter]
    fn kpis(&self) -> Table {
        Table::part(&self.0, Part::Kpis)
    }

    /// Risk of the book: expected loss, provision, roll rates, concentration, credit limits.
    #[getter]
    fn risk(&self) -> Table {
        Table::part(&self.0, Part::Risk)
    }

    /// What each role has to do, how much of it fits into the day, and how far from the best the choice may be.
    #[getter]
    fn capacity(&self) -> Table {
        Table::part(&self.0, Part::Capacity)
    }

    /// Disputes and deductions by reason, product and customer.
    #[getter]
    fn root_causes(&self) -> Table {
        Table::part(&self.0, Part::RootCauses)
    }

    /// What people are asked, and what they are to look at.
    #[getter]
    fn escalations(&self) -> Table {
        Table::part(&self.0, Part::Escalations)
    }

    /// How far the engine may go, by action and segment, and what the evidence says.
    #[getter]
    fn autonomy(&self) -> Table {
        Table::part(&self.0, Part::Autonomy)
    }

    /// The chain of audit entries.
    #[getter]
    fn audit(&self) -> Table {
        Table::part(&self.0, Part::Audit)
    }

    /// Charts of the report: `report.plot.aging()`; needs `pip install 'ar-core[cli]'`.
    #[getter]
    fn plot<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("ar_core.plot")?.call_method1("ReportPlots", (slf,))
    }

    /// One part by its name. Raises InvalidInput for a name that is none of `parts()`.
    fn part(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        let unknown = || argument(py, "name", ProblemCode::UnknownWord, format!("'{}' is none of {}", head(name), Part::WORDS.join(", ")));
        Part::from_name(name).map(|part| Table::part(&self.0, part)).ok_or_else(unknown)
    }

    /// Names of the parts.
    #[staticmethod]
    fn parts() -> &'static [&'static str] {
        Part::WORDS
    }

    /// The report as canonical JSON: the same bytes from every face.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        guarded(py, || Ok(py.detach(|| self.0.to_json())))
    }

    /// Why a decision was made: a dict with `text` for a person and the data behind it; `would_act_with` says what would have let the
    /// engine act, as the `changes` of `why_not`. Raises InvalidInput where the report has
    /// no such decision.
    fn explain<'py>(&self, py: Python<'py>, decision_id: &str) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || {
            let found = self.0.explain(decision_id);
            let unknown = || argument(py, "decision_id", ProblemCode::UnknownRecord, format!("the report has no decision '{}'", head(decision_id)));
            Self::json(py, &found.ok_or_else(unknown)?)
        })
    }

    /// Why an action was not taken for a customer: a dict with `text`, `answer`, `reasons` and `changes`, the smallest first: each lifts the
    /// reasons in `lifts` by the `changes` in it (a `setting` with `from` and `to`, or a `fact`). Raises InvalidInput for an unknown action
    /// or customer.
    fn why_not<'py>(&self, py: Python<'py>, action: &str, customer_id: &str) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || {
            let found = self.0.why_not(action, customer_id).map_err(|error| from_core(py, &error))?;
            Self::json(py, &found)
        })
    }

    /// Holds the decisions against what people did on the day of the report and on the `days` behind it, and changes nothing.
    ///
    /// events: a list of dicts or a JSON array, as `Ledger.apply` takes them, in any order; those of other days are left out. days: 0 to 60.
    /// The books of the report are to be those before the events. Raises InvalidInput for other days, and for what is not such an array.
    #[pyo3(signature = (events, days=1))]
    fn shadow(&self, py: Python<'_>, events: &Bound<'_, PyAny>, days: i64) -> PyResult<Shadow> {
        guarded(py, || {
            let text = events_text(events)?;
            let found = py.detach(|| self.0.shadow_json(&text, days)).map_err(|error| from_core(py, &error))?;
            Ok(Shadow { rows: Py::new(py, Table::own(found.rows_table()))?, summary: Py::new(py, Table::own(found.summary_table()))? })
        })
    }

    fn __repr__(&self) -> String {
        let report = &self.0;
        format!(
            "<ar_core.Report of {}: {} payments, {} open items, {} decisions, {} for people>",
            report.as_of(),
            report.payments().len(),
            report.scores().len(),
            report.decisions().len(),
            report.worklist().count()
        )
    }

    /// The day of the run.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, ar_core::calendar::days_since_epoch(self.0.as_of()))
    }

    /// What a notebook shows of it.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "report_html")
    }
}

/// What the engine would have done beside what people did. Agreement is not correctness.
///
///     >>> report = ar.run(ar.Ledger(**ar.simulate(seed=1, customers=5)), as_of="2026-11-20")
///     >>> report.shadow([]).summary.column_names[:3]
///     ['action', 'segment', 'currency']
#[pyclass(frozen, module = "ar_core", name = "Shadow")]
pub(crate) struct Shadow {
    rows: Py<Table>,
    summary: Py<Table>,
}

#[pymethods]
impl Shadow {
    /// Each decision once, with what people did about the same; behind them what they did besides.
    #[getter]
    fn rows(&self, py: Python<'_>) -> Py<Table> {
        self.rows.clone_ref(py)
    }

    /// Counts, amounts, worth and minutes by action, segment, currency and class, with the share of agreement.
    #[getter]
    fn summary(&self, py: Python<'_>) -> Py<Table> {
        self.summary.clone_ref(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<ar_core.Shadow: {} rows>", self.rows.get().__len__(py)?))
    }

    /// What a notebook shows of it.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "shadow_html")
    }
}

fn head(text: &str) -> String {
    text.chars().take(80).collect()
}

/// How much of a day is run: a word, or the customers that it is run for.
#[derive(FromPyObject)]
pub(crate) enum Scope {
    Word(String),
    Customers(Vec<String>),
}

impl Scope {
    fn run(&self, ledger: &ar_core::Ledger, policy: &ar_core::Policy, models: &ar_core::Models, as_of: NaiveDate, watch: &Watch) -> Result<ar_core::Report, ar_core::Error> {
        let named: Vec<&str>;
        let extent = match self {
            Self::Word(word) if word == "cash" => Extent::Cash,
            Self::Word(word) if word == "collections" => Extent::Collections,
            Self::Word(_) => Extent::All,
            Self::Customers(ids) => {
                named = ids.iter().map(String::as_str).collect();
                Extent::Customers(&named)
            }
        };
        ar_core::run_watched(ledger, policy, models, as_of, extent, watch)
    }
}

/// The day that a call must name.
pub(crate) fn required_day(py: Python<'_>, as_of: Option<&Bound<'_, PyAny>>, what: &str) -> PyResult<NaiveDate> {
    let missing = || argument(py, "as_of", ProblemCode::MissingValue, format!("{what} is required; the engine has no clock"));
    day_argument("as_of", as_of.ok_or_else(missing)?)
}

/// Works with the policy and the models that are given; where they are not, with the default and with what the ledger teaches.
pub(crate) fn with_defaults<R>(
    ledger: &ar_core::Ledger,
    policy: Option<&ar_core::Policy>,
    models: Option<&ar_core::Models>,
    as_of: NaiveDate,
    watch: &Watch,
    work: impl FnOnce(&ar_core::Policy, &ar_core::Models) -> Result<R, ar_core::Error>,
) -> Result<R, ar_core::Error> {
    let (default, fitted);
    let policy = match policy {
        Some(policy) => policy,
        None => {
            default = ar_core::Policy::default();
            &default
        }
    };
    let models = match models {
        Some(models) => models,
        None => {
            fitted = ar_core::Models::fit_watched(ledger, as_of, &Calendars::new(), watch)?;
            &fitted
        }
    };
    work(policy, models)
}

/// Decides what to do on the day `as_of`: a pure function of ledger, policy, models and day.
///
/// ledger: the books. policy: default `Policy.default()`. models: default `Models.fit(ledger, as_of)`.
/// as_of: required; a date, a datetime at midnight, or ISO text; the engine has no clock.
/// scope: `all`; `cash` = the payments and nothing else; `collections` = cash and decisions, without predicted payment dates (parts
/// scores, forecast, aging, kpis and risk are empty, decisions are worth nothing): for a large book, many times as fast. Or a list of at
/// most 10,000 customer_ids: what concerns these customers, each row as in the whole run, but for budgets and capacity that customers
/// share; parts that speak of the whole book (forecast, aging, kpis, risk, root_causes, autonomy) are empty. Give it the models of the day.
/// progress: a callable that is given the stage (`load`, `fit`, `trials`, `cash`, `past`, `customers`, `report`), what of it is done and the total (0 =
/// unknown), some times a second; `True` for a bar on stderr, where that is a terminal. Ctrl-C, and what the callable raises, stop the run.
/// Raises InvalidInput when the day, the scope or the models do not fit.
///
///     >>> ledger = ar.Ledger(**ar.simulate(seed=1, customers=20))
///     >>> report = ar.run(ledger, as_of="2026-11-20")
///     >>> report.decisions.to_dicts()[0]["mode"]
///     'ask'
///     >>> report.to_json() == ar.run(ledger, as_of="2026-11-20").to_json()
///     True
#[pyfunction]
#[pyo3(signature = (ledger, policy=None, models=None, as_of=None, scope=Scope::Word("all".into()), *, progress=None), text_signature = "(ledger, policy=None, models=None, as_of=None, scope='all', *, progress=None)")]
pub(crate) fn run(
    py: Python<'_>,
    ledger: &Ledger,
    policy: Option<&Policy>,
    models: Option<&Models>,
    as_of: Option<&Bound<'_, PyAny>>,
    scope: Scope,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Report> {
    guarded(py, || {
        if let Scope::Word(word) = &scope
            && !["all", "cash", "collections"].contains(&word.as_str())
        {
            return Err(argument(py, "scope", ProblemCode::UnknownWord, format!("'{}' is none of all, cash, collections, nor a list of customer_ids", head(word))));
        }
        let as_of = required_day(py, as_of, "the day of the run")?;
        let (policy, models) = (policy.map(|policy| &policy.0), models.map(|models| &models.0));
        let report = ledger.read_patiently(py, progress, |ledger, watch| with_defaults(ledger, policy, models, as_of, watch, |policy, models| scope.run(ledger, policy, models, as_of, watch)))?;
        report.map(|report| Report(Arc::new(report))).map_err(|error| from_core(py, &error))
    })
}

/// Ageing and measures of the books as they stand on a day.
///
///     >>> ledger = ar.Ledger(**ar.simulate(seed=1, customers=20))
///     >>> found = ar.figures(ledger, as_of="2026-11-20")
///     >>> [row["bucket"] for row in found.aging.to_dicts()][:2]
///     ['not_due', '1-30']
///     >>> found.kpis.to_dicts()[0]["name"]
///     'dso'
#[pyclass(frozen, module = "ar_core", name = "Figures")]
pub(crate) struct Figures(ar_core::Figures);

#[pymethods]
impl Figures {
    /// What is open, by days past due: bucket, currency, amount (of credits negative), count.
    #[getter]
    fn aging(&self) -> Table {
        Table::own(self.0.aging_table())
    }

    /// Measures with the formula that gave them: name, value, unit, formula, version, currency, note.
    #[getter]
    fn kpis(&self) -> Table {
        Table::own(self.0.kpis_table())
    }

    /// The day.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, days_since_epoch(self.0.as_of()))
    }

    /// Both tables as JSON, as that of a report with only these parts.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self) -> String {
        format!("<ar_core.Figures of {}: {} rows of ageing, {} measures>", self.0.as_of(), self.0.aging().len(), self.0.kpis().len())
    }

    /// What a notebook shows of it.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "figures_html")
    }
}

/// Ages and measures the books as they stand at the end of the day `as_of`, without a run: nothing is matched or decided, and nothing is
/// logged. Takes some milliseconds for a million items.
///
/// ledger: the books. policy: default `Policy.default()`; the days that measures look back on (`reporting.kpi_days`) are its, and
/// promises are judged by it. as_of: required, as in `run`.
/// The tables are those of the parts `aging` and `kpis` of a report; what came in and is not applied is a credit. Measures of the decisions
/// of a day, of autonomy and of the models are not among them.
/// Raises InvalidInput when the day or the policy does not fit the books.
///
///     >>> ledger = ar.Ledger(**ar.simulate(seed=1, customers=20))
///     >>> ar.figures(ledger, as_of="2026-11-20").aging.column_names
///     ['bucket', 'currency', 'amount', 'count']
#[pyfunction]
#[pyo3(signature = (ledger, policy=None, as_of=None))]
pub(crate) fn figures(py: Python<'_>, ledger: &Ledger, policy: Option<&Policy>, as_of: Option<&Bound<'_, PyAny>>) -> PyResult<Figures> {
    guarded(py, || {
        let as_of = required_day(py, as_of, "the day")?;
        let found = ledger.read(py, |ledger| match policy {
            Some(policy) => ar_core::figures(ledger, &policy.0, as_of),
            None => ar_core::figures(ledger, &ar_core::Policy::default(), as_of),
        })?;
        found.map(Figures).map_err(|error| from_core(py, &error))
    })
}

/// A reason as a sentence for a person: `37 days past due, 30 days allowed`.
///
/// code, observed, limit: as in the `reasons` of any table; None where there is no number. currency: that of the row (ISO 4217; its
/// decimals are those of amounts; two where it is None). Raises InvalidInput for a code or currency that does not exist.
///
///     >>> ar.reason_text("past_due", 37, 30)
///     '37 days past due, 30 days allowed'
#[pyfunction]
#[pyo3(signature = (code, observed=None, limit=None, currency=None))]
pub(crate) fn reason_text(py: Python<'_>, code: &str, observed: Option<i64>, limit: Option<i64>, currency: Option<&str>) -> PyResult<String> {
    guarded(py, || {
        let Some(code) = ReasonCode::ALL.iter().find(|known| known.name() == code) else {
            return Err(argument(py, "code", ProblemCode::UnknownWord, format!("no reason '{code}'")));
        };
        let exponent = match currency.map(Currency::try_new) {
            None => 2,
            Some(Ok(currency)) => currency.exponent(),
            Some(Err(_)) => return Err(argument(py, "currency", ProblemCode::UnknownCurrency, "not an ISO 4217 currency".into())),
        };
        let number = |value: Option<i64>| value.unwrap_or(Reason::NOTHING);
        Ok(Reason::new(*code, number(observed), number(limit)).to_text(exponent))
    })
}
