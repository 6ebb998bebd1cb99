//! The corpus: lines `intents | codes | human | text`, the language in the first two letters of the file's name; and the list of concepts.

use ar_core::conversation::locale::Language;
use ar_core::conversation::read::concepts::entry_hash;
use ar_core::conversation::read::model::{CODES_FROM, HUMAN_FROM, OUTPUTS};
use ar_core::conversation::read::{DisputeCode, HumanReason, Intent};
use std::path::Path;

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    pub language: Language,
    pub intents: Vec<Intent>,
    pub labels: [bool; OUTPUTS],
    pub text: String,
}

pub fn read(folder: &Path) -> Vec<Line> {
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("no corpus").map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "txt")).collect();
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let language = Language::from_name(&name[..2]).unwrap_or_else(|| panic!("{name}: no language"));
        for (at, line) in std::fs::read_to_string(&file).unwrap().lines().enumerate() {
            if !line.trim().is_empty() && !line.starts_with('#') {
                lines.push(parse(line, language).unwrap_or_else(|| panic!("{name}:{}: {line}", at + 1)));
            }
        }
    }
    lines
}

fn parse(line: &str, language: Language) -> Option<Line> {
    let parts: Vec<&str> = line.splitn(4, '|').map(str::trim).collect();
    let [intents, codes, human, text] = parts.as_slice() else { return None };
    let names = |cell: &str| cell.split(',').map(|name| name.trim().to_string()).filter(|name| !name.is_empty()).collect::<Vec<_>>();
    let intents: Vec<Intent> = names(intents).iter().map(|name| Intent::from_name(name)).collect::<Option<_>>()?;
    let mut labels = [false; OUTPUTS];
    intents.iter().for_each(|intent| labels[*intent as usize] = true);
    for name in names(codes) {
        labels[CODES_FROM + DisputeCode::from_name(&name)? as usize] = true;
    }
    for name in names(human) {
        labels[HUMAN_FROM + HumanReason::from_name(&name)? as usize] = true;
    }
    Some(Line { language, intents, labels, text: text.replace(" / ", "\n") })
}

/// The slots of the list of concepts.
pub fn concepts(file: &Path) -> Vec<u8> {
    let text = std::fs::read_to_string(file).expect("no concepts");
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).collect();
    let mut entries: Vec<(u32, u8)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        for word in row.split_whitespace().skip(1).filter(|word| word.matches('_').count() < 2) {
            let entry = (entry_hash(word), u8::try_from(at + 1).expect("too many concepts"));
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
    }
    let count = (entries.len() * 2).next_power_of_two();
    let mut slots = vec![0u8; count * 5];
    for (hash, concept) in entries {
        let mut at = hash as usize & (count - 1);
        while slots[at * 5 + 4] != 0 {
            at = (at + 1) & (count - 1);
        }
        slots[at * 5..at * 5 + 4].copy_from_slice(&hash.to_le_bytes());
        slots[at * 5 + 4] = concept;
    }
    slots
}
