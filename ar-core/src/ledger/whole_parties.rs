//! The tables of customers and payments, read by whole columns. Where one value would be a problem nothing comes of it, and the rows are
//! read one by one.

use super::Books;
use super::columns::{Block, Lane, blocks, bound};
use super::index::hash;
use super::intake::{Intake, bare_customer};
use super::lookup::Lookup;
use super::order::{self, Keyed};
use super::schema::{self, TableSpec};
use super::whole_texts::{hold, run, share};
use crate::calendar::{FIRST_DAY, date_from_days, zone};
use crate::error::Problems;
use crate::money::Currency;
use crate::record::{Customer, CustomerIdx, Payment};
use crate::table::Table;
use crate::text::TextId;
use crate::threads;
use crate::watch::{Stage, Watch};
use alloc::{borrow::ToOwned, string::String, vec::Vec};
use chrono::NaiveDate;

/// What a block says of its rows, and its texts, column by column.
struct Read<'t, R, const N: usize> {
    rows: Vec<R>,
    lanes: [Lane<'t>; N],
}

/// The rows of all blocks, with one column of their texts.
fn column<'r, 't, R, const N: usize>(read: &'r [Read<'t, R, N>], at: usize) -> Vec<(&'r Lane<'t>, usize)> {
    read.iter().filter_map(|read| Some((read.lanes.get(at)?, read.rows.len()))).collect()
}

fn lanes<'t, const N: usize>(block: &Block<'t, '_>, spec: &TableSpec, columns: [&str; N]) -> Option<[Lane<'t>; N]> {
    let lanes = columns.map(|column| block.texts(spec.at(column)));
    if lanes.iter().all(Option::is_some) { Some(lanes.map(|lane| lane.unwrap_or(Lane::Absent))) } else { None }
}

fn set<R>(rows: &mut [R], row: usize, put: impl FnOnce(&mut R)) {
    if let Some(row) = rows.get_mut(row) {
        put(row);
    }
}

fn day(number: i32) -> NaiveDate {
    date_from_days(number).unwrap_or(FIRST_DAY)
}

/// The texts of a customer that follow its identifier: a name, what many share, and the parent.
const PARTY: [&str; 8] = ["customer_id", "name", "owner", "segment", "industry", "country", "language", "parent_id"];

fn read_customers<'t>(block: &Block<'t, '_>) -> Option<Read<'t, Customer, 8>> {
    const fn at(name: &str) -> usize {
        schema::CUSTOMERS.at(name)
    }
    let mut rows = alloc::vec![bare_customer(TextId::NONE); block.len()];
    block.currencies(at("currency"), |row, currency| set(&mut rows, row, |row| row.currency = Some(currency)))?;
    let exponents: Vec<u8> = rows.iter().map(|row| row.currency.map_or(2, Currency::exponent)).collect();
    let exponent = |row: usize| exponents.get(row).copied().unwrap_or(2);
    block.meanings(at("time_zone"), zone, |row, zone| set(&mut rows, row, |row| row.time_zone = Some(zone)))?;
    block.flags(at("strategic"), |row, is| set(&mut rows, row, |row| row.strategic = is))?;
    block.flags(at("consumer"), |row, is| set(&mut rows, row, |row| row.consumer = is))?;
    block.flags(at("do_not_contact"), |row, is| set(&mut rows, row, |row| row.do_not_contact = is))?;
    block.amounts(at("credit_limit"), exponent, 0, |row, limit| set(&mut rows, row, |row| row.credit_limit = Some(limit)))?;
    block.amounts(at("annual_revenue"), exponent, 0, |row, revenue| set(&mut rows, row, |row| row.annual_revenue = Some(revenue)))?;
    block.days(at("blocked_until"), |row, until| set(&mut rows, row, |row| row.blocked_until = Some(day(until))))?;
    Some(Read { rows, lanes: lanes(block, &schema::CUSTOMERS, PARTY)? })
}

const PAID: [&str; 7] = ["payment_id", "payer_name", "payer_account", "text", "reference", "method", "customer_id"];

fn read_payments<'t>(block: &Block<'t, '_>, customers: &Lookup<'_>) -> Option<Read<'t, Payment, 7>> {
    const fn at(name: &str) -> usize {
        schema::PAYMENTS.at(name)
    }
    let none = TextId::NONE;
    let blank = Payment {
        id: none,
        customer: None,
        amount: 0,
        applied: 0,
        bank_fee: 0,
        received_on: FIRST_DAY,
        payer_name: none,
        payer_account: none,
        text: none,
        reference: none,
        method: none,
        currency: Currency::EUR,
        failed: false,
    };
    let mut rows = alloc::vec![blank; block.len()];
    block.currencies(at("currency"), |row, currency| set(&mut rows, row, |row| row.currency = currency))?;
    let exponents: Vec<u8> = rows.iter().map(|row| row.currency.exponent()).collect();
    let exponent = |row: usize| exponents.get(row).copied().unwrap_or(2);
    block.amounts(at("amount"), exponent, 1, |row, amount| set(&mut rows, row, |row| row.amount = amount))?;
    block.amounts(at("bank_fee"), exponent, 0, |row, fee| set(&mut rows, row, |row| row.bank_fee = fee))?;
    block.days(at("received_on"), |row, on| set(&mut rows, row, |row| row.received_on = day(on)))?;
    block.flags(at("failed"), |row, is| set(&mut rows, row, |row| row.failed = is))?;
    let lanes = lanes(block, &schema::PAYMENTS, PAID)?;
    let [.., owner] = &lanes;
    let named: Vec<u32> = (0u32..).take(block.len()).filter(|row| !owner.bytes(*row as usize).is_empty()).collect();
    let name = |at: usize| named.get(at).map_or(&b""[..], |row| owner.bytes(*row as usize));
    customers.each(named.len(), name, |at, customer| named.get(at).into_iter().for_each(|row| set(&mut rows, *row as usize, |row| row.customer = Some(CustomerIdx(customer)))))?;
    Some(Read { rows, lanes })
}

/// Keeps the lists of customers; `None` where one is a problem.
fn keep_lists(ledger: &mut Books, blocks: &[Block<'_, '_>], rows: &mut [Customer]) -> Option<()> {
    let columns = ["aliases", "channels", "bank_accounts"].map(|name| schema::CUSTOMERS.at(name));
    let mut problems = Problems::default();
    for block in blocks.iter().filter(|block| columns.iter().any(|at| block.has(*at))) {
        for place in 0..block.len() {
            let mut row = block.row(place, &mut problems);
            let [aliases, channels, bank_accounts] = columns.map(|at| ledger.keep_list(&mut row, at));
            let number = row.row;
            set(rows, number, |row| (row.aliases, row.channels, row.bank_accounts) = (aliases, channels, bank_accounts));
        }
    }
    (problems.total() == 0).then_some(())
}

impl Intake<'_> {
    /// The customers in the order of their rows, and the identifier of the parent of each; `None` where they must be read row by row.
    pub(super) fn whole_customers(&mut self) -> Option<(Vec<Customer>, Vec<Option<String>>)> {
        let table = self.table(&schema::CUSTOMERS).filter(|table| table.rows() > 0)?;
        let bound = bound(&schema::CUSTOMERS, table)?;
        let blocks = blocks(&schema::CUSTOMERS, table, &bound);
        let watch = self.watch;
        watch.begin(Stage::Load, table.rows());
        let read = threads::each(blocks.iter().collect(), |block| if watch.advance(block.len()) { read_customers(block) } else { None });
        let mut read = read.into_iter().collect::<Option<Vec<_>>>()?;
        let texts = &mut self.ledger.texts;
        let id = run(texts, &column(&read, 0))?;
        let name = hold(texts, &column(&read, 1))?;
        let owner = share(texts, &column(&read, 2))?;
        let segment = share(texts, &column(&read, 3))?;
        let industry = share(texts, &column(&read, 4))?;
        let country = share(texts, &column(&read, 5))?;
        let language = share(texts, &column(&read, 6))?;
        let parent = |(lane, rows): (&Lane<'_>, usize)| (0..rows).map(|row| core::str::from_utf8(lane.bytes(row)).ok().filter(|id| !id.is_empty()).map(ToOwned::to_owned)).collect::<Vec<_>>();
        // A block in which nobody has a parent still has its rows.
        let lanes = column(&read, 7);
        let parents = if lanes.iter().all(|(lane, _)| matches!(lane, Lane::Absent)) { Vec::new() } else { lanes.into_iter().flat_map(parent).collect() };
        let mut rows = Vec::with_capacity(table.rows());
        read.iter_mut().for_each(|read| rows.append(&mut read.rows));
        for (row, at) in rows.iter_mut().zip(0u32..) {
            (row.id, row.name, row.owner, row.segment) = (id.later(at), name.get(at), owner.get(at), segment.get(at));
            (row.industry, row.country, row.language) = (industry.get(at), country.get(at), language.get(at));
        }
        keep_lists(&mut self.ledger, &blocks, &mut rows)?;
        Some((rows, parents))
    }

    /// The payments in the order of their rows; `None` where they must be read row by row: also where it is said of one why it failed.
    pub(super) fn whole_payments(&mut self) -> Option<Vec<Payment>> {
        let table = self.table(&schema::PAYMENTS).filter(|table| table.rows() > 0)?;
        let bound = bound(&schema::PAYMENTS, table)?;
        let blocks = blocks(&schema::PAYMENTS, table, &bound);
        let reasons = ["failure", "failed_on"].map(|name| schema::PAYMENTS.at(name));
        if blocks.iter().any(|block| reasons.iter().any(|at| block.has(*at))) {
            return None;
        }
        let (ledger, watch) = (&self.ledger, self.watch);
        watch.begin(Stage::Load, table.rows());
        let customers = Lookup::new(&ledger.customer_index, &ledger.texts, ledger.customers.iter().map(|row| row.id).collect());
        let read = threads::each(blocks.iter().collect(), |block| if watch.advance(block.len()) { read_payments(block, &customers) } else { None });
        let mut read = read.into_iter().collect::<Option<Vec<_>>>()?;
        drop(customers);
        let texts = &mut self.ledger.texts;
        let id = run(texts, &column(&read, 0))?;
        let [payer_name, payer_account, text, reference] = [1, 2, 3, 4].map(|at| hold(texts, &column(&read, at)));
        let (payer_name, payer_account, text, reference, method) = (payer_name?, payer_account?, text?, reference?, share(texts, &column(&read, 5))?);
        let mut rows = Vec::with_capacity(table.rows());
        read.iter_mut().for_each(|read| rows.append(&mut read.rows));
        for (row, at) in rows.iter_mut().zip(0u32..) {
            (row.id, row.payer_name, row.payer_account) = (id.later(at), payer_name.get(at), payer_account.get(at));
            (row.text, row.reference, row.method) = (text.get(at), reference.get(at), method.get(at));
        }
        Some(rows)
    }
}

/// The identifiers of one column, each once; `None` where they must be read row by row.
pub(super) fn names(spec: &'static TableSpec, table: &Table<'_>, column: usize, watch: &Watch) -> Option<Vec<String>> {
    let bound = bound(spec, table)?;
    watch.begin(Stage::Load, table.rows());
    let blocks = blocks(spec, table, &bound);
    let lanes = threads::each(blocks.iter().collect(), |block| if watch.advance(block.len()) { block.texts(column) } else { None });
    let lanes = lanes.into_iter().collect::<Option<Vec<Lane<'_>>>>()?;
    let rows = blocks.iter().zip(&lanes).flat_map(|(block, lane)| (0..block.len()).map(|row| lane.bytes(row)));
    let mut texts: Vec<&[u8]> = rows.filter(|text| !text.is_empty()).collect();
    texts.dedup();
    let text = |at: u32| texts.get(at as usize).copied().unwrap_or(b"");
    let mut keys: Vec<Keyed> = texts.iter().zip(0u32..).map(|(text, at)| (hash(text), at)).collect();
    let (bits, mut sorted) = ((keys.len() / 4).max(1).next_power_of_two().ilog2(), Vec::new());
    order::sort(&mut keys, &mut sorted, 64 - bits, 1 << bits, |a, b| text(a).cmp(text(b)).then(a.cmp(&b)));
    sorted.dedup_by(|a, b| a.0 == b.0 && text(a.1) == text(b.1));
    sorted.into_iter().map(|(_, at)| core::str::from_utf8(text(at)).ok().map(ToOwned::to_owned)).collect()
}
