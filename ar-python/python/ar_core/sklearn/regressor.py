"""`PayTimeRegressor`: how many days after its due date an item is paid."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils.validation import validate_data

from ..evaluate.distribution import PayTimes
from ..evaluate.frames import Floats, Rows, arrow, days_in, refused_argument
from .generic import Additive
from .items import ItemEstimator, days_late, is_items, settled_on, targets

# The quantiles that the engine gives itself, also far behind the last day of the distribution.
_OWN = {
    0.025: "q025_on",
    0.1: "q10_on",
    0.25: "q25_on",
    0.5: "median_on",
    0.75: "q75_on",
    0.9: "q90_on",
    0.975: "q975_on",
}
_POINTS = {"median": "median_on", "mean": "expected_on"}


class PayTimeRegressor(RegressorMixin, ItemEstimator):  # type: ignore[misc]
    """Days from the due date to the payment, with their whole distribution, by `ar_core.PayTimeModel`.

    X: rows of items (frame of pandas, polars or pyarrow, list of dicts) with customer_id, currency, amount, issued_on, due_on, and where there
    are item_id, kind, settled_on; or an array of numbers, see `ar_core.sklearn`. y: days late, negative before the due date; not-a-number
    (null) where an item is not settled yet: it then counts as open until the last day that X and y know of.

    at: the day on which each row is asked: a column of days of X (default its day of issue), or one day for all. as_of: facts strictly
    before this day are fitted; default the day after the last row of X was issued. customers: a table with customer_id, segment, country;
    or segment: the column of X that holds the segment. calendars: as in `PayTimeModel.fit`. point: what `predict` gives, the `median` or the
    `mean`, in whole days. current_state: use `disputed` and `last_notice_on` of rows that are asked; only for a book that is exported and
    asked on the same day.

    Attributes after fit: `model_` (the PayTimeModel; None for numbers), `feature_names_in_`, `n_features_in_`.
    Bad input raises InvalidInput, a ValueError, with every problem.

    >>> import numpy as np, ar_core as ar
    >>> items = ar.simulate(seed=1, customers=20)["items"].to_pandas()
    >>> X = items[["item_id", "customer_id", "currency", "amount", "issued_on", "due_on"]]
    >>> y = [(paid - due).days if paid else np.nan for paid, due in zip(items.settled_on, items.due_on)]
    >>> model = PayTimeRegressor(calendars={}).fit(X, y)
    >>> model.predict(X[:3]).shape, model.predict_quantiles(X[:3], [0.1, 0.9]).shape
    ((3,), (3, 2))
    """

    def __init__(
        self,
        *,
        at: Any = "issued_on",
        as_of: Any = None,
        customers: Any = None,
        segment: str | None = None,
        calendars: Any = None,
        point: Literal["median", "mean"] = "median",
        current_state: bool = False,
    ) -> None:
        self.at = at
        self.as_of = as_of
        self.customers = customers
        self.segment = segment
        self.calendars = calendars
        self.point = point
        self.current_state = current_state

    def fit(self, X: Any, y: Any = None) -> PayTimeRegressor:
        """Fits on items and their days late; without y these follow from the column `settled_on`. Raises InvalidInput."""
        if self.point not in _POINTS:
            raise refused_argument("point", f"{self.point!r} is neither 'median' nor 'mean'")
        if not is_items(X):
            X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
            self.model_ = None
            self._additive = Additive.of_days(X, np.asarray(y, dtype=np.float64))
            return self
        table = arrow(X)
        self._names(X)
        self._fit_items(
            table, known_settlements(table) if y is None else settled_on(table, targets(y, len(table))), self.calendars
        )
        settled = self._past.table.filter(self._past.table["settled_on"].is_valid())
        late = days_late(settled, settled, "settled_on")
        self._usual = float(np.quantile(late, 0.5, method="inverted_cdf")) if len(late) else 0.0
        return self

    def predict(self, X: Any) -> Floats:
        """(n,) days late: median or mean, as `point` says."""
        numbers = self._numbers(X)
        if numbers is None:
            return days_late(arrow(X), self._scores(X), _POINTS[self.point])
        moved = float(np.median(self._additive.errors)) if self.point == "median" else 0.0
        return self._additive.score(numbers) + moved

    def predict_quantiles(self, X: Any, q: Any = (0.1, 0.5, 0.9)) -> Floats:
        """(n, len(q)) days late that are not exceeded with these probabilities (0 to 1). Where a quantile lies behind the last day of the
        distribution (180 days late, or 60 days on), that day stands for it, but for 0.025, 0.1, 0.25, 0.5, 0.75, 0.9 and 0.975."""
        numbers = self._numbers(X)
        shares = np.atleast_1d(np.asarray(q, dtype=np.float64))
        if shares.ndim != 1 or not ((shares > 0) & (shares < 1)).all():
            raise refused_argument("q", "probabilities between 0 and 1 are wanted")
        if numbers is not None:
            return self._additive.quantiles(numbers, shares)
        table, columns = arrow(X), {}
        scores = self._scores(X) if any(float(share) in _OWN for share in shares) else None
        others = [float(share) for share in shares if float(share) not in _OWN]
        times = self._times(X) if others else None
        for share in map(float, shares):
            if times is not None and share in others:
                columns[share] = times.quantile(share)
            else:
                columns[share] = days_late(table, scores, _OWN[share])
        # A day that stands for "then or later" must not lie before a quantile below it.
        order = sorted(columns)
        rising = np.maximum.accumulate(np.stack([columns[share] for share in order], axis=1), axis=1)
        return np.asarray(rising[:, [order.index(float(share)) for share in shares]], dtype=np.float64)

    def predict_distribution(self, X: Any) -> PayTimes:
        """The probability of each day, row by row: see `ar_core.evaluate.PayTimes`."""
        numbers = self._numbers(X)
        return self._times(X) if numbers is None else self._additive.distribution(numbers)

    def explain(self, X: Any) -> Rows:
        """Where `predict` comes from, in days; one row each, whose parts sum to `score`. `base`: the median of all items of the fit. `item`:
        what this item adds as that of a customer whom nobody knows (dates, terms, amount, how things go lately). `customer`: what the
        customer's own past and segment add. For numbers: `base`, and each column of X by its name."""
        numbers = self._numbers(X)
        if numbers is not None:
            moved = float(np.median(self._additive.errors)) if self.point == "median" else 0.0
            return parts_of(self, self._additive, numbers, moved)
        table, point = arrow(X), _POINTS[self.point]
        stranger = days_late(table, self._scores(X, strangers=True), point)
        score = days_late(table, self._scores(X), point)
        base = np.full(len(score), self._usual)
        return Rows({"base": base, "item": stranger - base, "customer": score - stranger, "score": score})

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R² of `predict`, of the rows that are settled. Open ones are not in it: for honest comparisons use `neg_crps` or
        `ar_core.evaluate.judge`."""
        if not is_items(X):
            return float(super().score(X, y, sample_weight))
        said = self.predict(X)
        came = targets(y, len(said))
        known = ~np.isnan(came)
        return float(
            r2_score(
                came[known],
                said[known],
                sample_weight=None if sample_weight is None else np.asarray(sample_weight)[known],
            )
        )


def known_settlements(table: Any) -> Any:
    """The column `settled_on`, for a fit without y."""
    if "settled_on" not in table.column_names:
        raise ValueError(
            "the estimator requires y to be passed, but the target y is None; or X needs the column 'settled_on'"
        )
    return days_in(table, "settled_on")


def parts_of(estimator: ItemEstimator, additive: Additive, numbers: Any, moved: float = 0.0) -> Rows:
    """What each column adds."""
    names = list(getattr(estimator, "feature_names_in_", [f"x{at}" for at in range(estimator.n_features_in_)]))
    parts = additive.parts(numbers)
    base = np.full(len(parts), additive.base + moved)
    columns = {"base": base} | {str(name): parts[:, at] for at, name in enumerate(names)}
    return Rows(columns | {"score": base + parts.sum(axis=1)})
