"""The forecast as a fan: what is expected, and how wide it may miss."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import ceil
from typing import Any, Literal

from .drawing import Plot, empty
from .labels import axis_unit, day, short
from .tables import chosen_currency, rows
from .theme import Role

Step = Literal["week", "day"]
BANDS = ("lo80", "hi80", "lo95", "hi95")
MOST_POINTS = 400
COLUMNS = ("on", "currency", "expected", *BANDS)


def forecast(
    table: Any,
    currency: str | None = None,
    step: Step = "week",
    cumulative: bool = False,
    width: int = 560,
) -> Plot:
    """Expected cash with the bands that hold it 4 times in 5 (80 %) and 19 in 20 (95 %).

    table: the part `forecast` of a report, or what `forecast_cash` gives, also with `weekly=True`: days (or weeks) with on, currency,
    expected, lo80, hi80, lo95 and hi95. Only its line `open_items` is drawn. currency: default that of most rows. step: "week" adds days
    up by `weeks`; "day" draws them as they are. cumulative: what has come in from the first day on. Returns a `Plot`. Raises ValueError
    for a currency that the table has not and for missing columns.

    >>> from datetime import date
    >>> from ar_core.plot import forecast
    >>> day = {"on": date(2026, 11, 21), "currency": "EUR", "expected": 10, "lo80": 5, "hi80": 16, "lo95": 2, "hi95": 21}
    >>> print(forecast([day], step="day").text)
    Cash expected in EUR by day: 10 over 1 day from 21 Nov 2026.
    """
    lines = of_items(rows(table))
    currency, others = chosen_currency(((line["currency"], Decimal(line["expected"]) != 0) for line in lines), currency)
    mine = sorted((line for line in lines if line["currency"] == currency), key=lambda line: line["on"])
    title = f"Cash expected{' in all' if cumulative else f' by {step}'}{f', {currency}' if currency else ''}"
    if not mine:
        return empty(title, "no forecast", width)
    notes = [others] if others else []
    whole_weeks = _is_weekly(mine)
    points, how = mine, ""
    if whole_weeks or cumulative:
        step = "week" if whole_weeks else "day"
    elif step == "week":
        points, how = _whole(weeks(mine, currency))
    if cumulative:
        points = [{**line, **found} for line, found in zip(points, _added(points), strict=True)]
    if len(points) > MOST_POINTS:
        points, how = points[:MOST_POINTS], f"The first {MOST_POINTS} of {len(points):,} {step}s."
    if cumulative or (step == "week" and not whole_weeks):
        notes.insert(0, "Bands: added up from those of the days as if independent; rather too broad than too narrow.")
    if how:
        notes.insert(0, how)
    total = sum((Decimal(line["expected"]) for line in mine), Decimal(0))
    days = (mine[-1]["on"] - mine[0]["on"]).days + (7 if whole_weeks else 1)
    over = f"over {days:,} day{'' if days == 1 else 's'} from {day(mine[0]['on'])}"
    text = f"Cash expected in {currency} by {step}: {short(total)} {over}{_most(points, cumulative, step)}."
    spec = _spec([_drawn(line) for line in points], currency, step, cumulative, width)
    return Plot(title, text, spec, tuple(notes), [{name: line[name] for name in COLUMNS} for line in points])


def of_items(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a forecast about open items in their own currency: what else it holds would be counted twice."""
    return [line for line in lines if line.get("line", "open_items") == "open_items"]


def weeks(lines: list[dict[str, Any]], currency: str | None) -> list[dict[str, Any]]:
    """The daily forecast by weeks from its first day.

    Expected values add up. Bands are added by the squares of half their breadths, as for days that are independent of each other: a day
    of nothing or much is far from its expected value on one side only, and taking that side for both would make weeks too broad.
    `forecast_cash(weekly=True)`, which has the items, knows better; a report has days only.
    """
    days = sorted((line for line in of_items(lines) if line["currency"] == currency), key=lambda line: line["on"])
    found: dict[date, list[dict[str, Any]]] = {}
    for line in days:
        start = days[0]["on"] + timedelta(days=(line["on"] - days[0]["on"]).days // 7 * 7)
        found.setdefault(start, []).append(line)
    return [
        {"on": start, "currency": currency, "days": len(group), **_added(group)[-1]} for start, group in found.items()
    ]


def _added(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is expected up to each line, in all, with its bands."""
    total, squares = Decimal(0), dict.fromkeys(("80", "95"), 0.0)
    result = []
    for line in lines:
        total += Decimal(line["expected"])
        found = {"expected": total}
        cent = Decimal(1).scaleb(int(total.as_tuple().exponent))
        for band in squares:
            squares[band] += (float(Decimal(line[f"hi{band}"]) - Decimal(line[f"lo{band}"])) / 2) ** 2
            spread = Decimal(squares[band] ** 0.5).quantize(cent)
            found |= {f"lo{band}": max(Decimal(0), total - spread), f"hi{band}": total + spread}
        result.append(found)
    return result


def _is_weekly(lines: list[dict[str, Any]]) -> bool:
    steps = {(after["on"] - before["on"]).days for before, after in pairwise(lines)}
    return steps == {7}


def _whole(found: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """Without a last week that is cut off: it would look as if the money dried up."""
    if len(found) > 1 and found[-1]["days"] < 7:
        rest = found[-1]
        days = f"the last {rest['days']} days" if rest["days"] > 1 else "the last day"
        return found[:-1], f"Whole weeks; {days}, from {day(rest['on'])}, have {short(rest['expected'])} more."
    few = found[0]["days"] < 7
    return found, f"{found[0]['days']} day{'s' if found[0]['days'] > 1 else ''} only." if few else ""


def _most(points: list[dict[str, Any]], cumulative: bool, step: str) -> str:
    """Where the most is expected."""
    if cumulative or len(points) < 2:
        return ""
    best = max(points, key=lambda line: Decimal(line["expected"]))
    low, high = short(best["lo80"]), short(best["hi80"])
    return (
        f"; most, {short(best['expected'])} (4 times in 5 between {low} and {high}), in the {step} of {day(best['on'])}"
    )


def _drawn(line: dict[str, Any]) -> dict[str, Any]:
    return {"on": line["on"].isoformat(), **{name: float(line[name]) for name in ("expected", *BANDS)}}


def _spec(
    values: list[dict[str, Any]], currency: str | None, step: str, cumulative: bool, width: int
) -> dict[str, Any]:
    unit, divisor = axis_unit([value["hi95"] for value in values], currency)
    weekly = step == "week"
    shape = {} if weekly or cumulative else {"interpolate": "step-after"}
    if len(values) == 1:  # a band of one point has no breadth
        after = date.fromisoformat(values[0]["on"]) + timedelta(days=7 if weekly else 1)
        values, shape = [values[0], {**values[0], "on": after.isoformat()}], {}
    # Which days are named is reckoned here: the renderer only guesses how wide a label is.
    every = ceil(len(values) * 58 / max(width - 70, 100))
    axis = {
        **{"format": "%-d %b", "title": "week from" if weekly else None, "labelOverlap": False, "labelFlush": True},
        "values": [value["on"] for value in values[::every]],
    }
    y = {
        "type": "quantitative",
        "axis": {"title": unit, "tickCount": 4, "labelExpr": f"format(datum.value / {divisor}, ',.4~r')"},
        "scale": {"zero": True, "nice": False},
    }
    band = " band" if width >= 360 else ""
    keys = {"name": "expected", "name80": f"80 %{band}", "name95": f"95 %{band}"}  # of what is drawn, for the legend
    names = list(keys.values())
    values = [{**value, **keys} for value in values]
    symbol = {"symbolType": "square", "symbolSize": 130, "symbolStrokeWidth": 0}
    colour = {
        "type": "nominal",
        "scale": {"domain": names, "range": [Role("main"), Role("band80"), Role("band95")]},
        "legend": {"title": None, "orient": "top", "offset": 6, **symbol},
    }
    layers: list[dict[str, Any]] = []
    for band in ("95", "80"):
        both = {"y": {**y, "field": f"lo{band}"}, "y2": {"field": f"hi{band}"}}
        layers.append(
            {
                "mark": {"type": "area", "opacity": 1, **shape},
                "encoding": {**both, "color": {**colour, "field": f"name{band}"}},
            }
        )
    for band, dash in (("95", [3, 3]), ("80", [1, 0])):
        for side in ("lo", "hi"):
            line = {"type": "line", "color": Role("edge"), "strokeWidth": 1, "strokeDash": dash, **shape}
            layers.append({"mark": line, "encoding": {"y": {**y, "field": side + band}}})
    dotted = weekly and not cumulative and len(values) <= 30
    point = {"filled": True, "size": 40, "color": Role("main")} if dotted else False
    line = {"type": "line", "strokeWidth": 2.4, "point": point, **shape}
    layers.append({"mark": line, "encoding": {"y": {**y, "field": "expected"}, "color": {**colour, "field": "name"}}})
    return {
        **{
            "width": width,
            "height": 260,
            "autosize": {"type": "fit", "contains": "padding"},
            "data": {"values": values},
        },
        "encoding": {"x": {"field": "on", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}},
        "layer": layers,
    }
