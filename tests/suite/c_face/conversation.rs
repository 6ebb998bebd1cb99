//! Replies read, notices checked and written through C: the bytes of Rust, and the contract of the header.

use super::load::with_report_of_c;
use super::{Seen, problems, string};
use crate::golden::{compare, path};
use crate::write_notice::{as_of, book_tables};
use ar_core::calendar::days_since_epoch;
use ar_core::conversation::read::{OwnedContext, check_reading, read_reply};
use ar_core::conversation::verify::{Facts, verify_notice};
use ar_core::conversation::write::{NoticeKind, OwnedStyle, Templates};
use ar_core::{Ledger, Models, Policy, run};
use ar_core_ffi::conversation::*;
use ar_core_ffi::error::ErrorHandle;
use ar_core_ffi::report::{ReportHandle, ar_run};
use ar_core_ffi::status::Status;
use ar_core_ffi::text::ar_string_free;
use serde_json::{Value, json};
use std::ffi::{CString, c_char};
use std::ptr;

const CONTEXT: &str = r#"{"received_on":"2026-03-03","locale":"en-GB","items":[{"item_id":"I1","reference":"INV-7","currency":"GBP","open_amount":"120.00"}]}"#;
const STYLE: &str = r#"{"sender":{"name":"Northgate Supplies Ltd","email":"ar@northgate.example","iban":"GB33BUKB20201555555555"},"contact":"Ms Reid"}"#;

type Out = (*mut *mut c_char, *mut usize, *mut *mut ErrorHandle);

/// Calls an export; its text, or the status with every problem. Nothing is written by a call that fails, and the length is that of the text.
fn asked(call: impl FnOnce(Out) -> Status) -> Result<String, (Status, Vec<Seen>)> {
    let marker = ptr::dangling_mut::<c_char>();
    let (mut text, mut len, mut error) = (marker, usize::MAX, ptr::null_mut());
    let status = call((&mut text, &mut len, &mut error));
    if status == Status::Ok {
        let found = string(text);
        assert_eq!(found.len(), len);
        unsafe { ar_string_free(text) };
        return Ok(found);
    }
    assert!(text == marker && len == usize::MAX, "an output was written by a call that failed");
    Err((status, problems(error)))
}

fn read(text: &str, context: &str) -> Result<String, (Status, Vec<Seen>)> {
    asked(|(out, len, error)| unsafe { ar_read_reply(text.as_ptr().cast(), text.len(), context.as_ptr().cast(), context.len(), out, len, error) })
}

fn check(text: &str, context: &str, supplied: &str) -> Result<String, (Status, Vec<Seen>)> {
    let (t, c, s) = (text, context, supplied);
    asked(|(out, len, error)| unsafe { ar_check_reading(t.as_ptr().cast(), t.len(), c.as_ptr().cast(), c.len(), s.as_ptr().cast(), s.len(), out, len, error) })
}

fn verify(text: &str, facts: &str) -> Result<String, (Status, Vec<Seen>)> {
    asked(|(out, len, error)| unsafe { ar_verify_notice(text.as_ptr().cast(), text.len(), facts.as_ptr().cast(), facts.len(), out, len, error) })
}

fn write(report: *const ReportHandle, id: &str, style: &str, draft: Option<&str>) -> Result<String, (Status, Vec<Seen>)> {
    let id = CString::new(id).unwrap();
    let (text, len) = draft.map_or((ptr::null(), 0), |draft| (draft.as_ptr().cast(), draft.len()));
    asked(|(out, out_len, error)| unsafe { ar_write_notice(report, id.as_ptr(), style.as_ptr().cast(), style.len(), text, len, out, out_len, error) })
}

fn lines(name: &str) -> Vec<Value> {
    std::fs::read_to_string(path(name)).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn places(found: Result<String, (Status, Vec<Seen>)>) -> Vec<String> {
    let (status, seen) = found.unwrap_err();
    assert_eq!(status, Status::InvalidArgument);
    seen.into_iter().map(|(table, row, column, code, _)| format!("{table} {row} {} {}", column.unwrap_or_default(), code.name())).collect()
}

/// The readings are committed, so that Python is held against the same bytes.
#[test]
fn mails_read_through_c_are_those_of_rust() {
    let mut golden = String::new();
    let mails = lines("tests/reference/replies_faces.jsonl");
    assert!(mails.len() >= 12, "{}", mails.len());
    for mail in mails {
        let (text, context) = (mail["text"].as_str().unwrap(), mail["context"].to_string());
        let own = OwnedContext::from_json(&context).unwrap();
        let wanted = own.with(|context| read_reply(text, context).to_json(text, context));
        assert_eq!(read(text, &context).unwrap(), wanted, "{}", mail["id"]);
        let supplied = json!({ "intents": [{ "name": "dispute" }], "dates": [{ "role": "promise", "on": "2026-03-20" }], "human": true }).to_string();
        let wanted_too = own.with(|context| check_reading(text, context, &supplied).unwrap().to_json(text, context));
        assert_eq!(check(text, &context, &supplied).unwrap(), wanted_too, "{}", mail["id"]);
        golden.push_str(&format!("{wanted}\n"));
    }
    compare("tests/golden/replies_faces.jsonl", &golden);
}

#[test]
fn spans_count_characters() {
    let text = "Grüße! We pay INV-7, £120.00, on 20 March 2026";
    let reading: Value = serde_json::from_str(&read(text, CONTEXT).unwrap()).unwrap();
    let letters: Vec<char> = text.chars().collect();
    let part = |span: &Value| letters[span[0].as_u64().unwrap() as usize..span[1].as_u64().unwrap() as usize].iter().collect::<String>();
    assert_eq!(part(&reading["amounts"][0]["span"]), "£120.00");
    assert_eq!(part(&reading["dates"][0]["span"]), "20 March 2026");
    assert_eq!(reading["references"], json!(["INV-7"]));
}

#[test]
fn notices_checked_through_c_are_those_of_rust() {
    for row in lines("tests/reference/grounding.jsonl") {
        let (text, facts) = (row["message"].as_str().unwrap(), row["facts"].to_string());
        let found = verify(text, &facts).unwrap();
        assert_eq!(found, verify_notice(text, &Facts::from_json(&facts).unwrap()).to_json(text), "{}", row["id"]);
        let verdict: Value = serde_json::from_str(&found).unwrap();
        assert_eq!(verdict["accepted"].as_bool().unwrap(), verdict["findings"].as_array().unwrap().is_empty(), "{}", row["id"]);
    }
}

#[test]
fn notices_written_through_c_are_those_of_rust() {
    let tables = book_tables();
    let ledger = Ledger::try_new(&tables).unwrap();
    let (policy_text, templates) = (std::fs::read_to_string(path("examples/book/policy.toml")).unwrap(), Templates::shipped().unwrap());
    let report = run(&ledger, &Policy::from_toml(&policy_text).unwrap(), &Models::fit(&ledger, as_of()), as_of()).unwrap();
    let style = OwnedStyle::from_json(STYLE).unwrap();
    let (written, unwritten): (Vec<_>, Vec<_>) = report.decisions().iter().partition(|decision| NoticeKind::of(decision.action()).is_some() && decision.customer().is_some());
    let days = days_since_epoch(as_of());
    let checked = with_report_of_c(ar_run, [&tables, &[]], "", &policy_text, days, |handle| {
        let mut used = 0;
        for decision in &written {
            for draft in [None, Some("Pay 1,000,000 EUR today or else.")] {
                let wanted = report.write_notice(&decision.id, &style.style(&templates), draft).unwrap().to_json(draft);
                assert_eq!(write(handle, &decision.id, STYLE, draft).unwrap(), wanted, "{}", decision.id);
                let seen: Value = serde_json::from_str(&wanted).unwrap();
                assert!(seen["draft"] != "used" && (draft.is_some() || seen["draft"] == "none"), "{seen}");
            }
            let plain: Value = serde_json::from_str(&write(handle, &decision.id, STYLE, None).unwrap()).unwrap();
            let again: Value = serde_json::from_str(&write(handle, &decision.id, STYLE, plain["text"].as_str()).unwrap()).unwrap();
            used += usize::from(again["draft"] == "used" && again["text"] == plain["text"]);
        }
        assert!(used * 2 > written.len(), "our own texts are true: {used} of {}", written.len());
        for decision in unwritten.iter().take(3) {
            assert_eq!(places(write(handle, &decision.id, STYLE, None)), ["arguments -1 decision unknown_word"], "{}", decision.id);
        }
        let id = &written[0].id;
        assert_eq!(places(write(handle, "D-none", STYLE, None)), ["arguments -1 decision_id unknown_record"]);
        assert_eq!(places(write(handle, id, "{", None)), ["style -1  syntax"]);
        let bad = r#"{"sender":{"nmae":"x"},"tone":"loud","channel":"fax","locale":"xx","draft":1}"#;
        let wanted = [
            "sender -1 email missing_value",
            "sender -1 name missing_value",
            "sender -1 nmae unknown_column",
            "style -1 channel unknown_word",
            "style -1 draft unknown_column",
            "style -1 locale unknown_word",
            "style -1 tone unknown_word",
        ];
        assert_eq!(places(write(handle, id, bad, None)), wanted);
        let null = asked(|(out, len, error)| unsafe { ar_write_notice(handle, ptr::null(), STYLE.as_ptr().cast(), STYLE.len(), ptr::null(), 0, out, len, error) });
        assert_eq!(null.unwrap_err().0, Status::NullPointer);
        written.len()
    });
    assert!(checked.unwrap() > 3);
}

#[test]
fn all_problems_of_what_is_given_are_told_at_once() {
    let context = r#"{"recieved_on":"2026-03-03","country":"Germany","locale":"?","currency":"EURO","subject":5,"items":[{"item_id":"","currency":"GBP","open_amount":"1.234"},7,{"item_id":"I2","currency":"XXQ","reference":1.5},{"item_id":3}]}"#;
    let wanted = [
        "context -1 country unknown_word",
        "context -1 currency unknown_currency",
        "context -1 locale unknown_word",
        "context -1 received_on missing_value",
        "context -1 recieved_on unknown_column",
        "context -1 subject unreadable",
        "items 0 item_id missing_value",
        "items 0 open_amount not_minor_units",
        "items 1  unreadable",
        "items 2 currency unknown_currency",
        "items 2 reference unreadable",
        "items 3 currency missing_value",
    ];
    assert_eq!(places(read("x", context)), wanted);
    assert_eq!(places(check("x", context, "{}")), wanted);
    for bad in ["", "[]", "{", "null", "\u{0}"] {
        assert_eq!(places(read("x", bad)), ["context -1  syntax"], "{bad:?}");
        assert!(!places(verify("x", bad)).is_empty(), "{bad:?}");
    }
    assert_eq!(places(check("x", CONTEXT, r#"{"intents":[{"name":"promise"}],"dispute_reasons":["COST"]}"#)), ["reading 0 dispute_reasons unknown_word", "reading 0 intents unknown_word"]);
    assert_eq!(places(check("x", CONTEXT, "[]")), ["reading -1  unreadable"]);
    assert!(places(verify("x", "{}")).len() > 4);
    let deep = "[".repeat(100_000);
    assert_eq!(places(read("x", &deep)), ["context -1  syntax"]);
}

#[test]
fn null_and_broken_texts_are_refused_and_named() {
    let (text, len) = ("x".as_ptr().cast::<c_char>(), 1);
    let context = (CONTEXT.as_ptr().cast::<c_char>(), CONTEXT.len());
    let refused = |found: Result<String, (Status, Vec<Seen>)>, status: Status, parameter: &str| {
        let (seen, problems) = found.unwrap_err();
        assert_eq!((seen, problems[0].2.as_deref()), (status, Some(parameter)));
    };
    let null = Status::NullPointer;
    unsafe {
        refused(asked(|(out, n, error)| ar_read_reply(ptr::null(), 1, context.0, context.1, out, n, error)), null, "text");
        refused(asked(|(out, n, error)| ar_read_reply(text, len, ptr::null(), 1, out, n, error)), null, "context");
        refused(asked(|(_, n, error)| ar_read_reply(text, len, context.0, context.1, ptr::null_mut(), n, error)), null, "out");
        refused(asked(|(out, n, error)| ar_check_reading(text, len, context.0, context.1, ptr::null(), 2, out, n, error)), null, "supplied");
        refused(asked(|(out, n, error)| ar_verify_notice(text, len, ptr::null(), 2, out, n, error)), null, "facts");
        refused(asked(|(out, n, error)| ar_verify_notice(ptr::null(), 1, context.0, context.1, out, n, error)), null, "text");
        refused(asked(|(out, n, error)| ar_write_notice(ptr::null(), c"D".as_ptr(), context.0, context.1, ptr::null(), 0, out, n, error)), null, "report");
        refused(asked(|(out, n, error)| ar_read_reply(b"\xff".as_ptr().cast(), 1, context.0, context.1, out, n, error)), Status::InvalidArgument, "text");
        let mut out = ptr::null_mut();
        assert_eq!(ar_read_reply(ptr::null(), 0, context.0, context.1, &mut out, ptr::null_mut(), ptr::null_mut()), Status::Ok, "an empty text is one");
        assert!(string(out).contains("\"human\":true"));
        ar_string_free(out);
    }
}
