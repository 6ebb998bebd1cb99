//! Invariant 29 and 31: the events from the beginning give the books of every day, and the reports of then, to the byte; in whatever
//! batches they come, in whatever order the rows of the first tables stand, and on however many threads.

use crate::world::{Sample, World};
use ar_core::{Ledger, Policy, Report};
use std::fmt;
use std::time::Instant;

/// What was replayed.
pub struct Replayed {
    nights: usize,
    reports: usize,
    threads: &'static str,
    seconds: f64,
}

impl fmt::Display for Replayed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "replayed: {} nights, {} reports equal to the byte, on {}; all events in one batch; {:.1} s", self.nights, self.reports, self.threads, self.seconds)
    }
}

fn begin(world: &World, turned: usize) -> Result<Ledger, String> {
    Ledger::try_new(&world.genesis[turned]).map_err(|error| format!("the first tables: {:?}", error.problems()))
}

fn broken(what: String) -> String {
    format!("invariant_29_replay: {what}")
}

fn run(world: &World, books: &Ledger, policy: &Policy, sample: &Sample) -> Result<Report, String> {
    ar_core::run(books, policy, &world.models[sample.models], sample.on).map_err(|error| broken(format!("{}: {:?}", sample.on, error.problems())))
}

/// The report of a day, on one thread and on two.
#[cfg(feature = "threads")]
fn reports(world: &World, books: &Ledger, policy: &Policy, sample: &Sample) -> Result<Vec<String>, String> {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| error.to_string())?;
        pool.install(|| run(world, books, policy, sample)).map(|report| report.to_json())
    };
    [1, 2].into_iter().map(on).collect()
}

#[cfg(not(feature = "threads"))]
fn reports(world: &World, books: &Ledger, policy: &Policy, sample: &Sample) -> Result<Vec<String>, String> {
    run(world, books, policy, sample).map(|report| vec![report.to_json()])
}

/// Replays the log of a world.
///
/// # Errors
/// The first day on which something is other than it was.
pub fn replay(world: &World, policies: &[Policy; 2]) -> Result<Replayed, String> {
    let started = Instant::now();
    let (mut books, mut at, mut samples) = (begin(world, 1)?, 0, world.samples.iter().peekable());
    for (number, (on, end, digest)) in world.nights.iter().enumerate() {
        let mut to = |books: &mut Ledger, next: usize| {
            // One day event by event; the others in a batch, or two around a report.
            let size = if number == 12 { 1 } else { usize::MAX };
            let result = world.log[at..next].chunks(size.min((next - at).max(1))).try_for_each(|part| books.apply(part));
            at = next;
            result.map_err(|error| broken(format!("{on}: the books refuse {:?}", error.problems().first())))
        };
        while let Some(sample) = samples.next_if(|sample| sample.on == *on) {
            to(&mut books, sample.events)?;
            if reports(world, &books, &policies[usize::from(sample.killed)], sample)?.iter().any(|json| *json != sample.json) {
                return Err(broken(format!("{on}: another report")));
            }
        }
        to(&mut books, *end)?;
        if books.digest() != *digest {
            return Err(broken(format!("{on}: other books")));
        }
    }
    let mut whole = begin(world, 0)?;
    whole.apply(&world.log).map_err(|error| broken(format!("in one batch the books refuse {} events, the first {:?}", error.total(), error.problems().first())))?;
    if whole.digest() != world.ledger.digest() {
        return Err(broken("all events in one batch give other books".into()));
    }
    let threads = if cfg!(feature = "threads") { "one thread and two" } else { "one thread" };
    Ok(Replayed { nights: world.nights.len(), reports: world.samples.len(), threads, seconds: started.elapsed().as_secs_f64() })
}
