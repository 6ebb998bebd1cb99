//! Is the chain whole? Every number follows, every `previous` is the digest before, every digest is that of its entry.

use super::entry::{GENESIS, text_of};
use super::{AuditLog, Head};
use crate::threads;
use alloc::{format, string::String, vec::Vec};
use core::ops::Range;

/// Entries that one thread looks at together.
const CHUNK: usize = 4096;

/// One place where a log is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The place of the entry, counted from 0: the number that it should have.
    pub seq: i64,
    /// `empty`, `wrong_seq`, `wrong_previous`, `wrong_digest`, `line_feed`, `cut_off` or `wrong_head`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

/// Verifies a log: finds any change, removal, insertion or reordering of entries. The removal of the newest entries, or of all, shows
/// only against a head kept elsewhere: [`verify_to`].
pub fn verify(log: &AuditLog) -> Vec<Break> {
    let mut breaks = Vec::new();
    if log.is_empty() && log.start.len == 0 {
        breaks.push(Break { seq: 0, code: "empty", message: "there is no entry: every run writes at least one".into() });
    }
    breaks.extend(threads::pieces(log.len(), CHUNK, |range| chunk(log, range)).into_iter().flatten());
    breaks
}

/// Verifies a log against a head that was kept: as [`verify`], and the log must lead to that head. It may go on behind it.
pub fn verify_to(log: &AuditLog, head: &Head) -> Vec<Break> {
    let mut breaks = verify(log);
    let end = log.head();
    let before = head.len.saturating_sub(log.start.len);
    let digest = match before {
        ..0 => None,
        0 => Some(log.start.digest.as_str()),
        _ => usize::try_from(before - 1).ok().and_then(|last| log.get(last)).map(|entry| entry.digest),
    };
    let mut broken = |code, message| breaks.push(Break { seq: head.len.saturating_sub(1).max(0), code, message });
    match digest {
        None if head.len > end.len => broken("cut_off", format!("the log has {} entries, the head that was kept {}: the newest are missing", end.len, head.len)),
        None => broken("wrong_head", format!("the log begins behind entry {}, the head that was kept is of entry {}", log.start.len, head.len)),
        Some(digest) if digest != head.digest => broken("wrong_head", "the entry is not the one that the head was kept of".into()),
        Some(_) => {}
    }
    breaks
}

fn chunk(log: &AuditLog, range: Range<usize>) -> Vec<Break> {
    let (mut breaks, mut buffer) = (Vec::new(), String::new());
    let mut before = if log.start.len == 0 && range.start == 0 { GENESIS } else { log.before(range.start) };
    for place in range {
        let Some(entry) = log.get(place) else { continue };
        let seq = log.start.len.saturating_add(place as i64);
        let mut broken = |code, message| breaks.push(Break { seq, code, message });
        if entry.seq != seq {
            broken("wrong_seq", format!("entry {} stands at place {seq}", entry.seq));
        }
        if entry.previous != before {
            broken("wrong_previous", "the entry does not follow the one before it".into());
        }
        if entry.digest != text_of(&entry.hashed(&mut buffer)) {
            broken("wrong_digest", "the entry was changed".into());
        }
        if entry.has_line_feed() {
            broken("line_feed", "a line feed stands in a field: the fields cannot be told apart".into());
        }
        before = entry.digest;
    }
    breaks
}
