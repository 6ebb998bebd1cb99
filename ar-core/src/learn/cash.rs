//! Fitting the cash model: what customers pay how long after it is due, and how often the matcher would have been wrong.

use crate::ledger::Books;
use crate::matching::{habits, replay};
use crate::models::{CashModel, Tried};
use crate::policy::Settings;
use crate::watch::Watch;
use alloc::vec::Vec;
use chrono::NaiveDate;

/// Past payments that are asked again: enough for a bound of one in a thousand with room for a few errors.
const MOST_TRIALS: usize = 6_000;

pub(super) fn fit(books: &Books, as_of: NaiveDate, watch: &Watch) -> CashModel {
    let mut counts = habits::Counts::default();
    for at in books.each_customer() {
        counts.merge(&habits::own_counts(books.items_of(at), as_of));
    }
    let trials = replay::replay(books, &Settings::default(), &counts, as_of, MOST_TRIALS, watch);
    let tried = |listed: bool| {
        let mut rows: Vec<(i64, bool)> = trials.iter().filter(|trial| trial.listed == listed).map(|trial| (trial.confidence_ppm, trial.right)).collect();
        rows.sort_unstable_by(|a, b| b.cmp(a));
        Tried::of(&rows)
    };
    CashModel { version: CashModel::VERSION, pay_days: counts.days, open: counts.open.clone(), paid: counts.paid.clone(), listed: tried(true), by_amount: tried(false) }
}
