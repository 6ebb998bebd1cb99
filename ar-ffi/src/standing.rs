//! A day that stands: the whole book is worked through once, and then only what events touch.

use crate::borrow::{Place, borrow, borrow_mut, day, free, text};
use crate::error::ErrorHandle;
use crate::fragile::Fragile;
use crate::guard::guard;
use crate::ledger::LedgerHandle;
use crate::models::{ModelsHandle, given_or_fitted};
use crate::policy::PolicyHandle;
use crate::report::ReportHandle;
use crate::status::Status;
use crate::text::TextPlace;
use ar_core::{StandingDay, event};
use std::ffi::c_char;
use std::ptr;

/// A day of a book that events come in on: what each of them changes is decided at once. Single-writer, as a ledger: while one thread
/// is in ar_standing_day_apply_json, no other may use it; else any number of threads may read it.
pub struct StandingDayHandle(Fragile<StandingDay>);

/// Works the whole book through, as ar_run does, and keeps what customers share: a day to be freed with ar_standing_day_free. Ledger, policy
/// and models are copied; the day goes its own way from here on, and the ledger is not changed by it.
/// `models`: NULL for models that are fitted from the ledger's own history. `as_of_days`: the day, days since 1970-01-01.
/// Errors: as ar_run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_standing_day_new(
    ledger: *const LedgerHandle,
    policy: *const PolicyHandle,
    models: *const ModelsHandle,
    as_of_days: i32,
    out: *mut *mut StandingDayHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (ledger, policy, out) = (borrow(ledger, "ledger")?.read()?, borrow(policy, "policy")?, Place::new(out, "out")?);
            let as_of = day(as_of_days, "as_of_days")?;
            let models = given_or_fitted(models, ledger, as_of)?;
            let day = StandingDay::try_new(ledger.clone(), &policy.0, &models, as_of)?;
            out.give(StandingDayHandle(Fragile::new(day)));
            Ok(Status::Ok)
        })
    }
}

/// Takes events in (`json` as for ar_ledger_apply_json) and decides for the customers that they touch: `*report` is that of ar_run_for for
/// these customers on the ledger behind the events, to the byte, to be freed with ar_report_free; NULL where they touch nobody.
/// `*again`: 1 where the whole book was worked through again, else 0. Events of the day about promises, disputes, messages, calls, notices and
/// holds that report no decision cost what their customers cost, as a rule; items, payments, postings and what people decide are worked
/// out on the whole book. All or nothing: if one event is refused the day is as it was.
/// Errors: as ar_ledger_apply_json and ar_run_for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_standing_day_apply_json(
    standing: *mut StandingDayHandle,
    json: *const c_char,
    json_len: usize,
    report: *mut *mut ReportHandle,
    again: *mut u8,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let handle = borrow_mut(standing, "standing")?;
            let (events, report, again) = (text(json, json_len, "json")?, Place::new(report, "report")?, Place::new(again, "again")?);
            handle.0.read()?;
            let events = event::from_json(events)?;
            let changed = handle.0.change(|day| day.apply(&events))??;
            again.fill(u8::from(changed.again));
            match changed.report {
                Some(found) => report.give(ReportHandle::new(found)),
                None => report.fill(ptr::null_mut()),
            }
            Ok(Status::Ok)
        })
    }
}

/// The ledger behind all events so far, a new one, to be freed with ar_ledger_free. Costs a copy of the books where events came since the
/// whole book was worked through. Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_standing_day_ledger(standing: *const StandingDayHandle, out: *mut *mut LedgerHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (standing, out) = (borrow(standing, "standing")?.0.read()?, Place::new(out, "out")?);
            out.give(LedgerHandle::new(standing.ledger()?));
            Ok(Status::Ok)
        })
    }
}

/// The digest of that ledger, without making it; as ar_ledger_digest.
/// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_standing_day_digest(standing: *const StandingDayHandle, text: *mut *mut c_char, text_len: *mut usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (standing, out) = (borrow(standing, "standing")?.0.read()?, TextPlace::new(text, text_len, "text")?);
            out.give(standing.digest());
            Ok(Status::Ok)
        })
    }
}

/// Frees a day; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_standing_day_free(standing: *mut StandingDayHandle) {
    unsafe { guard(ptr::null_mut(), || free(standing)) }
}
