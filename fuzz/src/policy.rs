//! Bytes as a policy: JSON or TOML; what is read is written, compared, and decides a day.

use crate::call::{book, default_policy, made, streamed, told};
use crate::day::read_report;
use ar_core_ffi::ledger::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::rehearsal::ar_rehearse;
use ar_core_ffi::report::*;
use std::ptr;

/// The first byte says which form.
pub fn feed(data: &[u8]) {
    let Some((form, document)) = data.split_first() else { return };
    let (text, len) = (document.as_ptr().cast(), document.len());
    let policy = made(|out, error| unsafe { if form % 2 == 0 { ar_policy_from_toml(text, len, out, error) } else { ar_policy_from_json(text, len, out, error) } });
    let Some(policy) = policy else { return };
    unsafe {
        let json = told(|text, len, error| ar_policy_to_json(policy, text, len, error)).unwrap();
        let digest = told(|text, len, error| ar_policy_digest(policy, text, len, error)).unwrap();
        told(|text, len, error| ar_policy_version(policy, text, len, error));
        let again = made(|out, error| ar_policy_from_json(json.as_ptr().cast(), json.len(), out, error)).expect("a policy that is written cannot be read");
        assert_eq!(told(|text, len, error| ar_policy_digest(again, text, len, error)).unwrap(), digest);
        let (ledger, default) = (book(), default_policy());
        assert!(streamed(|[out], error| ar_policy_diff(default, policy, out, error)));
        streamed(|[out], error| ar_policy_remarks(policy, ledger, out, error));
        if let Some(report) = made(|out, error| ar_run(ledger, policy, ptr::null(), 20_777, out, error)) {
            read_report(report);
            ar_report_free(report);
        }
        if form % 8 == 7 {
            streamed(|[changes, summary], error| ar_rehearse(ledger, default, policy, ptr::null(), [20_776, 20_777].as_ptr(), 2, c"[]".as_ptr(), 2, ptr::null(), changes, summary, error));
        }
        ar_policy_free(default);
        ar_policy_free(again);
        ar_policy_free(policy);
        ar_ledger_free(ledger);
    }
}
