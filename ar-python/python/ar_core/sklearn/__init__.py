"""scikit-learn estimators on the payment-time model: `PayTimeRegressor` (days late) and `LatePaymentClassifier` (late or not).

    from ar_core.sklearn import LatePaymentClassifier, PayTimeRegressor, neg_crps

    X = items.drop(columns="settled_on")                    # rows of items: pandas, polars, pyarrow, or a list of dicts
    y = (items.settled_on - items.due_on).dt.days           # not-a-number where an item is not settled yet
    model = PayTimeRegressor(segment="x_segment").fit(X, y)
    model.predict(X_new); model.predict_quantiles(X_new, [0.1, 0.9]); model.explain(X_new)
    cross_val_score(model, X, y, cv=TimeSeriesSplit(), scoring=neg_crps)

Loaded when `ar_core.sklearn` is first asked for; needs scikit-learn and pyarrow (`pip install 'ar-core[sklearn]'`).

What a row may know
    Each row is asked on a day of its own (`at`, by default its day of issue), and only facts strictly before that day are used: rows given
    to `fit` with their outcomes, and rows of `X` itself where they have a column `settled_on`. Its own `settled_on` is never looked at.
    Columns that say how things stand at the export (`disputed`, `last_notice_on`, `dunning_level`, `open_amount`) are known later than the day
    that is asked and therefore not used; `current_state=True` uses `disputed` and `last_notice_on`, for a book that is exported and asked on
    the same day. Rows of `X` without `settled_on` are of unknown outcome: they do not count as unpaid when later rows are asked.

What the fit may know
    By default (`as_of=None`) the model is fitted as on the day after the last row was issued: outcomes that came later count as open. So a
    fold of `TimeSeriesSplit` is fitted as it would have been, although `y` already tells how its last rows ended.

Numeric arrays
    An array of anonymous numbers has no customers and no dates: the payment-time model cannot be asked. Then, as said by `model_` being None,
    an additive model of the columns takes its place (`generic`), so that the estimators keep every promise of scikit-learn.

    items      frames in; what is asked with which past
    generic    the additive model of numeric columns
    regressor  classifier  scorers
"""

from .classifier import LatePaymentClassifier
from .regressor import PayTimeRegressor
from .scorers import neg_brier, neg_crps, neg_mae

__all__ = ["LatePaymentClassifier", "PayTimeRegressor", "neg_brier", "neg_crps", "neg_mae"]
