//! Tables: the neutral columnar form in which data enters and leaves the engine. No Arrow here; `ar-arrow` maps it.

use crate::reason::Reason;
use alloc::{borrow::Cow, string::String, vec::Vec};
use chrono::NaiveDate;

/// Validity of rows: `None` means that every row has a value; else one flag a row, `true` = has a value.
pub type Validity<'a> = Option<Cow<'a, [bool]>>;

/// Texts one after the other with their ends (`ends.len()` = rows).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Texts<'a> {
    /// All bytes; each text must be valid UTF-8 (checked when it is read).
    pub bytes: Cow<'a, [u8]>,
    /// End offset of each text.
    pub ends: Vec<usize>,
}

impl<'a> Texts<'a> {
    /// The bytes of one row.
    pub fn bytes_of(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).and_then(|row| self.ends.get(row)).copied().unwrap_or(0);
        self.ends.get(row).and_then(|end| self.bytes.get(start..*end)).unwrap_or(b"")
    }

    /// The same texts for a shorter time: their bytes are lent.
    fn view(&self) -> Texts<'_> {
        Texts { bytes: Cow::Borrowed(&self.bytes), ends: self.ends.clone() }
    }

    /// Adds a row.
    pub fn push(&mut self, text: &str) {
        self.bytes.to_mut().extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len());
    }
}

/// One value of a row-wise table (a dict of Python, a record of Rust).
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A double.
    Float(f64),
    /// `mantissa / 10^scale`.
    Decimal(i128, u8),
    /// A day.
    Date(NaiveDate),
    /// Text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// Something that no column can hold; the text names its type.
    Other(String),
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Data<'a> {
    /// Every row is null, whatever its type (`rows`).
    Null(usize),
    /// Truth values.
    Bool(Cow<'a, [bool]>),
    /// Whole numbers.
    Int(Cow<'a, [i64]>),
    /// Doubles.
    Float(Cow<'a, [f64]>),
    /// `mantissa / 10^scale`, in decimal128.
    Decimal(Cow<'a, [i128]>, u8),
    /// Days since 1970-01-01.
    Date(Cow<'a, [i32]>),
    /// Instants: ticks since 1970-01-01 and ticks in a day.
    Timestamp(Cow<'a, [i64]>, i64),
    /// Texts.
    Text(Texts<'a>),
    /// Lists of texts: end of each row's list in the texts.
    TextList(Vec<usize>, Texts<'a>),
    /// Lists of lists of texts: end of each row in the inner lists, end of each inner list in the texts.
    TextLists(Vec<usize>, Vec<usize>, Texts<'a>),
    /// Reasons: end of each row's list.
    Reasons(Vec<usize>, Vec<Reason>),
    /// Values of any kind, row by row.
    Cells(Vec<Cell>),
    /// A type that the engine does not read; the text names it (`rows`).
    Unsupported(String, usize),
}

impl Data<'_> {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Self::Null(rows) | Self::Unsupported(_, rows) => *rows,
            Self::Bool(values) => values.len(),
            Self::Int(values) | Self::Timestamp(values, _) => values.len(),
            Self::Float(values) => values.len(),
            Self::Decimal(values, _) => values.len(),
            Self::Date(values) => values.len(),
            Self::Text(values) => values.ends.len(),
            Self::TextList(ends, _) | Self::TextLists(ends, _, _) | Self::Reasons(ends, _) => ends.len(),
            Self::Cells(values) => values.len(),
        }
    }
}

/// One named column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// Which rows have a value.
    pub valid: Validity<'a>,
    /// The values.
    pub data: Data<'a>,
}

impl<'a> Column<'a> {
    /// A column without nulls.
    pub const fn new(name: &'a str, data: Data<'a>) -> Self {
        Self { name: Cow::Borrowed(name), valid: None, data }
    }

    /// A column with nulls.
    pub const fn nullable(name: &'a str, valid: Vec<bool>, data: Data<'a>) -> Self {
        Self { name: Cow::Borrowed(name), valid: Some(Cow::Owned(valid)), data }
    }

    /// Whether the row has a value.
    pub fn is_valid(&self, row: usize) -> bool {
        self.valid.as_ref().is_none_or(|valid| valid.get(row).copied().unwrap_or(false))
    }
}

impl Column<'_> {
    /// The same column for a shorter time: its values are lent, not copied.
    pub fn view(&self) -> Column<'_> {
        let data = match &self.data {
            Data::Bool(values) => Data::Bool(Cow::Borrowed(values)),
            Data::Int(values) => Data::Int(Cow::Borrowed(values)),
            Data::Float(values) => Data::Float(Cow::Borrowed(values)),
            Data::Decimal(values, scale) => Data::Decimal(Cow::Borrowed(values), *scale),
            Data::Date(values) => Data::Date(Cow::Borrowed(values)),
            Data::Timestamp(values, a_day) => Data::Timestamp(Cow::Borrowed(values), *a_day),
            Data::Text(texts) => Data::Text(texts.view()),
            Data::TextList(ends, texts) => Data::TextList(ends.clone(), texts.view()),
            other => other.clone(),
        };
        Column { name: Cow::Borrowed(&self.name), valid: self.valid.as_deref().map(Cow::Borrowed), data }
    }
}

/// A batch of rows: columns of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch<'a> {
    /// The columns; names may come in any order.
    pub columns: Vec<Column<'a>>,
}

impl Batch<'_> {
    /// Rows of the longest column.
    pub fn rows(&self) -> usize {
        self.columns.iter().map(|column| column.data.rows()).max().unwrap_or(0)
    }
}

/// A table in: its name (`items`) and one or more batches. Rows are counted through the batches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table<'a> {
    /// The name, as in the contract.
    pub name: Cow<'a, str>,
    /// The batches, in order.
    pub batches: Vec<Batch<'a>>,
}

impl<'a> Table<'a> {
    /// A table of one batch.
    pub fn new(name: &'a str, columns: Vec<Column<'a>>) -> Self {
        Self { name: Cow::Borrowed(name), batches: alloc::vec![Batch { columns }] }
    }

    /// A table from rows of `(column, value)`; columns appear in the order in which they are first named.
    pub fn from_rows<R, C>(name: &'a str, rows: R) -> Self
    where
        R: IntoIterator<Item = C>,
        C: IntoIterator<Item = (String, Cell)>,
    {
        let mut names: Vec<String> = Vec::new();
        let mut columns: Vec<Vec<Cell>> = Vec::new();
        let mut count = 0;
        for row in rows {
            for (column, value) in row {
                let at = names.iter().position(|name| *name == column).unwrap_or_else(|| {
                    names.push(column);
                    columns.push(alloc::vec![Cell::Null; count]);
                    names.len() - 1
                });
                if let Some(cells) = columns.get_mut(at) {
                    cells.resize(count, Cell::Null);
                    cells.push(value);
                }
            }
            count += 1;
        }
        let columns = names.into_iter().zip(columns).map(|(name, mut cells)| {
            cells.resize(count, Cell::Null);
            Column { name: Cow::Owned(name), valid: None, data: Data::Cells(cells) }
        });
        Self { name: Cow::Borrowed(name), batches: alloc::vec![Batch { columns: columns.collect() }] }
    }

    /// The same table for a shorter time: its values are lent, not copied.
    pub fn view(&self) -> Table<'_> {
        let batches = self.batches.iter().map(|batch| Batch { columns: batch.columns.iter().map(Column::view).collect() });
        Table { name: Cow::Borrowed(&self.name), batches: batches.collect() }
    }

    /// Rows of all batches.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(Batch::rows).sum()
    }

    /// Bytes of all texts.
    pub fn text_bytes(&self) -> usize {
        let of = |data: &Data<'_>| match data {
            Data::Text(texts) | Data::TextList(_, texts) | Data::TextLists(_, _, texts) => texts.ends.last().copied().unwrap_or(0),
            Data::Cells(cells) => cells.iter().map(|cell| if let Cell::Text(text) = cell { text.len() } else { 0 }).sum(),
            _ => 0,
        };
        self.batches.iter().flat_map(|batch| &batch.columns).map(|column| of(&column.data)).sum()
    }

    /// The columns of the first batch.
    pub fn columns(&self) -> &[Column<'a>] {
        self.batches.first().map_or(&[], |batch| &batch.columns)
    }
}
