//! The concepts of words: a table of hashes that comes with the trained model.

use super::symbols::{Hash, word_hash};

/// Bytes of one slot: hash, concept.
const SLOT: usize = 5;
/// Letters from which on the beginning of a word may be a concept.
const SHORTEST: usize = 2;
const BEGINNING: u32 = 2;
const PAIR: u32 = 3;

/// A table of concepts with open addressing; the number of slots is a power of two.
#[derive(Clone, Copy, Debug)]
pub struct Concepts<'c> {
    slots: &'c [u8],
}

impl<'c> Concepts<'c> {
    /// A table over bytes: slots of a hash (little end first) and a concept; an empty slot has concept nought.
    pub const fn new(slots: &'c [u8]) -> Self {
        Self { slots }
    }

    fn find(&self, hash: u32, mut found: impl FnMut(u8)) {
        let count = self.slots.len() / SLOT;
        if count == 0 {
            return;
        }
        let mut at = hash as usize & (count - 1);
        for _ in 0..count {
            let Some([a, b, c, d, concept]) = self.slots.get(at * SLOT..(at + 1) * SLOT).and_then(|slot| <[u8; SLOT]>::try_from(slot).ok()) else { return };
            if concept == 0 {
                return;
            }
            if u32::from_le_bytes([a, b, c, d]) == hash {
                found(concept);
            }
            at = (at + 1) & (count - 1);
        }
    }

    /// Up to three concepts of a word.
    pub fn of(&self, word: &str) -> [u8; 3] {
        let mut out = [0; 3];
        let mut add = |concept: u8| {
            if !out.contains(&concept)
                && let Some(slot) = out.iter_mut().find(|slot| **slot == 0)
            {
                *slot = concept;
            }
        };
        self.find(word_hash(word), &mut add);
        let mut hash = Hash::new(BEGINNING);
        for (at, byte) in word.bytes().enumerate() {
            hash = hash.byte(byte);
            if at >= SHORTEST {
                self.find(hash.end(), &mut add);
            }
        }
        out
    }

    /// The concept of two words after one another, by the hashes of both; nought where there is none.
    pub fn pair(&self, before: u32, word: u32) -> u8 {
        let mut out = 0;
        self.find(pair_hash(before, word), |concept| out = concept);
        out
    }
}

fn pair_hash(before: u32, word: u32) -> u32 {
    Hash::new(PAIR).number(before).number(word).end()
}

/// The hash under which an entry of the list of concepts is kept: a word, a beginning (`rechnung*`), or two words (`pay_run`).
pub fn entry_hash(entry: &str) -> u32 {
    if let Some(beginning) = entry.strip_suffix('*') {
        return Hash::new(BEGINNING).text(beginning).end();
    }
    match entry.split_once('_') {
        Some((first, second)) => pair_hash(word_hash(first), word_hash(second)),
        None => word_hash(entry),
    }
}
