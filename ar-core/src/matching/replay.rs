//! What the matcher would have said of payments whose items are known: each is asked again on the books of its day, with
//! nothing known that came later. Fitting learns from it from which confidence a posting is safe.
//!
//! A past payment is one with allocations of kind `payment`; or, where a host gives settled items without payments, all
//! items of a customer that were settled on one day.

use super::explain::{self, Question, Shared};
use super::habits::{Counts, own_counts};
use super::names::NameIndex;
use super::open::Open;
use super::payer::PayerIndex;
use super::{MatchStatus, advice::Apart};
use crate::ledger::Books;
use crate::policy::Settings;
use crate::reason::ReasonCode;
use crate::record::{AllocationKind, Credit, CustomerIdx, ItemIdx, Payment, PaymentIdx};
use crate::text::TextId;
use crate::watch::{Stage, Watch};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use chrono::NaiveDate;

/// One past payment that was asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trial {
    /// The text or the advice listed the items; else the amounts spoke.
    pub(crate) listed: bool,
    pub(crate) confidence_ppm: i64,
    /// Just the items that were paid.
    pub(crate) right: bool,
}

/// A payment of the past and the items it paid.
struct Past {
    on: NaiveDate,
    customer: CustomerIdx,
    payment: Option<PaymentIdx>,
    items: BTreeSet<ItemIdx>,
}

/// Asks the last `most` past payments before `until` again.
pub(crate) fn replay(books: &Books, settings: &Settings, book: &Counts, until: NaiveDate, most: usize, watch: &Watch) -> Vec<Trial> {
    let mut past = past_payments(books, until);
    past.sort_by_key(|row| (row.on, row.customer, row.payment));
    let skip = past.len().saturating_sub(most);
    if past.len() == skip {
        return Vec::new();
    }
    watch.begin(Stage::Trials, past.len() - skip);
    // Every item has its name: what was not open on the day is not found in the account.
    let all = alloc::vec![1; books.items().len()];
    let names = NameIndex::new(books, &all);
    let apart = Apart::new(books, &names, until);
    let mut shared = Shared { books, settings, as_of: until, names, payers: PayerIndex::without_history(books), apart, book: book.clone(), limits: [1_000_000; 2] };
    let mut open = alloc::vec![0; books.items().len()];
    let mut trials = Vec::new();
    for row in past.into_iter().skip(skip) {
        if !watch.advance(1) {
            break;
        }
        shared.as_of = row.on;
        trials.extend(ask(&shared, &row, &mut open));
    }
    trials
}

/// Payments with allocations; for items settled without any, the days of settlement.
fn past_payments(books: &Books, until: NaiveDate) -> Vec<Past> {
    let mut by_payment: BTreeMap<PaymentIdx, Past> = BTreeMap::new();
    for row in books.allocations().iter().filter(|row| row.on < until && row.kind == AllocationKind::Payment) {
        let (Credit::Payment(payment), Some(item)) = (row.credit, books.item(row.item)) else { continue };
        let on = books.payment(payment).map_or(row.on, |payment| payment.received_on);
        by_payment.entry(payment).or_insert_with(|| Past { on, customer: item.customer, payment: Some(payment), items: BTreeSet::new() }).items.insert(row.item);
    }
    let mut by_day: BTreeMap<(CustomerIdx, NaiveDate), Past> = BTreeMap::new();
    for (at, item) in (0u32..).map(ItemIdx).zip(books.items()).filter(|(_, item)| item.kind.is_billed()) {
        let Some(on) = item.settled_on.filter(|on| *on < until && books.allocations_of(at).is_empty()) else { continue };
        by_day.entry((item.customer, on)).or_insert_with(|| Past { on, customer: item.customer, payment: None, items: BTreeSet::new() }).items.insert(at);
    }
    by_payment.into_values().chain(by_day.into_values()).collect()
}

fn ask(shared: &Shared<'_>, row: &Past, open: &mut [i64]) -> Option<Trial> {
    let books = shared.books;
    let range = books.item_range(row.customer);
    for at in range.clone() {
        if let (Some(slot), Some(at)) = (open.get_mut(at), u32::try_from(at).ok().map(ItemIdx)) {
            *slot = open_before(books, at, row.on);
        }
    }
    let known = row.payment.and_then(|at| books.payment(at));
    let currency = row.items.first().and_then(|at| books.item(*at))?.currency;
    let sum = row.items.iter().try_fold(0i64, |sum, at| sum.checked_add(open.get(at.0 as usize).copied().unwrap_or(0)))?;
    let payment = known.cloned().unwrap_or_else(|| plain_payment(row, sum, currency));
    let question = Question { at: row.payment.unwrap_or(PaymentIdx(u32::MAX)), payment: &payment, amount: payment.amount, open: &Open::new(open) };
    let habits = BTreeMap::from([((row.customer, row.on), own_counts(books.items_of(row.customer), row.on))]);
    let mut kept = explain::Kept::knowing(habits);
    let trial = (sum > 0).then(|| {
        let answer = explain::explain(shared, &question, &mut kept);
        let items: BTreeSet<ItemIdx> = answer.lines.iter().filter(|line| line.kind == AllocationKind::Payment).map(|line| line.item).collect();
        let listed = answer.reasons.iter().any(|reason| reason.code == ReasonCode::ReferenceListed);
        (answer.status != MatchStatus::Unmatched).then_some(Trial { listed, confidence_ppm: answer.confidence_ppm, right: items == row.items })
    });
    for at in range {
        if let Some(slot) = open.get_mut(at) {
            *slot = 0;
        }
    }
    trial.flatten()
}

/// A payment of which nothing is known but who paid how much and when.
fn plain_payment(row: &Past, amount: i64, currency: crate::money::Currency) -> Payment {
    let none = TextId::NONE;
    Payment {
        id: none,
        customer: Some(row.customer),
        amount,
        applied: 0,
        bank_fee: 0,
        received_on: row.on,
        payer_name: none,
        payer_account: none,
        text: none,
        reference: none,
        method: none,
        currency,
        failed: false,
    }
}

/// What was open of an item on the morning of a day.
fn open_before(books: &Books, at: ItemIdx, day: NaiveDate) -> i64 {
    let Some(item) = books.item(at).filter(|item| item.issued_on <= day && item.settled_on.is_none_or(|on| on >= day)) else { return 0 };
    let used = books.allocations_of(at).iter().filter(|row| row.on < day).fold(0i64, |sum, row| sum.saturating_add(row.amount));
    (item.amount - used).max(0)
}
