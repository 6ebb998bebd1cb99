//! The same day again: what was done is not done twice, what was approved is done, what was rejected is gone.

use super::book::{Book, as_of};
use super::cases;
use super::day::left_open;
use super::policies::{acting, policies, read};
use super::tables::ledger;
use ar_core::action::{ActionKind, GateMode, Mode};
use ar_core::decision::Decision;
use ar_core::{Ledger, Models, Part, Policy, Report};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Books in which nothing is known that happens after the day: only then can what a day decides be reported.
fn books() -> impl Strategy<Value = Book> {
    super::book::books().prop_map(|mut book| {
        book.allocations.retain(|line| line.on <= as_of());
        book.items.iter_mut().for_each(|item| item.settled_on = item.settled_on.filter(|day| *day <= as_of()));
        book
    })
}

/// The event that reports an act decision done, from what the decision itself says; `None` where there is none.
pub fn done(decision: &Decision, params: &Value, books: &Ledger) -> Option<Value> {
    let customer = decision.customer().and_then(|at| books.customer(at)).map(|row| books.text(row.id));
    let items: Vec<&str> = decision.draft.items.iter().map(|at| books.text(books.item(*at).unwrap().id)).collect();
    let name = decision.action().event()?;
    let mut event = match decision.action() {
        ActionKind::PostAllocation => json!({ "payment_id": params["payment_id"], "allocations": params["allocations"] }),
        ActionKind::CreateDeduction => ["deduction_id", "item_id", "amount", "reason", "payment_id", "posting"].iter().map(|field| (String::from(*field), params[*field].clone())).collect(),
        ActionKind::AskRemittance => json!({ "customer_id": customer, "payment_id": params["payment_id"] }),
        ActionKind::SendNotice => json!({ "customer_id": customer, "item_ids": items, "level": params["level"], "channel": params["channel"] }),
        ActionKind::RouteDispute => json!({ "dispute_ids": params["dispute_ids"] }),
        ActionKind::OpenDispute => ["dispute_id", "item_id", "amount", "reason"].iter().map(|field| (String::from(*field), params[*field].clone())).collect(),
        ActionKind::ResolveDispute => json!({ "dispute_id": params["dispute_id"], "state": params["state"] }),
        ActionKind::IssueCreditNote => ["item_id", "kind", "amount", "due_on", "reference"]
            .iter()
            .map(|field| (String::from(*field), params[*field].clone()))
            .chain([("customer_id".into(), json!(customer)), ("currency".into(), json!(decision.draft.currency.code()))])
            .collect(),
        ActionKind::RemindPromise => json!({ "customer_id": customer, "channel": params["channel"] }),
        ActionKind::Call | ActionKind::NotifyOwner | ActionKind::Reply | ActionKind::ReleaseHold => json!({ "customer_id": customer }),
        ActionKind::PlaceHold => json!({ "customer_id": customer, "reason": params["reason"] }),
        ActionKind::ChangeTerms => json!({ "customer_id": customer, "payment_days": params["payment_days"] }),
        ActionKind::RetryPayment => json!({ "payment_id": params["payment_id"] }),
        ActionKind::OfferPlan => json!({ "customer_id": customer, "item_ids": items, "plan_id": params["plan_id"], "instalments": params["instalments"] }),
        ActionKind::GrantExtension => json!({ "item_ids": items, "due_on": params["due_on"] }),
        _ => return None,
    };
    event["event"] = json!(name);
    event["on"] = json!(as_of());
    event["decision_id"] = json!(decision.id);
    Some(event)
}

/// The parameters of every decision of a report.
pub fn params(report: &Report) -> Vec<Value> {
    let table = report.part(Part::Decisions);
    let column = table.columns().iter().find(|column| column.name == "params").unwrap();
    let ar_core::table::Data::Text(texts) = &column.data else { panic!("params are text") };
    (0..report.decisions().len()).map(|row| serde_json::from_slice(texts.bytes_of(row)).unwrap()).collect()
}

/// Events for every act decision of a report.
fn all_done(report: &Report) -> Vec<Value> {
    let acts = report.decisions().iter().zip(params(report)).filter(|(decision, _)| decision.mode == Mode::Act);
    acts.filter_map(|(decision, params)| done(decision, &params, report.ledger())).collect()
}

fn run(books: &Ledger, policy: &Policy, models: &Models) -> Report {
    ar_core::run(books, policy, models, as_of()).unwrap()
}

fn verdict(id: &str, approved: bool) -> Value {
    json!({ "event": if approved { "decision_approved" } else { "decision_rejected" }, "on": as_of(), "by": "Mr Desk", "decision_id": id })
}

fn told(report: &Report, mode: Mode) -> Vec<String> {
    let books = report.ledger();
    let of = |decision: &&Decision| decision.mode == mode && decision.action() != ActionKind::Wait;
    report
        .decisions()
        .iter()
        .filter(of)
        .map(|decision| format!("{} {} {:?} {:?}", decision.id, decision.action().name(), decision.customer().map(|at| books.text(books.customer(at).unwrap().id)), decision.draft.items))
        .collect()
}

proptest! {
    #![proptest_config(cases(300))]

    // Killed by: an identifier that holds a clock, a contact that is not counted, `done` not asked.
    #[test]
    fn what_was_done_is_not_done_again(book in books()) {
        let mut books = ledger(&book);
        let (policy, models) = (acting(), Models::fit(&books, as_of()));
        let first = run(&books, &policy, &models);
        let events = all_done(&first);
        let applied = books.apply_json(&Value::Array(events.clone()).to_string());
        prop_assert!(applied.is_ok(), "{:?}: {:?}", events, applied.err().map(|error| error.problems().to_vec()));
        let second = run(&books, &policy, &models);
        prop_assert_eq!(told(&second, Mode::Act), [""; 0], "first {:?}", told(&first, Mode::Act));
        // Customers about whom nothing was done have the same asks.
        let whose = |report: &Report, decision: &Decision| -> Vec<_> { decision.draft.items.iter().map(|at| report.ledger().item(*at).map(|item| item.customer)).chain([decision.customer()]).collect() };
        let acted: Vec<_> = first.decisions().iter().filter(|other| other.mode == Mode::Act && other.action() != ActionKind::Wait).flat_map(|other| whose(&first, other)).collect();
        let quiet = |report: &Report, decision: &Decision| decision.mode == Mode::Ask && !whose(report, decision).iter().any(|customer| acted.contains(customer));
        let ids = |report: &Report| report.decisions().iter().filter(|decision| quiet(report, decision)).map(|decision| decision.id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(ids(&first), ids(&second));
        // The postings left the same open as the day that decided them had counted.
        let after = books.open_all(as_of());
        for (item, left) in first.ledger().items().iter().zip(left_open(&first)) {
            let at = books.find_item(first.ledger().text(item.id)).unwrap();
            prop_assert_eq!(after[at.0 as usize], left);
        }
    }

    /// A notice that went out lifts each of its items by one level at most.
    #[test]
    fn a_notice_lifts_an_item_by_one(book in books()) {
        let mut books = ledger(&book);
        let before: BTreeMap<String, u8> = books.items().iter().map(|item| (books.text(item.id).into(), item.level)).collect();
        let report = run(&books, &acting(), &Models::fit(&books, as_of()));
        books.apply_json(&Value::Array(all_done(&report)).to_string()).unwrap();
        for item in books.items() {
            // An item that is new today is a deduction.
            let before = before.get(books.text(item.id)).copied().unwrap_or(0);
            prop_assert!(item.level <= before + 1, "{} went from level {before} to {}", books.text(item.id), item.level);
        }
    }

    // Killed by: an identifier that holds the verdict, a verdict that is not looked up.
    #[test]
    fn what_is_approved_acts_and_what_is_rejected_is_gone(book in books(), policy in policies(), which in any::<prop::sample::Index>()) {
        let books = ledger(&book);
        let (policy, models) = (read(&policy), Models::fit(&books, as_of()));
        let first = run(&books, &policy, &models);
        let asks: Vec<&Decision> = first.worklist().collect();
        prop_assume!(!asks.is_empty());
        let ask = asks[which.index(asks.len())];
        let (mut approved, mut rejected) = (books.clone(), books.clone());
        approved.apply_json(&json!([verdict(&ask.id, true)]).to_string()).unwrap();
        rejected.apply_json(&json!([verdict(&ask.id, false)]).to_string()).unwrap();
        let found = run(&approved, &policy, &models).decisions().iter().find(|decision| decision.id == ask.id).map(|decision| decision.mode);
        // A promise that was looked at is dealt with; what else only a person can do is not done by saying so.
        let looked_at = ask.action() == ActionKind::Review && !ask.draft.params.promises.is_empty();
        let limits = policy.settings(books.segment_of(ask.customer())).limits(ask.action());
        let two = ask.draft.amount >= ar_core::money::units(limits.second_approval_amount, ask.draft.currency);
        let wanted = if ask.action().needs_person() || ask.gate.mode == GateMode::Suggest || two { Mode::Ask } else { Mode::Act };
        prop_assert_eq!(found, (!looked_at).then_some(wanted), "{} approved", ask.action().name());
        let after = run(&rejected, &policy, &models);
        prop_assert!(after.decisions().iter().all(|decision| decision.id != ask.id), "{} rejected", ask.action().name());
        // The others stand as they stood; but who is not offered a plan is written to as ever.
        let others = |report: &Report| report.decisions().iter().filter(|decision| decision.id != ask.id).map(|decision| decision.id.clone()).collect::<Vec<_>>();
        if !matches!(ask.action(), ActionKind::Reply | ActionKind::OfferPlan) {
            prop_assert_eq!(others(&first), others(&after));
        }
    }

    /// Whatever people approve, nothing is posted beyond what is open, and the postings can be reported.
    #[test]
    fn approved_rivals_do_not_overpay(book in books(), policy in policies()) {
        let mut books = ledger(&book);
        let (policy, models) = (read(&policy), Models::fit(&books, as_of()));
        let asks: Vec<Value> = run(&books, &policy, &models).worklist().filter(|decision| decision.action() == ActionKind::PostAllocation).map(|decision| verdict(&decision.id, true)).collect();
        books.apply_json(&Value::Array(asks).to_string()).unwrap();
        let report = run(&books, &policy, &models);
        prop_assert!(left_open(&report).iter().all(|open| *open >= 0), "{:?}", told(&report, Mode::Act));
        let reported = books.apply_json(&Value::Array(all_done(&report)).to_string());
        prop_assert!(reported.is_ok(), "{:?}", reported.err().map(|error| error.problems().to_vec()));
    }
}
