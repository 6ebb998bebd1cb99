//! Invariants 1 to 4, 9 and 10: about what, and to whom.

use super::outcome::early_sum;
use super::{Seen, ensure};
use ar_core::action::ActionKind;
use std::collections::BTreeSet;

/// No contact lists an item with nothing open at decision time.
pub(super) fn invariant_01_nothing_settled_is_asked_for(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts() {
        let (_, _, what) = seen.of(contact);
        for at in seen.items(contact) {
            ensure!(seen.left[at] > 0, "{what}: nothing is open of {}", seen.facts.items[at].id);
            ensure!(!seen.facts.items[at].is_credit(), "{what}: {} is a credit", seen.facts.items[at].id);
            ensure!(seen.landed[at] == 0, "{what}: cash has landed for {}", seen.facts.items[at].id);
        }
    }
    Ok(())
}

/// No contact lists an item for the disputed part, or, by policy, for any; and what is asked for is just what is open less what
/// is disputed.
pub(super) fn invariant_02_disputes_hold(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts() {
        let (_, _, what) = seen.of(contact);
        let mut most = 0;
        for at in seen.items(contact) {
            let (disputed, id) = (seen.facts.disputed(at), &seen.facts.items[at].id);
            ensure!(disputed < seen.left[at], "{what}: {id} is disputed");
            ensure!(seen.undisputed(at) > 0, "{what}: what is left of {id} is to be credited");
            ensure!(disputed == 0 || !seen.rules.whole_item, "{what}: {id} is disputed in part");
            let grace = seen.facts.lost_dispute_on(at).is_some_and(|on| seen.world.ago(on) < seen.rules.grace);
            ensure!(!grace, "{what}: the dispute of {id} was decided just now");
            most += seen.undisputed(at);
        }
        let promised = contact.action() == ActionKind::RemindPromise;
        ensure!(contact.draft.amount == most || (promised && contact.draft.amount < most), "{what}: asks for {}, {most} may be asked for", contact.draft.amount);
    }
    Ok(())
}

/// No contact lists an item covered by an open promise or by a plan that runs. A promise of today is reminded of.
pub(super) fn invariant_03_promises_and_plans_hold(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts() {
        let (_, _, what) = seen.of(contact);
        for at in seen.items(contact) {
            let id = &seen.facts.items[at].id;
            ensure!(!seen.facts.planned(at, seen.world.today, seen.rules, true), "{what}: {id} is in a plan");
            if contact.action() == ActionKind::RemindPromise {
                let due = seen.facts.promises.iter().any(|row| row.item == Some(at) && !row.over && row.due_on == seen.world.today);
                ensure!(due, "{what}: nothing is promised of {id} for today");
            } else {
                ensure!(!seen.facts.promised(at, seen.world.today, seen.rules), "{what}: {id} is promised");
            }
        }
    }
    Ok(())
}

/// No contact while an account or item block is active; nor where the customer must not be contacted, or the item is out of our
/// hands.
pub(super) fn invariant_04_blocks_hold(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts() {
        let (customer, _, what) = seen.of(contact);
        ensure!(!seen.facts.silent(customer, seen.world.today), "{what}: the customer is blocked or silent");
        for at in seen.items(contact) {
            let item = &seen.facts.items[at];
            ensure!(item.blocked_until.is_none_or(|until| until <= seen.world.today), "{what}: {} is blocked", item.id);
            ensure!(!item.handed_over, "{what}: {} was handed over", item.id);
        }
    }
    Ok(())
}

/// At most one outbound notice per customer, currency and group of items and run, and at most one call; an item in at most one; no
/// notice about items of two groups.
pub(super) fn invariant_09_one_notice(seen: &Seen<'_>) -> Result<(), String> {
    let (mut told, mut items) = (BTreeSet::new(), BTreeSet::new());
    for notice in seen.contacts() {
        let (customer, yen, what) = seen.of(notice);
        let groups: BTreeSet<u8> = seen.items(notice).map(|at| seen.facts.items[at].group).collect();
        let written = matches!(notice.action(), ActionKind::SendNotice | ActionKind::SendReminder);
        ensure!(groups.len() == 1 || !written, "{what}: of {} groups", groups.len());
        ensure!(told.insert((customer, yen, groups.first().copied().filter(|_| written))), "{what}: a second one");
        for at in seen.items(notice) {
            ensure!(items.insert(at), "{what}: {} stands on two", seen.facts.items[at].id);
        }
    }
    Ok(())
}

/// No contact if unallocated credits of the customer in the currency cover all that is due and not held.
pub(super) fn invariant_10_credits_cover(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts().filter(|row| row.action() != ActionKind::RemindPromise) {
        let (customer, yen, what) = seen.of(contact);
        let due = if contact.action() == ActionKind::SendReminder { early_sum(seen, customer, yen) } else { seen.pursued_sum(customer, yen) };
        let credits = seen.credits(customer, yen);
        ensure!(credits < due || credits == 0 || !seen.rules.hold_on_credits, "{what}: credits of {credits} cover {due}");
    }
    Ok(())
}
