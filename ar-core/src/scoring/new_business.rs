//! Cash of invoices that are not issued yet: what came of those that were not issued yet on the same weekday of earlier weeks,
//! each scaled by how much was billed since. A line of its own: it foresees sales, not payments.

use super::forecast::{ForecastDay, ForecastLine, Wanted, minor};
use crate::calendar::{self, days_since_epoch};
use crate::ledger::Books;
use crate::money::Currency;
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Earlier weeks that are looked at, at most, and at least.
const MOST_WEEKS: usize = 104;
const LEAST_WEEKS: usize = 8;
/// Weight of a week halves in so many weeks.
const HALF_LIFE_WEEKS: f64 = 26.0;
/// What is billed now is that of so many days, what was billed then of so many at least; it is believed to have grown or shrunk so
/// many times at most.
const BILLED_DAYS: i32 = 91;
const LEAST_BILLED_DAYS: i32 = 56;
const MOST_GROWTH: f64 = 4.0;

/// The weeks before a day, for windows of one width.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Weeks {
    /// The day on which it is asked, and the first that is foreseen.
    today: i32,
    start: i32,
    wanted: Wanted,
    /// The newest that is over, and how many.
    first: i32,
    count: usize,
}

/// What invoices that are issued from the day `start` on bring in, window by window from that day; only what was known strictly before
/// `as_of` is used. Bands are those of one more week of the same kind (Student). Nothing for a currency with fewer than eight such weeks.
pub fn new_business(books: &Books, as_of: NaiveDate, start: NaiveDate, wanted: &Wanted) -> Vec<ForecastDay> {
    NewBusiness::count(books, as_of, start, wanted, &first_billed(books, as_of)).rows()
}

/// The first day on which something was billed, by currency, of what was known strictly before `as_of`.
pub fn first_billed(books: &Books, as_of: NaiveDate) -> BTreeMap<Currency, i32> {
    let mut found = BTreeMap::new();
    for item in books.items().iter().filter(|item| item.kind.is_billed() && item.issued_on < as_of) {
        let day = days_since_epoch(item.issued_on);
        let first = found.entry(item.currency).or_insert(day);
        *first = day.min(*first);
    }
    found
}

/// What was billed and what came of it, currency by currency. Amounts are whole numbers: parts of a book add up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewBusiness(BTreeMap<Currency, (Weeks, Billed)>);

/// What was billed in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billed {
    /// By week and window: the cash.
    cash: Vec<Vec<i128>>,
    /// By day of issue.
    on: BTreeMap<i32, i128>,
}

fn nothing(as_of: NaiveDate, start: NaiveDate, wanted: &Wanted, begin: i32) -> Option<(Weeks, Billed)> {
    let weeks = Weeks::new(days_since_epoch(as_of), days_since_epoch(start), wanted, begin)?;
    Some((weeks, Billed { cash: alloc::vec![alloc::vec![0; wanted.windows]; weeks.count], on: BTreeMap::new() }))
}

impl NewBusiness {
    /// Nothing was counted yet. `first`: the code of each currency with the day of [`first_billed`] of the whole.
    pub fn empty(as_of: NaiveDate, start: NaiveDate, wanted: &Wanted, first: &[(String, i32)]) -> Self {
        Self(first.iter().filter_map(|(code, begin)| Some((Currency::try_new(code).ok()?, nothing(as_of, start, wanted, *begin)?))).collect())
    }

    /// Counts a book or a part of one; `first` is [`first_billed`] of the whole.
    pub fn count(books: &Books, as_of: NaiveDate, start: NaiveDate, wanted: &Wanted, first: &BTreeMap<Currency, i32>) -> Self {
        let begun = first.iter().filter_map(|(currency, begin)| Some((*currency, nothing(as_of, start, wanted, *begin)?)));
        let mut found: BTreeMap<Currency, (Weeks, Billed)> = begun.collect();
        for item in books.items().iter().filter(|item| item.kind.is_billed() && item.issued_on < as_of) {
            let Some((weeks, billed)) = found.get_mut(&item.currency) else { continue };
            *billed.on.entry(days_since_epoch(item.issued_on)).or_insert(0) += i128::from(item.amount);
            if let Some(paid) = item.settled_on.filter(|day| *day < as_of) {
                weeks.add(&mut billed.cash, days_since_epoch(item.issued_on), days_since_epoch(paid), item.amount);
            }
        }
        Self(found)
    }

    /// What was counted, by currency.
    pub fn kept(&self) -> Vec<(String, Billed)> {
        self.0.iter().map(|(currency, (_, billed))| (currency.code().into(), billed.clone())).collect()
    }

    /// Adds what was counted of another part of the book.
    pub fn merge(&mut self, part: Vec<(String, Billed)>) {
        for (code, more) in part {
            let Some((_, billed)) = Currency::try_new(&code).ok().and_then(|currency| self.0.get_mut(&currency)) else { continue };
            billed.cash.iter_mut().flatten().zip(more.cash.into_iter().flatten()).for_each(|(sum, more)| *sum += more);
            more.on.into_iter().for_each(|(day, more)| *billed.on.entry(day).or_insert(0) += more);
        }
    }

    /// The rows of the forecast.
    pub fn rows(&self) -> Vec<ForecastDay> {
        let mut rows = Vec::new();
        for (currency, (weeks, billed)) in &self.0 {
            let on = billed.on.iter().map(|(day, sum)| (*day, *sum as f64)).collect();
            let cash: Vec<Vec<f64>> = billed.cash.iter().map(|week| week.iter().map(|sum| *sum as f64).collect()).collect();
            let (growth, off) = weeks.growth(&on);
            rows.extend(weeks.rows(&cash, (&growth, off), *currency));
        }
        rows
    }
}

impl Weeks {
    /// For what is foreseen from the day `start` on, where the first thing was billed on the day `begin`; `None`: too few.
    fn new(today: i32, start: i32, wanted: &Wanted, begin: i32) -> Option<Self> {
        // The newest of the weeks must be over before the day.
        let first = start.saturating_add(wanted.reach()).saturating_sub(today).max(0) / 7 + 1;
        let count = usize::try_from((start - begin - BILLED_DAYS) / 7 - first + 1).unwrap_or(0).min(MOST_WEEKS);
        (count >= LEAST_WEEKS).then_some(Self { today, start, wanted: *wanted, first, count })
    }

    /// Adds an invoice to each of the weeks at whose begin it was still to be issued, and within whose windows it was paid.
    fn add(&self, cash: &mut [Vec<i128>], issued: i32, paid: i32, amount: i64) {
        let reach = self.wanted.reach();
        // Week number `week` begins on the day `start - 7 * week`; the invoice is issued on it or later.
        let from = (self.start - issued + 6).div_euclid(7).max(self.first);
        let until = (self.start - 1 - paid).saturating_add(reach).div_euclid(7);
        for week in from..=until {
            let window = (paid - (self.start - 7 * week)).div_euclid(self.wanted.width);
            let slot = usize::try_from(week - self.first).ok().and_then(|week| cash.get_mut(week)).zip(usize::try_from(window).ok());
            if let Some(value) = slot.and_then(|(windows, window)| windows.get_mut(window)) {
                *value += i128::from(amount);
            }
        }
    }

    /// How much more is billed now than was in the days that each of the weeks foresees; and how far what was billed then was, as a share,
    /// from what had been billed before (the square, on average): so far it may be off again.
    fn growth(&self, billed: &BTreeMap<i32, f64>) -> (Vec<f64>, f64) {
        let until = |day: i32, days: i32| billed.range(day.saturating_sub(days)..day).map(|row| row.1).sum::<f64>() / f64::from(days);
        let reach = self.wanted.reach();
        let now = until(self.today, BILLED_DAYS);
        let (mut found, mut squares, mut all) = (Vec::with_capacity(self.count), 0.0, 0.0);
        for week in (self.first..).take(self.count) {
            let then = until((self.start - 7 * week).saturating_add(reach), reach.max(LEAST_BILLED_DAYS));
            let before = until(self.today - 7 * week, BILLED_DAYS);
            found.push(if then > 0.0 { (now / then).clamp(1.0 / MOST_GROWTH, MOST_GROWTH) } else { 1.0 });
            let off = if before > 0.0 { (then / before).clamp(1.0 / MOST_GROWTH, MOST_GROWTH) - 1.0 } else { 0.0 };
            let weight = libm::exp2(-f64::from(week - self.first) / HALF_LIFE_WEEKS);
            squares += weight * off * off;
            all += weight;
        }
        (found, squares / f64::max(all, 1.0))
    }

    fn rows(&self, cash: &[Vec<f64>], (growth, off): (&[f64], f64), currency: Currency) -> Vec<ForecastDay> {
        let on = |window: usize| calendar::add_days(calendar::date_from_days(self.start).unwrap_or(calendar::FIRST_DAY), i32::try_from(window).unwrap_or(0) * self.wanted.width);
        let row = |window: usize| {
            let weight = |week: usize| libm::exp2(-(week as f64) / HALF_LIFE_WEEKS);
            let seen = || cash.iter().zip(growth).enumerate().map(|(week, (windows, growth))| (windows.get(window).copied().unwrap_or(0.0) * growth, weight(week)));
            let (all, squares) = seen().fold((0.0, 0.0), |sums, row| (sums.0 + row.1, sums.1 + row.1 * row.1));
            let mean = seen().map(|row| row.0 * row.1).sum::<f64>() / all;
            // Weeks that weigh alike would say as much.
            let weeks = all * all / squares;
            let variance = seen().map(|row| row.1 * (row.0 - mean) * (row.0 - mean)).sum::<f64>() / all * weeks / (weeks - 1.0);
            let spread = libm::sqrt(variance * (1.0 + 1.0 / weeks) + mean * mean * off);
            let band = |normal: f64| {
                let reach = student(normal, weeks - 1.0) * spread;
                (minor((mean - reach).max(0.0)), minor(mean + reach))
            };
            ForecastDay { on: on(window), currency, line: ForecastLine::NewBusiness, expected: minor(mean), band80: band(1.281_552), band95: band(1.959_964) }
        };
        (0..self.wanted.windows).map(row).collect()
    }
}

/// The quantile of Student's distribution by that of the normal one (Cornish and Fisher's expansion, two terms).
fn student(normal: f64, freedom: f64) -> f64 {
    let cube = normal * normal * normal;
    let fifth = cube * normal * normal;
    normal + (cube + normal) / (4.0 * freedom) + (5.0 * fifth + 16.0 * cube + 3.0 * normal) / (96.0 * freedom * freedom)
}
