//! The choice of what a team does today: maximise the sum of values, with the sum of minutes within the capacity; each is done whole
//! or not at all. A 0/1 knapsack: greedy by value a minute, then what the bound of Dantzig (1957) cannot decide is decided exactly
//! by dynamic programming over minutes (Bellman). Where that would take more steps than the budget, the greedy choice stands, and the
//! bound says how far from the best it may be.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// Something that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What it is worth; what is not worth anything is never chosen.
    pub value: i64,
    /// Minutes that it takes.
    pub minutes: i64,
}

/// What is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Whether each candidate is chosen.
    pub chosen: Vec<bool>,
    /// The value of all that are.
    pub value: i64,
    /// No choice is worth more than this.
    pub bound: i64,
    /// Whether the choice is the best: then `bound` is `value`.
    pub exact: bool,
}

/// Which of two is worth more a minute.
pub fn by_rate(a: &Candidate, b: &Candidate) -> Ordering {
    let (left, right) = (i128::from(a.value) * i128::from(b.minutes), i128::from(b.value) * i128::from(a.minutes));
    left.cmp(&right).then(a.value.cmp(&b.value))
}

/// Steps that a minute of room costs whatever there is to choose from: so that the budget also bounds the memory.
const FIXED_STEPS: i64 = 64;

/// Chooses within the capacity, in at most about `budget` steps beside sorting.
pub fn choose(candidates: &[Candidate], capacity: i64, budget: i64) -> Choice {
    let mut chosen = alloc::vec![false; candidates.len()];
    let mut order: Vec<usize> = (0..candidates.len()).filter(|at| candidates.get(*at).is_some_and(|row| row.value > 0)).collect();
    let of = |at: usize| candidates.get(at).copied().unwrap_or(Candidate { value: 0, minutes: 0 });
    // The sort is stable: what is alike stays in the order given.
    order.sort_by(|a, b| by_rate(&of(*b), &of(*a)));
    let rows: Vec<Candidate> = order.iter().map(|at| of(*at)).collect();
    let greedy = greedy(&rows, capacity.max(0));
    let core = undecided(&rows, &greedy);
    let fixed: i64 = greedy.fixed(&core).map(|row| row.minutes).fold(0, i64::saturating_add);
    // Room for more than all of the core is of no use.
    let wanted = core.iter().filter_map(|at| rows.get(*at)).map(|row| row.minutes).fold(0, i64::saturating_add);
    let room = (capacity.max(0) - fixed).min(wanted);
    let steps = i64::try_from(core.len()).ok().and_then(|many| many.saturating_add(FIXED_STEPS).checked_mul(room.saturating_add(1)));
    let (taken, exact) = if core.is_empty() {
        (greedy.taken.clone(), true)
    } else if steps.is_some_and(|steps| steps <= budget) {
        (best(&rows, &greedy, &core, room), true)
    } else {
        (greedy.taken.clone(), false)
    };
    for (at, taken) in order.iter().zip(&taken) {
        if let Some(slot) = chosen.get_mut(*at) {
            *slot = *taken;
        }
    }
    let value = rows.iter().zip(&taken).filter(|row| *row.1).map(|row| row.0.value).fold(0, i64::saturating_add);
    Choice { chosen, value, bound: if exact { value } else { greedy.bound.max(value) }, exact }
}

/// The greedy choice, and the bound that goes with it.
struct Greedy {
    taken: Vec<bool>,
    value: i128,
    bound: i64,
    /// The first that does not fit, and the value and room of all before it.
    critical: Option<usize>,
    before: i128,
    room: i64,
    rows: Vec<Candidate>,
}

impl Greedy {
    /// What is chosen and not in the core: the best before the first that does not fit.
    fn fixed<'g>(&'g self, core: &'g [usize]) -> impl Iterator<Item = Candidate> + 'g {
        let end = self.critical.unwrap_or(self.rows.len());
        (0..end).filter(|at| core.binary_search(at).is_err()).filter_map(|at| self.rows.get(at).copied())
    }
}

fn greedy(rows: &[Candidate], capacity: i64) -> Greedy {
    let mut found = Greedy { taken: alloc::vec![false; rows.len()], value: 0, bound: 0, critical: None, before: 0, room: capacity, rows: rows.to_vec() };
    let mut room = capacity;
    for (at, row) in rows.iter().enumerate() {
        let fits = row.minutes <= room;
        if !fits && found.critical.is_none() {
            (found.critical, found.before, found.room) = (Some(at), found.value, room);
        }
        if let Some(slot) = found.taken.get_mut(at).filter(|_| fits) {
            *slot = true;
            room -= row.minutes;
            found.value += i128::from(row.value);
        }
    }
    let bound = match found.critical.and_then(|at| rows.get(at)) {
        Some(row) => found.before + share(found.room, row),
        None => found.value,
    };
    found.bound = i64::try_from(bound).unwrap_or(i64::MAX);
    found
}

/// The value of so many minutes (may be negative) at the rate of a row, rounded down.
fn share(minutes: i64, row: &Candidate) -> i128 {
    (i128::from(minutes) * i128::from(row.value)).div_euclid(i128::from(row.minutes.max(1)))
}

/// The places of what the bound does not decide: a choice that is better than the greedy one may have them the other way round.
fn undecided(rows: &[Candidate], greedy: &Greedy) -> Vec<usize> {
    let Some(critical) = greedy.critical else { return Vec::new() };
    let Some(rate) = rows.get(critical) else { return Vec::new() };
    let open = |at: usize, row: &Candidate| {
        let (value, room) = if at < critical { (greedy.before - i128::from(row.value), greedy.room + row.minutes) } else { (greedy.before + i128::from(row.value), greedy.room - row.minutes) };
        value + share(room, rate) > greedy.value
    };
    rows.iter().enumerate().filter(|(at, row)| open(*at, row)).map(|row| row.0).collect()
}

/// The best choice of the core within the room, beside what is fixed; the greedy one where nothing is better.
fn best(rows: &[Candidate], greedy: &Greedy, core: &[usize], room: i64) -> Vec<bool> {
    let Ok(width) = usize::try_from(room).map(|room| room + 1) else { return greedy.taken.clone() };
    // By minutes used at most: the best value so far; and for each of the core, where taking it was better.
    let mut values = alloc::vec![0_i64; width];
    let mut takes: Vec<Vec<u64>> = Vec::with_capacity(core.len());
    for row in core.iter().filter_map(|at| rows.get(*at)) {
        let mut bits = alloc::vec![0_u64; width.div_ceil(64)];
        let minutes = usize::try_from(row.minutes).unwrap_or(usize::MAX);
        for used in (minutes..width).rev() {
            let with = used.checked_sub(minutes).and_then(|rest| values.get(rest)).map_or(0, |rest| rest.saturating_add(row.value));
            if let (Some(slot), Some(word)) = (values.get_mut(used).filter(|slot| with > **slot), bits.get_mut(used / 64)) {
                *slot = with;
                *word |= 1 << (used % 64);
            }
        }
        takes.push(bits);
    }
    let fixed: i128 = greedy.fixed(core).map(|row| i128::from(row.value)).sum();
    if fixed + i128::from(values.last().copied().unwrap_or(0)) <= greedy.value {
        return greedy.taken.clone();
    }
    let end = greedy.critical.unwrap_or(rows.len());
    let mut taken: Vec<bool> = (0..rows.len()).map(|at| at < end && core.binary_search(&at).is_err()).collect();
    let mut used = width - 1;
    for (at, bits) in core.iter().zip(&takes).rev() {
        if bits.get(used / 64).is_some_and(|word| word >> (used % 64) & 1 == 1)
            && let Some(slot) = taken.get_mut(*at)
        {
            *slot = true;
            used -= rows.get(*at).and_then(|row| usize::try_from(row.minutes).ok()).unwrap_or(0).min(used);
        }
    }
    taken
}
