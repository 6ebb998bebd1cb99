//! The example in examples/c: built against the installed library with every warning an error, and run under valgrind.

use crate::golden::path;
use crate::header::library;
use crate::programs::{has, run};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

/// A folder of this test's own, made anew.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("c_face_{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Where the library that was built with this test is installed, as `make install` does it.
pub fn installed() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let prefix = folder("installed");
        let built = library("libar_core_ffi.so").parent().unwrap().to_owned();
        let archive = library("libar_core_ffi.a");
        assert_eq!(archive.parent().unwrap(), built);
        run(Command::new("sh").arg(path("ar-ffi/install.sh")).arg(&prefix).arg(built));
        prefix
    })
}

pub const STRICT: [&str; 6] = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-O1", "-g"];

/// The sources of examples/c.
pub fn sources() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(path("examples/c")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "c"));
    files.sort();
    files
}

/// Builds the example of examples/c against the installed library.
pub fn built_example(to: &Path) -> PathBuf {
    let (prefix, program) = (installed(), to.join("nightly"));
    let mut cc = Command::new("cc");
    cc.args(sources()).arg("-std=c11").args(STRICT).arg("-I").arg(prefix.join("include")).arg("-L").arg(prefix.join("lib")).arg("-lar_core");
    run(cc.arg(format!("-Wl,-rpath,{}", prefix.join("lib").display())).arg("-o").arg(&program));
    program
}

const VALGRIND: [&str; 4] = ["--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect", "-q"];

/// Runs the example on a book; its exit status, what it printed, and what it complained of.
fn night(program: &Path, book: &Path, answers: Option<&str>) -> (Option<i32>, String, String) {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(VALGRIND).arg(program).arg(book).arg("2026-11-20");
    if let Some(answers) = answers {
        fs::write(book.join("answers.json"), answers).unwrap();
        valgrind.arg(book.join("answers.json"));
    }
    let output = valgrind.output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn write_book(folder: &Path, customers: &str, items: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("customers.csv"), customers).unwrap();
    fs::write(folder.join("items.csv"), items).unwrap();
}

#[test]
fn the_c_example_runs_a_night_under_valgrind() {
    if !has("cc") || !has("valgrind") {
        return;
    }
    let here = folder("valgrind");
    let program = built_example(&here);
    let (small, bad) = (here.join("small"), here.join("bad"));
    // What CSV files of the world have: a mark at the start, CRLF, quotes, empty cells, a last line without an end.
    let items = "item_id,customer_id,currency,amount,issued_on,due_on,purchase_order\r\nI1,C1,JPY,5000,2026-01-01,2026-02-01,\"PO \"\"7\"\", a\"\r\n\r\nI2,C1,EUR,80.10,2026-10-01,2026-10-31,";
    write_book(&small, "\u{feff}customer_id,name,aliases,channels\nC1,\"Acme, Ltd\",ACME;A Ltd,email\nC2,Beta,,\n", items);
    fs::write(small.join("policy.toml"), "[autonomy]\nask_first_contact = false\n[autonomy.levels]\nsend_notice = 2\npost_allocation = 2\n").unwrap();
    fs::write(small.join("payments.csv"), "payment_id,currency,amount,received_on,customer_id,text\nP1,EUR,80.10,2026-11-19,C1,I2\n").unwrap();
    let (code, printed, complaint) = night(&program, &small, Some(r#"[{"event": "signal_received", "on": "2026-11-20", "customer_id": "C1", "kind": "insolvency", "severity": 95}]"#));
    assert_eq!(code, Some(0), "{complaint}");
    for wanted in ["Worklist, best first:", "Open, by days past due:", "Measures:", "  dso ", "Answers: heard", "2026-11-21: ", "entries, whole, head ", "           5000 JPY"] {
        assert!(printed.contains(wanted), "{wanted}: {printed}");
    }
    // Answers that are refused.
    let (code, _, complaint) = night(&program, &small, Some(r#"[{"event": "signal_recieved", "on": "2026-11-20"}]"#));
    assert!(code == Some(1) && complaint.contains("events row 0 column event: no such event"), "{complaint}");
    // A book that is refused: every problem is printed, nothing leaks, the exit status is 1.
    let header = "item_id,customer_id,currency,amount,issued_on,due_on\n";
    write_book(&bad, "customer_id\nC1\n", &format!("{header}I1,C1,EUR,1.005,2026-01-01,2026-02-01\nI1,C1,XXQ,1,2026-03-01,yesterday\n"));
    let (code, _, complaint) = night(&program, &bad, None);
    assert_eq!(code, Some(1), "{complaint}");
    for wanted in ["invalid_tables", "items row 0 column amount", "items row 1 column currency", "items row 1 column due_on"] {
        assert!(complaint.contains(wanted), "{complaint}");
    }
    // Files that are not CSV stop in the reader.
    for (customers, wanted) in [("customer_id\n\"C1", "customers.csv:2: a quote is not closed"), ("customer_id,name\nC1\n", "customers.csv:2: a row is not as long")] {
        write_book(&bad, customers, header);
        let (code, _, complaint) = night(&program, &bad, None);
        assert!(code == Some(1) && complaint.contains(wanted), "{complaint}");
    }
}
