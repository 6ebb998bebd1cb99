//! Texts and bytes out that the caller owns.

use crate::borrow::{Checked, Place};
use crate::guard::guard;
use std::ffi::{CString, c_char};
use std::ptr;

/// The place for an owned text and, if wanted, its length.
pub(crate) struct TextPlace {
    text: Place<*mut c_char>,
    len: Option<Place<usize>>,
}

impl TextPlace {
    /// Checks the places; `len` may be NULL. `parameter`: how the export calls the text; the length is called that and `_len`.
    pub fn new(text: *mut *mut c_char, len: *mut usize, parameter: &str) -> Checked<Self> {
        let len = if len.is_null() { None } else { Some(Place::new(len, &format!("{parameter}_len"))?) };
        Ok(Self { text: Place::new(text, parameter)?, len })
    }

    /// Hands the text over.
    pub unsafe fn give(self, text: String) {
        let text = CString::new(text).unwrap_or_else(|error| {
            let bytes: Vec<u8> = error.into_vec().into_iter().filter(|byte| *byte != 0).collect();
            CString::new(bytes).unwrap_or_default()
        });
        let len = text.as_bytes().len();
        // SAFETY: checked in `new`; the caller's promise is passed on.
        unsafe {
            self.text.fill(text.into_raw());
            if let Some(place) = self.len {
                place.fill(len);
            }
        }
    }
}

/// Frees a text that the library gave away (those that come as `char **text`). NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_string_free(text: *mut c_char) {
    unsafe {
        guard(ptr::null_mut(), || {
            if !text.is_null() {
                drop(CString::from_raw(text));
            }
            Ok(())
        })
    }
}

/// The places for owned bytes and how many they are.
pub(crate) struct BytesPlace {
    bytes: Place<*mut u8>,
    len: Place<usize>,
}

impl BytesPlace {
    /// Checks the places.
    pub fn new(bytes: *mut *mut u8, len: *mut usize) -> Checked<Self> {
        Ok(Self { bytes: Place::new(bytes, "bytes")?, len: Place::new(len, "bytes_len")? })
    }

    /// Hands the bytes over.
    pub unsafe fn give(self, bytes: Vec<u8>) {
        let bytes = bytes.into_boxed_slice();
        // SAFETY: checked in `new`; the caller's promise is passed on.
        unsafe {
            self.len.fill(bytes.len());
            self.bytes.fill(Box::into_raw(bytes).cast());
        }
    }
}

/// Frees bytes that the library gave away (those that come as `uint8_t **bytes`); `bytes_len` is the number that came with them.
/// NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_bytes_free(bytes: *mut u8, bytes_len: usize) {
    unsafe {
        guard(ptr::null_mut(), || {
            if !bytes.is_null() {
                drop(Box::from_raw(ptr::slice_from_raw_parts_mut(bytes, bytes_len)));
            }
            Ok(())
        })
    }
}
