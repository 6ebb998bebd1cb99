//! Some customers with all that is about them, as books of their own: what happens to them is worked out on a few rows.

use super::index::IdIndex;
use super::within::Within;
use super::{Books, Ledger, OfCustomer, slice_of};
use crate::money::Currency;
use crate::record::{Allocation, Credit, Customer, CustomerIdx, Deduction, Extension, Instalment, Item, ItemIdx, Payment, PaymentIdx, Plan};
use crate::text::TextId;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    vec::Vec,
};
use core::ops::Range;

/// Levels of a group that are followed upwards.
const MOST_LEVELS: usize = 64;

impl Ledger {
    /// These customers (in order) with their items, payments and claims, the rates, and what is known of decisions. Of others stand in it
    /// those above them in their groups, and who paid their items, each as a bare row. `payments` are those that name the customers,
    /// `currencies` those of the whole. `None` where their rows name items of others, so that they cannot be taken out. Advice is left
    /// out: only matching reads it.
    pub(crate) fn part(&self, customers: &[CustomerIdx], payments: &[PaymentIdx], currencies: &[Currency]) -> Option<Self> {
        let mut taking = Taking { from: self, to: Books::default(), texts: BTreeMap::new(), customers: Vec::new(), items: Vec::new(), payments: Vec::new() };
        taking.payments(customers, payments);
        taking.customers(customers);
        for at in customers {
            taking.items(*at)?;
        }
        taking.money()?;
        for at in customers {
            taking.cash(*at)?;
            taking.claims(*at)?;
            taking.messages(*at)?;
        }
        taking.finish(currencies.to_vec());
        taking.to.within = Some(Within::new(self, &taking.customers));
        Some(Self(Arc::new(taking.to)))
    }
}

struct Taking<'b> {
    from: &'b Books,
    to: Books,
    /// Handles of the whole and of the part.
    texts: BTreeMap<TextId, TextId>,
    /// Of the whole, in order, for each customer of the part.
    customers: Vec<CustomerIdx>,
    /// Where the items of each customer stood, and where they begin now.
    items: Vec<(Range<usize>, usize)>,
    /// Of the whole, in order.
    payments: Vec<PaymentIdx>,
}

impl Taking<'_> {
    fn text(&mut self, id: TextId) -> TextId {
        if id.is_none() {
            return id;
        }
        let (from, to) = (self.from, &mut self.to);
        // Texts that rows share are told apart by their handles: equal ones stay one.
        *self.texts.entry(id).or_insert_with(|| to.texts.intern(from.texts.get(id)).unwrap_or(TextId::NONE))
    }

    fn list(&mut self, range: &Range<u32>) -> Range<u32> {
        let from = self.from;
        let start = self.to.lists.len() as u32;
        for id in from.lists.get(range.start as usize..range.end as usize).unwrap_or(&[]) {
            let id = self.text(*id);
            self.to.lists.push(id);
        }
        start..self.to.lists.len() as u32
    }

    fn customer(&self, at: CustomerIdx) -> Option<CustomerIdx> {
        self.customers.binary_search(&at).ok().and_then(|place| u32::try_from(place).ok()).map(CustomerIdx)
    }

    fn item(&self, at: ItemIdx) -> Option<ItemIdx> {
        let at = at.0 as usize;
        let (range, start) = self.items.iter().find(|(range, _)| range.contains(&at))?;
        u32::try_from(start + at - range.start).ok().map(ItemIdx)
    }

    /// `Some(None)` for no item, `None` for one of others.
    fn item_or_none(&self, at: Option<ItemIdx>) -> Option<Option<ItemIdx>> {
        at.map_or(Some(None), |at| self.item(at).map(Some))
    }

    fn item_list(&mut self, range: &Range<u32>) -> Option<Range<u32>> {
        let start = self.to.item_lists.len() as u32;
        for at in self.from.item_list(range) {
            let at = self.item(*at)?;
            self.to.item_lists.push(at);
        }
        Some(start..self.to.item_lists.len() as u32)
    }

    fn payment(&self, at: PaymentIdx) -> Option<PaymentIdx> {
        self.payments.binary_search(&at).ok().and_then(|place| u32::try_from(place).ok()).map(PaymentIdx)
    }

    /// The payments that name them, and those that paid their items.
    fn payments(&mut self, customers: &[CustomerIdx], named: &[PaymentIdx]) {
        let mut found: BTreeSet<PaymentIdx> = named.iter().copied().collect();
        for at in customers {
            let credits = allocations_of(self.from, *at).iter().filter_map(|row| if let Credit::Payment(at) = row.credit { Some(at) } else { None });
            found.extend(credits.chain(deductions_of(self.from, *at).iter().filter_map(|row| row.payment)));
        }
        self.payments = found.into_iter().collect();
    }

    fn customers(&mut self, customers: &[CustomerIdx]) {
        let mut found: BTreeSet<CustomerIdx> = customers.iter().copied().collect();
        found.extend(self.payments.iter().filter_map(|at| self.from.payment(*at)).filter_map(|row| row.customer));
        let mut above: Vec<CustomerIdx> = found.iter().copied().collect();
        for _ in 0..MOST_LEVELS {
            above = above.iter().filter_map(|at| self.from.customer(*at)?.parent).filter(|at| found.insert(*at)).collect();
        }
        self.customers = found.into_iter().collect();
        for at in self.customers.clone() {
            let Some(row) = self.from.customer(at).cloned() else { continue };
            let parent = row.parent.and_then(|at| self.customer(at));
            let [id, name, owner, segment, industry, country, language] = [row.id, row.name, row.owner, row.segment, row.industry, row.country, row.language].map(|id| self.text(id));
            let [aliases, channels, bank_accounts] = [&row.aliases, &row.channels, &row.bank_accounts].map(|range| self.list(range));
            self.to.customers.push(Customer { id, name, parent, owner, segment, industry, country, language, aliases, channels, bank_accounts, ..row });
        }
    }

    fn items(&mut self, customer: CustomerIdx) -> Option<()> {
        let own = self.customer(customer)?;
        self.items.push((self.from.item_range(customer), self.to.items.len()));
        for row in self.from.items_of(customer) {
            let [id, reference, purchase_order, notice_group, product] = [row.id, row.reference, row.purchase_order, row.notice_group, row.product].map(|id| self.text(id));
            self.to.items.push(Item { id, reference, purchase_order, notice_group, product, customer: own, ..row.clone() });
        }
        Some(())
    }

    fn money(&mut self) -> Option<()> {
        for at in self.payments.clone() {
            let row = self.from.payment(at)?;
            let customer = row.customer.and_then(|at| self.customer(at));
            let [id, payer_name, payer_account, text, reference, method] = [row.id, row.payer_name, row.payer_account, row.text, row.reference, row.method].map(|id| self.text(id));
            let own = PaymentIdx(self.to.payments.len() as u32);
            self.to.payments.push(Payment { id, customer, payer_name, payer_account, text, reference, method, ..row.clone() });
            self.to.undone.extend(self.from.undone.get(&at).map(|on| (own, *on)));
            self.to.retried.extend(self.from.retried.get(&at).map(|row| (own, *row)));
            if let Some(row) = self.from.failures.get(&at) {
                let items = self.item_list(&row.items)?;
                self.to.failures.insert(own, crate::record::Failure { items, ..row.clone() });
            }
        }
        Some(())
    }

    fn cash(&mut self, customer: CustomerIdx) -> Option<()> {
        let from = self.from;
        for row in allocations_of(from, customer) {
            let credit = match row.credit {
                Credit::Payment(at) => Credit::Payment(self.payment(at)?),
                Credit::Item(at) => Credit::Item(self.item(at)?),
                Credit::Own => Credit::Own,
            };
            let (item, decision) = (self.item(row.item)?, self.text(row.decision));
            self.to.allocations.push(Allocation { item, credit, decision, ..row.clone() });
        }
        for row in deductions_of(from, customer) {
            let (item, source, payment) = (self.item(row.item)?, self.item_or_none(row.source)?, row.payment.and_then(|at| self.payment(at)));
            let [posting, code] = [row.posting, row.code].map(|id| self.text(id));
            self.to.deductions.push(Deduction { item, source, payment, posting, code, ..row.clone() });
        }
        for row in rows_of(&from.extensions, &from.item_range(customer), |row| row.item) {
            let item = self.item(row.item)?;
            self.to.extensions.push(Extension { item, ..row.clone() });
        }
        Some(())
    }

    fn claims(&mut self, at: CustomerIdx) -> Option<()> {
        let (from, customer) = (self.from, self.customer(at)?);
        for row in from.promises_of(at) {
            let (item, [id, source]) = (self.item_or_none(row.item)?, [row.id, row.source].map(|id| self.text(id)));
            self.to.promises.push(crate::record::Promise { id, customer, item, source, ..row.clone() });
        }
        for row in from.disputes_of(at) {
            let (item, [id, reason]) = (self.item(row.item)?, [row.id, row.reason].map(|id| self.text(id)));
            self.to.disputes.push(crate::record::Dispute { id, customer, item, reason, ..row.clone() });
        }
        let first = from.plans.partition_point(|row| row.customer < at);
        for (place, row) in (first..).zip(from.plans_of(at)) {
            let (id, items, plan) = (self.text(row.id), self.item_list(&row.items)?, self.to.plans.len() as u32);
            self.to.plans.push(Plan { id, customer, items, ..row.clone() });
            let parts = from.instalments.partition_point(|part| (part.plan as usize) < place)..from.instalments.partition_point(|part| part.plan as usize <= place);
            self.to.instalments.extend(from.instalments.get(parts).unwrap_or(&[]).iter().map(|part| Instalment { plan, ..part.clone() }));
        }
        for row in from.holds_of(at) {
            let reason = self.text(row.reason);
            self.to.holds.push(crate::record::Hold { customer, reason, ..row.clone() });
        }
        self.to.terms.extend(from.terms_of(at).iter().map(|row| crate::record::Terms { customer, ..row.clone() }));
        for row in slice_of(&from.handovers, at) {
            let (items, to) = (self.item_list(&row.items)?, self.text(row.to));
            self.to.handovers.push(crate::record::HandOver { customer, items, to, ..row.clone() });
        }
        Some(())
    }

    fn messages(&mut self, at: CustomerIdx) -> Option<()> {
        let (from, customer) = (self.from, self.customer(at)?);
        for row in from.notices_of(at) {
            let (items, [id, channel]) = (self.item_list(&row.items)?, [row.id, row.channel].map(|id| self.text(id)));
            self.to.notices.push(crate::record::Notice { id, customer, items, channel, ..row.clone() });
        }
        for row in from.replies_of(at) {
            let [id, subject, text, channel, intent, reading] = [row.id, row.subject, row.text, row.channel, row.intent, row.reading].map(|id| self.text(id));
            self.to.replies.push(crate::record::Reply { id, customer, subject, text, channel, intent, reading, ..row.clone() });
        }
        for row in from.signals_of(at) {
            let kind = self.text(row.kind);
            self.to.signals.push(crate::record::Signal { customer, kind, ..row.clone() });
        }
        for row in from.contacts_of(at) {
            let channel = self.text(row.channel);
            self.to.contacts.push(crate::record::Contact { customer, channel, ..row.clone() });
        }
        Some(())
    }

    /// What follows from the rows, and what all parts share.
    fn finish(&mut self, currencies: Vec<Currency>) {
        let (from, to) = (self.from, &mut self.to);
        to.fx_rates = from.fx_rates.clone();
        to.decided = from.decided.clone();
        to.closed_on = from.closed_on;
        to.whole_currencies = currencies;
        let ends = (0u32..).map(CustomerIdx).take(to.customers.len()).map(|at| to.items.partition_point(|row| row.customer <= at) as u32);
        to.item_starts = core::iter::once(0).chain(ends).collect();
        let ids: [Vec<TextId>; 3] = [to.customers.iter().map(|row| row.id).collect(), to.items.iter().map(|row| row.id).collect(), to.payments.iter().map(|row| row.id).collect()];
        [to.customer_index, to.item_index, to.payment_index] = ids.map(|ids| IdIndex::new(&to.texts, &ids));
    }
}

/// The rows about the items of a range, in a table that is sorted by item.
fn rows_of<'r, R>(rows: &'r [R], items: &Range<usize>, item_of: impl Fn(&R) -> ItemIdx) -> &'r [R] {
    let place = |row: &R| item_of(row).0 as usize;
    let (from, to) = (rows.partition_point(|row| place(row) < items.start), rows.partition_point(|row| place(row) < items.end));
    rows.get(from..to).unwrap_or(&[])
}

fn allocations_of(books: &Books, at: CustomerIdx) -> &[Allocation] {
    rows_of(&books.allocations, &books.item_range(at), |row| row.item)
}

fn deductions_of(books: &Books, at: CustomerIdx) -> &[Deduction] {
    rows_of(&books.deductions, &books.item_range(at), |row| row.item)
}

impl Books {
    /// The customers between whom items hang together: credit notes of one that paid items of another. They cannot be taken apart.
    pub(crate) fn entangled(&self) -> BTreeSet<CustomerIdx> {
        let notes = self.allocations.iter().filter_map(|row| if let Credit::Item(at) = row.credit { Some([self.owner(row.item)?, self.owner(at)?]) } else { None });
        let sources = self.deductions.iter().filter_map(|row| Some([self.owner(row.item)?, self.owner(row.source?)?]));
        notes.chain(sources).filter(|[one, other]| one != other).flatten().collect()
    }

    /// Of customers whose payments were applied to items of others: those others. What is left of the payments can be said only where
    /// these items are.
    pub(crate) fn paid_for(&self) -> BTreeMap<CustomerIdx, BTreeSet<CustomerIdx>> {
        let mut found: BTreeMap<CustomerIdx, BTreeSet<CustomerIdx>> = BTreeMap::new();
        for row in &self.allocations {
            let Credit::Payment(at) = row.credit else { continue };
            let Some((payer, owner)) = self.payment(at).and_then(|row| row.customer).zip(self.owner(row.item)) else { continue };
            if payer != owner {
                found.entry(payer).or_default().insert(owner);
            }
        }
        found
    }

    fn owner(&self, at: ItemIdx) -> Option<CustomerIdx> {
        self.item(at).map(|row| row.customer)
    }

    /// Whose rows these identifiers are of: of every table that events name rows of.
    pub(crate) fn owners_by_id(&self) -> [BTreeMap<&str, CustomerIdx>; 4] {
        fn owners<'b, R: OfCustomer>(books: &'b Books, rows: &'b [R], id: impl Fn(&R) -> TextId) -> BTreeMap<&'b str, CustomerIdx> {
            rows.iter().map(|row| (books.text(id(row)), row.customer())).collect()
        }
        [owners(self, &self.promises, |row| row.id), owners(self, &self.disputes, |row| row.id), owners(self, &self.notices, |row| row.id), owners(self, &self.replies, |row| row.id)]
    }

    /// The payments that name a customer, by customer.
    pub(crate) fn payments_by_customer(&self) -> Vec<(CustomerIdx, PaymentIdx)> {
        let mut found: Vec<_> = (0u32..).map(PaymentIdx).zip(&self.payments).filter_map(|(at, row)| Some((row.customer?, at))).collect();
        found.sort_unstable();
        found
    }
}
