//! Events that move messages: notices, replies, news, advice.

use super::apply::{Batch, catch_up, place_of};
use crate::calendar::FIRST_DAY;
use crate::error::ProblemCode;
use crate::event::{Event, What};
use crate::record::{Contact, ItemIdx, Notice, NoticeState, Remittance, Reply, Signal};
use crate::state::notice;
use crate::text::TextId;
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use core::ops::Range;

impl Batch<'_> {
    pub(super) fn message_or_claim(&mut self, event: &Event) {
        match &event.what {
            What::NoticeSent { customer_id, item_ids, level, channel, notice_id, item_levels, precondition } => {
                let id = notice_id.as_deref().or(event.decision_id.as_deref()).unwrap_or("");
                let levels = item_levels.as_deref().unwrap_or(&[]);
                if !levels.is_empty() && (levels.len() != item_ids.len() || levels.iter().any(|own| own > level)) {
                    return self.refuse("item_levels", ProblemCode::Contradiction, || "one level an item, none above that of the notice".into());
                }
                if self.still_holds(item_ids, precondition.as_deref()) {
                    self.notice_sent(id, customer_id, item_ids, (*level, levels), channel.as_deref());
                }
            }
            What::NoticeVoided { notice_id } => self.notice_voided(notice_id),
            What::NoticeBounced { notice_id } => self.notice_bounced(notice_id),
            What::ReplyReceived { reply_id, customer_id, subject, text, channel, intent, reading } => {
                let taken = place_of(&mut self.places.replies, &self.ledger.texts, &self.ledger.replies, |row| row.id, reply_id).is_some();
                let Some(customer) = self.customer(customer_id) else { return };
                let Some(id) = self.new_id("reply_id", reply_id, taken) else { return };
                let mut keep = |field: &str, value: &Option<String>, longest: usize| value.as_deref().map_or(TextId::NONE, |value| self.keep(field, value, longest));
                let (subject, text) = (keep("subject", subject, 4096), keep("text", text, 1 << 20));
                let (channel, intent) = (keep("channel", channel, 64), keep("intent", intent, 64));
                let reading = keep("reading", reading, 1 << 20);
                self.ledger.replies.push(Reply { id, customer, received_on: event.on, answered_on: None, subject, text, channel, intent, reading });
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
            _ => self.claim(event),
        }
    }

    /// Whether the amounts of the items are those that a message was decided on, where it says which they were.
    fn still_holds(&mut self, item_ids: &[String], precondition: Option<&str>) -> bool {
        let Some(wanted) = precondition else { return true };
        catch_up(&mut self.places.disputes_of, &self.ledger.disputes, |row| alloc::vec![row.item]);
        let items: Vec<ItemIdx> = item_ids.iter().filter_map(|id| self.ledger.find_item(id)).collect();
        let (ledger, places) = (&self.ledger, &self.places.disputes_of.1);
        let item = |at: ItemIdx| ledger.item(at);
        let claims = |at: ItemIdx| places.get(&at).into_iter().flatten().filter_map(|place| ledger.disputes.get(*place));
        let disputed = |at: ItemIdx| item(at).map_or(0, |row| ledger.disputed_of(row, claims(at)));
        let found = ledger.precondition_at(&items, |at| item(at).map_or(0, |row| row.open), disputed);
        let holds = found == wanted;
        if !holds {
            self.refuse("precondition", ProblemCode::ChangedFacts, || "an amount changed since the message was decided on; where it went out all the same, report it without a precondition".into());
        }
        holds
    }

    fn notice_sent(&mut self, id: &str, customer_id: &str, item_ids: &[String], (level, levels): (u8, &[u8]), channel: Option<&str>) {
        let Some(customer) = self.customer(customer_id) else { return };
        let known = self.place_of_notice(id);
        let before = known.and_then(|at| self.ledger.notices.get(at)).map_or(NoticeState::Proposed, |row| row.state);
        let Some(state) = notice::next(before, notice::Input::Sent) else {
            return self.refuse_state("notice_id", "the notice", before.name(), notice::Input::Sent.name());
        };
        let items = self.item_list(item_ids, customer);
        // The list is in the order of the books, the levels in that of the event.
        let told: BTreeMap<&str, u8> = item_ids.iter().map(String::as_str).zip(levels.iter().copied()).collect();
        let own = |at: &ItemIdx| self.ledger.item(*at).and_then(|item| told.get(self.ledger.text(item.id)).copied());
        let levels: Vec<Option<u8>> = self.ledger.item_list(&items).iter().map(own).collect();
        let id = self.keep("notice_id", id, 256);
        let channel = self.ledger.texts.intern(channel.unwrap_or("")).unwrap_or(TextId::NONE);
        let on = self.on;
        let mut before = Vec::new();
        for (place, at) in self.ledger.item_lists.get(items.start as usize..items.end as usize).unwrap_or(&[]).iter().enumerate() {
            if let Some(item) = self.ledger.items.get_mut(at.0 as usize) {
                before.push(item.level);
                // The notice speaks at the level of its worst item; each item rises by one step of its own, unless it jumps.
                let own = levels.get(place).copied().flatten().unwrap_or_else(|| level.min(item.level.saturating_add(1)));
                item.level = item.level.max(own);
                item.last_notice_on = item.last_notice_on.max(Some(on));
                item.contacts = item.contacts.saturating_add(1);
            }
        }
        let sent = Notice { id, customer, items, sent_on: on, level, channel, state, before };
        match known.and_then(|at| self.ledger.notices.get_mut(at)) {
            Some(row) if row.customer != customer => return self.refuse("customer_id", ProblemCode::Contradiction, || "the notice was proposed to another customer".into()),
            Some(row) => {
                let proposed = core::mem::replace(row, sent).items;
                self.move_notice(known.unwrap_or(0), &proposed);
            }
            None => self.ledger.notices.push(sent),
        }
        self.ledger.contacts.push(Contact { customer, on, channel });
    }

    /// A notice that was sent may have other items than were proposed.
    fn move_notice(&mut self, at: usize, proposed: &Range<u32>) {
        if at >= self.places.notices_of.0 {
            return;
        }
        for item in self.ledger.item_list(proposed) {
            self.places.notices_of.1.entry(*item).or_default().retain(|place| *place != at);
        }
        let sent = self.ledger.notices.get(at).map_or(0..0, |row| row.items.clone());
        for item in self.ledger.item_list(&sent) {
            self.places.notices_of.1.entry(*item).or_default().push(at);
        }
    }

    fn place_of_notice(&mut self, id: &str) -> Option<usize> {
        place_of(&mut self.places.notices, &self.ledger.texts, &self.ledger.notices, |row| row.id, id).filter(|_| !id.is_empty())
    }

    fn notice_voided(&mut self, id: &str) {
        let Some(row) = self.place_of_notice(id).and_then(|at| self.ledger.notices.get_mut(at)) else {
            return self.refuse("notice_id", ProblemCode::UnknownRecord, || format!("no notice '{id}'"));
        };
        let before = row.state;
        match notice::next(before, notice::Input::Voided) {
            Some(state) => row.state = state,
            None => self.refuse_state("notice_id", "the notice", before.name(), notice::Input::Voided.name()),
        }
    }

    /// A notice that came back moved no level: its items fall back to where they were before it, unless a later notice
    /// was delivered.
    fn notice_bounced(&mut self, id: &str) {
        let at = self.place_of_notice(id);
        let Some((at, notice)) = at.and_then(|at| self.ledger.notices.get_mut(at).map(|notice| (at, notice))) else {
            return self.refuse("notice_id", ProblemCode::UnknownRecord, || format!("no notice '{id}'"));
        };
        let before = notice.state;
        let Some(state) = notice::next(before, notice::Input::Bounced) else {
            return self.refuse_state("notice_id", "the notice", before.name(), notice::Input::Bounced.name());
        };
        notice.state = state;
        if state == before {
            return;
        }
        let (level, items, before) = (notice.level, notice.items.clone(), notice.before.clone());
        let ledger = &mut self.ledger;
        catch_up(&mut self.places.notices_of, &ledger.notices, |row| ledger.item_lists.get(row.items.start as usize..row.items.end as usize).unwrap_or(&[]).to_vec());
        for (place, item_at) in ledger.item_list(&items).to_vec().into_iter().enumerate() {
            let about = self.places.notices_of.1.get(&item_at).map_or(&[][..], Vec::as_slice);
            let others = || about.iter().filter(|other| **other != at).filter_map(|other| ledger.notices.get(*other)).filter(|row| row.state == NoticeState::Sent);
            let sent_on = ledger.notices.get(at).map_or(FIRST_DAY, |row| row.sent_on);
            // Of two of one day the later one is the one that found the item where the other had brought it.
            let found_at = |row: &Notice| ledger.item_list(&row.items).iter().position(|other| *other == item_at).and_then(|own| row.before.get(own).copied());
            let behind = |row: &Notice| row.sent_on == sent_on && found_at(row).zip(before.get(place)).is_some_and(|(other, own)| other > *own);
            let later = others().any(|row| row.sent_on > sent_on || behind(row));
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
