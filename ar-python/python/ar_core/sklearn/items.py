"""Rows of items as X: what is learned from them, and what is asked with which past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from .. import Ledger, PayTimeModel
from ..evaluate.book import READ, joined_by, people, with_settled
from ..evaluate.distribution import PayTimes
from ..evaluate.frames import (
    FIRST_DAY,
    LAST_DAY,
    NO_DAY,
    Days,
    Flags,
    Floats,
    arrow,
    as_date,
    column_names,
    day,
    day_column,
    days_in,
    problem,
    refused,
    refused_rows,
    texts_in,
)

# Any of these columns says that X is a table of items.
SIGNS = {"customer_id", "issued_on", "due_on"}
# What an export says of today.
STATE = ("disputed", "last_notice_on")
# Items whose whole distribution is held as rows at a time.
AT_ONCE = 25_000
# Days that are asked about at a time. The engine looks at a book in weeks where more than 120 days are asked for.
TOGETHER = 28


def is_items(X: Any) -> bool:
    """Whether X has columns of items."""
    return bool(SIGNS & set(column_names(X) or ()))


def targets(y: Any, rows: int) -> Floats:
    """y as numbers, not-a-number for null. Raises InvalidInput for a wrong length, and for infinite or non-numeric values."""
    import pyarrow as pa

    if isinstance(y, np.ndarray) and y.ndim == 2:
        y = column_or_1d(y, warn=True)
    try:
        values = (
            pa.chunked_array(y)
            if hasattr(y, "__arrow_c_stream__")
            else pa.chunked_array([pa.array(y, from_pandas=True)])
        )
        found = np.asarray(values.cast(pa.float64()).to_numpy(), dtype=np.float64)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise refused(
            [
                problem(
                    "y", "wrong_type", f"numbers are wanted, null or not-a-number where an item is not settled: {error}"
                )
            ]
        ) from error
    if len(found) != rows:
        raise refused([problem("y", "bad_shape", f"{len(found)} values for {rows} rows of X")])
    bad = np.flatnonzero(np.isinf(found))
    if len(bad):
        raise refused_rows("y", "out_of_range", "a value is infinite", None, bad)
    return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True)
class Past:
    """What `fit` was given: items with their settlements, and the day after the last thing that happened to them."""

    model: PayTimeModel
    table: Any
    settled: Flags
    until: int

    def __len__(self) -> int:
        return int(self.table.num_rows)


@dataclass(frozen=True)
class Asked:
    """Some rows of X, with the past to ask them with. Behind them `items` may hold rows that only complete it."""

    rows: Days
    items: Any
    history: Any


class ItemEstimator(BaseEstimator):  # type: ignore[misc]
    """What both estimators share."""

    model_: PayTimeModel | None
    at: Any
    as_of: Any
    customers: Any
    segment: Any
    calendars: Any
    current_state: bool

    # ---- fit

    def _names(self, X: Any) -> None:
        """As `validate_data` does for arrays."""
        names = column_names(X) or []
        self.feature_names_in_ = np.array(names, dtype=object)
        self.n_features_in_ = len(names)

    def _fit_items(self, table: Any, settled: Days, calendars: Any) -> None:
        """Fits the payment-time model on items with these settlement days (`NO_DAY`: not settled)."""
        issued = days_in(table, "issued_on")
        book = with_settled(self._own(table, "fit"), settled)
        Ledger(items=book)
        as_of = int(issued.max()) + 1 if self.as_of is None else day(self.as_of, "as_of")
        who, new = people(table, self.customers, self.segment, as_of)
        book = book.select([name for name in READ if name in book.column_names])
        model = PayTimeModel.fit(book, as_of=as_date(as_of), customers=who, calendars=calendars)
        self.model_ = joined_by(model, new)
        self._past = Past(self.model_, book, settled != NO_DAY, int(max(issued.max(), settled.max())) + 1)

    def _own(self, table: Any, call: str) -> Any:
        """The table without what the estimator alone reads, with identifiers where it has none."""
        import pyarrow as pa

        known = (*READ, *STATE)
        own = [
            name
            for name in {self.at, self.segment}
            if isinstance(name, str) and name in table.column_names and name not in known
        ]
        table = table.drop_columns(own) if own else table
        if "item_id" not in table.column_names:
            table = table.append_column("item_id", pa.array([f"{call} {row}" for row in range(len(table))]))
        # Rows of several calls stand under one another later: one type for each column.
        for name in table.column_names:
            column = table.column_names.index(name)
            if name in ("issued_on", "due_on", "settled_on"):
                table = table.set_column(column, name, day_column(days_in(table, name)))
            elif name in ("item_id", "customer_id", "kind", "currency"):
                table = table.set_column(column, name, texts_in(table, name))
        return table

    # ---- ask

    def _numbers(self, X: Any) -> Any:
        """X as an array, for the additive model; None where it is to be asked as items. Raises ValueError where fit saw the other kind."""
        check_is_fitted(self)
        if is_items(X):
            if self.model_ is None:
                raise ValueError("X is a table of items, but fit was given numbers")
            return None
        if self.model_ is not None:
            raise ValueError(
                "fit was given a table of items: X needs the columns item_id, customer_id, currency, amount, issued_on and due_on"
            )
        return validate_data(self, X, dtype=np.float64, reset=False)

    def _asked(self, table: Any, past: Past, strangers: bool = False) -> Iterator[Asked]:
        """The rows in groups that can be asked together. strangers: as if nobody had seen their customers."""
        if not len(table):
            raise ValueError("Found array with 0 sample(s): X has no rows")
        at = self._days(table)
        own = self._own(table, "ask")
        known = _more(past, own, "settled_on" in table.column_names)
        keep = [*READ, *(STATE if self.current_state else ())]
        # Columns that no table of items has are refused by the engine, in these rows as in those of fit.
        Ledger(items=own.slice(0, 0))
        items = own.select([name for name in keep if name in own.column_names and name != "settled_on"])
        if strangers:
            items = _renamed(items)
        return self._groups(past, items, at, known)

    def _groups(self, past: Past, items: Any, at: Days, known: Any) -> Iterator[Asked]:
        """Rows that are asked within the same four weeks are asked together, with what was known by then: so what a row is told does not
        depend on rows that X has of other times. Rows asked by the end of the past know what was open then; of those asked later nobody
        knows whether it still is."""
        import pyarrow as pa

        closed = known.filter(pa.compute.field("settled_on").is_valid() | ~pa.compute.field("of_fit"))
        early, block = at <= past.until, at // TOGETHER
        for rows in _once_each(texts_in(items, "item_id")):
            keys = 2 * block[rows] + early[rows]
            for key in np.unique(keys):
                mine = rows[keys == key]
                history = _known(known if key % 2 else closed, int(key // 2 + 1) * TOGETHER)
                for part in (mine[begin : begin + AT_ONCE] for begin in range(0, len(mine), AT_ONCE)):
                    asked = items.take(pa.array(part)).append_column("asked_on", day_column(at[part]))
                    extra = None if key % 2 else _still_open(past, asked, at[part])
                    every = asked if extra is None else _joined(asked, extra)
                    yield Asked(part, every, history)

    def _days(self, table: Any) -> Days:
        """The day on which each row is asked. Raises InvalidInput."""
        if not (isinstance(self.at, str) and self.at in table.column_names):
            if self.at == "issued_on":
                raise refused([problem("items", "missing_column", "the column 'issued_on' is required", "issued_on")])
            return np.full(len(table), day(self.at, "at"), dtype=np.int64)
        found = days_in(table, self.at)
        missing = np.flatnonzero(found == NO_DAY)
        if len(missing):
            raise refused_rows("items", "missing_value", "a row needs the day on which it is asked", self.at, missing)
        return found

    def _knowing(self, table: Any) -> Past:
        """The past, with the segments of customers that are new in X."""
        past: Past = self._past
        if self.segment is None:
            return past
        new = people(table, None, self.segment, FIRST_DAY)[1]
        return replace(past, model=joined_by(past.model, new))

    def _scores(self, X: Any, strangers: bool = False) -> Any:
        """The table of `PayTimeModel.predict`, one row for each of X."""
        import pyarrow as pa

        table = arrow(X)
        past = self._knowing(table)
        parts, places = [], []
        for asked in self._asked(table, past, strangers):
            found = past.model.predict(asked.items, asked.history, at="asked_on").to_pyarrow()
            parts.append(found.slice(0, len(asked.rows)))
            places.append(asked.rows)
        return pa.concat_tables(parts).take(pa.array(np.argsort(np.concatenate(places))))

    def _times(self, X: Any) -> PayTimes:
        """The distribution of each row of X."""
        table = arrow(X)
        past = self._knowing(table)
        parts, places = [], []
        for asked in self._asked(table, past):
            found = PayTimes.of_rows(past.model.distribution(asked.items, asked.history, at="asked_on"))
            parts.append(found.take(np.arange(len(asked.rows))))
            places.append(asked.rows)
        return PayTimes.together(parts).take(np.argsort(np.concatenate(places)))


def days_late(table: Any, scores: Any, column: str) -> Floats:
    """A day of the scores as days after the due dates of X."""
    return (days_in(scores, column, "scores") - days_in(table, "due_on")).astype(np.float64)


def settled_on(table: Any, y: Floats) -> Days:
    """The day of each settlement, from days late; fractions are rounded. Raises InvalidInput where it lies outside 1970 to 2199."""
    due = days_in(table, "due_on")
    missing = np.flatnonzero(due == NO_DAY)
    if len(missing):
        raise refused_rows("items", "missing_value", "an item needs a due date", "due_on", missing)
    on = np.where(np.isnan(y), 0.0, due + np.rint(np.where(np.isnan(y), 0.0, y)))
    bad = np.flatnonzero(~np.isnan(y) & ((on < FIRST_DAY) | (on > LAST_DAY)))
    if len(bad):
        raise refused_rows(
            "y", "out_of_range", "so many days after the due date is no day from 1970 to 2199", None, bad
        )
    return np.where(np.isnan(y), NO_DAY, on.astype(np.int64))


def _once_each(ids: Any) -> list[Days]:
    """Rows in groups that hold no identifier twice: one group, but where X asks about an item on several days."""
    codes = np.asarray(ids.dictionary_encode().indices.to_numpy(), dtype=np.int64)
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    number = np.empty(len(codes), dtype=np.int64)
    number[order] = np.arange(len(codes)) - np.repeat(starts, np.diff(np.append(starts, len(codes))))
    return [np.flatnonzero(number == time) for time in range(int(number.max(initial=0)) + 1)]


def _more(past: Past, own: Any, tells: bool) -> Any:
    """The past, with the rows of X where these tell what came of them; `of_fit` says which is which."""
    import pyarrow as pa

    table = past.table.append_column("of_fit", pa.array(np.ones(len(past), dtype=bool)))
    if not tells:
        return table
    rows = own.select([name for name in READ if name in own.column_names])
    seen = pa.compute.is_in(texts_in(rows, "item_id"), value_set=texts_in(past.table, "item_id"))
    first = np.zeros(len(rows), dtype=bool)
    first[_once_each(texts_in(rows, "item_id"))[0]] = True
    new = rows.filter(pa.array(first & ~np.asarray(seen)))
    return _joined(table, new.append_column("of_fit", pa.array(np.zeros(len(new), dtype=bool))))


def _known(table: Any, before: int) -> Any:
    """What of a past was known at the beginning of a day."""
    import pyarrow as pa

    settled = days_in(table, "settled_on")
    cut = with_settled(table.drop_columns(["of_fit"]), np.where(settled < before, settled, NO_DAY))
    return cut.filter(pa.array(days_in(table, "issued_on") < before))


def _joined(one: Any, other: Any) -> Any:
    """Rows of two calls under one another; amounts may have come in other types."""
    import pyarrow as pa

    if ("amount" in one.column_names) != ("amount" in other.column_names):
        raise refused(
            [
                problem(
                    "items",
                    "missing_column",
                    "fit and this call must both have 'amount', or both 'amount_minor'",
                    "amount",
                )
            ]
        )
    if "amount" in one.column_names and one["amount"].type != other["amount"].type:
        one, other = (
            table.set_column(table.column_names.index("amount"), "amount", _exact(table["amount"]))
            for table in (one, other)
        )
    return pa.concat_tables([one, other], promote_options="permissive")


def _exact(amounts: Any) -> Any:
    """Amounts as decimal text, whatever they were: whole units, decimals, text, or floats as they print."""
    import pyarrow as pa

    if pa.types.is_floating(amounts.type):
        return pa.array([None if value is None else format(value, "f") for value in amounts.to_pylist()], pa.string())
    return amounts.cast(pa.string())


def _renamed(items: Any) -> Any:
    """The same items of customers that nobody knows, one each."""
    import pyarrow as pa

    names = pa.array([f"stranger {row}" for row in range(len(items))])
    for name in ("customer_id", "item_id"):
        items = items.set_column(items.column_names.index(name), name, names)
    return items


def _still_open(past: Past, asked: Any, at: Days) -> Any:
    """What the customers of these rows owed at the end of the past: issued, and whether it is paid by now is not known."""
    import pyarrow as pa

    pc = pa.compute
    table = past.table.filter(pa.array(~past.settled)).drop_columns(["settled_on"])
    theirs = pc.is_in(texts_in(table, "customer_id"), value_set=texts_in(asked, "customer_id").unique())
    twice = pc.is_in(texts_in(table, "item_id"), value_set=texts_in(asked, "item_id"))
    table = table.filter(pc.and_(theirs, pc.invert(twice)))
    if not len(table):
        return None
    day_of_all = np.full(len(table), int(at.max()), dtype=np.int64)
    return table.append_column("asked_on", day_column(day_of_all))
