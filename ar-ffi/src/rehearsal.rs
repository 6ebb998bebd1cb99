//! What another policy would have decided on past days.

use crate::borrow::{Checked, Place, array, borrow, day, name, text};
use crate::error::{ErrorHandle, Failure};
use crate::guard::guard;
use crate::ledger::LedgerHandle;
use crate::models::{ModelsHandle, given_or_fitted};
use crate::policy::PolicyHandle;
use crate::status::Status;
use crate::stream::stream;
use ar_arrow::FFI_ArrowArrayStream;
use ar_core::calendar::FIRST_DAY;
use ar_core::error::ProblemCode;
use ar_core::event::from_json;
use ar_core::rehearsal::{MAX_DAYS, Scope, rehearse};
use chrono::NaiveDate;
use std::ffi::c_char;

/// Decides past days under two policies and says what is not the same. `days`: `days_len` days since 1970-01-01, at most 400, each later
/// than the one before. `events`: `events_len` bytes of a JSON array as for ar_ledger_apply_json, sorted by day; `events_len` 0: none.
/// `ledger` holds the books as they stood when the first day began. Before a day is decided, the events of the days before it are applied,
/// and of the day itself those in front of the first that names a decision. Identifiers of decisions in events are those of the policy
/// `before`. Without events the books stand as they are on every day. `models`: NULL for those that the ledger teaches on the first day.
/// `scope`: "all", or "collections": without predicted payment dates, many times as fast, and nothing is worth anything; NULL: "all".
/// Two Arrow C streams come out, both overwritten without being read, both owned by the caller, who calls their `release`:
/// `changes`, one row a decision that is not the same: on, decision_id, customer_id, currency, item_ids, payment_id, action, change
/// ("only_before", "only_after", "ask_to_act", "act_to_ask", "changed"), differs, mode_before and mode_after, amount_…, worth_…, minutes
/// (what people have to do more), reasons_before, reasons_after (those that the other side does not have); and
/// `summary`: change (also "unchanged"), action, currency, count, amount_…, worth_…, minutes_….
/// Errors: AR_STATUS_INVALID_ARGUMENT (days, their order, that of the events; the scope); AR_STATUS_INVALID_EVENTS;
/// AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_rehearse(
    ledger: *const LedgerHandle,
    before: *const PolicyHandle,
    after: *const PolicyHandle,
    models: *const ModelsHandle,
    days: *const i32,
    days_len: usize,
    events: *const c_char,
    events_len: usize,
    scope: *const c_char,
    changes: *mut FFI_ArrowArrayStream,
    summary: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (ledger, before, after) = (borrow(ledger, "ledger")?.read()?, borrow(before, "before")?, borrow(after, "after")?);
            let (changes, summary) = (Place::new(changes, "changes")?, Place::new(summary, "summary")?);
            let days = array(days, days_len, "days")?.iter().take(MAX_DAYS + 1).map(|days| day(*days, "days")).collect::<Checked<Vec<NaiveDate>>>()?;
            let events = if events_len == 0 { Vec::new() } else { from_json(text(events, events_len, "events")?)? };
            let word = if scope.is_null() { Scope::All.name() } else { name(scope, "scope")? };
            let unknown = || Failure::argument("scope", ProblemCode::UnknownWord, format!("{word:?} is none of {}", Scope::WORDS.join(", ")));
            let scope = Scope::from_name(word).ok_or_else(unknown)?;
            let models = given_or_fitted(models, ledger, days.first().copied().unwrap_or(FIRST_DAY))?;
            let found = rehearse(ledger, &before.0, &after.0, &models, &days, &events, scope)?;
            let streams = (stream(found.changes())?, stream(found.summary())?);
            changes.fill(streams.0);
            summary.fill(streams.1);
            Ok(Status::Ok)
        })
    }
}
