"""Bad input is refused with table, row, column and code, whichever way it comes in; nothing is loaded."""

from __future__ import annotations

import json
import math
import pickle
from datetime import datetime
from pathlib import Path

import ar_core as ar
import pytest

CASES = json.loads((Path(__file__).parents[1] / "bad_input" / "cases.json").read_text(encoding="utf-8"))["cases"]


def value(cell):
    """A value of the case file as Python has it."""
    match cell:
        case {"float": text}:
            return float(text)
        case {"timestamp": text}:
            return datetime.fromisoformat(text)
        case {"repeat": [text, times]}:
            return text * times
        case {"repeat_list": [text, times]}:
            return [text] * times
        case {"bytes": text}:
            return bytes.fromhex(text)
    return cell


def rows(case):
    return {name: [{key: value(cell) for key, cell in row.items()} for row in table] for name, table in case["tables"].items()}


def found(error):
    return sorted((p["table"], p["row"] if p["row"] is not None else -1, p["column"] or "", p["code"]) for p in error.problems)


def expected(problems):
    return sorted((table, row if row is not None else -1, column or "", code) for table, row, column, code in problems)


def check(error, case, problems):
    assert found(error) == expected(problems)
    assert error.code == "invalid_tables"
    assert error.total == len(problems)
    text = str(error)
    for table, row, column, code in problems:
        place = table + (f"[{row}]" if row is not None else "") + (f".{column}" if column else "")
        assert f"{place}: " in text and f"({code})" in text
    assert all(word in text for word in case.get("says", []))
    assert len(text) < 4096, "a message is for people, whatever was in the table"


def arrow_column(pa, values):
    """One typed column; None where Arrow has no type for the mixture."""
    if any(isinstance(value, bytes) for value in values):
        raw = [value if isinstance(value, bytes) else (value or "").encode() for value in values]
        return pa.array(raw, pa.binary()).view(pa.string())
    try:
        return pa.array(values, from_pandas=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None


def arrow_tables(pa, case):
    tables = {}
    for name, table in rows(case).items():
        names = list(dict.fromkeys(key for row in table for key in row))
        columns = [arrow_column(pa, [row.get(key) for row in table]) for key in names]
        if None in columns:
            return None
        tables[name] = pa.table(dict(zip(names, columns, strict=True)))
    return tables


def test_there_are_enough_kinds():
    assert len(CASES) >= 40
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", [case for case in CASES if case.get("only") != "columns"], ids=lambda case: case["name"])
def test_rows(case):
    with pytest.raises(ar.InvalidInput) as caught:
        ar.Ledger(**rows(case))
    check(caught.value, case, case["problems"])


@pytest.mark.parametrize("case", [case for case in CASES if case.get("only") != "rows"], ids=lambda case: case["name"])
def test_arrow(case):
    pa = pytest.importorskip("pyarrow")
    tables = arrow_tables(pa, case)
    if tables is None:
        pytest.skip("Arrow has no type for a column of this mixture")
    with pytest.raises(ar.InvalidInput) as caught:
        ar.Ledger(**tables)
    check(caught.value, case, case.get("columns", case["problems"]))


def test_the_same_book_without_the_fault_loads():
    """The cases fail for what they say, not for how they are built."""
    item = {"item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": "100.00", "issued_on": "2026-09-01", "due_on": "2026-10-01"}
    payment = {"payment_id": "P1", "currency": "EUR", "amount": "50.00", "received_on": "2026-10-05"}
    allocation = {"credit_id": "P1", "item_id": "I1", "amount": "50.00", "on": "2026-10-05"}
    ar.Ledger(customers=[{"customer_id": "C1"}], items=[item], payments=[payment], allocations=[allocation])


@pytest.mark.parametrize(
    ("table", "named"),
    [(5, "int"), ("items.csv", "str"), (object(), "object"), (b"x", "bytes"), ({1, 2}, "set"), (math, "module"), (Path("items.csv"), "PosixPath")],
    ids=lambda value: str(type(value).__name__),
)
def test_not_a_table(table, named):
    with pytest.raises(ar.InvalidInput, match=named) as caught:
        ar.Ledger(items=table)
    assert found(caught.value) == [("items", -1, "", "wrong_type")]


def test_rows_that_are_no_dicts():
    with pytest.raises(ar.InvalidInput) as caught:
        ar.Ledger(items=[{"item_id": "I1"}, ["I2"], None], payments=7)
    assert found(caught.value) == [("items", 1, "", "wrong_type"), ("items", 2, "", "wrong_type"), ("payments", -1, "", "wrong_type")]


@pytest.mark.parametrize(
    "bad",
    [{"a": 1}, {1, 2}, b"I1", 1 + 2j, object(), [["I1"]], "\ud800", 10**60, lambda: None],
    ids=lambda value: type(value).__name__,
)
def test_values_that_no_column_holds(bad):
    row = {"item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": 1, "issued_on": "2026-09-01", "due_on": "2026-10-01"}
    for column in ("item_id", "amount", "due_on"):
        with pytest.raises(ar.InvalidInput) as caught:
            ar.Ledger(items=[row, {**row, "item_id": "I2", column: bad}])
        assert found(caught.value) == [("items", 1, column, "wrong_type")]


def test_columns_of_different_lengths():
    columns = {"item_id": ["I1", "I2"], "customer_id": ["C1"], "currency": ["EUR"] * 2, "amount": [1, 2], "issued_on": ["2026-09-01"] * 2, "due_on": ["2026-10-01"] * 2}
    with pytest.raises(ar.InvalidInput) as caught:
        ar.Ledger(items=columns)
    assert ("items", -1, "customer_id", "bad_shape") in found(caught.value)
    with pytest.raises(ar.InvalidInput) as caught:
        ar.Ledger(items={**columns, "customer_id": "C1"})
    assert found(caught.value) == [("items", -1, "customer_id", "wrong_type")]


def test_columns_that_arrow_cannot_hold_for_us():
    pa = pytest.importorskip("pyarrow")
    base = {"item_id": ["I1"], "customer_id": ["C1"], "currency": ["EUR"], "amount": ["1.00"], "issued_on": ["2026-09-01"], "due_on": ["2026-10-01"]}
    for bad in (
        pa.array([b"x"]),
        pa.array([{"a": 1}]),
        pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
        pa.array([[["x"]]]),
        pa.array([1], pa.duration("s")),
        pa.array([1], pa.time32("s")),
        pa.array([b"ab"], pa.binary(2)),
        pa.array([2**64 - 1], pa.uint64()),
        pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), pa.array([b"x"])),
    ):
        for column in ("reference", "amount", "due_on", "disputed"):
            with pytest.raises(ar.InvalidInput) as caught:
                ar.Ledger(items=pa.table({**base, column: bad}))
            assert found(caught.value) == [("items", -1, column, "wrong_type")], (bad.type, column)


def test_a_later_batch_of_another_type_is_not_lost():
    """A column's type may differ by batch: nothing but NaN first, numbers later; or one number that is too large."""
    pa = pytest.importorskip("pyarrow")
    base = {"customer_id": ["C1"] * 2, "currency": ["EUR"] * 2, "amount": ["1.00"] * 2, "issued_on": ["2026-09-01"] * 2, "due_on": ["2026-10-01"] * 2}
    huge = pa.chunked_array([pa.array([1], pa.uint64()), pa.array([2**64 - 1], pa.uint64())])
    late = pa.chunked_array([[float("nan")], [1.5]])
    for columns, column in (({"item_id": huge}, "item_id"), ({"item_id": ["I1", "I2"], "reference": late}, "reference"), ({"item_id": ["I1", "I2"], "dunning_level": huge}, "dunning_level")):
        with pytest.raises(ar.InvalidInput) as caught:
            ar.Ledger(items=pa.table({**base, **columns}))
        assert ("items", -1, column, "wrong_type") in found(caught.value)


def test_tables_without_rows():
    pa = pytest.importorskip("pyarrow")
    empty = ar.Ledger().digest()
    assert ar.Ledger(items=[], customers=()).digest() == empty
    assert ar.Ledger(items={}, customers=None).digest() == empty
    assert ar.Ledger(items=pa.table({})).digest() == empty
    columns = ("item_id", "customer_id", "currency", "amount", "issued_on", "due_on")
    assert ar.Ledger(items=pa.table({name: pa.array([], pa.string()) for name in columns})).digest() == empty
    schema = pa.schema([(name, pa.string()) for name in columns[1:]])
    for table in (schema.empty_table(), pa.RecordBatchReader.from_batches(schema, [])):
        with pytest.raises(ar.InvalidInput) as caught:
            ar.Ledger(items=table)
        assert found(caught.value) == [("items", -1, "item_id", "missing_column")]


def test_thousands_of_problems_are_counted_and_the_message_stays_short():
    row = {"item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": "x", "issued_on": "2026-09-01", "due_on": "2026-10-01"}
    with pytest.raises(ar.InvalidInput) as caught:
        ar.Ledger(items=[{**row, "item_id": number} for number in range(12_345)])
    assert caught.value.total == 12_345
    assert len(caught.value.problems) == 10_000
    assert [problem["row"] for problem in caught.value.problems] == list(range(10_000))
    assert "12345 problems" in str(caught.value) and len(str(caught.value)) < 4096


def test_names_of_any_length():
    name = "é" * 1_000_000
    with pytest.raises(ar.InvalidInput) as caught:
        ar.Ledger(**{name: [], "items": [{name: 1}]})
    assert ("items", -1, name, "unknown_column") in found(caught.value) and (name, -1, "", "unknown_table") in found(caught.value)
    assert len(str(caught.value)) < 4096


def test_events_are_all_or_nothing():
    ledger = ar.Ledger(items=[{"item_id": "I1", "customer_id": "C1", "currency": "EUR", "amount": 1, "issued_on": "2026-09-01", "due_on": "2026-10-01"}])
    before = ledger.digest()
    for text in ("", "{", "5", "{}", '[{"event": "no_such_event"}]', "[5]", '["x"]', "\0", "[" * 100_000):
        with pytest.raises(ar.InvalidInput) as caught:
            ledger.apply(text)
        assert caught.value.code == "invalid_events"
        assert caught.value.problems
        assert ledger.digest() == before


def test_errors_can_be_pickled():
    with pytest.raises(ar.InvalidInput) as caught:
        ar.Ledger(itmes=[])
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (type(copy), str(copy), copy.code, copy.problems, copy.total) == (ar.InvalidInput, str(caught.value), "invalid_tables", caught.value.problems, 1)
