//! The log: entries column by column, each column one text. A year of a large book has a million of them.

use super::entry::{AuditEntry, Head, Hex, INPUTS, text_of};
use alloc::{string::String, vec::Vec};

/// One text for each row, one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) bytes: String,
    pub(super) ends: Vec<usize>,
}

impl Lines {
    pub(super) fn get(&self, row: usize) -> &str {
        let start = row.checked_sub(1).and_then(|row| self.ends.get(row)).copied().unwrap_or(0);
        self.ends.get(row).and_then(|end| self.bytes.get(start..*end)).unwrap_or("")
    }

    pub(super) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.close();
    }

    /// Ends a row whose text was written into `bytes`.
    pub(super) fn close(&mut self) {
        self.ends.push(self.bytes.len());
    }

    fn reserve(&mut self, rows: usize, bytes: usize) {
        self.bytes.reserve(bytes);
        self.ends.reserve(rows);
    }
}

/// An append-only log of audit entries. It begins at the genesis, or behind the head of a log that is kept elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditLog {
    pub(super) start: Head,
    pub(super) seqs: Vec<i64>,
    pub(super) previous: Lines,
    pub(super) digests: Lines,
    pub(super) kinds: Lines,
    pub(super) policy_versions: Lines,
    pub(super) model_versions: Lines,
    pub(super) bodies: Lines,
    buffer: String,
}

impl AuditLog {
    /// A log without entries that goes on behind `head`: a host that keeps the entries in a store of its own needs no more than the
    /// head to append. [`Head::default`] begins a new log.
    pub fn behind(head: Head) -> Self {
        Self { start: head, ..Self::default() }
    }

    /// Number of entries, those before the head that it goes on behind left out.
    pub fn len(&self) -> usize {
        self.seqs.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.seqs.is_empty()
    }

    /// Where the log ends now.
    pub fn head(&self) -> Head {
        let len = self.start.len.saturating_add(self.len() as i64);
        Head { len, digest: self.last_digest().into() }
    }

    fn last_digest(&self) -> &str {
        self.len().checked_sub(1).map_or(&self.start.digest, |last| self.digests.get(last))
    }

    /// The entry at a place, counted from 0.
    pub fn get(&self, place: usize) -> Option<AuditEntry<'_>> {
        Some(AuditEntry {
            seq: *self.seqs.get(place)?,
            previous: self.previous.get(place),
            digest: self.digests.get(place),
            kind: self.kinds.get(place),
            policy_version: self.policy_versions.get(place),
            model_version: self.model_versions.get(place),
            body: self.bodies.get(place),
        })
    }

    /// Every entry, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = AuditEntry<'_>> + Clone {
        (0..self.len()).map(|place| AuditEntry {
            seq: self.seqs.get(place).copied().unwrap_or(-1),
            previous: self.previous.get(place),
            digest: self.digests.get(place),
            kind: self.kinds.get(place),
            policy_version: self.policy_versions.get(place),
            model_version: self.model_versions.get(place),
            body: self.bodies.get(place),
        })
    }

    /// Adds an entry as it is, of a log that was kept elsewhere: [`super::verify`] says whether it follows.
    pub fn push(&mut self, entry: &AuditEntry<'_>) {
        self.seqs.push(entry.seq);
        self.previous.push(entry.previous);
        self.digests.push(entry.digest);
        self.kinds.push(entry.kind);
        self.policy_versions.push(entry.policy_version);
        self.model_versions.push(entry.model_version);
        self.bodies.push(entry.body);
    }

    /// Room for so many entries with bodies of so many bytes together.
    pub(super) fn reserve(&mut self, rows: usize, body_bytes: usize, version_bytes: usize) {
        self.seqs.reserve(rows);
        self.previous.reserve(rows, rows * 64);
        self.digests.reserve(rows, rows * 64);
        self.kinds.reserve(rows, rows * 8);
        self.policy_versions.reserve(rows, rows * version_bytes);
        self.model_versions.reserve(rows, rows * 16);
        self.bodies.reserve(rows, body_bytes);
    }

    /// Chains a new entry behind the newest; `write` writes its body, which is JSON.
    pub(super) fn chain(&mut self, kind: &str, (policy_version, model_version): (&str, &str), write: impl FnOnce(&mut String)) {
        let place = self.len();
        let previous: Hex = self.last_digest().as_bytes().try_into().unwrap_or([b'0'; 64]);
        self.seqs.push(self.start.len.saturating_add(place as i64));
        self.previous.push(text_of(&previous));
        self.kinds.push(kind);
        self.policy_versions.push(policy_version);
        self.model_versions.push(model_version);
        write(&mut self.bodies.bytes);
        self.bodies.close();
        let mut buffer = core::mem::take(&mut self.buffer);
        let digest = self.get(place).map(|entry| entry.hashed(&mut buffer));
        self.buffer = buffer;
        self.digests.push(digest.as_ref().map_or("", text_of));
    }

    /// Chains the entries of the log of a run again behind the newest: numbers and links go on, what they record stays.
    pub(crate) fn append_run(&mut self, run: &Self) {
        self.reserve(run.len(), run.bodies.bytes.len(), run.policy_versions.bytes.len() / run.len().max(1));
        for entry in run.iter() {
            self.chain(entry.kind, (entry.policy_version, entry.model_version), |out| out.push_str(entry.body));
        }
    }

    /// Where each run begins: the places of the entries of its inputs.
    pub(crate) fn runs(&self) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(|place| self.kinds.get(*place) == INPUTS)
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        let texts = [&self.previous, &self.digests, &self.kinds, &self.policy_versions, &self.model_versions, &self.bodies];
        self.seqs.capacity() * size_of::<i64>() + texts.iter().map(|lines| lines.bytes.capacity() + lines.ends.capacity() * size_of::<usize>()).sum::<usize>()
    }
}
