//! The dunning ladder: level an item, one notice a customer and currency.

use super::channel::{self, Chosen};
use super::contact::{contact_day, too_soon};
use super::people::{call, history, review};
use super::{Due, Found, Outcome, View, by_group, replies};
use crate::action::{ActionKind, Anchor, Tone};
use crate::calendar;
use crate::decision::Params;
use crate::money::{Currency, units};
use crate::policy::sections::Level;
use crate::reason::{Reason, ReasonCode};
use crate::record::Item;
use crate::scoring::Class;
use alloc::vec::Vec;
use chrono::NaiveDate;

/// Decides by the ladder about items that nothing holds.
pub(super) fn decide(view: &View<'_>, currency: Currency, due: Vec<Due<'_>>, found: &mut Found) {
    let due = within_habit(view, currency, due, found);
    let stake = Stake::new(view, currency, &due);
    let mut ready: Vec<Ready<'_>> = Vec::new();
    let mut exhausted: Vec<Due<'_>> = Vec::new();
    for row in due {
        match next_level(view, &row, &stake) {
            Ok(Some(level)) => ready.push(Ready { row, level, waits: None }),
            Ok(None) => exhausted.push(row),
            Err(reason) if reason.code == ReasonCode::NotDue && view.settings.collections.whole_account => ready.push(Ready { row, level: row.level, waits: Some(reason) }),
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
    let mut groups = by_group(view, ready, |own| own.row.score.item);
    // Where nothing can be written, one call is about all groups.
    if groups.len() > 1 && channel::choose(view, found).is_err_and(|reason| reason.code == ReasonCode::NoChannel) {
        let mut all: Vec<Ready<'_>> = groups.into_iter().flatten().collect();
        all.sort_by_key(|own| own.row.score.item);
        groups = alloc::vec![all];
    }
    // The one that was written about longest ago comes first, so that a cap on contacts does not silence the same group each time.
    groups.sort_by_key(|rows| rows.iter().map(|own| own.row.last_notice_on).max());
    for group in groups {
        one_group(view, currency, group, found);
    }
}

/// Writes about the items of one group, where anything in it is ready.
fn one_group(view: &View<'_>, currency: Currency, group: Vec<Ready<'_>>, found: &mut Found) {
    if group.iter().all(|own| own.waits.is_some()) {
        return group.iter().for_each(|own| found.outcomes.extend(own.waits.map(|reason| Outcome { item: own.row.score.item, draft: None, reason })));
    }
    let rows: Vec<Due<'_>> = group.iter().map(|own| own.row).collect();
    if let Some(soon) = too_soon(view, found) {
        return found.skip_all(&rows, |_| soon);
    }
    match channel::choose(view, found) {
        Ok(chosen) => notice(view, currency, &group, &rows, chosen, found),
        // What cannot be written is said.
        Err(reason) if reason.code == ReasonCode::NoChannel => drop(call(view, currency, &rows, reason, found)),
        Err(reason) => found.skip_all(&rows, |_| reason),
    }
}

/// An item of a notice.
struct Ready<'v> {
    row: Due<'v>,
    /// The level that the notice brings it to.
    level: u8,
    /// Why it would have no notice of its own: it is listed beside those that have one, and stays at its level.
    waits: Option<Reason>,
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
fn next_level(view: &View<'_>, row: &Due<'_>, stake: &Stake) -> Result<Option<u8>, Reason> {
    let limits = &view.settings.collections;
    let since = row.last_notice_on.map(|day| i64::from(calendar::days_between(day, view.as_of)));
    if let Some(ago) = since.filter(|ago| *ago < limits.min_interval_days) {
        return Err(Reason::new(ReasonCode::NoticeTooRecent, ago, limits.min_interval_days));
    }
    if i64::from(row.contacts) >= limits.max_contacts {
        return Ok(None);
    }
    let ladder = &view.settings.ladder;
    let ahead = ladder.get(usize::from(row.level)..).unwrap_or(&[]);
    if ahead.is_empty() {
        // The last level again, where the policy wants it so.
        return match since.filter(|_| limits.repeat_last_days > 0) {
            Some(ago) if ago < limits.repeat_last_days => Err(Reason::new(ReasonCode::NoticeTooRecent, ago, limits.repeat_last_days)),
            Some(_) => Ok(Some(row.level)),
            None => Ok(None),
        };
    }
    let steps = if limits.catch_up_jump { ahead.len() } else { 1 };
    let (mut reached, mut first_missing) = (None, None);
    for (step, level) in (1u8..).zip(ahead.iter().take(steps)) {
        match missing(view, row, stake, level) {
            None => reached = Some(row.level.saturating_add(step)),
            Some(reason) => first_missing = first_missing.or(Some(reason)),
        }
    }
    let reason = first_missing.unwrap_or(Reason::bare(ReasonCode::NotDue));
    let again = || limits.repeat_below_minimum && reason.code == ReasonCode::BelowMinimum && sent_before(ladder, row).is_some_and(|level| stake.below(view, row, level).is_none());
    match reached {
        Some(level) => Ok(Some(level)),
        None if again() => Ok(Some(row.level)),
        None => Err(reason),
    }
}

/// The level that was sent last.
fn sent_before<'v>(ladder: &'v [Level], row: &Due<'_>) -> Option<&'v Level> {
    ladder.get(usize::from(row.level.checked_sub(1)?))
}

/// What of a customer may be pursued in a currency, and all that it has open.
pub(super) struct Stake {
    pursued: i64,
    open: i64,
}

impl Stake {
    fn new(view: &View<'_>, currency: Currency, due: &[Due<'_>]) -> Self {
        let debit = |score: &&crate::scoring::Score| view.books.item(score.item).is_some_and(|item| item.currency == currency && !item.kind.is_credit());
        Self { pursued: due.iter().map(|row| row.amount).sum(), open: view.scores.iter().filter(debit).map(|score| score.open).sum() }
    }

    /// What is too little for a level, if it is.
    fn below(&self, view: &View<'_>, row: &Due<'_>, level: &Level) -> Option<Reason> {
        let least = units(level.numbers.min_amount, view.books.item(row.score.item)?.currency);
        if self.pursued < least {
            return Some(Reason::new(ReasonCode::BelowMinimum, self.pursued, least));
        }
        let share = i64::try_from((i128::from(self.open) * i128::from(level.numbers.min_share) + 999_999) / 1_000_000).unwrap_or(i64::MAX);
        (self.pursued < share).then_some(Reason::new(ReasonCode::BelowMinimum, self.pursued, share))
    }
}

/// Days from the anchor of a level to a day.
pub(crate) fn gone(level: &Level, item: &Item, last_notice_on: Option<NaiveDate>, day: NaiveDate) -> i64 {
    let from = match level.anchor {
        Anchor::DueDate => item.due_on,
        Anchor::InvoiceDate => item.issued_on,
        Anchor::PreviousNotice => last_notice_on.unwrap_or(item.due_on),
        // The last day of the month in which the days are over, less the days.
        Anchor::EndOfMonth => {
            let days = calendar::whole_days(level.numbers.after_days);
            calendar::add_days(calendar::month_end(calendar::add_days(item.due_on, days)), -days)
        }
    };
    i64::from(calendar::days_between(from, day))
}

/// What an item lacks to reach a level; `None` where it has reached it.
fn missing(view: &View<'_>, row: &Due<'_>, stake: &Stake, level: &Level) -> Option<Reason> {
    let item = view.books.item(row.score.item)?;
    let (gone, after) = (gone(level, item, row.last_notice_on, view.as_of), level.numbers.after_days);
    if gone < after {
        return Some(Reason::new(ReasonCode::NotDue, gone, after));
    }
    stake.below(view, row, level)
}

fn notice(view: &View<'_>, currency: Currency, ready: &[Ready<'_>], rows: &[Due<'_>], chosen: Chosen, found: &mut Found) {
    let level = ready.iter().map(|own| own.level).max().unwrap_or(1);
    let before = ready.iter().filter(|own| own.level == level).map(|own| own.row.level).max().unwrap_or(0);
    let late = rows.iter().map(|row| row.score.days_late).max().unwrap_or(0);
    let allowed = view.settings.ladder.get(usize::from(level) - 1).map_or(0, |level| level.numbers.after_days);
    let past_due = (late >= 0).then_some(Reason::new(ReasonCode::PastDue, i64::from(late), allowed));
    let mut reasons: Vec<Reason> = past_due.into_iter().collect();
    reasons.push(Reason::new(ReasonCode::LevelReached, i64::from(level), i64::from(before)));
    let (contacts, most) = (rows.iter().map(|row| i64::from(row.contacts) + 1).max().unwrap_or(0), view.settings.collections.max_contacts);
    reasons.extend((contacts >= most).then_some(Reason::new(ReasonCode::LastContact, contacts, most)));
    reasons.extend(chosen.instead.into_iter().chain(history(view, rows)));
    // Where an item does not rise by just one level (or to that of the notice), the host says of each how far it rises.
    let told = ready.iter().any(|own| own.level != own.row.level.max(level.min(own.row.level.saturating_add(1))));
    let item_levels = if told { ready.iter().map(|own| own.level).collect() } else { Vec::new() };
    let params = Params { level, item_levels, tone: Some(tone(view, level)), channel: Some(chosen.name), on: Some(contact_day(view)), ..Params::default() };
    let draft = view.draft(ActionKind::SendNotice, currency, rows, params, reasons);
    let place = |row: &Due<'_>| ready.binary_search_by_key(&row.score.item, |other| other.row.score.item).ok().and_then(|at| ready.get(at));
    found.act(draft, rows, |row| {
        let code = if place(row).is_some_and(|own| own.waits.is_some()) { ReasonCode::ListedAlongside } else { ReasonCode::OnNotice };
        Reason::new(code, i64::from(level), place(row).map_or(0, |own| i64::from(own.level)))
    });
}

/// One tone milder, to a customer who just wrote something good.
const fn milder(tone: Tone) -> Tone {
    match tone {
        Tone::Final => Tone::Firm,
        Tone::Firm => Tone::Neutral,
        Tone::Neutral | Tone::Question | Tone::Friendly => Tone::Friendly,
    }
}

/// The ladder's tone; a first notice to a customer who usually pays well asks what is the matter.
fn tone(view: &View<'_>, level: u8) -> Tone {
    let reliable = matches!(view.profile.class, Class::Prompt | Class::Occasional | Class::Habitual) && view.profile.habit_days.is_some();
    let ladder = view.settings.ladder.get(usize::from(level).saturating_sub(1)).map_or(Tone::Neutral, |level| level.tone);
    let chosen = if level == 1 && reliable && ladder < Tone::Firm { Tone::Question } else { ladder };
    if replies::is_good(view) { milder(chosen) } else { chosen }
}
