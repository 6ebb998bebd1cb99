//! The days of the scenario suite through the shared library under valgrind: every allocation, every read. And faults of a host,
//! planted, that it must see: a clean report of a tool that sees nothing would be worth nothing.

use super::{Work, built, days};
use crate::golden::path;
use crate::programs::has;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const VALGRIND: [&str; 5] = ["--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=all", "--show-leak-kinds=all", "-q"];

/// The program `drive` and a file with one day in so many; what it has to print.
fn prepared(work: &Work, step: usize) -> (PathBuf, PathBuf, String) {
    let program = built(work, "drive.c", &path("include"));
    let (days, wanted) = days::every(step);
    let file = work.0.join("days");
    fs::write(&file, days).unwrap();
    (program, file, wanted)
}

fn under_valgrind(program: &Path, what: &str, file: &Path) -> (Option<i32>, String, String) {
    let suppressions = format!("--suppressions={}", path("tests/c/memcheck.supp").display());
    let output = Command::new("valgrind").args(VALGRIND).arg(suppressions).arg(program).arg(what).arg(file).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn clean(step: usize) {
    let work = Work::new("memory");
    let (program, file, wanted) = prepared(&work, step);
    let (code, printed, complaint) = under_valgrind(&program, "days", &file);
    assert_eq!(code, Some(0), "{complaint}");
    assert!(complaint.is_empty(), "{complaint}");
    assert!(printed == wanted, "C through the shared library gives other bytes than Rust");
    eprintln!("valgrind: {} days, no error, nothing lost", wanted.lines().count());
}

#[test]
fn some_days_are_clean_under_valgrind() {
    if has("valgrind") {
        clean(200);
    }
}

#[test]
#[ignore = "make check-memory: every day takes minutes"]
fn every_day_is_clean_under_valgrind() {
    assert!(has("valgrind"));
    clean(1);
}

#[test]
fn valgrind_sees_planted_faults() {
    if !has("valgrind") {
        return;
    }
    let work = Work::new("planted");
    let (program, file) = (built(&work, "drive.c", &path("include")), work.0.join("days"));
    // A day with a column of whole numbers: the array that is said to be longer than it is.
    let all = crate::scenarios::all();
    let mut days = all.iter().map(|(name, scenario)| days::written(name, scenario));
    fs::write(&file, days.find(|day| day.contains("dunning_level\ni\n")).unwrap()).unwrap();
    for (fault, wanted) in [("freed", "Invalid read"), ("long", "Invalid read"), ("leak", "lost in loss record")] {
        let (code, _, complaint) = under_valgrind(&program, fault, &file);
        assert!(code == Some(9) && complaint.contains(wanted), "{fault}: {code:?} {complaint}");
    }
}

/// Without a tool: every day through the shared library as a C program links it, to the byte what Rust gives.
#[test]
fn every_day_through_the_shared_library_gives_the_bytes_of_rust() {
    let work = Work::new("days");
    let (program, file, wanted) = prepared(&work, 1);
    assert!(super::ran(Command::new(program).arg("days").arg(file)) == wanted);
}
