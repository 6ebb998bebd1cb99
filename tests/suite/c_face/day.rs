//! A day through C: the same report as through Rust, as rows, as streams and as JSON; from one thread and from eight.

use super::load::report_through_c;
use super::{Tables, problems, small_book, string};
use ar_arrow::FFI_ArrowArrayStream;
use ar_core::error::ProblemCode;
use ar_core::table::{Column, Data, Table, Texts};
use ar_core_ffi::audit::*;
use ar_core_ffi::explain::*;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::*;
use ar_core_ffi::text::ar_string_free;
use ar_core_ffi::words::Part;
use std::ffi::c_char;
use std::ptr;

/// 2026-11-21.
const AS_OF: i32 = 20_778;

#[test]
fn a_day_through_c_is_the_day_through_rust() {
    let tables = small_book();
    let ledger = tables.ledger().unwrap_or_else(|(_, error)| panic!("{:?}", problems(error)));
    let (mut policy, mut models, mut report, mut second) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    let (mut text, mut len) = (ptr::null(), 0);
    unsafe {
        assert_eq!(ar_policy_default(&mut policy, ptr::null_mut()), Status::Ok);
        assert_eq!(ar_models_fit(ledger, AS_OF, &mut models, ptr::null_mut()), Status::Ok);
        assert_eq!(ar_run(ledger, policy, ptr::null(), AS_OF, &mut report, ptr::null_mut()), Status::Ok);
        assert_eq!(ar_run(ledger, policy, models, AS_OF, &mut second, ptr::null_mut()), Status::Ok);
        assert_eq!(ar_report_json(report, &mut text, &mut len), Status::Ok);
        let json = string(text);
        assert_eq!(json.len(), len);
        assert_eq!(ar_report_json(second, &mut text, ptr::null_mut()), Status::Ok);
        assert!(json == string(text), "models that are given and models that are fitted differ");
        let rust = rust_day();
        assert!(json == rust.to_json(), "the report through C differs from the report through Rust");
        rows_agree(report, &rust);
        streams_agree(report, &rust);
        for free in [report, second] {
            ar_report_free(free);
        }
        ar_models_free(models);
        ar_policy_free(policy);
        ar_ledger_free(ledger);
    }
}

fn rust_tables() -> [Table<'static>; 2] {
    let text = |name: &'static str, values: &[&str]| {
        let mut texts = Texts::default();
        values.iter().for_each(|value| texts.push(value));
        Column::new(name, Data::Text(texts))
    };
    let items = vec![
        text("item_id", &["I1", "I2", "I3"]),
        text("customer_id", &["C1", "C1", "C2"]),
        text("currency", &["EUR", "EUR", "JPY"]),
        text("amount", &["1250.00", "80.10", "5000"]),
        text("issued_on", &["2026-08-01", "2026-10-01", "2026-09-01"]),
        text("due_on", &["2026-08-31", "2026-10-31", "2026-09-30"]),
    ];
    [Table::new("customers", vec![text("customer_id", &["C1", "C2"])]), Table::new("items", items)]
}

fn rust_day() -> ar_core::Report {
    let ledger = ar_core::Ledger::try_new(&rust_tables()).unwrap();
    let as_of = ar_core::calendar::date_from_days(AS_OF).unwrap();
    ar_core::run(&ledger, &ar_core::Policy::default(), &ar_core::Models::fit(&ledger, as_of), as_of).unwrap()
}

#[test]
fn events_and_policies_go_through_c() {
    let tables = rust_tables();
    let run = |events, policy| report_through_c(ar_run, [&tables, &[]], events, policy, AS_OF);
    assert!(run("", "").unwrap() == rust_day().to_json());
    let events = r#"[{"event": "day_closed", "on": "2026-11-20"}]"#;
    let mut ledger = ar_core::Ledger::try_new(&tables).unwrap();
    ledger.apply_json(events).unwrap();
    let as_of = ar_core::calendar::date_from_days(AS_OF).unwrap();
    let rust = ar_core::run(&ledger, &ar_core::Policy::default(), &ar_core::Models::fit(&ledger, as_of), as_of).unwrap();
    assert!(run(events, "").unwrap() == rust.to_json());
    let (status, seen) = run(r#"[{"event": "day_closed", "on": "2026-11-20"}, {"event": "sun_shone"}]"#, "").unwrap_err();
    assert_eq!(status, Status::InvalidEvents);
    assert_eq!((seen[0].1, seen[0].3), (1, ProblemCode::UnknownEvent), "{seen:?}");
    let (status, seen) = run("", "colour = 'red'").unwrap_err();
    assert_eq!((status, seen[0].2.as_deref(), seen[0].3), (Status::InvalidPolicy, Some("colour"), ProblemCode::UnknownSetting), "{seen:?}");
}

/// The row structs say what the table of decisions says.
unsafe fn rows_agree(report: *mut ReportHandle, rust: &ar_core::Report) {
    let (mut rows, mut len) = (ptr::null(), 0);
    assert_eq!(unsafe { ar_report_decisions(report, &mut rows, &mut len) }, Status::Ok);
    let table = rust.part(ar_core::Part::Decisions);
    assert_eq!(len, table.rows());
    let rows = if len == 0 { &[][..] } else { unsafe { std::slice::from_raw_parts(rows, len) } };
    let column = |name: &str| &table.columns().iter().find(|column| column.name == name).unwrap().data;
    let words = |name: &str, row: usize| match column(name) {
        Data::Text(texts) => String::from_utf8(texts.bytes_of(row).to_vec()).unwrap(),
        other => panic!("{name} is {other:?}"),
    };
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(string(row.decision_id), words("decision_id", at));
        assert_eq!(string(row.currency.as_ptr()), words("currency", at));
        assert_eq!(row.action.name(), words("action", at));
        assert_eq!(row.mode.name(), words("mode", at));
        let exponent = ar_core::Currency::try_new(&words("currency", at)).unwrap().exponent();
        match column("amount") {
            Data::Decimal(values, scale) => assert_eq!(i128::from(row.amount_minor) * ar_core::money::pow10(*scale), values[at] * ar_core::money::pow10(exponent)),
            other => panic!("amount is {other:?}"),
        }
        assert!(row.reasons_len > 0, "a decision without a reason");
        let reasons = unsafe { std::slice::from_raw_parts(row.reasons, row.reasons_len) };
        assert!(reasons.iter().all(|reason| reason.unit as u16 > 0));
        explain(report, row.decision_id, rust);
    }
    for customer in rust.ledger().customers() {
        why_not(report, rust.ledger().text(customer.id), rust);
    }
}

fn why_not(report: *mut ReportHandle, customer: &str, rust: &ar_core::Report) {
    let (mut text, id) = (ptr::null_mut(), std::ffi::CString::new(customer).unwrap());
    assert_eq!(unsafe { ar_report_why_not(report, c"send_notice".as_ptr(), id.as_ptr(), &mut text, ptr::null_mut(), ptr::null_mut()) }, Status::Ok);
    let told = string(text);
    assert!(told.contains("\"changes\":["), "{told}");
    assert_eq!(told, rust.why_not("send_notice", customer).unwrap());
    unsafe { ar_string_free(text) };
}

fn explain(report: *mut ReportHandle, id: *const c_char, rust: &ar_core::Report) {
    let mut text = ptr::null_mut();
    assert_eq!(unsafe { ar_report_explain(report, id, &mut text, ptr::null_mut(), ptr::null_mut()) }, Status::Ok);
    assert_eq!(Some(string(text)), rust.explain(&string(id)));
    unsafe { ar_string_free(text) };
    let mut error = ptr::null_mut();
    assert_eq!(unsafe { ar_report_explain(report, c"D-none".as_ptr(), &mut text, ptr::null_mut(), &mut error) }, Status::InvalidArgument);
    assert_eq!(problems(error)[0].3, ProblemCode::UnknownRecord);
}

/// Every part goes out as a stream; the audit log comes in again and is whole.
unsafe fn streams_agree(report: *mut ReportHandle, rust: &ar_core::Report) {
    let (again, mut breaks) = (Tables::new(), ptr::null_mut());
    for part in Part::ALL {
        let mut stream = FFI_ArrowArrayStream::empty();
        assert_eq!(unsafe { ar_report_stream(report, *part as u16, &mut stream, ptr::null_mut()) }, Status::Ok);
        if part.name() == "audit" {
            assert_eq!(unsafe { ar_tables_add_stream(again.0, c"audit".as_ptr(), &mut stream, ptr::null_mut()) }, Status::Ok);
        } else {
            let read = ar_arrow::ArrowTable::try_from_stream(stream).unwrap();
            assert_eq!(read.rows(), rust.part(ar_core::Part::from_name(part.name()).unwrap()).rows(), "{}", part.name());
        }
    }
    let (mut rows, mut len) = (ptr::null(), 7);
    unsafe {
        let mut error = ptr::null_mut();
        assert_eq!(ar_audit_verify(again.0, &mut breaks, &mut error), Status::Ok, "{:?}", problems(error));
        assert_eq!(ar_breaks_rows(breaks, &mut rows, &mut len), Status::Ok);
        assert_eq!((rows.is_null(), len), (true, 0));
        ar_breaks_free(breaks);
    }
    assert_eq!(unsafe { ar_report_stream(report, 99, &mut FFI_ArrowArrayStream::empty(), ptr::null_mut()) }, Status::InvalidArgument);
}

#[test]
fn threads_share_a_ledger_and_a_report() {
    let tables = small_book();
    let ledger = tables.ledger().unwrap_or_else(|(_, error)| panic!("{:?}", problems(error)));
    let (mut policy, mut report) = (ptr::null_mut(), ptr::null_mut());
    unsafe {
        assert_eq!(ar_policy_default(&mut policy, ptr::null_mut()), Status::Ok);
        assert_eq!(ar_run(ledger, policy, ptr::null(), AS_OF, &mut report, ptr::null_mut()), Status::Ok);
    }
    let (ledger_at, policy_at, report_at) = (ledger as usize, policy as usize, report as usize);
    let run = move || {
        let (mut rows, mut len, mut text, mut own) = (ptr::null(), 0, ptr::null(), ptr::null_mut());
        unsafe {
            assert_eq!(ar_report_worklist(report_at as *const ReportHandle, &mut rows, &mut len), Status::Ok);
            assert_eq!(ar_run(ledger_at as *const LedgerHandle, policy_at as *const PolicyHandle, ptr::null(), AS_OF, &mut own, ptr::null_mut()), Status::Ok);
            assert_eq!(ar_report_json(own, &mut text, ptr::null_mut()), Status::Ok);
            let json = string(text);
            ar_report_free(own);
            (rows as usize, len, json)
        }
    };
    let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(run)).collect();
    let seen: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "threads saw different reports");
    unsafe {
        ar_report_free(report);
        ar_policy_free(policy);
        ar_ledger_free(ledger);
    }
}
