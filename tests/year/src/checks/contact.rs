//! Invariants 1 to 4, 9 and 10: about what, and to whom.

use super::ensure;
use crate::seen::Seen;
use ar_core::action::ActionKind;
use std::collections::HashSet;

/// No contact lists an item with nothing open at decision time.
pub(super) fn invariant_01_nothing_settled_is_asked_for(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts() {
        for at in seen.items(contact) {
            let item = &seen.facts.items[at];
            ensure!(seen.left[at] > 0 && !item.is_credit() && seen.landed[at] == 0, "{}: {} has {} open, {} on its way", seen.of(contact).2, item.id, seen.left[at], seen.landed[at]);
        }
    }
    Ok(())
}

/// What is asked for is just what is open less what is disputed, or found valid; nothing, where that is all or the policy says so.
pub(super) fn invariant_02_disputes_hold(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts() {
        let mut most = 0;
        for at in seen.items(contact) {
            let held = seen.held(at);
            ensure!(!matches!(held, Some("dispute_open" | "dispute_grace" | "credit_owed")), "{}: {} is held, {held:?}", seen.of(contact).2, seen.facts.items[at].id);
            most += seen.undisputed(at);
        }
        let promised = contact.action() == ActionKind::RemindPromise;
        ensure!(contact.draft.amount == most || (promised && contact.draft.amount < most), "{}: asks for {}, {most} may be asked for", seen.of(contact).2, contact.draft.amount);
    }
    Ok(())
}

/// No contact lists an item covered by an open promise or by a plan that runs. A promise of today is reminded of.
pub(super) fn invariant_03_promises_and_plans_hold(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts() {
        for at in seen.items(contact) {
            let item = &seen.facts.items[at];
            ensure!(!seen.facts.planned(at, seen.today, true), "{}: {} is in a plan", seen.of(contact).2, item.id);
            if contact.action() == ActionKind::RemindPromise {
                let due = item.promises.iter().map(|at| &seen.facts.promises[*at]).any(|row| !row.over && row.due_on == seen.today);
                ensure!(due, "{}: nothing is promised of {} for today", seen.of(contact).2, item.id);
            } else {
                ensure!(!seen.facts.promised(at, seen.today), "{}: {} is promised", seen.of(contact).2, item.id);
            }
        }
    }
    Ok(())
}

/// No contact while an account or item block is active; nor where the customer must not be contacted, or the item is out of our
/// hands.
pub(super) fn invariant_04_blocks_hold(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts() {
        let customer = seen.of(contact).0;
        ensure!(!seen.facts.silent(customer, seen.today), "{}: the customer is blocked or silent", seen.of(contact).2);
        for at in seen.items(contact) {
            let item = &seen.facts.items[at];
            ensure!(item.blocked_until.is_none_or(|until| until <= seen.today) && !item.handed_over, "{}: {} is blocked or handed over", seen.of(contact).2, item.id);
        }
    }
    Ok(())
}

/// At most one outbound notice per customer and currency and run; an item in at most one.
pub(super) fn invariant_09_one_notice(seen: &Seen<'_>) -> Result<(), String> {
    let (mut told, mut items) = (HashSet::new(), HashSet::new());
    for notice in seen.contacts() {
        let (customer, currency, what) = seen.of(notice);
        ensure!(told.insert((customer, currency)), "{what}: a second one");
        for at in seen.items(notice) {
            ensure!(items.insert(at), "{what}: {} stands on two", seen.facts.items[at].id);
        }
    }
    Ok(())
}

/// No contact if unallocated credits of the customer in the currency cover all that is due and not held.
pub(super) fn invariant_10_credits_cover(seen: &Seen<'_>) -> Result<(), String> {
    for contact in seen.contacts().filter(|row| row.action() != ActionKind::RemindPromise) {
        let (customer, currency, what) = seen.of(contact);
        let due = if contact.action() == ActionKind::SendReminder { contact.draft.amount } else { seen.sums[customer][currency].0 };
        let credits = seen.credits[customer][currency].0;
        ensure!(credits < due || credits == 0, "{what}: credits of {credits} cover {due}");
    }
    Ok(())
}
