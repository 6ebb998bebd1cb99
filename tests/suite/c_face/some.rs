//! A run for some customers through C: what is refused leaves the outputs as they were, and every problem has its place.

use super::{problems, small_book, string};
use ar_core::error::ProblemCode;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::status::Status;
use std::ffi::{CStr, c_char};
use std::ptr;

/// 2026-11-21.
const AS_OF: i32 = 20_778;

/// Where something is wrong, and what.
type Places = &'static [(Option<u64>, ProblemCode)];

#[test]
fn rows_are_those_of_the_customers_and_refusals_name_their_place() {
    let ledger = small_book().ledger().unwrap_or_else(|(_, error)| panic!("{:?}", problems(error)));
    let (mut policy, mut models) = (ptr::null_mut(), ptr::null_mut());
    assert_eq!(unsafe { ar_policy_default(&mut policy, ptr::null_mut()) }, Status::Ok);
    assert_eq!(unsafe { ar_models_fit(ledger, AS_OF, &mut models, ptr::null_mut()) }, Status::Ok);
    let pointers = |ids: &[&'static CStr]| -> Vec<*const c_char> { ids.iter().map(|id| id.as_ptr()).collect() };
    let known = pointers(&[c"C1"]);
    let (mut report, mut rows, mut len) = (ptr::null_mut(), ptr::null(), 0);
    unsafe {
        // Models that are given, and those that the ledger teaches.
        for models in [models, ptr::null_mut()] {
            assert_eq!(ar_run_for(ledger, policy, models, AS_OF, known.as_ptr(), known.len(), &mut report, ptr::null_mut()), Status::Ok);
            assert_eq!(ar_report_decisions(report, &mut rows, &mut len), Status::Ok);
            assert!(len > 0 && std::slice::from_raw_parts(rows, len).iter().all(|row| string(row.customer_id) == "C1"));
            ar_report_free(report);
        }
        let marker = ptr::dangling_mut::<ReportHandle>();
        let mut with_null = pointers(&[c"C1", c"C1"]);
        with_null[1] = ptr::null();
        let (nobody, strangers, garbled) = (pointers(&[]), pointers(&[c"C7", c"C1", c""]), pointers(&[c"C1", c"\xff"]));
        let cases: [(&[*const c_char], Status, Places); 4] = [
            (&nobody, Status::InvalidArgument, &[(None, ProblemCode::MissingValue)]),
            (&strangers, Status::InvalidArgument, &[(Some(0), ProblemCode::UnknownCustomer), (Some(2), ProblemCode::UnknownCustomer)]),
            (&garbled, Status::InvalidArgument, &[(Some(1), ProblemCode::BadUtf8)]),
            (&with_null, Status::NullPointer, &[(Some(1), ProblemCode::MissingValue)]),
        ];
        for (ids, status, wanted) in cases {
            let (mut out, mut error) = (marker, ptr::null_mut());
            assert_eq!((ar_run_for(ledger, policy, models, AS_OF, ids.as_ptr(), ids.len(), &mut out, &mut error), out), (status, marker));
            let seen: Vec<_> = problems(error).into_iter().map(|seen| (u64::try_from(seen.1).ok(), seen.3)).collect();
            assert_eq!(seen, wanted);
            assert_eq!(ar_run_for(ledger, policy, models, AS_OF, ids.as_ptr(), ids.len(), &mut out, ptr::null_mut()), status);
        }
        let (mut out, odd) = (marker, known.as_ptr().cast::<u8>().wrapping_add(1).cast());
        for (ids, len, status) in
            [(ptr::null(), 1, Status::NullPointer), (odd, 1, Status::NullPointer), (ptr::null(), 0, Status::InvalidArgument), (known.as_ptr(), usize::MAX, Status::InvalidArgument)]
        {
            assert_eq!(ar_run_for(ledger, policy, models, AS_OF, ids, len, &mut out, ptr::null_mut()), status);
        }
        for (ledger, policy, day, status) in
            [(ptr::null_mut(), policy, AS_OF, Status::NullPointer), (ledger, ptr::null_mut(), AS_OF, Status::NullPointer), (ledger, policy, i32::MAX, Status::InvalidArgument)]
        {
            assert_eq!(ar_run_for(ledger, policy, models, day, known.as_ptr(), 1, &mut out, ptr::null_mut()), status);
        }
        assert_eq!(ar_run_for(ledger, policy, models, AS_OF, known.as_ptr(), 1, ptr::null_mut(), ptr::null_mut()), Status::NullPointer);
        assert_eq!(out, marker);
        ar_models_free(models);
        ar_policy_free(policy);
        ar_ledger_free(ledger);
    }
}
