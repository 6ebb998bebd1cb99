"""What charts write: amounts in few characters, names in the room there is, days and shares."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

UNITS = ((12, "trillions", "T"), (9, "billions", "B"), (6, "millions", "M"), (3, "thousands", "k"))
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
# A name may run from right to left; what stands behind it must not change places with it.
LEFT, ISOLATE, END_ISOLATE = "\N{LEFT-TO-RIGHT MARK}", "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def short(amount: Any, digits: int = 3) -> str:
    """An amount in about `digits` digits: thousands k, millions M, billions B, trillions T. For labels; tables say the whole amount.

    >>> [short(amount) for amount in ("1154321.99", 2500, "0.0042", "-71.5", "3e15", 0)]
    ['1.15M', '2.5k', '0.0042', '-71.5', '3,000T', '0']
    """
    value = Decimal(str(amount))
    if not value.is_finite():
        return "?"
    rounded = _digits(abs(value), digits)
    power, unit = next(((power, unit) for power, _, unit in UNITS if rounded >= Decimal(10) ** power), (0, ""))
    text = f"{_digits(rounded.scaleb(-power), max(digits, rounded.adjusted() - power + 1)):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{'-' if value < 0 and rounded else ''}{text}{unit}"


def _digits(value: Decimal, digits: int) -> Decimal:
    """The value with so many digits that count, and none behind the twelfth decimal."""
    if not value:
        return Decimal(0)
    return round(value, max(min(digits - 1 - value.adjusted(), 12), -value.adjusted() - 1))


def axis_unit(amounts: list[float], currency: str | None) -> tuple[str, float]:
    """The title of an axis of amounts, and by what its numbers are divided: `("EUR, millions", 1e6)`."""
    most = max((abs(amount) for amount in amounts), default=0.0)
    for power, word, _ in UNITS:
        if most >= 10**power:
            return (f"{currency}, {word}" if currency else word), float(10**power)
    return currency or "", 1.0


def width(text: str) -> int:
    """Columns that a text takes: marks of Chinese, Japanese and Korean take two, marks that sit on others none."""
    return sum(
        0 if unicodedata.combining(mark) else 2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text
    )


def clipped(text: Any, columns: int) -> str:
    """The text on one line in at most so many columns, with an ellipsis where some of it is missing.

    >>> clipped("Nordwind Handelsgesellschaft", 12)
    'Nordwind Ha…'
    """
    whole = str(text)
    head = whole[: columns * 4 + 40]  # the rest of a text without end is not even looked at
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in head).split())
    if len(head) == len(whole) and width(line) <= columns:
        return line
    room, kept = columns - 1, 0
    for mark in line:
        room -= width(mark)
        if room < 0:
            break
        kept += 1
    return line[:kept].rstrip() + ELLIPSIS


def isolated(words: str, name: str) -> str:
    """Words and a name behind them; one that runs from right to left is fenced in, and the line still begins at the left."""
    if any(unicodedata.bidirectional(mark) in ("R", "AL") for mark in words + name):
        return f"{LEFT}{words}{ISOLATE}{name}{END_ISOLATE}"
    return words + name


def share(value: float) -> str:
    """A share as a whole per cent; what is small and not nothing says so."""
    if 0 < value < 0.01:
        return "<1 %"
    if 0.99 < value < 1:
        return ">99 %"
    return f"{value:.0%}".replace("%", " %")


def day(on: date) -> str:
    """`20 Nov 2026`."""
    return f"{on.day} {on:%b} {on.year}"


def rounded(value: Decimal, places: int) -> Decimal:
    """To so many decimals, half to even."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
