"""Charts of an evaluation: whether probabilities keep their word, how wide forecasts are, how they did over time.

They are a `Plot` each, as those of `ar_core.plot`: drawn without a network, in the reader's theme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plot import Plot
from ..plot.theme import Role

if TYPE_CHECKING:
    from .judging import Judgement
    from .rolled import Rolling

# What a measure is called on an axis.
TITLES = {
    "mae": "mean absolute error, days",
    "within_3": "share within 3 days",
    "crps": "CRPS, days",
    "brier_late": "Brier score, late",
    "auc_late": "AUC, late",
    "ece_late": "calibration error, late",
    "inside_80": "inside the central 80 %",
    "inside_95": "inside the central 95 %",
}
# Days that an origin must have been followed to be compared in days with others.
FOLLOWED = 30
NAMES = {"ar_core": "ar_core", "customer_median": "customer's median", "everybody": "everybody"}


COLOURS = ("main", "other", "fine")


class JudgementPlots:
    """The charts of one judgement."""

    def __init__(self, judgement: Judgement) -> None:
        self._judgement = judgement

    def reliability(self, days: int = 0, bins: int = 10, width: int = 360) -> Plot:
        """Forecast probability to be late (by more than `days`) against how often it was so, with intervals of 95 %."""
        return reliability(self._judgement.reliability(days, bins).to_dicts(), days, width)

    def pit(self, bins: int = 10, width: int = 360) -> Plot:
        """Where in their forecasts outcomes fell: level where forecasts are right."""
        return pit(self._judgement.pit(bins).to_dicts(), width)


class RollingPlots(JudgementPlots):
    """The charts of one rolling evaluation."""

    def __init__(self, found: Rolling) -> None:
        super().__init__(found.judgement)
        self._found = found

    def over_time(self, measure: str = "crps", width: int = 560) -> Plot:
        """A measure by origin, for the model and its baselines. measure: a column of `by_origin`. Errors in days are sums over the days
        that were seen: of them only origins are drawn whose items were followed for 30 days or more after they were due."""
        rows = [row | {"origin": row["origin"].isoformat()} for row in self._found.by_origin.to_dicts()]
        if measure in ("mae", "crps"):
            rows = [row for row in rows if row["seen_to"] >= FOLLOWED] or rows
        return _compared(rows, "origin", measure, width)

    def segments(self, measure: str = "crps", top: int = 12, width: int = 560) -> Plot:
        """A measure by segment, for the model and its baselines, the largest segments first."""
        rows = self._found.by_segment.to_dicts()
        names = list(dict.fromkeys(row["segment"] for row in rows))[:top]
        shown = [row | {"segment": row["segment"] or "none"} for row in rows if row["segment"] in names]
        return _compared(shown, "segment", measure, width)


def reliability(rows: list[dict[str, Any]], days: int = 0, width: int = 360) -> Plot:
    """The reliability diagram of the rows of a reliability table."""
    late = "late" if days == 0 else f"more than {days} days late"
    x, y = _share("p", f"forecast probability to be {late}"), _share("observed", f"share that was {late}")
    layers = [
        {
            "data": {"values": [{"p": 0, "observed": 0}, {"p": 1, "observed": 1}]},
            "mark": {"type": "line", "color": Role("rule"), "strokeDash": [4, 4], "strokeWidth": 1},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "rule", "color": Role("main"), "strokeWidth": 1.6},
            "encoding": {"x": x, "y": {**y, "field": "lo"}, "y2": {"field": "hi"}},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "point", "filled": True, "size": 55, "color": Role("main"), "opacity": 1},
            "encoding": {"x": x, "y": y},
        },
    ]
    inside = sum(row["lo"] <= row["p"] <= row["hi"] for row in rows)
    text = f"Reliability of the probability to be {late}: {inside} of {len(rows)} groups agree within their 95 % intervals."
    return Plot(f"Reliability: {late}", text, {"width": width, "height": width, "layer": layers}, ("Groups with 95 % intervals.",), rows)


def pit(rows: list[dict[str, Any]], width: int = 360) -> Plot:
    """The PIT histogram of the rows of `pit`."""
    level = 1 / max(len(rows), 1)
    x = _share("lo", "place of the outcome in its forecast (early to late)")
    y = {"type": "quantitative", "axis": {**_PERCENT, "title": "share of outcomes", "tickCount": 5}, "scale": {"zero": True}}
    layers = [
        {
            "data": {"values": rows},
            "mark": {"type": "bar", "color": Role("band80"), "stroke": Role("main"), "strokeWidth": 1},
            "encoding": {"x": x, "x2": {"field": "hi"}, "y": {**y, "field": "share"}, "y2": {"datum": 0}},
        },
        {
            "data": {"values": [{"share": level}]},
            "mark": {"type": "rule", "color": Role("ink"), "strokeDash": [4, 4]},
            "encoding": {"y": {**y, "field": "share"}},
        },
    ]
    most = max((abs(row["share"] - level) for row in rows), default=0.0)
    text = f"Places of outcomes in their forecasts: level would be {level:.0%} each; the farthest group is {most:.1%} off."
    return Plot("Where outcomes fell in their forecasts", text, {"width": width, "height": 220, "layer": layers}, ("Dashed: where forecasts are right.",), rows)


def _compared(rows: list[dict[str, Any]], by: str, measure: str, width: int) -> Plot:
    """One colour and one shape a forecaster; origins are joined by lines."""
    if not rows or measure not in rows[0]:
        raise ValueError(f"no measure {measure!r}; there are: {', '.join(TITLES)}")
    values = [
        {by: row[by], "forecaster": NAMES.get(row["forecaster"], row["forecaster"]), "value": row[measure], "items": row["items"]}
        for row in rows
        if row[measure] is not None
    ]
    names = list(dict.fromkeys(value["forecaster"] for value in values))
    title = TITLES.get(measure, measure)
    legend = {"title": None, "orient": "bottom"}
    in_time = by == "origin"
    x: dict[str, Any] = {"field": by, "type": "nominal", "title": by, "sort": None, "axis": {"labelAngle": 0, "labelOverlap": True}}
    if in_time:
        x = {"field": by, "type": "temporal", "scale": {"type": "utc"}, "axis": {"title": by, "labelOverlap": True, "format": "%-d %b"}}
    encoding: dict[str, Any] = {
        "x": x,
        "y": {"field": "value", "type": "quantitative", "scale": {"zero": False}, "axis": {"title": title, "tickCount": 5}},
        "color": {
            "field": "forecaster",
            "type": "nominal",
            "scale": {"domain": names, "range": [Role(colour) for colour in COLOURS[: len(names)]]},
            "legend": legend,
        },
    }
    points: dict[str, Any] = {
        "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
        "encoding": {**encoding, "shape": {"field": "forecaster", "type": "nominal", "scale": {"domain": names}, "legend": legend}},
    }
    if in_time:
        layers = [{"mark": {"type": "line", "strokeWidth": 2}, "encoding": encoding}, points]
    else:
        points["encoding"]["xOffset"] = {"field": "forecaster", "sort": names}
        layers = [points]
    means = ", ".join(f"{name} {_mean(values, name):.3g}" for name in names)
    spec = {"width": width, "height": 240, "data": {"values": values}, "layer": layers}
    return Plot(f"{title} by {by}", f"{title} by {by}; on average {means}.", spec, (), values)


def _mean(values: list[dict[str, Any]], name: str) -> float:
    own = [value["value"] for value in values if value["forecaster"] == name]
    return float(sum(own) / len(own))


_PERCENT = {"labelExpr": "format(datum.value * 100, '.3~r') + ' %'", "labelFlush": False}


def _share(field: str, title: str) -> dict[str, Any]:
    scale = {"domain": [0, 1], "nice": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": {**_PERCENT, "values": [0, 0.25, 0.5, 0.75, 1], "grid": True, "title": title}}
