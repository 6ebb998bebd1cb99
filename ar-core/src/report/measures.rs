//! Measures of how collecting went in the period: what was lost, how promises were kept and disputes ended, and what it took.
//! Exact fractions from the facts of the books; `None` where there is nothing to divide by. The period is that of the other
//! measures: `reporting.kpi_days` up to the day.

use super::KpiRow;
use super::book::period_begin;
use super::kpi::{self, Ratio};
use super::tally::{Sums, Tally};
use crate::action::Mode;
use crate::calendar::days_between;
use crate::decision::Decision;
use crate::ledger::Books;
use crate::money::Currency;
use crate::policy::Policy;
use crate::record::{Contact, Credit, Dispute, Promise, PromiseState};
use crate::scoring::promise_ends;
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use chrono::NaiveDate;

/// What the measures are computed from.
pub struct MeasureFacts<'f> {
    /// The books of the day.
    pub books: &'f Books,
    /// The policy.
    pub policy: &'f Policy,
    /// The day.
    pub as_of: NaiveDate,
    /// The decisions of the day.
    pub decisions: &'f [Decision],
    /// The day before the first of the period.
    begin_on: NaiveDate,
}

impl<'f> MeasureFacts<'f> {
    /// The facts of a day.
    pub fn new(books: &'f Books, policy: &'f Policy, as_of: NaiveDate, decisions: &'f [Decision]) -> Self {
        Self { books, policy, as_of, decisions, begin_on: period_begin(policy.base(), as_of) }
    }

    /// Whether a day is in the period.
    pub(super) fn within(&self, day: NaiveDate) -> bool {
        day > self.begin_on && day <= self.as_of
    }
}

/// A part and the whole that it is of.
#[derive(Clone, Copy, Default)]
pub(super) struct Part {
    pub(super) part: i128,
    pub(super) whole: i128,
}

impl Part {
    pub(super) fn add(&mut self, part: i64, whole: i64) {
        (self.part, self.whole) = (self.part + i128::from(part), self.whole + i128::from(whole));
    }

    pub(super) fn percent(self) -> Option<Ratio> {
        kpi::percent(self.part, self.whole)
    }

    /// Both in words.
    pub(super) fn note(self) -> String {
        format!("{} of {}", self.part, self.whole)
    }
}

/// The measures that the books alone say: those of money currency by currency, then those of the book.
pub fn measures(facts: &MeasureFacts<'_>, tally: &Tally) -> Vec<KpiRow> {
    let mut rows = Vec::new();
    let (promises, disputes) = (Promises::read(facts), Disputes::read(facts));
    for sums in tally.sums() {
        let currency = sums.currency;
        of_money(sums, &mut rows);
        let mut row = |name, value, formula| rows.push(KpiRow { name, value, unit: "percent", formula, currency: Some(currency), note: String::new() });
        let of = |parts: &BTreeMap<Currency, Part>| parts.get(&currency).and_then(|part| part.percent());
        row("promise_kept_rate_by_amount", of(&promises.amounts), "amount of promises kept / amount of those kept, kept in part and broken, due in the period * 100");
        row("dispute_recovery_rate", of(&disputes.recovered), "cash on the items since the dispute, at most what was disputed / amount of disputes decided in the period * 100");
    }
    let row = |name, value, unit, formula, note| KpiRow { name, value, unit, formula, currency: None, note };
    rows.push(row("promise_kept_rate", promises.count.percent(), "percent", "promises kept / those kept, kept in part and broken, due in the period * 100", String::new()));
    rows.push(row("dispute_validity_rate", disputes.valid.percent(), "percent", "disputes found valid, also in part / disputes decided in the period of which it is known * 100", String::new()));
    disputes.days(&mut rows);
    let contacts = facts.books.contacts().iter().filter(|row| facts.within(row.on) && facts.books.text(row.channel) != Contact::OWNER).count();
    rows.push(row("contacts_per_settled_item", Ratio::try_new(contacts as i128, i128::from(tally.settled)), "contacts", "contacts with customers in the period / items settled in it", String::new()));
    rows
}

/// How much of the day waits for people.
pub fn approval_load(decisions: &[Decision]) -> KpiRow {
    let asked = decisions.iter().filter(|decision| decision.mode == Mode::Ask).count();
    let value = kpi::percent(asked as i128, decisions.len() as i128);
    KpiRow { name: "approval_load", value, unit: "percent", formula: "decisions of the day that wait for a person / decisions of the day * 100", currency: None, note: String::new() }
}

/// True DSO, days late, and what was written off.
fn of_money(sums: &Sums, rows: &mut Vec<KpiRow>) {
    let mut row = |name, value, unit, formula| rows.push(KpiRow { name, value, unit, formula, currency: Some(sums.currency), note: String::new() });
    let months = sums.months.iter().rev().map(|month| (month.aged, month.sales));
    row("true_dso", kpi::true_dso(months), "days", "sum over open invoices of age * open amount / credit sales of the month of issue");
    row("days_late_by_amount", Ratio::try_new(sums.late.part, sums.late.whole), "days", "sum over what is overdue of days late * open amount / open amount");
    let lost = Part { part: sums.written_off, whole: i128::from(sums.sales) };
    row("bad_debt_share", lost.percent(), "percent", "written off in the period, and not undone / credit sales of the period * 100");
}

/// How the promises due in the period were kept.
#[derive(Default)]
struct Promises {
    count: Part,
    amounts: BTreeMap<Currency, Part>,
}

impl Promises {
    fn read(facts: &MeasureFacts<'_>) -> Self {
        let mut found = Self::default();
        for rows in facts.books.promises().chunk_by(|a, b| a.customer == b.customer) {
            found.of_customer(facts, rows);
        }
        found
    }

    fn of_customer(&mut self, facts: &MeasureFacts<'_>, rows: &[Promise]) {
        let settings = facts.policy.settings(facts.books.segment_of(rows.first().map(|row| row.customer)));
        let calendar = settings.calendar();
        for row in rows.iter().filter(|row| facts.within(row.due_on)) {
            let state = facts.books.promise_on(row, facts.as_of, promise_ends(row.due_on, &calendar, settings));
            if !matches!(state, PromiseState::Kept | PromiseState::PartlyKept | PromiseState::Broken) {
                continue;
            }
            let kept = state == PromiseState::Kept;
            self.count.add(i64::from(kept), 1);
            if let Some((currency, amount)) = facts.books.promised_amount(row) {
                self.amounts.entry(currency).or_default().add(if kept { amount } else { 0 }, amount);
            }
        }
    }
}

/// How the disputes that were decided in the period ended, and how long they took.
#[derive(Default)]
struct Disputes<'f> {
    valid: Part,
    recovered: BTreeMap<Currency, Part>,
    /// Days from the opening to the decision, by reason.
    decided: BTreeMap<&'f str, Vec<i64>>,
    /// Days that live disputes are open.
    open: Vec<i64>,
}

impl<'f> Disputes<'f> {
    fn read(facts: &MeasureFacts<'f>) -> Self {
        let mut found = Self::default();
        for row in facts.books.disputes() {
            if row.is_live_on(facts.as_of) {
                found.open.push(i64::from(days_between(row.opened_on, facts.as_of)));
            } else if let Some(on) = row.resolved_on.filter(|on| facts.within(*on)) {
                found.add(facts, row, on);
            }
        }
        found
    }

    fn add(&mut self, facts: &MeasureFacts<'f>, row: &Dispute, on: NaiveDate) {
        self.decided.entry(facts.books.text(row.reason)).or_default().push(i64::from(days_between(row.opened_on, on)));
        if let Some(valid) = row.valid_amount() {
            self.valid.add(i64::from(valid > 0), 1);
        }
        if let Some(item) = facts.books.item(row.item) {
            let cash = facts.books.allocations_of(row.item).iter().filter(|line| matches!(line.credit, Credit::Payment(_)) && line.is_money() && line.on >= row.opened_on && line.on <= facts.as_of);
            let came = cash.fold(0, |sum: i64, line| sum.saturating_add(line.amount));
            self.recovered.entry(item.currency).or_default().add(came.min(row.amount), row.amount);
        }
    }

    fn days(&self, rows: &mut Vec<KpiRow>) {
        let mut row = |name, value, formula, note| rows.push(KpiRow { name, value, unit: "days", formula, currency: None, note });
        let mut both = |days: &[i64], note: String| {
            row("dispute_days_mean", kpi::mean(days), "mean days from the opening of a dispute to its decision, of those decided in the period", note.clone());
            row("dispute_days_median", kpi::median(days), "median days from the opening of a dispute to its decision, of those decided in the period", note);
        };
        let all: Vec<i64> = self.decided.values().flatten().copied().collect();
        both(&all, format!("{} decided", all.len()));
        for (reason, days) in &self.decided {
            both(days, format!("reason {}: {} decided", if reason.is_empty() { "not given" } else { reason }, days.len()));
        }
        row("dispute_open_days_mean", kpi::mean(&self.open), "mean age of the disputes that are open", format!("{} open", self.open.len()));
    }
}
