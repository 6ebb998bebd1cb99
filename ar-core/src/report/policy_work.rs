//! What differs between two policies, and what is remarked of one, as tables.

use super::columns::{flag, list, text, text_opt};
use crate::policy::{Change, Remark};
use crate::table::Table;
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use serde_json::Value;

/// The changes as a table; `before` and `after` are JSON, null where the policy does not say it.
pub fn changes_table(changes: &[Change]) -> Table<'static> {
    let rows = || changes.iter();
    let json = |value: fn(&Change) -> &Option<Value>| -> Vec<Option<String>> { rows().map(|row| value(row).as_ref().map(ToString::to_string)).collect() };
    let (before, after) = (json(|row| &row.before), json(|row| &row.after));
    let columns = alloc::vec![
        text("path", rows().map(|row| row.path.as_str())),
        text_opt("segment", rows().map(|row| row.segment.as_deref())),
        text_opt("before", before.iter().map(Option::as_deref)),
        text_opt("after", after.iter().map(Option::as_deref)),
        text_opt("unit", rows().map(|row| row.unit.as_deref())),
        text("direction", rows().map(|row| row.direction.name())),
        flag("effective", rows().map(|row| row.effective)),
        list("kept_by", rows().map(|row| row.kept_by.iter().map(String::as_str))),
        text("text", rows().map(|row| row.text.as_str())),
    ];
    Table::new("policy_changes", columns)
}

/// The remarks as a table.
pub fn remarks_table(remarks: &[Remark]) -> Table<'static> {
    let rows = || remarks.iter();
    let columns = alloc::vec![text("path", rows().map(|row| row.path.as_str())), text("code", rows().map(|row| row.code.name())), text("text", rows().map(|row| row.text.as_str()))];
    Table::new("policy_remarks", columns)
}
