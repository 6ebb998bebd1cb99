//! Until when a reason holds an item, where nothing changes but the day.

use super::items::Case;
use crate::calendar::{add_days, days_between, whole_days};
use crate::collections::{Held, bounced, calls, gone, is_due, recent, wanted};
use crate::ledger::Books;
use crate::matching::{Answer, Certificate, MatchStatus};
use crate::money::Currency;
use crate::policy::sections::Level;
use crate::record::{Contact, Dispute, DisputeState, PromiseState};
use crate::scoring::severity;
use chrono::NaiveDate;

/// Days that are looked ahead.
const MOST_DAYS: i32 = 2_000;
/// Promises that may follow one another.
const MOST_PROMISES: usize = 100;

/// The first day after a day of which something is so.
fn first_day(after: NaiveDate, is_so: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
    (1..=MOST_DAYS).map(|days| add_days(after, days)).find(|day| is_so(*day))
}

impl Case<'_> {
    pub(super) fn days_late(&self, day: NaiveDate) -> i64 {
        i64::from(Books::days_late(self.item, day))
    }

    /// Days since the last notice of the item.
    pub(super) fn own(&self, day: NaiveDate) -> Option<i64> {
        self.item.last_notice_on.map(|on| i64::from(days_between(on, day)))
    }

    /// Days since the last contact with the customer.
    pub(super) fn contact(&self, day: NaiveDate) -> Option<i64> {
        recent(self.books(), self.customer, day, 0).0
    }

    /// Days since the owner was told.
    pub(super) fn owner(&self, day: NaiveDate) -> Option<i64> {
        let told = self.books().contacts_of(self.customer).iter().filter(|contact| contact.on <= day && self.books().text(contact.channel) == Contact::OWNER);
        told.map(|contact| i64::from(days_between(contact.on, day))).min()
    }

    /// The levels that the item may reach next.
    pub(super) fn ahead(&self) -> &[Level] {
        let ladder = &self.settings.ladder;
        let ahead = ladder.get(usize::from(self.item.level)..).unwrap_or(&[]);
        let steps = if self.settings.collections.catch_up_jump { ahead.len() } else { ahead.len().min(1) };
        ahead.get(..steps).unwrap_or(&[])
    }

    /// Whether a further level is there by its days.
    pub(super) fn reached(&self, day: NaiveDate) -> bool {
        self.ahead().iter().any(|level| gone(level, self.item, self.item.last_notice_on, day) >= level.numbers.after_days)
    }

    /// The same, whatever is at stake: the first level, or a later one that is jumped to and has no minimum.
    pub(super) fn surely_reached(&self, day: NaiveDate) -> bool {
        let free = |level: &Level| level.numbers.min_amount == 0 && level.numbers.min_share == 0;
        self.ahead().iter().enumerate().any(|(at, level)| (at == 0 || free(level)) && gone(level, self.item, self.item.last_notice_on, day) >= level.numbers.after_days)
    }

    /// Whether the last level is sent again.
    pub(super) fn repeats(&self) -> bool {
        usize::from(self.item.level) >= self.settings.ladder.len() && self.settings.collections.repeat_last_days > 0 && !self.is_spent()
    }

    /// Whether a notice goes out about the item once its last is long enough ago, by its days.
    pub(super) fn goes_out(&self, day: NaiveDate) -> bool {
        !self.is_spent() && (self.repeats() || self.reached(day))
    }

    /// Whether the item was written about as often as may be.
    fn is_spent(&self) -> bool {
        i64::from(self.item.contacts) >= self.settings.collections.max_contacts
    }

    pub(super) fn due_from(&self) -> Option<NaiveDate> {
        first_day(self.report.as_of, |day| is_due(self.settings, self.days_late(day)) && self.surely_reached(day))
    }

    /// `whose`: whether the item's own last notice, the customer's last contact and the owner are asked.
    pub(super) fn sent_long_ago(&self, (own, contact, owner): (bool, bool, bool)) -> Option<NaiveDate> {
        let limits = &self.settings.collections;
        let wait = if self.repeats() { limits.min_interval_days.max(limits.repeat_last_days) } else { limits.min_interval_days };
        first_day(self.report.as_of, |day| {
            let short = |ago: Option<i64>, wait: i64| ago.is_some_and(|ago| ago < wait);
            let spoken = (contact || self.goes_out(day)) && short(self.contact(day), limits.min_interval_days);
            // Beside a promise that is remembered nothing goes out.
            let remembered = self.books().promises_of(self.customer).iter().any(|row| row.due_on == day && row.item.is_some() && row.state_on(day) == PromiseState::Open);
            !remembered && !(own && short(self.own(day), wait)) && !spoken && !(owner && short(self.owner(day), limits.min_interval_days))
        })
    }

    pub(super) fn promised_until(&self) -> Option<NaiveDate> {
        let mut day = self.report.as_of;
        for _ in 0..MOST_PROMISES {
            match Held::on(self.books(), self.customer, self.settings, day).of(self.at, self.item) {
                Some((_, ends)) => day = add_days(ends, 1),
                None => return (day > self.report.as_of).then_some(day),
            }
        }
        None
    }

    /// The item's block and the customer's.
    pub(super) fn blocked_until(&self) -> Option<NaiveDate> {
        let customer = self.books().customer(self.customer).and_then(|row| row.blocked_until);
        self.item.blocked_until.max(customer).filter(|day| *day > self.report.as_of)
    }

    pub(super) fn signals_fade(&self) -> Option<NaiveDate> {
        first_day(self.report.as_of, |day| severity(self.books(), self.customer, day, self.settings) < self.settings.collections.stop_severity)
    }

    /// The day on which neither the customer nor all of its channels have had as many contacts as may be.
    pub(super) fn contacts_fade(&self) -> Option<NaiveDate> {
        let (books, settings) = (self.books(), self.settings);
        let customer = books.customer(self.customer)?;
        first_day(self.report.as_of, |day| {
            let free = |channel: &str| settings.contact.caps.get(channel).is_none_or(|cap| self.contacts(day, Some(channel)) < *cap);
            let mut channels = wanted(books, customer, settings).filter(|channel| !bounced(books, self.customer, day, channel)).peekable();
            self.contacts(day, None) < settings.collections.contact_cap && (channels.peek().is_none() || channels.any(free))
        })
    }

    /// Contacts in the window that ends on a day: all, or those by a channel.
    pub(super) fn contacts(&self, day: NaiveDate, channel: Option<&str>) -> i64 {
        let window = self.settings.collections.contact_window_days;
        let Some(channel) = channel else { return recent(self.books(), self.customer, day, window).1 };
        let inside = |contact: &&Contact| contact.on <= day && i64::from(days_between(contact.on, day)) < window && self.books().text(contact.channel) == channel;
        self.books().contacts_of(self.customer).iter().filter(inside).count() as i64
    }

    /// Calls in the window that ends on a day.
    pub(super) fn calls(&self, day: NaiveDate) -> i64 {
        let window = self.settings.collections.call_window_days;
        calls(self.books(), self.customer, day).filter(|contact| i64::from(days_between(contact.on, day)) < window).count() as i64
    }

    pub(super) fn calls_fade(&self) -> Option<NaiveDate> {
        first_day(self.report.as_of, |day| self.calls(day) < self.settings.collections.call_cap)
    }

    /// Days since the newest of the disputes about the item that were decided against the customer.
    pub(super) fn lost_ago(&self) -> Option<i64> {
        let lost = |row: &&Dispute| row.item == self.at && (row.state == DisputeState::Partial || row.valid_amount().is_some_and(|valid| valid < row.amount));
        let ago = self.books().disputes_of(self.customer).iter().filter(lost).filter_map(|row| Some(i64::from(days_between(row.resolved_on?, self.report.as_of))));
        ago.filter(|ago| (0..self.settings.collections.dispute_grace_days).contains(ago)).min()
    }

    /// Payments of the customer in a currency that nobody could place, with the days since they came.
    pub(super) fn unplaced(&self, currency: Currency) -> impl Iterator<Item = (&Answer, i64)> {
        let answers = self.report.parts.answers.iter().filter(move |answer| {
            let tied = answer.certificate == Certificate::Tied || answer.status == MatchStatus::Unmatched;
            tied && answer.customer == Some(self.customer) && answer.unapplied.saturating_add(answer.cash()) > 0
        });
        answers.filter_map(move |answer| {
            let payment = self.books().payment(answer.payment).filter(|payment| !payment.failed && payment.currency == currency)?;
            Some((answer, i64::from(days_between(payment.received_on, self.report.as_of))))
        })
    }

    /// So many days from the day of the run.
    pub(super) fn in_days(&self, days: i64) -> NaiveDate {
        add_days(self.report.as_of, whole_days(days))
    }
}
