//! Tables out: the class `Table`, readable by every Arrow-capable frame and by plain Python.

use crate::errors::{guarded, internal};
use ar_arrow::{FFI_ArrowSchema, SharedBatches, stream_from_batches};
use ar_core::{
    Part, Report, calendar, money,
    reason::Reason,
    table::{Cell, Column, Data, Table as Neutral, Texts},
};
use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    sync::PyOnceLock,
    types::{PyCapsule, PyDict, PyList, PyString, PyType},
};
use std::sync::{Arc, OnceLock};

static DATE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static DATETIME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// Where the rows are: a table of its own, or a part of a report that is kept alive.
enum Source {
    Own(Neutral<'static>),
    Part(Arc<Report>, Part),
}

/// A table that came out of the engine: columns of one length, with names and types that do not depend on the rows.
///
/// It speaks Arrow (`__arrow_c_stream__`), so `pyarrow.table(t)`, `polars.DataFrame(t)`, `pandas.DataFrame.from_arrow(t)` and
/// DuckDB read it directly, as often as they like; `to_dicts()` needs no library at all.
/// Amounts are decimal128(38, decimals of the currency) in units of the currency, days are date32.
///
///     >>> table = ar.simulate(seed=1, customers=3)["customers"]
///     >>> len(table), table.column_names[:2]
///     (3, ['customer_id', 'name'])
///     >>> table.to_dicts()[0]["customer_id"]
///     'C000001'
#[pyclass(frozen, module = "ar_core", name = "Table")]
pub(crate) struct Table {
    source: Source,
    batches: OnceLock<SharedBatches>,
}

impl Table {
    pub(crate) fn own(table: Neutral<'static>) -> Self {
        Self { source: Source::Own(table), batches: OnceLock::new() }
    }

    pub(crate) fn part(report: &Arc<Report>, part: Part) -> Self {
        Self { source: Source::Part(report.clone(), part), batches: OnceLock::new() }
    }

    /// Reads the rows. Those of a report are laid out anew each time: they are many, and mostly asked for once.
    fn with<R>(&self, read: impl FnOnce(&Neutral<'static>) -> R) -> R {
        match &self.source {
            Source::Own(table) => read(table),
            Source::Part(report, part) => read(&report.part(*part)),
        }
    }

    /// The Arrow form, built once; each stream shares its memory.
    fn shared(&self, py: Python<'_>) -> PyResult<SharedBatches> {
        if let Some(batches) = self.batches.get() {
            return Ok(batches.clone());
        }
        let build = || match &self.source {
            Source::Own(table) => ar_arrow::to_batches(table),
            Source::Part(report, part) => ar_arrow::into_batches(report.part(*part)),
        };
        let built = py.detach(build).map_err(|error| internal(py, &error.to_string()))?;
        Ok(self.batches.get_or_init(|| built).clone())
    }
}

#[pymethods]
impl Table {
    /// Name of the table, such as 'decisions'.
    #[getter]
    fn name(&self) -> &str {
        match &self.source {
            Source::Own(table) => &table.name,
            Source::Part(_, part) => part.name(),
        }
    }

    /// Names of the columns, in order.
    #[getter]
    fn column_names(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        guarded(py, || Ok(self.shared(py)?.0.fields().iter().map(|field| field.name().clone()).collect()))
    }

    /// Number of rows.
    pub(crate) fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        guarded(py, || Ok(self.shared(py)?.1.iter().map(|batch| batch.num_rows()).sum()))
    }

    /// A new Arrow stream of the rows, as a PyCapsule named 'arrow_array_stream'. The requested schema is not followed.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        guarded(py, || {
            let (schema, batches) = self.shared(py)?;
            PyCapsule::new_with_value(py, stream_from_batches(schema, batches), c"arrow_array_stream")
        })
    }

    /// The Arrow schema, as a PyCapsule named 'arrow_schema'.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        guarded(py, || {
            let schema = FFI_ArrowSchema::try_from(self.shared(py)?.0.as_ref()).map_err(|error| internal(py, &error.to_string()))?;
            PyCapsule::new_with_value(py, schema, c"arrow_schema")
        })
    }

    /// As a pyarrow.Table; zero copy.
    fn to_pyarrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.call_method1("table", (slf,))
    }

    /// As a polars.DataFrame.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("polars")?.call_method1("DataFrame", (slf,))
    }

    /// As a pandas.DataFrame (through pyarrow): amounts are decimal.Decimal, days are datetime.date objects.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::to_pyarrow(slf)?.call_method0("to_pandas")
    }

    /// As a list of dicts of plain Python objects: amounts are decimal.Decimal, days are datetime.date, reasons are dicts with
    /// code, observed, limit and unit. Needs no library.
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        guarded(py, || self.with(|table| rows(py, table, usize::MAX)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let names = self.column_names(py)?;
        Ok(format!("<ar_core.Table '{}': {} rows, {} columns: {}>", self.name(), self.__len__(py)?, names.len(), names.join(", ")))
    }

    /// As the kind of frame that `like` is or names (`pandas`, `polars`, `pyarrow`, `duckdb`, `dicts`, `columns`): see `to_frame`.
    fn to<'py>(slf: &Bound<'py, Self>, like: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("ar_core.frames")?.call_method1("to_frame", (slf, like))
    }

    /// The first and the last rows, for notebooks.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "table_html")
    }
}

/// What a notebook shows of an object: a function of `ar_core.notebook` makes it.
pub(crate) fn shown<'py>(object: &Bound<'py, PyAny>, function: &str) -> PyResult<Bound<'py, PyAny>> {
    object.py().import("ar_core.notebook")?.getattr(function)?.call1((object,))
}

/// The first rows of a table as dicts.
pub(crate) fn rows<'py>(py: Python<'py>, table: &Neutral<'_>, most: usize) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for batch in &table.batches {
        let names: Vec<Bound<'py, PyString>> = batch.columns.iter().map(|column| PyString::intern(py, &column.name)).collect();
        for row in 0..batch.rows().min(most.saturating_sub(list.len())) {
            let dict = PyDict::new(py);
            for (name, column) in names.iter().zip(&batch.columns) {
                dict.set_item(name, value(py, column, row)?)?;
            }
            list.append(dict)?;
        }
    }
    Ok(list)
}

fn value<'py>(py: Python<'py>, column: &Column<'_>, row: usize) -> PyResult<Bound<'py, PyAny>> {
    let none = || Ok(py.None().into_bound(py));
    if !column.is_valid(row) {
        return none();
    }
    match &column.data {
        Data::Null(_) | Data::Unsupported(..) => none(),
        Data::Bool(values) => values.get(row).copied().into_bound_py_any(py),
        Data::Int(values) => values.get(row).copied().into_bound_py_any(py),
        Data::Float(values) => values.get(row).copied().into_bound_py_any(py),
        Data::Decimal(values, scale) => values.get(row).map_or_else(none, |mantissa| decimal(py, *mantissa, *scale)),
        Data::Date(values) => values.get(row).map_or_else(none, |days| date(py, *days)),
        Data::Timestamp(values, day) => values.get(row).map_or_else(none, |ticks| instant(py, *ticks, *day)),
        Data::Text(texts) => text(py, texts, row),
        Data::TextList(ends, texts) => Ok(text_list(py, ends, texts, row)?.into_any()),
        Data::TextLists(ends, inner, texts) => {
            let lists = range(ends, row).map(|at| text_list(py, inner, texts, at)).collect::<PyResult<Vec<_>>>()?;
            lists.into_bound_py_any(py)
        }
        Data::Reasons(ends, reasons) => {
            let found = reasons.get(range(ends, row)).unwrap_or_default();
            found.iter().map(|reason| reason_dict(py, *reason)).collect::<PyResult<Vec<_>>>()?.into_bound_py_any(py)
        }
        Data::Cells(cells) => match cells.get(row) {
            None | Some(Cell::Null | Cell::Other(_)) => none(),
            Some(Cell::Bool(value)) => value.into_bound_py_any(py),
            Some(Cell::Int(value)) => value.into_bound_py_any(py),
            Some(Cell::Float(value)) => value.into_bound_py_any(py),
            Some(Cell::Decimal(mantissa, scale)) => decimal(py, *mantissa, *scale),
            Some(Cell::Date(day)) => date(py, calendar::days_since_epoch(*day)),
            Some(Cell::Text(value)) => value.into_bound_py_any(py),
            Some(Cell::List(values)) => values.into_bound_py_any(py),
        },
    }
}

fn range(ends: &[usize], row: usize) -> std::ops::Range<usize> {
    let start = row.checked_sub(1).and_then(|row| ends.get(row)).copied().unwrap_or(0);
    start..ends.get(row).copied().unwrap_or(start)
}

fn text<'py>(py: Python<'py>, texts: &Texts<'_>, row: usize) -> PyResult<Bound<'py, PyAny>> {
    String::from_utf8_lossy(texts.bytes_of(row)).into_bound_py_any(py)
}

fn text_list<'py>(py: Python<'py>, ends: &[usize], texts: &Texts<'_>, row: usize) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, range(ends, row).map(|at| text(py, texts, at)).collect::<PyResult<Vec<_>>>()?)
}

fn reason_dict<'py>(py: Python<'py>, reason: Reason) -> PyResult<Bound<'py, PyDict>> {
    let number = |number: i64| (number != Reason::NOTHING).then_some(number);
    let dict = PyDict::new(py);
    dict.set_item("code", reason.code.name())?;
    dict.set_item("observed", number(reason.observed))?;
    dict.set_item("limit", number(reason.limit))?;
    dict.set_item("unit", reason.code.unit().name())?;
    Ok(dict)
}

fn decimal<'py>(py: Python<'py>, mantissa: i128, scale: u8) -> PyResult<Bound<'py, PyAny>> {
    let text = i64::try_from(mantissa).map_or_else(|_| format!("{mantissa}E-{scale}"), |minor| money::minor_to_text(minor, scale));
    DECIMAL.import(py, "decimal", "Decimal")?.call1((text,))
}

/// A day as a `datetime.date`.
pub(crate) fn date(py: Python<'_>, days: i32) -> PyResult<Bound<'_, PyAny>> {
    DATE.import(py, "datetime", "date")?.call_method1("fromordinal", (i64::from(days) + 719_163,))
}

fn instant(py: Python<'_>, ticks: i64, day: i64) -> PyResult<Bound<'_, PyAny>> {
    let class = DATETIME.import(py, "datetime", "datetime")?;
    let seconds = ticks.checked_mul(86_400).map(|ticks| ticks.div_euclid(day.max(1))).unwrap_or_default();
    let step = py.import("datetime")?.getattr("timedelta")?.call1((0, seconds))?;
    class.call1((1970, 1, 1))?.add(step)
}
