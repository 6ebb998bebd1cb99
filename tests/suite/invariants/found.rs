//! Lives in which the worlds once found a fault, as small as they became.

use ar_world::{Bytes, CustomerRow, ItemRow, Offering, Paid, Rules, Setup, Step, World};

fn plain(items: &[i64]) -> Setup {
    let items = items.iter().map(|amount| ItemRow { customer: 0, yen: false, amount: *amount, due: -40, blocked: None, note: false, group: 0 }).collect();
    Setup { rules: Rules::of(&mut Bytes(&[], 0)), customers: vec![CustomerRow { strategic: false, consumer: false, channels: vec![] }], items }
}

fn live(setup: &Setup, steps: &[Step]) {
    let mut world = World::new(setup);
    let lived = steps.iter().try_for_each(|step| world.step(step)).and_then(|()| world.finish());
    assert_eq!(lived, Ok(()));
}

#[test]
fn what_is_promised_and_disputed_is_not_reminded_of() {
    live(&plain(&[10_000]), &[Step::Dispute { item: 0, share: 0 }, Step::Promise { item: 0, account: false, share: 0, ahead: 4 }, Step::Pass(4), Step::Run([0; 4])]);
}

#[test]
fn a_credit_note_that_was_promised_is_not_reminded_of() {
    live(&plain(&[10_000]), &[Step::Credit { item: 0, share: 0, post: false }, Step::Promise { item: 15, account: false, share: 0, ahead: 0 }, Step::Run([0; 4])]);
}

/// A tie that a person decided is placed: its cash does not hold the other items too.
#[test]
fn what_a_person_approved_waits_for_no_place() {
    let steps = [Step::Pay { item: 0, share: 158, how: Paid::Silent }, Step::Run([5, 0, 0, 0]), Step::Run([0; 4])];
    let mut setup = plain(&[4_100, 100, 24_500, 169]);
    setup.items[1].note = true;
    live(&setup, &steps);
}

#[test]
fn the_first_of_two_notices_of_a_day_comes_back() {
    let mut setup = plain(&[10_000]);
    let rung = setup.rules.ladder[0].clone();
    setup.rules.ladder.extend((2..=3).map(|after| ar_world::Rung { after, ..rung.clone() }));
    live(&setup, &[Step::Run([0; 4]), Step::Run([0; 4]), Step::Bounce(0)]);
}

#[test]
fn each_of_two_valid_disputes_is_credited() {
    let resolve = |dispute| Step::Resolve { dispute, state: "valid" };
    let steps = [Step::Dispute { item: 0, share: 1 }, Step::Credit { item: 0, share: 1, post: true }, Step::Dispute { item: 0, share: 21 }, resolve(0), resolve(1), Step::Run([0; 4])];
    live(&plain(&[10_000]), &steps);
}

/// A person does not want to offer a plan: what it would not have covered waits for nobody.
#[test]
fn a_plan_that_is_not_offered_holds_nothing() {
    let mut setup = plain(&[10_000, 5_000]);
    (setup.rules.level, setup.rules.offers) = (1, Some(Offering { late: 1, least: 1, again: 30 }));
    live(&setup, &[Step::Dispute { item: 0, share: 1 }, Step::Run([6; 4]), Step::Run([0; 4])]);
}

fn groups(due: i64) -> Setup {
    let mut setup = plain(&[10_000, 5_000]);
    (setup.items[0].due, setup.items[1].due, setup.items[1].group) = (due, due, 1);
    setup
}

#[test]
fn reminders_keep_groups_apart() {
    let mut setup = groups(5);
    setup.rules.remind_before = 6;
    live(&setup, &[Step::Run([0; 4])]);
}

#[test]
fn whom_no_channel_reaches_is_called_once_about_all_groups() {
    let mut setup = groups(-40);
    setup.customers[0].channels = vec!["portal"];
    live(&setup, &[Step::Run([0; 4])]);
}
