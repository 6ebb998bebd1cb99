//! The Python face: `ar_core._native`. Thin newtypes over `ar-core`; whatever is pure Python lives in `python/ar_core/`.

mod audit;
mod books;
mod cells;
mod conversation;
mod errors;
mod inputs;
mod laboratory;
mod outputs;
mod parts;
mod patience;
mod pay_time;
mod rehearsal;
mod stages;
mod standing;
mod street;

use pyo3::prelude::*;

/// The engine of `ar_core`, compiled. Import `ar_core`, not this module.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::audit::{AuditLog, replay, verify_audit};
    #[pymodule_export]
    use super::books::{Ledger, Models, Policy};
    #[pymodule_export]
    use super::conversation::{check_reading_json, iso_day, item_rows, read_reply_json, verify_notice_json, write_notice_json};
    #[pymodule_export]
    use super::laboratory::simulate;
    #[pymodule_export]
    use super::outputs::Table;
    #[pymodule_export]
    use super::parts::{AskedPart, forecast, rolled, whole};
    #[pymodule_export]
    use super::pay_time::{PayTimeModel, forecast_cash};
    #[pymodule_export]
    use super::rehearsal::{Rehearsal, rehearse};
    #[pymodule_export]
    use super::stages::{MatchResult, match_payments};
    #[pymodule_export]
    use super::standing::{Changed, StandingDay};
    #[pymodule_export]
    use super::street::{Figures, Report, Shadow, figures, reason_text, run};
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        super::errors::register(module)
    }
}
