//! A table from words to places that the compiler fills: one hash and one comparison to look a word up.

/// Words and where they are; `SLOTS` is a power of two above twice the words.
pub(super) struct Index<const ROWS: usize, const SLOTS: usize> {
    words: [&'static str; ROWS],
    len: usize,
    /// The row plus one; nought where there is none.
    slots: [u16; SLOTS],
}

/// FNV-1a.
const fn hash(word: &str) -> usize {
    let (mut rest, mut hash) = (word.as_bytes(), 0x811c_9dc5_u32);
    while let Some((byte, tail)) = rest.split_first() {
        hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193);
        rest = tail;
    }
    (hash ^ (hash >> 15)) as usize
}

const fn same(left: &str, right: &str) -> bool {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while let (Some((a, rest_left)), Some((b, rest_right))) = (left.split_first(), right.split_first()) {
        if *a != *b {
            return false;
        }
        (left, right) = (rest_left, rest_right);
    }
    left.is_empty() && right.is_empty()
}

/// The element at a place; `none` outside.
pub(super) const fn at<T: Copy>(list: &[T], place: usize, none: T) -> T {
    match list.split_at(place).1.first() {
        Some(found) => *found,
        None => none,
    }
}

/// Sets the element at a place; a table that is too small does not compile.
pub(super) const fn set<T: Copy>(list: &mut [T], place: usize, value: T) {
    assert!(place < list.len(), "the table is full");
    if let Some(found) = list.split_at_mut(place).1.first_mut() {
        *found = value;
    }
}

impl<const ROWS: usize, const SLOTS: usize> Index<ROWS, SLOTS> {
    pub(super) const fn new() -> Self {
        Self { words: [""; ROWS], len: 0, slots: [0; SLOTS] }
    }

    /// Enters a word once; its place.
    pub(super) const fn enter(&mut self, word: &'static str) -> usize {
        let mut slot = hash(word) & (SLOTS - 1);
        loop {
            let row = at(&self.slots, slot, 0) as usize;
            if row == 0 {
                set(&mut self.words, self.len, word);
                self.len += 1;
                set(&mut self.slots, slot, self.len as u16);
                return self.len - 1;
            }
            if same(at(&self.words, row - 1, ""), word) {
                return row - 1;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
    }

    /// The place of a word.
    pub(super) fn find(&self, word: &str) -> Option<usize> {
        let mut slot = hash(word) & (SLOTS - 1);
        loop {
            let row = usize::from(*self.slots.get(slot)?).checked_sub(1)?;
            if self.words.get(row).is_some_and(|found| *found == word) {
                return Some(row);
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
    }
}
