//! The statement of account: what a customer owed, what happened, and what it owes, between any two days and currency by
//! currency, from the books alone. No stage is asked and nothing is decided.
//!
//! The balance of a day is what is open of its debits, less open credit notes and unapplied payments, as the books say it of that day.
//! Each movement says how it moved the balance. To apply what came before moves nothing: the money lowered the balance when it
//! came. Where the books hold something else than the movements say (an open amount or a settlement that the host stated), the
//! difference is a movement of the kind `stated`. So opening balance and movements are the closing balance, always.
//! A payment that failed and a posting that was undone are in the books as if they had never been; so it is here.

use super::book::{BUCKETS, bucket_of};
use super::columns::{date_opt, int_opt, money_opt, scale, text, text_opt};
use crate::calendar::add_days;
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::ledger::Books;
use crate::money::Currency;
use crate::record::{Allocation, AllocationKind, Credit, CustomerIdx, Item, ItemIdx, ItemKind, Payment, PaymentIdx};
use crate::table::Table;
use crate::text::TextId;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;

/// What moved the balance of an account, or was applied on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// The day.
    pub on: NaiveDate,
    /// A word of `ItemKind` for what was issued; `payment`; `applied`, `discount`, `bank_fee`, `write_off`, `fx_difference` or
    /// `kept_back` for a line on an item; `stated` for what the host says besides.
    pub kind: &'static str,
    /// The item or payment; of a line on an item, what it was taken from, if anything.
    pub document: TextId,
    /// Of a line, the item that it is on.
    pub item: Option<ItemIdx>,
    /// By how much the balance moves, in minor units.
    pub amount: i64,
    /// Of a line, what it lowers the item by, in minor units of the currency of the item.
    pub applied: Option<i64>,
}

/// Something that is open at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLine {
    /// The item; `None` for a payment that is not applied.
    pub item: Option<ItemIdx>,
    /// The item or payment.
    pub document: TextId,
    /// What is open, in minor units; of a credit below 0.
    pub amount: i64,
    /// A name of [`BUCKETS`].
    pub bucket: &'static str,
}

/// The account of a customer in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Currency.
    pub currency: Currency,
    /// Balance at the end of the day before the statement begins, in minor units; 0 where it begins with the books.
    pub opening: i64,
    /// By day; what is issued first, then payments, then what was applied.
    pub movements: Vec<Movement>,
    /// Balance at the end of its last day.
    pub closing: i64,
    /// What is open then; the sum is the closing balance.
    pub open: Vec<OpenLine>,
}

/// The statement of account of one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The customer.
    pub customer: CustomerIdx,
    /// Its first day; `None` = from the beginning of the books.
    pub since: Option<NaiveDate>,
    /// Its last day.
    pub as_of: NaiveDate,
    /// One for each currency with a balance at either end, or a movement.
    pub accounts: Vec<Account>,
}

/// The statement of account of a customer by its identifier.
///
/// # Errors
/// `invalid_argument` for a customer that the books do not have, and for a first day behind the last.
pub fn statement_of(books: &Books, customer_id: &str, since: Option<NaiveDate>, as_of: NaiveDate) -> Result<Statement, Error> {
    let refuse = |name, code, message| Error::one(ErrorCode::InvalidArgument, "arguments", Some(name), code, message);
    if let Some(first) = since.filter(|first| *first > as_of) {
        return Err(refuse("since", ProblemCode::DatesOutOfOrder, format!("{first} is after {as_of}")));
    }
    let at = books.find_customer(customer_id).ok_or_else(|| refuse("customer_id", ProblemCode::UnknownCustomer, format!("no customer '{customer_id}'")))?;
    Ok(statement(books, at, since, as_of))
}

/// The statement of account of a customer, from `since` (`None` = from the beginning) to the end of `as_of`.
pub fn statement(books: &Books, at: CustomerIdx, since: Option<NaiveDate>, as_of: NaiveDate) -> Statement {
    let mut work = Work { books, at, before: since.map(|first| add_days(first, -1)), as_of, accounts: BTreeMap::new() };
    let mut of_items: BTreeMap<ItemIdx, Vec<&Allocation>> = BTreeMap::new();
    let mut of_payments: BTreeMap<PaymentIdx, Vec<&Allocation>> = BTreeMap::new();
    for line in books.allocations() {
        let items = line.lowers().filter(|item| work.has_item(*item));
        items.for_each(|item| of_items.entry(item).or_default().push(line));
        if let Credit::Payment(payment) = line.credit
            && work.has_payment(payment)
        {
            of_payments.entry(payment).or_default().push(line);
        }
        work.line(line);
    }
    let none = Vec::new();
    for place in books.item_range(at) {
        let item = ItemIdx(place as u32);
        work.item(item, of_items.get(&item).unwrap_or(&none));
    }
    for (place, payment) in (0..).map(PaymentIdx).zip(books.payments()).filter(|(_, payment)| payment.customer == Some(at)) {
        work.payment(payment, of_payments.get(&place).unwrap_or(&none));
    }
    Statement { customer: at, since, as_of, accounts: work.accounts.into_values().map(|account| sorted(books, account)).collect() }
}

/// The rank of a movement within its day.
fn rank(movement: &Movement) -> u8 {
    match (movement.item, movement.kind) {
        (_, "stated") => 3,
        (Some(_), _) => 2,
        (None, "payment") => 1,
        _ => 0,
    }
}

fn sorted(books: &Books, mut account: Account) -> Account {
    let item_id = |movement: &Movement| movement.item.and_then(|at| books.item(at)).map_or("", |item| books.text(item.id));
    account.movements.sort_by(|a, b| (a.on, rank(a), books.text(a.document), item_id(a)).cmp(&(b.on, rank(b), books.text(b.document), item_id(b))));
    account
}

/// A statement that is being made.
struct Work<'b> {
    books: &'b Books,
    at: CustomerIdx,
    /// The day before the first; `None` = from the beginning.
    before: Option<NaiveDate>,
    as_of: NaiveDate,
    accounts: BTreeMap<Currency, Account>,
}

impl Work<'_> {
    fn has_item(&self, at: ItemIdx) -> bool {
        self.books.item_range(self.at).contains(&(at.0 as usize))
    }

    fn has_payment(&self, at: PaymentIdx) -> bool {
        self.books.payment(at).is_some_and(|payment| payment.customer == Some(self.at))
    }

    fn within(&self, day: NaiveDate) -> bool {
        day <= self.as_of && self.before.is_none_or(|before| day > before)
    }

    fn account(&mut self, currency: Currency) -> &mut Account {
        self.accounts.entry(currency).or_insert_with(|| Account { currency, opening: 0, movements: Vec::new(), closing: 0, open: Vec::new() })
    }

    fn add(&mut self, currency: Currency, movement: Movement) {
        if self.within(movement.on) {
            self.account(currency).movements.push(movement);
        }
    }

    /// A line on an item: what it moves of each of its ends that is on this account.
    fn line(&mut self, line: &Allocation) {
        let mut legs: Vec<(Currency, i64)> = Vec::new();
        for at in line.lowers().filter(|at| self.has_item(*at)) {
            if let Some(item) = self.books.item(at) {
                legs.push((item.currency, -side(item) * leg(item, line)));
            }
        }
        let document = match line.credit {
            Credit::Payment(at) => self.books.payment(at).map(|payment| {
                legs.extend((payment.customer == Some(self.at)).then_some((payment.currency, line.cash)));
                payment.id
            }),
            Credit::Item(at) => self.books.item(at).map(|item| item.id),
            Credit::Own => None,
        };
        legs.sort_unstable_by_key(|leg| leg.0);
        for legs in legs.chunk_by(|a, b| a.0 == b.0) {
            let kind = match line.kind {
                AllocationKind::Payment => "applied",
                AllocationKind::Deduction => "kept_back",
                other => other.name(),
            };
            let amount = legs.iter().fold(0, |sum: i64, leg| sum.saturating_add(leg.1));
            if let Some((currency, _)) = legs.first() {
                self.add(*currency, Movement { on: line.on, kind, document: document.unwrap_or(TextId::NONE), item: Some(line.item), amount, applied: Some(line.amount) });
            }
        }
    }

    fn item(&mut self, at: ItemIdx, lines: &[&Allocation]) {
        let Some(item) = self.books.item(at) else { return };
        let sums = Sums::of(lines, |line| line.amount);
        let open = |day: NaiveDate| {
            let (lowered, by_events) = sums.by(day);
            side(item) * item.open_from(day, lowered, sums.by(NaiveDate::MAX).1 - by_events)
        };
        let moved = |day: NaiveDate| {
            let (lowered, by_events) = sums.on(day);
            let issued = if item.issued_on == day { item.amount } else { 0 };
            side(item) * (issued - if item.open_stated { by_events } else { lowered })
        };
        self.add(item.currency, Movement { on: item.issued_on, kind: item.kind.name(), document: item.id, item: None, amount: side(item) * item.amount, applied: None });
        self.rest(item.currency, item.id, lines.iter().map(|line| line.on).chain([item.issued_on]).chain(item.settled_on), (&open, &moved));
        let bucket = if item.kind.is_credit() { BUCKETS.len() - 1 } else { bucket_of(Books::days_late(item, self.as_of)) };
        let line = OpenLine { item: Some(at), document: item.id, amount: open(self.as_of), bucket: BUCKETS.get(bucket).copied().unwrap_or("") };
        self.close(item.currency, self.before.map_or(0, open), line);
    }

    fn payment(&mut self, payment: &Payment, lines: &[&Allocation]) {
        let sums = Sums::of(lines, |line| line.cash);
        let unapplied = |day: NaiveDate| -(payment.come_by(day) - sums.by(day).0).max(0);
        let came = |day: NaiveDate| payment.come_by(day) - payment.come_by(add_days(day, -1));
        let moved = |day: NaiveDate| sums.on(day).0 - came(day);
        if came(payment.received_on) > 0 {
            self.add(payment.currency, Movement { on: payment.received_on, kind: "payment", document: payment.id, item: None, amount: -payment.amount, applied: None });
        }
        self.rest(payment.currency, payment.id, lines.iter().map(|line| line.on).chain([payment.received_on]), (&unapplied, &moved));
        let line = OpenLine { item: None, document: payment.id, amount: unapplied(self.as_of), bucket: "credits" };
        self.close(payment.currency, self.before.map_or(0, unapplied), line);
    }

    /// What the books hold on a day that the movements do not say.
    fn rest(&mut self, currency: Currency, document: TextId, days: impl Iterator<Item = NaiveDate>, (state, moved): (&dyn Fn(NaiveDate) -> i64, &dyn Fn(NaiveDate) -> i64)) {
        for on in days.collect::<BTreeSet<NaiveDate>>() {
            let amount = state(on) - state(add_days(on, -1)) - moved(on);
            if amount != 0 {
                self.add(currency, Movement { on, kind: "stated", document, item: None, amount, applied: None });
            }
        }
    }

    /// What is open at the begin and at the end; what is neither has no account of its own.
    fn close(&mut self, currency: Currency, opening: i64, line: OpenLine) {
        if opening == 0 && line.amount == 0 {
            return;
        }
        let account = self.account(currency);
        account.opening = account.opening.saturating_add(opening);
        account.closing = account.closing.saturating_add(line.amount);
        account.open.extend((line.amount != 0).then_some(line));
    }
}

/// Sums of lines by day: of all of them, and of those that events made.
struct Sums(Vec<(NaiveDate, i64, i64)>);

impl Sums {
    fn of(lines: &[&Allocation], value: impl Fn(&Allocation) -> i64) -> Self {
        let mut rows: Vec<(NaiveDate, i64, i64)> = lines.iter().map(|line| (line.on, value(line), if line.tabled { 0 } else { value(line) })).collect();
        rows.sort_unstable();
        let mut sums = (0_i64, 0_i64);
        for row in &mut rows {
            sums = (sums.0.saturating_add(row.1), sums.1.saturating_add(row.2));
            (row.1, row.2) = sums;
        }
        Self(rows)
    }

    /// The sums of the lines up to the end of a day.
    fn by(&self, day: NaiveDate) -> (i64, i64) {
        let last = self.0.partition_point(|row| row.0 <= day).checked_sub(1).and_then(|at| self.0.get(at));
        last.map_or((0, 0), |row| (row.1, row.2))
    }

    /// The sums of the lines of a day.
    fn on(&self, day: NaiveDate) -> (i64, i64) {
        let (by, before) = (self.by(day), self.by(add_days(day, -1)));
        (by.0 - before.0, by.1 - before.1)
    }
}

/// 1 for what raises what is owed, -1 for what lowers it.
const fn side(item: &Item) -> i64 {
    if item.kind.is_credit() { -1 } else { 1 }
}

/// What a line takes off an item: nothing, where the open amount that the host stated has it already.
const fn leg(item: &Item, line: &Allocation) -> i64 {
    if item.open_stated && line.tabled { 0 } else { line.amount }
}

/// One row of the table of a statement.
struct Row {
    currency: Currency,
    line: &'static str,
    on: Option<NaiveDate>,
    kind: Option<&'static str>,
    document: Option<TextId>,
    item: Option<ItemIdx>,
    amount: Option<i64>,
    applied: Option<i64>,
    balance: Option<i64>,
    bucket: Option<&'static str>,
}

impl Row {
    const fn new(currency: Currency, line: &'static str) -> Self {
        Self { currency, line, on: None, kind: None, document: None, item: None, amount: None, applied: None, balance: None, bucket: None }
    }
}

impl Statement {
    /// The statement as one table: of each currency a line `opening`, its `movement`s with the running balance, `closing`, what
    /// is `open` with due date and age, and the `age` buckets, which sum to the closing balance.
    pub fn table(&self, books: &Books) -> Table<'static> {
        let rows: Vec<Row> = self.accounts.iter().flat_map(|account| self.rows(account)).collect();
        let scale = scale(&self.accounts.iter().map(|account| account.currency).collect::<Vec<_>>());
        let money = |value: Option<i64>, row: &Row| value.map(|value| (value, row.currency));
        let item = |at: Option<ItemIdx>| at.and_then(|at| books.item(at));
        let text_of = |id: Option<TextId>| id.filter(|id| !id.is_none()).map(|id| books.text(id));
        let open = |row: &Row| item(row.item).filter(|_| row.line == "open");
        // What is applied is in the currency of the item, which may be another.
        let applied = |row: &Row| row.applied.zip(item(row.item)).map(|(value, item)| (value, item.currency));
        let finest = rows.iter().filter_map(&applied).map(|(_, currency)| currency.exponent()).fold(scale, u8::max);
        let columns = alloc::vec![
            text("currency", rows.iter().map(|row| row.currency.code())),
            text("line", rows.iter().map(|row| row.line)),
            date_opt("on", rows.iter().map(|row| row.on)),
            text_opt("kind", rows.iter().map(|row| row.kind)),
            text_opt("document_id", rows.iter().map(|row| text_of(row.document))),
            text_opt("reference", rows.iter().map(|row| reference(books, row).filter(|text| !text.is_empty()))),
            text_opt("item_id", rows.iter().map(|row| text_of(item(row.item).map(|item| item.id)))),
            money_opt("amount", finest, rows.iter().map(|row| money(row.amount, row))),
            money_opt("applied", finest, rows.iter().map(applied)),
            money_opt("balance", finest, rows.iter().map(|row| money(row.balance, row))),
            date_opt("due_on", rows.iter().map(|row| open(row).map(|item| item.due_on))),
            int_opt("days_late", rows.iter().map(|row| open(row).map(|item| i64::from(Books::days_late(item, self.as_of))))),
            text_opt("bucket", rows.iter().map(|row| row.bucket)),
        ];
        Table::new("statement", columns)
    }

    /// The rows of the table as canonical JSON.
    pub fn to_json(&self, books: &Books) -> String {
        let mut out = String::new();
        super::json::write_table(&self.table(books), &mut out);
        out
    }

    fn rows(&self, account: &Account) -> Vec<Row> {
        let new = |line| Row::new(account.currency, line);
        let mut balance = account.opening;
        let mut rows = alloc::vec![Row { on: self.since, balance: Some(balance), ..new("opening") }];
        for row in &account.movements {
            balance = balance.saturating_add(row.amount);
            let (on, kind) = (Some(row.on), Some(row.kind));
            rows.push(Row { on, kind, document: Some(row.document), item: row.item, amount: Some(row.amount), applied: row.applied, balance: Some(balance), ..new("movement") });
        }
        rows.push(Row { on: Some(self.as_of), balance: Some(account.closing), ..new("closing") });
        rows.extend(account.open.iter().map(|row| Row { document: Some(row.document), item: row.item, amount: Some(row.amount), bucket: Some(row.bucket), ..new("open") }));
        rows.extend(BUCKETS.iter().map(|bucket| {
            let sum = account.open.iter().filter(|row| row.bucket == *bucket).fold(0, |sum: i64, row| sum.saturating_add(row.amount));
            Row { amount: Some(sum), bucket: Some(bucket), ..new("age") }
        }));
        rows
    }
}

/// The number that the customer knows of an item: of that of a line, or of the one that was issued.
fn reference<'b>(books: &'b Books, row: &Row) -> Option<&'b str> {
    let issued = || row.document.filter(|_| row.kind.is_some_and(|kind| ItemKind::from_name(kind).is_some())).and_then(|id| books.find_item(books.text(id)));
    row.item.or_else(issued).and_then(|at| books.item(at)).map(|item| books.text(item.reference))
}
