//! When a customer may be contacted: closed days, hours in its zone, intervals, caps.

use super::{Found, View};
use crate::action::ActionKind;
use crate::calendar::{self, ContactHours};
use crate::ledger::Books;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{Contact, Customer, CustomerIdx};
use chrono::{DateTime, NaiveDate, Utc};

/// The hours of a day in which the contact is allowed.
pub struct Window {
    /// Earliest instant.
    pub opens: DateTime<Utc>,
    /// Latest instant.
    pub closes: DateTime<Utc>,
}

/// The window of a contact day, in the customer's zone (UTC where none is known).
pub fn window(customer: Option<&Customer>, settings: &Settings, on: NaiveDate) -> Option<Window> {
    let hours = ContactHours { not_before_minute: settings.contact.not_before_minute, not_after_minute: settings.contact.not_after_minute };
    let zone = customer.and_then(|customer| customer.time_zone).unwrap_or(chrono_tz::UTC);
    hours.window_utc(on, zone).map(|(opens, closes)| Window { opens, closes })
}

/// Days since the last contact with the customer, and contacts in the window that ends today.
pub(crate) fn recent(books: &Books, customer: CustomerIdx, as_of: NaiveDate, window_days: i64) -> (Option<i64>, i64) {
    let mut last: Option<i64> = None;
    let mut count = 0;
    for contact in books.contacts_of(customer).iter().filter(|contact| contact.on <= as_of && books.text(contact.channel) != Contact::OWNER) {
        let ago = i64::from(calendar::days_between(contact.on, as_of));
        last = Some(last.map_or(ago, |last| last.min(ago)));
        count += i64::from(ago < window_days);
    }
    (last, count)
}

/// Why the customer may not be contacted again today, if so. What this run has already decided to send counts towards
/// the cap; the interval is between days, so that two currencies may be written about on one.
pub(crate) fn too_soon(view: &View<'_>, found: &Found) -> Option<Reason> {
    let limits = &view.settings.collections;
    // One message a day is enough: a promise that is remembered today is not beside a notice.
    if found.drafts.iter().any(|draft| draft.action == ActionKind::RemindPromise) {
        return Some(Reason::new(ReasonCode::NoticeTooRecent, 0, limits.min_interval_days));
    }
    let (last, before) = recent(view.books, view.at, view.as_of, limits.contact_window_days);
    let today = found.drafts.iter().filter(|draft| draft.action.is_contact()).count();
    let count = before + today as i64;
    if let Some(ago) = last.filter(|ago| *ago < limits.min_interval_days) {
        return Some(Reason::new(ReasonCode::NoticeTooRecent, ago, limits.min_interval_days));
    }
    if let Some(ago) = conversation(view).filter(|ago| *ago < limits.quiet_days) {
        return Some(Reason::new(ReasonCode::QuietPeriod, ago, limits.quiet_days));
    }
    (count >= limits.contact_cap).then_some(Reason::new(ReasonCode::ContactCap, count, limits.contact_cap))
}

/// Days since the last conversation: a call that was made, or a message of the customer.
fn conversation(view: &View<'_>) -> Option<i64> {
    let ago = |day: NaiveDate| i64::from(calendar::days_between(day, view.as_of));
    let calls = calls(view.books, view.at, view.as_of).filter(|contact| view.books.text(contact.channel) == Contact::CALL).map(|contact| ago(contact.on));
    let messages = view.books.replies_of(view.at).iter().filter(|reply| reply.received_on <= view.as_of).map(|reply| ago(reply.received_on));
    calls.chain(messages).min()
}

/// The calls of a customer up to a day, also those that nobody answered.
pub(crate) fn calls(books: &Books, customer: CustomerIdx, as_of: NaiveDate) -> impl Iterator<Item = &Contact> {
    books.contacts_of(customer).iter().filter(move |contact| contact.on <= as_of && matches!(books.text(contact.channel), Contact::CALL | Contact::CALL_MISSED))
}

/// Why the customer may not be called today, if so.
pub(crate) fn too_many_calls(view: &View<'_>, found: &Found) -> Option<Reason> {
    let limits = &view.settings.collections;
    let before = calls(view.books, view.at, view.as_of).filter(|contact| i64::from(calendar::days_between(contact.on, view.as_of)) < limits.call_window_days).count();
    let count = (before + found.drafts.iter().filter(|draft| draft.action == ActionKind::Call).count()) as i64;
    (count >= limits.call_cap).then_some(Reason::new(ReasonCode::CallCap, count, limits.call_cap))
}

/// Days since the owner was last told about this customer.
pub(crate) fn owner_told(view: &View<'_>) -> Option<i64> {
    let told = view.books.contacts_of(view.at).iter().filter(|contact| contact.on <= view.as_of && view.books.text(contact.channel) == Contact::OWNER);
    told.map(|contact| i64::from(calendar::days_between(contact.on, view.as_of))).min()
}

/// The day of a contact decided on today: today, or the next contact day.
pub(crate) fn contact_day(view: &View<'_>) -> NaiveDate {
    view.settings.calendar().next_open(view.as_of)
}
