//! A stream, read batch by batch: what arrow-rs imports is looked at first, since it takes lengths and depths as they come, and a
//! length of -1 is for it as many rows as there are numbers.

use crate::{FFI_ArrowArray, FFI_ArrowArrayStream, FFI_ArrowSchema, refused};
use arrow_array::{ArrayRef, make_array};
use arrow_schema::{ArrowError, DataType};
use std::ffi::{CStr, c_int};
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
        possible(&array, 0)?;
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

/// Whether lengths and counts of an array and of all below it are numbers that an array can have.
pub(crate) fn possible(array: &FFI_ArrowArray, depth: usize) -> Result<(), ArrowError> {
    let claims = [array.len(), array.offset(), array.num_buffers(), array.num_children()];
    if depth > DEEPEST || claims.iter().any(|claim| *claim > MOST) {
        return Err(refused("an array is too deep, or has a negative or impossible length, offset or count"));
    }
    (0..array.num_children()).map(|at| array.child(at)).chain(array.dictionary()).try_for_each(|child| possible(child, depth + 1))
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
