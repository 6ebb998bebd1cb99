//! What happened, as a host would keep it by itself: plain rows, nothing of the engine's. What is owed, promised, disputed or
//! agreed on a day is worked out from them here, in the words of the rules and not of the code.

use crate::rules::{Rules, days};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Who owes.
#[derive(Clone, Debug, Hash)]
pub struct Customer {
    pub strategic: bool,
    pub consumer: bool,
    pub silent: bool,
    pub blocked_until: Option<NaiveDate>,
    pub channels: Vec<&'static str>,
    pub stop_signal: Option<NaiveDate>,
    /// The hold of its credit, and why.
    pub hold: Option<&'static str>,
    /// Its credit limit, and whether it is in yen.
    pub limit: Option<(i64, bool)>,
    /// The day on which its days to pay were last changed.
    pub terms_on: Option<NaiveDate>,
}

/// What a posting took its money from.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub enum Source {
    /// A payment, and whether cash was used (a discount beside it uses none).
    Cash(usize, bool),
    /// A credit note.
    Note(usize),
    /// It was kept back: an item of its own.
    Kept(usize),
    /// We gave it up.
    GivenUp,
}

/// A posting on an item.
#[derive(Clone, Debug, Hash)]
pub struct Posting {
    /// Day.
    pub on: NaiveDate,
    /// Minor units.
    pub amount: i64,
    /// From what.
    pub source: Source,
    /// The decision that it was reported for.
    pub decision: Option<String>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub enum Kind {
    Invoice,
    Note,
    Fee,
    Interest,
    Kept,
}

/// An item, its postings, and what was said to the customer about it.
#[derive(Clone, Debug, Hash)]
pub struct Item {
    pub id: String,
    pub customer: usize,
    pub yen: bool,
    pub kind: Kind,
    pub amount: i64,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub blocked_until: Option<NaiveDate>,
    pub postings: Vec<Posting>,
    pub level: u8,
    pub last_notice_on: Option<NaiveDate>,
    pub notices: i64,
    pub handed_over: bool,
    /// What may stand on one notice with it.
    pub group: u8,
}

/// Money that came.
#[derive(Clone, Debug, Hash)]
pub struct Payment {
    pub id: String,
    pub customer: Option<usize>,
    pub yen: bool,
    pub amount: i64,
    pub on: NaiveDate,
    pub failed: bool,
    /// We collected it; and when, and whether another attempt may do better.
    pub debit: bool,
    pub failed_on: Option<NaiveDate>,
    pub soft: bool,
    /// Attempts since.
    pub tried: Vec<NaiveDate>,
}

/// A claim about an item.
#[derive(Clone, Debug, Hash)]
pub struct Dispute {
    pub item: usize,
    pub amount: i64,
    pub opened_on: NaiveDate,
    /// The day on which somebody was last given it.
    pub routed: Option<NaiveDate>,
    /// The day it was decided, and how much was found valid.
    pub decided: Option<(NaiveDate, Option<i64>)>,
    pub closed: bool,
}

/// A promise to pay.
#[derive(Clone, Debug, Hash)]
pub struct Promise {
    pub customer: usize,
    pub item: Option<usize>,
    pub amount: Option<i64>,
    pub made_on: NaiveDate,
    pub due_on: NaiveDate,
    pub over: bool,
}

/// An agreement to pay in parts.
#[derive(Clone, Debug, Hash)]
pub struct Plan {
    pub items: Vec<usize>,
    pub parts: Vec<(NaiveDate, i64)>,
    pub agreed_on: Option<NaiveDate>,
    pub over: bool,
}

/// A notice that went out.
#[derive(Clone, Debug, Hash)]
pub struct Notice {
    /// Name in the books.
    pub id: String,
    /// To whom.
    pub customer: usize,
    /// About what, and the level that each item had before.
    pub items: Vec<(usize, u8)>,
    /// Day.
    pub on: NaiveDate,
    /// Channel.
    pub channel: String,
    /// It came back.
    pub bounced: bool,
}

/// What was said to whom.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub enum Said {
    /// A message.
    Message,
    /// A call that reached somebody.
    Call,
    /// A call that reached nobody.
    Missed,
    /// Inside the house.
    Owner,
    /// What a payment is for.
    Remittance,
}

/// Everything that happened.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub customers: Vec<Customer>,
    pub items: Vec<Item>,
    pub payments: Vec<Payment>,
    pub disputes: Vec<Dispute>,
    pub promises: Vec<Promise>,
    pub plans: Vec<Plan>,
    pub notices: Vec<Notice>,
    /// Day, with whom, what, and by which channel.
    pub contacts: Vec<(NaiveDate, usize, Said, String)>,
    /// Messages of customers: day, from whom, whether it was answered.
    pub replies: Vec<(NaiveDate, usize, bool)>,
    pub verdicts: BTreeMap<String, bool>,
    pub done: BTreeSet<String>,
    pub closed_on: Option<NaiveDate>,
}

impl Kind {
    /// The word of the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Note => "credit_note",
            Self::Fee => "fee",
            Self::Interest => "interest",
            Self::Kept => "deduction",
        }
    }
}

impl Item {
    /// An item of which nothing was said or paid.
    pub fn issued(id: String, customer: usize, yen: bool, kind: Kind, amount: i64, (issued_on, due_on): (NaiveDate, NaiveDate)) -> Self {
        Self { id, customer, yen, kind, amount, issued_on, due_on, blocked_until: None, postings: Vec::new(), level: 0, last_notice_on: None, notices: 0, handed_over: false, group: 0 }
    }

    /// The code of its currency.
    pub fn currency(&self) -> &'static str {
        if self.yen { "JPY" } else { "EUR" }
    }

    /// The decimals of its currency.
    pub fn exponent(&self) -> u8 {
        if self.yen { 0 } else { 2 }
    }

    /// Whether it lowers what is owed.
    pub fn is_credit(&self) -> bool {
        self.kind == Kind::Note
    }
}

impl Facts {
    /// What is open of an item: its amount, less what was posted on it, or taken of a credit note.
    pub fn open(&self, at: usize) -> i64 {
        let item = &self.items[at];
        let own: i64 = item.postings.iter().map(|row| row.amount).sum();
        item.amount - own - if item.is_credit() { self.taken_of_note(at) } else { 0 }
    }

    fn taken_of_note(&self, at: usize) -> i64 {
        self.items.iter().flat_map(|item| &item.postings).filter(|row| row.source == Source::Note(at)).map(|row| row.amount).sum()
    }

    /// What is left of a payment.
    pub fn unapplied(&self, at: usize) -> i64 {
        let payment = &self.payments[at];
        let used: i64 = self.items.iter().flat_map(|item| &item.postings).filter(|row| row.source == Source::Cash(at, true)).map(|row| row.amount).sum();
        if payment.failed { 0 } else { payment.amount - used }
    }

    /// How much of an item is under a dispute that nobody has decided.
    pub fn disputed(&self, at: usize) -> i64 {
        self.disputes.iter().filter(|row| row.item == at && row.decided.is_none()).map(|row| row.amount).sum()
    }

    /// The day on which a dispute of the item was last decided against the customer, in full or in part.
    pub fn lost_dispute_on(&self, at: usize) -> Option<NaiveDate> {
        let lost = |row: &&Dispute| row.item == at && row.decided.is_some_and(|(_, valid)| valid.is_some_and(|valid| valid < row.amount));
        self.disputes.iter().filter(lost).filter_map(|row| row.decided.map(|(on, _)| on)).max()
    }

    /// Whether an open promise covers an item on a day, its tolerance included.
    pub fn promised(&self, at: usize, on: NaiveDate, rules: &Rules) -> bool {
        let item = &self.items[at];
        let covers = |row: &&Promise| row.item == Some(at) || (row.item.is_none() && row.customer == item.customer && item.issued_on <= row.made_on);
        self.promises.iter().filter(covers).any(|row| !row.over && row.made_on <= on && on <= rules.promise_holds_until(row.made_on, row.due_on))
    }

    /// Whether a plan covers an item on a day: agreed, not paid, and no instalment missed. `mercy`: with the tolerance of promises.
    pub fn planned(&self, at: usize, on: NaiveDate, rules: &Rules, mercy: bool) -> bool {
        self.plans.iter().any(|plan| plan.items.contains(&at) && self.plan_runs(plan, on, rules, mercy))
    }

    fn plan_runs(&self, plan: &Plan, on: NaiveDate, rules: &Rules, mercy: bool) -> bool {
        let Some(agreed_on) = plan.agreed_on.filter(|agreed_on| *agreed_on <= on && !plan.over) else { return false };
        let came = |until: NaiveDate| {
            let money = |row: &&Posting| matches!(row.source, Source::Cash(..) | Source::Note(_)) && agreed_on <= row.on && row.on <= until;
            plan.items.iter().flat_map(|at| &self.items[*at].postings).filter(money).map(|row| row.amount).sum::<i64>()
        };
        let mut owed = 0;
        for (due_on, amount) in &plan.parts {
            owed += amount;
            let until = if mercy { rules.in_time_until(*due_on) } else { *due_on };
            if until < on && came(until) < owed {
                return false;
            }
        }
        came(on) < owed
    }

    /// Days of the notices to a customer.
    pub fn notices_to(&self, customer: usize) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(move |row| row.customer == customer)
    }

    /// Contacts with a customer up to a day, those inside the house left out.
    pub fn contacts_with(&self, customer: usize) -> impl Iterator<Item = (NaiveDate, Said)> {
        self.contacts.iter().filter(move |row| row.1 == customer && row.2 != Said::Owner).map(|row| (row.0, row.2))
    }

    /// Contacts with a customer by a channel.
    pub fn contacts_by(&self, customer: usize, channel: &str) -> impl Iterator<Item = NaiveDate> {
        self.contacts.iter().filter(move |row| row.1 == customer && row.3 == channel).map(|row| row.0)
    }

    /// How many of the newest notices to a customer by a channel, one after the other, brought nothing: no message, and no
    /// payment of an item, within the days in which a notice shows what it brings. What came back, or may still be answered, is
    /// passed over. Of notices of one day any may be the newest: at least and at most so many.
    pub fn silence_on(&self, customer: usize, channel: &str, today: NaiveDate, shows: i64) -> (usize, usize) {
        let soon = |notice: &Notice, on: NaiveDate| on <= today && (0..=shows).contains(&days(notice.on, on));
        let answered = |notice: &&Notice| {
            let wrote = self.replies.iter().any(|row| row.1 == customer && soon(notice, row.0));
            wrote || notice.items.iter().filter_map(|row| self.settled_on(row.0)).any(|on| soon(notice, on))
        };
        let mine: Vec<&Notice> = self.notices_to(customer).filter(|row| row.channel == channel && !row.bounced).collect();
        let known: Vec<(NaiveDate, bool)> = mine.into_iter().filter(|row| answered(row) || days(row.on, today) > shows).map(|row| (row.on, answered(&row))).collect();
        let last = known.iter().filter(|row| row.1).map(|row| row.0).max();
        let after = |since: &dyn Fn(NaiveDate) -> bool| known.iter().filter(|row| !row.1 && since(row.0)).count();
        (after(&|on| last.is_none_or(|last| on > last)), after(&|on| last.is_none_or(|last| on >= last)))
    }

    /// The most days late on which a customer settled anything.
    pub fn latest(&self, customer: usize) -> Option<i64> {
        let late = |at: usize| self.settled_on(at).map(|on| days(self.items[at].due_on, on));
        (0..self.items.len()).filter(|at| self.items[*at].customer == customer).filter_map(late).max()
    }

    fn settled_on(&self, at: usize) -> Option<NaiveDate> {
        let postings = &self.items[at].postings;
        let paid = self.open(at) == 0 && postings.iter().all(|row| row.source != Source::GivenUp);
        postings.iter().map(|row| row.on).max().filter(|_| paid)
    }

    /// Whether nothing may be sent to a customer on a day.
    pub fn silent(&self, customer: usize, on: NaiveDate) -> bool {
        let row = &self.customers[customer];
        row.silent || row.stop_signal.is_some_and(|since| days(since, on) <= 180) || row.blocked_until.is_some_and(|until| on < until)
    }
}
