//! Random events that fit a book: amounts are taken from what is open and unapplied at that moment.

use super::book::{Book, CURRENCIES, ago};
use ar_core::Ledger;
use ar_core::calendar::LAST_DAY;
use ar_core::money::minor_to_text;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What kind of event, and the bytes that fill it.
#[derive(Clone, Debug)]
pub struct Step {
    pub what: u8,
    pub bytes: [u8; 4],
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec((0u8..30, any::<[u8; 4]>()).prop_map(|(what, bytes)| Step { what, bytes }), 0..8)
}

/// A posting of a payment or a credit note on an item of its currency; part, all, or (rarely) more than there is.
fn posting(ledger: &Ledger, notes: bool, bytes: [u8; 4]) -> Option<Value> {
    let unapplied = ledger.unapplied_all(LAST_DAY);
    let cash: Vec<(String, ar_core::Currency, i64)> = ledger.payments().iter().zip(unapplied).map(|(row, left)| (ledger.text(row.id).into(), row.currency, left)).collect();
    let credit: Vec<(String, ar_core::Currency, i64)> = ledger.items().iter().filter(|item| item.kind.is_credit()).map(|item| (ledger.text(item.id).into(), item.currency, item.open)).collect();
    let from: Vec<_> = if notes { credit } else { cash }.into_iter().filter(|row| row.2 > 0).collect();
    let (id, currency, left) = from.get(usize::from(bytes[0]) % from.len().max(1))?;
    let debits: Vec<_> = ledger.items().iter().filter(|item| item.currency == *currency && !item.kind.is_credit() && item.open > 0).collect();
    let item = debits.get(usize::from(bytes[1]) % debits.len().max(1))?;
    let most = item.open.min(*left);
    let amount = match bytes[2] {
        0..=119 => most,
        120..=239 => (most * i64::from(bytes[2]) / 255).max(1),
        _ => most + 1,
    };
    let kind = ["payment", "payment", "payment", "write_off", "discount"][usize::from(bytes[3]) % 5];
    let on = ago(i64::from(bytes[3] % 3));
    Some(json!({ "event": "items_allocated", "on": on, "payment_id": id, "allocations": [{ "item_id": ledger.text(item.id), "amount": minor_to_text(amount, currency.exponent()), "kind": kind }] }))
}

/// What a customer kept back of an item: part of what is open, or (rarely) more.
fn kept_back(ledger: &Ledger, id: &str, bytes: [u8; 4]) -> Option<Value> {
    let open: Vec<_> = ledger.items().iter().filter(|item| item.open > 0).collect();
    let item = open.get(usize::from(bytes[0]) % open.len().max(1))?;
    let amount = if bytes[1] < 245 { (item.open * i64::from(bytes[1]) / 255).max(1) } else { item.open + 1 };
    let payment = ledger.payments().get(usize::from(bytes[2]) % 5).map(|row| ledger.text(row.id));
    let reason = ["pricing", "damaged", "06", "54", "unknown"][usize::from(bytes[3]) % 5];
    let amount = minor_to_text(amount, item.currency.exponent());
    Some(json!({ "event": "deduction_created", "on": ago(0), "deduction_id": id, "item_id": ledger.text(item.id), "amount": amount, "reason": reason, "payment_id": payment }))
}

fn name(rows: &[String], byte: u8) -> Option<&String> {
    rows.get(usize::from(byte) % rows.len().max(1))
}

/// The event of a step, if the book has what it needs.
pub fn event(ledger: &Ledger, book: &Book, step: &Step) -> Option<Value> {
    let bytes = step.bytes;
    let items: Vec<String> = ledger.items().iter().map(|row| ledger.text(row.id).into()).collect();
    let payments: Vec<String> = ledger.payments().iter().map(|row| ledger.text(row.id).into()).collect();
    let customer = &book.customers[usize::from(bytes[0]) % book.customers.len()].id;
    let on = ago(0);
    let fresh = format!("N{}-{}", items.len() + payments.len(), u32::from_le_bytes(bytes));
    Some(match step.what {
        0 | 2 | 3 => posting(ledger, false, bytes)?,
        1 => posting(ledger, true, bytes)?,
        4 => json!({ "event": "allocation_reversed", "on": on, "payment_id": name(&payments, bytes[0])? }),
        5 => json!({ "event": "payment_failed", "on": on, "payment_id": name(&payments, bytes[0])?, "failure": (bytes[1] > 128).then_some("technical") }),
        6 => {
            json!({ "event": "item_issued", "on": on, "item_id": fresh, "customer_id": customer, "currency": CURRENCIES[usize::from(bytes[2]) % 3].0, "amount": "250", "kind": if bytes[1] > 128 { "credit_note" } else { "invoice" }, "due_on": ago(i64::from(bytes[3]) % 9 - 9) })
        }
        7 => {
            json!({ "event": "payment_received", "on": ago(i64::from(bytes[3] % 4)), "payment_id": fresh, "currency": CURRENCIES[usize::from(bytes[2]) % 3].0, "amount": "100", "customer_id": customer })
        }
        8 => json!({ "event": "dispute_opened", "on": on, "dispute_id": fresh, "item_id": name(&items, bytes[1])? }),
        9 => json!({ "event": "notice_sent", "on": on, "customer_id": customer, "item_ids": [name(&items, bytes[1])?], "level": bytes[2] % 4, "notice_id": fresh }),
        10 => json!({ "event": "promise_made", "on": on, "promise_id": fresh, "customer_id": customer, "due_on": ago(-5) }),
        11 => json!({ "event": "customer_changed", "on": on, "customer_id": customer, "strategic": bytes[1] > 128 }),
        12 => json!({ "event": "signal_received", "on": on, "customer_id": customer, "kind": "news", "severity": bytes[1] % 101 }),
        13 | 14 => kept_back(ledger, &fresh, bytes)?,
        15 => json!({ "event": "allocation_reversed", "on": on, "payment_id": name(&items, bytes[0])? }),
        16 => json!({ "event": "call_made", "on": on, "customer_id": customer }),
        _ => arrangement(ledger, step, &fresh)?,
    })
}

/// A claim or an arrangement: most fit the book, some cannot be.
fn arrangement(ledger: &Ledger, step: &Step, fresh: &str) -> Option<Value> {
    let (bytes, on) = (step.bytes, ago(0));
    let open: Vec<_> = ledger.items().iter().filter(|item| item.open > 0 || bytes[3] > 240).collect();
    let item = open.get(usize::from(bytes[0]) % open.len().max(1))?;
    let (id, customer) = (ledger.text(item.id), ledger.text(ledger.customer(item.customer)?.id));
    let part = |byte: u8| minor_to_text((item.open * i64::from(byte) / 255).max(1), item.currency.exponent());
    let own = |at: Option<&str>| at.map(String::from);
    let promise = own(ledger.promises_of(item.customer).get(usize::from(bytes[1]) % 3).map(|row| ledger.text(row.id)));
    let plan = own(ledger.plans_of(item.customer).get(usize::from(bytes[1]) % 3).map(|row| ledger.text(row.id)));
    let dispute = own(ledger.disputes_of(item.customer).get(usize::from(bytes[1]) % 3).map(|row| ledger.text(row.id)));
    let parts: Vec<Value> = (1..=i64::from(bytes[2] % 4)).map(|month| json!({ "due_on": ago(-30 * month) })).collect();
    Some(match step.what {
        17 | 18 => {
            let amount = (bytes[1] > 100).then(|| part(bytes[1]));
            json!({ "event": "promise_made", "on": ago(i64::from(bytes[2] % 4)), "promise_id": fresh, "customer_id": customer, "item_id": id, "amount": amount, "due_on": ago(i64::from(bytes[3] % 8) - 6) })
        }
        19 => json!({ "event": "promise_withdrawn", "on": on, "promise_id": promise? }),
        20 => json!({ "event": "written_off", "on": on, "item_id": id, "amount": (bytes[1] > 100).then(|| part(bytes[1])) }),
        21 => json!({ "event": "allocation_reversed", "on": on, "item_ids": [id] }),
        22 => json!({ "event": "plan_offered", "on": on, "plan_id": fresh, "customer_id": customer, "item_ids": [id], "instalments": parts }),
        23 => json!({ "event": "plan_agreed", "on": on, "plan_id": plan? }),
        24 => json!({ "event": "plan_agreed", "on": on, "plan_id": fresh, "customer_id": customer, "item_ids": [id], "instalments": parts }),
        25 => json!({ "event": "extension_granted", "on": on, "item_ids": [id], "due_on": ago(i64::from(bytes[1] % 40) - 35) }),
        26 if bytes[1] > 128 => json!({ "event": "hold_placed", "on": on, "customer_id": customer, "reason": "limit" }),
        26 => json!({ "event": "hold_released", "on": on, "customer_id": customer }),
        27 => {
            let state = ["valid", "invalid", "partial", "closed"][usize::from(bytes[2]) % 4];
            json!({ "event": "dispute_resolved", "on": on, "dispute_id": dispute?, "state": state, "amount": (bytes[3] > 128).then(|| part(bytes[3])) })
        }
        28 => json!({ "event": "terms_changed", "on": on, "customer_id": customer, "payment_days": bytes[1] }),
        _ => json!({ "event": "handed_over", "on": on, "customer_id": customer, "item_ids": [id], "to": "agency" }),
    })
}

/// One event of each kind that may report an action, for a book with items.
pub fn one_of_each(book: &Book) -> Vec<Value> {
    let (customer, item) = (&book.customers[book.items[0].customer].id, &book.items[0]);
    let dispute = book.disputes.iter().position(|row| row.state == "open").map_or("none".into(), |at| format!("DI{at}"));
    let mut events = vec![
        json!({ "event": "notice_sent", "customer_id": customer, "item_ids": [item.id], "level": 1, "channel": "email" }),
        json!({ "event": "call_made", "customer_id": customer }),
        json!({ "event": "owner_notified", "customer_id": customer }),
        json!({ "event": "reply_sent", "customer_id": customer }),
        json!({ "event": "promise_reminded", "customer_id": customer, "channel": "email" }),
        json!({ "event": "remittance_asked", "customer_id": customer }),
        json!({ "event": "statement_sent", "customer_id": customer }),
        json!({ "event": "dispute_routed", "dispute_ids": [dispute] }),
        json!({ "event": "dispute_opened", "dispute_id": "NEW", "item_id": item.id }),
        json!({ "event": "promise_made", "promise_id": "NEW", "customer_id": customer, "due_on": "2026-12-01" }),
        json!({ "event": "item_issued", "item_id": "NEW", "customer_id": customer, "currency": "EUR", "amount": "40", "kind": "fee", "due_on": "2026-12-01" }),
        json!({ "event": "payment_received", "payment_id": "NEW", "currency": "EUR", "amount": "40" }),
        json!({ "event": "plan_offered", "plan_id": "NEW", "customer_id": customer, "item_ids": [item.id], "instalments": [{ "due_on": "2026-12-01" }] }),
        json!({ "event": "extension_granted", "item_ids": [item.id], "due_on": "2027-12-01" }),
        json!({ "event": "item_blocked", "item_id": item.id, "until": "2026-12-24" }),
        json!({ "event": "hold_placed", "customer_id": customer }),
        json!({ "event": "terms_changed", "customer_id": customer, "payment_days": 14 }),
        json!({ "event": "written_off", "item_id": item.id }),
        json!({ "event": "handed_over", "customer_id": customer, "item_ids": [item.id] }),
        json!({ "event": "deduction_created", "deduction_id": "NEW", "item_id": item.id, "amount": "1", "reason": "06" }),
    ];
    if let Some(payment) = book.payments.iter().find(|payment| payment.currency == item.currency && !item.is_credit()) {
        events.push(json!({ "event": "items_allocated", "payment_id": payment.id, "allocations": [{ "item_id": item.id, "amount": "1" }] }));
    }
    events.iter_mut().for_each(|event| event["on"] = json!("2026-11-20"));
    events
}
