"""Rows of an export that are no data: blank lines, the headings again, totals, and the name of a customer above its documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..frames import need
from .knowledge import general
from .values import Notes, text

if TYPE_CHECKING:
    from .build import Source


def alive(count: int, notes: Notes) -> Any:
    """A mask of the rows that were not left out."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    if not notes.left:
        return pa.repeat(True, count)
    return pc.invert(pc.is_in(pa.array(range(count), pa.int64()), value_set=pa.array(sorted(notes.left), pa.int64())))


def no_data(source: Source, raw: dict[str, Any], contents: dict[str, str], notes: Notes) -> Any | None:
    """Leaves out rows that are none, and returns a mask of them, or None where there are none."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    count = source.table.num_rows
    blank = pa.repeat(True, count)
    for name in source.table.column_names:
        column = source.table.column(name).combine_chunks()
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            empty = pc.or_(pc.is_null(column), pc.equal(pc.utf8_trim_whitespace(column), ""))
            blank = pc.and_(blank, pc.fill_null(empty, True))
        else:
            blank = pc.and_(blank, pc.is_null(column, nan_is_null=pa.types.is_floating(column.type)))
    dead = blank
    if found := notes.leave(blank, "blank"):
        notes.assume("blank rows are left out", None, None, found)
    identifier = next((role for role in ("item_id", "payment_id", "customer_id") if role in raw), None)
    if identifier is not None:
        again = pc.fill_null(pc.equal(text(raw[identifier]), source.headings[identifier].strip()), False)
        if found := notes.leave(again, "the headings again"):
            notes.assume("rows that repeat the headings are left out", None, None, found)
        dead = pc.or_(dead, again)
    total = _totals(source, raw, contents)
    if total is not None:
        if found := notes.leave(pc.and_(total, pc.invert(dead)), "a line of totals"):
            notes.assume("lines of totals are left out", None, None, found)
        dead = pc.or_(dead, total)
    return dead if pc.any(dead).as_py() else None


def _totals(source: Source, raw: dict[str, Any], contents: dict[str, str]) -> Any | None:
    """Rows that begin with a word for totals, or have an amount and nothing else that a document has."""
    pc = need("pyarrow.compute")
    if source.kind == "customers":
        return None
    words = sorted({*general().totals, *(source.layout.totals if source.layout else ())}, key=len, reverse=True)
    pattern = r"(?i)^\s*(\*+\s*$|\**\s*(" + "|".join(word.replace(".", r"\.") for word in words) + r")([\s:.,/]|$))"
    undated = None
    for role, array in raw.items():
        if contents[role] == "date" and role in ("issued_on", "due_on", "posted_on", "received_on"):
            none = pc.is_null(text(array))
            undated = none if undated is None else pc.and_(undated, none)
    said = None
    for name in [
        *source.table.column_names[:3],
        *(source.headings[r] for r in ("item_id", "customer_id", "payment_id") if r in raw),
    ]:
        column = source.table.column(name)
        if need("pyarrow").types.is_string(column.type) or need("pyarrow").types.is_large_string(column.type):
            hit = pc.fill_null(pc.match_substring_regex(column.combine_chunks(), pattern), False)
            said = hit if said is None else pc.or_(said, hit)
    bare = None
    for role in ("item_id", "customer_id", "payment_id"):
        if role in raw:
            none = pc.is_null(text(raw[role]))
            bare = none if bare is None else pc.and_(bare, none)
    if undated is None:
        return said
    marks = [mask for mask in (said, bare) if mask is not None]
    if not marks:
        return None
    either = marks[0] if len(marks) == 1 else pc.or_(*marks)
    return pc.and_(either, undated)


def fill_down(source: Source, columns: dict[str, Any], notes: Notes) -> None:
    """Reports that name a customer once, above its documents: the name goes down to them."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    who = columns.get("customer_id")
    dated = [columns[role] for role in ("issued_on", "due_on", "posted_on") if role in columns]
    if who is None or not dated or source.kind != "items" or who.null_count == 0:
        return
    document = pc.is_valid(dated[0])
    for other in dated[1:]:
        document = pc.or_(document, pc.is_valid(other))
    living = alive(len(who), notes)
    header = pc.and_(pc.and_(living, pc.is_valid(who)), pc.invert(document))
    nameless = pc.and_(pc.and_(living, pc.is_null(who)), document)
    heads, without = int(pc.sum(header).as_py() or 0), int(pc.sum(nameless).as_py() or 0)
    if not heads or not without or without < int(pc.sum(pc.and_(living, document)).as_py() or 0) // 2:
        return
    amounts = [columns[role] for role in ("amount", "open_amount") if role in columns]
    if any(pc.any(pc.and_(header, pc.is_valid(array))).as_py() for array in amounts):
        return
    columns["customer_id"] = pc.fill_null_forward(
        pc.if_else(pc.or_(header, pc.and_(living, document)), who, pa.scalar(None, pa.string()))
    )
    notes.leave(header, "the name of a customer above its documents")
    notes.assume(
        f"{source.named('customer_id')}: a customer is named once, above its documents",
        source.named("customer_id"),
        None,
        heads,
    )
