//! Risk of the book: what is expected to be lost, what to provide for it, how buckets roll on, how much hangs on few
//! customers, and the credit that each should have. Amounts are exact; rates are in parts per million.

mod limits;
mod provision;

use super::AgingRow;
use super::book::{BUCKETS, bucket_of};
use super::kpi::Ratio;
use crate::calendar;
use crate::ledger::{Books, TOGETHER, UsedNotes, open_of};
use crate::money::Currency;
use crate::policy::{Policy, Settings};
use crate::reason::{Reason, ReasonCode};
use crate::record::CustomerIdx;
use crate::scoring::{self, Profile, Score};
use crate::threads;
use alloc::{collections::BTreeMap, vec::Vec};
use chrono::NaiveDate;
use core::ops::Range;

/// The buckets of what is owed, without that of credits.
const DEBITS: usize = 5;
/// Customers that are named with their expected loss, in each currency.
const NAMED: usize = 20;
/// Days that a roll rate looks back: as many as a bucket is wide.
const ROLL_DAYS: i32 = 30;
/// Parts per million in a whole.
const WHOLE: i64 = 1_000_000;

/// One measure of risk, of a currency, one of its buckets or one of its customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskRow {
    /// What is measured: `expected_loss`, `exposure`, `provision`, `roll_rate`, `concentration` or `credit_limit`.
    pub measure: &'static str,
    /// Currency.
    pub currency: Currency,
    /// The customer, where the row is of one.
    pub customer: Option<CustomerIdx>,
    /// The bucket of ageing, or which concentration.
    pub bucket: Option<&'static str>,
    /// Amount in minor units.
    pub amount: Option<i64>,
    /// A probability or a share in parts per million; `None` where there is nothing to take a share of.
    pub rate_ppm: Option<i64>,
    /// Items, or of a concentration customers.
    pub count: i64,
    /// The formula in words.
    pub formula: &'static str,
    /// The numbers behind it.
    pub reasons: Vec<Reason>,
}

impl RiskRow {
    const fn new(measure: &'static str, currency: Currency, formula: &'static str) -> Self {
        Self { measure, currency, customer: None, bucket: None, amount: None, rate_ppm: None, count: 0, formula, reasons: Vec::new() }
    }
}

/// What the measures of risk are computed from.
pub struct RiskFacts<'f> {
    /// The books of the day.
    pub books: &'f Books,
    /// The policy.
    pub policy: &'f Policy,
    /// The day.
    pub as_of: NaiveDate,
    /// What is open of each item, after what was posted on the day.
    pub open: &'f [i64],
    /// The scores of what is open.
    pub scores: &'f [Score],
    /// The profile of each customer.
    pub profiles: &'f [Profile],
    /// The ageing of the day.
    pub aging: &'f [AgingRow],
}

impl<'f> RiskFacts<'f> {
    fn settings(&self, customer: CustomerIdx) -> &'f Settings {
        self.policy.settings(self.books.segment_of(Some(customer)))
    }
}

/// What one customer owes in one currency.
#[derive(Clone, Copy, Debug, Default)]
struct Exposure {
    open: i128,
    loss: i128,
    items: i64,
}

type Exposures = BTreeMap<(Currency, CustomerIdx), Exposure>;

/// Every measure of risk, currency by currency. Credits and unapplied cash are not taken off.
pub fn risk(facts: &RiskFacts<'_>) -> Vec<RiskRow> {
    let exposures = exposures(facts);
    let histories = provision::histories(facts);
    let rolls = Rolls::new(facts);
    let mut rows = Vec::new();
    for currency in facts.books.currencies() {
        let mine: Vec<(CustomerIdx, Exposure)> = exposures.iter().filter(|row| row.0.0 == currency).map(|(key, exposure)| (key.1, *exposure)).collect();
        losses(facts, currency, &mine, &mut rows);
        provision::provision(facts, currency, histories.get(&currency), &mut rows);
        rolls.rows(currency, &mut rows);
        concentration(currency, &mine, &mut rows);
        rows.extend(mine.iter().map(|(customer, exposure)| limits::limit(facts, currency, *customer, exposure)));
    }
    rows
}

fn exposures(facts: &RiskFacts<'_>) -> Exposures {
    let mut found = Exposures::new();
    for score in facts.scores {
        let Some(item) = facts.books.item(score.item).filter(|item| !item.kind.is_credit() && score.open > 0) else { continue };
        let loss = scoring::expected_loss(score.open, score.p_default, facts.settings(item.customer).scoring.loss_given_default);
        let entry = found.entry((item.currency, item.customer)).or_default();
        entry.open += i128::from(score.open);
        entry.loss += i128::from(loss.clamp(0, score.open));
        entry.items += 1;
    }
    found
}

/// A sum of amounts as an amount.
fn minor(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(i64::MAX)
}

/// A share in parts per million, rounded half to even.
fn ppm(part: i128, whole: i128) -> Option<i64> {
    Ratio::try_new(part, whole)?.rounded(6).and_then(|share| i64::try_from(share).ok())
}

fn losses(facts: &RiskFacts<'_>, currency: Currency, mine: &[(CustomerIdx, Exposure)], rows: &mut Vec<RiskRow>) {
    const FORMULA: &str = "sum over open items of open amount * probability of default * loss given default; rate = loss / open amount";
    let row = |exposure: &Exposure| RiskRow {
        amount: Some(minor(exposure.loss)),
        rate_ppm: ppm(exposure.loss, exposure.open),
        count: exposure.items,
        reasons: alloc::vec![Reason::new(ReasonCode::ExpectedLoss, minor(exposure.loss), minor(exposure.open))],
        ..RiskRow::new("expected_loss", currency, FORMULA)
    };
    let mut all = Exposure::default();
    for (_, exposure) in mine {
        all = Exposure { open: all.open + exposure.open, loss: all.loss + exposure.loss, items: all.items + exposure.items };
    }
    rows.push(row(&all));
    let mut worst: Vec<&(CustomerIdx, Exposure)> = mine.iter().filter(|entry| entry.1.loss > 0).collect();
    worst.sort_by_key(|entry| (core::cmp::Reverse(entry.1.loss), entry.0));
    for (customer, exposure) in worst.into_iter().take(NAMED) {
        let mut row = RiskRow { customer: Some(*customer), ..row(exposure) };
        row.reasons.push(Reason::new(ReasonCode::LossGivenDefault, facts.settings(*customer).scoring.loss_given_default, Reason::NOTHING));
        rows.push(row);
    }
}

/// Of the amount in a bucket a while ago, what is in the next one today.
struct Rolls(BTreeMap<Currency, [Roll; DEBITS]>);

#[derive(Clone, Copy, Debug, Default)]
struct Roll {
    before: i128,
    rolled: i128,
    items: i64,
}

impl Rolls {
    fn new(facts: &RiskFacts<'_>) -> Self {
        let mut found: BTreeMap<Currency, [Roll; DEBITS]> = BTreeMap::new();
        let then = calendar::add_days(facts.as_of, -ROLL_DAYS);
        let used = facts.books.used_notes();
        let pieces = threads::pieces(facts.books.items().len(), TOGETHER, |range| Self::of(facts, then, &used, range));
        for (currency, rolls) in pieces.into_iter().flat_map(|piece| piece.0) {
            for (mine, its) in found.entry(currency).or_default().iter_mut().zip(rolls) {
                *mine = Roll { before: mine.before + its.before, rolled: mine.rolled + its.rolled, items: mine.items + its.items };
            }
        }
        Self(found)
    }

    /// The rolls of some items in a row.
    fn of(facts: &RiskFacts<'_>, then: NaiveDate, used: &UsedNotes<'_>, range: Range<usize>) -> Self {
        let mut found: BTreeMap<Currency, [Roll; DEBITS]> = BTreeMap::new();
        let mut moved = alloc::vec![0; range.len()];
        facts.books.moved_in(range.start, then, used, &mut moved);
        let items = facts.books.items().get(range.clone()).unwrap_or(&[]).iter().zip(moved);
        for ((item, moved), now) in items.zip(facts.open.get(range).unwrap_or(&[])).filter(|row| !row.0.0.kind.is_credit()) {
            let before = open_of(item, then, moved);
            if before <= 0 {
                continue;
            }
            let (was, is) = (bucket_of(Books::days_late(item, then)), bucket_of(Books::days_late(item, facts.as_of)));
            if let Some(roll) = found.entry(item.currency).or_default().get_mut(was) {
                roll.before += i128::from(before);
                roll.items += 1;
                // What is past the last bucket stays in it.
                let next = is > was || was + 1 == DEBITS;
                roll.rolled += if next { i128::from((*now).clamp(0, before)) } else { 0 };
            }
        }
        Self(found)
    }

    fn rows(&self, currency: Currency, rows: &mut Vec<RiskRow>) {
        const FORMULA: &str = "open today in the next bucket / open in this bucket 30 days ago; of over_90: still open";
        let mine = self.0.get(&currency).copied().unwrap_or_default();
        rows.extend(BUCKETS.iter().zip(mine).map(|(bucket, roll)| RiskRow {
            bucket: Some(bucket),
            amount: Some(minor(roll.rolled)),
            rate_ppm: ppm(roll.rolled, roll.before),
            count: roll.items,
            ..RiskRow::new("roll_rate", currency, FORMULA)
        }));
    }
}

/// The largest amount whose square, times a million, is counted exactly.
const SQUARABLE: i128 = 1_000_000_000_000_000;

fn concentration(currency: Currency, mine: &[(CustomerIdx, Exposure)], rows: &mut Vec<RiskRow>) {
    let mut sorted = mine.to_vec();
    sorted.sort_by_key(|entry| (core::cmp::Reverse(entry.1.open), entry.0));
    let total: i128 = sorted.iter().map(|entry| entry.1.open).sum();
    for (bucket, largest) in [("largest_1", 1), ("largest_5", 5), ("largest_10", 10)] {
        let part: i128 = sorted.iter().take(largest).map(|entry| entry.1.open).sum();
        rows.push(RiskRow {
            customer: sorted.first().filter(|_| largest == 1).map(|entry| entry.0),
            bucket: Some(bucket),
            amount: Some(minor(part)),
            rate_ppm: ppm(part, total),
            count: sorted.len().min(largest) as i64,
            ..RiskRow::new("concentration", currency, "open amount of the largest customers / open amount")
        });
    }
    let unit = total / SQUARABLE + 1;
    let squares: i128 = sorted.iter().map(|entry| (entry.1.open / unit) * (entry.1.open / unit)).sum();
    rows.push(RiskRow {
        bucket: Some("herfindahl"),
        rate_ppm: ppm(squares, (total / unit) * (total / unit)),
        count: sorted.len() as i64,
        ..RiskRow::new("concentration", currency, "Herfindahl-Hirschman index: sum over customers of (open amount of the customer / open amount)^2; 1 / rate = as many equal customers")
    });
}
