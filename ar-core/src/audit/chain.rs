//! The log of one run: its inputs and its decisions.

use super::body::{Inputs, write_decision, write_inputs};
use super::entry::{DECISION, INPUTS};
use super::log::Lines;
use super::{AuditLog, Scope};
use crate::decision::Decision;
use crate::ledger::Books;
use crate::models::Models;
use crate::policy::Policy;
use crate::record::CustomerIdx;
use crate::threads;
use alloc::{string::String, vec::Vec};
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
    // The links follow one another; the next bodies are written meanwhile.
    let mut waves = decisions.chunks(WAVE);
    let mut written = waves.next().map_or_else(Vec::new, |wave| bodies(books, wave));
    while !written.is_empty() {
        let (next, ()) = threads::both(|| waves.next().map_or_else(Vec::new, |wave| bodies(books, wave)), || link(&mut log, versions, &written));
        written = next;
    }
    log
}

/// Decisions whose bodies wait for their links, and how many are written together.
const WAVE: usize = 16_384;
const PIECE: usize = 512;

fn bodies(books: &Books, decisions: &[Decision]) -> Vec<Lines> {
    threads::pieces(decisions.len(), PIECE, |range| {
        let mut lines = Lines::default();
        for decision in decisions.get(range).unwrap_or(&[]) {
            write_decision(&mut lines.bytes, books, decision);
            lines.close();
        }
        lines
    })
}

fn link(log: &mut AuditLog, versions: (&str, &str), bodies: &[Lines]) {
    for lines in bodies {
        (0..lines.ends.len()).for_each(|row| log.chain(DECISION, versions, |out| out.push_str(lines.get(row))));
    }
}

/// The first 16 digits of the digest of the models.
fn model_version(digest: &str) -> &str {
    digest.get(..16).unwrap_or(digest)
}
