//! The digest of a ledger: SHA-256 over its rows in canonical order, the same for any order of the input.

use super::Books;
use crate::calendar::days_since_epoch;
use crate::money::Currency;
use crate::record::{Credit, ItemIdx, Promise};
use crate::saved::{folded, push_number};
use crate::text::{TextId, hex};
use alloc::{string::String, vec::Vec};
use chrono::NaiveDate;
use core::ops::Range;
use sha2::{Digest, Sha256};

/// Collects fields as canonical bytes: every text with its length before it, every number in as few bytes as it needs (zigzag, then
/// seven bits a byte, the lowest first, the top bit where more follow): a book is a third of what it is in whole words.
pub(super) struct Canon<'l> {
    ledger: &'l Books,
    hash: Sha256,
    buffer: Vec<u8>,
}

/// Bytes that are gathered before the hash is fed.
const CHUNK: usize = 1 << 16;

impl Canon<'_> {
    pub(super) fn int(&mut self, value: i64) -> &mut Self {
        push_number(&mut self.buffer, folded(value));
        if self.buffer.len() >= CHUNK {
            self.hash.update(&self.buffer);
            self.buffer.clear();
        }
        self
    }

    pub(super) fn opt(&mut self, value: Option<i64>) -> &mut Self {
        self.int(i64::from(value.is_some())).int(value.unwrap_or(0))
    }

    pub(super) fn flag(&mut self, value: bool) -> &mut Self {
        self.int(i64::from(value))
    }

    pub(super) fn str(&mut self, text: &str) -> &mut Self {
        self.int(text.len() as i64);
        self.buffer.extend_from_slice(text.as_bytes());
        self
    }

    fn text(&mut self, id: TextId) -> &mut Self {
        let ledger = self.ledger;
        self.str(ledger.texts.get(id))
    }

    pub(super) fn date(&mut self, day: NaiveDate) -> &mut Self {
        self.int(i64::from(days_since_epoch(day)))
    }

    pub(super) fn day(&mut self, day: Option<NaiveDate>) -> &mut Self {
        self.opt(day.map(|day| i64::from(days_since_epoch(day))))
    }

    fn currency(&mut self, currency: Currency) -> &mut Self {
        self.str(currency.code())
    }

    fn list(&mut self, range: &Range<u32>) -> &mut Self {
        let ledger = self.ledger;
        self.int(range.len() as i64);
        for text in ledger.list(range) {
            self.str(text);
        }
        self
    }

    fn items(&mut self, range: &Range<u32>) -> &mut Self {
        let ledger = self.ledger;
        // The order in which a notice or plan names its items says nothing.
        let mut items: Vec<ItemIdx> = ledger.item_list(range).to_vec();
        items.sort_unstable();
        self.int(items.len() as i64);
        for item in items {
            self.int(i64::from(item.0));
        }
        self
    }

    pub(super) fn table(&mut self, name: &str, rows: usize) -> &mut Self {
        self.str(name).int(rows as i64)
    }

    pub(super) fn told(&mut self, name: &str, rows: usize) {
        if rows > 0 {
            self.table(name, rows);
        }
    }
}

impl Books {
    /// Hex SHA-256 over everything the ledger holds, in canonical order. Equal books have equal digests, whatever the
    /// order of their rows and whichever face loaded them.
    pub fn digest(&self) -> String {
        let mut canon = Canon { ledger: self, hash: Sha256::new(), buffer: Vec::with_capacity(CHUNK * 2) };
        self.hash_parties(&mut canon);
        self.hash_cash(&mut canon);
        self.hash_claims(&mut canon);
        self.hash_messages(&mut canon);
        self.hash_decided(&mut canon);
        self.hash_arrangements(&mut canon);
        canon.hash.update(&canon.buffer);
        hex(&canon.hash.finalize())
    }

    fn hash_parties(&self, canon: &mut Canon<'_>) {
        canon.str("ar-ledger-2").table("customers", self.customers.len());
        for row in &self.customers {
            canon.text(row.id).text(row.name).opt(row.parent.map(|at| i64::from(at.0))).text(row.owner).text(row.segment);
            canon.text(row.industry).text(row.country).text(row.language).str(row.time_zone.map_or("", |zone| zone.name()));
            canon.str(row.currency.as_ref().map_or("", Currency::code)).flag(row.strategic).flag(row.consumer).flag(row.do_not_contact);
            canon.opt(row.credit_limit).opt(row.annual_revenue).list(&row.aliases).list(&row.channels).list(&row.bank_accounts).day(row.blocked_until);
        }
        canon.table("items", self.items.len());
        for row in &self.items {
            canon.text(row.id).int(i64::from(row.customer.0)).str(row.kind.name()).currency(row.currency).int(row.amount).int(row.open);
            canon.date(row.issued_on).date(row.due_on).day(row.settled_on).text(row.reference).text(row.purchase_order);
            canon.int(i64::from(row.discount_ppm)).day(row.discount_until).int(i64::from(row.level)).day(row.last_notice_on).flag(row.disputed);
            canon.day(row.blocked_until).int(i64::from(row.contacts)).flag(row.open_stated).text(row.notice_group);
        }
    }

    fn hash_cash(&self, canon: &mut Canon<'_>) {
        canon.table("payments", self.payments.len());
        for row in &self.payments {
            canon.text(row.id).opt(row.customer.map(|at| i64::from(at.0))).currency(row.currency).int(row.amount).int(row.bank_fee);
            canon.date(row.received_on).text(row.payer_name).text(row.payer_account).text(row.text).text(row.reference).text(row.method).flag(row.failed);
        }
        canon.table("remittances", self.remittances.len());
        for row in &self.remittances {
            canon.text(row.id).opt(row.customer.map(|at| i64::from(at.0))).opt(row.payment.map(|at| i64::from(at.0))).date(row.received_on);
            canon.text(row.reference).opt(row.amount).int(row.discount).int(row.deduction).text(row.deduction_reason);
        }
        canon.table("allocations", self.allocations.len());
        for row in &self.allocations {
            let (side, at) = match row.credit {
                Credit::Payment(at) => (0, at.0),
                Credit::Item(at) => (1, at.0),
                Credit::Own => (2, 0),
            };
            canon.int(i64::from(row.item.0)).int(side).int(i64::from(at)).date(row.on).int(row.amount).int(row.cash).str(row.kind.name()).text(row.decision);
            // Where a line came from says something only beside an open amount that the host stated.
            canon.flag(row.tabled && row.lowers().any(|at| self.item(at).is_some_and(|item| item.open_stated)));
        }
        canon.table("deductions", self.deductions.len());
        for row in &self.deductions {
            canon.int(i64::from(row.item.0)).opt(row.source.map(|at| i64::from(at.0))).opt(row.payment.map(|at| i64::from(at.0)));
            canon.text(row.posting).str(row.reason.name()).text(row.code);
        }
        canon.table("fx_rates", self.fx_rates.len());
        for row in &self.fx_rates {
            canon.currency(row.base).currency(row.quote).date(row.on).int(row.rate);
        }
    }

    fn hash_claims(&self, canon: &mut Canon<'_>) {
        canon.table("promises", self.promises.len());
        for row in &self.promises {
            canon.text(row.id).int(i64::from(row.customer.0)).opt(row.item.map(|at| i64::from(at.0))).opt(row.amount).date(row.made_on).date(row.due_on).str(row.state.name());
        }
        canon.table("disputes", self.disputes.len());
        for row in &self.disputes {
            canon.text(row.id).int(i64::from(row.item.0)).int(row.amount).text(row.reason).date(row.opened_on).day(row.resolved_on).str(row.state.name()).flag(row.routed);
        }
        canon.table("plans", self.plans.len());
        for row in &self.plans {
            canon.text(row.id).int(i64::from(row.customer.0)).date(row.agreed_on).str(row.state.name()).items(&row.items);
        }
        canon.table("instalments", self.instalments.len());
        for row in &self.instalments {
            canon.int(i64::from(row.plan)).date(row.due_on).int(row.amount).day(row.paid_on);
        }
    }

    fn hash_messages(&self, canon: &mut Canon<'_>) {
        canon.table("notices", self.notices.len());
        for row in &self.notices {
            canon.text(row.id).int(i64::from(row.customer.0)).date(row.sent_on).int(i64::from(row.level)).text(row.channel).str(row.state.name()).items(&row.items);
            canon.str(core::str::from_utf8(&row.before).unwrap_or(""));
        }
        canon.table("replies", self.replies.len());
        for row in &self.replies {
            canon.text(row.id).int(i64::from(row.customer.0)).date(row.received_on).day(row.answered_on).text(row.subject).text(row.text).text(row.channel).text(row.intent);
            if !row.reading.is_none() {
                canon.text(row.reading);
            }
        }
        canon.table("signals", self.signals.len());
        for row in &self.signals {
            canon.int(i64::from(row.customer.0)).date(row.on).text(row.kind).int(i64::from(row.severity));
        }
        canon.table("contacts", self.contacts.len());
        for row in &self.contacts {
            canon.int(i64::from(row.customer.0)).date(row.on).text(row.channel);
        }
        canon.table("undone", self.undone.len());
        for (at, on) in &self.undone {
            canon.int(i64::from(at.0)).date(*on);
        }
        canon.day(self.closed_on);
    }

    /// What only events tell, and columns that came later. A table without rows is left out, so that books that know nothing of it keep their digest.
    fn hash_arrangements(&self, canon: &mut Canon<'_>) {
        let told: Vec<(i64, &Promise)> = (0i64..).zip(&self.promises).filter(|(_, row)| row.closed_on.is_some() || row.currency.is_some() || !row.source.is_none()).collect();
        canon.told("promise_told", told.len());
        for (at, row) in told {
            canon.int(at).day(row.closed_on).str(row.currency.as_ref().map_or("", Currency::code)).text(row.source);
        }
        let sold: Vec<(i64, TextId)> = (0i64..).zip(&self.items).filter(|(_, row)| !row.product.is_none()).map(|(at, row)| (at, row.product)).collect();
        canon.told("product", sold.len());
        for (at, product) in sold {
            canon.int(at).text(product);
        }
        let routed: Vec<(i64, NaiveDate)> = (0i64..).zip(&self.disputes).filter_map(|(at, row)| Some((at, row.routed_on?))).collect();
        canon.told("routed_on", routed.len());
        for (at, on) in routed {
            canon.int(at).date(on);
        }
        let found: Vec<(i64, i64)> = (0i64..).zip(&self.disputes).filter_map(|(at, row)| Some((at, row.valid?))).collect();
        canon.told("found_valid", found.len());
        for (at, valid) in found {
            canon.int(at).int(valid);
        }
        canon.told("extensions", self.extensions.len());
        for row in &self.extensions {
            canon.int(i64::from(row.item.0)).date(row.on).date(row.from).date(row.to);
        }
        canon.told("holds", self.holds.len());
        for row in &self.holds {
            canon.int(i64::from(row.customer.0)).date(row.placed_on).day(row.released_on).text(row.reason);
        }
        canon.told("terms", self.terms.len());
        for row in &self.terms {
            canon.int(i64::from(row.customer.0)).date(row.on).opt(row.payment_days.map(i64::from)).opt(row.credit_limit);
        }
        canon.told("handovers", self.handovers.len());
        for row in &self.handovers {
            canon.int(i64::from(row.customer.0)).date(row.on).items(&row.items).text(row.to);
        }
        canon.told("retried", self.retried.len());
        for (at, row) in &self.retried {
            canon.int(i64::from(at.0)).int(i64::from(row.count)).date(row.last_on);
        }
        canon.told("failures", self.failures.len());
        for (at, row) in &self.failures {
            canon.int(i64::from(at.0)).str(row.kind.name()).date(row.first_on).date(row.last_on).items(&row.items);
        }
    }
}
