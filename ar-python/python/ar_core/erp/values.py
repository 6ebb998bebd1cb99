"""The cells of the columns that were recognised: days and amounts, read with one order of day and month and one decimal mark.

What cannot be told from the cells is a problem that names the setting which answers it; what was told, and from what, is an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from ..frames import need
from .dates import NOTHING, Days, read_days
from .numbers import Numbers, read_numbers

SHOWN = 3
MOST_PROBLEMS = 1_000
ROOM = 30
"""Digits of an amount while it is worked with: decimals of Arrow have 38, and sums and products take some."""


@dataclass(frozen=True)
class Settings:
    """What a person said where the cells do not tell: see `Mapping.with_`."""

    day_first: bool | None = None
    decimal: str | None = None
    lines: str | None = None
    currency: str | None = None
    terms_days: int | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    minor: bool | None = None
    key: tuple[str, ...] | None = None


class Assumption(TypedDict):
    """What was taken for granted. what: one sentence. column: the heading it is about. otherwise: what it could be instead, or how to say
    so. rows: how many rows it concerns."""

    what: str
    column: str | None
    otherwise: str | None
    rows: int | None


@dataclass
class Notes:
    """What was taken for granted, what is wrong, and the rows that are not part of the table."""

    table: str
    assumptions: list[Assumption] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    total: int = 0
    left: dict[int, str] = field(default_factory=dict)
    key: tuple[str, ...] | None = None
    """Roles that were joined to the identifier."""
    at: Any = None
    """Where rows are counted among those that are left: the row of the export of each."""

    def assume(
        self, what: str, column: str | None = None, otherwise: str | None = None, rows: int | None = None
    ) -> None:
        """otherwise: what it could be instead, and how to say so."""
        self.assumptions.append(Assumption(what=what, column=column, otherwise=otherwise, rows=rows))

    def refuse(self, code: str, message: str, column: str | None = None, row: int | None = None) -> None:
        """One problem in the shape of the engine's own."""
        self.total += 1
        if row is not None and self.at is not None:
            row = int(self.at[row].as_py())
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append({"table": self.table, "row": row, "column": column, "code": code, "message": message})

    def leave(self, mask: Any, why: str) -> int:
        """Leaves rows out, by a mask. Returns how many were not left out before."""
        pc = need("pyarrow.compute")
        rows = pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()
        new = [row for row in rows if row not in self.left]
        self.left.update(dict.fromkeys(new, why))
        return len(new)


def text(array: Any) -> Any:
    """A column as trimmed text, empty cells null; whole floats without `.0`."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    array = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    if pa.types.is_floating(array.type):
        whole = pc.all(pc.equal(pc.floor(array), array)).as_py() is not False
        array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
        array = array.cast(pa.int64()) if whole else array
    elif pa.types.is_decimal(array.type) and array.type.scale:
        array = pc.replace_substring_regex(array.cast(pa.string()), r"\.0+$", "")
    if pa.types.is_list(array.type) or pa.types.is_struct(array.type):
        return pa.array([None if cell is None else str(cell) for cell in array.to_pylist()], pa.string())
    array = pc.utf8_trim_whitespace(array.cast(pa.string()))
    array = pc.utf8_trim(array, characters="\u00a0\ufeff")
    return pc.if_else(
        pc.is_in(pc.utf8_lower(array), value_set=pa.array(sorted(NOTHING))), pa.scalar(None, pa.string()), array
    )


def days(columns: Mapping[str, Any], headings: Mapping[str, str], settings: Settings, notes: Notes) -> dict[str, Any]:
    """The columns of days as date32, by role, all read with one order of day and month."""
    read = {role: read_days(array) for role, array in columns.items()}
    day_first = _order(read, headings, settings, notes)
    found: dict[str, Any] = {}
    for role, seen in read.items():
        heading = headings[role]
        values, wrong = seen.array(bool(day_first))
        found[role] = values
        _wrong(notes, columns[role], wrong, heading, "unreadable", "is no day")
        if seen.no_day and (
            named := {cell: count for cell, count in seen.no_day.items() if cell.strip().lower() not in NOTHING}
        ):
            shown = ", ".join(f"{cell!r}" for cell in list(named)[:SHOWN])
            notes.assume(f"{heading}: {shown} means that there is no day", heading, None, sum(named.values()))
        if seen.timed:
            notes.assume(f"{heading}: the time of day was dropped", heading, None, seen.timed)
        if seen.form in ("excel", "seconds", "milliseconds", "julian"):
            form = {
                "excel": "days since 1899-12-30, as Excel counts",
                "julian": "CYYDDD, as JD Edwards writes them",
            }.get(seen.form, seen.form + " since 1970-01-01")
            notes.assume(f"{heading}: numbers read as {form}", heading)
    return found


def _order(read: Mapping[str, Days], headings: Mapping[str, str], settings: Settings, notes: Notes) -> bool | None:
    votes = {role: seen.votes() for role, seen in read.items()}
    day, month, either = (sum(vote[at] for vote in votes.values()) for at in range(3))
    if not day and not month and not either:
        return True
    if settings.day_first is not None:
        if (month if settings.day_first else day) and not (day if settings.day_first else month):
            said = "day" if settings.day_first else "month"
            notes.refuse(
                "contradiction",
                f"day_first={settings.day_first} was said, but {day or month} cells cannot have the {said} first",
            )
        return settings.day_first
    if day and month:
        shown = "; ".join(
            f"{headings[role]}: {vote[0]} day first, {vote[1]} month first"
            for role, vote in votes.items()
            if vote[0] or vote[1]
        )
        notes.refuse(
            "contradiction",
            f"days are written in both orders ({shown}): say with_(day_first=True) or False, the others become problems",
        )
        return day > month
    if day or month:
        if either:
            first = "day" if day else "month"
            notes.assume(
                f"days are written {first} first: {day or month} cells can only be read so, {either} either way"
            )
        return bool(day)
    return _undecided(read, headings, either, notes)


def _undecided(read: Mapping[str, Days], headings: Mapping[str, str], either: int, notes: Notes) -> bool:
    """No cell tells the order: what each order would mean for due dates, then the habit of points, then the person."""
    pc = need("pyarrow.compute")
    if "issued_on" in read and "due_on" in read:
        backwards = []
        for day_first in (True, False):
            issued, due = read["issued_on"].array(day_first)[0], read["due_on"].array(day_first)[0]
            backwards.append(int(pc.sum(pc.less(due, issued)).as_py() or 0))
        if min(backwards) == 0 and max(backwards) >= max(3, either // 50):
            day_first = backwards[0] == 0
            first = "day" if day_first else "month"
            notes.assume(
                f"days are read {first} first: else {max(backwards)} items would be due before they were issued",
                None,
                f"with_(day_first={not day_first})",
            )
            return day_first
    marks = {mark for seen in read.values() for mark in seen.separators}
    if marks == {"."}:
        notes.assume("days with points are read day first; no cell tells", None, "with_(day_first=False)", either)
        return True
    shown = next(
        str(cell)
        for seen in read.values()
        for cell, what in zip(seen.source, seen.found, strict=True)
        if isinstance(what, tuple) and what[0] != what[1]
    )
    notes.refuse(
        "ambiguous",
        f"{either} cells such as '{shown}' can be day first or month first, and no cell tells: say with_(day_first=True) or False",
    )
    return True


def amounts(
    columns: Mapping[str, Any], headings: Mapping[str, str], settings: Settings, notes: Notes
) -> dict[str, Any]:
    """The columns of amounts as decimal128, by role, all read with one decimal mark."""
    read = {role: read_numbers(array) for role, array in columns.items()}
    comma = sum(seen.comma for seen in read.values())
    point = sum(seen.point for seen in read.values())
    found: dict[str, Any] = {}
    for role, seen in read.items():
        mark = _mark(seen, headings[role], comma, point, settings, notes)
        values, wrong = seen.values(mark == ",")
        found[role] = values
        what = "is no amount" if seen.texts is not None else "has more than three decimals"
        _wrong(notes, columns[role], wrong, headings[role], "unreadable", what)
    if comma and not point and settings.decimal is None:
        notes.assume("amounts have a decimal comma", None, "with_(decimal='.')")
    return _one_scale(found, headings, notes)


def _one_scale(found: dict[str, Any], headings: Mapping[str, str], notes: Notes) -> dict[str, Any]:
    """Amounts that are added to each other, in one type with room for it."""
    pa = need("pyarrow")
    money = {role: values for role, values in found.items() if role not in ("quantity", "unit_price")}
    scale = max((values.type.scale for values in money.values()), default=0)
    for role, values in money.items():
        try:
            found[role] = values.cast(pa.decimal128(ROOM, scale))
        except pa.ArrowInvalid:
            notes.refuse("out_of_range", f"amounts of more than {ROOM - scale} digits", headings[role])
            found[role] = pa.nulls(len(values), pa.decimal128(ROOM, scale))
    return found


def _mark(seen: Numbers, heading: str, comma: int, point: int, settings: Settings, notes: Notes) -> str:
    if settings.decimal is not None or seen.texts is None:
        return settings.decimal or "."
    if seen.comma and seen.point:
        notes.refuse(
            "contradiction",
            f"{seen.comma} amounts have a decimal comma, {seen.point} a decimal point: say with_(decimal=',') or '.', the others become problems",
            heading,
        )
        return "," if seen.comma > seen.point else "."
    if seen.comma or seen.point:
        return "," if seen.comma else "."
    if seen.either and bool(comma) == bool(point):
        notes.refuse(
            "ambiguous",
            f"{seen.either} amounts such as 1.234 or 1,234 can be thousands or fractions, and no cell tells: say with_(decimal=',') or '.'",
            heading,
        )
    return "," if comma > point else "."


def _wrong(notes: Notes, array: Any, mask: Any, heading: str, code: str, what: str) -> None:
    """A problem a row. Rows that are left out later take theirs with them."""
    pc = need("pyarrow.compute")
    for row in pc.indices_nonzero(mask).to_pylist():
        notes.refuse(code, f"{str(array[row].as_py())[:60]!r} {what}", heading, row)
