//! What restored books must hold. A checksum can be made by anybody: so what the doors for tables and events ensure, and the engine
//! relies on, is asked again of bytes.

use super::super::OfCustomer;
use super::super::index::IdIndex;
use super::super::intake::cyclic;
use crate::ledger::Books;
use crate::money::{Currency, MAX_MINOR};
use crate::record::{Allocation, AllocationKind, Credit, CustomerIdx, Item, ItemIdx, ItemKind, PaymentIdx};
use crate::text::TextId;
use alloc::vec::Vec;
use chrono::NaiveDate;
use core::cmp::Ordering;

/// The table, and what is wrong with it.
type Fault = (&'static str, &'static str);

const ORDER: &str = "rows are out of order";
const PLACE: &str = "a row names another that is not there";
const AMOUNT: &str = "an amount is out of range";
const TWICE: &str = "an identifier is missing or stands twice";

/// The most days to pay, parts per million, severity and level.
const MOST: (u16, u32, u8, u8) = (730, 1_000_000, 100, 3);

/// Whether an amount is one that the doors let in, from `least` on.
fn amount(value: i64, least: i64) -> bool {
    (least..=MAX_MINOR).contains(&value)
}

fn in_order<R>(rows: &[R], compare: impl Fn(&R, &R) -> Ordering) -> bool {
    rows.is_sorted_by(|a, b| compare(a, b) != Ordering::Greater)
}

fn first(faults: impl IntoIterator<Item = (bool, Fault)>) -> Option<Fault> {
    faults.into_iter().find(|(fine, _)| !fine).map(|(_, fault)| fault)
}

impl Books {
    /// The first thing that is wrong with restored books.
    pub(super) fn fault(&self) -> Option<Fault> {
        // Places first: what follows looks rows up.
        let overflow = self.overflowing().map(|_| ("items", "all amounts together are more than can be summed"));
        self.misplaced()
            .or_else(|| self.bad_ids())
            .or_else(|| self.unordered())
            .or_else(|| self.disordered())
            .or_else(|| self.bad_parties())
            .or_else(|| self.bad_cash())
            .or_else(|| self.bad_claims())
            .or(overflow)
    }

    fn has(&self, at: CustomerIdx) -> bool {
        (at.0 as usize) < self.customers.len()
    }

    fn has_item(&self, at: ItemIdx) -> bool {
        (at.0 as usize) < self.items.len()
    }

    fn has_payment(&self, at: PaymentIdx) -> bool {
        (at.0 as usize) < self.payments.len()
    }

    /// Whether every row is of a customer that is there.
    fn owned<R: OfCustomer>(&self, rows: &[R]) -> bool {
        rows.iter().all(|row| self.has(row.customer()))
    }

    fn misplaced(&self) -> Option<Fault> {
        let credit = |credit: Credit| match credit {
            Credit::Payment(at) => self.has_payment(at),
            Credit::Item(at) => self.has_item(at),
            Credit::Own => true,
        };
        let (decided, opt) = (&self.decided, |at: Option<CustomerIdx>| at.is_none_or(|at| self.has(at)));
        first([
            (self.customers.iter().all(|row| opt(row.parent)), ("customers", PLACE)),
            (self.items.iter().all(|row| self.has(row.customer)), ("items", PLACE)),
            (self.payments.iter().all(|row| opt(row.customer)), ("payments", PLACE)),
            (self.remittances.iter().all(|row| opt(row.customer) && row.payment.is_none_or(|at| self.has_payment(at))), ("remittances", PLACE)),
            (self.allocations.iter().all(|row| self.has_item(row.item) && credit(row.credit)), ("allocations", PLACE)),
            (self.deductions.iter().all(|row| self.has_item(row.item) && row.source.is_none_or(|at| self.has_item(at)) && row.payment.is_none_or(|at| self.has_payment(at))), ("deductions", PLACE)),
            (self.owned(&self.promises) && self.promises.iter().all(|row| row.item.is_none_or(|at| self.has_item(at))), ("promises", PLACE)),
            (self.owned(&self.disputes) && self.disputes.iter().all(|row| self.has_item(row.item)), ("disputes", PLACE)),
            (self.owned(&self.plans), ("plans", PLACE)),
            (self.instalments.iter().all(|row| (row.plan as usize) < self.plans.len()), ("instalments", PLACE)),
            (self.extensions.iter().all(|row| self.has_item(row.item)), ("extensions", PLACE)),
            (self.owned(&self.holds) && self.owned(&self.terms), ("holds", PLACE)),
            (self.owned(&self.handovers), ("handovers", PLACE)),
            (self.owned(&self.notices) && self.owned(&self.replies), ("notices", PLACE)),
            (self.owned(&self.signals) && self.owned(&self.contacts), ("contacts", PLACE)),
            (self.item_lists.iter().all(|at| self.has_item(*at)), ("notices", PLACE)),
            (self.retried.keys().chain(self.failures.keys()).chain(self.undone.keys()).all(|at| self.has_payment(*at)), ("failures", PLACE)),
            (decided.done.values().all(|row| opt(row.customer)) && decided.stops.keys().all(|row| opt(row.customer)), ("done", PLACE)),
        ])
    }

    fn bad_ids(&self) -> Option<Fault> {
        first([
            (self.named(&self.customer_index, &self.customers, |row| row.id), ("customers", TWICE)),
            (self.named(&self.item_index, &self.items, |row| row.id), ("items", TWICE)),
            (self.named(&self.payment_index, &self.payments, |row| row.id), ("payments", TWICE)),
        ])
    }

    /// Whether every row has an identifier of its own.
    fn named<R>(&self, index: &IdIndex, rows: &[R], id: impl Fn(&R) -> TextId) -> bool {
        let id_at = |at: u32| rows.get(at as usize).map_or(TextId::NONE, &id);
        rows.iter().all(|row| !id(row).is_none()) && index.repeats(&self.texts, id_at).is_empty()
    }

    /// Rows that belong to a customer, by customer, day and text.
    fn by_day<R: OfCustomer>(&self, rows: &[R], key: impl Fn(&R) -> (NaiveDate, TextId)) -> bool {
        let text = |row: &R| self.texts.get(key(row).1);
        in_order(rows, |a, b| (a.customer(), key(a).0).cmp(&(b.customer(), key(b).0)).then_with(|| text(a).cmp(text(b))))
    }

    fn unordered(&self) -> Option<Fault> {
        let text = |id: TextId| self.texts.get(id);
        let allocation = |row: &Allocation| (row.item, row.on, row.credit, row.kind, row.amount);
        first([
            (in_order(&self.customers, |a, b| text(a.id).cmp(text(b.id))), ("customers", ORDER)),
            (in_order(&self.items, |a, b| (a.customer, a.due_on).cmp(&(b.customer, b.due_on)).then_with(|| text(a.id).cmp(text(b.id)))), ("items", ORDER)),
            (in_order(&self.payments, |a, b| a.received_on.cmp(&b.received_on).then_with(|| text(a.id).cmp(text(b.id)))), ("payments", ORDER)),
            (in_order(&self.remittances, |a, b| a.payment.cmp(&b.payment).then_with(|| text(a.id).cmp(text(b.id)))), ("remittances", ORDER)),
            (in_order(&self.allocations, |a, b| allocation(a).cmp(&allocation(b)).then_with(|| text(a.decision).cmp(text(b.decision)))), ("allocations", ORDER)),
            (self.deductions.is_sorted_by(|a, b| a.item < b.item), ("deductions", ORDER)),
            (self.fx_rates.is_sorted_by_key(|row| (row.base, row.quote, row.on, row.rate)), ("fx_rates", ORDER)),
        ])
    }

    fn disordered(&self) -> Option<Fault> {
        let text = |id: TextId| self.texts.get(id);
        first([
            (self.by_day(&self.promises, |row| (row.due_on, row.id)), ("promises", ORDER)),
            (self.by_day(&self.disputes, |row| (row.opened_on, row.id)), ("disputes", ORDER)),
            (self.by_day(&self.plans, |row| (row.agreed_on, row.id)), ("plans", ORDER)),
            (self.instalments.is_sorted_by_key(|row| (row.plan, row.due_on, row.amount)), ("instalments", ORDER)),
            (self.extensions.is_sorted_by_key(|row| row.item), ("extensions", ORDER)),
            (self.by_day(&self.holds, |row| (row.placed_on, TextId::NONE)), ("holds", ORDER)),
            (self.by_day(&self.terms, |row| (row.on, TextId::NONE)), ("terms", ORDER)),
            (self.by_day(&self.handovers, |row| (row.on, row.to)), ("handovers", ORDER)),
            (self.by_day(&self.notices, |row| (row.sent_on, row.id)), ("notices", ORDER)),
            (self.by_day(&self.replies, |row| (row.received_on, row.id)), ("replies", ORDER)),
            (in_order(&self.signals, |a, b| (a.customer, a.on).cmp(&(b.customer, b.on)).then_with(|| (text(a.kind), a.severity).cmp(&(text(b.kind), b.severity)))), ("signals", ORDER)),
            (self.by_day(&self.contacts, |row| (row.on, row.channel)), ("contacts", ORDER)),
        ])
    }

    fn bad_parties(&self) -> Option<Fault> {
        let parents: Vec<Option<CustomerIdx>> = self.customers.iter().map(|row| row.parent).collect();
        let item = |row: &Item| amount(row.amount, 1) && (0..=row.amount).contains(&row.open) && row.discount_ppm <= MOST.1 && row.due_on >= row.issued_on;
        let rows = self.terms.iter().all(|row| row.credit_limit.is_none_or(|limit| amount(limit, 0)) && row.payment_days.is_none_or(|days| days <= MOST.0));
        first([
            (cyclic(&parents).is_empty(), ("customers", "the parents form a circle")),
            (self.customers.iter().all(|row| row.credit_limit.into_iter().chain(row.annual_revenue).all(|value| amount(value, 0))), ("customers", AMOUNT)),
            (self.items.iter().all(item), ("items", AMOUNT)),
            (self.payments.iter().all(|row| amount(row.amount, 1) && amount(row.bank_fee, 0) && row.applied <= row.amount), ("payments", AMOUNT)),
            (rows, ("terms", AMOUNT)),
            (self.signals.iter().all(|row| row.severity <= MOST.2), ("signals", AMOUNT)),
            (self.notices.iter().all(|row| row.before.is_empty() || row.before.len() == row.items.len()), ("notices", "not one level an item")),
            (self.decided.changes.iter().all(|row| row.level <= MOST.3 && !(row.wider && row.cell.action.needs_person())), ("changes", "no such autonomy level")),
        ])
    }

    fn bad_cash(&self) -> Option<Fault> {
        let remittance = |amounts: [i64; 2], kept: i64| amounts.into_iter().all(|value| amount(value.saturating_abs(), 0)) && amount(kept, 0);
        let rate = |base: Currency, quote: Currency, rate: i64| base != quote && amount(rate, 1);
        first([
            (self.remittances.iter().all(|row| remittance([row.amount.unwrap_or(0), row.discount], row.deduction)), ("remittances", AMOUNT)),
            (self.fx_rates.iter().all(|row| rate(row.base, row.quote, row.rate)), ("fx_rates", AMOUNT)),
            (self.allocations.iter().all(|row| self.line_fits(row)), ("allocations", "a credit does not fit its item")),
            (self.sums_fit(), ("allocations", AMOUNT)),
            (self.deductions_fit(), ("deductions", "not one row for each item of the kind 'deduction', or of an item that cannot be its source")),
        ])
    }

    fn line_fits(&self, row: &Allocation) -> bool {
        let of_payment = matches!(row.credit, Credit::Payment(_)) && row.kind == AllocationKind::Payment;
        let of_deduction = |at: ItemIdx| self.deduction_of(at).is_some_and(|known| known.source == Some(row.item)) && self.item(at).is_some_and(|item| item.amount == row.amount);
        let of_kind = match row.credit {
            Credit::Own => row.kind == AllocationKind::WriteOff,
            Credit::Item(at) => row.kind != AllocationKind::Deduction || of_deduction(at),
            Credit::Payment(_) => true,
        };
        amount(row.amount, 1) && amount(row.cash, 0) && (of_payment || row.cash == 0) && of_kind && self.allocation_problem(row.item, row.credit, row.kind, true).is_none()
    }

    /// Whether lines take no more of an item than there is; of one whose open amount the host stated, the lines of the same tables may
    /// be in it besides.
    fn sums_fit(&self) -> bool {
        let mut sums = alloc::vec![0_i128; self.items.len()];
        for row in &self.allocations {
            for at in row.lowers() {
                if let Some(sum) = sums.get_mut(at.0 as usize) {
                    *sum += i128::from(row.amount);
                }
            }
        }
        self.items.iter().zip(sums).all(|(item, sum)| sum <= i128::from(item.amount) * if item.open_stated { 2 } else { 1 })
    }

    fn deductions_fit(&self) -> bool {
        let kept_back = (0u32..).map(ItemIdx).zip(&self.items).filter(|(_, item)| item.kind == ItemKind::Deduction).map(|(at, _)| at);
        let whole = |item: &Item, source: &Item| source.kind.is_billed() && item.customer == source.customer && item.currency == source.currency;
        let sourced = |at: ItemIdx, source: Option<ItemIdx>| source.is_none_or(|source| self.item(at).zip(self.item(source)).is_some_and(|(item, source)| whole(item, source)));
        kept_back.eq(self.deductions.iter().map(|row| row.item)) && self.deductions.iter().all(|row| sourced(row.item, row.source))
    }

    fn bad_claims(&self) -> Option<Fault> {
        let of = |at: ItemIdx, customer: CustomerIdx| self.item(at).is_some_and(|item| item.customer == customer);
        let listed = |row: &core::ops::Range<u32>, customer: CustomerIdx| self.item_list(row).iter().all(|at| of(*at, customer));
        let promised = |value: Option<i64>| value.is_none_or(|value| amount(value, 1));
        let found = |value: Option<i64>| value.is_none_or(|value| amount(value, 0));
        first([
            (self.promises.iter().all(|row| row.item.is_none_or(|at| of(at, row.customer))), ("promises", PLACE)),
            (self.promises.iter().all(|row| promised(row.amount) && row.due_on >= row.made_on), ("promises", AMOUNT)),
            (self.disputes.iter().all(|row| of(row.item, row.customer) && amount(row.amount, 1) && found(row.valid)), ("disputes", AMOUNT)),
            (self.plans.iter().all(|row| listed(&row.items, row.customer)), ("plans", PLACE)),
            (self.notices.iter().all(|row| listed(&row.items, row.customer)), ("notices", PLACE)),
            (self.handovers.iter().all(|row| listed(&row.items, row.customer)), ("handovers", PLACE)),
            // The parts of a plan are what is open of many items, and less than all amounts of a currency.
            (self.instalments.iter().all(|row| (0..=i64::MAX / 2).contains(&row.amount)), ("instalments", AMOUNT)),
            (self.decided.stops.values().all(|told| !told.is_empty()), ("stops", "a stop without a day")),
        ])
    }
}
