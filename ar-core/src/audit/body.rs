//! What is recorded of the inputs of a run and of a decision. A field more is one line, at its place in the order of the names.

use super::Scope;
use super::json::{Object, push_number_or_null, push_text, push_word};
use crate::decision::Decision;
use crate::ledger::Books;
use crate::reason::Reason;
use crate::record::{CustomerIdx, ItemIdx};
use alloc::string::String;
use chrono::NaiveDate;

/// Digests of what a run was given.
pub(super) struct Inputs<'i> {
    pub(super) as_of: NaiveDate,
    pub(super) ledger: &'i str,
    pub(super) models: &'i str,
    pub(super) policy: &'i str,
    pub(super) scope: Scope,
    /// Those that the run was for, where that were some.
    pub(super) customers: &'i [CustomerIdx],
}

pub(super) fn write_inputs(out: &mut String, books: &Books, inputs: &Inputs<'_>) {
    let mut body = Object::open(out);
    body.day("as_of", inputs.as_of);
    if inputs.scope == Scope::Customers {
        let id = |at: &CustomerIdx| books.customer(*at).map_or("", |row| books.text(row.id));
        body.list("customers", inputs.customers, |out, at| push_text(out, id(at)));
    }
    body.text("engine", env!("CARGO_PKG_VERSION"));
    body.text("ledger", inputs.ledger);
    body.text("models", inputs.models);
    body.text("policy", inputs.policy);
    body.text("scope", inputs.scope.name());
    body.close();
}

pub(super) fn write_decision(out: &mut String, books: &Books, decision: &Decision) {
    let draft = &decision.draft;
    let id = |at: &ItemIdx| books.item(*at).map_or("", |row| books.text(row.id));
    let number = |value: i64| (value != Reason::NOTHING).then_some(value);
    let mut body = Object::open(out);
    body.text("action", draft.action.name());
    body.number("amount_minor", draft.amount);
    body.text("ask_role", &decision.ask_role);
    body.number("autonomy_level", i64::from(decision.gate.level));
    body.text("currency", draft.currency.code());
    body.text_or_null("customer_id", draft.customer.and_then(|at| books.customer(at)).map(|row| books.text(row.id)));
    body.text("decision_id", &decision.id);
    body.day("expires_on", decision.expires_on);
    body.text("gate", decision.gate.mode.name());
    body.list("item_ids", &draft.items, |out, at| push_text(out, id(at)));
    body.number("level", i64::from(draft.params.level));
    body.list("lines", &draft.params.lines, |out, line| {
        out.push('[');
        push_text(out, id(&line.item));
        out.push(',');
        push_number_or_null(out, Some(line.amount));
        out.push(',');
        push_word(out, line.kind.name());
        out.push(']');
    });
    body.text("mode", decision.mode.name());
    body.text_or_null("payment_id", draft.params.payment.and_then(|at| books.payment(at)).map(|row| books.text(row.id)));
    let numbers = |out: &mut String, reason: &Reason| {
        out.push(',');
        push_number_or_null(out, number(reason.observed));
        out.push(',');
        push_number_or_null(out, number(reason.limit));
    };
    body.list("reasons", decision.reasons(), |out, reason| {
        out.push('[');
        push_word(out, reason.code.name());
        numbers(out, reason);
        out.push(']');
    });
    // The path through the gate: each rule by the number of its code, what it compared, and 1 where it forbade.
    body.list("rules", &decision.gate.rules, |out, rule| {
        out.push('[');
        push_number_or_null(out, Some(i64::from(rule.reason.code as u16)));
        numbers(out, &rule.reason);
        out.push_str(if rule.forbids { ",1]" } else { ",0]" });
    });
    body.number("sampled", i64::from(decision.gate.sampled));
    body.text("segment", books.segment_of(draft.customer));
    body.close();
}
