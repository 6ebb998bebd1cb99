//! By which channel a customer is written to: one that it allows and the host has, that brings messages there, is not used up, and
//! that the customer answers on.

use super::{Found, View};
use crate::calendar;
use crate::ledger::Books;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{Customer, CustomerIdx, Notice, NoticeState};
use alloc::{string::String, vec::Vec};
use chrono::NaiveDate;
use core::cmp::Reverse;

/// The channel of a message, and why it is not the usual one, if so.
pub(super) struct Chosen {
    pub(super) name: String,
    pub(super) instead: Option<Reason>,
}

/// What one channel has been good for.
struct Channel<'c> {
    name: &'c str,
    /// Newest notices without an answer, one after the other.
    silent: i64,
    /// Answers and notices of which it is known.
    answered: (i64, i64),
}

/// The channel for a message of today: the first of the customer's (where it names none, of the host's) that has not come back, is not
/// used up, and on which not too many notices in a row went without an answer. Where the customer is silent on all of them, the one
/// that was answered most.
///
/// # Errors
/// Why there is none: nothing reaches the customer, or all that would are used up for now.
pub(super) fn choose(view: &View<'_>, found: &Found) -> Result<Chosen, Reason> {
    let limit = view.settings.contact.silent_after;
    // Channels that would do, were it not for the silence.
    let mut silent: Vec<Channel<'_>> = Vec::new();
    let mut used_up = None;
    let instead = |first: Option<&Channel<'_>>| first.map(|first| Reason::new(ReasonCode::ChannelSilent, first.silent, limit));
    for name in wanted(view.books, view.customer, view.settings).filter(|name| !bounced(view.books, view.at, view.as_of, name)) {
        if let Some(reason) = used(view, found, name) {
            used_up = used_up.or(Some(reason));
            continue;
        }
        let channel = Channel::new(view, name);
        if limit == 0 || channel.silent < limit {
            return Ok(Chosen { name: name.into(), instead: instead(silent.first()) });
        }
        silent.push(channel);
    }
    let best = silent.iter().enumerate().max_by_key(|(at, channel)| (channel.answer_ppm(), Reverse(*at)));
    let (at, best) = best.ok_or_else(|| used_up.unwrap_or(Reason::bare(ReasonCode::NoChannel)))?;
    Ok(Chosen { name: best.name.into(), instead: instead(silent.first()).filter(|_| at > 0) })
}

impl<'c> Channel<'c> {
    fn new(view: &View<'_>, name: &'c str) -> Self {
        let mut channel = Self { name, silent: 0, answered: (0, 0) };
        let mut broken = false;
        for notice in sent(view.books, view.at, view.as_of, name).filter(|notice| notice.state == NoticeState::Sent) {
            let Some(answered) = is_answered(view, notice) else { continue };
            channel.answered.0 += i64::from(answered);
            channel.answered.1 += 1;
            broken |= answered;
            channel.silent += i64::from(!broken);
        }
        channel
    }

    /// How often an answer is expected, from what was seen and as if there had been two notices before, one of them answered (Laplace).
    fn answer_ppm(&self) -> i64 {
        (self.answered.0 + 1) * 1_000_000 / (self.answered.1 + 2)
    }
}

/// The notices that a customer was sent by a channel up to a day, the newest first.
fn sent<'b>(books: &'b Books, customer: CustomerIdx, day: NaiveDate, channel: &'b str) -> impl Iterator<Item = &'b Notice> {
    let by = move |notice: &&Notice| notice.sent_on <= day && notice.state.went_out() && books.text(notice.channel) == channel;
    books.notices_of(customer).iter().rev().filter(by)
}

/// The channels by which a customer may be written to, in its order: those of the host, where it names none.
pub(crate) fn wanted<'b>(books: &'b Books, customer: &'b Customer, settings: &'b Settings) -> impl Iterator<Item = &'b str> {
    let offered = settings.contact.channels.as_slice();
    let (own, all) = if customer.channels.is_empty() { (None, Some(offered)) } else { (Some(books.list(&customer.channels)), None) };
    own.into_iter().flatten().filter(move |name| offered.iter().any(|offered| offered == name)).chain(all.into_iter().flatten().map(String::as_str))
}

/// Whether the newest notice by a channel came back: nothing goes out there again.
pub(crate) fn bounced(books: &Books, customer: CustomerIdx, day: NaiveDate, channel: &str) -> bool {
    sent(books, customer, day, channel).next().is_some_and(|notice| notice.state == NoticeState::Bounced)
}

/// Whether a notice was answered: by a message, or by a payment that settled one of its items, in the days in which a contact shows what
/// it brings. `None` while they are not over.
fn is_answered(view: &View<'_>, notice: &Notice) -> Option<bool> {
    let shows = view.settings.worklist.contact_shows_days;
    let soon = |day: NaiveDate| day <= view.as_of && (0..=shows).contains(&i64::from(calendar::days_between(notice.sent_on, day)));
    let wrote = view.books.replies_of(view.at).iter().any(|reply| soon(reply.received_on));
    let paid = || view.books.item_list(&notice.items).iter().filter_map(|at| view.books.item(*at)?.settled_on).any(soon);
    let over = i64::from(calendar::days_between(notice.sent_on, view.as_of)) > shows;
    if wrote || paid() { Some(true) } else { over.then_some(false) }
}

/// Why a channel may not be used again today, if so: its own cap in the window of contacts.
fn used(view: &View<'_>, found: &Found, channel: &str) -> Option<Reason> {
    let cap = *view.settings.contact.caps.get(channel)?;
    let window = view.settings.collections.contact_window_days;
    let inside = |on: NaiveDate| on <= view.as_of && i64::from(calendar::days_between(on, view.as_of)) < window;
    let before = view.books.contacts_of(view.at).iter().filter(|contact| inside(contact.on) && view.books.text(contact.channel) == channel).count();
    let today = found.drafts.iter().filter(|draft| draft.params.channel.as_deref() == Some(channel)).count();
    let count = (before + today) as i64;
    (count >= cap).then_some(Reason::new(ReasonCode::ContactCap, count, cap))
}
