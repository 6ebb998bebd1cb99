"""The estimators keep scikit-learn's promises: every check that it has for estimators, and what is asked of numbers."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("pyarrow")

import ar_core as ar
from ar_core.sklearn import LatePaymentClassifier, PayTimeRegressor
from sklearn.datasets import make_classification, make_regression
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

CHECKS = """
from ar_core.sklearn import LatePaymentClassifier, PayTimeRegressor
from sklearn.utils.estimator_checks import check_estimator
for estimator in (PayTimeRegressor(), LatePaymentClassifier()):
    found = check_estimator(estimator, on_fail=None, on_skip=None)
    print(len(found), *sorted({f"{row['check_name']}:{row['status']}" for row in found if row["status"] != "passed"}))
"""


def test_every_check_of_scikit_learn_passes():
    """None is expected to fail. In a process of its own: the check of array interfaces wants its environment before numpy is loaded."""
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", CHECKS], capture_output=True, text=True, check=False, env=os.environ | {"SCIPY_ARRAY_API": "1"})
    assert ran.returncode == 0, ran.stderr
    lines = [line.split() for line in ran.stdout.splitlines()]
    assert [line[1:] for line in lines] == [[], []] and all(int(line[0]) > 45 for line in lines), ran.stdout


def test_importing_the_package_does_not_import_scikit_learn():
    program = "import sys, ar_core; ar_core.PayTimeModel; print('sklearn' in sys.modules); ar_core.sklearn.PayTimeRegressor; print('sklearn' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]


def test_numbers_days():
    X, y = make_regression(400, 5, noise=3.0, random_state=0)
    y = np.round(y / 20)
    X[:, 1] = np.abs(X[:, 1])
    model = PayTimeRegressor().fit(X[:300], y[:300])
    assert model.model_ is None and model.score(X[300:], y[300:]) > 0.8
    quantiles = model.predict_quantiles(X[300:], [0.1, 0.5, 0.9])
    assert (np.diff(quantiles, axis=1) >= 0).all() and 0.65 < ((quantiles[:, 0] <= y[300:]) & (y[300:] <= quantiles[:, 2])).mean() < 0.95
    assert quantiles[:, 1] == pytest.approx(model.predict(X[300:]))
    times = model.predict_distribution(X[300:])
    assert np.add.reduceat(times.probabilities, times.ends - times.sizes) == pytest.approx(1.0)
    assert times.quantile(0.5) == pytest.approx(model.predict(X[300:]), abs=1.0)
    parts = model.explain(X[300:]).to_pandas()
    assert parts.columns.tolist() == ["base", "x0", "x1", "x2", "x3", "x4", "score"]
    assert parts.drop(columns="score").sum(axis=1).to_numpy() == pytest.approx(model.predict(X[300:]))
    # What a column adds depends on that column alone.
    moved = X[300:].copy()
    moved[:, 3] += 1.0
    changed = model.explain(moved).to_pandas()
    assert changed.drop(columns=["x3", "score"]).equals(parts.drop(columns=["x3", "score"])) and not changed.x3.equals(parts.x3)


def test_numbers_yes_and_no():
    X, y = make_classification(400, 6, random_state=1)
    model = LatePaymentClassifier().fit(X[:300], np.where(y == 1, "late", "fine")[:300])
    assert model.classes_.tolist() == ["fine", "late"] and model.score(X[300:], np.where(y == 1, "late", "fine")[300:]) > 0.8
    parts = model.explain(X[300:]).to_pandas()
    odds = parts.drop(columns="score").sum(axis=1).to_numpy()
    assert 1 / (1 + np.exp(-odds)) == pytest.approx(model.predict_proba(X[300:])[:, 1])
    with pytest.raises(ValueError, match="days of payment"):
        model.predict_distribution(X)


def test_numbers_in_pipelines_and_searches():
    X, y = make_regression(200, 4, noise=1.0, random_state=0)
    search = GridSearchCV(make_pipeline(StandardScaler(), PayTimeRegressor()).set_output(transform="pandas"), {"paytimeregressor__point": ["median", "mean"]}, cv=TimeSeriesSplit(3))
    assert search.fit(X, y).best_score_ > 0.9 and search.best_estimator_[-1].feature_names_in_.tolist() == ["x0", "x1", "x2", "x3"]
    assert cross_val_score(LatePaymentClassifier(), X, y > 0, cv=3).mean() > 0.8


def test_what_cannot_be_is_refused():
    X, y = make_regression(50, 3, random_state=0)
    items = [{"item_id": "A", "customer_id": "C", "currency": "EUR", "amount": "1.00", "issued_on": "2026-01-01", "due_on": "2026-01-31"}]
    with pytest.raises(NotFittedError):
        PayTimeRegressor().predict(items)
    with pytest.raises(ValueError, match="fit was given numbers"):
        PayTimeRegressor().fit(X, y).predict(items)
    with pytest.raises(ValueError, match="fit was given a table of items"):
        PayTimeRegressor(calendars={}).fit(items, [3]).predict(X)
    with pytest.raises(ValueError, match="NaN"):
        PayTimeRegressor().fit(X, np.where(y > 0, y, np.nan))
    with pytest.raises(ValueError, match="delays in days"):
        PayTimeRegressor().fit(X, y * 1e6).predict_distribution(X)
    for estimator in (PayTimeRegressor(point="mode"), LatePaymentClassifier(days=-1), LatePaymentClassifier(days=1.5)):
        with pytest.raises(ar.InvalidInput) as refused:
            estimator.fit(X, y > 0)
        assert refused.value.code == "invalid_argument"
