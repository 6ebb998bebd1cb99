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

/// Runs the example on a book; its exit status, what it printed, and what it complained of.
fn day(program: &Path, book: &Path) -> (Option<i32>, String, String) {
    let output = Command::new("valgrind").args(VALGRIND).arg(program).arg(book).arg("2026-11-21").output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn write_book(folder: &Path, customers: &str, items: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("customers.csv"), customers).unwrap();
    fs::write(folder.join("items.csv"), items).unwrap();
}

#[test]
fn the_c_example_runs_a_day_under_valgrind() {
    if !has("cc") || !has("valgrind") {
        return;
    }
    let prefix = env::temp_dir().join(format!("ar_core_example_{}", std::process::id()));
    let program = built_example(&prefix);
    let (small, bad, shipped) = (prefix.join("small"), prefix.join("bad"), root().join("examples/book"));
    // What CSV files of the world have: a mark at the start, CRLF, quotes, empty cells, a last line without an end.
    let items = "item_id,customer_id,currency,amount,issued_on,due_on,purchase_order\r\nI1,C1,JPY,5000,2026-01-01,2026-02-01,\"PO \"\"7\"\", a\"\r\n\r\nI2,C1,EUR,80.10,2026-10-01,2026-10-31,";
    write_book(&small, "\u{feff}customer_id,name,aliases,channels\nC1,\"Acme, Ltd\",ACME;A Ltd,email\nC2,Beta,,\n", items);
    for book in [&small, &shipped] {
        if !book.join("items.csv").exists() {
            eprintln!("skipped: no book in {}", book.display());
            continue;
        }
        let (code, printed, complaint) = day(&program, book);
        assert_eq!(code, Some(0), "{complaint}");
        for wanted in ["Worklist, best first:", "Open, by days past due:", "Measures:", "dso", "explained:"] {
            assert!(printed.contains(wanted), "{wanted}: {printed}");
        }
    }
    assert!(day(&program, &small).1.contains("           5000 JPY"));
    // A book that is refused: every problem is printed, nothing leaks, the exit status is 1.
    let header = "item_id,customer_id,currency,amount,issued_on,due_on\n";
    write_book(&bad, "customer_id\nC1\n", &format!("{header}I1,C1,EUR,1.005,2026-01-01,2026-02-01\nI1,C1,XXQ,1,2026-03-01,yesterday\n"));
    let (code, _, complaint) = day(&program, &bad);
    assert_eq!(code, Some(1), "{complaint}");
    for wanted in ["invalid_tables", "items row 0 column amount", "items row 1 column currency", "items row 1 column due_on"] {
        assert!(complaint.contains(wanted), "{complaint}");
    }
    // Files that are not CSV stop in the reader.
    for (customers, wanted) in [("customer_id\n\"C1", "customers.csv:2: a quote is not closed"), ("customer_id,name\nC1\n", "customers.csv:2: a row is not as long")] {
        write_book(&bad, customers, header);
        let (code, _, complaint) = day(&program, &bad);
        assert!(code == Some(1) && complaint.contains(wanted), "{complaint}");
    }
    fs::remove_dir_all(prefix).unwrap();
}
