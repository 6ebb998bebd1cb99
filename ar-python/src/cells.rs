//! One Python value -> one [`Cell`]. What no column can hold becomes `Cell::Other` and is the engine's to refuse.

use ar_core::{calendar, money, table::Cell};
use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyBool, PyFloat, PyInt, PyList, PyString, PyTuple, PyType},
};

static DATE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static DATETIME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// Days from 0001-01-01, as `date.toordinal` counts them, to 1970-01-01.
const EPOCH_ORDINAL: i32 = 719_163;

/// Longer numbers than this are not read digit by digit.
const LONGEST_NUMBER: i64 = 60;

/// The cell of a value.
pub(crate) fn cell(value: &Bound<'_, PyAny>) -> PyResult<Cell> {
    let py = value.py();
    if value.is_none() {
        return Ok(Cell::Null);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str().map_or_else(|_| Cell::Other("text with half a surrogate pair".into()), |text| Cell::Text(text.into())));
    }
    if value.is_instance_of::<PyBool>() {
        return Ok(Cell::Bool(value.is_truthy()?));
    }
    if value.is_instance_of::<PyInt>() {
        return whole_number(value);
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        let number = number.value();
        return Ok(if number.is_nan() { Cell::Null } else { Cell::Float(number) });
    }
    let kind = value.get_type().name()?.to_string();
    // Before dates: pandas' NaT is an instance of datetime.
    if matches!(kind.as_str(), "NaTType" | "NAType") {
        return Ok(Cell::Null);
    }
    if value.is_instance(DECIMAL.import(py, "decimal", "Decimal")?)? {
        return decimal(value);
    }
    if value.is_instance(DATE.import(py, "datetime", "date")?)? {
        return day(value);
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        return list(value);
    }
    foreign(value, &kind)
}

fn whole_number(value: &Bound<'_, PyAny>) -> PyResult<Cell> {
    if let Ok(number) = value.extract::<i64>() {
        return Ok(Cell::Int(number));
    }
    let bits: i64 = value.call_method0("bit_length")?.extract()?;
    Ok(if bits < 127 { Cell::Decimal(value.extract::<i128>()?, 0) } else { Cell::Other("a whole number over 38 digits".into()) })
}

fn decimal(value: &Bound<'_, PyAny>) -> PyResult<Cell> {
    if value.call_method0("is_nan")?.is_truthy()? {
        return Ok(Cell::Null);
    }
    if value.call_method0("is_infinite")?.is_truthy()? {
        return Ok(Cell::Float(f64::INFINITY));
    }
    // 1E+1000000 must not be spelled out.
    let text: String = if value.call_method0("adjusted")?.extract::<i64>()?.abs() < LONGEST_NUMBER { value.call_method1("__format__", ("f",))?.extract()? } else { value.str()?.extract()? };
    Ok(money::decimal_from_text(&text).map_or(Cell::Text(text), |(mantissa, scale)| Cell::Decimal(mantissa, scale)))
}

fn day(value: &Bound<'_, PyAny>) -> PyResult<Cell> {
    let py = value.py();
    if value.is_instance(DATETIME.import(py, "datetime", "datetime")?)? {
        for part in ["hour", "minute", "second", "microsecond"] {
            if value.getattr(part)?.extract::<i64>()? != 0 {
                // The engine refuses it with the instant in the message.
                return Ok(Cell::Text(value.call_method0("isoformat")?.extract()?));
            }
        }
    }
    let ordinal: i32 = value.call_method0("toordinal")?.extract()?;
    Ok(calendar::date_from_days(ordinal - EPOCH_ORDINAL).map_or_else(|| Cell::Other("a day outside the calendar".into()), Cell::Date))
}

/// A list of texts or whole numbers (identifiers); a null in a list is no element of it.
fn list(values: &Bound<'_, PyAny>) -> PyResult<Cell> {
    let mut texts = Vec::new();
    for value in values.try_iter()? {
        match cell(&value?)? {
            Cell::Null => {}
            Cell::Text(text) => texts.push(text),
            Cell::Int(number) => texts.push(number.to_string()),
            _ => return Ok(Cell::Other("a list of something else than text".into())),
        }
    }
    Ok(Cell::List(texts))
}

/// Scalars and arrays of numpy, and whatever else there is.
fn foreign(value: &Bound<'_, PyAny>, kind: &str) -> PyResult<Cell> {
    // `.item()` of a datetime64[ns] is a bare number of nanoseconds; its text is not.
    if kind == "datetime64" {
        let text: String = value.str()?.extract()?;
        return Ok(if text == "NaT" { Cell::Null } else { Cell::Text(text) });
    }
    let module: String = value.get_type().module()?.extract()?;
    if module.starts_with("numpy") || module.starts_with("pyarrow") {
        for unpack in ["item", "as_py"] {
            if kind != "ndarray" && value.hasattr(unpack)? {
                let inner = value.call_method0(unpack)?;
                return if inner.get_type().is(value.get_type()) { Ok(Cell::Other(kind.into())) } else { cell(&inner) };
            }
        }
        if kind == "ndarray" {
            let inner = value.call_method0("tolist")?;
            return if inner.is_instance_of::<PyList>() { list(&inner) } else { cell(&inner) };
        }
    }
    Ok(Cell::Other(kind.into()))
}

/// A day given as an argument: a date, a datetime at midnight, or ISO text.
pub(crate) fn day_argument(name: &str, value: &Bound<'_, PyAny>) -> PyResult<chrono::NaiveDate> {
    use ar_core::error::ProblemCode;
    let py = value.py();
    let refused = |code, message| crate::errors::argument(py, name, code, message);
    let day = match cell(value)? {
        Cell::Date(day) => day,
        Cell::Text(text) => {
            let shown: String = text.chars().take(40).collect();
            calendar::date_from_text(&text).ok_or_else(|| refused(ProblemCode::Unreadable, format!("'{shown}' is not a date such as 2026-11-21")))?
        }
        Cell::Null => return Err(refused(ProblemCode::MissingValue, "a date is required: the engine has no clock".into())),
        _ => return Err(refused(ProblemCode::WrongType, format!("{} where a date is wanted", value.get_type().name()?))),
    };
    if (calendar::FIRST_DAY..=calendar::LAST_DAY).contains(&day) {
        return Ok(day);
    }
    Err(refused(ProblemCode::OutOfRange, format!("{day} is not in {} to {}", calendar::FIRST_DAY, calendar::LAST_DAY)))
}
