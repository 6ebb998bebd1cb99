//! Settings of the ladder and of contacts: the value nearest to what stands there with which a rule does not hold an item.

use super::change::Change;
use super::items::Case;
use crate::action::{ActionKind, Anchor};
use crate::calendar::{add_days, days_between, month_end, whole_days};
use crate::collections::{bounced, gone, is_due, wanted};
use crate::money::{minor_to_text, pow10, units};
use crate::policy::sections::Level;
use crate::policy::share_value;
use alloc::vec::Vec;
use chrono::Datelike;

impl Case<'_> {
    pub(super) fn not_due(&self) -> Vec<Vec<Change>> {
        let (day, limits) = (self.report.as_of, &self.settings.collections);
        let late = self.days_late(day);
        if self.item.last_notice_on > Some(day) {
            return Vec::new();
        }
        let mut changes = Vec::new();
        if (1..=limits.grace_days).contains(&late) {
            changes.push(self.limit("grace_days", limits.grace_days, late - 1));
        }
        let habit = self.report.parts.profile(self.customer).and_then(|profile| profile.habit_days);
        let within = self.item.level == 0 && habit.is_some_and(|habit| late <= i64::from(habit));
        if !within && !self.surely_reached(day) {
            changes.extend(self.ahead().first().and_then(|level| self.sooner(level)));
        }
        // Before it is due, no setting makes an item late.
        let due = late > 0 || is_due(self.settings, late);
        Self::or_wait(if due { changes } else { Vec::new() }, self.due_from())
    }

    /// The days of the next level, so that it is reached today.
    fn sooner(&self, level: &Level) -> Option<Change> {
        let day = self.report.as_of;
        let days = match level.anchor {
            Anchor::EndOfMonth => {
                let ended = if month_end(day) == day { day } else { add_days(day, -whole_days(i64::from(day.day()))) };
                i64::from(days_between(self.item.due_on, ended))
            }
            _ => gone(level, self.item, self.item.last_notice_on, day),
        };
        let path = ["collections".into(), "ladder".into(), usize::from(self.item.level).into(), "after_days".into()];
        (days >= 0).then(|| self.set(&path, level.numbers.after_days, days))
    }

    /// The item's own last notice, the customer's last contact, or that its owner was told.
    pub(super) fn too_recent(&self) -> Vec<Vec<Change>> {
        let (day, limits, seen) = (self.report.as_of, &self.settings.collections, self.reason.observed);
        let (own, contact, owner) = (self.own(day), self.contact(day), self.owner(day).filter(|_| self.books().customer(self.customer).is_some_and(|row| row.strategic)));
        if own.is_some_and(|ago| ago < 0) {
            return Vec::new();
        }
        let told = owner == Some(seen) && own != Some(seen) && contact != Some(seen);
        let spoken = contact == Some(seen) && own != Some(seen);
        let asks = (!spoken, spoken, told);
        let until = self.sent_long_ago(asks);
        // A promise that is remembered today has no interval: nothing goes out beside it.
        if self.drafted(ActionKind::RemindPromise) > 0 && seen == 0 && own != Some(0) && contact != Some(0) {
            return Self::or_wait(Vec::new(), Some(until.map_or(self.in_days(1), |until| until.max(self.in_days(1)))));
        }
        let mut least = if self.reason.limit == limits.min_interval_days { seen } else { limits.min_interval_days };
        let goes_out = spoken || self.goes_out(day);
        for ago in [own.filter(|_| asks.0), contact.filter(|_| goes_out)].into_iter().flatten() {
            least = least.min(ago);
        }
        let mut changes = Vec::new();
        if least < limits.min_interval_days {
            changes.push(self.limit("min_interval_days", limits.min_interval_days, least));
        }
        if let Some(ago) = own.filter(|ago| self.repeats() && asks.0 && *ago < limits.repeat_last_days) {
            // 0 would be never.
            changes.extend((ago > 0).then(|| self.limit("repeat_last_days", limits.repeat_last_days, ago)));
            if ago == 0 {
                changes.clear();
            }
        }
        Self::or_wait(changes, until)
    }

    /// The minimum of the customer, or of the level.
    pub(super) fn below(&self) -> Vec<Change> {
        let (seen, least, currency) = (self.reason.observed, self.reason.limit, self.item.currency);
        let one = units(1, currency).max(1);
        let mut changes = Vec::new();
        if least == self.settings.minimum(currency) {
            changes.push(match self.settings.minimums.get(&currency) {
                None => self.limit("min_notice_amount", self.settings.collections.min_notice_amount, seen / one),
                Some(hundredths) => {
                    let text = |amount: i64| minor_to_text(amount, 2);
                    let to = i64::try_from(i128::from(seen) * 100 / pow10(currency.exponent())).unwrap_or(0);
                    self.set(&["collections".into(), "minimums".into(), currency.code().into()], text(*hundredths), text(to))
                }
            });
            return changes;
        }
        let Some(level) = self.ahead().first() else { return changes };
        let path = |name: &str| ["collections".into(), "ladder".into(), usize::from(self.item.level).into(), name.into()];
        if units(level.numbers.min_amount, currency) > seen {
            changes.push(self.set(&path("min_amount"), level.numbers.min_amount, seen / one));
        }
        let open = self.open_debits();
        let share = i64::try_from(i128::from(seen) * 1_000_000 / i128::from(open.max(1))).unwrap_or(1_000_000);
        if share < level.numbers.min_share {
            changes.push(self.set(&path("min_share"), share_value(level.numbers.min_share), share_value(share)));
        }
        changes
    }

    /// What the customer has open in the currency of the item.
    fn open_debits(&self) -> i64 {
        let range = self.books().item_range(self.customer);
        let open = self.report.parts.open.get(range).unwrap_or(&[]);
        let rows = self.books().items_of(self.customer).iter().zip(open).filter(|(item, open)| **open > 0 && item.currency == self.item.currency && !item.kind.is_credit());
        rows.fold(0, |sum: i64, (_, open)| sum.saturating_add(*open))
    }

    /// A habit that ends before today: less tolerance, or one that is not believed.
    pub(super) fn habit(&self) -> Vec<Change> {
        let limits = &self.settings.scoring;
        let usual = self.reason.limit - limits.habit_tolerance_days;
        let tolerance = self.reason.observed - 1 - usual;
        let setting = |name: &str, from: i64, to: i64| alloc::vec![self.set(&["scoring".into(), name.into()], from, to)];
        if tolerance >= 0 {
            setting("habit_tolerance_days", limits.habit_tolerance_days, tolerance)
        } else if usual > 0 {
            setting("habit_max_days", limits.habit_max_days, usual - 1)
        } else {
            Vec::new()
        }
    }

    /// Contacts that this run has decided on for the customer.
    fn contacts_drafted(&self) -> i64 {
        self.report.parts.decisions.iter().filter(|row| row.customer() == Some(self.customer) && row.action().is_contact()).count() as i64
    }

    pub(super) fn contact_cap(&self) -> Vec<Vec<Change>> {
        let (day, cap, seen) = (self.report.as_of, self.reason.limit, self.reason.observed);
        let (drafted, to) = (self.contacts_drafted(), seen + self.place_in_line());
        let is_count = |before: i64| (before..=before + drafted).contains(&seen);
        if cap == self.settings.collections.contact_cap && is_count(self.contacts(day, None)) {
            return Self::or_wait(alloc::vec![self.limit("contact_cap", cap, to)], self.contacts_fade().filter(|_| drafted == 0));
        }
        let (books, caps) = (self.books(), &self.settings.contact.caps);
        let Some(customer) = books.customer(self.customer) else { return Vec::new() };
        let mut used = wanted(books, customer, self.settings).filter(|channel| caps.get(*channel) == Some(&cap) && !bounced(books, self.customer, day, channel));
        used.find(|channel| is_count(self.contacts(day, Some(channel)))).map_or_else(Vec::new, |channel| {
            let change = self.set(&["contact".into(), "caps".into(), channel.into()], cap, to);
            Self::or_wait(alloc::vec![change], self.contacts_fade().filter(|_| drafted == 0))
        })
    }

    /// How many notices must go out before that of the item does: they are decided by currency, and what was written about longest ago
    /// goes first.
    pub(super) fn place_in_line(&self) -> i64 {
        let mut groups: Vec<(_, Option<_>, &str)> = Vec::new();
        let held = self.report.outcomes_of(self.customer).filter(|outcome| outcome.reason.code == self.reason.code);
        for item in held.filter_map(|outcome| self.books().item(outcome.item)) {
            let name = self.books().text(item.notice_group);
            match groups.iter_mut().find(|row| row.0 == item.currency && row.2 == name) {
                Some(row) => row.1 = row.1.max(Some(item.last_notice_on)),
                None => groups.push((item.currency, Some(item.last_notice_on), name)),
            }
        }
        groups.sort_unstable();
        let mine = self.books().text(self.item.notice_group);
        groups.iter().position(|row| row.0 == self.item.currency && row.2 == mine).map_or(1, |place| place as i64 + 1)
    }
}
