"""What a file says of itself: balances, counts and sums, compared with its entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import currencies
from .model import BOOKED, INFORMATION, ZERO, At, File, Statement


def account_for(file: File, at: At) -> list[dict[str, Any]]:
    """A row for each statement: opening balance and entries against closing balance, exactly."""
    rows = []
    for statement in file.statements:
        _stated(statement, at)
        _old(statement, at)
        holds, difference = _balance(statement, at)
        rows.append(
            {
                "file": file.name,
                "format": file.format,
                "line": statement.line,
                "account": statement.account,
                "number": statement.number,
                "currency": statement.currency,
                "opening": statement.opening.amount if statement.opening else None,
                "moved": statement.moved(),
                "closing": statement.closing.amount if statement.closing else None,
                "difference": difference,
                "holds": holds,
                "entries": len(statement.entries),
                "file_entries": file.found(),
                "file_counted": file.counted,
            }
        )
    return rows


def _balance(statement: Statement, at: At) -> tuple[bool | None, Any]:
    opening, closing = statement.opening, statement.closing
    if opening is None or closing is None:
        return None, None
    found = {
        opening.currency,
        closing.currency,
        *(entry.currency for entry in statement.entries if entry.status == BOOKED),
    }
    if len(found) > 1:
        if statement.complete:
            at.add(
                closing.line,
                "balance",
                "balance_mismatch",
                f"balances and entries are in {', '.join(sorted(found))} and cannot be compared",
            )
        return None, None
    difference = closing.amount - opening.amount - statement.moved()
    if difference:
        moved = statement.moved()
        said = f"{opening.amount} and entries of {moved} are {opening.amount + moved}, not {closing.amount} {closing.currency}"
        if statement.complete:
            at.add(
                closing.line,
                "balance",
                "balance_mismatch",
                f"{said}: {difference} are missing",
            )
        else:
            at.note(f"a report tells only some of the entries between its balances: {said}")
    return not difference, difference


_SIDES: dict[str, Callable[[Any], bool]] = {
    "A": lambda amount: True,
    "C": lambda amount: amount > 0,
    "D": lambda amount: amount < 0,
}


def _stated(statement: Statement, at: At) -> None:
    counted = [entry for entry in statement.entries if at.file.format != "bai2" or entry.status != INFORMATION]
    if not counted and at.file.format == "bai2":
        return  # a summary without entries; the trailers are compared all the same
    for row in statement.stated:
        amounts = [entry.amount for entry in counted if _SIDES[row.side](entry.amount) or entry.amount == 0]
        moved = [amount for amount in amounts if amount]
        if row.count is not None and row.count not in (len(amounts), len(moved)):
            at.add(row.line, row.field, "total_mismatch", f"{row.count} entries are stated, {len(moved)} found")
        total = sum((abs(amount) for amount in amounts), ZERO)
        if row.total is not None and abs(row.total) != total:
            at.add(row.line, row.field, "total_mismatch", f"a sum of {row.total} is stated, {total} found")


def _old(statement: Statement, at: At) -> None:
    """One problem a statement for currencies that nothing is booked in."""
    old = sorted({entry.currency for entry in statement.entries if not currencies.is_booked(entry.currency)})
    for code in old:
        first = next(entry for entry in statement.entries if entry.currency == code)
        at.add(
            first.line,
            "currency",
            "old_currency",
            f"{code} is a currency that is no more: its entries are read, and none is a payment",
        )
