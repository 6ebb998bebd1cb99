//! The dunning ladder: level an item, one notice a customer and currency.

use super::contact::{channel, contact_day, too_soon};
use super::people::{history, review};
use super::{Due, Found, View};
use crate::action::{ActionKind, Tone};
use crate::calendar;
use crate::decision::Params;
use crate::money::Currency;
use crate::reason::{Reason, ReasonCode};
use crate::scoring::Class;
use alloc::vec::Vec;

/// Decides by the ladder about items that nothing holds.
pub(super) fn decide(view: &View<'_>, currency: Currency, due: Vec<Due<'_>>, found: &mut Found) {
    let due = within_habit(view, currency, due, found);
    let mut ready: Vec<(Due<'_>, u8)> = Vec::new();
    let mut exhausted: Vec<Due<'_>> = Vec::new();
    for row in due {
        match next_level(view, &row) {
            Ok(Some(level)) => ready.push((row, level)),
            Ok(None) => exhausted.push(row),
            Err(reason) => found.skip(row.score.item, reason),
        }
    }
    // What was written about often enough, and what has no level left: in both cases a person decides what comes next.
    let (last, most) = (view.settings.ladder.len() as i64, view.settings.collections.max_contacts);
    let (written, at_the_top): (Vec<Due<'_>>, Vec<Due<'_>>) = exhausted.into_iter().partition(|row| i64::from(row.contacts) >= most);
    if !written.is_empty() {
        let contacts = written.iter().map(|row| i64::from(row.contacts)).max().unwrap_or(most);
        review(view, currency, &written, Reason::new(ReasonCode::MaxContacts, contacts, most), found);
    }
    if !at_the_top.is_empty() {
        review(view, currency, &at_the_top, Reason::new(ReasonCode::LadderExhausted, last, last), found);
    }
    if ready.is_empty() {
        return;
    }
    let rows: Vec<Due<'_>> = ready.iter().map(|(row, _)| *row).collect();
    if let Some(soon) = too_soon(view, found) {
        return found.skip_all(&rows, |_| soon);
    }
    let Some(channel) = channel(view) else {
        return review(view, currency, &rows, Reason::bare(ReasonCode::NoChannel), found);
    };
    notice(view, currency, &ready, &rows, channel, found);
}

/// Takes out the items that are late only as this customer always is; the engine waits until the habit is over.
fn within_habit<'v>(view: &View<'v>, currency: Currency, due: Vec<Due<'v>>, found: &mut Found) -> Vec<Due<'v>> {
    let Some(habit) = view.profile.habit_days else { return due };
    let first = view.settings.ladder.first().map_or(0, |level| level.numbers.after_days);
    let (usual, late): (Vec<Due<'v>>, Vec<Due<'v>>) = due.into_iter().partition(|row| row.score.days_late <= habit && row.level == 0);
    // Below the first level the ladder would be silent anyway: no decision is needed to wait.
    let (waits, silent): (Vec<Due<'v>>, Vec<Due<'v>>) = usual.into_iter().partition(|row| i64::from(row.score.days_late) >= first);
    let reason = |row: &Due<'_>| Reason::new(ReasonCode::WithinHabit, i64::from(row.score.days_late), i64::from(habit));
    found.skip_all(&silent, reason);
    if !waits.is_empty() {
        let next = waits.iter().map(|row| calendar::add_days(view.as_of, habit + 1 - row.score.days_late)).min();
        let oldest = waits.iter().max_by_key(|row| row.score.days_late).map(reason);
        let draft = view.draft(ActionKind::Wait, currency, &waits, Params { on: next, ..Params::default() }, oldest.into_iter().collect());
        found.act(draft, &waits, reason);
    }
    late
}

/// The next level of an item; `None` when the ladder has no more; else why it stays where it is.
fn next_level(view: &View<'_>, row: &Due<'_>) -> Result<Option<u8>, Reason> {
    let limits = &view.settings.collections;
    let since = row.last_notice_on.map(|day| i64::from(calendar::days_between(day, view.as_of)));
    if let Some(ago) = since.filter(|ago| *ago < limits.min_interval_days) {
        return Err(Reason::new(ReasonCode::NoticeTooRecent, ago, limits.min_interval_days));
    }
    if i64::from(row.contacts) >= limits.max_contacts {
        return Ok(None);
    }
    let Some(next) = view.settings.ladder.get(usize::from(row.level)) else { return Ok(None) };
    let late = i64::from(row.score.days_late);
    if late < next.numbers.after_days {
        return Err(Reason::new(ReasonCode::NotDue, late, next.numbers.after_days));
    }
    Ok(Some(row.level.saturating_add(1)))
}

fn notice(view: &View<'_>, currency: Currency, ready: &[(Due<'_>, u8)], rows: &[Due<'_>], channel: alloc::string::String, found: &mut Found) {
    let level = ready.iter().map(|(_, level)| *level).max().unwrap_or(1);
    let before = ready.iter().filter(|(_, own)| *own == level).map(|(row, _)| row.level).max().unwrap_or(0);
    let late = rows.iter().map(|row| row.score.days_late).max().unwrap_or(0);
    let allowed = view.settings.ladder.get(usize::from(level) - 1).map_or(0, |level| level.numbers.after_days);
    let mut reasons = alloc::vec![Reason::new(ReasonCode::PastDue, i64::from(late), allowed), Reason::new(ReasonCode::LevelReached, i64::from(level), i64::from(before))];
    reasons.extend(history(view, rows));
    let params = Params { level, tone: Some(tone(view, level)), channel: Some(channel), on: Some(contact_day(view)), ..Params::default() };
    let draft = view.draft(ActionKind::SendNotice, currency, rows, params, reasons);
    let own = |row: &Due<'_>| i64::from(row.level) + 1;
    found.act(draft, rows, |row| Reason::new(ReasonCode::OnNotice, i64::from(level), own(row)));
}

/// The ladder's tone; a first notice to a customer who usually pays well asks what is the matter.
fn tone(view: &View<'_>, level: u8) -> Tone {
    let reliable = matches!(view.profile.class, Class::Prompt | Class::Occasional | Class::Habitual) && view.profile.habit_days.is_some();
    let ladder = view.settings.ladder.get(usize::from(level).saturating_sub(1)).map_or(Tone::Neutral, |level| level.tone);
    if level == 1 && reliable && ladder < Tone::Firm { Tone::Question } else { ladder }
}
