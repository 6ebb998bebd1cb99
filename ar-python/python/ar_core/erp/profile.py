"""What the cells of a column can be, seen on a sample: a heading alone does not make a date.

`fit` says how well a column can be what a role asks for: 1 yes, 0 no, 0.9 where every cell is empty and nothing can be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..frames import need
from ..currencies import BOOKED
from .dates import NOTHING, read_days
from .knowledge import general
from .numbers import read_numbers

SAMPLE = 4_000

YES = frozenset(
    {"1", "y", "yes", "true", "t", "x", "ja", "j", "oui", "o", "si", "sí", "s", "*", "wahr", "vrai", "verdadero", "1.0"}
)
NO = frozenset({"0", "n", "no", "false", "f", "nein", "non", "falsch", "faux", "falso", "", "0.0"})


@dataclass
class Profile:
    """A column on a sample of its rows."""

    heading: str
    sample: Any
    rows: int

    @cached_property
    def texts(self) -> list[str]:
        """The filled cells of the sample as text."""
        found = [str(cell).strip() for cell in self.sample.to_pylist() if cell is not None]
        return [text for text in found if text.lower() not in NOTHING]

    @cached_property
    def distinct(self) -> float:
        """Different cells among the filled ones, 0 to 1."""
        return len(set(self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def date_share(self) -> float:
        """Filled cells that are days."""
        days = read_days(self.sample)
        return 1 - days.bad / days.filled if days.filled else 0.0

    @cached_property
    def timed(self) -> bool:
        """Days that come with a time of day: made by a system, not chosen by a person."""
        if need("pyarrow").types.is_timestamp(self.sample.type):
            return read_days(self.sample).timed > 0
        return (
            sum(":" in text and not text.rstrip("Z0:. ").endswith("T") and "00:00" not in text for text in self.texts)
            > len(self.texts) / 2
        )

    @cached_property
    def number_share(self) -> float:
        """Filled cells that are numbers."""
        numbers = read_numbers(self.sample)
        filled = len(self.sample) - numbers.empty
        return 1 - numbers.bad_count / filled if filled > 0 else 0.0

    @cached_property
    def written(self) -> str:
        """`date` where the column has the type or the look of days (not of numbers), else `number` or `text`."""
        pa = need("pyarrow")
        if pa.types.is_temporal(self.sample.type):
            return "date"
        if self.number_share > 0.98:
            return "number"
        return "date" if self.date_share > 0.9 else "text"

    @cached_property
    def example(self) -> str:
        """A filled cell, for a person."""
        return self.texts[0][:40] if self.texts else ""

    def fit(self, content: str) -> float:
        """How well the column can hold what a role asks for, 0 to 1."""
        if content == "any":
            return 1.0
        if not self.texts:
            return 0.9
        return max(0.0, min(1.0, _FIT[content](self)))

    def _no_day(self) -> bool:
        return read_days(self.sample).filled == 0


def profile(table: Any) -> list[Profile]:
    """The columns of a pyarrow.Table, on rows from all over it."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    step = max(1, table.num_rows // SAMPLE)
    at = pa.array(range(0, table.num_rows, step), pa.int64())
    profiles = []
    for index, heading in enumerate(table.column_names):
        column = table.column(index)
        sample = (column.take(at) if step > 1 else column).combine_chunks()
        sample = pa.chunked_array([sample]).combine_chunks() if isinstance(sample, pa.ChunkedArray) else sample
        if pa.types.is_dictionary(sample.type):
            sample = sample.dictionary_decode()
        if pa.types.is_string_view(sample.type) or pa.types.is_large_string(sample.type):
            sample = sample.cast(pa.string())
        if not pc.any(pc.is_valid(sample)).as_py() and step > 1:
            # A column that is mostly empty: what it has, wherever that is.
            sample = pc.drop_null(column).slice(0, 100).combine_chunks()
        profiles.append(Profile(heading, sample, table.num_rows))
    return profiles


def _most(values: list[bool]) -> float:
    return 1.0 if sum(values) >= 0.95 * len(values) else 0.0


def _date(column: Profile) -> float:
    if column._no_day():
        return 0.9
    return 1.0 if column.date_share >= 0.9 else 0.3 if column.date_share > 0.5 else 0.0


def _amount(column: Profile) -> float:
    if column.written == "date":
        return 0.0
    return 1.0 if column.number_share >= 0.9 else 0.3 if column.number_share > 0.5 else 0.0


def _identifier(column: Profile) -> float:
    pa = need("pyarrow")
    kind = column.sample.type
    if (
        pa.types.is_temporal(kind)
        or pa.types.is_boolean(kind)
        or (column.written == "date" and column.date_share > 0.98)
    ):
        return 0.0
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _most([float(text).is_integer() for text in column.texts])
    return 1.0


def _currency(column: Profile) -> float:
    named = general().values["currency"]
    return _most([text.upper() in BOOKED or text.casefold() in named for text in column.texts])


def _days(column: Profile) -> float:
    if column.number_share < 0.95:
        return 0.0
    return _most(
        [text.removesuffix(".0").lstrip("-").isdigit() and len(text.removesuffix(".0")) <= 4 for text in column.texts]
    )


def _flag(column: Profile) -> float:
    return _most([text.lower() in YES or text.lower() in NO for text in column.texts])


def _word(column: Profile) -> float:
    if column.written == "date":
        return 0.0
    return 1.0 if len(set(column.texts)) <= max(12, len(column.texts) // 20) else 0.3


_FIT = {
    "date": _date,
    "amount": _amount,
    "id": _identifier,
    "currency": _currency,
    "text": lambda column: (
        0.0 if column.written == "date" and need("pyarrow").types.is_temporal(column.sample.type) else 1.0
    ),
    "days": _days,
    "percent": _amount,
    "flag": _flag,
    "word": _word,
}
