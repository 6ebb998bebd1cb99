//! Pointers in: each is checked here before anything reads or writes through it.

use crate::error::Failure;
use ar_core::calendar::{FIRST_DAY, LAST_DAY, date_from_days};
use ar_core::error::ProblemCode;
use chrono::NaiveDate;
use std::ffi::{CStr, c_char};
use std::{ptr, slice, str};

/// The `Ok` of a check.
pub type Checked<T> = Result<T, Failure>;

fn check<T>(pointer: *const T, parameter: &str) -> Checked<()> {
    if pointer.is_null() {
        return Err(Failure::pointer(parameter, "the pointer is NULL"));
    }
    if !pointer.is_aligned() {
        return Err(Failure::pointer(parameter, "the pointer is not aligned"));
    }
    Ok(())
}

/// A handle or struct, for the time of the call.
pub unsafe fn borrow<'a, T>(pointer: *const T, parameter: &str) -> Checked<&'a T> {
    check(pointer, parameter)?;
    // SAFETY: not NULL and aligned; that it points to a live T is the caller's promise.
    Ok(unsafe { &*pointer })
}

/// A handle that the call changes.
pub unsafe fn borrow_mut<'a, T>(pointer: *mut T, parameter: &str) -> Checked<&'a mut T> {
    check(pointer, parameter)?;
    // SAFETY: as above; that nobody else uses it during the call is the caller's promise.
    Ok(unsafe { &mut *pointer })
}

/// The longest array that is taken: as many rows as a table may have. A longer one is a length gone wrong (-1 as a size_t, say), and
/// to ask the system for the memory of its copy would end the process.
const LONGEST: usize = 4_000_000_000;

/// Refuses a length that no array of values of this size has.
pub fn possible(len: usize, size: usize, parameter: &str) -> Checked<()> {
    if len > LONGEST.min(isize::MAX as usize / size.max(1)) {
        return Err(Failure::argument(parameter, ProblemCode::OutOfRange, format!("an array of {len} values is too long: at most {LONGEST}")));
    }
    Ok(())
}

/// An array of `len` values; NULL is an empty array.
pub unsafe fn array<'a, T>(pointer: *const T, len: usize, parameter: &str) -> Checked<&'a [T]> {
    if len == 0 {
        return Ok(&[]);
    }
    check(pointer, parameter)?;
    possible(len, size_of::<T>(), parameter)?;
    // SAFETY: not NULL, aligned, of a possible size; that it holds len values is the caller's promise.
    Ok(unsafe { slice::from_raw_parts(pointer, len) })
}

/// A text of `len` bytes of UTF-8.
pub unsafe fn text<'a>(pointer: *const c_char, len: usize, parameter: &str) -> Checked<&'a str> {
    // SAFETY: the caller's promise is passed on.
    utf8(unsafe { array(pointer.cast(), len, parameter)? }, parameter)
}

/// A text that ends with NUL: a name or an identifier.
pub unsafe fn name<'a>(pointer: *const c_char, parameter: &str) -> Checked<&'a str> {
    check(pointer, parameter)?;
    // SAFETY: not NULL; that a NUL follows is the caller's promise.
    utf8(unsafe { CStr::from_ptr(pointer) }.to_bytes(), parameter)
}

/// Identifiers that end with NUL. A NULL in between is a problem with its place, as everything that is wrong with one of them is.
pub unsafe fn names<'a>(pointer: *const *const c_char, len: usize, parameter: &str) -> Checked<Vec<&'a str>> {
    // SAFETY: checked by `array` and `name`; the caller's promise is passed on.
    unsafe { array(pointer, len, parameter)?.iter().enumerate().map(|(row, id)| name(*id, parameter).map_err(|failure| failure.at(row))).collect() }
}

fn utf8<'a>(bytes: &'a [u8], parameter: &str) -> Checked<&'a str> {
    str::from_utf8(bytes).map_err(|error| Failure::argument(parameter, ProblemCode::BadUtf8, format!("not valid UTF-8 from byte {} on", error.valid_up_to())))
}

/// A day from days since 1970-01-01.
pub fn day(days: i32, parameter: &str) -> Checked<NaiveDate> {
    let date = date_from_days(days).filter(|date| (FIRST_DAY..=LAST_DAY).contains(date));
    date.ok_or_else(|| Failure::argument(parameter, ProblemCode::OutOfRange, format!("day {days} is not between {FIRST_DAY} and {LAST_DAY}")))
}

/// Where an output goes. Made before the work starts, filled only when it is done.
#[derive(Debug)]
pub struct Place<T>(*mut T);

impl<T> Place<T> {
    /// Checks the place.
    pub fn new(pointer: *mut T, parameter: &str) -> Checked<Self> {
        check(pointer.cast_const(), parameter)?;
        Ok(Self(pointer))
    }

    /// Fills the place.
    pub unsafe fn fill(self, value: T) {
        // SAFETY: checked in `new`; that it may be written is the caller's promise.
        unsafe { self.0.write(value) };
    }
}

impl<T> Place<*mut T> {
    /// Fills the place with a handle that the caller owns from now on.
    pub unsafe fn give(self, value: T) {
        // SAFETY: the caller's promise is passed on.
        unsafe { self.fill(Box::into_raw(Box::new(value))) };
    }
}

/// Takes a handle back and drops it; NULL is allowed.
pub unsafe fn free<T>(pointer: *mut T) -> Checked<()> {
    if !pointer.is_null() && pointer.is_aligned() {
        // SAFETY: made by `Place::give`; that it was not freed before is the caller's promise.
        drop(unsafe { Box::from_raw(pointer) });
    }
    Ok(())
}

/// The address of the first row; NULL for none.
pub fn first<T>(rows: &[T]) -> *const T {
    if rows.is_empty() { ptr::null() } else { rows.as_ptr() }
}
