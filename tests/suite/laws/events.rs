//! Events: all or nothing, money is neither made nor lost, what is undone is as before, and nothing is done twice.

use super::book::{Book, CURRENCIES, From, ago, books};
use super::cases;
use super::steps::{Step, event, one_of_each, steps};
use super::tables::ledger;
use ar_core::Ledger;
use ar_core::calendar::LAST_DAY;
use ar_core::money::minor_to_text;
use ar_core::record::{AllocationKind, Credit, ItemIdx, PaymentIdx};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How an item stands: its amount, what is open, what was allocated to it or (a credit note) taken from it, and
/// whether a table had the last word on it.
#[derive(Clone, Debug, PartialEq)]
struct Stand {
    amount: i64,
    open: i64,
    moved: i64,
    settled: bool,
    stated: bool,
}

/// All that the books say of money and claims. What a payment had been posted on when it failed is remembered, and not in it.
fn said(ledger: &Ledger) -> String {
    let claims: Vec<_> = ledger.each_customer().map(|at| (ledger.promises_of(at), ledger.disputes_of(at), ledger.plans_with_instalments(at).collect::<Vec<_>>(), ledger.contacts_of(at))).collect();
    format!("{:?}", (ledger.items(), ledger.payments(), ledger.allocations(), ledger.deductions(), claims))
}

fn stands(ledger: &Ledger) -> BTreeMap<String, Stand> {
    let of = |at: usize| {
        let item = &ledger.items()[at];
        let at = ItemIdx(at as u32);
        let moved = ledger.allocations().iter().filter(|row| row.lowers().any(|item| item == at)).map(|row| row.amount).sum();
        let stand = Stand { amount: item.amount, open: item.open, moved, settled: item.settled_on.is_some(), stated: item.open_stated };
        (ledger.text(item.id).to_string(), stand)
    };
    (0..ledger.items().len()).map(of).collect()
}

/// What must hold after every step: `None`, or the sentence that is broken.
fn broken(before: &Ledger, after: &Ledger) -> Option<String> {
    let (old, new) = (stands(before), stands(after));
    for (id, now) in &new {
        // What a table settled or stated may leave a rest that no posting explains; what it stated stays what it was.
        let adds_up = match old.get(id) {
            _ if now.settled => now.open == 0,
            Some(was) if now.stated => was.open + was.moved == now.open + now.moved,
            _ => now.open + now.moved == now.amount,
        };
        if !adds_up || !(0..=now.amount).contains(&now.open) {
            return Some(format!("{id}: {:?} became {now:?}", old.get(id)));
        }
    }
    let unapplied = after.unapplied_all(LAST_DAY);
    for (at, payment) in after.payments().iter().enumerate() {
        let applied: i64 = after.allocations().iter().filter(|row| row.credit == Credit::Payment(PaymentIdx(at as u32)) && row.kind == AllocationKind::Payment).map(|row| row.amount).sum();
        let expected = if payment.failed { 0 } else { payment.amount - applied };
        if payment.applied != applied || applied > payment.amount || unapplied[at] != expected {
            return Some(format!("payment {at}: {payment:?}, allocated {applied}, unapplied {}", unapplied[at]));
        }
    }
    None
}

/// Contacts with a customer that the tables tell.
fn contacts(book: &Book, customer: usize) -> usize {
    book.notices.iter().filter(|notice| notice.customer == customer && notice.state != "void").count()
}

fn text_of(events: &[Value]) -> String {
    Value::Array(events.to_vec()).to_string()
}

/// The book as events would have told it: nothing that only a table can say.
fn told(book: &Book) -> Book {
    let mut told = book.clone();
    for item in &mut told.items {
        (item.stated, item.settled_on, item.level, item.last_notice_on) = (None, None, 0, None);
        (item.disputed, item.blocked_until, item.reason) = (false, None, None);
    }
    told.allocations.iter_mut().for_each(|line| line.decision = None);
    told.payments.iter_mut().for_each(|payment| payment.failed = false);
    told.promises.iter_mut().for_each(|promise| promise.state = "open");
    // An event replaces the promise before it, a table does not.
    let mut promised = std::collections::BTreeSet::new();
    told.promises.retain(|promise| promised.insert((promise.customer, promise.item)));
    told.disputes.iter_mut().for_each(|dispute| dispute.state = "open");
    told.notices.iter_mut().for_each(|notice| notice.state = "sent");
    told.news.iter_mut().for_each(|news| news.answered_on = None);
    told.plans.clear();
    told
}

/// Every row of the book but its customers as an event.
fn as_events(book: &Book) -> Vec<Value> {
    let money = |minor: i64, currency: usize| minor_to_text(minor, CURRENCIES[currency].1);
    let item = |at: usize| &book.items[at];
    let customer = |at: usize| &book.customers[at].id;
    let ids = |items: &[usize]| items.iter().map(|at| item(*at).id.clone()).collect::<Vec<_>>();
    let mut events: Vec<Value> = Vec::new();
    events.extend(book.items.iter().map(|row| json!({ "event": "item_issued", "on": row.issued_on, "item_id": row.id, "customer_id": customer(row.customer), "kind": row.kind, "currency": CURRENCIES[row.currency].0, "amount": money(row.amount, row.currency), "due_on": row.due_on, "reference": row.reference })));
    events.extend(book.payments.iter().map(|row| json!({ "event": "payment_received", "on": row.received_on, "payment_id": row.id, "currency": CURRENCIES[row.currency].0, "amount": money(row.amount, row.currency), "customer_id": row.customer.map(customer), "payer_name": row.payer_name, "text": row.text })));
    events.extend(book.remittances.iter().enumerate().map(|(at, (payment, reference))| json!({ "event": "remittance_received", "on": book.payments[*payment].received_on, "remittance_id": format!("RE{at}"), "payment_id": book.payments[*payment].id, "reference": reference })));
    events.extend(book.allocations.iter().map(|row| {
        let credit = match row.from {
            From::Payment(at) => &book.payments[at].id,
            From::Note(at) => &item(at).id,
        };
        json!({ "event": "items_allocated", "on": row.on, "payment_id": credit, "allocations": [{ "item_id": item(row.item).id, "amount": money(row.amount, item(row.item).currency), "kind": row.kind }] })
    }));
    events.extend(book.disputes.iter().enumerate().map(|(at, row)| json!({ "event": "dispute_opened", "on": row.opened_on, "dispute_id": format!("DI{at}"), "item_id": item(row.item).id, "amount": row.amount.map(|minor| money(minor, item(row.item).currency)) })));
    events.extend(book.promises.iter().enumerate().map(|(at, row)| json!({ "event": "promise_made", "on": row.made_on, "promise_id": format!("PR{at}"), "customer_id": customer(row.customer), "item_id": row.item.map(|at| &item(at).id), "amount": row.amount.zip(row.item).map(|(minor, at)| money(minor, item(at).currency)), "due_on": row.due_on })));
    events.extend(book.notices.iter().enumerate().map(|(at, row)| json!({ "event": "notice_sent", "on": row.sent_on, "notice_id": format!("NO{at}"), "customer_id": customer(row.customer), "item_ids": ids(&row.items), "level": row.level, "channel": "email" })));
    events.extend(book.news.iter().enumerate().map(|(at, row)| match row.severity {
        Some(severity) => json!({ "event": "signal_received", "on": row.on, "customer_id": customer(row.customer), "kind": "bureau", "severity": severity }),
        None => json!({ "event": "reply_received", "on": row.on, "reply_id": format!("RP{at}"), "customer_id": customer(row.customer), "text": "when will you\nanswer?" }),
    }));
    events
}

/// Events that cannot be, whatever the book.
fn impossible(which: u8) -> Value {
    match which % 8 {
        0 => json!({ "event": "dispute_opened", "on": "2026-11-20", "dispute_id": "X", "item_id": "nothing" }),
        1 => json!({ "event": "payment_received", "on": "2026-11-20", "payment_id": "X", "currency": "EUR", "amount": "0" }),
        2 => json!({ "event": "payment_received", "on": "2026-11-20", "payment_id": "X", "currency": "JPY", "amount": "1.5" }),
        3 => json!({ "event": "call_made", "on": "2026-11-20", "customer_id": "nobody" }),
        4 => json!({ "event": "notice_seen", "on": "2026-11-20" }),
        5 => json!({ "event": "day_closed", "on": "2026-02-30" }),
        6 => json!({ "event": "decision_approved", "on": "2026-11-20", "decision_id": "D-1" }),
        _ => json!({ "event": "day_closed", "on": "2026-11-20", "extra": true }),
    }
}

proptest! {
    #![proptest_config(cases(300))]

    // Killed by: events worked into the books themselves, a problem that does not stop the batch.
    #[test]
    fn a_batch_is_applied_whole_or_not_at_all(book in books(), steps in steps(), bad in any::<u8>(), at in any::<prop::sample::Index>()) {
        let mut books = ledger(&book);
        let before = books.digest();
        let good: Vec<Value> = steps.iter().filter_map(|step| event(&books, &book, step)).collect();
        let mut events = good;
        events.insert(at.index(events.len() + 1), impossible(bad));
        let refused = books.apply_json(&text_of(&events));
        prop_assert!(refused.is_err());
        prop_assert!(!refused.unwrap_err().problems().is_empty());
        prop_assert_eq!(books.digest(), before);
    }

    // Killed by: a unit too much in `applied`, a reversal that forgets the payment, the wrong side of a credit note.
    #[test]
    fn money_is_conserved_at_every_step(book in books(), steps in steps()) {
        let mut books = ledger(&book);
        for step in &steps {
            let Some(event) = event(&books, &book, step) else { continue };
            let before = books.clone();
            if books.apply_json(&text_of(std::slice::from_ref(&event))).is_err() {
                prop_assert_eq!(books.digest(), before.digest());
            }
            prop_assert_eq!(broken(&before, &books), None, "{}", event);
        }
    }

    /// What the ledger holds of an item and what it says is open at the end of time is the same.
    #[test]
    fn the_row_and_the_day_agree_on_what_is_open(book in books(), steps in steps()) {
        let mut books = ledger(&book);
        for step in &steps {
            if let Some(event) = event(&books, &book, step) {
                let _ = books.apply_json(&text_of(&[event]));
            }
            let rows: Vec<(&str, i64)> = books.items().iter().map(|item| (books.text(item.id), item.open)).collect();
            let by_day: Vec<(&str, i64)> = books.items().iter().map(|item| books.text(item.id)).zip(books.open_all(LAST_DAY)).collect();
            prop_assert_eq!(rows, by_day, "after {:?}", step);
        }
    }

    /// A batch is its events one by one, also where some report decisions, twice, or decisions that were approved.
    // Killed by: rows that are entered and leave another's place where it was, repeats that are looked for in one way
    // for items and in another for the rest.
    #[test]
    fn one_by_one_or_at_once(book in books(), ids in proptest::collection::vec(0u8..12, 40)) {
        let told = told(&book);
        let base = ledger(&Book { customers: told.customers.clone(), ..Book::default() });
        let mut events = as_events(&told);
        for (event, id) in events.iter_mut().zip(&ids).filter(|(_, id)| **id < 5) {
            event["decision_id"] = json!(format!("D-{id}"));
            if *id < 2 {
                *event = json!({ "event": "decision_approved", "on": ago(0), "by": "Mr Desk", "decision_id": format!("D-{}", id + 2) });
            }
        }
        let mut one_by_one = base.clone();
        let refused = events.iter().any(|event| one_by_one.apply_json(&text_of(std::slice::from_ref(event))).is_err());
        // An event of a batch may name what was left out as a repeat: then neither way takes it.
        prop_assume!(!refused);
        let mut at_once = base;
        prop_assert!(at_once.apply_json(&text_of(&events)).is_ok());
        prop_assert_eq!(at_once.digest(), one_by_one.digest());
    }

    /// The books of events are the books of the tables that say the same (but for notices, which in a table do not
    /// say what was before them).
    #[test]
    fn told_or_tabled(book in books()) {
        let mut told = told(&book);
        told.notices.clear();
        let mut books = ledger(&Book { customers: told.customers.clone(), ..Book::default() });
        books.apply_json(&text_of(&as_events(&told))).unwrap();
        prop_assert_eq!(books.digest(), ledger(&told).digest());
    }

    /// A new item or payment sorts itself in and takes no row of another with it: as if it had stood in the tables.
    // Killed by: any one kind of row that keeps the old place of its item or payment.
    #[test]
    fn new_rows_leave_the_others_where_they_are(book in books(), bytes in any::<[u8; 4]>()) {
        let customer = usize::from(bytes[0]) % book.customers.len();
        let due_on = ago(i64::from(bytes[1]));
        let mut with = book.clone();
        let mut item = super::extremes::item(0, 4_000, i64::from(bytes[1]));
        (item.id, item.reference, item.customer) = (format!("{}-NEW", if bytes[2] > 128 { "A" } else { "Z" }), None, customer);
        let mut payment = super::extremes::payment(0, 4_000, "new".into());
        (payment.id, payment.customer, payment.received_on) = ("A-PAY".into(), Some(customer), ago(i64::from(bytes[3] % 12)));
        let issued = json!({ "event": "item_issued", "on": item.issued_on, "item_id": item.id, "customer_id": book.customers[customer].id, "currency": "EUR", "amount": "40", "due_on": due_on });
        let received = json!({ "event": "payment_received", "on": payment.received_on, "payment_id": payment.id, "customer_id": book.customers[customer].id, "currency": "EUR", "amount": "40", "text": "new" });
        with.items.push(item);
        with.payments.push(payment);
        let mut books = ledger(&book);
        books.apply_json(&text_of(&[issued, received])).unwrap();
        prop_assert_eq!(books.digest(), ledger(&with).digest());
    }

    // Killed by: a reversal that keeps `settled_on`, an allocation that stays in the list.
    #[test]
    fn what_is_reversed_is_as_before(book in books(), step in any::<[u8; 4]>(), notes in any::<bool>()) {
        let mut books = ledger(&book);
        let Some(posting) = event(&books, &book, &Step { what: if notes { 1 } else { 0 }, bytes: step }) else { return Ok(()) };
        let (credit, item) = (posting["payment_id"].clone(), posting["allocations"][0]["item_id"].clone());
        let known = |credit: &str, item: &str| book.allocations.iter().any(|row| book.items[row.item].id == item && match row.from {
            From::Payment(at) => book.payments[at].id == credit,
            From::Note(at) => book.items[at].id == credit,
        });
        prop_assume!(!known(credit.as_str().unwrap(), item.as_str().unwrap()));
        let before = books.digest();
        prop_assume!(books.apply_json(&text_of(&[posting])).is_ok());
        prop_assert_ne!(books.digest(), before.clone());
        let undone = books.apply_json(&text_of(&[json!({ "event": "allocation_reversed", "on": "2026-11-20", "payment_id": credit, "item_ids": [item] })]));
        prop_assert!(undone.is_ok(), "{:?}", undone.err().map(|error| error.problems().to_vec()));
        prop_assert_eq!(books.digest(), before);
    }

    /// A deduction that came of a short payment goes with it: by the payment, by itself, and when the bank takes the money
    /// back. What is undone leaves the books as they were, to the byte.
    // Killed by: a deduction that stays among the items, a row that keeps the place it had while it was there.
    #[test]
    fn a_deduction_that_is_undone_was_never_there(book in books(), step in any::<[u8; 4]>(), kept in any::<[u8; 4]>(), way in 0u8..3) {
        let mut books = ledger(&book);
        let Some(posting) = event(&books, &book, &Step { what: 0, bytes: step }) else { return Ok(()) };
        let (credit, item) = (posting["payment_id"].clone(), posting["allocations"][0]["item_id"].clone());
        prop_assume!(!book.allocations.iter().any(|row| matches!(row.from, From::Payment(at) if Some(book.payments[at].id.as_str()) == credit.as_str())));
        let mut before = books.clone();
        prop_assume!(books.apply_json(&text_of(&[posting])).is_ok());
        let after = books.digest();
        let Some(at) = books.find_item(item.as_str().unwrap()).filter(|at| books.items()[at.0 as usize].open > 0) else { return Ok(()) };
        let (open, decimals) = (books.items()[at.0 as usize].open, books.items()[at.0 as usize].currency.exponent());
        let part = minor_to_text((open * i64::from(kept[0]) / 255).max(1), decimals);
        let owed = |books: &Ledger| books.open_all(ago(-1)).iter().sum::<i64>();
        let owed_before = owed(&books);
        let created = json!({ "event": "deduction_created", "on": ago(0), "deduction_id": if kept[1] > 128 { "A-KEPT" } else { "Z-KEPT" }, "item_id": item, "amount": part, "reason": "01", "payment_id": credit });
        let made = books.apply_json(&text_of(std::slice::from_ref(&created)));
        // An item that is issued later has nothing to keep back yet.
        prop_assume!(made.is_ok());
        prop_assert_eq!(owed(&books), owed_before);
        let undo = match way {
            0 => json!({ "event": "allocation_reversed", "on": ago(0), "payment_id": created["deduction_id"] }),
            1 => json!({ "event": "allocation_reversed", "on": ago(0), "payment_id": credit }),
            _ => json!({ "event": "payment_failed", "on": ago(0), "payment_id": credit }),
        };
        if way == 2 {
            before.apply_json(&text_of(std::slice::from_ref(&undo))).unwrap();
        }
        books.apply_json(&text_of(&[undo])).unwrap();
        match way {
            0 => prop_assert_eq!(books.digest(), after),
            1 => prop_assert_eq!(books.digest(), before.digest()),
            _ => prop_assert_eq!(said(&books), said(&before)),
        }
    }

    /// A payment that fails leaves its items as if it had never been posted.
    #[test]
    fn a_failed_payment_takes_its_postings_back(book in books(), step in any::<[u8; 4]>()) {
        let mut books = ledger(&book);
        let Some(posting) = event(&books, &book, &Step { what: 0, bytes: step }) else { return Ok(()) };
        let payment = posting["payment_id"].clone();
        let used = |row: &&super::book::Allocation| matches!(row.from, From::Payment(at) if Some(book.payments[at].id.as_str()) == payment.as_str());
        prop_assume!(!book.allocations.iter().any(|row| used(&row)));
        let fail = text_of(&[json!({ "event": "payment_failed", "on": "2026-11-20", "payment_id": payment })]);
        let mut never_posted = books.clone();
        never_posted.apply_json(&fail).unwrap();
        prop_assume!(books.apply_json(&text_of(&[posting])).is_ok());
        books.apply_json(&fail).unwrap();
        prop_assert_eq!(said(&books), said(&never_posted));
    }

    /// The second report of a decision changes nothing, in another batch or in the same.
    #[test]
    fn nothing_is_done_twice(book in books(), which in any::<prop::sample::Index>()) {
        prop_assume!(!book.items.is_empty());
        let kinds = one_of_each(&book);
        let mut event = kinds[which.index(kinds.len())].clone();
        event["decision_id"] = json!("D-0123456789abcdef01234567");
        let mut books = ledger(&book);
        prop_assume!(books.apply_json(&text_of(&[event.clone()])).is_ok());
        let once = books.digest();
        let again = books.apply_json(&text_of(&[event.clone()]));
        prop_assert!(again.is_ok(), "{event}: {:?}", again.err().map(|error| error.problems().to_vec()));
        prop_assert_eq!(books.digest(), once.clone(), "{}", event);
        let mut both = ledger(&book);
        let same_batch = both.apply_json(&text_of(&[event.clone(), event.clone()]));
        prop_assert!(same_batch.is_ok(), "{event} twice in a batch: {:?}", same_batch.err().map(|error| error.problems().to_vec()));
        prop_assert_eq!(both.digest(), once, "{}", event);
    }

    /// A notice that came back moved no level.
    #[test]
    fn a_bounced_notice_moves_no_level(book in books(), level in 1u8..5, customer in any::<prop::sample::Index>()) {
        let mut books = ledger(&book);
        let at = customer.index(book.customers.len());
        let ids: Vec<&str> = book.items.iter().filter(|item| item.customer == at).map(|item| item.id.as_str()).collect();
        prop_assume!(!ids.is_empty());
        let levels = |books: &Ledger| books.items().iter().map(|item| item.level).collect::<Vec<u8>>();
        let before = levels(&books);
        books.apply_json(&text_of(&[json!({ "event": "notice_sent", "on": ago(0), "customer_id": book.customers[at].id, "item_ids": ids, "level": level, "channel": "email", "notice_id": "NEW" })])).unwrap();
        prop_assert!(levels(&books).iter().zip(&before).all(|(now, before)| now >= before));
        // It was a contact, and one it stays: the customer was tried.
        let found = books.find_customer(&book.customers[at].id).unwrap();
        prop_assert_eq!(books.contacts_of(found).len(), contacts(&book, at) + 1);
        books.apply_json(&text_of(&[json!({ "event": "notice_bounced", "on": ago(0), "notice_id": "NEW" })])).unwrap();
        prop_assert_eq!(levels(&books), before);
    }
}
