"""Ageing: what is open, by days past due."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .drawing import Plot, empty
from .labels import axis_unit, share, short
from .tables import chosen_currency, rows
from .theme import Role

BUCKETS = ("not_due", "1-30", "31-60", "61-90", "over_90")
BUCKET_NAMES = {"not_due": "not due", "over_90": "over 90"}


def aging(table: Any, currency: str | None = None, width: int = 560) -> Plot:
    """Bars of open amounts, one a bucket of days past due, with amount and number of items written on each.

    table: the part `aging` of a report, or rows of bucket, currency, amount and count. currency: one of the table, default that of most
    rows. width: pixels. Returns a `Plot`. Raises ValueError for a currency that the table has not.

    >>> from ar_core.plot import aging
    >>> print(aging([{"bucket": "1-30", "currency": "EUR", "amount": "80.00", "count": 2}]).text)
    Open amounts in EUR by days past due: 80 in all, 80 (100 %) of it overdue, 0 (0 %) more than 90 days.
    """
    lines = rows(table)
    currency, others = chosen_currency(
        ((line["currency"], line["count"] if line["bucket"] in BUCKETS and Decimal(line["amount"]) else 0) for line in lines), currency
    )
    found = {line["bucket"]: line for line in lines if line["currency"] == currency}
    amounts = {name: Decimal(found[name]["amount"]) if name in found else Decimal(0) for name in BUCKETS}
    counts = {name: found[name]["count"] if name in found else 0 for name in BUCKETS}
    total = sum(amounts.values(), Decimal(0))
    title = f"Open by days past due{f', {currency}' if currency else ''}"
    if not total:
        return empty(title, "nothing is open", width, (others,) if others else ())
    overdue, oldest = total - amounts["not_due"], amounts["over_90"]
    text = (
        f"Open amounts in {currency} by days past due: {short(total)} in all, {short(overdue)} ({share(float(overdue / total))}) of it "
        f"overdue, {short(oldest)} ({share(float(oldest / total))}) more than 90 days."
    )
    notes = [others] if others else []
    credit = found.get("credits")
    if credit and credit["count"]:
        left = short(Decimal(credit["amount"]))
        notes.insert(0, f"Credits and cash not applied stand apart: {left} {currency}.")
    data = [
        {
            "bucket": BUCKET_NAMES.get(name, name),
            "amount": float(amounts[name]),
            "label": short(amounts[name]),
            "items": f"{counts[name]:,}" if width < 400 else f"{counts[name]:,} item{'' if counts[name] == 1 else 's'}",
            "fill": Role(f"age{number}"),
        }
        for number, name in enumerate(BUCKETS)
    ]
    return Plot(title, text, _spec(data, currency, width), tuple(notes), [*lines_of(found)])


def lines_of(found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows in the order of the buckets, credits last."""
    return [found[name] for name in (*BUCKETS, "credits") if name in found]


def _spec(data: list[dict[str, Any]], currency: str | None, width: int) -> dict[str, Any]:
    unit, divisor = axis_unit([row["amount"] for row in data], currency)
    most = max(row["amount"] for row in data)
    names = [row["bucket"] for row in data]
    under = "days past due" if width >= 400 else "days past due (under the amount: items)"
    x = {
        "field": "bucket",
        "type": "nominal",
        "sort": names,
        "scale": {"paddingInner": 0.28, "paddingOuter": 0.14},
        "axis": {"title": under, "labelAngle": 0, "domain": True, "labelOverlap": False},
    }
    y = {
        "field": "amount",
        "type": "quantitative",
        "scale": {"domain": [0, most * 1.16], "nice": False},
        "axis": {"title": unit, "tickCount": 4, "labelExpr": f"format(datum.value / {divisor}, ',.4~r')"},
    }
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 3},
        "encoding": {"color": {"field": "fill", "type": "nominal", "scale": None}},
    }
    amount = {
        "mark": {"type": "text", "dy": -20, "fontWeight": 600, "fontSize": 12},
        "encoding": {"text": {"field": "label"}},
    }
    items = {
        "mark": {"type": "text", "dy": -7, "color": Role("muted"), "fontSize": 11},
        "encoding": {"text": {"field": "items"}},
    }
    return {
        **{"width": width, "height": 230, "autosize": {"type": "fit", "contains": "padding"}},
        **{"data": {"values": data}, "encoding": {"x": x, "y": y}, "layer": [bars, amount, items]},
    }
