//! Stages on their own: payment dates and expected cash on plain tables, without a run.

use crate::borrow::{Checked, Place, borrow, day, name};
use crate::error::ErrorHandle;
use crate::guard::guard;
use crate::models::ModelsHandle;
use crate::status::Status;
use crate::stream::stream;
use crate::tables::TablesHandle;
use ar_arrow::FFI_ArrowArrayStream;
use ar_core::report::{Asked, At, forecast_on, wanted_cash};
use ar_core::table::Table;
use ar_core::{Error, Ledger, Watch};
use std::ffi::c_char;

/// Runs `work` on the tables and on those of the past, none if that is NULL.
unsafe fn with_past<R>(tables: *const TablesHandle, history: *const TablesHandle, work: impl FnOnce(&[Table<'_>], &[Table<'_>]) -> Result<R, Error>) -> Checked<R> {
    // SAFETY: checked here; the caller's promise is passed on.
    let (tables, history) = unsafe { (borrow(tables, "tables")?, if history.is_null() { None } else { Some(borrow(history, "history")?) }) };
    Ok(tables.with(|tables| match history {
        Some(history) => history.with(|history| work(tables, &named(history, &["items"]))),
        None => work(tables, &[]),
    })?)
}

/// The tables of these names.
fn named<'t>(tables: &'t [Table<'_>], names: &[&str]) -> Vec<Table<'t>> {
    tables.iter().filter(|table| names.contains(&table.name.as_ref())).map(Table::view).collect()
}

/// What the caller asks about, and when.
struct Ask {
    models: *const ModelsHandle,
    tables: *const TablesHandle,
    history: *const TablesHandle,
    at_days: i32,
    at_column: *const c_char,
}

impl Ask {
    /// Asks, and hands out a table of the answers.
    unsafe fn give(self, make: fn(&Asked) -> Table<'static>, out: *mut FFI_ArrowArrayStream) -> Checked<Status> {
        // SAFETY: checked here; the caller's promise is passed on.
        unsafe {
            let (models, out) = (&borrow(self.models, "models")?.0, Place::new(out, "out")?);
            let at = if self.at_column.is_null() { At::Day(day(self.at_days, "at_days")?) } else { At::Column(name(self.at_column, "at_column")?) };
            let made = with_past(self.tables, self.history, |tables, history| {
                let people = Ledger::try_new(&named(tables, &["customers"]))?;
                let items = named(tables, &["items"]).pop().unwrap_or_else(|| Table::new("items", Vec::new()));
                Ok(make(&Asked::on(&models.pay_time, items, history, &people, at, &Watch::default())?))
            });
            out.fill(stream(made?)?);
            Ok(Status::Ok)
        }
    }
}

/// Predicts when items are paid, as an Arrow C stream of one row an item, in the order of the rows: item_id, p_late, p_late_30, p_default
/// (open 180 days after the due date), expected_on, median_on, the quantiles q025_on, q10_on, q25_on, q75_on, q90_on and q975_on, and
/// reasons (each step from the shipped prior to p_late, in parts per million).
/// `tables`: "items", the items to ask about, each taken as not yet paid; "customers", if there is one, for segments and countries; other
/// tables are not read. `history`: its "items" are the past, settled and other items; it may be the same handle as `tables`, or NULL.
/// Only facts known strictly before a day are used: the day `at_days` (days since 1970-01-01), or, if `at_column` is not NULL, for each
/// item the day in this column of "items" (such as "issued_on", or one of your own). `models`: of ar_models_fit on a ledger of the past,
/// or ar_models_fit_on, for holidays; both need no more than the tables "items" and "customers".
/// `*out` is overwritten without being read; the caller owns the stream and calls its `release`. It outlives all handles.
/// Errors: AR_STATUS_INVALID_TABLES, with every problem (the past is called "history"); AR_STATUS_INVALID_ARGUMENT (the day; no such
/// column, or an item without a day in it); AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_predict(
    models: *const ModelsHandle,
    tables: *const TablesHandle,
    history: *const TablesHandle,
    at_days: i32,
    at_column: *const c_char,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe { guard(error, || Ask { models, tables, history, at_days, at_column }.give(Asked::scores, out)) }
}

/// The whole distributions of what ar_predict predicts, one row an item and day: item_id, offset_days (whole days after the due date,
/// negative before it) and probability, which sums to 1 an item; the largest offset of an item holds all that is later. Arguments, errors
/// and the stream as with ar_predict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_distribution(
    models: *const ModelsHandle,
    tables: *const TablesHandle,
    history: *const TablesHandle,
    at_days: i32,
    at_column: *const c_char,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe { guard(error, || Ask { models, tables, history, at_days, at_column }.give(Asked::distribution, out)) }
}

/// Expected cash of open items, with central bands of 80 % and 95 % that were learned from the book's own past, as an Arrow C stream with
/// the columns of the part "forecast" of a report: on, currency, expected, lo80, hi80, lo95, hi95, line.
/// `tables`: "items" (those issued on `as_of_days` or later, or settled before it, are left out), "customers" and `history` as with
/// ar_predict, and "fx_rates". `as_of_days`: the first day (days since 1970-01-01); only facts known strictly before it are used.
/// `days`: how many days, 1 to 730. `weekly`: not 0 for weeks of seven days instead of days. `currency`: also a line
/// "open_items_converted" of all open items in this ISO 4217 currency, at the newest rates (left out where one is missing); NULL for none.
/// `new_business`: not 0 for a line of what invoices issued from `as_of_days` on may bring in.
/// Errors: as ar_predict; AR_STATUS_INVALID_ARGUMENT (the day, the days, the currency).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_forecast_cash(
    models: *const ModelsHandle,
    tables: *const TablesHandle,
    history: *const TablesHandle,
    as_of_days: i32,
    days: u32,
    weekly: u8,
    currency: *const c_char,
    new_business: u8,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> Status {
    unsafe {
        guard(error, || {
            let (models, out) = (&borrow(models, "models")?.0, Place::new(out, "out")?);
            let as_of = day(as_of_days, "as_of_days")?;
            let currency = if currency.is_null() { None } else { Some(name(currency, "currency")?) };
            let wanted = wanted_cash(days, weekly != 0, currency, new_business != 0)?;
            let made = with_past(tables, history, |tables, history| {
                let people = Ledger::try_new(&named(tables, &["customers"]))?;
                forecast_on(&models.pay_time, &named(tables, &["items", "fx_rates"]), history, &people, as_of, &wanted, &Watch::default())
            });
            out.fill(stream(made?)?);
            Ok(Status::Ok)
        })
    }
}
