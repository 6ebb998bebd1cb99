//! Long work without the interpreter: it goes on on a thread of its own, while the thread that asked for it looks after signals, so
//! that Ctrl-C stops it, and tells how far it is.

use crate::errors::internal;
use ar_core::Watch;
use pyo3::prelude::*;
use std::{
    panic::resume_unwind,
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

/// Time between two looks.
const BEAT: Duration = Duration::from_millis(50);
/// The stack that the main thread has as well.
const STACK: usize = 8 << 20;
/// Work on fewer items than this is done before anybody could ask: it needs no thread.
pub(crate) const SHORT: usize = 2_000;

/// What is told how far the work is: a callable of (stage, done, total).
struct Teller {
    call: Option<Py<PyAny>>,
    /// A bar that we made, and clear away.
    bar: bool,
    last: Option<(&'static str, usize, usize)>,
}

impl Teller {
    /// `True` is a bar on stderr where that is a terminal; `False` and `None` are nobody.
    fn new(progress: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let nobody = Self { call: None, bar: false, last: None };
        let Some(given) = progress else { return Ok(nobody) };
        match given.extract::<bool>() {
            Ok(false) => Ok(nobody),
            Ok(true) => {
                let bar = given.py().import("ar_core.progress")?.call_method0("bar")?;
                Ok(Self { call: (!bar.is_none()).then(|| bar.unbind()), bar: true, last: None })
            }
            Err(_) => Ok(Self { call: Some(given.clone().unbind()), bar: false, last: None }),
        }
    }

    fn tell(&mut self, py: Python<'_>, watch: &Watch) -> PyResult<()> {
        let Some((call, (stage, done, total))) = self.call.as_ref().zip(watch.progress()) else { return Ok(()) };
        let now = (stage.name(), done, total);
        if self.last != Some(now) {
            call.call1(py, now)?;
            self.last = Some(now);
        }
        Ok(())
    }

    fn end(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(bar) = self.call.as_ref().filter(|_| self.bar) {
            bar.call_method0(py, "close")?;
        }
        Ok(())
    }
}

/// Does the work without holding the interpreter. Ctrl-C, and whatever `progress` raises, stop it and come out of here.
///
/// short: the work is too short to be watched; it is done on this thread, unless somebody wants to be told.
pub(crate) fn patiently<R: Send>(py: Python<'_>, progress: Option<&Bound<'_, PyAny>>, short: bool, work: impl FnOnce(&Watch) -> R + Send) -> PyResult<R> {
    let watch = Watch::default();
    let mut teller = Teller::new(progress)?;
    if short && teller.call.is_none() {
        return Ok(py.detach(|| work(&watch)));
    }
    let look = |teller: &mut Teller| Python::attach(|py| py.check_signals().and_then(|()| teller.tell(py, &watch)));
    let (found, raised) = py.detach(|| {
        thread::scope(|scope| {
            let (ended, end) = channel::<()>();
            let task = || {
                let _ended = ended;
                work(&watch)
            };
            let Ok(thread) = thread::Builder::new().name("ar-core".into()).stack_size(STACK).spawn_scoped(scope, task) else { return (None, None) };
            let mut raised = None;
            while end.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                if raised.is_none()
                    && let Err(error) = look(&mut teller)
                {
                    watch.stop();
                    raised = Some(error);
                }
            }
            (Some(thread.join().unwrap_or_else(|cause| resume_unwind(cause))), raised)
        })
    });
    let told = if raised.is_none() { teller.tell(py, &watch) } else { Ok(()) };
    let ended = teller.end(py);
    match (raised, found) {
        (Some(error), _) => Err(error),
        (None, None) => Err(internal(py, "the machine gives no thread for the work; too many are running")),
        (None, Some(found)) => told.and(ended).map(|()| found),
    }
}
