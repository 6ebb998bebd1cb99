//! Invariants 32 and 33: every open item leaves with exactly one outcome, and what is skipped is skipped for a reason that is true
//! by the host's own log. So nothing stops without a word, and a day that was missed loses nothing: whenever the next run comes, an
//! item that is due, and that nothing holds, is decided about.

use super::ensure;
use crate::facts::Said;
use crate::rules::{CALL_CAP, CAP, INTERVAL, LADDER, MIN_NOTICE, QUIET, REMIND_BEFORE, UNPLACED_DAYS, WINDOW, days};
use crate::seen::Seen;
use ar_core::reason::Reason;

/// Every item considered leaves with exactly one outcome; one that is decided stands in its decision.
pub(super) fn invariant_32_one_outcome(seen: &Seen<'_>) -> Result<(), String> {
    let mut open = seen.open_items();
    for outcome in seen.report.outcomes() {
        let at = seen.place(outcome.item);
        ensure!(open.remove(&at), "{} leaves twice, or is not open", seen.facts.items[at].id);
        let Some(decision) = outcome.draft else { continue };
        let covers = seen.report.decisions().get(decision as usize).is_some_and(|row| row.draft.items.contains(&outcome.item));
        ensure!(covers, "{} is not in its decision", seen.facts.items[at].id);
    }
    ensure!(open.is_empty(), "{} have no outcome, the first {:?}", open.len(), open.first().map(|at| &seen.facts.items[*at].id));
    Ok(())
}

/// A reason to skip an item is true, by the host's own log.
pub(super) fn invariant_33_nothing_is_left_out(seen: &Seen<'_>) -> Result<(), String> {
    for outcome in seen.report.outcomes().iter().filter(|row| row.draft.is_none()) {
        let at = seen.place(outcome.item);
        ensure!(is_true(seen, at, &outcome.reason), "{} is skipped for {:?} on {}, held {:?}", seen.facts.items[at].id, outcome.reason, seen.today, seen.held(at));
    }
    Ok(())
}

/// Whether the next level is reached by its days, and whether enough is due for it.
fn next_level(seen: &Seen<'_>, at: usize) -> (bool, bool) {
    let item = &seen.facts.items[at];
    LADDER.get(usize::from(item.level)).map_or((true, true), |rung| (seen.late(at) >= rung.after, seen.is_enough(item.customer, item.currency, rung)))
}

fn is_true(seen: &Seen<'_>, at: usize, reason: &Reason) -> bool {
    let item = &seen.facts.items[at];
    let (key, customer) = ((item.customer, item.currency), &seen.facts.customers[item.customer]);
    let (due, ago) = (seen.sums[key.0][key.1].0, |on| days(on, seen.today));
    let early = (-REMIND_BEFORE..0).contains(&seen.late(at));
    let (time, enough) = next_level(seen, at);
    match reason.code.name() {
        "is_credit" => item.is_credit(),
        "not_due" => seen.late(at) <= 0 || !time,
        "below_minimum" => early || due < MIN_NOTICE * 100 || (time && (!enough || seen.has_habit.contains(&key))),
        "within_habit" => seen.late(at) > 0 && seen.late(at) <= 63 && item.level == 0,
        "blocked" => seen.held(at) == Some("blocked") || customer.blocked_until.is_some_and(|until| seen.today < until),
        name @ ("handed_over" | "cash_landed" | "plan_active" | "promise_live" | "dispute_grace" | "dispute_open" | "credit_owed") => seen.held(at) == Some(name),
        "do_not_contact" => customer.silent,
        "stop_signal" => seen.facts.stopped(item.customer, seen.today),
        "cash_unplaced" => seen.unplaced.get(&key).is_some_and(|on| ago(*on) < UNPLACED_DAYS),
        "credits_cover" => early || seen.credits[key.0][key.1].1 >= due,
        "notice_too_recent" => {
            // On the day of a promise, one message is enough: that about the promise, sent or refused.
            let reminded = customer.promises.iter().map(|at| &seen.facts.promises[*at]).any(|row| !row.over && row.due_on == seen.today);
            reminded || customer.contacts.iter().any(|row| ago(row.0) < INTERVAL) || item.last_notice_on.is_some_and(|on| ago(on) < INTERVAL)
        }
        "quiet_period" => {
            let spoke = customer.contacts.iter().filter(|row| row.1 == Said::Call).map(|row| row.0);
            spoke.chain(customer.replies.iter().map(|row| row.0)).any(|on| ago(on) < QUIET)
        }
        "contact_cap" => {
            // What this run is about to send counts too, also where a person said no to it.
            let refused = i64::from(seen.refused.contains(&key.0));
            let now = refused + seen.contacts().filter(|row| row.customer().is_some_and(|at| at.0 as usize == key.0)).count() as i64;
            now + seen.facts.contacts_with(key.0).filter(|row| ago(row.0) < WINDOW).count() as i64 >= CAP
        }
        "call_cap" => seen.facts.contacts_with(key.0).filter(|row| matches!(row.1, Said::Call | Said::Missed) && ago(row.0) < 7).count() as i64 >= CALL_CAP,
        "person_acts" => customer.replies.iter().any(|row| !row.1) || seen.contacts().any(|row| row.action().name() == "offer_plan" && row.customer().is_some_and(|at| at.0 as usize == key.0)),
        "rejected" => seen.facts.verdicts.values().any(|approved| !approved),
        "already_done" => !seen.facts.done.is_empty(),
        _ => false,
    }
}
