//! What the fuzz targets of `fuzz/` found, one test a find, under the name of what it was.

use crate::golden::path;
use crate::header::declared;
use ar_core_ffi::inputs::{SignalInput, ar_tables_add_signals};
use ar_core_ffi::policy::ar_policy_from_json;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::{ar_tables_add_bool_column, ar_tables_add_date_column, ar_tables_free, ar_tables_new};
use std::fs;
use std::ptr;

/// -1 as a length was refused, half of it was not for bytes: the library asked for that much memory, and the process ended.
#[test]
fn a_length_that_no_memory_has_is_refused_and_not_tried() {
    let (mut tables, flags, days) = (ptr::null_mut(), [1_u8], [0_i32]);
    unsafe {
        assert_eq!(ar_tables_new(&mut tables, ptr::null_mut()), Status::Ok);
        for len in [usize::MAX, usize::MAX / 2, usize::MAX / 4, usize::MAX / 8, 4_000_000_001] {
            let bools = ar_tables_add_bool_column(tables, c"customers".as_ptr(), c"strategic".as_ptr(), flags.as_ptr(), ptr::null(), len, ptr::null_mut());
            let dates = ar_tables_add_date_column(tables, c"items".as_ptr(), c"due_on".as_ptr(), days.as_ptr(), ptr::null(), len, ptr::null_mut());
            assert_eq!((bools, dates), (Status::InvalidArgument, Status::InvalidArgument), "{len}");
        }
        ar_tables_free(tables);
    }
}

/// The same length of rows was refused only where it goes beyond all addresses.
#[test]
fn more_rows_than_a_table_may_have_are_refused_and_not_read() {
    let (mut tables, row) = (ptr::null_mut(), SignalInput { struct_size: size_of::<SignalInput>(), customer_id: ptr::null(), kind: ptr::null(), on: 0, severity: 0 });
    unsafe {
        assert_eq!(ar_tables_new(&mut tables, ptr::null_mut()), Status::Ok);
        for len in [usize::MAX, usize::MAX / 2, usize::MAX / 512, 1 << 40, 4_000_000_001] {
            assert_eq!(ar_tables_add_signals(tables, &row, len, ptr::null_mut()), Status::InvalidArgument, "{len}");
        }
        ar_tables_free(tables);
    }
}

/// The minute of the day was worked out before the hour was looked at: a panic, answered by AR_STATUS_PANIC.
#[test]
fn an_hour_that_no_day_has_is_refused() {
    for time in ["2000:00", "65535:59", "24:00", "08:60", "8", ":"] {
        let (policy, mut out) = (format!(r#"{{"contact":{{"not_before":"{time}"}}}}"#), ptr::null_mut());
        assert_eq!(unsafe { ar_policy_from_json(policy.as_ptr().cast(), policy.len(), &mut out, ptr::null_mut()) }, Status::InvalidPolicy, "{time}");
    }
}

#[test]
fn every_function_has_a_fuzz_target_that_calls_it() {
    let sources = fs::read_dir(path("fuzz/src")).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect::<String>();
    let words: std::collections::BTreeSet<&str> = sources.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let missing: Vec<String> = declared().into_iter().filter(|name| !words.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "no file of fuzz/src calls {missing:?}");
    let targets = fs::read_dir(path("fuzz/fuzz_targets")).unwrap().map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned());
    let manifest = fs::read_to_string(path("fuzz/Cargo.toml")).unwrap();
    let unnamed: Vec<String> = targets.filter(|target| !manifest.contains(&format!("name = \"{target}\"\n"))).collect();
    assert!(unnamed.is_empty(), "fuzz/Cargo.toml does not have {unnamed:?}");
}
