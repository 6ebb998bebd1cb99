//! A notice as JSON, the same through every face.

use super::draft::{Written, may_go_out};
use super::sms::Size;
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use serde_json::{Value, json};

impl Written {
    /// The notice as a JSON object: `kind`, `subject`, `text`, `html`, `channel`, `language`, `tone`, `sms` (`gsm`, `places`, `segments`, of
    /// a short message), `facts` (see [`super::Facts::to_json`]), `draft`, `findings` and `claims`. `draft` says what became of the draft
    /// that was offered: `none` (there was none), `used`, `refused` (see `findings`), `not_provable` (the verifier does not know such
    /// facts), or `does_not_fit` (empty, or longer than its channel carries). Spans are `[from, to]` in characters of that draft.
    pub fn to_json(&self, draft: Option<&str>) -> String {
        let notice = &self.notice;
        let size = |size: Size| json!({ "gsm": size.gsm, "places": size.places, "segments": size.segments });
        let verdict = self.verdict.as_ref().zip(draft).map(|(verdict, draft)| verdict.to_value(draft));
        let list = |name: &str| verdict.as_ref().and_then(|verdict| verdict.get(name)).cloned().unwrap_or_else(|| Value::Array(Vec::new()));
        json!({
            "kind": notice.kind.name(), "subject": notice.subject, "text": notice.text, "html": notice.html, "channel": notice.channel.name(),
            "language": notice.language.name(), "tone": notice.tone.name(), "sms": notice.sms.map(size), "facts": notice.facts.to_json(),
            "draft": self.fate(draft.is_some()), "findings": list("findings"), "claims": list("claims"),
        })
        .to_string()
    }

    fn fate(&self, offered: bool) -> &'static str {
        match &self.verdict {
            _ if !offered => "none",
            _ if self.draft_used => "used",
            None => "not_provable",
            Some(verdict) if may_go_out(verdict, self.notice.channel) => "does_not_fit",
            Some(_) => "refused",
        }
    }
}
