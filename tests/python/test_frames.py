"""Whatever frame a table comes in, the ledger is the same: one digest for all of them."""

from __future__ import annotations

import gc
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import ar_core as ar
import pytest
from conftest import small_book

pa = pytest.importorskip("pyarrow")

DIGEST = ar.Ledger(**small_book()).digest()


def as_arrow(rows):
    return pa.Table.from_pylist(rows)


def as_columns(rows):
    return {name: [row[name] for row in rows] for name in rows[0]}


def pandas_objects(rows):
    pd = pytest.importorskip("pandas")
    return pd.DataFrame(rows, dtype=object)


def pandas_inferred(rows):
    pd = pytest.importorskip("pandas")
    return pd.DataFrame(rows)


def pandas_numpy(rows):
    """As `read_csv` and friends give it: floats for money, timestamps for days, NaN and NaT for nothing."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(rows)
    for name in frame.columns:
        if name.endswith("_on") or name in ("on", "blocked_until"):
            frame[name] = pd.to_datetime(frame[name])
        elif name in ("amount", "credit_limit", "dunning_level"):
            frame[name] = frame[name].astype(float)
    return frame


def pandas_arrow(rows):
    pd = pytest.importorskip("pandas")
    return as_arrow(rows).to_pandas(types_mapper=pd.ArrowDtype)


def pandas_categories(rows):
    frame = pandas_inferred(rows)
    for name in ("customer_id", "currency", "kind", "reference", "time_zone"):
        if name in frame.columns:
            frame[name] = frame[name].astype("category")
    return frame


def pandas_filtered(rows):
    """A filter leaves an index behind that pandas sends along as a column."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame([rows[0], *rows, rows[-1]])
    kept = frame[[index not in (0, len(rows) + 1) for index in range(len(rows) + 2)]]
    assert list(kept.index)[0] == 1
    return kept


def pandas_indexed(rows):
    pd = pytest.importorskip("pandas")
    return pd.DataFrame(rows).set_index(next(iter(rows[0])))


def polars_frame(rows):
    pl = pytest.importorskip("polars")
    return pl.DataFrame(as_arrow(rows))


def polars_categories(rows):
    pl = pytest.importorskip("polars")
    frame = polars_frame(rows)
    for name in ("customer_id", "reference", "name"):
        if name in frame.columns:
            frame = frame.with_columns(pl.col(name).cast(pl.Categorical))
    for name in ("currency", "kind"):
        if name in frame.columns:
            frame = frame.with_columns(pl.col(name).cast(pl.Enum(sorted(set(frame[name])))))
    return frame


def polars_chunks(rows):
    pl = pytest.importorskip("polars")
    frame = polars_frame(rows)
    return pl.concat([frame[:1], frame[1:2], frame[2:]], rechunk=False)


def arrow_chunks(rows):
    table = as_arrow(rows)
    return pa.concat_tables([table[:1], table[1:1], table[1:]])


def arrow_slice(rows):
    return as_arrow([rows[-1], *rows, rows[0]])[1 : len(rows) + 1]


def arrow_batch(rows):
    return as_arrow(rows).combine_chunks().to_batches()[0]


def arrow_batch_slice(rows):
    return as_arrow([rows[-1], *rows, rows[0]]).combine_chunks().to_batches()[0].slice(1, len(rows))


def arrow_reader(rows):
    return as_arrow(rows).to_reader(max_chunksize=2)


def duckdb_relation(rows):
    duckdb = pytest.importorskip("duckdb")
    return duckdb.connect().from_arrow(as_arrow(rows))


class ArrayOnly:
    """A table that gives `__arrow_c_array__` and nothing else."""

    def __init__(self, rows):
        self.batch = arrow_batch_slice(rows)

    def __arrow_c_array__(self, requested_schema=None):
        return self.batch.__arrow_c_array__(requested_schema)


FRAMES = [
    list, tuple, as_columns, as_arrow, arrow_chunks, arrow_slice, arrow_batch, arrow_batch_slice, arrow_reader, ArrayOnly, pandas_objects, pandas_inferred,
    pandas_numpy, pandas_arrow, pandas_categories, pandas_filtered, pandas_indexed, polars_frame, polars_categories, polars_chunks, duckdb_relation,
]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.__name__)
def test_every_frame_gives_the_same_ledger(frame, book):
    assert ar.Ledger(**{name: frame(rows) for name, rows in book.items()}).digest() == DIGEST


def test_frames_mix_and_order_says_nothing(book):
    tables = {"items": polars_frame(book["items"][::-1]), "allocations": book["allocations"], "payments": pandas_objects(book["payments"]), "customers": as_columns(book["customers"][::-1])}
    assert ar.Ledger(**tables).digest() == DIGEST


def test_pandas_frame_that_arrow_refuses_is_read_value_by_value(book):
    """A column of texts and numbers is nothing for Arrow; for us both are identifiers."""
    pd = pytest.importorskip("pandas")
    mixed = pd.DataFrame({"item_id": ["A", 2], "customer_id": [1, "1"], "currency": ["EUR"] * 2, "amount": [1, "2.50"], "issued_on": ["2026-09-01"] * 2, "due_on": [date(2026, 10, 1), "2026-10-01"]})
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError)):
        pa.Table.from_pandas(mixed)
    assert ar.Ledger(items=mixed).digest() == ar.Ledger(items=mixed.to_dict("records")).digest()
    mixed.loc[1, "amount"] = "two"
    with pytest.raises(ar.InvalidInput) as caught:
        ar.Ledger(items=mixed)
    assert [(problem["row"], problem["column"]) for problem in caught.value.problems] == [(1, "amount")]


def test_polars_objects_do_not_panic(book):
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"item_id": ["I1"]}).with_columns(pl.Series("amount", [object()], dtype=pl.Object))
    with pytest.raises(ar.InvalidInput):
        ar.Ledger(items=frame)
    with pytest.raises(ar.InvalidInput, match="collect"):
        ar.Ledger(items=polars_frame(book["items"]).lazy())


ITEM = {"item_id": ["I1", "I2", "I3"], "customer_id": ["C1"] * 3, "currency": ["EUR"] * 3, "amount": ["1.00", "2.00", "3.00"], "issued_on": ["2026-09-01"] * 3, "due_on": ["2026-10-01"] * 3}


def digest(**columns):
    return ar.Ledger(items=pa.table({**ITEM, **columns})).digest()


TEXT = ["a", None, "more than twelve bytes, ü"]


def views(values, kind):
    return pa.array(values, kind)


@pytest.mark.parametrize(
    "column",
    [
        pa.array(TEXT, pa.large_string()),
        pa.array(TEXT, pa.string_view()),
        pa.array(["x", *TEXT, "y"], pa.string_view())[1:4],
        pa.array(["x", *TEXT, "y"])[1:4],
        pa.array(["x", *TEXT, "y"], pa.large_string())[1:4],
        pa.array(TEXT).dictionary_encode(),
        pa.array(["x", *TEXT]).dictionary_encode()[1:],
        pa.DictionaryArray.from_arrays(pa.array([0, 1, 2], pa.uint8()), pa.array(TEXT)),
        pa.DictionaryArray.from_arrays(pa.array([0, None, 1], pa.int64()), pa.array([TEXT[0], TEXT[2]], pa.large_string())),
        pa.DictionaryArray.from_arrays(pa.array([0, None, 1], pa.int32()), pa.array([TEXT[0], TEXT[2]], pa.string_view())),
        pa.RunEndEncodedArray.from_arrays(pa.array([1, 2, 3], pa.int32()), pa.array(TEXT)),
        pa.chunked_array([TEXT[:1], TEXT[1:]]),
    ],
    ids=lambda column: str(column.type),
)
def test_text_of_every_physical_type(column):
    assert digest(reference=column) == digest(reference=pa.array(TEXT))


WHOLE = [1, None, 3]


@pytest.mark.parametrize(
    "column",
    [
        *[pa.array(WHOLE, kind) for kind in (pa.int8(), pa.int16(), pa.int32(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(), pa.float16(), pa.float32(), pa.float64())],
        *[pa.array(WHOLE, kind) for kind in (pa.decimal32(5, 0), pa.decimal64(10, 2), pa.decimal128(38, 4), pa.decimal256(60, 5))],
        pa.array([9, *WHOLE, 9])[1:4],
        pa.array([9, *WHOLE, 9], pa.decimal128(5, 0))[1:4],
        pa.array(WHOLE).dictionary_encode(),
        pa.array(["1", None, "3.0"]),
        pa.RunEndEncodedArray.from_arrays(pa.array([1, 2, 3], pa.int16()), pa.array(WHOLE)),
    ],
    ids=lambda column: str(column.type),
)
def test_numbers_of_every_physical_type(column):
    assert digest(dunning_level=column) == digest(dunning_level=pa.array(WHOLE))


def test_unsigned_nulls_hold_anything():
    column = pa.Array.from_buffers(pa.uint64(), 3, [pa.array([True, False, True]).buffers()[1], pa.array([1, 2**64 - 1, 3], pa.uint64()).buffers()[1]])
    assert column.to_pylist() == WHOLE
    assert digest(dunning_level=column) == digest(dunning_level=pa.array(WHOLE))


def test_wide_decimals_only_where_they_fit():
    assert digest(amount=pa.array([Decimal(1), Decimal(2), Decimal(3)], pa.decimal256(76, 30))) == digest()
    with pytest.raises(ar.InvalidInput, match="38 digits"):
        digest(amount=pa.array([Decimal(10**60)] * 3, pa.decimal256(76, 0)))


DAYS = [date(2026, 9, 1), None, date(2026, 9, 3)]
MIDNIGHTS = [datetime(day.year, day.month, day.day) if day else None for day in DAYS]


@pytest.mark.parametrize(
    "column",
    [
        pa.array(DAYS, pa.date64()),
        *[pa.array(MIDNIGHTS, pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")],
        pa.array([MIDNIGHTS[0], *MIDNIGHTS], pa.timestamp("us"))[1:],
        pa.array(MIDNIGHTS, pa.timestamp("us", "UTC")),
        pa.array([str(day) if day else None for day in DAYS]),
        pa.array([f"{day}T00:00:00Z" if day else None for day in DAYS]),
        pa.array(DAYS).dictionary_encode(),
    ],
    ids=lambda column: str(column.type),
)
def test_days_of_every_physical_type(column):
    assert digest(settled_on=column) == digest(settled_on=pa.array(DAYS))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "+05:30", "-08:00"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_midnight_is_that_of_the_zone(zone, unit):
    summer_and_winter = [datetime(2026, 9, 1), None, datetime(2026, 12, 3)]
    local = pa.array(summer_and_winter, pa.timestamp(unit))
    zoned = pa.compute.assume_timezone(local, zone) if "/" in zone else pa.array([t and t.replace(tzinfo=timezone(timedelta(minutes=330 if "+" in zone else -480))) for t in summer_and_winter], pa.timestamp(unit, zone))
    assert digest(settled_on=zoned) == digest(settled_on=pa.array([t and t.date() for t in summer_and_winter]))


def test_unknown_zones_are_named():
    with pytest.raises(ar.InvalidInput, match="Mars/Olympus"):
        digest(settled_on=pa.array([1, 2, 3], pa.timestamp("s", "Mars/Olympus")))


def customers(aliases):
    return ar.Ledger(customers=pa.table({"customer_id": ["C1", "C2", "C3", "C4"], "aliases": aliases})).digest()


LISTS = [["a", "bb"], None, [], ["c"]]


@pytest.mark.parametrize(
    "column",
    [
        *[pa.array(LISTS, kind) for kind in (pa.list_(pa.large_string()), pa.large_list(pa.string()), pa.list_(pa.string_view()), pa.list_view(pa.string()), pa.large_list_view(pa.string()))],
        pa.array([["x"], *LISTS, ["y"]])[1:5],
        pa.array([["x"], *LISTS, ["y"]], pa.list_view(pa.string()))[1:5],
        pa.array([["a", None, "bb"], None, [None], ["c"]]),
        pa.array(LISTS, pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        pa.chunked_array([LISTS[:2], LISTS[2:]], pa.list_(pa.string())),
    ],
    ids=lambda column: str(column.type),
)
def test_lists_of_every_physical_type(column):
    assert customers(column) == customers(pa.array(LISTS))


def test_lists_of_numbers_fixed_lists_and_lists_of_nothing():
    assert customers(pa.array([[1, 22], None, [], [3]])) == customers(pa.array([["1", "22"], None, [], ["3"]]))
    assert customers(pa.array([["a", "b"], None, ["c", "d"], ["e", None]], pa.list_(pa.string(), 2))) == customers(pa.array([["a", "b"], None, ["c", "d"], ["e"]]))
    assert customers(pa.array([[], None, [], [None]], pa.list_(pa.null()))) == customers(pa.array([[], None, [], []], pa.list_(pa.string())))


def test_columns_of_nothing():
    assert digest(reference=pa.nulls(3)) == digest(reference=pa.array([None] * 3, pa.string())) == digest()
    assert digest(x_own=pa.array([b"a", b"b", b"c"]), x_more=pa.array([{"a": 1}] * 3)) == digest()


def test_misaligned_buffers():
    """Some producers (dask) hand over buffers that start anywhere."""
    whole, wide = pa.array([1, 2, 3], pa.int64()), pa.array([Decimal(1), Decimal(2), Decimal(3)], pa.decimal128(38, 0))
    for array, column in ((whole, "amount"), (wide, "amount"), (whole, "dunning_level")):
        content = array.buffers()[1]
        moved = pa.py_buffer(b"\0" * 3 + content.to_pybytes())[3:]
        assert moved.address % 8
        assert digest(**{column: pa.Array.from_buffers(array.type, 3, [None, moved])}) == digest(**{column: array})


class Stream:
    """A table whose stream is what a test wants it to be."""

    def __init__(self, answer):
        self.answer = answer

    def __arrow_c_stream__(self, requested_schema=None):
        return self.answer()


def refused(table):
    with pytest.raises(ar.InvalidInput) as caught:
        ar.Ledger(items=table)
    [problem] = caught.value.problems
    assert (problem["table"], problem["row"], problem["column"], problem["code"]) == ("items", None, None, "wrong_type")
    return problem["message"]


def test_broken_streams():
    table = pa.table(ITEM)
    once = table.__arrow_c_stream__()
    assert ar.Ledger(items=Stream(lambda: once)).digest() == digest()
    assert "released" in refused(Stream(lambda: once))
    assert "single column" in refused(pa.chunked_array([[1, 2]]))
    assert "single column" in refused(pa.array([1, 2]))
    assert refused(Stream(lambda: None))
    assert refused(Stream(lambda: 5))
    assert refused(Stream(lambda: table.schema.__arrow_c_schema__()))
    assert "zero" in refused(Stream(lambda: 1 // 0))
    assert "null" in refused(pa.StructArray.from_arrays([pa.array(["I1"])], ["item_id"], mask=pa.array([True])))


def test_interrupts_pass():
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ar.Ledger(items=Stream(interrupt))


def test_a_stream_that_fails_half_way_loads_nothing_and_leaks_nothing():
    def batches():
        for _ in range(20):
            yield from pa.table({name: values * 5_000 for name, values in ITEM.items()}).to_batches()
        raise RuntimeError("the database went away")

    gc.collect()
    before = pa.total_allocated_bytes()
    for _ in range(3):
        assert "the database went away" in refused(pa.RecordBatchReader.from_batches(pa.table(ITEM).schema, batches()))
    gc.collect()
    assert pa.total_allocated_bytes() <= before


def test_nothing_is_kept_of_the_tables():
    gc.collect()
    before = pa.total_allocated_bytes()
    ledger = ar.Ledger(items=pa.table({**{name: values * 10_000 for name, values in ITEM.items()}, "item_id": [str(number) for number in range(30_000)]}))
    gc.collect()
    assert pa.total_allocated_bytes() <= before
    assert len(ledger.digest()) == 64


def test_values_of_numpy_and_pandas_in_dicts():
    np, pd = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    plain = {"item_id": 7, "customer_id": "C1", "currency": "EUR", "amount": Decimal("1.50"), "issued_on": date(2026, 9, 1), "due_on": date(2026, 10, 1), "disputed": True, "reference": None, "settled_on": None}
    wanted = ar.Ledger(items=[plain]).digest()
    for other in (
        {"item_id": np.int64(7), "amount": np.float64(1.5), "issued_on": np.datetime64("2026-09-01"), "due_on": np.datetime64("2026-10-01", "ns"), "disputed": np.bool_(True), "customer_id": np.str_("C1")},
        {"item_id": np.uint8(7), "amount": np.float32(1.5), "issued_on": pd.Timestamp("2026-09-01"), "due_on": datetime(2026, 10, 1), "reference": pd.NA, "settled_on": pd.NaT},
        {"item_id": "7", "amount": "1.50", "issued_on": "2026-09-01", "due_on": pd.Timestamp("2026-10-01", tz="Europe/Berlin"), "disputed": 1, "reference": float("nan"), "settled_on": np.datetime64("NaT")},
        {"amount": Decimal("1.5000"), "settled_on": Decimal("nan"), "reference": ""},
        {"amount": pa.scalar(Decimal("1.50")), "issued_on": pa.scalar(date(2026, 9, 1)), "reference": pa.scalar(None, pa.string())},
    ):
        assert ar.Ledger(items=[{**plain, **other}]).digest() == wanted, other
    lists = [["a", "b"], ("a", "b"), np.array(["a", "b"]), np.array(["a", None, "b"], dtype=object), ["a", None, "b"]]
    assert len({ar.Ledger(customers=[{"customer_id": "C1", "aliases": value}]).digest() for value in lists}) == 1
