//! The log as a table, out and in.

use super::log::Lines;
use super::{AuditLog, Head, Hit};
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::ledger::text_of;
use crate::table::{Batch, Column, Data, Table, Texts};
use alloc::{borrow::Cow, format, string::String, vec::Vec};

/// The columns of the table.
const COLUMNS: [&str; 7] = ["seq", "previous", "digest", "kind", "policy_version", "model_version", "body"];

impl AuditLog {
    /// The log as a table of one batch, as the part `audit` of a report has it.
    pub fn table(&self) -> Table<'static> {
        Table::new("audit", self.columns())
    }

    /// The columns of the table.
    pub(crate) fn columns(&self) -> Vec<Column<'static>> {
        let [seq, previous, digest, kind, policy_version, model_version, body] = COLUMNS;
        let lines = |lines: &Lines| Data::Text(Texts { bytes: Cow::Owned(lines.bytes.clone().into_bytes()), ends: lines.ends.clone() });
        alloc::vec![
            Column::new(seq, Data::Int(Cow::Owned(self.seqs.clone()))),
            Column::new(previous, texts((0..self.len()).map(|place| self.previous(place)))),
            Column::new(digest, lines(&self.digests)),
            Column::new(kind, texts(self.kinds.texts())),
            Column::new(policy_version, texts(self.policy_versions.texts())),
            Column::new(model_version, texts(self.model_versions.texts())),
            Column::new(body, lines(&self.bodies)),
        ]
    }
}

fn texts<'t>(values: impl Iterator<Item = &'t str>) -> Data<'static> {
    let mut texts = Texts::default();
    values.for_each(|value| texts.push(value));
    Data::Text(texts)
}

/// What a search found as a table: the columns of the log, and `on`, the day of the entry.
pub fn hits_table(hits: &[Hit<'_>]) -> Table<'static> {
    let (mut log, mut days, mut valid) = (AuditLog::default(), Vec::with_capacity(hits.len()), Vec::with_capacity(hits.len()));
    for hit in hits {
        log.push(&hit.entry);
        days.push(hit.on.map_or(0, crate::calendar::days_since_epoch));
        valid.push(hit.on.is_some());
    }
    let mut columns = log.columns();
    columns.push(Column::nullable("on", valid, Data::Date(Cow::Owned(days))));
    Table::new("audit", columns)
}

/// Reads a log from a table with the columns of the audit part; other columns are passed over. It is taken as it is: [`super::verify`]
/// says whether it is whole. `start` is the head that the first row follows ([`Head::default`] for a whole log).
///
/// # Errors
/// `invalid_audit` for a missing column or a value of the wrong type.
pub fn from_table(table: &Table<'_>, start: Head) -> Result<AuditLog, Error> {
    let mut log = AuditLog::behind(start);
    let [seq, previous, digest, kind, policy_version, model_version, body] = COLUMNS;
    for batch in &table.batches {
        let from = log.len();
        numbers(batch, seq, &mut log.seqs)?;
        read(batch, digest, |text| log.digests.push(text))?;
        read(batch, kind, |text| log.kinds.push(text))?;
        read(batch, policy_version, |text| log.policy_versions.push(text))?;
        read(batch, model_version, |text| log.model_versions.push(text))?;
        read(batch, body, |text| log.bodies.push(text))?;
        let mut place = from;
        read(batch, previous, |text| {
            log.set_previous(place, text);
            place += 1;
        })?;
    }
    Ok(log)
}

fn refuse(column: &str) -> Error {
    Error::one(ErrorCode::InvalidAudit, "audit", Some(column), ProblemCode::MissingColumn, format!("the column '{column}' with its values is required"))
}

fn column<'b, 'a>(batch: &'b Batch<'a>, name: &str) -> Result<&'b Column<'a>, Error> {
    batch.columns.iter().find(|column| column.name == name).ok_or_else(|| refuse(name))
}

fn numbers(batch: &Batch<'_>, name: &str, out: &mut Vec<i64>) -> Result<(), Error> {
    let column = column(batch, name)?;
    for row in 0..batch.rows() {
        let number = match &column.data {
            Data::Int(values) if column.is_valid(row) => values.get(row).copied(),
            _ => text_of(column, row).and_then(|text| text.parse().ok()),
        };
        out.push(number.ok_or_else(|| refuse(name))?);
    }
    Ok(())
}

fn read(batch: &Batch<'_>, name: &str, mut out: impl FnMut(&str)) -> Result<(), Error> {
    let column = column(batch, name)?;
    // An entry that no run wrote has no versions; some stores make a null of an empty text.
    let may_be_empty = name.ends_with("_version");
    for row in 0..batch.rows() {
        match &column.data {
            Data::Text(texts) if column.is_valid(row) && row < texts.ends.len() => {
                out(core::str::from_utf8(texts.bytes_of(row)).map_err(|_| refuse(name))?);
            }
            _ => {
                let text: Option<String> = text_of(column, row);
                out(&text.or_else(|| may_be_empty.then(String::new)).ok_or_else(|| refuse(name))?);
            }
        }
    }
    Ok(())
}
