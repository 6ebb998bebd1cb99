//! Reads tables row by row against their schema; whatever is wrong becomes a problem, nothing stops at the first.

use super::cell::{Value, accepts, type_name};
use super::schema::{Kind, TableSpec};
use crate::error::{ProblemCode, Problems};
use crate::money::Currency;
use crate::table::{Batch, Column, Data, Table};
use crate::text::nearest;
use crate::watch::{Stage, Watch};
use alloc::{borrow::Cow, format, string::String, vec::Vec};
use chrono::NaiveDate;
use chrono_tz::Tz;

/// A column that the spec knows, and whether it holds minor units.
#[derive(Clone, Copy)]
pub(super) struct Bind<'t> {
    pub(super) column: &'t Column<'t>,
    pub(super) minor: bool,
}

/// Rows between two looks at the watch.
const LOOK: usize = 1 << 12;

/// Calls `each` for every row of a table, or for some where the work was stopped. Rows are numbered through all batches.
pub(super) fn read_rows<'t>(spec: &'static TableSpec, table: &'t Table<'t>, problems: &mut Problems, watch: &Watch, mut each: impl FnMut(&mut Row<'t, '_>)) {
    watch.begin(Stage::Load, table.rows());
    let mut base = 0;
    let mut told = Told { spec, problems: Vec::new() };
    for batch in &table.batches {
        let columns = bind(spec, &batch.columns, problems, &mut told);
        let rows = batch.rows();
        for column in batch.columns.iter().filter(|column| column.data.rows() != rows) {
            problems.push(spec.name, None, Some(&column.name), ProblemCode::BadShape, || format!("{} rows where the table has {rows}", column.data.rows()));
        }
        if !columns.iter().zip(spec.columns).all(|(bind, column)| bind.is_some() || !column.required) {
            return;
        }
        for local in 0..rows {
            if local.is_multiple_of(LOOK) && !watch.advance(LOOK.min(rows - local)) {
                return;
            }
            each(&mut Row { spec, columns: &columns, local, row: base + local, problems });
        }
        base += rows;
    }
}

/// Problems of whole columns: the batches of a table mostly share them, and each is told once.
struct Told {
    spec: &'static TableSpec,
    problems: Vec<(String, ProblemCode)>,
}

impl Told {
    fn push(&mut self, problems: &mut Problems, column: &str, code: ProblemCode, message: impl FnOnce() -> String) {
        if !self.problems.iter().any(|(known, kind)| known == column && *kind == code) {
            self.problems.push((column.into(), code));
            problems.push(self.spec.name, None, Some(column), code, message);
        }
    }
}

fn bind<'t>(spec: &'static TableSpec, columns: &'t [Column<'t>], problems: &mut Problems, told: &mut Told) -> Vec<Option<Bind<'t>>> {
    let mut bound: Vec<Option<Bind<'t>>> = alloc::vec![None; spec.columns.len()];
    for column in columns {
        bind_one(spec, column, &mut bound, problems, told);
    }
    // A table without any column is an empty table (an empty list of rows has no columns to name).
    if !columns.is_empty() {
        for (bind, wanted) in bound.iter().zip(spec.columns) {
            if bind.is_none() && wanted.required && !columns.iter().any(|column| bare(&column.name) == wanted.name) {
                told.push(problems, wanted.name, ProblemCode::MissingColumn, || format!("the column '{}' is required", wanted.name));
            }
        }
    }
    bound
}

/// The columns of a batch by their place in the spec; `None` where anything is to be said of them, or where they hold values row by row.
pub(super) fn bind_quietly<'t>(spec: &'static TableSpec, batch: &'t Batch<'t>) -> Option<Vec<Option<Bind<'t>>>> {
    let (mut problems, mut told, rows) = (Problems::default(), Told { spec, problems: Vec::new() }, batch.rows());
    let fits = |column: &Column<'_>| column.data.rows() == rows && column.valid.as_ref().is_none_or(|valid| valid.len() == rows) && !matches!(column.data, Data::Cells(_));
    let bound = bind(spec, &batch.columns, &mut problems, &mut told);
    (problems.total() == 0 && batch.columns.iter().all(fits)).then_some(bound)
}

fn bare(name: &str) -> &str {
    name.strip_suffix("_minor").unwrap_or(name)
}

fn bind_one<'t>(spec: &'static TableSpec, column: &'t Column<'t>, bound: &mut [Option<Bind<'t>>], problems: &mut Problems, told: &mut Told) {
    let mut complain = |code, message: String| told.push(problems, &column.name, code, || message);
    if column.name.starts_with("x_") {
        return;
    }
    let exact = spec.columns.iter().position(|wanted| wanted.name == column.name);
    let minor = spec.columns.iter().position(|wanted| matches!(wanted.kind, Kind::Amount) && column.name.strip_suffix("_minor") == Some(wanted.name));
    let Some((at, wanted)) = exact.or(minor).and_then(|at| spec.columns.get(at).map(|wanted| (at, wanted))) else {
        let near = nearest(&column.name, spec.columns.iter().map(|wanted| wanted.name)).unwrap_or("");
        return complain(ProblemCode::UnknownColumn, format!("no such column; did you mean '{near}'? (columns of your own start with 'x_')"));
    };
    let Some(slot) = bound.get_mut(at) else { return };
    if slot.is_some() {
        return complain(ProblemCode::DuplicateColumn, format!("'{}' is given twice", wanted.name));
    }
    if !accepts(wanted.kind, &column.data) {
        return complain(ProblemCode::WrongType, format!("{} where {} is wanted", type_name(&column.data), wanted.kind.label()));
    }
    *slot = Some(Bind { column, minor: exact.is_none() });
}

/// One row of a table, read by position of the column in its spec.
pub(super) struct Row<'t, 'p> {
    spec: &'static TableSpec,
    columns: &'p [Option<Bind<'t>>],
    local: usize,
    /// Number of the row in its table.
    pub(super) row: usize,
    problems: &'p mut Problems,
}

impl<'t, 'p> Row<'t, 'p> {
    /// A row by its place in its batch, and its number in the table.
    pub(super) const fn new(spec: &'static TableSpec, columns: &'p [Option<Bind<'t>>], local: usize, row: usize, problems: &'p mut Problems) -> Self {
        Self { spec, columns, local, row, problems }
    }

    /// Adds a problem of this row.
    pub(super) fn complain(&mut self, column: usize, code: ProblemCode, message: impl FnOnce() -> String) {
        let name = self.spec.columns.get(column).map(|column| column.name);
        self.problems.push(self.spec.name, Some(self.row), name, code, message);
    }

    /// Problems found so far in all tables.
    pub(super) fn complaints(&self) -> u64 {
        self.problems.total()
    }

    /// Whether the column is there and the row has a value.
    pub(super) fn has(&self, column: usize) -> bool {
        !matches!(self.value(column), Value::Null)
    }

    fn value(&self, column: usize) -> Value<'t> {
        self.columns.get(column).copied().flatten().map_or(Value::Null, |bind| Value::of(bind.column, self.local))
    }

    fn keep<T>(&mut self, column: usize, read: Result<Option<T>, (ProblemCode, String)>) -> Option<T> {
        match read {
            Ok(Some(value)) => Some(value),
            Ok(None) => {
                if self.spec.columns.get(column).is_some_and(|column| column.required) {
                    self.complain(column, ProblemCode::MissingValue, || "a value is required".into());
                }
                None
            }
            Err((code, message)) => {
                self.complain(column, code, || message);
                None
            }
        }
    }

    /// An identifier or any other text, by the kind of the column.
    /// An identifier of nothing but blanks is none.
    pub(super) fn text(&mut self, column: usize) -> Option<Cow<'t, str>> {
        let (longest, breaks) = match self.spec.columns.get(column).map(|column| column.kind) {
            Some(Kind::Text(longest)) => (longest, false),
            Some(Kind::LongText(longest)) => (longest, true),
            _ => (256, false),
        };
        let is_id = matches!(self.spec.columns.get(column).map(|column| column.kind), Some(Kind::Id));
        let read = self.value(column).into_text(longest, breaks).map(|text| text.filter(|text| !is_id || !text.trim().is_empty()));
        self.keep(column, read)
    }

    /// The identifier of the row if it can be read at all; says nothing where it cannot.
    pub(super) fn name_of(&self, column: usize) -> Option<String> {
        self.value(column).into_text(256, false).ok().flatten().map(Cow::into_owned)
    }

    /// A word of the column's closed list, understood by `parse`.
    pub(super) fn word<W>(&mut self, column: usize, words: &[&str], parse: impl Fn(&str) -> Option<W>) -> Option<W> {
        let text = self.text(column)?;
        let word = parse(&text);
        if word.is_none() {
            self.complain(column, ProblemCode::UnknownWord, || format!("'{text}' is none of {}", words.join(", ")));
        }
        word
    }

    /// A currency.
    pub(super) fn currency(&mut self, column: usize) -> Option<Currency> {
        let text = self.text(column)?;
        let currency = Currency::try_new(&text).ok();
        if currency.is_none() {
            self.complain(column, ProblemCode::UnknownCurrency, || format!("'{text}' is not an ISO 4217 currency"));
        }
        currency
    }

    /// A time zone.
    pub(super) fn time_zone(&mut self, column: usize) -> Option<Tz> {
        let text = self.text(column)?;
        let zone = crate::calendar::zone(&text);
        if zone.is_none() {
            self.complain(column, ProblemCode::UnknownTimeZone, || format!("'{text}' is not a zone of the IANA list"));
        }
        zone
    }

    /// A day.
    pub(super) fn date(&mut self, column: usize) -> Option<NaiveDate> {
        let read = self.value(column).into_date();
        self.keep(column, read)
    }

    /// A truth value.
    pub(super) fn flag(&mut self, column: usize) -> bool {
        let read = self.value(column).into_bool();
        self.keep(column, read).unwrap_or(false)
    }

    /// A whole number, by the range of the column.
    pub(super) fn int(&mut self, column: usize) -> Option<i64> {
        let (low, high) = match self.spec.columns.get(column).map(|column| column.kind) {
            Some(Kind::Int(low, high)) => (low, high),
            _ => (i64::MIN, i64::MAX),
        };
        let read = self.value(column).into_int(low, high);
        self.keep(column, read)
    }

    /// A percentage in parts per million.
    pub(super) fn percent(&mut self, column: usize) -> Option<u32> {
        let read = self.value(column).into_minor(4, false);
        let ppm = self.keep(column, read)?;
        let ppm = u32::try_from(ppm).ok().filter(|ppm| *ppm <= 1_000_000);
        if ppm.is_none() {
            self.complain(column, ProblemCode::OutOfRange, || "a percentage is in 0 to 100".into());
        }
        ppm
    }

    /// A probability in parts per billion.
    pub(super) fn probability(&mut self, column: usize) -> Option<i64> {
        let read = self.value(column).into_probability();
        self.keep(column, read)
    }

    /// A positive rate times 10^10.
    pub(super) fn rate(&mut self, column: usize) -> Option<i64> {
        let read = self.value(column).into_minor(10, false);
        let rate = self.keep(column, read)?;
        if rate <= 0 {
            self.complain(column, ProblemCode::NotPositive, || "a rate is positive".into());
            return None;
        }
        Some(rate)
    }

    /// A positive amount (not negative with `zero`) in minor units of a currency with `exponent` decimals.
    pub(super) fn amount(&mut self, column: usize, exponent: u8, zero: bool) -> Option<i64> {
        let minor = self.columns.get(column).copied().flatten().is_some_and(|bind| bind.minor);
        let read = self.value(column).into_minor(exponent, minor);
        let amount = self.keep(column, read)?;
        if amount < 0 || (amount == 0 && !zero) {
            self.complain(column, ProblemCode::NotPositive, || format!("{} where {} amount is wanted", amount, if zero { "a non-negative" } else { "a positive" }));
            return None;
        }
        Some(amount)
    }

    /// An amount of either sign: advice names the credit notes that it takes off with a minus.
    pub(super) fn signed_amount(&mut self, column: usize, exponent: u8) -> Option<i64> {
        let minor = self.columns.get(column).copied().flatten().is_some_and(|bind| bind.minor);
        let read = self.value(column).into_minor(exponent, minor);
        self.keep(column, read)
    }

    /// A list of texts.
    pub(super) fn list(&mut self, column: usize) -> Vec<&'t str> {
        let read = self.value(column).into_list().map(|list| if list.is_empty() { None } else { Some(list) });
        self.keep(column, read).unwrap_or_default()
    }
}
