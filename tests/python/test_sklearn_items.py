"""The estimators on rows of items: any frame, nothing known too early, open items, explanations that add up."""

from __future__ import annotations

import datetime as dt
import pickle
import random

import numpy as np
import pytest

pytest.importorskip("sklearn")
pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

import ar_core as ar
from ar_core.evaluate.frames import as_date
from ar_core.sklearn import (
    LatePaymentClassifier,
    PayTimeRegressor,
    neg_brier,
    neg_crps,
    neg_mae,
)
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

T0 = dt.date(2026, 5, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def frame():
    """Items in the order of their issue, with a segment of their own."""
    book = ar.simulate(seed=8, customers=60)
    segments = {row["customer_id"]: row["segment"] for row in book["customers"].to_dicts()}
    rows = [row for row in book["items"].to_dicts() if row["kind"] == "invoice"]
    names = ("item_id", "customer_id", "currency", "amount", "issued_on", "due_on", "settled_on")
    table = pd.DataFrame([{name: row[name] for name in names} | {"x_segment": segments[row["customer_id"]]} for row in rows])
    return table.sort_values("issued_on", kind="stable").reset_index(drop=True)


@pytest.fixture(scope="module")
def y(frame):
    return np.array([np.nan if paid is None else (paid - due).days for paid, due in zip(frame.settled_on, frame.due_on, strict=True)])


@pytest.fixture(scope="module")
def X(frame):
    return frame.drop(columns="settled_on")


@pytest.fixture(scope="module")
def split(frame):
    return (frame.issued_on < T0).to_numpy(), (frame.issued_on >= T0).to_numpy()


@pytest.fixture(scope="module")
def regressor(X, y, split):
    return PayTimeRegressor(calendars={}, segment="x_segment").fit(X[split[0]], y[split[0]])


@pytest.fixture(scope="module")
def classifier(frame, split):
    return LatePaymentClassifier(calendars={}).fit(frame[split[0]])


def test_it_is_the_model_of_the_engine(frame, X, y, split, regressor):
    """The same numbers as asking the engine on its own, with the past that fit was given."""
    past, asked = frame[split[0]], X[split[1]].head(1)
    customers = frame[split[0]].groupby("customer_id").x_segment.last().rename("segment").reset_index()
    last = past.issued_on.max() + DAY
    model = ar.PayTimeModel.fit(past, as_of=last, customers=customers, calendars={})
    assert regressor.model_.to_json() == model.to_json()
    row = model.predict(asked, past, at="issued_on").to_dicts()[0]
    assert regressor.predict(asked).tolist() == [(row["median_on"] - asked.due_on.iloc[0]).days]
    assert regressor.predict_distribution(asked).later_than(0)[0] == pytest.approx(row["p_late"], abs=1e-9)
    assert regressor.feature_names_in_.tolist() == X.columns.tolist() and regressor.n_features_in_ == X.shape[1]


def test_any_frame(X, y, split, regressor):
    asked = X[split[1]]
    plain = regressor.predict_quantiles(asked, [0.1, 0.5, 0.9])
    days = {name: "datetime64[ns]" for name in ("issued_on", "due_on")}
    for other in [pl.from_pandas(asked), pa.Table.from_pandas(asked), asked.to_dict("records"), asked.astype(days), asked.sample(frac=1, random_state=1)]:
        found = regressor.predict_quantiles(other, [0.1, 0.5, 0.9])
        order = other.index.argsort() if isinstance(other, pd.DataFrame) and not other.index.equals(asked.index) else slice(None)
        assert (found[order] == plain).all()
    train = X[split[0]]
    for table, target in [(pl.from_pandas(train), pl.Series(y[split[0]])), (pa.Table.from_pandas(train), pa.array(y[split[0]])), (train.to_dict("records"), [None if np.isnan(value) else value for value in y[split[0]]]), (train.astype(days), pd.Series(y[split[0]]).astype("Int64"))]:
        assert PayTimeRegressor(calendars={}, segment="x_segment").fit(table, target).model_.to_json() == regressor.model_.to_json()


@pytest.mark.parametrize("kind", ["regressor", "classifier"])
def test_the_future_changes_no_score(frame, y, kind):
    """Rows given to fit and rows asked, all of them altered from a day on: what is asked up to that day stays the same, bit by bit."""
    day, stream = dt.date(2026, 6, 20), random.Random(2)
    train, test = frame[frame.issued_on < T0], frame[frame.issued_on >= T0]

    def altered(table):
        table = table.copy()
        late = table.issued_on > day
        table.loc[late, "amount"] = "5.00"
        table.loc[late, "due_on"] = [issued + stream.randint(1, 99) * DAY for issued in table.issued_on[late]]
        table["settled_on"] = [paid if paid is not None and paid < day else stream.choice([None, day + stream.randint(0, 50) * DAY]) for paid in table.settled_on]
        table.loc[late, "settled_on"] = None
        return table.assign(disputed=[stream.random() < 0.5 for _ in range(len(table))], last_notice_on=[day + stream.randint(-50, 50) * DAY for _ in range(len(table))])

    def said(train, test):
        if kind == "classifier":
            return LatePaymentClassifier(calendars={}, as_of=T0).fit(train).predict_proba(test)[:, 1]
        days = [np.nan if paid is None else (paid - due).days for paid, due in zip(train.settled_on, train.due_on, strict=True)]
        return PayTimeRegressor(calendars={}, as_of=T0).fit(train, days).predict_distribution(test).later_than(0)

    before, after = said(train, test), said(altered(train), altered(test))
    early = (test.issued_on <= day).to_numpy()
    assert early.sum() > 80 and (before[early] == after[early]).all() and (before[~early] != after[~early]).any()


def test_rows_of_x_are_the_past_where_they_tell_their_outcome(frame, split, classifier):
    """With `settled_on` in X history rolls on; without it the rows are of unknown outcome, not unpaid."""
    asked = frame[split[1]]
    rolled, still = classifier.predict_proba(asked)[:, 1], classifier.predict_proba(asked.drop(columns="settled_on"))[:, 1]
    whole = classifier.model_.predict(asked.drop(columns="settled_on"), frame, at="issued_on").to_pandas().p_late.to_numpy()
    known = (asked.issued_on <= as_date(classifier._past.until)).to_numpy()
    assert known.sum() > 100 and (rolled[known] != still[known]).any() and rolled == pytest.approx(whole, abs=0.1)
    # As the engine says when a day is asked alone, but for the days that are asked together with it.
    day = asked.issued_on[known].max()
    today = asked[asked.issued_on == day].drop(columns="settled_on")
    alone = classifier.model_.predict(today, frame[frame.issued_on < day], at="issued_on").to_pandas().p_late.to_numpy()
    assert rolled[(asked.issued_on == day).to_numpy()] == pytest.approx(alone, abs=0.01)
    unpaid = frame.copy()
    unpaid.loc[split[1], "settled_on"] = None
    wrong = classifier.model_.predict(asked.drop(columns="settled_on"), unpaid, at="issued_on").to_pandas().p_late.to_numpy()
    assert abs(still.mean() - rolled.mean()) < 0.5 * abs(wrong.mean() - rolled.mean())


def test_open_rows_of_fit_are_not_unpaid_for_ever(X, y, frame, split):
    """Regression: rows that were open when fit saw them counted as unpaid months later, and everybody seemed to pay late."""
    then = np.where([paid is not None and paid < T0 for paid in frame.settled_on], y, np.nan)
    model = LatePaymentClassifier(calendars={}).fit(X[split[0]], np.where(np.isnan(then), np.nan, then > 0)[split[0]])
    asked = X[split[1]]
    late = model.predict_proba(asked)[:, 1]
    table = model._past.table
    stale = model.model_.predict(asked.drop(columns="x_segment"), table, at="issued_on").to_pandas().p_late.to_numpy()
    came = np.nanmean(y[split[1]] > 0)
    assert abs(late.mean() - came) < abs(stale.mean() - came) and stale.mean() - late.mean() > 0.03


def test_an_item_on_several_days(X, regressor, split):
    one = X[split[1]].head(40)
    twice = pd.concat([one.assign(scored=one.issued_on), one.assign(scored=one.issued_on + 50 * DAY)])
    later = clone(regressor).set_params(at="scored")
    later.__dict__.update({name: value for name, value in regressor.__dict__.items() if name.endswith("_") or name.startswith("_")})
    found = later.predict(twice)
    assert found[:40].tolist() == regressor.predict(one).tolist()
    assert (found[40:] >= [(issued + 50 * DAY - due).days for issued, due in zip(one.issued_on, one.due_on, strict=True)]).all()


def test_quantiles_rise_and_agree(X, regressor, split):
    asked = X[split[1]]
    found = regressor.predict_quantiles(asked, [0.9, 0.05, 0.5, 0.7, 0.99])
    assert (np.diff(found[:, [1, 2, 3, 0, 4]], axis=1) >= 0).all() and (found[:, 2] == regressor.predict(asked)).all()
    with pytest.raises(ar.InvalidInput):
        regressor.predict_quantiles(asked, [0.0])


def test_explanations_add_up(X, regressor, classifier, split):
    asked = X[split[1]]
    days = regressor.explain(asked).to_pandas()
    assert (days.base + days["item"] + days.customer == days.score).all() and (days.score == regressor.predict(asked)).all()
    assert (days.customer != 0).any() and (days["item"] != 0).any()
    late = classifier.explain(asked).to_pandas()
    assert late.columns[0] == "prior" and {"book_rate", "segment_rate", "customer_rate"} < set(late.columns)
    assert late.drop(columns="score").sum(axis=1).to_numpy() == pytest.approx(classifier.predict_proba(asked)[:, 1], abs=1e-12)


def test_thresholds(frame, split):
    asked = frame[split[1]].drop(columns="settled_on")
    shares = []
    for days in (0, 7, 30):
        model = LatePaymentClassifier(calendars={}, days=days).fit(frame[split[0]])
        p = model.predict_proba(asked)[:, 1]
        assert p == pytest.approx(model.predict_distribution(asked).later_than(days), abs=1e-9)
        parts = model.explain(asked).to_pandas()
        assert parts.drop(columns="score").sum(axis=1).to_numpy() == pytest.approx(p, abs=1e-12) and ("threshold" in parts) == (days > 0)
        shares.append(p.mean())
    assert shares[0] > shares[1] > shares[2]


def test_answers_alone_teach_nearly_as_much(frame, X, y, split, classifier):
    late = np.where(np.isnan(y), np.nan, y > 0)
    model = LatePaymentClassifier().fit(X[split[0]], late[split[0]])
    assert np.corrcoef(model.predict_proba(X[split[1]])[:, 1], classifier.predict_proba(X[split[1]])[:, 1])[0, 1] > 0.8
    assert set(model.predict(X[split[1]])) == {0, 1} and neg_brier(model, X[split[1]], late[split[1]]) > -0.25
    with pytest.raises(ValueError, match="days of payment"):
        model.predict_distribution(X)
    both = LatePaymentClassifier(calendars={}).fit(frame[split[0]], late[split[0]])
    assert both.model_.to_json() == classifier.model_.to_json()


def test_searches_folds_and_copies(X, frame, y):
    model = PayTimeRegressor(calendars={}, segment="x_segment")
    search = GridSearchCV(make_pipeline(FunctionTransformer(lambda table: table.assign(amount=table.amount)), model).set_output(transform="pandas"), {"paytimeregressor__point": ["median", "mean"]}, scoring=neg_mae, cv=TimeSeriesSplit(2))
    search.fit(X, y)
    assert search.best_params_ == {"paytimeregressor__point": "median"} and np.isfinite(search.cv_results_["mean_test_score"]).all()
    scores = cross_val_score(model, X, y, cv=TimeSeriesSplit(2), scoring=neg_crps)
    assert (scores < 0).all() and (scores > -40).all()
    assert np.isfinite(cross_val_score(model, X, y, cv=TimeSeriesSplit(2))).all()
    late = np.where(np.isnan(y), np.nan, y > 0)
    assert (cross_val_score(LatePaymentClassifier(calendars={}), frame, late, cv=TimeSeriesSplit(2), scoring=neg_brier) > -0.25).all()
    assert clone(search.best_estimator_[-1]).get_params()["segment"] == "x_segment"


def test_folds_are_fitted_as_they_would_have_been(X, y, frame):
    """The outcomes of the last rows of a fold lie behind it: the model must be that of somebody who did not know them."""
    train, _ = next(TimeSeriesSplit(2).split(X))
    cut = frame.issued_on.iloc[train].max() + DAY
    known = np.array([paid is not None and paid < cut for paid in frame.settled_on])
    one = PayTimeRegressor(calendars={}).fit(X.iloc[train], y[train])
    other = PayTimeRegressor(calendars={}).fit(X.iloc[train], np.where(known, y, np.nan)[train])
    assert (~known[train] & ~np.isnan(y[train])).sum() > 10 and one.model_.to_json() == other.model_.to_json()


def test_pickled(X, regressor, classifier, split):
    asked = X[split[1]]
    assert pickle.loads(pickle.dumps(regressor)).predict(asked).tolist() == regressor.predict(asked).tolist()
    assert pickle.loads(pickle.dumps(classifier)).predict_proba(asked).tolist() == classifier.predict_proba(asked).tolist()


def test_today_s_state_only_where_it_is_asked_for(X, y, split):
    train, asked = X[split[0]], X[split[1]].assign(disputed=True)
    plain = PayTimeRegressor(calendars={}).fit(train, y[split[0]])
    live = PayTimeRegressor(calendars={}, current_state=True).fit(train, y[split[0]])
    assert plain.predict_distribution(asked).later_than(0).tolist() == plain.predict_distribution(X[split[1]]).later_than(0).tolist()
    assert live.predict_distribution(asked).later_than(0).mean() > plain.predict_distribution(asked).later_than(0).mean()


def test_new_customers_have_their_segment(X, y, regressor, split):
    asked = X[split[1]].head(30).assign(customer_id="nobody yet", item_id=[f"N{at}" for at in range(30)])
    found = {name: regressor.predict_distribution(asked.assign(x_segment=name)).later_than(0).mean() for name in X.x_segment.unique()}
    assert len({round(value, 6) for value in found.values()}) > 1


def test_without_identifiers(X, y, split, regressor):
    bare = X.drop(columns="item_id")
    model = PayTimeRegressor(calendars={}, segment="x_segment").fit(bare[split[0]], y[split[0]])
    assert model.predict(bare[split[1]]) == pytest.approx(regressor.predict(X[split[1]]))


def rejected(call):
    with pytest.raises(ar.InvalidInput) as refused:
        call()
    return {(problem["table"], problem["row"], problem["column"], problem["code"]) for problem in refused.value.problems}


def test_bad_input_is_refused_with_every_problem(X, frame, y, regressor):
    few, ten = X.head(10), y[:10]
    broken = few.assign(amount=[*few.amount[:9], -1], currency=["XXZ", *few.currency[1:]])
    fresh = PayTimeRegressor(calendars={})
    assert rejected(lambda: fresh.fit(broken, ten)) == {("items", 9, "amount", "not_positive"), ("items", 0, "currency", "unknown_currency")}
    assert rejected(lambda: fresh.fit(few.rename(columns={"amount": "amout"}), ten)) >= {("items", None, "amout", "unknown_column")}
    assert rejected(lambda: regressor.predict(few.rename(columns={"amount": "amout"}))) >= {("items", None, "amout", "unknown_column")}
    assert rejected(lambda: fresh.fit(few, [*ten[:9], np.inf])) == {("y", 9, None, "out_of_range")}
    assert rejected(lambda: fresh.fit(few, [*ten[:9], 1e9])) == {("y", 9, None, "out_of_range")}
    assert rejected(lambda: fresh.fit(few, ["late"] * 10)) == {("y", None, None, "wrong_type")}
    assert rejected(lambda: fresh.fit(few, ten[:9])) == {("y", None, None, "bad_shape")}
    assert rejected(lambda: fresh.fit(pd.concat([few, few]), [*ten, *ten])) >= {("items", 10, "item_id", "duplicate_id")}
    assert rejected(lambda: regressor.predict(few.drop(columns="currency"))) == {("items", None, "currency", "missing_column")}
    assert rejected(lambda: regressor.predict(few.assign(issued_on=None))) == {("items", row, "issued_on", "missing_value") for row in range(10)}
    noon = few.assign(due_on=pd.Timestamp("2026-05-05 12:00"))
    assert rejected(lambda: regressor.predict(noon)) == {("items", row, "due_on", "unreadable") for row in range(10)}
    done = frame[frame.settled_on.notna()].head(10)
    late = [(paid - due).days > 0 for paid, due in zip(done.settled_on, done.due_on, strict=True)]
    assert rejected(lambda: LatePaymentClassifier().fit(done, [not late[0], *late[1:]])) == {("y", 0, None, "contradiction")}
    assert rejected(lambda: LatePaymentClassifier().fit(few, [0.5] * 10)) == {("y", row, None, "out_of_range") for row in range(10)}
    assert rejected(lambda: PayTimeRegressor(segment="x_none").fit(few, ten)) == {("items", None, "x_none", "missing_column")}
    assert rejected(lambda: PayTimeRegressor(at="someday").fit(few, ten).predict(few)) == {("arguments", None, "at", "unreadable")}
