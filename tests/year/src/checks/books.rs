//! What must hold of the books every night: invariants 16, 26 and 28, and that no money comes from nowhere.

use super::ensure;
use crate::facts::Source;
use crate::rules::{CURRENCIES, ahead};
use crate::world::World;
use ar_core::record::{AllocationKind, Credit};
use ar_core::report::statement::statement;
use chrono::NaiveDate;

/// The books hold the level that was last sent: it rises with a notice, falls with one that came back, and moves with nothing
/// else. Neither is the day of the last notice forgotten.
pub(super) fn invariant_16_levels_fall_by_events_only(world: &World) -> Result<(), String> {
    for item in &world.facts.items {
        ar_world::level_stands(&world.ledger, &item.id, (item.level, item.last_notice_on, item.notices))?;
    }
    Ok(())
}

/// An item is what is open, paid, credited, kept back and written off of it; a payment what is applied and what is left. The books
/// and the host's log agree to the minor unit.
pub(super) fn invariant_26_amounts_add_up(world: &World) -> Result<(), String> {
    let (facts, books) = (&world.facts, &*world.ledger);
    ensure!(books.items().len() == facts.items.len(), "{} items, {} by the log", books.items().len(), facts.items.len());
    ensure!(books.payments().len() == facts.payments.len(), "{} payments, {} by the log", books.payments().len(), facts.payments.len());
    for item in &facts.items {
        let Some((at, row)) = books.find_item(&item.id).and_then(|at| Some((at, books.item(at)?))) else { return Err(format!("{} is gone", item.id)) };
        ensure!(row.amount == item.amount && row.open == item.open && item.open >= 0, "{}: {} of {} open, by the log {} of {}", item.id, row.open, row.amount, item.open, item.amount);
        ensure!(row.due_on == item.due_on, "{}: due on {}, by the log {}", item.id, row.due_on, item.due_on);
        ensure!(books.written_off(at) == item.given_up(), "{}: {} written off, by the log {}", item.id, books.written_off(at), item.given_up());
        ensure!(row.settled_on.is_some() == (item.open == 0 && item.given_up() == 0), "{}: settled {:?}, {} open", item.id, row.settled_on, item.open);
    }
    for payment in &facts.payments {
        let Some(row) = books.find_payment(&payment.id).and_then(|at| books.payment(at)) else { return Err(format!("{} is gone", payment.id)) };
        let left = if row.failed { 0 } else { row.amount - row.applied };
        ensure!(row.failed == payment.failed && left == payment.left(), "{}: {left} left, by the log {}", payment.id, payment.left());
    }
    Ok(())
}

/// A plan is what it covers, a dispute no more than its item, and both are in the books as they were told.
pub(super) fn invariant_26_plans_and_disputes_add_up(world: &World) -> Result<(), String> {
    let (facts, books) = (&world.facts, &*world.ledger);
    let (mut plans, mut disputes) = (0, 0);
    for customer in books.each_customer() {
        for (plan, parts) in books.plans_with_instalments(customer) {
            plans += 1;
            let known = books.text(plan.id).trim_start_matches("PLN").parse::<usize>().ok().and_then(|at| facts.plans.get(at));
            let (sum, told) = (parts.iter().map(|part| part.amount).sum::<i64>(), known.map(|known| known.parts.iter().map(|part| part.1).sum::<i64>()));
            ensure!(told == Some(sum), "{}: {sum}, by the log {told:?}", books.text(plan.id));
        }
        for row in books.disputes_of(customer) {
            disputes += 1;
            let known = facts.dispute_of.get(books.text(row.id)).map(|at| &facts.disputes[*at]);
            let same = known.is_some_and(|known| known.amount == row.amount && known.decided.map(|decided| decided.0) == row.resolved_on && known.routed == row.routed);
            ensure!(same && row.amount <= books.item(row.item).map_or(0, |item| item.amount), "{}: by the log {known:?}", books.text(row.id));
        }
    }
    ensure!(plans == facts.plans.len() && disputes == facts.disputes.len(), "{plans} plans and {disputes} disputes, by the log {} and {}", facts.plans.len(), facts.disputes.len());
    Ok(())
}

/// The books refuse a run of a day before the one that was closed last.
pub(super) fn invariant_28_no_day_before_the_closed_one(world: &World) -> Result<(), String> {
    let Some(before) = world.ledger.closed_on().map(|closed| ahead(closed, -1)) else { return Ok(()) };
    ensure!(ar_core::run(&world.ledger, &crate::rules::policy(false), &world.models[0], before).is_err(), "{before} runs");
    Ok(())
}

/// What was billed is open, paid, credited, kept back or written off; what was paid is applied or left; what was credited is used
/// or open. Counted over the lines of the books, and over the host's log: each sum is the same in both.
pub(super) fn conservation_of_money(world: &World) -> Result<(), String> {
    let (facts, books) = (&world.facts, &*world.ledger);
    for (currency, code) in CURRENCIES.iter().enumerate() {
        // Cash, beside cash, credited, kept back, written off.
        let (mut lines, mut log) = ([0i64; 5], [0i64; 5]);
        let (mut billed, mut open, mut noted, mut notes_open, mut received, mut left) = (0i64, 0i64, 0i64, 0i64, 0i64, 0i64);
        for row in books.allocations() {
            let place = match (row.credit, row.kind) {
                (_, AllocationKind::Deduction) => 3,
                (Credit::Payment(_), _) if row.cash > 0 => 0,
                (Credit::Payment(_), _) => 1,
                (Credit::Item(_), _) => 2,
                (Credit::Own, _) => 4,
            };
            let mine = books.item(row.item).is_some_and(|item| item.currency.code() == *code);
            lines[place] += if mine { row.amount } else { 0 };
        }
        for item in books.items().iter().filter(|item| item.currency.code() == *code) {
            let (all, rest) = if item.kind.is_credit() { (&mut noted, &mut notes_open) } else { (&mut billed, &mut open) };
            (*all, *rest) = (*all + item.amount, *rest + item.open);
        }
        for row in books.payments().iter().filter(|row| row.currency.code() == *code && !row.failed) {
            (received, left) = (received + row.amount, left + row.amount - row.applied);
        }
        for posting in facts.items.iter().filter(|item| item.currency == currency).flat_map(|item| &item.postings) {
            let place = match posting.source {
                Source::Cash(_, true) => 0,
                Source::Cash(_, false) => 1,
                Source::Note(_) => 2,
                Source::Kept => 3,
                Source::GivenUp => 4,
            };
            log[place] += posting.amount;
        }
        ensure!(lines == log, "{code}: the lines sum to {lines:?}, by the log {log:?}");
        ensure!(billed == open + lines.iter().sum::<i64>(), "{billed} {code} billed, {open} open, {lines:?}");
        ensure!(received == left + lines[0], "{received} {code} received, {left} left, {} applied", lines[0]);
        ensure!(noted == notes_open + lines[2], "{noted} {code} credited, {notes_open} open, {} used", lines[2]);
    }
    Ok(())
}

/// The statements of account of some customers: opening balance and movements are the closing balance, and that is what the log says
/// is owed. How many there were.
pub fn statements(world: &World, since: NaiveDate) -> Result<usize, String> {
    let (facts, books, mut count) = (&world.facts, &*world.ledger, 0);
    for at in books.each_customer().step_by((facts.customers.len() / 25).max(1)) {
        for since in [Some(since), None] {
            let found = statement(books, at, since, world.today);
            for account in &found.accounts {
                count += 1;
                let moved: i64 = account.movements.iter().map(|row| row.amount).sum();
                let open: i64 = account.open.iter().map(|row| row.amount).sum();
                let balance = CURRENCIES.iter().position(|code| *code == account.currency.code()).map(|currency| facts.balance(at.0 as usize, currency));
                let id = &facts.customers[at.0 as usize].id;
                ensure!(account.opening + moved == account.closing && open == account.closing, "statement: {id} {} and {moved} are not {}", account.opening, account.closing);
                ensure!(balance == Some(account.closing), "statement: {id} {}, by the log {balance:?}", account.closing);
                ensure!(account.movements.iter().all(|row| row.kind != "stated"), "statement: {id} has something that nobody told");
            }
        }
    }
    Ok(count)
}
