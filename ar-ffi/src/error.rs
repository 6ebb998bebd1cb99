//! Errors as C sees them: a status, a message, and every problem with table, row, column, code and sentence.

use crate::arena::Arena;
use crate::borrow::borrow;
use crate::guard::guard;
use crate::status::Status;
use ar_core::error::{Error, Problem, ProblemCode};
use std::ffi::c_char;
use std::ptr;

/// Why a call was refused, on its way to the door.
#[derive(Debug)]
pub struct Failure {
    pub(crate) status: Status,
    message: String,
    problems: Vec<Problem>,
    total: u64,
}

impl Failure {
    /// A refused argument: the problem stands in table `arguments`, column = the parameter.
    pub fn argument(parameter: &str, code: ProblemCode, message: String) -> Self {
        Self::one(Status::InvalidArgument, parameter, code, message)
    }

    /// A refused row of an array: as [`Self::argument`], with the row.
    pub fn row(parameter: &str, row: usize, code: ProblemCode, message: String) -> Self {
        Self::argument(parameter, code, message).at(row)
    }

    /// A pointer that is NULL or not aligned.
    pub fn pointer(parameter: &str, message: &str) -> Self {
        Self::one(Status::NullPointer, parameter, ProblemCode::MissingValue, message.into())
    }

    /// The same of one entry of an array.
    pub fn at(mut self, row: usize) -> Self {
        for problem in &mut self.problems {
            problem.row = Some(row as u64);
            self.message = format!("{}: {problem}", self.status.name());
        }
        self
    }

    /// An Arrow stream that could not be read or made.
    pub fn arrow(table: &str, message: &dyn std::fmt::Display) -> Self {
        let problem = Problem { table: table.into(), row: None, column: None, code: ProblemCode::BadShape, message: message.to_string() };
        Self { status: Status::ArrowStream, message: format!("arrow_stream: {problem}"), problems: vec![problem], total: 1 }
    }

    /// A ledger that a panic left half-changed.
    pub fn poisoned() -> Self {
        Self { status: Status::Poisoned, message: "poisoned: a call panicked while it changed this handle; free it".into(), problems: Vec::new(), total: 0 }
    }

    /// Something that this build of the library does not have.
    #[cfg(not(feature = "templates"))]
    pub fn not_built_in(feature: &str) -> Self {
        Self { status: Status::NotBuiltIn, message: format!("not_built_in: this library was built without the feature '{feature}'"), problems: Vec::new(), total: 0 }
    }

    /// A bug of ours.
    pub fn panic(message: String) -> Self {
        Self { status: Status::Panic, message: format!("panic: {message}"), problems: Vec::new(), total: 0 }
    }

    fn one(status: Status, parameter: &str, code: ProblemCode, message: String) -> Self {
        Self::of(status, Problem { table: "arguments".into(), row: None, column: Some(parameter.into()), code, message })
    }

    fn of(status: Status, problem: Problem) -> Self {
        Self { status, message: format!("{}: {problem}", status.name()), problems: vec![problem], total: 1 }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { status: error.code().into(), message: error.to_string(), problems: error.problems().to_vec(), total: error.total() }
    }
}

/// One thing that is wrong, and where. Belongs to its error. Fields may be added at the end in later versions: read it
/// through the pointer, do not copy it by its size.
#[repr(C)]
#[derive(Debug)]
pub struct ProblemRow {
    /// The table ("items"), or "policy", "events", "arguments".
    pub table: *const c_char,
    /// Row of the table, counted from 0; -1 where the whole table or column is meant.
    pub row: i64,
    /// Column of the table, path of the setting, field of the event, or parameter of the function; NULL where none is meant.
    pub column: *const c_char,
    /// What is wrong.
    pub code: ProblemCode,
    /// One sentence for a person: what was seen, what is wanted.
    pub message: *const c_char,
}

/// Why a call failed: a status, a message, and every problem that was found.
/// Immutable: any number of threads may read it.
#[derive(Debug)]
pub struct ErrorHandle {
    status: Status,
    message: *const c_char,
    problems: Vec<ProblemRow>,
    total: u64,
    _texts: Arena,
}

impl ErrorHandle {
    /// Makes the object that the caller will own.
    pub(crate) fn new(failure: Failure) -> Self {
        let mut texts = Arena::default();
        let problems = failure.problems.iter().map(|problem| ProblemRow {
            table: texts.keep(&problem.table),
            row: problem.row.and_then(|row| i64::try_from(row).ok()).unwrap_or(-1),
            column: problem.column.as_deref().map_or(ptr::null(), |column| texts.keep(column)),
            code: problem.code,
            message: texts.keep(&problem.message),
        });
        let problems = problems.collect();
        Self { status: failure.status, message: texts.keep(&failure.message), problems, total: failure.total, _texts: texts }
    }
}

/// The status that the failed call returned. `error` NULL: AR_STATUS_OK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_error_code(error: *const ErrorHandle) -> Status {
    unsafe { guard(ptr::null_mut(), || Ok(if error.is_null() { Status::Ok } else { borrow(error, "error")?.status })) }
}

/// One line for a log: the status, how many problems there are, and the first five. Borrowed from `error`;
/// NULL if `error` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_error_message(error: *const ErrorHandle) -> *const c_char {
    unsafe { guard(ptr::null_mut(), || Ok(borrow(error, "error")?.message)) }
}

/// How many problems can be read: at most 10,000. `error` NULL: 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_error_problems_len(error: *const ErrorHandle) -> usize {
    unsafe { guard(ptr::null_mut(), || Ok(borrow(error, "error")?.problems.len())) }
}

/// How many problems there are, also those beyond the first 10,000. `error` NULL: 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_error_problems_total(error: *const ErrorHandle) -> u64 {
    unsafe { guard(ptr::null_mut(), || Ok(borrow(error, "error")?.total)) }
}

/// Problem `index` (from 0), in the order of table, row and column. Borrowed from `error`; NULL if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_error_problem(error: *const ErrorHandle, index: usize) -> *const ProblemRow {
    unsafe { guard(ptr::null_mut(), || Ok(borrow(error, "error")?.problems.get(index).map_or(ptr::null(), ptr::from_ref))) }
}

/// Frees an error. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_error_free(error: *mut ErrorHandle) {
    unsafe { guard(ptr::null_mut(), || crate::borrow::free(error)) }
}
