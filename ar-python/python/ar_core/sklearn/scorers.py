"""Scores for `cross_val_score` and `GridSearchCV` that know of open items: `scoring=neg_crps`. Larger is better, as scikit-learn wants it.

The rows that are scored were known until the day after the last thing that X and y tell of them; how open ones count: `ar_core.evaluate`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..evaluate import scores
from ..evaluate.frames import NO_DAY, arrow, days_in
from ..evaluate.outcomes import Outcomes
from .items import is_items, settled_on, targets


def neg_crps(estimator: Any, X: Any, y: Any) -> float:
    """Minus the mean CRPS in days of `predict_distribution`. X: rows of items; y: days late, null while open."""
    return -float(scores.crps(estimator.predict_distribution(X), _outcomes(X, y)).mean())


def neg_mae(estimator: Any, X: Any, y: Any) -> float:
    """Minus the mean absolute error in days of `predict`, open items as far as they have waited. X, y: as in `neg_crps`."""
    return -2.0 * float(scores.pinball(estimator.predict(X), _outcomes(X, y), 0.5).mean())


def neg_brier(estimator: Any, X: Any, y: Any) -> float:
    """Minus the Brier score of `predict_proba`. X: rows of items; y: late or not. Where some are null, only rows count whose answer was due for
    all: the day of the question has passed on the last day that X tells of."""
    late = targets(y, _rows(X))
    p = estimator.predict_proba(X)[:, 1]
    use = ~np.isnan(late)
    if not use.all():
        table = arrow(X)
        # Behind a pipeline the threshold is that of its last step.
        last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
        days = int(getattr(last, "days", 0))
        seen = days_in(table, "issued_on").max()
        if "settled_on" in table.column_names:
            settled = days_in(table, "settled_on")
            seen = max(seen, settled[settled != NO_DAY].max(initial=seen))
        use &= days_in(table, "due_on") + days <= seen
    return -scores.brier(p[use], late[use])


def _rows(X: Any) -> int:
    return int(arrow(X).num_rows)


def _outcomes(X: Any, y: Any) -> Outcomes:
    if not is_items(X):
        raise ValueError("X is to be a table of items: without dates nobody knows how long open items were seen")
    table = arrow(X)
    settled = settled_on(table, targets(y, len(table)))
    before = int(max(days_in(table, "issued_on").max(), settled.max())) + 1
    return Outcomes.known(days_in(table, "due_on"), settled, before)
