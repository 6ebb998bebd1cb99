//! The ledger: what is owed and held, loaded from tables, moved by events.

use crate::borrow::{Checked, Place, array, borrow, borrow_mut, day, free, name, names, text};
use crate::error::ErrorHandle;
use crate::fragile::Fragile;
use crate::guard::guard;
use crate::status::Status;
use crate::stream::stream;
use crate::tables::TablesHandle;
use crate::text::{BytesPlace, TextPlace};
use ar_arrow::FFI_ArrowArrayStream;
use ar_core::Ledger;
use ar_core::report::statement::statement_of;
use std::ffi::c_char;
use std::ptr;

/// The books. Single-writer: while one thread is in ar_ledger_apply_json, no other may use the ledger; else any number of
/// threads may read it.
pub struct LedgerHandle(Fragile<Ledger>);

impl LedgerHandle {
    pub(crate) const fn new(ledger: Ledger) -> Self {
        Self(Fragile::new(ledger))
    }

    /// The ledger, unless a panic left it half-changed.
    pub(crate) fn read(&self) -> Checked<&Ledger> {
        self.0.read()
    }
}

/// Loads tables into a new ledger, to be freed with ar_ledger_free. All or nothing: every problem of every table is reported
/// at once, with table, row and column. `tables` is only read, and may be used again or freed.
/// Errors: AR_STATUS_INVALID_TABLES; AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_ledger_new(tables: *const TablesHandle, out: *mut *mut LedgerHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (tables, out) = (borrow(tables, "tables")?, Place::new(out, "out")?);
            let ledger = tables.with(Ledger::try_new)?;
            out.give(LedgerHandle::new(ledger));
            Ok(Status::Ok)
        })
    }
}

/// Applies events: a JSON array of objects {"event": "notice_sent", "on": "2026-11-21", ...}, `json_len` bytes of UTF-8.
/// All or nothing: if one event is refused the ledger is unchanged, and every problem is reported (row = position in the array).
/// Errors: AR_STATUS_INVALID_EVENTS; AR_STATUS_INVALID_ARGUMENT (not UTF-8); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_ledger_apply_json(ledger: *mut LedgerHandle, json: *const c_char, json_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let handle = borrow_mut(ledger, "ledger")?;
            let events = text(json, json_len, "json")?;
            handle.0.change(|ledger| ledger.apply_json(events))??;
            Ok(Status::Ok)
        })
    }
}

/// The SHA-256 digest of the ledger in hex, the same in every language: `*text` is owned by the caller and freed with
/// ar_string_free; `text_len` may be NULL.
/// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_ledger_digest(ledger: *const LedgerHandle, text: *mut *mut c_char, text_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (ledger, out) = (borrow(ledger, "ledger")?.read()?, TextPlace::new(text, text_len, "text")?);
            out.give(ledger.digest());
            Ok(Status::Ok)
        })
    }
}

/// What is open and disputed of these items now, as 16 hexadecimal digits. The parameters of a notice have it as `precondition`: ask
/// again just before it goes out; where it is another, the notice is void, and a `notice_sent` with the old one is refused.
/// `item_ids`: `item_ids_len` texts of UTF-8 that end with a NUL. `*text` is owned by the caller and freed with ar_string_free;
/// `text_len` may be NULL. Errors: AR_STATUS_INVALID_ARGUMENT (an item that is not known; not UTF-8); AR_STATUS_NULL_POINTER;
/// AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_ledger_precondition(
    ledger: *const LedgerHandle,
    item_ids: *const *const c_char,
    item_ids_len: usize,
    text: *mut *mut c_char,
    text_len: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (ledger, out) = (borrow(ledger, "ledger")?.read()?, TextPlace::new(text, text_len, "text")?);
            out.give(ledger.precondition_of(names(item_ids, item_ids_len, "item_ids")?)?);
            Ok(Status::Ok)
        })
    }
}

/// The statement of account of a customer as an Arrow C stream: of each currency a line "opening", each "movement" in order with the
/// running balance, "closing", what is "open" with due date and age, and the "age" buckets, which sum to the closing balance.
/// `since_days`: its first day (days since 1970-01-01), or INT32_MIN for the beginning of the books; `as_of_days`: its last.
/// `*out` is overwritten without being read; the caller owns the stream and calls its `release`.
/// Errors: AR_STATUS_INVALID_ARGUMENT (no such customer, a day, a first day behind the last); AR_STATUS_ARROW_STREAM;
/// AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_ledger_statement(
    ledger: *const LedgerHandle,
    customer_id: *const c_char,
    since_days: i32,
    as_of_days: i32,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (ledger, customer, out) = (borrow(ledger, "ledger")?.read()?, name(customer_id, "customer_id")?, Place::new(out, "out")?);
            let since = if since_days == i32::MIN { None } else { Some(day(since_days, "since_days")?) };
            let table = statement_of(ledger, customer, since, day(as_of_days, "as_of_days")?)?.table(ledger);
            out.fill(stream(table)?);
            Ok(Status::Ok)
        })
    }
}

/// The ledger as bytes, to be kept in a file or a database or sent to another process: versioned, with a checksum, the same for the same
/// books on any machine. `*bytes` is owned by the caller and freed with ar_bytes_free(bytes, bytes_len); neither may be NULL.
/// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_ledger_to_bytes(ledger: *const LedgerHandle, bytes: *mut *mut u8, bytes_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (ledger, out) = (borrow(ledger, "ledger")?.read()?, BytesPlace::new(bytes, bytes_len)?);
            out.give(ledger.to_bytes());
            Ok(Status::Ok)
        })
    }
}

/// A new ledger from what ar_ledger_to_bytes wrote, in this or an earlier version of the library: the same digest, the same reports, and
/// it goes on with events. To be freed with ar_ledger_free. `bytes` are only read, and may come from anywhere: what is cut, damaged,
/// of something else, of a later version or not in itself consistent is refused, and then nothing is restored.
/// Errors: AR_STATUS_INVALID_BYTES, with one problem that says why; AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_ledger_from_bytes(bytes: *const u8, bytes_len: usize, out: *mut *mut LedgerHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (bytes, out) = (array(bytes, bytes_len, "bytes")?, Place::new(out, "out")?);
            out.give(LedgerHandle::new(Ledger::from_bytes(bytes)?));
            Ok(Status::Ok)
        })
    }
}

/// Frees a ledger. NULL is allowed. Reports made from it stay valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_ledger_free(ledger: *mut LedgerHandle) {
    unsafe { guard(ptr::null_mut(), || free(ledger)) }
}
