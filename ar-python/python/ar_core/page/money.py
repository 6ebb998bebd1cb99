"""What the page says of one currency: headline, ageing, forecast by week, cash calendar."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ar_core.host.errors import need
from ar_core.host.words import money, number, plural, words
from ar_core.plot import BUCKET_NAMES, BUCKETS, weeks
from ar_core.plot.calendar import DAYS, SHADES, month_grids
from ar_core.plot.labels import short

MOST_MONTHS = 4
MOST_WEEKS = 27

# The measures of the headline, each by the first of its names that the engine reports.
HEADLINES = (
    ("DSO", "days sales outstanding", ("dso", "dso_countback")),
    ("ADD", "average days delinquent", ("average_days_delinquent", "add")),
    ("CEI", "collection effectiveness", ("cei",)),
    ("Touchless", "items settled untouched", ("touchless_rate",)),
)


@dataclass(frozen=True)
class Tile:
    """A figure of the headline: what it is, its value, and the formula that gave it. whole: it is of the whole book, not of a currency."""

    label: str
    value: str
    note: str
    formula: str
    unit: str = ""
    exact: str = ""
    whole: bool = False


def count_open(aging: list[dict[str, Any]], currency: str) -> int:
    """How many items are open in a currency."""
    return sum(row["count"] for row in aging if row["currency"] == currency and row["bucket"] in BUCKETS)


def currency_facts(
    currency: str, aging: list[dict[str, Any]], kpis: list[dict[str, Any]], forecast: Any
) -> dict[str, Any]:
    """Headline figures, ageing, forecast and calendar of one currency."""
    mine = {row["bucket"]: row for row in aging if row["currency"] == currency}
    amounts = {bucket: Decimal(mine[bucket]["amount"]) if bucket in mine else Decimal(0) for bucket in BUCKETS}
    total = sum(amounts.values(), Decimal(0))
    overdue = total - amounts["not_due"]
    share = f"{overdue / total:.0%} of what is open" if total else ""
    pc = need("pyarrow.compute")
    days = forecast.filter(pc.equal(forecast.column("currency"), currency)).to_pylist()
    by_week = weeks(days, currency)
    expected = sum((week["expected"] for week in by_week), Decimal(0))
    tiles = [
        _money_tile(
            "Open", total, currency, plural(count_open(aging, currency), "item"), "sum of what is open of every debt"
        ),
        _money_tile("Overdue", overdue, currency, share, "the part of it whose due date is past"),
    ]
    if by_week:
        span = (by_week[-1]["on"] - by_week[0]["on"]).days + by_week[-1]["days"]
        over = f"over {plural(span, 'day')} from {by_week[0]['on']:%-d %b}"
        tiles.append(
            _money_tile("Expected", expected, currency, over, "sum of open amount * chance to be paid on each day")
        )
    return {
        "code": currency,
        "tiles": tiles + _measured(kpis, currency),
        "aging": [
            {
                "bucket": words(BUCKET_NAMES.get(bucket, bucket)),
                "amount": money(amounts[bucket], currency),
                "count": mine.get(bucket, {}).get("count", 0),
                "share": f"{amounts[bucket] / total:.0%}" if total else "",
            }
            for bucket in BUCKETS
        ],
        "aging_total": money(total, currency),
        "credits": _credits(mine.get("credits"), total, currency),
        "weeks": [_week(week, currency) for week in by_week[:MOST_WEEKS]],
        "more_weeks": max(0, len(by_week) - MOST_WEEKS),
        "forecast_total": money(expected, currency, 0),
        "days": days,
        **_calendar(days, currency),
    }


def overview(currencies: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of every currency in one table; a dash for a measure that one has not."""
    tiles = [{tile.label: tile.value for tile in one["tiles"] if not tile.whole} for one in currencies]
    labels = list(dict.fromkeys(label for found in tiles for label in found))
    lines = zip(currencies, tiles, strict=True)
    return {
        "labels": labels,
        "rows": [{"code": one["code"], "values": [found.get(label, "–") for label in labels]} for one, found in lines],
    }


def _week(week: dict[str, Any], currency: str) -> dict[str, Any]:
    return {
        "from": week["on"].strftime("%-d %b"),
        "days": week["days"],
        "expected": money(week["expected"], currency, 0),
        "likely": f"{number(week['lo80'], 0)} – {number(week['hi80'], 0)}",
        "wide": f"{number(week['lo95'], 0)} – {number(week['hi95'], 0)}",
    }


def _calendar(days: list[dict[str, Any]], currency: str) -> dict[str, Any]:
    """Months as rows of cells, and from which amount on a day is in the strongest colour."""
    every = month_grids(days, currency)
    months = [
        {
            "name": month.name,
            "total": money(month.total, currency, 0),
            "weeks": [
                [
                    None
                    if cell is None
                    else {
                        "number": cell.on.day,
                        "shade": cell.shade,
                        "label": cell.label,
                        "exact": money(cell.expected, currency) if cell.expected else "",
                    }
                    for cell in week
                ]
                for week in month.weeks
            ],
        }
        for month in every[:MOST_MONTHS]
    ]
    most = max(
        (cell.expected for month in every for week in month.weeks for cell in week if cell and cell.expected),
        default=None,
    )
    return {
        "months": months,
        "weekdays": DAYS,
        "more_months": max(0, len(every) - MOST_MONTHS),
        "strongest": f"{currency} {short(most * SHADES[-1])}" if most else "",
    }


def _money_tile(label: str, amount: Decimal, currency: str, note: str, formula: str) -> Tile:
    return Tile(label, number(amount, 0), note, formula, unit=currency, exact=money(amount, currency))


def _measured(kpis: list[dict[str, Any]], currency: str) -> list[Tile]:
    tiles = []
    for label, note, candidates in HEADLINES:
        measure = next(
            (row for name in candidates for row in kpis if row["name"] == name and row["currency"] in (currency, None)),
            None,
        )
        if measure is not None:
            value = kpi_value(measure)
            said = note if value != "–" else measure.get("note") or note
            tiles.append(Tile(label, value, said, measure["formula"], whole=measure["currency"] is None))
    return tiles


def _credits(row: dict[str, Any] | None, total: Decimal, currency: str) -> dict[str, Any] | None:
    """Credit notes and cash that is not applied, and what remains when they are set against the debts."""
    if row is None or not row["count"]:
        return None
    amount = Decimal(row["amount"])
    return {"count": row["count"], "amount": money(amount, currency), "net": money(total + amount, currency)}


def kpi_value(row: dict[str, Any]) -> str:
    """A measure with its unit; a dash when it cannot be told."""
    value, unit = row["value"], (row["unit"] or "").lower()
    if value is None:
        return "–"
    if unit in ("share", "ratio"):
        return f"{number(Decimal(str(value)) * 100, 1)} %"
    if unit == "percent":
        return f"{number(value, 1)} %"
    if unit == "days":
        return f"{number(value, 1)} days"
    if unit == "count":
        return number(value, 0)
    amount = Decimal(str(value))
    return f"{number(amount, 0 if amount == amount.to_integral_value() else 2)} {unit}".strip()
