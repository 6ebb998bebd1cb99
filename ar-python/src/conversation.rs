//! What customers write, and what they are to read, as JSON; the classes of Python are made of it in `python/ar_core/conversation.py`.

use crate::{
    cells::day_argument,
    errors::{argument, from_core, from_problems, guarded},
    inputs::{Input, read_all},
    outputs::rows,
    street::Report,
};
use ar_core::{
    ErrorCode, Problem, ProblemCode,
    conversation::{
        read::{self, OwnedContext},
        verify::{self, Facts},
        write::{OwnedStyle, Templates},
    },
    ledger::schema::{Kind, TABLES},
    table::Table,
    text::nearest,
};
use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyList, PyString},
};
use std::sync::Arc;

/// What the reader asks of an item.
const ASKED: [&str; 7] = ["item_id", "reference", "currency", "open_amount", "open_amount_minor", "amount", "amount_minor"];

/// A text of the caller; half a surrogate pair is refused as the engine refuses things.
fn text<'a>(name: &str, value: &'a Bound<'_, PyString>) -> PyResult<&'a str> {
    let refused = |_| argument(value.py(), name, ProblemCode::BadUtf8, "half a surrogate pair, which is no text".into());
    value.to_str().map_err(refused)
}

/// Reads a message in a context (JSON). Returns the reading as JSON.
#[pyfunction]
pub(crate) fn read_reply_json(py: Python<'_>, text: &Bound<'_, PyString>, context: &Bound<'_, PyString>) -> PyResult<String> {
    guarded(py, || {
        let (reply, context) = (self::text("text", text)?, self::text("context", context)?);
        let context = OwnedContext::from_json(context).map_err(|error| from_core(py, &error))?;
        Ok(py.detach(|| context.with(|context| read::read_reply(reply, context).to_json(reply, context))))
    })
}

/// Holds a supplied reading (JSON) against the message in a context (JSON). Returns the reading as JSON.
#[pyfunction]
pub(crate) fn check_reading_json(py: Python<'_>, text: &Bound<'_, PyString>, context: &Bound<'_, PyString>, supplied: &Bound<'_, PyString>) -> PyResult<String> {
    guarded(py, || {
        let (reply, context, supplied) = (self::text("text", text)?, self::text("context", context)?, self::text("supplied", supplied)?);
        let context = OwnedContext::from_json(context).map_err(|error| from_core(py, &error))?;
        let read = py.detach(|| context.with(|context| read::check_reading(reply, context, supplied).map(|reading| reading.to_json(reply, context))));
        read.map_err(|error| from_core(py, &error))
    })
}

/// Checks a text against the facts of its notice (JSON). Returns the verdict as JSON.
#[pyfunction]
pub(crate) fn verify_notice_json(py: Python<'_>, text: &Bound<'_, PyString>, facts: &Bound<'_, PyString>) -> PyResult<String> {
    guarded(py, || {
        let (notice, facts) = (self::text("text", text)?, self::text("facts", facts)?);
        let facts = Facts::from_json(facts).map_err(|error| from_core(py, &error))?;
        Ok(py.detach(|| verify::verify_notice(notice, &facts).to_json(notice)))
    })
}

/// The texts that ship with the engine, compiled when the first notice is written.
static SHIPPED: PyOnceLock<Arc<Templates>> = PyOnceLock::new();

/// Writes the notice of a decision in a style (JSON), with the draft if it is true; `templates`: TOML documents of the host. Returns the
/// notice as JSON.
#[pyfunction]
#[pyo3(signature = (report, decision_id, style, draft=None, templates=None))]
pub(crate) fn write_notice_json(
    py: Python<'_>,
    report: &Report,
    decision_id: &Bound<'_, PyString>,
    style: &Bound<'_, PyString>,
    draft: Option<&Bound<'_, PyString>>,
    templates: Option<Vec<String>>,
) -> PyResult<String> {
    guarded(py, || {
        let (decision_id, style) = (text("decision_id", decision_id)?, text("style", style)?);
        let draft = draft.map(|draft| text("draft", draft)).transpose()?;
        let refused = |error| from_core(py, &error);
        let style = OwnedStyle::from_json(style).map_err(refused)?;
        let templates = match templates {
            Some(documents) => {
                let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
                Arc::new(py.detach(|| Templates::with(&documents)).map_err(refused)?)
            }
            None => Arc::clone(SHIPPED.get_or_try_init(py, || Templates::shipped().map(Arc::new)).map_err(refused)?),
        };
        py.detach(|| report.0.write_notice(decision_id, &style.style(&templates), draft).map(|written| written.to_json(draft))).map_err(refused)
    })
}

/// A day as ISO text.
#[pyfunction]
pub(crate) fn iso_day(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    guarded(value.py(), || day_argument(name, value).map(|day| day.to_string()))
}

/// The columns that the reader asks of a table of items, as a list of dicts. Columns that no table of items has are refused.
#[pyfunction]
pub(crate) fn item_rows<'py>(py: Python<'py>, items: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    guarded(py, || {
        let mut inputs = read_all(py, [("items".to_owned(), items)])?;
        let Some(mut table) = inputs.first_mut().map(Input::view) else { return Ok(PyList::empty(py)) };
        let problems = unknown_columns(&table);
        if !problems.is_empty() {
            return Err(from_problems(py, ErrorCode::InvalidArgument, &problems, problems.len() as u64));
        }
        for batch in &mut table.batches {
            batch.columns.retain(|column| ASKED.contains(&&*column.name));
        }
        rows(py, &table, usize::MAX)
    })
}

fn unknown_columns(table: &Table<'_>) -> Vec<Problem> {
    let spec = TABLES.iter().find(|spec| spec.name == "items").map_or(&[][..], |spec| spec.columns);
    let known = |name: &str| {
        let amount = name.strip_suffix("_minor");
        name.starts_with("x_") || spec.iter().any(|column| column.name == name || (matches!(column.kind, Kind::Amount) && amount == Some(column.name)))
    };
    let unknown = table.columns().iter().filter(|column| !known(&column.name)).map(|column| Problem {
        table: "items".into(),
        row: None,
        column: Some(column.name.to_string()),
        code: ProblemCode::UnknownColumn,
        message: format!("no such column; did you mean '{}'?", nearest(&column.name, spec.iter().map(|column| column.name)).unwrap_or("item_id")),
    });
    unknown.collect()
}
