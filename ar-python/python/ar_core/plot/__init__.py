"""Charts: `report.plot.aging()` of a report, `ar_core.plot.aging(table)` of a table from anywhere.

Each function takes tables and gives a `Plot` (drawing.py): a Vega-Lite specification in roles of colour (theme.py), the sentence that
stands for it, and the numbers behind it. Rows are added up in Python before anything is drawn, so that a chart of a million rows is as
small as one of ten, and what is left out is said under the chart. Amounts of two currencies have no common axis: a chart is in one.

aging, forecast, calendar (cash by day), worklist and effort (value against minutes), waterfall (one score), autonomy (the ladder),
reliability (predictions with outcomes), difference (two reports). Lists of bars share bars.py, words labels.py, frames tables.py.

vl-convert-python draws, pyarrow reads tables; both come with `pip install 'ar-core[cli]'`, and neither is loaded before a chart is made.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from .aging import BUCKET_NAMES, BUCKETS, aging
from .calendar import calendar
from .difference import difference
from .drawing import Plot
from .forecast import Step, forecast, weeks
from .ladder import autonomy
from .reliability import reliability, with_outcomes
from .tables import arrow, main_currency
from .waterfall import Score, waterfall
from .worklist import effort, worklist

__all__ = [
    "BUCKETS",
    "BUCKET_NAMES",
    "Plot",
    "ReportPlots",
    "aging",
    "autonomy",
    "calendar",
    "difference",
    "effort",
    "forecast",
    "reliability",
    "waterfall",
    "weeks",
    "worklist",
]


class ReportPlots:
    """The charts of one report, as `report.plot`.

    currency: default that of most open items, the same for all charts of the report (where nothing of it is to be drawn, that of most rows). width: pixels of the drawing. What each draws and what it raises stands at the function of
    `ar_core.plot` of the same name.
    """

    def __init__(self, report: Any) -> None:
        self._report = report

    def _currency(self, asked: str | None, table: Any) -> str | None:
        """The currency asked for; else the main one of the report, where the table has it."""
        if asked is not None:
            return asked
        main = main_currency(self._report.aging)
        return main if main in arrow(table, ("currency",)).column("currency").to_pylist() else None

    def aging(self, currency: str | None = None, width: int = 560) -> Plot:
        """Open amounts by days past due."""
        return aging(self._report.aging, self._currency(currency, self._report.aging), width)

    def forecast(
        self, currency: str | None = None, step: Step = "week", cumulative: bool = False, width: int = 560
    ) -> Plot:
        """Expected cash with its 80 % and 95 % bands, by week or by day, or in all up to each day."""
        return forecast(self._report.forecast, self._currency(currency, self._report.forecast), step, cumulative, width)

    def calendar(self, currency: str | None = None, months: int = 4, width: int = 900) -> Plot:
        """Months as grids of days, with the cash expected on each."""
        return calendar(self._report.forecast, self._currency(currency, self._report.forecast), months, width)

    def worklist(self, currency: str | None = None, top: int = 15, names: Any = None, width: int = 560) -> Plot:
        """What waits for a person, best first: what each line is worth and the minutes it takes. names: of customers, dict or table."""
        return worklist(self._report.worklist, self._currency(currency, self._report.worklist), top, names, width)

    def effort(self, currency: str | None = None, width: int = 560) -> Plot:
        """What is gained in all by the minutes spent on the worklist."""
        return effort(self._report.worklist, self._currency(currency, self._report.worklist), width)

    def waterfall(self, item_id: str | None = None, of: Score = "priority", width: int = 420) -> Plot:
        """How the score of an item comes about, reason by reason; default the item of highest priority."""
        return waterfall(self._report.scores, item_id, of, width)

    def autonomy(self, top: int = 16, width: int = 560) -> Plot:
        """The ladder: how far the engine may go, by action and segment, and what the evidence says."""
        return autonomy(self._report.autonomy, top, width)

    def reliability(self, items: Any, seen_on: date, of: str = "p_late", bins: int = 10, width: int = 420) -> Plot:
        """What the scores of the report said, against what became of their items.

        items: a later table with item_id and settled_on. seen_on: the day that it is of: what was settled before it is known. of:
        p_late, p_late_30 or p_default. What was certain on the day of the report is left out.
        """
        table = with_outcomes(self._report.scores, items, self._report.as_of, seen_on, of)
        return reliability(table, of, "outcome", bins, width)

    def difference(self, other: Any, currency: str | None = None, top: int = 12, width: int = 560) -> Plot:
        """What another report, of another policy or day, has otherwise: decisions, cash, questions to people. This one is before."""
        return difference(self._report, other, self._currency(currency, self._report.forecast), top, width)
