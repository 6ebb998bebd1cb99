//! The 40 invariants of collections as executable properties.
//!
//! Most are asked of a small world (`tests/world`): a host with its own plain log, rules drawn at random, days that are run,
//! missed and run again, and all that customers, banks and colleagues do in between. After every step each check is asked anew.
//! Some are laws of one function and stand elsewhere in this suite; the table says where. A failure names its check.
//!
//! | | what must hold | the check that fails |
//! |---|---|---|
//! | 1 | no contact about what is not open; what changed since is another decision, and a notice about it is refused | `invariant_01_nothing_settled_is_asked_for` (also as it is sent: the precondition); `invariant_27_the_same_day_again` (the identifier holds the open amounts) |
//! | 2 | no contact about what is disputed | `invariant_02_disputes_hold` |
//! | 3 | no contact about what is promised or in a plan; a promise is reminded of on its day | `invariant_03_promises_and_plans_hold` |
//! | 4 | no contact while customer or item is blocked | `invariant_04_blocks_hold` |
//! | 5 | contact days and hours, forward only | `invariant_05_contact_days`; hours in the zone: `laws/calendar.rs` |
//! | 6 | caps and quiet periods: by customer, by channel and for calls | `invariant_06_caps_and_quiet` |
//! | 7 | the interval between notices, also after payment and reversal | `invariant_07_interval_between_notices` |
//! | 8 | only channels that the customer wants, that arrive, and that are answered where one is | `invariant_08_channels` |
//! | 9 | one notice a customer, currency, group of items and run, and one call; an item in one | `invariant_09_one_notice` |
//! | 10 | no contact where credits cover what is due and not held | `invariant_10_credits_cover` |
//! | 11 | most notices about an item | `invariant_11_most_contacts` |
//! | 12 | one level a run, unless it jumps | `invariant_12_one_level_a_run` |
//! | 13 | levels are earned: days by anchor, interval, sent before, minimum | `invariant_13_levels_are_earned` |
//! | 14 | a minimum falls back to the next lower level that passes | `invariant_14_minimum_falls_back` |
//! | 15 | the notice speaks at the highest level of its items | `invariant_15_the_highest_level_speaks` |
//! | 16 | levels fall by an event only, that of a notice that came back; age, not level, follows payments | `invariant_16_levels_fall_by_events_only` |
//! | 17 | an exhausted item goes to a person, once a run | `invariant_17_exhausted_goes_to_a_person` |
//! | 18 | settled items are left alone; what is open again has its true age and memory | `invariant_18_settled_items_are_left_alone`, `invariant_16_levels_fall_by_events_only` |
//! | 19 | thresholds rise, level 1 has no previous notice | `invariant_19_ladders_that_are_no_ladder_are_refused` (here) |
//! | 20 | one fee an item and level, caps | `invariant_20_fees_once_and_capped` |
//! | 21 | no fee on fees, no interest on interest | `invariant_21_no_fee_on_fees` |
//! | 22 | interest is additive, and rounded once | `charges.rs`: `interest_of_two_periods_is_that_of_the_whole`, `what_is_charged_in_parts_is_the_whole_rounded_once` |
//! | 23 | interest is 0 up to the due date, never falls and is never negative | `charges.rs`: `interest_of_two_periods_is_that_of_the_whole` |
//! | 24 | compensation once | `invariant_24_compensation_once` |
//! | 25 | currencies do not mix | `invariant_25_currencies_do_not_mix` |
//! | 26 | amounts add up, plans to the minor unit; what was found valid of a dispute is credited, once | `invariant_26_amounts_add_up`, `invariant_26_credits_are_owed_once` |
//! | 27 | the same day again gives nothing new; identifiers stand for facts | `invariant_27_the_same_day_again` |
//! | 28 | days do not run backwards: `run` refuses days before the closed one; that an earlier run than the last is refused is the host's (`test_state_days.py`) | `invariant_28_no_day_before_the_closed_one` |
//! | 29 | a replay gives the same bytes, of a prefix the state then | `invariant_29_replay` |
//! | 30 | a dry run changes nothing: `run` is handed the books to look at | `invariant_30_a_dry_run_changes_nothing` |
//! | 31 | order and batches change nothing | `laws/ledger.rs`: `one_book_however_written` |
//! | 32 | one outcome an item | `invariant_32_one_outcome` |
//! | 33 | missed days lose nothing: every reason to skip is true by the host's own log | `invariant_33_nothing_is_left_out` |
//! | 34 | the chain finds any change | `invariant_34_the_chain_holds`; changes: `laws/chain.rs` |
//! | 35 | default deny | `invariant_35_default_deny` |
//! | 36 | more risk never means less asking | `laws/gate.rs`: `more_risk_never_turns_ask_into_act` |
//! | 37 | approvals are exact, and what was refused is gone (that the approver is another person is the host's) | `invariant_37_approvals_are_exact` |
//! | 38 | the kill switch stops all, holds stay; what is held, granted or decided is so once and for a true reason | `invariant_38_kill_switch`, `invariant_38_holds_stay` |
//! | 39 | budgets: by run and currency | `invariant_39_budgets` |
//! | 40 | one authorisation for each effect | `invariant_40_one_authorisation` |

mod alone;
mod found;
mod worlds;

/// Every check of the world stands in the table above, and every number has a row.
#[test]
fn the_table_names_every_check() {
    let table: Vec<&str> = include_str!("mod.rs").lines().filter(|line| line.starts_with("//! | ")).collect();
    for number in 1..=40 {
        assert!(table.iter().any(|line| line.starts_with(&format!("//! | {number} |"))), "no row {number}");
    }
    for name in ar_world::NAMES {
        assert!(table.iter().any(|line| line.contains(&format!("`{name}`"))), "{name} is not in the table");
    }
}
