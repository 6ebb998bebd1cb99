"""The additive model of numeric columns: linear splines of each column, added up.

Each column enters as itself and bent at its quartiles (Hastie and Tibshirani 1990), all columns together are held down by a ridge. For days
late the ridge is chosen by generalised cross-validation, and the distribution around the prediction is that of the errors on rows left
out one by one (jackknife; Barber et al. 2021). For yes and no it is a logistic regression. What each column adds is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression, RidgeCV

from ..evaluate.distribution import PayTimes
from ..evaluate.frames import Days, Floats

ALPHAS = np.logspace(-3, 3, 13)
# Days that a distribution may span: what has more is no delay.
MOST_DAYS = 10_000


@dataclass(frozen=True)
class Basis:
    """The bends of each column, and what centres and scales them."""

    knots: Floats
    mean: Floats
    scale: Floats

    @classmethod
    def of(cls, X: Floats) -> Basis:
        """From the rows of the fit."""
        knots = np.quantile(X, [0.25, 0.5, 0.75], axis=0)
        bent = _bent(X, knots)
        scale = bent.std(axis=0)
        return cls(knots, bent.mean(axis=0), np.where(scale > 1e-12 * (1.0 + np.abs(bent).max(axis=0)), scale, np.inf))

    def __call__(self, X: Floats) -> Floats:
        """(n, 4 * columns), the four of a column side by side."""
        return np.asarray((_bent(X, self.knots) - self.mean) / self.scale, dtype=np.float64)


def _bent(X: Floats, knots: Floats) -> Floats:
    parts = [X, *(np.maximum(X - knot, 0.0) for knot in knots)]
    return np.asarray(np.stack(parts, axis=2).reshape(len(X), -1), dtype=np.float64)


@dataclass(frozen=True)
class Additive:
    """A fitted additive model. errors: of each row of the fit, left out of it; empty for yes and no."""

    basis: Basis
    weights: Floats
    base: float
    errors: Floats

    @classmethod
    def of_days(cls, X: Floats, y: Floats) -> Additive:
        """For a number."""
        basis = Basis.of(X)
        Z = basis(X)
        ridge = RidgeCV(alphas=ALPHAS).fit(Z, y)
        left, sizes, _ = np.linalg.svd(Z - Z.mean(axis=0), full_matrices=False)
        leverage = 1.0 / len(y) + (left**2 * (sizes**2 / (sizes**2 + ridge.alpha_))).sum(axis=1)
        errors = (y - ridge.predict(Z)) / np.maximum(1.0 - leverage, 1e-3)
        return cls(basis, np.asarray(ridge.coef_, dtype=np.float64), float(ridge.intercept_), np.sort(errors))

    @classmethod
    def of_yes(cls, X: Floats, yes: Any) -> Additive:
        """For yes and no: the sum is the logarithm of the odds."""
        basis = Basis.of(X)
        fitted = LogisticRegression(max_iter=1000).fit(basis(X), yes)
        return cls(basis, np.asarray(fitted.coef_[0], dtype=np.float64), float(fitted.intercept_[0]), np.zeros(0))

    def parts(self, X: Floats) -> Floats:
        """(n, columns) what each column adds to `base`."""
        return np.asarray((self.basis(X) * self.weights).reshape(len(X), -1, 4).sum(axis=2), dtype=np.float64)

    def score(self, X: Floats) -> Floats:
        """(n,) base and parts together."""
        return np.asarray(self.base + self.parts(X).sum(axis=1), dtype=np.float64)

    def quantiles(self, X: Floats, shares: Floats) -> Floats:
        """(n, shares) the score moved by the quantiles of the errors."""
        return np.asarray(self.score(X)[:, None] + np.quantile(self.errors, shares), dtype=np.float64)

    def distribution(self, X: Floats) -> PayTimes:
        """By whole days, from the earliest to the latest error. Raises ValueError where that is no number of days."""
        first = np.floor(self.score(X) + self.errors[0] + 0.5).astype(np.int64)
        width = int(np.ceil(self.errors[-1] - self.errors[0])) + 2
        if width > MOST_DAYS:
            raise ValueError(f"the errors span {width} units: a distribution by days is made of delays in days only")
        ends = first[:, None] + np.arange(width) + 0.5 - self.score(X)[:, None]
        reached = np.searchsorted(self.errors, ends, side="right") / len(self.errors)
        reached[:, -1] = 1.0
        sizes: Days = np.full(len(X), width, dtype=np.int64)
        return PayTimes(first, sizes, np.diff(reached, axis=1, prepend=0.0).ravel())
