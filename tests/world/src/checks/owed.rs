//! What we owe customers of disputes that were found valid, by the host's own log; and that it is credited once.

use super::{Seen, ensure};
use crate::facts::{Facts, Kind, Source};
use ar_core::action::ActionKind;
use std::collections::BTreeSet;

/// Of each dispute what is still to be credited today: what was found valid, less what was credited for it. A note under the name
/// of a dispute is for that one. Any other note counts once: what was posted on the item since the dispute was opened, and what
/// is open of those that were issued since the verdict; for the oldest dispute first. Never more than is left of the item.
pub(super) fn credits_owed(facts: &Facts, left: &[i64]) -> Vec<i64> {
    let own = |note: usize| facts.disputes.iter().enumerate().any(|(at, _)| facts.items[note].id == credit_of(at));
    let mut posted: Vec<Vec<(usize, i64)>> = facts.items.iter().map(|item| item.postings.iter().enumerate().map(|(place, row)| (place, row.amount)).collect()).collect();
    let (mut open, mut room) = (left.to_vec(), left.to_vec());
    let mut owed = vec![0; facts.disputes.len()];
    let mut order: Vec<usize> = (0..facts.disputes.len()).collect();
    order.sort_by_key(|at| (facts.disputes[*at].opened_on, format!("DIS-{at}")));
    for at in order {
        let row = &facts.disputes[at];
        let Some((decided_on, Some(valid))) = row.decided.filter(|_| !row.closed) else { continue };
        if left[row.item] <= 0 || facts.items.iter().any(|item| item.id == credit_of(at)) {
            continue;
        }
        let (item, mut rest) = (&facts.items[row.item], valid);
        for (place, amount) in &mut posted[row.item] {
            let line = &item.postings[*place];
            if matches!(line.source, Source::Note(note) if !own(note)) && line.on >= row.opened_on {
                rest -= take(amount, rest);
            }
        }
        let mut notes: Vec<usize> = (0..facts.items.len()).filter(|note| facts.items[*note].kind == Kind::Note && !own(*note) && facts.items[*note].issued_on >= decided_on).collect();
        notes.retain(|note| (facts.items[*note].customer, facts.items[*note].yen) == (item.customer, item.yen));
        notes.sort_by_key(|note| facts.items[*note].issued_on);
        for note in notes {
            rest -= take(&mut open[note], rest);
        }
        owed[at] = take(&mut room[row.item], rest);
    }
    owed
}

fn take(from: &mut i64, wanted: i64) -> i64 {
    let taken = wanted.min(*from).max(0);
    *from -= taken;
    taken
}

/// The name of the note that credits a dispute.
pub(crate) fn credit_of(dispute: usize) -> String {
    format!("DIS-{dispute}/credit")
}

/// A credit note is proposed for a dispute that was found valid, once, for just what is owed of it, and never for more than is open.
pub(super) fn invariant_26_credits_are_owed_once(seen: &Seen<'_>) -> Result<(), String> {
    let (mut now, mut of_item) = (BTreeSet::new(), vec![0; seen.facts.items.len()]);
    for row in seen.report.decisions().iter().filter(|row| row.action() == ActionKind::IssueCreditNote) {
        let (_, _, what) = seen.of(row);
        let key = row.draft.params.charge.as_ref().map_or("", |charge| charge.key.as_str());
        let Some(at) = (0..seen.facts.disputes.len()).find(|at| credit_of(*at) == key) else { return Err(format!("{what}: no dispute of {key}")) };
        let (dispute, owed) = (&seen.facts.disputes[at], seen.credits_owed[at]);
        ensure!(now.insert(at) && seen.facts.items.iter().all(|item| item.id != key), "{key} twice");
        ensure!(dispute.decided.is_some_and(|(_, valid)| valid > Some(0)) && !dispute.closed, "{key}: nothing was found valid");
        ensure!(seen.items(row).eq([dispute.item]), "{what}: {key} is about {}", seen.facts.items[dispute.item].id);
        ensure!(row.draft.amount == owed, "{key}: {} is credited, owed is {owed}", row.draft.amount);
        of_item[dispute.item] += row.draft.amount;
        ensure!(of_item[dispute.item] <= seen.left[dispute.item], "{key}: more is credited than is open");
    }
    for (at, owed) in seen.credits_owed.iter().enumerate().filter(|row| *row.1 > 0 && !now.contains(&row.0)) {
        // A person may have said no to it, or it was reported, and taken as something else.
        let refused = seen.facts.verdicts.values().any(|approved| !approved);
        ensure!(refused, "{} is not proposed, {owed} is owed", credit_of(at));
    }
    Ok(())
}
