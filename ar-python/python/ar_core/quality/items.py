"""What items mean together: days in the wrong order, amounts that cannot be, documents that may be there twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..currencies import UNUSUAL
from ..frames import need
from .findings import Findings

LONG_TERM = 730
OLD_DEBT = 1_095


def check_items(table: Any, as_of: date, out: Findings) -> None:
    """Checks a table of items in our columns. as_of: the day on which the export was made."""
    columns = {name: table.column(name).combine_chunks() for name in table.column_names}
    _order(columns, as_of, out)
    _amounts(columns, out)
    _currencies(columns, out)
    _open(columns, as_of, out)
    _twice(table, columns, out)


def _span(first: Any, second: Any) -> Any:
    """Days from one column of days to another."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    return pc.subtract(second.cast(pa.int32()), first.cast(pa.int32()))


def _show(columns: dict[str, Any], *roles: str) -> Any:
    return lambda row: ", ".join(
        f"{role} {columns[role][row].as_py()}" for role in ("item_id", *roles) if role in columns
    )


def _order(columns: dict[str, Any], as_of: date, out: Findings) -> None:
    pc = need("pyarrow.compute")
    issued, due = columns.get("issued_on"), columns.get("due_on")
    if issued is not None and due is not None:
        out.mask(
            "due_before_issued",
            "error",
            pc.less(due, issued),
            "{count} items are due before they were issued: the engine refuses them",
            "check which column is the due date, and the order of day and month",
            column="due_on",
            example=_show(columns, "issued_on", "due_on"),
        )
        out.mask(
            "long_terms",
            "warning",
            pc.greater(_span(issued, due), LONG_TERM),
            "{count} items are due more than two years after they were issued",
            "mostly a wrong year; correct the due date",
            column="due_on",
            example=_show(columns, "issued_on", "due_on"),
        )
        same = pc.equal(issued, due)
        if out.total >= 20 and int(pc.sum(same).as_py() or 0) > 0.6 * out.total:
            out.mask(
                "due_at_once",
                "warning",
                same,
                "{count} items are due on the day of issue",
                "if your terms are longer, the due date was not exported: with_(due_on=...) or with_(terms_days=30)",
                column="due_on",
                example=_show(columns, "issued_on", "due_on"),
            )
    _absurd(columns, as_of, out)


def _absurd(columns: dict[str, Any], as_of: date, out: Findings) -> None:
    """Days that cannot be, for the day on which the export was made."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    issued, settled = columns.get("issued_on"), columns.get("settled_on")
    today = pa.scalar(as_of, pa.date32())
    if issued is not None:
        out.mask(
            "old",
            "warning",
            pc.less(issued, pa.scalar(date(1995, 1, 1))),
            "{count} items were issued before 1995",
            "mostly a wrong century, or no day at all",
            column="issued_on",
            example=_show(columns, "issued_on"),
        )
        out.mask(
            "future",
            "warning",
            pc.greater(issued, today),
            f"{{count}} items were issued after {as_of}",
            "leave them out, or say another as_of",
            column="issued_on",
            example=_show(columns, "issued_on"),
        )
    if settled is not None:
        out.mask(
            "settled_in_future",
            "error",
            pc.greater(settled, today),
            f"{{count}} items are settled after {as_of}: nobody can know that",
            "an expected day is not a day of payment: with_(settled_on=None), or say another as_of",
            column="settled_on",
            example=_show(columns, "settled_on"),
        )
        if issued is not None:
            out.mask(
                "settled_before_issued",
                "error",
                pc.less(settled, issued),
                "{count} items are settled before they were issued: the engine refuses them",
                "prepayments: set settled_on to the day of issue; else a wrong column or order of day and month",
                column="settled_on",
                example=_show(columns, "issued_on", "settled_on"),
            )


def _amounts(columns: dict[str, Any], out: Findings) -> None:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    amount = columns.get("amount")
    if amount is None or not len(amount):
        return
    zero = pa.scalar(0).cast(amount.type)
    out.mask(
        "not_positive",
        "error",
        pc.less_equal(amount, zero),
        "{count} amounts are zero or below: the engine refuses them",
        "leave zeros out; what is below zero is a credit note with the amount above zero",
        column="amount",
        example=_show(columns, "amount"),
    )
    plain = amount.cast(pa.float64())
    middle, high = (value.as_py() or 0.0 for value in pc.quantile(plain, q=[0.5, 0.99], skip_nulls=True))
    if len(amount) >= 100 and middle > 0:
        out.mask(
            "huge",
            "warning",
            pc.greater(plain, max(1_000 * middle, 100 * high)),
            f"{{count}} amounts are more than 100 times what 99 of 100 are below ({high:,.2f})",
            "look for a lost decimal mark or a line of totals",
            column="amount",
            example=_show(columns, "amount"),
        )
    if "currency" in columns and pa.types.is_decimal(amount.type) and amount.type.scale > 0:
        codes = columns["currency"]
        places = pa.repeat(pa.scalar(2), len(codes))
        for digits, known in UNUSUAL.items():
            places = pc.if_else(pc.is_in(codes, value_set=pa.array(sorted(known))), digits, places)
        finer = None
        for digits in (2, *UNUSUAL):
            if amount.type.scale > digits:
                part = pc.and_(pc.equal(places, digits), pc.not_equal(pc.round(amount, digits), amount))
                finer = part if finer is None else pc.or_(finer, part)
        if finer is not None:
            out.mask(
                "too_fine",
                "error",
                finer,
                "{count} amounts have more decimals than their currency: the engine refuses them",
                "round them where they come from; check whether the amount is one before tax or converted",
                column="amount",
                example=_show(columns, "amount", "currency"),
            )


def _currencies(columns: dict[str, Any], out: Findings) -> None:
    pc = need("pyarrow.compute")
    codes = columns.get("currency")
    if codes is None:
        out.add(
            "no_currency", "error", out.total, "no column says the currency", "with_(currency='EUR')", column="currency"
        )
        return
    out.mask(
        "currency_missing",
        "error",
        pc.is_null(codes),
        "{count} items have no currency",
        "with_(currency='EUR') fills what is empty",
        column="currency",
        example=_show(columns, "amount"),
    )
    counts = sorted(
        pc.value_counts(pc.drop_null(codes)).to_pylist(), key=lambda entry: (-entry["counts"], entry["values"])
    )
    if len(counts) > 1:
        shown = ", ".join(f"{entry['values']} {entry['counts']:,}" for entry in counts[:6])
        out.add(
            "currencies",
            "info",
            sum(entry["counts"] for entry in counts[1:]),
            f"{len(counts)} currencies: {shown}",
            "right if you bill in them; nothing is added up across currencies without fx_rates",
            column="currency",
        )
        rare = [entry for entry in counts if entry["counts"] <= 2 and out.total >= 1_000]
        out.add(
            "rare_currency",
            "warning",
            sum(e["counts"] for e in rare),
            f"{len(rare)} currencies are there once or twice: " + ", ".join(e["values"] for e in rare[:5]),
            "mostly typing mistakes",
            column="currency",
        )


def _open(columns: dict[str, Any], as_of: date, out: Findings) -> None:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    still, amount, settled, due = (columns.get(role) for role in ("open_amount", "amount", "settled_on", "due_on"))
    if still is not None and amount is not None:
        zero = pa.scalar(0).cast(still.type)
        out.mask(
            "open_above_amount",
            "error",
            pc.greater(still, amount),
            "{count} items have more open than they are: the engine refuses them",
            "check which column is the amount; interest is an item of its own",
            column="open_amount",
            example=_show(columns, "amount", "open_amount"),
        )
        closed = pc.equal(still, zero)
        if settled is None:
            out.mask(
                "closed_without_day",
                "warning",
                closed,
                "{count} items are closed, and no column says when",
                "without days of payment nothing can be learned of them: export the clearing or payment date",
                column="settled_on",
                example=_show(columns, "amount"),
            )
        else:
            out.mask(
                "closed_without_day",
                "warning",
                pc.and_(closed, pc.is_null(settled)),
                "{count} items are closed without a day of payment",
                "export their clearing date, or leave them out of the history",
                column="settled_on",
                example=_show(columns, "amount"),
            )
    if due is not None:
        living = pc.is_null(settled) if settled is not None else pa.repeat(True, len(due))
        if still is not None:
            living = pc.and_(living, pc.greater(still, pa.scalar(0).cast(still.type)))
        age = pc.subtract(pa.scalar((as_of - date(1970, 1, 1)).days, pa.int32()), due.cast(pa.int32()))
        out.mask(
            "very_old_debt",
            "warning",
            pc.and_(living, pc.greater(age, OLD_DEBT)),
            f"{{count}} open items are more than three years past due on {as_of}",
            "written off, time-barred, or paid and never matched: clear them up before a forecast",
            column="due_on",
            example=_show(columns, "due_on", "amount"),
        )


def _twice(table: Any, columns: dict[str, Any], out: Findings) -> None:
    """One document under two numbers: same customer, amount, days and currency."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    ids = columns.get("item_id")
    if ids is not None and pc.count_distinct(ids, mode="only_valid").as_py() < len(ids) - ids.null_count:
        groups = pa.table({"id": ids}).group_by("id").aggregate([("id", "count")])
        again = groups["id"].filter(pc.greater(groups["id_count"], 1)).combine_chunks()
        out.mask(
            "duplicate_ids",
            "error",
            pc.is_in(ids, value_set=again),
            f"{{count}} rows share {len(again):,} identifiers: the engine refuses them",
            "lines of one document: with_(lines='sum'); the same export twice: drop one",
            column="item_id",
            example=_show(columns, "amount", "due_on"),
        )
    roles = [role for role in ("customer_id", "currency", "amount", "issued_on", "due_on", "kind") if role in columns]
    if len(roles) < 5 or ids is None:
        return
    frame = pa.table({role: columns[role] for role in roles} | {"row": pa.array(range(len(ids)), pa.int64())})
    groups = frame.group_by(roles).aggregate([("row", "count"), ("row", "max"), ("row", "min")])
    pairs = groups.filter(pc.greater(groups["row_count"], 1))
    if not len(pairs) or len(pairs) > 0.05 * len(ids):
        return  # where it is the rule, it is a habit (one invoice a delivery), no mistake
    rows = pairs["row_max"].slice(0, 5).to_pylist()
    given = [int(out.origin[row].as_py()) for row in rows] if out.origin is not None else rows
    first = pairs["row_min"][0].as_py()
    out.add(
        "maybe_twice",
        "info",
        len(pairs),
        "{count} groups of items have the same customer, amount and days under different numbers",
        "entered twice? look at the first few",
        column="item_id",
        rows=given,
        example=f"{ids[first].as_py()} and {ids[rows[0]].as_py()}",
    )
