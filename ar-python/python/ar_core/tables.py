"""Types for those who annotate: what the engine takes for a table or a day, and the dicts that it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeAlias, TypedDict


class Problem(TypedDict):
    """One thing that is wrong with the input: an entry of `.problems` of an error.

    table: name of the table, or 'policy', 'events', 'arguments'. row: row of the table from 0, or None where the whole table or column
    is meant. column: column of the table, path of the setting, or name of the argument; or None. code: the kind of problem, such as
    'missing_column'. message: one sentence, what was seen and what is wanted.
    """

    table: str
    row: int | None
    column: str | None
    code: str
    message: str


class Break(TypedDict):
    """A place where an audit chain does not hold: number of the entry, kind of break, one sentence."""

    seq: int
    code: str
    message: str


class Head(TypedDict):
    """The end of an audit log at some time: how many entries it had, and the digest of the last."""

    len: int
    digest: str


class ArrowStream(Protocol):
    """A frame of pandas, polars, pyarrow or DuckDB: a table that gives an Arrow stream."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """A PyCapsule named 'arrow_array_stream'."""


class ArrowArray(Protocol):
    """A table that gives one Arrow struct array, such as a record batch."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        """PyCapsules named 'arrow_schema' and 'arrow_array'."""


TableLike: TypeAlias = "ArrowStream | ArrowArray | Sequence[Mapping[str, Any]] | Mapping[str, Any]"
"""A table: a frame, a list of dicts (rows), or a dict of columns."""

DayLike: TypeAlias = "date | str"
"""A day: a date, a datetime at midnight, or ISO text such as '2026-11-21'."""

Progress: TypeAlias = "Callable[[str, int, int], object] | bool"
"""Who is told how far long work is: a callable of stage, done and total, or True for a bar on a terminal."""

__all__ = ["ArrowArray", "ArrowStream", "Break", "DayLike", "Head", "Problem", "Progress", "TableLike"]
