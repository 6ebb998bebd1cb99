"""Charts of an evaluation, with altair: whether probabilities keep their word, how wide forecasts are, how they did over time.

altair is imported when a chart is made. Colours and fonts are those of `ar_core.plot`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plot import FONT, LIGHT, Theme

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


class JudgementPlots:
    """The charts of one judgement."""

    def __init__(self, judgement: Judgement) -> None:
        self._judgement = judgement

    def reliability(self, days: int = 0, bins: int = 10, theme: Theme = LIGHT, width: int = 360) -> Any:
        """Forecast probability to be late (by more than `days`) against how often it was so, with intervals of 95 %."""
        return reliability(self._judgement.reliability(days, bins).to_dicts(), days, theme, width)

    def pit(self, bins: int = 10, theme: Theme = LIGHT, width: int = 360) -> Any:
        """Where in their forecasts outcomes fell: level where forecasts are right."""
        return pit(self._judgement.pit(bins).to_dicts(), theme, width)


class RollingPlots(JudgementPlots):
    """The charts of one rolling evaluation."""

    def __init__(self, found: Rolling) -> None:
        super().__init__(found.judgement)
        self._found = found

    def over_time(self, measure: str = "crps", theme: Theme = LIGHT, width: int = 560) -> Any:
        """A measure by origin, for the model and its baselines. measure: a column of `by_origin`. Errors in days are sums over the days
        that were seen: of them only origins are drawn whose items were followed for 30 days or more after they were due."""
        rows = [row | {"origin": row["origin"].isoformat()} for row in self._found.by_origin.to_dicts()]
        if measure in ("mae", "crps"):
            rows = [row for row in rows if row["seen_to"] >= FOLLOWED] or rows
        return _compared(rows, "origin", "T", measure, theme, width)

    def segments(self, measure: str = "crps", top: int = 12, theme: Theme = LIGHT, width: int = 560) -> Any:
        """A measure by segment, for the model and its baselines, the largest segments first."""
        rows = self._found.by_segment.to_dicts()
        names = list(dict.fromkeys(row["segment"] for row in rows))[:top]
        shown = [row | {"segment": row["segment"] or "none"} for row in rows if row["segment"] in names]
        return _compared(shown, "segment", "N", measure, theme, width)


def reliability(rows: list[dict[str, Any]], days: int = 0, theme: Theme = LIGHT, width: int = 360) -> Any:
    """The reliability diagram of the rows of a reliability table."""
    alt = _altair()
    late = "late" if days == 0 else f"more than {days} days late"
    axis = {"scale": alt.Scale(domain=[0, 1]), "axis": alt.Axis(format=".0%", tickCount=5)}
    corners = alt.Data(values=[{"p": 0, "q": 0}, {"p": 1, "q": 1}])
    line = (
        alt.Chart(corners)
        .mark_line(color=theme.muted, strokeDash=[4, 4])
        .encode(
            x=alt.X("p:Q", title=f"forecast probability to be {late}", **axis),
            y=alt.Y("q:Q", title=f"share that was {late}", **axis),
        )
    )
    base = alt.Chart(alt.Data(values=rows)).encode(x="p:Q")
    bars = base.mark_rule(color=theme.band, strokeWidth=2).encode(y="lo:Q", y2="hi:Q")
    tip = [
        alt.Tooltip("p:Q", format=".1%"),
        alt.Tooltip("observed:Q", format=".1%"),
        alt.Tooltip("count:Q", format=","),
    ]
    points = base.mark_point(filled=True, size=55, color=theme.line, opacity=1).encode(y="observed:Q", tooltip=tip)
    return _dressed(line + bars + points, theme, width, width)


def pit(rows: list[dict[str, Any]], theme: Theme = LIGHT, width: int = 360) -> Any:
    """The PIT histogram of the rows of `pit`."""
    alt = _altair()
    share = alt.Axis(format=".0%", tickCount=5)
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(color=theme.band, stroke=theme.paper)
        .encode(
            x=alt.X(
                "lo:Q",
                title="place of the outcome in its forecast (early to late)",
                axis=share,
                scale=alt.Scale(domain=[0, 1]),
            ),
            x2="hi:Q",
            y2=alt.datum(0),
            y=alt.Y("share:Q", title="share of outcomes", scale=alt.Scale(zero=True), axis=share),
        )
    )
    level = (
        alt.Chart(alt.Data(values=[{"share": 1 / max(len(rows), 1)}]))
        .mark_rule(color=theme.ink, strokeDash=[4, 4])
        .encode(y="share:Q")
    )
    return _dressed(bars + level, theme, width, 220)


def _compared(rows: list[dict[str, Any]], by: str, kind: str, measure: str, theme: Theme, width: int) -> Any:
    """Points joined by lines, one colour and one shape a forecaster."""
    alt = _altair()
    if not rows or measure not in rows[0]:
        raise ValueError(f"no measure {measure!r}; there are: {', '.join(TITLES)}")
    values = [
        {
            by: row[by],
            "forecaster": NAMES.get(row["forecaster"], row["forecaster"]),
            "value": row[measure],
            "items": row["items"],
        }
        for row in rows
        if row[measure] is not None
    ]
    names = list(dict.fromkeys(value["forecaster"] for value in values))
    colours = alt.Scale(domain=names, range=[theme.line, theme.buckets[3], theme.muted][: len(names)])
    legend = alt.Legend(title=None, orient="bottom")
    x = alt.X(
        f"{by}:{kind}",
        title=by,
        scale=alt.Scale(type="utc") if kind == "T" else alt.Undefined,
        sort=list(dict.fromkeys(value[by] for value in values)),
        axis=alt.Axis(labelOverlap=True, format="%-d %b") if kind == "T" else alt.Axis(labelAngle=0, labelOverlap=True),
    )
    base = alt.Chart(alt.Data(values=values)).encode(
        x=x,
        y=alt.Y("value:Q", title=TITLES.get(measure, measure), scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5)),
        color=alt.Color("forecaster:N", scale=colours, legend=legend),
        tooltip=[
            "forecaster:N",
            f"{by}:{kind}",
            alt.Tooltip("value:Q", format=".3f"),
            alt.Tooltip("items:Q", format=","),
        ],
    )
    points = base.mark_point(filled=True, size=55, opacity=1).encode(
        shape=alt.Shape("forecaster:N", scale=alt.Scale(domain=names), legend=legend)
    )
    if kind == "T":
        return _dressed(base.mark_line(strokeWidth=2) + points, theme, width, 240)
    return _dressed(points.encode(xOffset=alt.XOffset("forecaster:N", sort=names)), theme, width, 240)


def _altair() -> Any:
    try:
        import altair
    except ImportError as error:
        raise ImportError("charts need altair: pip install 'ar-core[evaluate]'") from error
    return altair


def _dressed(chart: Any, theme: Theme, width: int, height: int) -> Any:
    words = {
        "labelColor": theme.muted,
        "titleColor": theme.muted,
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    }
    return (
        chart.properties(width=width, height=height, background="transparent")
        .configure_view(strokeWidth=0)
        .configure_axis(**words, gridColor=theme.grid, domainColor=theme.grid, tickColor=theme.grid)
        .configure_axisX(grid=False)
        .configure_legend(labelColor=theme.muted, labelFont=FONT)
    )
