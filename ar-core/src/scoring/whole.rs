//! The past of a book that is kept in parts, each with all of some customers. What an item is judged by is its customer's own past and
//! what the whole book has done. The latter is put together in two rounds, and is then, to the bit, that of the book in one piece:
//!
//! 1. each part is counted ([`Counted`]); what was counted makes the [`Whole`];
//! 2. of some customers, who are the same however the book is cut, each part says what was expected of their items and came
//!    ([`Seen`]); that recalibrates the whole ([`Whole::rolled`]).
//!
//! With the whole, each part is asked by itself ([`predict_part`], [`forecast_part`]).

use super::bills::{self, Year};
use super::eras::{self, Eras, Fading, Paid};
use super::past::{Past, Question, Rates, answers, bills_of, cash_of, open_on};
use super::rolling::{self, Correction, Drift, Lookback, Watched};
use super::{Distribution, Forecast, NewBusiness, Wanted, first_billed};
use crate::calendar::{date_from_days, days_since_epoch};
use crate::models::PayTimeModel;
use crate::money::Currency;
use crate::record::ItemIdx;
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What one part of a history brings to the whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    /// The days that are asked, rising; the same of all parts.
    asked: Vec<i32>,
    first: Option<i32>,
    reach: Option<(i32, i32)>,
    paid: Vec<(Paid, u64)>,
    /// By customer: items that may be looked at.
    counting: Vec<(String, usize)>,
    /// By currency: the first day on which something was billed before the first day that is asked.
    billed: Vec<(String, i32)>,
}

impl Counted {
    /// Counts a part. `asked`: every day on which an item of any part is asked about, rising.
    pub fn new(model: &PayTimeModel, question: Question<'_>, asked: &[NaiveDate]) -> Self {
        let Question { items, history, customers, .. } = question;
        let days: Vec<i32> = asked.iter().map(|day| days_since_epoch(*day)).collect();
        let reach = bills::reach(&[history, items]);
        let last = asked.last().copied().unwrap_or(model.fitted_on);
        let (bills, ends) = bills_of(history, customers, model, &Year::over(reach, &model.calendars, model.open_weekdays, last));
        let mut paid: BTreeMap<Paid, u64> = BTreeMap::new();
        let counted = |paid: &Paid| days.last().is_some_and(|last| paid.on < *last);
        bills.iter().filter_map(Paid::of).filter(counted).for_each(|row| *paid.entry(row).or_insert(0) += 1);
        let look = Lookback::new(&eras::days(&days), &days);
        let mut counting = Vec::new();
        let mut from = 0;
        for (at, end) in history.customers().iter().zip(ends) {
            let own = bills.get(from..end).unwrap_or(&[]).iter().filter(|bill| look.is_some_and(|look| look.counts(bill))).count();
            if own > 0 {
                counting.push((history.text(at.id).into(), own));
            }
            from = end;
        }
        let billed = asked.first().map(|day| first_billed(history, *day)).unwrap_or_default();
        Self {
            first: history.items().iter().map(|item| days_since_epoch(item.issued_on)).min(),
            asked: days,
            reach,
            paid: paid.into_iter().collect(),
            counting,
            billed: billed.into_iter().map(|(currency, day)| (currency.code().into(), day)).collect(),
        }
    }
}

/// Why parts do not make a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Other days were asked of one part than of another.
    OtherDays,
    /// This customer is in two parts.
    InTwoParts(String),
    /// So many of the customers that are to be looked at are in none of the parts that were, or in several.
    NotOnce(usize),
}

/// What is known of the whole of a history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Whole {
    asked: Vec<i32>,
    first: i32,
    last: i32,
    reach: Option<(i32, i32)>,
    pub(super) eras: Eras,
    pub(super) corrections: Vec<Correction>,
    pub(super) drift: Vec<Drift>,
    /// Every so manieth item is looked at.
    every: usize,
    /// The customers that have one: and the number of their first item, of those that count.
    watched: Vec<(String, usize)>,
    billed: Vec<(String, i32)>,
    rolled: bool,
}

impl Whole {
    /// Puts together what was counted of all parts, in any order.
    ///
    /// # Errors
    /// Where the parts are not those of one history.
    pub fn new(model: &PayTimeModel, parts: impl IntoIterator<Item = Counted>) -> Result<Self, Unfit> {
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_default();
        let mut paid: BTreeMap<Paid, u64> = all.paid.drain(..).collect();
        let mut counting: BTreeMap<String, usize> = all.counting.drain(..).collect();
        let mut billed: BTreeMap<String, i32> = all.billed.drain(..).collect();
        for part in parts {
            if part.asked != all.asked {
                return Err(Unfit::OtherDays);
            }
            all.first = all.first.into_iter().chain(part.first).min();
            all.reach = match (all.reach, part.reach) {
                (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
                (one, other) => one.or(other),
            };
            part.paid.into_iter().for_each(|(row, times)| *paid.entry(row).or_insert(0) += times);
            for (code, day) in part.billed {
                let first = billed.entry(code).or_insert(day);
                *first = day.min(*first);
            }
            for (customer, count) in part.counting {
                if counting.contains_key(&customer) {
                    return Err(Unfit::InTwoParts(customer));
                }
                counting.insert(customer, count);
            }
        }
        let last = all.asked.last().copied().unwrap_or_else(|| days_since_epoch(model.fitted_on));
        let every = rolling::every(counting.values().sum());
        let mut number = 0usize;
        let numbered = counting.into_iter().map(|(customer, count)| {
            number += count;
            (customer, number - count, count)
        });
        let watched = numbered.filter(|(_, first, count)| first.next_multiple_of(every) < first + count).map(|(customer, first, _)| (customer, first)).collect();
        let first = all.first.unwrap_or(last).min(last);
        let mut whole = Self {
            first,
            last,
            reach: all.reach,
            eras: Eras::default(),
            corrections: Vec::new(),
            drift: Vec::new(),
            every,
            watched,
            billed: billed.into_iter().collect(),
            rolled: false,
            asked: all.asked,
        };
        whole.eras = Eras::of(paid.into_iter(), &whole.year(model), model, Fading::new(first, last, model.weights.half_life_days), &whole.asked);
        Ok(whole)
    }

    /// With what the model missed lately taken into account: what was seen of all parts, in any order.
    ///
    /// # Errors
    /// Where not every customer that is to be looked at was, once.
    pub fn rolled(mut self, parts: impl IntoIterator<Item = Seen>) -> Result<Self, Unfit> {
        let mut seen: Vec<(usize, Vec<Watched>)> = parts.into_iter().flat_map(|part| part.0).collect();
        seen.sort_by_key(|row| row.0);
        let wrong = seen.len().max(self.watched.len()) - seen.iter().zip(&self.watched).filter(|(seen, wanted)| seen.0 == wanted.1).count();
        if wrong > 0 {
            return Err(Unfit::NotOnce(wrong));
        }
        let eras = self.eras.days();
        if let Some(look) = Lookback::new(&eras, &self.asked) {
            (self.corrections, self.drift) = rolling::of_watched(&eras, &look, seen.into_iter().map(|row| row.1));
        }
        self.rolled = true;
        Ok(self)
    }

    /// Whether [`Whole::rolled`] was done: only then it answers as the book in one piece does.
    pub const fn is_rolled(&self) -> bool {
        self.rolled
    }

    /// Whether a day is among those that were asked.
    pub fn knows(&self, day: NaiveDate) -> bool {
        self.asked.binary_search(&days_since_epoch(day)).is_ok()
    }

    pub(super) fn year(&self, model: &PayTimeModel) -> Year {
        Year::over(self.reach, &model.calendars, model.open_weekdays, date_from_days(self.last).unwrap_or(model.fitted_on))
    }

    pub(super) const fn span(&self) -> (i32, i32) {
        (self.first, self.last)
    }

    /// The first day on which something was billed, by the code of the currency.
    pub fn billed_on(&self) -> Vec<(String, i32)> {
        self.billed.clone()
    }

    fn billed(&self) -> BTreeMap<Currency, i32> {
        self.billed.iter().filter_map(|(code, day)| Some((Currency::try_new(code).ok()?, *day))).collect()
    }
}

/// What was expected of the newest past of some customers, and came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen(Vec<(usize, Vec<Watched>)>);

impl Seen {
    /// Looks at the customers of a part that are to be looked at.
    pub fn new(model: &PayTimeModel, question: Question<'_>, whole: &Whole) -> Self {
        let eras = whole.eras.days();
        let Some(look) = Lookback::new(&eras, &whole.asked) else { return Self::default() };
        let known = |(customer, first): &(String, usize)| Some((question.history.find_customer(customer)?, *first));
        let mine: Vec<_> = whole.watched.iter().filter_map(known).collect();
        if mine.is_empty() {
            return Self::default();
        }
        let past = Past::of_part(whole, question.history, question.customers, model);
        Self(mine.into_iter().map(|(at, first)| (first, look.watch(&past, past.bills(at), first, whole.every))).collect())
    }
}

/// As [`predict`](super::predict), of the items of a part.
pub fn predict_part(model: &PayTimeModel, question: Question<'_>, asks: &[(ItemIdx, NaiveDate)], whole: &Whole) -> Vec<(Distribution, Rates)> {
    answers(&Past::of_part(whole, question.history, question.customers, model), question, asks, i32::MAX)
}

/// As [`forecast`](super::forecast), of a part: the cash of its open items, and what it says of invoices that are not issued yet.
pub fn forecast_part(model: &PayTimeModel, question: Question<'_>, as_of: NaiveDate, wanted: &Wanted, whole: &Whole) -> (Forecast, NewBusiness) {
    let asks = open_on(question, as_of);
    let past = Past::of_part(whole, question.history, question.customers, model);
    let found = cash_of(question.items, &asks, &answers(&past, question, &asks, wanted.reach()), wanted);
    let billed = if wanted.new_business { whole.billed() } else { BTreeMap::new() };
    let business = NewBusiness::count(question.history, as_of, found.start(as_of), wanted, &billed);
    (found, business)
}
