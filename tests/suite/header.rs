//! The C header: generated from the sources, committed, and equal to what the library exports.

use crate::golden::path;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

fn generate() -> String {
    let folder = path("ar-ffi");
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    let builder = cbindgen::Builder::new().with_crate(&folder).with_config(config);
    let bindings = ["error.rs", "reason/mod.rs"].iter().fold(builder, |builder, file| builder.with_src(path("ar-core/src").join(file))).generate().unwrap();
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).unwrap()
}

#[test]
fn header_is_what_the_sources_say() {
    let header = path("include/ar_core.h");
    let text = generate();
    if env::var_os("AR_WRITE_HEADER").is_some() {
        fs::write(&header, &text).unwrap();
    }
    let kept = fs::read_to_string(&header).unwrap_or_default();
    assert!(kept == text, "include/ar_core.h differs from the sources: run `make header` and commit what it writes");
}

/// The functions that the header declares, by name.
pub fn declared() -> BTreeSet<String> {
    let text = fs::read_to_string(path("include/ar_core.h")).unwrap();
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with(['/', '*', '#'])).collect::<Vec<_>>().join("\n");
    let mut names = BTreeSet::new();
    for statement in code.split(';') {
        if let Some((before, _)) = statement.split_once('(')
            && let Some(name) = before.split(|c: char| !c.is_alphanumeric() && c != '_').next_back()
            && name.starts_with("ar_")
        {
            names.insert(name.to_owned());
        }
    }
    names
}

/// Where cargo left the library beside this test: `deps` holds every crate type of a dependency.
pub fn library(name: &str) -> PathBuf {
    let folder = env::current_exe().unwrap().parent().unwrap().to_owned();
    let exact = folder.join(name);
    if exact.exists() {
        return exact;
    }
    // An archive carries a hash; the newest is the one that was built with this test.
    let (stem, extension) = name.split_once('.').unwrap();
    let found = fs::read_dir(&folder).unwrap().flatten().filter(|entry| {
        let file = entry.file_name().to_string_lossy().into_owned();
        file.starts_with(&format!("{stem}-")) && file.ends_with(&format!(".{extension}"))
    });
    found.max_by_key(|entry| entry.metadata().unwrap().modified().unwrap()).unwrap_or_else(|| panic!("no {name} in {}", folder.display())).path()
}

/// Runs a tool and gives what it prints; `None` if the machine does not have it.
pub fn printed(tool: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(tool).args(arguments).output() {
        Ok(output) => {
            assert!(output.status.success(), "{tool} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(_) => {
            eprintln!("skipped: {tool} is not on this machine");
            None
        }
    }
}

#[test]
fn library_exports_the_functions_of_the_header_and_nothing_else() {
    let library = library("libar_core_ffi.so");
    let Some(listed) = printed("nm", &["-D", "--defined-only", &library.to_string_lossy()]) else { return };
    let names = listed.lines().filter_map(|line| line.split_whitespace().nth(2));
    let exported: BTreeSet<String> = names.map(|name| name.split('@').next().unwrap_or(name).to_owned()).collect();
    assert_eq!(exported, declared());
    assert!(exported.len() > 50, "{} functions", exported.len());
}

#[test]
fn soname_carries_the_number_of_the_abi() {
    let library = library("libar_core_ffi.so");
    let Some(listed) = printed("readelf", &["-d", &library.to_string_lossy()]) else { return };
    let soname = format!("libar_core.so.{}", ar_core_ffi::version::AR_ABI_VERSION);
    assert!(listed.contains(&format!("[{soname}]")), "soname is not {soname}:\n{listed}");
}

#[test]
fn names_of_the_header_carry_the_prefix() {
    let text = fs::read_to_string(path("include/ar_core.h")).unwrap();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("#define ").and_then(|rest| rest.split_whitespace().next()) {
            assert!(name.starts_with("AR_") || name.starts_with("ARROW_"), "{line}");
        }
        for kind in ["typedef struct ", "enum "] {
            if let Some(name) = line.strip_prefix(kind).and_then(|rest| rest.split_whitespace().next()) {
                assert!(name.starts_with("ar_"), "{line}");
            }
        }
    }
}

#[test]
fn every_export_goes_through_the_guard() {
    let mut exports = 0;
    let (mut files, mut folders) = (Vec::new(), vec![path("ar-ffi/src")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for rest in text.split("#[unsafe(no_mangle)]").skip(1) {
            exports += 1;
            let head = rest.lines().nth(1).unwrap();
            assert!(head.starts_with("pub unsafe extern \"C\" fn ar_"), "{}: {head}", path.display());
            let body = rest.split_once('{').unwrap().1.split_once("\n}").unwrap().0;
            let body: String = body.split_whitespace().collect();
            assert!(body.starts_with("unsafe{guard(") && body.ends_with(")}"), "{}: the body of {head} is not one guard(…)", path.display());
        }
    }
    assert_eq!(exports, declared().len());
}

#[test]
fn header_compiles_without_warnings_as_c_and_as_cpp() {
    let include = path("include");
    let source = env::temp_dir().join(format!("ar_core_header_{}.c", std::process::id()));
    fs::write(&source, "#include <ar_core.h>\n#include <ar_core.h>\nar_status first(void); ar_status first(void) { return AR_STATUS_OK; }\n").unwrap();
    for (compiler, language, standard) in [("cc", "c", "-std=c11"), ("c++", "c++", "-std=c++17"), ("cc", "c", "-std=c2x")] {
        let flags = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", standard, "-x", language, "-I"];
        let _ = printed(compiler, &[&flags[..], &[&include.to_string_lossy(), &source.to_string_lossy()]].concat());
    }
    fs::remove_file(source).unwrap();
}
