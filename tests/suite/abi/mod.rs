//! What programs that are linked already rely on: names, numbers and layouts of the C interface, and what the library needs itself.

mod calls;
mod days;
mod faults;
mod found;
mod interface;
mod memory;
mod threads;

use crate::golden::{compare, path};
use crate::header::library;
use crate::programs::ran;
use ar_core_ffi::version::AR_ABI_VERSION;
use interface::{Interface, broken, interface, reused};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs};

/// A day of the scenarios: rich enough that a report has rows of every kind, small enough to be run many thousand times.
const DAY: &str = "shadow_day";

/// A folder for what a test builds; gone with it.
pub struct Work(pub PathBuf);

impl Work {
    pub fn new(name: &str) -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let folder = env::temp_dir().join(format!("ar_core_{name}_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Builds a program of tests/c with the header of a folder against the library that was built with this test, found by its soname.
pub fn built(work: &Work, source: &str, header: &Path) -> PathBuf {
    built_against(work, &[path("tests/c").join(source), path("tests/c/days.c")], header)
}

fn built_against(work: &Work, sources: &[PathBuf], header: &Path) -> PathBuf {
    let library = library("libar_core_ffi.so");
    for name in ["libar_core.so".into(), format!("libar_core.so.{AR_ABI_VERSION}")] {
        let link = work.0.join(name);
        if !link.exists() {
            std::os::unix::fs::symlink(&library, link).unwrap();
        }
    }
    let program = work.0.join(sources[0].file_stem().unwrap());
    let mut cc = Command::new("cc");
    cc.args(["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-pthread", "-I"]).arg(header).args(sources).arg("-o").arg(&program);
    ran(cc.arg("-L").arg(&work.0).arg(format!("-Wl,-rpath,{}", work.0.display())).arg("-lar_core"));
    program
}

/// Layouts are those of the machines with pointers and registers of 64 bits, which all of the lists here were made on.
fn is_the_machine_of_the_lists() -> bool {
    cfg!(all(target_pointer_width = "64", target_os = "linux"))
}

/// The headers that were published, one for each number of the interface.
fn published() -> BTreeMap<u32, PathBuf> {
    let folders = fs::read_dir(path("tests/abi")).unwrap().map(|entry| entry.unwrap().path());
    folders.map(|folder| (folder.file_name().unwrap().to_str().unwrap().parse().unwrap(), folder)).collect()
}

#[test]
fn exports_and_layouts_are_as_committed() {
    if !is_the_machine_of_the_lists() {
        return;
    }
    let today = interface(&path("include"));
    let exports = today.keys().filter_map(|key| key.strip_prefix("function ")).fold(String::new(), |text, name| text + name + "\n");
    compare("tests/golden/abi_symbols.txt", &exports);
    let layouts = today.iter().fold(String::new(), |text, (key, lines)| text + key + "\n" + &lines.iter().map(|line| format!("    {line}\n")).collect::<String>());
    compare("tests/golden/abi_layouts.txt", &layouts);
    for (kind, least) in [("struct", 9), ("enum", 8), ("function", 79), ("handle", 8), ("constant", 2)] {
        let seen = today.keys().filter(|key| key.starts_with(kind)).count();
        assert!(seen >= least, "{seen} of {kind}: the header is not read as it is written");
    }
}

/// The copy of the header in `tests/abi/N` is what programs of interface N were compiled with. From 1 on it never changes while
/// N is the number: who must break it raises AR_ABI_VERSION and commits a copy for the new number. Interface 0 promises nothing
/// ("may still change with every version"): there the copy is renewed, but by hand, so that nobody breaks it unseen.
#[test]
fn what_was_published_under_this_number_still_holds() {
    if !is_the_machine_of_the_lists() {
        return;
    }
    let (published, today) = (published(), interface(&path("include")));
    let folder = published.get(&AR_ABI_VERSION).unwrap_or_else(|| panic!("commit include/ar_core.h as tests/abi/{AR_ABI_VERSION}/ar_core.h, with a client"));
    let copy = interface(folder);
    assert_eq!(copy["constant AR_ABI_VERSION"], [AR_ABI_VERSION.to_string()]);
    let gone = broken(&copy, &today);
    let way_out = match AR_ABI_VERSION {
        0 => "this breaks programs of today. Interface 0 may: if it must be, copy include/ar_core.h to tests/abi/0/ and say in CHANGELOG.md what programs have to change",
        _ => "this breaks programs that are linked already: take it back, or raise AR_ABI_VERSION (and the soname in build.rs)",
    };
    assert!(gone.is_empty(), "{way_out}:\n{}", gone.join("\n"));
    // Over all numbers: what a code meant, it means for ever.
    let reused: Vec<String> = published.values().flat_map(|folder| reused(&interface(folder), &today)).collect();
    assert!(reused.is_empty(), "{reused:?}");
    assert_eq!(published.keys().next_back(), Some(&AR_ABI_VERSION), "a header of an interface that is not there yet");
}

/// A client that was written for the published header is compiled with it, and runs on the library of today.
#[test]
fn a_client_of_the_published_header_runs_on_this_library() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let (work, folder) = (Work::new("client"), &published()[&AR_ABI_VERSION]);
    let client = built_against(&work, &[folder.join("client.c")], folder);
    assert!(ran(&mut Command::new(client)).ends_with("all as promised\n"));
}

/// What the comparison must see: each planted change of a header, and no other.
#[test]
fn breaks_are_seen() {
    let header = "#define AR_ABI_VERSION 1\nenum ar_word\n{\n  AR_WORD_A = 1,\n  AR_WORD_B = 2,\n};\ntypedef uint16_t ar_word;\n\
        typedef struct ar_row {\n  const char *name;\n  char code[4];\n  ar_word word;\n} ar_row;\n// Fields may be added at the\n// end.\ntypedef struct ar_more {\n  int64_t a;\n} ar_more;\n\
        typedef struct ar_in {\n  size_t struct_size;\n  int32_t day;\n} ar_in;\ntypedef struct ar_it ar_it;\nint32_t ar_do(const struct ar_it *it,\n  size_t len);\n";
    let read = |text: &str| -> Interface {
        let work = Work::new("header");
        fs::write(work.0.join("ar_core.h"), format!("#include <stddef.h>\n#include <stdint.h>\n{text}")).unwrap();
        interface(&work.0)
    };
    let before = read(header);
    assert_eq!(before.keys().map(String::as_str).collect::<Vec<_>>(), ["constant AR_ABI_VERSION", "enum ar_word", "function ar_do", "handle ar_it", "struct ar_in", "struct ar_more", "struct ar_row"]);
    assert_eq!(before["struct ar_row"], ["size 16, alignment 8", "name at 0, 8 bytes: const char *", "code at 8, 4 bytes: char [4]", "word at 12, 2 bytes: ar_word"]);
    assert_eq!(before["function ar_do"], ["int32_t (const struct ar_it *, size_t)"]);
    for (from, to) in [
        ("AR_WORD_B = 2", "AR_WORD_B = 2,\n  AR_WORD_C = 3"),
        ("int64_t a;", "int64_t a;\n  double b;"),
        ("int32_t day;", "int32_t day;\n  int32_t later;"),
        ("size_t len", "size_t items_len"),
        ("typedef struct ar_it ar_it;", "typedef struct ar_it ar_it;\ntypedef struct ar_new {\n  int64_t a;\n} ar_new;"),
    ] {
        let broken = broken(&before, &read(&header.replace(from, to)));
        assert!(broken.is_empty(), "{to}: {broken:?}");
    }
    for (from, to) in [
        ("AR_WORD_B = 2", "AR_WORD_B = 3"),
        ("  AR_WORD_B = 2,\n", ""),
        ("uint16_t ar_word", "uint32_t ar_word"),
        ("ar_word word;\n", "ar_word word;\n  int64_t more;\n"),
        ("  char code[4];\n  ar_word word;\n", "  ar_word word;\n  char code[4];\n"),
        ("const char *name", "char *name"),
        ("int64_t a;", "double b;\n  int64_t a;"),
        ("// Fields may be added at the\n// end.\n", ""),
        ("size_t len", "uint32_t len"),
        ("int32_t ar_do", "int64_t ar_do"),
        ("int32_t ar_do", "int32_t ar_did"),
        ("AR_ABI_VERSION 1", "AR_ABI_VERSION 2"),
    ] {
        assert!(!broken(&before, &read(&header.replace(from, to))).is_empty(), "{to}");
    }
    assert_eq!(reused(&before, &read(&header.replace("AR_WORD_B = 2", "AR_WORD_C = 2"))), ["enum ar_word: 2 was AR_WORD_B, is AR_WORD_C"]);
}
