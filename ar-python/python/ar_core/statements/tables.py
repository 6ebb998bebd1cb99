"""Entries into tables: which are payments and why, what they are for, and which came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from .. import currencies
from .classify import REASONS, failure_word, method_of
from .identity import Told, account_key
from .model import BOOKED, Entry, File, Line, Problems
from .result import Row, Statements

_RETURNS = frozenset({"returned_receipt", "reversal_of_credit"})

_Booked: TypeAlias = "dict[tuple[str, Decimal], list[tuple[Entry, str]]]"


class Builder:
    """Builds the tables of one reading."""

    def __init__(self, problems: Problems, known: Collection[str], own: frozenset[str], advised: bool) -> None:
        self.problems, self.known, self.own, self.advised = problems, known, own, advised
        self.result = Statements()
        self.rows: dict[str, Row] = {}
        self.sources: dict[str, tuple[Told, Entry]] = {}

    def build(self, told: list[list[Told]]) -> Statements:
        """All tables but balances and accounts."""
        flat = [row for rows in told for row in rows]
        best: dict[str, Told] = {}
        for row in flat:
            if row.id not in best or row.wealth() > best[row.id].wealth():
                best[row.id] = row
        bank = [row for row in flat if best[row.id] is row and row.file.format != "edi820"]
        for row in bank:
            self.entry(row)
        booked: _Booked = defaultdict(list)
        for row in bank:
            for part, name in zip(row.entry.parts or [row.entry], row.part_ids or [row.id], strict=True):
                if part.status == BOOKED:
                    booked[part.currency, part.amount].append((part, name))
        for row in flat:
            if best[row.id] is not row:
                spoken = best[row.id]
                self.add_entry(
                    row, "told_before", [], f"{REASONS['told_before']}: {spoken.file.name}:{spoken.entry.line}"
                )
            elif row.file.format == "edi820":
                self.advice(row, booked)
        self.result.entries = [self.rows[_place(row)] for row in flat]
        self.link_returns()
        return self.result

    def entry(self, row: Told) -> None:
        """An entry of a bank: one payment, several, or none."""
        entry = row.entry
        if not entry.parts:
            reason = self.reason(entry, row.id)
            if reason == "receipt":
                self.pay(row, entry, row.id)
            if reason in ("receipt", "known"):
                self.result.ids.add(row.id)
            self.add_entry(row, reason, [row.id] if reason == "receipt" else [])
            self.returned(row, entry, reason, row.id)
            return
        reasons = {}
        for part, name in zip(entry.parts, row.part_ids, strict=True):
            reason = "known" if self.is_receipt(part) and row.id in self.known else self.reason(part, name)
            reasons[name] = reason
            if reason == "receipt":
                self.pay(row, part, name)
            if reason in ("receipt", "known"):
                self.result.ids |= {name, row.id}
            self.returned(row, part, reason, name)
        paid = [name for name, reason in reasons.items() if reason == "receipt"]
        rest = sorted(set(reasons.values()) - {"receipt"})
        why = REASONS["receipts"] + (
            f"; {len(reasons) - len(paid)} of {len(reasons)} are none: {', '.join(rest)}" if rest else ""
        )
        self.add_entry(row, "receipts" if paid else rest[0], paid, why if paid else None)

    def is_receipt(self, entry: Entry) -> bool:
        """Whether it would be a payment if nobody had posted it."""
        return (
            entry.amount > 0
            and entry.status == BOOKED
            and entry.why_not is None
            and currencies.is_booked(entry.currency)
            and not self.is_own(entry)
        )

    def is_own(self, entry: Entry) -> bool:
        return entry.payer_account is not None and account_key(entry.payer_account) in self.own

    def reason(self, entry: Entry, name: str) -> str:
        """Why it is a payment, or is not."""
        if entry.why_not == "no_money":
            return entry.why_not
        if entry.status != BOOKED:
            return "not_booked"
        if entry.amount == 0:
            return "zero"
        if entry.why_not is not None:
            return entry.why_not
        if entry.amount < 0:
            return "debit"
        if self.is_own(entry):
            return "own_transfer"
        if not currencies.is_booked(entry.currency):
            return "currency_not_booked"
        return "known" if name in self.known else "receipt"

    def received(self, row: Told, entry: Entry) -> date | None:
        """The day the money was booked; without it the value date, or the day of the statement."""
        day = entry.booked_on or entry.value_on or row.statement.on
        if day is None:
            self.problems.add(
                row.file.name,
                entry.line,
                "booking date",
                "missing_field",
                "neither the entry nor its statement has a day",
            )
        return day

    def pay(self, row: Told, entry: Entry, name: str) -> None:
        """A row of `payments`, and the remittance lines of it."""
        day = self.received(row, entry)
        if day is None:
            return
        self.sources[name] = (row, entry)
        self.result.payments.append(
            {
                "payment_id": name,
                "currency": entry.currency,
                "amount": entry.amount,
                "received_on": day,
                "customer_id": None,
                "payer_name": entry.payer_name,
                "payer_account": entry.payer_account,
                "text": entry.text,
                "reference": entry.reference,
                "bank_fee": entry.bank_fee,
                "method": method_of(row.file.format, entry.code),
                "failed": False,
                "failure": None,
                "failed_on": None,
            }
        )
        self.remit(row, entry.lines, name, name, day)

    def remit(self, row: Told, lines: list[Line], prefix: str, payment: str | None, day: date) -> None:
        """Rows of `remittances`."""
        for number, line in enumerate(lines, 1):
            values = {"discount": line.discount, "deduction": line.deduction}
            for column, value in values.items():
                if value is not None and value < 0:
                    values[column] = None
                    _note(row.file, f"a {column} below zero in a remittance line is left out")
            self.result.remittances.append(
                {
                    "remittance_id": f"{prefix}/{number}",
                    "customer_id": None,
                    "payment_id": payment,
                    "received_on": day,
                    "reference": line.reference,
                    "amount": line.amount,
                    **values,
                    "deduction_reason": line.deduction_reason if values["deduction"] else None,
                }
            )

    def advice(self, row: Told, bank: _Booked) -> None:
        """An 820: remittance lines of the bank's own entry where it is here, else a payment that its payer tells."""
        entry = row.entry
        found = [
            name for part, name in bank.get((entry.currency, entry.amount), ()) if _names(part, entry.bank_reference)
        ]
        day = self.received(row, entry)
        if day is None:
            self.add_entry(row, "no_money", [])  # there is a problem, and nothing of the files is given
            return
        if len(found) == 1:
            self.add_entry(row, "advised", [])
            if found[0] in self.sources:  # else it was posted before, or is no payment
                self.remit(row, entry.lines, row.id, found[0], day)
            return
        reason = self.reason(entry, row.id)
        if reason == "receipt" and not self.advised:
            reason = "advised"
        if reason == "receipt":
            self.pay(row, entry, row.id)
            _note(
                row.file,
                "an 820 is the payer's word: read the bank's statement in the same call, or give advised=False, so that no money counts twice",
            )
        elif reason != "known":
            self.remit(row, entry.lines, row.id, None, day)
        if reason in ("receipt", "known"):
            self.result.ids.add(row.id)
        self.add_entry(row, reason, [row.id] if reason == "receipt" else [])

    def returned(self, row: Told, entry: Entry, reason: str, name: str) -> None:
        """A receipt that came back: a row of `returned`."""
        if reason not in _RETURNS or entry.status != BOOKED:
            return
        self.result.returned.append(
            {
                "return_id": name,
                "payment_id": None,
                "currency": entry.currency,
                "amount": abs(entry.amount),
                "on": self.received(row, entry),
                "failure": failure_word(entry.failure),
                "reason": entry.failure or reason,
                "bank_reference": entry.bank_reference,
                "end_to_end": entry.end_to_end,
                "payer_name": entry.payer_name,
                "payer_account": entry.payer_account,
                "file": row.file.name,
                "line": entry.line,
            }
        )

    def link_returns(self) -> None:
        """A payment of the same files with the same amount and the same reference is the one that came back, where it is the only one."""
        index: dict[tuple[str, Decimal, str], list[Row]] = defaultdict(list)
        for paid in self.result.payments:
            _, entry = self.sources[paid["payment_id"]]
            for reference in {entry.bank_reference, entry.end_to_end} - {None}:
                index[paid["currency"], paid["amount"], str(reference)].append(paid)
        for row in self.result.returned:
            references = {row["bank_reference"], row["end_to_end"]} - {None}
            found = {
                paid["payment_id"]: paid
                for reference in references
                for paid in index[row["currency"], row["amount"], reference]
                if not paid["failed"]
            }
            if len(found) != 1:
                continue
            [paid] = found.values()
            if row["on"] is None or row["on"] < paid["received_on"]:
                continue
            row["payment_id"] = paid["payment_id"]
            paid |= {"failed": True, "failure": row["failure"], "failed_on": row["on"]}

    def add_entry(self, row: Told, reason: str, paid: list[str], why: str | None = None) -> None:
        """A row of `entries`."""
        entry = row.entry
        self.rows[_place(row)] = {
            "file": row.file.name,
            "format": row.file.format,
            "line": entry.line,
            "statement": row.statement.number,
            "account": row.statement.account,
            "currency": entry.currency,
            "amount": entry.amount,
            "booked_on": entry.booked_on,
            "value_on": entry.value_on,
            "status": entry.status,
            "reversal": entry.reversal,
            "code": entry.code,
            "bank_reference": entry.bank_reference,
            "end_to_end": entry.end_to_end,
            "reference": entry.reference,
            "payer_name": entry.payer_name,
            "payer_account": entry.payer_account,
            "text": entry.text,
            "bank_fee": entry.bank_fee,
            "parts": len(entry.parts),
            "is_payment": bool(paid),
            "reason": reason,
            "why": why or REASONS[reason],
            "entry_id": row.id,
            "payment_ids": paid,
        }


def _place(row: Told) -> str:
    return f"{id(row)}"


def _names(entry: Entry, trace: str | None) -> bool:
    """Whether the bank's entry names the number of the advice."""
    if trace is None:
        return False
    return trace in (entry.bank_reference, entry.end_to_end, entry.reference) or (
        len(trace) >= 5 and trace in (entry.text or "")
    )


def _note(file: File, text: str) -> None:
    if text not in file.notes:
        file.notes.append(text)


def balances_of(files: list[File]) -> list[Row]:
    """A row for each balance that is stated."""
    return [
        {
            "file": file.name,
            "account": statement.account,
            "kind": row.kind,
            "currency": row.currency,
            "amount": row.amount,
            "on": row.on,
            "line": row.line,
        }
        for file in files
        for statement in file.statements
        for row in statement.balances
    ]
