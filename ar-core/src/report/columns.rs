//! Small builders of columns, so that each part of a report is written as a list of its columns.

use crate::calendar::days_since_epoch;
use crate::money::{Currency, MAX_EXPONENT, pow10};
use crate::reason::Reason;
use crate::table::{Column, Data, Texts};
use crate::threads;
use alloc::{borrow::Cow, string::String, vec::Vec};
use chrono::NaiveDate;

/// Text without nulls.
pub(crate) fn text<'t>(name: &'static str, values: impl Iterator<Item = &'t str>) -> Column<'static> {
    let mut texts = Texts::default();
    values.for_each(|value| texts.push(value));
    Column::new(name, Data::Text(texts))
}

/// Text with nulls.
pub(crate) fn text_opt<'t>(name: &'static str, values: impl Iterator<Item = Option<&'t str>>) -> Column<'static> {
    let (mut texts, mut valid) = (Texts::default(), Vec::new());
    for value in values {
        texts.push(value.unwrap_or(""));
        valid.push(value.is_some());
    }
    Column::nullable(name, valid, Data::Text(texts))
}

/// Texts made on the way.
pub(crate) fn text_owned(name: &'static str, values: impl Iterator<Item = String>) -> Column<'static> {
    let mut texts = Texts::default();
    values.for_each(|value| texts.push(&value));
    Column::new(name, Data::Text(texts))
}

/// Rows that are made together.
const TOGETHER: usize = 4_096;

/// Texts that take time to make, on all cores. `keep` is what one row may leave for those behind it: it must not change a text.
pub(crate) fn text_made<T: Sync, K: Default>(name: &'static str, rows: &[T], make: impl Fn(&T, &mut K) -> String + Sync) -> Column<'static> {
    let pieces = threads::pieces(rows.len(), TOGETHER, |range| {
        let (mut texts, mut keep) = (Texts::default(), K::default());
        rows.get(range).unwrap_or(&[]).iter().for_each(|row| texts.push(&make(row, &mut keep)));
        texts
    });
    let mut texts = Texts { bytes: Cow::Owned(Vec::with_capacity(pieces.iter().map(|piece| piece.bytes.len()).sum())), ends: Vec::with_capacity(rows.len()) };
    for piece in pieces {
        let start = texts.bytes.len();
        texts.bytes.to_mut().extend_from_slice(&piece.bytes);
        texts.ends.extend(piece.ends.iter().map(|end| start + end));
    }
    Column::new(name, Data::Text(texts))
}

/// Reasons that take time to make, on all cores.
pub(crate) fn reasons_made<T: Sync>(name: &'static str, rows: &[T], make: impl Fn(&T) -> Vec<Reason> + Sync) -> Column<'static> {
    let pieces = threads::pieces(rows.len(), TOGETHER, |range| {
        let (mut ends, mut all) = (Vec::new(), Vec::new());
        for row in rows.get(range).unwrap_or(&[]) {
            all.extend(make(row));
            ends.push(all.len());
        }
        (ends, all)
    });
    let (mut ends, mut all) = (Vec::with_capacity(rows.len()), Vec::with_capacity(pieces.iter().map(|piece| piece.1.len()).sum()));
    for (more_ends, more) in pieces {
        ends.extend(more_ends.into_iter().map(|end| all.len() + end));
        all.extend(more);
    }
    Column::new(name, Data::Reasons(ends, all))
}

/// Lists of texts.
pub(crate) fn list<'t, L: Iterator<Item = &'t str>>(name: &'static str, values: impl Iterator<Item = L>) -> Column<'static> {
    let (mut texts, mut ends) = (Texts::default(), Vec::new());
    for value in values {
        value.for_each(|value| texts.push(value));
        ends.push(texts.ends.len());
    }
    Column::new(name, Data::TextList(ends, texts))
}

/// Whole numbers.
pub(crate) fn int(name: &'static str, values: impl Iterator<Item = i64>) -> Column<'static> {
    Column::new(name, Data::Int(Cow::Owned(values.collect())))
}

/// Whole numbers with nulls.
pub(crate) fn int_opt(name: &'static str, values: impl Iterator<Item = Option<i64>>) -> Column<'static> {
    let (valid, values): (_, Vec<i64>) = values.map(|value| (value.is_some(), value.unwrap_or(0))).unzip();
    Column::nullable(name, valid, Data::Int(Cow::Owned(values)))
}

/// Truth values.
pub(crate) fn flag(name: &'static str, values: impl Iterator<Item = bool>) -> Column<'static> {
    Column::new(name, Data::Bool(Cow::Owned(values.collect())))
}

/// Doubles.
pub(crate) fn float(name: &'static str, values: impl Iterator<Item = f64>) -> Column<'static> {
    Column::new(name, Data::Float(Cow::Owned(values.collect())))
}

/// Doubles with nulls.
pub(crate) fn float_opt(name: &'static str, values: impl Iterator<Item = Option<f64>>) -> Column<'static> {
    let (valid, values) = values.map(|value| (value.is_some(), value.unwrap_or(0.0))).unzip();
    Column::nullable(name, valid, Data::Float(Cow::Owned(values)))
}

/// Days.
pub(crate) fn date(name: &'static str, values: impl Iterator<Item = NaiveDate>) -> Column<'static> {
    Column::new(name, Data::Date(Cow::Owned(values.map(days_since_epoch).collect())))
}

/// Days with nulls.
pub(crate) fn date_opt(name: &'static str, values: impl Iterator<Item = Option<NaiveDate>>) -> Column<'static> {
    let (valid, values): (_, Vec<i32>) = values.map(|value| (value.is_some(), value.map_or(0, days_since_epoch))).unzip();
    Column::nullable(name, valid, Data::Date(Cow::Owned(values)))
}

/// Amounts: minor units with their currency, in units of the currency with the decimals of the book's finest one.
pub(crate) fn money(name: &'static str, scale: u8, values: impl Iterator<Item = (i64, Currency)>) -> Column<'static> {
    let scaled = values.map(|(minor, currency)| i128::from(minor) * pow10(scale.saturating_sub(currency.exponent())));
    Column::new(name, Data::Decimal(Cow::Owned(scaled.collect()), scale))
}

/// Amounts with nulls.
pub(crate) fn money_opt(name: &'static str, scale: u8, values: impl Iterator<Item = Option<(i64, Currency)>>) -> Column<'static> {
    let scaled = |(minor, currency): (i64, Currency)| i128::from(minor) * pow10(scale.saturating_sub(currency.exponent()));
    let (valid, values) = values.map(|value| (value.is_some(), value.map_or(0, scaled))).unzip();
    Column::nullable(name, valid, Data::Decimal(Cow::Owned(values), scale))
}

/// Reasons.
pub(crate) fn reasons(name: &'static str, values: impl Iterator<Item = Vec<Reason>>) -> Column<'static> {
    let (mut ends, mut all) = (Vec::new(), Vec::new());
    for value in values {
        all.extend(value);
        ends.push(all.len());
    }
    Column::new(name, Data::Reasons(ends, all))
}

/// The decimals that hold every currency of the book exactly.
pub(crate) fn scale(currencies: &[Currency]) -> u8 {
    currencies.iter().map(|currency| currency.exponent()).max().unwrap_or(2).min(MAX_EXPONENT)
}
