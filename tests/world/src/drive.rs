//! Many worlds: a life of a world is made of a seed; one in which an invariant does not hold is made smaller until nothing more
//! can be left out.

use crate::random::Random;
use crate::step::Step;
use crate::world::{Setup, World};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How a world begins, and what happens in it.
#[derive(Clone, Debug)]
pub struct Life {
    setup: Vec<u8>,
    steps: Vec<[u8; Step::BYTES]>,
}

/// What was counted over many lives.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// Steps by kind that changed the books, and runs; what was decided, done and skipped.
    pub kinds: BTreeMap<String, u64>,
    /// Steps.
    pub steps: u64,
}

impl Life {
    /// The life that a seed gives.
    pub fn of(seed: u64, steps: usize) -> Self {
        let mut stream = Random(seed);
        let mut life = Self { setup: vec![0; Setup::BYTES], steps: vec![[0; Step::BYTES]; steps] };
        stream.fill(&mut life.setup);
        life.steps.iter_mut().for_each(|step| stream.fill(step));
        life
    }

    /// Lives it.
    ///
    /// # Errors
    /// The invariant that does not hold, and with what.
    pub fn live(&self, counted: &mut Counted) -> Result<(), String> {
        let mut world = World::new(&Setup::of(&self.setup));
        world.tally = Some(BTreeMap::new());
        for (at, bytes) in self.steps.iter().enumerate() {
            let (step, before) = (Step::of(bytes), world.log.len());
            world.step(&step)?;
            counted.steps += 1;
            if world.log.len() > before || matches!(step, Step::Run(_)) {
                *counted.kinds.entry(step.name()).or_insert(0) += 1;
            }
            if at == self.steps.len() / 2 {
                world.keep();
            }
        }
        let tally = world.tally.take().unwrap_or_default();
        tally.into_iter().for_each(|((what, name), count)| *counted.kinds.entry(format!("{what} {name}")).or_insert(0) += count);
        world.finish()
    }

    fn fails(&self) -> Option<String> {
        self.live(&mut Counted::default()).err()
    }

    /// The same failure with as little as possible: steps left out, then bytes made zero.
    fn smaller(mut self, why: String) -> Failure {
        // The same invariant, not just any.
        let kind = |why: &str| why.split(':').next().unwrap_or("").to_string();
        let (wanted, mut why) = (kind(&why), why);
        let mut change = true;
        while change {
            change = false;
            let mut tries: Vec<Self> =
                (0..self.steps.len()).rev().map(|at| Self { steps: self.steps.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, step)| *step).collect(), ..self.clone() }).collect();
            let zero = |bytes: &[u8], at: usize| bytes.iter().enumerate().map(|(place, byte)| if place == at { 0 } else { *byte }).collect::<Vec<u8>>();
            tries.extend((0..self.setup.len()).filter(|at| self.setup[*at] > 0).map(|at| Self { setup: zero(&self.setup, at), ..self.clone() }));
            for at in 0..self.steps.len() {
                for place in (1..Step::BYTES).filter(|place| self.steps[at][*place] > 0) {
                    let mut less = self.clone();
                    less.steps[at][place] = 0;
                    tries.push(less);
                }
            }
            for less in tries {
                if let Some(found) = less.fails().filter(|found| kind(found) == wanted) {
                    (self, why, change) = (less, found, true);
                    break;
                }
            }
        }
        Failure { life: self, why }
    }
}

/// A life in which an invariant does not hold.
pub struct Failure {
    life: Life,
    /// Which one, and with what.
    pub why: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}\n{:#?}", self.why, Setup::of(&self.life.setup))?;
        self.life.steps.iter().try_for_each(|step| writeln!(out, "{:?}", Step::of(step)))
    }
}

/// Lives so many lives of so many steps on two threads; the first failure found is made small.
///
/// # Errors
/// The failure.
pub fn search(from: u64, lives: u64, steps: usize) -> Result<Counted, Box<Failure>> {
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let worker = || {
        let mut counted = Counted::default();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= lives || stop.load(Ordering::Relaxed) {
                return Ok(counted);
            }
            let life = Life::of(from.wrapping_add(at).wrapping_mul(0xD134_2543_DE82_EF95), steps);
            if let Err(why) = life.live(&mut counted) {
                stop.store(true, Ordering::Relaxed);
                return Err(Box::new(life.smaller(why)));
            }
        }
    };
    std::thread::scope(|scope| {
        let threads = [scope.spawn(worker), scope.spawn(worker)];
        let mut all = Counted::default();
        for thread in threads {
            let found = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            found.kinds.into_iter().for_each(|(kind, count)| *all.kinds.entry(kind).or_insert(0) += count);
            all.steps += found.steps;
        }
        Ok(all)
    })
}
