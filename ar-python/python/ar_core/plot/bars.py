"""Lists of bars with their words above them: legible at any width, for no label has to fit beside an axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .labels import clipped, isolated
from .theme import Role

ROW = 36
# Columns of text that fit into a pixel at 12 px.
_COLUMNS = 1 / 6.3


@dataclass(frozen=True)
class Bar:
    """One line of the list: words and a name at the left, words at the right, a bar from `start` to `end` under them.

    below: start, end and colour of a second bar, to compare the first with.
    """

    left: str
    right: str
    start: float
    end: float
    fill: str
    strong: bool = False
    name: str = ""
    below: tuple[float, float, str] | None = None


def bar_list(bars: list[Bar], width: int, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """The bars as a Vega-Lite specification, first one on top. low, high: the ends of the scale, by default those of the bars and 0."""
    row = ROW + 10 * any(bar.below for bar in bars)
    ends = [0.0, *(end for bar in bars for end in (bar.start, bar.end, *(bar.below or ())[:2]))]
    low, high = min(ends) if low is None else low, max(ends) if high is None else high
    high = high if high > low else low + 1
    words = [_words(bar, number * row, width) for number, bar in enumerate(bars)]
    boxes = []
    for number, bar in enumerate(bars):
        for place, (start, end, fill) in enumerate(
            [(bar.start, bar.end, bar.fill), *([bar.below] if bar.below else [])]
        ):
            top = number * row + 22 + 10 * place
            boxes.append({"top": top, "bottom": top + 7, "start": start, "end": end, "fill": Role(fill)})
    scale = {"domain": [low, high], "nice": False, "zero": False}
    y = {
        "type": "quantitative",
        "scale": {"domain": [0, len(bars) * row], "nice": False, "reverse": True},
        "axis": None,
    }
    x = {"type": "quantitative", "scale": scale, "axis": None}
    over = {"y": {**y, "field": "top"}, "y2": {"field": "bottom"}}
    colour = {"field": "fill", "type": "nominal", "scale": None}
    ground = {
        "data": {"values": boxes},
        "mark": {"type": "rect", "cornerRadius": 3, "color": Role("track")},
        "encoding": {"x": {**x, "datum": low}, "x2": {"datum": high}, **over},
    }
    drawn = {
        "data": {"values": boxes},
        "mark": {"type": "rect", "cornerRadius": 3},
        "encoding": {"x": {**x, "field": "start"}, "x2": {"field": "end"}, **over, "color": colour},
    }
    ink = {"type": "text", "baseline": "top", "fontSize": 12, "dy": 4, "fontWeight": {"expr": "datum.weight"}}
    said = [
        {
            "data": {"values": words},
            "mark": {**ink, "align": side, "clip": True},
            "encoding": {"x": {"value": at}, "y": {**y, "field": "y"}, "text": {"field": side, "type": "nominal"}},
        }
        for side, at in (("left", 0), ("right", width))
    ]
    return {"width": width, "height": max(1, len(bars)) * row, "layer": [ground, drawn, *said]}


def _words(bar: Bar, top: int, width: int) -> dict[str, Any]:
    room = int(width * _COLUMNS) - len(bar.right) - 2
    words = clipped(bar.left, max(room, 6)) + (" " if bar.name else "")
    name = clipped(bar.name, max(room - len(words), 6)) if bar.name else ""
    return {"y": top, "left": isolated(words, name), "right": bar.right, "weight": 600 if bar.strong else 400}
