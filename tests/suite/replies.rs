//! From a message to what is done about it, and to the days after it was done.

use crate::scenarios::Inputs;
use ar_core::action::{ActionKind, Mode};
use ar_core::calendar::add_days;
use ar_core::decision::Decision;
use ar_core::event::from_json;
use ar_core::reason::ReasonCode;
use ar_core::{Ledger, Models, Policy, Report, run};
use chrono::NaiveDate;
use serde_json::{Value, json};

const DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
const ACTING: &str = "[autonomy]\ndefault_level = 2\namount_limit = 100000\nmin_confidence = 0.5\n[replies]\npromises_count = true\n";

fn item(id: &str, amount: &str) -> Value {
    json!({ "item_id": id, "customer_id": "C1", "currency": "EUR", "amount": amount, "issued_on": "2026-09-01", "due_on": "2026-10-30" })
}

/// A customer with two late items, who wrote.
fn books(text: &str) -> Ledger {
    let replies = [json!({ "reply_id": "M1", "customer_id": "C1", "received_on": DAY, "text": text })];
    let items = [item("INV-501", "400.00"), item("INV-502", "300.00")];
    Inputs::of(&json!({ "as_of": DAY, "tables": { "items": items, "replies": replies } })).ledger
}

fn on(ledger: &Ledger, day: NaiveDate) -> Report {
    run(ledger, &Policy::from_toml(ACTING).unwrap(), &Models::fit(ledger, day), day).unwrap()
}

fn found(report: &Report, action: ActionKind) -> Option<&Decision> {
    report.decisions().iter().find(|row| row.action() == action)
}

/// Reports a decision done, as a host does it: the event of the action, with what the decision and its particulars say.
fn done(ledger: &mut Ledger, report: &Report, decision: &Decision, day: NaiveDate) {
    let explained: Value = serde_json::from_str(&report.explain(&decision.id).unwrap()).unwrap();
    let params = &explained["params"];
    let mut event = json!({ "event": decision.action().event().unwrap(), "on": day, "decision_id": decision.id });
    let fields: &[&str] = match decision.action() {
        ActionKind::RecordPromise => &["promise_id", "item_id", "amount", "due_on", "source"],
        ActionKind::OpenDispute => &["dispute_id", "item_id", "amount", "reason"],
        _ => &[],
    };
    for field in fields {
        if !params[field].is_null() {
            event[field] = params[field].clone();
        }
    }
    if matches!(decision.action(), ActionKind::RecordPromise | ActionKind::SendInvoiceCopy) {
        event["customer_id"] = json!("C1");
    }
    if decision.action() == ActionKind::SendInvoiceCopy {
        event["item_ids"] = decision.draft.items.iter().map(|at| json!(ledger.text(ledger.item(*at).unwrap().id))).collect();
    }
    ledger.apply(&from_json(&json!([event]).to_string()).unwrap()).unwrap();
}

#[test]
fn a_promise_is_recorded_once_and_holds_what_it_is_about() {
    let mut ledger = books("INV-501 will be paid on 27 November.");
    let report = on(&ledger, DAY);
    let promise = found(&report, ActionKind::RecordPromise).unwrap();
    assert_eq!((promise.mode, promise.draft.items.len(), promise.draft.amount), (Mode::Act, 1, 40_000));
    assert!(found(&report, ActionKind::SendNotice).is_some_and(|notice| notice.draft.amount == 30_000), "the other item is dunned");
    done(&mut ledger, &report, promise, DAY);
    for days in 1..5 {
        let later = on(&ledger, add_days(DAY, days));
        assert!(found(&later, ActionKind::RecordPromise).is_none() && found(&later, ActionKind::Reply).is_none(), "day {days}");
        let held = later.outcomes().iter().find(|row| ledger.text(ledger.item(row.item).unwrap().id) == "INV-501").unwrap();
        assert_eq!(held.reason.code, ReasonCode::PromiseLive, "day {days}");
    }
}

#[test]
fn a_dispute_is_opened_once_and_pauses_its_item_only() {
    let mut ledger = books("Half of the boxes on INV-502 were damaged, please credit 120.00 EUR.");
    let report = on(&ledger, DAY);
    let dispute = found(&report, ActionKind::OpenDispute).unwrap();
    assert_eq!((dispute.mode, dispute.draft.amount), (Mode::Act, 12_000));
    done(&mut ledger, &report, dispute, DAY);
    let row = ledger.disputes_of(dispute.customer().unwrap()).first().unwrap().clone();
    assert_eq!((row.amount, ledger.text(row.reason)), (12_000, "damaged"));
    let later = on(&ledger, add_days(DAY, 1));
    assert!(found(&later, ActionKind::OpenDispute).is_none() && found(&later, ActionKind::Reply).is_none());
    assert!(found(&later, ActionKind::RouteDispute).is_some());
}

#[test]
fn a_copy_is_sent_once_and_its_item_rests() {
    let mut ledger = books("Please send me a copy of INV-501.");
    let report = on(&ledger, DAY);
    let copy = found(&report, ActionKind::SendInvoiceCopy).unwrap();
    assert_eq!(copy.draft.items.len(), 1);
    done(&mut ledger, &report, copy, DAY);
    let reason = |day: i32| {
        let later = on(&ledger, add_days(DAY, day));
        assert!(found(&later, ActionKind::SendInvoiceCopy).is_none(), "day {day}");
        let held = later.outcomes().iter().find(|row| ledger.text(ledger.item(row.item).unwrap().id) == "INV-501").unwrap();
        held.reason.code
    };
    assert_eq!(reason(1), ReasonCode::CopySent);
    assert_ne!(reason(5), ReasonCode::CopySent);
}

/// Who rejects what the engine made of a message gets the message.
#[test]
fn what_a_person_rejects_is_answered_by_a_person() {
    let mut ledger = books("INV-501 will be paid on 27 November.");
    let report = on(&ledger, DAY);
    let promise = found(&report, ActionKind::RecordPromise).unwrap();
    let event = json!([{ "event": "decision_rejected", "on": DAY, "decision_id": promise.id, "by": "Ada", "action": "record_promise", "segment": "" }]);
    ledger.apply(&from_json(&event.to_string()).unwrap()).unwrap();
    let later = on(&ledger, add_days(DAY, 1));
    assert!(found(&later, ActionKind::RecordPromise).is_none());
    assert!(found(&later, ActionKind::Reply).is_some_and(|reply| reply.mode == Mode::Ask), "{:?}", later.decisions());
}

#[test]
fn a_mixed_message_leads_to_all_that_it_says() {
    let ledger = books("INV-501 will be paid on 27 November. INV-502 was delivered with cracked panels, we dispute it.");
    let report = on(&ledger, DAY);
    let actions: Vec<ActionKind> = report.decisions().iter().map(Decision::action).collect();
    assert_eq!(actions, [ActionKind::OpenDispute, ActionKind::RecordPromise], "{:?}", report.decisions());
    let named = |action| found(&report, action).map(|row| ledger.text(ledger.item(row.draft.items[0]).unwrap().id).to_string());
    assert_eq!((named(ActionKind::OpenDispute).as_deref(), named(ActionKind::RecordPromise).as_deref()), (Some("INV-502"), Some("INV-501")));
}
