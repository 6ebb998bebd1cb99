//! The question made small: only positive amounts, without those that are forced in or out, without a common divisor.

use alloc::vec::Vec;

/// An item that is still free. To choose it means: in, for a debt; left out, for a credit note.
#[derive(Clone, Copy, Debug)]
pub(super) struct Free {
    /// Its size, divided by the common divisor.
    pub amount: u64,
    /// A credit note: all of them are in to begin with, and choosing one leaves it out.
    pub credit: bool,
    /// Its position among the amounts asked about.
    pub position: u32,
}

/// Each choice of free items with the sum `target` is one set with the sum asked for, and the other way round.
#[derive(Clone, Debug)]
pub(super) struct Reduced {
    /// Largest first; of equal ones debts first, then by position.
    pub free: Vec<Free>,
    /// What the chosen ones must sum to.
    pub target: u128,
    /// What all free ones sum to.
    pub total: u128,
    /// Positions of the items that are in every such set.
    pub forced_in: Vec<u32>,
    /// How many items are in no such set.
    pub forced_out: usize,
    /// The empty set is one of them: the sum asked for is zero.
    pub empty_fits: bool,
}

impl Reduced {
    /// How many items were asked about, without those of amount zero.
    pub fn items(&self) -> usize {
        self.free.len() + self.forced_in.len() + self.forced_out
    }

    /// The target and the total, where they fit a word: always, but for some thousand items near the limit of amounts.
    pub fn in_words(&self) -> Option<(u64, u64)> {
        Some((u64::try_from(self.target).ok()?, u64::try_from(self.total).ok()?))
    }
}

/// `None`: no set has this sum. Linear, after a sort.
pub(super) fn reduce(amounts: &[i64], target: i64) -> Option<Reduced> {
    let item = |(position, amount): (u32, &i64)| Free { amount: amount.unsigned_abs(), credit: *amount < 0, position };
    let mut free: Vec<Free> = (0u32..).zip(amounts).filter(|(_, amount)| **amount != 0).map(item).collect();
    let sum = |items: &[Free], credit: bool| items.iter().filter(|item| item.credit == credit).map(|item| u128::from(item.amount)).sum::<u128>();
    let (debts, credits) = (sum(&free, false), sum(&free, true));
    // All credit notes are in; what is chosen on top must lift their sum to the target.
    let target_lifted = i128::from(target).checked_add(i128::try_from(credits).ok()?)?;
    let mut reduced = Reduced { free: Vec::new(), target: u128::try_from(target_lifted).ok()?, total: debts + credits, forced_in: Vec::new(), forced_out: 0, empty_fits: target == 0 };
    if reduced.target > reduced.total {
        return None;
    }
    free.sort_unstable_by_key(|item| (core::cmp::Reverse(item.amount), item.credit, item.position));
    let mut kept = free.as_slice();
    // What is larger than the target cannot be chosen; what is larger than all that may be left must be.
    while let [largest, smaller @ ..] = kept {
        let amount = u128::from(largest.amount);
        let chosen = amount > reduced.total - reduced.target;
        if amount > reduced.target && chosen {
            return None;
        }
        if amount <= reduced.target && !chosen {
            break;
        }
        reduced.total -= amount;
        if chosen {
            reduced.target -= amount;
        }
        if chosen == largest.credit {
            reduced.forced_out += 1
        } else {
            reduced.forced_in.push(largest.position)
        }
        kept = smaller;
    }
    reduced.free = kept.to_vec();
    divide(&mut reduced).then_some(reduced)
}

/// Divides by what all free amounts have in common. False: the target has it not.
fn divide(reduced: &mut Reduced) -> bool {
    let divisor = reduced.free.iter().fold(0, |divisor, item| if divisor == 1 { 1 } else { common_divisor(item.amount, divisor) });
    if divisor <= 1 {
        return true;
    }
    let wide = u128::from(divisor);
    if !reduced.target.is_multiple_of(wide) {
        return false;
    }
    reduced.target /= wide;
    reduced.total /= wide;
    for item in &mut reduced.free {
        item.amount /= divisor;
    }
    true
}

/// Euclid. What zero and a number have in common is the number.
pub(super) fn common_divisor(mut left: u64, mut right: u64) -> u64 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}
