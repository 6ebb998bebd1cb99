//! `make bench-count`, or `instructions [renew REASON | growth ITEMS…]`: instructions of each stage under callgrind, beside those of
//! `benches/instructions.json`. More than 3 % worse fails. Seconds say little on a shared machine; instructions are the same in every run.
//! With `growth`: the stages that grow with the book on books of so many items, as JSON.
//!
//! The binary runs itself: with the word `stages` it does the work, and tells callgrind what to count (`request`).
//! No library for this is used: the one that is kept (gungraun, before that iai-callgrind) needs a runner of its own version, which takes 3.6
//! minutes of processor to build, longer than all stages together; what is left of it here is a call of valgrind and a comparison.
//! The Makefile builds it together with the extension (`-p ar-python`), so that the engine has the features that it has there: it is then
//! built once for both, and what is counted is what people run.

mod request;
mod stages;

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// A stage may be so much worse than it was, in hundredths of a per cent.
const MOST_WORSE: i64 = 300;

fn baseline_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.json")
}

/// The first line that a program says of itself; `None` where there is no such program.
fn version(program: &str, argument: &str) -> Option<String> {
    let said = Command::new(program).arg(argument).output().ok()?;
    String::from_utf8_lossy(&said.stdout).lines().next().map(str::to_owned)
}

/// What the counts depend on beside the sources: another compiler makes other instructions, and the C library has some of its functions
/// in several forms, of which valgrind's processor gets one.
fn made_with() -> Option<Value> {
    let wide = std::fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| text.contains(" avx2 "));
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    Some(json!({
        "rustc": version("rustc", "--version")?,
        "valgrind": version("valgrind", "--version")?,
        // Without the number of the distribution's package: `ldd (Debian GLIBC 2.36-9+deb12u14) 2.36`.
        "libc": version("ldd", "--version").and_then(|said| said.split_whitespace().last().map(str::to_owned)),
        "processor": format!("{}{}", std::env::consts::ARCH, if wide { " with avx2" } else { "" }),
        "profile": profile,
    }))
}

/// Runs the stages under callgrind: instructions by stage, in their order.
fn count(words: &[&str]) -> Result<Vec<(String, i64)>, Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("ar-instructions-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--instr-atstart=no", "--quiet"])
        .arg(format!("--callgrind-out-file={}", folder.join("counts").display()))
        .arg(std::env::current_exe()?)
        .args(words)
        // The pool of threads has one thread, which is the main one; of the C library, no allocator settings of the caller.
        .env_remove("GLIBC_TUNABLES")
        .env_remove("MALLOC_ARENA_MAX")
        .output()?;
    let found = read(&folder);
    std::fs::remove_dir_all(&folder)?;
    if !ran.status.success() {
        return Err(format!("the stages did not run through: {}", String::from_utf8_lossy(&ran.stderr)).into());
    }
    found
}

/// The dumps of callgrind: each has the name of its stage and the total.
fn read(folder: &Path) -> Result<Vec<(String, i64)>, Box<dyn std::error::Error>> {
    let mut found = BTreeMap::new();
    for file in std::fs::read_dir(folder)? {
        let text = std::fs::read_to_string(file?.path())?;
        let after = |start: &str| text.lines().find_map(|line| line.strip_prefix(start)).map(str::trim);
        let (Some(name), Some(part), Some(total)) = (after("desc: Trigger: Client Request:"), after("part:"), after("totals:").or_else(|| after("summary:"))) else { continue };
        found.insert(part.parse::<u32>()?, (name.to_owned(), total.parse::<i64>()?));
    }
    if found.is_empty() { Err("callgrind wrote no counts".into()) } else { Ok(found.into_values().collect()) }
}

/// By how much a count is higher than it was, in hundredths of a per cent.
fn worse(was: i64, is: i64) -> i64 {
    (is - was) * 10_000 / was.max(1)
}

fn percent(hundredths: i64) -> String {
    format!("{:+.2} %", hundredths as f64 / 100.0)
}

/// Prints every stage beside what it was. Returns what got too much worse, and whether something got that much better.
fn compare(found: &[(String, i64)], stages: &Map<String, Value>) -> (Vec<String>, bool) {
    let (mut bad, mut better) = (Vec::new(), false);
    println!("{:<18} {:>15} {:>15} {:>10}", "stage", "was", "is", "");
    for (name, is) in found {
        let Some(was) = stages.get(name).and_then(Value::as_i64) else {
            println!("{name:<18} {:>15} {is:>15}   new", "-");
            bad.push(format!("{name}: is not in the baseline"));
            continue;
        };
        let change = worse(was, *is);
        println!("{name:<18} {was:>15} {is:>15} {:>10}", percent(change));
        better |= change < -MOST_WORSE;
        if change > MOST_WORSE {
            bad.push(format!("{name}: was {was}, is {is}, {}", percent(change)));
        }
    }
    bad.extend(stages.keys().filter(|name| !found.iter().any(|row| row.0 == **name)).map(|name| format!("{name}: was not counted")));
    (bad, better)
}

fn renew(reason: &str, found: &[(String, i64)], before: Option<Value>, made_with: Value) -> std::io::Result<()> {
    let old = |field: &str| before.as_ref().and_then(|known| known.get(field)).cloned();
    let stages = old("stages").and_then(|stages| stages.as_object().cloned()).unwrap_or_default();
    let mut changed = Map::new();
    for (name, is) in found {
        match stages.get(name).and_then(Value::as_i64) {
            None => _ = changed.insert(name.clone(), "new".into()),
            Some(was) if worse(was, *is).abs() >= 10 => _ = changed.insert(name.clone(), percent(worse(was, *is)).into()),
            Some(_) => {}
        }
    }
    let mut log = old("log").and_then(|log| log.as_array().cloned()).unwrap_or_default();
    let day = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    let on = ar_core::calendar::date_from_days(day as i32).map(|on| on.to_string());
    log.push(json!({"on": on, "reason": reason, "changed": changed}));
    let stages: Map<String, Value> = found.iter().map(|(name, is)| (name.clone(), (*is).into())).collect();
    let text = serde_json::to_string_pretty(&json!({"made_with": made_with, "stages": stages, "log": log})).unwrap_or_default();
    std::fs::write(baseline_file(), text + "\n")
}

fn check(words: &[String]) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let Some(made_with) = made_with() else {
        println!("skipped: instructions are counted by valgrind, which is not installed (or there is no rustc to name)");
        return Ok(ExitCode::SUCCESS);
    };
    let before: Option<Value> = std::fs::read_to_string(baseline_file()).ok().map(|text| serde_json::from_str(&text)).transpose()?;
    if words.first().is_some_and(|word| word == "renew") {
        let reason = words[1..].join(" ");
        if reason.trim().is_empty() {
            return Err("a baseline is renewed with a reason: make bench-count-renew REASON=\"…\"".into());
        }
        let found = count(&["stages"])?;
        renew(reason.trim(), &found, before, made_with)?;
        println!("{} has {} stages", baseline_file().display(), found.len());
        return Ok(ExitCode::SUCCESS);
    }
    let before = before.ok_or("there is no baseline: make bench-count-renew REASON=\"…\"")?;
    let known = before.get("made_with").cloned().unwrap_or_default();
    let found = count(&["stages"])?;
    let (bad, better) = compare(&found, before.get("stages").and_then(Value::as_object).ok_or("the baseline has no stages")?);
    if known != made_with {
        println!("not judged: the baseline was made with {known}, this is {made_with}");
        return Ok(ExitCode::SUCCESS);
    }
    if better {
        println!("some stages are more than 3 % better: make bench-count-renew REASON=\"…\" keeps it so");
    }
    for line in &bad {
        eprintln!("more instructions than 3 % above the baseline: {line}");
    }
    if !bad.is_empty() {
        eprintln!("if that is meant: make bench-count-renew REASON=\"…\", and commit benches/instructions.json");
    }
    Ok(if bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// By size, the instructions of each stage.
fn growth(sizes: &[String]) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut found = Vec::new();
    for size in sizes {
        let stages: Map<String, Value> = count(&["stages", size])?.into_iter().map(|(name, is)| (name, is.into())).collect();
        found.push(json!({"items": size.parse::<u64>()?, "instructions": stages}));
    }
    println!("{}", Value::from(found));
    Ok(ExitCode::SUCCESS)
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == "stages") {
        rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
        match words.get(1) {
            None => stages::all()?,
            Some(items) => stages::growing(items.parse()?)?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    if words.first().is_some_and(|word| word == "growth") {
        return growth(&words[1..]);
    }
    check(&words)
}
