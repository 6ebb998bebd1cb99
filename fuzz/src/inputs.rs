//! Rows in: structs of every table with wrong sizes, odd addresses, texts of all kinds and numbers from the ends of their ranges.

use crate::call::{did, made, streamed};
use crate::day::value;
use crate::report::glance;
use crate::saved::kept;
use crate::shared::{models, policy};
use crate::taker::{Taker, drawn};
use ar_core::ledger::schema::{ColumnSpec, TABLES};
use ar_core_ffi::error::ErrorHandle;
use ar_core_ffi::inputs::fields::{Field, Form, Given, Layout};
use ar_core_ffi::inputs::*;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::report::*;
use ar_core_ffi::stages::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::*;
use std::ffi::{CString, c_char, c_void};
use std::ptr;

/// The exports, whatever struct they take: what is behind the address is made by hand here.
type Add = unsafe extern "C" fn(*mut TablesHandle, *const c_void, usize, *mut *mut ErrorHandle) -> Status;

macro_rules! exports {
    ($($name:ident)*) => {
        // SAFETY: they are alike but for what the second argument points to.
        [$(unsafe { std::mem::transmute::<*const (), Add>($name as *const ()) }),*]
    };
}

/// In the order of [`INPUTS`].
fn exports() -> [Add; 15] {
    exports! {
        ar_tables_add_customers ar_tables_add_items ar_tables_add_payments ar_tables_add_remittances ar_tables_add_allocations
        ar_tables_add_promises ar_tables_add_disputes ar_tables_add_plans ar_tables_add_instalments ar_tables_add_notices
        ar_tables_add_replies ar_tables_add_signals ar_tables_add_fx_rates ar_tables_add_pay_times ar_tables_add_holidays
    }
}

/// Rows, just as long as they are said to be, and what they point to.
struct Rows {
    memory: Box<[u64]>,
    texts: Vec<CString>,
    lists: Vec<Box<[*const c_char]>>,
}

impl Rows {
    fn put<T>(&mut self, at: usize, value: T) {
        assert!(at + size_of::<T>() <= self.memory.len() * 8);
        // SAFETY: inside of the memory, as was just looked at.
        unsafe { self.memory.as_mut_ptr().cast::<u8>().add(at).cast::<T>().write_unaligned(value) }
    }

    fn text(&mut self, text: Vec<u8>) -> *const c_char {
        let text = CString::new(text.into_iter().take_while(|byte| *byte != 0).collect::<Vec<u8>>()).unwrap();
        let place = text.as_ptr();
        self.texts.push(text);
        place
    }
}

/// How wild rows are: of calm ones a ledger may come out.
struct Maker<'m, 'd> {
    take: &'m mut Taker<'d>,
    calm: bool,
}

impl Maker<'_, '_> {
    fn wild(&mut self, times: u8) -> bool {
        !self.calm && self.take.rarely(times)
    }

    fn text(&mut self, rows: &mut Rows, field: &Field, spec: Option<&ColumnSpec>, row: usize) -> *const c_char {
        let own = field.at == size_of::<usize>() && field.column.ends_with("_id") && spec.is_some_and(|spec| spec.required);
        if self.wild(16) {
            let long = *self.take.pick(&[300, 5_000, 70_000]);
            return match self.take.byte() % 4 {
                0 => rows.text(vec![b'x'; long]),
                1 => rows.text(vec![]),
                _ => rows.text(self.take.bytes().to_vec()),
            };
        }
        if own {
            let letter = field.column.chars().next().unwrap_or('x').to_ascii_uppercase();
            return rows.text(format!("{letter}{row}").into_bytes());
        }
        let given = spec.is_some_and(|spec| spec.required) || self.take.rarely(2);
        match spec {
            Some(spec) if given => rows.text(value(self.take, spec).into_bytes()),
            _ => ptr::null(),
        }
    }

    fn list(&mut self, rows: &mut Rows, at: usize, len_at: usize) {
        let len = self.take.below(4);
        let words = ["I1", "I2", "email", "phone", "DE02120300000000202051", ""];
        let list: Box<[*const c_char]> = (0..len).map(|_| if self.take.rarely(8) { ptr::null() } else { rows.text(self.take.pick(&words).as_bytes().to_vec()) }).collect();
        let place = match self.take.byte() {
            0 if !self.calm => ptr::null(),
            1 if !self.calm => list.as_ptr().cast::<u8>().wrapping_add(1).cast(),
            _ if len == 0 && self.take.rarely(2) => ptr::null(),
            _ => list.as_ptr(),
        };
        let said = if self.wild(64) { *self.take.pick(&[usize::MAX, usize::MAX / 2, usize::MAX / 8, 4_000_000_001]) } else { len };
        rows.put(at, place);
        rows.put(len_at, said);
        rows.lists.push(list);
    }

    /// A member of the row that begins at `start`.
    fn member(&mut self, rows: &mut Rows, layout: &Layout, field: &Field, start: usize, row: usize) {
        let spec = TABLES.iter().find(|table| table.name == layout.table).and_then(|table| table.columns.iter().find(|column| column.name == field.column));
        let at = start + field.at;
        match field.form {
            Form::Text => {
                let text = self.text(rows, field, spec, row);
                rows.put(at, text);
            }
            Form::List => self.list(rows, at, start + field.len_at),
            Form::Currency => {
                let known: &[&[u8; 4]] = if self.calm { &[b"EUR\0"] } else { &[b"EUR\0", b"EUR\0", b"JPY\0", b"KWD\0", b"EURO", b"\0\0\0\0", b"E\0R\0", b"\xff\xfe\xfd\xfc"] };
                let code = **self.take.pick(known);
                rows.put(at, code);
            }
            Form::Int64 => {
                let value = if self.wild(4) { self.take.number() } else { 1 + i64::from(self.take.byte()) * 100 };
                rows.put(at, value);
            }
            Form::Int32 => {
                let value = if self.wild(4) { self.take.number() as i32 } else { i32::from(self.take.byte() % 4) };
                rows.put(at, value);
            }
            Form::Days => {
                let day = if self.calm { 20_700 + i32::from(field.column == "due_on") * 100 + i32::from(self.take.byte() % 60) } else { self.take.day() };
                let given = matches!(spec, Some(spec) if spec.required) || !self.calm && self.take.rarely(2);
                rows.put(at, if given { day } else { 0 });
            }
            Form::Flag => rows.put(at, if self.calm { u8::from(self.take.rarely(8)) } else { self.take.byte() % 3 }),
            Form::Double => {
                let value = if self.wild(4) { f64::from_bits(self.take.wide() as u64) } else { f64::from(self.take.byte()) / 256.0 };
                rows.put(at, value);
            }
        }
        if let Given::Said(beside) = field.given {
            let said = self.take.byte() % 3;
            rows.put(start + beside, said);
        }
    }

    /// How large the rows say that they are.
    fn stride(&mut self, size: usize) -> usize {
        match self.take.byte() {
            0 if !self.calm => *self.take.pick(&[0, 1, 4, 8, size - 8, size - 1, size + 4, 4_104, usize::MAX, usize::MAX - 7, 1 << 32]),
            1 => *self.take.pick(&[size + 8, size + 64, 4_096]),
            _ => size,
        }
    }

    fn rows(&mut self, layout: &Layout, stride: usize, len: usize) -> Rows {
        let whole = (layout.first_size..=4_096).contains(&stride) && stride.is_multiple_of(8);
        let room = if whole { stride * len } else { stride.clamp(8, 4_096) };
        // What is not a member, padding and what is behind the members that the library knows, is whatever stood there.
        let fill = u64::from(self.take.byte()) * 0x0101_0101_0101_0101;
        let mut rows = Rows { memory: vec![fill; room.div_ceil(8)].into(), texts: Vec::new(), lists: Vec::new() };
        if !whole {
            rows.put(0, stride);
            return rows;
        }
        for row in 0..len {
            for field in layout.fields {
                self.member(&mut rows, layout, field, row * stride, row);
            }
            let said = if self.wild(64) { self.take.number() as usize } else { stride };
            rows.put(row * stride, if row == 0 { stride } else { said });
        }
        rows
    }

    /// Rows of a table, as they may come.
    fn add(&mut self, tables: *mut TablesHandle, layout: &Layout, add: Add, len: usize) -> bool {
        let stride = self.stride(layout.size);
        let rows = self.rows(layout, stride, len);
        let base: *const c_void = rows.memory.as_ptr().cast();
        let (place, said) = match self.take.byte() {
            _ if self.calm => (base, len),
            0 => (ptr::null(), len),
            1 => (base.wrapping_byte_add(1 + self.take.below(7)), len.max(1)),
            2 if len > 0 => (base, *self.take.pick(&[usize::MAX, usize::MAX / 2, usize::MAX / 512, 1 << 40, 4_000_000_001])),
            3 => (base, 0),
            _ => (base, len),
        };
        let tables = if self.wild(64) { *self.take.pick(&[ptr::null_mut(), ptr::without_provenance_mut(0x1001)]) } else { tables };
        did(|error| unsafe { add(tables, place, said, error) })
    }
}

/// Rows of some tables, with columns between them; then a ledger, and models on the tables.
pub fn feed(data: &[u8]) {
    let mut take = Taker(data);
    let (calm, mixed, run, which) = (take.byte() % 2 == 0, take.rarely(4), drawn(data, 16), take.byte());
    unsafe {
        let tables = made(|out, error| ar_tables_new(out, error)).unwrap();
        for (at, (layout, add)) in INPUTS.iter().zip(exports()).enumerate() {
            let wanted = at < 2 || take.byte() % 4 == 0;
            let times = if wanted { 1 + usize::from(!calm && take.rarely(8)) } else { 0 };
            for _ in 0..times {
                let len = if take.rarely(64) { 120 + take.below(150) } else { take.below(6) };
                let mut maker = Maker { take: &mut take, calm };
                let added = maker.add(tables, layout, add, len);
                assert!(added || !calm || mixed, "good rows are refused");
            }
            if mixed && take.rarely(4) {
                crate::tables::column(&mut take, tables, Some(layout.table));
            }
        }
        if let Some(ledger) = made(|out, error| ar_ledger_new(tables, out, error)) {
            kept(ledger);
            let as_of = take.day();
            if run && let Some(report) = made(|out, error| ar_collect(ledger, policy(), models(), as_of, out, error)) {
                glance(report, which);
                ar_report_free(report);
            }
            if drawn(data, 15)
                && let Some(models) = made(|out, error| ar_models_fit_on(ledger, as_of, tables, out, error))
            {
                ar_models_free(models);
            }
            ar_ledger_free(ledger);
        }
        if drawn(data, 17) {
            streamed(|[out], error| ar_predict(models(), tables, tables, 20_777, ptr::null(), out, error));
        }
        ar_tables_free(tables);
    }
}
