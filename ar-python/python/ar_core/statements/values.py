"""Amounts, days, currencies and texts as banks write them. Exact or refused."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal

from .. import currencies
from .model import At

# More digits than this before the comma no amount has: minor units fit 64 bits.
_MOST_DIGITS = 15
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
_AMOUNT = re.compile(r"[+-]?(\d*)(?:[.,](\d*))?\Z", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?![\d-])", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}\Z", re.ASCII)


def decimal_of(text: str) -> Decimal | None:
    """Digits with at most one point or comma, exactly; None for anything else.

    >>> decimal_of("1234,50"), decimal_of("500,"), decimal_of(",5"), decimal_of("1.234,50"), decimal_of("1e5")
    (Decimal('1234.50'), Decimal('500'), Decimal('0.5'), None, None)
    """
    text = text.strip()
    match = _AMOUNT.match(text)
    if not match or not (match[1] or match[2]) or len(match[1].lstrip("0")) > _MOST_DIGITS or len(match[2] or "") > 10:
        return None
    value = Decimal(f"{match[1] or '0'}.{match[2] or '0'}" if match[2] else match[1] or "0")
    return -value if text.startswith("-") else value


def currency_of(at: At, line: int, column: str, code: str | None) -> str | None:
    """A currency that is or was one; else a problem and None."""
    code = (code or "").strip().upper()
    if not code:
        at.add(line, column, "no_currency", "no currency is said of this amount; give currency=")
    elif currencies.exponent(code) is None:
        at.add(line, column, "unknown_currency", f"{code!r} is no currency")
    else:
        return code
    return None


def money_of(at: At, line: int, column: str, text: str | None, currency: str | None) -> Decimal | None:
    """An amount that its currency can have; else a problem and None. The currency was checked before."""
    if text is None or not text.strip():
        at.add(line, column, "missing_field", "no amount")
        return None
    value = decimal_of(text)
    if value is None:
        at.add(line, column, "bad_amount", f"{text.strip()[:40]!r} is no amount")
    elif currency is not None and not currencies.fits(value, currency):
        at.add(
            line,
            column,
            "bad_amount",
            f"{text.strip()[:40]} has more decimals than {currency} has ({currencies.exponent(currency)})",
        )
    else:
        return value if currency is None else value.quantize(Decimal(1).scaleb(-(currencies.exponent(currency) or 0)))
    return None


def day_of(at: At, line: int, column: str, year: int, month: int, day: int, *, thirty: bool = False) -> date | None:
    """A day from 1970 to 2199; else a problem and None. thirty: banks that count 30 days a month write 30 February: its last day is meant."""
    if thirty and month == 2 and day in (29, 30) and day > monthrange(min(max(year, 1), 9999), 2)[1]:
        at.note(f"{day} February is read as the last day of that month")
        day = monthrange(year, 2)[1]
    try:
        value = date(year, month, day)
    except ValueError:
        at.add(line, column, "bad_date", f"{year:04}-{month:02}-{day:02} is no day")
        return None
    if not FIRST_DAY <= value <= LAST_DAY:
        at.add(line, column, "bad_date", f"{value} is not in {FIRST_DAY} to {LAST_DAY}")
        return None
    return value


def iso_day(at: At, line: int, column: str, text: str | None) -> date | None:
    """The day of an ISO date or time, as written: the bank's own day counts, not that of another time zone."""
    if text is None or not text.strip():
        return None
    match = _ISO_DAY.match(text.strip())
    if not match:
        at.add(line, column, "bad_date", f"{text.strip()[:40]!r} is no date")
        return None
    return day_of(at, line, column, int(match[1]), int(match[2]), int(match[3]))


def short_day(at: At, line: int, column: str, digits: str) -> date | None:
    """YYMMDD: years from 70 are of the last century."""
    year = int(digits[:2])
    return day_of(
        at, line, column, year + (1900 if year >= 70 else 2000), int(digits[2:4]), int(digits[4:6]), thirty=True
    )


def one_line(text: str | None, most: int = 512) -> str | None:
    """A text as one line without control characters, at most so many bytes; None where nothing is left."""
    if not text:
        return None
    text = " ".join(_CONTROL.sub(" ", text).split())
    if len(text.encode("utf-8", "replace")) > most:
        text = text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore").rstrip()
    return text.encode("utf-8", "replace").decode("utf-8") or None


def long_text(parts: list[str | None], most: int = 1 << 16) -> str | None:
    """Texts as lines, without those that say the same again."""
    lines: dict[str, None] = {}
    for part in parts:
        for row in (part or "").splitlines():
            line = one_line(row, most)
            if line:
                lines[line] = None
    text = "\n".join(lines)
    return text.encode("utf-8")[:most].decode("utf-8", "ignore") or None


def is_iban(text: str) -> bool:
    """Whether a text without spaces is an IBAN with the right check digits (ISO 13616).

    >>> is_iban("DE89370400440532013000"), is_iban("DE88370400440532013000")
    (True, False)
    """
    if not _IBAN.match(text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def meant(text: str | None) -> str | None:
    """A reference, or None where the bank writes that there is none."""
    text = one_line(text)
    bare = (text or "").upper().replace(" ", "")
    return (
        None
        if bare.strip("0-/") == "" or bare in ("NONREF", "NOTPROVIDED", "NOTAVAILABLE", "NONE", "N/A", "KREF+", "NOREF")
        else text
    )
