"""Predictions of the past held against what happened, with no knowledge of it: the model is fitted on an earlier day, or was.

Asked are the items that were open and not yet due on that day and fell due before `as_of`; whether each was late is known by now. They
are chosen by what was known on that day, and so is the band that is checked: it ended before `as_of`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ar_core.host.bank import texts
from ar_core.host.book import Book
from ar_core.host.errors import InvalidBook, need
from ar_core.host.models import Fitted, fit, pay_time_of
from ar_core.host.progress import Progress

BEHIND_DAYS = 90
FEWEST = 30  # below it the figures say nothing


def calibration(
    engine: Any, ledger: Any, book: Book, fitted: Fitted, as_of: date, progress: Progress
) -> dict[str, Any] | None:
    """How the predictions of an earlier day fared, or None where too few of them have an answer.

    `asked_on`, `items`, `p_late` (mean predicted), `late` (share that was), `brier` and `brier_base` (of always saying the share of the
    items due before that day), `in_band_80` (share paid between the 10 % and 90 % quantile) of `bands`.
    """
    on = fitted.fitted_on if fitted.fitted_on < as_of else as_of - timedelta(days=BEHIND_DAYS)
    items = settled_items(book)
    if items is None:
        return None
    asked, base = _asked(items, on, as_of)
    if asked.num_rows < FEWEST:
        return None
    model = fitted.pay_time
    if fitted.fitted_on >= as_of:
        try:
            model = pay_time_of(engine, fit(engine, ledger, on, progress), book)
        except InvalidBook:
            return None
    return _figures(model, asked, items, on, as_of, base)


def settled_items(book: Book) -> Any:
    """The items, each with the day on which it was settled also where only its allocations tell; None where nothing tells."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    items, paid = book.tables["items"], book.tables.get("allocations")
    days = _days(items, "settled_on")
    amount = next((name for name in ("amount", "amount_minor") if name in items.column_names), None)
    if (
        paid is not None
        and paid.num_rows
        and amount in paid.column_names
        and {"item_id", "on"} <= set(paid.column_names)
    ):
        try:
            lines = pa.table({"item": texts(paid["item_id"]), "paid": _decimal(paid[amount]), "on": _days(paid, "on")})
            sums = lines.group_by("item").aggregate([("paid", "sum"), ("on", "max")])
            at = pc.index_in(texts(items["item_id"]), value_set=sums["item"])
            whole = pc.greater_equal(sums["paid_sum"].take(at), _decimal(items[amount]))
        except pa.ArrowException:
            return None  # amounts in a form that only the engine reads
        days = pc.coalesce(days, pc.if_else(whole, sums["on_max"].take(at), pa.scalar(None, pa.string())))
    if days.null_count == items.num_rows:
        return None
    items = items.drop_columns(["settled_on"]) if "settled_on" in items.column_names else items
    return items.append_column("settled_on", days)


def _decimal(column: Any) -> Any:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    return pc.cast(pc.cast(column, pa.string()), pa.decimal128(24, 6))


def _days(items: Any, name: str) -> Any:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    if name not in items.column_names:
        return pa.nulls(items.num_rows, pa.string())
    return pc.utf8_slice_codeunits(texts(items[name]), 0, 10)


def _asked(items: Any, on: date, as_of: date) -> tuple[Any, float | None]:
    """The items to ask about; and the share of those due before, settled or not, that were late: what one would say without a model."""
    pc = need("pyarrow.compute")
    issued, due, settled = (_days(items, name) for name in ("issued_on", "due_on", "settled_on"))
    billed = _billed(items)
    open_then = pc.fill_null(pc.greater_equal(settled, on.isoformat()), True)
    mask = pc.and_(pc.and_(pc.less(issued, on.isoformat()), open_then), billed)
    mask = pc.and_(mask, pc.and_(pc.greater_equal(due, on.isoformat()), pc.less(due, as_of.isoformat())))
    before = pc.and_(billed, pc.less(due, on.isoformat()))
    late = pc.fill_null(pc.greater(settled, due), True)
    share = pc.mean(pc.cast(late.filter(before), "double")).as_py()
    return items.filter(mask), share


def _billed(items: Any) -> Any:
    pc, pa = need("pyarrow.compute"), need("pyarrow")
    if "kind" not in items.column_names:
        return pa.array([True] * items.num_rows)
    return pc.fill_null(pc.not_equal(texts(items["kind"]), "credit_note"), True)


def _figures(model: Any, asked: Any, items: Any, on: date, as_of: date, base: float | None) -> dict[str, Any]:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    found = pa.table(model.predict(asked, items, on.isoformat()))
    p_late = found["p_late"].combine_chunks()
    settled, due = _days(asked, "settled_on"), _days(asked, "due_on")
    late = pc.cast(pc.fill_null(pc.greater(settled, due), True), "double")
    low, high = (pc.cast(found[name], pa.string()) for name in ("q10_on", "q90_on"))
    known = pc.less(high, as_of.isoformat())
    inside = pc.fill_null(pc.and_(pc.greater_equal(settled, low), pc.less_equal(settled, high)), False)
    share = pc.mean(pc.cast(inside.filter(known), "double")).as_py()
    return {
        "asked_on": on.isoformat(),
        "items": asked.num_rows,
        "p_late": pc.mean(p_late).as_py(),
        "late": pc.mean(late).as_py(),
        "brier": _brier(p_late, late),
        "brier_base": None if base is None else _brier(pa.array([base] * asked.num_rows), late),
        "bands": pc.sum(known).as_py() or 0,
        "in_band_80": share,
    }


def _brier(said: Any, came: Any) -> float:
    pc = need("pyarrow.compute")
    return float(pc.mean(pc.power(pc.subtract(said, came), 2)).as_py())


__all__ = ["calibration", "settled_items"]
