//! Events that move money or claims: entries, postings and their reversal, disputes, promises, messages.

use super::apply::{Batch, catch_up, place_of};
use super::index::IdIndex;
use crate::calendar::FIRST_DAY;
use crate::error::ProblemCode;
use crate::event::{AllocationLine, Event, What};
use crate::money::Currency;
use crate::record::{
    Allocation, AllocationKind, Contact, Credit, Dispute, DisputeState, Item, ItemIdx, ItemKind, Notice, NoticeState, Payment, PaymentIdx, Promise, PromiseState, Remittance, Reply, Signal,
};
use crate::text::TextId;
use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

impl Batch<'_> {
    /// Enters the items and payments of the whole batch at once: each sorts the books anew.
    pub(super) fn enter_records(&mut self, events: &[Event]) {
        let (mut items, mut payments): (Vec<Item>, Vec<Payment>) = (Vec::new(), Vec::new());
        let mut reported: BTreeSet<&str> = BTreeSet::new();
        for (row, event) in events.iter().enumerate() {
            (self.row, self.on) = (row, event.on);
            let id = event.decision_id.as_deref().filter(|_| !event.what.is_verdict() && !event.what.undoes());
            if id.is_some_and(|id| self.ledger.done.contains_key(id) || !reported.insert(id)) {
                continue;
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
    }

    fn currency(&mut self, code: &str) -> Option<Currency> {
        let currency = Currency::try_new(code).ok();
        if currency.is_none() {
            self.refuse("currency", ProblemCode::UnknownCurrency, || format!("'{}' is not an ISO 4217 currency", code.chars().take(10).collect::<String>()));
        }
        currency
    }

    fn new_id(&mut self, field: &str, id: &str, taken: bool) -> Option<TextId> {
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
        let taken = self.ledger.find_item(item_id).is_some();
        let id = self.new_id("item_id", item_id, taken)?;
        let reference = reference.as_deref().map_or(id, |reference| self.keep("reference", reference, 512));
        let amount = amount?;
        Some(Item {
            id,
            reference,
            purchase_order: TextId::NONE,
            customer: customer?,
            amount,
            open: amount,
            issued_on: self.on,
            due_on: *due_on,
            settled_on: None,
            last_notice_on: None,
            discount_until: None,
            blocked_until: None,
            discount_ppm: 0,
            contacts: 0,
            currency,
            kind: kind?,
            level: 0,
            disputed: false,
            open_stated: false,
        })
    }

    fn new_payment(&mut self, what: &What) -> Option<Payment> {
        let What::PaymentReceived { payment_id, currency, amount, customer_id, payer_name, payer_account, text, reference } = what else { return None };
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
            method: TextId::NONE,
            currency,
            failed: false,
        })
        .map(|payment| Payment { received_on: self.on, ..payment })
    }

    fn enter_items(&mut self, new: Vec<Item>) {
        let ledger = &mut self.ledger;
        let mut rows = core::mem::take(&mut ledger.items);
        let before: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        rows.extend(new);
        let ids: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        let index = IdIndex::new(&ledger.texts, &ids);
        let twice = index.repeats(&ledger.texts, |at| ids.get(at as usize).copied().unwrap_or(TextId::NONE)).count();
        ledger.place_items(rows, index);
        let moved: Vec<_> = before.iter().map(|id| ledger.find_item(ledger.texts.get(*id))).collect();
        let new_place = |at: &mut crate::record::ItemIdx| *at = moved.get(at.0 as usize).copied().flatten().unwrap_or(*at);
        ledger.item_lists.iter_mut().for_each(new_place);
        ledger.disputes.iter_mut().for_each(|row| new_place(&mut row.item));
        ledger.promises.iter_mut().filter_map(|row| row.item.as_mut()).for_each(new_place);
        for row in &mut ledger.allocations {
            new_place(&mut row.item);
            if let Credit::Item(at) = &mut row.credit {
                new_place(at);
            }
        }
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
        let twice = index.repeats(&ledger.texts, |at| ids.get(at as usize).copied().unwrap_or(TextId::NONE)).count();
        ledger.place_payments(rows, index);
        let moved: Vec<_> = before.iter().map(|id| ledger.find_payment(ledger.texts.get(*id))).collect();
        let new_place = |at: &mut PaymentIdx| *at = moved.get(at.0 as usize).copied().flatten().unwrap_or(*at);
        ledger.remittances.iter_mut().filter_map(|row| row.payment.as_mut()).for_each(new_place);
        for row in &mut ledger.allocations {
            if let Credit::Payment(at) = &mut row.credit {
                new_place(at);
            }
        }
        if twice > 0 {
            self.refuse("payment_id", ProblemCode::DuplicateId, || format!("{twice} identifiers stand twice in the events"));
        }
    }

    pub(super) fn allocate(&mut self, payment_id: &str, lines: &[AllocationLine], decision: Option<&str>) {
        let Some(credit) = self.credit(payment_id) else { return };
        let decision = decision.and_then(|decision| self.ledger.texts.push(decision)).unwrap_or(TextId::NONE);
        for line in lines {
            self.allocate_line(credit, line, decision);
        }
    }

    fn allocate_line(&mut self, credit: Credit, line: &AllocationLine, decision: TextId) {
        let Some(at) = self.item(&line.item_id) else { return };
        let Some(kind) = AllocationKind::from_name(line.kind.as_deref().unwrap_or("payment")) else {
            return self.refuse("kind", ProblemCode::UnknownWord, || "no such kind of allocation".into());
        };
        if let Some(bad) = self.ledger.allocation_problem(at, credit) {
            return self.refuse("item_id", bad, || "the credit does not fit the item".into());
        }
        let Some(currency) = self.ledger.item(at).map(|item| item.currency) else { return };
        let Some(amount) = self.amount("amount", &line.amount, currency) else { return };
        let on = self.on;
        let uses_cash = kind == AllocationKind::Payment;
        let room = match credit {
            Credit::Payment(at) => self.ledger.payment(at).map_or(0, |row| if row.failed { 0 } else { row.amount - row.applied }),
            Credit::Item(at) => self.ledger.item(at).map_or(0, |row| row.open),
        };
        let open = self.ledger.item(at).map_or(0, |item| item.open);
        // What a credit note gives is the note's; a discount or fee beside a payment is ours to grant.
        let from_credit = uses_cash || matches!(credit, Credit::Item(_));
        if amount > open || (from_credit && amount > room) {
            let column = if amount > open { "item_id" } else { "payment_id" };
            return self.refuse(column, ProblemCode::OverAllocated, || "more is allocated than there is".into());
        }
        if let Some(item) = self.ledger.items.get_mut(at.0 as usize) {
            item.open -= amount;
            if item.open == 0 {
                item.settled_on = Some(on);
            }
        }
        match credit {
            Credit::Payment(at) if uses_cash => {
                if let Some(row) = self.ledger.payments.get_mut(at.0 as usize) {
                    row.applied += amount;
                }
            }
            Credit::Item(at) => {
                if let Some(row) = self.ledger.items.get_mut(at.0 as usize) {
                    row.open -= amount;
                    row.settled_on = (row.open == 0).then_some(on);
                }
            }
            Credit::Payment(_) => {}
        }
        self.ledger.allocations.push(Allocation { item: at, credit, on, amount, kind, decision });
    }

    pub(super) fn reverse(&mut self, payment_id: &str, item_ids: Option<&[String]>) {
        let Some(credit) = self.credit(payment_id) else { return };
        let only: Option<Vec<ItemIdx>> = item_ids.map(|ids| ids.iter().filter_map(|id| self.item(id)).collect());
        if !self.undo_postings(credit, only.as_deref()) {
            self.refuse("payment_id", ProblemCode::ImpossibleEvent, || "the payment has no such posting".into());
        }
    }

    /// A payment or credit note by its identifier.
    fn credit(&mut self, id: &str) -> Option<Credit> {
        let found = self.ledger.find_payment(id).map(Credit::Payment).or_else(|| self.ledger.find_item(id).map(Credit::Item));
        if found.is_none() {
            self.refuse("payment_id", ProblemCode::UnknownPayment, || format!("no payment or credit note '{id}'"));
        }
        found
    }

    /// Takes the postings of a credit out of the books (those on `only`, where given); `false` where there are none.
    /// What is left of a posting in its place has no amount and goes at the end of the batch.
    fn undo_postings(&mut self, credit: Credit, only: Option<&[ItemIdx]>) -> bool {
        catch_up(&mut self.places.by_credit, &self.ledger.allocations, |row| alloc::vec![row.credit]);
        let mut touched: Vec<ItemIdx> = Vec::new();
        for at in self.places.by_credit.1.get(&credit).map_or(&[][..], Vec::as_slice) {
            let Some(row) = self.ledger.allocations.get_mut(*at).filter(|row| row.amount > 0 && only.is_none_or(|only| only.contains(&row.item))) else { continue };
            let amount = core::mem::take(&mut row.amount);
            touched.push(row.item);
            match credit {
                Credit::Payment(at) if row.kind == AllocationKind::Payment => {
                    if let Some(payment) = self.ledger.payments.get_mut(at.0 as usize) {
                        payment.applied -= amount;
                    }
                }
                Credit::Item(at) => {
                    if let Some(note) = self.ledger.items.get_mut(at.0 as usize) {
                        (note.open, note.settled_on) = ((note.open + amount).min(note.amount), None);
                    }
                }
                Credit::Payment(_) => {}
            }
            if let Some(item) = self.ledger.items.get_mut(row.item.0 as usize) {
                (item.open, item.settled_on) = ((item.open + amount).min(item.amount), None);
            }
        }
        for at in &touched {
            self.reopen(*at);
        }
        !touched.is_empty()
    }

    /// An item that lost a posting is open by its amount less what is still posted, whatever its row said before.
    fn reopen(&mut self, at: ItemIdx) {
        catch_up(&mut self.places.by_item, &self.ledger.allocations, |row| alloc::vec![row.item]);
        let rows = &self.ledger.allocations;
        let posted: i64 = self.places.by_item.1.get(&at).map_or(&[][..], Vec::as_slice).iter().filter_map(|place| rows.get(*place)).map(|row| row.amount).sum();
        if let Some(item) = self.ledger.items.get_mut(at.0 as usize).filter(|item| !item.open_stated) {
            item.open = (item.amount - posted).max(0);
        }
    }

    pub(super) fn fail_payment(&mut self, payment_id: &str) {
        let Some(at) = self.payment(payment_id) else { return };
        self.undo_postings(Credit::Payment(at), None);
        if let Some(row) = self.ledger.payments.get_mut(at.0 as usize) {
            row.failed = true;
        }
    }

    pub(super) fn message_or_claim(&mut self, event: &Event) {
        match &event.what {
            What::NoticeSent { customer_id, item_ids, level, channel, notice_id } => {
                let id = notice_id.as_deref().or(event.decision_id.as_deref()).unwrap_or("");
                self.notice_sent(id, customer_id, item_ids, *level, channel.as_deref());
            }
            What::NoticeBounced { notice_id } => self.notice_bounced(notice_id),
            What::ReplyReceived { reply_id, customer_id, subject, text, channel, intent } => {
                let taken = place_of(&mut self.places.replies, &self.ledger.texts, &self.ledger.replies, |row| row.id, reply_id).is_some();
                let Some(customer) = self.customer(customer_id) else { return };
                let Some(id) = self.new_id("reply_id", reply_id, taken) else { return };
                let mut keep = |field: &str, value: &Option<String>, longest: usize| value.as_deref().map_or(TextId::NONE, |value| self.keep(field, value, longest));
                let (subject, text) = (keep("subject", subject, 4096), keep("text", text, 1 << 20));
                let (channel, intent) = (keep("channel", channel, 64), keep("intent", intent, 64));
                self.ledger.replies.push(Reply { id, customer, received_on: event.on, answered_on: None, subject, text, channel, intent });
            }
            What::ReplySent { customer_id, reply_id, channel } => self.reply_sent(customer_id, reply_id.as_deref(), channel.as_deref()),
            What::SignalReceived { customer_id, kind, severity } => {
                let Some(customer) = self.customer(customer_id) else { return };
                if *severity > 100 {
                    return self.refuse("severity", ProblemCode::OutOfRange, || "0 to 100".into());
                }
                let kind = self.keep("kind", kind, 64);
                self.ledger.signals.push(Signal { customer, on: event.on, kind, severity: *severity });
            }
            What::RemittanceReceived { .. } => self.remittance_received(&event.what),
            What::PromiseMade { promise_id, customer_id, item_id, amount, due_on } => {
                let Some(customer) = self.customer(customer_id) else { return };
                let item = item_id.as_deref().and_then(|id| self.item(id));
                if item.and_then(|at| self.ledger.item(at)).is_some_and(|item| item.customer != customer) {
                    return self.refuse("item_id", ProblemCode::Contradiction, || "the item belongs to another customer".into());
                }
                let currency = item.and_then(|at| self.ledger.item(at)).or_else(|| self.ledger.items_of(customer).first()).map(|item| item.currency);
                let amount = amount.as_deref().zip(currency).and_then(|(amount, currency)| self.amount("amount", amount, currency));
                let taken = place_of(&mut self.places.promises, &self.ledger.texts, &self.ledger.promises, |row| row.id, promise_id).is_some();
                if *due_on < event.on {
                    self.refuse("due_on", ProblemCode::DatesOutOfOrder, || "promised for a day before it was made".into());
                }
                let Some(id) = self.new_id("promise_id", promise_id, taken) else { return };
                self.ledger.promises.push(Promise { id, customer, item, amount, made_on: event.on, due_on: *due_on, state: PromiseState::Open });
            }
            _ => self.dispute(event),
        }
    }

    fn dispute(&mut self, event: &Event) {
        match &event.what {
            What::DisputeOpened { dispute_id, item_id, amount, reason } => {
                let Some(at) = self.item(item_id) else { return };
                let Some((customer, most, currency)) = self.ledger.item(at).map(|item| (item.customer, item.amount, item.currency)) else { return };
                let amount = amount.as_deref().map_or(Some(most), |amount| self.amount("amount", amount, currency));
                if amount.is_some_and(|amount| amount > most) {
                    return self.refuse("amount", ProblemCode::AmountTooLarge, || "more is disputed than the item's amount".into());
                }
                let taken = place_of(&mut self.places.disputes, &self.ledger.texts, &self.ledger.disputes, |row| row.id, dispute_id).is_some();
                let reason = self.keep("reason", reason.as_deref().unwrap_or(""), 64);
                let (Some(id), Some(amount)) = (self.new_id("dispute_id", dispute_id, taken), amount) else { return };
                let row = Dispute { id, customer, item: at, amount, reason, opened_on: event.on, resolved_on: None, state: DisputeState::Open, routed: false };
                self.ledger.disputes.push(row);
            }
            What::DisputeRouted { dispute_ids } => {
                for id in dispute_ids {
                    self.with_dispute(id, |row| {
                        row.routed = true;
                        row.state = if row.state == DisputeState::Open { DisputeState::InReview } else { row.state };
                    });
                }
            }
            What::DisputeResolved { dispute_id, state } => match DisputeState::from_name(state).filter(|state| !state.is_live()) {
                None => self.refuse("state", ProblemCode::UnknownWord, || "valid, invalid, partial or closed".into()),
                Some(state) => {
                    let on = event.on;
                    self.with_dispute(dispute_id, |row| (row.state, row.resolved_on) = (state, Some(on)));
                }
            },
            _ => {}
        }
    }

    fn with_dispute(&mut self, id: &str, change: impl FnOnce(&mut Dispute)) {
        let at = place_of(&mut self.places.disputes, &self.ledger.texts, &self.ledger.disputes, |row| row.id, id);
        match at.and_then(|at| self.ledger.disputes.get_mut(at)) {
            Some(row) if row.state.is_live() => change(row),
            Some(_) => self.refuse("dispute_id", ProblemCode::ImpossibleEvent, || "the dispute is resolved".into()),
            None => self.refuse("dispute_id", ProblemCode::UnknownRecord, || format!("no dispute '{id}'")),
        }
    }

    fn notice_sent(&mut self, id: &str, customer_id: &str, item_ids: &[String], level: u8, channel: Option<&str>) {
        let Some(customer) = self.customer(customer_id) else { return };
        let items = self.item_list(item_ids, customer);
        let id = self.keep("notice_id", id, 256);
        let channel = self.ledger.texts.intern(channel.unwrap_or("")).unwrap_or(TextId::NONE);
        let on = self.on;
        let mut before = Vec::new();
        for at in self.ledger.item_lists.get(items.start as usize..items.end as usize).unwrap_or(&[]) {
            if let Some(item) = self.ledger.items.get_mut(at.0 as usize) {
                before.push(item.level);
                // The notice speaks at the level of its worst item; each item rises by one step of its own.
                item.level = item.level.max(level.min(item.level.saturating_add(1)));
                item.last_notice_on = item.last_notice_on.max(Some(on));
                item.contacts = item.contacts.saturating_add(1);
            }
        }
        self.ledger.notices.push(Notice { id, customer, items, sent_on: on, level, channel, state: NoticeState::Sent, before });
        self.ledger.contacts.push(Contact { customer, on, channel });
    }

    /// A notice that came back moved no level: its items fall back to where they were before it, unless a later notice
    /// was delivered.
    fn notice_bounced(&mut self, id: &str) {
        let at = place_of(&mut self.places.notices, &self.ledger.texts, &self.ledger.notices, |row| row.id, id).filter(|_| !id.is_empty());
        let Some((at, notice)) = at.and_then(|at| self.ledger.notices.get_mut(at).map(|notice| (at, notice))) else {
            return self.refuse("notice_id", ProblemCode::UnknownRecord, || format!("no notice '{id}'"));
        };
        if notice.state != NoticeState::Sent {
            return;
        }
        notice.state = NoticeState::Bounced;
        let (level, items, before) = (notice.level, notice.items.clone(), notice.before.clone());
        let ledger = &mut self.ledger;
        catch_up(&mut self.places.notices_of, &ledger.notices, |row| ledger.item_lists.get(row.items.start as usize..row.items.end as usize).unwrap_or(&[]).to_vec());
        for (place, item_at) in ledger.item_list(&items).to_vec().into_iter().enumerate() {
            let about = self.places.notices_of.1.get(&item_at).map_or(&[][..], Vec::as_slice);
            let others = || about.iter().filter(|other| **other != at).filter_map(|other| ledger.notices.get(*other)).filter(|row| row.state == NoticeState::Sent);
            let sent_on = ledger.notices.get(at).map_or(FIRST_DAY, |row| row.sent_on);
            let later = others().any(|row| row.sent_on > sent_on);
            let delivered = others().map(|row| row.level).max();
            let last = others().map(|row| row.sent_on).max();
            let back = before.get(place).copied().or(delivered).unwrap_or(level.saturating_sub(1));
            if let Some(item) = ledger.items.get_mut(item_at.0 as usize).filter(|_| !later) {
                item.level = item.level.min(back);
                // The contact was tried: the day of the last notice is not forgotten, so that nobody is written to daily.
                item.last_notice_on = item.last_notice_on.max(last);
            }
        }
    }

    fn reply_sent(&mut self, customer_id: &str, reply_id: Option<&str>, channel: Option<&str>) {
        let Some(customer) = self.customer(customer_id) else { return };
        let on = self.on;
        catch_up(&mut self.places.replies_of, &self.ledger.replies, |row| alloc::vec![row.customer]);
        let texts = &self.ledger.texts;
        for place in self.places.replies_of.1.get(&customer).map_or(&[][..], Vec::as_slice) {
            if let Some(row) = self.ledger.replies.get_mut(*place).filter(|row| row.answered_on.is_none() && reply_id.is_none_or(|id| texts.get(row.id) == id)) {
                row.answered_on = Some(on);
            }
        }
        self.contact(customer_id, channel);
    }

    fn remittance_received(&mut self, what: &What) {
        let What::RemittanceReceived { remittance_id, payment_id, customer_id, reference, amount } = what else { return };
        let payment = payment_id.as_deref().and_then(|id| self.payment(id));
        let customer = customer_id.as_deref().and_then(|id| self.customer(id));
        let currency = payment.and_then(|at| self.ledger.payment(at)).map(|row| row.currency).or_else(|| self.ledger.customer(customer?)?.currency);
        let amount = match (amount.as_deref(), currency) {
            (Some(amount), Some(currency)) => self.amount("amount", amount, currency),
            _ => None,
        };
        let taken = place_of(&mut self.places.remittances, &self.ledger.texts, &self.ledger.remittances, |row| row.id, remittance_id).is_some();
        let Some(id) = self.new_id("remittance_id", remittance_id, taken) else { return };
        let reference = self.keep("reference", reference, 512);
        self.ledger.remittances.push(Remittance { id, customer, payment, received_on: self.on, reference, amount, discount: 0, deduction: 0, deduction_reason: TextId::NONE });
    }
}
