//! The names of open items: reference, purchase order, identifier, and the number at the end of the reference. An index
//! finds the items of a name without looking at every item.

use super::buckets::Buckets;
use super::open::Open;
use crate::ledger::Books;
use crate::record::{CustomerIdx, Item, ItemIdx};
use crate::threads;
use alloc::{string::String, vec::Vec};
use core::ops::Range;

/// Digits that a number must have to name an item by itself.
const NUMBER_DIGITS: usize = 4;
/// Different lengths of names that are tried at each place of a text; a book has a handful.
const MAX_LENGTHS: usize = 24;

/// Letters and digits in upper case: what remains of a reference when punctuation is taken away.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase)
}

/// The same as text.
pub(super) fn folded(text: &str) -> String {
    letters(text).collect()
}

/// FNV-1a, only to find candidates; every hit is compared as text.
pub(super) fn hash(letters: impl Iterator<Item = char>) -> u64 {
    letters.fold(0xcbf2_9ce4_8422_2325, |hash, c| (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3))
}

/// The hash of the letters of a text, and how many there are.
fn hashed(text: &str) -> (u64, usize) {
    if !text.is_ascii() {
        return (hash(letters(text)), letters(text).count());
    }
    // Nearly every name is plain: the same without looking letters up.
    let mut count = 0;
    let own = text.bytes().filter(u8::is_ascii_alphanumeric).inspect(|_| count += 1).map(|byte| char::from(byte.to_ascii_uppercase()));
    (hash(own), count)
}

/// The number at the end of a reference, if it has one of enough digits: `5705` of `RE/2026/05705`. The year at the end of
/// `18/2026` is that of all references.
pub(super) fn number_of(reference: &str) -> Option<u64> {
    let digits = ending(reference);
    let before = reference.trim_end_matches(|c: char| !c.is_ascii_digit()).strip_suffix(digits).unwrap_or("");
    let year = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")) && before.bytes().any(|byte| byte.is_ascii_digit());
    if year { None } else { number(digits) }
}

/// The digits at the end of a reference.
pub(super) fn ending(reference: &str) -> &str {
    let ended = reference.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = ended.trim_end_matches(|c: char| c.is_ascii_digit());
    ended.get(digits.len()..).unwrap_or("")
}

/// A run of digits as a number; leading zeros do not count as digits that name anything.
pub(super) fn number(digits: &str) -> Option<u64> {
    let significant = digits.trim_start_matches('0');
    let long_enough = digits.len() >= NUMBER_DIGITS && significant.len() + 1 >= NUMBER_DIGITS;
    (long_enough && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| significant.parse().ok()).flatten()
}

/// The names of an item.
pub(super) fn names<'b>(books: &'b Books, item: &Item) -> impl Iterator<Item = &'b str> {
    [item.reference, item.purchase_order, item.id].into_iter().filter_map(|id| books.texts().get_opt(id))
}

/// Open items, debts and credit notes, by folded name and by number.
pub(super) struct NameIndex {
    names: Buckets<(u64, u32)>,
    numbers: Vec<(u64, u32)>,
    /// Names of items that are not open, only as hashes: they are never paid, but it is known that they were meant.
    closed: Buckets<u64>,
    /// Open amount of debts.
    amounts: Vec<(i64, u32)>,
    /// The number of every item: see [`Read::own`].
    own: Vec<u64>,
    /// Lengths of names in characters, longest first.
    pub(super) lengths: Vec<usize>,
}

/// What is read of some items.
#[derive(Default)]
struct Read {
    names: Vec<(u64, u32)>,
    numbers: Vec<(u64, u32)>,
    closed: Vec<u64>,
    amounts: Vec<(i64, u32)>,
    /// The number of every item, or [`NO_NUMBER`].
    own: Vec<u64>,
    /// How many names have so many letters.
    counts: Vec<u32>,
}

/// Stands for the number of an item that has none. (One that is written so names nothing by its number.)
const NO_NUMBER: u64 = u64::MAX;

/// Letters of the longest name that is met in a text.
const LONGEST: usize = 64;
/// Items that are read together.
const TOGETHER: usize = 65_536;

impl Read {
    fn new(books: &Books, open: &[i64], range: Range<usize>) -> Self {
        let mut found = Self { counts: alloc::vec![0; LONGEST + 1], ..Self::default() };
        let rows = books.items().get(range.clone()).unwrap_or(&[]).iter().zip(open.get(range.clone()).unwrap_or(&[]));
        for (at, (item, open)) in range.filter_map(|at| u32::try_from(at).ok()).zip(rows) {
            let names = names(books, item).map(hashed);
            let number = number_of(books.text(item.reference));
            found.own.push(number.unwrap_or(NO_NUMBER));
            if *open <= 0 {
                found.closed.extend(names.map(|name| name.0));
                continue;
            }
            for (hash, length) in names {
                if let Some(count) = found.counts.get_mut(length).filter(|_| length > 0) {
                    *count += 1;
                    found.names.push((hash, at));
                }
            }
            found.numbers.extend(number.map(|number| (number, at)));
            if !item.kind.is_credit() {
                found.amounts.push((*open, at));
            }
        }
        found
    }
}

impl NameIndex {
    pub(super) fn new(books: &Books, open: &[i64]) -> Self {
        let mut found = Read { counts: alloc::vec![0; LONGEST + 1], ..Read::default() };
        for read in threads::pieces(books.items().len(), TOGETHER, |range| Read::new(books, open, range)) {
            found.names.extend(read.names);
            found.numbers.extend(read.numbers);
            found.closed.extend(read.closed);
            found.amounts.extend(read.amounts);
            found.own.extend(read.own);
            found.counts.iter_mut().zip(read.counts).for_each(|(count, more)| *count += more);
        }
        let Read { names: mut by_name, mut numbers, mut closed, mut amounts, own, counts } = found;
        threads::sort(&mut closed);
        closed.dedup();
        threads::sort(&mut by_name);
        by_name.dedup();
        threads::sort(&mut numbers);
        threads::sort(&mut amounts);
        // The commonest lengths, if there are too many: a handful of stray names must not slow every text down.
        let mut lengths: Vec<(u32, usize)> = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(length, count)| (*count, length)).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        let mut lengths: Vec<usize> = lengths.into_iter().take(MAX_LENGTHS).map(|(_, length)| length).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        Self { names: Buckets::new(by_name, |entry| entry.0), numbers, closed: Buckets::new(closed, |hash| *hash), amounts, own, lengths }
    }

    /// The number at the end of the reference of an item.
    pub(super) fn number(&self, at: usize) -> Option<u64> {
        self.own.get(at).copied().filter(|number| *number != NO_NUMBER)
    }

    /// The open items that this folded name names, at most `budget`.
    pub(super) fn named(&self, books: &Books, name: &[char], budget: usize) -> Vec<ItemIdx> {
        let key = hash(name.iter().copied());
        let same = |known: &str| letters(known).eq(name.iter().copied());
        let is = |at: &u32| books.items().get(*at as usize).is_some_and(|item| names(books, item).any(same));
        self.names.of(key).iter().take(budget).map(|entry| entry.1).filter(is).map(ItemIdx).collect()
    }

    /// Whether an item that is not open has this folded name.
    pub(super) fn is_closed(&self, name: &[char]) -> bool {
        !self.closed.of(hash(name.iter().copied())).is_empty()
    }

    /// Debts of any customer that were open with just this amount, at most `budget`.
    pub(super) fn of_amount(&self, amount: i64, budget: usize) -> Vec<ItemIdx> {
        let from = self.amounts.partition_point(|entry| entry.0 < amount);
        self.amounts.iter().skip(from).take_while(|entry| entry.0 == amount).take(budget).map(|entry| ItemIdx(entry.1)).collect()
    }

    /// The open items of any customer with this number, at most `budget`.
    pub(super) fn numbered(&self, number: u64, budget: usize) -> Vec<ItemIdx> {
        let from = self.numbers.partition_point(|entry| entry.0 < number);
        self.numbers.iter().skip(from).take_while(|entry| entry.0 == number).take(budget).map(|entry| ItemIdx(entry.1)).collect()
    }
}

/// Items of the customers that may have paid, by number, in order of the number. Which of them are open is asked each time: it changes from
/// one payment to the next, and the numbers do not.
#[derive(Default)]
pub(super) struct OwnNumbers(Vec<(u64, ItemIdx)>);

impl OwnNumbers {
    /// Reads the customers' items, at most `budget` of them all together.
    pub(super) fn new(books: &Books, index: &NameIndex, customers: &[CustomerIdx], budget: usize) -> Self {
        let places = customers.iter().flat_map(|customer| books.item_range(*customer)).take(budget);
        let numbered = places.filter_map(|at| Some((index.number(at)?, ItemIdx(u32::try_from(at).ok()?))));
        let mut numbers: Vec<(u64, ItemIdx)> = numbered.collect();
        numbers.sort_unstable();
        Self(numbers)
    }

    fn range(&self, low: u64, high: u64) -> impl Iterator<Item = ItemIdx> + '_ {
        let from = self.0.partition_point(|entry| entry.0 < low);
        self.0.iter().skip(from).take_while(move |entry| entry.0 <= high).map(|entry| entry.1)
    }

    /// Whether an item that is not open has this number.
    pub(super) fn is_closed(&self, open: &Open<'_>, number: u64) -> bool {
        self.range(number, number).any(|at| !open.is_open(at.0 as usize))
    }

    /// Open items with a number from `low` to `high`.
    pub(super) fn between<'o>(&'o self, open: &'o Open<'o>, low: u64, high: u64) -> impl Iterator<Item = ItemIdx> + 'o {
        self.range(low, high).filter(|at| open.is_open(at.0 as usize))
    }
}
