//! One entry and the bytes that its digest is made of.

use alloc::string::String;
use sha2::{Digest, Sha256};

/// What the first entry of a chain has as `previous`.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Every kind of entry: the inputs of a run, a decision, what a person said of one (or of the autonomy of the engine), an event that
/// reports a decision done, one that takes something back, any other event, the books behind a batch of events, a change of the policy.
pub const KINDS: &[&str] = &[INPUTS, DECISION, AUTHORISATION, EXECUTION, REVERSAL, EVENT, BOOKS, POLICY];
pub(super) const INPUTS: &str = "inputs";
pub(crate) const DECISION: &str = "decision";
pub(super) const AUTHORISATION: &str = "authorisation";
pub(super) const EXECUTION: &str = "execution";
pub(super) const REVERSAL: &str = "reversal";
pub(super) const EVENT: &str = "event";
pub(super) const BOOKS: &str = "books";
pub(super) const POLICY: &str = "policy";

/// The first line of what is hashed: names the format.
const FORMAT: &str = "ar-audit-1\n";

/// One entry, as it stands in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditEntry<'l> {
    /// Number in the chain, from 0.
    pub seq: i64,
    /// Digest of the entry before.
    pub previous: &'l str,
    /// Digest of this entry.
    pub digest: &'l str,
    /// A word of [`KINDS`].
    pub kind: &'l str,
    /// Version of the policy that was used; empty where none was.
    pub policy_version: &'l str,
    /// Digest of the models that were used, first 16 digits; empty where none were.
    pub model_version: &'l str,
    /// What is recorded: JSON with sorted keys.
    pub body: &'l str,
}

impl AuditEntry<'_> {
    /// The digest that the entry must have.
    pub fn expected_digest(&self) -> String {
        text_of(&self.hashed(&mut String::new())).into()
    }

    /// The same as hexadecimal bytes; `buffer` is room to work in that the next call may use again.
    pub(super) fn hashed(&self, buffer: &mut String) -> Hex {
        buffer.clear();
        buffer.push_str(FORMAT);
        push_number(buffer, self.seq);
        buffer.push('\n');
        for part in [self.previous, self.kind, self.policy_version, self.model_version, self.body] {
            buffer.push_str(part);
            buffer.push('\n');
        }
        to_hex(&Sha256::digest(buffer.as_bytes()))
    }

    /// Whether a line feed stands where none can: the parts are told apart by them, so that no two entries have the same bytes.
    pub(super) fn has_line_feed(&self) -> bool {
        [self.previous, self.kind, self.policy_version, self.model_version, self.body].iter().any(|part| part.as_bytes().contains(&b'\n'))
    }

    /// Whether both record the same, wherever in a log they stand.
    pub fn records_the_same(&self, other: &AuditEntry<'_>) -> bool {
        (self.kind, self.policy_version, self.model_version, self.body) == (other.kind, other.policy_version, other.model_version, other.body)
    }
}

/// The end of a log at some time: kept elsewhere, it shows whether entries before it were taken away or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub len: i64,
    /// Digest of the last of them; [`GENESIS`] for none.
    pub digest: String,
}

impl Default for Head {
    fn default() -> Self {
        Self { len: 0, digest: GENESIS.into() }
    }
}

/// A digest in lower-case hexadecimal.
pub(super) type Hex = [u8; 64];

fn to_hex(digest: &[u8]) -> Hex {
    const fn digit(nibble: u8) -> u8 {
        if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
    }
    let mut hex = [b'0'; 64];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(digest) {
        if let [high, low] = pair {
            (*high, *low) = (digit(byte >> 4), digit(byte & 15));
        }
    }
    hex
}

pub(super) fn text_of(hex: &Hex) -> &str {
    core::str::from_utf8(hex).unwrap_or("")
}

/// A whole number in decimal.
pub(super) fn push_number(out: &mut String, value: i64) {
    let mut digits = [b'0'; 20];
    let (mut rest, mut count) = (value.unsigned_abs(), 0);
    for place in digits.iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        (rest, count) = (rest / 10, count + 1);
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push('-');
    }
    out.push_str(digits.get(digits.len() - count..).and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or(""));
}
