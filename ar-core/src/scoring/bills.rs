//! The items of a book as days and numbers: what the payment-time model reads.

use super::workdays::Workdays;
use crate::calendar::{days_since_epoch, weekday_of};
use crate::ledger::Books;
use crate::models::Calendars;
use crate::money::{Currency, pow10};
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
    pub segment: u32,
    /// Which of the calendars.
    pub calendar: u32,
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
    names: BTreeMap<String, u32>,
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
            names.insert(name.clone(), u32::try_from(all.len()).unwrap_or(0));
            all.push(Workdays::new(first, until, open_weekdays, &days));
        }
        Self { all, names }
    }

    /// The calendar of a customer's country, else of the currency, else without holidays.
    fn of(&self, country: &str, currency: &str) -> u32 {
        self.names.get(country).or_else(|| self.names.get(currency)).copied().unwrap_or(0)
    }

    /// The days of one calendar.
    pub fn days(&self, calendar: u32) -> &Workdays {
        static NONE: Workdays = Workdays::nothing();
        self.all.get(calendar as usize).or_else(|| self.all.first()).unwrap_or(&NONE)
    }
}

/// The first day on which an item was issued or due, and the last on which one is due.
pub fn reach(books: &[&Books]) -> Option<(i32, i32)> {
    let items = || books.iter().flat_map(|books| books.items());
    let days = items().map(|item| (item.issued_on.min(item.due_on), item.due_on));
    let (first, last) = days.reduce(|so_far, days| (so_far.0.min(days.0), so_far.1.max(days.1)))?;
    Some((days_since_epoch(first), days_since_epoch(last)))
}

/// The bills of a customer, in the order of the ledger (by due date). `who` says the segment and the country of customers.
pub fn of_customer<'b>(books: &'b Books, at: CustomerIdx, who: &'b Books, segments: &[String], year: &'b Year) -> impl ExactSizeIterator<Item = Bill> + use<'b> {
    let row = books.customer(at);
    // Mostly the books know their own customers: those need not be found by name.
    let known = if core::ptr::eq(books, who) { row } else { row.and_then(|row| who.find_customer(books.text(row.id))).and_then(|at| who.customer(at)) };
    let name = known.map_or("", |row| who.text(row.segment));
    let segment = segments.binary_search_by(|known| known.as_str().cmp(name)).ok().and_then(|place| u32::try_from(place + 1).ok()).unwrap_or(0);
    let country = known.map_or("", |row| who.text(row.country));
    let mut last: Option<(Currency, u32)> = None;
    books.items_of(at).iter().map(move |item| {
        let calendar = last.filter(|known| known.0 == item.currency).map_or_else(|| year.of(country, item.currency.code()), |known| known.1);
        last = Some((item.currency, calendar));
        bill(item, segment, calendar)
    })
}

fn bill(item: &Item, segment: u32, calendar: u32) -> Bill {
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
