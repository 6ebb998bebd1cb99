//! The world: books, facts, day and rules; and how one begins.

use crate::checks;
use crate::facts::{Customer, Facts, Item, Kind};
use crate::rules::{Bytes, Rules, day};
use crate::step::Step;
use ar_core::action::Mode;
use ar_core::money::minor_to_text;
use ar_core::table::{Cell, Table};
use ar_core::{Event, Ledger, Models, Policy};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// A customer at the beginning.
#[derive(Clone, Debug)]
pub struct CustomerRow {
    pub strategic: bool,
    pub consumer: bool,
    pub channels: Vec<&'static str>,
}

/// An item at the beginning. Days are counted from the first.
#[derive(Clone, Debug)]
pub struct ItemRow {
    pub customer: usize,
    pub yen: bool,
    pub amount: i64,
    pub due: i64,
    pub blocked: Option<i64>,
    pub note: bool,
    /// What may stand on one notice with it.
    pub group: u8,
}

/// How a world begins.
#[derive(Clone, Debug)]
pub struct Setup {
    pub rules: Rules,
    pub customers: Vec<CustomerRow>,
    pub items: Vec<ItemRow>,
}

impl Setup {
    /// How many bytes a world is made of at most.
    pub const BYTES: usize = 150;

    /// The world that bytes stand for: zeros make one customer with one item and the plainest rules.
    pub fn of(bytes: &[u8]) -> Self {
        let mut bytes = Bytes(bytes, 0);
        let customers: Vec<CustomerRow> = (0..=bytes.below(3))
            .map(|_| CustomerRow {
                strategic: bytes.once_in(5),
                consumer: bytes.once_in(6),
                channels: [vec![], vec!["email"], vec!["letter", "email"], vec!["portal"]][[0, 0, 1, 1, 2, 2, 2, 3][usize::from(bytes.byte() % 8)]].clone(),
            })
            .collect();
        let items = (0..=bytes.below(6))
            .map(|_| ItemRow {
                customer: usize::from(bytes.byte()) % customers.len(),
                yen: bytes.once_in(4),
                amount: 100 * (1 + bytes.below(250)) + bytes.below(90),
                due: bytes.below(60) - 40,
                blocked: bytes.once_in(9).then(|| bytes.below(30)),
                note: bytes.once_in(9),
                group: if bytes.once_in(3) { 1 + bytes.byte() % 2 } else { 0 },
            })
            .collect();
        Self { rules: Rules::of(&mut bytes), customers, items }
    }
}

/// A day that was run.
#[derive(Clone)]
pub(crate) struct LastRun {
    pub on: NaiveDate,
    pub killed: bool,
    /// How many events had happened.
    pub events: usize,
    pub decisions: Vec<(String, Mode)>,
}

/// What an identifier of a decision stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Meaning {
    pub action: &'static str,
    pub customer: Option<usize>,
    pub items: Vec<(usize, i64)>,
    pub amount: i64,
    pub level: u8,
}

/// A world.
#[derive(Clone)]
pub struct World {
    /// The rules.
    pub rules: Arc<Rules>,
    policies: Arc<[Policy; 2]>,
    /// The books, as the engine keeps them.
    pub ledger: Ledger,
    genesis: Ledger,
    /// What happened, as the host keeps it.
    pub facts: Facts,
    /// Today.
    pub today: NaiveDate,
    /// Whether the kill switch is on.
    pub killed: bool,
    /// The events that the books took.
    pub log: Vec<Event>,
    /// Events that the books refused.
    pub refused: usize,
    /// Digest of the books, and how many events they had then.
    kept: Option<(usize, String)>,
    /// What was asked in the last run.
    pub asks: Vec<String>,
    pub(crate) meanings: BTreeMap<String, Meaning>,
    pub(crate) last_run: Option<Arc<LastRun>>,
    /// Where it is counted: what was decided, done and skipped.
    pub tally: Option<BTreeMap<(&'static str, &'static str), u64>>,
}

/// What is known without a history.
static MODELS: LazyLock<Models> = LazyLock::new(|| Models::fit(&Ledger::try_new(&[]).unwrap_or_else(|error| panic!("{:?}", error.problems())), day(0)));

impl World {
    /// The world as it begins.
    pub fn new(setup: &Setup) -> Self {
        let mut facts = Facts::default();
        for row in &setup.customers {
            let (silent, stop_signal, hold, limit, terms_on) = (false, None, None, None, None);
            facts.customers.push(Customer { strategic: row.strategic, consumer: row.consumer, silent, blocked_until: None, channels: row.channels.clone(), stop_signal, hold, limit, terms_on });
        }
        for (at, row) in setup.items.iter().enumerate() {
            let kind = if row.note { Kind::Note } else { Kind::Invoice };
            let item = Item::issued(format!("INV-10{at}"), row.customer, row.yen, kind, row.amount, (day(row.due - 30), day(row.due)));
            facts.items.push(Item { blocked_until: row.blocked.map(day), group: row.group, ..item });
        }
        let tables = [customers(&facts), items(&facts)];
        let ledger = Ledger::try_new(&tables).unwrap_or_else(|error| panic!("{setup:?}: {:?}", error.problems()));
        let policies = Arc::new([setup.rules.policy(false), setup.rules.policy(true)]);
        Self {
            rules: Arc::new(setup.rules.clone()),
            policies,
            genesis: ledger.clone(),
            ledger,
            facts,
            today: day(0),
            killed: false,
            log: Vec::new(),
            refused: 0,
            kept: None,
            asks: Vec::new(),
            meanings: BTreeMap::new(),
            last_run: None,
            tally: None,
        }
    }

    /// The policy of the day.
    pub fn policy(&self) -> &Policy {
        &self.policies[usize::from(self.killed)]
    }

    /// What was learned: nothing.
    pub fn models(&self) -> &'static Models {
        &MODELS
    }

    /// One step, and all that must hold behind it.
    ///
    /// # Errors
    /// The name of the invariant that does not hold, and with what.
    pub fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Pass(days) => self.today = self.today + chrono::Days::new(days.unsigned_abs()),
            Step::Kill(on) => self.killed = *on,
            Step::Run(host) => self.run(host)?,
            event => self.happen(event)?,
        }
        checks::after_step(self)
    }

    /// What must hold at the end of all steps: the log tells the books.
    ///
    /// # Errors
    /// As [`World::step`].
    pub fn finish(&self) -> Result<(), String> {
        checks::at_the_end(self, &self.genesis, self.kept.as_ref())
    }

    /// Keeps what the books are now, to be compared with a replay of as many events.
    pub fn keep(&mut self) {
        self.kept = Some((self.log.len(), self.ledger.digest()));
    }
}

impl World {
    /// Counts, where it is counted.
    pub(crate) fn count(&mut self, what: &'static str, name: &'static str) {
        if let Some(tally) = &mut self.tally {
            *tally.entry((what, name)).or_insert(0) += 1;
        }
    }
}

type Row = Vec<(String, Cell)>;

fn row(cells: impl IntoIterator<Item = (&'static str, Option<Cell>)>) -> Row {
    cells.into_iter().map(|(name, cell)| (name.to_string(), cell.unwrap_or(Cell::Null))).collect()
}

fn customers(facts: &Facts) -> Table<'static> {
    let text = |text: &str| Some(Cell::Text(text.into()));
    let of = |(at, customer): (usize, &Customer)| {
        let channels = Cell::List(customer.channels.iter().map(|channel| (*channel).into()).collect());
        let flags = [("strategic", Some(Cell::Bool(customer.strategic))), ("consumer", Some(Cell::Bool(customer.consumer)))];
        row([("customer_id", text(&format!("C{at}"))), ("name", text(&format!("House of {}", ["Alder", "Birch", "Cedar"][at % 3]))), ("channels", Some(channels))].into_iter().chain(flags))
    };
    Table::from_rows("customers", facts.customers.iter().enumerate().map(of))
}

fn items(facts: &Facts) -> Table<'static> {
    let text = |text: &str| Some(Cell::Text(text.into()));
    let of = |item: &Item| {
        row([
            ("item_id", text(&item.id)),
            ("customer_id", text(&format!("C{}", item.customer))),
            ("kind", text(item.kind.name())),
            ("currency", text(item.currency())),
            ("amount", text(&minor_to_text(item.amount, item.exponent()))),
            ("issued_on", text(&item.issued_on.to_string())),
            ("due_on", text(&item.due_on.to_string())),
            ("notice_group", text(["", "north", "south"][usize::from(item.group % 3)])),
            ("blocked_until", item.blocked_until.and_then(|until| text(&until.to_string()))),
        ])
    };
    Table::from_rows("items", facts.items.iter().map(of))
}
