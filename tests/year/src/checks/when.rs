//! Invariants 5 to 8 and 11: when, how often, and by what channel.

use super::ensure;
use crate::facts::Said;
use crate::rules::{CALL_CAP, CAP, INTERVAL, MAX_CONTACTS, QUIET, WINDOW, days, next_open};
use crate::seen::Seen;
use ar_core::action::ActionKind;
use std::collections::HashMap;

/// Contacts go out on the first open day from the day of the run on; never backward.
pub(super) fn invariant_05_contact_days(seen: &Seen<'_>) -> Result<(), String> {
    let expected = next_open(seen.today);
    for contact in seen.contacts() {
        ensure!(contact.draft.params.on == Some(expected), "{}: goes out on {:?}, the next open day is {expected}", seen.of(contact).2, contact.draft.params.on);
    }
    Ok(())
}

/// In every rolling window, contacts with a customer are at most the cap, calls at most theirs; a conversation opens its quiet
/// period. What comes in does not count.
pub(super) fn invariant_06_caps_and_quiet(seen: &Seen<'_>) -> Result<(), String> {
    let mut today: HashMap<usize, i64> = HashMap::new();
    for contact in seen.contacts() {
        let (customer, _, what) = seen.of(contact);
        let ago = |on| days(on, seen.today);
        let inside = seen.facts.contacts_with(customer).filter(|row| ago(row.0) < WINDOW).count() as i64;
        let now = today.entry(customer).or_insert(0);
        *now += 1;
        ensure!(inside + *now <= CAP, "{what}: contact {} in {WINDOW} days", inside + *now);
        let calls = seen.facts.contacts_with(customer).filter(|row| matches!(row.1, Said::Call | Said::Missed) && ago(row.0) < 7).count() as i64;
        ensure!(contact.action() != ActionKind::Call || calls < CALL_CAP, "{what}: {calls} calls in a week");
        let spoke = seen.facts.contacts_with(customer).filter(|row| row.1 == Said::Call).map(|row| row.0);
        let last = spoke.chain(seen.facts.customers[customer].replies.iter().map(|row| row.0)).max().map(ago);
        ensure!(last.is_none_or(|ago| ago >= QUIET), "{what}: a conversation {last:?} days ago");
    }
    Ok(())
}

/// At least the interval between two notices of one item, and of one customer, also after payment and reversal: the host's log of
/// what was sent is never shortened.
pub(super) fn invariant_07_interval_between_notices(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts().filter(|row| row.action() != ActionKind::Call) {
        let (customer, _, what) = seen.of(contact);
        let notices = &seen.facts.customers[customer].notices;
        let last = notices.iter().map(|at| seen.facts.notices[*at].on).max().map(|on| days(on, seen.today));
        ensure!(last.is_none_or(|ago| ago >= INTERVAL), "{what}: a notice {last:?} days ago");
    }
    Ok(())
}

/// No contact by a channel that the customer did not choose, nor by one whose last message came back.
pub(super) fn invariant_08_channels(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts().filter(|row| row.action() != ActionKind::Call) {
        let (customer, _, what) = seen.of(contact);
        let channel = contact.draft.params.channel.as_deref().unwrap_or("");
        let row = &seen.facts.customers[customer];
        ensure!(["email", "letter"].contains(&channel) && (row.channels.is_empty() || row.channels.contains(&channel)), "{what}: by '{channel}'");
        let by = || row.notices.iter().map(|at| &seen.facts.notices[*at]).filter(|row| row.channel == channel);
        let last = by().map(|row| row.on).max();
        // Of two notices of one day by one channel, one that arrived is enough.
        ensure!(last.is_none_or(|last| by().any(|row| row.on == last && !row.bounced)), "{what}: the last by {channel} came back");
    }
    Ok(())
}

/// Notices about an item are at most so many over its life.
pub(super) fn invariant_11_most_contacts(seen: &Seen<'_>) -> Result<(), String> {
    for notice in seen.notices() {
        for item in seen.items(notice).map(|at| &seen.facts.items[at]) {
            ensure!(item.notices < MAX_CONTACTS, "{}: {} notices about {}", seen.of(notice).2, item.notices, item.id);
        }
    }
    Ok(())
}
