//! Arrow streams of a producer that lies where a consumer can see it: contents of buffers, counts, formats, missing pointers, errors.
//! Each buffer is as long as its array says, as the interface cannot tell how long it is: that is the producer's promise.

use crate::call::{judged, made};
use crate::taker::Taker;
use ar_core::ledger::schema::TABLES;
use ar_core_ffi::ledger::*;
use ar_core_ffi::tables::*;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;

#[repr(C)]
struct Schema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut Schema,
    dictionary: *mut Schema,
    release: Option<unsafe extern "C" fn(*mut Schema)>,
    private_data: *mut c_void,
}

#[repr(C)]
struct Array {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut Array,
    dictionary: *mut Array,
    release: Option<unsafe extern "C" fn(*mut Array)>,
    private_data: *mut c_void,
}

#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Stream, *mut Schema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Stream, *mut Array) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Stream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Stream)>,
    private_data: *mut c_void,
}

/// What a struct owns: freed by its release.
#[derive(Default)]
struct Owned {
    texts: Vec<CString>,
    buffers: Vec<Box<[u64]>>,
    places: Vec<*const c_void>,
    schemas: Vec<*mut Schema>,
    arrays: Vec<*mut Array>,
}

unsafe extern "C" fn release_schema(schema: *mut Schema) {
    unsafe {
        let owned = Box::from_raw((*schema).private_data.cast::<Owned>());
        for child in &owned.schemas {
            if let Some(release) = (**child).release {
                release(*child);
            }
            drop(Box::from_raw(*child));
        }
        (*schema).release = None;
    }
}

unsafe extern "C" fn release_array(array: *mut Array) {
    unsafe {
        let owned = Box::from_raw((*array).private_data.cast::<Owned>());
        for child in &owned.arrays {
            if let Some(release) = (**child).release {
                release(*child);
            }
            drop(Box::from_raw(*child));
        }
        (*array).release = None;
    }
}

/// A field as the fuzzer chose it: what the schema says, and how its arrays are made.
struct Field {
    format: &'static str,
    name: CString,
    inner: Option<Box<Field>>,
    index: Option<Box<Field>>,
}

const FORMATS: [&str; 30] = [
    "u",
    "U",
    "vu",
    "l",
    "i",
    "s",
    "c",
    "L",
    "I",
    "g",
    "f",
    "b",
    "n",
    "tdD",
    "tdm",
    "tss:UTC",
    "tsu:",
    "tsn:Europe/Berlin",
    "d:19,2",
    "d:38,-3",
    "d:9,2,32",
    "d:76,0,256",
    "+l",
    "+L",
    "+vl",
    "+w:2",
    "z",
    "e",
    "x",
    "+s",
];

fn field(take: &mut Taker<'_>, names: &[&str], depth: usize) -> Field {
    let format = *take.pick(&FORMATS);
    let (inner, index) = match format {
        _ if depth > 2 => (None, None),
        _ if format.starts_with('+') && format != "+s" => (Some(Box::new(field(take, &["item"], depth + 1))), None),
        "i" | "c" | "s" | "l" if take.rarely(2) => (None, Some(Box::new(field(take, &["values"], depth + 1)))),
        _ => (None, None),
    };
    Field { format, name: take.name(names), inner, index }
}

fn schema_of(field: &Field, take: &mut Taker<'_>) -> Schema {
    let mut owned = Box::new(Owned::default());
    owned.texts.push(CString::new(field.format).unwrap());
    owned.texts.push(field.name.clone());
    let inner = field.inner.as_ref().map(|inner| Box::into_raw(Box::new(schema_of(inner, take))));
    let index = field.index.as_ref().map(|index| Box::into_raw(Box::new(schema_of(index, take))));
    owned.schemas.extend(inner.into_iter().chain(index));
    let format = if take.rarely(64) { ptr::null() } else { owned.texts[0].as_ptr() };
    let name = if take.rarely(32) { ptr::null() } else { owned.texts[1].as_ptr() };
    let children = if inner.is_some() { owned.schemas.as_mut_ptr() } else { ptr::null_mut() };
    let n_children = if take.rarely(64) { 0 } else { i64::from(inner.is_some()) };
    Schema {
        format,
        name,
        metadata: ptr::null(),
        flags: 2,
        n_children,
        children,
        dictionary: index.unwrap_or(ptr::null_mut()),
        release: Some(release_schema),
        private_data: Box::into_raw(owned).cast(),
    }
}

/// Whole numbers in a buffer of 8-byte words, so that it is aligned; `width` bytes each.
fn buffer(bytes: &[u8]) -> Box<[u64]> {
    bytes.chunks(8).map(|chunk| u64::from_le_bytes(std::array::from_fn(|at| chunk.get(at).copied().unwrap_or(0)))).chain([0]).collect()
}

fn values(take: &mut Taker<'_>, slots: usize, width: usize) -> Vec<u8> {
    (0..slots).flat_map(|_| take.number().to_le_bytes().into_iter().cycle().take(width).collect::<Vec<u8>>()).collect()
}

/// Offsets, mostly rising, the last of them in the buffer that they point into.
fn offsets(take: &mut Taker<'_>, slots: usize, width: usize, limit: usize) -> Vec<u8> {
    let (mut at, mut all) = (0, Vec::new());
    for slot in 0..=slots {
        let last = slot == slots;
        let odd = take.rarely(16);
        let offset = if odd && !last { take.number() } else { i64::try_from(at).unwrap() };
        let offset = if odd && last { -1 } else { offset };
        all.extend_from_slice(&offset.to_le_bytes()[..width]);
        at = (at + take.below(4)).min(limit);
    }
    all
}

/// The buffers of a format beside that of the nulls, and how many rows its children need.
fn filled(format: &str, take: &mut Taker<'_>, slots: usize) -> (usize, Vec<Box<[u64]>>) {
    let (mut inner_rows, mut own) = (slots, Vec::new());
    match format {
        "u" | "z" | "U" => {
            own.push(buffer(&offsets(take, slots, if format == "U" { 8 } else { 4 }, 64)));
            own.push(buffer(&(0..64).map(|_| if take.rarely(2) { b'1' } else { take.byte() }).collect::<Vec<u8>>()));
        }
        "vu" => {
            let views = (0..slots).flat_map(|_| [take.below(20) as u32, 0x3131_3131, take.below(3) as u32, take.below(80) as u32].map(u32::to_le_bytes).concat());
            own.push(buffer(&views.collect::<Vec<u8>>()));
            own.push(buffer(&[b'2'; 64]));
            own.push(buffer(&64_i64.to_le_bytes()));
        }
        "+l" | "+L" => {
            inner_rows = 8;
            own.push(buffer(&offsets(take, slots, if format == "+L" { 8 } else { 4 }, 8)));
        }
        "+vl" => {
            inner_rows = 8;
            own.push(buffer(&(0..slots).flat_map(|_| (take.below(9) as i32).to_le_bytes()).collect::<Vec<u8>>()));
            own.push(buffer(&(0..slots).flat_map(|_| (if take.rarely(8) { take.number() as i32 } else { take.below(3) as i32 }).to_le_bytes()).collect::<Vec<u8>>()));
        }
        "+w:2" => inner_rows = slots * 2,
        "n" | "+s" => {}
        "b" => own.push(buffer(&values(take, slots.div_ceil(8), 1))),
        _ => own.push(buffer(&values(
            take,
            slots,
            if format.ends_with("256") {
                32
            } else if format.starts_with("d:") {
                16
            } else {
                8
            },
        ))),
    }
    (inner_rows, own)
}

fn array_of(field: &Field, take: &mut Taker<'_>, rows: usize) -> Array {
    let mut owned = Box::new(Owned::default());
    let offset = if take.rarely(4) { take.below(4) } else { 0 };
    let slots = rows + offset;
    let nulls = take.rarely(3).then(|| buffer(&(0..slots.div_ceil(8)).map(|_| take.byte()).collect::<Vec<u8>>()));
    let has_nulls = nulls.is_some();
    owned.buffers.extend(nulls);
    let (inner_rows, own) = filled(field.format, take, slots);
    let inner = field.inner.as_ref().map(|inner| Box::into_raw(Box::new(array_of(inner, take, inner_rows))));
    let index = field.index.as_ref().map(|index| Box::into_raw(Box::new(array_of(index, take, 4))));
    owned.arrays.extend(inner.into_iter().chain(index));
    let mut places: Vec<*const c_void> = vec![owned.buffers.first().filter(|_| has_nulls).map_or(ptr::null(), |buffer| buffer.as_ptr().cast())];
    if field.format == "n" {
        places.clear();
    }
    places.extend(own.iter().map(|buffer| if take.rarely(64) { ptr::null() } else { buffer.as_ptr().cast() }));
    owned.buffers.extend(own);
    owned.places = places;
    let n_buffers = i64::try_from(owned.places.len()).unwrap() - i64::from(take.rarely(64) && !owned.places.is_empty());
    let length = if take.rarely(64) { -1 } else { i64::try_from(rows).unwrap() };
    let length = if field.format == "n" && take.rarely(32) { take.number() } else { length };
    let null_count = if take.rarely(8) { take.number() } else { -1 };
    let (buffers, children) = (owned.places.as_mut_ptr(), if inner.is_some() { owned.arrays.as_mut_ptr() } else { ptr::null_mut() });
    let n_children = if take.rarely(64) { 0 } else { i64::from(inner.is_some()) };
    let offset = if take.rarely(64) { -1 } else { i64::try_from(offset).unwrap() };
    Array {
        length,
        null_count,
        offset,
        n_buffers,
        n_children,
        buffers,
        children,
        dictionary: index.unwrap_or(ptr::null_mut()),
        release: Some(release_array),
        private_data: Box::into_raw(owned).cast(),
    }
}

/// The producer: fields, and what is left of the bytes for the batches.
struct Producer {
    fields: Vec<Field>,
    bytes: Vec<u8>,
    batches: usize,
    released: *mut usize,
}

fn producer<'p>(stream: *mut Stream) -> &'p mut Producer {
    unsafe { &mut *(*stream).private_data.cast::<Producer>() }
}

unsafe extern "C" fn get_schema(stream: *mut Stream, out: *mut Schema) -> c_int {
    let producer = producer(stream);
    let bytes = producer.bytes.clone();
    let mut take = Taker(&bytes);
    if take.rarely(64) {
        return 5;
    }
    let mut owned = Box::new(Owned::default());
    owned.texts.push(CString::new(if take.rarely(64) { "u" } else { "+s" }).unwrap());
    owned.texts.push(CString::default());
    owned.schemas = producer.fields.iter().map(|field| Box::into_raw(Box::new(schema_of(field, &mut take)))).collect();
    let schema = Schema {
        format: owned.texts[0].as_ptr(),
        name: owned.texts[1].as_ptr(),
        metadata: ptr::null(),
        flags: 0,
        n_children: i64::try_from(owned.schemas.len()).unwrap(),
        children: owned.schemas.as_mut_ptr(),
        dictionary: ptr::null_mut(),
        release: Some(release_schema),
        private_data: Box::into_raw(owned).cast(),
    };
    unsafe { out.write(schema) };
    0
}

unsafe extern "C" fn get_next(stream: *mut Stream, out: *mut Array) -> c_int {
    let producer = producer(stream);
    let bytes = std::mem::take(&mut producer.bytes);
    let mut take = Taker(&bytes);
    if take.rarely(64) {
        return 5;
    }
    let end = Array {
        length: 0,
        null_count: 0,
        offset: 0,
        n_buffers: 0,
        n_children: 0,
        buffers: ptr::null_mut(),
        children: ptr::null_mut(),
        dictionary: ptr::null_mut(),
        release: None,
        private_data: ptr::null_mut(),
    };
    if producer.batches == 0 {
        unsafe { out.write(end) };
        return 0;
    }
    producer.batches -= 1;
    let rows = take.below(9);
    let mut owned = Box::new(Owned::default());
    owned.arrays = producer
        .fields
        .iter()
        .map(|field| {
            let rows = if take.rarely(32) { take.below(9) } else { rows };
            Box::into_raw(Box::new(array_of(field, &mut take, rows)))
        })
        .collect();
    owned.places = vec![ptr::null()];
    let n_children = i64::try_from(owned.arrays.len()).unwrap() - i64::from(take.rarely(64) && !owned.arrays.is_empty());
    let array = Array {
        length: i64::try_from(rows).unwrap(),
        null_count: if take.rarely(32) { take.number() } else { 0 },
        offset: 0,
        n_buffers: 1,
        n_children,
        buffers: owned.places.as_mut_ptr(),
        children: owned.arrays.as_mut_ptr(),
        release: Some(release_array),
        private_data: Box::into_raw(owned).cast(),
        ..end
    };
    producer.bytes = take.rest().to_vec();
    unsafe { out.write(array) };
    0
}

unsafe extern "C" fn get_last_error(stream: *mut Stream) -> *const c_char {
    if producer(stream).bytes.len() % 2 == 0 { ptr::null() } else { c"the producer failed \xff".as_ptr() }
}

unsafe extern "C" fn release(stream: *mut Stream) {
    unsafe {
        let producer = Box::from_raw((*stream).private_data.cast::<Producer>());
        *producer.released += 1;
        (*stream).release = None;
    }
}

/// Some streams into one set of tables, then a ledger. A producer is released once, whatever it did.
pub fn feed(data: &[u8]) {
    static QUIET: std::sync::Once = std::sync::Once::new();
    // What arrow asserts is caught and becomes an error: the runner's own hook would end the program at once.
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let found = std::panic::catch_unwind(|| feed_all(data));
    if let Err(cause) = found {
        let text = cause.downcast_ref::<String>().cloned().or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        eprintln!("{}", text.unwrap_or_default());
        std::process::abort();
    }
}

fn feed_all(data: &[u8]) {
    let mut take = Taker(data);
    let tables = made(|out, error| unsafe { ar_tables_new(out, error) }).unwrap();
    let count = 1 + take.below(2);
    for _ in 0..count {
        let spec = take.pick(TABLES);
        let names: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
        let fields = (0..take.below(5)).map(|_| field(&mut take, &names, 0)).collect();
        let (batches, mut released) = (take.below(3), 0);
        let bytes = take.slice(400).to_vec();
        let producer = Box::into_raw(Box::new(Producer { fields, bytes, batches, released: &raw mut released }));
        let mut stream = Stream { get_schema: Some(get_schema), get_next: Some(get_next), get_last_error: Some(get_last_error), release: Some(release), private_data: producer.cast() };
        let (name, mut error) = (CString::new(spec.name).unwrap(), ptr::null_mut());
        let status = unsafe { ar_tables_add_stream(tables, name.as_ptr(), (&raw mut stream).cast(), &mut error) };
        judged(status, error);
        assert!(stream.release.is_none() && released == 1, "released {released} times");
    }
    unsafe {
        if let Some(ledger) = made(|out, error| ar_ledger_new(tables, out, error)) {
            ar_ledger_free(ledger);
        }
        ar_tables_free(tables);
    }
}
