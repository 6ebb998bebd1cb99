//! A run for some customers is theirs of the day: `run_for` says of them what `run` says, row by row, and nothing of anybody else.

use super::book::{as_of, books};
use super::cases;
use super::policies::{acting, policies, read};
use super::tables::ledger;
use crate::audit::days::chain_anew;
use crate::scenarios::{self, Inputs, parts};
use ar_core::action::{ActionKind, Mode};
use ar_core::audit::{AuditLog, verify};
use ar_core::decision::Decision;
use ar_core::reason::ReasonCode;
use ar_core::record::CustomerIdx;
use ar_core::{ErrorCode, Ledger, MAX_CUSTOMERS, Models, Policy, ProblemCode, Report, replay, run, run_for};
use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Parts that speak of the whole book.
const EMPTY: [&str; 6] = ["forecast", "aging", "kpis", "risk", "root_causes", "autonomy"];

/// Rules whose numbers say what the run had spent by then.
const SHARED: [ReasonCode; 3] = [ReasonCode::BudgetLimit, ReasonCode::BudgetCount, ReasonCode::BudgetAmount];

/// A policy under which nothing that customers share can run out: no budget of the book, and room for every amount.
fn unshared(policy: &Value) -> Policy {
    let mut policy = policy.clone();
    let open = |autonomy: &mut Value| {
        autonomy["run_budget"] = json!(1_000_000_000_000i64);
        if let Some(budgets) = autonomy.get_mut("budgets").and_then(Value::as_array_mut) {
            budgets.retain(|budget| budget["per"] == "customer");
        }
    };
    open(&mut policy["autonomy"]);
    if let Some(segment) = policy["segments"].get_mut("key") {
        open(&mut segment["autonomy"]);
    }
    read(&policy)
}

fn rows(report: &str, part: &str) -> Vec<Value> {
    serde_json::from_str(parts(report)[part]).unwrap()
}

/// Whose rows a report is asked for.
struct Theirs<'t> {
    ledger: &'t Ledger,
    ids: BTreeSet<&'t str>,
    payments: BTreeSet<String>,
}

impl<'t> Theirs<'t> {
    /// The payments of the customers are found in the report of the whole day: by the host, by the matcher, by what they are applied to.
    fn new(ledger: &'t Ledger, customers: &[&'t str], day: &str) -> Self {
        let ids: BTreeSet<&str> = customers.iter().copied().collect();
        let mut theirs = Self { ledger, ids, payments: BTreeSet::new() };
        let named = ledger.payments().iter().filter(|row| row.customer.is_some_and(|at| theirs.ids.contains(theirs.id(at)))).map(|row| ledger.text(row.id).to_owned());
        let found = rows(day, "payments").into_iter().filter(|row| theirs.is_one(row)).map(|row| row["payment_id"].as_str().unwrap().to_owned());
        let applied = rows(day, "allocations").into_iter().filter(|row| theirs.has(row["item_id"].as_str().unwrap())).map(|row| row["payment_id"].as_str().unwrap().to_owned());
        theirs.payments = named.collect::<Vec<_>>().into_iter().chain(found.collect::<Vec<_>>()).chain(applied.collect::<Vec<_>>()).collect();
        theirs
    }

    fn id(&self, at: CustomerIdx) -> &str {
        self.ledger.text(self.ledger.customer(at).unwrap().id)
    }

    fn is_one(&self, row: &Value) -> bool {
        row["customer_id"].as_str().is_some_and(|id| self.ids.contains(id))
    }

    fn has(&self, item: &str) -> bool {
        self.ledger.find_item(item).and_then(|at| self.ledger.item(at)).is_some_and(|item| self.ids.contains(self.id(item.customer)))
    }

    fn is_cash(decision: &Decision) -> bool {
        decision.draft.params.payment.is_some() && decision.action() != ActionKind::RetryPayment
    }

    fn concerns(&self, decision: &Decision) -> bool {
        if Self::is_cash(decision) {
            let payment = self.ledger.payment(decision.draft.params.payment.unwrap()).unwrap();
            return self.payments.contains(self.ledger.text(payment.id));
        }
        decision.customer().is_some_and(|at| self.ids.contains(self.id(at)))
    }

    fn holds(&self, part: &str, row: &Value) -> bool {
        match part {
            "payments" | "allocations" => self.payments.contains(row["payment_id"].as_str().unwrap()),
            "outcomes" => self.has(row["item_id"].as_str().unwrap()),
            _ => self.is_one(row),
        }
    }
}

/// The body of each decision without what budgets had been spent by then.
fn logged(report: &Report, theirs: Option<&Theirs<'_>>) -> Vec<Value> {
    let decisions = report.decisions().iter().zip(report.audit().iter().skip(1)).filter(|(decision, _)| theirs.is_none_or(|theirs| theirs.concerns(decision)));
    let mut bodies: Vec<Value> = decisions.map(|(_, entry)| serde_json::from_str(entry.body).unwrap()).collect();
    for body in &mut bodies {
        body["rules"].as_array_mut().unwrap().retain(|rule| SHARED.iter().all(|code| rule[0] != *code as u64));
    }
    bodies
}

/// What a run for these customers says, after a comparison with the whole day and a replay.
fn some_of(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate, customers: &[&str]) -> Report {
    let (day, some) = (run(ledger, policy, models, as_of).unwrap(), run_for(ledger, policy, models, as_of, customers).unwrap());
    let (day_text, some_text) = (day.to_json(), some.to_json());
    let theirs = Theirs::new(ledger, customers, &day_text);
    for part in ["payments", "allocations", "scores", "outcomes"] {
        let wanted: Vec<Value> = rows(&day_text, part).into_iter().filter(|row| theirs.holds(part, row)).collect();
        assert_eq!(rows(&some_text, part), wanted, "{part} of {customers:?}");
    }
    let ids: BTreeSet<&str> = day.decisions().iter().filter(|decision| theirs.concerns(decision)).map(|decision| decision.id.as_str()).collect();
    let wanted: Vec<Value> = rows(&day_text, "decisions").into_iter().filter(|row| ids.contains(row["decision_id"].as_str().unwrap())).collect();
    assert_eq!(rows(&some_text, "decisions"), wanted, "decisions of {customers:?}");
    assert_eq!(logged(&some, None), logged(&day, Some(&theirs)));
    for (mine, its) in some.decisions().iter().zip(day.decisions().iter().filter(|decision| theirs.concerns(decision))) {
        assert_eq!(
            (&mine.draft.worth, &mine.draft.params, mine.draft.priority, &mine.gate.person, mine.gate.answer_by),
            (&its.draft.worth, &its.draft.params, its.draft.priority, &its.gate.person, its.gate.answer_by)
        );
    }
    let asked = |report: &Report| -> BTreeSet<String> { report.worklist().filter(|decision| theirs.concerns(decision)).map(|decision| decision.id.clone()).collect() };
    assert_eq!(asked(&some), asked(&day));
    assert_eq!(some.worklist().count(), asked(&some).len());
    assert!(EMPTY.iter().all(|part| parts(&some_text)[part] == "[]"), "{some_text}");
    assert_eq!(verify(some.audit()), []);
    assert_eq!(replay(some.audit(), ledger, policy, Some(models)).unwrap().to_json(), some_text);
    some
}

fn ids(ledger: &Ledger) -> Vec<&str> {
    ledger.customers().iter().map(|row| ledger.text(row.id)).collect()
}

// Killed by: cash of the scope alone (others take its items), a median of the scope alone, past of the scope alone, profiles by place.
#[test]
fn every_customer_of_every_scenario_is_decided_as_on_its_day() {
    let (mut acts, mut asks, mut short) = (0, 0, 0);
    for scenario in scenarios::all().into_values() {
        let Inputs { ledger, policy, models, as_of } = Inputs::of(&scenario);
        for policy in [&policy, &acting()] {
            // Where what is shared runs out, a run for some says other things: that is shown by itself.
            let day = run(&ledger, policy, &models, as_of).unwrap();
            if day.decisions().iter().flat_map(Decision::reasons).any(|reason| SHARED.contains(&reason.code)) {
                short += 1;
                continue;
            }
            for customer in ids(&ledger).into_iter().take(3) {
                let some = some_of(&ledger, policy, &models, as_of, &[customer]);
                let count = |mode| some.decisions().iter().filter(|decision| decision.mode == mode).count();
                (acts, asks) = (acts + count(Mode::Act), asks + count(Mode::Ask));
            }
        }
    }
    assert!(acts >= 100 && asks >= 100 && short <= 20, "only {acts} and {asks}, {short} left out");
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn any_customers_of_any_book_are_decided_as_on_their_day((book, policy) in (books(), policies()), picked in proptest::collection::vec(any::<Index>(), 1..6)) {
        let (ledger, as_of) = (ledger(&book), as_of());
        let all = ids(&ledger);
        prop_assume!(!all.is_empty());
        let models = Models::fit(&ledger, as_of);
        // In any order, some of them twice.
        let customers: Vec<&str> = picked.iter().map(|index| all[index.index(all.len())]).collect();
        for policy in [unshared(&policy), acting()] {
            let some = some_of(&ledger, &policy, &models, as_of, &customers);
            let sorted: Vec<&str> = customers.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            prop_assert_eq!(run_for(&ledger, &policy, &models, as_of, &sorted).unwrap().to_json(), some.to_json());
        }
    }

    /// All customers are the day, but for what speaks of the book.
    #[test]
    fn all_customers_are_the_whole_day((book, policy) in (books(), policies())) {
        let (ledger, as_of) = (ledger(&book), as_of());
        let all = ids(&ledger);
        prop_assume!(!all.is_empty());
        let (models, policy) = (Models::fit(&ledger, as_of), read(&policy));
        let (day, some) = (run(&ledger, &policy, &models, as_of).unwrap(), run_for(&ledger, &policy, &models, as_of, &all).unwrap());
        let (day, some) = (day.to_json(), some.to_json());
        for part in ["scores", "outcomes"] {
            prop_assert_eq!(parts(&some)[part], parts(&day)[part]);
        }
        let of_customers: Vec<Value> = rows(&day, "decisions").into_iter().filter(|row| !row["customer_id"].is_null()).collect();
        prop_assert_eq!(rows(&some, "decisions"), of_customers);
    }
}

/// Who was not looked at has not "nothing open"; and models that nobody gave are those that the books teach.
#[test]
fn others_are_not_looked_at() {
    let all = scenarios::all();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&all["gate_run_budget"]);
    let some = run_for(&ledger, &policy, &models, as_of, &["C2"]).unwrap();
    let answer = |customer: &str| serde_json::from_str::<Value>(&some.why_not("send_notice", customer).unwrap()).unwrap()["answer"].clone();
    assert_eq!((answer("C1"), answer("C2")), (json!("not_looked_at"), json!("decided")));
    let body: Value = serde_json::from_str(some.audit().get(0).unwrap().body).unwrap();
    assert_eq!((&body["scope"], &body["customers"]), (&json!("customers"), &json!(["C2"])));
    assert!(body.as_object().unwrap().keys().is_sorted());
}

/// What would have let the engine act also counts what the cash of the others took of the budget: the run is made again with it.
#[test]
fn a_change_counts_what_others_spent() {
    let all = scenarios::all();
    let Inputs { ledger, models, as_of, .. } = Inputs::of(&all["some_customers@2"]);
    let policy = |budget: i64| read(&json!({ "version": format!("budget {budget}"), "autonomy": { "default_level": 2, "amount_limit": 1_000, "run_budget": budget } }));
    let (short, some) = (policy(500), |policy: &Policy| run_for(&ledger, policy, &models, as_of, &["C4"]).unwrap());
    let report = some(&short);
    assert_eq!(report.decisions()[0].mode, Mode::Ask);
    let told: Value = serde_json::from_str(&report.explain(&report.decisions()[0].id).unwrap()).unwrap();
    let setting = told["would_act_with"].as_array().unwrap().iter().map(|way| &way["changes"][0]).find(|change| change["setting"] == "autonomy.run_budget").unwrap_or_else(|| panic!("{told}"));
    // 210.30 of the payment of another, and 450.00.
    assert_eq!((&setting["from"], &setting["to"]), (&json!(500), &json!(661)));
    assert_eq!((some(&policy(661)).decisions()[0].mode, some(&policy(660)).decisions()[0].mode), (Mode::Act, Mode::Ask));
}

#[test]
fn who_cannot_be_decided_is_refused() {
    let all = scenarios::all();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&all["gate_run_budget"]);
    let refused = |ids: &[&str]| -> Vec<(Option<u64>, ProblemCode)> {
        let error = run_for(&ledger, &policy, &models, as_of, ids).err().unwrap();
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert!(error.problems().iter().all(|problem| problem.column.as_deref() == Some("customers")));
        error.problems().iter().map(|problem| (problem.row, problem.code)).collect()
    };
    assert_eq!(refused(&[]), [(None, ProblemCode::MissingValue)]);
    assert_eq!(refused(&["C9", "C1", "", "c1", "C9"]), [0, 2, 3, 4].map(|row| (Some(row), ProblemCode::UnknownCustomer)));
    assert_eq!(refused(&vec!["C1"; MAX_CUSTOMERS + 1]), [(None, ProblemCode::OutOfRange)]);
    assert!(run_for(&ledger, &policy, &models, as_of, &vec!["C1"; MAX_CUSTOMERS]).is_ok());
}

/// A log that somebody wrote and chained anew says of whom the run was, and is held to it.
#[test]
fn a_run_for_others_is_not_the_run_of_the_log() {
    let all = scenarios::all();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&all["gate_run_budget"]);
    let some = run_for(&ledger, &policy, &models, as_of, &["C3", "C2"]).unwrap();
    let told = |from: &str, to: &str| {
        let (mut log, mut entries) = (AuditLog::default(), Vec::new());
        for entry in some.audit().iter() {
            let body = if entry.kind == "inputs" { entry.body.replacen(from, to, 1) } else { entry.body.into() };
            entries.push((entry.kind, entry.policy_version, entry.model_version, body));
        }
        chain_anew(&mut log, &entries);
        replay(&log, &ledger, &policy, Some(&models)).map(|report| report.to_json()).map_err(|error| {
            assert_eq!(error.code(), ErrorCode::InvalidAudit);
            error.problems()[0].code
        })
    };
    let whom = r#"["C2","C3"]"#;
    assert_eq!(told(whom, whom), Ok(some.to_json()));
    for (to, code) in [
        (r#"["C2"]"#, ProblemCode::OtherDecision),
        (r#"["C2","C3","C4"]"#, ProblemCode::OtherDecision),
        (r#"["C2","C9"]"#, ProblemCode::UnknownCustomer),
        // No run writes such a list.
        (r#"["C3","C2"]"#, ProblemCode::UnknownRun),
        (r#"["C2","C2","C3"]"#, ProblemCode::UnknownRun),
        ("[]", ProblemCode::UnknownRun),
        ("[2,3]", ProblemCode::UnknownRun),
        ("null", ProblemCode::UnknownRun),
    ] {
        assert_eq!(told(whom, to), Err(code), "{to}");
    }
    assert_eq!(told(r#""scope":"customers""#, r#""scope":"all""#), Err(ProblemCode::UnknownRun));
    assert_eq!(told(r#""customers":["C2","C3"],"#, ""), Err(ProblemCode::UnknownRun));
}

/// Whole days and some customers between them, in one log: every run comes out again.
#[test]
fn one_log_of_whole_days_and_some_customers() {
    let all = scenarios::all();
    let Inputs { ledger, policy, models, as_of } = Inputs::of(&all["gate_run_budget"]);
    let (mut log, mut later) = (AuditLog::default(), ledger.clone());
    let day = run(&ledger, &policy, &models, as_of).unwrap();
    log.append_report(&day);
    let reports = [&["C4"][..], &["C1", "C5"], &["C4"]].map(|customers| run_for(&ledger, &policy, &models, as_of, customers).unwrap());
    reports.iter().for_each(|report| log.append_report(report));
    later.apply_json(r#"[{"event":"day_closed","on":"2026-11-20"}]"#).unwrap();
    let alone = run_for(&later, &policy, &models, as_of, &["C4"]).unwrap();
    log.append_report(&alone);
    assert_eq!(verify(&log), []);
    // Those of the same inputs are all compared; the report is the newest.
    assert_eq!(replay(&log, &ledger, &policy, Some(&models)).unwrap().to_json(), reports[2].to_json());
    assert_eq!(replay(&log, &later, &policy, Some(&models)).unwrap().to_json(), alone.to_json());
}
