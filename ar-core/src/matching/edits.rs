//! Sets near a block of whole due dates: with one item or two more, or fewer, that sum to an amount.

use alloc::{collections::BTreeSet, vec::Vec};

/// Sets found, as ascending places.
pub(super) struct Edits {
    pub(super) found: Vec<Vec<usize>>,
    /// The budget ended the search.
    pub(super) bounded: bool,
}

/// Sets that are kept; where there are more, amounts say nothing.
const MOST_FOUND: usize = 64;

struct Near<'n> {
    opens: &'n [i64],
    /// Amount and place, in order of the amount.
    sorted: Vec<(i64, usize)>,
    found: BTreeSet<Vec<usize>>,
    steps: u64,
    budget: u64,
}

impl Edits {
    /// `ends` are the ends of the groups of one due date. Pairs are only tried where `pairs` says so: their number is the
    /// square of the items for each block.
    pub(super) fn new(opens: &[i64], ends: &[usize], target: i64, pairs: bool, budget: u64) -> Self {
        let mut sorted: Vec<(i64, usize)> = opens.iter().copied().enumerate().map(|(at, open)| (open, at)).collect();
        sorted.sort_unstable();
        let reach = i128::from(sorted.last().map_or(0, |row| row.0)) * if pairs { 2 } else { 1 };
        let mut near = Near { opens, sorted, found: BTreeSet::new(), steps: 0, budget };
        let starts: Vec<usize> = [0].into_iter().chain(ends.iter().copied().filter(|end| *end < opens.len())).collect();
        let mut bounded = !near.block(0, 0, target, pairs);
        for from in starts {
            let mut sum: i128 = 0;
            let mut done = from;
            for to in ends.iter().copied().filter(|end| *end > from) {
                sum += opens.get(done..to).unwrap_or(&[]).iter().map(|open| i128::from(*open)).sum::<i128>();
                done = to;
                let left = i128::from(target) - sum;
                near.steps += 1;
                bounded |= near.steps > near.budget;
                if left < -reach || bounded {
                    break;
                }
                if left <= reach
                    && let Ok(left) = i64::try_from(left)
                {
                    bounded |= !near.block(from, to, left, pairs);
                }
            }
        }
        Self { found: near.found.into_iter().collect(), bounded }
    }
}

/// Sets that differ from `base` in at most three places and sum to the target. Their number is the square of the items.
pub(super) fn flips(opens: &[i64], base: &[bool], target: i64, budget: u64) -> Edits {
    let mut sorted: Vec<(i64, usize)> = opens.iter().copied().enumerate().map(|(at, open)| (open, at)).collect();
    sorted.sort_unstable();
    let step = |at: usize| match (opens.get(at), base.get(at)) {
        (Some(open), Some(true)) => -i128::from(*open),
        (Some(open), _) => i128::from(*open),
        _ => 0,
    };
    let sum: i128 = opens.iter().zip(base).filter(|(_, chosen)| **chosen).map(|(open, _)| i128::from(*open)).sum();
    let left = i128::from(target) - sum;
    let (mut found, mut steps) = (BTreeSet::new(), 0u64);
    let mut keep = |changed: &[usize]| {
        let places: Vec<usize> = (0..opens.len()).filter(|at| base.get(*at).is_some_and(|chosen| *chosen != changed.contains(at))).collect();
        if !places.is_empty() && found.len() <= MOST_FOUND {
            found.insert(places);
        }
    };
    let last = |left: i128, above: usize| {
        let wanted = i64::try_from(left.abs()).unwrap_or(i64::MAX);
        let low = sorted.partition_point(|row| row.0 < wanted);
        let fits = move |at: &usize| *at >= above && step(*at) == left;
        sorted.iter().skip(low).take_while(move |row| row.0 == wanted).map(|row| row.1).filter(fits).take(MOST_FOUND).collect::<Vec<_>>()
    };
    if left == 0 {
        keep(&[]);
    }
    last(left, 0).into_iter().for_each(|one| keep(&[one]));
    for first in 0..opens.len() {
        let left = left - step(first);
        last(left, first + 1).into_iter().for_each(|second| keep(&[first, second]));
        for second in first + 1..opens.len() {
            steps += 8;
            last(left - step(second), second + 1).into_iter().for_each(|third| keep(&[first, second, third]));
        }
        if steps > budget {
            return Edits { found: found.into_iter().collect(), bounded: true };
        }
    }
    Edits { found: found.into_iter().collect(), bounded: false }
}

impl Near<'_> {
    /// Sets that differ from a block by at most two items and add `left` to its sum; whether the budget sufficed.
    fn block(&mut self, from: usize, to: usize, left: i64, pairs: bool) -> bool {
        if left == 0 {
            self.keep(from, to, &[]);
        }
        self.one(from, to, left, None);
        if !pairs {
            return true;
        }
        for at in 0..self.opens.len() {
            let step = self.step(from, to, at);
            self.one(from, to, left - step, Some(at));
            if self.steps > self.budget || self.found.len() > MOST_FOUND {
                return false;
            }
        }
        true
    }

    /// What changing the place of an item adds to the sum: a block loses it, or gains it.
    fn step(&self, from: usize, to: usize, at: usize) -> i64 {
        let open = self.opens.get(at).copied().unwrap_or(0);
        if (from..to).contains(&at) { -open } else { open }
    }

    /// One change that adds `left`, beside the change of `first`, which comes before it.
    fn one(&mut self, from: usize, to: usize, left: i64, first: Option<usize>) {
        self.steps += 8;
        let wanted = left.saturating_abs();
        let low = self.sorted.partition_point(|row| row.0 < wanted);
        if self.sorted.get(low).is_none_or(|row| row.0 != wanted) {
            return;
        }
        let hits: Vec<usize> = self.sorted.iter().skip(low).take_while(|row| row.0 == wanted).map(|row| row.1).take(MOST_FOUND).collect();
        for at in hits {
            let inside = (from..to).contains(&at);
            if inside == (left < 0) && first.is_none_or(|first| first < at) {
                let changed: Vec<usize> = first.into_iter().chain([at]).collect();
                self.keep(from, to, &changed);
            }
        }
    }

    fn keep(&mut self, from: usize, to: usize, changed: &[usize]) {
        let inside = (from..to).filter(|at| !changed.contains(at));
        let mut places: Vec<usize> = inside.chain(changed.iter().copied().filter(|at| !(from..to).contains(at))).collect();
        places.sort_unstable();
        if !places.is_empty() && self.found.len() <= MOST_FOUND {
            self.found.insert(places);
        }
    }
}
