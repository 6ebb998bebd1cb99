//! Depth-first search over the free items, largest first, each taken as often as it occurs. It descends only where what is
//! left can be reached by size; the caller may add a test of its own. No recursion: the stack is a list of at most one
//! frame an item.

use super::reduce::{Reduced, common_divisor};
use alloc::vec::Vec;

/// Free items of one amount and kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub amount: u64,
    /// Choosing one leaves a credit note out.
    pub credit: bool,
    /// How many there are.
    pub copies: u32,
    /// What all steps after this one sum to.
    pub rest: u64,
    /// What the amounts of this step and all after it have in common.
    pub divisor: u64,
}

impl Step {
    /// The fewest and the most copies with which the rest can still make up what is `left`.
    fn range(&self, left: u64) -> Option<(u32, u32)> {
        if self.copies == 1 {
            let (low, high) = (u32::from(left > self.rest), u32::from(left >= self.amount));
            return (low <= high).then_some((low, high));
        }
        let low = left.saturating_sub(self.rest).div_ceil(self.amount);
        let high = (left / self.amount).min(u64::from(self.copies));
        if low > high { None } else { Some((u32::try_from(low).ok()?, u32::try_from(high).ok()?)) }
    }
}

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Every set was seen.
    Complete,
    /// The caller had enough.
    Stopped,
    /// The allowance is used up.
    Spent,
}

/// The steps of a reduced question. Equal items are one step if `grouped`. `None`: sums do not fit a word.
pub(super) fn steps(reduced: &Reduced, grouped: bool) -> Option<Vec<Step>> {
    let (_, mut rest) = reduced.in_words()?;
    let mut steps: Vec<Step> = Vec::with_capacity(reduced.free.len());
    for item in &reduced.free {
        rest = rest.checked_sub(item.amount)?;
        match steps.last_mut() {
            Some(step) if grouped && step.amount == item.amount && step.credit == item.credit => {
                step.copies = step.copies.checked_add(1)?;
                step.rest = rest;
            }
            _ => steps.push(Step { amount: item.amount, credit: item.credit, copies: 1, rest, divisor: 0 }),
        }
    }
    let mut divisor = 0;
    for step in steps.iter_mut().rev() {
        divisor = common_divisor(step.amount, divisor);
        step.divisor = divisor;
    }
    Some(steps)
}

struct Frame {
    /// The fewest copies still to be tried.
    low: u32,
    amount: u64,
    /// What was left before this step.
    left: u64,
}

/// Calls `hit` with the number of copies of each step, for each way to make up `target`; `hit` says whether to go on.
/// `alive` says whether what is left can be made up from this step on; it may err on the side of yes. A step visited
/// costs one unit of the allowance, a hit `hit_cost`.
pub(super) fn walk(steps: &[Step], target: u64, mut allowance: u64, hit_cost: u64, alive: impl Fn(usize, &Step, u64) -> bool, mut hit: impl FnMut(&[u32]) -> bool) -> End {
    let mut copies: Vec<u32> = Vec::with_capacity(steps.len());
    let mut frames: Vec<Frame> = Vec::with_capacity(steps.len());
    let mut left = target;
    loop {
        let step = steps.get(copies.len());
        let cost = if step.is_some() { 1 } else { hit_cost };
        let Some(after) = allowance.checked_sub(cost) else { return End::Spent };
        allowance = after;
        if step.is_none() && left == 0 && !hit(&copies) {
            return End::Stopped;
        }
        let open = step.filter(|step| alive(copies.len(), step, left)).and_then(|step| Some((step, step.range(left)?)));
        if let Some((step, (low, high))) = open {
            copies.push(high);
            frames.push(Frame { low, amount: step.amount, left });
            left -= u64::from(high) * step.amount;
            continue;
        }
        loop {
            let (Some(taken), Some(frame)) = (copies.last_mut(), frames.last()) else { return End::Complete };
            if *taken > frame.low {
                *taken -= 1;
                left = frame.left - u64::from(*taken) * frame.amount;
                break;
            }
            copies.pop();
            frames.pop();
        }
    }
}

/// The plain test of `walk`: what is left must be a multiple of what the remaining amounts have in common.
pub(super) fn divisible(_: usize, step: &Step, left: u64) -> bool {
    step.divisor <= 1 || left.is_multiple_of(step.divisor)
}
