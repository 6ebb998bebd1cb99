"""Money, days and codes as a person reads them; shared by the terminal and the page."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from ar_core.host.reasons import SENTENCES

BARE = ("count", "level", "points")  # the sentence itself says what is counted

# ISO 4217 currencies that have not two decimals; needed only to print reasons, whose numbers are minor units.
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}


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
    unit = Decimal(1).scaleb(-_EXPONENTS.get(currency or "", 2))
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


def measure(value: int, unit: str | None, currency: str | None) -> str:
    """One number of a reason with its unit."""
    if unit == "minor":
        places = _EXPONENTS.get(currency or "", 2)
        return money(Decimal(value).scaleb(-places), currency)
    if unit == "ppm":
        return f"{value / 10_000:.1f} %"
    if unit == "date":
        return (date(1970, 1, 1) + timedelta(days=value)).isoformat()
    if unit == "millidays":
        return f"{value / 1000:,.1f} days"
    if unit == "days":
        return plural(value, "day")
    if unit == "level":
        return f"level {value}"
    if unit == "points":
        return plural(value, "point")
    return number(value)


def reason_text(reason: dict[str, Any], currency: str | None = None) -> str:
    """A reason as a sentence: `37 days past due, 30 days allowed`; one that is not known here as its code and numbers."""
    observed, limit, unit = reason.get("observed"), reason.get("limit"), reason.get("unit")
    shown = {
        name: "none" if value is None else str(value) if unit in BARE else measure(value, unit, currency)
        for name, value in (("observed", observed), ("limit", limit))
    }
    sentence = SENTENCES.get(reason["code"])
    if sentence is not None:
        return sentence_case(sentence.format(**shown))
    facts = [shown["observed"]] if observed is not None else []
    if limit is not None:
        facts.append(("limit " if facts else "") + shown["limit"])
    return words(reason["code"]) + (": " + ", ".join(facts) if facts else "")


def sentence_case(text: str) -> str:
    """The first letter upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
