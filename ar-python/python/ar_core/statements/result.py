"""What `read` gives: tables as lists of dicts, each row with every column, ready for `ar.Ledger` and `ar.match_payments`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..tables import Problem

Row = dict[str, Any]


@dataclass(slots=True)
class Statements:
    """Statements and remittances as read.

    payments: money that came in and is new, as the table `payments`: payment_id, currency, amount (Decimal, units), received_on, customer_id (None),
    payer_name, payer_account, text, reference, bank_fee, method, failed, failure, failed_on.
    remittances: what payers say their payments are for, as the table `remittances`: remittance_id, customer_id (None), payment_id, received_on,
    reference, amount, discount, deduction, deduction_reason.
    entries: every entry of the files, in their order: file, format, line, statement, account, currency, amount (signed), booked_on, value_on, status
    (booked, pending, information), reversal, code, bank_reference, end_to_end, reference, payer_name, payer_account, text, bank_fee, parts,
    is_payment, reason (a word of `REASONS`), why (a sentence), entry_id, payment_ids.
    returned: what customers paid and their banks took back: payment_id (None where it is not of these files), currency, amount, on, failure,
    reason, and how to find it.
    balances: file, account, kind (as in camt), currency, amount, on, line.
    accounted: a row for each statement: opening, moved (sum of booked entries), closing, difference, holds (None where there is nothing to compare),
    entries, and of its file entries found and counted apart.
    problems: what the files contradict themselves in, and was tolerated. notes: what was assumed, by file.
    """

    payments: list[Row] = field(default_factory=list)
    remittances: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    returned: list[Row] = field(default_factory=list)
    balances: list[Row] = field(default_factory=list)
    accounted: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    """Identifiers of all that is a payment here, posted before or now: keep them, and give them as `known` next time."""

    @property
    def ok(self) -> bool:
        """Whether no file contradicts itself."""
        return not self.problems

    def reasons(self) -> dict[str, int]:
        """How many entries are a payment or not, by reason."""
        return dict(sorted(Counter(str(row["reason"]) for row in self.entries).items()))

    def __repr__(self) -> str:
        held = sum(row["holds"] is True for row in self.accounted)
        compared = sum(row["holds"] is not None for row in self.accounted)
        said = ", ".join(f"{count} {reason}" for reason, count in self.reasons().items())
        return (
            f"<ar_core.statements.Statements: {len(self.payments)} payments, {len(self.remittances)} remittance lines,"
            f" {len(self.entries)} entries ({said}), balances hold in {held} of {compared} statements, {len(self.problems)} problems>"
        )

    def _repr_html_(self) -> str:
        from ..notebook import statements_html

        return str(statements_html(self))
