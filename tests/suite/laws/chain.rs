//! The audit log: whatever is done to it afterwards is found, but for the loss of its newest entries.

use super::book::books;
use super::cases;
use super::tables::{day, ledger};
use ar_core::audit::{AuditEntry, GENESIS, from_table, verify};
use ar_core::{Part, Policy};
use proptest::prelude::*;
use proptest::sample::Index;

fn changed(text: &str, at: Index, to: char) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = at.index(letters.len());
    letters[at] = if letters[at] == to { '~' } else { to };
    letters.into_iter().collect()
}

/// Does one thing to a log; `false` where it would be no change, or only cut the newest entries off.
fn tamper(log: &mut Vec<AuditEntry>, what: u8, one: Index, other: Index, letter: char) -> bool {
    let (at, to) = (one.index(log.len()), other.index(log.len()));
    let last = log.len() - 1;
    match what {
        0 => log[at].body = changed(&log[at].body, other, letter),
        1 => log[at].kind = changed(&log[at].kind, other, letter),
        2 => log[at].policy_version = changed(&log[at].policy_version, other, letter),
        3 => log[at].model_version = changed(&log[at].model_version, other, letter),
        4 => log[at].previous = changed(&log[at].previous, other, letter),
        5 => log[at].digest = changed(&log[at].digest, other, letter),
        6 => log[at].seq += 1 + to as i64,
        7 if at < last => drop(log.remove(at)),
        8 => log.insert(at, log[to].clone()),
        9 if at != to => log.swap(at, to),
        // A careful forger renews the digest: then the entry behind it no longer follows.
        10 if at < last => {
            log[at].body = changed(&log[at].body, other, letter);
            log[at].digest = log[at].expected_digest();
        }
        // A word moved from one field into the next.
        11 => {
            let moved = log[at].policy_version.split_off(1);
            log[at].model_version.insert_str(0, &moved);
        }
        12 => log[at].kind = format!("{}\n{}", log[at].kind, log[at].policy_version),
        // The oldest entries taken away and the rest chained anew: only their numbers tell.
        13 if at > 0 => {
            log.drain(..at);
            for place in 0..log.len() {
                log[place].previous = place.checked_sub(1).map_or(GENESIS.into(), |before| log[before].digest.clone());
                log[place].digest = log[place].expected_digest();
            }
        }
        _ => return false,
    }
    true
}

proptest! {
    #![proptest_config(cases(150))]

    // Killed by: a field left out of the digest, `previous` not compared, numbers not compared.
    #[test]
    fn tampering_is_found(book in books(), what in 0u8..=13, one in any::<Index>(), other in any::<Index>(), letter in any::<char>()) {
        let report = day(&ledger(&book), &Policy::default());
        prop_assert_eq!(verify(report.audit()), []);
        let mut log = report.audit().to_vec();
        prop_assume!(tamper(&mut log, what, one, other, letter));
        prop_assert_ne!(verify(&log), [], "change {} is not found", what);
    }

    /// The log goes through its table unchanged, has one entry for the inputs and one a decision, in their order.
    #[test]
    fn the_log_holds_every_decision(book in books()) {
        let report = day(&ledger(&book), &Policy::default());
        let log = from_table(&report.part(Part::Audit)).unwrap();
        prop_assert_eq!(&log[..], report.audit());
        prop_assert_eq!(log.len(), report.decisions().len() + 1);
        prop_assert_eq!(&log[0].kind, "inputs");
        for (entry, decision) in log[1..].iter().zip(report.decisions()) {
            let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
            prop_assert_eq!(body["decision_id"].as_str(), Some(decision.id.as_str()));
            prop_assert_eq!(body["mode"].as_str(), Some(decision.mode.name()));
        }
        // What is cut off at the end is not seen: that is why the last digest is kept elsewhere.
        // A log without a single entry is no log.
        let found: Vec<&str> = verify(&log[..log.len() - 1]).iter().map(|found| found.code).collect();
        prop_assert_eq!(found, if log.len() == 1 { vec!["empty"] } else { vec![] });
    }
}
