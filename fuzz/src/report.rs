//! Reads reports: every part in every form, or the one that a byte says.

use crate::call::{streamed, text, told};
use ar_core_ffi::explain::*;
use ar_core_ffi::names::*;
use ar_core_ffi::report::*;
use ar_core_ffi::rows::{DecisionRow, ReasonRow};
use ar_core_ffi::status::Status;
use std::ffi::c_char;
use std::ptr;

type Lend<R> = unsafe extern "C" fn(*const ReportHandle, *mut *const R, *mut usize) -> Status;

fn slice<'r, T>(values: *const T, len: usize) -> &'r [T] {
    assert!(len == 0 || !values.is_null());
    if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(values, len) } }
}

fn rows<'r, R>(report: *const ReportHandle, lend: Lend<R>) -> &'r [R] {
    let (mut rows, mut len) = (ptr::null(), usize::MAX);
    assert_eq!(unsafe { lend(report, &mut rows, &mut len) }, Status::Ok);
    slice(rows, len)
}

/// Texts that a row may have.
fn texts(all: &[*const c_char]) {
    all.iter().filter(|one| !one.is_null()).for_each(|one| drop(text(*one)));
}

fn reasons(all: *const ReasonRow, len: usize, currency: *const c_char) {
    for reason in slice(all, len) {
        told(|out, size, error| unsafe { ar_reason_text(reason.code as u16, reason.observed, reason.limit, currency, out, size, error) }).expect("a reason has no words");
    }
}

fn decision(row: &DecisionRow) {
    texts(&[row.decision_id, row.customer_id, row.currency.as_ptr(), row.ask_role, row.params]);
    texts(slice(row.item_ids, row.item_ids_len));
    texts(slice(row.evidence, row.evidence_len));
    reasons(row.reasons, row.reasons_len, row.currency.as_ptr());
}

/// One of the forms in which a report is read; `false` if there is no such one.
fn step(report: *const ReportHandle, step: u16) -> bool {
    unsafe {
        match step {
            0 => rows(report, ar_report_decisions).iter().for_each(decision),
            1 => rows(report, ar_report_worklist).iter().for_each(|row| texts(&[row.decision_id, row.customer_id, row.ask_role, row.person, row.why, row.context])),
            2 => rows(report, ar_report_allocations).iter().for_each(|row| texts(&[row.payment_id, row.item_id, row.kind, row.decision_id, row.item_currency.as_ptr()])),
            3 => rows(report, ar_report_payments).iter().for_each(|row| {
                texts(&[row.payment_id, row.customer_id, row.certificate, row.decision_id]);
                reasons(row.reasons, row.reasons_len, row.currency.as_ptr());
            }),
            4 => rows(report, ar_report_aging).iter().for_each(|row| texts(&[row.bucket, row.currency.as_ptr()])),
            5 => rows(report, ar_report_kpis).iter().for_each(|row| texts(&[row.name, row.unit, row.currency, row.formula, row.version, row.note])),
            6 => rows(report, ar_report_scores).iter().for_each(|row| {
                texts(&[row.item_id, row.customer_id, row.class_name, row.counterfactual]);
                reasons(row.reasons, row.reasons_len, row.currency.as_ptr());
            }),
            7 => rows(report, ar_report_forecast).iter().for_each(|row| texts(&[row.line, row.currency.as_ptr()])),
            8 => rows(report, ar_report_escalations).iter().for_each(|row| {
                texts(&[row.decision_id, row.question, row.customer_id, row.segment, row.role, row.person, row.why, row.unanswered, row.alternatives, row.params, row.context]);
            }),
            9 => rows(report, ar_report_decisions).iter().for_each(|row| {
                told(|out, size, error| ar_report_explain(report, row.decision_id, out, size, error)).expect("a decision is not explained");
            }),
            10 => rows(report, ar_report_decisions).iter().filter(|row| !row.customer_id.is_null()).for_each(|row| {
                told(|out, size, error| ar_report_why_not(report, c"send_notice".as_ptr(), row.customer_id, out, size, error));
            }),
            11 => {
                let (mut json, mut len) = (ptr::null(), 0);
                assert_eq!(ar_report_json(report, &mut json, &mut len), Status::Ok);
                assert_eq!(text(json).len(), len);
            }
            12.. => {
                let part = step - 11;
                if ar_part_name(part).is_null() {
                    return false;
                }
                assert!(streamed(|[out], error| ar_report_stream(report, part, out, error)));
            }
        }
    }
    true
}

/// Reads all of a report.
pub fn read(report: *const ReportHandle) {
    let _ = (0..).take_while(|at| step(report, *at)).count();
}

/// Reads one or two parts of it, all only of every 32nd: which, says a byte.
pub fn glance(report: *const ReportHandle, which: u8) {
    if which % 32 == 31 {
        return read(report);
    }
    step(report, u16::from(which % 12));
    step(report, 12 + u16::from(which % 15));
}
