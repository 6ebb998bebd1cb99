"""A book that is larger than memory: in parts, one after the other or on many machines, with the answers of the book in one piece.

Every customer is in one part, with all of its items and all of its past. What an item is judged by is its customer's own past, which
is in the part, and what the whole book has done, which two rounds over all parts find out: in the first each part is counted, in the
second each says what came of some items against what was expected of them. After that each part is asked by itself. The scores are
those of `PayTimeModel.predict` on the whole book and the forecast is that of `forecast_cash`, to the last bit, however the book is cut.

    def read(part):                     # a part of the book, from where it is kept
        items = duckdb.sql(f"select * from 'items/part={part}/*.parquet'")
        return items.filter("settled_on is null"), items

    for scores in ar.parts.score(model, read, range(64), at="2026-11-20"):
        write(scores)

`ar_core.spark` does the same on a cluster; docs/out_of_core.md has recipes for DuckDB and polars. Nothing here needs a library.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from ._native import AskedPart, PayTimeModel, Table, forecast_of, rolled_of, whole_of
from .tables import DayLike, TableLike

Key = TypeVar("Key")
Read: TypeAlias = "Callable[[Key], tuple[TableLike, TableLike]]"
"""Reads a part by its key: the items to ask about, and the past of their customers (which may hold the same items)."""

__all__ = ["AskedPart", "customer_groups", "forecast", "forecast_of", "rolled_of", "score", "whole_of"]


def score(
    model: PayTimeModel,
    read: Read[Key],
    parts: Iterable[Key],
    at: DayLike,
    what: Literal["scores", "distribution"] = "scores",
    keep_in: str | Path | None = None,
) -> Iterator[Table]:
    """The scores of all items, part by part, as `model.predict` gives them on the whole book.

    read: gives a part by its key, as (items, history). parts: the keys; every customer is in one part. at: a day, or the name of a column
    of days of the items. what: `distribution` for the whole distributions. keep_in: a folder for the parts once they are read (about 60
    bytes an item), default a temporary one, which is removed. A part is read once; at any time one is in memory. The two rounds are done
    before the first table comes. Identifiers of items must be those of one item in the whole book; that is looked at inside each part
    only. Raises InvalidInput with every problem of the first part that has one, for a customer who is in two parts, and for a day that
    is none.

    >>> import ar_core as ar
    >>> rows = [{"item_id": f"I{n}", "customer_id": f"C{n % 4}", "currency": "EUR", "amount": "10", "issued_on": "2026-01-05",
    ...          "due_on": "2026-02-04", "settled_on": "2026-02-09" if n < 9 else None} for n in range(12)]
    >>> model = ar.PayTimeModel.fit(rows, "2026-03-01", calendars={})
    >>> def read(part):
    ...     mine = [row for row in rows if row["customer_id"] in part]
    ...     return [row for row in mine if row["settled_on"] is None], mine
    >>> found = list(ar.parts.score(model, read, [("C0", "C1"), ("C2", "C3")], at="2026-03-01"))
    >>> [len(part) for part in found]
    [1, 2]
    >>> found[0].to_dicts() == model.predict([rows[9]], rows, "2026-03-01").to_dicts()
    True
    """
    with _Kept(read, parts, at, keep_in) as kept:
        whole = kept.whole(model, None)
        for part in kept:
            yield part.scores(model, whole) if what == "scores" else part.distribution(model, whole)


def forecast(
    model: PayTimeModel,
    read: Read[Key],
    parts: Iterable[Key],
    as_of: DayLike,
    days: int,
    weekly: bool = False,
    *,
    currency: str | None = None,
    fx_rates: TableLike | None = None,
    new_business: bool = False,
    keep_in: str | Path | None = None,
) -> Table:
    """The forecast of the whole book, as `forecast_cash` gives it.

    read, parts, keep_in, errors: as in `score`; the other arguments as in `forecast_cash`. What a customer brings in is added exactly
    and rounded once, so the parts may be any and come in any order; bands widen with the variance of independent customers.

    >>> import ar_core as ar
    >>> rows = [{"item_id": f"I{n}", "customer_id": f"C{n % 4}", "currency": "EUR", "amount": "10", "issued_on": "2026-01-05",
    ...          "due_on": "2026-02-04", "settled_on": "2026-02-09" if n < 9 else None} for n in range(12)]
    >>> model = ar.PayTimeModel.fit(rows, "2026-03-01", calendars={})
    >>> def read(customer):
    ...     mine = [row for row in rows if row["customer_id"] == customer]
    ...     return [row for row in mine if row["settled_on"] is None], mine
    >>> found = ar.parts.forecast(model, read, ["C0", "C1", "C2", "C3"], "2026-03-01", 7)
    >>> found.to_dicts() == ar.forecast_cash(model, rows[9:], rows, "2026-03-01", 7).to_dicts()
    True
    """
    with _Kept(read, parts, as_of, keep_in) as kept:
        whole = kept.whole(model, [as_of])
        own = [part.forecast(model, whole, as_of, days, weekly, new_business=new_business) for part in kept]
    return forecast_of(model, own, as_of, days, weekly, currency=currency, fx_rates=fx_rates, new_business=new_business)


class _Kept:
    """The parts of a book as files: read once, gone through as often as is needed."""

    def __init__(self, read: Read[Key], parts: Iterable[Key], at: DayLike, folder: str | Path | None) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="ar-core-parts-", dir=folder)
        self._files: list[Path] = []
        self._days: set[Any] = set()
        try:
            for number, key in enumerate(parts):
                items, history = read(key)
                part = AskedPart(items, history, at)
                self._days.update(part.days())
                file = Path(self._temporary.name, f"{number}.part")
                file.write_bytes(part.to_bytes())
                self._files.append(file)
        except BaseException:
            self._temporary.cleanup()
            raise

    def __enter__(self) -> _Kept:
        return self

    def __exit__(self, *_: object) -> None:
        self._temporary.cleanup()

    def __iter__(self) -> Iterator[AskedPart]:
        for file in self._files:
            yield AskedPart.from_bytes(file.read_bytes())

    def whole(self, model: PayTimeModel, days: Sequence[DayLike] | None) -> bytes:
        """What the whole book has done, for questions on these days: those of the items where none are given."""
        asked: list[Any] = sorted(self._days) if days is None else list(days)
        whole = whole_of(model, [part.count(model, asked) for part in self])
        return rolled_of(whole, [part.see(model, whole) for part in self])


def customer_groups(customers: TableLike | Sequence[tuple[str, str | None]]) -> dict[str, str]:
    """The group of each customer: those that are tied by `parent_id`, directly or through others, have the same, named by the first of
    them in the order of the alphabet. A parent that is no customer of the table ties its children all the same.

    customers: a table with `customer_id` and perhaps `parent_id`, or pairs of them. Keep a group in one part where limits or decisions
    of groups are looked at; scores and forecasts need only that each customer is in one part.

    >>> import ar_core as ar
    >>> ar.parts.customer_groups([{"customer_id": "C2", "parent_id": "C9"}, {"customer_id": "C1", "parent_id": "C2"}, {"customer_id": "C5"}])
    {'C2': 'C1', 'C1': 'C1', 'C5': 'C5'}
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    names = []
    for name, above in _pairs(customers):
        names.append(name)
        one, other = root(name), root(name if above is None else above)
        if one != other:
            parent[max(one, other)] = min(one, other)
    first: dict[str, str] = {}
    for name in sorted(names):
        first.setdefault(root(name), name)
    return {name: first[root(name)] for name in names}


def _pairs(customers: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(customers, Mapping):
        keys = list(customers["customer_id"])
        rows: Iterable[Any] = zip(keys, customers.get("parent_id") or [None] * len(keys), strict=True)
    elif isinstance(customers, Sequence):
        rows = customers
    else:
        import pyarrow as pa

        table = pa.table(customers)
        rows = table.select([name for name in ("customer_id", "parent_id") if name in table.column_names]).to_pylist()
    for row in rows:
        name, above = (row["customer_id"], row.get("parent_id")) if isinstance(row, Mapping) else row
        if name is not None:
            yield str(name), None if above is None else str(above)
