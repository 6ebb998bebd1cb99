//! Reminders before the due date: once an item, only of what is likely to be paid late, and only where nothing else is sent.

use super::channel;
use super::contact::{contact_day, too_soon};
use super::{Due, Found, View, holds};
use crate::action::{ActionKind, Tone};
use crate::decision::Params;
use crate::money::Currency;
use crate::reason::{Reason, ReasonCode};
use crate::scoring::Score;

/// Whether an item that is not due is one to be reminded of today: in the days before it is due, and likely to be late.
pub(super) fn wanted(view: &View<'_>, score: &Score) -> bool {
    let limits = &view.settings.collections;
    let ahead = -i64::from(score.days_late);
    (1..=limits.remind_before_days).contains(&ahead) && score.late_ppm() >= limits.remind_from
}

/// Reminds of items that come due; what is not reminded of leaves as not due.
pub(super) fn decide(view: &View<'_>, currency: Currency, early: &[Due<'_>], found: &mut Found) {
    let not_due = |row: &Due<'_>| Reason::new(ReasonCode::NotDue, i64::from(row.score.days_late), 0);
    let (told, fresh): (alloc::vec::Vec<Due<'_>>, alloc::vec::Vec<Due<'_>>) = early.iter().copied().partition(|row| row.contacts > 0 || row.last_notice_on.is_some());
    found.skip_all(&told, not_due);
    if fresh.is_empty() {
        return;
    }
    let sum = fresh.iter().map(|row| row.amount).sum();
    let stopped = holds::customer_hold(view, currency, sum).or_else(|| too_soon(view, found));
    let Some(chosen) = channel::choose(view, found).ok().filter(|_| stopped.is_none() && found.drafts.is_empty()) else {
        return found.skip_all(&fresh, |row| stopped.unwrap_or(not_due(row)));
    };
    let reason = |row: &Due<'_>| Reason::new(ReasonCode::RemindBefore, -i64::from(row.score.days_late), view.settings.collections.remind_before_days);
    let params = Params { tone: Some(Tone::Friendly), channel: Some(chosen.name), on: Some(contact_day(view)), ..Params::default() };
    let first = fresh.iter().min_by_key(|row| row.score.days_late).map(reason);
    found.act(view.draft(ActionKind::SendReminder, currency, &fresh, params, first.into_iter().collect()), &fresh, reason);
}
