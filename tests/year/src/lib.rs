//! A year of a simulated book, day by day: customers pay in all manners, and do not; payments come back, items are disputed,
//! promised, credited and written off; the host carries out what is decided, late or never, twice, after a person said so or
//! against it. The host keeps its own plain log. After every run and every night the invariants of collections are asked of the
//! whole book with it, and at the end the events are replayed: the same bytes, whatever the batches. All of it follows from a seed.

mod cash;
mod checks;
mod claims;
mod facts;
mod host;
mod replay;
mod rules;
mod seen;
mod world;

use crate::host::Task;
use crate::rules::{ahead, first_day, policy};
use crate::seen::Seen;
use crate::world::{Due, Sample, World};
use ar_core::action::Mode;
use ar_core::{Models, Policy, Report};
use chrono::Datelike;
use std::fmt;
use std::time::Instant;

/// How large a year is lived.
#[derive(Clone, Copy, Debug)]
pub struct Year {
    pub customers: usize,
    pub days: i64,
    pub seed: u64,
}

/// What was lived through.
pub struct Lived {
    year: Year,
    items: usize,
    payments: usize,
    counted: world::Counted,
    replayed: replay::Replayed,
    seconds: f64,
}

impl Lived {
    /// How often something was decided, with a person and without.
    pub fn decided(&self, action: &str) -> usize {
        self.counted.decisions.iter().filter(|(key, _)| key.0 == action).map(|(_, count)| count).sum()
    }

    /// How many events of a kind there were, by the name of the variant.
    pub fn happened(&self, event: &str) -> usize {
        self.counted.events.get(event).copied().unwrap_or(0)
    }
}

impl Year {
    /// Lives it.
    ///
    /// # Errors
    /// The first invariant that does not hold, with the day and what it is about.
    pub fn live(self) -> Result<Lived, String> {
        let started = Instant::now();
        let mut world = World::new(self.customers, self.seed);
        let policies = [policy(false), policy(true)];
        for number in 0..self.days {
            world.today = ahead(first_day(), number);
            world.killed = matches!(number % 120, 50 | 51);
            let last = number + 1 == self.days;
            world.day(&policies, number == 0 || last || world.today.day() == 1).map_err(|why| format!("day {number}, {}: {why}", world.today))?;
        }
        let replayed = replay::replay(&world, &policies)?;
        let (items, payments) = (world.facts.items.len(), world.facts.payments.len());
        Ok(Lived { year: self, items, payments, counted: world.counted, replayed, seconds: started.elapsed().as_secs_f64() })
    }
}

impl World {
    fn day(&mut self, policies: &[Policy; 2], sampled: bool) -> Result<(), String> {
        if self.today.day() == 1 {
            let started = Instant::now();
            self.models.push(Models::fit(&self.ledger, self.today));
            self.counted.fit_seconds += started.elapsed().as_secs_f64();
        }
        let due = self.agenda.remove(&self.today).unwrap_or_default();
        let pays = due.iter().filter_map(|due| if let Due::Pay(item) = due { Some(*item) } else { None }).collect();
        self.bill();
        self.pay_all(pays);
        due.into_iter().for_each(|due| self.due(due));
        self.happenings();
        self.flush()?;
        // Some days nobody runs anything, and some are run again once people have said what they think.
        if sampled || !self.random.chance(40) {
            self.run(policies, sampled)?;
            if self.random.chance(250) {
                self.run(policies, false)?;
            }
        }
        self.flush_wrong()?;
        self.tell(ar_core::event::What::DayClosed {}, None);
        self.flush()?;
        let started = Instant::now();
        checks::at_night(self)?;
        if sampled {
            let since = ahead(self.today, -30);
            self.counted.statements += checks::statements(self, since)?;
        }
        self.counted.check_seconds += started.elapsed().as_secs_f64();
        self.nights.push((self.today, self.log.len(), self.ledger.digest()));
        Ok(())
    }

    fn run(&mut self, policies: &[Policy; 2], sampled: bool) -> Result<(), String> {
        let policy = &policies[usize::from(self.killed)];
        let started = Instant::now();
        let run = |world: &Self| ar_core::run(&world.ledger, policy, &world.models[world.models.len() - 1], world.today).map_err(|error| format!("the run: {:?}", error.problems()));
        let report = run(self)?;
        let seconds = started.elapsed().as_secs_f64();
        (self.counted.run_seconds, self.counted.slowest_run) = (self.counted.run_seconds + seconds, self.counted.slowest_run.max(seconds));
        if sampled {
            let json = report.to_json();
            if run(self)?.to_json() != json {
                return Err("invariant_27_the_same_day_again: a second run of the day says something else".into());
            }
            self.samples.push(Sample { on: self.today, killed: self.killed, events: self.log.len(), models: self.models.len() - 1, json });
        }
        let started = Instant::now();
        self.count(&report);
        checks::same_again(self, &report)?;
        let seen = Seen::new(&self.facts, &report, (self.today, self.killed))?;
        checks::on_run(&seen)?;
        let tasks: Vec<Task> = report.decisions().iter().map(|decision| Task::of(&seen, decision)).collect();
        self.counted.check_seconds += started.elapsed().as_secs_f64();
        if !self.killed {
            self.respond(tasks);
        }
        self.flush()
    }

    fn count(&mut self, report: &Report) {
        self.counted.runs += 1;
        self.counted.outcomes += report.outcomes().len();
        for row in report.decisions() {
            let mode = if row.mode == Mode::Act { "act" } else { "ask" };
            *self.counted.decisions.entry((row.action().name(), mode)).or_insert(0) += 1;
        }
        for row in report.outcomes().iter().filter(|row| row.draft.is_none()) {
            *self.counted.skipped.entry(row.reason.code.name()).or_insert(0) += 1;
        }
    }
}

impl fmt::Display for Lived {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, counted) = (self.year, &self.counted);
        writeln!(out, "{} customers, {} days, seed {}: {} items, {} payments", year.customers, year.days, year.seed, self.items, self.payments)?;
        writeln!(out, "{} events taken, {} that cannot be refused, by kind:", counted.events.values().sum::<usize>(), counted.refused)?;
        counted.events.iter().try_for_each(|(name, count)| writeln!(out, "  {count:>9} {name}"))?;
        writeln!(out, "{} runs, {} outcomes, {} decisions, by mode and action:", counted.runs, counted.outcomes, counted.decisions.values().sum::<usize>())?;
        counted.decisions.iter().try_for_each(|((name, mode), count)| writeln!(out, "  {count:>9} {mode} {name}"))?;
        writeln!(out, "skipped, by reason:")?;
        counted.skipped.iter().try_for_each(|(name, count)| writeln!(out, "  {count:>9} {name}"))?;
        writeln!(out, "{} checks after each run or night, {} statements of account", checks::COUNT, counted.statements)?;
        writeln!(
            out,
            "seconds: runs {:.1} (the slowest {:.2}), fits {:.1}, events {:.1}, checks {:.1}",
            counted.run_seconds, counted.slowest_run, counted.fit_seconds, counted.apply_seconds, counted.check_seconds
        )?;
        writeln!(out, "{}", self.replayed)?;
        write!(out, "no invariant is broken, {:.0} s in all", self.seconds)
    }
}
