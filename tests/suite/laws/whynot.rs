//! What would have let the engine act: whatever is said is so, and nothing smaller would have done.

use super::book::{Book, as_of, books};
use super::cases;
use super::policies::{policies, read};
use super::tables::ledger;
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::Decision;
use ar_core::reason::ReasonCode;
use ar_core::record::ItemIdx;
use ar_core::report::why::{Row, row};
use ar_core::{Ledger, Models, Policy, Report, collect};
use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A day without payment dates: the decisions are those of a whole run.
fn on(books: &Ledger, policy: &Policy, day: NaiveDate) -> Report {
    thread_local!(static MODELS: Models = Models::fit(&ledger(&Book::default()), as_of()));
    MODELS.with(|models| collect(books, policy, models, day)).unwrap()
}

fn day(books: &Ledger, policy: &Policy) -> Report {
    on(books, policy, as_of())
}

/// Policies with everything that a person supervises by.
fn supervised() -> impl Strategy<Value = Value> {
    let limits = (0u8..4, 0i64..3, 0i64..40, 0i64..40, 0i64..4, any::<[bool; 4]>());
    let lists = (0u8..6, 0u8..8, 0u8..6, prop_oneof![Just(0i64), 1i64..400, Just(20_000)], 0u8..5);
    (policies(), limits, lists).prop_map(|(mut policy, (tone, precedents, touch, alone, plans, switches), (mode, budget, language, amount, own))| {
        let autonomy = &mut policy["autonomy"];
        autonomy["tone_limit"] = json!(["friendly", "question", "neutral", "firm"][usize::from(tone)]);
        autonomy["min_precedents"] = json!(precedents / 2);
        autonomy["human_touch_days"] = json!(touch / 2);
        autonomy["unattended_days"] = json!(if switches[0] { 0 } else { alone });
        autonomy["ask_credit_hold"] = json!(switches[1]);
        autonomy["kill_switch"] = json!(switches[2] && switches[3]);
        autonomy["plan_parts_limit"] = json!(plans);
        autonomy["plan_days_limit"] = json!(plans * 20);
        autonomy["plan_amount_limit"] = json!(amount);
        autonomy["extension_days_limit"] = json!(plans);
        if let Some(word) = ["off", "suggest", "approve", "veto", "act"].get(usize::from(mode)) {
            autonomy["modes"] = json!({ "send_notice": word, "place_hold": "limits" });
        }
        if budget > 4 {
            autonomy["budgets"] = json!([{ "action": "call", "count": 0 }, { "count": budget - 5, "per": "customer" }, { "action": "send_notice", "days": 7, "amount": amount }]);
        }
        if language == 0 {
            autonomy["languages"] = json!(["de"]);
            autonomy["countries"] = json!(["DE", "FR"]);
        }
        if own == 0 {
            autonomy["actions"] = json!({ "send_notice": { "amount_limit": amount, "kill_switch": switches[3] }, "charge_fee": { "min_confidence": 0.5 } });
            policy["segments"]["key"]["autonomy"]["actions"] = json!({ "send_notice": { "dunning_level_limit": 0 } });
        }
        policy
    })
}

/// Policies with every rule of the ladder and of contacts.
fn strict() -> impl Strategy<Value = Value> {
    let days = (0i64..6, 0i64..20, 0i64..10, 1i64..4, 1i64..30, 0i64..30);
    (policies(), days, any::<[u8; 12]>(), 0i64..500_000).prop_map(|(mut policy, (grace, again, quiet, calls, window, habit), pick, share)| {
        let rules = &mut policy["collections"];
        let on = |at: usize, of: u8| pick[at] % of == 0;
        let or = |is: bool, value: i64| json!(if is { value } else { 0 });
        for (name, value) in [("grace_days", or(on(0, 3), grace)), ("repeat_last_days", or(on(1, 2), again)), ("quiet_days", or(on(2, 2), quiet))] {
            rules[name] = value;
        }
        rules["catch_up_jump"] = json!(on(3, 3));
        rules["repeat_below_minimum"] = json!(on(4, 3));
        rules["listed_currencies_only"] = json!(on(5, 6));
        rules["call_cap"] = json!(calls);
        (rules["call_window_days"], rules["contact_window_days"]) = (json!(window), json!(window));
        rules["broken_promises_tolerated"] = json!(pick[6] % 3);
        rules["whole_account"] = json!(on(6, 4));
        if on(7, 3) {
            rules["minimums"] = json!({ "EUR": "1.55", "BHD": format!("{}", habit) });
        }
        if on(8, 2) {
            rules["ladder"][0]["min_amount"] = json!(pick[9]);
            rules["ladder"][1]["min_share"] = json!(share as f64 / 1e6);
            rules["ladder"][0]["min_share"] = json!((share / 2) as f64 / 1e6);
        }
        if on(9, 3) {
            rules["ladder"][1]["anchor"] = json!(["end_of_month", "previous_notice", "invoice_date"][usize::from(pick[10] % 3)]);
        }
        if on(11, 3) {
            policy["contact"]["caps"] = json!({ "email": 1, "letter": 1 });
        }
        policy["scoring"] = json!({ "habit_min_items": 2, "habit_tolerance_days": grace, "habit_max_days": habit });
        if on(10, 3) {
            let own = json!({ "min_interval_days": again, "ladder": policy["collections"]["ladder"] });
            policy["segments"]["key"]["collections"] = own;
        }
        policy
    })
}

/// The value at a path as the engine writes it: `segments.key.collections.ladder[1].after_days`.
fn place<'v>(policy: &'v mut Value, path: &str) -> &'v mut Value {
    path.split(['.', '[']).fold(policy, |value, step| match step.strip_suffix(']') {
        Some(at) => &mut value[at.parse::<usize>().unwrap()],
        None => &mut value[step],
    })
}

/// The policy with what a way changes. The whole policy is written out, so that lists have all their rows.
fn changed(policy: &Value, changes: &[Value]) -> Value {
    let mut whole: Value = serde_json::from_str(&read(policy).to_json()).unwrap();
    for change in changes {
        *place(&mut whole, change["setting"].as_str().unwrap()) = change["to"].clone();
    }
    whole
}

/// The same change, one step smaller.
fn smaller(change: &Value) -> Option<Value> {
    let mut smaller = change.clone();
    let (from, to) = (change["from"].as_f64()?, change["to"].as_f64()?);
    let towards = if from > to { 1 } else { -1 };
    smaller["to"] = match change["to"].as_i64() {
        Some(to) if !change["setting"].as_str()?.ends_with("_share") && !change["setting"].as_str()?.ends_with("confidence") => json!(to + towards),
        _ => json!(((to * 1e6).round() as i64 + towards) as f64 / 1e6),
    };
    Some(smaller)
}

fn all_settings(way: &Value) -> Option<Vec<Value>> {
    let changes = way["changes"].as_array().unwrap();
    changes.iter().all(|change| change["setting"].is_string()).then(|| changes.clone())
}

/// The decisions about the same matter.
fn same<'r>(report: &'r Report, decision: &Decision) -> Option<&'r Decision> {
    let key = |row: &Decision| {
        (row.customer(), row.action(), row.draft.currency, row.draft.items.clone(), row.draft.amount, row.draft.params.level, row.draft.params.promises.clone(), row.draft.params.payment)
    };
    report.decisions().iter().find(|row| key(row) == key(decision))
}

fn ways_of(text: Option<String>, key: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(&text.unwrap()).unwrap()[key].as_array().unwrap().clone()
}

/// What of a book moves where more is posted: without it, what is decided depends on nothing that was decided before.
fn without_cash(mut book: Book) -> Book {
    book.allocations.retain(|line| matches!(line.from, super::book::From::Note(_)));
    book.payments.clear();
    book.remittances.clear();
    book
}

proptest! {
    #![proptest_config(cases(120))]

    // Killed by: a limit rounded down, the wrong place of a setting, a rule that stands behind another and is not seen.
    #[test]
    fn settings_that_would_let_it_act_do_and_none_smaller(book in books(), policy in supervised()) {
        let books = ledger(&without_cash(book));
        let report = day(&books, &read(&policy));
        for decision in report.decisions().iter().filter(|row| row.mode == Mode::Ask) {
            let ways = ways_of(report.explain(&decision.id), "would_act_with");
            prop_assert!(ways.is_empty() == (decision.action().needs_person() || ways.is_empty()), "{:?}", decision);
            for changes in ways.iter().filter_map(all_settings) {
                let then = day(&books, &read(&changed(&policy, &changes)));
                let mode = same(&then, decision).map(|row| row.mode);
                prop_assert_eq!(mode, Some(Mode::Act), "{:#?} of {:?}", changes, decision);
                for (at, change) in changes.iter().enumerate() {
                    let Some(less) = smaller(change) else { continue };
                    let mut fewer = changes.clone();
                    fewer[at] = less;
                    let then = day(&books, &read(&changed(&policy, &fewer)));
                    prop_assert_eq!(same(&then, decision).map(|row| row.mode), Some(Mode::Ask), "{:#?} of {:?}", fewer, decision);
                }
            }
        }
    }

    /// What people can do: approve, let go on, give back a level. Where nothing of it is named, approving does not help.
    #[test]
    fn facts_that_would_let_it_act_do(book in books(), policy in supervised(), stop in 0u8..4, level in 0u8..4) {
        let mut books = ledger(&without_cash(book));
        if stop < 3 {
            let stop = [json!({}), json!({ "action": "send_notice" }), json!({ "customer_id": "C0" })][usize::from(stop)].clone();
            tell(&mut books, "autonomy_stopped", stop);
        }
        tell(&mut books, "autonomy_narrowed", json!({ "action": "send_notice", "segment": "", "level": level.min(1) }));
        let report = day(&books, &read(&policy));
        for decision in report.decisions().iter().filter(|row| row.mode == Mode::Ask) {
            let ways = ways_of(report.explain(&decision.id), "would_act_with");
            for way in &ways {
                let (mut then, mut wider, mut waits) = (books.clone(), Vec::new(), false);
                for change in way["changes"].as_array().unwrap() {
                    match change["fact"].as_str() {
                        Some("decision_approved") => for by in 0..change["approvals"].as_i64().unwrap() {
                            tell(&mut then, "decision_approved", json!({ "decision_id": change["decision_id"], "by": format!("Person {by}") }));
                        },
                        Some("wait") => waits = true,
                        Some(fact) => {
                            let mut about = change.clone();
                            about.as_object_mut().unwrap().retain(|key, _| !["fact", "who"].contains(&key.as_str()));
                            tell(&mut then, fact, about);
                        }
                        None => wider.push(change.clone()),
                    }
                }
                let policy = if wider.is_empty() { read(&policy) } else { read(&changed(&policy, &wider)) };
                prop_assert!(waits || same(&day(&then, &policy), decision).map(|row| row.mode) == Some(Mode::Act), "{} of {:?}", way, decision);
            }
            let approval = |way: &Value| way["changes"][0]["fact"] == "decision_approved";
            if !ways.iter().any(approval) {
                let mut then = books.clone();
                for by in ["One", "Two"] {
                    tell(&mut then, "decision_approved", json!({ "decision_id": decision.id, "by": by }));
                }
                prop_assert!(same(&day(&then, &read(&policy)), decision).is_none_or(|row| row.mode == Mode::Ask), "{:?}", decision);
            }
        }
    }
}

/// What of a book lies behind: what comes after the day moves a reason as well as the day does.
fn known_today(mut book: Book) -> Book {
    let early = |day: NaiveDate| day.min(as_of());
    for item in &mut book.items {
        item.settled_on = item.settled_on.filter(|day| *day <= as_of());
        item.issued_on = early(item.issued_on);
    }
    book.allocations.retain(|line| line.on <= as_of());
    book.disputes.iter_mut().for_each(|row| row.opened_on = early(row.opened_on));
    book.plans.iter_mut().for_each(|row| row.agreed_on = early(row.agreed_on));
    book.news.iter_mut().for_each(|row| row.answered_on = row.answered_on.filter(|day| *day <= as_of()));
    book
}

fn moves(book: &Book, customer: &str) -> bool {
    let is = |at: usize| book.customers[at].id == customer;
    book.promises.iter().any(|row| is(row.customer)) || book.plans.iter().any(|row| is(row.customer)) || book.news.iter().any(|row| is(row.customer))
}

fn tell(books: &mut Ledger, event: &str, mut about: Value) {
    about["event"] = json!(event);
    about["on"] = json!(as_of());
    if about["by"].is_null() {
        about["by"] = json!("Ms Book");
    }
    books.apply_json(&json!([about]).to_string()).unwrap();
}

/// The items of a customer that a reason holds.
fn held(report: &Report, customer: &str, code: &str) -> BTreeSet<String> {
    let at = report.ledger().find_customer(customer).unwrap();
    let rows = report.outcomes().iter().filter(|row| row.reason.code.name() == code);
    let mine = rows.filter(|row| report.ledger().item(row.item).is_some_and(|item| item.customer == at));
    mine.map(|row| name(report, row.item).to_string()).collect()
}

/// A contact that is free again may be taken by another that comes first: a plan that is offered, an item that came due.
fn taken(report: &Report, code: &str) -> bool {
    code.ends_with("_cap") && report.decisions().iter().any(|row| row.action().is_contact())
}

/// Whether something holds one of the items, or a person has it.
fn held_by_other(report: &Report, items: &BTreeSet<String>) -> bool {
    report.outcomes().iter().any(|row| items.contains(name(report, row.item)) && row.reason.code != ReasonCode::OnNotice)
}

fn name(report: &Report, at: ItemIdx) -> &str {
    report.ledger().item(at).map_or("", |item| report.ledger().text(item.id))
}

fn settings_of(ways: &[Value], code: &str) -> BTreeSet<String> {
    let mine = ways.iter().filter(|way| way["lifts"][0] == code);
    mine.flat_map(|way| way["changes"].as_array().unwrap().clone()).filter_map(|change| change["setting"].as_str().map(String::from)).collect()
}

fn skipped(report: &Report, customer: &str) -> Vec<Value> {
    let told: Value = serde_json::from_str(&report.why_not("send_notice", customer).unwrap()).unwrap();
    if told["answer"] == "skipped" { told["changes"].as_array().unwrap().clone() } else { Vec::new() }
}

proptest! {
    #![proptest_config(cases(250))]

    // Killed by: a date one day off, a value one off, the setting of another rule.
    #[test]
    fn a_reason_that_is_lifted_is_gone(book in books(), policy in strict(), cash in any::<bool>()) {
        let book = if cash { book } else { known_today(without_cash(book)) };
        let books = ledger(&book);
        let report = day(&books, &read(&policy));
        for customer in book.customers.iter().map(|row| row.id.as_str()) {
            for way in skipped(&report, customer) {
                let code = way["lifts"][0].as_str().unwrap();
                let before = held(&report, customer, code);
                // Where one way does for some of the items, the others have their own.
                if way["items"].as_u64() != Some(before.len() as u64) {
                    continue;
                }

                if let Some(changes) = all_settings(&way) {
                    let then = day(&books, &read(&changed(&policy, &changes)));
                    let still = held(&then, customer, code);
                    let named = settings_of(&skipped(&then, customer), code);
                    let of_way = settings_of(std::slice::from_ref(&way), code);
                    prop_assert!(still.is_disjoint(&before) || named.is_disjoint(&of_way) || taken(&then, code), "{} of {} in {:?}", way, customer, then.outcomes());
                    for (at, change) in changes.iter().enumerate().filter(|_| code != "ladder_exhausted") {
                        let Some(less) = smaller(change) else { continue };
                        let mut fewer = changes.clone();
                        fewer[at] = less;
                        let then = day(&books, &read(&changed(&policy, &fewer)));
                        // Of several rules of one reason, what is asked between them may hold the item; of several notices, another cap. A plan
                        // may be offered as soon as the customer may be written to, and an owner told as soon as the first level is there.
                        let owner = then.decisions().iter().any(|row| row.action() == ActionKind::NotifyOwner);
                        let loose = changes.len() > 1 || code.ends_with("_cap") || code == "notice_too_recent" || owner;
                        let between = loose && held_by_other(&then, &before);
                        prop_assert!(!held(&then, customer, code).is_disjoint(&before) || between, "{:?} of {} in {:?}", fewer, customer, then.outcomes());
                    }
                } else if let Some(until) = way["changes"][0]["until"].as_str().filter(|_| !cash) {
                    let until: NaiveDate = until.parse().unwrap();
                    let then = |day: NaiveDate| on(&books, &read(&policy), day);
                    let (that_day, before_it) = (then(until), then(until.pred_opt().unwrap()));
                    prop_assert!(held(&that_day, customer, code).is_disjoint(&before) || taken(&that_day, code), "{} of {} in {:?}", way, customer, that_day.outcomes());
                    // Where one reason has several rules, something that is asked between them may hold the item on the day before; and claims,
                    // messages and offers have days of their own.
                    let plans = policy["offers"]["plans"] == true;
                    let jumps = code == "not_due" && read(&policy).any(|settings| settings.collections.catch_up_jump);
                    let other = || jumps || (["not_due", "notice_too_recent"].contains(&code) || plans || moves(&book, customer)) && held_by_other(&before_it, &before);
                    prop_assert!(!held(&before_it, customer, code).is_disjoint(&before) || other(), "{} of {} in {:?}", way, customer, before_it.outcomes());
                }
            }
        }
    }

    // Killed by: a reason that holds an item or forbids a decision, and stands in the table as one that stops nothing.
    #[test]
    fn whatever_stops_something_has_a_row(book in books(), policy in supervised()) {
        let report = day(&ledger(&book), &read(&policy));
        for outcome in report.outcomes().iter().filter(|row| row.draft.is_none()) {
            prop_assert!(row(outcome.reason.code) != Row::NoStop || matches!(outcome.reason.code, ReasonCode::PersonActs | ReasonCode::Approved), "{:?}", outcome);
        }
        for rule in report.decisions().iter().flat_map(|row| &row.gate.rules).filter(|rule| rule.forbids) {
            prop_assert!(row(rule.reason.code) != Row::NoStop, "{:?}", rule);
        }
    }
}
