//! Fitting: from the settled items of a ledger to [`Models`]. Deterministic; uses only facts known before `as_of`.

mod cash;

use crate::ledger::Books;
use crate::models::{BINS, FIRST_DELAY, LAST_DELAY, Models, PayTimeModel, bin_of};
use crate::record::{CustomerIdx, Item};
use crate::scoring::own_counts;
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use chrono::NaiveDate;

/// Days after which a settled item counts half: slow enough for quarterly invoices, fast enough to follow a change.
const HALF_LIFE_DAYS: f64 = 180.0;
/// Weight of the shipped prior against the book, and of the book against a segment, in items.
const PRIOR_STRENGTH: f64 = 20.0;
/// Customer strengths that are tried.
const STRENGTHS: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
/// Chance a day that a very old item is paid, with this many days of evidence, where the book says nothing.
const TAIL_PRIOR: (f64, f64) = (1.0, 365.0);

/// The shipped prior: delay quantiles 1/5/10/25/50/75/90/95/99 % of a distributor's book, joined linearly, and one
/// item in two hundred in the tail.
const PRIOR_QUANTILES: [(i32, f64); 11] = [(-30, 0.0), (-10, 0.01), (-5, 0.075), (-3, 0.25), (0, 0.50), (2, 0.75), (5, 0.90), (11, 0.95), (51, 0.985), (LAST_DELAY, 0.995), (LAST_DELAY + 1, 1.0)];

/// Share by bin of the shipped prior.
pub fn prior() -> Vec<f64> {
    let mut shares = alloc::vec![0.0; BINS];
    for pair in PRIOR_QUANTILES.windows(2) {
        let [(from, low), (to, high)] = pair else { continue };
        for delay in from + 1..=*to {
            if let Some(share) = shares.get_mut(bin_of(delay)) {
                *share += (high - low) / f64::from(to - from);
            }
        }
    }
    shares
}

fn shrink(counts: &[f64], towards: &[f64], strength: f64) -> Vec<f64> {
    let total: f64 = counts.iter().sum();
    counts.iter().zip(towards).map(|(count, share)| (count + strength * share) / (total + strength)).collect()
}

fn late_share(shares: &[f64]) -> f64 {
    shares.iter().skip(bin_of(1)).sum()
}

impl Models {
    /// Fits the models to the settled items of the books, with only what was known strictly before `as_of`. A book
    /// without settled items gets the shipped prior.
    pub fn fit(books: &Books, as_of: NaiveDate) -> Self {
        let mut book = alloc::vec![0.0; BINS];
        let mut segments: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        let mut losses = [0.0; STRENGTHS.len()];
        let mut tail = TAIL_PRIOR;
        let mut settled_items = 0;
        for (at, customer) in (0u32..).zip(books.customers()) {
            let items = books.items_of(CustomerIdx(at));
            let counts = own_counts(items, as_of, HALF_LIFE_DAYS);
            settled_items += counts.items;
            add(&mut book, &counts.weights);
            let segment = books.text(customer.segment);
            if !segment.is_empty() && counts.items > 0 {
                add(segments.entry(segment.into()).or_insert_with(|| alloc::vec![0.0; BINS]), &counts.weights);
            }
            tail_evidence(items, as_of, &mut tail);
        }
        let prior = prior();
        let book = shrink(&book, &prior, PRIOR_STRENGTH);
        let segments: BTreeMap<String, Vec<f64>> = segments.into_iter().map(|(name, counts)| (name, shrink(&counts, &book, PRIOR_STRENGTH))).collect();
        for (at, customer) in (0u32..).zip(books.customers()) {
            let towards = segments.get(books.text(customer.segment)).unwrap_or(&book);
            leave_one_out(books.items_of(CustomerIdx(at)), as_of, towards, &mut losses);
        }
        let best = losses.iter().zip(STRENGTHS).fold((f64::INFINITY, 8.0), |best, (loss, strength)| if *loss < best.0 { (*loss, strength) } else { best });
        let pay_time = PayTimeModel {
            version: PayTimeModel::VERSION,
            fitted_on: as_of,
            settled_items,
            segments,
            prior_late: late_share(&prior),
            book,
            customer_strength: if settled_items == 0 { 8.0 } else { best.1 },
            half_life_days: HALF_LIFE_DAYS,
            tail_hazard: tail.0 / tail.1,
        };
        Self { pay_time, cash: cash::fit(books, as_of) }
    }
}

fn add(into: &mut [f64], counts: &[f64]) {
    for (slot, count) in into.iter_mut().zip(counts) {
        *slot += count;
    }
}

/// Payments and days of waiting beyond the last bin: their ratio is the hazard of the tail.
fn tail_evidence(items: &[Item], as_of: NaiveDate, tail: &mut (f64, f64)) {
    for item in items.iter().filter(|item| item.issued_on < as_of && item.kind.is_billed()) {
        let known = item.settled_on.filter(|day| *day < as_of);
        let waited = Books::days_late(item, known.unwrap_or(as_of)) - LAST_DELAY;
        if waited > 0 {
            tail.0 += f64::from(u8::from(known.is_some()));
            tail.1 += f64::from(waited);
        }
    }
}

/// Adds the leave-one-out log loss of a customer's settled items under each strength.
fn leave_one_out(items: &[Item], as_of: NaiveDate, towards: &[f64], losses: &mut [f64; STRENGTHS.len()]) {
    let delays: Vec<i32> = items.iter().filter_map(|item| crate::scoring::settled_delay(item, as_of)).collect();
    if delays.len() < 2 {
        return;
    }
    let mut counts: BTreeMap<usize, f64> = BTreeMap::new();
    for delay in &delays {
        *counts.entry(bin_of((*delay).max(FIRST_DELAY))).or_insert(0.0) += 1.0;
    }
    let others = delays.len() as f64 - 1.0;
    for (loss, strength) in losses.iter_mut().zip(STRENGTHS) {
        for (bin, count) in &counts {
            let share = towards.get(*bin).copied().unwrap_or(0.0).max(1e-9);
            *loss -= count * libm::log((count - 1.0 + strength * share) / (others + strength));
        }
    }
}
