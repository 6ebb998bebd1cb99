//! Events that make records: items, payments and deductions come into the books before the other events of their batch,
//! and what was undone goes out of them behind.

use super::Books;
use super::apply::Batch;
use super::index::IdIndex;
use crate::calendar::FIRST_DAY;
use crate::error::ProblemCode;
use crate::event::{Event, What};
use crate::money::Currency;
use crate::record::{Credit, Deduction, DeductionReason, Item, ItemIdx, ItemKind, Payment, PaymentIdx};
use crate::text::TextId;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use core::ops::Range;

impl Batch<'_> {
    /// Enters the items, payments and deductions of the whole batch at once: each sorts the books anew.
    pub(super) fn enter_records(&mut self, events: &[Event]) {
        let (mut items, mut payments): (Vec<Item>, Vec<Payment>) = (Vec::new(), Vec::new());
        let mut reported: BTreeSet<&str> = BTreeSet::new();
        let mut kept_back: Vec<(usize, &Event)> = Vec::new();
        for (row, event) in events.iter().enumerate() {
            (self.row, self.on) = (row, event.on);
            if event.reports().is_some_and(|id| self.ledger.decided.done.contains_key(id) || !reported.insert(id)) {
                continue;
            }
            if matches!(event.what, What::DeductionCreated { .. }) {
                kept_back.push((row, event));
            }
            if let Some(item) = self.new_item(&event.what) {
                items.push(item);
            }
            if let Some(payment) = self.new_payment(&event.what) {
                payments.push(payment);
            }
        }
        if !items.is_empty() {
            self.enter_items(items);
        }
        if !payments.is_empty() {
            self.enter_payments(payments);
        }
        // What a deduction is a part of may have come with the batch.
        let mut deductions: Vec<Item> = Vec::new();
        for (row, event) in kept_back {
            (self.row, self.on) = (row, event.on);
            if let Some(item) = self.new_deduction(&event.what) {
                deductions.push(item);
                self.made.insert(row);
            }
        }
        if !deductions.is_empty() {
            self.enter_items(deductions);
        }
    }

    fn currency(&mut self, code: &str) -> Option<Currency> {
        let currency = Currency::try_new(code).ok();
        if currency.is_none() {
            self.refuse("currency", ProblemCode::UnknownCurrency, || format!("'{}' is not an ISO 4217 currency", code.chars().take(10).collect::<String>()));
        }
        currency
    }

    pub(super) fn new_id(&mut self, field: &str, id: &str, taken: bool) -> Option<TextId> {
        if taken || id.is_empty() {
            self.refuse(field, if taken { ProblemCode::DuplicateId } else { ProblemCode::MissingValue }, || format!("'{id}' cannot be entered"));
            return None;
        }
        Some(self.keep(field, id, 256)).filter(|id| !id.is_none())
    }

    fn new_item(&mut self, what: &What) -> Option<Item> {
        let What::ItemIssued { item_id, customer_id, kind, currency, amount, due_on, reference } = what else { return None };
        let customer = self.customer(customer_id);
        let currency = self.currency(currency)?;
        let amount = self.amount("amount", amount, currency);
        let kind = ItemKind::from_name(kind.as_deref().unwrap_or("invoice"));
        if kind.is_none() {
            self.refuse("kind", ProblemCode::UnknownWord, || "no such kind of item".into());
        }
        if *due_on < self.on {
            self.refuse("due_on", ProblemCode::DatesOutOfOrder, || "due before it was issued".into());
        }
        self.in_calendar("due_on", *due_on);
        let taken = self.ledger.find_item(item_id).is_some();
        let id = self.new_id("item_id", item_id, taken)?;
        let reference = reference.as_deref().map_or(id, |reference| self.keep("reference", reference, 512));
        Some(Item { reference, ..Item::issued(id, customer?, kind?, amount?, currency, self.on, *due_on) })
    }

    /// What is kept back of an item, as an item of its own: on the same account, due at once, under the number that the
    /// customer knows.
    fn new_deduction(&mut self, what: &What) -> Option<Item> {
        let What::DeductionCreated { deduction_id, item_id, amount, .. } = what else { return None };
        let taken = self.ledger.find_item(deduction_id).is_some();
        let id = self.new_id("deduction_id", deduction_id, taken);
        let at = self.item(item_id)?;
        let currency = self.ledger.item(at).map(|item| item.currency)?;
        let amount = self.amount("amount", amount, currency)?;
        let source = self.ledger.item(at)?;
        let deduction = Item::issued(id?, source.customer, ItemKind::Deduction, amount, currency, self.on, self.on);
        Some(Item { reference: source.reference, purchase_order: source.purchase_order, notice_group: source.notice_group, product: source.product, ..deduction })
    }

    fn new_payment(&mut self, what: &What) -> Option<Payment> {
        let What::PaymentReceived { payment_id, currency, amount, customer_id, payer_name, payer_account, text, reference, method } = what else { return None };
        let customer = match customer_id.as_deref() {
            Some(id) => Some(self.customer(id)?),
            None => None,
        };
        let currency = self.currency(currency)?;
        let amount = self.amount("amount", amount, currency);
        let taken = self.ledger.find_payment(payment_id).is_some();
        let id = self.new_id("payment_id", payment_id, taken)?;
        let mut keep = |field: &str, value: &Option<String>, longest: usize| value.as_deref().map_or(TextId::NONE, |value| self.keep(field, value, longest));
        Some(Payment {
            id,
            customer,
            amount: amount?,
            applied: 0,
            bank_fee: 0,
            received_on: FIRST_DAY,
            payer_name: keep("payer_name", payer_name, 512),
            payer_account: keep("payer_account", payer_account, 512),
            text: keep("text", text, 1 << 16),
            reference: keep("reference", reference, 512),
            method: keep("method", method, 64),
            currency,
            failed: false,
        })
        .map(|payment| Payment { received_on: self.on, ..payment })
    }

    fn enter_items(&mut self, new: Vec<Item>) {
        let ledger = &mut self.ledger;
        let mut rows = core::mem::take(&mut ledger.items);
        let before: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        let kept_back: Vec<TextId> = new.iter().filter(|row| row.kind == ItemKind::Deduction).map(|row| row.id).collect();
        rows.extend(new);
        let ids: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        let index = IdIndex::new(&ledger.texts, &ids);
        let twice = index.repeats(&ledger.texts, |at| ids.get(at as usize).copied().unwrap_or(TextId::NONE)).len();
        ledger.place_items(rows, index);
        let moved: Vec<_> = before.iter().map(|id| ledger.find_item(ledger.texts.get(*id))).collect();
        ledger.follow(|at| moved.get(at.0 as usize).copied().flatten().unwrap_or(at));
        let unknown = |at: ItemIdx| Deduction { item: at, source: None, payment: None, posting: TextId::NONE, reason: DeductionReason::Unknown, code: TextId::NONE };
        let entered = kept_back.iter().filter_map(|id| ledger.find_item(ledger.texts.get(*id))).map(unknown);
        let entered: Vec<Deduction> = entered.collect();
        ledger.deductions.extend(entered);
        ledger.deductions.sort_by_key(|row| row.item);
        if twice > 0 {
            self.refuse("item_id", ProblemCode::DuplicateId, || format!("{twice} identifiers stand twice in the events"));
        }
    }

    fn enter_payments(&mut self, new: Vec<Payment>) {
        let ledger = &mut self.ledger;
        let mut rows = core::mem::take(&mut ledger.payments);
        let before: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        rows.extend(new);
        let ids: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        let index = IdIndex::new(&ledger.texts, &ids);
        let twice = index.repeats(&ledger.texts, |at| ids.get(at as usize).copied().unwrap_or(TextId::NONE)).len();
        ledger.place_payments(rows, index);
        let moved: Vec<_> = before.iter().map(|id| ledger.find_payment(ledger.texts.get(*id))).collect();
        let new_place = |at: &mut PaymentIdx| *at = moved.get(at.0 as usize).copied().flatten().unwrap_or(*at);
        ledger.remittances.iter_mut().filter_map(|row| row.payment.as_mut()).for_each(new_place);
        ledger.deductions.iter_mut().filter_map(|row| row.payment.as_mut()).for_each(new_place);
        ledger.undone = moved_keys(core::mem::take(&mut ledger.undone), new_place);
        ledger.retried = moved_keys(core::mem::take(&mut ledger.retried), new_place);
        ledger.failures = moved_keys(core::mem::take(&mut ledger.failures), new_place);
        for row in &mut ledger.allocations {
            if let Credit::Payment(at) = &mut row.credit {
                new_place(at);
            }
        }
        if twice > 0 {
            self.refuse("payment_id", ProblemCode::DuplicateId, || format!("{twice} identifiers stand twice in the events"));
        }
    }
}

impl Books {
    /// Takes every row that names an item along to the item's new place.
    fn follow(&mut self, new_place: impl Fn(ItemIdx) -> ItemIdx) {
        let place = |at: &mut ItemIdx| *at = new_place(*at);
        self.item_lists.iter_mut().for_each(place);
        self.disputes.iter_mut().for_each(|row| place(&mut row.item));
        self.promises.iter_mut().filter_map(|row| row.item.as_mut()).for_each(place);
        self.extensions.iter_mut().for_each(|row| place(&mut row.item));
        for row in &mut self.allocations {
            place(&mut row.item);
            if let Credit::Item(at) = &mut row.credit {
                place(at);
            }
        }
        for row in &mut self.deductions {
            place(&mut row.item);
            row.source.as_mut().map(place);
        }
    }

    /// Takes deductions out of the books as if they had never been made. What was claimed or agreed of one is from now on
    /// said of the item that it is a part of again; a message that named it was sent all the same.
    pub(super) fn drop_deductions(&mut self, gone: &BTreeSet<ItemIdx>) {
        let source = |at: ItemIdx| self.deduction_of(at).and_then(|row| row.source).unwrap_or(at);
        let target: Vec<TextId> = (0u32..).map(ItemIdx).zip(&self.items).map(|(at, item)| if gone.contains(&at) { self.item(source(at)).map_or(item.id, |item| item.id) } else { item.id }).collect();
        for promise in &mut self.promises {
            // A promise of the whole deduction is no promise of the whole item.
            if let Some(at) = promise.item.filter(|at| gone.contains(at)) {
                promise.amount = promise.amount.or_else(|| self.items.get(at.0 as usize).map(|item| item.amount));
            }
        }
        for notice in &mut self.notices {
            let before = core::mem::take(&mut notice.before);
            shorten(&mut self.item_lists, &mut notice.items, |place, at| {
                let stays = !gone.contains(&at);
                notice.before.extend(before.get(place).filter(|_| stays));
                stays
            });
        }
        for handover in &mut self.handovers {
            shorten(&mut self.item_lists, &mut handover.items, |_, at| !gone.contains(&at));
        }
        self.deductions.retain(|row| !gone.contains(&row.item));
        self.extensions.retain(|row| !gone.contains(&row.item));
        let rows = core::mem::take(&mut self.items);
        let rows: Vec<Item> = (0u32..).map(ItemIdx).zip(rows).filter(|(at, _)| !gone.contains(at)).map(|(_, row)| row).collect();
        let ids: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        let index = IdIndex::new(&self.texts, &ids);
        self.place_items(rows, index);
        let moved: Vec<Option<ItemIdx>> = target.iter().map(|id| self.find_item(self.texts.get(*id))).collect();
        self.follow(|at| moved.get(at.0 as usize).copied().flatten().unwrap_or(at));
        // Due dates that were moved in the batch have changed the order of those that stay.
        self.deductions.sort_by_key(|row| row.item);
        for plan in &mut self.plans {
            let mut seen = BTreeSet::new();
            shorten(&mut self.item_lists, &mut plan.items, |_, at| seen.insert(at));
        }
    }

    /// Sorts items anew by their due dates, of which some were moved.
    pub(super) fn sort_items_again(&mut self) {
        let rows = core::mem::take(&mut self.items);
        let before: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        let index = IdIndex::new(&self.texts, &before);
        self.place_items(rows, index);
        let moved: Vec<_> = before.iter().map(|id| self.find_item(self.texts.get(*id))).collect();
        self.follow(|at| moved.get(at.0 as usize).copied().flatten().unwrap_or(at));
        self.deductions.sort_by_key(|row| row.item);
    }
}

fn moved_keys<V>(map: BTreeMap<PaymentIdx, V>, new_place: impl Fn(&mut PaymentIdx)) -> BTreeMap<PaymentIdx, V> {
    let moved = map.into_iter().map(|(mut at, value)| {
        new_place(&mut at);
        (at, value)
    });
    moved.collect()
}

/// Keeps some entries of a list, in their order; the places behind them stay unused.
fn shorten(lists: &mut [ItemIdx], range: &mut Range<u32>, mut stays: impl FnMut(usize, ItemIdx) -> bool) {
    let Some(list) = lists.get_mut(range.start as usize..range.end as usize) else { return };
    let kept: Vec<ItemIdx> = list.iter().copied().enumerate().filter(|(place, at)| stays(*place, *at)).map(|(_, at)| at).collect();
    list.iter_mut().zip(&kept).for_each(|(slot, at)| *slot = *at);
    range.end = range.start + kept.len() as u32;
}
