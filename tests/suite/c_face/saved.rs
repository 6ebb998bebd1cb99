//! Ledgers and models as bytes through C: owned, freed with their length, and refused with one problem.

use super::{problems, small_book};
use ar_core::error::ProblemCode;
use ar_core_ffi::error::ErrorHandle;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::text::ar_bytes_free;
use std::{ptr, slice};

/// The export that writes the bytes of a handle.
type Write<T> = unsafe extern "C" fn(*const T, *mut *mut u8, *mut usize, *mut *mut ErrorHandle) -> Status;

/// The bytes of a handle, copied as a host does, and given back.
fn bytes_of<T>(write: Write<T>, handle: *const T) -> Vec<u8> {
    let (mut bytes, mut len) = (ptr::null_mut(), 0);
    unsafe {
        assert_eq!(write(handle, &mut bytes, &mut len, ptr::null_mut()), Status::Ok);
        let copy = slice::from_raw_parts(bytes, len).to_vec();
        ar_bytes_free(bytes, len);
        copy
    }
}

/// The ledger that is restored of the bytes of another, which is freed.
pub fn restored(ledger: *mut LedgerHandle) -> *mut LedgerHandle {
    let (bytes, mut again) = (bytes_of(ar_ledger_to_bytes, ledger), ptr::null_mut());
    unsafe {
        ar_ledger_free(ledger);
        assert_eq!(ar_ledger_from_bytes(bytes.as_ptr(), bytes.len(), &mut again, ptr::null_mut()), Status::Ok);
    }
    again
}

/// The same of models; NULL stays NULL.
pub fn restored_models(models: *mut ModelsHandle) -> *mut ModelsHandle {
    if models.is_null() {
        return models;
    }
    let (bytes, mut again) = (bytes_of(ar_models_to_bytes, models), ptr::null_mut());
    unsafe {
        ar_models_free(models);
        assert_eq!(ar_models_from_bytes(bytes.as_ptr(), bytes.len(), &mut again, ptr::null_mut()), Status::Ok);
    }
    again
}

#[test]
fn bytes_are_read_back_or_refused() {
    let ledger = small_book().ledger().unwrap();
    let bytes = bytes_of(ar_ledger_to_bytes, ledger);
    let mut out = ptr::dangling_mut::<LedgerHandle>();
    let mut refuse = |bytes: &[u8], len: usize, wanted: (Status, ProblemCode)| unsafe {
        let mut error = ptr::null_mut();
        assert_eq!(ar_ledger_from_bytes(bytes.as_ptr(), len, &mut out, &mut error), wanted.0);
        let seen = problems(error);
        assert_eq!((seen.len(), seen[0].0.as_str(), seen[0].3), (1, "bytes", wanted.1), "{seen:?}");
        assert_eq!(out, ptr::dangling_mut(), "an output was written by a call that failed");
    };
    refuse(&bytes, 0, (Status::InvalidBytes, ProblemCode::WrongLength));
    refuse(&bytes, bytes.len() - 1, (Status::InvalidBytes, ProblemCode::WrongLength));
    let mut damaged = bytes.clone();
    damaged[30] ^= 1;
    refuse(&damaged, damaged.len(), (Status::InvalidBytes, ProblemCode::WrongChecksum));
    let mut models = ptr::null_mut();
    unsafe {
        assert_eq!(ar_models_fit(ledger, 20_000, &mut models, ptr::null_mut()), Status::Ok);
        let of_models = bytes_of(ar_models_to_bytes, models);
        refuse(&of_models, of_models.len(), (Status::InvalidBytes, ProblemCode::WrongKind));
        ar_models_free(restored_models(models));
        let again = restored(ledger);
        assert_eq!(bytes_of(ar_ledger_to_bytes, again), bytes);
        ar_ledger_free(again);
        ar_bytes_free(ptr::null_mut(), 0);
        ar_bytes_free(ptr::null_mut(), 7);
    }
}
