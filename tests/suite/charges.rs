//! Charges: the cases of laws and of other systems as data, the laws of arithmetic that hold for every item, and books that
//! are run and reported until nothing is left to charge.

use crate::golden::path;
use crate::scenarios::Inputs;
use ar_core::action::{ActionKind, Mode};
use ar_core::collections::charges::compensation::compensation;
use ar_core::collections::charges::exact::Exact;
use ar_core::collections::charges::fees::{fee, hundredth};
use ar_core::collections::charges::interest::{Step, Terms, accrue};
use ar_core::money::{Currency, minor_from_text, minor_to_text};
use ar_core::policy::charges::{Charges, Rounding};
use ar_core::record::ItemKind;
use ar_core::table::{Cell, Table};
use ar_core::{Ledger, Models, Policy, Report, run};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn day(value: &Value) -> NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

/// The section of a case; the two tables of compensation that laws know stand here by name.
fn section(charges: &Value) -> Charges {
    let mut charges = charges.clone();
    match charges.get("compensation").and_then(Value::as_str) {
        Some("uk") => charges["compensation"] = json!([{ "amount": "40" }, { "from": "1000", "amount": "70" }, { "from": "10000", "amount": "100" }]),
        Some("eu") => charges["compensation"] = json!([{ "amount": "40" }]),
        _ => {}
    }
    let policy = Policy::from_json(&json!({ "charges": charges }).to_string()).unwrap_or_else(|bad| panic!("{:?}", bad.problems()));
    policy.base().charges.clone()
}

fn rates(case: &Value) -> Ledger {
    let Some(rate) = case.get("rate") else { return Ledger::default() };
    let text = |name: &str| (name.to_owned(), Cell::Text(rate[name].as_str().unwrap().into()));
    let row = vec![text("base"), text("quote"), text("rate"), ("on".to_owned(), Cell::Text("2026-01-01".into()))];
    Ledger::try_new(&[Table::from_rows("fx_rates", vec![row])]).unwrap()
}

#[test]
fn the_cases_of_laws_and_of_other_systems_hold() {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path("tests/suite/charge_vectors.json")).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 25);
    for case in cases {
        let (id, charges) = (case["id"].as_str().unwrap(), section(&case["charges"]));
        let currency = Currency::try_new(case["currency"].as_str().unwrap_or("EUR")).unwrap();
        let minor = |value: &Value| minor_from_text(value.as_str().unwrap(), currency.exponent()).unwrap();
        let (principal, rounding) = (minor(&case["principal"]), charges.numbers.rounding);
        if let Some(wanted) = case.get("interest") {
            let (from, to) = (day(&case["from"]), day(&case["to"]));
            let mut steps = vec![Step { from: NaiveDate::MIN, principal }];
            for paid in case.get("paid").and_then(Value::as_array).into_iter().flatten() {
                steps.push(Step { from: day(&paid["on"]), principal: steps.last().unwrap().principal - minor(&paid["amount"]) });
            }
            assert_eq!((to - from).num_days(), case["days"].as_i64().unwrap(), "{id}: days");
            let found = accrue(&steps, from, to, Terms { charges: &charges, starts: from }).unwrap().round(rounding).unwrap();
            assert_eq!(found, minor(wanted), "{id}: interest");
        }
        let known: NaiveDate = "2026-01-01".parse().unwrap();
        let unit = hundredth(&rates(case), &charges, currency, known, known).unwrap();
        if let Some(wanted) = case.get("compensation") {
            assert_eq!(compensation(&charges.compensation, principal, unit, rounding), Some(minor(wanted)), "{id}: compensation");
        }
        if let Some(wanted) = case.get("fee") {
            let level = charges.fee(case["level"].as_u64().unwrap() as u8).unwrap();
            assert_eq!(fee(level, principal, principal, unit, rounding), Some(minor(wanted)), "{id}: fee");
        }
    }
}

#[test]
fn what_is_wrong_with_the_section_is_said_at_once() {
    let charges = json!({
        "interest": true, "margins": 0.1, "day_count": "act/364", "currency": "EURO", "fee_cap_item": 5, "fee_cap_customer": "-1.00",
        "fees": [{ "level": 1, "fixed": "1.005" }, { "level": 1 }, { "level": 9 }],
        "compensation": [{ "from": "10", "amount": "1" }, { "from": "10", "amount": "2" }], "reference_rates": [{ "rate": 0.1 }, { "from": "2026-01-01", "rate": 2 }],
    });
    let refused = Policy::from_json(&json!({ "charges": charges, "segments": { "key": { "charges": { "consumers": 1 } } } }).to_string()).unwrap_err();
    let mut found: Vec<&str> = refused.problems().iter().filter_map(|problem| problem.column.as_deref()).collect();
    found.sort_unstable();
    found.dedup();
    let wanted = [
        "charges.compensation[1].from",
        "charges.currency",
        "charges.day_count",
        "charges.fee_cap_customer",
        "charges.fee_cap_item",
        "charges.fees[0].fixed",
        "charges.fees[1].level",
        "charges.fees[2].level",
        "charges.margins",
        "charges.reference_rates[0].from",
        "charges.reference_rates[1].rate",
        "segments.key.charges.consumers",
    ];
    assert!(wanted.iter().all(|path| found.contains(path)), "{found:#?}");
    let no_rate = Policy::from_json(r#"{"charges":{"interest":true}}"#).unwrap_err();
    assert!(no_rate.to_string().contains("there is no rate"), "{no_rate}");
    let toml = Policy::from_toml("[charges]\nfees = [{ level = 2, fixed = \"7.50\" }]\n[segments.key.charges]\nfees = []\n").unwrap();
    assert_eq!(toml.base().charges.fee(2).unwrap().numbers.fixed, 750);
    assert!(!toml.settings("key").charges.is_on());
    assert_eq!(Policy::from_json(&toml.to_json()).unwrap(), toml, "the section does not survive being written and read");
}

const COUNTS: [&str; 3] = ["act/365", "act/act", "30/360"];

/// A section with interest: any mode, any day count, rates that move.
fn sections() -> impl Strategy<Value = Charges> {
    (0usize..3, any::<bool>(), any::<bool>(), 0i64..150_000, proptest::collection::btree_map(0u64..1_500, -20_000i64..60_000, 0..6)).prop_map(|(count, fixed, half, margin, rates)| {
        let first: NaiveDate = "2023-01-01".parse().unwrap();
        let rates: Vec<Value> = rates.iter().map(|(at, rate)| json!({ "from": first + Days::new(*at), "rate": *rate as f64 / 1e6 })).collect();
        section(&json!({
            "interest": true, "margin": (margin + 1) as f64 / 1e6, "day_count": COUNTS[count], "rate_mode": if fixed { "fixed_at_start" } else { "floating" }, "by_half_year": half, "reference_rates": rates,
        }))
    })
}

/// A principal that is paid in parts.
fn principals() -> impl Strategy<Value = Vec<Step>> {
    (1i64..100_000_000_000_000_000, proptest::collection::btree_map(0u64..1_500, 0i64..1_000_000, 0..5)).prop_map(|(whole, parts)| {
        let first: NaiveDate = "2023-01-01".parse().unwrap();
        let mut steps = vec![Step { from: NaiveDate::MIN, principal: whole }];
        for (at, share) in parts {
            let left = steps.last().unwrap().principal;
            steps.push(Step { from: first + Days::new(at), principal: left - (i128::from(left) * i128::from(share) / 1_000_000) as i64 });
        }
        steps
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_122), ..ProptestConfig::default() })]

    // Killed by: rounding on the way, a year's end that is counted twice, a 31st that has a day of its own.
    #[test]
    fn interest_of_two_periods_is_that_of_the_whole(charges in sections(), steps in principals(), days in [0u64..1_600, 0..1_600, 0..1_600], starts in 0u64..1_600) {
        let first: NaiveDate = "2023-01-01".parse().unwrap();
        let mut days = days.map(|at| first + Days::new(at));
        days.sort_unstable();
        let [from, middle, to] = days;
        let terms = Terms { charges: &charges, starts: first + Days::new(starts) };
        let of = |from, to| accrue(&steps, from, to, terms).unwrap();
        let (whole, parts) = (of(from, to), of(from, middle).checked_add(of(middle, to)).unwrap());
        prop_assert_eq!(whole, parts);
        // Nothing up to the day on which it starts; more days never make less; nor does more principal.
        let round = |exact: Exact| exact.round(Rounding::HalfUp).unwrap();
        prop_assert_eq!(round(of(from, from.min(terms.starts))), 0);
        prop_assert!(round(of(from, middle)) <= round(whole));
        let less: Vec<Step> = steps.iter().map(|step| Step { principal: step.principal / 2, ..*step }).collect();
        prop_assert!(round(accrue(&less, from, to, terms).unwrap()) <= round(whole));
        prop_assert!(whole.round(Rounding::Truncate).unwrap() <= round(whole) && round(whole) <= whole.round(Rounding::Truncate).unwrap() + 1);
    }
}

fn acting(charges: &Value) -> Policy {
    let autonomy = json!({ "default_level": 2, "amount_limit": 1_000_000_000, "run_budget": 1_000_000_000_000i64, "dunning_level_limit": 9 });
    let collections = json!({ "ladder": [{ "after_days": 5 }, { "after_days": 15 }, { "after_days": 30 }] });
    Policy::from_json(&json!({ "autonomy": autonomy, "charges": charges, "collections": collections }).to_string()).unwrap()
}

/// The events that report what a day did: notices and charges, as a host would.
fn events(report: &Report) -> Vec<Value> {
    let rows: Value = serde_json::from_str(&report.to_json()).unwrap();
    let acts = rows["parts"]["decisions"].as_array().unwrap().iter().filter(|row| row["mode"] == "act");
    let event = |row: &Value| {
        let params: Value = serde_json::from_str(row["params"].as_str().unwrap_or("{}")).unwrap();
        let mut event = json!({ "on": rows["as_of"], "decision_id": row["decision_id"], "customer_id": row["customer_id"] });
        match row["action"].as_str().unwrap() {
            "send_notice" => {
                event["event"] = json!("notice_sent");
                event["item_ids"] = row["item_ids"].clone();
                event["level"] = params["level"].clone();
            }
            "charge_fee" | "charge_interest" => {
                event["event"] = json!("item_issued");
                event["currency"] = row["currency"].clone();
                for name in ["item_id", "kind", "amount", "due_on", "reference"] {
                    event[name] = params[name].clone();
                }
            }
            _ => return None,
        }
        Some(event)
    };
    acts.filter_map(event).collect()
}

fn day_of(books: &mut Ledger, policy: &Policy, models: &Models, on: NaiveDate) -> Report {
    let report = run(books, policy, models, on).unwrap();
    books.apply_json(&json!(events(&report)).to_string()).unwrap_or_else(|bad| panic!("{:?}", bad.problems()));
    report
}

fn charges_of(report: &Report) -> Vec<(String, i64)> {
    let is_charge = |action| matches!(action, ActionKind::ChargeFee | ActionKind::ChargeInterest);
    report.decisions().iter().filter(|row| is_charge(row.action()) && row.mode == Mode::Act).map(|row| (row.draft.params.charge.as_ref().unwrap().key.clone(), row.draft.amount)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_122), ..ProptestConfig::default() })]

    // Killed by: a key that holds the day of the run, a cap that forgets what the run gave out, fees on fees.
    #[test]
    fn nothing_is_charged_twice_nor_beyond_a_cap(amounts in proptest::collection::vec((1i64..2_000_000, 0i64..60, 0u8..2), 1..5), paid in 0i64..120, caps in (0i64..50, 0i64..120), share in 0i64..100_000) {
        let start: NaiveDate = "2026-01-05".parse().unwrap();
        let text = |on: i64| (start + chrono::Duration::days(on)).to_string();
        let currency = |of: &u8| if *of == 0 { "EUR" } else { "JPY" };
        let rows: Vec<Value> = amounts.iter().enumerate().map(|(at, (amount, due, of))| {
            json!({ "item_id": format!("I/{at}"), "customer_id": "C1", "currency": currency(of), "amount": minor_to_text(*amount, if *of == 0 { 2 } else { 0 }), "issued_on": text(-30), "due_on": text(*due) })
        }).collect();
        let charges = json!({
            "interest": true, "margin": 0.1, "fees": [{ "level": 1, "fixed": "10.00" }, { "level": 2, "fixed": "5.50", "share": share as f64 / 1e6 }, { "level": 3, "fixed": "20" }],
            "fee_cap_item": caps.0.to_string(), "fee_cap_customer": caps.1.to_string(), "compensation": [{ "amount": "40" }],
        });
        let Inputs { ledger: mut books, models, .. } = Inputs::of(&json!({ "as_of": text(0), "tables": { "customers": [{ "customer_id": "C1" }], "items": rows } }));
        let policy = acting(&charges);
        let mut seen: BTreeMap<String, i64> = BTreeMap::new();
        for on in (0..150).step_by(4) {
            if paid / 4 == on / 4 {
                let row = &rows[0];
                let pay = json!([
                    { "event": "payment_received", "on": text(on), "payment_id": "P", "currency": row["currency"], "amount": row["amount"], "customer_id": "C1" },
                    { "event": "items_allocated", "on": text(on), "payment_id": "P", "allocations": [{ "item_id": row["item_id"], "amount": row["amount"] }] },
                ]);
                books.apply_json(&pay.to_string()).unwrap();
            }
            let today = day(&json!(text(on)));
            for _ in 0..2 {
                for (key, amount) in charges_of(&day_of(&mut books, &policy, &models, today)) {
                    prop_assert!(amount > 0 && seen.insert(key.clone(), amount).is_none(), "{key} twice");
                    prop_assert!(!key.matches('/').skip(2).any(|_| true), "a charge for a charge: {key}");
                }
            }
            prop_assert_eq!(charges_of(&run(&books, &policy, &models, today).unwrap()), []);
        }
        let fees = |wanted: &dyn Fn(&str) -> bool, of: &str| books.items().iter().filter(|item| item.kind == ItemKind::Fee && item.currency.code() == of && books.text(item.id).contains("/fee-") && wanted(books.text(item.id))).map(|item| item.amount).sum::<i64>();
        for (code, unit) in [("EUR", 100), ("JPY", 1)] {
            prop_assert!(fees(&|_| true, code) <= caps.1 * unit, "the customer's fees in {code}");
            for at in 0..amounts.len() {
                prop_assert!(fees(&|id| id.starts_with(&format!("I/{at}/")), code) <= caps.0 * unit, "the fees of {at}");
            }
        }
        for item in books.items().iter().filter(|item| matches!(item.kind, ItemKind::Fee | ItemKind::Interest)) {
            let id = books.text(item.id);
            let source = books.find_item(id.rsplit_once('/').unwrap().0).and_then(|at| books.item(at)).unwrap();
            prop_assert_eq!(source.currency, item.currency);
            prop_assert!(source.kind == ItemKind::Invoice);
        }
    }
}

fn one_item(charges: &Value) -> (Ledger, Policy, Models) {
    let row = json!({ "item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": "10000.00", "issued_on": "2026-01-01", "due_on": "2026-01-31" });
    let Inputs { ledger, models, .. } = Inputs::of(&json!({ "as_of": "2026-02-10", "tables": { "items": [row] } }));
    (ledger, acting(charges), models)
}

fn post(books: &mut Ledger, id: &str, received: &str, posted: &str, amount: &str) {
    let events = json!([
        { "event": "payment_received", "on": received, "payment_id": id, "currency": "EUR", "amount": amount, "customer_id": "C1" },
        { "event": "items_allocated", "on": posted, "payment_id": id, "allocations": [{ "item_id": "I1", "amount": amount }] },
    ]);
    books.apply_json(&events.to_string()).unwrap();
}

/// Interest is charged at each notice and at the end; what is charged in the end is the whole, rounded once (BGB 288: 10.27 %).
#[test]
fn what_is_charged_in_parts_is_the_whole_rounded_once() {
    let (mut books, policy, models) = one_item(&json!({ "interest": true, "margin": 0.1027 }));
    let mut sum = 0;
    for on in ["2026-02-10", "2026-02-20", "2026-03-10", "2026-04-20"] {
        for _ in 0..2 {
            sum += charges_of(&day_of(&mut books, &policy, &models, on.parse().unwrap())).iter().map(|row| row.1).sum::<i64>();
        }
    }
    assert!(sum > 0 && sum < 25_042);
    // Received on the first of May, and posted ten days later: our delay costs the customer nothing.
    post(&mut books, "P", "2026-05-01", "2026-05-11", "10000.00");
    let report = run(&books, &policy, &models, "2026-05-12".parse().unwrap()).unwrap();
    sum += charges_of(&report).iter().map(|row| row.1).sum::<i64>();
    assert_eq!(sum, 25_042);
}

#[test]
fn a_payment_in_part_and_the_last_day() {
    for (counted, wanted) in [(false, 1_000_000 * 30 + 600_000 * 59), (true, 1_000_000 * 31 + 600_000 * 59)] {
        let (mut books, policy, models) = one_item(&json!({ "interest": true, "margin": 0.1, "count_last_day": counted, "at_notice": false }));
        post(&mut books, "P1", "2026-03-03", "2026-03-04", "4000.00");
        post(&mut books, "P2", "2026-05-01", "2026-05-01", "6000.00");
        let report = run(&books, &policy, &models, "2026-05-02".parse().unwrap()).unwrap();
        let wanted = (wanted * 2 + 3650) / 7300;
        assert_eq!(charges_of(&report), [("I1/interest-2026-05-01".into(), wanted)]);
    }
}
