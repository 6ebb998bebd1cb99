//! The audit log: is the chain whole?

use crate::arena::Arena;
use crate::borrow::{Place, borrow, first, free};
use crate::error::ErrorHandle;
use crate::guard::guard;
use crate::status::Status;
use crate::tables::TablesHandle;
use ar_core::audit::{self, AuditLog, Break, Head};
use ar_core::error::{Error, ErrorCode, ProblemCode};
use std::ffi::c_char;
use std::ptr;

/// One place where the chain of an audit log is broken.
#[repr(C)]
#[derive(Debug)]
pub struct BreakRow {
    /// Place of the entry, counted from 0: the number that it should have.
    pub seq: i64,
    /// "empty", "wrong_seq", "wrong_previous", "wrong_digest", "line_feed", "cut_off" or "wrong_head".
    pub code: *const c_char,
    /// One sentence for a person.
    pub message: *const c_char,
}

/// What ar_audit_verify or ar_audit_log_verify found. Immutable: any number of threads may read it.
pub struct BreaksHandle {
    rows: Vec<BreakRow>,
    _texts: Arena,
}

impl BreaksHandle {
    /// The breaks as rows of C.
    pub(crate) fn of(breaks: &[Break]) -> Self {
        let mut texts = Arena::default();
        let rows = breaks.iter().map(|found| BreakRow { seq: found.seq, code: texts.keep(found.code), message: texts.keep(&found.message) }).collect();
        Self { rows, _texts: texts }
    }
}

/// The log in the table "audit".
pub(crate) fn read_log(tables: &TablesHandle) -> Result<AuditLog, Error> {
    tables.with(|tables| match tables.iter().find(|table| table.name == "audit") {
        Some(table) => audit::from_table(table, Head::default()),
        None => Err(Error::one(ErrorCode::InvalidAudit, "audit", None, ProblemCode::MissingValue, "there is no table 'audit'".into())),
    })
}

/// Verifies an audit log: `tables` holds the table "audit" as a report gave it. What is found is to be freed with
/// ar_breaks_free; no rows mean that the chain is whole.
/// Errors: AR_STATUS_INVALID_AUDIT (no table or column of an audit log); AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_verify(tables: *const TablesHandle, out: *mut *mut BreaksHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (tables, out) = (borrow(tables, "tables")?, Place::new(out, "out")?);
            out.give(BreaksHandle::of(&audit::verify(&read_log(tables)?)));
            Ok(Status::Ok)
        })
    }
}

/// The breaks that were found, in the order of `seq`. The rows are borrowed from `breaks`.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_breaks_rows(breaks: *const BreaksHandle, rows: *mut *const BreakRow, rows_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let breaks = borrow(breaks, "breaks")?;
            let (rows, rows_len) = (Place::new(rows, "rows")?, Place::new(rows_len, "rows_len")?);
            rows.fill(first(&breaks.rows));
            rows_len.fill(breaks.rows.len());
            Ok(Status::Ok)
        })
    }
}

/// Frees what ar_audit_verify found. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_breaks_free(breaks: *mut BreaksHandle) {
    unsafe { guard(ptr::null_mut(), || free(breaks)) }
}
