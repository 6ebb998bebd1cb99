//! What happened, as a host would keep it by itself: plain rows, nothing of the engine's. What is owed, promised, disputed or
//! agreed on a day is worked out from them here, in the words of the rules and not of the code.

use crate::rules::{HORIZON, SIGNAL_DAYS, ahead, days, in_time_until};
pub use ar_world::Kind;
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// How a customer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Prompt,
    /// Always about so many days late.
    Late(i64),
    /// Now and then forgets.
    Forgetful,
    /// Later and later.
    Worse,
    /// Pays little, late or never.
    Distressed,
    /// We collect by direct debit.
    Debited,
}

/// Who owes.
#[derive(Clone, Debug)]
pub struct Customer {
    pub id: String,
    pub name: String,
    pub account: String,
    pub segment: &'static str,
    pub manner: Manner,
    pub currencies: Vec<usize>,
    pub usual: i64,
    pub terms: i64,
    pub strategic: bool,
    pub consumer: bool,
    pub channels: Vec<&'static str>,
    pub parent: Option<usize>,
    pub limit: Option<i64>,
    pub silent: bool,
    pub blocked_until: Option<NaiveDate>,
    pub stop_signal: Option<NaiveDate>,
    pub on_credit_hold: bool,
    pub items: Vec<usize>,
    pub payments: Vec<usize>,
    pub promises: Vec<usize>,
    pub notices: Vec<usize>,
    pub contacts: Vec<(NaiveDate, Said)>,
    /// Messages: day, and whether it was answered.
    pub replies: Vec<(NaiveDate, bool)>,
}

/// A contact of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Message,
    Call,
    Missed,
    Owner,
    Remittance,
}

/// What a posting took its money from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A payment, and whether cash was used (a discount beside it uses none).
    Cash(usize, bool),
    Note(usize),
    /// It was kept back: an item of its own.
    Kept,
    GivenUp,
}

/// A posting on an item.
#[derive(Clone, Debug)]
pub struct Posting {
    pub on: NaiveDate,
    pub amount: i64,
    pub source: Source,
}

/// An item, and what was said about it.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: String,
    pub customer: usize,
    pub currency: usize,
    pub kind: Kind,
    pub amount: i64,
    pub open: i64,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub postings: Vec<Posting>,
    pub blocked_until: Option<NaiveDate>,
    pub level: u8,
    pub last_notice_on: Option<NaiveDate>,
    pub notices: i64,
    pub handed_over: bool,
    pub disputes: Vec<usize>,
    pub promises: Vec<usize>,
    pub plans: Vec<usize>,
    /// Money for it is under way or on a desk.
    pub under_way: bool,
}

/// Money that came in.
#[derive(Clone, Debug)]
pub struct Payment {
    pub id: String,
    pub customer: Option<usize>,
    pub currency: usize,
    pub amount: i64,
    pub used: i64,
    pub on: NaiveDate,
    pub failed: bool,
    pub debit: bool,
    /// What the payer meant it for.
    pub meant: Vec<usize>,
    /// A deduction came of it.
    pub short: bool,
}

/// A claim about an item.
#[derive(Clone, Debug)]
pub struct Dispute {
    pub id: String,
    pub item: usize,
    pub amount: i64,
    pub opened_on: NaiveDate,
    pub routed: bool,
    /// The day it was decided, and how much of it was found valid, where that was said.
    pub decided: Option<(NaiveDate, Option<i64>)>,
    pub closed: bool,
}

/// A promise; without an item of the whole account.
#[derive(Clone, Debug)]
pub struct Promise {
    pub id: String,
    pub item: Option<usize>,
    pub made_on: NaiveDate,
    pub due_on: NaiveDate,
    pub over: bool,
}

/// A plan of instalments.
#[derive(Clone, Debug)]
pub struct Plan {
    pub id: String,
    pub items: Vec<usize>,
    pub parts: Vec<(NaiveDate, i64)>,
    pub agreed_on: Option<NaiveDate>,
    pub over: bool,
}

/// A notice that went out: its items with their levels before.
#[derive(Clone, Debug)]
pub struct Notice {
    pub id: String,
    pub items: Vec<(usize, u8)>,
    pub on: NaiveDate,
    pub channel: String,
    pub bounced: bool,
}

/// Everything that happened.
#[derive(Default)]
pub struct Facts {
    pub customers: Vec<Customer>,
    pub items: Vec<Item>,
    pub payments: Vec<Payment>,
    pub disputes: Vec<Dispute>,
    pub promises: Vec<Promise>,
    pub plans: Vec<Plan>,
    pub notices: Vec<Notice>,
    pub verdicts: HashMap<String, bool>,
    pub done: HashSet<String>,
    pub item_of: HashMap<String, usize>,
    pub payment_of: HashMap<String, usize>,
    pub dispute_of: HashMap<String, usize>,
}

impl Item {
    /// An item of which nothing was said or paid.
    pub fn issued(id: String, (customer, currency): (usize, usize), kind: Kind, amount: i64, (issued_on, due_on): (NaiveDate, NaiveDate)) -> Self {
        let (postings, disputes, promises, plans) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (blocked_until, last_notice_on, level, notices, handed_over, under_way) = (None, None, 0, 0, false, false);
        Self { id, customer, currency, kind, amount, open: amount, issued_on, due_on, postings, blocked_until, level, last_notice_on, notices, handed_over, disputes, promises, plans, under_way }
    }

    /// Whether it lowers what is owed.
    pub fn is_credit(&self) -> bool {
        self.kind == Kind::Note
    }

    /// What was written off.
    pub fn given_up(&self) -> i64 {
        self.postings.iter().filter(|row| row.source == Source::GivenUp).map(|row| row.amount).sum()
    }
}

impl Payment {
    /// What is left of it.
    pub fn left(&self) -> i64 {
        if self.failed { 0 } else { self.amount - self.used }
    }
}

impl Facts {
    /// An item enters.
    pub fn add_item(&mut self, item: Item) -> usize {
        let at = self.items.len();
        self.item_of.insert(item.id.clone(), at);
        self.customers[item.customer].items.push(at);
        self.items.push(item);
        at
    }

    /// A posting enters.
    pub fn post(&mut self, at: usize, on: NaiveDate, amount: i64, source: Source) {
        self.items[at].postings.push(Posting { on, amount, source });
        self.items[at].open -= amount;
        self.lower(source, amount);
    }

    fn lower(&mut self, source: Source, amount: i64) {
        match source {
            Source::Cash(payment, true) => self.payments[payment].used += amount,
            Source::Note(note) => self.items[note].open -= amount,
            _ => {}
        }
    }

    /// Takes the postings of a kind off an item.
    pub fn unpost(&mut self, at: usize, goes: impl Fn(Source) -> bool) {
        let all = std::mem::take(&mut self.items[at].postings);
        let (gone, left): (Vec<Posting>, Vec<Posting>) = all.into_iter().partition(|row| goes(row.source));
        self.items[at].postings = left;
        for row in gone {
            self.items[at].open += row.amount;
            self.lower(row.source, -row.amount);
        }
    }

    /// How much of an item is under a dispute that nobody has decided.
    pub fn disputed(&self, at: usize) -> i64 {
        self.items[at].disputes.iter().map(|at| &self.disputes[*at]).filter(|row| row.decided.is_none()).map(|row| row.amount).sum()
    }

    /// The day on which a dispute of the item was last decided against the customer, in full or in part.
    pub fn lost_dispute_on(&self, at: usize) -> Option<NaiveDate> {
        let lost = |row: &&Dispute| row.decided.is_some_and(|(_, valid)| valid.is_some_and(|valid| valid < row.amount));
        self.items[at].disputes.iter().map(|at| &self.disputes[*at]).filter(lost).filter_map(|row| row.decided.map(|(on, _)| on)).max()
    }

    /// Whether an open promise covers an item on a day, its tolerance included, and not beyond the horizon.
    pub fn promised(&self, at: usize, on: NaiveDate) -> bool {
        let item = &self.items[at];
        let account = self.customers[item.customer].promises.iter().map(|at| &self.promises[*at]).filter(|row| row.item.is_none() && item.issued_on <= row.made_on);
        let holds = |row: &Promise| {
            let ends = if days(row.made_on, row.due_on) > HORIZON { ahead(row.made_on, HORIZON) } else { in_time_until(row.due_on) };
            !row.over && row.made_on <= on && on <= ends
        };
        item.promises.iter().map(|at| &self.promises[*at]).chain(account).any(holds)
    }

    /// Whether a plan covers an item on a day: agreed, not paid, and no instalment missed. `mercy`: with the tolerance of promises.
    pub fn planned(&self, at: usize, on: NaiveDate, mercy: bool) -> bool {
        self.items[at].plans.iter().any(|plan| self.plan_runs(&self.plans[*plan], on, mercy))
    }

    fn plan_runs(&self, plan: &Plan, on: NaiveDate, mercy: bool) -> bool {
        let Some(agreed_on) = plan.agreed_on.filter(|agreed_on| *agreed_on <= on && !plan.over) else { return false };
        let came = |until: NaiveDate| {
            let money = |row: &&Posting| matches!(row.source, Source::Cash(..) | Source::Note(_)) && agreed_on <= row.on && row.on <= until;
            plan.items.iter().flat_map(|at| &self.items[*at].postings).filter(money).map(|row| row.amount).sum::<i64>()
        };
        let mut owed = 0;
        for (due_on, amount) in &plan.parts {
            owed += amount;
            let until = if mercy { in_time_until(*due_on) } else { *due_on };
            if until < on && came(until) < owed {
                return false;
            }
        }
        came(on) < owed
    }

    /// Whether nothing may be sent to a customer on a day.
    pub fn silent(&self, customer: usize, on: NaiveDate) -> bool {
        let row = &self.customers[customer];
        row.silent || self.stopped(customer, on) || row.blocked_until.is_some_and(|until| on < until)
    }

    /// Whether bad news stops everything.
    pub fn stopped(&self, customer: usize, on: NaiveDate) -> bool {
        self.customers[customer].stop_signal.is_some_and(|since| days(since, on) <= SIGNAL_DAYS)
    }

    /// Contacts with a customer, those inside the house left out.
    pub fn contacts_with(&self, customer: usize) -> impl Iterator<Item = (NaiveDate, Said)> {
        self.customers[customer].contacts.iter().filter(|row| row.1 != Said::Owner).copied()
    }

    /// What a notice moves once it went out.
    pub fn sent(&mut self, id: String, customer: usize, items: &[(usize, u8)], (on, channel): (NaiveDate, &str)) {
        let mut before = Vec::new();
        for (at, level) in items {
            let item = &mut self.items[*at];
            before.push((*at, item.level));
            item.level = item.level.max(*level);
            item.last_notice_on = Some(on);
            item.notices += 1;
        }
        self.customers[customer].notices.push(self.notices.len());
        self.customers[customer].contacts.push((on, Said::Message));
        self.notices.push(Notice { id, items: before, on, channel: channel.into(), bounced: false });
    }

    /// A notice came back: its items are where they were before it, unless another was delivered behind it.
    pub fn bounced(&mut self, at: usize, customer: usize) {
        if std::mem::replace(&mut self.notices[at].bounced, true) {
            return;
        }
        for (item, before) in self.notices[at].items.clone() {
            let later = self.customers[customer].notices.iter().filter(|other| **other > at).any(|other| !self.notices[*other].bounced && self.notices[*other].items.iter().any(|row| row.0 == item));
            let row = &mut self.items[item];
            row.level = if later { row.level } else { row.level.min(before) };
        }
    }

    /// What a customer owes in a currency, less its credits.
    pub fn balance(&self, customer: usize, currency: usize) -> i64 {
        let row = &self.customers[customer];
        let items = row.items.iter().map(|at| &self.items[*at]).filter(|item| item.currency == currency).map(|item| if item.is_credit() { -item.open } else { item.open });
        let cash = row.payments.iter().map(|at| &self.payments[*at]).filter(|payment| payment.currency == currency).map(|payment| -payment.left());
        items.sum::<i64>() + cash.sum::<i64>()
    }
}
