//! Random policies, and the two that stand at the ends: the default, which only proposes, and one that acts.

use ar_core::Policy;
use ar_core::action::{ActionKind, GateMode};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Acts wherever the gate can be opened at all.
pub fn acting() -> Policy {
    read(
        &json!({ "version": "acting", "autonomy": { "default_level": 2, "amount_limit": 1_000_000_000, "run_budget": 1_000_000_000_000i64, "dunning_level_limit": 9, "min_confidence": 0.5, "ask_strategic": false } }),
    )
}

pub fn read(value: &Value) -> Policy {
    Policy::from_json(&value.to_string()).unwrap_or_else(|error| panic!("{:?}", error.problems()))
}

fn autonomy() -> impl Strategy<Value = Value> {
    let limits = (0u8..4, prop_oneof![Just(0i64), 1i64..300, Just(5_000i64), Just(1_000_000)], prop_oneof![Just(0i64), 1i64..20_000, Just(1_000_000i64)], 0u8..5);
    let rest = (0i64..=1_000_000, any::<bool>(), any::<bool>(), proptest::collection::vec((0..ActionKind::ALL.len(), 0u8..4), 0..4));
    (limits, rest, supervision()).prop_map(|((level, amount, budget, ladder), (confidence, strategic, first, levels), mut more)| {
        let levels: serde_json::Map<String, Value> = levels.into_iter().map(|(at, level)| (ActionKind::ALL[at].name().into(), json!(level))).collect();
        let numbers = json!({ "default_level": level, "amount_limit": amount, "run_budget": budget, "dunning_level_limit": ladder, "min_confidence": confidence as f64 / 1e6, "ask_strategic": strategic, "ask_first_contact": first, "levels": levels });
        more.as_object_mut().unwrap().extend(numbers.as_object().unwrap().clone());
        more
    })
}

/// One of some values by a byte; the first is the one that a counterexample shrinks to.
fn pick(byte: u8, of: &[Value]) -> Value {
    of[usize::from(byte) % of.len()].clone()
}

/// All that the other numbers and lists of the section may say, mostly at values that small books meet.
fn supervision() -> impl Strategy<Value = Value> {
    (any::<[u8; 20]>(), proptest::collection::vec((0..ActionKind::ALL.len(), 0..GateMode::ALL.len()), 0..4), proptest::collection::vec((0..ActionKind::ALL.len(), any::<[u8; 4]>()), 0..3), budgets())
        .prop_map(|(bytes, modes, actions, budgets)| {
            let whole = |at: usize, of: &[i64]| pick(bytes[at], &of.iter().map(|value| json!(value)).collect::<Vec<_>>());
            let flag = |at: usize, usual: bool| json!((bytes[at] % 3 == 2) != usual);
            let modes: serde_json::Map<String, Value> = modes.into_iter().map(|(at, mode)| (ActionKind::ALL[at].name().into(), json!(GateMode::ALL[mode].name()))).collect();
            let own = |bytes: [u8; 4]| {
                let every = [
                    ("amount_limit", pick(bytes[1], &[json!(1_000), json!(0), json!(5)])),
                    ("min_confidence", pick(bytes[2], &[json!(0.5), json!(1)])),
                    ("second_approval_amount", pick(bytes[3], &[json!(1_000), json!(1)])),
                    ("veto_days", json!(1)),
                ];
                every.into_iter().enumerate().filter(|(at, _)| bytes[0] >> at & 1 == 1).map(|(_, (name, value))| (name.to_owned(), value)).collect::<serde_json::Map<_, _>>()
            };
            let actions: serde_json::Map<String, Value> = actions.into_iter().map(|(at, bytes)| (ActionKind::ALL[at].name().into(), Value::Object(own(bytes)))).collect();
            json!({
                "tone_limit": pick(bytes[0], &[json!("final"), json!("firm"), json!("neutral"), json!("friendly")]),
                "plan_parts_limit": whole(1, &[3, 0, 2, 6]), "plan_days_limit": whole(2, &[90, 0, 30, 3_650]), "plan_amount_limit": whole(3, &[5_000, 0, 1, 100]),
                "extension_days_limit": whole(4, &[14, 0, 13, 180]), "discount_limit": whole(5, &[250, 0, 1]), "write_off_limit": whole(6, &[0, 1, 1_000]),
                "ask_credit_hold": flag(7, true), "ask_hand_over": flag(8, true), "min_precedents": whole(9, &[0, 0, 1, 3]), "human_touch_days": whole(10, &[0, 1, 10, 365]),
                "unattended_days": whole(11, &[0, 0, 30, 1]), "widened_amounts": whole(12, &[2, 1, 1_000]), "veto_days": whole(13, &[2, 1, 6]),
                "second_approval_amount": whole(14, &[1_000_000_000, 0, 1, 1_000]), "edit_approves": flag(15, false), "answer_days": whole(16, &[2, 0, 5]),
                "sample_share": pick(bytes[17], &[json!(0.02), json!(0), json!(1)]), "earned_level": whole(18, &[3, 0, 2]),
                "languages": pick(bytes[19], &[json!([]), json!([]), json!(["en", ""]), json!(["en"])]), "countries": pick(bytes[19] / 4, &[json!([]), json!([]), json!(["DE"])]),
                "modes": modes, "actions": actions, "budgets": budgets,
            })
        })
}

fn budgets() -> impl Strategy<Value = Value> {
    let budget = (proptest::option::of(0..ActionKind::ALL.len()), 1i64..10, prop_oneof![Just(1_000i64), 0i64..4], prop_oneof![Just(1_000_000i64), 0i64..500], any::<bool>());
    proptest::collection::vec(budget, 0..3).prop_map(|rules| {
        let row = |(action, days, count, amount, own): (Option<usize>, i64, i64, i64, bool)| {
            let mut row = json!({ "days": days, "count": count, "amount": amount, "per": if own { "customer" } else { "book" } });
            if let Some(at) = action {
                row["action"] = json!(ActionKind::ALL[at].name());
            }
            row
        };
        rules.into_iter().map(row).collect()
    })
}

fn collections() -> impl Strategy<Value = Value> {
    let days = (1i64..15, 0i64..20, 1i64..4, 0i64..6, any::<bool>());
    (days, prop_oneof![Just(0i64), Just(5), Just(1_000)], 1i64..12).prop_map(|((interval, minimum, cap, tolerance, whole), owner, most)| {
        json!({ "min_interval_days": interval, "min_notice_amount": minimum, "contact_cap": cap, "promise_tolerance_days": tolerance, "hold_whole_item": whole, "owner_notice_amount": owner, "max_contacts": most,
                "ladder": [{ "after_days": minimum }, { "after_days": minimum + 10, "tone": "firm" }, { "after_days": minimum + 30, "tone": "final" }] })
    })
}

/// Contact days: mostly those of the default; the day of the run may be closed, and the two days behind it open.
fn contact(closed: u8) -> Value {
    match closed {
        2 => json!({ "holidays": ["2026-11-20", "2026-11-23"] }),
        3 => json!({ "weekend": ["friday"] }),
        _ => json!({}),
    }
}

/// Credit, retries and offers, switched on now and then, with limits small enough for small books.
fn credit() -> impl Strategy<Value = Value> {
    (any::<[bool; 4]>(), 1i64..40, 0i64..60, 1i64..6).prop_map(|([holds, terms, plans, unasked], late, wait, level)| {
        json!({
            "credit": { "holds": holds, "terms": terms, "hold_late_days": late, "release_late_days": late / 2, "hold_late_amount": 1, "loosen_items": 1, "loosen_days": 0 },
            "retries": { "after_days": if wait > 30 { json!([]) } else { json!([wait + 1, wait + 1]) }, "unknown": unasked, "methods": ["direct_debit", ""] },
            "offers": { "plans": plans, "plan_late_days": late, "plan_min_amount": 1, "min_instalment": level, "extensions": unasked, "extensions_unasked": true },
            "promise": { "promise_max_live": level - 1, "promise_max_days": wait, "promise_max_amount": wait * 10, "promise_min_amount": level, "promise_max_level": level },
        })
    })
}

/// Policies with every limit at a random place, and now and then a segment that differs. Without the kill switch.
pub fn policies() -> impl Strategy<Value = Value> {
    (autonomy(), collections(), proptest::option::of(autonomy()), 0u8..4, credit()).prop_map(|(autonomy, mut collections, key, closed, mut credit)| {
        let segments = key.map_or(json!({}), |autonomy| json!({ "key": { "autonomy": autonomy } }));
        collections.as_object_mut().unwrap().extend(credit["promise"].as_object().unwrap().clone());
        let mut take = |name: &str| credit[name].take();
        json!({ "version": "random", "autonomy": autonomy, "collections": collections, "segments": segments, "contact": contact(closed),
                "credit": take("credit"), "retries": take("retries"), "offers": take("offers") })
    })
}

/// The same policy with the kill switch of the book on; that of a segment and of an action is off.
pub fn killed(policy: &Value) -> Value {
    let mut killed = policy.clone();
    killed["autonomy"]["kill_switch"] = json!(true);
    if killed["segments"]["key"].is_object() {
        killed["segments"]["key"]["autonomy"]["kill_switch"] = json!(false);
    }
    killed
}
