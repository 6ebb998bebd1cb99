//! Faults of a host, planted for AddressSanitizer: each test does what the header forbids, and must end its program. They run only
//! when scripts/check_asan.sh asks for one by name, and then they must fail: a sanitizer that sees nothing would prove nothing.

use crate::c_face::load::{given_ledger, with_report_of_c};
use crate::golden::path;
use crate::scenarios;
use ar_core_ffi::ledger::{ar_ledger_digest, ar_ledger_free};
use ar_core_ffi::policy::{ar_policy_default, ar_policy_digest, ar_policy_free};
use ar_core_ffi::report::{ar_report_decisions, ar_run};
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::{ar_tables_add_int64_column, ar_tables_free, ar_tables_new};
use std::ffi::{CStr, c_char};
use std::hint::black_box;
use std::ptr;

#[test]
#[ignore = "a planted fault: only for AddressSanitizer"]
fn a_row_is_read_after_its_report_was_freed() {
    let scenarios = scenarios::all();
    let scenario = &scenarios[super::DAY];
    let tables = scenarios::tables(scenario, "tables");
    let rows = with_report_of_c(ar_run, [&tables, &[]], "", "", 20_777, |report| unsafe {
        let (mut rows, mut len) = (ptr::null(), 0);
        assert_eq!(ar_report_decisions(report, &mut rows, &mut len), Status::Ok);
        assert!(len > 0);
        rows
    });
    black_box(unsafe { CStr::from_ptr((*rows.unwrap()).decision_id) }.to_bytes().len());
}

#[test]
#[ignore = "a planted fault: only for AddressSanitizer"]
fn an_array_is_shorter_than_it_is_said() {
    let (mut tables, values) = (ptr::null_mut(), vec![1_i64, 2, 3].into_boxed_slice());
    unsafe {
        assert_eq!(ar_tables_new(&mut tables, ptr::null_mut()), Status::Ok);
        ar_tables_add_int64_column(tables, c"items".as_ptr(), c"amount_minor".as_ptr(), values.as_ptr(), ptr::null(), 5, ptr::null_mut());
        ar_tables_free(tables);
    }
}

#[test]
#[ignore = "a planted fault: only for AddressSanitizer"]
fn a_ledger_is_used_after_it_was_freed() {
    let ledger = given_ledger(&scenarios::tables(&scenarios::all()[super::DAY], "tables"), "").unwrap();
    let mut text: *mut c_char = ptr::null_mut();
    unsafe {
        ar_ledger_free(ledger);
        ar_ledger_digest(ledger, &mut text, ptr::null_mut(), ptr::null_mut());
    }
}

#[test]
#[ignore = "a planted fault: only for AddressSanitizer"]
fn a_handle_is_freed_twice() {
    let mut policy = ptr::null_mut();
    unsafe {
        assert_eq!(ar_policy_default(&mut policy, ptr::null_mut()), Status::Ok);
        ar_policy_free(policy);
        ar_policy_free(policy);
    }
}

#[test]
#[ignore = "a planted fault: only for AddressSanitizer"]
fn a_text_is_never_freed() {
    let (mut policy, mut text) = (ptr::null_mut(), ptr::null_mut());
    unsafe {
        assert_eq!(ar_policy_default(&mut policy, ptr::null_mut()), Status::Ok);
        assert_eq!(ar_policy_digest(policy, &mut text, ptr::null_mut(), ptr::null_mut()), Status::Ok);
        ar_policy_free(policy);
    }
    black_box(text);
}

/// The script knows every fault: one that it does not ask for would never be seen.
#[test]
fn the_script_asks_for_every_fault() {
    let (script, source) = (std::fs::read_to_string(path("scripts/check_asan.sh")).unwrap(), include_str!("faults.rs"));
    let faults: Vec<&str> = source.split("only for AddressSanitizer\"]\nfn ").skip(1).map(|rest| rest.split('(').next().unwrap()).collect();
    assert!(faults.len() == 5 && faults.iter().all(|fault| script.contains(fault)), "{faults:?}");
}
