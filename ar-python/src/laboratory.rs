//! The laboratory: invented books.

use crate::{
    cells::day_argument,
    errors::{argument, guarded},
    outputs::Table,
};
use ar_core::{error::ProblemCode, simulate::MAX_CUSTOMERS};
use pyo3::{prelude::*, types::PyDict};

/// Invents a book: the same seed gives the same tables.
///
/// seed: 0 or more. customers: how many, at most 1,000,000. as_of: the day on which the book stands (a date, a datetime at midnight,
/// or ISO text; default 2026-11-20). Raises InvalidInput for a bad day or number.
/// Returns a dict of Tables by name, as `Ledger(**tables)` takes them.
///
///     >>> tables = ar.simulate(seed=1, customers=2)
///     >>> sorted(tables)[:3], len(tables["customers"])
///     (['allocations', 'customers', 'disputes'], 2)
#[pyfunction]
#[pyo3(signature = (seed=1, customers=200, as_of=None))]
pub(crate) fn simulate<'py>(py: Python<'py>, seed: u64, customers: u32, as_of: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyDict>> {
    guarded(py, || {
        if customers > MAX_CUSTOMERS {
            return Err(argument(py, "customers", ProblemCode::OutOfRange, format!("{customers} customers, at most {MAX_CUSTOMERS}")));
        }
        let as_of = as_of.map_or_else(|| Ok(SIMULATED_DAY), |day| day_argument("as_of", day))?;
        let tables = py.detach(|| ar_core::simulate::simulate(seed, customers, as_of));
        let named = PyDict::new(py);
        for table in tables {
            named.set_item(table.name.to_string(), Table::own(table))?;
        }
        Ok(named)
    })
}

/// The day on which invented books stand unless another is asked for.
const SIMULATED_DAY: chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
