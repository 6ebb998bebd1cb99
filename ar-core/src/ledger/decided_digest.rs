//! What the digest of a ledger has of decisions.

use super::Books;
use super::decided::{Cell, Verdict};
use super::digest::Canon;
use crate::money::Currency;

impl Books {
    /// A table without rows is left out, but for those of the first days.
    pub(super) fn hash_decided(&self, canon: &mut Canon<'_>) {
        let decided = &self.decided;
        canon.table("verdicts", decided.verdicts.len());
        for (id, row) in &decided.verdicts {
            verdict(canon, id, row);
        }
        canon.table("done", decided.done.len());
        for (id, row) in &decided.done {
            canon.str(id).date(row.on).flag(row.by_person).str(row.action.map_or("", |action| action.name()));
            canon.opt(row.customer.map(|at| i64::from(at.0))).int(row.amount).str(row.currency.as_ref().map_or("", Currency::code)).day(row.undone_on);
        }
        let replaced = || decided.replaced.iter().flat_map(|(id, rows)| rows.iter().map(move |row| (id, row)));
        canon.told("replaced_verdicts", replaced().count());
        for (id, row) in replaced() {
            verdict(canon, id, row);
        }
        canon.told("asked", decided.asked.len());
        for (id, row) in &decided.asked {
            canon.str(id).date(row.on).str(&row.to);
        }
        canon.told("reviews", decided.reviews.len());
        for (id, row) in &decided.reviews {
            canon.str(id).flag(row.right).str(&row.by).date(row.on);
            cell(canon, row.cell.as_ref());
        }
        canon.told("level_changes", decided.changes.len());
        for row in &decided.changes {
            cell(canon, Some(&row.cell));
            canon.int(i64::from(row.level)).date(row.on).str(&row.by).flag(row.wider);
        }
        let stops = || decided.stops.iter().flat_map(|(stop, told)| told.iter().map(move |row| (stop, row)));
        canon.told("stops", stops().count());
        for (stop, (on, stopped)) in stops() {
            canon.str(stop.action.map_or("", |action| action.name())).flag(stop.segment.is_some()).str(stop.segment.as_deref().unwrap_or(""));
            canon.opt(stop.customer.map(|at| i64::from(at.0))).date(*on).flag(*stopped);
        }
        canon.told("policies", decided.versions.len());
        for (version, row) in &decided.versions {
            canon.str(version).str(&row.digest).date(row.on).str(&row.by);
        }
    }
}

fn verdict(canon: &mut Canon<'_>, id: &str, row: &Verdict) {
    canon.str(id).str(row.kind.name()).str(&row.by).date(row.on).int(row.approvers.len() as i64);
    for by in &row.approvers {
        canon.str(by);
    }
    canon.flag(row.edit.is_some());
    if let Some((edit, by)) = &row.edit {
        canon.str(&serde_json::to_string(edit).unwrap_or_default()).str(by);
    }
    cell(canon, row.cell.as_ref());
}

fn cell(canon: &mut Canon<'_>, cell: Option<&Cell>) {
    canon.str(cell.map_or("", |cell| cell.action.name())).str(cell.map_or("", |cell| &cell.segment));
}
