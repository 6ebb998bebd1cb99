//! Tables over all sums up to the target (dynamic programming, R. Bellman 1957): item by item, from the largest sum down,
//! a sum is reached as before, or from the sum that lacks the item. Only sums are kept up to date that can still become
//! the target with the items that follow.

use super::reduce::Reduced;
use alloc::vec;
use alloc::vec::Vec;

/// One item of a table: the sums from `low` to `high` are brought up to date.
#[derive(Clone, Copy, Debug)]
struct Update {
    amount: usize,
    credit: bool,
    low: usize,
    high: usize,
}

/// What a table over the sums would do, before it is paid for.
pub(super) struct Plan {
    updates: Vec<Update>,
    target: usize,
    /// The free items that are chosen stand for those that are not: the target counted from the other end is smaller.
    mirrored: bool,
    /// Sums brought up to date, with one for each item.
    sums: u64,
}

impl Plan {
    /// `None`: a table that no budget allows.
    pub fn new(reduced: &Reduced) -> Option<Plan> {
        let (asked, total) = reduced.in_words()?;
        let target = asked.min(total - asked);
        let (mut before, mut after) = (0u64, total);
        let mut updates = Vec::with_capacity(reduced.free.len());
        let mut sums = 0u64;
        for item in &reduced.free {
            before = before.checked_add(item.amount)?;
            after = after.checked_sub(item.amount)?;
            let (low, high) = (target.saturating_sub(after).max(item.amount), target.min(before));
            sums = sums.checked_add(1)?;
            if low <= high {
                sums = sums.checked_add(high - low + 1)?;
                updates.push(Update { amount: usize::try_from(item.amount).ok()?, credit: item.credit, low: usize::try_from(low).ok()?, high: usize::try_from(high).ok()? });
            }
        }
        Some(Plan { updates, target: usize::try_from(target).ok()?, mirrored: target != asked, sums })
    }

    fn length(&self) -> u64 {
        self.target as u64 + 1
    }

    /// Units of `count_to_three`.
    pub fn cost_in_bits(&self) -> u64 {
        ((self.sums / 64).saturating_add(2 * self.updates.len() as u64).saturating_mul(2)).saturating_add(self.length() / 32 + 4)
    }

    /// Units of `counts`.
    pub fn cost_in_counts(&self) -> u64 {
        self.sums.saturating_add(self.length())
    }

    /// Units of `counts_by_size` for so many free items.
    pub fn cost_by_size(&self, free: usize) -> u64 {
        self.cost_in_counts().saturating_mul(free as u64 + 1)
    }

    /// Number of ways to make up the target, three standing for more. Ends as soon as `enough` are seen. A number is two
    /// bits, in two tables; 64 sums are added at once.
    pub fn count_to_three(&self, enough: u8) -> u8 {
        let words = self.target / 64 + 1;
        // One word of padding below sum zero: a shift reads the word under the lowest.
        let (mut ones, mut twos) = (vec![0u64; words + 1], vec![0u64; words + 1]);
        if let Some(empty) = ones.get_mut(1) {
            *empty = 1;
        }
        let mut found = u8::from(self.target == 0);
        for update in &self.updates {
            shift_and_add(&mut ones, &mut twos, update);
            found = bit(&ones, self.target) + 2 * bit(&twos, self.target);
            if found >= enough {
                break;
            }
        }
        found
    }

    /// Number of ways to make up the target: exact below 2^53, then to about fifteen digits.
    pub fn counts(&self) -> f64 {
        let mut counts = vec![0.0f64; self.target + 1];
        if let Some(empty) = counts.first_mut() {
            *empty = 1.0;
        }
        for update in &self.updates {
            each_block(update.low, update.high + 1, update.amount, |from, to| {
                if let Some((lower, upper)) = counts.split_at_mut_checked(from) {
                    let source = lower.get(from - update.amount..to - update.amount).unwrap_or_default();
                    for (count, more) in upper.iter_mut().zip(source) {
                        *count += more;
                    }
                }
            });
        }
        counts.last().copied().unwrap_or(0.0)
    }

    /// The same by the number of debts chosen less the number of credit notes left out: `free` of them, one place for
    /// each from all credit notes left out to all debts chosen. The items that no update touches are not chosen.
    pub fn counts_by_size(&self, reduced: &Reduced) -> Vec<f64> {
        let width = reduced.free.len() + 1;
        let credits = reduced.free.iter().filter(|item| item.credit).count();
        let mut rows = vec![0.0f64; (self.target + 1) * width];
        // Mirrored, all are chosen to begin with, and an update takes one back.
        let start = if self.mirrored { width - 1 - credits } else { credits };
        if let Some(empty) = rows.get_mut(start) {
            *empty = 1.0;
        }
        for update in &self.updates {
            let up = update.credit == self.mirrored;
            for sum in (update.low..=update.high).rev() {
                let Some((lower, upper)) = rows.split_at_mut_checked(sum * width) else { continue };
                let (Some(source), Some(row)) = (lower.get((sum - update.amount) * width..(sum - update.amount + 1) * width), upper.get_mut(..width)) else { continue };
                let (source, row) = if up { (source, row.get_mut(1..).unwrap_or_default()) } else { (source.get(1..).unwrap_or_default(), row) };
                for (count, more) in row.iter_mut().zip(source) {
                    *count += more;
                }
            }
        }
        rows.split_off(self.target * width)
    }
}

fn bit(words: &[u64], at: usize) -> u8 {
    u8::from(words.get(at / 64 + 1).is_some_and(|word| word >> (at % 64) & 1 == 1))
}

/// Cuts `low..high` into blocks from the top, none longer than `most`: a block does not overlap what it is read from, so
/// it can be worked on in any order, many sums at once.
fn each_block(low: usize, high: usize, most: usize, mut work: impl FnMut(usize, usize)) {
    let mut to = high;
    while to > low {
        let from = low.max(to.saturating_sub(most));
        work(from, to);
        to = from;
    }
}

/// Adds the table moved up by the amount to itself, in numbers of two bits that stay at three.
fn shift_and_add(ones: &mut [u64], twos: &mut [u64], update: &Update) {
    let (whole, part) = (update.amount / 64, update.amount % 64);
    let moved = |below: u64, word: u64| (word << part) | (below >> 1 >> (63 - part));
    let add = |one: &mut u64, two: &mut u64, more_one: u64, more_two: u64| {
        let carry = *one & more_one;
        let full = (*two & more_two) | (carry & (*two | more_two));
        *one = (*one ^ more_one) | full;
        *two = *two | more_two | carry;
    };
    let (low, high) = ((update.low / 64).max(whole), update.high / 64);
    if whole == 0 {
        // The word is read from itself: one by one.
        for at in (low..=high).rev() {
            let (Some([below_one, one]), Some([below_two, two])) = (ones.get_mut(at..at + 2), twos.get_mut(at..at + 2)) else { continue };
            let (more_one, more_two) = (moved(*below_one, *one), moved(*below_two, *two));
            add(one, two, more_one, more_two);
        }
        return;
    }
    each_block(low + 1, high + 2, whole, |from, to| {
        let (Some((lower_ones, upper_ones)), Some((lower_twos, upper_twos))) = (ones.split_at_mut_checked(from), twos.split_at_mut_checked(from)) else { return };
        let (one, below_one) = (lower_ones.get(from - whole..to - whole).unwrap_or_default(), lower_ones.get(from - whole - 1..to - whole - 1).unwrap_or_default());
        let (two, below_two) = (lower_twos.get(from - whole..to - whole).unwrap_or_default(), lower_twos.get(from - whole - 1..to - whole - 1).unwrap_or_default());
        let sources = one.iter().zip(below_one).zip(two.iter().zip(below_two));
        for ((ones, twos), ((one, below_one), (two, below_two))) in upper_ones.iter_mut().zip(upper_twos).zip(sources) {
            add(ones, twos, moved(*below_one, *one), moved(*below_two, *two));
        }
    });
}
