//! Shadow mode: what the engine would have done beside what people did. The decisions of a report are held against the events of its day
//! and of some days behind it. Nothing is carried out and nothing changes, so it works where the engine only records (level 0) as well.
//!
//! ```text
//! subject    a decision and a deed in the same words: who and what it is about, and what it says
//!     │
//! pairing    each deed finds the decision of the same action and subject; else one about the same customer or records
//!     │
//! rows       one class each: same, differs, other, engine_only, people_only; what is at stake
//!     │
//! sums       by action, segment, currency and class, with the share of agreement
//! ```
//!
//! Agreement is not correctness. People who are wrong agree with an engine that is wrong; and where people work on what the engine
//! proposed, they agree because they were told (`reported`). The share of agreement says how much would change, not how good it is.

mod pairing;
mod subject;
mod sums;
mod tables;

use super::Report;
use crate::action::{ActionKind, Mode};
use crate::calendar::add_days;
use crate::collections::Outcome;
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::event::{self, Event, MAX_EVENTS};
use crate::ledger::Books;
use crate::matching::Answer;
use crate::money::Currency;
use crate::reason::Reason;
use crate::record::{CustomerIdx, ItemIdx, PaymentIdx};
use crate::text::words;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;
use pairing::Paired;
use subject::{Deed, Disputes, Subject, deeds};
pub use sums::ShadowSum;

/// The most days behind the day of the report.
pub const MAX_SHADOW_DAYS: i64 = 60;

/// The most reasons why nothing was decided that a row keeps.
const MOST_REASONS: usize = 8;

words! {
    /// How a decision and what people did stand to each other.
    ShadowClass {
        /// The same action about the same, with the same particulars. Of a decision to wait: nothing was done.
        Same = "same",
        /// The same action about the same, with other particulars.
        Differs = "differs",
        /// People did something else about the same records or, where no records are named, with the same customer.
        Other = "other",
        /// People did nothing about it.
        EngineOnly = "engine_only",
        /// The engine would have done nothing about it.
        PeopleOnly = "people_only",
    }
}

words! {
    /// What differs between a decision and what people did.
    Difference {
        /// Whom it is about.
        Customer = "customer",
        /// Which items it is about.
        Items = "items",
        /// The lines of a posting.
        Lines = "lines",
        /// The dunning level.
        Level = "level",
        /// The amount.
        Amount = "amount",
        /// The days and parts that are granted.
        Terms = "terms",
        /// How a dispute is decided.
        Verdict = "verdict",
        /// The channel of a message.
        Channel = "channel",
        /// The day.
        Day = "day",
    }
}

/// One decision, one deed, or both.
#[derive(Clone, Debug, PartialEq)]
pub struct ShadowRow {
    /// How they stand to each other.
    pub class: ShadowClass,
    /// The action of the decision; of `people_only` that of the deed.
    pub action: ActionKind,
    /// What people did.
    pub people: Option<ActionKind>,
    /// What differs.
    pub differs: Vec<Difference>,
    /// About whom.
    pub customer: Option<CustomerIdx>,
    /// The identifier of the customer, also of one that the books do not know.
    pub customer_id: String,
    /// The segment that the agreement counts for.
    pub segment: String,
    /// Currency of amount and worth.
    pub currency: Option<Currency>,
    /// How much it is about, in minor units.
    pub amount: Option<i64>,
    /// What the decision is worth: expected cash that acting on the day gains, less what it costs. Of `engine_only` it is what people
    /// let go.
    pub worth: Option<i64>,
    /// Minutes of people: those of the policy for each thing that they did.
    pub minutes: i64,
    /// The decision.
    pub decision_id: Option<String>,
    /// Whether the engine would have acted or asked.
    pub mode: Option<Mode>,
    /// Whether people reported this very decision as done: they knew of it.
    pub reported: bool,
    /// The first day on which people did it.
    pub on: Option<NaiveDate>,
    /// How many events say so.
    pub deeds: i64,
    /// Identifiers of the items.
    pub items: Vec<String>,
    /// Identifier of the payment.
    pub payment: Option<String>,
    /// Of a posting that both made.
    pub lines: Option<Lines>,
    /// Why the engine decided so; of `people_only`, why it did not.
    pub reasons: Vec<Reason>,
}

/// Lines of a posting that people made too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Lines of the decision.
    pub engine: i64,
    /// Those that people posted the same, to the minor unit.
    pub right: i64,
    /// Lines of people.
    pub people: i64,
}

/// What the engine would have done beside what people did.
#[derive(Clone, Debug, PartialEq)]
pub struct Shadow {
    /// Every decision once, in the order of the report, and with it the deeds that were about the same; behind them the deeds that no
    /// decision was about.
    pub rows: Vec<ShadowRow>,
    /// The rows by action, segment, currency and class.
    pub sums: Vec<ShadowSum>,
    scale: u8,
}

impl Report {
    /// Holds the decisions of the report against events of its day and of the `days` behind it, 0 to [`MAX_SHADOW_DAYS`]. `events`: what
    /// people did, in any order, as the host would apply them to the books; they are not applied, and may name what the books do not
    /// know. Those of other days are left out, and so are those that no action reports (what came from outside, verdicts). The books are
    /// to be those before the events: what the books know to be done is not decided again.
    ///
    /// # Errors
    /// `invalid_argument` for more days, or more than [`MAX_EVENTS`] events.
    pub fn shadow(&self, events: &[Event], days: i64) -> Result<Shadow, Error> {
        let refuse = |column, message| Err(Error::one(ErrorCode::InvalidArgument, "arguments", Some(column), ProblemCode::OutOfRange, message));
        let Some(behind) = i32::try_from(days).ok().filter(|_| (0..=MAX_SHADOW_DAYS).contains(&days)) else {
            return refuse("days", format!("{days} is not in 0 to {MAX_SHADOW_DAYS}"));
        };
        if events.len() > MAX_EVENTS {
            return refuse("events", format!("{} events, at most {MAX_EVENTS} a call", events.len()));
        }
        let last = add_days(self.as_of, behind);
        let within = events.iter().filter(|event| event.on >= self.as_of && event.on <= last);
        let disputes = Disputes::read(&self.ledger);
        let found = Side {
            decisions: self.decisions().iter().map(|decision| (decision.action(), Subject::decided(self, decision))).collect(),
            deeds: deeds(&self.ledger, &disputes, within),
            ids: self.decisions().iter().map(|decision| decision.id.clone()).collect(),
        };
        let mut rows: Vec<ShadowRow> = Vec::with_capacity(found.decisions.len() + found.deeds.len());
        let paired = pairing::pair(&found);
        for (at, mine) in paired.of.iter().enumerate() {
            rows.extend(self.decided(&found, at, mine));
        }
        let known = Known::of(self);
        rows.extend(paired.left(&found).map(|deed| self.undecided(deed, &known)));
        let currencies: BTreeSet<Currency> = self.ledger.currencies().into_iter().chain(rows.iter().filter_map(|row| row.currency)).collect();
        let scale = super::columns::scale(&currencies.into_iter().collect::<Vec<_>>());
        Ok(Shadow { sums: sums::sums(&rows), rows, scale })
    }

    /// As [`Report::shadow`], for a JSON array of events.
    ///
    /// # Errors
    /// As [`Report::shadow`]; `invalid_events` for text that is not such an array.
    pub fn shadow_json(&self, text: &str, days: i64) -> Result<Shadow, Error> {
        self.shadow(&event::from_json(text)?, days)
    }

    /// The row of a decision.
    fn decided(&self, found: &Side, at: usize, mine: &Paired) -> Option<ShadowRow> {
        let (decision, (_, ours)) = (self.decisions().get(at)?, found.decisions.get(at)?);
        let theirs: Vec<&Deed> = mine.deeds.iter().filter_map(|deed| found.deeds.get(*deed)).collect();
        let together = Subject::together(&theirs);
        let differs = together.as_ref().filter(|_| !mine.other).map_or_else(Vec::new, |theirs| ours.differences(theirs));
        let class = match theirs.first() {
            None if decision.action() == ActionKind::Wait => ShadowClass::Same,
            None => ShadowClass::EngineOnly,
            Some(_) if mine.other => ShadowClass::Other,
            Some(_) if differs.is_empty() => ShadowClass::Same,
            Some(_) => ShadowClass::Differs,
        };
        let lines = together.as_ref().filter(|_| !mine.other && decision.action() == ActionKind::PostAllocation).map(|theirs| ours.lines_beside(theirs));
        Some(ShadowRow {
            class,
            action: decision.action(),
            people: theirs.first().map(|deed| deed.action),
            differs,
            customer: decision.customer(),
            customer_id: self.customer_id(decision.customer()).unwrap_or("").into(),
            segment: self.segment_of(decision).into(),
            currency: Some(decision.draft.currency),
            amount: Some(decision.draft.amount),
            worth: Some(decision.draft.worth.net()),
            minutes: theirs.iter().map(|deed| self.minutes_of(deed)).fold(0, i64::saturating_add),
            decision_id: Some(decision.id.clone()),
            mode: Some(decision.mode),
            reported: theirs.iter().any(|deed| found.is_reported(at, deed)),
            on: theirs.iter().map(|deed| deed.on).min(),
            deeds: theirs.len() as i64,
            items: ours.items.iter().cloned().collect(),
            payment: ours.payment().map(Into::into),
            lines,
            reasons: decision.reasons().to_vec(),
        })
    }

    /// The row of a deed that no decision is about.
    fn undecided(&self, deed: &Deed, known: &Known<'_>) -> ShadowRow {
        ShadowRow {
            class: ShadowClass::PeopleOnly,
            action: deed.action,
            people: Some(deed.action),
            differs: Vec::new(),
            customer: deed.subject.customer,
            customer_id: deed.customer_id.clone(),
            segment: self.ledger.segment_of(deed.subject.customer).into(),
            currency: deed.amount.map(|row| row.1),
            amount: deed.amount.map(|row| row.0),
            worth: None,
            minutes: self.minutes_of(deed),
            decision_id: None,
            mode: None,
            reported: false,
            on: Some(deed.on),
            deeds: 1,
            items: deed.subject.items.iter().cloned().collect(),
            payment: deed.subject.payment().map(Into::into),
            lines: None,
            reasons: known.why_undecided(&self.ledger, deed),
        }
    }

    fn minutes_of(&self, deed: &Deed) -> i64 {
        self.policy.settings(self.ledger.segment_of(deed.subject.customer)).minutes(deed.action)
    }
}

/// What the report says of payments and items, by what they are.
struct Known<'r> {
    answers: BTreeMap<PaymentIdx, &'r Answer>,
    outcomes: BTreeMap<ItemIdx, &'r Outcome>,
}

impl<'r> Known<'r> {
    fn of(report: &'r Report) -> Self {
        Self { answers: report.payments().iter().map(|row| (row.payment, row)).collect(), outcomes: report.outcomes().iter().map(|row| (row.item, row)).collect() }
    }

    /// Why the engine did nothing: what it found of the payment; else what became of the items; else of all items of the customer.
    fn why_undecided(&self, books: &Books, deed: &Deed) -> Vec<Reason> {
        let answer = deed.subject.payment().and_then(|id| books.find_payment(id)).and_then(|at| self.answers.get(&at));
        if let Some(answer) = answer {
            return answer.reasons.iter().copied().take(MOST_REASONS).collect();
        }
        let mut found: BTreeMap<u16, Reason> = BTreeMap::new();
        let mut say = |row: &Outcome| {
            found.entry(row.reason.code as u16).or_insert(row.reason);
        };
        if deed.subject.items.is_empty() {
            let all = deed.subject.customer.map_or(0..0, |at| books.item_range(at));
            all.filter_map(|at| self.outcomes.get(&ItemIdx(at as u32))).filter(|row| row.draft.is_none()).for_each(|row| say(row));
        } else {
            deed.subject.items.iter().filter_map(|id| self.outcomes.get(&books.find_item(id)?)).for_each(|row| say(row));
        }
        found.into_values().take(MOST_REASONS).collect()
    }
}

/// Both sides in the same words.
struct Side {
    /// In the order of the report.
    decisions: Vec<(ActionKind, Subject)>,
    /// In an order of their own, whatever the order of the events.
    deeds: Vec<Deed>,
    ids: Vec<String>,
}

impl Side {
    /// Whether a deed says that it carries out this decision.
    fn is_reported(&self, decision: usize, deed: &Deed) -> bool {
        deed.decision_id.is_some() && deed.decision_id.as_ref() == self.ids.get(decision)
    }
}
