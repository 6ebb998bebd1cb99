//! Calls as a careful host makes them: what a failed call wrote, and what its error says, is looked at.

use ar_arrow::FFI_ArrowArrayStream;
use ar_core_ffi::error::*;
use ar_core_ffi::ledger::*;
use ar_core_ffi::names::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::*;
use ar_core_ffi::text::{ar_bytes_free, ar_string_free};
use std::ffi::{CStr, CString, c_char};
use std::ptr;

/// A text of the library: ends with NUL, is UTF-8.
pub fn text(text: *const c_char) -> String {
    assert!(!text.is_null());
    unsafe { CStr::from_ptr(text) }.to_str().expect("a text of the library is not UTF-8").to_owned()
}

/// Reads and frees the error of a call, which must be there exactly if the call failed, and not be a panic.
pub fn judged(status: Status, error: *mut ErrorHandle) -> bool {
    unsafe {
        assert_eq!(status == Status::Ok, error.is_null());
        if error.is_null() {
            return true;
        }
        let message = text(ar_error_message(error));
        assert!(status != Status::Panic && status != Status::Poisoned, "{message}");
        assert_eq!(ar_error_code(error), status);
        text(ar_status_name(status as u32));
        let len = ar_error_problems_len(error);
        assert!(len as u64 <= ar_error_problems_total(error) && len <= 10_000 && len > 0, "{message}");
        for at in 0..len.min(50) {
            let problem = &*ar_error_problem(error, at);
            text(problem.table);
            text(problem.message);
            text(ar_problem_code_name(problem.code as u16));
            assert!(problem.column.is_null() || !text(problem.column).is_empty() || problem.row >= -1);
        }
        assert!(ar_error_problem(error, len).is_null() && ar_error_problem(error, usize::MAX).is_null());
        ar_error_free(error);
        false
    }
}

/// A call that makes a handle: given on success, else untouched.
pub fn made<T>(call: impl FnOnce(*mut *mut T, *mut *mut ErrorHandle) -> Status) -> Option<*mut T> {
    let marker = ptr::dangling_mut::<T>();
    let (mut out, mut error) = (marker, ptr::null_mut());
    let status = call(&mut out, &mut error);
    if judged(status, error) {
        assert!(out != marker && !out.is_null());
        return Some(out);
    }
    assert!(out == marker, "an output was written by a call that failed");
    None
}

/// A call that gives a text to the caller.
pub fn told(call: impl FnOnce(*mut *mut c_char, *mut usize, *mut *mut ErrorHandle) -> Status) -> Option<String> {
    let mut len = usize::MAX;
    let out = made(|out, error| call(out, &mut len, error));
    let Some(out) = out else {
        assert!(len == usize::MAX, "a length was written by a call that failed");
        return None;
    };
    let told = text(out);
    assert_eq!(told.len(), len);
    unsafe { ar_string_free(out) };
    Some(told)
}

/// A call that gives bytes to the caller.
pub fn given(call: impl FnOnce(*mut *mut u8, *mut usize, *mut *mut ErrorHandle) -> Status) -> Option<Vec<u8>> {
    let mut len = usize::MAX;
    let out = made(|out, error| call(out, &mut len, error));
    let Some(out) = out else {
        assert!(len == usize::MAX, "a length was written by a call that failed");
        return None;
    };
    let bytes = unsafe { std::slice::from_raw_parts(out, len) }.to_vec();
    unsafe { ar_bytes_free(out, len) };
    Some(bytes)
}

/// A call that gives streams; each is read to its end and released.
pub fn streamed<const N: usize>(call: impl FnOnce([*mut FFI_ArrowArrayStream; N], *mut *mut ErrorHandle) -> Status) -> bool {
    let mut streams: [FFI_ArrowArrayStream; N] = std::array::from_fn(|_| FFI_ArrowArrayStream::empty());
    let mut error = ptr::null_mut();
    let places = std::array::from_fn(|at| streams.as_mut_ptr().wrapping_add(at));
    let status = call(places, &mut error);
    let ok = judged(status, error);
    for stream in streams {
        assert_eq!(stream.release().is_some(), ok);
        if ok {
            ar_arrow::ArrowTable::try_from_stream(stream).expect("a stream of the library cannot be read").view("x");
        }
    }
    ok
}

/// A call that changes a handle.
pub fn did(call: impl FnOnce(*mut *mut ErrorHandle) -> Status) -> bool {
    let mut error = ptr::null_mut();
    judged(call(&mut error), error)
}

/// The default policy.
pub fn default_policy() -> *mut PolicyHandle {
    made(|out, error| unsafe { ar_policy_default(out, error) }).expect("no default policy")
}

/// Tables with one text column after another: "customers.customer_id" and its values.
pub fn tables_of(columns: &[(&str, &[&str])]) -> *mut TablesHandle {
    let tables = made(|out, error| unsafe { ar_tables_new(out, error) }).expect("no tables");
    for (name, values) in columns {
        let (table, column) = name.split_once('.').unwrap();
        let (table, column) = (CString::new(table).unwrap(), CString::new(column).unwrap());
        let lens: Vec<usize> = values.iter().map(|value| value.len()).collect();
        let values: Vec<*const c_char> = values.iter().map(|value| if value.is_empty() { ptr::null() } else { value.as_ptr().cast() }).collect();
        assert!(did(|error| unsafe { ar_tables_add_text_column(tables, table.as_ptr(), column.as_ptr(), values.as_ptr(), lens.as_ptr(), values.len(), error) }));
    }
    tables
}

/// A small book in which much is going on.
pub fn book() -> *mut LedgerHandle {
    let tables = tables_of(&[
        ("customers.customer_id", &["C1", "C2", "C3"]),
        ("customers.name", &["Acme Ltd", "Beta GmbH", "Gamma KK"]),
        ("customers.owner", &["kim", "", "lee"]),
        ("items.item_id", &["I1", "I2", "I3", "I4", "I5"]),
        ("items.customer_id", &["C1", "C1", "C2", "C3", "C2"]),
        ("items.currency", &["EUR", "EUR", "EUR", "JPY", "EUR"]),
        ("items.amount", &["1250.00", "80.10", "333.33", "5000", "90"]),
        ("items.issued_on", &["2026-08-01", "2026-10-01", "2026-09-01", "2026-07-01", "2026-11-10"]),
        ("items.due_on", &["2026-08-31", "2026-10-31", "2026-09-30", "2026-07-31", "2026-12-10"]),
        ("payments.payment_id", &["P1", "P2"]),
        ("payments.customer_id", &["C1", ""]),
        ("payments.currency", &["EUR", "EUR"]),
        ("payments.amount", &["80.10", "300"]),
        ("payments.received_on", &["2026-11-19", "2026-11-18"]),
        ("payments.text", &["invoice I2", "Beta, on account"]),
        ("disputes.dispute_id", &["D1"]),
        ("disputes.item_id", &["I3"]),
        ("disputes.amount", &["20"]),
        ("disputes.opened_on", &["2026-10-10"]),
        ("promises.promise_id", &["R1"]),
        ("promises.customer_id", &["C1"]),
        ("promises.item_id", &["I1"]),
        ("promises.made_on", &["2026-10-10"]),
        ("promises.due_on", &["2026-11-25"]),
    ]);
    let ledger = made(|out, error| unsafe { ar_ledger_new(tables, out, error) }).expect("the book is refused");
    unsafe { ar_tables_free(tables) };
    ledger
}
