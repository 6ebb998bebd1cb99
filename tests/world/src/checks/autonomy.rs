//! Invariants 35 and 37 to 40: who may.

use super::{Seen, ensure};
use crate::rules::unit;
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::Decision;
use chrono::Days;

fn acts<'s>(seen: &'s Seen<'_>) -> impl Iterator<Item = &'s Decision> {
    seen.report.decisions().iter().filter(|row| row.mode == Mode::Act && row.action() != ActionKind::Wait)
}

fn has(row: &Decision, name: &str) -> bool {
    row.reasons().iter().any(|reason| reason.code.name() == name)
}

/// What is not approved is done only where every rule permits it.
pub(super) fn invariant_35_default_deny(seen: &Seen<'_>) -> Result<(), String> {
    let rules = seen.rules;
    for row in acts(seen).filter(|row| !has(row, "approved")) {
        let (customer, yen, what) = seen.of(row);
        ensure!(rules.level >= 2, "{what}: autonomy is {}", rules.level);
        ensure!(!row.action().needs_person(), "{what}: only a person can");
        ensure!(row.draft.amount <= rules.amount_limit * unit(yen), "{what}: {} is over the limit", row.draft.amount);
        ensure!(i64::from(row.draft.params.level) <= rules.level_limit, "{what}: level {}", row.draft.params.level);
        ensure!(row.draft.certain && row.draft.confidence_ppm >= 500_000, "{what}: {} is not sure enough", row.draft.confidence_ppm);
        let strategic = seen.facts.customers.get(customer).is_some_and(|customer| customer.strategic);
        let inside = matches!(row.action(), ActionKind::NotifyOwner | ActionKind::PostAllocation);
        ensure!(!(rules.ask_strategic && strategic) || inside, "{what}: a strategic customer");
        let message = matches!(row.action(), ActionKind::SendNotice | ActionKind::SendReminder | ActionKind::RemindPromise | ActionKind::AskRemittance);
        let first = customer != usize::MAX && seen.facts.contacts_with(customer).next().is_none();
        ensure!(!(rules.ask_first && message && first), "{what}: the first contact ever");
    }
    Ok(())
}

/// What acts by an approval has one, of exactly it; what was refused is gone; and each decision says when it expires.
pub(super) fn invariant_37_approvals_are_exact(seen: &Seen<'_>) -> Result<(), String> {
    for row in seen.report.decisions() {
        let (_, _, what) = seen.of(row);
        let verdict = seen.facts.verdicts.get(&row.id).copied();
        ensure!(verdict != Some(false), "{what}: it was refused");
        ensure!(!has(row, "approved") || (row.mode == Mode::Act && verdict == Some(true)), "{what}: nobody approved {}", row.id);
        ensure!((seen.world.today..=seen.world.today + Days::new(5)).contains(&row.expires_on), "{what}: expires on {}", row.expires_on);
    }
    Ok(())
}

/// The kill switch stops all that has an effect, approved or not; what holds an item stays, since outcomes are checked as ever.
pub(super) fn invariant_38_kill_switch(seen: &Seen<'_>) -> Result<(), String> {
    let first = acts(seen).next().filter(|_| seen.world.killed);
    ensure!(first.is_none(), "{:?} acts", first.map(|row| row.action().name()));
    Ok(())
}

/// What is done without a person in one run and currency sums to no more than the budget.
pub(super) fn invariant_39_budgets(seen: &Seen<'_>) -> Result<(), String> {
    for yen in [false, true] {
        let mine = acts(seen).filter(|row| !has(row, "approved") && (row.draft.currency.code() == "JPY") == yen);
        let (sum, most) = (mine.map(|row| row.draft.amount).sum::<i64>(), seen.rules.budget * unit(yen));
        ensure!(sum <= most, "{sum} in one run, the budget is {most}");
    }
    Ok(())
}

/// What acts says by which one authority: a rule, or a person. What is asked for says which rule forbids it, and whom to ask.
pub(super) fn invariant_40_one_authorisation(seen: &Seen<'_>) -> Result<(), String> {
    for row in seen.report.decisions().iter().filter(|row| row.action() != ActionKind::Wait) {
        let (_, _, what) = seen.of(row);
        let authorities = row.reasons().iter().filter(|reason| matches!(reason.code.name(), "approved" | "inside_limits")).count();
        ensure!(authorities == usize::from(row.mode == Mode::Act), "{what}: {authorities} authorities, {:?}", row.mode);
        ensure!((row.mode == Mode::Ask) != row.ask_role.is_empty(), "{what}: asks '{}'", row.ask_role);
        ensure!(row.action().event().is_some() || row.mode == Mode::Ask, "{what}: nothing reports it done");
    }
    Ok(())
}
