//! Stages on their own: tables in, tables out, through the same functions as a whole run.

use crate::{
    books::Policy,
    errors::{from_core, from_problems, guarded},
    inputs::{Input, read_all},
    outputs::Table,
};
use ar_core::{Error, Ledger, Models, Part, Problem, calendar::FIRST_DAY, table::Table as Neutral};
use pyo3::prelude::*;
use std::{borrow::Cow, sync::Arc};

/// What `match_payments` found.
#[pyclass(frozen, module = "ar_core", name = "MatchResult")]
pub(crate) struct MatchResult(Arc<ar_core::Report>);

#[pymethods]
impl MatchResult {
    /// Applications of cash: payment_id, item_id, amount, currency, kind and more; those of proposals too (see `status`).
    #[getter]
    fn allocations(&self) -> Table {
        Table::part(&self.0, Part::Allocations)
    }

    /// The payments with what was found for each: customer_id, status, confidence, certificate, alternatives, unapplied, reasons.
    #[getter]
    fn payments(&self) -> Table {
        Table::part(&self.0, Part::Payments)
    }

    fn __repr__(&self) -> String {
        format!("<ar_core.MatchResult of {} payments>", self.0.payments().len())
    }
}

/// Says which items incoming payments pay.
///
/// items: what is open. payments: what came in; taken in order of `received_on`, and what is posted is no longer open. customers,
/// remittances, fx_rates: what is known besides. history: settled items (the columns of `items`). policy: default `Policy.default()`.
/// Tables as `Ledger` takes them. Raises InvalidInput with every problem.
#[pyfunction]
#[pyo3(signature = (items, payments, customers=None, remittances=None, history=None, fx_rates=None, policy=None))]
#[expect(clippy::too_many_arguments, reason = "the published signature")]
pub(crate) fn match_payments<'py>(
    py: Python<'py>,
    items: Bound<'py, PyAny>,
    payments: Bound<'py, PyAny>,
    customers: Option<Bound<'py, PyAny>>,
    remittances: Option<Bound<'py, PyAny>>,
    history: Option<Bound<'py, PyAny>>,
    fx_rates: Option<Bound<'py, PyAny>>,
    policy: Option<&Policy>,
) -> PyResult<MatchResult> {
    guarded(py, || {
        let given = [("items", Some(items)), ("payments", Some(payments)), ("customers", customers), ("remittances", remittances), ("fx_rates", fx_rates), ("history", history)];
        let mut inputs = read_all(py, given.into_iter().filter_map(|(name, table)| Some((name.to_owned(), table?))))?;
        let policy = policy.map_or_else(ar_core::Policy::default, |policy| policy.0.clone());
        let found = py.detach(move || {
            let ledger = with_history(inputs.iter_mut().map(Input::view).collect())?;
            let last = ledger.payments().iter().map(|payment| payment.received_on).max().unwrap_or(FIRST_DAY);
            let models = Models::fit(&ledger, last);
            ar_core::run(&ledger, &policy, &models, last).map_err(|error| (error, false))
        });
        found.map(|report| MatchResult(Arc::new(report))).map_err(|(error, of_history)| refused(py, &error, of_history))
    })
}

/// History is read on its own first, so that its problems name it; then its rows follow those of the items.
fn with_history(mut tables: Vec<Neutral<'_>>) -> Result<Ledger, (Error, bool)> {
    if let Some(at) = tables.iter().position(|table| table.name == "history") {
        let mut history = tables.swap_remove(at);
        history.name = Cow::Borrowed("items");
        let alone = [history];
        Ledger::try_new(&alone).map_err(|error| (error, true))?;
        let [history] = alone;
        match tables.iter_mut().find(|table| table.name == "items") {
            Some(items) => items.batches.extend(history.batches),
            None => tables.push(history),
        }
    }
    Ledger::try_new(&tables).map_err(|error| (error, false))
}

fn refused(py: Python<'_>, error: &Error, of_history: bool) -> PyErr {
    if !of_history {
        return from_core(py, error);
    }
    let problems: Vec<Problem> = error.problems().iter().map(|problem| Problem { table: "history".into(), ..problem.clone() }).collect();
    from_problems(py, error.code(), &problems, error.total())
}
