"""`rolling`: how the payment-time model would have done, origin by origin, with what was known each time.

For each origin a model is fitted with what was known strictly before it. Then each item is asked on a day of its own, with the facts strictly
before that day. What was not known yet is not even handed to the engine; a test changes the whole future of a day and finds every forecast
up to that day the same, bit by bit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from time import perf_counter
from typing import Any, Literal

import numpy as np

from .. import PayTimeModel
from ..tables import DayLike
from . import baselines
from .book import Book, joined_by, people, segments_of
from .distribution import PayTimes
from .frames import NO_DAY, Days, Flags, Floats, arrow, as_date, day, pyarrow, refused_argument, texts_in
from .measures import Forecast
from .outcomes import LONGEST, Outcomes
from .rolled import Rolling

# The customers as known before a day, and those who came later.
Who = Callable[[int], tuple[Any, list[list[str]]]]

MODEL, OWN, EVERYBODY = "ar_core", "customer_median", "everybody"
# Origins where nobody says how many, and the share of the book's days that lies before the first.
ORIGINS, WARM_UP = 10, 1 / 3


@dataclass(frozen=True)
class _Window:
    """An origin, and the end of what is asked from it."""

    origin: int
    end: int


@dataclass(frozen=True)
class _Asked:
    """What one origin was asked and answered."""

    rows: Days
    at: Days
    times: PayTimes
    own: PayTimes
    own_median: Floats
    everybody: PayTimes
    fit: dict[str, Any]


def rolling(
    items: Any,
    customers: Any = None,
    *,
    origins: Sequence[DayLike] | None = None,
    every: int | None = None,
    horizon: int | None = None,
    refit: bool | int = True,
    at: Literal["issued_on", "origin"] = "issued_on",
    segment: str | None = None,
    calendars: Mapping[str, Sequence[date]] | None = None,
    as_of: DayLike | None = None,
    thresholds: tuple[int, ...] = (0, 30),
    longest: int = LONGEST,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Rolling:
    """Evaluates the payment-time model on the past of a book, as it would have been used: rolling origins, nothing known too early.

    items: past and open items, columns as in `Ledger`; `settled_on` is null while an item is open. Columns that tell how things stand today
    (disputed, last_notice_on, dunning_level, open_amount) are not used. customers: their segment and country, taken as if they had
    always been so; or segment: the name of a column of items with the segment (a customer's is that of its newest item before an origin).

    origins: the days on which a model is fitted; or every: one each so many days, behind the first third of the book's days. Default: ten.
    horizon: days for which an origin's model is asked; default: until the next origin. refit: True fits anew at each origin; a number n
    at each n-th, and counts anew in between (`PayTimeModel.update`: seconds become tenths, the trees stay); False fits once.
    at: `issued_on` asks each item that is issued within the horizon on the day of its issue; `origin` asks what is open at the origin.
    Invoices of one day count as a batch: how many are due together is known of them. What nobody is billed for (credit notes, deductions)
    is not asked, see `left_out`.

    calendars: as in `PayTimeModel.fit`; by default the bank holidays of all countries and currencies. as_of: what happened strictly before
    this day is known to the judge; default the day after the last thing that happened. thresholds, longest: as in `judge`. workers: threads,
    default one a core; the answer does not depend on it. progress: called with origins done and origins in all, for each.

    Two baselines are judged beside it: `customer_median` and `everybody` (see `ar_core.evaluate.baselines`). Memory: some 6 kB an item
    asked. Raises InvalidInput with every problem.

    >>> import ar_core as ar
    >>> book = ar.simulate(seed=1, customers=30)
    >>> found = rolling(book["items"], calendars={}, every=120, refit=False)
    >>> sorted({row["forecaster"] for row in found.by_origin.to_dicts()})
    ['ar_core', 'customer_median', 'everybody']
    """
    pyarrow("rolling")
    book = Book.of(items)
    until = book.after_all() if as_of is None else day(as_of, "as_of")
    whole = arrow(items)

    def who(before: int) -> tuple[Any, list[list[str]]]:
        return people(whole, customers, segment, before)

    windows = _windows(book, until, origins, every, horizon)
    if at not in ("issued_on", "origin"):
        raise refused_argument("at", f"{at!r} is neither 'issued_on' nor 'origin'")
    holidays = (
        _calendars(book, who(until)[0], windows)
        if calendars is None
        else {name: list(days) for name, days in calendars.items()}
    )
    step = 1 if refit is True else len(windows) if refit is False else max(int(refit), 1)
    chunks = [windows[begin : begin + step] for begin in range(0, len(windows), step)]
    done = [0]

    def run(chunk: list[_Window]) -> list[_Asked]:
        return _asked_of(book, who, holidays, chunk, at == "origin", lambda: _report(progress, done, len(windows)))

    found = _in_threads(run, chunks, workers)
    segments = segments_of(whole, who(until)[0], segment)
    return _together(book, segments, windows, found, until, thresholds, longest, at == "origin")


def _in_threads(
    run: Callable[[list[_Window]], list[_Asked]], chunks: list[list[_Window]], workers: int | None
) -> list[_Asked]:
    """What each chunk found, in their order. After an error or Ctrl-C no further one is begun."""
    pool = ThreadPoolExecutor(max_workers=workers or os.cpu_count() or 1)
    try:
        return [asked for chunk in pool.map(run, chunks) for asked in chunk]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _report(progress: Callable[[int, int], None] | None, done: list[int], of: int) -> None:
    done[0] += 1
    if progress is not None:
        progress(done[0], of)


def _windows(
    book: Book, until: int, origins: Sequence[DayLike] | None, every: int | None, horizon: int | None
) -> list[_Window]:
    """The origins with the days that are asked from each."""
    for name, value in (("every", every), ("horizon", horizon)):
        if value is not None and value < 1:
            raise refused_argument(name, f"{value} days, at least 1")
    if origins is not None:
        days = sorted({day(value, "origins") for value in origins})
    else:
        first = int(book.issued.min(initial=until))
        start = first + max(int((until - first) * WARM_UP), 1)
        gap = every or max((until - start) // ORIGINS, 1)
        days = list(range(start, until, gap))[: None if every else ORIGINS]
    days = [found for found in days if found < until]
    if not days:
        raise refused_argument("origins", "no origin lies before the end of the book")
    gaps = [later - earlier for earlier, later in pairwise(days)]
    last = horizon or (int(np.median(gaps)) if gaps else until - days[-1])
    ends = [
        origin + horizon if horizon else after for origin, after in zip(days, [*days[1:], days[-1] + last], strict=True)
    ]
    return [_Window(origin, min(end, until)) for origin, end in zip(days, ends, strict=True)]


def _calendars(book: Book, who: Any, windows: list[_Window]) -> dict[str, list[date]]:
    """Bank holidays for the whole evaluation, found once: they are known long before."""
    from ..calendars import bank_holidays

    countries = (
        []
        if who is None or "country" not in who.column_names
        else sorted({name for name in who["country"].to_pylist() if name})
    )
    currencies = sorted(set(texts_in(book.table, "currency").to_pylist()))
    first = as_date(int(min(book.issued.min(), book.due.min())))
    return bank_holidays(countries, currencies, first, as_date(windows[-1].end + 3 * 366))


def _rows(book: Book, window: _Window, at_origin: bool) -> tuple[Days, Days]:
    """The items that a window asks about, and the day of each."""
    if at_origin:
        open_then = (book.issued < window.origin) & ((book.settled == NO_DAY) | (book.settled >= window.origin))
        rows = np.flatnonzero(book.billed & open_then)
        return rows, np.full(len(rows), window.origin, dtype=np.int64)
    inside = (book.issued >= window.origin) & (book.issued < window.end)
    rows = np.flatnonzero(book.billed & inside)
    return rows, book.issued[rows]


def _asked_of(
    book: Book,
    who: Who,
    calendars: dict[str, list[date]],
    chunk: list[_Window],
    at_origin: bool,
    tell: Callable[[], None],
) -> list[_Asked]:
    """Windows in a row: the first model is fitted, those behind it count anew."""
    found: list[_Asked] = []
    model: PayTimeModel | None = None
    for window in chunk:
        begun = perf_counter()
        known, origin = book.known(window.origin), as_date(window.origin)
        customers, new = who(window.origin)
        if model is None:
            model = PayTimeModel.fit(known, as_of=origin, customers=customers, calendars=calendars)
        else:
            model = model.update(known, as_of=origin, customers=customers)
        fitted = perf_counter()
        rows, at = _rows(book, window, at_origin)
        times = _times(joined_by(model, new), book, rows, at)
        every = baselines.everybody(book, window.origin)
        own, median = baselines.customer(book, rows, at, every)
        fit = {
            "origin": origin,
            "settled_items": model.summary["settled_items"],
            "trees": model.summary["trees"],
            "asked": len(rows),
            "fit_seconds": fitted - begun,
            "ask_seconds": perf_counter() - fitted,
        }
        found.append(_Asked(rows, at, times, baselines.like(times, own), median, baselines.like(times, every), fit))
        tell()
    return found


def _times(model: PayTimeModel, book: Book, rows: Days, at: Days) -> PayTimes:
    """The answers, day by day: each day is asked alone and with the past of that day, as it would have been then. (Together they would be
    faster. But a book is looked at in a sample where it is large, and in weeks where many days are asked: then what is asked of later
    days would show in the answers of earlier ones.)"""
    parts, places = [], []
    for today in np.unique(at):
        mine = np.flatnonzero(at == today)
        asked = book.asked(rows[mine], at[mine])
        parts.append(PayTimes.of_rows(model.distribution(asked, book.known(int(today)), at="asked_on")))
        places.append(mine)
    return PayTimes.together(parts).take(np.argsort(np.concatenate(places))) if parts else PayTimes.together([])


def _together(
    book: Book,
    segments: list[str | None],
    windows: list[_Window],
    found: list[_Asked],
    until: int,
    thresholds: tuple[int, ...],
    longest: int,
    at_origin: bool,
) -> Rolling:
    """All windows as one evaluation."""
    rows = np.concatenate([asked.rows for asked in found])
    at = np.concatenate([asked.at for asked in found])
    forecasts = {
        MODEL: Forecast.of(PayTimes.together([asked.times for asked in found]), thresholds),
        OWN: Forecast.of(
            PayTimes.together([asked.own for asked in found]),
            thresholds,
            np.concatenate([asked.own_median for asked in found]),
        ),
        EVERYBODY: Forecast.of(PayTimes.together([asked.everybody for asked in found]), thresholds),
    }
    items = book.table.take(pyarrow().array(rows))
    asked_of = {
        "origin": np.repeat([window.origin for window in windows], [len(asked.rows) for asked in found]),
        "asked_on": at,
        "due_on": book.due[rows],
    }
    outcomes = Outcomes.known(book.due[rows], book.settled[rows], until, texts_in(items, "item_id"))
    fits = {name: [asked.fit[name] for asked in found] for name in found[0].fit}
    left_out = _left_out(book, windows, at_origin)
    return Rolling(
        forecasts,
        outcomes,
        asked_of,
        texts_in(items, "customer_id"),
        [segments[row] for row in rows],
        fits,
        left_out,
        until,
        longest,
    )


def _left_out(book: Book, windows: list[_Window], at_origin: bool) -> dict[str, int]:
    """Items in the windows that were not asked about, by why."""
    if at_origin:
        return {}
    inside: Flags = np.zeros(len(book), dtype=bool)
    for window in windows:
        inside |= (book.issued >= window.origin) & (book.issued < window.end)
    return {"not billed: credit notes and deductions": int((inside & ~book.billed).sum())}
