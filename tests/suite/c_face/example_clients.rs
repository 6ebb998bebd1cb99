//! The examples in C, C++, Java and Python with ctypes: one night of the example book, line by line the same in all of them, however the
//! program is linked.

use super::example::{STRICT, built_example, folder, installed, sources};
use crate::golden::{compare, path};
use crate::programs::{has, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What a program prints of a night of the example book.
fn printed(command: &mut Command, answers: &Path) -> String {
    String::from_utf8(run(command.arg(path("examples/book")).arg("2026-11-20").arg(answers)).stdout).unwrap()
}

/// The identifier of the first decision of an action on a worklist.
fn first<'p>(printed: &'p str, action: &str) -> &'p str {
    let row = printed.lines().find(|line| line.contains(&format!(" {action} "))).unwrap_or_else(|| panic!("no {action}:\n{printed}"));
    row.split_whitespace().nth(1).unwrap()
}

/// The answers of the evening, approvals included, and what the program in C makes of them; `None` without a compiler.
fn night_in_c() -> Option<&'static (PathBuf, String)> {
    static NIGHT: OnceLock<Option<(PathBuf, String)>> = OnceLock::new();
    NIGHT
        .get_or_init(|| {
            if !has("cc") {
                return None;
            }
            let here = folder("night");
            let program = built_example(&here);
            let others = path("examples/answers.json");
            let before = printed(&mut Command::new(&program), &others);
            // People approve what they saw: the first notice and the first posting of the worklist.
            let approved =
                ["send_notice", "post_allocation"].map(|action| format!(r#"{{"event": "decision_approved", "on": "2026-11-20", "decision_id": "{}", "by": "ada"}}"#, first(&before, action)));
            let answers = here.join("answers.json");
            let others = fs::read_to_string(others).unwrap();
            fs::write(&answers, format!("[{},{}", approved.join(","), others.trim_start().strip_prefix('[').unwrap())).unwrap();
            let night = printed(&mut Command::new(&program), &answers);
            Some((answers, night))
        })
        .as_ref()
}

/// Digests and identifiers of decisions change with every setting that a policy learns; what was decided does not.
fn without_digests(text: &str) -> String {
    let (mut out, mut seen, mut rest) = (String::new(), Vec::new(), text);
    while let Some(at) = rest.find("D-") {
        let (before, from) = rest.split_at(at);
        let id = &from[..from[2..].find(|c: char| !c.is_ascii_hexdigit()).unwrap() + 2];
        let number = seen.iter().position(|known| *known == id).unwrap_or_else(|| {
            seen.push(id);
            seen.len() - 1
        });
        out += &format!("{before}D-{}", number + 1);
        rest = &from[id.len()..];
    }
    out += rest;
    let head = out.find(", head ").unwrap() + ", head ".len();
    out.replace_range(head..head + 64, "…");
    out
}

#[test]
fn a_night_in_c_is_as_published() {
    let Some((_, night)) = night_in_c() else { return };
    compare("tests/golden/nightly.txt", &without_digests(night));
}

#[test]
fn a_night_is_the_same_in_cpp() {
    let (Some((answers, night)), true) = (night_in_c(), has("c++")) else { return };
    let (prefix, here) = (installed(), folder("cpp"));
    let program = here.join("nightly");
    let mut cpp = Command::new("c++");
    cpp.arg(path("examples/cpp/nightly.cpp")).arg("-std=c++17").args(STRICT).arg("-I").arg(prefix.join("include")).arg("-L").arg(prefix.join("lib")).arg("-lar_core");
    run(cpp.arg(format!("-Wl,-rpath,{}", prefix.join("lib").display())).arg("-o").arg(&program));
    assert_eq!(&printed(&mut Command::new(&program), answers), night);
    // A refusal is an exception with every problem, and nothing leaks.
    fs::write(here.join("items.csv"), "item_id,customer_id,currency,amount,issued_on,due_on\nI1,C1,EUR,1.005,2026-01-01,yesterday\n").unwrap();
    let valgrind = has("valgrind");
    let mut command = Command::new(if valgrind { Path::new("valgrind") } else { &program });
    if valgrind {
        command.args(["-q", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect"]).arg(&program);
    }
    let output = command.arg(&here).arg("2026-11-20").output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("items row 0 column amount") && complaint.contains("items row 0 column due_on"), "{complaint}");
}

#[test]
fn a_night_is_the_same_through_pkg_config_shared_and_static() {
    let (Some((answers, night)), true) = (night_in_c(), has("pkg-config")) else { return };
    let (prefix, here) = (installed(), folder("pkg_config"));
    for package in ["ar_core", "ar_core-static"] {
        let asked = run(Command::new("pkg-config").env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig")).args(["--cflags", "--libs", package]));
        let flags = String::from_utf8(asked.stdout).unwrap();
        let program = here.join(package);
        run(Command::new("cc").args(sources()).arg("-std=c11").args(STRICT).args(flags.split_whitespace()).arg("-o").arg(&program));
        // The folder of the library is known to the shared program only through the environment, and to the static one not at all.
        let library_path = if package == "ar_core" { prefix.join("lib") } else { PathBuf::new() };
        assert_eq!(&printed(Command::new(&program).env("LD_LIBRARY_PATH", library_path), answers), night, "{package}");
    }
}

#[test]
fn a_night_is_the_same_through_cmake() {
    let (Some((answers, night)), true) = (night_in_c(), has("cmake")) else { return };
    let here = folder("cmake");
    let prefix = format!("-DCMAKE_PREFIX_PATH={}", installed().display());
    run(Command::new("cmake").arg("-S").arg(path("examples/cpp")).arg("-B").arg(&here).arg(prefix));
    run(Command::new("cmake").arg("--build").arg(&here));
    for program in ["nightly", "nightly-static"] {
        assert_eq!(&printed(&mut Command::new(here.join(program)), answers), night, "{program}");
    }
}

#[test]
fn a_night_is_the_same_in_java() {
    let (Some((answers, night)), true, true) = (night_in_c(), has("javac"), has("java")) else { return };
    let jar = Path::new("/usr/share/java/jna.jar");
    if !jar.exists() {
        eprintln!("skipped: JNA (Debian's libjna-java) is not on this machine");
        return;
    }
    let here = folder("java");
    let java = path("examples/java");
    let files = ["ArCore.java", "Csv.java", "Nightly.java"].map(|file| java.join(file));
    run(Command::new("javac").args(["-Xlint:all", "-Werror", "-cp"]).arg(jar).arg("-d").arg(&here).args(files));
    let mut command = Command::new("java");
    command.arg("-cp").arg(format!("{}:{}", jar.display(), here.display())).arg(format!("-Djna.library.path={}", installed().join("lib").display())).arg("Nightly");
    assert_eq!(&printed(&mut command, answers), night);
}

#[test]
fn a_night_is_the_same_in_python_with_ctypes() {
    let (Some((answers, night)), true) = (night_in_c(), has("python3")) else { return };
    let mut command = Command::new("python3");
    command.arg("-B").arg(path("examples/ctypes/nightly.py")).arg(installed().join("lib/libar_core.so"));
    assert_eq!(&printed(&mut command, answers), night);
}
