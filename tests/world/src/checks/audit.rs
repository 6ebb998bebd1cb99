//! Invariants 27 to 30 and 34: the same again, the past, the log.

use super::{Seen, ensure};
use crate::world::World;
use ar_core::action::Mode;
use ar_core::event::What;
use ar_core::{Event, Ledger, Report, audit};
use chrono::Days;

/// A run of the same day on the same facts gives the same decisions under the same names; and a name never stands for anything
/// else, nor for what was reported done.
pub(super) fn invariant_27_the_same_day_again(seen: &Seen<'_>) -> Result<(), String> {
    let world = seen.world;
    if let Some(last) = world.last_run.as_deref().filter(|last| last.on == world.today && last.killed == world.killed && last.events == world.log.len()) {
        let now = || seen.report.decisions().iter().map(|row| (&row.id, row.mode));
        ensure!(now().eq(last.decisions.iter().map(|row| (&row.0, row.1))), "{:?}, before {:?}", now().collect::<Vec<_>>(), last.decisions);
    }
    for row in seen.report.decisions() {
        let (_, _, what) = seen.of(row);
        ensure!(!seen.facts.done.contains(&row.id), "{what}: {} was done", row.id);
        let meaning = seen.meaning(row);
        ensure!(world.meanings.get(&row.id).is_none_or(|before| *before == meaning), "{}: {meaning:?}, before {:?}", row.id, world.meanings.get(&row.id));
    }
    Ok(())
}

/// The books refuse a run and an event of a day before the one that was closed last.
pub(super) fn invariant_28_no_day_before_the_closed_one(world: &World) -> Result<(), String> {
    let Some(before) = world.facts.closed_on.map(|closed| closed - Days::new(1)) else { return Ok(()) };
    ensure!(ar_core::run(&world.ledger, world.policy(), world.models(), before).is_err(), "{before} runs");
    let late = Event { on: before, decision_id: None, by: None, what: What::DayClosed {} };
    ensure!(world.ledger.clone().apply(&[late]).is_err(), "an event of {before} is taken");
    Ok(())
}

/// The events from the beginning give the books of today, and a part of them the books of then, to the byte.
pub(super) fn invariant_29_replay(world: &World, genesis: &Ledger, kept: Option<&(usize, String)>) -> Result<(), String> {
    let mut books = genesis.clone();
    for (at, event) in world.log.iter().enumerate() {
        if let Some((_, then)) = kept.filter(|kept| kept.0 == at) {
            ensure!(books.digest() == *then, "after {at} events the books are other than then");
        }
        ensure!(books.apply(std::slice::from_ref(event)).is_ok(), "a replay refuses {:?}", event.what);
    }
    ensure!(books.digest() == world.ledger.digest(), "the log gives other books");
    Ok(())
}

/// A run is given the books to look at; they are what they were.
pub(super) fn invariant_30_a_dry_run_changes_nothing(seen: &Seen<'_>) -> Result<(), String> {
    let same = std::ptr::eq(&raw const **seen.report.ledger(), &raw const *seen.world.ledger);
    ensure!(same, "the report speaks of other books");
    Ok(())
}

/// The log of a run verifies, and has each decision with its mode, once.
pub(super) fn invariant_34_the_chain_holds(seen: &Seen<'_>) -> Result<(), String> {
    chain_holds(seen.report)
}

/// Whether the log of a report verifies, and has each decision with its mode, once.
pub fn chain_holds(report: &Report) -> Result<(), String> {
    let log = report.audit();
    let breaks = audit::verify(log);
    ensure!(breaks.is_empty(), "{breaks:?}");
    ensure!(log.len() == report.decisions().len() + 1, "{} entries, {} decisions", log.len(), report.decisions().len());
    for (entry, row) in log.iter().skip(1).zip(report.decisions()) {
        let mode = if row.mode == Mode::Act { "\"mode\":\"act\"" } else { "\"mode\":\"ask\"" };
        ensure!(entry.body.contains(&row.id) && entry.body.contains(mode), "{} does not record {}", entry.body, row.id);
    }
    Ok(())
}
