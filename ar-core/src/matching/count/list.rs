//! The sets themselves.

use super::reduce::{Reduced, reduce};
use super::walk::{End, Step, divisible, steps, walk};
use alloc::vec::Vec;

/// Words of the table of reachable sums, at most: 16 MB.
const MOST_TABLE_WORDS: u64 = 1 << 21;

/// Up to `limit` non-empty sets of items, as ascending positions in `amounts`, with exactly the sum `target`; and whether
/// these are all: neither the limit nor the budget cut the search. Fewest items first, then by position. If it was cut,
/// these are the sets that a search finds first that takes the largest amounts first. One unit of the budget is a step
/// of the search; a set found costs as many as there are items.
pub fn list(amounts: &[i64], target: i64, limit: usize, budget: u64) -> (Vec<Vec<u32>>, bool) {
    let Some(reduced) = reduce(amounts, target) else { return (Vec::new(), true) };
    let (Some(steps), Some((goal, _))) = (steps(&reduced, false), reduced.in_words()) else { return (Vec::new(), false) };
    if steps.len() as u64 > budget {
        return (Vec::new(), false);
    }
    // A plain search first: most questions are small. Where it is not, a table of what the smaller items can reach is
    // paid for, so that no step of the search is in vain.
    let cost = table_words(&steps, goal).unwrap_or(u64::MAX);
    let table_pays = cost <= MOST_TABLE_WORDS && cost <= budget / 2;
    let first = if table_pays { cost / 4 + steps.len() as u64 * 8 } else { budget };
    let (mut found, mut end) = search(&reduced, &steps, goal, limit, first.min(budget), divisible);
    if end == End::Spent && table_pays {
        let reach = table(&steps, goal);
        let reachable = |at: usize, _: &Step, left: u64| reach.get(at).is_some_and(|row| has(row, left));
        (found, end) = search(&reduced, &steps, goal, limit, budget.saturating_sub(first).saturating_sub(cost), reachable);
    }
    found.sort_unstable_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
    (found, end == End::Complete)
}

fn search(reduced: &Reduced, steps: &[Step], goal: u64, limit: usize, allowance: u64, alive: impl Fn(usize, &Step, u64) -> bool) -> (Vec<Vec<u32>>, End) {
    let mut found: Vec<Vec<u32>> = Vec::new();
    let end = walk(steps, goal, allowance, reduced.items() as u64, alive, |copies| {
        let chosen = reduced.free.iter().zip(copies).filter(|(item, copies)| (**copies > 0) != item.credit).map(|(item, _)| item.position);
        let mut set: Vec<u32> = reduced.forced_in.iter().copied().chain(chosen).collect();
        if set.is_empty() {
            return true;
        }
        let fits = found.len() < limit;
        if fits {
            set.sort_unstable();
            found.push(set);
        }
        fits
    });
    (found, end)
}

/// Words of `table`.
fn table_words(steps: &[Step], goal: u64) -> Option<u64> {
    steps.iter().try_fold(1u64, |words, step| words.checked_add(step.rest.checked_add(step.amount)?.min(goal) / 64 + 1))
}

/// For each step: the sums up to the goal that it and the steps after it can make up, one bit each.
fn table(steps: &[Step], goal: u64) -> Vec<Vec<u64>> {
    let mut rows: Vec<Vec<u64>> = Vec::with_capacity(steps.len());
    let mut row = alloc::vec![1u64];
    for step in steps.iter().rev() {
        let words = ((step.rest + step.amount).min(goal) / 64 + 1) as usize;
        let (whole, part) = ((step.amount / 64) as usize, step.amount % 64);
        let mut next = row.clone();
        next.resize(words.max(row.len()), 0);
        let mut below = 0u64;
        for (word, source) in next.iter_mut().skip(whole).zip(row.iter().copied().chain(core::iter::once(0))) {
            *word |= (source << part) | (below >> 1 >> (63 - part));
            below = source;
        }
        rows.push(core::mem::replace(&mut row, next));
    }
    rows.push(row);
    rows.reverse();
    rows
}

fn has(row: &[u64], sum: u64) -> bool {
    usize::try_from(sum / 64).ok().and_then(|at| row.get(at)).is_some_and(|word| word >> (sum % 64) & 1 == 1)
}
