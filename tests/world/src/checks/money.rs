//! Invariants 20, 21, 24, 25 and 26: amounts.

use super::{Seen, ensure};
use crate::facts::{Kind, Source};
use crate::rules::unit;
use crate::world::World;
use ar_core::action::ActionKind;
use ar_core::decision::Decision;
use std::collections::BTreeSet;

/// The item that a charge is for, what of it is charged (`fee-2`), and the decision.
fn charges<'s>(seen: &'s Seen<'_>) -> impl Iterator<Item = (usize, &'s str, &'s Decision)> {
    let charged = |row: &&Decision| matches!(row.action(), ActionKind::ChargeFee | ActionKind::ChargeInterest);
    let of = |row: &'s Decision| row.draft.params.charge.as_ref().map(|charge| (row, charge.key.rsplit_once('/').map_or("", |parts| parts.1)));
    seen.report.decisions().iter().filter(charged).filter_map(of).flat_map(|(row, what)| seen.items(row).map(move |at| (at, what, row)))
}

/// What was charged of an item before: fees, without the compensation.
fn fees_of(seen: &Seen<'_>, at: usize) -> i64 {
    let key = format!("{}/fee-", seen.facts.items[at].id);
    seen.facts.items.iter().filter(|item| item.kind == Kind::Fee && item.id.starts_with(&key)).map(|item| item.amount).sum()
}

/// A fee once an item and level, for ever; never more than the caps of item and customer leave, and just what the level costs.
pub(super) fn invariant_20_fees_once_and_capped(seen: &Seen<'_>) -> Result<(), String> {
    let (mut now, mut of_customer): (BTreeSet<(usize, &str)>, Vec<i64>) = (BTreeSet::new(), vec![0; 2 * seen.facts.customers.len()]);
    for item in seen.facts.items.iter().filter(|item| item.kind == Kind::Fee && !item.id.ends_with("compensation")) {
        of_customer[2 * item.customer + usize::from(item.yen)] += item.amount;
    }
    for (at, what, row) in charges(seen).filter(|row| row.1.starts_with("fee-")) {
        let (item, Some(rule)) = (&seen.facts.items[at], &seen.rules.charging) else { return Err("nothing is charged".into()) };
        let key = format!("{}/{what}", item.id);
        ensure!(now.insert((at, what)) && seen.facts.items.iter().all(|other| other.id != key), "{key} is charged twice");
        ensure!(what == format!("fee-{}", item.level) && item.level > 0, "{key}: the last notice was of level {}", item.level);
        let hundredths = |amount: i64| if item.yen { amount / 100 } else { amount };
        let (share, fixed) = (item.amount * rule.share, rule.fixed * unit(item.yen));
        let full = (share + fixed + 50) / 100;
        let used = &mut of_customer[2 * item.customer + usize::from(item.yen)];
        let room = (hundredths(rule.cap_item) - fees_of(seen, at)).min(hundredths(rule.cap_customer) - *used);
        // Half a yen of a cap may be rounded up. A fee that a person refused leaves its room unused on that day.
        let (most, refused) = (full.min(room) + i64::from(item.yen), seen.facts.verdicts.values().any(|approved| !approved));
        ensure!(row.draft.amount <= most && (refused || row.draft.amount >= most - 2 * i64::from(item.yen)), "{key}: {} is charged, the level costs {full}, the caps leave {room}", row.draft.amount);
        *used += row.draft.amount;
    }
    Ok(())
}

/// Charges are for invoices, never for fees, interest, credits or what was kept back; nothing is charged where nothing may be.
pub(super) fn invariant_21_no_fee_on_fees(seen: &Seen<'_>) -> Result<(), String> {
    for (at, what, row) in charges(seen) {
        let item = &seen.facts.items[at];
        ensure!(item.kind == Kind::Invoice, "{what} of the {} {}", item.kind.name(), item.id);
        ensure!(row.draft.amount > 0, "{what} of {}: {}", item.id, row.draft.amount);
        ensure!(!seen.facts.customers[item.customer].consumer && !seen.facts.silent(item.customer, seen.world.today), "{what} of {}: the customer is not charged", item.id);
        ensure!(seen.facts.disputed(at) == 0, "{what} of {}: it is disputed", item.id);
        ensure!(seen.left[at] == 0 || seen.held(at).is_none(), "{what} of {}: {:?}", item.id, seen.held(at));
    }
    Ok(())
}

/// Compensation once a late invoice.
pub(super) fn invariant_24_compensation_once(seen: &Seen<'_>) -> Result<(), String> {
    let mut now = BTreeSet::new();
    for (at, _, row) in charges(seen).filter(|row| row.1 == "compensation") {
        let item = &seen.facts.items[at];
        let key = format!("{}/compensation", item.id);
        ensure!(now.insert(at) && seen.facts.items.iter().all(|other| other.id != key), "{key} twice");
        let sum = seen.rules.charging.as_ref().map_or(0, |rule| rule.compensation * unit(item.yen) / 100);
        ensure!(row.draft.amount == sum, "{key}: {} instead of {sum}", row.draft.amount);
    }
    Ok(())
}

/// A decision is in one currency, that of its items, and of one customer; what it amounts to is not negative.
pub(super) fn invariant_25_currencies_do_not_mix(seen: &Seen<'_>) -> Result<(), String> {
    for row in seen.report.decisions() {
        let (customer, yen, what) = seen.of(row);
        ensure!(row.draft.amount >= 0, "{what}: {}", row.draft.amount);
        // A posting may be for several customers, and stands in the currency of the payment.
        if row.action() == ActionKind::PostAllocation {
            continue;
        }
        for item in seen.items(row).map(|at| &seen.facts.items[at]) {
            ensure!(item.yen == yen && item.customer == customer, "{what}: {} is of C{} in {}", item.id, item.customer, item.currency());
        }
    }
    Ok(())
}

/// An item is what is open, paid, credited, kept back and written off of it; a payment what is applied and what is left; a plan
/// what it covers. The books and the host's log agree to the minor unit, at every step.
pub(super) fn invariant_26_amounts_add_up(world: &World) -> Result<(), String> {
    let (facts, books) = (&world.facts, &*world.ledger);
    ensure!(books.items().len() == facts.items.len(), "{} items, {} by the log", books.items().len(), facts.items.len());
    for (place, item) in facts.items.iter().enumerate() {
        let Some((at, row)) = books.find_item(&item.id).and_then(|at| Some((at, books.item(at)?))) else { return Err(format!("{} is gone", item.id)) };
        let open = facts.open(place);
        ensure!(row.amount == item.amount && row.open == open && open >= 0, "{}: {} of {} open, by the log {open} of {}", item.id, row.open, row.amount, item.amount);
        ensure!(row.due_on == item.due_on, "{}: due on {}, by the log {}", item.id, row.due_on, item.due_on);
        let given_up: i64 = item.postings.iter().filter(|row| row.source == Source::GivenUp).map(|row| row.amount).sum();
        ensure!(books.written_off(at) == given_up, "{}: {} written off, by the log {given_up}", item.id, books.written_off(at));
        ensure!(row.settled_on.is_some() == (open == 0 && given_up == 0), "{}: settled {:?}, {open} open", item.id, row.settled_on);
    }
    for (place, payment) in facts.payments.iter().enumerate() {
        let Some(row) = books.find_payment(&payment.id).and_then(|at| books.payment(at)) else { return Err(format!("{} is gone", payment.id)) };
        let left = if row.failed { 0 } else { row.amount - row.applied };
        ensure!(row.failed == payment.failed && left == facts.unapplied(place), "{}: {left} left, by the log {}", payment.id, facts.unapplied(place));
    }
    for customer in books.each_customer() {
        for (plan, parts) in books.plans_with_instalments(customer) {
            let known = books.text(plan.id).trim_start_matches("PLN-").parse::<usize>().ok().and_then(|at| facts.plans.get(at));
            let sum: i64 = parts.iter().map(|part| part.amount).sum();
            ensure!(known.is_some_and(|known| known.parts.iter().map(|part| part.1).sum::<i64>() == sum), "a plan of {sum}, by the log {known:?}");
        }
    }
    Ok(())
}
