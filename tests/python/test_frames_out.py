"""Frames out of the kind that went in, and tables that must be asked first or know no Arrow."""

from __future__ import annotations

import subprocess
import sys
from collections import namedtuple
from dataclasses import make_dataclass
from datetime import date
from decimal import Decimal

import ar_core as ar
import pytest
from ar_core.frames import arrow_table, kind_of
from conftest import small_book
from test_frames import DIGEST, as_arrow, pandas_arrow, pandas_numpy

pa = pytest.importorskip("pyarrow")

ITEMS = small_book()["items"]


def given(kind):
    """The items as a frame of a kind."""
    return ar.to_frame(ITEMS, kind)


@pytest.mark.parametrize("kind", ["pandas", "polars", "lazy", "pyarrow", "batch", "reader", "duckdb", "dicts", "columns"])
def test_the_same_kind_out_and_nothing_lost(kind):
    pytest.importorskip({"lazy": "polars", "pyarrow": "pyarrow", "batch": "pyarrow", "reader": "pyarrow", "dicts": "pyarrow", "columns": "pyarrow"}.get(kind, kind))
    assert kind_of(given(kind)) == kind
    out = ar.to_frame(as_arrow(ITEMS), like=given(kind))
    assert kind_of(out) == kind
    again = out.collect() if kind == "lazy" else out
    book = small_book()
    assert ar.Ledger(**(book | {"items": again})).digest() == DIGEST


def test_tables_of_the_engine():
    report = ar.run(ar.Ledger(**small_book()), as_of="2026-11-21")
    rows = ar.to_frame(report.aging, like=[])
    assert rows == report.aging.to_dicts() and ar.to_frame(report.aging, like={})["bucket"] == [row["bucket"] for row in rows]
    pd = pytest.importorskip("pandas")
    frame = ar.to_frame(report.aging, like=pd.DataFrame({"a": [1]}))
    assert isinstance(frame["amount"].iloc[0], Decimal) and len(frame) == len(rows)


def test_pandas_follows_the_types_of_what_it_is_like():
    pd = pytest.importorskip("pandas")
    arrow = ar.to_frame(as_arrow(ITEMS), like=pandas_arrow(ITEMS))
    assert all(isinstance(dtype, pd.ArrowDtype) for dtype in arrow.dtypes)
    days = ar.to_frame(as_arrow(ITEMS), like=pandas_numpy(ITEMS))
    assert days["issued_on"].dtype.kind == "M" and isinstance(days["amount"].iloc[0], Decimal)
    plain = ar.to_frame(as_arrow(ITEMS), like="pandas")
    assert isinstance(plain["issued_on"].iloc[0], date)


def test_tables_that_the_engine_does_not_take_are_read():
    np, pd, pl = pytest.importorskip("numpy"), pytest.importorskip("pandas"), pytest.importorskip("polars")
    from pyarrow import dataset

    row, record = namedtuple("Row", ITEMS[0]), make_dataclass("Record", ITEMS[0])
    frame = pd.DataFrame(ITEMS)
    table = as_arrow(ITEMS)
    book = small_book()
    periods = frame.assign(issued_on=pd.PeriodIndex(pd.to_datetime(frame["issued_on"]), freq="D"))
    for other in (
        pl.DataFrame(table).lazy(), dataset.dataset(table), dataset.dataset(table).scanner(), frame.to_records(index=False), [row(**entry) for entry in ITEMS], [record(**entry) for entry in ITEMS],
        (entry for entry in ITEMS), periods, frame.set_index("item_id"), {name: frame[name].to_numpy() for name in frame}, frame.assign(amount=pd.arrays.SparseArray(frame["amount"].astype(float))),
    ):  # fmt: skip
        read = arrow_table(other)
        assert ar.Ledger(**(book | {"items": read})).digest() == DIGEST, type(other)
    with pytest.raises(TypeError, match="named fields"):
        arrow_table(np.array([[1, 2]]))


def test_duckdb_relations_and_connections():
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.register("items", as_arrow(ITEMS))
    book = small_book()
    relation = connection.sql("select * replace (amount::decimal(18,2) as amount, issued_on::timestamp as issued_on, currency::enum('EUR','USD') as currency) from items")
    assert ar.Ledger(**(book | {"items": arrow_table(relation)})).digest() == DIGEST
    joined = ar.to_frame(as_arrow(ITEMS), like=connection)
    assert joined.aggregate("count(*)").fetchall() == [(12,)]


def test_rows_that_do_not_all_have_the_same_columns():
    table = arrow_table([{"a": 1}, {"b": "x"}, {"a": 2, "b": "y"}])
    assert table.to_pydict() == {"a": [1, None, 2], "b": [None, "x", "y"]}


def test_cells_of_odoo():
    table = arrow_table([{"partner": [7, "Azure"], "ref": False, "paid": True}, {"partner": False, "ref": "PO 1", "paid": False}])
    assert table.column("partner").to_pylist() == ["7", None] and table.column(1).to_pylist() == ["Azure", None]
    assert table.column("ref").to_pylist() == [None, "PO 1"] and table.column("paid").to_pylist() == [True, False]


def test_values_of_many_types_become_text():
    table = arrow_table({"a": [1, "x", Decimal("2.50"), date(2026, 1, 1), None], "b": [1, 2.5, None, float("nan"), 3]})
    assert table.column("a").to_pylist() == ["1", "x", "2.50", "2026-01-01", None]
    assert table.column("b").to_pylist() == [1.0, 2.5, None, None, 3.0]


def test_headings_that_are_there_twice():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame([[1, 2, 3]], columns=["a", "a", ("b", "c")])
    assert arrow_table(frame).column_names == ["a", "a.1", "b c"]


def test_what_is_no_table():
    for wrong, match in ((5, "int is not a table"), ("text", "str is not a table"), ([1, 2], "row 0 is a int"), ({"a": 5}, "a column is"), ({"a": [1], "b": [1, 2]}, "different lengths")):
        with pytest.raises(TypeError, match=match):
            arrow_table(wrong)
    with pytest.raises(ValueError, match="pandas, polars"):
        ar.to_frame([], like="spark")


def test_importing_the_package_loads_none_of_it():
    """And the helpers themselves load no frame library before they are given one."""
    code = (
        "import sys, ar_core; heavy = {'pyarrow', 'pandas', 'polars', 'numpy', 'ar_core.erp', 'ar_core.quality', 'ar_core.frames'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules); ar_core.infer_columns; assert 'ar_core.erp' in sys.modules and 'pyarrow' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr == ""
