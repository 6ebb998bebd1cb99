//! The guide docs/embedding.md: what it shows is built and run, and what it names is there. And the site that it is a page of.

use super::example::{STRICT, folder, installed};
use crate::golden::path;
use crate::header::declared;
use crate::programs::{has, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn guide() -> String {
    fs::read_to_string(path("docs/embedding.md")).unwrap()
}

/// The pieces of code of a language, in their order.
fn pieces(language: &str) -> Vec<String> {
    let (text, fence) = (guide(), format!("\n```{language}\n"));
    text.split(&fence).skip(1).map(|rest| rest.split_once("```").unwrap().0.to_owned()).collect()
}

/// The folder with the program that the pieces of C make.
fn hour(name: &str) -> PathBuf {
    let here = folder(name);
    fs::write(here.join("hour.c"), pieces("c").join("\n")).unwrap();
    here
}

#[test]
fn the_pieces_in_c_make_a_program_that_runs() {
    if !has("cc") {
        return;
    }
    let (here, prefix) = (hour("guide_c"), installed());
    let program = here.join("hour");
    let mut cc = Command::new("cc");
    cc.arg(here.join("hour.c")).arg("-std=c11").args(STRICT).arg("-I").arg(prefix.join("include")).arg("-L").arg(prefix.join("lib")).arg("-lar_core");
    run(cc.arg(format!("-Wl,-rpath,{}", prefix.join("lib").display())).arg("-o").arg(&program));
    let mut command = Command::new(if has("valgrind") { "valgrind" } else { "env" });
    if has("valgrind") {
        command.args(["-q", "--error-exitcode=9", "--leak-check=full"]);
    }
    let output = run(command.arg(&program));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("send to Acme, key D-") && printed.contains("entries, head "), "{printed}");
}

#[test]
fn the_ways_to_link_work() {
    let prefix = installed();
    if has("cc") && has("pkg-config") {
        let here = hour("guide_link");
        let script = pieces("sh").concat();
        assert!(script.contains("ar_core-static"));
        run(Command::new("sh").args(["-ec", &script]).current_dir(&here).env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig")));
        run(Command::new(here.join("hour")).env("LD_LIBRARY_PATH", prefix.join("lib")));
        run(&mut Command::new(here.join("hour-static")));
    }
    if has("cmake") {
        let here = hour("guide_cmake");
        fs::write(here.join("CMakeLists.txt"), pieces("cmake").concat()).unwrap();
        let build = here.join("build");
        run(Command::new("cmake").arg("-S").arg(&here).arg("-B").arg(&build).arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display())));
        run(Command::new("cmake").arg("--build").arg(&build));
        run(&mut Command::new(build.join("hour")));
    }
}

#[test]
fn the_programs_in_other_languages_run() {
    let (here, lib) = (folder("guide_others"), installed().join("lib"));
    if has("c++") {
        let source = here.join("hour.cpp");
        fs::write(&source, pieces("cpp").concat()).unwrap();
        let mut cpp = Command::new("c++");
        cpp.arg(&source).arg("-std=c++17").args(STRICT).arg("-I").arg(installed().join("include")).arg("-L").arg(&lib).arg("-lar_core");
        run(cpp.arg(format!("-Wl,-rpath,{}", lib.display())).arg("-o").arg(here.join("hour")));
        run(&mut Command::new(here.join("hour")));
    }
    if has("python3") {
        run(Command::new("python3").arg("-c").arg(pieces("python").concat()).arg(lib.join("libar_core.so.0")));
    }
    let jar = Path::new("/usr/share/java/jna.jar");
    if jar.exists() && has("javac") {
        let source = here.join("Hour.java");
        fs::write(&source, pieces("java").concat()).unwrap();
        run(Command::new("javac").arg("-cp").arg(jar).arg("-d").arg(&here).arg(&source));
        let path = format!("{}:{}", jar.display(), here.display());
        run(Command::new("java").arg("-cp").arg(path).arg(format!("-Djna.library.path={}", lib.display())).arg("Hour"));
    }
}

#[test]
fn what_the_guide_names_is_there() {
    let text = guide();
    for language in text.split("\n```").skip(1).step_by(2).map(|rest| rest.lines().next().unwrap()) {
        assert!(["c", "sh", "cmake", "cpp", "python", "java", "console", "csharp"].contains(&language), "no test reads pieces in '{language}'");
    }
    for target in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).filter(|target| !target.contains("://")) {
        assert!(path("docs").join(target).exists(), "{target}");
    }
    let (functions, header) = (declared(), fs::read_to_string(path("include/ar_core.h")).unwrap());
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.starts_with("ar_") && word.len() > 3) {
        assert!(functions.contains(word) || header.contains(&format!("{word};")) || word == "ar_core", "{word}");
    }
}

/// A text without markup, in one line.
fn plain(html: &str) -> String {
    let text: String = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&");
    text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_of_the_header_has_every_function_with_its_text() {
    if !has("python3") {
        return;
    }
    let here = folder("site");
    run(Command::new("python3").arg("-B").arg(path("scripts/site.py")).arg(&here).arg("--header-only"));
    let (page, header) = (fs::read_to_string(here.join("header.html")).unwrap(), fs::read_to_string(path("include/ar_core.h")).unwrap());
    let lines: Vec<&str> = header.lines().collect();
    let functions = declared();
    for name in &functions {
        let section = page.split(&format!("<section id=\"{name}\">")).nth(1).unwrap_or_else(|| panic!("{name} is not on the page")).split("</section>").next().unwrap();
        let at = lines.iter().position(|line| line.starts_with(char::is_alphabetic) && (line.contains(&format!(" {name}(")) || line.contains(&format!("*{name}(")))).unwrap();
        let above: Vec<&str> = lines[..at].iter().rev().map_while(|line| line.strip_prefix("// ")).collect();
        let text = above.into_iter().rev().collect::<Vec<_>>().join(" ");
        assert!(!text.is_empty(), "{name} has no text");
        assert!(plain(section).contains(&plain(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))), "{name}: {text}\n{}", plain(section));
    }
    for wanted in ["<dt>Threads</dt>", "id=\"AR_STATUS_PANIC\"", "id=\"ar_decision\"", "propensity"] {
        assert!(page.contains(wanted), "{wanted}");
    }
}
