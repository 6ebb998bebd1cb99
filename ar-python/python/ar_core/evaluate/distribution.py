"""Distributions of the payment date in whole days after the due date, one an item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .frames import Days, Flags, Floats, arrow, column_names, problem, pyarrow, refused, texts_in

# Items that are laid out as one rectangle at a time.
BLOCK = 8_192
# The engine's own slack where it compares a probability with a share.
SLACK = 1e-12


class PayTimes:
    """When items will be paid: for each a probability for every day from its first possible one to a last, which holds all that is later.

    Days are whole days after the due date, negative before it. Items keep their order; `item_ids` may be None.

    >>> times = PayTimes.of_rows([{"item_id": "A", "offset_days": 0, "probability": 0.75},
    ...                           {"item_id": "A", "offset_days": 1, "probability": 0.25}])
    >>> times.later_than(-1), times.later_than(0), times.quantile(0.5)
    (array([1.]), array([0.25]), array([0.]))
    """

    def __init__(self, first: Days, sizes: Days, probabilities: Floats, item_ids: Any = None) -> None:
        """first: (n,) first day of each item. sizes: (n,) how many probabilities it has. probabilities: all of them, item by item."""
        self.first = np.asarray(first, dtype=np.int64)
        self.sizes = np.asarray(sizes, dtype=np.int64)
        self.ends = np.cumsum(self.sizes)
        self.probabilities = np.asarray(probabilities, dtype=np.float64)
        self.item_ids = item_ids

    @classmethod
    def of_rows(cls, table: Any) -> PayTimes:
        """From a long table item_id, offset_days, probability, as `PayTimeModel.distribution` gives it: each item's rows together, days
        rising one by one. Raises InvalidInput where a column is missing, days have gaps, or probabilities do not sum to 1 (to 1e-6)."""
        pa = pyarrow()
        found = arrow(table, "predictions")
        missing = [name for name in ("item_id", "offset_days", "probability") if name not in found.column_names]
        if missing:
            raise refused(
                [problem("predictions", "missing_column", f"the column '{name}' is required", name) for name in missing]
            )
        import pyarrow.compute as pc

        ids = texts_in(found, "item_id")
        runs = pc.run_end_encode(ids if len(ids) else pa.array([], pa.string()))
        ends = np.asarray(runs.run_ends.to_numpy(), dtype=np.int64)
        starts = np.concatenate([[0], ends[:-1]]).astype(np.int64) if len(ends) else ends
        offsets = np.asarray(found["offset_days"].to_numpy(), dtype=np.float64)
        probabilities = np.asarray(found["probability"].to_numpy(), dtype=np.float64)
        _check(offsets, probabilities, starts, ends, runs.values)
        return cls(offsets[starts].astype(np.int64), ends - starts, probabilities, runs.values)

    @classmethod
    def together(cls, parts: list[PayTimes]) -> PayTimes:
        """All items of several, in their order."""
        pa = pyarrow()
        some = parts or [cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), pa.array([], pa.string()))]
        named = all(part.item_ids is not None for part in some)
        return cls(
            np.concatenate([part.first for part in some]),
            np.concatenate([part.sizes for part in some]),
            np.concatenate([part.probabilities for part in some]),
            pa.concat_arrays([part.item_ids for part in some]) if named else None,
        )

    def __len__(self) -> int:
        """Number of items."""
        return len(self.first)

    def __repr__(self) -> str:
        return f"<PayTimes of {len(self):,} items>"

    @property
    def last(self) -> Days:
        """(n,) the last day of each, which holds all that is later."""
        return self.first + self.sizes - 1

    def take(self, rows: Days | Flags) -> PayTimes:
        """Some of the items, by number or by mask."""
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows
        sizes, starts = self.sizes[rows], (self.ends - self.sizes)[rows]
        places = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
        ids = None if self.item_ids is None else self.item_ids.take(pyarrow().array(rows, pyarrow().int64()))
        return PayTimes(self.first[rows], sizes, self.probabilities[places], ids)

    def blocks(self) -> Iterator[tuple[slice, Floats, Floats, Flags]]:
        """Some thousand items at a time: which they are, their days (b, w), the probabilities reached by each (b, w), and which of these
        are days of the item that have a probability of their own (its last day has not)."""
        starts = self.ends - self.sizes
        for begin in range(0, len(self), BLOCK):
            part = slice(begin, min(begin + BLOCK, len(self)))
            sizes, width = self.sizes[part], int(self.sizes[part].max(initial=0))
            steps = np.arange(width)
            inside = steps < sizes[:, None]
            laid = np.zeros(inside.shape)
            laid[inside] = self.probabilities[starts[part][0] : self.ends[part][-1]]
            days = (self.first[part, None] + steps).astype(np.float64)
            yield part, days, np.minimum(np.cumsum(laid, axis=1), 1.0), steps < (sizes - 1)[:, None]

    def at_most(self, days: float | Floats | Days) -> Floats:
        """(n,) probability to be paid at most so many days after the due date; what is behind the last day counts as later."""
        wanted = np.broadcast_to(np.asarray(days, dtype=np.float64), (len(self),))
        found = np.zeros(len(self))
        for part, at, reached, own in self.blocks():
            place = np.minimum(np.floor(wanted[part]) - at[:, 0], own.sum(axis=1) - 1).astype(np.int64)
            rows = np.arange(len(place))
            found[part] = np.where(place >= 0, reached[rows, np.maximum(place, 0)], 0.0)
        return found

    def later_than(self, days: float | Floats | Days) -> Floats:
        """(n,) probability to be paid more than so many days after the due date, or never."""
        return np.asarray(1.0 - self.at_most(days), dtype=np.float64)

    def quantile(self, share: float) -> Floats:
        """(n,) the first day by which this share of the probability is reached; the last day of the item stands for "then or later"."""
        return np.asarray(self.quantiles([share])[:, 0], dtype=np.float64)

    def quantiles(self, shares: Sequence[float]) -> Floats:
        """(n, shares) as `quantile`, of several at once."""
        found = np.zeros((len(self), len(shares)))
        for part, at, reached, own in self.blocks():
            reached, sizes = np.where(own, reached, -1.0), own.sum(axis=1)
            for number, share in enumerate(shares):
                enough = reached >= share - SLACK
                place = enough.argmax(axis=1)
                found[part, number] = at[:, 0] + np.where(enough[np.arange(len(place)), place], place, sizes)
        return found

    def mean(self) -> Floats:
        """(n,) the mean in days, what is later than the last day counting as that day."""
        found = np.zeros(len(self))
        for part, at, reached, own in self.blocks():
            found[part] = at[:, 0] + ((1.0 - reached) * own).sum(axis=1)
        return found

    def to_pyarrow(self) -> Any:
        """The long table item_id, offset_days, probability (item_id counts from 0 where there are none)."""
        pa = pyarrow()
        row = np.repeat(np.arange(len(self)), self.sizes)
        offsets = (
            np.arange(len(row)) - np.repeat(self.ends - self.sizes, self.sizes) + np.repeat(self.first, self.sizes)
        )
        ids = pa.array(np.arange(len(self)).astype(str)) if self.item_ids is None else self.item_ids
        return pa.table(
            {
                "item_id": ids.take(pa.array(row)),
                "offset_days": offsets.astype(np.int64),
                "probability": self.probabilities,
            }
        )

    def to_pandas(self) -> Any:
        """The long table as a pandas.DataFrame. Raises ImportError without pandas."""
        return self.to_pyarrow().to_pandas()

    def to_polars(self) -> Any:
        """The long table as a polars.DataFrame. Raises ImportError without polars."""
        import polars

        return polars.from_arrow(self.to_pyarrow())

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """An Arrow stream of the long table."""
        return self.to_pyarrow().__arrow_c_stream__(requested_schema)


def is_long(table: Any) -> bool:
    """Whether a table looks like a long table of distributions."""
    return {"offset_days", "probability"} <= set(column_names(table) or ())


def _check(offsets: Floats, probabilities: Floats, starts: Days, ends: Days, ids: Any) -> None:
    """Every item once, days one by one, and sums of 1; the problems name the row."""
    problems = []
    bad = ~(np.isfinite(probabilities) & (probabilities >= -1e-9) & np.isfinite(offsets))
    for row in np.flatnonzero(bad)[:1000]:
        problems.append(
            problem(
                "predictions", "out_of_range", "a day and a probability from 0 to 1 are wanted", "probability", int(row)
            )
        )
    if len(ids.unique()) != len(ids):
        problems.append(problem("predictions", "duplicate_id", "the rows of an item must stand together", "item_id"))
    if len(offsets) and not problems:
        gaps = np.diff(offsets) != 1
        gaps[ends[:-1] - 1] = False
        for row in np.flatnonzero(gaps)[:1000] + 1:
            problems.append(
                problem(
                    "predictions", "out_of_range", "the days of an item must rise one by one", "offset_days", int(row)
                )
            )
        sums = np.add.reduceat(probabilities, starts)
        for item in np.flatnonzero(np.abs(sums - 1.0) > 1e-6)[:1000]:
            message = f"the probabilities of '{ids[int(item)]}' sum to {sums[item]:.6f}"
            problems.append(problem("predictions", "out_of_range", message, "probability", int(starts[item])))
    if problems:
        raise refused(problems)
