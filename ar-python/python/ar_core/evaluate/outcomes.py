"""What came of items, and how far it could be seen: the censored side of every measure.

An item whose outcome was collected until a day is known day by day up to then: paid on this one, or on none of them. How many days after
its due date that is follows from dates alone, so it is known in advance and the same whatever the item did. Every measure here looks no
farther:

- sums over days (CRPS) stop at the last day that was seen; errors in days are taken of outcome and forecast both cut there;
- questions with an answer by a day (late, late by 30, inside an interval, within 3 days of the median) count the items that were
  followed to that day, paid or not.

What is left out or cut is so by dates and forecast, never by outcome, so a measure that is proper stays proper (threshold-weighted CRPS:
Gneiting and Ranjan 2011; censored likelihood: Diks, Panchenko and van Dijk 2011; chaining functions: Allen, Ginsbourger and Ziegel 2023).
To keep the settled items and drop the open ones, as is often done, would favour whoever forecasts early payment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..tables import DayLike
from .frames import NO_DAY, Days, Flags, Floats, arrow, day, days_in, problem, refused, refused_rows, texts_in

# An outcome that was followed without end.
ALWAYS = 1_000_000
# Days late from which an outcome is "later", whatever it is.
LONGEST = 120


@dataclass(frozen=True)
class Outcomes:
    """How late items were paid.

    days_late: (n,) days after the due date, negative before it; not-a-number where the item was not settled when it was last seen.
    seen_to: (n,) the last day after the due date that was seen, whether the item had been paid by then or not.
    item_ids: their identifiers as an Arrow array, or None.
    """

    days_late: Floats
    seen_to: Days
    item_ids: Any = None

    @classmethod
    def of(cls, days_late: Any, seen_to: Any = None) -> Outcomes:
        """From plain arrays; seen_to may be left out where every item was settled. Raises InvalidInput.

        >>> Outcomes.of([3, -1]).later_than(0)
        (array([ True,  True]), array([ True, False]))
        """
        late = np.asarray(days_late, dtype=np.float64)
        if seen_to is None:
            if np.isnan(late).any():
                message = (
                    "without days until which items were seen, none may be open: give due_on and settled_on, or seen_to"
                )
                raise refused(
                    [problem("outcomes", "missing_column", message, "seen_to", int(np.flatnonzero(np.isnan(late))[0]))]
                )
            seen_to = np.full(len(late), ALWAYS)
        return cls(late, np.asarray(seen_to, dtype=np.int64))

    @classmethod
    def of_items(cls, items: Any, as_of: DayLike | None = None) -> Outcomes:
        """From items with due_on and settled_on (null while open), or with days_late (and seen_to, where some are open).

        as_of: what happened strictly before this day is known; what was settled on it or later counts as open. Default: the day after the
        last settlement. Raises InvalidInput.
        """
        table = arrow(items, "outcomes")
        ids = texts_in(table, "item_id") if "item_id" in table.column_names else None
        if "days_late" in table.column_names and "due_on" not in table.column_names:
            late = np.asarray(table["days_late"].to_numpy(), dtype=np.float64)
            seen = table["seen_to"].to_numpy() if "seen_to" in table.column_names else None
            found = cls.of(late, seen)
            return cls(found.days_late, found.seen_to, ids)
        due, settled = days_in(table, "due_on", "outcomes"), days_in(table, "settled_on", "outcomes")
        missing = np.flatnonzero(due == NO_DAY)
        if len(missing):
            raise refused_rows("outcomes", "missing_value", "an item needs a due date", "due_on", missing)
        return cls.known(due, settled, _after_all(settled) if as_of is None else day(as_of, "as_of"), ids)

    @classmethod
    def known(cls, due: Days, settled: Days, before: int, item_ids: Any = None) -> Outcomes:
        """What was known at the beginning of a day. due, settled: days since 1970-01-01, `NO_DAY` for open."""
        paid = (settled != NO_DAY) & (settled < before)
        return cls(np.where(paid, settled - due, np.nan).astype(np.float64), before - 1 - due, item_ids)

    def __len__(self) -> int:
        """Number of items."""
        return len(self.days_late)

    def take(self, rows: Days | Flags) -> Outcomes:
        """Some of the items, by number or by mask."""
        return Outcomes(self.days_late[rows], self.seen_to[rows])

    @property
    def open(self) -> Flags:
        """(n,) which were not settled when they were last seen."""
        return np.isnan(self.days_late)

    def later_than(self, days: float | Floats) -> tuple[Flags, Flags]:
        """For the question "later than so many days after the due date?": (n,) which items were followed that far, and (n,) the answer of each
        (of others without meaning)."""
        return self.seen_to >= days, ~(self.days_late <= days)

    def cut(self, longest: int = LONGEST) -> tuple[Floats, Floats]:
        """(n,) the last day that counts, and (n,) the outcome, one day more where it was later than that."""
        last = np.minimum(self.seen_to, longest).astype(np.float64)
        return last, np.where(self.days_late <= last, self.days_late, last + 1.0)


def _after_all(settled: Days) -> int:
    known = settled[settled != NO_DAY]
    if not len(known):
        raise refused(
            [
                problem(
                    "outcomes",
                    "missing_value",
                    "nothing is settled: say by as_of when the items were last seen",
                    "settled_on",
                )
            ]
        )
    return int(known.max()) + 1
