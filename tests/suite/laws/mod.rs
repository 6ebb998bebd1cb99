//! Laws: what must hold for every amount, calendar, book, event and policy. Random inputs, bounded in number; a
//! counterexample shrinks to few small rows. Each law names, where it is not plain, the change that it would catch.

mod book;
mod policies;
mod steps;
mod tables;

mod again;
mod calendar;
mod cash;
mod chain;
mod day;
mod events;
mod extremes;
mod gate;
mod ledger;
mod money;
mod notices;
mod reference;

use proptest::prelude::ProptestConfig;

/// So many cases, without a file of past failures (what once failed becomes a test of its own).
fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, failure_persistence: None, max_shrink_iters: 4_000, ..ProptestConfig::default() }
}
