//! A large book as tables, at any size: items of many customers, three of ten open, payments of some that are open, and messages; and books
//! of the same size that are made to be hard.

use crate::mail::{self, Mail};
use crate::{Dice, days, numbers, texts};
use ar_core::table::{Column, Data, Table};
use std::borrow::Cow;

/// The day on which the books of [`Shape`] are seen, 2026-11-20, in days since 1970-01-01.
pub const AS_OF: i32 = 20_777;
/// Days over which settled items were issued.
const HISTORY_DAYS: u64 = 400;
/// Days over which most open items were issued; due 30 days later.
const OPEN_DAYS: u64 = 75;
/// Days until an invoice is due.
const TERM: i32 = 30;
/// The one amount, in minor units, of [`Case::EqualAmounts`].
const EQUAL: i64 = 11_900;

/// What is particular about a book.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Case {
    /// Nothing: half of the items belong to a tenth of the customers, amounts are to the cent, each reference is there once.
    Usual,
    /// All items are of one customer.
    OneCustomer,
    /// Every customer has one item.
    OneEach,
    /// All amounts are equal.
    EqualAmounts,
    /// References that are alike: a long common beginning, thousands that are equal, digits that are part of other digits, one text again and again.
    References,
}

impl Case {
    pub const ALL: [Self; 5] = [Self::Usual, Self::OneCustomer, Self::OneEach, Self::EqualAmounts, Self::References];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::OneCustomer => "one_customer",
            Self::OneEach => "one_each",
            Self::EqualAmounts => "equal_amounts",
            Self::References => "references",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|case| case.name() == name)
    }
}

/// How large a book is, and what is particular about it.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub items: usize,
    pub customers: usize,
    pub payments: usize,
    pub replies: usize,
    pub case: Case,
    pub seed: u64,
}

impl Shape {
    /// Of 10,000,000 items: 3,000,000 open, 1,000,000 customers, 200,000 payments, 10,000 messages; in proportion for any number.
    pub fn new(items: usize, case: Case) -> Self {
        let customers = match case {
            Case::OneCustomer => 1,
            Case::OneEach => items,
            _ => items.div_ceil(10),
        };
        Self { items, customers, payments: items / 50, replies: items / 1_000, case, seed: 7 }
    }

    /// The tables `items`, `customers`, `payments` and `replies`. The same shape gives the same tables on every machine.
    pub fn tables(&self) -> Vec<Table<'static>> {
        let rows = Rows::new(self);
        let open = rows.open();
        vec![rows.table(self), customers(self), payments(self, &rows, &open), replies(self, &rows, &open)]
    }
}

/// The items, column by column.
struct Rows {
    owner: Vec<u32>,
    amount: Vec<i64>,
    issued: Vec<i32>,
    /// The day, or the day of the book for what is open.
    settled: Vec<i32>,
    is_settled: Vec<bool>,
}

impl Rows {
    fn new(shape: &Shape) -> Self {
        let (mut dice, count) = (Dice(shape.seed), shape.items);
        let mut rows =
            Self { owner: Vec::with_capacity(count), amount: Vec::with_capacity(count), issued: Vec::with_capacity(count), settled: Vec::with_capacity(count), is_settled: Vec::with_capacity(count) };
        let customers = shape.customers as u64;
        for at in 0..count {
            let owner = match shape.case {
                Case::OneEach => at as u64,
                _ if dice.below(2) == 0 => dice.below(customers.div_ceil(10)) * 10 % customers,
                _ => dice.below(customers),
            };
            let drawn = dice.below(1_000_000) as i64 + 100;
            let is_open = dice.below(10) < 3;
            // One open item in twenty is old.
            let ago = if is_open && dice.below(20) > 0 { dice.below(OPEN_DAYS) } else { TERM as u64 + 1 + dice.below(HISTORY_DAYS - TERM as u64) } as i32;
            // Every customer has a lateness of its own.
            let late = (owner * 7 % 40) as i32 - 10 + dice.below(15) as i32 - 7;
            let issued = AS_OF - ago;
            rows.owner.push(owner as u32);
            rows.amount.push(if shape.case == Case::EqualAmounts { EQUAL } else { drawn });
            rows.issued.push(issued);
            rows.settled.push(if is_open { AS_OF } else { (issued + TERM + late).clamp(issued, AS_OF - 1) });
            rows.is_settled.push(!is_open);
        }
        rows
    }

    /// What is open, by customer, and of one customer in the order of the rows.
    fn open(&self) -> Vec<u32> {
        let mut open: Vec<u32> = (0..self.owner.len() as u32).filter(|at| !self.is_settled[*at as usize]).collect();
        open.sort_by_key(|at| self.owner[*at as usize]);
        open
    }

    fn table(self: &Rows, shape: &Shape) -> Table<'static> {
        let count = self.owner.len();
        Table::new(
            "items",
            vec![
                Column::new("item_id", texts((0..count).map(|at| format!("I{at:09}")))),
                Column::new("customer_id", texts(self.owner.iter().map(|at| customer(*at)))),
                Column::new("currency", texts((0..count).map(|_| "EUR".into()))),
                Column::new("amount_minor", numbers(self.amount.iter().copied())),
                Column::new("issued_on", days(self.issued.iter().copied())),
                Column::new("due_on", days(self.issued.iter().map(|day| day + TERM))),
                Column::nullable("settled_on", self.is_settled.clone(), days(self.settled.iter().copied())),
                Column::new("reference", texts((0..count as u32).map(|at| reference(shape.case, at)))),
            ],
        )
    }
}

fn customer(at: u32) -> String {
    format!("C{at:07}")
}

/// A name like no other by its first two words and its number.
fn name(at: u32) -> String {
    const FIRST: [&str; 16] = ["Adler", "Birke", "Castell", "Dorn", "Eiche", "Falk", "Gruber", "Harbour", "Ilex", "Jansen", "Keller", "Lorca", "Moulin", "Nordic", "Olivar", "Pereira"];
    const SECOND: [&str; 8] = ["Handel", "Logistics", "Maschinen", "Retail", "Distribution", "Services", "Textiles", "Bau"];
    const FORM: [&str; 4] = ["Ltd", "GmbH", "SARL", "SL"];
    format!("{} {} {at} {}", FIRST[at as usize % 16], SECOND[at as usize / 16 % 8], FORM[at as usize % 4])
}

/// What an invoice is called.
fn reference(case: Case, at: u32) -> String {
    if case != Case::References {
        return format!("RE{at:09}");
    }
    match at % 4 {
        0 => format!("{}{at:07}", "2026-RECHNUNG-NORD-SUED-OST-WEST-0000000000-".repeat(4)),
        1 => format!("RE{:05}", at / 4 % 16),
        2 => "1".repeat(1 + (at / 4 % 24) as usize),
        _ => format!("{}{}", "AB12".repeat(12), at % 32),
    }
}

fn customers(shape: &Shape) -> Table<'static> {
    let each = || 0..shape.customers as u32;
    Table::new(
        "customers",
        vec![
            Column::new("customer_id", texts(each().map(customer))),
            Column::new("name", texts(each().map(name))),
            Column::new("segment", texts(each().map(|at| format!("S{}", at % 5)))),
            Column::new("country", texts(each().map(|at| mail::COUNTRIES[at as usize % 4].into()))),
            Column::new("language", texts(each().map(|at| mail::LANGUAGES[at as usize % 4].into()))),
        ],
    )
}

/// The open items of the customer of one of them, from it on, at most so many.
fn together<'r>(rows: &Rows, open: &'r [u32], from: usize, most: usize) -> &'r [u32] {
    let rest = open.get(from..).unwrap_or(&[]);
    let owner = |at: &u32| rows.owner[*at as usize];
    let count = rest.iter().take(most).take_while(|at| Some(owner(at)) == rest.first().map(owner)).count();
    &rest[..count]
}

/// Of ten payments six name one item, two list up to five, one names nothing, and one is short of what it names; one in twenty does not
/// say by number who pays.
fn payments(shape: &Shape, rows: &Rows, open: &[u32]) -> Table<'static> {
    let mut dice = Dice(shape.seed + 1);
    let step = (open.len() / shape.payments.max(1)).max(1);
    let (mut amounts, mut said, mut from, mut known) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for place in (0..open.len()).step_by(step).take(shape.payments) {
        let kind = dice.below(10);
        let paid = together(rows, open, place, if kind < 2 { (1 + dice.below(5) as usize).min(step) } else { 1 });
        let sum: i64 = paid.iter().map(|at| rows.amount[*at as usize]).sum();
        let listed: Vec<String> = paid.iter().map(|at| reference(shape.case, *at)).collect();
        amounts.push(if kind == 2 { (sum - sum * (1 + dice.below(20) as i64) / 100).max(1) } else { sum });
        said.push(if kind == 3 { "PAYMENT THANK YOU".to_owned() } else { format!("INVOICE {}", listed.join(" ")) });
        from.push(rows.owner[open[place] as usize]);
        known.push(dice.below(20) > 0);
    }
    let count = amounts.len();
    Table::new(
        "payments",
        vec![
            Column::new("payment_id", texts((0..count).map(|at| format!("P{at:09}")))),
            Column::nullable("customer_id", known, texts(from.iter().map(|at| customer(*at)))),
            Column::new("currency", texts((0..count).map(|_| "EUR".into()))),
            Column::new("amount_minor", Data::Int(Cow::Owned(amounts))),
            Column::new("received_on", days((0..count).map(|_| AS_OF))),
            Column::new("payer_name", texts(from.iter().map(|at| name(*at)))),
            Column::new("text", texts(said.into_iter())),
        ],
    )
}

fn replies(shape: &Shape, rows: &Rows, open: &[u32]) -> Table<'static> {
    let mut dice = Dice(shape.seed + 2);
    let step = (open.len() / shape.replies.max(1)).max(1);
    let mut owners = Vec::new();
    let mails = (0..open.len()).step_by(step).take(shape.replies).map(|place| {
        let about = together(rows, open, place, 1 + dice.below(3) as usize);
        let owner = rows.owner[open[place] as usize];
        owners.push(owner);
        let named: Vec<(String, i64)> = about.iter().map(|at| (reference(shape.case, *at), rows.amount[*at as usize])).collect();
        mail::write(&mut dice, owner as usize % 4, &named)
    });
    let mails: Vec<Mail> = mails.collect();
    Table::new(
        "replies",
        vec![
            Column::new("reply_id", texts((0..mails.len()).map(|at| format!("M{at:09}")))),
            Column::new("customer_id", texts(owners.iter().map(|at| customer(*at)))),
            Column::new("received_on", days(mails.iter().map(|mail| AS_OF - mail.ago))),
            Column::new("subject", texts(mails.iter().map(|mail| mail.subject.clone()))),
            Column::new("text", texts(mails.iter().map(|mail| mail.text.clone()))),
        ],
    )
}

/// Items over so many days of history, their customers, and payments that name one item each; seen on the day `as_of`.
pub fn book(items: u64, customers: u64, payments: u64, history_days: u64, as_of: i32) -> Vec<Table<'static>> {
    let mut dice = Dice(7);
    let (mut amounts, mut issued, mut due, mut settled, mut valid) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut owner = Vec::new();
    for _ in 0..items {
        let day = as_of - dice.below(history_days) as i32;
        let late = dice.below(60) as i32 - 15;
        owner.push(dice.below(customers));
        amounts.push(dice.below(1_000_000) as i64 + 100);
        issued.push(day);
        due.push(day + 30);
        settled.push((day + 30 + late).max(day));
        valid.push(day + 30 + late < as_of);
    }
    let open: Vec<u64> = (0..items).filter(|at| !valid[*at as usize]).collect();
    let customer = |at: u64| format!("C{at:07}");
    let (mut paid, mut said, mut from) = (Vec::new(), Vec::new(), Vec::new());
    for at in open.iter().step_by((open.len() / payments.max(1) as usize).max(1)).take(payments as usize) {
        paid.push(amounts[*at as usize]);
        said.push(format!("INVOICE RE{at:09}"));
        from.push(customer(owner[*at as usize]));
    }
    let count = paid.len();
    let items_table = Table::new(
        "items",
        vec![
            Column::new("item_id", texts((0..items).map(|at| format!("I{at:09}")))),
            Column::new("customer_id", texts(owner.iter().map(|at| customer(*at)))),
            Column::new("currency", texts((0..items).map(|_| "EUR".into()))),
            Column::new("amount_minor", Data::Int(Cow::Owned(amounts))),
            Column::new("issued_on", Data::Date(Cow::Owned(issued))),
            Column::new("due_on", Data::Date(Cow::Owned(due))),
            Column::nullable("settled_on", valid, Data::Date(Cow::Owned(settled))),
            Column::new("reference", texts((0..items).map(|at| format!("RE{at:09}")))),
        ],
    );
    let customers_table =
        Table::new("customers", vec![Column::new("customer_id", texts((0..customers).map(customer))), Column::new("segment", texts((0..customers).map(|at| format!("S{}", at % 5))))]);
    let payments_table = Table::new(
        "payments",
        vec![
            Column::new("payment_id", texts((0..count).map(|at| format!("P{at:09}")))),
            Column::new("customer_id", texts(from.into_iter())),
            Column::new("currency", texts((0..count).map(|_| "EUR".into()))),
            Column::new("amount_minor", Data::Int(Cow::Owned(paid))),
            Column::new("received_on", Data::Date(Cow::Owned(vec![as_of; count]))),
            Column::new("text", texts(said.into_iter())),
        ],
    );
    vec![items_table, customers_table, payments_table]
}
