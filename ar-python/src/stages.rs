//! Stages on their own: tables in, tables out, through the same functions as a whole run.

use crate::{
    books::Policy,
    errors::{from_problems, guarded},
    inputs::{Input, read_all},
    outputs::{Table, shown},
    patience::{SHORT, patiently},
};
use ar_core::{Error, ErrorCode, Extent, Ledger, Models, Part, Problem, ProblemCode, Watch, calendar::FIRST_DAY, table::Table as Neutral};
use pyo3::{prelude::*, types::PyMapping};
use std::{borrow::Cow, sync::Arc};

/// What `match_payments` found.
///
///     >>> tables = ar.simulate(seed=1, customers=5)
///     >>> found = ar.match_payments(tables["items"], tables["payments"], history={"allocations": tables["allocations"]})
///     >>> set(row["status"] for row in found.payments.to_dicts()) <= {"auto", "propose", "unmatched"}
///     True
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

    /// What a notebook shows of it.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "match_html")
    }
}

/// Says which items incoming payments pay.
///
/// items: what is open. payments: what came in; taken in order of `received_on`, and what is posted is no longer open. The day is
/// that of the last payment. customers, remittances, fx_rates: what is known besides. history: settled items (the columns of `items`),
/// or a dict of the tables `items`, `payments`, `allocations` and `remittances` with what was posted before, also to what is still
/// open: from it payers are known again, their habits are learned, and from which probability a posting is safe. What is left of a
/// past payment is answered too. policy: default `Policy.default()`. Tables as `Ledger` takes them. progress: as in `run`. Raises InvalidInput with every
/// problem.
///
///     >>> items = [{"item_id": "1", "customer_id": "Mill", "currency": "EUR", "amount": "120.00", "issued_on": "2026-09-01", "due_on": "2026-10-01", "reference": "R-4711"}]
///     >>> payments = [{"payment_id": "P-1", "currency": "EUR", "amount": "120.00", "received_on": "2026-10-02", "text": "INV R-4711"}]
///     >>> found = ar.match_payments(items, payments)
///     >>> [(row["payment_id"], row["item_id"], str(row["amount"])) for row in found.allocations.to_dicts()]
///     [('P-1', '1', '120.00')]
#[pyfunction]
#[pyo3(signature = (items, payments, customers=None, remittances=None, history=None, fx_rates=None, policy=None, *, progress=None))]
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
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<MatchResult> {
    guarded(py, || {
        let given = [("items", Some(items)), ("payments", Some(payments)), ("customers", customers), ("remittances", remittances), ("fx_rates", fx_rates)];
        let given = given.into_iter().filter_map(|(name, table)| Some((name.to_owned(), table?)));
        let mut inputs = read_all(py, given.chain(past_tables(history)?))?;
        let policy = policy.map_or_else(ar_core::Policy::default, |policy| policy.0.clone());
        let tables: Vec<Neutral<'_>> = inputs.iter_mut().map(Input::view).collect();
        let short = tables.iter().map(Neutral::rows).sum::<usize>() < SHORT;
        let found = patiently(py, progress, short, |watch| {
            let ledger = with_history(tables, watch)?;
            let last = ledger.payments().iter().map(|payment| payment.received_on).max().unwrap_or(FIRST_DAY);
            let models = Models::fit_cash(&ledger, last, watch).map_err(|error| plain(&error))?;
            ar_core::run_watched(&ledger, &policy, &models, last, Extent::Cash, watch).map_err(|error| plain(&error))
        })?;
        found.map(|report| MatchResult(Arc::new(report))).map_err(|(code, problems, total)| from_problems(py, code, &problems, total))
    })
}

/// What a table of the past is called: this where it is the only one, else this, a dot and the name of the table.
const PAST: &str = "history";

/// The tables that the past may have.
const PAST_TABLES: [&str; 4] = ["items", "payments", "allocations", "remittances"];

/// What is refused: the class, problems, and how many there are.
type Refusal = (ErrorCode, Vec<Problem>, u64);

fn plain(error: &Error) -> Refusal {
    (error.code(), error.problems().to_vec(), error.total())
}

/// The tables of `history`: one of settled items, or several by name.
fn past_tables(history: Option<Bound<'_, PyAny>>) -> PyResult<Vec<(String, Bound<'_, PyAny>)>> {
    let Some(history) = history else { return Ok(Vec::new()) };
    let mut tables: Vec<(String, Bound<'_, PyAny>)> = Vec::new();
    if let Ok(given) = history.cast::<PyMapping>() {
        for pair in given.items()?.iter() {
            let (name, table) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
            tables.push((name.str()?.to_string_lossy().into_owned(), table));
        }
    }
    let is_table = |name: &String| PAST_TABLES.contains(&name.as_str());
    // No column is called like one of these tables: a dict with none of them is a dict of columns.
    if !tables.iter().any(|(name, _)| is_table(name)) {
        return Ok(vec![(PAST.into(), history)]);
    }
    let strange = tables.iter().filter(|(name, _)| !is_table(name)).map(|(name, _)| Problem {
        table: format!("{PAST}.{name}"),
        row: None,
        column: None,
        code: ProblemCode::UnknownTable,
        message: format!("no such table; the past has {}", PAST_TABLES.join(", ")),
    });
    let strange: Vec<Problem> = strange.collect();
    if !strange.is_empty() {
        return Err(from_problems(history.py(), ErrorCode::InvalidTables, &strange, strange.len() as u64));
    }
    Ok(tables.into_iter().map(|(name, table)| (format!("{PAST}.{name}"), table)).collect())
}

/// A table whose rows of the past follow those of today.
struct Joint {
    table: String,
    /// What the caller knows the past as.
    called: String,
    /// Rows of today.
    rows: u64,
}

/// The rows of the past behind those of today: an allocation of the past may be on an item that is still open.
fn with_history(tables: Vec<Neutral<'_>>, watch: &Watch) -> Result<Ledger, Refusal> {
    let (mut past, mut tables): (Vec<_>, Vec<_>) = tables.into_iter().partition(|table| table.name.starts_with(PAST));
    let mut joints: Vec<Joint> = Vec::new();
    for table in &mut past {
        let own = table.name.strip_prefix(PAST).and_then(|name| name.strip_prefix('.')).unwrap_or("items").to_owned();
        joints.push(Joint { table: own.clone(), called: std::mem::replace(&mut table.name, Cow::Owned(own)).into_owned(), rows: 0 });
    }
    // What is wrong with a whole column has no row that tells the past from today: it is looked for in the past alone.
    if let Err(error) = Ledger::try_new_watched(&past, watch)
        && error.problems().iter().any(|problem| problem.row.is_none())
    {
        let (code, mut problems, total) = plain(&error);
        let before = problems.len();
        // Items and payments that the past lacks may be among those of today.
        problems.retain(|problem| !matches!(problem.code, ProblemCode::UnknownItem | ProblemCode::UnknownPayment));
        let total = total - (before - problems.len()) as u64;
        problems.iter_mut().for_each(|problem| rename(problem, &joints));
        return Err((code, problems, total));
    }
    for (table, joint) in past.into_iter().zip(&mut joints) {
        match tables.iter_mut().find(|known| known.name == table.name) {
            Some(known) => {
                joint.rows = known.rows() as u64;
                known.batches.extend(table.batches);
            }
            None => tables.push(table),
        }
    }
    Ledger::try_new_watched(&tables, watch).map_err(|error| {
        let (code, mut problems, total) = plain(&error);
        problems.iter_mut().filter(|problem| problem.row.is_some()).for_each(|problem| rename(problem, &joints));
        (code, problems, total)
    })
}

/// Gives a problem of the past the table and the row that the caller knows.
fn rename(problem: &mut Problem, joints: &[Joint]) {
    let Some(joint) = joints.iter().find(|joint| joint.table == problem.table) else { return };
    if problem.row.is_none_or(|row| row >= joint.rows) {
        problem.row = problem.row.map(|row| row - joint.rows);
        problem.table.clone_from(&joint.called);
    }
}
