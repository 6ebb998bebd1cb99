"""Tables in, columns as numpy, rows out: what evaluation and estimators share about frames.

A frame is anything that the engine takes for a table. Here columns have to be added and compared, so it becomes a pyarrow.Table: without a
copy where the frame speaks Arrow. What cannot become one is refused as the engine refuses it, with the row that is to blame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import InvalidInput, Ledger
from ..tables import DayLike, Problem

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Stands for "no day" in a column of days.
NO_DAY = np.iinfo(np.int64).min
_EPOCH = date(1970, 1, 1).toordinal()
# The first and the last day that the engine knows: 1970-01-01 and 2199-12-31.
FIRST_DAY, LAST_DAY = 0, date(2199, 12, 31).toordinal() - _EPOCH


def problem(table: str, code: str, message: str, column: str | None = None, row: int | None = None) -> Problem:
    """A problem in the shape of the engine's own."""
    return {"table": table, "row": row, "column": column, "code": code, "message": message}


def refused(problems: Sequence[Problem], code: str = "invalid_tables", total: int | None = None) -> InvalidInput:
    """The exception that tells all of them; of very many it carries the first 10,000, as the engine does."""
    many = len(problems) if total is None else total

    def where(found: Problem) -> str:
        row = "" if found["row"] is None else f"[{found['row']}]"
        return found["table"] + row + (f".{found['column']}" if found["column"] else "")

    lines = [f"{where(found)}: {found['message']} ({found['code']})" for found in problems[:20]]
    head = f"{code}: " if many == 1 else f"{code}: {many} problems\n  "
    error = InvalidInput(head + "\n  ".join(lines))
    error.code, error.problems, error.total = code, list(problems[:10_000]), many
    return error


def refused_rows(table: str, code: str, message: str, column: str | None, rows: Any) -> InvalidInput:
    """The exception for one and the same thing in many rows."""
    return refused([problem(table, code, message, column, int(row)) for row in rows[:10_000]], total=len(rows))


def refused_argument(name: str, message: str, code: str = "out_of_range") -> InvalidInput:
    """The exception for an argument."""
    return refused([problem("arguments", code, message, name)], "invalid_argument")


def pyarrow(what: str = "this") -> Any:
    """pyarrow, or what to install."""
    try:
        import pyarrow
    except ImportError as error:
        raise ImportError(f"{what} needs pyarrow: pip install 'ar-core[evaluate]'") from error
    return pyarrow


def column_names(table: Any) -> list[str] | None:
    """The names of the columns of a frame, a list of dicts or a dict of columns; None for what has none, such as an array."""
    if isinstance(table, Mapping):
        return [str(name) for name in table]
    if isinstance(table, Sequence) and not isinstance(table, str) and len(table) and isinstance(table[0], Mapping):
        return list(dict.fromkeys(str(name) for row in table for name in row))
    names = getattr(table, "column_names", None)
    if names is None:
        names = getattr(table, "columns", None)
    if names is None or callable(names):
        # A record batch has a method of that name.
        names = getattr(getattr(table, "schema", None), "names", None)
    return None if names is None or callable(names) else [str(name) for name in names]


def arrow(table: Any, name: str = "items") -> Any:
    """A frame, a list of dicts or a dict of columns as a pyarrow.Table. Raises InvalidInput for what is not a table."""
    pa = pyarrow()
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    try:
        found = _read(table)
    except (pa.ArrowException, TypeError, ValueError) as error:
        if name == "items":
            Ledger(items=table)  # names the row
        raise refused([problem(name, "wrong_type", f"the table cannot be read through Arrow: {error}")]) from error
    if found is None:
        kind = type(table).__name__
        message = (
            f"{kind} is not a table: give a frame of pandas, polars or pyarrow, a list of dicts, or a dict of columns"
        )
        raise refused([problem(name, "wrong_type", message)])
    # Arrow's own functions do not know polars' kind of text yet.
    views = [field.name for field in found.schema if pa.types.is_string_view(field.type)]
    for column in views:
        found = found.set_column(found.column_names.index(column), column, found[column].cast(pa.large_string()))
    # The unnamed index of a filtered pandas frame is no column of the table.
    return found.drop_columns([column for column in found.column_names if column.startswith("__index_level_")])


def _read(table: Any) -> Any:
    """The table, or None for what is none."""
    pa = pyarrow()
    if hasattr(table, "__arrow_c_stream__"):
        try:
            return pa.table(table)
        except pa.ArrowException:
            if not hasattr(table, "iloc"):
                raise
            # A pandas frame with a column that mixes types.
            return pa.table({str(name): _column(table[name].tolist()) for name in table.columns})
    if hasattr(table, "__arrow_c_array__"):
        return pa.Table.from_batches([pa.record_batch(table)])
    if isinstance(table, Mapping):
        return pa.table({str(key): _column(values) for key, values in table.items()})
    if isinstance(table, list | tuple) and all(isinstance(row, Mapping) for row in table):
        keys = dict.fromkeys(str(key) for row in table for key in row)
        return pa.table({key: _column([row.get(key) for row in table]) for key in keys})
    return None


def _column(values: Any) -> Any:
    """A column of Python values; of mixed ones, such as amounts as numbers and as text, the text of each, which the engine reads as well."""
    pa = pyarrow()
    if hasattr(values, "__array__"):
        return pa.array(values, from_pandas=True)
    values = list(values)
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None or value != value else str(value) for value in values], pa.string())


def day(value: DayLike, argument: str) -> int:
    """A day as days since 1970-01-01. Raises InvalidInput."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.toordinal() - _EPOCH
    try:
        return date.fromisoformat(value).toordinal() - _EPOCH
    except (TypeError, ValueError):
        message = f"{value!r} is not a day: give a date or ISO text such as '2026-11-21'"
        raise refused_argument(argument, message, "unreadable") from None


def as_date(days: int) -> date:
    """Days since 1970-01-01 as a date."""
    return date.fromordinal(int(days) + _EPOCH)


def days_in(table: Any, column: str, name: str = "items") -> Days:
    """A column of days as days since 1970-01-01, `NO_DAY` where it is null. Raises InvalidInput where it holds anything else."""
    pa = pyarrow()
    import pyarrow.compute as pc

    if column not in table.column_names:
        raise refused([problem(name, "missing_column", f"the column '{column}' is required", column)])
    values = table[column]
    try:
        if pa.types.is_null(values.type):
            values = pa.nulls(len(values), pa.int32())
        else:
            if pa.types.is_dictionary(values.type):
                values = values.cast(values.type.value_type)
            if pa.types.is_timestamp(values.type):
                at_noon = np.flatnonzero(
                    pc.fill_null(pc.not_equal(values, pc.floor_temporal(values, unit="day")), False)
                )
                if len(at_noon):
                    message = "the timestamp has a time of day: a day is wanted"
                    raise refused_rows(name, "unreadable", message, column, at_noon)
            if not pa.types.is_date32(values.type):
                values = values.cast(pa.date32())
            values = values.cast(pa.int32())
    except pa.ArrowException as error:
        if name == "items":
            Ledger(items=table)  # names the row, where it is a column of the engine's
        raise refused([problem(name, "unreadable", f"a column of days is wanted: {error}", column)]) from error
    return np.asarray(pc.fill_null(values.cast(pa.int64()), NO_DAY).to_numpy(), dtype=np.int64)


def texts_in(table: Any, column: str) -> Any:
    """A column of identifiers as pyarrow text, whatever it was (text, whole numbers, categories)."""
    pa = pyarrow()
    values = table[column]
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    return values.cast(pa.string()).combine_chunks()


def day_column(days: Days) -> Any:
    """Days since 1970-01-01 as an Arrow column; null for `NO_DAY`."""
    pa = pyarrow()
    none = days == NO_DAY
    return pa.array(np.where(none, 0, days).astype(np.int32), mask=none).cast(pa.date32())


class Rows:
    """A table of results. It speaks Arrow, so pandas, polars and DuckDB read it directly.

    >>> Rows({"measure": ["mae"], "value": [1.5]}).to_dicts()
    [{'measure': 'mae', 'value': 1.5}]
    """

    def __init__(self, columns: Mapping[str, Any]) -> None:
        """columns: names to lists or arrays of one length; not-a-number is null."""
        pa = pyarrow()
        made = {
            key: values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
            for key, values in columns.items()
        }
        self._table = pa.table(made)

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self._table.column_names)

    def __len__(self) -> int:
        """Number of rows."""
        return int(self._table.num_rows)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """A new Arrow stream of the rows."""
        return self._table.__arrow_c_stream__(requested_schema)

    def to_pyarrow(self) -> Any:
        """As a pyarrow.Table; zero copy."""
        return self._table

    def to_pandas(self) -> Any:
        """As a pandas.DataFrame. Raises ImportError without pandas."""
        return self._table.to_pandas()

    def to_polars(self) -> Any:
        """As a polars.DataFrame. Raises ImportError without polars."""
        import polars

        return polars.from_arrow(self._table)

    def to_dicts(self) -> list[dict[str, Any]]:
        """As a list of dicts."""
        return list(self._table.to_pylist())

    def __repr__(self) -> str:
        return text_table(
            self.column_names, [list(row.values()) for row in self._table.slice(0, 30).to_pylist()], len(self)
        )

    def _repr_html_(self) -> str:
        """The first rows as HTML, for notebooks."""
        names = "".join(f"<th scope='col'>{escape(name)}</th>" for name in self.column_names)
        rows = (
            "<tr>" + "".join(f"<td>{escape(shown(value))}</td>" for value in row.values()) + "</tr>"
            for row in self._table.slice(0, 30).to_pylist()
        )
        more = f"<caption>the first 30 of {len(self):,} rows</caption>" if len(self) > 30 else ""
        return f"<table>{more}<thead><tr>{names}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def shown(value: Any) -> str:
    """A value for people: three digits behind the point, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 1e4 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def text_table(names: Sequence[str], rows: Sequence[Sequence[Any]], many: int | None = None) -> str:
    """Columns under their names: text to the left, numbers to the right."""
    cells = [[shown(value) for value in row] for row in rows]
    widths = [max([len(name), *(len(row[at]) for row in cells)]) for at, name in enumerate(names)]
    right = [
        all(isinstance(row[at], int | float | None) for row in rows) and any(row[at] is not None for row in rows)
        for at in range(len(names))
    ]

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()

    more = [] if many is None or many <= len(rows) else [f"... {many:,} rows"]
    return "\n".join([line(names), *(line(row) for row in cells), *more])
