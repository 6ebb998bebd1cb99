//! Random small books as plain rows: what the laws are asked of. A book is built from bytes, so that a counterexample
//! shrinks to few rows with small numbers; whatever the bytes, the book is one that the ledger accepts.

use chrono::{Days, NaiveDate};
use proptest::collection::vec;
use proptest::prelude::*;

/// Codes and decimals. The first is the commonest.
pub const CURRENCIES: [(&str, u8); 3] = [("EUR", 2), ("JPY", 0), ("BHD", 3)];

/// The day of the run: a Friday, so that business days matter.
pub fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

/// So many days before (or, negative, after) the day of the run.
pub fn ago(days: i64) -> NaiveDate {
    if days >= 0 { as_of() - Days::new(days.unsigned_abs()) } else { as_of() + Days::new(days.unsigned_abs()) }
}

#[derive(Clone, Debug)]
pub struct Customer {
    pub id: String,
    pub name: String,
    pub segment: Option<&'static str>,
    pub strategic: bool,
    pub do_not_contact: bool,
    pub blocked_until: Option<NaiveDate>,
    pub time_zone: Option<&'static str>,
    pub channels: Vec<String>,
    pub account: String,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub id: String,
    pub customer: usize,
    pub kind: &'static str,
    pub currency: usize,
    pub amount: i64,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub stated: Option<i64>,
    pub settled_on: Option<NaiveDate>,
    pub reference: Option<String>,
    pub level: i64,
    pub last_notice_on: Option<NaiveDate>,
    pub disputed: bool,
    pub blocked_until: Option<NaiveDate>,
    /// Of a deduction.
    pub reason: Option<&'static str>,
}

impl Item {
    pub fn is_credit(&self) -> bool {
        self.kind == "credit_note"
    }
}

#[derive(Clone, Debug)]
pub struct Payment {
    pub id: String,
    pub customer: Option<usize>,
    pub currency: usize,
    pub amount: i64,
    pub received_on: NaiveDate,
    pub text: Option<String>,
    pub payer_name: Option<String>,
    pub failed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Payment(usize),
    Note(usize),
}

#[derive(Clone, Debug)]
pub struct Allocation {
    pub from: From,
    pub item: usize,
    pub amount: i64,
    pub kind: &'static str,
    pub on: NaiveDate,
    pub decision: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Promise {
    pub customer: usize,
    pub item: Option<usize>,
    pub amount: Option<i64>,
    pub made_on: NaiveDate,
    pub due_on: NaiveDate,
    pub state: &'static str,
}

#[derive(Clone, Debug)]
pub struct Dispute {
    pub item: usize,
    pub amount: Option<i64>,
    pub opened_on: NaiveDate,
    pub state: &'static str,
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub customer: usize,
    pub items: Vec<usize>,
    pub agreed_on: NaiveDate,
    pub state: &'static str,
}

#[derive(Clone, Debug)]
pub struct Notice {
    pub customer: usize,
    pub items: Vec<usize>,
    pub sent_on: NaiveDate,
    pub level: i64,
    pub state: &'static str,
}

/// A message (with the day of its answer) or an outside signal (with its severity).
#[derive(Clone, Debug)]
pub struct News {
    pub customer: usize,
    pub on: NaiveDate,
    pub answered_on: Option<NaiveDate>,
    pub severity: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub struct Book {
    pub customers: Vec<Customer>,
    pub items: Vec<Item>,
    pub payments: Vec<Payment>,
    pub allocations: Vec<Allocation>,
    pub remittances: Vec<(usize, String)>,
    pub promises: Vec<Promise>,
    pub disputes: Vec<Dispute>,
    pub plans: Vec<Plan>,
    pub notices: Vec<Notice>,
    pub news: Vec<News>,
}

type Bytes = Vec<[u8; 12]>;

/// Books of up to four customers and fourteen items, with cash, claims, messages and news.
pub fn books() -> impl Strategy<Value = Book> {
    let row = any::<[u8; 12]>;
    let money = (vec(row(), 1..4), vec(row(), 0..14), vec(row(), 0..5), vec(row(), 0..5));
    let claims = (vec(row(), 0..3), vec(row(), 0..3), vec(row(), 0..2), vec(row(), 0..3), vec(row(), 0..3));
    (money, claims).prop_map(|((customers, items, payments, allocations), (promises, disputes, plans, notices, news))| {
        let mut book = Book::default();
        add_customers(&mut book, &customers);
        add_items(&mut book, &items);
        add_payments(&mut book, &payments);
        add_allocations(&mut book, &allocations);
        add_claims(&mut book, &promises, &disputes, &plans);
        add_messages(&mut book, &notices, &news);
        book
    })
}

fn pick<T: Copy>(byte: u8, from: &[T]) -> T {
    from[usize::from(byte) % from.len()]
}

fn add_customers(book: &mut Book, rows: &Bytes) {
    for (at, row) in rows.iter().enumerate() {
        book.customers.push(Customer {
            id: format!("C{at}"),
            name: format!("Company {} Ltd", char::from(b'A' + at as u8)),
            segment: pick(row[0], &[None, None, Some("key"), Some("small")]),
            strategic: row[1] > 200,
            do_not_contact: row[2] > 235,
            blocked_until: (row[3] > 230).then(|| ago(i64::from(row[3] % 5) - 3)),
            time_zone: pick(row[4], &[None, Some("Europe/Berlin"), Some("America/New_York"), Some("Asia/Tokyo")]),
            channels: pick(row[5], &[&[][..], &[], &["email"], &["letter", "email"], &["fax"]]).iter().map(|name: &&str| (*name).into()).collect(),
            account: format!("DE{at:018}"),
        });
    }
}

/// Amounts repeat, so that sums collide, and stand around the policy's limits.
const WHOLES: [i64; 8] = [100, 10_000, 25_000, 499, 1_000_000, 500_000, 1_500_000, 35_000];

fn add_items(book: &mut Book, rows: &Bytes) {
    for (at, row) in rows.iter().enumerate() {
        let due_on = ago(i64::from(row[6]) - 60);
        let issued_on = due_on - Days::new(pick(row[5], &[30, 0, 14, 60]));
        let settled_on = (row[7] >= 128).then(|| (due_on + Days::new(u64::from(row[8] % 60))).min(ago(-3)).max(issued_on));
        let amount = pick(row[4], &WHOLES) + i64::from(row[3] % 4);
        let level = if row[9] % 8 < 5 { 0 } else { i64::from(row[9] % 5) };
        let kind = pick(row[2], &["invoice", "invoice", "invoice", "credit_note", "invoice", "debit_note", "fee", "interest", "deduction", "invoice"]);
        book.items.push(Item {
            id: format!("I{at:02}"),
            customer: usize::from(row[0]) % book.customers.len(),
            kind,
            currency: if row[1] < 190 { 0 } else { usize::from(row[1] % 3) },
            amount,
            issued_on,
            due_on,
            stated: (settled_on.is_none() && row[7] >= 110).then(|| amount * i64::from(row[8]) / 255),
            settled_on,
            reference: pick(row[11], &[None, Some(format!("INV-20{at:02}")).as_deref(), Some("SHARED-77")]).map(String::from),
            level,
            last_notice_on: (level > 0).then(|| ago(i64::from(row[10] % 40))),
            disputed: row[11] > 244,
            blocked_until: (row[10] > 244).then(|| ago(i64::from(row[10] % 5) - 3)),
            reason: pick(row[8], &[None, Some("pricing"), Some("06"), Some("ZZ")]).filter(|_| kind == "deduction"),
        });
    }
}

fn add_payments(book: &mut Book, rows: &Bytes) {
    for (at, row) in rows.iter().enumerate() {
        let named: Vec<usize> = if book.items.is_empty() { Vec::new() } else { [row[2], row[6]].iter().map(|byte| usize::from(*byte) % book.items.len()).collect() };
        let first = named.first().map(|item| &book.items[*item]);
        let name = |item: usize| book.items[item].reference.clone().unwrap_or_else(|| book.items[item].id.clone());
        let text = match row[4] % 5 {
            0 => named.first().map(|item| format!("RE {} THANK YOU", name(*item))),
            1 => (!named.is_empty()).then(|| named.iter().map(|item| name(*item)).collect::<Vec<_>>().join(", ")),
            2 => Some("monthly transfer 4711".into()),
            _ => None,
        };
        let sum: i64 =
            if row[4] % 5 == 1 && named[..].windows(2).any(|pair| pair[0] != pair[1]) { named.iter().map(|item| book.items[*item].amount).sum() } else { first.map_or(700, |item| item.amount) };
        let amount = match row[7] % 4 {
            3 => (sum / 2).max(1),
            2 => sum + i64::from(row[8]),
            // One item is paid and another only mentioned.
            1 => first.map_or(sum, |item| item.amount),
            _ => sum,
        };
        book.payments.push(Payment {
            id: format!("P{at}"),
            customer: (row[0] < 160).then(|| first.map_or(0, |item| item.customer)),
            currency: if row[1] < 240 { first.map_or(0, |item| item.currency) } else { usize::from(row[1] % 3) },
            amount,
            received_on: ago(i64::from(row[3] % 12) - 1),
            text,
            payer_name: (row[9] > 100).then(|| book.customers[usize::from(row[9]) % book.customers.len()].name.clone()),
            failed: row[5] > 240,
        });
        if row[10] > 190 && !named.is_empty() {
            book.remittances.push((at, name(named[0])));
        }
    }
}

/// Allocations that fit: same currency, never more than the item or the credit holds, a while after both exist.
fn add_allocations(book: &mut Book, rows: &Bytes) {
    for row in rows {
        let credits: Vec<From> = (0..book.payments.len()).map(From::Payment).chain((0..book.items.len()).filter(|at| book.items[*at].is_credit()).map(From::Note)).collect();
        let Some(from) = credits.get(usize::from(row[0]) % credits.len().max(1)).copied() else { return };
        let (currency, since, room, usable) = credit(book, from);
        let debits: Vec<usize> = (0..book.items.len()).filter(|at| book.items[*at].currency == currency && !book.items[*at].is_credit() && book.items[*at].stated.is_none()).collect();
        let Some(at) = debits.get(usize::from(row[1]) % debits.len().max(1)).copied().filter(|_| usable) else { continue };
        let item = &book.items[at];
        let taken: i64 = book.allocations.iter().filter(|line| line.item == at).map(|line| line.amount).sum();
        let most = room.min(item.amount - taken);
        let amount = if row[2] < 120 { most } else { most * i64::from(row[2]) / 255 };
        let earliest = since.max(item.issued_on);
        let on = (earliest + Days::new(u64::from(row[3] % 6))).min(item.settled_on.unwrap_or(ago(-3))).max(earliest);
        if amount > 0 && item.settled_on.is_none_or(|day| on <= day) {
            let kind = if matches!(from, From::Payment(_)) { pick(row[4], &["payment", "payment", "payment", "discount", "write_off"]) } else { "payment" };
            book.allocations.push(Allocation { from, item: at, amount, kind, on, decision: pick(row[5], &[None, None, Some("D-A"), Some("D-B")]) });
        }
    }
}

/// Currency, first day, what is left, and whether it may be used at all.
fn credit(book: &Book, from: From) -> (usize, NaiveDate, i64, bool) {
    let used: i64 = book.allocations.iter().filter(|line| line.from == from).map(|line| line.amount).sum();
    match from {
        From::Payment(at) => {
            let payment = &book.payments[at];
            (payment.currency, payment.received_on, payment.amount - used, !payment.failed)
        }
        From::Note(at) => {
            let note = &book.items[at];
            (note.currency, note.issued_on, note.amount - used, note.settled_on.is_none() && note.stated.is_none())
        }
    }
}

/// An item that is not settled, where there is one: claims about it matter.
fn living(book: &Book, byte: u8) -> usize {
    let open: Vec<usize> = (0..book.items.len()).filter(|at| book.items[*at].settled_on.is_none() && !book.items[*at].is_credit()).collect();
    open.get(usize::from(byte) % open.len().max(1)).copied().unwrap_or(usize::from(byte) % book.items.len())
}

fn add_claims(book: &mut Book, promises: &Bytes, disputes: &Bytes, plans: &Bytes) {
    for row in promises {
        let customer = usize::from(row[0]) % book.customers.len();
        let own: Vec<usize> = (0..book.items.len()).filter(|at| book.items[*at].customer == customer).collect();
        let item = own.get(usize::from(row[1]) % own.len().max(1)).copied().filter(|_| row[2] < 170);
        let made_on = ago(i64::from(row[3] % 20));
        let due_on = made_on + Days::new(u64::from(row[4] % 20));
        let amount = item.filter(|_| row[5] > 170).map(|at| book.items[at].amount.div_euclid(2).max(1));
        book.promises.push(Promise { customer, item, amount, made_on, due_on, state: pick(row[6], &["open", "open", "open", "kept", "broken", "withdrawn"]) });
    }
    for row in disputes.iter().filter(|_| !book.items.is_empty()) {
        let item = living(book, row[0]);
        let amount = (row[1] > 100).then(|| (book.items[item].amount * i64::from(row[1]) / 255).max(1));
        book.disputes.push(Dispute { item, amount, opened_on: ago(i64::from(row[2] % 30) - 1), state: pick(row[3], &["open", "in_review", "open", "invalid", "closed"]) });
    }
    for row in plans.iter().filter(|_| !book.items.is_empty()) {
        let item = usize::from(row[0]) % book.items.len();
        let customer = book.items[item].customer;
        let items = (0..book.items.len()).filter(|at| book.items[*at].customer == customer && (*at == item || row[1] > 200)).collect();
        book.plans.push(Plan { customer, items, agreed_on: ago(i64::from(row[2] % 30) - 1), state: pick(row[3], &["active", "active", "broken", "offered"]) });
    }
}

fn add_messages(book: &mut Book, notices: &Bytes, news: &Bytes) {
    for row in notices {
        let customer = usize::from(row[0]) % book.customers.len();
        let own: Vec<usize> = (0..book.items.len()).filter(|at| book.items[*at].customer == customer).collect();
        let items = own.into_iter().filter(|at| (usize::from(row[1]) + at) % 2 == 0).collect();
        book.notices.push(Notice { customer, items, sent_on: ago(i64::from(row[2] % 60)), level: i64::from(row[3] % 4), state: pick(row[4], &["sent", "sent", "bounced", "void"]) });
    }
    for row in news {
        let (customer, on) = (usize::from(row[0]) % book.customers.len(), ago(i64::from(row[1] % 40)));
        let signal = row[2] > 128;
        book.news.push(News { customer, on, answered_on: (!signal && row[3] > 128).then(|| on + Days::new(u64::from(row[4] % 10))), severity: signal.then(|| i64::from(row[4] % 101)) });
    }
}
