//! Numbers that no list has, texts that are no currency, and every pointer of every handle as NULL or odd.

use crate::call::{did, text, told};
use crate::taker::Taker;
use ar_core_ffi::audit::*;
use ar_core_ffi::audit_log::*;
use ar_core_ffi::error::*;
use ar_core_ffi::explain::*;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::names::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::*;
use ar_core_ffi::text::ar_string_free;
use ar_core_ffi::version::*;
use std::ffi::{CString, c_char};
use std::ptr;

/// A handle that is none: NULL, or an address that is not aligned. (That an aligned address is a handle, nobody can see.)
fn none<T>(take: &mut Taker<'_>) -> *mut T {
    if take.rarely(2) { ptr::null_mut() } else { ptr::without_provenance_mut(0x1000 + 2 * take.below(4) + 1) }
}

/// Names of numbers, then calls with handles that are none.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    let number = take.number();
    let word = CString::new(take.bytes().iter().copied().filter(|byte| *byte != 0).collect::<Vec<u8>>()).unwrap();
    unsafe {
        text(ar_version());
        ar_abi_version();
        for name in [
            ar_problem_code_name(number as u16),
            ar_reason_code_name(number as u16),
            ar_unit_name(number as u16),
            ar_part_name(number as u16),
            ar_action_name(number as u16),
            ar_mode_name(number as u16),
            ar_payment_status_name(number as u16),
            ar_status_name(number as u32),
        ] {
            assert!(name.is_null() || !text(name).is_empty());
        }
        ar_currency_exponent(word.as_ptr());
        ar_currency_exponent(ptr::null());
        let (observed, limit) = (take.number(), take.number());
        told(|out, size, error| ar_reason_text(number as u16, observed, limit, if word.is_empty() { c"EUR".as_ptr() } else { word.as_ptr() }, out, size, error));
        let error: *mut ErrorHandle = none(&mut take);
        assert!(ar_error_message(error).is_null() && ar_error_problem(error, number as usize).is_null() && ar_error_problems_len(error) == 0 && ar_error_problems_total(error) == 0);
        ar_error_code(error);
        ar_error_free(error);
        ar_tables_free(none(&mut take));
        ar_ledger_free(none(&mut take));
        ar_policy_free(none(&mut take));
        ar_models_free(none(&mut take));
        ar_report_free(none(&mut take));
        ar_breaks_free(none(&mut take));
        ar_audit_log_free(none(&mut take));
        ar_string_free(ptr::null_mut());
        let (mut place, mut len) = (ptr::null_mut::<c_char>(), 7);
        let ledger: *mut LedgerHandle = none(&mut take);
        let refused = [
            did(|error| ar_ledger_digest(ledger, &mut place, &mut len, error)),
            did(|error| ar_ledger_apply_json(ledger, c"[]".as_ptr(), 2, error)),
            did(|error| ar_policy_to_json(none(&mut take), &mut place, &mut len, error)),
            did(|error| ar_models_digest(none(&mut take), &mut place, &mut len, error)),
            did(|error| ar_report_explain(none(&mut take), word.as_ptr(), &mut place, &mut len, error)),
            did(|error| ar_run(none(&mut take), none(&mut take), ptr::null(), 0, none(&mut take), error)),
            did(|error| ar_audit_log_append_report(none(&mut take), none(&mut take), error)),
            did(|error| ar_policy_schema(none(&mut take), none(&mut take), error)),
        ];
        assert_eq!(refused, [false; 8]);
        let status = ar_run(ledger, none(&mut take), ptr::null(), 0, none(&mut take), none(&mut take));
        assert!(status == Status::NullPointer && place.is_null() && len == 7);
    }
}
