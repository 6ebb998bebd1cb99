//! Stages on their own: tables in, tables out, through the same functions as a whole run.

use crate::{
    books::Policy,
    errors::{from_core, from_problems, guarded},
    inputs::{Input, read_all},
    outputs::Table,
};
use ar_core::{Error, Ledger, Models, Part, Problem, calendar::FIRST_DAY, table::Table as Neutral};
use pyo3::{prelude::*, types::PyDict};
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
/// remittances, fx_rates: what is known besides. history: settled items (the columns of `items`), or a dict of the tables `items`,
/// `payments`, `allocations` and `remittances` with what was posted before: from it the habits of payers are learned, and from which
/// probability a posting is safe. policy: default `Policy.default()`. Tables as `Ledger` takes them. Raises InvalidInput with every
/// problem.
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
        let given = [("items", Some(items)), ("payments", Some(payments)), ("customers", customers), ("remittances", remittances), ("fx_rates", fx_rates)];
        let given = given.into_iter().filter_map(|(name, table)| Some((name.to_owned(), table?)));
        let mut inputs = read_all(py, given.chain(past_tables(history)?))?;
        let policy = policy.map_or_else(ar_core::Policy::default, |policy| policy.0.clone());
        let found = py.detach(move || {
            let ledger = with_history(inputs.iter_mut().map(Input::view).collect())?;
            let last = ledger.payments().iter().map(|payment| payment.received_on).max().unwrap_or(FIRST_DAY);
            let models = Models::fit(&ledger, last);
            ar_core::match_payments(&ledger, &policy, &models, last).map_err(|error| (error, false))
        });
        found.map(|report| MatchResult(Arc::new(report))).map_err(|(error, of_history)| refused(py, &error, of_history))
    })
}

/// Tables of the past are named with this in front.
const PAST: &str = "history.";

/// The tables of `history`: one of settled items, or several by name.
fn past_tables(history: Option<Bound<'_, PyAny>>) -> PyResult<Vec<(String, Bound<'_, PyAny>)>> {
    let Some(history) = history else { return Ok(Vec::new()) };
    let Ok(tables) = history.cast::<PyDict>() else { return Ok(vec![(format!("{PAST}items"), history)]) };
    let names: Vec<String> = tables.keys().iter().filter_map(|name| name.extract().ok()).collect();
    // A dict of columns has an item_id; a dict of tables has none.
    if names.is_empty() || !names.iter().all(|name| ["items", "payments", "allocations", "remittances"].contains(&name.as_str())) {
        return Ok(vec![(format!("{PAST}items"), history)]);
    }
    tables.iter().map(|(name, table)| Ok((format!("{PAST}{}", name.extract::<String>()?), table))).collect()
}

/// The past is read on its own first, so that its problems name it; then its rows follow those of today.
fn with_history(tables: Vec<Neutral<'_>>) -> Result<Ledger, (Error, bool)> {
    let (mut past, mut tables): (Vec<_>, Vec<_>) = tables.into_iter().partition(|table| table.name.starts_with(PAST));
    for table in &mut past {
        table.name = Cow::Owned(table.name[PAST.len()..].to_owned());
    }
    if !past.is_empty() {
        Ledger::try_new(&past).map_err(|error| (error, true))?;
    }
    for table in past {
        match tables.iter_mut().find(|known| known.name == table.name) {
            Some(known) => known.batches.extend(table.batches),
            None => tables.push(table),
        }
    }
    Ledger::try_new(&tables).map_err(|error| (error, false))
}

fn refused(py: Python<'_>, error: &Error, of_history: bool) -> PyErr {
    if !of_history {
        return from_core(py, error);
    }
    let problems: Vec<Problem> =
        error.problems().iter().map(|problem| Problem { table: if problem.table == "items" { "history".into() } else { format!("history.{}", problem.table) }, ..problem.clone() }).collect();
    from_problems(py, error.code(), &problems, error.total())
}
