//! The audit log: one entry for the inputs of a run and one for each decision, chained by SHA-256.
//!
//! The digest of an entry is the hexadecimal SHA-256 over, in this order and each followed by one line feed: the text
//! `ar-audit-1`, `seq` in decimal, `previous`, `kind`, `policy_version`, `model_version`, `body`. `previous` is the
//! digest of the entry before; of the first entry it is 64 zeros. `body` is JSON with sorted keys. The log holds
//! identifiers and digests, no names and no texts, so that a person's data can be erased without breaking the chain.

use crate::decision::Decision;
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::ledger::Books;
use crate::models::Models;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::table::{Column, Data, Table, Texts};
use crate::text::hex;
use alloc::{borrow::Cow, format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

/// What the first entry of a chain has as `previous`.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Number in the chain, from 0.
    pub seq: i64,
    /// Digest of the entry before.
    pub previous: String,
    /// Digest of this entry.
    pub digest: String,
    /// `inputs` or `decision`.
    pub kind: String,
    /// Version of the policy.
    pub policy_version: String,
    /// Digest of the models, first 16 digits.
    pub model_version: String,
    /// What is recorded.
    pub body: String,
}

impl AuditEntry {
    /// The digest that the entry must have.
    pub fn expected_digest(&self) -> String {
        let mut hash = Sha256::new();
        for part in ["ar-audit-1", &format!("{}", self.seq), &self.previous, &self.kind, &self.policy_version, &self.model_version, &self.body] {
            hash.update(part.as_bytes());
            hash.update(b"\n");
        }
        hex(&hash.finalize())
    }
}

/// Chains the inputs and decisions of a run.
pub(crate) fn chain(books: &Books, policy: &Policy, models: &Models, as_of: NaiveDate, decisions: &[Decision]) -> Vec<AuditEntry> {
    let model_digest = models.digest();
    let inputs = json!({
        "as_of": format!("{as_of}"),
        "engine": env!("CARGO_PKG_VERSION"),
        "ledger": books.digest(),
        "models": model_digest,
        "policy": policy.digest(),
    });
    let model_version: String = model_digest.chars().take(16).collect();
    let mut log: Vec<AuditEntry> = Vec::with_capacity(decisions.len() + 1);
    let mut push = |kind: &str, body: String| {
        let previous = log.last().map_or(GENESIS, |entry| &entry.digest).into();
        let mut entry = AuditEntry { seq: log.len() as i64, previous, digest: String::new(), kind: kind.into(), policy_version: policy.version().into(), model_version: model_version.clone(), body };
        entry.digest = entry.expected_digest();
        log.push(entry);
    };
    push("inputs", format!("{inputs}"));
    for decision in decisions {
        push("decision", body_of(books, decision));
    }
    log
}

/// What is recorded of a decision. The fields stand in the order of their names: the body has sorted keys.
#[derive(Serialize)]
struct Body<'b> {
    action: &'static str,
    amount_minor: i64,
    ask_role: &'b str,
    currency: &'b str,
    customer_id: Option<&'b str>,
    decision_id: &'b str,
    expires_on: NaiveDate,
    item_ids: Vec<&'b str>,
    level: u8,
    lines: Vec<(&'b str, i64, &'static str)>,
    mode: &'static str,
    payment_id: Option<&'b str>,
    reasons: Vec<(&'static str, Option<i64>, Option<i64>)>,
}

fn body_of(books: &Books, decision: &Decision) -> String {
    let draft = &decision.draft;
    let id = |at: &crate::record::ItemIdx| books.item(*at).map_or("", |row| books.text(row.id));
    let number = |value: i64| (value != Reason::NOTHING).then_some(value);
    let body = Body {
        action: draft.action.name(),
        amount_minor: draft.amount,
        ask_role: &decision.ask_role,
        currency: draft.currency.code(),
        customer_id: draft.customer.and_then(|at| books.customer(at)).map(|row| books.text(row.id)),
        decision_id: &decision.id,
        expires_on: decision.expires_on,
        item_ids: draft.items.iter().map(id).collect(),
        level: draft.params.level,
        lines: draft.params.lines.iter().map(|line| (id(&line.item), line.amount, line.kind.name())).collect(),
        mode: decision.mode.name(),
        payment_id: draft.params.payment.and_then(|at| books.payment(at)).map(|row| books.text(row.id)),
        reasons: decision.reasons().iter().map(|reason| (reason.code.name(), number(reason.observed), number(reason.limit))).collect(),
    };
    serde_json::to_string(&body).unwrap_or_default()
}

/// One place where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// Number of the entry (its place in the table, where the number itself is wrong).
    pub seq: i64,
    /// `empty`, `wrong_seq`, `wrong_previous` or `wrong_digest`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

/// The log as columns.
pub(crate) fn columns(log: &[AuditEntry]) -> Vec<Column<'static>> {
    let text = |name, get: fn(&AuditEntry) -> &str| {
        let mut texts = Texts::default();
        log.iter().for_each(|entry| texts.push(get(entry)));
        Column::new(name, Data::Text(texts))
    };
    alloc::vec![
        Column::new("seq", Data::Int(Cow::Owned(log.iter().map(|entry| entry.seq).collect()))),
        text("previous", |entry| &entry.previous),
        text("digest", |entry| &entry.digest),
        text("kind", |entry| &entry.kind),
        text("policy_version", |entry| &entry.policy_version),
        text("model_version", |entry| &entry.model_version),
        text("body", |entry| &entry.body),
    ]
}

/// Verifies a log: every number follows, every `previous` is the digest before, every digest is that of its entry.
/// Finds any change, removal, insertion or reordering of entries; the removal of the newest entries shows only
/// against a digest kept elsewhere.
pub fn verify(log: &[AuditEntry]) -> Vec<Break> {
    let mut breaks = Vec::new();
    if log.is_empty() {
        breaks.push(Break { seq: 0, code: "empty", message: "there is no entry: every run writes at least one".into() });
    }
    let mut before = GENESIS;
    for (place, entry) in (0i64..).zip(log) {
        let mut broken = |code, message: &str| breaks.push(Break { seq: place, code, message: message.into() });
        if entry.seq != place {
            broken("wrong_seq", &format!("entry {} stands at place {place}", entry.seq));
        }
        if entry.previous != before {
            broken("wrong_previous", "the entry does not follow the one before it");
        }
        if entry.digest != entry.expected_digest() {
            broken("wrong_digest", "the entry was changed");
        }
        before = &entry.digest;
    }
    breaks
}

/// Reads a log from a table with the columns of the audit part.
///
/// # Errors
/// `invalid_audit` for a missing column or a value of the wrong type.
pub fn from_table(table: &Table<'_>) -> Result<Vec<AuditEntry>, Error> {
    let refuse = |column: &str| Error::one(ErrorCode::InvalidAudit, "audit", Some(column), ProblemCode::MissingColumn, format!("the column '{column}' with its values is required"));
    let mut log = Vec::new();
    for batch in &table.batches {
        let column = |name: &str| batch.columns.iter().find(|column| column.name == name).ok_or_else(|| refuse(name));
        let text = |name: &str, row: usize| match crate::ledger::text_of(column(name)?, row) {
            Some(text) => Ok(text),
            None => Err(refuse(name)),
        };
        for row in 0..batch.rows() {
            log.push(AuditEntry {
                seq: text("seq", row)?.parse().map_err(|_| refuse("seq"))?,
                previous: text("previous", row)?,
                digest: text("digest", row)?,
                kind: text("kind", row)?,
                policy_version: text("policy_version", row)?,
                model_version: text("model_version", row)?,
                body: text("body", row)?,
            });
        }
    }
    Ok(log)
}
