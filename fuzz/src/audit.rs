//! Bytes as an audit log, as a filter, as what is appended; and a true log that is spoilt at one place.

use crate::call::{book, default_policy, did, made, streamed, tables_of, told};
use crate::taker::Taker;
use ar_core_ffi::audit::*;
use ar_core_ffi::audit_log::*;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::tables::*;
use std::ffi::CString;
use std::ptr;

const COLUMNS: [&str; 7] = ["seq", "previous", "kind", "policy_version", "model_version", "body", "digest"];

/// A log from texts: each column has as many as there are rows.
fn from_texts(take: &mut Taker<'_>) {
    let rows = take.below(4);
    let words = ["0", "1", "2", "inputs", "decision", "event", "policy", "{}", "{\"as_of\":\"2026-11-20\"}", "0000000000000000000000000000000000000000000000000000000000000000", "\n"];
    let cells: Vec<Vec<String>> =
        COLUMNS.iter().map(|_| (0..rows).map(|_| if take.rarely(3) { String::from_utf8_lossy(take.bytes()).into_owned() } else { (*take.pick(&words)).to_owned() }).collect()).collect();
    let names: Vec<String> = COLUMNS.iter().map(|column| format!("audit.{column}")).collect();
    let texts: Vec<Vec<&str>> = cells.iter().map(|column| column.iter().map(String::as_str).collect()).collect();
    let columns: Vec<(&str, &[&str])> = names.iter().zip(&texts).map(|(name, texts)| (name.as_str(), texts.as_slice())).collect();
    let tables = tables_of(&columns);
    unsafe {
        if let Some(breaks) = made(|out, error| ar_audit_verify(tables, out, error)) {
            ar_breaks_free(breaks);
        }
        if let Some(log) = made(|out, error| ar_audit_log_from_tables(tables, out, error)) {
            ask(take, log);
            ar_audit_log_free(log);
        }
        ar_tables_free(tables);
    }
}

/// Everything that can be asked of a log, with whatever is left of the bytes.
fn ask(take: &mut Taker<'_>, log: *mut AuditLogHandle) {
    unsafe {
        let head = take.name(&["0000000000000000000000000000000000000000000000000000000000000000", "", "x"]);
        let len = take.number();
        if let Some(breaks) = made(|out, error| ar_audit_log_verify(log, len, take.address(&head), out, error)) {
            let (mut rows, mut n) = (ptr::null(), 0);
            did(|_| ar_breaks_rows(breaks, &mut rows, &mut n));
            ar_breaks_free(breaks);
        }
        streamed(|[out], error| ar_audit_log_stream(log, out, error));
        let events = take.bytes();
        let ledger = book();
        did(|error| ar_audit_log_append_events(log, events.as_ptr().cast(), events.len(), if events.len() % 2 == 0 { ptr::null() } else { ledger }, error));
        let (policy, by) = (default_policy(), CString::new(take.bytes().iter().copied().filter(|byte| *byte != 0).collect::<Vec<u8>>()).unwrap());
        let on = take.day();
        did(|error| ar_audit_log_append_policy(log, policy, by.as_ptr(), on, error));
        if let Some(models) = made(|out, error| ar_models_fit(ledger, 20_777, out, error)) {
            if let Some(report) = made(|out, error| ar_audit_log_replay(log, ledger, policy, models, out, error)) {
                ar_report_free(report);
            }
            ar_models_free(models);
        }
        let filter = take.rest();
        streamed(|[out], error| ar_audit_log_search(log, filter.as_ptr().cast(), filter.len(), out, error));
        let mut len = 0;
        told(|text, size, error| {
            let status = ar_audit_log_head(log, &mut len, text, error);
            if status == ar_core_ffi::status::Status::Ok {
                *size = std::ffi::CStr::from_ptr(*text).to_bytes().len();
            }
            status
        });
        ar_policy_free(policy);
        ar_ledger_free(ledger);
    }
}

/// A log from texts, or a new one with a run in it.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    if take.byte() % 3 > 0 {
        return from_texts(&mut take);
    }
    let head = take.name(&["0000000000000000000000000000000000000000000000000000000000000000", "", "x"]);
    let len = take.number();
    unsafe {
        let Some(log) = made(|out, error| ar_audit_log_new(len, take.address(&head), out, error)) else { return };
        let (ledger, policy) = (book(), default_policy());
        if let Some(report) = made(|out, error| ar_run(ledger, policy, ptr::null(), 20_777, out, error)) {
            did(|error| ar_audit_log_append_report(log, report, error));
            ar_report_free(report);
        }
        ar_policy_free(policy);
        ar_ledger_free(ledger);
        ask(&mut take, log);
        ar_audit_log_free(log);
    }
}
