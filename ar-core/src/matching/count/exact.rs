//! Exact counts, within a budget.

use super::reduce::{Reduced, reduce};
use super::sums::Plan;
use super::walk::{End, Step, divisible, steps, walk};
use alloc::vec;
use alloc::vec::Vec;

/// Units of the budget for one step of a search: about what it costs beside an operation on a word of a table.
const STEP_COST: u64 = 4;
/// A search gets this part of what the table costs before the table is made: it is often over by then.
const FIRST_SHARE: u64 = 16;

/// Number of non-empty sets of items with exactly the sum `target`: 0, 1, or 2 for several. `None`: it would cost more
/// than the budget to know.
pub fn ways(amounts: &[i64], target: i64, budget: u64) -> Option<u8> {
    let Some(reduced) = reduce(amounts, target) else { return Some(0) };
    // The empty set is counted below, and not asked for.
    let empty = u8::from(reduced.empty_fits);
    let enough = 2 + empty;
    let searched = |allowance: u64| {
        let mut seen = 0u8;
        let complete = search(&reduced, allowance, |steps, copies| {
            let one = steps.iter().zip(copies).all(|(step, copies)| *copies == 0 || *copies == step.copies);
            // From two copies or more one set can be chosen in at least two ways; three stands for many.
            let several = steps.iter().zip(copies).map(|(step, copies)| binomial(step.copies, *copies)).fold(1.0, |ways, more| ways * more) > 2.0;
            seen = seen.saturating_add(if one {
                1
            } else if several {
                3
            } else {
                2
            });
            seen < enough
        });
        (complete || seen >= enough).then_some(seen)
    };
    let seen = cheapest(&reduced, budget, Plan::cost_in_bits, searched, |plan| plan.count_to_three(enough))?;
    Some(seen.min(enough).saturating_sub(empty).min(2))
}

/// Number of non-empty sets of items with exactly the sum `target`: exact below 2^53, then to about fifteen digits. `None`:
/// it would cost more than the budget to know, or the number is beyond a float.
pub fn total(amounts: &[i64], target: i64, budget: u64) -> Option<f64> {
    let Some(reduced) = reduce(amounts, target) else { return Some(0.0) };
    let searched = |allowance: u64| {
        let mut sets = 0.0;
        let complete = search(&reduced, allowance, |steps, copies| {
            sets += steps.iter().zip(copies).fold(1.0, |ways, (step, copies)| ways * binomial(step.copies, *copies));
            true
        });
        complete.then_some(sets)
    };
    let sets = cheapest(&reduced, budget, Plan::cost_in_counts, searched, Plan::counts)?;
    let sets = if reduced.empty_fits { sets - 1.0 } else { sets };
    sets.is_finite().then_some(sets)
}

/// Number of sets of each size with exactly the sum `target`: place k for sets of k items, from 0 to all of `amounts`. At
/// place 0 stands 1 if the target is zero. Exact below 2^53. `None`: it would cost more than the budget to know.
pub fn by_size(amounts: &[i64], target: i64, budget: u64) -> Option<Vec<f64>> {
    let places = amounts.len() + 1;
    if places as u64 > budget {
        return None;
    }
    let mut sizes = vec![0.0; places];
    let Some(reduced) = reduce(amounts, target) else { return Some(sizes) };
    // Place 0 of what follows: all free credit notes left out, no free debt in.
    let credits = reduced.free.iter().filter(|item| item.credit).count();
    let width = reduced.free.len() + 1;
    let searched = |allowance: u64| {
        let mut counts = vec![0.0; width];
        let complete = search(&reduced, allowance, |steps, copies| {
            let (mut size, mut out, mut ways) = (0usize, 0usize, 1.0);
            for (step, copies) in steps.iter().zip(copies) {
                *(if step.credit { &mut out } else { &mut size }) += *copies as usize;
                ways *= binomial(step.copies, *copies);
            }
            if let Some(count) = counts.get_mut(credits + size - out) {
                *count += ways;
            }
            true
        });
        complete.then_some(counts)
    };
    let counts = cheapest(&reduced, budget, |plan| plan.cost_by_size(reduced.free.len()), searched, |plan| plan.counts_by_size(&reduced))?;
    // Of `credits` notes all are in at place `credits`, with no debt: that many items, and those forced in.
    for (place, count) in sizes.iter_mut().skip(reduced.forced_in.len()).zip(counts) {
        *place = count;
    }
    sizes.iter().all(|count| count.is_finite()).then_some(sizes)
}

/// Probability that a random set has exactly the sum `target`, when each item is in it with the probability `share` (0 to
/// 1), independently: the counts by size, each with the probability of one set of that size. `None` as in `by_size`.
pub fn mass_exact(amounts: &[i64], target: i64, share: f64, budget: u64) -> Option<f64> {
    if !(0.0..=1.0).contains(&share) {
        return None;
    }
    let sizes = by_size(amounts, target, budget)?;
    let items = amounts.iter().filter(|amount| **amount != 0).count();
    let weight = |size: usize| libm::pow(share, size as f64) * libm::pow(1.0 - share, items.saturating_sub(size) as f64);
    Some(sizes.iter().enumerate().filter(|(_, count)| **count > 0.0).map(|(size, count)| count * weight(size)).fold(0.0, |mass, more| mass + more))
}

/// A search with a small allowance; then the table, if it is within the budget; else a search with all of it.
fn cheapest<T>(reduced: &Reduced, budget: u64, cost: impl FnOnce(&Plan) -> u64, mut searched: impl FnMut(u64) -> Option<T>, tabled: impl FnOnce(&Plan) -> T) -> Option<T> {
    if reduced.items() as u64 > budget {
        return None;
    }
    let plan = Plan::new(reduced);
    let cost = plan.as_ref().map_or(u64::MAX, cost);
    let first = cost / FIRST_SHARE + STEP_COST * 64;
    match plan.filter(|_| cost.saturating_add(first) <= budget) {
        Some(plan) => searched(first).or_else(|| Some(tabled(&plan))),
        None => searched(budget),
    }
}

/// Shows each way to make up the target to `hit`, with the copies of each step; `hit` says whether to go on. True: all
/// were seen.
fn search(reduced: &Reduced, allowance: u64, mut hit: impl FnMut(&[Step], &[u32]) -> bool) -> bool {
    let (Some(steps), Some((target, _))) = (steps(reduced, true), reduced.in_words()) else { return false };
    walk(&steps, target, allowance / STEP_COST, reduced.items() as u64, divisible, |copies| hit(&steps, copies)) == End::Complete
}

/// Ways to choose `chosen` of `copies`: exact below 2^53.
fn binomial(copies: u32, chosen: u32) -> f64 {
    let chosen = chosen.min(copies.saturating_sub(chosen));
    (0..chosen).fold(1.0, |ways, at| ways * f64::from(copies - at) / f64::from(at + 1))
}
