//! A stream, read batch by batch: what arrow-rs imports is looked at first, since it takes lengths and depths as they come, and a
//! length of -1 is for it as many rows as there are numbers.

use crate::{FFI_ArrowArray, FFI_ArrowArrayStream, FFI_ArrowSchema, refused};
use arrow_array::{ArrayRef, make_array};
use arrow_schema::{ArrowError, DataType};
use std::ffi::{CStr, c_int, c_void};
use std::ptr;

/// More than any table has of rows, bytes, columns or buffers; what is negative in C is larger as a size.
const MOST: usize = 1 << 40;
/// Types nested deeper are no table of ours; each level is a call on the stack.
const DEEPEST: usize = 32;

/// A producer that gives its batches one by one.
pub(crate) struct Reader {
    stream: FFI_ArrowArrayStream,
    /// The type of every batch.
    pub(crate) data_type: DataType,
}

impl Reader {
    pub(crate) fn try_new(mut stream: FFI_ArrowArrayStream) -> Result<Self, ArrowError> {
        if stream.release().is_none() {
            return Err(refused("input stream is already released"));
        }
        let (Some(get_schema), true) = (stream.get_schema(), stream.get_next().is_some()) else {
            return Err(refused("the stream has no get_schema or no get_next"));
        };
        let mut schema = FFI_ArrowSchema::empty();
        // SAFETY: the producer's function, on the stream that it came with, which was not released.
        let code = unsafe { get_schema(&raw mut stream, &raw mut schema) };
        if code != 0 {
            return Err(failed(&mut stream, "Cannot get schema from input stream", code));
        }
        let data_type = data_type(&schema)?;
        Ok(Self { stream, data_type })
    }

    fn array(&mut self) -> Result<Option<ArrayRef>, ArrowError> {
        let get_next = self.stream.get_next().ok_or_else(|| refused("the stream has no get_next"))?;
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: as with the schema.
        let code = unsafe { get_next(&raw mut self.stream, &raw mut array) };
        if code != 0 {
            return Err(failed(&mut self.stream, "Cannot get next array from input stream", code));
        }
        if array.is_released() {
            return Ok(None);
        }
        possible(&array, &self.data_type, 0)?;
        forget_buffers_of_nulls(&raw mut array, &self.data_type);
        // SAFETY: an array of the producer, of the type that it says, looked at above; that its buffers are as long as its lengths
        // say is the producer's promise, and nobody can check it.
        let data = unsafe { arrow_array::ffi::from_ffi_and_data_type(array, self.data_type.clone()) }?;
        Ok(Some(make_array(data)))
    }
}

impl Iterator for Reader {
    type Item = Result<ArrayRef, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.array().transpose()
    }
}

/// The type that a schema says, if it is of a possible shape.
pub(crate) fn data_type(schema: &FFI_ArrowSchema) -> Result<DataType, ArrowError> {
    shallow(schema, 0)?;
    DataType::try_from(schema)
}

fn shallow(schema: &FFI_ArrowSchema, depth: usize) -> Result<(), ArrowError> {
    // How many children are claimed is asked before any is looked for.
    if depth > DEEPEST || schema.children().size_hint().0 > MOST {
        return Err(refused("the schema is too deep, or has a negative number of children"));
    }
    schema.children().chain(schema.dictionary()).try_for_each(|child| shallow(child, depth + 1))
}

/// Whether lengths and counts of an array and of all below it are numbers that an array of this type can have.
pub(crate) fn possible(array: &FFI_ArrowArray, data_type: &DataType, depth: usize) -> Result<(), ArrowError> {
    let claims = [array.len(), array.offset(), array.num_buffers(), array.num_children()];
    if depth > DEEPEST || claims.iter().any(|claim| *claim > MOST) {
        return Err(refused("an array is too deep, or has a negative or impossible length, offset or count"));
    }
    if sizes(array, data_type).into_iter().any(|size| usize::try_from(size).map_or(true, |size| size > MOST)) {
        return Err(refused("the texts of an array end before they begin, or are impossibly long"));
    }
    let types = types_below(data_type);
    if types.len() > array.num_children() {
        return Err(refused("an array has fewer children than its type"));
    }
    (0..).zip(types).try_for_each(|(at, data_type)| possible(array.child(at), data_type, depth + 1))?;
    match (array.dictionary(), data_type) {
        (Some(values), DataType::Dictionary(_, data_type)) => possible(values, data_type, depth + 1),
        _ => Ok(()),
    }
}

fn types_below(data_type: &DataType) -> Vec<&DataType> {
    match data_type {
        DataType::Struct(fields) => fields.iter().map(|field| field.data_type()).collect(),
        DataType::List(field) | DataType::LargeList(field) | DataType::ListView(field) | DataType::LargeListView(field) | DataType::FixedSizeList(field, _) | DataType::Map(field, _) => {
            vec![field.data_type()]
        }
        DataType::RunEndEncoded(ends, values) => vec![ends.data_type(), values.data_type()],
        DataType::Union(fields, _) => fields.iter().map(|(_, field)| field.data_type()).collect(),
        _ => Vec::new(),
    }
}

/// The first fields of an array, as the C interface of Arrow lays them out.
#[repr(C)]
struct Layout {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut FFI_ArrowArray,
}

/// An array of the type Null has no buffers. polars gives it one all the same, and arrow-rs then refuses the table: a column in which
/// nothing is said is nothing rare.
pub(crate) fn forget_buffers_of_nulls(array: *mut FFI_ArrowArray, data_type: &DataType) {
    // SAFETY: the array was looked at by `possible`: not released, and with a child for each type below. It is ours alone until it is
    // imported; a producer frees by its private data, not by this count.
    unsafe {
        let layout = array.cast::<Layout>();
        if matches!(data_type, DataType::Null) {
            (*layout).n_buffers = 0;
        }
        for (at, data_type) in types_below(data_type).into_iter().enumerate() {
            forget_buffers_of_nulls(*(*layout).children.add(at), data_type);
        }
    }
}

/// How many bytes the buffers of texts have, where the array itself says it: in its last offset, or of views in a buffer of their sizes.
fn sizes(array: &FFI_ArrowArray, data_type: &DataType) -> Vec<i64> {
    let (last, buffers) = (array.len() + array.offset(), array.num_buffers());
    let buffer = |at: usize| Some(at).filter(|at| *at < buffers).map(|at| array.buffer(at)).filter(|buffer| !buffer.is_null());
    // SAFETY: below, that a buffer has a value for each row, and offsets one more, is the producer's promise.
    match data_type {
        DataType::Utf8 | DataType::Binary if last > 0 => buffer(1).map(|offsets| i64::from(unsafe { offsets.cast::<i32>().wrapping_add(last).read_unaligned() })).into_iter().collect(),
        DataType::LargeUtf8 | DataType::LargeBinary if last > 0 => buffer(1).map(|offsets| unsafe { offsets.cast::<i64>().wrapping_add(last).read_unaligned() }).into_iter().collect(),
        // The last buffer has the sizes of those between it and the views; of none, it may be missing.
        DataType::Utf8View | DataType::BinaryView => match (buffers.checked_sub(3), buffer(buffers.saturating_sub(1))) {
            (Some(0), _) => Vec::new(),
            (Some(texts), Some(sizes)) => (0..texts).map(|at| unsafe { sizes.cast::<i64>().wrapping_add(at).read_unaligned() }).collect(),
            _ => vec![-1],
        },
        _ => Vec::new(),
    }
}

/// The producer's own words, if it has any.
fn failed(stream: &mut FFI_ArrowArrayStream, what: &str, code: c_int) -> ArrowError {
    // SAFETY: as with the schema; the text is valid until the next call on the stream.
    let words = stream.get_last_error().map_or(ptr::null(), |get_last_error| unsafe { get_last_error(&raw mut *stream) });
    if words.is_null() {
        return refused(&format!("{what}. Error code: {code}"));
    }
    // SAFETY: not NULL, and a text of C by the producer's promise.
    let words = unsafe { CStr::from_ptr(words) }.to_string_lossy();
    refused(&format!("{what}. Error code: {code}. Producer error: {words}"))
}
