//! The fields of a JSON object that a host hands over, read one by one; every problem is kept, with its table, row and field.

use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::money::{decimal_from_text, minor_from_decimal};
use crate::text::nearest;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use chrono::NaiveDate;
use serde_json::{Map, Value};

/// Reads fields, and keeps what is wrong with them.
pub(super) struct Fields {
    /// What was found wrong.
    pub(super) problems: Problems,
    /// Decimals of the currency in which amounts are given.
    pub(super) exponent: u8,
}

impl Default for Fields {
    fn default() -> Self {
        Self { problems: Problems::default(), exponent: 2 }
    }
}

impl Fields {
    /// The object that a text is.
    ///
    /// # Errors
    /// `invalid_argument` (`syntax`) in this table for a text that is no JSON object.
    pub(super) fn object(table: &str, text: &str) -> Result<Map<String, Value>, Error> {
        let wrong = |message: String| Error::one(ErrorCode::InvalidArgument, table, None, ProblemCode::Syntax, message);
        match serde_json::from_str(text).map_err(|error| wrong(error.to_string()))? {
            Value::Object(map) => Ok(map),
            _ => Err(wrong("wanted: a JSON object".into())),
        }
    }

    /// Keeps a problem.
    pub(super) fn problem(&mut self, table: &str, row: Option<usize>, column: &str, code: ProblemCode, message: &str) {
        self.problems.push(table, row, Some(column), code, || message.into());
    }

    /// Keeps a problem for each field that has none of these names.
    pub(super) fn known(&mut self, table: &str, row: Option<usize>, map: &Map<String, Value>, names: &[&str]) {
        for key in map.keys().filter(|key| !names.contains(&key.as_str())) {
            self.problems.push(table, row, Some(key), ProblemCode::UnknownColumn, || format!("no such field; the nearest is {}", nearest(key, names.iter().copied()).unwrap_or("none")));
        }
    }

    /// A text without the blanks around it; one that is empty counts as none.
    pub(super) fn text(&mut self, table: &str, row: Option<usize>, map: &Map<String, Value>, key: &str, needed: bool) -> Option<String> {
        match map.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => return Some(text.trim().into()),
            None | Some(Value::Null | Value::String(_)) if !needed => {}
            None | Some(Value::Null | Value::String(_)) => self.problem(table, row, key, ProblemCode::MissingValue, "is needed"),
            Some(_) => self.problem(table, row, key, ProblemCode::Unreadable, "wanted: a text"),
        }
        None
    }

    /// A day as ISO text.
    pub(super) fn date(&mut self, table: &str, row: Option<usize>, map: &Map<String, Value>, key: &str, needed: bool) -> Option<NaiveDate> {
        let text = self.text(table, row, map, key, needed)?;
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        if day.is_none() {
            self.problem(table, row, key, ProblemCode::Unreadable, "wanted: a day as 2026-03-20");
        }
        day
    }

    /// A decimal number, given as text or as a whole number.
    fn decimal(&mut self, table: &str, row: Option<usize>, key: &str, value: &Value) -> Option<(i128, u8)> {
        let text = match value {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let read = decimal_from_text(&text).ok();
        if read.is_none() {
            self.problem(table, row, key, ProblemCode::Unreadable, "wanted: a decimal number as text");
        }
        read
    }

    /// An amount in minor units.
    pub(super) fn minor(&mut self, table: &str, row: Option<usize>, key: &str, value: &Value) -> Option<i64> {
        let (mantissa, scale) = self.decimal(table, row, key, value)?;
        let minor = minor_from_decimal(mantissa, scale, self.exponent).ok();
        if minor.is_none() {
            self.problem(table, row, key, ProblemCode::NotMinorUnits, "not a whole number of minor units of the currency");
        }
        minor
    }

    /// A number in per cent, in millionths.
    pub(super) fn ppm(&mut self, table: &str, row: Option<usize>, key: &str, value: &Value) -> Option<i64> {
        let (mantissa, scale) = self.decimal(table, row, key, value)?;
        minor_from_decimal(mantissa, scale, 4).ok()
    }

    /// The objects of a list, with their places.
    pub(super) fn rows<'v>(&mut self, table: &str, value: Option<&'v Value>, known: &[&str]) -> Vec<(usize, &'v Map<String, Value>)> {
        let rows = match value {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(rows)) => rows,
            Some(_) => {
                self.problems.push(table, None, None, ProblemCode::Unreadable, || "wanted: a list".into());
                return Vec::new();
            }
        };
        let mut read = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            match row.as_object() {
                Some(map) => {
                    self.known(table, Some(at), map, known);
                    read.push((at, map));
                }
                None => self.problems.push(table, Some(at), None, ProblemCode::Unreadable, || "wanted: an object".into()),
            }
        }
        read
    }
}
