//! Places in a text as the faces count them: in characters (Unicode scalar values), not in bytes.

use super::token::Span;
use alloc::vec::Vec;
use serde_json::{Value, json};

/// The characters before each byte of a text, found once.
pub(super) struct Characters {
    /// Bytes at which a character begins, in order; empty for ASCII.
    starts: Vec<u32>,
}

impl Characters {
    /// Of a text.
    pub(super) fn of(text: &str) -> Self {
        let starts = if text.is_ascii() { Vec::new() } else { text.char_indices().filter_map(|(at, _)| u32::try_from(at).ok()).collect() };
        Self { starts }
    }

    /// Characters before a byte.
    fn at(&self, byte: u32) -> usize {
        if self.starts.is_empty() { byte as usize } else { self.starts.partition_point(|start| *start < byte) }
    }

    /// A span as `[from, to]` in characters.
    pub(super) fn span(&self, span: Span) -> Value {
        json!([self.at(span.start), self.at(span.end)])
    }
}
