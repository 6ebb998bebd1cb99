//! Programs that tests build and run.

use std::process::{Command, Output};

/// Runs a program that must succeed.
pub fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}\n{}\n{}", output.status, String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    output
}

/// What a program prints that must succeed.
pub fn ran(command: &mut Command) -> String {
    String::from_utf8(run(command).stdout).unwrap()
}

/// Whether this machine has a tool; a test that needs it says that it is skipped.
pub fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: {tool} is not on this machine");
    }
    found
}
