//! The whole report as canonical JSON: the same bytes through every face.

use super::{Part, Report};
use crate::calendar::date_from_days;
use crate::money::pow10;
use crate::reason::Reason;
use crate::table::{Column, Data, Table, Texts};
use alloc::{format, string::String, vec::Vec};
use serde_json::{Value, json};

impl Report {
    /// Canonical JSON: the day, the versions, and every part as a list of rows. Columns stand in their fixed order,
    /// amounts and rates as decimal text, days as ISO text, doubles in their shortest text.
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\"as_of\":\"{}\",\"policy_version\":{},\"parts\":{{", self.as_of, json!(self.policy.version()));
        for (at, part) in Part::ALL.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&format!("\n\"{}\":", part.name()));
            write_table(&self.part(*part), &mut out);
        }
        out.push_str("}}\n");
        out
    }
}

pub(super) fn write_table(table: &Table<'_>, out: &mut String) {
    out.push('[');
    for row in 0..table.rows() {
        out.push_str(if row == 0 { "\n{" } else { ",\n{" });
        for (at, column) in table.columns().iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&format!("\"{}\":{}", column.name, value(column, row)));
        }
        out.push('}');
    }
    out.push(']');
}

fn spans(ends: &[usize], row: usize) -> core::ops::Range<usize> {
    let start = row.checked_sub(1).and_then(|row| ends.get(row)).copied().unwrap_or(0);
    start..ends.get(row).copied().unwrap_or(start)
}

fn text_at(texts: &Texts<'_>, row: usize) -> Value {
    json!(core::str::from_utf8(texts.bytes_of(row)).unwrap_or(""))
}

/// A reason as JSON: numbers that say nothing are null.
pub(super) fn reason_json(reason: &Reason) -> Value {
    let number = |value: i64| if value == Reason::NOTHING { Value::Null } else { json!(value) };
    json!({ "code": reason.code.name(), "observed": number(reason.observed), "limit": number(reason.limit), "unit": reason.code.unit().name() })
}

fn value(column: &Column<'_>, row: usize) -> Value {
    if !column.is_valid(row) {
        return Value::Null;
    }
    match &column.data {
        Data::Bool(values) => json!(values.get(row)),
        Data::Int(values) | Data::Timestamp(values, _) => json!(values.get(row)),
        Data::Float(values) => json!(values.get(row)),
        Data::Decimal(values, scale) => json!(values.get(row).map(|value| decimal_text(*value, *scale))),
        Data::Date(values) => json!(values.get(row).and_then(|days| date_from_days(*days)).map(|day| format!("{day}"))),
        Data::Text(texts) => text_at(texts, row),
        Data::TextList(ends, texts) => spans(ends, row).map(|at| text_at(texts, at)).collect(),
        Data::TextLists(rows, sets, texts) => spans(rows, row).map(|set| spans(sets, set).map(|at| text_at(texts, at)).collect::<Value>()).collect(),
        Data::Reasons(ends, all) => all.get(spans(ends, row)).unwrap_or(&[]).iter().map(reason_json).collect::<Vec<Value>>().into(),
        Data::Null(_) | Data::Cells(_) | Data::Unsupported(..) => Value::Null,
    }
}

/// `mantissa / 10^scale` as plain decimal text with `scale` decimals.
pub(super) fn decimal_text(mantissa: i128, scale: u8) -> String {
    let sign = if mantissa < 0 { "-" } else { "" };
    let (digits, unit) = (mantissa.unsigned_abs(), pow10(scale).unsigned_abs());
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    format!("{sign}{}.{:0width$}", digits / unit, digits % unit, width = usize::from(scale))
}
