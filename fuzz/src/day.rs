//! Books that make some sense, so that a day is run on them and its report is read; and stages on their tables alone.

use crate::call::{did, made, streamed};
use crate::report::glance;
use crate::shared::{models, models_or_none, policy};
use crate::taker::{Taker, drawn};
use ar_core::ledger::schema::{ColumnSpec, Kind, TABLES, TableSpec};
use ar_core_ffi::error::ErrorHandle;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::ModelsHandle;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::stages::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::*;
use std::ffi::{CString, c_char};
use std::ptr;

/// A value that a column may well have.
pub(crate) fn value(take: &mut Taker<'_>, column: &ColumnSpec) -> String {
    if take.rarely(32) {
        return String::from_utf8_lossy(take.bytes()).into_owned();
    }
    let number = take.byte();
    match column.kind {
        // The first letter of what is named: customers C, items I, payments P …
        Kind::Id => format!("{}{}", column.name.chars().next().unwrap_or('x').to_ascii_uppercase(), number % 5),
        Kind::Word(words) => (*take.pick(words)).to_owned(),
        Kind::Currency => (*take.pick(&["EUR", "EUR", "EUR", "USD", "JPY", "KWD"])).to_owned(),
        Kind::Amount => match number % 8 {
            0 => format!("{}", i64::from(take.byte()) * 100),
            1 => (*take.pick(&["0", "-5", "0.01", "999999999999.99", "92233720368547758.07"])).to_owned(),
            _ => format!("{}.{:02}", take.byte(), take.byte() % 100),
        },
        Kind::Date => ar_core::calendar::date_from_days(take.day()).map_or(String::new(), |day| day.to_string()),
        Kind::Bool => (*take.pick(&["true", "false"])).to_owned(),
        Kind::Int(least, most) => least.saturating_add(i64::from(number) % (most - least + 1).max(1)).to_string(),
        Kind::Percent | Kind::Rate => format!("{}.{}", number % 110, take.byte() % 10),
        Kind::Probability => format!("0.{number:03}"),
        Kind::TimeZone => (*take.pick(&["Europe/Berlin", "Asia/Tokyo", "UTC"])).to_owned(),
        _ => (*take.pick(&["I1", "invoice I2 and I3", "Acme", "email", "de", "DE", "card", "email;phone", "1,2,3", "x"])).to_owned(),
    }
}

fn add(take: &mut Taker<'_>, tables: *mut TablesHandle, spec: &TableSpec, rows: usize) {
    let table = CString::new(spec.name).unwrap();
    let own_id = spec.columns.first().filter(|column| matches!(column.kind, Kind::Id) && !["allocations", "instalments"].contains(&spec.name));
    for column in spec.columns {
        if !column.required && take.byte().is_multiple_of(2) {
            continue;
        }
        let name = CString::new(column.name).unwrap();
        let own = own_id.is_some_and(|own| own.name == column.name);
        let values: Vec<Option<String>> = (0..rows)
            .map(|row| match own {
                true => Some(format!("{}{row}", column.name.chars().next().unwrap_or('x').to_ascii_uppercase())),
                false if !column.required && take.rarely(4) => None,
                false => Some(value(take, column)),
            })
            .collect();
        let lens: Vec<usize> = values.iter().map(|value| value.as_ref().map_or(0, String::len)).collect();
        let places: Vec<*const c_char> = values.iter().map(|value| value.as_ref().map_or(ptr::null(), |value| value.as_ptr().cast())).collect();
        did(|error| unsafe {
            if matches!(column.kind, Kind::List) {
                let ends: Vec<usize> = (1..=rows).collect();
                ar_tables_add_list_column(tables, table.as_ptr(), name.as_ptr(), places.as_ptr(), lens.as_ptr(), rows, ends.as_ptr(), ptr::null(), rows, error)
            } else {
                ar_tables_add_text_column(tables, table.as_ptr(), name.as_ptr(), places.as_ptr(), lens.as_ptr(), rows, error)
            }
        });
    }
}

type Work = unsafe extern "C" fn(*const LedgerHandle, *const PolicyHandle, *const ModelsHandle, i32, *mut *mut ReportHandle, *mut *mut ErrorHandle) -> Status;

/// Customers of a run for some: mostly those of the books, sometimes none, NULL, an odd place, or too many.
fn run_for(take: &mut Taker<'_>, ledger: *const LedgerHandle, models: *const ModelsHandle, as_of: i32) -> Option<*mut ReportHandle> {
    let ids = [c"C0".as_ptr(), c"C1".as_ptr(), c"C2".as_ptr(), c"C3".as_ptr(), c"nobody".as_ptr(), c"\xff".as_ptr(), c"".as_ptr(), ptr::null()];
    let asked: Box<[*const c_char]> = (0..take.below(5)).map(|_| if take.rarely(8) { *take.pick(&ids) } else { ids[take.below(3)] }).collect();
    let (place, len) = match take.byte() {
        0 => (ptr::null(), asked.len()),
        1 => (asked.as_ptr().cast::<u8>().wrapping_add(1).cast(), asked.len().max(1)),
        2 if !asked.is_empty() => (asked.as_ptr(), *take.pick(&[usize::MAX, usize::MAX / 2, usize::MAX / 8, 4_000_000_001])),
        _ => (asked.as_ptr(), asked.len()),
    };
    made(|out, error| unsafe { ar_run_for(ledger, policy(), models, as_of, place, len, out, error) })
}

/// Payment dates and cash on the tables alone.
fn stages(take: &mut Taker<'_>, tables: *const TablesHandle, as_of: i32) {
    let column = take.name(&["issued_on", "due_on", "settled_on", "x_day", "amount", ""]);
    let column = if take.rarely(2) { take.address(&column) } else { ptr::null() };
    let history = *take.pick(&[tables, ptr::null(), ptr::without_provenance(0x1001)]);
    let currency = take.name(&["EUR", "JPY", "QQQ", ""]);
    let currency = if take.rarely(2) { currency.as_ptr() } else { ptr::null() };
    let days = *take.pick(&[1, 7, 30, 30, 90, 0, 730, 731, u32::MAX]);
    let (weekly, fresh) = (take.byte() % 3, take.byte() % 3);
    streamed(|[out], error| unsafe {
        match take.byte() % 3 {
            0 => ar_predict(models(), tables, history, as_of, column, out, error),
            1 => ar_distribution(models(), tables, history, as_of, column, out, error),
            _ => ar_forecast_cash(models(), tables, history, as_of, days, weekly, currency, fresh, out, error),
        }
    });
}

/// Bytes as a book and a day: what is asked of them says the first byte.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    let (what, which, as_of) = (take.byte(), take.byte(), take.day());
    unsafe {
        let tables = made(|out, error| ar_tables_new(out, error)).unwrap();
        for (at, spec) in TABLES.iter().enumerate() {
            if at < 2 || take.byte() % 4 == 0 {
                let rows = take.below(6);
                add(&mut take, tables, spec, rows);
            }
        }
        if what % 8 == 7 && drawn(data, 4) {
            stages(&mut take, tables, as_of);
        }
        if let Some(ledger) = made(|out, error| ar_ledger_new(tables, out, error)) {
            let models = models_or_none(drawn(data, 63));
            let work = |work: Work| made(|out, error| work(ledger, policy(), models, as_of, out, error));
            let report = match what % 8 {
                _ if !drawn(data, 4) => None,
                0 => work(ar_run),
                1 | 2 => work(ar_match_payments),
                3 | 4 => work(ar_collect),
                5 => run_for(&mut take, ledger, models, as_of),
                _ => None,
            };
            if let Some(report) = report {
                glance(report, which);
                ar_report_free(report);
            }
            streamed(|[out], error| ar_ledger_statement(ledger, c"C1".as_ptr(), i32::MIN, as_of, out, error));
            streamed(|[aging, kpis], error| ar_figures(ledger, policy(), as_of, aging, kpis, error));
            ar_ledger_free(ledger);
        }
        ar_tables_free(tables);
    }
}
