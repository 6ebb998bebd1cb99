//! Invariants 27, 30 and 34: the same day again, a run that changes nothing, the chain.

use super::ensure;
use crate::seen::Seen;
use crate::world::World;
use ar_core::Report;
use ar_core::action::ActionKind;
use ar_core::decision::Decision;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// The log of a run verifies, and has each decision with its mode, once.
pub(super) fn invariant_34_the_chain_holds(seen: &Seen<'_>) -> Result<(), String> {
    ar_world::chain_holds(seen.report)
}

/// What the identifier of a decision stands for. What a fact gives rise to stays the same decision whatever becomes of its items;
/// and a posting changes them itself.
fn meaning(seen: &Seen<'_>, row: &Decision) -> u64 {
    let params = &row.draft.params;
    let cash = matches!(row.action(), ActionKind::PostAllocation | ActionKind::CreateDeduction | ActionKind::Review | ActionKind::AskRemittance);
    let lasting = params.since.is_some() || params.charge.is_some() || params.verdict.is_some() || params.opening.is_some();
    let mut hash = DefaultHasher::new();
    (row.action().name(), row.customer(), row.draft.amount, params.level, row.draft.currency.code()).hash(&mut hash);
    for at in seen.items(row).filter(|_| !lasting) {
        (at, if cash { 0 } else { seen.left[at] }).hash(&mut hash);
    }
    hash.finish()
}

/// A name of a decision never stands for anything else than before, nor for what was reported done; the report speaks of the books
/// that it was given, and left them as they were.
pub fn same_again(world: &mut World, report: &Report) -> Result<(), String> {
    let same = std::ptr::eq(&raw const **report.ledger(), &raw const *world.ledger);
    ensure!(same, "invariant_30_a_dry_run_changes_nothing: the report speaks of other books");
    let seen = Seen::new(&world.facts, report, (world.today, world.killed))?;
    let mut found = Vec::with_capacity(report.decisions().len());
    for row in report.decisions() {
        ensure!(!world.facts.done.contains(&row.id), "invariant_27_the_same_day_again: {} was done", seen.of(row).2);
        let now = meaning(&seen, row);
        let before = world.meanings.get(&row.id).copied();
        ensure!(before.is_none_or(|before| before == now), "invariant_27_the_same_day_again: {} stood for something else", seen.of(row).2);
        found.push((row.id.clone(), now));
    }
    world.meanings.extend(found);
    Ok(())
}
