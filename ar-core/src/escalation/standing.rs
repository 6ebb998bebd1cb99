//! How far the engine may go: the level of the policy, what people made of it since, and what the evidence says.

use crate::action::{ActionKind, GateMode};
use crate::ledger::{Books, Cell};
use crate::policy::Settings;
use alloc::{borrow::ToOwned, collections::BTreeMap};
use chrono::NaiveDate;

/// The levels of a day that are not simply the policy's.
pub(super) struct Standings {
    changed: BTreeMap<Cell, Changed>,
}

/// What people made of the level of a cell.
#[derive(Clone, Copy, Default)]
struct Changed {
    /// The level that they widened it to.
    level: Option<u8>,
    /// The level that they narrowed it to, since it was last widened.
    most: Option<u8>,
}

/// The level and the mode in force.
#[derive(Clone, Copy)]
pub(super) struct InForce {
    pub(super) level: u8,
    pub(super) mode: GateMode,
    /// Whether the mode is the one that goes with the level.
    pub(super) by_level: bool,
}

/// The mode that goes with a level.
const fn mode_of(level: u8) -> GateMode {
    match level {
        0 => GateMode::Suggest,
        1 => GateMode::Approve,
        _ => GateMode::Limits,
    }
}

impl Standings {
    pub(super) fn read(books: &Books, as_of: NaiveDate) -> Self {
        let mut changed: BTreeMap<Cell, Changed> = BTreeMap::new();
        for row in books.level_changes().iter().filter(|row| row.on <= as_of) {
            let cell = changed.entry(row.cell.clone()).or_default();
            // What was told as narrower never widens: neither what stood before, nor the policy.
            *cell = if row.wider { Changed { level: Some(row.level), most: None } } else { Changed { most: Some(cell.most.map_or(row.level, |most| most.min(row.level))), ..*cell } };
        }
        Self { changed }
    }

    /// What is in force for an action in a segment.
    pub(super) fn of(&self, settings: &Settings, action: ActionKind, segment: &str) -> InForce {
        let policy = u8::try_from(settings.level(action)).unwrap_or(0);
        let changed = if self.changed.is_empty() { None } else { self.changed.get(&Cell { action, segment: segment.to_owned() }) };
        let most = u8::try_from(settings.limits(action).earned_level).unwrap_or(0).max(policy);
        let said = changed.map_or(policy, |changed| changed.level.unwrap_or(policy).min(changed.most.unwrap_or(u8::MAX)));
        let level = said.min(most);
        let own = settings.supervision.modes.get(&action).copied();
        InForce { level, mode: own.unwrap_or_else(|| mode_of(level)), by_level: own.is_none() }
    }
}
