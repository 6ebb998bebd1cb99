//! Tables in: anything that speaks Arrow, a list of dicts, or a dict of columns.

use crate::{cells::cell, errors};
use ar_arrow::{ArrowTable, FFI_ArrowArray, FFI_ArrowArrayStream, FFI_ArrowSchema};
use ar_core::{
    error::{ErrorCode, Problem, ProblemCode},
    table::{Batch, Cell, Column, Data, Table},
};
use pyo3::{
    prelude::*,
    types::{PyCapsule, PyDict, PyList, PyMapping, PyString, PyTuple},
};
use std::borrow::Cow;

/// One table that a caller gave, in memory that does not need Python any more.
pub(crate) struct Input {
    name: String,
    source: Source,
}

enum Source {
    Arrow(ArrowTable),
    Rows(Table<'static>),
}

impl Input {
    /// The table as the engine reads it; rows are handed over, so ask once.
    pub(crate) fn view(&mut self) -> Table<'_> {
        let mut table = match &mut self.source {
            Source::Arrow(table) => table.view(&self.name),
            Source::Rows(table) => std::mem::take(table),
        };
        // The unnamed index of a filtered pandas frame is no column of the table.
        for batch in &mut table.batches {
            batch.columns.retain(|column| !column.name.starts_with("__index_level_"));
        }
        table
    }
}

/// Problems of tables that are not tables.
#[derive(Default)]
pub(crate) struct Refused(Vec<Problem>);

impl Refused {
    fn push(&mut self, table: &str, row: Option<usize>, code: ProblemCode, message: String) {
        if self.0.len() < ar_core::error::MAX_PROBLEMS {
            self.0.push(Problem { table: table.into(), row: row.map(|row| row as u64), column: None, code, message });
        }
    }

    /// # Errors
    /// The exception with every problem that was found.
    pub(crate) fn into_result(self, py: Python<'_>) -> PyResult<()> {
        if self.0.is_empty() { Ok(()) } else { Err(errors::from_problems(py, ErrorCode::InvalidTables, &self.0, self.0.len() as u64)) }
    }
}

/// Reads every table that is not None. Problems of all tables are collected before any is raised.
pub(crate) fn read_all<'py>(py: Python<'py>, tables: impl IntoIterator<Item = (String, Bound<'py, PyAny>)>) -> PyResult<Vec<Input>> {
    let (mut inputs, mut refused) = (Vec::new(), Refused::default());
    for (name, value) in tables {
        if value.is_none() {
            continue;
        }
        if let Some(source) = read(&name, &value, &mut refused)? {
            inputs.push(Input { name, source });
        }
    }
    refused.into_result(py)?;
    Ok(inputs)
}

fn read(name: &str, value: &Bound<'_, PyAny>, refused: &mut Refused) -> PyResult<Option<Source>> {
    if let Ok(columns) = value.cast::<PyDict>() {
        return from_columns(name, columns, refused).map(|table| Some(Source::Rows(table)));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        return from_rows(name, value, refused).map(|table| Some(Source::Rows(table)));
    }
    let streams = value.hasattr("__arrow_c_stream__")?;
    if !streams && !value.hasattr("__arrow_c_array__")? {
        let kind = value.get_type().name()?;
        let hint = if value.hasattr("collect")? { "; call .collect() first" } else { "" };
        refused.push(name, None, ProblemCode::WrongType, format!("{kind} is not a table: give a frame of pandas, polars, pyarrow or DuckDB, a list of dicts, or a dict of columns{hint}"));
        return Ok(None);
    }
    let read = if streams { stream(value) } else { array(value) };
    match read {
        Ok(table) => Ok(Some(Source::Arrow(table))),
        // Interrupts and exits are not about the table. (The panics that other extensions raise are.)
        Err(error) if !error.is_instance_of::<pyo3::exceptions::PyException>(value.py()) && !is_panic(value.py(), &error) => Err(error),
        // A pandas frame whose column mixes types, or without pyarrow beside it: value by value, so that the row is named.
        Err(_) if value.hasattr("to_dict")? && value.hasattr("iloc")? => {
            let columns = value.call_method1("to_dict", ("list",))?;
            from_columns(name, columns.cast::<PyDict>()?, refused).map(|table| Some(Source::Rows(table)))
        }
        Err(error) => {
            refused.push(name, None, ProblemCode::WrongType, format!("the table cannot be read through Arrow: {}", error.value(value.py())));
            Ok(None)
        }
    }
}

fn is_panic(py: Python<'_>, error: &PyErr) -> bool {
    error.get_type(py).name().is_ok_and(|name| name == "PanicException")
}

fn stream(value: &Bound<'_, PyAny>) -> PyResult<ArrowTable> {
    let capsule = value.call_method0("__arrow_c_stream__")?.cast_into::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(c"arrow_array_stream"))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: a capsule of this name holds a valid stream, by the Arrow PyCapsule interface; moving it out leaves a
    // released one behind, which the capsule's destructor knows.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr()) };
    // Producers may need other threads, and those the interpreter.
    value.py().detach(|| ArrowTable::try_from_stream(stream)).map_err(plain)
}

fn array(value: &Bound<'_, PyAny>) -> PyResult<ArrowTable> {
    let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = {
        let pair = value.call_method0("__arrow_c_array__")?.cast_into::<PyTuple>()?;
        (pair.get_item(0)?.cast_into()?, pair.get_item(1)?.cast_into()?)
    };
    let schema = schema.pointer_checked(Some(c"arrow_schema"))?.cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(c"arrow_array"))?.cast::<FFI_ArrowArray>();
    // SAFETY: capsules of these names hold a valid schema and array, by the Arrow PyCapsule interface; moving them out
    // leaves released ones behind, which the capsules' destructors know.
    let (schema, array) = unsafe { (FFI_ArrowSchema::from_raw(schema.as_ptr()), FFI_ArrowArray::from_raw(array.as_ptr())) };
    ArrowTable::try_from_array(array, &schema).map_err(plain)
}

fn plain(error: ar_arrow::ArrowError) -> PyErr {
    pyo3::exceptions::PyValueError::new_err(error.to_string())
}

fn from_rows(name: &str, rows: &Bound<'_, PyAny>, refused: &mut Refused) -> PyResult<Table<'static>> {
    let mut read: Vec<Vec<(String, Cell)>> = Vec::with_capacity(rows.len()?);
    for (number, row) in rows.try_iter()?.enumerate() {
        let row = row?;
        let Ok(row) = row.cast::<PyMapping>() else {
            refused.push(name, Some(number), ProblemCode::WrongType, format!("the row is a {}, not a dict", row.get_type().name()?));
            continue;
        };
        read.push(row.items()?.iter().map(|pair| entry(&pair)).collect::<PyResult<_>>()?);
    }
    let mut table = Table::from_rows("", read);
    table.name = Cow::Owned(name.to_owned());
    Ok(table)
}

fn entry(pair: &Bound<'_, PyAny>) -> PyResult<(String, Cell)> {
    let (key, value) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
    Ok((column_name(&key)?, cell(&value)?))
}

fn column_name(key: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(key.str()?.to_string_lossy().into_owned())
}

fn from_columns(name: &str, columns: &Bound<'_, PyDict>, refused: &mut Refused) -> PyResult<Table<'static>> {
    let mut read = Vec::with_capacity(columns.len());
    for (key, values) in columns {
        let key = column_name(&key)?;
        if values.is_instance_of::<PyString>() || values.cast::<PyMapping>().is_ok() || values.try_iter().is_err() {
            let problem = format!("the value is a {}, not a column (a list, an array or a series)", values.get_type().name()?);
            refused.0.push(Problem { table: name.into(), row: None, column: Some(key), code: ProblemCode::WrongType, message: problem });
            continue;
        }
        let cells = values.try_iter()?.map(|value| cell(&value?)).collect::<PyResult<Vec<_>>>()?;
        read.push(Column { name: Cow::Owned(key), valid: None, data: Data::Cells(cells) });
    }
    Ok(Table { name: Cow::Owned(name.to_owned()), batches: vec![Batch { columns: read }] })
}
