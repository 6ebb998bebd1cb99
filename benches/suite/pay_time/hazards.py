"""LightGBM on person-periods: chances to be paid on each day an invoice is still open, from a snapshot of what was known.

One row for each day on which a training invoice was open, counted from its issue date and with what was known then. `Rows` names the
rows, `features` describes them, `BoostedHazard` starts from the logit of a tuned histogram (`history.py`, or that of `neighbours.py`,
whichever is more likely); the number of trees by the newest 15 %, then fitted on everything. Of invoices open later than their issue
date one more day is in the training rows, with what was known by then. `curve` turns hazards into the distribution that the scorer wants.
"""

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from .history import STATIC, Book, Calendric, Snapshot, cell, month_part
from .neighbours import NEAR
from .neighbours import hazard as alike_hazard
from .scorer import FIRST, LAST, WIDTH

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
LOW, HIGH = 1e-6, 0.995
DAILY = (
    "offset", "elapsed", "lead", "kind", "day", "gap", "ahead", "to_end", "from_start", "offset_before", "work_days",
    "after_term", "since_run", "run_phase", "vs_mean", "vs_last", "eb", "eb_next", "eb_past", "week", "month", "turn",
)  # fmt: skip
ALIKE = ("alike", "alike_next", "alike_past", *NEAR)
PLAIN = (*DAILY, *STATIC)
NAMES = (*PLAIN, *ALIKE)
CATEGORIES = ("kind", "segment", "due_weekday")


@dataclass
class Rows:
    """Days of questions: `q` is the row in the snapshot, `d` the day; days of a question are neighbours, in order."""

    q: Ints
    d: Ints
    first: Ints  # index of the first row of each question


def rows_between(first: Ints, last: Ints) -> Rows:
    """All days of first[i] .. last[i] of each question i."""
    length = np.maximum(last - first + 1, 0)
    start = np.cumsum(length) - length
    q = np.repeat(np.arange(len(first)), length)
    return Rows(q, np.arange(len(q)) - start[q] + first[q], start)


def histogram(b: Book, calendric: Calendric, s: Snapshot, q: Ints, d: Ints, alike: bool = False) -> Floats:
    """Hazard of the histogram model on these days; alike: of the customer's invoices like this one."""
    own = s.week[q, b.cal.at("kind", d)] * s.month[q, month_part(d, b.cal)]
    general = np.clip(s.hazard[q, cell(d - b.due[s.item[q]])] * calendric.of(d, b.cal) * own, LOW, HIGH)
    return np.clip(alike_hazard(b, s, q, d, general), LOW, HIGH) if alike else general


def past(b: Book, calendric: Calendric, s: Snapshot, rows: Rows, alike: bool) -> Floats:
    """Sum of the hazards of the days from issue to the day before, in the scale of -log(still open)."""
    issued = b.issued[s.item]
    count = np.diff(np.append(rows.first, len(rows.d)))
    whole = rows_between(issued, np.where(count > 0, s.day + count - 1, issued - 1))
    hazard = histogram(b, calendric, s, whole.q, whole.d, alike)
    each = -np.log1p(-hazard.astype(np.float64))
    before = np.cumsum(each) - each
    at = whole.first[rows.q]
    return before[at + rows.d - issued[rows.q]] - before[at]


def logit(p: Floats) -> Floats:
    """log(p / (1 - p))."""
    return np.log(p / (1 - p))


def features(b: Book, calendric: Calendric, s: Snapshot, rows: Rows) -> Floats:
    """(rows, NAMES)."""
    q, d = rows.q, rows.d
    item, due = s.item[q], b.due[s.item[q]]
    hazard = histogram(b, calendric, s, q, d)
    following = d + b.cal.at("ahead", d)
    gap = b.cal.at("gap", d)
    column = {name: s.static[q, k] for k, name in enumerate(STATIC)}
    since_run = np.where(s.last_pay[q] >= 0, d - s.last_pay[q], np.nan)
    daily = {
        "offset": d - due,
        "elapsed": d - b.issued[item],
        "lead": d - s.day[q],
        "kind": b.cal.at("kind", d),
        "day": b.cal.at("day", d),
        "gap": gap,
        "ahead": b.cal.at("ahead", d),
        "to_end": b.cal.at("to_end", d),
        "from_start": b.cal.at("from_start", d),
        "offset_before": d - due - gap,
        "work_days": b.cal.at("count", d) - b.cal.at("count", due),
        "after_term": d - b.issued[item] - b.term[item],
        "since_run": since_run,
        "run_phase": since_run / column["run_gap"],
        "vs_mean": d - due - column["mean_delay"],
        "vs_last": d - due - column["last1"],
        "eb": logit(hazard),
        "eb_next": logit(histogram(b, calendric, s, q, following)),
        "eb_past": past(b, calendric, s, rows, alike=False),
        "week": np.log(s.week[q, b.cal.at("kind", d)]),
        "month": np.log(s.month[q, month_part(d, b.cal)]),
        "turn": b.cal.at("turn", d),
    }
    alike = histogram(b, calendric, s, q, d, alike=True)
    next_alike = histogram(b, calendric, s, q, following, alike=True)
    x = np.empty((len(q), len(NAMES)), dtype=np.float32)
    for k, name in enumerate(DAILY):
        x[:, k] = daily[name]
    x[:, len(DAILY) : len(PLAIN)] = s.static[q]
    similar = (logit(alike), logit(next_alike), past(b, calendric, s, rows, alike=True), *s.near[q].T)
    for k, values in enumerate(similar, start=len(PLAIN)):
        x[:, k] = values
    return x


Model = Callable[[Snapshot, Rows], Floats]


@dataclass
class Training:
    """Person-periods with their outcomes, and which of them belong to the newest 15 % of the invoices."""

    x: Floats
    y: Floats
    weight: Floats
    older: NDArray[np.bool_]
    newer: NDArray[np.bool_]


def training(b: Book, calendric: Calendric, s: Snapshot, t0: int, half_life: float = 180.0) -> Training:
    """One row for each day a question's invoice was open before t0; newer = issued in the newest 15 %."""
    last = np.minimum(b.settled[s.item], t0 - 1)
    rows = rows_between(s.day, np.minimum(last, b.due[s.item] + 2 * LAST))
    x = features(b, calendric, s, rows)
    y = (rows.d == b.settled[s.item][rows.q]).astype(np.float32)
    issued = b.issued[s.item]
    border = int(np.quantile(b.issued[b.issued < t0], 0.85))
    weight = 2.0 ** ((rows.d - t0) / half_life)
    newer = issued[rows.q] >= border
    older = ~newer & (rows.d < border)
    if y[older].sum() < 0.5 * y[~newer].sum():  # a few weeks: most of what was sold before the border was paid after it
        older = ~newer
    return Training(x, y, weight.astype(np.float32), older, newer)


def logistic_loss(t: Training, column: int, use: NDArray[np.bool_]) -> float:
    """Mean minus log likelihood of a feature that is a logit."""
    eta = t.x[use, column].astype(np.float64)
    return float(np.average(np.logaddexp(0, eta) - t.y[use] * eta, weights=t.weight[use]))


def start(t: Training, plus: bool) -> str:
    """The feature to start from: the histogram or, if allowed and more likely, that of invoices like this one."""
    every = np.ones(len(t.y), bool)
    return min(("eb", "alike") if plus else ("eb",), key=lambda name: logistic_loss(t, NAMES.index(name), every))


PARAMS = {
    "objective": "binary", "learning_rate": 0.05, "lambda_l2": 5.0, "feature_fraction": 0.6,
    "bagging_fraction": 0.8, "bagging_freq": 1, "num_threads": 1, "verbose": -1, "seed": 1, "cat_smooth": 20.0,
}  # fmt: skip


class BoostedHazard:
    """LightGBM on the logit of a histogram; plus: may use the customer's invoices like this one."""

    def __init__(self, b: Book, calendric: Calendric, t: Training, plus: bool) -> None:
        self.b, self.calendric = b, calendric
        self.names = NAMES if plus else PLAIN
        self.columns = [NAMES.index(n) for n in self.names]
        self.base = NAMES.index(start(t, plus))
        events = int(t.y.sum())
        params = PARAMS | {"min_data_in_leaf": max(10, min(60, events // 40))}
        trials = []
        for leaves in (31,) if events > 5000 else (31, 8):
            trial = lgb.train(
                params | {"num_leaves": leaves},
                self.data(t, t.older),
                3000,
                valid_sets=[self.data(t, t.newer)],
                callbacks=[lgb.early_stopping(60, verbose=False)],
            )
            trials.append((trial.best_score["valid_0"]["binary_logloss"], leaves, trial.best_iteration))
        loss, self.leaves, best = min(trials)
        wins = loss < logistic_loss(t, self.base, t.newer)
        self.trees = max(1, int(best * 1.1)) if wins else 0
        every = np.ones(len(t.y), bool)
        self.model = lgb.train(params | {"num_leaves": self.leaves}, self.data(t, every), max(1, self.trees))

    def data(self, t: Training, use: NDArray[np.bool_]) -> lgb.Dataset:
        """Rows for LightGBM."""
        x = t.x[use]
        categories = [self.names.index(c) for c in CATEGORIES]
        return lgb.Dataset(
            x[:, self.columns], t.y[use], weight=t.weight[use], init_score=x[:, self.base], free_raw_data=True,
            categorical_feature=categories, feature_name=list(self.names),
        )  # fmt: skip

    def __call__(self, s: Snapshot, rows: Rows) -> Floats:
        x = features(self.b, self.calendric, s, rows)
        raw = self.model.predict(x[:, self.columns], raw_score=True, num_threads=1) if self.trees else 0.0
        return np.clip(1 / (1 + np.exp(-raw - x[:, self.base])), LOW, HIGH)


def density(hazard: Floats, rows: Rows) -> tuple[Floats, Floats]:
    """Chance to be paid on each row's day, and (by question) chance of none of its days."""
    log_open = np.log1p(-hazard.astype(np.float64))
    total = np.cumsum(log_open)
    before = total - log_open
    start = np.append(before, 0.0)[rows.first]
    open_at = np.exp(before - start[rows.q])
    last = np.append(rows.first[1:], len(hazard)) - 1
    none = np.where(last >= rows.first, np.exp(np.append(total, 0.0)[last] - start), 1.0)
    return (hazard * open_at).astype(np.float32), none.astype(np.float32)


def curve(model: Model, b: Book, s: Snapshot, chunk: int = 2000) -> Floats:
    """The scorer's `p` of each question, given that it is open in the morning of its day."""
    out = np.zeros((len(s.item), WIDTH), dtype=np.float32)
    for start in range(0, len(s.item), chunk):
        part = s.take(np.arange(start, min(start + chunk, len(s.item))))
        due = b.due[part.item]
        rows = rows_between(part.day, due + LAST)
        p, none = density(model(part, rows), rows)
        column = np.maximum(rows.d - due[rows.q] - FIRST, 0)
        np.add.at(out, (start + rows.q, column), p)
        out[start : start + len(none), -1] = none
    return out


def questions(b: Book, t0: int, t1: int, seed: int = 7) -> dict[str, tuple[Ints, Ints]]:
    """(items, days) to ask: training and test invoices on their issue dates.

    `later` asks for each training invoice once more, if it is open on a day drawn without regard to its payment (a day
    drawn from those on which it was open would come the more often the sooner it is paid, and spoil the hazards).
    """
    old = np.flatnonzero(b.issued < t0)
    wait = np.random.default_rng(seed).exponential(np.maximum(b.due[old] - b.issued[old], 10))
    later = b.issued[old] + 1 + wait.astype(int)
    still = (later <= np.minimum(b.settled[old], t0 - 1)) & (later <= b.due[old] + 2 * LAST)
    new = np.flatnonzero((b.issued >= t0) & (b.issued < t1))
    return {
        "train": (old, b.issued[old]),
        "later": (old[still], later[still]),
        "test": (new, b.issued[new]),
    }
