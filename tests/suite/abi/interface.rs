//! A C header as lists: what it declares, as text, and how the C compiler lays it out.

use super::Work;
use crate::programs::ran;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What a header declares: a key such as "struct ar_kpi" or "function ar_run", and the lines that say what it is.
pub type Interface = BTreeMap<String, Vec<String>>;

/// The struct may grow at its end: it has its own size in it, or its documentation says that it is read through a pointer only.
const MAY_GROW: &str = "may grow at its end";

/// Name and type of a field.
type Field = (String, String);

/// What the text of a header declares, before a compiler has seen it.
#[derive(Default)]
struct Declared {
    /// Name, whether it may grow, and for each field its name and type.
    structs: Vec<(String, bool, Vec<Field>)>,
    enums: Vec<(String, Vec<String>)>,
    constants: Vec<String>,
    others: Interface,
}

/// A declaration without its name, and the name: "char currency[4]" is ("currency", "char [4]").
fn named(declaration: &str) -> (String, String) {
    let (before, array) = declaration.find('[').map_or((declaration, ""), |at| declaration.split_at(at));
    let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    let (kind, name) = before.split_at(start);
    (name.to_owned(), format!("{}{}{array}", kind.trim(), if array.is_empty() { "" } else { " " }))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The types of a function, without the names of its parameters: those may change.
fn signature(statement: &str) -> Option<(String, String)> {
    let (head, parameters) = statement.split_once('(')?;
    let (name, answer) = named(&one_line(head));
    let parameters: Vec<String> = parameters.trim_end_matches(')').split(',').map(one_line).map(|parameter| if parameter == "void" { parameter } else { named(&parameter).1 }).collect();
    name.starts_with("ar_").then(|| (name, format!("{answer} ({})", parameters.join(", "))))
}

fn fields(body: &str) -> Vec<Field> {
    body.split(';').map(one_line).filter(|field| !field.is_empty()).map(|field| named(&field)).collect()
}

fn declared(text: &str) -> Declared {
    let mut found = Declared::default();
    let (mut code, mut comment, mut grows) = (String::new(), String::new(), BTreeSet::new());
    for line in text.lines() {
        let line = line.trim_start();
        if let Some(said) = line.strip_prefix("//") {
            let _ = write!(comment, "{said} ");
            continue;
        }
        if let Some(name) = line.strip_prefix("typedef struct ").and_then(|rest| rest.strip_suffix(" {"))
            && one_line(&comment).contains("Fields may be added at the end")
        {
            grows.insert(name.to_owned());
        }
        comment.clear();
        match line.strip_prefix("#define AR_").and_then(|rest| rest.split_once(' ')) {
            Some((name, _)) => found.constants.push(format!("AR_{name}")),
            None if line.starts_with('#') || line.starts_with(['/', '*']) => {}
            None => code.extend([line, "\n"]),
        }
    }
    // `extern "C" {` opens a brace that is no body.
    let code = code.replace("extern \"C\" {", "");
    let mut rest = code.as_str();
    while let Some(end) = rest.find([';', '{']) {
        let (head, open) = (one_line(&rest[..end]), rest[end..].starts_with('{'));
        rest = &rest[end + 1..];
        if !open {
            if let Some(name) = head.strip_prefix("typedef struct ar_").and_then(|names| names.split(' ').next()) {
                found.others.insert(format!("handle ar_{name}"), Vec::new());
            } else if let Some((name, types)) = signature(&head) {
                found.others.insert(format!("function {name}"), vec![types]);
            }
            continue;
        }
        let (body, after) = rest.split_once('}').unwrap();
        rest = after;
        let name = head.split(' ').find(|word| word.starts_with("ar_")).map(str::to_owned);
        match (head.split(' ').find(|word| ["struct", "enum"].contains(word)), name) {
            (Some("struct"), Some(name)) => {
                let fields = fields(body);
                let may_grow = grows.contains(&name) || fields.first().is_some_and(|(name, _)| name == "struct_size");
                found.structs.push((name, may_grow, fields));
            }
            (Some("enum"), Some(name)) => {
                let names = body.split(',').filter_map(|entry| entry.split_once('=')).map(|(name, _)| name.trim().to_owned());
                found.enums.push((name, names.collect()));
            }
            _ => {}
        }
    }
    found
}

/// A C program that prints sizes, alignments, offsets and numbers, each line under the key that stands before it.
fn program(declared: &Declared) -> String {
    let mut text = String::from("#include <stdio.h>\n#include <ar_core.h>\nint main(void) {\n");
    let print = |text: &mut String, format: &str, values: &str| writeln!(text, "  printf(\"{format}\\n\"{values});").unwrap();
    for (name, may_grow, fields) in &declared.structs {
        print(&mut text, &format!("struct {name}"), "");
        if *may_grow {
            print(&mut text, &format!("\\t{MAY_GROW}"), "");
        }
        print(&mut text, "\\tsize %zu, alignment %zu", &format!(", sizeof({name}), _Alignof({name})"));
        for (field, kind) in fields {
            print(&mut text, &format!("\\t{field} at %zu, %zu bytes: {kind}"), &format!(", offsetof({name}, {field}), sizeof((({name} *)0)->{field})"));
        }
    }
    for (name, numbers) in &declared.enums {
        print(&mut text, &format!("enum {name}"), "");
        print(&mut text, "\\tsize %zu, signed %d", &format!(", sizeof({name}), (({name})-1 < 0)"));
        for number in numbers {
            print(&mut text, &format!("\\t{number} = %lld"), &format!(", (long long){number}"));
        }
    }
    for name in &declared.constants {
        print(&mut text, &format!("constant {name}"), "");
        print(&mut text, "\\t%lld", &format!(", (long long){name}"));
    }
    text + "  return 0;\n}\n"
}

/// What the header `ar_core.h` of a folder declares, laid out by the C compiler of this machine.
pub fn interface(folder: &Path) -> Interface {
    let declared = declared(&fs::read_to_string(folder.join("ar_core.h")).unwrap());
    let work = Work::new("layout");
    let (source, binary) = (work.0.join("layout.c"), work.0.join("layout"));
    fs::write(&source, program(&declared)).unwrap();
    ran(Command::new("cc").args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-type-limits", "-I"]).arg(folder).arg(&source).arg("-o").arg(&binary));
    let mut found = declared.others;
    let mut key = String::new();
    for line in ran(&mut Command::new(binary)).lines() {
        match line.strip_prefix('\t') {
            Some(said) => found.get_mut(&key).unwrap().push(said.to_owned()),
            None => {
                line.clone_into(&mut key);
                assert!(found.insert(key.clone(), Vec::new()).is_none(), "{key} is declared twice");
            }
        }
    }
    found
}

/// What of an interface a program that was compiled with it could no longer rely on.
pub fn broken(before: &Interface, after: &Interface) -> Vec<String> {
    let mut found = Vec::new();
    for (key, old) in before {
        let Some(new) = after.get(key) else {
            found.push(format!("{key} is gone"));
            continue;
        };
        let holds = match key.split(' ').next() {
            // New numbers are no break: who reads a code that he does not know asks for its name.
            Some("enum") => old.first() == new.first() && old.iter().all(|line| new.contains(line)),
            Some("struct") if old.first().is_some_and(|line| line == MAY_GROW) => {
                let alignment = |lines: &[String]| lines.get(1).and_then(|line| line.split_once(',')).map(|(_, alignment)| alignment.to_owned());
                old.first() == new.first() && alignment(old) == alignment(new) && new.get(2..).is_some_and(|new| new.starts_with(&old[2..]))
            }
            _ => old == new,
        };
        if !holds {
            found.push(format!("{key} was {old:?}, is {new:?}"));
        }
    }
    found
}

/// Numbers that stood for something in one interface and stand for something else in another, whatever their versions.
pub fn reused(before: &Interface, after: &Interface) -> Vec<String> {
    let mut found = Vec::new();
    for (key, old) in before.iter().filter(|(key, _)| key.starts_with("enum ")) {
        for (name, number) in old.iter().filter_map(|line| line.split_once(" = ")) {
            let other = after.get(key).into_iter().flatten().filter_map(|line| line.split_once(" = "));
            found.extend(other.filter(|(other, same)| *same == number && *other != name).map(|(other, _)| format!("{key}: {number} was {name}, is {other}")));
        }
    }
    found
}
