//! The models: what was learned from the books.

use crate::borrow::{Checked, Place, array, borrow, day, free, text};
use crate::error::ErrorHandle;
use crate::guard::guard;
use crate::ledger::LedgerHandle;
use crate::status::Status;
use crate::tables::TablesHandle;
use crate::text::{BytesPlace, TextPlace};
use ar_core::{Ledger, Models};
use chrono::NaiveDate;
use std::borrow::Cow;
use std::ffi::c_char;
use std::ptr;

/// Learned models with version and digest. Immutable: any number of threads may read it.
pub struct ModelsHandle(pub(crate) Models);

/// The models that the caller gave; where that is NULL, those that the ledger teaches on the day.
pub(crate) unsafe fn given_or_fitted<'m>(models: *const ModelsHandle, ledger: &Ledger, as_of: NaiveDate) -> Checked<Cow<'m, Models>> {
    if models.is_null() {
        return Ok(Cow::Owned(Models::fit(ledger, as_of)));
    }
    // SAFETY: checked by `borrow`; the caller's promise is passed on.
    Ok(Cow::Borrowed(unsafe { &borrow(models, "models")?.0 }))
}

/// Learns from the ledger's own history: only facts known before `as_of_days` (days since 1970-01-01) are used.
/// To be freed with ar_models_free.
/// Errors: AR_STATUS_INVALID_ARGUMENT (the day); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_models_fit(ledger: *const LedgerHandle, as_of_days: i32, out: *mut *mut ModelsHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (ledger, out) = (borrow(ledger, "ledger")?.read()?, Place::new(out, "out")?);
            out.give(ModelsHandle(Models::fit(ledger, day(as_of_days, "as_of_days")?)));
            Ok(Status::Ok)
        })
    }
}

/// As ar_models_fit, with what you know besides: the table "holidays" (calendar, on: days of a country, or of a currency for customers
/// without one, on which nothing is paid), and the table "pay_times" (item_id, delay_days, probability), where a model of your own
/// says when items are paid; its answer stands in the place of ours. `tables` may hold either or both, and is only read.
/// Errors: as ar_models_fit; AR_STATUS_INVALID_TABLES, with every problem.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_models_fit_on(ledger: *const LedgerHandle, as_of_days: i32, tables: *const TablesHandle, out: *mut *mut ModelsHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (ledger, tables, out) = (borrow(ledger, "ledger")?.read()?, borrow(tables, "tables")?, Place::new(out, "out")?);
            let as_of = day(as_of_days, "as_of_days")?;
            out.give(ModelsHandle(tables.with(|tables| Models::fit_on(ledger, as_of, tables))?));
            Ok(Status::Ok)
        })
    }
}

/// Reads models that ar_models_to_json wrote, `json_len` bytes of UTF-8. To be freed with ar_models_free.
/// Errors: AR_STATUS_INVALID_MODELS; AR_STATUS_INVALID_ARGUMENT (not UTF-8); AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_models_from_json(json: *const c_char, json_len: usize, out: *mut *mut ModelsHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (json, out) = (text(json, json_len, "json")?, Place::new(out, "out")?);
            out.give(ModelsHandle(Models::from_json(json)?));
            Ok(Status::Ok)
        })
    }
}

/// The models as JSON, to be kept: `*text` is owned by the caller and freed with ar_string_free; `text_len` may be NULL.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_models_to_json(models: *const ModelsHandle, text: *mut *mut c_char, text_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (models, out) = (borrow(models, "models")?, TextPlace::new(text, text_len, "text")?);
            out.give(models.0.to_json());
            Ok(Status::Ok)
        })
    }
}

/// The SHA-256 digest of the models in hex, the same in every language; the text as in ar_models_to_json.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_models_digest(models: *const ModelsHandle, text: *mut *mut c_char, text_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (models, out) = (borrow(models, "models")?, TextPlace::new(text, text_len, "text")?);
            out.give(models.0.digest());
            Ok(Status::Ok)
        })
    }
}

/// The models as bytes, as ar_ledger_to_bytes: versioned, with a checksum; to be freed with ar_bytes_free.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_models_to_bytes(models: *const ModelsHandle, bytes: *mut *mut u8, bytes_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (models, out) = (borrow(models, "models")?, BytesPlace::new(bytes, bytes_len)?);
            out.give(models.0.to_bytes());
            Ok(Status::Ok)
        })
    }
}

/// New models from what ar_models_to_bytes wrote, as ar_ledger_from_bytes; to be freed with ar_models_free.
/// Errors: AR_STATUS_INVALID_BYTES; AR_STATUS_INVALID_MODELS (whole bytes, but models that no fit can give); AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_models_from_bytes(bytes: *const u8, bytes_len: usize, out: *mut *mut ModelsHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (bytes, out) = (array(bytes, bytes_len, "bytes")?, Place::new(out, "out")?);
            out.give(ModelsHandle(Models::from_bytes(bytes)?));
            Ok(Status::Ok)
        })
    }
}

/// Frees models. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_models_free(models: *mut ModelsHandle) {
    unsafe { guard(ptr::null_mut(), || free(models)) }
}
