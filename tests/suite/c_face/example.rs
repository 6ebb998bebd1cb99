//! The example in examples/c: built against the installed library with every warning an error, and run under valgrind.

use crate::header::library;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}\n{}\n{}", output.status, String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    output
}

fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: {tool} is not on this machine");
    }
    found
}

/// Installs the library that was built with this test into a folder, and builds the example of examples/c against it.
fn built_example(prefix: &Path) -> PathBuf {
    let built = library("libar_core_ffi.so");
    run(Command::new("sh").arg(root().join("ar-ffi/install.sh")).arg(prefix).arg(built.parent().unwrap()));
    let (folder, program) = (root().join("examples/c"), prefix.join("day"));
    let flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-lar_core"];
    let mut cc = Command::new("cc");
    cc.arg(folder.join("day.c")).arg(folder.join("csv.c")).args(flags).arg("-I").arg(prefix.join("include")).arg("-L").arg(prefix.join("lib"));
    run(cc.arg(format!("-Wl,-rpath,{}", prefix.join("lib").display())).arg("-o").arg(&program));
    program
}

const VALGRIND: [&str; 4] = ["--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect", "-q"];

#[test]
fn the_c_example_runs_a_day_under_valgrind() {
    let book = root().join("examples/book");
    if !book.join("items.csv").exists() {
        eprintln!("skipped: no book in {}", book.display());
        return;
    }
    if !has("cc") || !has("valgrind") {
        return;
    }
    let prefix = env::temp_dir().join(format!("ar_core_example_{}", std::process::id()));
    let program = built_example(&prefix);
    let output = run(Command::new("valgrind").args(VALGRIND).arg(&program).arg(&book).arg("2026-11-21"));
    let printed = String::from_utf8(output.stdout).unwrap();
    for wanted in ["Worklist, best first:", "Open, by days past due:", "Measures:", "dso"] {
        assert!(printed.contains(wanted), "{printed}");
    }
    // A book that is refused: every problem is printed, nothing leaks, the exit status is 1.
    let bad = prefix.join("bad");
    fs::create_dir_all(&bad).unwrap();
    fs::write(bad.join("items.csv"), "item_id,customer_id,currency,amount,issued_on,due_on\nI1,C1,EUR,1.005,2026-01-01,2026-02-01\nI1,C1,XXQ,1,2026-03-01,yesterday\n").unwrap();
    fs::write(bad.join("customers.csv"), "customer_id,aliases\nC1,\"ACME;\"\"Acme\"\" Ltd\"\n").unwrap();
    let output = Command::new("valgrind").args(VALGRIND).arg(&program).arg(&bad).arg("2026-11-21").output().unwrap();
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{printed}");
    for wanted in ["invalid_tables", "items row 0 column amount", "items row 1 column currency", "items row 1 column due_on"] {
        assert!(printed.contains(wanted), "{printed}");
    }
    fs::remove_dir_all(prefix).unwrap();
}
