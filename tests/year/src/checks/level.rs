//! Invariants 12, 13 (with 14), 15, 17 and 18: levels, worked out anew from dates and rules.

use super::ensure;
use crate::rules::{LADDER, MIN_NOTICE};
use crate::seen::Seen;
use ar_core::action::ActionKind;
use ar_core::decision::Decision;
use std::collections::HashMap;

/// The level that each item of a notice rises to.
fn own_levels<'s>(seen: &'s Seen<'_>, notice: &'s Decision) -> impl Iterator<Item = (usize, u8)> + 's {
    let params = &notice.draft.params;
    seen.items(notice).enumerate().map(move |(place, at)| (at, params.item_levels.get(place).copied().unwrap_or_else(|| params.level.min(seen.facts.items[at].level + 1))))
}

/// One level a run.
pub(super) fn invariant_12_one_level_a_run(seen: &Seen<'_>) -> Result<(), String> {
    for notice in seen.notices() {
        for (at, level) in own_levels(seen, notice) {
            let before = seen.facts.items[at].level;
            ensure!(level == before + 1, "{}: {} rises from {before} to {level}", seen.of(notice).2, seen.facts.items[at].id);
        }
    }
    Ok(())
}

/// A level is reached only when its days are over, the notice before it was sent, and enough is due; where too little is, nothing
/// is sent, and nothing falls.
pub(super) fn invariant_13_levels_are_earned(seen: &Seen<'_>) -> Result<(), String> {
    for notice in seen.notices() {
        let (customer, currency, what) = seen.of(notice);
        ensure!(seen.sums[customer][currency].0 >= MIN_NOTICE * 100, "{what}: {} is due", seen.sums[customer][currency].0);
        for (at, level) in own_levels(seen, notice) {
            let Some(rung) = LADDER.get(usize::from(level).wrapping_sub(1)) else { return Err(format!("{what}: level {level}")) };
            ensure!(seen.late(at) >= rung.after, "{what}: {} is too young for level {level}", seen.facts.items[at].id);
            ensure!(seen.is_enough(customer, currency, rung), "{what}: too little is due for level {level}");
        }
    }
    Ok(())
}

/// A notice speaks at the highest level of its items.
pub(super) fn invariant_15_the_highest_level_speaks(seen: &Seen<'_>) -> Result<(), String> {
    for notice in seen.notices() {
        let highest = own_levels(seen, notice).map(|(_, level)| level).max();
        ensure!(highest == Some(notice.draft.params.level), "{}: speaks at {}, the highest is {highest:?}", seen.of(notice).2, notice.draft.params.level);
    }
    Ok(())
}

/// An exhausted item gets no further notice; where nothing else holds it, a person gets it, once a run.
pub(super) fn invariant_17_exhausted_goes_to_a_person(seen: &Seen<'_>) -> Result<(), String> {
    for notice in seen.notices() {
        let over = seen.items(notice).find(|at| usize::from(seen.facts.items[*at].level) >= LADDER.len());
        ensure!(over.is_none(), "{}: the ladder is over", seen.of(notice).2);
    }
    let mut tasks: HashMap<usize, usize> = HashMap::new();
    let reviews = seen.report.decisions().iter().filter(|row| row.action() == ActionKind::Review && row.reasons().iter().any(|reason| reason.code.name() == "ladder_exhausted"));
    reviews.flat_map(|row| seen.items(row)).for_each(|at| *tasks.entry(at).or_insert(0) += 1);
    for outcome in seen.report.outcomes().iter().filter(|row| row.reason.code.name() == "ladder_exhausted") {
        let at = seen.place(outcome.item);
        let count = tasks.get(&at).copied().unwrap_or(0);
        ensure!(usize::from(seen.facts.items[at].level) >= LADDER.len(), "{}: the ladder is not over", seen.facts.items[at].id);
        ensure!(count == usize::from(outcome.draft.is_some()), "{}: {count} tasks", seen.facts.items[at].id);
    }
    Ok(())
}

/// Nothing is decided about what is settled; what is open again has its true age.
pub(super) fn invariant_18_settled_items_are_left_alone(seen: &Seen<'_>) -> Result<(), String> {
    for score in seen.report.scores() {
        let at = seen.place(score.item);
        let id = &seen.facts.items[at].id;
        ensure!(seen.left[at] > 0 && score.open == seen.left[at], "{id}: {} open, {} by the log", score.open, seen.left[at]);
        ensure!(i64::from(score.days_late) == seen.late(at), "{id}: {} days late, {} by the log", score.days_late, seen.late(at));
    }
    Ok(())
}
