//! Invariants 12 to 18: levels. What level an item has earned is worked out here from its dates and the rules.

use super::{Seen, ensure};
use crate::rules::{Rung, days, unit};
use crate::world::World;
use ar_core::Books;
use ar_core::action::ActionKind;
use ar_core::decision::Decision;
use chrono::{Datelike, Days, Months, NaiveDate};

/// The level that each item of a notice rises to.
fn own_levels<'s>(seen: &'s Seen<'_>, notice: &'s Decision) -> impl Iterator<Item = (usize, u8)> + 's {
    let params = &notice.draft.params;
    seen.items(notice).enumerate().map(move |(place, at)| (at, params.item_levels.get(place).copied().unwrap_or_else(|| params.level.min(seen.facts.items[at].level + 1))))
}

fn month_end(on: NaiveDate) -> NaiveDate {
    on.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))).map_or(on, |next| next - Days::new(1))
}

/// Whether a level's days are over for an item.
fn is_time(seen: &Seen<'_>, at: usize, rung: &Rung) -> bool {
    let (item, today) = (&seen.facts.items[at], seen.world.today);
    let after = Days::new(rung.after.unsigned_abs());
    let reached = match rung.anchor {
        "invoice_date" => item.issued_on + after,
        "previous_notice" => item.last_notice_on.unwrap_or(item.due_on) + after,
        "end_of_month" => month_end(item.due_on + after),
        _ => item.due_on + after,
    };
    today >= reached
}

/// Whether enough is due for a level.
fn is_enough(seen: &Seen<'_>, customer: usize, yen: bool, rung: &Rung) -> bool {
    let due = seen.pursued_sum(customer, yen);
    let mine = |at: &usize| seen.facts.items[*at].customer == customer && seen.facts.items[*at].yen == yen && !seen.facts.items[*at].is_credit();
    let open: i64 = (0..seen.facts.items.len()).filter(mine).map(|at| seen.left[at]).sum();
    due >= rung.least * unit(yen) && due * 100 >= open * rung.share
}

/// The level that an item has earned today, and the highest that its dates alone would give.
pub(super) fn earned(seen: &Seen<'_>, at: usize) -> (Option<u8>, Option<u8>) {
    let item = &seen.facts.items[at];
    let ahead = seen.rules.ladder.iter().enumerate().skip(usize::from(item.level)).take(if seen.rules.jump { 9 } else { 1 });
    let (mut earned, mut by_date) = (None, None);
    for (place, rung) in ahead.filter(|(_, rung)| is_time(seen, at, rung)) {
        by_date = Some(place as u8 + 1);
        if is_enough(seen, item.customer, item.yen, rung) {
            earned = by_date;
        }
    }
    (earned, by_date)
}

fn repeats(seen: &Seen<'_>, at: usize) -> bool {
    let item = &seen.facts.items[at];
    let ago = item.last_notice_on.map(|on| days(on, seen.world.today));
    usize::from(item.level) >= seen.rules.ladder.len() && seen.rules.repeat_last > 0 && ago.is_some_and(|ago| ago >= seen.rules.repeat_last)
}

/// One level a run, unless the policy says that it jumps.
pub(super) fn invariant_12_one_level_a_run(seen: &Seen<'_>) -> Result<(), String> {
    for notice in seen.notices() {
        let (_, _, what) = seen.of(notice);
        for (at, level) in own_levels(seen, notice) {
            let before = seen.facts.items[at].level;
            ensure!(level <= before + 1 || seen.rules.jump, "{what}: {} rises from {before} to {level}", seen.facts.items[at].id);
        }
    }
    Ok(())
}

/// A level is reached only when its days are over, counted by its anchor, the notice before it was sent, and enough is due.
pub(super) fn invariant_13_levels_are_earned(seen: &Seen<'_>) -> Result<(), String> {
    for notice in seen.notices() {
        let (customer, yen, what) = seen.of(notice);
        ensure!(seen.pursued_sum(customer, yen) >= seen.rules.min_notice * unit(yen), "{what}: {} is due", seen.pursued_sum(customer, yen));
        for (at, level) in own_levels(seen, notice) {
            let item = &seen.facts.items[at];
            ensure!(seen.late(at) > 0, "{what}: {} is not past due", item.id);
            let Some(rung) = seen.rules.ladder.get(usize::from(level).wrapping_sub(1)) else { return Err(format!("{what}: level {level}")) };
            if level == item.level {
                ensure!(repeats(seen, at), "{what}: {} stays at {level}", item.id);
            } else {
                ensure!(is_time(seen, at, rung), "{what}: {} is too young for level {level}", item.id);
                ensure!(is_enough(seen, customer, yen, rung), "{what}: too little is due for level {level}");
            }
        }
    }
    Ok(())
}

/// Where too little is due for a level, the item gets the next lower one that passes, and never one below the last sent.
pub(super) fn invariant_14_minimum_falls_back(seen: &Seen<'_>) -> Result<(), String> {
    for notice in seen.notices() {
        let (_, _, what) = seen.of(notice);
        for (at, level) in own_levels(seen, notice) {
            let (earned, item) = (earned(seen, at).0, &seen.facts.items[at]);
            ensure!(level >= item.level, "{what}: {} falls from {} to {level}", item.id, item.level);
            ensure!(repeats(seen, at) || earned == Some(level), "{what}: {} goes to {level}, it has earned {earned:?}", item.id);
        }
    }
    Ok(())
}

/// A notice speaks at the highest level of its items.
pub(super) fn invariant_15_the_highest_level_speaks(seen: &Seen<'_>) -> Result<(), String> {
    for notice in seen.notices() {
        let (_, _, what) = seen.of(notice);
        // Without a list each item rises by one of its own; then the level of the notice is that of one of them.
        let highest = own_levels(seen, notice).map(|(_, level)| level).max();
        ensure!(highest == Some(notice.draft.params.level), "{what}: speaks at {}, the highest is {highest:?}", notice.draft.params.level);
        ensure!(notice.draft.params.item_levels.is_empty() || notice.draft.params.item_levels.len() == notice.draft.items.len(), "{what}: levels of other items");
    }
    Ok(())
}

/// The books hold the level that was last sent: it rises with a notice, falls with one that came back, and moves with nothing
/// else. Neither is the day of the last notice forgotten.
pub(super) fn invariant_16_levels_fall_by_events_only(world: &World) -> Result<(), String> {
    for item in &world.facts.items {
        level_stands(&world.ledger, &item.id, (item.level, item.last_notice_on, item.notices))?;
    }
    Ok(())
}

/// Whether the books hold of an item the level, the day of the last notice and the number of notices that were sent.
pub fn level_stands(books: &Books, id: &str, (level, last_notice_on, notices): (u8, Option<NaiveDate>, i64)) -> Result<(), String> {
    let Some(row) = books.find_item(id).and_then(|at| books.item(at)) else { return Err(format!("{id} is gone")) };
    ensure!(row.level == level, "{id} stands at {}, sent was {level}", row.level);
    ensure!(row.last_notice_on == last_notice_on, "{id}: last notice {:?}, sent was {last_notice_on:?}", row.last_notice_on);
    ensure!(i64::from(row.contacts) == notices, "{id}: {} notices, sent were {notices}", row.contacts);
    Ok(())
}

/// An exhausted item gets no further notice; where nothing else holds it, a person gets it, once a run.
pub(super) fn invariant_17_exhausted_goes_to_a_person(seen: &Seen<'_>) -> Result<(), String> {
    let exhausted = |at: usize| usize::from(seen.facts.items[at].level) >= seen.rules.ladder.len() && seen.rules.repeat_last == 0;
    for notice in seen.notices() {
        let (_, _, what) = seen.of(notice);
        ensure!(!seen.items(notice).any(exhausted), "{what}: the ladder is over");
    }
    for outcome in seen.report.outcomes().iter().filter(|row| row.reason.code.name() == "ladder_exhausted") {
        let at = seen.place(outcome.item);
        ensure!(usize::from(seen.facts.items[at].level) >= seen.rules.ladder.len(), "{}: the ladder is not over", seen.facts.items[at].id);
        // A person may have said no to the task; and may look at a promise or a credit limit too.
        let about = |row: &Decision| row.reasons().iter().any(|reason| reason.code.name() == "ladder_exhausted");
        let tasks = seen.report.decisions().iter().filter(|row| row.action() == ActionKind::Review && about(row) && row.draft.items.contains(&outcome.item)).count();
        ensure!(tasks == usize::from(outcome.draft.is_some()) && tasks <= 1, "{}: {tasks} tasks", seen.facts.items[at].id);
    }
    Ok(())
}

/// Nothing is decided about what is settled; what is open again has its true age.
pub(super) fn invariant_18_settled_items_are_left_alone(seen: &Seen<'_>) -> Result<(), String> {
    for score in seen.report.scores() {
        let at = seen.place(score.item);
        ensure!(seen.left[at] > 0, "{} is settled, and scored", seen.facts.items[at].id);
        ensure!(score.open == seen.left[at], "{}: {} open, {} by the log", seen.facts.items[at].id, score.open, seen.left[at]);
        ensure!(i64::from(score.days_late) == seen.late(at), "{}: {} days late, {} by the log", seen.facts.items[at].id, score.days_late, seen.late(at));
    }
    Ok(())
}
