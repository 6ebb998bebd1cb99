//! Books as tables: the same rows in any order, in columns of any type that the contract allows, in one batch or in
//! several, or as records.

use super::book::{Book, CURRENCIES, From, as_of};
use ar_core::calendar::days_since_epoch;
use ar_core::money::{minor_to_text, pow10};
use ar_core::table::{Batch, Cell, Column, Data, Table, Texts};
use ar_core::{Ledger, Models, Policy, Report};
use chrono::NaiveDate;
use std::borrow::Cow;

/// One value, before it has a type of column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Nothing,
    Text(String),
    /// Minor units and the decimals of their currency.
    Money(i64, u8),
    Day(NaiveDate),
    Flag(bool),
    Whole(i64),
    List(Vec<String>),
}

/// A table: names of the columns, and the rows in that order.
#[derive(Clone, Debug)]
pub struct Plain {
    pub name: &'static str,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Value>>,
}

/// How a book is written down. Zero is the plainest: records in their order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Orders of rows and columns; 0 leaves them.
    pub shuffle: u64,
    /// 0 records; 1 columns of text; 2 typed columns; 3 minor units; 4 floats.
    pub types: u8,
    /// Rows a batch; 0 = all in one.
    pub batch: usize,
}

fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}

fn maybe<T>(value: Option<T>, of: impl FnOnce(T) -> Value) -> Value {
    value.map_or(Value::Nothing, of)
}

fn plain<const N: usize>(name: &'static str, columns: [&'static str; N], rows: impl Iterator<Item = [Value; N]>) -> Plain {
    Plain { name, columns: columns.to_vec(), rows: rows.map(Vec::from).collect() }
}

/// The tables of a book. Tables without rows are left out, but for customers and items.
pub fn plain_tables(book: &Book) -> Vec<Plain> {
    let mut tables = vec![customers(book), items(book), payments(book), allocations(book)];
    tables.extend(claims(book));
    tables.extend(messages(book));
    tables.retain(|table| !table.rows.is_empty() || matches!(table.name, "customers" | "items"));
    tables
}

fn customers(book: &Book) -> Plain {
    let columns = ["customer_id", "name", "segment", "strategic", "do_not_contact", "blocked_until", "time_zone", "channels", "bank_accounts"];
    plain(
        "customers",
        columns,
        book.customers.iter().map(|row| {
            [
                text(&row.id),
                text(&row.name),
                maybe(row.segment, text),
                Value::Flag(row.strategic),
                Value::Flag(row.do_not_contact),
                maybe(row.blocked_until, Value::Day),
                maybe(row.time_zone, text),
                Value::List(row.channels.clone()),
                Value::List(vec![row.account.clone()]),
            ]
        }),
    )
}

#[rustfmt::skip]
const ITEM_COLUMNS: [&str; 16] = [
    "item_id", "customer_id", "kind", "currency", "amount", "issued_on", "due_on", "open_amount", "settled_on", "reference", "dunning_level", "last_notice_on", "disputed",
    "blocked_until", "deduction_reason", "deduction_code",
];

fn items(book: &Book) -> Plain {
    plain(
        "items",
        ITEM_COLUMNS,
        book.items.iter().map(|row| {
            let (code, decimals) = CURRENCIES[row.currency];
            [
                text(&row.id),
                text(&book.customers[row.customer].id),
                text(row.kind),
                text(code),
                Value::Money(row.amount, decimals),
                Value::Day(row.issued_on),
                Value::Day(row.due_on),
                maybe(row.stated, |minor| Value::Money(minor, decimals)),
                maybe(row.settled_on, Value::Day),
                maybe(row.reference.clone(), Value::Text),
                Value::Whole(row.level),
                maybe(row.last_notice_on, Value::Day),
                Value::Flag(row.disputed),
                maybe(row.blocked_until, Value::Day),
                maybe(row.reason, text),
                maybe(row.reason.filter(|reason| *reason == "pricing"), |_| text("K7")),
            ]
        }),
    )
}

fn payments(book: &Book) -> Plain {
    let columns = ["payment_id", "currency", "amount", "received_on", "customer_id", "payer_name", "text", "failed"];
    plain(
        "payments",
        columns,
        book.payments.iter().map(|row| {
            let (code, decimals) = CURRENCIES[row.currency];
            [
                text(&row.id),
                text(code),
                Value::Money(row.amount, decimals),
                Value::Day(row.received_on),
                maybe(row.customer, |at| text(&book.customers[at].id)),
                maybe(row.payer_name.clone(), Value::Text),
                maybe(row.text.clone(), Value::Text),
                Value::Flag(row.failed),
            ]
        }),
    )
}

fn allocations(book: &Book) -> Plain {
    plain(
        "allocations",
        ["credit_id", "item_id", "amount", "kind", "on", "decision_id"],
        book.allocations.iter().map(|row| {
            let credit = match row.from {
                From::Payment(at) => &book.payments[at].id,
                From::Note(at) => &book.items[at].id,
            };
            let item = &book.items[row.item];
            [text(credit), text(&item.id), Value::Money(row.amount, CURRENCIES[item.currency].1), text(row.kind), Value::Day(row.on), maybe(row.decision, text)]
        }),
    )
}

fn claims(book: &Book) -> Vec<Plain> {
    let ids = |items: &[usize]| Value::List(items.iter().map(|at| book.items[*at].id.clone()).collect());
    let promises = plain(
        "promises",
        ["promise_id", "customer_id", "item_id", "amount", "made_on", "due_on", "state"],
        book.promises.iter().enumerate().map(|(at, row)| {
            let decimals = row.item.map_or(2, |item| CURRENCIES[book.items[item].currency].1);
            let item = maybe(row.item, |item| text(&book.items[item].id));
            [
                text(format!("PR{at}")),
                text(&book.customers[row.customer].id),
                item,
                maybe(row.amount, |minor| Value::Money(minor, decimals)),
                Value::Day(row.made_on),
                Value::Day(row.due_on),
                text(row.state),
            ]
        }),
    );
    let disputes = plain(
        "disputes",
        ["dispute_id", "item_id", "amount", "opened_on", "state"],
        book.disputes.iter().enumerate().map(|(at, row)| {
            let item = &book.items[row.item];
            [text(format!("DI{at}")), text(&item.id), maybe(row.amount, |minor| Value::Money(minor, CURRENCIES[item.currency].1)), Value::Day(row.opened_on), text(row.state)]
        }),
    );
    let plans = plain(
        "plans",
        ["plan_id", "customer_id", "item_ids", "agreed_on", "state"],
        book.plans.iter().enumerate().map(|(at, row)| [text(format!("PL{at}")), text(&book.customers[row.customer].id), ids(&row.items), Value::Day(row.agreed_on), text(row.state)]),
    );
    let notices = plain(
        "notices",
        ["notice_id", "customer_id", "item_ids", "sent_on", "level", "channel", "state"],
        book.notices
            .iter()
            .enumerate()
            .map(|(at, row)| [text(format!("NO{at}")), text(&book.customers[row.customer].id), ids(&row.items), Value::Day(row.sent_on), Value::Whole(row.level), text("email"), text(row.state)]),
    );
    vec![promises, disputes, plans, notices]
}

fn messages(book: &Book) -> Vec<Plain> {
    let remittances = plain(
        "remittances",
        ["remittance_id", "payment_id", "received_on", "reference"],
        book.remittances.iter().enumerate().map(|(at, row)| [text(format!("RE{at}")), text(&book.payments[row.0].id), Value::Day(book.payments[row.0].received_on), text(&row.1)]),
    );
    let of = |signal: bool| book.news.iter().enumerate().filter(move |(_, row)| row.severity.is_some() == signal);
    let replies = plain(
        "replies",
        ["reply_id", "customer_id", "received_on", "answered_on", "text"],
        of(false).map(|(at, row)| [text(format!("RP{at}")), text(&book.customers[row.customer].id), Value::Day(row.on), maybe(row.answered_on, Value::Day), text("when will you\nanswer?")]),
    );
    let signals = plain(
        "signals",
        ["customer_id", "on", "kind", "severity"],
        of(true).map(|(_, row)| [text(&book.customers[row.customer].id), Value::Day(row.on), text("bureau"), Value::Whole(row.severity.unwrap_or(0))]),
    );
    vec![remittances, replies, signals]
}

/// A small generator of orders (splitmix64): the laws must not depend on which.
pub fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn shuffled(count: usize, state: &mut u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    if *state != 0 {
        (1..count).for_each(|at| order.swap(at, (next(state) % (at as u64 + 1)) as usize));
    }
    order
}

/// A table in a style.
pub fn styled(table: &Plain, style: Style) -> Table<'static> {
    let mut state = style.shuffle;
    let (rows, columns) = (shuffled(table.rows.len(), &mut state), shuffled(table.columns.len(), &mut state));
    let size = if style.batch == 0 { rows.len().max(1) } else { style.batch };
    let mut batches: Vec<Batch<'static>> = rows.chunks(size).map(|rows| Batch { columns: columns.iter().map(|column| one_column(table, *column, rows, style.types)).collect() }).collect();
    if batches.is_empty() {
        batches.push(Batch { columns: columns.iter().map(|column| one_column(table, *column, &[], style.types)).collect() });
    }
    Table { name: Cow::Borrowed(table.name), batches }
}

fn one_column(table: &Plain, column: usize, rows: &[usize], types: u8) -> Column<'static> {
    let name = table.columns[column];
    let values: Vec<&Value> = rows.iter().map(|row| &table.rows[*row][column]).collect();
    let valid = Some(Cow::Owned(values.iter().map(|value| **value != Value::Nothing).collect()));
    let is_money = table.rows.iter().any(|row| matches!(row[column], Value::Money(..)));
    let name: Cow<'static, str> = if is_money && types == 3 { Cow::Owned(format!("{name}_minor")) } else { Cow::Borrowed(name) };
    let of = |pick: fn(&Value) -> bool| table.rows.iter().any(|row| pick(&row[column]));
    let data = match types {
        0 => Data::Cells(values.iter().map(|value| cell(value)).collect()),
        _ if of(|value| matches!(value, Value::List(_))) => lists(&values),
        1 => texts(&values),
        _ if is_money => money(&values, types),
        _ if of(|value| matches!(value, Value::Day(_))) => Data::Date(values.iter().map(|value| if let Value::Day(day) = value { days_since_epoch(*day) } else { 0 }).collect()),
        _ if of(|value| matches!(value, Value::Flag(_))) => Data::Bool(values.iter().map(|value| **value == Value::Flag(true)).collect()),
        _ if of(|value| matches!(value, Value::Whole(_))) => Data::Int(values.iter().map(|value| if let Value::Whole(whole) = value { *whole } else { 0 }).collect()),
        _ => texts(&values),
    };
    Column { name, valid, data }
}

fn money(values: &[&Value], types: u8) -> Data<'static> {
    let minor = |value: &&Value| if let Value::Money(minor, decimals) = value { (*minor, *decimals) } else { (0, 0) };
    match types {
        3 => Data::Int(values.iter().map(|value| minor(value).0).collect()),
        4 => Data::Float(values.iter().map(minor).map(|(minor, decimals)| minor as f64 / pow10(decimals) as f64).collect()),
        _ => Data::Decimal(values.iter().map(minor).map(|(minor, decimals)| i128::from(minor) * pow10(4 - decimals)).collect(), 4),
    }
}

fn texts(values: &[&Value]) -> Data<'static> {
    let mut texts = Texts::default();
    values.iter().for_each(|value| texts.push(&written(value)));
    Data::Text(texts)
}

fn lists(values: &[&Value]) -> Data<'static> {
    let (mut ends, mut texts) = (Vec::new(), Texts::default());
    for value in values {
        if let Value::List(list) = value {
            list.iter().for_each(|entry| texts.push(entry));
        }
        ends.push(texts.ends.len());
    }
    Data::TextList(ends, texts)
}

/// The value as the text of a CSV.
pub fn written(value: &Value) -> String {
    match value {
        Value::Nothing => String::new(),
        Value::Text(text) => text.clone(),
        Value::Money(minor, decimals) => minor_to_text(*minor, *decimals),
        Value::Day(day) => day.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Whole(whole) => whole.to_string(),
        Value::List(list) => list.join(" "),
    }
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Nothing => Cell::Null,
        Value::Text(text) => Cell::Text(text.clone()),
        Value::Money(minor, decimals) => Cell::Decimal(i128::from(*minor), *decimals),
        Value::Day(day) => Cell::Date(*day),
        Value::Flag(flag) => Cell::Bool(*flag),
        Value::Whole(whole) => Cell::Int(*whole),
        Value::List(list) => Cell::List(list.clone()),
    }
}

/// The ledger of plain tables in a style.
pub fn load(tables: &[Plain], style: Style) -> Result<Ledger, ar_core::Error> {
    let tables: Vec<Table<'static>> = tables.iter().map(|table| styled(table, style)).collect();
    Ledger::try_new(&tables)
}

/// The ledger of a book. Every generated book is one that the ledger accepts.
pub fn ledger(book: &Book) -> Ledger {
    load(&plain_tables(book), Style::default()).unwrap_or_else(|error| panic!("a generated book is refused: {:?}", error.problems()))
}

/// A day with models fitted to the book itself.
pub fn day(ledger: &Ledger, policy: &Policy) -> Report {
    ar_core::run(ledger, policy, &Models::fit(ledger, as_of()), as_of()).unwrap()
}
