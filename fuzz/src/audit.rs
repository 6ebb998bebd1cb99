//! Bytes as an audit log, as a filter, as what is appended; and a true log that is spoilt at one place.

use crate::call::{did, made, streamed, tables_of, told};
use crate::shared::{ledger, models, policy, report};
use crate::taker::{Taker, drawn};
use ar_arrow::{ArrowTable, FFI_ArrowArrayStream};
use ar_core::table::Data;
use ar_core_ffi::audit::*;
use ar_core_ffi::audit_log::*;
use ar_core_ffi::report::*;
use ar_core_ffi::tables::*;
use std::ffi::CString;
use std::ptr;
use std::sync::OnceLock;

const COLUMNS: [&str; 7] = ["audit.seq", "audit.previous", "audit.kind", "audit.policy_version", "audit.model_version", "audit.body", "audit.digest"];
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Texts by column and row.
type Cells = Vec<Vec<String>>;

/// A log of a run that is whole.
fn true_log() -> &'static Cells {
    static CELLS: OnceLock<Cells> = OnceLock::new();
    CELLS.get_or_init(|| {
        let mut stream = FFI_ArrowArrayStream::empty();
        unsafe {
            let log = made(|out, error| ar_audit_log_new(0, ptr::null(), out, error)).expect("no log");
            assert!(did(|error| ar_audit_log_append_report(log, report(), error)));
            assert!(did(|error| ar_audit_log_stream(log, &mut stream, error)));
            ar_audit_log_free(log);
        }
        let read = ArrowTable::try_from_stream(stream).expect("a log cannot be read");
        let table = read.view("audit");
        let batch = &table.batches[0];
        let cells = |name: &str| {
            let column = batch.columns.iter().find(|column| format!("audit.{}", column.name) == name).expect("a column of the log is not there");
            match &column.data {
                Data::Text(texts) => (0..texts.ends.len()).map(|row| String::from_utf8_lossy(texts.bytes_of(row)).into_owned()).collect(),
                Data::Int(numbers) => numbers.iter().map(i64::to_string).collect(),
                other => panic!("a column of the log is {other:?}"),
            }
        };
        COLUMNS.iter().map(|name| cells(name)).collect()
    })
}

/// A log from bytes: each column has as many texts as there are rows.
fn any_log(take: &mut Taker<'_>) -> Cells {
    let rows = take.below(4);
    let words = ["0", "1", "2", "inputs", "decision", "event", "policy", "{}", "{\"as_of\":\"2026-11-20\"}", ZEROS, "\n"];
    let text = |take: &mut Taker<'_>| if take.rarely(3) { String::from_utf8_lossy(take.bytes()).into_owned() } else { (*take.pick(&words)).to_owned() };
    COLUMNS.iter().map(|_| (0..rows).map(|_| text(take)).collect()).collect()
}

/// The true log, cut short, with a row gone or twice, or a cell that is another.
fn spoilt_log(take: &mut Taker<'_>) -> Cells {
    let mut cells = true_log().clone();
    let rows = 1 + take.below(cells[0].len());
    cells.iter_mut().for_each(|column| column.truncate(rows));
    let (row, column) = (take.below(rows), take.below(COLUMNS.len()));
    match take.byte() % 8 {
        0 => {}
        1 => cells.iter_mut().for_each(|column| drop(column.remove(row))),
        2 => cells.iter_mut().for_each(|column| column.push(column[row].clone())),
        _ => cells[column][row] = String::from_utf8_lossy(&take.edited(cells[column][row].as_bytes())).into_owned(),
    }
    cells
}

/// Everything that is done with tables of a log.
fn from_texts(take: &mut Taker<'_>, cells: &Cells) {
    let texts: Vec<Vec<&str>> = cells.iter().map(|column| column.iter().map(String::as_str).collect()).collect();
    let columns: Vec<(&str, &[&str])> = COLUMNS.iter().zip(&texts).map(|(name, texts)| (*name, texts.as_slice())).collect();
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

const EVENTS: &str = r#"[{"event":"day_closed","on":"2026-11-20"},{"event":"promise_withdrawn","on":"2026-11-21","promise_id":"R1"}]"#;
const FILTER: &str = r#"{"customer_id":"C1","action":"send_notice","reason":"past_due","kind":"decision","from":"2026-11-01","to":"2026-11-30"}"#;

/// Everything that can be asked of a log, with whatever is left of the bytes.
fn ask(take: &mut Taker<'_>, log: *mut AuditLogHandle) {
    // To write a policy or to digest books takes as long as all else, a replay as long as thousand times that.
    let (replay, policies, books) = (drawn(take.0, 64), drawn(take.0, 15), drawn(take.0, 17));
    unsafe {
        let head = take.name(&[ZEROS, "", "x"]);
        let len = take.number();
        if let Some(breaks) = made(|out, error| ar_audit_log_verify(log, len, take.address(&head), out, error)) {
            let (mut rows, mut n) = (ptr::null(), 0);
            did(|_| ar_breaks_rows(breaks, &mut rows, &mut n));
            ar_breaks_free(breaks);
        }
        let what = take.byte();
        if what.is_multiple_of(4) {
            streamed(|[out], error| ar_audit_log_stream(log, out, error));
        }
        let events = if what & 4 == 0 { take.bytes().to_vec() } else { take.edited(EVENTS.as_bytes()) };
        did(|error| ar_audit_log_append_events(log, events.as_ptr().cast(), events.len(), if books { ledger() } else { ptr::null() }, error));
        if policies {
            let by = CString::new(take.bytes().iter().copied().filter(|byte| *byte != 0).collect::<Vec<u8>>()).unwrap();
            let on = take.day();
            did(|error| ar_audit_log_append_policy(log, policy(), by.as_ptr(), on, error));
        }
        // A whole day: where the log has no such run, and where it has.
        if replay && let Some(report) = made(|out, error| ar_audit_log_replay(log, ledger(), policy(), models(), out, error)) {
            ar_report_free(report);
        }
        let mut len = 0;
        told(|text, size, error| {
            let status = ar_audit_log_head(log, &mut len, text, error);
            if status == ar_core_ffi::status::Status::Ok {
                *size = std::ffi::CStr::from_ptr(*text).to_bytes().len();
            }
            status
        });
        let filter = if take.rarely(2) { take.rest().to_vec() } else { take.edited(FILTER.as_bytes()) };
        streamed(|[out], error| ar_audit_log_search(log, filter.as_ptr().cast(), filter.len(), out, error));
    }
}

/// A log from texts, a true one that is spoilt, or a new one with a run in it.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    match take.byte() % 8 {
        0..=2 => {
            let cells = any_log(&mut take);
            from_texts(&mut take, &cells)
        }
        3..=5 => {
            let cells = spoilt_log(&mut take);
            from_texts(&mut take, &cells)
        }
        _ => unsafe {
            let head = take.name(&[ZEROS, "", "x"]);
            let len = take.number();
            let Some(log) = made(|out, error| ar_audit_log_new(len, take.address(&head), out, error)) else { return };
            if take.rarely(2) {
                did(|error| ar_audit_log_append_report(log, report(), error));
            }
            ask(&mut take, log);
            ar_audit_log_free(log);
        },
    }
}
