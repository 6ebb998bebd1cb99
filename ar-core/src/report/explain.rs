//! Explanations of a decision, in words and as data.

use super::Report;
use super::json::reason_json;
use super::object::Object;
use crate::action::{ActionKind, Mode};
use crate::calendar;
use crate::decision::{Decision, Rule};
use crate::ledger::Books;
use crate::money::{Currency, minor_to_text};
use crate::reason::Reason;
use crate::record::{CustomerIdx, Deduction, ItemIdx};
use crate::scoring::Profile;
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde_json::{Value, json};

/// The most deductions that the context of one decision lists.
const MOST_DEDUCTIONS: usize = 50;

/// What a customer owes in one currency, as it stands beside a decision.
#[derive(Default)]
struct Owed {
    open: i64,
    overdue: i64,
    /// Days that the oldest item is late, 0 where none is.
    oldest: i32,
    /// When most of it will have been paid, as likely as not.
    median_on: Option<NaiveDate>,
}

/// What customers owe, worked out once for all their decisions.
#[derive(Default)]
pub(super) struct Owing(BTreeMap<(CustomerIdx, Currency), Owed>);

impl Report {
    /// The facts that a person needs to decide: exposure, overdue, history, claims. A JSON object with sorted keys.
    pub(super) fn context(&self, decision: &Decision, owing: &mut Owing) -> String {
        let mut map = Object::new();
        if let Some(at) = decision.customer() {
            self.customer_context(at, decision, owing, &mut map);
        }
        self.worth_context(decision, &mut map);
        if let Some(payment) = decision.draft.params.payment.and_then(|at| self.ledger.payment(at)) {
            map.text("payment_text", begin(self.ledger.text(payment.text)));
            map.text("payer_name", self.ledger.text(payment.payer_name));
            map.day("received_on", payment.received_on);
        }
        let kept_back: Vec<Value> = decision.draft.items.iter().filter_map(|at| self.ledger.deduction_of(*at)).take(MOST_DEDUCTIONS).map(|row| self.deduction_context(row)).collect();
        if !kept_back.is_empty() {
            map.insert("deductions", json!(kept_back));
        }
        map.done()
    }

    /// What acting today is worth against waiting, and what else could be done.
    fn worth_context(&self, decision: &Decision, map: &mut Object) {
        let (draft, exponent) = (&decision.draft, decision.draft.currency.exponent());
        map.amount("cash_gained_today", draft.worth.gain, exponent);
        map.amount("cost_saved_by_waiting", draft.worth.cost, exponent);
        let mut options = Object::default();
        let others = draft.options.iter().map(|(action, worth)| (*action, worth.net()));
        others.chain(draft.params.payment.is_none().then_some((ActionKind::Wait, 0))).for_each(|(action, worth)| options.amount(action.name(), worth, exponent));
        map.object("instead", options);
    }

    /// Of what a deduction was kept back, and why: what the person who works on it asks first.
    fn deduction_context(&self, row: &Deduction) -> Value {
        let id = |at: ItemIdx| self.ledger.item(at).map(|item| self.ledger.text(item.id));
        let payment = row.payment.and_then(|at| self.ledger.payment(at)).map(|payment| self.ledger.text(payment.id));
        json!({ "item_id": id(row.item), "source_item_id": row.source.and_then(id), "reason": row.reason.name(), "code": self.ledger.texts().get_opt(row.code), "payment_id": payment })
    }

    fn customer_context(&self, at: CustomerIdx, decision: &Decision, owing: &mut Owing, map: &mut Object) {
        if let Some(profile) = self.parts.profile(at) {
            let currency = decision.draft.currency;
            let owed = owing.0.entry((at, currency)).or_insert_with(|| self.owed(at, currency));
            self.standing(owed, profile, currency, map);
        }
        let last = self.ledger.contacts_of(at).iter().map(|contact| contact.on).filter(|on| *on <= self.as_of).max();
        map.day_opt("last_contact_on", last);
        if let Some(reply) = self.ledger.replies_of(at).iter().rfind(|reply| reply.received_on <= self.as_of) {
            map.text("last_message", begin(self.ledger.text(reply.text)));
            map.shown("last_message_days", calendar::days_between(reply.received_on, self.as_of));
        }
    }

    /// What a customer owes in a currency.
    fn owed(&self, at: CustomerIdx, currency: Currency) -> Owed {
        let range = self.ledger.item_range(at);
        let open = self.parts.open.get(range.clone()).unwrap_or(&[]);
        let mut owed = Owed::default();
        for (item, open) in self.ledger.items_of(at).iter().zip(open).filter(|(item, open)| **open > 0 && item.currency == currency && !item.kind.is_credit()) {
            let late = Books::days_late(item, self.as_of);
            owed.open += open;
            owed.overdue += if late > 0 { *open } else { 0 };
            owed.oldest = owed.oldest.max(late);
        }
        let from = self.parts.scores.partition_point(|score| (score.item.0 as usize) < range.start);
        let mine = self.parts.scores.iter().skip(from).take_while(|score| (score.item.0 as usize) < range.end);
        let debit = mine.filter(|score| self.ledger.item(score.item).is_some_and(|item| item.currency == currency && !item.kind.is_credit()));
        owed.median_on = debit.map(|score| score.median_on).max();
        owed
    }

    /// What the customer owes and how it pays: known where the day was worked through, not where it ended with the cash.
    fn standing(&self, owed: &Owed, profile: &Profile, currency: Currency, map: &mut Object) {
        map.amount("open", owed.open, currency.exponent());
        map.amount("overdue", owed.overdue, currency.exponent());
        map.shown("oldest_days_late", owed.oldest);
        // Not where nobody asked when the money comes.
        if !self.parts.scores.is_empty() {
            map.day_opt("median_on", owed.median_on);
        }
        map.text("class", profile.class.name());
        map.shown("settled_items", profile.settled);
        map.shown("late_items", profile.late);
        map.shown_opt("usual_days_late", profile.habit_days);
        map.shown("open_disputes", profile.disputes);
        map.shown("broken_promises", profile.broken);
    }

    /// Explains a decision: a JSON object with `text`, `decision_id`, `action`, `mode`, `reasons` (with their
    /// sentences), `rules` (each rule of the gate that was asked), `would_act_with` (what would have let the engine act, as the
    /// `changes` of [`Report::why_not`]; empty for what it does act on), `evidence`, `params` and `context`. `None` when the report has no such decision.
    pub fn explain(&self, decision_id: &str) -> Option<String> {
        let decision = self.parts.decisions.iter().find(|decision| decision.id == decision_id)?;
        let exponent = decision.draft.currency.exponent();
        let reasons: Vec<Value> = decision.reasons().iter().map(|reason| with_sentence(reason, exponent)).collect();
        let read = |text: String| serde_json::from_str::<Value>(&text).unwrap_or(Value::Null);
        let who = match decision.mode {
            Mode::Act => "The engine acts.".into(),
            Mode::Ask => format!("A person decides ({}). {}", decision.ask_role, self.if_unanswered(decision)),
        };
        let (would_act_with, sentence) = self.would_act_with(decision);
        let value = json!({
            "decision_id": decision.id,
            "text": format!("{} {who}{sentence}", self.why(decision)),
            "action": decision.action().name(),
            "mode": decision.mode.name(),
            "ask_role": decision.ask_role,
            "amount": minor_to_text(decision.draft.amount, exponent),
            "currency": decision.draft.currency.code(),
            "customer": self.name_of(decision),
            "expires_on": format!("{}", decision.expires_on),
            "reasons": reasons,
            "evidence": self.evidence_of(decision),
            "gate": decision.gate.mode.name(),
            "autonomy_level": decision.gate.level,
            "rules": decision.gate.rules.iter().map(|rule| rule_json(rule, exponent)).collect::<Vec<Value>>(),
            "alternatives": read(self.alternatives_of(decision)),
            "would_act_with": would_act_with,
            "params": read(self.params(decision)),
            "context": read(self.context(decision, &mut Owing::default())),
        });
        Some(format!("{value}"))
    }
}

/// What people read of a text at a glance: its first 300 characters.
fn begin(text: &str) -> &str {
    text.char_indices().nth(300).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// A rule of the gate with its numbers, and whether it forbids.
fn rule_json(rule: &Rule, exponent: u8) -> Value {
    // The sentence is that of what forbids.
    let mut value = if rule.forbids { with_sentence(&rule.reason, exponent) } else { reason_json(&rule.reason) };
    if let Some(map) = value.as_object_mut() {
        map.insert("forbids".into(), json!(rule.forbids));
    }
    value
}

pub(super) fn with_sentence(reason: &Reason, exponent: u8) -> Value {
    let mut value = reason_json(reason);
    if let Some(map) = value.as_object_mut() {
        map.insert("text".into(), json!(reason.to_text(exponent)));
    }
    value
}
