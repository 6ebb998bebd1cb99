//! Worlds, many of them: most by plain seeds, since that is what time allows; some by a state machine of proptest, whose own
//! shrinking is the better one.

use ar_world::{Setup, Step, World};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

/// Lives of 60 steps in `cargo test`; `WORLDS=2000000` takes others, and so many.
const WORLDS: u64 = 40_000;
const STEPS: usize = 60;

/// What the lives together must have seen more than once: else they prove less than they seem to.
#[rustfmt::skip]
const SEEN: [&str; 48] = [
    "Agree", "Answer", "Block", "Bounce", "Call", "Close", "Credit", "CreditHold", "Dispute", "Extend", "Fail", "HandOver", "Issue", "Keep", "News", "Pay", "Plan",
    "Promise", "Resolve", "Reverse", "Route", "Silence", "UndoWriteOff", "Verdict", "Withdraw", "WriteOff",
    "done send_notice", "done send_reminder", "done remind_promise", "done charge_fee", "done post_allocation", "done create_deduction",
    "skipped plan_active", "skipped promise_live", "skipped dispute_open", "skipped credits_cover", "skipped contact_cap", "skipped handed_over", "skipped quiet_period",
    "skipped dispute_grace", "skipped credit_owed",
    "done issue_credit_note", "done resolve_dispute", "done retry_payment", "done offer_plan", "done place_hold", "done release_hold", "done change_terms",
];

#[test]
fn the_invariants_hold_in_every_world() {
    let asked = std::env::var("WORLDS").ok().and_then(|count| count.parse().ok());
    let from = if asked.is_some() { std::time::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_secs()) << 24 } else { 0 };
    let counted = match ar_world::search(from, asked.unwrap_or(WORLDS), STEPS) {
        Ok(counted) => counted,
        Err(failure) => panic!("{failure}"),
    };
    assert_eq!(counted.steps, asked.unwrap_or(WORLDS) * STEPS as u64);
    let seen = |what: &&&str| counted.kinds.get(**what).copied().unwrap_or(0) < counted.steps / 1_000_000;
    let unseen: Vec<&&str> = SEEN.iter().filter(seen).collect();
    assert!(unseen.is_empty(), "the worlds did not see {unseen:?}: {counted:#?}");
}

/// How a world begins; what may happen in it depends on nothing.
struct Beginning;

impl ReferenceStateMachine for Beginning {
    type State = Setup;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Setup> {
        proptest::collection::vec(any::<u8>(), Setup::BYTES).prop_map(|bytes| Setup::of(&bytes)).boxed()
    }

    fn transitions(_: &Setup) -> BoxedStrategy<Step> {
        any::<[u8; Step::BYTES]>().prop_map(|bytes| Step::of(&bytes)).boxed()
    }

    fn apply(setup: Setup, _: &Step) -> Setup {
        setup
    }
}

struct Living;

impl StateMachineTest for Living {
    type SystemUnderTest = World;
    type Reference = Beginning;

    fn init_test(setup: &Setup) -> World {
        World::new(setup)
    }

    fn apply(mut world: World, _: &Setup, step: Step) -> World {
        if let Err(why) = world.step(&step) {
            panic!("{why}");
        }
        world
    }

    fn teardown(world: World, _: Setup) {
        if let Err(why) = world.finish() {
            panic!("{why}");
        }
    }
}

prop_state_machine! {
    #![proptest_config(super::super::laws::cases(400))]

    #[test]
    fn the_invariants_hold_in_worlds_that_shrink(sequential 1..60 => Living);
}
