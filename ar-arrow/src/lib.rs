//! Arrow C Data <-> the engine's neutral [`Table`]: what both the C and the Python face read and write tables with.
//!
//! In: [`ArrowTable`] owns what a producer handed over, [`ArrowTable::view`] shows it to the engine, borrowed where the
//! memory already has the right form. Out: [`stream_from_table`].

mod export;
mod gather;
mod import;
mod reader;

pub use arrow_array::ffi_stream::FFI_ArrowArrayStream;
pub use arrow_data::ffi::FFI_ArrowArray;
pub use arrow_schema::{ArrowError, ffi::FFI_ArrowSchema};
pub use export::{SharedBatches, into_batches, into_stream, stream_from_batches, stream_from_table, to_batches};

use ar_core::table::{Batch, Column, Table};
use arrow_array::{Array, RecordBatch, StructArray, make_array};
use arrow_schema::{Fields, SchemaRef};
use reader::{Reader, data_type, forget_buffers_of_nulls, possible};
use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// A table that came in through Arrow; owns its memory (the producer's release callbacks run when it is dropped).
#[derive(Debug)]
pub struct ArrowTable {
    fields: Fields,
    batches: Vec<StructArray>,
}

impl ArrowTable {
    /// Reads the whole stream. The stream is released in every case, also when it fails half-way.
    ///
    /// # Errors
    /// The stream was released before, is not a stream of tables (struct arrays), names a type that Arrow does not know,
    /// or reports an error of its own; the text says which.
    pub fn try_from_stream(stream: FFI_ArrowArrayStream) -> Result<Self, ArrowError> {
        guarded(move || {
            let mut reader = Reader::try_new(stream)?;
            let fields = struct_fields(&reader.data_type)?;
            let batches = reader.by_ref().map(|array| struct_array(array?.as_ref())).collect::<Result<Vec<_>, _>>()?;
            Ok(Self { fields, batches })
        })
    }

    /// Takes one struct array (a record batch) and its schema.
    ///
    /// # Errors
    /// The array was released before, is not a struct array, or does not agree with its schema.
    pub fn try_from_array(mut array: FFI_ArrowArray, schema: &FFI_ArrowSchema) -> Result<Self, ArrowError> {
        guarded(AssertUnwindSafe(move || {
            if array.is_released() {
                return Err(refused("the array was released before"));
            }
            let data_type = data_type(schema)?;
            possible(&array, &data_type, 0)?;
            forget_buffers_of_nulls(&raw mut array, &data_type);
            // SAFETY: whoever calls hands over an array that follows the Arrow C Data Interface and was not released
            // (checked above); that the schema belongs to it is the same promise.
            let data = unsafe { arrow_array::ffi::from_ffi(array, schema) }?;
            let fields = struct_fields(data.data_type())?;
            Ok(Self { fields, batches: vec![struct_array(make_array(data).as_ref())?] })
        }))
    }

    /// Takes record batches of one schema.
    pub fn from_batches(schema: &SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { fields: schema.fields().clone(), batches: batches.into_iter().map(StructArray::from).collect() }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(Array::len).sum()
    }

    /// The table as the engine reads it. A stream without batches becomes one batch of zero rows, so that its columns are seen.
    pub fn view<'a>(&'a self, name: &'a str) -> Table<'a> {
        let mut batches: Vec<Batch<'a>> = self.batches.iter().map(|batch| self.view_batch(batch)).collect();
        if batches.is_empty() {
            let columns = self.fields.iter().map(|field| Column::new(field.name(), import::empty(field.data_type())));
            batches.push(Batch { columns: columns.collect() });
        }
        Table { name: Cow::Borrowed(name), batches }
    }

    fn view_batch<'a>(&'a self, batch: &'a StructArray) -> Batch<'a> {
        let columns = self.fields.iter().zip(batch.columns()).map(|(field, array)| {
            let (valid, data) = import::column(array.as_ref());
            Column { name: Cow::Borrowed(field.name()), valid, data }
        });
        Batch { columns: columns.collect() }
    }
}

fn struct_fields(data_type: &arrow_schema::DataType) -> Result<Fields, ArrowError> {
    match data_type {
        arrow_schema::DataType::Struct(fields) => Ok(fields.clone()),
        other => Err(refused(&format!("a table is needed, this is a single column of {other}"))),
    }
}

fn struct_array(array: &dyn Array) -> Result<StructArray, ArrowError> {
    let array = array.as_any().downcast_ref::<StructArray>().ok_or_else(|| refused("a batch is not a struct array"))?;
    if array.null_count() > 0 {
        return Err(refused("whole rows of the table are null"));
    }
    if let Some(short) = array.columns().iter().find(|column| column.len() != array.len()) {
        return Err(refused(&format!("a column has {} rows, its batch {}", short.len(), array.len())));
    }
    Ok(array.clone())
}

fn refused(message: &str) -> ArrowError {
    ArrowError::CDataInterface(message.to_owned())
}

/// arrow-rs asserts where a producer breaks the format; a broken producer must not take the host down.
fn guarded<T>(work: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, ArrowError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|cause| {
        let cause = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
        Err(refused(&format!("malformed Arrow data: {}", cause.unwrap_or("unknown cause"))))
    })
}
