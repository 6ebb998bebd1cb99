//! The report: all that one run found, as rows, as Arrow streams and as JSON.

use crate::borrow::{Checked, Place, borrow, day, first, free, names, text};
use crate::conversation::Shipped;
use crate::error::{ErrorHandle, Failure};
use crate::guard::guard;
use crate::ledger::LedgerHandle;
use crate::models::{ModelsHandle, given_or_fitted};
use crate::names::PartNumber;
use crate::policy::PolicyHandle;
use crate::rows::{AgingRow, AllocationRow, DecisionRow, EscalationRow, ForecastRow, KpiRow, PaymentRow, Row, Rows, ScoreRow, WorklistRow};
use crate::status::Status;
use crate::stream::stream;
use crate::words;
use ar_arrow::FFI_ArrowArrayStream;
use ar_core::error::ProblemCode;
use ar_core::{Error, Ledger, Models, Part, Policy, Report};
use chrono::NaiveDate;
use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::OnceLock;

/// All that one run found. Immutable: any number of threads may read it.
pub struct ReportHandle {
    report: Report,
    // Rows and JSON are made when they are first asked for, once, whichever thread asks.
    json: OnceLock<CString>,
    decisions: Shared<DecisionRow>,
    worklist: Shared<WorklistRow>,
    allocations: Shared<AllocationRow>,
    payments: Shared<PaymentRow>,
    aging: Shared<AgingRow>,
    kpis: Shared<KpiRow>,
    scores: Shared<ScoreRow>,
    forecast: Shared<ForecastRow>,
    escalations: Shared<EscalationRow>,
    texts: Shipped,
}

impl ReportHandle {
    /// The report itself.
    pub(crate) const fn core(&self) -> &Report {
        &self.report
    }

    /// The texts that its notices are written with.
    pub(crate) const fn texts(&self) -> &Shipped {
        &self.texts
    }

    pub(crate) fn new(report: Report) -> Self {
        Self {
            report,
            json: OnceLock::new(),
            decisions: Shared::new(),
            worklist: Shared::new(),
            allocations: Shared::new(),
            payments: Shared::new(),
            aging: Shared::new(),
            kpis: Shared::new(),
            scores: Shared::new(),
            forecast: Shared::new(),
            escalations: Shared::new(),
            texts: Shipped::default(),
        }
    }
}

/// Rows that are made once.
struct Shared<T>(OnceLock<Rows<T>>);

impl<T: Row> Shared<T> {
    const fn new() -> Self {
        Self(OnceLock::new())
    }

    unsafe fn lend(&self, report: &Report, part: Part, rows: *mut *const T, rows_len: *mut usize) -> Checked<Status> {
        let (rows, rows_len) = (Place::new(rows, "rows")?, Place::new(rows_len, "rows_len")?);
        let made = &self.0.get_or_init(|| Rows::of(&report.part(part))).rows;
        // SAFETY: checked above; the caller's promise is passed on.
        unsafe {
            rows.fill(first(made));
            rows_len.fill(made.len());
        }
        Ok(Status::Ok)
    }
}

/// The engine's work on a day, whole or a stage of it.
type Work<'w> = &'w dyn Fn(&Ledger, &Policy, &Models, NaiveDate) -> Result<Report, Error>;

/// Does the work with the models given, or with those that the ledger teaches.
unsafe fn give_report(work: Work<'_>, ledger: *const LedgerHandle, policy: *const PolicyHandle, models: *const ModelsHandle, as_of_days: i32, out: *mut *mut ReportHandle) -> Checked<Status> {
    // SAFETY: checked here; the caller's promise is passed on.
    unsafe {
        let (ledger, policy, out) = (borrow(ledger, "ledger")?.read()?, borrow(policy, "policy")?, Place::new(out, "out")?);
        let as_of = day(as_of_days, "as_of_days")?;
        let models = given_or_fitted(models, ledger, as_of)?;
        out.give(ReportHandle::new(work(ledger, &policy.0, &models, as_of)?));
        Ok(Status::Ok)
    }
}

/// Runs a day: matches cash, scores items, decides, hands to people what is theirs, and logs it. Nothing that is given is
/// changed; the same inputs give the same report to the byte. The report is to be freed with ar_report_free.
/// `models`: NULL for models that are fitted from the ledger's own history. `as_of_days`: the day, days since 1970-01-01.
/// Errors: AR_STATUS_INVALID_ARGUMENT (the day); what the engine refuses; AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_run(
    ledger: *const LedgerHandle,
    policy: *const PolicyHandle,
    models: *const ModelsHandle,
    as_of_days: i32,
    out: *mut *mut ReportHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe { guard(error, || give_report(&ar_core::run, ledger, policy, models, as_of_days, out)) }
}

/// Runs a day for some customers: "these changed, decide them now". `customer_ids`: `customer_ids_len` identifiers that end with NUL, in
/// any order, at most 10,000. The report has the payments, allocations, scores, decisions, outcomes, worklist, capacity, escalations and
/// audit that concern them, and each row is that of ar_run, with the same identifiers and reasons; what speaks of the whole book is empty
/// (forecast, aging, kpis, risk, root causes, autonomy). Two things differ, since the other customers are not looked at: what is left of
/// budgets that customers share (a run budget begins anew with each run: what ar_run asks for may be acted on here), and the choice for
/// the capacity of the day. Keep the models of the day (ar_models_fit): with `models` NULL, fitting takes many times as long as the run.
/// Other arguments, other errors and the freeing as with ar_run.
/// Errors: AR_STATUS_INVALID_ARGUMENT (no identifier, too many, or not UTF-8; every one that the ledger does not have is a problem with
/// the row of its place); AR_STATUS_NULL_POINTER (also for a NULL among them).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_run_for(
    ledger: *const LedgerHandle,
    policy: *const PolicyHandle,
    models: *const ModelsHandle,
    as_of_days: i32,
    customer_ids: *const *const c_char,
    customer_ids_len: usize,
    out: *mut *mut ReportHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let customers = names(customer_ids, customer_ids_len, "customer_ids")?;
            give_report(&|ledger, policy, models, as_of| ar_core::run_for(ledger, policy, models, as_of, &customers), ledger, policy, models, as_of_days, out)
        })
    }
}

/// Applies the cash of a day and stops there: the report has payments, allocations, the decisions on them with their worklist,
/// and the audit of these; its other parts are empty. Arguments, errors and the freeing as with ar_run, and the same answers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_match_payments(
    ledger: *const LedgerHandle,
    policy: *const PolicyHandle,
    models: *const ModelsHandle,
    as_of_days: i32,
    out: *mut *mut ReportHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe { guard(error, || give_report(&ar_core::match_payments, ledger, policy, models, as_of_days, out)) }
}

/// Applies the cash of a day, decides what each customer needs, and stops there: no payment dates are predicted (unless the policy
/// reminds of items before they are due), and the parts scores, forecast, aging, kpis and risk are empty. The decisions have the
/// identifiers and reasons of those of ar_run; what they are worth is nothing. Arguments, errors and the freeing as with ar_run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_collect(
    ledger: *const LedgerHandle,
    policy: *const PolicyHandle,
    models: *const ModelsHandle,
    as_of_days: i32,
    out: *mut *mut ReportHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe { guard(error, || give_report(&ar_core::collect, ledger, policy, models, as_of_days, out)) }
}

/// Ages the books and measures them as they stand at the end of a day, without running it: nothing is matched or decided, and nothing is
/// logged. `*aging` and `*kpis` have the columns of the parts of those names of a report: amounts are decimals in units of their currency;
/// what came in and is not applied is a credit. Measures of the decisions of a day, of autonomy and of the models are not among them.
/// Both are Arrow C streams, overwritten without being read; the caller owns them and calls their `release`.
/// `as_of_days`: the day, days since 1970-01-01. Of the policy the days that measures look back on count, and promises are judged by it.
/// Errors: AR_STATUS_INVALID_ARGUMENT (the day); AR_STATUS_INVALID_POLICY (another under a version that the books know);
/// AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_figures(
    ledger: *const LedgerHandle,
    policy: *const PolicyHandle,
    as_of_days: i32,
    aging: *mut FFI_ArrowArrayStream,
    kpis: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (ledger, policy) = (borrow(ledger, "ledger")?.read()?, borrow(policy, "policy")?);
            let (aging, kpis) = (Place::new(aging, "aging")?, Place::new(kpis, "kpis")?);
            let found = ar_core::figures(ledger, &policy.0, day(as_of_days, "as_of_days")?)?;
            let made = (stream(found.aging_table())?, stream(found.kpis_table())?);
            aging.fill(made.0);
            kpis.fill(made.1);
            Ok(Status::Ok)
        })
    }
}

/// The decisions. The rows are borrowed from the report; for none, `*rows` is NULL and `*rows_len` 0.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_decisions(report: *const ReportHandle, rows: *mut *const DecisionRow, rows_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let report = borrow(report, "report")?;
            report.decisions.lend(&report.report, Part::Decisions, rows, rows_len)
        })
    }
}

/// What a person has to do, best first; otherwise as ar_report_decisions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_worklist(report: *const ReportHandle, rows: *mut *const WorklistRow, rows_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let report = borrow(report, "report")?;
            report.worklist.lend(&report.report, Part::Worklist, rows, rows_len)
        })
    }
}

/// The proposed applications of cash; otherwise as ar_report_decisions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_allocations(report: *const ReportHandle, rows: *mut *const AllocationRow, rows_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let report = borrow(report, "report")?;
            report.allocations.lend(&report.report, Part::Allocations, rows, rows_len)
        })
    }
}

/// What was found for each payment; otherwise as ar_report_decisions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_payments(report: *const ReportHandle, rows: *mut *const PaymentRow, rows_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let report = borrow(report, "report")?;
            report.payments.lend(&report.report, Part::Payments, rows, rows_len)
        })
    }
}

/// What is open, by days past due; otherwise as ar_report_decisions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_aging(report: *const ReportHandle, rows: *mut *const AgingRow, rows_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let report = borrow(report, "report")?;
            report.aging.lend(&report.report, Part::Aging, rows, rows_len)
        })
    }
}

/// The measures; otherwise as ar_report_decisions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_kpis(report: *const ReportHandle, rows: *mut *const KpiRow, rows_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let report = borrow(report, "report")?;
            report.kpis.lend(&report.report, Part::Kpis, rows, rows_len)
        })
    }
}

/// When each open item is paid, and how urgent it is; otherwise as ar_report_decisions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_scores(report: *const ReportHandle, rows: *mut *const ScoreRow, rows_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let report = borrow(report, "report")?;
            report.scores.lend(&report.report, Part::Scores, rows, rows_len)
        })
    }
}

/// Expected cash by day; otherwise as ar_report_decisions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_forecast(report: *const ReportHandle, rows: *mut *const ForecastRow, rows_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let report = borrow(report, "report")?;
            report.forecast.lend(&report.report, Part::Forecast, rows, rows_len)
        })
    }
}

/// What people are asked, best first, and what they are to look at; otherwise as ar_report_decisions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_escalations(report: *const ReportHandle, rows: *mut *const EscalationRow, rows_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let report = borrow(report, "report")?;
            report.escalations.lend(&report.report, Part::Escalations, rows, rows_len)
        })
    }
}

/// A part of the report as an Arrow C stream of record batches, with every column. `*out` is overwritten without being read;
/// the caller owns the stream and calls its `release`. The stream stays valid after ar_report_free.
/// Errors: AR_STATUS_INVALID_ARGUMENT (no such part); AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_stream(report: *const ReportHandle, part: PartNumber, out: *mut FFI_ArrowArrayStream, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (report, out) = (borrow(report, "report")?, Place::new(out, "out")?);
            let known = words::Part::ALL.iter().find(|known| **known as u16 == part);
            let unknown = || Failure::argument("part", ProblemCode::UnknownWord, "no part of a report has this number".into());
            let part = known.and_then(|known| Part::from_name(known.name())).ok_or_else(unknown)?;
            out.fill(stream(report.report.part(part))?);
            Ok(Status::Ok)
        })
    }
}

/// Holds the decisions of the report against what people did on its day and on the `days` behind it (0 to 60), and changes nothing.
/// `json`: an array of events as ar_ledger_apply_json takes them, `json_len` bytes of UTF-8, in any order; events of other days are
/// left out. `*rows`: each decision once, with what people did about the same, then what they did besides; column `class` is "same",
/// "differs", "other", "engine_only" or "people_only". `*summary`: counts, amounts, worth and minutes by action, segment, currency and
/// class, with the share of agreement, which is not correctness. Both are Arrow C streams, overwritten without being read; the caller
/// owns them and calls their `release`. They stay valid after ar_report_free. The books of the report are to be those before the events.
/// Errors: AR_STATUS_INVALID_EVENTS (not an array of events); AR_STATUS_INVALID_ARGUMENT (the days, too many events, not UTF-8);
/// AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_shadow(
    report: *const ReportHandle,
    json: *const c_char,
    json_len: usize,
    days: i64,
    rows: *mut FFI_ArrowArrayStream,
    summary: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (report, events) = (borrow(report, "report")?, text(json, json_len, "json")?);
            let (rows, summary) = (Place::new(rows, "rows")?, Place::new(summary, "summary")?);
            let found = report.report.shadow_json(events, days)?;
            let made = (stream(found.rows_table())?, stream(found.summary_table())?);
            rows.fill(made.0);
            summary.fill(made.1);
            Ok(Status::Ok)
        })
    }
}

/// The whole report as JSON, the same bytes in every language. `*text` is borrowed from the report and ends with NUL;
/// `text_len` may be NULL.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_json(report: *const ReportHandle, text: *mut *const c_char, text_len: *mut usize) -> Status {
    unsafe {
        guard(ptr::null_mut(), || {
            let (report, text) = (borrow(report, "report")?, Place::new(text, "text")?);
            let len = if text_len.is_null() { None } else { Some(Place::new(text_len, "text_len")?) };
            let json = report.json.get_or_init(|| CString::new(report.report.to_json()).unwrap_or_default());
            text.fill(json.as_ptr());
            if let Some(len) = len {
                len.fill(json.as_bytes().len());
            }
            Ok(Status::Ok)
        })
    }
}

/// Frees a report, with every row and text borrowed from it. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_report_free(report: *mut ReportHandle) {
    unsafe { guard(ptr::null_mut(), || free(report)) }
}
