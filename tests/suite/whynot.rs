//! What `why_not` and `explain` say of what was not done, in words and as data.

use crate::scenarios::{self, Inputs};
use ar_core::{Ledger, Policy, Report, collect};
use serde_json::{Value, json};

fn told(report: &Report, action: &str, customer: &str) -> Value {
    serde_json::from_str(&report.why_not(action, customer).unwrap()).unwrap()
}

fn of(scenario: &str) -> (Inputs, Report) {
    let inputs = Inputs::of(&scenarios::all()[scenario]);
    let report = on(&inputs, &inputs.ledger, &inputs.policy);
    (inputs, report)
}

fn on(inputs: &Inputs, ledger: &Ledger, policy: &Policy) -> Report {
    collect(ledger, policy, &inputs.models, inputs.as_of).unwrap()
}

#[test]
fn the_sentence_names_the_smallest_change() {
    let (_, report) = of("gate_amount_above");
    let told = told(&report, "send_notice", "C1");
    assert_eq!(told["answer"], "asked");
    assert!(told["text"].as_str().unwrap().ends_with(" It would have acted with autonomy.amount_limit 1001 instead of 1000."), "{told}");
    let first = &told["changes"][0];
    assert_eq!(first["changes"], json!([{ "setting": "autonomy.amount_limit", "from": 1000, "to": 1001, "who": "policy" }]));
    assert_eq!((&first["lifts"], &first["decision_id"]), (&json!(["amount_limit"]), &told["decision_ids"][0]));
    let id = told["decision_ids"][0].as_str().unwrap();
    let approval = json!({ "fact": "decision_approved", "who": "collector", "decision_id": id, "approvals": 1 });
    assert_eq!(told["changes"][1]["changes"], json!([approval]));
    let explained: Value = serde_json::from_str(&report.explain(id).unwrap()).unwrap();
    assert_eq!(explained["would_act_with"], told["changes"]);
    assert!(explained["text"].as_str().unwrap().contains("It would have acted with autonomy.amount_limit 1001"), "{explained}");
}

#[test]
fn what_is_skipped_has_a_setting_or_a_day() {
    let (_, report) = of("contact_quiet_after_call");
    let told = told(&report, "send_notice", "C1");
    assert_eq!(told["answer"], "skipped");
    assert!(told["text"].as_str().unwrap().ends_with(" Not quiet_period with collections.quiet_days 6 instead of 7, or on 2026-11-21."), "{told}");
    assert_eq!(told["changes"][1]["changes"], json!([{ "fact": "wait", "until": "2026-11-21", "who": "nobody" }]));
}

/// A question of the mode `veto` needs nothing but time; and another policy asks anew, so only another mode acts at once.
#[test]
fn who_waits_for_a_no_is_told_until_when() {
    let (inputs, _) = of("gate_amount_at");
    let policy = Policy::from_json(r#"{ "autonomy": { "default_level": 2, "modes": { "send_notice": "veto" }, "veto_days": 3 } }"#).unwrap();
    let id = on(&inputs, &inputs.ledger, &policy).decisions()[0].id.clone();
    let mut ledger = inputs.ledger.clone();
    ledger.apply_json(&json!([{ "event": "decision_asked", "on": "2026-11-19", "decision_id": id }]).to_string()).unwrap();
    let told = told(&on(&inputs, &ledger, &policy), "send_notice", "C1");
    assert!(told["text"].as_str().unwrap().ends_with(" It would have acted with autonomy.modes.send_notice limits instead of veto, or on 2026-11-22."), "{told}");
    let act = collect(&ledger, &policy, &inputs.models, "2026-11-22".parse().unwrap()).unwrap();
    assert_eq!(act.decisions()[0].mode.name(), "act");
}

#[test]
fn what_only_a_person_can_do_has_no_change() {
    let (_, report) = of("contact_no_channel_call");
    let call = report.decisions().iter().find(|row| row.action().name() == "call").unwrap();
    let customer = report.ledger().text(report.ledger().customer(call.customer().unwrap()).unwrap().id).to_string();
    let told = told(&report, "call", &customer);
    assert_eq!(told["changes"], json!([]));
    assert!(told["text"].as_str().unwrap().ends_with(" No setting lets the engine act here: a person does it."), "{told}");
}

/// The place in force: of the segment before the book, of the action before all.
#[test]
fn a_setting_is_named_where_it_is_in_force() {
    let inputs = Inputs::of(&scenarios::all()["gate_amount_above"]);
    let row = json!([{ "event": "customer_changed", "on": "2026-11-20", "customer_id": "C1", "segment": "key" }]);
    let mut ledger = inputs.ledger.clone();
    ledger.apply_json(&row.to_string()).unwrap();
    for (actions, segment, wanted) in [
        (json!({}), json!({ "amount_limit": 10 }), "segments.key.autonomy.amount_limit"),
        (json!({ "send_notice": { "amount_limit": 5 } }), json!({ "amount_limit": 10 }), "autonomy.actions.send_notice.amount_limit"),
        (json!({ "send_notice": { "amount_limit": 5 } }), json!({ "actions": { "send_notice": { "amount_limit": 6 } } }), "segments.key.autonomy.actions.send_notice.amount_limit"),
        (json!({ "send_notice": { "sample_share": 0.5 } }), json!({}), "autonomy.amount_limit"),
    ] {
        let policy = json!({ "autonomy": { "default_level": 2, "amount_limit": 7, "actions": actions }, "segments": { "key": { "autonomy": segment } } });
        let report = on(&inputs, &ledger, &Policy::from_json(&policy.to_string()).unwrap());
        assert_eq!(told(&report, "send_notice", "C1")["changes"][0]["changes"][0]["setting"], wanted);
    }
}
