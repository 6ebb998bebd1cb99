"""The worklist: what each line is worth against the minutes it takes, best first."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .bars import Bar, bar_list
from .drawing import Plot, empty
from .labels import axis_unit, share, short
from .tables import arrow, chosen_currency, rows
from .theme import Role

COLUMNS = ("rank", "customer_id", "currency", "action", "expected_value", "minutes", "today")
MOST_POINTS = 300
MOST_OF_IT = 0.8


def worklist(
    table: Any,
    currency: str | None = None,
    top: int = 15,
    names: Mapping[str, str] | Any | None = None,
    width: int = 560,
) -> Plot:
    """What a person has to do, best first: bars of what each line is worth, with the minutes that it takes.

    table: the part `worklist` of a report. currency: default that of most rows. top: how many lines are drawn; the others are summed up
    below. names: names of customers, as a dict by customer_id or as a table with customer_id and name. width: pixels. Returns a `Plot`.
    Raises ValueError for a currency that the table has not and for missing columns.

    >>> from ar_core.plot import worklist
    >>> line = {"rank": 1, "customer_id": "C1", "currency": "EUR", "action": "call", "expected_value": "120.00", "minutes": 12, "today": True}
    >>> print(worklist([line]).text)
    What waits for a person in EUR, best first: 1 line, worth 120 in 12 min; the first is call, C1, worth 120.
    """
    mine, currency, others = _lines(table, currency)
    title = f"Worth of what waits for a person{f', {currency}' if currency else ''}"
    if not mine:
        return empty(title, "nothing waits for a person", width)
    known, shown, rest = _names(names), mine[:top], mine[top:]
    bars = [
        Bar(
            f"{line['rank']}  {_what(line).capitalize()}: ",
            f"{short(_worth(line))} · {line['minutes']:,} min",
            min(0.0, float(_worth(line))),
            max(0.0, float(_worth(line))),
            "main" if line["today"] else "total",
            name=_who(line, known),
        )
        for line in shown
    ]
    notes = [f"{currency} that acting today gains against waiting, and minutes of work."]
    if rest:
        minutes = sum(line["minutes"] for line in rest)
        notes.append(
            f"The first {len(shown)} of {len(mine):,}; the others are worth {short(_sum(rest))} in {_time(minutes)}."
        )
    if any(not line["today"] for line in shown):
        notes.append("Grey: does not fit into today.")
    if others:
        notes.append(others)
    first = shown[0]
    text = (
        f"What waits for a person in {currency}, best first: {len(mine):,} line{'' if len(mine) == 1 else 's'}, worth {short(_sum(mine))} "
        f"in {_time(sum(line['minutes'] for line in mine))}; the first is {_what(first)}, {_who(first, known)}, worth {short(_worth(first))}."
    )
    return Plot(title, text, bar_list(bars, width), tuple(notes), shown)


def effort(table: Any, currency: str | None = None, width: int = 560) -> Plot:
    """Value against effort: what is gained in all, by the minutes spent, when the worklist is worked off from the top.

    table, currency, width, errors: as for `worklist`. Of many lines some 300 points are drawn.

    >>> from ar_core.plot import effort
    >>> line = {"rank": 1, "customer_id": "C1", "currency": "EUR", "action": "call", "expected_value": "120.00", "minutes": 12, "today": True}
    >>> print(effort([line]).text)
    Worked off from the top, what waits for a person in EUR is worth 120 in 12 min; the first 12 min bring 80 % of it.
    """
    mine, currency, others = _lines(table, currency)
    title = f"Value against effort{f', {currency}' if currency else ''}"
    if not mine:
        return empty(title, "nothing waits for a person", width)
    points = [{"minutes": 0, "value": 0.0}]
    total, minutes, spent_today = Decimal(0), 0, 0
    for line in mine:
        total, minutes = total + _worth(line), minutes + line["minutes"]
        spent_today = minutes if line["today"] else spent_today
        points.append({"minutes": minutes, "value": float(total)})
    reached = next((point for point in points if total > 0 and point["value"] >= MOST_OF_IT * float(total)), None)
    text = f"Worked off from the top, what waits for a person in {currency} is worth {short(total)} in {_time(minutes)}"
    text += f"; the first {_time(int(reached['minutes']))} bring {share(MOST_OF_IT)} of it." if reached else "."
    notes = [f"{currency} that acting today gains against waiting, in the order of the worklist."]
    if others:
        notes.append(others)
    if spent_today < minutes:
        notes.insert(1, f"Into today fit {_time(spent_today)}.")
    spec = _curve(_thinned(points), reached, spent_today if spent_today < minutes else None, currency, width)
    return Plot(title, text, spec, tuple(notes), points[1:])


def _lines(table: Any, currency: str | None) -> tuple[list[dict[str, Any]], str | None, str]:
    found = rows(arrow(table, COLUMNS))
    currency, others = chosen_currency(((line["currency"], bool(line["expected_value"])) for line in found), currency)
    mine = sorted((line for line in found if line["currency"] == currency), key=lambda line: line["rank"])
    return [{**line, "minutes": line["minutes"] or 0} for line in mine], currency, others


def _names(names: Any) -> Mapping[str, str]:
    if names is None or isinstance(names, Mapping):
        return names or {}
    return {str(row["customer_id"]): row["name"] for row in rows(names, ("customer_id", "name")) if row.get("name")}


def _who(line: dict[str, Any], names: Mapping[str, str]) -> str:
    customer = line["customer_id"]
    return "payer not known" if customer is None else names.get(str(customer), str(customer))


def _what(line: dict[str, Any]) -> str:
    return str(line["action"]).replace("_", " ")


def _worth(line: dict[str, Any]) -> Decimal:
    return Decimal(line["expected_value"] or 0)


def _sum(lines: list[dict[str, Any]]) -> Decimal:
    return sum((_worth(line) for line in lines), Decimal(0))


def _time(minutes: int) -> str:
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:,.1f} h"


def _thinned(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    step = max(1, len(points) // MOST_POINTS)
    return [*points[:-1:step], points[-1]]


def _curve(
    points: list[dict[str, Any]], reached: dict[str, Any] | None, fits: int | None, currency: str | None, width: int
) -> dict[str, Any]:
    hours = 60 if points[-1]["minutes"] > 600 else 1
    points = [{"time": point["minutes"] / hours, "value": point["value"]} for point in points]
    unit, divisor = axis_unit([point["value"] for point in points], currency)
    x = {
        "type": "quantitative",
        "scale": {"nice": False},
        "axis": {
            "title": "hours of work" if hours > 1 else "minutes of work",
            **{"tickCount": max(3, width // 90), "format": ",.4~r", "labelFlush": False},
        },
    }
    y = {
        "type": "quantitative",
        "scale": {"nice": True, "zero": True},
        "axis": {"title": unit, "tickCount": 4, "labelExpr": f"format(datum.value / {divisor}, ',.4~r')"},
    }
    both = {"x": {**x, "field": "time"}, "y": {**y, "field": "value"}}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "area", "color": Role("band95"), "opacity": 1}, "encoding": both},
        {"mark": {"type": "line", "color": Role("main"), "strokeWidth": 2.4, "point": _dots(points)}, "encoding": both},
    ]
    most = points[-1]["time"]
    if reached:
        at = reached["minutes"]
        layers += _marked(at / hours, x, f"{share(MOST_OF_IT)} of it after {_time(int(at))}", most, [4, 3], "ink")
    if fits is not None:
        layers += _marked(fits / hours, x, "today", most, [1, 2], "warn")
    return {
        **{"width": width, "height": 230, "autosize": {"type": "fit", "contains": "padding"}},
        **{"data": {"values": points}, "layer": layers},
    }


def _dots(points: list[dict[str, Any]]) -> Any:
    return {"filled": True, "size": 30, "color": Role("main")} if len(points) <= 40 else False


def _marked(at: float, x: dict[str, Any], words: str, most: float, dash: list[int], role: str) -> list[dict[str, Any]]:
    """A line across the chart at so many minutes, with its words on the side where there is room."""
    left = at > most / 2
    rule = {"type": "rule", "color": Role(role), "strokeDash": dash}
    text = {"type": "text", "align": "right" if left else "left", "dx": -6 if left else 6, "color": Role(role)}
    height = {"expr": "height - 10"} if role == "ink" else {"expr": "height - 26"}
    place = {"x": {**x, "datum": at}}
    return [
        {"data": {"values": [{}]}, "mark": rule, "encoding": place},
        {
            "data": {"values": [{"words": words}]},
            "mark": {**text, "y": height},
            "encoding": {**place, "text": {"field": "words", "type": "nominal"}},
        },
    ]
