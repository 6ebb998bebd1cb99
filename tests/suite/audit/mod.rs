//! The audit log of a host over several days: appended, verified, searched, replayed; and what it must not hold.

pub mod days;
mod search;
mod tampering;

use crate::c_face::{problems, string};
use ar_core::audit::{AuditLog, Head, Scope, event_digest, from_table, verify, verify_to};
use ar_core::error::ProblemCode;
use ar_core::{ErrorCode, Event, Ledger, Models, Policy, collect, match_payments, replay, run};
use ar_core_ffi::status::Status;
use days::{Days, first_day};
use std::collections::BTreeSet;

/// A report and the whole log: every decision is in it with the same bytes, and the links go on.
#[test]
fn runs_of_any_size_are_appended_and_keep_what_they_record() {
    let days = Days::live(3);
    assert_eq!(verify(&days.log), []);
    let mut decisions = days.log.iter().filter(|entry| matches!(entry.kind, "inputs" | "decision"));
    for report in &days.reports {
        assert!(verify(report.audit()).is_empty() && report.audit().get(0).unwrap().previous.starts_with("0000"));
        for own in report.audit().iter() {
            assert!(decisions.next().unwrap().records_the_same(&own));
        }
    }
    assert!(decisions.next().is_none());
    let sizes: BTreeSet<usize> = days.reports.iter().map(|report| report.audit().len()).collect();
    assert!(sizes.len() > 1 && days.log.len() > 80, "runs in different sizes: {sizes:?}, {} entries", days.log.len());
    let kinds: BTreeSet<&str> = days.log.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, ["authorisation", "books", "decision", "event", "execution", "inputs", "policy", "reversal"].into());
}

/// A host that keeps the entries elsewhere and only the head here writes the same log.
#[test]
fn a_log_goes_on_behind_its_head() {
    let days = Days::live(4);
    let mut parts: Vec<AuditLog> = Vec::new();
    for report in &days.reports {
        let mut part = AuditLog::behind(parts.last().map_or_else(Head::default, AuditLog::head));
        part.append_report(report);
        assert!(verify(&part).is_empty());
        parts.push(part);
    }
    let mut whole = AuditLog::default();
    days.reports.iter().for_each(|report| whole.append_report(report));
    let mut joined = AuditLog::default();
    parts.iter().flat_map(AuditLog::iter).for_each(|entry| joined.push(&entry));
    assert_eq!(joined.iter().collect::<Vec<_>>(), whole.iter().collect::<Vec<_>>());
    assert_eq!((joined.head(), parts.last().unwrap().head()), (whole.head(), whole.head()));
    for part in &parts {
        assert_eq!(verify_to(&whole, &part.head()), []);
    }
    let again = from_table(&parts[2].table(), parts[1].head()).unwrap();
    assert_eq!((verify(&again), again.head()), (vec![], parts[2].head()));
    assert!(!verify(&from_table(&parts[2].table(), Head::default()).unwrap()).is_empty(), "a part is not a whole log");
    assert!(verify_to(&parts[2], &parts[0].head()).iter().any(|found| found.code == "wrong_head"));
}

/// Names and texts of people stand in no body: they can be erased where they are kept, and the chain holds.
#[test]
fn no_name_and_no_text_is_in_the_log() {
    let days = Days::live(5);
    assert!(days.private.len() > 100);
    for entry in days.log.iter() {
        for text in &days.private {
            assert!(!entry.body.contains(text.as_str()), "'{text}' stands in {}", entry.body);
        }
    }
    // An event is known again by its digest, whatever is kept of its texts elsewhere.
    let logged: Vec<serde_json::Value> = days.log.iter().filter(|entry| entry.body.starts_with("{\"by\":") && entry.kind != "policy").map(|entry| serde_json::from_str(entry.body).unwrap()).collect();
    assert_eq!(logged.len(), days.events.len());
    for (body, event) in logged.iter().zip(&days.events) {
        assert_eq!(body["digest"], event_digest(event));
        assert_eq!(body["on"], event.on.to_string());
    }
}

/// The digest of an event is that of its canonical JSON, which any host can make.
#[test]
fn the_digest_of_an_event_is_that_of_its_canonical_json() {
    let text = r#"{"by":"Ada","customer_id":"C1","decision_id":"D-1","event":"reply_received","on":"2026-11-20","reply_id":"R1","text":"Müller \"pays\""}"#;
    let mut problems = ar_core::error::Problems::default();
    let event: Vec<Event> = ar_core::event::parse(&format!("[{text}]"), &mut problems);
    use sha2::{Digest, Sha256};
    assert_eq!(event_digest(&event[0]), ar_core::text::hex(&Sha256::digest(text.as_bytes())));
    let mut log = AuditLog::default();
    log.append_events(&event, None);
    let entry = log.get(0).unwrap();
    assert_eq!(
        entry.body,
        format!(
            r#"{{"by":"Ada","decision_id":"D-1","digest":"{}","event":"reply_received","facts":{{}},"on":"2026-11-20","references":{{"customer_ids":["C1"],"reply_ids":["R1"]}}}}"#,
            event_digest(&event[0])
        )
    );
}

/// Every run of the log comes out again to the byte: from other rows of the same tables in another order, too.
#[test]
fn a_replay_gives_every_decision_again() {
    let days = Days::live(6);
    for (number, (ledger, report)) in days.ledgers.iter().zip(&days.reports).enumerate() {
        let again = replay(&days.log, ledger, &days.policy, Some(&days.models)).unwrap_or_else(|error| panic!("day {number}: {error}"));
        assert_eq!(again.to_json(), report.to_json());
    }
    let shuffled = days.ledger_of(&days.turned, 0);
    assert_eq!(replay(&days.log, &shuffled, &days.policy, Some(&days.models)).unwrap().to_json(), days.reports[0].to_json());
}

/// A replay calls what made the run; and without models those that the books teach are taken.
#[test]
fn a_replay_does_as_much_as_the_run_did() {
    let (days, on) = (Days::live(7), first_day());
    let ledger = &days.ledgers[0];
    let models = Models::fit(ledger, on);
    for (scope, report) in [
        (Scope::All, run(ledger, &days.policy, &models, on).unwrap()),
        (Scope::Collections, collect(ledger, &days.policy, &models, on).unwrap()),
        (Scope::Cash, match_payments(ledger, &days.policy, &models, on).unwrap()),
    ] {
        assert!(report.audit().get(0).unwrap().body.contains(&format!("\"scope\":\"{}\"", scope.name())));
        assert_eq!(replay(report.audit(), ledger, &days.policy, None).unwrap().to_json(), report.to_json());
    }
}

#[test]
fn a_replay_says_what_differs() {
    let days = Days::live(8);
    let (first, second) = (&days.ledgers[0], &days.ledgers[1]);
    let refused = |log: &AuditLog, ledger: &Ledger, policy: &Policy, models: Option<&Models>| {
        let error = replay(log, ledger, policy, models).map(drop).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidAudit);
        error.problems().to_vec()
    };
    // Other inputs: the digest that differs is named, and the run that is nearest.
    let other = crate::laws::read(&serde_json::json!({ "version": "other" }));
    let found = refused(&days.log, second, &other, Some(&days.models));
    assert!(found[0].code == ProblemCode::UnknownRun && found[0].message.contains("policy: the log has") && !found[0].message.contains("ledger: the log has"), "{found:?}");
    let mut told = first.clone();
    told.apply_json(r#"[{"event":"day_closed","on":"2026-01-01"}]"#).unwrap();
    assert!(refused(&days.log, &told, &days.policy, Some(&days.models))[0].message.contains("ledger: the log has"));
    assert!(refused(&days.log, first, &days.policy, Some(&Models::fit(first, first_day() - chrono::Days::new(90))))[0].message.contains("models: the log has"));
    assert!(refused(&AuditLog::behind(Head { len: 3, digest: "1".repeat(64) }), first, &days.policy, None)[0].message.contains("no run"));
    // A log that was tampered with and chained anew, entry by entry, holds; what it says does not come out.
    let mut forged = AuditLog::default();
    let place = 1 + days.reports[0].audit().iter().skip(1).position(|entry| entry.body.contains("\"mode\":\"act\"")).unwrap();
    let (forged_entry, mut chained) = (place + 1, Vec::new());
    for entry in days.log.iter() {
        let body = if chained.len() == forged_entry { entry.body.replace("\"mode\":\"act\"", "\"mode\":\"ask\"") } else { entry.body.into() };
        chained.push((entry.kind, entry.policy_version, entry.model_version, body));
    }
    days::chain_anew(&mut forged, &chained);
    assert_eq!(verify(&forged), []);
    let found = refused(&forged, first, &days.policy, Some(&days.models));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].row, found[0].code), (Some(forged_entry as u64), ProblemCode::OtherDecision));
    assert!(found[0].message.contains("mode was \"ask\", is \"act\""), "{}", found[0].message);
    // A decision left out, and one too many.
    let mut short = AuditLog::default();
    let last = days.reports[0].audit().len();
    days::chain_anew(&mut short, &chained[..last]);
    assert!(refused(&short, first, &days.policy, Some(&days.models)).iter().any(|found| found.message.contains("the log does not have it")));
    let mut long = AuditLog::default();
    let more: Vec<_> = chained[1..=last].iter().chain([&chained[1 + 1]]).cloned().collect();
    days::chain_anew(&mut long, &more);
    assert!(refused(&long, first, &days.policy, Some(&days.models)).iter().any(|found| found.message.contains("does not come out")));
    // A broken chain is not replayed.
    let mut broken = AuditLog::default();
    days.log.iter().skip(1).for_each(|entry| broken.push(&entry));
    assert!(refused(&broken, first, &days.policy, Some(&days.models)).iter().all(|found| found.code == ProblemCode::BrokenChain));
}

/// The same log and the same replay through C.
#[test]
fn a_log_through_c_is_the_log_through_rust() {
    let days = Days::live(9);
    let (head, json) = days.through_c();
    assert_eq!(head, days.log.head());
    assert_eq!(json, days.reports.last().unwrap().to_json());
}

#[test]
fn what_is_no_head_and_no_filter_is_refused_through_c() {
    use ar_core_ffi::audit_log::*;
    use std::ptr::null_mut;
    let (mut log, mut error) = (null_mut(), null_mut());
    unsafe {
        assert_eq!(ar_audit_log_new(1, c"abc".as_ptr(), &mut log, &mut error), Status::InvalidArgument);
        assert_eq!(problems(error)[0].2.as_deref(), Some("head_digest"));
        assert_eq!(ar_audit_log_new(0, std::ptr::null(), &mut log, null_mut()), Status::Ok);
        for (filter, code) in [("{\"customer\":\"C1\"}", ProblemCode::Syntax), ("{\"kind\":\"decisions\"}", ProblemCode::UnknownWord), ("[]", ProblemCode::Syntax)] {
            let (mut stream, mut error) = (ar_arrow::FFI_ArrowArrayStream::empty(), null_mut());
            assert_eq!(ar_audit_log_search(log, filter.as_ptr().cast(), filter.len(), &mut stream, &mut error), Status::InvalidArgument);
            assert_eq!(problems(error)[0].3, code);
        }
        let (mut len, mut text, events) = (7, null_mut(), "[{\"event\":\"nothing\",\"on\":\"2026-11-20\"}]");
        assert_eq!(ar_audit_log_append_events(log, events.as_ptr().cast(), events.len(), std::ptr::null(), null_mut()), Status::InvalidEvents);
        assert_eq!(ar_audit_log_head(log, &mut len, &mut text, null_mut()), Status::Ok);
        assert_eq!((len, string(text)), (0, "0".repeat(64)));
        ar_core_ffi::text::ar_string_free(text);
        ar_audit_log_free(log);
    }
}
