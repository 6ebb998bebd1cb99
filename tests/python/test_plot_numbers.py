"""The numbers in charts: waterfalls add up, reliability is what it says, the ladder leaves out what says nothing, differences count all."""

import doctest
import importlib
import pkgutil
import random
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import ar_core
import pytest
from ar_core import plot
from ar_core.plot.difference import CHANGES, compared
from ar_core.plot.ladder import progress, standing, telling
from ar_core.plot.reliability import calibration, groups, isotonic, with_outcomes
from ar_core.plot.waterfall import contributions
from plot_helpers import DAY, example, ladder_rows


@pytest.mark.parametrize("of", ["priority", "p_late"])
def test_every_score_is_the_sum_of_its_contributions(of):
    rows = example()[2].scores.to_dicts()
    assert len(rows) > 250
    for row in rows:
        start, steps, end = contributions(row, of)
        assert start + sum(step.amount for step in steps) == end, row["item_id"]
        assert "rest" not in [step.code for step in steps], "the engine explains all of it"
        assert end == (row["priority"] if of == "priority" else round(row["p_late"] * 1e6))


def test_a_model_of_ones_own_has_its_step_too():
    _, book, report = example()
    item = next(row for row in report.scores.to_dicts() if row["days_late"] < 0)
    own = [
        {"item_id": item["item_id"], "delay_days": 0, "probability": 0.25},
        {"item_id": item["item_id"], "delay_days": 30, "probability": 1.0},
    ]
    items = book.tables["items"]
    scored = ar_core.PayTimeModel.fit(items, DAY).with_pay_times(own).predict(items, items, DAY).to_dicts()
    start, steps, end = contributions(next(row for row in scored if row["item_id"] == item["item_id"]), "p_late")
    assert start + sum(step.amount for step in steps) == end
    assert [step.code for step in steps][-1] == "given_rate" and "rest" not in [step.code for step in steps]


def test_what_the_reasons_do_not_explain_is_a_step_of_its_own():
    row = {
        "priority": 100,
        "currency": "EUR",
        "reasons": [{"code": "points_amount", "observed": 70, "limit": 300, "unit": "points"}],
    }
    start, steps, end = contributions(row, "priority")
    assert [(step.code, step.amount) for step in steps] == [("points_amount", 70), ("rest", 30)]
    assert start + 100 == end


def test_the_waterfall_is_of_the_item_that_was_asked_for():
    report = example()[2]
    best = max(report.scores.to_dicts(), key=lambda row: row["priority"])
    assert best["item_id"] in report.plot.waterfall().text
    chart = plot.ReportPlots(report).waterfall("I0002286", of="p_late")
    late = next(row["p_late"] for row in report.scores.to_dicts() if row["item_id"] == "I0002286")
    assert chart.text.startswith(
        f"Chance of item I0002286 to be paid late, {100 * late:.1f} %: at first 50.0 %; late in the whole book +"
    )
    assert round(500_000 + sum(row["amount"] for row in chart.rows)) == round(1_000_000 * late)
    with pytest.raises(ValueError, match="there is no score of an item 'nobody'"):
        plot.ReportPlots(report).waterfall("nobody")


def slow_isotonic(values):
    """The definition: at each place the least, over ends behind it, of the greatest mean over begins before it."""
    count = len(values)
    mean = lambda a, b: sum(values[a : b + 1]) / (b + 1 - a)  # noqa: E731
    return [max(min(mean(a, b) for b in range(at, count)) for a in range(at + 1)) for at in range(count)]


def test_isotonic_regression_is_that_of_its_definition():
    draw = random.Random(7)
    for _ in range(40):
        chances = sorted({round(draw.random(), 3) for _ in range(draw.randint(1, 14))})
        pairs = [(chance, float(draw.random() < chance)) for chance in chances]
        found = [level for _, _, level, count in isotonic(pairs) for _ in range(count)]
        assert found == pytest.approx(slow_isotonic([value for _, value in pairs]))


def test_the_brier_score_is_the_sum_of_its_parts():
    draw = random.Random(8)
    pairs = sorted((round(draw.random(), 2), float(draw.random() < 0.4)) for _ in range(500))
    found = calibration(pairs)
    assert found.brier == pytest.approx(found.miscalibration - found.discrimination + found.uncertainty)
    assert found.miscalibration >= 0 and found.discrimination >= 0
    sure = calibration([(0.0, 0.0)] * 3 + [(1.0, 1.0)])
    assert (sure.brier, sure.miscalibration, sure.discrimination) == (0, 0, sure.uncertainty)


def test_groups_hold_every_pair_once_and_keep_ties_together():
    pairs = sorted([(0.2, 0.0)] * 50 + [(0.5, 1.0)] * 3 + [(0.9, 1.0)] * 47)
    found = groups(pairs, 10)
    assert [group.count for group in found] == [50, 3, 47]
    assert all(group.low <= group.happened <= group.high for group in found)
    # Wilson's interval for 0 of 50: from 0 to z²/(n + z²).
    assert (found[0].low, found[0].high) == (0, pytest.approx(3.8415 / 53.8415, abs=1e-4))


def test_true_probabilities_look_reliable_and_wrong_ones_do_not():
    draw = random.Random(9)
    chances = [draw.random() for _ in range(20_000)]
    rows = [{"p": chance, "squared": chance**2, "outcome": draw.random() < chance} for chance in chances]
    agree = [
        sum(row["low"] <= row["predicted"] <= row["high"] for row in plot.reliability(rows, name).rows)
        for name in ("p", "squared")
    ]
    assert agree[0] >= 8 and agree[1] <= 3


def test_bad_predictions_are_all_told():
    rows = [{"p_late": 0.5, "outcome": None}, {"p_late": 1.2, "outcome": 1}, {"p_late": float("nan"), "outcome": 2}]
    with pytest.raises(
        ValueError, match=r"row 1: p_late is 1.2, .*\(2 such rows\); row 2: outcome is 2, .*\(1 such rows\)"
    ):
        plot.reliability(rows)
    chart = plot.reliability([{"p_late": 0.5, "outcome": None}, {"p_late": 0.5, "outcome": 1}])
    assert "Left out: 1 whose outcome is not known." in chart.notes


def test_outcomes_are_what_became_known_in_time():
    made, seen = date(2026, 9, 1), date(2026, 9, 20)
    scores = [
        {"item_id": name, "days_late": late, "p_late": 0.5}
        for name, late in (("A", -5), ("B", -5), ("C", -30), ("D", 3), ("E", -5), ("F", -5))
    ]
    items = [
        {"item_id": "A", "settled_on": made + timedelta(days=5)},  # on its last day: in time
        {"item_id": "B", "settled_on": made + timedelta(days=6)},
        {"item_id": "C", "settled_on": None},  # not due before the day that we know
        {"item_id": "D", "settled_on": None},  # late already when the score was made
        {"item_id": "E", "settled_on": None},
        {"item_id": "F", "settled_on": seen + timedelta(days=3)},  # not yet known
    ]
    found = {row["item_id"]: row["outcome"] for row in with_outcomes(scores, items, made, seen, "p_late")}
    assert found == {"A": False, "B": True, "C": None, "E": True, "F": True}
    with pytest.raises(ValueError, match="'p_never' is none of p_late"):
        with_outcomes(scores, items, made, seen, "p_never")


def test_the_ladder_shows_what_stands_apart():
    rows = ladder_rows(3)
    rows[1] |= {"trials": 0, "errors": 0}  # a segment that is as the whole book
    rows.append({**rows[0], "action": "write_off", "level": 1, "policy_level": 1, "trials": 0})
    shown, hidden = telling(rows)
    assert [(row["action"], row["segment"]) for row in shown] == [
        ("send_notice", ""),
        ("send_notice", rows[2]["segment"]),
    ]
    assert hidden == 2
    assert standing(rows[0]) == "proven" and standing({**rows[0], "error_over_ppm": 30_000}) == "broken"
    assert standing({**rows[0], "error_under_ppm": 400_000}) == "open"
    steps = [
        progress({**rows[0], "evidence_ppm": evidence})
        for evidence in (500_000, 1_000_000, 20_000_000**0.5 * 1e3, 20_000_000, 10**9)
    ]
    assert steps == [0, 0, pytest.approx(0.5), 1, 1]


def report_of(decisions, asks=()):
    empty = example()[2]
    return SimpleNamespace(
        decisions=decisions,
        worklist=list(asks),
        escalations=[{"role": row["ask_role"]} for row in asks],
        forecast=empty.forecast,
    )


def decision(action, item, mode="act", amount="5.00", customer="C1"):
    return {
        "action": action,
        "customer_id": customer,
        "item_ids": [item],
        "mode": mode,
        "amount": Decimal(amount),
        "level": 0,
    }


def test_differences_count_every_decision_once():
    before = [
        decision("call", "A"),
        decision("call", "B", "ask"),
        decision("call", "C"),
        decision("wait", "D"),
        decision("call", "Z", customer=None),
    ]
    after = [
        decision("call", "B"),
        decision("call", "C", amount="6.00"),
        decision("wait", "D"),
        decision("wait", "E"),
        decision("call", "Z", customer=None),
    ]
    found = compared(before, after)
    assert dict(found["call"]) == {"gone": 1, "ask to act": 1, "changed": 1, "same": 1, "new": 0}
    assert (found["wait"]["same"], found["wait"]["new"]) == (1, 1)
    assert sum(counts[name] for counts in found.values() for name in CHANGES) == 6
    asks = [{"ask_role": "collector", "minutes": 12}]
    chart = plot.difference(report_of(before, asks), report_of(after))
    assert chart.text.startswith(
        "What differs: 5 decisions before and 5 after (1 new, 1 gone, 1 ask to act, 1 changed, 2 same)"
    )
    assert chart.text.endswith("people are asked for 12 and 0 minutes.")
    assert chart.svg().startswith("<svg")


def test_a_report_does_not_differ_from_itself():
    report = example()[2]
    chart = plot.ReportPlots(report).difference(report)
    assert {name for row in chart.rows for name in CHANGES if row[name]} == {"same"}
    assert "(0); people are asked for 137 and 137 minutes" in chart.text and "Decisions by action" not in chart.svg()


def test_another_policy_differs_in_who_decides():
    ledger, _, report = example()
    chart = plot.ReportPlots(ar_core.run(ledger, as_of=DAY)).difference(report, "EUR")
    total = {name: sum(row[name] for row in chart.rows) for name in CHANGES}
    assert total["ask to act"] > 10 and total["act to ask"] == 0
    assert sum(total.values()) - total["gone"] == len(report.decisions)


def test_the_band_of_a_week_takes_half_the_breadth_of_its_days():
    """It took the farther side of a day twice, and held nearly every week: 19 of 20 where 4 of 5 were said."""
    day = {
        "currency": "EUR",
        "expected": Decimal("10.00"),
        "lo80": Decimal(0),
        "hi80": Decimal("40.00"),
        "lo95": Decimal(0),
        "hi95": Decimal("60.00"),
    }
    (week,) = plot.weeks([{**day, "on": DAY + timedelta(days=n)} for n in range(4)], "EUR")
    assert (week["expected"], week["lo80"], week["hi80"]) == (Decimal("40.00"), 0, Decimal("80.00")), (
        "4 days: twice 20.00"
    )
    assert (week["lo95"], week["hi95"]) == (0, Decimal("100.00"))


def test_the_examples_of_the_docstrings_run():
    modules = [importlib.import_module(f"ar_core.plot.{found.name}") for found in pkgutil.iter_modules(plot.__path__)]
    results = [doctest.testmod(module) for module in modules]
    assert sum(result.attempted for result in results) >= 20 and sum(result.failed for result in results) == 0


def test_the_charts_of_a_report_are_in_one_currency():
    """Regression: the ageing of a report was in dollars and its forecast in euros, for each counted rows of its own."""

    def forecast(currency, days):
        return [{"on": DAY + timedelta(days=at), "currency": currency, "expected": Decimal(1), "lo80": Decimal(0), "hi80": Decimal(2), "lo95": Decimal(0), "hi95": Decimal(3)} for at in range(days)]

    aging = [{"bucket": "not_due", "currency": "EUR", "amount": Decimal(900), "count": 9}]
    aging += [{"bucket": bucket, "currency": "USD", "amount": Decimal(5), "count": 1} for bucket in ("not_due", "1-30", "31-60")]
    report = SimpleNamespace(aging=aging, forecast=[*forecast("EUR", 7), *forecast("USD", 30)])
    plots = plot.ReportPlots(report)
    assert [chart.title[-3:] for chart in (plots.aging(), plots.forecast(), plots.calendar())] == ["EUR"] * 3
    assert plots.forecast("USD").title.endswith("USD")
    report.forecast = forecast("GBP", 7)
    assert plots.forecast().title.endswith("GBP"), "where nothing of it is to be drawn"
