//! Bytes as a policy: JSON or TOML; what is read is written, compared, and decides a day.

use crate::call::{made, streamed, told};
use crate::report::glance;
use crate::shared::{self, ledger, models, policy_json};
use crate::taker::{Taker, drawn};
use ar_core_ffi::policy::*;
use ar_core_ffi::rehearsal::ar_rehearse;
use ar_core_ffi::report::*;
use std::ptr;

/// What is read is written, and read again the same.
fn written(policy: *const PolicyHandle) {
    unsafe {
        let json = told(|text, len, error| ar_policy_to_json(policy, text, len, error)).unwrap();
        let digest = told(|text, len, error| ar_policy_digest(policy, text, len, error)).unwrap();
        told(|text, len, error| ar_policy_version(policy, text, len, error));
        let again = made(|out, error| ar_policy_from_json(json.as_ptr().cast(), json.len(), out, error)).expect("a policy that is written cannot be read");
        assert_eq!(told(|text, len, error| ar_policy_digest(again, text, len, error)).unwrap(), digest);
        ar_policy_free(again);
    }
}

/// The first byte says which form: JSON or TOML, as it comes or the default policy with changes; the second what is read of a report, if a day is
/// run, which takes a hundred times as long as to read a policy.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    let (form, which) = (take.byte(), take.byte());
    let document = if form % 4 == 0 { take.rest().to_vec() } else { take.edited(policy_json().as_bytes()) };
    let (text, len) = (document.as_ptr().cast(), document.len());
    let policy = made(|out, error| unsafe { if form % 8 == 0 { ar_policy_from_toml(text, len, out, error) } else { ar_policy_from_json(text, len, out, error) } });
    let Some(policy) = policy else { return };
    unsafe {
        if drawn(data, 4) {
            written(policy);
        }
        if drawn(data, 5) {
            assert!(streamed(|[out], error| ar_policy_diff(shared::policy(), policy, out, error)));
            streamed(|[out], error| ar_policy_remarks(policy, ledger(), out, error));
        }
        if drawn(data, 16)
            && let Some(report) = made(|out, error| ar_run(ledger(), policy, models(), shared::DAY, out, error))
        {
            glance(report, which);
            ar_report_free(report);
        }
        if drawn(data, 255) {
            let days = [shared::DAY - 1, shared::DAY];
            streamed(|[changes, summary], error| ar_rehearse(ledger(), shared::policy(), policy, models(), days.as_ptr(), 2, c"[]".as_ptr(), 2, ptr::null(), changes, summary, error));
        }
        ar_policy_free(policy);
    }
}
