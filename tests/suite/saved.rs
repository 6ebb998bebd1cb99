//! Saved bytes: what they are is pinned, and nothing that is not just them is read.

use crate::golden::{compare, path};
use crate::scenarios::tables;
use ar_core::action::ActionKind;
use ar_core::error::{ErrorCode, ProblemCode};
use ar_core::ledger::VerdictKind;
use ar_core::record::{AllocationKind, DeductionReason, DisputeState, FailureKind, ItemKind, NoticeState, PlanState, PromiseState};
use ar_core::text::hex;
use ar_core::{Ledger, Models, Policy, run};
use chrono::NaiveDate;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A small book that has a row in every table of the bytes.
pub fn small_book() -> Ledger {
    let tables_of = json!({ "tables": {
        "customers": [
            { "customer_id": "C1", "name": "Köhler GmbH", "aliases": ["Koehler", "K\u{f6}hler & Sohn"], "owner": "anna", "segment": "retail", "country": "DE", "language": "de", "time_zone": "Europe/Berlin", "channels": ["email", "letter"], "credit_limit": "5000", "currency": "EUR", "bank_accounts": ["DE02120300000000202051"], "industry": "wood" },
            { "customer_id": "C2", "parent_id": "C1", "owner": "anna", "segment": "retail", "country": "JP", "strategic": true, "channels": ["email"], "blocked_until": "2026-12-01" }
        ],
        "items": [
            { "item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": "100.00", "issued_on": "2026-08-01", "due_on": "2026-08-31", "reference": "RE-1", "purchase_order": "PO 7", "dunning_level": 1, "last_notice_on": "2026-09-20", "product": "planks" },
            { "item_id": "I2", "customer_id": "C1", "currency": "EUR", "amount": "250.50", "open_amount": "200.50", "issued_on": "2026-09-01", "due_on": "2026-10-01", "discount_percent": "2", "discount_until": "2026-09-10", "notice_group": "north" },
            { "item_id": "I3", "customer_id": "C1", "currency": "EUR", "amount": "80.00", "issued_on": "2026-06-01", "due_on": "2026-07-01", "settled_on": "2026-07-09" },
            { "item_id": "I4", "customer_id": "C2", "currency": "JPY", "amount": "90000", "issued_on": "2026-09-05", "due_on": "2026-10-05", "disputed": true },
            { "item_id": "N1", "customer_id": "C1", "kind": "credit_note", "currency": "EUR", "amount": "30.00", "issued_on": "2026-09-15", "due_on": "2026-09-15" },
            { "item_id": "K1", "customer_id": "C1", "kind": "deduction", "currency": "EUR", "amount": "10.00", "issued_on": "2026-09-20", "due_on": "2026-09-20" }
        ],
        "payments": [
            { "payment_id": "P1", "customer_id": "C1", "currency": "EUR", "amount": "120.00", "received_on": "2026-10-10", "payer_name": "KOEHLER", "payer_account": "DE02120300000000202051", "text": "RE-1 and more", "reference": "RF18", "bank_fee": "1.50", "method": "transfer" },
            { "payment_id": "P2", "currency": "EUR", "amount": "40.00", "received_on": "2026-10-12", "failed": true, "failure": "insufficient_funds", "failed_on": "2026-10-14", "method": "direct_debit", "customer_id": "C1" }
        ],
        "remittances": [{ "remittance_id": "R1", "payment_id": "P1", "customer_id": "C1", "received_on": "2026-10-09", "reference": "RE-1", "amount": "100", "discount": "2", "deduction": "5", "deduction_reason": "06" }],
        "allocations": [
            { "credit_id": "P1", "item_id": "I1", "amount": "50.00", "on": "2026-10-11", "decision_id": "D-0" },
            { "credit_id": "K1", "item_id": "I2", "amount": "10.00", "kind": "deduction", "on": "2026-09-20" },
            { "credit_id": "I2", "item_id": "I2", "amount": "5.00", "kind": "write_off", "on": "2026-10-20" }
        ],
        "promises": [{ "promise_id": "PR1", "customer_id": "C1", "item_id": "I2", "amount": "100", "made_on": "2026-10-01", "due_on": "2026-12-01", "source": "call" }],
        "disputes": [{ "dispute_id": "DI1", "customer_id": "C1", "item_id": "I2", "amount": "20", "reason": "price", "opened_on": "2026-10-02" }],
        "plans": [{ "plan_id": "PL1", "customer_id": "C1", "agreed_on": "2026-10-03", "item_ids": ["I2", "I1"] }],
        "instalments": [{ "plan_id": "PL1", "due_on": "2026-12-10", "amount": "100" }, { "plan_id": "PL1", "due_on": "2027-01-10", "amount": "150.50" }],
        "notices": [{ "notice_id": "NO1", "customer_id": "C1", "sent_on": "2026-09-20", "item_ids": ["I1"], "level": 1, "channel": "email" }],
        "replies": [{ "reply_id": "RP1", "customer_id": "C1", "received_on": "2026-10-01", "subject": "your letter", "text": "we pay\non Friday", "channel": "email", "intent": "promise" }],
        "signals": [{ "customer_id": "C2", "on": "2026-09-01", "kind": "bureau", "severity": 40 }],
        "fx_rates": [{ "base": "EUR", "quote": "JPY", "on": "2026-10-01", "rate": "162.3" }]
    } });
    let mut ledger = Ledger::try_new(&tables(&tables_of, "tables")).unwrap_or_else(|bad| panic!("{:?}", bad.problems()));
    let events = json!([
        { "event": "items_allocated", "on": "2026-11-01", "decision_id": "D-1", "payment_id": "P1", "allocations": [{ "item_id": "I1", "amount": "20.00" }] },
        { "event": "allocation_reversed", "on": "2026-11-02", "decision_id": "D-1", "payment_id": "P1" },
        { "event": "notice_sent", "on": "2026-11-02", "decision_id": "D-2", "by": "ben", "notice_id": "NO2", "customer_id": "C2", "item_ids": ["I4"], "level": 1, "channel": "letter" },
        { "event": "extension_granted", "on": "2026-11-02", "item_ids": ["I4"], "due_on": "2026-12-05" },
        { "event": "hold_placed", "on": "2026-11-02", "customer_id": "C2", "reason": "late" },
        { "event": "terms_changed", "on": "2026-11-02", "customer_id": "C1", "payment_days": 14, "credit_limit": "4000" },
        { "event": "handed_over", "on": "2026-11-02", "customer_id": "C1", "item_ids": ["I2"], "to": "agency" },
        { "event": "payment_retried", "on": "2026-11-03", "decision_id": "D-3", "payment_id": "P2" },
        { "event": "dispute_routed", "on": "2026-11-03", "dispute_ids": ["DI1"] },
        { "event": "promise_withdrawn", "on": "2026-11-03", "promise_id": "PR1" },
        { "event": "decision_asked", "on": "2026-11-03", "decision_id": "D-4", "to": "anna" },
        { "event": "decision_approved", "on": "2026-11-03", "decision_id": "D-4", "by": "anna", "action": "send_notice", "segment": "retail" },
        { "event": "decision_edited", "on": "2026-11-04", "decision_id": "D-4", "by": "ben", "edit": { "tone": "firm", "level": 2 } },
        { "event": "decision_reviewed", "on": "2026-11-04", "decision_id": "D-1", "by": "ben", "verdict": "wrong" },
        { "event": "autonomy_widened", "on": "2026-11-04", "by": "ben", "action": "send_notice", "segment": "retail", "level": 2 },
        { "event": "autonomy_stopped", "on": "2026-11-04", "by": "ben", "action": "send_notice", "customer_id": "C2" },
        { "event": "policy_changed", "on": "2026-11-04", "by": "ben", "version": "2026-11", "digest": "00ff" },
        { "event": "day_closed", "on": "2026-11-05" }
    ]);
    ledger.apply_json(&events.to_string()).unwrap_or_else(|bad| panic!("{:?}", bad.problems()));
    ledger
}

fn refusal(bytes: &[u8]) -> ProblemCode {
    let error = Ledger::from_bytes(bytes).unwrap_err();
    assert_eq!((error.code(), error.total()), (ErrorCode::InvalidBytes, 1));
    error.problems()[0].code
}

/// Bytes with the checksum that they should have: what somebody can make who means it.
pub fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - 32);
    let payload = bytes.len() as u64 - 20;
    bytes[12..20].copy_from_slice(&payload.to_le_bytes());
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

/// The file of a version stays what it is, and is read for ever: with the next version comes a file of its own beside it.
#[test]
fn the_bytes_of_a_small_book_are_these() {
    let (ledger, name) = (small_book(), "tests/golden/saved_ledger_1.hex");
    let lines: Vec<String> = hex(&ledger.to_bytes()).as_bytes().chunks(160).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
    compare(name, &(lines.join("\n") + "\n"));
    let text: String = std::fs::read_to_string(path(name)).unwrap().split_whitespace().collect();
    let bytes: Vec<u8> = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
    let restored = Ledger::from_bytes(&bytes).unwrap();
    assert_eq!(restored.digest(), ledger.digest());
    assert_eq!(restored.to_bytes(), ledger.to_bytes());
}

/// A word is its place in its list: lists only grow at their ends, and that raises the version.
#[test]
fn words_keep_their_places() {
    let lists: [(&str, &[&str]); 10] = [
        ("item", ItemKind::WORDS),
        ("allocation", AllocationKind::WORDS),
        ("deduction", DeductionReason::WORDS),
        ("promise", PromiseState::WORDS),
        ("dispute", DisputeState::WORDS),
        ("plan", PlanState::WORDS),
        ("notice", NoticeState::WORDS),
        ("failure", FailureKind::WORDS),
        ("verdict", VerdictKind::WORDS),
        ("action", ActionKind::WORDS),
    ];
    let text: String = lists.iter().map(|(name, words)| format!("{name}: {}\n", words.join(" "))).collect();
    compare("tests/golden/saved_words_1.txt", &text);
}

#[test]
fn a_restored_day_is_the_same_day() {
    let ledger = small_book();
    let restored = Ledger::from_bytes(&ledger.to_bytes()).unwrap();
    let (policy, day) = (Policy::default(), NaiveDate::from_ymd_opt(2026, 11, 21).unwrap());
    let models = Models::fit(&ledger, day);
    let again = Models::from_bytes(&models.to_bytes()).unwrap();
    assert_eq!(again.to_bytes(), models.to_bytes());
    assert_eq!(again.digest(), models.digest());
    assert_eq!(run(&ledger, &policy, &models, day).unwrap().to_json(), run(&restored, &policy, &again, day).unwrap().to_json());
    assert_eq!(Ledger::from_bytes(&Ledger::default().to_bytes()).unwrap().digest(), Ledger::default().digest());
}

#[test]
fn what_is_cut_or_damaged_is_refused() {
    let bytes = small_book().to_bytes();
    for len in 0..bytes.len() {
        assert_eq!(refusal(&bytes[..len]), ProblemCode::WrongLength, "{len} of {} bytes", bytes.len());
    }
    for more in [vec![0], bytes.clone()] {
        assert_eq!(refusal(&[bytes.clone(), more].concat()), ProblemCode::WrongLength);
    }
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        let wanted = match at {
            0..8 => ProblemCode::NotSaved,
            12..20 => ProblemCode::WrongLength,
            _ => ProblemCode::WrongChecksum,
        };
        assert_eq!(refusal(&damaged), wanted, "byte {at}");
    }
    assert_eq!(refusal(b"{\"items\": []}"), ProblemCode::NotSaved);
}

#[test]
fn another_kind_and_a_later_version_are_named() {
    let (ledger, models) = (small_book(), Models::fit(&small_book(), NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()));
    assert_eq!(refusal(&models.to_bytes()), ProblemCode::WrongKind);
    let error = Models::from_bytes(&ledger.to_bytes()).unwrap_err();
    assert_eq!((error.code(), error.problems()[0].code), (ErrorCode::InvalidBytes, ProblemCode::WrongKind));
    for version in [0u16, 2, u16::MAX] {
        let mut later = ledger.to_bytes();
        later[10..12].copy_from_slice(&version.to_le_bytes());
        assert_eq!(refusal(&resealed(later)), ProblemCode::NewerVersion);
    }
    let mut broken = models.to_bytes();
    broken[20] = b'[';
    assert_eq!(Models::from_bytes(&resealed(broken)).unwrap_err().code(), ErrorCode::InvalidModels);
}

/// A number of rows that no bytes can hold takes no memory, and each of these lies is found.
#[test]
fn lies_are_refused() {
    let bytes = small_book().to_bytes();
    let huge = [&bytes[..20], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], &bytes[21..]].concat();
    assert_eq!(refusal(&resealed(huge)), ProblemCode::WrongContent);
    let longer = [&bytes[..bytes.len() - 32], &[0], &bytes[bytes.len() - 32..]].concat();
    assert_eq!(refusal(&resealed(longer)), ProblemCode::WrongContent);
    // The number of customers in more bytes than it needs: the same number, but not the same bytes.
    let wordy = [&bytes[..20], &[bytes[20] | 0x80, 0], &bytes[21..]].concat();
    assert_eq!(refusal(&resealed(wordy)), ProblemCode::WrongContent);
    let place = |text: &[u8]| bytes.windows(text.len()).position(|window| window == text).unwrap();
    for (text, instead) in [("RE-1", "\u{fffd}\u{7f}"), ("EUR", "EUX"), ("\u{2}I1", "\u{2}I2"), ("Europe/Berlin", "Europe/Berlim"), ("\"tone\"", "\"tine\"")] {
        let mut lie = bytes.clone();
        lie[place(text.as_bytes())..][..text.len()].copy_from_slice(instead.as_bytes());
        if text == "RE-1" {
            lie[place(text.as_bytes())] = 0xff;
        }
        assert_eq!(refusal(&resealed(lie)), ProblemCode::WrongContent, "{instead:?}");
    }
}

#[test]
fn a_day_outside_the_calendar_is_refused_of_an_event_too() {
    let mut ledger = small_book();
    for (field, event) in [
        ("until", json!({ "event": "item_blocked", "on": "2026-11-10", "item_id": "I1", "until": "2200-01-01" })),
        ("blocked_until", json!({ "event": "customer_changed", "on": "2026-11-10", "customer_id": "C1", "blocked_until": "9999-12-31" })),
        ("due_on", json!({ "event": "item_issued", "on": "2026-11-10", "item_id": "X", "customer_id": "C1", "currency": "EUR", "amount": "1", "due_on": "2200-01-01" })),
        ("due_on", json!({ "event": "promise_made", "on": "2026-11-10", "promise_id": "X", "customer_id": "C1", "due_on": "2200-01-01" })),
    ] {
        let error = ledger.apply_json(&Value::Array(vec![event]).to_string()).unwrap_err();
        assert_eq!((error.problems()[0].code, error.problems()[0].column.as_deref()), (ProblemCode::OutOfRange, Some(field)));
    }
}
