"""EDI 820 (ANSI X12): payment order and remittance advice. A transaction set is a payment, with the documents that it pays.

The delimiters are those of the fixed-width header ISA. BPR is the payment, TRN its number, N1 who pays (PR) and who is paid (PE), RMR a document
with what is paid of it, ADX what was taken off or added. What is paid of the documents, with the adjustments that stand on their own, must be the
amount of BPR.
"""

from __future__ import annotations

import re
from decimal import Decimal

from .model import BOOKED, INFORMATION, MOST_ENTRIES, ZERO, At, Entry, File, Line, Statement
from .values import currency_of, day_of, long_text, meant, money_of, one_line

# BPR01: money moves with the order; I and others are remittance information only.
_MOVES = frozenset(["C", "D", "P", "U", "X", "Y", "Z"])
_METHODS = {"ACH": "ach", "FWT": "wire", "CHK": "check", "BOP": "bank", "NON": "none"}


def read_820(text: str, at: At, file: File, currency: str | None) -> None:
    """Reads an interchange. currency: of sets that name none (CUR); default USD."""
    _Reader(at, file, currency).read(text)


def segments_of(text: str, at: At) -> list[tuple[int, list[str]]]:
    """Segments as line and elements."""
    start = text.find("ISA")
    head = text[start : start + 106]
    flat = head.replace("\r", "").replace("\n", "")
    if start < 0 or (len(flat) < 106 and len(head) < 106):
        at.add(1, "ISA", "bad_syntax", "the header ISA has 106 signs; this one is shorter")
        return []
    element, end = head[3], head[105]
    if (
        element.isalnum()
        or element.isspace()
        or end.isalnum()
        or end == element
        or head.count(element) != 16
        or element != head[6]
        or element != head[103]
    ):
        at.add(1, "ISA", "bad_syntax", "the header ISA is not of the fixed widths that tell the delimiters")
        return []
    line = 1 + text.count("\n", 0, start)
    segments: list[tuple[int, list[str]]] = []
    pieces = text[start:].split(end)
    for number, piece in enumerate(pieces):
        bare = piece.strip()
        ahead = piece[: len(piece) - len(piece.lstrip())].count("\n")
        if bare:
            if number == len(pieces) - 1:
                at.add(line + ahead, bare[:3], "no_end", "the last segment has no end: the file was cut")
            segments.append((line + ahead, [part.strip() for part in re.sub(r"[\r\n]+", "", bare).split(element)]))
        line += piece.count("\n") + (end == "\n")
    return segments


class _Reader:
    def __init__(self, at: At, file: File, currency: str | None) -> None:
        self.at, self.file, self.default = at, file, currency
        self.statement: Statement | None = None
        self.entry: Entry | None = None
        self.line: Line | None = None
        self.gross: Decimal | None = None
        self.start = 0
        self.currency = "USD"
        self.own_adjustments = ZERO
        self.open: dict[str, int] = {}
        self.closed = False

    def read(self, text: str) -> None:
        segments = segments_of(text, self.at)
        sets = 0
        for number, (line, parts) in enumerate(segments):
            name = parts[0]
            parts += [""] * (24 - len(parts))
            if name in ("ISA", "GS", "ST"):
                self.open[name] = line
            if name == "ST":
                sets += 1
                self.begin(line, parts, number)
            elif name in ("SE", "GE", "IEA"):
                self.end(line, name, parts, number)
            elif self.statement is not None:
                handler = getattr(self, f"segment_{name}", None)
                if handler is not None:
                    handler(line, parts)
        for name, line in self.open.items():
            self.at.add(line, name, "no_end", f"{name} is not ended: the file was cut")
        if segments and not sets:
            self.at.add(None, "ST", "no_statement", "no transaction set 820 is in it")

    def begin(self, line: int, parts: list[str], number: int) -> None:
        if parts[1] != "820":
            self.at.add(line, "ST", "unknown_format", f"transaction set {parts[1][:10]!r} is not an 820")
            return
        self.start = number
        self.statement = Statement(line, number=one_line(parts[2]), complete=False)
        self.entry = self.line = None
        self.own_adjustments = ZERO
        self.currency = self.default or "USD"
        self.file.statements.append(self.statement)

    def end(self, line: int, name: str, parts: list[str], number: int) -> None:
        opened = {"SE": "ST", "GE": "GS", "IEA": "ISA"}[name]
        if self.open.pop(opened, None) is None:
            self.at.add(line, name, "bad_syntax", f"{name} without {opened}")
        if name != "SE" or self.statement is None:
            return
        self.settle_line()
        if self.statement.number != one_line(parts[2]) or parts[1] != str(number - self.start + 1):
            stated = f"{parts[1][:10]} segments of set {parts[2][:12]} are stated, {number - self.start + 1} of {self.statement.number} found"
            self.at.add(line, "SE", "total_mismatch", stated)
        if self.entry is None:
            self.at.add(self.statement.line, "BPR", "missing_field", "the transaction set has no payment (BPR)")
        else:
            self.settle(self.entry)
        self.statement = self.entry = None

    def segment_CUR(self, line: int, parts: list[str]) -> None:
        """Currency, before the amounts of its set or behind BPR."""
        self.currency = currency_of(self.at, line, "CUR02", parts[2]) or self.currency
        if self.entry is not None:
            self.entry.currency = self.currency

    def segment_BPR(self, line: int, parts: list[str]) -> None:
        """Handling, amount, credit or debit, method, accounts, day."""
        if self.statement is None or len(self.file.statements) > MOST_ENTRIES:
            return
        if self.entry is not None:
            self.at.add(line, "BPR", "bad_syntax", "a second payment in one transaction set")
            return
        amount = money_of(self.at, line, "BPR02", parts[2], None)
        if amount is None:
            return
        day = parts[16]
        on = None
        if re.fullmatch(r"\d{8}", day, re.ASCII):
            on = day_of(self.at, line, "BPR16", int(day[:4]), int(day[4:6]), int(day[6:]))
        elif day:
            self.at.add(line, "BPR16", "bad_date", f"{day[:20]!r} is not CCYYMMDD")
        self.entry = Entry(
            line, amount, self.currency, on, on, BOOKED if parts[1] in _MOVES and amount else INFORMATION
        )
        self.entry.why_not = None if self.entry.status == BOOKED else "no_money"
        self.entry.code = f"{parts[1]}/{_METHODS.get(parts[4], parts[4].lower())}"
        self.entry.payer_account = one_line(parts[9])
        self.statement.account = one_line(parts[15])
        self.statement.entries.append(self.entry)

    def segment_TRN(self, line: int, parts: list[str]) -> None:
        """The number by which money and advice find each other."""
        if self.entry is not None and self.entry.bank_reference is None:
            self.entry.bank_reference = meant(parts[2])
            self.entry.reference = self.entry.bank_reference

    def segment_DTM(self, line: int, parts: list[str]) -> None:
        """Days of the set, before its first line: 097 of the transaction, 007 in effect, 036 and others are of something else."""
        if (
            self.entry is not None
            and self.line is None
            and parts[1] in ("097", "007", "234")
            and self.entry.booked_on is None
            and len(parts[2]) == 8
            and parts[2].isdigit()
        ):
            self.entry.booked_on = day_of(
                self.at, line, "DTM02", int(parts[2][:4]), int(parts[2][4:6]), int(parts[2][6:])
            )

    def segment_N1(self, line: int, parts: list[str]) -> None:
        """Who pays; also as RM, who sends the advice."""
        if self.entry is not None and (parts[1] == "PR" or (parts[1] == "RM" and self.entry.payer_name is None)):
            self.entry.payer_name = one_line(parts[2]) or self.entry.payer_name

    def segment_RMR(self, line: int, parts: list[str]) -> None:
        """A document: qualifier, number, action, paid, gross, discount, reason, adjustment."""
        self.settle_line()
        if self.entry is None:
            self.at.add(line, "RMR", "bad_syntax", "a remittance line before the payment (BPR)")
            return
        number = meant(parts[2])
        if number is None:
            self.at.add(line, "RMR02", "missing_field", "a remittance line without a number")
            return
        amounts = [
            money_of(self.at, line, f"RMR0{at}", parts[at], self.currency) if parts[at] else None for at in (4, 5, 6, 8)
        ]
        paid, self.gross, discount, adjustment = amounts
        self.line = Line(number, paid, discount or None)
        if adjustment:
            self.adjust(adjustment, parts[7])
        self.entry.lines.append(self.line)

    def segment_ADX(self, line: int, parts: list[str]) -> None:
        """An adjustment, of the document before it or on its own."""
        amount = money_of(self.at, line, "ADX01", parts[1], self.currency)
        if amount is None or self.entry is None:
            return
        if self.line is not None:
            self.adjust(amount, parts[2])
        else:
            self.own_adjustments += amount
            self.entry.lines.append(
                Line(meant(parts[4]) or f"ADX {parts[2]}".strip(), amount, deduction_reason=one_line(parts[2], 64))
            )

    def segment_ENT(self, line: int, parts: list[str]) -> None:
        """Another party begins: adjustments behind it are of none of the documents before."""
        self.settle_line()

    def adjust(self, amount: Decimal, reason: str) -> None:
        """What is taken off is below zero: it was kept back. What is added is in the amount already."""
        if self.line is not None and amount < 0:
            self.line.deduction = (self.line.deduction or ZERO) - amount
            self.line.deduction_reason = self.line.deduction_reason or one_line(reason, 64)

    def settle_line(self) -> None:
        """The paid amount, where only the gross one and what comes off are said."""
        line, self.line = self.line, None
        if line is not None and line.amount is None and self.gross is not None:
            line.amount = self.gross - (line.discount or ZERO) - (line.deduction or ZERO)
        self.gross = None

    def settle(self, entry: Entry) -> None:
        """The amounts must sum up to the payment."""
        entry.amount = money_of(self.at, entry.line, "BPR02", str(entry.amount), entry.currency) or entry.amount
        known = [line.amount for line in entry.lines if line.amount is not None]
        if entry.lines and len(known) == len(entry.lines) and sum(known, ZERO) != entry.amount:
            self.at.add(
                entry.line, "BPR02", "balance_mismatch", f"{entry.amount} is paid, {sum(known, ZERO)} are the lines"
            )
        if not entry.lines:
            self.at.note("a payment without remittance lines")
        entry.text = long_text([" ".join(line.reference for line in entry.lines)])
