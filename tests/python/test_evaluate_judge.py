"""`judge`: forecasts of any shape against outcomes of any frame; examples in docstrings; real books where they are at hand."""

from __future__ import annotations

import datetime as dt
import doctest
import importlib
import os
import pkgutil
from pathlib import Path

import numpy as np
import pytest

pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
metrics = pytest.importorskip("sklearn.metrics")

import ar_core as ar
from ar_core import evaluate as ev

HERE = Path(__file__).resolve().parent
PAYTIME = Path(os.environ.get("AR_SHARED", HERE.parents[3] / "shared")) / "data" / "paytime"
T0 = dt.date(2026, 5, 1)


@pytest.fixture(scope="module")
def book():
    names = ("item_id", "customer_id", "currency", "amount", "issued_on", "due_on", "settled_on")
    return [{name: row[name] for name in names} for row in ar.simulate(seed=6, customers=60)["items"].to_dicts() if row["kind"] == "invoice"]


@pytest.fixture(scope="module")
def said(book):
    """Distributions and scores of what was issued since T0."""
    model = ar.PayTimeModel.fit(book, as_of=T0, calendars={})
    asked = [row for row in book if row["issued_on"] >= T0]
    return model.distribution(asked, book, at="issued_on"), model.predict(asked, book, at="issued_on")


def test_distributions_and_scores_agree(book, said):
    whole, some = ev.judge(said[0], book).measures, ev.judge(said[1], book).measures
    assert set(some) < set(whole) and len(some) > 20 and "crps" not in some and "crps" in whole
    for name in some:
        if not name.startswith(("inside", "width", "within")):
            assert some[name] == pytest.approx(whole[name], abs=1e-6), name


def test_as_scikit_learn_says(book, said):
    """All settled: then every item counts, and the measures are those that everybody knows."""
    done = [row for row in book if row["settled_on"] is not None]
    judged = ev.judge(said[0], done, as_of="2030-01-01", longest=10_000)
    of = {row["item_id"]: row for row in done}
    scores = [row for row in said[1].to_dicts() if row["item_id"] in of]
    days = np.array([(of[row["item_id"]]["settled_on"] - of[row["item_id"]]["due_on"]).days for row in scores])
    late, p = days > 0, np.array([row["p_late"] for row in scores])
    median = np.array([(row["median_on"] - of[row["item_id"]]["due_on"]).days for row in scores])
    found = judged.measures
    assert len(judged) == len(scores) and judged.left_out["no outcome"] == len(said[1]) - len(scores) > 0
    assert found["brier_late"] == pytest.approx(metrics.brier_score_loss(late, p))
    assert found["log_score_late"] == pytest.approx(metrics.log_loss(late, p))
    assert found["auc_late"] == pytest.approx(metrics.roc_auc_score(late, p))
    assert found["mae"] == pytest.approx(metrics.mean_absolute_error(days, median))
    assert found["median_error"] == pytest.approx(metrics.median_absolute_error(days, median))
    assert found["within_5"] == pytest.approx((np.abs(days - median) <= 5).mean())
    upper = np.array([(row["q90_on"] - of[row["item_id"]]["due_on"]).days for row in scores])
    lower = np.array([(row["q10_on"] - of[row["item_id"]]["due_on"]).days for row in scores])
    assert found["pinball_90"] == pytest.approx(metrics.mean_pinball_loss(days, upper, alpha=0.9))
    assert found["inside_80"] == pytest.approx(((lower <= days) & (days <= upper)).mean())
    assert found["width_80"] == pytest.approx((upper - lower).mean())


def test_any_frame_gives_the_same(book, said):
    plain = ev.judge(said[0], book).measures
    long = said[0].to_pyarrow()
    for predictions, outcomes in [
        (long, pa.Table.from_pylist(book)),
        (long.to_pandas(), pd.DataFrame(book)),
        (pl.from_arrow(long), pl.DataFrame(book)),
        (ev.PayTimes.of_rows(said[0]), {name: [row[name] for row in book] for name in book[0]}),
        (long.to_pandas(), pd.DataFrame(book).astype({"due_on": "datetime64[ns]", "settled_on": "datetime64[ns]"})),
    ]:
        assert ev.judge(predictions, outcomes).measures == pytest.approx(plain, nan_ok=True)


def test_a_table_of_ones_own():
    said = [{"item_id": "A", "p_late": 0.9, "p_late_10": 0.1, "median_days": 2}, {"item_id": "B", "p_late": 0.4, "p_late_10": 0.2, "median_days": 0}]
    came = [{"item_id": "B", "days_late": None, "seen_to": 5}, {"item_id": "A", "days_late": 3, "seen_to": 40}, {"item_id": "C", "days_late": 1, "seen_to": 9}]
    found = ev.judge(said, came)
    assert found.left_out == {"no outcome": 0, "nothing was predicted": 1}
    rows = {row["measure"]: row for row in found.table.to_dicts()}
    assert rows["brier_late"]["value"] == pytest.approx((0.1**2 + 0.6**2) / 2) and rows["brier_late"]["count"] == 2
    # B was seen for five days only: nobody knows whether it will be late by ten.
    assert rows["brier_late_10"]["value"] == pytest.approx(0.1**2) and rows["brier_late_10"]["count"] == 1
    # B counts as six days late, one more than was seen.
    assert rows["mae"]["value"] == pytest.approx((1 + 6) / 2)
    assert "2 items, 1 still open when last seen; 1 left out (nothing was predicted)" in str(found)


def test_as_of_cuts_what_is_known(book, said):
    early = ev.judge(said[0], book, as_of="2026-08-01")
    cut = [row | {"settled_on": row["settled_on"] if row["settled_on"] and row["settled_on"] < dt.date(2026, 8, 1) else None} for row in book]
    assert early.measures == pytest.approx(ev.judge(said[0], cut, as_of="2026-08-01").measures, nan_ok=True)
    assert early.outcomes.open.sum() > ev.judge(said[0], book).outcomes.open.sum()


def test_tables_summary_and_charts(book, said):
    found = ev.judge(said[0], book)
    assert found._repr_html_().count("<tr>") == len(found.table) + 1 and "brier late" in str(found)
    assert found.to_polars()["measure"].to_list() == found.to_pandas()["measure"].tolist()
    assert sum(row["share"] for row in found.pit().to_dicts()) == pytest.approx(1.0)
    assert sum(row["count"] for row in found.reliability(30).to_dicts()) <= len(found)
    assert found.plot.reliability().svg().startswith("<svg") and len(found.plot.pit().rows) == 10


@pytest.mark.parametrize(
    "said, came, columns",
    [
        ([{"item_id": "A"}], [{"item_id": "A", "days_late": 1}], {None}),
        ([{"p_late": 0.5}], [{"item_id": "A", "days_late": 1}], {"item_id"}),
        ([{"item_id": "A", "p_late": 1.5}], [{"item_id": "A", "days_late": 1}], {"p_late"}),
        ([{"item_id": "A", "p_late": 0.5}] * 2, [{"item_id": "A", "days_late": 1}], {"item_id"}),
        ([{"item_id": "A", "p_late": 0.5}], [{"item_id": "A", "days_late": 1}] * 2, {"item_id"}),
        ([{"item_id": "A", "p_late": 0.5}], [{"item_id": "A", "days_late": None}], {"seen_to"}),
        ([{"item_id": "A", "p_late": 0.5}], [{"item_id": "A", "due_on": "never", "settled_on": None}], {"due_on"}),
        ([{"item_id": "A", "p_late": 0.5}], [{"item_id": "A", "due_on": "2026-01-01", "settled_on": None}], {"settled_on"}),
        ([{"item_id": "A", "median_days": None}], [{"item_id": "A", "days_late": 1}], {"median_days"}),
    ],
)
def test_bad_input_is_refused(said, came, columns):
    with pytest.raises(ar.InvalidInput) as refused:
        ev.judge(said, came)
    assert {problem["column"] for problem in refused.value.problems} == columns


def test_examples_in_docstrings():
    ran = 0
    for package in ("evaluate", "sklearn"):
        whole = importlib.import_module(f"ar_core.{package}")
        for name in [whole.__name__, *(f"{whole.__name__}.{found.name}" for found in pkgutil.iter_modules(whole.__path__))]:
            result = doctest.testmod(importlib.import_module(name))
            assert result.failed == 0, name
            ran += result.attempted
    assert ran > 15


@pytest.mark.skipif(not PAYTIME.exists(), reason="the shared books are not here (AR_SHARED)")
def test_on_a_services_book():
    """The split of the shared data: fitted at 2013-03-01, each item asked on the day of its issue."""
    frame = pd.read_csv(PAYTIME / "services_full.csv", dtype={"customer_id": str, "x_segment": str})
    found = ev.rolling(frame, segment="x_segment", origins=["2013-03-01"], horizon=305, thresholds=(0, 15), calendars={})
    measures = found.judgement.measures
    assert 960 < len(found) < 1000 and measures["rate_late"] == pytest.approx(0.315, abs=0.01)
    assert measures["auc_late"] > 0.86 and measures["crps"] < 4.5 and measures["ece_late"] < 0.06
    others = {name: judgement.measures for name, judgement in found.judgements.items() if name != "ar_core"}
    assert all(measures["crps"] < other["crps"] and measures["brier_late"] < other["brier_late"] for other in others.values())
