"""What a model would learn from the items: gaps, days that are too regular to be true, too little to learn from."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..frames import need
from .findings import Findings

ENOUGH = 200


def check_history(table: Any, out: Findings) -> None:
    """Checks a table of items in our columns for what a model learns from: settled items over time."""
    names = table.column_names
    if "issued_on" in names:
        _gaps(table.column("issued_on").combine_chunks(), out)
    if "settled_on" not in names:
        if out.total:
            out.add(
                "no_history",
                "warning",
                out.total,
                "no column says when items were settled",
                "scores then come from the shipped prior alone: export settled items of two years with their clearing date",
                column="settled_on",
            )
        return
    _settled(table, out)
    if "customer_id" in names:
        _one_for_all(table.column("customer_id").combine_chunks(), out)


def _gaps(issued: Any, out: Findings) -> None:
    pc = need("pyarrow.compute")
    months = pc.add(pc.multiply(pc.year(issued), 12), pc.subtract(pc.month(issued), 1))
    counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(pc.drop_null(months)).to_pylist()}
    if len(counts) < 3 or out.total < 100:
        return
    # Strays far away are wrong days, not a history with a gap.
    solid = sorted(month for month, count in counts.items() if count >= max(2, out.total // (50 * len(counts))))
    if len(solid) < 3:
        return
    usual = sorted(counts[month] for month in solid)[len(solid) // 2]
    first, last = solid[0], solid[-1]
    empty = [month for month in range(first, last) if counts.get(month, 0) == 0]
    thin = [month for month in range(first + 1, last) if 0 < counts.get(month, 0) < usual * 0.1]
    if empty and len(empty) <= 60:
        out.add(
            "gap",
            "warning",
            len(empty),
            "{count} months have no items between the first and the last: " + _months(empty),
            "export them too; a model takes a gap for a change of habits",
            column="issued_on",
            example=_months(empty[:1]),
        )
    if thin and usual >= 20:
        out.add(
            "thin",
            "info",
            len(thin),
            f"{{count}} months have less than a tenth of the usual {usual:,} items: " + _months(thin),
            "check whether the export was cut there",
            column="issued_on",
            example=_months(thin[:1]),
        )


def _months(months: list[int]) -> str:
    shown = ", ".join(f"{month // 12}-{month % 12 + 1:02d}" for month in months[:6])
    return shown + (f" and {len(months) - 6} more" if len(months) > 6 else "")


def _settled(table: Any, out: Findings) -> None:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    settled = table.column("settled_on").combine_chunks()
    count = len(settled) - settled.null_count
    if not count:
        out.add(
            "no_history",
            "warning",
            out.total,
            "no item is settled",
            "scores then come from the shipped prior alone: export settled items of two years too",
            column="settled_on",
        )
        return
    if count < ENOUGH:
        out.add(
            "little_history",
            "info",
            count,
            f"only {{count}} items are settled; from about {ENOUGH} a model learns more than the prior knows",
            "export a longer time",
            column="settled_on",
        )
    if count == out.total and out.total >= 50:
        out.add(
            "only_settled",
            "warning",
            count,
            "all items are settled: those that were not paid are missing",
            "export the open ones too, or a model learns that everybody pays",
            column="settled_on",
        )
    if count < 50:
        return
    for role, words, do in (
        (
            "due_on",
            "settled exactly on the due date",
            "a system that clears on the due date, or a column of expected days: days of payment come from the bank",
        ),
        (
            "issued_on",
            "settled on the day of issue",
            "cash sales: leave them out of the history, or they count as very fast payers",
        ),
    ):
        if role in table.column_names:
            same = pc.equal(settled, table.column(role).combine_chunks())
            hits = int(pc.sum(same).as_py() or 0)
            if hits > 0.4 * count:
                out.mask(
                    "settled_when_due" if role == "due_on" else "settled_at_once",
                    "warning",
                    same,
                    f"{{count}} of {count:,} settled items were {words}",
                    do,
                    column="settled_on",
                )
    days = sorted(pc.value_counts(pc.drop_null(settled)).to_pylist(), key=lambda entry: -entry["counts"])
    if len(days) >= 10 and days[0]["counts"] > max(50, 0.15 * count):
        top: date = days[0]["values"]
        out.mask(
            "one_day",
            "warning",
            pc.equal(settled, pa.scalar(top)),
            f"{{count}} of {count:,} settled items were settled on {top}",
            "a clean-up or a migration, no payments: leave the day out of the history",
            column="settled_on",
        )
    _month_ends(settled, count, out)


def _month_ends(settled: Any, count: int, out: Findings) -> None:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    tomorrow = pc.add(settled.cast(pa.int32()), pa.scalar(1, pa.int32())).cast(pa.date32())
    ends = pc.equal(pc.day(tomorrow), 1)
    if int(pc.sum(ends).as_py() or 0) > 0.5 * count:
        out.mask(
            "month_ends",
            "warning",
            ends,
            f"{{count}} of {count:,} settled items were settled on the last day of a month",
            "days of posting, not of payment: use the value date of the payments",
            column="settled_on",
        )


def _one_for_all(customers: Any, out: Findings) -> None:
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    counts = pc.value_counts(pc.drop_null(customers)).to_pylist()
    if len(counts) < 10 or out.total < 100:
        return
    top = max(counts, key=lambda entry: entry["counts"])
    if top["counts"] > 0.3 * out.total:
        out.mask(
            "one_for_all",
            "warning",
            pc.equal(customers, pa.scalar(top["values"], customers.type)),
            f"{{count}} items are of one customer, '{top['values']}'",
            "a collective account (one-time customers, web shop)? Its habits are those of many: keep it apart by segment",
            column="customer_id",
        )
