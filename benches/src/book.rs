//! Books of open items and the payments against them, with what each payment really pays.

use crate::{Dice, Model, days, lists, numbers, texts};
use ar_core::table::{Column, Table};
use ar_core::{Error, Ledger};
use chrono::NaiveDate;

/// The day on which everything is paid.
pub fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default()
}

/// Days over which the open items were issued; due 30 days later.
const OPEN_DAYS: i64 = 90;
/// Days before that over which the settled items were issued.
const SETTLED_DAYS: i64 = 180;

/// An item as it is made.
pub struct Row {
    pub owner: u32,
    pub amount: i64,
    pub issued: i32,
    pub settled: Option<i32>,
    /// Two per cent within 14 days.
    pub discount: bool,
}

impl Row {
    pub fn due(&self) -> i32 {
        self.issued + 30
    }

    /// What is paid by who takes the discount, if that is still allowed.
    fn discounted(&self, today: i32) -> Option<i64> {
        (self.discount && self.issued + 14 >= today).then(|| self.amount - (self.amount * 2 + 50) / 100)
    }
}

/// How a payment comes about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One to ten items, named in the text, and their sum.
    Listed,
    /// The same less a bank fee, the discount, or a part of the last item.
    Difference,
    /// One item without a text.
    One,
    /// The oldest, two to thirty, without a text.
    Oldest,
    /// Five items at random, without a text.
    Five,
    /// About 100,000.00 that nobody's habits explain.
    Nothing,
}

impl Kind {
    pub const ALL: [Self; 6] = [Self::Listed, Self::Difference, Self::One, Self::Oldest, Self::Five, Self::Nothing];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Difference => "difference",
            Self::One => "one",
            Self::Oldest => "oldest",
            Self::Five => "five",
            Self::Nothing => "nothing",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A payment and its truth.
pub struct Paid {
    pub owner: u32,
    pub amount: i64,
    pub text: String,
    /// Rows that are paid, ascending.
    pub items: Vec<u32>,
}

/// Rows in the order in which they were issued; the number of a row is the number of the invoice.
pub struct Book {
    pub customers: usize,
    pub rows: Vec<Row>,
    pub payments: Vec<Paid>,
    pub today: i32,
}

pub fn reference(row: u32) -> String {
    format!("RE-26-{row:07}")
}

impl Book {
    /// `open` items that are open and `settled` that are not; `owner` says whose each is.
    pub fn new(dice: &mut Dice, model: Model, customers: usize, open: usize, settled: usize, mut owner: impl FnMut(&mut Dice, usize) -> u32) -> Self {
        let today = ar_core::calendar::days_since_epoch(as_of());
        let mut rows = Vec::with_capacity(open + settled);
        for at in 0..settled {
            let owner = owner(dice, at);
            let issued = today - (OPEN_DAYS + SETTLED_DAYS - SETTLED_DAYS * at as i64 / settled as i64) as i32;
            // Each customer pays once a week, a fixed number of days late.
            let late = owner as i32 * 7 % 20;
            let run = issued + 30 + late;
            let on = (run + (owner as i32 - run).rem_euclid(7)).min(today - 1);
            rows.push(Row { owner, amount: model(dice), issued, settled: Some(on), discount: owner.is_multiple_of(2) });
        }
        for at in 0..open {
            let owner = owner(dice, at);
            let issued = today - (OPEN_DAYS - (OPEN_DAYS - 1) * at as i64 / open as i64) as i32;
            rows.push(Row { owner, amount: model(dice), issued, settled: None, discount: owner.is_multiple_of(2) });
        }
        Self { customers, rows, payments: Vec::new(), today }
    }

    /// The open rows of each customer, oldest first.
    pub fn open(&self) -> Vec<Vec<u32>> {
        let mut open = vec![Vec::new(); self.customers];
        for (at, row) in (0u32..).zip(&self.rows).filter(|(_, row)| row.settled.is_none()) {
            open[row.owner as usize].push(at);
        }
        open
    }

    /// A payment of this kind by the owner of these open rows.
    pub fn pay(&self, dice: &mut Dice, kind: Kind, own: &[u32]) -> Option<Paid> {
        let owner = self.rows.get(*own.first()? as usize)?.owner;
        let few = 1 + dice.below(own.len().min(10) as u64) as usize;
        let items = match kind {
            Kind::Listed | Kind::Difference => some(dice, own, few),
            Kind::One => some(dice, own, 1),
            Kind::Oldest => own.iter().copied().take(2 + dice.below(29.min(own.len() as u64 - 1)) as usize).collect(),
            Kind::Five => some(dice, own, 5),
            Kind::Nothing => Vec::new(),
        };
        let amounts = |items: &[u32]| items.iter().map(|at| self.rows[*at as usize].amount).sum::<i64>();
        let amount = match kind {
            Kind::Nothing => 10_000_000 + dice.below(500_000) as i64,
            Kind::Difference => self.differing(dice, &items, amounts(&items)),
            _ => amounts(&items),
        };
        let text = if matches!(kind, Kind::Listed | Kind::Difference) { said(dice, &items) } else { String::new() };
        Some(Paid { owner, amount, text, items })
    }

    fn differing(&self, dice: &mut Dice, items: &[u32], sum: i64) -> i64 {
        let last = self.rows[items[items.len() - 1] as usize].amount;
        let fee = sum - [500, 1_000, 1_250, 1_500, 2_500][dice.below(5) as usize].min(sum / 10 + 1);
        let discounted: i64 = items.iter().map(|at| &self.rows[*at as usize]).map(|row| row.discounted(self.today).unwrap_or(row.amount)).sum();
        match dice.below(3) {
            0 => sum - last * (10 + dice.below(40) as i64) / 100,
            1 if discounted < sum => discounted,
            _ => fee,
        }
    }

    pub fn ledger(&self) -> Result<Ledger, Error> {
        let customer = |at: usize| format!("C{at:06}");
        let name = |at: usize| format!("{} {at} Handels GmbH", ["Adler", "Birke", "Castell", "Dorn", "Eiche", "Falk", "Gruber"][at % 7]);
        let account = |at: usize| format!("DE{:020}", at as u64 * 7_919 + 17);
        let rows = || self.rows.iter();
        let items = Table::new(
            "items",
            vec![
                Column::new("item_id", texts((0..self.rows.len()).map(|at| format!("I{at:08}")))),
                Column::new("customer_id", texts(rows().map(|row| customer(row.owner as usize)))),
                Column::new("currency", texts(rows().map(|_| "EUR".into()))),
                Column::new("amount_minor", numbers(rows().map(|row| row.amount))),
                Column::new("issued_on", days(rows().map(|row| row.issued))),
                Column::new("due_on", days(rows().map(Row::due))),
                Column::nullable("settled_on", rows().map(|row| row.settled.is_some()).collect(), days(rows().map(|row| row.settled.unwrap_or(0)))),
                Column::new("reference", texts((0..self.rows.len() as u32).map(reference))),
                Column::nullable("discount_percent", rows().map(|row| row.discount).collect(), numbers(rows().map(|_| 2))),
                Column::nullable("discount_until", rows().map(|row| row.discount).collect(), days(rows().map(|row| row.issued + 14))),
            ],
        );
        let customers = Table::new(
            "customers",
            vec![
                Column::new("customer_id", texts((0..self.customers).map(customer))),
                Column::new("name", texts((0..self.customers).map(name))),
                Column::new("bank_accounts", lists((0..self.customers).map(account))),
            ],
        );
        let paid = || self.payments.iter();
        let payments = Table::new(
            "payments",
            vec![
                Column::new("payment_id", texts((0..self.payments.len()).map(|at| format!("P{at:08}")))),
                Column::new("currency", texts(paid().map(|_| "EUR".into()))),
                Column::new("amount_minor", numbers(paid().map(|paid| paid.amount))),
                Column::new("received_on", days(paid().map(|_| self.today))),
                Column::new("payer_name", texts(paid().map(|paid| name(paid.owner as usize)))),
                Column::new("payer_account", texts(paid().map(|paid| account(paid.owner as usize)))),
                Column::new("text", texts(paid().map(|paid| paid.text.clone()))),
            ],
        );
        Ledger::try_new(&[items, customers, payments])
    }
}

/// So many different ones, ascending.
fn some(dice: &mut Dice, own: &[u32], most: usize) -> Vec<u32> {
    let mut chosen = std::collections::BTreeSet::new();
    while chosen.len() < most.min(own.len()) {
        chosen.insert(own[dice.below(own.len() as u64) as usize]);
    }
    chosen.into_iter().collect()
}

/// What payers write: mostly the whole reference, some only the number.
fn said(dice: &mut Dice, items: &[u32]) -> String {
    let short = dice.below(4) == 0;
    let names: Vec<String> = items.iter().map(|at| if short { format!("{at:07}") } else { reference(*at) }).collect();
    format!("{} {}", ["INVOICE", "RECHNUNG NR", "Rg.", "PAYMENT OF"][dice.below(4) as usize], names.join([" ", ", ", "/", " + "][dice.below(4) as usize]))
}
