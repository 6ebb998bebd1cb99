//! Bytes as messages, contexts, readings, facts, styles and drafts.

use crate::call::told;
use crate::shared::report;
use crate::taker::{Taker, drawn};
use ar_core_ffi::conversation::*;
use ar_core_ffi::report::*;
use std::ffi::c_char;
use std::ptr;

const CONTEXT: &str = r#"{"received_on":"2026-11-20","language":"de","items":[{"item_id":"I1","reference":"R-1","currency":"EUR","open_amount":"1250.00"}]}"#;
const FACTS: &str = r#"{"as_of":"2026-11-20","locale":"en-GB","currency":"EUR","stage":1,"creditor":{"name":"N"},"debtor":{"name":"D"},"invoices":[{"ref":"I1","gross":"1250.00","open":"1250.00","issued":"2026-08-01","due":"2026-08-31","status":"open"}]}"#;
const STYLE: &str = r#"{"sender":{"name":"Northgate","email":"ar@northgate.example"}}"#;
const READING: &str =
    r#"{"intents":[{"name":"promise_to_pay"}],"references":["R-1"],"dates":[{"role":"promised","on":"2026-11-27"}],"amounts":[{"role":"promised","value":"1250.00","currency":"EUR"}],"human":false}"#;
const LETTERS: [&str; 3] = [
    "Sehr geehrte Frau Kim,\nwir zahlen R-1 über 1.250,00 EUR am 27.11.2026. Die Ware war beschädigt.\n\n> Am 20.11.2026 schrieb Northgate: Rechnung R-1",
    "<p>Hello, invoice R-1 was <b>paid</b> on 18 Nov 2026; please send a copy of I1.</p><script>x</script>",
    "Dear D, invoice I1 of 1 August 2026 over 1,250.00 EUR was due on 31 August 2026. Please pay 1,250.00 EUR. N",
];

fn raw(bytes: &[u8]) -> (*const c_char, usize) {
    (bytes.as_ptr().cast(), bytes.len())
}

/// A document: the good one, that with changes, or bytes.
fn document(take: &mut Taker<'_>, good: &str) -> Vec<u8> {
    match take.byte() % 4 {
        0 => take.bytes().to_vec(),
        1 | 2 => take.edited(good.as_bytes()),
        _ => good.as_bytes().to_vec(),
    }
}

/// A text: a letter with changes, or what is left of the bytes; short, as it takes its length to read.
fn letter(take: &mut Taker<'_>) -> Vec<u8> {
    if take.rarely(2) {
        return take.slice(600).to_vec();
    }
    let good = *take.pick(&LETTERS);
    take.edited(good.as_bytes())
}

/// A notice for a decision of the shared report.
unsafe fn write(take: &mut Taker<'_>) {
    unsafe {
        let (mut rows, mut len) = (ptr::null(), 0);
        ar_report_decisions(report(), &mut rows, &mut len);
        let row = take.pick(std::slice::from_raw_parts(rows, len));
        let style = document(take, STYLE);
        let draft = letter(take);
        let ((draft, draft_len), (style, style_len)) = (raw(&draft), raw(&style));
        told(|out, size, error| ar_write_notice(report(), row.decision_id, style, style_len, draft, draft_len, out, size, error));
    }
}

/// The first byte says what is fed. A notice is written for one decision, and rarely: its templates are read anew each time.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    let notice = drawn(data, 40);
    unsafe {
        match take.byte() {
            _ if notice => write(&mut take),
            0..=79 => {
                let context = document(&mut take, CONTEXT);
                let text = letter(&mut take);
                let ((text, len), (context, context_len)) = (raw(&text), raw(&context));
                told(|out, size, error| ar_read_reply(text, len, context, context_len, out, size, error));
            }
            80..=159 => {
                let (context, supplied) = (document(&mut take, CONTEXT), document(&mut take, READING));
                let text = letter(&mut take);
                let ((text, len), (context, context_len)) = (raw(&text), raw(&context));
                told(|out, size, error| ar_check_reading(text, len, context, context_len, supplied.as_ptr().cast(), supplied.len(), out, size, error));
            }
            160.. => {
                let facts = document(&mut take, FACTS);
                let text = letter(&mut take);
                let ((text, len), (facts, facts_len)) = (raw(&text), raw(&facts));
                told(|out, size, error| ar_verify_notice(text, len, facts, facts_len, out, size, error));
            }
        }
    }
}
