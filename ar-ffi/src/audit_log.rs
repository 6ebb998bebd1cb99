//! The audit log of a host: one chain over all its days; verified, searched, replayed.

use crate::audit::{BreaksHandle, read_log};
use crate::borrow::{Checked, Place, borrow, borrow_mut, day, free, name, text};
use crate::error::{ErrorHandle, Failure};
use crate::fragile::Fragile;
use crate::guard::guard;
use crate::ledger::LedgerHandle;
use crate::models::ModelsHandle;
use crate::policy::PolicyHandle;
use crate::report::ReportHandle;
use crate::status::Status;
use crate::stream::stream;
use crate::tables::TablesHandle;
use crate::text::TextPlace;
use ar_arrow::FFI_ArrowArrayStream;
use ar_core::audit::{self, AuditLog, Filter, Head};
use ar_core::error::{ErrorCode, ProblemCode, Problems};
use ar_core::event;
use std::ffi::c_char;
use std::ptr;

/// An append-only audit log. Single-writer: while one thread appends, no other may use the log; else any number of threads may read it.
pub struct AuditLogHandle(Fragile<AuditLog>);

impl AuditLogHandle {
    const fn new(log: AuditLog) -> Self {
        Self(Fragile::new(log))
    }

    fn read(&self) -> Checked<&AuditLog> {
        self.0.read()
    }

    /// Appends; a panic on the way leaves a log that can only be freed.
    fn append(&mut self, work: impl FnOnce(&mut AuditLog)) -> Checked<Status> {
        self.0.change(work).map(|()| Status::Ok)
    }
}

/// A head: `digest` NULL = the beginning of a log.
unsafe fn head_of(len: i64, digest: *const c_char) -> Checked<Head> {
    if digest.is_null() {
        return Ok(Head::default());
    }
    // SAFETY: not NULL; the caller's promise is passed on.
    let digest = unsafe { name(digest, "head_digest")? };
    let refuse = |message: &str| Failure::argument("head_digest", ProblemCode::Unreadable, message.into());
    if digest.len() != 64 || !digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(refuse("a digest is 64 digits of lower-case hexadecimal"));
    }
    if len < 0 {
        return Err(Failure::argument("head_len", ProblemCode::OutOfRange, "a log has no fewer than 0 entries".into()));
    }
    Ok(Head { len, digest: digest.into() })
}

/// Begins an audit log, to be freed with ar_audit_log_free. `head_digest` NULL: a new one. Else one that goes on behind the log whose
/// head is given, without its entries: for a host that keeps them in a store of its own and only appends.
/// Errors: AR_STATUS_INVALID_ARGUMENT (not a head); AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_new(head_len: i64, head_digest: *const c_char, out: *mut *mut AuditLogHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (head, out) = (head_of(head_len, head_digest)?, Place::new(out, "out")?);
            out.give(AuditLogHandle::new(AuditLog::behind(head)));
            Ok(Status::Ok)
        })
    }
}

/// Reads an audit log from its table: `tables` holds the table "audit" as ar_audit_log_stream or a report gave it. It is taken as it is;
/// ar_audit_log_verify says whether it is whole. To be freed with ar_audit_log_free.
/// Errors: AR_STATUS_INVALID_AUDIT (no table or column of an audit log); AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_from_tables(tables: *const TablesHandle, out: *mut *mut AuditLogHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (tables, out) = (borrow(tables, "tables")?, Place::new(out, "out")?);
            out.give(AuditLogHandle::new(read_log(tables)?));
            Ok(Status::Ok)
        })
    }
}

/// Appends the log of a run: its entries are chained behind the newest, what they record stays.
/// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_append_report(log: *mut AuditLogHandle, report: *const ReportHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (log, report) = (borrow_mut(log, "log")?, borrow(report, "report")?);
            log.append(|log| log.append_report(report.core()))
        })
    }
}

/// Appends what happened: an entry for each event of a JSON array as ar_ledger_apply_json takes it. With the ledger behind all of them
/// also one with the digest of its books, and events that name only items or payments are logged with the customers of these;
/// `after` may be NULL. All or nothing. An entry has the digest of the event and identifiers, no names and no texts.
/// Errors: AR_STATUS_INVALID_EVENTS; AR_STATUS_INVALID_ARGUMENT (not UTF-8); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_append_events(log: *mut AuditLogHandle, json: *const c_char, json_len: usize, after: *const LedgerHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (log, json) = (borrow_mut(log, "log")?, text(json, json_len, "json")?);
            let after = if after.is_null() { None } else { Some(borrow(after, "after")?.read()?) };
            let mut problems = Problems::default();
            let events = event::parse(json, &mut problems);
            problems.into_result(ErrorCode::InvalidEvents)?;
            log.append(|log| log.append_events(&events, after.map(|ledger| &**ledger)))
        })
    }
}

/// Appends that a version of the policy came into force on a day, and who brought it.
/// Errors: AR_STATUS_INVALID_ARGUMENT (the day, not UTF-8); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_append_policy(log: *mut AuditLogHandle, policy: *const PolicyHandle, by: *const c_char, on_days: i32, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (log, policy, by, on) = (borrow_mut(log, "log")?, borrow(policy, "policy")?, name(by, "by")?, day(on_days, "on_days")?);
            log.append(|log| log.append_policy(&policy.0, by, on))
        })
    }
}

/// Where the log ends: how many entries it has (those before the head that it went on behind are counted), and the digest of the last.
/// Kept elsewhere, it shows whether entries were taken away since. `*digest` is owned by the caller and freed with ar_string_free.
/// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_head(log: *const AuditLogHandle, len: *mut i64, digest: *mut *mut c_char, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (head, len, digest) = (borrow(log, "log")?.read()?.head(), Place::new(len, "len")?, TextPlace::new(digest, ptr::null_mut(), "digest")?);
            len.fill(head.len);
            digest.give(head.digest);
            Ok(Status::Ok)
        })
    }
}

/// Verifies a log: any change, removal, insertion or reordering of entries is found; with a head that was kept (`head_digest` not NULL)
/// also whether the newest were taken away. The log may go on behind that head. What is found is to be freed with ar_breaks_free; no
/// rows mean that the chain is whole.
/// Errors: AR_STATUS_INVALID_ARGUMENT (not a head); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_verify(log: *const AuditLogHandle, head_len: i64, head_digest: *const c_char, out: *mut *mut BreaksHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (log, out) = (borrow(log, "log")?.read()?, Place::new(out, "out")?);
            let breaks = if head_digest.is_null() { audit::verify(log) } else { audit::verify_to(log, &head_of(head_len, head_digest)?) };
            out.give(BreaksHandle::of(&breaks));
            Ok(Status::Ok)
        })
    }
}

/// Searches a log. `filter`: a JSON object of what an entry must be, {"customer_id": "C1", "action": "send_notice", "by": "ada",
/// "reason": "past_due", "item_id": "I1", "payment_id": "P1", "decision_id": "D-...", "kind": "execution", "from": "2026-11-01",
/// "to": "2026-11-30"}, any of them or none. What names a decision is also found by what that decision is. The entries in their order,
/// with the columns of the log and `on`, the day: `*out` is overwritten without being read; the caller owns the stream and calls its
/// `release`.
/// Errors: AR_STATUS_INVALID_ARGUMENT (not a filter); AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_search(log: *const AuditLogHandle, filter: *const c_char, filter_len: usize, out: *mut FFI_ArrowArrayStream, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (log, filter, out) = (borrow(log, "log")?.read()?, Filter::from_json(text(filter, filter_len, "filter")?)?, Place::new(out, "out")?);
            out.fill(stream(audit::hits_table(&audit::search(log, &filter)))?);
            Ok(Status::Ok)
        })
    }
}

/// All entries of a log as an Arrow C stream with the columns of the part "audit"; otherwise as ar_audit_log_search.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_stream(log: *const AuditLogHandle, out: *mut FFI_ArrowArrayStream, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let (log, out) = (borrow(log, "log")?.read()?, Place::new(out, "out")?);
            out.fill(stream(log.table())?);
            Ok(Status::Ok)
        })
    }
}

/// Makes the run of a log that had this ledger, this policy and these models again, on its day, and compares every decision with what
/// the log has, byte by byte. `models`: NULL for those that the ledger teaches. The report is to be freed with ar_report_free.
/// Errors: AR_STATUS_INVALID_AUDIT (the chain is broken, no run had these inputs, or decisions come out otherwise: each entry is a
/// problem, its place the row); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_replay(
    log: *const AuditLogHandle,
    ledger: *const LedgerHandle,
    policy: *const PolicyHandle,
    models: *const ModelsHandle,
    out: *mut *mut ReportHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (log, ledger, policy) = (borrow(log, "log")?.read()?, borrow(ledger, "ledger")?.read()?, borrow(policy, "policy")?);
            let (models, out) = (if models.is_null() { None } else { Some(&borrow(models, "models")?.0) }, Place::new(out, "out")?);
            out.give(ReportHandle::new(ar_core::replay(log, ledger, &policy.0, models)?));
            Ok(Status::Ok)
        })
    }
}

/// Frees a log. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_audit_log_free(log: *mut AuditLogHandle) {
    unsafe { guard(ptr::null_mut(), || free(log)) }
}
