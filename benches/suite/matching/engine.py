"""The engine on the payments: `match_payments`, from Arrow tables to answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .workload import Answer, Book, Payment, Workload


def table(rows: dict[str, list[Any]], days: tuple[str, ...]) -> Any:
    """Columns as Arrow; days as date32."""
    import pyarrow as pa

    def column(name: str, values: list[Any]) -> Any:
        if name in days:
            return pa.array(values, pa.int32()).cast(pa.date32())
        return pa.array(values)

    return pa.table({name: column(name, values) for name, values in rows.items()})


def items(book: Book, settled: bool) -> Any:
    """What is open, or what was settled in the past."""
    rows = [(at, item) for at, item in enumerate(book.items) if (item.settled >= 0) == settled]
    columns = {
        "item_id": [f"I{at}" for at, _ in rows],
        "customer_id": [f"C{item.customer}" for _, item in rows],
        "currency": ["EUR"] * len(rows),
        "amount_minor": [item.amount for _, item in rows],
        "issued_on": [item.issued for _, item in rows],
        "due_on": [item.due for _, item in rows],
        "reference": [item.reference for _, item in rows],
    }
    if settled:
        columns["settled_on"] = [item.settled for _, item in rows]
    return table(columns, ("issued_on", "due_on", "settled_on"))


def payments(found: list[Payment], first: str, with_customer: bool = False) -> Any:
    """Payments as the bank tells them."""
    columns: dict[str, list[Any]] = {
        "payment_id": [f"{first}{at:07}" for at in range(len(found))],
        "currency": ["EUR"] * len(found),
        "amount_minor": [payment.amount for payment in found],
        "received_on": [payment.received for payment in found],
        "payer_name": [payment.payer_name for payment in found],
        "payer_account": [payment.payer_account for payment in found],
        "text": [payment.text for payment in found],
    }
    if with_customer:
        columns["customer_id"] = [None if payment.stranger else f"C{payment.customer}" for payment in found]
    return table(columns, ("received_on",))


def customers(book: Book) -> list[dict[str, Any]]:
    """Names, and the accounts that are known."""
    return [
        {"customer_id": f"C{at}", "name": one.name, "bank_accounts": [one.account] if one.account_known else []}
        for at, one in enumerate(book.customers)
    ]


def history(book: Book) -> dict[str, Any]:
    """What was posted before."""
    applied = {
        "credit_id": [f"Q{payment:07}" for payment, _, _ in book.applied],
        "item_id": [f"I{item}" for _, item, _ in book.applied],
        "amount_minor": [amount for _, _, amount in book.applied],
        "on": [book.past[payment].received for payment, _, _ in book.applied],
    }
    return {"items": items(book, True), "payments": payments(book.past, "Q"), "allocations": table(applied, ("on",))}


def run(with_past: bool, told: bool = False) -> Callable[[Workload], Callable[[], Answer]]:
    """One call a book; with the past, the payers' habits and the confidence from which to post are learned in the call.

    told: the customer is given with the payment, as to the peers.
    """

    def start(workload: Workload) -> Callable[[], Answer]:
        import ar_core

        calls = []
        for book in workload.books:
            given: dict[str, Any] = {"customers": customers(book)}
            if with_past:
                given["history"] = history(book)
            calls.append((book, items(book, False), payments(book.payments, "P", told), given))

        def work() -> Answer:
            answer = Answer()
            for book, debts, credits, given in calls:
                started = time.perf_counter()
                found = ar_core.match_payments(debts, credits, **given)
                read(found, book, answer)
                if len(book.payments) == 1:
                    answer.micros.append((time.perf_counter() - started) * 1e6)
            return answer

        return work

    return start


def read(found: Any, book: Book, answer: Answer) -> None:
    """The answers in the order of the payments."""
    taken: dict[str, set[int]] = {}
    for row in found.allocations.to_dicts():
        if row["item_id"]:
            taken.setdefault(row["payment_id"], set()).add(int(row["item_id"][1:]))
    status = {row["payment_id"]: row["status"] for row in found.payments.to_dicts()}
    for at in range(len(book.payments)):
        name = f"P{at:07}"
        answer.add(sorted(taken[name]) if name in taken else None, status[name] == "auto")
