//! Tables in: columns of plain C arrays, or Arrow streams; rows are in [`crate::inputs`].

use crate::borrow::{Checked, Place, array, borrow_mut, free, name};
use crate::error::{ErrorHandle, Failure};
use crate::guard::guard;
use crate::status::Status;
use ar_arrow::{ArrowTable, FFI_ArrowArrayStream};
use ar_core::error::ProblemCode;
use ar_core::table::{Batch, Column, Data, Table, Texts, Validity};
use std::borrow::Cow;
use std::ffi::{CStr, c_char};
use std::ptr;

/// A set of tables to be loaded. Each table is filled from arrays of rows, or column by column from plain arrays, or comes as one Arrow
/// stream.
/// Single-writer: one thread at a time may add to it; while nobody adds, any number of threads may read it.
#[derive(Default)]
pub struct TablesHandle {
    /// Those that came by columns or rows.
    columns: Vec<Table<'static>>,
    /// The names of those that came by rows.
    by_rows: Vec<&'static str>,
    streams: Vec<(String, ArrowTable)>,
}

impl TablesHandle {
    /// Runs `read` on the tables.
    pub(crate) fn with<R>(&self, read: impl FnOnce(&[Table<'_>]) -> R) -> R {
        if self.streams.is_empty() {
            return read(&self.columns);
        }
        let columns = self.columns.iter().map(Table::view);
        let streams = self.streams.iter().map(|(name, table)| table.view(name));
        read(&columns.chain(streams).collect::<Vec<_>>())
    }

    fn add_column(&mut self, table: &str, column: Column<'static>) -> Checked<()> {
        if self.streams.iter().any(|(known, _)| known == table) || self.by_rows.contains(&table) {
            return Err(already(table));
        }
        match self.columns.iter_mut().find(|known| known.name == table).and_then(|known| known.batches.first_mut()) {
            Some(batch) => batch.columns.push(column),
            None => self.columns.push(Table { name: Cow::Owned(table.into()), batches: vec![Batch { columns: vec![column] }] }),
        }
        Ok(())
    }

    /// Refuses rows of a table that came in another way.
    pub(crate) fn check_rows(&self, table: &'static str) -> Checked<()> {
        let by_columns = self.columns.iter().any(|known| known.name == table) && !self.by_rows.contains(&table);
        if by_columns || self.streams.iter().any(|(known, _)| known == table) { Err(already(table)) } else { Ok(()) }
    }

    /// Adds rows behind those that came before.
    pub(crate) fn add_rows(&mut self, table: &'static str, batch: Batch<'static>) {
        match self.columns.iter_mut().find(|known| known.name == table) {
            // A call without rows says that the table is there; as a batch it would have no columns beside those that have.
            Some(known) => {
                known.batches.retain(|batch| !batch.columns.is_empty());
                known.batches.extend(Some(batch).filter(|batch| known.batches.is_empty() || !batch.columns.is_empty()));
            }
            None => {
                self.by_rows.push(table);
                self.columns.push(Table { name: Cow::Borrowed(table), batches: vec![batch] });
            }
        }
    }

    fn add_stream(&mut self, table: &str, stream: FFI_ArrowArrayStream) -> Checked<()> {
        if self.streams.iter().any(|(known, _)| known == table) || self.columns.iter().any(|known| known.name == table) {
            return Err(already(table));
        }
        let read = ArrowTable::try_from_stream(stream).map_err(|error| Failure::arrow(table, &error))?;
        self.streams.push((table.into(), read));
        Ok(())
    }
}

fn already(table: &str) -> Failure {
    Failure::argument("table", ProblemCode::DuplicateId, format!("table {table} was added before, and not in the same way (by rows, by columns, or as a stream)"))
}

/// Copies texts; the flags say which are not NULL, `None` if all are. UTF-8 is checked where the text is read, with its row.
unsafe fn copy_texts(values: *const *const c_char, lens: *const usize, len: usize) -> Checked<(Texts<'static>, Validity<'static>)> {
    let (values, lens) = unsafe { (array(values, len, "values")?, if lens.is_null() { &[] } else { array(lens, len, "lens")? }) };
    let mut bytes = Vec::new();
    let mut ends = Vec::with_capacity(len);
    let mut valid = vec![true; len];
    for (row, (value, flag)) in values.iter().zip(&mut valid).enumerate() {
        *flag = !value.is_null();
        if *flag {
            // SAFETY: not NULL; that it holds `lens[row]` bytes, or a NUL, is the caller's promise.
            bytes.extend_from_slice(match lens.get(row) {
                Some(size) => unsafe { array(value.cast::<u8>(), *size, "values")? },
                None => unsafe { CStr::from_ptr(*value) }.to_bytes(),
            });
        }
        ends.push(bytes.len());
    }
    let valid = if valid.contains(&false) { Some(Cow::Owned(valid)) } else { None };
    Ok((Texts { bytes: Cow::Owned(bytes), ends }, valid))
}

unsafe fn copy_valid(valid: *const u8, len: usize) -> Checked<Validity<'static>> {
    if valid.is_null() {
        return Ok(None);
    }
    Ok(Some(unsafe { array(valid, len, "valid")? }.iter().map(|flag| *flag != 0).collect()))
}

/// The common part of the functions that add a column of numbers.
unsafe fn add<T: Copy>(to: (*mut TablesHandle, *const c_char, *const c_char), values: (*const T, *const u8, usize), make: impl FnOnce(&[T]) -> Data<'static>) -> Checked<Status> {
    unsafe {
        let handle = borrow_mut(to.0, "tables")?;
        let (table, column) = (name(to.1, "table")?, name(to.2, "column")?);
        let valid = copy_valid(values.1, values.2)?;
        let data = make(array(values.0, values.2, "values")?);
        handle.add_column(table, Column { name: Cow::Owned(column.into()), valid, data })?;
        Ok(Status::Ok)
    }
}

/// An empty set of tables, to be freed with ar_tables_free.
/// Errors: AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_new(out: *mut *mut TablesHandle, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            Place::new(out, "out")?.give(TablesHandle::default());
            Ok(Status::Ok)
        })
    }
}

/// Adds a column of texts to a table ("items", "item_id"). The values are copied.
/// `values`: `len` pointers to UTF-8; a NULL is a null value. `lens`: the bytes of each value; NULL if every value ends with
/// NUL. Any column but a list may be given as text: dates as "2026-11-21", amounts as "1250.00", truth values as "true".
/// Whether the table, the column and its values are right is checked by ar_ledger_new, all at once; here only pointers are.
/// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_INVALID_ARGUMENT (a name is not UTF-8, the table was added as a stream).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_text_column(
    tables: *mut TablesHandle,
    table: *const c_char,
    column: *const c_char,
    values: *const *const c_char,
    lens: *const usize,
    len: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let handle = borrow_mut(tables, "tables")?;
            let (table, column) = (name(table, "table")?, name(column, "column")?);
            let (texts, valid) = copy_texts(values, lens, len)?;
            handle.add_column(table, Column { name: Cow::Owned(column.into()), valid, data: Data::Text(texts) })?;
            Ok(Status::Ok)
        })
    }
}

/// Adds a column of lists of texts (aliases, channels, bank_accounts). The values are copied.
/// `values`, `lens`, `values_len`: the texts of all rows one after the other, as in ar_tables_add_text_column (a NULL is an
/// empty text). `ends`: for each of the `len` rows, where its list ends in `values`; never decreasing, the last is `values_len`.
/// `valid`: one byte a row, 0 = null; NULL if every row has a list.
/// Errors: as ar_tables_add_text_column; AR_STATUS_INVALID_ARGUMENT if `ends` decreases or passes `values_len`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_list_column(
    tables: *mut TablesHandle,
    table: *const c_char,
    column: *const c_char,
    values: *const *const c_char,
    lens: *const usize,
    values_len: usize,
    ends: *const usize,
    valid: *const u8,
    len: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let handle = borrow_mut(tables, "tables")?;
            let (table, column) = (name(table, "table")?, name(column, "column")?);
            let ends = array(ends, len, "ends")?;
            if !ends.is_sorted() || ends.last().copied().unwrap_or(0) != values_len {
                return Err(Failure::argument("ends", ProblemCode::OutOfRange, format!("the ends must never decrease, and the last must be {values_len}")));
            }
            let (texts, _) = copy_texts(values, lens, values_len)?;
            let data = Data::TextList(ends.to_vec(), texts);
            handle.add_column(table, Column { name: Cow::Owned(column.into()), valid: copy_valid(valid, len)?, data })?;
            Ok(Status::Ok)
        })
    }
}

/// Adds a column of whole numbers: counts, levels, and amounts in minor units of the row's currency (columns "..._minor").
/// The values are copied. `valid`: one byte a row, 0 = null (the value is then not read); NULL if every row has a value.
/// Errors: as ar_tables_add_text_column.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_int64_column(
    tables: *mut TablesHandle,
    table: *const c_char,
    column: *const c_char,
    values: *const i64,
    valid: *const u8,
    len: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe { guard(error, || add((tables, table, column), (values, valid, len), |values| Data::Int(Cow::Owned(values.to_vec())))) }
}

/// Adds a column of doubles (rates, percents). Amounts are better given in minor units or as text. Copied; `valid` as in
/// ar_tables_add_int64_column.
/// Errors: as ar_tables_add_text_column.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_double_column(
    tables: *mut TablesHandle,
    table: *const c_char,
    column: *const c_char,
    values: *const f64,
    valid: *const u8,
    len: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe { guard(error, || add((tables, table, column), (values, valid, len), |values| Data::Float(Cow::Owned(values.to_vec())))) }
}

/// Adds a column of days, counted from 1970-01-01. Copied; `valid` as in ar_tables_add_int64_column.
/// Errors: as ar_tables_add_text_column.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_date_column(
    tables: *mut TablesHandle,
    table: *const c_char,
    column: *const c_char,
    values: *const i32,
    valid: *const u8,
    len: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe { guard(error, || add((tables, table, column), (values, valid, len), |values| Data::Date(Cow::Owned(values.to_vec())))) }
}

/// Adds a column of truth values, one byte each, 0 = false. Copied; `valid` as in ar_tables_add_int64_column.
/// Errors: as ar_tables_add_text_column.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_bool_column(
    tables: *mut TablesHandle,
    table: *const c_char,
    column: *const c_char,
    values: *const u8,
    valid: *const u8,
    len: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe { guard(error, || add((tables, table, column), (values, valid, len), |values| Data::Bool(values.iter().map(|value| *value != 0).collect()))) }
}

/// Adds a whole table from an Arrow C stream of record batches.
/// The stream is consumed, whatever the status: its contents are moved out and its `release` is NULL afterwards; the
/// producer's release is called once, at the latest by ar_tables_free. Where the layout allows, the data is not copied.
/// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_INVALID_ARGUMENT (the table was added before); AR_STATUS_ARROW_STREAM (released
/// before, or the producer reports an error).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_stream(tables: *mut TablesHandle, table: *const c_char, stream: *mut FFI_ArrowArrayStream, error: *mut *mut ErrorHandle) -> Status {
    unsafe {
        guard(error, || {
            let stream = std::mem::replace(borrow_mut(stream, "stream")?, FFI_ArrowArrayStream::empty());
            let handle = borrow_mut(tables, "tables")?;
            handle.add_stream(name(table, "table")?, stream)?;
            Ok(Status::Ok)
        })
    }
}

/// Frees a set of tables. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_free(tables: *mut TablesHandle) {
    unsafe { guard(ptr::null_mut(), || free(tables)) }
}
