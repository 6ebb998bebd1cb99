//! Invariants 35 and 37 to 40: who may.

use super::ensure;
use crate::rules::{AMOUNT_LIMIT, BUDGET, CURRENCIES, DECISION_DAYS, LEVEL_LIMIT, ahead};
use crate::seen::Seen;
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::Decision;

fn acts<'s>(seen: &'s Seen<'_>) -> impl Iterator<Item = &'s Decision> {
    seen.report.decisions().iter().filter(|row| row.mode == Mode::Act && row.action() != ActionKind::Wait)
}

fn has(row: &Decision, name: &str) -> bool {
    row.reasons().iter().any(|reason| reason.code.name() == name)
}

/// What is not approved is done only where every rule permits it.
pub(super) fn invariant_35_default_deny(seen: &Seen<'_>) -> Result<(), String> {
    for row in acts(seen).filter(|row| !has(row, "approved")) {
        let limits = row.draft.amount <= AMOUNT_LIMIT * 100 && i64::from(row.draft.params.level) <= LEVEL_LIMIT;
        ensure!(limits && !row.action().needs_person(), "{}: {} at level {}", seen.of(row).2, row.draft.amount, row.draft.params.level);
        ensure!(row.draft.certain && row.draft.confidence_ppm >= 900_000, "{}: {} is not sure enough", seen.of(row).2, row.draft.confidence_ppm);
        let customer = row.customer().map(|at| &seen.facts.customers[at.0 as usize]);
        let inside = matches!(row.action(), ActionKind::NotifyOwner | ActionKind::PostAllocation);
        ensure!(inside || !customer.is_some_and(|customer| customer.strategic), "{}: a strategic customer", seen.of(row).2);
        let message = matches!(row.action(), ActionKind::SendNotice | ActionKind::SendReminder | ActionKind::RemindPromise | ActionKind::AskRemittance);
        let first = message && row.customer().is_some_and(|at| seen.facts.contacts_with(at.0 as usize).next().is_none());
        ensure!(!first, "{}: the first contact ever", seen.of(row).2);
    }
    Ok(())
}

/// What acts by an approval has one, of exactly it; what was refused is gone; and each decision says when it expires.
pub(super) fn invariant_37_approvals_are_exact(seen: &Seen<'_>) -> Result<(), String> {
    for row in seen.report.decisions() {
        let verdict = seen.facts.verdicts.get(&row.id).copied();
        ensure!(verdict != Some(false), "{}: it was refused", seen.of(row).2);
        ensure!(!has(row, "approved") || (row.mode == Mode::Act && verdict == Some(true)), "{}: nobody approved it", seen.of(row).2);
        ensure!((seen.today..=ahead(seen.today, DECISION_DAYS as i64)).contains(&row.expires_on), "{}: expires on {}", seen.of(row).2, row.expires_on);
    }
    Ok(())
}

/// The kill switch stops all that has an effect, approved or not; what holds an item stays, since outcomes are checked as ever.
pub(super) fn invariant_38_kill_switch(seen: &Seen<'_>) -> Result<(), String> {
    let first = acts(seen).next().filter(|_| seen.killed);
    ensure!(first.is_none(), "{:?} acts", first.map(|row| row.action().name()));
    Ok(())
}

/// What is done without a person in one run and currency sums to no more than the budget.
pub(super) fn invariant_39_budgets(seen: &Seen<'_>) -> Result<(), String> {
    for code in CURRENCIES {
        let mine = acts(seen).filter(|row| !has(row, "approved") && row.draft.currency.code() == code);
        let sum = mine.map(|row| row.draft.amount).sum::<i64>();
        ensure!(sum <= BUDGET * 100, "{sum} {code} in one run");
    }
    Ok(())
}

/// What acts says by which one authority: a rule, or a person. What is asked for says which rule forbids it, and whom to ask.
pub(super) fn invariant_40_one_authorisation(seen: &Seen<'_>) -> Result<(), String> {
    for row in seen.report.decisions().iter().filter(|row| row.action() != ActionKind::Wait) {
        let authorities = row.reasons().iter().filter(|reason| matches!(reason.code.name(), "approved" | "inside_limits")).count();
        ensure!(authorities == usize::from(row.mode == Mode::Act), "{}: {authorities} authorities, {:?}", seen.of(row).2, row.mode);
        ensure!((row.mode == Mode::Ask) != row.ask_role.is_empty(), "{}: asks '{}'", seen.of(row).2, row.ask_role);
        ensure!(row.action().event().is_some() || row.mode == Mode::Ask, "{}: nothing reports it done", seen.of(row).2);
    }
    Ok(())
}
