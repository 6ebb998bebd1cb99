"""What two ERPs do by themselves with a payment, written anew from their documentation; nothing of their code is here.

Both rules are told who pays (in the programs a person sets the party, or a bank account names it), which the engine is not.

*ERPNext*, bank reconciliation tool: open documents of just the payment's amount ("exact match") are ranked by one point each for the
reference number being that of the payment and for the party being the same; the best is taken, of equals the oldest.
*ERPNext*, payment reconciliation: `Allocate` goes through the party's invoices, oldest first, and gives each what is left of the payment.
*Odoo*, reconciliation models up to version 17 ("Invoices/Bills Perfect Match" and "Partial Match if Underpaid"): invoices whose number
stands in the label, if their sum is the amount, or more by no more than the tolerance; else the partner's invoice of just this amount,
the oldest of equals.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .workload import Answer, Book, Payment, Workload, open_items

Rule = Callable[[Book, Payment, list[int], dict[int, int]], "dict[int, int] | None"]
TOLERANCE = 0.03
"""Of Odoo's partial match: its users set it to what their customers deduct; here the greatest discount that occurs."""


def erpnext_ranked(book: Book, payment: Payment, _own: list[int], open_of: dict[int, int]) -> dict[int, int] | None:
    """The item of just this amount with the most points, at least one beside the amount."""
    best: tuple[int, int, int] | None = None
    for at, amount in open_of.items():
        if amount != payment.amount:
            continue
        item = book.items[at]
        points = (item.customer == payment.customer) + (item.reference == payment.text.strip())
        key = (-points, item.issued, at)
        if points and (best is None or key < best):
            best = key
    return None if best is None else {best[2]: payment.amount}


def erpnext_fifo(_book: Book, payment: Payment, own: list[int], open_of: dict[int, int]) -> dict[int, int] | None:
    """The party's items, oldest first, until the money is spent."""
    left, out = payment.amount, {}
    for at in own:
        if left <= 0:
            break
        if at in open_of:
            out[at] = min(left, open_of[at])
            left -= out[at]
    return out or None


def odoo(book: Book, payment: Payment, own: list[int], open_of: dict[int, int]) -> dict[int, int] | None:
    """References in the label first, then the partner's item of just this amount."""
    label = compact(payment.text)
    named = [at for at in own if at in open_of and compact(book.items[at].reference) in label]
    total = sum(open_of[at] for at in named)
    if named and payment.amount <= total <= payment.amount / (1 - TOLERANCE):
        return {at: open_of[at] for at in named}
    same = [at for at in own if open_of.get(at) == payment.amount]
    return {same[0]: payment.amount} if same and not named else None


def compact(text: str) -> str:
    """Letters and digits, as Odoo compares labels with numbers."""
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


def run(rule: Rule) -> Callable[[Workload], Callable[[], Answer]]:
    """A rule over all payments in order; what is posted is no longer open."""

    def start(workload: Workload) -> Callable[[], Answer]:
        def work() -> Answer:
            answer = Answer()
            for book in workload.books:
                by_customer = open_items(book)
                open_of = {at: book.items[at].amount for places in by_customer.values() for at in places}
                for payment in book.payments:
                    own = [at for at in by_customer.get(payment.customer, []) if book.items[at].issued <= payment.received]
                    taken = rule(book, payment, own, open_of)
                    answer.add(sorted(taken) if taken else None, bool(taken))
                    for at, amount in (taken or {}).items():
                        open_of[at] -= amount
                        if open_of[at] <= 0:
                            del open_of[at]
            return answer

        return work

    return start
