//! Interned text: every identifier and name of a ledger lives once in one pool, behind a 4-byte handle.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// Handle of a text in a [`TextPool`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextId(u32);

impl TextId {
    /// The empty text, which every pool holds at this handle; stands for "none given".
    pub const NONE: Self = Self(0);

    /// Whether a text was given.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// Append-only store of texts. Equal texts may be stored twice (`push`) or once (`intern`).
#[derive(Clone, Debug)]
pub struct TextPool {
    bytes: String,
    ends: Vec<u32>,
    shared: BTreeMap<String, TextId>,
}

impl Default for TextPool {
    fn default() -> Self {
        Self { bytes: String::new(), ends: alloc::vec![0], shared: BTreeMap::new() }
    }
}

impl TextPool {
    /// Adds a text that is expected to be unique (an identifier). `None` when the pool is full (4 GiB).
    pub fn push(&mut self, text: &str) -> Option<TextId> {
        if text.is_empty() {
            return Some(TextId::NONE);
        }
        let end = u32::try_from(self.bytes.len().checked_add(text.len())?).ok()?;
        let id = u32::try_from(self.ends.len()).ok()?;
        self.bytes.push_str(text);
        self.ends.push(end);
        Some(TextId(id))
    }

    /// Adds a text that many rows share (a segment, a country): stored once.
    pub fn intern(&mut self, text: &str) -> Option<TextId> {
        if let Some(id) = self.shared.get(text) {
            return Some(*id);
        }
        let id = self.push(text)?;
        self.shared.insert(text.into(), id);
        Some(id)
    }

    /// The text behind a handle; empty for [`TextId::NONE`] and for a handle of another pool.
    pub fn get(&self, id: TextId) -> &str {
        let at = id.0 as usize;
        let end = self.ends.get(at).copied().unwrap_or(0) as usize;
        let start = at.checked_sub(1).and_then(|at| self.ends.get(at)).copied().unwrap_or(0) as usize;
        self.bytes.get(start..end).unwrap_or("")
    }

    /// The text, or `None` where nothing was given.
    pub fn get_opt(&self, id: TextId) -> Option<&str> {
        if id.is_none() { None } else { Some(self.get(id)) }
    }

    /// Bytes of memory held, for the figures of the benchmarks.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}
