//! Whether a change of a setting lets the engine do more without a person, or less.

use super::diff::{Step, look_up};
use super::setting::{Amount, Setting, Share};
use crate::action::{GateMode, Tone};
use crate::text::words;
use alloc::format;
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
    /// More is looser. Of a flag, on is more than off.
    MoreIsLooser,
    /// More is looser, and 0, which asks for nothing, the loosest.
    MoreIsLooserZeroMost,
    /// More is tighter.
    MoreIsTighter,
    /// One of these words, the tightest first.
    Words(&'static [&'static str]),
    /// A list of what is permitted; an empty one permits all.
    Permitted,
    /// It says who or how, not how far.
    Neither,
}

/// What holds where a map has no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Nothing that can be compared.
    Nothing,
    /// Another setting of the section.
    Setting(&'static str),
    /// The mode that goes with the level of the action.
    ModeOfLevel,
}

/// Every setting of `autonomy`, with what more of it means; of a map, for each of its entries, and of budgets for each of their numbers. A
/// test holds that none is missing. What `actions` says of one action goes the way of the setting that it stands in for.
pub const AUTONOMY: &[(&str, Way, Instead)] = &[
    ("actions", Way::Neither, Instead::Nothing),
    ("against_people", Way::Neither, Instead::Nothing),
    ("amount_limit", Way::MoreIsLooser, Instead::Nothing),
    ("answer_days", Way::Neither, Instead::Nothing),
    ("ask_credit_hold", Way::MoreIsTighter, Instead::Nothing),
    ("ask_first_contact", Way::MoreIsTighter, Instead::Nothing),
    ("ask_hand_over", Way::MoreIsTighter, Instead::Nothing),
    ("ask_strategic", Way::MoreIsTighter, Instead::Nothing),
    ("budgets", Way::Neither, Instead::Nothing),
    ("budgets.action", Way::Neither, Instead::Nothing),
    ("budgets.amount", Way::MoreIsLooser, Instead::Nothing),
    ("budgets.count", Way::MoreIsLooser, Instead::Nothing),
    ("budgets.days", Way::MoreIsTighter, Instead::Nothing),
    ("budgets.per", Way::Neither, Instead::Nothing),
    ("countries", Way::Permitted, Instead::Nothing),
    ("default_level", Way::MoreIsLooser, Instead::Nothing),
    ("deputies", Way::Neither, Instead::Nothing),
    ("discount_limit", Way::MoreIsLooser, Instead::Nothing),
    ("dunning_level_limit", Way::MoreIsLooser, Instead::Nothing),
    ("earn_risk", Way::MoreIsLooser, Instead::Nothing),
    ("earned_level", Way::MoreIsLooser, Instead::Nothing),
    ("edit_approves", Way::MoreIsLooser, Instead::Nothing),
    ("error_limit", Way::MoreIsLooser, Instead::Nothing),
    ("extension_days_limit", Way::MoreIsLooser, Instead::Nothing),
    ("failed_samples", Way::MoreIsLooserZeroMost, Instead::Nothing),
    ("false_alarm_trials", Way::MoreIsLooser, Instead::Nothing),
    ("human_touch_days", Way::MoreIsTighter, Instead::Nothing),
    ("kill_switch", Way::MoreIsTighter, Instead::Nothing),
    ("languages", Way::Permitted, Instead::Nothing),
    ("levels", Way::MoreIsLooser, Instead::Setting("default_level")),
    ("min_confidence", Way::MoreIsTighter, Instead::Nothing),
    ("min_precedents", Way::MoreIsTighter, Instead::Nothing),
    ("modes", Way::Words(GateMode::WORDS), Instead::ModeOfLevel),
    ("people", Way::Neither, Instead::Nothing),
    ("plan_amount_limit", Way::MoreIsLooser, Instead::Nothing),
    ("plan_days_limit", Way::MoreIsLooser, Instead::Nothing),
    ("plan_parts_limit", Way::MoreIsLooser, Instead::Nothing),
    ("roles", Way::Neither, Instead::Nothing),
    ("run_budget", Way::MoreIsLooser, Instead::Nothing),
    ("sample_share", Way::Neither, Instead::Nothing),
    ("second_approval_amount", Way::MoreIsLooser, Instead::Nothing),
    ("tone_limit", Way::Words(Tone::WORDS), Instead::Nothing),
    ("unattended_days", Way::MoreIsLooserZeroMost, Instead::Nothing),
    ("veto_days", Way::MoreIsTighter, Instead::Nothing),
    ("widened_amounts", Way::MoreIsLooser, Instead::Nothing),
    ("write_off_limit", Way::MoreIsLooser, Instead::Nothing),
];

impl Way {
    /// Where a change from one value to another goes; [`Direction::Other`] where they cannot be compared.
    pub fn direction(self, before: &Value, after: &Value) -> Direction {
        if let (Self::Permitted, Some(before), Some(after)) = (self, before.as_array(), after.as_array()) {
            let inside = |less: &[Value], more: &[Value]| more.is_empty() || (!less.is_empty() && less.iter().all(|entry| more.contains(entry)));
            return match (inside(before, after), inside(after, before)) {
                (true, false) => Direction::Looser,
                (false, true) => Direction::Tighter,
                _ => Direction::Other,
            };
        }
        let order = self.rank(before).zip(self.rank(after)).map(|(before, after)| after.cmp(&before));
        match (order, self) {
            (Some(Ordering::Less), Self::MoreIsTighter) => Direction::Looser,
            (Some(Ordering::Greater), Self::MoreIsTighter) | (Some(Ordering::Less), _) => Direction::Tighter,
            (Some(Ordering::Greater), _) => Direction::Looser,
            _ => Direction::Other,
        }
    }

    /// The place of a value in the order; numbers in millionths.
    fn rank(self, value: &Value) -> Option<i128> {
        match (self, value) {
            (Self::Neither | Self::Permitted, _) => None,
            (Self::Words(words), value) => value.as_str().and_then(|word| words.iter().position(|known| *known == word)).map(|at| at as i128),
            (Self::MoreIsLooserZeroMost, Value::Number(number)) if number.as_i64() == Some(0) => Some(i128::MAX),
            (_, Value::Bool(on)) => Some(i128::from(*on)),
            (_, Value::Number(number)) => number.as_i64().map(|whole| i128::from(whole) * 1_000_000).or_else(|| Share::read(value).ok().map(i128::from)),
            (_, Value::String(_)) => Amount::read(value).ok().map(|hundredths| i128::from(hundredths) * 10_000),
            _ => None,
        }
    }
}

/// Where a change at a path goes, from what holds there under both policies.
pub(super) fn direction(path: &[Step], holds: &[Value; 2]) -> Direction {
    let [Step::Key(section), Step::Key(name), rest @ ..] = path else { return Direction::Other };
    if section != "autonomy" {
        return Direction::Other;
    }
    let [before, after] = holds.each_ref().map(|settings| look_up(settings, path));
    let (name, instead) = match (name.as_str(), rest) {
        ("actions", [_, Step::Key(setting), ..]) => (setting.clone(), None),
        // A budget more is one more thing to keep.
        ("budgets", [Step::At(_)]) if before.is_none() => return Direction::Tighter,
        ("budgets", [Step::At(_)]) if after.is_none() => return Direction::Looser,
        ("budgets", [_, Step::Key(setting), ..]) => (format!("budgets.{setting}"), None),
        (name, [Step::Key(entry), ..]) => (name.into(), Some(entry)),
        (name, _) => (name.into(), None),
    };
    let Some((_, way, otherwise)) = AUTONOMY.iter().find(|(known, ..)| *known == name) else { return Direction::Other };
    let setting = |settings: &Value, name: &str| settings.get("autonomy").and_then(|section| section.get(name)).cloned();
    let holds_instead = |settings: &Value| match (otherwise, instead) {
        (Instead::Setting(name), _) => setting(settings, name),
        (Instead::ModeOfLevel, Some(action)) => {
            let level = setting(settings, "levels").and_then(|levels| levels.get(action).cloned()).or_else(|| setting(settings, "default_level"))?;
            Some(GateMode::of_level(level.as_u64().and_then(|level| u8::try_from(level).ok())?).name().into())
        }
        // Limits of one action stand in the place of those of all.
        _ => setting(settings, &name),
    };
    let [was, is] = holds;
    let [was, is] = [before.cloned().or_else(|| holds_instead(was)), after.cloned().or_else(|| holds_instead(is))];
    was.zip(is).map_or(Direction::Other, |(was, is)| way.direction(&was, &is))
}
