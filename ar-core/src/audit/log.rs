//! The log: entries column by column, each column one text. A year of a large book has a million of them.

use super::entry::{AuditEntry, Head, INPUTS, text_of};
use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// One text for each row, one behind the other.
#[derive(Clone, Debug, Default)]
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

/// Words of which there are few, each kept once, and which of them each row has.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    known: Vec<String>,
    index: BTreeMap<String, u32>,
    rows: Vec<u32>,
}

impl Words {
    fn get(&self, row: usize) -> &str {
        self.rows.get(row).and_then(|word| self.known.get(*word as usize)).map_or("", String::as_str)
    }

    pub(super) fn push(&mut self, text: &str) {
        // Mostly a row has the word of the row before.
        let same = self.rows.last().copied().filter(|word| self.known.get(*word as usize).is_some_and(|known| known == text));
        let word = same.or_else(|| self.index.get(text).copied()).unwrap_or_else(|| {
            let word = self.known.len() as u32;
            self.known.push(text.into());
            self.index.insert(text.into(), word);
            word
        });
        self.rows.push(word);
    }

    /// The words row by row.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.rows.len()).map(|row| self.get(row))
    }
}

/// An append-only log of audit entries. It begins at the genesis, or behind the head of a log that is kept elsewhere.
#[derive(Clone, Debug, Default)]
pub struct AuditLog {
    pub(super) start: Head,
    pub(super) seqs: Vec<i64>,
    /// Where `previous` is not the digest of the entry before: in logs that were tampered with.
    strays: BTreeMap<usize, String>,
    pub(super) digests: Lines,
    pub(super) kinds: Words,
    pub(super) policy_versions: Words,
    pub(super) model_versions: Words,
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
        Head { len, digest: self.before(self.len()).into() }
    }

    /// The digest that the entry at a place must have as `previous`.
    pub(super) fn before(&self, place: usize) -> &str {
        place.checked_sub(1).map_or(&self.start.digest, |last| self.digests.get(last))
    }

    /// What the entry at a place has as `previous`.
    pub(super) fn previous(&self, place: usize) -> &str {
        self.strays.get(&place).map_or_else(|| self.before(place), String::as_str)
    }

    /// Keeps what the entry at a place has as `previous`.
    pub(super) fn set_previous(&mut self, place: usize, text: &str) {
        if text != self.before(place) {
            self.strays.insert(place, text.into());
        }
    }

    /// The entry at a place, counted from 0.
    pub fn get(&self, place: usize) -> Option<AuditEntry<'_>> {
        self.seqs.get(place).map(|seq| AuditEntry {
            seq: *seq,
            previous: self.previous(place),
            digest: self.digests.get(place),
            kind: self.kinds.get(place),
            policy_version: self.policy_versions.get(place),
            model_version: self.model_versions.get(place),
            body: self.bodies.get(place),
        })
    }

    /// Every entry, in order.
    pub fn iter(&self) -> impl Iterator<Item = AuditEntry<'_>> + Clone {
        (0..self.len()).map_while(|place| self.get(place))
    }

    /// Adds an entry as it is, of a log that was kept elsewhere: [`super::verify`] says whether it follows.
    pub fn push(&mut self, entry: &AuditEntry<'_>) {
        self.set_previous(self.len(), entry.previous);
        self.seqs.push(entry.seq);
        self.digests.push(entry.digest);
        self.kinds.push(entry.kind);
        self.policy_versions.push(entry.policy_version);
        self.model_versions.push(entry.model_version);
        self.bodies.push(entry.body);
    }

    /// Room for so many entries with bodies of so many bytes together.
    pub(super) fn reserve(&mut self, rows: usize, body_bytes: usize) {
        self.seqs.reserve(rows);
        self.digests.reserve(rows, rows * 64);
        for words in [&mut self.kinds, &mut self.policy_versions, &mut self.model_versions] {
            words.rows.reserve(rows);
        }
        self.bodies.reserve(rows, body_bytes);
    }

    /// Chains a new entry behind the newest; `write` writes its body, which is JSON.
    pub(super) fn chain(&mut self, kind: &str, (policy_version, model_version): (&str, &str), write: impl FnOnce(&mut String)) {
        let place = self.len();
        self.seqs.push(self.start.len.saturating_add(place as i64));
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
        self.reserve(run.len(), run.bodies.bytes.len());
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
        let lines = [&self.digests, &self.bodies].map(|lines| lines.bytes.capacity() + lines.ends.capacity() * size_of::<usize>());
        let words = [&self.kinds, &self.policy_versions, &self.model_versions].map(|words| words.rows.capacity() * size_of::<u32>());
        self.seqs.capacity() * size_of::<i64>() + lines.iter().chain(&words).sum::<usize>()
    }
}
