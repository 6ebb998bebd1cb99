//! The world: books and facts side by side. Whatever the facts say can happen is told to the books, and must be taken; what they
//! say cannot is tried every night, and must be refused.

use crate::facts::{Customer, Facts, Item, Kind, Manner};
use crate::host::Task;
use crate::rules::{CURRENCIES, ahead, first_day};
use ar_core::event::What;
use ar_core::money::minor_to_text;
use ar_core::table::{Cell, Table};
use ar_core::{Event, Ledger, Models};
use ar_world::Random;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// Something that will happen on a day.
pub enum Due {
    /// A customer means to pay an item.
    Pay(usize),
    /// A customer pays so much of items.
    PayPart(Vec<usize>, i64),
    /// A direct debit comes back.
    Fail(usize),
    /// One that failed is collected again.
    Debit(usize),
    /// The desk places a payment that nobody placed.
    PostByHand(usize),
    /// A dispute is decided, and closed.
    Decide(usize),
    Close(usize),
    /// A credit under a number of the host's own.
    CreditByHand(usize),
    /// A promise is taken back.
    Withdraw(usize),
    /// The customer answers the offer of a plan.
    Agree(usize),
    /// A notice comes back: its number, and to whom it went.
    Bounce(usize, usize),
    /// What was decided is done late.
    Late(Box<Task>),
    /// A person says late what it thinks of a decision.
    Verdict(String, bool),
    /// A message of a customer is answered without a decision.
    Answer(usize),
    /// What was written off is owed again.
    UndoWriteOff(usize),
}

/// What a report said on a day, to be asked again in a replay.
pub struct Sample {
    pub on: NaiveDate,
    pub killed: bool,
    /// How many events there were before it.
    pub events: usize,
    pub models: usize,
    pub json: String,
}

/// A notice on amounts that changed: where they are not back by the night, the books must refuse it.
pub struct Void {
    pub what: What,
    pub id: String,
    pub items: Vec<usize>,
    pub amounts: Vec<(i64, i64)>,
}

/// Counts of what happened.
#[derive(Default)]
pub struct Counted {
    pub runs: usize,
    pub outcomes: usize,
    pub refused: usize,
    pub statements: usize,
    pub decisions: BTreeMap<(&'static str, &'static str), usize>,
    pub events: BTreeMap<String, usize>,
    pub messages: usize,
    pub skipped: BTreeMap<&'static str, usize>,
    pub run_seconds: f64,
    pub slowest_run: f64,
    pub fit_seconds: f64,
    pub check_seconds: f64,
    pub apply_seconds: f64,
}

/// The world.
pub struct World {
    pub ledger: Ledger,
    /// The tables that the books began with, and the same with their rows in the opposite order.
    pub genesis: [Vec<Table<'static>>; 2],
    pub facts: Facts,
    pub random: Random,
    pub today: NaiveDate,
    pub killed: bool,
    pub agenda: BTreeMap<NaiveDate, Vec<Due>>,
    /// Events of which the books have not heard yet.
    pub batch: Vec<Event>,
    pub log: Vec<Event>,
    /// Of each day: how many events there are at its end, and the digest of the books.
    pub nights: Vec<(NaiveDate, usize, String)>,
    pub samples: Vec<Sample>,
    pub models: Vec<Models>,
    /// Events that must be refused tonight.
    pub wrong: Vec<Event>,
    pub void: Vec<Void>,
    /// What the identifiers of decisions stand for.
    pub meanings: HashMap<String, u64>,
    pub counted: Counted,
}

/// Habits of every kind, as often as they are.
const MANNERS: [Manner; 12] = [
    Manner::Prompt,
    Manner::Prompt,
    Manner::Prompt,
    Manner::Late(9),
    Manner::Late(20),
    Manner::Late(4),
    Manner::Forgetful,
    Manner::Forgetful,
    Manner::Worse,
    Manner::Distressed,
    Manner::Debited,
    Manner::Debited,
];

fn customer(random: &mut Random, at: usize) -> Customer {
    let usual = random.one_of(&[9_000, 9_000, 30_000, 30_000, 30_000, 120_000, 120_000, 600_000]);
    let segment = if usual >= 600_000 {
        "large"
    } else if usual >= 120_000 {
        "medium"
    } else {
        "small"
    };
    Customer {
        id: format!("C{at:05}"),
        name: format!("{}{} {} GmbH", random.one_of(&["Alder", "Birke", "Dorn", "Falk", "Hafen", "Linden"]), random.one_of(&["bau", "glas", "holz", "metall", "papier", "werk"]), at + 1),
        account: format!("DE{:02}{:018}", 10 + at % 89, 7_919 * (at as u64 + 11)),
        segment,
        manner: random.one_of(&MANNERS),
        currencies: random.one_of(&[&[0][..], &[0], &[0], &[1], &[0, 1]]).to_vec(),
        usual,
        terms: random.one_of(&[14, 30, 30, 45]),
        strategic: segment == "large" && random.chance(300),
        consumer: segment == "small" && random.chance(150),
        channels: random.one_of(&[&["email", "letter"][..], &["email", "letter"], &["letter"], &["email"], &[], &["portal"]]).to_vec(),
        parent: (at > 10 && random.chance(60)).then_some(at % 10),
        limit: random.chance(600).then(|| usual * random.range(2, 12)),
        silent: random.chance(10),
        blocked_until: None,
        stop_signal: None,
        on_credit_hold: false,
        items: Vec::new(),
        payments: Vec::new(),
        promises: Vec::new(),
        notices: Vec::new(),
        contacts: Vec::new(),
        replies: Vec::new(),
    }
}

impl World {
    /// A book as it begins: customers, and what they owe already.
    pub fn new(customers: usize, seed: u64) -> Self {
        let (mut random, mut facts, mut agenda) = (Random(seed.wrapping_mul(0xD134_2543_DE82_EF95)), Facts::default(), BTreeMap::new());
        for at in 0..customers {
            let row = customer(&mut random, at);
            let (currency, usual) = (row.currencies[0], row.usual);
            facts.customers.push(row);
            for _ in 0..random.range(0, 3) {
                let due_on = ahead(first_day(), random.range(-45, 29));
                let id = format!("RE{:07}", 1_000_000 + facts.items.len());
                let amount = usual * random.range(30, 250) / 100 + random.range(0, 99);
                let item = facts.add_item(Item::issued(id, (at, currency), Kind::Invoice, amount, (ahead(due_on, -30), due_on)));
                let pays_on = ahead(due_on.max(first_day()), random.range(1, 50));
                agenda.entry(pays_on).or_insert_with(Vec::new).push(Due::Pay(item));
            }
        }
        let genesis = [false, true].map(|turned| vec![customers_table(&facts, turned), items_table(&facts, turned)]);
        let ledger = Ledger::try_new(&genesis[0]).unwrap_or_else(|error| panic!("the tables: {:?}", error.problems()));
        let models = vec![Models::fit(&ledger, first_day())];
        Self {
            ledger,
            genesis,
            facts,
            random,
            today: first_day(),
            killed: false,
            agenda,
            batch: Vec::new(),
            log: Vec::new(),
            nights: Vec::new(),
            samples: Vec::new(),
            models,
            wrong: Vec::new(),
            void: Vec::new(),
            meanings: HashMap::new(),
            counted: Counted::default(),
        }
    }

    /// Something will happen in so many days.
    pub fn later(&mut self, least: i64, most: i64, due: Due) {
        let on = ahead(self.today, self.random.range(least, most));
        self.agenda.entry(on).or_default().push(due);
    }

    fn event(&self, what: What, decision_id: Option<String>) -> Event {
        Event { on: self.today, decision_id, by: Some("Ms Desk".into()), what }
    }

    /// Something happened: the books will hear of it, and must take it.
    pub fn tell(&mut self, what: What, decision_id: Option<String>) {
        let event = self.event(what, decision_id);
        self.facts.done.extend(event.reports().map(String::from));
        self.batch.push(event);
    }

    /// The same is reported a second time, which changes nothing.
    pub fn tell_again(&mut self) {
        let last = self.batch.last().filter(|event| event.reports().is_some()).cloned();
        self.batch.extend(last);
    }

    /// Something that cannot happen, for tonight.
    pub fn cannot(&mut self, what: What) {
        let event = self.event(what, None);
        self.wrong.push(event);
    }

    /// Gives the books what happened; they must take all of it.
    ///
    /// # Errors
    /// What they refuse.
    pub fn flush(&mut self) -> Result<(), String> {
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return Ok(());
        }
        let started = std::time::Instant::now();
        if let Err(error) = self.ledger.apply(&batch) {
            let first = error.problems().first();
            let event = first.and_then(|problem| problem.row).and_then(|row| batch.get(row as usize));
            return Err(format!("the machines: {} of {} events are refused, {first:?}: {event:?}", error.total(), batch.len()));
        }
        self.counted.apply_seconds += started.elapsed().as_secs_f64();
        for event in &batch {
            let name: String = format!("{:?}", event.what).chars().take_while(char::is_ascii_alphabetic).collect();
            *self.counted.events.entry(name).or_insert(0) += 1;
        }
        self.log.extend(batch);
        Ok(())
    }

    /// Tries what cannot be: the books must refuse each of it, and stay what they are.
    ///
    /// # Errors
    /// What they take.
    pub fn flush_wrong(&mut self) -> Result<(), String> {
        for void in std::mem::take(&mut self.void) {
            if void.items.iter().zip(&void.amounts).any(|(at, amounts)| (self.facts.items[*at].open, self.facts.disputed(*at)) != *amounts) {
                let event = self.event(void.what, Some(void.id));
                self.wrong.push(event);
            }
        }
        if let Some(closed) = self.ledger.closed_on() {
            self.wrong.push(Event { on: ahead(closed, -1), decision_id: None, by: None, what: What::DayClosed {} });
        }
        self.wrong.push(Event { on: self.today, decision_id: Some("D-000000000000000000000000".into()), by: None, what: What::DecisionApproved { action: None, segment: None } });
        let wrong = std::mem::take(&mut self.wrong);
        let before: *const ar_core::Books = &raw const *self.ledger;
        for part in wrong.chunks(30) {
            let refused: Vec<u64> = self.ledger.apply(part).err().iter().flat_map(|error| error.problems()).filter_map(|problem| problem.row).collect();
            let taken = part.iter().zip(0..).find(|(_, row)| !refused.contains(row));
            if let Some((event, _)) = taken {
                return Err(format!("the machines: an event is taken that cannot be: {event:?}"));
            }
            self.counted.refused += part.len();
        }
        if std::ptr::eq(before, &raw const *self.ledger) { Ok(()) } else { Err("the machines: what is refused changes the books".into()) }
    }

    /// An amount as the events have it.
    pub fn money(amount: i64) -> String {
        minor_to_text(amount, 2)
    }
}

type Row = Vec<(String, Cell)>;

fn row<const N: usize>(cells: [(&str, Cell); N]) -> Row {
    cells.into_iter().map(|(name, cell)| (name.into(), cell)).collect()
}

fn text(value: &str) -> Cell {
    Cell::Text(value.into())
}

fn in_order(mut rows: Vec<Row>, turned: bool) -> Vec<Row> {
    if turned {
        rows.reverse();
    }
    rows
}

fn customers_table(facts: &Facts, turned: bool) -> Table<'static> {
    let of = |customer: &Customer| {
        row([
            ("customer_id", text(&customer.id)),
            ("name", text(&customer.name)),
            ("bank_accounts", Cell::List(vec![customer.account.clone()])),
            ("segment", text(customer.segment)),
            ("strategic", Cell::Bool(customer.strategic)),
            ("consumer", Cell::Bool(customer.consumer)),
            ("do_not_contact", Cell::Bool(customer.silent)),
            ("channels", Cell::List(customer.channels.iter().map(|channel| (*channel).into()).collect())),
            ("currency", text(CURRENCIES[customer.currencies[0]])),
            ("parent_id", customer.parent.map_or(Cell::Null, |at| text(&facts.customers[at].id))),
            ("credit_limit", customer.limit.map_or(Cell::Null, |limit| text(&World::money(limit)))),
            ("country", text("DE")),
            ("time_zone", text("Europe/Berlin")),
        ])
    };
    Table::from_rows("customers", in_order(facts.customers.iter().map(of).collect(), turned))
}

fn items_table(facts: &Facts, turned: bool) -> Table<'static> {
    let of = |item: &Item| {
        row([
            ("item_id", text(&item.id)),
            ("customer_id", text(&facts.customers[item.customer].id)),
            ("kind", text(item.kind.name())),
            ("currency", text(CURRENCIES[item.currency])),
            ("amount", text(&World::money(item.amount))),
            ("issued_on", Cell::Date(item.issued_on)),
            ("due_on", Cell::Date(item.due_on)),
        ])
    };
    Table::from_rows("items", in_order(facts.items.iter().map(of).collect(), turned))
}
