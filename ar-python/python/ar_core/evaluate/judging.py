"""`judge`: what forecasts were worth, held against what came."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import numpy as np

from ..tables import DayLike
from . import scores
from .distribution import PayTimes, is_long
from .frames import (
    NO_DAY,
    Days,
    Rows,
    arrow,
    days_in,
    problem,
    pyarrow,
    refused,
    refused_argument,
    refused_rows,
    text_table,
    texts_in,
)
from .measures import QUANTILES, Forecast, Measure, as_rows, measures
from .outcomes import LONGEST, Outcomes

_LATE = re.compile(r"p_late(?:_(\d+))?")
_QUANTILE_NAMES = {
    "q025_on": 0.025,
    "q10_on": 0.1,
    "q25_on": 0.25,
    "median_on": 0.5,
    "q75_on": 0.75,
    "q90_on": 0.9,
    "q975_on": 0.975,
}


class Judgement:
    """What forecasts were worth. `print` shows the measures; `table` has them as rows, `plot` as charts."""

    def __init__(
        self, forecast: Forecast, outcomes: Outcomes, left_out: dict[str, int], longest: int = LONGEST
    ) -> None:
        """forecast, outcomes: item by item. left_out: how many items were not judged, by why."""
        self.forecast, self.outcomes, self.left_out, self.longest = forecast, outcomes, left_out, longest
        self._measures = measures(forecast, outcomes, longest)

    def __len__(self) -> int:
        """Number of items that were judged."""
        return len(self.outcomes)

    @property
    def measures(self) -> dict[str, float]:
        """The value of each measure, by name."""
        return {found.name: found.value for found in self._measures}

    @property
    def table(self) -> Rows:
        """One row a measure: measure, value, right (what a forecaster shows who is exactly right; null where unknown), count (items that
        were followed far enough), better (lower, higher, right), formula."""
        return as_rows(self._measures)

    def to_pandas(self) -> Any:
        """`table` as a pandas.DataFrame."""
        return self.table.to_pandas()

    def to_polars(self) -> Any:
        """`table` as a polars.DataFrame."""
        return self.table.to_polars()

    def reliability(self, days: int = 0, bins: int = 10) -> Rows:
        """The reliability table of "later than so many days": see `ar_core.evaluate.reliability`. Raises InvalidInput for another threshold."""
        if days not in self.forecast.late:
            known = ", ".join(map(str, self.forecast.late)) or "none"
            raise refused_argument("days", f"no probability to be later than {days} days; there are: {known}")
        followed, late = self.outcomes.later_than(days)
        return scores.reliability(
            np.clip(self.forecast.late[days][followed], 0.0, 1.0), late[followed].astype(np.float64), bins
        )

    def pit(self, bins: int = 10) -> Rows:
        """The histogram of `ar_core.evaluate.pit`. Raises InvalidInput where no distribution was given."""
        if self.forecast.times is None:
            raise refused(
                [
                    problem(
                        "predictions", "missing_column", "a distribution is needed (item_id, offset_days, probability)"
                    )
                ]
            )
        return scores.pit(self.forecast.times, self.outcomes, bins, self.longest)

    @property
    def plot(self) -> Any:
        """Charts: `.plot.reliability()`, `.plot.pit()`. Drawn by vl-convert-python."""
        from .charts import JudgementPlots

        return JudgementPlots(self)

    def __str__(self) -> str:
        return "\n".join([self._head(), text_table(_HEAD, _lines(self._measures))])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = Rows({name: [row[at] for row in _lines(self._measures)] for at, name in enumerate(_HEAD)})
        return f"<p>{escape(self._head())}</p>{rows._repr_html_()}"

    def _head(self) -> str:
        left = "; ".join(f"{count:,} left out ({why})" for why, count in self.left_out.items() if count)
        return f"{len(self):,} items, {int(self.outcomes.open.sum()):,} still open when last seen{'; ' + left if left else ''}"


_HEAD = ("measure", "value", "if right", "items", "better")


def _lines(found: list[Measure]) -> list[list[Any]]:
    return [
        [row.name.replace("_", " "), None if np.isnan(row.value) else row.value, row.right, row.count, row.better]
        for row in found
    ]


def judge(
    predictions: Any,
    outcomes: Any,
    as_of: DayLike | None = None,
    thresholds: tuple[int, ...] = (0, 30),
    longest: int = LONGEST,
) -> Judgement:
    """Holds forecasts against what came: proper scores, calibration, intervals, errors in days.

    predictions: what was said of items, by item_id (one row or one distribution an item), any of

    - distributions: the long table of `PayTimeModel.distribution` (item_id, offset_days, probability), or `PayTimes`; all measures;
    - scores: the table of `PayTimeModel.predict` or `report.scores`, or a table of your own with `item_id` and any of p_late, p_late_30
      (any number of days), median_on, q10_on, q90_on ..., or median_days, q10_days, ... in days after the due date; the measures that these
      allow.

    outcomes: the items with due_on and settled_on (null while open), as they are known now; or item_id, days_late and, where some are
    null, seen_to (the last day after the due date that was seen). as_of: what happened strictly before this day is known; default the
    day after the last settlement. Items that are still open count in every measure, see `ar_core.evaluate.outcomes`. thresholds: days
    late that probabilities are taken for, from distributions. longest: more days late than that are as good as this many and one.

    Items are matched by identifier; those that only one side knows are counted in `left_out`. Raises InvalidInput.

    >>> said = [{"item_id": "A", "p_late": 0.9}, {"item_id": "B", "p_late": 0.2}]
    >>> came = [{"item_id": "A", "due_on": "2026-03-01", "settled_on": "2026-03-04"},
    ...         {"item_id": "B", "due_on": "2026-03-02", "settled_on": "2026-03-02"}]
    >>> round(judge(said, came).measures["brier_late"], 3)
    0.025
    """
    pa = pyarrow("judge")
    import pyarrow.compute as pc

    known = arrow(outcomes, "outcomes")
    _needs_ids(known, "outcomes")
    truth = Outcomes.of_items(known, as_of)
    given: Any = PayTimes.of_rows(predictions) if is_long(predictions) else predictions
    if isinstance(given, PayTimes):
        ids = given.item_ids
        if ids is None and len(given) != len(truth):
            message = "without identifiers there must be one distribution for each outcome"
            raise refused([problem("predictions", "missing_column", message, "item_id")])
        ids = truth.item_ids if ids is None else ids
    else:
        given = arrow(predictions, "predictions")
        _needs_ids(given, "predictions")
        ids = texts_in(given, "item_id")
    _no_twice(ids, "predictions")
    _no_twice(truth.item_ids, "outcomes")
    place = pc.index_in(ids, value_set=truth.item_ids)
    found = np.asarray(pc.fill_null(place, -1).to_numpy(zero_copy_only=False), dtype=np.int64)
    rows, came = np.flatnonzero(found >= 0), found[found >= 0]
    left_out = {"no outcome": len(found) - len(rows), "nothing was predicted": len(truth) - len(rows)}
    if isinstance(given, PayTimes):
        forecast = Forecast.of(given.take(rows), thresholds)
    else:
        due = days_in(known, "due_on", "outcomes")[came] if "due_on" in known.column_names else None
        forecast = _of_scores(given.take(pa.array(rows)), due)
    return Judgement(forecast, truth.take(came), left_out, longest)


def _needs_ids(table: Any, name: str) -> None:
    if "item_id" not in table.column_names:
        raise refused([problem(name, "missing_column", "the column 'item_id' is required", "item_id")])


def _no_twice(ids: Any, name: str) -> None:
    import pyarrow.compute as pc

    if len(ids.unique()) != len(ids):
        counts = pc.value_counts(ids).to_pylist()
        twice = [str(row["values"]) for row in counts if row["counts"] > 1]
        raise refused(
            [problem(name, "duplicate_id", f"'{value}' stands more than once", "item_id") for value in twice[:10_000]],
            total=len(twice),
        )


def _of_scores(table: Any, due: Days | None) -> Forecast:
    """Probabilities and quantiles, as far as the columns go."""
    late = {}
    for name in table.column_names:
        found = _LATE.fullmatch(name)
        if found:
            values = np.asarray(table[name].to_numpy(), dtype=np.float64)
            bad = np.flatnonzero(~((values >= 0) & (values <= 1)))
            if len(bad):
                raise refused_rows("predictions", "out_of_range", "a probability from 0 to 1 is wanted", name, bad)
            late[int(found[1] or 0)] = values
    quantiles = {}
    for name, share in _QUANTILE_NAMES.items():
        in_days = name.replace("_on", "_days")
        if in_days in table.column_names:
            quantiles[share] = np.asarray(table[in_days].to_numpy(), dtype=np.float64)
        elif name in table.column_names and due is not None:
            on = days_in(table, name, "predictions")
            quantiles[share] = np.where(on == NO_DAY, np.nan, on - due).astype(np.float64)
        if share in quantiles and np.isnan(quantiles[share]).any():
            row = int(np.flatnonzero(np.isnan(quantiles[share]))[0])
            source = in_days if in_days in table.column_names else name
            raise refused([problem("predictions", "missing_value", "a day is wanted", source, row)])
    if not late and not quantiles:
        wanted = "offset_days and probability, or any of p_late, p_late_30, " + ", ".join(_QUANTILE_NAMES)
        raise refused([problem("predictions", "missing_column", f"nothing to judge: {wanted} are wanted")])
    return Forecast(late, {share: quantiles[share] for share in QUANTILES if share in quantiles})
