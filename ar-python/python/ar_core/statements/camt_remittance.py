"""Remittance information of a camt transaction: free lines, and documents with what is paid of each."""

from __future__ import annotations

import re
from decimal import Decimal

from .camt_xml import Node
from .model import ZERO, At, Entry, Line
from .values import meant, money_of, one_line

# Swiss banks write here whether a payment slip was read without error.
_SWISS = re.compile(r"\?(?:REJECT|ERROR)\?\d+\Z")
# More lines of advice than this one payment has not.
_MOST_LINES = 100_000


def unstructured(node: Node) -> list[str | None]:
    """The free lines. Banks cut them at 140 signs and go on in the next one: such lines are joined."""
    lines: list[str | None] = []
    full = False
    for row in node.all("RmtInf/Ustrd"):
        text = "".join(row.pieces)
        if full and lines and lines[-1] is not None:
            lines[-1] += text
        else:
            lines.append(text)
        full = len(text) == 140
    return [*lines, *(row.text for row in node.all("RmtInf/Strd/AddtlRmtInf") if not _SWISS.match(row.text))]


def remittance_lines(node: Node, entry: Entry, at: At) -> tuple[list[Line], str | None]:
    """The lines of structured remittance information, and the one creditor reference, where there is just one."""
    lines: list[Line] = []
    references: list[str] = []
    for row in node.all("RmtInf/Strd")[:_MOST_LINES]:
        creditor = meant(row.get("CdtrRefInf/Ref", "CdtrRefInf/CdtrRef"))
        if creditor is not None and creditor not in references:
            references.append(creditor)
        documents = [meant(document.get("Nb")) for document in row.all("RfrdDocInf")]
        named = [document for document in documents if document] or ([creditor] if creditor else [])
        if not named:
            continue
        if len(named) > 1:  # one amount for several documents is no line of any of them
            lines.extend(Line(document) for document in named)
            continue
        lines.append(_line(named[0], row, entry, at))
    for reference in (meant(row.text) for row in node.all("RmtInf/Strd/RfrdDocInf/RfrdDocNb")):  # the first versions
        if reference and all(line.reference != reference for line in lines):
            lines.append(Line(reference))
    return lines, references[0] if len(references) == 1 else None


def _line(reference: str, row: Node, entry: Entry, at: At) -> Line:
    """What is paid, what was taken off as discount, and what was kept back, of one document."""

    def amount(*paths: str) -> Decimal | None:
        found = row.one(*(f"RfrdDocAmt/{path}" for path in paths))
        if found is None:
            return None
        if found.attributes.get("Ccy", entry.currency) != entry.currency:
            at.note("amounts of remittance lines in another currency than the payment are left out")
            return None
        return money_of(at, found.line, f"RfrdDocAmt/{found.name}", found.text, entry.currency)

    due, paid, credited = amount("DuePyblAmt"), amount("RmtdAmt"), amount("CdtNoteAmt")
    discount = amount("DscntApldAmt/Amt", "DscntApldAmt")
    kept, reason = _kept(row, entry, at)
    if due is not None and paid is not None and kept is not None and due - (discount or 0) - paid < 0:
        kept = None  # the adjustment raised what is paid
    if paid is None and due is not None:
        paid = due - (discount or 0) - (kept or 0)
    is_credit = row.get("RfrdDocInf/Tp/CdOrPrtry/Cd", "RfrdDocInf/RfrdDocTp/Cd") == "CREN"
    if paid is None and credited is not None:
        paid, is_credit = credited, True
    if is_credit and paid is not None:
        return Line(reference, -abs(paid))
    return Line(reference, paid, discount, kept, reason if kept else None)


def _kept(row: Node, entry: Entry, at: At) -> tuple[Decimal | None, str | None]:
    """Adjustments that lower what is paid, summed up, with the reason of the first."""
    total: Decimal = ZERO
    reason: str | None = None
    for said in row.all("RfrdDocAmt/AdjstmntAmtAndRsn"):
        found = said.one("Amt")
        if (
            found is None
            or said.get("CdtDbtInd") == "CRDT"
            or found.attributes.get("Ccy", entry.currency) != entry.currency
        ):
            continue
        value = money_of(at, found.line, "AdjstmntAmtAndRsn/Amt", found.text, entry.currency)
        total += abs(value) if value is not None else ZERO
        reason = reason or one_line(said.get("Rsn", "AddtlInf"), 64)
    return (total, reason) if total else (None, None)
