//! How far the engine may go, by action and segment: as the policy has it, as it is in force, and what the evidence says.

use super::Report;
use super::columns::{date_opt, int, int_opt, text, text_owned};
use crate::escalation::CellStanding;
use crate::escalation::evidence::Why;
use crate::table::Column;
use alloc::{format, string::String, vec::Vec};

impl Report {
    pub(super) fn autonomy_table(&self) -> Vec<Column<'static>> {
        let rows = || self.autonomy().iter();
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        alloc::vec![
            text("action", rows().map(|row| row.cell.action.name())),
            text("segment", rows().map(|row| row.cell.segment.as_str())),
            int("policy_level", rows().map(|row| i64::from(row.policy_level))),
            int("level", rows().map(|row| i64::from(row.level))),
            text("mode", rows().map(|row| row.mode.name())),
            date_opt("since", rows().map(|row| row.since)),
            int("trials", rows().map(|row| count(row.standing.tally.trials()))),
            int("errors", rows().map(|row| count(row.standing.tally.wrong))),
            int("samples", rows().map(|row| row.standing.samples)),
            int("failed_samples", rows().map(|row| row.standing.failed)),
            int("error_over_ppm", rows().map(|row| row.standing.lower_ppm)),
            int("error_under_ppm", rows().map(|row| row.standing.upper_ppm)),
            int("error_limit_ppm", rows().map(|row| row.rule.limit_ppm)),
            int("evidence_ppm", rows().map(|row| row.standing.evidence_ppm)),
            int("enough_ppm", rows().map(|row| row.standing.enough_ppm)),
            int_opt("against_people_ppm", rows().map(|row| row.standing.against_people_ppm)),
            int_opt("needed", rows().map(CellStanding::needed)),
            int("drift", rows().map(|row| row.standing.drift)),
            int_opt("earned_level", rows().map(|row| row.earned.map(i64::from))),
            text_owned("why", rows().map(why)),
        ]
    }
}

/// One sentence.
fn why(row: &CellStanding) -> String {
    let (tally, level) = (row.standing.tally, row.level);
    let share = |ppm: i64| format!("{}.{:02} %", ppm / 10_000, ppm % 10_000 / 100);
    if let Some(earned) = row.earned {
        return format!("{} of {} decisions were wrong; the share is under {}, whenever one looks: level {earned} is earned.", tally.wrong, tally.trials(), share(row.standing.upper_ppm));
    }
    match (row.narrowed, row.since) {
        (Some((found, errors)), _) if found.why == Why::FailedSamples => format!("Narrowed to level {level} on {}: {errors} wrong, {} of them looked at by chance.", found.on, found.observed),
        (Some((found, errors)), _) => format!("Narrowed to level {level} on {}: {errors} wrong, more than the limit of {} lets expect.", found.on, share(row.rule.limit_ppm)),
        (None, Some(since)) => format!("Level {level}, by a person, since {since}."),
        (None, None) => format!("Level {level}, by the policy."),
    }
}
