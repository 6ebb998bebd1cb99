//! Text: every identifier and name of a ledger lives once in one pool, behind a 4-byte handle; and the helpers for words.

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

    /// The handle that was given so many texts later.
    pub(crate) const fn later(self, texts: u32) -> Self {
        Self(self.0 + texts)
    }

    /// Its place among the handles of its pool.
    pub(crate) const fn place(self) -> usize {
        self.0 as usize
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

    /// Adds texts that stand one behind the other, each with its end; none may be empty. Gives the handle of the first: those of the
    /// others follow. `None` when the pool is full (4 GiB).
    pub(crate) fn push_run(&mut self, texts: &str, ends: impl Iterator<Item = usize>) -> Option<TextId> {
        let base = u32::try_from(self.bytes.len()).ok()?;
        u32::try_from(self.bytes.len().checked_add(texts.len())?).ok()?;
        let first = TextId(u32::try_from(self.ends.len()).ok()?);
        // No end is behind the last byte, of which is known that it fits.
        self.ends.extend(ends.map(|end| base.saturating_add(end as u32)));
        self.bytes.push_str(texts);
        u32::try_from(self.ends.len()).ok().map(|_| first)
    }

    /// Makes room for so many more texts, of so many bytes together.
    pub(crate) fn reserve(&mut self, texts: usize, bytes: usize) {
        self.ends.reserve_exact(texts);
        self.bytes.reserve_exact(bytes);
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

    /// Reads a byte of each of the texts and does nothing with it: texts that stand far apart then come from memory side by side,
    /// where one after the other would be waited for.
    pub(crate) fn read_ahead(&self, ids: impl Iterator<Item = TextId>) {
        let bytes = self.bytes.as_bytes();
        let first = |id: TextId| (id.0 as usize).checked_sub(1).and_then(|at| self.ends.get(at)).and_then(|start| bytes.get(*start as usize)).copied().unwrap_or(0);
        core::hint::black_box(ids.fold(0u8, |sum, id| sum ^ first(id)));
    }

    /// The handle that the next new text gets.
    pub(crate) fn next(&self) -> TextId {
        TextId(self.ends.len() as u32)
    }

    /// How many handles there are, that of no text among them.
    pub(crate) const fn handles(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of memory held, for the figures of the benchmarks.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}

/// A part of a text, in bytes from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Span {
    /// The part itself; nothing where the span is not of this text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    /// Whether the other span is inside.
    pub const fn holds(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span around both.
    pub fn with(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Places in a text as the faces count them: in characters (Unicode scalar values), not in bytes.
pub struct Characters {
    /// Bytes at which a character begins, in order; empty for ASCII.
    starts: Vec<u32>,
}

impl Characters {
    /// Of a text: its characters are found once.
    pub fn of(text: &str) -> Self {
        let starts = if text.is_ascii() { Vec::new() } else { text.char_indices().filter_map(|(at, _)| u32::try_from(at).ok()).collect() };
        Self { starts }
    }

    /// Characters before a byte.
    fn at(&self, byte: u32) -> usize {
        if self.starts.is_empty() { byte as usize } else { self.starts.partition_point(|start| *start < byte) }
    }

    /// From where to where a span goes.
    pub fn span(&self, span: Span) -> [usize; 2] {
        [self.at(span.start), self.at(span.end)]
    }
}

/// The known name that is nearest to `name` by edit distance, for "did you mean".
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // Only the head of an absurdly long name is compared; the distance is quadratic in the length.
    let head: Vec<char> = name.chars().take(64).flat_map(char::to_lowercase).collect();
    known.min_by_key(|known| distance(&head, known))
}

fn distance(from: &[char], to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (at, letter) in from.iter().enumerate() {
        let mut corner = at;
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
        let mut left = at + 1;
        for (slot, other) in row.iter_mut().skip(1).zip(to.chars()) {
            let above = *slot;
            *slot = (corner + usize::from(*letter != other)).min(above + 1).min(left + 1);
            corner = above;
            left = *slot;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A closed list of words: the same in tables, events, C and Python.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[repr(u16)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Every word, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word that every face uses.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Finds the word.
            pub fn from_name(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;
