"""A payment-time model of your own in the place of ours: any object with scikit-learn's `predict` or `predict_proba`.

    times = own.pay_times(estimator, item_ids, X, quantiles=[0.1, 0.5, 0.9])
    models = ar.Models.fit(ledger, as_of, pay_times=times)              # the whole street
    model = ar.PayTimeModel.fit(items, as_of).with_pay_times(times)     # predict, distribution, forecast_cash

What it says of an item is read as the distribution of its delay in days past due; the engine scores an item that has already waited on
having waited. Items that it does not name keep our answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import Any

# Where the distribution of a point estimate is cut: twenty parts.
LEVELS = tuple(step / 20 for step in range(1, 20))
# Delays that the engine takes, in days either way.
MOST_DAYS = 3_650


def residuals(estimator: Any, features: Any, delays: Iterable[float]) -> list[float]:
    """What a point estimate missed, in days: settled items that the estimator has not seen, and their delays past due."""
    return [float(seen) - float(said) for said, seen in zip(estimator.predict(features), delays, strict=True)]


def pay_times(
    estimator: Any,
    item_ids: Iterable[str],
    features: Any,
    *,
    quantiles: Sequence[float] | None = None,
    residuals: Sequence[float] | None = None,
) -> dict[str, list[Any]]:
    """The table `pay_times` (item_id, delay_days, probability not to exceed the delay) of a model of your own.

    item_ids, features: one row an item, in the same order. The estimator may be

    - a classifier whose `classes_` are delays in days: `predict_proba` gives the distribution;
    - a regressor of quantiles: `predict` gives one column for each level of `quantiles` (0 to 1), delays in days; columns that cross
      are put in order;
    - a regressor of the delay in days: `predict` gives one number, and `residuals` (see the function of that name) how far it is off.

    Raises ValueError where the answer has another shape, or holds what is not a number.
    """
    ids = list(item_ids)
    if quantiles is None and residuals is None:
        if not hasattr(estimator, "predict_proba"):
            raise ValueError("a regressor needs either quantiles (levels of its columns) or residuals (what it missed on other items)")
        rows = _of_classes(estimator, features)
    elif quantiles is not None:
        rows = _of_quantiles(estimator.predict(features), [float(level) for level in quantiles])
    else:
        rows = _of_points(estimator.predict(features), [float(row) for row in residuals or ()])
    if len(rows) != len(ids):
        raise ValueError(f"{len(rows)} answers for {len(ids)} items")
    table: dict[str, list[Any]] = {"item_id": [], "delay_days": [], "probability": []}
    for item_id, row in zip(ids, rows, strict=True):
        for delay, share in _days(row):
            table["item_id"].append(str(item_id))
            table["delay_days"].append(delay)
            table["probability"].append(share)
    return table


Row = list[tuple[float, float]]


def _of_classes(estimator: Any, features: Any) -> list[Row]:
    delays = [float(label) for label in estimator.classes_]
    order = sorted(range(len(delays)), key=delays.__getitem__)
    rows = []
    for shares in estimator.predict_proba(features):
        shares, reached, row = [float(share) for share in shares], 0.0, []
        if len(shares) != len(delays):
            raise ValueError(f"{len(shares)} probabilities for {len(delays)} classes")
        for at in order:
            reached += shares[at]
            row.append((delays[at], min(reached, 1.0)))
        rows.append(row)
    return rows


def _of_quantiles(answers: Any, levels: list[float]) -> list[Row]:
    if not levels or sorted(set(levels)) != levels or not 0.0 <= levels[0] <= levels[-1] <= 1.0:
        raise ValueError("quantiles must rise, from 0 to 1")
    rows = []
    for answer in answers:
        delays = [float(delay) for delay in answer]
        if len(delays) != len(levels):
            raise ValueError(f"{len(delays)} columns for {len(levels)} quantiles")
        rows.append(list(zip(sorted(delays), levels, strict=True)))
    return rows


def _of_points(answers: Any, missed: list[float]) -> list[Row]:
    if not missed:
        raise ValueError("residuals must not be empty")
    missed = sorted(missed)
    # The finite-sample quantile of split conformal prediction: one more item than was seen.
    spread = [(missed[min(max(ceil(level * (len(missed) + 1)) - 1, 0), len(missed) - 1)], level) for level in LEVELS]
    return [[(float(answer) + apart, level) for apart, level in spread] for answer in answers]


def _days(row: Row) -> Row:
    """Whole days: a delay reaches the day that it is in; of several on one day the last counts."""
    found: dict[int, float] = {}
    for delay, share in row:
        if not (delay == delay and abs(delay) < float("inf") and share == share):
            raise ValueError("an answer is not a number")
        found[int(min(max(floor(delay + 0.5), -MOST_DAYS), MOST_DAYS))] = share
    return sorted(found.items())
