//! The engine's errors as Python exceptions, and the one door through which every call goes.

use ar_core::error::{Error, ErrorCode, Problem, ProblemCode};
use pyo3::{
    exceptions::{PyException, PyValueError},
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyList, PyType},
};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The three exception classes; see the docstrings in [`Classes::new`].
struct Classes {
    base: Py<PyType>,
    input: Py<PyType>,
    policy: Py<PyType>,
}

static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();

/// The most problems whose sentence stands in the message; all of them are in `.problems`.
const SHOWN: usize = 20;
/// The most characters of such a sentence.
const LONGEST_LINE: usize = 400;

impl Classes {
    fn of(py: Python<'_>) -> PyResult<&Self> {
        CLASSES.get_or_try_init(py, || Self::new(py))
    }

    fn new(py: Python<'_>) -> PyResult<Self> {
        let base = class(
            py,
            "ArError",
            &[py.get_type::<PyException>()],
            "What the engine refuses, or a fault of the engine itself.\n\n\
             code: name of the error class, such as 'invalid_tables' ('internal' is a bug of ours).\n\
             problems: a list of dicts with table, row (from 0, or None), column (or None), code and message.\n\
             total: how many problems there are; more than len(problems) where over 10,000 were found.",
        )?;
        let value_error = py.get_type::<PyValueError>();
        let input = class(
            py,
            "InvalidInput",
            &[base.clone(), value_error.clone()],
            "Tables, events, models or arguments were refused; nothing was changed.\n\n\
             >>> try:\n\
             ...     ar.Ledger(items=[{'item_id': 'R-1', 'amount': '-3.00'}])\n\
             ... except ar.InvalidInput as refused:\n\
             ...     print(refused.code, sorted({problem['column'] for problem in refused.problems}))\n\
             invalid_tables ['currency', 'customer_id', 'due_on', 'issued_on']\n",
        )?;
        let policy = class(py, "PolicyError", &[base.clone(), value_error], "A policy was refused; `column` of a problem is the path of the setting.")?;
        base.setattr("code", "internal")?;
        base.setattr("problems", PyList::empty(py))?;
        base.setattr("total", 0)?;
        Ok(Self { base: base.unbind(), input: input.unbind(), policy: policy.unbind() })
    }
}

fn class<'py>(py: Python<'py>, name: &str, bases: &[Bound<'py, PyType>], doc: &str) -> PyResult<Bound<'py, PyType>> {
    let body = PyDict::new(py);
    body.set_item("__doc__", doc)?;
    body.set_item("__module__", "ar_core")?;
    let class = py.get_type::<PyType>().call1((name, pyo3::types::PyTuple::new(py, bases)?, body))?;
    Ok(class.cast_into()?)
}

/// Puts the exception classes into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let classes = Classes::of(module.py())?;
    module.add("ArError", classes.base.bind(module.py()))?;
    module.add("InvalidInput", classes.input.bind(module.py()))?;
    module.add("PolicyError", classes.policy.bind(module.py()))
}

/// The exception for an error of the engine.
pub(crate) fn from_core(py: Python<'_>, error: &Error) -> PyErr {
    from_problems(py, error.code(), error.problems(), error.total())
}

/// The exception for a single problem of an argument.
pub(crate) fn argument(py: Python<'_>, name: &str, code: ProblemCode, message: String) -> PyErr {
    let problem = Problem { table: "arguments".into(), row: None, column: Some(name.into()), code, message };
    from_problems(py, ErrorCode::InvalidArgument, &[problem], 1)
}

/// The exception for problems that were found in this crate.
pub(crate) fn from_problems(py: Python<'_>, code: ErrorCode, problems: &[Problem], total: u64) -> PyErr {
    let build = || {
        let classes = Classes::of(py)?;
        let class = if code == ErrorCode::InvalidPolicy { &classes.policy } else { &classes.input };
        let error = class.bind(py).call1((text(code, problems, total),))?;
        error.setattr("code", code.name())?;
        error.setattr("total", total)?;
        let rows = problems.iter().map(|problem| problem_dict(py, problem)).collect::<PyResult<Vec<_>>>()?;
        error.setattr("problems", rows)?;
        Ok(PyErr::from_value(error))
    };
    build().unwrap_or_else(|error: PyErr| error)
}

fn problem_dict<'py>(py: Python<'py>, problem: &Problem) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    row.set_item("table", &problem.table)?;
    row.set_item("row", problem.row)?;
    row.set_item("column", &problem.column)?;
    row.set_item("code", problem.code.name())?;
    row.set_item("message", &problem.message)?;
    Ok(row)
}

fn text(code: ErrorCode, problems: &[Problem], total: u64) -> String {
    if let ([problem], 1) = (problems, total) {
        return format!("{}: {}", code.name(), line(problem));
    }
    let mut text = format!("{}: {total} problems", code.name());
    for problem in problems.iter().take(SHOWN) {
        text.push_str(&format!("\n  {}", line(problem)));
    }
    if total > SHOWN as u64 {
        text.push_str(&format!("\n  … and {} more in .problems", total - SHOWN as u64));
    }
    text
}

/// A problem as one line; the name of a column may be as long as the caller likes.
fn line(problem: &Problem) -> String {
    let text = problem.to_string();
    if text.chars().count() <= LONGEST_LINE { text } else { text.chars().take(LONGEST_LINE).chain(['…']).collect() }
}

/// The one door: no panic passes it, for `PanicException` is not an `Exception` and would end the host's loop.
pub(crate) fn guarded<T>(py: Python<'_>, work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|cause| {
        let cause = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
        Err(internal(py, &format!("the engine failed ({}); this is a bug of ar-core, please report it", cause.unwrap_or("unknown cause"))))
    })
}

/// A fault of the engine itself.
pub(crate) fn internal(py: Python<'_>, message: &str) -> PyErr {
    let build = || Ok(PyErr::from_value(Classes::of(py)?.base.bind(py).call1((message,))?));
    build().unwrap_or_else(|error: PyErr| error)
}
