//! Invariants 32 and 33: every open item leaves with exactly one outcome, and what is skipped is skipped for a reason that is
//! true. So nothing stops without a word, and a day that was missed loses nothing: whenever the next run comes, an item that is
//! due, and that nothing holds, is decided about.

use super::level::earned;
use super::{Seen, ensure};
use crate::facts::Said;
use crate::rules::{days, unit};
use ar_core::action::ActionKind;
use ar_core::decision::Decision;
use ar_core::reason::Reason;

/// Every item considered leaves with exactly one outcome; one that is decided stands in its decision.
pub(super) fn invariant_32_one_outcome(seen: &Seen<'_>) -> Result<(), String> {
    let mut found: Vec<usize> = seen.report.outcomes().iter().map(|row| seen.place(row.item)).collect();
    found.sort_unstable();
    let expected: Vec<usize> = (0..seen.facts.items.len()).filter(|at| seen.left[*at] > 0).collect();
    let ids = |places: &[usize]| places.iter().map(|at| seen.facts.items[*at].id.clone()).collect::<Vec<_>>();
    ensure!(found == expected, "outcomes of {:?}, open are {:?}", ids(&found), ids(&expected));
    for outcome in seen.report.outcomes() {
        let Some(at) = outcome.draft else { continue };
        let covers = seen.report.decisions().get(at as usize).is_some_and(|row| row.draft.items.contains(&outcome.item));
        ensure!(covers, "{} is not in its decision", seen.facts.items[seen.place(outcome.item)].id);
    }
    Ok(())
}

/// A reason to skip an item is true, by the host's own log.
pub(super) fn invariant_33_nothing_is_left_out(seen: &Seen<'_>) -> Result<(), String> {
    for outcome in seen.report.outcomes().iter().filter(|row| row.draft.is_none()) {
        let at = seen.place(outcome.item);
        ensure!(is_true(seen, at, &outcome.reason), "{} is skipped for {:?} on {}", seen.facts.items[at].id, outcome.reason, seen.world.today);
    }
    Ok(())
}

fn is_true(seen: &Seen<'_>, at: usize, reason: &Reason) -> bool {
    let (item, rules, today) = (&seen.facts.items[at], seen.rules, seen.world.today);
    let (customer, yen) = (item.customer, item.yen);
    let due = seen.pursued_sum(customer, yen);
    let too_young = || seen.late(at) <= 0 || earned(seen, at).0.is_none();
    let ago = |on| days(on, today);
    match reason.code.name() {
        "is_credit" => item.is_credit(),
        "not_due" => too_young(),
        "below_minimum" => due < rules.min_notice * unit(yen) || early_sum_below(seen, at) || (earned(seen, at).0.is_none() && seen.late(at) > 0),
        "blocked" => seen.held(at) == Some("blocked") || seen.facts.customers[customer].blocked_until.is_some_and(|until| today < until),
        name @ ("handed_over" | "cash_landed" | "plan_active" | "promise_live" | "dispute_grace" | "dispute_open" | "credit_owed") => seen.held(at) == Some(name),
        "do_not_contact" => seen.facts.customers[customer].silent,
        "stop_signal" => seen.facts.silent(customer, today),
        "cash_unplaced" => seen.report.payments().iter().filter_map(|answer| Some((answer, seen.payment(answer)?))).any(|(answer, at)| {
            let row = &seen.facts.payments[at];
            let mine = row.customer == Some(customer) || answer.customer.is_some_and(|at| at.0 as usize == customer);
            mine && row.yen == yen && seen.loose(answer, at) > 0 && ago(row.on) < 14
        }),
        "credits_cover" => {
            let sum = if seen.late(at) > 0 { due } else { 0 };
            rules.hold_on_credits && seen.credits(customer, yen) >= sum
        }
        "notice_too_recent" => {
            // On the day of a promise, one message is enough: that about the promise, sent or refused.
            let reminded = seen.facts.promises.iter().any(|row| row.customer == customer && !row.over && row.due_on == today);
            let spoken = seen.facts.contacts.iter().any(|row| row.1 == customer && ago(row.0) < rules.interval);
            let own = item.last_notice_on.is_some_and(|on| ago(on) < rules.interval || (rules.repeat_last > 0 && ago(on) < rules.repeat_last));
            reminded || spoken || own
        }
        "quiet_period" => {
            let spoke = seen.facts.contacts_with(customer).any(|row| row.1 == Said::Call && ago(row.0) < rules.quiet);
            spoke || seen.facts.replies.iter().any(|row| row.1 == customer && ago(row.0) < rules.quiet)
        }
        "contact_cap" => {
            let before = seen.facts.contacts_with(customer).filter(|row| ago(row.0) < rules.window).count();
            let speaks = |row: &&Decision| row.action().is_contact() && row.customer().is_some_and(|at| at.0 as usize == customer);
            let now = seen.report.decisions().iter().filter(speaks).count();
            // Inside the run a draft counts that the gate lets not pass: it was refused by a person, or done today already.
            let today = seen.facts.contacts_with(customer).filter(|row| ago(row.0) == 0).count();
            let by_channel = seen.channels(customer).iter().any(|channel| seen.used_up(customer, channel));
            by_channel || (before + now + today) as i64 >= rules.cap || seen.facts.verdicts.values().any(|approved| !approved)
        }
        "call_cap" => {
            let before = seen.facts.contacts_with(customer).filter(|row| matches!(row.1, Said::Call | Said::Missed) && ago(row.0) < 7).count();
            let now = seen.contacts().filter(|row| row.action() == ActionKind::Call && row.customer().is_some_and(|at| at.0 as usize == customer)).count();
            // As with contacts, a call counts that a person did not want, and one that was made today already counts twice.
            let today = seen.facts.contacts_with(customer).filter(|row| matches!(row.1, Said::Call | Said::Missed) && ago(row.0) == 0).count();
            (before + now + today) as i64 >= rules.call_cap || seen.facts.verdicts.values().any(|approved| !approved)
        }
        // Beside the offer of a plan what it does not cover waits.
        // It has often paid as late as this, give or take the three days that a habit is granted.
        "within_habit" => item.level == 0 && reason.observed == seen.late(at) && seen.late(at) <= reason.limit && seen.facts.latest(customer).is_some_and(|latest| latest.max(0) + 3 >= reason.limit),
        "person_acts" if seen.offered(customer, yen) => seen.undisputed(at) < seen.left[at],
        "person_acts" => seen.facts.replies.iter().any(|row| row.1 == customer && !row.2),
        "rejected" => seen.facts.verdicts.values().any(|approved| !approved),
        "already_done" => !seen.facts.done.is_empty(),
        _ => false,
    }
}

/// Whether what could be reminded of before it is due is too little for a message.
fn early_sum_below(seen: &Seen<'_>, at: usize) -> bool {
    let item = &seen.facts.items[at];
    seen.late(at) < 0 && early_sum(seen, item.customer, item.yen) < seen.rules.min_notice * unit(item.yen)
}

/// What a customer could be reminded of in a currency before it is due.
pub(super) fn early_sum(seen: &Seen<'_>, customer: usize, yen: bool) -> i64 {
    let early = |at: &usize| {
        let row = &seen.facts.items[*at];
        row.customer == customer && row.yen == yen && !row.is_credit() && row.notices == 0 && (-seen.rules.remind_before..=-1).contains(&seen.late(*at))
    };
    (0..seen.facts.items.len()).filter(early).filter(|at| seen.left[*at] > 0 && seen.held(*at).is_none()).map(|at| seen.undisputed(at)).sum()
}
