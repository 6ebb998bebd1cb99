"""Which sign is the decimal one and which number of a date is the day: decided by a whole column, or asked for, never by one value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from .model import At
from .values import day_of, decimal_of

ORDERS = ("YMD", "DMY", "MDY")
"""What `date_order` may be."""

_NUMBER = re.compile(r"[+-]?\d[\d.,]*\Z", re.ASCII)
_PARTS = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?:[T ].*)?\Z", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4})\Z", re.ASCII)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_YMD = re.compile(r"(\d{4})([./-]?)(\d{2})\2(\d{2})(?:[T ].*)?\Z", re.ASCII)


def bare_number(text: str) -> str:
    """A number without currency signs, blanks and apostrophes between its digits; brackets and a minus behind it are a minus before it.

    >>> bare_number("(1,234.50)"), bare_number("1 234,50-"), bare_number("CHF 1'234.50"), bare_number("+ 5,00 EUR")
    ('-1,234.50', '-1234,50', '1234.50', '+5,00')
    """
    text = re.sub(r"[\s\u00a0\u202f'\u2019`]|[A-Z]{3}|[€£$]", "", text.strip().replace("\u2212", "-"))
    if text.startswith("(") and text.endswith(")"):
        return "-" + text[1:-1]
    return "-" + text[:-1] if text.endswith("-") and len(text) > 1 else text


def decimal_sign(at: At, values: Iterable[tuple[int, str]], asked: str | None) -> str | None:
    """'.' or ',': which of them is the decimal sign of all amounts of the file; None with a problem where it may be either or both."""
    if asked is not None:
        return asked
    seen: dict[str, tuple[int, str]] = {}
    doubt: tuple[int, str] | None = None
    for line, text in values:
        number = bare_number(text)
        signs = [sign for sign in number if sign in ".,"]
        if not signs:
            continue
        last = signs[-1]
        other = "," if last == "." else "."
        if len(set(signs)) == 2:
            seen.setdefault(last, (line, text))
        elif len(signs) > 1:
            seen.setdefault(other, (line, text))  # twice the same: thousands
        elif len(number.rpartition(last)[2]) != 3:
            seen.setdefault(last, (line, text))
        else:
            doubt = doubt or (line, text)
    if len(seen) == 2:
        shown = " and ".join(f"{text.strip()[:24]!r} (line {line})" for line, text in seen.values())
        at.add(
            next(iter(seen.values()))[0],
            "decimal",
            "ambiguous",
            f"amounts are written in two ways: {shown}; give decimal=',' or decimal='.'",
        )
        return None
    if not seen and doubt is not None:
        line, text = doubt
        at.add(
            line,
            "decimal",
            "ambiguous",
            f"{text.strip()[:24]!r} may be thousands or decimals, and no other amount tells; give decimal=',' or decimal='.'",
        )
        return None
    return next(iter(seen), ".")


def amount_of(at: At, line: int, column: str, text: str, sign: str) -> Decimal | None:
    """An amount with that decimal sign; groups of thousands must be of three digits."""
    number = bare_number(text)
    group = "," if sign == "." else "."
    whole, point, rest = number.partition(sign)
    grouped = whole.lstrip("+-").split(group)
    sound = (
        _NUMBER.match(number)
        and group not in rest
        and all(len(part) == 3 for part in grouped[1:])
        and (len(grouped) == 1 or 1 <= len(grouped[0]) <= 3)
    )
    value = (
        decimal_of(whole.replace(group, "") + point + rest)
        if sound or re.fullmatch(rf"[+-]?{re.escape(sign)}\d+", number)
        else None
    )
    if value is None:
        at.add(line, column, "bad_amount", f"{text.strip()[:40]!r} is no amount with {sign!r} as decimal sign")
    return value


def date_order(at: At, column: str, values: Iterable[tuple[int, str]], asked: str | None) -> str | None:
    """The order of the dates of a column; None with a problem where it may be either or both."""
    if asked is not None:
        return asked
    proof: dict[str, tuple[int, str]] = {}
    doubt: tuple[int, str] | None = None
    for line, text in values:
        text = text.strip()
        match = _PARTS.match(text)
        if _YMD.match(text):
            proof.setdefault("YMD", (line, text))
        elif match and len(match[1]) <= 2:
            first, second = int(match[1]), int(match[3])
            if first > 12 or match[2] == ".":
                proof.setdefault("DMY", (line, text))
            elif second > 12:
                proof.setdefault("MDY", (line, text))
            elif first != second:
                doubt = doubt or (line, text)
    if len(proof) > 1:
        shown = " and ".join(f"{text[:20]!r} (line {line})" for line, text in proof.values())
        at.add(
            next(iter(proof.values()))[0],
            column,
            "ambiguous",
            f"dates are written in two ways: {shown}; give date_order='DMY', 'MDY' or 'YMD'",
        )
        return None
    if not proof and doubt is not None:
        at.add(
            doubt[0],
            column,
            "ambiguous",
            f"{doubt[1][:20]!r} may be day/month or month/day, and no other date tells; give date_order='DMY' or 'MDY'",
        )
        return None
    return next(iter(proof), "DMY")


def date_of(at: At, line: int, column: str, text: str, order: str) -> date | None:
    """A date of that order, or with the month as a word."""
    text = text.strip()
    named, full, parts = _NAMED.match(text), _YMD.match(text), _PARTS.match(text)
    if named and named[2].lower() in _MONTHS:
        return day_of(at, line, column, int(named[3]), _MONTHS[named[2].lower()], int(named[1]))
    if full and order == "YMD":
        return day_of(at, line, column, int(full[1]), int(full[3]), int(full[4]))
    if parts and len(parts[1]) <= 2 and order != "YMD":
        year = int(parts[4]) + (2000 if len(parts[4]) == 2 else 0)
        first, second = int(parts[1]), int(parts[3])
        day, month = (first, second) if order == "DMY" else (second, first)
        return day_of(at, line, column, year, month, day)
    at.add(line, column, "bad_date", f"{text[:40]!r} is no date of the order {order}")
    return None
