//! Single cases of what is undone: who may undo what, what goes with it, and what a refusal says.

use super::tables::day;
use ar_core::error::ProblemCode;
use ar_core::record::DeductionReason;
use ar_core::table::{Cell, Table};
use ar_core::{Ledger, Policy};
use serde_json::{Value, json};

fn table<const N: usize>(name: &'static str, columns: [&str; N], rows: &[[&str; N]]) -> Table<'static> {
    let cell = |text: &str| if text.is_empty() { Cell::Null } else { Cell::Text(text.into()) };
    Table::from_rows(name, rows.iter().map(|row| columns.iter().zip(row).map(|(column, text)| (column.to_string(), cell(text))).collect::<Vec<_>>()))
}

/// Two invoices, a credit note, a payment of 950 for the first, and a line of the host on the second.
fn book() -> Ledger {
    let columns = ["item_id", "customer_id", "kind", "currency", "amount", "issued_on", "due_on", "reference"];
    let items = [
        ["I1", "C1", "invoice", "EUR", "1000.00", "2026-09-01", "2026-10-01", "RE-1"],
        ["I2", "C1", "invoice", "EUR", "500.00", "2026-09-01", "2026-10-01", "RE-2"],
        ["N1", "C1", "credit_note", "EUR", "100.00", "2026-09-01", "2026-10-01", ""],
    ];
    let payments = [["P1", "EUR", "950.00", "2026-11-01"], ["P2", "EUR", "300.00", "2026-11-01"]];
    let lines = [["P2", "I2", "200.00", "2026-11-02"]];
    let tables =
        [table("items", columns, &items), table("payments", ["payment_id", "currency", "amount", "received_on"], &payments), table("allocations", ["credit_id", "item_id", "amount", "on"], &lines)];
    Ledger::try_new(&tables).unwrap()
}

fn apply(books: &mut Ledger, mut events: Value) -> Result<(), Vec<(ProblemCode, Option<String>, String)>> {
    events.as_array_mut().unwrap().iter_mut().filter(|event| event["on"].is_null()).for_each(|event| event["on"] = json!("2026-11-10"));
    let told = books.apply_json(&events.to_string());
    told.map_err(|error| error.problems().iter().map(|problem| (problem.code, problem.column.clone(), problem.message.clone())).collect())
}

fn refusal(books: &mut Ledger, events: Value) -> String {
    let before = books.digest();
    let problems = apply(books, events).unwrap_err();
    assert_eq!(books.digest(), before);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].0, ProblemCode::ImpossibleEvent, "{problems:?}");
    problems[0].2.clone()
}

fn open(books: &Ledger, id: &str) -> i64 {
    books.item(books.find_item(id).unwrap_or_else(|| panic!("no item {id}"))).unwrap().open
}

fn unapplied(books: &Ledger, id: &str) -> i64 {
    books.unapplied_all(ar_core::calendar::LAST_DAY)[books.find_payment(id).unwrap().0 as usize]
}

fn posting() -> Value {
    json!([{ "event": "items_allocated", "decision_id": "D-1", "payment_id": "P1", "allocations": [{ "item_id": "I1", "amount": "900" }, { "item_id": "I1", "amount": "40", "credit_id": "N1" }] }])
}

fn deduction() -> Value {
    json!([{ "event": "deduction_created", "decision_id": "D-2", "deduction_id": "K1", "item_id": "I1", "amount": "60", "reason": "06", "payment_id": "P1", "posting": "D-1" }])
}

/// The posting and the deduction that came of it: the invoice is settled.
fn posted() -> Ledger {
    let mut books = book();
    apply(&mut books, posting()).unwrap();
    apply(&mut books, deduction()).unwrap();
    assert_eq!((open(&books, "I1"), open(&books, "K1"), open(&books, "N1"), unapplied(&books, "P1")), (0, 6_000, 6_000, 5_000));
    books
}

#[test]
fn a_posting_is_undone_with_its_credit_note_and_its_deduction() {
    for undo in [json!([{ "event": "allocation_reversed", "posting": "D-1" }]), json!([{ "event": "allocation_reversed", "decision_id": "D-1", "payment_id": "P1" }])] {
        let (mut books, before) = (posted(), book());
        assert!(books.item(books.find_item("I1").unwrap()).unwrap().settled_on.is_some());
        apply(&mut books, undo).unwrap();
        assert_eq!(books.items(), before.items());
        assert_eq!(books.allocations(), before.allocations());
        assert_eq!((books.deductions().len(), unapplied(&books, "P1")), (0, 95_000));
        // The decision was carried out once and is not carried out again; the payment remembers that it was taken back.
        assert!(books.done_on("D-1").is_some());
        assert!(books.undone_on(books.find_payment("P1").unwrap()).is_some());
        assert!(books.undone_on(books.find_payment("P2").unwrap()).is_none());
    }
}

#[test]
fn what_people_posted_stays() {
    let mut books = posted();
    // A person puts the rest of the same payment on another item, and the host has a line of its own there.
    apply(&mut books, json!([{ "event": "items_allocated", "payment_id": "P1", "allocations": [{ "item_id": "I2", "amount": "50" }] }])).unwrap();
    assert_eq!(open(&books, "I2"), 25_000);
    apply(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-1" }])).unwrap();
    assert_eq!((open(&books, "I1"), open(&books, "I2"), unapplied(&books, "P1"), unapplied(&books, "P2")), (100_000, 25_000, 90_000, 10_000));
    // Nobody else's line goes when a decision is named that posted nothing there.
    assert_eq!(refusal(&mut books, json!([{ "event": "allocation_reversed", "decision_id": "D-9", "payment_id": "P1" }])), "the books have no posting of the decision");
    // A person who names payment and item may take back what they name, also what the host posted.
    apply(&mut books, json!([{ "event": "allocation_reversed", "payment_id": "P2", "item_ids": ["I2"] }])).unwrap();
    assert_eq!((open(&books, "I2"), unapplied(&books, "P1"), unapplied(&books, "P2")), (45_000, 90_000, 30_000));
}

#[test]
fn a_reversal_of_nothing_says_so() {
    let mut books = posted();
    apply(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-1" }])).unwrap();
    assert_eq!(refusal(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-1" }])), "all that the decision posted was undone before");
    assert_eq!(refusal(&mut books, json!([{ "event": "allocation_reversed", "payment_id": "P1" }])), "the payment has no such posting");
    apply(&mut books, json!([{ "event": "payment_failed", "payment_id": "P2" }])).unwrap();
    assert_eq!(refusal(&mut books, json!([{ "event": "allocation_reversed", "payment_id": "P2" }])), "the payment failed, and its postings went with it");
    let mut books = posted();
    assert_eq!(refusal(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-1", "item_ids": ["I1", "I2"] }])), "no such posting on 'I2'");
    assert_eq!(refusal(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-1", "payment_id": "P2" }])), "the decision posted nothing of the payment");
    assert_eq!(
        refusal(
            &mut books,
            json!([{ "event": "items_allocated", "payment_id": "P1", "allocations": [{ "item_id": "I2", "amount": "1" }] }, { "event": "payment_failed", "payment_id": "P2" }, { "event": "items_allocated", "payment_id": "P2", "allocations": [{ "item_id": "I2", "amount": "1", "kind": "discount" }] }])
        ),
        "the payment failed"
    );
    // Items alone name what was written off of them.
    assert_eq!(refusal(&mut books, json!([{ "event": "allocation_reversed", "item_ids": ["I1"] }])), "the write-off is 'nothing': it cannot be 'undone'");
    let nothing_named = apply(&mut books, json!([{ "event": "allocation_reversed" }])).unwrap_err();
    assert_eq!((nothing_named[0].0, nothing_named[0].1.as_deref()), (ProblemCode::BadEvent, Some("payment_id")));
}

/// A reversal that the engine decided is reported like any other decision: twice is once.
#[test]
fn a_decided_reversal_is_reported_once() {
    let mut books = posted();
    let report = json!([{ "event": "allocation_reversed", "decision_id": "D-3", "posting": "D-1" }]);
    apply(&mut books, report.clone()).unwrap();
    let once = books.digest();
    apply(&mut books, report).unwrap();
    assert_eq!((books.digest(), books.done_on("D-3").is_some()), (once, true));
}

#[test]
fn a_part_of_a_posting_can_be_undone() {
    let mut books = book();
    apply(&mut books, json!([{ "event": "items_allocated", "decision_id": "D-1", "payment_id": "P1", "allocations": [{ "item_id": "I1", "amount": "450" }, { "item_id": "I2", "amount": "300" }] }]))
        .unwrap();
    assert!(books.item(books.find_item("I2").unwrap()).unwrap().settled_on.is_some());
    apply(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-1", "item_ids": ["I2"] }])).unwrap();
    let item = books.item(books.find_item("I2").unwrap()).unwrap();
    assert_eq!((item.open, item.settled_on, open(&books, "I1"), unapplied(&books, "P1")), (30_000, None, 55_000, 50_000));
}

#[test]
fn a_deduction_alone_is_undone_by_its_name_or_its_decision() {
    for undo in [json!([{ "event": "allocation_reversed", "payment_id": "K1" }]), json!([{ "event": "allocation_reversed", "posting": "D-2" }])] {
        let mut books = posted();
        apply(&mut books, undo).unwrap();
        assert_eq!((books.find_item("K1"), open(&books, "I1"), open(&books, "N1"), unapplied(&books, "P1")), (None, 6_000, 6_000, 5_000));
    }
}

#[test]
fn a_deduction_that_was_paid_or_credited_stands_in_the_way() {
    for credit in ["P2", "N1"] {
        let mut books = posted();
        apply(&mut books, json!([{ "event": "items_allocated", "payment_id": credit, "allocations": [{ "item_id": "K1", "amount": "20" }] }])).unwrap();
        for undo in
            [json!({ "event": "allocation_reversed", "posting": "D-1" }), json!({ "event": "allocation_reversed", "payment_id": "K1" }), json!({ "event": "allocation_reversed", "payment_id": "P1" })]
        {
            assert_eq!(refusal(&mut books, json!([undo])), "the deduction 'K1' is paid or credited in part or in full: undo that first");
        }
        // The bank does not ask: the payment is gone, and the deduction that was worked on stays for itself.
        let mut failed = books.clone();
        apply(&mut failed, json!([{ "event": "payment_failed", "payment_id": "P1" }])).unwrap();
        assert_eq!((open(&failed, "K1"), open(&failed, "I1")), (4_000, 90_000));
        apply(&mut books, json!([{ "event": "allocation_reversed", "payment_id": credit, "item_ids": ["K1"] }, { "event": "allocation_reversed", "posting": "D-1" }])).unwrap();
        assert_eq!((books.find_item("K1"), open(&books, "I1")), (None, 100_000));
    }
}

#[test]
fn a_failed_payment_takes_its_deduction_along() {
    let mut books = posted();
    apply(&mut books, json!([{ "event": "payment_failed", "payment_id": "P1" }])).unwrap();
    // What the credit note gave was not the payment's.
    assert_eq!((books.find_item("K1"), open(&books, "I1"), open(&books, "N1")), (None, 96_000, 6_000));
    assert!(books.undone_on(books.find_payment("P1").unwrap()).is_none());
}

/// What was claimed or promised of a deduction is said of its item again; a notice that named it is no notice about that item.
#[test]
fn what_was_said_of_a_deduction_is_not_lost() {
    let mut books = posted();
    let events = json!([
        { "event": "dispute_opened", "dispute_id": "DI1", "item_id": "K1", "reason": "PRICE" },
        { "event": "promise_made", "promise_id": "PR1", "customer_id": "C1", "item_id": "K1", "due_on": "2026-12-01" },
        { "event": "notice_sent", "customer_id": "C1", "item_ids": ["I2", "K1"], "level": 1, "notice_id": "NO1" },
        { "event": "item_issued", "item_id": "A0", "customer_id": "C1", "currency": "EUR", "amount": "5", "due_on": "2026-11-10" },
    ]);
    apply(&mut books, events).unwrap();
    apply(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-1" }])).unwrap();
    let customer = books.find_customer("C1").unwrap();
    let (item, other) = (books.find_item("I1").unwrap(), books.find_item("I2").unwrap());
    let (dispute, promise, notice) = (&books.disputes_of(customer)[0], &books.promises_of(customer)[0], &books.notices_of(customer)[0]);
    assert_eq!((dispute.item, dispute.amount), (item, 6_000));
    assert_eq!((promise.item, promise.amount), (Some(item), Some(6_000)));
    assert_eq!((books.item_list(&notice.items), notice.before.as_slice()), (&[other][..], &[0][..]));
    // A bounce finds the levels of the items that are left.
    apply(&mut books, json!([{ "event": "notice_bounced", "notice_id": "NO1" }])).unwrap();
    assert_eq!(books.item(other).unwrap().level, 0);
    day(&books, &Policy::default());
}

/// A name that was undone is free again, though not inside one batch, where both would be entered at once.
#[test]
fn a_deduction_is_gone_for_the_events_behind() {
    let mut books = posted();
    let behind = apply(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-1" }, { "event": "dispute_opened", "dispute_id": "DI1", "item_id": "K1" }])).unwrap_err();
    assert_eq!(behind[0].0, ProblemCode::UnknownItem);
    apply(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-1" }])).unwrap();
    apply(&mut books, json!([{ "event": "deduction_created", "deduction_id": "K1", "item_id": "I1", "amount": "70" }])).unwrap();
    assert_eq!((open(&books, "I1"), open(&books, "K1")), (93_000, 7_000));
}

#[test]
fn a_deduction_that_cannot_be_is_refused() {
    let cases = [
        (json!({ "item_id": "I1", "amount": "1000.01" }), ProblemCode::OverAllocated, "amount"),
        (json!({ "item_id": "N1", "amount": "10" }), ProblemCode::UnknownItem, "item_id"),
        (json!({ "item_id": "K1", "amount": "10" }), ProblemCode::UnknownItem, "item_id"),
        (json!({ "item_id": "none", "amount": "10" }), ProblemCode::UnknownItem, "item_id"),
        (json!({ "item_id": "I2", "amount": "0" }), ProblemCode::NotPositive, "amount"),
        (json!({ "item_id": "I2", "amount": "10", "reason": "pricng" }), ProblemCode::UnknownWord, "reason"),
        (json!({ "item_id": "I2", "amount": "10", "payment_id": "none" }), ProblemCode::UnknownPayment, "payment_id"),
        (json!({ "item_id": "I2", "amount": "10", "deduction_id": "I1" }), ProblemCode::DuplicateId, "deduction_id"),
        (json!({ "item_id": "I2", "amount": "10", "on": "2026-08-31" }), ProblemCode::DatesOutOfOrder, "on"),
    ];
    for (fields, code, field) in cases {
        let mut books = posted();
        let mut event = json!({ "event": "deduction_created", "deduction_id": "K2" });
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let problems = apply(&mut books, json!([event])).unwrap_err();
        assert_eq!((problems[0].0, problems[0].1.as_deref()), (code, Some(field)), "{event}: {problems:?}");
        assert_eq!(problems.len(), 1, "{event}: {problems:?}");
    }
    let line = json!([{ "event": "items_allocated", "payment_id": "P1", "allocations": [{ "item_id": "I2", "amount": "1", "kind": "deduction" }] }]);
    assert_eq!(apply(&mut posted(), line).unwrap_err()[0].0, ProblemCode::BadEvent);
}

#[test]
fn reasons_are_words_or_codes_of_x12() {
    let read = |text: &str| DeductionReason::read(text).map(DeductionReason::name);
    for (text, reason) in
        [("pricing", "pricing"), ("01", "pricing"), ("3", "pricing"), ("04", "damaged"), ("06", "quantity_shortage"), ("6", "quantity_shortage"), ("19", "duplicate"), ("24", "discount_not_earned")]
    {
        assert_eq!(read(text), Some(reason), "{text}");
    }
    for (text, reason) in
        [("43", "discount_not_earned"), ("54", "freight"), ("55", "tax"), ("56", "promotion"), ("57", "volume_discount"), ("a6", "compliance_fine"), ("MH", "missing_documents"), ("ZZ", "other")]
    {
        assert_eq!(read(text), Some(reason), "{text}");
    }
    for text in ["", "0", "pricng", "PRICE", "100", "ö"] {
        assert_eq!(read(text), None, "{text}");
    }
}

/// What a host writes of a deduction comes back: reason, what the customer wrote, and of which item it is a part.
#[test]
fn deductions_come_in_by_tables() {
    let columns = ["item_id", "customer_id", "kind", "currency", "amount", "issued_on", "due_on", "deduction_reason", "deduction_code"];
    let item = |id: &'static str, kind: &'static str, amount: &'static str, reason: &'static str, code: &'static str| [id, "C1", kind, "EUR", amount, "2026-09-01", "2026-10-01", reason, code];
    let items = [item("I1", "invoice", "1000.00", "", ""), item("K1", "deduction", "60.00", "pricing", "K77"), item("K2", "deduction", "5.00", "06", ""), item("K3", "deduction", "5.00", "", "")];
    let load =
        |items: &[[&str; 9]], lines: &[[&str; 6]]| Ledger::try_new(&[table("items", columns, items), table("allocations", ["credit_id", "item_id", "amount", "kind", "on", "decision_id"], lines)]);
    let line = ["K1", "I1", "60.00", "deduction", "2026-09-02", "D-2"];
    let mut books = load(&items, &[line]).unwrap();
    let told: Vec<(&str, &str, bool)> = books.deductions().iter().map(|row| (row.reason.name(), books.text(row.code), row.source.is_some())).collect();
    assert_eq!(told, [("pricing", "K77", true), ("quantity_shortage", "06", false), ("unknown", "", false)]);
    assert_eq!((open(&books, "I1"), open(&books, "K1")), (94_000, 6_000));
    // The decision stands in the table: it is undone by its name also after the books came back.
    apply(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-2" }])).unwrap();
    assert_eq!((open(&books, "I1"), books.find_item("K1")), (100_000, None));
    let refused = |items: &[[&str; 9]], lines: &[[&str; 6]]| load(items, lines).unwrap_err().problems()[0].code;
    assert_eq!(refused(&items, &[["K1", "I1", "59.00", "deduction", "2026-09-02", ""]]), ProblemCode::OverAllocated);
    assert_eq!(refused(&items, &[line, line]), ProblemCode::OverAllocated);
    assert_eq!(refused(&items, &[["I1", "K1", "60.00", "deduction", "2026-09-02", ""]]), ProblemCode::UnknownPayment);
    assert_eq!(refused(&items, &[["K1", "I1", "60.00", "payment", "2026-09-02", ""]]), ProblemCode::UnknownPayment);
    assert_eq!(refused(&items, &[["K2", "K1", "5.00", "deduction", "2026-09-02", ""]]), ProblemCode::UnknownItem);
    assert_eq!(refused(&[item("I1", "invoice", "10.00", "pricing", "")], &[]), ProblemCode::Contradiction);
    assert_eq!(refused(&[item("K1", "deduction", "10.00", "prices", "")], &[]), ProblemCode::UnknownWord);
}

/// Who works on a deduction is told of what it was kept back, and why.
#[test]
fn a_deduction_tells_its_story_to_the_person_who_works_on_it() {
    let mut books = posted();
    apply(&mut books, json!([{ "event": "dispute_opened", "dispute_id": "DI1", "item_id": "K1", "reason": "QUANTITY" }])).unwrap();
    let report = day(&books, &Policy::default());
    let decision = report.decisions().iter().find(|decision| decision.action().name() == "route_dispute").unwrap();
    let told: Value = serde_json::from_str(&report.explain(&decision.id).unwrap()).unwrap();
    assert_eq!(told["context"]["deductions"], json!([{ "item_id": "K1", "source_item_id": "I1", "reason": "quantity_shortage", "code": "06", "payment_id": "P1" }]));
}

/// What was kept back of an invoice is no second sale, and how it is settled says nothing of how the customer pays.
#[test]
fn a_deduction_is_neither_a_sale_nor_a_habit() {
    let kpi = |books: &Ledger| serde_json::from_str::<Value>(&day(books, &Policy::default()).to_json()).unwrap()["parts"]["kpis"].clone();
    let (mut books, mut with) = (book(), book());
    apply(&mut books, json!([{ "event": "items_allocated", "payment_id": "P1", "allocations": [{ "item_id": "I1", "amount": "900" }] }])).unwrap();
    with.clone_from(&books);
    apply(&mut with, json!([{ "event": "deduction_created", "deduction_id": "K1", "item_id": "I1", "amount": "100", "reason": "01" }])).unwrap();
    let value = |kpis: &Value, name: &str| kpis.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()["value"].clone();
    for name in ["dso", "dso_countback", "cei", "overdue_share"] {
        assert_eq!(value(&kpi(&with), name), value(&kpi(&books), name), "{name}");
    }
    apply(&mut with, json!([{ "event": "items_allocated", "payment_id": "N1", "allocations": [{ "item_id": "K1", "amount": "100" }] }])).unwrap();
    let item = with.item(with.find_item("K1").unwrap()).unwrap();
    assert!(item.settled_on.is_some() && ar_core::scoring::settled_delay(item, super::book::as_of()).is_none());
}

/// A credit note in a payment is a line with a minus: it gives to the items of the posting what the payment need not.
#[test]
fn a_credit_note_is_taken_off_a_payment() {
    let line = |item: &str, amount: &str| json!({ "item_id": item, "amount": amount, "kind": "payment" });
    let netted = json!([{ "event": "items_allocated", "decision_id": "D-1", "payment_id": "P1", "allocations": [line("I1", "1000"), line("N1", "-50")] }]);
    let mut books = book();
    apply(&mut books, netted).unwrap();
    assert_eq!((open(&books, "I1"), open(&books, "N1"), unapplied(&books, "P1")), (0, 5_000, 0));
    apply(&mut books, json!([{ "event": "allocation_reversed", "posting": "D-1" }])).unwrap();
    assert_eq!((open(&books, "I1"), open(&books, "N1"), unapplied(&books, "P1")), (100_000, 10_000, 95_000));
    let cases = [
        (json!([line("I1", "40"), line("N1", "-50")]), ProblemCode::OverAllocated),
        (json!([line("I1", "1000"), line("N1", "-100.01")]), ProblemCode::OverAllocated),
        (json!([line("I1", "1000"), line("N1", "-40")]), ProblemCode::OverAllocated),
        (json!([line("I1", "900"), line("I2", "-40")]), ProblemCode::NotPositive),
        (json!([line("I1", "900"), line("N1", "-0")]), ProblemCode::NotPositive),
        (json!([line("N1", "50")]), ProblemCode::UnknownItem),
    ];
    for (lines, code) in cases {
        let told = apply(&mut book(), json!([{ "event": "items_allocated", "payment_id": "P1", "allocations": lines }])).unwrap_err();
        assert_eq!((told[0].0, told.len()), (code, 1), "{lines}: {told:?}");
    }
}

/// A payment in another currency says what it takes of the payment and what it gives to the item; both come back.
#[test]
fn an_exchanged_posting_goes_there_and_back() {
    let columns = ["item_id", "customer_id", "currency", "amount", "issued_on", "due_on"];
    let items = [["I1", "C1", "JPY", "15000", "2026-09-01", "2026-10-01"], ["I2", "C1", "JPY", "1000", "2026-09-01", "2026-10-01"]];
    let payments = [["P1", "EUR", "100.00", "2026-11-01"]];
    let payment_columns = ["payment_id", "currency", "amount", "received_on"];
    let load = |lines: &[[&str; 6]]| {
        Ledger::try_new(&[
            table("items", columns, &items),
            table("payments", payment_columns, &payments),
            table("allocations", ["credit_id", "item_id", "amount", "credit_amount", "kind", "on"], lines),
        ])
    };
    let (mut books, before) = (load(&[]).unwrap(), load(&[]).unwrap().digest());
    let lines = json!([{ "item_id": "I1", "amount": "94.10", "item_amount": "15000" }, { "item_id": "I2", "amount": "0.10", "item_amount": "16", "kind": "write_off" }]);
    apply(&mut books, json!([{ "event": "items_allocated", "payment_id": "P1", "allocations": lines }])).unwrap();
    assert_eq!((open(&books, "I1"), open(&books, "I2"), unapplied(&books, "P1")), (0, 984, 590));
    let told = load(&[["P1", "I1", "15000", "94.10", "payment", "2026-11-10"], ["P1", "I2", "16", "0.10", "write_off", "2026-11-10"]]).unwrap();
    assert_eq!(told.digest(), books.digest());
    apply(&mut books, json!([{ "event": "allocation_reversed", "payment_id": "P1" }])).unwrap();
    assert_eq!(books.digest(), before);
    let refused = |line: Value| apply(&mut load(&[]).unwrap(), json!([{ "event": "items_allocated", "payment_id": "P1", "allocations": [line] }])).unwrap_err()[0].0;
    assert_eq!(refused(json!({ "item_id": "I1", "amount": "94.10" })), ProblemCode::CurrencyMismatch);
    assert_eq!(refused(json!({ "item_id": "I1", "amount": "100.01", "item_amount": "15000" })), ProblemCode::OverAllocated);
    assert_eq!(refused(json!({ "item_id": "I1", "amount": "90", "item_amount": "15001" })), ProblemCode::OverAllocated);
    assert_eq!(load(&[["P1", "I1", "15000", "", "payment", "2026-11-10"]]).unwrap_err().problems()[0].code, ProblemCode::CurrencyMismatch);
    assert_eq!(load(&[["P1", "I1", "15000", "100.01", "payment", "2026-11-10"]]).unwrap_err().problems()[0].code, ProblemCode::OverAllocated);
    let same = json!([{ "event": "items_allocated", "payment_id": "P1", "allocations": [{ "item_id": "I1", "amount": "90", "item_amount": "91" }] }]);
    assert_eq!(apply(&mut book(), same).unwrap_err()[0].0, ProblemCode::Contradiction);
}

/// A line that a stated open amount has in it is no day of settlement, when it stands and when it goes.
#[test]
fn what_the_host_stated_has_its_lines_in_it() {
    let columns = ["item_id", "customer_id", "currency", "amount", "issued_on", "due_on", "open_amount"];
    let items = [["I1", "C1", "EUR", "100.00", "2026-09-01", "2026-10-01", "60.00"]];
    let payments = [["P1", "EUR", "40.00", "2026-11-01"], ["P2", "EUR", "200.00", "2026-11-01"]];
    let lines = [["P1", "I1", "40.00", "2026-11-08"]];
    let payment_columns = ["payment_id", "currency", "amount", "received_on"];
    let mut books = Ledger::try_new(&[table("items", columns, &items), table("payments", payment_columns, &payments), table("allocations", ["credit_id", "item_id", "amount", "on"], &lines)]).unwrap();
    let line = |on: &str, amount: &str| json!({ "event": "items_allocated", "on": on, "payment_id": "P2", "allocations": [{ "item_id": "I1", "amount": amount }] });
    let open_on = |books: &Ledger, day: &str| books.open_all(day.parse().unwrap())[0];
    let item = |books: &Ledger| (books.items()[0].open, books.items()[0].settled_on.map(|day| day.to_string()));
    apply(&mut books, json!([line("2026-11-10", "60"), { "event": "call_made", "customer_id": "C1" }])).unwrap();
    assert_eq!(item(&books), (0, Some("2026-11-10".into())));
    assert_eq!((open_on(&books, "2026-11-09"), open_on(&books, "2026-11-10")), (6_000, 0));
    // The host's line goes, and what it held is paid on an earlier day; the last line is still that of the tenth.
    apply(&mut books, json!([{ "event": "allocation_reversed", "payment_id": "P1" }, line("2026-11-09", "40")])).unwrap();
    assert_eq!(item(&books), (0, Some("2026-11-10".into())));
    let mut at_once = Ledger::try_new(&[
        table("items", columns, &items),
        table("payments", payment_columns, &payments),
        table("allocations", ["credit_id", "item_id", "amount", "on"], &[["P1", "I1", "40.00", "2026-11-10"]]),
    ])
    .unwrap();
    apply(&mut at_once, json!([line("2026-11-10", "60"), { "event": "allocation_reversed", "payment_id": "P1" }, line("2026-11-09", "40")])).unwrap();
    assert_eq!(item(&at_once), (0, Some("2026-11-10".into())));
}

/// All that is known of a deduction makes the book another.
#[test]
fn the_digest_sees_what_is_known_of_a_deduction() {
    let digest = |fields: Value| {
        let mut books = book();
        let mut event = json!({ "event": "deduction_created", "deduction_id": "K1", "item_id": "I1", "amount": "60", "reason": "pricing" });
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        apply(&mut books, json!([event])).unwrap();
        books.digest()
    };
    let others = [
        json!({}),
        json!({ "reason": "01" }),
        json!({ "reason": "tax" }),
        json!({ "code": "K7" }),
        json!({ "payment_id": "P1" }),
        json!({ "payment_id": "P2" }),
        json!({ "posting": "D-1" }),
        json!({ "item_id": "I2" }),
    ];
    let digests: std::collections::BTreeSet<String> = others.into_iter().map(digest).collect();
    assert_eq!(digests.len(), 8);
}

/// Advice can say by event what it can say by table.
#[test]
fn advice_by_event_tells_what_was_kept_back() {
    let mut books = book();
    apply(&mut books, json!([{ "event": "remittance_received", "remittance_id": "R1", "payment_id": "P1", "reference": "RE-1", "amount": "940.00", "discount": "0", "deduction": "60.00", "deduction_reason": "06" }, { "event": "remittance_received", "remittance_id": "R2", "payment_id": "P1", "reference": "N1", "amount": "-10.00" }])).unwrap();
    let lines: Vec<_> = books.remittances().iter().map(|row| (row.amount, row.deduction, books.text(row.deduction_reason))).collect();
    assert_eq!(lines, [(Some(94_000), 6_000, "06"), (Some(-1_000), 0, "")]);
    let negative = json!([{ "event": "remittance_received", "remittance_id": "R3", "payment_id": "P1", "reference": "RE-1", "deduction": "-1" }]);
    assert_eq!(apply(&mut books, negative).unwrap_err()[0].0, ProblemCode::NotPositive);
}
