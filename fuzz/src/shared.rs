//! Handles that are made once a process: what only reads them does not pay for them in each execution.

use crate::call::{book, default_policy, given, made, told};
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use std::ptr;
use std::sync::OnceLock;

/// A handle that is never freed.
struct Kept<T>(*mut T);

// SAFETY: the handles kept here are only read, which any number of threads may do.
unsafe impl<T> Send for Kept<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Kept<T> {}

macro_rules! kept {
    ($($(#[$doc:meta])* $name:ident: $handle:ty = $make:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name() -> *const $handle {
            static PLACE: OnceLock<Kept<$handle>> = OnceLock::new();
            PLACE.get_or_init(|| Kept($make)).0
        }
    )*};
}

/// The day that the shared report is of.
pub const DAY: i32 = 20_777;

kept! {
    /// The small book.
    ledger: LedgerHandle = book();
    /// The default policy.
    policy: PolicyHandle = default_policy();
    /// What the small book teaches.
    models: ModelsHandle = made(|out, error| unsafe { ar_models_fit(ledger(), DAY, out, error) }).expect("no models");
    /// The day of the small book.
    report: ReportHandle = made(|out, error| unsafe { ar_run(ledger(), policy(), models(), DAY, out, error) }).expect("the day is refused");
}

/// The shared models, or none, so that they are fitted for the call.
pub fn models_or_none(none: bool) -> *const ModelsHandle {
    if none { ptr::null() } else { models() }
}

/// Saved bytes of books that have a row in every table.
pub fn saved_ledger() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let digits: Vec<u8> = include_bytes!("../../tests/golden/saved_ledger_1.hex").iter().filter_map(|digit| char::from(*digit).to_digit(16)).map(|digit| digit as u8).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    })
}

/// Saved bytes of the shared models.
pub fn saved_models() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| given(|bytes, len, error| unsafe { ar_models_to_bytes(models(), bytes, len, error) }).expect("models are not saved"))
}

/// The default policy as JSON.
pub fn policy_json() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| told(|text, len, error| unsafe { ar_policy_to_json(policy(), text, len, error) }).expect("the policy is not written"))
}

/// The shared models as JSON.
pub fn models_json() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| told(|text, len, error| unsafe { ar_models_to_json(models(), text, len, error) }).expect("the models are not written"))
}
