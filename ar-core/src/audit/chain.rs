//! The log of one run: its inputs and its decisions.

use super::body::{Inputs, write_decision, write_inputs};
use super::entry::{DECISION, INPUTS};
use super::{AuditLog, Scope};
use crate::decision::Decision;
use crate::ledger::Books;
use crate::models::Models;
use crate::policy::Policy;
use crate::record::CustomerIdx;
use alloc::string::String;
use chrono::NaiveDate;

/// Bytes of the body of most decisions.
const BODY_BYTES: usize = 640;

/// What a run was given, by digest.
#[derive(Clone, Debug)]
pub struct Digests {
    /// Of the ledger.
    pub ledger: String,
    /// Of the models.
    pub models: String,
    /// Of the policy.
    pub policy: String,
}

impl Digests {
    /// Makes all three.
    pub fn new(books: &Books, policy: &Policy, models: &Models) -> Self {
        Self { ledger: books.digest(), models: models.digest(), policy: policy.digest() }
    }
}

/// Chains the inputs and decisions of a run, from the genesis. `customers`: those that the run was for, where that were some.
pub fn chain(books: &Books, version: &str, digests: &Digests, as_of: NaiveDate, scope: Scope, customers: &[CustomerIdx], decisions: &[Decision]) -> AuditLog {
    let inputs = Inputs { as_of, ledger: &digests.ledger, models: &digests.models, policy: &digests.policy, scope, customers };
    let versions = (version, model_version(&digests.models));
    let mut log = AuditLog::default();
    log.reserve(decisions.len() + 1, (decisions.len() + 1) * BODY_BYTES);
    log.chain(INPUTS, versions, |out| write_inputs(out, books, &inputs));
    for decision in decisions {
        log.chain(DECISION, versions, |out| write_decision(out, books, decision));
    }
    log
}

/// The first 16 digits of the digest of the models.
fn model_version(digest: &str) -> &str {
    digest.get(..16).unwrap_or(digest)
}
