"""Scores against scikit-learn and against the plain sums of their definitions; open items; calibration."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numpy")
pytest.importorskip("pyarrow")
metrics = pytest.importorskip("sklearn.metrics")

import ar_core as ar
from ar_core import evaluate as ev


def many(count=400, seed=5):
    """Ragged distributions in days, and outcomes drawn from them; some were seen for a short time only."""
    stream = np.random.default_rng(seed)
    first = stream.integers(-35, 3, count)
    sizes = stream.integers(5, 90, count)
    rows = [stream.dirichlet(np.full(size, 0.3)) for size in sizes]
    times = ev.PayTimes(first, sizes, np.concatenate(rows))
    came = np.array([start + stream.choice(len(row), p=row) for start, row in zip(first, rows, strict=True)], dtype=float)
    seen = stream.integers(-20, 60, count)
    late = np.where(came <= seen, came, np.nan)
    return times, rows, first, ev.Outcomes(late, seen)


def test_yes_and_no_as_scikit_learn_says():
    stream = np.random.default_rng(1)
    p = np.round(stream.random(3000), 2)
    happened = (stream.random(3000) < p).astype(float)
    assert ev.brier(p, happened) == pytest.approx(metrics.brier_score_loss(happened, p), abs=1e-12)
    assert ev.log_score(p, happened) == pytest.approx(metrics.log_loss(happened, p), abs=1e-12)
    assert ev.auc(p, happened) == pytest.approx(metrics.roc_auc_score(happened, p), abs=1e-12)
    assert np.isnan(ev.auc(p, np.ones(3000)))


def test_days_as_their_definitions_say():
    times, rows, first, outcomes = many()
    crps, log = ev.crps(times, outcomes), ev.log_score_days(times, outcomes)
    for at, row in enumerate(rows):
        reached = dict(zip(range(first[at], first[at] + len(row) - 1), np.cumsum(row)[:-1], strict=True))
        y, seen = outcomes.days_late[at], min(outcomes.seen_to[at], 120)
        total = sum((share - (1.0 if day >= y else 0.0)) ** 2 for day, share in reached.items() if day <= seen)
        assert crps[at] == pytest.approx(total, abs=1e-9)
        last = max((share for day, share in reached.items() if day <= seen), default=0.0)
        said = row[int(y) - first[at]] if y <= seen and int(y) in reached else 1.0 - last
        if y <= seen and int(y) not in reached:
            said = row[-1]
        assert log[at] == pytest.approx(-np.log(max(said, 1e-6)), abs=1e-6)


def test_quantiles_and_shares_of_ragged_distributions():
    times, rows, first, _ = many(50)
    for share in (0.025, 0.5, 0.9, 0.999):
        found = times.quantile(share)
        for at, row in enumerate(rows):
            reached = np.cumsum(row)[:-1]
            place = np.flatnonzero(reached >= share - 1e-12)
            assert found[at] == first[at] + (place[0] if len(place) else len(row) - 1)
    for day in (-36, -1, 0, 30, 500):
        plain = [sum(row[:-1][: max(day - start + 1, 0)]) for row, start in zip(rows, first, strict=True)]
        assert times.at_most(day) == pytest.approx(np.array(plain), abs=1e-12)
        assert times.later_than(day) == pytest.approx(1 - np.array(plain), abs=1e-12)


def test_taken_joined_and_written_out_again():
    times, _, _, _ = many(50)
    some = np.array([7, 3, 3, 40])
    taken = times.take(some)
    assert taken.quantile(0.5).tolist() == times.quantile(0.5)[some].tolist()
    joined = ev.PayTimes.together([taken, times])
    assert len(joined) == 54 and joined.mean().tolist() == [*taken.mean(), *times.mean()]
    again = ev.PayTimes.of_rows(times)
    assert again.first.tolist() == times.first.tolist() and again.probabilities.tolist() == times.probabilities.tolist()
    assert len(ev.PayTimes.together([])) == 0


def test_pinball_sums_up_to_crps():
    """CRPS is twice the mean pinball loss over all shares, also where both are cut at what was seen."""
    times, _, _, outcomes = many(60)
    outcomes = ev.Outcomes(outcomes.days_late, np.minimum(outcomes.seen_to, times.last - 1))
    shares = (np.arange(4000) + 0.5) / 4000
    losses = np.mean([ev.pinball(times.quantile(share), outcomes, share) for share in shares], axis=0)
    # A forecast that begins behind the last day that was seen is cut there as well.
    assert 2 * losses == pytest.approx(ev.crps(times, outcomes), abs=0.02)


def test_open_items_do_not_favour_early_forecasts():
    """Regression of a habit: scoring settled items only prefers who forecasts too early. Cut where it was seen, the truth wins."""
    stream = np.random.default_rng(3)
    count, chance = 20_000, 0.05

    def geometric(hazard):
        row = np.append(hazard * (1 - hazard) ** np.arange(150), (1 - hazard) ** 150)
        return ev.PayTimes(np.zeros(count), np.full(count, 151), np.tile(row, count))

    came, seen = stream.geometric(chance, count) - 1.0, stream.integers(0, 40, count)
    outcomes = ev.Outcomes(np.where(came <= seen, came, np.nan), seen)
    truth, early = geometric(chance), geometric(0.12)
    settled = ~outcomes.open
    dropped = ev.Outcomes(outcomes.days_late, np.full(count, 1_000))
    assert ev.crps(early, dropped)[settled].mean() < ev.crps(truth, dropped)[settled].mean(), "the habit"
    for score in (ev.crps, ev.log_score_days):
        assert score(truth, outcomes).mean() < score(early, outcomes).mean() - 0.01
    # And calibration of the truth: level, and as often inside as said.
    shares = [row["share"] for row in ev.pit(truth, outcomes).to_dicts()]
    assert max(abs(share - 0.1) for share in shares) < 0.01
    assert max(abs(row["share"] - 0.1) for row in ev.pit(early, outcomes).to_dicts()) > 0.05


def test_every_measure_is_right_for_a_right_forecaster():
    stream = np.random.default_rng(9)
    count = 40_000
    hazards = stream.uniform(0.03, 0.4, count)
    rows = hazards[:, None] * (1 - hazards[:, None]) ** np.arange(150)
    rows = np.append(rows, (1 - hazards[:, None]) ** 150, axis=1)
    times = ev.PayTimes(np.full(count, -3), np.full(count, 151), rows.ravel())
    came, seen = stream.geometric(hazards) - 4.0, stream.integers(-3, 90, count)
    outcomes = ev.Outcomes(np.where(came <= seen, came, np.nan), seen)
    found = {row["measure"]: row for row in ev.Judgement(ev.Forecast.of(times, (0, 30)), outcomes, {}).table.to_dicts()}
    for name in ("rate_late", "rate_late_30", "inside_80", "inside_95"):
        assert found[name]["value"] == pytest.approx(found[name]["right"], abs=0.01), name
        assert found[name]["count"] < count
    for name in ("ece_late", "ece_late_30"):
        assert found[name]["value"] < 2.5 * found[name]["right"]


def test_bins_do_not_depend_on_the_order_of_equal_probabilities():
    p, happened = np.full(1000, 0.3), np.r_[np.ones(300), np.zeros(700)]
    assert ev.ece(p, happened) == pytest.approx(0.0, abs=1e-12)
    mixed = np.random.default_rng(0).permutation(1000)
    p = np.repeat([0.1, 0.6], 500)
    assert ev.ece(p, happened) == ev.ece(p[mixed], happened[mixed])
    table = ev.reliability(p, happened, bins=10).to_dicts()
    assert [row["count"] for row in table] == [100] * 10 and all(row["lo"] <= row["observed"] <= row["hi"] for row in table)


def test_wilson_covers():
    stream = np.random.default_rng(2)
    yes = stream.binomial(40, 0.07, 20_000)
    lo, hi = ev.wilson(yes, np.full(len(yes), 40))
    assert 0.93 < float(((lo <= 0.07) & (0.07 <= hi)).mean()) < 0.98 and lo.min() >= -1e-12


@pytest.mark.parametrize(
    "call",
    [
        lambda: ev.brier([0.5], [0, 1]),
        lambda: ev.brier([1.5], [1]),
        lambda: ev.auc([0.5], [0.5]),
        lambda: ev.log_score([float("nan")], [1]),
        lambda: ev.Outcomes.of([1.0, float("nan")]),
        lambda: ev.PayTimes.of_rows([{"item_id": "A", "offset_days": 0, "probability": 0.5}]),
        lambda: ev.PayTimes.of_rows([{"item_id": "A", "offset_days": day, "probability": 0.5} for day in (0, 2)]),
        lambda: ev.PayTimes.of_rows([{"item_id": name, "offset_days": 0, "probability": 1.0} for name in "ABA"]),
        lambda: ev.PayTimes.of_rows([{"item_id": "A", "offset_days": 0, "probability": float("nan")}]),
        lambda: ev.PayTimes.of_rows([{"item_id": "A"}]),
        lambda: ev.PayTimes.of_rows(3),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ar.InvalidInput) as refused:
        call()
    assert refused.value.problems and refused.value.total >= 1 and refused.value.code in ("invalid_tables", "invalid_argument")
