//! Bytes as models: what is read is written, and predicts a day.

use crate::call::{made, told};
use crate::report::glance;
use crate::shared::{DAY, ledger, models_json, policy};
use crate::taker::{Taker, drawn};
use ar_core_ffi::models::*;
use ar_core_ffi::report::*;

/// A document of models: as it comes, or a good one with changes. A day is run by a few of those that are read.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    let (form, which) = (take.byte(), take.byte());
    let document = if form % 4 == 0 { take.rest().to_vec() } else { take.edited(models_json().as_bytes()) };
    let Some(models) = made(|out, error| unsafe { ar_models_from_json(document.as_ptr().cast(), document.len(), out, error) }) else { return };
    unsafe {
        let json = told(|text, len, error| ar_models_to_json(models, text, len, error)).unwrap();
        let again = made(|out, error| ar_models_from_json(json.as_ptr().cast(), json.len(), out, error)).expect("models that are written cannot be read");
        let digest = |models| told(|text, len, error| ar_models_digest(models, text, len, error));
        assert_eq!(digest(again), digest(models));
        if drawn(data, 16)
            && let Some(report) = made(|out, error| ar_run(ledger(), policy(), models, DAY, out, error))
        {
            glance(report, which);
            ar_report_free(report);
        }
        ar_models_free(again);
        ar_models_free(models);
    }
}
