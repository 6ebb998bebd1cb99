//! Why a decision is as it is, why another was not made, and reasons in words.

use crate::borrow::{borrow, name};
use crate::error::{ErrorHandle, Failure};
use crate::guard::guard;
use crate::names::ReasonCodeNumber;
use crate::report::ReportHandle;
use crate::status::Status;
use crate::text::TextPlace;
use ar_core::error::ProblemCode;
use ar_core::money::Currency;
use ar_core::reason::{Reason, ReasonCode};
use std::ffi::c_char;

/// Explains a decision, as JSON with a `text` for a person, its `reasons`, the `rules` that the gate asked, and in `would_act_with`
/// what would have let the engine act (as the `changes` of ar_report_why_not): `*text` is owned by the caller and freed with ar_string_free;
/// `text_len` may be NULL.
/// Errors: AR_STATUS_INVALID_ARGUMENT (no decision of that id); AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_explain(report: *const ReportHandle, decision_id: *const c_char, text: *mut *mut c_char, text_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (report, id, out) = (borrow(report, "report")?, name(decision_id, "decision_id")?, TextPlace::new(text, text_len, "text")?);
            let told = report.core().explain(id);
            out.give(told.ok_or_else(|| Failure::argument("decision_id", ProblemCode::UnknownRecord, format!("the report has no decision {id:?}")))?);
            Ok(Status::Ok)
        })
    }
}

/// Says why an action ("send_notice") was not decided for a customer, as JSON with a `text` for a person, the `answer`, the `reasons`,
/// and `changes`: the ways in which it would not have been stopped, the smallest first, each with `changes` that go together (a `setting`
/// with `from` and `to`, or a `fact`) and with the reasons that it `lifts`. The text as in ar_report_explain.
/// Errors: AR_STATUS_INVALID_ARGUMENT (no such action or customer); AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_why_not(
    report: *const ReportHandle,
    action: *const c_char,
    customer_id: *const c_char,
    text: *mut *mut c_char,
    text_len: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (report, out) = (borrow(report, "report")?, TextPlace::new(text, text_len, "text")?);
            out.give(report.core().why_not(name(action, "action")?, name(customer_id, "customer_id")?)?);
            Ok(Status::Ok)
        })
    }
}

/// A reason as a sentence for a person ("37 days past due, 30 days allowed"), from the fields of an ar_reason. `currency`: that
/// of the row the reason stands in. `*text` is owned by the caller and freed with ar_string_free; `text_len` may be NULL.
/// Errors: AR_STATUS_INVALID_ARGUMENT (no such code, or not an ISO 4217 currency); AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_reason_text(
    code: ReasonCodeNumber,
    observed: i64,
    limit: i64,
    currency: *const c_char,
    text: *mut *mut c_char,
    text_len: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (word, out) = (name(currency, "currency")?, TextPlace::new(text, text_len, "text")?);
            let unknown = |_| Failure::argument("currency", ProblemCode::UnknownCurrency, format!("{word:?} is not an ISO 4217 currency"));
            let currency = Currency::try_new(word).map_err(unknown)?;
            let code = ReasonCode::ALL.iter().find(|known| **known as u16 == code);
            let code = *code.ok_or_else(|| Failure::argument("code", ProblemCode::UnknownWord, "no reason has this number".into()))?;
            out.give(Reason::new(code, observed, limit).to_text(currency.exponent()));
            Ok(Status::Ok)
        })
    }
}
