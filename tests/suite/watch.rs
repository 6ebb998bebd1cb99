//! Work that is seen from outside: what it says of itself, that it can be stopped at any place, and that looking changes nothing.

use ar_core::{Error, ErrorCode, Extent, Ledger, Models, Policy, ProblemCode, Watch, models::Calendars, run_watched, simulate::simulate, watch::Stage};
use chrono::NaiveDate;
use std::{
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn book() -> &'static (Ledger, Models) {
    static BOOK: OnceLock<(Ledger, Models)> = OnceLock::new();
    BOOK.get_or_init(|| {
        let ledger = Ledger::try_new(&simulate(5, 25, day())).unwrap();
        let models = Models::fit(&ledger, day());
        (ledger, models)
    })
}

fn interrupted(error: &Error) {
    assert_eq!((error.code(), error.problems()[0].code), (ErrorCode::Interrupted, ProblemCode::Stopped));
}

#[test]
fn what_is_stopped_before_it_begins_gives_nothing() {
    let (ledger, models) = book();
    let watch = Watch::default();
    assert_eq!(watch.progress(), None);
    watch.stop();
    for extent in [Extent::All, Extent::Cash, Extent::Collections, Extent::Customers(&["C-0001"])] {
        let extent = if let Extent::Customers(_) = extent { Extent::Customers(&[ledger.text(ledger.customers()[0].id)]) } else { extent };
        interrupted(&run_watched(ledger, &Policy::default(), models, day(), extent, &watch).err().unwrap());
    }
    interrupted(&Ledger::try_new_watched(&simulate(5, 25, day()), &watch).unwrap_err());
    interrupted(&Models::fit_watched(ledger, day(), &Calendars::new(), &watch).unwrap_err());
}

/// A refusal of the input comes before the wish to stop: an argument that is wrong is wrong however long one looks.
#[test]
fn a_wrong_argument_is_said_of_stopped_work_too() {
    let (ledger, models) = book();
    let watch = Watch::default();
    watch.stop();
    let error = run_watched(ledger, &Policy::default(), models, NaiveDate::from_ymd_opt(1900, 1, 1).unwrap(), Extent::All, &watch).err().unwrap();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
}

#[test]
fn a_run_that_was_watched_is_the_same_run() {
    let (ledger, models) = book();
    let watch = Watch::default();
    let seen = run_watched(ledger, &Policy::default(), models, day(), Extent::All, &watch).unwrap();
    assert_eq!(seen.to_json(), ar_core::run(ledger, &Policy::default(), models, day()).unwrap().to_json());
    assert_eq!(watch.progress().map(|found| found.0), Some(Stage::Report));
    let fitted = Models::fit_watched(ledger, day(), &Calendars::new(), &Watch::default()).unwrap();
    assert_eq!(fitted.digest(), models.digest());
    let (tables, watch) = (simulate(5, 25, day()), Watch::default());
    assert_eq!(Ledger::try_new_watched(&tables, &watch).unwrap().digest(), ledger.digest());
    assert_eq!(watch.progress().map(|found| found.0), Some(Stage::Load));
}

/// Stopped after so many microseconds, from nothing to longer than it takes: all of the answer or none of it.
#[test]
fn work_can_be_stopped_at_any_time() {
    let (ledger, models) = book();
    let policy = Policy::default();
    let began = Instant::now();
    let whole = run_watched(ledger, &policy, models, day(), Extent::All, &Watch::default()).unwrap().to_json();
    let fitted = Models::fit(ledger, day()).digest();
    let usual = began.elapsed();
    let (mut all, mut none) = (0, 0);
    for step in 0..24u32 {
        let watch = Watch::default();
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_micros(usual.as_micros() as u64 * u64::from(step) / 14));
                watch.stop();
            });
            let models = Models::fit_watched(ledger, day(), &Calendars::new(), &watch);
            let report = models.and_then(|models| {
                assert_eq!(models.digest(), fitted);
                run_watched(ledger, &policy, &models, day(), Extent::All, &watch)
            });
            match report {
                Ok(report) => {
                    assert_eq!(report.to_json(), whole);
                    all += 1;
                }
                Err(error) => {
                    interrupted(&error);
                    none += 1;
                }
            }
        });
    }
    assert!(none > 0, "nothing was stopped; {all} were not");
}

#[test]
fn progress_never_says_more_than_there_is() {
    let (ledger, models) = book();
    let watch = Watch::default();
    thread::scope(|scope| {
        let work = scope.spawn(|| run_watched(ledger, &Policy::default(), models, day(), Extent::All, &watch).unwrap());
        let mut last = None;
        while !work.is_finished() {
            if let Some((stage, done, total)) = watch.progress() {
                assert!(done <= total, "{stage:?}: {done} of {total}");
                assert!(last.is_none_or(|before: Stage| before <= stage), "{last:?} before {stage:?}");
                last = Some(stage);
            }
        }
        work.join().unwrap();
    });
}
