"""A payment-time model of one's own in the place of ours."""

import datetime as dt

import pytest

import ar_core as ar
from ar_core import own

AS_OF = dt.date(2026, 11, 20)


def book():
    day = lambda back: str(AS_OF - dt.timedelta(days=back))
    past = [
        {"item_id": f"H{n}", "customer_id": "A", "currency": "EUR", "amount": "100.00", "issued_on": day(60 + n), "due_on": day(30 + n), "settled_on": day(27 + n)}
        for n in range(40)
    ]
    names = [("I1", "1000.00"), ("I2", "500.00")]
    return past + [{"item_id": name, "customer_id": "A", "currency": "EUR", "amount": amount, "issued_on": day(10), "due_on": day(-20)} for name, amount in names]


class Quantiles:
    def predict(self, features):
        return [[row * 2, row] for row in features]


class Points:
    def predict(self, features):
        return [row + 0.4 for row in features]


class Classes:
    classes_ = ["30", "0", "10"]

    def predict_proba(self, features):
        return [[0.1, 0.6, 0.3] for _ in features]


def rows(table):
    return list(zip(table["item_id"], table["delay_days"], table["probability"], strict=True))


def test_quantiles_that_cross_are_put_in_order():
    table = own.pay_times(Quantiles(), ["I1"], [7.0], quantiles=[0.5, 0.9])
    assert rows(table) == [("I1", 7, 0.5), ("I1", 14, 0.9)]


def test_classes_are_delays():
    table = own.pay_times(Classes(), ["I1"], [0])
    assert rows(table) == [("I1", 0, 0.6), ("I1", 10, pytest.approx(0.9)), ("I1", 30, pytest.approx(1.0))]


def test_a_point_is_as_wide_as_what_it_missed():
    missed = own.residuals(Points(), [0.0, 0.0, 0.0], [-4.6, 0.4, 5.4])
    assert missed == [-5.0, 0.0, 5.0]
    table = own.pay_times(Points(), ["I1"], [9.6], residuals=missed)
    assert rows(table) == [("I1", 5, 0.25), ("I1", 10, 0.5), ("I1", 15, 0.95)]


@pytest.mark.parametrize(
    ("estimator", "options"),
    [
        (Points(), {}),
        (Points(), {"residuals": []}),
        (Quantiles(), {"quantiles": [0.9, 0.5]}),
        (Quantiles(), {"quantiles": [0.5]}),
        (Quantiles(), {"quantiles": [0.5, 1.5]}),
    ],
)
def test_what_is_not_a_distribution_is_refused(estimator, options):
    with pytest.raises(ValueError):
        own.pay_times(estimator, ["I1"], [1.0], **options)


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not a number"):
        own.pay_times(Quantiles(), ["I1"], [float("nan")], quantiles=[0.5, 0.9])
    with pytest.raises(ValueError, match="2 answers for 1 items"):
        own.pay_times(Quantiles(), ["I1"], [1.0, 2.0], quantiles=[0.5, 0.9])


def test_the_street_follows_it():
    ledger = ar.Ledger(items=book())
    times = own.pay_times(Quantiles(), ["I1"], [50.0], quantiles=[0.5, 0.9])
    ours = ar.run(ledger, models=ar.Models.fit(ledger, AS_OF), as_of=AS_OF).scores.to_dicts()
    theirs = ar.run(ledger, models=ar.Models.fit(ledger, AS_OF, pay_times=times), as_of=AS_OF).scores.to_dicts()
    one, other = ({row["item_id"]: row for row in rows} for rows in (ours, theirs))
    assert one["I2"] == other["I2"]
    assert other["I1"]["median_on"] == AS_OF + dt.timedelta(days=20 + 50) and 0.85 < other["I1"]["p_late"] < 0.95 < one["I1"]["p_late"]
    assert [reason["code"] for reason in other["I1"]["reasons"]][:5] == ["book_rate", "age_so_far", "segment_rate", "customer_rate", "given_rate"]


def test_the_stages_follow_it():
    items = book()
    asked = [row for row in items if row["item_id"] in {"I1", "I2"}]
    times = own.pay_times(Quantiles(), ["I1"], [5.0], quantiles=[0.5, 1.0])
    model = ar.PayTimeModel.fit(items, AS_OF).with_pay_times(times)
    again = ar.PayTimeModel.from_json(model.to_json())
    for one in (model, again):
        found = {row["item_id"]: row for row in one.predict(asked, items, AS_OF).to_dicts()}
        assert found["I1"]["median_on"] == AS_OF + dt.timedelta(days=25)
    weeks = again.distribution(asked, items, AS_OF).to_dicts()
    assert sum(row["probability"] for row in weeks if row["item_id"] == "I1") == pytest.approx(1.0)
    cash = ar.forecast_cash(model, asked, items, AS_OF, 42).to_dicts()
    assert float(sum(row["expected"] for row in cash)) > 1400


def test_bad_tables_name_every_problem():
    ledger = ar.Ledger(items=book())
    bad = [
        {"item_id": "I1", "delay_days": 5, "probability": 1.5},
        {"item_id": "I1", "delay_days": 9999, "probability": 0.5},
        {"item_id": "I2", "delay_days": 1, "probability": 0.9},
        {"item_id": "I2", "delay_days": 4, "probability": 0.2},
    ]
    with pytest.raises(ar.InvalidInput) as error:
        ar.Models.fit(ledger, AS_OF, pay_times=bad)
    seen = [(row["table"], row["row"], row["column"], row["code"]) for row in error.value.problems]
    assert seen == [("pay_times", 0, "probability", "out_of_range"), ("pay_times", 1, "delay_days", "out_of_range"), ("pay_times", 3, "probability", "contradiction")]


def test_an_estimator_of_scikit_learn():
    linear = pytest.importorskip("sklearn.linear_model")
    features = [[float(n)] for n in range(30)]
    fitted = linear.LinearRegression().fit(features[:20], [n / 2 for n in range(20)])
    missed = own.residuals(fitted, features[20:], [n / 2 + (-1) ** n for n in range(20, 30)])
    table = own.pay_times(fitted, ["I1"], [[8.0]], residuals=missed)
    assert table["delay_days"][0] == 3 and table["delay_days"][-1] == 5
