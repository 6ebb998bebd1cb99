//! Which library this is.

use crate::guard::guard;
use std::ffi::c_char;
use std::ptr;

/// The number of the binary interface that this header describes, and the number in the soname (libar_core.so.0).
/// While it is 0 the interface may still change with every version of the library.
pub const AR_ABI_VERSION: u32 = 0;

/// AR_ABI_VERSION of the library that is loaded. If it differs from the header's, do not call anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_abi_version() -> u32 {
    unsafe { guard(ptr::null_mut(), || Ok(AR_ABI_VERSION)) }
}

/// Version of the library ("0.1.0"). Static.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_version() -> *const c_char {
    unsafe { guard(ptr::null_mut(), || Ok(concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast())) }
}
