//! What ageing and measures add up of the books, in one pass over the items. Pieces of the items are added up on their own, and their
//! sums in the order of the pieces: the same on any number of threads. The ledger takes no books whose amounts of a currency are more than
//! a sum can hold, so the sums of amounts cannot overflow.

use super::book::{BUCKETS, CREDITS, period_begin};
use super::measures::Part;
use crate::calendar::{add_days, days_between};
use crate::ledger::{Books, TOGETHER, UsedNotes, open_of};
use crate::money::Currency;
use crate::policy::Settings;
use crate::record::{AllocationKind, Item};
use crate::threads;
use alloc::vec::Vec;
use chrono::{Datelike, NaiveDate};

/// A bucket of ageing.
#[derive(Clone, Copy, Default)]
pub(super) struct Bucket {
    pub(super) amount: i64,
    pub(super) count: i64,
}

/// What was billed in a calendar month up to the day.
#[derive(Clone, Copy, Default)]
pub(super) struct Month {
    /// Sum of age in days * open amount.
    pub(super) aged: i128,
    pub(super) sales: i64,
}

/// The sums of one currency.
#[derive(Clone)]
pub(super) struct Sums {
    pub(super) currency: Currency,
    /// As `BUCKETS`.
    pub(super) aged: [Bucket; BUCKETS.len()],
    /// Billed in the period.
    pub(super) sales: i64,
    /// Receivables at the begin of the period.
    pub(super) begin: i64,
    /// Days late * open amount of what is overdue; and that amount.
    pub(super) late: Part,
    /// Written off in the period.
    pub(super) written_off: i128,
    /// By months back from that of the day; as many as are needed.
    pub(super) months: Vec<Month>,
}

impl Sums {
    fn new(currency: Currency) -> Self {
        Self { currency, aged: Default::default(), sales: 0, begin: 0, late: Part::default(), written_off: 0, months: Vec::new() }
    }

    #[inline]
    fn put(&mut self, bucket: usize, amount: i64) {
        if let Some(bucket) = self.aged.get_mut(bucket) {
            bucket.amount += amount;
            bucket.count += 1;
        }
    }

    #[inline]
    fn month(&mut self, back: usize) -> Option<&mut Month> {
        if self.months.len() <= back {
            self.lengthen(back + 1);
        }
        self.months.get_mut(back)
    }

    #[cold]
    fn lengthen(&mut self, months: usize) {
        self.months.resize(months, Month::default());
    }

    fn merge(&mut self, other: &Self) {
        for (mine, its) in self.aged.iter_mut().zip(&other.aged) {
            *mine = Bucket { amount: mine.amount + its.amount, count: mine.count + its.count };
        }
        self.sales += other.sales;
        self.begin += other.begin;
        self.late = Part { part: self.late.part + other.late.part, whole: self.late.whole + other.late.whole };
        self.written_off += other.written_off;
        for (back, its) in other.months.iter().enumerate() {
            if let Some(mine) = self.month(back) {
                *mine = Month { aged: mine.aged + its.aged, sales: mine.sales + its.sales };
            }
        }
    }
}

/// Slots for the places of currencies; a power of two.
const SLOTS: usize = 64;

/// The sums of all currencies.
pub struct Tally {
    /// By currency, in order, once all is added up.
    sums: Vec<Sums>,
    /// Where the sums of a currency may be: neighbours often have different ones, and a search that ends now here, now there is slow.
    slots: [u8; SLOTS],
    /// What was billed and is settled since in the period, in any currency.
    pub(super) settled: i64,
}

/// The days that items are held against.
struct Days {
    as_of: NaiveDate,
    /// The day before the first of the period.
    begin_on: NaiveDate,
    /// What is due before the first of these is late; before the others, by more than 30, 60 and 90 days.
    late: [NaiveDate; 4],
    /// The month of the day.
    month: i32,
}

impl Days {
    fn new(settings: &Settings, as_of: NaiveDate) -> Self {
        Self { as_of, begin_on: period_begin(settings, as_of), late: [0, 30, 60, 90].map(|days| add_days(as_of, -days)), month: month_of(as_of) }
    }

    fn within(&self, day: NaiveDate) -> bool {
        (day > self.begin_on) & (day <= self.as_of)
    }

    /// As `bucket_of`, without counting days.
    fn bucket(&self, due_on: NaiveDate) -> usize {
        self.late.iter().map(|limit| usize::from(due_on < *limit)).sum()
    }
}

/// Months since the year 0.
fn month_of(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0().cast_signed()
}

impl Tally {
    const fn empty() -> Self {
        Self { sums: Vec::new(), slots: [0; SLOTS], settled: 0 }
    }

    /// Adds the books up as they stand at the end of a day, with what is unapplied of each payment. `open`: of each item, where it is
    /// known better than the books say it, because of what was posted on the day.
    pub fn new(books: &Books, settings: &Settings, as_of: NaiveDate, open: Option<&[i64]>, unapplied: &[i64]) -> Self {
        let (days, used) = (Days::new(settings, as_of), books.used_notes());
        let pieces = threads::pieces(books.items().len(), TOGETHER, |range| {
            let mut piece = Self::empty();
            piece.items(books, &days, &used, range.start, open.and_then(|open| open.get(range.clone())), range.len());
            piece
        });
        let mut all = Self::empty();
        for piece in &pieces {
            all.merge(piece);
        }
        for (payment, amount) in books.payments().iter().zip(unapplied) {
            let sums = all.of(payment.currency);
            if *amount > 0 {
                sums.put(CREDITS, -*amount);
            }
        }
        // Of a part of other books: the amounts are written as those of the whole.
        for currency in books.currencies_of_the_whole() {
            all.of(*currency);
        }
        all.sums.sort_by_key(|sums| sums.currency);
        all
    }

    /// By currency, in order.
    pub(super) fn sums(&self) -> &[Sums] {
        &self.sums
    }

    /// The currencies of the books, in order.
    pub(super) fn currencies(&self) -> Vec<Currency> {
        self.sums.iter().map(|sums| sums.currency).collect()
    }

    #[inline]
    fn place(&mut self, currency: Currency) -> usize {
        let [first, second, third] = currency.bytes();
        let hash = u32::from_le_bytes([first, second, third, 0]).wrapping_mul(0x9E37_79B1) >> 26;
        let guess = self.slots.get(hash as usize).map_or(0, |place| usize::from(*place));
        if self.sums.get(guess).is_some_and(|sums| sums.currency == currency) { guess } else { self.search(currency, hash as usize) }
    }

    #[cold]
    fn search(&mut self, currency: Currency, hash: usize) -> usize {
        let place = self.sums.iter().position(|sums| sums.currency == currency).unwrap_or_else(|| {
            self.sums.push(Sums::new(currency));
            self.sums.len() - 1
        });
        if let Some(slot) = self.slots.get_mut(hash) {
            *slot = u8::try_from(place).unwrap_or(0);
        }
        place
    }

    #[inline]
    #[expect(clippy::indexing_slicing, reason = "`place` has just found it or made it")]
    fn of(&mut self, currency: Currency) -> &mut Sums {
        let place = self.place(currency);
        &mut self.sums[place]
    }

    fn merge(&mut self, piece: &Self) {
        for sums in &piece.sums {
            self.of(sums.currency).merge(sums);
        }
        self.settled += piece.settled;
    }

    /// Adds as many items from a place on.
    fn items(&mut self, books: &Books, days: &Days, used: &UsedNotes<'_>, from: usize, open: Option<&[i64]>, count: usize) {
        let mut room = [[0_i64; TOGETHER]; 2];
        let [now, begin] = &mut room;
        let (now, begin) = (now.get_mut(..count).unwrap_or_default(), begin.get_mut(..count).unwrap_or_default());
        books.moved_in(from, days.begin_on, used, begin);
        let items = books.items().get(from..from + count).unwrap_or(&[]);
        if let Some(open) = open {
            for ((item, open), moved) in items.iter().zip(open).zip(begin) {
                self.item(item, *open, open_of(item, days.begin_on, *moved), days);
            }
        } else {
            books.moved_in(from, days.as_of, used, now);
            for ((item, moved), moved_then) in items.iter().zip(now).zip(begin) {
                self.item(item, open_of(item, days.as_of, *moved), open_of(item, days.begin_on, *moved_then), days);
            }
        }
        let first = books.allocations().partition_point(|line| (line.item.0 as usize) < from);
        let lines = books.allocations().get(first..).unwrap_or(&[]).iter().take_while(|line| (line.item.0 as usize) < from + count);
        for line in lines.filter(|line| line.kind == AllocationKind::WriteOff && days.within(line.on)) {
            if let Some(item) = books.item(line.item).filter(|item| !item.kind.is_credit()) {
                self.of(item.currency).written_off += i128::from(line.amount);
            }
        }
    }

    #[inline]
    fn item(&mut self, item: &Item, open: i64, begin: i64, days: &Days) {
        let (credit, billed) = (item.kind.is_credit(), item.kind.is_billed());
        self.settled += i64::from(billed & item.settled_on.is_some_and(|day| days.within(day)));
        let sums = self.of(item.currency);
        if credit {
            if open > 0 {
                sums.put(CREDITS, -open);
            }
            return;
        }
        sums.begin += begin;
        // A deduction was sold with the item that it is a part of; of what is not known yet, nothing is open.
        let is_known = billed && item.issued_on <= days.as_of;
        let back = usize::try_from(days.month - month_of(item.issued_on)).unwrap_or(0);
        if is_known {
            let in_period = -i64::from(item.issued_on > days.begin_on);
            sums.sales += item.amount & in_period;
            if let Some(month) = sums.month(back) {
                month.sales += item.amount;
            }
        }
        if open != 0 {
            sums.put_open(item, open, if is_known { Some(back) } else { None }, days);
        }
    }
}

impl Sums {
    /// What is open of a debit item; `month`: that in which it was billed.
    #[inline]
    fn put_open(&mut self, item: &Item, open: i64, month: Option<usize>, days: &Days) {
        let bucket = days.bucket(item.due_on);
        if open > 0 {
            self.put(bucket, open);
        }
        if bucket > 0 {
            let days_late = i128::from(days_between(item.due_on, days.as_of));
            self.late = Part { part: self.late.part + days_late * i128::from(open), whole: self.late.whole + i128::from(open) };
        }
        if let Some(month) = month.and_then(|back| self.month(back)) {
            month.aged += i128::from(days_between(item.issued_on, days.as_of)) * i128::from(open);
        }
    }
}
