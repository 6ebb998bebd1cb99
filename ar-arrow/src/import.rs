//! One Arrow array -> one neutral column, borrowed where the memory already has the right form.

use crate::gather;
use ar_core::{
    calendar,
    table::{Data, Texts, Validity},
};
use arrow_array::{Array, ArrowPrimitiveType, GenericListArray, GenericListViewArray, GenericStringArray, OffsetSizeTrait, StringViewArray, cast::AsArray, new_empty_array, types::*};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, TimeUnit};
use chrono::{DateTime, FixedOffset, Offset, TimeZone};
use std::{borrow::Cow, ops::Range, str::FromStr};

/// The column of an array: which rows have a value, and the values.
pub(crate) fn column<'a>(array: &'a dyn Array) -> (Validity<'a>, Data<'a>) {
    match array.data_type() {
        DataType::Dictionary(_, _) => gather::dictionary(array),
        DataType::RunEndEncoded(_, _) => gather::runs(array),
        _ => (validity(array.nulls()), data(array)),
    }
}

/// The column of a type without rows.
pub(crate) fn empty(data_type: &DataType) -> Data<'static> {
    gather::owned(column(new_empty_array(data_type).as_ref()).1)
}

/// The name of a type that the engine does not read, and how many rows have it.
pub(crate) fn unsupported(array: &dyn Array) -> Data<'static> {
    Data::Unsupported(array.data_type().to_string(), array.len())
}

fn validity(nulls: Option<&NullBuffer>) -> Validity<'static> {
    nulls.filter(|nulls| nulls.null_count() > 0).map(|nulls| Cow::Owned(nulls.iter().collect()))
}

fn data<'a>(array: &'a dyn Array) -> Data<'a> {
    match array.data_type() {
        DataType::Null => Data::Null(array.len()),
        DataType::Boolean => Data::Bool(Cow::Owned(array.as_boolean().values().iter().collect())),
        DataType::Int8 => whole::<Int8Type>(array),
        DataType::Int16 => whole::<Int16Type>(array),
        DataType::Int32 => whole::<Int32Type>(array),
        DataType::Int64 => Data::Int(borrowed::<Int64Type>(array)),
        DataType::UInt8 => whole::<UInt8Type>(array),
        DataType::UInt16 => whole::<UInt16Type>(array),
        DataType::UInt32 => whole::<UInt32Type>(array),
        DataType::UInt64 => unsigned(array),
        DataType::Float16 => Data::Float(Cow::Owned(array.as_primitive::<Float16Type>().values().iter().map(|value| value.to_f64()).collect())),
        DataType::Float32 => Data::Float(converted::<Float32Type, f64>(array)),
        DataType::Float64 => Data::Float(borrowed::<Float64Type>(array)),
        DataType::Decimal32(_, scale) => decimal(array, converted::<Decimal32Type, i128>(array), *scale),
        DataType::Decimal64(_, scale) => decimal(array, converted::<Decimal64Type, i128>(array), *scale),
        DataType::Decimal128(_, scale) => decimal(array, borrowed::<Decimal128Type>(array), *scale),
        DataType::Decimal256(_, scale) => wide_decimal(array, *scale),
        DataType::Date32 => Data::Date(borrowed::<Date32Type>(array)),
        DataType::Date64 => Data::Timestamp(borrowed::<Date64Type>(array), 86_400_000),
        DataType::Timestamp(unit, zone) => timestamp(array, *unit, zone.as_deref()),
        DataType::Utf8 => Data::Text(texts(array.as_string::<i32>())),
        DataType::LargeUtf8 => Data::Text(texts(array.as_string::<i64>())),
        DataType::Utf8View => Data::Text(view_texts(array.as_string_view())),
        DataType::List(_) => list(array.as_list::<i32>()),
        DataType::LargeList(_) => list(array.as_list::<i64>()),
        DataType::ListView(_) => list_view(array.as_list_view::<i32>()),
        DataType::LargeListView(_) => list_view(array.as_list_view::<i64>()),
        DataType::FixedSizeList(_, size) => {
            let (lists, size) = (array.as_fixed_size_list(), usize::try_from(*size).unwrap_or(0));
            let ranges = (0..lists.len()).map(|row| row * size..(row + 1) * size);
            text_lists(lists.values(), ranges.collect()).unwrap_or_else(|| unsupported(array))
        }
        _ => unsupported(array),
    }
}

fn borrowed<T: ArrowPrimitiveType>(array: &dyn Array) -> Cow<'_, [T::Native]> {
    Cow::Borrowed(array.as_primitive::<T>().values())
}

fn converted<T: ArrowPrimitiveType, V: From<T::Native> + Clone>(array: &dyn Array) -> Cow<'static, [V]> {
    Cow::Owned(array.as_primitive::<T>().values().iter().map(|value| V::from(*value)).collect())
}

fn whole<T: ArrowPrimitiveType>(array: &dyn Array) -> Data<'static>
where
    i64: From<T::Native>,
{
    Data::Int(converted::<T, i64>(array))
}

/// Calls `change` on the values of valid rows only: what stands in a null slot is anybody's guess. `None` when one fails.
fn checked<T: Copy, V: Default>(array: &dyn Array, values: &[T], change: impl Fn(T) -> Option<V>) -> Option<Vec<V>> {
    values.iter().enumerate().map(|(row, value)| if array.is_valid(row) { change(*value) } else { Some(V::default()) }).collect()
}

fn unsigned(array: &dyn Array) -> Data<'static> {
    checked(array, array.as_primitive::<UInt64Type>().values(), |value| i64::try_from(value).ok())
        .map_or_else(|| Data::Unsupported("UInt64 with values over 9223372036854775807".into(), array.len()), |values| Data::Int(Cow::Owned(values)))
}

fn decimal<'a>(array: &dyn Array, values: Cow<'a, [i128]>, scale: i8) -> Data<'a> {
    match u8::try_from(scale) {
        Ok(scale) => Data::Decimal(values, scale),
        // A negative scale counts thousands, say; the engine counts ones.
        Err(_) => 10_i128
            .checked_pow(u32::from(scale.unsigned_abs()))
            .and_then(|unit| checked(array, &values, |value| value.checked_mul(unit)))
            .map_or_else(|| unsupported(array), |values| Data::Decimal(Cow::Owned(values), 0)),
    }
}

fn wide_decimal(array: &dyn Array, scale: i8) -> Data<'static> {
    match checked(array, array.as_primitive::<Decimal256Type>().values(), |value| value.to_i128()) {
        Some(values) => decimal(array, Cow::Owned(values), scale),
        None => Data::Unsupported(format!("{} with values over 38 digits", array.data_type()), array.len()),
    }
}

fn timestamp<'a>(array: &'a dyn Array, unit: TimeUnit, zone: Option<&str>) -> Data<'a> {
    let (values, second) = match unit {
        TimeUnit::Second => (borrowed::<TimestampSecondType>(array), 1),
        TimeUnit::Millisecond => (borrowed::<TimestampMillisecondType>(array), 1_000),
        TimeUnit::Microsecond => (borrowed::<TimestampMicrosecondType>(array), 1_000_000),
        TimeUnit::Nanosecond => (borrowed::<TimestampNanosecondType>(array), 1_000_000_000),
    };
    let day = second * 86_400;
    match zone {
        None | Some("UTC" | "Etc/UTC" | "Z" | "+00:00" | "GMT") => Data::Timestamp(values, day),
        Some(zone) => local_ticks(array, &values, second, zone).map_or_else(|| unsupported(array), |ticks| Data::Timestamp(Cow::Owned(ticks), day)),
    }
}

/// What the clocks of the zone show: midnight in Berlin is a day, although it is 23:00 or 22:00 in UTC.
fn local_ticks(array: &dyn Array, ticks: &[i64], second: i64, zone: &str) -> Option<Vec<i64>> {
    let shift = |ahead: FixedOffset, value: i64| value.checked_add(i64::from(ahead.local_minus_utc()) * second);
    if let Some(zone) = calendar::zone(zone) {
        return checked(array, ticks, |value| {
            let instant = DateTime::from_timestamp(value.div_euclid(second), 0)?.naive_utc();
            shift(zone.offset_from_utc_datetime(&instant).fix(), value)
        });
    }
    let ahead = FixedOffset::from_str(zone).ok()?;
    checked(array, ticks, |value| shift(ahead, value))
}

fn texts<O: OffsetSizeTrait>(array: &GenericStringArray<O>) -> Texts<'_> {
    let offsets = array.value_offsets();
    let first = offsets.first().map_or(0, |offset| offset.as_usize());
    let last = offsets.last().map_or(0, |offset| offset.as_usize());
    // Bytes, never `&str`: that the producer's text is UTF-8 is for the engine to check.
    let bytes = array.value_data().get(first..last).unwrap_or_default();
    let ends = offsets.iter().skip(1).map(|offset| offset.as_usize().saturating_sub(first)).collect();
    Texts { bytes: Cow::Borrowed(bytes), ends }
}

fn view_texts(array: &StringViewArray) -> Texts<'static> {
    let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(array.len()));
    for (row, view) in array.views().iter().enumerate() {
        if array.is_valid(row) {
            push_view(&mut bytes, array, *view);
        }
        ends.push(bytes.len());
    }
    Texts { bytes: Cow::Owned(bytes), ends }
}

/// A view holds up to 12 bytes itself; else its parts are length, prefix, buffer and offset, 4 bytes each.
/// Read by hand because the accessor of arrow-rs trusts buffer and offset.
fn push_view(bytes: &mut Vec<u8>, array: &StringViewArray, view: u128) {
    let part = |at: u32| (view >> at) as u32 as usize;
    let length = part(0);
    if length <= 12 {
        bytes.extend(view.to_le_bytes().into_iter().skip(4).take(length));
    } else if let Some(text) = array.data_buffers().get(part(64)).and_then(|buffer| buffer.get(part(96)..part(96) + length)) {
        bytes.extend_from_slice(text);
    }
}

fn list<O: OffsetSizeTrait>(array: &GenericListArray<O>) -> Data<'_> {
    let offsets = array.value_offsets();
    let ranges = offsets.iter().zip(offsets.iter().skip(1)).map(|(start, end)| start.as_usize()..end.as_usize());
    text_lists(array.values(), ranges.collect()).unwrap_or_else(|| unsupported(array))
}

fn list_view<O: OffsetSizeTrait>(array: &GenericListViewArray<O>) -> Data<'_> {
    let ranges = array.offsets().iter().zip(array.sizes()).map(|(start, size)| start.as_usize()..start.as_usize().saturating_add(size.as_usize()));
    text_lists(array.values(), ranges.collect()).unwrap_or_else(|| unsupported(array))
}

/// Lists of texts, or of whole numbers (identifiers), which become text. A null in a list is no element of it.
/// `None` when the elements are something else.
fn text_lists<'a>(values: &'a dyn Array, rows: Vec<Range<usize>>) -> Option<Data<'a>> {
    let (valid, data) = column(values);
    let texts = match data {
        Data::Text(texts) => texts,
        Data::Int(numbers) => {
            let mut texts = Texts::default();
            numbers.iter().for_each(|number| texts.push(&number.to_string()));
            texts
        }
        // A list column without a single element has no element type in many frames.
        Data::Null(_) => return Some(Data::TextList(vec![0; rows.len()], Texts::default())),
        _ => return None,
    };
    let in_order = rows.first().is_none_or(|first| first.start == 0) && rows.iter().zip(rows.iter().skip(1)).all(|(a, b)| a.end == b.start);
    if valid.is_none() && in_order && rows.last().map_or(0, |row| row.end) == texts.ends.len() {
        return Some(Data::TextList(rows.into_iter().map(|row| row.end).collect(), texts));
    }
    let (mut ends, mut picked) = (Vec::with_capacity(rows.len()), Texts::default());
    for row in rows {
        for at in (row.start..row.end.min(texts.ends.len())).filter(|at| valid.as_ref().is_none_or(|valid| valid.get(*at) == Some(&true))) {
            picked.bytes.to_mut().extend_from_slice(texts.bytes_of(at));
            picked.ends.push(picked.bytes.len());
        }
        ends.push(picked.ends.len());
    }
    Some(Data::TextList(ends, picked))
}
