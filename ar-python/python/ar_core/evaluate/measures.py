"""From forecasts and outcomes to named measures, each with how many items it counts and what a right forecaster would show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from . import scores
from .distribution import PayTimes
from .frames import Days, Flags, Floats, Rows
from .outcomes import LONGEST, Outcomes

# Last days of the buckets: on time, 1-15, 16-30, 31-60, over 60 days late.
BUCKETS = (0, 15, 30, 60)
INTERVALS = {80: (0.1, 0.9), 95: (0.025, 0.975)}
WITHIN = (3, 5, 7)
QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


@dataclass(frozen=True)
class Forecast:
    """What was said of items: any of a distribution, probabilities of being later than so many days, quantiles in days."""

    late: dict[int, Floats] = field(default_factory=dict)
    quantiles: dict[float, Floats] = field(default_factory=dict)
    times: PayTimes | None = None
    # Probability that the forecast itself gives to its central intervals.
    inside: dict[int, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, times: PayTimes, thresholds: Sequence[int], median: Floats | None = None) -> Forecast:
        """All that follows from distributions. median: a point forecast in the place of theirs."""
        quantiles = dict(zip(QUANTILES, times.quantiles(QUANTILES).T, strict=True))
        inside = {
            name: times.at_most(quantiles[hi]) - times.at_most(quantiles[lo] - 1)
            for name, (lo, hi) in INTERVALS.items()
        }
        if median is not None:
            quantiles[0.5] = median
        return cls({days: times.later_than(days) for days in thresholds}, quantiles, times, inside)

    def take(self, rows: Days | Flags) -> Forecast:
        """Some of the items."""
        return Forecast(
            {days: p[rows] for days, p in self.late.items()},
            {share: days[rows] for share, days in self.quantiles.items()},
            None if self.times is None else self.times.take(rows),
            {name: p[rows] for name, p in self.inside.items()},
        )


@dataclass(frozen=True)
class Measure:
    """One measure. right: what a forecaster shows who is exactly right, where that is known. better: lower, higher, or right (near it)."""

    name: str
    value: float
    count: int
    better: str
    right: float | None
    formula: str


def late_name(days: int) -> str:
    """The suffix of a threshold: `late`, `late_30`."""
    return "late" if days == 0 else f"late_{days}"


def measures(forecast: Forecast, outcomes: Outcomes, longest: int = LONGEST) -> list[Measure]:
    """All measures that the forecast allows. An item counts where its outcome was followed far enough, see `outcomes`."""
    found: list[Measure] = []
    for days, p in forecast.late.items():
        found += _of_threshold(days, p, outcomes)
    if 0.5 in forecast.quantiles:
        found += _of_point(forecast.quantiles[0.5], outcomes, longest)
    for name, (lo, hi) in INTERVALS.items():
        if lo in forecast.quantiles and hi in forecast.quantiles:
            found += _of_interval(name, forecast, outcomes)
    for share in (0.1, 0.25, 0.75, 0.9):
        if share in forecast.quantiles:
            loss = scores.pinball(forecast.quantiles[share], outcomes, share, longest)
            found.append(
                Measure(
                    f"pinball_{round(100 * share)}",
                    _mean(loss),
                    len(loss),
                    "lower",
                    None,
                    "quantile loss in days, Koenker and Bassett 1978",
                )
            )
    if forecast.times is not None:
        found += _of_times(forecast.times, outcomes, longest)
    return found


def _mean(values: Floats | Flags) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _of_threshold(days: int, p: Floats, outcomes: Outcomes) -> list[Measure]:
    followed, late = outcomes.later_than(days)
    p, happened = np.clip(p[followed], 0.0, 1.0), late[followed].astype(np.float64)
    name, count = late_name(days), int(followed.sum())
    what = f"later than {days} days after the due date" if days else "paid after the due date"
    return [
        Measure(
            f"rate_{name}", _mean(happened), count, "right", _mean(p), f"share {what}, beside the mean probability"
        ),
        Measure(
            f"brier_{name}",
            scores.brier(p, happened),
            count,
            "lower",
            None,
            "mean squared error of the probability, Brier 1950",
        ),
        Measure(
            f"log_score_{name}",
            scores.log_score(p, happened),
            count,
            "lower",
            None,
            "minus log probability of the answer, Good 1952",
        ),
        Measure(
            f"auc_{name}",
            scores.auc(p, happened),
            count,
            "higher",
            None,
            "area under the ROC curve, Mann and Whitney 1947",
        ),
        Measure(
            f"ece_{name}",
            scores.ece(p, happened),
            count,
            "lower",
            scores.ece_by_chance(p),
            "calibration error, 10 bins of equal count; beside it that of chance",
        ),
    ]


def _of_point(median: Floats, outcomes: Outcomes, longest: int) -> list[Measure]:
    error = 2.0 * scores.pinball(median, outcomes, 0.5, longest)
    found = [
        Measure(
            "mae",
            _mean(error),
            len(error),
            "lower",
            None,
            "mean absolute error of the median in days, both cut at what was seen",
        ),
        Measure(
            "median_error",
            float(np.median(error)) if len(error) else float("nan"),
            len(error),
            "lower",
            None,
            "median absolute error of the median in days",
        ),
    ]
    for reach in WITHIN:
        use = outcomes.seen_to >= median + reach
        near = np.abs(outcomes.days_late[use] - median[use]) <= reach
        found.append(
            Measure(
                f"within_{reach}",
                _mean(near),
                int(use.sum()),
                "higher",
                None,
                f"share paid within {reach} days of the median",
            )
        )
    return found


def _of_interval(name: int, forecast: Forecast, outcomes: Outcomes) -> list[Measure]:
    lo, hi = (forecast.quantiles[share] for share in INTERVALS[name])
    endless = np.zeros(len(lo), dtype=bool) if forecast.times is None else hi >= forecast.times.last
    # Without an upper end the answer is known once the lower one has passed.
    use = outcomes.seen_to >= np.where(endless, lo - 1, hi)
    inside = ~(outcomes.days_late < lo) & (endless | (outcomes.days_late <= hi))
    said = forecast.inside.get(name)
    right = name / 100.0 if said is None else _mean(np.where(endless, 1.0 - INTERVALS[name][0], said)[use])
    return [
        Measure(
            f"inside_{name}",
            _mean(inside[use]),
            int(use.sum()),
            "right",
            right,
            f"share inside the central {name} %, beside the probability of its whole days",
        ),
        Measure(
            f"width_{name}", _mean(hi - lo), len(lo), "lower", None, f"mean length of the central {name} % in days"
        ),
    ]


def _of_times(times: PayTimes, outcomes: Outcomes, longest: int) -> list[Measure]:
    crps, log = scores.crps(times, outcomes, longest), scores.log_score_days(times, outcomes, longest)
    followed = outcomes.seen_to >= BUCKETS[-1]
    reached = np.stack([times.at_most(last) for last in BUCKETS] + [np.ones(len(times))])
    likely = np.diff(reached, axis=0, prepend=0.0).argmax(axis=0)
    came = np.where(outcomes.open, len(BUCKETS), np.searchsorted(BUCKETS, outcomes.days_late))
    return [
        Measure("crps", _mean(crps), len(crps), "lower", None, "ranked probability score in days, up to what was seen"),
        Measure(
            "log_score_days",
            _mean(log),
            len(log),
            "lower",
            None,
            "minus log probability of the day, or of being open as long as seen",
        ),
        Measure(
            "bucket",
            _mean((likely == came)[followed]),
            int(followed.sum()),
            "higher",
            None,
            "share in the likeliest of on time, 1-15, 16-30, 31-60, over 60 days",
        ),
    ]


# What groups and periods are compared by.
SHORT = ("mae", "within_3", "crps", "brier_late", "auc_late", "ece_late", "inside_80", "inside_95")


def short(forecast: Forecast, outcomes: Outcomes, longest: int = LONGEST) -> dict[str, float]:
    """The measures of `SHORT` that there are, by name."""
    every = {found.name: found.value for found in measures(forecast, outcomes, longest)}
    return {name: every[name] for name in SHORT if name in every}


def as_rows(found: Sequence[Measure]) -> Rows:
    """measure, value, right, count, better, formula."""
    rest = {name: [getattr(row, name) for row in found] for name in ("value", "right", "count", "better", "formula")}
    return Rows({"measure": [row.name for row in found]} | rest)
