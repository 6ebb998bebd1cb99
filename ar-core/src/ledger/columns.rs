//! Columns read whole, without a look at single cells where their type allows it. A reader here gives nothing as soon as one value would
//! be a problem: the rows are then read one by one (`reader`), which says what is wrong.

use super::cell::{Bad, Value, checked_text};
use super::reader::{Bind, Row, bind_quietly};
use super::schema::{Kind, TableSpec};
use crate::calendar::{FIRST_DAY, LAST_DAY, date_from_days, days_since_epoch};
use crate::error::Problems;
use crate::money::{Currency, MAX_MINOR, pow10};
use crate::table::{Data, Table, Texts};
use alloc::{borrow::Cow, format, vec::Vec};
use chrono::NaiveDate;
use core::ops::Range;

/// Rows that are read together: what is made of them stays in the cache.
const BLOCK: usize = 1 << 14;

/// The columns of a batch, by their place in the spec.
type Bound<'t> = Vec<Option<Bind<'t>>>;

/// Some rows of one batch.
pub(super) struct Block<'t, 'b> {
    spec: &'static TableSpec,
    columns: &'b [Option<Bind<'t>>],
    rows: Range<usize>,
    /// Number of the first row in its table.
    pub(super) first: usize,
}

/// The columns of all batches; `None` where one of them is not as it should be, or holds values row by row.
pub(super) fn bound<'t>(spec: &'static TableSpec, table: &'t Table<'t>) -> Option<Vec<Bound<'t>>> {
    table.batches.iter().map(|batch| bind_quietly(spec, batch)).collect()
}

/// The rows of all batches in blocks, in their order.
pub(super) fn blocks<'t, 'b>(spec: &'static TableSpec, table: &'t Table<'t>, bound: &'b [Bound<'t>]) -> Vec<Block<'t, 'b>> {
    let (mut blocks, mut first) = (Vec::new(), 0);
    for (batch, columns) in table.batches.iter().zip(bound) {
        let rows = batch.rows();
        for from in (0..rows).step_by(BLOCK) {
            blocks.push(Block { spec, columns, rows: from..(from + BLOCK).min(rows), first: first + from });
        }
        first += rows;
    }
    blocks
}

/// Texts of a block. `whole` where every row has one.
pub(super) enum Lane<'t> {
    Absent,
    Texts { texts: Cow<'t, Texts<'t>>, rows: Range<usize>, valid: Option<&'t [bool]>, whole: bool },
}

impl<'t> Lane<'t> {
    /// The text of a row of the block; empty for none.
    pub(super) fn bytes(&self, row: usize) -> &[u8] {
        match self {
            Self::Texts { texts, rows, valid, .. } if valid.is_none_or(|valid| valid.get(rows.start + row) == Some(&true)) => texts.bytes_of(rows.start + row),
            _ => b"",
        }
    }

    pub(super) const fn is_whole(&self) -> bool {
        matches!(self, Self::Texts { whole: true, .. })
    }

    /// The texts among which those of the block are, which of them are there, and where those of the block begin.
    pub(super) fn texts(&self) -> Option<(&Texts<'t>, Option<&'t [bool]>, usize)> {
        let Self::Texts { texts, rows, valid, .. } = self else { return None };
        Some((texts, *valid, rows.start))
    }

    /// All texts one behind the other, and the end of each from the beginning of the first.
    pub(super) fn run(&self) -> Option<(&str, impl Iterator<Item = usize>)> {
        let Self::Texts { texts, rows, .. } = self else { return None };
        let start = rows.start.checked_sub(1).map_or(Some(0), |before| texts.ends.get(before).copied())?;
        let ends = texts.ends.get(rows.clone())?;
        let bytes = texts.bytes.get(start..ends.last().copied().unwrap_or(start))?;
        Some((core::str::from_utf8(bytes).ok()?, ends.iter().map(move |end| end.saturating_sub(start))))
    }
}

impl<'t> Block<'t, '_> {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// A row of the block, to be read value by value.
    pub(super) fn row<'p>(&'p self, place: usize, problems: &'p mut Problems) -> Row<'t, 'p> {
        Row::new(self.spec, self.columns, self.rows.start + place, self.first + place, problems)
    }

    fn bind(&self, at: usize) -> Option<Bind<'t>> {
        self.columns.get(at).copied().flatten()
    }

    fn kind(&self, at: usize) -> Kind {
        self.spec.columns.get(at).map_or(Kind::Id, |column| column.kind)
    }

    fn required(&self, at: usize) -> bool {
        self.spec.columns.get(at).is_some_and(|column| column.required)
    }

    pub(super) fn has(&self, at: usize) -> bool {
        self.bind(at).is_some()
    }

    fn valid(&self, bind: Bind<'t>) -> Option<&'t [bool]> {
        bind.column.valid.as_deref().and_then(|valid| valid.get(self.rows.clone()))
    }

    /// Calls `put` with every value, by its place in the block; those that are not there are left out.
    fn each<T>(&self, at: usize, read: impl Fn(Value<'t>) -> Result<Option<T>, Bad>, mut put: impl FnMut(usize, T)) -> Option<()> {
        let Some(bind) = self.bind(at) else { return Some(()) };
        for (place, row) in self.rows.clone().enumerate() {
            match read(Value::of(bind.column, row)).ok()? {
                Some(value) => put(place, value),
                None if self.required(at) => return None,
                None => {}
            }
        }
        Some(())
    }

    /// Calls `put` with every value of a column that holds them as they are and may be without some; `None` where one is refused by `put`.
    fn plain<T: Copy>(&self, bind: Bind<'t>, values: &[T], mut put: impl FnMut(usize, T) -> bool) -> Option<()> {
        let values = values.get(self.rows.clone())?;
        let fine = match self.valid(bind) {
            None => values.iter().enumerate().fold(true, |fine, (place, value)| put(place, *value) & fine),
            Some(valid) => values.iter().zip(valid).enumerate().fold(true, |fine, (place, (value, valid))| (!*valid || put(place, *value)) & fine),
        };
        fine.then_some(())
    }

    /// Days since 1970-01-01, each at its place in `out`.
    pub(super) fn days(&self, at: usize, mut put: impl FnMut(usize, i32)) -> Option<()> {
        let last = days_since_epoch(LAST_DAY);
        let mut inside = |place: usize, day: i32| {
            put(place, day);
            (0..=last).contains(&day)
        };
        match self.bind(at).map(|bind| (bind, &bind.column.data)) {
            // A column that must be there and has nulls is read again, value by value, to find out whether they are in these rows.
            Some((bind, Data::Date(values))) if !(self.required(at) && bind.column.valid.is_some()) => self.plain(bind, values, inside),
            Some((bind, Data::Timestamp(values, a_day))) if *a_day > 0 && !(self.required(at) && bind.column.valid.is_some()) => {
                let midnight = |ticks: i64| i32::try_from(ticks.div_euclid(*a_day)).ok().filter(|_| ticks.rem_euclid(*a_day) == 0);
                self.plain(bind, values, |place, ticks| midnight(ticks).is_some_and(|day| inside(place, day)))
            }
            _ => self.each(at, Value::into_date, |place, day| {
                inside(place, days_since_epoch(day));
            }),
        }
    }

    /// Amounts in minor units of currencies with so many decimals, none below `least`.
    pub(super) fn amounts(&self, at: usize, exponent: impl Fn(usize) -> u8, least: i64, mut put: impl FnMut(usize, i64)) -> Option<()> {
        let Some(bind) = self.bind(at) else { return Some(()) };
        let plain = !(self.required(at) && bind.column.valid.is_some());
        let mut inside = |place: usize, amount: i64| {
            put(place, amount);
            (least..=MAX_MINOR).contains(&amount)
        };
        match &bind.column.data {
            Data::Int(values) if bind.minor && plain => self.plain(bind, values, inside),
            Data::Int(values) if plain => {
                let in_units = |place, value: i64| i64::try_from(pow10(exponent(place))).ok().and_then(|unit| value.checked_mul(unit));
                self.plain(bind, values, |place, value| in_units(place, value).is_some_and(|amount| inside(place, amount)))
            }
            Data::Decimal(values, scale) if plain => self.plain(bind, values, |place, value| {
                let digits = if bind.minor { 0 } else { exponent(place) };
                let amount = if *scale == digits { i64::try_from(value).ok() } else { crate::money::minor_from_decimal(value, *scale, digits).ok() };
                amount.is_some_and(|amount| inside(place, amount))
            }),
            _ => {
                let mut fine = true;
                for (place, row) in self.rows.clone().enumerate() {
                    match Value::of(bind.column, row).into_minor(exponent(place), bind.minor).ok()? {
                        Some(amount) => fine &= inside(place, amount),
                        None => fine &= !self.required(at),
                    }
                }
                fine.then_some(())
            }
        }
    }

    /// Truth values.
    pub(super) fn flags(&self, at: usize, put: impl FnMut(usize, bool)) -> Option<()> {
        self.each(at, Value::into_bool, put)
    }

    /// Whole numbers in the range of the column.
    pub(super) fn numbers(&self, at: usize, put: impl FnMut(usize, i64)) -> Option<()> {
        let (low, high) = if let Kind::Int(low, high) = self.kind(at) { (low, high) } else { (i64::MIN, i64::MAX) };
        self.each(at, |value| value.into_int(low, high), put)
    }

    /// Percentages in parts per million.
    pub(super) fn percents(&self, at: usize, mut put: impl FnMut(usize, u32)) -> Option<()> {
        let mut fine = true;
        self.each(
            at,
            |value| value.into_minor(4, false),
            |place, ppm| match u32::try_from(ppm) {
                Ok(ppm) if ppm <= 1_000_000 => put(place, ppm),
                _ => fine = false,
            },
        )?;
        fine.then_some(())
    }

    /// What the texts of a column mean; asked once where the same text stands row after row. `None` for a text without meaning.
    pub(super) fn meanings<W: Copy>(&self, at: usize, parse: impl Fn(&str) -> Option<W>, mut put: impl FnMut(usize, W)) -> Option<()> {
        let lane = self.texts(at)?;
        let mut known: Vec<(Cow<'_, [u8]>, W)> = Vec::new();
        let mut last = 0;
        for place in 0..self.len() {
            let text = lane.bytes(place);
            if text.is_empty() {
                continue;
            }
            if known.get(last).is_none_or(|(seen, _)| **seen != *text) {
                // There are few words; a column of many texts that mean the same is asked of each.
                let found = known.iter().take(16).position(|(seen, _)| **seen == *text);
                last = match found {
                    Some(found) => found,
                    None => {
                        known.push((Cow::Borrowed(text), parse(core::str::from_utf8(text).ok()?)?));
                        known.len() - 1
                    }
                };
            }
            let (_, meaning) = known.get(last)?;
            put(place, *meaning);
        }
        Some(())
    }

    /// Currencies.
    pub(super) fn currencies(&self, at: usize, put: impl FnMut(usize, Currency)) -> Option<()> {
        self.meanings(at, |text| Currency::try_new(text).ok(), put)
    }

    /// Texts, all of them fit to be kept.
    pub(super) fn texts(&self, at: usize) -> Option<Lane<'t>> {
        let Some(bind) = self.bind(at) else { return Some(Lane::Absent) };
        let (longest, breaks) = match self.kind(at) {
            Kind::Text(longest) => (longest, false),
            Kind::LongText(longest) => (longest, true),
            _ => (256, false),
        };
        let (texts, rows, valid) = match &bind.column.data {
            Data::Text(texts) => (Cow::Borrowed(texts), self.rows.clone(), bind.column.valid.as_deref()),
            Data::Int(values) => {
                let mut texts = Texts::default();
                for (place, value) in values.get(self.rows.clone())?.iter().enumerate() {
                    let valid = self.valid(bind).is_none_or(|valid| valid.get(place) == Some(&true));
                    texts.push(&if valid { format!("{value}") } else { "".into() });
                }
                (Cow::Owned(texts), 0..self.len(), None)
            }
            Data::Null(_) => return (!self.required(at)).then_some(Lane::Absent),
            _ => return None,
        };
        let whole = fit(&texts, &rows, valid, longest, breaks, matches!(self.kind(at), Kind::Id))?;
        if !whole && self.required(at) {
            return None;
        }
        Some(Lane::Texts { texts, rows, valid, whole })
    }
}

/// Whether every row has a text; `None` where one of the texts is not fit to be kept.
fn fit(texts: &Texts<'_>, rows: &Range<usize>, valid: Option<&[bool]>, longest: usize, breaks: bool, is_id: bool) -> Option<bool> {
    let first = rows.start.checked_sub(1).map_or(Some(0), |before| texts.ends.get(before).copied())?;
    let ends = texts.ends.get(rows.clone())?;
    let bytes = texts.bytes.get(first..ends.last().copied().unwrap_or(first))?;
    // One pass over the ends, one over the bytes: neither branches.
    let (mut shortest, mut most, mut start) = (usize::MAX, 0, first);
    for end in ends {
        let length = end.wrapping_sub(start);
        (shortest, most, start) = (shortest.min(length), most.max(length), *end);
    }
    let printable = bytes.chunks(64).all(|chunk| chunk.iter().fold(true, |fine, byte| fine & (byte.wrapping_sub(b' ') < 0x5f)));
    let valid = valid.and_then(|valid| valid.get(rows.clone()));
    let all = valid.is_none_or(|valid| valid.iter().all(|valid| *valid));
    if !(all && printable && most <= longest && shortest > 0) {
        return each_fit(texts, rows, valid, (longest, breaks, is_id));
    }
    // What begins with a sign is not blank.
    let blank = |start: usize, end: &usize| texts.bytes.get(start) == Some(&b' ') && texts.bytes.get(start..*end).is_some_and(|text| text.iter().all(|byte| *byte == b' '));
    if is_id && core::iter::once(&first).chain(ends).zip(ends).any(|(start, end)| blank(*start, end)) {
        return None;
    }
    Some(true)
}

/// As `fit`, text by text.
fn each_fit(texts: &Texts<'_>, rows: &Range<usize>, valid: Option<&[bool]>, (longest, breaks, is_id): (usize, bool, bool)) -> Option<bool> {
    let mut whole = true;
    let mut start = rows.start.checked_sub(1).map_or(Some(0), |before| texts.ends.get(before).copied())?;
    for (place, end) in texts.ends.get(rows.clone())?.iter().enumerate() {
        let text = if valid.is_none_or(|valid| valid.get(place) == Some(&true)) { texts.bytes.get(start..*end)? } else { b"" };
        start = *end;
        if text.is_empty() {
            whole = false;
            continue;
        }
        let text = checked_text(text, longest, breaks).ok()?;
        if is_id && text.trim().is_empty() {
            return None;
        }
    }
    Some(whole)
}

/// Days by their number, ready where there are many rows.
pub(super) struct Calendar {
    low: i32,
    days: Vec<NaiveDate>,
}

impl Calendar {
    /// Of days from `low` to `high`, asked for so many times.
    pub(super) fn new(low: i32, high: i32, asked: usize) -> Self {
        let days = (low..=high).map(day_of);
        Self { low, days: if days.size_hint().0 < asked { days.collect() } else { Vec::new() } }
    }

    pub(super) fn day(&self, number: i32) -> NaiveDate {
        usize::try_from(number.wrapping_sub(self.low)).ok().and_then(|at| self.days.get(at).copied()).unwrap_or_else(|| day_of(number))
    }
}

fn day_of(number: i32) -> NaiveDate {
    date_from_days(number).unwrap_or(FIRST_DAY)
}
