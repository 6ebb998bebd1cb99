//! A day that stands: whatever happens on it, the report is that of the whole book run again for whom it touches, to the byte; and so is
//! all that a host asks of the report.

use super::book::{Book, ago, as_of, books};
use super::cases;
use super::policies::{acting, policies, read};
use super::steps::{event, steps};
use super::tables::{Style, plain_tables, styled};
use crate::scenarios::{self, Inputs};
use ar_core::action::ActionKind;
use ar_core::conversation::write::{self, Sender, Templates, write_notice};
use ar_core::event::{Event, from_json};
use ar_core::report::statement::statement_of;
use ar_core::table::{Cell, Table};
use ar_core::{Changed, Ledger, Models, Policy, Report, StandingDay, run_for};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// Events that say nothing to the rest of a book, about one of its customers.
fn quiet(ledger: &Ledger, number: usize, [kind, who, which, more]: [u8; 4], on: NaiveDate) -> Option<Value> {
    let at = ledger.each_customer().nth(usize::from(who) % ledger.customers().len().max(1))?;
    let customer = ledger.text(ledger.customer(at)?.id);
    let items = ledger.items_of(at);
    let item = items.get(usize::from(which) % items.len().max(1)).map(|row| ledger.text(row.id));
    let text = ["We pay on Friday.", "Invoice is wrong, we dispute it.", "Who are you?"][usize::from(more) % 3];
    let mut event = match kind % 13 {
        0 => json!({ "event": "promise_made", "promise_id": format!("SP{number}"), "customer_id": customer, "due_on": "2026-11-27" }),
        1 => json!({ "event": "promise_made", "promise_id": format!("SP{number}"), "customer_id": customer, "item_id": item?, "due_on": "2026-12-01" }),
        2 => json!({ "event": "dispute_opened", "dispute_id": format!("SD{number}"), "item_id": item?, "reason": "damage" }),
        3 => json!({ "event": "reply_received", "reply_id": format!("SR{number}"), "customer_id": customer, "text": text }),
        4 => json!({ "event": "call_made", "customer_id": customer, "reached": more % 2 == 0 }),
        5 => json!({ "event": "statement_sent", "customer_id": customer, "channel": "email" }),
        6 => json!({ "event": "signal_received", "customer_id": customer, "kind": "insolvency", "severity": more % 101 }),
        7 => json!({ "event": "hold_placed", "customer_id": customer, "reason": "limit" }),
        8 => json!({ "event": "notice_sent", "customer_id": customer, "item_ids": [item?], "level": 1, "channel": "email", "notice_id": format!("SN{number}") }),
        9 => json!({ "event": "reply_sent", "customer_id": customer }),
        10 => json!({ "event": "owner_notified", "customer_id": customer }),
        11 => json!({ "event": "promise_withdrawn", "promise_id": ledger.text(ledger.promises_of(at).last()?.id) }),
        _ => json!({ "event": "dispute_resolved", "dispute_id": ledger.text(ledger.disputes_of(at).last()?.id), "state": "invalid" }),
    };
    event["on"] = json!(on);
    Some(event)
}

/// What a customer is sent on its account, written from the books of a report.
fn written(report: &Report, policy: &Policy, id: &str) -> Option<String> {
    static TEMPLATES: OnceLock<Templates> = OnceLock::new();
    let at = report.ledger().find_customer(id)?;
    let mut decision = report.decisions().iter().find(|row| row.customer() == Some(at) && row.draft.params.payment.is_none())?.clone();
    (decision.draft.action, decision.draft.items) = (ActionKind::SendStatement, Vec::new());
    let sender = Sender { name: "Northgate Supplies Ltd".into(), email: "ar@northgate.example".into(), ..Sender::default() };
    let style = write::Style::new(&sender, TEMPLATES.get_or_init(|| Templates::shipped().unwrap()));
    Some(format!("{:?}", write_notice(&decision, report.ledger(), policy, &style, report.as_of()).map(|notice| (notice.subject, notice.text))))
}

/// All that a host asks of a report about customers, beside the report.
fn answers(report: &Report, policy: &Policy, customers: &[&str]) -> Vec<String> {
    let mut found = vec![report.to_json()];
    found.extend(report.decisions().iter().map(|row| report.explain(&row.id).unwrap()));
    for id in customers {
        found.extend([ActionKind::SendNotice, ActionKind::Call].map(|action| report.why_not(action.name(), id).unwrap()));
        found.extend([None, Some(report.as_of() - Days::new(20))].map(|since| statement_of(report.ledger(), id, since, report.as_of()).unwrap().to_json(report.ledger())));
        found.extend(written(report, policy, id));
    }
    found
}

/// A day and the same book beside it, worked through in the plain way.
pub(super) struct Both<'b> {
    pub(super) day: StandingDay,
    pub(super) ledger: Ledger,
    policy: &'b Policy,
    models: &'b Models,
    as_of: NaiveDate,
    /// Answers that were given of a part, and of the whole.
    pub(super) kept: usize,
    pub(super) again: usize,
    /// The last of them.
    pub(super) last: Option<Changed>,
}

impl<'b> Both<'b> {
    pub(super) fn new(ledger: &Ledger, policy: &'b Policy, models: &'b Models, as_of: NaiveDate) -> Self {
        let day = StandingDay::try_new(ledger.clone(), policy, models, as_of).unwrap();
        assert_eq!(day.digest(), ledger.digest());
        Self { day, ledger: ledger.clone(), policy, models, as_of, kept: 0, again: 0, last: None }
    }

    /// Takes events in on both ways; what differs, or nothing.
    pub(super) fn step(&mut self, events: &[Value]) -> Result<(), String> {
        let events: Vec<Event> = match from_json(&json!(events).to_string()) {
            Ok(events) => events,
            Err(_) => return Ok(()),
        };
        let (mut next, before) = (self.ledger.clone(), self.day.digest());
        let plain = next.apply(&events);
        let same = |what: &str, one: &str, other: &str| if one == other { Ok(()) } else { Err(format!("{what} of {events:?}:\n{one}\n{other}")) };
        match (self.day.apply(&events), plain) {
            (Err(error), Err(expected)) => same("problems", &format!("{:?}", error.problems()), &format!("{:?}", expected.problems()))?,
            (Err(error), Ok(())) => {
                // What cannot be run is not taken in.
                let expected = ar_core::match_payments(&next, self.policy, self.models, self.as_of).err().map(|error| format!("{error:?}"));
                same("refusal", &format!("{error:?}"), &expected.unwrap_or_default())?;
                return same("digest", &self.day.digest(), &before);
            }
            (Ok(_), Err(expected)) => return Err(format!("{events:?} should be refused: {:?}", expected.problems())),
            (Ok(changed), Ok(())) => {
                self.ledger = next;
                self.compare(&changed).or_else(|what| same(&what, "", "differs"))?;
                self.last = Some(changed);
            }
        }
        same("digest", &self.day.digest(), &self.ledger.digest())
    }

    fn compare(&mut self, changed: &Changed) -> Result<(), String> {
        (self.kept, self.again) = (self.kept + usize::from(!changed.again), self.again + usize::from(changed.again));
        let ids: Vec<&str> = changed.customers.iter().map(String::as_str).collect();
        let Some(found) = &changed.report else { return if ids.is_empty() { Ok(()) } else { Err(format!("no report for {ids:?}")) } };
        let expected = run_for(&self.ledger, self.policy, self.models, self.as_of, &ids).unwrap();
        let both = answers(found, self.policy, &ids).into_iter().zip(answers(&expected, self.policy, &ids));
        if let Some((found, expected)) = both.into_iter().find(|(found, expected)| found != expected) {
            return Err(format!("again {}\n{found}\n{expected}\n", changed.again));
        }
        // What is kept of a report, or sent, is restored as it was.
        let restored = Ledger::from_bytes(&found.ledger().to_bytes()).map_err(|error| format!("again {}: {error:?}", changed.again))?;
        if restored.digest() == found.ledger().digest() { Ok(()) } else { Err(format!("again {}: another digest when restored", changed.again)) }
    }
}

/// A book with rates, of which the engine did something on the days before, and something is stopped.
fn begun(book: &Book, before: &[[u8; 4]]) -> Ledger {
    let mut tables: Vec<Table<'static>> = plain_tables(book).iter().map(|table| styled(table, Style::default())).collect();
    let rate = |base: &str, rate: &str| ["base", "quote", "on", "rate"].map(String::from).into_iter().zip([base, "EUR", "2026-11-18", rate].map(|text| Cell::Text(text.into()))).collect::<Vec<_>>();
    tables.push(Table::from_rows("fx_rates", [rate("JPY", "0.006"), rate("BHD", "2.4")]));
    let mut ledger = Ledger::try_new(&tables).unwrap();
    for (number, [kind, who, which, more]) in before.iter().enumerate() {
        let at = ledger.each_customer().nth(usize::from(*who) % ledger.customers().len().max(1));
        let Some(at) = at else { continue };
        let customer = ledger.text(ledger.customer(at).unwrap().id).to_owned();
        let item = ledger.items_of(at).get(usize::from(*which) % ledger.items_of(at).len().max(1)).map(|row| ledger.text(row.id).to_owned());
        let mut event = match kind % 5 {
            0 => json!({ "event": "autonomy_stopped", "by": "Ann", "customer_id": customer }),
            1 => json!({ "event": "autonomy_stopped", "by": "Ann", "customer_id": customer, "action": "send_notice" }),
            2 => json!({ "event": "call_made", "customer_id": customer, "by": "Ann" }),
            3 => json!({ "event": "statement_sent", "customer_id": customer }),
            _ => json!({ "event": "notice_sent", "customer_id": customer, "item_ids": item.into_iter().collect::<Vec<_>>(), "level": 1, "notice_id": format!("SB{number}") }),
        };
        event["on"] = json!(ago(i64::from(more % 8)));
        if kind % 5 > 1 {
            event["decision_id"] = json!(format!("D-{number:024}"));
        }
        let _ = ledger.apply_json(&json!([event]).to_string());
    }
    ledger
}

/// The events of one draw: about one customer or two; or claims of two, and then what takes back that of the second.
fn told(ledger: &Ledger, number: usize, one: [u8; 4], two: [u8; 4], claims: bool) -> Vec<Vec<Value>> {
    let quiet = |place: usize, bytes: [u8; 4]| quiet(ledger, 2 * number + place, bytes, as_of());
    if !claims {
        return vec![quiet(0, one).into_iter().chain(quiet(1, two).filter(|_| two[3] > 128)).collect()];
    }
    let made = |bytes: [u8; 4]| [[0, 2, 8, 3][usize::from(bytes[0]) % 4], bytes[1], bytes[2], bytes[3]];
    let both: Vec<Value> = [quiet(0, made(one)), quiet(1, made(two))].into_iter().flatten().collect();
    let second = both.last().and_then(|event| {
        let id = |name: &str| event[name].as_str();
        let back = id("promise_id").map(|id| json!({ "event": "promise_withdrawn", "on": as_of(), "promise_id": id }));
        let back = back.or_else(|| id("dispute_id").map(|id| json!({ "event": "dispute_routed", "on": as_of(), "dispute_ids": [id] })));
        back.or_else(|| id("notice_id").map(|id| json!({ "event": "notice_voided", "on": as_of(), "notice_id": id })))
    });
    vec![both, second.into_iter().collect()]
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn whatever_happens_the_report_is_that_of_the_book((book, policy) in (books(), policies()), before in proptest::collection::vec(any::<[u8; 4]>(), 0..4), draws in proptest::collection::vec((0u8..4, any::<[u8; 4]>(), any::<[u8; 4]>()), 1..6), steps in steps()) {
        let ledger = begun(&book, &before);
        let (models, acting, policy) = (Models::fit(&ledger, as_of()), acting(), read(&policy));
        for policy in [&policy, &acting] {
            let mut both = Both::new(&ledger, policy, &models, as_of());
            let mut steps = steps.iter();
            for (number, (kind, one, two)) in draws.iter().enumerate() {
                let mut batches = told(&both.ledger, number, *one, *two, *kind == 3);
                if *kind == 2 && let Some(step) = steps.next() {
                    batches = vec![event(&both.ledger, &book, step).into_iter().collect()];
                }
                for events in batches {
                    let found = both.step(&events);
                    prop_assert!(found.is_ok(), "{}", found.unwrap_err());
                }
            }
            let kept = both.day.ledger().unwrap();
            prop_assert_eq!(kept.digest(), both.ledger.digest());
        }
    }
}

/// Every customer of every scenario, event by event; and most of it is worked out on the customer alone.
#[test]
fn customers_of_every_scenario_one_after_the_other() {
    let (mut kept, mut again, mut cash) = (0, 0, 0);
    for scenario in scenarios::all().values() {
        let Inputs { ledger, policy, models, as_of } = Inputs::of(scenario);
        if ledger.customers().is_empty() || ar_core::match_payments(&ledger, &policy, &models, as_of).is_err() {
            continue;
        }
        let mut both = Both::new(&ledger, &policy, &models, as_of);
        for number in 0..12u8 {
            let before = both.kept;
            let told: Vec<Value> = quiet(&ledger, usize::from(number), [number, number / 2, number, number], as_of).into_iter().collect();
            both.step(&told).unwrap_or_else(|what| panic!("{what}"));
            cash += usize::from(both.kept > before && !ledger.payments().is_empty());
        }
        (kept, again) = (kept + both.kept, again + both.again);
    }
    assert!(kept > 3 * again && cash > 500, "{kept} of a part, {cash} of them in books with payments; {again} of the whole");
}

/// Events that the whole book would refuse leave the day as it was, also where only others are in the way.
#[test]
fn what_is_refused_changes_nothing() {
    let all = scenarios::all();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&all["gate_run_budget"]);
    let mut both = Both::new(&ledger, &policy, &models, as_of);
    let promise = |id: &str, customer: &str| json!({ "event": "promise_made", "on": as_of, "promise_id": id, "customer_id": customer, "due_on": "2026-12-01" });
    both.step(&[promise("P-1", "C1")]).unwrap();
    // The identifier is taken, by another customer.
    for refused in [vec![promise("P-1", "C2")], vec![promise("P-2", "C3"), promise("P-1", "C1")], vec![promise("P-3", "nobody")]] {
        let before = both.day.digest();
        both.step(&refused).unwrap();
        assert_eq!(both.day.digest(), before);
    }
    both.step(&[promise("P-2", "C2"), promise("P-4", "C3")]).unwrap();
    both.step(&[promise("P-5", "C3")]).unwrap();
    assert_eq!((both.kept, both.again), (3, 0));
    assert_eq!(both.day.ledger().unwrap().digest(), both.ledger.digest());
}

/// Money, and what is reported of a decision.
#[test]
fn an_event_that_may_concern_the_book_is_worked_out_on_the_book() {
    let all = scenarios::all();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&all["gate_run_budget"]);
    let mut both = Both::new(&ledger, &policy, &models, as_of);
    both.step(&[json!({ "event": "payment_received", "on": as_of, "payment_id": "P-NEW", "currency": "EUR", "amount": "12.00", "customer_id": "C1" })]).unwrap();
    both.step(&[json!({ "event": "call_made", "on": as_of, "customer_id": "C2", "decision_id": "D-0123456789abcdef01234567" })]).unwrap();
    assert_eq!((both.kept, both.again), (0, 2));
}
