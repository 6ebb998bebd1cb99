//! What is known of right and wrong decisions, cell by cell: what people said, what they found afterwards, and what they undid.

use super::evidence::{Tally, Trial};
use crate::ledger::{Books, Cell, Done, VerdictKind};
use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use chrono::NaiveDate;

/// What is known of one cell.
#[derive(Default)]
pub(super) struct Known {
    /// Decisions of the engine, in the order of day and identifier.
    pub(super) trials: Vec<Trial>,
    /// Of what people decided or did by themselves, what others found.
    pub(super) people: Tally,
}

/// One decision while its labels are gathered.
struct Label<'l> {
    cell: &'l Cell,
    on: NaiveDate,
    error: bool,
    sampled: bool,
}

/// Reads what was known by a day. A decision counts once: as an error where anything says so, on the day of the last word.
pub(super) fn read(books: &Books, as_of: NaiveDate) -> BTreeMap<Cell, Known> {
    let undone: Vec<(&str, Cell, NaiveDate)> =
        books.deeds().filter(|(_, done)| !done.by_person).filter_map(|(id, done)| Some((id, cell_of(books, done)?, done.undone_on.filter(|on| *on <= as_of)?))).collect();
    let mut labels: BTreeMap<&str, Label<'_>> = BTreeMap::new();
    let mut known: BTreeMap<Cell, Known> = BTreeMap::new();
    let mut label = |id, cell, on: NaiveDate, error: bool, sampled: bool| {
        let row = labels.entry(id).or_insert(Label { cell, on, error, sampled });
        (row.on, row.error, row.sampled) = (row.on.max(on), row.error || error, row.sampled || sampled);
    };
    for (id, row) in books.verdicts().filter(|(_, row)| row.on <= as_of) {
        if let Some(cell) = &row.cell {
            label(id, cell, row.on, row.kind != VerdictKind::Approved || row.edit.is_some(), false);
        }
    }
    for (id, cell, on) in &undone {
        label(*id, cell, *on, true, false);
    }
    for (id, row) in books.reviews().filter(|(_, row)| row.on <= as_of) {
        let Some(cell) = &row.cell else { continue };
        if books.deed(id).is_some_and(|done| done.by_person) {
            known.entry(cell.clone()).or_default().people.add(!row.right);
        } else {
            label(id, cell, row.on, !row.right, true);
        }
    }
    let mut in_order: Vec<(&str, Label<'_>)> = labels.into_iter().collect();
    in_order.sort_by_key(|(id, row)| (row.on, *id));
    for (_, row) in in_order {
        known.entry(row.cell.clone()).or_default().trials.push(Trial { on: row.on, error: row.error, sampled: row.sampled });
    }
    known
}

/// What a deed of the engine counts for.
fn cell_of(books: &Books, done: &Done) -> Option<Cell> {
    let segment: String = books.segment_of(done.customer).to_string();
    Some(Cell { action: done.action?, segment })
}
