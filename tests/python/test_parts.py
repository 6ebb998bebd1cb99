"""Books that are larger than memory: the recipes of docs/out_of_core.md, run as they stand, and the answers of the book in one piece."""

import doctest
import re
from pathlib import Path

import pytest
from spark_helpers import AT, book, people

import ar_core as ar
import ar_core.parts

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "out_of_core.md"
ROWS = book(900)
OPEN = [row for row in ROWS if row["settled_on"] is None]


def test_the_recipes_of_the_guide_give_what_the_book_in_memory_gives(tmp_path, monkeypatch):
    for library in ("duckdb", "polars", "pyarrow"):
        pytest.importorskip(library)
    import pyarrow as pa
    import pyarrow.parquet as pq

    monkeypatch.chdir(tmp_path)
    tables = {name: pa.table(table) for name, table in ar.simulate(seed=9, customers=60).items()}
    pq.write_table(tables["items"], "items.parquet")
    pq.write_table(tables["customers"], "customers.parquet")
    pieces = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(pieces) == 4
    known = {}
    for piece in pieces:
        exec(compile(piece, str(GUIDE), "exec"), known)
    items = tables["items"]
    opened = items.filter(pa.compute.is_null(items["settled_on"]))
    wanted = sorted(known["model"].predict(opened, items, "2026-11-20").to_dicts(), key=lambda row: row["item_id"])

    def by_item(rows):
        return sorted(rows, key=lambda row: row["item_id"])

    assert len(wanted) > 50
    assert by_item(pq.read_table("scores.parquet").to_pylist()) == wanted
    assert by_item(row for frame in known["frames"] for row in frame.to_dicts()) == wanted
    assert by_item(row for table in known["tables"] for row in table.to_dicts()) == wanted
    alone = ar.forecast_cash(known["model"], opened, items, "2026-11-20", 30, new_business=True).to_dicts()
    assert known["cash"].to_dicts() == alone
    assert known["forecast"].to_dicts() == [row for row in alone if row["line"] == "open_items"]


def test_the_examples_of_the_docstrings_run():
    found = doctest.testmod(ar_core.parts)
    assert found.attempted > 8 and not found.failed


def test_groups_are_ties_over_any_number_of_parents():
    groups = ar.parts.customer_groups(people())
    assert groups["C17"] == groups["C04"] or groups["C17"] == "C04"
    assert len(groups) == len(people())
    chain = [{"customer_id": f"K{at}", "parent_id": f"K{at + 1}"} for at in range(2000)]
    assert set(ar.parts.customer_groups(chain).values()) == {"K0"}
    circle = {"customer_id": ["A", "B", "C"], "parent_id": ["B", "A", None]}
    assert ar.parts.customer_groups(circle) == {"A": "A", "B": "A", "C": "C"}
    # Two children of a parent that the table does not have.
    assert ar.parts.customer_groups([("X", "gone"), ("Y", "gone"), ("Z", None)]) == {"X": "X", "Y": "X", "Z": "Z"}


@pytest.fixture(scope="module")
def model():
    return ar.PayTimeModel.fit(ROWS, AT, people(), calendars={})


def _read(parts):
    def read(part):
        mine = [row for row in ROWS if hash(row["customer_id"]) % parts == part]
        return [row for row in mine if row["settled_on"] is None], mine

    return read


@pytest.mark.parametrize("parts", [1, 3, 50])
def test_a_book_in_parts_is_the_book(model, parts, tmp_path):
    """With parts that have no items, and no rows at all."""
    for at, what in [(AT, "scores"), ("x_at", "scores"), (AT, "distribution")]:
        found = [
            row
            for table in ar.parts.score(model, _read(parts), range(parts), at, what, keep_in=tmp_path)
            for row in table.to_dicts()
        ]
        alone = model.predict(OPEN, ROWS, at) if what == "scores" else model.distribution(OPEN, ROWS, at)
        key = (lambda row: row["item_id"]) if what == "scores" else (lambda row: (row["item_id"], row["offset_days"]))
        assert sorted(found, key=key) == sorted(alone.to_dicts(), key=key)
    cash = ar.parts.forecast(model, _read(parts), range(parts), AT, 20, weekly=True)
    assert cash.to_dicts() == ar.forecast_cash(model, OPEN, ROWS, AT, 20, weekly=True).to_dicts()
    assert not list(tmp_path.iterdir()), "what was kept is removed"


def test_parts_that_are_not_those_of_one_book_are_refused(model, tmp_path):
    half = [row for row in ROWS if row["customer_id"] != "C03"]
    with pytest.raises(ar.InvalidInput, match="customer 'C00' is in two parts"):
        list(ar.parts.score(model, lambda part: (OPEN, part), [half, half], AT, keep_in=tmp_path))
    bad = [{**ROWS[0], "amount": "x"}]
    with pytest.raises(ar.InvalidInput) as caught:
        list(ar.parts.score(model, lambda part: (bad, bad), [1], AT, keep_in=tmp_path))
    assert [problem["table"] for problem in caught.value.problems] == ["history", "items"]
    with pytest.raises(ar.InvalidInput, match="not_saved"):
        ar.AskedPart.from_bytes(b"no part")
    assert not list(tmp_path.iterdir())
