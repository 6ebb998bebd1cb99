//! Words and sums of single items, promises and plans at their bounds, where no report of a day would show the difference.

use crate::scenarios::Inputs;
use ar_core::Ledger;
use ar_core::collections::charges::exact::Exact;
use ar_core::record::PromiseState;
use ar_core::state::deduction::DeductionState;
use ar_core::state::item::{Input, ItemState};
use ar_core::state::plan::split;
use serde_json::{Value, json};

fn books(tables: &Value, events: &Value) -> Ledger {
    Inputs::of(&json!({ "as_of": "2026-11-20", "tables": tables, "events": events })).ledger
}

#[test]
fn a_posting_of_all_that_is_open_settles_or_gives_up() {
    assert_eq!([Input::posting(99, 100, false), Input::posting(100, 100, false)], [Input::SettledInPart, Input::SettledInFull]);
    assert_eq!([Input::posting(99, 100, true), Input::posting(100, 100, true)], [Input::GivenUpInPart, Input::GivenUp]);
}

#[test]
fn no_part_of_a_plan_is_nothing() {
    assert_eq!((split(5, 0), split(2, 3)), (None, None));
    assert_eq!((split(3, 3), split(7, 3)), (Some(vec![1, 1, 1]), Some(vec![2, 2, 3])));
}

#[test]
fn a_fraction_is_not_negative_and_of_something() {
    for (numerator, denominator) in [(-1, 1), (1, 0), (1, -1), (-1, 0)] {
        assert_eq!(Exact::try_new(numerator, denominator).map(|_| ()), None);
    }
    assert!(Exact::try_new(0, 1).is_some());
}

/// What was kept back is open, worked on, or cleared: also that an item is of the state that its open amount says.
#[test]
fn the_open_amount_says_the_state() {
    let row = |id: &str, open: &str| json!({ "item_id": id, "customer_id": "C1", "kind": "deduction", "currency": "EUR", "amount": "10.00", "open_amount": open, "issued_on": "2026-11-12", "due_on": "2026-11-12" });
    let books = books(&json!({ "items": [row("K1", "10.00"), row("K2", "4.00"), row("K3", "0.00")] }), &json!([]));
    let item = |id: &str| books.item(books.find_item(id).unwrap()).unwrap();
    assert_eq!(["K1", "K2", "K3"].map(|id| DeductionState::of(item(id))), [DeductionState::Open, DeductionState::Worked, DeductionState::Cleared]);
    assert_eq!(["K1", "K2", "K3"].map(|id| ItemState::of(item(id), false)), [ItemState::Open, ItemState::PartlySettled, ItemState::Settled]);
}

/// Where the tables state what is open of an item, a promise is about that: money by its last day keeps it, money after
/// that does not, whatever is open by now.
#[test]
fn a_promise_of_a_stated_amount_is_judged_by_its_last_day() {
    for (on, state) in [("2026-11-05", PromiseState::Kept), ("2026-11-10", PromiseState::Kept), ("2026-11-11", PromiseState::Broken), ("2026-11-18", PromiseState::Broken)] {
        let tables = json!({
            "items": [{ "item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": "100.00", "open_amount": "40.00", "issued_on": "2026-09-11", "due_on": "2026-10-11" }],
            "promises": [{ "promise_id": "R1", "customer_id": "C1", "item_id": "I1", "made_on": "2026-11-01", "due_on": "2026-11-10" }],
        });
        let events = json!([
            { "event": "payment_received", "on": on, "payment_id": "P1", "currency": "EUR", "amount": "40.00", "customer_id": "C1" },
            { "event": "items_allocated", "on": on, "payment_id": "P1", "allocations": [{ "item_id": "I1", "amount": "40.00" }] },
        ]);
        let books = books(&tables, &events);
        let promise = books.each_customer().flat_map(|at| books.promises_of(at)).next().unwrap();
        assert_eq!(books.promise_on(promise, "2026-11-20".parse().unwrap(), promise.due_on), state, "paid on {on}");
    }
}

/// What was promised without an amount is what was owed on the day: what was posted up to that day is off it, what came later is not.
#[test]
fn a_promise_is_of_what_was_owed_on_its_day() {
    for (on, owed) in [("2026-10-31", 1_000), ("2026-11-01", 1_000), ("2026-11-02", 4_000)] {
        let tables = json!({
            "items": [{ "item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": "100.00", "open_amount": "40.00", "issued_on": "2026-09-11", "due_on": "2026-10-11" }],
            "promises": [{ "promise_id": "R1", "customer_id": "C1", "item_id": "I1", "made_on": "2026-11-01", "due_on": "2026-11-10" }],
        });
        let events = json!([
            { "event": "payment_received", "on": on, "payment_id": "P1", "currency": "EUR", "amount": "30.00", "customer_id": "C1" },
            { "event": "items_allocated", "on": on, "payment_id": "P1", "allocations": [{ "item_id": "I1", "amount": "30.00" }] },
        ]);
        let books = books(&tables, &events);
        let promise = books.each_customer().flat_map(|at| books.promises_of(at)).next().unwrap();
        assert_eq!(books.promised_amount(promise).map(|(_, amount)| amount), Some(owed), "paid on {on}");
    }
}
