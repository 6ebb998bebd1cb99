"""Models that a practitioner would take, with the features of `features.py`, as distributions over days.

Quantile regressions give eleven quantiles, which are sorted and joined by straight lines; beyond the outer ones the line goes on as far
as the last two are apart. Survival models give the chance to be still open day by day, of the days since issue.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .features import NAMES, as_known, features, followed, frame_of
from .scorer import FIRST, OFFSETS, TAIL, WIDTH

LEVELS = (0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.975)
CATEGORIES = (12, 15)
Answer = dict[str, Any]
Fit = Callable[[np.ndarray, np.ndarray, float], Callable[[np.ndarray], np.ndarray]]


def answer(p: np.ndarray, started: float, fitted: float, ended: float) -> Answer:
    """The curves, and the times of their parts."""
    return {"p": p, "fit_s": fitted - started, "predict_s": ended - fitted}


def test_rows(frame: pd.DataFrame, book: dict[str, Any]) -> np.ndarray:
    """Invoices to be predicted."""
    return ((frame.issued >= book["t0"]) & (frame.issued < book["t1"])).to_numpy()


def quantiles(fit: Fit) -> Callable[[dict[str, Any]], Callable[[], Answer]]:
    """A quantile regression for each level."""

    def start(book: dict[str, Any]) -> Callable[[], Answer]:
        frame = frame_of(book)

        def work() -> Answer:
            started = time.perf_counter()
            x = features(frame)
            train, test = followed(frame, book["t0"]), test_rows(frame, book)
            known = as_known(frame, book["t0"])
            y = np.clip(known.settled - known.due, FIRST, TAIL).to_numpy(dtype=float)
            models = [fit(x[train], y[train], level) for level in LEVELS]
            fitted = time.perf_counter()
            values = np.sort(np.stack([model(x[test]) for model in models], axis=1), axis=1)
            return answer(joined(values), started, fitted, time.perf_counter())

        return work

    return start


def joined(values: np.ndarray) -> np.ndarray:
    """Quantiles as probabilities of days."""
    levels = np.array((0.0, *LEVELS, 1.0))
    low = values[:, 0] - np.maximum(values[:, 1] - values[:, 0], 0.5)
    high = values[:, -1] + np.maximum(values[:, -1] - values[:, -2], 0.5)
    points = np.column_stack([low, values, high])
    points += np.arange(points.shape[1]) * 1e-6  # rising, where quantiles are equal
    # A day holds what is nearer to it than to the next.
    f = np.stack([np.interp(OFFSETS + 0.5, row, levels) for row in points])
    f[:, -1] = 1.0
    return np.diff(f, axis=1, prepend=0.0)


def threads(rows: int) -> int:
    """One core for small books: on a shared machine the threads of OpenMP wait for each other, and two took ten times as long as one."""
    return 1 if rows < 50_000 else 0


def lightgbm_quantile(x: np.ndarray, y: np.ndarray, level: float) -> Callable[[np.ndarray], np.ndarray]:
    """LightGBM's quantile objective: 31 leaves, slow rate, 300 trees."""
    import lightgbm as lgb

    params = {
        "objective": "quantile", "alpha": level, "learning_rate": 0.05, "num_leaves": 31, "min_data_in_leaf": max(5, min(40, len(y) // 50)),
        "feature_fraction": 0.8, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 1.0, "verbose": -1, "seed": 1,
        "num_threads": threads(len(y)),
    }  # fmt: skip
    data = lgb.Dataset(x, y, categorical_feature=list(CATEGORIES), feature_name=list(NAMES))
    return lgb.train(params, data, 300).predict


def sklearn_quantile(x: np.ndarray, y: np.ndarray, level: float) -> Callable[[np.ndarray], np.ndarray]:
    """scikit-learn's histogram gradient boosting with the quantile loss; its own early stopping."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    model = HistGradientBoostingRegressor(
        loss="quantile", quantile=level, learning_rate=0.05, max_iter=300, early_stopping=True, categorical_features=list(CATEGORIES), random_state=1
    )
    with threadpool_limits(threads(len(y)) or None):
        return model.fit(x, y).predict


def survival(name: str) -> Callable[[dict[str, Any]], Callable[[], Answer]]:
    """lifelines: Weibull AFT or Cox; items open at t0 are censored, as they should be."""

    def start(book: dict[str, Any]) -> Callable[[], Answer]:
        import lifelines

        frame = frame_of(book)
        test = test_rows(frame, book)

        def work() -> Answer:
            started = time.perf_counter()
            x = design(features(frame), ((frame.issued < book["t0"]).to_numpy()))
            known = as_known(frame, book["t0"])
            train = (known.issued < book["t0"]).to_numpy()
            rows = x[train].copy()
            seen = (known.settled < book["t0"]).to_numpy()[train]
            until = np.where(seen, known.settled[train], book["t0"]) - known.issued[train]
            rows["days"], rows["paid"] = np.maximum(until, 0.5), seen
            fitter = lifelines.WeibullAFTFitter(penalizer=0.01) if name == "weibull" else lifelines.CoxPHFitter(penalizer=0.01)
            fitter.fit(rows, duration_col="days", event_col="paid")
            fitted = time.perf_counter()
            p = curves(fitter, x[test], frame.term.to_numpy()[test])
            return answer(p, started, fitted, time.perf_counter())

        return work

    return start


def design(x: np.ndarray, train: np.ndarray) -> pd.DataFrame:
    """Numbers scaled to the training rows, missing ones at the mean with a flag, categories as indicators."""
    numbers = [at for at in range(len(NAMES)) if at not in CATEGORIES]
    mean, sd = np.nanmean(x[train][:, numbers], axis=0), np.nanstd(x[train][:, numbers], axis=0)
    out = pd.DataFrame(np.clip(np.nan_to_num((x[:, numbers] - mean) / np.maximum(sd, 1e-6)), -4, 4), columns=[NAMES[at] for at in numbers])
    out["no_past"] = (x[:, 0] == 0).astype(float)
    # Time to pay is a product in these models: the days that the past makes one expect belong into them as a logarithm.
    for name, at in (("log_by_median", 2), ("log_by_mean", 1)):
        delay = np.where(np.isnan(x[:, at]), np.nanmean(x[train][:, at]), x[:, at])
        value = np.log(np.maximum(x[:, 11] + delay, 1.0))
        out[name] = (value - value[train].mean()) / max(value[train].std(), 1e-6)
    for at in CATEGORIES:
        for value in np.unique(x[:, at])[1:]:
            out[f"{NAMES[at]}_{value:g}"] = (x[:, at] == value).astype(float)
    return out.loc[:, (out[train].std() > 1e-9).to_numpy()]


def curves(fitter: Any, x: pd.DataFrame, term: np.ndarray) -> np.ndarray:
    """Chance to be open at the end of each day since issue, read at the days around the due date."""
    longest = int(term.max()) + TAIL + 1
    still = fitter.predict_survival_function(x, times=np.arange(longest + 1) + 0.5).to_numpy().T
    at = OFFSETS[None, :] + term[:, None]
    f = np.where(at < 0, 0.0, 1.0 - still[np.arange(len(x))[:, None], np.clip(at, 0, longest)])
    f[:, -1] = 1.0
    return np.diff(f, axis=1, prepend=0.0)


def median(book: dict[str, Any]) -> Callable[[], Answer]:
    """The median delay of the customer's last thirty payments known at issue, else everybody's: all weight on one day."""
    frame = frame_of(book)
    test = test_rows(frame, book)

    def work() -> Answer:
        started = time.perf_counter()
        x = features(frame)
        fitted = time.perf_counter()
        known = as_known(frame, book["t0"])
        general = np.median((known.settled - known.due)[known.settled < book["t0"]])
        days = np.round(np.where(np.isnan(x[test, 2]), general, x[test, 2])).astype(int)
        p = np.zeros((len(days), WIDTH))
        p[np.arange(len(days)), np.clip(days, FIRST, TAIL) - FIRST] = 1.0
        return answer(p, started, fitted, time.perf_counter())

    return work
