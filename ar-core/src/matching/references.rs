//! What a text says: which open items its references name. Whole tokens only: 14 inside 1814 is not a match.

use crate::ledger::Books;
use crate::record::{Item, ItemIdx};
use alloc::{string::String, vec::Vec};

/// The most tokens of one text that are looked at; bank texts are a few dozen words.
const MAX_TOKENS: usize = 2_000;
/// A reference may be written apart in up to this many pieces (`INV - 2026 / 0012`).
const MAX_PIECES: usize = 4;

/// Letters and digits in upper case: what remains of a reference when punctuation is taken away.
pub(super) fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// FNV-1a, only to find candidates; every hit is compared as text.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Open items by folded reference and purchase order.
pub(super) struct ReferenceIndex {
    entries: Vec<(u64, u32)>,
    shortest: usize,
}

impl ReferenceIndex {
    pub(super) fn new(books: &Books, open: &[i64], shortest: i64) -> Self {
        let shortest = usize::try_from(shortest).unwrap_or(4);
        let mut entries = Vec::new();
        for (at, (item, open)) in (0u32..).zip(books.items().iter().zip(open)) {
            if *open <= 0 || item.kind.is_credit() {
                continue;
            }
            for name in names(books, item) {
                let name = folded(name);
                if name.len() >= shortest {
                    entries.push((hash(&name), at));
                }
            }
        }
        entries.sort_unstable();
        entries.dedup();
        Self { entries, shortest }
    }

    /// Adds the open items that `name` (folded) names; at most `budget` of them.
    fn find(&self, books: &Books, name: &str, budget: usize, found: &mut Vec<ItemIdx>) -> bool {
        let key = hash(name);
        let from = self.entries.partition_point(|entry| entry.0 < key);
        let mut hit = false;
        for (_, at) in self.entries.iter().skip(from).take_while(|entry| entry.0 == key).take(budget) {
            let Some(item) = books.items().get(*at as usize) else { continue };
            if names(books, item).any(|known| folded(known) == name) {
                hit = true;
                if !found.contains(&ItemIdx(*at)) {
                    found.push(ItemIdx(*at));
                }
            }
        }
        hit
    }

    /// The open items named in `text`, and how many different references named them. A token that is part of a longer
    /// reference that was found is not looked up again.
    pub(super) fn read(&self, books: &Books, text: &str, budget: usize, found: &mut Vec<ItemIdx>) -> i64 {
        let tokens: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()).take(MAX_TOKENS).map(folded).collect();
        let mut hits = 0;
        let mut at = 0;
        while at < tokens.len() {
            let mut used = 1;
            for pieces in (1..=MAX_PIECES.min(tokens.len() - at)).rev() {
                let name: String = tokens.iter().skip(at).take(pieces).map(String::as_str).collect();
                if name.len() >= self.shortest && name.len() <= 512 && self.find(books, &name, budget, found) {
                    hits += 1;
                    used = pieces;
                    break;
                }
            }
            at += used;
        }
        hits
    }
}

fn names<'b>(books: &'b Books, item: &Item) -> impl Iterator<Item = &'b str> {
    [item.reference, item.purchase_order, item.id].into_iter().filter_map(|id| books.texts().get_opt(id))
}
