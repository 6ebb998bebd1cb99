//! The architecture as a test: who may import whom (the table in ARCHITECTURE.md is the rule), sizes, and what every
//! file must have.

use crate::golden::path;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const MAX_FILE_LINES: usize = 500;
const MAX_FUNCTION_LINES: usize = 70;

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.is_dir() {
            rust_files(&file, found);
        } else if file.extension().is_some_and(|end| end == "rs") {
            found.push(file);
        }
    }
}

fn ours() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["ar-core/src", "ar-arrow/src", "ar-ffi/src", "ar-python/src", "tests/suite", "tests/world/src", "tests/model/src", "tests/year/src", "training/src", "benches/src", "fuzz/src"] {
        rust_files(&path(folder), &mut found);
    }
    found.sort();
    assert!(found.len() > 60, "the folders have moved: only {} files", found.len());
    found
}

/// The table `room | may import` of ARCHITECTURE.md.
fn rooms() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(path("ARCHITECTURE.md")).unwrap();
    let table = text.lines().skip_while(|line| !line.starts_with("| room | may import")).skip(2).take_while(|line| line.starts_with('|'));
    let names = |cell: &str| cell.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|name| !name.is_empty()).map(String::from).collect::<BTreeSet<_>>();
    let rooms: BTreeMap<String, BTreeSet<String>> = table
        .map(|line| {
            let mut cells = line.trim_matches('|').split('|');
            (cells.next().unwrap().trim().trim_matches('`').to_string(), names(cells.next().unwrap()))
        })
        .collect();
    assert!(rooms.len() >= 20, "the table of rooms is gone: {} rows", rooms.len());
    rooms
}

/// The room of a file: the first folder or file below `src`.
fn room_of(file: &Path) -> String {
    let below = file.strip_prefix(path("ar-core/src")).unwrap();
    below.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").into()
}

/// Every `crate::room` that a file names, also inside `use crate::{…}` lists of the first level.
fn imports(source: &str) -> BTreeSet<String> {
    let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        found.insert(name);
    }
    assert!(!code.contains("use crate::{"), "name each room on a line of its own: the reader of imports, person or test, follows `crate::room`");
    found
}

#[test]
fn rooms_import_only_what_the_architecture_allows() {
    let rooms = rooms();
    let mut files = Vec::new();
    rust_files(&path("ar-core/src"), &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let room = room_of(&file);
        if room == "lib" {
            continue;
        }
        let allowed = rooms.get(&room).unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for the room '{room}'"));
        for import in imports(&std::fs::read_to_string(&file).unwrap()) {
            // A re-exported type starts with a capital and is a shorthand for its room: not used inside the crate.
            if import != room && !allowed.contains(&import) {
                wrong.push(format!("{} imports {import}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_and_functions_are_short_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for file in ours() {
        let source = std::fs::read_to_string(&file).unwrap();
        let name = file.display();
        if source.lines().count() > MAX_FILE_LINES {
            wrong.push(format!("{name}: {} lines", source.lines().count()));
        }
        if !source.starts_with("//!") {
            wrong.push(format!("{name}: no `//!` that says what it is"));
        }
        for (line, length) in function_lengths(&source) {
            if length > MAX_FUNCTION_LINES {
                wrong.push(format!("{name}:{line}: a function of {length} lines"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// First line and length of every function: rustfmt closes a function with a brace at the indent of its `fn`.
fn function_lengths(source: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = source.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        let starts = ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "const fn ", "pub const fn ", "pub(crate) const fn ", "pub(super) const fn ", "pub unsafe extern"];
        if starts.iter().any(|start| code.starts_with(start)) {
            let close = format!("{}}}", " ".repeat(indent));
            if let Some(length) = lines.iter().skip(at).position(|line| *line == close) {
                found.push((at + 1, length + 1));
            }
        }
    }
    found
}

#[test]
fn function_lengths_are_seen() {
    assert_eq!(function_lengths("fn a() {\n    x();\n}\n    pub fn b() {\n    }\n"), vec![(1, 3), (4, 2)]);
}

#[test]
fn nothing_is_left_unfinished() {
    let mut wrong = Vec::new();
    for file in ours() {
        let source = std::fs::read_to_string(&file).unwrap();
        if file.ends_with("house.rs") {
            continue;
        }
        for mark in ["todo!", "unimplemented!", "FIXME", "XXX", "HACK"] {
            if source.contains(mark) {
                wrong.push(format!("{}: {mark}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every file of ours, below the root.
fn tracked(folder: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(path(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() { tracked(&name, found) } else { found.push(name) }
    }
}

/// A name in backticks that ends like a file or a folder is the end of a path of ours; a star stands for anything.
#[test]
fn files_that_the_documents_name_are_there() {
    let mut files = Vec::new();
    for folder in ["ar-core", "ar-arrow", "ar-ffi", "ar-python", "benches", "docs", "examples", "fuzz", "include", "scripts", "tests", "training"] {
        tracked(folder, &mut files);
    }
    let is_there = |name: &str| {
        let name = format!("/{name}");
        files.iter().map(|file| format!("/{file}")).any(|file| match name.split_once('*') {
            _ if name.ends_with('/') => file.contains(&name),
            Some((start, end)) => file.split_once(start).is_some_and(|(_, rest)| rest.ends_with(end)),
            None => file.ends_with(&name),
        })
    };
    let (mut seen, mut missing) = (0, Vec::new());
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"] {
        let text = std::fs::read_to_string(path(document)).unwrap();
        let prose: String = text.split("```").step_by(2).collect();
        let names = prose.split('`').skip(1).step_by(2).filter(|name| !name.contains(char::is_whitespace) && !name.starts_with("//"));
        for name in names.filter(|name| [".rs", ".py", ".h", ".c", ".toml", "/"].iter().any(|end| name.ends_with(end))) {
            seen += 1;
            if !is_there(name) {
                missing.push(format!("{document}: {name}"));
            }
        }
    }
    assert!(missing.is_empty() && seen >= 30, "of {seen} names nothing has these: {missing:?}");
}

/// Floats stay where probabilities are: never where money or state lives.
#[test]
fn floats_stay_in_their_rooms() {
    let mut files = Vec::new();
    rust_files(&path("ar-core/src"), &mut files);
    let may = ["scoring", "learn", "simulate", "models", "escalation"];
    // The door reads floats of the host (exact or refused), tables carry them, the report shows
    // probabilities; matching counts explanations and weighs them.
    let doors = [
        "money/mod.rs",
        "table.rs",
        "ledger/cell.rs",
        "policy/setting.rs",
        "policy/no_repeats.rs",
        "report/mod.rs",
        "report/asked.rs",
        "report/columns.rs",
        "report/parts.rs",
        "conversation/read/json.rs",
        "matching/certificate.rs",
        "matching/habits.rs",
    ];
    let mut wrong = Vec::new();
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        let door = doors.iter().any(|door| file.ends_with(door)) || file.parent().is_some_and(|folder| folder.ends_with("matching/count"));
        if (source.contains("f64") || source.contains("f32")) && !may.contains(&room_of(&file).as_str()) && !door {
            wrong.push(file.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
