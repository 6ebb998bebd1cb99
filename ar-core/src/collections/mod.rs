//! Collections: what each customer needs today. Holds first, then what only a person can do, then the ladder; every
//! open item leaves with exactly one outcome.

mod channel;
pub mod charges;
mod contact;
mod credit;
pub mod disputes;
mod holds;
mod ladder;
mod offers;
mod people;
mod promises;
mod reminders;
pub(crate) mod replies;
mod retries;

use crate::action::ActionKind;
use crate::calendar;
use crate::conversation::read::Heard;
use crate::decision::{Draft, Params, is_rejected};
use crate::ledger::Books;
use crate::money::Currency;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{Customer, CustomerIdx, Item, ItemIdx};
use crate::scoring::{Profile, Score, Subject, Worth};
use alloc::{collections::BTreeMap, vec::Vec};
pub(crate) use channel::{bounced, wanted};
use chrono::NaiveDate;
pub use contact::{Window, window};
pub(crate) use contact::{calls, recent};
pub use credit::Exposures;
pub(crate) use holds::{is_due, silence};
pub(crate) use ladder::gone;
pub(crate) use promises::Held;
pub(crate) use replies::waiting_days;
pub use retries::Failures;

/// Cash of a customer that could not be placed on items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loose {
    /// Currency.
    pub currency: Currency,
    /// Amount in minor units.
    pub amount: i64,
    /// Day received.
    pub received_on: NaiveDate,
    /// The whole payment waits to be placed; else the rest of one that was explained.
    pub whole: bool,
}

/// What came of one open item.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The item.
    pub item: ItemIdx,
    /// The draft of this customer that covers it (position in the customer's drafts); `None` = skipped.
    pub draft: Option<u32>,
    /// Why it was decided or skipped.
    pub reason: Reason,
}

/// All that is known of one customer on the day of the run.
pub struct View<'v> {
    /// The books.
    pub books: &'v Books,
    /// The policy for the customer's segment.
    pub settings: &'v Settings,
    /// The day.
    pub as_of: NaiveDate,
    /// The customer.
    pub at: CustomerIdx,
    /// Its row.
    pub customer: &'v Customer,
    /// Its history.
    pub profile: &'v Profile,
    /// Its open items, scored.
    pub scores: &'v [Score],
    /// Cash proposed for each item of the books but not posted.
    pub pending: &'v [i64],
    /// Unapplied credits of the customer by currency: payments that nobody could place, and open credit notes.
    pub credits: &'v [(Currency, i64)],
    /// Cash of the customer that could not be placed.
    pub loose: &'v [Loose],
    /// Median open amount of the book by currency.
    pub usual: &'v BTreeMap<Currency, i64>,
    /// What is owed under each credit limit; empty where nobody holds credit.
    pub exposures: &'v Exposures,
    /// The payments of the book that failed.
    pub failures: &'v Failures,
    /// What became of earlier disputes and deductions.
    pub cases: &'v disputes::Cases,
    /// What is open of each item of the books.
    pub open: &'v [i64],
    /// What the customer wrote lately.
    pub heard: &'v [Heard],
    /// The digest of the policy.
    pub policy_digest: &'v str,
}

/// One open debit item on its way through the stages.
#[derive(Clone, Copy)]
pub(crate) struct Due<'v> {
    score: &'v Score,
    /// What may be pursued: open less what is disputed or on its way.
    amount: i64,
    level: u8,
    last_notice_on: Option<NaiveDate>,
    contacts: u16,
}

/// What one customer leaves behind.
#[derive(Default)]
pub struct Found {
    /// What is to be done.
    pub drafts: Vec<Draft>,
    /// One outcome an open item.
    pub outcomes: Vec<Outcome>,
}

impl Found {
    pub(crate) fn skip(&mut self, item: ItemIdx, reason: Reason) {
        self.outcomes.push(Outcome { item, draft: None, reason });
    }

    pub(crate) fn skip_all(&mut self, due: &[Due<'_>], reason: impl Fn(&Due<'_>) -> Reason) {
        for row in due {
            self.skip(row.score.item, reason(row));
        }
    }

    /// Adds a draft. Most customers need one thing: room for more than that is only taken where it is needed.
    pub(crate) fn add(&mut self, draft: Draft) {
        if self.drafts.is_empty() {
            self.drafts.reserve_exact(1);
        }
        self.drafts.push(draft);
    }

    /// Adds a draft that covers `due`; each of its items leaves with the draft.
    pub(crate) fn act(&mut self, draft: Draft, due: &[Due<'_>], reason: impl Fn(&Due<'_>) -> Reason) {
        let at = self.drafts.len() as u32;
        self.add(draft);
        self.outcomes.extend(due.iter().map(|row| Outcome { item: row.score.item, draft: Some(at), reason: reason(row) }));
    }
}

/// Decides about one customer.
pub fn decide(view: &View<'_>) -> Found {
    let mut found = Found::default();
    let mut currencies: Vec<Currency> = view.scores.iter().filter_map(|score| view.books.item(score.item)).map(|item| item.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let (owed, opened) = (disputes::owed(view), disputes::to_open(view));
    let said = replies::Said::of(view);
    let waits = said.person.then_some(view.profile.reply_days.unwrap_or(0));
    let holds = holds::Holds::new(view, &owed, &opened, &said);
    disputes::decide(view, owed, opened, &mut found);
    replies::decide(said, &mut found);
    for currency in currencies {
        one_currency(view, &holds, currency, waits, &mut found);
    }
    charges::decide(view, &holds, &mut found);
    promises::decide(view, &mut found);
    retries::decide(view, &holds, &mut found);
    credit::decide(view, &holds, &mut found);
    offers::extensions(view, &holds, &mut found);
    found.outcomes.sort_by_key(|outcome| outcome.item);
    found
}

fn one_currency(view: &View<'_>, holds: &holds::Holds, currency: Currency, waits: Option<i32>, found: &mut Found) {
    let (due, early) = holds::pursuable(view, holds, currency, found);
    if view.silence().is_none() {
        people::promise_due_today(view, holds, currency, waits, found);
    }
    overdue(view, currency, due, waits, found);
    if !early.is_empty() {
        reminders::decide(view, currency, &early, found);
    }
}

fn overdue(view: &View<'_>, currency: Currency, due: Vec<Due<'_>>, waits: Option<i32>, found: &mut Found) {
    if due.is_empty() {
        return people::answer_only(view, currency, waits, found);
    }
    let sum: i64 = due.iter().map(|row| row.amount).sum();
    if let Some(reason) = holds::customer_hold(view, currency, sum) {
        if matches!(reason.code, ReasonCode::StopSignal | ReasonCode::DoNotContact) {
            return people::review(view, currency, &due, reason, found);
        }
        return found.skip_all(&due, |_| reason);
    }
    if people::decide(view, currency, &due, waits, found) {
        return;
    }
    let due = offers::plan(view, currency, due, found);
    ladder::decide(view, currency, due, found);
}

/// Rows about items by the group of notices (`notice_group`) that their items may stand on together.
pub(crate) fn by_group<R>(view: &View<'_>, rows: Vec<R>, item_of: impl Fn(&R) -> ItemIdx) -> Vec<Vec<R>> {
    let group_of = |row: &R| view.books.item(item_of(row)).map_or("", |item| view.books.text(item.notice_group));
    // Most customers have one group.
    if rows.windows(2).all(|two| two.first().map(group_of) == two.last().map(group_of)) {
        return if rows.is_empty() { Vec::new() } else { alloc::vec![rows] };
    }
    let mut groups: BTreeMap<&str, Vec<R>> = BTreeMap::new();
    for row in rows {
        groups.entry(group_of(&row)).or_default().push(row);
    }
    groups.into_values().collect()
}

impl View<'_> {
    /// Why the customer must not be written to at all, if so.
    pub(crate) fn silence(&self) -> Option<Reason> {
        silence(self.customer, self.profile.severity, self.settings, self.as_of)
    }

    /// The first day of a period of so many days that the day is in: what is asked once is asked again in the next.
    pub(crate) fn period(&self, days: i64) -> NaiveDate {
        calendar::period_start(self.as_of, days)
    }

    /// The score of an open item of the customer.
    pub(crate) fn score_of(&self, at: ItemIdx) -> Option<&Score> {
        self.scores.binary_search_by_key(&at, |score| score.item).ok().and_then(|place| self.scores.get(place))
    }

    /// A draft about `due`, with the priority and value of its items.
    pub(crate) fn draft(&self, action: ActionKind, currency: Currency, due: &[Due<'_>], params: Params, reasons: Vec<Reason>) -> Draft {
        let amount = due.iter().map(|row| row.amount).sum();
        let (worth, options) = self.worth(action, currency, due.iter().map(|row| (row.amount, row.score)));
        let items = due.iter().map(|row| row.score.item).collect();
        Draft { options, ..self.draft_about(action, (currency, amount, worth), items, params, reasons) }
    }

    /// A draft about items, of which those that are open give the priority.
    pub(crate) fn draft_about(&self, action: ActionKind, (currency, amount, worth): (Currency, i64, Worth), items: Vec<ItemIdx>, params: Params, reasons: Vec<Reason>) -> Draft {
        let priority = self.priority(currency, amount, items.iter().filter_map(|at| self.score_of(*at)));
        Draft { customer: Some(self.at), currency, items, action, amount, priority, worth, options: Vec::new(), confidence_ppm: 1_000_000, certain: true, params, reasons }
    }

    /// The customer as one that is acted on in a currency.
    pub(crate) fn subject(&self, currency: Currency) -> Subject<'_> {
        let since = calendar::add_days(self.as_of, -365);
        let billed = |item: &&Item| item.currency == currency && item.kind.is_billed() && item.issued_on > since && item.issued_on <= self.as_of;
        let sum = self.books.items_of(self.at).iter().filter(billed).fold(0, |sum: i64, item| sum.saturating_add(item.amount));
        Subject { settings: self.settings, currency, billed: sum }
    }

    /// What an action about these amounts is worth; for a contact also what the other kinds of contact would be.
    pub(crate) fn worth<'s>(&self, action: ActionKind, currency: Currency, items: impl Iterator<Item = (i64, &'s Score)> + Clone) -> (Worth, Vec<(ActionKind, Worth)>) {
        let (scoring, subject) = (&self.settings.scoring, self.subject(currency));
        let contact = |kind: ActionKind| {
            let uplift = if kind == ActionKind::Call { scoring.call_uplift } else { scoring.contact_uplift };
            subject.contact(items.clone(), uplift, self.settings.minutes(kind))
        };
        match action {
            ActionKind::Wait => (Worth::default(), Vec::new()),
            ActionKind::Call => (contact(action), alloc::vec![(ActionKind::SendNotice, contact(ActionKind::SendNotice))]),
            _ if action.is_message() => (contact(action), alloc::vec![(ActionKind::Call, contact(ActionKind::Call))]),
            // A person looks, answers or asks a colleague: the customer does not mind.
            _ => (Worth { gain: subject.gain(items, scoring.contact_uplift), cost: 0 }, Vec::new()),
        }
    }

    /// The priority of a draft: the points of its worst item, with the amount of the whole draft.
    pub(crate) fn priority<'s>(&self, currency: Currency, amount: i64, scores: impl Iterator<Item = &'s Score>) -> i64 {
        let usual = self.usual.get(&currency).copied().unwrap_or(1);
        scores.map(|score| score.points.state()).max().map_or(0, |state| state + i64::from(crate::scoring::amount_points(amount, usual, self.settings)))
    }

    /// Whether a person said no to exactly this, or to the same so lately that it is not asked again.
    pub(crate) fn is_rejected(&self, draft: &Draft) -> bool {
        is_rejected(self.books, self.policy_digest, self.as_of, draft, self.open)
    }

    /// The reason that an item is past due, for outcomes.
    pub(crate) fn past_due(&self, row: &Due<'_>) -> Reason {
        Reason::new(ReasonCode::PastDue, i64::from(row.score.days_late), 0)
    }
}
