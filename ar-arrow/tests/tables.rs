//! Tables go out to Arrow and come back; memory of the right form is borrowed; what Arrow cannot hold is an error.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use ar_arrow::{ArrowTable, FFI_ArrowArrayStream, FFI_ArrowSchema, stream_from_table, to_batches};
use ar_core::{
    reason::{Reason, ReasonCode},
    table::{Batch, Cell, Column, Data, Table, Texts},
};
use arrow_array::{Array, ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray, StructArray, TimestampSecondArray};
use std::{borrow::Cow, sync::Arc};

fn texts(all: &[&str]) -> Texts<'static> {
    let mut texts = Texts::default();
    all.iter().for_each(|text| texts.push(text));
    texts
}

fn every_kind() -> Table<'static> {
    Table::new(
        "all",
        vec![
            Column::new("null", Data::Null(2)),
            Column::nullable("bool", vec![true, false], Data::Bool(Cow::Owned(vec![true, false]))),
            Column::nullable("int", vec![false, true], Data::Int(Cow::Owned(vec![0, i64::MIN]))),
            Column::new("float", Data::Float(Cow::Owned(vec![0.5, -0.0]))),
            Column::new("decimal", Data::Decimal(Cow::Owned(vec![i128::from(i64::MAX) * 1000, -1]), 4)),
            Column::new("date", Data::Date(Cow::Owned(vec![-1, 20_000]))),
            Column::new("time", Data::Timestamp(Cow::Owned(vec![5, 86_400_000]), 86_400_000)),
            Column::nullable("text", vec![true, false], Data::Text(texts(&["ü", ""]))),
            Column::new("list", Data::TextList(vec![2, 2], texts(&["a", "bb"]))),
        ],
    )
}

#[test]
fn what_goes_out_comes_back() {
    let table = every_kind();
    let back = ArrowTable::try_from_stream(stream_from_table(&table).unwrap()).unwrap();
    assert_eq!(back.rows(), 2);
    assert_eq!(back.view("all"), table);
}

#[test]
fn several_batches_keep_their_rows_apart() {
    let batch = |ids: &[&str]| Batch { columns: vec![Column::new("id", Data::Text(texts(ids)))] };
    let table = Table { name: Cow::Borrowed("t"), batches: vec![batch(&["a", "b"]), batch(&[]), batch(&["c"])] };
    let back = ArrowTable::try_from_stream(stream_from_table(&table).unwrap()).unwrap();
    assert_eq!((back.rows(), back.view("t")), (3, table));
}

#[test]
fn a_stream_without_batches_still_has_its_columns() {
    let empty = Table { name: Cow::Borrowed("t"), batches: vec![] };
    assert_eq!(to_batches(&empty).unwrap().1.len(), 0);
    let (schema, _) = to_batches(&every_kind()).unwrap();
    let back = ArrowTable::try_from_stream(ar_arrow::stream_from_batches(schema, vec![])).unwrap();
    let names: Vec<String> = back.view("t").columns().iter().map(|column| column.name.to_string()).collect();
    assert_eq!((back.rows(), names.len(), names[7].as_str()), (0, 9, "text"));
}

#[test]
fn numbers_days_and_text_are_borrowed_also_from_slices() {
    let numbers = Int64Array::from(vec![9, 1, 2, 9]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("int", Arc::new(numbers.clone())),
        ("float", Arc::new(Float64Array::from(vec![9.0, 1.0, 2.0, 9.0]))),
        ("decimal", Arc::new(Decimal128Array::from(vec![9, 1, 2, 9]))),
        ("date", Arc::new(Date32Array::from(vec![9, 1, 2, 9]))),
        ("time", Arc::new(TimestampSecondArray::from(vec![9, 1, 2, 9]))),
        ("zoned", Arc::new(TimestampSecondArray::from(vec![9, 1, 2, 9]).with_timezone("UTC"))),
        ("text", Arc::new(StringArray::from(vec!["x", "a", "bb", "y"]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap().slice(1, 2);
    let schema = batch.schema();
    let table = ArrowTable::try_from_stream(ar_arrow::stream_from_batches(schema, vec![batch])).unwrap();
    let view = table.view("t");
    for column in view.columns() {
        let borrowed = match &column.data {
            Data::Int(values) => {
                assert_eq!(values.as_ptr(), numbers.values()[1..].as_ptr(), "the very memory of the producer");
                matches!(values, Cow::Borrowed([1, 2]))
            }
            Data::Float(values) => matches!(values, Cow::Borrowed([_, _])),
            Data::Decimal(values, _) => matches!(values, Cow::Borrowed([1, 2])),
            Data::Date(values) => matches!(values, Cow::Borrowed([1, 2])),
            Data::Timestamp(values, 86_400) => matches!(values, Cow::Borrowed([1, 2])),
            Data::Text(texts) => matches!(texts.bytes, Cow::Borrowed(b"abb")) && texts.ends == [1, 3],
            _ => false,
        };
        assert!(borrowed && column.valid.is_none(), "{}", column.name);
    }
}

#[test]
fn cells_become_columns_when_they_are_of_one_kind() {
    let rows = [("d", Cell::Decimal(15, 1)), ("d", Cell::Null), ("d", Cell::Decimal(2, 3))];
    let table = Table::from_rows("t", rows.map(|(name, cell)| [(name.to_owned(), cell)]));
    let back = ArrowTable::try_from_stream(stream_from_table(&table).unwrap()).unwrap();
    assert_eq!(back.view("t").columns()[0], Column::nullable("d", vec![true, false, true], Data::Decimal(Cow::Owned(vec![1500, 0, 2]), 3)));
    let mixed = Table::from_rows("t", [[("m".to_owned(), Cell::Int(1))], [("m".to_owned(), Cell::Bool(true))]]);
    assert!(to_batches(&mixed).unwrap_err().to_string().contains("column m"));
}

#[test]
fn reasons_and_nested_lists_have_the_contract_s_types() {
    let reasons = vec![Reason::new(ReasonCode::PastDue, 37, 30), Reason::bare(ReasonCode::Strategic)];
    let table = Table::new("t", vec![Column::new("reasons", Data::Reasons(vec![2], reasons)), Column::new("lists", Data::TextLists(vec![2], vec![1, 2], texts(&["a", "b"])))]);
    let (schema, batches) = to_batches(&table).unwrap();
    let type_of = |at: usize| schema.field(at).data_type().to_string();
    assert!(type_of(0).contains("code") && type_of(1).matches("List").count() == 2, "{} {}", type_of(0), type_of(1));
    let list = batches[0].column(0).as_any().downcast_ref::<arrow_array::ListArray>().unwrap().value(0);
    let reason = list.as_any().downcast_ref::<StructArray>().unwrap();
    let observed = reason.column_by_name("observed").unwrap();
    assert!(observed.is_valid(0) && observed.is_null(1));
}

#[test]
fn what_cannot_go_out_is_an_error() {
    for data in [
        Data::Unsupported("Map".into(), 1),
        Data::Timestamp(Cow::Owned(vec![1]), 7),
        Data::Decimal(Cow::Owned(vec![1]), 200),
        Data::Text(Texts { bytes: Cow::Borrowed(b"\xff"), ends: vec![1] }),
        Data::Text(Texts { bytes: Cow::Borrowed(b"a"), ends: vec![9] }),
        Data::TextList(vec![2, 1], texts(&["a", "b"])),
        Data::Cells(vec![Cell::Other("dict".into())]),
    ] {
        assert!(to_batches(&Table::new("t", vec![Column::new("c", data.clone())])).unwrap_err().to_string().contains("c"), "{data:?}");
    }
    let uneven = Table::new("t", vec![Column::new("a", Data::Null(1)), Column::new("b", Data::Null(2))]);
    assert!(to_batches(&uneven).is_err());
    let wrong_validity = Table::new("t", vec![Column::nullable("a", vec![false], Data::Int(Cow::Owned(vec![1, 2])))]);
    assert!(to_batches(&wrong_validity).is_err());
}

#[test]
fn broken_producers_are_errors_not_crashes() {
    assert!(ArrowTable::try_from_stream(FFI_ArrowArrayStream::empty()).unwrap_err().to_string().contains("released"));
    let schema = FFI_ArrowSchema::try_from(&arrow_schema::DataType::Int64).unwrap();
    let numbers = || ar_arrow::FFI_ArrowArray::new(&Int64Array::from(vec![1]).to_data());
    assert!(ArrowTable::try_from_array(numbers(), &schema).unwrap_err().to_string().contains("single column"));
    assert!(ArrowTable::try_from_array(ar_arrow::FFI_ArrowArray::empty(), &schema).is_err());
    assert!(ArrowTable::try_from_array(numbers(), &FFI_ArrowSchema::empty()).is_err());
    let row = FFI_ArrowSchema::try_from(&arrow_schema::DataType::Struct(vec![arrow_schema::Field::new("a", arrow_schema::DataType::Utf8, true)].into())).unwrap();
    assert!(ArrowTable::try_from_array(numbers(), &row).is_err(), "an array that does not agree with its schema");
}

/// Found by fuzzing: arrow-rs takes a length of -1 for all the rows there are numbers for, and reads the flags of all of them.
#[test]
fn lengths_and_depths_that_no_array_has_are_refused() {
    let field = arrow_schema::Field::new("a", arrow_schema::DataType::Int64, true);
    let rows = || StructArray::from(vec![(Arc::new(field.clone()), Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef)]);
    let schema = FFI_ArrowSchema::try_from(rows().data_type()).unwrap();
    // The numbers at the front of the C struct: length, null_count, offset, n_buffers, n_children.
    for (number, lie) in [(0, -1), (0, i64::MIN), (0, 1 << 41), (2, -1), (3, -1), (4, -1), (4, i64::MAX)] {
        let array = ar_arrow::FFI_ArrowArray::new(&rows().to_data());
        let child = std::ptr::from_ref(array.child(0)).cast_mut().cast::<i64>().wrapping_add(number);
        let truth = unsafe { child.replace(lie) };
        let told = ArrowTable::try_from_array(array, &schema).unwrap_err().to_string();
        assert!(told.contains("negative or impossible") || truth == lie, "{number} {lie}: {told}");
    }
    // Texts that end at byte -1: what lies behind the struct of the child is its buffers, the second of them the offsets.
    let texts = StructArray::from(vec![(Arc::new(arrow_schema::Field::new("a", arrow_schema::DataType::Utf8, true)), Arc::new(StringArray::from(vec!["x", "y"])) as ArrayRef)]);
    let schema = FFI_ArrowSchema::try_from(texts.data_type()).unwrap();
    let mut offsets = [0_i32, 1, -1];
    let array = ar_arrow::FFI_ArrowArray::new(&texts.to_data());
    unsafe { std::ptr::from_ref(array.child(0)).cast::<*mut *const i32>().wrapping_add(5).read().wrapping_add(1).write(offsets.as_mut_ptr()) };
    assert!(ArrowTable::try_from_array(array, &schema).unwrap_err().to_string().contains("end before they begin"));
    let deep = (0..40).fold(arrow_schema::DataType::Int8, |inner, _| arrow_schema::DataType::List(Arc::new(arrow_schema::Field::new("x", inner, true))));
    let schema = FFI_ArrowSchema::try_from(&deep).unwrap();
    assert!(ArrowTable::try_from_array(ar_arrow::FFI_ArrowArray::new(&rows().to_data()), &schema).unwrap_err().to_string().contains("too deep"));
}
