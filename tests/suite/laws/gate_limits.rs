//! Every number of the section `autonomy`, drawn tighter, takes decisions from the engine and gives it none.

use super::asks::{asks, id, mode, said, tell};
use super::book::books;
use super::cases;
use super::policies::{policies, read};
use super::tables::ledger;
use ar_core::Policy;
use ar_core::action::{Mode, Tone};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Which way a setting is tighter.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Lower,
    Higher,
    /// Lower, and none at all is the loosest.
    LowerButNone,
    /// It lets nothing act, and stops nothing.
    Neither,
}

/// Every number of the section. A new one needs its place here.
const WAYS: [(&str, Way); 33] = [
    ("kill_switch", Way::Higher),
    ("amount_limit", Way::Lower),
    ("run_budget", Way::Lower),
    ("dunning_level_limit", Way::Lower),
    ("tone_limit", Way::Lower),
    ("plan_parts_limit", Way::Lower),
    ("plan_days_limit", Way::Lower),
    ("plan_amount_limit", Way::Lower),
    ("extension_days_limit", Way::Lower),
    ("discount_limit", Way::Lower),
    ("write_off_limit", Way::Lower),
    ("ask_credit_hold", Way::Higher),
    ("ask_hand_over", Way::Higher),
    ("min_confidence", Way::Higher),
    ("min_precedents", Way::Higher),
    ("human_touch_days", Way::Higher),
    ("unattended_days", Way::LowerButNone),
    ("ask_strategic", Way::Higher),
    ("ask_first_contact", Way::Higher),
    ("default_level", Way::Lower),
    ("widened_amounts", Way::Lower),
    ("veto_days", Way::Higher),
    ("second_approval_amount", Way::Lower),
    ("edit_approves", Way::Lower),
    ("answer_days", Way::Neither),
    ("sample_share", Way::Neither),
    ("earned_level", Way::Lower),
    ("error_limit", Way::Neither),
    ("against_people", Way::Neither),
    ("earn_risk", Way::Neither),
    ("false_alarm_trials", Way::Neither),
    ("failed_samples", Way::Neither),
    ("mode", Way::Lower),
];

fn schema() -> Value {
    let schema: Value = serde_json::from_str(&Policy::schema()).unwrap();
    schema["properties"]["autonomy"]["properties"].clone()
}

#[test]
fn every_number_has_a_way() {
    let lists = ["levels", "modes", "actions", "roles", "people", "deputies", "languages", "countries", "budgets"];
    let schema = schema();
    let numbers: Vec<&String> = schema.as_object().unwrap().keys().filter(|name| !lists.contains(&name.as_str())).collect();
    let missing: Vec<_> = numbers.iter().filter(|name| WAYS.iter().all(|(known, _)| known != **name)).collect();
    assert!(missing.is_empty(), "which way is {missing:?} tighter?");
    assert_eq!(numbers.len() + 1, WAYS.len(), "a way for what is no number");
}

/// The settings of the policy with one of them moved by so many steps of 64 of the way to the tightest that the schema allows.
fn tighter(policy: &Value, name: &str, way: Way, steps: i64, action: &str) -> Value {
    let (mut tight, of) = (policy.clone(), schema()[name].clone());
    let section = &mut tight["autonomy"];
    if name == "mode" {
        let modes = ["off", "suggest", "approve", "veto", "limits", "act"];
        let at = modes.iter().position(|mode| section["modes"][action] == *mode);
        if let Some(at) = at {
            section["modes"][action] = json!(modes[(at as i64 - steps % 6).max(0) as usize]);
        }
        return tight;
    }
    let now = section.get(name).cloned().unwrap_or_else(|| of["default"].clone());
    section[name] = match &now {
        Value::Bool(_) => json!(way == Way::Higher),
        Value::String(word) => json!(Tone::ALL[Tone::ALL.iter().position(|tone| tone.name() == word).unwrap() * (64 - steps) as usize / 64].name()),
        Value::Number(number) if number.is_f64() || of["type"] == "number" => {
            let now = number.as_f64().unwrap();
            let end = if way == Way::Higher { of["maximum"].as_f64().unwrap() } else { of["minimum"].as_f64().unwrap() };
            json!(((now + (end - now) * steps as f64 / 64.0) * 1e6).round() / 1e6)
        }
        now => {
            let (now, least, most) = (now.as_i64().unwrap(), of["minimum"].as_i64().unwrap(), of["maximum"].as_i64().unwrap());
            match way {
                Way::Higher => json!(now + (most - now).min(steps)),
                Way::LowerButNone if now == 0 => json!(steps),
                Way::LowerButNone => json!((now * (64 - steps) / 64).max(1)),
                _ => json!(least.max(now * (64 - steps) / 64)),
            }
        }
    };
    tight
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// One decision at a time: what one leaves of a budget another may use.
    // Killed by: a limit that is read the wrong way round, or not at all by one kind of action.
    #[test]
    fn a_tighter_setting_lets_nothing_act(book in books(), policy in policies(), told in said(5), ask in asks(), which in 0..WAYS.len(), steps in 1i64..=64) {
        let (name, way) = WAYS[which];
        prop_assume!(way != Way::Neither);
        let action = ar_core::action::ActionKind::ALL[ask.action].name();
        let tight = tighter(&policy, name, way, steps, action);
        let acts = |policy: &Value| {
            let (mut books, policy) = (ledger(&book), read(policy));
            // The same words under either policy, though the identifier is another.
            let named = id(&books, &policy, &ask);
            tell(&mut books, &told, &named, &ask, &book.customers[0].id);
            mode(&books, &policy, &[], &ask) == Some(Mode::Act)
        };
        prop_assert!(!acts(&tight) || acts(&policy), "{:?} acts only under the tighter {}: {} for {}", ask, name, tight["autonomy"][name], policy["autonomy"][name]);
    }
}
