//! What the header promises of threads: shared handles, many threads, the same bytes; under helgrind no race. And one planted race.

use super::{DAY, Work, built, days};
use crate::golden::path;
use crate::programs::has;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

fn prepared(work: &Work) -> (PathBuf, PathBuf, String) {
    let (scenarios, file) = (crate::scenarios::all(), work.0.join("days"));
    let (name, scenario) = scenarios.get_key_value(DAY).unwrap_or_else(|| panic!("no scenario {DAY}"));
    fs::write(&file, days::written(name, scenario)).unwrap();
    (built(work, "threads.c", &path("include")), file, name.clone())
}

fn on_threads(threads: usize, runs: usize) {
    let work = Work::new("threads");
    let (program, file, name) = prepared(&work);
    let printed = super::ran(Command::new(program).arg(file).arg(name).arg(threads.to_string()).arg(runs.to_string()));
    let done: usize = printed.split(' ').next().unwrap().parse().unwrap();
    assert!(done <= runs && done + threads * 10 > runs, "{printed}");
    eprint!("{printed}");
}

#[test]
fn shared_handles_give_every_thread_the_same_bytes() {
    on_threads(8, 200);
}

#[test]
#[ignore = "make check-threads: minutes"]
fn a_hundred_thousand_runs_on_eight_threads() {
    on_threads(8, 100_000);
}

fn under_helgrind(program: &PathBuf, arguments: &[&str]) -> Output {
    let suppressions = path("tests/c/helgrind.supp");
    Command::new("valgrind").args(["--tool=helgrind", "--error-exitcode=9", "-q"]).arg(format!("--suppressions={}", suppressions.display())).arg(program).args(arguments).output().unwrap()
}

#[test]
fn helgrind_sees_no_race_but_the_planted_one() {
    if !has("valgrind") {
        return;
    }
    let work = Work::new("races");
    let (program, file, name) = prepared(&work);
    let file = file.to_string_lossy().into_owned();
    let clean = under_helgrind(&program, &[&file, &name, "3", "12"]);
    assert!(clean.status.code() == Some(0), "{}", String::from_utf8_lossy(&clean.stderr));
    // Two threads change one ledger, which the header forbids. What the tool then says is of the library's own memory.
    let race = under_helgrind(&program, &["race", &file, &name]);
    let complaint = String::from_utf8_lossy(&race.stderr);
    assert!(!race.status.success() && complaint.contains("Possible data race"), "the planted race was not seen: {complaint}");
}
