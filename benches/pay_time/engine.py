"""ar_core beside the peers: the same splits, the same scorer.

    python benches/pay_time/engine.py --data BOOK.csv --t0 2019-07-01 --t1 2019-08-15 [--cut K | --thin K] [--second 15] [--out DIR]

Fitted on what was known at t0; each test item is asked on the day of its issue; the open book is asked on every weekday. Needs the
package ar_core, numpy and pandas. `--out` saves `p_ar_core.npy`, which the peers' files lie beside.
"""

import argparse
import time
from pathlib import Path

import ar_core as ar
import numpy as np
import pandas as pd
from scorer import FIRST, HORIZON, LAST, NEVER, cash, day, last_seen, load, newest, score, split, table, thinned


def items(rows: pd.DataFrame, today: int | None = None) -> pd.DataFrame:
    """The rows as a table of items; with a day, only what was paid before it is said to be paid."""
    date = lambda days: pd.to_datetime(days, unit="D").dt.date  # noqa: E731
    paid = rows.settled.to_numpy() < (NEVER if today is None else today)
    settled = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    settled[paid] = pd.to_datetime(rows.settled[paid], unit="D")
    return pd.DataFrame(
        {
            "item_id": rows.item_id,
            "customer_id": rows.customer_id,
            "currency": "USD",
            "amount": rows.amount,
            "issued_on": date(rows.issued),
            "due_on": date(rows.due),
            "settled_on": settled,
        }
    )


def matrix(found: ar.Table, ids: pd.Series, first: int, width: int) -> np.ndarray:
    """Long table of offsets -> one row an item, offsets from `first`, the last column holds all that is later."""
    frame = pd.DataFrame.from_arrow(found)
    row = pd.Series(np.arange(len(ids)), index=ids.to_numpy())[frame.item_id.to_numpy()].to_numpy()
    last = frame.groupby("item_id").offset_days.transform("max").to_numpy() == frame.offset_days.to_numpy()
    at = np.clip(frame.offset_days.to_numpy() - first, 0, width - 1)
    p = np.zeros((len(ids), width))
    np.add.at(p, (row, np.where(last, width - 1, at)), frame.probability.to_numpy())
    return p


class Engine:
    """The model, and the answers that the scorer asks for."""

    def __init__(self, frame: pd.DataFrame, t0: int, calendars: dict | None) -> None:
        self.frame = frame
        train = frame[frame.issued < t0]
        who = frame[["customer_id", "segment"]].drop_duplicates("customer_id")
        who = who.assign(segment=who.segment.astype(str))
        started = time.process_time()
        self.model = ar.PayTimeModel.fit(items(train, t0), as_of=date_of(t0), customers=who, calendars=calendars)
        self.seconds = time.process_time() - started

    def at_issue(self, test: pd.DataFrame) -> np.ndarray:
        """The scorer's `p` of the test rows."""
        found = self.model.distribution(items(test).drop(columns="settled_on"), items(self.frame), at="issued_on")
        return matrix(found, test.item_id, FIRST, LAST - FIRST + 2)

    def ahead(self, rows: pd.DataFrame, today: int) -> np.ndarray:
        """Chance of each open row to be paid on today + 0 .. + 27, and later."""
        past = items(self.frame[self.frame.issued < today], today)
        found = self.model.distribution(items(rows).drop(columns="settled_on"), past, at=date_of(today))
        frame = pd.DataFrame.from_arrow(found)
        late = pd.Series(today - rows.due.to_numpy(), index=rows.item_id.to_numpy())
        ahead = frame.offset_days.to_numpy() - late[frame.item_id.to_numpy()].to_numpy()
        row = pd.Series(np.arange(len(rows)), index=rows.item_id.to_numpy())[frame.item_id.to_numpy()].to_numpy()
        p = np.zeros((len(rows), HORIZON + 1))
        np.add.at(p, (row, np.clip(ahead, 0, HORIZON)), frame.probability.to_numpy())
        return p

    def bands(self, rows: pd.DataFrame, today: int) -> dict[str, np.ndarray]:
        """The engine's own weekly bands."""
        past = items(self.frame[self.frame.issued < today], today)
        blind = items(rows).drop(columns="settled_on")
        weeks = ar.forecast_cash(self.model, blind, past, date_of(today), HORIZON, weekly=True).to_dicts()
        band = lambda name: np.array([[float(w[f"lo{name}"]), float(w[f"hi{name}"])] for w in weeks])  # noqa: E731
        return {"80": band("80"), "95": band("95")}


def date_of(days: int) -> object:
    """Days since 1970-01-01 -> date."""
    return pd.Timestamp(days, unit="D").date()


def main() -> None:
    """Fits, asks, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--t0", required=True)
    parser.add_argument("--t1", required=True)
    parser.add_argument("--cut", type=int, default=0, help="keep only the newest k training invoices")
    parser.add_argument("--thin", type=int, default=0, help="keep k training invoices, spread over time")
    parser.add_argument("--second", type=int, default=30)
    parser.add_argument("--no-holidays", action="store_true")
    parser.add_argument("--no-cash", action="store_true")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    t0, t1 = day(args.t0), day(args.t1)
    frame = load(args.data)
    cut_off = last_seen(frame)
    if args.cut:
        frame = newest(frame, t0, args.cut)
    if args.thin:
        frame = thinned(frame, t0, args.thin)
    _, test = split(frame, t0, t1, cut_off)
    engine = Engine(frame, t0, {} if args.no_holidays else None)
    started = time.process_time()
    p = engine.at_issue(test)
    curves = len(test) / (time.process_time() - started)
    result = score(p, test, cut_off, args.second) | {"fit_s": engine.seconds, "curves_s": curves}
    if not args.no_cash:
        result |= cash(engine.ahead, frame, t0, t1, cut_off, engine.bands)
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        np.save(args.out / "p_ar_core.npy", p.astype(np.float32))
    print(table({"ar_core": result}))
    print(engine.model.summary)


if __name__ == "__main__":
    main()
