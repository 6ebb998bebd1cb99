"""Two plain forecasters to stand beside a model: what everybody does, and what this customer usually does.

They see what the model sees: everybody's delays as known at the origin, a customer's own as known strictly before the day that is asked.

- `everybody`: the empirical distribution of delays, with those of open items as far as they have waited (Kaplan and Meier 1958).
- `customer_median`: the customer's own median delay as the point; for probabilities its own delays so far, mixed with those of everybody as
  if it had paid `DOUBT` more items like everybody.

Both are told that the item is still open when it is asked, and drop what lies before.
"""

from __future__ import annotations

import numpy as np

from .book import Book
from .distribution import BLOCK, PayTimes
from .frames import NO_DAY, Days, Floats

FIRST, LAST = -180, 180
WIDTH = LAST - FIRST + 1
DOUBT = 5.0


def everybody(book: Book, before: int) -> Floats:
    """(WIDTH,) probability to be paid later than each day, from what was known strictly before a day."""
    rows = book.billed & (book.issued < before)
    due, settled = book.due[rows], book.settled[rows]
    paid = (settled != NO_DAY) & (settled < before)
    delay = _bin(np.where(paid, settled - due, 0))
    # An open item was seen not to be paid up to the day before.
    waited = np.where(paid, delay, np.clip(before - due - FIRST, 0, WIDTH))
    events = np.bincount(delay[paid], minlength=WIDTH).astype(np.float64)
    at_risk = (
        np.cumsum(np.bincount(waited, minlength=WIDTH + 1)[::-1])[::-1][:WIDTH]
        - np.bincount(waited[~paid], minlength=WIDTH + 1)[:WIDTH]
    )
    open_after = np.cumprod(1.0 - events / np.maximum(at_risk, 1.0))
    open_after[-1] = 0.0
    return np.asarray(open_after, dtype=np.float64)


def customer(book: Book, rows: Days, at: Days, every: Floats) -> tuple[Floats, Floats]:
    """(n, WIDTH) probability of each item to be paid later than each day by its customer's own past, mixed with everybody's; and (n,) the
    customer's median delay (everybody's where it has paid nothing yet). rows: items of the book. at: the day that each is asked on."""
    past = np.flatnonzero(
        book.billed
        & (book.settled != NO_DAY)
        & (book.issued < at.max(initial=0))
        & np.isin(book.customer, book.customer[rows])
    )
    past = past[np.lexsort((book.settled[past], book.customer[past]))]
    delays, settled, owner = _bin(book.settled[past] - book.due[past]), book.settled[past], book.customer[past]
    starts, ends = (
        np.searchsorted(owner, book.customer[rows], "left"),
        np.searchsorted(owner, book.customer[rows], "right"),
    )
    usual = float(FIRST + int(np.argmax(every <= 0.5)))
    mixed, median = np.tile(every, (len(rows), 1)), np.full(len(rows), usual)
    order = np.argsort(starts, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(starts[order])) + 1) if len(order) else []:
        start, end = int(starts[group[0]]), int(ends[group[0]])
        if start == end:
            continue
        seen = np.searchsorted(settled[start:end], at[group], "left")
        counts, many = _running(delays[start:end], seen)
        reached = np.cumsum(counts, axis=1)
        some = many > 0
        own = 1.0 - reached / np.maximum(many, 1.0)[:, None]
        mixed[group] = (many[:, None] * own + DOUBT * every) / (many + DOUBT)[:, None]
        median[group[some]] = FIRST + np.argmax(2.0 * reached[some] >= many[some, None], axis=1)
    return mixed, median


def _running(delays: Days, seen: Days) -> tuple[Floats, Floats]:
    """Of the first `seen` delays: how many there are of each, (n, WIDTH), and how many together."""
    cuts, back = np.unique(seen, return_inverse=True)
    counts = np.zeros((len(cuts), WIDTH))
    place = np.searchsorted(cuts, np.arange(len(delays)), "right")
    used = place < len(cuts)
    np.add.at(counts, (place[used], delays[used]), 1.0)
    return np.cumsum(counts, axis=0)[back], seen.astype(np.float64)


def _bin(delays: Days) -> Days:
    return np.clip(delays, FIRST, LAST) - FIRST


def like(times: PayTimes, open_after: Floats) -> PayTimes:
    """The distributions with these probabilities to be open, (n, WIDTH) or (WIDTH,), on the days of others and given that they begin there."""
    found = np.zeros(len(times.probabilities))
    starts = times.ends - times.sizes
    for begin in range(0, len(times), BLOCK):
        part = slice(begin, min(begin + BLOCK, len(times)))
        first, sizes = times.first[part], times.sizes[part]
        curve = np.broadcast_to(open_after if open_after.ndim == 1 else open_after[part], (len(first), WIDTH))
        # Nobody has paid before the first day, and none of the grid's days is left behind its last.
        curve = np.concatenate([np.ones((len(first), 1)), curve], axis=1)
        steps = np.arange(int(sizes.max(initial=0)))
        inside = steps < sizes[:, None]
        days = np.clip(first[:, None] + np.arange(-1, len(steps)) - FIRST + 1, 0, WIDTH)
        left = np.take_along_axis(curve, days, axis=1)
        given = left[:, :1]
        left = np.where(given > 1e-12, left / np.where(given > 1e-12, given, 1.0), 1.0)
        left[np.arange(len(first)), sizes] = 0.0
        masses = left[:, :-1] - left[:, 1:]
        found[starts[part][0] : times.ends[part][-1]] = masses[inside]
    return PayTimes(times.first, times.sizes, found, times.item_ids)
