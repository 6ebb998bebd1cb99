//! Bytes as a saved ledger or saved models, mostly with length and checksum put right, so that what they hold is read.

use crate::call::{did, given, made, streamed, told};
use crate::report::glance;
use crate::shared::{DAY, ledger, models, models_or_none, policy, saved_ledger, saved_models};
use crate::taker::{Taker, drawn};
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::report::*;
use sha2::{Digest, Sha256};
use std::ptr;

/// Where the payload begins, and what stands behind it.
const HEADER: usize = 20;
const CHECKSUM: usize = 32;

/// A payload with the header and checksum that it should have.
fn sealed(header: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut bytes = header.to_vec();
    bytes[12..HEADER].copy_from_slice(&(payload.len() as u64).to_le_bytes());
    bytes.extend_from_slice(payload);
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

/// Saved bytes: bytes as they come, a payload of them, or good ones that are changed.
fn saved(take: &mut Taker<'_>, good: &[u8]) -> Vec<u8> {
    let (header, payload) = (&good[..HEADER], &good[HEADER..good.len() - CHECKSUM]);
    match take.byte() {
        0..=15 => take.rest().to_vec(),
        16..=31 => take.edited(good),
        32..=47 => {
            let mut header = header.to_vec();
            let at = take.below(HEADER);
            header[at] = take.byte();
            sealed(&header, payload)
        }
        48..=111 => sealed(header, take.rest()),
        _ => sealed(header, &take.edited(payload)),
    }
}

/// Events that the good books take, as those do that came out of changed bytes, if they are still alike.
const EVENTS: [&str; 8] = [
    r#"[{"event":"day_closed","on":"2026-11-20"}]"#,
    r#"[{"event":"payment_received","on":"2026-11-20","payment_id":"P9","customer_id":"C1","currency":"EUR","amount":"100.00"},{"event":"items_allocated","on":"2026-11-20","payment_id":"P9","allocations":[{"item_id":"I2","amount":"100.00"}]}]"#,
    r#"[{"event":"allocation_reversed","on":"2026-11-20","decision_id":"D-0","payment_id":"P1"}]"#,
    r#"[{"event":"notice_sent","on":"2026-11-20","notice_id":"N9","customer_id":"C1","item_ids":["I1","I2"],"level":2,"channel":"email"}]"#,
    r#"[{"event":"promise_made","on":"2026-11-20","promise_id":"R9","customer_id":"C1","item_id":"I2","due_on":"2026-12-30"}]"#,
    r#"[{"event":"dispute_opened","on":"2026-11-20","dispute_id":"X9","item_id":"I1","amount":"5.00","reason":"price"}]"#,
    r#"[{"event":"item_issued","on":"2026-11-20","item_id":"I9","customer_id":"C2","currency":"JPY","amount":"500","due_on":"2026-12-20"}]"#,
    r#"[{"event":"decision_approved","on":"2026-11-20","decision_id":"D-4","by":"cora"},{"event":"autonomy_resumed","on":"2026-11-20","by":"ben","action":"send_notice","customer_id":"C2"}]"#,
];

fn bytes_of(ledger: *const LedgerHandle) -> Vec<u8> {
    given(|bytes, len, error| unsafe { ar_ledger_to_bytes(ledger, bytes, len, error) }).expect("a ledger is not saved")
}

fn digest_of(ledger: *const LedgerHandle) -> String {
    told(|text, len, error| unsafe { ar_ledger_digest(ledger, text, len, error) }).expect("a ledger has no digest")
}

/// Saves a ledger, and restores it: the same.
pub(crate) fn kept(ledger: *const LedgerHandle) {
    let bytes = bytes_of(ledger);
    let again = made(|out, error| unsafe { ar_ledger_from_bytes(bytes.as_ptr(), bytes.len(), out, error) }).expect("a ledger that was saved is not restored");
    assert_eq!(digest_of(again), digest_of(ledger));
    assert!(bytes_of(again) == bytes, "a ledger has two forms");
    unsafe { ar_ledger_free(again) };
}

/// What is restored is saved as it was, goes on with events, and is decided on.
fn of_ledger(take: &mut Taker<'_>) {
    let (run, events, none, which, as_of) = (drawn(take.0, 16), take.byte(), drawn(take.0, 7), take.byte(), take.day());
    let bytes = saved(take, saved_ledger());
    unsafe {
        let Some(ledger) = made(|out, error| ar_ledger_from_bytes(bytes.as_ptr(), bytes.len(), out, error)) else { return };
        assert!(bytes_of(ledger) == bytes, "bytes that were read are written otherwise");
        digest_of(ledger);
        for (at, json) in EVENTS.iter().enumerate() {
            if events >> at & 1 == 1 {
                did(|error| ar_ledger_apply_json(ledger, json.as_ptr().cast(), json.len(), error));
            }
        }
        kept(ledger);
        streamed(|[out], error| ar_ledger_statement(ledger, c"C1".as_ptr(), i32::MIN, as_of, out, error));
        streamed(|[aging, kpis], error| ar_figures(ledger, policy(), as_of, aging, kpis, error));
        if run && let Some(report) = made(|out, error| ar_run(ledger, policy(), models_or_none(none), as_of, out, error)) {
            glance(report, which);
            ar_report_free(report);
        }
        ar_ledger_free(ledger);
    }
}

fn of_models(take: &mut Taker<'_>) {
    let (run, which) = (drawn(take.0, 16), take.byte());
    let bytes = saved(take, saved_models());
    unsafe {
        let Some(models) = made(|out, error| ar_models_from_bytes(bytes.as_ptr(), bytes.len(), out, error)) else { return };
        let digest = |models| told(|text, len, error| ar_models_digest(models, text, len, error));
        let written = given(|bytes, len, error| ar_models_to_bytes(models, bytes, len, error)).expect("models are not saved");
        let again = made(|out, error| ar_models_from_bytes(written.as_ptr(), written.len(), out, error)).expect("models that were saved are not restored");
        assert_eq!(digest(again), digest(models));
        assert!(given(|bytes, len, error| ar_models_to_bytes(again, bytes, len, error)) == Some(written), "models have two forms");
        if run && let Some(report) = made(|out, error| ar_run(ledger(), policy(), models, DAY, out, error)) {
            glance(report, which);
            ar_report_free(report);
        }
        ar_models_free(again);
        ar_models_free(models);
    }
}

/// The places of the calls as they should not be.
fn no_places(take: &mut Taker<'_>) {
    let odd = ptr::without_provenance_mut(0x1001);
    let (mut bytes, mut len) = (ptr::null_mut(), 7);
    unsafe {
        let of = [ptr::null(), saved_ledger().as_ptr()];
        let refused = [
            did(|error| ar_ledger_to_bytes(ledger(), ptr::null_mut(), &mut len, error)),
            did(|error| ar_ledger_to_bytes(ledger(), &mut bytes, ptr::null_mut(), error)),
            did(|error| ar_models_to_bytes(ptr::null(), &mut bytes, &mut len, error)),
            did(|error| ar_models_to_bytes(models(), (&raw mut bytes).cast::<u8>().wrapping_add(1).cast(), &mut len, error)),
            did(|error| ar_ledger_from_bytes(*take.pick(&of), *take.pick(&[usize::MAX, usize::MAX / 2, 4_000_000_001]), (&raw mut bytes).cast(), error)),
            did(|error| ar_ledger_from_bytes(ptr::null(), take.below(2), (&raw mut bytes).cast(), error)),
            did(|error| ar_models_from_bytes(saved_models().as_ptr(), saved_models().len(), odd, error)),
        ];
        assert_eq!(refused, [false; 7]);
        assert!(bytes.is_null() && len == 7);
    }
}

/// The first byte says what the bytes are.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    match take.byte() {
        0..=3 => no_places(&mut take),
        4..=95 => of_models(&mut take),
        _ => of_ledger(&mut take),
    }
}
