//! Events that move claims: promises and disputes.

use super::apply::{Batch, catch_up, place_of};
use crate::error::ProblemCode;
use crate::event::{Event, What};
use crate::money::Currency;
use crate::record::{Allocation, CustomerIdx, Dispute, DisputeState, ItemIdx, Promise, PromiseState};
use crate::state::{dispute, plan, promise};
use crate::text::TextId;
use alloc::{format, vec::Vec};
use chrono::NaiveDate;

impl Batch<'_> {
    pub(super) fn claim(&mut self, event: &Event) {
        match &event.what {
            What::PromiseMade { .. } => self.promise_made(&event.what),
            What::PromiseWithdrawn { promise_id } => self.promise_withdrawn(promise_id),
            What::DisputeOpened { dispute_id, item_id, amount, reason } => self.dispute_opened(dispute_id, item_id, amount.as_deref(), reason.as_deref()),
            What::DisputeRouted { dispute_ids } => {
                for id in dispute_ids {
                    self.move_dispute(id, dispute::Input::Routed, None);
                }
            }
            What::DisputeResolved { dispute_id, state, amount } => self.dispute_resolved(dispute_id, state, amount.as_deref()),
            _ => self.arrangement(event),
        }
    }

    fn promise_made(&mut self, what: &What) {
        let What::PromiseMade { promise_id, customer_id, item_id, amount, due_on, source } = what else { return };
        let customer = self.customer(customer_id);
        let item = item_id.as_deref().map(|id| self.item(id));
        let taken = place_of(&mut self.places.promises, &self.ledger.texts, &self.ledger.promises, |row| row.id, promise_id).is_some();
        let id = self.new_id("promise_id", promise_id, taken);
        if *due_on < self.on {
            self.refuse("due_on", ProblemCode::DatesOutOfOrder, || "promised for a day before it was made".into());
        }
        self.in_calendar("due_on", *due_on);
        let source = source.as_deref().map_or(TextId::NONE, |source| self.keep("source", source, 512));
        let (Some(customer), Some(id)) = (customer, id) else { return };
        if item == Some(None) {
            return;
        }
        let item = item.flatten();
        if item.and_then(|at| self.ledger.item(at)).is_some_and(|item| item.customer != customer) {
            return self.refuse("item_id", ProblemCode::Contradiction, || "the item belongs to another customer".into());
        }
        let own = item.and_then(|at| self.ledger.item(at)).map(|item| item.currency);
        let currency = own.or_else(|| self.usual_currency(customer));
        if amount.is_some() && currency.is_none() {
            return self.refuse("amount", ProblemCode::CurrencyMismatch, || "the customer has no item that says in which currency".into());
        }
        let amount = amount.as_deref().zip(currency).and_then(|(amount, currency)| self.amount("amount", amount, currency));
        let (state, closed_on) = self.replace_promises(customer, item, *due_on);
        let currency = currency.filter(|_| own.is_none() && amount.is_some());
        self.ledger.promises.push(Promise { id, customer, item, amount, made_on: self.on, due_on: *due_on, state, closed_on, currency, source });
    }

    /// The currency of amounts that no item says.
    pub(super) fn usual_currency(&self, customer: CustomerIdx) -> Option<Currency> {
        self.ledger.items_of(customer).first().map(|item| item.currency).or_else(|| self.ledger.customer(customer)?.currency)
    }

    /// A promise of today takes the place of the open ones for the same item whose day has not gone by. One that is told
    /// late may be replaced already: state and day of the new one.
    fn replace_promises(&mut self, customer: CustomerIdx, item: Option<ItemIdx>, due_on: NaiveDate) -> (PromiseState, Option<NaiveDate>) {
        catch_up(&mut self.places.promises_of, &self.ledger.promises, |row| alloc::vec![(row.customer, row.item)]);
        let (on, mut later) = (self.on, None);
        for place in self.places.promises_of.1.get(&(customer, item)).map_or(&[][..], Vec::as_slice) {
            let Some(row) = self.ledger.promises.get_mut(*place) else { continue };
            if row.made_on > on {
                let earliest = later.map_or(row.made_on, |day: NaiveDate| day.min(row.made_on));
                later = Some(earliest).filter(|day| *day <= due_on).or(later);
            } else if let Some(state) = promise::next(row.state_on(on), promise::Input::Replaced).filter(|_| row.due_on >= on) {
                (row.state, row.closed_on) = (state, Some(on));
            }
        }
        let state = later.and_then(|_| promise::next(PromiseState::Open, promise::Input::Replaced));
        (state.unwrap_or(PromiseState::Open), later)
    }

    fn promise_withdrawn(&mut self, id: &str) {
        let at = place_of(&mut self.places.promises, &self.ledger.texts, &self.ledger.promises, |row| row.id, id);
        let Some(row) = at.and_then(|at| self.ledger.promises.get_mut(at)) else {
            return self.refuse("promise_id", ProblemCode::UnknownRecord, || format!("no promise '{id}'"));
        };
        let before = row.state;
        if self.on < row.made_on {
            return self.refuse("on", ProblemCode::DatesOutOfOrder, || "taken back before it was made".into());
        }
        match promise::next(before, promise::Input::Withdrawn) {
            Some(state) => (row.state, row.closed_on) = (state, Some(self.on)),
            None => self.refuse_state("promise_id", "the promise", before.name(), promise::Input::Withdrawn.name()),
        }
    }

    fn dispute_opened(&mut self, dispute_id: &str, item_id: &str, amount: Option<&str>, reason: Option<&str>) {
        let Some(at) = self.item(item_id) else { return };
        let Some((customer, most, currency)) = self.ledger.item(at).map(|item| (item.customer, item.amount, item.currency)) else { return };
        let amount = amount.map_or(Some(most), |amount| self.amount("amount", amount, currency));
        if amount.is_some_and(|amount| amount > most) {
            return self.refuse("amount", ProblemCode::AmountTooLarge, || "more is disputed than the item's amount".into());
        }
        let taken = place_of(&mut self.places.disputes, &self.ledger.texts, &self.ledger.disputes, |row| row.id, dispute_id).is_some();
        let reason = self.keep("reason", reason.unwrap_or(""), 64);
        let (Some(id), Some(amount)) = (self.new_id("dispute_id", dispute_id, taken), amount) else { return };
        let row = Dispute { id, customer, item: at, amount, reason, opened_on: self.on, resolved_on: None, state: DisputeState::Open, routed: false, routed_on: None, valid: None };
        self.ledger.disputes.push(row);
    }

    fn dispute_resolved(&mut self, id: &str, word: &str, amount: Option<&str>) {
        let Some(input) = dispute::Input::found(word) else {
            return self.refuse("state", ProblemCode::UnknownWord, || "valid, invalid, partial or closed".into());
        };
        let Some(amount) = amount else { return self.move_dispute(id, input, None) };
        let at = place_of(&mut self.places.disputes, &self.ledger.texts, &self.ledger.disputes, |row| row.id, id);
        let known = at.and_then(|at| self.ledger.disputes.get(at)).and_then(|row| Some((row.amount, self.ledger.item(row.item)?.currency)));
        // A dispute that is not there is said once, when it is moved.
        let valid = known.and_then(|(most, currency)| self.amount("amount", amount, currency).map(|valid| (most, valid)));
        let fits = match (input, valid) {
            (dispute::Input::FoundValid, Some((most, valid))) => valid == most,
            (dispute::Input::FoundPartial, Some((most, valid))) => valid < most,
            (_, Some(_)) => false,
            (_, None) => true,
        };
        if !fits {
            return self.refuse("amount", ProblemCode::Contradiction, || "valid is all that is disputed, partial is less of it, and nothing else has an amount".into());
        }
        self.move_dispute(id, input, valid.map(|(_, valid)| valid));
    }

    fn move_dispute(&mut self, id: &str, input: dispute::Input, valid: Option<i64>) {
        let at = place_of(&mut self.places.disputes, &self.ledger.texts, &self.ledger.disputes, |row| row.id, id);
        let Some(row) = at.and_then(|at| self.ledger.disputes.get_mut(at)) else {
            return self.refuse("dispute_id", ProblemCode::UnknownRecord, || format!("no dispute '{id}'"));
        };
        let before = row.state;
        let Some(state) = dispute::next(before, input) else {
            return self.refuse_state("dispute_id", "the dispute", before.name(), input.name());
        };
        // Closing keeps what it was found to be.
        row.valid = valid.or_else(|| if state == DisputeState::Closed { row.valid_amount() } else { row.valid });
        if input == dispute::Input::Routed {
            (row.routed, row.routed_on) = (true, row.routed_on.max(Some(self.on)));
        }
        row.state = state;
        row.resolved_on = row.resolved_on.or(Some(self.on).filter(|_| !state.is_live()));
    }

    /// A line of the tables was taken back: what the tables call kept or completed, and may have rested on it, is judged
    /// again by the cash that is left.
    pub(super) fn judge_again(&mut self, line: &Allocation) {
        if !line.tabled || !line.is_money() {
            return;
        }
        let Some((customer, item)) = self.ledger.item(line.item).map(|item| (item.customer, item.clone())) else { return };
        catch_up(&mut self.places.promises_of, &self.ledger.promises, |row| alloc::vec![(row.customer, row.item)]);
        let named = [Some(line.item), None];
        for place in named.iter().filter_map(|at| self.places.promises_of.1.get(&(customer, *at))).flatten() {
            let Some(row) = self.ledger.promises.get_mut(*place) else { continue };
            if line.on >= row.made_on && promise::covers(row, &item) {
                row.state = promise::next(row.state, promise::Input::TakenBack).unwrap_or(row.state);
            }
        }
        self.place_plans();
        for place in self.places.plans_of.1.get(&line.item).map_or(&[][..], Vec::as_slice) {
            let Some(row) = self.ledger.plans.get_mut(*place).filter(|row| line.on >= row.agreed_on) else { continue };
            let Some(state) = plan::next(row.state, plan::Input::TakenBack) else { continue };
            row.state = state;
            // The instalments that were paid last are not paid any more.
            let mut left = line.amount;
            let parts = u32::try_from(*place).ok().and_then(|place| self.places.instalments_of.1.get(&place)).map_or(&[][..], Vec::as_slice);
            for part in parts.iter().rev() {
                if let Some(part) = self.ledger.instalments.get_mut(*part).filter(|part| left > 0 && part.paid_on.is_some()) {
                    part.paid_on = None;
                    left -= part.amount;
                }
            }
        }
    }
}
