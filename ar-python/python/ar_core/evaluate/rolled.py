"""What a rolling evaluation found."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from .frames import Days, Flags, Rows, as_date, day_column, pyarrow, text_table
from .judging import Judgement
from .measures import QUANTILES, SHORT, Forecast, late_name, short
from .outcomes import Outcomes

_QUANTILE_COLUMNS = dict(
    zip(
        QUANTILES,
        ("q025_days", "q10_days", "q25_days", "median_days", "q75_days", "q90_days", "q975_days"),
        strict=True,
    )
)


class Rolling:
    """A rolling evaluation of the model beside its baselines. `print` shows a summary; every part is a table (`Rows`)."""

    def __init__(
        self,
        forecasts: dict[str, Forecast],
        outcomes: Outcomes,
        asked: dict[str, Days],
        customer_ids: Any,
        segments: list[str | None],
        fits: dict[str, list[Any]],
        left_out: dict[str, int],
        until: int,
        longest: int,
    ) -> None:
        """forecasts: by forecaster, the model first. asked: origin, asked_on and due_on of each item. fits: one entry an origin."""
        self.forecasts, self.outcomes, self.left_out = forecasts, outcomes, left_out
        self._asked, self._customers, self._segments, self._fits = asked, customer_ids, segments, fits
        self._until, self._longest = until, longest
        self.judgements = {
            name: Judgement(forecast, outcomes, left_out, longest) for name, forecast in forecasts.items()
        }

    def __len__(self) -> int:
        """How often an item was asked about."""
        return len(self.outcomes)

    @property
    def judgement(self) -> Judgement:
        """All measures of the model, over all origins."""
        return next(iter(self.judgements.values()))

    @property
    def table(self) -> Rows:
        """One row a measure: measure, a column for each forecaster, right (what the model would show if it were exactly right), count,
        better, formula."""
        rest: dict[str, list[Any]] = self.judgement.table.to_pyarrow().to_pydict()
        columns: dict[str, Any] = {"measure": rest["measure"]}
        for name, judgement in self.judgements.items():
            columns[name] = [judgement.measures.get(measure) for measure in rest["measure"]]
        return Rows(columns | {name: rest[name] for name in ("right", "count", "better", "formula")})

    def to_pandas(self) -> Any:
        """`table` as a pandas.DataFrame."""
        return self.table.to_pandas()

    def to_polars(self) -> Any:
        """`table` as a polars.DataFrame."""
        return self.table.to_polars()

    @property
    def by_origin(self) -> Rows:
        """Over time: origin, forecaster, items, open, seen_to (days after the due date that half of the items were followed: errors in days
        of the newest origins are sums over fewer), and mae, within_3, crps, brier_late, auc_late, ece_late, inside_80, inside_95."""
        origins = self._asked["origin"]
        return self._groups("origin", [(as_date(origin), origins == origin) for origin in np.unique(origins)])

    @property
    def by_segment(self) -> Rows:
        """As `by_origin`, for each segment of customers, the largest first; None for those without."""
        names = np.array([name or "" for name in self._segments], dtype=object)
        groups = sorted(
            ((name or None, names == name) for name in set(names.tolist())),
            key=lambda group: (-int(group[1].sum()), group[0] or ""),
        )
        return self._groups("segment", groups)

    @property
    def fits(self) -> Rows:
        """One row an origin: origin, settled_items (that were known), trees, asked, fit_seconds, ask_seconds."""
        return Rows(self._fits)

    @property
    def predictions(self) -> Rows:
        """What the model said, one row an item and origin: origin, item_id, customer_id, segment, asked_on, due_on, p_late (and other
        thresholds), quantiles in days after the due date (q025_days ... q975_days), days_late (null while open), seen_to."""
        pa, model = pyarrow(), next(iter(self.forecasts.values()))
        columns: dict[str, Any] = {
            "origin": day_column(self._asked["origin"]),
            "item_id": self.outcomes.item_ids,
            "customer_id": self._customers,
        }
        columns["segment"] = pa.array(self._segments, pa.string())
        columns |= {name: day_column(self._asked[name]) for name in ("asked_on", "due_on")}
        columns |= {f"p_{late_name(days)}": p for days, p in model.late.items()}
        columns |= {name: model.quantiles[share] for share, name in _QUANTILE_COLUMNS.items()}
        return Rows(columns | {"days_late": self.outcomes.days_late, "seen_to": self.outcomes.seen_to})

    @property
    def plot(self) -> Any:
        """Charts: `.plot.reliability()`, `.pit()`, `.over_time()`, `.segments()`. Drawn by vl-convert-python."""
        from .charts import RollingPlots

        return RollingPlots(self)

    def _groups(self, name: str, groups: list[tuple[Any, Flags]]) -> Rows:
        rows: list[dict[str, Any]] = []
        for value, mask in groups:
            outcomes = self.outcomes.take(mask)
            seen = float(np.median(outcomes.seen_to)) if len(outcomes) else float("nan")
            for forecaster, forecast in self.forecasts.items():
                head = {name: value, "forecaster": forecaster, "items": len(outcomes)}
                head |= {"open": int(outcomes.open.sum()), "seen_to": seen}
                rows.append(head | short(forecast.take(mask), outcomes, self._longest))
        names = [name, "forecaster", "items", "open", "seen_to", *SHORT]
        return Rows({column: [row.get(column) for row in rows] for column in names})

    def _head(self) -> str:
        origins = self._fits["origin"]
        left = "".join(f"; {count:,} not asked ({why})" for why, count in self.left_out.items() if count)
        return (
            f"{len(self):,} items asked from {len(origins)} origins, {origins[0]} to {origins[-1]}; known until {as_date(self._until - 1)}, "
            f"{int(self.outcomes.open.sum()):,} of them still open then{left}"
        )

    def _summary(self) -> tuple[list[str], list[list[Any]]]:
        names = ["measure", *self.forecasts, "if right", "items", "better"]
        keys = [*self.forecasts, "right", "count", "better"]
        rows = [[row["measure"].replace("_", " "), *(row[key] for key in keys)] for row in self.table.to_dicts()]
        return names, rows

    def __str__(self) -> str:
        return f"{self._head()}\n{text_table(*self._summary())}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from ..notebook import grid, piece

        names, rows = self._summary()
        cells = [[f"{cell:,.3f}" if isinstance(cell, float) else cell for cell in row] for row in rows]
        cells = [["" if cell is None or cell == "nan" else f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in cells]
        return piece(f'<p class="head">{escape(self._head())}</p>', grid(names, cells, frozenset(range(1, len(names) - 1))))
