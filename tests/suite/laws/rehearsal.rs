//! A rehearsal against two runs on the same books: nothing is lost, nothing counted twice, and what is the same is called the same.

use super::book::{as_of, books};
use super::cases;
use super::policies::{policies, read};
use super::tables::ledger;
use ar_core::action::{ActionKind, GateMode, Mode, Tone};
use ar_core::decision::Decision;
use ar_core::money::Currency;
use ar_core::policy::Direction;
use ar_core::policy::direction::{AUTONOMY, Way};
use ar_core::rehearsal::{Aspect, Rehearsal, Row, Scope, Shift, rehearse};
use ar_core::text::TextId;
use ar_core::{Ledger, Models, Policy, Report, run};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

struct Both {
    ledger: Ledger,
    policies: [Policy; 2],
    reports: [Report; 2],
    found: Rehearsal,
}

fn both(ledger: Ledger, before: &Value, after: &Value) -> Both {
    let (policies, models) = ([read(before), read(after)], Models::fit(&ledger, as_of()));
    let reports = policies.each_ref().map(|policy| run(&ledger, policy, &models, as_of()).unwrap());
    let found = rehearse(&ledger, &policies[0], &policies[1], &models, &[as_of()], &[], Scope::All).unwrap();
    Both { ledger, policies, reports, found }
}

/// What a decision is about, in words, without its items.
fn about(ledger: &Ledger, decision: &Decision) -> String {
    let draft = &decision.draft;
    let customer = draft.customer.and_then(|at| ledger.customer(at)).map(|row| ledger.text(row.id));
    let payment = draft.params.payment.and_then(|at| ledger.payment(at)).map(|row| ledger.text(row.id));
    format!("{customer:?} {} {} {payment:?} {:?}", draft.currency.code(), draft.action.name(), draft.params.charge.as_ref().map(|charge| &charge.key))
}

type Totals = BTreeMap<(ActionKind, Currency), (i64, i64, i64, i64)>;

/// Count, amount, worth and minutes of what a run decides.
fn of_run(both: &Both, side: usize) -> Totals {
    let mut totals = Totals::new();
    for decision in both.reports[side].decisions() {
        let total = totals.entry((decision.action(), decision.draft.currency)).or_default();
        let minutes = both.policies[1].settings(both.ledger.segment_of(decision.customer())).minutes(decision.action());
        *total = (total.0 + 1, total.1 + decision.draft.amount, total.2 + decision.draft.worth.net(), total.3 + if decision.mode == Mode::Ask { minutes } else { 0 });
    }
    totals
}

fn of_rehearsal(both: &Both, side: usize) -> Totals {
    let missing = [Shift::OnlyAfter, Shift::OnlyBefore][side];
    let mut totals = Totals::new();
    for ((shift, action, currency), sum) in both.found.sums.iter().filter(|(key, _)| key.0 != missing) {
        let total = totals.entry((*action, *currency)).or_default();
        *total = (total.0 + sum.count, total.1 + sum.amount[side], total.2 + sum.worth[side].unwrap(), total.3 + sum.minutes[side]);
        assert_eq!((sum.count > 0, *shift == Shift::Unchanged && sum.amount[0] != sum.amount[1]), (true, false));
    }
    totals
}

/// The decisions of a run that a row is about: one, but where a run decides twice about the same.
fn meant<'r>(both: &'r Both, side: usize, row: &Row) -> Vec<&'r Decision> {
    let ledger = &both.ledger;
    let items = |decision: &Decision| decision.draft.items.iter().map(|at| ledger.text(ledger.item(*at).unwrap().id).to_string()).collect::<Vec<_>>();
    let is = |decision: &&Decision| {
        let sides = [&row.before, &row.after][side].as_ref().unwrap();
        let customer = decision.customer().map(|at| ledger.text(ledger.customer(at).unwrap().id));
        let payment = decision.draft.params.payment.map(|at| ledger.text(ledger.payment(at).unwrap().id));
        let same = (decision.action(), decision.draft.currency, customer, payment) == (row.action, row.currency, row.customer_id.as_deref(), row.payment_id.as_deref());
        let whole = side == 1 || row.after.is_none() || !row.aspects.contains(&Aspect::Items);
        same && (decision.mode, decision.draft.amount) == (sides.mode, sides.amount) && Some(decision.draft.worth.net()) == sides.worth && (!whole || items(decision) == row.item_ids)
    };
    both.reports[side].decisions().iter().filter(is).collect()
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn nothing_is_lost_and_nothing_counted_twice(book in books(), before in policies(), after in policies()) {
        let both = both(ledger(&book), &before, &after);
        for side in [0, 1] {
            prop_assert_eq!(of_run(&both, side), of_rehearsal(&both, side));
        }
        let counted: i64 = both.found.sums.iter().filter(|(key, _)| key.0 != Shift::Unchanged).map(|row| row.1.count).sum();
        prop_assert_eq!(counted, both.found.rows.len() as i64);
        let mut named: Vec<&str> = both.found.rows.iter().filter_map(|row| row.decision_id.as_deref()).collect();
        let ids: Vec<&str> = both.reports[0].decisions().iter().map(|row| row.id.as_str()).collect();
        prop_assert!(named.iter().all(|id| ids.contains(id)));
        named.sort_unstable();
        named.dedup();
        prop_assert_eq!(named.len(), both.found.rows.iter().filter(|row| row.before.is_some()).count());
        for row in &both.found.rows {
            for side in [0, 1] {
                if [&row.before, &row.after][side].is_some() {
                    prop_assert!(!meant(&both, side, row).is_empty(), "{row:?}");
                }
            }
        }
    }

    /// By brute force: of what is left on either side nothing is about the same with an item in common; and a row that calls two one is
    /// right to.
    #[test]
    fn what_is_about_the_same_is_one(book in books(), before in policies(), after in policies()) {
        let both = both(ledger(&book), &before, &after);
        let lone = |shift: Shift, side: usize| -> Vec<&Decision> { both.found.rows.iter().filter(|row| row.shift == shift).flat_map(|row| meant(&both, side, row)).collect() };
        let (old, new) = (lone(Shift::OnlyBefore, 0), lone(Shift::OnlyAfter, 1));
        let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
        for (side, report) in both.reports.iter().enumerate() {
            for decision in report.decisions() {
                counts.entry(format!("{} {:?}", about(&both.ledger, decision), decision.draft.items)).or_default()[side] += 1;
            }
        }
        for first in &old {
            for then in &new {
                let (was, is) = (&first.draft.params, &then.draft.params);
                let said = |one: &[TextId], other: &[TextId]| one.iter().any(|id| other.contains(id));
                let named = said(&was.promises, &is.promises) || said(&was.disputes, &is.disputes) || said(&was.replies, &is.replies);
                let shared = first.draft.items.iter().any(|at| then.draft.items.contains(at)) || first.draft.items == then.draft.items || named;
                // Where a run decides twice about just the same, the second may have no partner.
                let once = |decision: &Decision| counts[&format!("{} {:?}", about(&both.ledger, decision), decision.draft.items)].iter().all(|count| *count < 2);
                prop_assert!(!shared || about(&both.ledger, first) != about(&both.ledger, then) || !once(first) || !once(then), "{first:?}\n{then:?}");
            }
        }
    }

    #[test]
    fn a_policy_rehearsed_against_itself_changes_nothing(book in books(), policy in policies()) {
        let mut renamed = policy.clone();
        renamed["version"] = json!("another name");
        let both = both(ledger(&book), &policy, &renamed);
        prop_assert!(both.found.rows.is_empty(), "{:?}", both.found.rows);
        prop_assert_eq!(both.found.sums.values().map(|sum| sum.count).sum::<i64>() as usize, both.reports[0].decisions().len());
    }

    /// The table of directions against the gate: what is called tighter opens nothing, what is called looser closes nothing. A budget is
    /// shared by decisions (who takes more of it leaves less), so it is large here and no part of the law.
    #[test]
    fn directions_are_true(book in books(), policy in policies(), at in 0usize..100, to in 0i64..1_000_000) {
        let mut before = policy;
        before["autonomy"]["run_budget"] = json!(1_000_000_000_000i64);
        before["segments"] = json!({});
        let mut after = before.clone();
        let settings: Vec<&str> = AUTONOMY.iter().filter(|row| row.1 != Way::Neither && !row.0.contains("budget")).map(|row| row.0).collect();
        let setting = settings[at % settings.len()];
        after["autonomy"][setting] = match setting {
            "levels" => json!({ "send_notice": to % 4, "post_allocation": to / 4 % 4 }),
            "modes" => json!({ "send_notice": GateMode::WORDS[1 + to as usize % 5] }),
            "languages" | "countries" => json!(["de"]),
            "tone_limit" => json!(Tone::WORDS[to as usize % 5]),
            "min_confidence" => json!(to as f64 / 1e6),
            "earn_risk" | "error_limit" => json!(0.001 + (to % 400_000) as f64 / 1e6),
            "default_level" | "earned_level" => json!(to % 4),
            "dunning_level_limit" => json!(to % 5),
            "veto_days" | "widened_amounts" => json!(1 + to % 5),
            "false_alarm_trials" => json!(100 + to),
            "edit_approves" | "kill_switch" => json!(to % 2 == 0),
            flag if flag.starts_with("ask_") => json!(to % 2 == 0),
            days if days.ends_with("_days") || days.ends_with("_days_limit") => json!(to % 60),
            _ => json!(to % 1_000),
        };
        let both = both(ledger(&book), &before, &after);
        let changes = Policy::diff(&both.policies[0], &both.policies[1]);
        // Levels of two actions may go two ways.
        prop_assume!(changes.iter().all(|change| change.direction == changes[0].direction));
        let moved = |shift| both.found.rows.iter().find(|row| row.shift == shift && row.aspects.is_empty());
        for change in &changes {
            let against: &[Shift] = match change.direction {
                Direction::Tighter => &[Shift::AskToAct],
                Direction::Looser => &[Shift::ActToAsk],
                Direction::Other => &[Shift::AskToAct, Shift::ActToAsk],
            };
            for shift in against {
                prop_assert_eq!(moved(*shift), None, "{}", change.text);
            }
        }
    }
}
