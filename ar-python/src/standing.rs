//! A day that stands: the whole book is worked through once, and then only what events touch.

use crate::{
    books::{Ledger, Models, Policy, events_text},
    errors::{from_core, guarded, internal},
    outputs::date,
    street::{Report, required_day, with_defaults},
};
use ar_core::event;
use pyo3::prelude::*;
use std::sync::{Arc, RwLock};

/// A day of a book that events come in on: what each of them changes is decided at once.
///
/// ledger: the books; they are not changed by the day, which goes its own way from here on. policy, models, as_of: as for `run`. The whole
/// book is worked through when the day is made, and again where an event may say something to the rest of the book.
///
///     >>> ledger = ar.Ledger(**ar.simulate(seed=1, customers=20))
///     >>> day = ar.StandingDay(ledger, as_of="2026-11-20")
///     >>> owes = ar.run(ledger, as_of="2026-11-20").scores.to_dicts()[0]
///     >>> changed = day.apply([{"event": "promise_made", "on": "2026-11-20", "promise_id": "N-1", "customer_id": owes["customer_id"],
///     ...                       "item_id": owes["item_id"], "due_on": "2026-11-27"}])
///     >>> changed.customers == [owes["customer_id"]], changed.again
///     (True, False)
#[pyclass(frozen, module = "ar_core", name = "StandingDay")]
pub(crate) struct StandingDay(RwLock<ar_core::StandingDay>);

/// A panic while events were taken in: what the day holds is not known any more.
fn broken(py: Python<'_>) -> PyErr {
    internal(py, "an earlier failure left this day unusable; make it again from its ledger")
}

impl StandingDay {
    fn read<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&ar_core::StandingDay) -> R + Send) -> PyResult<R> {
        py.detach(|| self.0.read().ok().map(|day| work(&day))).ok_or_else(|| broken(py))
    }
}

#[pymethods]
impl StandingDay {
    #[new]
    #[pyo3(signature = (ledger, policy=None, models=None, as_of=None))]
    fn new(py: Python<'_>, ledger: &Ledger, policy: Option<&Policy>, models: Option<&Models>, as_of: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        guarded(py, || {
            let as_of = required_day(py, as_of, "the day")?;
            let (policy, models) = (policy.map(|policy| &policy.0), models.map(|models| &models.0));
            let made = ledger
                .read_patiently(py, None, |ledger, watch| with_defaults(ledger, policy, models, as_of, watch, |policy, models| ar_core::StandingDay::try_new(ledger.clone(), policy, models, as_of)))?;
            made.map(|day| Self(RwLock::new(day))).map_err(|error| from_core(py, &error))
        })
    }

    /// Takes events in, in their order (a list of dicts or a JSON array, as `Ledger.apply` takes them), and decides for the customers that
    /// they touch: the report is that of `run(..., scope=customers)` on the ledger behind the events, to the byte. Events of the day about
    /// promises, disputes, messages, calls, notices and holds that report no decision cost what their customers cost, as a rule; items,
    /// payments, postings and what people decide are worked out on the whole book. All of them or, with InvalidInput, none.
    fn apply(&self, py: Python<'_>, events: &Bound<'_, PyAny>) -> PyResult<Changed> {
        guarded(py, || {
            let events = event::from_json(&events_text(events)?).map_err(|error| from_core(py, &error))?;
            let applied = py.detach(|| self.0.write().ok().map(|mut day| day.apply(&events)));
            let changed = applied.ok_or_else(|| broken(py))?.map_err(|error| from_core(py, &error))?;
            let report = changed.report.map(|report| Py::new(py, Report(Arc::new(report)))).transpose()?;
            Ok(Changed { customers: changed.customers, report, again: changed.again })
        })
    }

    /// The ledger behind all events so far. Costs a copy of the books where events came since the whole book was worked through.
    fn ledger(&self, py: Python<'_>) -> PyResult<Ledger> {
        guarded(py, || self.read(py, ar_core::StandingDay::ledger)?.map(Ledger::of).map_err(|error| from_core(py, &error)))
    }

    /// The digest of that ledger, without making it.
    fn digest(&self, py: Python<'_>) -> PyResult<String> {
        guarded(py, || self.read(py, ar_core::StandingDay::digest))
    }

    /// The day.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        date(py, ar_core::calendar::days_since_epoch(self.read(py, ar_core::StandingDay::as_of)?))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<ar_core.StandingDay of {}>", self.read(py, ar_core::StandingDay::as_of)?))
    }
}

/// What came of some events.
#[pyclass(frozen, module = "ar_core", name = "Changed")]
pub(crate) struct Changed {
    customers: Vec<String>,
    report: Option<Py<Report>>,
    again: bool,
}

#[pymethods]
impl Changed {
    /// The customers that the events touch, by identifier, in order.
    #[getter]
    fn customers(&self) -> Vec<String> {
        self.customers.clone()
    }

    /// Their day; None where the events touch nobody.
    #[getter]
    fn report(&self, py: Python<'_>) -> Option<Py<Report>> {
        self.report.as_ref().map(|report| report.clone_ref(py))
    }

    /// Whether the whole book was worked through again.
    #[getter]
    const fn again(&self) -> bool {
        self.again
    }

    fn __repr__(&self) -> String {
        format!("<ar_core.Changed: {} customers{}>", self.customers.len(), if self.again { ", the whole book again" } else { "" })
    }
}
