"""Rolling origins: nothing is known too early, baselines are what they say, and the result can be read, written and drawn."""

from __future__ import annotations

import datetime as dt
import json
import random

import numpy as np
import pytest

pa = pytest.importorskip("pyarrow")

import ar_core as ar
from ar_core import evaluate as ev
from ar_core.evaluate import baselines
from ar_core.evaluate.book import Book
from ar_core.evaluate.frames import NO_DAY

DAY = dt.timedelta(days=1)
ORIGINS = ["2026-04-01", "2026-05-01", "2026-06-01"]


def columns(row):
    return {name: row[name] for name in ("item_id", "customer_id", "kind", "currency", "amount", "issued_on", "due_on", "settled_on")}


@pytest.fixture(scope="module")
def book():
    return ar.simulate(seed=4, customers=60)


@pytest.fixture(scope="module")
def rows(book):
    return [columns(row) for row in book["items"].to_dicts()]


@pytest.fixture(scope="module")
def customers(book):
    return [{"customer_id": row["customer_id"], "segment": row["segment"]} for row in book["customers"].to_dicts()]


def evaluated(rows, customers=None, **more):
    return ev.rolling(rows, customers, **{"origins": ORIGINS, "calendars": {}} | more)


@pytest.fixture(scope="module")
def found(rows, customers):
    return evaluated(rows, customers)


def forecasts(found, until):
    """All that was said up to a day, that day included, to the bit: distributions and quantiles by item and day."""
    said = {}
    for at, row in enumerate(found.predictions.to_dicts()):
        if row["asked_on"] <= until:
            every = [forecast.times.take(np.array([at])).probabilities.tobytes() for forecast in found.forecasts.values()]
            numbers = [value for name, value in row.items() if name not in ("days_late", "seen_to")]
            said[row["item_id"], row["asked_on"]] = (*map(str, numbers), *every)
    return said


def tampered(rows, day, seed=1):
    """The same book as known on the morning of `day`, with the invoices of that day; from then on everything is different."""
    stream, changed = random.Random(seed), []
    for row in rows:
        row = dict(row)
        if row["issued_on"] > day:
            if stream.random() < 0.3:
                continue
            row |= {"amount": stream.randint(1, 9_000_000), "due_on": row["issued_on"] + stream.randint(0, 200) * DAY}
            row |= {"customer_id": stream.choice(rows)["customer_id"], "settled_on": row["issued_on"] + stream.randint(0, 90) * DAY}
        elif row["settled_on"] is not None and row["settled_on"] >= day:
            row["settled_on"] = stream.choice([None, day + stream.randint(0, 300) * DAY])
        elif row["settled_on"] is None and stream.random() < 0.7:
            row["settled_on"] = day + stream.randint(0, 20) * DAY
        # How things stand at the export tells of the future, too.
        row |= {"disputed": stream.random() < 0.5, "last_notice_on": day + stream.randint(-60, 60) * DAY, "dunning_level": stream.randint(0, 3)}
        changed.append(row)
    more = [dict(changed[at], item_id=f"new {at}", issued_on=day + at * DAY, due_on=day + (at + 30) * DAY, settled_on=None) for at in range(1, 40)]
    stream.shuffle(changed)
    return changed + more


def test_the_future_changes_no_score_of_a_large_book():
    """Regression: a large book is looked at in a sample, and what was issued later decided which items were in it."""
    rows = [columns(row) for row in ar.simulate(seed=5, customers=480)["items"].to_dicts()]
    day, known = dt.date(2026, 6, 8), dt.date(2026, 6, 4)
    assert len([row for row in rows if row["issued_on"] < known]) > 4_200
    one, two = (evaluated(table, origins=[known], horizon=12, refit=False) for table in (rows, tampered(rows, day)))
    before, after = forecasts(one, day), forecasts(two, day)
    assert len(before) > 40 and before == after


def test_a_later_segment_changes_no_score(rows, customers):
    """Regression: a customer's segment was that of its newest item, which may be one of the future."""
    day = dt.date(2026, 6, 15)
    stream, segments = random.Random(3), {row["customer_id"]: row["segment"] for row in customers}
    told = [row | {"x_segment": segments[row["customer_id"]]} for row in rows]
    other = [row | {"x_segment": stream.choice([*segments.values(), "new"]) if row["issued_on"] > day else row["x_segment"]} for row in told]
    one, two = (evaluated(table, segment="x_segment", origins=ORIGINS[2:], horizon=30) for table in (told, other))
    assert forecasts(one, day) == forecasts(two, day) and len(forecasts(one, day)) > 40
    plain = evaluated(rows, origins=ORIGINS[2:], horizon=30)
    assert [row["p_late"] for row in plain.predictions.to_dicts()] != [row["p_late"] for row in one.predictions.to_dicts()]


@pytest.mark.parametrize("at", ["issued_on", "origin"])
@pytest.mark.parametrize("day", [dt.date(2026, 4, 17), dt.date(2026, 6, 1), dt.date(2026, 6, 20)])
def test_the_future_changes_no_score(rows, customers, found, at, day):
    before = forecasts(found if at == "issued_on" else evaluated(rows, customers, at=at), day)
    after = forecasts(evaluated(tampered(rows, day), customers, at=at), day)
    assert len(before) > 40 and set(before) == set(after)
    assert [key for key in before if before[key] != after[key]] == []


def test_the_past_does_change_scores(rows, customers, found):
    """So that the test above can fail."""
    day = dt.date(2026, 4, 17)
    after = forecasts(evaluated(tampered(rows, day - 20 * DAY), customers), day)
    before = forecasts(found, day)
    both = set(before) & set(after)
    assert sum(before[key] != after[key] for key in both) > len(both) / 2


def test_each_item_is_asked_once_on_its_day_and_scored_as_the_model_does(rows, customers, found):
    said = found.predictions.to_dicts()
    wanted = {row["item_id"]: row for row in rows if dt.date(2026, 4, 1) <= row["issued_on"] < dt.date(2026, 7, 1) and row["kind"] not in ("credit_note", "deduction")}
    assert {row["item_id"] for row in said} == set(wanted)
    assert len(said) == len({row["item_id"] for row in said}) == len(found)
    assert all(row["asked_on"] == wanted[row["item_id"]]["issued_on"] for row in said)
    model = ar.PayTimeModel.fit(rows, as_of="2026-05-01", customers=customers, calendars={})
    asked = [row for row in said if row["origin"] == dt.date(2026, 5, 1)]
    assert len(asked) > 50
    for mine in asked[::7]:
        its = model.predict([wanted[mine["item_id"]]], rows, at="issued_on").to_dicts()[0]
        assert mine["p_late"] == pytest.approx(its["p_late"], abs=1e-9) and mine["p_late_30"] == pytest.approx(its["p_late_30"], abs=1e-9)
        if mine["median_days"] < 180:
            assert mine["due_on"] + int(mine["median_days"]) * DAY == its["median_on"]


def test_refit_update_and_threads(rows, customers, found):
    alone = evaluated(rows, customers, workers=1)
    assert forecasts(alone, dt.date(2100, 1, 1)) == forecasts(found, dt.date(2100, 1, 1))
    told = []
    once = evaluated(rows, customers, refit=False, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    fits = once.fits.to_dicts()
    assert len({row["trees"] for row in fits}) == 1 and fits[0]["settled_items"] < fits[1]["settled_items"] < fits[2]["settled_items"]


def test_baselines_as_their_definitions_say(rows):
    book = Book.of(rows)
    origin = dt.date(2026, 5, 1).toordinal() - dt.date(1970, 1, 1).toordinal()
    every = baselines.everybody(book, origin)
    known = [(int(due), int(paid) if NO_DAY != paid < origin else None) for due, paid, issued, billed in zip(book.due, book.settled, book.issued, book.billed, strict=True) if issued < origin and billed]
    left = 1.0
    for day in range(-180, 180):
        at_risk = sum(1 for due, paid in known if (paid - due >= day if paid is not None else origin - 1 - due >= day))
        left *= 1.0 - sum(1 for due, paid in known if paid is not None and paid - due == day) / max(at_risk, 1)
        assert every[day + 180] == pytest.approx(left, abs=1e-9)
    asked = np.flatnonzero(book.billed & (book.issued >= origin) & (book.issued < origin + 30))
    own, median = baselines.customer(book, asked, book.issued[asked], every)
    some = 0
    for place, row in enumerate(asked):
        mine = (book.customer == book.customer[row]) & book.billed & (book.settled != NO_DAY) & (book.settled < book.issued[row])
        delays = np.sort((book.settled - book.due)[mine])
        if len(delays):
            some += 1
            assert median[place] == delays[(len(delays) - 1) // 2]
        for day in (-20, 0, 13):
            share = ((delays > day).sum() + baselines.DOUBT * every[day + 180]) / (len(delays) + baselines.DOUBT)
            assert own[place, day + 180] == pytest.approx(share, abs=1e-9)
    assert some > 20


def test_baselines_know_that_an_item_is_open(rows):
    found = evaluated(rows, at="origin", thresholds=(0,))
    for forecast in found.forecasts.values():
        assert forecast.times.first.tolist() == found.judgement.forecast.times.first.tolist()
        assert np.add.reduceat(forecast.times.probabilities, forecast.times.ends - forecast.times.sizes) == pytest.approx(1.0)
    waiting = found.judgement.forecast.times.first > 5
    assert waiting.sum() > 5 and all((forecast.late[0][waiting] == 1.0).all() for forecast in found.forecasts.values())


def test_the_model_beats_its_baselines_on_this_book(found):
    table = {row["measure"]: row for row in found.table.to_dicts()}
    for name in ("crps", "brier_late", "log_score_days"):
        assert table[name]["ar_core"] < min(table[name]["customer_median"], table[name]["everybody"]), name


def test_tables_and_summary(found, customers):
    assert "items asked from 3 origins, 2026-04-01 to 2026-06-01" in str(found) and "brier late" in str(found)
    assert 'class="ar-core"' in found._repr_html_() and "<table>" in found._repr_html_()
    assert [row["origin"] for row in found.by_origin.to_dicts()][::3] == [dt.date.fromisoformat(day) for day in ORIGINS]
    segments = found.by_segment.to_dicts()
    assert {row["segment"] for row in segments} <= {row["segment"] for row in customers}
    assert sum(row["items"] for row in segments) == 3 * len(found)
    assert pa.table(found.table).column_names[:4] == ["measure", "ar_core", "customer_median", "everybody"]
    assert len(found.to_pandas()) == len(found.table)
    assert found.judgement.measures["mae"] == found.table.to_dicts()[[row["measure"] for row in found.table.to_dicts()].index("mae")]["ar_core"]


def test_charts(found):
    for chart in (found.plot.reliability(), found.plot.reliability(30), found.plot.pit(), found.plot.over_time("mae"), found.plot.segments("brier_late")):
        assert chart.rows and chart.text.endswith(".")
        assert chart.svg("dark").startswith("<svg") and chart.svg("light") != chart.svg("dark")
    with pytest.raises(ValueError, match="no measure 'luck'"):
        found.plot.over_time("luck")
    with pytest.raises(ar.InvalidInput, match="no probability to be later than 7 days"):
        found.plot.reliability(7)


@pytest.mark.parametrize(
    "more, column",
    [
        ({"origins": ["2099-01-01"]}, "origins"),
        ({"origins": ["soon"]}, "origins"),
        ({"every": 0, "origins": None}, "every"),
        ({"horizon": 0}, "horizon"),
        ({"at": "birth"}, "at"),
        ({"segment": "x_nothing"}, "x_nothing"),
        ({"as_of": "later"}, "as_of"),
    ],
)
def test_bad_arguments_are_refused(rows, more, column):
    with pytest.raises(ar.InvalidInput) as refused:
        evaluated(rows, **more)
    assert [problem["column"] for problem in refused.value.problems] == [column]


def test_bad_items_are_refused_all_at_once(rows):
    broken = [dict(row) for row in rows[:30]]
    broken[3]["due_on"], broken[7]["currency"] = None, "XXZ"
    with pytest.raises(ar.InvalidInput) as refused:
        evaluated(broken)
    assert {(problem["row"], problem["column"]) for problem in refused.value.problems} == {(3, "due_on"), (7, "currency")}
    with pytest.raises(ar.InvalidInput, match="settled_on"):
        evaluated([{name: value for name, value in row.items() if name != "settled_on"} for row in rows])
