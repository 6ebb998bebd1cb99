//! The invariants of a large book, each a function named after its number, and each in a few passes. Those of a day are asked
//! of every report, before the host has done anything; those of the books every night.

mod audit;
mod autonomy;
mod books;
mod contact;
mod level;
mod money;
mod outcome;
mod when;

use crate::seen::Seen;
use crate::world::World;

type OnRun = fn(&Seen<'_>) -> Result<(), String>;
type AtNight = fn(&World) -> Result<(), String>;

macro_rules! named {
    ($list:ident: $kind:ty = $($room:ident::$name:ident),+ $(,)?) => {
        const $list: &[(&str, $kind)] = &[$((stringify!($name), $room::$name)),+];
    };
}

named! { ON_RUN: OnRun =
    contact::invariant_01_nothing_settled_is_asked_for,
    contact::invariant_02_disputes_hold,
    contact::invariant_03_promises_and_plans_hold,
    contact::invariant_04_blocks_hold,
    when::invariant_05_contact_days,
    when::invariant_06_caps_and_quiet,
    when::invariant_07_interval_between_notices,
    when::invariant_08_channels,
    contact::invariant_09_one_notice,
    contact::invariant_10_credits_cover,
    when::invariant_11_most_contacts,
    level::invariant_12_one_level_a_run,
    level::invariant_13_levels_are_earned,
    level::invariant_15_the_highest_level_speaks,
    level::invariant_17_exhausted_goes_to_a_person,
    level::invariant_18_settled_items_are_left_alone,
    money::invariant_20_fees_once_and_capped,
    money::invariant_21_no_fee_on_fees,
    money::invariant_23_interest_is_bounded,
    money::invariant_24_compensation_once,
    money::invariant_25_currencies_do_not_mix,
    money::conservation_the_ageing_is_what_is_owed,
    outcome::invariant_32_one_outcome,
    outcome::invariant_33_nothing_is_left_out,
    audit::invariant_34_the_chain_holds,
    autonomy::invariant_35_default_deny,
    autonomy::invariant_37_approvals_are_exact,
    autonomy::invariant_38_kill_switch,
    autonomy::invariant_39_budgets,
    autonomy::invariant_40_one_authorisation,
}

named! { AT_NIGHT: AtNight =
    books::invariant_16_levels_fall_by_events_only,
    books::invariant_26_amounts_add_up,
    books::invariant_26_plans_and_disputes_add_up,
    books::invariant_28_no_day_before_the_closed_one,
    books::conservation_of_money,
}

/// How many checks there are.
pub const COUNT: usize = ON_RUN.len() + AT_NIGHT.len() + 5;

/// What must hold of a report.
pub fn on_run(seen: &Seen<'_>) -> Result<(), String> {
    ON_RUN.iter().try_for_each(|(name, check)| check(seen).map_err(|why| format!("{name}: {why}")))
}

/// What must hold of the books at the end of a day.
pub fn at_night(world: &World) -> Result<(), String> {
    AT_NIGHT.iter().try_for_each(|(name, check)| check(world).map_err(|why| format!("{name}: {why}")))
}

pub use audit::same_again;
pub use books::statements;

/// `Err` with a sentence where something does not hold.
macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}
use ensure;
