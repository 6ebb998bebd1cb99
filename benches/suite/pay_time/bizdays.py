"""Calendar of the peers: what kind of day a day is, as arrays indexed by day number minus `start`.

A business day is any day, or Monday to Friday that is no holiday when almost nobody pays at weekends.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Calendar:
    """Facts of the days start .. start + len - 1."""

    start: int
    weekday: Ints  # Monday 0
    business: NDArray[np.bool_]
    day: Ints  # day of month
    gap: Ints  # days since the previous business day, at least 1
    ahead: Ints  # days to the next business day, at least 1
    count: Ints  # business days before this day
    to_end: Ints  # business days from this day to the end of its month
    from_start: Ints  # business days of the month before this day
    kind: Ints  # 0-6 weekday, 7 holiday
    turn: Ints  # days since the nearest end of a month, -15 .. 15
    slot: Ints  # which week around the end of a month: 2 holds its last 3 and first 3 days

    def at(self, field: str, days: Ints) -> Ints:
        """The field of these days."""
        return getattr(self, field)[np.asarray(days) - self.start]


def calendar(start: int, length: int, weekends_closed: bool) -> Calendar:
    """Everything known about the days from `start` on."""
    days = np.arange(start, start + length)
    weekday = (days + 3) % 7
    holiday = np.zeros(length, bool)  # the books of the suite are made up without any
    business = ~holiday & ((weekday < 5) | (not weekends_closed))
    at = np.where(business, days, -1)
    before = np.maximum.accumulate(np.concatenate([[start - 1], at[:-1]]))
    after = np.minimum.accumulate(np.where(business, days, start + length)[::-1])[::-1]
    after = np.concatenate([after[1:], [start + length]])
    count = np.concatenate([[0], np.cumsum(business)])
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    first = np.clip(month.astype("datetime64[D]").astype(int) - start, 0, length)
    end = np.clip((month + 1).astype("datetime64[D]").astype(int) - start, 0, length)
    day, length_of = days - start - first + 1, end - first
    turn = np.where(day <= length_of - day, day, day - length_of)
    return Calendar(
        start=start,
        weekday=weekday,
        business=business,
        day=(dates - month.astype("datetime64[D]")).astype(int) + 1,
        turn=turn,
        slot=np.clip((turn + 3) // 7 + 2, 0, 4),
        gap=days - before,
        ahead=after - days,
        count=count[:-1],
        to_end=count[end] - count[:-1],
        from_start=count[:-1] - count[first],
        kind=np.where(holiday, 7, weekday),
    )
