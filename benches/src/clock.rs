//! Seconds of each stage of long work, seen from another thread: the work writes where it is to its watch, and it is not changed for this.

use ar_core::Watch;
use ar_core::watch::Stage;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Time between two looks: at least so much, and a twentieth of what a stage has taken so far, at most so much.
const LOOK: [Duration; 2] = [Duration::from_micros(50), Duration::from_millis(2)];

/// Seconds on the wall, and seconds that all threads together had of a processor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    pub wall: f64,
    pub processor: f64,
}

impl Spent {
    /// What lies between two moments.
    pub fn since(self, earlier: Self) -> Self {
        Self { wall: self.wall - earlier.wall, processor: self.processor - earlier.processor }
    }

    /// Each of the two for itself.
    pub fn least(self, other: Self) -> Self {
        Self { wall: self.wall.min(other.wall), processor: self.processor.min(other.processor) }
    }
}

fn clock(which: i32) -> f64 {
    unsafe extern "C" {
        fn clock_gettime(clock: i32, out: *mut [i64; 2]) -> i32;
    }
    let mut time = [0; 2];
    // SAFETY: on Linux with 64 bits a timespec is two numbers of 64 bits, which is what is handed over.
    unsafe { clock_gettime(which, &mut time) };
    time[0] as f64 + time[1] as f64 / 1e9
}

const MONOTONIC: i32 = 1;
const PROCESS: i32 = 2;

/// The number of the calling thread.
fn own() -> i32 {
    std::fs::read_link("/proc/thread-self").ok().and_then(|link| link.file_name()?.to_str()?.parse().ok()).unwrap_or(0)
}

/// Seconds that all threads but one had of a processor. The clock of the process would do, but what a thread on another processor had
/// since the last tick is not in it; it is in the clock of that thread.
fn others(but: i32) -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    let numbers = threads.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    // As glibc's `pthread_getcpuclockid` makes it: the number of the thread, of which the seconds that the scheduler gave it.
    numbers.filter(|number| *number != but).map(|number| clock(!number << 3 | 6)).sum()
}

/// Now, for the whole process.
pub fn now() -> Spent {
    Spent { wall: clock(MONOTONIC), processor: clock(PROCESS) }
}

/// What some work takes.
pub fn spent<T>(work: impl FnOnce() -> T) -> (Spent, T) {
    let before = now();
    let made = work();
    (now().since(before), made)
}

/// The least of some turns of work: at most seven, and no more once they took half a second. Returns what came of the last.
pub fn least<T>(mut work: impl FnMut() -> T) -> (Spent, T) {
    let start = Instant::now();
    let (mut best, mut made) = spent(&mut work);
    for _ in 1..7 {
        if start.elapsed().as_secs_f64() > 0.5 {
            break;
        }
        drop(made);
        let (turn, again) = spent(&mut work);
        (best, made) = (best.least(turn), again);
    }
    (best, made)
}

/// Lets the calling thread go before others, where that is allowed: on a busy machine a look would else come too late.
fn hurry() {
    unsafe extern "C" {
        fn nice(more: i32) -> i32;
    }
    // SAFETY: takes and gives a number; on Linux it concerns this thread alone.
    unsafe { nice(-20) };
}

/// Where work stands: the stage, and `true` once all of it is counted and what comes behind it is done; `None` before the first.
pub type Place = Option<(Stage, bool)>;

fn place(watch: &Watch) -> Place {
    watch.progress().map(|(stage, done, total)| (stage, total > 0 && done >= total))
}

/// Does the work and says how long it stood at each place, in the order in which they were first seen. What the looking itself takes is not
/// counted.
pub fn stages<T>(watch: &Watch, work: impl FnOnce() -> T) -> (Vec<(Place, Spent)>, T) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let looker = scope.spawn(|| {
            hurry();
            let mut seen: Vec<(Place, Spent)> = Vec::new();
            let own = own();
            let moment = || Spent { wall: clock(MONOTONIC), processor: others(own) };
            let (mut at, mut before) = (place(watch), moment());
            loop {
                let done = over.load(Relaxed);
                let next = place(watch);
                if next != at || done {
                    let after = moment();
                    let took = after.since(before);
                    match seen.iter_mut().find(|row| row.0 == at) {
                        Some((_, sum)) => *sum = Spent { wall: sum.wall + took.wall, processor: sum.processor + took.processor },
                        None => seen.push((at, took)),
                    }
                    (at, before) = (next, after);
                }
                if done {
                    return seen;
                }
                let gone = Duration::from_secs_f64((clock(MONOTONIC) - before.wall).max(0.0));
                std::thread::sleep((gone / 20).clamp(LOOK[0], LOOK[1]));
            }
        });
        let made = work();
        over.store(true, Relaxed);
        (looker.join().unwrap_or_default(), made)
    })
}
