//! Tables in: `Books::try_new`. Every table is read to the end, every problem is kept; only then is anything built.

use super::Books;
use super::index::IdIndex;
use super::order;
use super::reader::{Row, read_rows};
use super::schema::{self, TableSpec};
use super::whole_parties;
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::record::{Customer, CustomerIdx};
use crate::table::Table;
use crate::text::TextId;
use crate::text::nearest;
use crate::watch::Watch;
use alloc::{borrow::Cow, format, string::String, vec::Vec};
use core::ops::Range;

/// The work in progress: the ledger as far as it is read, and what was wrong.
pub(super) struct Intake<'t> {
    pub(super) ledger: Books,
    pub(super) problems: Problems,
    tables: &'t [Table<'t>],
    pub(super) watch: &'t Watch,
    /// Customers are taken from the other tables where no customers table is given.
    pub(super) derived: bool,
}

impl Books {
    /// As `Ledger::try_new_watched`.
    pub(super) fn try_new(tables: &[Table<'_>], watch: &Watch) -> Result<Self, Error> {
        let mut intake = Intake { ledger: Self::default(), problems: Problems::default(), tables, watch, derived: false };
        intake.check_names();
        for read in [Intake::customers, Intake::items, Intake::payments, Intake::remittances, Intake::allocations, Intake::claims] {
            read(&mut intake);
            // What was read in part is not to be complained of.
            watch.check()?;
        }
        if let Some(currency) = intake.ledger.overflowing() {
            intake.problems.push("items", None, Some("amount"), ProblemCode::OutOfRange, || format!("all amounts in {currency} together are more than can be summed"));
        }
        intake.problems.into_result(ErrorCode::InvalidTables)?;
        let mut ledger = intake.ledger;
        ledger.refused = super::Refused::default();
        ledger.settle_state();
        Ok(ledger)
    }
}

impl<'t> Intake<'t> {
    fn check_names(&mut self) {
        for (at, table) in self.tables.iter().enumerate() {
            let known = schema::TABLES.iter().any(|spec| spec.name == table.name);
            if !known {
                let near = nearest(&table.name, schema::TABLES.iter().map(|spec| spec.name)).unwrap_or("");
                self.problems.push(&table.name, None, None, ProblemCode::UnknownTable, || format!("no such table; did you mean '{near}'?"));
            } else if self.tables.iter().take(at).any(|other| other.name == table.name) {
                self.problems.push(&table.name, None, None, ProblemCode::BadShape, || "the table is given twice".into());
            }
            if table.text_bytes() > u32::MAX as usize / 4 {
                self.problems.push(&table.name, None, None, ProblemCode::BadShape, || format!("{} bytes of text, at most {}", table.text_bytes(), u32::MAX / 4));
            }
            if table.rows() > u32::MAX as usize / 4 {
                self.problems.push(&table.name, None, None, ProblemCode::BadShape, || format!("{} rows, at most {}", table.rows(), u32::MAX / 4));
            }
        }
    }

    pub(super) fn table(&self, spec: &TableSpec) -> Option<&'t Table<'t>> {
        self.tables.iter().find(|table| table.name == spec.name && table.rows() <= u32::MAX as usize / 4)
    }

    /// Reads the rows of a table, if it is given, with the whole intake at hand.
    pub(super) fn each_row(&mut self, spec: &'static TableSpec, mut each: impl FnMut(&mut Books, &mut Row<'t, '_>)) {
        if let Some(table) = self.table(spec) {
            let ledger = &mut self.ledger;
            read_rows(spec, table, &mut self.problems, self.watch, |row| each(ledger, row));
        }
    }

    /// Reports identifiers that stand twice.
    pub(super) fn report_repeats(&mut self, spec: &TableSpec, column: &str, index: &IdIndex, ids: &[TextId], rows: &[u32]) {
        let at = |position: u32| ids.get(position as usize).copied().unwrap_or(TextId::NONE);
        for position in index.repeats(&self.ledger.texts, at) {
            let row = rows.get(position as usize).map(|row| *row as usize);
            let id = self.ledger.texts.get(at(position));
            self.problems.push(spec.name, row, Some(column), ProblemCode::DuplicateId, || format!("'{id}' stands twice"));
        }
    }

    fn customers(&mut self) {
        if self.table(&schema::CUSTOMERS).is_none() {
            self.derived = true;
            return self.derive_customers();
        }
        let (rows, numbers, parents) = match self.whole_customers() {
            Some((rows, parents)) => {
                let numbers = (0u32..).take(rows.len()).collect();
                (rows, numbers, parents)
            }
            None => self.read_customers(),
        };
        let ids: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        let index = IdIndex::new(&self.ledger.texts, &ids);
        self.report_repeats(&schema::CUSTOMERS, "customer_id", &index, &ids, &numbers);
        let order = order::by_text(&self.ledger.texts, &ids, |_| ());
        (self.ledger.customers, self.ledger.customer_index) = index.placed(rows, &order);
        if parents.iter().any(Option::is_some) {
            self.link_parents(&order, &numbers, &parents);
        }
    }

    /// The customers, the number of the row of each, and the identifier of its parent.
    fn read_customers(&mut self) -> (Vec<Customer>, Vec<u32>, Vec<Option<String>>) {
        let mut rows: Vec<Customer> = Vec::new();
        let mut numbers: Vec<u32> = Vec::new();
        let mut parents: Vec<Option<String>> = Vec::new();
        self.each_row(&schema::CUSTOMERS, |ledger, row| {
            let before = row.complaints();
            let read = read_customer(ledger, row);
            if row.complaints() > before {
                ledger.refused.customers.extend(row.name_of(const { schema::CUSTOMERS.at("customer_id") }));
            }
            if let Some((customer, parent)) = read {
                rows.push(customer);
                numbers.push(row.row as u32);
                parents.push(parent);
            }
        });
        (rows, numbers, parents)
    }

    fn link_parents(&mut self, order: &[u32], numbers: &[u32], parents: &[Option<String>]) {
        let row_of = |at: usize| order.get(at).and_then(|from| numbers.get(*from as usize)).map(|row| *row as usize);
        let mut links: Vec<Option<CustomerIdx>> = Vec::with_capacity(order.len());
        for (at, from) in order.iter().enumerate() {
            let name = parents.get(*from as usize).and_then(Option::as_deref);
            let parent = name.and_then(|name| self.ledger.find_customer(name));
            if let (Some(name), None) = (name.filter(|name| !self.ledger.refused.customers.contains(*name)), parent) {
                self.problems.push("customers", row_of(at), Some("parent_id"), ProblemCode::UnknownCustomer, || format!("no customer '{name}'"));
            }
            links.push(parent);
        }
        for at in cyclic(&links) {
            self.problems.push("customers", row_of(at), Some("parent_id"), ProblemCode::CyclicParents, || "the parents form a circle".into());
        }
        for (customer, parent) in self.ledger.customers.iter_mut().zip(links) {
            customer.parent = parent;
        }
    }

    fn derive_customers(&mut self) {
        let mut ids: Vec<Cow<'t, str>> = Vec::new();
        for spec in schema::TABLES {
            let column = spec.at("customer_id");
            let Some(table) = self.table(spec).filter(|_| column < spec.columns.len()) else { continue };
            if let Some(named) = whole_parties::names(spec, table, column, self.watch) {
                ids.extend(named.into_iter().map(Cow::Owned));
            } else {
                // Problems of these rows are reported when the table itself is read.
                let mut unheard = Problems::default();
                read_rows(spec, table, &mut unheard, self.watch, |row| {
                    if let Some(id) = row.text(column).filter(|id| ids.last() != Some(id)) {
                        ids.push(id);
                    }
                });
            }
            ids.sort_unstable();
            ids.dedup();
        }
        let rows: Vec<Customer> = ids.iter().filter_map(|id| self.ledger.texts.push(id)).map(bare_customer).collect();
        let keys: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        self.ledger.customer_index = IdIndex::new(&self.ledger.texts, &keys);
        self.ledger.customers = rows;
    }
}

/// Positions that lie on a circle of parents; each is visited a bounded number of times.
pub(super) fn cyclic(links: &[Option<CustomerIdx>]) -> Vec<usize> {
    const NEW: u32 = 0;
    let mut mark = alloc::vec![NEW; links.len()];
    let mut circle = Vec::new();
    for start in 0..links.len() {
        let walk = start as u32 + 1;
        let mut at = Some(start);
        while let Some(here) = at {
            match mark.get_mut(here) {
                Some(seen) if *seen == NEW => *seen = walk,
                Some(seen) if *seen == walk => {
                    circle.extend(ring(links, here));
                    break;
                }
                _ => break,
            }
            at = links.get(here).copied().flatten().map(|parent| parent.0 as usize);
        }
    }
    circle
}

fn ring(links: &[Option<CustomerIdx>], start: usize) -> Vec<usize> {
    let mut members = alloc::vec![start];
    let mut at = links.get(start).copied().flatten();
    while let Some(next) = at.map(|next| next.0 as usize).filter(|next| *next != start) {
        members.push(next);
        at = links.get(next).copied().flatten();
    }
    members
}

pub(super) fn bare_customer(id: TextId) -> Customer {
    Customer {
        id,
        name: TextId::NONE,
        parent: None,
        owner: TextId::NONE,
        segment: TextId::NONE,
        industry: TextId::NONE,
        country: TextId::NONE,
        language: TextId::NONE,
        time_zone: None,
        currency: None,
        strategic: false,
        consumer: false,
        do_not_contact: false,
        credit_limit: None,
        annual_revenue: None,
        aliases: 0..0,
        channels: 0..0,
        bank_accounts: 0..0,
        blocked_until: None,
    }
}

fn read_customer(ledger: &mut Books, row: &mut Row<'_, '_>) -> Option<(Customer, Option<String>)> {
    const fn at(name: &str) -> usize {
        schema::CUSTOMERS.at(name)
    }
    let currency = row.currency(at("currency"));
    // Without a currency the two amounts are only compared with each other: two decimals will do.
    let exponent = currency.map_or(2, |currency| currency.exponent());
    let id = row.text(at("customer_id"));
    let customer = Customer {
        name: ledger.keep(row, at("name")),
        owner: ledger.share(row, at("owner")),
        segment: ledger.share(row, at("segment")),
        industry: ledger.share(row, at("industry")),
        country: ledger.share(row, at("country")),
        language: ledger.share(row, at("language")),
        time_zone: row.time_zone(at("time_zone")),
        currency,
        strategic: row.flag(at("strategic")),
        consumer: row.flag(at("consumer")),
        do_not_contact: row.flag(at("do_not_contact")),
        credit_limit: row.amount(at("credit_limit"), exponent, true),
        annual_revenue: row.amount(at("annual_revenue"), exponent, true),
        aliases: ledger.keep_list(row, at("aliases")),
        channels: ledger.keep_list(row, at("channels")),
        bank_accounts: ledger.keep_list(row, at("bank_accounts")),
        blocked_until: row.date(at("blocked_until")),
        ..bare_customer(id.as_ref().and_then(|id| ledger.texts.push(id))?)
    };
    Some((customer, row.text(at("parent_id")).map(Cow::into_owned)))
}

impl Books {
    /// Keeps a text of a row; none where there is none.
    pub(super) fn keep(&mut self, row: &mut Row<'_, '_>, column: usize) -> TextId {
        row.text(column).and_then(|text| self.texts.push(&text)).unwrap_or(TextId::NONE)
    }

    /// Keeps a text that many rows share.
    pub(super) fn share(&mut self, row: &mut Row<'_, '_>, column: usize) -> TextId {
        row.text(column).and_then(|text| self.texts.intern(&text)).unwrap_or(TextId::NONE)
    }

    /// Keeps a list of texts.
    pub(super) fn keep_list(&mut self, row: &mut Row<'_, '_>, column: usize) -> Range<u32> {
        let start = self.lists.len() as u32;
        for text in row.list(column) {
            if let Some(id) = self.texts.push(text) {
                self.lists.push(id);
            }
        }
        start..self.lists.len() as u32
    }
}
