//! Bytes as models: what is read is written, and predicts a day.

use crate::call::{book, default_policy, made, told};
use crate::day::read_report;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;

/// A document of models.
pub fn feed(document: &[u8]) {
    let Some(models) = made(|out, error| unsafe { ar_models_from_json(document.as_ptr().cast(), document.len(), out, error) }) else { return };
    unsafe {
        let json = told(|text, len, error| ar_models_to_json(models, text, len, error)).unwrap();
        let again = made(|out, error| ar_models_from_json(json.as_ptr().cast(), json.len(), out, error)).expect("models that are written cannot be read");
        let digest = |models| told(|text, len, error| ar_models_digest(models, text, len, error));
        assert_eq!(digest(again), digest(models));
        let (ledger, policy) = (book(), default_policy());
        if let Some(report) = made(|out, error| ar_run(ledger, policy, models, 20_777, out, error)) {
            read_report(report);
            ar_report_free(report);
        }
        ar_policy_free(policy);
        ar_ledger_free(ledger);
        ar_models_free(again);
        ar_models_free(models);
    }
}
