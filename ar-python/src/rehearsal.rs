//! `rehearse` and its `Rehearsal`: what another policy would have decided on past days.

use crate::{
    books::{Ledger, Models, Policy, events_text},
    cells::day_argument,
    errors::{argument, from_core, guarded},
    outputs::{Table, date, shown},
};
use ar_core::{
    calendar::{FIRST_DAY, add_days, days_since_epoch},
    error::ProblemCode,
    event::from_json,
    models::Calendars,
    rehearsal::{MAX_DAYS, Scope},
};
use pyo3::{
    prelude::*,
    types::{PyList, PyTuple},
};

/// What another policy would have decided: tables of what is not the same, and of how much.
///
///     >>> ledger = ar.Ledger(**ar.simulate(seed=1, customers=5))
///     >>> policy = ar.Policy.default()
///     >>> ar.rehearse(ledger, policy, policy, as_of="2026-11-20", scope="collections").changes.to_dicts()
///     []
#[pyclass(frozen, module = "ar_core", name = "Rehearsal")]
pub(crate) struct Rehearsal(ar_core::rehearsal::Rehearsal);

#[pymethods]
impl Rehearsal {
    /// The decisions that are not the same, by day.
    #[getter]
    fn changes(&self) -> Table {
        Table::own(self.0.changes())
    }

    /// How many, by change, action and currency, with amounts, worth and the minutes of people, before and after.
    #[getter]
    fn summary(&self) -> Table {
        Table::own(self.0.summary())
    }

    /// The days that were decided.
    #[getter]
    fn days<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.0.days.iter().map(|day| date(py, days_since_epoch(*day))).collect()
    }

    fn __repr__(&self) -> String {
        let decided: i64 = self.0.sums.values().map(|sum| sum.count).sum();
        format!("<ar_core.Rehearsal of {} days: {} of {decided} decisions are not the same>", self.0.days.len(), self.0.rows.len())
    }

    /// What a notebook shows of it.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "rehearsal_html")
    }
}

/// Decides past days under two policies and says what is not the same.
///
/// ledger: the books as they stood when the first day began. before: the policy that was in force. after: the other one. as_of: the first
/// day, or a list of days, each later than the one before. days: how many days in a row from the first (default 1), at most 400.
/// events: what happened since, as for `Ledger.apply`, sorted by day; before a day is decided, those of the days before it are applied, and
/// of the day itself those in front of the first that names a decision. Without events the books stand as they are on every day.
/// models: default `Models.fit(ledger, first day)`. scope: `all`, or `collections`: without predicted payment dates, many times as fast,
/// and nothing is worth anything. What the other policy would have changed of the days that follow is not played on. progress: as in `run`.
/// Raises InvalidInput for days or events that are not in order, and for what the engine refuses.
///
///     >>> ledger = ar.Ledger(**ar.simulate(seed=1, customers=20))
///     >>> bolder = ar.Policy.from_toml('version = "bolder"\n[autonomy]\ndefault_level = 2')
///     >>> found = ar.rehearse(ledger, ar.Policy.default(), bolder, as_of="2026-11-20", scope="collections")
///     >>> "ask_to_act" in {row["change"] for row in found.changes.to_dicts()}
///     True
#[pyfunction]
#[pyo3(signature = (ledger, before, after, as_of, days=None, events=None, models=None, scope="all", *, progress=None))]
#[expect(clippy::too_many_arguments, reason = "keywords of Python")]
pub(crate) fn rehearse(
    py: Python<'_>,
    ledger: &Ledger,
    before: &Policy,
    after: &Policy,
    as_of: &Bound<'_, PyAny>,
    days: Option<usize>,
    events: Option<&Bound<'_, PyAny>>,
    models: Option<&Models>,
    scope: &str,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Rehearsal> {
    guarded(py, || {
        let unknown = || argument(py, "scope", ProblemCode::UnknownWord, format!("'{}' is none of {}", scope.chars().take(80).collect::<String>(), Scope::WORDS.join(", ")));
        let scope = Scope::from_name(scope).ok_or_else(unknown)?;
        let wanted = read_days(py, as_of, days)?;
        let events = events.filter(|events| !events.is_none()).map(events_text).transpose()?;
        let models = models.map(|models| &models.0);
        let found = ledger.read_patiently(py, progress, |ledger, watch| {
            let events = events.as_deref().map_or_else(|| Ok(Vec::new()), from_json)?;
            let fitted;
            let models = match models {
                Some(models) => models,
                None => {
                    fitted = ar_core::Models::fit_watched(ledger, wanted.first().copied().unwrap_or(FIRST_DAY), &Calendars::new(), watch)?;
                    &fitted
                }
            };
            ar_core::rehearse_watched(ledger, &before.0, &after.0, models, &wanted, &events, scope, watch)
        })?;
        found.map(Rehearsal).map_err(|error| from_core(py, &error))
    })
}

fn read_days(py: Python<'_>, as_of: &Bound<'_, PyAny>, days: Option<usize>) -> PyResult<Vec<chrono::NaiveDate>> {
    if as_of.is_instance_of::<PyList>() || as_of.is_instance_of::<PyTuple>() {
        if days.is_some() {
            return Err(argument(py, "days", ProblemCode::Contradiction, "the days are listed in as_of".into()));
        }
        return as_of.try_iter()?.take(MAX_DAYS + 1).map(|day| day_argument("as_of", &day?)).collect();
    }
    let first = day_argument("as_of", as_of)?;
    let count = days.unwrap_or(1).min(MAX_DAYS + 1);
    Ok((0..count).filter_map(|at| i32::try_from(at).ok()).map(|at| add_days(first, at)).collect())
}
