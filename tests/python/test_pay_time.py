"""When items will be paid, on their own: the model, its answers, the forecast, and bad input."""

import datetime as dt
import random
from decimal import Decimal

import ar_core as ar
import pytest

START = dt.date(2025, 1, 6)


def book(count=600, seed=3):
    """Items that are paid on the first Friday two days or more after they are due; every fifth ten days later."""
    stream = random.Random(seed)
    rows = []
    for number in range(count):
        issued = START + dt.timedelta(days=number // 3)
        due = issued + dt.timedelta(days=30)
        paid = due + dt.timedelta(days=2 if number % 5 else 12)
        paid += dt.timedelta(days=(4 - paid.weekday()) % 7)
        rows.append(
            {
                "item_id": f"I{number:05}",
                "customer_id": f"C{number % 7}",
                "currency": "EUR",
                "amount": f"{stream.randint(10, 9000)}.00",
                "issued_on": issued,
                "due_on": due,
                "settled_on": paid,
            }
        )
    return rows


def known(rows, on):
    """The rows as they were known at the beginning of a day."""
    return [{**row, "settled_on": row["settled_on"] if row["settled_on"] < on else None} for row in rows if row["issued_on"] < on]


def asked(rows, first, last):
    return [{key: value for key, value in row.items() if key != "settled_on"} for row in rows if first <= row["issued_on"] < last]


T0, T1 = dt.date(2025, 6, 1), dt.date(2025, 7, 1)


@pytest.fixture(scope="module")
def rows():
    return book()


@pytest.fixture(scope="module")
def model(rows):
    return ar.PayTimeModel.fit(known(rows, T0), as_of=T0, calendars={})


def test_probabilities_sum_to_one_and_find_the_friday(rows, model):
    items = asked(rows, T0, T1)
    table = model.distribution(items, rows, at="issued_on").to_dicts()
    sums, best = {}, {}
    for row in table:
        sums[row["item_id"]] = sums.get(row["item_id"], 0.0) + row["probability"]
        if row["probability"] > best.get(row["item_id"], (0.0, 0))[0]:
            best[row["item_id"]] = (row["probability"], row["offset_days"])
    assert list(sums) == [item["item_id"] for item in items]
    assert all(abs(total - 1.0) < 1e-9 for total in sums.values())
    due = {item["item_id"]: item["due_on"] for item in items}
    assert all((due[name] + dt.timedelta(days=offset)).weekday() == 4 for name, (_, offset) in best.items())


def test_scores_agree_with_the_distribution(rows, model):
    items = asked(rows, T0, T1)
    late = {}
    for row in model.distribution(items, rows, at="issued_on").to_dicts():
        late[row["item_id"]] = late.get(row["item_id"], 0.0) + (row["probability"] if row["offset_days"] > 0 else 0.0)
    for row in model.predict(items, rows, at="issued_on").to_dicts():
        assert row["p_late"] == pytest.approx(late[row["item_id"]], abs=1e-9)
        assert row["q025_on"] <= row["q10_on"] <= row["q25_on"] <= row["median_on"] <= row["q75_on"] <= row["q90_on"] <= row["q975_on"]
        steps = row["reasons"]
        assert steps[0]["limit"] + sum(step["observed"] - step["limit"] for step in steps) == round(row["p_late"] * 1e6)
        assert [step["limit"] for step in steps[1:]] == [step["observed"] for step in steps[:-1]]


def test_only_what_was_known_counts(rows, model):
    items = asked(rows, T0, T1)
    on = dt.date(2025, 7, 1)
    assert model.predict(items, known(rows, on), at=on).to_dicts() == model.predict(items, rows, at=on).to_dicts()
    # What the item's own row says of the future is not looked at either.
    whole = [row for row in rows if T0 <= row["issued_on"] < T1]
    assert model.predict(whole, rows, at="issued_on").to_dicts() == model.predict(items, rows, at="issued_on").to_dicts()
    # And the fit does not see it.
    assert ar.PayTimeModel.fit(rows, as_of=T0, calendars={}).to_json() == model.to_json()


def test_days_by_row_under_any_name(rows, model):
    items = [{**item, "scored": item["issued_on"] + dt.timedelta(days=40)} for item in asked(rows, T0, T1)]
    by_name = model.predict(items, rows, at="scored").to_dicts()
    assert len(by_name) == len(items)
    for item, row in zip(items[:5], by_name, strict=False):
        plain = {key: value for key, value in item.items() if key != "scored"}
        alone = model.predict([plain], rows, at=item["scored"]).to_dicts()[0]
        assert alone["p_late"] == pytest.approx(row["p_late"]) and alone["median_on"] == row["median_on"]
        assert row["median_on"] >= item["scored"], "an item that is open on a day is paid on that day or later"


def test_rows_in_any_order(rows, model):
    mixed = list(known(rows, T0))
    random.Random(1).shuffle(mixed)
    assert ar.PayTimeModel.fit(mixed, as_of=T0, calendars={}).to_json() == model.to_json()
    items = asked(rows, T0, T1)
    backward = model.predict(list(reversed(items)), rows, at="issued_on").to_dicts()
    assert list(reversed(backward)) == model.predict(items, rows, at="issued_on").to_dicts()


def test_written_and_read(rows, model):
    again = ar.PayTimeModel.from_json(model.to_json())
    assert again.to_json() == model.to_json() and again.fitted_on == T0
    items = asked(rows, T0, T1)
    assert again.predict(items, rows, at="issued_on").to_dicts() == model.predict(items, rows, at="issued_on").to_dicts()
    for broken in ["", "[]", "{}", '{"model": {}, "customers": []}', model.to_json().replace('"version":3', '"version":2')]:
        with pytest.raises(ar.InvalidInput):
            ar.PayTimeModel.from_json(broken)


def test_segments_and_countries_are_remembered(rows):
    customers = [{"customer_id": f"C{number}", "segment": "A" if number < 4 else "B", "country": "DE"} for number in range(7)]
    day = dt.date(2025, 5, 1)
    model = ar.PayTimeModel.fit(known(rows, T0), as_of=T0, customers=customers, calendars={"DE": [day], "EUR": []})
    again = ar.PayTimeModel.from_json(model.to_json())
    items = asked(rows, T0, T1)
    assert again.predict(items, rows, at="issued_on").to_dicts() == model.predict(items, rows, at="issued_on").to_dicts()


def test_calendars_come_from_holidays(rows):
    holidays = pytest.importorskip("holidays")
    from ar_core.calendars import bank_holidays

    found = bank_holidays(["DE", "XX"], ["USD", "EUR", "XAU"], dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert set(found) == {"DE", "USD", "EUR"}
    assert dt.date(2025, 10, 3) in found["DE"] and dt.date(2025, 7, 4) in found["USD"] and dt.date(2025, 4, 18) in found["EUR"]
    assert found["USD"] == sorted(holidays.country_holidays("US", years=2025))


def test_an_update_counts_anew(rows, model):
    later = dt.date(2025, 7, 15)
    updated = model.update(known(rows, later), as_of=later)
    assert updated.fitted_on == later and updated.summary["settled_items"] > model.summary["settled_items"]
    assert updated.summary["trees"] == model.summary["trees"]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_useful_from_the_first_item_on(count):
    past = known(book(60), dt.date(2026, 1, 1))[:count]
    model = ar.PayTimeModel.fit(past, as_of="2026-01-01", calendars={})
    item = [{"item_id": "N", "customer_id": "C0", "currency": "EUR", "amount": "10", "issued_on": "2025-12-20", "due_on": "2026-01-19"}]
    row = model.predict(item, past, at="2026-01-01").to_dicts()[0]
    assert 0.05 < row["p_late"] < 0.95 and row["q10_on"] < row["q90_on"]


def test_forecast_is_the_open_book(rows, model):
    on = dt.date(2025, 6, 2)
    days = ar.forecast_cash(model, asked(rows, START, on), rows, as_of=on, days=28).to_dicts()
    weeks = ar.forecast_cash(model, asked(rows, START, on), rows, as_of=on, days=28, weekly=True).to_dicts()
    assert [row["on"] for row in days] == [on + dt.timedelta(days=ahead) for ahead in range(28)]
    assert [row["on"] for row in weeks] == [on + dt.timedelta(days=7 * ahead) for ahead in range(4)]
    for week, row in enumerate(weeks):
        total = sum(day["expected"] for day in days[7 * week : 7 * week + 7])
        assert abs(total - row["expected"]) <= Decimal("0.10")
        assert 0 <= row["lo95"] <= row["lo80"] <= row["expected"] <= row["hi80"] <= row["hi95"]
    # Items that were settled before, or issued on the day or later, bring nothing.
    more = ar.forecast_cash(model, asked(rows, START, T1), rows, as_of=on, days=28, weekly=True).to_dicts()
    assert more == weeks


def test_bad_input_is_refused(rows, model):
    items = asked(rows, T0, T1)
    cases = [
        lambda: ar.PayTimeModel.fit([{"item_id": "A"}], as_of=T0),
        lambda: ar.PayTimeModel.fit(rows, as_of="yesterday"),
        lambda: ar.PayTimeModel.fit(rows, as_of=T0, calendars={"EUR": ["never"]}),
        lambda: model.predict(items, rows, at="no_such_column"),
        lambda: model.predict([{**item, "scored": None} for item in items], rows, at="scored"),
        lambda: model.predict(items, [{**rows[0], "settled_on": "2024-01-01"}], at=T0),
        lambda: ar.forecast_cash(model, items, rows, as_of=T0, days=0),
        lambda: ar.forecast_cash(model, items, rows, as_of=T0, days=10_000),
    ]
    for case in cases:
        with pytest.raises(ar.InvalidInput) as refused:
            case()
        assert refused.value.problems
    with pytest.raises(ar.InvalidInput) as refused:
        model.predict(items, [{**rows[0], "settled_on": "2024-01-01"}], at=T0)
    assert refused.value.problems[0]["table"] == "history"
