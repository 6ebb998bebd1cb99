//! Reminders before the due date: once an item, only of what is likely to be paid late, and only where nothing else is sent.

use super::channel;
use super::contact::{contact_day, too_soon};
use super::{Due, Found, View, by_group, holds};
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

fn not_due(row: &Due<'_>) -> Reason {
    Reason::new(ReasonCode::NotDue, i64::from(row.score.days_late), 0)
}

/// Reminds of items that come due; what is not reminded of leaves as not due.
pub(super) fn decide(view: &View<'_>, currency: Currency, early: &[Due<'_>], found: &mut Found) {
    let (told, fresh): (alloc::vec::Vec<Due<'_>>, alloc::vec::Vec<Due<'_>>) = early.iter().copied().partition(|row| row.contacts > 0 || row.last_notice_on.is_some());
    found.skip_all(&told, not_due);
    if fresh.is_empty() {
        return;
    }
    // As on notices, items of different groups never stand on one; nothing else is sent beside them.
    let (sum, nothing_sent) = (fresh.iter().map(|row| row.amount).sum(), found.drafts.is_empty());
    let stopped = holds::customer_hold(view, currency, sum);
    for group in by_group(view, fresh, |row| row.score.item) {
        remind(view, currency, &group, stopped, nothing_sent, found);
    }
}

fn remind(view: &View<'_>, currency: Currency, fresh: &[Due<'_>], stopped: Option<Reason>, nothing_sent: bool, found: &mut Found) {
    let stopped = stopped.or_else(|| too_soon(view, found));
    let Some(chosen) = channel::choose(view, found).ok().filter(|_| stopped.is_none() && nothing_sent) else {
        return found.skip_all(fresh, |row| stopped.unwrap_or(not_due(row)));
    };
    let reason = |row: &Due<'_>| Reason::new(ReasonCode::RemindBefore, -i64::from(row.score.days_late), view.settings.collections.remind_before_days);
    let params = Params { tone: Some(Tone::Friendly), channel: Some(chosen.name), on: Some(contact_day(view)), ..Params::default() };
    let first = fresh.iter().min_by_key(|row| row.score.days_late).map(reason);
    found.act(view.draft(ActionKind::SendReminder, currency, fresh, params, first.into_iter().collect()), fresh, reason);
}
