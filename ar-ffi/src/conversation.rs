//! What customers write is read; what they are to read is written and checked. Texts in, JSON out.

use crate::borrow::{Checked, borrow, name, text as utf8};
use crate::error::ErrorHandle;
use crate::guard::guard;
use crate::report::ReportHandle;
use crate::status::Status;
use crate::text::TextPlace;
use ar_core::Report;
use ar_core::conversation::read::{self, OwnedContext};
use ar_core::conversation::verify::{self, Facts};
use std::ffi::c_char;

#[cfg(not(feature = "templates"))]
use crate::error::Failure;
#[cfg(feature = "templates")]
use ar_core::conversation::write::{OwnedStyle, Templates};
#[cfg(feature = "templates")]
use std::sync::OnceLock;

/// The texts that ship with the library, compiled when the first notice of a report is written, and freed with the report: they are
/// 6 MB, and a library that keeps them for ever would keep them in every host that writes one notice.
#[cfg(feature = "templates")]
#[derive(Default)]
pub(crate) struct Shipped(OnceLock<Templates>);

#[cfg(feature = "templates")]
impl Shipped {
    fn templates(&self) -> Checked<&Templates> {
        match self.0.get() {
            Some(templates) => Ok(templates),
            None => {
                let compiled = Templates::shipped()?;
                Ok(self.0.get_or_init(|| compiled))
            }
        }
    }

    fn write(&self, report: &Report, decision_id: &str, style: &str, draft: Option<&str>) -> Checked<String> {
        let style = OwnedStyle::from_json(style)?;
        Ok(report.write_notice(decision_id, &style.style(self.templates()?), draft)?.to_json(draft))
    }
}

/// In a library that was built without texts.
#[cfg(not(feature = "templates"))]
#[derive(Default)]
pub(crate) struct Shipped;

#[cfg(not(feature = "templates"))]
impl Shipped {
    fn write(&self, _: &Report, _: &str, _: &str, _: Option<&str>) -> Checked<String> {
        Err(Failure::not_built_in("templates"))
    }
}

/// Reads what a customer wrote: `text`, `text_len` bytes of UTF-8 of which at most 65,536 are read; plain or HTML. Nothing in it can do
/// anything. `context`, `context_len` bytes of a JSON object, says what is known besides: "received_on" (ISO date, needed), "subject",
/// "language" ("de") or "locale" ("de-AT"), "country" (ISO 3166-1), "currency" (of an amount without one), and "items", an array of objects
/// with "item_id" (needed), "reference", "currency" (default: that of the context), "open_amount" (decimal text) or "open_amount_minor".
/// Gives `*out`, a JSON object, to be freed with ar_string_free, and, if wanted, its length (`out_len` may be NULL): "intents" ("name",
/// "probability", "item_ids", "spans"), "references", "disputed_references", "dates" ("role", "on", "bound", "span"), "amounts" ("role",
/// "value", "currency", "span"), "dispute_reasons", "remittance", "human", "human_reasons", "language", "reply_span", "thread_item_ids",
/// "oddities". A span is [from, to] in characters (Unicode scalar values) of `text`, not in bytes.
/// A library that was built without the feature `reader` has no trained model: it reads with its grammars alone, and each message is for
/// a person.
/// Errors: AR_STATUS_INVALID_ARGUMENT with every problem of the context (table "context" or "items"), or for text that is not UTF-8;
/// AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_read_reply(
    text: *const c_char,
    text_len: usize,
    context: *const c_char,
    context_len: usize,
    out: *mut *mut c_char,
    out_len: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (reply, context) = (utf8(text, text_len, "text")?, utf8(context, context_len, "context")?);
            let out = TextPlace::new(out, out_len, "out")?;
            out.give(OwnedContext::from_json(context)?.with(|context| read::read_reply(reply, context).to_json(reply, context)));
            Ok(Status::Ok)
        })
    }
}

/// Holds a reading that somebody else made (a language model, a form) against the text it is of: what the text does not say is left out, and
/// then a person sees the message. `supplied`: `supplied_len` bytes of a JSON object with fields of the answer of ar_read_reply, all
/// optional: "intents" ("name"), "references", "disputed_references", "dates" ("role", "on"), "amounts" ("role", "value", "currency"),
/// "dispute_reasons", "human", "human_reasons". The other arguments and the answer are as with ar_read_reply.
/// Errors: as ar_read_reply, and AR_STATUS_INVALID_ARGUMENT with every word of the supplied reading that is not known (table "reading").
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_check_reading(
    text: *const c_char,
    text_len: usize,
    context: *const c_char,
    context_len: usize,
    supplied: *const c_char,
    supplied_len: usize,
    out: *mut *mut c_char,
    out_len: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (reply, context) = (utf8(text, text_len, "text")?, utf8(context, context_len, "context")?);
            let supplied = utf8(supplied, supplied_len, "supplied")?;
            let out = TextPlace::new(out, out_len, "out")?;
            let checked = OwnedContext::from_json(context)?.with(|context| read::check_reading(reply, context, supplied).map(|reading| reading.to_json(reply, context)));
            out.give(checked?);
            Ok(Status::Ok)
        })
    }
}

/// Checks a text (plain, not HTML) that is to go out against the facts of its notice: accepted is only what is true. `facts`: `facts_len`
/// bytes of a JSON object: "as_of", "locale", "currency", "stage", "creditor" ("name", "email", "phone", "iban", "pay_url"; any other text
/// is a detail that may be written as it stands), "debtor" ("name", "contact"), "invoices" ("ref", "gross", "open", "issued", "due",
/// "status": "open", "disputed", "promised", "paid" or "in_plan"), "events" ("type", "date"), "policy" ("allowed_acts", "deadline", "fees",
/// "interest_rate", "offers"). Amounts are decimal text.
/// Gives `*out`, a JSON object, to be freed with ar_string_free, and, if wanted, its length (`out_len` may be NULL): "accepted", "findings"
/// ("code", "span", "message"), "claims" ("span", "type", "value", "fact"). A span is [from, to] in characters of `text`.
/// Errors: AR_STATUS_INVALID_ARGUMENT with every problem of the facts, or for text that is not UTF-8; AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_verify_notice(
    text: *const c_char,
    text_len: usize,
    facts: *const c_char,
    facts_len: usize,
    out: *mut *mut c_char,
    out_len: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (notice, facts) = (utf8(text, text_len, "text")?, utf8(facts, facts_len, "facts")?);
            let out = TextPlace::new(out, out_len, "out")?;
            out.give(verify::verify_notice(notice, &Facts::from_json(facts)?).to_json(notice));
            Ok(Status::Ok)
        })
    }
}

/// Writes the notice of a decision of a report, as it goes out on the day of the report. `style`: `style_len` bytes of a JSON object:
/// "sender" ("name", needed, "email" or "phone", one of them needed, "iban", "pay_url"), "contact" (the person who is written to), "locale"
/// ("de-AT"), "tone" ("friendly", "question", "neutral", "firm", "final"; never firmer than the decision), "channel" ("email", "sms",
/// "letter", "call"). What is not said is as the decision and the books say.
/// `draft`: `draft_len` bytes of a text of another writer, such as a language model that was given the "facts" of an earlier answer; NULL:
/// none. It is the text of the notice if the verifier accepts it, else the template is.
/// Gives `*out`, a JSON object, to be freed with ar_string_free, and, if wanted, its length (`out_len` may be NULL): "kind", "subject",
/// "text", "html" (null for a short message and a call), "channel", "language", "tone", "sms" ("gsm", "places", "segments"), "facts",
/// "draft" ("none", "used", "refused", "not_provable", "does_not_fit"), "findings" and "claims" of the draft as of ar_verify_notice.
/// Errors: AR_STATUS_INVALID_ARGUMENT with every problem of the style, for a decision that the report does not have, and for an action
/// that nothing is written for; AR_STATUS_NOT_BUILT_IN (a library without the feature `templates`); AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_write_notice(
    report: *const ReportHandle,
    decision_id: *const c_char,
    style: *const c_char,
    style_len: usize,
    draft: *const c_char,
    draft_len: usize,
    out: *mut *mut c_char,
    out_len: *mut usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (report, decision_id) = (borrow(report, "report")?, name(decision_id, "decision_id")?);
            let style = utf8(style, style_len, "style")?;
            let draft = if draft.is_null() && draft_len == 0 { None } else { Some(utf8(draft, draft_len, "draft")?) };
            let out = TextPlace::new(out, out_len, "out")?;
            out.give(report.texts().write(report.core(), decision_id, style, draft)?);
            Ok(Status::Ok)
        })
    }
}
