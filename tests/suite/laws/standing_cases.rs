//! What a day that stands once said otherwise than the book: each a case of its own.

use super::standing::Both;
use crate::scenarios::tables;
use ar_core::report::statement::statement_of;
use ar_core::{Ledger, Models, Policy, StandingDay};
use chrono::NaiveDate;
use serde_json::{Value, json};

fn as_of() -> NaiveDate {
    "2026-11-20".parse().unwrap()
}

fn invoice(id: &str, customer: &str, amount: &str) -> Value {
    json!({ "item_id": id, "customer_id": customer, "currency": "EUR", "amount": amount, "issued_on": "2026-08-22", "due_on": "2026-09-21" })
}

fn ledger(tables_of: Value) -> Ledger {
    Ledger::try_new(&tables(&json!({ "tables": tables_of }), "tables")).unwrap()
}

fn of_two() -> Ledger {
    ledger(json!({ "items": [invoice("I1", "C1", "600.00"), invoice("I2", "C2", "400.00"), invoice("I3", "C3", "400.00")] }))
}

fn today(event: &str, fields: Value) -> Value {
    let mut row = fields;
    (row["event"], row["on"]) = (json!(event), json!(as_of()));
    row
}

/// News that move nothing.
fn news(customer: &str) -> Value {
    today("signal_received", json!({ "customer_id": customer, "kind": "news", "severity": 1 }))
}

/// Takes batches in one after the other, and says for whom each was and whether the whole book was worked through.
fn told(ledger: &Ledger, policy: &Policy, batches: &[Vec<Value>]) -> Vec<(Vec<String>, bool)> {
    let models = Models::fit(ledger, as_of());
    let mut both = Both::new(ledger, policy, &models, as_of());
    let mut found = Vec::new();
    for events in batches {
        both.step(events).unwrap_or_else(|what| panic!("{what}"));
        found.extend(both.last.take().map(|changed| (changed.customers, changed.again)));
    }
    found
}

/// The row that a batch about several customers makes is that of the one whom its own event names, not that of the first.
#[test]
fn a_row_is_of_whom_its_own_event_names() {
    let promise = |id: &str, customer: &str| today("promise_made", json!({ "promise_id": id, "customer_id": customer, "due_on": "2026-12-01" }));
    let dispute = |id: &str, item: &str| today("dispute_opened", json!({ "dispute_id": id, "item_id": item }));
    let message = |id: &str, customer: &str| today("reply_received", json!({ "reply_id": id, "customer_id": customer, "text": "Who are you?" }));
    let cases = [
        (vec![promise("P1", "C1"), promise("P2", "C2")], today("promise_withdrawn", json!({ "promise_id": "P2" }))),
        (vec![dispute("D1", "I1"), dispute("D2", "I2")], today("dispute_routed", json!({ "dispute_ids": ["D2"] }))),
        (vec![dispute("D1", "I1"), dispute("D2", "I2")], today("dispute_resolved", json!({ "dispute_id": "D2", "state": "invalid" }))),
        (vec![message("R1", "C1"), message("R2", "C2")], today("reply_sent", json!({ "customer_id": "C2", "reply_id": "R2" }))),
    ];
    for (made, back) in cases {
        let found = told(&of_two(), &Policy::default(), &[made, vec![back.clone()]]);
        assert_eq!(found, [(vec!["C1".into(), "C2".into()], false), (vec!["C2".into()], false)], "{back}");
    }
}

/// A payment of one customer that was applied to the item of another is no money on account.
#[test]
fn a_statement_of_a_part_knows_what_was_applied_to_items_of_others() {
    let book = ledger(json!({
        "items": [invoice("I1", "A", "600.00"), invoice("I2", "B", "400.00"), invoice("I3", "B", "70.00"), invoice("I4", "C", "5.00")],
        "payments": [{ "payment_id": "P", "customer_id": "A", "currency": "EUR", "amount": "420.00", "received_on": "2026-10-01" }],
        "allocations": [{ "credit_id": "P", "item_id": "I2", "amount": "400.00", "on": "2026-10-02" }, { "credit_id": "P", "item_id": "I3", "amount": "20.00", "on": "2026-10-02" }],
    }));
    let models = Models::fit(&book, as_of());
    let policy = Policy::default();
    let mut both = Both::new(&book, &policy, &models, as_of());
    for customer in ["A", "B", "C"] {
        both.step(&[today("hold_placed", json!({ "customer_id": customer, "reason": "limit" }))]).unwrap_or_else(|what| panic!("{what}"));
        let report = both.last.take().unwrap().report.unwrap();
        let loose = statement_of(report.ledger(), customer, None, as_of()).unwrap().accounts.iter().flat_map(|account| &account.open).filter(|line| line.item.is_none()).count();
        assert_eq!(loose, 0, "{customer}");
    }
    assert!(both.kept > 0, "nothing was worked out on a part");
}

/// Stops and deeds name customers: those of the whole book, whatever the part counts.
#[test]
fn stops_and_deeds_of_a_part_are_of_the_customers_that_they_name() {
    let customers = ["C1", "C2", "C3"].map(|id| json!({ "customer_id": id, "segment": if id == "C3" { "key" } else { "small" } }));
    let mut book = ledger(json!({ "customers": customers, "items": [invoice("I1", "C1", "600.00"), invoice("I2", "C2", "400.00"), invoice("I3", "C3", "9000.00")] }));
    let done = |event: &str, id: usize, mut fields: Value| {
        fields["decision_id"] = json!(format!("D-{id:024}"));
        let mut row = today(event, fields);
        row["on"] = json!("2026-11-19");
        row
    };
    let mut before = vec![today("autonomy_stopped", json!({ "customer_id": "C1", "by": "Ann" })), done("call_made", 7, json!({ "customer_id": "C1", "by": "Ann" }))];
    before.extend((10..13).map(|id| done("statement_sent", id, json!({ "customer_id": "C1" }))));
    before.push(done("statement_sent", 20, json!({ "customer_id": "C3" })));
    book.apply_json(&json!(before).to_string()).unwrap();
    let policy = |autonomy: &str| Policy::from_toml(&format!("[autonomy]\ndefault_level = 2\namount_limit = 500\n{autonomy}")).unwrap();
    let policies = [policy(""), policy("human_touch_days = 5\n"), policy("[[autonomy.budgets]]\ncount = 2\nper = 'customer'\n"), policy("[[autonomy.budgets]]\ncount = 5\n")];
    let events = |id: &str| vec![news(id)];
    for policy in &policies {
        let found = told(&book, policy, &[events("C3"), events("C2"), events("C1")]);
        assert!(found.iter().all(|row| !row.1), "{found:?}");
    }
    // What a part is restored as says of its customers what the whole says, and nothing of others.
    let mut day = StandingDay::try_new(book.clone(), &policies[0], &Models::fit(&book, as_of()), as_of()).unwrap();
    let events: Vec<Value> = events("C3");
    let changed = day.apply(&ar_core::event::from_json(&json!(events).to_string()).unwrap()).unwrap();
    let part = changed.report.unwrap();
    let restored = Ledger::from_bytes(&part.ledger().to_bytes()).unwrap();
    for books in [part.ledger(), &restored] {
        let at = books.find_customer("C3");
        assert!(at.is_some() && !books.is_stopped(ar_core::action::ActionKind::SendNotice, "", at, as_of()));
        let own: Vec<&str> = books.deeds().filter(|(_, row)| row.customer == at).map(|row| row.0).collect();
        assert_eq!(own, [format!("D-{:024}", 20)]);
        assert_eq!(books.deeds().count(), book.deeds().count());
    }
}

/// What the cash of other customers took of a budget is taken, also where it is asked what would have let the engine act.
#[test]
fn an_explanation_counts_what_the_cash_of_others_took_of_the_budget() {
    let payment =
        |id: &str, customer: &str, amount: &str, text: &str| json!({ "payment_id": id, "customer_id": customer, "currency": "EUR", "amount": amount, "received_on": "2026-11-19", "text": text });
    let book = ledger(json!({
        "items": [invoice("INV-1001", "C1", "600.00"), invoice("INV-2002", "C2", "450.00"), invoice("INV-3003", "C3", "300.00"), invoice("INV-4004", "C4", "200.00")],
        "payments": [payment("P1", "C1", "600.00", "INV-1001"), payment("P2", "C2", "450.00", "INV-2002")],
    }));
    for autonomy in ["run_budget = 700\n", "run_budget = 100\n", "[[autonomy.budgets]]\ncount = 1\n", "[[autonomy.budgets]]\namount = 800\n"] {
        let policy = Policy::from_toml(&format!("[autonomy]\ndefault_level = 2\namount_limit = 1000\nmin_confidence = 0.5\n{autonomy}")).unwrap();
        let found = told(&book, &policy, &[vec![news("C3")], vec![news("C4")], vec![news("C3"), news("C4")]]);
        assert!(found.iter().all(|row| !row.1), "{found:?}");
        // The cash of the customers themselves is passed again as well.
        let found = told(&book, &policy, &["C2", "C1"].map(|id| vec![today("hold_placed", json!({ "customer_id": id, "reason": "limit" }))]));
        assert!(found.iter().all(|row| !row.1), "{found:?}");
    }
}

/// What the book as a whole cannot sum is refused, whichever customer it is about.
#[test]
fn a_dispute_that_the_book_cannot_sum_is_refused() {
    let items: Vec<Value> = (0..46).map(|at| invoice(&format!("I{at:02}"), if at < 23 { "A" } else { "B" }, "1000000000000000.00")).collect();
    let book = ledger(json!({ "items": items }));
    let (policy, models) = (Policy::default(), Models::fit(&book, as_of()));
    let mut both = Both::new(&book, &policy, &models, as_of());
    let dispute = |id: &str, item: &str, amount: &str| today("dispute_opened", json!({ "dispute_id": id, "item_id": item, "amount": amount }));
    // One that fits, on each side; then one that the other's leaves no room for.
    both.step(&[dispute("D1", "I00", "50000000000000.00")]).unwrap_or_else(|what| panic!("{what}"));
    both.step(&[dispute("D2", "I40", "50000000000000.00")]).unwrap_or_else(|what| panic!("{what}"));
    let before = both.day.digest();
    both.step(&[dispute("D3", "I01", "1000000000000000.00")]).unwrap_or_else(|what| panic!("{what}"));
    assert_eq!(both.day.digest(), before);
    both.step(&[today("payment_received", json!({ "payment_id": "P", "currency": "EUR", "amount": "1.00" }))]).unwrap_or_else(|what| panic!("{what}"));
}

/// Customers that something happens to together grow together only so far: then the book is worked through, and all begins anew.
#[test]
fn parts_grow_together_only_so_far() {
    let items: Vec<Value> = (0..80).map(|at| invoice(&format!("I{at:02}"), &format!("C{at:02}"), "100.00")).collect();
    let book = ledger(json!({ "items": items }));
    let mut day = StandingDay::try_new(book.clone(), &Policy::default(), &Models::fit(&book, as_of()), as_of()).unwrap();
    let told = |at: usize| news(&format!("C{at:02}"));
    let mut plain = book;
    let again: Vec<usize> = (0..79)
        .filter(|at| {
            let events = ar_core::event::from_json(&json!([told(*at), told(*at + 1)]).to_string()).unwrap();
            plain.apply(&events).unwrap();
            day.apply(&events).unwrap().again
        })
        .collect();
    assert_eq!((again, day.digest()), (vec![64 - 1], plain.digest()));
}

/// All parts have the rates of the whole, and not each its own.
#[test]
fn parts_share_the_rates() {
    let rates: Vec<Value> = (1..=28).map(|day| json!({ "base": "USD", "quote": "EUR", "on": format!("2026-10-{day:02}"), "rate": "0.9" })).collect();
    let book = ledger(json!({ "items": [invoice("I1", "C1", "600.00"), invoice("I2", "C2", "400.00")], "fx_rates": rates }));
    let mut day = StandingDay::try_new(book.clone(), &Policy::default(), &Models::fit(&book, as_of()), as_of()).unwrap();
    let events = ar_core::event::from_json(&json!([today("hold_placed", json!({ "customer_id": "C2", "reason": "limit" }))]).to_string()).unwrap();
    let changed = day.apply(&events).unwrap();
    let rates = changed.report.as_ref().unwrap().ledger().fx_rates();
    assert!(!changed.again && rates.len() == 28);
    assert!(std::ptr::eq(rates, book.fx_rates()), "a copy of the rates");
}
