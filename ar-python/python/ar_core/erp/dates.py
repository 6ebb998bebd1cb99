"""Days as exports write them: which day a cell means, and how sure that is.

Nothing is parsed twice: a column has few different days, so each text is read once and the rows take what was found.
Day and month in `03/04/2024` can only be told apart by other cells. `Days` counts what speaks for each order; who asks decides, for
all columns of an export together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..frames import need

FIRST, LAST = date(1970, 1, 2), date(2199, 12, 31)
"""What the engine takes for a day, but for 1970-01-01, which is how many systems write none."""

NOTHING = frozenset(
    {"", "-", "--", "#n/a", "n/a", "na", "null", "none", "nan", "nat", "(blank)", "(null)", "#null!", "?", "false"}
)
"""Texts that say that a cell is empty."""

NO_DAY = frozenset(
    {
        (0, 0, 0),
        (1, 1, 1),
        (1753, 1, 1),
        (1899, 12, 30),
        (1899, 12, 31),
        (1900, 1, 0),
        (1900, 1, 1),
        (1901, 1, 1),
        (1970, 1, 1),
    }
    | {
        (2999, 12, 31),
        (3000, 1, 1),
        (4712, 12, 31),
        (4713, 1, 1),
        (9999, 12, 31),
        (9999, 12, 30),
        (9999, 1, 1),
        (9999, 9, 9),
    }
)
"""Days (year, month, day) that systems write where there is none."""

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\.?(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\.?(?:[T, ].*)?")
_DAY_NAME = re.compile(r"(\d{1,2})[-. /]*([^\W\d_]{3,12})\.?[-. ,/]*(\d{4}|\d{2})(?:[T, ].*)?")
_NAME_DAY = re.compile(r"([^\W\d_]{3,12})\.?[-. /]*(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?:[T, ].*)?")

_MONTHS = (
    "jan jän ene gen", "feb fev", "mar mär mrz", "apr avr abr", "may mai mag", "jun juin giu", "jul juil lug", "aug aou ago", "sep set",
    "oct okt ott", "nov", "dec dez dic",
)  # fmt: skip
_MONTH = {
    unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode(): number
    for number, words in enumerate(_MONTHS, 1)
    for word in words.split()
}

EXCEL = date(1899, 12, 30).toordinal()
EPOCH = date(1970, 1, 1).toordinal()


@dataclass
class Days:
    """A column read as days.

    codes: which entry of `found` each row has. found: of each different cell a day, the two numbers of one whose order is open
    (first, second, year), None for an empty cell, or the text that is none. form: how most are written.
    """

    codes: Any
    found: list[date | tuple[int, int, int] | str | None]
    form: str
    weights: list[int]
    separators: Counter[str] = field(default_factory=Counter)
    no_day: Counter[str] = field(default_factory=Counter)
    timed: int = 0
    source: list[Any] = field(default_factory=list)

    @property
    def filled(self) -> int:
        """Rows that say something, right or wrong."""
        return sum(weight for what, weight in zip(self.found, self.weights, strict=True) if what is not None)

    @property
    def bad(self) -> int:
        """Rows that say something that is no day."""
        return sum(weight for what, weight in zip(self.found, self.weights, strict=True) if isinstance(what, str))

    def votes(self) -> tuple[int, int, int]:
        """Rows that can only be day first, only month first, and either."""
        day, month, either = 0, 0, 0
        for what, weight in zip(self.found, self.weights, strict=True):
            if isinstance(what, tuple):
                first, second, _ = what
                if first > 12 and second <= 12:
                    day += weight
                elif second > 12 and first <= 12:
                    month += weight
                elif first != second:
                    either += weight
        return day, month, either

    def array(self, day_first: bool) -> tuple[Any, Any]:
        """The days as date32, and a mask of the rows that say what is no day."""
        pa, pc = need("pyarrow"), need("pyarrow.compute")
        days, wrong = [], []
        for what in self.found:
            if isinstance(what, tuple):
                first, second, year = what
                what = _day(year, *((second, first) if day_first else (first, second))) or "wrong"
            days.append(what if isinstance(what, date) else None)
            wrong.append(isinstance(what, str))
        if not days:
            return pa.nulls(len(self.codes), pa.date32()), pa.array([False] * len(self.codes))
        values = pa.array(days, pa.date32()).take(self.codes)
        return values, pc.fill_null(pa.array(wrong).take(self.codes), False)


def read_days(array: Any) -> Days:
    """Reads a column as days, whatever its type."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    array = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    timed = 0
    if pa.types.is_timestamp(array.type):
        timed = _timed(pc, array)
        array = _local_day(pa, pc, array)
    elif pa.types.is_date64(array.type):
        array = array.cast(pa.date32())
    elif _is_text(pa, array.type):
        array = _without_time(pa, pc, array.cast(pa.string()))
    encoded = array.dictionary_encode()
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    cells = encoded.dictionary.to_pylist()
    weights = [0] * len(cells)
    for entry in pc.value_counts(pc.drop_null(encoded.indices)).to_pylist():
        weights[entry["values"]] = entry["counts"]
    days = Days(encoded.indices, [], "", weights, timed=timed, source=cells)
    reader = _number_reader(cells) if _is_number(pa, array.type) else _cell
    forms: Counter[str] = Counter()
    for cell, weight in zip(cells, weights, strict=True):
        form, what = reader(cell)
        if isinstance(what, tuple):
            days.separators[form] += weight
        if form == "none":
            days.no_day[str(cell)] += weight
        else:
            forms[form] += weight
        days.found.append(what)
    days.form = forms.most_common(1)[0][0] if forms else "empty"
    return days


def _is_text(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_number(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _timed(pc: Any, array: Any) -> int:
    """How many instants are not at midnight, in the zone of the column."""
    naive = pc.local_timestamp(array) if array.type.tz else array
    return int(pc.sum(pc.not_equal(naive, pc.floor_temporal(naive, unit="day"))).as_py() or 0)


def _local_day(pa: Any, pc: Any, array: Any) -> Any:
    naive = pc.local_timestamp(array) if array.type.tz else array
    return pc.floor_temporal(naive, unit="day").cast(pa.date32())


def _without_time(pa: Any, pc: Any, texts: Any) -> Any:
    """Instants of a day are many, days are few: the time is cut before texts are told apart."""
    return pc.replace_substring_regex(texts, r"^\s*(\d{4}-\d\d-\d\d)[T ].*$", r"\1")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _judged(form: str, year: int, month: int, day: int, text: str) -> tuple[str, date | str | None]:
    if (year, month, day) in NO_DAY:
        return "none", None
    found = _day(year, month, day)
    return (form, found) if found and FIRST <= found <= LAST else ("wrong", text)


def _cell(cell: Any) -> tuple[str, date | tuple[int, int, int] | str | None]:
    """What one text or date means: how it is written, and the day, or the numbers whose order is open."""
    if cell is None:
        return "empty", None
    if isinstance(cell, date):
        return _judged("date", cell.year, cell.month, cell.day, cell.isoformat())
    text = str(cell).strip()
    if text.lower() in NOTHING or not text.strip("0./- "):
        return "none", None
    if match := _YEAR_FIRST.fullmatch(text):
        return _judged("2024-01-31", int(match[1]), int(match[2]), int(match[3]), text)
    if match := _COMPACT.fullmatch(text):
        return _judged("20240131", int(match[1]), int(match[2]), int(match[3]), text)
    if match := _YEAR_LAST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), _year(match[4])
        if (year, first, second) in NO_DAY or (year, second, first) in NO_DAY:
            return "none", None
        fits = (first <= 12 and second <= 31) or (second <= 12 and first <= 31)
        return (match[2], (first, second, year)) if fits and FIRST.year <= year <= LAST.year else ("wrong", text)
    for pattern, day_at, name_at in ((_DAY_NAME, 1, 2), (_NAME_DAY, 2, 1)):
        if match := pattern.fullmatch(text):
            name = unicodedata.normalize("NFKD", match[name_at].lower()).encode("ascii", "ignore").decode()
            month = _MONTH.get(name[:4]) or _MONTH.get(name[:3])
            if month:
                return _judged("31 Jan 2024", _year(match[3]), month, int(match[day_at]), text)
    if text.replace(".0", "").isdigit() and len(text) <= 10:
        return _number(float(text), "excel" if 20_000 <= float(text) <= 80_000 else "wrong")
    return "wrong", text


def _number_reader(cells: list[Any]) -> Any:
    """How the whole numbers of a column are to be read: all in one way."""
    numbers = [float(cell) for cell in cells if cell is not None and cell == cell and float(cell) != 0]
    form = "wrong"
    if numbers and all(100_000 < number < 300_000 and 1 <= number % 1000 <= 366 for number in numbers):
        form = "julian"
    elif all(18_990_000 < number < 100_000_000 for number in numbers):
        form = "20240131"
    elif all(20_000 <= number <= 80_000 or number == 2_958_465 for number in numbers):
        form = "excel"
    elif all(3e8 <= number <= 4.2e9 for number in numbers):
        form = "seconds"
    elif all(3e11 <= number <= 4.2e12 for number in numbers):
        form = "milliseconds"
    return lambda cell: _number(cell, form)


def _number(cell: Any, form: str) -> tuple[str, date | str | None]:
    if cell is None or cell != cell or float(cell) == 0:
        return "none", None
    number, text = float(cell), str(cell)
    if not number.is_integer() and form != "excel":
        return "wrong", text
    whole = int(number)
    if form == "20240131":
        return _judged(form, whole // 10_000, whole // 100 % 100, whole % 100, text)
    if form == "julian":
        start = _day(1900 + whole // 1000, 1, 1)
        found = date.fromordinal(start.toordinal() + whole % 1000 - 1) if start and whole % 1000 else None
        return (form, found) if found and FIRST <= found <= LAST else ("wrong", text)
    ordinal = {
        "excel": EXCEL + whole,
        "seconds": EPOCH + whole // 86_400,
        "milliseconds": EPOCH + whole // 86_400_000,
    }.get(form)
    if ordinal is None:
        return "wrong", text
    found = date.fromordinal(min(ordinal, date.max.toordinal()))
    return _judged(form, found.year, found.month, found.day, text)
