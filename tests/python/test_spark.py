"""Scores and forecasts on Spark are those of one machine, to the last bit, however the frames are cut; what is wrong is one error."""

import doctest
import random
from decimal import Decimal

import pytest
from spark_helpers import AT, book, frame, people, session

import ar_core as ar

ROWS = book()
OPEN = [row for row in ROWS if row["settled_on"] is None]


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    made = session("local[2]", tmp_path_factory.mktemp("spark"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def model():
    return ar.PayTimeModel.fit(ROWS, AT, people(), calendars={})


def _score(spark, model, items, history, at, **options):
    return [row.asDict(recursive=True) for row in ar.spark.score(model, items, history, at, **options).collect()]


@pytest.mark.parametrize("parts", [1, 28])
def test_scores_are_those_of_one_machine(spark, model, parts):
    """One part; and more parts than customers, so that some are empty and one has half of the items."""
    items, history = frame(spark, OPEN), frame(spark, ROWS)
    assert _score(spark, model, items, history, AT, parts=parts) == model.predict(OPEN, ROWS, AT).to_dicts()


def test_rows_in_any_order_give_the_same_bytes(spark, model):
    from pyspark.sql import functions as F

    shuffled = random.Random(3).sample(ROWS, len(ROWS))
    items, history = frame(spark, OPEN).orderBy(F.rand(5)), frame(spark, shuffled, 4)
    found = _score(spark, model, items, history, AT, ordered=False)
    assert sorted(found, key=lambda row: row["item_id"]) == model.predict(OPEN, ROWS, AT).to_dicts()


def test_each_item_is_asked_on_its_own_day_and_in_full(spark, model):
    items, history = frame(spark, OPEN), frame(spark, ROWS)
    assert _score(spark, model, items, history, "x_at", parts=4) == model.predict(OPEN, ROWS, "x_at").to_dicts()
    found = _score(spark, model, items, history, "2026-03-02", what="distribution", parts=4)
    assert found == model.distribution(OPEN, ROWS, AT).to_dicts()


def test_the_forecast_is_that_of_one_machine(spark, model):
    items, history = frame(spark, OPEN), frame(spark, ROWS)
    rates = [{"base": "USD", "quote": "EUR", "on": "2026-01-02", "rate": "0.91"}]
    options = {"currency": "EUR", "fx_rates": rates, "new_business": True}
    with ar.spark.Asked(model, items, history, AT, parts=6) as asked:
        for days, weekly in [(30, False), (84, True)]:
            found = asked.forecast(days, weekly, **options)
            assert found.to_dicts() == ar.forecast_cash(model, OPEN, ROWS, AT, days, weekly, **options).to_dicts()
    assert (
        ar.spark.forecast(model, items, history, AT, 7, parts=2).to_dicts()
        == ar.forecast_cash(model, OPEN, ROWS, AT, 7).to_dicts()
    )


def test_nothing_is_asked_of_nothing(spark, model):
    none = frame(spark, [], like=ROWS)
    assert _score(spark, model, none, none, AT) == []
    assert ar.spark.forecast(model, none, none, AT, 3).to_dicts() == ar.forecast_cash(model, [], [], AT, 3).to_dicts()
    assert _score(spark, model, frame(spark, OPEN), none, AT) == model.predict(OPEN, [], AT).to_dicts()


def test_an_item_under_another_customer_in_the_past_is_found_in_another_part(spark, model):
    """Regression: what the past says of an item counts, whoever had it then; so these customers are put into one part."""
    moved = [{**row, "customer_id": "C99" if row is OPEN[3] else row["customer_id"]} for row in OPEN]
    items, history = frame(spark, moved, like=OPEN), frame(spark, ROWS)
    paid = [{**row, "settled_on": row["due_on"]} if row["item_id"] == OPEN[3]["item_id"] else row for row in ROWS]
    assert _score(spark, model, items, history, AT, parts=6) == model.predict(moved, ROWS, AT).to_dicts()
    found = ar.spark.forecast(model, items, frame(spark, paid), AT, 10, parts=6)
    assert found.to_dicts() == ar.forecast_cash(model, moved, paid, AT, 10).to_dicts()


def test_the_examples_of_the_docstrings_run(spark):
    from ar_core.spark import _frames

    found = doctest.testmod(_frames)
    assert found.attempted > 1 and not found.failed


def _refused(work):
    with pytest.raises(ar.InvalidInput) as caught:
        work()
    assert "java" not in str(caught.value).lower() and "traceback" not in str(caught.value).lower()
    return caught.value


def test_bad_input_is_one_error_with_the_problems_of_all_parts(spark, model):
    bad = [
        {
            **row,
            "amount": Decimal(-5) if at % 200 == 7 else row["amount"],
            "currency": None if at == 900 else row["currency"],
        }
        for at, row in enumerate(ROWS)
    ]
    mine = [{**row, "due_on": row["issued_on"].replace(year=2024)} if at == 31 else row for at, row in enumerate(OPEN)]
    error = _refused(
        lambda: ar.spark.score(model, frame(spark, mine, like=OPEN), frame(spark, bad, like=ROWS), AT, parts=9)
    )
    alone = _refused(lambda: model.predict(mine, bad, AT))
    assert (error.code, error.problems, error.total) == (alone.code, alone.problems, alone.total)
    assert str(error) == str(alone)
    assert {problem["table"] for problem in error.problems} == {"items", "history"}


def test_an_identifier_that_stands_twice_in_two_parts_is_seen(spark, model):
    twice = [*ROWS, {**ROWS[4], "customer_id": "C01"}, dict(ROWS[8])]
    error = _refused(lambda: ar.spark.score(model, frame(spark, OPEN), frame(spark, twice, 1), AT, parts=9))
    assert error.problems == _refused(lambda: model.predict(OPEN, twice, AT)).problems
    assert [problem["row"] for problem in error.problems] == [len(ROWS), len(ROWS) + 1]


def test_columns_are_refused_as_on_one_machine(spark, model):
    items = frame(spark, OPEN)
    for other in (
        items.drop("customer_id"),
        items.withColumnRenamed("amount", "amuont"),
        items.withColumnRenamed("due_on", "due").limit(0),
    ):
        error = _refused(lambda other=other: ar.spark.score(model, other, items, AT))
        alone = _refused(lambda other=other: model.predict(other.toArrow(), items.toArrow(), AT))
        assert error.problems == alone.problems
    assert (
        _refused(lambda: ar.spark.score(model, items, items, "no_such_day")).problems
        == _refused(lambda: model.predict(OPEN, OPEN, "no_such_day")).problems
    )
    dayless = [{**row, "x_at": None} if at in (2, 40) else row for at, row in enumerate(OPEN)]
    error = _refused(lambda: ar.spark.score(model, frame(spark, dayless, like=OPEN), items, "x_at"))
    assert [problem["row"] for problem in error.problems] == [2, 40]
    assert error.problems == _refused(lambda: model.predict(dayless, OPEN, "x_at")).problems
    assert _refused(lambda: ar.spark.forecast(model, items, items, AT, 0)).problems[0]["column"] == "days"
    with pytest.raises(TypeError, match="not a DataFrame of Spark"):
        ar.spark.score(model, OPEN, items, AT)
