//! The notice of a decision of a report, for faces that name decisions by their identifiers.

use super::Report;
use crate::conversation::write::{Style, Written, write_notice, write_with};
use crate::error::{Error, ErrorCode, ProblemCode};
use alloc::format;

impl Report {
    /// Writes the notice of a decision as it goes out on the day of the report; with a `draft` of another writer as [`write_with`] does.
    ///
    /// # Errors
    /// `invalid_argument`: no such decision (`unknown_record`), and as [`write_notice`].
    pub fn write_notice(&self, decision_id: &str, style: &Style<'_>, draft: Option<&str>) -> Result<Written, Error> {
        let shown: alloc::string::String = decision_id.chars().take(80).collect();
        let unknown = || Error::one(ErrorCode::InvalidArgument, "arguments", Some("decision_id"), ProblemCode::UnknownRecord, format!("the report has no decision '{shown}'"));
        let decision = self.parts.decisions.iter().find(|decision| decision.id == decision_id).ok_or_else(unknown)?;
        match draft {
            Some(draft) => write_with(decision, &self.ledger, &self.policy, style, self.as_of, draft),
            None => write_notice(decision, &self.ledger, &self.policy, style, self.as_of).map(|notice| Written { notice, draft_used: false, verdict: None }),
        }
    }
}
