//! What the library needs of the system: each symbol that it does not have itself, what for, and the system calls of a day.
//! No sockets, no time, no threads, no signals; what could open a file or read the environment is the standard library's report of a
//! panic on stderr, which a day without a bug never reaches: the list of system calls shows it.

use super::{DAY, Work, built, days};
use crate::golden::{compare, path};
use crate::header::{library, printed};
use crate::programs::{has, ran};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::process::Command;

/// What each symbol is for. A symbol that is not here fails the test: whoever adds one says why, and reads the whole list again.
const NEEDS: [(&str, &[&str]); 8] = [
    ("memory", &["bcmp", "calloc", "free", "malloc", "memcmp", "memcpy", "memmove", "memset", "posix_memalign", "realloc", "strlen"]),
    ("arithmetic (of the digits of decimals in Arrow)", &["pow"]),
    (
        "a panic on its way to the guard",
        &[
            "_Unwind_Backtrace",
            "_Unwind_DeleteException",
            "_Unwind_GetDataRelBase",
            "_Unwind_GetIP",
            "_Unwind_GetIPInfo",
            "_Unwind_GetLanguageSpecificData",
            "_Unwind_GetRegionStart",
            "_Unwind_GetTextRelBase",
            "_Unwind_RaiseException",
            "_Unwind_Resume",
            "_Unwind_SetGR",
            "_Unwind_SetIP",
            "abort",
            "dl_iterate_phdr",
        ],
    ),
    (
        "the words of a panic on stderr, with a backtrace where RUST_BACKTRACE asks for one; never called in a day without one",
        &[
            "__errno_location",
            "__xpg_strerror_r",
            "close",
            "fstat64",
            "getcwd",
            "getenv",
            "lseek64",
            "mmap64",
            "munmap",
            "open64",
            "poll",
            "read",
            "readlink",
            "realpath",
            "stat64",
            "statx",
            "write",
            "writev",
        ],
    ),
    ("waiting for another thread that makes the same rows (futex), and whose lock it is", &["gettid", "syscall"]),
    (
        "what the standard library keeps for a thread: how many panics it is in, the seed of hash maps",
        &["__cxa_thread_atexit_impl", "__tls_get_addr", "pthread_key_create", "pthread_key_delete", "pthread_setspecific"],
    ),
    ("the seed of hash maps, once a thread: Arrow keeps the metadata of a field in one, and ours have none", &["getrandom"]),
    ("the loader", &["_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable", "__cxa_finalize", "__gmon_start__"]),
];

/// System calls that a day may make: memory, waiting for a thread, the seed.
const CALLS: [&str; 7] = ["brk", "futex", "getrandom", "madvise", "mmap", "mremap", "munmap"];

#[test]
fn every_symbol_that_the_library_needs_has_a_reason() {
    let mut text = String::from(
        "# What the shared library needs of the system\n\nGenerated. Every symbol that is not its own, by what it is for; a build for another machine may need fewer.\n\n| for | symbols |\n|---|---|\n",
    );
    let reasons: BTreeMap<&str, &str> = NEEDS.iter().flat_map(|(what, symbols)| symbols.iter().map(move |symbol| (*symbol, *what))).collect();
    for (what, symbols) in NEEDS {
        writeln!(text, "| {what} | {} |", symbols.iter().map(|symbol| format!("`{symbol}`")).collect::<Vec<_>>().join(" ")).unwrap();
    }
    writeln!(text, "\nSystem calls from the first table to the last free of a day, seen with strace: at most {}.", CALLS.map(|call| format!("`{call}`")).join(" ")).unwrap();
    compare("tests/golden/abi_needs.md", &text);
    let Some(listed) = printed("nm", &["-D", "--undefined-only", &library("libar_core_ffi.so").to_string_lossy()]) else { return };
    let needed: BTreeSet<&str> = listed.lines().filter_map(|line| line.split_whitespace().last()).map(|name| name.split('@').next().unwrap()).collect();
    assert!(needed.contains("malloc") && needed.len() > 20, "{listed}");
    let unexplained: Vec<&&str> = needed.iter().filter(|symbol| !reasons.contains_key(**symbol)).collect();
    assert!(unexplained.is_empty(), "what does the library need these for? {unexplained:?}");
}

/// A day with all that is read of it, between two marks that the program writes. Everything before is the loader and the program's file.
#[test]
fn a_day_makes_no_system_call_but_for_memory() {
    if !has("strace") {
        return;
    }
    let work = Work::new("calls");
    let program = built(&work, "drive.c", &path("include"));
    let scenarios = crate::scenarios::all();
    let (name, scenario) = scenarios.get_key_value(DAY).unwrap();
    let (file, log) = (work.0.join("days"), work.0.join("log"));
    fs::write(&file, days::written(name, scenario)).unwrap();
    ran(Command::new("strace").arg("-f").arg("-o").arg(&log).arg(&program).arg("calls").arg(&file).arg(name));
    let log = fs::read_to_string(log).unwrap();
    let between = log.split_once("the calls begin").unwrap().1.split_once("the calls end").unwrap().0;
    let calls: Vec<&str> = between.lines().skip(1).filter_map(|line| line.split_whitespace().nth(1)).filter_map(|call| call.split_once('(')).map(|(call, _)| call).collect();
    let other: BTreeSet<&&str> = calls.iter().filter(|call| !CALLS.contains(call) && **call != "write").collect();
    assert!(other.is_empty(), "{other:?}\n{between}");
    // The second mark is cut off in the middle of its call, and nothing else is written.
    assert_eq!(calls.iter().filter(|call| **call == "write").count(), 1, "{between}");
    assert!(log.contains("openat("), "strace saw nothing of the loader:\n{log}");
}
