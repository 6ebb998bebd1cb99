//! Claims and messages in: promises, disputes, plans, notices, replies, signals, rates.

use super::decided::Shared;
use super::index::IdIndex;
use super::intake::Intake;
use super::reader::Row;
use super::schema::{self, TableSpec};
use super::{Books, OfCustomer};
use crate::error::ProblemCode;
use crate::record::{Contact, Dispute, DisputeState, FxRate, Instalment, ItemIdx, Notice, NoticeState, Plan, PlanState, Promise, PromiseState, Reply, Signal};
use crate::text::TextId;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;
use core::ops::Range;

impl Intake<'_> {
    pub(super) fn claims(&mut self) {
        self.promises();
        self.disputes();
        self.plans();
        self.instalments();
        self.notices();
        self.replies();
        self.signals();
        self.fx_rates();
    }

    fn report_twice<R>(&mut self, spec: &TableSpec, column: &str, rows: &[(R, u32)], id: impl Fn(&R) -> TextId) {
        let ids: Vec<TextId> = rows.iter().map(|(row, _)| id(row)).collect();
        let numbers: Vec<u32> = rows.iter().map(|(_, number)| *number).collect();
        let index = IdIndex::new(&self.ledger.texts, &ids);
        self.report_repeats(spec, column, &index, &ids, &numbers);
    }

    fn sorted<R: OfCustomer>(&self, rows: Vec<(R, u32)>, on: impl Fn(&R) -> NaiveDate, id: impl Fn(&R) -> TextId) -> Vec<R> {
        let texts = &self.ledger.texts;
        let mut rows: Vec<R> = rows.into_iter().map(|(row, _)| row).collect();
        rows.sort_by(|a, b| (a.customer(), on(a), texts.get(id(a))).cmp(&(b.customer(), on(b), texts.get(id(b)))));
        rows
    }

    fn promises(&mut self) {
        const fn at(name: &str) -> usize {
            schema::PROMISES.at(name)
        }
        let (mut rows, mut last) = (Vec::new(), None);
        self.each_row(&schema::PROMISES, |ledger, row| {
            let id = row.text(at("promise_id"));
            let customer = ledger.resolve_customer(row, at("customer_id"), &mut last);
            let item = ledger.resolve_item(row, at("item_id"));
            ledger.check_owner(row, at("item_id"), item, customer);
            let stated = row.currency(at("currency"));
            let own = item.and_then(|item| ledger.item(item)).map(|item| item.currency);
            if stated.is_some() && own.is_some() && stated != own {
                row.complain(at("currency"), ProblemCode::CurrencyMismatch, || "the item is in another currency".into());
            }
            let usual = || ledger.items_of(customer?).first().map(|item| item.currency);
            let currency = stated.or(own).or_else(usual);
            let exponent = currency.map_or(2, |currency| currency.exponent());
            let amount = row.amount(at("amount"), exponent, false);
            let (made_on, due_on) = (row.date(at("made_on")), row.date(at("due_on")));
            let source = ledger.share(row, at("source"));
            let state = if row.has(at("state")) { row.word(at("state"), PromiseState::WORDS, PromiseState::from_name) } else { Some(PromiseState::Open) };
            let (Some(id), Some(customer), Some(made_on), Some(due_on), Some(state)) = (id, customer, made_on, due_on, state) else { return };
            if due_on < made_on {
                row.complain(at("due_on"), ProblemCode::DatesOutOfOrder, || "promised for a day before it was made".into());
            }
            let id = ledger.texts.push(&id).unwrap_or(TextId::NONE);
            let currency = currency.filter(|_| own.is_none() && amount.is_some());
            rows.push((Promise { id, customer, item, amount, made_on, due_on, state, closed_on: None, currency, source }, row.row as u32));
        });
        self.report_twice(&schema::PROMISES, "promise_id", &rows, |row| row.id);
        self.ledger.promises = self.sorted(rows, |row| row.due_on, |row| row.id);
    }

    fn disputes(&mut self) {
        const fn at(name: &str) -> usize {
            schema::DISPUTES.at(name)
        }
        let (mut rows, mut last) = (Vec::new(), None);
        self.each_row(&schema::DISPUTES, |ledger, row| {
            let id = row.text(at("dispute_id"));
            let item = ledger.resolve_item(row, at("item_id"));
            let named = ledger.resolve_customer(row, at("customer_id"), &mut last);
            ledger.check_owner(row, at("item_id"), item, named);
            let held = item.and_then(|item| ledger.item(item)).map(|item| (item.customer, item.amount, item.currency.exponent()));
            let amount = row.amount(at("amount"), held.map_or(2, |held| held.2), false);
            let reason = ledger.share(row, at("reason"));
            let (opened_on, resolved_on) = (row.date(at("opened_on")), row.date(at("resolved_on")));
            let state = if row.has(at("state")) { row.word(at("state"), DisputeState::WORDS, DisputeState::from_name) } else { Some(DisputeState::Open) };
            let (Some(id), Some(item), Some((customer, most, _)), Some(opened_on), Some(state)) = (id, item, held, opened_on, state) else { return };
            if resolved_on.is_some_and(|day| day < opened_on) {
                row.complain(at("resolved_on"), ProblemCode::DatesOutOfOrder, || "resolved before it was opened".into());
            }
            if amount.is_some_and(|amount| amount > most) {
                row.complain(at("amount"), ProblemCode::AmountTooLarge, || "more is disputed than the item's amount".into());
            }
            let valid = row.amount(at("valid_amount"), held.map_or(2, |held| held.2), true);
            if valid.is_some_and(|valid| valid > amount.unwrap_or(most)) {
                row.complain(at("valid_amount"), ProblemCode::AmountTooLarge, || "more was found valid than is disputed".into());
            }
            let state = if resolved_on.is_some() && state.is_live() { DisputeState::Closed } else { state };
            let id = ledger.texts.push(&id).unwrap_or(TextId::NONE);
            rows.push((
                Dispute { id, customer, item, amount: amount.unwrap_or(most), reason, opened_on, resolved_on, state, routed: state == DisputeState::InReview, routed_on: None, valid },
                row.row as u32,
            ));
        });
        self.report_twice(&schema::DISPUTES, "dispute_id", &rows, |row| row.id);
        self.ledger.disputes = self.sorted(rows, |row| row.opened_on, |row| row.id);
    }

    fn plans(&mut self) {
        const fn at(name: &str) -> usize {
            schema::PLANS.at(name)
        }
        let (mut rows, mut last) = (Vec::new(), None);
        self.each_row(&schema::PLANS, |ledger, row| {
            let id = row.text(at("plan_id"));
            let customer = ledger.resolve_customer(row, at("customer_id"), &mut last);
            let agreed_on = row.date(at("agreed_on"));
            let items = ledger.resolve_items(row, at("item_ids"), customer);
            let state = if row.has(at("state")) { row.word(at("state"), PlanState::WORDS, PlanState::from_name) } else { Some(PlanState::Active) };
            let (Some(id), Some(customer), Some(agreed_on), Some(state)) = (id, customer, agreed_on, state) else { return };
            let id = ledger.texts.push(&id).unwrap_or(TextId::NONE);
            rows.push((Plan { id, customer, agreed_on, state, items }, row.row as u32));
        });
        self.report_twice(&schema::PLANS, "plan_id", &rows, |row| row.id);
        self.ledger.plans = self.sorted(rows, |row| row.agreed_on, |row| row.id);
    }

    fn instalments(&mut self) {
        const fn at(name: &str) -> usize {
            schema::INSTALMENTS.at(name)
        }
        let mut rows = Vec::new();
        let plans: BTreeMap<String, u32> = self.ledger.plans.iter().map(|plan| self.ledger.texts.get(plan.id).into()).zip(0u32..).collect();
        self.each_row(&schema::INSTALMENTS, |ledger, row| {
            let plan = row.text(at("plan_id")).and_then(|id| {
                let found = plans.get(id.as_ref()).copied();
                if found.is_none() {
                    row.complain(at("plan_id"), ProblemCode::UnknownRecord, || format!("no plan '{id}'"));
                }
                found
            });
            let currency = plan.and_then(|plan| ledger.plans.get(plan as usize)).and_then(|plan| ledger.item_list(&plan.items).first()).and_then(|item| ledger.item(*item)).map(|item| item.currency);
            let amount = row.amount(at("amount"), currency.map_or(2, |currency| currency.exponent()), false);
            let (due_on, paid_on) = (row.date(at("due_on")), row.date(at("paid_on")));
            let (Some(plan), Some(due_on), Some(amount)) = (plan, due_on, amount) else { return };
            rows.push(Instalment { plan, due_on, amount, paid_on });
        });
        rows.sort_by_key(|row| (row.plan, row.due_on, row.amount));
        self.ledger.instalments = rows;
    }

    fn notices(&mut self) {
        const fn at(name: &str) -> usize {
            schema::NOTICES.at(name)
        }
        let (mut rows, mut last) = (Vec::new(), None);
        self.each_row(&schema::NOTICES, |ledger, row| {
            let id = row.text(at("notice_id"));
            let customer = ledger.resolve_customer(row, at("customer_id"), &mut last);
            let sent_on = row.date(at("sent_on"));
            let items = ledger.resolve_items(row, at("item_ids"), customer);
            let level = row.int(at("level")).and_then(|level| u8::try_from(level).ok()).unwrap_or(0);
            let channel = ledger.share(row, at("channel"));
            let state = if row.has(at("state")) { row.word(at("state"), NoticeState::WORDS, NoticeState::from_name) } else { Some(NoticeState::Sent) };
            let (Some(id), Some(customer), Some(sent_on), Some(state)) = (id, customer, sent_on, state) else { return };
            let id = ledger.texts.push(&id).unwrap_or(TextId::NONE);
            rows.push((Notice { id, customer, items, sent_on, level, channel, state, before: Vec::new() }, row.row as u32));
        });
        self.report_twice(&schema::NOTICES, "notice_id", &rows, |row| row.id);
        self.ledger.notices = self.sorted(rows, |row| row.sent_on, |row| row.id);
    }

    fn replies(&mut self) {
        const fn at(name: &str) -> usize {
            schema::REPLIES.at(name)
        }
        let (mut rows, mut last) = (Vec::new(), None);
        self.each_row(&schema::REPLIES, |ledger, row| {
            let id = row.text(at("reply_id"));
            let customer = ledger.resolve_customer(row, at("customer_id"), &mut last);
            let (received_on, answered_on) = (row.date(at("received_on")), row.date(at("answered_on")));
            let (subject, text) = (ledger.keep(row, at("subject")), ledger.keep(row, at("text")));
            let (channel, intent) = (ledger.share(row, at("channel")), ledger.share(row, at("intent")));
            let reading = ledger.keep(row, at("reading"));
            let (Some(id), Some(customer), Some(received_on)) = (id, customer, received_on) else { return };
            if answered_on.is_some_and(|day| day < received_on) {
                row.complain(at("answered_on"), ProblemCode::DatesOutOfOrder, || "answered before it was received".into());
            }
            let id = ledger.texts.push(&id).unwrap_or(TextId::NONE);
            rows.push((Reply { id, customer, received_on, answered_on, subject, text, channel, intent, reading }, row.row as u32));
        });
        self.report_twice(&schema::REPLIES, "reply_id", &rows, |row| row.id);
        self.ledger.replies = self.sorted(rows, |row| row.received_on, |row| row.id);
    }

    fn signals(&mut self) {
        const fn at(name: &str) -> usize {
            schema::SIGNALS.at(name)
        }
        let (mut rows, mut last) = (Vec::new(), None);
        self.each_row(&schema::SIGNALS, |ledger, row| {
            let customer = ledger.resolve_customer(row, at("customer_id"), &mut last);
            let (on, kind) = (row.date(at("on")), ledger.share(row, at("kind")));
            let severity = row.int(at("severity")).and_then(|severity| u8::try_from(severity).ok());
            let (Some(customer), Some(on), Some(severity)) = (customer, on, severity) else { return };
            rows.push(Signal { customer, on, kind, severity });
        });
        let texts = &self.ledger.texts;
        rows.sort_by(|a, b| (a.customer, a.on, texts.get(a.kind), a.severity).cmp(&(b.customer, b.on, texts.get(b.kind), b.severity)));
        self.ledger.signals = rows;
    }

    fn fx_rates(&mut self) {
        const fn at(name: &str) -> usize {
            schema::FX_RATES.at(name)
        }
        let (mut rows, mut seen) = (Vec::new(), BTreeSet::new());
        self.each_row(&schema::FX_RATES, |_, row| {
            let (base, quote) = (row.currency(at("base")), row.currency(at("quote")));
            let (on, rate) = (row.date(at("on")), row.rate(at("rate")));
            let (Some(base), Some(quote), Some(on), Some(rate)) = (base, quote, on, rate) else { return };
            if base == quote {
                return row.complain(at("quote"), ProblemCode::Contradiction, || "a rate is between two currencies".into());
            }
            if !seen.insert((base, quote, on)) {
                return row.complain(at("on"), ProblemCode::DuplicateId, || "this pair has a rate for the day already".into());
            }
            rows.push(FxRate { base, quote, on, rate });
        });
        rows.sort_by_key(|row| (row.base, row.quote, row.on, row.rate));
        self.ledger.fx_rates = Shared::new(rows);
    }
}

impl Books {
    /// A claim must name an item of its own customer.
    fn check_owner(&self, row: &mut Row<'_, '_>, column: usize, item: Option<ItemIdx>, customer: Option<crate::record::CustomerIdx>) {
        if let (Some(item), Some(customer)) = (item.and_then(|item| self.item(item)), customer)
            && item.customer != customer
        {
            row.complain(column, ProblemCode::Contradiction, || "the item belongs to another customer".into());
        }
    }

    fn resolve_items(&mut self, row: &mut Row<'_, '_>, column: usize, customer: Option<crate::record::CustomerIdx>) -> Range<u32> {
        let start = self.item_lists.len() as u32;
        for id in row.list(column) {
            match self.find_item(id) {
                Some(at) => {
                    self.check_owner(row, column, Some(at), customer);
                    self.item_lists.push(at);
                }
                None if self.refused.items.contains(id) => {}
                None => row.complain(column, ProblemCode::UnknownItem, || format!("no item '{id}'")),
            }
        }
        start..self.item_lists.len() as u32
    }

    /// What follows from the tables: levels and contacts from the notices that were sent.
    pub(super) fn settle_state(&mut self) {
        for notice in self.notices.iter().filter(|notice| notice.state.went_out()) {
            self.contacts.push(Contact { customer: notice.customer, on: notice.sent_on, channel: notice.channel });
            if notice.state != NoticeState::Sent {
                continue;
            }
            for at in self.item_lists.get(notice.items.start as usize..notice.items.end as usize).unwrap_or(&[]) {
                let Some(item) = self.items.get_mut(at.0 as usize) else { continue };
                item.level = item.level.max(notice.level);
                item.last_notice_on = item.last_notice_on.max(Some(notice.sent_on));
                item.contacts = item.contacts.saturating_add(1);
            }
        }
        self.sort_contacts();
    }

    pub(super) fn sort_contacts(&mut self) {
        let texts = &self.texts;
        self.contacts.sort_by(|a, b| (a.customer, a.on, texts.get(a.channel)).cmp(&(b.customer, b.on, texts.get(b.channel))));
    }
}
