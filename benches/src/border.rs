//! `cargo run --release -p ar-benches --no-default-features --features border --bin border -- [items] [customers] [payments] [repeats]`: what it costs to
//! bring a book over the border of C and a report back, by rows, by columns, by Arrow and as JSON, beside the run between them. Seconds of
//! the processor that the one thread had, the least of the repeats; what the host does to make its own arrays is not counted.

use ar_arrow::{ArrowTable, FFI_ArrowArrayStream};
use ar_benches::{busy, large};
use ar_core::table::{Column, Data, Table};
use ar_core_ffi::inputs::*;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::status::Status;
use ar_core_ffi::tables::*;
use ar_core_ffi::words::Part;
use std::collections::BTreeMap;
use std::ffi::{CString, c_char};
use std::ptr;

const AS_OF: i32 = 20_777;

/// The least seconds of each step, in the order in which they were first taken.
#[derive(Default)]
struct Times {
    names: Vec<String>,
    least: BTreeMap<String, f64>,
}

impl Times {
    fn take<T>(&mut self, name: &str, work: impl FnOnce() -> T) -> T {
        let start = busy();
        let out = work();
        let seconds = busy() - start;
        if !self.least.contains_key(name) {
            self.names.push(name.into());
        }
        let least = self.least.entry(name.into()).or_insert(f64::INFINITY);
        *least = least.min(seconds);
        out
    }

    fn of(&self, name: &str) -> f64 {
        self.least.get(name).copied().unwrap_or(0.0)
    }

    fn sum(&self, prefix: &str) -> f64 {
        self.least.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, seconds)| seconds).sum()
    }
}

/// Texts of a column, ended by NUL, one after the other, and where each begins.
type Texts = (Vec<u8>, Vec<*const c_char>);

/// What a host holds: each column in the arrays of C, and the rows in structs.
struct Host {
    tables: Vec<Table<'static>>,
    texts: BTreeMap<(String, String), Texts>,
    customers: Vec<CustomerInput>,
    items: Vec<ItemInput>,
    payments: Vec<PaymentInput>,
}

fn zeroed<T>() -> T {
    // SAFETY: the input structs are pointers and numbers, for all of which zero is a value: "not given".
    unsafe { std::mem::zeroed() }
}

impl Host {
    fn new(tables: Vec<Table<'static>>) -> Self {
        let mut texts = BTreeMap::new();
        for table in &tables {
            for column in table.columns() {
                let Data::Text(values) = &column.data else { continue };
                let (mut bytes, mut starts) = (Vec::new(), Vec::new());
                for row in 0..values.ends.len() {
                    starts.push(bytes.len());
                    bytes.extend_from_slice(values.bytes_of(row));
                    bytes.push(0);
                }
                let first = bytes.as_ptr();
                let pointers = starts.into_iter().map(|start| first.wrapping_add(start).cast()).collect();
                texts.insert((table.name.to_string(), column.name.to_string()), (bytes, pointers));
            }
        }
        let mut host = Self { tables, texts, customers: Vec::new(), items: Vec::new(), payments: Vec::new() };
        host.make_rows();
        host
    }

    fn column(&self, table: &str, column: &str) -> &Column<'static> {
        self.tables.iter().find(|known| known.name == table).and_then(|table| table.columns().iter().find(|known| known.name == column)).unwrap_or_else(|| panic!("no {table}.{column}"))
    }

    fn days(&self, table: &str, column: &str) -> Vec<i32> {
        let column = self.column(table, column);
        let Data::Date(values) = &column.data else { panic!("{} is no day", column.name) };
        (0..values.len()).map(|row| if column.is_valid(row) { values[row] } else { 0 }).collect()
    }

    fn numbers(&self, table: &str, column: &str) -> Vec<i64> {
        let Data::Int(values) = &self.column(table, column).data else { panic!("{column} is no number") };
        values.to_vec()
    }

    fn make_rows(&mut self) {
        let eur = [b'E', b'U', b'R', 0].map(|byte| c_char::from_ne_bytes([byte]));
        let pointers = |column: &str, table: &str| self.texts[&(table.to_owned(), column.to_owned())].1.clone();
        let (ids, segments) = (pointers("customer_id", "customers"), pointers("segment", "customers"));
        let customers = ids.iter().zip(&segments).map(|(id, segment)| CustomerInput { struct_size: size_of::<CustomerInput>(), customer_id: *id, segment: *segment, ..zeroed() }).collect::<Vec<_>>();
        let [id, owner, reference] = ["item_id", "customer_id", "reference"].map(|column| pointers(column, "items"));
        let [issued, due, settled] = ["issued_on", "due_on", "settled_on"].map(|column| self.days("items", column));
        let amounts = self.numbers("items", "amount_minor");
        let items = (0..id.len()).map(|row| ItemInput {
            struct_size: size_of::<ItemInput>(),
            item_id: id[row],
            customer_id: owner[row],
            reference: reference[row],
            amount_minor: amounts[row],
            issued_on: issued[row],
            due_on: due[row],
            settled_on: settled[row],
            currency: eur,
            ..zeroed()
        });
        let items = items.collect();
        let [id, owner, text] = ["payment_id", "customer_id", "text"].map(|column| pointers(column, "payments"));
        let (received, amounts) = (self.days("payments", "received_on"), self.numbers("payments", "amount_minor"));
        let payments = (0..id.len()).map(|row| PaymentInput {
            struct_size: size_of::<PaymentInput>(),
            payment_id: id[row],
            customer_id: owner[row],
            text: text[row],
            amount_minor: amounts[row],
            received_on: received[row],
            currency: eur,
            ..zeroed()
        });
        let payments = payments.collect();
        (self.customers, self.items, self.payments) = (customers, items, payments);
    }

    fn by_rows(&self, tables: *mut TablesHandle) {
        unsafe {
            done(ar_tables_add_customers(tables, self.customers.as_ptr(), self.customers.len(), ptr::null_mut()));
            done(ar_tables_add_items(tables, self.items.as_ptr(), self.items.len(), ptr::null_mut()));
            done(ar_tables_add_payments(tables, self.payments.as_ptr(), self.payments.len(), ptr::null_mut()));
        }
    }

    fn by_columns(&self, tables: *mut TablesHandle) {
        for table in &self.tables {
            let name = CString::new(table.name.as_bytes()).unwrap_or_default();
            for column in table.columns() {
                let (table_name, column_name) = (name.as_ptr(), CString::new(column.name.as_bytes()).unwrap_or_default());
                let (column_name, none) = (column_name.as_ptr(), ptr::null_mut());
                let valid = column.valid.as_deref().map_or(ptr::null(), |valid| valid.as_ptr().cast());
                done(unsafe {
                    match &column.data {
                        Data::Text(values) => {
                            let first = &self.texts[&(table.name.to_string(), column.name.to_string())].1;
                            ar_tables_add_text_column(tables, table_name, column_name, first.as_ptr(), ptr::null(), values.ends.len(), none)
                        }
                        Data::Int(values) => ar_tables_add_int64_column(tables, table_name, column_name, values.as_ptr(), valid, values.len(), none),
                        Data::Date(values) => ar_tables_add_date_column(tables, table_name, column_name, values.as_ptr(), valid, values.len(), none),
                        other => panic!("{other:?} is not a column of this book"),
                    }
                });
            }
        }
    }

    fn streams(&self) -> Vec<(CString, FFI_ArrowArrayStream)> {
        self.tables.iter().map(|table| (CString::new(table.name.as_bytes()).unwrap_or_default(), ar_arrow::stream_from_table(table).unwrap_or_else(|bad| panic!("{bad}")))).collect()
    }
}

fn done(status: Status) {
    assert_eq!(status, Status::Ok);
}

fn add_streams(tables: *mut TablesHandle, streams: &mut [(CString, FFI_ArrowArrayStream)]) {
    for (name, stream) in streams {
        done(unsafe { ar_tables_add_stream(tables, name.as_ptr(), stream, ptr::null_mut()) });
    }
}

/// Fills tables in one way and loads them: the time of each goes by the name of the way. The ledger is the caller's.
fn load(times: &mut Times, way: &str, fill: impl FnOnce(*mut TablesHandle)) -> *mut LedgerHandle {
    let (mut tables, mut ledger) = (ptr::null_mut(), ptr::null_mut());
    unsafe {
        done(ar_tables_new(&mut tables, ptr::null_mut()));
        times.take(&format!("in: {way}"), || fill(tables));
        times.take(&format!("ledger of {way}"), || done(ar_ledger_new(tables, &mut ledger, ptr::null_mut())));
        times.take(&format!("free of {way}"), || ar_tables_free(tables));
    }
    ledger
}

/// Reads every part of a report in every way.
fn read_report(times: &mut Times, report: *const ReportHandle) -> usize {
    let mut moved = 0;
    for part in Part::ALL {
        let mut stream = FFI_ArrowArrayStream::empty();
        times.take(&format!("arrow: {}", part.name()), || {
            done(unsafe { ar_report_stream(report, *part as u16, &mut stream, ptr::null_mut()) });
            // A consumer takes the batches over; what it does with them is its own time.
            let read = ArrowTable::try_from_stream(std::mem::replace(&mut stream, FFI_ArrowArrayStream::empty())).unwrap_or_else(|bad| panic!("{bad}"));
            moved += read.rows();
        });
    }
    macro_rules! rows {
        ($($name:literal $read:ident),*) => {$({
            let (mut rows, mut len) = (ptr::null(), 0);
            times.take(concat!("rows: ", $name), || done(unsafe { $read(report, &mut rows, &mut len) }));
        })*};
    }
    rows!(
        "allocations" ar_report_allocations, "payments" ar_report_payments, "scores" ar_report_scores, "decisions" ar_report_decisions, "worklist" ar_report_worklist,
        "forecast" ar_report_forecast, "aging" ar_report_aging, "kpis" ar_report_kpis, "escalations" ar_report_escalations
    );
    let mut text = ptr::null();
    times.take("json", || done(unsafe { ar_report_json(report, &mut text, ptr::null_mut()) }));
    moved
}

fn main() {
    let mut sizes = std::env::args().skip(1).map(|text| text.parse().unwrap_or(1));
    let (items, customers, payments, repeats) = (sizes.next().unwrap_or(1_000_000), sizes.next().unwrap_or(100_000), sizes.next().unwrap_or(20_000), sizes.next().unwrap_or(3));
    let host = Host::new(large::book(items, customers, payments, 400, AS_OF));
    println!("{items} items of {customers} customers, {} payments", host.payments.len());
    let mut times = Times::default();
    let (mut policy, mut models) = (ptr::null_mut(), ptr::null_mut());
    let mut moved = 0;
    for repeat in 0..repeats {
        let mut streams = host.streams();
        let by_rows = load(&mut times, "rows", |tables| host.by_rows(tables));
        unsafe { ar_ledger_free(by_rows) };
        let by_columns = load(&mut times, "columns", |tables| host.by_columns(tables));
        unsafe { ar_ledger_free(by_columns) };
        let ledger = load(&mut times, "arrow", |tables| add_streams(tables, &mut streams));
        let mut report = ptr::null_mut();
        unsafe {
            if repeat == 0 {
                done(ar_policy_default(&mut policy, ptr::null_mut()));
                times.take("fit", || done(ar_models_fit(ledger, AS_OF, &mut models, ptr::null_mut())));
            }
            times.take("run", || done(ar_run(ledger, policy, models, AS_OF, &mut report, ptr::null_mut())));
            moved = read_report(&mut times, report);
            ar_report_free(report);
            ar_ledger_free(ledger);
        }
    }
    apart(&mut times, &host, repeats);
    print(&times, moved);
    unsafe {
        ar_models_free(models);
        ar_policy_free(policy);
    }
}

/// What of the way out is the engine's, which lays its findings out as tables, and what is the border's, which hands the tables over.
fn apart(times: &mut Times, host: &Host, repeats: u64) {
    let as_of = ar_core::calendar::date_from_days(AS_OF).unwrap_or_default();
    let ledger = ar_core::Ledger::try_new(&host.tables).unwrap_or_else(|bad| panic!("{bad}"));
    let report = ar_core::run(&ledger, &ar_core::Policy::default(), &ar_core::Models::fit(&ledger, as_of), as_of).unwrap_or_else(|bad| panic!("{bad}"));
    let bytes: usize = ar_core::Part::ALL.iter().flat_map(|part| report.part(*part).batches).flat_map(|batch| batch.columns).map(|column| bytes_of(&column.data)).sum();
    println!("{} MB of values out, {} MB of structs in", bytes / 1_000_000, (size_of_val(&host.items[..]) + size_of_val(&host.customers[..]) + size_of_val(&host.payments[..])) / 1_000_000);
    for _ in 0..repeats {
        for part in ar_core::Part::ALL {
            let table = times.take(&format!("laid out: {}", part.name()), || report.part(*part));
            times.take(&format!("handed over: {}", part.name()), || {
                let stream = ar_arrow::into_stream(table).unwrap_or_else(|bad| panic!("{bad}"));
                ArrowTable::try_from_stream(stream).map(|read| read.rows()).unwrap_or_else(|bad| panic!("{bad}"))
            });
        }
    }
}

/// Bytes of the values of a column as Arrow has them.
fn bytes_of(data: &Data<'_>) -> usize {
    match data {
        Data::Text(texts) | Data::TextList(_, texts) | Data::TextLists(_, _, texts) => texts.bytes.len() + texts.ends.len() * 4 + data.rows() * 4,
        // Two numbers, and two words with their offsets.
        Data::Reasons(ends, reasons) => ends.len() * 4 + reasons.iter().map(|reason| 24 + reason.code.name().len() + reason.code.unit().name().len()).sum::<usize>(),
        Data::Decimal(values, _) => values.len() * 16,
        Data::Int(values) | Data::Timestamp(values, _) => values.len() * 8,
        Data::Float(values) => values.len() * 8,
        Data::Date(values) => values.len() * 4,
        Data::Bool(values) => values.len() / 8,
        Data::Null(_) | Data::Cells(_) | Data::Unsupported(..) => 0,
    }
}

fn print(times: &Times, moved: usize) {
    let run = times.of("run");
    let line = |name: &str, seconds: f64| println!("{name:<28} {seconds:>9.4} s {:>7.2} % of run", seconds / run * 100.0);
    times.names.iter().for_each(|name| line(name, times.of(name)));
    println!("{moved} rows out");
    // What a way in costs: to give the tables, and what loading them takes beyond the way that loads fastest.
    let fastest = ["rows", "columns", "arrow"].map(|way| times.of(&format!("ledger of {way}"))).into_iter().fold(f64::INFINITY, f64::min);
    for way in ["rows", "columns", "arrow"] {
        line(&format!("all in by {way}"), times.of(&format!("in: {way}")) + times.of(&format!("free of {way}")) + times.of(&format!("ledger of {way}")) - fastest);
    }
    line("all out by arrow", times.sum("arrow: "));
    line("all out by rows", times.sum("rows: "));
    line("all laid out as tables", times.sum("laid out: "));
    line("all handed over by arrow", times.sum("handed over: "));
    line("json", times.of("json"));
}
