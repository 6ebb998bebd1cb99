//! How values are written and read: numbers in as few bytes as they need, texts where they stand or once in a dictionary.

use crate::calendar::{FIRST_DAY, LAST_DAY};
use crate::calendar::{date_from_days, days_since_epoch};
use crate::ledger::Books;
use crate::ledger::decided::Shared as Held;
use crate::money::Currency;
use crate::record::ItemIdx;
use crate::saved::{folded, push_number};
use crate::text::{TextId, TextPool};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use chrono::NaiveDate;
use core::ops::Range;

/// Gathers the bytes of books.
pub(super) struct Writer<'b> {
    books: &'b Books,
    bytes: Vec<u8>,
    /// Of each handle the number of its text in the dictionary; 0 while it has none.
    known: Vec<u32>,
    dictionary: BTreeMap<&'b str, u32>,
    currencies: Vec<Currency>,
    /// The last text that was written where it stands.
    last: &'b str,
}

impl<'b> Writer<'b> {
    pub(super) fn new(books: &'b Books, bytes: Vec<u8>) -> Self {
        Self { books, bytes, known: alloc::vec![0; books.texts.handles()], dictionary: BTreeMap::new(), currencies: Vec::new(), last: "" }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn number(&mut self, value: u64) {
        push_number(&mut self.bytes, value);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn own(&mut self, id: TextId) {
        self.last = self.books.texts.get(id);
        self.text(self.last);
    }

    fn same(&mut self, id: TextId) {
        let text = self.books.texts.get(id);
        if text == self.last {
            return self.number(0);
        }
        self.number(text.len() as u64 + 1);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn shared(&mut self, id: TextId) {
        match self.known.get(id.place()).copied() {
            _ if id.is_none() => self.number(0),
            Some(known) if known > 0 => self.number(u64::from(known)),
            _ => {
                let number = self.word(self.books.texts.get(id));
                if let Some(slot) = self.known.get_mut(id.place()) {
                    *slot = number;
                }
            }
        }
    }

    /// Writes a text through the dictionary; says its number there.
    pub(super) fn word(&mut self, text: &'b str) -> u32 {
        let next = u32::try_from(self.dictionary.len()).map_or(u32::MAX, |known| known.saturating_add(1));
        let number = *self.dictionary.entry(text).or_insert(next);
        self.number(u64::from(number));
        if number == next {
            self.text(text);
        }
        number
    }

    fn currency(&mut self, currency: Currency) {
        let known = self.currencies.iter().position(|known| *known == currency);
        self.number(known.unwrap_or(self.currencies.len()) as u64 + 1);
        if known.is_none() {
            self.currencies.push(currency);
            self.bytes.extend_from_slice(&currency.bytes());
        }
    }
}

/// Reads what a [`Writer`] gathered. `None` is a refusal: no number claims more than there are bytes, and everything has one form only.
pub(super) struct Reader<'r> {
    rest: &'r [u8],
    /// The version of the bytes.
    pub(super) version: u16,
    /// The table that is being read.
    pub(super) table: &'static str,
    pub(super) texts: TextPool,
    pub(super) lists: Vec<TextId>,
    pub(super) item_lists: Vec<ItemIdx>,
    dictionary: Vec<TextId>,
    currencies: Vec<Currency>,
    last: TextId,
}

impl<'r> Reader<'r> {
    pub(super) fn new(version: u16, payload: &'r [u8]) -> Self {
        let texts = TextPool::default();
        Self { rest: payload, version, table: "", texts, lists: Vec::new(), item_lists: Vec::new(), dictionary: Vec::new(), currencies: Vec::new(), last: TextId::NONE }
    }

    /// Bytes that are not read yet.
    pub(super) const fn left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0u64, 0u32);
        loop {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            value |= bits << shift;
            if byte & 0x80 == 0 {
                // No byte of nothing at the end, and nothing above the 64th bit.
                return (shift == 0 || (bits > 0 && bits << shift >> shift == bits)).then_some(value);
            }
            shift = shift.checked_add(7).filter(|shift| *shift < 64)?;
        }
    }

    /// A number of things that follow, each of at least one byte.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|count| *count <= self.left())
    }

    fn take(&mut self, count: usize) -> Option<&'r str> {
        let (text, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        core::str::from_utf8(text).ok()
    }

    pub(super) fn text(&mut self) -> Option<&'r str> {
        let count = self.count()?;
        self.take(count)
    }

    fn own(&mut self) -> Option<TextId> {
        let text = self.text()?;
        self.last = self.texts.push(text)?;
        Some(self.last)
    }

    fn same(&mut self) -> Option<TextId> {
        let Some(count) = self.number()?.checked_sub(1) else { return Some(self.last) };
        let text = self.take(usize::try_from(count).ok()?)?;
        if text == self.texts.get(self.last) { None } else { self.texts.push(text) }
    }

    fn shared(&mut self) -> Option<TextId> {
        let Some(at) = usize::try_from(self.number()?).ok()?.checked_sub(1) else { return Some(TextId::NONE) };
        if at == self.dictionary.len() {
            let (text, before) = (self.text()?, self.texts.handles());
            // A text stands in the dictionary once, and is one.
            let id = self.texts.intern(text).filter(|id| id.place() == before && !id.is_none())?;
            self.dictionary.push(id);
        }
        self.dictionary.get(at).copied()
    }

    fn currency(&mut self) -> Option<Option<Currency>> {
        let Some(at) = usize::try_from(self.number()?).ok()?.checked_sub(1) else { return Some(None) };
        if at == self.currencies.len() {
            let currency = Currency::try_new(self.take(3)?).ok().filter(|currency| !self.currencies.contains(currency))?;
            self.currencies.push(currency);
        }
        self.currencies.get(at).map(|currency| Some(*currency))
    }
}

/// What has one way to be written.
pub(super) trait Saved: Sized {
    fn save<'b>(&'b self, out: &mut Writer<'b>);
    fn load(input: &mut Reader<'_>) -> Option<Self>;
}

/// What is written as a number that is not negative.
pub(super) trait Number: Copy {
    fn number(self) -> u64;
    fn of(number: u64) -> Option<Self>;
}

impl<T: Number> Saved for T {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        out.number(self.number());
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        T::of(input.number()?)
    }
}

/// 0 for none, else the number and one.
impl<T: Number> Saved for Option<T> {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        out.number(self.map_or(0, |value| value.number().saturating_add(1)));
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        match input.number()?.checked_sub(1) {
            Some(number) => T::of(number).map(Some),
            None => Some(None),
        }
    }
}

macro_rules! integers {
    ($($integer:ty),+) => { $(
        impl Number for $integer {
            fn number(self) -> u64 {
                u64::from(self)
            }

            fn of(number: u64) -> Option<Self> {
                Self::try_from(number).ok()
            }
        }
    )+ };
}
integers!(u8, u16, u32);

impl Number for bool {
    fn number(self) -> u64 {
        u64::from(self)
    }

    fn of(number: u64) -> Option<Self> {
        (number < 2).then_some(number == 1)
    }
}

/// Days since 1970-01-01.
impl Number for NaiveDate {
    fn number(self) -> u64 {
        u64::from(days_since_epoch(self).unsigned_abs())
    }

    fn of(number: u64) -> Option<Self> {
        date_from_days(i32::try_from(number).ok()?).filter(|day| (FIRST_DAY..=LAST_DAY).contains(day))
    }
}

impl Saved for i64 {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        out.number(folded(*self));
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        let number = input.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

impl Saved for Currency {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        out.currency(*self);
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        input.currency()?
    }
}

impl Saved for Option<Currency> {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        match self {
            Some(currency) => out.currency(*currency),
            None => out.number(0),
        }
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        input.currency()
    }
}

impl Saved for String {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        out.text(self);
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        input.text().map(Into::into)
    }
}

impl<T: Saved> Saved for Held<T> {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        (**self).save(out);
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        T::load(input).map(Self::new)
    }
}

impl<T: Saved> Saved for Vec<T> {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        out.number(self.len() as u64);
        self.iter().for_each(|row| row.save(out));
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        let count = input.count()?;
        // Room for what the bytes can hold: a row takes no more than some eight times the bytes that say it.
        let mut rows = Self::with_capacity(count.min(input.left() / (size_of::<T>() / 8).max(1)));
        for _ in 0..count {
            rows.push(T::load(input)?);
        }
        Some(rows)
    }
}

/// In the order of the keys, each once.
impl<K: Saved + Ord, V: Saved> Saved for BTreeMap<K, V> {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        out.number(self.len() as u64);
        for (key, value) in self {
            key.save(out);
            value.save(out);
        }
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        let mut rows = Self::new();
        for _ in 0..input.count()? {
            let key = K::load(input)?;
            if rows.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return None;
            }
            rows.insert(key, V::load(input)?);
        }
        Some(rows)
    }
}

impl<A: Saved, B: Saved> Saved for (A, B) {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        self.0.save(out);
        self.1.save(out);
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        Some((A::load(input)?, B::load(input)?))
    }
}

/// How a field is written whose type does not say it.
pub(super) trait Codec<T> {
    fn save<'b>(value: &'b T, out: &mut Writer<'b>);
    fn load(input: &mut Reader<'_>) -> Option<T>;
}

/// As its type says.
pub(super) struct Plain;
/// A text where it stands: the rows seldom share it.
pub(super) struct Own;
/// A text that many rows share: where it first stands, then by its number.
pub(super) struct Shared;
/// A text that often is the last one that was written where it stands.
pub(super) struct Same;
/// A list of texts, each where it stands.
pub(super) struct OwnList;
/// A list of texts that many rows share.
pub(super) struct SharedList;
/// A list of items.
pub(super) struct Items;
/// Not written: it follows from other rows.
pub(super) struct Derived;

impl<T: Saved> Codec<T> for Plain {
    fn save<'b>(value: &'b T, out: &mut Writer<'b>) {
        value.save(out);
    }

    fn load(input: &mut Reader<'_>) -> Option<T> {
        T::load(input)
    }
}

impl<T: Default> Codec<T> for Derived {
    fn save<'b>(_: &'b T, _: &mut Writer<'b>) {}

    fn load(_: &mut Reader<'_>) -> Option<T> {
        Some(T::default())
    }
}

macro_rules! texts {
    ($($codec:ident $list:ident $way:ident)+) => { $(
        impl Codec<TextId> for $codec {
            fn save<'b>(value: &'b TextId, out: &mut Writer<'b>) {
                out.$way(*value);
            }

            fn load(input: &mut Reader<'_>) -> Option<TextId> {
                input.$way()
            }
        }

        impl Codec<Range<u32>> for $list {
            fn save<'b>(value: &'b Range<u32>, out: &mut Writer<'b>) {
                let list = out.books.lists.get(value.start as usize..value.end as usize).unwrap_or(&[]);
                out.number(list.len() as u64);
                list.iter().for_each(|id| out.$way(*id));
            }

            fn load(input: &mut Reader<'_>) -> Option<Range<u32>> {
                let (count, start) = (input.count()?, input.lists.len());
                for _ in 0..count {
                    let id = input.$way()?;
                    input.lists.push(id);
                }
                range(start, input.lists.len())
            }
        }
    )+ };
}
texts!(Own OwnList own  Shared SharedList shared);

impl Codec<TextId> for Same {
    fn save<'b>(value: &'b TextId, out: &mut Writer<'b>) {
        out.same(*value);
    }

    fn load(input: &mut Reader<'_>) -> Option<TextId> {
        input.same()
    }
}

impl Codec<Range<u32>> for Items {
    fn save<'b>(value: &'b Range<u32>, out: &mut Writer<'b>) {
        let list = out.books.item_list(value);
        out.number(list.len() as u64);
        list.iter().for_each(|at| out.number(u64::from(at.0)));
    }

    fn load(input: &mut Reader<'_>) -> Option<Range<u32>> {
        let (count, start) = (input.count()?, input.item_lists.len());
        for _ in 0..count {
            let at = ItemIdx::load(input)?;
            input.item_lists.push(at);
        }
        range(start, input.item_lists.len())
    }
}

fn range(start: usize, end: usize) -> Option<Range<u32>> {
    Some(u32::try_from(start).ok()?..u32::try_from(end).ok()?)
}
