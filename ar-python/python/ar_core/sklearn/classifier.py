"""`LatePaymentClassifier`: whether an item is paid late."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from ..evaluate.distribution import PayTimes
from ..evaluate.frames import NO_DAY, Days, Floats, Rows, arrow, days_in, refused_argument, refused_rows
from .generic import Additive
from .items import ItemEstimator, is_items, settled_on, targets
from .regressor import known_settlements, parts_of

# Probabilities to be later than so many days that the engine gives itself.
_OWN = {0: "p_late", 30: "p_late_30", 180: "p_default"}


class LatePaymentClassifier(ClassifierMixin, ItemEstimator):  # type: ignore[misc]
    """Whether an item is paid more than `days` days after its due date (0: late at all), by `ar_core.PayTimeModel`.

    X: as in `PayTimeRegressor`. y: 1 (True) for late, 0 (False) for not, not-a-number (null) where that is not decided yet.

    With the column `settled_on` in X the model learns from the days of payment; y must agree with them. Without it only the answers are
    known: then an item that was not late counts as paid on the last day on which it was not, and a late one on the day after, the days from
    which the answers are certain; bank holidays are not used. Probabilities then rest on less, and there is no distribution of days.

    days: threshold in days late. Other parameters and attributes: as in `PayTimeRegressor`; `classes_` holds the two answers.

    >>> import ar_core as ar
    >>> items = ar.simulate(seed=1, customers=20)["items"].to_pandas()
    >>> X = items[["item_id", "customer_id", "currency", "amount", "issued_on", "due_on", "settled_on"]]
    >>> y = [None if paid is None else paid > due for paid, due in zip(items.settled_on, items.due_on)]
    >>> model = LatePaymentClassifier(calendars={}).fit(X, y)
    >>> model.predict_proba(X[:3]).shape, [bool(answer) for answer in model.classes_]
    ((3, 2), [False, True])
    """

    def __init__(
        self,
        *,
        days: int = 0,
        at: Any = "issued_on",
        as_of: Any = None,
        customers: Any = None,
        segment: str | None = None,
        calendars: Any = None,
        current_state: bool = False,
    ) -> None:
        self.days = days
        self.at = at
        self.as_of = as_of
        self.customers = customers
        self.segment = segment
        self.calendars = calendars
        self.current_state = current_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any = None) -> LatePaymentClassifier:
        """Fits on items and whether they were late; without y that follows from the column `settled_on`. Raises InvalidInput."""
        if not isinstance(self.days, int | np.integer) or isinstance(self.days, bool) or not 0 <= self.days <= 3650:
            raise refused_argument("days", f"{self.days!r} is no number of days from 0 to 3,650")
        if not is_items(X):
            return self._fit_numbers(X, y)
        table = arrow(X)
        self._names(X)
        self._by_days = "settled_on" in table.column_names
        if self._by_days:
            settled = known_settlements(table)
            if y is not None:
                settled = self._agreeing(table, settled, self._answers(y, len(table)))
        elif y is None:
            settled = known_settlements(table)
        else:
            late = self._answers(y, len(table))
            settled = settled_on(table, np.where(np.isnan(late), np.nan, self.days + late))
        self.classes_ = np.array([False, True]) if _is_bool(y) else np.array([0, 1])
        self._fit_items(table, settled, self.calendars if self._by_days else {})
        return self

    def _fit_numbers(self, X: Any, y: Any) -> LatePaymentClassifier:
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2)
        kind = type_of_target(y, input_name="y", raise_unknown=True)
        if kind not in ("binary", "multiclass"):
            raise ValueError(f"Unknown label type: {kind}. Late or not is wanted, two classes.")
        if kind == "multiclass":
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        self.classes_, place = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("y has only one class; two are needed to tell them apart")
        self.model_ = None
        self._additive = Additive.of_yes(X, place)
        return self

    def _answers(self, y: Any, rows: int) -> Floats:
        """y as 0, 1 and not-a-number."""
        late = targets(y, rows)
        bad = np.flatnonzero(~np.isnan(late) & (late != 0) & (late != 1))
        if len(bad):
            raise refused_rows("y", "out_of_range", "the value is neither 0 nor 1 (not late, late)", None, bad)
        return late

    def _agreeing(self, table: Any, settled: Days, late: Floats) -> Days:
        """The settlements, where y says the same; what y does not decide yet is open."""
        due = days_in(table, "due_on")
        paid = settled != NO_DAY
        was = np.where(paid, settled - due > self.days, np.nan)
        # Late and still open is a known answer; not late and not paid is none.
        wrong = np.flatnonzero(~np.isnan(late) & ((paid & (was != late)) | (~paid & (late == 0))))
        if len(wrong):
            message = f"y does not agree with settled_on of X for lateness of more than {self.days} days"
            raise refused_rows("y", "contradiction", message, None, wrong)
        # What y leaves open although it was paid is not to be known.
        return np.where(np.isnan(late) & paid, NO_DAY, settled)

    def predict_proba(self, X: Any) -> Floats:
        """(n, 2) probability of each of `classes_`: not late, late."""
        numbers = self._numbers(X)
        late = _chance(self._additive.score(numbers)) if numbers is not None else self._late(X)
        return np.column_stack([1.0 - late, late])

    def _late(self, X: Any) -> Floats:
        name = _OWN.get(int(self.days))
        if name is None:
            return np.clip(self._times(X).later_than(self.days), 0.0, 1.0)
        return np.asarray(self._scores(X)[name].to_numpy(), dtype=np.float64)

    def predict(self, X: Any) -> Any:
        """(n,) the likelier of `classes_`."""
        check_is_fitted(self)
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]

    def predict_distribution(self, X: Any) -> PayTimes:
        """The probability of each day of payment. Raises ValueError where `fit` had no days of payment to learn from."""
        if self._numbers(X) is not None or not self._by_days:
            raise ValueError(
                "days of payment were not given: fit with the column 'settled_on' in X, or use PayTimeRegressor"
            )
        return self._times(X)

    def predict_quantiles(self, X: Any, q: Any = (0.1, 0.5, 0.9)) -> Floats:
        """(n, len(q)) days late that are not exceeded with these probabilities; of the distribution, its last day for what lies behind."""
        shares = np.atleast_1d(np.asarray(q, dtype=np.float64))
        return self.predict_distribution(X).quantiles(shares.tolist())

    def explain(self, X: Any) -> Rows:
        """Where the probability to be late comes from; one row each, whose parts sum to `score`. `prior`: the shipped one; then what each
        layer of knowledge adds, in order (book_rate, age_so_far, segment_rate, customer_rate, circumstance_rate and, with `current_state`,
        claim_rate); with `days` over 0 also `threshold`, from late at all to late by more than that. For numbers: `base` and each column, in
        logarithms of odds."""
        numbers = self._numbers(X)
        if numbers is not None:
            return parts_of(self, self._additive, numbers)
        scores = self._scores(X)
        parts = _steps(scores)
        p_late = np.asarray(scores["p_late"].to_numpy(), dtype=np.float64)
        # Steps are whole parts per million: what that leaves goes to the last of them.
        last = list(parts)[-1]
        parts[last] = parts[last] + p_late - np.sum(list(parts.values()), axis=0)
        if self.days:
            score = self._late(X)
            parts["threshold"] = score - p_late
        else:
            score = p_late
        return Rows(parts | {"score": score})

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Share of right answers, of the rows that are decided. For honest comparisons use `neg_brier` or `ar_core.evaluate.judge`."""
        if not is_items(X):
            return float(super().score(X, y, sample_weight))
        late = self.predict_proba(X)[:, 1] > 0.5
        came = self._answers(y, len(late))
        known = ~np.isnan(came)
        return float(
            accuracy_score(
                came[known] == 1,
                late[known],
                sample_weight=None if sample_weight is None else np.asarray(sample_weight)[known],
            )
        )


def _chance(score: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score, -500, 500))), dtype=np.float64)


def _is_bool(y: Any) -> bool:
    if y is None:
        return True
    kind = str(getattr(y, "dtype", "")).lower()
    if kind in ("object", ""):
        return any(isinstance(value, bool | np.bool_) for value in list(y)[:1000])
    return kind.startswith("bool")


def _steps(scores: Any) -> dict[str, Floats]:
    """The reasons as columns: the prior, and what each code adds, as a share."""
    import pyarrow.compute as pc

    reasons = scores["reasons"].combine_chunks()
    row = np.asarray(pc.list_parent_indices(reasons).to_numpy(), dtype=np.int64)
    flat = reasons.flatten()
    codes = flat.field("code").dictionary_encode()
    observed, limit = (np.asarray(flat.field(name).to_numpy(), dtype=np.float64) for name in ("observed", "limit"))
    first = np.flatnonzero(np.diff(row, prepend=-1))
    found: dict[str, Floats] = {"prior": limit[first] / 1e6}
    places = np.asarray(codes.indices.to_numpy(), dtype=np.int64)
    for place, code in enumerate(codes.dictionary.to_pylist()):
        mine = places == place
        column = np.zeros(len(reasons))
        column[row[mine]] = (observed - limit)[mine] / 1e6
        found[code] = column
    return found
