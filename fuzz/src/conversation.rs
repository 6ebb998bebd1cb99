//! Bytes as messages, contexts, readings, facts, styles and drafts.

use crate::call::{book, default_policy, made, told};
use crate::taker::Taker;
use ar_core_ffi::conversation::*;
use ar_core_ffi::ledger::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use std::ffi::c_char;
use std::ptr;

const CONTEXT: &str = r#"{"received_on":"2026-11-20","language":"de","items":[{"item_id":"I1","reference":"R-1","currency":"EUR","open_amount":"1250.00"}]}"#;
const FACTS: &str = r#"{"as_of":"2026-11-20","locale":"en-GB","currency":"EUR","stage":1,"creditor":{"name":"N"},"debtor":{"name":"D"},"invoices":[{"ref":"I1","gross":"1250.00","open":"1250.00","issued":"2026-08-01","due":"2026-08-31","status":"open"}]}"#;
const STYLE: &str = r#"{"sender":{"name":"Northgate","email":"ar@northgate.example"}}"#;

fn raw(bytes: &[u8]) -> (*const c_char, usize) {
    (bytes.as_ptr().cast(), bytes.len())
}

/// The first byte says what is fed; the document beside the text is a good one, or comes from the bytes as well.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    let (what, own) = (take.byte(), take.rarely(2));
    let document = if own { Some(take.bytes()) } else { None };
    let with = |good: &'static str| raw(document.unwrap_or(good.as_bytes()));
    unsafe {
        match what % 4 {
            0 => {
                let ((text, len), (context, context_len)) = (raw(take.rest()), with(CONTEXT));
                told(|out, size, error| ar_read_reply(text, len, context, context_len, out, size, error));
            }
            1 => {
                let supplied = take.bytes();
                let ((text, len), (context, context_len)) = (raw(take.rest()), with(CONTEXT));
                told(|out, size, error| ar_check_reading(text, len, context, context_len, supplied.as_ptr().cast(), supplied.len(), out, size, error));
            }
            2 => {
                let ((text, len), (facts, facts_len)) = (raw(take.rest()), with(FACTS));
                told(|out, size, error| ar_verify_notice(text, len, facts, facts_len, out, size, error));
            }
            _ => {
                let ((draft, draft_len), (style, style_len)) = (raw(take.rest()), with(STYLE));
                let (ledger, policy) = (book(), default_policy());
                let report = made(|out, error| ar_run(ledger, policy, ptr::null(), 20_777, out, error)).expect("the day is refused");
                let (mut rows, mut len) = (ptr::null(), 0);
                ar_report_decisions(report, &mut rows, &mut len);
                for row in std::slice::from_raw_parts(rows, len) {
                    told(|out, size, error| ar_write_notice(report, row.decision_id, style, style_len, draft, draft_len, out, size, error));
                }
                ar_report_free(report);
                ar_policy_free(policy);
                ar_ledger_free(ledger);
            }
        }
    }
}
