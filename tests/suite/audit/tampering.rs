//! Whatever is done to a log is found: ten thousand things done to a log of several days, and its head kept.

use super::days::{Days, chain_anew};
use ar_core::audit::{AuditEntry, AuditLog, verify, verify_to};
use std::collections::BTreeMap;

/// An entry that can be changed.
#[derive(Clone, PartialEq)]
struct Row {
    seq: i64,
    texts: [String; 6],
}

impl Row {
    fn of(entry: AuditEntry<'_>) -> Self {
        Self { seq: entry.seq, texts: [entry.previous, entry.digest, entry.kind, entry.policy_version, entry.model_version, entry.body].map(String::from) }
    }

    fn entry(&self) -> AuditEntry<'_> {
        let [previous, digest, kind, policy_version, model_version, body] = self.texts.each_ref().map(String::as_str);
        AuditEntry { seq: self.seq, previous, digest, kind, policy_version, model_version, body }
    }

    fn renew(&mut self) {
        self.texts[1] = self.entry().expected_digest();
    }
}

/// A small generator: the same tamperings every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % most.max(1) as u64) as usize
    }
}

const WAYS: [&str; 14] = [
    "a byte changed",
    "a character put in",
    "a character taken out",
    "the number changed",
    "an entry removed",
    "a copy put in again",
    "an entry of the runner-up put in",
    "two swapped",
    "the newest cut off",
    "the oldest cut off",
    "a change with its digest renewed",
    "a word moved to the next field",
    "a line feed moved between fields",
    "the oldest cut off and all chained anew",
];

/// Does one thing; `false` where it would be no change.
fn tamper(log: &mut Vec<Row>, way: usize, dice: &mut Dice) -> bool {
    let before = log.clone();
    let (at, to, field) = (dice.below(log.len()), dice.below(log.len()), dice.below(6));
    match way {
        0..=2 | 10 => {
            let text = &mut log[at].texts[field];
            let mut letters: Vec<char> = text.chars().collect();
            let place = dice.below(letters.len() + usize::from(way == 1));
            let letter = ['0', '1', 'a', '"', ' ', '\n', 'ß', '~'][dice.below(8)];
            match way {
                1 => letters.insert(place, letter),
                2 if letters.is_empty() => return false,
                2 => drop(letters.remove(place)),
                _ if letters.is_empty() => return false,
                _ => letters[place] = letter,
            }
            *text = letters.into_iter().collect();
            if way == 10 && field != 1 {
                log[at].renew();
            }
        }
        3 => log[at].seq += dice.below(9) as i64 - 4,
        4 => drop(log.remove(at)),
        5 => log.insert(to, before[at].clone()),
        6 => log[at] = before[to].clone(),
        7 => log.swap(at, to),
        8 => log.truncate(at),
        9 => drop(log.drain(..=at)),
        11 | 12 => {
            let from = 2 + dice.below(3);
            let cut = log[at].texts[from].char_indices().nth(dice.below(log[at].texts[from].len())).map_or(0, |(cut, _)| cut);
            let moved = log[at].texts[from].split_off(cut);
            let join = if way == 12 { "\n" } else { "" };
            log[at].texts[from + 1] = format!("{moved}{join}{}", log[at].texts[from + 1]);
        }
        _ => {
            let entries: Vec<(&str, &str, &str, String)> = before[at..].iter().map(|row| (row.texts[2].as_str(), row.texts[3].as_str(), row.texts[4].as_str(), row.texts[5].clone())).collect();
            let mut anew = AuditLog::default();
            chain_anew(&mut anew, &entries);
            *log = anew.iter().map(Row::of).collect();
        }
    }
    *log != before
}

#[test]
fn ten_thousand_tamperings_are_found() {
    let days = Days::live(2);
    let head = days.log.head();
    assert_eq!(verify_to(&days.log, &head), []);
    // The last two runs are a log of several hundred entries; the chain of the days before is its head.
    let rows: Vec<Row> = days.log.iter().map(Row::of).collect();
    let (mut dice, mut done) = (Dice(1), 0);
    let mut ways: BTreeMap<&str, usize> = BTreeMap::new();
    while done < 10_000 {
        let way = dice.below(WAYS.len());
        let mut log = rows.clone();
        if !tamper(&mut log, way, &mut dice) {
            continue;
        }
        done += 1;
        *ways.entry(WAYS[way]).or_default() += 1;
        let mut tampered = AuditLog::default();
        log.iter().for_each(|row| tampered.push(&row.entry()));
        assert!(!verify_to(&tampered, &head).is_empty(), "not found: {}", WAYS[way]);
        // Without a kept head only what leaves a beginning of the log, or a log of its own, is not seen; and the newest entry, with its
        // digest renewed.
        let needs_head = matches!(way, 8 | 13) || (way == 4 && log[..] == rows[..log.len()]) || (way == 10 && log.last() != rows.last());
        assert!(needs_head || !verify(&tampered).is_empty(), "not found without a head: {}", WAYS[way]);
    }
    assert!(ways.len() == WAYS.len() && ways.values().all(|count| *count > 300), "{ways:?}");
}

/// Two entries never have the same bytes: what could be read in two ways is refused, though its digest is right.
#[test]
fn a_line_feed_in_a_field_is_refused() {
    let one = Row { seq: 0, texts: [ar_core::audit::GENESIS.into(), String::new(), "decision".into(), "v1".into(), "m".into(), "a\nb".into()] };
    let mut other = one.clone();
    other.texts[2..].clone_from_slice(&["decision\nv1".into(), "m".into(), "a".into(), "b".into()]);
    assert_eq!(one.entry().expected_digest(), other.entry().expected_digest());
    for mut row in [one, other] {
        row.renew();
        let mut log = AuditLog::default();
        log.push(&row.entry());
        assert_eq!(verify(&log).iter().map(|found| found.code).collect::<Vec<_>>(), ["line_feed"]);
    }
}
