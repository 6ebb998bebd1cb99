//! A small world around the engine: a few customers and items, rules drawn at random, and a host that does what people do:
//! sends, forgets, reports twice, approves late, refuses, writes off, takes back. The world keeps its own plain log of all that
//! happened, and after every step asks the 40 invariants of the engine; what they are asked with owes nothing to the engine's
//! code. A world is made of bytes, so that a failure shrinks.

mod checks;
mod claims;
mod drive;
mod facts;
mod host;
mod random;
mod rules;
mod step;
mod tell;
mod world;

pub use checks::{NAMES, chain_holds, level_stands};
pub use drive::{Counted, Failure, Life, search};
pub use facts::{Facts, Kind, Source};
pub use random::Random;
pub use rules::{Bytes, Charging, Crediting, Offering, Rules, Rung, day};
pub use step::{Paid, Step};
pub use world::{CustomerRow, ItemRow, Setup, World};
