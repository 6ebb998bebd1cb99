//! Laws: what must hold for every amount, calendar, book, event and policy. Random inputs, bounded in number; a
//! counterexample shrinks to few small rows. Each law names, where it is not plain, the change that it would catch.

mod asks;
mod book;
mod plain_cash;
mod policies;
mod steps;
mod tables;

mod again;
mod bounds;
mod calendar;
mod cash;
mod chain;
mod count;
mod day;
mod disputes;
mod events;
mod extremes;
mod figures;
mod forms;
mod gate;
mod gate_limits;
mod gate_words;
mod ledger;
mod loading;
mod money;
mod notices;
mod only_cash;
mod only_collections;
mod only_some;
mod parts;
mod pay_time;
mod policy_diff;
mod postings;
mod precondition;
pub mod reference;
mod rehearsal;
mod risk;
mod saved;
mod shadow;
mod standing;
mod standing_cases;
mod statement;
mod states;
mod undone;
mod whynot;
mod worklist;

pub use policies::{acting, read};
use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// So many cases, the same ones every time, so that a red test is red for everybody; what once failed becomes a test of
/// its own. For a search, `LAWS=20 cargo test laws` takes twenty times as many, and others.
pub fn cases(count: u32) -> ProptestConfig {
    let times = std::env::var("LAWS").ok().and_then(|times| times.parse::<u32>().ok());
    let rng_seed = if times.is_some() { RngSeed::Random } else { RngSeed::Fixed(20_261_121) };
    let default = ProptestConfig::default();
    // As many more inputs may be turned away as are asked for.
    let max_global_rejects = default.max_global_rejects.saturating_mul(times.unwrap_or(1));
    ProptestConfig { cases: count.saturating_mul(times.unwrap_or(1)), max_global_rejects, failure_persistence: None, max_shrink_iters: 4_000, rng_seed, ..default }
}
