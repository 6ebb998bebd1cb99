"""The engine's model on the same split: fitted on what was known before t0, each test item asked on the day of its issue."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .scorer import FIRST, LAST, NEVER


def start(book: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """From Arrow tables to the scorer's matrix."""
    import ar_core
    import pyarrow as pa

    issued, settled = np.array(book["issued"]), np.array(book["settled"])
    past, test = issued < book["t0"], (issued >= book["t0"]) & (issued < book["t1"])
    seen = issued < book["cut_off"]

    def items(rows: np.ndarray, until: int, blind: bool = False) -> Any:
        at = np.flatnonzero(rows)
        day = lambda name: pa.array(np.array(book[name])[at].astype("datetime64[D]"))
        columns = {
            "item_id": pa.array([book["item_id"][one] for one in at]),
            "customer_id": pa.array([book["customer_id"][one] for one in at]),
            "currency": pa.array(["EUR"] * len(at)),
            "amount_minor": pa.array([round(book["amount"][one] * 100) for one in at], pa.int64()),
            "issued_on": day("issued"),
            "due_on": day("due"),
        }
        if not blind:
            paid = settled[at] < min(until, NEVER)
            columns["settled_on"] = pa.array(np.where(paid, settled[at], 0).astype("datetime64[D]"), mask=~paid)
        return pa.table(columns)

    train, asked, history = items(past, book["t0"]), items(test, 0, blind=True), items(seen, book["cut_off"])
    segments = dict(zip(book["customer_id"], book["segment"], strict=True))
    customers = [{"customer_id": name, "segment": segment} for name, segment in segments.items()]
    t0 = np.datetime64(book["t0"], "D").astype(object)

    def work() -> dict[str, Any]:
        started = time.perf_counter()
        model = ar_core.PayTimeModel.fit(train, t0, customers, calendars={})
        fitted = time.perf_counter()
        found = model.distribution(asked, history, at="issued_on")
        p = matrix(pa.table(found), asked["item_id"])
        return {"p": p, "fit_s": fitted - started, "predict_s": time.perf_counter() - fitted}

    return work


def matrix(found: Any, ids: Any) -> np.ndarray:
    """The long table as one row an item, in the order of the ids; the last column holds all that is later."""
    order = {name: at for at, name in enumerate(ids.to_pylist())}
    names = found["item_id"].combine_chunks().dictionary_encode()
    place = np.array([order[name] for name in names.dictionary.to_pylist()])
    row = place[names.indices.to_numpy()]
    offset, probability = found["offset_days"].to_numpy(), found["probability"].to_numpy()
    highest = np.full(len(order), -(10**9))
    np.maximum.at(highest, row, offset)
    width = LAST - FIRST + 2
    column = np.where(offset == highest[row], width - 1, np.clip(offset - FIRST, 0, width - 1))
    p = np.zeros((len(order), width))
    np.add.at(p, (row, column), probability)
    return p
