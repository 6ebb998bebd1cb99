//! Cells of a report's tables, read by column name.

use ar_core::money::{Currency, minor_from_decimal, pow10};
use ar_core::reason::Reason;
use ar_core::table::{Column, Data, Table, Texts};
use std::str;

/// The columns of one table; a column that is absent reads as null everywhere.
#[derive(Clone, Copy)]
pub struct Columns<'t> {
    columns: &'t [Column<'t>],
    /// Rows of the table.
    pub rows: usize,
}

impl<'t> Columns<'t> {
    /// Of a table out, which is always one batch.
    pub fn of(table: &'t Table<'t>) -> Self {
        Self { columns: table.columns(), rows: table.rows() }
    }

    /// The column of that name.
    pub fn get(self, name: &str) -> Cells<'t> {
        Cells(self.columns.iter().find(|column| column.name == name))
    }
}

/// The cells of one column.
#[derive(Clone, Copy)]
pub struct Cells<'t>(Option<&'t Column<'t>>);

impl<'t> Cells<'t> {
    fn data(self, row: usize) -> Option<&'t Data<'t>> {
        self.0.filter(|column| column.is_valid(row)).map(|column| &column.data)
    }

    /// A text; `None` for null.
    pub fn text(self, row: usize) -> Option<&'t str> {
        match self.data(row)? {
            Data::Text(texts) => texts.ends.get(row).and_then(|_| str::from_utf8(texts.bytes_of(row)).ok()),
            _ => None,
        }
    }

    /// A whole number or a day.
    pub fn int(self, row: usize) -> Option<i64> {
        match self.data(row)? {
            Data::Int(values) => values.get(row).copied(),
            Data::Date(values) => values.get(row).map(|days| i64::from(*days)),
            _ => None,
        }
    }

    /// A truth value; false for null.
    pub fn flag(self, row: usize) -> bool {
        matches!(self.data(row), Some(Data::Bool(values)) if values.get(row).copied().unwrap_or(false))
    }

    /// A day.
    pub fn days(self, row: usize) -> Option<i32> {
        self.int(row).and_then(|days| i32::try_from(days).ok())
    }

    /// A double, also of an exact decimal; NaN for null.
    pub fn double(self, row: usize) -> f64 {
        let value = match self.data(row) {
            Some(Data::Float(values)) => values.get(row).copied(),
            Some(Data::Decimal(values, scale)) => values.get(row).map(|mantissa| *mantissa as f64 / pow10(*scale) as f64),
            _ => None,
        };
        value.unwrap_or(f64::NAN)
    }

    /// An amount in minor units of `currency`; 0 for null.
    pub fn minor(self, row: usize, currency: &str) -> i64 {
        let Some(Data::Decimal(values, scale)) = self.data(row) else { return 0 };
        let exponent = Currency::try_new(currency).map_or(*scale, Currency::exponent);
        values.get(row).and_then(|mantissa| minor_from_decimal(*mantissa, *scale, exponent).ok()).unwrap_or(0)
    }

    /// A list of texts.
    pub fn texts(self, row: usize) -> Vec<&'t str> {
        let Some(Data::TextList(ends, texts)) = self.data(row) else { return Vec::new() };
        span(ends, row).map(|at| text_at(texts, at)).collect()
    }

    /// A list of reasons.
    pub fn reasons(self, row: usize) -> &'t [Reason] {
        match self.data(row) {
            Some(Data::Reasons(ends, reasons)) => reasons.get(span(ends, row)).unwrap_or_default(),
            _ => &[],
        }
    }
}

fn span(ends: &[usize], row: usize) -> std::ops::Range<usize> {
    let start = row.checked_sub(1).and_then(|row| ends.get(row)).copied().unwrap_or(0);
    start..ends.get(row).copied().unwrap_or(start)
}

fn text_at<'t>(texts: &'t Texts<'t>, at: usize) -> &'t str {
    str::from_utf8(texts.bytes_of(at)).unwrap_or_default()
}
