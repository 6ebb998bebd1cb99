"""Due dates where an export has none: from the day that a term runs from and its days, or from words such as `Net 30`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..frames import need
from .kinds import counted, translate
from .values import Notes

if TYPE_CHECKING:
    from .build import Source

_AT_ONCE = re.compile(
    r"(?i)due (up)?on receipt|immediate(ly)?|cash|cod|sofort|sofort netto|comptant|à réception|contado|prepaid|prepayment"
)
_DAYS = re.compile(
    r"(?i)^(?:net|netto|n|within|in|innerhalb|zahlbar in)?\.? ?(\d{1,3}) ?(?:days?|d|tagen?|t|jours?|j|d[ií]as?|net|netto|tage netto)?$"
)
_DISCOUNT = re.compile(r"(?i)^[\d.,]+ ?%? ?[/,] ?\d{1,3}(?: ?days?)?,? ?(?:net|netto|n)?\.? ?/? ?(\d{1,3})$")


def days_of(term: str) -> int | None:
    """The days that a term gives; None where it is none that is understood (an end of month, a key).

    >>> from ar_core.erp.terms import days_of
    >>> [days_of(term) for term in ("Net 30", "2/10 net 45", "14 Tage netto", "Due on receipt", "ZB01")]
    [30, 45, 14, 0, None]
    """
    text = term.strip()
    if _AT_ONCE.fullmatch(text):
        return 0
    match = _DAYS.match(text) or _DISCOUNT.match(text)
    if match is None or (text.isdigit() and len(text) > 2):
        return None
    return int(match[1])


def due_dates(columns: dict[str, Any], source: Source, notes: Notes) -> None:
    """Fills `due_on` where it is empty, and `discount_until`."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    issued = columns.get("issued_on")
    if issued is None:
        return
    start = pc.coalesce(columns["baseline_on"], issued) if "baseline_on" in columns else issued
    due = columns.get("due_on", pa.nulls(len(issued), pa.date32()))
    before = due.null_count
    credit = pc.fill_null(pc.less(columns["amount"], pa.scalar(0).cast(columns["amount"].type)), False)
    net = _net(columns)
    if net is not None and before:
        # Credits wait for nothing: they are due on the day that their term runs from.
        net = pc.if_else(credit, pa.scalar(0, pa.int64()), net)
        due = pc.coalesce(due, _plus(start, net))
        if filled := before - due.null_count:
            base = source.named("baseline_on" if "baseline_on" in columns else "issued_on")
            said = " or ".join(
                source.named(r) for r in ("terms_days", "discount_days_2", "discount_days") if r in columns
            )
            notes.assume(f"due is {base} and the days of the term ({said})", base, "with_(due_on='heading')", filled)
    before = due.null_count
    if "terms" in columns and before:
        words = counted(columns["terms"].filter(pc.is_null(due)))
        known = {word.casefold(): days for word in words if (days := days_of(word)) is not None}
        due = pc.coalesce(due, _plus(start, translate(columns["terms"], known, pa.int64())))
        if filled := before - due.null_count:
            shown = ", ".join(f"{word} = {days}" for word, days in list(known.items())[:5])
            notes.assume(
                f"due is the day of issue and the days of {source.named('terms')} ({shown})",
                source.named("terms"),
                None,
                filled,
            )
    before = due.null_count
    if source.settings.terms_days is not None and before:
        due = pc.coalesce(due, _plus(start, pa.repeat(pa.scalar(source.settings.terms_days, pa.int64()), len(due))))
        notes.assume(
            f"due is {source.settings.terms_days} days after the day of issue where nothing says it",
            None,
            None,
            before - due.null_count,
        )
    before = due.null_count
    if before == len(due) and len(due):
        return  # nothing says when anything is due: that is to be answered, not filled in for credits
    due = pc.if_else(pc.and_(credit, pc.is_null(due)), start, due)
    if filled := before - due.null_count:
        notes.assume("credits without a due date are due on their own day", None, None, filled)
    if "due_on" in columns or due.null_count < len(due):
        columns["due_on"] = due
    if "discount_percent" in columns and "discount_days" in columns and "discount_until" not in columns:
        _discount(columns, start)


def _net(columns: dict[str, Any]) -> Any:
    """Days to the due date: net days; where they are none, those of the last discount."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    found = None
    for role in ("terms_days", "discount_days_2", "discount_days"):
        if role in columns:
            days = columns[role].cast(pa.int64(), safe=False)
            days = pc.if_else(pc.equal(days, 0), pa.scalar(None, pa.int64()), days)
            found = days if found is None else pc.coalesce(found, days)
    if found is None:
        return None
    said = [
        pc.is_valid(columns[role]) for role in ("terms_days", "discount_days_2", "discount_days") if role in columns
    ]
    zero = said[0]
    for one in said[1:]:
        zero = pc.or_(zero, one)
    return pc.if_else(pc.and_(pc.is_null(found), zero), pa.scalar(0, pa.int64()), found)


def _plus(days: Any, more: Any) -> Any:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    return pc.add(days.cast(pa.int32()).cast(pa.int64()), more).cast(pa.int32()).cast(pa.date32())


def _discount(columns: dict[str, Any], start: Any) -> None:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    percent = columns["discount_percent"]
    given = pc.fill_null(pc.greater(percent, pa.scalar(0).cast(percent.type)), False)
    columns["discount_percent"] = pc.if_else(given, percent, pa.scalar(None, percent.type))
    until = _plus(start, columns["discount_days"].cast(pa.int64(), safe=False))
    columns["discount_until"] = pc.if_else(given, until, pa.scalar(None, pa.date32()))
