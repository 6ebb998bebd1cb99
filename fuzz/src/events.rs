//! Bytes as events, and what is asked of a ledger.

use crate::call::{book, default_policy, did, made, streamed, told};
use crate::day::read_report;
use crate::taker::Taker;
use ar_core_ffi::ledger::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use std::ptr;

/// Events as JSON, on a book; all or nothing; then a day is run.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    let (as_of, run) = (take.day(), take.byte() % 4 == 0);
    let json = take.rest();
    let ledger = book();
    unsafe {
        let before = told(|text, len, error| ar_ledger_digest(ledger, text, len, error)).unwrap();
        let applied = did(|error| ar_ledger_apply_json(ledger, json.as_ptr().cast(), json.len(), error));
        let after = told(|text, len, error| ar_ledger_digest(ledger, text, len, error)).unwrap();
        assert!(applied || before == after, "refused events changed the ledger");
        let ids = [c"I1".as_ptr(), c"I9".as_ptr(), ptr::null()];
        told(|text, len, error| ar_ledger_precondition(ledger, ids.as_ptr(), usize::from(data.first().copied().unwrap_or(0)) % 4, text, len, error));
        streamed(|[out], error| ar_ledger_statement(ledger, c"C1".as_ptr(), i32::MIN, as_of, out, error));
        if applied && run {
            let policy = default_policy();
            if let Some(report) = made(|out, error| ar_run(ledger, policy, ptr::null(), as_of, out, error)) {
                read_report(report);
                streamed(|[rows, summary], error| ar_report_shadow(report, json.as_ptr().cast(), json.len(), i64::from(as_of % 70), rows, summary, error));
                ar_report_free(report);
            }
            ar_policy_free(policy);
        }
        ar_ledger_free(ledger);
    }
}
