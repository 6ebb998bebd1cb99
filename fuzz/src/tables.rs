//! Columns of every kind, with pointers that are NULL or odd, lengths that do not agree, and bytes that are no text.

use crate::call::{did, judged, made};
use crate::taker::Taker;
use ar_core::ledger::schema::TABLES;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::tables::*;
use std::ffi::c_char;
use std::ptr;

/// An array on the heap, just as long as it is said, as it may come: it, NULL, or an odd address inside of it.
fn place<T>(take: &mut Taker<'_>, values: &[T]) -> *const T {
    match take.byte() {
        0..=3 => ptr::null(),
        4..=6 if !values.is_empty() && align_of::<T>() > 1 => values.as_ptr().cast::<u8>().wrapping_add(1).cast(),
        _ => values.as_ptr(),
    }
}

/// A length: mostly that of the array, else one that no memory has, or nothing.
fn length(take: &mut Taker<'_>, len: usize) -> usize {
    match take.byte() {
        0..=1 => usize::MAX,
        2 => usize::MAX / 2,
        3 => 0,
        4..=9 => len.min(take.below(len + 1)),
        _ => len,
    }
}

fn flags(take: &mut Taker<'_>, len: usize) -> Option<Box<[u8]>> {
    take.rarely(2).then(|| (0..len).map(|_| take.byte() % 3).collect())
}

fn cells(take: &mut Taker<'_>, len: usize) -> Vec<Option<Box<[u8]>>> {
    let words: [&[u8]; 10] = [b"C1", b"I1", b"EUR", b"10.00", b"2026-11-20", b"true", b"", b"\xff\xfe", b"1e9", b"a\0b"];
    (0..len)
        .map(|_| {
            if take.rarely(8) {
                None
            } else if take.rarely(4) {
                Some(take.bytes().into())
            } else {
                Some((*take.pick(&words)).into())
            }
        })
        .collect()
}

/// Where each text is, and how long it is.
fn places(cells: &[Option<Box<[u8]>>]) -> (Vec<*const c_char>, Vec<usize>) {
    cells.iter().map(|cell| cell.as_ref().map_or((ptr::null(), 7), |cell| (cell.as_ptr().cast(), cell.len()))).unzip()
}

/// A column of any kind: of this table, or of any.
pub(crate) fn column(take: &mut Taker<'_>, tables: *mut TablesHandle, of: Option<&str>) {
    let spec = of.and_then(|of| TABLES.iter().find(|table| table.name == of)).unwrap_or_else(|| take.pick(TABLES));
    let names: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
    let (table, name) = (take.name(&[spec.name]), take.name(&names));
    let (t, c) = (take.address(&table), take.address(&name));
    let tables = if take.rarely(64) { ptr::null_mut() } else { tables };
    let (kind, len) = (take.below(6), take.below(5));
    let valid = flags(take, len);
    let valid = valid.as_deref().map_or(ptr::null(), <[u8]>::as_ptr);
    did(|error| unsafe {
        match kind {
            0 => {
                let values: Box<[i64]> = (0..len).map(|_| take.number()).collect();
                ar_tables_add_int64_column(tables, t, c, place(take, &values), valid, length(take, len), error)
            }
            1 => {
                let values: Box<[f64]> = (0..len).map(|_| if take.rarely(3) { f64::from_bits(take.wide() as u64) } else { take.number() as f64 / 100.0 }).collect();
                ar_tables_add_double_column(tables, t, c, place(take, &values), valid, length(take, len), error)
            }
            2 => {
                let values: Box<[i32]> = (0..len).map(|_| take.day()).collect();
                ar_tables_add_date_column(tables, t, c, place(take, &values), valid, length(take, len), error)
            }
            3 => {
                let values: Box<[u8]> = (0..len).map(|_| take.byte()).collect();
                ar_tables_add_bool_column(tables, t, c, place(take, &values), valid, length(take, len), error)
            }
            4 => {
                let cells = cells(take, len);
                let (values, lens) = places(&cells);
                ar_tables_add_text_column(tables, t, c, place(take, &values), lens.as_ptr(), length(take, len), error)
            }
            _ => {
                let texts = take.below(8);
                let cells = cells(take, texts);
                let (values, lens) = places(&cells);
                let mut end = 0;
                let ends: Vec<usize> = (0..len)
                    .map(|_| {
                        end += take.below(4);
                        if take.rarely(16) { take.number() as usize } else { end }
                    })
                    .collect();
                ar_tables_add_list_column(tables, t, c, place(take, &values), lens.as_ptr(), length(take, texts), place(take, &ends), valid, length(take, len), error)
            }
        }
    });
}

/// Some columns, then a ledger, and models on the tables.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    unsafe {
        let tables = made(|out, error| ar_tables_new(out, error)).unwrap();
        while !take.is_over() {
            column(&mut take, tables, None);
        }
        let (mut out, mut error) = (ptr::null_mut::<LedgerHandle>(), ptr::null_mut());
        judged(ar_ledger_new(tables, ptr::null_mut(), &mut error), error);
        error = ptr::null_mut();
        judged(ar_ledger_new(tables, (&raw mut out).cast::<u8>().wrapping_add(1).cast(), &mut error), error);
        if let Some(ledger) = made(|out, error| ar_ledger_new(tables, out, error)) {
            if let Some(models) = made(|out, error| ar_models_fit_on(ledger, 20_777, tables, out, error)) {
                ar_models_free(models);
            }
            ar_ledger_free(ledger);
        }
        ar_tables_free(tables);
    }
}
