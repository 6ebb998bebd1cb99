//! The policy: every number that somebody may choose.

use crate::borrow::{Place, borrow, free, text};
use crate::error::ErrorHandle;
use crate::guard::guard;
use crate::status::Status;
use crate::text::TextPlace;
use ar_core::Policy;
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
            let (policy, out) = (borrow(policy, "policy")?, TextPlace::new(text, text_len)?);
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
            let (policy, out) = (borrow(policy, "policy")?, TextPlace::new(text, text_len)?);
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
            let (policy, out) = (borrow(policy, "policy")?, TextPlace::new(text, text_len)?);
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
            TextPlace::new(text, text_len)?.give(Policy::schema());
            Ok(Status::Ok)
        })
    }
}

/// Frees a policy. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_policy_free(policy: *mut PolicyHandle) {
    unsafe { guard(ptr::null_mut(), || free(policy)) }
}
