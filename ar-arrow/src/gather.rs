//! Encoded columns (dictionaries, runs) are spelled out: row by row, the value that the code stands for.

use crate::import;
use ar_core::table::{Data, Texts, Validity};
use arrow_array::{
    Array, RunArray,
    cast::AsArray,
    types::{Int16Type, Int32Type, Int64Type, RunEndIndexType},
};
use std::borrow::Cow;

/// For each row, where its value stands; `None` where it has none.
type Places = Vec<Option<usize>>;

/// Categories of pandas, Categorical and Enum of polars, dictionaries of pyarrow.
pub(crate) fn dictionary(array: &dyn Array) -> (Validity<'_>, Data<'_>) {
    let Some(encoded) = array.as_any_dictionary_opt() else {
        return (None, import::unsupported(array));
    };
    let (valid, Data::Int(keys)) = import::column(encoded.keys()) else {
        return (None, import::unsupported(array));
    };
    let key = |row: usize, key: i64| if is_valid(&valid, row) { usize::try_from(key).ok() } else { None };
    let places = keys.iter().enumerate().map(|(row, value)| key(row, *value)).collect();
    spelled_out(array, encoded.values().as_ref(), places)
}

/// Run-end encoding.
pub(crate) fn runs(array: &dyn Array) -> (Validity<'_>, Data<'_>) {
    let encoded = places::<Int16Type>(array).or_else(|| places::<Int32Type>(array)).or_else(|| places::<Int64Type>(array));
    match encoded {
        Some((values, places)) => spelled_out(array, values, places),
        None => (None, import::unsupported(array)),
    }
}

fn places<R: RunEndIndexType>(array: &dyn Array) -> Option<(&dyn Array, Places)> {
    let runs = array.as_any().downcast_ref::<RunArray<R>>()?;
    let places = (0..runs.len()).map(|row| Some(runs.get_physical_index(row))).collect();
    Some((runs.values().as_ref(), places))
}

fn spelled_out<'a>(array: &dyn Array, values: &dyn Array, mut places: Places) -> (Validity<'a>, Data<'a>) {
    let (valid, data) = import::column(values);
    let rows = data.rows();
    for place in &mut places {
        *place = place.filter(|at| *at < rows && is_valid(&valid, *at));
    }
    let data = match &data {
        Data::Null(_) => Data::Null(places.len()),
        Data::Bool(values) => Data::Bool(pick(values, &places)),
        Data::Int(values) => Data::Int(pick(values, &places)),
        Data::Float(values) => Data::Float(pick(values, &places)),
        Data::Decimal(values, scale) => Data::Decimal(pick(values, &places), *scale),
        Data::Date(values) => Data::Date(pick(values, &places)),
        Data::Timestamp(values, day) => Data::Timestamp(pick(values, &places), *day),
        Data::Text(values) => Data::Text(pick_texts(values, &places)),
        _ => return (None, import::unsupported(array)),
    };
    let valid = places.iter().any(Option::is_none).then(|| places.iter().map(Option::is_some).collect());
    (valid.map(Cow::Owned), data)
}

fn is_valid(valid: &Validity<'_>, row: usize) -> bool {
    valid.as_ref().is_none_or(|valid| valid.get(row) == Some(&true))
}

fn pick<T: Copy + Default>(values: &[T], places: &Places) -> Cow<'static, [T]> {
    let value = |place: &Option<usize>| place.and_then(|at| values.get(at)).copied().unwrap_or_default();
    Cow::Owned(places.iter().map(value).collect())
}

fn pick_texts(values: &Texts<'_>, places: &Places) -> Texts<'static> {
    let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(places.len()));
    for place in places {
        if let Some(at) = place {
            bytes.extend_from_slice(values.bytes_of(*at));
        }
        ends.push(bytes.len());
    }
    Texts { bytes: Cow::Owned(bytes), ends }
}

/// The same column, independent of the array that it was read from.
pub(crate) fn owned(data: Data<'_>) -> Data<'static> {
    let texts = |texts: Texts<'_>| Texts { bytes: Cow::Owned(texts.bytes.into_owned()), ends: texts.ends };
    match data {
        Data::Null(rows) => Data::Null(rows),
        Data::Bool(values) => Data::Bool(Cow::Owned(values.into_owned())),
        Data::Int(values) => Data::Int(Cow::Owned(values.into_owned())),
        Data::Float(values) => Data::Float(Cow::Owned(values.into_owned())),
        Data::Decimal(values, scale) => Data::Decimal(Cow::Owned(values.into_owned()), scale),
        Data::Date(values) => Data::Date(Cow::Owned(values.into_owned())),
        Data::Timestamp(values, day) => Data::Timestamp(Cow::Owned(values.into_owned()), day),
        Data::Text(values) => Data::Text(texts(values)),
        Data::TextList(ends, values) => Data::TextList(ends, texts(values)),
        Data::TextLists(ends, inner, values) => Data::TextLists(ends, inner, texts(values)),
        Data::Reasons(ends, values) => Data::Reasons(ends, values),
        Data::Cells(values) => Data::Cells(values),
        Data::Unsupported(name, rows) => Data::Unsupported(name, rows),
    }
}
