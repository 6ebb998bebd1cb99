"""What every reader of a format gives: files with statements, statements with balances and entries. Plain values, no behaviour but sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .._native import InvalidInput
from ..tables import Problem
from .codes import TOLERABLE

ZERO = Decimal(0)

# Bounds. A file beyond one of them is refused, not read in part.
MOST_BYTES = 1 << 29
MOST_ENTRIES = 2_000_000
MOST_DEPTH = 64
MOST_PROBLEMS = 10_000

BOOKED, PENDING, INFORMATION = "booked", "pending", "information"


@dataclass(slots=True)
class Line:
    """One line of what the payer says a payment is for."""

    reference: str
    amount: Decimal | None = None
    discount: Decimal | None = None
    deduction: Decimal | None = None
    deduction_reason: str | None = None


@dataclass(slots=True)
class Entry:
    """One entry of a statement, or one part of an entry that books several transactions at once.

    line: line of the file from 1. amount: signed, in units of the currency; what comes in is positive, whatever it reverses. code: the
    bank's own word for the kind. why_not: the reader knows by the bank's codes that it is no receipt of money (a word of `classify.REASONS`).
    failure: why a bank returned it, as the bank's code.
    """

    line: int
    amount: Decimal
    currency: str
    booked_on: date | None = None
    value_on: date | None = None
    status: str = BOOKED
    reversal: bool = False
    code: str | None = None
    bank_reference: str | None = None
    end_to_end: str | None = None
    reference: str | None = None
    payer_name: str | None = None
    payer_account: str | None = None
    text: str | None = None
    bank_fee: Decimal = ZERO
    why_not: str | None = None
    failure: str | None = None
    balance: Decimal | None = None
    lines: list[Line] = field(default_factory=list)
    parts: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Balance:
    """A balance that the bank states; kind as in camt (OPBD, CLBD, ITBD, CLAV, FWAV and more)."""

    kind: str
    amount: Decimal
    currency: str
    on: date | None
    line: int


@dataclass(slots=True)
class Stated:
    """A total that the bank states of a statement: a count, a sum or both; of credits ('C'), debits ('D') or all ('A')."""

    side: str
    count: int | None
    total: Decimal | None
    line: int
    field: str


@dataclass(slots=True)
class Statement:
    """A statement of one account, or a report or notification of its movements.

    complete: all that the account moved between two booked balances stands in it, so that they can be compared.
    """

    line: int
    account: str | None = None
    currency: str | None = None
    number: str | None = None
    on: date | None = None
    opening: Balance | None = None
    closing: Balance | None = None
    complete: bool = True
    copy: bool = False
    balances: list[Balance] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def moved(self) -> Decimal:
        """Sum of what is booked."""
        return sum((entry.amount for entry in self.entries if entry.status == BOOKED), ZERO)


@dataclass(slots=True)
class File:
    """A file as read. counted: entries by a second count that knows nothing of the format but how an entry begins.
    skipped: rows of a CSV up to its header."""

    name: str
    format: str
    counted: int = 0
    skipped: int = 0
    statements: list[Statement] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def found(self) -> int:
        """Entries that the reader gave."""
        return sum(len(statement.entries) for statement in self.statements)


class StatementError(InvalidInput):
    """Files that cannot be read, or that contradict themselves: nothing of them is given. `.problems` has every reason.

    Each problem has table: name of the file; row: line of the file from 1, or None; column: field, column or argument; code; message.
    """

    def __init__(self, problems: list[Problem], total: int) -> None:
        shown = [f"  {_place(problem)}: {problem['message']} ({problem['code']})" for problem in problems[:20]]
        more = [] if total <= 20 else [f"  ... and {total - 20} more"]
        files = len({problem["table"] for problem in problems})
        super().__init__(
            "\n".join(
                [
                    f"invalid_statement: {total} problem{'s' * (total != 1)} in {files} file{'s' * (files != 1)}",
                    *shown,
                    *more,
                ]
            )
        )
        self.code = "invalid_statement"
        self.problems = problems
        self.total = total


def _place(problem: Problem) -> str:
    line = "" if problem["row"] is None else f":{problem['row']}"
    return f"{problem['table']}{line}" + ("" if problem["column"] is None else f" {problem['column']}")


class Problems:
    """Collects what is wrong, of all files."""

    def __init__(self) -> None:
        self.rows: list[Problem] = []
        self.total = 0
        self.refused = 0

    def add(self, file: str, line: int | None, column: str | None, code: str, message: str) -> None:
        """One problem; code is a word of `codes.CODES`."""
        self.total += 1
        self.refused += code not in TOLERABLE
        if len(self.rows) < MOST_PROBLEMS:
            self.rows.append({"table": file, "row": line, "column": column, "code": code, "message": message})


class At:
    """The collector for one file, so that readers name only line and field."""

    def __init__(self, problems: Problems, file: File) -> None:
        self.file = file
        self._problems = problems

    def add(self, line: int | None, column: str | None, code: str, message: str) -> None:
        """One problem of this file."""
        self._problems.add(self.file.name, line, column, code, message)

    def total(self) -> int:
        """How many problems all files have so far, but those that lose no entry."""
        return self._problems.refused

    def note(self, text: str) -> None:
        """What was assumed, once."""
        if text not in self.file.notes:
            self.file.notes.append(text)
