//! One value of one column, and the conversions that each kind of column accepts.

use super::schema::Kind;
use crate::calendar::{FIRST_DAY, LAST_DAY, date_from_days, date_from_text};
use crate::error::ProblemCode;
use crate::money::{self, MoneyError};
use crate::table::{Cell, Column, Data, Texts};
use alloc::{borrow::Cow, format, string::String, vec::Vec};
use chrono::NaiveDate;

/// What is wrong with a value.
pub(super) type Bad = (ProblemCode, String);

/// A value as it stands in the column, before it is understood.
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Decimal(i128, u8),
    Day(NaiveDate),
    Tick(i64, i64),
    Text(&'a [u8]),
    List(Vec<&'a [u8]>),
    Other(&'a str),
}

impl<'a> Value<'a> {
    pub(super) fn of(column: &'a Column<'_>, row: usize) -> Self {
        if !column.is_valid(row) {
            return Self::Null;
        }
        let value = match &column.data {
            Data::Null(_) => None,
            Data::Bool(values) => values.get(row).map(|value| Self::Bool(*value)),
            Data::Int(values) => values.get(row).map(|value| Self::Int(*value)),
            Data::Float(values) => values.get(row).map(|value| Self::float(*value)),
            Data::Decimal(values, scale) => values.get(row).map(|value| Self::Decimal(*value, *scale)),
            Data::Date(values) => values.get(row).map(|days| date_from_days(*days).map_or(Self::Other("a day outside the calendar"), Self::Day)),
            Data::Timestamp(values, a_day) => values.get(row).map(|ticks| Self::Tick(*ticks, *a_day)),
            Data::Text(texts) => Some(Self::text(texts.bytes_of(row))),
            Data::TextList(ends, texts) => Some(Self::List(list_of(ends, texts, row))),
            Data::Cells(cells) => cells.get(row).map(Self::of_cell),
            Data::TextLists(..) | Data::Reasons(..) => Some(Self::Other("a nested list")),
            Data::Unsupported(name, _) => Some(Self::Other(name)),
        };
        value.unwrap_or(Self::Null)
    }

    fn of_cell(cell: &'a Cell) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Bool(value) => Self::Bool(*value),
            Cell::Int(value) => Self::Int(*value),
            Cell::Float(value) => Self::float(*value),
            Cell::Decimal(mantissa, scale) => Self::Decimal(*mantissa, *scale),
            Cell::Date(day) => Self::Day(*day),
            Cell::Text(text) => Self::text(text.as_bytes()),
            Cell::List(texts) => Self::List(texts.iter().map(|text| text.as_bytes()).collect()),
            Cell::Other(name) => Self::Other(name),
        }
    }

    /// NaN is how frames without nulls say "no value".
    fn float(value: f64) -> Self {
        if value.is_nan() { Self::Null } else { Self::Float(value) }
    }

    fn text(bytes: &'a [u8]) -> Self {
        if bytes.is_empty() { Self::Null } else { Self::Text(bytes) }
    }

    fn label(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a float",
            Self::Decimal(..) => "a decimal",
            Self::Day(_) => "a date",
            Self::Tick(..) => "a timestamp",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Other(name) => name,
        }
    }

    fn wrong(&self, wanted: &str) -> Bad {
        (ProblemCode::WrongType, format!("{} where {wanted} is wanted", self.label()))
    }

    /// Text of one line (or of several with `breaks`), at most `longest` bytes. Whole numbers count as text.
    pub(super) fn into_text(self, longest: usize, breaks: bool) -> Result<Option<Cow<'a, str>>, Bad> {
        match self {
            Self::Null => Ok(None),
            Self::Int(value) => Ok(Some(Cow::Owned(format!("{value}")))),
            Self::Text(bytes) => checked_text(bytes, longest, breaks).map(|text| Some(Cow::Borrowed(text))),
            other => Err(other.wrong("text")),
        }
    }

    pub(super) fn into_list(self) -> Result<Vec<&'a str>, Bad> {
        match self {
            Self::Null => Ok(Vec::new()),
            Self::List(texts) if texts.len() > MAX_LIST => Err((ProblemCode::OutOfRange, format!("a list of {}, at most {MAX_LIST}", texts.len()))),
            Self::List(texts) => texts.into_iter().filter(|text| !text.is_empty()).map(|text| checked_text(text, 512, false)).collect(),
            other => Err(other.wrong("a list of text")),
        }
    }

    pub(super) fn into_date(self) -> Result<Option<NaiveDate>, Bad> {
        let day = match self {
            Self::Null => return Ok(None),
            Self::Day(day) => day,
            Self::Tick(ticks, a_day) => {
                if a_day <= 0 || ticks.rem_euclid(a_day) != 0 {
                    return Err((ProblemCode::Unreadable, "a timestamp that is not at midnight".into()));
                }
                i32::try_from(ticks.div_euclid(a_day)).ok().and_then(date_from_days).ok_or_else(|| out_of_calendar("a timestamp"))?
            }
            Self::Text(bytes) => {
                let text = checked_text(bytes, 64, false)?;
                date_from_text(text).ok_or_else(|| (ProblemCode::Unreadable, format!("'{text}' is not a date such as 2026-11-21")))?
            }
            Self::Other("a day outside the calendar") => return Err(out_of_calendar("a day")),
            other => return Err(other.wrong("a date")),
        };
        if (FIRST_DAY..=LAST_DAY).contains(&day) { Ok(Some(day)) } else { Err(out_of_calendar(&format!("{day}"))) }
    }

    pub(super) fn into_bool(self) -> Result<Option<bool>, Bad> {
        match self {
            Self::Null => Ok(None),
            Self::Bool(value) => Ok(Some(value)),
            Self::Int(value @ (0 | 1)) => Ok(Some(value == 1)),
            Self::Float(value) if value == 0.0 || (value - 1.0).abs() < f64::EPSILON => Ok(Some(value > 0.5)),
            Self::Text(bytes) => {
                let text = checked_text(bytes, 16, false)?;
                match text.to_ascii_lowercase().as_str() {
                    "true" | "t" | "yes" | "y" | "1" => Ok(Some(true)),
                    "false" | "f" | "no" | "n" | "0" => Ok(Some(false)),
                    _ => Err((ProblemCode::Unreadable, format!("'{text}' is not true or false"))),
                }
            }
            other => Err(other.wrong("true or false")),
        }
    }

    /// A whole number in `low..=high`.
    pub(super) fn into_int(self, low: i64, high: i64) -> Result<Option<i64>, Bad> {
        let Some((mantissa, scale)) = self.into_decimal(0, "a whole number")? else { return Ok(None) };
        let whole = money::minor_from_decimal(mantissa, scale, 0).map_err(|_| (ProblemCode::Unreadable, "not a whole number".into()))?;
        if (low..=high).contains(&whole) { Ok(Some(whole)) } else { Err((ProblemCode::OutOfRange, format!("{whole} is not in {low} to {high}"))) }
    }

    /// A number as `(mantissa, scale)`; a float must be a whole number of `10^-digits`.
    pub(super) fn into_decimal(self, digits: u8, wanted: &str) -> Result<Option<(i128, u8)>, Bad> {
        match self {
            Self::Null => Ok(None),
            Self::Int(value) => Ok(Some((i128::from(value), 0))),
            Self::Decimal(mantissa, scale) => Ok(Some((mantissa, scale))),
            Self::Float(value) => money::minor_from_float(value, digits).map(|value| Some((i128::from(value), digits))).map_err(|bad| amount_problem(bad, digits)),
            Self::Text(bytes) => {
                let text = checked_text(bytes, 64, false)?;
                money::decimal_from_text(text).map(Some).map_err(|_| (ProblemCode::Unreadable, format!("'{text}' is not {wanted}")))
            }
            other => Err(other.wrong(wanted)),
        }
    }

    /// A probability in parts per billion.
    pub(super) fn into_probability(self) -> Result<Option<i64>, Bad> {
        let share = match self {
            Self::Float(value) => value,
            other => match other.into_decimal(0, "a probability")? {
                None => return Ok(None),
                Some((mantissa, scale)) => mantissa as f64 / money::pow10(scale) as f64,
            },
        };
        if !(0.0..=1.0).contains(&share) {
            return Err((ProblemCode::OutOfRange, format!("{share} is not in 0 to 1")));
        }
        #[expect(clippy::cast_possible_truncation, reason = "a probability times a billion")]
        Ok(Some(libm::round(share * 1e9) as i64))
    }

    /// An amount in units of a currency with `exponent` decimals, or in minor units.
    pub(super) fn into_minor(self, exponent: u8, minor: bool) -> Result<Option<i64>, Bad> {
        let digits = if minor { 0 } else { exponent };
        let wanted = if minor { "a whole number of minor units" } else { "an amount such as 1234.50" };
        let Some((mantissa, scale)) = self.into_decimal(digits, wanted)? else { return Ok(None) };
        money::minor_from_decimal(mantissa, scale, digits).map(Some).map_err(|bad| amount_problem(bad, digits))
    }
}

/// The most texts that one list may hold.
pub(super) const MAX_LIST: usize = 10_000;

fn list_of<'a>(ends: &[usize], texts: &'a Texts<'_>, row: usize) -> Vec<&'a [u8]> {
    let start = row.checked_sub(1).and_then(|row| ends.get(row)).copied().unwrap_or(0);
    let end = ends.get(row).copied().unwrap_or(start);
    // One more than allowed is enough to refuse the list.
    (start..end).take(MAX_LIST + 1).map(|at| texts.bytes_of(at)).collect()
}

fn out_of_calendar(what: &str) -> Bad {
    (ProblemCode::OutOfRange, format!("{what} is not in {FIRST_DAY} to {LAST_DAY}"))
}

fn amount_problem(bad: MoneyError, digits: u8) -> Bad {
    match bad {
        MoneyError::NotMinorUnits => (ProblemCode::NotMinorUnits, format!("not exact with {digits} decimals")),
        _ => (ProblemCode::OutOfRange, "the number is too large".into()),
    }
}

/// The text of some bytes, fit to be kept.
pub(super) fn checked_text(bytes: &[u8], longest: usize, breaks: bool) -> Result<&str, Bad> {
    if bytes.len() > longest {
        return Err((ProblemCode::TextTooLong, format!("{} bytes, at most {longest}", bytes.len())));
    }
    let text = core::str::from_utf8(bytes).map_err(|_| (ProblemCode::BadUtf8, "not valid UTF-8".into()))?;
    let control = |c: char| c.is_control() && !(breaks && matches!(c, '\n' | '\r' | '\t'));
    match text.chars().find(|c| control(*c)) {
        Some(c) => Err((ProblemCode::ControlCharacter, format!("control character U+{:04X}", u32::from(c)))),
        None => Ok(text),
    }
}

/// Whether a column of this type can hold values of this kind at all, so that a wrong type is one problem and not
/// one a row.
pub(super) fn accepts(kind: Kind, data: &Data<'_>) -> bool {
    match data {
        Data::Null(_) | Data::Cells(_) => true,
        Data::Unsupported(..) | Data::TextLists(..) | Data::Reasons(..) => false,
        Data::Text(_) => !matches!(kind, Kind::List),
        Data::TextList(..) => matches!(kind, Kind::List),
        Data::Int(_) => !matches!(kind, Kind::List | Kind::Date | Kind::Currency | Kind::TimeZone | Kind::Word(_)),
        Data::Bool(_) => matches!(kind, Kind::Bool),
        Data::Date(_) | Data::Timestamp(..) => matches!(kind, Kind::Date),
        Data::Decimal(..) => matches!(kind, Kind::Amount | Kind::Percent | Kind::Rate | Kind::Int(..) | Kind::Probability),
        // A column of nothing but NaN is how pandas writes "no value" for any kind.
        Data::Float(values) => matches!(kind, Kind::Amount | Kind::Percent | Kind::Rate | Kind::Int(..) | Kind::Bool | Kind::Probability) || values.iter().all(|value| value.is_nan()),
    }
}

/// The name of a column's type, for messages.
pub(super) fn type_name<'a>(data: &'a Data<'_>) -> &'a str {
    match data {
        Data::Null(_) => "null",
        Data::Bool(_) => "bool",
        Data::Int(_) => "integer",
        Data::Float(_) => "float",
        Data::Decimal(..) => "decimal",
        Data::Date(_) => "date",
        Data::Timestamp(..) => "timestamp",
        Data::Text(_) => "text",
        Data::TextList(..) => "list of text",
        Data::TextLists(..) => "list of lists",
        Data::Reasons(..) => "list of reasons",
        Data::Cells(_) => "values",
        Data::Unsupported(name, _) => name,
    }
}
