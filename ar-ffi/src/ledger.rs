//! The ledger: what is owed and held, loaded from tables, moved by events.

use crate::borrow::{Checked, Place, array, borrow, borrow_mut, free, name, text};
use crate::error::{ErrorHandle, Failure};
use crate::guard::guard;
use crate::status::Status;
use crate::tables::TablesHandle;
use crate::text::TextPlace;
use ar_core::Ledger;
use std::ffi::c_char;
use std::ptr;

/// The books. Single-writer: while one thread is in ar_ledger_apply_json, no other may use the ledger; else any number of
/// threads may read it.
pub struct LedgerHandle {
    ledger: Ledger,
    poisoned: bool,
}

impl LedgerHandle {
    /// The ledger, unless a panic left it half-changed.
    pub(crate) fn read(&self) -> Checked<&Ledger> {
        if self.poisoned { Err(Failure::poisoned()) } else { Ok(&self.ledger) }
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
            out.give(LedgerHandle { ledger, poisoned: false });
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
            handle.read()?;
            handle.poisoned = true;
            let applied = handle.ledger.apply_json(events);
            handle.poisoned = false;
            applied?;
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
            let (ledger, out) = (borrow(ledger, "ledger")?.read()?, TextPlace::new(text, text_len)?);
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
            let (ledger, out) = (borrow(ledger, "ledger")?.read()?, TextPlace::new(text, text_len)?);
            let ids = array(item_ids, item_ids_len, "item_ids")?.iter().map(|id| name(*id, "item_ids")).collect::<Checked<Vec<&str>>>()?;
            out.give(ledger.precondition_of(ids)?);
            Ok(Status::Ok)
        })
    }
}

/// Frees a ledger. NULL is allowed. Reports made from it stay valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_ledger_free(ledger: *mut LedgerHandle) {
    unsafe { guard(ptr::null_mut(), || free(ledger)) }
}
