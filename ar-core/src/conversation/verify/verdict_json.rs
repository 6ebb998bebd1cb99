//! A verdict as JSON, the same through every face: spans count characters (Unicode scalar values) of the text.

use super::verdict::Verdict;
use crate::text::Characters;
use alloc::{string::String, string::ToString, vec::Vec};
use serde_json::{Value, json};

impl Verdict {
    /// The verdict as a JSON object: `accepted`, `findings` (`code`, `span`, `message`), `claims` (`span`, `type`, `value`, `fact`). A span is
    /// `[from, to]` in characters of `text`, which must be the text that was checked.
    pub fn to_json(&self, text: &str) -> String {
        self.to_value(text).to_string()
    }

    /// The same as a value.
    pub(in crate::conversation) fn to_value(&self, text: &str) -> Value {
        let characters = Characters::of(text);
        let findings = self.findings.iter().map(|found| json!({ "code": found.code.name(), "span": characters.span(found.span), "message": found.message }));
        let claims = self.claims.iter().map(|claim| json!({ "span": characters.span(claim.span), "type": claim.kind.name(), "value": claim.value, "fact": claim.fact }));
        json!({ "accepted": self.accepted, "findings": findings.collect::<Vec<Value>>(), "claims": claims.collect::<Vec<Value>>() })
    }
}
