//! Neutral columns -> Arrow arrays, one record batch a batch. Every field is nullable, so that the schema of a part
//! does not depend on its rows.

use ar_core::{
    reason::Reason,
    table::{Cell, Column, Data, Table, Texts},
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, GenericStringArray, Int64Array, ListArray, NullArray, OffsetSizeTrait, RecordBatch, RecordBatchIterator,
    RecordBatchOptions, StructArray, TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, ffi_stream::FFI_ArrowArrayStream,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};
use std::sync::Arc;

/// Digits of every decimal that goes out.
const PRECISION: u8 = 38;

/// A schema and record batches of it: the Arrow form of a table, whose memory clones share.
pub type SharedBatches = (SchemaRef, Vec<RecordBatch>);

/// The table as an Arrow stream with one record batch for each batch of it. Its values are copied; [`into_stream`] moves them.
///
/// # Errors
/// See [`to_batches`].
pub fn stream_from_table(table: &Table<'_>) -> Result<FFI_ArrowArrayStream, ArrowError> {
    into_stream(table.view())
}

/// As [`stream_from_table`]: what the table owns is moved, not copied. Numbers, days and the bytes of texts stay where they are; flags are
/// packed into bits, and ends of texts become offsets of 32 bits.
///
/// # Errors
/// See [`to_batches`].
pub fn into_stream(table: Table<'_>) -> Result<FFI_ArrowArrayStream, ArrowError> {
    let (schema, batches) = into_batches(table)?;
    Ok(stream_from_batches(schema, batches))
}

/// Record batches as an Arrow stream; their memory is shared, not copied.
pub fn stream_from_batches(schema: SchemaRef, batches: Vec<RecordBatch>) -> FFI_ArrowArrayStream {
    FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new(batches.into_iter().map(Ok), schema)))
}

/// The table as record batches of one schema.
///
/// # Errors
/// Columns of different lengths, batches of different types, text that is not UTF-8, lists with over 2^31 elements, row-wise
/// cells of several types in a column, and types that the engine does not read.
pub fn to_batches(table: &Table<'_>) -> Result<SharedBatches, ArrowError> {
    into_batches(table.view())
}

/// As [`to_batches`]: what the table owns is moved, not copied.
///
/// # Errors
/// See [`to_batches`].
pub fn into_batches(table: Table<'_>) -> Result<SharedBatches, ArrowError> {
    let mut schema: Option<SchemaRef> = None;
    let mut batches = Vec::with_capacity(table.batches.len());
    for batch in table.batches {
        let options = RecordBatchOptions::new().with_row_count(Some(batch.rows()));
        let (mut names, mut arrays) = (Vec::with_capacity(batch.columns.len()), Vec::with_capacity(batch.columns.len()));
        for Column { name, valid, data } in batch.columns {
            arrays.push(array(&name, valid.as_deref(), data)?);
            names.push(name);
        }
        let fields = names.iter().zip(&arrays).map(|(name, array)| Field::new(name.as_ref(), array.data_type().clone(), true));
        let schema = schema.get_or_insert(Arc::new(Schema::new(fields.collect::<Vec<_>>())));
        batches.push(RecordBatch::try_new_with_options(schema.clone(), arrays, &options)?);
    }
    Ok((schema.unwrap_or_else(|| Arc::new(Schema::empty())), batches))
}

fn array(name: &str, valid: Option<&[bool]>, data: Data<'_>) -> Result<ArrayRef, ArrowError> {
    let nulls = valid.filter(|valid| valid.contains(&false)).map(NullBuffer::from);
    if nulls.as_ref().is_some_and(|nulls| nulls.len() != data.rows()) {
        return Err(wrong(name, "has another number of rows than its validity"));
    }
    data_array(name, data, nulls)
}

fn data_array(name: &str, data: Data<'_>, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
    Ok(match data {
        Data::Null(rows) => Arc::new(NullArray::new(rows)),
        Data::Bool(values) => Arc::new(BooleanArray::new(values.as_ref().into(), nulls)),
        Data::Int(values) => Arc::new(Int64Array::try_new(values.into_owned().into(), nulls)?),
        Data::Float(values) => Arc::new(Float64Array::try_new(values.into_owned().into(), nulls)?),
        Data::Decimal(values, scale) => {
            let scale = i8::try_from(scale).map_err(|_| wrong(name, "has too many decimals"))?;
            Arc::new(Decimal128Array::try_new(values.into_owned().into(), nulls)?.with_precision_and_scale(PRECISION, scale)?)
        }
        Data::Date(values) => Arc::new(Date32Array::try_new(values.into_owned().into(), nulls)?),
        Data::Timestamp(values, day) => timestamps(name, values.into_owned().into(), day, nulls)?,
        // 2 GiB is where 32-bit offsets end.
        Data::Text(texts) if i32::try_from(texts.bytes.len()).is_err() => Arc::new(strings::<i64>(name, texts, nulls)?),
        Data::Text(texts) => Arc::new(strings::<i32>(name, texts, nulls)?),
        Data::TextList(ends, texts) => Arc::new(list(name, &ends, Arc::new(strings::<i32>(name, texts, None)?), nulls)?),
        Data::TextLists(ends, inner, texts) => {
            let inner = list(name, &inner, Arc::new(strings::<i32>(name, texts, None)?), None)?;
            Arc::new(list(name, &ends, Arc::new(inner), nulls)?)
        }
        Data::Reasons(ends, values) => Arc::new(list(name, &ends, Arc::new(reasons(name, &values)?), nulls)?),
        Data::Cells(cells) => cell_array(name, &cells)?,
        Data::Unsupported(kind, _) => return Err(wrong(name, &format!("has the type {kind}, which cannot be written"))),
    })
}

fn wrong(name: &str, what: &str) -> ArrowError {
    ArrowError::InvalidArgumentError(format!("the column {name} {what}"))
}

fn timestamps(name: &str, values: ScalarBuffer<i64>, day: i64, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
    Ok(match day {
        86_400 => Arc::new(TimestampSecondArray::try_new(values, nulls)?),
        86_400_000 => Arc::new(TimestampMillisecondArray::try_new(values, nulls)?),
        86_400_000_000 => Arc::new(TimestampMicrosecondArray::try_new(values, nulls)?),
        86_400_000_000_000 => Arc::new(TimestampNanosecondArray::try_new(values, nulls)?),
        _ => return Err(wrong(name, "counts time in a unit that Arrow does not have")),
    })
}

fn strings<O: OffsetSizeTrait>(name: &str, texts: Texts<'_>, nulls: Option<NullBuffer>) -> Result<GenericStringArray<O>, ArrowError> {
    GenericStringArray::try_new(offsets(name, &texts.ends, texts.bytes.len())?, Buffer::from_vec(texts.bytes.into_owned()), nulls)
}

fn list(name: &str, ends: &[usize], values: ArrayRef, nulls: Option<NullBuffer>) -> Result<ListArray, ArrowError> {
    let item = Arc::new(Field::new("item", values.data_type().clone(), true));
    ListArray::try_new(item, offsets(name, ends, values.len())?, values, nulls)
}

fn offsets<O: OffsetSizeTrait>(name: &str, ends: &[usize], limit: usize) -> Result<OffsetBuffer<O>, ArrowError> {
    // Each check in a pass of its own, without a way out in the middle: so they are of the width of the machine.
    let falls = ends.iter().zip(ends.iter().skip(1)).fold(false, |falls, (end, next)| falls | (end > next));
    let last = ends.last().copied().unwrap_or(0);
    if falls || last > limit {
        return Err(wrong(name, "has ends that do not rise"));
    }
    if O::from_usize(last).is_none() {
        return Err(wrong(name, "has over 2147483647 elements or bytes"));
    }
    let mut offsets = Vec::with_capacity(ends.len() + 1);
    offsets.push(O::default());
    offsets.extend(ends.iter().map(|end| O::usize_as(*end)));
    Ok(OffsetBuffer::new(offsets.into()))
}

fn reasons(name: &str, reasons: &[Reason]) -> Result<StructArray, ArrowError> {
    let number = |number: fn(&Reason) -> i64| {
        let nulls = NullBuffer::from(BooleanBuffer::collect_bool(reasons.len(), |at| reasons.get(at).is_some_and(|reason| number(reason) != Reason::NOTHING)));
        let values = reasons.iter().map(|reason| Some(number(reason)).filter(|number| *number != Reason::NOTHING).unwrap_or(0)).collect::<Vec<_>>();
        Int64Array::try_new(values.into(), Some(nulls).filter(|nulls| nulls.null_count() > 0))
    };
    let words = |word: fn(&Reason) -> &'static str| {
        let mut texts = Texts { bytes: Vec::with_capacity(reasons.len() * 16).into(), ends: Vec::with_capacity(reasons.len()) };
        reasons.iter().for_each(|reason| texts.push(word(reason)));
        strings::<i32>(name, texts, None)
    };
    let columns: [(&str, ArrayRef); 4] = [
        ("code", Arc::new(words(|reason| reason.code.name())?)),
        ("observed", Arc::new(number(|reason| reason.observed)?)),
        ("limit", Arc::new(number(|reason| reason.limit)?)),
        ("unit", Arc::new(words(|reason| reason.code.unit().name())?)),
    ];
    let fields: Vec<_> = columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    StructArray::try_new(fields.into(), columns.into_iter().map(|(_, array)| array).collect(), None)
}

/// Row-wise cells become a column when they are all of one kind; decimals take the longest scale.
fn cell_array(name: &str, cells: &[Cell]) -> Result<ArrayRef, ArrowError> {
    let Some(first) = cells.iter().find(|cell| **cell != Cell::Null) else {
        return Ok(Arc::new(NullArray::new(cells.len())));
    };
    if let Some(other) = cells.iter().find(|cell| **cell != Cell::Null && std::mem::discriminant(*cell) != std::mem::discriminant(first)) {
        return Err(wrong(name, &format!("mixes kinds of values: {first:?} and {other:?}")));
    }
    let data = match first {
        Cell::Bool(_) => Data::Bool(cells.iter().map(|cell| matches!(cell, Cell::Bool(true))).collect()),
        Cell::Int(_) => Data::Int(cells.iter().map(|cell| if let Cell::Int(value) = cell { *value } else { 0 }).collect()),
        Cell::Float(_) => Data::Float(cells.iter().map(|cell| if let Cell::Float(value) = cell { *value } else { 0.0 }).collect()),
        Cell::Decimal(_, _) => cell_decimals(name, cells)?,
        Cell::Date(_) => Data::Date(cells.iter().map(|cell| if let Cell::Date(day) = cell { ar_core::calendar::days_since_epoch(*day) } else { 0 }).collect()),
        Cell::Text(_) => {
            let mut texts = Texts::default();
            cells.iter().for_each(|cell| texts.push(if let Cell::Text(text) = cell { text } else { "" }));
            Data::Text(texts)
        }
        Cell::List(_) => {
            let (mut ends, mut texts) = (Vec::with_capacity(cells.len()), Texts::default());
            for cell in cells {
                if let Cell::List(list) = cell {
                    list.iter().for_each(|text| texts.push(text));
                }
                ends.push(texts.ends.len());
            }
            Data::TextList(ends, texts)
        }
        Cell::Null | Cell::Other(_) => return Err(wrong(name, &format!("holds {first:?}, which cannot be written"))),
    };
    let valid: Vec<bool> = cells.iter().map(|cell| *cell != Cell::Null).collect();
    data_array(name, data, valid.contains(&false).then(|| NullBuffer::from(valid)))
}

fn cell_decimals(name: &str, cells: &[Cell]) -> Result<Data<'static>, ArrowError> {
    let longest = cells.iter().map(|cell| if let Cell::Decimal(_, scale) = cell { *scale } else { 0 }).max().unwrap_or(0);
    let rescaled = |cell: &Cell| match cell {
        Cell::Decimal(mantissa, scale) => 10_i128.checked_pow(u32::from(longest - scale)).and_then(|unit| mantissa.checked_mul(unit)),
        _ => Some(0),
    };
    let values = cells.iter().map(rescaled).collect::<Option<Vec<_>>>().ok_or_else(|| wrong(name, "holds decimals over 38 digits"))?;
    Ok(Data::Decimal(values.into(), longest))
}
