"""The models to beat, fitted and scored on one split of one ledger.

    pip install lightgbm==4.7.0 numpy pandas holidays
    OMP_NUM_THREADS=1 python benches/pay_time/peers.py --data distributor.csv --t0 2019-07-01 --t1 2019-08-15 \
        --out /tmp/peers/dist_0701 [--models lgb,eb] [--cut 1000 [--thin]] [--second 15] [--no-holidays]

Writes into --out: `p_MODEL.npy` (test invoices x 182, order of `scorer.split`), `ahead_MODEL.npy` (rows of `book.csv`
x 29: next 28 days of the open books), `results.json`, `table.md`, `gain_MODEL.csv` (LightGBM). One thread. What is
measured and how: `scorer.py`. `fit s` is everything from the ledger on, also the histories that all models share;
`curves/s` counts complete distributions of 181 days.

* median: the customer's median delay, weights halve every 60 days; a point, "overdue = today" for the open book
* eb: shrunken histograms with weekday, holiday and month multipliers (`history.py`), nothing trained but 7 knobs
* additive: ridge logistic hazard on top of it; lgb: boosted hazard on top of it, 31 leaves (`hazards.py`): the
  recipe of the published baselines
* roll: payments of the customer's invoices like this one, rolled to business days (`neighbours.py`), nothing trained;
  additive_plus, lgb_plus: on top of that one, and with it among the features: the strongest we could make
* clf: LightGBM classifiers of late and very late, with both histograms' forecasts among the features; no dates
"""

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd

import hazards
import scorer
from hazards import Floats, Ints, Model
from history import STATIC, Book, Calendric, Snapshot, book, roll, stack, tune
from neighbours import neighbours

MODELS = ("lgb_plus", "lgb", "clf", "additive_plus", "additive", "roll", "eb", "median")


@dataclass
class Case:
    """A ledger, a split, and the answers of the histories that all models share."""

    frame: pd.DataFrame
    t0: int
    t1: int
    cut_off: int
    second: int
    b: Book
    calendric: Calendric
    train: Snapshot
    later: Snapshot
    test: Snapshot
    books: Snapshot
    rows: pd.DataFrame
    seconds: float


def answers(b: Book, t0: int, t1: int, fitted: tuple) -> dict[str, Snapshot]:
    """Snapshots of all questions in one pass over the days."""
    asks = hazards.questions(b, t0, t1)
    items, days = (np.concatenate([a[k] for a in asks.values()]) for k in (0, 1))
    source = np.repeat(np.arange(len(asks)), [len(a[0]) for a in asks.values()])
    order = np.argsort(days, kind="stable")
    edges = np.flatnonzero(np.diff(days[order])) + 1
    by_day = {int(days[part[0]]): items[part] for part in np.split(order, edges)}
    snapshot = roll(b, *fitted, by_day)
    snapshot.near, snapshot.alike = neighbours(b, snapshot, fitted[0].bandwidth)
    return {name: snapshot.take(np.flatnonzero(source[order] == k)) for k, name in enumerate(asks)}


def prepare(options: argparse.Namespace) -> Case:
    """Reads, tunes the histograms on what is known at t0, and rolls them through the test period."""
    start = time.perf_counter()
    t0, t1 = scorer.day(options.t0), scorer.day(options.t1)
    frame = scorer.load(options.data)
    cut_off = scorer.day(options.cut_off) if options.cut_off else scorer.last_seen(frame)
    frame = scorer.known(frame, cut_off)
    if options.cut:
        frame = (scorer.thinned if options.thin else scorer.newest)(frame, t0, options.cut)
    past, rows = scorer.split(frame, t0, t1, cut_off)
    fitted = tune(book(past, t0, t0, options.holidays), t0)
    print(f"{len(past)} to fit on, {len(rows)} to test; {fitted[0]}", flush=True)
    b = book(frame, t0, cut_off, options.holidays)
    found = answers(b, t0, t1, fitted)
    seconds = time.perf_counter() - start
    test = found["test"].take(np.argsort(found["test"].item, kind="stable"))
    parts = (found["train"], found["later"], test, found["book"])
    return Case(frame, t0, t1, cut_off, options.second, b, fitted[1], *parts, rows, seconds)


def decayed_medians(b: Book, s: Snapshot, half_life: float = 60.0, enough: float = 0.05) -> Ints:
    """The customer's median delay as known on each question's day, else everybody's."""
    out = np.empty(len(s.item), dtype=np.int64)
    delay = b.settled - b.due
    for key in np.unique(np.append(b.customer[s.item], -1)):
        mine = np.flatnonzero((b.customer == key) & (b.settled < scorer.NEVER)) if key >= 0 else np.arange(len(delay))
        mine = mine[np.argsort(delay[mine], kind="stable")]
        asked = np.flatnonzero(b.customer[s.item] == key) if key >= 0 else np.arange(len(out))
        for today in np.unique(s.day[asked]):
            now = asked[s.day[asked] == today]
            age = today - b.settled[mine]
            total = np.cumsum(np.where(age > 0, 2.0 ** (-np.maximum(age, 0) / half_life), 0.0))
            if len(mine) and (key < 0 or total[-1] > enough):
                out[now] = delay[mine[np.searchsorted(total, total[-1] / 2)]]
            elif key >= 0:
                out[now] = scorer.NEVER
        if key < 0:
            general = out.copy()
    return np.where(out == scorer.NEVER, general, out)


def median(case: Case) -> tuple[Floats, Floats, float]:
    """Point forecasts as distributions with all weight on one day."""
    start = time.perf_counter()
    p = np.zeros((len(case.test.item), scorer.WIDTH), dtype=np.float32)
    at = np.maximum(decayed_medians(case.b, case.test), case.test.day - case.b.due[case.test.item])
    p[np.arange(len(p)), np.clip(at, scorer.FIRST, scorer.TAIL) - scorer.FIRST] = 1.0
    seconds = time.perf_counter() - start
    ahead = np.zeros((len(case.books.item), scorer.HORIZON + 1), dtype=np.float32)
    day = np.maximum(case.b.due[case.books.item] + decayed_medians(case.b, case.books), case.books.day)
    ahead[np.arange(len(ahead)), np.minimum(day - case.books.day, scorer.HORIZON)] = 1.0
    return p, ahead, seconds


def classifier_features(case: Case, s: Snapshot) -> Floats:
    """What is known at issue, and what the histograms make of it."""
    due = case.b.due[s.item]
    columns = [s.static, s.near, s.week, s.month]
    columns += [np.stack([case.b.cal.at(n, due) for n in ("ahead", "from_start", "kind")], axis=1)]
    for alike in (False, True):
        f = np.cumsum(hazards.curve(hazards.HistogramHazard(case.b, case.calendric, alike), case.b, s), axis=1)
        columns.append(f[:, [k - scorer.FIRST for k in (-8, -4, -2, -1, 0, 1, 2, 3, 7, 15, 30, 60)]])
    return np.hstack(columns).astype(np.float32)


def classifier(case: Case, k: int) -> Floats:
    """P(later than k days), from the training invoices for which that could be known whatever the answer.

    On a ledger too short to have any (or fewer than 10 of one kind) it is the histogram's.
    """
    b, s = case.b, case.train
    use = b.due[s.item] + k < case.t0
    later = int((b.settled[s.item] > b.due[s.item] + k)[use].sum())
    if min(later, int(use.sum()) - later) < 10:
        return scorer.late(hazards.curve(hazards.HistogramHazard(b, case.calendric), b, case.test), k)
    x, y = classifier_features(case, s)[use], (b.settled[s.item] > b.due[s.item] + k)[use].astype(np.float32)
    issued = b.issued[s.item][use]
    border = np.quantile(issued, 0.85)
    params = {
        "objective": "binary", "num_leaves": 31, "learning_rate": 0.03, "feature_fraction": 0.5, "lambda_l2": 5.0,
        "bagging_fraction": 0.8, "bagging_freq": 1, "num_threads": 1, "verbose": -1, "seed": 1,
        "min_data_in_leaf": max(5, min(30, len(y) // 50)),
    }  # fmt: skip
    categories = [STATIC.index(n) for n in ("segment", "due_weekday")]

    def data(rows: np.ndarray) -> lgb.Dataset:
        return lgb.Dataset(x[rows], y[rows], categorical_feature=categories)

    stop = lgb.early_stopping(80, verbose=False)
    trial = lgb.train(params, data(issued < border), 3000, valid_sets=[data(issued >= border)], callbacks=[stop])
    trees = max(1, int(trial.best_iteration * 1.1))
    final = lgb.train(params, data(np.ones(len(y), bool)), trees)
    return final.predict(classifier_features(case, case.test), num_threads=1)


def classify(case: Case) -> dict[str, float]:
    """The yes/no measures of the classifiers."""
    start, out = time.perf_counter(), {}
    y, _ = scorer.outcomes(case.rows, case.cut_off)
    for name, k in (("late", 0), ("second", case.second)):
        use = scorer.decided(case.rows, case.cut_off, k, strict=False)
        out |= scorer.binary(name, y[use] > k, classifier(case, k)[use])
    return out | {"fit_s": case.seconds + time.perf_counter() - start}


def gains(name: str, model: hazards.BoostedHazard, out: Path) -> None:
    """Which features the trees used."""
    gain = pd.Series(model.model.feature_importance("gain"), model.names)
    (gain / gain.sum()).sort_values(ascending=False).to_csv(out / f"gain_{name}.csv", header=["share"])
    print(f"{name}: {model.trees} trees of {model.leaves} leaves on {hazards.NAMES[model.base]}", flush=True)


def fit(name: str, case: Case, out: Path) -> Model:
    """One of the hazard models."""
    if name in ("eb", "roll"):
        return hazards.HistogramHazard(case.b, case.calendric, alike=name == "roll")
    plus = name.endswith("_plus")
    if name.startswith("additive"):
        return hazards.AdditiveHazard(case.b, case.calendric, training(case, later=False), plus)
    model = hazards.BoostedHazard(case.b, case.calendric, training(case, later=True), plus)
    gains(name, model, out)
    return model


def training(case: Case, later: bool) -> hazards.Training:
    """Person-periods from the issue dates on, or also from later days on."""
    s = stack([case.train, case.later]) if later else case.train
    return hazards.training(case.b, case.calendric, s, case.t0)


def predict(name: str, case: Case, out: Path) -> tuple[Floats, Floats, dict[str, float]]:
    """The test curves, the open books' next days, and the times."""
    if name == "median":
        p, ahead, seconds = median(case)
        return p, ahead, {"fit_s": case.seconds, "curves_s": len(p) / seconds}
    start = time.perf_counter()
    model = fit(name, case, out)
    fitted = time.perf_counter()
    p = hazards.curve(model, case.b, case.test)
    seconds = time.perf_counter() - fitted
    return p, hazards.ahead(model, case.books), {"fit_s": case.seconds + fitted - start, "curves_s": len(p) / seconds}


def run(name: str, case: Case, out: Path) -> dict[str, float]:
    """Fits one model, writes its forecasts, scores them."""
    if name == "clf":
        return classify(case)
    p, ahead, times = predict(name, case, out)
    np.save(out / f"p_{name}.npy", p)
    np.save(out / f"ahead_{name}.npy", ahead)

    def p_at(_: pd.DataFrame, today: int) -> Floats:
        return ahead[case.books.day == today]

    cash = scorer.cash(p_at, case.frame, case.t0, case.t1, case.cut_off)
    return scorer.score(p, case.rows, case.cut_off, case.second) | cash | times


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--t0", required=True, help="fit on what is known on this day")
    parser.add_argument("--t1", required=True, help="test on invoices issued from t0 to the day before this one")
    parser.add_argument("--cut-off", help="first day not in the data; else the day after the last event")
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--cut", type=int, help="keep only CUT invoices before t0, the newest followed up")
    parser.add_argument("--thin", action="store_true", help="with --cut: evenly spread over the time before t0 instead")
    parser.add_argument("--second", type=int, default=30, help="second threshold in days late")
    parser.add_argument("--no-holidays", dest="holidays", action="store_false")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    """Runs the chosen models."""
    options = parse()
    options.out.mkdir(parents=True, exist_ok=True)
    case = prepare(options)
    pd.DataFrame({"item_id": case.frame.item_id.to_numpy()[case.books.item], "day": case.books.day}).to_csv(
        options.out / "book.csv", index=False
    )
    results: dict[str, dict[str, float]] = {}
    for name in options.models.split(","):
        results[name] = run(name, case, options.out)
        (options.out / "results.json").write_text(json.dumps(results, indent=1))
    (options.out / "table.md").write_text(scorer.table(results) + "\n")
    print(scorer.table(results))


if __name__ == "__main__":
    main()
