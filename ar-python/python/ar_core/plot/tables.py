"""Tables for charts: any frame as rows or as a pyarrow table, and the currency that a chart is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .drawing import need


def arrow(table: Any, columns: Sequence[str] | None = None) -> Any:
    """A table as a pyarrow table, with these columns only: a Table, a frame that speaks Arrow, rows or columns.

    Raises ValueError that names every column that is missing.
    """
    pa = need("pyarrow")
    if isinstance(table, Mapping):
        table = pa.table(dict(table))
    elif isinstance(table, Sequence) and not isinstance(table, (str, bytes)):
        table = pa.Table.from_pylist([dict(row) for row in table])
    elif not isinstance(table, pa.Table):
        if not hasattr(table, "__arrow_c_stream__"):
            raise TypeError(f"a {type(table).__name__} is no table")
        table = pa.table(table)
    if columns is None:
        return table
    missing = [name for name in columns if name not in table.column_names]
    if missing and table.num_rows:
        raise ValueError(f"the table has no column {', '.join(missing)}; it has {', '.join(table.column_names)}")
    return table.select([name for name in columns if name in table.column_names])


def rows(table: Any, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The rows of a table as dicts."""
    if isinstance(table, list) and columns is None:
        return table
    return list(arrow(table, columns).to_pylist())


def main_currency(aging: Any) -> str | None:
    """The currency of most open items, by the ageing of a report; ties go by name. None where nothing is open."""
    counts: dict[str, int] = {}
    for line in rows(aging, ("bucket", "currency", "count")):
        counts[line["currency"]] = counts.get(line["currency"], 0) + (line["count"] if line["bucket"] != "credits" else 0)
    return min(counts, key=lambda name: (-counts[name], name), default=None)


def chosen_currency(found: Iterable[tuple[str | None, bool | int]], asked: str | None) -> tuple[str | None, str]:
    """The currency of a chart, and what to say of the others: there is no common axis for amounts of two.

    found: currency and whether it has money (or how many items), of each row. asked: the one wanted, else that with most of them; ties go by
    name, so that the same report gives the same chart. Raises ValueError for one that is not there.
    """
    counts: dict[str, int] = {}
    for currency, weighs in found:
        if currency is not None:
            counts[currency] = counts.get(currency, 0) + int(weighs)
    if asked is not None and counts and asked not in counts:
        raise ValueError(f"nothing here is in {asked}; there is {', '.join(sorted(counts))}")
    currency = asked or min(counts, key=lambda name: (-counts[name], name), default=None)
    others = sorted(set(counts) - {currency})
    return currency, f"In {currency} only; there is also {listed(others)}." if others else ""


def listed(words: Sequence[str], most: int = 6) -> str:
    """`a, b and c`; of many the first and how many more."""
    shown = list(words[:most])
    if len(words) > most:
        return f"{', '.join(shown)} and {len(words) - most:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
