//! Bytes as events, and what is asked of a ledger.

use crate::call::{book, did, made, streamed, told};
use crate::report::glance;
use crate::saved::kept;
use crate::shared::{models, policy};
use crate::taker::{Taker, drawn};
use ar_core_ffi::ledger::*;
use ar_core_ffi::report::*;
use ar_core_ffi::standing::*;
use std::ptr;

/// Good events, as many as there are bytes for, then changed a little.
const GOOD: [&str; 20] = [
    r#"{"event":"day_closed","on":"2026-11-20"}"#,
    r#"{"event":"payment_received","on":"2026-11-20","payment_id":"P9","customer_id":"C1","currency":"EUR","amount":"100.00"}"#,
    r#"{"event":"items_allocated","on":"2026-11-20","decision_id":"D-1","payment_id":"P1","allocations":[{"item_id":"I2","amount":"80.10"}]}"#,
    r#"{"event":"allocation_reversed","on":"2026-11-20","decision_id":"D-1","payment_id":"P1"}"#,
    r#"{"event":"notice_sent","on":"2026-11-20","notice_id":"N9","customer_id":"C1","item_ids":["I1","I2"],"level":2,"channel":"email"}"#,
    r#"{"event":"promise_made","on":"2026-11-20","promise_id":"R9","customer_id":"C1","item_id":"I1","due_on":"2026-12-30"}"#,
    r#"{"event":"promise_withdrawn","on":"2026-11-20","promise_id":"R1"}"#,
    r#"{"event":"dispute_opened","on":"2026-11-20","dispute_id":"X9","item_id":"I1","amount":"5.00","reason":"price"}"#,
    r#"{"event":"dispute_routed","on":"2026-11-20","dispute_ids":["D1"]}"#,
    r#"{"event":"item_issued","on":"2026-11-20","item_id":"I9","customer_id":"C3","currency":"JPY","amount":"500","due_on":"2026-12-20"}"#,
    r#"{"event":"deduction_created","on":"2026-11-20","deduction_id":"K1","item_id":"I1","amount":"40.00","reason":"freight"}"#,
    r#"{"event":"extension_granted","on":"2026-11-20","item_ids":["I1"],"due_on":"2026-12-05"}"#,
    r#"{"event":"hold_placed","on":"2026-11-20","customer_id":"C2","reason":"late"}"#,
    r#"{"event":"terms_changed","on":"2026-11-20","customer_id":"C1","payment_days":14,"credit_limit":"4000"}"#,
    r#"{"event":"handed_over","on":"2026-11-20","customer_id":"C1","item_ids":["I1"],"to":"agency"}"#,
    r#"{"event":"decision_edited","on":"2026-11-20","decision_id":"D-4","by":"ben","edit":{"tone":"firm","level":2}}"#,
    r#"{"event":"decision_approved","on":"2026-11-20","decision_id":"D-4","by":"anna","action":"send_notice","segment":"retail"}"#,
    r#"{"event":"autonomy_widened","on":"2026-11-20","by":"ben","action":"send_notice","segment":"retail","level":2}"#,
    r#"{"event":"autonomy_stopped","on":"2026-11-20","by":"ben","action":"send_notice","customer_id":"C2"}"#,
    r#"{"event":"signal_received","on":"2026-11-20","customer_id":"C1","kind":"insolvency","severity":95}"#,
];

fn some(take: &mut Taker<'_>) -> Vec<u8> {
    let all: Vec<&str> = (0..1 + take.below(6)).map(|_| *take.pick(&GOOD)).collect();
    let json = format!("[{}]", all.join(","));
    if take.rarely(3) { json.into_bytes() } else { take.edited(json.as_bytes()) }
}

/// The same events on a day that stands, one after the other and at once: the ledger is that behind the events.
unsafe fn stood(as_of: i32, which: u8, json: &[u8]) {
    unsafe {
        let ledger = book();
        let Some(day) = made(|out, error| ar_standing_day_new(ledger, policy(), models(), as_of, out, error)) else { return ar_ledger_free(ledger) };
        for _ in 0..2 {
            let before = told(|text, len, error| ar_standing_day_digest(day, text, len, error)).unwrap();
            let (mut report, mut again) = (ptr::null_mut(), 2);
            let applied = did(|error| ar_standing_day_apply_json(day, json.as_ptr().cast(), json.len(), &mut report, &mut again, error));
            let after = told(|text, len, error| ar_standing_day_digest(day, text, len, error)).unwrap();
            assert!(applied || before == after, "refused events changed the day");
            assert_eq!(applied, again < 2, "whether the whole book was worked through is told of what was taken in");
            if !report.is_null() {
                glance(report, which);
                ar_report_free(report);
            }
            let behind = made(|out, error| ar_standing_day_ledger(day, out, error)).unwrap();
            assert_eq!(told(|text, len, error| ar_ledger_digest(behind, text, len, error)), Some(after), "the digest is not that of the ledger");
            ar_ledger_free(behind);
        }
        ar_standing_day_free(day);
        ar_ledger_free(ledger);
    }
}

/// Events as JSON, on a book; all or nothing; then a day is run.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    let (as_of, form, which) = (take.day(), take.byte(), take.byte());
    let json = if form % 2 == 0 { take.rest().to_vec() } else { some(&mut take) };
    let ledger = book();
    unsafe {
        let before = told(|text, len, error| ar_ledger_digest(ledger, text, len, error)).unwrap();
        let applied = did(|error| ar_ledger_apply_json(ledger, json.as_ptr().cast(), json.len(), error));
        let after = told(|text, len, error| ar_ledger_digest(ledger, text, len, error)).unwrap();
        assert!(applied || before == after, "refused events changed the ledger");
        let ids = [c"I1".as_ptr(), c"I9".as_ptr(), ptr::null()];
        told(|text, len, error| ar_ledger_precondition(ledger, ids.as_ptr(), usize::from(data.first().copied().unwrap_or(0)) % 4, text, len, error));
        streamed(|[out], error| ar_ledger_statement(ledger, c"C1".as_ptr(), i32::MIN, as_of, out, error));
        streamed(|[aging, kpis], error| ar_figures(ledger, policy(), as_of, aging, kpis, error));
        if applied {
            if drawn(data, 3) {
                kept(ledger);
            }
            if drawn(data, 16) {
                stood(as_of, which, &json);
            }
            if drawn(data, 16)
                && let Some(report) = made(|out, error| ar_run(ledger, policy(), models(), as_of, out, error))
            {
                glance(report, which);
                streamed(|[rows, summary], error| ar_report_shadow(report, json.as_ptr().cast(), json.len(), i64::from(as_of % 70), rows, summary, error));
                ar_report_free(report);
            }
        }
        ar_ledger_free(ledger);
    }
}
