"""The reliability diagram: do things happen as often as was predicted?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite, sqrt
from typing import Any

from .drawing import Plot, empty
from .labels import share
from .tables import arrow, rows
from .theme import Role

Z95 = 1.959964
HISTOGRAM = 25
MOST_STEPS = 200
# Days after the due date until which an item is not yet what the probability speaks of.
DAYS_OF = {"p_late": 0, "p_late_30": 30, "p_default": 180}

Pair = tuple[float, float]


@dataclass(frozen=True)
class Group:
    """Predictions close to each other: their mean, the share that happened, its 95 % interval (Wilson), how many."""

    predicted: float
    happened: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Calibration:
    """Scores of probabilities: mean squared error = miscalibration - discrimination + uncertainty.

    Source: T. Dimitriadis, T. Gneiting, A. I. Jordan, Stable reliability diagrams for probabilistic classifiers, PNAS 118 (2021); the
    Brier score of G. W. Brier (1950).
    """

    count: int
    happened: float
    predicted: float
    brier: float
    miscalibration: float
    discrimination: float
    uncertainty: float


def reliability(
    table: Any, probability: str = "p_late", outcome: str = "outcome", bins: int = 10, width: int = 420
) -> Plot:
    """How often things happen against how often they were predicted, from predictions with outcomes.

    table: any frame with a column of probabilities (0 to 1) and one of outcomes (true or false, 1 or 0; null where it is not known yet:
    such rows are left out and counted). bins: groups of as equal size as ties allow, with 95 % intervals. The line is the isotonic
    regression of the outcomes, which needs no bins. width: pixels. Returns a `Plot`; its `rows` are the groups. Raises ValueError for
    missing columns, with every bad value's kind and first row.

    >>> from ar_core.plot import reliability
    >>> print(reliability([{"p_late": 0.5, "outcome": True}, {"p_late": 0.5, "outcome": False}]).text)
    Reliability of p_late: of 2 predictions 50 % happened, 50 % were predicted; 1 of 1 groups agree within their 95 % intervals. Brier score 0.250.
    """
    if bins < 1:
        raise ValueError("bins must be 1 or more")
    pairs, unknown = _pairs(table, probability, outcome)
    title = f"Reliability of {probability}"
    if not pairs:
        return empty(title, "no prediction with an outcome", width)
    found, steps = calibration(pairs), isotonic(pairs)
    grouped = groups(pairs, bins)
    agree = sum(group.low <= group.predicted <= group.high for group in grouped)
    text = (
        f"{title}: of {found.count:,} predictions {share(found.happened)} happened, {share(found.predicted)} were predicted; {agree} of "
        f"{len(grouped)} groups agree within their 95 % intervals. Brier score {found.brier:.3f}."
    )
    notes = [
        f"{found.count:,} predictions; {share(found.happened)} happened, {share(found.predicted)} predicted.",
        f"Brier score {found.brier:.3f} = miscalibration {found.miscalibration:.3f} - discrimination {found.discrimination:.3f} + "
        f"uncertainty {found.uncertainty:.3f}.",
        "Points: groups with 95 % intervals; line: isotonic regression; grey: how many predictions.",
    ]
    if unknown:
        notes.append(f"Left out: {unknown:,} whose outcome is not known.")
    data = [
        {"predicted": one.predicted, "happened": one.happened, "low": one.low, "high": one.high, "count": one.count}
        for one in grouped
    ]
    return Plot(title, text, _spec(data, steps, _histogram(pairs), width), tuple(notes), data)


def _pairs(table: Any, probability: str, outcome: str) -> tuple[list[Pair], int]:
    found = arrow(table, (probability, outcome))
    if not found.num_rows:
        return [], 0
    chances, outcomes = found.column(probability).to_pylist(), found.column(outcome).to_pylist()
    bad = [at for at, chance in enumerate(chances) if not _is_share(chance)]
    odd = [at for at, value in enumerate(outcomes) if value is not None and value not in (0, 1)]
    problems = (
        [f"row {bad[0]}: {probability} is {chances[bad[0]]!r}, not a share from 0 to 1 ({len(bad):,} such rows)"]
        if bad
        else []
    )
    problems += (
        [f"row {odd[0]}: {outcome} is {outcomes[odd[0]]!r}, neither true nor false ({len(odd):,} such rows)"]
        if odd
        else []
    )
    if problems:
        raise ValueError("; ".join(problems))
    pairs = [
        (float(chance), float(value)) for chance, value in zip(chances, outcomes, strict=True) if value is not None
    ]
    return sorted(pairs), len(chances) - len(pairs)


def _is_share(value: Any) -> bool:
    try:
        return isfinite(float(value)) and 0 <= float(value) <= 1
    except (TypeError, ValueError):
        return False


def calibration(pairs: list[Pair]) -> Calibration:
    """The Brier score of (probability, outcome) pairs, sorted, and its three parts."""
    count = len(pairs)
    happened, predicted = sum(y for _, y in pairs) / count, sum(p for p, _ in pairs) / count
    brier = sum((p - y) ** 2 for p, y in pairs) / count
    best = sum(size * level * (1 - level) for _, _, level, size in isotonic(pairs)) / count
    uncertainty = happened * (1 - happened)
    return Calibration(count, happened, predicted, brier, brier - best, uncertainty - best, uncertainty)


def isotonic(pairs: list[Pair]) -> list[tuple[float, float, float, int]]:
    """The rising steps that fit the outcomes best: first and last probability, share that happened, count.

    Pool adjacent violators; pairs of the same probability stay together.
    """
    blocks: list[list[float]] = []  # first, last, sum of outcomes, count
    for chance, value in pairs:
        if blocks and blocks[-1][1] == chance == blocks[-1][0]:
            blocks[-1][2] += value
            blocks[-1][3] += 1
        else:
            blocks.append([chance, chance, value, 1])
    pooled: list[list[float]] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and pooled[-2][2] * pooled[-1][3] >= pooled[-1][2] * pooled[-2][3]:
            last = pooled.pop()
            pooled[-1] = [pooled[-1][0], last[1], pooled[-1][2] + last[2], pooled[-1][3] + last[3]]
    return [(first, last, total / count, int(count)) for first, last, total, count in pooled]


def groups(pairs: list[Pair], bins: int) -> list[Group]:
    """The sorted pairs in groups of as equal size as ties allow."""
    found: list[list[Pair]] = [[]]
    size = len(pairs) / bins
    for at, pair in enumerate(pairs):
        full = len(found) < bins and at >= size * len(found)
        if full and found[-1] and found[-1][-1][0] != pair[0]:
            found.append([])
        found[-1].append(pair)
    return [_group(group) for group in found]


def _group(pairs: list[Pair]) -> Group:
    count = len(pairs)
    happened = sum(value for _, value in pairs) / count
    base = 1 + Z95**2 / count
    middle = (happened + Z95**2 / (2 * count)) / base
    reach = Z95 * sqrt(happened * (1 - happened) / count + Z95**2 / (4 * count**2)) / base
    predicted = sum(chance for chance, _ in pairs) / count
    return Group(predicted, happened, max(0.0, middle - reach), min(1.0, middle + reach), count)


def with_outcomes(scores: Any, items: Any, made_on: date, seen_on: date, of: str) -> list[dict[str, Any]]:
    """Scores of one day with what became of their items: rows of item_id, the probability `of`, and outcome.

    items: a later table with item_id and settled_on. An outcome is known where the item is settled, or was still open when its time was
    over (before `seen_on`); it is null where neither holds. What was certain when the score was made is left out.
    """
    if of not in DAYS_OF:
        raise ValueError(f"'{of}' is none of {', '.join(DAYS_OF)}")
    settled: Mapping[str, Any] = {
        str(row["item_id"]): row["settled_on"] for row in rows(arrow(items, ("item_id", "settled_on")))
    }
    found = []
    for row in rows(arrow(scores, ("item_id", "days_late", of))):
        last = made_on + timedelta(days=DAYS_OF[of] - row["days_late"])
        if last < made_on or str(row["item_id"]) not in settled:
            continue
        on = settled[str(row["item_id"])]
        on = date.fromisoformat(on) if isinstance(on, str) and on else on or None
        on = on if on is None or on < seen_on else None
        outcome = on > last if on is not None else True if last < seen_on else None
        found.append({"item_id": row["item_id"], of: row[of], "outcome": outcome})
    return found


def _histogram(pairs: list[Pair]) -> list[dict[str, float]]:
    counts = [0] * HISTOGRAM
    for chance, _ in pairs:
        counts[min(int(chance * HISTOGRAM), HISTOGRAM - 1)] += 1
    most = max(counts)
    return [
        {"x": at / HISTOGRAM, "x2": (at + 1) / HISTOGRAM, "y": 0.14 * count / most}
        for at, count in enumerate(counts)
        if count
    ]


def _spec(
    data: list[dict[str, Any]],
    steps: list[tuple[float, float, float, int]],
    histogram: list[dict[str, float]],
    width: int,
) -> dict[str, Any]:
    line = [{"x": end, "y": level} for first, last, level, _ in steps for end in (first, last)]
    thin = max(1, len(line) // MOST_STEPS)
    line = [*line[:-1:thin], line[-1]]
    axis = {
        "values": [0, 0.25, 0.5, 0.75, 1],
        "labelExpr": "format(datum.value * 100, '.3~r') + ' %'",
        "grid": True,
        "labelFlush": False,
    }
    scale = {"domain": [0, 1], "nice": False}
    x = {"type": "quantitative", "scale": scale, "axis": {**axis, "title": "predicted"}}
    y = {"type": "quantitative", "scale": scale, "axis": {**axis, "title": "happened"}}
    ends = {"x": {**x, "field": "x"}, "y": {**y, "field": "y"}}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": histogram},
            "mark": {"type": "rect", "color": Role("rule"), "opacity": 0.45},
            "encoding": {**ends, "x2": {"field": "x2"}, "y2": {"datum": 0}},
        },
        {
            "data": {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]},
            "mark": {"type": "line", "color": Role("rule"), "strokeDash": [4, 4], "strokeWidth": 1},
            "encoding": ends,
        },
        {
            "data": {"values": line},
            "mark": {"type": "line", "color": Role("other"), "strokeWidth": 1.6},
            "encoding": ends,
        },
        {
            "data": {"values": data},
            "mark": {"type": "rule", "color": Role("main"), "strokeWidth": 1.6},
            "encoding": {"x": {**x, "field": "predicted"}, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "data": {"values": data},
            "mark": {"type": "point", "filled": True, "size": 60, "color": Role("main"), "opacity": 1},
            "encoding": {"x": {**x, "field": "predicted"}, "y": {**y, "field": "happened"}},
        },
    ]
    return {
        "width": width,
        "height": round(width * 0.86),
        "autosize": {"type": "fit", "contains": "padding"},
        "layer": layers,
    }
