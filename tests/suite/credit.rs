//! Credit, retries, offers and the limits of promises: run and reported day by day, nothing goes to and fro, nothing is tried
//! without end, and every plan adds up.

use crate::scenarios::Inputs;
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::{Arrangement, Decision};
use ar_core::money::minor_to_text;
use ar_core::reason::ReasonCode;
use ar_core::{Ledger, Models, Policy, Report, run};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const START: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_122), ..ProptestConfig::default() }
}

fn on(days: i64) -> NaiveDate {
    if days < 0 { START - Days::new(days.unsigned_abs()) } else { START + Days::new(days.unsigned_abs()) }
}

/// A policy that acts on everything, with these sections.
fn acting(mut sections: Value) -> Policy {
    sections["autonomy"] = json!({ "default_level": 2, "amount_limit": 1_000_000_000, "run_budget": 1_000_000_000_000i64, "dunning_level_limit": 9, "ask_credit_hold": false, "plan_parts_limit": 1_000, "plan_days_limit": 3_650, "plan_amount_limit": 1_000_000_000, "extension_days_limit": 3_650 });
    Policy::from_json(&sections.to_string()).unwrap_or_else(|bad| panic!("{:?}", bad.problems()))
}

fn books(tables: &Value, events: &Value) -> (Ledger, Models) {
    let Inputs { ledger, models, .. } = Inputs::of(&json!({ "as_of": START, "tables": tables, "events": events }));
    (ledger, models)
}

/// The events that report what a day did of what this suite is about, from what the report itself says.
fn events(report: &Report) -> Vec<Value> {
    let rows: Value = serde_json::from_str(&report.to_json()).unwrap();
    let acts = rows["parts"]["decisions"].as_array().unwrap().iter().filter(|row| row["mode"] == "act");
    let event = |row: &Value| {
        let params: Value = serde_json::from_str(row["params"].as_str().unwrap_or("{}")).unwrap();
        let (name, fields): (&str, &[&str]) = match row["action"].as_str().unwrap() {
            "place_hold" => ("hold_placed", &["customer_id", "reason"]),
            "release_hold" => ("hold_released", &["customer_id"]),
            "change_terms" => ("terms_changed", &["customer_id", "payment_days"]),
            "retry_payment" => ("payment_retried", &["payment_id"]),
            "offer_plan" => ("plan_offered", &["plan_id", "customer_id", "item_ids", "instalments"]),
            "grant_extension" => ("extension_granted", &["item_ids", "due_on"]),
            _ => return None,
        };
        let mut event = json!({ "event": name, "on": rows["as_of"], "decision_id": row["decision_id"] });
        for field in fields {
            event[*field] = if params[*field].is_null() { row[*field].clone() } else { params[*field].clone() };
        }
        Some(event)
    };
    acts.filter_map(event).collect()
}

fn ours(report: &Report) -> Vec<&Decision> {
    use ActionKind::{ChangeTerms, GrantExtension, OfferPlan, PlaceHold, ReleaseHold, RetryPayment};
    report.decisions().iter().filter(|row| [PlaceHold, ReleaseHold, ChangeTerms, RetryPayment, OfferPlan, GrantExtension].contains(&row.action())).collect()
}

fn apply(books: &mut Ledger, events: &[Value]) {
    books.apply_json(&json!(events).to_string()).unwrap_or_else(|bad| panic!("{:?}", bad.problems()));
}

/// Everything on, with limits that small books reach.
fn everything() -> Policy {
    acting(json!({
        "credit": { "holds": true, "terms": true, "hold_late_days": 20, "release_late_days": 10, "hold_late_amount": 1, "terms_interval_days": 30, "loosen_items": 2, "loosen_days": 0 },
        "offers": { "plans": true, "plan_late_days": 5, "plan_min_amount": 50, "min_instalment": 20, "instalment_days": 7, "plan_again_days": 20, "extensions": true, "extensions_unasked": true, "extension_again_days": 40 },
    }))
}

/// Rows of a few customers, one above the others, with limits: (customer, currency, units, due in days, what becomes of it).
fn rows(items: &[(usize, usize, i64, i64, u8)], limits: &[Option<i64>]) -> Value {
    let currency = |at: usize| ["EUR", "USD"][at];
    let customers: Vec<Value> = limits
        .iter()
        .enumerate()
        .map(|(at, limit)| json!({ "customer_id": format!("C{at}"), "parent_id": (at > 0).then_some("C0"), "currency": "EUR", "credit_limit": limit.map(|limit| limit.to_string()) }))
        .collect();
    let item = |(at, (customer, of, units, due, kind)): (usize, &(usize, usize, i64, i64, u8))| {
        let settled = (*kind == 0 && *due < 0).then(|| on(*due));
        json!({ "item_id": format!("I{at}"), "customer_id": format!("C{customer}"), "currency": currency(*of), "amount": format!("{units}.00"), "issued_on": on(due - 30), "due_on": on(*due),
                "settled_on": settled, "kind": if *kind == 1 { "credit_note" } else { "invoice" }, "disputed": *kind == 2 })
    };
    let items: Vec<Value> = items.iter().enumerate().map(item).collect();
    let rates: Vec<Value> = vec![json!({ "base": "USD", "quote": "EUR", "on": on(-100), "rate": "0.5" })];
    json!({ "customers": customers, "items": items, "fx_rates": rates })
}

/// What is owed under each limit, counted plainly: cents of EUR, dollars at half.
fn exposure(items: &[(usize, usize, i64, i64, u8)], holder: usize) -> i64 {
    let mut sums = [0i64; 2];
    for (customer, of, units, due, kind) in items.iter().filter(|row| row.3 - 30 <= 0) {
        let settled = *kind == 0 && *due < 0;
        if !settled && (holder == 0 || *customer == holder) {
            sums[*of] += if *kind == 1 { -units * 100 } else { units * 100 };
        }
    }
    sums[0].max(0) + sums[1].max(0) / 2
}

fn item() -> impl Strategy<Value = (usize, usize, i64, i64, u8)> {
    (0usize..3, 0usize..2, 1i64..400, -80i64..35, 0u8..5)
}

proptest! {
    #![proptest_config(cases(200))]

    // Killed by: `>=` for `>`, a currency set off against another, a member that is left out, a limit that is not the nearest.
    #[test]
    fn credit_is_held_above_the_limit_and_only_there(items in proptest::collection::vec(item(), 1..8), limits in proptest::collection::vec(proptest::option::of(1i64..900), 3..4)) {
        let (books, models) = books(&rows(&items, &limits), &json!([]));
        let policy = acting(json!({ "credit": { "holds": true, "hold_late_days": 0, "hold_distressed": false } }));
        let report = run(&books, &policy, &models, START).unwrap();
        for at in 0..3 {
            let owes = items.iter().any(|row| row.0 == at && row.3 <= 30 && row.4 != 1 && !(row.4 == 0 && row.3 < 0));
            let path = if at == 0 { vec![0] } else { vec![at, 0] };
            let over = path.into_iter().filter_map(|holder| Some((exposure(&items, holder), limits[holder]? * 100))).find(|(sum, limit)| sum > limit);
            let held: Vec<(i64, i64)> = report.decisions().iter().filter(|row| row.action() == ActionKind::PlaceHold && row.customer().map(|at| at.0 as usize) == Some(at))
                .map(|row| (row.draft.amount, row.reasons()[0].limit)).collect();
            prop_assert_eq!(held, over.filter(|_| owes).into_iter().collect::<Vec<_>>(), "customer {}", at);
            prop_assert!(report.decisions().iter().all(|row| row.reasons()[0].code != ReasonCode::ExposureOverLimit || row.draft.currency.code() == "EUR"));
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    // Killed by: a release that is not below what places, a state that is not asked, an interval that is not kept.
    #[test]
    fn nothing_goes_to_and_fro(items in proptest::collection::vec(item(), 1..8), limits in proptest::collection::vec(proptest::option::of(1i64..900), 3..4), share in 0i64..=1_000_000) {
        let (mut books, models) = books(&rows(&items, &limits), &json!([]));
        let mut policy: Value = serde_json::from_str(&everything().to_json()).unwrap();
        policy["credit"]["release_share"] = json!(share as f64 / 1e6);
        let policy = Policy::from_json(&policy.to_string()).unwrap();
        let mut holds: BTreeMap<u32, Vec<ActionKind>> = BTreeMap::new();
        for days in 0..25 {
            let today = on(days);
            let report = run(&books, &policy, &models, today).unwrap();
            for row in ours(&report).iter().filter(|row| matches!(row.action(), ActionKind::PlaceHold | ActionKind::ReleaseHold)) {
                holds.entry(row.customer().unwrap().0).or_default().push(row.action());
            }
            apply(&mut books, &events(&report));
            let again = run(&books, &policy, &models, today).unwrap();
            prop_assert_eq!(ours(&again).iter().map(|row| row.action().name()).collect::<Vec<_>>(), [""; 0], "on {}: {:?}", today, ours(&report));
        }
        // Nothing is paid or issued: what was placed stays, whatever else is granted meanwhile.
        for (customer, actions) in holds {
            prop_assert!(actions.iter().filter(|action| **action == ActionKind::ReleaseHold).count() <= 1, "customer {}: {:?}", customer, actions);
        }
    }

    // Killed by: a remainder that is lost, a part on a closed day, two on one, one too many or too small.
    #[test]
    fn instalments_add_up(amount in 50_000i64..3_000_000, most in 2i64..30, least in 0i64..2_000, apart in 1i64..40, first in 0i64..40) {
        let row = json!({ "item_id": "I", "customer_id": "C", "currency": "EUR", "amount": minor_to_text(amount, 2), "issued_on": on(-60), "due_on": on(-30) });
        let (books, models) = books(&json!({ "items": [row] }), &json!([]));
        let offers = json!({ "plans": true, "max_instalments": most, "min_instalment": least, "instalment_days": apart, "first_days": first });
        let policy = acting(json!({ "offers": offers, "contact": { "holidays": [on(7), on(10), on(11), on(12), on(13), on(40)] } }));
        let report = run(&books, &policy, &models, START).unwrap();
        let parts = report.decisions().iter().find_map(|row| match &row.draft.params.arrangement { Some(Arrangement::Plan(parts)) => Some(parts.clone()), _ => None });
        let count = (amount / (least * 100).max(1)).min(most);
        prop_assert_eq!(parts.as_ref().map_or(0, Vec::len) as i64, if count >= 2 { count } else { 0 });
        let Some(parts) = parts else { return Ok(()) };
        prop_assert_eq!(parts.iter().map(|part| part.1).sum::<i64>(), amount);
        let calendar = policy.base().calendar();
        prop_assert!(parts.iter().all(|part| part.1 >= least * 100 && calendar.is_open(part.0)), "{:?}", parts);
        prop_assert!(parts.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1) && parts[0].0 == calendar.next_open(on(first)), "{:?}", parts);
        let mut after = books.clone();
        apply(&mut after, &events(&report));
        prop_assert_eq!(after.plans_of(after.find_customer("C").unwrap()).len(), 1);
    }

    // Killed by: a chain that begins anew with another identifier, days that are not counted from the first failure, a hard
    // decline that is forgotten.
    #[test]
    fn attempts_end(waits in proptest::collection::vec(1i64..12, 0..4), within in 0i64..40, fate in proptest::collection::vec(0u8..8, 8), known in any::<bool>()) {
        let row = json!({ "item_id": "I", "customer_id": "C", "currency": "EUR", "amount": "100.00", "issued_on": on(-30), "due_on": on(-1) });
        let payment = json!({ "payment_id": "P0", "currency": "EUR", "amount": "100.00", "received_on": on(-1), "customer_id": "C", "method": "card", "failed": !known, "failure": (!known).then_some("technical") });
        let post = json!([{ "event": "items_allocated", "on": on(-1), "payment_id": "P0", "allocations": [{ "item_id": "I", "amount": "100.00" }] }, { "event": "payment_failed", "on": on(-1), "payment_id": "P0", "failure": "technical" }]);
        let (mut books, models) = books(&json!({ "items": [row], "payments": [payment] }), &if known { post } else { json!([]) });
        let policy = acting(json!({ "retries": { "after_days": waits, "within_days": within } }));
        let (mut made, mut last, mut hard) = (0usize, on(-1), false);
        for days in 0..90 {
            let report = run(&books, &policy, &models, on(days)).unwrap();
            let tried: Vec<&Decision> = report.decisions().iter().filter(|row| row.action() == ActionKind::RetryPayment).collect();
            if tried.is_empty() {
                continue;
            }
            prop_assert!(tried.len() == 1 && !hard && made < waits.len(), "{made} attempts of {waits:?}");
            prop_assert!(policy.base().calendar().is_open(on(days)) && days < within);
            prop_assert!((on(days) - last).num_days() >= waits[made], "{} after {}", on(days), last);
            prop_assert_eq!(tried[0].draft.items.len(), usize::from(known && made == 0) + usize::from(known && made > 0));
            let id = books.text(books.payments()[tried[0].draft.params.payment.unwrap().0 as usize].id).to_owned();
            apply(&mut books, &events(&report));
            prop_assert_eq!(ours(&run(&books, &policy, &models, on(days)).unwrap()).len(), 0);
            // The attempt fails too: the host tells it of the payment, or of another, or not at all.
            let (failure, next) = (if fate[made] % 4 == 3 { "account_closed" } else { "insufficient_funds" }, format!("P{}", made + 1));
            last = on(days);
            match fate[made] {
                0 => {}
                1..=3 => apply(&mut books, &[json!({ "event": "payment_failed", "on": on(days), "payment_id": id, "failure": failure })]),
                _ => apply(&mut books, &[
                    json!({ "event": "payment_received", "on": on(days), "payment_id": next, "currency": "EUR", "amount": "100.00", "customer_id": "C", "method": "card" }),
                    json!({ "event": "payment_failed", "on": on(days), "payment_id": next, "failure": failure }),
                ]),
            }
            hard |= fate[made] % 4 == 3;
            made += 1;
        }
    }
}

/// A review of a promise is one decision from day to day, and gone once a person has said anything of it.
#[test]
fn a_promise_is_looked_at_once() {
    let row = json!({ "item_id": "I", "customer_id": "C", "currency": "EUR", "amount": "100.00", "issued_on": on(-60), "due_on": on(-30) });
    let promise = json!({ "promise_id": "R", "customer_id": "C", "item_id": "I", "made_on": on(-1), "due_on": on(80) });
    let (books, models) = books(&json!({ "items": [row], "promises": [promise] }), &json!([]));
    let policy = Policy::default();
    let reviews = |books: &Ledger, day: NaiveDate| -> Vec<String> {
        let report = run(books, &policy, &models, day).unwrap();
        report.decisions().iter().filter(|row| row.action() == ActionKind::Review).map(|row| row.id.clone()).collect()
    };
    let first = reviews(&books, START);
    assert_eq!(first.len(), 1);
    assert_eq!(reviews(&books, on(1)), first, "another day, the same question");
    for verdict in ["decision_approved", "decision_rejected"] {
        let mut after = books.clone();
        apply(&mut after, &[json!({ "event": verdict, "on": START, "by": "Ms Desk", "decision_id": first[0] })]);
        assert_eq!(reviews(&after, START).len() + reviews(&after, on(3)).len(), 0, "{verdict}");
    }
    // Another promise of the item is another question.
    let mut again = books.clone();
    apply(&mut again, &[json!({ "event": "promise_made", "on": START, "promise_id": "R2", "customer_id": "C", "item_id": "I", "due_on": on(70) })]);
    let second = reviews(&again, START);
    assert!(second.len() == 1 && second != first);
}

/// Who rejects other terms, a plan, more time or another attempt is not asked the same on the next day.
#[test]
fn what_was_rejected_is_not_asked_on_the_next_day() {
    let items = [(0, 0, 300, -16, 3), (0, 0, 100, 3, 3), (1, 0, 100, -50, 0), (1, 0, 100, -40, 0), (1, 0, 100, -45, 0), (1, 0, 100, 4, 3)];
    let mut tables = rows(&items, &[None, None]);
    tables["payments"] = json!([{ "payment_id": "P", "currency": "EUR", "amount": "300.00", "received_on": on(-8), "customer_id": "C0", "method": "card", "failed": true, "failure": "technical" }]);
    let (books, models) = books(&tables, &json!([]));
    let mut policy: Value = serde_json::from_str(&everything().to_json()).unwrap();
    policy["autonomy"]["default_level"] = json!(1);
    let policy = Policy::from_json(&policy.to_string()).unwrap();
    let asked = run(&books, &policy, &models, START).unwrap();
    let kinds: Vec<&str> = ours(&asked).iter().map(|row| row.action().name()).collect();
    assert_eq!(kinds, ["offer_plan", "retry_payment", "change_terms", "grant_extension"]);
    let verdicts: Vec<Value> = ours(&asked).iter().map(|row| json!({ "event": "decision_rejected", "on": START, "by": "Ms Desk", "decision_id": row.id })).collect();
    let mut after = books.clone();
    apply(&mut after, &verdicts);
    for days in [0, 3] {
        let report = run(&after, &policy, &models, on(days)).unwrap();
        let left: Vec<&str> = ours(&report).iter().map(|row| row.action().name()).collect();
        assert_eq!(left, [""; 0], "on {}", on(days));
        assert!(report.decisions().iter().all(|row| row.mode == Mode::Ask || row.action() == ActionKind::Wait));
    }
}

/// What was rejected is asked again after twenty days, whatever periods the calendar has; not before.
fn rests_for_twenty_days(items: &Value, policy: &str, action: ActionKind) {
    let (books, models) = books(&json!({ "items": items }), &json!([]));
    let policy = Policy::from_toml(policy).unwrap();
    let asked = |books: &Ledger, day: i64| -> Vec<String> {
        let report = run(books, &policy, &models, on(day)).unwrap();
        report.decisions().iter().filter(|row| row.action() == action).map(|row| row.id.clone()).collect()
    };
    for rejected in 0..20 {
        let mut after = books.clone();
        apply(&mut after, &[json!({ "event": "decision_rejected", "on": on(rejected), "by": "Ms Desk", "decision_id": asked(&books, rejected)[0] })]);
        for day in rejected..rejected + 20 {
            assert_eq!(asked(&after, day).len(), 0, "rejected on day {rejected}, day {day}");
        }
        assert_eq!(asked(&after, rejected + 20).len(), 1);
    }
}

#[test]
fn a_rejected_plan_is_offered_again_after_its_days() {
    let row = json!({ "item_id": "I", "customer_id": "C", "currency": "EUR", "amount": "800.00", "issued_on": on(-60), "due_on": on(-30) });
    rests_for_twenty_days(&json!([row]), "[offers]\nplans = true\nplan_again_days = 20\n", ActionKind::OfferPlan);
}

#[test]
fn rejected_terms_are_asked_again_after_their_days() {
    let paid =
        |days: i64| json!({ "item_id": format!("I{days}"), "customer_id": "C", "currency": "EUR", "amount": "100.00", "issued_on": on(-days - 30), "due_on": on(-days), "settled_on": on(-days) });
    let policy = "[credit]\nterms = true\nterm_days = [30, 60]\nloosen_items = 3\nloosen_days = 30\nterms_interval_days = 20\n";
    rests_for_twenty_days(&json!([paid(130), paid(110), paid(90)]), policy, ActionKind::ChangeTerms);
}

#[test]
fn settings_that_would_go_to_and_fro_are_refused() {
    let refused = |text: &str, path: &str| {
        let bad = Policy::from_toml(text).unwrap_err();
        assert!(bad.problems().len() == 1 && bad.problems()[0].column.as_deref() == Some(path), "{text}: {:?}", bad.problems());
    };
    refused("[credit]\nrelease_share = 1.1\n", "credit.release_share");
    refused("[credit]\nrelease_late_days = 60\n", "credit.release_late_days");
    refused("[credit]\nterm_days = [30, 30]\n", "credit.term_days");
    refused("[credit]\nterm_days = [731]\n", "credit.term_days");
    refused("[credit]\nterm_days = 30\n", "credit.term_days");
    refused("[retries]\nafter_days = [0]\n", "retries.after_days");
    refused("[retries]\nafter_days = [366]\n", "retries.after_days");
    refused("[retries]\nmethods = 1\n", "retries.methods");
    refused("[retries]\nmethod = []\n", "retries.method");
    refused("[offers]\nplan = true\n", "offers.plan");
    for fine in ["[credit]\nrelease_share = 1.0\n", "[credit]\nrelease_late_days = 59\nterm_days = []\n", "[credit]\nhold_late_days = 0\n", "[retries]\nafter_days = [1, 365]\n"] {
        assert!(Policy::from_toml(fine).is_ok(), "{fine}");
    }
}
