//! Invariants 5 to 8 and 11: when, how often, and by what channel.

use super::{Seen, ensure};
use crate::facts::Said;
use crate::rules::days;
use ar_core::action::ActionKind;
use ar_core::collections::window;

/// Contacts go out on the first open day from the day of the run on, in hours that there are; never backward.
pub(super) fn invariant_05_contact_days(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts() {
        let (_, _, what) = seen.of(contact);
        let expected = seen.rules.next_open(seen.world.today);
        ensure!(contact.draft.params.on == Some(expected), "{what}: goes out on {:?}, the next open day is {expected}", contact.draft.params.on);
        let customer = contact.customer().and_then(|at| seen.report.ledger().customer(at));
        let hours = window(customer, seen.world.policy().base(), expected);
        ensure!(hours.is_some_and(|hours| hours.opens < hours.closes && hours.opens.date_naive() == expected), "{what}: no hours on {expected}");
    }
    Ok(())
}

/// In every rolling window, contacts with a customer are at most the cap, those by a channel at most its own, calls at most theirs; a conversation opens its quiet
/// period. What comes in does not count.
pub(super) fn invariant_06_caps_and_quiet(seen: &Seen<'_>) -> Result<(), String> {
    let mut today = vec![0; seen.facts.customers.len()];
    let mut by_channel = Vec::new();
    for contact in seen.contacts() {
        let (customer, _, what) = seen.of(contact);
        let inside = |window: i64, calls: bool| {
            let counts = |row: &(chrono::NaiveDate, Said)| days(row.0, seen.world.today) < window && (!calls || matches!(row.1, Said::Call | Said::Missed));
            seen.facts.contacts_with(customer).filter(counts).count() as i64
        };
        today[customer] += 1;
        let count = inside(seen.rules.window, false) + today[customer];
        ensure!(count <= seen.rules.cap, "{what}: contact {count} in {} days", seen.rules.window);
        if let Some(channel) = contact.draft.params.channel.as_deref() {
            by_channel.push((customer, channel));
            let now = by_channel.iter().filter(|row| **row == (customer, channel)).count();
            let count = (seen.by_channel(customer, channel) + now) as i64;
            ensure!(channel != "email" || count <= seen.rules.email_cap, "{what}: contact {count} by {channel}");
        }
        if contact.action() == ActionKind::Call {
            ensure!(inside(7, true) < seen.rules.call_cap, "{what}: {} calls in a week", inside(7, true));
        }
        let spoke = seen.facts.contacts_with(customer).filter(|row| row.1 == Said::Call).map(|row| row.0);
        let wrote = seen.facts.replies.iter().filter(|row| row.1 == customer).map(|row| row.0);
        let last = spoke.chain(wrote).max().map(|on| days(on, seen.world.today));
        ensure!(last.is_none_or(|ago| ago >= seen.rules.quiet), "{what}: a conversation {last:?} days ago");
    }
    Ok(())
}

/// At least the interval between two notices of one item, and of one customer, also after payment and reversal: the host's log of
/// what was sent is never shortened.
pub(super) fn invariant_07_interval_between_notices(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts().filter(|row| row.action() != ActionKind::Call) {
        let (customer, _, what) = seen.of(contact);
        for notice in seen.facts.notices_to(customer) {
            let ago = days(notice.on, seen.world.today);
            ensure!(ago >= seen.rules.interval, "{what}: a notice {ago} days ago, {} apart", seen.rules.interval);
        }
    }
    Ok(())
}

/// No contact by a channel that the customer did not choose, nor by one whose last message came back.
pub(super) fn invariant_08_channels(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts().filter(|row| row.action() != ActionKind::Call) {
        let (customer, _, what) = seen.of(contact);
        let channel = contact.draft.params.channel.as_deref().unwrap_or("");
        let own = &seen.facts.customers[customer].channels;
        ensure!(["email", "letter"].contains(&channel) && (own.is_empty() || own.contains(&channel)), "{what}: by '{channel}'");
        let last = seen.facts.notices_to(customer).filter(|row| row.channel == channel).max_by_key(|row| row.on);
        // Of two notices of one day by one channel, one that arrived is enough.
        let arrived = last.is_none_or(|last| seen.facts.notices_to(customer).any(|row| row.channel == channel && row.on == last.on && !row.bounced));
        ensure!(arrived, "{what}: the last by {channel} came back");
        silence(seen, customer, channel).map_err(|why| format!("{what}: {why}"))?;
    }
    Ok(())
}

/// A channel on which the customer is silent is used only where no other is left; and one that is not the first of the customer's
/// only where those before it came back, are used up or are silent.
fn silence(seen: &Seen<'_>, customer: usize, channel: &str) -> Result<(), String> {
    let most = usize::try_from(seen.rules.silent_after).unwrap_or(0);
    let silence = |channel: &str| seen.facts.silence_on(customer, channel, seen.world.today, seen.rules.shows);
    let (surely, maybe) = (|channel: &str| most > 0 && silence(channel).0 >= most, |channel: &str| most > 0 && silence(channel).1 >= most);
    let notices = |channel: &str| seen.facts.notices_to(customer).filter(|row| row.channel == channel).map(|row| (row.on, row.bounced)).collect::<Vec<_>>();
    // Of the notices of one day either may count as the last.
    let came_back = |channel: &str| notices(channel).iter().any(|row| row.1 && notices(channel).iter().all(|other| other.0 <= row.0));
    let useless = |channel: &str| came_back(channel) || seen.used_up(customer, channel);
    let own = seen.channels(customer);
    let others: Vec<&str> = own.iter().copied().filter(|other| *other != channel).collect();
    let all_silent = own.iter().all(|channel| maybe(channel) || useless(channel));
    ensure!(!surely(channel) || all_silent, "{channel} is silent, and {others:?} is not");
    for before in own.iter().take_while(|other| **other != channel) {
        ensure!(maybe(before) || useless(before), "by {channel}, and {before} is good");
    }
    Ok(())
}

/// Notices about an item are at most so many over its life.
pub(super) fn invariant_11_most_contacts(seen: &Seen<'_>) -> Result<(), String> {
    for notice in seen.notices() {
        let (_, _, what) = seen.of(notice);
        for at in seen.items(notice) {
            let item = &seen.facts.items[at];
            ensure!(item.notices < seen.rules.max_contacts, "{what}: {} notices about {}", item.notices, item.id);
        }
    }
    Ok(())
}
