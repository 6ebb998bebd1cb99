//! A look at long work from outside: how far it is, and the wish that it ends.
//!
//! A [`Watch`] is shared memory, no callback: the work writes to it and reads one flag, and whoever waits for it, on another thread, looks
//! when it likes. It changes nothing about an answer: what was stopped gives none.

use crate::error::{Error, ErrorCode, ProblemCode};
use crate::text::words;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

words! {
    /// What long work is busy with.
    Stage {
        /// Tables come in; counts their rows, each table on its own.
        Load = "load",
        /// The payment-time model is fitted; counts trees, of as many as there may be.
        Fit = "fit",
        /// Past payments are asked again, for the cash model; counts them.
        Trials = "trials",
        /// Payments are matched; counts payments of the books.
        Cash = "cash",
        /// The past of the customers is gone through.
        Past = "past",
        /// Items are scored and decided on; counts customers.
        Customers = "customers",
        /// What was found is put together: forecast, measures, chain.
        Report = "report",
    }
}

/// Where long work stands. One watch is for one piece of work; any thread may look at it, and stop it.
#[derive(Debug, Default)]
pub struct Watch {
    stop: AtomicBool,
    /// Number of the stage, from 1; 0 before the first.
    stage: AtomicUsize,
    done: AtomicUsize,
    total: AtomicUsize,
}

impl Watch {
    /// Wishes that the work ends: it does within a few hundredths of a second where it counts, and gives the error `interrupted`.
    pub fn stop(&self) {
        self.stop.store(true, Relaxed);
    }

    /// Whether somebody wishes that the work ends.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }

    /// The stage, and how much of it is done, of how much; a total of 0 where that is not known. `None` before the work began. The three
    /// are read one after the other, so that just between two stages they may not fit together.
    pub fn progress(&self) -> Option<(Stage, usize, usize)> {
        let stage = Stage::ALL.get(self.stage.load(Relaxed).checked_sub(1)?)?;
        let total = self.total.load(Relaxed);
        Some((*stage, self.done.load(Relaxed).min(total), total))
    }

    pub(crate) fn begin(&self, stage: Stage, total: usize) {
        self.done.store(0, Relaxed);
        self.total.store(total, Relaxed);
        self.stage.store(stage as usize + 1, Relaxed);
    }

    /// Counts what was done; says whether to go on.
    pub(crate) fn advance(&self, count: usize) -> bool {
        self.done.fetch_add(count, Relaxed);
        !self.is_stopped()
    }

    /// `Ok` unless the work is to end. What is half done is then not to be used.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !self.is_stopped() {
            return Ok(());
        }
        Err(Error::one(ErrorCode::Interrupted, "arguments", None, ProblemCode::Stopped, "the work was stopped from outside; nothing was changed".into()))
    }
}
