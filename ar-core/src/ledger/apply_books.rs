//! Events that move claims and messages: disputes, promises, notices, replies, advice.

use super::apply::{Batch, catch_up, place_of};
use crate::calendar::FIRST_DAY;
use crate::error::ProblemCode;
use crate::event::{Event, What};
use crate::record::{Contact, Dispute, DisputeState, Notice, NoticeState, Promise, PromiseState, Remittance, Reply, Signal};
use crate::text::TextId;
use alloc::{format, string::String, vec::Vec};

impl Batch<'_> {
    pub(super) fn message_or_claim(&mut self, event: &Event) {
        match &event.what {
            What::NoticeSent { customer_id, item_ids, level, channel, notice_id, item_levels } => {
                let id = notice_id.as_deref().or(event.decision_id.as_deref()).unwrap_or("");
                let levels = item_levels.as_deref().unwrap_or(&[]);
                if !levels.is_empty() && (levels.len() != item_ids.len() || levels.iter().any(|own| own > level)) {
                    return self.refuse("item_levels", ProblemCode::Contradiction, || "one level an item, none above that of the notice".into());
                }
                self.notice_sent(id, customer_id, item_ids, (*level, levels), channel.as_deref());
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

    fn notice_sent(&mut self, id: &str, customer_id: &str, item_ids: &[String], (level, levels): (u8, &[u8]), channel: Option<&str>) {
        let Some(customer) = self.customer(customer_id) else { return };
        let items = self.item_list(item_ids, customer);
        let id = self.keep("notice_id", id, 256);
        let channel = self.ledger.texts.intern(channel.unwrap_or("")).unwrap_or(TextId::NONE);
        let on = self.on;
        let mut before = Vec::new();
        for (place, at) in self.ledger.item_lists.get(items.start as usize..items.end as usize).unwrap_or(&[]).iter().enumerate() {
            if let Some(item) = self.ledger.items.get_mut(at.0 as usize) {
                before.push(item.level);
                // The notice speaks at the level of its worst item; each item rises by one step of its own, unless it jumps.
                let own = levels.get(place).copied().unwrap_or_else(|| level.min(item.level.saturating_add(1)));
                item.level = item.level.max(own);
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
        let What::RemittanceReceived { remittance_id, payment_id, customer_id, reference, amount, discount, deduction, deduction_reason } = what else { return };
        let payment = payment_id.as_deref().and_then(|id| self.payment(id));
        let customer = customer_id.as_deref().and_then(|id| self.customer(id));
        let currency = payment.and_then(|at| self.ledger.payment(at)).map(|row| row.currency).or_else(|| self.ledger.customer(customer?)?.currency);
        let mut read = |field: &str, text: &Option<String>| text.as_deref().zip(currency).and_then(|(text, currency)| self.signed_amount(field, text, currency));
        let (amount, discount, deduction) = (read("amount", amount), read("discount", discount).unwrap_or(0), read("deduction", deduction).unwrap_or(0));
        if deduction < 0 {
            self.refuse("deduction", ProblemCode::NotPositive, || "what was kept back is not negative".into());
        }
        let taken = place_of(&mut self.places.remittances, &self.ledger.texts, &self.ledger.remittances, |row| row.id, remittance_id).is_some();
        let Some(id) = self.new_id("remittance_id", remittance_id, taken) else { return };
        let reference = self.keep("reference", reference, 512);
        let deduction_reason = deduction_reason.as_deref().map_or(TextId::NONE, |reason| self.keep("deduction_reason", reason, 64));
        self.ledger.remittances.push(Remittance { id, customer, payment, received_on: self.on, reference, amount, discount, deduction, deduction_reason });
    }
}
