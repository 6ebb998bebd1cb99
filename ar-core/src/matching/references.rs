//! What a text says: which open items its references name. Whole tokens only: 14 inside 1814 is not a match.
//!
//! Three ways to name an item, the strongest first: the reference itself, written apart or together; the number at its
//! end (`5705` for `RE/2026/05705`), but only of the payer's own items, as numbers alone are soon somebody else's; and
//! a range of such numbers (`5888-6125`, `5109 BIS 5460`).

use crate::ledger::Books;
use crate::record::{CustomerIdx, Item, ItemIdx};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

/// The most tokens of one text that are looked at; bank texts are a few dozen words.
const MAX_TOKENS: usize = 2_000;
/// A reference may be written apart in up to this many pieces (`INV - 2026 / 0012`).
const MAX_PIECES: usize = 4;
/// Digits that a number must have to name an item of the payer by itself.
const NUMBER_DIGITS: usize = 4;

/// Letters and digits in upper case: what remains of a reference when punctuation is taken away.
pub(super) fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// FNV-1a, only to find candidates; every hit is compared as text.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The number at the end of a reference, if it has one of enough digits: `5705` of `RE/2026/05705`.
fn number_of(reference: &str) -> Option<u64> {
    let ended = reference.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = ended.trim_end_matches(|c: char| c.is_ascii_digit());
    number(ended.get(digits.len()..)?)
}

/// A run of digits as a number; leading zeros do not count as digits that name anything.
fn number(digits: &str) -> Option<u64> {
    let significant = digits.trim_start_matches('0');
    let long_enough = digits.len() >= NUMBER_DIGITS && significant.len() + 1 >= NUMBER_DIGITS;
    (long_enough && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| significant.parse().ok()).flatten()
}

/// Open items by folded reference and purchase order.
pub(super) struct ReferenceIndex {
    entries: Vec<(u64, u32)>,
    shortest: usize,
}

/// What the texts of one payment name.
#[derive(Default)]
pub(super) struct Named {
    /// Items named by their reference or by the payer's number.
    pub(super) items: BTreeSet<ItemIdx>,
    /// Items that lie in a range of numbers that the text names; both ends are items themselves.
    pub(super) ranged: BTreeSet<ItemIdx>,
    /// Different references that named something.
    pub(super) references: i64,
    /// Names that were looked up: a text that says the same a thousand times costs one look.
    seen: BTreeMap<String, bool>,
}

/// The payer's open items by the number at the end of their reference, in order of the number.
pub(super) struct Numbers(Vec<(u64, ItemIdx)>);

impl Numbers {
    /// Reads the payer's items, at most `budget` of them; none where the payer is not known.
    pub(super) fn new(books: &Books, open: &[i64], payer: Option<CustomerIdx>, budget: usize) -> Self {
        let Some(payer) = payer else { return Self(Vec::new()) };
        let mut numbers: Vec<(u64, ItemIdx)> = Vec::new();
        for at in books.item_range(payer).take(budget) {
            let Some(item) = books.items().get(at).filter(|item| !item.kind.is_credit() && open.get(at).is_some_and(|open| *open > 0)) else { continue };
            numbers.extend(number_of(books.text(item.reference)).zip(u32::try_from(at).ok().map(ItemIdx)));
        }
        numbers.sort_unstable();
        Self(numbers)
    }

    fn between(&self, low: u64, high: u64) -> impl Iterator<Item = ItemIdx> + '_ {
        let from = self.0.partition_point(|entry| entry.0 < low);
        self.0.iter().skip(from).take_while(move |entry| entry.0 <= high).map(|entry| entry.1)
    }

    fn has(&self, wanted: u64) -> bool {
        self.between(wanted, wanted).next().is_some()
    }
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
                if !name.is_empty() {
                    entries.push((hash(&name), at));
                }
            }
        }
        entries.sort_unstable();
        entries.dedup();
        Self { entries, shortest }
    }

    /// Adds the open items that `name` (folded) names; at most `budget` of them.
    fn find(&self, books: &Books, name: &str, budget: usize, named: &mut Named) -> bool {
        if let Some(known) = named.seen.get(name) {
            return *known;
        }
        let key = hash(name);
        let from = self.entries.partition_point(|entry| entry.0 < key);
        let mut hit = false;
        for (_, at) in self.entries.iter().skip(from).take_while(|entry| entry.0 == key).take(budget.saturating_sub(named.items.len())) {
            let Some(item) = books.items().get(*at as usize) else { continue };
            if names(books, item).any(|known| folded(known) == name) {
                hit = true;
                named.items.insert(ItemIdx(*at));
            }
        }
        named.seen.insert(name.into(), hit);
        hit
    }

    /// Reads a field that holds nothing but a reference: it may be as short as it likes. Else it is read as a text.
    pub(super) fn read_field(&self, books: &Books, numbers: &Numbers, field: &str, budget: usize, named: &mut Named) {
        let name = folded(field);
        if !name.is_empty() && name.len() < self.shortest {
            named.references += i64::from(self.find(books, &name, budget, named));
        } else {
            self.read(books, numbers, field, budget, named);
        }
    }

    /// Reads one text. A token that is part of a longer reference that was found is not looked up again.
    pub(super) fn read(&self, books: &Books, numbers: &Numbers, text: &str, budget: usize, named: &mut Named) {
        let tokens = tokens(text);
        let mut at = 0;
        while at < tokens.len() {
            let rest = tokens.get(at..).unwrap_or(&[]);
            at += self.range(numbers, rest, named).or_else(|| self.one(books, numbers, rest, budget, named)).unwrap_or(1);
        }
    }

    /// A reference at the start of `tokens`, in as many pieces as possible; how many tokens it took.
    fn one(&self, books: &Books, numbers: &Numbers, tokens: &[Token], budget: usize, named: &mut Named) -> Option<usize> {
        for pieces in (1..=MAX_PIECES.min(tokens.len())).rev() {
            let name: String = tokens.iter().take(pieces).map(|token| token.folded.as_str()).collect();
            if name.len() < self.shortest || name.len() > 512 {
                continue;
            }
            if self.find(books, &name, budget, named) {
                named.references += 1;
                return Some(pieces);
            }
            // A number wrapped by the bank stands in two pieces (`0509 7`); more would be a telephone number.
            if let Some(value) = number(&name).filter(|value| pieces <= 2 && numbers.has(*value)) {
                named.items.extend(numbers.between(value, value));
                named.references += 1;
                return Some(pieces);
            }
        }
        None
    }

    /// Two numbers of the payer's items with a dash or a word for "to" between them.
    fn range(&self, numbers: &Numbers, tokens: &[Token], named: &mut Named) -> Option<usize> {
        let first = tokens.first()?;
        let second = tokens.get(1)?;
        let (last, used) = match tokens.get(2) {
            Some(third) if ["BIS", "TO", "THRU", "A", "AU", "HASTA"].contains(&second.folded.as_str()) => (third, 3),
            _ if second.after_dash => (second, 2),
            _ => return None,
        };
        let (low, high) = (number(&first.folded)?, number(&last.folded)?);
        if low >= high || !numbers.has(low) || !numbers.has(high) {
            return None;
        }
        named.items.extend(numbers.between(low, low).chain(numbers.between(high, high)));
        named.ranged.extend(numbers.between(low, high));
        named.references += 2;
        Some(used)
    }
}

/// A run of letters and digits.
struct Token {
    folded: String,
    /// Nothing but a dash (and blanks) stands between it and the token before.
    after_dash: bool,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut gap = String::new();
    for part in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let (word, end) = match part.char_indices().next_back() {
            Some((at, c)) if !c.is_alphanumeric() => part.split_at(at),
            _ => (part, ""),
        };
        if !word.is_empty() {
            found.push(Token { folded: folded(word), after_dash: matches!(gap.trim(), "-" | "–" | "—") });
            gap.clear();
        }
        gap.push_str(end);
        if found.len() >= MAX_TOKENS {
            break;
        }
    }
    found
}

fn names<'b>(books: &'b Books, item: &Item) -> impl Iterator<Item = &'b str> {
    [item.reference, item.purchase_order, item.id].into_iter().filter_map(|id| books.texts().get_opt(id))
}
