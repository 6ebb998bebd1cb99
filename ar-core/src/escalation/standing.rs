//! How far the engine may go: the level of the policy, what people made of it since, and what the evidence takes back or has earned.
//!
//! The days of a cell are read in their order. A stretch begins with the policy, with a change by a person, and where the level narrowed
//! by itself; what was known before it no longer counts ([`super::evidence`]). Below level 2 the engine does nothing without a person, so
//! nothing narrows there.

use super::evidence::{self, Narrowing, Rule, Standing, Tally};
use super::trials::{self, Known};
use crate::action::{ACTS_FROM, ActionKind, GateMode, WIDENED};
use crate::ledger::{Books, Cell, LevelChange};
use crate::policy::autonomy::Autonomy;
use crate::policy::{Policy, Settings};
use alloc::{borrow::ToOwned, collections::BTreeMap, vec::Vec};
use chrono::NaiveDate;

/// How a cell stands.
#[derive(Clone, Debug, PartialEq)]
pub struct CellStanding {
    /// Which.
    pub cell: Cell,
    /// The level that the policy has.
    pub policy_level: u8,
    /// The level in force.
    pub level: u8,
    /// The mode in force.
    pub mode: GateMode,
    /// Since when the level is another than the policy's, or was confirmed.
    pub since: Option<NaiveDate>,
    /// What narrowed it last, and the errors that were known then; none where a person changed the level since.
    pub narrowed: Option<(Narrowing, i64)>,
    /// What is known since the level last changed.
    pub standing: Standing,
    /// What people did themselves, as far as it was looked at.
    pub people: Option<Tally>,
    /// What the evidence is held against.
    pub rule: Rule,
    /// The level that the evidence has earned, and a person may confirm.
    pub earned: Option<u8>,
}

impl CellStanding {
    /// How many more right decisions in a row would earn the next level; 0 where it is earned, `None` where none would.
    pub fn needed(&self) -> Option<i64> {
        evidence::needed(self.standing.tally, self.people, &self.rule)
    }
}

/// The levels of a day that are not simply the policy's.
pub(super) struct Standings {
    cells: BTreeMap<Cell, CellStanding>,
}

/// The level and the mode in force.
#[derive(Clone, Copy)]
pub(super) struct InForce {
    pub(super) level: u8,
    pub(super) mode: GateMode,
    /// Whether the mode is the one that goes with the level.
    pub(super) by_level: bool,
    /// Errors that narrowed it.
    pub(super) narrowed: Option<i64>,
}

fn policy_level(settings: &Settings, action: ActionKind) -> u8 {
    u8::try_from(settings.level(action)).unwrap_or(0).min(WIDENED)
}

impl Standings {
    /// Reads what the books know of every cell that anybody said something about.
    pub(super) fn read(books: &Books, policy: &Policy, as_of: NaiveDate) -> Self {
        let mut known = trials::read(books, as_of);
        let mut changes: BTreeMap<&Cell, Vec<&LevelChange>> = BTreeMap::new();
        for change in books.level_changes().iter().filter(|change| change.on <= as_of) {
            changes.entry(&change.cell).or_default().push(change);
            known.entry(change.cell.clone()).or_default();
        }
        changes.values_mut().for_each(|changes| changes.sort_by_key(|change| change.on));
        let none = Vec::new();
        let cells = known.into_iter().map(|(cell, known)| {
            let told = changes.get(&cell).unwrap_or(&none);
            let standing = stand(policy.settings(&cell.segment), &cell, &known, told);
            (cell, standing)
        });
        Self { cells: cells.collect() }
    }

    /// What is in force for an action in a segment.
    pub(super) fn of(&self, settings: &Settings, action: ActionKind, segment: &str) -> InForce {
        let known = if self.cells.is_empty() { None } else { self.cells.get(&Cell { action, segment: segment.to_owned() }) };
        let level = known.map_or_else(|| policy_level(settings, action), |row| row.level);
        let narrowed = known.and_then(|row| row.narrowed).map(|row| row.1);
        InForce { level, mode: settings.mode(action, level), by_level: !settings.supervision.modes.contains_key(&action), narrowed }
    }

    /// Every cell that something is known of, in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = &CellStanding> {
        self.cells.values()
    }
}

/// What a cell stands at where nothing is known of it.
pub(super) fn unknown(policy: &Policy, cell: Cell) -> CellStanding {
    stand(policy.settings(&cell.segment), &cell, &Known::default(), &[])
}

fn rule_of(limits: &Autonomy, level: u8) -> Rule {
    let narrows = i64::from(level >= ACTS_FROM);
    Rule {
        limit_ppm: limits.error_limit,
        alpha_ppm: limits.earn_risk,
        margin_ppm: 0,
        min_trials: 0,
        false_alarm_trials: limits.false_alarm_trials * narrows,
        failed_samples: limits.failed_samples * narrows,
    }
}

fn stand(settings: &Settings, cell: &Cell, known: &Known, changes: &[&LevelChange]) -> CellStanding {
    let limits = settings.limits(cell.action);
    let policy_level = policy_level(settings, cell.action);
    let most = u8::try_from(limits.earned_level).unwrap_or(0).max(policy_level).min(WIDENED);
    let people = limits.against_people.then_some(known.people);
    let (mut level, mut since, mut narrowed) = (policy_level, None, None);
    let mut trials = known.trials.iter().copied().peekable();
    let mut changes = changes.iter().copied().peekable();
    loop {
        // A label of the day of a change was known before it.
        let until = changes.peek().map(|change| change.on);
        let mut stretch = core::iter::from_fn(|| trials.next_if(|trial| until.is_none_or(|until| trial.on <= until)));
        let rule = rule_of(limits, level);
        let standing = evidence::standing(&mut stretch, people, &rule);
        if let Some(found) = standing.narrow {
            (level, since, narrowed) = (level - 1, Some(found.on), Some((found, i64::try_from(standing.tally.wrong).unwrap_or(i64::MAX))));
        } else if let Some(change) = changes.next() {
            // What was told as narrower never widens: neither what stood before, nor the policy.
            let told = if change.wider { change.level } else { change.level.min(level) };
            (level, since, narrowed) = (told.min(most), Some(change.on), None);
        } else {
            let may = !settings.supervision.modes.contains_key(&cell.action) && (1..most).contains(&level) && !cell.action.needs_person();
            let earned = (may && standing.widen).then_some(level + 1);
            return CellStanding { cell: cell.clone(), policy_level, level, mode: settings.mode(cell.action, level), since, narrowed, standing, people, rule, earned };
        }
    }
}
