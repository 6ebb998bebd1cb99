//! What `make install` puts where, and that the archive shows nothing but the exports; that the header for C++ leaves nothing out.

use super::example::{folder, installed};
use crate::golden::path;
use crate::header::declared;
use crate::programs::{has, run};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn files_of_the_installation() {
    let prefix = installed();
    let version = env!("CARGO_PKG_VERSION");
    let number = ar_core_ffi::version::AR_ABI_VERSION;
    let shared = format!("libar_core.so.{number}.{version}");
    for (link, target) in [("libar_core.so", format!("libar_core.so.{number}")), (&format!("libar_core.so.{number}"), shared.clone())] {
        assert_eq!(fs::read_link(prefix.join("lib").join(link)).unwrap(), Path::new(&target));
    }
    for file in [&shared, "libar_core.a", "pkgconfig/ar_core.pc", "pkgconfig/ar_core-static.pc", "cmake/ar_core/ar_coreConfig.cmake", "cmake/ar_core/ar_coreConfigVersion.cmake"] {
        assert!(prefix.join("lib").join(file).is_file(), "{file}");
    }
    for file in ["ar_core.h", "ar_core.hpp"] {
        assert_eq!(fs::read(prefix.join("include").join(file)).unwrap(), fs::read(path("include").join(file)).unwrap());
    }
    for file in ["pkgconfig/ar_core.pc", "cmake/ar_core/ar_coreConfig.cmake"] {
        let text = fs::read_to_string(prefix.join("lib").join(file)).unwrap();
        assert!(text.contains(version) && !text.contains('@') && !text.contains(&*prefix.to_string_lossy()), "{file} can be moved:\n{text}");
    }
}

#[test]
fn an_installation_for_a_package_can_be_taken_away_again() {
    let (to, built) = (folder("destdir"), crate::header::library("libar_core_ffi.so"));
    let install = |extra: &str| {
        let script = path("ar-ffi/install.sh");
        run(Command::new("sh").arg(script).arg("/usr").arg(built.parent().unwrap()).env("DESTDIR", &to).env(extra, "1"));
    };
    install("NOTHING");
    assert!(to.join("usr/lib/libar_core.a").is_file() && to.join("usr/include/ar_core.h").is_file());
    install("UNINSTALL");
    let left = String::from_utf8(run(Command::new("find").arg(&to).args(["-not", "-type", "d"])).stdout).unwrap();
    assert_eq!(left, "");
}

/// Names that an archive or a library shows.
fn shown(arguments: &[&str], file: &Path) -> BTreeSet<String> {
    let listed = String::from_utf8(run(Command::new("nm").args(arguments).arg(file)).stdout).unwrap();
    listed.lines().filter_map(|line| line.split_whitespace().nth(2)).map(String::from).collect()
}

#[test]
fn the_installed_library_and_archive_show_the_exports_and_nothing_else() {
    if !has("nm") || !has("objcopy") {
        return;
    }
    let lib = installed().join("lib");
    assert_eq!(shown(&["-g", "--defined-only"], &lib.join("libar_core.a")), declared());
    assert_eq!(shown(&["-D", "--defined-only"], &lib.join("libar_core.so")), declared());
    assert_eq!(shown(&["-a"], &lib.join("libar_core.so")), BTreeSet::new(), "the names of what is inside are stripped");
}

const OTHER: &str = r#"
#[unsafe(no_mangle)]
pub extern "C" fn other_catches(text: *const u8) -> i32 {
    let caught = std::panic::catch_unwind(|| { if !text.is_null() { panic!("planted"); } });
    i32::from(caught.is_err())
}
"#;
const MAIN: &str = r#"
#include <ar_core.h>
int other_catches(const char *text);
int main(void) {
  ar_policy *policy = NULL;
  ar_error *error = NULL;
  if (ar_policy_from_json("{", 1, &policy, &error) != AR_STATUS_INVALID_POLICY) return 1;
  ar_error_free(error);
  if (other_catches("x") != 1 || other_catches(NULL) != 0) return 2;
  if (ar_policy_default(&policy, NULL) != AR_STATUS_OK) return 3;
  ar_policy_free(policy);
  return 0;
}
"#;

/// A program may have another library that is written in Rust, with a runtime of its own; and a panic still unwinds to where it is caught
/// in an archive that was made this way.
#[test]
fn two_libraries_in_rust_are_linked_into_one_program() {
    if !has("cc") || !has("objcopy") || !has("rustc") {
        return;
    }
    let here = folder("two");
    let (source, other, hidden) = (here.join("other.rs"), here.join("libother.a"), here.join("libhidden.a"));
    fs::write(&source, OTHER).unwrap();
    fs::write(here.join("names"), "other_catches\n").unwrap();
    fs::write(here.join("main.c"), MAIN).unwrap();
    run(Command::new("rustc").args(["--edition=2024", "--crate-type=staticlib", "-o"]).arg(&other).arg(&source));
    run(Command::new("sh").arg(path("ar-ffi/install/one_object.sh")).arg(&other).arg(here.join("names")).arg(&hidden));
    for second in [&other, &hidden] {
        let program = here.join("main");
        let prefix = installed();
        let mut cc = Command::new("cc");
        cc.arg(here.join("main.c")).arg("-I").arg(prefix.join("include")).arg(prefix.join("lib/libar_core.a")).arg(second);
        run(cc.args(["-lgcc_s", "-lpthread", "-lm", "-ldl", "-lc", "-o"]).arg(&program));
        run(&mut Command::new(&program));
    }
}

#[test]
fn the_header_for_cpp_calls_every_function() {
    let text = fs::read_to_string(path("include/ar_core.hpp")).unwrap();
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let missing: Vec<String> = declared().into_iter().filter(|name| !words.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "include/ar_core.hpp has no way to {missing:?}");
    if has("c++") {
        let source = folder("hpp").join("twice.cpp");
        fs::write(&source, "#include <ar_core.hpp>\n#include <ar_core.hpp>\nint main() { ar_core::check_abi(); }\n").unwrap();
        for standard in ["-std=c++17", "-std=c++20"] {
            run(Command::new("c++").args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", standard, "-I"]).arg(path("include")).arg(&source));
        }
    }
}
