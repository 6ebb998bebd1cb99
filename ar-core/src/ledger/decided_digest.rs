//! What the digest of a ledger has of decisions.

use super::Books;
use super::decided::Cell;
use super::digest::Canon;
use crate::money::Currency;

impl Books {
    /// A table without rows is left out, but for those of the first days.
    pub(super) fn hash_decided(&self, canon: &mut Canon<'_>) {
        let decided = &self.decided;
        canon.table("verdicts", decided.verdicts.len());
        for (id, row) in &decided.verdicts {
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
        canon.table("done", decided.done.len());
        for (id, row) in &decided.done {
            canon.str(id).date(row.on).flag(row.by_person).str(row.action.map_or("", |action| action.name()));
            canon.opt(row.customer.map(|at| i64::from(at.0))).int(row.amount).str(row.currency.as_ref().map_or("", Currency::code)).day(row.undone_on);
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
            canon.int(i64::from(row.level)).date(row.on).str(&row.by);
        }
        canon.told("stops", decided.stops.len());
        for row in &decided.stops {
            canon.str(row.action.map_or("", |action| action.name())).flag(row.segment.is_some()).str(row.segment.as_deref().unwrap_or(""));
            canon.opt(row.customer.map(|at| i64::from(at.0)));
        }
        canon.told("policies", decided.versions.len());
        for (version, row) in &decided.versions {
            canon.str(version).str(&row.digest).date(row.on).str(&row.by);
        }
    }
}

fn cell(canon: &mut Canon<'_>, cell: Option<&Cell>) {
    canon.str(cell.map_or("", |cell| cell.action.name())).str(cell.map_or("", |cell| &cell.segment));
}
