//! Books that make some sense, so that a day is run on them and everything of its report is read.

use crate::call::{default_policy, did, made, streamed, text, told};
use crate::taker::Taker;
use ar_core::ledger::schema::{ColumnSpec, Kind, TABLES, TableSpec};
use ar_core_ffi::error::ErrorHandle;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::ModelsHandle;
use ar_core_ffi::names::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::*;
use std::ffi::{CString, c_char};
use std::ptr;

/// Reads every part of a report, in every form.
pub fn read_report(report: *const ReportHandle) {
    unsafe {
        let (mut rows, mut len) = (ptr::null(), 0);
        assert_eq!(ar_report_decisions(report, &mut rows, &mut len), Status::Ok);
        for row in if len == 0 { &[] } else { std::slice::from_raw_parts(rows, len) } {
            told(|out, size, error| ar_report_explain(report, row.decision_id, out, size, error)).expect("a decision is not explained");
            text(row.params);
            for reason in if row.reasons_len == 0 { &[] } else { std::slice::from_raw_parts(row.reasons, row.reasons_len) } {
                told(|out, size, error| ar_reason_text(reason.code as u16, reason.observed, reason.limit, row.currency.as_ptr(), out, size, error)).expect("a reason has no words");
            }
            if !row.customer_id.is_null() {
                told(|out, size, error| ar_report_why_not(report, c"send_notice".as_ptr(), row.customer_id, out, size, error));
            }
        }
        let (mut work, mut allocations, mut payments, mut aging, mut kpis) = (ptr::null(), ptr::null(), ptr::null(), ptr::null(), ptr::null());
        assert_eq!(ar_report_worklist(report, &mut work, &mut len), Status::Ok);
        assert_eq!(ar_report_allocations(report, &mut allocations, &mut len), Status::Ok);
        assert_eq!(ar_report_payments(report, &mut payments, &mut len), Status::Ok);
        assert_eq!(ar_report_aging(report, &mut aging, &mut len), Status::Ok);
        assert_eq!(ar_report_kpis(report, &mut kpis, &mut len), Status::Ok);
        let mut part = 1;
        while !ar_part_name(part).is_null() {
            assert!(streamed(|[out], error| ar_report_stream(report, part, out, error)));
            part += 1;
        }
        let mut json = ptr::null();
        assert_eq!(ar_report_json(report, &mut json, &mut len), Status::Ok);
        assert_eq!(text(json).len(), len);
    }
}

fn value(take: &mut Taker<'_>, column: &ColumnSpec) -> String {
    if take.rarely(32) {
        return String::from_utf8_lossy(take.bytes()).into_owned();
    }
    let number = take.byte();
    match column.kind {
        // The first letter of what is named: customers C, items I, payments P …
        Kind::Id => format!("{}{}", column.name.chars().next().unwrap_or('x').to_ascii_uppercase(), number % 5),
        Kind::Word(words) => (*take.pick(words)).to_owned(),
        Kind::Currency => (*take.pick(&["EUR", "EUR", "EUR", "USD", "JPY", "KWD"])).to_owned(),
        Kind::Amount => match number % 8 {
            0 => format!("{}", i64::from(take.byte()) * 100),
            1 => (*take.pick(&["0", "-5", "0.01", "999999999999.99", "92233720368547758.07"])).to_owned(),
            _ => format!("{}.{:02}", take.byte(), take.byte() % 100),
        },
        Kind::Date => ar_core::calendar::date_from_days(take.day()).map_or(String::new(), |day| day.to_string()),
        Kind::Bool => (*take.pick(&["true", "false"])).to_owned(),
        Kind::Int(least, most) => least.saturating_add(i64::from(number) % (most - least + 1).max(1)).to_string(),
        Kind::Percent | Kind::Rate => format!("{}.{}", number % 110, take.byte() % 10),
        Kind::Probability => format!("0.{number:03}"),
        Kind::TimeZone => (*take.pick(&["Europe/Berlin", "Asia/Tokyo", "UTC"])).to_owned(),
        _ => (*take.pick(&["I1", "invoice I2 and I3", "Acme", "email", "de", "DE", "card", "email;phone", "1,2,3", "x"])).to_owned(),
    }
}

fn add(take: &mut Taker<'_>, tables: *mut TablesHandle, spec: &TableSpec, rows: usize) {
    let table = CString::new(spec.name).unwrap();
    let own_id = spec.columns.first().filter(|column| matches!(column.kind, Kind::Id) && !["allocations", "instalments"].contains(&spec.name));
    for column in spec.columns {
        if !column.required && take.byte() % 2 == 0 {
            continue;
        }
        let name = CString::new(column.name).unwrap();
        let own = own_id.is_some_and(|own| own.name == column.name);
        let values: Vec<Option<String>> = (0..rows)
            .map(|row| match own {
                true => Some(format!("{}{row}", column.name.chars().next().unwrap_or('x').to_ascii_uppercase())),
                false if !column.required && take.rarely(4) => None,
                false => Some(value(take, column)),
            })
            .collect();
        let lens: Vec<usize> = values.iter().map(|value| value.as_ref().map_or(0, String::len)).collect();
        let places: Vec<*const c_char> = values.iter().map(|value| value.as_ref().map_or(ptr::null(), |value| value.as_ptr().cast())).collect();
        did(|error| unsafe {
            if matches!(column.kind, Kind::List) {
                let ends: Vec<usize> = (1..=rows).collect();
                ar_tables_add_list_column(tables, table.as_ptr(), name.as_ptr(), places.as_ptr(), lens.as_ptr(), rows, ends.as_ptr(), ptr::null(), rows, error)
            } else {
                ar_tables_add_text_column(tables, table.as_ptr(), name.as_ptr(), places.as_ptr(), lens.as_ptr(), rows, error)
            }
        });
    }
}

type Work = unsafe extern "C" fn(*const LedgerHandle, *const PolicyHandle, *const ModelsHandle, i32, *mut *mut ReportHandle, *mut *mut ErrorHandle) -> Status;

/// Bytes as a book, a policy in a few words, and a day.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    let as_of = take.day();
    let work: Work = *take.pick(&[ar_run as Work, ar_match_payments as Work, ar_collect as Work]);
    unsafe {
        let tables = made(|out, error| ar_tables_new(out, error)).unwrap();
        for (at, spec) in TABLES.iter().enumerate() {
            if at < 2 || take.byte() % 4 == 0 {
                let rows = take.below(6);
                add(&mut take, tables, spec, rows);
            }
        }
        if let Some(ledger) = made(|out, error| ar_ledger_new(tables, out, error)) {
            let policy = default_policy();
            if let Some(report) = made(|out, error| work(ledger, policy, ptr::null(), as_of, out, error)) {
                read_report(report);
                ar_report_free(report);
            }
            streamed(|[out], error| ar_ledger_statement(ledger, c"C1".as_ptr(), i32::MIN, as_of, out, error));
            ar_policy_free(policy);
            ar_ledger_free(ledger);
        }
        ar_tables_free(tables);
    }
}
