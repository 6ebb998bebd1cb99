//! The ledger: what is owed, held and known, sorted customer by customer. Tables come in through `intake`, events
//! through `apply`; nothing else changes it.

mod apply;
mod apply_arrangements;
mod apply_books;
mod apply_cash;
mod apply_claims;
mod apply_deciding;
mod apply_entries;
mod apply_failures;
mod apply_plans;
mod cell;
mod columns;
mod decided;
mod deeds;
mod digest;
mod index;
mod intake;
mod intake_claims;
mod intake_items;
mod intake_models;
mod judged;
mod lookup;
mod opened;
mod order;
mod part;
mod precondition;
mod rates;
mod reader;
mod saved;
pub mod schema;
mod whole_items;
mod whole_parties;
mod whole_texts;
mod within;

use crate::calendar;
use crate::error::Error;
use crate::event::Event;
use crate::money::Currency;
use crate::record::{
    Allocation, Contact, Credit, Customer, CustomerIdx, Deduction, Dispute, Extension, Failure, FxRate, HandOver, Hold, Instalment, Item, ItemIdx, Notice, Payment, PaymentIdx, Plan, Promise,
    Remittance, Reply, Retry, Signal, Terms,
};
use crate::table::{Column, Table};
use crate::text::{TextId, TextPool};
use crate::watch::Watch;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    sync::Arc,
    vec::Vec,
};
use chrono::NaiveDate;
use core::ops::{Deref, Range};
pub use decided::{Asked, Cell, Done, LevelChange, PolicyVersion, Review, Stop, Verdict, VerdictKind};
use decided::{Decided, Shared};
pub use deeds::action_of;
pub(crate) use digest::KeptDigest;
use index::IdIndex;
pub(crate) use intake_items::MOST_SUM;
pub use intake_models::{ModelFacts, PayTimes};
pub(crate) use opened::{TOGETHER, UsedNotes, open_of};
pub use rates::Rate;
use within::Within;

/// A ledger: the books behind a shared handle. A clone is cheap, so that a report can keep the books it speaks of;
/// events make new books and leave the old to whoever holds them.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Books>);

impl Ledger {
    /// Builds a ledger from tables. Only the tables that are there are read; names as in `schema::TABLES`. Without a
    /// `customers` table the customers are those that the other tables name.
    ///
    /// # Errors
    /// `invalid_tables` with every problem (table, row, column, code); nothing is loaded.
    pub fn try_new(tables: &[Table<'_>]) -> Result<Self, Error> {
        Self::try_new_watched(tables, &Watch::default())
    }

    /// As [`Ledger::try_new`], seen from outside.
    ///
    /// # Errors
    /// As there; `interrupted` where `watch` was stopped.
    pub fn try_new_watched(tables: &[Table<'_>], watch: &Watch) -> Result<Self, Error> {
        Books::try_new(tables, watch).map(|books| Self(Arc::new(books)))
    }

    /// Applies events in their order. An event that reports the same decision a second time changes nothing. Items and
    /// payments of the batch are entered first, so that the other events may name them.
    ///
    /// # Errors
    /// `invalid_events` with every problem (number of the event, field, code); the ledger is unchanged.
    pub fn apply(&mut self, events: &[Event]) -> Result<(), Error> {
        self.0 = Arc::new(self.0.with_events(events)?);
        Ok(())
    }

    /// Applies a JSON array of events: objects with `event`, `on`, optional `decision_id` and `by`, and the fields of
    /// the event.
    ///
    /// # Errors
    /// As [`Ledger::apply`], also for text that is not such an array.
    pub fn apply_json(&mut self, text: &str) -> Result<(), Error> {
        self.0 = Arc::new(self.0.with_json(text)?);
        Ok(())
    }
}

impl Deref for Ledger {
    type Target = Books;

    fn deref(&self) -> &Books {
        &self.0
    }
}

/// The books of one company. Rows are sorted: customers by identifier, items by customer, due date, identifier.
#[derive(Clone, Debug, Default)]
pub struct Books {
    texts: TextPool,
    lists: Vec<TextId>,
    item_lists: Vec<ItemIdx>,
    customers: Vec<Customer>,
    items: Vec<Item>,
    item_starts: Vec<u32>,
    payments: Vec<Payment>,
    remittances: Vec<Remittance>,
    allocations: Vec<Allocation>,
    deductions: Vec<Deduction>,
    promises: Vec<Promise>,
    disputes: Vec<Dispute>,
    plans: Vec<Plan>,
    instalments: Vec<Instalment>,
    extensions: Vec<Extension>,
    holds: Vec<Hold>,
    terms: Vec<Terms>,
    handovers: Vec<HandOver>,
    retried: BTreeMap<PaymentIdx, Retry>,
    failures: BTreeMap<PaymentIdx, Failure>,
    notices: Vec<Notice>,
    replies: Vec<Reply>,
    signals: Vec<Signal>,
    fx_rates: Shared<Vec<FxRate>>,
    contacts: Vec<Contact>,
    decided: Shared<Decided>,
    undone: BTreeMap<PaymentIdx, NaiveDate>,
    closed_on: Option<NaiveDate>,
    /// Of a part of other books: the currencies of the whole. Amounts are written with the decimals that all of them need.
    whole_currencies: Vec<Currency>,
    within: Option<Within>,
    customer_index: IdIndex,
    item_index: IdIndex,
    payment_index: IdIndex,
    /// While tables come in: identifiers of rows that were refused, so that rows naming them are not called wrong too.
    refused: Refused,
}

/// Identifiers of refused rows, by table.
#[derive(Clone, Debug, Default)]
struct Refused {
    customers: BTreeSet<String>,
    items: BTreeSet<String>,
    payments: BTreeSet<String>,
}

/// A row that belongs to one customer, in a table sorted by customer.
pub trait OfCustomer {
    /// The customer.
    fn customer(&self) -> CustomerIdx;
}

macro_rules! of_customer {
    ($($row:ty),+) => { $(impl OfCustomer for $row { fn customer(&self) -> CustomerIdx { self.customer } })+ };
}
of_customer!(Promise, Dispute, Plan, Hold, Terms, HandOver, Notice, Reply, Signal, Contact);

fn slice_of<R: OfCustomer>(rows: &[R], customer: CustomerIdx) -> &[R] {
    let from = rows.partition_point(|row| row.customer() < customer);
    let to = rows.partition_point(|row| row.customer() <= customer);
    rows.get(from..to).unwrap_or(&[])
}

impl Books {
    /// Every customer, sorted by identifier.
    pub fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// The place of every customer, in their order.
    pub fn each_customer(&self) -> impl Iterator<Item = CustomerIdx> + use<> {
        (0u32..).map(CustomerIdx).take(self.customers.len())
    }

    /// A customer.
    pub fn customer(&self, at: CustomerIdx) -> Option<&Customer> {
        self.customers.get(at.0 as usize)
    }

    /// Finds a customer by identifier.
    pub fn find_customer(&self, id: &str) -> Option<CustomerIdx> {
        self.customer_index.find(&self.texts, id, |at| self.customers.get(at as usize).map_or(TextId::NONE, |row| row.id)).map(CustomerIdx)
    }

    /// Every item.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// An item.
    pub fn item(&self, at: ItemIdx) -> Option<&Item> {
        self.items.get(at.0 as usize)
    }

    /// Finds an item by identifier.
    pub fn find_item(&self, id: &str) -> Option<ItemIdx> {
        self.item_index.find(&self.texts, id, |at| self.items.get(at as usize).map_or(TextId::NONE, |row| row.id)).map(ItemIdx)
    }

    /// Positions of the items of a customer.
    pub fn item_range(&self, customer: CustomerIdx) -> Range<usize> {
        let at = customer.0 as usize;
        let from = self.item_starts.get(at).copied().unwrap_or(0) as usize;
        let to = self.item_starts.get(at + 1).copied().unwrap_or(0) as usize;
        from..to.max(from)
    }

    /// The items of a customer, by due date.
    pub fn items_of(&self, customer: CustomerIdx) -> &[Item] {
        self.items.get(self.item_range(customer)).unwrap_or(&[])
    }

    /// Every payment, by day received.
    pub fn payments(&self) -> &[Payment] {
        &self.payments
    }

    /// Finds a payment by identifier.
    pub fn find_payment(&self, id: &str) -> Option<PaymentIdx> {
        self.payment_index.find(&self.texts, id, |at| self.payments.get(at as usize).map_or(TextId::NONE, |row| row.id)).map(PaymentIdx)
    }

    /// Lines of remittance advice, by payment (those without one first).
    pub fn remittances(&self) -> &[Remittance] {
        &self.remittances
    }

    /// Lines of advice of one payment.
    pub fn remittances_of(&self, payment: PaymentIdx) -> &[Remittance] {
        let from = self.remittances.partition_point(|row| row.payment < Some(payment));
        let to = self.remittances.partition_point(|row| row.payment <= Some(payment));
        self.remittances.get(from..to).unwrap_or(&[])
    }

    /// What is known of deductions, by item: one row for every item of that kind.
    pub fn deductions(&self) -> &[Deduction] {
        &self.deductions
    }

    /// What is known of an item that is a deduction.
    pub fn deduction_of(&self, item: ItemIdx) -> Option<&Deduction> {
        let at = self.deductions.partition_point(|row| row.item < item);
        self.deductions.get(at).filter(|row| row.item == item)
    }

    /// Allocations, by item.
    pub fn allocations(&self) -> &[Allocation] {
        &self.allocations
    }

    /// Allocations on one item, by day.
    pub fn allocations_of(&self, item: ItemIdx) -> &[Allocation] {
        let from = self.allocations.partition_point(|row| row.item < item);
        let to = self.allocations.partition_point(|row| row.item <= item);
        self.allocations.get(from..to).unwrap_or(&[])
    }

    /// Exchange rates.
    pub fn fx_rates(&self) -> &[FxRate] {
        &self.fx_rates
    }

    /// The segment of a customer; empty where it has none, or where there is no customer.
    pub fn segment_of(&self, customer: Option<CustomerIdx>) -> &str {
        customer.and_then(|at| self.customer(at)).map_or("", |row| self.text(row.segment))
    }

    /// Every promise, by customer.
    pub fn promises(&self) -> &[Promise] {
        &self.promises
    }

    /// Promises of a customer.
    pub fn promises_of(&self, customer: CustomerIdx) -> &[Promise] {
        slice_of(&self.promises, customer)
    }

    /// Every dispute, by customer.
    pub fn disputes(&self) -> &[Dispute] {
        &self.disputes
    }

    /// Disputes of a customer.
    pub fn disputes_of(&self, customer: CustomerIdx) -> &[Dispute] {
        slice_of(&self.disputes, customer)
    }

    /// Payment plans of a customer.
    pub fn plans_of(&self, customer: CustomerIdx) -> &[Plan] {
        slice_of(&self.plans, customer)
    }

    /// Notices to a customer.
    pub fn notices_of(&self, customer: CustomerIdx) -> &[Notice] {
        slice_of(&self.notices, customer)
    }

    /// Messages from a customer.
    pub fn replies_of(&self, customer: CustomerIdx) -> &[Reply] {
        slice_of(&self.replies, customer)
    }

    /// Outside signals about a customer.
    pub fn signals_of(&self, customer: CustomerIdx) -> &[Signal] {
        slice_of(&self.signals, customer)
    }

    /// Every contact, by customer.
    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// Our contacts with a customer.
    pub fn contacts_of(&self, customer: CustomerIdx) -> &[Contact] {
        slice_of(&self.contacts, customer)
    }

    /// Items named by a plan or notice.
    pub fn item_list(&self, range: &Range<u32>) -> &[ItemIdx] {
        self.item_lists.get(range.start as usize..range.end as usize).unwrap_or(&[])
    }

    /// Texts of a list column.
    pub fn list(&self, range: &Range<u32>) -> impl Iterator<Item = &str> {
        self.lists.get(range.start as usize..range.end as usize).unwrap_or(&[]).iter().map(|id| self.texts.get(*id))
    }

    /// The text behind a handle.
    pub fn text(&self, id: TextId) -> &str {
        self.texts.get(id)
    }

    /// The pool of texts.
    pub fn texts(&self) -> &TextPool {
        &self.texts
    }

    /// The day on which a posting of a payment that the engine had decided was last taken back, by others than the bank.
    /// What people undid is not done again without them.
    pub fn undone_on(&self, payment: PaymentIdx) -> Option<NaiveDate> {
        self.undone.get(&payment).copied()
    }

    /// The last day closed by `DayClosed`; earlier runs are refused.
    pub fn closed_on(&self) -> Option<NaiveDate> {
        self.closed_on
    }

    /// As [`Self::unapplied_all`], of one payment.
    pub fn unapplied_of(&self, payment: PaymentIdx, as_of: NaiveDate) -> i64 {
        let of_it = self.allocations.iter().filter(|row| row.on <= as_of && row.credit == Credit::Payment(payment));
        of_it.fold(self.payment(payment).map_or(0, |row| row.come_by(as_of)), |left, row| (left - row.cash).max(0))
    }

    /// Days past due of an item on `day`; 0 or less is not late.
    pub fn days_late(item: &Item, day: NaiveDate) -> i32 {
        calendar::days_between(item.due_on, day)
    }

    /// Bytes of memory held by the ledger.
    pub fn heap_bytes(&self) -> usize {
        self.texts.heap_bytes()
            + self.items.capacity() * size_of::<Item>()
            + self.customers.capacity() * size_of::<Customer>()
            + self.payments.capacity() * size_of::<Payment>()
            + self.allocations.capacity() * size_of::<Allocation>()
            + self.deductions.capacity() * size_of::<Deduction>()
            + self.item_starts.capacity() * size_of::<u32>()
            + self.item_index.heap_bytes()
            + self.customer_index.heap_bytes()
            + self.payment_index.heap_bytes()
    }
}

/// The values of one text column of a table, row by row, as the ledger reads identifiers; `None` where the table has no such
/// column.
pub fn texts_of(table: &Table<'_>, column: &str) -> Option<Vec<Option<String>>> {
    values_of(table, column, text_of)
}

/// The values of one column of days, row by row; `None` in a row that has none or one that is no day.
pub fn days_of(table: &Table<'_>, column: &str) -> Option<Vec<Option<NaiveDate>>> {
    values_of(table, column, |column, row| cell::Value::of(column, row).into_date().ok().flatten())
}

fn values_of<T>(table: &Table<'_>, name: &str, read: impl Fn(&Column<'_>, usize) -> Option<T>) -> Option<Vec<Option<T>>> {
    let mut found = Vec::with_capacity(table.rows());
    for batch in &table.batches {
        let column = batch.columns.iter().find(|column| column.name == name)?;
        found.extend((0..batch.rows()).map(|row| read(column, row)));
    }
    Some(found)
}

/// The text of one value of a column (whole numbers count as text); `None` for null and other types.
pub(crate) fn text_of(column: &Column<'_>, row: usize) -> Option<String> {
    cell::Value::of(column, row).into_text(usize::MAX, true).ok().flatten().map(alloc::borrow::Cow::into_owned)
}
