//! Rows to columns: one pass over the rows, block by block, so that a row is in the cache while each of its members is read.

use super::fields::{Field, Form, Given, Input};
use crate::borrow::{Checked, array, borrow, possible};
use crate::error::Failure;
use ar_core::error::ProblemCode;
use ar_core::table::{Batch, Column, Data, Texts};
use std::borrow::Cow;
use std::ffi::{CStr, c_char};

/// Rows of a block: some ten kilobytes.
const BLOCK: usize = 128;

/// The most that a row may take. A size beyond is no size, but what stood in memory that was not set.
const LARGEST: usize = 4096;

/// Copies rows into a batch of columns. A column that no row has is left out.
///
/// # Safety
/// `rows` points to `len` rows, each as large as the first says, whose texts and lists are what they should be.
pub(super) unsafe fn batch<R: Input>(rows: *const R, len: usize) -> Checked<Batch<'static>> {
    if len == 0 {
        return Ok(Batch::default());
    }
    // SAFETY: `struct_size` is the first member; the caller's promise is passed on.
    let stride = unsafe { *borrow(rows.cast::<usize>(), "rows")? };
    if stride < R::FIRST_SIZE || stride > LARGEST || !stride.is_multiple_of(align_of::<usize>()) {
        let message = format!("struct_size is {stride}; it is the sizeof of the struct, of which this library knows {} bytes", size_of::<R>());
        return Err(Failure::row("rows", 0, ProblemCode::OutOfRange, message));
    }
    possible(len, stride, "rows_len")?;
    let mut columns: Vec<Building> = R::FIELDS.iter().filter(|field| field.end() <= stride).map(Building::new).collect();
    for start in (0..len).step_by(BLOCK) {
        // SAFETY: the row is one of `len`, which were promised.
        let block = Block { first: unsafe { rows.cast::<u8>().add(start * stride) }, stride, rows: BLOCK.min(len - start) };
        // SAFETY: each row begins with its size.
        if let Some((row, size)) = (0..block.rows).map(|row| (row, unsafe { block.get::<usize>(row, 0) })).find(|(_, size)| *size != stride) {
            return Err(Failure::row("rows", start + row, ProblemCode::OutOfRange, format!("struct_size is {size}, and {stride} in the first row: all rows are of one size")));
        }
        for column in &mut columns {
            // SAFETY: the field stands in every row, with the type of its form; the rest is the caller's promise.
            unsafe { column.take(&block, len)? };
        }
    }
    Ok(Batch { columns: columns.into_iter().filter_map(Building::done).collect() })
}

/// Some rows, one after the other.
struct Block {
    first: *const u8,
    stride: usize,
    rows: usize,
}

impl Block {
    /// A member of a row.
    ///
    /// # Safety
    /// At this offset of the row stands a `T`.
    unsafe fn get<T: Copy>(&self, row: usize, at: usize) -> T {
        // SAFETY: the caller's promise; rows and members are aligned, as the stride is a multiple of the alignment.
        unsafe { self.first.add(row * self.stride + at).cast::<T>().read() }
    }

    /// A text; `None` for NULL.
    ///
    /// # Safety
    /// At this offset of the row stands a text that ends with NUL.
    unsafe fn text(&self, row: usize, at: usize) -> Option<&[u8]> {
        // SAFETY: the caller's promise.
        unsafe {
            let text = self.get::<*const c_char>(row, at);
            (!text.is_null()).then(|| CStr::from_ptr(text).to_bytes())
        }
    }

    /// A currency, up to its NUL; `None` if it is empty.
    ///
    /// # Safety
    /// At this offset of the row stand four bytes.
    unsafe fn code(&self, row: usize, at: usize) -> Option<&[u8]> {
        // SAFETY: the caller's promise.
        let code: &[u8; 4] = unsafe { &*self.first.add(row * self.stride + at).cast() };
        code.split(|byte| *byte == 0).next().filter(|code| !code.is_empty())
    }
}

/// The values of a column as far as it is read; empty as long as no row had one.
enum Values {
    Texts(Texts<'static>),
    Lists(Vec<usize>, Texts<'static>),
    Ints(Vec<i64>),
    Days(Vec<i32>),
    Flags(Vec<bool>),
    Doubles(Vec<f64>),
}

/// A column on the way.
struct Building {
    field: &'static Field,
    /// Rows that were read.
    rows: usize,
    values: Values,
    nulls: Nulls,
}

/// Which rows have a value; empty as long as all have.
#[derive(Default)]
struct Nulls(Vec<bool>);

impl Nulls {
    /// Notes the next row, which has `before` rows before it.
    fn push(&mut self, has: bool, before: usize) {
        if !has && self.0.is_empty() {
            self.0.resize(before, true);
        }
        if !has || !self.0.is_empty() {
            self.0.push(has);
        }
    }
}

impl Building {
    fn new(field: &'static Field) -> Self {
        let values = match field.form {
            Form::Text | Form::Currency => Values::Texts(Texts::default()),
            Form::List => Values::Lists(Vec::new(), Texts::default()),
            Form::Int64 | Form::Int32 => Values::Ints(Vec::new()),
            Form::Days => Values::Days(Vec::new()),
            Form::Flag => Values::Flags(Vec::new()),
            Form::Double => Values::Doubles(Vec::new()),
        };
        Self { field, rows: 0, values, nulls: Nulls::default() }
    }

    /// Reads the member of each row of the block; `all` is how many rows there are.
    ///
    /// # Safety
    /// The field stands in the rows, with the type of its form; texts end with NUL, lists are as long as they say.
    unsafe fn take(&mut self, block: &Block, all: usize) -> Checked<()> {
        let Self { field, rows: before, values, nulls } = self;
        let (at, given) = (field.at, field.given);
        let to = Growing { nulls, before: *before, all };
        // SAFETY: here and below the member has the type of its form.
        let said = |row: usize, zero: bool| match given {
            Given::Always => true,
            Given::NotZero => !zero,
            Given::Said(at) => unsafe { block.get::<u8>(row, at) != 0 },
        };
        let rows = 0..block.rows;
        unsafe {
            match values {
                Values::Texts(texts) if field.form == Form::Currency => to.texts(texts, rows.map(|row| block.code(row, at))),
                Values::Texts(texts) => to.texts(texts, rows.map(|row| block.text(row, at))),
                Values::Lists(ends, texts) => to.lists(ends, texts, rows.map(|row| (block.get(row, at), block.get(row, field.len_at))))?,
                Values::Ints(values) if field.form == Form::Int32 => {
                    to.numbers(values, rows.map(|row| (row, i64::from(block.get::<i32>(row, at)))).map(|(row, value)| said(row, value == 0).then_some(value)))
                }
                Values::Ints(values) => to.numbers(values, rows.map(|row| (row, block.get::<i64>(row, at))).map(|(row, value)| said(row, value == 0).then_some(value))),
                Values::Days(values) => to.numbers(values, rows.map(|row| Some(block.get::<i32>(row, at)).filter(|day| *day != 0))),
                Values::Flags(values) => to.flags(values, rows.map(|row| block.get::<u8>(row, at) != 0)),
                Values::Doubles(values) => to.numbers(values, rows.map(|row| (row, block.get::<f64>(row, at))).map(|(row, value)| said(row, value == 0.0).then_some(value))),
            }
        }
        self.rows += block.rows;
        Ok(())
    }

    /// The column; `None` if no row has a value.
    fn done(self) -> Option<Column<'static>> {
        let data = match self.values {
            Values::Texts(texts) => Data::Text(texts),
            Values::Lists(ends, texts) => Data::TextList(ends, texts),
            Values::Ints(values) => Data::Int(Cow::Owned(values)),
            Values::Days(values) => Data::Date(Cow::Owned(values)),
            Values::Flags(values) => Data::Bool(Cow::Owned(values)),
            Values::Doubles(values) => Data::Float(Cow::Owned(values)),
        };
        let valid = if self.nulls.0.is_empty() { None } else { Some(Cow::Owned(self.nulls.0)) };
        (data.rows() > 0).then_some(Column { name: Cow::Borrowed(self.field.column), valid, data })
    }
}

/// Adds the values of a block to those of the rows before it.
struct Growing<'n> {
    nulls: &'n mut Nulls,
    /// Rows before the block.
    before: usize,
    /// Rows of all blocks.
    all: usize,
}

impl Growing<'_> {
    /// Makes a column that begins with this block as long as those before it; `false` if the block has nothing to begin with.
    fn begin<T: Clone + Default>(&mut self, values: &mut Vec<T>, has_any: bool) -> bool {
        if values.is_empty() && has_any {
            values.reserve_exact(self.all);
            values.resize(self.before, T::default());
            self.nulls.0.resize(self.before, false);
        }
        has_any || !values.is_empty()
    }

    fn numbers<T: Copy + Default>(mut self, values: &mut Vec<T>, found: impl Iterator<Item = Option<T>> + Clone) {
        if self.begin(values, found.clone().any(|value| value.is_some())) {
            for value in found {
                self.nulls.push(value.is_some(), values.len());
                values.push(value.unwrap_or_default());
            }
        }
    }

    fn flags(mut self, values: &mut Vec<bool>, found: impl Iterator<Item = bool> + Clone) {
        if self.begin(values, found.clone().any(|value| value)) {
            // A row without the flag says no: that is a value.
            self.nulls.0.clear();
            values.extend(found);
        }
    }

    fn texts<'r>(mut self, texts: &mut Texts<'static>, found: impl Iterator<Item = Option<&'r [u8]>> + Clone) {
        if self.begin(&mut texts.ends, found.clone().any(|text| text.is_some())) {
            let bytes = texts.bytes.to_mut();
            for text in found {
                self.nulls.push(text.is_some(), texts.ends.len());
                bytes.extend_from_slice(text.unwrap_or_default());
                texts.ends.push(bytes.len());
            }
        }
    }

    /// A NULL in a list is an empty text, as in a column of lists.
    ///
    /// # Safety
    /// Each list is as long as it says, its texts end with NUL.
    unsafe fn lists(mut self, ends: &mut Vec<usize>, texts: &mut Texts<'static>, found: impl Iterator<Item = (*const *const c_char, usize)> + Clone) -> Checked<()> {
        if self.begin(ends, found.clone().any(|(_, len)| len > 0)) {
            let bytes = texts.bytes.to_mut();
            for (list, len) in found {
                self.nulls.push(len > 0, ends.len());
                // SAFETY: the caller's promise.
                for text in unsafe { array(list, len, "rows")? } {
                    if !text.is_null() {
                        // SAFETY: the caller's promise.
                        bytes.extend_from_slice(unsafe { CStr::from_ptr(*text) }.to_bytes());
                    }
                    texts.ends.push(bytes.len());
                }
                ends.push(texts.ends.len());
            }
        }
        Ok(())
    }
}
