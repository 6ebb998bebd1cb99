//! Neutral tables through the exports of C: how the suite gives the same input to C as to Rust.

use super::saved::{restored, restored_models};
use super::{Seen, Tables, problems, string};
use ar_core::table::{Column, Data, Table, Texts};
use ar_core_ffi::error::ErrorHandle;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::*;
use std::ffi::{CString, c_char};
use std::ptr;

fn pointers(texts: &Texts<'_>, valid: Option<&[bool]>) -> (Vec<*const c_char>, Vec<usize>) {
    let place = |row: usize| if valid.is_some_and(|valid| !valid[row]) { ptr::null() } else { texts.bytes_of(row).as_ptr().cast() };
    (0..texts.ends.len()).map(|row| (place(row), texts.bytes_of(row).len())).unzip()
}

/// Adds a column through the function for its type; `false` where C has none.
pub fn add_column(to: *mut TablesHandle, table: &str, column: &Column<'_>) -> bool {
    let (table, name, none) = (CString::new(table).unwrap(), CString::new(&*column.name).unwrap(), ptr::null_mut());
    let (table, name) = (table.as_ptr(), name.as_ptr());
    let flags: Option<Vec<u8>> = column.valid.as_ref().map(|valid| valid.iter().map(|flag| u8::from(*flag)).collect());
    let valid = flags.as_ref().map_or(ptr::null(), |flags| flags.as_ptr());
    let status = unsafe {
        match &column.data {
            Data::Int(values) => ar_tables_add_int64_column(to, table, name, values.as_ptr(), valid, values.len(), none),
            Data::Float(values) => ar_tables_add_double_column(to, table, name, values.as_ptr(), valid, values.len(), none),
            Data::Bool(values) => ar_tables_add_bool_column(to, table, name, values.as_ptr().cast(), valid, values.len(), none),
            Data::Text(texts) => {
                let (values, lens) = pointers(texts, column.valid.as_deref());
                ar_tables_add_text_column(to, table, name, values.as_ptr(), lens.as_ptr(), values.len(), none)
            }
            Data::TextList(ends, texts) => {
                let (values, lens) = pointers(texts, None);
                ar_tables_add_list_column(to, table, name, values.as_ptr(), lens.as_ptr(), values.len(), ends.as_ptr(), valid, ends.len(), none)
            }
            _ => return false,
        }
    };
    assert_eq!(status, Status::Ok);
    true
}

/// Adds a table as a stream; `false` where Arrow cannot hold it.
pub fn add_stream(to: *mut TablesHandle, table: &Table<'_>) -> bool {
    let name = CString::new(&*table.name).unwrap();
    let Ok(mut stream) = ar_arrow::stream_from_table(table) else { return false };
    assert_eq!(unsafe { ar_tables_add_stream(to, name.as_ptr(), &mut stream, ptr::null_mut()) }, Status::Ok);
    true
}

/// An export that makes a report: of a day, or of a stage of it.
pub type Work = unsafe extern "C" fn(*const LedgerHandle, *const PolicyHandle, *const ModelsHandle, i32, *mut *mut ReportHandle, *mut *mut ErrorHandle) -> Status;

/// What makes a report of ledger, policy, models and day, with whatever else it is to be given.
pub type Makes<'w> = &'w dyn Fn(*const LedgerHandle, *const PolicyHandle, *const ModelsHandle, i32, *mut *mut ReportHandle, *mut *mut ErrorHandle) -> Status;

pub fn given(tables: &[Table<'_>]) -> Tables {
    let given = Tables::new();
    for table in tables {
        let plain = table.columns().iter().all(|column| matches!(column.data, Data::Int(_) | Data::Float(_) | Data::Bool(_) | Data::Text(_) | Data::TextList(..)));
        let added = if plain { table.columns().iter().all(|column| add_column(given.0, &table.name, column)) } else { add_stream(given.0, table) };
        assert!(added, "{} cannot be given to C", table.name);
    }
    given
}

/// A ledger through C, from tables and events (JSON, may be empty), saved and restored once.
///
/// # Errors
/// The status and every problem of the call that refused.
pub fn given_ledger(tables: &[Table<'_>], events: &str) -> Result<*mut LedgerHandle, (Status, Vec<Seen>)> {
    let given = given(tables);
    let (mut ledger, mut error) = (ptr::null_mut(), ptr::null_mut());
    let mut status = unsafe { ar_ledger_new(given.0, &mut ledger, &mut error) };
    if status == Status::Ok && !events.is_empty() {
        status = unsafe { ar_ledger_apply_json(ledger, events.as_ptr().cast(), events.len(), &mut error) };
    }
    if status == Status::Ok {
        return Ok(restored(ledger));
    }
    unsafe { ar_ledger_free(ledger) };
    Err((status, problems(error)))
}

/// A report through C: tables of the ledger and of the models, events (JSON, may be empty), policy (TOML, empty for the default) to the report's JSON.
///
/// # Errors
/// The status and every problem of the call that refused.
pub fn report_through_c(work: Work, given: [&[Table<'_>]; 2], events: &str, policy_toml: &str, as_of_days: i32) -> Result<String, (Status, Vec<Seen>)> {
    report_made_by(&plain(work), given, events, policy_toml, as_of_days)
}

/// As [`report_through_c`], for what is given more than a day.
///
/// # Errors
/// The status and every problem of the call that refused.
pub fn report_made_by(work: Makes<'_>, given: [&[Table<'_>]; 2], events: &str, policy_toml: &str, as_of_days: i32) -> Result<String, (Status, Vec<Seen>)> {
    with_report(work, given, events, policy_toml, as_of_days, |report| {
        let mut text = ptr::null();
        assert_eq!(unsafe { ar_report_json(report, &mut text, ptr::null_mut()) }, Status::Ok);
        string(text)
    })
}

/// An export that is given no more than a day.
pub fn plain(work: Work) -> impl Fn(*const LedgerHandle, *const PolicyHandle, *const ModelsHandle, i32, *mut *mut ReportHandle, *mut *mut ErrorHandle) -> Status {
    move |ledger, policy, models, day, out, error| unsafe { work(ledger, policy, models, day, out, error) }
}

/// As [`report_through_c`], for whatever is read of the report while it is there.
///
/// # Errors
/// The status and every problem of the call that refused.
pub fn with_report_of_c<T>(work: Work, given: [&[Table<'_>]; 2], events: &str, policy_toml: &str, as_of_days: i32, read: impl FnOnce(*const ReportHandle) -> T) -> Result<T, (Status, Vec<Seen>)> {
    with_report(&plain(work), given, events, policy_toml, as_of_days, read)
}

fn with_report<T>(
    work: Makes<'_>,
    [tables, of_models]: [&[Table<'_>]; 2],
    events: &str,
    policy_toml: &str,
    as_of_days: i32,
    read: impl FnOnce(*const ReportHandle) -> T,
) -> Result<T, (Status, Vec<Seen>)> {
    let ledger = given_ledger(tables, events)?;
    let of_models = if of_models.is_empty() { None } else { Some(given(of_models)) };
    let mut models = ptr::null_mut();
    let (mut policy, mut report, mut error) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    unsafe {
        let mut status = match policy_toml {
            "" => ar_policy_default(&mut policy, &mut error),
            toml => ar_policy_from_toml(toml.as_ptr().cast(), toml.len(), &mut policy, &mut error),
        };
        if let Some(tables) = of_models.filter(|_| status == Status::Ok) {
            status = ar_models_fit_on(ledger, as_of_days, tables.0, &mut models, &mut error);
            models = restored_models(models);
        }
        if status == Status::Ok {
            status = work(ledger, policy, models, as_of_days, &mut report, &mut error);
        }
        let answer = if status == Status::Ok { Ok(read(report)) } else { Err((status, problems(error))) };
        ar_report_free(report);
        ar_models_free(models);
        ar_policy_free(policy);
        ar_ledger_free(ledger);
        answer
    }
}
