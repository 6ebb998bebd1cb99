//! Whether a change of a setting lets the engine do more without a person, or less.

use super::diff::{Step, look_up};
use super::setting::{Amount, Setting, Share};
use crate::action::{GateMode, Tone};
use crate::text::words;
use alloc::string::String;
use core::cmp::Ordering;
use serde_json::Value;

words! {
    /// What a change means for how far the engine may go without a person.
    Direction {
        /// The engine may do more.
        Looser = "looser",
        /// A person is asked more often.
        Tighter = "tighter",
        /// Neither, or not known.
        Other = "other",
    }
}

/// What a greater value of a setting means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// More is looser.
    MoreIsLooser,
    /// More is tighter. Of a flag, on is more than off.
    MoreIsTighter,
    /// One of these words, the tightest first.
    Words(&'static [&'static str]),
    /// It says who or how, not how far.
    Neither,
}

/// Every setting of `autonomy`, with what more of it means; of a map or list, for each of its entries. The last is the setting that holds
/// where a map has no entry. A test holds that none is missing.
pub const AUTONOMY: &[(&str, Way, Option<&str>)] = &[
    ("actions", Way::Neither, None),
    ("against_people", Way::Neither, None),
    ("amount_limit", Way::MoreIsLooser, None),
    ("answer_days", Way::Neither, None),
    ("ask_credit_hold", Way::MoreIsTighter, None),
    ("ask_first_contact", Way::MoreIsTighter, None),
    ("ask_hand_over", Way::MoreIsTighter, None),
    ("ask_strategic", Way::MoreIsTighter, None),
    ("budgets", Way::Neither, None),
    ("countries", Way::Neither, None),
    ("default_level", Way::MoreIsLooser, None),
    ("deputies", Way::Neither, None),
    ("discount_limit", Way::MoreIsLooser, None),
    ("dunning_level_limit", Way::MoreIsLooser, None),
    ("earn_risk", Way::MoreIsLooser, None),
    ("earned_level", Way::MoreIsLooser, None),
    ("edit_approves", Way::MoreIsLooser, None),
    ("error_limit", Way::MoreIsLooser, None),
    ("extension_days_limit", Way::MoreIsLooser, None),
    ("failed_samples", Way::Neither, None),
    ("false_alarm_trials", Way::MoreIsLooser, None),
    ("human_touch_days", Way::MoreIsTighter, None),
    ("kill_switch", Way::MoreIsTighter, None),
    ("languages", Way::Neither, None),
    ("levels", Way::MoreIsLooser, Some("default_level")),
    ("min_confidence", Way::MoreIsTighter, None),
    ("min_precedents", Way::MoreIsTighter, None),
    ("modes", Way::Words(GateMode::WORDS), None),
    ("people", Way::Neither, None),
    ("plan_amount_limit", Way::MoreIsLooser, None),
    ("plan_days_limit", Way::MoreIsLooser, None),
    ("plan_parts_limit", Way::MoreIsLooser, None),
    ("roles", Way::Neither, None),
    ("run_budget", Way::MoreIsLooser, None),
    ("sample_share", Way::Neither, None),
    ("second_approval_amount", Way::MoreIsLooser, None),
    ("tone_limit", Way::Words(Tone::WORDS), None),
    ("unattended_days", Way::Neither, None),
    ("veto_days", Way::MoreIsTighter, None),
    ("widened_amounts", Way::MoreIsLooser, None),
    ("write_off_limit", Way::MoreIsLooser, None),
];

impl Way {
    /// Where a change from one value to another goes; [`Direction::Other`] where they cannot be compared.
    pub fn direction(self, before: &Value, after: &Value) -> Direction {
        let order = self.rank(before).zip(self.rank(after)).map(|(before, after)| after.cmp(&before));
        match (order, self) {
            (Some(Ordering::Greater), Self::MoreIsTighter) | (Some(Ordering::Less), Self::MoreIsLooser | Self::Words(_)) => Direction::Tighter,
            (Some(Ordering::Less), Self::MoreIsTighter) | (Some(Ordering::Greater), Self::MoreIsLooser | Self::Words(_)) => Direction::Looser,
            _ => Direction::Other,
        }
    }

    /// The place of a value in the order; numbers in millionths.
    fn rank(self, value: &Value) -> Option<i128> {
        match (self, value) {
            (Self::Neither, _) => None,
            (Self::Words(words), value) => value.as_str().and_then(|word| words.iter().position(|known| *known == word)).map(|at| at as i128),
            (_, Value::Bool(on)) => Some(i128::from(*on)),
            (_, Value::Number(number)) => number.as_i64().map(|whole| i128::from(whole) * 1_000_000).or_else(|| Share::read(value).ok().map(i128::from)),
            (_, Value::String(_)) => Amount::read(value).ok().map(|hundredths| i128::from(hundredths) * 10_000),
            _ => None,
        }
    }
}

/// Where a change at a path goes, from what holds there under both policies.
pub(super) fn direction(path: &[Step], holds: &[Value; 2]) -> Direction {
    // A limit of one action goes where that of all goes, and takes its place.
    let (section, autonomy, name, own) = match path {
        [section @ Step::Key(autonomy), Step::Key(actions), _, Step::Key(name)] if actions == "actions" => (section, autonomy, name, true),
        [section @ Step::Key(autonomy), Step::Key(name), ..] => (section, autonomy, name, false),
        _ => return Direction::Other,
    };
    let Some((_, way, fallback)) = AUTONOMY.iter().find(|(known, _, _)| known == name).filter(|_| autonomy == "autonomy") else { return Direction::Other };
    let instead = fallback.or(own.then_some(name.as_str())).map(|name| [section.clone(), Step::Key(String::from(name))]);
    let value = |settings| look_up(settings, path).or_else(|| look_up(settings, instead.as_ref()?));
    let [before, after] = holds.each_ref().map(value);
    before.zip(after).map_or(Direction::Other, |(before, after)| way.direction(before, after))
}
