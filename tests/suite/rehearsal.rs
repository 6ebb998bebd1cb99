//! A rehearsal: what another policy would have decided, held against two runs that are compared by hand.

use crate::scenarios::Inputs;
use ar_core::action::{ActionKind, Mode};
use ar_core::calendar::add_days;
use ar_core::error::{ErrorCode, ProblemCode};
use ar_core::event::from_json;
use ar_core::reason::ReasonCode;
use ar_core::rehearsal::{Aspect, MAX_DAYS, Rehearsal, Row, Scope, Shift, Sum, rehearse};
use ar_core::table::Data;
use ar_core::{Error, Ledger, Models, Policy, run};
use chrono::NaiveDate;
use serde_json::{Value, json};

const DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();

fn policy(text: &str) -> Policy {
    Policy::from_toml(text).unwrap_or_else(|bad| panic!("{:?}", bad.problems()))
}

fn item(id: &str, customer: &str, amount: &str, due_on: &str) -> Value {
    json!({ "item_id": id, "customer_id": customer, "currency": "EUR", "amount": amount, "issued_on": "2026-08-01", "due_on": due_on })
}

/// Three customers, each with one item that is past due and of another amount.
fn books() -> Ledger {
    let items = [item("I1", "C1", "100.00", "2026-10-30"), item("I2", "C2", "800.00", "2026-10-30"), item("I3", "C3", "9000.00", "2026-10-30")];
    Inputs::of(&json!({ "as_of": DAY, "tables": { "items": items } })).ledger
}

fn days(count: i32) -> Vec<NaiveDate> {
    (0..count).map(|at| add_days(DAY, at)).collect()
}

fn try_on(ledger: &Ledger, before: &str, after: &str, days: &[NaiveDate], events: &Value, scope: Scope) -> Result<Rehearsal, Error> {
    let events = from_json(&events.to_string())?;
    rehearse(ledger, &policy(before), &policy(after), &Models::fit(ledger, DAY), days, &events, scope)
}

fn on(ledger: &Ledger, before: &str, after: &str) -> Rehearsal {
    try_on(ledger, before, after, &[DAY], &json!([]), Scope::All).unwrap()
}

fn acting(limit: i64) -> String {
    format!("[autonomy]\ndefault_level = 2\namount_limit = {limit}\n")
}

fn sum(found: &Rehearsal, shift: Shift, action: ActionKind) -> Sum {
    found.sums.iter().find(|(key, _)| (key.0, key.1) == (shift, action)).map(|row| row.1.clone()).unwrap_or_default()
}

fn codes(reasons: &[ar_core::reason::Reason]) -> Vec<ReasonCode> {
    reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn what_was_asked_and_is_acted_on_is_a_row_with_the_limits_that_say_so() {
    let found = on(&books(), &acting(500), &acting(1_000));
    let [row] = &found.rows[..] else { panic!("{:?}", found.rows) };
    assert_eq!((row.on, row.customer_id.as_deref(), row.action, row.shift), (DAY, Some("C2"), ActionKind::SendNotice, Shift::AskToAct));
    assert_eq!((&row.item_ids[..], &row.aspects[..], &row.payment_id), (&["I2".to_string()][..], &[][..], &None));
    assert_eq!((codes(&row.reasons_before), codes(&row.reasons_after)), (vec![ReasonCode::AmountLimit], vec![ReasonCode::InsideLimits]));
    assert_eq!((row.reasons_before[0].limit, row.reasons_after[0].limit), (50_000, 100_000));
    let [before, after] = [row.before.as_ref().unwrap(), row.after.as_ref().unwrap()];
    assert_eq!((before.mode, after.mode, before.amount, after.amount), (Mode::Ask, Mode::Act, 80_000, 80_000));
    assert_eq!((before.minutes, after.minutes), (2, 0));
    assert!(before.worth.is_some() && before.worth == after.worth);
    let moved = sum(&found, Shift::AskToAct, ActionKind::SendNotice);
    assert_eq!((moved.count, moved.amount, moved.minutes, moved.worth), (1, [80_000; 2], [2, 0], [before.worth; 2]));
    // The one is acted on, the other asked for, as before.
    let same = sum(&found, Shift::Unchanged, ActionKind::SendNotice);
    assert_eq!((same.count, same.amount, same.minutes), (2, [910_000; 2], [2, 2]));
    // And the other way.
    let back = on(&books(), &acting(1_000), &acting(500));
    assert_eq!((back.rows.len(), back.rows[0].shift), (1, Shift::ActToAsk));
    assert_eq!(sum(&back, Shift::ActToAsk, ActionKind::SendNotice).minutes, [0, 2]);
}

#[test]
fn minutes_are_those_of_the_policy_after_and_of_the_segment() {
    let tables =
        json!({ "customers": [{ "customer_id": "C1", "segment": "key" }, { "customer_id": "C2" }], "items": [item("I1", "C1", "100.00", "2026-10-30"), item("I2", "C2", "100.00", "2026-10-30")] });
    let books = Inputs::of(&json!({ "as_of": DAY, "tables": tables })).ledger;
    let found = on(&books, &acting(1_000), "[worklist]\nminutes = { send_notice = 7 }\n[segments.key.worklist]\nminutes = { send_notice = 11 }");
    assert_eq!(sum(&found, Shift::ActToAsk, ActionKind::SendNotice).minutes, [0, 18]);
    let minutes: Vec<i64> = found.rows.iter().map(|row| row.after.as_ref().unwrap().minutes).collect();
    assert_eq!(minutes, [11, 7]);
}

#[test]
fn what_is_not_made_any_more_says_what_became_of_its_items() {
    let found = on(&books(), "", "[collections]\ngrace_days = 30");
    assert_eq!(found.rows.len(), 3);
    for row in &found.rows {
        assert_eq!((row.shift, row.action, &row.after), (Shift::OnlyBefore, ActionKind::SendNotice, &None));
        assert!(row.decision_id.as_deref().is_some_and(|id| id.starts_with("D-")));
        assert_eq!(codes(&row.reasons_after), [ReasonCode::NotDue], "{:?}", row.reasons_after);
        assert!(codes(&row.reasons_before).contains(&ReasonCode::AutonomyLevel));
    }
    let gone = sum(&found, Shift::OnlyBefore, ActionKind::SendNotice);
    assert_eq!((gone.count, gone.amount, gone.minutes, gone.worth[1]), (3, [990_000, 0], [6, 0], None));
    let back = on(&books(), "[collections]\ngrace_days = 30", "");
    assert!(back.rows.len() == 3 && back.rows.iter().all(|row| row.shift == Shift::OnlyAfter && row.decision_id.is_none() && row.before.is_none()));
    assert_eq!(codes(&back.rows[0].reasons_before), [ReasonCode::NotDue]);
}

#[test]
fn a_notice_about_fewer_items_is_the_same_notice_with_other_items() {
    let items = [item("I1", "C1", "100.00", "2026-10-01"), item("I2", "C1", "50.00", "2026-11-10"), item("I3", "C2", "50.00", "2026-11-10")];
    let books = Inputs::of(&json!({ "as_of": DAY, "tables": { "items": items } })).ledger;
    let found = on(&books, "", "[collections]\ngrace_days = 15");
    let seen: Vec<(&str, Shift, &[Aspect])> = found.rows.iter().map(|row| (row.customer_id.as_deref().unwrap(), row.shift, &row.aspects[..])).collect();
    assert_eq!(seen, [("C1", Shift::Changed, &[Aspect::Items, Aspect::Amount][..]), ("C2", Shift::OnlyBefore, &[][..])]);
    assert_eq!(found.rows[0].item_ids, ["I1"]);
    assert_eq!(sum(&found, Shift::Changed, ActionKind::SendNotice).amount, [15_000, 10_000]);
}

/// The items of an answer are those that the policy pursues; what is answered is the message.
#[test]
fn an_answer_to_the_same_message_is_the_same_answer() {
    let replies = json!([{ "reply_id": "R1", "customer_id": "C1", "received_on": "2026-11-18" }]);
    let tables = json!({ "items": [item("I1", "C1", "100.00", "2026-11-16")], "replies": replies });
    let books = Inputs::of(&json!({ "as_of": DAY, "tables": tables })).ledger;
    let found = on(&books, "", "[collections]\ngrace_days = 15");
    let [row] = &found.rows[..] else { panic!("{:?}", found.rows) };
    assert_eq!((row.action, row.shift), (ActionKind::Reply, Shift::Changed));
    assert!(row.aspects.contains(&Aspect::Items) && row.item_ids.is_empty());
}

/// Of several decisions about one item the one that is the same is found first, wherever it stands.
#[test]
fn the_same_facts_are_the_same_decision_before_all_else() {
    let dispute = |id: &str, reason: &str, on: &str| json!({ "dispute_id": id, "customer_id": "C1", "item_id": "I1", "amount": "10.00", "reason": reason, "opened_on": on });
    let disputes = [dispute("A1", "pricing", "2026-11-19"), dispute("A2", "damaged", "2026-11-01")];
    let books = Inputs::of(&json!({ "as_of": DAY, "tables": { "items": [item("I1", "C1", "100.00", "2026-12-30")], "disputes": disputes } })).ledger;
    let owners = "[disputes]\nowners = [{ reason = 'pricing', role = 'a' }, { reason = 'damaged', role = 'b' }]\n";
    let found = on(&books, owners, &format!("{owners}[collections]\nroute_dispute_days = 10"));
    assert_eq!(found.rows.iter().map(|row| (row.action, row.shift)).collect::<Vec<_>>(), [(ActionKind::RouteDispute, Shift::OnlyBefore)]);
    assert_eq!(sum(&found, Shift::Unchanged, ActionKind::RouteDispute).count, 1);
}

#[test]
fn every_aspect_is_named() {
    let books = books();
    let aspects = |before: &str, after: &str| -> Vec<Aspect> {
        let found = on(&books, before, after);
        assert!(!found.rows.is_empty() && found.rows.iter().all(|row| row.shift == Shift::Changed && row.aspects == found.rows[0].aspects), "{:?}", found.rows);
        found.rows[0].aspects.clone()
    };
    let ladder = |tone: &str| format!("[collections]\nladder = [{{ after_days = 7, tone = '{tone}' }}]");
    assert_eq!(aspects(&ladder("neutral"), &ladder("firm")), [Aspect::Tone]);
    assert_eq!(aspects("", "[contact]\nchannels = ['letter']"), [Aspect::Channel]);
    // The day is a Friday.
    assert_eq!(aspects("", "[contact]\nweekend = ['friday', 'saturday', 'sunday']"), [Aspect::On]);
    assert_eq!(aspects("", "[autonomy]\nroles = { send_notice = 'team' }"), [Aspect::Role]);
    assert_eq!(aspects("", "[collections]\ndecision_days = 6"), [Aspect::ExpiresOn]);
    // Level 2 of 21 days, at once.
    assert_eq!(
        aspects(
            "[collections]\nladder = [{ after_days = 7, tone = 'firm' }, { after_days = 14, tone = 'firm' }]",
            "[collections]\ncatch_up_jump = true\nladder = [{ after_days = 7, tone = 'firm' }, { after_days = 14, tone = 'firm' }]"
        ),
        [Aspect::Level, Aspect::Params]
    );
    // Who would be asked is nothing that the engine does.
    assert_eq!(on(&books, &acting(10_000), &format!("{}roles = {{ send_notice = 'team' }}", acting(10_000))).rows, []);
}

#[test]
fn policies_that_only_differ_in_name_decide_the_same() {
    let found = on(&books(), "version = 'a'", "version = 'b'");
    assert_eq!(found.rows, []);
    assert_eq!(found.sums.values().map(|sum| sum.count).sum::<i64>(), 3);
    assert!(found.sums.keys().all(|key| key.0 == Shift::Unchanged));
}

#[test]
fn nothing_is_worth_anything_where_nothing_is_scored() {
    let found = try_on(&books(), &acting(500), &acting(1_000), &[DAY], &json!([]), Scope::Collections).unwrap();
    let whole = on(&books(), &acting(500), &acting(1_000));
    assert_eq!(found.rows.len(), 1);
    let worthless = |rows: &[Row]| -> Vec<Row> {
        let side = |side: &Option<ar_core::rehearsal::Side>| side.clone().map(|side| ar_core::rehearsal::Side { worth: None, ..side });
        rows.iter().map(|row| Row { before: side(&row.before), after: side(&row.after), ..row.clone() }).collect()
    };
    assert_eq!(found.rows, worthless(&whole.rows));
    assert!(found.sums.values().all(|sum| sum.worth == [None; 2]));
}

/// What people said of a decision has the identifier of the policy that was in force.
#[test]
fn what_was_approved_stays_approved_where_the_decision_is_the_same() {
    let (before, after, books) = ("version = 'a'", "version = 'b'\n[collections]\nmin_notice_amount = 500", books());
    let report = run(&books, &policy(before), &Models::fit(&books, DAY), DAY).unwrap();
    let id = |customer: &str| report.decisions().iter().find(|row| books.text(books.customer(row.customer().unwrap()).unwrap().id) == customer).unwrap().id.clone();
    let verdict = |id: String, event: &str| json!({ "event": event, "on": add_days(DAY, -1), "decision_id": id, "by": "Ms Gate" });
    let events = json!([verdict(id("C2"), "decision_approved"), verdict(id("C3"), "decision_rejected")]);
    let found = try_on(&books, before, after, &[DAY], &events, Scope::All).unwrap();
    let same = sum(&found, Shift::Unchanged, ActionKind::SendNotice);
    assert_eq!((same.count, same.minutes), (1, [0, 0]), "C2 is approved and acted on under both, C3 rejected under both: {:?}", found.rows);
    assert_eq!(found.rows.iter().map(|row| (row.customer_id.as_deref(), row.shift)).collect::<Vec<_>>(), [(Some("C1"), Shift::OnlyBefore)]);
}

#[test]
fn days_are_decided_on_the_books_of_their_morning() {
    let paid = |day: i32, item: &str, payment: &str, amount: &str| {
        [
            json!({ "event": "payment_received", "on": add_days(DAY, day), "payment_id": payment, "currency": "EUR", "amount": amount }),
            json!({ "event": "items_allocated", "on": add_days(DAY, day), "payment_id": payment, "allocations": [{ "item_id": item, "amount": amount }] }),
        ]
    };
    let events = |decision: Value| {
        let [first, mut then] = paid(1, "I1", "P1", "100.00");
        if !decision.is_null() {
            then["decision_id"] = decision;
        }
        json!([first, then])
    };
    let seen = |events: &Value, count: i32| -> Vec<(NaiveDate, String)> {
        let found = try_on(&books(), "", "[collections]\ngrace_days = 30", &days(count), events, Scope::Collections).unwrap();
        found.rows.iter().filter(|row| row.action == ActionKind::SendNotice).map(|row| (row.on, row.customer_id.clone().unwrap())).collect()
    };
    let row = |day: i32, customer: &str| (add_days(DAY, day), customer.to_string());
    let all = |day: i32| ["C1", "C2", "C3"].map(|customer| row(day, customer));
    assert_eq!(seen(&json!([]), 2), [all(0), all(1)].concat());
    // What came in on the day is known on it.
    assert_eq!(seen(&events(Value::Null), 2), [all(0).to_vec(), vec![row(1, "C2"), row(1, "C3")]].concat());
    // What names a decision came after the run of its day. The payment was there, and is not placed yet: it holds no notice of C1.
    let found = seen(&events(json!("D-1")), 3);
    assert_eq!(found.iter().filter(|row| row.1 == "C1").map(|row| row.0).collect::<Vec<_>>(), [DAY, add_days(DAY, 1)], "{found:?}");
    // Behind the last day nothing is applied.
    let mut late = events(Value::Null);
    late.as_array_mut().unwrap().push(json!({ "event": "items_allocated", "on": add_days(DAY, 9), "payment_id": "no such payment", "allocations": [] }));
    assert_eq!(seen(&late, 2), seen(&events(Value::Null), 2));
}

#[test]
fn what_cannot_be_rehearsed_is_refused() {
    let refused = |days: &[NaiveDate], events: Value| {
        let error = try_on(&books(), "", "", days, &events, Scope::Collections).unwrap_err();
        let problem = error.problems()[0].clone();
        (error.code(), problem.table, problem.row, problem.code)
    };
    let closed = |day: i32| json!({ "event": "day_closed", "on": add_days(DAY, day) });
    let arguments = |code| (ErrorCode::InvalidArgument, "arguments".to_string(), None, code);
    assert_eq!(refused(&[], json!([])), arguments(ProblemCode::OutOfRange));
    assert_eq!(refused(&days(i32::try_from(MAX_DAYS).unwrap() + 1), json!([])), arguments(ProblemCode::OutOfRange));
    assert_eq!(refused(&[DAY, DAY], json!([])), arguments(ProblemCode::DatesOutOfOrder));
    assert_eq!(refused(&[add_days(DAY, 1), DAY], json!([])), arguments(ProblemCode::DatesOutOfOrder));
    assert_eq!(refused(&[DAY], json!([closed(0), closed(2), closed(1)])), (ErrorCode::InvalidArgument, "events".into(), Some(2), ProblemCode::DatesOutOfOrder));
    // The number of an event is its place among all of them.
    let unknown = json!({ "event": "call_made", "on": add_days(DAY, 1), "customer_id": "nobody", "reached": true });
    assert_eq!(refused(&days(2), json!([closed(-1), closed(0), unknown])).1, "events");
    let (code, _, row, problem) = refused(&days(2), json!([closed(-1), closed(0), unknown]));
    assert_eq!((code, row, problem), (ErrorCode::InvalidEvents, Some(2), ProblemCode::UnknownCustomer));
    assert!(try_on(&books(), "", "", &days(i32::try_from(MAX_DAYS).unwrap()), &json!([]), Scope::Collections).is_ok());
}

#[test]
fn tables_say_what_the_rows_say() {
    let found = on(&books(), &acting(500), &format!("{}[collections]\nmin_notice_amount = 500", acting(1_000)));
    let (changes, summary) = (found.changes(), found.summary());
    assert_eq!((changes.name.as_ref(), summary.name.as_ref(), changes.rows(), summary.rows()), ("rehearsal", "rehearsal_summary", found.rows.len(), found.sums.len()));
    let column = |name: &str| changes.columns().iter().find(|column| column.name == name).unwrap();
    let Data::Int(minutes) = &column("minutes").data else { panic!() };
    // The notice of C1 went out by itself and does not any more; that of C2 needs nobody now.
    assert_eq!(minutes.iter().copied().collect::<Vec<i64>>().iter().sum::<i64>(), -2);
    let Data::Decimal(amounts, scale) = &column("amount_before").data else { panic!() };
    assert_eq!((amounts.len(), *scale), (2, 2));
    assert!(column("amount_after").valid.as_ref().unwrap().contains(&false));
    let empty = on(&books(), "", "").changes();
    assert_eq!((empty.rows(), empty.columns().len()), (0, changes.columns().len()));
}
