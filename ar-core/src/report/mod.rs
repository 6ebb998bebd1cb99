//! The report: all that one run found. Every part of it is a table as well as typed rows.

mod asked;
mod asked_part;
mod autonomy;
mod autonomy_measures;
mod book;
pub mod choice;
mod claims;
pub(crate) mod columns;
mod escalations;
mod explain;
mod figures;
mod json;
pub mod kpi;
mod measures;
#[cfg(feature = "templates")]
mod notices;
mod object;
mod parts;
mod policy_work;
mod risk;
mod root_causes;
mod sentences;
pub mod shadow;
pub mod statement;
mod tally;
pub mod why;
mod worklist;

use crate::audit::{self, AuditLog, Digests, Scope};
use crate::collections::Outcome;
use crate::decision::Decision;
use crate::escalation::CellStanding;
use crate::ledger::{Books, Ledger};
use crate::matching::Answer;
use crate::models::Models;
use crate::money::Currency;
use crate::policy::Policy;
use crate::record::{CustomerIdx, ItemIdx};
use crate::scoring::{ForecastDay, Profile, Score};
use crate::text::words;
use crate::threads;
use alloc::{collections::BTreeMap, sync::Arc, vec::Vec};
pub use asked::{Asked, At, forecast_on, wanted_cash};
pub use asked_part::{AskedPart, forecast_of, rolled_of, whole_of};
pub use autonomy_measures::autonomy_measures;
pub use book::{AgingRow, BUCKETS, KpiRow, aging, drift, kpis};
use chrono::NaiveDate;
pub use escalations::Question;
pub use figures::Figures;
pub use measures::{MeasureFacts, approval_load, measures};
pub use parts::forecast_table;
pub use policy_work::{changes_table, remarks_table};
pub use risk::{RiskFacts, RiskRow, risk};
pub use root_causes::{CauseRow, Sums, root_causes};
pub use tally::Tally;
pub use worklist::{CapacityRow, Line, Worklist};

words! {
    /// The parts of a report.
    Part {
        /// Proposed applications of cash.
        Allocations = "allocations",
        /// Every payment with something unapplied.
        Payments = "payments",
        /// Every open item.
        Scores = "scores",
        /// Every decision.
        Decisions = "decisions",
        /// What a person has to do, best first.
        Worklist = "worklist",
        /// Every open item exactly once: decided or skipped, and why.
        Outcomes = "outcomes",
        /// Expected cash by day.
        Forecast = "forecast",
        /// Open amounts by days past due.
        Aging = "aging",
        /// Measures with their formulas.
        Kpis = "kpis",
        /// The chained log.
        Audit = "audit",
        /// Risk of the book: expected loss, provision, roll rates, concentration, credit limits.
        Risk = "risk",
        /// What each role has to do, how much of it fits into the day, and how far from the best the choice may be.
        Capacity = "capacity",
        /// Disputes and deductions by reason, product and customer.
        RootCauses = "root_causes",
        /// What people are asked, and what they are to look at.
        Escalations = "escalations",
        /// How far the engine may go, by action and segment, and what the evidence says.
        Autonomy = "autonomy",
    }
}

/// What the stages of a run hand over.
#[derive(Default)]
pub struct Parts {
    /// Answers to payments.
    pub answers: Vec<Answer>,
    /// Decision of each answer.
    pub posted: Vec<Option<u32>>,
    /// Open amount of each item of the books, after what was posted.
    pub open: Vec<i64>,
    /// Scores of open items.
    pub scores: Vec<Score>,
    /// The customers that the run was for, in their order; `None`: all.
    pub customers: Option<Vec<CustomerIdx>>,
    /// Profile of each customer that the run was for: [`Parts::profile`].
    pub profiles: Vec<Profile>,
    /// Decisions.
    pub decisions: Vec<Decision>,
    /// Decisions on the cash of customers that the run was not for, each with the number of `decisions` before it: budgets that customers
    /// share were spent by them, too.
    pub elsewhere: Vec<(usize, Decision)>,
    /// Of a report on a part of a book, instead: what passed on the cash of the whole, and the place there of each decision on cash that
    /// the report has.
    pub passed: Option<(Arc<Passed>, Vec<usize>)>,
    /// Outcomes of open items; `draft` is the position of the decision.
    pub outcomes: Vec<Outcome>,
    /// Forecast.
    pub forecast: Vec<ForecastDay>,
    /// Ageing.
    pub aging: Vec<AgingRow>,
    /// KPIs.
    pub kpis: Vec<KpiRow>,
    /// Risk of the book.
    pub risk: Vec<RiskRow>,
    /// Causes of disputes and deductions.
    pub root_causes: Vec<CauseRow>,
    /// How far the engine may go.
    pub autonomy: Vec<CellStanding>,
    /// Median open amount by currency.
    pub usual: BTreeMap<Currency, i64>,
}

/// The decisions on the cash of a whole book, as it counts its rows.
#[derive(Default)]
pub struct Passed {
    /// In the order in which they went through the gate.
    pub decisions: Vec<Decision>,
    /// Of the items that the cash touches: what is open once it is posted, and what is proposed for them.
    pub left: BTreeMap<ItemIdx, (i64, i64)>,
}

impl Passed {
    /// What is open of each item of the whole, once the cash is posted.
    pub fn open(&self, whole: &Books, as_of: NaiveDate) -> Vec<i64> {
        let mut open = whole.open_all(as_of);
        for (at, (left, _)) in &self.left {
            if let Some(slot) = open.get_mut(at.0 as usize) {
                *slot = *left;
            }
        }
        open
    }
}

impl Parts {
    /// The profile of a customer; `None` where the customer was not looked at.
    pub fn profile(&self, at: CustomerIdx) -> Option<&Profile> {
        let place = self.customers.as_ref().map_or(Some(at.0 as usize), |some| some.binary_search(&at).ok());
        self.profiles.get(place?)
    }

    /// All that went through the gate before the decision in a place, in order; of a report on a part of a book, behind
    /// [`Parts::passed_before`].
    pub fn before(&self, at: usize) -> impl Iterator<Item = &Decision> {
        let elsewhere = |place: usize| self.elsewhere.iter().skip(self.elsewhere.partition_point(|row| row.0 < place)).take_while(move |row| row.0 == place).map(|row| &row.1);
        let first = self.passed.as_ref().map_or(0, |(_, places)| places.len());
        (0..=at).flat_map(move |place| elsewhere(place).chain(self.decisions.get(place).filter(|_| (first..at).contains(&place))))
    }

    /// Of a report on a part of a book: what went through the gate on the cash of the whole before the decision in a place.
    pub fn passed_before(&self, at: usize) -> &[Decision] {
        let Some((passed, places)) = &self.passed else { return &[] };
        places.get(at).and_then(|count| passed.decisions.get(..*count)).unwrap_or(&passed.decisions)
    }
}

/// All that one run found. It keeps the ledger that it speaks of.
pub struct Report {
    ledger: Ledger,
    policy: Policy,
    as_of: NaiveDate,
    parts: Parts,
    worklist: Worklist,
    audit: AuditLog,
    /// Decimals of its amounts: those of the currency of the books that has most.
    scale: u8,
}

impl Report {
    pub(crate) fn new(ledger: Ledger, policy: &Policy, models: &Models, as_of: NaiveDate, scope: Scope, parts: Parts) -> Self {
        let digests = Digests::new(&ledger, policy, models);
        Self::of((ledger, policy, &digests), as_of, scope, parts)
    }

    /// As [`Report::new`], where the digests of what was given are known.
    pub(crate) fn of((ledger, policy, digests): (Ledger, &Policy, &Digests), as_of: NaiveDate, scope: Scope, parts: Parts) -> Self {
        let (worklist, audit) = threads::both(
            || worklist::worklist(&worklist::Facts { books: &ledger, policy, as_of, decisions: &parts.decisions, usual: &parts.usual }),
            || audit::chain(&ledger, policy.version(), digests, as_of, scope, parts.customers.as_deref().unwrap_or(&[]), &parts.decisions),
        );
        let scale = columns::scale(&ledger.currencies());
        Self { ledger, policy: policy.clone(), as_of, parts, worklist, audit, scale }
    }

    /// The day of the run.
    pub const fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The ledger that the report speaks of.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Every decision.
    pub fn decisions(&self) -> &[Decision] {
        &self.parts.decisions
    }

    /// The decisions that people have to take, best first.
    pub fn worklist(&self) -> impl Iterator<Item = &Decision> {
        self.worklist_lines().map(|row| row.1)
    }

    /// The lines of the worklist with their decisions.
    pub fn worklist_lines(&self) -> impl Iterator<Item = (&Line, &Decision)> {
        self.worklist.lines.iter().filter_map(|line| Some((line, self.parts.decisions.get(line.decision as usize)?)))
    }

    /// What each role has to do, and how much of it fits into the day.
    pub fn capacity(&self) -> &[CapacityRow] {
        &self.worklist.capacity
    }

    /// The answer to every payment.
    pub fn payments(&self) -> &[Answer] {
        &self.parts.answers
    }

    /// The score of every open item.
    pub fn scores(&self) -> &[Score] {
        &self.parts.scores
    }

    /// The outcome of every open item.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.parts.outcomes
    }

    /// Ageing.
    pub fn aging(&self) -> &[AgingRow] {
        &self.parts.aging
    }

    /// KPIs.
    pub fn kpis(&self) -> &[KpiRow] {
        &self.parts.kpis
    }

    /// Risk of the book.
    pub fn risk(&self) -> &[RiskRow] {
        &self.parts.risk
    }

    /// Causes of disputes and deductions.
    pub fn root_causes(&self) -> &[CauseRow] {
        &self.parts.root_causes
    }

    /// The forecast.
    pub fn forecast(&self) -> &[ForecastDay] {
        &self.parts.forecast
    }

    /// How far the engine may go, by action and segment.
    pub fn autonomy(&self) -> &[CellStanding] {
        &self.parts.autonomy
    }

    /// The audit log of the run.
    pub const fn audit(&self) -> &AuditLog {
        &self.audit
    }
}

impl AuditLog {
    /// Appends the log of a run: its entries are chained behind the newest, what they record stays. Only a report can be appended, so
    /// that nothing that was tampered with gets a new chain.
    pub fn append_report(&mut self, report: &Report) {
        self.append_run(&report.audit);
    }
}
