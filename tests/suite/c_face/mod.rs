//! The C face, called through its own exports: the contract that the header promises.

mod bad_input;
mod cash;
mod conversation;
mod day;
mod deciding;
mod example;
mod example_clients;
mod example_guide;
mod example_install;
mod inputs;
pub mod load;
mod policies;
mod rows_out;
mod saved;
mod some;
mod stages;
mod standing;

use ar_arrow::FFI_ArrowArrayStream;
use ar_core::error::ProblemCode;
use ar_core::table::{Column, Data, Table, Texts};
use ar_core_ffi::audit::*;
use ar_core_ffi::audit_log::*;
use ar_core_ffi::error::*;
use ar_core_ffi::guard::guard;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::names::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::standing::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::*;
use ar_core_ffi::text::ar_string_free;
use ar_core_ffi::words::{Action, Mode, Part, PaymentStatus};
use std::ffi::{CStr, CString, c_char};
use std::ptr;

/// One problem as C shows it: table, row (-1 = none), column, code, message.
pub type Seen = (String, i64, Option<String>, ProblemCode, String);

pub fn string(text: *const c_char) -> String {
    assert!(!text.is_null());
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

/// Reads an error as a C program would, and frees it.
pub fn problems(error: *mut ErrorHandle) -> Vec<Seen> {
    unsafe {
        let seen = (0..ar_error_problems_len(error)).map(|index| {
            let row = &*ar_error_problem(error, index);
            let column = if row.column.is_null() { None } else { Some(string(row.column)) };
            (string(row.table), row.row, column, row.code, string(row.message))
        });
        let seen = seen.collect();
        ar_error_free(error);
        seen
    }
}

/// A set of tables with one table given by text columns.
pub struct Tables(pub *mut TablesHandle);

impl Tables {
    fn new() -> Self {
        let mut tables = ptr::null_mut();
        assert_eq!(unsafe { ar_tables_new(&mut tables, ptr::null_mut()) }, Status::Ok);
        Self(tables)
    }

    fn text(self, table: &str, column: &str, values: &[&str]) -> Self {
        let (table, column) = (CString::new(table).unwrap(), CString::new(column).unwrap());
        let lens: Vec<usize> = values.iter().map(|value| value.len()).collect();
        let values: Vec<*const c_char> = values.iter().map(|value| value.as_ptr().cast()).collect();
        let status = unsafe { ar_tables_add_text_column(self.0, table.as_ptr(), column.as_ptr(), values.as_ptr(), lens.as_ptr(), values.len(), ptr::null_mut()) };
        assert_eq!(status, Status::Ok);
        self
    }

    fn ledger(&self) -> Result<*mut LedgerHandle, (Status, *mut ErrorHandle)> {
        let (mut ledger, mut error) = (ptr::null_mut(), ptr::null_mut());
        match unsafe { ar_ledger_new(self.0, &mut ledger, &mut error) } {
            Status::Ok => Ok(ledger),
            status => Err((status, error)),
        }
    }
}

impl Drop for Tables {
    fn drop(&mut self) {
        unsafe { ar_tables_free(self.0) };
    }
}

fn small_book() -> Tables {
    Tables::new()
        .text("customers", "customer_id", &["C1", "C2"])
        .text("items", "item_id", &["I1", "I2", "I3"])
        .text("items", "customer_id", &["C1", "C1", "C2"])
        .text("items", "currency", &["EUR", "EUR", "JPY"])
        .text("items", "amount", &["1250.00", "80.10", "5000"])
        .text("items", "issued_on", &["2026-08-01", "2026-10-01", "2026-09-01"])
        .text("items", "due_on", &["2026-08-31", "2026-10-31", "2026-09-30"])
}

#[test]
fn panics_stop_at_the_door() {
    let mut error = ptr::null_mut();
    let status: Status = unsafe { guard(&mut error, || panic!("planted {}", 7)) };
    assert_eq!(status, Status::Panic);
    assert_eq!(unsafe { ar_error_code(error) }, Status::Panic);
    assert!(string(unsafe { ar_error_message(error) }).contains("planted 7"));
    unsafe { ar_error_free(error) };
    let nothing: *const u8 = unsafe { guard(ptr::null_mut(), || std::panic::panic_any(5)) };
    assert!(nothing.is_null());
}

#[test]
fn null_pointers_are_refused_and_named() {
    let mut error = ptr::null_mut();
    let mut expect = |status: Status, parameter: &str| {
        assert_eq!(status, Status::NullPointer, "{parameter}");
        let seen = problems(std::mem::replace(&mut error, ptr::null_mut()));
        assert!(seen.is_empty() || seen[0].2.as_deref() == Some(parameter), "{seen:?}");
    };
    let null = ptr::null_mut::<u8>;
    let mut place = ptr::null_mut();
    unsafe {
        expect(ar_tables_new(ptr::null_mut(), &mut place), "out");
        assert_eq!(problems(std::mem::replace(&mut place, ptr::null_mut()))[0].2.as_deref(), Some("out"));
        expect(ar_ledger_new(null().cast(), null().cast(), null().cast()), "tables");
        expect(ar_ledger_apply_json(null().cast(), c"[]".as_ptr(), 2, null().cast()), "ledger");
        expect(ar_ledger_digest(null().cast(), null().cast(), null().cast(), null().cast()), "ledger");
        expect(ar_ledger_statement(null().cast(), c"C1".as_ptr(), 0, 0, null().cast(), null().cast()), "ledger");
        expect(ar_policy_default(null().cast(), null().cast()), "out");
        expect(ar_policy_from_json(null().cast(), 1, null().cast(), null().cast()), "json");
        expect(ar_policy_from_toml(null().cast(), 1, null().cast(), null().cast()), "toml");
        expect(ar_policy_schema(null().cast(), null().cast(), null().cast()), "text");
        expect(ar_models_fit(null().cast(), 0, null().cast(), null().cast()), "ledger");
        expect(ar_ledger_to_bytes(null().cast(), null().cast(), null().cast(), null().cast()), "ledger");
        expect(ar_ledger_from_bytes(null(), 60, null().cast(), null().cast()), "bytes");
        expect(ar_models_to_bytes(null().cast(), null().cast(), null().cast(), null().cast()), "models");
        expect(ar_models_from_bytes(null(), 60, null().cast(), null().cast()), "bytes");
        expect(ar_models_from_json(null().cast(), 1, null().cast(), null().cast()), "json");
        expect(ar_run(null().cast(), null().cast(), null().cast(), 0, null().cast(), null().cast()), "ledger");
        expect(ar_figures(null().cast(), null().cast(), 0, null().cast(), null().cast(), null().cast()), "ledger");
        expect(ar_standing_day_new(null().cast(), null().cast(), null().cast(), 0, null().cast(), null().cast()), "ledger");
        expect(ar_standing_day_apply_json(null().cast(), c"[]".as_ptr(), 2, null().cast(), null(), null().cast()), "standing");
        expect(ar_standing_day_ledger(null().cast(), null().cast(), null().cast()), "standing");
        expect(ar_standing_day_digest(null().cast(), null().cast(), null().cast(), null().cast()), "standing");
        expect(ar_report_decisions(null().cast(), null().cast(), null().cast()), "report");
        expect(ar_report_json(null().cast(), null().cast(), null().cast()), "report");
        expect(ar_report_stream(null().cast(), 1, null().cast(), null().cast()), "report");
        expect(ar_audit_verify(null().cast(), null().cast(), null().cast()), "tables");
        expect(ar_audit_log_new(0, null().cast(), null().cast(), null().cast()), "out");
        expect(ar_audit_log_from_tables(null().cast(), null().cast(), null().cast()), "tables");
        expect(ar_audit_log_append_report(null().cast(), null().cast(), null().cast()), "log");
        expect(ar_audit_log_append_events(null().cast(), null().cast(), 1, null().cast(), null().cast()), "log");
        expect(ar_audit_log_append_policy(null().cast(), null().cast(), null().cast(), 0, null().cast()), "log");
        expect(ar_audit_log_head(null().cast(), null().cast(), null().cast(), null().cast()), "log");
        expect(ar_audit_log_verify(null().cast(), 0, null().cast(), null().cast(), null().cast()), "log");
        expect(ar_audit_log_search(null().cast(), null().cast(), 1, null().cast(), null().cast()), "log");
        expect(ar_audit_log_stream(null().cast(), null().cast(), null().cast()), "log");
        expect(ar_audit_log_replay(null().cast(), null().cast(), null().cast(), null().cast(), null().cast(), null().cast()), "log");
        ar_audit_log_free(null().cast());
        expect(ar_breaks_rows(null().cast(), null().cast(), null().cast()), "breaks");
        expect(ar_tables_add_stream(null().cast(), null().cast(), null().cast(), null().cast()), "stream");
        assert!(ar_error_message(null().cast()).is_null() && ar_error_problem(null().cast(), 0).is_null());
        assert_eq!((ar_error_code(null().cast()), ar_error_problems_len(null().cast())), (Status::Ok, 0));
        ar_tables_free(null().cast());
        ar_ledger_free(null().cast());
        ar_policy_free(null().cast());
        ar_models_free(null().cast());
        ar_report_free(null().cast());
        ar_standing_day_free(null().cast());
        ar_breaks_free(null().cast());
        ar_error_free(null().cast());
        ar_string_free(null().cast());
    }
}

#[test]
fn misaligned_and_oversized_inputs_are_refused() {
    let tables = small_book();
    let (table, column) = (c"items", c"open_amount_minor");
    let values = [0_i64; 4];
    let odd = values.as_ptr().cast::<u8>().wrapping_add(1).cast::<i64>();
    unsafe {
        let mut error = ptr::null_mut();
        assert_eq!(ar_tables_add_int64_column(tables.0, table.as_ptr(), column.as_ptr(), odd, ptr::null(), 3, &mut error), Status::NullPointer);
        assert_eq!(problems(error)[0].4, "the pointer is not aligned");
        let status = ar_tables_add_int64_column(tables.0, table.as_ptr(), column.as_ptr(), values.as_ptr(), ptr::null(), usize::MAX, ptr::null_mut());
        assert_eq!(status, Status::InvalidArgument);
        let mut out = ptr::dangling_mut::<PolicyHandle>();
        assert_eq!(ar_policy_from_json(b"\xff\xfe".as_ptr().cast(), 2, &mut out, ptr::null_mut()), Status::InvalidArgument);
        assert_eq!(out, ptr::dangling_mut(), "an output was written by a call that failed");
    }
}

#[test]
fn lists_of_words_are_the_engine_s() {
    let actions: Vec<&str> = Action::ALL.iter().map(|action| action.name()).filter(|name| *name != "unlisted").collect();
    assert_eq!(actions, ar_core::action::ActionKind::WORDS);
    assert_eq!(Part::ALL.iter().map(|part| part.name()).collect::<Vec<_>>(), ar_core::Part::WORDS);
    assert_eq!(Mode::ALL.iter().map(|mode| mode.name()).collect::<Vec<_>>(), ar_core::action::Mode::WORDS);
    assert_eq!(PaymentStatus::ALL.iter().map(|status| status.name()).collect::<Vec<_>>(), ar_core::matching::MatchStatus::WORDS);
    unsafe {
        for code in ar_core::reason::ReasonCode::ALL {
            assert_eq!(string(ar_reason_code_name(*code as u16)), code.name());
        }
        for code in ProblemCode::ALL {
            assert_eq!(string(ar_problem_code_name(*code as u16)), code.name());
        }
        for code in ar_core::error::ErrorCode::ALL {
            assert_eq!(string(ar_status_name(Status::from(*code) as u32)), code.name());
            assert_eq!(Status::from(*code) as u32, u32::from(*code as u16));
        }
        assert_eq!(string(ar_mode_name(Mode::Ask as u16)), "ask");
        assert_eq!(string(ar_unit_name(1)), "days");
        assert_eq!([c"EUR", c"JPY", c"BHD", c"XXQ", c""].map(|code| ar_currency_exponent(code.as_ptr())), [2, 0, 3, -1, -1]);
        assert_eq!(ar_currency_exponent(ptr::null()), -1);
        assert_eq!(string(ar_payment_status_name(1)), "auto");
        assert!(ar_reason_code_name(9999).is_null() && ar_action_name(9999).is_null() && ar_part_name(0).is_null());
    }
}

#[test]
fn every_problem_comes_with_its_place() {
    let tables = small_book().text("items", "colour", &["red", "red", "red"]).text("payments", "payment_id", &["P1"]);
    let (status, error) = tables.ledger().unwrap_err();
    assert_eq!(status, Status::InvalidTables);
    assert!(string(unsafe { ar_error_message(error) }).starts_with("invalid_tables: "));
    let seen = problems(error);
    for (table, column, code) in [("items", "colour", ProblemCode::UnknownColumn), ("payments", "amount", ProblemCode::MissingColumn)] {
        let found = seen.iter().any(|problem| problem.0 == table && problem.1 == -1 && problem.2.as_deref() == Some(column) && problem.3 == code);
        assert!(found, "{table} {column}: {seen:?}");
    }
}

#[test]
fn a_stream_is_consumed_even_when_it_is_refused() {
    let tables = small_book();
    let (table, name) = (Table::new("t", vec![Column::new("customer_id", Data::Int(vec![1].into()))]), c"customers");
    let mut stream = ar_arrow::stream_from_table(&table).unwrap();
    assert_eq!(unsafe { ar_tables_add_stream(tables.0, name.as_ptr(), &mut stream, ptr::null_mut()) }, Status::InvalidArgument);
    assert!(stream.release().is_none());
    let mut released = FFI_ArrowArrayStream::empty();
    let mut error = ptr::null_mut();
    assert_eq!(unsafe { ar_tables_add_stream(tables.0, c"payments".as_ptr(), &mut released, &mut error) }, Status::ArrowStream);
    unsafe { ar_error_free(error) };
    let bad = Table::new("t", vec![Column::new("customer_id", Data::Text(Texts { bytes: b"\xff".to_vec().into(), ends: vec![1] }))]);
    assert!(ar_arrow::stream_from_table(&bad).is_err(), "Arrow text is UTF-8");
}
