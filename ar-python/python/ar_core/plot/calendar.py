"""The cash calendar: months as grids of days, with the cash expected on each."""

from __future__ import annotations

import calendar as months_of
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from .drawing import Plot, empty
from .forecast import of_items
from .labels import day, short
from .tables import chosen_currency, rows
from .theme import Role

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# A day's shade, by its share of the day with most: from nothing to the most.
SHADES = (Decimal(0), Decimal("0.15"), Decimal("0.4"), Decimal("0.7"))
GAP, HEAD, CELL_HEIGHT = 24, 46, 38
NARROWEST_MONTH = 280


@dataclass(frozen=True)
class Day:
    """A day of the grid. shade: 0 (nothing expected) to 4; None where the forecast does not speak of it."""

    on: date
    expected: Decimal | None
    shade: int | None

    @property
    def label(self) -> str:
        """The amount in few characters."""
        return short(self.expected, 2) if self.expected else ""


@dataclass(frozen=True)
class Month:
    """A month: its weeks from Monday to Sunday, without those of which the forecast says nothing; None where a day belongs to another month."""

    first: date
    total: Decimal
    weeks: list[list[Day | None]]

    @property
    def name(self) -> str:
        """`December 2026`."""
        return f"{self.first:%B} {self.first.year}"


def month_grids(table: Any, currency: str | None, most: int | None = None) -> list[Month]:
    """The months of a forecast in one currency, at most so many."""
    found: dict[date, Decimal] = {}
    for line in of_items(rows(table)):
        if line["currency"] == currency:
            found[line["on"]] = found.get(line["on"], Decimal(0)) + Decimal(line["expected"])
    peak = max(found.values(), default=Decimal(0))
    firsts = sorted({on.replace(day=1) for on in found})[:most]
    return [_month(first, found, peak) for first in firsts]


def _month(first: date, found: dict[date, Decimal], peak: Decimal) -> Month:
    mine = {on: amount for on, amount in found.items() if on.replace(day=1) == first}
    grid = [
        [_day(first.replace(day=number), mine, peak) if number else None for number in week]
        for week in months_of.Calendar().monthdayscalendar(first.year, first.month)
    ]
    told = [number for number, week in enumerate(grid) if any(cell and cell.shade is not None for cell in week)]
    return Month(first, sum(mine.values(), Decimal(0)), grid[told[0] : told[-1] + 1])


def _day(on: date, found: dict[date, Decimal], peak: Decimal) -> Day:
    if on not in found:
        return Day(on, None, None)
    return Day(on, found[on], sum(found[on] > step * peak for step in SHADES) if peak > 0 else 0)


def calendar(table: Any, currency: str | None = None, months: int = 4, width: int = 900) -> Plot:
    """A month grid of the cash expected on each day; the more, the deeper the colour.

    table, currency: as for `forecast`, by day. months: at most so many. width: pixels; narrow ones have the months below each other.
    Returns a `Plot`. Raises ValueError for a currency that the table has not.

    >>> from datetime import date
    >>> from ar_core.plot import calendar
    >>> print(calendar([{"on": date(2026, 12, 1), "currency": "EUR", "expected": "10.00"}]).text)
    Cash expected in EUR by day: December 2026 10; most on 1 Dec 2026, 10.
    """
    lines = of_items(rows(table))
    currency, others = chosen_currency(((line["currency"], Decimal(line["expected"]) != 0) for line in lines), currency)
    title = f"Cash calendar{f', {currency}' if currency else ''}"
    every = month_grids(lines, currency)
    grids = every[:months]
    days = [cell for month in grids for cell in _cells(month) if cell.expected is not None]
    if not days:
        return empty(title, "no forecast", width)
    best = max(days, key=lambda cell: cell.expected or Decimal(0))
    totals = ", ".join(f"{month.name} {short(month.total)}" for month in grids)
    text = f"Cash expected in {currency} by day: {totals}; most on {day(best.on)}, {short(best.expected)}."
    notes = [
        f"The stronger the colour, the more; the strongest from {short((best.expected or 0) * SHADES[-1])} {currency} a day."
    ]
    if len(every) > len(grids):
        notes.append(f"The first {len(grids)} of {len(every):,} months.")
    if others:
        notes.append(others)
    data = [{"on": cell.on, "currency": currency, "expected": cell.expected} for cell in days]
    return Plot(title, text, _spec(grids, width), tuple(notes), data)


def _cells(month: Month) -> Iterator[Day]:
    return (cell for week in month.weeks for cell in week if cell is not None)


def _spec(grids: list[Month], width: int) -> dict[str, Any]:
    fit = max(1, min(len(grids), (width + GAP) // (NARROWEST_MONTH + GAP)))
    columns = ceil(len(grids) / ceil(len(grids) / fit))
    breadth = min((width - GAP * (columns - 1)) / columns, 420)
    width, cell = round(columns * (breadth + GAP) - GAP), breadth / 7
    cells: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    top = 0
    for start in range(0, len(grids), columns):
        band = grids[start : start + columns]
        for column, month in enumerate(band):
            left = column * (breadth + GAP)
            words.append({"x": left, "y": top + 8, "text": month.name, "weight": 600, "size": 13, "fill": Role("ink")})
            words.append(_word(left + breadth, top + 8, short(month.total), "right"))
            words += [_word(left + (place + 0.5) * cell, top + 32, name, "center") for place, name in enumerate(DAYS)]
            for row, week in enumerate(month.weeks):
                for place, found in enumerate(week):
                    if found is not None:
                        box = (left + place * cell, top + HEAD + row * CELL_HEIGHT, cell)
                        _add(found, box, cells, words)
        top += HEAD + max(len(month.weeks) for month in band) * CELL_HEIGHT + GAP
    height = top - GAP
    scale = {"nice": False, "zero": False}
    x = {"type": "quantitative", "axis": None, "scale": {**scale, "domain": [0, width]}}
    y = {"type": "quantitative", "axis": None, "scale": {**scale, "domain": [0, height], "reverse": True}}
    colour = {"field": "fill", "type": "nominal", "scale": None}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": cells},
            "mark": {"type": "rect", "cornerRadius": 4},
            "encoding": {
                "x": {**x, "field": "x"},
                "x2": {"field": "x2"},
                "y": {**y, "field": "y"},
                "y2": {"field": "y2"},
                "color": colour,
            },
        }
    ]
    for align in ("left", "center", "right"):
        font = {"fontWeight": {"expr": "datum.weight"}, "fontSize": {"expr": "datum.size"}}
        mark = {"type": "text", "clip": True, "align": align, "baseline": "middle", **font}
        values = [word for word in words if word.get("align", "left") == align]
        encoding = {
            "x": {**x, "field": "x"},
            "y": {**y, "field": "y"},
            "text": {"field": "text", "type": "nominal"},
            "color": colour,
        }
        layers.append({"data": {"values": values}, "mark": mark, "encoding": encoding})
    return {"width": width, "height": height, "layer": layers}


def _word(x: float, y: float, text: str, align: str, role: str = "muted", size: int = 11) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "align": align, "weight": 400, "size": size, "fill": Role(role)}


def _add(found: Day, box: tuple[float, float, float], cells: list[dict[str, Any]], words: list[dict[str, Any]]) -> None:
    """A day's box with its number and its amount."""
    left, top, breadth = box
    shade = found.shade
    ink = f"on{shade}" if shade is not None else "muted"
    if shade is not None:
        ends = {"x": left + 1, "x2": left + breadth - 1, "y": top + 1, "y2": top + CELL_HEIGHT - 1}
        cells.append({**ends, "fill": Role(f"heat{shade}")})
    words.append({**_word(left + 5, top + 10, str(found.on.day), "left", ink, 10)})
    if found.label:
        words.append({**_word(left + breadth / 2, top + 25, found.label, "center", ink, 11), "weight": 600})
