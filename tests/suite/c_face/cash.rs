//! The cash of a day on its own through C: what Rust says, to the byte; what is refused leaves the outputs as they were.

use super::load::Work;
use super::{Tables, problems, small_book, string};
use crate::scenarios::{self, Inputs, parts, through_c};
use ar_core::error::ProblemCode;
use ar_core_ffi::error::ErrorHandle;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::words::PaymentStatus;
use std::ptr;

/// 2026-11-21.
const AS_OF: i32 = 20_778;

#[test]
fn the_cash_of_every_scenario_has_the_bytes_of_rust() {
    for (name, scenario) in scenarios::all() {
        let Inputs { ledger, policy, models, as_of } = Inputs::of(&scenario);
        let rust = ar_core::match_payments(&ledger, &policy, &models, as_of).unwrap().to_json();
        let (cash, day) = (through_c(ar_match_payments, &scenario), through_c(ar_run, &scenario));
        for part in ["payments", "allocations", "decisions"] {
            assert!(parts(&cash)[part] == parts(&rust)[part], "{name}: C gives other {part} than Rust");
        }
        for part in ["payments", "allocations"] {
            assert!(parts(&cash)[part] == parts(&day)[part], "{name}: the {part} are not those of the day");
        }
        assert!(cash == rust, "{name}: C gives other bytes than Rust");
    }
}

/// Two invoices of one customer, and a payment that names one of them.
fn paid_book() -> Tables {
    small_book()
        .text("items", "reference", &["RE-1001", "RE-1002", "RE-1003"])
        .text("payments", "payment_id", &["P1"])
        .text("payments", "customer_id", &["C1"])
        .text("payments", "currency", &["EUR"])
        .text("payments", "amount", &["80.10"])
        .text("payments", "received_on", &["2026-11-20"])
        .text("payments", "text", &["RE-1002"])
}

/// What a call is given; each refusal changes one of these.
struct Given {
    ledger: *mut LedgerHandle,
    policy: *mut PolicyHandle,
    models: *mut ModelsHandle,
}

impl Given {
    fn new() -> Self {
        let ledger = paid_book().ledger().unwrap_or_else(|(_, error)| panic!("{:?}", problems(error)));
        let (mut policy, mut models) = (ptr::null_mut(), ptr::null_mut());
        assert_eq!(unsafe { ar_policy_default(&mut policy, ptr::null_mut()) }, Status::Ok);
        assert_eq!(unsafe { ar_models_fit(ledger, AS_OF, &mut models, ptr::null_mut()) }, Status::Ok);
        Self { ledger, policy, models }
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        unsafe {
            ar_models_free(self.models);
            ar_policy_free(self.policy);
            ar_ledger_free(self.ledger);
        }
    }
}

#[test]
fn rows_say_what_was_found() {
    let given = Given::new();
    let (mut report, mut fitted) = (ptr::null_mut(), ptr::null_mut());
    let (mut payments, mut lines, mut decisions, mut aging) = (ptr::null(), ptr::null(), ptr::null(), ptr::dangling());
    let (mut payments_len, mut lines_len, mut decisions_len, mut aging_len, mut text) = (0, 0, 0, 7, ptr::null());
    let mut error = ptr::dangling_mut::<ErrorHandle>();
    unsafe {
        assert_eq!(ar_match_payments(given.ledger, given.policy, given.models, AS_OF, &mut report, &mut error), Status::Ok);
        assert_eq!(error, ptr::dangling_mut(), "an error was written by a call that succeeded");
        assert_eq!(ar_report_payments(report, &mut payments, &mut payments_len), Status::Ok);
        assert_eq!(ar_report_allocations(report, &mut lines, &mut lines_len), Status::Ok);
        assert_eq!(ar_report_decisions(report, &mut decisions, &mut decisions_len), Status::Ok);
        assert_eq!(ar_report_aging(report, &mut aging, &mut aging_len), Status::Ok);
        assert_eq!((payments_len, lines_len, decisions_len, aging_len, aging.is_null()), (1, 1, 1, 0, true));
        let (payment, line, decision) = (&*payments, &*lines, &*decisions);
        assert_eq!((string(payment.payment_id), string(payment.customer_id), payment.status, payment.unapplied_minor), ("P1".into(), "C1".into(), PaymentStatus::Auto, 0));
        assert_eq!((string(line.payment_id), string(line.item_id), line.amount_minor, string(line.kind)), ("P1".into(), "I2".into(), 8_010, "payment".into()));
        assert!([payment.decision_id, line.decision_id].into_iter().all(|id| string(id) == string(decision.decision_id)));
        // No models: those that the ledger teaches.
        assert_eq!(ar_match_payments(given.ledger, given.policy, ptr::null(), AS_OF, &mut fitted, ptr::null_mut()), Status::Ok);
        assert_eq!(ar_report_json(report, &mut text, ptr::null_mut()), Status::Ok);
        let json = string(text);
        assert_eq!(ar_report_json(fitted, &mut text, ptr::null_mut()), Status::Ok);
        assert!(json == string(text), "models that are given and models that are fitted differ");
        ar_report_free(report);
        ar_report_free(fitted);
    }
}

/// A pointer that is not NULL and not aligned.
fn odd<T>(pointer: *mut T) -> *mut T {
    pointer.cast::<u8>().wrapping_add(1).cast()
}

#[test]
fn what_is_refused_leaves_the_outputs_as_they_were() {
    let given = Given::new();
    let closed = br#"[{"event": "day_closed", "on": "2026-11-20"}]"#;
    assert_eq!(unsafe { ar_ledger_apply_json(given.ledger, closed.as_ptr().cast(), closed.len(), ptr::null_mut()) }, Status::Ok);
    let Given { ledger, policy, models, .. } = &given;
    let (ledger, policy, models) = (*ledger, *policy, *models);
    let (null_pointer, argument) = (Status::NullPointer, Status::InvalidArgument);
    let cases = [
        ((ptr::null_mut(), policy, models, AS_OF), null_pointer, "ledger", None),
        ((ledger, ptr::null_mut(), models, AS_OF), null_pointer, "policy", None),
        ((odd(ledger), policy, models, AS_OF), null_pointer, "ledger", None),
        ((ledger, odd(policy), models, AS_OF), null_pointer, "policy", None),
        ((ledger, policy, odd(models), AS_OF), null_pointer, "models", None),
        ((ledger, policy, models, i32::MIN), argument, "as_of_days", Some(ProblemCode::OutOfRange)),
        ((ledger, policy, models, i32::MAX), argument, "as_of_days", Some(ProblemCode::OutOfRange)),
        ((ledger, policy, ptr::null_mut(), -1), argument, "as_of_days", Some(ProblemCode::OutOfRange)),
        ((ledger, policy, ptr::null_mut(), AS_OF - 2), argument, "as_of", Some(ProblemCode::EventTooOld)),
    ];
    // The same of both exports: they promise the same.
    for work in [ar_match_payments as Work, ar_run] {
        for ((ledger, policy, models, day), wanted, column, code) in cases {
            let marker = ptr::dangling_mut::<ReportHandle>();
            let (mut out, mut error) = (marker, ptr::null_mut());
            let status = unsafe { work(ledger, policy, models, day, &mut out, &mut error) };
            assert_eq!((status, out), (wanted, marker), "{column} {day}");
            let seen = problems(error);
            assert_eq!(seen.len(), 1, "{seen:?}");
            assert_eq!(seen[0].2.as_deref(), Some(column), "{seen:?}");
            assert!(code.is_none_or(|code| seen[0].3 == code), "{seen:?}");
            // Who does not want to know why is told the status all the same.
            assert_eq!(unsafe { work(ledger, policy, models, day, &mut out, ptr::null_mut()) }, wanted);
            assert_eq!(out, marker);
        }
        for out in [ptr::null_mut(), odd(ptr::dangling_mut::<*mut ReportHandle>())] {
            let mut error = ptr::null_mut();
            assert_eq!(unsafe { work(ledger, policy, models, AS_OF, out, &mut error) }, null_pointer);
            assert_eq!(problems(error)[0].2.as_deref(), Some("out"));
        }
    }
}
