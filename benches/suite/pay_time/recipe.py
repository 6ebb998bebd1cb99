"""The strongest that we could make of LightGBM: hazards by person-period, with rolled histories of customers and of like invoices.

Histories and their knobs are tuned on what was known at t0, rolled through the test period, and are in the time. The features were
chosen on books that are not here (a distributor's, a service company's), before the engine's model was.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .features import frame_of
from .history import Book, Snapshot, book, roll, stack, tune
from .neighbours import neighbours
from .scorer import known, split


def boosted(columns: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """LightGBM on all cores."""
    from . import hazards

    frame = frame_of(columns)
    t0, t1, cut_off = columns["t0"], columns["t1"], columns["cut_off"]

    def work() -> dict[str, Any]:
        started = time.perf_counter()
        seen = known(frame, cut_off)
        past, _ = split(seen, t0, t1, cut_off)
        fitted = tune(book(past, t0, t0), t0)
        b = book(seen, t0, cut_off)
        found = answers(hazards, b, t0, t1, fitted)
        rows = hazards.training(b, fitted[1], stack([found["train"], found["later"]]), t0)
        model = hazards.BoostedHazard(b, fitted[1], rows, plus=True)
        done = time.perf_counter()
        test = found["test"].take(np.argsort(found["test"].item, kind="stable"))
        p = hazards.curve(model, b, test)
        return {"p": p, "fit_s": done - started, "predict_s": time.perf_counter() - done}

    return work


def answers(hazards: Any, b: Book, t0: int, t1: int, fitted: tuple[Any, Any]) -> dict[str, Snapshot]:
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
