//! When an item is paid: the chance that a customer who pays today pays an item that is so many days past due. Learned
//! from the days on which the book's customers paid, and from the customer's own.
//!
//! An item's chance is a share of counts: of the due dates open on a day of payment, how much was paid. The customer's own
//! counts are shrunk to the book's, those to a table of ours (`STATIC`). The logarithm of the chance of a set is the sum
//! over its items, as if they were chosen independently.

use super::account::Account;
use super::certificate::Weight;
use crate::calendar::days_between;
use crate::models::{CASH_BINS, CashModel};
use crate::record::Item;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use chrono::NaiveDate;

/// Days before and after the due date with a count of their own; what lies beyond is counted at the end.
const FIRST: i32 = -15;
const LAST: i32 = 40;
/// Weight of the book's share against a customer's own due dates.
const OWN_STRENGTH: f64 = 2.0;
/// Weight of the table of ours against the book's.
const BOOK_STRENGTH: f64 = 2.0;
/// The customer's last days of payment that are looked at, and due dates on each.
const MOST_DAYS: usize = 200;
const MOST_GROUPS: usize = 400;
/// Chances are kept off 0 and 1: what never happened may.
const LEAST: f64 = 0.002;

/// Chance by days past due for a book without history: low before the due date, highest around it, lower for what was
/// left lying before.
const STATIC: [(i32, f64); 9] = [(-9, 0.01), (-3, 0.05), (-2, 0.08), (-1, 0.16), (0, 0.33), (5, 0.75), (10, 0.60), (20, 0.40), (i32::MAX, 0.25)];

fn bin(late: i32) -> usize {
    usize::try_from(late.clamp(FIRST, LAST) - FIRST).unwrap_or(0)
}

fn at_first(late: i32) -> f64 {
    STATIC.iter().find(|(below, _)| late < *below).map_or(0.25, |(_, chance)| *chance)
}

/// Counts of due dates open on days of payment and the part of them that was paid, by days past due.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Counts {
    pub(crate) open: Vec<f64>,
    pub(crate) paid: Vec<f64>,
    /// Days of payment.
    pub(crate) days: u32,
}

impl Default for Counts {
    fn default() -> Self {
        Self { open: alloc::vec![0.0; CASH_BINS], paid: alloc::vec![0.0; CASH_BINS], days: 0 }
    }
}

impl Counts {
    /// The book's counts.
    pub(super) fn of(model: &CashModel) -> Self {
        Self { open: model.open.clone(), paid: model.paid.clone(), days: model.pay_days }
    }

    /// Adds one due date that was open on a day of payment: items open, items paid.
    fn add(&mut self, late: i32, open: u32, paid: u32) {
        let at = bin(late);
        if let (Some(open_count), Some(paid_count)) = (self.open.get_mut(at), self.paid.get_mut(at)) {
            *open_count += 1.0;
            *paid_count += f64::from(paid) / f64::from(open.max(1));
        }
    }

    /// Adds another's counts.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.open.iter_mut().zip(&other.open).chain(self.paid.iter_mut().zip(&other.paid)) {
            *mine += theirs;
        }
        self.days += other.days;
    }

    fn share(&self, late: i32, towards: f64, strength: f64) -> f64 {
        let at = bin(late);
        let (open, paid) = (self.open.get(at).copied().unwrap_or(0.0), self.paid.get(at).copied().unwrap_or(0.0));
        (paid + strength * towards) / (open + strength)
    }

    /// The chance that an item so many days past due is paid, in the book.
    pub(crate) fn book_chance(&self, late: i32) -> f64 {
        self.share(late, at_first(late), BOOK_STRENGTH)
    }
}

/// The last days before `until` on which items of a customer were settled, oldest first.
fn pay_days(items: &[Item], until: NaiveDate) -> Vec<NaiveDate> {
    let settled = |item: &&Item| item.kind.is_billed() && item.settled_on.is_some_and(|on| on < until);
    let days: BTreeSet<NaiveDate> = items.iter().filter(settled).filter_map(|item| item.settled_on).collect();
    let skip = days.len().saturating_sub(MOST_DAYS);
    days.into_iter().skip(skip).collect()
}

/// Adds what was open on a day of payment and what was paid.
fn observe(counts: &mut Counts, items: &[Item], day: NaiveDate) {
    let mut groups: BTreeMap<NaiveDate, (u32, u32)> = BTreeMap::new();
    let open = |item: &Item| item.kind.is_billed() && item.issued_on <= day && item.settled_on.is_none_or(|on| on >= day);
    for item in items.iter().filter(|item| open(item)).take(MOST_GROUPS) {
        let group = groups.entry(item.due_on).or_default();
        group.0 += 1;
        group.1 += u32::from(item.settled_on == Some(day));
    }
    for (due_on, (open, paid)) in groups {
        counts.add(days_between(due_on, day), open, paid);
    }
    counts.days += 1;
}

/// The counts of a customer before a day.
pub(crate) fn own_counts(items: &[Item], until: NaiveDate) -> Counts {
    let mut counts = Counts::default();
    for day in pay_days(items, until) {
        observe(&mut counts, items, day);
    }
    counts
}

/// The chance of each open item to be in a payment of this day.
pub(super) struct Choice {
    /// Logarithm of the odds of each debt.
    odds: Vec<f64>,
    /// Sums of `odds` up to each place.
    sums: Vec<f64>,
    /// Logarithm of the chance that none is paid.
    none: f64,
    /// A habit is known: enough days of payment of the customer, or of the book.
    pub(super) known: bool,
}

/// Days of payment of the customer, and of the book, from which the chances are believed more than patterns.
const KNOWN_OWN_DAYS: u32 = 3;
const KNOWN_BOOK_DAYS: u32 = 200;

impl Choice {
    pub(super) fn new(account: &Account, on: NaiveDate, book: &Counts, own: &Counts) -> Self {
        let chance = |late: i32| {
            let book = book.book_chance(late);
            own.share(late, book, OWN_STRENGTH).clamp(LEAST, 1.0 - LEAST)
        };
        let (mut odds, mut sums, mut none, mut last) = (Vec::with_capacity(account.debits.len()), alloc::vec![0.0], 0.0, None);
        let mut sum = 0.0;
        for position in &account.debits {
            let late = days_between(position.due_on, on).clamp(FIRST, LAST);
            let (log_odds, log_none) = match last {
                Some((known, log_odds, log_none)) if known == late => (log_odds, log_none),
                _ => {
                    let chance = chance(late);
                    (libm::log(chance / (1.0 - chance)), libm::log1p(-chance))
                }
            };
            last = Some((late, log_odds, log_none));
            odds.push(log_odds);
            sum += log_odds;
            sums.push(sum);
            none += log_none;
        }
        let known = own.days >= KNOWN_OWN_DAYS || book.days >= KNOWN_BOOK_DAYS;
        Self { odds, sums, none, known }
    }

    /// Which debts are more likely paid than not.
    pub(super) fn likely(&self) -> Vec<bool> {
        self.odds.iter().map(|odds| *odds > 0.0).collect()
    }

    /// The chance of just the debts from one place to another.
    pub(super) fn run(&self, from: usize, to: usize) -> Weight {
        let sum = |at: usize| self.sums.get(at).copied().unwrap_or(f64::NEG_INFINITY);
        Weight::from_log(self.none + sum(to) - sum(from))
    }

    /// The chance of just these debts.
    pub(super) fn of(&self, places: &[usize]) -> Weight {
        Weight::from_log(self.none + places.iter().map(|at| self.odds.get(*at).copied().unwrap_or(f64::NEG_INFINITY)).sum::<f64>())
    }

    /// The chance of the sets that swap items of `places` for items of the same amount, as a multiple of the chance of
    /// `places` itself; amounts are those of the debts.
    pub(super) fn twins(&self, places: &[usize], account: &Account) -> Weight {
        let mut log = 0.0;
        let mut values: Vec<i64> = places.iter().filter_map(|at| account.debits.get(*at)).map(|position| position.open).collect();
        values.sort_unstable();
        values.dedup();
        for value in values {
            let alike: Vec<(usize, f64)> =
                account.debits.iter().zip(&self.odds).enumerate().filter(|(_, (position, _))| position.open == value).map(|(at, (_, odds))| (at, libm::exp(*odds))).collect();
            let chosen: Vec<f64> = alike.iter().filter(|(at, _)| places.contains(at)).map(|(_, odds)| *odds).collect();
            if chosen.len() < alike.len() {
                log += log_choices(&alike, &chosen);
            }
        }
        // What is left when the set itself is taken away.
        Weight::excess(log)
    }

    /// The chance that a random choice sums to the amount.
    pub(super) fn mass(&self, amounts: &[i64], target: i64) -> Weight {
        Weight::from_log(super::count::log_mass_of(amounts, &self.odds, target))
    }
}

/// Items of one amount beyond which their choices are not counted: there are more than anybody could tell apart.
const MOST_ALIKE: usize = 500;
const LOG_OF_TOO_MANY: f64 = 700.0;

/// Logarithm of all choices of as many among the items of one amount, over the one that was made: the elementary symmetric
/// polynomial of the odds, which are divided by their mean so that neither products nor sums leave what a float can hold.
fn log_choices(alike: &[(usize, f64)], chosen: &[f64]) -> f64 {
    if alike.len() > MOST_ALIKE {
        return LOG_OF_TOO_MANY;
    }
    let mean = alike.iter().map(|(_, odds)| odds).sum::<f64>() / alike.len() as f64;
    let mut ways = alloc::vec![0.0; chosen.len() + 1];
    if let Some(first) = ways.first_mut() {
        *first = 1.0;
    }
    for (_, odds) in alike {
        for at in (1..ways.len()).rev() {
            let below: f64 = ways.get(at - 1).copied().unwrap_or(0.0);
            if let Some(slot) = ways.get_mut(at) {
                *slot += odds / mean * below;
            }
        }
    }
    let made: f64 = chosen.iter().map(|odds| libm::log(odds / mean)).sum();
    let all = ways.last().copied().unwrap_or(0.0);
    if all.is_finite() && all > 0.0 { (libm::log(all) - made).max(0.0) } else { LOG_OF_TOO_MANY }
}
