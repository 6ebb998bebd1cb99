//! What the gate may be asked: drafts of every kind, each of which can be made worse; and what people said before.

use super::book::{ago, as_of};
use ar_core::action::{ActionKind, Mode, Tone};
use ar_core::decision::{Arrangement, Decision, Draft, Params, decision_id};
use ar_core::escalation::Gate;
use ar_core::matching::Line;
use ar_core::money::Currency;
use ar_core::record::{AllocationKind, CustomerIdx, ItemIdx};
use ar_core::scoring::Worth;
use ar_core::{Ledger, Policy};
use chrono::Days;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A draft by what the gate looks at. More of each of the numbers is more risk, but for the confidence.
#[derive(Clone, Debug)]
pub struct Ask {
    pub action: usize,
    pub amount: i64,
    pub level: u8,
    pub tone: usize,
    pub confidence: i64,
    pub certain: bool,
    pub customer: bool,
    /// Instalments and the days between them, of a plan; days of an extension.
    pub parts: usize,
    pub days: u64,
    /// Lines of a posting beside the money.
    pub discount: i64,
    pub write_off: i64,
}

pub fn asks() -> impl Strategy<Value = Ask> {
    let amount = prop_oneof![0i64..1_000, 0i64..100_000_000, Just(500_000i64), Just(500_001)];
    let usual = prop_oneof![
        Just(ActionKind::SendNotice),
        Just(ActionKind::OfferPlan),
        Just(ActionKind::GrantExtension),
        Just(ActionKind::PostAllocation),
        Just(ActionKind::PlaceHold),
        Just(ActionKind::HandOver),
        Just(ActionKind::WriteOff)
    ];
    let action = prop_oneof![0..ActionKind::ALL.len(), usual.prop_map(|action| ActionKind::ALL.iter().position(|of| *of == action).unwrap())];
    let numbers = (0u8..6, 0..Tone::ALL.len(), prop_oneof![0i64..=1_000_000, Just(1_000_000i64)], prop::bool::weighted(0.9));
    let more = (0usize..6, 0u64..40, prop_oneof![Just(0i64), 0i64..50_000], prop_oneof![Just(0i64), 0i64..50_000]);
    (action, amount, numbers, any::<bool>(), more).prop_map(|(action, amount, (level, tone, confidence, certain), customer, (parts, days, discount, write_off))| Ask {
        action,
        amount,
        level,
        tone,
        confidence,
        certain,
        customer,
        parts,
        days,
        discount,
        write_off,
    })
}

/// The same with more of what is a risk, by so many steps each.
pub fn worse(ask: &Ask, by: [u16; 8], amount: i64) -> Ask {
    let by = |at: usize| i64::from(by[at] % 4) * i64::from(by[at] / 4 % 200);
    Ask {
        amount: ask.amount + amount,
        level: ask.level + by(0).min(4) as u8,
        tone: (ask.tone + by(1).min(4) as usize).min(Tone::ALL.len() - 1),
        confidence: (ask.confidence - by(2) * 1_000).max(0),
        certain: ask.certain && by(3) == 0,
        parts: if ask.parts == 0 { 0 } else { ask.parts + by(4).min(5) as usize },
        days: ask.days + by(5) as u64,
        discount: if ask.discount == 0 { 0 } else { ask.discount + by(6) },
        write_off: if ask.write_off == 0 { 0 } else { ask.write_off + by(7) },
        ..ask.clone()
    }
}

pub fn draft(ask: &Ask) -> Draft {
    let action = ActionKind::ALL[ask.action];
    let day = |days: u64| as_of() + Days::new(days);
    let arrangement = match action {
        ActionKind::OfferPlan | ActionKind::AgreePlan => Some(Arrangement::Plan((1..=ask.parts as u64).map(|part| (day(part * ask.days), ask.amount / ask.parts as i64)).collect())),
        ActionKind::GrantExtension => Some(Arrangement::Extension(day(ask.days))),
        _ => None,
    };
    let line = |amount, kind| Line { item: ItemIdx(0), amount, kind, item_amount: amount };
    let lines = match action {
        ActionKind::PostAllocation => {
            let beside = [(ask.discount, AllocationKind::Discount), (ask.write_off, AllocationKind::WriteOff)];
            [(ask.amount, AllocationKind::Payment)].into_iter().chain(beside.into_iter().filter(|row| row.0 > 0)).map(|(amount, kind)| line(amount, kind)).collect()
        }
        _ => Vec::new(),
    };
    let notice = action == ActionKind::SendNotice;
    Draft {
        customer: ask.customer.then_some(CustomerIdx(0)),
        currency: Currency::EUR,
        items: if action == ActionKind::GrantExtension { vec![ItemIdx(0)] } else { Vec::new() },
        action,
        amount: ask.amount,
        priority: 0,
        worth: Worth::default(),
        options: Vec::new(),
        certain: ask.certain,
        confidence_ppm: ask.confidence,
        params: Params { level: if notice { ask.level } else { 0 }, tone: notice.then(|| Tone::ALL[ask.tone]), arrangement, lines, ..Params::default() },
        reasons: Vec::new(),
    }
}

/// What the gate makes of an ask when others went before it.
pub fn decision(books: &Ledger, policy: &Policy, before: &[Ask], ask: &Ask) -> Option<Decision> {
    let mut gate = Gate::new(books, policy, as_of());
    before.iter().for_each(|ask| drop(gate.pass(draft(ask), &[])));
    gate.pass(draft(ask), &[]).ok()
}

pub fn mode(books: &Ledger, policy: &Policy, before: &[Ask], ask: &Ask) -> Option<Mode> {
    decision(books, policy, before, ask).map(|decision| decision.mode)
}

pub fn id(books: &Ledger, policy: &Policy, ask: &Ask) -> String {
    decision_id(books, &policy.digest(), as_of(), &draft(ask), &[])
}

pub const PEOPLE: [&str; 3] = ["Ms Ash", "Mr Birch", "Ms Cedar"];

/// What was said and done before, about a decision or about autonomy; days ago (negative: not yet), and what by bytes.
#[derive(Clone, Debug)]
pub struct Said {
    pub days: i64,
    pub what: u8,
    pub by: usize,
    pub choice: usize,
}

pub fn said(most: usize) -> impl Strategy<Value = Vec<Said>> {
    let row = (prop_oneof![0i64..8, 0i64..40], 0u8..11, 0..PEOPLE.len(), 0usize..256).prop_map(|(days, what, by, choice)| Said { days, what, by, choice });
    proptest::collection::vec(row, 0..most)
}

/// Tells the books; what they refuse (the end of what is not stopped, who approves what is their own) is left out.
pub fn tell(books: &mut Ledger, told: &[Said], id: &str, ask: &Ask, customer: &str) {
    for said in told {
        drop(books.apply_json(&Value::Array(vec![event(said, id, ask, customer)]).to_string()));
    }
}

fn event(said: &Said, id: &str, ask: &Ask, customer: &str) -> Value {
    let (by, odd) = (PEOPLE[said.by], said.choice % 2 == 1);
    let action = ActionKind::ALL[if odd { ask.action } else { said.choice % ActionKind::ALL.len() }].name();
    let extent = |event: &str| match said.choice % 4 {
        0 => json!({ "event": event, "by": by }),
        1 => json!({ "event": event, "by": by, "action": action }),
        2 => json!({ "event": event, "by": by, "segment": "key" }),
        _ => json!({ "event": event, "by": by, "customer_id": customer }),
    };
    let edit = [json!({ "tone": "firm" }), json!({ "level": 2 }), json!({ "amount": "0.01" }), json!({ "on": ago(said.days) })][said.choice % 4].clone();
    let mut event = match said.what {
        0 => json!({ "event": "decision_asked", "decision_id": id }),
        1 => json!({ "event": "decision_approved", "decision_id": id, "by": by }),
        2 => json!({ "event": "decision_rejected", "decision_id": id, "by": by }),
        3 => json!({ "event": "decision_edited", "decision_id": id, "by": by, "edit": edit }),
        4 => json!({ "event": "decision_reviewed", "decision_id": id, "by": by, "verdict": if odd { "right" } else { "wrong" } }),
        5 => extent("autonomy_stopped"),
        6 => extent("autonomy_resumed"),
        7 => json!({ "event": "autonomy_widened", "by": by, "action": action, "level": said.choice / 2 % 4 }),
        8 => json!({ "event": "autonomy_narrowed", "by": by, "action": action, "level": said.choice / 2 % 4 }),
        9 => json!({ "event": "call_made", "by": by, "decision_id": format!("D-call-{}-{}", said.days, said.choice), "customer_id": customer }),
        _ => {
            json!({ "event": "item_issued", "item_id": format!("F-{}-{}", said.days, said.choice), "decision_id": format!("D-fee-{}-{}", said.days, said.choice), "customer_id": customer, "kind": "fee",
                     "currency": "EUR", "amount": format!("{}.00", 1 + said.choice), "due_on": ago(said.days) })
        }
    };
    event["on"] = json!(ago(said.days));
    event
}
