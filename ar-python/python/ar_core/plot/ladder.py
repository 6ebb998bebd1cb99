"""The autonomy ladder: how far the engine may go, by action and segment, and what the evidence says."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import Any

from .drawing import Plot, empty
from .labels import clipped
from .tables import arrow, listed, rows
from .theme import Role

LEVELS = ("records", "proposes", "acts inside limits", "widened by proof")
COLUMNS = (
    *("action", "segment", "policy_level", "level", "trials", "errors", "error_over_ppm", "error_under_ppm"),
    *("error_limit_ppm", "evidence_ppm", "enough_ppm", "needed", "earned_level", "why"),
)
ROW = 44


def telling(table: Any, most: int | None = None) -> tuple[list[dict[str, Any]], int]:
    """The rows that say something of their own, and how many do not.

    A segment that stands as the whole book does for its action, and an action that only proposes and was never tried, say nothing.
    Highest level first, then most tried.
    """
    lines = rows(arrow(table, COLUMNS))
    whole = {line["action"]: line for line in lines if not line["segment"]}
    found = [line for line in lines if _says_more(line, whole.get(line["action"]))]
    found.sort(key=lambda line: (-line["level"], -line["trials"], line["action"], line["segment"] or ""))
    shown = found[:most]
    return shown, len(lines) - len(shown)


def _says_more(line: dict[str, Any], whole: dict[str, Any] | None) -> bool:
    if line["trials"] or line["earned_level"] is not None or line["level"] != line["policy_level"]:
        return True
    if line["segment"] and whole is not None:
        return bool(line["level"] != whole["level"])
    return bool(line["level"] != 1)


def progress(line: dict[str, Any]) -> float:
    """How far the evidence is on the way to enough, from 0 to 1, on the logarithmic scale on which evidence adds up."""
    have, enough = line["evidence_ppm"] / 1e6, line["enough_ppm"] / 1e6
    if have <= 1 or enough <= 1:
        return 0.0
    return min(1.0, log(have) / log(enough))


def verdict(line: dict[str, Any]) -> str:
    """What the evidence says of the share of wrong decisions, held against its limit."""
    limit = f"limit {line['error_limit_ppm'] / 1e4:g} %"
    if not line["trials"]:
        return f"not tried, {limit}"
    return f"{line['errors']:,} of {line['trials']:,} wrong, {limit}"


def standing(line: dict[str, Any]) -> str:
    """`proven` where the share of errors is surely below its limit, `broken` where it is surely above, else `open`."""
    if line["trials"] and line["error_over_ppm"] > line["error_limit_ppm"]:
        return "broken"
    return "proven" if line["trials"] and line["error_under_ppm"] <= line["error_limit_ppm"] else "open"


def summary(table: Any) -> str:
    """How many actions stand at which level, for the whole book."""
    whole = [line for line in rows(arrow(table, COLUMNS)) if not line["segment"]]
    counts = Counter(line["level"] for line in whole)
    said = [
        f"{counts[level]:,} at level {level} ({LEVELS[level]})"
        for level in sorted(counts, reverse=True)
        if level < len(LEVELS)
    ]
    tried = sum(line["trials"] for line in whole)
    return (
        f"{listed(said)}; {f'{tried:,} decisions checked' if tried else 'no decision checked yet'}"
        if said
        else "no action"
    )


def autonomy(table: Any, top: int = 16, width: int = 560) -> Plot:
    """The ladder: a row for each action and segment that says something of its own, with its level and the evidence for the next.

    table: the part `autonomy` of a report. top: at most so many rows. width: pixels. Returns a `Plot`. Raises ValueError for missing
    columns.

    >>> from ar_core.plot import autonomy
    >>> zeros = dict.fromkeys(("errors", "error_over_ppm", "needed"), 0)
    >>> line = {"action": "send_notice", "segment": "", "policy_level": 2, "level": 2, "trials": 9, "error_under_ppm": 300_000, **zeros}
    >>> line |= {"error_limit_ppm": 20_000, "evidence_ppm": 1_500_000, "enough_ppm": 20_000_000, "earned_level": None, "why": ""}
    >>> print(autonomy([line]).text)
    How far the engine may go: 1 at level 2 (acts inside limits); 9 decisions checked.
    """
    title = "Autonomy ladder"
    shown, hidden = telling(table, top)
    if not shown:
        return empty(
            title, "every action is proposed to a person, and none was tried" if hidden else "no actions", width
        )
    text = f"How far the engine may go: {summary(table)}."
    notes = ["Left: level 1 proposes, 2 acts inside limits, 3 widened by proof; outlined: what the policy allows."]
    notes.append("Right: evidence, full when it is enough for the next level; it adds up on a logarithmic scale.")
    if hidden:
        notes.append(f"Not drawn: {hidden:,} rows at the level of the whole book, or that only propose.")
    return Plot(title, text, _spec(shown, width), tuple(notes), shown)


def _spec(lines: list[dict[str, Any]], width: int) -> dict[str, Any]:
    boxes: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    step, start = width * 0.42 / 3, width * 0.5
    for number, line in enumerate(lines):
        top = number * ROW
        right = verdict(line)
        where = f", {line['segment']}" if line["segment"] else ""
        room = int(width / 6.3) - len(right) - 2
        words.append(
            {
                "x": 0,
                "y": top + 9,
                "text": clipped(f"{str(line['action']).replace('_', ' ').capitalize()}{where}", room),
            }
        )
        words.append({"x": width, "y": top + 9, "text": right, "align": "right"})
        for level in (1, 2, 3):
            box = {"x": (level - 1) * step, "x2": level * step - 3, "y": top + 21, "y2": top + 32}
            in_force, allowed = level <= line["level"], level <= line["policy_level"]
            boxes.append(
                {
                    **box,
                    "fill": Role("main" if in_force else "track"),
                    "stroke": Role("main" if in_force or allowed else "rule"),
                }
            )
        boxes.append(
            {"x": start, "x2": width, "y": top + 21, "y2": top + 32, "fill": Role("track"), "stroke": Role("track")}
        )
        colour = Role({"broken": "raise", "proven": "fine", "open": "total"}[standing(line)])
        if line["trials"]:
            end = start + max(2, progress(line) * (width - start))
            boxes.append({"x": start, "x2": end, "y": top + 21, "y2": top + 32, "fill": colour, "stroke": colour})
    scale = {"nice": False, "zero": False}
    x = {"type": "quantitative", "axis": None, "scale": {**scale, "domain": [0, width]}}
    y = {"type": "quantitative", "axis": None, "scale": {**scale, "domain": [0, len(lines) * ROW], "reverse": True}}
    ends = {"x": {**x, "field": "x"}, "x2": {"field": "x2"}, "y": {**y, "field": "y"}, "y2": {"field": "y2"}}
    paint = {name: {"field": name, "type": "nominal", "scale": None} for name in ("fill", "stroke")}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": boxes},
            "mark": {"type": "rect", "cornerRadius": 2, "strokeWidth": 1},
            "encoding": {**ends, **paint},
        }
    ]
    for align in ("left", "right"):
        values = [word for word in words if word.get("align", "left") == align]
        mark = {
            "type": "text",
            "clip": True,
            "align": align,
            "baseline": "middle",
            "fontSize": 12,
            "color": Role("ink" if align == "left" else "muted"),
        }
        encoding = {"x": {**x, "field": "x"}, "y": {**y, "field": "y"}, "text": {"field": "text", "type": "nominal"}}
        layers.append({"data": {"values": values}, "mark": mark, "encoding": encoding})
    return {"width": width, "height": len(lines) * ROW, "layer": layers}
