//! Events that move what we grant, hold and give up: due dates, credit holds, terms, write-offs, hand-overs.

use super::apply::{Batch, catch_up};
use crate::calendar::LAST_DAY;
use crate::error::ProblemCode;
use crate::event::{Event, What};
use crate::record::{Allocation, AllocationKind, Credit, Extension, HandOver, Hold, ItemIdx, Terms};
use crate::state::hold::{self, HoldState};
use crate::state::write_off::{self, WriteOffState};
use crate::text::TextId;
use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;

/// The most days to pay that terms may give.
const MAX_PAYMENT_DAYS: u16 = 730;

impl Batch<'_> {
    pub(super) fn arrangement(&mut self, event: &Event) {
        match &event.what {
            What::PlanOffered { .. } | What::PlanAgreed { .. } => self.plan(&event.what),
            What::ExtensionGranted { item_ids, due_on } => self.extend(item_ids, *due_on),
            What::HoldPlaced { customer_id, reason } => self.place_hold(customer_id, reason.as_deref()),
            What::HoldReleased { customer_id } => self.release_hold(customer_id),
            What::TermsChanged { customer_id, payment_days, credit_limit } => self.change_terms(customer_id, *payment_days, credit_limit.as_deref()),
            What::WrittenOff { item_id, amount } => self.write_off(item_id, amount.as_deref(), event.decision_id.as_deref()),
            What::HandedOver { customer_id, item_ids, to } => self.hand_over(customer_id, item_ids, to.as_deref()),
            What::PaymentRetried { payment_id } => self.retry(payment_id),
            _ => {}
        }
    }

    /// Moves due dates. The old ones are kept: an item never becomes younger than it is.
    fn extend(&mut self, item_ids: &[String], due_on: NaiveDate) {
        let mut items: Vec<ItemIdx> = item_ids.iter().filter_map(|id| self.item(id)).collect();
        items.sort_unstable();
        items.dedup();
        if item_ids.is_empty() {
            self.refuse("item_ids", ProblemCode::MissingValue, || "an extension names its items".into());
        }
        if due_on < self.on || due_on > LAST_DAY {
            return self.refuse("due_on", ProblemCode::DatesOutOfOrder, || "the new day is not before the day it is granted".into());
        }
        for at in items {
            if !self.may_arrange(at) {
                continue;
            }
            let Some(item) = self.ledger.items.get_mut(at.0 as usize) else { continue };
            let from = item.due_on;
            if due_on <= from {
                self.refuse("due_on", ProblemCode::DatesOutOfOrder, || format!("due on {from} already"));
                continue;
            }
            item.due_on = due_on;
            self.moved_due = true;
            self.ledger.extensions.push(Extension { item: at, on: self.on, from, to: due_on });
        }
    }

    /// The newest hold of a customer, and how the customer stands.
    fn hold_of(&mut self, customer_id: &str) -> Option<(crate::record::CustomerIdx, Option<usize>, HoldState)> {
        let customer = self.customer(customer_id)?;
        catch_up(&mut self.places.holds_of, &self.ledger.holds, |row| alloc::vec![row.customer]);
        let last = self.places.holds_of.1.get(&customer).and_then(|places| places.last()).copied();
        let held = last.and_then(|at| self.ledger.holds.get(at)).is_some_and(|row| row.released_on.is_none());
        Some((customer, last, if held { HoldState::Held } else { HoldState::Free }))
    }

    fn place_hold(&mut self, customer_id: &str, reason: Option<&str>) {
        let reason = reason.map_or(TextId::NONE, |reason| self.keep("reason", reason, 256));
        let Some((customer, last, state)) = self.hold_of(customer_id) else { return };
        if hold::next(state, hold::Input::Placed).is_none() {
            return self.refuse_state("customer_id", "the customer", state.name(), hold::Input::Placed.name());
        }
        if last.and_then(|at| self.ledger.holds.get(at)).is_some_and(|row| row.released_on > Some(self.on)) {
            return self.refuse("on", ProblemCode::DatesOutOfOrder, || "placed before the last hold was released".into());
        }
        self.ledger.holds.push(Hold { customer, placed_on: self.on, released_on: None, reason });
    }

    fn release_hold(&mut self, customer_id: &str) {
        let Some((_, last, state)) = self.hold_of(customer_id) else { return };
        if hold::next(state, hold::Input::Released).is_none() {
            return self.refuse_state("customer_id", "the customer", state.name(), hold::Input::Released.name());
        }
        let Some(row) = last.and_then(|at| self.ledger.holds.get_mut(at)) else { return };
        if self.on < row.placed_on {
            return self.refuse("on", ProblemCode::DatesOutOfOrder, || "released before it was placed".into());
        }
        row.released_on = Some(self.on);
    }

    fn change_terms(&mut self, customer_id: &str, payment_days: Option<u16>, credit_limit: Option<&str>) {
        let Some(customer) = self.customer(customer_id) else { return };
        if payment_days.is_none() && credit_limit.is_none() {
            return self.refuse("payment_days", ProblemCode::MissingValue, || "days to pay, a credit limit, or both".into());
        }
        if payment_days.is_some_and(|days| days > MAX_PAYMENT_DAYS) {
            self.refuse("payment_days", ProblemCode::OutOfRange, || format!("0 to {MAX_PAYMENT_DAYS}"));
        }
        let own = self.ledger.customer(customer).and_then(|row| row.currency);
        let currency = own.or_else(|| self.usual_currency(customer));
        if credit_limit.is_some() && currency.is_none() {
            return self.refuse("credit_limit", ProblemCode::CurrencyMismatch, || "the customer has no currency".into());
        }
        // A limit of nothing is one: nothing more on credit.
        let limit = credit_limit.zip(currency).and_then(|(limit, currency)| self.signed_amount("credit_limit", limit, currency));
        if limit.is_some_and(|limit| limit < 0) {
            return self.refuse("credit_limit", ProblemCode::NotPositive, || "a limit is not negative".into());
        }
        if let (Some(limit), Some(row)) = (limit, self.ledger.customers.get_mut(customer.0 as usize)) {
            (row.credit_limit, row.currency) = (Some(limit), currency);
        }
        self.ledger.terms.push(Terms { customer, on: self.on, payment_days, credit_limit: limit });
    }

    /// Gives an item up, or a part of it: a posting of our own, with nothing that came in.
    fn write_off(&mut self, item_id: &str, amount: Option<&str>, decision: Option<&str>) {
        let Some(at) = self.item(item_id) else { return };
        let Some((open, currency, is_credit)) = self.ledger.item(at).map(|item| (item.open, item.currency, item.kind.is_credit())) else { return };
        if is_credit {
            return self.refuse("item_id", ProblemCode::UnknownItem, || "a credit note is not owed".into());
        }
        let Some(amount) = amount.map_or(Some(open), |amount| self.amount("amount", amount, currency)) else { return };
        let state = self.item_state(at);
        let input = if amount < open { write_off::Input::WrittenOffInPart } else { write_off::Input::WrittenOff };
        if open == 0 {
            return self.refuse_state("item_id", "the item", state.name(), input.name());
        }
        if amount > open {
            return self.refuse("amount", ProblemCode::OverAllocated, || "more is written off than is open".into());
        }
        let before = self.write_off_state(at);
        if write_off::next(before, input).is_none() {
            return self.refuse_state("item_id", "the write-off", before.name(), input.name());
        }
        let decision = decision.and_then(|decision| self.ledger.texts.push(decision)).unwrap_or(TextId::NONE);
        self.post(Allocation { item: at, credit: Credit::Own, on: self.on, amount, cash: 0, kind: AllocationKind::WriteOff, decision, tabled: false });
    }

    /// Whether what was written off of the items may be undone; if not, that is said.
    pub(super) fn may_restore(&mut self, items: &[ItemIdx]) -> bool {
        let mut may = true;
        for at in items {
            let state: WriteOffState = self.write_off_state(*at);
            if write_off::next(state, write_off::Input::Undone).is_none() {
                self.refuse_state("item_ids", "the write-off", state.name(), write_off::Input::Undone.name());
                may = false;
            }
        }
        may
    }

    fn hand_over(&mut self, customer_id: &str, item_ids: &[String], to: Option<&str>) {
        let to = to.map_or(TextId::NONE, |to| self.keep("to", to, 256));
        let Some(customer) = self.customer(customer_id) else { return };
        let items = self.item_list(item_ids, customer);
        if item_ids.is_empty() {
            return self.refuse("item_ids", ProblemCode::MissingValue, || "what is handed over is named".into());
        }
        for at in self.ledger.item_list(&items).to_vec() {
            self.may_arrange(at);
        }
        self.ledger.handovers.push(HandOver { customer, on: self.on, items, to });
    }
}
