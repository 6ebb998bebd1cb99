"""Plots of a report as altair charts: `report.plot.aging()`, `.forecast()`, `.worklist()`.

One currency a chart, for amounts of two currencies have no common axis. altair is imported when a chart is made, not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

BUCKETS = ("not_due", "1-30", "31-60", "61-90", "over_90")
BUCKET_NAMES = {"not_due": "not due", "over_90": "over 90"}


@dataclass(frozen=True)
class Theme:
    """Colours of a chart: Okabe and Ito's, which people with any colour vision can tell apart."""

    ink: str
    muted: str
    grid: str
    paper: str
    line: str
    band: str
    buckets: tuple[str, ...]


LIGHT = Theme(
    "#1b1f24",
    "#57606a",
    "#e3e6ea",
    "#ffffff",
    "#0072b2",
    "#56b4e9",
    ("#0072b2", "#56b4e9", "#f0b400", "#e69f00", "#d55e00"),
)
DARK = Theme(
    "#e8eaed",
    "#a7b0ba",
    "#333a42",
    "#161b20",
    "#56b4e9",
    "#56b4e9",
    ("#4aa3d8", "#8fd0f4", "#f0e442", "#e69f00", "#f0753a"),
)
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


class ReportPlots:
    """The charts of one report."""

    def __init__(self, report: Any) -> None:
        self._report = report

    def aging(self, currency: str | None = None) -> Any:
        """Open amounts by days past due."""
        rows = _rows(self._report.aging)
        return aging(rows, currency or _main_currency(rows, "amount"))

    def forecast(self, currency: str | None = None, weekly: bool = True) -> Any:
        """Expected cash with its 80 % and 95 % bands, by week or by day."""
        rows = of_items(_rows(self._report.forecast))
        currency = currency or _main_currency(rows, "expected")
        return forecast(rows, currency, weekly=weekly)

    def worklist(self, currency: str | None = None, top: int = 15) -> Any:
        """What waits for a person, by amount."""
        rows = _rows(self._report.worklist)
        return worklist(rows, currency or _main_currency(rows, "amount"), top=top)


def aging(rows: list[dict[str, Any]], currency: str | None, theme: Theme = LIGHT, width: int = 560) -> Any:
    """Bars of open amounts, one a bucket, with the amount written on each."""
    alt = _altair()
    found = {row["bucket"]: row for row in rows if row["currency"] == currency}
    values = [
        {
            "bucket": BUCKET_NAMES.get(name, name),
            "amount": float(found[name]["amount"]) if name in found else 0.0,
            "count": found.get(name, {}).get("count", 0),
        }
        for name in BUCKETS
    ]
    names = [value["bucket"] for value in values]
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("bucket:N", sort=names, title="days past due", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("amount:Q", title=currency, axis=alt.Axis(format="~s", tickCount=5)),
    )
    bars = base.mark_bar(cornerRadiusEnd=3).encode(
        color=alt.Color("bucket:N", scale=alt.Scale(domain=names, range=list(theme.buckets)), legend=None),
    )
    labels = base.mark_text(dy=-8, color=theme.ink, fontSize=11).encode(text=alt.Text("amount:Q", format=",.3~s"))
    return _dressed(bars + labels, theme, width, 240)


def forecast(
    rows: list[dict[str, Any]], currency: str | None, theme: Theme = LIGHT, width: int = 560, weekly: bool = True
) -> Any:
    """A fan: the expected cash as a line, the 80 % band dark, the 95 % band light."""
    alt = _altair()
    found = weeks(rows, currency) if weekly else [row for row in of_items(rows) if row["currency"] == currency]
    values = [
        {
            "on": row["on"].isoformat(),
            **{name: float(row[name]) for name in ("expected", "lo80", "hi80", "lo95", "hi95")},
        }
        for row in found
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X(
            "on:T",
            title="week from" if weekly else "day",
            scale=alt.Scale(type="utc"),
            axis=_days_axis(alt, values if weekly else None),
        ),
    )
    outer = base.mark_area(opacity=0.25, color=theme.band).encode(
        y=alt.Y("lo95:Q", title=currency, axis=alt.Axis(format="~s", tickCount=5)), y2="hi95:Q"
    )
    inner = base.mark_area(opacity=0.45, color=theme.band).encode(y="lo80:Q", y2="hi80:Q")
    line = base.mark_line(
        color=theme.line, strokeWidth=2.5, point={"color": theme.line, "size": 36} if weekly else False
    ).encode(y="expected:Q")
    return _dressed(outer + inner + line, theme, width, 240)


def _days_axis(alt: Any, marked: list[dict[str, Any]] | None) -> Any:
    """Ticks where the weeks start; for days as many as fit."""
    ticks = {"values": [value["on"] for value in marked]} if marked is not None else {"tickCount": 6}
    return alt.Axis(format="%-d %b", labelOverlap=True, **ticks)


def worklist(
    rows: list[dict[str, Any]], currency: str | None, theme: Theme = LIGHT, width: int = 560, top: int = 15
) -> Any:
    """Bars of the amounts that wait for a person, in the order of the list."""
    alt = _altair()
    found = [
        row
        for row in sorted(rows, key=lambda row: row["rank"])
        if row["currency"] == currency and row["amount"] is not None
    ][:top]
    values = [
        {
            "what": f"{row['rank']}. {row['customer_id'] or 'unknown payer'}",
            "amount": float(row["amount"]),
            "action": row["action"].replace("_", " "),
        }
        for row in found
    ]
    chart = (
        alt.Chart(alt.Data(values=values))
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            x=alt.X("amount:Q", title=currency, axis=alt.Axis(format="~s", tickCount=5)),
            y=alt.Y("what:N", sort=[value["what"] for value in values], title=None),
            color=alt.Color(
                "action:N", scale=alt.Scale(range=list(theme.buckets)), legend=alt.Legend(title=None, orient="bottom")
            ),
        )
    )
    return _dressed(chart, theme, width, max(60, 22 * len(values)))


def of_items(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a forecast about open items in their own currency: what else it holds would be counted twice."""
    return [row for row in rows if row.get("line", "open_items") == "open_items"]


def weeks(rows: list[dict[str, Any]], currency: str | None) -> list[dict[str, Any]]:
    """The daily forecast by weeks from its first day.

    Expected values add up. The bands are added as distances from the expected value, by squares, as for days that are
    independent of each other. A day's band is cut off at zero; its lower distance is then taken as wide as its upper one.
    """
    days = sorted((row for row in of_items(rows) if row["currency"] == currency), key=lambda row: row["on"])
    result: list[dict[str, Any]] = []
    for row in days:
        start = days[0]["on"] + timedelta(days=(row["on"] - days[0]["on"]).days // 7 * 7)
        if not result or result[-1]["on"] != start:
            result.append({"on": start, "currency": currency, "days": 0, "expected": Decimal(0), "_squares": {}})
        week, expected = result[-1], Decimal(row["expected"])
        week["days"] += 1
        week["expected"] += expected
        for band in ("80", "95"):
            upper = float(Decimal(row[f"hi{band}"]) - expected)
            lower = upper if Decimal(row[f"lo{band}"]) <= 0 else float(expected - Decimal(row[f"lo{band}"]))
            for name, distance in ((f"lo{band}", lower), (f"hi{band}", upper)):
                week["_squares"][name] = week["_squares"].get(name, 0.0) + distance**2
    for week in result:
        cent = Decimal(1).scaleb(int(week["expected"].as_tuple().exponent))
        for name, total in week.pop("_squares").items():
            spread = Decimal(total**0.5).quantize(cent)
            week[name] = (
                max(Decimal(0), week["expected"] - spread) if name.startswith("lo") else week["expected"] + spread
            )
    return result


def svg(chart: Any) -> str:
    """A chart as SVG text, without a browser and without a network."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart.to_dict(validate=False)))


def _altair() -> Any:
    try:
        import altair
    except ImportError as error:
        raise ImportError("plots need altair: pip install 'ar-core[cli]'") from error
    return altair


def _rows(table: Any) -> list[dict[str, Any]]:
    if hasattr(table, "to_dicts"):
        return list(table.to_dicts())
    return list(table.to_pylist())


def _main_currency(rows: list[dict[str, Any]], column: str) -> str | None:
    """The currency with most rows of money in it; ties go by name, so that the same report gives the same chart."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["currency"]] = counts.get(row["currency"], 0) + bool(row[column])
    return min(counts, key=lambda name: (-counts[name], name), default=None)


def _dressed(chart: Any, theme: Theme, width: int, height: int) -> Any:
    labels = {
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
        .configure_axis(**labels, gridColor=theme.grid, domainColor=theme.grid, tickColor=theme.grid)
        .configure_axisX(grid=False)
        .configure_legend(labelColor=theme.muted, labelFont=FONT)
        .configure_text(font=FONT)
    )
