"""Money, days and codes as a person reads them; shared by the terminal and the page."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from ar_core import currencies
from ar_core._native import reason_text as engine_text

def number(value: Any, places: int | None = None) -> str:
    """Thousands separators; `places` rounds half up, for headlines only."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not amount.is_finite():
        return str(value)
    if places is not None:
        amount = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{amount:,f}"


def exact(amount: Any, currency: str | None) -> Decimal:
    """The amount with the decimals of its currency; tables hold all currencies of a book with the decimals of the finest."""
    value = Decimal(str(amount))
    unit = Decimal(1).scaleb(-currencies.BOOKED.get(currency or "", 2))
    rounded = value.quantize(unit)
    return rounded if rounded == value else value


def money(amount: Any, currency: str | None, places: int | None = None) -> str:
    """`USD 1,234.50`; nothing for no amount."""
    if amount is None or amount == "":
        return ""
    return f"{currency} {number(exact(amount, currency), places)}" if currency else number(amount, places)


def words(code: Any) -> str:
    """`send_notice` as `Send notice`."""
    text = str(code or "").replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 notice`, `1,200 notices`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def reason_text(reason: dict[str, Any], currency: str | None = None) -> str:
    """A reason as the engine's sentence: `37 days past due, 30 days allowed`."""
    return sentence_case(engine_text(reason["code"], reason.get("observed"), reason.get("limit"), currency))


def sentence_case(text: str) -> str:
    """The first letter upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
