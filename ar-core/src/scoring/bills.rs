//! The items of a book as days and numbers: what the payment-time model reads.

use super::workdays::Workdays;
use crate::calendar::{days_since_epoch, weekday_of};
use crate::ledger::Books;
use crate::models::Calendars;
use crate::money::pow10;
use crate::record::{CustomerIdx, Item};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use chrono::NaiveDate;

/// An item that was not paid.
pub const NEVER: i32 = i32::MAX;

/// One item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bill {
    /// Natural logarithm of the amount in units of its currency.
    pub amount: f64,
    /// Day issued (days since 1970-01-01, as all days here).
    pub issued: i32,
    /// Day due.
    pub due: i32,
    /// Day paid, or [`NEVER`].
    pub paid: i32,
    /// Position among the model's segments; 0 = none of them.
    pub segment: usize,
    /// Which of the calendars.
    pub calendar: usize,
    /// Whether it is something that we billed: only such items teach.
    pub billed: bool,
}

impl Bill {
    /// Days from the due date to `day`.
    pub const fn delay_on(&self, day: i32) -> i32 {
        day.saturating_sub(self.due)
    }

    /// Weekday of the due date, Monday = 0.
    pub fn due_weekday(&self) -> usize {
        weekday_of(self.due)
    }
}

/// The days on which a book is paid: weekdays, and holidays by country or currency.
#[derive(Clone, Debug)]
pub struct Year {
    all: Vec<Workdays>,
    names: BTreeMap<String, usize>,
}

/// The calendar looks this many days behind the last day that anything is asked for.
const AHEAD: i32 = 500;

impl Year {
    /// The calendars that reach from the books' first day to `last` and beyond.
    pub fn new(books: &[&Books], calendars: &Calendars, open_weekdays: [bool; 7], last: NaiveDate) -> Self {
        Self::over(reach(books), calendars, open_weekdays, last)
    }

    /// As [`Year::new`], where the days are known that books reach over ([`reach`]).
    pub fn over(reach: Option<(i32, i32)>, calendars: &Calendars, open_weekdays: [bool; 7], last: NaiveDate) -> Self {
        let last = days_since_epoch(last);
        let (first, latest) = reach.map_or((last, last), |(first, latest)| (first.min(last), latest.max(last)));
        let until = latest.min(last + 4 * 366) + AHEAD;
        let first = first - 31;
        let mut all = alloc::vec![Workdays::new(first, until, open_weekdays, &[])];
        let mut names = BTreeMap::new();
        for (name, holidays) in calendars {
            let mut days: Vec<i32> = holidays.iter().map(|day| days_since_epoch(*day)).collect();
            days.sort_unstable();
            names.insert(name.clone(), all.len());
            all.push(Workdays::new(first, until, open_weekdays, &days));
        }
        Self { all, names }
    }

    /// The calendar of a customer's country, else of the currency, else without holidays.
    fn of(&self, country: &str, currency: &str) -> usize {
        self.names.get(country).or_else(|| self.names.get(currency)).copied().unwrap_or(0)
    }

    /// The days of one calendar.
    pub fn days(&self, calendar: usize) -> &Workdays {
        static NONE: Workdays = Workdays::nothing();
        self.all.get(calendar).or_else(|| self.all.first()).unwrap_or(&NONE)
    }
}

/// The first day on which an item was issued or due, and the last on which one is due.
pub fn reach(books: &[&Books]) -> Option<(i32, i32)> {
    let items = || books.iter().flat_map(|books| books.items());
    let first = items().map(|item| item.issued_on.min(item.due_on)).min()?;
    Some((days_since_epoch(first), items().map(|item| days_since_epoch(item.due_on)).max()?))
}

/// The bills of a customer, in the order of the ledger (by due date). `who` says the segment and the country of customers.
pub fn of_customer(books: &Books, at: CustomerIdx, who: &Books, segments: &[String], year: &Year) -> Vec<Bill> {
    let known = books.customer(at).and_then(|row| who.find_customer(books.text(row.id))).and_then(|at| who.customer(at));
    let segment = segments.binary_search_by(|name| name.as_str().cmp(known.map_or("", |row| who.text(row.segment)))).map_or(0, |place| place + 1);
    let country = known.map_or("", |row| who.text(row.country));
    books.items_of(at).iter().map(|item| bill(item, segment, year.of(country, item.currency.code()))).collect()
}

fn bill(item: &Item, segment: usize, calendar: usize) -> Bill {
    let unit = pow10(item.currency.exponent()) as f64;
    Bill {
        amount: libm::log((item.amount as f64 / unit).max(0.01)),
        issued: days_since_epoch(item.issued_on),
        due: days_since_epoch(item.due_on),
        paid: item.settled_on.map_or(NEVER, days_since_epoch),
        segment,
        calendar,
        billed: item.kind.is_billed(),
    }
}
