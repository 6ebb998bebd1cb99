//! A day that stands, through C: its reports are those of a run for the customers on the ledger behind the events.

use super::{problems, small_book, string};
use ar_core_ffi::error::ErrorHandle;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::standing::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::text::ar_string_free;
use std::ffi::c_char;
use std::ptr;

/// 2026-11-21.
const AS_OF: i32 = 20_778;

const PROMISE: &str = r#"[{"event": "promise_made", "on": "2026-11-21", "promise_id": "R1", "customer_id": "C1", "item_id": "I1", "due_on": "2026-11-28"}]"#;
const CASH: &str = r#"[{"event": "payment_received", "on": "2026-11-21", "payment_id": "P1", "customer_id": "C1", "currency": "EUR", "amount": "80.10"}]"#;

fn told(call: impl FnOnce(*mut *mut c_char, *mut usize, *mut *mut ErrorHandle) -> Status) -> String {
    let (mut text, mut len) = (ptr::null_mut(), 0);
    assert_eq!(call(&mut text, &mut len, ptr::null_mut()), Status::Ok);
    let said = string(text);
    unsafe { ar_string_free(text) };
    said
}

unsafe fn json(report: *const ReportHandle) -> String {
    let (mut text, mut len) = (ptr::null(), 0);
    assert_eq!(unsafe { ar_report_json(report, &mut text, &mut len) }, Status::Ok);
    string(text)
}

#[test]
fn what_changed_is_what_a_run_for_it_says() {
    let ledger = small_book().ledger().unwrap_or_else(|(_, error)| panic!("{:?}", problems(error)));
    let (mut policy, mut models, mut day) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    unsafe {
        assert_eq!(ar_policy_default(&mut policy, ptr::null_mut()), Status::Ok);
        assert_eq!(ar_models_fit(ledger, AS_OF, &mut models, ptr::null_mut()), Status::Ok);
        assert_eq!(ar_standing_day_new(ledger, policy, models, AS_OF, &mut day, ptr::null_mut()), Status::Ok);
        for (events, whole) in [(PROMISE, 0), (CASH, 1)] {
            assert_eq!(ar_ledger_apply_json(ledger, events.as_ptr().cast(), events.len(), ptr::null_mut()), Status::Ok);
            let (mut changed, mut run, mut again, id) = (ptr::null_mut(), ptr::null_mut(), 7, c"C1".as_ptr());
            assert_eq!(ar_standing_day_apply_json(day, events.as_ptr().cast(), events.len(), &mut changed, &mut again, ptr::null_mut()), Status::Ok);
            assert_eq!(ar_run_for(ledger, policy, models, AS_OF, &id, 1, &mut run, ptr::null_mut()), Status::Ok);
            assert_eq!((again, json(changed)), (whole, json(run)));
            assert_eq!(told(|text, len, error| ar_standing_day_digest(day, text, len, error)), told(|text, len, error| ar_ledger_digest(ledger, text, len, error)));
            ar_report_free(changed);
            ar_report_free(run);
        }
        // What is refused leaves the day and the outputs as they were.
        let marker = ptr::dangling_mut::<ReportHandle>();
        let (mut changed, mut again, mut error) = (marker, 7, ptr::null_mut());
        assert_eq!(ar_standing_day_apply_json(day, PROMISE.as_ptr().cast(), PROMISE.len(), &mut changed, &mut again, &mut error), Status::InvalidEvents);
        assert_eq!((changed, again, problems(error).len()), (marker, 7, 1));
        // Nothing happened to nobody.
        assert_eq!(ar_standing_day_apply_json(day, c"[]".as_ptr(), 2, &mut changed, &mut again, ptr::null_mut()), Status::Ok);
        assert!(changed.is_null() && again < 2);
        let mut behind = ptr::null_mut();
        assert_eq!(ar_standing_day_ledger(day, &mut behind, ptr::null_mut()), Status::Ok);
        assert_eq!(told(|text, len, error| ar_ledger_digest(behind, text, len, error)), told(|text, len, error| ar_ledger_digest(ledger, text, len, error)));
        ar_ledger_free(behind);
        ar_standing_day_free(day);
        ar_models_free(models);
        ar_policy_free(policy);
        ar_ledger_free(ledger);
    }
}
