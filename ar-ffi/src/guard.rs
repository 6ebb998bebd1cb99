//! The one door: every export runs its body in here, so that no panic crosses the border and every refusal looks alike.

use crate::error::{ErrorHandle, Failure};
use crate::status::Status;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// What an export can answer, and what it answers when the body failed.
pub trait Answer {
    /// The answer that stands for this failure.
    fn refused(failure: &Failure) -> Self;
}

impl Answer for Status {
    fn refused(failure: &Failure) -> Self {
        failure.status
    }
}

impl Answer for () {
    fn refused(_: &Failure) {}
}

impl Answer for usize {
    fn refused(_: &Failure) -> Self {
        0
    }
}

impl Answer for u64 {
    fn refused(_: &Failure) -> Self {
        0
    }
}

impl Answer for u32 {
    fn refused(_: &Failure) -> Self {
        0
    }
}

/// A number that is never negative otherwise.
impl Answer for i32 {
    fn refused(_: &Failure) -> Self {
        -1
    }
}

impl<T> Answer for *const T {
    fn refused(_: &Failure) -> Self {
        ptr::null()
    }
}

/// Runs `body`. The report of a panic on stderr is the standard library's: to silence it takes a hook, which is global, and in a static
/// library that of the host as well. A failure or a panic becomes the answer that stands for it and, where `error` is not NULL, an error object.
///
/// # Safety
/// `error` is NULL or points to a place for a pointer.
pub unsafe fn guard<A: Answer>(error: *mut *mut ErrorHandle, body: impl FnOnce() -> Result<A, Failure>) -> A {
    // The handles stay sound after a panic: all are immutable but a ledger and a log being changed, which mark themselves.
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(answer)) => return answer,
        Ok(Err(failure)) => failure,
        Err(payload) => Failure::panic(panic_text(payload)),
    };
    let answer = A::refused(&failure);
    if !error.is_null() && error.is_aligned() {
        // SAFETY: not NULL and aligned; the caller promises the rest.
        unsafe { error.write(Box::into_raw(Box::new(ErrorHandle::new(failure)))) };
    }
    answer
}

fn panic_text(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => match payload.downcast::<&'static str>() {
            Ok(text) => (*text).into(),
            Err(payload) => {
                // An unknown payload may panic when it is dropped, and so may what it panics with: that one is left alone.
                if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
                    std::mem::forget(again);
                }
                "unknown panic".into()
            }
        },
    }
}
