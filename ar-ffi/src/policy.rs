//! The policy: every number that somebody may choose.

use crate::borrow::{Place, borrow, free, text};
use crate::error::ErrorHandle;
use crate::guard::guard;
use crate::ledger::LedgerHandle;
use crate::status::Status;
use crate::stream::stream;
use crate::text::TextPlace;
use ar_arrow::FFI_ArrowArrayStream;
use ar_core::Policy;
use ar_core::report::{changes_table, remarks_table};
use std::ffi::c_char;
use std::ptr;

/// A validated policy. Immutable: any number of threads may read it.
pub struct PolicyHandle(pub(crate) Policy);

/// The shipped policy, which is conservative: a person approves everything. To be freed with ar_policy_free.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_default(out: *mut *mut PolicyHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            Place::new(out, "out")?.give(PolicyHandle(Policy::default()));
            Ok(Status::Ok)
        })
    }
}

/// Reads a policy from JSON, `json_len` bytes of UTF-8; what is not named keeps its default. To be freed with ar_policy_free.
/// Every mistake is reported at once, with the path of the setting as its column.
/// Errors: AR_STATUS_INVALID_POLICY; AR_STATUS_INVALID_ARGUMENT (not UTF-8); AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_from_json(json: *const c_char, json_len: usize, out: *mut *mut PolicyHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (json, out) = (text(json, json_len, "json")?, Place::new(out, "out")?);
            out.give(PolicyHandle(Policy::from_json(json)?));
            Ok(Status::Ok)
        })
    }
}

/// Reads a policy from TOML, the form that people write; otherwise as ar_policy_from_json.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_from_toml(toml: *const c_char, toml_len: usize, out: *mut *mut PolicyHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (toml, out) = (text(toml, toml_len, "toml")?, Place::new(out, "out")?);
            out.give(PolicyHandle(Policy::from_toml(toml)?));
            Ok(Status::Ok)
        })
    }
}

/// The whole policy as JSON, defaults included: `*text` is owned by the caller and freed with ar_string_free; `text_len` may
/// be NULL.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_to_json(policy: *const PolicyHandle, text: *mut *mut c_char, text_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (policy, out) = (borrow(policy, "policy")?, TextPlace::new(text, text_len, "text")?);
            out.give(policy.0.to_json());
            Ok(Status::Ok)
        })
    }
}

/// The SHA-256 digest of the policy in hex, the same in every language; the text as in ar_policy_to_json.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_digest(policy: *const PolicyHandle, text: *mut *mut c_char, text_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (policy, out) = (borrow(policy, "policy")?, TextPlace::new(text, text_len, "text")?);
            out.give(policy.0.digest());
            Ok(Status::Ok)
        })
    }
}

/// The version that the policy gives itself; the text as in ar_policy_to_json.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_version(policy: *const PolicyHandle, text: *mut *mut c_char, text_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (policy, out) = (borrow(policy, "policy")?, TextPlace::new(text, text_len, "text")?);
            out.give(policy.0.version().into());
            Ok(Status::Ok)
        })
    }
}

/// The JSON Schema of policies: every setting with unit, range and default; the text as in ar_policy_to_json.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_schema(text: *mut *mut c_char, text_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            TextPlace::new(text, text_len, "text")?.give(Policy::schema());
            Ok(Status::Ok)
        })
    }
}

/// What differs between two policies, as an Arrow C stream, one row a setting: path, segment (null: the whole book), before and after (JSON;
/// null where the policy does not say it), unit, direction ("looser", "tighter", "other": whether the engine may do more without a person),
/// effective (whether another value holds there), kept_by (segments that a change of the book does not reach), text (one sentence). No rows
/// exactly where the digests are the same. `*out` is overwritten without being read; the caller owns the stream and calls its `release`.
/// Errors: AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_diff(before: *const PolicyHandle, after: *const PolicyHandle, out: *mut FFI_ArrowArrayStream, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (before, after, out) = (borrow(before, "before")?, borrow(after, "after")?, Place::new(out, "out")?);
            out.fill(stream(changes_table(&Policy::diff(&before.0, &after.0)))?);
            Ok(Status::Ok)
        })
    }
}

/// What the policy says and surely does not mean, though it is legal, as an Arrow C stream: path, code ("acts_on_nothing"), text (one
/// sentence). `ledger`: NULL, or books beside which more can be said (segments without a customer). The stream as with ar_policy_diff.
/// Errors: AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_remarks(policy: *const PolicyHandle, ledger: *const LedgerHandle, out: *mut FFI_ArrowArrayStream, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (policy, out) = (borrow(policy, "policy")?, Place::new(out, "out")?);
            let remarks = if ledger.is_null() { policy.0.remarks() } else { policy.0.remarks_on(borrow(ledger, "ledger")?.read()?) };
            out.fill(stream(remarks_table(&remarks))?);
            Ok(Status::Ok)
        })
    }
}

/// Frees a policy. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_free(policy: *mut PolicyHandle) {
    unsafe { guard(ptr::null_mut(), || free(policy)) }
}
