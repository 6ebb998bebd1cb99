//! What is known of right and wrong decisions, cell by cell: what people said, what they found afterwards, and what they undid.

use super::evidence::{Source, Tally, Trial};
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

/// Reads what was known by a day. What people looked at counts once: as an error where anything says so, on the day of the last word.
/// What the engine did counts once more, among all that it did: as an error where it was undone.
pub(super) fn read(books: &Books, as_of: NaiveDate) -> BTreeMap<Cell, Known> {
    let mut labels: BTreeMap<&str, Label<'_>> = BTreeMap::new();
    let mut known: BTreeMap<Cell, Known> = BTreeMap::new();
    let mut label = |id, cell, on: NaiveDate, error: bool, sampled: bool| {
        let row = labels.entry(id).or_insert(Label { cell, on, error, sampled });
        (row.on, row.error, row.sampled) = (row.on.max(on), row.error || error, row.sampled || sampled);
    };
    for (id, row) in books.verdicts_on(as_of) {
        if let Some(cell) = &row.cell {
            label(id, cell, row.on, row.kind != VerdictKind::Approved || row.edit.is_some(), false);
        }
    }
    for (id, row) in books.reviews().filter(|(_, row)| row.on <= as_of) {
        let Some(cell) = &row.cell else { continue };
        if books.deed(id).is_some_and(|done| done.by_person) {
            known.entry(cell.clone()).or_default().people.add(!row.right);
        } else {
            label(id, cell, row.on, !row.right, true);
        }
    }
    let mut deeds: Vec<(&str, Cell, Trial)> = Vec::new();
    for (id, done) in books.deeds_told().filter(|(_, done)| !done.by_person && done.on <= as_of) {
        let Some(cell) = cell_of(books, done) else { continue };
        let undone = done.undone_on.filter(|on| *on <= as_of);
        let on = undone.unwrap_or(done.on).max(done.on);
        let looked = labels.get_mut(id);
        let source = if looked.is_some() { Source::KnownDeed } else { Source::Deed };
        if let Some(row) = looked.filter(|_| undone.is_some()) {
            (row.on, row.error) = (row.on.max(on), true);
        }
        deeds.push((id, cell, Trial { on, error: undone.is_some(), source }));
    }
    let source = |row: &Label<'_>| if row.sampled { Source::Sample } else { Source::Verdict };
    let looked = labels.iter().map(|(id, row)| (*id, row.cell.clone(), Trial { on: row.on, error: row.error, source: source(row) }));
    let mut in_order: Vec<(&str, Cell, Trial)> = looked.chain(deeds).collect();
    in_order.sort_by_key(|(id, _, trial)| (trial.on, *id, trial.source.is_deed()));
    for (_, cell, trial) in in_order {
        known.entry(cell).or_default().trials.push(trial);
    }
    known
}

/// What a deed of the engine, as it is told, counts for.
fn cell_of(books: &Books, done: &Done) -> Option<Cell> {
    let all: &Books = books.whole().map_or(books, |whole| whole);
    let segment: String = all.segment_of(done.customer).to_string();
    Some(Cell { action: done.action?, segment })
}
