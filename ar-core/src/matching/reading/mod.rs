//! What a text says: which open items it mentions, in any of the ways people write them. Whole names only: 14 inside
//! 1814 is not a match.
//!
//! A mention is the full name of an item (written apart, joined to the next without a separator, wrapped by the bank),
//! the number at its end (`5705` for `RE/2026/05705`) among the payer's own items, a range of such numbers
//! (`5888-6125`, `5109 BIS 5460`), or nearly one of these. Dates, telephone numbers and banks' own references are none.

mod glyphs;
pub(super) mod slip;
mod words;

use super::names::{NameIndex, OwnNumbers, ending, folded, letters, number};
use super::open::Open;
use crate::ledger::Books;
use crate::record::{CustomerIdx, ItemIdx};
use alloc::{string::String, vec::Vec};
use glyphs::Glyphs;
pub(super) use slip::Slip;

/// The longest run of letters that may stand before a number that names an item (`RG5705`).
const PREFIX_LETTERS: usize = 4;
/// The longest number for which slips are tried for every customer.
const MOST_GUESSED: usize = 14;
/// Mentions of one text, and words that look like references and name nothing, that are read.
const MOST_MENTIONS: usize = 2_000;
const MOST_UNREAD: usize = 40;
/// Ranges of one text.
const MOST_RANGES: usize = 20;
/// A text of this many characters was probably cut: banks carry 140.
const CUT_AT: usize = 135;

/// One mention: the items it may mean.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub(super) options: Vec<(ItemIdx, Slip)>,
    /// What was written.
    pub(super) written: Vec<char>,
    /// The name is a purchase order: all its items are often meant together, those of one reference seldom.
    pub(super) order: bool,
}

/// What the texts of one payment say.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub(super) mentions: Vec<Mention>,
    /// Ranges read.
    ranges: usize,
    /// Items that lie between the ends of ranges; the ends are mentions.
    pub(super) between: Vec<ItemIdx>,
    /// Names of items that are not open: what is left of them was paid already, or is paid twice.
    pub(super) closed: usize,
    /// Written like references, but naming nothing that is open.
    pub(super) unread: Vec<Vec<char>>,
    /// The list is said to go on, or was cut by the bank.
    pub(super) goes_on: bool,
    /// The words of a deposit, of a refund, of a transfer between own accounts: not for open items.
    pub(super) elsewhere: bool,
    /// A month is named: its number, 1 to 12.
    pub(super) month: Option<u32>,
    /// The budget was reached.
    pub(super) bounded: bool,
}

/// Where names are looked up.
pub(super) struct Lookup<'l> {
    pub(super) books: &'l Books,
    pub(super) open: &'l Open<'l>,
    pub(super) index: &'l NameIndex,
    pub(super) own: &'l OwnNumbers,
    /// Customers that may have paid.
    pub(super) payers: &'l [CustomerIdx],
    /// Nobody says by name who paid: a number may be that of anybody's item.
    pub(super) anybody: bool,
    /// Characters that a name must have to be met in a text.
    pub(super) shortest: usize,
    pub(super) budget: usize,
}

impl Reading {
    /// Reads a field that holds nothing but a reference: it may be as short as it likes. Else it is read as a text.
    pub(super) fn read_field(&mut self, lookup: &Lookup<'_>, field: &str) {
        let name: Vec<char> = folded(field).chars().collect();
        if !name.is_empty() && name.len() < lookup.shortest {
            let found = lookup.known(&name);
            self.mention(found, name);
        } else {
            self.read(lookup, field);
        }
    }

    /// Reads a text.
    pub(super) fn read(&mut self, lookup: &Lookup<'_>, text: &str) {
        if text.is_empty() {
            return;
        }
        let before = self.mentions.len();
        let glyphs = Glyphs::new(text);
        let said = words::said(&glyphs, text);
        self.elsewhere |= said.elsewhere;
        self.month = self.month.or(said.month);
        let mut scan = Scan { lookup, glyphs: &glyphs, letters: glyphs.letters(0, glyphs.all.len()), into: self };
        scan.run();
        let was_cut = text.chars().count() >= CUT_AT;
        if was_cut && let Some(last) = glyphs.words.last().filter(|word| !word.noise) {
            // The last name lost its end; what is left of it is no name of another item.
            let tail = glyphs.letters(last.from, last.to);
            self.unread.retain(|unread| *unread != tail);
        }
        self.goes_on |= (said.goes_on || was_cut) && self.mentions.len() > before;
    }

    /// Adds what another text of the same payment mentions.
    pub(super) fn join(&mut self, other: &Self) {
        for mention in &other.mentions {
            if !self.mentions.iter().any(|known| known.options == mention.options) {
                self.mentions.push(mention.clone());
            }
        }
        self.between.extend(&other.between);
        self.unread.extend(other.unread.iter().cloned());
        self.closed += other.closed;
        self.bounded |= other.bounded;
    }

    fn mention(&mut self, found: Found, written: Vec<char>) {
        if found.items.is_empty() {
            return;
        }
        let options: Vec<(ItemIdx, Slip)> = found.items.iter().map(|at| (*at, Slip::None)).collect();
        let known = self.mentions.iter().any(|mention| mention.options == options);
        if !known {
            self.mentions.push(Mention { options, written, order: found.order });
        }
    }
}

/// Items of one name.
#[derive(Default)]
struct Found {
    items: Vec<ItemIdx>,
    /// The name is a purchase order.
    order: bool,
}

impl Lookup<'_> {
    /// The open items of a full name: those of the customers that may have paid, if there are any, else all.
    fn known(&self, name: &[char]) -> Found {
        let mut items = self.index.named(self.books, name, self.budget);
        if items.is_empty() {
            return Found::default();
        }
        self.keep_own(&mut items);
        let order = items.len() > 1 && items.iter().filter_map(|at| self.books.item(*at)).all(|item| letters(self.books.text(item.purchase_order)).eq(name.iter().copied()));
        Found { items, order }
    }

    fn keep_own(&self, items: &mut Vec<ItemIdx>) {
        let own = |at: &ItemIdx| self.books.item(*at).is_some_and(|item| self.payers.contains(&item.customer));
        if items.iter().any(own) {
            items.retain(own);
        }
    }

    /// The open items of a number: the payers' own; of anybody only where nobody says by name who paid.
    fn numbered(&self, value: u64) -> Found {
        let mut items: Vec<ItemIdx> = self.own.between(self.open, value, value).take(self.budget).collect();
        if items.is_empty() && self.anybody {
            items = self.index.numbered(value, self.budget);
        }
        Found { items, order: false }
    }

    /// The open items of one customer with numbers from `low` to `high`, if both ends are items: the payers', or of the
    /// only customer who has both.
    fn between(&self, low: u64, high: u64) -> Option<Vec<ItemIdx>> {
        if low >= high {
            return None;
        }
        let owner = |at: &ItemIdx| self.books.item(*at).map(|item| item.customer);
        let owners = |items: &[ItemIdx]| items.iter().filter_map(owner).collect::<Vec<_>>();
        let common = |low: &[ItemIdx], high: &[ItemIdx]| {
            let ends = owners(high);
            let mut both: Vec<CustomerIdx> = owners(low).into_iter().filter(|owner| ends.contains(owner)).collect();
            both.sort_unstable();
            both.dedup();
            both
        };
        let own = |value: u64| self.own.between(self.open, value, value).collect::<Vec<_>>();
        let mut both = common(&own(low), &own(high));
        if both.is_empty() && self.anybody {
            both = common(&self.index.numbered(low, self.budget), &self.index.numbered(high, self.budget));
        }
        let [owner] = both.as_slice() else { return None };
        Some(OwnNumbers::new(self.books, self.index, &[*owner], self.budget).between(self.open, low, high).collect())
    }

    /// Items of anybody whose name or number is one slip away from what was written, at most the budget.
    pub(super) fn guess(&self, written: &[char]) -> Vec<ItemIdx> {
        let letters = written.iter().take_while(|c| !slip::as_digit(**c).is_ascii_digit()).count();
        let (head, tail) = written.split_at_checked(letters).unwrap_or((&[], written));
        if tail.len() < 4 || tail.len() > MOST_GUESSED {
            return Vec::new();
        }
        let mut found = Vec::new();
        for meant in slip::meant(tail) {
            let full: Vec<char> = head.iter().chain(&meant).copied().collect();
            found.extend(self.index.named(self.books, &full, self.budget));
            let digits: String = meant.iter().collect();
            if let Some(value) = number(&digits).filter(|_| head.is_empty()) {
                found.extend(self.index.numbered(value, self.budget));
            }
        }
        found.sort_unstable();
        found.dedup();
        found.truncate(self.budget);
        found
    }

    /// Length of the full name that starts `letters`, if one does.
    fn starts(&self, letters: &[char]) -> Option<usize> {
        let fits = |length: &&usize| **length >= self.shortest;
        self.index.lengths.iter().filter(fits).copied().find(|length| letters.get(..*length).is_some_and(|name| !self.index.named(self.books, name, 1).is_empty()))
    }
}

struct Scan<'s> {
    lookup: &'s Lookup<'s>,
    glyphs: &'s Glyphs,
    letters: Vec<char>,
    into: &'s mut Reading,
}

impl Scan<'_> {
    /// Goes through the text word by word; behind a name that was joined to the next it goes on inside the word.
    fn run(&mut self) {
        let mut at = 0;
        loop {
            let index = self.glyphs.words.partition_point(|word| word.to <= at);
            if self.into.mentions.len() >= self.lookup.budget.min(MOST_MENTIONS) || self.into.unread.len() >= MOST_UNREAD {
                self.into.bounded = true;
                return;
            }
            let Some(word) = self.glyphs.words.get(index).copied() else { return };
            at = at.max(word.from);
            let inside = at > word.from;
            at = if word.noise {
                word.to
            } else if let Some(end) = Some(index).filter(|_| !inside).and_then(|index| self.range(index)) {
                end
            } else if let Some(end) = self.full(at) {
                end
            } else if let Some(end) = Some(index).filter(|_| !inside).and_then(|index| self.tail(index)) {
                end
            } else if self.is_closed(index, at, word.to) {
                self.into.closed += 1;
                word.to
            } else {
                self.give_up(at, word.to)
            };
        }
    }

    /// Whether a word names an item that is not open, in full or by its number.
    fn is_closed(&self, index: usize, at: usize, end: usize) -> bool {
        let letters = self.letters.get(at..end).unwrap_or(&[]);
        let full = letters.len() >= self.lookup.shortest && self.lookup.index.is_closed(letters);
        full || self.number_in(index).and_then(|digits| number(&digits)).is_some_and(|value| self.lookup.own.is_closed(self.lookup.open, value)) || self.wrapped_closed(index, at)
    }

    /// The same for a name whose parts stand apart: `RE/2026/0012` is three words.
    fn wrapped_closed(&self, index: usize, at: usize) -> bool {
        let ends = self.glyphs.words.iter().skip(index + 1).take(3).map(|word| word.to);
        ends.into_iter().any(|end| self.may_be_apart(at, end) && end - at >= self.lookup.shortest && self.letters.get(at..end).is_some_and(|name| self.lookup.index.is_closed(name)))
    }

    /// A full name that starts here; where it ends.
    fn full(&mut self, at: usize) -> Option<usize> {
        let lookup = self.lookup;
        for length in lookup.index.lengths.iter().copied().filter(|length| *length >= lookup.shortest) {
            let end = at + length;
            if self.letters.get(at..end).is_none() || !self.may_be_apart(at, end) || !self.ends(end) {
                continue;
            }
            let name = self.letters.get(at..end).unwrap_or(&[]);
            let found = lookup.known(name);
            if !found.items.is_empty() {
                let name = name.to_vec();
                self.into.mention(found, name);
                return Some(end);
            }
        }
        None
    }

    /// A name may be broken by the bank twice; a number only once, or telephone numbers would be read together.
    fn may_be_apart(&self, from: usize, to: usize) -> bool {
        let inside = || self.glyphs.all.get(from + 1..to).unwrap_or(&[]).iter();
        let breaks = inside().filter(|glyph| glyph.blank && glyph.mark.is_none()).count();
        let marks = inside().filter(|glyph| glyph.mark.is_some()).count();
        let digits_only = self.letters.get(from..to).unwrap_or(&[]).iter().all(char::is_ascii_digit);
        let listed = inside().any(|glyph| glyph.mark.is_some_and(|mark| matches!(mark, ',' | ';' | '+' | '&')));
        !listed && if digits_only { breaks <= 1 && marks == 0 } else { breaks <= 2 && marks <= 4 }
    }

    /// Whether a name may end here: at the end of a word, where digits end and letters begin, or where the next name
    /// begins at once.
    fn ends(&self, end: usize) -> bool {
        let (Some(last), Some(next)) = (end.checked_sub(1).and_then(|at| self.letters.get(at)), self.glyphs.all.get(end)) else { return true };
        next.starts() || last.is_ascii_digit() != next.c.is_ascii_digit() || self.lookup.starts(self.letters.get(end..).unwrap_or(&[])).is_some()
    }

    /// Digits of a word behind a few letters at most.
    fn number_in(&self, index: usize) -> Option<String> {
        let word = self.glyphs.words.get(index)?;
        let letters = self.letters.get(word.from..word.to)?;
        let prefix = letters.iter().take_while(|c| !c.is_ascii_digit()).count();
        let digits: String = letters.iter().skip(prefix).collect();
        (prefix <= PREFIX_LETTERS && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty()).then_some(digits)
    }

    /// The number of an item, in one piece or broken once by the bank; where it ends.
    fn tail(&mut self, index: usize) -> Option<usize> {
        let first = self.number_in(index)?;
        let end = self.glyphs.words.get(index)?.to;
        let next = self.glyphs.words.get(index + 1).filter(|word| self.glyphs.all.get(word.from).is_some_and(|glyph| glyph.mark.is_none()));
        let rest = next
            .filter(|word| !word.noise)
            .and_then(|_| self.number_in(index + 1))
            .filter(|_| self.glyphs.words.get(index + 1).is_some_and(|word| self.letters.get(word.from).is_some_and(char::is_ascii_digit)));
        let joined = rest.as_ref().map(|rest| alloc::format!("{first}{rest}"));
        let value = |digits: &String| number(digits).map(|value| self.lookup.numbered(value)).filter(|found| !found.items.is_empty());
        let exact = |found: &Found, digits: &String| found.items.iter().any(|at| self.lookup.books.item(*at).is_some_and(|item| ending(self.lookup.books.text(item.reference)) == digits.as_str()));
        let single = value(&first);
        // Broken by the bank only if the whole looks exactly like the number of an item and the piece does not.
        if let (Some(joined), Some(next)) = (joined, next)
            && let Some(found) = value(&joined).filter(|found| single.is_none() || (exact(found, &joined) && !single.as_ref().is_some_and(|single| exact(single, &first))))
        {
            let end = next.to;
            self.into.mention(found, joined.chars().collect());
            return Some(end);
        }
        self.into.mention(single?, first.chars().collect());
        Some(end)
    }

    /// Two numbers of the payer's items with a dash or a word for "to" between them; where the second ends.
    fn range(&mut self, index: usize) -> Option<usize> {
        let mark = |at: usize| self.glyphs.words.get(at).and_then(|word| self.glyphs.all.get(word.from)).and_then(|glyph| glyph.mark);
        let second = self.glyphs.word(index + 1);
        let last = if words::UP_TO.contains(&second.as_str()) {
            index + 2
        } else if matches!(mark(index + 1), Some('-' | '–' | '—')) {
            index + 1
        } else {
            return None;
        };
        let (from, to) = (self.number_in(index)?, self.number_in(last)?);
        let (low, high) = (number(&from)?, number(&to)?);
        if self.into.ranges >= MOST_RANGES {
            return None;
        }
        self.into.ranges += 1;
        let between = self.lookup.between(low, high).or_else(|| self.half_open(low, high))?;
        for (value, written) in [(low, from), (high, to)] {
            let mut found = self.lookup.numbered(value);
            found.items.retain(|at| between.contains(at));
            self.into.mention(found, written.chars().collect());
        }
        self.into.between.extend(between);
        self.glyphs.words.get(last).map(|word| word.to)
    }

    /// A range of which an end is not open: the payer's open numbers inside it, and a word that something is gone.
    fn half_open(&mut self, low: u64, high: u64) -> Option<Vec<ItemIdx>> {
        let (own, open) = (self.lookup.own, self.lookup.open);
        let known = |value: u64| own.is_closed(open, value) || own.between(open, value, value).next().is_some();
        let inside: Vec<ItemIdx> = own.between(open, low, high).take(self.lookup.budget).collect();
        if low >= high || inside.is_empty() || !(known(low) || known(high)) {
            return None;
        }
        self.into.closed += 1;
        Some(inside)
    }

    /// Nothing is named here. What looks like a reference is kept for a second look; several joined ones in pieces of
    /// the length of a name.
    fn give_up(&mut self, at: usize, end: usize) -> usize {
        let digits = |from: usize, to: usize| self.letters.get(from..to).unwrap_or(&[]).iter().filter(|c| slip::as_digit(**c).is_ascii_digit()).count();
        let real = self.letters.get(at..end).unwrap_or(&[]).iter().filter(|c| c.is_ascii_digit()).count();
        let year = end - at == 4 && self.letters.get(at..at + 2).is_some_and(|century| matches!(century, ['1', '9'] | ['2', '0']));
        if digits(at, end) < 4 || real < 3 || year {
            return end;
        }
        let piece = self.lookup.index.lengths.iter().copied().find(|length| end - at >= 2 * length && *length >= self.lookup.shortest && *length >= 6);
        let stop = match piece {
            Some(length) => at + length,
            None => end,
        };
        // A name may have been broken by the bank: the next word is its end if it is all digits and short.
        self.into.unread.push(self.letters.get(at..stop).unwrap_or(&[]).to_vec());
        stop
    }
}
