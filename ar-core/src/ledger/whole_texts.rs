//! Texts of whole columns into the pool: in one run where every row has one, else one by one.

use super::columns::Lane;
use super::index::hash;
use crate::text::{TextId, TextPool};
use alloc::vec::Vec;

/// The texts of a column, by row.
pub(super) enum Held {
    None,
    /// The handle of the first; those of the others follow.
    Run(TextId),
    Each(Vec<TextId>),
}

impl Held {
    pub(super) fn get(&self, row: u32) -> TextId {
        match self {
            Self::None => TextId::NONE,
            Self::Run(first) => first.later(row),
            Self::Each(ids) => ids.get(row as usize).copied().unwrap_or(TextId::NONE),
        }
    }
}

/// Keeps the texts of a column, whose blocks these are, with their rows; `None` where the pool is full. A text that stands at its row in
/// `beside` already is not kept twice.
pub(super) fn hold(texts: &mut TextPool, lanes: &[(&Lane<'_>, usize)], beside: Option<(&[(&Lane<'_>, usize)], TextId)>) -> Option<Held> {
    let given = lanes.iter().any(|(lane, _)| !matches!(lane, Lane::Absent));
    if !given {
        return Some(Held::None);
    }
    let same = |at: usize, row: usize, text: &[u8]| beside.and_then(|(lanes, _)| lanes.get(at)).is_some_and(|(lane, _)| lane.bytes(row) == text);
    let repeats = beside.is_some() && lanes.iter().enumerate().any(|(at, (lane, rows))| (0..*rows).any(|row| same(at, row, lane.bytes(row))));
    if !repeats && lanes.iter().all(|(lane, _)| lane.is_whole()) {
        return run(texts, lanes).map(Held::Run);
    }
    let mut ids = Vec::with_capacity(lanes.iter().map(|(_, rows)| rows).sum());
    for (at, (lane, rows)) in lanes.iter().enumerate() {
        for row in 0..*rows {
            let text = lane.bytes(row);
            let known = beside.filter(|_| repeats && same(at, row, text)).map(|(_, first)| first.later(ids.len() as u32));
            ids.push(match known {
                Some(id) => id,
                None => texts.push(core::str::from_utf8(text).ok()?)?,
            });
        }
    }
    Some(Held::Each(ids))
}

/// Keeps texts of which every row has one; gives the handle of the first.
pub(super) fn run(texts: &mut TextPool, lanes: &[(&Lane<'_>, usize)]) -> Option<TextId> {
    let runs = || lanes.iter().filter_map(|(lane, _)| lane.run());
    texts.reserve(lanes.iter().map(|(_, rows)| rows).sum(), runs().map(|(text, _)| text.len()).sum());
    let first = texts.next();
    for (lane, _) in lanes {
        let (text, ends) = lane.run()?;
        texts.push_run(text, ends)?;
    }
    Some(first)
}

/// Keeps texts that many rows share.
pub(super) fn share(texts: &mut TextPool, lanes: &[(&Lane<'_>, usize)]) -> Option<Held> {
    /// Texts that were seen last, by their hash: what is not among them is looked up.
    const SEEN: usize = 1 << 10;
    if lanes.iter().all(|(lane, _)| matches!(lane, Lane::Absent)) {
        return Some(Held::None);
    }
    let mut seen = alloc::vec![TextId::NONE; SEEN];
    let mut ids = Vec::with_capacity(lanes.iter().map(|(_, rows)| rows).sum());
    for (lane, rows) in lanes {
        for row in 0..*rows {
            let text = lane.bytes(row);
            if text.is_empty() {
                ids.push(TextId::NONE);
                continue;
            }
            let slot = seen.get_mut(hash(text) as usize % SEEN)?;
            if texts.get(*slot).as_bytes() != text {
                *slot = texts.intern(core::str::from_utf8(text).ok()?)?;
            }
            ids.push(*slot);
        }
    }
    Some(Held::Each(ids))
}
