//! Events in: `Books::apply`. All or nothing: the events are worked into a copy, which replaces the ledger only if
//! every one of them fits.

use super::Books;
use super::apply_cash::{Ground, Posted};
use crate::calendar::{FIRST_DAY, LAST_DAY};
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::event::{self, Event, What};
use crate::money::Currency;
use crate::record::{Contact, Credit, CustomerIdx, ItemIdx, PaymentIdx};
use crate::text::{TextId, TextPool};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;

/// How many rows are placed, and their places by key.
pub(super) type Placed<K> = (usize, BTreeMap<K, Vec<usize>>);

/// Places of records by identifier, built when a batch first needs them: a batch may have as many events as records.
#[derive(Default)]
pub(super) struct Places {
    pub(super) disputes: Option<BTreeMap<String, usize>>,
    pub(super) promises: Option<BTreeMap<String, usize>>,
    pub(super) replies: Option<BTreeMap<String, usize>>,
    pub(super) remittances: Option<BTreeMap<String, usize>>,
    pub(super) notices: Option<BTreeMap<String, usize>>,
    pub(super) by_credit: Placed<(Credit, ItemIdx)>,
    pub(super) by_decision: Placed<(String, ItemIdx)>,
    pub(super) by_ground: Option<BTreeMap<Ground, BTreeSet<ItemIdx>>>,
    pub(super) posted: BTreeMap<ItemIdx, Posted>,
    pub(super) replies_of: Placed<CustomerIdx>,
    pub(super) notices_of: Placed<ItemIdx>,
    pub(super) disputes_of: Placed<ItemIdx>,
    pub(super) plans: Option<BTreeMap<String, usize>>,
    pub(super) promises_of: Placed<(CustomerIdx, Option<ItemIdx>)>,
    pub(super) plans_of: Placed<ItemIdx>,
    pub(super) instalments_of: Placed<u32>,
    pub(super) holds_of: Placed<CustomerIdx>,
}

/// Brings a map from a key to the places of its rows up to date with rows added since: `0` counts those known.
pub(super) fn catch_up<K: Ord, R>(known: &mut Placed<K>, rows: &[R], mut keys_of: impl FnMut(&R) -> Vec<K>) {
    for (at, row) in rows.iter().enumerate().skip(known.0) {
        for key in keys_of(row) {
            known.1.entry(key).or_default().push(at);
        }
    }
    known.0 = rows.len();
}

/// The place of an identifier in `rows`; the map is built at the first question and told of rows added since.
pub(super) fn place_of<R>(places: &mut Option<BTreeMap<String, usize>>, texts: &TextPool, rows: &[R], id_of: impl Fn(&R) -> TextId, id: &str) -> Option<usize> {
    let map = places.get_or_insert_with(BTreeMap::new);
    for (at, row) in rows.iter().enumerate().skip(map.len()) {
        map.entry(texts.get(id_of(row)).into()).or_insert(at);
        if map.len() <= at {
            // Rows without an identifier (or with one that stands twice) keep the count in step.
            map.insert(alloc::format!("\u{0}{at}"), at);
        }
    }
    map.get(id).copied()
}

/// One batch of events being worked in.
pub(super) struct Batch<'p> {
    pub(super) places: Places,
    pub(super) ledger: Books,
    pub(super) problems: &'p mut Problems,
    pub(super) row: usize,
    pub(super) on: NaiveDate,
    /// Allocations that were there before the batch: they are sorted by item, those behind them are not.
    pub(super) sorted: usize,
    /// Events whose deduction was entered.
    pub(super) made: BTreeSet<usize>,
    /// Deductions that were undone: gone for the events behind, taken out of the books at the end.
    pub(super) cancelled: BTreeSet<ItemIdx>,
    /// A due date was moved: the items are out of order until the end of the batch.
    pub(super) moved_due: bool,
}

impl Books {
    /// The books after the events; as `Ledger::apply`.
    pub(super) fn with_events(&self, events: &[Event]) -> Result<Self, Error> {
        let mut problems = Problems::default();
        let books = self.with(events, &mut problems);
        problems.into_result(ErrorCode::InvalidEvents)?;
        Ok(books)
    }

    /// The books after a JSON array of events.
    pub(super) fn with_json(&self, text: &str) -> Result<Self, Error> {
        self.with_events(&event::from_json(text)?)
    }

    fn with(&self, events: &[Event], problems: &mut Problems) -> Self {
        let (sorted, on) = (self.allocations.len(), FIRST_DAY);
        let mut batch = Batch { places: Places::default(), ledger: self.clone(), problems, row: 0, on, sorted, made: BTreeSet::new(), cancelled: BTreeSet::new(), moved_due: false };
        batch.enter_records(events);
        for (row, event) in events.iter().enumerate() {
            (batch.row, batch.on) = (row, event.on);
            batch.in_calendar("on", event.on);
            batch.one(event);
        }
        if let Some(currency) = batch.ledger.overflowing() {
            batch.refuse("amount", ProblemCode::OutOfRange, || format!("all amounts in {currency} together are more than can be summed"));
        }
        let (mut books, cancelled, moved_due) = (batch.ledger, batch.cancelled, batch.moved_due);
        // Postings that were undone in this batch were left in place with nothing on them.
        books.allocations.retain(|row| row.amount > 0);
        if !cancelled.is_empty() {
            books.drop_deductions(&cancelled);
        } else if moved_due {
            books.sort_items_again();
        }
        books.restore_order();
        books
    }

    fn restore_order(&mut self) {
        self.sort_contacts();
        self.sort_allocations();
        let texts = &self.texts;
        self.promises.sort_by(|a, b| (a.customer, a.due_on, texts.get(a.id)).cmp(&(b.customer, b.due_on, texts.get(b.id))));
        self.disputes.sort_by(|a, b| (a.customer, a.opened_on, texts.get(a.id)).cmp(&(b.customer, b.opened_on, texts.get(b.id))));
        self.notices.sort_by(|a, b| (a.customer, a.sent_on, texts.get(a.id)).cmp(&(b.customer, b.sent_on, texts.get(b.id))));
        self.replies.sort_by(|a, b| (a.customer, a.received_on, texts.get(a.id)).cmp(&(b.customer, b.received_on, texts.get(b.id))));
        self.sort_plans();
        let texts = &self.texts;
        self.extensions.sort_by_key(|row| row.item);
        self.holds.sort_by_key(|row| (row.customer, row.placed_on));
        self.terms.sort_by_key(|row| (row.customer, row.on));
        self.handovers.sort_by(|a, b| (a.customer, a.on, texts.get(a.to), a.items.start).cmp(&(b.customer, b.on, texts.get(b.to), b.items.start)));
        self.signals.sort_by(|a, b| (a.customer, a.on, texts.get(a.kind), a.severity).cmp(&(b.customer, b.on, texts.get(b.kind), b.severity)));
        self.remittances.sort_by(|a, b| a.payment.cmp(&b.payment).then_with(|| texts.get(a.id).cmp(texts.get(b.id))));
    }
}

impl Batch<'_> {
    /// Refuses what a table of states does not have.
    pub(super) fn refuse_state(&mut self, field: &str, what: &str, state: &str, input: &str) {
        self.refuse(field, ProblemCode::ImpossibleEvent, || format!("{what} is '{state}': it cannot be '{input}'"));
    }

    pub(super) fn refuse(&mut self, field: &str, code: ProblemCode, message: impl FnOnce() -> String) {
        self.problems.push("events", Some(self.row), Some(field), code, message);
    }

    /// Refuses a day that no table may name either.
    pub(super) fn in_calendar(&mut self, field: &str, day: NaiveDate) {
        if !(FIRST_DAY..=LAST_DAY).contains(&day) {
            self.refuse(field, ProblemCode::OutOfRange, || format!("{day} is not in {FIRST_DAY} to {LAST_DAY}"));
        }
    }

    fn one(&mut self, event: &Event) {
        if let Some(closed) = self.ledger.closed_on.filter(|closed| event.on < *closed) {
            return self.refuse("on", ProblemCode::EventTooOld, || format!("the books are closed until {closed}"));
        }
        if self.repeats(event) {
            return;
        }
        match &event.what {
            What::ItemIssued { .. } | What::PaymentReceived { .. } => {}
            what if what.is_about_deciding() || matches!(what, What::AutonomyWidened { .. }) => self.deciding(event),
            What::DayClosed {} => self.ledger.closed_on = self.ledger.closed_on.max(Some(event.on)),
            What::CallMade { customer_id, reached } => self.contact(customer_id, Some(if *reached == Some(false) { Contact::CALL_MISSED } else { Contact::CALL })),
            // An inside message: kept under a channel of its own, and no contact with the customer.
            What::OwnerNotified { customer_id } => self.contact(customer_id, Some(Contact::OWNER)),
            What::StatementSent { customer_id, channel } | What::PromiseReminded { customer_id, channel } | What::InvoiceCopySent { customer_id, channel, .. } => {
                self.contact(customer_id, channel.as_deref());
            }
            What::RemittanceAsked { customer_id: Some(customer_id), .. } => self.contact(customer_id, Some(Contact::REMITTANCE)),
            What::RemittanceAsked { .. } => {}
            What::CustomerChanged { .. } => self.change_customer(&event.what),
            What::ItemBlocked { item_id, until } => {
                let at = self.item(item_id);
                self.in_calendar("until", *until);
                if let Some(item) = at.and_then(|at| self.ledger.items.get_mut(at.0 as usize)) {
                    item.blocked_until = Some(*until);
                }
            }
            What::ItemsAllocated { payment_id, allocations } => self.allocate(payment_id, allocations, event.decision_id.as_deref()),
            What::AllocationReversed { .. } => self.reverse(event),
            What::DeductionCreated { .. } => self.create_deduction(event),
            What::PaymentFailed { payment_id, failure } => self.fail_payment(payment_id, failure.as_deref()),
            _ => self.message_or_claim(event),
        }
    }

    pub(super) fn customer(&mut self, id: &str) -> Option<CustomerIdx> {
        let found = self.ledger.find_customer(id);
        if found.is_none() {
            self.refuse("customer_id", ProblemCode::UnknownCustomer, || format!("no customer '{id}'"));
        }
        found
    }

    pub(super) fn item(&mut self, id: &str) -> Option<ItemIdx> {
        let found = self.ledger.find_item(id).filter(|at| !self.cancelled.contains(at));
        if found.is_none() {
            self.refuse("item_id", ProblemCode::UnknownItem, || format!("no item '{id}'"));
        }
        found
    }

    pub(super) fn payment(&mut self, id: &str) -> Option<PaymentIdx> {
        let found = self.ledger.find_payment(id);
        if found.is_none() {
            self.refuse("payment_id", ProblemCode::UnknownPayment, || format!("no payment '{id}'"));
        }
        found
    }

    pub(super) fn keep(&mut self, field: &str, text: &str, longest: usize) -> TextId {
        if text.len() > longest {
            self.refuse(field, ProblemCode::TextTooLong, || format!("{} bytes, at most {longest}", text.len()));
            return TextId::NONE;
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.refuse(field, ProblemCode::ControlCharacter, || "control character".into());
            return TextId::NONE;
        }
        self.ledger.texts.push(text).unwrap_or(TextId::NONE)
    }

    pub(super) fn amount(&mut self, field: &str, text: &str, currency: Currency) -> Option<i64> {
        let amount = self.signed_amount(field, text, currency)?;
        if amount <= 0 {
            self.refuse(field, ProblemCode::NotPositive, || "an amount is positive".into());
            return None;
        }
        Some(amount)
    }

    /// An amount of either sign: advice names the credit notes that it takes off with a minus.
    pub(super) fn signed_amount(&mut self, field: &str, text: &str, currency: Currency) -> Option<i64> {
        match crate::money::minor_from_text(text, currency.exponent()) {
            Ok(minor) => Some(minor),
            Err(bad) => {
                self.refuse(field, ProblemCode::NotMinorUnits, || format!("'{}': {bad}", text.chars().take(40).collect::<String>()));
                None
            }
        }
    }

    pub(super) fn contact(&mut self, customer_id: &str, channel: Option<&str>) {
        if let Some(customer) = self.customer(customer_id) {
            let channel = self.ledger.texts.intern(channel.unwrap_or("")).unwrap_or(TextId::NONE);
            self.ledger.contacts.push(Contact { customer, on: self.on, channel });
        }
    }

    fn change_customer(&mut self, what: &What) {
        let What::CustomerChanged { customer_id, do_not_contact, strategic, owner, segment, blocked_until } = what else { return };
        if let Some(until) = blocked_until {
            self.in_calendar("blocked_until", *until);
        }
        let owner = owner.as_deref().map(|owner| self.keep("owner", owner, 512));
        let segment = segment.as_deref().map(|segment| self.keep("segment", segment, 64));
        let Some(at) = self.customer(customer_id) else { return };
        if let Some(row) = self.ledger.customers.get_mut(at.0 as usize) {
            row.do_not_contact = do_not_contact.unwrap_or(row.do_not_contact);
            row.strategic = strategic.unwrap_or(row.strategic);
            row.owner = owner.unwrap_or(row.owner);
            row.segment = segment.unwrap_or(row.segment);
            row.blocked_until = blocked_until.or(row.blocked_until);
        }
    }

    /// The items that an event names; an unknown one is refused.
    pub(super) fn item_list(&mut self, ids: &[String], customer: CustomerIdx) -> core::ops::Range<u32> {
        let mut found: Vec<ItemIdx> = ids.iter().filter_map(|id| self.item(id)).collect();
        if found.iter().any(|at| self.ledger.item(*at).is_some_and(|item| item.customer != customer)) {
            self.refuse("item_ids", ProblemCode::Contradiction, || "an item belongs to another customer".into());
        }
        // An item that is named twice is still one item.
        found.sort_unstable();
        found.dedup();
        let start = self.ledger.item_lists.len() as u32;
        self.ledger.item_lists.extend(found);
        start..self.ledger.item_lists.len() as u32
    }
}
