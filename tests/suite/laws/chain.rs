//! The audit log of a run: one entry for its inputs, one for each decision, and each says the decision.

use super::book::books;
use super::cases;
use super::tables::{day, ledger};
use ar_core::audit::{AuditLog, Head, from_table, verify, verify_to};
use ar_core::{Part, Policy};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(150))]

    /// The log goes through its table unchanged, has one entry for the inputs and one a decision, in their order. Bodies are JSON with
    /// sorted keys and nothing that could be written otherwise.
    #[test]
    fn the_log_holds_every_decision(book in books()) {
        let report = day(&ledger(&book), &Policy::default());
        let log = from_table(&report.part(Part::Audit), Head::default()).unwrap();
        prop_assert_eq!(log.iter().collect::<Vec<_>>(), report.audit().iter().collect::<Vec<_>>());
        prop_assert_eq!(verify(&log), []);
        prop_assert_eq!(log.len(), report.decisions().len() + 1);
        prop_assert_eq!(log.get(0).unwrap().kind, "inputs");
        for entry in log.iter() {
            let body: serde_json::Value = serde_json::from_str(entry.body).unwrap();
            prop_assert_eq!(body.to_string(), entry.body);
        }
        for (entry, decision) in log.iter().skip(1).zip(report.decisions()) {
            let body: serde_json::Value = serde_json::from_str(entry.body).unwrap();
            prop_assert_eq!(body["decision_id"].as_str(), Some(decision.id.as_str()));
            prop_assert_eq!(body["mode"].as_str(), Some(decision.mode.name()));
        }
        // What is cut off at the end is not seen: that is why the head is kept elsewhere.
        let mut cut = AuditLog::default();
        log.iter().take(log.len() - 1).for_each(|entry| cut.push(&entry));
        // A log without a single entry is no log.
        let found: Vec<&str> = verify(&cut).iter().map(|found| found.code).collect();
        prop_assert_eq!(found, if log.len() == 1 { vec!["empty"] } else { vec![] });
        prop_assert!(verify_to(&cut, &log.head()).iter().any(|found| found.code == "cut_off"));
        prop_assert_eq!(verify_to(&log, &cut.head()), []);
    }
}
